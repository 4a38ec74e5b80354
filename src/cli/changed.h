/*
 * changed.h - what differs from a revision, as git tells it.
 */
#ifndef CLI_CHANGED_H
#define CLI_CHANGED_H

#include "cli/options.h"

/* With --since or --changed-lines: hides the findings outside of what differs between the working tree and the
 * point where the revision and HEAD parted, and marks those on lines that differ. Files that git does not know yet
 * differ as a whole. */
int changed_run(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e);

#endif
