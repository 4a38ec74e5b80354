/* The tables themselves: making them, adding rows and verifying. */
#include "ir/ir.h"

#include "ir/lines.h"
#include "ir/schema.h"

#include <string.h>

struct ir *ir_new(struct arena *a)
{
    struct ir *ir = ARENA_NEW(a, struct ir);

    ir->arena = a;
    ir->strings = strpool_new(a);
    ir->lines = ir_lines_new(a);
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++) {
        struct ir_words *words = ir_table_words(ir, t);

        words->items =
            vec_reserve_bytes(a, NULL, 0, &words->capacity, 1, 4 * (size_t)ir_tables[t].field_count);
        memset(words->items, 0, 4 * (size_t)ir_tables[t].field_count); /* "none" */
        words->count = 1;
    }
    return ir;
}

#define TABLE(name)                                                                                          \
    ir_##name##_id ir_add_##name(struct ir *ir, struct ir_##name row)                                        \
    {                                                                                                        \
        vec_push(ir->arena, &ir->name, row);                                                                 \
        return (ir_##name##_id){ir->name.count - 1};                                                         \
    }
#define REF(table, field)
#define STR(field)
#define NUM(field)
#define ENUM(type, field)
#define END(name)
#include "ir/tables.def"

ir_str ir_intern(struct ir *ir, const char *bytes, size_t len)
{
    return (ir_str){strpool_intern(ir->strings, bytes, len)};
}

ir_str ir_interns(struct ir *ir, const char *nul_terminated)
{
    return ir_intern(ir, nul_terminated, strlen(nul_terminated));
}

const char *ir_string(const struct ir *ir, ir_str s)
{
    return strpool_get(ir->strings, s.v);
}

struct slice ir_slice(const struct ir *ir, ir_str s)
{
    return (struct slice){strpool_get(ir->strings, s.v), strpool_len(ir->strings, s.v)};
}

ir_str ir_fold(struct ir *ir, ir_str s)
{
    struct slice from = ir_slice(ir, s);
    char small[128];
    char *to = small;
    size_t i = 0;

    while (i < from.n && !(from.p[i] >= 'A' && from.p[i] <= 'Z'))
        i++;
    if (i == from.n)
        return s;
    if (from.n > sizeof small)
        to = arena_alloc(ir->arena, from.n);
    for (i = 0; i < from.n; i++)
        to[i] = (char)(from.p[i] >= 'A' && from.p[i] <= 'Z' ? from.p[i] + 32 : from.p[i]);
    return ir_intern(ir, to, from.n);
}

#define MOST_FIELDS 64

/* The largest value that a field may have. */
static uint32_t last_of(const struct ir *ir, const struct ir_field *field)
{
    switch (field->kind) {
    case IR_FIELD_STR:
        return strpool_count(ir->strings) - 1;
    case IR_FIELD_REF:
        return ir_table_words(ir, field->table)->count - 1;
    case IR_FIELD_ENUM:
        return field->label_count - 1;
    case IR_FIELD_NUM:
        break;
    }
    return UINT32_MAX;
}

int ir_check(const struct ir *ir, struct err *e)
{
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++) {
        const struct ir_table *table = &ir_tables[t];
        const struct ir_words *words = ir_table_words(ir, t);
        uint32_t last[MOST_FIELDS], n = table->field_count;

        if (n > MOST_FIELDS)
            BUG("table %s has too many fields", table->name);
        for (uint32_t f = 0; f < n; f++)
            last[f] = last_of(ir, &table->fields[f]);
        for (uint32_t i = 0; i < words->count; i++) {
            const uint32_t *row = words->items + (size_t)i * n;

            for (uint32_t f = 0; f < n; f++)
                if (row[f] > last[f] || (i == 0 && row[f]))
                    return err_set(e, "%s %u: %s is %u, which is out of range", table->name, i,
                                   table->fields[f].name, row[f]);
        }
    }
    return 0;
}

struct ir_index ir_index_rows(struct arena *a, const void *rows, uint32_t count, size_t row_size,
                              size_t field, uint32_t owners)
{
    uint32_t *first = ARENA_ARRAY(a, uint32_t, (size_t)owners + 2);
    uint32_t *sorted = ARENA_ARRAY(a, uint32_t, count);
    const char *at = (const char *)rows + field;

    /* A stable counting sort: first[o + 1] counts, then becomes where owner o's rows begin. */
    for (uint32_t i = 1; i < count; i++)
        first[*(const uint32_t *)(const void *)(at + i * row_size) + 2]++;
    for (uint32_t o = 2; o < owners + 2; o++)
        first[o] += first[o - 1];
    for (uint32_t i = 1; i < count; i++)
        sorted[first[*(const uint32_t *)(const void *)(at + i * row_size) + 1]++] = i;
    return (struct ir_index){first, sorted};
}
