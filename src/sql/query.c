/*
 * Query blocks: SELECT, VALUES, set operations and WITH. A block's row is made before it is read, so that
 * a recursive query can name itself. Chains of set operations lean left and are read in a loop.
 */
#include "sql/facts.h"

#include "sql/dialect.h"

#define DEPTH_LIMIT 300

ir_query_id query_open(struct facts *f, struct outer outer)
{
    struct ir_query row = {.statement = f->statement,
                           .parent = outer.query,
                           .visible = outer.visible,
                           .first_visible = outer.first};

    return ir_add_query(f->ir, row);
}

ir_query_id query_read(struct facts *f, uint32_t node, struct outer outer, struct span *span)
{
    ir_query_id id = query_open(f, outer);

    query_fill(f, id, node, outer, false, span);
    return id;
}

/* ---- WITH ---- */

static void bind(struct facts *f, uint32_t cte_node, ir_query_id query)
{
    ir_str name = facts_intern(f, tree_string(&f->tree, cte_node, FIELD_ctename));
    struct cte cte = {name.v, map_get(&f->cte_names, name.v), query, false};

    vec_push(f->arena, &f->ctes, cte);
    map_put(&f->cte_names, name.v, f->ctes.count);
}

static void read_cte(struct facts *f, uint32_t cte_node, ir_query_id id, struct outer outer)
{
    struct span span;

    IR(f->ir, query, id)->cte = facts_intern(f, tree_string(&f->tree, cte_node, FIELD_ctename));
    column_aliases(f, tree_items(&f->tree, cte_node, FIELD_aliascolnames), (ir_input_id){0}, id);
    query_fill(f, id, tree_get(&f->tree, cte_node, FIELD_ctequery), outer, false, &span);
}

/* RECURSIVE: every name of the list is known in all of its queries. */
static void open_recursive(struct facts *f, uint32_t first, struct outer outer)
{
    uint32_t at = f->ctes.count;

    for (uint32_t n = first; n; n = tree_next(&f->tree, n))
        bind(f, n, query_open(f, outer));
    for (uint32_t n = first; n; n = tree_next(&f->tree, n), at++) {
        f->ctes.items[at].open = true;
        read_cte(f, n, f->ctes.items[at].query, outer);
        f->ctes.items[at].open = false;
    }
}

uint32_t with_open(struct facts *f, uint32_t with_clause, struct outer outer)
{
    uint32_t mark = f->ctes.count, first = tree_items(&f->tree, with_clause, FIELD_ctes);

    if (tree_true(&f->tree, with_clause, FIELD_recursive)) {
        open_recursive(f, first, outer);
        return mark;
    }
    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        ir_query_id id = query_open(f, outer);

        read_cte(f, n, id, outer);
        bind(f, n, id);
    }
    return mark;
}

void with_close(struct facts *f, uint32_t mark)
{
    while (f->ctes.count > mark) {
        const struct cte *cte = &f->ctes.items[--f->ctes.count];

        map_put(&f->cte_names, cte->name, cte->shadowed);
    }
}

/* ---- where a block stands ---- */

/* The first byte that the tree knows of a block. */
static uint32_t first_location(const struct tree *t, uint32_t node)
{
    uint32_t item = tree_items(t, node, FIELD_targetList);

    if (tree_location(t, item) != TREE_NOWHERE)
        return tree_location(t, item);
    item = tree_items(t, tree_items(t, node, FIELD_valuesLists), FIELD_items);
    for (; item; item = tree_first(t, item))
        if (tree_location(t, item) != TREE_NOWHERE)
            return tree_location(t, item);
    item = tree_items(t, node, FIELD_fromClause);
    while (tree_kind(t, item) == NODE_JoinExpr)
        item = tree_get(t, item, FIELD_larg);
    return tree_location(t, item);
}

static bool has_tail(const struct tree *t, uint32_t node)
{
    return tree_get(t, node, FIELD_sortClause) || tree_get(t, node, FIELD_limitCount) ||
           tree_get(t, node, FIELD_limitOffset);
}

/* A block that is no arm fills its parentheses, or is the statement's body. */
static struct span block_span(const struct facts *f, uint32_t node, bool arm)
{
    uint32_t at = first_location(&f->tree, node), start;
    struct span group, none = {0, 0};

