/*
 * DAGs and pipelines among each other: who reads what another one writes, with nothing that makes the one wait for
 * the other. All jobs are one graph of beginnings and ends: a task begins after its DAG did and ends before it,
 * a sensor ends after what it waits for, a trigger's DAG begins after the trigger, an asset's consumers begin after
 * its producers, a command's program runs between the command's beginning and end.
 */
#include "lint/facts.h"

#include "base/map.h"
#include "ir/graph.h"

#include <stdlib.h>

#define MAX_WORK 20000000u /* arcs that are walked: what is larger costs more than it tells */

struct dags {
    struct facts *f;
    struct ir_graph graph; /* nodes 2j: job j begins; 2j + 1: it ends */
    VEC(struct ir_arc) arcs;
    uint32_t *unit;       /* job -> the DAG or pipeline that it belongs to, 0 when to none */
    uint32_t reached_for; /* the job whose successors `reached` has */
    uint8_t *reached;
    uint64_t work;
    struct map told;
};

struct mention {
    uint32_t dataset, job;
    ir_access_id access;
};

/* ---- the graph ---- */

static void arc(struct dags *d, uint32_t from, bool from_end, uint32_t to, bool to_end)
{
    vec_push(d->f->family, &d->arcs, ((struct ir_arc){from * 2 + from_end, to * 2 + to_end}));
}

static void put_inside(struct dags *d, uint32_t outer, uint32_t inner)
{
    arc(d, outer, false, inner, false);
    arc(d, inner, true, outer, true);
}

static void add_assets(struct dags *d)
{
    const struct ir *ir = d->f->ir;

    for (IR_EACH(ir, job_link, p))
        for (IR_EACH(ir, job_link, c))
            if (IR(ir, job_link, p)->kind == IR_LINK_PRODUCES &&
                IR(ir, job_link, c)->kind == IR_LINK_CONSUMES &&
                IR(ir, job_link, p)->dag.v == IR(ir, job_link, c)->dag.v && d->work++ < MAX_WORK)
                arc(d, IR(ir, job_link, p)->job.v, true, IR(ir, job_link, c)->job.v, false);
}

static void add_links(struct dags *d)
{
    const struct ir *ir = d->f->ir;

    for (IR_EACH(ir, job_link, i)) {
        const struct ir_job_link *row = IR(ir, job_link, i);

        if (!row->target.v)
            continue;
        if (row->kind == IR_LINK_WAITS)
            arc(d, row->target.v, true, row->job.v, true);
        if (row->kind == IR_LINK_STARTS)
            arc(d, row->job.v, false, row->target.v, false);
        if (row->kind == IR_LINK_RUNS)
            put_inside(d, row->job.v, row->target.v);
    }
    add_assets(d);
}

static void build(struct dags *d)
{
    const struct ir *ir = d->f->ir;

    for (IR_EACH(ir, job, j)) {
        arc(d, j.v, false, j.v, true);
        if (IR(ir, job, j)->kind == IR_JOB_TASK && IR(ir, job, j)->parent.v)
            put_inside(d, IR(ir, job, j)->parent.v, j.v);
    }
    for (IR_EACH(ir, task_edge, i))
        arc(d, IR(ir, task_edge, i)->from.v, true, IR(ir, task_edge, i)->to.v, false);
    for (IR_EACH(ir, run_file, i))
        if (IR(ir, run_file, i)->runs.v)
            put_inside(d, IR(ir, run_file, i)->job.v, IR(ir, run_file, i)->runs.v);
    for (IR_EACH(ir, routine_call, i))
        put_inside(d, IR(ir, routine_call, i)->job.v, IR(ir, routine_call, i)->routine.v);
    add_links(d);
    d->graph = ir_graph_build(d->f->family, ir->job.count * 2, d->arcs.items, d->arcs.count);
    d->reached = ARENA_ARRAY(d->f->family, uint8_t, d->graph.count + 1);
}

/* Must `first` have ended before `then` begins? */
static bool comes_before(struct dags *d, uint32_t first, uint32_t then)
{
    if (d->reached_for != first) {
        d->work += d->arcs.count;
        ir_graph_reach(&d->graph, d->f->work, first * 2 + 1, d->reached);
        d->reached_for = first;
        arena_reset(d->f->work);
    }
    return d->reached[then * 2];
}

/* ---- what belongs to what ---- */

/* A routine belongs to the DAG whose tasks call it, also through other routines; what two DAGs call belongs to none,
 * as it is not told whose rows are whose. */
static void find_units_of_routines(struct dags *d)
{
    const struct ir *ir = d->f->ir;
    bool *shared = ARENA_ARRAY(d->f->family, bool, ir->job.count), changed = true;

    while (changed && d->work < MAX_WORK) {
        changed = false;
        for (IR_EACH(ir, routine_call, i)) {
            uint32_t from = IR(ir, routine_call, i)->job.v, to = IR(ir, routine_call, i)->routine.v;
            bool clash = d->unit[to] && d->unit[from] && d->unit[to] != d->unit[from];

            d->work++;
            if (!d->unit[to] && d->unit[from]) {
                d->unit[to] = d->unit[from];
                changed = true;
            }
            if (!shared[to] && (clash || shared[from]))
                shared[to] = changed = true;
        }
    }
    for (IR_EACH(ir, job, j))
        if (shared[j.v])
            d->unit[j.v] = 0;
}

