/*
 * pandas_window.c - what looks at other rows of a column or of its group: shift, diff, cumulative sums, ranks, rolling
 * and expanding windows, transform, duplicated. Where that means rows before this one, it is the order that the rows
 * have when it is asked for, which is only known after a sort.
 */
#include "python/frame.h"

#include <string.h>

static const struct pd nothing;
static const ir_expr_id no_expr;

/* A window under construction: the function's operand, then what is in OVER. */
struct window {
    struct frames *f;
    TSNode call;
    struct pd series;               /* the column */
    const struct pd_groups *groups; /* NULL: all rows */
    ir_expr_id function, last;
};

static ir_expr_id column(const struct window *w)
{
    return pd_copy(w->f, w->series.expr);
}

static void append(struct window *w, ir_expr_id expr)
{
    IR(pd_py(w->f)->ir, expr, w->last)->next = expr;
    w->last = expr;
}

static ir_expr_id group_key(const struct window *w, uint32_t i)
{
    struct ir *ir = pd_py(w->f)->ir;
    return pd_literal(w->f, IR_EXPR_COLUMN, ir_slice(ir, w->groups->keys.items[i]), w->call);
}

/* `op` of the column (or of nothing) over the group. */
static void begin(struct window *w, enum ir_expr_op op, ir_expr_id operand)
{
    w->function = w->last = pd_expr(w->f, op, w->call, operand, no_expr, no_expr);
    for (uint32_t i = 0; w->groups && i < w->groups->keys.count; i++)
        append(w, pd_expr(w->f, IR_EXPR_PARTITION, w->call, group_key(w, i), no_expr, no_expr));
}

static void order_by(struct window *w, ir_expr_id key, const char *how)
{
    ir_expr_id order = pd_expr(w->f, IR_EXPR_ORDER, w->call, key, no_expr, no_expr);
    IR(pd_py(w->f)->ir, expr, order)->text = ir_interns(pd_py(w->f)->ir, how);
    append(w, order);
}

/* In the order that the rows have. */
static void in_order(struct window *w)
{
    order_by(w, no_expr, "");
}

/* The last `count` rows; 0: all up to this one. */
static void rows(struct window *w, uint32_t count)
{
    ir_expr_id row = pd_expr(w->f, IR_EXPR_ROWS, w->call, no_expr, no_expr, no_expr);
    const char *text = count ? arena_printf(pd_py(w->f)->scratch, "%u", count - 1) : "";
    IR(pd_py(w->f)->ir, expr, row)->text = ir_interns(pd_py(w->f)->ir, text);
    append(w, row);
}

static ir_expr_id end(struct window *w)
{
    return pd_expr(w->f, IR_EXPR_WINDOW, w->call, w->function, no_expr, no_expr);
}

static ir_expr_id number(const struct window *w, uint32_t value)
{
    const char *text = arena_printf(pd_py(w->f)->scratch, "%u", value);
    return pd_literal(w->f, IR_EXPR_NUMBER, slice_of(text), w->call);
}

static ir_expr_id binary(const struct window *w, enum ir_expr_op op, ir_expr_id a, ir_expr_id b)
{
    return pd_expr(w->f, op, w->call, a, b, no_expr);
}

/* `value` where the column is not null. */
static ir_expr_id where_known(const struct window *w, ir_expr_id value)
{
    ir_expr_id known = pd_expr(w->f, IR_EXPR_NOT_NULL, w->call, column(w), no_expr, no_expr);
    return binary(w, IR_EXPR_CASE, known, value);
}

/* A row whose key is null is in no group, and gets nothing. */
static ir_expr_id where_grouped(const struct window *w, ir_expr_id value)
{
    ir_expr_id known = no_expr;
    for (uint32_t i = 0; w->groups && w->groups->drop_null && i < w->groups->keys.count; i++) {
        ir_expr_id one = pd_expr(w->f, IR_EXPR_NOT_NULL, w->call, group_key(w, i), no_expr, no_expr);
        known = i ? binary(w, IR_EXPR_AND, known, one) : one;
    }
    return known.v ? binary(w, IR_EXPR_CASE, known, value) : value;
}

/* ---- the operations ---- */

