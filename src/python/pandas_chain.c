/*
 * pandas_chain.c - methods of a DataFrame that give a DataFrame. A call whose arguments are not all known and
 * understood is not translated: it becomes REL_OPAQUE under its own name.
 */
#include "python/frame.h"

#include <string.h>

static const ir_rel_id no_rel;
static const ir_expr_id no_expr;

static bool make(struct frames *f, struct pd *frame, struct ir_rel row, TSNode call)
{
    row.left = frame->rel;
    *frame = (struct pd){.kind = PD_FRAME, .rel = pd_rel(f, row, call)};
    return true;
}

static bool frame_copy(struct frames *f, struct pd *frame, TSNode call)
{
    (void)call;
    return f && frame->rel.v;
}

/* rename(columns={…}), or rename({…}, axis=1 or "columns"). */
static TSNode column_argument(struct frames *f, TSNode call, const char *keyword)
{
    struct py *py = pd_py(f);
    TSNode columns = py_argument(py, call, "columns", -1), axis = py_argument(py, call, "axis", 1);
    if (!ts_node_is_null(columns) || ts_node_is_null(axis))
        return columns;
    const struct py_value *v = py_eval(py, axis);
    bool across = (v->kind == PY_NUMBER && slice_is(v->string, "1")) ||
                  (v->kind == PY_STRING && slice_is(v->string, "columns"));
    return across ? py_argument(py, call, keyword, 0) : columns;
}

static bool frame_rename(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    TSNode node = column_argument(f, call, "mapper");
    if (ts_node_is_null(node))
        return false;
    const struct py_value *map = py_eval(py, node);
    if (map->kind != PY_DICT)
        return false;
    for (uint32_t i = 0; i < map->count; i++)
        if (map->items[i]->kind != PY_STRING || map->items[i]->unknown_parts)
            return false;
    make(f, frame, (struct ir_rel){.kind = IR_REL_RENAME}, call);
    for (uint32_t i = 0; i + 1 < map->count; i += 2)
        ir_add_rel_column(py->ir, (struct ir_rel_column){.rel = frame->rel,
                                                         .kind = IR_COLUMN_RENAME,
                                                         .name = pd_intern(f, map->items[i + 1]->string),
                                                         .other = pd_intern(f, map->items[i]->string)});
    return true;
}

static bool frame_drop(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names names;
    if (!pd_names_of(f, column_argument(f, call, "labels"), &names))
        return false;
    make(f, frame, (struct ir_rel){.kind = IR_REL_DROP}, call);
    for (uint32_t i = 0; i < names.count; i++)
        pd_column(f, frame->rel, IR_COLUMN_DROP, names.items[i]);
    return true;
}

struct pd pd_call_lambda(struct frames *f, struct pd value, TSNode lambda)
{
    struct py *py = pd_py(f);
    struct py_nodes parameters = {0};
    TSNode list = py_field(lambda, "parameters");
    if (!ts_node_is_null(list))
        parameters = py_children(py, list);
    if (parameters.count != 1 || !py_is(parameters.items[0], "identifier"))
        return (struct pd){0};
    void *before = pd_bind_local(f, pd_intern(f, py_bytes(py, parameters.items[0])), value);
    struct pd result = pd_operand(f, py_field(lambda, "body"));
    pd_unbind_local(f, before);
    return result;
}

/* The value of assign()'s keyword: an expression, or a lambda over the frame so far. */
static struct pd assigned(struct frames *f, struct pd frame, TSNode node)
{
    return py_is(node, "lambda") ? pd_call_lambda(f, frame, node) : pd_operand(f, node);
}

static bool frame_assign(struct frames *f, struct pd *frame, TSNode call)
{
    struct py_nodes list = pd_arguments(f, call);
    for (uint32_t i = 0; i < list.count; i++) {
        TSNode item = list.items[i];
        if (!py_is(item, "keyword_argument"))
            return false;
        TSNode node = py_field(item, "value");
        ir_expr_id value = pd_value_for(f, frame->rel, assigned(f, *frame, node), node);
        ir_str name = pd_intern(f, py_bytes(pd_py(f), py_field(item, "name")));
        *frame = pd_set_column(f, frame->rel, name, value, call);
    }
    return true;
}

