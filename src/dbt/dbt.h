/*
 * dbt.h - an existing dbt project to file facts: Jinja's ref and source resolved, properties read.
 */
#ifndef DBT_DBT_H
#define DBT_DBT_H

#include "ir/ir.h"

/* One table of a sources: entry. */
struct dbt_source {
    ir_str source, table;               /* as source('…', '…') names it */
    ir_str catalog, schema, identifier; /* where it is */
};

struct dbt_sources {
    struct dbt_source *items;
    uint32_t count, capacity;
};

/* Reads the `sources:` of one properties file into `out` (owned by `scratch`). Returns -1 on bad YAML, with
 * line and column. */
int dbt_read_sources(struct ir *ir, struct arena *scratch, const char *path, struct slice yaml,
                     struct dbt_sources *out, struct err *e);

/*
 * Reads a model file: makes its job (JOB_MODEL, named by the file's stem) and a TEXT_MODEL whose content is the
 * SQL with {{ ref('m') }} replaced by the quoted name m, {{ source('s', 't') }} by the source's relation, {{ this }}
 * by the model's own name, config() and other tags blanked. A Python model (.py) is a query of all that it names by
 * dbt.ref() and dbt.source(). The text begins with CREATE TABLE "name" AS (a
 * substituted segment), so that the SQL reader and link see what the model makes. A ref or source that can't be
 * resolved becomes a gap.
 */
ir_text_id dbt_read_model(struct ir *ir, struct arena *scratch, ir_file_id file,
                          const struct dbt_sources *sources);

#endif
