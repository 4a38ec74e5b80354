/*
 * pandas_value.c - any Python expression over DataFrames and columns: names, attributes, subscripts, operators
 * and calls, each handed to what it is called on.
 */
#include "python/pyspark.h"

#include <string.h>

static const struct pd nothing;
static const ir_expr_id no_expr;

/* ---- columns and rows of a frame ---- */

static struct pd column_of(struct frames *f, struct pd frame, struct slice name, TSNode place)
{
    return (struct pd){.kind = PD_SERIES,
                       .rel = frame.rel,
                       .expr = pd_literal(f, IR_EXPR_COLUMN, name, place),
                       .spark = frame.spark};
}

struct pd pd_set_column(struct frames *f, ir_rel_id rel, ir_str name, ir_expr_id expr, TSNode place)
{
    ir_rel_id made = pd_rel(f, (struct ir_rel){.kind = IR_REL_ASSIGN, .left = rel}, place);
    ir_add_rel_column(pd_py(f)->ir, (struct ir_rel_column){
                                        .rel = made, .kind = IR_COLUMN_ASSIGN, .name = name, .expr = expr});
    return (struct pd){.kind = PD_FRAME, .rel = made, .spark = pd_is_spark(f, rel)};
}

ir_expr_id pd_value_for(struct frames *f, ir_rel_id rel, struct pd value, TSNode node)
{
    if (value.kind == PD_SCALAR)
        return value.expr;
    if (value.kind == PD_SERIES && pd_aligned(f, rel, value.rel, value.expr))
        return value.expr;
    struct slice name = py_bytes(pd_py(f), node);
    return pd_opaque_expr(f, value.kind == PD_SERIES ? value.expr : no_expr,
                          slice_sub(name, 0, name.n < 60 ? name.n : 60), node);
}

/* Keeps the rows whose key another frame has, or has not. */
static struct pd semi_join(struct frames *f, struct pd frame, struct pd mask, TSNode place)
{
    struct ir *ir = pd_py(f)->ir;
    const struct ir_expr *left = IR(ir, expr, mask.expr), *right = IR(ir, expr, mask.other_expr);
    if (left->op != IR_EXPR_COLUMN || right->op != IR_EXPR_COLUMN ||
        !pd_aligned(f, frame.rel, mask.rel, mask.expr))
        return pd_opaque_frame(f, frame.rel, mask.other, SLICE("isin"), place);
    ir_str names[] = {left->text, right->text};
    ir_rel_id rel = pd_rel(f,
                           (struct ir_rel){.kind = IR_REL_JOIN,
                                           .left = frame.rel,
                                           .right = mask.other,
                                           .join = mask.negated ? IR_JOIN_ANTI : IR_JOIN_SEMI,
                                           .flags = IR_REL_NULL_KEYS_MATCH},
                           place);
    ir_add_rel_column(
        ir, (struct ir_rel_column){.rel = rel, .kind = IR_COLUMN_JOIN, .name = names[0], .other = names[1]});
    return (struct pd){.kind = PD_FRAME, .rel = rel};
}

struct pd pd_filter(struct frames *f, struct pd frame, struct pd mask, TSNode place)
{
    if (mask.kind == PD_MEMBERSHIP)
        return semi_join(f, frame, mask, place);
    if (mask.kind != PD_SERIES || !pd_aligned(f, frame.rel, mask.rel, mask.expr))
        return pd_opaque_frame(f, frame.rel, mask.rel, SLICE("[]"), place);
    ir_rel_id rel =
        pd_rel(f, (struct ir_rel){.kind = IR_REL_FILTER, .left = frame.rel, .condition = mask.expr}, place);
    return (struct pd){.kind = PD_FRAME, .rel = rel, .spark = frame.spark};
}

