/*
 * pyspark_frame.c - methods of PySpark's DataFrames. What is not certain (a column whose frame is not known, names
 * that Spark makes up, what depends on the order of rows) is an operation that is not translated, by its name.
 */
#include "python/pyspark.h"

#include <string.h>

static const struct pd nothing;
static const ir_rel_id no_rel;
static const ir_expr_id no_expr;

enum { MAX_CONDITIONS = 32 };

static bool make(struct frames *f, struct pd *frame, struct ir_rel row, TSNode call)
{
    row.left = frame->rel;
    *frame = (struct pd){.kind = PD_FRAME, .rel = pd_rel(f, row, call), .spark = true};
    return true;
}

/* The arguments, or the items of the only one when that is a list. */
static struct py_nodes columns_of(struct frames *f, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    if (list.count == 1 && (py_is(list.items[0], "list") || py_is(list.items[0], "tuple")))
        return py_children(pd_py(f), list.items[0]);
    return list;
}

static void add_column(struct frames *f, struct ir_rel_column row)
{
    ir_add_rel_column(pd_py(f)->ir, row);
}

static bool is_visible(struct frames *f, struct pd frame, struct pd column)
{
    return column.kind == PD_SCALAR || pd_aligned(f, frame.rel, column.rel, column.expr);
}

/* ---- columns ---- */

/* Names in a list that a variable holds. */
static bool select_names(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names names;
    struct py_nodes list = pd_arguments(f, call);
    if (list.count != 1 || py_is(list.items[0], "string") || !pd_names_of(f, list.items[0], &names))
        return false;
    make(f, frame, (struct ir_rel){.kind = IR_REL_PROJECT}, call);
    for (uint32_t i = 0; i < names.count; i++)
        pd_column(f, frame->rel, IR_COLUMN_KEEP, names.items[i]);
    return true;
}

static bool is_star(struct frames *f, TSNode node)
{
    struct slice text;
    return py_is(node, "string") && py_string_of(pd_py(f), node, &text) && slice_is(text, "*");
}

static bool is_aggregate(const struct ir *ir, ir_expr_id expr)
{
    enum ir_expr_op op = IR(ir, expr, expr)->op;
    if (op == IR_EXPR_WINDOW)
        return false;
    if (op >= IR_EXPR_AGG_SUM && op <= IR_EXPR_AGG_LAST)
        return true;
    for (ir_expr_id e = IR(ir, expr, expr)->first; e.v; e = IR(ir, expr, e)->next)
        if (is_aggregate(ir, e))
            return true;
    return false;
}

struct selection {
    struct pd *items;
    ir_str *names;
    uint32_t count;
    bool star, aggregates;
};

/* A column or its name, or with `sql` an expression in a string. */
static struct pd selected(struct frames *f, TSNode node, bool sql)
{
    struct slice text;
    struct pd made;
    if (!sql)
        return sp_column_argument(f, node);
    made = py_string_of(pd_py(f), node, &text) ? sp_expression(f, text, node) : nothing;
    return made;
}

static bool read_selection(struct frames *f, struct pd frame, struct py_nodes list, bool sql,
                           struct selection *s)
{
    struct arena *a = pd_py(f)->scratch;
    s->items = ARENA_ARRAY(a, struct pd, list.count + 1);
    s->names = ARENA_ARRAY(a, ir_str, list.count + 1);
    for (uint32_t i = 0; i < list.count; i++) {
        if (i == 0 && is_star(f, list.items[0])) {
            s->star = true;
            continue;
        }
        struct pd item = selected(f, list.items[i], sql);
        if (!item.kind || !sp_name_of(f, item).v || !is_visible(f, frame, item))
            return false;
        s->names[s->count] = sp_name_of(f, item);
        s->items[s->count++] = item;
        s->aggregates |= is_aggregate(pd_py(f)->ir, item.expr);
    }
    return s->count || s->star;
}

static bool project(struct frames *f, struct pd *frame, TSNode call, bool sql)
{
    struct selection s = {0};
    if (!read_selection(f, *frame, columns_of(f, call), sql, &s) || (s.star && s.aggregates))
        return false;
    make(f, frame,
         (struct ir_rel){.kind = s.star         ? IR_REL_ASSIGN
                                 : s.aggregates ? IR_REL_AGGREGATE
                                                : IR_REL_PROJECT},
         call);
    for (uint32_t i = 0; i < s.count; i++) {
        const struct ir_expr *row = IR(pd_py(f)->ir, expr, s.items[i].expr);
        bool keep = !s.star && row->op == IR_EXPR_COLUMN && row->text.v == s.names[i].v;
        add_column(f, (struct ir_rel_column){.rel = frame->rel,
                                             .kind = keep           ? IR_COLUMN_KEEP
                                                     : s.aggregates ? IR_COLUMN_AGGREGATE
                                                                    : IR_COLUMN_ASSIGN,
                                             .name = s.names[i],
                                             .expr = keep ? no_expr : s.items[i].expr});
    }
    return true;
}

