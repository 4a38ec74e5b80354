/*
 * FROM: inputs in order, and joins as runs of neighbouring inputs. Chains of joins lean left and are read
 * in a loop.
 */
#include "sql/facts.h"

#define NESTING_LIMIT 300

/* A String, a ColumnDef, or a column of XMLTABLE or JSON_TABLE. */
static struct slice column_name(const struct tree *t, uint32_t node)
{
    struct slice name =
        tree_kind(t, node) == NODE_STRING ? tree_text(t, node) : tree_string(t, node, FIELD_colname);

    return name.n ? name : tree_string(t, node, FIELD_name);
}

/* Adds the names from `first` on after `ordinal` others; JSON_TABLE's NESTED columns count where they stand. */
static uint32_t add_aliases(struct facts *f, uint32_t first, struct ir_column_alias row, unsigned nesting)
{
    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        uint32_t nested = tree_items(&f->tree, n, FIELD_columns);

        if (nested && nesting < NESTING_LIMIT) {
            row.ordinal = add_aliases(f, nested, row, nesting + 1);
            continue;
        }
        row.ordinal++;
        row.name = facts_intern(f, column_name(&f->tree, n));
        ir_add_column_alias(f->ir, row);
    }
    return row.ordinal;
}

void column_aliases(struct facts *f, uint32_t first, ir_input_id input, ir_query_id query)
{
    struct ir_column_alias row = {.input = input, .query = query};

    add_aliases(f, first, row, 0);
}

/* Completes an input with the alias after the token `end`, and adds it. `columns` are the names that it gives to
 * its columns when the alias gives none. */
static ir_input_id add_input(struct facts *f, struct block *b, uint32_t node, struct ir_input row,
                             struct span span, uint32_t columns)
{
    uint32_t alias = tree_get(&f->tree, node, FIELD_alias);
    uint32_t names = tree_items(&f->tree, alias, FIELD_colnames);
    struct slice name = tree_string(&f->tree, alias, FIELD_aliasname);
    struct place place;
    ir_input_id id;

    row.query = b->id;
    row.ordinal = b->inputs++;
    row.has_alias = name.n > 0;
    if (name.n)
        row.alias = facts_intern(f, name);
    if (span.end > span.first && (alias || (columns && span_is(f->spans, span.end, "as"))))
        span.end = span_alias_end(f->spans, span.end, names || columns);
    place = facts_place(f, span);
    row.off = place.off;
    row.len = place.len;
    if (span.end > span.first)
        f->from_end = span.end;
    if (row.ordinal == 0)
        b->from_first = span.first;
    id = ir_add_input(f->ir, row);
    column_aliases(f, names ? names : columns, id, (ir_query_id){0});
    return id;
}

/* ---- relations ---- */

void from_target(struct facts *f, struct block *b, uint32_t range_var, ir_access_id access)
{
    const struct tree *t = &f->tree;
    uint32_t at = tree_location(t, range_var);
    struct ir_input row = {.kind = IR_INPUT_RELATION, .access = access};
    struct span span = {0, 0};

    row.alias = facts_intern(f, tree_string(t, range_var, FIELD_relname));
    if (at != TREE_NOWHERE)
        span = span_relation(f->spans, span_at(f->spans, at));
    add_input(f, b, range_var, row, span, 0);
}

static uint32_t find_cte(struct facts *f, uint32_t range_var)
{
    if (tree_get(&f->tree, range_var, FIELD_schemaname))
        return 0;
    return map_get(&f->cte_names, facts_intern(f, tree_string(&f->tree, range_var, FIELD_relname)).v);
}

static void read_relation(struct facts *f, struct block *b, uint32_t node)
{
    uint32_t cte = find_cte(f, node), at = tree_location(&f->tree, node);
    struct ir_input row = {.kind = IR_INPUT_CTE};
    struct span span = {0, 0};

    if (!cte) {
        from_target(f, b, node, facts_access(f, node, IR_ACCESS_READ, 0, &span));
        return;
    }
    if (at != TREE_NOWHERE)
        span = span_name(f->spans, span_at(f->spans, at));
    row.subquery = f->ctes.items[cte - 1].query;
    if (f->ctes.items[cte - 1].open)
        IR(f->ir, query, row.subquery)->flags |= IR_QUERY_RECURSIVE;
    row.alias = facts_intern(f, tree_string(&f->tree, node, FIELD_relname));
    add_input(f, b, node, row, span, 0);
}

