/*
 * decision.h - SQL or Python: what becomes of the DataFrames that are written somewhere, and by which kind of work
 * that was decided.
 */
#ifndef EMIT_DECISION_H
#define EMIT_DECISION_H

#include "ir/ir.h"

enum work { WORK_ROWS, WORK_JOIN, WORK_AGGREGATE, WORK_WINDOW, WORK_TEXT, WORK_DATE, WORK_OTHER, WORK_COUNT };

struct work_kind {
    const char *name;   /* "joins" */
    const char *better; /* "SQL" or "Python" */
    const char *why;
};
extern const struct work_kind work_kinds[WORK_COUNT];

/* One statement that writes the rows of a DataFrame. */
struct decision {
    ir_statement_id statement;
    uint32_t works;        /* 1 << enum work of all that its rows go through */
    uint32_t python_lines; /* operations on the way that no SQL stands for */
};

struct decisions {
    struct decision *items;
    uint32_t count, capacity;
    uint32_t sql, python, review; /* how many became what */
};

/* All of them, in the order of the statements; owned by `a`. */
struct decisions decisions_of(const struct ir *ir, struct arena *a);

#endif
