/* lineage version. */
#include "cli/commands.h"

#include <stdio.h>

int cmd_VERSION(struct arena *a, const struct options *o, struct err *e)
{
    (void)a;
    (void)o;
    (void)e;
    puts("lineage " LINEAGE_VERSION);
    return 0;
}
