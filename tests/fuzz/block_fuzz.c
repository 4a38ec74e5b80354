/* Any bytes are safe as a block of facts: refused, or tables that the verifier, the merge and the dump can take. */
#include "ir/ir.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct ir *ir = ir_new(a);
    struct err e;

    if (ir_block_read(ir, (struct slice){(const char *)data, size}, &e) == 0) {
        struct ir *to = ir_new(a);

        ir_append(to, ir);
        ir_append(to, ir);
        if (ir_check(to, &e) < 0)
            abort();
    }
    arena_free(a);
    return 0;
}
