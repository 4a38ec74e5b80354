/*
 * INSERT, UPDATE, DELETE and MERGE, as statements and inside WITH. Their block has the target as its
 * first input; what they set are its outputs.
 */
#include "sql/facts.h"

/* `node` has the WHERE; `statement` names the target, whose parentheses are the block's bounds. */
static void set_kind(struct facts *f, ir_query_id id, uint32_t statement, uint32_t node)
{
    uint32_t at = tree_location(&f->tree, tree_get(&f->tree, statement, FIELD_relation));
    struct span span = span_group(f->spans, span_at(f->spans, at), f->whole);
    struct ir_query *q = IR(f->ir, query, id);

    q->off = facts_place(f, span).off;
    q->len = facts_place(f, span).len;
    q->kind = IR_QUERY_DML;
    if (tree_get(&f->tree, node, FIELD_whereClause))
        q->flags |= IR_QUERY_HAS_WHERE;
}

/* The target's access and input. */
static ir_access_id read_target(struct facts *f, struct block *b, uint32_t node, enum ir_access_mode mode)
{
    uint32_t target = tree_get(&f->tree, node, FIELD_relation);
    struct span span;
    ir_access_id access = facts_access(f, target, mode, IR_ACCESS_TARGET, &span);

    if (b->id.v)
        from_target(f, b, target, access);
    return access;
}

/* ---- what is set ---- */

static ir_output_id add_set(struct facts *f, const struct block *b, uint32_t target, uint32_t ordinal,
                            uint32_t flags)
{
    uint32_t at = tree_location(&f->tree, target);
    struct ir_output row = {.query = b->id, .ordinal = ordinal, .flags = flags};
    struct place place = {0, 0};

    if (at != TREE_NOWHERE)
        place = facts_place(f, span_item(f->spans, span_at(f->spans, at)));
    row.name = facts_intern(f, tree_string(&f->tree, target, FIELD_name));
    row.off = place.off;
    row.len = place.len;
    if (tree_kind(&f->tree, tree_get(&f->tree, target, FIELD_val)) == NODE_ColumnRef)
        row.flags |= IR_OUTPUT_PLAIN_COLUMN;
    return ir_add_output(f->ir, row);
}

/* (a, b) = (SELECT …): the tree repeats the source for each column; it is read once. */
struct multiple {
    ir_query_id query;
    uint32_t off, len;
    VEC(ir_output_id) outputs; /* of the source's block */
};

static void read_multiple_source(struct facts *f, const struct block *b, uint32_t source, ir_output_id output,
                                 struct multiple *m)
{
    uint32_t first_use = f->ir->use.count, first_output = f->ir->output.count;

    *m = (struct multiple){0};
    expr_value(f, b, source, output);
    for (uint32_t i = first_use; i < f->ir->use.count; i++) {
        const struct ir_use *use = &f->ir->use.items[i];

        if (use->query.v == b->id.v && use->subquery.v) {
            m->query = use->subquery;
            m->off = use->off;
            m->len = use->len;
        }
    }
    for (uint32_t i = first_output; i < f->ir->output.count; i++)
        if (f->ir->output.items[i].query.v == m->query.v)
            vec_push(f->arena, &m->outputs, (ir_output_id){i});
}

static void read_multiple(struct facts *f, const struct block *b, uint32_t ref, ir_output_id output,
                          struct multiple *m)
{
    const struct tree *t = &f->tree;
    uint32_t source = tree_get(t, ref, FIELD_source), column = (uint32_t)tree_int(t, ref, FIELD_colno);
    struct ir_use use = {.query = b->id, .output = output, .role = IR_ROLE_IDENTITY};

    if (tree_kind(t, source) == NODE_RowExpr) {
        uint32_t item = tree_items(t, source, FIELD_args);

        for (uint32_t i = 1; i < column && item; i++)
            item = tree_next(t, item);
        expr_value(f, b, item, output);
        return;
    }
    if (column <= 1)
        read_multiple_source(f, b, source, output, m);
    use.subquery = m->query;
    use.off = m->off;
    use.len = m->len;
    if (column && column <= m->outputs.count)
        use.output_ref = m->outputs.items[column - 1];
    if (column > 1)
        ir_add_use(f->ir, use);
    else if (use.output_ref.v) /* the use that was just made is the first column's */
        f->ir->use.items[f->ir->use.count - 1].output_ref = use.output_ref;
}

static uint32_t read_sets(struct facts *f, const struct block *b, uint32_t first, uint32_t ordinal)
{
    struct multiple multiple = {0};

    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        uint32_t value = tree_get(&f->tree, n, FIELD_val);
        ir_output_id output = add_set(f, b, n, ordinal++, 0);

        expr_list(f, b, tree_items(&f->tree, n, FIELD_indirection), output, IR_ROLE_TRANSFORMATION);
        if (tree_kind(&f->tree, value) == NODE_MultiAssignRef)
            read_multiple(f, b, value, output, &multiple);
        else
            expr_value(f, b, value, output);
    }
    return ordinal;
}

/* ---- the statements ---- */