/* fillna({column: value}) and astype({column: type}); for all columns at once they are not translated. */
static bool each_column(struct frames *f, struct pd *frame, TSNode call, const char *keyword, bool cast)
{
    struct py *py = pd_py(f);
    TSNode node = py_argument(py, call, keyword, 0);
    if (ts_node_is_null(node) || !py_is(node, "dictionary"))
        return false;
    struct py_nodes pairs = py_children(py, node);
    for (uint32_t i = 0; i < pairs.count; i++) {
        struct slice name;
        if (!py_is(pairs.items[i], "pair") || !py_string_of(py, py_field(pairs.items[i], "key"), &name))
            return false;
        TSNode value = py_field(pairs.items[i], "value");
        struct pd column = {.kind = PD_SERIES,
                            .rel = frame->rel,
                            .expr = pd_literal(f, IR_EXPR_COLUMN, name, pairs.items[i])};
        if (cast)
            column = pd_cast(f, column, value, call);
        else
            column.expr = pd_expr(f, IR_EXPR_COALESCE, call, column.expr,
                                  pd_value_for(f, frame->rel, pd_operand(f, value), value), no_expr);
        *frame = pd_set_column(f, frame->rel, pd_intern(f, name), column.expr, call);
    }
    return true;
}

static bool frame_fillna(struct frames *f, struct pd *frame, TSNode call)
{
    TSNode node = py_argument(pd_py(f), call, "value", 0);
    struct pd value =
        ts_node_is_null(node) || py_is(node, "dictionary") ? (struct pd){0} : pd_operand(f, node);
    if (value.kind == PD_SCALAR) {
        make(f, frame, (struct ir_rel){.kind = IR_REL_ASSIGN, .flags = IR_REL_PANDAS | IR_REL_ALL_COLUMNS},
             call);
        ir_add_rel_column(pd_py(f)->ir, (struct ir_rel_column){
                                            .rel = frame->rel, .kind = IR_COLUMN_ASSIGN, .expr = value.expr});
        return true;
    }
    return each_column(f, frame, call, "value", false);
}

static bool frame_astype(struct frames *f, struct pd *frame, TSNode call)
{
    return each_column(f, frame, call, "dtype", true);
}

static bool frame_dropna(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    struct pd_names names = {0};
    struct slice how = SLICE("any");
    TSNode given = py_argument(py, call, "how", -1), subset = py_argument(py, call, "subset", -1);
    if (!ts_node_is_null(py_argument(py, call, "axis", -1)) ||
        (!ts_node_is_null(subset) && (!pd_names_of(f, subset, &names) || !names.count)) ||
        (!ts_node_is_null(given) && !py_string_of(py, given, &how)) ||
        (!slice_is(how, "any") && !slice_is(how, "all")))
        return false;
    bool any = slice_is(how, "any");
    if (!names.count && !pd_index(f, frame->rel))
        return make(f, frame,
                    (struct ir_rel){.kind = IR_REL_FILTER,
                                    .flags = IR_REL_PANDAS | IR_REL_ALL_COLUMNS | (any ? 0 : IR_REL_TAIL)},
                    call);
    ir_expr_id all = no_expr;
    for (uint32_t i = 0; i < names.count; i++) {
        ir_expr_id column = pd_literal(f, IR_EXPR_COLUMN, ir_slice(py->ir, names.items[i]), call);
        ir_expr_id one = pd_expr(f, IR_EXPR_NOT_NULL, call, column, no_expr, no_expr);
        all = i ? pd_expr(f, any ? IR_EXPR_AND : IR_EXPR_OR, call, all, one, no_expr) : one;
    }
    return names.count && make(f, frame, (struct ir_rel){.kind = IR_REL_FILTER, .condition = all}, call);
}

