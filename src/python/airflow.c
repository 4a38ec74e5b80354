/*
 * airflow.c - Airflow's jobs: DAGs, task groups, tasks and what they run. A call with a task_id makes a
 * task, whatever its operator; a call of a function with a TaskFlow decorator does too. Callables are
 * walked when the module is over, as the task's own code.
 */
#include "python/airflow.h"

#include <string.h>

void py_airflow_begin(struct py *py)
{
    struct airflow *state = ARENA_NEW(py->scratch, struct airflow);

    state->ids = map_new(py->scratch);
    state->edges = map_new(py->scratch);
    state->runs = map_new(py->scratch);
    vec_push(py->scratch, &state->nodes, (struct af_node){0});
    py->airflow = state;
}

/* ---- nodes ---- */

static const struct py_value *handle_value(struct py *py, uint32_t handle, TSNode node, struct slice callee)
{
    struct py_value *v = py_value_new(py, PY_OBJECT, node);

    v->handle = handle;
    v->string = callee;
    return v;
}

static uint64_t id_key(struct py *py, uint32_t dag, struct slice id)
{
    return map_key(dag, strpool_intern(py->walk->names, id.p, id.n));
}

static uint32_t add_node(struct py *py, struct af_node node)
{
    struct airflow *state = af_state(py);

    vec_push(py->scratch, &state->nodes, node);
    return state->nodes.count - 1;
}

static ir_str job_id(struct py *py, const struct af_node *task)
{
    struct slice dag = task->dag ? af_node(py, task->dag)->id : (struct slice){"", 0};
    const char *id = arena_printf(py->scratch, "%.*s%s%.*s", (int)dag.n, dag.p, dag.n ? "/" : "",
                                  (int)task->id.n, task->id.p);

    return ir_interns(py->ir, id);
}

void af_set_dag(struct py *py, uint32_t task, uint32_t dag)
{
    struct af_node *n = af_node(py, task);

    if (!dag)
        return;
    n->dag = dag;
    IR(py->ir, job, n->job)->id = job_id(py, n);
    IR(py->ir, job, n->job)->parent = af_node(py, dag)->job;
}

/* What the `with` blocks around us belong to. */
static uint32_t current(struct py *py, enum af_kind kind)
{
    struct airflow *state = af_state(py);
    uint32_t i = state->contexts.count, top;

    while (i > 0 && af_node(py, state->contexts.items[i - 1])->kind == AF_TASK)
        i--;
    top = i ? state->contexts.items[i - 1] : 0;

    if (!top || kind == AF_GROUP)
        return top && af_node(py, top)->kind == AF_GROUP ? top : 0;
    return af_node(py, top)->kind == AF_DAG ? top : af_node(py, top)->dag;
}

/* What a call's own words do not say where it calls functools.partial(Operator, …): the partial, or NULL. */
static const struct py_value *partial_of(struct py *py, TSNode call)
{
    TSNode callee = py_field(call, "function");
    const struct py_value *v = py_kind(py, callee) == NODE_IDENTIFIER ? py_eval(py, callee) : NULL;

    return v && v->kind == PY_OBJECT && slice_is(v->string, "functools.partial") && v->count == 2 ? v : NULL;
}

const struct py_value *af_argument(struct py *py, TSNode call, const char *name, int position)
{
    const struct py_value *partial;
    TSNode node = py_argument(py, call, name, position);
    struct py_nodes nodes;
    const struct py_value *found = NULL;

    if (!py_none(node))
        return py_eval(py, node);
    nodes = py_arguments(py, call);
    for (uint32_t i = 0; i < nodes.count && !found; i++) {
        struct py_nodes inner = py_children(py, nodes.items[i]);
        const struct py_value *dict;
        if (py_kind(py, nodes.items[i]) != NODE_DICT_SPLAT || inner.count == 0)
            continue;
        dict = py_eval(py, inner.items[0]);
        if (dict->kind == PY_DICT)
            found = py_dict_get(py, dict, slice_of(name));
    }
    partial = found ? NULL : partial_of(py, call);
    return partial ? py_dict_get(py, partial->items[1], slice_of(name)) : found;
}

