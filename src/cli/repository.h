/*
 * repository.h - the repository around the files, as far as CI systems and git care.
 */
#ifndef CLI_REPOSITORY_H
#define CLI_REPOSITORY_H

#include "base/arena.h"

/* An absolute path without "." and "..", whether or not it exists. */
const char *repository_full_path(struct arena *a, const char *path);

/* How a path is named from an absolute folder: "sub/x.sql" when it is below it, else the full path. */
const char *repository_path_from(struct arena *a, const char *dir, const char *path);

/* The current folder, absolute; NULL when it can't be told. */
const char *repository_here(struct arena *a);

/* The nearest folder upward from the current one that holds .git, NULL when there is none. */
const char *repository_root(struct arena *a);

#endif
