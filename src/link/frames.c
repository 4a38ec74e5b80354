/*
 * DataFrames as datasets: each version is one; its columns are traced through the operations of its own
 * chain to the frames, tables and queries that the chain begins with.
 */
#include "link/linker.h"

/* ---- names ---- */

static void index_frames(struct link *l)
{
    l->rel = ARENA_ARRAY(l->arena, struct link_rel, l->ir->rel.count);
    l->rel_columns = IR_INDEX(l->arena, l->ir, rel_column, rel, rel);
    l->text_statements = IR_INDEX(l->arena, l->ir, statement, text, text);
}

/* ---- the nodes of a chain ---- */

void link_rel_begin(struct link *l, struct link_rel_walk *w, ir_rel_id rel)
{
    w->id = ++l->walk_count;
    vec_push(l->work, &w->todo, rel);
}

bool link_rel_next(struct link *l, struct link_rel_walk *w, ir_rel_id *rel)
{
    while (w->todo.count) {
        ir_rel_id id = w->todo.items[--w->todo.count];

        if (id.v == 0 || l->rel[id.v].walk == w->id)
            continue;
        l->rel[id.v].walk = w->id;
        vec_push(l->work, &w->todo, IR(l->ir, rel, id)->right);
        vec_push(l->work, &w->todo, IR(l->ir, rel, id)->left);
        *rel = id;
        return true;
    }
    return false;
}

/* The queries of a chain read for its frame, also where the reader did not say so. One walk serves all frames: a
 * node that two of them share was claimed by the first. */
static void claim_texts(struct link *l, struct link_rel_walk *w, ir_frame_id frame)
{
    ir_rel_id rel;

    vec_push(l->work, &w->todo, IR(l->ir, frame, frame)->rel);
    while (link_rel_next(l, w, &rel)) {
        const struct ir_rel *r = IR(l->ir, rel, rel);

        if (r->kind == IR_REL_QUERY && r->text.v && IR(l->ir, text, r->text)->frame.v == 0)
            IR(l->ir, text, r->text)->frame = frame;
    }
}

void link_frames_name(struct link *l)
{
    ir_statement_id *maker = ARENA_ARRAY(l->arena, ir_statement_id, l->ir->frame.count);
    struct link_rel_walk w = {0};

    index_frames(l);
    link_rel_begin(l, &w, (ir_rel_id){0});
    for (uint32_t s = l->ir->statement.count; s-- > 1;)
        if (l->ir->statement.items[s].kind == IR_KIND_DATAFRAME)
            maker[l->ir->statement.items[s].frame.v].v = s;
    for (IR_EACH(l->ir, frame, i)) {
        const struct ir_frame f = *IR(l->ir, frame, i);

        IR(l->ir, frame, i)->dataset = link_add_dataset(l, (struct ir_dataset){.kind = IR_DATASET_FRAME,
                                                                               .name = f.name,
                                                                               .version = f.version,
                                                                               .job = f.job,
                                                                               .file = f.file,
                                                                               .maker = maker[i.v],
                                                                               .frame = i});
        claim_texts(l, &w, i);
    }
    for (IR_EACH(l->ir, access, i))
        if (IR(l->ir, access, i)->frame.v)
            IR(l->ir, access, i)->dataset = IR(l->ir, frame, IR(l->ir, access, i)->frame)->dataset;
}

bool link_frame_is_query(const struct link *l, ir_frame_id frame)
{
    return frame.v == 0 || IR(l->ir, rel, IR(l->ir, frame, frame)->rel)->kind == IR_REL_QUERY;
}

/* ---- expressions ---- */

static bool is_aggregate(enum ir_expr_op op)
{
    return op >= IR_EXPR_AGG_SUM && op <= IR_EXPR_AGG_LAST;
}

void link_expr_begin(struct link *l, struct link_expr_walk *w, ir_expr_id expr, enum ir_role role)
{
    if (expr.v)
        vec_push(l->work, &w->todo, ((struct link_expr_item){expr, role}));
}

