/*
 * routine.h - procedural code: routines are recognised by their tokens before any grammar sees them,
 * their bodies are walked, and each SQL statement inside goes its own way.
 */
#ifndef SQL_ROUTINE_H
#define SQL_ROUTINE_H

#include "sql/script.h"

/* Reads the CREATE PROCEDURE, CREATE FUNCTION or DO that begins at token `i`; returns the token after it,
 * or `i` when none begins there. */
uint32_t sql_routine_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end);

/* The same of a routine without CREATE: PROCEDURE or FUNCTION at token `i` of a package (whose name is then the
 * routine's schema) or of a declaration. One that is only announced makes no job. */
uint32_t sql_routine_member(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                            ir_str schema);

/* package.c: reads the CREATE PACKAGE [BODY] that begins at token `i`; returns the token after it, or `i` when
 * none begins there. */
uint32_t sql_package_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end);

/* Walks procedural code from token `i`: declarations, blocks, statements. With `inline_body` it returns
 * one past the END of the outermost block, else `end`. */
uint32_t sql_body_walk(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                       const struct sql_scope *parameters, bool inline_body);

/* ---- values known without running the code (dynamic.c) ---- */

/* A variable's string and where each byte stands in the text (one entry more for the end). */
struct sql_value {
    struct slice name; /* folded */
    struct slice text;
    const uint32_t *map;
    uint32_t depth; /* of open IFs and loops where it was set */
    bool constant;  /* declared CONSTANT */
    bool alive;
};

struct sql_values {
    VEC(struct sql_value) list; /* depths rise among those that live */
    size_t bytes;               /* of all values ever kept and read */
    struct map latest;          /* hash of a name -> position + 1 */
};

/* Stands in the skeleton of dynamic SQL where a part is not known. */
#define SQL_UNKNOWN_NAME "_unknown_"

/* Folds the expression in tokens [first, end); false: some part is not known, *at says where. */
bool sql_value_fold(struct sql_reader *r, const struct sql_tokens *t, uint32_t first, uint32_t end,
                    const struct sql_values *values, struct sql_value *out, uint32_t *at);

void sql_value_set(struct arena *a, struct sql_values *values, struct sql_value value);
void sql_value_forget(struct sql_values *values, struct slice name);

/* Forgets what was set at `depth` or deeper; CONSTANTs stay. */
void sql_values_leave(struct sql_values *values, uint32_t depth);

/* Reads EXECUTE's expression in tokens [first, end) of the statement that starts at token `start`. */
void sql_dynamic_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t start, uint32_t first,
                      uint32_t end, struct sql_values *values, uint32_t flags);

/* javascript.c: reads the SQL in the JavaScript of the text's bytes [off, off + len). */
void sql_javascript_read(struct sql_reader *r, uint32_t off, uint32_t len);

/* A reader of a text inside r's text. */
struct sql_reader sql_reader_inside(const struct sql_reader *r, ir_text_id text);

#endif
