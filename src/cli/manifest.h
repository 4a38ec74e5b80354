/*
 * manifest.h - which files of a folder lineage wrote, with a hash of what it wrote.
 */
#ifndef CLI_MANIFEST_H
#define CLI_MANIFEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

#define MANIFEST_NAME ".lineage-manifest.json"

struct manifest_entry {
    const char *path; /* below the root */
    uint64_t hash;
};

struct manifest {
    struct manifest_entry *items; /* in path order */
    uint32_t count, capacity;
};

/* Reads the manifest in `root`; none is an empty one. Entries that point outside of the root are left out. */
int manifest_read(struct arena *a, const char *root, struct manifest *out, struct err *e);

/* The entry of a path, NULL when there is none. */
const struct manifest_entry *manifest_find(const struct manifest *m, const char *path);

/* The manifest as JSON. */
void manifest_write(const struct manifest *m, struct buf *out);

#endif
