/*
 * facts.h - what the readers of one parsed statement share: the tree, the tokens, the names of WITH, and
 * the rows under construction.
 *
 * What the rows mean beyond tables.def:
 * - INSERT: statement.query is its body. ON CONFLICT, RETURNING and an INSERT inside WITH have a
 *   QUERY_DML block besides: input 0 the target, input 1 (alias "excluded", qualified names only) the
 *   body under the target columns' names.
 * - UPDATE, DELETE, MERGE: statement.query is the QUERY_DML block; its outputs are SET pairs, MERGE's
 *   INSERT values (IR_OUTPUT_INSERT) and RETURNING (IR_OUTPUT_RETURNING).
 * - INSERT with its WITH in front: the body runs from WITH to the end, and the cut takes out INSERT INTO t.
 * - a named window's columns are uses of every output that names the window.
 * - aggregates: FILTER is CONDITIONAL, ORDER BY is SORT, on the output; DISTINCT ON is GROUP_BY.
 * - a function in FROM acts on its block: what its arguments refer to has role JOIN, and feeds its columns
 *   (IR_USE_ARGUMENT).
 * - the columns of a multiple assignment share one subquery; use.output_ref says which output of it.
 * - CREATE TRIGGER alters its table and calls its function; CREATE INDEX, COMMENT and GRANT read nothing.
 */
#ifndef SQL_FACTS_H
#define SQL_FACTS_H

#include "sql/reader.h"
#include "sql/span.h"
#include "sql/tree.h"

#include "base/map.h"

struct cte {
    uint32_t name;     /* interned */
    uint32_t shadowed; /* what the name meant before: index + 1 */
    ir_query_id query;
    bool open; /* it is being read, so that whoever names it is part of it */
};

/* An expression still to be walked. */
struct todo {
    uint32_t node;
    uint16_t role;
    uint16_t mode; /* expr.c's */
};

struct facts {
    struct sql_reader *reader;
    struct ir *ir;
    const struct sql_piece *piece;
    struct arena *arena; /* of this statement alone */
    struct tree tree;
    struct spans *spans;
    struct span whole; /* the statement's tokens */
    struct span body;  /* the query's own tokens, when the statement has one */
    ir_statement_id statement;
    struct map cte_names;
    VEC(struct cte) ctes;
    VEC(struct todo) todo;
    struct map seen_variables;
    struct buf variables;
    uint32_t from_end; /* token after the last item of FROM */
    uint32_t depth;
    bool partly;
};

/* Bytes of the text. */
struct place {
    uint32_t off, len;
};

struct place facts_place(const struct facts *f, struct span span);
ir_str facts_intern(struct facts *f, struct slice s); /* none for an empty one */
bool facts_is(const struct facts *f, uint32_t node, enum tree_field field, const char *text);
/* Does content[from, to), between a target and its rows or between two queries, say BY NAME? (query.c) */
bool facts_by_name(const struct facts *f, uint32_t from, uint32_t to);
void facts_gap(struct facts *f, struct span at, const char *why); /* the statement is understood partly */
bool facts_is_variable(struct facts *f, struct slice name);       /* notes it when it is one */
void facts_parameter(struct facts *f, uint32_t param_ref);        /* notes $1 as a variable */

/* Adds the access of a RangeVar; *name gets its tokens. */
ir_access_id facts_access(struct facts *f, uint32_t range_var, enum ir_access_mode mode, uint32_t flags,
                          struct span *name);
/* Adds the access of a name at `token`: DROP's objects, routines. */
ir_access_id facts_access_at(struct facts *f, struct span name, enum ir_access_mode mode, uint32_t flags);

/* ---- query.c ---- */

/* Where names are looked up next. */
struct outer {
    ir_query_id query;
    uint32_t visible; /* inputs of it up to this one, */
    uint32_t first;   /* from this one on */
};

/* A block while it is read. */
struct block {
    ir_query_id id;
    struct outer outer;
    uint32_t windows; /* first WindowDef of its WINDOW clause */
    bool *window_used;
    uint32_t inputs;
    uint32_t from_first;         /* token of its first input */
    uint32_t on_first, on_count; /* the inputs that ON, or a function's arguments, see while read; 0: all */
    bool arguments;              /* those of a function in FROM are being read */
};

