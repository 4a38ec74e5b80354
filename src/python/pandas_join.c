/*
 * pandas_join.c - merge, concat and groupby with its aggregations: what brings rows together.
 */
#include "python/frame.h"

#include <string.h>

static const ir_rel_id no_rel;
static const ir_expr_id no_expr;

/* ---- merge ---- */

static const struct {
    const char *how;
    enum ir_join_kind join;
} joins[] = {{"inner", IR_JOIN_INNER},
             {"left", IR_JOIN_LEFT},
             {"right", IR_JOIN_RIGHT},
             {"outer", IR_JOIN_FULL},
             {"cross", IR_JOIN_CROSS}};

static bool how_of(struct frames *f, TSNode call, int first, enum ir_join_kind *join)
{
    TSNode node = py_argument(pd_py(f), call, "how", first + 1);
    struct slice how = SLICE("inner");
    if (!ts_node_is_null(node) && !py_string_of(pd_py(f), node, &how))
        return false;
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
        if (slice_is(how, joins[i].how)) {
            *join = joins[i].join;
            return true;
        }
    return false;
}

static bool suffixes_of(struct frames *f, TSNode call, ir_str out[2])
{
    TSNode node = py_argument(pd_py(f), call, "suffixes", -1);
    out[0] = pd_intern(f, SLICE("_x"));
    out[1] = pd_intern(f, SLICE("_y"));
    if (ts_node_is_null(node))
        return true;
    const struct py_value *v = py_eval(pd_py(f), node);
    if ((v->kind != PY_TUPLE && v->kind != PY_LIST) || v->count != 2)
        return false;
    for (int i = 0; i < 2; i++) {
        if (v->items[i]->kind != PY_STRING && v->items[i]->kind != PY_NONE)
            return false;
        out[i] = (ir_str){0};
        if (v->items[i]->kind == PY_STRING && v->items[i]->string.n)
            out[i] = pd_intern(f, v->items[i]->string);
    }
    return true;
}

static bool keys_of(struct frames *f, TSNode call, int first, struct pd_names *left, struct pd_names *right)
{
    struct py *py = pd_py(f);
    TSNode on = py_argument(py, call, "on", first + 2);
    if (!ts_node_is_null(on)) {
        bool known = pd_names_of(f, on, left);
        *right = *left;
        return known;
    }
    return pd_names_of(f, py_argument(py, call, "left_on", first + 3), left) &&
           pd_names_of(f, py_argument(py, call, "right_on", first + 4), right) && left->count == right->count;
}

/* A groupby's keys in the index are good as the right side's keys, and for nothing else here. */
static bool index_is_key(struct frames *f, ir_rel_id rel, struct pd_names keys)
{
    const struct pd_names *index = pd_index(f, rel);
    if (!index)
        return true;
    bool same = index->count == keys.count;
    for (uint32_t i = 0; same && i < keys.count; i++)
        same = index->items[i].v == keys.items[i].v;
    return same;
}

/* merge(…, left_on=…, right_index=True) and merge(…, left_index=True, right_index=True). */
static bool merge_index(struct frames *f, struct pd *left, struct pd right, struct pd_join *join, TSNode call)
{
    struct py *py = pd_py(f);
    const struct pd_names *a = pd_index(f, left->rel), *b = pd_index(f, right.rel);
    bool left_index, right_index;
    TSNode on = py_argument(py, call, "left_on", -1);
    if (!pd_bool_argument(f, call, "left_index", -1, false, &left_index) ||
        !pd_bool_argument(f, call, "right_index", -1, false, &right_index) || !right_index || !b ||
        !ts_node_is_null(py_argument(py, call, "indicator", -1)) ||
        (join->join != IR_JOIN_LEFT && join->join != IR_JOIN_INNER))
        return false;
    if (left_index && a)
        join->left = *a;
    else if (left_index || a || !pd_names_of(f, on, &join->left))
        return false;
    join->index = left_index ? a : NULL;
    join->right = *b;
    return pd_join_index(f, left, right, join, call);
}

