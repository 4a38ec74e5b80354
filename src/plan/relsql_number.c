/*
 * relsql_number.c - arithmetic as pandas or PySpark does it: true division, floored remainders, halves rounded to
 * even.
 */
#include "plan/relsql_call.h"

#include <string.h>

/* A truth value counts as 0 or 1. */
struct relsql_text relsql_number(const struct relsql_call *c, uint32_t n)
{
    struct relsql_text text = c->operand[n];
    if (text.type == TYPE_BOOL) {
        text.sql = relsql_format(c->r->a, "CAST(%.*s AS INTEGER)", SQL(text.sql));
        text.level = LEVEL_ATOM;
    }
    return text;
}

static enum relsql_type widest(const struct relsql_call *c)
{
    enum relsql_type a = c->operand[0].type, b = c->operand[1].type;
    if (a == TYPE_INT && b == TYPE_INT)
        return TYPE_INT;
    return a == TYPE_UNKNOWN || b == TYPE_UNKNOWN ? TYPE_UNKNOWN : TYPE_FLOAT;
}

static bool is_time(enum relsql_type type)
{
    return type == TYPE_DATE || type == TYPE_TIMESTAMP;
}

static bool arithmetic(struct relsql_call *c, struct relsql_text *out, const char *op,
                       enum relsql_level level)
{
    if (is_time(c->operand[0].type) || is_time(c->operand[1].type))
        return relsql_fail(c->r, c->id, "arithmetic with dates is not translated");
    out->not_null = relsql_all_not_null(c);
    return relsql_done(
        out,
        relsql_format(c->r->a, "%.*s %s %.*s", SQL(relsql_paren(c->r->a, relsql_number(c, 0), level)), op,
                      SQL(relsql_paren(c->r->a, relsql_number(c, 1), (enum relsql_level)(level + 1)))),
        level, widest(c));
}

bool relsql_write_concat(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = relsql_all_not_null(c);
    return relsql_done(out,
                       relsql_format(c->r->a, "%.*s || %.*s", SQL(relsql_operand(c, 0, LEVEL_OTHER)),
                                     SQL(relsql_operand(c, 1, LEVEL_ADD))),
                       LEVEL_OTHER, TYPE_TEXT);
}

bool relsql_write_add(struct relsql_call *c, struct relsql_text *out)
{
    if (c->operand[0].type == TYPE_TEXT && c->operand[1].type == TYPE_TEXT)
        return relsql_write_concat(c, out);
    return arithmetic(c, out, "+", LEVEL_ADD);
}

bool relsql_write_sub(struct relsql_call *c, struct relsql_text *out)
{
    return arithmetic(c, out, "-", LEVEL_ADD);
}

bool relsql_write_mul(struct relsql_call *c, struct relsql_text *out)
{
    return arithmetic(c, out, "*", LEVEL_MUL);
}

static bool is_nonzero_number(const struct relsql_call *c, uint32_t n)
{
    struct slice text = relsql_text_of(c, n);
    if (relsql_op_of(c, n) != IR_EXPR_NUMBER)
        return false;
    for (size_t i = 0; i < text.n && text.p[i] != 'e' && text.p[i] != 'E'; i++)
        if (text.p[i] >= '1' && text.p[i] <= '9')
            return true;
    return false;
}

/* True division; what is divided by zero is infinite, with its sign, and zero by zero is missing. */
bool relsql_write_div(struct relsql_call *c, struct relsql_text *out)
{
    struct slice a = relsql_paren(c->r->a, relsql_number(c, 0), LEVEL_MUL);
    struct slice b = relsql_paren(c->r->a, relsql_number(c, 1), LEVEL_ATOM);
    struct slice quotient =
        relsql_format(c->r->a, "CAST(%.*s AS DOUBLE PRECISION) / %.*s",
                      SQL(c->operand[0].type == TYPE_BOOL ? a : c->operand[0].sql), SQL(b));
    if (is_nonzero_number(c, 1)) {
        out->not_null = c->operand[0].not_null;
        return relsql_done(out, quotient, LEVEL_MUL, TYPE_FLOAT);
    }
    if (relsql_in_spark(c))
        return relsql_done(out,
                           relsql_format(c->r->a, "CAST(%.*s AS DOUBLE PRECISION) / NULLIF(%.*s, 0)",
                                         SQL(c->operand[0].sql), SQL(c->operand[1].sql)),
                           LEVEL_MUL, TYPE_FLOAT);
    a = relsql_paren(c->r->a, relsql_number(c, 0), LEVEL_OTHER);
    out->note = "pandas: a number divided by zero is infinite";
    return relsql_done(
        out,
        relsql_format(c->r->a,
                      "CASE WHEN %.*s <> 0 THEN %.*s WHEN %.*s = 0 AND %.*s > 0 THEN 'Infinity' "
                      "WHEN %.*s = 0 AND %.*s < 0 THEN '-Infinity' END",
                      SQL(b), SQL(quotient), SQL(b), SQL(a), SQL(b), SQL(a)),
        LEVEL_ATOM, TYPE_FLOAT);
}

