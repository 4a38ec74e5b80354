/*
 * examples.h - `lineage rules --test DIR`: are a team's own rules what their examples say?
 */
#ifndef CLI_EXAMPLES_H
#define CLI_EXAMPLES_H

#include "cli/options.h"

/* Runs the examples of the rules in the folders of o->tests and prints each that is not as it should be. Returns 0
 * when all are, 1 when one is not, -1 when a rule file or the environment is wrong. */
int examples_run(struct arena *a, const struct options *o, struct err *e);

#endif
