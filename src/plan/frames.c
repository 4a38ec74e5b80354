/*
 * Which DataFrames become models. A frame is a model when something is to be seen in it: the last step over one
 * source, a join, a frame that is used more than once. Every other frame is a step on the way and becomes a part
 * of the one that uses it; so does the frame that to_sql writes, whose model is the table's.
 */
#include "plan/planner.h"

/* What one frame's own operations are, other frames' not included. */
struct shape {
    bool joins; /* a join or a union */
    bool aggregates;
    bool works;       /* anything else happens to the rows */
    bool one_source;  /* row by row out of one relation, through other such frames or not */
    bool bare;        /* nothing but the rows of one relation */
    ir_rel_id opaque; /* an operation that is not translated */
    ir_expr_id opaque_expr;
};

struct walk {
    const struct planner *p;
    struct shape *shapes; /* by frame */
    uint32_t *seen;       /* by rel: the frame that saw it last */
    VEC(uint32_t) stack;  /* rels to visit */
    VEC(uint32_t) expressions;
    VEC(ir_frame_id) leaves; /* frames that the frame reads */
};

static void find_opaque_expr(struct walk *w, struct shape *shape, ir_expr_id root)
{
    struct arena *a = w->p->scratch;

    vec_push(a, &w->expressions, root.v);
    while (w->expressions.count) {
        ir_expr_id id = {w->expressions.items[--w->expressions.count]};
        const struct ir_expr *e = IR(w->p->ir, expr, id);

        if (e->op == IR_EXPR_OPAQUE && !shape->opaque_expr.v)
            shape->opaque_expr = id;
        if (e->next.v)
            vec_push(a, &w->expressions, e->next.v);
        if (e->first.v)
            vec_push(a, &w->expressions, e->first.v);
    }
}

static void look_at_leaf(struct walk *w, struct shape *shape, const struct ir_rel *rel)
{
    const struct planner *p = w->p;

    if (rel->kind == IR_REL_FRAME) {
        vec_push(p->scratch, &w->leaves, rel->frame);
        shape->one_source = w->shapes[rel->frame.v].one_source;
        shape->bare = w->shapes[rel->frame.v].bare;
    } else if (rel->kind == IR_REL_QUERY) {
        ir_statement_id statement = p->text_statements[rel->text.v];

        shape->one_source = statement.v && plan_is_simple(p, statement);
        shape->bare = statement.v && plan_is_bare(p, statement);
        shape->joins |= !shape->one_source;
    } else {
        shape->one_source = shape->bare = rel->kind == IR_REL_TABLE;
    }
}

static void look_at_rel(struct walk *w, struct shape *shape, ir_rel_id id)
{
    const struct planner *p = w->p;
    const struct ir_rel *rel = IR(p->ir, rel, id);

    switch (rel->kind) {
    case IR_REL_FRAME:
    case IR_REL_QUERY:
    case IR_REL_TABLE:
    case IR_REL_NONE:
        look_at_leaf(w, shape, rel);
        return;
    case IR_REL_JOIN:
    case IR_REL_UNION:
        shape->joins = true;
        break;
    case IR_REL_AGGREGATE:
        shape->aggregates = true;
        break;
    case IR_REL_OPAQUE:
        shape->opaque = id;
        break;
    default:
        shape->works = true;
        break;
    }
    if (rel->condition.v)
        find_opaque_expr(w, shape, rel->condition);
    for (uint32_t k = p->rel_columns.first[id.v]; k < p->rel_columns.first[id.v + 1]; k++)
        find_opaque_expr(w, shape, p->ir->rel_column.items[p->rel_columns.rows[k]].expr);
    if (rel->right.v)
        vec_push(p->scratch, &w->stack, rel->right.v);
    if (rel->left.v)
        vec_push(p->scratch, &w->stack, rel->left.v);
}

static void find_shape(struct walk *w, ir_frame_id frame)
{
    struct shape *shape = &w->shapes[frame.v];

    w->leaves.count = 0;
    vec_push(w->p->scratch, &w->stack, IR(w->p->ir, frame, frame)->rel.v);
    while (w->stack.count) {
        uint32_t rel = w->stack.items[--w->stack.count];

        if (w->seen[rel] == frame.v)
            continue;
        w->seen[rel] = frame.v;
        look_at_rel(w, shape, (ir_rel_id){rel});
    }
    shape->one_source &= !shape->joins && !shape->aggregates;
    shape->bare &= shape->one_source && !shape->works;
}

/* The one dataset that reads `dataset`; none when there are none or several. */
static ir_dataset_id only_reader(const struct planner *p, ir_dataset_id dataset)
{
    ir_dataset_id reader = {0};

    for (uint32_t k = p->out_of.first[dataset.v]; k < p->out_of.first[dataset.v + 1]; k++) {
        ir_dataset_id to = p->ir->edge.items[p->out_of.rows[k]].to;

        if (reader.v && reader.v != to.v)
            return (ir_dataset_id){0};
        reader = to;
    }
    return reader;
}