    if (at == TREE_NOWHERE)
        return none;
    start = span_at(f->spans, at);
    if (tree_get(&f->tree, node, FIELD_valuesLists) && start < f->spans->count)
        start = f->spans->up[start]; /* the first row's parenthesis */
    start = span_block_start(f->spans, start);
    if (start == SPAN_NONE)
        return none;
    group = span_group(f->spans, start, f->body);
    if (!arm)
        return group;
    if (tree_get(&f->tree, node, FIELD_withClause))
        start = group.first;
    group.end = span_arm_end(f->spans, start, group.end, has_tail(&f->tree, node));
    group.first = start;
    return span_widen(f->spans, group, f->body);
}

static void set_span(struct facts *f, ir_query_id id, struct span span)
{
    struct place place = facts_place(f, span);
    struct ir_query *q = IR(f->ir, query, id);

    q->off = place.off;
    q->len = place.len;
}

/* ---- select lists ---- */

static void add_star(struct facts *f, uint32_t column_ref, struct ir_output *row)
{
    struct slice parts[3];
    uint32_t count = 0;

    row->star = 1;
    for (uint32_t n = tree_items(&f->tree, column_ref, FIELD_fields); n; n = tree_next(&f->tree, n))
        if (tree_kind(&f->tree, n) == NODE_STRING && count < 3)
            parts[count++] = tree_text(&f->tree, n);
    if (count >= 1) {
        row->star = 2;
        row->star_table = facts_intern(f, parts[count - 1]);
    }
    if (count >= 2)
        row->star_schema = facts_intern(f, parts[count - 2]);
    if (count >= 3)
        row->star_catalog = facts_intern(f, parts[count - 3]);
}

static bool ends_in_star(const struct tree *t, uint32_t first)
{
    return tree_kind(t, tree_last(t, first)) == NODE_A_Star;
}

static bool is_star(const struct tree *t, uint32_t value)
{
    return tree_kind(t, value) == NODE_ColumnRef && ends_in_star(t, tree_items(t, value, FIELD_fields));
}

/* One item of a select list. */
static ir_output_id add_output(struct facts *f, const struct block *b, uint32_t target, uint32_t ordinal,
                               uint32_t flags)
{
    const struct tree *t = &f->tree;
    uint32_t value = tree_get(t, target, FIELD_val), at = tree_location(t, target);
    struct slice name = tree_string(t, target, FIELD_name);
    struct ir_output row = {.query = b->id, .ordinal = ordinal, .flags = flags, .has_alias = name.n > 0};
    struct span span = {0, 0};

    if (at != TREE_NOWHERE)
        span = span_item(f->spans, span_at(f->spans, at));
    row.off = facts_place(f, span).off;
    row.len = facts_place(f, span).len;
    if (is_star(t, value)) {
        add_star(f, value, &row);
        return ir_add_output(f->ir, row);
    }
    if (tree_kind(t, value) == NODE_ColumnRef)
        row.flags |= IR_OUTPUT_PLAIN_COLUMN;
    if (ends_in_star(t, tree_items(t, value, FIELD_indirection))) {
        uint32_t arg = tree_get(t, value, FIELD_arg), names = tree_items(t, arg, FIELD_fields);

        row.star = tree_kind(t, arg) == NODE_ColumnRef && !tree_next(t, names) ? 2 : 3;
        if (row.star == 2)
            row.star_table = facts_intern(f, tree_text(t, names));
        return ir_add_output(f->ir, row);
    }
    row.name = facts_intern(f, name.n ? name : output_name(t, value));
    return ir_add_output(f->ir, row);
}

static const struct {
    const char *call;
    enum ir_star_change_kind kind;
} star_changes[] = {{SQL_STAR_EXCEPT, IR_STAR_EXCEPT},
                    {SQL_STAR_RENAME, IR_STAR_RENAME},
                    {SQL_STAR_REPLACE, IR_STAR_REPLACE},
                    {SQL_STAR_ILIKE, IR_STAR_ILIKE}};

