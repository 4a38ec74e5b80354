/* Every name is compared with what was typed; nothing is indexed, because one question is asked per run. */
#include "cli/lookup.h"

#include "base/suggest.h"
#include "emit/names.h"
#include "ir/graph.h"

#include <stdlib.h>
#include <string.h>

/* ---- ends of names ---- */

static char *lower(struct arena *a, const char *text)
{
    char *copy = arena_strndup(a, text, strlen(text));

    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return copy;
}

/* The printed name without the place behind it. */
static const char *plain_name(const struct ir *ir, struct arena *a, ir_dataset_id id)
{
    const struct ir_dataset *d = IR(ir, dataset, id);
    const char *display = ir_string(ir, d->display);
    const char *at = strchr(display, '@');
    bool scoped = d->kind == IR_DATASET_TEMP || d->kind == IR_DATASET_FRAME;

    return scoped && at ? arena_strndup(a, display, (size_t)(at - display)) : display;
}

enum fit { FIT_NOT, FIT_END, FIT_WHOLE };

/* Both are lower case. */
static enum fit fit_of(const char *name, const char *typed)
{
    size_t n = strlen(name), m = strlen(typed);

    if (m > n || strcmp(name + n - m, typed) != 0)
        return FIT_NOT;
    return m == n ? FIT_WHOLE : name[n - m - 1] == '.' ? FIT_END : FIT_NOT;
}

/* ---- one name ---- */

struct found {
    ir_dataset_id dataset;
    ir_str column;
};

struct search {
    struct ir *ir;
    struct arena *scratch;
    const char *typed;
    VEC(struct found) whole, end; /* what has this name, what ends in it */
    VEC(const char *) names;      /* all there are, for suggestions */
};

/* `suffix` is ".column" or "". */
static void try_name(struct search *s, ir_dataset_id dataset, ir_str column, const char *suffix)
{
    const char *display = ir_string(s->ir, IR(s->ir, dataset, dataset)->display);
    const char *plain = plain_name(s->ir, s->scratch, dataset);
    const char *full = arena_printf(s->scratch, "%s%s", display, suffix);
    enum fit fit = fit_of(lower(s->scratch, full), s->typed);

    if (fit != FIT_WHOLE && plain != display)
        fit = fit_of(lower(s->scratch, arena_printf(s->scratch, "%s%s", plain, suffix)), s->typed) ? FIT_END
                                                                                                   : fit;
    if (fit == FIT_WHOLE)
        vec_push(s->scratch, &s->whole, ((struct found){dataset, column}));
    else if (fit == FIT_END)
        vec_push(s->scratch, &s->end, ((struct found){dataset, column}));
    vec_push(s->scratch, &s->names, full);
}

static void search_all(struct search *s)
{
    struct ir *ir = s->ir;

    for (IR_EACH(ir, dataset, d))
        if (IR(ir, dataset, d)->kind != IR_DATASET_RESULT)
            try_name(s, d, (ir_str){0}, "");
    for (IR_EACH(ir, column, c)) {
        const struct ir_column *row = IR(ir, column, c);

        if (IR(ir, dataset, row->dataset)->kind != IR_DATASET_RESULT)
            try_name(s, row->dataset, row->name,
                     name_of_column(ir, s->scratch, row->dataset, row->name).p +
                         strlen(ir_string(ir, IR(ir, dataset, row->dataset)->display)));
    }
}

/* A column that only a star could tell of: its dataset is known, and read by `*`. */
static bool find_behind_star(struct search *s, struct found *found)
{
    const char *dot = strrchr(s->typed, '.');
    struct search table = {.ir = s->ir, .scratch = s->scratch};

    if (!dot)
        return false;
    table.typed = arena_strndup(s->scratch, s->typed, (size_t)(dot - s->typed));
    for (IR_EACH(s->ir, dataset, d))
        try_name(&table, d, (ir_str){0}, "");
    if (table.whole.count + table.end.count != 1)
        return false;
    found->dataset = table.whole.count ? table.whole.items[0].dataset : table.end.items[0].dataset;
    for (IR_EACH(s->ir, column_mention, m))
        if (IR(s->ir, column_mention, m)->dataset.v == found->dataset.v &&
            IR(s->ir, column_mention, m)->column.v == 0) {
            found->column = ir_interns(s->ir, dot + 1);
            return true;
        }
    return false;
}

/* Names are compared whole, without their first part, and by their last. */
static int unknown_name(const struct search *s, const char *name, struct err *e)
{
    size_t count = s->names.count;
    const char **tails = ARENA_ARRAY(s->scratch, const char *, 3 * count + 1);
    const char *near;

    for (size_t i = 0; i < count; i++) {
        const char *full = lower(s->scratch, s->names.items[i]);
        const char *first = strchr(full, '.'), *last = strrchr(full, '.');

        tails[i] = full;
        tails[count + i] = first ? first + 1 : full;
        tails[2 * count + i] = last ? last + 1 : full;
    }
    near = suggest(s->typed, tails, 3 * count);
    for (size_t i = 0; near && i < 3 * count; i++)
        if (tails[i] == near)
            return err_set(e, "%s: no such table or column; did you mean %s?", name,
                           s->names.items[i % count]);
    return err_set(e, "%s: no such table or column; `lineage graph --columns` shows all", name);
}

