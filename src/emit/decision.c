/* SQL or Python? Joins, aggregations and windows are the warehouse's; what only Python can do stays Python. */
#include "emit/decision.h"

#include "base/map.h"

const struct work_kind work_kinds[WORK_COUNT] = {
    [WORK_ROWS] = {"columns and filters", "SQL", "the warehouse skips what is not needed"},
    [WORK_JOIN] = {"joins", "SQL", "the warehouse's optimizer orders them, and SQL is easier to read"},
    [WORK_AGGREGATE] = {"aggregations", "SQL", "the warehouse's optimizer excels at them"},
    [WORK_WINDOW] = {"window functions", "SQL", "the warehouse's optimizer excels at them"},
    [WORK_TEXT] = {"text", "SQL as long as its functions say it, else Python",
                   "patterns and parsing are what Python's libraries are better at"},
    [WORK_DATE] = {"simple dates", "SQL", "date_trunc and differences of dates are clearer in SQL"},
    [WORK_OTHER] = {"functions and libraries of Python", "Python",
                    "SQL has nothing that is certain to give the same rows"},
};

static const struct {
    enum ir_expr_op op;
    enum work work;
} of_expr[] = {
    {IR_EXPR_WINDOW, WORK_WINDOW},  {IR_EXPR_LOWER, WORK_TEXT},     {IR_EXPR_UPPER, WORK_TEXT},
    {IR_EXPR_STRIP, WORK_TEXT},     {IR_EXPR_LSTRIP, WORK_TEXT},    {IR_EXPR_RSTRIP, WORK_TEXT},
    {IR_EXPR_REPLACE, WORK_TEXT},   {IR_EXPR_CONTAINS, WORK_TEXT},  {IR_EXPR_STARTSWITH, WORK_TEXT},
    {IR_EXPR_ENDSWITH, WORK_TEXT},  {IR_EXPR_SUBSTR, WORK_TEXT},    {IR_EXPR_CONCAT, WORK_TEXT},
    {IR_EXPR_YEAR, WORK_DATE},      {IR_EXPR_MONTH, WORK_DATE},     {IR_EXPR_DAY, WORK_DATE},
    {IR_EXPR_DATE_PART, WORK_DATE}, {IR_EXPR_CAST_DATE, WORK_DATE}, {IR_EXPR_CAST_TIMESTAMP, WORK_DATE},
    {IR_EXPR_OPAQUE, WORK_OTHER},
};

struct walk {
    const struct ir *ir;
    struct arena *a;
    struct ir_index columns; /* of a rel */
    struct map seen;
    VEC(uint32_t) rels, exprs;
    struct decision *decision;
};

static void look_at_exprs(struct walk *w, ir_expr_id root)
{
    vec_push(w->a, &w->exprs, root.v);
    while (w->exprs.count) {
        const struct ir_expr *e = &w->ir->expr.items[w->exprs.items[--w->exprs.count]];

        for (size_t i = 0; i < sizeof of_expr / sizeof *of_expr; i++)
            if (of_expr[i].op == e->op)
                w->decision->works |= 1u << of_expr[i].work;
        w->decision->python_lines += e->op == IR_EXPR_OPAQUE;
        if (e->first.v)
            vec_push(w->a, &w->exprs, e->first.v);
        if (e->next.v)
            vec_push(w->a, &w->exprs, e->next.v);
    }
}

static enum work work_of(const struct ir_rel *rel)
{
    switch (rel->kind) {
    case IR_REL_JOIN:
        return WORK_JOIN;
    case IR_REL_AGGREGATE:
        return WORK_AGGREGATE;
    case IR_REL_OPAQUE:
        return WORK_OTHER;
    default:
        return WORK_ROWS;
    }
}

static void look_at_rel(struct walk *w, uint32_t id)
{
    const struct ir_rel *rel = &w->ir->rel.items[id];

    w->decision->works |= 1u << work_of(rel);
    w->decision->python_lines += rel->kind == IR_REL_OPAQUE;
    if (rel->condition.v)
        look_at_exprs(w, rel->condition);
    for (uint32_t k = w->columns.first[id]; k < w->columns.first[id + 1]; k++)
        if (w->ir->rel_column.items[w->columns.rows[k]].expr.v)
            look_at_exprs(w, w->ir->rel_column.items[w->columns.rows[k]].expr);
    if (rel->kind == IR_REL_FRAME)
        vec_push(w->a, &w->rels, IR(w->ir, frame, rel->frame)->rel.v);
    if (rel->left.v)
        vec_push(w->a, &w->rels, rel->left.v);
    if (rel->right.v)
        vec_push(w->a, &w->rels, rel->right.v);
}

static void look_at_chain(struct walk *w, ir_frame_id frame)
{
    w->seen = map_new(w->a);
    vec_push(w->a, &w->rels, IR(w->ir, frame, frame)->rel.v);
    while (w->rels.count) {
        uint32_t id = w->rels.items[--w->rels.count];

        if (!id || map_get(&w->seen, id))
            continue;
        map_put(&w->seen, id, 1);
        look_at_rel(w, id);
    }
}

struct decisions decisions_of(const struct ir *ir, struct arena *a)
{
    struct decisions all = {0};
    struct walk w = {.ir = ir, .a = a};

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        struct decision decision = {.statement = s};

        if (row->kind != IR_KIND_TO_SQL)
            continue;
        if (!all.count)
            w.columns = IR_INDEX(a, ir, rel_column, rel, rel);
        w.decision = &decision;
        look_at_chain(&w, row->frame);
        vec_push(a, &all, decision);
        if (row->fate == IR_FATE_REVIEW || !row->model.v)
            all.review++;
        else if (IR(ir, model, row->model)->language == IR_LANG_PYTHON)
            all.python++;
        else
            all.sql++;
    }
    return all;
}
