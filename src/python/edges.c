/*
 * edges.c - what must end before what: >>, <<, set_upstream, set_downstream, chain, cross_downstream, and
 * the data that one TaskFlow task hands to another. A group stands for its leaves on the left and for its
 * roots on the right, as they are at that moment, which is how Airflow does it.
 */
#include "python/airflow.h"

static void collect(struct py *py, const struct py_value *v, bool outputs, struct af_set *out)
{
    if (v->kind == PY_OBJECT && v->handle && af_node(py, v->handle)->kind != AF_DAG) {
        if (!outputs || slice_is(v->string, AF_OUTPUT))
            vec_push(py->scratch, &out->items, v->handle);
    } else if ((py_is_list(v) || v->kind == PY_DICT || v->kind == PY_UNKNOWN) &&
               py->walk->depth < PY_MAX_DEPTH) {
        py->walk->depth++;
        for (uint32_t i = 0; i < v->count && py_spend(py, 1); i++)
            collect(py, v->items[i], outputs, out);
        py->walk->depth--;
    }
}

void af_collect(struct py *py, const struct py_value *v, struct af_set *out)
{
    collect(py, v, false, out);
}

void af_collect_outputs(struct py *py, const struct py_value *v, struct af_set *out)
{
    collect(py, v, true, out);
}

/* ---- groups ---- */

static bool inside(struct py *py, uint32_t node, uint32_t group)
{
    while (node && node != group)
        node = af_node(py, node)->group;
    return node == group;
}

/* Does any neighbour of the task on that side belong to the group? */
static bool has_neighbour(struct py *py, uint32_t task, uint32_t group, bool up)
{
    const struct af_node *n = af_node(py, task);
    uint32_t count = up ? n->up.count : n->down.count;

    for (uint32_t i = 0; i < count && py_spend(py, 1); i++)
        if (inside(py, up ? n->up.items[i] : n->down.items[i], group))
            return true;
    return false;
}

/* A teardown ends no group: what comes before it does. */
static void add_end(struct py *py, uint32_t task, uint32_t group, bool up, struct af_set *out)
{
    const struct af_node *n = af_node(py, task);

    if (up || n->role != AF_TEARDOWN) {
        vec_push(py->scratch, &out->items, task);
        return;
    }
    for (uint32_t i = 0; i < n->up.count && py_spend(py, 1); i++)
        if (inside(py, n->up.items[i], group) && af_node(py, n->up.items[i])->role == AF_WORK)
            vec_push(py->scratch, &out->items, n->up.items[i]);
}

/* The tasks of a group without a neighbour of the group on one side: its roots (up) or leaves. */
static void add_ends(struct py *py, uint32_t at, uint32_t group, bool up, struct af_set *out)
{
    if (af_node(py, at)->kind == AF_TASK) {
        if (!has_neighbour(py, at, group, up))
            add_end(py, at, group, up, out);
        return;
    }
    for (uint32_t i = 0; i < af_node(py, at)->members.count && py_spend(py, 1); i++)
        add_ends(py, af_node(py, at)->members.items[i], group, up, out);
}

static struct af_set tasks_of(struct py *py, const struct af_set *set, bool roots)
{
    struct af_set out = {0};

    for (uint32_t i = 0; i < set->items.count; i++) {
        uint32_t at = set->items.items[i];
        if (af_node(py, at)->kind == AF_TASK)
            vec_push(py->scratch, &out.items, at);
        else
            add_ends(py, at, at, roots, &out);
    }
    return out;
}

/* ---- edges ---- */

static void add_edge(struct py *py, uint32_t from, uint32_t to, uint32_t off, uint32_t end)
{
    if (map_get(&af_state(py)->edges, map_key(from, to)) || from == to)
        return;
    map_put(&af_state(py)->edges, map_key(from, to), 1);
    if (!af_node(py, from)->dag)
        af_set_dag(py, from, af_node(py, to)->dag);
    if (!af_node(py, to)->dag)
        af_set_dag(py, to, af_node(py, from)->dag);
    vec_push(py->scratch, &af_node(py, from)->down, to);
    vec_push(py->scratch, &af_node(py, to)->up, from);
    ir_add_task_edge(py->ir, (struct ir_task_edge){.from = af_node(py, from)->job,
                                                   .to = af_node(py, to)->job,
                                                   .file = py->file,
                                                   .off = off,
                                                   .len = end - off});
}

void af_join(struct py *py, const struct af_set *from, const struct af_set *to, uint32_t off, uint32_t end)
{
    struct af_set before = tasks_of(py, from, false), after = tasks_of(py, to, true);

    for (uint32_t i = 0; i < before.items.count; i++)
        for (uint32_t k = 0; k < after.items.count && py_spend(py, 1); k++)
            add_edge(py, before.items.items[i], after.items.items[k], off, end);
}

static void join_values(struct py *py, const struct py_value *from, const struct py_value *to, uint32_t off,
                        uint32_t end)
{
    struct af_set before = {0}, after = {0};

    af_collect(py, from, &before);
    af_collect(py, to, &after);
    af_join(py, &before, &after, off, end);
}

