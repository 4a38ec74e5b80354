/*
 * pandas_series.c - methods of a column, as expressions whose meaning with nulls is pandas'.
 */
#include "python/frame.h"

#include <string.h>

static const ir_expr_id no_expr;

static struct pd wrap(struct frames *f, struct pd series, enum ir_expr_op op, TSNode place)
{
    series.kind = PD_SERIES;
    series.expr = pd_expr(f, op, place, series.expr, no_expr, no_expr);
    return series;
}

static struct pd with(struct frames *f, struct pd series, enum ir_expr_op op, ir_expr_id a, ir_expr_id b,
                      TSNode place)
{
    series.kind = PD_SERIES;
    series.expr = pd_expr(f, op, place, series.expr, a, b);
    return series;
}

struct pd pd_case(struct frames *f, struct pd condition, struct pd yes, struct pd no, TSNode place)
{
    ir_expr_id a = pd_value_for(f, condition.rel, yes, place);
    ir_expr_id b = pd_value_for(f, condition.rel, no, place);
    return with(f, condition, IR_EXPR_CASE, a, b, place);
}

/* ---- without arguments ---- */

struct simple {
    const char *name;
    enum ir_expr_op op;
};

static const struct simple series_simple[] = {
    {"isna", IR_EXPR_IS_NULL},     {"isnull", IR_EXPR_IS_NULL}, {"notna", IR_EXPR_NOT_NULL},
    {"notnull", IR_EXPR_NOT_NULL}, {"abs", IR_EXPR_ABS},
};
/* Methods that are operators: df["a"].gt(5). */
static const struct {
    const char *name, *op;
} named_operators[] = {
    {"eq", "=="}, {"ne", "!="}, {"lt", "<"},  {"le", "<="}, {"gt", ">"},      {"ge", ">="},
    {"add", "+"}, {"sub", "-"}, {"mul", "*"}, {"div", "/"}, {"truediv", "/"},
};

#define FIND(table, name) find((table), sizeof(table) / sizeof *(table), (name))

static enum ir_expr_op find(const struct simple *table, size_t n, struct slice name)
{
    for (size_t i = 0; i < n; i++)
        if (slice_is(name, table[i].name))
            return table[i].op;
    return IR_EXPR_NONE;
}

/* ---- casts ---- */

static const struct simple types[] = {
    {"int", IR_EXPR_CAST_INT},
    {"int64", IR_EXPR_CAST_INT},
    {"int32", IR_EXPR_CAST_INT},
    {"numpy.int64", IR_EXPR_CAST_INT},
    {"numpy.int32", IR_EXPR_CAST_INT},
    {"float", IR_EXPR_CAST_FLOAT},
    {"float64", IR_EXPR_CAST_FLOAT},
    {"numpy.float64", IR_EXPR_CAST_FLOAT},
    {"str", IR_EXPR_CAST_STR},
    {"string", IR_EXPR_CAST_STR},
    {"datetime64[ns]", IR_EXPR_CAST_TIMESTAMP},
};

struct pd pd_cast(struct frames *f, struct pd series, TSNode type, TSNode place)
{
    struct py *py = pd_py(f);
    struct slice name = {"", 0};
    if (!ts_node_is_null(type) && !py_string_of(py, type, &name))
        name = py_qualified(py, py_bytes(py, type));
    enum ir_expr_op op = FIND(types, name);
    if (slice_is(name, "object") || slice_is(name, "category")) /* the same values */
        return series;
    return op ? wrap(f, series, op, place) : pd_opaque_series(f, series, SLICE("astype"), place);
}

/* ---- with arguments ---- */

static bool series_astype(struct frames *f, struct pd *series, TSNode call)
{
    if (!pd_arguments_are(f, call, "dtype copy", 1))
        return false;
    *series = pd_cast(f, *series, py_argument(pd_py(f), call, "dtype", 0), call);
    return true;
}

static bool series_fillna(struct frames *f, struct pd *series, TSNode call)
{
    TSNode node = py_argument(pd_py(f), call, "value", 0);
    struct pd value = pd_operand(f, node);
    if (!pd_arguments_are(f, call, "value", 1) || (value.kind != PD_SCALAR && value.kind != PD_SERIES))
        return false;
    *series = with(f, *series, IR_EXPR_COALESCE, pd_value_for(f, series->rel, value, node), no_expr, call);
    return true;
}

static bool series_round(struct frames *f, struct pd *series, TSNode call)
{
    uint32_t digits;
    if (!pd_arguments_are(f, call, "decimals", 1) || !pd_count_argument(f, call, "decimals", 0, 0, &digits) ||
        digits > 15)
        return false;
    const char *text = arena_printf(pd_py(f)->scratch, "%u", digits);
    *series =
        with(f, *series, IR_EXPR_ROUND, pd_literal(f, IR_EXPR_NUMBER, slice_of(text), call), no_expr, call);
    return true;
}