/* ---- subqueries ---- */

/* From LATERAL or the outermost parenthesis of a subquery in FROM to where that closes. */
static struct span enclosing(const struct facts *f, struct span span)
{
    const struct spans *s = f->spans;

    if (span.end <= span.first)
        return span;
    while (span.first > 0 && s->match[span.first - 1] == span.end && span.end < s->count) {
        span.first--;
        span.end++;
    }
    if (span.first > 0 && span_is(s, span.first - 1, "lateral"))
        span.first--;
    return span;
}

static void read_subselect(struct facts *f, struct block *b, uint32_t node)
{
    bool lateral = tree_true(&f->tree, node, FIELD_lateral);
    struct outer outer = lateral ? (struct outer){b->id, b->inputs, 0} : b->outer;
    struct ir_input row = {.kind = IR_INPUT_SUBQUERY};
    struct span span;

    row.subquery = query_read(f, tree_get(&f->tree, node, FIELD_subquery), outer, &span);
    if (lateral)
        IR(f->ir, query, row.subquery)->flags |= IR_QUERY_LATERAL;
    add_input(f, b, node, row, enclosing(f, span), 0);
}

/* ---- functions ---- */

static const char *dotted(struct facts *f, uint32_t first)
{
    struct buf name = buf_new(f->arena);

    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        struct slice part = tree_text(&f->tree, n);

        buf_adds(&name, name.n ? "." : "");
        buf_add(&name, part.p, part.n);
    }
    return buf_str(&name);
}

/* The call's name and parentheses; for ROWS FROM all of it. */
static struct span call_span(const struct facts *f, uint32_t location, bool rows_from)
{
    const struct spans *s = f->spans;
    struct span span = {0, 0};

    if (location == TREE_NOWHERE)
        return span;
    span = span_name(s, span_at(s, location));
    if (rows_from && s->up[span.first] != SPAN_NONE) {
        uint32_t open = s->up[span.first];

        return (struct span){open >= 2 ? open - 2 : open, s->match[open] + 1};
    }
    if (span.end < s->count && s->match[span.end] > span.end)
        span.end = s->match[span.end] + 1;
    return span;
}

/* WITH ORDINALITY and, before a column definition list without an alias, AS. */
static struct span with_ordinality(const struct facts *f, struct span span)
{
    if (span_is(f->spans, span.end, "with") && span_is(f->spans, span.end + 1, "ordinality"))
        span.end += 2;
    return span;
}

/* The names of the calls of ROWS FROM; unnest(a, b) is one of unnest for each. */
static ir_str called(struct facts *f, uint32_t list)
{
    const struct tree *t = &f->tree;
    struct buf names = buf_new(f->arena);

    for (; list; list = tree_next(t, list)) {
        uint32_t call = tree_items(t, list, FIELD_items), arguments = 1;
        struct slice name = output_name(t, call);

        if (tree_kind(t, call) == NODE_FuncCall)
            name = slice_of(dotted(f, tree_items(t, call, FIELD_funcname)));
        if (slice_is(name, "unnest"))
            arguments = tree_count(t, tree_items(t, call, FIELD_args));
        for (uint32_t i = 0; i < arguments; i++) {
            buf_adds(&names, names.n ? "," : "");
            buf_add(&names, name.p, name.n);
        }
    }
    return facts_intern(f, buf_slice(&names));
}

/* The arguments of the function that becomes the next input: they see what stands before it. */
static void read_argument(struct facts *f, struct block *b, uint32_t node)
{
    b->arguments = true;
    b->on_count = b->inputs;
    expr_read(f, b, node, (ir_output_id){0}, IR_ROLE_JOIN);
    b->arguments = false;
    b->on_count = 0;
}

