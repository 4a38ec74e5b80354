/* The program: parse the command line, run one command, say what went wrong. */
#include "cli/commands.h"

#include "cli/config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int run_command(struct arena *a, const struct options *o, struct err *e)
{
    switch (o->command) {
#define COMMAND(id, bit, name, usage, summary)                                                               \
    case COMMAND_##id:                                                                                       \
        return cmd_##id(a, o, e);
#include "cli/commands.def"
#undef COMMAND
    case COMMAND_NONE:
        break;
    }
    return err_set(e, "expected a command; `lineage --help` lists them");
}

/* Commands that read or judge code take the project's settings; diff does when it stands in the project,
 * and the language server when it knows where that is. */
static int configure(struct arena *a, struct options *o, struct err *e)
{
    if (o->command == COMMAND_VERSION || o->command == COMMAND_INIT || o->command == COMMAND_DIFF ||
        o->command == COMMAND_LSP)
        return 0;
    if (config_apply(a, o, e) < 0)
        return -1;
    return options_check(o, e);
}

/* What stands in the buffer of standard output counts only when it got there. */
static int flush_output(struct err *e)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    return err_set(e, "cannot write to standard output: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct options o;
    struct err e;
    int status;

    /* Who reads the output may stop at any time, and that is no error, whatever the parent ignores. */
    signal(SIGPIPE, SIG_DFL);
    if (options_parse(a, argc, argv, &o, &e) < 0) {
        status = -1;
    } else if (o.help) {
        options_help(o.command, stdout);
        status = 0;
    } else {
        status = configure(a, &o, &e) < 0 ? -1 : run_command(a, &o, &e);
    }
    if (status >= 0 && flush_output(&e) < 0)
        status = -1;
    if (status < 0)
        fprintf(stderr, "lineage: %s\n", e.message);
    arena_free(a);
    return status < 0 ? 2 : status;
}
