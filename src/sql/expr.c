/*
 * Expressions to uses. A walk over every node with a stack of its own, so that depth costs memory and
 * not C stack; only what changes the role of what is below it has code here, so that no column is missed
 * because nobody listed the node around it.
 */
#include "sql/facts.h"

#include <stdlib.h>
#include <string.h>

/* Aggregate functions, in byte order: PostgreSQL's own, and what other dialects call theirs. */
static const char *const aggregates[] = {
    "any_value",
    "approx_count_distinct",
    "arg_max",
    "arg_min",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "collect_list",
    "collect_set",
    "corr",
    "count",
    "count_if",
    "countif",
    "covar_pop",
    "covar_samp",
    "every",
    "group_concat",
    "json_agg",
    "json_agg_strict",
    "json_object_agg",
    "json_object_agg_strict",
    "json_object_agg_unique",
    "json_object_agg_unique_strict",
    "jsonb_agg",
    "jsonb_agg_strict",
    "jsonb_object_agg",
    "jsonb_object_agg_strict",
    "jsonb_object_agg_unique",
    "jsonb_object_agg_unique_strict",
    "listagg",
    "max",
    "max_by",
    "median",
    "min",
    "min_by",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "range_agg",
    "range_intersect_agg",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
    "xmlagg",
};

enum mode {
    TODO_NODE,     /* the node alone */
    TODO_SIBLINGS, /* the node and all after it */
    TODO_SUBQUERY, /* a SubLink's query, after its left side */
};

/* What one walk feeds. */
struct walk {
    struct facts *f;
    const struct block *block;
    ir_output_id output;
};

static bool is_direct(enum ir_role role)
{
    return role == IR_ROLE_IDENTITY || role == IR_ROLE_TRANSFORMATION || role == IR_ROLE_AGGREGATION;
}

/* The role below a node that turns what flows into an output into `inner`; what acts on the whole block
 * keeps its role. */
static enum ir_role within(enum ir_role role, enum ir_role inner)
{
    return is_direct(role) ? inner : role;
}

static void push(struct walk *w, uint32_t node, enum ir_role role, enum mode mode)
{
    struct todo todo = {node, (uint16_t)role, (uint16_t)mode};

    if (node)
        vec_push(w->f->arena, &w->f->todo, todo);
}

static int compare_name(const void *key, const void *item)
{
    const struct slice *name = key;
    const char *other = *(const char *const *)item;
    size_t n = strlen(other);
    int order = memcmp(name->p, other, name->n < n ? name->n : n);

    return order ? order : (name->n > n) - (name->n < n);
}

static bool is_aggregate(const struct tree *t, uint32_t call)
{
    struct slice name = tree_text(t, tree_last(t, tree_items(t, call, FIELD_funcname)));

    if (tree_true(t, call, FIELD_agg_star) || tree_true(t, call, FIELD_agg_distinct) ||
        tree_true(t, call, FIELD_agg_within_group) || tree_get(t, call, FIELD_agg_filter) ||
        tree_get(t, call, FIELD_agg_order))
        return true;
    return bsearch(&name, aggregates, sizeof aggregates / sizeof *aggregates, sizeof *aggregates,
                   compare_name) != NULL;
}

/* ---- columns ---- */

/* Splits a reference's names into the use's parts. False when they name a variable, or nothing. */
static bool use_parts(struct facts *f, uint32_t column_ref, struct ir_use *use)
{
    struct slice parts[4];
    uint32_t count = 0;
    bool star = false;

    for (uint32_t n = tree_items(&f->tree, column_ref, FIELD_fields); n; n = tree_next(&f->tree, n)) {
        star = tree_kind(&f->tree, n) == NODE_A_Star;
        if (!star && count < 4)
            parts[count++] = tree_text(&f->tree, n);
    }
    if (count && facts_is_variable(f, parts[0]))
        return false;
    if (star)
        use->flags |= IR_USE_STAR;
    else if (count)
        use->column = facts_intern(f, parts[--count]);
    if (count >= 1)
        use->table = facts_intern(f, parts[count - 1]);
    if (count >= 2)
        use->schema = facts_intern(f, parts[count - 2]);
    if (count >= 3)
        use->catalog = facts_intern(f, parts[count - 3]);
    return true;
}