/* ---- order and limits ---- */

static bool ascending_of(struct frames *f, TSNode node, uint32_t i, uint32_t keys, bool *out)
{
    *out = true;
    if (ts_node_is_null(node))
        return true;
    const struct py_value *v = py_eval(pd_py(f), node);
    if (v->kind == PY_LIST || v->kind == PY_TUPLE) {
        if (v->count != keys)
            return false;
        v = v->items[i];
    }
    *out = v->boolean;
    return v->kind == PY_BOOL;
}

static bool frame_sort_values(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names by;
    struct slice position = SLICE("last");
    struct py *py = pd_py(f);
    TSNode ascending = py_argument(py, call, "ascending", -1);
    TSNode nulls = py_argument(py, call, "na_position", -1);
    if (!pd_names_of(f, py_argument(py, call, "by", 0), &by) ||
        (!ts_node_is_null(nulls) && !py_string_of(py, nulls, &position)))
        return false;
    for (uint32_t i = 0; i < by.count; i++) {
        bool up;
        if (!ascending_of(f, ascending, i, by.count, &up))
            return false;
    }
    make(f, frame, (struct ir_rel){.kind = IR_REL_SORT}, call);
    for (uint32_t i = 0; i < by.count; i++) {
        bool up;
        ascending_of(f, ascending, i, by.count, &up);
        ir_add_rel_column(py->ir, (struct ir_rel_column){.rel = frame->rel,
                                                         .kind = IR_COLUMN_SORT,
                                                         .name = by.items[i],
                                                         .flags = (up ? 0u : 1u) |
                                                                  (slice_is(position, "first") ? 2u : 0u)});
    }
    return true;
}

static bool limit(struct frames *f, struct pd *frame, TSNode call, uint32_t flags)
{
    uint32_t count;
    if (!pd_count_argument(f, call, "n", 0, 5, &count))
        return false;
    return make(f, frame, (struct ir_rel){.kind = IR_REL_LIMIT, .count = count, .flags = flags}, call);
}

static bool frame_head(struct frames *f, struct pd *frame, TSNode call)
{
    return limit(f, frame, call, 0);
}

static bool frame_tail(struct frames *f, struct pd *frame, TSNode call)
{
    return limit(f, frame, call, IR_REL_TAIL);
}

/* nlargest(n, column) is a sort, nulls last, and a limit; of several columns with nulls pandas gives other rows. */
static bool extreme(struct frames *f, struct pd *frame, TSNode call, uint32_t descending)
{
    struct pd_names by;
    uint32_t count;
    struct py *py = pd_py(f);
    if (ts_node_is_null(py_argument(py, call, "n", 0)) ||
        !pd_names_of(f, py_argument(py, call, "columns", 1), &by) || by.count != 1 ||
        !pd_count_argument(f, call, "n", 0, 0, &count))
        return false;
    make(f, frame, (struct ir_rel){.kind = IR_REL_SORT}, call);
    for (uint32_t i = 0; i < by.count; i++)
        ir_add_rel_column(
            py->ir, (struct ir_rel_column){
                        .rel = frame->rel, .kind = IR_COLUMN_SORT, .name = by.items[i], .flags = descending});
    return make(f, frame, (struct ir_rel){.kind = IR_REL_LIMIT, .count = count}, call);
}

static bool frame_nlargest(struct frames *f, struct pd *frame, TSNode call)
{
    return extreme(f, frame, call, 1);
}

static bool frame_nsmallest(struct frames *f, struct pd *frame, TSNode call)
{
    return extreme(f, frame, call, 0);
}