static void read_function(struct facts *f, struct block *b, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t list = tree_items(t, node, FIELD_functions), columns = tree_items(t, node, FIELD_coldeflist);
    uint32_t call = tree_items(t, list, FIELD_items),
             definitions = tree_items(t, tree_next(t, call), FIELD_items);
    struct ir_input row = {.kind = IR_INPUT_FUNCTION};
    struct span span = call_span(f, tree_location(t, call), tree_true(t, node, FIELD_is_rowsfrom));
    row.function = called(f, list);
    if (tree_true(t, node, FIELD_ordinality))
        row.flags |= IR_INPUT_ORDINALITY;
    row.alias = facts_intern(f, output_name(t, call));
    for (; list; list = tree_next(t, list))
        read_argument(f, b, tree_items(t, list, FIELD_items));
    add_input(f, b, node, row, with_ordinality(f, span), columns ? columns : definitions);
}

/* XMLTABLE and JSON_TABLE: what is not a column of theirs is an expression. */
static void read_table_function(struct facts *f, struct block *b, uint32_t node, const char *name)
{
    struct ir_input row = {.kind = IR_INPUT_FUNCTION, .function = ir_interns(f->ir, name)};
    uint32_t columns = tree_items(&f->tree, node, FIELD_columns);
    struct span span = call_span(f, tree_location(&f->tree, node), false);

    row.alias = row.function;
    for (uint32_t n = tree_first(&f->tree, node); n; n = tree_next(&f->tree, n))
        read_argument(f, b, n);
    add_input(f, b, node, row, span, columns);
}

/* ---- joins ---- */

static enum ir_join_kind join_kind(const struct facts *f, uint32_t node)
{
    static const struct {
        const char *name;
        enum ir_join_kind kind;
    } kinds[] = {{"JOIN_LEFT", IR_JOIN_LEFT}, {"JOIN_RIGHT", IR_JOIN_RIGHT}, {"JOIN_FULL", IR_JOIN_FULL}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (facts_is(f, node, FIELD_jointype, kinds[i].name))
            return kinds[i].kind;
    if (!tree_get(&f->tree, node, FIELD_quals) && !tree_get(&f->tree, node, FIELD_usingClause) &&
        !tree_true(&f->tree, node, FIELD_isNatural))
        return IR_JOIN_CROSS;
    return IR_JOIN_INNER;
}

/* The names of USING; the tree does not say where they stand, but they follow the join's right side. */
static void read_using(struct facts *f, uint32_t first, ir_join_id join)
{
    const struct spans *s = f->spans;
    uint32_t at = f->from_end;

    while (first && at < s->count && !span_is(s, at, "using"))
        at = s->match[at] > at ? s->match[at] + 1 : at + 1;
    at += 2;
    for (uint32_t n = first; n; n = tree_next(&f->tree, n), at += 2) {
        struct place place = facts_place(f, (struct span){at, at < s->count ? at + 1 : at});
        struct ir_join_column row = {.join = join, .off = place.off, .len = place.len};

        row.name = facts_intern(f, tree_text(&f->tree, n));
        ir_add_join_column(f->ir, row);
    }
    if (first)
        f->from_end = at;
}

static void read_item(struct facts *f, struct block *b, uint32_t node, unsigned nesting);

static void finish_join(struct facts *f, struct block *b, uint32_t node, uint32_t first, uint32_t left_count)
{
    const struct tree *t = &f->tree;
    uint32_t alias = tree_get(t, node, FIELD_join_using_alias);
    struct ir_join row = {.query = b->id, .kind = join_kind(f, node), .left_first = first};

    row.left_count = left_count;
    row.right_count = b->inputs - first - left_count;
    row.natural = tree_true(t, node, FIELD_isNatural);
    row.alias = facts_intern(f, tree_string(t, alias, FIELD_aliasname));
    read_using(f, tree_items(t, node, FIELD_usingClause), ir_add_join(f->ir, row));
    b->on_first = first;
    b->on_count = row.left_count + row.right_count;
    expr_read(f, b, tree_get(t, node, FIELD_quals), (ir_output_id){0}, IR_ROLE_JOIN);
    b->on_first = b->on_count = 0;
}

static void read_join(struct facts *f, struct block *b, uint32_t node, unsigned nesting)
{
    VEC(uint32_t) chain = {0};
    uint32_t first = b->inputs;

    do {
        vec_push(f->arena, &chain, node);
        node = tree_get(&f->tree, node, FIELD_larg);
    } while (tree_kind(&f->tree, node) == NODE_JoinExpr && !tree_get(&f->tree, node, FIELD_alias));
    read_item(f, b, node, nesting);
    while (chain.count) {
        uint32_t join = chain.items[--chain.count], left_count = b->inputs - first;

        read_item(f, b, tree_get(&f->tree, join, FIELD_rarg), nesting);
        finish_join(f, b, join, first, left_count);
    }
}

/* The parentheses around a join whose inputs are read. */
static struct span join_span(const struct facts *f, uint32_t first)
{
    const struct spans *s = f->spans;
    uint32_t open = f->from_end > 0 && f->from_end <= s->count ? s->up[f->from_end - 1] : SPAN_NONE;

