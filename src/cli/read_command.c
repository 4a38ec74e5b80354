/* lineage read: the facts of files as one block, for another process to gather with --facts. */
#include "cli/commands.h"

#include "cli/driver.h"

int cmd_READ(struct arena *a, const struct options *o, struct err *e)
{
    struct ir *ir = ir_new(a);
    struct buf out = buf_new(a);

    if (driver_read(ir, o, e) < 0)
        return -1;
    driver_say_gaps(ir, o);
    ir_block_write(ir, &out);
    return driver_output(o, buf_slice(&out), e);
}