struct pd pd_number_call(struct frames *f, struct pd series, struct slice name, TSNode digits, TSNode call)
{
    const struct py_value *v = ts_node_eq(digits, call) ? NULL : py_eval(pd_py(f), digits);
    struct slice count = v ? v->string : SLICE("0");
    if (slice_is(name, "abs"))
        return wrap(f, series, IR_EXPR_ABS, call);
    if ((v && v->kind != PY_NUMBER) || count.n != 1 || count.p[0] < '0' || count.p[0] > '9')
        return pd_opaque_series(f, series, name, call);
    return with(f, series, IR_EXPR_ROUND, pd_literal(f, IR_EXPR_NUMBER, count, call), no_expr, call);
}

/* combine_first(other) is fillna(other). */
static bool series_combine_first(struct frames *f, struct pd *series, TSNode call)
{
    struct pd other = pd_eval(f, py_argument(pd_py(f), call, "other", 0));
    if (other.kind != PD_SERIES || !pd_aligned(f, series->rel, other.rel, other.expr))
        return false;
    *series = with(f, *series, IR_EXPR_COALESCE, other.expr, no_expr, call);
    return true;
}

static bool series_between(struct frames *f, struct pd *series, TSNode call)
{
    struct pd low = pd_operand(f, py_argument(pd_py(f), call, "left", 0));
    struct pd high = pd_operand(f, py_argument(pd_py(f), call, "right", 1));
    struct slice inclusive = SLICE("both");
    TSNode given = py_argument(pd_py(f), call, "inclusive", 2);
    if (!low.kind || !high.kind || !pd_arguments_are(f, call, "left right inclusive", 3) ||
        (!ts_node_is_null(given) && !py_string_of(pd_py(f), given, &inclusive)) ||
        !slice_is(inclusive, "both"))
        return false;
    ir_expr_id a = pd_value_for(f, series->rel, low, call);
    ir_expr_id b = pd_value_for(f, series->rel, high, call);
    *series = with(f, *series, IR_EXPR_BETWEEN, a, b, call);
    return true;
}

/* pandas finds a None of the list in a column of objects, not in one of numbers: only strings beside it tell. */
static bool null_finds_nulls(const struct py_value *list)
{
    uint32_t nulls = 0, strings = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        nulls += list->items[i]->kind == PY_NONE;
        strings += list->items[i]->kind == PY_STRING;
    }
    return !nulls || (strings && nulls + strings == list->count);
}

/* isin([…]): a null in the list finds nulls, which IN does not. */
static bool isin_list(struct frames *f, struct pd *series, const struct py_value *list, TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    ir_expr_id value = series->expr, last = value, in = {0};
    ir_expr_id copy = pd_copy(f, value);
    bool null = false;
    uint32_t found = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        ir_expr_id item = pd_constant(f, list->items[i], call);
        if (!item.v)
            return false;
        if (IR(ir, expr, item)->op == IR_EXPR_NULL) {
            null = true;
            continue;
        }
        IR(ir, expr, last)->next = item;
        last = item;
        found++;
    }
    if (found)
        in = pd_expr(f, IR_EXPR_IN, call, value, no_expr, no_expr);
    if (null && copy.v) {
        ir_expr_id is_null = pd_expr(f, IR_EXPR_IS_NULL, call, copy, no_expr, no_expr);
        in = found ? pd_expr(f, IR_EXPR_OR, call, in, is_null, no_expr) : is_null;
    }
    series->expr = in.v ? in : pd_literal(f, IR_EXPR_FALSE, SLICE(""), call);
    return !null || copy.v;
}

static bool series_isin(struct frames *f, struct pd *series, TSNode call)
{
    TSNode node = py_argument(pd_py(f), call, "values", 0);
    if (ts_node_is_null(node))
        return false;
    struct pd other = pd_eval(f, node);
    if (other.kind == PD_SERIES) {
        series->kind = PD_MEMBERSHIP;
        series->other = other.rel;
        series->other_expr = other.expr;
        return true;
    }
    const struct py_value *list = py_eval(pd_py(f), node);
    if (other.kind != PD_NONE || (list->kind != PY_LIST && list->kind != PY_TUPLE) || !null_finds_nulls(list))
        return false;
    return isin_list(f, series, list, call);
}

/* where(condition, other) keeps where it holds; mask() is the other way round. */
static bool keep_where(struct frames *f, struct pd *series, TSNode call, bool keep)
{
    struct pd condition = pd_eval(f, py_argument(pd_py(f), call, "cond", 0));
    TSNode node = py_argument(pd_py(f), call, "other", 1);
    struct pd other = pd_operand(f, node);
    if (condition.kind != PD_SERIES || !pd_arguments_are(f, call, "cond other", 2))
        return false;
    if (ts_node_is_null(node)) {
        other.kind = PD_SCALAR;
        other.expr = pd_literal(f, IR_EXPR_NULL, SLICE(""), call);
    }
    *series = pd_case(f, condition, keep ? *series : other, keep ? other : *series, call);
    return true;
}

