/*
 * dialect.h - what differs between dialects, turned into PostgreSQL's grammar by edits of tokens. The
 * tables are the files dialect_*.def, one a dialect; dialects.def names them and says how each is lexed.
 */
#ifndef SQL_DIALECT_H
#define SQL_DIALECT_H

#include "sql/lex.h"
#include "sql/reader.h"

/* Which dialects a row is for. */
enum {
#define SQL_DIALECT_BIT(constant) (1u << IR_DIALECT_##constant)
    D_POSTGRES = SQL_DIALECT_BIT(POSTGRES),
    D_REDSHIFT = SQL_DIALECT_BIT(REDSHIFT),
    D_SNOWFLAKE = SQL_DIALECT_BIT(SNOWFLAKE),
    D_BIGQUERY = SQL_DIALECT_BIT(BIGQUERY),
    D_DATABRICKS = SQL_DIALECT_BIT(DATABRICKS),
    D_SPARK = SQL_DIALECT_BIT(SPARK) | D_DATABRICKS,
    D_HIVE = SQL_DIALECT_BIT(HIVE) | D_SPARK,
    D_TSQL = SQL_DIALECT_BIT(TSQL),
    D_ORACLE = SQL_DIALECT_BIT(ORACLE),
    D_MYSQL = SQL_DIALECT_BIT(MYSQL),
    D_DUCKDB = SQL_DIALECT_BIT(DUCKDB),
    D_CLICKHOUSE = SQL_DIALECT_BIT(CLICKHOUSE),
    D_TRINO = SQL_DIALECT_BIT(TRINO),
    D_TERADATA = SQL_DIALECT_BIT(TERADATA),
    D_SQLITE = SQL_DIALECT_BIT(SQLITE),
    D_FAILED = 1 << 30, /* tried when the grammar has said no */
    D_EVERY = D_FAILED - 1,
    D_FOREIGN = D_EVERY & ~(D_POSTGRES | SQL_DIALECT_BIT(GENERIC) | SQL_DIALECT_BIT(UNKNOWN)),
};

/* text[off, off + len) becomes `with`; edits stand in order and do not overlap. */
struct sql_edit {
    uint32_t off, len;
    struct slice with;
    uint32_t order;      /* in which it was added */
    uint32_t source;     /* moved: where the text stands otherwise */
    uint32_t source_len; /* and how long it is there */
    const uint32_t *map; /* moved: where each byte of `with` stands, once other edits are in it */
    bool moved;
    bool here; /* copies of the place do not have it */
};

/* A statement on its way into a piece: its tokens and what is to change in it. */
struct sql_rewrite {
    struct sql_reader *reader;
    const struct sql_tokens *tokens;
    uint32_t first, end; /* tokens, end exclusive */
    uint32_t flags;      /* IR_STMT_… learned on the way */
    uint32_t dialects;   /* whose rows are tried */
    uint32_t inserted;   /* names made up so far */
    bool plain_columns;  /* the columns of CREATE TABLE were reduced to names and types */
    VEC(struct sql_edit) edits;
};

typedef void sql_rewrite_function(struct sql_rewrite *w, uint32_t i);

/* A row of a dialect's table. */
struct sql_rule {
    uint32_t dialects;
    const char *pattern;       /* pattern.h; of a function: the words that it starts at */
    sql_rewrite_function *run; /* NULL: the pattern says what changes */
    enum ir_statement_kind
        shape;         /* IR_KIND_OTHER: rewritten; else the statement is this and needs no grammar */
    const char *reads; /* what is read by it, for docs/dialects.md */
};

/* All rows, those of the common file last; `count` may be NULL. */
const struct sql_rule *sql_dialect_rules(size_t *count);

/* How the lexer reads this dialect: SQL_LEX_… */
unsigned sql_dialect_lexing(enum ir_dialect dialect);

/* Runs the rows of w->dialects over the tokens; adds edits and flags. */
void sql_dialect_rewrite(struct sql_rewrite *w);

/* Adds the statement when a row says all about it that there is to know. */
bool sql_dialect_shape(struct sql_rewrite *w, const struct sql_piece *piece, ir_statement_id *out);

/* Adds an edit: len bytes at off become `with`, padded with blanks to `len` when it is shorter. */
void sql_edit_pad(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with);

/* Adds an edit that may change the length. */
void sql_edit_exact(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with);

/* Blanks tokens [first, end); puts `with` in their place. */
void sql_edit_tokens(struct sql_rewrite *w, uint32_t first, uint32_t end, struct slice with);

/* Puts text before token `i`; behind the last token at w->end. */
void sql_edit_insert(struct sql_rewrite *w, uint32_t i, struct slice text);

/* Blanks tokens [first, end) where they stand; what was moved from there keeps them. */
void sql_edit_away(struct sql_rewrite *w, uint32_t first, uint32_t end);

/* Puts content[source, source + len) at `off` once more, with the edits inside; what it says there keeps its places. */
void sql_edit_move(struct sql_rewrite *w, uint32_t off, uint32_t source, uint32_t len);

/* Applies the edits to content[off, off + len): fills piece->sql and, when a length changed, piece->map. */
void sql_edits_apply(struct sql_rewrite *w, struct sql_piece *piece);

/* One past the dotted name at token `i`, holes and dashes inside it included; `i` when there is none. */
uint32_t sql_name_end(const struct sql_tokens *t, uint32_t i, uint32_t end);

/* The dialect of a text that nobody named one for, lexed by no dialect's rules; *evidence (of 80 bytes) gets the words that say so. */
enum ir_dialect sql_dialect_detect(const struct sql_tables *tables, const struct sql_tokens *t,
                                   char evidence[80]);

/* dialect_names.c: tokens that every dialect rewrites by their kind. */
void sql_rewrite_quoted_name(struct sql_rewrite *w, uint32_t i);
void sql_rewrite_string(struct sql_rewrite *w, uint32_t i);
void sql_rewrite_hole(struct sql_rewrite *w, uint32_t i);
void sql_rewrite_sigil(struct sql_rewrite *w, uint32_t i);
void sql_rewrite_number(struct sql_rewrite *w, uint32_t i);
void sql_rewrite_position(struct sql_rewrite *w, uint32_t i);
void sql_rewrite_dots(struct sql_rewrite *w, uint32_t i);
void sql_rewrite_relation(struct sql_rewrite *w, uint32_t i);

/* ---- what is done when the grammar stops (repair.c) ---- */

/* Adds the edit that may get the grammar past its error; false: nothing is known to help. */
bool sql_repair(struct sql_rewrite *w, const struct sql_piece *piece, const struct sql_error *error);

/* Reduces the columns of CREATE TABLE to names and types. */
bool sql_repair_columns(struct sql_rewrite *w);

#endif