/* A keyword whose value is a DAG or group. */
static uint32_t handle_argument(struct py *py, TSNode call, const char *name, enum af_kind kind)
{
    const struct py_value *v = af_argument(py, call, name, -1);

    return v && v->handle && v->kind == PY_OBJECT && af_node(py, v->handle)->kind == kind ? v->handle : 0;
}

/* A string argument as an id: known, or with its placeholders; else the fallback. */
static struct slice id_argument(struct py *py, TSNode call, const char *name, int position,
                                struct slice fallback)
{
    const struct py_value *v = af_argument(py, call, name, position);

    return v && v->kind == PY_STRING && v->string.n ? v->string : fallback;
}

static uint32_t make_dag(struct py *py, TSNode declaration, struct slice id)
{
    uint32_t known = map_get(&af_state(py)->ids, id_key(py, 0, id));
    ir_job_id job;

    if (known && af_node(py, known)->kind == AF_DAG)
        return known;
    job = ir_add_job(py->ir, (struct ir_job){.id = ir_intern(py->ir, id.p, id.n),
                                             .kind = IR_JOB_DAG,
                                             .file = py->file,
                                             .off = py_start(declaration),
                                             .len = py_len(declaration),
                                             .name = ir_intern(py->ir, id.p, id.n)});
    known = add_node(py, (struct af_node){.kind = AF_DAG, .job = job, .id = id});
    map_put(&af_state(py)->ids, id_key(py, 0, id), known);
    return known;
}

/* What a DAG says about the templates of its tasks, and when it begins. */
static void note_dag(struct py *py, uint32_t dag, TSNode call)
{
    const struct py_value *params = af_argument(py, call, "params", -1);
    const struct py_value *macros = af_argument(py, call, "user_defined_macros", -1);
    const struct py_value *searchpath = af_argument(py, call, "template_searchpath", -1);

    af_node(py, dag)->params = params;
    af_node(py, dag)->macros = macros;
    af_node(py, dag)->searchpath = searchpath;
    af_note_schedule(py, dag, call);
}

/* The name of the file without .py: what a DAG without a known id goes by. */
static struct slice file_stem(struct py *py)
{
    struct slice path = ir_slice(py->ir, IR(py->ir, file, py->file)->path);
    size_t from = path.n;

    while (from > 0 && path.p[from - 1] != '/')
        from--;
    path = slice_sub(path, from, path.n - from);
    return slice_ends(path, ".py") ? slice_sub(path, 0, path.n - 3) : path;
}

static struct slice prefixed(struct py *py, uint32_t group, struct slice id)
{
    struct slice prefix = group ? af_node(py, group)->prefix : (struct slice){"", 0};
    struct buf b = buf_new(py->scratch);

    if (!prefix.n)
        return id;
    buf_add(&b, prefix.p, prefix.n);
    buf_add(&b, id.p, id.n);
    return buf_slice(&b);
}

static uint32_t make_group(struct py *py, TSNode call, struct slice id)
{
    TSNode wants_prefix = py_argument(py, call, "prefix_group_id", -1);
    uint32_t parent = handle_argument(py, call, "parent_group", AF_GROUP), handle;
    struct af_node group = {.kind = AF_GROUP};

    group.group = parent ? parent : current(py, AF_GROUP);
    group.dag = handle_argument(py, call, "dag", AF_DAG);
    if (!group.dag)
        group.dag = group.group ? af_node(py, group.group)->dag : current(py, AF_DAG);
    group.id = prefixed(py, group.group, id);
    if (py_none(wants_prefix) || !py_is(wants_prefix, "false"))
        group.prefix = slice_of(arena_printf(py->scratch, "%.*s.", (int)group.id.n, group.id.p));
    else if (group.group)
        group.prefix = af_node(py, group.group)->prefix;
    handle = add_node(py, group);
    if (group.group)
        vec_push(py->scratch, &af_node(py, group.group)->members, handle);
    return handle;
}

