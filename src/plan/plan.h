/*
 * plan.h - project graph to model plan: which dataset becomes which dbt model, and each statement's fate.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "ir/ir.h"

struct plan_options {
    enum ir_dialect target; /* of the SQL that lineage writes; IR_DIALECT_UNKNOWN: PostgreSQL */
    bool no_bodies;         /* leaves out what only who writes the models needs: step, piece, model_column,
                             * model_test, and what a model row says beside its name, layer and place */
};

/* The layer that a schema's name says in any project, such as "staging"; IR_LAYER_NONE when it says none. */
enum ir_layer plan_layer_of_schema(struct slice schema);

/* Sets dataset.layer and .model, statement.fate, .model and .reason, and fills model, step, piece, model_column
 * and model_test. Every statement gets a fate. Deterministic: same rows, same plan. */
void plan_project(struct ir *ir, struct arena *scratch, const struct plan_options *options);

/* ---- the answers that the summary, MIGRATION.md and the linter share ---- */

/* How the units (statements or tasks that make something) of a job could run: `serial` one after another as
 * written, `levels` when each waits only for the data it needs. */
struct plan_levels {
    uint32_t serial;
    uint32_t levels;
};

/* The same for every job at once: `by_job` has ir->job.count zeroed entries. Units belong to the outermost job that
 * runs them (a DAG rather than its task), except that a procedure's are its own. */
void plan_levels_of_jobs(const struct ir *ir, struct arena *scratch, struct plan_levels *by_job);
struct plan_levels plan_levels_of_job(const struct ir *ir, struct arena *scratch, ir_job_id job);
struct plan_levels plan_levels_of_project(const struct ir *ir, struct arena *scratch);

#endif
