/*
 * Edges: within one statement every relation that is read flows into every relation that is filled; the
 * lineage of its queries says which columns. What acts on rows as a whole (joins, filters, grouping, order)
 * ends at the dataset, everything else at a column.
 */
#include "link/linker.h"

void link_edge_add(struct link *l, struct ir_edge e)
{
    uint64_t key = map_key(e.from.v, e.to.v);

    if (e.from.v == 0 || e.to.v == 0 || map_get(&l->edge_seen, key))
        return;
    map_put(&l->edge_seen, key, 1);
    ir_add_edge(l->ir, e);
}

void link_column_edge_add(struct link *l, struct ir_column_edge e)
{
    uint64_t both = map_key(link_pair(l, e.from, e.from_column), link_pair(l, e.to, e.to_column));
    uint32_t ends = map_get(&l->ends, both);

    if (ends == 0)
        map_put(&l->ends, both, ends = ++l->ends_count);
    if (map_get(&l->column_edge_seen, map_key(ends, e.role)))
        return;
    map_put(&l->column_edge_seen, map_key(ends, e.role), 1);
    ir_add_column_edge(l->ir, e);
}

/* ---- columns ---- */

void link_terms_write(struct link *l, ir_statement_id statement, ir_dataset_id to, ir_str column,
                      const struct link_terms *terms, bool inferred)
{
    for (uint32_t i = 0; i < terms->list.count; i++) {
        struct link_term t = terms->list.items[i];
        bool at_column =
            link_role_is_direct(t.role) || t.role == IR_ROLE_WINDOW || t.role == IR_ROLE_CONDITIONAL;

        if (t.dataset.v == 0)
            continue;
        /* What WITH deletes or updates is read too, though no FROM names it. */
        if (t.dataset.v != to.v)
            link_edge_add(l, (struct ir_edge){t.dataset, to, statement, t.confidence});
        link_column_edge_add(l, (struct ir_column_edge){.from = t.dataset,
                                                        .from_column = t.column,
                                                        .to = to,
                                                        .to_column = at_column ? column : (ir_str){0},
                                                        .role = t.role,
                                                        .statement = statement,
                                                        .confidence = inferred ? IR_INFERRED : t.confidence,
                                                        .off = t.off,
                                                        .len = t.len});
    }
}

/* The name of the column of `access`'s relation that a query's column number `at` goes to. */
static ir_str column_at(struct link *l, ir_access_id access, uint32_t at, const struct link_shape *query,
                        bool *inferred)
{
    const struct ir_access *a = IR(l->ir, access, access);
    uint32_t first = l->target_columns.first[access.v];
    const struct link_shape *shape;

    *inferred = false;
    if (a->flags & IR_ACCESS_BY_NAME)
        return query->items[at].name;
    if (l->target_columns.first[access.v + 1] > first)
        return first + at < l->target_columns.first[access.v + 1]
                   ? l->ir->target_column.items[l->target_columns.rows[first + at]].name
                   : query->items[at].name;
    if (a->mode != IR_ACCESS_CREATE && a->mode != IR_ACCESS_REPLACE) {
        shape = link_dataset_shape(l, a->dataset);
        if (shape->complete && at < shape->count)
            return shape->items[at].name;
        *inferred = true;
    }
    return query->items[at].name;
}

/* The rows of a query go into a relation. */
static void add_body(struct link *l, ir_statement_id statement, ir_access_id access, ir_dataset_id to,
                     ir_query_id query)
{
    const struct link_shape *shape = link_query_shape(l, query);
    const struct link_lineage *lineage = link_query_lineage(l, query);
    bool open = false;

    for (uint32_t i = 0; i < shape->count && lineage->columns; i++) {
        bool inferred = false;
        ir_str name = shape->items[i].name;

        open = open || name.v == 0; /* behind a star of unknown columns positions mean nothing */
        if (access.v && !open)
            name = column_at(l, access, i, shape, &inferred);
        link_terms_write(l, statement, to, name, &lineage->columns[i], inferred);
    }
    link_terms_write(l, statement, to, (ir_str){0}, &lineage->whole, false);
}

/* MERGE's UPDATE SET * and INSERT *: columns of the source go to those of the same name. */
static void add_all(struct link *l, ir_statement_id statement, ir_query_id query, ir_output_id star,
                    ir_dataset_id to)
{
    const struct link_shape *shape = link_query_shape(l, query);
    const struct link_lineage *lineage = link_query_lineage(l, query);

    for (uint32_t i = 0; i < shape->count; i++)
        if (shape->items[i].output.v == star.v) {
            if (shape->items[i].name.v)
                link_note_column(l, to, shape->items[i].name);
            link_terms_write(l, statement, to, shape->items[i].name, &lineage->columns[i], false);
        }
}