/* A column that is true in every row: after the join it says where there was one. */
static ir_rel_id marked(struct frames *f, ir_rel_id rel, const char *name, TSNode call)
{
    return pd_set_column(f, rel, ir_interns(pd_py(f)->ir, name), pd_literal(f, IR_EXPR_TRUE, SLICE(""), call),
                         call)
        .rel;
}

static ir_expr_id is_marked(struct frames *f, const char *name, TSNode call)
{
    return pd_expr(f, IR_EXPR_NOT_NULL, call, pd_literal(f, IR_EXPR_COLUMN, slice_of(name), call), no_expr,
                   no_expr);
}

/* indicator=True: the column _merge says which side a row is from. */
static ir_rel_id indicated(struct frames *f, ir_rel_id rel, enum ir_join_kind join, TSNode call)
{
    ir_expr_id both = pd_literal(f, IR_EXPR_STRING, SLICE("both"), call), side = both;
    ir_expr_id left = pd_literal(f, IR_EXPR_STRING, SLICE("left_only"), call);
    ir_expr_id right = pd_literal(f, IR_EXPR_STRING, SLICE("right_only"), call);
    if (join == IR_JOIN_LEFT)
        side = pd_expr(f, IR_EXPR_CASE, call, is_marked(f, "in_right", call), both, left);
    else if (join == IR_JOIN_RIGHT)
        side = pd_expr(f, IR_EXPR_CASE, call, is_marked(f, "in_left", call), both, right);
    else if (join == IR_JOIN_FULL) {
        ir_expr_id rest = pd_expr(f, IR_EXPR_CASE, call, is_marked(f, "in_right", call), both, left);
        ir_expr_id none = pd_expr(f, IR_EXPR_NOT, call, is_marked(f, "in_left", call), no_expr, no_expr);
        side = pd_expr(f, IR_EXPR_CASE, call, none, right, rest);
    }
    rel = pd_set_column(f, rel, pd_intern(f, SLICE("_merge")), side, call).rel;
    ir_rel_id made = pd_rel(f, (struct ir_rel){.kind = IR_REL_DROP, .left = rel}, call);
    pd_column(f, made, IR_COLUMN_DROP, pd_intern(f, SLICE("in_left")));
    pd_column(f, made, IR_COLUMN_DROP, pd_intern(f, SLICE("in_right")));
    return made;
}

struct pd pd_merge(struct frames *f, struct pd left, TSNode call, int first)
{
    struct ir *ir = pd_py(f)->ir;
    struct pd right = pd_eval(f, py_argument(pd_py(f), call, "right", first));
    struct pd_names a = {0}, b = {0};
    struct pd_join join = {.join = IR_JOIN_INNER};
    bool indicator = false;
    bool known =
        right.kind == PD_FRAME && !right.is_series &&
        pd_arguments_are(f, call,
                         "left right how on left_on right_on left_index right_index suffixes sort copy "
                         "validate indicator",
                         2) &&
        how_of(f, call, first, &join.join) && suffixes_of(f, call, join.suffixes) &&
        pd_bool_argument(f, call, "indicator", -1, false, &indicator);
    if (known && merge_index(f, &left, right, &join, call))
        return left;
    known = known && !pd_index(f, left.rel) &&
            (join.join == IR_JOIN_CROSS || keys_of(f, call, first, &a, &b)) && index_is_key(f, right.rel, b);
    if (!known)
        return pd_opaque_frame(f, left.rel, right.rel, SLICE("merge"), call);
    if (indicator) {
        left.rel = marked(f, left.rel, "in_left", call);
        right.rel = marked(f, right.rel, "in_right", call);
    }
    ir_rel_id rel = pd_rel(f,
                           (struct ir_rel){.kind = IR_REL_JOIN,
                                           .left = left.rel,
                                           .right = right.rel,
                                           .join = join.join,
                                           .flags = IR_REL_NULL_KEYS_MATCH | IR_REL_PANDAS,
                                           .op = pd_intern(f, SLICE("merge")),
                                           .left_suffix = join.suffixes[0],
                                           .right_suffix = join.suffixes[1]},
                           call);
    for (uint32_t i = 0; i < a.count; i++)
        ir_add_rel_column(ir,
                          (struct ir_rel_column){
                              .rel = rel, .kind = IR_COLUMN_JOIN, .name = a.items[i], .other = b.items[i]});
    return (struct pd){.kind = PD_FRAME, .rel = indicator ? indicated(f, rel, join.join, call) : rel};
}

