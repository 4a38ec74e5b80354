/*
 * ir.h - the intermediate representation: what every stage reads and writes, and all that they share.
 *
 * It is a set of flat tables (tables.def: read that file first). Rows have typed 32-bit ids, row 0 of
 * each table is "none", strings are interned, and there is not one pointer in it: it can be compared,
 * printed, cached, sent between processes and merged. Terms are OpenLineage's (dataset, job, column
 * lineage), dbt's (source, model, ref, materialization) and PostgreSQL's.
 *
 *     bytes -> read (sql | python | dbt) fills the tables from file to gap
 *           -> link fills dataset to rel_schema -> plan fills model to model_test
 *           -> lint fills rule and finding -> emit only reads
 */
#ifndef IR_IR_H
#define IR_IR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    uint32_t v;
} ir_str;

/* Enumerations: enums.def. ir_name_of_statement_kind(IR_KIND_SELECT) is "select". */
#define BEGIN(type)                                                                                          \
    enum ir_##type                                                                                           \
    {
#define L(constant, name) IR_##constant,
#define FINISH(type)                                                                                         \
    }                                                                                                        \
    ;                                                                                                        \
    const char *ir_name_of_##type(enum ir_##type value);
#include "ir/enums.def"

/* statement.flags */
enum {
    IR_STMT_TEMP = 1u << 0,          /* makes a temporary relation */
    IR_STMT_OR_REPLACE = 1u << 1,    /* CREATE OR REPLACE */
    IR_STMT_IF_NOT_EXISTS = 1u << 2, /* IF NOT EXISTS or IF EXISTS */
    IR_STMT_IN_BRANCH = 1u << 3,     /* under IF, CASE or EXCEPTION */
    IR_STMT_IN_LOOP = 1u << 4,
    IR_STMT_DYNAMIC = 1u << 5,   /* its text was a string handed to EXECUTE */
    IR_STMT_REWRITTEN = 1u << 6, /* a dialect rewrite was needed: PostgreSQL does not take it as it is */
    IR_STMT_HAS_WHERE = 1u << 7,
    IR_STMT_NO_DATA = 1u << 8, /* WITH NO DATA */
    IR_STMT_ON_COMMIT_DROP = 1u << 9,
    IR_STMT_IN_ROUTINE = 1u << 10,   /* inside a procedure's or function's body */
    IR_STMT_INDEX_COLUMN = 1u << 11, /* to_sql without index=False: the frame's index is written too */
    IR_STMT_RETURNS =
        1u << 12, /* its rows are the function's: RETURN QUERY, a LANGUAGE sql body's last SELECT */
    IR_STMT_TO_FILES = 1u << 13, /* its rows go into files: UNLOAD, EXPORT DATA, INTO OUTFILE */
};

/* access.flags */
enum {
    IR_ACCESS_TEMP = 1u << 0,         /* created as temporary, or named pg_temp.x or #x */
    IR_ACCESS_TARGET = 1u << 1,       /* the relation that the statement writes */
    IR_ACCESS_FRAME = 1u << 2,        /* a DataFrame's name, not a relation's */
    IR_ACCESS_UNKNOWN_PART = 1u << 3, /* part of the name is a placeholder */
    IR_ACCESS_INFERRED = 1u << 4,     /* read by tokens, not by the grammar */
    IR_ACCESS_IN_PYTHON = 1u << 5,    /* off and len are bytes of file.source (to_sql, read_sql_table) */
    IR_ACCESS_BY_NAME = 1u << 6,      /* the rows that go in meet its columns by name, not by place */
};

/* A part of a text that is not known reads as this identifier with a number after it (text.unknown_parts). */
#define IR_PLACEHOLDER "__param_"

/* column_def.flags, column.flags, rel_schema.flags */
enum {
    IR_COLUMN_NOT_NULL = 1u << 0,
    IR_COLUMN_UNIQUE = 1u << 1,
    IR_COLUMN_INFERRED = 1u << 2,  /* known only because something uses it */
    IR_COLUMN_GENERATED = 1u << 3, /* identity, serial or GENERATED */
    IR_COLUMN_DROPPED = 1u << 4,   /* ALTER TABLE … DROP COLUMN */
    IR_COLUMN_KIN =
        1u << 5, /* with column_def.like: the rows are that relation's too (INHERITS, PARTITION OF) */
};

/* query.flags */
enum {
    IR_QUERY_DISTINCT = 1u << 0,
    IR_QUERY_AGGREGATES = 1u << 1, /* GROUP BY, HAVING or an aggregate function */
    IR_QUERY_ORDERED = 1u << 2,
    IR_QUERY_LIMITED = 1u << 3,
    IR_QUERY_RECURSIVE = 1u << 4, /* a recursive CTE */
    IR_QUERY_UNION_ALL = 1u << 5,
    IR_QUERY_EXCEPT = 1u << 6,
    IR_QUERY_INTERSECT = 1u << 7,
    IR_QUERY_HAS_WHERE = 1u << 8,
    IR_QUERY_LATERAL = 1u << 9,
    IR_QUERY_JOIN = 1u << 10,    /* (a JOIN b) AS j: no SELECT of the author's; its star reads nothing */
    IR_QUERY_BY_NAME = 1u << 11, /* a set operation whose columns meet by name, not by place */
};

