/*
 * migration.h - what the files that write MIGRATION.md share.
 */
#ifndef EMIT_MIGRATION_H
#define EMIT_MIGRATION_H

#include "emit/dbt.h"

/* Adds text for a cell of a table: no line ends, no bars; and the same in back quotes. */
void migration_cell(struct buf *out, const char *text);
void migration_code(struct buf *out, const char *text);

/* Adds a fenced block, moved in below a list's item; the fence is longer than any run of back quotes in it. */
void migration_block(struct arena *scratch, struct buf *out, const char *language, struct slice text);

/* dbt_estate.c: sections of their own. */
void dbt_add_progress(struct dbt_writer *w, struct buf *out);
void dbt_add_drift(struct dbt_writer *w, struct buf *out);
void dbt_add_decommission(struct dbt_writer *w, struct buf *out);
/* `level` by model, `levels` of them: a sentence that names the longest chain. */
void dbt_add_critical_path(struct dbt_writer *w, struct buf *out, const uint32_t *level, uint32_t levels);

#endif
