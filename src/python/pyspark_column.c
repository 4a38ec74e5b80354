/*
 * pyspark_column.c - PySpark's columns: functions, methods and windows. A column belongs to a frame only once it
 * is used there; what a null does is SQL's business, which IR_REL_SPARK says to those who write it.
 */
#include "python/pyspark.h"

#include <string.h>

static const struct pd nothing;
static const ir_expr_id no_expr;

static struct pd column(ir_rel_id rel, ir_expr_id expr)
{
    return (struct pd){.kind = PD_SERIES, .rel = rel, .expr = expr, .spark = true};
}

static struct pd opaque(struct frames *f, struct pd from, struct slice name, TSNode call)
{
    struct pd made = pd_opaque_series(f, from, name, call);
    made.spark = true;
    return made;
}

/* "alias.name" is the column name of that alias, where such an alias was given. */
static struct pd column_called(struct frames *f, struct slice name, TSNode node)
{
    const char *dot = memchr(name.p, '.', name.n);
    ir_rel_id rel = {0};
    if (dot)
        rel = pd_aliased(f, pd_intern(f, slice_sub(name, 0, (size_t)(dot - name.p))));
    if (rel.v)
        name = slice_sub(name, (size_t)(dot - name.p) + 1, name.n - (size_t)(dot - name.p) - 1);
    return column(rel, pd_literal(f, IR_EXPR_COLUMN, name, node));
}

struct pd sp_column_named(struct frames *f, struct slice name, TSNode node)
{
    struct pd made = column_called(f, name, node);
    return memchr(name.p, '.', name.n) && !made.rel.v ? nothing : made;
}

struct pd sp_column_argument(struct frames *f, TSNode node)
{
    struct slice name;
    if (ts_node_is_null(node))
        return nothing;
    struct pd value = pd_eval(f, node);
    if (value.kind == PD_SERIES)
        return value;
    if (value.kind == PD_NONE && py_string_of(pd_py(f), node, &name) && name.n && name.p[0] != '*')
        return column_called(f, name, node);
    return nothing;
}

/* A column, or a constant that stands for itself. */
static struct pd operand(struct frames *f, TSNode node)
{
    return ts_node_is_null(node) ? nothing : pd_operand(f, node);
}

static ir_rel_id rel_of(struct pd a, struct pd b)
{
    return a.rel.v ? a.rel : b.rel;
}

ir_str sp_name_of(struct frames *f, struct pd value)
{
    const struct ir_expr *row = IR(pd_py(f)->ir, expr, value.expr);
    if (value.name.v)
        return value.name;
    return row->op == IR_EXPR_COLUMN ? row->text : (ir_str){0};
}

/* ---- functions ---- */

static const struct {
    const char *name;
    enum ir_expr_op op;
} simple[] = {
    {"lower", IR_EXPR_LOWER},
    {"upper", IR_EXPR_UPPER},
    {"length", IR_EXPR_LENGTH},
    {"abs", IR_EXPR_ABS},
    {"year", IR_EXPR_YEAR},
    {"month", IR_EXPR_MONTH},
    {"dayofmonth", IR_EXPR_DAY},
    {"isnull", IR_EXPR_IS_NULL},
    {"isnotnull", IR_EXPR_NOT_NULL},
    {"sum", IR_EXPR_AGG_SUM_SQL},
    {"avg", IR_EXPR_AGG_MEAN},
    {"mean", IR_EXPR_AGG_MEAN},
    {"min", IR_EXPR_AGG_MIN},
    {"max", IR_EXPR_AGG_MAX},
    {"count", IR_EXPR_AGG_COUNT},
    {"countDistinct", IR_EXPR_AGG_NUNIQUE},
    {"count_distinct", IR_EXPR_AGG_NUNIQUE},
    {"stddev", IR_EXPR_AGG_STD},
    {"stddev_samp", IR_EXPR_AGG_STD},
};
static const struct {
    const char *name;
    enum ir_expr_op op;
} ranks[] = {{"row_number", IR_EXPR_ROW_NUMBER}, {"rank", IR_EXPR_RANK}, {"dense_rank", IR_EXPR_DENSE_RANK}};
static const struct {
    const char *name;
    enum ir_expr_op op;
} trims[] = {{"trim", IR_EXPR_STRIP}, {"ltrim", IR_EXPR_LSTRIP}, {"rtrim", IR_EXPR_RSTRIP}};
static const struct {
    const char *name, *part;
} parts[] = {{"hour", "HOUR"},       {"minute", "MINUTE"}, {"second", "SECOND"},
             {"quarter", "QUARTER"}, {"dayofyear", "DOY"}, {"weekofyear", "WEEK"}};

