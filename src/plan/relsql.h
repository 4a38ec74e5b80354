/*
 * relsql.h - a DataFrame's relational algebra as the steps of a model: SQL that gives the rows
 * which the frame held, nulls included.
 */
#ifndef PLAN_RELSQL_H
#define PLAN_RELSQL_H

#include "ir/ir.h"

/* What to write where a rel reads rows from elsewhere (REL_FRAME, REL_QUERY, REL_TABLE). */
enum relsql_kind {
    RELSQL_NONE, /* there is nothing: the rel can't be lowered */
    RELSQL_FOLD, /* REL_FRAME only: the frame has no model of its own; its rel becomes part of this one, as a
                    * CTE of its name or as part of the SELECT where the meaning allows */
    RELSQL_REF,  /* a model's rows */
    RELSQL_SOURCE, /* a dataset that no model makes */
    RELSQL_STEP,   /* an earlier step of the same model, such as a CTE with an author's own SELECT */
};
struct relsql_leaf {
    enum relsql_kind kind;
    ir_model_id model;     /* RELSQL_REF */
    ir_dataset_id dataset; /* RELSQL_SOURCE */
    ir_step_id step;       /* RELSQL_STEP */
};
typedef struct relsql_leaf relsql_resolve(void *context, const struct ir *ir, ir_rel_id leaf);

/* Whether it was done. When not, why (for people, no full stop), and the rel and expr (0: the rel as a whole)
 * that prevented it, whose file, off and len say where. */
struct relsql_result {
    bool ok;
    ir_str why;
    ir_rel_id rel;
    ir_expr_id expr;
};

/* What lowering shares between models: make one for all (its indexes cost a pass over the rels); it stays valid
 * while no rel, rel_column or rel_schema is added. Owned by `scratch`. The SQL is for `target`: DuckDB, or any other
 * for PostgreSQL. */
struct relsql;
struct relsql *relsql_new(struct ir *ir, struct arena *scratch, enum ir_dialect target,
                          relsql_resolve *resolve, void *context);

/*
 * Adds to `model` the steps that give the rows of `rel`: CTEs first, last the SELECT without a name. Nothing is
 * added when it can't be done. Columns of leaves are taken from their rel_schema rows; all others are derived
 * from these. Comments of frames that were folded go to step.comment, but not the comment of the frame that
 * the model itself takes the place of. Cost is linear in what it writes; any rel is safe.
 */
struct relsql_result relsql_lower(struct relsql *r, ir_model_id model, ir_rel_id rel);

/* May the same be lowered? Adds nothing. */
struct relsql_result relsql_check(struct relsql *r, ir_rel_id rel);

#endif