struct task_place {
    uint32_t dag, group;
};

static struct task_place place_of(struct py *py, TSNode call)
{
    struct task_place p = {handle_argument(py, call, "dag", AF_DAG),
                           handle_argument(py, call, "task_group", AF_GROUP)};

    if (!p.group)
        p.group = current(py, AF_GROUP);
    if (!p.dag)
        p.dag = p.group ? af_node(py, p.group)->dag : current(py, AF_DAG);
    return p;
}

static uint32_t make_task(struct py *py, TSNode call, struct task_place p, struct slice id)
{
    struct af_node task = {.kind = AF_TASK, .dag = p.dag, .group = p.group};
    struct slice full = prefixed(py, p.group, id);
    uint64_t key = id_key(py, p.dag, full);
    uint32_t handle = map_get(&af_state(py)->ids, key);

    if (handle && af_node(py, handle)->kind == AF_TASK)
        return handle;
    task.id = full;
    task.job = ir_add_job(py->ir, (struct ir_job){.id = job_id(py, &task),
                                                  .kind = IR_JOB_TASK,
                                                  .file = py->file,
                                                  .parent = p.dag ? af_node(py, p.dag)->job : (ir_job_id){0},
                                                  .off = py_start(call),
                                                  .len = py_len(call),
                                                  .name = ir_intern(py->ir, full.p, full.n)});
    handle = add_node(py, task);
    map_put(&af_state(py)->ids, key, handle);
    if (p.group)
        vec_push(py->scratch, &af_node(py, p.group)->members, handle);
    return handle;
}

static bool is_task(struct py *py, struct task_place p, struct slice id)
{
    return map_get(&af_state(py)->ids, id_key(py, p.dag, prefixed(py, p.group, id))) != 0;
}

/* ---- what tasks run ---- */

static void run_later(struct py *py, uint32_t task, const struct py_value *function,
                      const struct py_args *args)
{
    struct py_args *copy = ARENA_NEW(py->scratch, struct py_args);

    if (map_get(&af_state(py)->runs, map_key(task, function->handle)))
        return;
    map_put(&af_state(py)->runs, map_key(task, function->handle), 1);
    *copy = *args;
    IR(py->ir, job, af_node(py, task)->job)->in_callable = 1;
    py->walk->functions.items[function->handle].walked = true;
    vec_push(py->scratch, &af_state(py)->callables, ((struct af_callable){task, function, copy}));
}

/* python_callable=f, op_args=[…], op_kwargs={…} */
static void run_callable(struct py *py, TSNode call, uint32_t task)
{
    const struct py_value *function = af_argument(py, call, "python_callable", -1);
    const struct py_value *list = af_argument(py, call, "op_args", -1), *v;
    struct py_args args = {0};

    if (!function || function->kind != PY_FUNCTION || function->env)
        return;
    v = list ? py_items(py, list) : NULL;
    if (v) {
        args.positional = (const struct py_value **)v->items;
        args.positional_count = v->count;
    }
    v = af_argument(py, call, "op_kwargs", -1);
    if (v && v->kind == PY_DICT && v->count) {
        args.names = ARENA_ARRAY(py->scratch, struct slice, v->count / 2);
        args.named = ARENA_ARRAY(py->scratch, const struct py_value *, v->count / 2);
        for (uint32_t i = 0; i + 1 < v->count; i += 2) {
            args.named[args.named_count] = v->items[i + 1];
            args.named_count += py_as_text(v->items[i], &args.names[args.named_count]);
        }
    }
    run_later(py, task, function, &args);
}

struct operator_row {
    const char *class;
    const char *keywords;
    const char *path;
    enum ir_dialect dialect;
};

static const struct operator_row *find_operator(struct slice class)
{
    static const struct operator_row rows[] = {
#define OPERATOR(class, keywords, path, dialect) {class, keywords, path, IR_DIALECT_##dialect},
#include "python/operators.def"
#undef OPERATOR
    };
    size_t i = 0;

    while (rows[i].class[0] && !slice_is(class, rows[i].class))
        i++;
    return &rows[i];
}