/* What Spark calls an aggregate without an alias. */
static ir_str aggregate_name(struct frames *f, enum ir_expr_op op, struct slice function, ir_expr_id of)
{
    struct ir *ir = pd_py(f)->ir;
    const struct ir_expr *row = IR(ir, expr, of);
    if (op == IR_EXPR_AGG_SIZE)
        return ir_interns(ir, "count(1)");
    if (op < IR_EXPR_AGG_SUM || op > IR_EXPR_AGG_STD || op == IR_EXPR_AGG_NUNIQUE ||
        row->op != IR_EXPR_COLUMN)
        return (ir_str){0};
    if (slice_is(function, "mean"))
        function = SLICE("avg");
    return ir_interns(ir, arena_printf(pd_py(f)->scratch, "%.*s(%s)", (int)function.n, function.p,
                                       ir_string(ir, row->text)));
}

static bool counts_rows(struct frames *f, struct slice name, TSNode node, struct pd value)
{
    struct slice text;
    if (!slice_is(name, "count"))
        return false;
    if (py_string_of(pd_py(f), node, &text) && slice_is(text, "*"))
        return true;
    return value.expr.v && IR(pd_py(f)->ir, expr, value.expr)->op == IR_EXPR_NUMBER;
}

static struct pd simple_function(struct frames *f, enum ir_expr_op op, struct slice name, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    struct pd value = list.count == 1 ? sp_column_argument(f, list.items[0]) : nothing;
    if (list.count == 1 && counts_rows(f, name, list.items[0], value)) {
        value = column((ir_rel_id){0}, pd_expr(f, IR_EXPR_AGG_SIZE, call, no_expr, no_expr, no_expr));
        value.name = aggregate_name(f, IR_EXPR_AGG_SIZE, name, no_expr);
        return value;
    }
    if (!value.kind)
        return opaque(f, value, name, call);
    ir_str called = aggregate_name(f, op, name, value.expr);
    value.expr = pd_expr(f, op, call, value.expr, no_expr, no_expr);
    value.name = called;
    value.spark = true;
    return value;
}

static struct pd case_when(struct frames *f, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    if (list.count != 2)
        return nothing;
    struct pd condition = pd_eval(f, list.items[0]), value = operand(f, list.items[1]);
    if (condition.kind != PD_SERIES || !value.kind)
        return nothing;
    struct pd made =
        column(rel_of(condition, value), pd_expr(f, IR_EXPR_CASE, call, condition.expr, value.expr, no_expr));
    return made;
}

/* when(…).when(…).otherwise(…): the list of operands goes on. */
static struct pd more_case(struct frames *f, struct pd value, struct slice name, TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    struct py_nodes list = pd_arguments(f, call);
    bool otherwise = slice_is(name, "otherwise");
    struct pd items[2] = {{0}, {0}};
    ir_expr_id last = IR(ir, expr, value.expr)->first;
    if (IR(ir, expr, value.expr)->op != IR_EXPR_CASE || list.count != (otherwise ? 1u : 2u))
        return opaque(f, value, name, call);
    while (IR(ir, expr, last)->next.v)
        last = IR(ir, expr, last)->next;
    for (uint32_t i = 0; i < list.count; i++) {
        items[i] = i == 0 && !otherwise ? pd_eval(f, list.items[i]) : operand(f, list.items[i]);
        if (!items[i].kind || !items[i].expr.v)
            return opaque(f, value, name, call);
        IR(ir, expr, last)->next = items[i].expr;
        last = items[i].expr;
        value.rel = value.rel.v ? value.rel : items[i].rel;
    }
    return value;
}

/* coalesce(a, b, c) is coalesce(coalesce(a, b), c); concat likewise. */
static struct pd folded(struct frames *f, enum ir_expr_op op, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    struct pd all = nothing;
    for (uint32_t i = 0; i < list.count; i++) {
        struct pd one = sp_column_argument(f, list.items[i]);
        if (!one.kind || list.count > 40)
            return nothing;
        all = i ? column(rel_of(all, one), pd_expr(f, op, call, all.expr, one.expr, no_expr)) : one;
        all.name = (ir_str){0};
    }
    return all;
}

static struct pd literal(struct frames *f, TSNode call)
{
    struct pd value = operand(f, py_argument(pd_py(f), call, "col", 0));
    if (value.kind != PD_SCALAR && value.kind != PD_SERIES)
        return nothing;
    value.kind = PD_SERIES;
    value.spark = true;
    return value;
}

