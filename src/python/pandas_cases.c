/*
 * pandas_cases.c - what chooses a value by row: map and replace with a dict, clip, numpy.select, and functions
 * whose body is an expression over the row's columns.
 */
#include "python/frame.h"

#include <string.h>

static const struct pd nothing;
static const ir_expr_id no_expr;

enum { MAX_CASES = 200 };

/* CASE under construction: its operands in order. */
struct cases {
    ir_expr_id first, last;
};

static void add(struct frames *f, struct cases *c, ir_expr_id expr)
{
    if (c->last.v)
        IR(pd_py(f)->ir, expr, c->last)->next = expr;
    else
        c->first = expr;
    c->last = expr;
}

static struct pd finish(struct frames *f, struct pd series, const struct cases *c, TSNode call)
{
    series.kind = PD_SERIES;
    series.expr = pd_expr(f, IR_EXPR_CASE, call, c->first, no_expr, no_expr);
    return series;
}

static bool is_null(const struct frames *f, ir_expr_id expr)
{
    return IR(pd_py((struct frames *)f)->ir, expr, expr)->op == IR_EXPR_NULL;
}

/* WHEN series is key THEN value, for each pair of a dict. */
static bool add_pairs(struct frames *f, struct cases *c, struct pd series, const struct py_value *dict,
                      TSNode call)
{
    if (dict->kind != PY_DICT || !dict->count || dict->count > 2 * MAX_CASES)
        return false;
    for (uint32_t i = 0; i + 1 < dict->count; i += 2) {
        ir_expr_id key = pd_constant(f, dict->items[i], call), copy = pd_copy(f, series.expr);
        ir_expr_id value = pd_constant(f, dict->items[i + 1], call);
        if (!key.v || !value.v || !copy.v || is_null(f, key))
            return false;
        add(f, c, pd_expr(f, IR_EXPR_EQ, call, copy, key, no_expr));
        add(f, c, value);
    }
    return true;
}

bool pd_map_dict(struct frames *f, struct pd *series, const struct py_value *dict, TSNode call)
{
    struct cases c = {{0}, {0}};
    if (!add_pairs(f, &c, *series, dict, call))
        return false;
    *series = finish(f, *series, &c, call);
    return true;
}

/* replace([a, b], new) and replace([a, b], [c, d]) */
static bool add_each(struct frames *f, struct cases *c, struct pd series, const struct py_value *old,
                     const struct py_value *new, TSNode call)
{
    bool each = new->kind == PY_LIST;
    if (!old->count || old->count > MAX_CASES || (each && new->count != old->count))
        return false;
    for (uint32_t i = 0; i < old->count; i++) {
        ir_expr_id key = pd_constant(f, old->items[i], call), copy = pd_copy(f, series.expr);
        ir_expr_id value = pd_constant(f, each ? new->items[i] : new, call);
        if (!key.v || !value.v || !copy.v || is_null(f, key) || is_null(f, value))
            return false;
        add(f, c, pd_expr(f, IR_EXPR_EQ, call, copy, key, no_expr));
        add(f, c, value);
    }
    return true;
}

/* replace({old: new}) or replace(old, new): all else stays. */
bool pd_replace(struct frames *f, struct pd *series, TSNode call)
{
    struct py *py = pd_py(f);
    struct cases c = {{0}, {0}};
    TSNode what = py_argument(py, call, "to_replace", 0), by = py_argument(py, call, "value", 1);
    if (ts_node_is_null(what) || !pd_arguments_are(f, call, "to_replace value", 2))
        return false;
    const struct py_value *old = py_eval(py, what);
    if (!ts_node_is_null(by) && old->kind == PY_LIST) {
        if (!add_each(f, &c, *series, old, py_eval(py, by), call))
            return false;
    } else if (ts_node_is_null(by)) {
        if (!add_pairs(f, &c, *series, py_eval(py, what), call))
            return false;
    } else {
        ir_expr_id key = pd_constant(f, py_eval(py, what), what), value = pd_constant(f, py_eval(py, by), by);
        ir_expr_id copy = pd_copy(f, series->expr);
        if (!key.v || !value.v || !copy.v || is_null(f, key) || is_null(f, value))
            return false;
        add(f, &c, pd_expr(f, IR_EXPR_EQ, call, copy, key, no_expr));
        add(f, &c, value);
    }
    add(f, &c, series->expr);
    *series = finish(f, *series, &c, call);
    return true;
}

