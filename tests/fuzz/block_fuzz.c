/* Any bytes are safe as a block of facts: refused, or rows that the verifier takes, also behind others. */
#include "ir/ir.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct ir *ir = ir_new(a);
    struct err e;

    if (ir_block_read(ir, (struct slice){(const char *)data, size}, &e) == 0 &&
        (ir_block_read(ir, (struct slice){(const char *)data, size}, &e) < 0 || ir_check(ir, &e) < 0))
        abort();
    arena_free(a);
    return 0;
}
