/*
 * baseline.h - the findings that a team has agreed to live with, in a file of its own.
 */
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include "cli/options.h"

/* Hides the findings that --baseline holds, tells of entries that nothing fits any more, takes them out with
 * --prune-baseline, and with --write-baseline writes what is found. */
int baseline_run(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e);

#endif
