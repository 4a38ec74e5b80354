/*
 * script.c - DataFrames that SQL can't say become dbt Python models, where the target has them: the part of the
 * script that makes the table, in the author's own words, cut off where a model of SQL gives the rows.
 */
#include "plan/script.h"

static const struct plan_adapter adapters[] = {
    {IR_DIALECT_DATABRICKS, true, true, ".toPandas()", ""},
    {IR_DIALECT_SPARK, true, true, ".toPandas()", ""},
    {IR_DIALECT_BIGQUERY, true, false, ".toPandas()", ""},
    {IR_DIALECT_SNOWFLAKE, false, true, ".to_pandas().rename(columns=str.lower)",
     ".rename(columns=str.upper)"},
    {IR_DIALECT_DUCKDB, false, true, ".df()", ""},
};

const struct plan_adapter *plan_adapter_of(const struct planner *p)
{
    for (size_t i = 0; i < sizeof adapters / sizeof *adapters; i++)
        if (p->options && adapters[i].dialect == p->options->target)
            return &adapters[i];
    return NULL;
}

static bool is_of_frame(const struct planner *p, ir_dataset_id dataset)
{
    enum ir_dataset_kind kind = IR(p->ir, dataset, dataset)->kind;

    return kind == IR_DATASET_FRAME || kind == IR_DATASET_TEMP;
}

static const char *own_obstacle(struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];

    if (b->script)
        return NULL;
    if (b->why_not.v && !b->model)
        return ir_string(p->ir, b->why_not);
    return b->model && b->frame.v ? plan_frame_obstacle(p, dataset) : NULL;
}

/* What is known of a dataset stays so: who reads it is asked after it was. */
const char *plan_chain_obstacle(struct planner *p, ir_dataset_id dataset)
{
    VEC(ir_dataset_id) work = {0};
    struct map seen = map_new(p->scratch);
    const char *why = NULL;

    vec_push(p->scratch, &work, dataset);
    while (work.count && !why) {
        ir_dataset_id to = work.items[--work.count];

        why = to.v == dataset.v ? NULL : own_obstacle(p, to);
        for (uint32_t k = p->into.first[to.v]; k < p->into.first[to.v + 1] && !why; k++) {
            ir_dataset_id from = p->ir->edge.items[p->into.rows[k]].from;

            if (!is_of_frame(p, from) || map_get(&seen, from.v) || p->builds[from.v].script)
                continue;
            map_put(&seen, from.v, 1);
            vec_push(p->scratch, &work, from);
        }
    }
    if (!why && p->builds[dataset.v].frame.v && !p->builds[dataset.v].script)
        why = plan_frame_obstacle(p, dataset);
    return why;
}

/* Does anything read it that is no part of what `dataset` becomes? */
static bool read_elsewhere(const struct planner *p, ir_dataset_id from, ir_dataset_id dataset)
{
    for (uint32_t k = p->out_of.first[from.v]; k < p->out_of.first[from.v + 1]; k++) {
        ir_dataset_id to = p->ir->edge.items[p->out_of.rows[k]].to;

        if (to.v != dataset.v && !(p->builds[to.v].folded && p->builds[to.v].owner.v == dataset.v))
            return true;
    }
    return false;
}

/* Frames on the way become a part of it: not those that it reads as models, nor models that others read. */
static void fold_frames(struct planner *p, ir_dataset_id dataset)
{
    VEC(ir_dataset_id) work = {0};
    struct map seen = map_new(p->scratch);

    vec_push(p->scratch, &work, dataset);
    while (work.count) {
        ir_dataset_id to = work.items[--work.count];

        for (uint32_t k = p->into.first[to.v]; k < p->into.first[to.v + 1]; k++) {
            ir_dataset_id from = p->ir->edge.items[p->into.rows[k]].from;
            struct plan_build *b = &p->builds[from.v];

            if (IR(p->ir, dataset, from)->kind != IR_DATASET_FRAME || map_get(&seen, from.v) ||
                map_get(&p->builds[dataset.v].script->reads, from.v) ||
                (b->model && read_elsewhere(p, from, dataset) && !plan_chain_obstacle(p, from)))
                continue;
            map_put(&seen, from.v, 1);
            b->model = false;
            b->folded = true;
            b->owner = dataset;
            vec_push(p->scratch, &work, from);
        }
    }
}

/* Statements that write a frame's rows, in the order in which they run: a view that one makes another reads. */
static void by_rank(const struct planner *p, ir_dataset_id *items, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i;
             k && p->rank[p->builds[items[k].v].first.v] < p->rank[p->builds[items[k - 1].v].first.v]; k--) {
            ir_dataset_id other = items[k];

            items[k] = items[k - 1];
            items[k - 1] = other;
        }
}

static void try_script(struct planner *p, ir_dataset_id dataset)
{
    struct plan_build *b = &p->builds[dataset.v];
    const char *obstacle = plan_chain_obstacle(p, dataset), *why = NULL;

    if (!obstacle)
        return;
    b->script = plan_cut_script(p, dataset, &why);
    if (b->script) {
        fold_frames(p, dataset);
        b->why_not = ir_interns(p->ir, obstacle);
        return;
    }
    b->model = false;
    b->why_not = ir_interns(
        p->ir, arena_printf(p->scratch, "%s; it is no dbt Python model either: %s", obstacle, why));
}

void plan_scripts(struct planner *p)
{
    VEC(ir_dataset_id) found = {0};

    if (!plan_adapter_of(p))
        return;
    for (IR_EACH(p->ir, dataset, d))
        if (p->builds[d.v].model && p->builds[d.v].frame.v &&
            IR(p->ir, statement, p->builds[d.v].first)->kind == IR_KIND_TO_SQL)
            vec_push(p->scratch, &found, d);
    by_rank(p, found.items, found.count);
    for (uint32_t i = 0; i < found.count; i++)
        try_script(p, found.items[i]);
}
