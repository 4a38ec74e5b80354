/*
 * emit.h - one function per output format. Emitters only read the IR, and write to a buffer.
 */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "ir/ir.h"

/* What the stages know beside the tables. */
struct emit_run {
    uint32_t serial,
        levels;        /* steps one after another as written; levels when each waits only for its data */
    const char *where; /* the folder into which the project was written, or NULL */
    /* Takes what is in the buffer of a long report now and then, and empties it; NULL: all of it stays there. */
    void (*drain)(struct buf *out);
};

/* `lineage scan --format json`: docs/json-schema/scan.schema.json describes it. */
void emit_json(const struct ir *ir, struct arena *scratch, const struct emit_run *run, struct buf *out);

/* `lineage scan` for people. */
void emit_summary(const struct ir *ir, struct arena *scratch, const struct emit_run *run, bool color,
                  struct buf *out);

/* --dot FILE and lineage.dot: clusters SOURCES, STAGING, INTERMEDIATE and MARTS, written by cgraph. */
int emit_dot(const struct ir *ir, struct arena *scratch, struct buf *out, struct err *e);

/* Findings: what every format gets. */
struct emit_findings {
    const struct ir *ir;
    struct arena *scratch;
    bool color;
    const char
        *root; /* absolute: the repository's folder, below which CI systems name paths; NULL: not known */
    const char *here; /* absolute: the folder from which paths are given */
};

/* The formats of findings.def: emit_findings_full() and so on. */
#define FORMAT(name, doc) void emit_findings_##name(const struct emit_findings *run, struct buf *out);
#include "emit/findings.def"
#undef FORMAT

struct emit_findings_format {
    const char *name;
    void (*write)(const struct emit_findings *run, struct buf *out);
    const char *doc;
};
extern const struct emit_findings_format emit_findings_formats[];
extern const size_t emit_findings_format_count;

/* How often each rule was found, the most frequent first; as text or as JSON. */
void emit_findings_statistics(const struct emit_findings *run, bool json, struct buf *out);

/* The dbt project: files with their paths below its root, in path order; owned by `scratch`. */
struct emit_file {
    const char *path;
    struct slice content;
};
struct emit_files {
    struct emit_file *items;
    uint32_t count;
    uint32_t capacity;
};
/* How parity tests compare columns: a glob of "column", "table.column" or "schema.table.column", and "exact",
 * "excluded" or a tolerance in digits. The last one that fits a column holds. */
struct emit_parity_setting {
    const char *glob, *what;
};
struct emit_dbt_options {
    const char *project_name; /* [a-z0-9_]+ */
    const char *models_dir;   /* "models" */
    enum ir_dialect target;
    bool
        in_foreign_project; /* its dbt_project.yml is not ours: models say their materialization themselves */
    bool parity;            /* tests that compare each model with its legacy table */
    const struct emit_parity_setting *parity_settings;
    uint32_t parity_setting_count;
};
/* Is a file of the project one of those that compare it with the legacy? */
bool emit_is_parity(const char *path);
int emit_dbt(const struct ir *ir, struct arena *scratch, const struct emit_dbt_options *options,
             struct emit_files *out, struct err *e);

#endif