/* A call that a rewrite put behind a star; false when the item is none. */
static bool read_star_change(struct facts *f, uint32_t value, ir_output_id star)
{
    const struct tree *t = &f->tree;
    struct slice call = tree_text(t, tree_items(t, value, FIELD_funcname));
    size_t i = 0;

    if (tree_kind(t, value) != NODE_FuncCall || !slice_starts(call, "__star_"))
        return false;
    while (i < sizeof star_changes / sizeof *star_changes && !slice_is(call, star_changes[i].call))
        i++;
    if (i == sizeof star_changes / sizeof *star_changes)
        return false;
    IR(f->ir, output, star)->flags |= IR_OUTPUT_CHANGED_STAR;
    for (uint32_t n = tree_items(t, value, FIELD_args); n; n = tree_next(t, n)) {
        struct ir_star_change row = {.output = star, .kind = star_changes[i].kind};

        row.name = facts_intern(f, tree_text(t, tree_last(t, tree_items(t, n, FIELD_fields))));
        if (row.kind == IR_STAR_RENAME && tree_next(t, n)) {
            n = tree_next(t, n);
            row.new_name = facts_intern(f, tree_text(t, tree_last(t, tree_items(t, n, FIELD_fields))));
        }
        ir_add_star_change(f->ir, row);
    }
    return true;
}

void outputs_read(struct facts *f, const struct block *b, uint32_t first, uint32_t flags, ir_output_id **ids)
{
    uint32_t ordinal = 0;
    ir_output_id *made = ARENA_ARRAY(f->arena, ir_output_id, tree_count(&f->tree, first) + 1), star = {0};

    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        uint32_t value = tree_get(&f->tree, n, FIELD_val);

        if (star.v && read_star_change(f, value, star))
            continue;
        made[ordinal] = add_output(f, b, n, ordinal, flags);
        star.v = is_star(&f->tree, value) ? made[ordinal].v : star.v;
        if (!is_star(&f->tree, value) && IR(f->ir, output, made[ordinal])->star != 2)
            expr_value(f, b, value, made[ordinal]);
        ordinal++;
    }
    if (ids)
        *ids = made;
}

/* ---- SELECT ---- */

struct keys {
    enum ir_role role;
    uint32_t flags;
    const ir_output_id *outputs;
    uint32_t output_count;
};

/* Items of GROUP BY, ORDER BY or DISTINCT ON; those of grouping sets and rows count one by one. */
static void read_keys(struct facts *f, const struct block *b, uint32_t first, const struct keys *keys,
                      unsigned nesting)
{
    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        enum tree_kind kind = tree_kind(&f->tree, n);
        bool group = kind == NODE_GroupingSet || kind == NODE_ARRAY ||
                     (kind == NODE_RowExpr && keys->role == IR_ROLE_GROUP_BY);

        if (group && nesting < DEPTH_LIMIT)
            read_keys(f, b, tree_first(&f->tree, n), keys, nesting + 1);
        else if (kind == NODE_SortBy)
            expr_key(f, b, tree_get(&f->tree, n, FIELD_node), keys->role, keys->flags, keys->outputs,
                     keys->output_count);
        else
            expr_key(f, b, n, keys->role, keys->flags, keys->outputs, keys->output_count);
    }
}

/* ORDER BY and LIMIT, of a SELECT as of a set operation. */
static void read_tail(struct facts *f, const struct block *b, uint32_t node, struct keys keys)
{
    const struct tree *t = &f->tree;
    uint32_t flags = 0;

    keys.role = IR_ROLE_SORT;
    keys.flags = IR_USE_OUTPUT_FIRST;
    read_keys(f, b, tree_items(t, node, FIELD_sortClause), &keys, 0);
    expr_read(f, b, tree_get(t, node, FIELD_limitCount), (ir_output_id){0}, IR_ROLE_FILTER);
    expr_read(f, b, tree_get(t, node, FIELD_limitOffset), (ir_output_id){0}, IR_ROLE_FILTER);
    if (tree_get(t, node, FIELD_sortClause))
        flags |= IR_QUERY_ORDERED;
    if (tree_get(t, node, FIELD_limitCount) || tree_get(t, node, FIELD_limitOffset))
        flags |= IR_QUERY_LIMITED;
    IR(f->ir, query, b->id)->flags |= flags;
}

/* Windows that nothing names still refer to columns. */
static void read_unused_windows(struct facts *f, const struct block *b)
{
    const bool *used = b->window_used;

    for (uint32_t n = b->windows; n; n = tree_next(&f->tree, n))
        if (!*used++)
            expr_list(f, b, tree_first(&f->tree, n), (ir_output_id){0}, IR_ROLE_WINDOW);
}