/* ---- concat ---- */

static bool rows_below(struct frames *f, TSNode call)
{
    struct py *py = pd_py(f);
    TSNode axis = py_argument(py, call, "axis", -1), join = py_argument(py, call, "join", -1);
    struct slice how = SLICE("outer");
    const struct py_value *v = ts_node_is_null(axis) ? NULL : py_eval(py, axis);
    bool sort, known = pd_bool_argument(f, call, "sort", -1, false, &sort);
    return pd_arguments_are(f, call, "objs axis join ignore_index sort copy", 1) && known && !sort &&
           (!v || (v->kind == PY_NUMBER && slice_is(v->string, "0")) ||
            (v->kind == PY_STRING && slice_is(v->string, "index"))) &&
           (ts_node_is_null(join) || (py_string_of(py, join, &how) && slice_is(how, "outer")));
}

/* One more frame below; false when it is none. */
static bool put_below(struct frames *f, struct pd *sum, struct pd item, TSNode call)
{
    if (item.kind != PD_FRAME && item.kind != PD_SERIES)
        return false;
    bool known = item.kind == PD_FRAME && !pd_index(f, item.rel);
    if (!sum->rel.v)
        *sum = item;
    else
        sum->rel = pd_rel(f,
                          (struct ir_rel){.kind = IR_REL_UNION,
                                          .left = sum->rel,
                                          .right = item.rel,
                                          .op = pd_intern(f, SLICE("concat"))},
                          call);
    return known;
}

/* The frames of a list that was filled before; what a loop put there is not all that there will be. */
static bool put_list(struct frames *f, struct pd *sum, const struct py_value *list, TSNode node, TSNode call)
{
    bool known = list->kind == PY_LIST || list->kind == PY_TUPLE;
    for (uint32_t i = 0; known && i < list->count; i++)
        known =
            !pd_made_in_loop(f, list->items[i]) && put_below(f, sum, pd_held(f, list->items[i], node), call);
    for (uint32_t i = 0; !known && !sum->rel.v && i < list->count; i++)
        *sum = pd_held(f, list->items[i], node);
    return known;
}

struct pd pd_concat(struct frames *f, TSNode call)
{
    TSNode list = py_argument(pd_py(f), call, "objs", 0);
    struct pd sum = {0};
    if (ts_node_is_null(list))
        return sum;
    bool known = rows_below(f, call);
    if (py_is(list, "list") || py_is(list, "tuple")) {
        struct py_nodes items = py_children(pd_py(f), list);
        for (uint32_t i = 0; i < items.count; i++)
            known = put_below(f, &sum, pd_eval(f, items.items[i]), call) && known;
    } else {
        known = put_list(f, &sum, py_eval(pd_py(f), list), list, call) && known;
    }
    if (sum.rel.v && !known)
        return pd_opaque_frame(f, sum.rel, no_rel, SLICE("concat"), call);
    return sum;
}

/* ---- groupby ---- */

struct pd pd_groupby(struct frames *f, struct pd frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct pd_groups *groups = ARENA_NEW(py->scratch, struct pd_groups);
    TSNode by = py_argument(py, call, "by", 0);
    if (!pd_arguments_are(f, call, "by as_index dropna sort observed", 1) ||
        !pd_names_of(f, by, &groups->keys) || !groups->keys.count ||
        !pd_bool_argument(f, call, "as_index", -1, true, &groups->as_index) ||
        !pd_bool_argument(f, call, "dropna", -1, true, &groups->drop_null))
        return pd_opaque_frame(f, frame.rel, no_rel, SLICE("groupby"), call);
    frame.kind = PD_GROUPS;
    frame.groups = groups;
    return frame;
}

