/*
 * linker.h - what the files of link/ share.
 *
 * The order of work: sessions.c walks jobs as they run and names.c gives every access its dataset; columns.c
 * knows the columns of datasets and queries (shapes) and expands stars; frames.c does the same for
 * DataFrames; resolve.c finds what each column reference means and traces it to datasets (terms); edges.c,
 * tasks.c and uses write the rows.
 */
#ifndef LINK_LINKER_H
#define LINK_LINKER_H

#include "base/map.h"
#include "link/link.h"

/* Nesting of queries, views upon views and routines calling routines that is followed; what lies deeper is
 * not known. It keeps the stack bounded whatever the input is. */
enum { LINK_MAX_DEPTH = 400 };

/* ---- Shapes: the columns that something shows to a query (columns.c) ---- */

/* A column of a shape. Where it comes from depends on the owner: a dataset's column comes from itself, a
 * query's from an output, or from columns of its inputs when a star gave it. */
struct link_column {
    ir_str name;  /* 0: a star whose columns are not known */
    ir_str base;  /* its name before an alias list renamed it */
    ir_str lower; /* its name folded: set when the shape is closed */
    ir_str type;
    ir_str default_value;
    ir_str qualifier;      /* what to write before it when the star is written out */
    ir_output_id output;   /* of a query */
    uint32_t flags;        /* IR_COLUMN_… */
    uint32_t source_first; /* in link.sources: the input columns that a star took it from */
    uint32_t source_count;
};

/* A column of an input, as something refers to it. */
struct link_source {
    ir_input_id input;
    int64_t index; /* in the input's shape; -1: behind its unknown star, or the whole row */
    ir_str name;   /* with index -1: its name; 0 for the whole row */
    bool inferred; /* it may be another input's */
};

struct link_shape {
    struct link_column *items;
    uint32_t count; /* columns that are gone stand behind these */
    uint32_t named; /* with those */
    uint32_t owner; /* the key under which names are looked up */
    bool complete;  /* all columns are known; otherwise others may exist */
};

/* ---- Terms: where a value comes from (resolve.c) ---- */

struct link_term {
    ir_dataset_id dataset;
    ir_str column;         /* 0: the star of columns that are not known */
    ir_query_id recursion; /* dataset 0: column number column.v (one-based) of this recursive CTE */
    enum ir_role role;
    enum ir_confidence confidence;
    uint32_t off, len; /* of the reference */
};

struct link_terms {
    VEC(struct link_term) list;
    uint32_t id; /* of the set, for removing duplicates */
};

struct link_lineage {
    struct link_terms *columns; /* one per column of the shape, then one per SET pair of a DML block */
    uint32_t count;             /* of columns */
    struct link_terms whole;    /* what acts on its rows */
};

enum link_state { LINK_NEW, LINK_BUSY, LINK_DONE };

struct link_dataset {         /* beside each row of dataset */
    VEC(ir_access_id) makers; /* CREATE, REPLACE and ALTER accesses, catalogs too */
    struct link_shape shape;
    enum link_state state;
};

struct link_query { /* beside each row of query */
    struct link_shape shape;
    struct link_lineage lineage;
    enum link_state shape_state, lineage_state;
};

struct link_rel { /* beside each row of rel */
    struct link_shape shape;
    enum link_state state;
    uint32_t walk; /* the last walk that came by */
};

/* The names that a join merges: USING's, or those that both sides of a NATURAL join have. */
struct link_merged {
    bool known; /* it was asked for before */
    VEC(ir_str) names;
};

struct link {
    struct ir *ir;
    struct arena *arena;
    struct arena *work; /* forgotten after each statement: lineage and lists on the way to it */
    const struct link_options *options;
    struct link_session *homes; /* by dialect: what USE says in all of its scripts */
    struct strpool *keys;       /* folded names of permanent relations */

    struct ir_index accesses, queries;            /* of a statement */
    struct ir_index inputs, joins, outputs, uses; /* of a query */
    struct ir_index query_aliases, input_aliases; /* column_alias */
    struct ir_index join_columns;                 /* of a join */
    struct ir_index star_changes;                 /* of an output */
    struct ir_index target_columns, column_defs;  /* of an access */
    struct ir_index rel_columns;                  /* of a rel */
    struct ir_index parameters, job_statements;   /* of a job */
    struct ir_index text_statements;              /* of a text */