static void add_column(struct walk *w, uint32_t node, enum ir_role role, uint32_t flags)
{
    struct facts *f = w->f;
    uint32_t at = tree_location(&f->tree, node);
    uint32_t names = tree_count(&f->tree, tree_items(&f->tree, node, FIELD_fields));
    struct ir_use use = {.query = w->block->id,
                         .output = w->output,
                         .role = role,
                         .flags = flags | (w->block->arguments ? IR_USE_ARGUMENT : 0),
                         .first_input = w->block->on_first,
                         .input_count = w->block->on_count};
    struct place place = {0, 0};

    if (!use_parts(f, node, &use))
        return;
    if (at != TREE_NOWHERE) {
        struct span span = {span_at(f->spans, at), 0};

        span.end = span.first + (names ? 2 * names - 1 : 0);
        place = facts_place(f, span);
    }
    use.off = place.off;
    use.len = place.len;
    ir_add_use(f->ir, use);
}

/* ---- subqueries ---- */

/* From the word or parenthesis of a SubLink to the end of its query. */
static struct place sublink_place(const struct facts *f, uint32_t node)
{
    uint32_t at = tree_location(&f->tree, node), first, open;

    if (at == TREE_NOWHERE)
        return (struct place){0, 0};
    first = span_at(f->spans, at);
    for (open = first; open < f->spans->count && open < first + 8; open++)
        if (f->spans->match[open] > open)
            return facts_place(f, (struct span){first, f->spans->match[open] + 1});
    return facts_place(f, (struct span){first, first + 1});
}

static void add_subquery(struct walk *w, uint32_t node, uint32_t select, enum ir_role role)
{
    struct facts *f = w->f;
    bool exists = facts_is(f, node, FIELD_subLinkType, "EXISTS_SUBLINK");
    uint32_t joined = w->block->on_count;
    struct outer outer = {w->block->id, joined ? w->block->on_first + joined : UINT32_MAX,
                          w->block->on_first};
    struct place place = sublink_place(f, node);
    struct span span;
    struct ir_use use = {.query = w->block->id, .output = w->output, .off = place.off, .len = place.len};

    use.role = exists ? within(role, IR_ROLE_CONDITIONAL) : role;
    use.flags = exists ? IR_USE_EXISTS : 0;
    use.subquery = query_read(f, select, outer, &span);
    ir_add_use(f->ir, use);
}

/* ---- nodes that give what is below them a role ---- */

static void visit_case(struct walk *w, uint32_t node, enum ir_role role)
{
    const struct tree *t = &w->f->tree;
    enum ir_role result = role == IR_ROLE_IDENTITY ? IR_ROLE_TRANSFORMATION : role;

    push(w, tree_get(t, node, FIELD_defresult), result, TODO_NODE);
    push(w, tree_items(t, node, FIELD_args), result, TODO_SIBLINGS);
    push(w, tree_get(t, node, FIELD_arg), within(role, IR_ROLE_CONDITIONAL), TODO_NODE);
}

static void visit_when(struct walk *w, uint32_t node, enum ir_role role)
{
    const struct tree *t = &w->f->tree;

    push(w, tree_get(t, node, FIELD_result), role, TODO_NODE);
    push(w, tree_get(t, node, FIELD_expr), within(role, IR_ROLE_CONDITIONAL), TODO_NODE);
}

static uint32_t find_window(const struct walk *w, struct slice name)
{
    uint32_t n = name.n ? w->block->windows : 0, index = 0;

    while (n && !slice_eq(tree_string(&w->f->tree, n, FIELD_name), name)) {
        n = tree_next(&w->f->tree, n);
        index++;
    }
    if (n)
        w->block->window_used[index] = true;
    return n;
}

/* A window's own columns, and those of the named window that it stands on. Names only reach back to
 * windows defined before, so that the chain ends; the count is a fence all the same. */
static void visit_window(struct walk *w, uint32_t node, enum ir_role role)
{
    const struct tree *t = &w->f->tree;
    struct slice name = tree_string(t, node, FIELD_refname);

    role = within(role, IR_ROLE_WINDOW);
    if (!name.n)
        name = tree_string(t, node, FIELD_name);
    push(w, tree_first(t, node), role, TODO_SIBLINGS);
    for (uint32_t fence = 0; fence < 64; fence++) {
        node = find_window(w, name);
        if (!node)
            break;
        push(w, tree_first(t, node), role, TODO_SIBLINGS);
        name = tree_string(t, node, FIELD_refname);
    }
}