static const struct {
    const char *name;
    enum ir_expr_op op;
} aggregates[] = {
    {"sum", IR_EXPR_AGG_SUM},         {"count", IR_EXPR_AGG_COUNT}, {"size", IR_EXPR_AGG_SIZE},
    {"mean", IR_EXPR_AGG_MEAN},       {"min", IR_EXPR_AGG_MIN},     {"max", IR_EXPR_AGG_MAX},
    {"nunique", IR_EXPR_AGG_NUNIQUE}, {"std", IR_EXPR_AGG_STD},     {"median", IR_EXPR_AGG_MEDIAN},
    {"len", IR_EXPR_AGG_SIZE},        {"var", IR_EXPR_AGG_VAR},     {"any", IR_EXPR_AGG_ANY},
    {"all", IR_EXPR_AGG_ALL},         {"first", IR_EXPR_AGG_FIRST}, {"last", IR_EXPR_AGG_LAST},
};

static enum ir_expr_op aggregate_of(struct slice name)
{
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (slice_is(name, aggregates[i].name))
            return aggregates[i].op;
    return IR_EXPR_NONE;
}

/* One aggregate column to be: `name` = op(column). */
struct aggregate {
    ir_str name, column;
    enum ir_expr_op op;
};

/* "sum", sum, np.sum */
bool pd_read_aggregate(struct frames *f, TSNode node, enum ir_expr_op *op)
{
    struct slice name;
    struct py *py = pd_py(f);
    if (ts_node_is_null(node))
        return false;
    if (!py_string_of(py, node, &name)) {
        name = py_qualified(py, py_bytes(py, node));
        if (slice_starts(name, "numpy."))
            name = slice_sub(name, 6, name.n - 6);
    }
    *op = aggregate_of(name);
    return *op != IR_EXPR_NONE;
}

struct aggregates {
    struct aggregate *items;
    uint32_t count;
};

static struct aggregates room_for(struct frames *f, uint32_t count)
{
    return (struct aggregates){ARENA_ARRAY(pd_py(f)->scratch, struct aggregate, count ? count : 1), 0};
}

static bool add(struct frames *f, struct aggregates *list, ir_str name, ir_str column, TSNode function)
{
    struct aggregate *made = &list->items[list->count++];
    *made = (struct aggregate){.name = name, .column = column};
    return pd_read_aggregate(f, function, &made->op);
}

/* total=("amount", "sum"), total=pd.NamedAgg(column=…, aggfunc=…), or on one column total="sum". */
static bool named_aggregate(struct frames *f, const struct pd_groups *groups, TSNode item,
                            struct aggregates *list)
{
    struct py *py = pd_py(f);
    ir_str name = pd_intern(f, py_bytes(py, py_field(item, "name")));
    TSNode value = py_field(item, "value"), column, function;
    struct slice text;
    if (py_is(value, "tuple")) {
        struct py_nodes pair = py_children(py, value);
        if (pair.count != 2)
            return false;
        column = pair.items[0];
        function = pair.items[1];
    } else if (py_is(value, "call") && slice_is(py_qualified(py, py_callee(py, value)), "pandas.NamedAgg")) {
        column = py_argument(py, value, "column", 0);
        function = py_argument(py, value, "aggfunc", 1);
    } else {
        return groups->single && add(f, list, name, groups->selected.items[0], value);
    }
    return !ts_node_is_null(column) && py_string_of(py, column, &text) &&
           add(f, list, name, pd_intern(f, text), function);
}

/* {"amount": "sum", …} */
static bool dictionary_aggregates(struct frames *f, TSNode node, struct aggregates *list)
{
    struct py_nodes pairs = py_children(pd_py(f), node);
    *list = room_for(f, pairs.count);
    for (uint32_t i = 0; i < pairs.count; i++) {
        struct slice name;
        if (!py_is(pairs.items[i], "pair") ||
            !py_string_of(pd_py(f), py_field(pairs.items[i], "key"), &name) ||
            !add(f, list, pd_intern(f, name), pd_intern(f, name), py_field(pairs.items[i], "value")))
            return false;
    }
    return pairs.count > 0;
}

