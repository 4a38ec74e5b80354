/*
 * airflow_links.c - what joins one DAG to another: sensors and triggers by dag_id and task_id, assets (datasets) by
 * their URI, a SubDagOperator's DAG; and when a DAG begins.
 */
#include "python/airflow.h"

static void add_link(struct py *py, ir_job_id job, enum ir_job_link_kind kind, struct slice dag,
                     struct slice task, TSNode at)
{
    ir_add_job_link(py->ir, (struct ir_job_link){.job = job,
                                                 .kind = kind,
                                                 .dag = ir_intern(py->ir, dag.p, dag.n),
                                                 .task = ir_intern(py->ir, task.p, task.n),
                                                 .file = py->file,
                                                 .off = py_start(at),
                                                 .len = py_len(at)});
}

/* ---- assets ---- */

static bool is_asset_class(struct slice qualified)
{
    struct slice last = py_last(qualified);

    return slice_starts(qualified, "airflow.") && (slice_is(last, "Asset") || slice_is(last, "Dataset"));
}

const struct py_value *af_asset(struct py *py, TSNode call, struct slice qualified)
{
    const struct py_value *uri, *name;
    struct py_value *asset;

    if (!is_asset_class(qualified))
        return NULL;
    uri = af_argument(py, call, "uri", -1);
    name = af_argument(py, call, "name", 0);
    if (!uri || uri->kind != PY_STRING)
        uri = name;
    asset = py_value_new(py, PY_OBJECT, call);
    asset->string = qualified;
    if (uri && uri->kind == PY_STRING && !uri->unknown_parts)
        py_push(py, asset, uri);
    return asset;
}

/* The URIs of an asset, a list of them, or an @asset function, which is its own name. */
static void add_assets(struct py *py, ir_job_id job, enum ir_job_link_kind kind, const struct py_value *v,
                       TSNode at)
{
    const struct py_function *f = v->kind == PY_FUNCTION ? &py->walk->functions.items[v->handle] : NULL;

    if (v->kind == PY_OBJECT && v->count && is_asset_class(v->string))
        add_link(py, job, kind, v->items[0]->string, SLICE(""), at);
    else if (f && f->role == PY_ASSET_ROLE)
        add_link(py, job, kind, py_bytes(py, py_field(f->node, "name")), SLICE(""), at);
    for (uint32_t i = 0; py_is_list(v) && i < v->count && py_spend(py, 1); i++)
        if (!py_is_list(v->items[i]))
            add_assets(py, job, kind, v->items[i], at);
}

void af_note_outlets(struct py *py, TSNode call, uint32_t task)
{
    const struct py_value *outlets = af_argument(py, call, "outlets", -1);

    if (outlets)
        add_assets(py, af_node(py, task)->job, IR_LINK_PRODUCES, outlets, call);
}

void af_note_asset(struct py *py, uint32_t task, struct slice name, TSNode at)
{
    add_link(py, af_node(py, task)->job, IR_LINK_PRODUCES, name, SLICE(""), at);
}

/* ---- when a DAG begins ---- */

/* first & second, first | second: each of them, as an update of either may start it. */
static void add_condition(struct py *py, ir_job_id dag, TSNode node, unsigned depth)
{
    if (py_kind(py, node) == NODE_PARENTHESIZED && depth > 0 && py_children(py, node).count)
        add_condition(py, dag, py_children(py, node).items[0], depth - 1);
    else if (py_kind(py, node) == NODE_BINARY && depth > 0) {
        add_condition(py, dag, py_field(node, "left"), depth - 1);
        add_condition(py, dag, py_field(node, "right"), depth - 1);
    } else {
        add_assets(py, dag, IR_LINK_CONSUMES, py_eval(py, node), node);
    }
}

void af_note_schedule(struct py *py, uint32_t dag, TSNode call)
{
    static const char *const names[] = {"schedule", "schedule_interval"};
    ir_job_id job = af_node(py, dag)->job;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        TSNode node = py_argument(py, call, names[i], -1);
        const struct py_value *v = af_argument(py, call, names[i], -1);

        if (v && v->kind == PY_STRING)
            IR(py->ir, job, job)->schedule = ir_intern(py->ir, v->string.p, v->string.n);
        else if (!py_none(node))
            add_condition(py, job, node, PY_MAX_DEPTH);
    }
}

/* ---- operators ---- */

static struct slice text_argument(struct py *py, TSNode call, const char *name)
{
    const struct py_value *v = af_argument(py, call, name, -1);

    return v && v->kind == PY_STRING && !v->unknown_parts ? v->string : (struct slice){"", 0};
}

/* external_task_id, external_task_ids; without them the whole DAG is waited for, and so it is for a group. */
static void note_sensor(struct py *py, TSNode call, ir_job_id job)
{
    struct slice dag = text_argument(py, call, "external_dag_id"),
                 task = text_argument(py, call, "external_task_id");
    const struct py_value *ids = af_argument(py, call, "external_task_ids", -1);

    if (dag.n && (!ids || !py_is_list(ids)))
        add_link(py, job, IR_LINK_WAITS, dag, task, call);
    for (uint32_t i = 0; dag.n && ids && py_is_list(ids) && i < ids->count; i++)
        if (ids->items[i]->kind == PY_STRING && !ids->items[i]->unknown_parts)
            add_link(py, job, IR_LINK_WAITS, dag, ids->items[i]->string, call);
}

static void note_trigger(struct py *py, TSNode call, ir_job_id job)
{
    struct slice dag = text_argument(py, call, "trigger_dag_id");
    const struct py_value *waits = af_argument(py, call, "wait_for_completion", -1);

    if (dag.n)
        add_link(py, job, waits && py_truth(waits) == 1 ? IR_LINK_RUNS : IR_LINK_STARTS, dag, SLICE(""),
                 call);
}

static void note_subdag(struct py *py, TSNode call, ir_job_id job)
{
    const struct py_value *dag = af_argument(py, call, "subdag", -1);

    if (dag && dag->kind == PY_OBJECT && dag->handle && af_node(py, dag->handle)->kind == AF_DAG)
        add_link(py, job, IR_LINK_RUNS, af_node(py, dag->handle)->id, SLICE(""), call);
}

void af_note_links(struct py *py, TSNode call, uint32_t task, struct slice class)
{
    static const struct {
        const char *class;
        void (*note)(struct py *py, TSNode call, ir_job_id job);
    } rows[] = {{"ExternalTaskSensor", note_sensor},
                {"ExternalTaskSensorAsync", note_sensor},
                {"TriggerDagRunOperator", note_trigger},
                {"SubDagOperator", note_subdag}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_is(class, rows[i].class))
            rows[i].note(py, call, af_node(py, task)->job);
    af_note_outlets(py, call, task);
}
