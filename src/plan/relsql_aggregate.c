/*
 * relsql_aggregate.c - aggregate functions: what pandas makes of nothing, of truth values and of text.
 */
#include "plan/relsql_select.h"

#include <string.h>

static bool is_time(enum relsql_type type)
{
    return type == TYPE_DATE || type == TYPE_TIMESTAMP;
}

static const struct {
    enum ir_expr_op op;
    const char *format; /* of the operand */
    enum relsql_type type;
    bool not_null;
} aggregates[] = {
    {IR_EXPR_AGG_SUM, "COALESCE(SUM(%.*s), 0)", TYPE_UNKNOWN, true},
    {IR_EXPR_AGG_SUM_SQL, "SUM(%.*s)", TYPE_UNKNOWN, false},
    {IR_EXPR_AGG_COUNT, "COUNT(%.*s)", TYPE_INT, true},
    {IR_EXPR_AGG_MEAN, "AVG(%.*s)", TYPE_FLOAT, false},
    {IR_EXPR_AGG_MIN, "MIN(%.*s)", TYPE_UNKNOWN, false},
    {IR_EXPR_AGG_MAX, "MAX(%.*s)", TYPE_UNKNOWN, false},
    {IR_EXPR_AGG_NUNIQUE, "COUNT(DISTINCT %.*s)", TYPE_INT, true},
    {IR_EXPR_AGG_STD, "STDDEV_SAMP(%.*s)", TYPE_FLOAT, false},
    {IR_EXPR_AGG_VAR, "VAR_SAMP(%.*s)", TYPE_FLOAT, false},
    {IR_EXPR_AGG_ANY, "COALESCE(BOOL_OR(%.*s), FALSE)", TYPE_BOOL, true},
    {IR_EXPR_AGG_ALL, "COALESCE(BOOL_AND(%.*s), TRUE)", TYPE_BOOL, true},
    {IR_EXPR_AGG_MEDIAN, "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %.*s)", TYPE_FLOAT, false},
};

static bool is_sum(enum ir_expr_op op)
{
    return op == IR_EXPR_AGG_SUM || op == IR_EXPR_AGG_SUM_SQL || op == IR_EXPR_AGG_MEAN ||
           op == IR_EXPR_AGG_STD || op == IR_EXPR_AGG_VAR || op == IR_EXPR_AGG_MEDIAN;
}

static bool is_extreme(enum ir_expr_op op)
{
    return op == IR_EXPR_AGG_MIN || op == IR_EXPR_AGG_MAX;
}

/* The first or last that is no null, which only the order of the rows tells. */
static bool first_of(struct relsql *r, struct relsql_select *s, ir_expr_id expr, struct relsql_text x,
                     struct relsql_text *out)
{
    struct buf order = buf_new(r->a);
    bool last = IR(r->ir, expr, expr)->op == IR_EXPR_AGG_LAST;
    if (!s->order.count)
        return relsql_fail(
            r, expr, "first and last need a sort right before: otherwise which row that is is not known");
    if (last)
        relsql_reverse(s);
    relsql_put_order(r, s, &order);
    if (last)
        relsql_reverse(s);
    struct slice filter = SLICE("");
    if (!x.not_null)
        filter = relsql_format(r->a, " FILTER (WHERE %.*s IS NOT NULL)",
                               SQL(relsql_paren(r->a, x, LEVEL_COMPARE)));
    out->sql =
        relsql_format(r->a, "(ARRAY_AGG(%.*s ORDER BY %s)%.*s)[1]", SQL(x.sql), buf_str(&order), SQL(filter));
    out->type = x.type;
    out->not_null = x.not_null;
    return true;
}

bool relsql_aggregate_expr(struct relsql *r, struct relsql_select *s, ir_expr_id expr,
                           struct relsql_text *out)
{
    const struct ir_expr *row = IR(r->ir, expr, expr);
    struct relsql_text x = {0};
    *out = (struct relsql_text){
        .sql = SLICE("COUNT(*)"), .level = LEVEL_ATOM, .type = TYPE_INT, .not_null = true};
    if (row->op == IR_EXPR_AGG_SIZE)
        return true;
    if (!relsql_expr(r, s, row->first, false, &x))
        return false;
    if (is_sum(row->op) && (x.type == TYPE_TEXT || is_time(x.type)))
        return relsql_fail(r, expr, "the column is no number");
    if (row->op == IR_EXPR_AGG_FIRST || row->op == IR_EXPR_AGG_LAST)
        return first_of(r, s, expr, x, out);
    if ((row->op == IR_EXPR_AGG_ANY || row->op == IR_EXPR_AGG_ALL) && x.type != TYPE_BOOL)
        return relsql_fail(r, expr, "it is not known that the column holds truth values");
    if (x.type == TYPE_BOOL && (is_sum(row->op) || is_extreme(row->op)))
        x.sql = relsql_format(r->a, "CAST(%.*s AS INTEGER)", SQL(x.sql));
    if (row->op == IR_EXPR_AGG_MEDIAN && x.type != TYPE_INT && r->words->dialect == IR_DIALECT_DUCKDB)
        x.sql =
            relsql_format(r->a, "CAST(%.*s AS DOUBLE PRECISION)", SQL(x.sql)); /* not rounded as a decimal */
    if (is_extreme(row->op) && x.type == TYPE_TEXT)
        x.sql = relsql_format(r->a, "%.*s COLLATE \"C\"", SQL(relsql_paren(r->a, x, LEVEL_ATOM)));
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (aggregates[i].op == row->op) {
            const char *format = aggregates[i].format;
            const char *at = strstr(format, "%.*s");
            out->sql = relsql_format(r->a, "%.*s%.*s%s", (int)(at - format), format, SQL(x.sql), at + 4);
            out->type = aggregates[i].type;
            if (is_extreme(row->op))
                out->type = x.type == TYPE_BOOL ? TYPE_INT : x.type;
            out->not_null = aggregates[i].not_null || (is_extreme(row->op) && x.not_null);
            return true;
        }
    return relsql_fail(
        r, expr, arena_printf(r->a, "%s is no aggregate that is translated", ir_name_of_expr_op(row->op)));
}
