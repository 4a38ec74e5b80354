/*
 * dialect.h - what differs between dialects, turned into PostgreSQL's grammar by edits of tokens. The
 * tables are in dialects.def.
 */
#ifndef SQL_DIALECT_H
#define SQL_DIALECT_H

#include "sql/lex.h"
#include "sql/reader.h"

#define SQL_EVERY_DIALECT (~0u)
#define SQL_DIALECT_BIT(constant) (1u << IR_DIALECT_##constant)

/* text[off, off + len) becomes `with`; edits stand in order and do not overlap. */
struct sql_edit {
    uint32_t off, len;
    struct slice with;
};

/* A statement on its way into a piece: its tokens and what is to change in it. */
struct sql_rewrite {
    struct sql_reader *reader;
    const struct sql_tokens *tokens;
    uint32_t first, end; /* tokens, end exclusive */
    uint32_t flags;      /* IR_STMT_… learned on the way */
    VEC(struct sql_edit) edits;
};

/* How the lexer reads this dialect: SQL_LEX_… */
unsigned sql_dialect_lexing(enum ir_dialect dialect);

/* Runs the rows of dialects.def over the tokens; adds edits and flags. */
void sql_dialect_rewrite(struct sql_rewrite *w);

/* Adds an edit: len bytes at off become `with`, padded with blanks to `len` when it is shorter. */
void sql_edit_pad(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with);

/* Adds an edit that may change the length. */
void sql_edit_exact(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with);

/* Applies the edits to content[off, off + len): fills piece->sql and, when a length changed, piece->map. */
void sql_edits_apply(struct sql_rewrite *w, struct sql_piece *piece);

/* The dialect of a text that nobody named one for. */
enum ir_dialect sql_dialect_detect(const struct sql_tokens *t);

#endif
