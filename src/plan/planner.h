/*
 * planner.h - what the files of plan/ share: the state of planning one project.
 *
 * The plan is made in passes, each a file: makers.c asks of every dataset which statements give it its rows and
 * whether a model can; frames.c does so for DataFrames; layers.c and names.c place and name the models; body.c
 * writes their SQL out of the author's text; proof.c adds the tests that the code proves; fates.c says what
 * becomes of every statement.
 */
#ifndef PLAN_PLANNER_H
#define PLAN_PLANNER_H

#include "base/map.h"
#include "ir/graph.h"
#include "ir/ir.h"
#include "plan/plan.h"

/* How the statements that write a dataset add up to a model. */
enum plan_shape {
    SHAPE_ROWS,   /* statements that only give rows, all of them anew each time */
    SHAPE_CHAIN,  /* rows, then changes of them: one step for each statement, in order */
    SHAPE_APPEND, /* rows are added to what is there, after or before some of it is deleted */
    SHAPE_UPSERT, /* one INSERT … ON CONFLICT or MERGE */
};

/* What a statement does to the rows of a dataset, in the order in which they run. */
enum plan_change { CHANGE_ROWS, CHANGE_UPDATE, CHANGE_DELETE, CHANGE_CONFLICT, CHANGE_MERGE };
struct plan_op {
    enum plan_change change;
    ir_statement_id statement;
};

/* What stands for the dataset itself where a statement that writes it names it. */
struct plan_self {
    ir_dataset_id dataset;
    ir_step_id step;   /* the step that holds its rows so far; none: {{ this }} */
    ir_query_id block; /* bare columns of this block are the target's: */
    ir_str qualifier;  /* and get this before them */
};

/* What is decided about one dataset; makers.c and frames.c fill it. */
struct plan_build {
    bool candidate;        /* something in the project makes it */
    bool model;            /* it becomes a model */
    bool folded;           /* a frame that becomes a part of `owner`'s model */
    ir_str why_not;        /* for people: why it does not become a model */
    ir_statement_id first; /* the statement that stands for the model in reports */
    ir_statement_id last;  /* the last one that changes its rows */
    enum plan_shape shape;
    uint32_t ops, op_count;     /* but for SHAPE_ROWS: planner.ops[ops …] */
    uint32_t rows, row_count;   /* the statements that give it its rows: planner.row_statements[rows …] */
    bool inserts;               /* they are INSERTs into a table whose columns are declared elsewhere */
    ir_frame_id frame;          /* its rows are this frame's */
    ir_dataset_id owner;        /* folded: the dataset whose model it becomes a part of */
    ir_dataset_id parent;       /* its rows are this one's too: it inherits from it or is a partition of it */
    ir_dataset_id child;        /* one whose rows are its own too, and which is used by its own name */
    struct plan_script *script; /* it becomes a dbt Python model; why_not says what SQL can't */
};

struct plan_routine;
struct plan_script;

