/*
 * Rows that pass the verifier but that no reader would write: queries that are their own parents, joins
 * over inputs that are not there, frames made of themselves. Linking them must end, and leave valid rows.
 */
#include "ir/schema.h"
#include "link/link.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LAST_FACT = IR_TABLE_gap, MAX_ROWS = 12 };

struct bytes {
    const uint8_t *data;
    size_t size, at;
};

static uint32_t next(struct bytes *b)
{
    return b->at < b->size ? b->data[b->at++] : 0;
}

static uint32_t word_of(const struct ir_field *f, const uint32_t *rows, struct bytes *b)
{
    uint32_t byte = next(b);

    switch (f->kind) {
    case IR_FIELD_REF:
        return f->table <= LAST_FACT ? byte % rows[f->table] : 0;
    case IR_FIELD_STR:
        return byte % 8;
    case IR_FIELD_ENUM:
        return byte % f->label_count;
    default:
        return byte < 250 ? byte % 4 : UINT32_MAX - byte;
    }
}

static void fill(struct ir *ir, const uint32_t *rows, uint32_t t, struct bytes *b)
{
    struct ir_words *words = ir_table_words(ir, t);
    size_t width = ir_tables[t].field_count;

    words->items = ARENA_ARRAY(ir->arena, uint32_t, rows[t] * width);
    words->count = words->capacity = rows[t];
    for (uint32_t r = 1; r < rows[t]; r++)
        for (size_t f = 0; f < width; f++)
            words->items[r * width + f] = word_of(&ir_tables[t].fields[f], rows, b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const strings[] = {
        "a", "B", "b", "excluded", "x.y", "pg_temp", "set search_path to a"};
    struct bytes b = {data, size, 0};
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(a);
    uint32_t rows[IR_TABLE_COUNT];
    struct err e;

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        ir_interns(ir, strings[i]);
    for (uint32_t t = 0; t <= LAST_FACT; t++)
        rows[t] = 1 + next(&b) % MAX_ROWS;
    for (uint32_t t = 0; t <= LAST_FACT; t++)
        fill(ir, rows, t, &b);
    if (ir_check(ir, &e) == 0) {
        link_project(ir, scratch, NULL);
        if (ir_check(ir, &e) != 0)
            BUG("%s", e.message);
    }
    arena_free(scratch);
    arena_free(a);
    return 0;
}
