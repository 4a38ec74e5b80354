/*
 * Parts of expressions on which rules look: clocks, dice, comparisons with NULL and the like. There is a row only
 * where there is something to say, so that they cost next to nothing.
 */
#include "sql/facts.h"

#include <stdlib.h>
#include <string.h>

struct named {
    const char *name;
    enum ir_construct_kind kind;
};

/* Functions in byte order. */
static const struct named functions[] = {
    {"array_agg", IR_CONSTRUCT_LIST},
    {"clock_timestamp", IR_CONSTRUCT_CLOCK},
    {"collect_list", IR_CONSTRUCT_LIST},
    {"curdate", IR_CONSTRUCT_CLOCK},
    {"current_date", IR_CONSTRUCT_CLOCK},
    {"current_datetime", IR_CONSTRUCT_CLOCK},
    {"current_timestamp", IR_CONSTRUCT_CLOCK},
    {"first_value", IR_CONSTRUCT_WINDOW},
    {"gen_random_uuid", IR_CONSTRUCT_RANDOM},
    {"generate_uuid", IR_CONSTRUCT_RANDOM},
    {"getdate", IR_CONSTRUCT_CLOCK},
    {"getutcdate", IR_CONSTRUCT_CLOCK},
    {"group_concat", IR_CONSTRUCT_LIST},
    {"json_agg", IR_CONSTRUCT_LIST},
    {"jsonb_agg", IR_CONSTRUCT_LIST},
    {"lag", IR_CONSTRUCT_WINDOW},
    {"last_value", IR_CONSTRUCT_WINDOW},
    {"lead", IR_CONSTRUCT_WINDOW},
    {"listagg", IR_CONSTRUCT_LIST},
    {"newid", IR_CONSTRUCT_RANDOM},
    {"now", IR_CONSTRUCT_CLOCK},
    {"nth_value", IR_CONSTRUCT_WINDOW},
    {"ntile", IR_CONSTRUCT_WINDOW},
    {"rand", IR_CONSTRUCT_RANDOM},
    {"random", IR_CONSTRUCT_RANDOM},
    {"row_number", IR_CONSTRUCT_WINDOW},
    {"statement_timestamp", IR_CONSTRUCT_CLOCK},
    {"string_agg", IR_CONSTRUCT_LIST},
    {"sysdate", IR_CONSTRUCT_CLOCK},
    {"sysdatetime", IR_CONSTRUCT_CLOCK},
    {"transaction_timestamp", IR_CONSTRUCT_CLOCK},
    {"uuid_generate_v1", IR_CONSTRUCT_RANDOM},
    {"uuid_generate_v4", IR_CONSTRUCT_RANDOM},
    {"uuid_string", IR_CONSTRUCT_RANDOM},
};

static const char *const floats[] = {"float4", "float8", "float", "real", "double"};

static const char *const comparisons[] = {"=", "<>", "!=", "<", ">", "<=", ">="};

static bool is_among(struct slice word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(word, words[i]))
            return true;
    return false;
}

static int compare_named(const void *key, const void *item)
{
    const struct slice *name = key;
    const char *other = ((const struct named *)item)->name;
    size_t n = strlen(other);
    int order = memcmp(name->p, other, name->n < n ? name->n : n);

    return order ? order : (name->n > n) - (name->n < n);
}

static void add(struct facts *f, struct ir_construct row, struct span span)
{
    struct place place = facts_place(f, span);

    row.off = place.off;
    row.len = place.len;
    ir_add_construct(f->ir, row);
}

/* From the token at a node's location on: a call with its parentheses, else `tokens` tokens. */
static struct span span_of(const struct facts *f, uint32_t node, uint32_t tokens)
{
    uint32_t at = tree_location(&f->tree, node), first, open;

    if (at == TREE_NOWHERE)
        return (struct span){0, 0};
    first = span_at(f->spans, at);
    for (open = first + 1; open < f->spans->count && open < first + 4; open++)
        if (f->spans->match[open] > open)
            return (struct span){first, f->spans->match[open] + 1};
    return (struct span){first, first + tokens < f->spans->count ? first + tokens : f->spans->count};
}

static struct span span_of_tokens(const struct facts *f, uint32_t node, uint32_t tokens)
{
    uint32_t at = tree_location(&f->tree, node), first, end;

