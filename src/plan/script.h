/*
 * script.h - dbt Python models: which adapters have them, and the lines of a script that one is cut out of.
 */
#ifndef PLAN_SCRIPT_H
#define PLAN_SCRIPT_H

#include "plan/planner.h"

/* A warehouse whose dbt adapter runs Python models, and what DataFrames are there. */
struct plan_adapter {
    enum ir_dialect dialect;
    bool spark;         /* they are PySpark's */
    bool appends;       /* incremental with the strategy append */
    const char *pandas; /* what makes a DataFrame of pandas out of dbt.ref() */
    const char *result; /* what is written behind a DataFrame of pandas that is returned */
};
/* NULL: the target has no Python models. */
const struct plan_adapter *plan_adapter_of(const struct planner *p);

enum plan_line_kind {
    LINE_OWN,    /* a line of the script, edited */
    LINE_FRAME,  /* name = the rows of a model: what made them is SQL */
    LINE_BIND,   /* name = what a function's parameter gets */
    LINE_RESULT, /* return */
};
struct plan_line {
    enum plan_line_kind kind;
    ir_code_line_id line;
    uint32_t from, to; /* LINE_BIND and LINE_RESULT: an expression in code.text */
    ir_str name;
    ir_dataset_id dataset; /* LINE_FRAME */
    bool inner, spark;
};

/* What a dbt Python model is made of. */
struct plan_script {
    ir_code_id code;
    const struct plan_adapter *adapter;
    bool spark, session; /* session: its lines still name the session */
    ir_str session_name;
    ir_str packages;
    VEC(struct plan_line) lines; /* in order */
    VEC(ir_code_line_id) left_out;
    struct map reads; /* datasets that it reads by dbt.ref() or dbt.source() */
};

/* script_cut.c: cuts the script of the statement that writes `dataset`; NULL with the reason in `why`. Makes models
 * of the DataFrames at which it begins. */
struct plan_script *plan_cut_script(struct planner *p, ir_dataset_id dataset, const char **why);

/* script_edits.c: the edits of a script between two of its bytes, by place. */
struct plan_edits {
    const struct ir_code_edit **items;
    uint32_t count;
};
struct plan_edits plan_edits_between(const struct planner *p, ir_code_id code, uint32_t from, uint32_t to);
/* Does the call of edit number `i` read one table or the other, as its name is at that time? */
bool plan_reads_several(const struct plan_edits *edits, uint32_t i);
/* What a call that reads gets instead: a model, or a source (model: false). False when it is nothing that can be
 * read in a model; *why says why. */
bool plan_read_target(struct planner *p, const struct ir_code_edit *edit, ir_dataset_id *dataset,
                      const char **why);
/* Why SQL can't say what the dataset's DataFrame holds, with all that it is made of; NULL when it can. */
const char *plan_chain_obstacle(struct planner *p, ir_dataset_id dataset);
/* May the rows of the DataFrame be read from a model of SQL? It becomes one. */
bool plan_frame_stands(struct planner *p, ir_frame_id frame);

/* script_body.c: the steps and pieces of the model. */
void plan_script_body(struct planner *p, ir_dataset_id dataset);

#endif