struct planner {
    struct ir *ir;
    struct arena *arena;   /* lives as long as the plan */
    struct arena *scratch; /* forgotten after each pass, and after each model where there is much to forget */
    const struct plan_options *options;
    struct plan_build *builds; /* by dataset */
    struct plan_frame_bodies *frame_bodies;
    VEC(ir_statement_id) row_statements;
    VEC(struct plan_op) ops;
    ir_statement_id *text_statements; /* by text: the first statement in it */
    uint32_t *rank;                   /* by statement: when it runs, compared within its unit */
    ir_job_id *root;       /* by job: the routine as a part of which a routine runs, else the job itself */
    ir_job_id *unit;       /* by job: the DAG of a task, else its root */
    struct ir_graph tasks; /* the order that is declared between tasks */
    struct ir_job_order by_job; /* the statements of each job as they run */
    uint32_t *loops; /* by statement: variables.c's memory of plan_loop_query() + 1, 0 when not asked yet */
    struct ir_index parameters;          /* of a job */
    struct plan_routine **routines_read; /* by job: routine.c's memory */
    struct ir_index calls;               /* CALLs of a job that is a routine */
    struct map called;                   /* a CALL -> the routine that is a part of the one with the CALL */
    uint32_t new_rows;                   /* steps called new_rows so far */
    ir_model_id new_rows_model;          /* in this model */
    struct map value_models;  /* statement whose value a variable carries -> the model that it is a part of */
    struct map described;     /* COMMENT statement -> the dataset that it describes */
    struct map routines;      /* folded names of procedures and functions -> 1 */
    struct ir_index accesses; /* of a statement */
    struct ir_index touches;  /* accesses of a dataset */
    struct ir_index into, out_of;            /* edges to and from a dataset */
    struct ir_index column_edges;            /* to a dataset */
    struct ir_index columns;                 /* of a dataset */
    struct ir_index queries;                 /* of a statement */
    struct ir_index outputs;                 /* of a query */
    struct ir_index query_columns;           /* of a query */
    struct ir_index uses;                    /* of a query */
    struct ir_index inputs;                  /* of a query */
    struct ir_index joins;                   /* of a query */
    struct ir_index targets;                 /* target columns of an access */
    struct ir_index segments;                /* of a text */
    struct ir_index rel_columns;             /* of a rel */
    struct ir_index code_lines, code_edits;  /* of a code */
    struct ir_index code_names;              /* of a code_line */
    struct ir_index code_calls;              /* code_argument rows of the function that is called */
    struct ir_index file_frames, file_texts; /* of a file */
};

/* makers.c: fills builds for everything but frames. */
void plan_makers(struct planner *p);

/* The access by which a statement writes its target; none when it writes nothing. */
ir_access_id plan_target(const struct planner *p, ir_statement_id statement);

/* Why the statement's text is not the whole truth of what runs (a variable, a branch, an unknown part);
 * NULL when it is. Owned by scratch. */
const char *plan_obstacle(const struct planner *p, ir_statement_id statement);

/* "path:line" of a statement, owned by scratch. */
const char *plan_where(const struct planner *p, ir_statement_id statement);

/* plan.c: must one of the two jobs have ended before the other begins, whichever? */
bool plan_jobs_ordered(const struct planner *p, ir_job_id a, ir_job_id b);

/* frames.c: fills builds of frames; blocks what depends on an operation that is not translated. */
void plan_frames(struct planner *p);

/* shape.c: no join, no aggregate, no set operation and one relation at most: what a staging model may be. */
bool plan_is_simple(const struct planner *p, ir_statement_id statement);
/* Nothing but columns (or a star) of one relation. */
bool plan_is_bare(const struct planner *p, ir_statement_id statement);

/* script.c: makes dbt Python models of what SQL can't say, where the target has them. */
void plan_scripts(struct planner *p);

/* order.c: takes out what can't be a model because of what it reads: former temps that are none, cycles,
 * tables that are read before they are rebuilt. */
void plan_order(struct planner *p);

/* The models and sources that a model reads, folded datasets contracted: `out` gets dataset ids, ascending
 * and once each. */
struct plan_datasets {
    ir_dataset_id *items;
    uint32_t count, capacity;
};
void plan_upstream(const struct planner *p, ir_dataset_id dataset, struct plan_datasets *out);

/* twins.c: gives up the model of a temporary table whose rows another one's query takes from the same source. */
void plan_twins(struct planner *p);

/* layers.c: does the model read one source, without a join or an aggregate? */
bool plan_fits_staging(const struct planner *p, ir_dataset_id dataset);

/* layers.c: sets dataset.layer of models and of the sources that they read. */
void plan_layers(struct planner *p);

/* names.c: adds a model row for each model, in dataset order, with its name and path. */
void plan_names(struct planner *p);

/* The name of a thing as a model's: lower case, [a-z0-9_], without tmp_, #, _v2 and other noise. */
const char *plan_clean_name(struct arena *a, const char *name);

/* body.c: adds the steps and pieces of every model. A body that can't be written takes back its model
 * beforehand: plan_body_obstacle() says why, NULL when nothing stands in the way. */
