/* The text dump: one line a row, fields that are 0 left out, strings cut at a readable length. */
#include "ir/ir.h"

#include "ir/schema.h"

#define LONGEST 120

static void dump_string(FILE *out, struct slice s)
{
    fputc('"', out);
    for (size_t i = 0; i < s.n && i < LONGEST; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == '\n')
            fputs("\\n", out);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 32 || c == 127)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputs(s.n > LONGEST ? "…\"" : "\"", out);
}

static void dump_field(const struct ir *ir, const struct ir_field *field, uint32_t value, FILE *out)
{
    if (value == 0)
        return;
    fprintf(out, " %s=", field->name);
    if (field->kind == IR_FIELD_STR)
        dump_string(out, ir_slice(ir, (ir_str){value}));
    else if (field->kind == IR_FIELD_ENUM)
        fputs(field->labels[value], out);
    else
        fprintf(out, "%u", value);
}

void ir_dump(const struct ir *ir, FILE *out)
{
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++) {
        const struct ir_table *table = &ir_tables[t];
        const struct ir_words *words = ir_table_words(ir, t);

        for (uint32_t i = 1; i < words->count; i++) {
            const uint32_t *row = words->items + (size_t)i * table->field_count;

            fprintf(out, "%s %u:", table->name, i);
            for (uint32_t f = 0; f < table->field_count; f++)
                dump_field(ir, &table->fields[f], row[f], out);
            fputc('\n', out);
        }
    }
}
