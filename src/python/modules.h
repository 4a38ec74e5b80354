/*
 * modules.h - the files that are read together with a module: modules.c takes them in, places.c says in which
 * of them a place lies.
 */
#ifndef PYTHON_MODULES_H
#define PYTHON_MODULES_H

#include "python/walk.h"

const TSLanguage *tree_sitter_python(void);

/* One file in the space of offsets; number 0 is the one that is read. */
struct py_module {
    struct slice path;
    uint32_t base, len;     /* its bytes in py->source */
    TSTree *tree;           /* NULL: a text, or not read as a module yet */
    struct py_env *globals; /* NULL: likewise */
    const struct py_value *value;
    ir_file_id file; /* its row, made when a row of ours lies in it (places.c) */
};

/* Is the file a notebook? Then its script, and for each byte of it and for its end the byte of the file. */
bool py_notebook(struct arena *a, struct slice path, struct slice source, struct slice *script,
                 const uint32_t **map);

void py_modules_begin(struct py *py);
/* The trees are done with. */
void py_modules_end(struct py *py);

/* Rows that were added since `before` was taken name their places by offsets in the space of all files:
 * gives each its own file. */
struct py_mark {
    uint32_t text, segment, job, task_edge, run_file, statement, access, frame, rel, expr, code_line, gap,
        job_link;
};
struct py_mark py_places_mark(const struct ir *ir);
void py_places_settle(struct py *py, const struct py_mark *before);

#endif