static bool series_where(struct frames *f, struct pd *series, TSNode call)
{
    return keep_where(f, series, call, true);
}

static bool series_mask(struct frames *f, struct pd *series, TSNode call)
{
    return keep_where(f, series, call, false);
}

/* map(dict), map(lambda), apply(lambda) */
static bool series_map(struct frames *f, struct pd *series, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    if (list.count != 1 || py_is(list.items[0], "keyword_argument"))
        return false;
    if (py_is(list.items[0], "lambda"))
        return pd_apply(f, *series, list.items[0], series);
    return pd_map_dict(f, series, py_eval(pd_py(f), list.items[0]), call);
}

static bool series_same(struct frames *f, struct pd *series, TSNode call)
{
    return series->expr.v && pd_arguments_are(f, call, "deep", 0);
}

static const struct {
    const char *name;
    bool (*read)(struct frames *f, struct pd *series, TSNode call);
} series_methods[] = {
    {"astype", series_astype}, {"fillna", series_fillna},
    {"round", series_round},   {"between", series_between},
    {"isin", series_isin},     {"where", series_where},
    {"mask", series_mask},     {"copy", series_same},
    {"map", series_map},       {"combine_first", series_combine_first},
    {"apply", series_map},     {"replace", pd_replace},
    {"clip", pd_clip},
};

static bool is_one_of(const char *const *list, struct slice s)
{
    while (*list && !slice_is(s, *list))
        list++;
    return *list;
}

/* What gives a single value or something else that is no column of the same rows. */
static const char *const reductions[] = {
    "sum",    "mean",     "min",  "max",   "count",  "nunique", "unique",   "std",     "var",
    "median", "any",      "all",  "item",  "tolist", "to_list", "to_numpy", "to_dict", "idxmax",
    "idxmin", "quantile", "mode", "items", "hist",   "plot",    NULL};

bool pd_is_reduction(struct slice name)
{
    return is_one_of(reductions, name);
}

/* What such an operation gives has rows again when it is reduced: rolling(3).mean(). */
static const char *const windows[] = {"rolling", "expanding", "ewm", "resample", "groupby", NULL};

static bool is_window(struct frames *f, struct pd series)
{
    const struct ir *ir = pd_py(f)->ir;
    const struct ir_expr *row = IR(ir, expr, series.expr);
    return row->op == IR_EXPR_OPAQUE && is_one_of(windows, ir_slice(ir, row->text));
}

/* What makes other rows of a column. */
static struct pd other_rows(struct frames *f, struct pd series, struct slice name, TSNode call)
{
    static const struct pd nothing;
    bool counts = slice_is(name, "value_counts") || slice_is(name, "describe");
    bool frame = slice_is(name, "to_frame") ||
                 (slice_is(name, "reset_index") && ts_node_is_null(py_argument(pd_py(f), call, "drop", -1)));
    struct pd value = counts || frame ? pd_opaque_frame(f, series.rel, (ir_rel_id){0}, name, call) : nothing;
    value.is_series = counts;
    return value;
}

struct pd pd_series_call(struct frames *f, struct pd series, struct slice name, TSNode call)
{
    static const struct pd nothing;
    enum ir_expr_op simple = FIND(series_simple, name);
    if (simple && !pd_arguments(f, call).count)
        return wrap(f, series, simple, call);
    for (size_t i = 0; i < sizeof named_operators / sizeof *named_operators; i++)
        if (slice_is(name, named_operators[i].name) && pd_arguments_are(f, call, "other", 1))
            return pd_binary(f, slice_of(named_operators[i].op), series,
                             pd_operand(f, py_argument(pd_py(f), call, "other", 0)), call);
    for (size_t i = 0; i < sizeof series_methods / sizeof *series_methods; i++)
        if (slice_is(name, series_methods[i].name)) {
            struct pd value = series;
            return series_methods[i].read(f, &value, call) ? value : pd_opaque_series(f, series, name, call);
        }
    struct pd window = pd_window_call(f, series, name, call);
    if (window.kind == PD_NONE && (slice_is(name, "rolling") || slice_is(name, "expanding")))
        window = pd_rolling(f, series, name, call);
    if (window.kind != PD_NONE)
        return window;
    const struct ir_expr *row = IR(pd_py(f)->ir, expr, series.expr);
    if (slice_is(name, "value_counts") && row->op == IR_EXPR_COLUMN) {
        struct pd_names key = {ARENA_NEW(pd_py(f)->scratch, ir_str), 1};
        key.items[0] = row->text;
        struct pd counts = pd_value_counts(f, series.rel, key, call);
        if (counts.kind != PD_NONE)
            return counts;
    }
    struct pd rows = other_rows(f, series, name, call);
    if (rows.kind != PD_NONE)
        return rows;
    if (pd_is_reduction(name) && !is_window(f, series))
        return nothing;
    return pd_opaque_series(f, series, name, call);
}
