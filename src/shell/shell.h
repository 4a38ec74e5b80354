/*
 * shell.h - the shell around the SQL to file facts: scripts, Makefiles, crontabs and compose files as jobs
 * (kind JOB_PIPELINE) of tasks with an order, the SQL that they hand to a client, the files that they run.
 */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include "ir/ir.h"

struct shell_options {
    enum ir_dialect
        dialect; /* of the SQL inside; IR_DIALECT_UNKNOWN: the client's, else the SQL reader decides */
    /* The text of a file of the tree, in `a`; false when there is none at that path or it is not to be read.
     * NULL: nothing but the file itself is read. */
    bool (*open)(void *data, struct arena *a, const char *path, struct slice *text);
    /* The names in a folder of the tree, in byte order; false when it is none. NULL: patterns stay unknown. */
    bool (*list)(void *data, struct arena *a, const char *folder, const char ***names, size_t *count);
    void *data;
    /* Functions of this file by their first bytes that scripts which source it call (ir.bound_code): left out. */
    const uint32_t *bound;
    uint32_t bound_count;
};

/* Reads file.source, whose file.language says what it is (shell, makefile, crontab or compose), into `ir`: jobs,
 * task edges, run files, guest texts (kind TEXT_GUEST; the caller hands each to the SQL reader), gaps. Functions
 * of sourced files are read with it: rows may stand in them, and bound_code names them. Never fails: what it
 * does not know how to run is left out. `scratch` may be reset afterwards. */
void shell_read(struct ir *ir, struct arena *scratch, ir_file_id file, const struct shell_options *options);

/* Reads the texts of kind TEXT_COMMAND that another reader put into `ir` for its file: what they run becomes guest
 * texts and run files of the job that the command belongs to. */
void shell_read_commands(struct ir *ir, struct arena *scratch, ir_file_id file,
                         const struct shell_options *options);

#endif