/* subset= and keep= of drop_duplicates() and duplicated(); keep is "False" for none. */
static bool duplicates_of(struct frames *f, TSNode call, int keep_position, struct pd_names *subset,
                          struct slice *keep)
{
    struct py *py = pd_py(f);
    TSNode by = py_argument(py, call, "subset", 0), which = py_argument(py, call, "keep", keep_position);
    const struct py_value *v = ts_node_is_null(which) ? NULL : py_eval(py, which);
    *subset = (struct pd_names){0};
    *keep = SLICE("first");
    if (!ts_node_is_null(by) && !pd_names_of(f, by, subset))
        return false;
    if (v && v->kind == PY_BOOL && !v->boolean)
        *keep = SLICE("False");
    else if (v && (v->kind != PY_STRING || v->unknown_parts))
        return false;
    else if (v)
        *keep = v->string;
    return slice_is(*keep, "first") || slice_is(*keep, "last") || slice_is(*keep, "False");
}

static bool frame_drop_duplicates(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names subset;
    struct slice keep;
    ir_expr_id several;
    if (!duplicates_of(f, call, -1, &subset, &keep))
        return false;
    if (slice_is(keep, "False")) {
        if (!pd_duplicated(f, frame->rel, subset, keep, call, &several))
            return false;
        ir_expr_id alone = pd_expr(f, IR_EXPR_NOT, call, several, no_expr, no_expr);
        return make(f, frame, (struct ir_rel){.kind = IR_REL_FILTER, .condition = alone}, call);
    }
    make(f, frame,
         (struct ir_rel){.kind = IR_REL_DISTINCT, .flags = slice_is(keep, "last") ? IR_REL_TAIL : 0}, call);
    for (uint32_t i = 0; i < subset.count; i++)
        pd_column(f, frame->rel, IR_COLUMN_DISTINCT, subset.items[i]);
    return true;
}

static bool frame_duplicated(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names subset;
    struct slice keep;
    frame->kind = PD_SERIES;
    return duplicates_of(f, call, 1, &subset, &keep) &&
           pd_duplicated(f, frame->rel, subset, keep, call, &frame->expr);
}

/* apply(lambda row: …, axis=1): what the row's columns give. */
static bool frame_apply(struct frames *f, struct pd *frame, TSNode call)
{
    struct py *py = pd_py(f);
    TSNode axis = py_argument(py, call, "axis", 1);
    const struct py_value *v = ts_node_is_null(axis) ? NULL : py_eval(py, axis);
    bool rows = v && ((v->kind == PY_NUMBER && slice_is(v->string, "1")) ||
                      (v->kind == PY_STRING && slice_is(v->string, "columns")));
    return rows && pd_apply(f, *frame, py_argument(py, call, "func", 0), frame);
}

/* append(other) is concat. */
static bool frame_append(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd other = pd_eval(f, py_argument(pd_py(f), call, "other", 0));
    return other.kind == PD_FRAME && !pd_index(f, other.rel) &&
           make(
               f, frame,
               (struct ir_rel){.kind = IR_REL_UNION, .right = other.rel, .op = pd_intern(f, SLICE("append"))},
               call);
}

/* ---- the table of methods ---- */

static bool frame_merge(struct frames *f, struct pd *frame, TSNode call)
{
    *frame = pd_merge(f, *frame, call, 0);
    return true;
}

static bool frame_groupby(struct frames *f, struct pd *frame, TSNode call)
{
    *frame = pd_groupby(f, *frame, call);
    return true;
}

static bool frame_reset_index(struct frames *f, struct pd *frame, TSNode call)
{
    *frame = pd_reset_index(f, *frame, call);
    return true;
}

static bool frame_value_counts(struct frames *f, struct pd *frame, TSNode call)
{
    struct pd_names keys;
    if (!pd_names_of(f, py_argument(pd_py(f), call, "subset", 0), &keys))
        return false;
    *frame = pd_value_counts(f, frame->rel, keys, call);
    return frame->kind == PD_FRAME;
}

/* to_frame() and to_frame(name) of what a groupby of one column gives. */
static bool frame_to_frame(struct frames *f, struct pd *frame, TSNode call)
{
    return pd_series_to_frame(f, frame, py_argument(pd_py(f), call, "name", 0), call);
}

/* assign's keywords are columns, so that it alone has no list of those allowed. `indexed`: also right when the
 * keys of a groupby are the index. */