struct pd pd_project(struct frames *f, struct pd frame, struct pd_names names, TSNode place)
{
    const struct pd_names *index = pd_index(f, frame.rel);
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_PROJECT, .left = frame.rel}, place);
    for (uint32_t i = 0; index && i < index->count; i++)
        pd_column(f, rel, IR_COLUMN_KEEP, index->items[i]);
    for (uint32_t i = 0; i < names.count; i++)
        pd_column(f, rel, IR_COLUMN_KEEP, names.items[i]);
    return (struct pd){.kind = PD_FRAME, .rel = rel, .spark = frame.spark};
}

/* ---- names and attributes ---- */

/* Not columns although they are written like one. */
static const char *const frame_attributes[] = {"at",     "iat",    "columns", "index", "shape", "size",
                                               "dtypes", "values", "T",       "empty", "plot",  "style",
                                               "axes",   "ndim",   "attrs",   "flags", NULL};
static const char *const nulls[] = {"numpy.nan",  "numpy.NaN", "numpy.NAN", "pandas.NA",
                                    "pandas.NaT", "math.nan",  NULL};

static bool is_one_of(const char *const *list, struct slice s)
{
    while (*list && !slice_is(s, *list))
        list++;
    return *list;
}

static struct pd select_groups(struct frames *f, struct pd groups, struct pd_names names, bool single)
{
    struct pd_groups *made = ARENA_NEW(pd_py(f)->scratch, struct pd_groups);
    *made = *groups.groups;
    made->selected = names;
    made->single = single;
    groups.groups = made;
    return groups;
}

static struct pd attribute(struct frames *f, TSNode node)
{
    struct pd object = pd_eval(f, py_field(node, "object"));
    struct slice name = py_bytes(pd_py(f), py_field(node, "attribute"));
    switch (object.kind) {
    case PD_FRAME:
        if (object.spark && (slice_is(name, "na") || slice_is(name, "write") || slice_is(name, "rdd")))
            return slice_is(name, "na") ? object : nothing;
        if (slice_is(name, "loc") || slice_is(name, "iloc"))
            object.kind = slice_is(name, "loc") ? PD_LOC : PD_ILOC;
        else if (is_one_of(frame_attributes, name))
            return nothing;
        else
            object = column_of(f, object, name, node);
        return object;
    case PD_SERIES:
        if (slice_is(name, "str") || slice_is(name, "dt"))
            object.kind = slice_is(name, "str") ? PD_STR : PD_DT;
        else if (!slice_is(name, "values"))
            return nothing;
        return object;
    case PD_DT:
        return pd_date_part(f, object, name, node);
    case PD_GROUPS: {
        struct pd_names names = {ARENA_NEW(pd_py(f)->scratch, ir_str), 1};
        names.items[0] = pd_intern(f, name);
        return select_groups(f, object, names, true);
    }
    case PD_NONE:
        return pd_lookup(f, node);
    default:
        return nothing;
    }
}

/* ---- subscripts ---- */

static bool is_whole_slice(struct frames *f, TSNode node)
{
    return py_is(node, "slice") && slice_is(py_bytes(pd_py(f), node), ":");
}

/* [:n]: the first n rows; PD_NONE for any other slice. */
static struct pd first_rows(struct frames *f, struct pd frame, TSNode sub, TSNode node)
{
    struct slice text = py_bytes(pd_py(f), sub);
    uint32_t count = 0;
    if (!py_is(sub, "slice") || text.n < 2 || text.n > 8 || text.p[0] != ':')
        return nothing;
    for (size_t i = 1; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return nothing;
        count = count * 10 + (uint32_t)(text.p[i] - '0');
    }
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_LIMIT, .left = frame.rel, .count = count}, node);
    return (struct pd){.kind = PD_FRAME, .rel = rel};
}

