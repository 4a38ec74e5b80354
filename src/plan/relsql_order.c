/*
 * relsql_order.c - the order of rows. A table has none; but what a sort or a groupby leaves is known on the way, and
 * head(), shift() and cumsum() mean it.
 */
#include "plan/relsql_select.h"

void relsql_add_order(struct relsql *r, struct relsql_select *s, const struct relsql_column *column,
                      bool descending, bool nulls_first)
{
    struct relsql_order order = {.sql = column->sql,
                                 .descending = descending,
                                 .nulls_first = nulls_first,
                                 .not_null = column->not_null,
                                 .text = column->type == TYPE_TEXT};
    vec_push(r->a, &s->order, order);
}

static const struct relsql_column *column_with(const struct relsql_select *s, struct slice sql)
{
    for (uint32_t i = 0; i < s->columns.count; i++)
        if (slice_eq(s->columns.items[i].sql, sql))
            return &s->columns.items[i];
    return NULL;
}

void relsql_keep_order(struct relsql *r, const struct relsql_select *step, struct relsql_select *over)
{
    for (uint32_t i = step->distinct_on.count; i < step->order.count; i++) {
        struct relsql_order order = step->order.items[i];
        const struct relsql_column *column = column_with(step, order.sql);
        if (!column) {
            over->order.count = 0;
            break;
        }
        order.sql = relsql_reference(r, 0, column->name);
        vec_push(r->a, &over->order, order);
    }
    if (step->reversed)
        relsql_reverse(over);
    over->remembered = true;
}

void relsql_reverse(struct relsql_select *s)
{
    for (uint32_t i = 0; i < s->order.count; i++) {
        s->order.items[i].descending = !s->order.items[i].descending;
        s->order.items[i].nulls_first = !s->order.items[i].nulls_first;
    }
}

void relsql_put_order(struct relsql *r, const struct relsql_select *s, struct buf *out)
{
    for (uint32_t i = 0; i < s->order.count; i++) {
        const struct relsql_order *order = &s->order.items[i];
        bool first = order->descending && r->words->descending_is_first;
        buf_printf(out, "%s%.*s%s", i ? ", " : "", SQL(order->sql), order->text ? " COLLATE \"C\"" : "");
        buf_adds(out, order->descending ? " DESC" : "");
        if (!order->not_null && order->nulls_first != first)
            buf_adds(out, order->nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
}
