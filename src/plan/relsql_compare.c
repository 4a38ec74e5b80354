/*
 * relsql_compare.c - comparisons. pandas orders text by code points and takes a null for different from everything:
 * PostgreSQL must be told both.
 */
#include "plan/relsql_call.h"

#include <string.h>

static bool is_literal(enum ir_expr_op op)
{
    return op == IR_EXPR_STRING || op == IR_EXPR_NUMBER || op == IR_EXPR_TRUE || op == IR_EXPR_FALSE;
}

/* Text is ordered by code points in Python; a column's collation orders it otherwise. */
static const char *collation(const struct relsql_call *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->operand[i].type == TYPE_TEXT && !is_literal(relsql_op_of(c, i)))
            return " COLLATE \"C\"";
    return "";
}

static bool compare(struct relsql_call *c, struct relsql_text *out, const char *op, const char *collate)
{
    return relsql_truth(c, out,
                        relsql_format(c->r->a, "%.*s %s %.*s%s", SQL(relsql_operand(c, 0, LEVEL_OTHER)), op,
                                      SQL(relsql_operand(c, 1, LEVEL_OTHER)), collate),
                        LEVEL_COMPARE);
}

bool relsql_write_eq(struct relsql_call *c, struct relsql_text *out)
{
    return compare(c, out, "=", "");
}

bool relsql_write_lt(struct relsql_call *c, struct relsql_text *out)
{
    return compare(c, out, "<", collation(c));
}

bool relsql_write_le(struct relsql_call *c, struct relsql_text *out)
{
    return compare(c, out, "<=", collation(c));
}

bool relsql_write_gt(struct relsql_call *c, struct relsql_text *out)
{
    return compare(c, out, ">", collation(c));
}

bool relsql_write_ge(struct relsql_call *c, struct relsql_text *out)
{
    return compare(c, out, ">=", collation(c));
}

/* A null is different from everything, from a null too; IS DISTINCT FROM a literal says the same. */
bool relsql_write_ne(struct relsql_call *c, struct relsql_text *out)
{
    struct slice a = relsql_operand(c, 0, LEVEL_OTHER), b = relsql_operand(c, 1, LEVEL_OTHER);
    bool literal = is_literal(relsql_op_of(c, 1)) || is_literal(relsql_op_of(c, 0));
    out->not_null = true;
    if (relsql_all_not_null(c))
        return relsql_done(out, relsql_format(c->r->a, "%.*s <> %.*s", SQL(a), SQL(b)), LEVEL_COMPARE,
                           TYPE_BOOL);
    out->note = "pandas: != keeps nulls";
    if (literal)
        return relsql_done(out, relsql_format(c->r->a, "%.*s IS DISTINCT FROM %.*s", SQL(a), SQL(b)),
                           LEVEL_IS, TYPE_BOOL);
    return relsql_done(out, relsql_format(c->r->a, "(%.*s = %.*s) IS NOT TRUE", SQL(a), SQL(b)), LEVEL_IS,
                       TYPE_BOOL);
}

bool relsql_write_ne_sql(struct relsql_call *c, struct relsql_text *out)
{
    return compare(c, out, "<>", "");
}

bool relsql_write_between(struct relsql_call *c, struct relsql_text *out)
{
    return relsql_truth(c, out,
                        relsql_format(c->r->a, "%.*s%s BETWEEN %.*s AND %.*s",
                                      SQL(relsql_operand(c, 0, LEVEL_OTHER)), collation(c),
                                      SQL(relsql_operand(c, 1, LEVEL_OTHER)),
                                      SQL(relsql_operand(c, 2, LEVEL_OTHER))),
                        LEVEL_COMPARE);
}

bool relsql_write_is_null(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = true;
    return relsql_done(out, relsql_format(c->r->a, "%.*s IS NULL", SQL(relsql_operand(c, 0, LEVEL_COMPARE))),
                       LEVEL_IS, TYPE_BOOL);
}

bool relsql_write_not_null(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = true;
    return relsql_done(out,
                       relsql_format(c->r->a, "%.*s IS NOT NULL", SQL(relsql_operand(c, 0, LEVEL_COMPARE))),
                       LEVEL_IS, TYPE_BOOL);
}

/* LIKE with the literal's own wildcards escaped. */
static bool like(struct relsql_call *c, struct relsql_text *out, const char *before, const char *after)
{
    struct slice text = relsql_text_of(c, 1);
    struct buf b = buf_new(c->r->a);
    bool escaped = false;
    if (relsql_op_of(c, 1) != IR_EXPR_STRING)
        return relsql_fail(c->r, c->id, "the text that is looked for is not a constant");
    buf_adds(&b, before);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] && strchr("%_\\", text.p[i])) {
            buf_addc(&b, '\\');
            escaped = true;
        }
        buf_addc(&b, text.p[i]);
    }
    buf_adds(&b, after);
    return relsql_truth(c, out,
                        relsql_format(c->r->a, "%.*s LIKE %.*s%s", SQL(relsql_operand(c, 0, LEVEL_OTHER)),
                                      SQL(relsql_string(c->r, buf_slice(&b))),
                                      escaped ? c->r->words->like_escape : ""),
                        LEVEL_COMPARE);
}

bool relsql_write_contains(struct relsql_call *c, struct relsql_text *out)
{
    return like(c, out, "%", "%");
}

bool relsql_write_startswith(struct relsql_call *c, struct relsql_text *out)
{
    return like(c, out, "", "%");
}

bool relsql_write_endswith(struct relsql_call *c, struct relsql_text *out)
{
    return like(c, out, "%", "");
}