/* frame[…]: a column, columns, or the rows of a mask. */
static struct pd select_from(struct frames *f, struct pd frame, TSNode sub, TSNode node)
{
    struct pd first = frame.spark ? nothing : first_rows(f, frame, sub, node);
    if (first.kind != PD_NONE)
        return first;
    struct pd mask = pd_eval(f, sub);
    if (mask.kind == PD_SERIES || mask.kind == PD_MEMBERSHIP)
        return pd_filter(f, frame, mask, node);
    struct slice name;
    struct pd_names names;
    if (mask.kind == PD_NONE && py_string_of(pd_py(f), sub, &name))
        return column_of(f, frame, name, node);
    if (mask.kind == PD_NONE && pd_names_of(f, sub, &names))
        return pd_project(f, frame, names, node);
    return pd_opaque_frame(f, frame.rel, mask.rel, SLICE("[]"), node);
}

/* frame.loc[mask] and frame.loc[mask, columns]. */
static struct pd locate(struct frames *f, struct pd frame, struct py_nodes parts, TSNode node)
{
    frame.kind = PD_FRAME;
    if (parts.count != 2 && parts.count != 3)
        return pd_opaque_frame(f, frame.rel, (ir_rel_id){0}, SLICE("loc"), node);
    ir_rel_id before = frame.rel;
    if (!is_whole_slice(f, parts.items[1])) {
        struct pd mask = pd_eval(f, parts.items[1]);
        if (mask.kind != PD_SERIES && mask.kind != PD_MEMBERSHIP)
            return pd_opaque_frame(f, before, mask.rel, SLICE("loc"), node);
        frame = pd_filter(f, frame, mask, node);
    }
    if (parts.count == 2 || is_whole_slice(f, parts.items[2]))
        return frame;
    struct slice name;
    struct pd_names names;
    if (py_string_of(pd_py(f), parts.items[2], &name))
        return column_of(f, frame, name, node);
    if (pd_names_of(f, parts.items[2], &names))
        return pd_project(f, frame, names, node);
    return pd_opaque_frame(f, frame.rel, (ir_rel_id){0}, SLICE("loc"), node);
}

static struct pd subscript(struct frames *f, TSNode node)
{
    struct pd object = pd_eval(f, py_field(node, "value"));
    struct py_nodes parts = py_children(pd_py(f), node);
    struct pd_names names;
    if (object.kind == PD_LOC)
        return locate(f, object, parts, node);
    if (parts.count != 2)
        return object.kind == PD_FRAME ? pd_opaque_frame(f, object.rel, (ir_rel_id){0}, SLICE("[]"), node)
                                       : nothing;
    TSNode sub = parts.items[1];
    switch (object.kind) {
    case PD_FRAME:
        return select_from(f, object, sub, node);
    case PD_ILOC: {
        struct pd first = first_rows(f, object, sub, node);
        return first.kind ? first : pd_opaque_frame(f, object.rel, (ir_rel_id){0}, SLICE("iloc"), node);
    }
    case PD_STR:
        return pd_str_item(f, object, sub, node);
    case PD_GROUPS:
        if (pd_names_of(f, sub, &names))
            return select_groups(f, object, names, !py_is(sub, "list") && names.count == 1);
        return pd_opaque_frame(f, object.rel, (ir_rel_id){0}, SLICE("groupby[]"), node);
    case PD_SERIES: {
        struct pd mask = pd_eval(f, sub);
        return mask.kind == PD_SERIES ? pd_opaque_series(f, object, SLICE("[]"), node) : nothing;
    }
    case PD_NONE:
        return pd_lookup(f, node);
    default:
        return nothing;
    }
}

/* ---- operators ---- */

static const struct {
    const char *text;
    enum ir_expr_op op;
} operators[] = {
    {"==", IR_EXPR_EQ}, {"!=", IR_EXPR_NE}, {"<", IR_EXPR_LT},        {"<=", IR_EXPR_LE}, {">", IR_EXPR_GT},
    {">=", IR_EXPR_GE}, {"&", IR_EXPR_AND}, {"|", IR_EXPR_OR},        {"+", IR_EXPR_ADD}, {"-", IR_EXPR_SUB},
    {"*", IR_EXPR_MUL}, {"/", IR_EXPR_DIV}, {"//", IR_EXPR_FLOORDIV}, {"%", IR_EXPR_MOD},
};

