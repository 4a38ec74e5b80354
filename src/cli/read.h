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

/* What a reading asked for besides its file: modules that Python imports, texts that it opens. */
struct read_input {
    const char *path;
    bool there; /* false: no such file, or none that may be read */
    struct slice bytes;
};
struct read_inputs {
    VEC(struct read_input) list;
};

/* What one reading is told. */
struct read_job {
    const struct options *options;
    const struct string_list *roots; /* read_roots() */
    struct sql_tables *tables;
    const struct found_file *found;
    const struct slice *standard_input; /* its bytes, when it is among the files: it can be read once only */
    const struct read_bound *bound;     /* left out of the reading; NULL: nothing */
    struct worker *worker;              /* NULL: none */
};

/* The folders in which all lies that was given to be read, in `a`: files of them may be asked for. */
struct string_list read_roots(struct arena *a, const struct options *o);

/* The name that the file has in the facts: standard input takes that of --stdin-filename. */
const char *read_name(const struct read_job *job);

/* The bytes of the file, from the overlay or standard input when they hold them. Returns -1 with what is wrong. */
int read_bytes(struct arena *a, const struct read_job *job, struct slice *out, struct err *e);

/* Likewise those of another file that a reading asks for, or with a / at its end the names in a folder; false when
 * there is none that may be read. */
bool read_input_bytes(struct arena *a, const struct read_job *job, const char *path, struct slice *out);

/* Reads a file's bytes into an empty `ir`: its encoding, its language, then the reader of that language, then the
 * SQL reader for each SQL text that was found in it. Whatever is wrong with the file becomes a gap. What else
 * was asked for is added to `inputs`; its strings live in `scratch`. */
void read_one(struct ir *ir, struct arena *scratch, const struct read_job *job, struct slice bytes,
              struct read_inputs *inputs);

/* Adds the rows of a file that could not be read at all. */
ir_file_id read_failed(struct ir *ir, const char *path, enum ir_gap_kind kind, const char *why,
                       const char *advice);

/* file.status from its gaps and statements; for facts just read. */
void read_settle_status(struct ir *ir);

#endif