    VEC(struct link_dataset) datasets;
    struct link_query *query;              /* by query id */
    struct link_rel *rel;                  /* by rel id */
    const struct link_shape **input_shape; /* by input id */
    struct link_merged *merged;            /* by join id */
    ir_str *alias;                         /* by input id, folded */
    uint32_t *output_index;                /* by output id: its column in the lineage, one-based */
    bool *in_with;                         /* by access id: written by a WITH item */
    ir_dataset_id *result;                 /* by statement id: what its rows become outside the database */
    VEC(struct link_source) sources;

    struct map routines;      /* (schema, name) -> job; schema 0: any */
    struct map relations;     /* key of a permanent name -> dataset */
    struct map created;       /* key of a permanent name that something creates -> 1 */
    struct map exact, folded; /* (shape owner, name) -> column index + 1, of shapes with many */
    struct map pairs;         /* (dataset, column) -> number */
    /* of the statement at hand, in `work` */
    struct map seen;             /* (set, pair and role) -> 1 */
    struct map open;             /* (query, name) -> index in open_terms + 1: a name behind an unknown star */
    struct map mentions_seen;    /* (pair and role, off) -> 1 */
    struct map uses_seen;        /* pair -> 1 */
    struct map edge_seen;        /* (from, to) -> 1 */
    struct map ends;             /* (pair, pair) -> number */
    struct map column_edge_seen; /* (ends, role) -> 1 */
    struct map arguments;        /* input -> index in argument_terms + 1: what a function in FROM is given */
    VEC(struct link_terms) argument_terms;
    VEC(struct link_terms) open_terms;
    uint32_t ends_count;
    VEC(ir_query_id) touched; /* queries whose lineage is worked out */
    uint32_t pair_count, set_count, owner_count;
    ir_statement_id current; /* whose edges are written; none: of no statement */
    uint32_t budget;         /* steps that may still be taken for the statement at hand */
    uint32_t walk_count;

    struct map used;                 /* pair -> 1: in used_list */
    VEC(struct link_term) used_list; /* columns seen in use, in order */
    struct map gap_seen;             /* (statement, name) -> 1 */
    ir_job_id *run_jobs;             /* by run_file id: the script that it runs in its own session */
    uint32_t depth;
};

/* ---- sessions.c ---- */

struct link_session {
    uint32_t id;
    ir_job_id job;
    ir_str catalog;          /* of USE, as written; 0: none */
    VEC(ir_str) search_path; /* folded schema names */
    bool used;               /* something said where names belong */
};

/* Walks every job in the order in which it runs, routines where they are called, and names each statement. */
void link_sessions(struct link *l);

/* ---- defaults.c ---- */

/* Before the walk: where the scripts of each dialect live, when all USE one place. */
void link_defaults_collect(struct link *l);

/* A session that nothing was said in. */
void link_defaults_begin(struct link *l, struct link_session *session);

/* What a statement of kind SET says of where names belong: search_path, USE. */
void link_defaults_set(struct link *l, struct link_session *session, ir_statement_id statement);

/* The session whose defaults hold: the given one, or the home of the dialect's scripts. */
const struct link_session *link_defaults_of(const struct link *l, const struct link_session *session,
                                            enum ir_dialect dialect);

/* The dialect of a statement's text. */
enum ir_dialect link_dialect(const struct link *l, ir_statement_id statement);

/* Where the dialect puts what has no schema; 0: nowhere that has a name. */
ir_str link_default_schema(struct link *l, enum ir_dialect dialect);

/* ---- names.c ---- */

struct link_temp { /* what became of a temporary name: a dataset, or none when it was dropped */
    ir_str name;
    ir_dataset_id dataset;
};

struct link_names {
    struct link *link;
    struct map temps;    /* (session, folded name) -> dataset */
    struct map versions; /* (session, folded name) -> versions so far */
    struct map made;     /* (job, folded name) -> it makes a temp of that name somewhere */
    struct map promised; /* (session, folded name) -> the temp that a DROP before its CREATE already means */
    VEC(struct link_temp) log;
};

void link_names_begin(struct link_names *n, struct link *l);

/* Gives every access of a statement its dataset. */
void link_name_statement(struct link_names *n, ir_statement_id statement, const struct link_session *session);

/* Joins catalogs to the datasets that something mentions. */
void link_names_end(struct link_names *n);

/* A dataset for each query whose rows only go to the client. */
void link_results_name(struct link *l);
/* Gives every dataset its printed name, unique. */
void link_names_print(struct link *l);

/* The permanent relation of a printed name, or none. */
ir_dataset_id link_relation_named(struct link *l, struct slice name);

/* The name without regard to case unless it was quoted. */
ir_str link_fold_name(struct link *l, ir_str name, bool quoted);

