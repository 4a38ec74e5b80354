/*
 * Each project is a set of things that are so: what a dataset has, reads and is made of, each as a row whose names are
 * interned in one pool for both. Sorted, the two sets are walked side by side.
 */
#include "ir/compare.h"

#include "base/map.h"
#include "ir/graph.h"

#include <stdlib.h>
#include <string.h>

/* One thing that is so in a project. Names are ids of the common pool. */
struct truth {
    uint32_t dataset;
    uint32_t kind, name, from, role;
    ir_statement_id statement;
};

struct side {
    const struct ir *ir;
    const uint32_t *names; /* of each dataset: its key; 0: left out */
    struct map by_name;    /* key -> dataset, the last of several */
    VEC(struct truth) truths;
    struct ir_graph graph;
};

struct comparing {
    struct arena *arena;
    struct strpool *pool;
    struct side before, after;
    struct ir_comparison *out;
};

/* ---- names ---- */

static uint32_t intern(struct comparing *c, const char *text)
{
    return strpool_intern(c->pool, text, strlen(text));
}

static const char *fold(struct arena *a, const char *text)
{
    char *copy = arena_strndup(a, text, strlen(text));

    for (char *p = copy; *p; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    return copy;
}

static uint32_t name_of(struct comparing *c, const struct ir *ir, ir_dataset_id id)
{
    const struct ir_dataset *row = IR(ir, dataset, id);
    const char *path = ir_string(ir, IR(ir, file, row->file)->path);

    if (row->kind == IR_DATASET_RESULT)
        return 0;
    if ((row->kind == IR_DATASET_TEMP || row->kind == IR_DATASET_FRAME) && *path)
        return intern(c, arena_printf(c->arena, "%s (%s)", fold(c->arena, ir_string(ir, row->name)), path));
    return intern(c, fold(c->arena, ir_string(ir, row->display)));
}

static uint32_t column_name(struct comparing *c, const struct side *s, ir_dataset_id dataset, ir_str column)
{
    const char *of = strpool_get(c->pool, s->names[dataset.v]);

    return intern(
        c, arena_printf(c->arena, "%s.%s", of, column.v ? fold(c->arena, ir_string(s->ir, column)) : "*"));
}

/* ---- what is so ---- */

static void add_truth(struct comparing *c, struct side *s, struct truth t)
{
    if (t.dataset)
        vec_push(c->arena, &s->truths, t);
}

static bool makes(const struct ir_access *a)
{
    switch (a->mode) {
    case IR_ACCESS_CREATE:
    case IR_ACCESS_REPLACE:
    case IR_ACCESS_APPEND:
    case IR_ACCESS_OVERWRITE:
    case IR_ACCESS_UPSERT:
    case IR_ACCESS_REFRESH:
        return true;
    default:
        return false;
    }
}

static void add_flow(struct comparing *c, struct side *s, const struct ir_column_edge *e)
{
    uint32_t to = e->to_column.v ? intern(c, fold(c->arena, ir_string(s->ir, e->to_column))) : 0;

    if (s->names[e->from.v])
        add_truth(c, s,
                  (struct truth){s->names[e->to.v], IR_DIFF_FLOW, to,
                                 column_name(c, s, e->from, e->from_column), e->role, e->statement});
}

static int by_truth(const void *a, const void *b)
{
    const struct truth *x = a, *y = b;
    const uint32_t left[] = {x->dataset, x->kind, x->name, x->from, x->role, x->statement.v};
    const uint32_t right[] = {y->dataset, y->kind, y->name, y->from, y->role, y->statement.v};

    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

static void gather(struct comparing *c, struct side *s)
{
    const struct ir *ir = s->ir;
    uint32_t *names = ARENA_ARRAY(c->arena, uint32_t, ir->dataset.count);

    s->names = names;
    s->by_name = map_new(c->arena);
    s->graph = ir_dataset_graph(ir, c->arena);
    for (IR_EACH(ir, dataset, d)) {
        names[d.v] = name_of(c, ir, d);
        if (names[d.v])
            map_put(&s->by_name, names[d.v], d.v);
    }
    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);

        if (makes(row) && names[row->dataset.v])
            add_truth(c, s, (struct truth){names[row->dataset.v], IR_DIFF_MADE, .statement = row->statement});
    }
    for (IR_EACH(ir, column, i)) {
        const struct ir_column *row = IR(ir, column, i);

        if (!(row->flags & (IR_COLUMN_INFERRED | IR_COLUMN_DROPPED)))
            add_truth(c, s,
                      (struct truth){names[row->dataset.v], IR_DIFF_COLUMN,
                                     intern(c, fold(c->arena, ir_string(ir, row->name))),
                                     .statement = IR(ir, dataset, row->dataset)->maker});
    }
    for (IR_EACH(ir, edge, i)) {
        const struct ir_edge *row = IR(ir, edge, i);

        if (names[row->from.v] && names[row->from.v] != names[row->to.v])
            add_truth(
                c, s,
                (struct truth){names[row->to.v], IR_DIFF_READS, 0, names[row->from.v], 0, row->statement});
    }
    for (IR_EACH(ir, column_edge, i))
        add_flow(c, s, IR(ir, column_edge, i));
    if (s->truths.count)
        qsort(s->truths.items, s->truths.count, sizeof *s->truths.items, by_truth);
}

