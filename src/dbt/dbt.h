/*
 * dbt.h - an existing dbt project to file facts: its YAML as a tree, its Jinja's calls, and its models as SQL with ref
 * and source resolved.
 */
#ifndef DBT_DBT_H
#define DBT_DBT_H

#include "ir/ir.h"

/* One table of a sources: entry. NULL: not written, or only known to Jinja. */
struct dbt_source {
    const char *source, *table;                /* as source('…', '…') names it */
    const char *catalog, *schema, *identifier; /* where it is */
};

struct dbt_sources {
    struct dbt_source *items;
    uint32_t count, capacity;
};

/* What a file of a project is, by the folder in which it stands. */
enum dbt_role {
    DBT_NONE, /* nothing of dbt's */
    DBT_MODEL,
    DBT_SNAPSHOT,
    DBT_MACRO,
    DBT_TEST,
    DBT_ANALYSIS,
    DBT_SEED,
    DBT_PROPERTIES, /* YAML */
    DBT_PACKAGE,    /* of an installed package: only the names that it defines count */
};

struct dbt_folder {
    const char *path; /* below the project's */
    enum dbt_role role;
};

struct dbt_project {
    const char *root;         /* the folder of dbt_project.yml */
    struct dbt_folder *items; /* where what stands: model-paths and kin */
    uint32_t count, capacity;
    struct dbt_sources sources; /* of all its properties files */
    uint64_t mark;              /* a hash of root and sources, which reading a file depends on */
    bool whole;                 /* the run reads all of it */
};

/* Fills root and folders from the text of dbt_project.yml; what that does not say is as dbt has it by default. */
void dbt_project_open(struct arena *a, const char *root, struct slice yaml, struct dbt_project *project);

/* The role of the file at `path`, which lies below the project's root. */
enum dbt_role dbt_role_of(const struct dbt_project *project, const char *path);

/* Reads the `sources:` of one properties file into `out` (owned by `a`). Returns -1 on bad YAML, with line and column. */
int dbt_read_sources(struct arena *a, const char *path, struct slice yaml, struct dbt_sources *out,
                     struct err *e);

/* Reads a YAML file into rows of yaml_node. Returns -1 when it is none, with what is wrong; `at` is where, in bytes. */
int dbt_read_yaml(struct ir *ir, struct arena *scratch, ir_file_id file, uint32_t *at, struct err *e);

/* Rows of jinja for what {{ … }} and {% … %} between two bytes of the file hold. */
void dbt_read_jinja(struct ir *ir, struct arena *scratch, ir_file_id file, size_t from, size_t to);

/* After the tag of Jinja that begins at `at`; at the end when it does not end. */
size_t dbt_tag_end(struct slice s, size_t at);

/* Reads one file of a project by its role: its names (resource), its Jinja, its YAML, and the SQL of models,
 * snapshots, tests and analyses as texts (IR_TEXT_MODEL), which are for sql_read(). */
void dbt_read_file(struct ir *ir, struct arena *scratch, ir_file_id file, enum dbt_role role,
                   const struct dbt_project *project);

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

/* The same for the bytes of a file from `from` to `to`; `name` is what is made of it, or, when nothing is made (a
 * test, an analysis), `stored` is false and the text is the query alone. */
ir_text_id dbt_read_query(struct ir *ir, struct arena *scratch, ir_file_id file, size_t from, size_t to,
                          const char *name, bool stored, const struct dbt_sources *sources);

#endif