ir_dataset_id link_add_dataset(struct link *l, struct ir_dataset row);

/* The relation that a statement itself fills, not one that its WITH fills; none when there is none. */
ir_access_id link_target(const struct link *l, ir_statement_id statement);

/* Does this mode change the relation, or make it? */
bool link_mode_writes(enum ir_access_mode mode);
/* Do rows flow into it? */
bool link_mode_fills(enum ir_access_mode mode);

/* ---- columns.c, star.c ---- */

const struct link_shape *link_dataset_shape(struct link *l, ir_dataset_id dataset);
const struct link_shape *link_query_shape(struct link *l, ir_query_id query);
const struct link_shape *link_input_shape(struct link *l, ir_input_id input);

/* Index of a column in a shape, -1 when it has none of that name. */
int64_t link_shape_find(const struct link *l, const struct link_shape *shape, ir_str name);

/* Makes a shape of columns that are all there: keeps them and enters their names. */
struct link_columns {
    VEC(struct link_column) list;
    VEC(struct link_column) gone; /* names that it had: references find them, stars do not show them */
    bool complete;
    struct map by_name; /* of the first `indexed` columns: folded name -> index + 1 */
    uint32_t indexed;
};
struct link_shape link_shape_close(struct link *l, const struct link_columns *columns);

/* Replaces the unknown star of a query by these columns, which something uses. */
void link_query_infer(struct link *l, ir_query_id query, const ir_str *names, uint32_t count);

/* star.c: what a star of `query` shows, pushed onto `out`. `qualifier`: 0 for all inputs, else an alias. */
void link_expand_star(struct link *l, ir_query_id query, ir_output_id output, struct link_columns *out);

/* The column behind a star that shows under `name`; 0: the star leaves it out. */
ir_str link_star_base(struct link *l, ir_output_id star, ir_str name);

/* The names that a join merges, found out on first demand. */
const struct link_merged *link_join_merged(struct link *l, ir_join_id join);

/* ---- functions.c ---- */

void link_functions_begin(struct link *l);

/* The routine of the tree that a call means; a schema that only one side writes is no difference. */
ir_job_id link_routine(struct link *l, ir_str schema, ir_str name);

/* The routine of the tree that a function in FROM is, or none. */
ir_job_id link_function_job(struct link *l, ir_input_id input);
/* routine_call */
void link_calls(struct link *l);

/* The columns that a function in FROM shows; false when they are not known. */
bool link_function_columns(struct link *l, ir_input_id input, struct link_columns *out);

/* The relation whose rows a function of the tree returns (RETURNS SETOF t), or none. */
ir_dataset_id link_function_row_type(struct link *l, ir_input_id input);

/* Adds what a column (-1: all of them) of a function of the tree takes from tables. */
void link_function_lineage(struct link *l, ir_input_id input, int64_t column, enum ir_role role,
                           struct link_terms *set);

/* Adds what acts on the rows of a function of the tree as a whole: its body's joins, filters, order. */
void link_function_whole(struct link *l, ir_input_id input, struct link_terms *set);

/* ---- scope.c: what a name means in a query ---- */

struct link_found {
    VEC(struct link_source) list;
};
void link_lookup(struct link *l, const struct ir_use *use, struct link_found *out);

/* The same among `count` inputs of a query from ordinal `first` on, without a qualifier and going no
 * further out. Of a column merged by USING: `both` sides, as the join compares them, or what its value is. */
void link_lookup_run(struct link *l, ir_query_id query, uint32_t first, uint32_t count, ir_str name,
                     bool both, struct link_found *out);

/* The inputs that an alias, a table's name or a join's alias stands for: count 0 when there are none. */
struct link_run {
    ir_query_id query;
    uint32_t first, count;
};

/* The inputs of a query that can be seen: ordinals from `first` to before `end`. */
struct link_view {
    ir_query_id query;
    uint32_t first, end;
};
struct link_run link_find_alias(struct link *l, struct link_view view, ir_str catalog, ir_str schema,
                                ir_str table);

/* The input of a query at an ordinal. */
ir_input_id link_input_at(const struct link *l, ir_query_id query, uint32_t ordinal);
uint32_t link_input_count(const struct link *l, ir_query_id query);

/* The body of an INSERT as its block shows it ("excluded"); none for other blocks. */
ir_query_id link_inserted_body(const struct link *l, ir_query_id block);

/* The output of this query that a bare name in ORDER BY or GROUP BY means, or none. */
ir_output_id link_output_named(struct link *l, ir_query_id query, ir_str name);