/* Do all that read `dataset` go on row by row over its one source? */
static bool only_goes_on(const struct walk *w, ir_dataset_id dataset)
{
    const struct planner *p = w->p;

    for (uint32_t k = p->out_of.first[dataset.v]; k < p->out_of.first[dataset.v + 1]; k++) {
        ir_dataset_id to = p->ir->edge.items[p->out_of.rows[k]].to;
        ir_frame_id frame = IR(p->ir, dataset, to)->frame;

        if (!frame.v || !w->shapes[frame.v].one_source)
            return false;
    }
    return true;
}

static bool same_variable(const struct ir *ir, ir_frame_id a, ir_frame_id b)
{
    return IR(ir, frame, a)->name.v == IR(ir, frame, b)->name.v &&
           IR(ir, frame, a)->job.v == IR(ir, frame, b)->job.v;
}

/* Does the frame become a part of the only dataset that reads it? */
static bool folds_into(const struct walk *w, ir_frame_id frame, ir_dataset_id reader)
{
    const struct planner *p = w->p;
    const struct shape *shape = &w->shapes[frame.v];
    ir_frame_id next = IR(p->ir, dataset, reader)->frame;
    const struct shape *after = &w->shapes[next.v];

    if (!next.v)
        return p->builds[reader.v].frame.v == frame.v; /* the table that to_sql writes */
    if (shape->one_source)
        return after->one_source;
    if (shape->joins)
        return same_variable(p->ir, frame, next) && !after->joins && !after->aggregates;
    return true;
}

static void carry_join(struct walk *w, ir_frame_id frame)
{
    const struct planner *p = w->p;
    ir_dataset_id reader = only_reader(p, IR(p->ir, frame, frame)->dataset);
    ir_frame_id next = IR(p->ir, dataset, reader)->frame;

    if (next.v && same_variable(p->ir, frame, next))
        w->shapes[next.v].joins |= w->shapes[frame.v].joins;
}

static const char *opaque_why(const struct planner *p, const struct shape *shape)
{
    const struct ir_rel *rel = IR(p->ir, rel, shape->opaque);
    const struct ir_expr *e = IR(p->ir, expr, shape->opaque_expr);
    struct ir_place at = shape->opaque.v ? ir_place_of(p->ir, rel->file, (ir_text_id){0}, rel->off, rel->len)
                                         : ir_place_of(p->ir, e->file, (ir_text_id){0}, e->off, e->len);

    return arena_printf(p->scratch, "%s at %s:%u is not translated to SQL",
                        ir_string(p->ir, shape->opaque.v ? rel->op : e->text),
                        ir_string(p->ir, IR(p->ir, file, at.file)->path), at.line);
}

static void block(struct planner *p, ir_dataset_id dataset, const char *why)
{
    p->builds[dataset.v].model = false;
    p->builds[dataset.v].why_not = ir_interns(p->ir, why);
}

static void decide(struct walk *w, struct planner *p, ir_frame_id frame)
{
    const struct shape *shape = &w->shapes[frame.v];
    ir_dataset_id dataset = IR(p->ir, frame, frame)->dataset, reader = only_reader(p, dataset);
    struct plan_build *b = &p->builds[dataset.v];
    const char *why = b->first.v ? plan_obstacle(p, b->first) : NULL;
    bool read = p->out_of.first[dataset.v] < p->out_of.first[dataset.v + 1];

    b->frame = frame;
    b->candidate = read || !shape->bare;
    if (shape->opaque.v || shape->opaque_expr.v)
        why = opaque_why(p, shape);
    if (why) {
        block(p, dataset, why);
    } else if (read &&
               ((reader.v && folds_into(w, frame, reader)) || (shape->bare && only_goes_on(w, dataset)))) {
        b->folded = true;
        b->owner = reader.v ? reader : p->ir->edge.items[p->out_of.rows[p->out_of.first[dataset.v]]].to;
        carry_join(w, frame);
    } else {
        b->model = b->candidate;
    }
}

/* The statement that stands for a frame: its step, or the query whose rows it gets. */
static void find_statements(struct planner *p)
{
    const struct ir *ir = p->ir;

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *statement = IR(ir, statement, s);
        bool step = statement->kind == IR_KIND_DATAFRAME;
        ir_frame_id frame = step ? statement->frame : IR(ir, text, statement->text)->frame;
        struct plan_build *b = &p->builds[IR(ir, frame, frame)->dataset.v];

        if (frame.v && (step || !b->first.v))
            b->first = s;
    }
}

void plan_frames(struct planner *p)
{
    struct walk w = {.p = p};
    struct ir *ir = p->ir;

    w.shapes = ARENA_ARRAY(p->scratch, struct shape, ir->frame.count);
    w.seen = ARENA_ARRAY(p->scratch, uint32_t, ir->rel.count);
    find_statements(p);
    for (IR_EACH(ir, frame, f))
        find_shape(&w, f);
    for (IR_EACH(ir, frame, f))
        if (IR(ir, frame, f)->dataset.v)
            decide(&w, p, f);
}