/* ---- the difference ---- */

/* The same thing, whichever statement says so. */
static int compare(const struct truth *x, const struct truth *y)
{
    struct truth a = *x, b = *y;

    a.statement.v = b.statement.v = 0;
    return by_truth(&a, &b);
}

static const char *text_or_none(const struct comparing *c, uint32_t id)
{
    return id ? strpool_get(c->pool, id) : NULL;
}

static struct ir_changed_dataset *entry_of(struct comparing *c, struct map *entries, uint32_t name)
{
    uint32_t at = map_get(entries, name);

    if (!at) {
        struct ir_changed_dataset new = {.name = strpool_get(c->pool, name),
                                         .before = {map_get(&c->before.by_name, name)},
                                         .after = {map_get(&c->after.by_name, name)}};

        new.change = !new.before.v ? IR_CHANGE_ADDED : !new.after.v ? IR_CHANGE_REMOVED : IR_CHANGE_CHANGED;
        vec_push(c->arena, &c->out->datasets, new);
        at = c->out->datasets.count;
        map_put(entries, name, at);
    }
    return &c->out->datasets.items[at - 1];
}

static void note(struct comparing *c, struct map *entries, const struct truth *t, bool removed)
{
    struct ir_difference d = {(enum ir_difference_kind)t->kind,
                              removed,
                              text_or_none(c, t->name),
                              text_or_none(c, t->from),
                              (enum ir_role)t->role,
                              t->statement};

    vec_push(c->arena, &entry_of(c, entries, t->dataset)->differences, d);
}

static void find_differences(struct comparing *c)
{
    const struct side *b = &c->before, *a = &c->after;
    struct map entries = map_new(c->arena);
    uint32_t i = 0, k = 0;

    while (i < b->truths.count || k < a->truths.count) {
        int by = i == b->truths.count   ? 1
                 : k == a->truths.count ? -1
                                        : compare(&b->truths.items[i], &a->truths.items[k]);
        const struct truth *t = by <= 0 ? &b->truths.items[i] : &a->truths.items[k];

        if (by)
            note(c, &entries, t, by < 0);
        /* What is so by several statements is so once. */
        while (i < b->truths.count && compare(&b->truths.items[i], t) == 0)
            i++;
        while (k < a->truths.count && compare(&a->truths.items[k], t) == 0)
            k++;
    }
    for (int of = 0; of < 2; of++) { /* datasets of which nothing is known but their names */
        const struct side *s = of ? a : b, *other = of ? b : a;

        for (IR_EACH(s->ir, dataset, d))
            if (s->names[d.v] && !map_get(&other->by_name, s->names[d.v]))
                entry_of(c, &entries, s->names[d.v]);
    }
}

/* ---- what is downstream, and what still names it ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void find_downstream(struct comparing *c, struct ir_changed_dataset *entry, uint8_t *any)
{
    const struct side *s = entry->after.v ? &c->after : &c->before;
    uint32_t start = entry->after.v ? entry->after.v : entry->before.v;
    struct ir_walk walk = ir_graph_walk(&s->graph, c->arena, &start, 1, IR_FAR);
    struct map seen = map_new(c->arena);

    for (uint32_t i = 1; i < walk.count; i++) {
        uint32_t d = walk.order[i];
        const char *name = s->names[d] ? strpool_get(c->pool, s->names[d])
                                       : ir_string(s->ir, s->ir->dataset.items[d].display);
        uint64_t key = hash_bytes(name, strlen(name));

        if (s == &c->after)
            any[d] = 1;
        if (strcmp(name, entry->name) == 0 || map_get(&seen, key))
            continue;
        map_put(&seen, key, 1);
        vec_push(c->arena, &entry->downstream, name);
    }
    if (entry->downstream.count)
        qsort(entry->downstream.items, entry->downstream.count, sizeof *entry->downstream.items, by_text);
}

static bool lost(const struct ir_changed_dataset *entry, enum ir_difference_kind kind, const char *name)
{
    for (uint32_t i = 0; i < entry->differences.count; i++) {
        const struct ir_difference *d = &entry->differences.items[i];

        if (d->removed && d->kind == kind && (!name || strcmp(d->name, name) == 0))
            return true;
    }
    return false;
}

static struct slice statement_text(const struct ir *ir, ir_statement_id s)
{
    const struct ir_statement *row = IR(ir, statement, s);
    struct slice text = row->text.v ? ir_slice(ir, IR(ir, text, row->text)->content)
                                    : ir_slice(ir, IR(ir, file, row->file)->source);

    return slice_sub(text, row->off, row->len);
}

/* A statement by its file and its words. */
static uint64_t statement_key(const struct ir *ir, ir_statement_id s)
{
    const char *path = ir_string(ir, IR(ir, file, IR(ir, statement, s)->file)->path);
    struct slice text = statement_text(ir, s);

    return hash_bytes(path, strlen(path)) * 31 + hash_bytes(text.p, text.n);
}

