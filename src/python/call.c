/*
 * call.c - the value and the effects of a call: a function of the file is walked with its arguments, a
 * known library function is computed, a database call adds its texts, Airflow's calls make tasks. What is
 * left is an object that remembers its callee and the database behind it.
 */
#include "python/walk.h"

struct arguments {
    struct py_value *positional;
    VEC(struct slice) names;
    VEC(const struct py_value *) named;
};

static void add_named(struct py *py, struct arguments *a, struct slice name, const struct py_value *value)
{
    vec_push(py->scratch, &a->names, name);
    vec_push(py->scratch, &a->named, value);
}

static void add_dict(struct py *py, struct arguments *a, TSNode splat)
{
    struct py_nodes inner = py_children(py, splat);
    const struct py_value *dict = inner.count ? py_eval(py, inner.items[0]) : NULL;

    for (uint32_t i = 0; dict && dict->kind == PY_DICT && i + 1 < dict->count; i += 2) {
        struct slice name;
        if (py_as_text(dict->items[i], &name))
            add_named(py, a, name, dict->items[i + 1]);
    }
}

/* Functions of the file are given frames; what is known of others takes none. */
static const struct py_value *argument_value(struct py *py, TSNode node, bool frames)
{
    const struct py_value *frame = frames && !py->walk->quiet ? py_frame_value(py, node) : NULL;
    const struct py_value *v = frame ? frame : py_eval(py, node);
    struct py_value *named;
    struct slice name;

    if (!frames || v->kind != PY_UNKNOWN || v->count || v->connection.n)
        return v;
    name = py_dotted(py, node);
    if (name.n == 0 || name.p[0] == '.')
        return v;
    named = ARENA_NEW(py->scratch, struct py_value);
    *named = *v;
    named->connection = name; /* should it be a database */
    return named;
}

static struct py_args arguments_of(struct py *py, TSNode call, bool frames)
{
    struct py_nodes nodes = py_arguments(py, call);
    struct arguments a = {.positional = py_value_new(py, PY_LIST, call)};

    for (uint32_t i = 0; i < nodes.count; i++) {
        TSNode node = nodes.items[i];
        enum py_node kind = py_kind(py, node);
        if (kind == NODE_KEYWORD)
            add_named(py, &a, py_bytes(py, py_field(node, "name")),
                      argument_value(py, py_field(node, "value"), frames));
        else if (kind == NODE_LIST_SPLAT)
            py_spread(py, a.positional, node);
        else if (kind == NODE_DICT_SPLAT)
            add_dict(py, &a, node);
        else
            py_push(py, a.positional, argument_value(py, node, frames));
    }
    return (struct py_args){(const struct py_value **)a.positional->items, a.positional->count, a.names.items,
                            a.named.items, a.names.count};
}

struct py_args py_eval_args(struct py *py, TSNode call)
{
    return arguments_of(py, call, false);
}

/* What nothing else knows: an object of this callee. */
static const struct py_value *make_object(struct py *py, TSNode call, struct slice qualified,
                                          const struct py_value *receiver, const struct py_value *function)
{
    struct py_value *object = py_value_new(py, PY_OBJECT, call);

    object->string = qualified;
    py_connect(py, object, call, receiver ? receiver : function);
    py_database_call(py, call, qualified, receiver, object);
    return object;
}

static const struct py_value *call_function(struct py *py, TSNode call, const struct py_value *function,
                                            bool of_class)
{
    struct py_value bound;
    struct py_args args;

    if (py->walk->functions.items[function->handle].role != PY_PLAIN)
        return py_airflow_flow(py, call, function);
    args = arguments_of(py, call, true);
    if (of_class && !function->env && py->walk->functions.items[function->handle].class && !function->base &&
        args.positional_count && args.positional[0]->kind == PY_OBJECT) {
        bound = *function;
        bound.base = args.positional[0]; /* Class.method(self, …) */
        args.positional++;
        args.positional_count--;
        function = &bound;
    }
    return py_invoke(py, function, &args, call);
}

static const struct py_value *call_value(struct py *py, TSNode call)
{
    TSNode callee = py_field(call, "function");
    struct slice qualified = py_qualified(py, py_callee(py, call));
    const struct py_value *receiver = NULL, *function, *value;

    if (py_kind(py, callee) == NODE_ATTRIBUTE) {
        receiver = py_eval(py, py_field(callee, "object"));
        function = py_attribute(py, receiver, py_bytes(py, py_field(callee, "attribute")));
    } else {
        function = py_eval(py, callee);
    }
    value = py_airflow_call(py, call, qualified, receiver);
    if (value)
        return value;
    if (function && function->kind == PY_OBJECT && function->env && function->base)
        function = py_attribute(py, function, SLICE("__call__"));
    if (function && function->kind == PY_FUNCTION)
        return call_function(py, call, function, receiver && receiver->kind == PY_FUNCTION);
    value = function ? py_call_made(py, function, call) : NULL;
    if (value)
        return value;
    value = py->walk->alchemy ? py_alchemy_sql(py, call) : NULL;
    if (!value && receiver)
        value = py_method(py, receiver, py_last(qualified), call);
    if (!value)
        value = py_builtin(py, qualified, call);
    return value ? value : make_object(py, call, qualified, receiver, function);
}

static const struct py_value *receiver_of(struct py *py, TSNode call)
{
    TSNode callee = py_field(call, "function");

    return py_kind(py, callee) == NODE_ATTRIBUTE ? py_eval(py, py_field(callee, "object")) : NULL;
}

const struct py_value *py_eval_call(struct py *py, TSNode call)
{
    const struct py_value *value = py_memo_get(py, call);

    if (!value) {
        value = py_rows_through(py, call, receiver_of(py, call), call_value(py, call));
        py_memo_put(py, call, value);
    }
    return value;
}