static struct pd rounded(struct frames *f, struct pd value, TSNode call)
{
    uint32_t digits;
    if (!value.kind || !pd_count_argument(f, call, "scale", 1, 0, &digits) || digits > 15)
        return nothing;
    const char *text = arena_printf(pd_py(f)->scratch, "%u", digits);
    return column(value.rel, pd_expr(f, IR_EXPR_ROUND, call, value.expr,
                                     pd_literal(f, IR_EXPR_NUMBER, slice_of(text), call), no_expr));
}

/* substring(c, position, length), positions from 1. */
static struct pd part_of_text(struct frames *f, struct pd value, int first, TSNode call)
{
    uint32_t from, count;
    struct arena *a = pd_py(f)->scratch;
    if (!value.kind || !pd_count_argument(f, call, first ? "pos" : "startPos", first, 0, &from) || !from ||
        !pd_count_argument(f, call, first ? "len" : "length", first + 1, 0, &count))
        return nothing;
    ir_expr_id start = pd_literal(f, IR_EXPR_NUMBER, slice_of(arena_printf(a, "%u", from - 1)), call);
    ir_expr_id end = pd_literal(f, IR_EXPR_NUMBER, slice_of(arena_printf(a, "%u", from - 1 + count)), call);
    return column(value.rel, pd_expr(f, IR_EXPR_SUBSTR, call, value.expr, start, end));
}

static struct pd trimmed(struct frames *f, struct pd value, enum ir_expr_op op, TSNode call)
{
    if (!value.kind || pd_arguments(f, call).count != 1)
        return nothing;
    return column(value.rel,
                  pd_expr(f, op, call, value.expr, pd_literal(f, IR_EXPR_STRING, SLICE(" "), call), no_expr));
}

static struct pd dated(struct frames *f, struct slice name, struct pd value, TSNode call)
{
    for (size_t i = 0; value.kind && i < sizeof parts / sizeof *parts; i++)
        if (slice_is(name, parts[i].name)) {
            ir_expr_id made = pd_expr(f, IR_EXPR_DATE_PART, call, value.expr, no_expr, no_expr);
            IR(pd_py(f)->ir, expr, made)->text = ir_interns(pd_py(f)->ir, parts[i].part);
            return column(value.rel, made);
        }
    return nothing;
}

static struct pd named_function(struct frames *f, struct slice name, TSNode call)
{
    TSNode first = py_argument(pd_py(f), call, "col", 0);
    struct slice text;
    if (slice_is(name, "col") || slice_is(name, "column"))
        return py_string_of(pd_py(f), first, &text) && text.n && text.p[0] != '*'
                   ? column_called(f, text, call)
                   : nothing;
    if (slice_is(name, "lit"))
        return literal(f, call);
    if (slice_is(name, "expr"))
        return py_string_of(pd_py(f), first, &text) ? sp_expression(f, text, call) : nothing;
    if (slice_starts(name, "asc") || slice_starts(name, "desc")) {
        struct pd key = sp_column_argument(f, first);
        return key.kind ? sp_column_call(f, key, name, call) : nothing;
    }
    if (slice_is(name, "when"))
        return case_when(f, call);
    if (slice_is(name, "coalesce"))
        return folded(f, IR_EXPR_COALESCE, call);
    if (slice_is(name, "concat"))
        return folded(f, IR_EXPR_CONCAT, call);
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++)
        if (slice_is(name, ranks[i].name))
            return column((ir_rel_id){0}, pd_expr(f, ranks[i].op, call, no_expr, no_expr, no_expr));
    struct pd value = sp_column_argument(f, first);
    if (slice_is(name, "round"))
        return rounded(f, value, call);
    if (slice_is(name, "substring"))
        return part_of_text(f, value, 1, call);
    for (size_t i = 0; i < sizeof trims / sizeof *trims; i++)
        if (slice_is(name, trims[i].name))
            return trimmed(f, value, trims[i].op, call);
    if (slice_is(name, "to_date") && value.kind && pd_arguments(f, call).count == 1)
        return column(value.rel, pd_expr(f, IR_EXPR_CAST_DATE, call, value.expr, no_expr, no_expr));
    return dated(f, name, value, call);
}

