/*
 * fold.h - what the files that fold DML into models share.
 */
#ifndef PLAN_FOLD_H
#define PLAN_FOLD_H

#include "plan/clauses.h"

struct fold {
    struct planner *p;
    ir_dataset_id dataset;
    ir_model_id model;
    struct plan_build build;
    uint32_t column_count;
    ir_step_id existing; /* the step that holds the rows of earlier runs, when there is one */
    struct map names;    /* of steps */
};

static inline const struct ir_column *fold_column(const struct planner *p, ir_dataset_id dataset, uint32_t i)
{
    return &p->ir->column.items[p->columns.rows[p->columns.first[dataset.v] + i]];
}

/* How many columns are known, 0 when not all of them are. */
static inline uint32_t fold_column_count(const struct planner *p, ir_dataset_id dataset)
{
    return plan_columns_known(p->ir, dataset) ? p->columns.first[dataset.v + 1] - p->columns.first[dataset.v]
                                              : 0;
}

/* The value that `sets` gives to a column; NULL when it gives none. */
const struct plan_set *fold_find_set(const struct planner *p, const struct plan_sets *sets, ir_str column);

/* Why the rows of earlier runs can't be read when there are none yet: a column without a type; NULL otherwise. */
const char *fold_existing_obstacle(const struct planner *p, ir_dataset_id dataset);
/* Adds the step that holds them. */
void fold_add_existing(struct fold *f);

/* A named step; the name is taken once. */
ir_step_id fold_step(struct fold *f, const char *name);

/* The range of a statement's text with what names the dataset itself read from `rows`. */
void fold_range(struct fold *f, ir_step_id step, ir_statement_id statement, struct plan_range range,
                ir_step_id rows, bool qualify, ir_str qualifier);

/* `CAST(` before and ` AS type) AS name` behind a value, as far as the type is declared. */
void fold_open_column(struct fold *f, ir_step_id step, const struct ir_column *column);
void fold_close_column(struct fold *f, ir_step_id step, const struct ir_column *column);

/* A literal, formatted. */
void fold_text(struct fold *f, ir_step_id step, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Does the text of a range hold a function that gives another value each time? */
bool fold_is_volatile(const struct planner *p, ir_statement_id statement);

/* Why a statement that gives or changes rows can't be a step or a hook of its own; NULL when it can. */
const char *fold_op_obstacle(const struct planner *p, ir_dataset_id dataset, struct plan_op op);

/* UPDATE or DELETE as a hook: `before` the new rows come it runs only where rows are already there. */
void fold_change_hook(struct fold *f, struct plan_op op, bool before);

/* Are a chain's changes hooks, since they can't be steps? */
bool fold_chain_by_hooks(const struct planner *p, ir_dataset_id dataset);

/* May an UPDATE … FROM find several rows for one, of which it takes whichever comes first? */
bool fold_takes_any(const struct planner *p, ir_statement_id statement);

/* fold_upsert.c: INSERT … ON CONFLICT and MERGE. */
const char *fold_upsert_obstacle(const struct planner *p, ir_dataset_id dataset);
void fold_upsert(struct fold *f);

#endif