/* Operands go onto the list last first, so that they come out in order. */
static void push_operands(struct link *l, struct link_expr_walk *w, ir_expr_id parent, enum ir_role role)
{
    const struct ir_expr *p = IR(l->ir, expr, parent);
    uint32_t from = w->todo.count, n = 0;

    for (ir_expr_id e = p->first; e.v && link_step(l); e = IR(l->ir, expr, e)->next, n++) {
        bool condition = p->op == IR_EXPR_CASE && n % 2 == 0 && IR(l->ir, expr, e)->next.v;

        vec_push(l->work, &w->todo, ((struct link_expr_item){e, condition ? IR_ROLE_CONDITIONAL : role}));
    }
    for (uint32_t i = from, j = w->todo.count; i + 1 < j; i++) {
        struct link_expr_item t = w->todo.items[i];

        w->todo.items[i] = w->todo.items[--j];
        w->todo.items[j] = t;
    }
}

bool link_expr_next(struct link *l, struct link_expr_walk *w, ir_expr_id *column, enum ir_role *role)
{
    while (w->todo.count && link_step(l)) {
        struct link_expr_item item = w->todo.items[--w->todo.count];
        enum ir_expr_op op = IR(l->ir, expr, item.expr)->op;
        enum ir_role inner = item.role;

        if (op == IR_EXPR_COLUMN) {
            *column = item.expr;
            *role = item.role;
            return true;
        }
        if (link_role_is_direct(inner))
            inner = is_aggregate(op) || inner == IR_ROLE_AGGREGATION ? IR_ROLE_AGGREGATION
                                                                     : IR_ROLE_TRANSFORMATION;
        push_operands(l, w, item.expr, inner);
    }
    return false;
}

/* ---- lineage ---- */

struct chain {
    struct link *l;
    ir_statement_id statement;
    struct link_terms *set;
    uint32_t off, len; /* of what names the column at hand; the statement as a whole when len is 0 */
    uint32_t depth;
};

static void trace_column(struct chain *c, ir_rel_id rel, ir_str name, enum ir_role role);

/* What names the column stands here, until an operation further in gives it another name. */
static void trace_named(struct chain *c, ir_rel_id rel, ir_str name, enum ir_role role, uint32_t off,
                        uint32_t len)
{
    struct chain outer = *c;

    c->off = off;
    c->len = len;
    trace_column(c, rel, name, role);
    c->off = outer.off;
    c->len = outer.len;
}

static void trace_expression(struct chain *c, ir_rel_id left, ir_expr_id expr, enum ir_role role)
{
    struct link_expr_walk w = {0};
    ir_expr_id e;
    enum ir_role inner;

    link_expr_begin(c->l, &w, expr, role);
    while (link_expr_next(c->l, &w, &e, &inner)) {
        const struct ir_expr *row = IR(c->l->ir, expr, e);

        trace_named(c, left, row->text, inner, row->off, row->len);
    }
}

static void trace_base(struct chain *c, ir_dataset_id dataset, ir_str column, enum ir_role role)
{
    if (dataset.v == 0)
        return;
    link_note_use(c->l, c->statement, dataset, column, role, c->off, c->len);
    link_term_add(c->l, c->set,
                  (struct link_term){.dataset = dataset,
                                     .column = column,
                                     .role = role,
                                     .confidence = IR_EXACT,
                                     .off = c->off,
                                     .len = c->len});
}

static void trace_query(struct chain *c, ir_query_id query, ir_str name, enum ir_role role)
{
    const struct link_shape *shape = link_query_shape(c->l, query);
    const struct link_lineage *lineage = link_query_lineage(c->l, query);
    const struct link_terms *open;
    int64_t at = link_shape_find(c->l, shape, name);

    for (uint32_t i = 0; name.v == 0 && lineage->columns && i < shape->count; i++)
        link_terms_through(c->l, c->set, &lineage->columns[i], role);
    if (name.v == 0 || !lineage->columns)
        return;
    open = at < 0 && !shape->complete ? link_open_name(c->l, query, name) : NULL;
    if (at >= 0)
        link_terms_through(c->l, c->set, &lineage->columns[at], role);
    else if (open)
        link_terms_through(c->l, c->set, open, role);
}

/* The column of an operation's own list that makes `name`; 0 when none does. */
static ir_rel_column_id maker_of(const struct link *l, ir_rel_id rel, ir_str name)
{
    for (uint32_t k = l->rel_columns.first[rel.v + 1]; k-- > l->rel_columns.first[rel.v];)
        if (l->ir->rel_column.items[l->rel_columns.rows[k]].name.v == name.v)
            return (ir_rel_column_id){l->rel_columns.rows[k]};
    return (ir_rel_column_id){0};
}

