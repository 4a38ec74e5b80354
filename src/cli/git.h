/*
 * git.h - what git is asked for.
 */
#ifndef CLI_GIT_H
#define CLI_GIT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* The bytes that `git -C dir words…` prints, in `a`; -1 when it fails or can't be run. */
int git(struct arena *a, const char *dir, const char *const *words, struct slice *text, struct err *e);

/* The folder of the repository around `dir`, absolute. */
int git_top(struct arena *a, const char *dir, const char **top, struct err *e);

/* The commit where the revision and HEAD parted; the revision's own when they have no common one. Returns -1 when
 * there is no such revision, or the clone is too shallow to tell. */
int git_base(struct arena *a, const char *dir, const char *since, const char **base, struct err *e);

/* Writes the files of a commit below `folder`, which is to be absolute; the repository stays as it is, and a file
 * folder.index is left. */
int git_checkout(struct arena *a, const char *top, const char *commit, const char *folder, struct err *e);

#endif
