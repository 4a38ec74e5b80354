/*
 * link.h - file facts to project graph: the only stage that says what a name means.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "ir/ir.h"

struct link_options {
    const char *const *search_path; /* schema names for unqualified names; NULL-terminated, or NULL */
    bool no_mentions; /* leaves out column_mention: nobody asks where the text refers to columns */
};

/*
 * What the rows say beyond tables.def:
 * - A permanent relation that is only read has kind IR_DATASET_UNKNOWN (a table or a view, nobody says); one
 *   that something creates, fills or truncates is a table, view or materialized view.
 * - A SELECT whose rows only go to the client has a dataset of kind IR_DATASET_RESULT whose maker it is; one
 *   that fills a DataFrame (text.frame) has edges to the frame's dataset. Neither has a writing access:
 *   their edges tell.
 * - dataset.columns_from: IR_KNOWN_CATALOG, DDL and QUERY mean that all columns are known; with
 *   IR_KNOWN_USES the column rows flagged IR_COLUMN_INFERRED are those that something uses.
 * - query_column: a star of unknown columns is one row without a name; a query with such a row can't be
 *   written out. A SELECT * that fills a frame and whose columns only the script tells has them, in the
 *   order of their first use.
 * - rel_schema has rows only for rels whose columns are all known.
 * - column_edge: DIRECT roles, WINDOW and CONDITIONAL end at a column, the others at the dataset (to_column
 *   0). With a DIRECT role and from_column 0 it is the star itself. An UPDATE's own columns flow into each
 *   other, but rows that choose themselves (its WHERE) are no flow and only in statement_use.
 * - A temp that two branches create without a DROP in between is one dataset.
 */

/*
 * Resolves every access, CTE, temp table, star, USING and column of `ir`, in statement order, within a file
 * as across files, and fills dataset, column, edge, column_edge, statement_use, query_column and rel_schema,
 * and access.dataset and frame.dataset. What a catalog says comes as ACCESS_CREATE accesses of no statement
 * with their column_defs. Adds gaps for names that can't be resolved. The result does not depend on
 * anything but the rows and their order. Must be called once per ir.
 */
void link_project(struct ir *ir, struct arena *scratch, const struct link_options *options);

#endif
