/*
 * file.h - reading, writing and walking files. All functions return 0, or -1 with a filled err.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Reads a regular file whole (a NUL follows the last byte). `limit` in bytes, 0 for none; a larger
 * file is an error. Path "-" is standard input. */
int file_read(struct arena *a, const char *path, size_t limit, struct slice *out, struct err *e);

/* Makes the folder of `path` and every missing one above it, then writes the bytes to a temporary
 * name beside it and renames: a reader sees the old file or the new one. What exists and is not a
 * regular file (a device, a pipe, a link) is written into, never replaced. */
int file_write(const char *path, const char *bytes, size_t len, struct err *e);

/* Makes a folder and every missing one above it. */
int dir_make(const char *path, struct err *e);

bool path_exists(const char *path);
bool path_is_dir(const char *path);

/* "a", "b" -> "a/b"; the arena owns the result. */
const char *path_join(struct arena *a, const char *dir, const char *name);

/* An absolute path without "." and ".." and doubled slashes, whatever is there: "/a/./b/../c" -> "/a/c". */
const char *path_plain(struct arena *a, const char *path);

/* The part after the last '/', and the part before it ("." when there is none). */
const char *path_base(const char *path);
const char *path_dir(struct arena *a, const char *path);

/* The names in a folder in byte order, without "." and "..". */
int dir_list(struct arena *a, const char *path, const char ***names, size_t *count, struct err *e);

#endif