/* ["sum", "mean"] on one column: columns sum and mean. */
static bool list_aggregates(struct frames *f, const struct pd_groups *groups, TSNode node,
                            struct aggregates *list)
{
    struct py_nodes names = py_children(pd_py(f), node);
    *list = room_for(f, names.count);
    for (uint32_t i = 0; i < names.count; i++) {
        struct slice name;
        if (!groups->single || !py_string_of(pd_py(f), names.items[i], &name) ||
            !add(f, list, pd_intern(f, name), groups->selected.items[0], names.items[i]))
            return false;
    }
    return names.count > 0;
}

/* The same function of every selected column. */
static bool same_aggregate(struct frames *f, const struct pd_groups *groups, enum ir_expr_op op,
                           struct aggregates *list)
{
    *list = room_for(f, groups->selected.count);
    for (uint32_t i = 0; i < groups->selected.count; i++)
        list->items[list->count++] =
            (struct aggregate){groups->selected.items[i], groups->selected.items[i], op};
    return list->count > 0;
}

static bool agg(struct frames *f, const struct pd_groups *groups, TSNode call, struct aggregates *list)
{
    struct py_nodes items = pd_arguments(f, call);
    enum ir_expr_op op;
    if (!items.count)
        return false;
    if (items.count == 1 && !py_is(items.items[0], "keyword_argument")) {
        if (py_is(items.items[0], "dictionary"))
            return dictionary_aggregates(f, items.items[0], list);
        if (py_is(items.items[0], "list"))
            return list_aggregates(f, groups, items.items[0], list);
        return pd_read_aggregate(f, items.items[0], &op) && same_aggregate(f, groups, op, list);
    }
    *list = room_for(f, items.count);
    for (uint32_t i = 0; i < items.count; i++)
        if (!py_is(items.items[i], "keyword_argument") || !named_aggregate(f, groups, items.items[i], list))
            return false;
    return true;
}

/* sum(), mean() …, called on the groups themselves. */
static bool direct(struct frames *f, const struct pd_groups *groups, struct slice name, TSNode call,
                   struct aggregates *list)
{
    enum ir_expr_op op = aggregate_of(name);
    uint32_t least;
    if (op == IR_EXPR_NONE || slice_is(name, "len") ||
        !pd_arguments_are(f, call, op == IR_EXPR_AGG_SUM ? "min_count numeric_only" : "numeric_only", 0) ||
        !pd_count_argument(f, call, "min_count", -1, 0, &least) || least > 1)
        return false;
    if (op == IR_EXPR_AGG_SIZE) {
        *list = room_for(f, 1);
        list->items[list->count++] =
            (struct aggregate){pd_intern(f, groups->as_index ? SLICE("0") : SLICE("size")), {0}, op};
        return true;
    }
    return same_aggregate(f, groups, least ? IR_EXPR_AGG_SUM_SQL : op, list);
}