static enum ir_expr_op operator_of(struct slice s)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (slice_is(s, operators[i].text))
            return operators[i].op;
    return IR_EXPR_NONE;
}

static bool is_text(const struct ir *ir, ir_expr_id expr)
{
    switch (IR(ir, expr, expr)->op) {
    case IR_EXPR_STRING:
    case IR_EXPR_CONCAT:
    case IR_EXPR_LOWER:
    case IR_EXPR_UPPER:
    case IR_EXPR_STRIP:
    case IR_EXPR_LSTRIP:
    case IR_EXPR_RSTRIP:
    case IR_EXPR_REPLACE:
    case IR_EXPR_SUBSTR:
    case IR_EXPR_CAST_STR:
        return true;
    default:
        return false;
    }
}

/* A power that every number has. */
static bool is_small_number(const struct ir *ir, ir_expr_id expr)
{
    struct slice text = ir_slice(ir, IR(ir, expr, expr)->text);
    return IR(ir, expr, expr)->op == IR_EXPR_NUMBER && text.n == 1 && text.p[0] >= '1' && text.p[0] <= '9';
}

struct pd pd_binary(struct frames *f, struct slice op, struct pd left, struct pd right, TSNode place)
{
    struct ir *ir = pd_py(f)->ir;
    struct pd base = left.kind == PD_SERIES ? left : right;
    enum ir_expr_op kind = operator_of(op);
    bool known = (left.kind == PD_SERIES || left.kind == PD_SCALAR) &&
                 (right.kind == PD_SERIES || right.kind == PD_SCALAR);
    if (base.kind != PD_SERIES)
        return nothing;
    bool spark = left.spark || right.spark;
    if (known && !spark && left.kind == PD_SERIES && right.kind == PD_SERIES)
        known =
            pd_aligned(f, left.rel, right.rel, right.expr) && pd_aligned(f, right.rel, left.rel, left.expr);
    if (spark) {
        base = left.kind == PD_SERIES && (left.rel.v || right.kind != PD_SERIES) ? left : right;
        base.spark = true;
        base.name = (ir_str){0};
        kind = kind == IR_EXPR_NE ? IR_EXPR_NE_SQL : kind == IR_EXPR_MOD ? IR_EXPR_NONE : kind;
    }
    if (known && !spark && slice_is(op, "**") && left.kind == PD_SERIES && is_small_number(ir, right.expr))
        return pd_function(f, left, "power", right.expr, no_expr, place);
    if (!known || kind == IR_EXPR_NONE)
        return pd_opaque_series(f, base, op, place);
    if (!spark && kind == IR_EXPR_ADD && (is_text(ir, left.expr) || is_text(ir, right.expr)))
        kind = IR_EXPR_CONCAT;
    base.expr = pd_expr(f, kind, place, left.expr, right.expr, no_expr);
    return base;
}

static struct pd binary_of(struct frames *f, struct pd left, struct pd right, TSNode node)
{
    struct slice op = py_bytes(pd_py(f), py_field(node, "operator"));
    if (left.kind == PD_FRAME || right.kind == PD_FRAME)
        return pd_opaque_frame(f, left.kind == PD_FRAME ? left.rel : right.rel,
                               left.kind == PD_FRAME ? right.rel : left.rel, op, node);
    return pd_binary(f, op, left, right, node);
}

/* A constant that is no part of a frame. */
static struct pd constant_of(struct frames *f, TSNode node)
{
    struct pd value = nothing;
    struct py *py = pd_py(f);
    if (py_is(node, "attribute") && is_one_of(nulls, py_qualified(py, py_bytes(py, node))))
        value.expr = pd_literal(f, IR_EXPR_NULL, SLICE(""), node);
    else
        value.expr = pd_constant(f, py_eval(py, node), node);
    value.kind = value.expr.v ? PD_SCALAR : PD_NONE;
    return value;
}

/* a + b + c … nests to the left, as deep as it is long: from the innermost outwards, each node once. What no
 * frame is part of stays a constant, whose value is asked for where the first frame meets it. */