    if (at == TREE_NOWHERE)
        return (struct span){0, 0};
    first = span_at(f->spans, at);
    end = first + tokens;
    return (struct span){first, end < f->spans->count ? end : f->spans->count};
}

/* Is a window, or one that it stands on by name, ordered? The count is a fence against circles. */
static bool window_ordered(const struct facts *f, const struct block *b, uint32_t window)
{
    const struct tree *t = &f->tree;

    for (uint32_t fence = 0; window && fence < 64; fence++) {
        struct slice name = tree_string(t, window, FIELD_refname);

        if (tree_get(t, window, FIELD_orderClause))
            return true;
        if (!name.n && fence == 0)
            name = tree_string(t, window, FIELD_name);
        if (!name.n)
            return false;
        for (window = b->windows; window; window = tree_next(t, window))
            if (slice_eq(tree_string(t, window, FIELD_name), name))
                break;
    }
    return false;
}

static void read_call(struct facts *f, const struct block *b, uint32_t node, struct ir_construct row)
{
    const struct tree *t = &f->tree;
    struct slice name = tree_text(t, tree_last(t, tree_items(t, node, FIELD_funcname)));
    uint32_t over = tree_get(t, node, FIELD_over);
    const struct named *found =
        bsearch(&name, functions, sizeof functions / sizeof *functions, sizeof *functions, compare_named);

    if (!found)
        return;
    row.kind = found->kind;
    if (row.kind == IR_CONSTRUCT_WINDOW && (!over || window_ordered(f, b, over)))
        return;
    if (row.kind == IR_CONSTRUCT_LIST &&
        (over || tree_get(t, node, FIELD_agg_order) || tree_true(t, node, FIELD_agg_distinct) ||
         tree_true(t, node, FIELD_agg_within_group)))
        return;
    row.name = facts_intern(f, name);
    add(f, row, span_of(f, node, 1));
}

static bool is_null(const struct tree *t, uint32_t node)
{
    return tree_kind(t, node) == NODE_A_Const && tree_true(t, node, FIELD_isnull);
}

static void read_comparison(struct facts *f, uint32_t node, struct ir_construct row)
{
    const struct tree *t = &f->tree;
    bool right = is_null(t, tree_get(t, node, FIELD_rexpr));
    struct slice operator;

    if (!right && !is_null(t, tree_get(t, node, FIELD_lexpr)))
        return;
    operator= tree_text(t, tree_last(t, tree_items(t, node, FIELD_name)));
    if (!facts_is(f, node, FIELD_kind, "AEXPR_OP") || !is_among(operator, comparisons, 3))
        return;
    row.kind = IR_CONSTRUCT_EQUALS_NULL;
    row.name = facts_intern(f, operator);
    add(f, row, span_of_tokens(f, node, right ? 2 : 1));
}

static void read_not(struct facts *f, uint32_t node, struct ir_construct row)
{
    const struct tree *t = &f->tree;
    uint32_t arg = tree_items(t, node, FIELD_args);

    if (!facts_is(f, node, FIELD_boolop, "NOT_EXPR") || !facts_is(f, arg, FIELD_subLinkType, "ANY_SUBLINK") ||
        tree_location(t, node) != tree_location(t, arg))
        return;
    row.kind = IR_CONSTRUCT_NOT_IN;
    add(f, row, span_of_tokens(f, node, 2));
}

static void read_cast(struct facts *f, uint32_t node, struct ir_construct row)
{
    const struct tree *t = &f->tree;
    uint32_t type = tree_get(t, node, FIELD_typeName);
    struct slice name = tree_text(t, tree_last(t, tree_items(t, type, FIELD_names)));

    if (!is_among(name, floats, sizeof floats / sizeof *floats))
        return;
    row.kind = IR_CONSTRUCT_FLOAT;
    row.name = facts_intern(f, name);
    add(f, row, span_of_tokens(f, type, 1));
}

/* CURRENT_DATE and kin, not CURRENT_USER. */
static void read_value_function(struct facts *f, uint32_t node, struct ir_construct row)
{
    static const char *const clocks[] = {"current_date", "current_time", "current_timestamp", "localtime",
                                         "localtimestamp"};
    struct slice name = output_name(&f->tree, node);

    if (!is_among(name, clocks, sizeof clocks / sizeof *clocks))
        return;
    row.kind = IR_CONSTRUCT_CLOCK;
    row.name = facts_intern(f, name);
    add(f, row, span_of_tokens(f, node, 1));
}

