/*
 * catalog.h - known columns of tables from a file.
 */
#ifndef CLI_CATALOG_H
#define CLI_CATALOG_H

#include "ir/ir.h"

/* Reads {"raw.orders": ["order_id", …]} (a column may also be {"name": …, "type": …}), dbt's catalog.json or
 * manifest.json, or information_schema.columns as CSV with a header line, and adds each table as an
 * ACCESS_CREATE of no statement with its column_defs, in the file's order; when all tables are of one database,
 * also under their names without it. Returns -1 saying what was expected. */
int catalog_read(struct ir *ir, const char *path, struct err *e);

#endif
