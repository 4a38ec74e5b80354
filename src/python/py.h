/*
 * py.h - what the files of python/ share: the state of reading one module, the evaluator's values, and
 * the hand-over between statements, database calls and DataFrames.
 */
#ifndef PYTHON_PY_H
#define PYTHON_PY_H

#include "python/python.h"

#include <tree_sitter/api.h>

struct py_env;  /* names to values; one per scope (env.c) */
struct py_walk; /* what only the walk, the evaluator and the calls share (walk.h) */

struct py {
    struct ir *ir;
    struct arena *scratch;
    const struct python_options *options;
    ir_file_id file;
    struct slice source; /* of the file, and behind it of the files that it takes in (modules.h) */
    const uint32_t *map; /* of a notebook: the byte of the file for each byte of its script; else NULL */
    TSNode root;
    struct py_env *globals;
    struct py_env *env;       /* of the code being walked now */
    ir_job_id job;            /* who runs the code being walked now */
    uint32_t order;           /* database calls and frame statements of this job so far */
    uint32_t statement_flags; /* IR_STMT_IN_BRANCH, IR_STMT_IN_LOOP of the code being walked now */
    void *frames;             /* frame.c's own state */
    void *airflow;            /* airflow.c's own state */
    struct py_walk *walk;
};

/* The job that runs the code being walked now, its row made when somebody first asks: a file without SQL
 * and frames has no job. Use this, not py->job, for the `job` field of a row. */
ir_job_id py_job(struct py *py);

/* ---- nodes (node.c) ---- */
struct slice py_bytes(const struct py *py, TSNode node); /* the node's source */
bool py_is(TSNode node, const char *type);               /* ts_node_type equals */
TSNode py_field(TSNode node, const char *field);         /* null node when missing */
uint32_t py_start(TSNode node);
uint32_t py_len(TSNode node);

/* The named children of a node without comments, in order; in py->scratch. Linear, unlike a loop over
 * ts_node_named_child(). */
struct py_nodes {
    TSNode *items;
    uint32_t count;
};
struct py_nodes py_children(const struct py *py, TSNode node);

/* The callee of a call as dotted names: `pd.read_sql(…)` gives "pd.read_sql", a chain on a call or a
 * subscript gives only its last part with a leading dot (".merge"). "" when it is something else. */
struct slice py_callee(const struct py *py, TSNode call);
/* The module path behind a dotted name, by the file's imports: with `import pandas as pd`, "pd.read_sql"
 * is "pandas.read_sql"; with `from x import y as z`, "z" is "x.y". Unknown names come back as they are. */
struct slice py_qualified(const struct py *py, struct slice dotted);

/* The value of keyword `name` of a call, or else its positional argument number `position` (zero-based, -1
 * for keyword only). Null node when it is not there. */
TSNode py_argument(const struct py *py, TSNode call, const char *name, int position);

/* ---- values (eval.c) ---- */
enum py_kind {
    PY_UNKNOWN, /* with items: it may be any of them (choice.c) */
    PY_NONE,
    PY_BOOL,
    PY_NUMBER,
    PY_STRING,
    PY_LIST,
    PY_TUPLE,
    PY_DICT,
    PY_FUNCTION, /* a function or class of this file */
    PY_OBJECT    /* the result of a call of a known callee: hooks, engines, operators, DAGs, frames */
};

/* Under which branches a value is taken: of this fork one of these branches, and what `up` says; NULL under all.
 * A fork stands once; a second one in front is the narrower. */
struct py_path {
    const struct py_path *up;
    uint32_t fork;
    uint64_t branches; /* a bit each */
};

/* One run of a string's bytes and where it stands in the source; the runs cover the string. */
struct py_run {
    uint32_t off, len; /* in the value's bytes */
    enum ir_segment_kind kind;
    uint32_t source_off, source_len; /* in file.source */
};

