/* The program: parse the command line, run one command, say what went wrong. */
#include "cli/commands.h"

#include <stdio.h>

static int run_command(struct arena *a, const struct options *o, struct err *e)
{
    switch (o->command) {
#define COMMAND(id, bit, name, usage, summary)                                                     \
    case COMMAND_##id:                                                                             \
        return cmd_##id(a, o, e);
#include "cli/commands.def"
#undef COMMAND
    case COMMAND_NONE:
        break;
    }
    return err_set(e, "expected a command; `lineage --help` lists them");
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct options o;
    struct err e;
    int status;

    if (options_parse(a, argc, argv, &o, &e) < 0) {
        status = -1;
    } else if (o.help) {
        options_help(o.command, stdout);
        status = 0;
    } else {
        status = run_command(a, &o, &e);
    }
    if (status < 0)
        fprintf(stderr, "lineage: %s\n", e.message);
    arena_free(a);
    return status < 0 ? 2 : status;
}