void construct_read(struct facts *f, const struct block *b, uint32_t node, ir_output_id output,
                    enum ir_role role)
{
    struct ir_construct row = {.query = b->id, .output = output, .role = role};

    switch (tree_kind(&f->tree, node)) {
    case NODE_FuncCall:
        read_call(f, b, node, row);
        break;
    case NODE_SQLValueFunction:
        read_value_function(f, node, row);
        break;
    case NODE_A_Expr:
        read_comparison(f, node, row);
        break;
    case NODE_BoolExpr:
        read_not(f, node, row);
        break;
    case NODE_TypeCast:
        read_cast(f, node, row);
        break;
    default:
        break;
    }
}

/* ---- a SELECT as a whole ---- */

static bool has_outer_join(const struct facts *f, ir_query_id query, uint32_t first_join)
{
    for (uint32_t j = first_join; j < f->ir->join.count; j++) {
        const struct ir_join *row = &f->ir->join.items[j];

        if (row->query.v == query.v &&
            (row->kind == IR_JOIN_LEFT || row->kind == IR_JOIN_RIGHT || row->kind == IR_JOIN_FULL))
            return true;
    }
    return false;
}

/* t.c, which must not be null for the row to stay. */
static void add_strict(struct facts *f, const struct block *b, uint32_t column)
{
    const struct tree *t = &f->tree;
    uint32_t table = tree_items(t, column, FIELD_fields);
    struct ir_construct row = {.query = b->id, .role = IR_ROLE_FILTER, .kind = IR_CONSTRUCT_STRICT};

    if (tree_kind(t, column) != NODE_ColumnRef || tree_count(t, table) != 2)
        return;
    row.name = facts_intern(f, tree_text(t, table));
    add(f, row, span_of_tokens(f, column, 3));
}

/* One of the conditions that WHERE joins by AND: a comparison is not true when a side is null. */
static void read_condition(struct facts *f, const struct block *b, uint32_t node)
{
    const struct tree *t = &f->tree;
    struct slice operator= tree_text(t, tree_last(t, tree_items(t, node, FIELD_name)));
    bool plain = facts_is(f, node, FIELD_kind, "AEXPR_OP");
    uint32_t right = tree_get(t, node, FIELD_rexpr);

    if (tree_kind(t, node) != NODE_A_Expr || is_null(t, right))
        return;
    if (plain ? !is_among(operator, comparisons, sizeof comparisons / sizeof *comparisons)
              : !facts_is(f, node, FIELD_kind, "AEXPR_IN") && !facts_is(f, node, FIELD_kind, "AEXPR_LIKE") &&
                    !facts_is(f, node, FIELD_kind, "AEXPR_BETWEEN"))
        return;
    add_strict(f, b, tree_get(t, node, FIELD_lexpr));
    if (plain)
        add_strict(f, b, right);
}

static void read_distinct_on(struct facts *f, const struct block *b, uint32_t node, uint32_t distinct)
{
    const struct tree *t = &f->tree;
    uint32_t keys = tree_count(t, distinct), sorted = tree_count(t, tree_items(t, node, FIELD_sortClause));
    struct ir_construct row = {.query = b->id, .role = IR_ROLE_GROUP_BY, .kind = IR_CONSTRUCT_DISTINCT_ON};

    if (tree_kind(t, distinct) == NODE_OTHER || !keys || sorted > keys)
        return;
    add(f, row, span_of_tokens(f, distinct, 1));
}

void construct_of_select(struct facts *f, const struct block *b, uint32_t node, uint32_t first_join)
{
    const struct tree *t = &f->tree;
    uint32_t where = tree_get(t, node, FIELD_whereClause);
    uint32_t distinct = tree_items(t, node, FIELD_distinctClause);

    if (distinct)
        read_distinct_on(f, b, node, distinct);
    if (!where || !has_outer_join(f, b->id, first_join))
        return;
    if (tree_kind(t, where) != NODE_BoolExpr)
        read_condition(f, b, where);
    else if (facts_is(f, where, FIELD_boolop, "AND_EXPR"))
        for (uint32_t n = tree_items(t, where, FIELD_args); n; n = tree_next(t, n))
            read_condition(f, b, n);
}