/* What was lost and was named by a statement that did not change: unless the name means another column now. */
static void find_named_columns(struct comparing *c, const uint32_t *entry_before)
{
    const struct ir *before = c->before.ir, *after = c->after.ir;
    struct map statements = map_new(c->arena), meant = map_new(c->arena);

    for (IR_EACH(after, statement, s))
        map_put(&statements, statement_key(after, s), s.v);
    for (IR_EACH(after, column_mention, i))
        map_put(&meant, map_key(IR(after, column_mention, i)->statement.v, IR(after, column_mention, i)->off),
                1);
    for (IR_EACH(before, column_mention, i)) {
        const struct ir_column_mention *row = IR(before, column_mention, i);
        const struct ir_statement *was = IR(before, statement, row->statement), *is;
        uint32_t at = entry_before[row->dataset.v], off, s;

        if (!at || !row->column.v || !row->len ||
            !lost(&c->out->datasets.items[at - 1], IR_DIFF_COLUMN,
                  fold(c->arena, ir_string(before, row->column))))
            continue;
        s = map_get(&statements, statement_key(before, row->statement));
        is = &after->statement.items[s];
        off = is->off + (row->off - was->off);
        if (s && !map_get(&meant, map_key(s, off)))
            vec_push(c->arena, &c->out->datasets.items[at - 1].named,
                     ir_place_of(after, is->file, is->text, off, row->len));
    }
}

/* Reads of what nothing fills any more. */
static void find_named_datasets(struct comparing *c, const uint32_t *entry_after)
{
    const struct ir *ir = c->after.ir;

    for (IR_EACH(ir, access, i)) {
        const struct ir_access *row = IR(ir, access, i);
        const struct ir_statement *s = IR(ir, statement, row->statement);
        bool in_file = row->flags & (IR_ACCESS_IN_PYTHON | IR_ACCESS_FRAME);
        uint32_t at = entry_after[row->dataset.v];
        struct ir_changed_dataset *entry = at ? &c->out->datasets.items[at - 1] : NULL;

        if (entry && row->mode == IR_ACCESS_READ && lost(entry, IR_DIFF_MADE, NULL))
            vec_push(c->arena, &entry->named,
                     ir_place_of(ir, s->file, in_file ? (ir_text_id){0} : s->text, row->off, row->len));
    }
}

static int by_name(const void *a, const void *b)
{
    const struct ir_changed_dataset *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* Of each dataset of a side: the number of its entry plus one, 0 without one. */
static const uint32_t *entries_of(struct comparing *c, const struct side *s, const struct map *entries)
{
    uint32_t *of = ARENA_ARRAY(c->arena, uint32_t, s->ir->dataset.count);

    for (IR_EACH(s->ir, dataset, d))
        of[d.v] = s->names[d.v] ? map_get(entries, s->names[d.v]) : 0;
    return of;
}

static void settle(struct comparing *c)
{
    struct ir_comparison *out = c->out;
    uint8_t *any = ARENA_ARRAY(c->arena, uint8_t, c->after.ir->dataset.count);
    struct map entries = map_new(c->arena);
    const uint32_t *entry_after;

    if (out->datasets.count)
        qsort(out->datasets.items, out->datasets.count, sizeof *out->datasets.items, by_name);
    for (uint32_t i = 0; i < out->datasets.count; i++) {
        struct ir_changed_dataset *entry = &out->datasets.items[i];

        out->counts[entry->change]++;
        find_downstream(c, entry, any);
        map_put(&entries, intern(c, entry->name), i + 1);
    }
    entry_after = entries_of(c, &c->after, &entries);
    for (IR_EACH(c->after.ir, dataset, d))
        out->downstream += any[d.v] && !entry_after[d.v];
    find_named_columns(c, entries_of(c, &c->before, &entries));
    find_named_datasets(c, entry_after);
}

struct ir_comparison ir_compare(const struct ir *before, const struct ir *after, struct arena *a)
{
    struct ir_comparison out = {0};
    struct comparing c = {
        .arena = a, .pool = strpool_new(a), .before = {.ir = before}, .after = {.ir = after}, .out = &out};

    gather(&c, &c.before);
    gather(&c, &c.after);
    find_differences(&c);
    settle(&c);
    return out;
}