static bool frame_select(struct frames *f, struct pd *frame, TSNode call)
{
    return select_names(f, frame, call) || project(f, frame, call, false);
}

static bool frame_select_expr(struct frames *f, struct pd *frame, TSNode call)
{
    return project(f, frame, call, true);
}

static bool set(struct frames *f, struct pd *frame, struct slice name, TSNode value, TSNode call)
{
    struct pd column = pd_operand(f, value);
    if (column.kind == PD_NONE || column.kind == PD_FRAME || !is_visible(f, *frame, column))
        return false;
    *frame = pd_set_column(f, frame->rel, pd_intern(f, name), column.expr, call);
    return true;
}

static bool frame_with_column(struct frames *f, struct pd *frame, TSNode call)
{
    struct slice name;
    struct py_nodes list = pd_arguments(f, call);
    if (list.count != 2 || !py_string_of(pd_py(f), py_argument(pd_py(f), call, "colName", 0), &name))
        return false;
    TSNode value = py_argument(pd_py(f), call, "col", 1);
    if (set(f, frame, name, value, call))
        return true;
    ir_expr_id unknown = pd_value_for(f, frame->rel, nothing, value);
    *frame = pd_set_column(f, frame->rel, pd_intern(f, name), unknown, call);
    return true;
}

static bool frame_with_columns(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct py_nodes list = pd_arguments(f, call);
    if (list.count != 1 || !py_is(list.items[0], "dictionary"))
        return false;
    struct py_nodes pairs = py_children(py, list.items[0]);
    for (uint32_t i = 0; i < pairs.count; i++) {
        struct slice name;
        if (!py_is(pairs.items[i], "pair") || !py_string_of(py, py_field(pairs.items[i], "key"), &name) ||
            !set(f, frame, name, py_field(pairs.items[i], "value"), call))
            return false;
    }
    return true;
}

static bool frame_renamed(struct frames *f, struct pd *frame, TSNode call)
{
    struct slice from, to;
    struct py *py = pd_py(f);
    if (!py_string_of(py, py_argument(py, call, "existing", 0), &from) ||
        !py_string_of(py, py_argument(py, call, "new", 1), &to))
        return false;
    make(f, frame, (struct ir_rel){.kind = IR_REL_RENAME}, call);
    add_column(f, (struct ir_rel_column){.rel = frame->rel,
                                         .kind = IR_COLUMN_RENAME,
                                         .name = pd_intern(f, to),
                                         .other = pd_intern(f, from)});
    return true;
}

static bool frame_drop(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd before = *frame;
    struct py_nodes list = pd_arguments(f, call);
    make(f, frame, (struct ir_rel){.kind = IR_REL_DROP}, call);
    for (uint32_t i = 0; i < list.count; i++) {
        struct pd column = sp_column_argument(f, list.items[i]);
        const struct ir_expr *row = IR(pd_py(f)->ir, expr, column.expr);
        if (!column.kind || row->op != IR_EXPR_COLUMN)
            return false;
        enum pd_side side = pd_key_side(f, before.rel, column.rel, column.expr);
        if (side == PD_RIGHT) /* a join's other key is gone already */
            continue;
        if (side == PD_LEFT || (column.rel.v && !is_visible(f, before, column)))
            return false;
        pd_column(f, frame->rel, IR_COLUMN_DROP, row->text);
    }
    return list.count > 0;
}

/* ---- rows ---- */

static bool frame_filter(struct frames *f, struct pd *frame, TSNode call)
{
    struct slice text;
    TSNode given = py_argument(pd_py(f), call, "condition", 0);
    struct pd condition = pd_eval(f, given);
    if (condition.kind == PD_NONE && !ts_node_is_null(given) && py_string_of(pd_py(f), given, &text))
        condition = sp_expression(f, text, given);
    if (condition.kind != PD_SERIES || !is_visible(f, *frame, condition))
        return false;
    return make(f, frame, (struct ir_rel){.kind = IR_REL_FILTER, .condition = condition.expr}, call);
}