struct pd sp_function(struct frames *f, struct slice name, TSNode call)
{
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
        if (slice_is(name, simple[i].name))
            return simple_function(f, simple[i].op, name, call);
    if (slice_is(name, "udf") || slice_is(name, "pandas_udf") || slice_is(name, "broadcast"))
        return nothing;
    struct pd value = named_function(f, name, call);
    if (value.kind)
        return value;
    struct py_nodes list = pd_arguments(f, call);
    return opaque(f, list.count ? sp_column_argument(f, list.items[0]) : nothing, name, call);
}

/* ---- methods ---- */

static const struct {
    const char *name;
    const char *order;
} orders[] = {{"asc", "nulls first"}, {"asc_nulls_first", "nulls first"},       {"asc_nulls_last", ""},
              {"desc", "desc"},       {"desc_nulls_first", "desc nulls first"}, {"desc_nulls_last", "desc"}};
static const struct {
    const char *name;
    enum ir_expr_op op;
} tests[] = {
    {"contains", IR_EXPR_CONTAINS}, {"startswith", IR_EXPR_STARTSWITH}, {"endswith", IR_EXPR_ENDSWITH}};
static const struct {
    const char *name;
    enum ir_expr_op op;
} types[] = {
    {"int", IR_EXPR_CAST_INT},
    {"integer", IR_EXPR_CAST_INT},
    {"bigint", IR_EXPR_CAST_INT},
    {"long", IR_EXPR_CAST_INT},
    {"IntegerType", IR_EXPR_CAST_INT},
    {"LongType", IR_EXPR_CAST_INT},
    {"double", IR_EXPR_CAST_FLOAT},
    {"DoubleType", IR_EXPR_CAST_FLOAT},
    {"string", IR_EXPR_CAST_STR},
    {"StringType", IR_EXPR_CAST_STR},
    {"date", IR_EXPR_CAST_DATE},
    {"DateType", IR_EXPR_CAST_DATE},
    {"timestamp", IR_EXPR_CAST_TIMESTAMP},
    {"TimestampType", IR_EXPR_CAST_TIMESTAMP},
};

struct pd sp_cast_to(struct frames *f, struct pd value, struct slice type, TSNode place)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_is_nocase(type, types[i].name)) {
            value.expr = pd_expr(f, types[i].op, place, value.expr, no_expr, no_expr);
            return value;
        }
    return nothing;
}

static struct pd cast(struct frames *f, struct pd value, TSNode call)
{
    struct py *py = pd_py(f);
    TSNode node = py_argument(py, call, "dataType", 0);
    struct slice name = {"", 0};
    if (!ts_node_is_null(node) && !py_string_of(py, node, &name))
        name = py_is(node, "call") ? py_callee(py, node) : py_bytes(py, node);
    for (size_t i = name.n; i--;)
        if (name.p[i] == '.') {
            name = slice_sub(name, i + 1, name.n - i - 1);
            break;
        }
    struct pd made = sp_cast_to(f, value, name, call);
    return made.kind ? made : opaque(f, value, SLICE("cast"), call);
}

/* column IN (…) of constants, which may come as one list. */
static struct pd is_in(struct frames *f, struct pd value, TSNode call)
{
    struct py *py = pd_py(f);
    struct py_nodes list = pd_arguments(f, call);
    const struct py_value *items = list.count == 1 ? py_eval(py, list.items[0]) : NULL;
    bool one_list = items && (items->kind == PY_LIST || items->kind == PY_TUPLE);
    uint32_t count = one_list ? items->count : list.count;
    ir_expr_id last = value.expr;
    for (uint32_t i = 0; i < count; i++) {
        ir_expr_id item = pd_constant(f, one_list ? items->items[i] : py_eval(py, list.items[i]), call);
        if (!item.v || IR(py->ir, expr, item)->op == IR_EXPR_NULL)
            return opaque(f, value, SLICE("isin"), call);
        IR(py->ir, expr, last)->next = item;
        last = item;
    }
    if (!count)
        return opaque(f, value, SLICE("isin"), call);
    value.expr = pd_expr(f, IR_EXPR_IN, call, value.expr, no_expr, no_expr);
    return value;
}

static struct pd between(struct frames *f, struct pd value, TSNode call)
{
    struct pd low = operand(f, py_argument(pd_py(f), call, "lowerBound", 0));
    struct pd high = operand(f, py_argument(pd_py(f), call, "upperBound", 1));
    if (!low.expr.v || !high.expr.v)
        return opaque(f, value, SLICE("between"), call);
    value.expr = pd_expr(f, IR_EXPR_BETWEEN, call, value.expr, low.expr, high.expr);
    return value;
}

