/*
 * pandas_reshape.c - what changes which columns a frame has and which of them are its index: set_index, reindex,
 * insert, melt, value_counts, join, pipe. Keys in the index are columns like others to SQL; frame_align.c knows them.
 */
#include "python/frame.h"
#include "python/walk.h"

#include <string.h>

static const ir_rel_id no_rel;
static const ir_expr_id no_expr;

static void apply(struct frames *f, struct pd *frame, struct ir_rel row, TSNode call)
{
    row.left = frame->rel;
    *frame = (struct pd){.kind = PD_FRAME, .rel = pd_rel(f, row, call)};
}

static void to_the_front(struct frames *f, struct pd *frame, struct pd_names names, TSNode call)
{
    apply(f, frame, (struct ir_rel){.kind = IR_REL_RENAME, .flags = IR_REL_PANDAS | IR_REL_KEYS_FIRST}, call);
    for (uint32_t i = 0; i < names.count; i++)
        pd_column(f, frame->rel, IR_COLUMN_KEEP, names.items[i]);
}

static void rename_one(struct frames *f, struct pd *frame, ir_str from, ir_str to, TSNode call)
{
    apply(f, frame, (struct ir_rel){.kind = IR_REL_RENAME}, call);
    ir_add_rel_column(
        pd_py(f)->ir,
        (struct ir_rel_column){.rel = frame->rel, .kind = IR_COLUMN_RENAME, .name = to, .other = from});
}

/* ---- the index ---- */

bool pd_frame_set_index(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names *keys = ARENA_NEW(pd_py(f)->scratch, struct pd_names);
    bool drop;
    if (!pd_names_of(f, py_argument(pd_py(f), call, "keys", 0), keys) || !keys->count ||
        !pd_bool_argument(f, call, "drop", -1, true, &drop) || !drop)
        return false;
    if (pd_index(f, frame->rel)) { /* the index that it had is gone */
        const struct pd_names *old = pd_index(f, frame->rel);
        apply(f, frame, (struct ir_rel){.kind = IR_REL_DROP}, call);
        for (uint32_t i = 0; i < old->count; i++)
            pd_column(f, frame->rel, IR_COLUMN_DROP, old->items[i]);
    }
    to_the_front(f, frame, *keys, call);
    pd_set_index(f, frame->rel, keys);
    return true;
}

/* join(other.set_index(k), on=k), or both with their index: the keys are the index's. */
bool pd_frame_join(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct pd right = pd_eval(f, py_argument(py, call, "other", 0));
    TSNode on = py_argument(py, call, "on", 1), how_node = py_argument(py, call, "how", 2);
    const struct pd_names *index = pd_index(f, frame->rel);
    struct slice how = SLICE("left"), left_suffix = SLICE(""), right_suffix = SLICE("");
    struct pd_names keys = {0};
    TSNode ls = py_argument(py, call, "lsuffix", 3), rs = py_argument(py, call, "rsuffix", 4);
    if (right.kind != PD_FRAME || right.is_series || !pd_index(f, right.rel) ||
        (!ts_node_is_null(how_node) && !py_string_of(py, how_node, &how)) ||
        (!ts_node_is_null(ls) && !py_string_of(py, ls, &left_suffix)) ||
        (!ts_node_is_null(rs) && !py_string_of(py, rs, &right_suffix)) ||
        (!slice_is(how, "left") && !slice_is(how, "inner")))
        return false;
    if (!ts_node_is_null(on) ? index || !pd_names_of(f, on, &keys) : !index)
        return false;
    struct pd_join join = {.join = slice_is(how, "left") ? IR_JOIN_LEFT : IR_JOIN_INNER,
                           .left = index ? *index : keys,
                           .right = *pd_index(f, right.rel),
                           .suffixes = {pd_intern(f, left_suffix), pd_intern(f, right_suffix)},
                           .index = index};
    return pd_join_index(f, frame, right, &join, call);
}

/* The right side's keys are its index: no columns of the result. */
bool pd_join_index(struct frames *f, struct pd *frame, struct pd right, const struct pd_join *join,
                   TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    if (join->left.count != join->right.count)
        return false;
    for (uint32_t i = 0; i < join->left.count; i++)
        if (join->left.items[i].v != join->right.items[i].v)
            rename_one(f, &right, join->right.items[i], join->left.items[i], call);
    ir_rel_id rel = pd_rel(f,
                           (struct ir_rel){.kind = IR_REL_JOIN,
                                           .left = frame->rel,
                                           .right = right.rel,
                                           .join = join->join,
                                           .flags = IR_REL_NULL_KEYS_MATCH | IR_REL_PANDAS,
                                           .op = pd_intern(f, SLICE("join")),
                                           .left_suffix = join->suffixes[0],
                                           .right_suffix = join->suffixes[1]},
                           call);
    for (uint32_t i = 0; i < join->left.count; i++)
        ir_add_rel_column(ir, (struct ir_rel_column){.rel = rel,
                                                     .kind = IR_COLUMN_JOIN,
                                                     .name = join->left.items[i],
                                                     .other = join->left.items[i]});
    if (join->index)
        pd_set_index(f, rel, join->index);
    *frame = (struct pd){.kind = PD_FRAME, .rel = rel};
    return true;
}

/* ---- columns ---- */

bool pd_frame_reindex(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names names;
    TSNode list = py_argument(pd_py(f), call, "columns", -1);
    if (ts_node_is_null(list))
        list = py_argument(pd_py(f), call, "items", 0); /* filter(items=…) */
    if (!pd_names_of(f, list, &names) || !names.count)
        return false;
    *frame = pd_project(f, *frame, names, call);
    return true;
}