static void read_target_columns(struct facts *f, uint32_t first, ir_access_id access)
{
    uint32_t ordinal = 1;

    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        uint32_t at = span_at(f->spans, tree_location(&f->tree, n));
        struct place place = facts_place(f, (struct span){at, at + 1});
        struct ir_target_column row = {
            .access = access, .ordinal = ordinal++, .off = place.off, .len = place.len};

        row.name = facts_intern(f, tree_string(&f->tree, n, FIELD_name));
        ir_add_target_column(f->ir, row);
    }
}

/* ON CONFLICT's and RETURNING's second input. */
static void add_excluded(struct facts *f, struct block *b, uint32_t node, ir_query_id body)
{
    struct ir_input row = {.query = b->id,
                           .ordinal = b->inputs++,
                           .kind = IR_INPUT_SUBQUERY,
                           .subquery = body,
                           .has_alias = 1,
                           .flags = IR_INPUT_QUALIFIED_ONLY};
    uint32_t ordinal = 1;
    ir_input_id id;

    row.alias = ir_interns(f->ir, "excluded");
    id = ir_add_input(f->ir, row);
    for (uint32_t n = tree_items(&f->tree, node, FIELD_cols); n; n = tree_next(&f->tree, n)) {
        struct ir_column_alias alias = {.input = id, .ordinal = ordinal++};

        alias.name = facts_intern(f, tree_string(&f->tree, n, FIELD_name));
        ir_add_column_alias(f->ir, alias);
    }
}

static void read_conflict(struct facts *f, const struct block *b, uint32_t clause)
{
    uint32_t infer = tree_get(&f->tree, clause, FIELD_infer);
    ir_output_id none = {0};

    expr_read(f, b, infer, none, IR_ROLE_FILTER);
    read_sets(f, b, tree_items(&f->tree, clause, FIELD_targetList), 0);
    expr_read(f, b, tree_get(&f->tree, clause, FIELD_whereClause), none, IR_ROLE_FILTER);
}

/* Where ON CONFLICT or RETURNING begins; a join's ON is not the first, so the two words are asked for. */
static uint32_t source_end(const struct spans *s, uint32_t from, uint32_t end)
{
    static const char *const ends[] = {"returning", "on", NULL};
    uint32_t at = span_find(s, from, end, ends);

    while (at < end && span_is(s, at, "on") && !span_is(s, at + 1, "conflict"))
        at = span_find(s, at + 1, end, ends);
    return at;
}

struct span insert_span(const struct facts *f, uint32_t node, struct span whole)
{
    static const char *const starts[] = {"select", "values", "with", "table", NULL};
    const struct spans *s = f->spans;
    uint32_t target = tree_get(&f->tree, node, FIELD_relation);
    uint32_t at = span_name(s, span_at(s, tree_location(&f->tree, target))).end, end;

    if (tree_get(&f->tree, target, FIELD_alias))
        at = span_alias_end(s, at, false);
    if (tree_get(&f->tree, node, FIELD_cols) && at < s->count)
        at = s->match[at] + 1;
    if (span_is(s, at, "overriding"))
        at += 3;
    end = source_end(s, at, whole.end);
    if (!span_is(s, at, "("))
        at = span_find(s, at, end, starts);
    return (struct span){at, end};
}

/* The body of an INSERT, whose bounds are those of the tokens between the target and what follows. */
static ir_query_id read_source(struct facts *f, uint32_t node, const struct block *b, ir_access_id access)
{
    uint32_t source = tree_get(&f->tree, node, FIELD_selectStmt);
    uint32_t at = tree_location(&f->tree, tree_get(&f->tree, node, FIELD_relation));
    struct span span, group = span_group(f->spans, span_at(f->spans, at), f->whole);
    struct place place;
    ir_query_id body = {0};

    if (!source)
        return body;
    body = query_read(f, source, b->outer, &span);
    place = facts_place(f, insert_span(f, node, group));
    if (facts_by_name(f, IR(f->ir, access, access)->off + IR(f->ir, access, access)->len, place.off))
        IR(f->ir, access, access)->flags |= IR_ACCESS_BY_NAME;
    IR(f->ir, query, body)->off = place.off;
    IR(f->ir, query, body)->len = place.len;
    return body;
}

static ir_query_id read_insert(struct facts *f, uint32_t node, struct block *b)
{
    const struct tree *t = &f->tree;
    uint32_t conflict = tree_get(t, node, FIELD_onConflictClause);
    uint32_t returning = tree_items(t, node, FIELD_returningList);
    bool inside = b->id.v != 0;
    ir_query_id body;
    ir_access_id access;

    if (!inside && (conflict || returning))
        b->id = query_open(f, b->outer);
    access = read_target(f, b, node, conflict ? IR_ACCESS_UPSERT : IR_ACCESS_APPEND);
    read_target_columns(f, tree_items(t, node, FIELD_cols), access);
    body = read_source(f, node, b, access);
    if (!b->id.v)
        return body;
    set_kind(f, b->id, node, conflict);
    if (body.v)
        add_excluded(f, b, node, body);
    read_conflict(f, b, conflict);
    outputs_read(f, b, returning, IR_OUTPUT_RETURNING, NULL);
    return inside ? b->id : body;
}