/* A DML block: its SET pairs name columns of its first input; its conditions act on the target's rows, also
 * those on the target's own columns. */
static void add_block(struct link *l, ir_statement_id statement, ir_query_id query)
{
    const struct link_lineage *lineage = link_query_lineage(l, query);
    ir_access_id access = IR(l->ir, input, link_input_at(l, query, 0))->access;
    ir_dataset_id to = IR(l->ir, access, access)->dataset;

    if (to.v == 0 || !lineage->columns)
        return;
    for (uint32_t k = l->outputs.first[query.v]; k < l->outputs.first[query.v + 1]; k++) {
        const struct ir_output *o = &l->ir->output.items[l->outputs.rows[k]];
        uint32_t at = l->output_index[l->outputs.rows[k]];

        if (o->star && !(o->flags & IR_OUTPUT_RETURNING))
            add_all(l, statement, query, (ir_output_id){l->outputs.rows[k]}, to);
        if ((o->flags & IR_OUTPUT_RETURNING) || at == 0 || o->name.v == 0)
            continue;
        link_note_column(l, to, o->name);
        link_terms_write(l, statement, to, o->name, &lineage->columns[at - 1], false);
    }
    link_terms_write(l, statement, to, (ir_str){0}, &lineage->whole, false);
}

/* ---- statements ---- */

static void note_targets(struct link *l, ir_access_id access)
{
    for (uint32_t k = l->target_columns.first[access.v]; k < l->target_columns.first[access.v + 1]; k++)
        link_note_column(l, IR(l->ir, access, access)->dataset,
                         l->ir->target_column.items[l->target_columns.rows[k]].name);
}

static enum ir_confidence confidence_of(const struct ir_access *a)
{
    return a->flags & (IR_ACCESS_INFERRED | IR_ACCESS_UNKNOWN_PART) ? IR_INFERRED : IR_EXACT;
}

static void add_reads(struct link *l, ir_statement_id statement, ir_dataset_id to,
                      enum ir_confidence confidence)
{
    /* CREATE TABLE (LIKE a) has a's columns, none of its rows. */
    bool copies_rows = IR(l->ir, statement, statement)->kind != IR_KIND_CREATE_TABLE;

    for (uint32_t k = l->accesses.first[statement.v]; k < l->accesses.first[statement.v + 1]; k++) {
        const struct ir_access *a = &l->ir->access.items[l->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && copies_rows)
            link_edge_add(
                l, (struct ir_edge){.from = a->dataset,
                                    .to = to,
                                    .statement = statement,
                                    .confidence = confidence == IR_EXACT ? confidence_of(a) : confidence});
    }
}

/* Whoever reads a table reads the rows of its partitions and children too. */
static void add_kin(struct link *l, ir_statement_id statement, ir_dataset_id child, ir_dataset_id parent)
{
    const struct link_shape *shape = link_dataset_shape(l, parent);

    if (child.v == 0 || parent.v == 0)
        return;
    link_edge_add(l, (struct ir_edge){child, parent, statement, IR_EXACT});
    for (uint32_t i = 0; i < shape->count; i++)
        link_column_edge_add(l, (struct ir_column_edge){.from = child,
                                                        .from_column = shape->items[i].name,
                                                        .to = parent,
                                                        .to_column = shape->items[i].name,
                                                        .role = IR_ROLE_IDENTITY,
                                                        .statement = statement,
                                                        .confidence = IR_EXACT});
}

static void statement_kin(struct link *l, ir_statement_id statement)
{
    for (uint32_t k = l->accesses.first[statement.v]; k < l->accesses.first[statement.v + 1]; k++) {
        uint32_t access = l->accesses.rows[k];

        for (uint32_t d = l->column_defs.first[access]; d < l->column_defs.first[access + 1]; d++) {
            const struct ir_column_def *def = &l->ir->column_def.items[l->column_defs.rows[d]];

            if (def->flags & IR_COLUMN_KIN)
                add_kin(l, statement, l->ir->access.items[access].dataset,
                        IR(l->ir, access, def->like)->dataset);
        }
    }
}

/* Where the rows of a bare SELECT go: to the client, or to the frame that reads them. */
static ir_dataset_id receiver(const struct link *l, ir_statement_id id)
{
    const struct ir_statement *s = IR(l->ir, statement, id);
    ir_frame_id frame = IR(l->ir, text, s->text)->frame;

    if (frame.v && s->kind == IR_KIND_SELECT)
        return IR(l->ir, frame, frame)->dataset;
    return l->result[id.v];
}

static bool has_body(enum ir_statement_kind kind)
{
    return kind == IR_KIND_CREATE_TABLE_AS || kind == IR_KIND_SELECT_INTO || kind == IR_KIND_CREATE_VIEW ||
           kind == IR_KIND_CREATE_MATVIEW || kind == IR_KIND_INSERT || kind == IR_KIND_COPY ||
           kind == IR_KIND_ALTER;
}

