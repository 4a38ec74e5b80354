/*
 * The rows that tell later stages what the columns of queries and datasets are.
 */
#include "link/linker.h"

static void write_query(struct link *l, ir_query_id id)
{
    const struct link_shape *shape = link_query_shape(l, id);

    for (uint32_t i = 0; i < shape->count; i++)
        ir_add_query_column(l->ir, (struct ir_query_column){.query = id,
                                                            .ordinal = i + 1,
                                                            .name = shape->items[i].name,
                                                            .output = shape->items[i].output,
                                                            .qualifier = shape->items[i].qualifier,
                                                            .type = shape->items[i].type});
}

/* Columns that something uses, grouped by dataset. */
static struct ir_index group_used(struct link *l)
{
    return ir_index_rows(l->arena, l->used_list.items, l->used_list.count, sizeof(struct link_term),
                         offsetof(struct link_term, dataset), l->ir->dataset.count);
}

static void write_dataset(struct link *l, ir_dataset_id id, const struct ir_index *used)
{
    const struct link_shape *shape = link_dataset_shape(l, id);
    uint32_t ordinal = 0;

    for (uint32_t i = 0; i < shape->count; i++)
        if (shape->items[i].name.v)
            ir_add_column(l->ir, (struct ir_column){.dataset = id,
                                                    .ordinal = ++ordinal,
                                                    .name = shape->items[i].name,
                                                    .type = shape->items[i].type,
                                                    .default_value = shape->items[i].default_value,
                                                    .flags = shape->items[i].flags});
    if (shape->complete)
        return;
    for (uint32_t k = used->first[id.v]; k < used->first[id.v + 1]; k++) {
        ir_str name = l->used_list.items[used->rows[k]].column;

        if (link_shape_find(l, shape, name) < 0)
            ir_add_column(
                l->ir, (struct ir_column){
                           .dataset = id, .ordinal = ++ordinal, .name = name, .flags = IR_COLUMN_INFERRED});
    }
    if (ordinal)
        IR(l->ir, dataset, id)->columns_from = IR_KNOWN_USES;
}

void link_columns_write(struct link *l)
{
    struct ir_index used = group_used(l);

    for (IR_EACH(l->ir, query, q))
        write_query(l, q);
    for (IR_EACH(l->ir, dataset, d))
        write_dataset(l, d, &used);
}
