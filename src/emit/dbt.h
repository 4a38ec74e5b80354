/*
 * dbt.h - what the files that write the dbt project share.
 */
#ifndef EMIT_DBT_H
#define EMIT_DBT_H

#include "emit/emit.h"

/* A frame that is written to a file. */
struct dbt_exposure {
    ir_statement_id statement;
    const char *name, *file, *how; /* file: "" where it is not written out; how: to_csv */
    struct {
        ir_dataset_id *items;
        uint32_t count, capacity;
    } origins; /* datasets that are models or sources */
};

struct dbt_writer {
    const struct ir *ir;
    struct arena *scratch;
    const struct emit_dbt_options *options;
    struct emit_files *out;
    struct ir_index steps;        /* of a model */
    struct ir_index pieces;       /* of a step */
    struct ir_index columns;      /* model_column of a model */
    struct ir_index tests;        /* model_test of a model */
    struct ir_index source_tests; /* model_test of a dataset that is a source */
    struct ir_index known;        /* column of a dataset */
    uint8_t *shared;              /* by model: one of another group reads it, or it is exposed */
    struct {
        struct dbt_exposure *items;
        uint32_t count, capacity;
    } exposures;
    uint8_t *quoted; /* by dataset: which parts of its name are written in quotes somewhere */
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

/* dbt_yaml.c: the properties of models, a file for each folder, and what sources are described with. */
struct yaml_writer;
struct dbt_column {
    ir_model_id model;     /* whose tests it has: a model's, */
    ir_dataset_id dataset; /* or a source's */
    ir_str name, description, type;
};
int dbt_write_properties(struct dbt_writer *w, struct err *e);
void dbt_write_column(struct dbt_writer *w, struct yaml_writer *y, struct dbt_column column);
/* The tests of a table as a whole. */
void dbt_write_table_tests(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model,
                           ir_dataset_id dataset);

/* dbt_sources.c: the sources: files. */
int dbt_write_sources(struct dbt_writer *w, struct err *e);

/* dbt_project_yaml.c: dbt_project.yml and selectors.yml. */
int dbt_write_project(struct dbt_writer *w, struct err *e);
int dbt_write_selectors(struct dbt_writer *w, struct err *e);
/* The catalog that the legacy names for a model's table; that of all models of a layer, when it is one. "": none. */
const char *dbt_catalog(const struct dbt_writer *w, ir_model_id model);
const char *dbt_layer_catalog(const struct dbt_writer *w, enum ir_layer layer);

/* dbt_groups.c: a group for each legacy file from which models come, in model order. */
struct dbt_group {
    const char *name;
    const char *path; /* of the file */
};
struct dbt_groups {
    struct dbt_group *items;
    uint32_t count, capacity;
};
struct dbt_groups dbt_groups(const struct dbt_writer *w);
const char *dbt_group_name(const struct dbt_writer *w, ir_model_id model);
int dbt_write_groups(struct dbt_writer *w, struct err *e);
void dbt_find_shared(struct dbt_writer *w); /* dbt_writer.shared */
/* The config: of a model's properties: group, access, tags, database, contract. */
void dbt_write_model_config(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model);

/* dbt_exposures.c: what leaves for files; dbt_writer.exposures, and the file that describes them. */
void dbt_find_exposures(struct dbt_writer *w);
int dbt_write_exposures(struct dbt_writer *w, struct err *e);

/* dbt_scaffold.c: what is the same for every project but for names: macros, profiles.yml.example, README.md. */
void dbt_write_scaffold(struct dbt_writer *w);

/* dbt_project.c: adds a file that holds `text`. */
void dbt_add_text(struct dbt_writer *w, const char *path, const char *text);

/* dbt_parity.c: tests/parity/parity_<model>.sql, the macros and models that go with them, and a script */
void dbt_write_parity(struct dbt_writer *w);

/* dbt_migration.c: MIGRATION.md */
void dbt_write_migration(struct dbt_writer *w);

/* "path:line" of a statement, in scratch. */
const char *dbt_where(const struct dbt_writer *w, ir_statement_id statement);

#endif
