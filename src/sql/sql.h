/*
 * sql.h - SQL and procedural text to file facts.
 *
 * Nothing is resolved here beyond SQL's own syntax: the stage emits statements, accesses, query blocks,
 * inputs, outputs and uses; link decides what the names mean.
 */
#ifndef SQL_SQL_H
#define SQL_SQL_H

#include "ir/ir.h"

/* Asked before each call of the parser with the bytes it is about to get. It may note them where a
 * parent process can see them; false means "this text has killed a worker before: read it by its
 * tokens". */
struct sql_guard {
    bool (*may_parse)(void *data, const char *sql, size_t len);
    void *data;
};

/* Those who assemble a text write this, and a number, where a part is not known: IR_ACCESS_UNKNOWN_PART. */
#define SQL_PLACEHOLDER "__param_"

/* What is the same for every text. It may be used by one process at a time. */
struct sql_tables;
struct sql_tables *sql_tables_new(struct arena *a);

struct sql_options {
    enum ir_dialect dialect;       /* IR_DIALECT_UNKNOWN: detect it from the text */
    const struct sql_guard *guard; /* NULL: always parse */
    struct sql_tables *tables;     /* NULL: made for this text alone */
    uint32_t *row_uses;            /* NULL, or per row of sql_dialect_rules() how often it was used */
};

/* Reads every statement of `text` (and of the routines and constant dynamic SQL in it) into `ir`. `scratch`
 * may be reset afterwards. Never fails: what is not understood becomes a gap and a statement that says so.
 * text.job should be set; a TEXT_FILE whose job is none gets a JOB_SCRIPT named by its path. */
void sql_read(struct ir *ir, struct arena *scratch, ir_text_id text, const struct sql_options *options);

/* Gives back what libpg_query keeps between calls. */
void sql_exit(void);

#endif
