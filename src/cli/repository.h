/*
 * repository.h - the repository around the files, as far as CI systems and git care.
 */
#ifndef CLI_REPOSITORY_H
#define CLI_REPOSITORY_H

#include "base/arena.h"

/* The current folder, absolute; NULL when it can't be told. */
const char *repository_here(struct arena *a);

/* The nearest folder upward from the current one that holds .git, NULL when there is none. */
const char *repository_root(struct arena *a);

#endif