static void read_select(struct facts *f, struct block *b, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t targets = tree_items(t, node, FIELD_targetList), flags = 0;
    uint32_t distinct = tree_items(t, node, FIELD_distinctClause), first_join;
    ir_output_id none = {0}, *outputs;
    struct keys keys = {IR_ROLE_GROUP_BY, IR_USE_OUTPUT_FIRST, NULL, tree_count(t, targets)};

    b->windows = tree_items(t, node, FIELD_windowClause);
    b->window_used = b->windows ? ARENA_ARRAY(f->arena, bool, tree_count(t, b->windows)) : NULL;
    outputs_read(f, b, targets, 0, &outputs);
    keys.outputs = outputs;
    if (tree_kind(t, distinct) != NODE_OTHER)
        read_keys(f, b, distinct, &keys, 0);
    first_join = f->ir->join.count;
    from_read(f, b, tree_items(t, node, FIELD_fromClause));
    construct_of_select(f, b, node, first_join);
    expr_read(f, b, tree_get(t, node, FIELD_whereClause), none, IR_ROLE_FILTER);
    keys.flags = IR_USE_OUTPUT_LAST;
    read_keys(f, b, tree_items(t, node, FIELD_groupClause), &keys, 0);
    expr_read(f, b, tree_get(t, node, FIELD_havingClause), none, IR_ROLE_FILTER);
    read_tail(f, b, node, keys);
    read_unused_windows(f, b);
    if (tree_get(t, node, FIELD_distinctClause))
        flags |= IR_QUERY_DISTINCT;
    if (tree_get(t, node, FIELD_groupClause) || tree_get(t, node, FIELD_havingClause))
        flags |= IR_QUERY_AGGREGATES;
    if (tree_get(t, node, FIELD_whereClause))
        flags |= IR_QUERY_HAS_WHERE;
    IR(f->ir, query, b->id)->flags |= flags;
}

/* ---- VALUES ---- */

static void read_values(struct facts *f, struct block *b, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t row = tree_items(t, node, FIELD_valuesLists);
    uint32_t count = tree_count(t, tree_items(t, row, FIELD_items));
    ir_output_id *outputs = ARENA_ARRAY(f->arena, ir_output_id, count + 1);
    struct keys keys = {IR_ROLE_SORT, 0, outputs, count};

    IR(f->ir, query, b->id)->kind = IR_QUERY_VALUES;
    for (uint32_t i = 0; i < count; i++) {
        const char *name = arena_printf(f->arena, "column%u", i + 1);
        struct ir_output output = {.query = b->id, .ordinal = i, .name = ir_interns(f->ir, name)};

        outputs[i] = ir_add_output(f->ir, output);
    }
    for (; row; row = tree_next(t, row)) {
        uint32_t i = 0;

        for (uint32_t n = tree_items(t, row, FIELD_items); n && i < count; n = tree_next(t, n))
            expr_value(f, b, n, outputs[i++]);
    }
    read_tail(f, b, node, keys);
}

/* ---- set operations ---- */

static uint32_t operator_flags(const struct facts *f, uint32_t node)
{
    uint32_t flags = 0;

    if (facts_is(f, node, FIELD_op, "SETOP_EXCEPT"))
        flags |= IR_QUERY_EXCEPT;
    if (facts_is(f, node, FIELD_op, "SETOP_INTERSECT"))
        flags |= IR_QUERY_INTERSECT;
    if (tree_true(&f->tree, node, FIELD_all))
        flags |= IR_QUERY_UNION_ALL;
    return flags;
}

static bool is_operation(const struct facts *f, uint32_t node)
{
    struct slice op = tree_string(&f->tree, node, FIELD_op);

    return op.n && !slice_is(op, "SETOP_NONE");
}

/* ORDER BY 2 of a set operation means an output of its first arm. */
static struct keys arm_keys(struct facts *f, ir_query_id first_arm, uint32_t first_output)
{
    struct keys keys = {0};
    uint32_t end = f->ir->output.count;
    ir_output_id *ids = ARENA_ARRAY(f->arena, ir_output_id, end - first_output + 1);

    for (uint32_t i = first_output; i < end; i++)
        if (f->ir->output.items[i].query.v == first_arm.v)
            ids[keys.output_count++] = (ir_output_id){i};
    keys.outputs = ids;
    return keys;
}

