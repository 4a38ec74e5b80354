/*
 * lint.h - rules (data) over facts (code).
 */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "ir/ir.h"

/* What a configuration says of a rule, or of the files that match a glob. A list ends with a NULL key. */
struct lint_setting {
    const char *key, *value;
};

/* Rules that were loaded. */
struct rules;

struct lint_options {
    enum ir_dialect target;           /* the warehouse that the SQL should run on; UNKNOWN: a text's
                                     * own dialect when that is told, else PostgreSQL */
    const char *const *select;        /* codes, names or prefixes ("LN1"); NULL: the default set */
    const char *const *extend_select; /* beside what is selected */
    const char *const *ignore;
    const struct lint_setting *severities; /* of a rule: "info", "warning", "error" or "off"; NULL: none */
    const struct lint_setting *thresholds; /* of a rule: the number that it compares with */
    const struct lint_setting *per_file_ignores; /* of the files that match a glob: a rule */
    const char *const *rule_dirs;                /* a team's own rules, loaded after the built-in ones */
    const struct rules *rules;                   /* of lint_rules(); NULL: lint_project() loads them */
};

/* Loads the rules that the options ask for into `a`. Returns NULL when a rule file or a selection is wrong (file, line,
 * what was expected). */
const struct rules *lint_rules(struct arena *a, const struct lint_options *options, struct err *e);

/* Loads the rules unless the options bring them, computes the facts of a linked `ir` and fills rule and finding, sorted by file, position and
 * code; what comments in the source suppress is there, too, with `hidden` set. Returns -1 when a rule file or a selection is wrong (file, line, what was expected). */
int lint_project(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e);

/* Fills only the rule table: what `lineage rules` and `lineage explain` print. */
int lint_load_rules(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e);

/* One file of an example. */
struct lint_example_file {
    const char *name;
    enum ir_language language;
    struct slice code;
};

/* An example that stands in a rule's file: code in which the rule must find something, or must not. */
struct lint_example {
    const char *path;   /* of the rule's file */
    unsigned long line; /* there */
    const char *code;   /* of the rule */
    bool bad;           /* must it be found? */
    uint32_t number;    /* among the rule's bad or good ones, from 1 */
    VEC(struct lint_example_file) files;
};

struct lint_examples {
    uint32_t rules; /* that they are of */
    VEC(struct lint_example) list;
};

/* Adds the examples of all rules in a folder, in the order of the files; strings live in `a`. Returns -1 when a file
 * is wrong (file, line, what was expected) or the folder has no rule. */
int lint_examples(struct arena *a, const char *dir, struct lint_examples *out, struct err *e);

#endif
