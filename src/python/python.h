/*
 * python.h - Python to file facts: SQL texts, database calls, DataFrames, Airflow's jobs and task edges.
 */
#ifndef PYTHON_PYTHON_H
#define PYTHON_PYTHON_H

#include "ir/ir.h"

struct python_options {
    enum ir_dialect dialect; /* of the SQL inside; IR_DIALECT_UNKNOWN: decided by the SQL reader */
    /* The text of a file of the tree, in `a`; false when there is none at that path or it is not to be read.
     * NULL: nothing but the file itself is read. */
    bool (*open)(void *data, struct arena *a, const char *path, struct slice *text);
    void *data;
    /* Functions of this file by their first bytes that others call with values (ir.bound_code): not to be
     * read without. */
    const uint32_t *bound;
    uint32_t bound_count;
};

/* Reads the Python source in file.source into `ir`: jobs, task edges, guest texts (kind TEXT_GUEST, in the
 * order in which each job runs them; the caller hands each to the SQL reader), frames with their rels,
 * DataFrame and to_sql statements, gaps. Modules of the tree that it imports and files that it opens are read
 * with it: rows may stand in them, and bound_code names what was taken in of them. Never fails; broken code gives what it can. `scratch` may be reset
 * afterwards. */
void python_read(struct ir *ir, struct arena *scratch, ir_file_id file, const struct python_options *options);

#endif
