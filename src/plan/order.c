/*
 * What a model reads decides too whether it can be one: a dataset that stays with the legacy can still be read as
 * a source when it outlives its session, but a temp or a frame can't; models must not need each other in a
 * circle; and who reads a table before the same job rebuilds it reads yesterday's rows, which ref() would not give.
 */
#include "plan/planner.h"

#include <stdlib.h>

static bool outlives_session(const struct ir *ir, ir_dataset_id dataset)
{
    enum ir_dataset_kind kind = IR(ir, dataset, dataset)->kind;

    return kind == IR_DATASET_TABLE || kind == IR_DATASET_VIEW || kind == IR_DATASET_MATVIEW ||
           kind == IR_DATASET_UNKNOWN;
}

static bool takes_part(const struct plan_build *b)
{
    return b->model || b->folded;
}

static void block(struct planner *p, ir_dataset_id dataset, const char *why)
{
    struct plan_build *b = &p->builds[dataset.v];

    b->model = b->folded = false;
    b->why_not = ir_interns(p->ir, why);
}

/* Blocks all that reads a blocked temp or frame, and so on. */
static void spread(struct planner *p)
{
    VEC(ir_dataset_id) work = {0};
    const struct ir *ir = p->ir;

    for (IR_EACH(ir, dataset, d))
        if (!takes_part(&p->builds[d.v]) && !outlives_session(ir, d))
            vec_push(p->scratch, &work, d);
    while (work.count) {
        ir_dataset_id from = work.items[--work.count];

        for (uint32_t k = p->out_of.first[from.v]; k < p->out_of.first[from.v + 1]; k++) {
            ir_dataset_id to = ir->edge.items[p->out_of.rows[k]].to;

            if (!takes_part(&p->builds[to.v]))
                continue;
            block(p, to,
                  arena_printf(p->scratch, "it reads %s, which is left to a person",
                               ir_string(ir, IR(ir, dataset, from)->display)));
            if (!outlives_session(ir, to))
                vec_push(p->scratch, &work, to);
        }
    }
}

/* Blocks a model whose statement reads a table that a later statement of the same job rebuilds or changes. A frame has no
 * earlier rows: each of its versions is a dataset of its own. */
static void block_early_readers(struct planner *p)
{
    for (IR_EACH(p->ir, access, i)) {
        const struct ir_access *access = IR(p->ir, access, i);
        const struct plan_build *read = &p->builds[access->dataset.v];
        ir_dataset_id target = IR(p->ir, access, plan_target(p, access->statement))->dataset;

        if (access->mode == IR_ACCESS_READ && read->model && p->builds[target.v].model &&
            access->dataset.v != target.v && IR(p->ir, dataset, access->dataset)->kind != IR_DATASET_FRAME &&
            p->rank[access->statement.v] < p->rank[read->last.v] &&
            p->root[IR(p->ir, statement, access->statement)->job.v].v ==
                p->root[IR(p->ir, statement, read->last)->job.v].v)
            block(p, target,
                  arena_printf(p->scratch, "it reads %s before %s changes it",
                               ir_string(p->ir, IR(p->ir, dataset, access->dataset)->display),
                               plan_where(p, read->last)));
    }
}

/* An arc of a dataset to itself is no circle where its model knows its own rows. */
static bool reads_itself(const struct planner *p, uint32_t from, uint32_t to)
{
    return from == to && p->builds[to].shape != SHAPE_ROWS;
}

/* Takes out of `left` (1: still there) whatever has no neighbour on one side; what remains is in a circle or
 * between two. */
