/*
 * How long a job takes as it is written, and how long it has to: every dataset that it makes is a unit of time; as
 * written they come one after another, with dbt each waits only for those that it reads.
 */
#include "plan/planner.h"

struct levels {
    const struct ir *ir;
    uint32_t *unit;  /* by dataset: 1 when it is made and not a part of another */
    uint32_t *level; /* by dataset: how many units deep, itself included */
    ir_job_id *root; /* by dataset: the outermost job that makes it */
    struct ir_index out_of;
};

static ir_job_id root_job(const struct ir *ir, ir_job_id job)
{
    /* A job's parent has been added before it or by the reader of the same file: the chain is short. */
    for (int depth = 0; depth < 16 && IR(ir, job, job)->parent.v; depth++) {
        enum ir_job_kind kind = IR(ir, job, job)->kind;

        if (kind == IR_JOB_PROCEDURE || kind == IR_JOB_FUNCTION)
            break; /* the script that defines it does not run it */
        job = IR(ir, job, job)->parent;
    }
    return job;
}

static bool gives_rows(enum ir_access_mode mode)
{
    return mode == IR_ACCESS_CREATE || mode == IR_ACCESS_REPLACE || mode == IR_ACCESS_APPEND ||
           mode == IR_ACCESS_OVERWRITE || mode == IR_ACCESS_UPSERT || mode == IR_ACCESS_UPDATE;
}

/* A unit is a model, or a dataset into which a statement puts rows and that is no part of a model. */
static void find_units(struct levels *l)
{
    const struct ir *ir = l->ir;

    for (IR_EACH(ir, access, i)) {
        const struct ir_access *access = IR(ir, access, i);
        const struct ir_statement *s = IR(ir, statement, access->statement);
        const struct ir_dataset *d = IR(ir, dataset, access->dataset);

        if (gives_rows(access->mode) && s->kind != IR_KIND_CREATE_TABLE && access->statement.v &&
            access->dataset.v && d->kind != IR_DATASET_FRAME) {
            l->unit[access->dataset.v] = 1;
            l->root[access->dataset.v] = root_job(ir, s->job);
        }
    }
    for (IR_EACH(ir, model, m)) {
        const struct ir_model *model = IR(ir, model, m);

        l->unit[model->dataset.v] = 1;
        l->root[model->dataset.v] = root_job(ir, IR(ir, statement, model->statement)->job);
    }
}

/* What is no unit passes its readers' waiting on when it belongs to the same job (a folded frame). */
static void find_levels(struct levels *l, struct arena *scratch, bool within_jobs)
{
    const struct ir *ir = l->ir;
    uint32_t *waits = ARENA_ARRAY(scratch, uint32_t, ir->dataset.count);
    VEC(uint32_t) ready = {0};

    for (IR_EACH(ir, edge, e))
        waits[IR(ir, edge, e)->to.v] += IR(ir, edge, e)->from.v != IR(ir, edge, e)->to.v;
    for (uint32_t d = 1; d < ir->dataset.count; d++) {
        l->level[d] = l->unit[d];
        if (!waits[d])
            vec_push(scratch, &ready, d);
    }
    while (ready.count) {
        uint32_t d = ready.items[--ready.count];

        for (uint32_t k = l->out_of.first[d]; k < l->out_of.first[d + 1]; k++) {
            uint32_t to = ir->edge.items[l->out_of.rows[k]].to.v;
            bool counts = !within_jobs || !l->root[d].v || !l->root[to].v || l->root[d].v == l->root[to].v;

            if (to == d)
                continue;
            if (counts && l->level[to] < l->level[d] + l->unit[to])
                l->level[to] = l->level[d] + l->unit[to];
            if (!--waits[to])
                vec_push(scratch, &ready, to);
        }
    }
}

static struct levels levels_begin(const struct ir *ir, struct arena *scratch)
{
    struct levels l = {.ir = ir, .out_of = IR_INDEX(scratch, ir, edge, from, dataset)};

    l.unit = ARENA_ARRAY(scratch, uint32_t, ir->dataset.count);
    l.level = ARENA_ARRAY(scratch, uint32_t, ir->dataset.count);
    l.root = ARENA_ARRAY(scratch, ir_job_id, ir->dataset.count);
    find_units(&l);
    return l;
}

static void count_unit(struct plan_levels *levels, uint32_t level)
{
    levels->serial++;
    if (levels->levels < level)
        levels->levels = level;
}

void plan_levels_of_jobs(const struct ir *ir, struct arena *scratch, struct plan_levels *by_job)
{
    struct levels l = levels_begin(ir, scratch);

    find_levels(&l, scratch, true);
    for (uint32_t d = 1; d < ir->dataset.count; d++)
        if (l.unit[d] && l.root[d].v)
            count_unit(&by_job[l.root[d].v], l.level[d]);
}

struct plan_levels plan_levels_of_job(const struct ir *ir, struct arena *scratch, ir_job_id job)
{
    struct plan_levels *by_job = ARENA_ARRAY(scratch, struct plan_levels, ir->job.count);

    plan_levels_of_jobs(ir, scratch, by_job);
    return by_job[job.v];
}

struct plan_levels plan_levels_of_project(const struct ir *ir, struct arena *scratch)
{
    struct levels l = levels_begin(ir, scratch);
    struct plan_levels all = {0, 0};

    find_levels(&l, scratch, false);
    for (uint32_t d = 1; d < ir->dataset.count; d++)
        if (l.unit[d])
            count_unit(&all, l.level[d]);
    return all;
}
