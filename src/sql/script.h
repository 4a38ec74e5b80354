/*
 * script.h - what the splitter, the walker of routines and the reader of dynamic SQL share.
 */
#ifndef SQL_SCRIPT_H
#define SQL_SCRIPT_H

#include "sql/dialect.h"
#include "sql/lex.h"
#include "sql/reader.h"

#define SQL_DEEPEST_TEXT 8 /* a string in a string in a string … */

/* Lexes content[off, off + len) by the reader's dialect and adds a gap for all that never ends. */
struct sql_tokens *sql_reader_lex(struct sql_reader *r, uint32_t off, uint32_t len);

/* Reads the statements of tokens [first, end). */
void sql_statements_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t first, uint32_t end);

/* Rewrites and reads one statement: w->first to w->end, with edits and flags that the caller knows. */
ir_statement_id sql_statement_read(struct sql_rewrite *w, enum ir_statement_kind kind,
                                   const struct sql_scope *variables);

/* Adds the row of a statement that the grammar does not see. */
ir_statement_id sql_statement_add(struct sql_reader *r, const struct sql_piece *piece,
                                  enum ir_statement_kind kind, enum ir_understanding understood);

/* Where the comments that belong to the statement at token `first` begin; its own offset if none. */
uint32_t sql_lead_off(const struct sql_tokens *t, uint32_t first);

/* The first TOK_END at or after `i`, at most `end`. */
uint32_t sql_statement_end(const struct sql_tokens *t, uint32_t i, uint32_t end);

/* Adds names to a scope. */
struct sql_scope *sql_scope_new(struct arena *a, const struct sql_scope *outer);
void sql_scope_add(struct arena *a, struct sql_scope *scope, const struct sql_tokens *t, uint32_t i);
void sql_scope_adds(struct arena *a, struct sql_scope *scope, const char *name);

/* A gap at text[off, off + len). */
void sql_gap(struct sql_reader *r, enum ir_gap_kind kind, uint32_t off, uint32_t len,
             ir_statement_id statement, const char *why, const char *advice);

/* A name of up to three parts at token `i`: catalog.schema.name; *next is the token after it. */
struct sql_name {
    ir_str catalog, schema, name;
    uint32_t quoted; /* as access.quoted */
    uint32_t off, len, next;
};
bool sql_name_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                   struct sql_name *name);

/* psql.c: a line for the client. */
void sql_meta_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i);

#endif