static void peel(const struct planner *p, uint8_t *left, bool forward)
{
    const struct ir *ir = p->ir;
    const struct ir_index *back = forward ? &p->into : &p->out_of;
    const struct ir_index *on = forward ? &p->out_of : &p->into;
    uint32_t *degree = ARENA_ARRAY(p->scratch, uint32_t, ir->dataset.count);
    VEC(uint32_t) ready = {0};

#define OTHER(row, is_forward) ((is_forward) ? ir->edge.items[row].to.v : ir->edge.items[row].from.v)
    for (uint32_t d = 1; d < ir->dataset.count; d++) {
        for (uint32_t k = back->first[d]; k < back->first[d + 1]; k++)
            degree[d] +=
                !reads_itself(p, d, OTHER(back->rows[k], !forward)) && left[OTHER(back->rows[k], !forward)];
        if (left[d] && !degree[d])
            vec_push(p->scratch, &ready, d);
    }
    while (ready.count) {
        uint32_t d = ready.items[--ready.count];

        left[d] = 0;
        for (uint32_t k = on->first[d]; k < on->first[d + 1]; k++) {
            uint32_t next = OTHER(on->rows[k], forward);

            if (!reads_itself(p, d, next) && left[next] && !--degree[next])
                vec_push(p->scratch, &ready, next);
        }
    }
#undef OTHER
}

static void block_circles(struct planner *p)
{
    uint8_t *left = ARENA_ARRAY(p->scratch, uint8_t, p->ir->dataset.count);

    for (IR_EACH(p->ir, dataset, d))
        left[d.v] = takes_part(&p->builds[d.v]);
    peel(p, left, true);
    peel(p, left, false);
    for (IR_EACH(p->ir, dataset, d))
        if (left[d.v])
            block(p, d, "it needs its own rows, directly or through what it reads");
}

static void block_bodies(struct planner *p)
{
    for (IR_EACH(p->ir, dataset, d)) {
        const char *why = p->builds[d.v].model ? plan_body_obstacle(p, d) : NULL;

        if (why)
            block(p, d, why);
    }
}

/* Another reader of the dataset that takes part; none when there is none. */
static ir_dataset_id other_owner(const struct planner *p, uint32_t dataset)
{
    for (uint32_t k = p->out_of.first[dataset]; k < p->out_of.first[dataset + 1]; k++) {
        ir_dataset_id to = p->ir->edge.items[p->out_of.rows[k]].to;

        if (takes_part(&p->builds[to.v]))
            return to;
    }
    return (ir_dataset_id){0};
}

/* A folded frame that no model reads has nothing to be a part of. */
static void drop_orphans(struct planner *p)
{
    for (uint32_t d = p->ir->dataset.count; d-- > 1;) {
        struct plan_build *b = &p->builds[d];
        ir_dataset_id other = other_owner(p, d);

        if (b->folded && !takes_part(&p->builds[b->owner.v]) && other.v) {
            b->owner = other;
        } else if (b->folded && !takes_part(&p->builds[b->owner.v])) {
            b->folded = false;
            b->why_not = p->builds[b->owner.v].why_not;
        }
    }
}

void plan_order(struct planner *p)
{
    block_early_readers(p);
    block_circles(p);
    spread(p);
    block_bodies(p);
    spread(p);
    drop_orphans(p);
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = ((const ir_dataset_id *)a)->v, y = ((const ir_dataset_id *)b)->v;

    return (x > y) - (x < y);
}

static void sort_once_each(struct plan_datasets *list)
{
    uint32_t kept = 0;

    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_id);
    for (uint32_t i = 0; i < list->count; i++)
        if (!kept || list->items[kept - 1].v != list->items[i].v)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

void plan_upstream(const struct planner *p, ir_dataset_id dataset, struct plan_datasets *out)
{
    VEC(ir_dataset_id) work = {0};
    struct map seen = map_new(p->scratch);

    vec_push(p->scratch, &work, dataset);
    while (work.count) {
        ir_dataset_id to = work.items[--work.count];

        for (uint32_t k = p->into.first[to.v]; k < p->into.first[to.v + 1]; k++) {
            ir_dataset_id from = p->ir->edge.items[p->into.rows[k]].from;

            if (from.v == to.v) {
                continue; /* its own rows */
            } else if (!p->builds[from.v].folded) {
                ir_dataset_id twin = IR(p->ir, dataset, from)->same_as;

                vec_push(p->scratch, out, twin.v ? twin : from);
            } else if (!map_get(&seen, from.v)) {
                map_put(&seen, from.v, 1);
                vec_push(p->scratch, &work, from);
            }
        }
    }
    sort_once_each(out);
}
