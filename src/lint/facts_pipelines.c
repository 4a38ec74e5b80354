/* What pipelines do as a whole: work that SQL could do, names in PySpark, sources that are written or cleaned twice. */
#include "base/map.h"
#include "lint/facts.h"

#include <ctype.h>
#include <string.h>

struct pipelines {
    struct facts *f;
    struct ir_index inputs;  /* of a query */
    struct ir_index joins;   /* of a query */
    struct ir_index columns; /* of a dataset */
    bool *opaque;            /* by file: some DataFrame operation in it is not translated */
    const bool *spark;       /* by file: it imports pyspark */
};

static void look_at_files(struct pipelines *p)
{
    const struct ir *ir = p->f->ir;

    p->opaque = ARENA_ARRAY(p->f->family, bool, ir->file.count);
    p->spark = files_with_spark(p->f);
    for (IR_EACH(ir, rel, r))
        if (IR(ir, rel, r)->kind == IR_REL_OPAQUE)
            p->opaque[IR(ir, rel, r)->file.v] = true;
    for (IR_EACH(ir, expr, e))
        if (IR(ir, expr, e)->op == IR_EXPR_OPAQUE)
            p->opaque[IR(ir, expr, e)->file.v] = true;
    for (IR_EACH(ir, gap, g))
        p->opaque[IR(ir, gap, g)->file.v] |= IR(ir, gap, g)->kind != IR_GAP_NOTE && !IR(ir, gap, g)->text.v;
}

/* ---- work that SQL could do ---- */

struct work {
    uint32_t steps;
    bool database; /* every leaf is a query or a table */
};

/* Operands stand before what is made of them, and each rel is looked at once. */
static struct work work_of(const struct pipelines *p, ir_rel_id root)
{
    const struct ir *ir = p->f->ir;
    struct map seen = map_new(p->f->work);
    struct work work = {.database = root.v != 0};
    VEC(ir_rel_id) todo = {0};

    vec_push(p->f->work, &todo, root);
    while (todo.count) {
        ir_rel_id id = todo.items[--todo.count];
        const struct ir_rel *row = IR(ir, rel, id);

        if (!id.v || map_get(&seen, id.v))
            continue;
        map_put(&seen, id.v, 1);
        if (row->kind == IR_REL_FRAME)
            vec_push(p->f->work, &todo, IR(ir, frame, row->frame)->rel);
        else if (row->kind == IR_REL_NONE || row->kind == IR_REL_OPAQUE)
            work.database = false;
        else
            work.steps += row->kind != IR_REL_QUERY && row->kind != IR_REL_TABLE;
        vec_push(p->f->work, &todo, row->left);
        vec_push(p->f->work, &todo, row->right);
    }
    return work;
}

static ir_frame_id written_frame(const struct facts *f, ir_statement_id s)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->flags & IR_ACCESS_FRAME && a->mode == IR_ACCESS_READ)
            return a->frame;
    }
    return (ir_frame_id){0};
}

static void add_translatable(const struct pipelines *p, ir_statement_id s)
{
    struct facts *f = p->f;
    const struct ir *ir = f->ir;
    const struct ir_statement *row = IR(ir, statement, s);
    ir_access_id target = statement_target(f, s);
    ir_rel_id rel = IR(ir, frame, written_frame(f, s))->rel;
    static const char *const writers[] = {"to_sql", "saveastable", "insertinto", NULL};
    struct work work;

    if (row->kind != IR_KIND_TO_SQL || !target.v || !rel.v || p->opaque[row->file.v] ||
        access_is_temp(f, IR(ir, access, target)))
        return;
    work = work_of(p, rel);
    if (work.database && work.steps)
        FACT_ADD(f, translatable, at_last_of(f, at_callee(f, row->file, row->off, row->len), writers),
                 .engine =
                     IR(ir, rel, rel)->flags & IR_REL_SPARK || p->spark[row->file.v] ? "spark" : "pandas",
                 .table = access_written(f, IR(ir, access, target)), .steps = work.steps);
}

/* ---- names in PySpark ---- */

static void add_spark_table(const struct pipelines *p, ir_access_id a)
{
    struct facts *f = p->f;
    const struct ir_access *row = IR(f->ir, access, a);
    ir_file_id file = IR(f->ir, statement, row->statement)->file;

    if (!(row->flags & IR_ACCESS_IN_PYTHON) || !p->spark[file.v] || !access_is_relation(row) ||
        !row->name.v || access_is_temp(f, row) || row->flags & IR_ACCESS_UNKNOWN_PART)
        return;
    FACT_ADD(f, spark_table, at_access(f, a), .written = access_written(f, row),
             .mode = ir_name_of_access_mode(row->mode));
}

/* ---- schemas of sources ---- */

static bool is_source_name(const char *schema)
{
    static const char *const names[] = {"raw", "landing", "source", "src"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_nocase(slice_of(schema), names[i]))
            return true;
    return false;
}

/* Schemas that a dbt project declares as those of its sources. */
static struct map declared_schemas(const struct facts *f)
{
    struct map declared = map_new(f->family);