    while (open != SPAN_NONE && open > first)
        open = s->up[open];
    if (open == SPAN_NONE)
        return (struct span){0, 0};
    return enclosing(f, (struct span){open + 1, s->match[open]});
}

/* (a JOIN b) AS j(x, y) hides a and b: a block of its own that shows all of them. */
static void read_aliased_join(struct facts *f, struct block *b, uint32_t node, unsigned nesting)
{
    struct block inner = {.outer = {b->id, b->inputs, 0}};
    struct ir_input row = {.kind = IR_INPUT_SUBQUERY};

    row.subquery = inner.id = query_open(f, inner.outer);
    IR(f->ir, query, inner.id)->kind = IR_QUERY_SELECT;
    IR(f->ir, query, inner.id)->flags = IR_QUERY_JOIN;
    ir_add_output(f->ir, (struct ir_output){.query = inner.id, .star = 1});
    read_join(f, &inner, node, nesting);
    add_input(f, b, node, row, join_span(f, inner.from_first), 0);
}

/* ---- any item ---- */

static void read_item(struct facts *f, struct block *b, uint32_t node, unsigned nesting)
{
    struct ir_input unknown = {.kind = IR_INPUT_UNKNOWN};

    if (nesting > NESTING_LIMIT) {
        facts_gap(f, f->whole, "joins are nested too deeply to be read");
        return;
    }
    switch (tree_kind(&f->tree, node)) {
    case NODE_RangeVar:
        read_relation(f, b, node);
        break;
    case NODE_RangeSubselect:
        read_subselect(f, b, node);
        break;
    case NODE_RangeFunction:
        read_function(f, b, node);
        break;
    case NODE_RangeTableFunc:
        read_table_function(f, b, node, "xmltable");
        break;
    case NODE_JsonTable:
        read_table_function(f, b, node, "json_table");
        break;
    case NODE_JoinExpr:
        if (tree_get(&f->tree, node, FIELD_alias))
            read_aliased_join(f, b, node, nesting + 1);
        else
            read_join(f, b, node, nesting + 1);
        break;
    case NODE_RangeTableSample:
        read_item(f, b, tree_get(&f->tree, node, FIELD_relation), nesting + 1);
        expr_list(f, b, tree_items(&f->tree, node, FIELD_args), (ir_output_id){0}, IR_ROLE_FILTER);
        break;
    default:
        add_input(f, b, node, unknown, (struct span){0, 0}, 0);
    }
}

void from_item(struct facts *f, struct block *b, uint32_t node)
{
    if (node)
        read_item(f, b, node, 0);
}

void from_read(struct facts *f, struct block *b, uint32_t first)
{
    for (uint32_t n = first; n; n = tree_next(&f->tree, n))
        read_item(f, b, n, 0);
}