/* clip(lower, upper): a null stays one. */
bool pd_clip(struct frames *f, struct pd *series, TSNode call)
{
    static const char *const bounds[] = {"lower", "upper"};
    struct py *py = pd_py(f);
    struct cases c = {{0}, {0}};
    if (!pd_arguments_are(f, call, "lower upper", 2))
        return false;
    for (int i = 0; i < 2; i++) {
        TSNode node = py_argument(py, call, bounds[i], i);
        const struct py_value *v = ts_node_is_null(node) ? NULL : py_eval(py, node);
        if (!v || v->kind == PY_NONE)
            continue;
        ir_expr_id test = v->kind == PY_NUMBER ? pd_constant(f, v, node) : no_expr;
        ir_expr_id value = test.v ? pd_constant(f, v, node) : no_expr, copy = pd_copy(f, series->expr);
        if (!value.v || !copy.v)
            return false;
        add(f, &c, pd_expr(f, i ? IR_EXPR_GT : IR_EXPR_LT, call, copy, test, no_expr));
        add(f, &c, value);
    }
    if (!c.first.v)
        return false;
    add(f, &c, series->expr);
    *series = finish(f, *series, &c, call);
    return true;
}

/* ---- cut ---- */

/* A known bound; none when it is infinite on the side where that is no bound. */
static bool edge(struct frames *f, const struct py_value *v, TSNode call, ir_expr_id *out)
{
    *out = v->kind == PY_NUMBER ? pd_constant(f, v, call) : no_expr;
    return out->v;
}

/* bins=[-inf, 0, 10, inf]: the outermost edges may be infinite. */
static bool is_infinite(struct frames *f, TSNode item)
{
    struct slice text = py_bytes(pd_py(f), item);
    struct slice name = py_is(item, "unary_operator") ? py_bytes(pd_py(f), py_field(item, "argument")) : text;
    return slice_is(py_qualified(pd_py(f), name), "numpy.inf") || slice_is(text, "float('inf')") ||
           slice_is(text, "float(\"inf\")") || slice_is(text, "float('-inf')") ||
           slice_is(text, "float(\"-inf\")") || slice_is(name, "float('inf')") ||
           slice_is(name, "float(\"inf\")");
}

/* One bin, open on the left unless right=False: its condition. */
static ir_expr_id bin(struct frames *f, struct pd series, TSNode low, TSNode high, bool right, TSNode call)
{
    ir_expr_id test = no_expr, bound;
    TSNode edges[] = {low, high};
    enum ir_expr_op ops[] = {right ? IR_EXPR_GT : IR_EXPR_GE, right ? IR_EXPR_LE : IR_EXPR_LT};
    for (int i = 0; i < 2; i++) {
        if (is_infinite(f, edges[i]))
            continue;
        if (!edge(f, py_eval(pd_py(f), edges[i]), call, &bound))
            return no_expr;
        ir_expr_id one = pd_expr(f, ops[i], call, pd_copy(f, series.expr), bound, no_expr);
        test = test.v ? pd_expr(f, IR_EXPR_AND, call, test, one, no_expr) : one;
    }
    return test;
}

/* pd.cut(series, bins=[…], labels=[…]) with edges and labels that are written out. */
struct pd pd_cut(struct frames *f, TSNode call)
{
    struct py *py = pd_py(f);
    struct pd series = pd_eval(f, py_argument(py, call, "x", 0));
    TSNode bins = py_argument(py, call, "bins", 1), labels = py_argument(py, call, "labels", -1);
    struct cases c = {{0}, {0}};
    struct pd_names names;
    bool right;
    if (series.kind != PD_SERIES || !pd_arguments_are(f, call, "x bins labels right", 2) ||
        ts_node_is_null(bins) || !py_is(bins, "list") || !pd_names_of(f, labels, &names) ||
        !pd_bool_argument(f, call, "right", -1, true, &right))
        return nothing;
    struct py_nodes edges = py_children(py, bins);
    if (edges.count != names.count + 1 || edges.count > MAX_CASES)
        return nothing;
    for (uint32_t i = 0; i < names.count; i++) {
        ir_expr_id test = bin(f, series, edges.items[i], edges.items[i + 1], right, call);
        if (!test.v)
            return nothing;
        add(f, &c, test);
        add(f, &c, pd_literal(f, IR_EXPR_STRING, ir_slice(py->ir, names.items[i]), call));
    }
    return finish(f, series, &c, call);
}