void plan_bodies(struct planner *p);
const char *plan_body_obstacle(const struct planner *p, ir_dataset_id dataset);

/* edit.c: adds pieces to `step` that are the statement's query as the author wrote it, with relations named by
 * ref and source, stars expanded, the cut left out and the common indentation removed. */
void plan_query_pieces(struct planner *p, ir_step_id step, ir_statement_id statement,
                       const struct plan_self *self);

/* The same for any range of the statement's text. `self` may be NULL. */
void plan_range_pieces(struct planner *p, ir_step_id step, ir_statement_id statement, uint32_t off,
                       uint32_t len, const struct plan_self *self);

/* body.c: the query with the statement's comments before and behind it. */
void plan_statement_pieces(struct planner *p, ir_step_id step, ir_statement_id statement,
                           const struct plan_self *self);

/* body.c: adds a step called `name` (none: the last one) with the rows of `count` statements, by the table's columns
 * and types; `before` holds the rows that were there, if any. Returns the step. */
ir_step_id plan_rows_step(struct planner *p, ir_dataset_id dataset, const ir_statement_id *statements,
                          uint32_t count, ir_str name, ir_step_id before, const struct plan_self *self);

/* body.c: what stands in the way of that, NULL for nothing. */
const char *plan_rows_obstacle(const struct planner *p, ir_dataset_id dataset,
                               const ir_statement_id *statements, uint32_t count);

/* A serial column is an integer with a default. */
const char *plan_plain_type(const char *type);

/* fold.c: the same two questions for what is not SHAPE_ROWS. */
const char *plan_fold_obstacle(const struct planner *p, ir_dataset_id dataset);
void plan_fold_body(struct planner *p, ir_dataset_id dataset);

/* Adds an identifier, a step's name, or Jinja as it is. */
void plan_identifier(struct planner *p, ir_step_id step, ir_str name);
void plan_step_name(struct planner *p, ir_step_id step, ir_step_id target);
void plan_jinja(struct planner *p, ir_step_id step, const char *text);

/* types.c: the type of what a statement puts into a column, as far as declarations prove it; 0 when they don't. */
ir_str plan_type_given(const struct planner *p, ir_dataset_id dataset, ir_str column,
                       ir_statement_id statement);

/* frame_body.c: why a frame's algebra can't be lowered (NULL: it can), and the steps of a model that it becomes. */
void plan_frame_bodies_begin(struct planner *p);
const char *plan_frame_obstacle(const struct planner *p, ir_dataset_id dataset);
void plan_frame_body(struct planner *p, ir_dataset_id dataset);

/* Adds the comments that stand at the statement, before its query, as they are. */
void plan_comment_pieces(struct planner *p, ir_step_id step, ir_statement_id statement);
/* Adds the comments that follow the statement: all before its `;`, and one of dashes on the line of that. */
void plan_trailing_comment(struct planner *p, ir_step_id step, ir_statement_id statement);

/* Adds a literal piece. */
void plan_literal(struct planner *p, ir_step_id step, const char *text);

/* declared.c: descriptions of datasets and columns; after plan_proofs(), tests and contracts that declarations prove. */
void plan_descriptions(struct planner *p);
void plan_declared(struct planner *p);

/* proof.c: model_column and model_test rows. */
void plan_proofs(struct planner *p);
/* prove_frame.c: the same for a model that a DataFrame becomes. */
void plan_prove_frame(struct planner *p, ir_model_id model);

/* fates.c: the names of the project's procedures and functions, for planner.routines. */
struct map plan_routine_names(const struct planner *p);

/* fates.c: statement.fate, .model and .reason. */
void plan_fates(struct planner *p);

/* What a dataset's columns are known to be exactly, not only from their uses. */
static inline bool plan_columns_known(const struct ir *ir, ir_dataset_id dataset)
{
    enum ir_knowledge from = IR(ir, dataset, dataset)->columns_from;
    return from == IR_KNOWN_QUERY || from == IR_KNOWN_DDL || from == IR_KNOWN_CATALOG;
}

#endif