/* input.flags */
enum {
    IR_INPUT_QUALIFIED_ONLY = 1u << 0, /* only t.column looks here, a bare name does not: excluded */
    IR_INPUT_ORDINALITY = 1u << 1,     /* a function WITH ORDINALITY: one column more, at the end */
};

/* output.flags */
enum {
    IR_OUTPUT_RETURNING = 1u << 0,    /* goes to the client, not to the target */
    IR_OUTPUT_INSERT = 1u << 1,       /* MERGE … INSERT's value for the named column */
    IR_OUTPUT_CHANGED_STAR = 1u << 3, /* star_change rows say what it shows otherwise */
    IR_OUTPUT_PLAIN_COLUMN = 1u << 2, /* the item is nothing but a column reference */
};

/* use.flags */
enum {
    IR_USE_STAR = 1u << 0,         /* q.* or * inside an expression (count(*) is no use) */
    IR_USE_OUTPUT_FIRST = 1u << 1, /* a bare ORDER BY name: an output's name wins over an input's */
    IR_USE_OUTPUT_LAST = 1u << 2,  /* a bare GROUP BY name: an input's name wins over an output's */
    IR_USE_EXISTS = 1u << 3,       /* of the subquery only whether there are rows */
    IR_USE_FIELD = 1u << 5,        /* (q).column: q may be a composite column instead of an input */
    IR_USE_ARGUMENT = 1u << 6,     /* of the function in FROM that is input first_input + input_count */
    IR_USE_EXPANDED = 1u << 4,     /* with IR_USE_STAR: each column by itself, as in ROW(q.*) */
};

/* code_line.flags */
enum {
    IR_CODE_OWN_MODULE = 1u << 0, /* imports a file of the tree */
    IR_CODE_METHOD = 1u << 1,     /* a class */
    IR_CODE_CONSTANT = 1u << 2,   /* assigns what needs no call */
};

/* code_name.flags */
enum {
    IR_NAME_USES = 1u << 0,
    IR_NAME_BINDS = 1u << 1,
    IR_NAME_CHANGES = 1u << 2,   /* what the name holds may be another thing afterwards */
    IR_NAME_PARAMETER = 1u << 3, /* of the function that the line defines */
    IR_NAME_SESSION = 1u << 4,   /* by its name, a Spark session */
};

/* rel.flags */
enum {
    IR_REL_PANDAS = 1u << 0, /* pandas' meaning of nulls, keys and order */
    IR_REL_SPARK = 1u << 1,
    IR_REL_DROP_NULL_KEYS = 1u << 2,   /* REL_AGGREGATE: rows with a null key vanish */
    IR_REL_NULL_KEYS_MATCH = 1u << 3,  /* REL_JOIN: null joins null */
    IR_REL_KEYS_NOT_COLUMNS = 1u << 4, /* REL_AGGREGATE: as_index=True, the keys are the index;
                                       * they are the first columns of its schema all the same */
    IR_REL_TAIL = 1u << 5,             /* REL_LIMIT counts from the end */
    IR_REL_KEYS_FIRST =
        1u << 7, /* REL_JOIN: shared keys stand before all other columns; REL_RENAME: the KEEP ones do */
    IR_REL_UNSORTED = 1u << 8, /* REL_AGGREGATE: the groups are not in the order of their keys */
    IR_REL_ALL_COLUMNS =
        1u << 9, /* REL_FILTER: no column is null, with IR_REL_TAIL: some is not; REL_ASSIGN: the
                                        * one ASSIGN expression takes the place of every null */
    IR_REL_BY_POSITION = 1u << 6, /* REL_UNION: the right side's columns are the left's, in order */
};

#define TABLE(name)                                                                                          \
    typedef struct {                                                                                         \
        uint32_t v;                                                                                          \
    } ir_##name##_id;
#define REF(table, field)
#define STR(field)
#define NUM(field)
#define ENUM(type, field)
#define END(name)
#include "ir/tables.def"

#define TABLE(name) struct ir_##name {
#define REF(table, field) ir_##table##_id field;
#define STR(field) ir_str field;
#define NUM(field) uint32_t field;
#define ENUM(type, field) enum ir_##type field;
#define END(name)                                                                                            \
    }                                                                                                        \
    ;
#include "ir/tables.def"

struct ir_lines;

/* All tables. Row 0 of each is zero and means "none". Iterate from 1. */
struct ir {
    struct arena *arena;
    struct strpool *strings;
    struct ir_lines *lines; /* where the lines of files begin: place.c's memory of what it counted */
#define TABLE(name) VEC(struct ir_##name) name;
#define REF(table, field)
#define STR(field)
#define NUM(field)
#define ENUM(type, field)
#define END(name)
#include "ir/tables.def"
};

/* Makes empty tables in `a`, which owns all of it. */
struct ir *ir_new(struct arena *a);