bool facts_by_name(const struct facts *f, uint32_t from, uint32_t to)
{
    struct sql_tokens *t;

    if (!(f->piece->flags & IR_STMT_REWRITTEN) || to <= from)
        return false;
    t = sql_lex(f->arena, f->reader->content, from, to - from, sql_dialect_lexing(f->reader->dialect));
    for (uint32_t i = 0; i + 1 < t->list.count; i++)
        if (slice_is_nocase(sql_token_text(t, i), "by") && slice_is_nocase(sql_token_text(t, i + 1), "name"))
            return true;
    return false;
}

/* One operation whose left side is read: the right side, then what follows both. */
static struct span read_operation(struct facts *f, struct block *b, uint32_t node, ir_query_id left,
                                  struct span left_span, struct keys keys)
{
    struct span span;
    ir_query_id right = query_open(f, b->outer);
    struct ir_query *q = IR(f->ir, query, b->id);

    q->kind = IR_QUERY_SETOP;
    q->left = left;
    q->right = right;
    q->flags |= operator_flags(f, node);
    query_fill(f, right, tree_get(&f->tree, node, FIELD_rarg), b->outer, true, &span);
    if (facts_by_name(f, facts_place(f, left_span).off + facts_place(f, left_span).len,
                      facts_place(f, span).off))
        IR(f->ir, query, b->id)->flags |= IR_QUERY_BY_NAME;
    if (left_span.end > left_span.first)
        span.first = left_span.first;
    read_tail(f, b, node, keys);
    return span;
}

/* Reads the chain from its innermost operation outwards; `id` is the outermost. */
static struct span read_operations(struct facts *f, ir_query_id id, uint32_t node, struct outer outer)
{
    const struct tree *t = &f->tree;
    VEC(uint32_t) chain = {0};
    uint32_t inner = node, first_output = f->ir->output.count;
    ir_query_id left, first_arm;
    struct span span;
    struct keys keys;

    do {
        vec_push(f->arena, &chain, inner);
        inner = tree_get(t, inner, FIELD_larg);
    } while (is_operation(f, inner) && !tree_get(t, inner, FIELD_withClause));
    left = first_arm = query_open(f, outer);
    query_fill(f, left, inner, outer, true, &span);
    while (IR(f->ir, query, first_arm)->left.v)
        first_arm = IR(f->ir, query, first_arm)->left;
    keys = arm_keys(f, first_arm, first_output);
    while (chain.count) {
        uint32_t operation = chain.items[--chain.count];
        struct block b = {.id = chain.count ? query_open(f, outer) : id, .outer = outer};

        span = read_operation(f, &b, operation, left, span, keys);
        span = chain.count ? span_widen(f->spans, span, f->body) : span;
        set_span(f, b.id, span);
        left = b.id;
    }
    return span;
}

/* ---- any block ---- */

static struct span fill_select(struct facts *f, ir_query_id id, uint32_t node, struct outer outer, bool arm)
{
    struct block b = {.id = id, .outer = outer};
    struct span span;

    if (is_operation(f, node)) {
        span = read_operations(f, id, node, outer);
        if (arm)
            return span_widen(f->spans, span, f->body);
        return span_group(f->spans, span.first, f->body);
    }
    span = block_span(f, node, arm);
    IR(f->ir, query, id)->kind = IR_QUERY_SELECT;
    if (tree_get(&f->tree, node, FIELD_valuesLists))
        read_values(f, &b, node);
    else
        read_select(f, &b, node);
    return span;
}

void query_fill(struct facts *f, ir_query_id id, uint32_t node, struct outer outer, bool arm,
                struct span *span)
{
    *span = (struct span){0, 0};
    if (++f->depth > DEPTH_LIMIT) {
        facts_gap(f, f->whole, "queries are nested too deeply to be read");
    } else if (tree_kind(&f->tree, node) == NODE_SelectStmt) {
        uint32_t mark = with_open(f, tree_get(&f->tree, node, FIELD_withClause), outer);

        *span = fill_select(f, id, node, outer, arm);
        set_span(f, id, *span);
        with_close(f, mark);
    } else if (node) {
        dml_read(f, node, id, outer);
    }
    f->depth--;
}
