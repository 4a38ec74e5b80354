/*
 * Columns of the run's own time: filled by now() or random() in a select list, a SET or a column's DEFAULT, and all
 * that is computed of them further down. CURRENT_DATE is none of them: two runs on one day agree in it.
 */
#include "emit/dbt_clocks.h"

#include "base/map.h"

#include <ctype.h>
#include <string.h>

enum { MAX_ROUNDS = 64 }; /* of following edges: longer chains of copies end there */

struct dbt_clocks {
    const struct ir *ir;
    struct arena *arena;
    struct map by_column; /* hash of dataset and name: 1 + its place in why */
    VEC(const char *) why;
    struct map fed; /* columns that data flows into */
};

static uint64_t key_of(ir_dataset_id dataset, struct slice column)
{
    uint64_t key = hash_bytes(&dataset.v, sizeof dataset.v);

    for (size_t i = 0; i < column.n; i++) {
        char c = (char)tolower((unsigned char)column.p[i]);

        key = (key ^ hash_bytes(&c, 1)) * UINT64_C(0x100000001b3);
    }
    return key;
}

const char *dbt_clock_of(const struct dbt_clocks *clocks, ir_dataset_id dataset, struct slice column)
{
    uint32_t at = map_get(&clocks->by_column, key_of(dataset, column));

    return at ? clocks->why.items[at - 1] : NULL;
}

bool dbt_is_loading_time(const struct dbt_clocks *clocks, ir_dataset_id dataset, struct slice column)
{
    static const char *const names[] = {"*loaded_at",      "*load_ts",     "*load_time",
                                        "*load_timestamp", "*inserted_at", "*ingested_at",
                                        "*refreshed_at",   "*synced_at",   "etl_*"};
    char *name = arena_strndup(clocks->arena, column.p, column.n);

    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (glob_match(names[i], name))
            return !map_get(&clocks->fed, key_of(dataset, column));
    return false;
}

/* Returns false when it was known before. */
static bool mark(struct dbt_clocks *clocks, ir_dataset_id dataset, struct slice column, const char *why)
{
    uint64_t key = key_of(dataset, column);

    if (!column.n || map_get(&clocks->by_column, key))
        return false;
    vec_push(clocks->arena, &clocks->why, why);
    map_put(&clocks->by_column, key, clocks->why.count);
    return true;
}

/* ---- constructs of statements ---- */

struct writes {
    struct ir_index columns;    /* query_column of a query */
    struct ir_index targets;    /* target_column of an access */
    struct ir_index known;      /* column of a dataset */
    struct ir_index constructs; /* of a query */
};

/* The name of the column at a place of what a statement writes; empty when it is not known. */
static struct slice name_at(const struct dbt_clocks *c, const struct writes *w, ir_access_id access,
                            uint32_t ordinal, ir_str own)
{
    const struct ir_access *a = IR(c->ir, access, access);
    uint32_t known = w->known.first[a->dataset.v];

    for (uint32_t k = w->targets.first[access.v]; k < w->targets.first[access.v + 1]; k++)
        if (c->ir->target_column.items[w->targets.rows[k]].ordinal == ordinal)
            return ir_slice(c->ir, c->ir->target_column.items[w->targets.rows[k]].name);
    if (w->targets.first[access.v] < w->targets.first[access.v + 1])
        return (struct slice){0};
    if (a->mode != IR_ACCESS_APPEND && a->mode != IR_ACCESS_OVERWRITE)
        return ir_slice(c->ir, own);
    if (known + ordinal > w->known.first[a->dataset.v + 1])
        return ir_slice(c->ir, own);
    return ir_slice(c->ir, c->ir->column.items[w->known.rows[known + ordinal - 1]].name);
}

static bool is_of_the_run(const struct ir *ir, const struct ir_construct *c)
{
    struct slice name = ir_slice(ir, c->name);

    if (c->kind == IR_CONSTRUCT_RANDOM)
        return true;
    return c->kind == IR_CONSTRUCT_CLOCK && !slice_is(name, "current_date") && !slice_is(name, "curdate");
}

