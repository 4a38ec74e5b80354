/*
 * frame_statement.c - which kind of statement over DataFrames it is: an assignment, a change in place, a way out; and
 * the frame that an expression is when something else asks for its value.
 */
#include "python/frame_state.h"
#include "python/walk.h"

/* Methods that change the frame that they are called on. */
static const char *const mutators[] = {"insert", "update", "pop", NULL};

static bool is_mutator(struct slice name)
{
    for (size_t i = 0; mutators[i]; i++)
        if (slice_is(name, mutators[i]))
            return true;
    return false;
}

/* frame.method(…, inplace=True); on one of its columns, it depends on pandas' version what that changes. */
static bool change_in_place(struct frames *f, TSNode object, struct slice name, TSNode call)
{
    bool inplace;
    if (!pd_bool_argument(f, call, "inplace", -1, false, &inplace) || (!inplace && !is_mutator(name)))
        return false;
    TSNode base = object;
    while (!pd_object_of(f, py_eval(f->py, base)) && (py_is(base, "subscript") || py_is(base, "attribute")))
        base = py_field(base, py_is(base, "subscript") ? "value" : "object");
    pd_begin(f, pd_target_name(f, base));
    struct pd frame = pd_lookup(f, base);
    if (frame.kind != PD_FRAME)
        return false;
    if (ts_node_eq(base, object) && (inplace || slice_is(name, "insert"))) {
        frame = pd_frame_call(f, frame, name, call);
    } else {
        frame = pd_opaque_frame(f, frame.rel, (ir_rel_id){0}, name, call);
    }
    if (frame.kind != PD_FRAME)
        return false;
    pd_new_version(f, base, frame.rel, base, call);
    return true;
}

/* somebody(frame): whatever it does with it, the frame is read there. */
static bool function_sink(struct frames *f, TSNode call)
{
    struct ir *ir = f->py->ir;
    TSNode function = py_field(call, "function");
    if (!ts_node_is_null(function) && py_is(function, "attribute")) {
        enum py_kind kind = py_eval(f->py, py_field(function, "object"))->kind;
        if (kind == PY_LIST || kind == PY_DICT || kind == PY_TUPLE)
            return false;
    }
    uint32_t texts = ir->text.count;
    py_eval(f->py, call);
    if (ir->text.count > texts)
        return true; /* a write by a name, which is SQL by now */
    pd_begin(f, pd_intern(f, py_callee(f->py, call)));
    struct pd value = pd_eval(f, call);
    if (value.kind != PD_FRAME || !pd_is_new(f, value.rel) || IR(ir, rel, value.rel)->kind != IR_REL_OPAQUE)
        return false;
    return pd_sink(f, py_callee(f->py, call), call);
}

static bool expression(struct frames *f, TSNode node)
{
    struct sp_target target;
    if (!py_is(node, "call"))
        return false;
    if (sp_target_of(f, node, &target))
        return sp_write(f, &target, node);
    TSNode function = py_field(node, "function");
    if (!ts_node_is_null(function) && py_is(function, "attribute")) {
        TSNode object = py_field(function, "object");
        struct slice name = py_bytes(f->py, py_field(function, "attribute"));
        struct slice qualified = py_qualified(f->py, py_callee(f->py, node));
        if (slice_is(name, "to_sql") ? !slice_starts(qualified, "awswrangler.")
                                     : slice_is(name, "to_gbq") && !slice_starts(qualified, "pandas_gbq."))
            return pd_to_sql(f, object, node);
        if (change_in_place(f, object, name, node))
            return true;
        pd_begin(f, pd_intern(f, name));
        struct pd value = pd_eval(f, object);
        if (value.kind == PD_FRAME && slice_starts(name, "to_"))
            return pd_sink(f, name, node);
        if (value.kind != PD_NONE)
            return false;
    }
    return function_sink(f, node);
}

