/*
 * read.h - one file to facts: what a worker process does, and nobody else.
 */
#ifndef CLI_READ_H
#define CLI_READ_H

#include "cli/discover.h"

#include "base/map.h"
#include "base/worker.h"
#include "sql/sql.h"

/* Contents that stand for those of files on disk, by their paths: what edits would make of them. */
struct overlay_file {
    const char *path;
    struct slice bytes;
};
struct overlay {
    VEC(struct overlay_file) files;
    struct map by_path; /* hash of the path -> its place in files + 1 */
};

/* The bytes that stand for a file, NULL when it is to be read. `overlay` may be NULL. */
const struct slice *overlay_find(const struct overlay *overlay, const char *path);

/* What other files' readings took in of a file (ir.bound_code). */
struct read_bound {
    uint32_t *items; /* first bytes of functions; 0 stands for the whole of an SQL file */
    uint32_t count;
    uint32_t capacity;
};

/* Reads one file into an empty `ir`: its bytes, its encoding, its language, then the reader of that language, then
 * the SQL reader for each SQL text that was found in Python. Whatever is wrong with the file becomes a gap. `bound`
 * (NULL: nothing) is left out. */
void read_one(struct ir *ir, struct arena *scratch, const struct options *o, struct sql_tables *tables,
              const struct found_file *found, const struct read_bound *bound, struct worker *worker);

/* Adds the rows of a file that could not be read at all. */
ir_file_id read_failed(struct ir *ir, const char *path, enum ir_gap_kind kind, const char *why,
                       const char *advice);

/* file.status from its gaps and statements; for facts just read. */
void read_settle_status(struct ir *ir);

#endif