/* How many rows shift() and diff() go back; negative: ahead. */
static bool periods_of(struct window *w, const char **text)
{
    struct py *py = pd_py(w->f);
    TSNode node = py_argument(py, w->call, "periods", 0);
    const struct py_value *v = ts_node_is_null(node) ? NULL : py_eval(py, node);
    *text = "1";
    if (!pd_arguments_are(w->f, w->call, "periods", 1))
        return false;
    if (!v)
        return true;
    struct slice s = v->string;
    size_t sign = v->kind == PY_NUMBER && s.n && s.p[0] == '-';
    if (v->kind != PY_NUMBER || s.n <= sign || s.n > 5)
        return false;
    for (size_t i = sign; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    *text = arena_strndup(py->scratch, s.p, s.n);
    return strcmp(*text, "0") != 0;
}

static ir_expr_id shifted(struct window *w)
{
    const char *periods;
    if (!periods_of(w, &periods))
        return no_expr;
    begin(w, IR_EXPR_LAG, column(w));
    IR(pd_py(w->f)->ir, expr, w->function)->text = ir_interns(pd_py(w->f)->ir, periods);
    in_order(w);
    return end(w);
}

static ir_expr_id shift(struct window *w)
{
    ir_expr_id value = shifted(w);
    return value.v ? where_grouped(w, value) : value;
}

static ir_expr_id diff(struct window *w)
{
    ir_expr_id before = shifted(w);
    return before.v ? where_grouped(w, binary(w, IR_EXPR_SUB, column(w), before)) : before;
}

static ir_expr_id cumulative(struct window *w, enum ir_expr_op op)
{
    if (pd_arguments(w->f, w->call).count)
        return no_expr;
    begin(w, op, column(w));
    in_order(w);
    rows(w, 0);
    return where_grouped(w, where_known(w, end(w)));
}

static ir_expr_id cumsum(struct window *w)
{
    return cumulative(w, IR_EXPR_AGG_SUM_SQL);
}

static ir_expr_id cummax(struct window *w)
{
    return cumulative(w, IR_EXPR_AGG_MAX);
}

static ir_expr_id cummin(struct window *w)
{
    return cumulative(w, IR_EXPR_AGG_MIN);
}

/* The number of rows of the group before this one. */
static ir_expr_id cumcount(struct window *w)
{
    bool up;
    if (!w->groups || !pd_arguments_are(w->f, w->call, "ascending", 1) ||
        !pd_bool_argument(w->f, w->call, "ascending", 0, true, &up) || !up)
        return no_expr;
    begin(w, IR_EXPR_ROW_NUMBER, no_expr);
    in_order(w);
    return where_grouped(w, binary(w, IR_EXPR_SUB, end(w), number(w, 1)));
}

/* Equal values share the mean of their places: the first place and half of how many more there are. */
static ir_expr_id average_rank(struct window *w, const char *how)
{
    begin(w, IR_EXPR_RANK, no_expr);
    order_by(w, column(w), how);
    ir_expr_id first = end(w);
    begin(w, IR_EXPR_AGG_SIZE, no_expr);
    append(w, pd_expr(w->f, IR_EXPR_PARTITION, w->call, column(w), no_expr, no_expr));
    ir_expr_id more = binary(w, IR_EXPR_SUB, end(w), number(w, 1));
    return binary(w, IR_EXPR_ADD, first, binary(w, IR_EXPR_DIV, more, number(w, 2)));
}

static const struct {
    const char *method;
    enum ir_expr_op op;
} ranks[] = {{"min", IR_EXPR_RANK},
             {"dense", IR_EXPR_DENSE_RANK},
             {"first", IR_EXPR_ROW_NUMBER},
             {"max", IR_EXPR_AGG_COUNT}};

static ir_expr_id rank(struct window *w)
{
    struct py *py = pd_py(w->f);
    struct slice method = SLICE("average");
    TSNode node = py_argument(py, w->call, "method", w->groups ? 0 : 1);
    bool up;
    if (!pd_arguments_are(w->f, w->call, "method ascending", w->groups ? 1 : 0) ||
        (!ts_node_is_null(node) && !py_string_of(py, node, &method)) ||
        !pd_bool_argument(w->f, w->call, "ascending", -1, true, &up))
        return no_expr;
    const char *how = up ? "" : "desc";
    if (slice_is(method, "average"))
        return where_grouped(w, where_known(w, average_rank(w, how)));
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        if (!slice_is(method, ranks[i].method))
            continue;
        begin(w, ranks[i].op, ranks[i].op == IR_EXPR_AGG_COUNT ? column(w) : no_expr);
        order_by(w, column(w), how);
        if (ranks[i].op == IR_EXPR_ROW_NUMBER)
            in_order(w);
        return where_grouped(w, where_known(w, end(w)));
    }
    return no_expr;
}

/* transform("sum"): the group's value beside each of its rows. */
static ir_expr_id transform(struct window *w)
{
    enum ir_expr_op op;
    if (!w->groups || !pd_arguments_are(w->f, w->call, "func", 1) ||
        !pd_read_aggregate(w->f, py_argument(pd_py(w->f), w->call, "func", 0), &op))
        return no_expr;
    begin(w, op, op == IR_EXPR_AGG_SIZE ? no_expr : column(w));
    return where_grouped(w, end(w));
}

