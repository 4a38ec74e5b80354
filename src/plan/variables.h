/*
 * variables.h - what a variable or parameter of a procedure stands for in a statement that uses it.
 */
#ifndef PLAN_VARIABLES_H
#define PLAN_VARIABLES_H

#include "plan/clauses.h"

enum plan_variable_kind {
    VARIABLE_UNKNOWN,
    VARIABLE_PARAMETER, /* dbt's var(), with its default or what the only CALL gives */
    VARIABLE_VALUE,     /* given one value, before the statement and whatever happens: that expression */
    VARIABLE_QUERY,     /* SELECT … INTO it, once, of one row: a scalar subquery */
    VARIABLE_ROW,       /* the row of the loop around the statement */
};

struct plan_variable {
    enum plan_variable_kind kind;
    const char *why;           /* VARIABLE_UNKNOWN */
    ir_parameter_id parameter; /* VARIABLE_PARAMETER */
    struct slice value;        /* VARIABLE_PARAMETER: what it is by default, as SQL */
    struct plan_range range;   /* VARIABLE_VALUE: the expression, in the statement's text */
    struct plan_range type;    /* VARIABLE_VALUE: its declared type */
    ir_statement_id query;     /* VARIABLE_QUERY, VARIABLE_ROW: the SELECT */
    struct plan_range into;    /* VARIABLE_QUERY: `INTO v`, to be left out */
};

/* Finds out about `name` (folded) as `statement` uses it. */
struct plan_variable plan_find_variable(const struct planner *p, ir_statement_id statement, ir_str name);

/* The names of statement.variables, folded, one after another: `*at` begins at 0; none at the end. */
ir_str plan_next_variable(const struct planner *p, ir_statement_id statement, size_t *at);

/* Adds what stands for the variable. */
void plan_write_variable(struct planner *p, ir_step_id step, ir_statement_id statement, ir_str name);

/* Why not all variables of the statement can be said without the procedure; NULL when they can. */
const char *plan_variables_obstacle(const struct planner *p, ir_statement_id statement);

/* The first variable that is named with its routine or block before it, which is not followed; NULL for none. */
const char *plan_qualified_obstacle(const struct planner *p, ir_statement_id statement);

/* The query of the loop that runs the statement once per row; none when it is not in such a loop alone. */
ir_statement_id plan_loop_query(const struct planner *p, ir_statement_id statement);

/* Adds the edges of rows that come by way of a variable. Before all else. */
void plan_variable_edges(struct planner *p);

#endif