static bool frame_distinct(struct frames *f, struct pd *frame, TSNode call)
{
    return !pd_arguments(f, call).count && make(f, frame, (struct ir_rel){.kind = IR_REL_DISTINCT}, call);
}

static bool frame_limit(struct frames *f, struct pd *frame, TSNode call)
{
    uint32_t count;
    return pd_arguments(f, call).count == 1 && pd_count_argument(f, call, "num", 0, 0, &count) &&
           make(f, frame, (struct ir_rel){.kind = IR_REL_LIMIT, .count = count}, call);
}

static uint32_t sort_flags(const char *order)
{
    return (strstr(order, "desc") ? 1u : 0u) | (strstr(order, "nulls first") ? 2u : 0u);
}

static bool frame_sort(struct frames *f, struct pd *frame, TSNode call)
{
    struct ir_rel_column keys[MAX_CONDITIONS];
    uint32_t count = 0;
    bool up;
    struct py_nodes list = columns_of(f, call);
    if (!pd_bool_argument(f, call, "ascending", -1, true, &up))
        return false;
    for (uint32_t i = 0; i < list.count; i++) {
        if (py_is(list.items[i], "keyword_argument"))
            continue;
        struct pd key = sp_column_argument(f, list.items[i]);
        const struct ir_expr *row = IR(pd_py(f)->ir, expr, key.expr);
        if (!key.kind || row->op != IR_EXPR_COLUMN || !is_visible(f, *frame, key) || count == MAX_CONDITIONS)
            return false;
        keys[count++] = (struct ir_rel_column){.kind = IR_COLUMN_SORT,
                                               .name = row->text,
                                               .flags = sort_flags(key.order ? key.order
                                                                   : up      ? "nulls first"
                                                                             : "desc")};
    }
    make(f, frame, (struct ir_rel){.kind = IR_REL_SORT}, call);
    for (uint32_t i = 0; i < count; i++) {
        keys[i].rel = frame->rel;
        add_column(f, keys[i]);
    }
    return count > 0;
}

/* Rows in which none of the columns of subset is null. */
static bool frame_dropna(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names names;
    struct ir *ir = pd_py(f)->ir;
    ir_expr_id all = no_expr;
    if (!pd_arguments_are(f, call, "subset", 0) ||
        !pd_names_of(f, py_argument(pd_py(f), call, "subset", -1), &names) || !names.count)
        return false;
    for (uint32_t i = 0; i < names.count; i++) {
        ir_expr_id column = pd_literal(f, IR_EXPR_COLUMN, ir_slice(ir, names.items[i]), call);
        ir_expr_id one = pd_expr(f, IR_EXPR_NOT_NULL, call, column, no_expr, no_expr);
        all = i ? pd_expr(f, IR_EXPR_AND, call, all, one, no_expr) : one;
    }
    return make(f, frame, (struct ir_rel){.kind = IR_REL_FILTER, .condition = all}, call);
}

static bool frame_alias(struct frames *f, struct pd *frame, TSNode call)
{
    struct slice name;
    if (!py_string_of(pd_py(f), py_argument(pd_py(f), call, "alias", 0), &name))
        return false;
    make(f, frame, (struct ir_rel){.kind = IR_REL_RENAME}, call);
    pd_set_alias(f, pd_intern(f, name), frame->rel);
    return true;
}

static bool frame_same(struct frames *f, struct pd *frame, TSNode call)
{
    (void)call;
    return f && frame->rel.v;
}

/* ---- joins and unions ---- */

static const struct {
    const char *how;
    enum ir_join_kind join;
} joins[] = {{"inner", IR_JOIN_INNER},       {"left", IR_JOIN_LEFT},       {"leftouter", IR_JOIN_LEFT},
             {"left_outer", IR_JOIN_LEFT},   {"right", IR_JOIN_RIGHT},     {"rightouter", IR_JOIN_RIGHT},
             {"right_outer", IR_JOIN_RIGHT}, {"outer", IR_JOIN_FULL},      {"full", IR_JOIN_FULL},
             {"fullouter", IR_JOIN_FULL},    {"full_outer", IR_JOIN_FULL}, {"cross", IR_JOIN_CROSS},
             {"leftsemi", IR_JOIN_SEMI},     {"left_semi", IR_JOIN_SEMI},  {"semi", IR_JOIN_SEMI},
             {"leftanti", IR_JOIN_ANTI},     {"left_anti", IR_JOIN_ANTI},  {"anti", IR_JOIN_ANTI}};

