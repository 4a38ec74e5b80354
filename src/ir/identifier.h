/*
 * identifier.h - PostgreSQL's identifiers: which names stand for themselves, and which only in double quotes.
 */
#ifndef IR_IDENTIFIER_H
#define IR_IDENTIFIER_H

#include "base/str.h"

/* Must the name be quoted to be a column's or a table's name as it is? Without quotes PostgreSQL folds upper case, and
 * reads reserved words, and those that name functions and types only, as something else. */
bool ir_needs_quotes(struct slice name);

#endif
