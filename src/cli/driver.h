/*
 * driver.h - runs the stages: files to one linked project.
 */
#ifndef CLI_DRIVER_H
#define CLI_DRIVER_H

#include "cli/options.h"

/* Discovers and reads the files in worker processes and gathers their facts in path order, together with blocks
 * from --facts and the columns from --catalog. Returns -1 when the environment fails. */
int driver_read(struct ir *ir, const struct options *o, struct err *e);

/* driver_read(), then link; rows of column_mention only with `mentions`. */
int driver_link(struct ir *ir, struct arena *scratch, const struct options *o, bool mentions, struct err *e);

/* A caller's own work that needs no facts: done while workers read. -1 ends the run. */
struct driver_meanwhile {
    int (*run)(void *data, struct err *e);
    void *data;
};

/* driver_link() without mentions, and `meanwhile` done. */
int driver_link_while(struct ir *ir, struct arena *scratch, const struct options *o,
                      const struct driver_meanwhile *meanwhile, struct err *e);

/* Writes a command's result to --output-file, or to standard output. */
int driver_output(const struct options *o, struct slice bytes, struct err *e);

/* Writes to standard output what is there of a long result, and empties `out`; driver_output() ends it. */
void driver_drain(struct buf *out);

/* Prints gaps (what was not understood, with file, line, column and advice) to stderr unless --quiet: files and
 * notes always, statements under --verbose or when there are few. */
void driver_say_gaps(const struct ir *ir, const struct options *o);

/* Exit status by --fail-on and --fail-on-unparsed; `threshold` is the severity that fails when --fail-on was not
 * given, -1 for none. */
int driver_exit_status(const struct ir *ir, const struct options *o, int threshold);

#endif