struct pairs {
    struct ir_rel_column items[MAX_CONDITIONS];
    uint32_t count;
    bool named; /* on names that both sides have */
};

static bool add_pair(struct pairs *p, ir_str left, ir_str right)
{
    if (p->count == MAX_CONDITIONS)
        return false;
    p->items[p->count++] = (struct ir_rel_column){.kind = IR_COLUMN_JOIN, .name = left, .other = right};
    return true;
}

/* left["a"] == right["b"], whichever way round. */
static bool equation(struct frames *f, struct pd left, struct pd right, TSNode node, struct pairs *p)
{
    struct ir *ir = pd_py(f)->ir;
    if (ts_node_child_count(node) != 3 || !slice_is(py_bytes(pd_py(f), ts_node_child(node, 1)), "=="))
        return false;
    struct pd a = pd_eval(f, ts_node_child(node, 0)), b = pd_eval(f, ts_node_child(node, 2));
    if (a.kind != PD_SERIES || b.kind != PD_SERIES || !a.rel.v || !b.rel.v)
        return false;
    if (!pd_is_part(f, left.rel, a.rel) || !pd_is_part(f, right.rel, b.rel)) {
        struct pd other = a;
        a = b;
        b = other;
    }
    const struct ir_expr *x = IR(ir, expr, a.expr), *y = IR(ir, expr, b.expr);
    return x->op == IR_EXPR_COLUMN && y->op == IR_EXPR_COLUMN && pd_is_part(f, left.rel, a.rel) &&
           pd_is_part(f, right.rel, b.rel) && is_visible(f, left, a) && is_visible(f, right, b) &&
           add_pair(p, x->text, y->text);
}

static bool conditions(struct frames *f, struct pd left, struct pd right, TSNode node, struct pairs *p)
{
    struct py *py = pd_py(f);
    bool known = true;
    if (!pd_enter(f))
        return false;
    if (py_is(node, "parenthesized_expression") || py_is(node, "list")) {
        struct py_nodes items = py_children(py, node);
        known = items.count > 0;
        for (uint32_t i = 0; i < items.count; i++)
            known = known && conditions(f, left, right, items.items[i], p);
    } else if (py_is(node, "binary_operator")) {
        known = slice_is(py_bytes(py, py_field(node, "operator")), "&") &&
                conditions(f, left, right, py_field(node, "left"), p) &&
                conditions(f, left, right, py_field(node, "right"), p);
    } else {
        known = py_is(node, "comparison_operator") && equation(f, left, right, node, p);
    }
    pd_leave(f);
    return known;
}

static bool join_keys(struct frames *f, struct pd left, struct pd right, TSNode on, struct pairs *p)
{
    struct pd_names names;
    if (ts_node_is_null(on))
        return false;
    if (!pd_names_of(f, on, &names))
        return conditions(f, left, right, on, p);
    for (uint32_t i = 0; i < names.count; i++)
        if (!add_pair(p, names.items[i], names.items[i]))
            return false;
    p->named = true;
    return names.count > 0;
}

/* F.broadcast(frame) is the frame. */
static struct pd joined(struct frames *f, TSNode node)
{
    if (!ts_node_is_null(node) && py_is(node, "call") && slice_ends(py_callee(pd_py(f), node), "broadcast"))
        node = py_argument(pd_py(f), node, "df", 0);
    return ts_node_is_null(node) ? nothing : pd_eval(f, node);
}

static bool join(struct frames *f, struct pd *frame, struct pd right, enum ir_join_kind kind,
                 const struct pairs *p, TSNode call)
{
    make(f, frame,
         (struct ir_rel){.kind = IR_REL_JOIN,
                         .right = right.rel,
                         .join = kind,
                         .flags = p->named ? IR_REL_KEYS_FIRST : 0,
                         .op = pd_intern(f, SLICE("join"))},
         call);
    for (uint32_t i = 0; i < p->count; i++) {
        struct ir_rel_column row = p->items[i];
        row.rel = frame->rel;
        add_column(f, row);
    }
    return true;
}

static bool frame_join(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct pairs p = {.count = 0};
    struct slice how = SLICE("inner");
    struct pd right = joined(f, py_argument(py, call, "other", 0));
    TSNode given = py_argument(py, call, "how", 2);
    if (right.kind != PD_FRAME || (!ts_node_is_null(given) && !py_string_of(py, given, &how)))
        return false;
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
        if (slice_is(how, joins[i].how))
            return (joins[i].join == IR_JOIN_CROSS ||
                    join_keys(f, *frame, right, py_argument(py, call, "on", 1), &p)) &&
                   join(f, frame, right, joins[i].join, &p, call);
    return false;
}