/* A task belongs to its DAG, a script to that of the task that runs it. */
static void find_units(struct dags *d)
{
    const struct ir *ir = d->f->ir;

    d->unit = ARENA_ARRAY(d->f->family, uint32_t, ir->job.count);
    for (IR_EACH(ir, job, j)) {
        enum ir_job_kind kind = IR(ir, job, IR(ir, job, j)->parent)->kind;

        if (IR(ir, job, j)->kind == IR_JOB_TASK && (kind == IR_JOB_DAG || kind == IR_JOB_PIPELINE))
            d->unit[j.v] = IR(ir, job, j)->parent.v;
    }
    for (IR_EACH(ir, run_file, i)) {
        const struct ir_run_file *row = IR(ir, run_file, i);

        if (row->runs.v && !d->unit[row->runs.v] && IR(ir, job, row->runs)->kind == IR_JOB_SCRIPT)
            d->unit[row->runs.v] = d->unit[row->job.v];
    }
    find_units_of_routines(d);
}

static int by_dataset(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;

    if (x->dataset != y->dataset)
        return x->dataset < y->dataset ? -1 : 1;
    return x->access.v < y->access.v ? -1 : x->access.v > y->access.v;
}

static bool is_certain(const struct facts *f, const struct ir_access *a)
{
    return access_is_relation(a) && a->dataset.v && !access_is_temp(f, a) &&
           !(a->flags & (IR_ACCESS_UNKNOWN_PART | IR_ACCESS_INFERRED)) &&
           (a->mode == IR_ACCESS_READ || mode_writes(a->mode));
}

static uint32_t gather(struct dags *d, struct mention **out)
{
    struct facts *f = d->f;
    VEC(struct mention) mentions = {0};

    for (IR_EACH(f->ir, statement, s)) {
        uint32_t job = IR(f->ir, statement, s)->job.v;

        for (uint32_t k = f->accesses.first[s.v]; d->unit[job] && k < f->accesses.first[s.v + 1]; k++) {
            ir_access_id a = {f->accesses.rows[k]};

            if (is_certain(f, IR(f->ir, access, a)))
                vec_push(f->family, &mentions, ((struct mention){IR(f->ir, access, a)->dataset.v, job, a}));
        }
    }
    if (mentions.count)
        qsort(mentions.items, mentions.count, sizeof *mentions.items, by_dataset);
    *out = mentions.items;
    return mentions.count;
}

/* ---- pairs ---- */

static const char *name_of(const struct facts *f, uint32_t job)
{
    const struct ir_job *row = &f->ir->job.items[job];

    return ir_string(f->ir, row->name.v ? row->name : row->id);
}

static bool reads(const struct facts *f, const struct mention *m)
{
    return IR(f->ir, access, m->access)->mode == IR_ACCESS_READ;
}

/* Does a task of the unit write the table itself? Then it reads its own rows, as far as we can tell. */
static bool writes_itself(const struct dags *d, const struct mention *m, uint32_t count, uint32_t unit)
{
    for (uint32_t i = 0; i < count; i++)
        if (d->unit[m[i].job] == unit && !reads(d->f, &m[i]))
            return true;
    return false;
}

static void judge_pair(struct dags *d, const struct mention *write, const struct mention *read)
{
    struct facts *f = d->f;
    uint32_t unit = d->unit[read->job], other = d->unit[write->job];
    uint64_t key = map_key(unit, other);

    if (unit == other || map_get(&d->told, key) || comes_before(d, write->job, read->job) ||
        comes_before(d, read->job, write->job))
        return;
    map_put(&d->told, key, 1);
    FACT_ADD(f, foreign_read, at_access(f, read->access), .dag = name_of(f, unit),
             .task = name_of(f, read->job), .writer = name_of(f, write->job), .writer_dag = name_of(f, other),
             .table = access_written(f, IR(f->ir, access, read->access)));
}

/* The mentions of one table. */
static void judge_table(struct dags *d, const struct mention *m, uint32_t count)
{
    d->told = map_new(d->f->family);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; !reads(d->f, &m[i]) && k < count && d->work++ < MAX_WORK; k++)
            if (reads(d->f, &m[k]) && d->unit[m[k].job] != d->unit[m[i].job] &&
                !writes_itself(d, m, count, d->unit[m[k].job]))
                judge_pair(d, &m[i], &m[k]);
}

void facts_of_dags(struct facts *f)
{
    struct dags d = {.f = f};
    struct mention *mentions;
    uint32_t count;

    find_units(&d);
    count = gather(&d, &mentions);
    if (!count)
        return;
    build(&d);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && mentions[end].dataset == mentions[i].dataset;)
            end++;
        judge_table(&d, mentions + i, end - i);
    }
}
