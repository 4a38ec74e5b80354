/* Any bytes as a shell script, a Makefile, a crontab and a compose file: reading each must return, and what it wrote
 * must hold together. */
#include "shell/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as(enum ir_language language, const char *path, const uint8_t *data, size_t size)
{
    struct arena *run = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(run);
    struct shell_options options = {0};
    struct err e;
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, path),
                                                       .language = language,
                                                       .size = (uint32_t)size,
                                                       .source = ir_intern(ir, (const char *)data, size)});

    shell_read(ir, scratch, file, &options);
    if (ir_check(ir, &e))
        BUG("%s", e.message);
    arena_free(scratch);
    arena_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as(IR_LANG_SHELL, "fuzz.sh", data, size);
    read_as(IR_LANG_MAKE, "Makefile", data, size);
    read_as(IR_LANG_CRON, "crontab", data, size);
    read_as(IR_LANG_COMPOSE, "compose.yml", data, size);
    return 0;
}
