/*
 * The type of a column that nothing declares: that of the column whose value it is, followed back from dataset to
 * dataset until a declaration is met. Only values that arrive as they are count; anything computed has no type here.
 */
#include "plan/planner.h"

enum {
    STEPS_MAX = 256, /* columns visited for one answer */
    TYPE_NONE = 0,
};

struct trace {
    const struct planner *p;
    uint32_t steps;
    ir_str type; /* the one type met so far */
    bool certain;
    VEC(struct ir_column_edge) work;
};

static ir_str declared_type(const struct planner *p, ir_dataset_id dataset, ir_str column)
{
    for (uint32_t k = p->columns.first[dataset.v]; k < p->columns.first[dataset.v + 1]; k++) {
        const struct ir_column *c = &p->ir->column.items[p->columns.rows[k]];

        if (ir_fold(p->ir, c->name).v == ir_fold(p->ir, column).v)
            return c->type;
    }
    return (ir_str){TYPE_NONE};
}

static void meet(struct trace *t, ir_str type)
{
    if (t->type.v && ir_fold(t->p->ir, t->type).v != ir_fold(t->p->ir, type).v)
        t->certain = false;
    t->type = type;
}

/* Adds the values that flow into a column; `statement` none: by whatever statement. */
static void follow(struct trace *t, ir_dataset_id dataset, ir_str column, ir_statement_id statement)
{
    const struct planner *p = t->p;
    bool any = false;

    for (uint32_t k = p->column_edges.first[dataset.v]; k < p->column_edges.first[dataset.v + 1]; k++) {
        const struct ir_column_edge *e = &p->ir->column_edge.items[p->column_edges.rows[k]];

        if (!e->to_column.v || ir_fold(p->ir, e->to_column).v != ir_fold(p->ir, column).v ||
            (statement.v && e->statement.v != statement.v) || e->role > IR_ROLE_AGGREGATION)
            continue;
        any = true;
        t->certain &= e->role == IR_ROLE_IDENTITY && e->from_column.v;
        vec_push(p->scratch, &t->work, *e);
    }
    t->certain &= any;
}

ir_str plan_type_given(const struct planner *p, ir_dataset_id dataset, ir_str column,
                       ir_statement_id statement)
{
    struct trace t = {.p = p, .certain = true};

    follow(&t, dataset, column, statement);
    while (t.certain && t.work.count) {
        struct ir_column_edge e = t.work.items[--t.work.count];
        ir_str type = declared_type(p, e.from, e.from_column);

        if (++t.steps > STEPS_MAX)
            t.certain = false;
        else if (type.v)
            meet(&t, type);
        else
            follow(&t, e.from, e.from_column, (ir_statement_id){0});
    }
    return t.certain ? t.type : (ir_str){TYPE_NONE};
}
