/*
 * linting.h - one run of the linter, for the commands that need its findings.
 */
#ifndef CLI_LINTING_H
#define CLI_LINTING_H

#include "cli/options.h"
#include "lint/lint.h"

/* Reads and links the files of `o`, and loads the rules that `lint` asks for meanwhile, into `rules` and `lint`. */
int lint_link(struct ir *ir, struct arena *scratch, const struct options *o, struct arena *rules,
              struct lint_options *lint, struct err *e);

/* Reads and links the files of `o`, judges them, and hides what its baseline and its revision hide. */
int lint_once(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e);

#endif
