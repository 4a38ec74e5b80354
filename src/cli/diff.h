/*
 * diff.h - two texts as a unified diff.
 */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "base/str.h"

/* Adds the diff of a file's two texts, with three lines of context; nothing when they are equal. */
void diff_unified(struct arena *scratch, const char *path, struct slice old, struct slice new,
                  struct buf *out);

#endif