struct py_value {
    enum py_kind kind;
    TSNode node;         /* where it came from */
    struct slice string; /* PY_STRING; PY_NUMBER: as written; PY_OBJECT: the callee, qualified */
    struct py_run *runs; /* PY_STRING */
    uint32_t run_count;
    uint32_t unknown_parts; /* PY_STRING: placeholders in it */
    bool
        boolean; /* PY_LIST, PY_TUPLE, PY_DICT, PY_UNKNOWN with items: it may hold more or less than is known */
    struct py_value **items; /* PY_LIST, PY_TUPLE; PY_DICT: key, value, key, value … */
    uint32_t count;
    const struct py_path *const *paths; /* PY_UNKNOWN: of its items; NULL: any of them at any time */
    struct map *index;                  /* PY_DICT: value.c's, once it is large */
    uint32_t indexed;
    struct py_env *env;          /* PY_FUNCTION: a class's names; PY_OBJECT: its attributes */
    const struct py_value *base; /* PY_FUNCTION: the object whose method it is; PY_OBJECT: its class */
    uint32_t module;             /* PY_OBJECT: it is that module, plus one */
    uint32_t handle;         /* PY_OBJECT: airflow.c's DAG, task or group; PY_FUNCTION: walk.h's function */
    struct slice connection; /* PY_OBJECT, PY_UNKNOWN: the database behind it, as far as it is known */
    enum ir_dialect dialect; /* of that database */
    ir_text_id text;         /* PY_OBJECT: the query whose rows it holds */
    ir_text_id rows;         /* PY_OBJECT, PY_UNKNOWN: it is made of that query's rows (rows.c) */
    uint32_t frame;          /* PY_OBJECT: frame.c's DataFrame, column or groups */
};

/* A part of a string that is not known reads as the identifier `__param_N` (N counts the places in the file
 * that such parts come from), so that SQL around it still parses; its run is substituted. */
#define PY_PLACEHOLDER "__param_"

/* The value of an expression in the scope py->env; never NULL. What is not known is PY_UNKNOWN. */
const struct py_value *py_eval(struct py *py, TSNode expression);
/* Convenience: the expression as a known string without placeholders, or false. */
bool py_string_of(struct py *py, TSNode expression, struct slice *out);

/* ---- database calls (calls.c) ---- */
/* When `call` reads rows of SQL (pandas.read_sql, read_sql_query, …): adds its guest text (once per call node
 * and job) and returns it; else none. */
ir_text_id py_read_call(struct py *py, TSNode call);
/* The name of the connection that an expression is: the variable, conn_id, or URL without its secrets. */
ir_str py_connection(struct py *py, TSNode expression);
/* Adds a guest text for a string value; kind of call and its node recorded. */
ir_text_id py_add_text(struct py *py, const struct py_value *sql, enum ir_call_kind kind, TSNode call,
                       ir_str connection);

/* ---- DataFrames (frame.c, pandas.c …) ---- */
void py_frames_begin(struct py *py);
/* Offered each assignment, augmented assignment and expression statement in execution order. True when it made
 * or wrote a frame (its rows are added and its target is bound), so that nobody else looks at it. */
bool py_frame_statement(struct py *py, TSNode statement);
/* The value of an expression that gives a DataFrame or a part of one and is no statement of its own (an
 * argument, what a function returns, an item of a list); NULL when it is nothing of that kind. */
const struct py_value *py_frame_value(struct py *py, TSNode expression);
/* What `left` of a loop gets where `items` comes in DataFrames, which are not counted: a read with a chunksize, the
 * groups of a groupby; NULL when it does not. */
const struct py_value *py_frame_part(struct py *py, TSNode items, TSNode left);

/* The rows of code_edit for what the frames read and write. */
void py_frames_edits(struct py *py, ir_code_id code);

/* ---- a script's own lines (code.c) ---- */
/* Adds the rows of code and what belongs to it, when the file writes a DataFrame somewhere. */
void py_code(struct py *py);

#endif