static void visit_call(struct walk *w, uint32_t node, enum ir_role role)
{
    const struct tree *t = &w->f->tree;
    uint32_t window = tree_get(t, node, FIELD_over);
    bool aggregate = is_aggregate(t, node), sorted_set = tree_true(t, node, FIELD_agg_within_group);
    enum ir_role argument = role == IR_ROLE_IDENTITY ? IR_ROLE_TRANSFORMATION : role;

    if (aggregate && !window)
        IR(w->f->ir, query, w->block->id)->flags |= IR_QUERY_AGGREGATES;
    if (aggregate)
        argument = within(role, IR_ROLE_AGGREGATION);
    push(w, window, role, TODO_NODE);
    push(w, tree_get(t, node, FIELD_agg_filter), within(role, IR_ROLE_CONDITIONAL), TODO_NODE);
    push(w, tree_items(t, node, FIELD_agg_order), sorted_set ? argument : within(role, IR_ROLE_SORT),
         TODO_SIBLINGS);
    push(w, tree_items(t, node, FIELD_args), argument, TODO_SIBLINGS);
}

/* JSON_OBJECTAGG and JSON_ARRAYAGG have nodes of their own. */
static void visit_json_aggregate(struct walk *w, uint32_t node, enum ir_role role)
{
    const struct tree *t = &w->f->tree;

    if (!tree_get(t, tree_get(t, node, FIELD_constructor), FIELD_over))
        IR(w->f->ir, query, w->block->id)->flags |= IR_QUERY_AGGREGATES;
    push(w, tree_first(t, node), within(role, IR_ROLE_AGGREGATION), TODO_SIBLINGS);
}

/* ROW(t.*) has t's columns one by one; everywhere else t.* is one value. */
static void visit_row(struct walk *w, uint32_t node, enum ir_role role)
{
    const struct tree *t = &w->f->tree;

    role = role == IR_ROLE_IDENTITY ? IR_ROLE_TRANSFORMATION : role;
    for (uint32_t n = tree_items(t, node, FIELD_args); n; n = tree_next(t, n)) {
        bool star = tree_kind(t, n) == NODE_ColumnRef &&
                    tree_kind(t, tree_last(t, tree_items(t, n, FIELD_fields))) == NODE_A_Star;

        if (star)
            add_column(w, n, role, IR_USE_EXPANDED);
        else
            push(w, n, role, TODO_NODE);
    }
}

/* (q).column */
static void visit_field(struct walk *w, uint32_t node, enum ir_role role)
{
    struct facts *f = w->f;
    const struct tree *t = &f->tree;
    uint32_t arg = tree_get(t, node, FIELD_arg), step = tree_items(t, node, FIELD_indirection);
    uint32_t names = tree_items(t, arg, FIELD_fields), first = f->ir->use.count;
    enum ir_role inner = role == IR_ROLE_IDENTITY ? IR_ROLE_TRANSFORMATION : role;
    bool plain = tree_kind(t, arg) == NODE_ColumnRef && names && !tree_next(t, names);

    if (!plain || tree_kind(t, step) != NODE_STRING) {
        push(w, tree_first(t, node), inner, TODO_SIBLINGS);
        return;
    }
    add_column(w, arg, inner, IR_USE_FIELD);
    if (f->ir->use.count == first)
        return;
    f->ir->use.items[first].table = f->ir->use.items[first].column;
    f->ir->use.items[first].column = facts_intern(f, tree_text(t, step));
    push(w, tree_next(t, step), inner, TODO_SIBLINGS);
}

