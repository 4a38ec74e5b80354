/*
 * schema.h - the tables described as data, for what treats all of them alike: the verifier, the dump and
 * the blocks. Private to ir/.
 */
#ifndef IR_SCHEMA_H
#define IR_SCHEMA_H

#include "ir/ir.h"

enum ir_field_kind { IR_FIELD_REF, IR_FIELD_STR, IR_FIELD_NUM, IR_FIELD_ENUM };

struct ir_field {
    const char *name;
    enum ir_field_kind kind;
    uint32_t table;            /* REF: the number of the table it points into */
    const char *const *labels; /* ENUM: the names of its values */
    uint32_t label_count;
};

struct ir_table {
    const char *name;
    const struct ir_field *fields;
    uint32_t field_count; /* every field is 32 bits, so a row is field_count * 4 bytes */
    size_t offset;        /* of the table's vector in struct ir */
};

#define TABLE(name) IR_TABLE_##name,
#define REF(table, field)
#define STR(field)
#define NUM(field)
#define ENUM(type, field)
#define END(name)
enum {
#include "ir/tables.def"
    IR_TABLE_COUNT
};

extern const struct ir_table ir_tables[IR_TABLE_COUNT];

/* A table seen as rows of 32-bit words; shares memory with the typed vector, which the compiler is told. */
struct __attribute__((may_alias)) ir_words {
    uint32_t *items;
    uint32_t count;
    uint32_t capacity;
};

/* The table number `t` of `ir`. The struct is shared with the typed vector. */
struct ir_words *ir_table_words(const struct ir *ir, uint32_t t);

#endif
