/* What a person needs to change something: where it is named, what comes of it, and who runs that. */
#include "emit/impact.h"

#include "emit/names.h"

#include <string.h>

enum {
    LINE_SHOWN = 90, /* characters of a source line */
    WAY_SHOWN = 6,   /* steps of a way; of longer ones the middle is left out */
};

struct page {
    const struct ir *ir;
    struct arena *scratch;
    const struct ir_impact *impact;
    struct buf *out;
    bool color;
};

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

static void title(struct page *p, const char *text)
{
    buf_printf(p->out, p->color ? "\033[1m%s\033[0m" : "%s", text);
}

static struct slice name_of(const struct page *p, ir_dataset_id dataset, ir_str column, bool rows)
{
    struct slice display = ir_slice(p->ir, IR(p->ir, dataset, dataset)->display);

    if (!rows)
        return name_of_column(p->ir, p->scratch, dataset, column);
    return slice_of(arena_printf(p->scratch, "rows of %s", display.p));
}

static struct slice asked(const struct page *p)
{
    const struct ir_impact *i = p->impact;

    return i->column.v ? name_of(p, i->dataset, i->column, false)
                       : ir_slice(p->ir, IR(p->ir, dataset, i->dataset)->display);
}

static struct slice item_name(const struct page *p, uint32_t item)
{
    const struct ir_reached *r = &p->impact->reached.items[item];

    return item ? name_of(p, r->dataset, r->column, r->rows) : asked(p);
}

/* ---- places ---- */

/* The source line around a place, without its indentation; of a long one what is near the place. */
static struct slice source_line(const struct page *p, const struct ir_place *at)
{
    struct slice source = ir_slice(p->ir, IR(p->ir, file, at->file)->source);
    size_t from = at->off < source.n ? at->off : source.n, to = from;
    struct slice line;

    while (from && source.p[from - 1] != '\n')
        from--;
    while (to < source.n && source.p[to] != '\n')
        to++;
    line = slice_trim((struct slice){source.p + from, to - from});
    if (line.n > LINE_SHOWN) {
        size_t skip = (size_t)(source.p + at->off - line.p);

        skip = skip > LINE_SHOWN / 2 ? skip - LINE_SHOWN / 2 : 0;
        line = slice_sub(line, skip, LINE_SHOWN);
        while (line.n && ((unsigned char)*line.p & 0xC0) == 0x80)
            line = slice_sub(line, 1, line.n - 1);
        while (line.n && ((unsigned char)source.p[line.p - source.p + line.n] & 0xC0) == 0x80)
            line.n--;
    }
    return slice_trim(line);
}

/* "-> tmp.amount, rows of t": rows once, whatever is done with them. */
static void put_targets(struct page *p, const struct ir_use_place *place)
{
    const struct ir_column_edge *edges = p->ir->column_edge.items;

    for (uint32_t i = 0; i < place->edge_count; i++) {
        const struct ir_column_edge *e = &edges[place->edges[i]],
                                    *last = i ? &edges[place->edges[i - 1]] : NULL;
        struct slice to = name_of(p, e->to, e->to_column, e->role >= IR_ROLE_JOIN && !e->to_column.v);

        if (last && last->to.v == e->to.v && last->to_column.v == e->to_column.v &&
            last->role >= IR_ROLE_JOIN)
            continue;
        buf_printf(p->out, "%s%.*s", i ? ", " : "  -> ", (int)to.n, to.p);
    }
}

/* Is this the spot of the place before it, with the same to say of another column? */
static bool is_repeated(const struct page *p, uint32_t i)
{
    const struct ir_use_place *a = &p->impact->places.items[i], *b = a - 1;

    return i && a->named == b->named && a->at.file.v == b->at.file.v && a->at.off == b->at.off &&
           a->at.len == b->at.len && a->word == b->word;
}

static void put_place(struct page *p, uint32_t i)
{
    const struct ir_use_place *place = &p->impact->places.items[i];
    const char *kind = ir_name_of_statement_kind(IR(p->ir, statement, place->statement)->kind);
    bool is_asked = place->reached == 0 && place->named;
    struct slice line = source_line(p, &place->at), what;
    char at[32];

    snprintf(at, sizeof at, "%u:%u", place->at.line, place->at.column);
    if (!is_repeated(p, i))
        buf_printf(p->out, "  %-8s %-11s %.*s\n", at, place->word, (int)line.n, line.p);
    if (!place->edge_count && is_asked)
        return;
    what = is_asked ? slice_of(kind) : name_of(p, place->dataset, place->column, false);
    buf_printf(p->out, "           %.*s", (int)what.n, what.p);
    put_targets(p, place);
    buf_addc(p->out, '\n');
}

static void put_places(struct page *p, bool named)
{
    ir_file_id file = {0};

    for (uint32_t i = 0; i < p->impact->places.count; i++) {
        const struct ir_use_place *place = &p->impact->places.items[i];

        if (place->named != named)
            continue;
        if (place->at.file.v != file.v)
            buf_printf(p->out, "\n%s\n", ir_string(p->ir, IR(p->ir, file, place->at.file)->path));
        file = place->at.file;
        put_place(p, i);
    }
}