/* A column of a join comes from the side that shows it under this name. */
static void trace_join(struct chain *c, ir_rel_id rel, ir_str name, enum ir_role role)
{
    const struct ir_rel r = *IR(c->l->ir, rel, rel);
    const struct link_shape *shape;
    bool found = false;

    for (int side = 0; side < 2; side++) {
        ir_rel_id operand = side ? r.right : r.left;

        shape = link_rel_shape(c->l, operand);
        for (uint32_t i = 0; i < shape->count; i++)
            if (link_rel_join_name(c->l, rel, shape->items[i].name, side).v == name.v) {
                trace_column(c, operand, shape->items[i].name, role);
                found = true;
                break;
            }
    }
    for (int side = 0; side < 2 && !found; side++) {
        ir_rel_id operand = side ? r.right : r.left;

        if (!link_rel_shape(c->l, operand)->complete)
            trace_column(c, operand, name, role);
    }
}

/* An operation that makes the column: true. Otherwise it shows its left operand's. */
static bool trace_made(struct chain *c, ir_rel_id rel, ir_str *name, enum ir_role role)
{
    const struct ir_rel *r = IR(c->l->ir, rel, rel);
    const struct ir_rel_column *made = IR(c->l->ir, rel_column, maker_of(c->l, rel, *name));
    bool lists = r->kind == IR_REL_PROJECT || r->kind == IR_REL_AGGREGATE;

    if (made->expr.v && (lists || r->kind == IR_REL_ASSIGN)) {
        trace_expression(c, r->left, made->expr, role);
        return true;
    }
    if (made->kind == IR_COLUMN_RENAME && (lists || r->kind == IR_REL_RENAME))
        *name = made->other;
    if (made->name.v) {
        c->off = r->off;
        c->len = r->len;
    }
    return false;
}

/* name 0: all columns, not known which. */
static void trace_column(struct chain *c, ir_rel_id rel, ir_str name, enum ir_role role)
{
    uint32_t off = c->off, len = c->len;

    if (c->depth >= LINK_MAX_DEPTH)
        return;
    c->depth++;
    while (rel.v && link_step(c->l)) {
        const struct ir_rel r = *IR(c->l->ir, rel, rel);

        if (r.kind == IR_REL_FRAME)
            trace_base(c, IR(c->l->ir, frame, r.frame)->dataset, name, role);
        else if (r.kind == IR_REL_TABLE)
            trace_base(c, IR(c->l->ir, access, r.access)->dataset, name, role);
        else if (r.kind == IR_REL_QUERY)
            trace_query(c, link_text_query(c->l, r.text), name, role);
        else if (r.kind == IR_REL_JOIN && name.v)
            trace_join(c, rel, name, role);
        else if (r.kind == IR_REL_JOIN || r.kind == IR_REL_UNION)
            trace_column(c, r.right, name, role);
        if ((r.kind == IR_REL_JOIN && name.v) || trace_made(c, rel, &name, role))
            break;
        rel = r.left;
    }
    c->depth--;
    c->off = off;
    c->len = len;
}

static void trace_keys(struct chain *c, ir_rel_id rel)
{
    const struct ir_rel r = *IR(c->l->ir, rel, rel);

    for (uint32_t k = c->l->rel_columns.first[rel.v]; k < c->l->rel_columns.first[rel.v + 1]; k++) {
        const struct ir_rel_column column = c->l->ir->rel_column.items[c->l->rel_columns.rows[k]];
        enum ir_role role = column.kind == IR_COLUMN_KEY || column.kind == IR_COLUMN_DISTINCT
                                ? IR_ROLE_GROUP_BY
                            : column.kind == IR_COLUMN_SORT ? IR_ROLE_SORT
                            : column.kind == IR_COLUMN_JOIN ? IR_ROLE_JOIN
                                                            : IR_ROLE_NONE;

        if (role == IR_ROLE_NONE)
            continue;
        if (column.expr.v)
            trace_expression(c, r.left, column.expr, role);
        else
            trace_named(c, r.left, column.name, role, r.off, r.len);
        if (column.kind == IR_COLUMN_JOIN)
            trace_named(c, r.right, column.other.v ? column.other : column.name, role, r.off, r.len);
    }
}

