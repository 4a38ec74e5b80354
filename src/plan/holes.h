/*
 * holes.h - places of a text that something fills in before the database sees it: psql's variables and the
 * templates of Airflow's tasks.
 */
#ifndef PLAN_HOLES_H
#define PLAN_HOLES_H

#include "plan/planner.h"

struct plan_hole {
    uint32_t off, len; /* in the statement's text */
    const char *jinja; /* what dbt fills in instead; NULL: nobody knows */
    bool in_quotes;    /* to be written between quotes of SQL, which are not part of `jinja` */
    const char *why;   /* when nobody knows */
};

/* The next hole of the statement from byte `from` of its text on; false when there is none. */
bool plan_next_hole(const struct planner *p, ir_statement_id statement, uint32_t from, struct plan_hole *out);

#endif