/* insert(0, name, value); elsewhere the place depends on how many columns there are. */
bool pd_frame_insert(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    uint32_t at;
    TSNode name_node = py_argument(py, call, "column", 1), value = py_argument(py, call, "value", 2);
    struct pd_names name;
    if (ts_node_is_null(value) || !pd_count_argument(f, call, "loc", 0, 1, &at) || at ||
        !pd_names_of(f, name_node, &name) || name.count != 1)
        return false;
    ir_expr_id expr = pd_value_for(f, frame->rel, pd_operand(f, value), value);
    *frame = pd_set_column(f, frame->rel, name.items[0], expr, call);
    to_the_front(f, frame, name, call);
    return true;
}

/* ---- rows out of columns, and the other way round ---- */

static bool string_or(struct frames *f, TSNode call, const char *name, int position, struct slice *value)
{
    TSNode node = py_argument(pd_py(f), call, name, position);
    return ts_node_is_null(node) || py_string_of(pd_py(f), node, value);
}

/* One of melt's columns: its name in one column, its value in another. */
static ir_rel_id melted(struct frames *f, ir_rel_id from, struct pd_names ids, ir_str column,
                        const struct slice names[2], TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_PROJECT, .left = from}, call);
    for (uint32_t i = 0; i < ids.count; i++)
        pd_column(f, rel, IR_COLUMN_KEEP, ids.items[i]);
    ir_expr_id name = pd_literal(f, IR_EXPR_STRING, ir_slice(ir, column), call);
    ir_add_rel_column(
        ir, (struct ir_rel_column){
                .rel = rel, .kind = IR_COLUMN_ASSIGN, .name = pd_intern(f, names[0]), .expr = name});
    ir_add_rel_column(
        ir, (struct ir_rel_column){
                .rel = rel, .kind = IR_COLUMN_RENAME, .name = pd_intern(f, names[1]), .other = column});
    return rel;
}

bool pd_frame_melt(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct pd_names ids = {0}, values;
    struct slice names[2] = {SLICE("variable"), SLICE("value")};
    TSNode given = py_argument(py, call, "id_vars", 0);
    if ((!ts_node_is_null(given) && !pd_names_of(f, given, &ids)) ||
        !pd_names_of(f, py_argument(py, call, "value_vars", 1), &values) || !values.count ||
        !string_or(f, call, "var_name", 2, &names[0]) || !string_or(f, call, "value_name", 3, &names[1]))
        return false;
    ir_rel_id sum = no_rel;
    for (uint32_t i = 0; i < values.count; i++) {
        ir_rel_id one = melted(f, frame->rel, ids, values.items[i], names, call);
        sum = i ? pd_rel(
                      f,
                      (struct ir_rel){
                          .kind = IR_REL_UNION, .left = sum, .right = one, .op = pd_intern(f, SLICE("melt"))},
                      call)
                : one;
    }
    frame->rel = sum;
    return true;
}

/* How often each value is there; the values are the index, the number is called count. */
struct pd pd_value_counts(struct frames *f, ir_rel_id rel, struct pd_names keys, TSNode call)
{
    struct ir *ir = pd_py(f)->ir;
    struct pd_names *index = ARENA_NEW(pd_py(f)->scratch, struct pd_names);
    bool drop;
    if (!keys.count || !pd_arguments_are(f, call, "subset dropna sort ascending", 1) ||
        !pd_bool_argument(f, call, "dropna", -1, true, &drop))
        return (struct pd){0};
    ir_rel_id made = pd_rel(f,
                            (struct ir_rel){.kind = IR_REL_AGGREGATE,
                                            .left = rel,
                                            .op = pd_intern(f, SLICE("value_counts")),
                                            .flags = IR_REL_PANDAS | IR_REL_KEYS_NOT_COLUMNS |
                                                     IR_REL_UNSORTED | (drop ? IR_REL_DROP_NULL_KEYS : 0)},
                            call);
    for (uint32_t i = 0; i < keys.count; i++)
        pd_column(f, made, IR_COLUMN_KEY, keys.items[i]);
    ir_add_rel_column(
        ir, (struct ir_rel_column){.rel = made,
                                   .kind = IR_COLUMN_AGGREGATE,
                                   .name = pd_intern(f, SLICE("count")),
                                   .expr = pd_expr(f, IR_EXPR_AGG_SIZE, call, no_expr, no_expr, no_expr)});
    *index = keys;
    pd_set_index(f, made, index);
    return (struct pd){.kind = PD_FRAME, .rel = made, .is_series = true};
}

/* ---- pipe ---- */

/* pipe(function, …) is function(frame, …). */
bool pd_frame_pipe(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct py_nodes list = pd_arguments(f, call);
    if (!list.count || py_is(list.items[0], "keyword_argument"))
        return false;
    if (py_is(list.items[0], "lambda")) {
        struct pd value = list.count == 1 ? pd_call_lambda(f, *frame, list.items[0]) : (struct pd){0};
        *frame = value;
        return value.kind == PD_FRAME;
    }
    const struct py_value *function = py_eval(py, list.items[0]);
    const struct ir_rel *row = IR(py->ir, rel, frame->rel);
    if (function->kind != PY_FUNCTION || row->kind != IR_REL_FRAME)
        return false;
    struct py_args args = py_eval_args(py, call);
    args.positional[0] = pd_frame_value(f, row->frame, call);
    *frame = pd_held(f, py_invoke(py, function, &args, call), call);
    return frame->kind == PD_FRAME;
}