static void statement_writes(struct link *l, ir_statement_id statement)
{
    for (uint32_t k = l->accesses.first[statement.v]; k < l->accesses.first[statement.v + 1]; k++) {
        ir_access_id id = {l->accesses.rows[k]};
        const struct ir_access a = *IR(l->ir, access, id);

        if (!link_mode_fills(a.mode) || a.dataset.v == 0)
            continue;
        note_targets(l, id);
        add_reads(l, statement, a.dataset, confidence_of(&a));
    }
}

/* What the rows of a text's last query go to: the client, or a frame. */
static ir_dataset_id rows_of(const struct link *l, ir_text_id text)
{
    ir_dataset_id found = {0};

    if (IR(l->ir, text, text)->frame.v)
        return IR(l->ir, frame, IR(l->ir, text, text)->frame)->dataset;
    for (uint32_t k = l->text_statements.first[text.v]; k < l->text_statements.first[text.v + 1]; k++)
        if (l->result[l->text_statements.rows[k]].v)
            found = l->result[l->text_statements.rows[k]];
    return found;
}

/* An INSERT of values that the program made of another query's rows: nobody knows how. */
static void add_parameters(struct link *l, ir_statement_id statement)
{
    const struct ir_statement *s = IR(l->ir, statement, statement);
    ir_text_id rows = IR(l->ir, text, s->text)->rows;
    ir_access_id target = link_target(l, statement);

    if (rows.v && target.v &&
        (s->kind == IR_KIND_INSERT || s->kind == IR_KIND_COPY || s->kind == IR_KIND_MERGE))
        link_edge_add(l, (struct ir_edge){.from = rows_of(l, rows),
                                          .to = IR(l->ir, access, target)->dataset,
                                          .statement = statement,
                                          .confidence = IR_INFERRED});
}

static void statement_columns(struct link *l, ir_statement_id statement)
{
    const struct ir_statement s = *IR(l->ir, statement, statement);
    ir_access_id target = link_target(l, statement);
    ir_dataset_id to = receiver(l, statement);

    if (has_body(s.kind) && target.v && IR(l->ir, query, s.query)->kind != IR_QUERY_DML)
        add_body(l, statement, target, IR(l->ir, access, target)->dataset, s.query);
    else if (to.v && link_frame_is_query(l, IR(l->ir, text, s.text)->frame))
        add_body(l, statement, (ir_access_id){0}, to, s.query);
    if (s.kind == IR_KIND_DATAFRAME && s.frame.v && !link_frame_is_query(l, s.frame))
        link_frame_edges(l, s.frame, statement);
    if (s.kind == IR_KIND_TO_SQL)
        link_written_edges(l, statement);
    for (uint32_t k = l->queries.first[statement.v]; k < l->queries.first[statement.v + 1]; k++) {
        ir_query_id q = {l->queries.rows[k]};
        ir_query_id body;

        if (IR(l->ir, query, q)->kind != IR_QUERY_DML)
            continue;
        add_block(l, statement, q);
        body = link_inserted_body(l, q);
        if (body.v && body.v != s.query.v) {
            ir_access_id access = IR(l->ir, input, link_input_at(l, q, 0))->access;

            add_body(l, statement, access, IR(l->ir, access, access)->dataset, body);
        }
    }
}

static void note_budget(struct link *l, ir_statement_id statement)
{
    const struct ir_statement *s = IR(l->ir, statement, statement);

    ir_add_gap(l->ir, (struct ir_gap){
                          .kind = IR_GAP_UNSUPPORTED,
                          .file = s->file,
                          .text = s->text,
                          .off = s->off,
                          .len = s->len,
                          .statement = statement,
                          .why = ir_interns(l->ir, "the statement has more column lineage than is followed"),
                          .advice = ir_interns(l->ir, "split the statement")});
}

void link_edges(struct link *l)
{
    for (IR_EACH(l->ir, statement, i)) {
        uint32_t first = l->queries.first[i.v], last = l->queries.first[i.v + 1];

        link_work_reset(l);
        l->current = i;
        /* In row order, WITH items before what reads them, so that long chains do not nest. */
        for (uint32_t k = first; k < last; k++)
            if (l->ir->query.items[l->queries.rows[k]].cte.v)
                (void)link_query_lineage(l, (ir_query_id){l->queries.rows[k]});
        for (uint32_t k = first; k < last; k++)
            (void)link_query_lineage(l, (ir_query_id){l->queries.rows[k]});
        statement_writes(l, i);
        add_reads(l, i, receiver(l, i), IR_EXACT);
        statement_columns(l, i);
        statement_kin(l, i);
        add_parameters(l, i);
        if (l->budget == 0)
            note_budget(l, i);
    }
    l->current.v = 0;
}