static ir_query_id read_update(struct facts *f, uint32_t node, struct block *b)
{
    const struct tree *t = &f->tree;

    set_kind(f, b->id, node, node);
    read_target(f, b, node, IR_ACCESS_UPDATE);
    read_sets(f, b, tree_items(t, node, FIELD_targetList), 0);
    from_read(f, b, tree_items(t, node, FIELD_fromClause));
    expr_read(f, b, tree_get(t, node, FIELD_whereClause), (ir_output_id){0}, IR_ROLE_FILTER);
    outputs_read(f, b, tree_items(t, node, FIELD_returningList), IR_OUTPUT_RETURNING, NULL);
    return b->id;
}

static ir_query_id read_delete(struct facts *f, uint32_t node, struct block *b)
{
    const struct tree *t = &f->tree;

    set_kind(f, b->id, node, node);
    read_target(f, b, node, IR_ACCESS_DELETE);
    from_read(f, b, tree_items(t, node, FIELD_usingClause));
    expr_read(f, b, tree_get(t, node, FIELD_whereClause), (ir_output_id){0}, IR_ROLE_FILTER);
    outputs_read(f, b, tree_items(t, node, FIELD_returningList), IR_OUTPUT_RETURNING, NULL);
    return b->id;
}

/* UPDATE SET * or INSERT *: the source's star. */
static bool sets_all(const struct facts *f, uint32_t targets)
{
    return slice_is(tree_string(&f->tree, targets, FIELD_name), SQL_MERGE_ALL);
}

static uint32_t read_merge_all(struct facts *f, const struct block *b, uint32_t target, uint32_t ordinal)
{
    ir_output_id id = add_set(f, b, target, ordinal, 0);
    struct ir_output *o = IR(f->ir, output, id);

    for (uint32_t i = f->ir->input.count; i-- > 1;) {
        const struct ir_input *source = &f->ir->input.items[i];

        if (source->query.v == b->id.v && source->ordinal == 1)
            o->star_table = source->alias;
    }
    o->name = (ir_str){0};
    o->star = 2;
    return ordinal + 1;
}

/* WHEN NOT MATCHED THEN INSERT (a, b) VALUES (x, y): an output per value. */
static uint32_t read_merge_insert(struct facts *f, const struct block *b, uint32_t when, uint32_t ordinal)
{
    const struct tree *t = &f->tree;
    uint32_t name = tree_items(t, when, FIELD_targetList);

    for (uint32_t n = tree_items(t, when, FIELD_values); n; n = tree_next(t, n)) {
        ir_output_id output = add_set(f, b, name, ordinal++, IR_OUTPUT_INSERT);

        if (tree_kind(t, n) == NODE_ColumnRef)
            IR(f->ir, output, output)->flags |= IR_OUTPUT_PLAIN_COLUMN;
        expr_value(f, b, n, output);
        name = name ? tree_next(t, name) : 0;
    }
    return ordinal;
}

static ir_query_id read_merge(struct facts *f, uint32_t node, struct block *b)
{
    const struct tree *t = &f->tree;
    uint32_t ordinal = 0;

    set_kind(f, b->id, node, node);
    read_target(f, b, node, IR_ACCESS_UPSERT);
    from_item(f, b, tree_get(t, node, FIELD_sourceRelation));
    expr_read(f, b, tree_get(t, node, FIELD_joinCondition), (ir_output_id){0}, IR_ROLE_JOIN);
    for (uint32_t n = tree_items(t, node, FIELD_mergeWhenClauses); n; n = tree_next(t, n)) {
        expr_read(f, b, tree_get(t, n, FIELD_condition), (ir_output_id){0}, IR_ROLE_FILTER);
        if (sets_all(f, tree_items(t, n, FIELD_targetList)))
            ordinal = read_merge_all(f, b, tree_items(t, n, FIELD_targetList), ordinal);
        else if (facts_is(f, n, FIELD_commandType, "CMD_INSERT"))
            ordinal = read_merge_insert(f, b, n, ordinal);
        else
            ordinal = read_sets(f, b, tree_items(t, n, FIELD_targetList), ordinal);
    }
    outputs_read(f, b, tree_items(t, node, FIELD_returningList), IR_OUTPUT_RETURNING, NULL);
    return b->id;
}

ir_query_id dml_read(struct facts *f, uint32_t node, ir_query_id block, struct outer outer)
{
    enum tree_kind kind = tree_kind(&f->tree, node);
    struct block b = {.id = block, .outer = outer};
    uint32_t mark = with_open(f, tree_get(&f->tree, node, FIELD_withClause), outer);
    ir_query_id id = {0};

    if (!b.id.v && kind != NODE_InsertStmt)
        b.id = query_open(f, outer);
    if (kind == NODE_InsertStmt)
        id = read_insert(f, node, &b);
    else if (kind == NODE_UpdateStmt)
        id = read_update(f, node, &b);
    else if (kind == NODE_DeleteStmt)
        id = read_delete(f, node, &b);
    else if (kind == NODE_MergeStmt)
        id = read_merge(f, node, &b);
    with_close(f, mark);
    return id;
}