struct pd pd_groups_call(struct frames *f, struct pd value, struct slice name, TSNode call)
{
    struct pd beside = pd_groups_window_call(f, value, name, call);
    if (beside.kind != PD_NONE)
        return beside;
    struct ir *ir = pd_py(f)->ir;
    const struct pd_groups *groups = value.groups;
    struct aggregates list = {0};
    bool is_agg = slice_is(name, "agg") || slice_is(name, "aggregate");
    if (!(is_agg ? agg(f, groups, call, &list) : direct(f, groups, name, call, &list)))
        return pd_opaque_frame(f, value.rel, no_rel, name, call);
    uint32_t flags =
        (groups->drop_null ? IR_REL_DROP_NULL_KEYS : 0) | (groups->as_index ? IR_REL_KEYS_NOT_COLUMNS : 0);
    ir_rel_id rel =
        pd_rel(f,
               (struct ir_rel){
                   .kind = IR_REL_AGGREGATE, .left = value.rel, .flags = flags, .op = pd_intern(f, name)},
               call);
    for (uint32_t i = 0; i < groups->keys.count; i++)
        pd_column(f, rel, IR_COLUMN_KEY, groups->keys.items[i]);
    for (uint32_t i = 0; i < list.count; i++) {
        ir_expr_id column = no_expr;
        if (list.items[i].column.v)
            column = pd_literal(f, IR_EXPR_COLUMN, ir_slice(ir, list.items[i].column), call);
        ir_expr_id expr = pd_expr(f, list.items[i].op, call, column, no_expr, no_expr);
        ir_add_rel_column(
            ir, (struct ir_rel_column){
                    .rel = rel, .kind = IR_COLUMN_AGGREGATE, .name = list.items[i].name, .expr = expr});
    }
    if (groups->as_index)
        pd_set_index(f, rel, &groups->keys);
    bool is_series = groups->as_index && list.count == 1 && !is_agg &&
                     (groups->single || list.items[0].op == IR_EXPR_AGG_SIZE);
    return (struct pd){.kind = PD_FRAME, .rel = rel, .is_series = is_series};
}

/* ---- reset_index ---- */

/* The only value column of a Series of groups gets the name that is asked for. */
static bool name_series(struct frames *f, struct pd *frame, ir_str name, TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    if (!frame->is_series || !pd_is_new(f, frame->rel))
        return false;
    struct ir_rel_column value = *IR(ir, rel_column, (ir_rel_column_id){ir->rel_column.count - 1});
    if (value.rel.v != frame->rel.v)
        return false;
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_RENAME, .left = frame->rel}, call);
    ir_add_rel_column(
        ir, (struct ir_rel_column){.rel = rel, .kind = IR_COLUMN_RENAME, .name = name, .other = value.name});
    frame->rel = rel;
    return true;
}

bool pd_series_to_frame(struct frames *f, struct pd *frame, TSNode name, TSNode call)
{
    struct slice text;
    if (!frame->is_series || (!ts_node_is_null(name) && !py_string_of(pd_py(f), name, &text)) ||
        (!ts_node_is_null(name) && !name_series(f, frame, pd_intern(f, text), call)))
        return false;
    frame->is_series = false;
    return true;
}

struct pd pd_reset_index(struct frames *f, struct pd frame, TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    const struct pd_names *index = pd_index(f, frame.rel);
    struct slice name = {"", 0};
    TSNode given = py_argument(pd_py(f), call, "name", -1);
    bool drop, known = pd_bool_argument(f, call, "drop", -1, false, &drop);
    if (!ts_node_is_null(given))
        known = known && py_string_of(pd_py(f), given, &name);
    if (!known || (!index && !drop))
        return pd_opaque_frame(f, frame.rel, no_rel, SLICE("reset_index"), call);
    if (!index) { /* the same rows under other numbers: a node of its own, so that nothing old aligns */
        frame.rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_RENAME, .left = frame.rel}, call);
        return frame;
    }
    if (drop) {
        ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_DROP, .left = frame.rel}, call);
        for (uint32_t i = 0; i < index->count; i++)
            pd_column(f, rel, IR_COLUMN_DROP, index->items[i]);
        frame.rel = rel;
    } else if (pd_is_new(f, frame.rel) && IR(ir, rel, frame.rel)->kind == IR_REL_AGGREGATE) {
        IR(ir, rel, frame.rel)->flags &= ~(uint32_t)IR_REL_KEYS_NOT_COLUMNS;
    } else {
        frame.rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_RENAME, .left = frame.rel}, call);
    }
    pd_set_index(f, frame.rel, NULL);
    if (name.n && !name_series(f, &frame, pd_intern(f, name), call))
        return pd_opaque_frame(f, frame.rel, no_rel, SLICE("reset_index"), call);
    frame.is_series = false;
    return frame;
}