static int ambiguous_name(const struct search *s, const char *name, const struct found *items, uint32_t count,
                          struct err *e)
{
    enum { SHOWN = 8 };
    struct buf list = buf_new(s->scratch);

    for (uint32_t i = 0; i < count && i < SHOWN; i++) {
        struct slice full = items[i].column.v
                                ? name_of_column(s->ir, s->scratch, items[i].dataset, items[i].column)
                                : ir_slice(s->ir, IR(s->ir, dataset, items[i].dataset)->display);

        buf_printf(&list, "%s%.*s", i ? ", " : "", (int)full.n, full.p);
    }
    if (count > SHOWN)
        buf_printf(&list, " and %u more", count - SHOWN);
    return err_set(e, "%s may mean several: %s", name, buf_str(&list));
}

int lookup_name(struct ir *ir, struct arena *scratch, const char *name, ir_dataset_id *dataset,
                ir_str *column, struct err *e)
{
    struct search s = {.ir = ir, .scratch = scratch, .typed = lower(scratch, name)};
    struct found found;

    search_all(&s);
    if (s.whole.count > 1 || (s.whole.count == 0 && s.end.count > 1))
        return s.whole.count ? ambiguous_name(&s, name, s.whole.items, s.whole.count, e)
                             : ambiguous_name(&s, name, s.end.items, s.end.count, e);
    if (s.whole.count)
        found = s.whole.items[0];
    else if (s.end.count)
        found = s.end.items[0];
    else if (!find_behind_star(&s, &found))
        return unknown_name(&s, name, e);
    *dataset = found.dataset;
    *column = found.column;
    return 0;
}

/* ---- graph operators ---- */

struct expression {
    const char *name;  /* lower case, with globs */
    uint32_t up, down; /* arcs; IR_FAR: all the way */
};

static uint32_t depth_of(const char *digits)
{
    unsigned long n = strtoul(digits, NULL, 10);

    return *digits < '0' || *digits > '9' || n > IR_FAR ? IR_FAR : (uint32_t)n;
}

static struct expression parse_expression(struct arena *a, const char *text)
{
    struct expression x = {0};
    size_t head = strspn(text, "0123456789"), end;
    char *name = lower(a, text);

    if (text[head] == '+') {
        x.up = depth_of(text);
        name += head + 1;
    }
    end = strlen(name);
    while (end && name[end - 1] >= '0' && name[end - 1] <= '9')
        end--;
    if (end && name[end - 1] == '+') {
        x.down = depth_of(name + end);
        name[end - 1] = '\0';
    }
    x.name = name;
    return x;
}

static bool matches(const char *name, const char *pattern)
{
    for (; name; name = strchr(name, '.')) {
        name += *name == '.';
        if (glob_match(pattern, name))
            return true;
    }
    return false;
}

struct choice {
    struct ir *ir;
    struct arena *scratch;
    struct ir_graph down, up;
    uint8_t *chosen;
};

static void choose_around(struct choice *c, const struct ir_graph *g, const uint32_t *starts, uint32_t count,
                          uint32_t depth)
{
    struct ir_walk w = ir_graph_walk(g, c->scratch, starts, count, depth);

    for (uint32_t i = 0; i < w.count; i++)
        c->chosen[w.order[i]] = 1;
}

static int unknown_node(const struct choice *c, const char *name, struct err *e)
{
    const char **names = ARENA_ARRAY(c->scratch, const char *, c->ir->dataset.count);
    const char *near;
    uint32_t n = 0;

    for (IR_EACH(c->ir, dataset, d))
        names[n++] = ir_string(c->ir, IR(c->ir, dataset, d)->display);
    near = suggest(name, names, n);
    for (uint32_t i = 0; !near && i < n; i++) {
        const char *dot = strrchr(names[i], '.');

        if (dot && suggest(name, (const char *[]){dot + 1}, 1))
            near = names[i];
    }
    return err_set(e, "--select %s: no dataset has this name%s%s%s", name, near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

static int choose(struct choice *c, const char *text, struct err *e)
{
    struct expression x = parse_expression(c->scratch, text);
    VEC(uint32_t) starts = {0};

    for (IR_EACH(c->ir, dataset, d)) {
        const char *display = ir_string(c->ir, IR(c->ir, dataset, d)->display);

        if (matches(lower(c->scratch, display), x.name) ||
            matches(lower(c->scratch, plain_name(c->ir, c->scratch, d)), x.name))
            vec_push(c->scratch, &starts, d.v);
    }
    if (starts.count == 0)
        return unknown_node(c, x.name, e);
    choose_around(c, &c->up, starts.items, starts.count, x.up);
    choose_around(c, &c->down, starts.items, starts.count, x.down);
    return 0;
}

int lookup_chosen(struct ir *ir, struct arena *scratch, const struct string_list *expressions,
                  uint8_t *chosen, struct err *e)
{
    struct choice c = {.ir = ir, .scratch = scratch, .down = ir_dataset_graph(ir, scratch), .chosen = chosen};

    memset(chosen, expressions->count == 0, ir->dataset.count);
    c.up = ir_graph_reverse(scratch, &c.down);
    for (uint32_t i = 0; i < expressions->count; i++) {
        const char *text = expressions->items[i];

        while (*(text += strspn(text, ", \t\n"))) {
            size_t n = strcspn(text, ", \t\n");

            if (choose(&c, arena_strndup(scratch, text, n), e) < 0)
                return -1;
            text += n;
        }
    }
    return 0;
}