void af_enclose(struct py *py, uint32_t teardown)
{
    struct af_node *down = af_node(py, teardown);
    uint32_t from = down->inside, to = af_state(py)->nodes.count;
    struct af_set setups = {0}, roots = {0}, leaves = {0}, self = {0};

    for (uint32_t i = 0; i < down->up.count; i++)
        if (af_node(py, down->up.items[i])->role == AF_SETUP)
            vec_push(py->scratch, &setups.items, down->up.items[i]);
    for (uint32_t i = from; i < to; i++) {
        const struct af_node *n = af_node(py, i);
        if (n->kind != AF_TASK)
            continue;
        if (n->up.count == 0)
            vec_push(py->scratch, &roots.items, i);
        if (n->down.count == 0)
            vec_push(py->scratch, &leaves.items, i);
    }
    vec_push(py->scratch, &self.items, teardown);
    af_join(py, &setups, &roots, IR(py->ir, job, down->job)->off, IR(py->ir, job, down->job)->off);
    af_join(py, &leaves, &self, IR(py->ir, job, down->job)->off, IR(py->ir, job, down->job)->off);
}

/* ---- a >> b ---- */

static bool is_shift(const struct py *py, TSNode node)
{
    TSNode operator= py_field(node, "operator");

    return py_kind(py, node) == NODE_BINARY && (py_is(operator, ">>") || py_is(operator, "<<"));
}

/* Label("…") between two tasks only decorates their edge. */
static bool is_label(const struct py_value *v)
{
    return v->kind == PY_OBJECT && slice_is(py_last(v->string), "Label");
}

const struct py_value *py_airflow_shift(struct py *py, TSNode node)
{
    const struct py_value *known = py_memo_get(py, node), *left, *right;
    TSNode from = py_field(node, "left"), to = py_field(node, "right");
    uint32_t end = py_start(node) + py_len(node);

    if (known)
        return known;
    left = py_eval(py, from);
    right = py_eval(py, to);
    if (is_shift(py, from))
        from = py_field(from, "right");
    if (is_label(right))
        right = left;
    else if (py_is(py_field(node, "operator"), ">>"))
        join_values(py, left, right, py_start(from), end);
    else
        join_values(py, right, left, py_start(from), end);
    py_memo_put(py, node, right);
    return right;
}

/* ---- calls ---- */

/* chain(a, [b, c], [d, e]): neighbours are joined, lists of the same length pair by pair. */
static void chain(struct py *py, const struct py_args *args, TSNode call)
{
    uint32_t off = py_start(call), end = off + py_len(call);

    for (uint32_t i = 1; i < args->positional_count; i++) {
        const struct py_value *a = args->positional[i - 1], *b = args->positional[i];
        if (!py_is_list(a) || !py_is_list(b)) {
            join_values(py, a, b, off, end);
            continue;
        }
        for (uint32_t k = 0; k < a->count && k < b->count && a->count == b->count; k++)
            join_values(py, a->items[k], b->items[k], off, end);
    }
}

/* Every neighbour of the first before every one of the second, lists too. */
static void chain_linear(struct py *py, const struct py_args *args, TSNode call)
{
    for (uint32_t i = 1; i < args->positional_count; i++)
        join_values(py, args->positional[i - 1], args->positional[i], py_start(call),
                    py_start(call) + py_len(call));
}

static void cross(struct py *py, TSNode call)
{
    join_values(py, py_eval(py, py_argument(py, call, "from_tasks", 0)),
                py_eval(py, py_argument(py, call, "to_tasks", 1)), py_start(call),
                py_start(call) + py_len(call));
}

static void set_relative(struct py *py, TSNode call, const struct py_value *receiver, bool up)
{
    TSNode argument = py_argument(py, call, "task_or_task_list", 0);
    const struct py_value *other = py_eval(py, argument);
    uint32_t off = py_start(call), end = off + py_len(call);

    if (up)
        join_values(py, other, receiver, off, end);
    else
        join_values(py, receiver, other, off, end);
}

const struct py_value *af_edge_call(struct py *py, TSNode call, struct slice qualified,
                                    const struct py_value *receiver)
{
    struct slice last = py_last(qualified);
    bool up = slice_is(last, "set_upstream");
    struct py_args args;

    if (receiver && (up || slice_is(last, "set_downstream"))) {
        set_relative(py, call, receiver, up);
        return py_value_new(py, PY_NONE, call);
    }
    if (!slice_starts(qualified, "airflow."))
        return NULL;
    if (slice_is(last, "cross_downstream")) {
        cross(py, call);
        return py_value_new(py, PY_NONE, call);
    }
    if (!slice_is(last, "chain") && !slice_is(last, "chain_linear"))
        return NULL;
    args = py_eval_args(py, call);
    if (slice_is(last, "chain"))
        chain(py, &args, call);
    else
        chain_linear(py, &args, call);
    return py_value_new(py, PY_NONE, call);
}
