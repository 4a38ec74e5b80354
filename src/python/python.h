/*
 * python.h - Python to file facts: SQL texts, database calls, DataFrames, Airflow's jobs and task edges.
 */
#ifndef PYTHON_PYTHON_H
#define PYTHON_PYTHON_H

#include "ir/ir.h"

struct python_options {
    enum ir_dialect dialect; /* of the SQL inside; IR_DIALECT_UNKNOWN: decided by the SQL reader */
};

/* Reads the Python source in file.source into `ir`: jobs, task edges, guest texts (kind TEXT_GUEST, in the
 * order in which each job runs them; the caller hands each to the SQL reader), frames with their rels,
 * DataFrame and to_sql statements, gaps. Never fails; broken code gives what it can. `scratch` may be reset
 * afterwards. */
void python_read(struct ir *ir, struct arena *scratch, ir_file_id file,
                 const struct python_options *options);

#endif