static uint32_t count_places(const struct page *p, bool named)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < p->impact->places.count; i++)
        count += p->impact->places.items[i].named == named && !is_repeated(p, i);
    return count;
}

/* ---- what is reached ---- */

/* From what was asked about to the step before the item. It is walked from its end: of a long one the beginning
 * comes last. */
static void put_way(struct page *p, uint32_t item)
{
    const struct ir_reached *items = p->impact->reached.items;
    uint32_t near[WAY_SHOWN], first = 0, second = 0, count = 0;

    for (uint32_t i = items[item].via; i; i = items[i].via, count++) {
        if (count < WAY_SHOWN)
            near[count] = i;
        second = first;
        first = i;
    }
    if (count > WAY_SHOWN) {
        struct slice a = item_name(p, first), b = item_name(p, second);

        buf_printf(p->out, "   by %.*s > %.*s > … %u more", (int)a.n, a.p, (int)b.n, b.p, count - 4);
    }
    for (uint32_t i = count > WAY_SHOWN ? 2 : count; i-- > 0;) {
        struct slice name = item_name(p, near[i]);

        buf_printf(p->out, "%s%.*s", i + 1 == count ? "   by " : " > ", (int)name.n, name.p);
    }
}

static void put_reached(struct page *p, bool value, const char *heading)
{
    bool any = false;

    for (uint32_t i = 1; i < p->impact->reached.count; i++) {
        struct slice name = item_name(p, i);

        if (p->impact->reached.items[i].value != value)
            continue;
        if (!any) {
            buf_addc(p->out, '\n');
            title(p, heading);
            buf_addc(p->out, '\n');
        }
        any = true;
        buf_printf(p->out, "  %.*s", (int)name.n, name.p);
        put_way(p, i);
        buf_addc(p->out, '\n');
    }
}

/* ---- the summary ---- */

static uint32_t count_files(const struct page *p)
{
    uint8_t *seen = ARENA_ARRAY(p->scratch, uint8_t, p->ir->file.count);
    uint32_t count = 0;

    for (uint32_t i = 0; i < p->impact->places.count; i++) {
        uint32_t file = p->impact->places.items[i].at.file.v;

        count += !seen[file];
        seen[file] = 1;
    }
    return count;
}

static void put_jobs(struct page *p, bool tasks, const char *heading)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < p->impact->jobs.count; i++) {
        const struct ir_job *job = IR(p->ir, job, p->impact->jobs.items[i]);

        if ((job->kind == IR_JOB_TASK) == tasks)
            buf_printf(p->out, "%s%s", count++ ? ", " : heading, ir_string(p->ir, job->id));
    }
    if (count)
        buf_addc(p->out, '\n');
}

static void put_summary(struct page *p)
{
    uint32_t places = count_places(p, true) + count_places(p, false), files = count_files(p), results = 0,
             datasets;

    for (uint32_t i = 0; i < p->impact->datasets.count; i++)
        results += IR(p->ir, dataset, p->impact->datasets.items[i])->kind == IR_DATASET_RESULT;
    datasets = p->impact->datasets.count - results;
    buf_addc(p->out, '\n');
    for (uint32_t i = 0; i < p->impact->models.count; i++)
        buf_printf(p->out, "%s%s", i ? ", " : "models  ",
                   ir_string(p->ir, IR(p->ir, model, p->impact->models.items[i])->name));
    if (p->impact->models.count)
        buf_addc(p->out, '\n');
    put_jobs(p, true, "tasks   ");
    put_jobs(p, false, "jobs    ");
    buf_printf(p->out, "%u place%s in %u file%s, %u dataset%s", places, plural(places), files, plural(files),
               datasets, plural(datasets));
    if (results)
        buf_printf(p->out, " and %u result%s of queries", results, plural(results));
    buf_printf(p->out, ", %u model%s, %u job%s\n", p->impact->models.count, plural(p->impact->models.count),
               p->impact->jobs.count, plural(p->impact->jobs.count));
}

void emit_impact_text(const struct ir *ir, struct arena *scratch, const struct ir_impact *impact, bool color,
                      struct buf *out)
{
    struct page p = {.ir = ir, .scratch = scratch, .impact = impact, .out = out, .color = color};
    uint32_t named = count_places(&p, true), more = count_places(&p, false);

    title(&p, arena_printf(scratch, "%s is named in %u place%s", asked(&p).p, named, plural(named)));
    buf_addc(out, '\n');
    put_places(&p, true);
    put_reached(&p, true, "values come from it");
    put_reached(&p, false, "depends on it");
    if (more) {
        buf_addc(out, '\n');
        title(&p, arena_printf(scratch, "what comes of it is named in %u more", more));
        buf_addc(out, '\n');
        put_places(&p, false);
    }
    put_summary(&p);
}
