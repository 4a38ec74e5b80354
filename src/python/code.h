/*
 * code.h - what code.c and code_names.c share: the lines of a script, for a dbt Python model to be cut out of.
 */
#ifndef PYTHON_CODE_H
#define PYTHON_CODE_H

#include "python/walk.h"

struct code_scope { /* names that mean something else inside of a lambda, comprehension or function */
    struct code_scope *outer;
    VEC(struct slice) names;
};

struct code_writer {
    struct py *py;
    ir_code_id code;
    ir_code_line_id line; /* being written */
    struct code_scope *scope;
    uint32_t depth;
    bool too_deep, effect; /* effect: the line is an expression for its effect */
};

/* ---- code_names.c ---- */
/* Adds the names of a statement, and of what it writes that changes no rows, to w->line. */
void py_code_names(struct code_writer *w, TSNode node);
/* The parameters of a function, as names of w->line. */
void py_code_parameters(struct code_writer *w, TSNode definition);
/* The name of a parameter, whatever its annotation and default; the latter in `value`, null for none. */
struct slice py_code_parameter(struct py *py, TSNode parameter, TSNode *value);

#endif
