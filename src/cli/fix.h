/*
 * fix.h - lint, and edit what is found until nothing is left to edit.
 */
#ifndef CLI_FIX_H
#define CLI_FIX_H

#include "cli/options.h"

/* Reads and judges the project once: fills an empty `ir`. */
typedef int fix_lint_function(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e);

struct fixed {
    uint32_t findings; /* that edits answered */
    uint32_t files;    /* that they changed */
    uint32_t
        refused;     /* files whose edits were taken back, because the result would be understood less well */
    struct buf diff; /* of all files */
};

/*
 * Runs `lint` until no edit is left, or with --add-ignores writes comments that suppress what is found. `ir` ends as
 * the project with all edits. They are written to the files unless --diff is given. An edit after which a file is
 * understood less well than before is taken back, with all others of its file in that round.
 */
int fix_run(struct ir **ir, struct arena *scratch, const struct options *o, fix_lint_function *lint,
            struct fixed *fixed, struct err *e);

#endif