static bool frame_cross_join(struct frames *f, struct pd *frame, TSNode call)
{
    struct pairs p = {.count = 0};
    struct pd right = joined(f, py_argument(pd_py(f), call, "other", 0));
    return right.kind == PD_FRAME && join(f, frame, right, IR_JOIN_CROSS, &p, call);
}

static bool put_below(struct frames *f, struct pd *frame, TSNode call, uint32_t flags)
{
    struct pd other = joined(f, py_argument(pd_py(f), call, "other", 0));
    return other.kind == PD_FRAME && make(f, frame,
                                          (struct ir_rel){.kind = IR_REL_UNION,
                                                          .right = other.rel,
                                                          .flags = flags,
                                                          .op = pd_intern(f, SLICE("union"))},
                                          call);
}

static bool frame_union(struct frames *f, struct pd *frame, TSNode call)
{
    return put_below(f, frame, call, IR_REL_BY_POSITION);
}

static bool frame_union_by_name(struct frames *f, struct pd *frame, TSNode call)
{
    return put_below(f, frame, call, 0);
}

/* ---- groups ---- */

/* Keys that are expressions become columns first. */
static bool frame_group_by(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct py_nodes list = columns_of(f, call);
    struct pd_groups *groups = ARENA_NEW(py->scratch, struct pd_groups);
    struct pd_names names;
    if (list.count == 1 && py_is(list.items[0], "identifier") && pd_names_of(f, list.items[0], &names)) {
        groups->keys = names;
        list.count = 0;
    } else {
        groups->keys.items = ARENA_ARRAY(py->scratch, ir_str, list.count + 1);
    }
    for (uint32_t i = 0; i < list.count; i++) {
        struct pd key = sp_column_argument(f, list.items[i]);
        ir_str name = key.kind ? sp_name_of(f, key) : (ir_str){0};
        if (!name.v || !is_visible(f, *frame, key))
            return false;
        if (IR(py->ir, expr, key.expr)->op != IR_EXPR_COLUMN || IR(py->ir, expr, key.expr)->text.v != name.v)
            *frame = pd_set_column(f, frame->rel, name, key.expr, call);
        groups->keys.items[groups->keys.count++] = name;
    }
    *frame = (struct pd){.kind = PD_GROUPS, .rel = frame->rel, .groups = groups, .spark = true};
    return true;
}

static struct pd aggregate(struct frames *f, struct pd groups, TSNode call)
{
    struct pd made = {.kind = PD_FRAME, .rel = groups.rel};
    make(f, &made, (struct ir_rel){.kind = IR_REL_AGGREGATE, .op = pd_intern(f, SLICE("agg"))}, call);
    for (uint32_t i = 0; groups.groups && i < groups.groups->keys.count; i++)
        pd_column(f, made.rel, IR_COLUMN_KEY, groups.groups->keys.items[i]);
    return made;
}

static bool add_aggregates(struct frames *f, struct pd groups, struct py_nodes list, TSNode call,
                           struct pd *out)
{
    struct selection s = {0};
    if (!read_selection(f, groups, list, false, &s) || s.star)
        return false;
    for (uint32_t i = 0; i < s.count; i++)
        if (!is_aggregate(pd_py(f)->ir, s.items[i].expr))
            return false;
    *out = aggregate(f, groups, call);
    for (uint32_t i = 0; i < s.count; i++)
        add_column(f, (struct ir_rel_column){.rel = out->rel,
                                             .kind = IR_COLUMN_AGGREGATE,
                                             .name = s.names[i],
                                             .expr = s.items[i].expr});
    return true;
}