/* What chooses, joins, groups and orders the rows, and what flows in as a whole. */
static void trace_rows(struct chain *c, ir_frame_id frame)
{
    struct link *l = c->l;
    struct link_rel_walk w = {0};
    ir_dataset_id to = IR(l->ir, frame, frame)->dataset;
    ir_rel_id rel;

    link_rel_begin(l, &w, IR(l->ir, frame, frame)->rel);
    while (link_rel_next(l, &w, &rel)) {
        const struct ir_rel r = *IR(l->ir, rel, rel);
        ir_dataset_id from = r.kind == IR_REL_FRAME ? IR(l->ir, frame, r.frame)->dataset
                                                    : IR(l->ir, access, r.access)->dataset;

        link_edge_add(l, (struct ir_edge){from, to, c->statement, IR_EXACT});
        if (r.kind == IR_REL_QUERY)
            link_terms_through(l, c->set, &link_query_lineage(l, link_text_query(l, r.text))->whole,
                               IR_ROLE_IDENTITY);
        trace_expression(c, r.left, r.condition, IR_ROLE_FILTER);
        trace_keys(c, rel);
    }
}

/* ---- frames and what is written of them ---- */

void link_frame_edges(struct link *l, ir_frame_id frame, ir_statement_id statement)
{
    const struct ir_frame f = *IR(l->ir, frame, frame);
    const struct link_shape *shape = link_rel_shape(l, f.rel);
    struct link_terms whole = {0};
    struct chain c = {.l = l, .statement = statement, .set = &whole};

    trace_rows(&c, frame);
    for (uint32_t i = 0; i < shape->count + !shape->complete; i++) {
        struct link_terms terms = {0};
        ir_str name = {i < shape->count ? shape->items[i].name.v : 0};

        c.set = &terms;
        trace_named(&c, f.rel, name, IR_ROLE_IDENTITY, 0, 0);
        link_terms_write(l, statement, f.dataset, name, &terms, false);
    }
    link_terms_write(l, statement, f.dataset, (ir_str){0}, &whole, false);
}

/* The frame's columns under their own names. */
static void written_edges(struct link *l, ir_access_id access)
{
    const struct ir_access a = *IR(l->ir, access, access);
    const struct link_shape *shape = link_rel_shape(l, IR(l->ir, frame, a.frame)->rel);
    ir_dataset_id to = IR(l->ir, access, link_target(l, a.statement))->dataset;

    for (uint32_t i = 0; to.v && i < shape->count + !shape->complete; i++) {
        ir_str name = {i < shape->count ? shape->items[i].name.v : 0};

        link_note_use(l, a.statement, a.dataset, name, IR_ROLE_IDENTITY, a.off, a.len);
        link_column_edge_add(l, (struct ir_column_edge){.from = a.dataset,
                                                        .from_column = name,
                                                        .to = to,
                                                        .to_column = name,
                                                        .role = IR_ROLE_IDENTITY,
                                                        .statement = a.statement,
                                                        .confidence = IR_EXACT,
                                                        .off = a.off,
                                                        .len = a.len});
    }
}

void link_written_edges(struct link *l, ir_statement_id statement)
{
    for (uint32_t k = l->accesses.first[statement.v]; k < l->accesses.first[statement.v + 1]; k++) {
        ir_access_id id = {l->accesses.rows[k]};

        if (IR(l->ir, access, id)->frame.v && IR(l->ir, access, id)->mode == IR_ACCESS_READ)
            written_edges(l, id);
    }
}

static void write_schema(struct link *l, ir_rel_id rel)
{
    const struct link_shape *shape = link_rel_shape(l, rel);

    for (uint32_t i = 0; shape->complete && i < shape->count; i++)
        ir_add_rel_schema(l->ir, (struct ir_rel_schema){.rel = rel,
                                                        .ordinal = i + 1,
                                                        .name = shape->items[i].name,
                                                        .type = shape->items[i].type,
                                                        .flags = shape->items[i].flags});
}

void link_frames_edges(struct link *l)
{
    for (IR_EACH(l->ir, rel, i))
        write_schema(l, i);
    for (IR_EACH(l->ir, frame, i)) {
        if (link_frame_is_query(l, i) || IR(l->ir, dataset, IR(l->ir, frame, i)->dataset)->maker.v)
            continue;
        link_work_reset(l);
        link_frame_edges(l, i, (ir_statement_id){0});
    }
}