    for (IR_EACH(f->ir, resource, i))
        if (IR(f->ir, resource, i)->kind == IR_RESOURCE_SOURCE && IR(f->ir, resource, i)->schema.v)
            map_put(&declared, ir_fold(f->ir, IR(f->ir, resource, i)->schema).v, 1);
    return declared;
}

static void add_source_write(const struct pipelines *p, const struct map *declared, ir_statement_id s)
{
    struct facts *f = p->f;
    struct ir *ir = f->ir;
    ir_access_id target = statement_target(f, s);
    const struct ir_access *to = IR(ir, access, target);
    bool named = is_source_name(ir_string(ir, to->schema));

    if (!target.v || !to->schema.v || (!named && !map_get(declared, ir_fold(ir, to->schema).v)) ||
        !(kind_stores(IR(ir, statement, s)->kind) || IR(ir, statement, s)->kind == IR_KIND_CREATE_VIEW))
        return;
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &ir->access.items[f->accesses.rows[k]];

        if (a->mode != IR_ACCESS_READ || !access_is_relation(a) || !a->schema.v || access_is_temp(f, a) ||
            ir_fold(ir, a->schema).v == ir_fold(ir, to->schema).v ||
            is_source_name(ir_string(ir, a->schema)) || map_get(declared, ir_fold(ir, a->schema).v))
            continue;
        FACT_ADD(f, source_write, at_access(f, target), .table = access_written(f, to),
                 .schema = ir_string(ir, to->schema), .from = access_written(f, a),
                 .why = named ? "its name says that it holds what comes from outside"
                              : "the dbt project declares it as a source");
        return;
    }
}

/* ---- sources that are cleaned in several places ---- */

struct filter {
    ir_job_id job;
    struct slice text;
    const char *plain;
};

struct filters {
    struct filter *items;
    uint32_t count, capacity;
};

/* The condition after the last WHERE of a query of one relation, up to the next clause. */
static struct slice condition_of(struct slice query, size_t *off)
{
    static const char *const ends[] = {"group by", "order by", "having", "limit",
                                       "union",    "window",   "qualify"};
    size_t where = SIZE_MAX, end;

    for (size_t i = 0; i + 6 < query.n; i++)
        if (slice_starts_nocase(slice_sub(query, i, 5), "where") &&
            (!i || isspace((unsigned char)query.p[i - 1])) && isspace((unsigned char)query.p[i + 5]))
            where = i;
    if (where == SIZE_MAX)
        return (struct slice){"", 0};
    for (end = where + 5; end < query.n; end++)
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
            if (isspace((unsigned char)query.p[end - 1]) &&
                slice_starts_nocase(slice_sub(query, end, query.n - end), ends[k]))
                goto found;
found:
    *off = where;
    return slice_trim(slice_sub(query, where + 5, end - where - 5));
}

/* Without spaces, case outside of strings, and `alias.`. */
static const char *plain_condition(struct arena *a, struct slice text, const char *alias)
{
    struct buf out = buf_new(a);
    size_t n = strlen(alias);
    bool string = false;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'')
            string = !string;
        if (!string && n && slice_starts_nocase(slice_sub(text, i, text.n - i), alias) && i + n < text.n &&
            text.p[i + n] == '.' && (!i || !isalnum((unsigned char)text.p[i - 1]))) {
            i += n;
            continue;
        }
        if (string || !isspace((unsigned char)text.p[i]))
            buf_addc(&out, string ? text.p[i] : (char)tolower((unsigned char)text.p[i]));
    }
    return buf_str(&out);
}

static void add_source_filter(const struct pipelines *p, struct map *first, struct filters *list,
                              ir_query_id q)
{
    struct facts *f = p->f;
    struct ir *ir = f->ir;
    const struct ir_query *row = IR(ir, query, q);
    const struct ir_statement *s = IR(ir, statement, row->statement);
    const struct ir_input *input = &ir->input.items[p->inputs.rows[p->inputs.first[q.v]]];
    const struct ir_access *a = IR(ir, access, input->access);
    struct fact_at at = {s->file, s->text, row->off, row->len, row->statement};
    struct filter here = {.job = s->job}, then;
    size_t off = 0;
    uint32_t known;

    here.text = condition_of(at_bytes(f, at), &off);
    here.plain = plain_condition(f->arena, here.text, ir_string(ir, input->alias));
    if (!here.text.n || IR(ir, dataset, a->dataset)->maker.v)
        return;
    known = map_get(first, a->dataset.v);
    if (!known) {
        vec_push(f->family, list, here);
        map_put(first, a->dataset.v, list->count);
        return;
    }
    then = list->items[known - 1];
    at.off += (uint32_t)off;
    at.len = 5;
    if (then.job.v != here.job.v)
        FACT_ADD(f, source_filter, at, .table = access_written(f, a),
                 .filter = arena_strndup(f->arena, here.text.p, here.text.n),
                 .other = arena_strndup(f->arena, then.text.p, then.text.n), .job = job_title(f, then.job),
                 .same = strcmp(here.plain, then.plain) == 0);
}

