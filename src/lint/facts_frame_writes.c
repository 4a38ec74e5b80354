/*
 * DataFrames that are written to tables by way of something that SQL has no words for: there dbt needs a Python model,
 * which not every warehouse has.
 */
#include "lint/facts.h"

#include "base/map.h"

struct walk {
    struct facts *f;
    struct ir_index columns; /* of a rel */
    struct map seen;
    VEC(uint32_t) rels, exprs;
};

/* The first expression without SQL below `root`. */
static const char *in_exprs(struct walk *w, ir_expr_id root)
{
    const struct ir *ir = w->f->ir;
    const char *found = NULL;

    vec_push(w->f->arena, &w->exprs, root.v);
    while (w->exprs.count) {
        const struct ir_expr *e = &ir->expr.items[w->exprs.items[--w->exprs.count]];

        if (e->op == IR_EXPR_OPAQUE && !found)
            found = ir_string(ir, e->text);
        if (e->next.v)
            vec_push(w->f->arena, &w->exprs, e->next.v);
        if (e->first.v)
            vec_push(w->f->arena, &w->exprs, e->first.v);
    }
    return found;
}

static const char *in_rel(struct walk *w, uint32_t id)
{
    const struct ir *ir = w->f->ir;
    const struct ir_rel *rel = &ir->rel.items[id];
    const char *found = rel->kind == IR_REL_OPAQUE ? ir_string(ir, rel->op) : NULL;

    if (rel->condition.v && !found)
        found = in_exprs(w, rel->condition);
    for (uint32_t k = w->columns.first[id]; k < w->columns.first[id + 1] && !found; k++)
        if (ir->rel_column.items[w->columns.rows[k]].expr.v)
            found = in_exprs(w, ir->rel_column.items[w->columns.rows[k]].expr);
    if (rel->kind == IR_REL_FRAME)
        vec_push(w->f->arena, &w->rels, IR(ir, frame, rel->frame)->rel.v);
    vec_push(w->f->arena, &w->rels, rel->right.v);
    vec_push(w->f->arena, &w->rels, rel->left.v);
    return found;
}

/* The operation nearest to the table, from its DataFrame back to what that is read from. */
static const char *without_sql(struct walk *w, ir_frame_id frame)
{
    const char *found = NULL;

    w->seen = map_new(w->f->family);
    w->rels.count = 0;
    vec_push(w->f->arena, &w->rels, IR(w->f->ir, frame, frame)->rel.v);
    while (w->rels.count && !found) {
        uint32_t id = w->rels.items[--w->rels.count];

        if (!id || map_get(&w->seen, id))
            continue;
        map_put(&w->seen, id, 1);
        found = in_rel(w, id);
    }
    return found;
}

static bool has_python_models(enum ir_dialect target)
{
    return target == IR_DIALECT_DATABRICKS || target == IR_DIALECT_SPARK || target == IR_DIALECT_SNOWFLAKE ||
           target == IR_DIALECT_BIGQUERY || target == IR_DIALECT_DUCKDB;
}

void facts_of_frame_writes(struct facts *f)
{
    const struct ir *ir = f->ir;
    enum ir_dialect target = f->target == IR_DIALECT_UNKNOWN ? IR_DIALECT_POSTGRES : f->target;
    struct walk w = {.f = f, .columns = IR_INDEX(f->family, ir, rel_column, rel, rel)};

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        ir_access_id written = statement_target(f, s);
        const char *operation = row->kind == IR_KIND_TO_SQL && written.v ? without_sql(&w, row->frame) : NULL;

        if (operation)
            FACT_ADD(f, frame_write, at_access(f, written),
                     .table = access_written(f, IR(ir, access, written)), .operation = operation,
                     .target = ir_name_of_dialect(target), .python_models = has_python_models(target));
    }
}
