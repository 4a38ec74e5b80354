/*
 * json_edges.h - edges as objects of JSON; the reports that have them have them alike.
 */
#ifndef EMIT_JSON_EDGES_H
#define EMIT_JSON_EDGES_H

#include "emit/json_writer.h"
#include "ir/ir.h"

void json_edge(struct json *j, const struct ir *ir, const struct ir_edge *row);
void json_column_edge(struct json *j, const struct ir *ir, struct arena *scratch,
                      const struct ir_column_edge *row);

/* "path" and "line" of where a statement begins. */
void json_statement_place(struct json *j, const struct ir *ir, ir_statement_id statement);

/* name_of_column(), written without a copy. */
void json_column(struct json *j, const struct ir *ir, struct arena *scratch, ir_dataset_id dataset,
                 ir_str column);

/* "type" and "subtype": a role in OpenLineage's words. */
void json_role(struct json *j, enum ir_role role);

#endif
