/*
 * rules.h - rules as data: one YAML file each, the built-in ones and a team's own through the same loader.
 * Private to lint/.
 */
#ifndef LINT_RULES_H
#define LINT_RULES_H

#include "lint/facts.h"
#include "lint/lint.h"

enum predicate_op { OP_IS, OP_NOT, OP_GLOB, OP_GT, OP_LT, OP_EXISTS };

/* One test of one field: `schema: {not: [pg_catalog]}`. */
struct predicate {
    uint32_t field;
    enum predicate_op op;
    VEC(const char *) values; /* OP_IS, OP_GLOB: any of; OP_NOT: none of */
    uint32_t number;          /* OP_GT, OP_LT; OP_EXISTS: 0 or 1 */
};

struct predicates {
    VEC(struct predicate) all; /* all must hold */
};

struct example_file {
    const char *name;
    const char *language; /* "sql", "python", "dbt" (SQL with Jinja) or "yaml" */
    const char *code;
    size_t len; /* of the code, which may hold any bytes */
};

struct example {
    unsigned long line; /* of the YAML file */
    VEC(struct example_file) files;
};

struct rule {
    const char *path; /* of the YAML file */
    const char *code, *name, *family, *summary, *message, *help, *why, *fix;
    enum ir_severity severity;
    bool on;       /* in the default set */
    bool enabled;  /* in this run */
    uint32_t edit; /* fixers.def: the number of its fixer + 1; 0: none */
    enum fact_kind fact;
    struct predicates where;
    struct predicates info_when; /* when these hold too, the finding is an info only; none: never */
    VEC(const char *) links;
    VEC(struct example) bad;
    VEC(struct example) good;
};

struct rules {
    struct arena *arena;
    VEC(struct rule) items;
};

/* The rules of a run by the kind of fact that they judge. */
struct judge {
    const struct rules *rules;
    VEC(uint32_t) of_kind[FACT_KINDS]; /* numbers in rules */
};

/* load.c: reads one file's text. Returns -1 with "path:line: what was expected". */
int rules_load(struct rules *rules, const char *path, const char *text, size_t len, struct err *e);

/* select.c: adds the rules of a folder's .yml and .yaml files. Returns -1 likewise. */
int rules_load_folder(struct rules *rules, const char *dir, struct err *e);

/* select.c: the built-in rules, those of the options' folders, and which of them run. */
int rules_prepare(struct rules *rules, struct arena *a, const struct lint_options *options, struct err *e);

/* match.c */
struct judge judge_new(const struct rules *rules, struct arena *a);
/* Does one of the rules have something to say of it? */
bool judge_wants(const struct judge *judge, const struct fact *fact, struct arena *a);
bool predicates_hold(const struct predicates *where, const struct fact *fact, struct arena *a);
/* Fills `{field}` of a checked template with the fact's values. The result stands in `out`, until that is used again,
 * or is the template itself. */
const char *template_fill(const char *template, const struct fact *fact, struct arena *a, struct buf *out);
/* Checks that every {field} of a template is a field; returns NULL, or the first name that is none. */
const char *template_check(const char *template, const struct fact_type *type, struct arena *a);

#endif
