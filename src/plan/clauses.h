/*
 * clauses.h - the parts of UPDATE, DELETE, INSERT … ON CONFLICT and MERGE as ranges of their text.
 */
#ifndef PLAN_CLAUSES_H
#define PLAN_CLAUSES_H

#include "plan/planner.h"

/* Bytes of the statement's text; len 0: the part is not there. */
struct plan_range {
    uint32_t off, len;
};

struct plan_set { /* column = value */
    ir_str column;
    struct plan_range value;
};
struct plan_sets {
    struct plan_set *items;
    uint32_t count, capacity;
};

enum plan_action { ACTION_UPDATE, ACTION_DELETE, ACTION_INSERT, ACTION_NOTHING };

struct plan_when { /* a branch of MERGE */
    bool matched;
    struct plan_range condition; /* after AND */
    enum plan_action action;
    struct plan_sets sets; /* of UPDATE, and of INSERT by its list of columns */
};

struct plan_whens {
    struct plan_when *items;
    uint32_t count, capacity;
};

struct plan_names_list {
    ir_str *items;
    uint32_t count, capacity;
};

struct plan_clauses {
    ir_str target;               /* what the target is called in the statement: its alias, else its name */
    struct plan_sets sets;       /* of UPDATE and of DO UPDATE */
    struct plan_range from;      /* FROM or USING, without the word */
    struct plan_range where;     /* of UPDATE, DELETE and DO UPDATE */
    struct plan_range on;        /* of MERGE */
    bool nothing;                /* ON CONFLICT DO NOTHING */
    struct plan_names_list keys; /* ON CONFLICT (…) */
    struct plan_whens whens;
};

/* Reads the parts. Returns NULL, or why the statement can't be taken apart (in scratch or a constant). */
const char *plan_read_clauses(const struct planner *p, ir_statement_id statement, struct plan_clauses *out);

/* Splits `a.x = b.y AND …` into column pairs: the target's column and the range of the other side. Returns false
 * when the condition is anything else. */
bool plan_read_keys(const struct planner *p, ir_statement_id statement, const struct plan_clauses *c,
                    struct plan_range condition, struct plan_sets *keys);

/* Adds to `out` the columns of `alias` that a row must have equal to a column of the target for the condition to hold. */
void plan_equal_columns(const struct planner *p, ir_statement_id statement, const struct plan_clauses *c,
                        ir_str alias, struct plan_names_list *out);

#endif
