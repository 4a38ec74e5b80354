/*
 * commands.h - one function per command; each returns the exit status (0 done, 1 findings, 2 trouble with the
 * usage or the environment) or -1 with a filled err, which main() prints and turns into 2.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/options.h"

#define COMMAND(id, bit, name, usage, summary)                                                               \
    int cmd_##id(struct arena *a, const struct options *o, struct err *e);
#include "cli/commands.def"
#undef COMMAND

#endif
