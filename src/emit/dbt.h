/*
 * dbt.h - what the files that write the dbt project share.
 */
#ifndef EMIT_DBT_H
#define EMIT_DBT_H

#include "emit/emit.h"

struct dbt_writer {
    const struct ir *ir;
    struct arena *scratch;
    const struct emit_dbt_options *options;
    struct emit_files *out;
    struct ir_index steps;   /* of a model */
    struct ir_index pieces;  /* of a step */
    struct ir_index columns; /* model_column of a model */
    struct ir_index tests;   /* model_test of a model */
    uint8_t *quoted;         /* by dataset: which parts of its name are written in quotes somewhere */
};

/* Adds a file; the path is formatted. */
void dbt_add_file(struct dbt_writer *w, const struct buf *content, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The name under which sources: declares a dataset's schema, and the one of its table. */
const char *dbt_source_name(const struct dbt_writer *w, ir_dataset_id dataset);
const char *dbt_table_name(const struct dbt_writer *w, ir_dataset_id dataset);

/* Adds `s` as a string of Jinja's, in single quotes with its quotes and backslashes escaped. */
void dbt_add_string(struct buf *out, const char *s);

/* A part of a dataset's name as the database holds it: lower case unless the part is written in quotes. `bit` is
 * the part's in access.quoted. */
const char *dbt_plain_name(const struct dbt_writer *w, ir_dataset_id dataset, ir_str part, uint8_t bit);

/* The name as SQL has to write it: in quotes when it must be. In scratch. */
const char *dbt_identifier(const struct dbt_writer *w, struct slice name);

/* Text for a place that Jinja reads, such as a description. */
const char *dbt_without_jinja(const struct dbt_writer *w, struct slice text);

/* dbt_models.c: models/<layer>/<name>.sql */
void dbt_write_models(struct dbt_writer *w);

/* dbt_python.c: the text of a dbt Python model. */
void dbt_add_python(const struct dbt_writer *w, struct buf *out, ir_model_id model);

/* dbt_indent.c: appends SQL with four blanks before each line that does not begin inside of a string. */
void dbt_add_indented(struct buf *out, struct slice text);

/* dbt_yaml.c: the properties files and dbt_project.yml, through libyaml. */
int dbt_write_sources(struct dbt_writer *w, struct err *e);
int dbt_write_properties(struct dbt_writer *w, enum ir_layer layer, struct err *e);
int dbt_write_project(struct dbt_writer *w, struct err *e);

/* dbt_parity.c: tests/parity/parity_<model>.sql, the macros and models that go with them, and a script */
void dbt_write_parity(struct dbt_writer *w);

/* dbt_migration.c: MIGRATION.md */
void dbt_write_migration(struct dbt_writer *w);

/* "path:line" of a statement, in scratch. */
const char *dbt_where(const struct dbt_writer *w, ir_statement_id statement);

#endif