static struct pd binary(struct frames *f, TSNode node)
{
    VEC(TSNode) spine = {0};
    struct arena *a = pd_py(f)->scratch;
    uint32_t joined = 0;
    for (TSNode n = node; !ts_node_is_null(n) && py_is(n, "binary_operator"); n = py_field(n, "left"))
        vec_push(a, &spine, n);
    struct pd left = pd_eval(f, py_field(spine.items[spine.count - 1], "left"));
    for (uint32_t i = spine.count; i--;) {
        TSNode here = spine.items[i], beside = py_field(here, "right");
        struct pd right = pd_eval(f, beside);
        struct pd moved = pd_time_sum(f, py_bytes(pd_py(f), py_field(here, "operator")), left, beside, here);
        if (moved.kind != PD_NONE) {
            left = moved;
            continue;
        }
        if (left.kind == PD_NONE && right.kind == PD_NONE)
            continue;
        if (left.kind == PD_NONE)
            left = constant_of(f, py_field(here, "left"));
        else if (right.kind == PD_NONE)
            right = constant_of(f, beside);
        if (++joined > PD_MAX_DEPTH)
            return left.kind == PD_SERIES
                       ? pd_opaque_series(f, left, py_bytes(pd_py(f), py_field(here, "operator")), node)
                       : nothing;
        left = binary_of(f, left, right, here);
        if (left.kind == PD_NONE)
            break;
    }
    return left;
}

static struct pd comparison(struct frames *f, TSNode node)
{
    if (ts_node_child_count(node) != 3)
        return nothing;
    struct pd left = pd_operand(f, ts_node_child(node, 0));
    struct pd right = pd_operand(f, ts_node_child(node, 2));
    return pd_binary(f, py_bytes(pd_py(f), ts_node_child(node, 1)), left, right, node);
}

static struct pd unary(struct frames *f, TSNode node)
{
    struct pd value = pd_eval(f, py_field(node, "argument"));
    struct slice op = py_bytes(pd_py(f), py_field(node, "operator"));
    if (value.kind == PD_MEMBERSHIP && slice_is(op, "~")) {
        value.negated = !value.negated;
        return value;
    }
    if (value.kind != PD_SERIES || slice_is(op, "+"))
        return value.kind == PD_SERIES ? value : nothing;
    enum ir_expr_op kind = slice_is(op, "~") ? IR_EXPR_NOT : IR_EXPR_NEG;
    value.expr = pd_expr(f, kind, node, value.expr, no_expr, no_expr);
    value.name = (ir_str){0};
    return value;
}

/* ---- calls ---- */

static struct pd where(struct frames *f, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    if (list.count != 3)
        return nothing;
    struct pd condition = pd_eval(f, list.items[0]);
    if (condition.kind != PD_SERIES)
        return nothing;
    return pd_case(f, condition, pd_operand(f, list.items[1]), pd_operand(f, list.items[2]), call);
}

static struct pd null_test(struct frames *f, enum ir_expr_op op, TSNode call)
{
    struct pd series = pd_eval(f, py_argument(pd_py(f), call, "obj", 0));
    if (series.kind == PD_SERIES)
        series.expr = pd_expr(f, op, call, series.expr, no_expr, no_expr);
    return series.kind == PD_SERIES ? series : nothing;
}

static struct pd is_missing(struct frames *f, TSNode call)
{
    return null_test(f, IR_EXPR_IS_NULL, call);
}

static struct pd is_there(struct frames *f, TSNode call)
{
    return null_test(f, IR_EXPR_NOT_NULL, call);
}

static struct pd merge_function(struct frames *f, TSNode call)
{
    struct pd left = pd_eval(f, py_argument(pd_py(f), call, "left", 0));
    return left.kind == PD_FRAME ? pd_merge(f, left, call, 1) : nothing;
}