/* What lies at a dotted path of keys inside a dict. */
static const struct py_value *at_path(struct py *py, const struct py_value *v, const char *path)
{
    while (*path && v && v->kind == PY_DICT) {
        size_t n = strcspn(path, ".");
        v = py_dict_get(py, v, (struct slice){path, n});
        path += n + (path[n] == '.');
    }
    return v && !*path ? v : NULL;
}

/* The SQL that an operator is given, as the task's own. */
static void run_sql(struct py *py, TSNode call, uint32_t task, struct slice class)
{
    const struct operator_row *row = find_operator(class);
    struct slice connection = py_connection_id(py, call, -1);
    const struct py_value *params = af_argument(py, call, "params", -1);
    struct py_handover how = {
        .kind = IR_CALL_OPERATOR, .call = call, .files = true, .dialect = py->options->dialect};
    ir_job_id before = py_job_enter(py, af_node(py, task)->job);

    if (!how.dialect)
        how.dialect = row->dialect ? row->dialect : py_dialect_named(class);
    if (connection.n)
        how.connection = ir_intern(py->ir, connection.p, connection.n);
    for (const char *names = row->keywords; *names;) {
        size_t n = strcspn(names, "|");
        const struct py_value *v = af_argument(py, call, arena_strndup(py->scratch, names, n), -1);
        v = v ? at_path(py, v, row->path) : NULL;
        if (v)
            py_add_sql(py, af_template(py, v, af_node(py, task)->dag, params, call), &how, true);
        names += n + (names[n] == '|');
    }
    py_job_leave(py, before);
}

/* The shell code of BashOperator and of those that run it elsewhere; each text that it may be. */
static void run_command(struct py *py, TSNode call, uint32_t task, struct slice class)
{
    bool remote = slice_ends(class, "SSHOperator");
    const struct py_value *v = af_argument(py, call, remote ? "command" : "bash_command", -1);
    const struct py_value *params = af_argument(py, call, "params", -1);
    ir_job_id before;

    if (!v)
        return;
    before = py_job_enter(py, af_node(py, task)->job);
    v = af_template(py, v, af_node(py, task)->dag, params, call);
    py_add_command(py, v, call);
    for (uint32_t i = 0; v->kind == PY_UNKNOWN && i < v->count && py_spend(py, 1); i++)
        py_add_command(py, v->items[i], call);
    py_job_leave(py, before);
}

/* An operator's class that the file itself defines: its execute() is what the task runs. */
static void run_own_operator(struct py *py, TSNode call, uint32_t task)
{
    const struct py_value *class = py_eval(py, py_field(call, "function")), *object, *execute;
    struct py_args args;

    if (class->kind != PY_FUNCTION || !class->env)
        return;
    args = py_eval_args(py, call);
    object = py_invoke(py, class, &args, call);
    execute = py_attribute(py, object, SLICE("execute"));
    if (execute && execute->kind == PY_FUNCTION && execute->base)
        run_later(py, task, execute, &(struct py_args){0});
}

/* ---- calls ---- */

/* Operators are classes: the last part begins with a capital; Op.partial(…) makes one too. */
static struct slice operator_class(struct slice qualified)
{
    struct slice last = py_last(qualified);

    if (slice_is(last, "partial") && last.n + 1 < qualified.n)
        last = py_last(slice_sub(qualified, 0, qualified.n - last.n - 1));
    return last.n && last.p[0] >= 'A' && last.p[0] <= 'Z' ? last : (struct slice){"", 0};
}

/* What other tasks return goes into this one's arguments: they come before it. */
static void join_outputs(struct py *py, TSNode call, uint32_t task)
{
    struct py_args args = py_eval_args(py, call);
    struct af_set from = {0}, to = {0};

    for (uint32_t i = 0; i < args.named_count; i++)
        af_collect_outputs(py, args.named[i], &from);
    vec_push(py->scratch, &to.items, task);
    af_join(py, &from, &to, py_start(call), py_start(call) + py_len(call));
}

