/* Any bytes as a Python file: reading it must return, and what it wrote must hold together. */
#include "python/python.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *run = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(run);
    struct python_options options = {0};
    struct err e;
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "fuzz.py"),
                                                       .language = IR_LANG_PYTHON,
                                                       .size = (uint32_t)size,
                                                       .source = ir_intern(ir, (const char *)data, size)});

    python_read(ir, scratch, file, &options);
    if (ir_check(ir, &e))
        BUG("%s", e.message);
    arena_free(scratch);
    arena_free(run);
    return 0;
}
