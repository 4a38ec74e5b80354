/*
 * job.c - whose code is being walked: the script's or a task's, each with its own order of texts; and
 * the gaps, one per place and kind.
 */
#include "python/modules.h"

static ir_job_id script_job(struct py *py)
{
    struct py_walk *walk = py->walk;

    if (!walk->script.v)
        walk->script = ir_add_job(py->ir, (struct ir_job){.id = IR(py->ir, file, py->file)->path,
                                                          .kind = py->map ? IR_JOB_NOTEBOOK : IR_JOB_SCRIPT,
                                                          .file = py->file,
                                                          .len = py->walk->modules.items[0].len});
    return walk->script;
}

ir_job_id py_job(struct py *py)
{
    if (!py->job.v)
        py->job = script_job(py);
    return py->job;
}

/* The script's order is kept under 0, whether its row is there yet or not. */
static uint64_t order_key(const struct py *py, ir_job_id job)
{
    return map_key(0, job.v == py->walk->script.v ? 0 : job.v);
}

ir_job_id py_job_enter(struct py *py, ir_job_id job)
{
    ir_job_id before = py->job;

    map_put(&py->walk->orders, order_key(py, before), py->order);
    py->job = job;
    py->order = map_get(&py->walk->orders, order_key(py, job));
    return before;
}

void py_job_leave(struct py *py, ir_job_id before)
{
    py_job_enter(py, before);
}

void py_gap(struct py *py, enum ir_gap_kind kind, TSNode node, const char *why, const char *advice)
{
    uint64_t key = map_key(kind, py_start(node));

    if (py->walk->quiet || map_get(&py->walk->gaps, key))
        return;
    map_put(&py->walk->gaps, key, 1);
    ir_add_gap(py->ir, (struct ir_gap){.kind = kind,
                                       .file = py->file,
                                       .off = py_start(node),
                                       .len = py_len(node),
                                       .why = ir_interns(py->ir, why),
                                       .advice = ir_interns(py->ir, advice)});
}