static const struct py_value *make_operator(struct py *py, TSNode call, struct slice class)
{
    uint32_t task = make_task(py, call, place_of(py, call), id_argument(py, call, "task_id", -1, class));

    run_callable(py, call, task);
    run_sql(py, call, task, class);
    run_command(py, call, task, class);
    run_own_operator(py, call, task);
    af_note_links(py, call, task, class);
    join_outputs(py, call, task);
    return handle_value(py, task, call, class);
}

/* super().__init__(task_id=…) in an operator of the project's own, which is called without a task_id. */
static const struct py_value *init_operator(struct py *py, TSNode call)
{
    const struct py_value *self = py_env_get(py, py->env, SLICE("self")), *execute;
    struct slice id = id_argument(py, call, "task_id", -1, SLICE(""));
    struct task_place p = place_of(py, call);

    if (!self || self->kind != PY_OBJECT || !self->env || self->handle || !id.n || is_task(py, p, id))
        return NULL;
    ((struct py_value *)self)->handle = make_task(py, call, p, id);
    execute = py_attribute(py, self, SLICE("execute"));
    if (execute && execute->kind == PY_FUNCTION && execute->base)
        run_later(py, self->handle, execute, &(struct py_args){0});
    return self;
}

/* as_teardown(setups=…): the setups come before it. */
static const struct py_value *set_up_or_down(struct py *py, TSNode call, struct slice name,
                                             const struct py_value *receiver)
{
    const struct py_value *setups = af_argument(py, call, "setups", -1);
    struct af_set from = {0}, to = {0};

    af_node(py, receiver->handle)->role = slice_is(name, "as_setup") ? AF_SETUP : AF_TEARDOWN;
    if (setups)
        af_collect(py, setups, &from);
    for (uint32_t i = 0; i < from.items.count; i++)
        af_node(py, from.items.items[i])->role = AF_SETUP;
    vec_push(py->scratch, &to.items, receiver->handle);
    af_join(py, &from, &to, py_start(call), py_start(call) + py_len(call));
    return receiver;
}

/* dag.get_task("id") */
static const struct py_value *get_task(struct py *py, TSNode call, const struct py_value *dag)
{
    struct slice id = id_argument(py, call, "task_id", 0, SLICE(""));
    uint32_t task = id.n ? map_get(&af_state(py)->ids, id_key(py, dag->handle, id)) : 0;

    return task ? handle_value(py, task, call, SLICE("")) : NULL;
}

static const struct py_value *flow_method(struct py *py, TSNode call, struct slice name,
                                          const struct py_value *receiver)
{
    if (receiver->kind == PY_OBJECT && receiver->handle &&
        (slice_starts(name, "expand") || slice_is(name, "map"))) {
        join_outputs(py, call, receiver->handle);
        return receiver;
    }
    if (receiver->kind == PY_OBJECT && receiver->handle && af_node(py, receiver->handle)->kind == AF_DAG &&
        slice_is(name, "get_task"))
        return get_task(py, call, receiver);
    if (receiver->kind == PY_OBJECT && receiver->handle && af_node(py, receiver->handle)->kind == AF_TASK &&
        (slice_is(name, "as_setup") || slice_is(name, "as_teardown")))
        return set_up_or_down(py, call, name, receiver);
    if (receiver->kind != PY_FUNCTION || (py->walk->functions.items[receiver->handle].role != PY_TASK_ROLE &&
                                          py->walk->functions.items[receiver->handle].role != PY_GROUP_ROLE))
        return NULL;
    if (slice_starts(name, "expand"))
        return py_airflow_flow(py, call, receiver);
    if (slice_is(name, "partial") || slice_is(name, "override")) {
        struct py_value *copy = ARENA_NEW(py->scratch, struct py_value);
        *copy = *receiver;
        copy->string =
            id_argument(py, call, "task_id", -1, id_argument(py, call, "group_id", -1, receiver->string));
        return copy;
    }
    return NULL;
}