static void add_source_filters(const struct pipelines *p)
{
    const struct ir *ir = p->f->ir;
    struct map first = map_new(p->f->family);
    struct filters filters = {0};

    for (IR_EACH(ir, query, q)) {
        const struct ir_query *row = IR(ir, query, q);
        const struct ir_statement *s = IR(ir, statement, row->statement);
        uint32_t input = p->inputs.first[q.v];

        if (row->kind != IR_QUERY_SELECT || !(row->flags & IR_QUERY_HAS_WHERE) || !s->text.v ||
            p->inputs.first[q.v + 1] != input + 1 ||
            !(kind_stores(s->kind) || s->kind == IR_KIND_CREATE_VIEW) ||
            ir->input.items[p->inputs.rows[input]].kind != IR_INPUT_RELATION ||
            !IR(ir, access, ir->input.items[p->inputs.rows[input]].access)->dataset.v)
            continue;
        add_source_filter(p, &first, &filters, q);
    }
}

/* ---- the grain of what is published ---- */

static bool is_published(const char *name)
{
    return slice_starts_nocase(slice_of(name), "fct_") || slice_starts_nocase(slice_of(name), "dim_") ||
           slice_starts_nocase(slice_of(name), "mart_");
}

static void add_grain(const struct pipelines *p, ir_statement_id s)
{
    struct facts *f = p->f;
    const struct ir *ir = f->ir;
    const struct ir_statement *row = IR(ir, statement, s);
    ir_access_id target = statement_target(f, s);
    const struct ir_access *to = IR(ir, access, target);
    const struct ir_query *q = IR(ir, query, row->query);
    bool evidence = q->flags & (IR_QUERY_AGGREGATES | IR_QUERY_DISTINCT);

    if (!target.v || !is_published(ir_string(ir, to->name)) || !row->query.v || q->kind != IR_QUERY_SELECT ||
        (row->kind != IR_KIND_CREATE_TABLE_AS && row->kind != IR_KIND_CREATE_VIEW &&
         row->kind != IR_KIND_INSERT) ||
        p->joins.first[row->query.v] == p->joins.first[row->query.v + 1])
        return;
    for (uint32_t k = p->columns.first[to->dataset.v]; k < p->columns.first[to->dataset.v + 1]; k++)
        evidence |= (ir->column.items[p->columns.rows[k]].flags & IR_COLUMN_UNIQUE) != 0;
    FACT_ADD(f, grain, at_access(f, target), .table = access_written(f, to), .evidence = evidence);
}

/* ---- values in the text of SQL ---- */

static bool in_name(const struct facts *f, const struct ir_index *statements,
                    const struct ir_segment *segment)
{
    for (uint32_t i = statements->first[segment->text.v]; i < statements->first[segment->text.v + 1]; i++)
        for (uint32_t s = statements->rows[i], k = f->accesses.first[s]; k < f->accesses.first[s + 1]; k++) {
            const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

            if (segment->off >= a->off && segment->off < a->off + a->len)
                return true;
        }
    return false;
}

/* The first value of each text; a parameter's mark (%s, :id) and a template's ({{ ds }}) are none. */
static void add_interpolations(const struct pipelines *p)
{
    struct facts *f = p->f;
    const struct ir *ir = f->ir;
    struct ir_index statements = IR_INDEX(f->family, ir, statement, text, text);
    ir_text_id told = {0};

    for (IR_EACH(ir, segment, i)) {
        const struct ir_segment *row = IR(ir, segment, i);
        const struct ir_text *text = IR(ir, text, row->text);
        struct slice value = at_bytes(f, at_source(row->file, row->source_off, row->source_len));
        struct slice content = slice_sub(ir_slice(ir, text->content), row->off, row->len);

        if (row->kind != IR_SEG_SUBSTITUTED || text->kind != IR_TEXT_GUEST || text->call == IR_CALL_NONE ||
            row->text.v == told.v || !slice_starts(content, IR_PLACEHOLDER) || !value.n ||
            strchr("%:?$", value.p[0]) || slice_starts(value, "{{") || file_is_test(f, row->file) ||
            in_name(f, &statements, row))
            continue;
        told = row->text;
        FACT_ADD(f, interpolation, at_source(row->file, row->source_off, row->source_len),
                 .value = arena_strndup(f->arena, value.p, value.n), .spark = p->spark[row->file.v]);
    }
}

void facts_of_pipelines(struct facts *f)
{
    struct ir *ir = f->ir;
    struct pipelines p = {.f = f,
                          .inputs = IR_INDEX(f->family, ir, input, query, query),
                          .joins = IR_INDEX(f->family, ir, join, query, query),
                          .columns = IR_INDEX(f->family, ir, column, dataset, dataset)};
    struct map declared = declared_schemas(f);

    look_at_files(&p);
    for (IR_EACH(ir, statement, s)) {
        add_translatable(&p, s);
        add_source_write(&p, &declared, s);
        add_grain(&p, s);
        arena_reset(f->work);
    }
    for (IR_EACH(ir, access, a))
        add_spark_table(&p, a);
    add_source_filters(&p);
    add_interpolations(&p);
}