/* ---- resolve.c ---- */

const struct link_lineage *link_query_lineage(struct link *l, ir_query_id query);

/* Adds a term to a set, once. */
void link_term_add(struct link *l, struct link_terms *set, struct link_term term);
/* Adds all of `from`, each acting through a reference of role `role`. */
void link_terms_through(struct link *l, struct link_terms *set, const struct link_terms *from,
                        enum ir_role role);
bool link_role_is_direct(enum ir_role role);
/* Forgets all lineage, before each statement and each frame. */
void link_work_reset(struct link *l);
/* Takes one step of the statement's budget; false when there is none left. */
bool link_step(struct link *l);
void link_budget_reset(struct link *l);
/* The terms of `name` in the rows of a query that shows a `*` whose columns are not known; may be NULL. */
const struct link_terms *link_open_name(struct link *l, ir_query_id query, ir_str name);
/* The number of a (dataset, column) pair. */
uint32_t link_pair(struct link *l, ir_dataset_id dataset, ir_str column);
/* Notes that a dataset has this column, as far as something uses it. */
void link_note_column(struct link *l, ir_dataset_id dataset, ir_str column);
/* Notes that a column of a dataset is referred to. */
void link_note_use(struct link *l, ir_statement_id statement, ir_dataset_id dataset, ir_str column,
                   enum ir_role role, uint32_t off, uint32_t len);

/* ---- edges.c ---- */

void link_edges(struct link *l);
void link_edge_add(struct link *l, struct ir_edge edge);
void link_column_edge_add(struct link *l, struct ir_column_edge edge);
/* Adds the terms of one column (0: of the rows) of `to` as edges. */
void link_terms_write(struct link *l, ir_statement_id statement, ir_dataset_id to, ir_str column,
                      const struct link_terms *terms, bool inferred);

/* triggers.c: edges from a table to what its triggers' functions write. */
void link_triggers(struct link *l);

/* write.c: adds query_column and column rows. */
void link_columns_write(struct link *l);

/* ---- frames.c, rels.c, demand.c ---- */

void link_frames_name(struct link *l);  /* a dataset for each frame */
void link_frames_infer(struct link *l); /* schemas, and what SELECT * has to give */
/* Edges of one frame, as its statement makes it. */
void link_frame_edges(struct link *l, ir_frame_id frame, ir_statement_id statement);
/* Column edges of to_sql. */
void link_written_edges(struct link *l, ir_statement_id statement);
/* Rows of rel_schema, and the edges of frames that no statement makes. */
void link_frames_edges(struct link *l);
/* Is the frame nothing but the rows of its query? True for none. */
bool link_frame_is_query(const struct link *l, ir_frame_id frame);

/* The columns of a node's result. */
const struct link_shape *link_rel_shape(struct link *l, ir_rel_id rel);
/* The query whose rows a text gives. */
ir_query_id link_text_query(const struct link *l, ir_text_id text);
/* The name that REL_RENAME gives to a column. */
ir_str link_rel_renamed(const struct link *l, ir_rel_id rel, ir_str old);
/* REL_JOIN: is it a key of the same name on both sides? What is a column of one side called behind it? */
bool link_rel_is_shared_key(const struct link *l, ir_rel_id rel, ir_str name);
ir_str link_rel_join_name(struct link *l, ir_rel_id rel, ir_str name, bool right);

/* The nodes of one frame's own chain, each once. */
struct link_rel_walk {
    VEC(ir_rel_id) todo;
    uint32_t id;
};
void link_rel_begin(struct link *l, struct link_rel_walk *w, ir_rel_id rel);
bool link_rel_next(struct link *l, struct link_rel_walk *w, ir_rel_id *rel);

/* The columns in an expression one after another, each with what it does there. */
struct link_expr_item {
    ir_expr_id expr;
    enum ir_role role;
};
struct link_expr_walk {
    VEC(struct link_expr_item) todo;
};
void link_expr_begin(struct link *l, struct link_expr_walk *w, ir_expr_id expr, enum ir_role role);
bool link_expr_next(struct link *l, struct link_expr_walk *w, ir_expr_id *column, enum ir_role *role);

/* ---- tasks.c ---- */

/* Statements of an SQL file that a task runs become the task's; run_file.runs. */
void link_run_files(struct link *l);
/* job_link.target */
void link_jobs(struct link *l);
/* The script job of the file that a run_file row names, or none. */
ir_job_id link_run_file_job(const struct link *l, ir_run_file_id run);

#endif