/* Reads a SelectStmt, or the data-modifying statement of a WITH item. */
ir_query_id query_read(struct facts *f, uint32_t node, struct outer outer, struct span *span);
ir_query_id query_open(struct facts *f, struct outer outer);
void query_fill(struct facts *f, ir_query_id id, uint32_t node, struct outer outer, bool arm,
                struct span *span);

/* Opens the names of a WITH clause; the mark goes to with_close(). */
uint32_t with_open(struct facts *f, uint32_t with_clause, struct outer outer);
void with_close(struct facts *f, uint32_t mark);

/* The items of a select list or RETURNING; *ids gets the outputs' ids when wanted. */
void outputs_read(struct facts *f, const struct block *b, uint32_t first, uint32_t flags, ir_output_id **ids);

/* ---- from.c ---- */
void from_read(struct facts *f, struct block *b, uint32_t first);
void from_item(struct facts *f, struct block *b, uint32_t node);
/* The target of INSERT, UPDATE, DELETE, MERGE as the block's next input. */
void from_target(struct facts *f, struct block *b, uint32_t range_var, ir_access_id access);
void column_aliases(struct facts *f, uint32_t first, ir_input_id input, ir_query_id query);

/* ---- expr.c ---- */

/* Adds the uses of an expression; `output` none: they act on the block. */
void expr_read(struct facts *f, const struct block *b, uint32_t node, ir_output_id output, enum ir_role role);
void expr_list(struct facts *f, const struct block *b, uint32_t first, ir_output_id output,
               enum ir_role role);
/* An output's own expression: IDENTITY when it is nothing but a column or a scalar subquery. */
void expr_value(struct facts *f, const struct block *b, uint32_t node, ir_output_id output);
/* An ORDER BY, GROUP BY or DISTINCT ON item: a number or a bare name may mean an output. */
void expr_key(struct facts *f, const struct block *b, uint32_t node, enum ir_role role, uint32_t flags,
              const ir_output_id *outputs, uint32_t output_count);

/* ---- construct.c ---- */

/* Notes a node of an expression when it is one on which rules look. */
void construct_read(struct facts *f, const struct block *b, uint32_t node, ir_output_id output,
                    enum ir_role role);
/* The same of a SELECT as a whole, once its FROM is read; its joins are among those from `first_join` on. */
void construct_of_select(struct facts *f, const struct block *b, uint32_t node, uint32_t first_join);

/* ---- names.c ---- */

/* The name that PostgreSQL gives to an output without an alias; "?column?" when none. */
struct slice output_name(const struct tree *t, uint32_t expression);

/* ---- dml.c ---- */
ir_query_id dml_read(struct facts *f, uint32_t node, ir_query_id block, struct outer outer);

/* An INSERT's own query: what follows the target and its columns, in `whole`. */
struct span insert_span(const struct facts *f, uint32_t node, struct span whole);

/* ---- statement.c ---- */

/* Reads a statement of any kind into the row that facts.c made for it. */
void statement_read(struct facts *f, uint32_t node);

struct ir_statement *statement_row(struct facts *f);
/* Says what it is, unless the walker of routines has: its word counts more than the grammar's. */
void statement_kind(struct facts *f, enum ir_statement_kind kind);
/* Adds the access of a RangeVar; all but reading makes it the target. */
ir_access_id statement_access(struct facts *f, uint32_t range_var, enum ir_access_mode mode);
/* CREATE or CREATE OR REPLACE. */
enum ir_access_mode statement_create_mode(struct facts *f);

/* ---- create.c ---- */
void create_table_read(struct facts *f, uint32_t node);
void create_column_read(struct facts *f, uint32_t def, ir_access_id access, uint32_t ordinal);
ir_str create_type_text(struct facts *f, uint32_t type); /* as PostgreSQL prints it */

/* ---- alter.c ---- */
void alter_table_read(struct facts *f, uint32_t node);
void rename_read(struct facts *f, uint32_t node);
void set_schema_read(struct facts *f, uint32_t node);

#endif