/* function.over(window): the window's keys follow the function. */
static struct pd over(struct frames *f, struct pd value, TSNode call)
{
    struct pd window = pd_eval(f, py_argument(pd_py(f), call, "window", 0));
    if (window.kind != PD_WINDOW || !window.expr.v)
        return opaque(f, value, SLICE("over"), call);
    ir_expr_id keys = pd_copy(f, window.expr);
    if (!keys.v)
        return opaque(f, value, SLICE("over"), call);
    value.rel = rel_of(value, window);
    value.expr = pd_expr(f, IR_EXPR_WINDOW, call, value.expr, IR(pd_py(f)->ir, expr, keys)->first, no_expr);
    value.name = (ir_str){0};
    return value;
}

static struct pd test(struct frames *f, struct pd value, enum ir_expr_op op, struct slice name, TSNode call)
{
    struct slice text;
    TSNode node = py_argument(pd_py(f), call, "other", 0);
    if (ts_node_is_null(node) || !py_string_of(pd_py(f), node, &text))
        return opaque(f, value, name, call);
    value.expr = pd_expr(f, op, call, value.expr, pd_literal(f, IR_EXPR_STRING, text, node), no_expr);
    return value;
}

struct pd sp_column_call(struct frames *f, struct pd value, struct slice name, TSNode call)
{
    struct slice text;
    if (slice_is(name, "alias") || slice_is(name, "name")) {
        if (!py_string_of(pd_py(f), py_argument(pd_py(f), call, "", 0), &text))
            return opaque(f, value, name, call);
        value.name = pd_intern(f, text);
        return value;
    }
    ir_str no_name = {0};
    bool is_null = slice_is(name, "isNull");
    value.name = no_name;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (slice_is(name, orders[i].name)) {
            value.order = orders[i].order;
            return value;
        }
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (slice_is(name, tests[i].name))
            return test(f, value, tests[i].op, name, call);
    if (is_null || slice_is(name, "isNotNull")) {
        value.expr =
            pd_expr(f, is_null ? IR_EXPR_IS_NULL : IR_EXPR_NOT_NULL, call, value.expr, no_expr, no_expr);
        return value;
    }
    if (slice_is(name, "cast") || slice_is(name, "astype"))
        return cast(f, value, call);
    if (slice_is(name, "isin"))
        return is_in(f, value, call);
    if (slice_is(name, "between"))
        return between(f, value, call);
    if (slice_is(name, "when") || slice_is(name, "otherwise"))
        return more_case(f, value, name, call);
    if (slice_is(name, "over"))
        return over(f, value, call);
    struct pd part = slice_is(name, "substr") ? part_of_text(f, value, 0, call) : nothing;
    return part.kind ? part : opaque(f, value, name, call);
}

/* ---- windows ---- */

static bool add_keys(struct frames *f, struct pd *window, bool order, TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    struct py_nodes list = pd_arguments(f, call);
    if (list.count == 1 && (py_is(list.items[0], "list") || py_is(list.items[0], "tuple")))
        list = py_children(pd_py(f), list.items[0]);
    for (uint32_t i = 0; i < list.count; i++) {
        struct pd key = sp_column_argument(f, list.items[i]);
        if (!key.kind)
            return false;
        ir_expr_id made =
            pd_expr(f, order ? IR_EXPR_ORDER : IR_EXPR_PARTITION, call, key.expr, no_expr, no_expr);
        if (order)
            IR(ir, expr, made)->text = ir_interns(ir, key.order ? key.order : "nulls first");
        ir_expr_id last = IR(ir, expr, window->expr)->first;
        while (last.v && IR(ir, expr, last)->next.v)
            last = IR(ir, expr, last)->next;
        if (last.v)
            IR(ir, expr, last)->next = made;
        else
            IR(ir, expr, window->expr)->first = made;
        window->rel = window->rel.v ? window->rel : key.rel;
    }
    return true;
}

struct pd sp_window_call(struct frames *f, struct pd window, struct slice name, TSNode call)
{
    bool order = slice_is(name, "orderBy");
    struct pd made = {.kind = PD_WINDOW, .spark = true, .rel = window.rel};
    if (!order && !slice_is(name, "partitionBy"))
        return made; /* a frame of rows: over() does not find keys, and says so */
    if (window.kind == PD_WINDOW && !window.expr.v)
        return made;
    made.expr =
        window.expr.v ? pd_copy(f, window.expr) : pd_expr(f, IR_EXPR_WINDOW, call, no_expr, no_expr, no_expr);
    if (!made.expr.v || !add_keys(f, &made, order, call))
        made.expr = no_expr;
    return made;
}
