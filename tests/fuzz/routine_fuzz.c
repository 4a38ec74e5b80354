/* The splitter, the walker and the reader by tokens on arbitrary bytes; the grammar is kept out. */
#include "sql/sql.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool let_nothing_through(void *data, const char *sql, size_t len)
{
    (void)data;
    (void)sql;
    (void)len;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct sql_guard guard = {.may_parse = let_nothing_through};
    struct sql_options options = {.guard = &guard};
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "x.sql")});
    struct err e;

    IR(ir, file, file)->source = ir_intern(ir, (const char *)data, size);
    sql_read(ir, scratch, ir_text_of_file(ir, file), &options);
    if (ir_check(ir, &e) != 0)
        abort();
    arena_free(scratch);
    arena_free(a);
    return 0;
}