bool relsql_write_floordiv(struct relsql_call *c, struct relsql_text *out)
{
    if (!is_nonzero_number(c, 1))
        return relsql_fail(c->r, c->id, "// is translated for a constant divisor only");
    out->not_null = c->operand[0].not_null;
    return relsql_done(out,
                       relsql_format(c->r->a, "FLOOR(CAST(%.*s AS %s) / %.*s)", SQL(c->operand[0].sql),
                                     c->r->words->number, SQL(relsql_operand(c, 1, LEVEL_ATOM))),
                       LEVEL_ATOM, c->operand[0].type);
}

bool relsql_write_mod(struct relsql_call *c, struct relsql_text *out)
{
    struct slice b = relsql_operand(c, 1, LEVEL_MUL);
    if (!is_nonzero_number(c, 1))
        return relsql_fail(c->r, c->id, "% is translated for a constant divisor only");
    out->not_null = c->operand[0].not_null;
    return relsql_done(out,
                       relsql_format(c->r->a, "MOD(MOD(CAST(%.*s AS %s), %.*s) + %.*s, %.*s)",
                                     SQL(c->operand[0].sql), c->r->words->number, SQL(b), SQL(b), SQL(b)),
                       LEVEL_ATOM, c->operand[0].type);
}

bool relsql_write_neg(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = c->operand[0].not_null;
    return relsql_done(out, relsql_format(c->r->a, "-%.*s", SQL(relsql_operand(c, 0, LEVEL_ATOM))), LEVEL_MUL,
                       c->operand[0].type);
}

static struct slice whole(const struct relsql_call *c, struct slice number)
{
    const char *format = c->r->words->round_even, *at = strstr(format, "%.*s");
    return relsql_format(c->r->a, "%.*s%.*s%s", (int)(at - format), format, SQL(number), at + 4);
}

/* Half to even, of the scaled double as NumPy does it. */
bool relsql_write_round(struct relsql_call *c, struct relsql_text *out)
{
    struct slice digits = relsql_text_of(c, 1);
    struct slice x = relsql_format(c->r->a, "CAST(%.*s AS DOUBLE PRECISION)", SQL(c->operand[0].sql));
    if (relsql_op_of(c, 1) != IR_EXPR_NUMBER || digits.n > 2)
        return relsql_fail(c->r, c->id, "the number of digits is not a constant");
    out->not_null = c->operand[0].not_null;
    if (c->operand[0].type == TYPE_INT)
        return relsql_done(out, c->operand[0].sql, c->operand[0].level, TYPE_INT);
    if (relsql_in_spark(c)) /* halves away from zero, of the number as it is written */
        return relsql_done(
            out,
            relsql_format(c->r->a, "ROUND(CAST(%.*s AS NUMERIC), %.*s)", SQL(c->operand[0].sql), SQL(digits)),
            LEVEL_ATOM, TYPE_FLOAT);
    if (slice_is(digits, "0"))
        return relsql_done(out, whole(c, x), LEVEL_ATOM, TYPE_FLOAT);
    x = whole(c, relsql_format(c->r->a, "%.*s * 1e%.*s", SQL(x), SQL(digits)));
    return relsql_done(out, relsql_format(c->r->a, "%.*s / 1e%.*s", SQL(x), SQL(digits)), LEVEL_MUL,
                       TYPE_FLOAT);
}