static const struct {
    const char *name;
    ir_expr_id (*make)(struct window *w);
    bool single; /* of one column */
} operations[] = {{"shift", shift, true},        {"diff", diff, true},          {"cumsum", cumsum, true},
                  {"cummax", cummax, true},      {"cummin", cummin, true},      {"rank", rank, true},
                  {"cumcount", cumcount, false}, {"transform", transform, true}};

static struct pd make(struct window *w, struct slice name)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (!slice_is(name, operations[i].name) || (operations[i].single && !w->series.expr.v))
            continue;
        struct pd value = {.kind = PD_SERIES, .rel = w->series.rel, .expr = operations[i].make(w)};
        return value.expr.v ? value : nothing;
    }
    return nothing;
}

struct pd pd_window_call(struct frames *f, struct pd series, struct slice name, TSNode call)
{
    struct window w = {.f = f, .call = call, .series = series};
    return make(&w, name);
}

struct pd pd_groups_window_call(struct frames *f, struct pd groups, struct slice name, TSNode call)
{
    struct window w = {.f = f, .call = call, .series = {.rel = groups.rel}, .groups = groups.groups};
    struct ir *ir = pd_py(f)->ir;
    if (groups.groups->single)
        w.series.expr = pd_literal(f, IR_EXPR_COLUMN, ir_slice(ir, groups.groups->selected.items[0]), call);
    return make(&w, name);
}

/* ---- rolling, expanding ---- */

struct pd pd_rolling(struct frames *f, struct pd series, struct slice name, TSNode call)
{
    struct pd_span *span = ARENA_NEW(pd_py(f)->scratch, struct pd_span);
    bool expanding = slice_is(name, "expanding");
    bool known = expanding ? pd_arguments_are(f, call, "min_periods", 1) &&
                                 pd_count_argument(f, call, "min_periods", 0, 1, &span->least)
                           : pd_arguments_are(f, call, "window min_periods", 2) &&
                                 pd_count_argument(f, call, "window", 0, 0, &span->rows) && span->rows &&
                                 pd_count_argument(f, call, "min_periods", 1, span->rows, &span->least);
    if (!known || !span->least)
        return nothing;
    span->name = pd_intern(f, name);
    series.kind = PD_ROLLING;
    series.span = span;
    return series;
}

static const struct {
    const char *name;
    enum ir_expr_op op;
} rolled[] = {{"sum", IR_EXPR_AGG_SUM_SQL},
              {"mean", IR_EXPR_AGG_MEAN},
              {"min", IR_EXPR_AGG_MIN},
              {"max", IR_EXPR_AGG_MAX}};

struct pd pd_rolling_call(struct frames *f, struct pd series, struct slice name, TSNode call)
{
    struct window w = {.f = f, .call = call, .series = series};
    for (size_t i = 0; i < sizeof rolled / sizeof *rolled; i++) {
        if (!slice_is(name, rolled[i].name) || pd_arguments(f, call).count)
            continue;
        begin(&w, rolled[i].op, column(&w));
        in_order(&w);
        rows(&w, series.span->rows);
        ir_expr_id value = end(&w);
        if (series.span->least > 1) {
            begin(&w, IR_EXPR_AGG_COUNT, column(&w));
            in_order(&w);
            rows(&w, series.span->rows);
            value = binary(&w, IR_EXPR_CASE, binary(&w, IR_EXPR_GE, end(&w), number(&w, series.span->least)),
                           value);
        }
        return (struct pd){.kind = PD_SERIES, .rel = series.rel, .expr = value};
    }
    series.kind = PD_SERIES;
    return pd_opaque_series(f, series, ir_slice(pd_py(f)->ir, series.span->name), call);
}

/* ---- duplicated ---- */

/* Is the row one of several alike: the first, the last or (keep=False) none of them does not count. */
bool pd_duplicated(struct frames *f, ir_rel_id rel, struct pd_names subset, struct slice keep, TSNode call,
                   ir_expr_id *out)
{
    struct window w = {.f = f, .call = call, .series = {.rel = rel}};
    struct ir *ir = pd_py(f)->ir;
    bool all = slice_is(keep, "False"), last = slice_is(keep, "last");
    begin(&w, all ? IR_EXPR_AGG_SIZE : IR_EXPR_ROW_NUMBER, no_expr);
    for (uint32_t i = 0; i < subset.count || (!i && !subset.count); i++) {
        ir_expr_id key =
            subset.count ? pd_literal(f, IR_EXPR_COLUMN, ir_slice(ir, subset.items[i]), call) : no_expr;
        append(&w, pd_expr(f, IR_EXPR_PARTITION, call, key, no_expr, no_expr));
    }
    if (!all && subset.count) /* of rows that are alike in all columns, any may be the first */
        order_by(&w, no_expr, last ? "desc" : "");
    *out = binary(&w, IR_EXPR_GT, end(&w), number(&w, 1));
    return all || last || slice_is(keep, "first");
}
