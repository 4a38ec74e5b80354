/*
 * lint.h - rules (data) over facts (code).
 */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "ir/ir.h"

struct lint_options {
    enum ir_dialect target;    /* the warehouse that the SQL should run on; UNKNOWN: PostgreSQL */
    const char *const *select; /* codes, names or prefixes ("LN1"); NULL: the default set */
    const char *const *ignore;
    const char *const *rule_dirs; /* a team's own rules, loaded after the built-in ones */
};

/* Loads the rules, computes the facts of a linked `ir` and fills rule and finding, sorted by file, position and
 * code. Returns -1 when a rule file or a selection is wrong (file, line, what was expected). */
int lint_project(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e);

/* Fills only the rule table: what `lineage rules` and `lineage explain` print. */
int lint_load_rules(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e);

#endif