static bool statement_of(struct frames *f, TSNode statement)
{
    TSNode node = statement;
    if (py_is(node, "expression_statement")) {
        struct py_nodes inside = py_children(f->py, node);
        if (inside.count != 1)
            return false;
        node = inside.items[0];
    }
    if (py_is(node, "assignment") || py_is(node, "augmented_assignment"))
        return pd_assignment(f, node);
    return expression(f, node);
}

bool py_frame_statement(struct py *py, TSNode statement)
{
    struct frames *f = py->frames;
    struct reading outer = f->now;
    f->now = (struct reading){0};
    bool done = statement_of(f, statement);
    f->now = outer;
    return done;
}

/* What a frame may be the value of without being there already. */
static const char *const makers[] = {
    "call", "subscript", "attribute", "await", "binary_operator", "parenthesized_expression", NULL};

const struct py_value *py_frame_value(struct py *py, TSNode node)
{
    struct frames *f = py->frames;
    struct reading outer = f->now;
    const struct py_value *known = NULL;
    uint32_t i = 0;
    while (makers[i] && !py_is(node, makers[i]))
        i++;
    if (!makers[i] || !pd_enter(f))
        return NULL;
    f->now = (struct reading){0};
    pd_begin(f, outer.target.v ? outer.target : pd_intern(f, SLICE("frame")));
    struct pd value = pd_eval(f, node);
    if (value.kind != PD_NONE && value.kind != PD_SCALAR) {
        known = py_eval(py, node);
        if (!pd_object_of(f, known))
            known = value.kind == PD_FRAME ? pd_new_frame(f, value, node, node) : pd_hold(f, value, node);
    }
    f->now = outer;
    pd_leave(f);
    return known;
}

/* ---- loops ---- */

/* The only argument of enumerate(…), else the node itself. */
static TSNode enumerated(struct py *py, TSNode node)
{
    bool counted = py_is(node, "call") && slice_is(py_callee(py, node), "enumerate");
    TSNode inside = counted ? py_argument(py, node, "iterable", 0) : node;
    return ts_node_is_null(inside) ? node : inside;
}

/* A frame for the loop variable `name`; NULL when what is looped over does not come in frames. */
static const struct py_value *part_of(struct frames *f, TSNode items, TSNode name, bool groups)
{
    struct pd value = pd_eval(f, items);
    if (value.kind == PD_GROUPS && groups)
        value = pd_opaque_frame(f, value.rel, (ir_rel_id){0}, SLICE("groupby"), items);
    else if (value.kind != PD_FRAME || !pd_is_chunks(f, value.rel))
        return NULL;
    const struct ir_rel *row = IR(f->py->ir, rel, value.rel);
    if (row->kind == IR_REL_FRAME)
        return pd_new_value(f, (struct object){.frame = row->frame}, name);
    return pd_new_frame(f, value, name, items);
}

const struct py_value *py_frame_part(struct py *py, TSNode items, TSNode left)
{
    struct frames *f = py->frames;
    struct reading outer = f->now;
    TSNode inside = enumerated(py, items), name = left;
    bool pair = py_is(left, "pattern_list") || py_is(left, "tuple_pattern");
    struct py_nodes names = pair ? py_children(py, left) : (struct py_nodes){0};
    bool counted = !ts_node_eq(inside, items);
    if ((pair && names.count != 2) || (counted && !pair))
        return NULL;
    if (pair)
        name = names.items[1];
    if (!py_is(name, "identifier") || !pd_enter(f))
        return NULL;
    f->now = (struct reading){0};
    pd_begin(f, pd_intern(f, py_bytes(py, name)));
    const struct py_value *part = part_of(f, inside, name, pair && !counted);
    if (part && pair) {
        struct py_value *both = py_value_new(py, PY_TUPLE, left);
        py_push(py, both, py_unknown(py, names.items[0]));
        py_push(py, both, part);
        part = both;
    }
    f->now = outer;
    pd_leave(f);
    return part;
}