const struct py_value *py_airflow_call(struct py *py, TSNode call, struct slice qualified,
                                       const struct py_value *receiver)
{
    struct slice last = py_last(qualified), class = operator_class(qualified);
    const struct py_value *v;

    if (py->walk->quiet)
        return NULL;
    v = partial_of(py, call);
    if (v && v->base->kind == PY_UNKNOWN && py_arguments(py, v->node).count)
        class = operator_class(py_qualified(py, py_bytes(py, py_arguments(py, v->node).items[0])));
    v = af_asset(py, call, qualified);
    if (v)
        return v;
    if (class.n && af_argument(py, call, "task_id", -1))
        return make_operator(py, call, class);
    if (slice_is(last, "__init__") && af_argument(py, call, "task_id", -1))
        return init_operator(py, call);
    if (slice_is(last, "DAG") && class.n) {
        uint32_t dag = make_dag(py, call, id_argument(py, call, "dag_id", 0, file_stem(py)));
        note_dag(py, dag, call);
        return handle_value(py, dag, call, qualified);
    }
    if (slice_is(last, "TaskGroup"))
        return handle_value(py, make_group(py, call, id_argument(py, call, "group_id", 0, SLICE("group"))),
                            call, qualified);
    v = receiver ? flow_method(py, call, last, receiver) : NULL;
    return v ? v : af_edge_call(py, call, qualified, receiver);
}

/* ---- TaskFlow ---- */

/* The name of a decorated function, or what its decorator's keyword says. */
static struct slice flow_id(struct py *py, const struct py_function *f, const char *keyword,
                            struct slice override)
{
    struct py_nodes inner = py_children(py, f->decorator);
    struct slice name = py_bytes(py, py_field(f->node, "name"));

    if (override.n)
        return override;
    if (inner.count && py_kind(py, inner.items[0]) == NODE_CALL)
        return id_argument(py, inner.items[0], keyword, f->role == PY_TASK_ROLE ? -1 : 0, name);
    return name;
}

/* A second call of the same task function makes name__1. */
static struct slice free_id(struct py *py, struct task_place p, struct slice id)
{
    const char *numbered;
    struct slice full = prefixed(py, p.group, id);

    if (!map_get(&af_state(py)->ids, id_key(py, p.dag, full)))
        return id;
    for (uint32_t n = 1; py_spend(py, 1); n++) {
        numbered = arena_printf(py->scratch, "%.*s__%u", (int)id.n, id.p, n);
        full = prefixed(py, p.group, slice_of(numbered));
        if (!map_get(&af_state(py)->ids, id_key(py, p.dag, full)))
            return slice_of(numbered);
    }
    return id;
}

static struct py_args flow_args(struct py *py, TSNode call)
{
    return py_kind(py, call) == NODE_CALL ? py_eval_args(py, call) : (struct py_args){0};
}

static const struct py_value *flow_task(struct py *py, TSNode call, const struct py_value *function,
                                        struct py_function f)
{
    struct py_args args = flow_args(py, call);
    struct py_nodes decorator = py_children(py, f.decorator);
    struct task_place p = place_of(py, call);
    uint32_t task = make_task(py, call, p, free_id(py, p, flow_id(py, &f, "task_id", function->string)));
    struct af_set from = {0}, to = {0};

    for (uint32_t i = 0; i < args.positional_count; i++)
        af_collect(py, args.positional[i], &from);
    for (uint32_t i = 0; i < args.named_count; i++)
        af_collect(py, args.named[i], &from);
    vec_push(py->scratch, &to.items, task);
    af_join(py, &from, &to, py_start(call), py_start(call) + py_len(call));
    run_later(py, task, function, &args);
    af_node(py, task)->role = f.set_up;
    if (decorator.count && py_kind(py, decorator.items[0]) == NODE_CALL)
        af_note_outlets(py, decorator.items[0], task);
    return handle_value(py, task, call, SLICE(AF_OUTPUT));
}