static void mark_construct(struct dbt_clocks *c, const struct writes *w, ir_access_id access,
                           uint32_t construct)
{
    const struct ir_construct *row = &c->ir->construct.items[construct];
    const struct ir_output *output = IR(c->ir, output, row->output);
    ir_dataset_id dataset = IR(c->ir, access, access)->dataset;
    struct ir_place at = ir_statement_place(c->ir, IR(c->ir, access, access)->statement);
    const char *why = arena_printf(c->arena, "%s in %s:%u", ir_string(c->ir, row->name),
                                   ir_string(c->ir, IR(c->ir, file, at.file)->path), at.line);

    if (IR(c->ir, query, row->query)->kind != IR_QUERY_SELECT) {
        mark(c, dataset, ir_slice(c->ir, output->name), why); /* SET column = now() */
        return;
    }
    for (uint32_t k = w->columns.first[row->query.v]; k < w->columns.first[row->query.v + 1]; k++) {
        const struct ir_query_column *column = &c->ir->query_column.items[w->columns.rows[k]];

        if (column->output.v == row->output.v)
            mark(c, dataset, name_at(c, w, access, column->ordinal, column->name), why);
    }
}

static void mark_statement(struct dbt_clocks *c, const struct writes *w, ir_access_id access)
{
    ir_query_id query = IR(c->ir, statement, IR(c->ir, access, access)->statement)->query;

    if (!query.v)
        return;
    for (uint32_t k = w->constructs.first[query.v]; k < w->constructs.first[query.v + 1]; k++) {
        const struct ir_construct *row = &c->ir->construct.items[w->constructs.rows[k]];

        if (row->output.v && is_of_the_run(c->ir, row))
            mark_construct(c, w, access, w->constructs.rows[k]);
    }
}

/* DEFAULT now() fills what no statement is seen to fill. */
static void mark_defaults(struct dbt_clocks *c)
{
    static const char *const clocks[] = {"now(",    "current_timestamp", "getdate(",
                                         "sysdate", "clock_timestamp(",  "nextval(",
                                         "random(", "gen_random_uuid("};

    for (uint32_t i = 1; i < c->ir->column.count; i++) {
        const struct ir_column *column = &c->ir->column.items[i];
        struct slice value = ir_slice(c->ir, column->default_value), name = ir_slice(c->ir, column->name);

        for (size_t k = 0; value.n && k < sizeof clocks / sizeof *clocks; k++)
            if (slice_starts_nocase(value, clocks[k]) && !map_get(&c->fed, key_of(column->dataset, name)))
                mark(c, column->dataset, name, arena_printf(c->arena, "DEFAULT %.*s", (int)value.n, value.p));
    }
}

/* ---- what is computed of them ---- */

static bool is_direct(const struct ir_column_edge *edge)
{
    return edge->role >= IR_ROLE_IDENTITY && edge->role <= IR_ROLE_AGGREGATION && edge->from_column.v &&
           edge->to_column.v;
}

static void note_fed(struct dbt_clocks *c)
{
    for (uint32_t i = 1; i < c->ir->column_edge.count; i++) {
        const struct ir_column_edge *edge = &c->ir->column_edge.items[i];

        if (is_direct(edge))
            map_put(&c->fed, key_of(edge->to, ir_slice(c->ir, edge->to_column)), 1);
    }
}

static void follow(struct dbt_clocks *c)
{
    bool more = true;

    for (int round = 0; more && round < MAX_ROUNDS; round++) {
        more = false;
        for (uint32_t i = 1; i < c->ir->column_edge.count; i++) {
            const struct ir_column_edge *edge = &c->ir->column_edge.items[i];
            const char *why =
                is_direct(edge) ? dbt_clock_of(c, edge->from, ir_slice(c->ir, edge->from_column)) : NULL;

            if (why)
                more |= mark(c, edge->to, ir_slice(c->ir, edge->to_column), why);
        }
    }
}

struct dbt_clocks *dbt_find_clocks(const struct ir *ir, struct arena *scratch)
{
    struct dbt_clocks *c = ARENA_NEW(scratch, struct dbt_clocks);
    struct writes w = {.columns = IR_INDEX(scratch, ir, query_column, query, query),
                       .targets = IR_INDEX(scratch, ir, target_column, access, access),
                       .known = IR_INDEX(scratch, ir, column, dataset, dataset),
                       .constructs = IR_INDEX(scratch, ir, construct, query, query)};

    *c = (struct dbt_clocks){
        .ir = ir, .arena = scratch, .by_column = map_new(scratch), .fed = map_new(scratch)};
    note_fed(c);
    for (IR_EACH(ir, access, a)) {
        const struct ir_access *access = IR(ir, access, a);

        if (access->mode > IR_ACCESS_READ && access->mode <= IR_ACCESS_UPDATE &&
            IR(ir, dataset, access->dataset)->model.v)
            mark_statement(c, &w, a);
    }
    mark_defaults(c);
    follow(c);
    return c;
}
