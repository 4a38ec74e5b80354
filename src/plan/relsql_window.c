/*
 * relsql_window.c - aggregates, and functions over a window.
 */
#include "plan/relsql_call.h"

#include <string.h>

bool relsql_write_aggregate(struct relsql_call *c, struct relsql_text *out)
{
    return relsql_aggregate_expr(c->r, c->s, c->id, out);
}

/* One key of PARTITION BY or ORDER BY. */
static bool window_key(struct relsql_call *c, ir_expr_id key, struct buf *b)
{
    const struct ir *ir = c->r->ir;
    struct relsql_text text = {0};
    struct slice order = ir_slice(ir, IR(ir, expr, key)->text);
    bool nulls_first = slice_ends(order, "nulls first"), descending = slice_starts(order, "desc");
    if (!relsql_expr(c->r, c->s, IR(ir, expr, key)->first, false, &text))
        return false;
    buf_printf(b, "%.*s", SQL(text.sql));
    if (IR(ir, expr, key)->op != IR_EXPR_ORDER)
        return true;
    if (text.type == TYPE_TEXT)
        buf_adds(b, " COLLATE \"C\"");
    buf_adds(b, descending ? " DESC" : "");
    if (!text.not_null && nulls_first != (descending && c->r->words->descending_is_first))
        buf_adds(b, nulls_first ? " NULLS FIRST" : " NULLS LAST");
    return true;
}

/* function OVER (PARTITION BY … ORDER BY …) */
bool relsql_write_window(struct relsql_call *c, struct relsql_text *out)
{
    static const struct {
        enum ir_expr_op op;
        const char *sql;
    } ranks[] = {
        {IR_EXPR_ROW_NUMBER, "ROW_NUMBER()"}, {IR_EXPR_RANK, "RANK()"}, {IR_EXPR_DENSE_RANK, "DENSE_RANK()"}};
    const struct ir *ir = c->r->ir;
    enum ir_expr_op function = IR(ir, expr, c->row->first)->op;
    struct buf b = buf_new(c->r->a), keys = buf_new(c->r->a);
    struct relsql_text of = {.type = TYPE_INT, .not_null = true};
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++)
        if (ranks[i].op == function)
            of.sql = slice_of(ranks[i].sql);
    if (function == IR_EXPR_AGG_NUNIQUE || function == IR_EXPR_AGG_MEDIAN)
        return relsql_fail(c->r, c->id, "PostgreSQL has no such function over a window");
    if (!of.sql.n && !relsql_aggregate_expr(c->r, c->s, c->row->first, &of))
        return false;
    enum ir_expr_op before = IR_EXPR_NONE;
    for (ir_expr_id key = IR(ir, expr, c->row->first)->next; key.v; key = IR(ir, expr, key)->next) {
        enum ir_expr_op op = IR(ir, expr, key)->op;
        const char *clause = op == IR_EXPR_ORDER ? "ORDER BY " : "PARTITION BY ";
        buf_adds(&keys, op == before ? ", " : before ? " " : "");
        buf_adds(&keys, op == before ? "" : clause);
        before = op;
        if (!window_key(c, key, &keys))
            return false;
    }
    const char *format = strstr(of.sql.p, "SUM(") && slice_starts(of.sql, "COALESCE(") ? "" : NULL;
    if (format) /* COALESCE(SUM(x), 0): the window belongs to the sum */
        buf_printf(&b, "%.*s OVER (%s), 0)", (int)of.sql.n - 4, of.sql.p, buf_str(&keys));
    else
        buf_printf(&b, "%.*s OVER (%s)", SQL(of.sql), buf_str(&keys));
    out->not_null = of.not_null;
    return relsql_done(out, buf_slice(&b), LEVEL_ATOM, of.type);
}