/* @asset is a DAG of the asset's name with one task. */
static const struct py_value *flow_asset(struct py *py, TSNode call, const struct py_value *function,
                                         struct py_function f)
{
    struct slice id = flow_id(py, &f, "name", SLICE(""));
    uint32_t dag = make_dag(py, f.node, id), task;
    struct py_nodes decorator = py_children(py, f.decorator);

    if (decorator.count && py_kind(py, decorator.items[0]) == NODE_CALL)
        note_dag(py, dag, decorator.items[0]);
    task = make_task(py, f.node, (struct task_place){dag, 0}, id);
    af_note_asset(py, task, id, f.node);
    run_later(py, task, function, &(struct py_args){0});
    return handle_value(py, task, call, SLICE(AF_OUTPUT));
}

/* The body of a @dag or @task_group function makes tasks: it is walked right away, inside its context. */
static const struct py_value *flow_context(struct py *py, TSNode call, const struct py_value *function,
                                           struct py_function f)
{
    bool dag = f.role == PY_DAG_ROLE;
    struct slice id = flow_id(py, &f, dag ? "dag_id" : "group_id", function->string);
    uint32_t handle = dag ? make_dag(py, f.node, id) : make_group(py, call, id);
    struct py_nodes decorator = py_children(py, f.decorator);
    struct py_args args = flow_args(py, call);
    const struct py_value *v = handle_value(py, handle, call, SLICE("")), *result;

    if (dag && decorator.count && py_kind(py, decorator.items[0]) == NODE_CALL)
        note_dag(py, handle, decorator.items[0]);
    py_airflow_enter(py, v);
    result = py_invoke(py, function, &args, call);
    if (!dag && slice_starts(py_last(py_callee(py, call)), "expand"))
        join_outputs(py, call, handle);
    py_airflow_leave(py);
    return dag || !result->handle ? v : result;
}

const struct py_value *py_airflow_flow(struct py *py, TSNode call, const struct py_value *function)
{
    struct py_function f = py->walk->functions.items[function->handle];

    if (f.role == PY_TASK_ROLE)
        return flow_task(py, call, function, f);
    if (f.role == PY_ASSET_ROLE)
        return flow_asset(py, call, function, f);
    return flow_context(py, call, function, f);
}

const struct py_value *py_airflow_attribute(struct py *py, const struct py_value *object, struct slice name,
                                            TSNode node)
{
    const struct af_node *n = af_node(py, object->handle);

    if (slice_is(name, "dag_id") && n->kind != AF_DAG)
        n = af_node(py, n->dag);
    else if (slice_is(name, "dag") && n->dag)
        return handle_value(py, n->dag, node, SLICE("airflow.DAG"));
    else if (!slice_is(name, "dag_id") && !slice_is(name, "task_id") && !slice_is(name, "group_id"))
        return slice_is(name, "output") ? handle_value(py, object->handle, node, SLICE(AF_OUTPUT)) : NULL;
    return n->id.n ? py_string_made(py, n->id, node) : NULL;
}

/* ---- contexts ---- */

bool py_airflow_enter(struct py *py, const struct py_value *context)
{
    if (context->kind != PY_OBJECT || !context->handle)
        return false;
    vec_push(py->scratch, &af_state(py)->contexts, context->handle);
    af_node(py, context->handle)->inside = af_state(py)->nodes.count;
    return true;
}

void py_airflow_leave(struct py *py)
{
    uint32_t context = af_state(py)->contexts.items[--af_state(py)->contexts.count];

    if (af_node(py, context)->kind == AF_TASK)
        af_enclose(py, context);
}

/* The list can grow while we walk, and between two calls of this: each callable is walked once. */
void py_airflow_end(struct py *py)
{
    struct airflow *af = af_state(py);

    while (af->walked < af->callables.count) {
        struct af_callable c = af->callables.items[af->walked++];
        ir_job_id before = py_job_enter(py, af_node(py, c.task)->job);
        uint32_t epoch = py_epoch_begin(py);
        py_invoke(py, c.function, c.args, c.function->node);
        py_epoch_end(py, epoch);
        py_job_leave(py, before);
    }
}
