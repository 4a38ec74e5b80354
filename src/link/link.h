/*
 * link.h - file facts to project graph: the only stage that says what a name means.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "ir/ir.h"

struct link_options {
    const char *const *search_path; /* schema names for unqualified names; NULL-terminated, or NULL */
};

/*
 * Resolves every access, CTE, temp table, star, USING and column of `ir`, in statement order, within a file
 * as across files, and fills dataset, column, edge, column_edge, statement_use, query_column and rel_schema,
 * and access.dataset and frame.dataset. What a catalog says comes as ACCESS_CREATE accesses of no statement
 * with their column_defs. Adds gaps for names that can't be resolved. The result does not depend on
 * anything but the rows and their order. Must be called once per ir.
 */
void link_project(struct ir *ir, struct arena *scratch, const struct link_options *options);

#endif
