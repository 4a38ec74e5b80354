/*
 * made.c - callables that a call makes: functools.partial, collections.namedtuple; and classes without an
 * __init__ of their own, whose fields come in the order of their annotations.
 */
#include "python/walk.h"

/* ---- functools.partial ---- */

/* An object whose base is the function, its items the arguments that it has already. */
const struct py_value *py_partial(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_value *v = py_value_new(py, PY_OBJECT, call), *first, *named;

    if (args.positional_count == 0 || (args.positional[0]->kind != PY_FUNCTION &&
                                       args.positional[0]->kind != PY_UNKNOWN && !args.positional[0]->base))
        return py_unknown(py, call);
    first = py_value_new(py, PY_TUPLE, call);
    named = py_value_new(py, PY_DICT, call);
    for (uint32_t i = 1; i < args.positional_count; i++)
        py_push(py, first, args.positional[i]);
    for (uint32_t i = 0; i < args.named_count; i++)
        py_dict_set(py, named, py_string_made(py, args.names[i], call), args.named[i]);
    v->string = SLICE("functools.partial");
    v->base = args.positional[0];
    py_push(py, v, first);
    py_push(py, v, named);
    return v;
}

struct call {
    struct py_value *positional;
    VEC(struct slice) names;
    VEC(const struct py_value *) named;
};

static bool has_name(const struct call *c, struct slice name)
{
    for (uint32_t i = 0; i < c->names.count; i++)
        if (slice_eq(c->names.items[i], name))
            return true;
    return false;
}

/* What a partial brings along: its positional arguments first, its keywords unless they are given. */
static void add_partial(struct py *py, struct call *c, const struct py_value *partial)
{
    const struct py_value *first = partial->items[0], *named = partial->items[1];
    struct py_value *all = py_value_new(py, PY_LIST, partial->node);
    struct slice name;

    for (uint32_t i = 0; i < first->count; i++)
        py_push(py, all, first->items[i]);
    for (uint32_t i = 0; i < c->positional->count; i++)
        py_push(py, all, c->positional->items[i]);
    c->positional = all;
    for (uint32_t i = 0; i + 1 < named->count; i += 2) {
        if (!py_as_text(named->items[i], &name) || has_name(c, name))
            continue;
        vec_push(py->scratch, &c->names, name);
        vec_push(py->scratch, &c->named, named->items[i + 1]);
    }
}

static const struct py_value *call_partial(struct py *py, const struct py_value *callee, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct call c = {.positional = py_value_new(py, PY_LIST, call)};

    for (uint32_t i = 0; i < args.positional_count; i++)
        py_push(py, c.positional, args.positional[i]);
    for (uint32_t i = 0; i < args.named_count; i++) {
        vec_push(py->scratch, &c.names, args.names[i]);
        vec_push(py->scratch, &c.named, args.named[i]);
    }
    for (; slice_is(callee->string, "functools.partial") && callee->count == 2; callee = callee->base)
        add_partial(py, &c, callee);
    args = (struct py_args){(const struct py_value **)c.positional->items, c.positional->count, c.names.items,
                            c.named.items, c.names.count};
    return callee->kind == PY_FUNCTION ? py_invoke(py, callee, &args, call) : py_unknown(py, call);
}

/* ---- collections.namedtuple ---- */

/* namedtuple("Row", ["a", "b"]) or "a b" is an object that keeps the list of names. */
static const struct py_value *call_tuple(struct py *py, const struct py_value *callee, TSNode call)
{
    struct py_args args = py_eval_args(py, call), made = py_eval_args(py, callee->node);
    const struct py_value *names = made.positional_count > 1 ? py_items(py, made.positional[1]) : NULL;
    struct py_value *v = py_value_new(py, PY_OBJECT, call);
    struct slice name;

    if (!names)
        return NULL;
    v->env = py_env_new(py, NULL);
    v->string = callee->string;
    for (uint32_t i = 0; i < names->count && i < args.positional_count; i++)
        if (py_as_text(names->items[i], &name))
            py_env_set(py, v->env, name, args.positional[i]);
    for (uint32_t i = 0; i < args.named_count; i++)
        py_env_set(py, v->env, args.names[i], args.named[i]);
    return v;
}

const struct py_value *py_call_made(struct py *py, const struct py_value *callee, TSNode call)
{
    if (callee->kind != PY_OBJECT)
        return NULL;
    if (slice_is(callee->string, "functools.partial") && callee->count == 2)
        return call_partial(py, callee, call);
    if (slice_is(callee->string, "collections.namedtuple") && !callee->env)
        return call_tuple(py, callee, call);
    return NULL;
}

/* ---- classes without __init__ ---- */

void py_set_fields(struct py *py, const struct py_value *object, TSNode class, const struct py_args *args)
{
    struct py_nodes body = py_children(py, py_field(class, "body"));
    struct py_args none = {0};
    const struct py_value *after;
    uint32_t next = 0;

    for (uint32_t i = 0; i < body.count; i++) {
        struct py_nodes inner = py_children(py, body.items[i]);
        TSNode field = inner.count ? inner.items[0] : body.items[i];
        if (py_kind(py, field) != NODE_ASSIGNMENT || py_none(py_field(field, "type")))
            continue;
        if (next < args->positional_count)
            py_env_set(py, object->env, py_bytes(py, py_field(field, "left")), args->positional[next]);
        next++;
    }
    for (uint32_t i = 0; i < args->named_count; i++)
        py_env_set(py, object->env, args->names[i], args->named[i]);
    after = py_attribute(py, object, SLICE("__post_init__"));
    if (after && after->kind == PY_FUNCTION)
        py_invoke(py, after, &none, class);
}
