/*
 * files.c - one file, one row. A Python file is read together with the modules and SQL files that it takes
 * in, so the same file comes in several blocks.
 */
#include "ir/ir.h"

#include "base/map.h"
#include "ir/schema.h"

/* What another reading knows of the same file. */
static void take_over(struct ir_file *to, const struct ir_file *from)
{
    if (!to->source.v)
        to->source = from->source;
    if (from->status > to->status)
        to->status = from->status;
}

/* Of the rows with a path the one whose size is known stays: it is the file's own reading. */
static struct map rows_that_stay(struct ir *ir, struct arena *scratch)
{
    struct map stay = map_new(scratch);

    for (IR_EACH(ir, file, f)) {
        const struct ir_file *row = IR(ir, file, f);
        uint32_t known = map_get(&stay, map_key(0, row->path.v));

        if (!known || (ir->file.items[known].size == 0 && row->size))
            map_put(&stay, map_key(0, row->path.v), f.v);
    }
    return stay;
}

/* Fills in the new id of every row of `file`; false when all of them stay. */
static bool unite(struct ir *ir, struct arena *scratch, uint32_t *ids)
{
    struct map stay = rows_that_stay(ir, scratch);
    uint32_t kept = 1;

    for (IR_EACH(ir, file, f)) {
        uint32_t to = map_get(&stay, map_key(0, IR(ir, file, f)->path.v));

        if (to != f.v)
            take_over(&ir->file.items[to], IR(ir, file, f));
        else
            ids[f.v] = kept++;
    }
    if (kept == ir->file.count)
        return false;
    for (IR_EACH(ir, file, f)) {
        uint32_t to = map_get(&stay, map_key(0, IR(ir, file, f)->path.v));

        if (to != f.v)
            ids[f.v] = ids[to];
    }
    kept = 1;
    for (IR_EACH(ir, file, f))
        if (map_get(&stay, map_key(0, IR(ir, file, f)->path.v)) == f.v)
            ir->file.items[kept++] = *IR(ir, file, f);
    ir->file.count = kept;
    return true;
}

static void rename_refs(struct ir *ir, const uint32_t *ids)
{
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++) {
        const struct ir_table *table = &ir_tables[t];
        struct ir_words *words = ir_table_words(ir, t);

        for (uint32_t f = 0; f < table->field_count; f++) {
            uint32_t *at = words->items + f;

            if (table->fields[f].kind != IR_FIELD_REF || table->fields[f].table != IR_TABLE_file)
                continue;
            for (uint32_t i = 0; i < words->count; i++, at += table->field_count)
                *at = ids[*at];
        }
    }
}

void ir_unite_files(struct ir *ir)
{
    struct arena *scratch = arena_new();
    uint32_t *ids = ARENA_ARRAY(scratch, uint32_t, ir->file.count);

    if (unite(ir, scratch, ids))
        rename_refs(ir, ids);
    arena_free(scratch);
}
