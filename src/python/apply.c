/*
 * apply.c - functions that are given functions or names: map(), filter(), getattr(), locals(), and the objects
 * that are no more than their names: SimpleNamespace, the members of an Enum, the fields of a dataclass.
 */
#include "python/walk.h"

static const struct py_value *call_with(struct py *py, const struct py_value *function,
                                        const struct py_value *one, TSNode call)
{
    struct py_args args = {.positional = &one, .positional_count = 1};

    return py_invoke(py, function, &args, call);
}

/* What map() does with an item: a function of the files, or a library's function of one argument. */
static const struct py_value *mapped(struct py *py, TSNode function, const struct py_value *one, TSNode call)
{
    const struct py_value *f = py_eval(py, function);
    struct py_string s;

    one = py_pick(py, one);
    if (f->kind == PY_FUNCTION)
        return call_with(py, f, one, call);
    if (slice_is(py_bytes(py, function), "str") && (one->kind == PY_STRING || one->kind == PY_NUMBER)) {
        s = py_string_new(py);
        py_string_value(&s, one, call, false);
        return py_string_end(&s, call);
    }
    return py_builtin_of(py, py_qualified(py, py_dotted(py, function)), one, call);
}

static const struct py_value *mapped_each(struct py *py, TSNode function, const struct py_value *one,
                                          TSNode call)
{
    struct py_choices c;

    py_choices_begin(py, &c, call);
    while (py_choices_next(py, &c, mapped(py, function, one, call)))
        continue;
    return py_choices_end(py, &c);
}

const struct py_value *py_map(struct py *py, TSNode call)
{
    struct py_nodes nodes = py_arguments(py, call);
    const struct py_value *items = nodes.count == 2 ? py_items(py, py_eval(py, nodes.items[1])) : NULL;
    struct py_value *list = py_value_new(py, PY_LIST, call);

    if (!items)
        return py_unknown(py, call);
    list->boolean = items->boolean;
    for (uint32_t i = 0; i < items->count && i < PY_MAX_UNROLL && py_spend(py, 1); i++)
        py_push(py, list, mapped_each(py, nodes.items[0], items->items[i], call));
    return list;
}

const struct py_value *py_filter(struct py *py, TSNode call)
{
    struct py_nodes nodes = py_arguments(py, call);
    const struct py_value *items = nodes.count == 2 ? py_items(py, py_eval(py, nodes.items[1])) : NULL;
    const struct py_value *function = items ? py_eval(py, nodes.items[0]) : NULL;
    struct py_value *list = py_value_new(py, PY_LIST, call);

    if (!items)
        return py_unknown(py, call);
    list->boolean = items->boolean;
    for (uint32_t i = 0; i < items->count && i < PY_MAX_UNROLL && py_spend(py, 1); i++) {
        const struct py_value *one = items->items[i];
        int keep = function->kind == PY_FUNCTION ? py_truth(call_with(py, function, one, call))
                   : function->kind == PY_NONE   ? py_truth(one)
                                                 : -1;
        list->boolean |= keep < 0;
        if (keep)
            py_push(py, list, one);
    }
    return list;
}

const struct py_value *py_getattr(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    const struct py_value *v = NULL;
    struct slice name;

    if (args.positional_count >= 2 && py_as_text(py_pick(py, args.positional[1]), &name))
        v = py_attribute(py, args.positional[0], name);
    if (!v && args.positional_count > 2)
        v = args.positional[2];
    return v ? v : py_unknown(py, call);
}

const struct py_value *py_locals(struct py *py, TSNode call)
{
    struct py_nodes nodes = py_arguments(py, call);
    const struct py_value *of = nodes.count == 1 ? py_eval(py, nodes.items[0]) : NULL;

    if (of)
        return of->env ? py_env_dict(py, of->env, call) : py_unknown(py, call);
    return py_env_dict(py, py->env, call);
}

const struct py_value *py_globals(struct py *py, TSNode call)
{
    return py_env_dict(py, py->globals, call);
}

const struct py_value *py_namespace(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_value *v = py_value_new(py, PY_OBJECT, call);

    v->string = SLICE("types.SimpleNamespace");
    v->env = py_env_new(py, NULL);
    for (uint32_t i = 0; i < args.named_count; i++)
        py_env_set(py, v->env, args.names[i], args.named[i]);
    return v;
}

/* field(default=…), field(default_factory=…) of a dataclass, Field(…) of pydantic: what it is when nobody sets it. */
const struct py_value *py_field_default(struct py *py, TSNode call)
{
    TSNode value = py_argument(py, call, "default", 0),
           factory = py_argument(py, call, "default_factory", -1);
    const struct py_value *f;
    struct py_args none = {0};
    struct slice name;

    if (!py_none(value))
        return py_eval(py, value);
    if (py_none(factory))
        return py_unknown(py, call);
    f = py_eval(py, factory);
    name = py_bytes(py, factory);
    if (slice_is(name, "list") || slice_is(name, "dict"))
        return py_value_new(py, slice_is(name, "list") ? PY_LIST : PY_DICT, call);
    return f->kind == PY_FUNCTION ? py_invoke(py, f, &none, call) : py_unknown(py, call);
}

/* The members of an Enum, in order. */
const struct py_value *py_members(struct py *py, const struct py_value *class)
{
    const struct py_value *names = py_env_dict(py, class->env, class->node);
    struct py_value *list = py_value_new(py, PY_LIST, class->node);

    for (uint32_t i = 0; i + 1 < names->count; i += 2)
        if (names->items[i]->string.p[0] != '_' && names->items[i + 1]->kind != PY_FUNCTION)
            py_push(py, list, names->items[i + 1]);
    return list;
}