/* numpy.select([conditions], [values], default) */
struct pd pd_select_cases(struct frames *f, TSNode call)
{
    struct py *py = pd_py(f);
    TSNode tests = py_argument(py, call, "condlist", 0), values = py_argument(py, call, "choicelist", 1);
    TSNode otherwise = py_argument(py, call, "default", 2);
    struct cases c = {{0}, {0}};
    struct pd base = nothing;
    if (ts_node_is_null(tests) || ts_node_is_null(values) || !py_is(tests, "list") ||
        !py_is(values, "list") || ts_node_is_null(otherwise))
        return nothing;
    struct py_nodes a = py_children(py, tests), b = py_children(py, values);
    for (uint32_t i = 0; i < a.count && a.count == b.count; i++) {
        struct pd test = pd_eval(f, a.items[i]), value = pd_operand(f, b.items[i]);
        if (test.kind != PD_SERIES || !value.kind)
            return nothing;
        base = i ? base : test;
        add(f, &c, pd_value_for(f, base.rel, test, a.items[i]));
        add(f, &c, pd_value_for(f, base.rel, value, b.items[i]));
    }
    struct pd last = base.kind ? pd_operand(f, otherwise) : nothing;
    if (!last.kind)
        return nothing;
    add(f, &c, pd_value_for(f, base.rel, last, otherwise));
    return finish(f, base, &c, call);
}

/* ---- functions of a row ---- */

/* `a if c else b` where c is a comparison of columns; all else has Python's truth, which is not a column's. */
static struct pd body(struct frames *f, TSNode node)
{
    struct pd value = nothing;
    struct py_nodes parts = py_children(pd_py(f), node);
    if (py_is(node, "parenthesized_expression") && parts.count == 1)
        node = parts.items[0];
    if (!py_is(node, "conditional_expression"))
        return pd_operand(f, node);
    parts = py_children(pd_py(f), node);
    if (parts.count != 3 || !py_is(parts.items[1], "comparison_operator") || !pd_enter(f))
        return nothing;
    struct pd test = pd_eval(f, parts.items[1]), yes = body(f, parts.items[0]), no = body(f, parts.items[2]);
    if (test.kind == PD_SERIES && yes.kind && no.kind)
        value = pd_case(f, test, yes, no, node);
    pd_leave(f);
    return value;
}

/* In such a function a name is a value and no column: its methods are Python's own, ~ and & count bits, and what
 * another frame would do there is anybody's guess. */
static bool is_of_values(struct frames *f, TSNode node)
{
    struct py *py = pd_py(f);
    bool fine = pd_enter(f);
    if (!fine)
        return false;
    struct py_nodes parts = py_children(py, node);
    TSNode operator= py_field(node, "operator");
    struct slice op = ts_node_is_null(operator) ? SLICE("") : py_bytes(py, operator);
    if (py_is(node, "call"))
        fine = slice_starts(py_qualified(py, py_callee(py, node)), "pandas.");
    else if (py_is(node, "identifier"))
        fine = !py_eval(py, node)->frame;
    else if (py_is(node, "attribute"))
        fine = !slice_is(py_bytes(py, py_field(node, "attribute")), "name");
    else if (slice_is(op, "~") || slice_is(op, "&") || slice_is(op, "|"))
        fine = false;
    for (uint32_t i = 0; fine && i < parts.count; i++)
        fine = is_of_values(f, parts.items[i]);
    pd_leave(f);
    return fine;
}

/* apply(lambda x: …) with only comparisons, arithmetic and choices in it; `of` is what x is. */
bool pd_apply(struct frames *f, struct pd of, TSNode function, struct pd *out)
{
    struct py *py = pd_py(f);
    if (ts_node_is_null(function) || !py_is(function, "lambda"))
        return false;
    TSNode list = py_field(function, "parameters");
    struct py_nodes parameters = {0};
    if (!ts_node_is_null(list))
        parameters = py_children(py, list);
    if (parameters.count != 1 || !py_is(parameters.items[0], "identifier") ||
        py_is(py_field(function, "body"), "identifier") || !is_of_values(f, py_field(function, "body")))
        return false;
    void *before = pd_bind_local(f, pd_intern(f, py_bytes(py, parameters.items[0])), of);
    *out = body(f, py_field(function, "body"));
    pd_unbind_local(f, before);
    return out->kind == PD_SERIES;
}
