/*
 * reader.h - what the files of sql/ share: the state of reading one text, and a statement on its way
 * from the splitter (or the walker of procedural code) to the grammar.
 */
#ifndef SQL_READER_H
#define SQL_READER_H

#include "base/map.h"
#include "sql/sql.h"

/* A list of names that are variables, parameters, records or cursors where a statement stands. */
struct sql_scope {
    const struct sql_scope *outer;
    VEC(struct slice) names; /* as written, unquoted ones folded to lower case */
    struct map index;        /* hash of a name -> its position in names + 1 */
};

struct sql_reader {
    struct ir *ir;
    struct arena *scratch;   /* for as long as the text is read; one statement's only, while it is read */
    struct arena *statement; /* what scratch is during sql_facts_read(): reset after each statement */
    struct arena *lasting;   /* as long as the text, whatever scratch is */
    const struct sql_options *options;
    ir_text_id text;      /* whose content is being read */
    struct slice content; /* of that text */
    enum ir_dialect dialect;
    const struct sql_tables *tables;
    ir_job_id job;
    uint32_t order;   /* statements of this text so far */
    uint32_t session; /* \c so far */
    uint32_t depth;   /* of texts inside texts */
    uint32_t splits;  /* of a statement at a missing semicolon, one in another */
    uint32_t flags;   /* IR_STMT_… that every statement read now has (IN_ROUTINE, DYNAMIC …) */
    const struct sql_scope *variables;  /* visible to every statement of a LANGUAGE sql body, else NULL */
    const struct sql_setting *settings; /* psql's \set so far, the latest first */
    struct map *never_ends; /* (text, offset) -> the gap that says that what begins there never ends */
};

/* \set name value */
struct sql_setting {
    const struct sql_setting *before;
    struct slice name, value;
};

/* The value that psql puts in for the text's bytes [off, off + len) when they are :name, :"name" or :'name';
 * empty when it is not known. */
struct slice sql_setting_at(const struct sql_reader *r, uint32_t off, uint32_t len);

/* Does a name in the text's bytes [off, off + len) hold a :name whose value is not known? */
bool sql_setting_missing(const struct sql_reader *r, uint32_t off, uint32_t len);

/* One statement, split and rewritten, ready for libpg_query. */
struct sql_piece {
    uint32_t off, len;                 /* in the text: first token to last token, no semicolon */
    uint32_t lead_off;                 /* where its own leading comments begin; `off` when none */
    struct slice sql;                  /* what the grammar gets, NUL-terminated; may differ from the text */
    const uint32_t *map;               /* sql offset -> text offset, sql.n + 1 entries; NULL: off + offset */
    uint32_t flags;                    /* IR_STMT_… known so far */
    const struct sql_scope *variables; /* NULL outside procedural code */
    const struct sql_tokens *tokens;   /* of `sql`, when they need not be read again; else NULL */
    enum ir_statement_kind kind;       /* IR_KIND_OTHER: as the grammar says; else what the walker knows
                                  * (IR_KIND_CONTROL for an expression wrapped in SELECT) */
};

/* The text offset of an offset in piece->sql. */
uint32_t sql_piece_offset(const struct sql_piece *piece, uint32_t sql_off);

/* Does text[off, off + len) hold a value put in elsewhere ({{ … }}, :name, %(name)s, SQL_PLACEHOLDER)?
 * Then a name that the grammar found there is only partly known. */
bool sql_range_has_hole(const struct sql_reader *r, uint32_t off, uint32_t len);

/* Calls that a rewrite puts behind a star, for what it shows otherwise. */
#define SQL_STAR_EXCEPT "__star_except"   /* (a, b): without these columns */
#define SQL_STAR_RENAME "__star_rename"   /* (a, b, c, d): a under the name b, c under the name d */
#define SQL_STAR_ILIKE "__star_ilike"     /* ("a%"): only columns of such a name */
#define SQL_STAR_REPLACE "__star_replace" /* (a): a is what the later item of that name says */

/* What MERGE sets by UPDATE SET * and INSERT *: each column of the source, under its own name. */
#define SQL_MERGE_ALL "__all"

/* Where the grammar stopped. */
struct sql_error {
    uint32_t at;     /* of piece->sql */
    const char *why; /* in r->scratch */
    bool crash;      /* it was never asked: this text has killed a worker */
};

/* facts.c: parses one piece and adds its statement with all its rows; false: the grammar does not take it,
 * and nothing was added. */
bool sql_facts_try(struct sql_reader *r, const struct sql_piece *piece, struct sql_error *error,
                   ir_statement_id *out);

/* facts.c: parses one piece with libpg_query and adds its statement with all its rows. A piece that the
 * grammar does not take is handed to sql_tokens_read(). Returns the statement. */
ir_statement_id sql_facts_read(struct sql_reader *r, const struct sql_piece *piece);

/* tokens.c: reads a piece that the grammar does not take by its tokens: FROM, JOIN, INTO, UPDATE, USING, TABLE …
 * name relations (accesses with IR_ACCESS_INFERRED; CTE names and function calls are none); adds the
 * statement (understood partly, or not at all) and a gap of `kind` at text offset `at` that says `why`. */
ir_statement_id sql_tokens_read(struct sql_reader *r, const struct sql_piece *piece, enum ir_gap_kind kind,
                                uint32_t at, const char *why);

/* script.c: splits r->content[off, off + len) into statements and hands each to the walker of routines, to
 * the dialect's rewriting and to sql_facts_read(). */
void sql_script_read(struct sql_reader *r, uint32_t off, uint32_t len);

/* Is `name` (as written; folded when it was not quoted) a variable here? */
bool sql_scope_has(const struct sql_scope *scope, struct slice name);

#endif