static struct slice last_name(struct slice dotted)
{
    size_t at = dotted.n;
    while (at && dotted.p[at - 1] != '.')
        at--;
    return slice_sub(dotted, at, dotted.n - at);
}

static struct pd melt_function(struct frames *f, TSNode call)
{
    struct pd frame = pd_eval(f, py_argument(pd_py(f), call, "frame", 0));
    bool known = frame.kind == PD_FRAME &&
                 pd_arguments_are(f, call, "frame id_vars value_vars var_name value_name", 1);
    return known && pd_frame_melt(f, &frame, call) ? frame : nothing;
}

/* np.abs(series) is series.abs(); np.round, np.floor, np.maximum likewise. */
static struct pd number_function(struct frames *f, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    struct slice name = last_name(py_callee(pd_py(f), call));
    struct pd series = list.count ? pd_eval(f, list.items[0]) : nothing;
    bool two = slice_is(name, "maximum") || slice_is(name, "minimum");
    if (series.kind != PD_SERIES || list.count > 2 || (list.count == 2 && !two && !slice_is(name, "round")))
        return nothing;
    if (slice_is(name, "abs") || slice_is(name, "round"))
        return pd_number_call(f, series, name, list.count == 2 ? list.items[1] : call, call);
    if (!two)
        return pd_function(f, series, slice_is(name, "floor") ? "floor" : "ceil", no_expr, no_expr, call);
    return nothing;
}

static const struct {
    const char *name;
    struct pd (*read)(struct frames *f, TSNode call);
} functions[] = {
    {"pandas.merge", merge_function},
    {"pandas.concat", pd_concat},
    {"pandas.to_datetime", pd_to_datetime},
    {"pandas.Timestamp", pd_timestamp},
    {"numpy.where", where},
    {"numpy.select", pd_select_cases},
    {"pandas.isna", is_missing},
    {"numpy.abs", number_function},
    {"numpy.round", number_function},
    {"numpy.floor", number_function},
    {"numpy.ceil", number_function},
    {"numpy.maximum", number_function},
    {"numpy.minimum", number_function},
    {"pandas.cut", pd_cut},
    {"pandas.melt", melt_function},
    {"pandas.isnull", is_missing},
    {"pandas.notna", is_there},
    {"pandas.notnull", is_there},
};

/* What makes a frame of something that is no relation. */
static const char *const sources[] = {"pandas.read_csv",
                                      "pandas.read_excel",
                                      "pandas.read_json",
                                      "pandas.read_parquet",
                                      "pandas.read_html",
                                      "pandas.read_table",
                                      "pandas.read_pickle",
                                      "pandas.read_feather",
                                      "pandas.read_xml",
                                      "pandas.DataFrame",
                                      "pandas.json_normalize",
                                      "pandas.DataFrame.from_dict",
                                      "pandas.DataFrame.from_records",
                                      NULL};

/* What takes a frame and gives none. */
static const char *const builtins[] = {
    "print", "len",  "list",       "set",   "sum",    "min",  "max",       "str",  "int",
    "float", "type", "isinstance", "range", "sorted", "zip",  "enumerate", "dict", "tuple",
    "bool",  "repr", "id",         "any",   "all",    "hash", "next",      "iter", NULL};

/* A function of somebody's: the frames that it is given flow into what it returns. */
static struct pd unknown_function(struct frames *f, struct slice name, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    ir_rel_id inputs[2] = {{0}, {0}};
    uint32_t found = 0;
    for (uint32_t i = 0; i < list.count && found < 2; i++) {
        TSNode item = list.items[i];
        if (py_is(item, "keyword_argument"))
            item = py_field(item, "value");
        struct pd value = pd_eval(f, item);
        if (value.kind == PD_FRAME || value.kind == PD_SERIES)
            inputs[found++] = value.rel;
    }
    if (!found)
        return nothing;
    return pd_opaque_frame(f, inputs[0], inputs[1], name, call);
}