/* groups.sum("a", "b"), groups.count() */
static bool direct_aggregate(struct frames *f, struct pd groups, struct slice name, TSNode call,
                             struct pd *out)
{
    struct py_nodes list = pd_arguments(f, call);
    struct ir *ir = pd_py(f)->ir;
    if (slice_is(name, "count") && !list.count) {
        *out = aggregate(f, groups, call);
        ir_expr_id count = pd_expr(f, IR_EXPR_AGG_SIZE, call, no_expr, no_expr, no_expr);
        add_column(f, (struct ir_rel_column){.rel = out->rel,
                                             .kind = IR_COLUMN_AGGREGATE,
                                             .name = ir_interns(ir, "count"),
                                             .expr = count});
        return true;
    }
    static const struct {
        const char *name, *called;
        enum ir_expr_op op;
    } known[] = {{"sum", "sum", IR_EXPR_AGG_SUM_SQL},
                 {"avg", "avg", IR_EXPR_AGG_MEAN},
                 {"mean", "avg", IR_EXPR_AGG_MEAN},
                 {"min", "min", IR_EXPR_AGG_MIN},
                 {"max", "max", IR_EXPR_AGG_MAX}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        if (!slice_is(name, known[k].name) || !list.count)
            continue;
        *out = aggregate(f, groups, call);
        for (uint32_t i = 0; i < list.count; i++) {
            struct slice column;
            if (!py_string_of(pd_py(f), list.items[i], &column))
                return false;
            ir_expr_id of = pd_literal(f, IR_EXPR_COLUMN, column, call);
            const char *called =
                arena_printf(pd_py(f)->scratch, "%s(%.*s)", known[k].called, (int)column.n, column.p);
            add_column(f,
                       (struct ir_rel_column){.rel = out->rel,
                                              .kind = IR_COLUMN_AGGREGATE,
                                              .name = ir_interns(ir, called),
                                              .expr = pd_expr(f, known[k].op, call, of, no_expr, no_expr)});
        }
        return true;
    }
    return false;
}

struct pd sp_groups_call(struct frames *f, struct pd groups, struct slice name, TSNode call)
{
    struct pd made = nothing;
    if (slice_is(name, "agg") ? add_aggregates(f, groups, columns_of(f, call), call, &made)
                              : direct_aggregate(f, groups, name, call, &made))
        return made;
    return pd_opaque_frame(f, groups.rel, no_rel, name, call);
}

static bool frame_agg(struct frames *f, struct pd *frame, TSNode call)
{
    return add_aggregates(f, *frame, columns_of(f, call), call, frame);
}

/* From here on it is pandas that holds the rows. */
static bool frame_to_pandas(struct frames *f, struct pd *frame, TSNode call)
{
    make(f, frame, (struct ir_rel){.kind = IR_REL_RENAME, .flags = IR_REL_PANDAS}, call);
    frame->spark = false;
    return true;
}

/* ---- the table of methods ---- */

static const struct {
    const char *name;
    bool (*read)(struct frames *f, struct pd *frame, TSNode call);
} methods[] = {
    {"select", frame_select},
    {"selectExpr", frame_select_expr},
    {"withColumn", frame_with_column},
    {"withColumns", frame_with_columns},
    {"withColumnRenamed", frame_renamed},
    {"drop", frame_drop},
    {"filter", frame_filter},
    {"where", frame_filter},
    {"distinct", frame_distinct},
    {"dropDuplicates", frame_distinct},
    {"drop_duplicates", frame_distinct},
    {"limit", frame_limit},
    {"orderBy", frame_sort},
    {"sort", frame_sort},
    {"dropna", frame_dropna},
    {"alias", frame_alias},
    {"join", frame_join},
    {"crossJoin", frame_cross_join},
    {"union", frame_union},
    {"unionAll", frame_union},
    {"unionByName", frame_union_by_name},
    {"groupBy", frame_group_by},
    {"groupby", frame_group_by},
    {"agg", frame_agg},
    {"toPandas", frame_to_pandas},
    {"cache", frame_same},
    {"persist", frame_same},
    {"unpersist", frame_same},
    {"repartition", frame_same},
    {"coalesce", frame_same},
    {"hint", frame_same},
    {"checkpoint", frame_same},
    {"localCheckpoint", frame_same},
};

/* What looks at a frame: no frame comes back. */
static const char *const looks[] = {"show",    "count",           "collect", "first",   "head",
                                    "take",    "printSchema",     "schema",  "explain", "isEmpty",
                                    "foreach", "toLocalIterator", NULL};

struct pd sp_frame_call(struct frames *f, struct pd frame, struct slice name, TSNode call)
{
    for (size_t i = 0; looks[i]; i++)
        if (slice_is(name, looks[i]))
            return nothing;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct pd value = frame;
        if (slice_is(name, methods[i].name)) {
            if (methods[i].read(f, &value, call))
                return value;
            break;
        }
    }
    struct pd other = joined(f, py_argument(pd_py(f), call, "other", 0));
    return pd_opaque_frame(f, frame.rel, other.kind == PD_FRAME ? other.rel : no_rel, name, call);
}