/* ir_add_statement(ir, (struct ir_statement){ .kind = … }) appends a row and returns its id. */
#define TABLE(name) ir_##name##_id ir_add_##name(struct ir *ir, struct ir_##name row);
#define REF(table, field)
#define STR(field)
#define NUM(field)
#define ENUM(type, field)
#define END(name)
#include "ir/tables.def"

/* The row of an id: IR(ir, statement, id)->kind. Valid until the table grows. Id 0 gives the "none"
 * row, all zero, which must not be written to. */
#define IR(ir, table, id) (&(ir)->table.items[(id).v])

/* for (IR_EACH(ir, statement, i)) … with `ir_statement_id i`. */
#define IR_EACH(ir, table, i)                                                                                \
    ir_##table##_id i = {1};                                                                                 \
    i.v < (ir)->table.count;                                                                                 \
    i.v++

/* Interning and reading strings. ir_string() is never NULL. */
ir_str ir_intern(struct ir *ir, const char *bytes, size_t len);
ir_str ir_interns(struct ir *ir, const char *nul_terminated);
const char *ir_string(const struct ir *ir, ir_str s);
struct slice ir_slice(const struct ir *ir, ir_str s);

/* The same name without regard to ASCII case: the lower-case string's id. */
ir_str ir_fold(struct ir *ir, ir_str s);

/* ---- Places ---- */

/* A place in a file for people: lines and columns are one-based, columns count code points, the end is
 * exclusive. `file` is none when nothing is known. */
struct ir_place {
    ir_file_id file;
    uint32_t line, column, end_line, end_column;
    uint32_t off, len; /* the same in bytes of file.source */
};

/* Maps a range of a text through its segments to the file; a substituted part maps to where its value
 * stands. With text 0 the range is already in `file`'s source. */
struct ir_place ir_place_of(const struct ir *ir, ir_file_id file, ir_text_id text, uint32_t off,
                            uint32_t len);
struct ir_place ir_statement_place(const struct ir *ir, ir_statement_id statement);

/* ir_place_of() in bytes alone: no lines are counted, and lines and columns stay 0. */
struct ir_place ir_bytes_of(const struct ir *ir, ir_file_id file, ir_text_id text, uint32_t off,
                            uint32_t len);

/* The line alone of where a range begins: cheaper than its place. `file` becomes the place's. */
uint32_t ir_line_of(const struct ir *ir, ir_file_id *file, ir_text_id text, uint32_t off);

/* Makes the text of a whole file: one verbatim segment. */
ir_text_id ir_text_of_file(struct ir *ir, ir_file_id file);

/* Makes a text out of a range of `parent` whose bytes were decoded (doubled quotes, escapes) into
 * `content`; map[i] is the offset in the parent of content byte i, map[len] of its end. The segments
 * go straight to the file. */
ir_text_id ir_text_derive(struct ir *ir, ir_text_id parent, struct slice content, const uint32_t *map);

/* Does # begin a comment in files of this language? */
bool ir_has_hash_comments(enum ir_language language);

/* ---- Rows of an owner ---- */

/* Rows of one table grouped by an owner's id, in row order: for (uint32_t k = ix.first[owner.v];
 * k < ix.first[owner.v + 1]; k++) row = ix.rows[k]. Lives in `a`; valid until either table grows. */
struct ir_index {
    const uint32_t *first;
    const uint32_t *rows;
};

/* Groups `count` rows (row 0 left out) by the owner that `field` (an offset in bytes of a 32-bit id in a
 * row of `row_size` bytes) names, among `owners` ids. Use through IR_INDEX. */
struct ir_index ir_index_rows(struct arena *a, const void *rows, uint32_t count, size_t row_size,
                              size_t field, uint32_t owners);

/* IR_INDEX(arena, ir, use, query, query): the uses of each query. */
#define IR_INDEX(a, ir, table, field, owner)                                                                 \
    ir_index_rows((a), (ir)->table.items, (ir)->table.count, sizeof(struct ir_##table),                      \
                  offsetof(struct ir_##table, field), (ir)->owner.count)

/* ---- The whole ---- */

/* Makes one row of all rows of `file` with the same path, as several readings leave them: what is known of
 * the file is kept, the worst status counts. */
void ir_unite_files(struct ir *ir);

/* Checks that every id and string is in range and every enum has a name. Returns 0, or -1 saying which
 * row is wrong. Run after each stage in debug builds. */
int ir_check(const struct ir *ir, struct err *e);

/* Prints every row of every table but texts' and files' content, one line each, for people and
 * goldens: "statement 3: text=1 off=10 kind=create_table_as …"; fields that are 0 are left out. */
void ir_dump(const struct ir *ir, FILE *out);

/* Writes all tables as one block: magic, version, strings, rows; no pointers, little-endian. */
void ir_block_write(const struct ir *ir, struct buf *out);

/* Appends a block's rows, their ids and strings rebased. Any bytes are safe: when they are no valid block, it returns -1
 * and `ir` is as it was. */
int ir_block_read(struct ir *ir, struct slice block, struct err *e);

#endif