static struct pd method(struct frames *f, struct pd object, TSNode function, TSNode node)
{
    struct slice name = py_bytes(pd_py(f), py_field(function, "attribute"));
    switch (object.kind) {
    case PD_FRAME:
        if (object.spark && slice_is(name, "fill"))
            name = SLICE("fillna");
        return object.spark ? sp_frame_call(f, object, name, node) : pd_frame_call(f, object, name, node);
    case PD_WINDOW:
        return sp_window_call(f, object, name, node);
    case PD_SERIES:
        if (object.spark)
            return sp_column_call(f, object, name, node);
        return pd_series_call(f, object, name, node);
    case PD_STR:
        return pd_str_call(f, object, name, node);
    case PD_GROUPS:
        return object.spark ? sp_groups_call(f, object, name, node) : pd_groups_call(f, object, name, node);
    case PD_ROLLING:
        return pd_rolling_call(f, object, name, node);
    case PD_DT:
        return pd_date_call(f, object, name, node);
    case PD_MEMBERSHIP:
        object.kind = PD_SERIES;
        return pd_opaque_series(f, object, name, node);
    default:
        return nothing;
    }
}

static struct pd call(struct frames *f, TSNode node)
{
    struct py *py = pd_py(f);
    TSNode function = py_field(node, "function");
    if (!ts_node_is_null(function) && py_is(function, "attribute")) {
        struct pd object = pd_eval(f, py_field(function, "object"));
        if (object.kind != PD_NONE)
            return method(f, object, function, node);
    }
    struct slice callee = py_callee(py, node);
    if (!callee.n)
        return nothing;
    ir_text_id text = py_read_call(py, node);
    if (text.v)
        return pd_read(f, node, text);
    struct pd source = sp_source(f, node);
    if (source.kind != PD_NONE)
        return source;
    struct slice name = py_qualified(py, callee);
    if (slice_starts(name, "pyspark.sql.functions."))
        return sp_function(f, slice_sub(name, 22, name.n - 22), node);
    if (slice_starts(name, "pyspark.sql.window.Window.") || slice_starts(name, "pyspark.sql.Window."))
        return sp_window_call(f, nothing, last_name(name), node);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (slice_is(name, functions[i].name)) {
            struct pd value = functions[i].read(f, node);
            return value.kind ? value : unknown_function(f, callee, node);
        }
    struct pd held = pd_lookup(f, node);
    if (held.kind != PD_NONE)
        return held;
    if (is_one_of(builtins, callee) || py_eval(py, function)->kind == PY_FUNCTION)
        return nothing;
    struct pd value = unknown_function(f, callee, node);
    return value.kind == PD_NONE && is_one_of(sources, name) ? pd_opaque_source(f, last_name(name), node)
                                                             : value;
}

/* ---- any expression ---- */

static struct pd identifier(struct frames *f, TSNode node)
{
    return pd_lookup(f, node);
}

static struct pd parenthesized(struct frames *f, TSNode node)
{
    struct py_nodes inside = py_children(pd_py(f), node);
    return inside.count == 1 ? pd_eval(f, inside.items[0]) : nothing;
}

static const struct {
    const char *type;
    struct pd (*read)(struct frames *f, TSNode node);
} expressions[] = {
    {"identifier", identifier},  {"attribute", attribute},
    {"subscript", subscript},    {"call", call},
    {"binary_operator", binary}, {"comparison_operator", comparison},
    {"unary_operator", unary},   {"parenthesized_expression", parenthesized},
};

struct pd pd_eval(struct frames *f, TSNode node)
{
    if (ts_node_is_null(node))
        return nothing;
    struct pd value = nothing;
    const char *type = ts_node_type(node);
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        if (!strcmp(type, expressions[i].type)) {
            if (!pd_enter(f))
                return nothing;
            value = expressions[i].read(f, node);
            pd_leave(f);
            break;
        }
    return value;
}

struct pd pd_operand(struct frames *f, TSNode node)
{
    struct pd value = pd_eval(f, node);
    return value.kind != PD_NONE || ts_node_is_null(node) ? value : constant_of(f, node);
}