static const struct {
    const char *name;
    bool (*read)(struct frames *f, struct pd *frame, TSNode call);
    const char *keywords;
    uint32_t positional;
    bool indexed;
} methods[] = {
    {"copy", frame_copy, "deep", 1, true},
    {"rename", frame_rename, "columns mapper axis inplace copy errors", 1, true},
    {"drop", frame_drop, "columns labels axis inplace errors", 2, true},
    {"assign", frame_assign, NULL, 0, true},
    {"fillna", frame_fillna, "value inplace", 1, true},
    {"astype", frame_astype, "dtype copy", 1, true},
    {"dropna", frame_dropna, "subset how inplace axis ignore_index", 0, true},
    {"sort_values", frame_sort_values, "by ascending inplace na_position ignore_index kind", 1, true},
    {"head", frame_head, "n", 1, true},
    {"tail", frame_tail, "n", 1, true},
    {"nlargest", frame_nlargest, "n columns", 2, true},
    {"nsmallest", frame_nsmallest, "n columns", 2, true},
    {"drop_duplicates", frame_drop_duplicates, "subset keep inplace ignore_index", 1, false},
    {"duplicated", frame_duplicated, "subset keep", 2, false},
    {"apply", frame_apply, "func axis", 2, false},
    {"append", frame_append, "other ignore_index sort", 1, false},
    {"query", pd_frame_query, "expr inplace", 1, true},
    {"set_index", pd_frame_set_index, "keys drop inplace", 1, true},
    {"join", pd_frame_join, "other on how lsuffix rsuffix", 3, true},
    {"reindex", pd_frame_reindex, "columns", 0, true},
    {"filter", pd_frame_reindex, "items", 1, true},
    {"insert", pd_frame_insert, "loc column value", 3, false},
    {"melt", pd_frame_melt, "id_vars value_vars var_name value_name", 4, false},
    {"value_counts", frame_value_counts, "subset dropna sort ascending", 1, false},
    {"to_frame", frame_to_frame, "name", 1, true},
    {"pipe", pd_frame_pipe, NULL, 0, true},
    {"merge", frame_merge, NULL, 0, true},
    {"groupby", frame_groupby, NULL, 0, false},
    {"reset_index", frame_reset_index, "drop inplace name", 0, true},
};

/* What looks at a frame, or takes it elsewhere: no frame comes back. */
static const char *const looks[] = {"iterrows", "itertuples", "items", "keys",    "info",
                                    "equals",   "plot",       "hist",  "boxplot", "memory_usage",
                                    "get",      "__len__",    NULL};

/* ignore_index=True numbers the rows anew: what is computed over the old numbers does not align. */
static struct pd renumbered(struct frames *f, struct pd value, TSNode call)
{
    TSNode given = py_argument(pd_py(f), call, "ignore_index", -1);
    if (value.kind == PD_FRAME && !ts_node_is_null(given))
        make(f, &value, (struct ir_rel){.kind = IR_REL_RENAME}, call);
    return value;
}

struct pd pd_frame_call(struct frames *f, struct pd frame, struct slice name, TSNode call)
{
    if (slice_starts(name, "to_") && !slice_is(name, "to_frame"))
        return (struct pd){0};
    for (size_t i = 0; looks[i]; i++)
        if (slice_is(name, looks[i]))
            return (struct pd){0};
    if (frame.is_series && pd_is_reduction(name))
        return (struct pd){0};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!slice_is(name, methods[i].name))
            continue;
        struct pd value = frame;
        bool known =
            (methods[i].indexed || !pd_index(f, frame.rel)) &&
            (!frame.is_series || methods[i].read == frame_reset_index || methods[i].read == frame_to_frame) &&
            (!methods[i].keywords || pd_arguments_are(f, call, methods[i].keywords, methods[i].positional));
        if (known && methods[i].read(f, &value, call))
            return renumbered(f, value, call);
        break;
    }
    return pd_opaque_frame(f, frame.rel, no_rel, name, call);
}