static void visit(struct walk *w, uint32_t node, enum ir_role role)
{
    const struct tree *t = &w->f->tree;

    construct_read(w->f, w->block, node, w->output, role);
    switch (tree_kind(t, node)) {
    case NODE_ColumnRef:
        add_column(w, node, role, 0);
        break;
    case NODE_ParamRef:
        facts_parameter(w->f, node);
        break;
    case NODE_TypeName:
        break;
    case NODE_RowExpr:
        visit_row(w, node, role);
        break;
    case NODE_A_Indirection:
        visit_field(w, node, role);
        break;
    case NODE_CaseExpr:
        visit_case(w, node, role);
        break;
    case NODE_CaseWhen:
        visit_when(w, node, role);
        break;
    case NODE_FuncCall:
        visit_call(w, node, role);
        break;
    case NODE_JsonArrayAgg:
    case NODE_JsonObjectAgg:
        visit_json_aggregate(w, node, role);
        break;
    case NODE_WindowDef:
        visit_window(w, node, role);
        break;
    case NODE_SelectStmt:
        add_subquery(w, node, node, role);
        break;
    case NODE_SubLink:
        push(w, node, role, TODO_SUBQUERY);
        push(w, tree_get(t, node, FIELD_testexpr), role, TODO_NODE);
        break;
    default:
        push(w, tree_first(t, node), role == IR_ROLE_IDENTITY ? IR_ROLE_TRANSFORMATION : role, TODO_SIBLINGS);
    }
}

static void walk(struct walk *w, uint32_t node, enum ir_role role, enum mode mode)
{
    struct facts *f = w->f;
    uint32_t base = f->todo.count;

    push(w, node, role, mode);
    while (f->todo.count > base) {
        struct todo todo = f->todo.items[--f->todo.count];

        if (todo.mode == TODO_SIBLINGS)
            push(w, tree_next(&f->tree, todo.node), (enum ir_role)todo.role, TODO_SIBLINGS);
        if (todo.mode == TODO_SUBQUERY)
            add_subquery(w, todo.node, tree_get(&f->tree, todo.node, FIELD_subselect),
                         (enum ir_role)todo.role);
        else
            visit(w, todo.node, (enum ir_role)todo.role);
    }
}

void expr_read(struct facts *f, const struct block *b, uint32_t node, ir_output_id output, enum ir_role role)
{
    struct walk w = {f, b, output};

    walk(&w, node, role, TODO_NODE);
}

void expr_list(struct facts *f, const struct block *b, uint32_t first, ir_output_id output, enum ir_role role)
{
    struct walk w = {f, b, output};

    walk(&w, first, role, TODO_SIBLINGS);
}

void expr_value(struct facts *f, const struct block *b, uint32_t node, ir_output_id output)
{
    bool plain =
        tree_kind(&f->tree, node) == NODE_ColumnRef || facts_is(f, node, FIELD_subLinkType, "EXPR_SUBLINK");

    expr_read(f, b, node, output, plain ? IR_ROLE_IDENTITY : IR_ROLE_TRANSFORMATION);
}

/* ---- keys ---- */

/* The output that a whole number in ORDER BY or GROUP BY means; none behind a star, whose width is not
 * known here. */
static ir_output_id output_at(const struct facts *f, const ir_output_id *outputs, uint32_t count,
                              int32_t position)
{
    ir_output_id none = {0};

    if (position < 1 || (uint32_t)position > count)
        return none;
    for (int32_t i = 0; i < position; i++)
        if (IR(f->ir, output, outputs[i])->star)
            return none;
    return outputs[position - 1];
}

void expr_key(struct facts *f, const struct block *b, uint32_t node, enum ir_role role, uint32_t flags,
              const ir_output_id *outputs, uint32_t output_count)
{
    const struct tree *t = &f->tree;
    uint32_t number = tree_kind(t, node) == NODE_A_Const ? tree_get(t, node, FIELD_ival) : 0;
    uint32_t fields = tree_items(t, node, FIELD_fields);
    struct walk w = {f, b, {0}};

    if (number) {
        uint32_t at = span_at(f->spans, tree_location(t, node));
        struct place place = facts_place(f, (struct span){at, at + 1});
        struct ir_use use = {.query = b->id, .role = role, .off = place.off, .len = place.len};

        use.output_ref = output_at(f, outputs, output_count, tree_int(t, number, FIELD_ival));
        if (use.output_ref.v)
            ir_add_use(f->ir, use);
    } else if (tree_kind(t, node) == NODE_ColumnRef && fields && !tree_next(t, fields)) {
        add_column(&w, node, role, flags);
    } else {
        walk(&w, node, role, TODO_NODE);
    }
}
