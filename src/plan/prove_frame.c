/*
 * What a DataFrame's chain proves: pandas' groupby leaves one row per key and none whose key is null, fillna with a
 * value leaves no null, a comparison keeps none. The chain is walked from its end towards its source for as
 * long as columns keep their names.
 */
#include "plan/planner.h"

struct chain {
    struct planner *p;
    ir_model_id model;
    struct map settled; /* columns that a later step made anew, or that have their test */
};

static void add_not_null(struct chain *c, ir_str column, const char *why)
{
    if (!column.v || map_get(&c->settled, column.v))
        return;
    map_put(&c->settled, column.v, 1);
    ir_add_model_test(c->p->ir, (struct ir_model_test){.model = c->model,
                                                       .kind = IR_TEST_NOT_NULL,
                                                       .columns = column,
                                                       .why = ir_interns(c->p->ir, why)});
}

static bool is_literal(const struct ir *ir, ir_expr_id expr)
{
    enum ir_expr_op op = IR(ir, expr, expr)->op;

    return op == IR_EXPR_STRING || op == IR_EXPR_NUMBER || op == IR_EXPR_TRUE || op == IR_EXPR_FALSE;
}

/* Is it COALESCE that ends in a literal, or a count or sum of pandas? */
static const char *never_null(const struct ir *ir, ir_expr_id expr)
{
    const struct ir_expr *e = IR(ir, expr, expr);
    ir_expr_id last = e->first;

    if (e->op == IR_EXPR_AGG_COUNT || e->op == IR_EXPR_AGG_SIZE || e->op == IR_EXPR_AGG_NUNIQUE)
        return "a count is never null";
    if (e->op == IR_EXPR_AGG_SUM)
        return "pandas' sum of nothing is 0";
    if (e->op != IR_EXPR_COALESCE || !last.v)
        return NULL;
    while (IR(ir, expr, last)->next.v)
        last = IR(ir, expr, last)->next;
    return is_literal(ir, last) ? "missing values are filled" : NULL;
}

/* A condition, or one side of an `and` on the way down: a comparison of a column with a literal. */
static void prove_condition(struct chain *c, ir_expr_id root)
{
    const struct ir *ir = c->p->ir;
    VEC(ir_expr_id) work = {0};

    vec_push(c->p->scratch, &work, root);
    while (work.count) {
        ir_expr_id id = work.items[--work.count];
        const struct ir_expr *e = IR(ir, expr, id);
        ir_expr_id other = IR(ir, expr, e->first)->next;
        bool compares = e->op == IR_EXPR_EQ || e->op == IR_EXPR_LT || e->op == IR_EXPR_LE ||
                        e->op == IR_EXPR_GT || e->op == IR_EXPR_GE;

        if (e->op == IR_EXPR_AND)
            for (ir_expr_id side = e->first; side.v; side = IR(ir, expr, side)->next)
                vec_push(c->p->scratch, &work, side);
        else if (IR(ir, expr, e->first)->op == IR_EXPR_COLUMN &&
                 ((compares && is_literal(ir, other)) || e->op == IR_EXPR_NOT_NULL))
            add_not_null(c, IR(ir, expr, e->first)->text, "the filter lets no null pass");
    }
}

static void prove_assignments(struct chain *c, ir_rel_id rel)
{
    const struct planner *p = c->p;

    /* The last of several assignments to one column counts. */
    for (uint32_t k = p->rel_columns.first[rel.v + 1]; k-- > p->rel_columns.first[rel.v];) {
        const struct ir_rel_column *column = &p->ir->rel_column.items[p->rel_columns.rows[k]];
        const char *why = never_null(p->ir, column->expr);

        if (column->kind != IR_COLUMN_ASSIGN)
            continue;
        if (why)
            add_not_null(c, column->name, why);
        map_put(&c->settled, column->name.v, 1);
    }
}

static void prove_groups(struct chain *c, ir_rel_id rel)
{
    struct planner *p = c->p;
    struct buf names = buf_new(p->scratch);
    uint32_t keys = 0;

    for (uint32_t k = p->rel_columns.first[rel.v]; k < p->rel_columns.first[rel.v + 1]; k++) {
        struct ir_rel_column column = p->ir->rel_column.items[p->rel_columns.rows[k]];
        const char *why = never_null(p->ir, column.expr);

        if (column.kind == IR_COLUMN_KEY) {
            buf_printf(&names, "%s%s", keys++ ? "\n" : "", ir_string(p->ir, column.name));
            if (IR(p->ir, rel, rel)->flags & IR_REL_DROP_NULL_KEYS)
                add_not_null(c, column.name, "groupby drops null keys");
        } else if (column.kind == IR_COLUMN_AGGREGATE && why) {
            add_not_null(c, column.name, why);
        }
    }
    if (keys)
        ir_add_model_test(
            p->ir, (struct ir_model_test){.model = c->model,
                                          .kind = keys == 1 ? IR_TEST_UNIQUE : IR_TEST_UNIQUE_COMBINATION,
                                          .columns = ir_interns(p->ir, buf_str(&names)),
                                          .why = ir_interns(p->ir, "it is grouped by")});
}

/* The columns keep their names: only a projection that renames does not. */
static bool keeps_names(const struct planner *p, ir_rel_id rel)
{
    for (uint32_t k = p->rel_columns.first[rel.v]; k < p->rel_columns.first[rel.v + 1]; k++)
        if (p->ir->rel_column.items[p->rel_columns.rows[k]].kind != IR_COLUMN_KEEP)
            return false;
    return true;
}

/* Tests what one step proves; the step to go on with, or none. */
static ir_rel_id prove_step(struct chain *c, ir_rel_id id, bool *rows_kept)
{
    const struct planner *p = c->p;
    const struct ir_rel *rel = IR(p->ir, rel, id);
    ir_dataset_id of = IR(p->ir, frame, rel->frame)->dataset;

    switch (rel->kind) {
    case IR_REL_FRAME:
        return p->builds[of.v].folded ? IR(p->ir, frame, rel->frame)->rel : (ir_rel_id){0};
    case IR_REL_FILTER:
        prove_condition(c, rel->condition);
        return rel->left;
    case IR_REL_ASSIGN:
        prove_assignments(c, id);
        *rows_kept = false;
        return rel->left;
    case IR_REL_SORT:
    case IR_REL_LIMIT:
        return rel->left;
    case IR_REL_DISTINCT:
        return rel->left;
    case IR_REL_PROJECT:
        *rows_kept = false;
        return keeps_names(p, id) ? rel->left : (ir_rel_id){0};
    case IR_REL_AGGREGATE:
        if (*rows_kept)
            prove_groups(c, id);
        return (ir_rel_id){0};
    default:
        return (ir_rel_id){0};
    }
}

void plan_prove_frame(struct planner *p, ir_model_id model)
{
    struct chain c = {.p = p, .model = model, .settled = map_new(p->scratch)};
    ir_dataset_id dataset = IR(p->ir, model, model)->dataset;
    ir_frame_id frame = p->builds[dataset.v].frame;
    ir_dataset_id of = IR(p->ir, frame, frame)->dataset;
    bool rows_kept = true; /* the groups' own columns are still what they were */

    if (of.v != dataset.v && !p->builds[of.v].folded)
        return; /* the frame has a model and its tests there */
    for (ir_rel_id rel = IR(p->ir, frame, frame)->rel; rel.v;)
        rel = prove_step(&c, rel, &rows_kept);
}
