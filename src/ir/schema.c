/* The descriptors, made from tables.def and enums.def, and the names of the enums' values. */
#include "ir/schema.h"

#define BEGIN(type) static const char *const labels_##type[] = {
#define L(constant, name) name,
#define FINISH(type)                                                                                         \
    }                                                                                                        \
    ;
#include "ir/enums.def"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define BEGIN(type)                                                                                          \
    const char *ir_name_of_##type(enum ir_##type value)                                                      \
    {                                                                                                        \
        return (uint32_t)value < COUNT_OF(labels_##type) ? labels_##type[value] : "?";                       \
    }
#define L(constant, name)
#define FINISH(type)
#include "ir/enums.def"

#define TABLE(name) static const struct ir_field fields_##name[] = {
#define REF(table, field) {#field, IR_FIELD_REF, IR_TABLE_##table, NULL, 0},
#define STR(field) {#field, IR_FIELD_STR, 0, NULL, 0},
#define NUM(field) {#field, IR_FIELD_NUM, 0, NULL, 0},
#define ENUM(type, field) {#field, IR_FIELD_ENUM, 0, labels_##type, COUNT_OF(labels_##type)},
#define END(name)                                                                                            \
    }                                                                                                        \
    ;                                                                                                        \
    _Static_assert(sizeof(struct ir_##name) == 4 * COUNT_OF(fields_##name), "a row is its fields");
#include "ir/tables.def"

const struct ir_table ir_tables[IR_TABLE_COUNT] = {
#define TABLE(name) {#name, fields_##name, COUNT_OF(fields_##name), offsetof(struct ir, name)},
#define REF(table, field)
#define STR(field)
#define NUM(field)
#define ENUM(type, field)
#define END(name)
#include "ir/tables.def"
};

struct ir_words *ir_table_words(const struct ir *ir, uint32_t t)
{
    return (struct ir_words *)((char *)(uintptr_t)ir + ir_tables[t].offset);
}
