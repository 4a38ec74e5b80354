/*
 * relsql_window.c - aggregates, and functions over a window.
 */
#include "plan/relsql_call.h"

#include <string.h>

bool relsql_write_aggregate(struct relsql_call *c, struct relsql_text *out)
{
    return relsql_aggregate_expr(c->r, c->s, c->id, out);
}

/* PARTITION BY every column. */
static bool all_columns(struct relsql_call *c, struct buf *b)
{
    for (uint32_t i = 0; i < c->s->columns.count; i++)
        buf_printf(b, "%s%.*s", i ? ", " : "", SQL(c->s->columns.items[i].sql));
    return !c->s->open || relsql_fail(c->r, c->id, "the columns of what it reads are not known");
}

/* ORDER BY the order that the rows have. */
static bool row_order(struct relsql_call *c, bool backwards, struct buf *b)
{
    if (!c->s->order.count)
        return relsql_fail(c->r, c->id,
                           "it needs a sort right before: otherwise the order of the rows is not known");
    if (backwards)
        relsql_reverse(c->s);
    relsql_put_order(c->r, c->s, b);
    if (backwards)
        relsql_reverse(c->s);
    return true;
}

/* One key of PARTITION BY or ORDER BY. */
static bool window_key(struct relsql_call *c, ir_expr_id key, struct buf *b)
{
    const struct ir *ir = c->r->ir;
    const struct ir_expr *row = IR(ir, expr, key);
    struct relsql_text text = {0};
    struct slice order = ir_slice(ir, row->text);
    bool nulls_first = slice_ends(order, "nulls first"), descending = slice_starts(order, "desc");
    if (!row->first.v)
        return row->op == IR_EXPR_ORDER ? row_order(c, descending, b) : all_columns(c, b);
    if (!relsql_expr(c->r, c->s, row->first, false, &text))
        return false;
    buf_printf(b, "%.*s", SQL(text.sql));
    if (row->op != IR_EXPR_ORDER)
        return true;
    if (text.type == TYPE_TEXT)
        buf_adds(b, " COLLATE \"C\"");
    buf_adds(b, descending ? " DESC" : "");
    if (!text.not_null && nulls_first != (descending && c->r->words->descending_is_first))
        buf_adds(b, nulls_first ? " NULLS FIRST" : " NULLS LAST");
    return true;
}

/* PARTITION BY … ORDER BY … ROWS … */
static bool window_keys(struct relsql_call *c, ir_expr_id key, struct buf *keys)
{
    const struct ir *ir = c->r->ir;
    enum ir_expr_op before = IR_EXPR_NONE;
    for (; key.v; key = IR(ir, expr, key)->next) {
        enum ir_expr_op op = IR(ir, expr, key)->op;
        struct slice text = ir_slice(ir, IR(ir, expr, key)->text);
        buf_adds(keys, op == before ? ", " : before ? " " : "");
        if (op == IR_EXPR_ROWS && text.n)
            buf_printf(keys, "ROWS %.*s PRECEDING", SQL(text));
        else if (op == IR_EXPR_ROWS)
            buf_adds(keys, "ROWS UNBOUNDED PRECEDING");
        else
            buf_adds(keys, op == before ? "" : op == IR_EXPR_ORDER ? "ORDER BY " : "PARTITION BY ");
        before = op;
        if (op != IR_EXPR_ROWS && !window_key(c, key, keys))
            return false;
    }
    return true;
}

/* LAG(x, n), or LEAD when n is negative. */
static bool lag(struct relsql_call *c, ir_expr_id function, struct relsql_text *of)
{
    struct slice n = ir_slice(c->r->ir, IR(c->r->ir, expr, function)->text);
    bool ahead = slice_starts(n, "-");
    if (!relsql_expr(c->r, c->s, IR(c->r->ir, expr, function)->first, false, of))
        return false;
    n = slice_sub(n, ahead, n.n - ahead);
    of->sql = relsql_format(c->r->a, slice_is(n, "1") ? "%s(%.*s)" : "%s(%.*s, %.*s)", ahead ? "LEAD" : "LAG",
                            SQL(of->sql), SQL(n));
    of->not_null = false;
    return true;
}

static const struct {
    enum ir_expr_op op;
    const char *sql;
} ranks[] = {
    {IR_EXPR_ROW_NUMBER, "ROW_NUMBER()"}, {IR_EXPR_RANK, "RANK()"}, {IR_EXPR_DENSE_RANK, "DENSE_RANK()"}};

/* What stands before OVER. */
static bool window_function(struct relsql_call *c, struct relsql_text *of)
{
    enum ir_expr_op function = relsql_op_of(c, 0);
    *of = (struct relsql_text){.type = TYPE_INT, .not_null = true};
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++)
        if (ranks[i].op == function)
            of->sql = slice_of(ranks[i].sql);
    if (of->sql.n)
        return true;
    if (function == IR_EXPR_LAG)
        return lag(c, c->row->first, of);
    if (function == IR_EXPR_AGG_NUNIQUE || function == IR_EXPR_AGG_MEDIAN || function == IR_EXPR_AGG_FIRST ||
        function == IR_EXPR_AGG_LAST)
        return relsql_fail(c->r, c->id, "PostgreSQL has no such function over a window");
    return relsql_aggregate_expr(c->r, c->s, c->row->first, of);
}

/* function OVER (PARTITION BY … ORDER BY …) */
bool relsql_write_window(struct relsql_call *c, struct relsql_text *out)
{
    struct buf b = buf_new(c->r->a), keys = buf_new(c->r->a);
    struct relsql_text of;
    if (!window_function(c, &of) || !window_keys(c, IR(c->r->ir, expr, c->row->first)->next, &keys))
        return false;
    const char *comma =
        slice_starts(of.sql, "COALESCE(") ? strrchr(arena_strndup(c->r->a, of.sql.p, of.sql.n), ',') : NULL;
    if (comma) { /* COALESCE(SUM(x), 0): the window belongs to the sum */
        size_t tail = strlen(comma);
        buf_printf(&b, "%.*s OVER (%s)%s", (int)(of.sql.n - tail), of.sql.p, buf_str(&keys), comma);
    } else {
        buf_printf(&b, "%.*s OVER (%s)", SQL(of.sql), buf_str(&keys));
    }
    out->not_null = of.not_null;
    return relsql_done(out, buf_slice(&b), LEVEL_ATOM, of.type);
}
