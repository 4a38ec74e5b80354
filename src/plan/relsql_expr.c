/*
 * relsql_expr.c - expressions as PostgreSQL. What a null does is explicit in the IR; each writer here keeps it,
 * with two readings of a condition: where only true counts (a filter) null may stay null, elsewhere it must
 * become false.
 */
#include "plan/relsql_select.h"

#include <string.h>

/* ---- expressions ---- */

enum { MAX_OPERANDS = 3 };

/* What a writer gets: the expression and its first operands, written. */
struct call {
    struct relsql *r;
    struct relsql_select *s;
    ir_expr_id id;
    const struct ir_expr *row;
    struct relsql_text operand[MAX_OPERANDS];
    uint32_t count;
    bool condition;
};
typedef bool writer(struct call *c, struct relsql_text *out);

static enum ir_expr_op op_of(const struct call *c, uint32_t n)
{
    ir_expr_id id = c->row->first;
    while (n-- && id.v)
        id = IR(c->r->ir, expr, id)->next;
    return IR(c->r->ir, expr, id)->op;
}

static struct slice text_of(const struct call *c, uint32_t n)
{
    ir_expr_id id = c->row->first;
    while (n-- && id.v)
        id = IR(c->r->ir, expr, id)->next;
    return ir_slice(c->r->ir, IR(c->r->ir, expr, id)->text);
}

static bool is_literal(enum ir_expr_op op)
{
    return op == IR_EXPR_STRING || op == IR_EXPR_NUMBER || op == IR_EXPR_TRUE || op == IR_EXPR_FALSE;
}

static struct slice in(const struct call *c, uint32_t n, enum relsql_level level)
{
    return relsql_paren(c->r->a, c->operand[n], level);
}

static bool all_not_null(const struct call *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (!c->operand[i].not_null)
            return false;
    return true;
}

static bool done(struct relsql_text *out, struct slice sql, enum relsql_level level, enum relsql_type type)
{
    out->sql = sql;
    out->level = level;
    out->type = type;
    return true;
}

/* In PySpark a null does what it does in SQL. */
static bool is_spark(const struct call *c)
{
    return IR(c->r->ir, rel, c->r->rel)->flags & IR_REL_SPARK;
}

/* A condition that may be null; unless that is fine here, IS TRUE makes it false. */
static bool truth(struct call *c, struct relsql_text *out, struct slice sql, enum relsql_level level)
{
    bool null = !all_not_null(c);
    done(out, sql, level, TYPE_BOOL);
    if (null && !c->condition && !is_spark(c)) {
        out->sql = relsql_format(c->r->a, "%.*s IS TRUE", SQL(relsql_paren(c->r->a, *out, LEVEL_OTHER)));
        out->level = LEVEL_IS;
        null = false;
    }
    out->not_null = !null;
    return true;
}

static bool write_column(struct call *c, struct relsql_text *out)
{
    struct relsql_column *column = relsql_find(c->s, c->row->text);
    struct slice name = relsql_identifier(c->r->a, ir_slice(c->r->ir, c->row->text));
    if (!column && c->s->open && c->s->from.count == 1 && name.n) {
        out->plain = true;
        return done(out, relsql_format(c->r->a, "%c%c%.*s", RELSQL_MARK, RELSQL_MARK_BASE, SQL(name)),
                    LEVEL_ATOM, TYPE_UNKNOWN);
    }
    if (!column)
        return relsql_fail(c->r, c->id,
                           arena_printf(c->r->a, "there is no column %s that is known here",
                                        ir_string(c->r->ir, c->row->text)));
    if (!relsql_is_clear(c->r, column, c->id))
        return false;
    out->not_null = column->not_null;
    out->plain = column->plain;
    return done(out, column->sql, column->level, column->type);
}

static bool write_string(struct call *c, struct relsql_text *out)
{
    struct slice text = ir_slice(c->r->ir, c->row->text);
    if (memchr(text.p, 0, text.n))
        return relsql_fail(c->r, c->id, "PostgreSQL's text can't hold a zero byte");
    out->not_null = true;
    return done(out, relsql_string(c->r->a, text), LEVEL_ATOM, TYPE_TEXT);
}

static bool write_number(struct call *c, struct relsql_text *out)
{
    struct slice text = ir_slice(c->r->ir, c->row->text);
    bool whole = true;
    for (size_t i = 0; i < text.n; i++)
        whole = whole && ((text.p[i] >= '0' && text.p[i] <= '9') || (!i && text.p[i] == '-'));
    out->not_null = true;
    return done(out, text, text.n && text.p[0] == '-' ? LEVEL_MUL : LEVEL_ATOM,
                whole ? TYPE_INT : TYPE_FLOAT);
}

static bool write_true(struct call *c, struct relsql_text *out)
{
    out->not_null = c != NULL;
    return done(out, SLICE("TRUE"), LEVEL_ATOM, TYPE_BOOL);
}

static bool write_false(struct call *c, struct relsql_text *out)
{
    out->not_null = c != NULL;
    return done(out, SLICE("FALSE"), LEVEL_ATOM, TYPE_BOOL);
}

static bool write_null(struct call *c, struct relsql_text *out)
{
    out->not_null = c == NULL;
    return done(out, SLICE("NULL"), LEVEL_ATOM, TYPE_UNKNOWN);
}

/* ---- comparisons ---- */

/* Text is ordered by code points in Python; a column's collation orders it otherwise. */
static const char *collation(const struct call *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->operand[i].type == TYPE_TEXT && !is_literal(op_of(c, i)))
            return " COLLATE \"C\"";
    return "";
}

static bool compare(struct call *c, struct relsql_text *out, const char *op, const char *collate)
{
    return truth(c, out,
                 relsql_format(c->r->a, "%.*s %s %.*s%s", SQL(in(c, 0, LEVEL_OTHER)), op,
                               SQL(in(c, 1, LEVEL_OTHER)), collate),
                 LEVEL_COMPARE);
}

static bool write_eq(struct call *c, struct relsql_text *out)
{
    return compare(c, out, "=", "");
}

static bool write_lt(struct call *c, struct relsql_text *out)
{
    return compare(c, out, "<", collation(c));
}

static bool write_le(struct call *c, struct relsql_text *out)
{
    return compare(c, out, "<=", collation(c));
}

static bool write_gt(struct call *c, struct relsql_text *out)
{
    return compare(c, out, ">", collation(c));
}

static bool write_ge(struct call *c, struct relsql_text *out)
{
    return compare(c, out, ">=", collation(c));
}

/* A null is different from everything, from a null too; IS DISTINCT FROM a literal says the same. */
static bool write_ne(struct call *c, struct relsql_text *out)
{
    struct slice a = in(c, 0, LEVEL_OTHER), b = in(c, 1, LEVEL_OTHER);
    bool literal = is_literal(op_of(c, 1)) || is_literal(op_of(c, 0));
    out->not_null = true;
    if (all_not_null(c))
        return done(out, relsql_format(c->r->a, "%.*s <> %.*s", SQL(a), SQL(b)), LEVEL_COMPARE, TYPE_BOOL);
    out->note = "pandas: != keeps nulls";
    if (literal)
        return done(out, relsql_format(c->r->a, "%.*s IS DISTINCT FROM %.*s", SQL(a), SQL(b)), LEVEL_IS,
                    TYPE_BOOL);
    return done(out, relsql_format(c->r->a, "(%.*s = %.*s) IS NOT TRUE", SQL(a), SQL(b)), LEVEL_IS,
                TYPE_BOOL);
}

static bool write_ne_sql(struct call *c, struct relsql_text *out)
{
    return compare(c, out, "<>", "");
}

static bool write_between(struct call *c, struct relsql_text *out)
{
    return truth(c, out,
                 relsql_format(c->r->a, "%.*s%s BETWEEN %.*s AND %.*s", SQL(in(c, 0, LEVEL_OTHER)),
                               collation(c), SQL(in(c, 1, LEVEL_OTHER)), SQL(in(c, 2, LEVEL_OTHER))),
                 LEVEL_COMPARE);
}

static bool write_is_null(struct call *c, struct relsql_text *out)
{
    out->not_null = true;
    return done(out, relsql_format(c->r->a, "%.*s IS NULL", SQL(in(c, 0, LEVEL_COMPARE))), LEVEL_IS,
                TYPE_BOOL);
}

static bool write_not_null(struct call *c, struct relsql_text *out)
{
    out->not_null = true;
    return done(out, relsql_format(c->r->a, "%.*s IS NOT NULL", SQL(in(c, 0, LEVEL_COMPARE))), LEVEL_IS,
                TYPE_BOOL);
}

/* LIKE with the literal's own wildcards escaped. */
static bool like(struct call *c, struct relsql_text *out, const char *before, const char *after)
{
    struct slice text = text_of(c, 1);
    struct buf b = buf_new(c->r->a);
    if (op_of(c, 1) != IR_EXPR_STRING)
        return relsql_fail(c->r, c->id, "the text that is looked for is not a constant");
    buf_adds(&b, before);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] && strchr("%_\\", text.p[i]))
            buf_addc(&b, '\\');
        buf_addc(&b, text.p[i]);
    }
    buf_adds(&b, after);
    return truth(c, out,
                 relsql_format(c->r->a, "%.*s LIKE %.*s", SQL(in(c, 0, LEVEL_OTHER)),
                               SQL(relsql_string(c->r->a, buf_slice(&b)))),
                 LEVEL_COMPARE);
}

static bool write_contains(struct call *c, struct relsql_text *out)
{
    return like(c, out, "%", "%");
}

static bool write_startswith(struct call *c, struct relsql_text *out)
{
    return like(c, out, "", "%");
}

static bool write_endswith(struct call *c, struct relsql_text *out)
{
    return like(c, out, "%", "");
}

/* ---- logic ---- */

static bool logic(struct call *c, struct relsql_text *out, const char *op, enum relsql_level level)
{
    out->not_null = all_not_null(c);
    out->note = c->operand[0].note ? c->operand[0].note : c->operand[1].note;
    return done(out, relsql_format(c->r->a, "%.*s %s %.*s", SQL(in(c, 0, level)), op, SQL(in(c, 1, level))),
                level, TYPE_BOOL);
}

static bool write_and(struct call *c, struct relsql_text *out)
{
    return logic(c, out, "AND", LEVEL_AND);
}

static bool write_or(struct call *c, struct relsql_text *out)
{
    return logic(c, out, "OR", LEVEL_OR);
}

static bool write_not(struct call *c, struct relsql_text *out)
{
    bool sure = c->operand[0].not_null;
    out->not_null = sure || !is_spark(c);
    sure |= is_spark(c);
    if (!sure)
        out->note = "pandas: the opposite of a null comparison is true";
    return done(out,
                relsql_format(c->r->a, sure ? "NOT (%.*s)" : "(%.*s) IS NOT TRUE", SQL(c->operand[0].sql)),
                LEVEL_IS, TYPE_BOOL);
}

/* ---- arithmetic ---- */

/* A truth value counts as 0 or 1. */
static struct relsql_text number(const struct call *c, uint32_t n)
{
    struct relsql_text text = c->operand[n];
    if (text.type == TYPE_BOOL) {
        text.sql = relsql_format(c->r->a, "CAST(%.*s AS INTEGER)", SQL(text.sql));
        text.level = LEVEL_ATOM;
    }
    return text;
}

static enum relsql_type widest(const struct call *c)
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

static bool arithmetic(struct call *c, struct relsql_text *out, const char *op, enum relsql_level level)
{
    if (is_time(c->operand[0].type) || is_time(c->operand[1].type))
        return relsql_fail(c->r, c->id, "arithmetic with dates is not translated");
    out->not_null = all_not_null(c);
    return done(out,
                relsql_format(c->r->a, "%.*s %s %.*s", SQL(relsql_paren(c->r->a, number(c, 0), level)), op,
                              SQL(relsql_paren(c->r->a, number(c, 1), (enum relsql_level)(level + 1)))),
                level, widest(c));
}

static bool write_concat(struct call *c, struct relsql_text *out)
{
    out->not_null = all_not_null(c);
    return done(out,
                relsql_format(c->r->a, "%.*s || %.*s", SQL(in(c, 0, LEVEL_OTHER)), SQL(in(c, 1, LEVEL_ADD))),
                LEVEL_OTHER, TYPE_TEXT);
}

static bool write_add(struct call *c, struct relsql_text *out)
{
    if (c->operand[0].type == TYPE_TEXT && c->operand[1].type == TYPE_TEXT)
        return write_concat(c, out);
    return arithmetic(c, out, "+", LEVEL_ADD);
}

static bool write_sub(struct call *c, struct relsql_text *out)
{
    return arithmetic(c, out, "-", LEVEL_ADD);
}

static bool write_mul(struct call *c, struct relsql_text *out)
{
    return arithmetic(c, out, "*", LEVEL_MUL);
}

static bool is_nonzero_number(const struct call *c, uint32_t n)
{
    struct slice text = text_of(c, n);
    if (op_of(c, n) != IR_EXPR_NUMBER)
        return false;
    for (size_t i = 0; i < text.n && text.p[i] != 'e' && text.p[i] != 'E'; i++)
        if (text.p[i] >= '1' && text.p[i] <= '9')
            return true;
    return false;
}

/* True division; what is divided by zero is infinite, with its sign, and zero by zero is missing. */
static bool write_div(struct call *c, struct relsql_text *out)
{
    struct slice a = relsql_paren(c->r->a, number(c, 0), LEVEL_MUL);
    struct slice b = relsql_paren(c->r->a, number(c, 1), LEVEL_ATOM);
    struct slice quotient =
        relsql_format(c->r->a, "CAST(%.*s AS DOUBLE PRECISION) / %.*s",
                      SQL(c->operand[0].type == TYPE_BOOL ? a : c->operand[0].sql), SQL(b));
    if (is_nonzero_number(c, 1)) {
        out->not_null = c->operand[0].not_null;
        return done(out, quotient, LEVEL_MUL, TYPE_FLOAT);
    }
    if (is_spark(c))
        return done(out,
                    relsql_format(c->r->a, "CAST(%.*s AS DOUBLE PRECISION) / NULLIF(%.*s, 0)",
                                  SQL(c->operand[0].sql), SQL(c->operand[1].sql)),
                    LEVEL_MUL, TYPE_FLOAT);
    a = relsql_paren(c->r->a, number(c, 0), LEVEL_OTHER);
    out->note = "pandas: a number divided by zero is infinite";
    return done(out,
                relsql_format(c->r->a,
                              "CASE WHEN %.*s <> 0 THEN %.*s WHEN %.*s = 0 AND %.*s > 0 THEN 'Infinity' "
                              "WHEN %.*s = 0 AND %.*s < 0 THEN '-Infinity' END",
                              SQL(b), SQL(quotient), SQL(b), SQL(a), SQL(b), SQL(a)),
                LEVEL_ATOM, TYPE_FLOAT);
}

static bool write_floordiv(struct call *c, struct relsql_text *out)
{
    if (!is_nonzero_number(c, 1))
        return relsql_fail(c->r, c->id, "// is translated for a constant divisor only");
    out->not_null = c->operand[0].not_null;
    return done(out,
                relsql_format(c->r->a, "FLOOR(CAST(%.*s AS NUMERIC) / %.*s)", SQL(c->operand[0].sql),
                              SQL(in(c, 1, LEVEL_ATOM))),
                LEVEL_ATOM, c->operand[0].type);
}

static bool write_mod(struct call *c, struct relsql_text *out)
{
    struct slice b = in(c, 1, LEVEL_MUL);
    if (!is_nonzero_number(c, 1))
        return relsql_fail(c->r, c->id, "% is translated for a constant divisor only");
    out->not_null = c->operand[0].not_null;
    return done(out,
                relsql_format(c->r->a, "MOD(MOD(CAST(%.*s AS NUMERIC), %.*s) + %.*s, %.*s)",
                              SQL(c->operand[0].sql), SQL(b), SQL(b), SQL(b)),
                LEVEL_ATOM, c->operand[0].type);
}

static bool write_neg(struct call *c, struct relsql_text *out)
{
    out->not_null = c->operand[0].not_null;
    return done(out, relsql_format(c->r->a, "-%.*s", SQL(in(c, 0, LEVEL_ATOM))), LEVEL_MUL,
                c->operand[0].type);
}

/* Half to even, of the scaled double as NumPy does it. */
static bool write_round(struct call *c, struct relsql_text *out)
{
    struct slice digits = text_of(c, 1);
    struct slice x = relsql_format(c->r->a, "CAST(%.*s AS DOUBLE PRECISION)", SQL(c->operand[0].sql));
    if (op_of(c, 1) != IR_EXPR_NUMBER || digits.n > 2)
        return relsql_fail(c->r, c->id, "the number of digits is not a constant");
    out->not_null = c->operand[0].not_null;
    if (c->operand[0].type == TYPE_INT)
        return done(out, c->operand[0].sql, c->operand[0].level, TYPE_INT);
    if (is_spark(c)) /* halves away from zero, of the number as it is written */
        return done(out,
                    relsql_format(c->r->a, "ROUND(CAST(%.*s AS NUMERIC), %.*s)", SQL(c->operand[0].sql),
                                  SQL(digits)),
                    LEVEL_ATOM, TYPE_FLOAT);
    if (slice_is(digits, "0"))
        return done(out, relsql_format(c->r->a, "ROUND(%.*s)", SQL(x)), LEVEL_ATOM, TYPE_FLOAT);
    return done(out,
                relsql_format(c->r->a, "ROUND(%.*s * 1e%.*s) / 1e%.*s", SQL(x), SQL(digits), SQL(digits)),
                LEVEL_MUL, TYPE_FLOAT);
}

/* ---- functions ---- */

static bool function(struct call *c, struct relsql_text *out, const char *name, enum relsql_type type)
{
    out->not_null = c->operand[0].not_null;
    return done(out, relsql_format(c->r->a, "%s(%.*s)", name, SQL(c->operand[0].sql)), LEVEL_ATOM, type);
}

static bool write_lower(struct call *c, struct relsql_text *out)
{
    return function(c, out, "LOWER", TYPE_TEXT);
}

static bool write_upper(struct call *c, struct relsql_text *out)
{
    return function(c, out, "UPPER", TYPE_TEXT);
}

static bool write_length(struct call *c, struct relsql_text *out)
{
    return function(c, out, "LENGTH", TYPE_INT);
}

static bool write_abs(struct call *c, struct relsql_text *out)
{
    return function(c, out, "ABS", c->operand[0].type);
}

/* What str.strip() takes away: every character that Python calls white space. */
#define WHITE_SPACE                                                                                          \
    "E' \\t\\n\\x0B\\f\\r\\x1C\\x1D\\x1E\\x1F\\u0085\\u00A0\\u1680\\u2000\\u2001\\u2002\\u2003"              \
    "\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000'"

static bool trim(struct call *c, struct relsql_text *out, const char *name)
{
    struct slice characters = c->count > 1 ? c->operand[1].sql : SLICE(WHITE_SPACE);
    out->not_null = c->operand[0].not_null;
    return done(out, relsql_format(c->r->a, "%s(%.*s, %.*s)", name, SQL(c->operand[0].sql), SQL(characters)),
                LEVEL_ATOM, TYPE_TEXT);
}

static bool write_strip(struct call *c, struct relsql_text *out)
{
    return trim(c, out, "BTRIM");
}

static bool write_lstrip(struct call *c, struct relsql_text *out)
{
    return trim(c, out, "LTRIM");
}

static bool write_rstrip(struct call *c, struct relsql_text *out)
{
    return trim(c, out, "RTRIM");
}

static bool write_replace(struct call *c, struct relsql_text *out)
{
    out->not_null = all_not_null(c);
    return done(out,
                relsql_format(c->r->a, "REPLACE(%.*s, %.*s, %.*s)", SQL(c->operand[0].sql),
                              SQL(c->operand[1].sql), SQL(c->operand[2].sql)),
                LEVEL_ATOM, TYPE_TEXT);
}

static uint32_t small_number(struct slice text)
{
    uint32_t value = 0;
    for (size_t i = 0; i < text.n && i < 7; i++)
        value = value * 10 + (uint32_t)(text.p[i] - '0');
    return value;
}

static bool write_substr(struct call *c, struct relsql_text *out)
{
    uint32_t from = small_number(text_of(c, 1)), to = small_number(text_of(c, 2));
    struct slice x = c->operand[0].sql;
    out->not_null = c->operand[0].not_null;
    if (c->count < 3)
        return done(out, relsql_format(c->r->a, "SUBSTR(%.*s, %u)", SQL(x), from + 1), LEVEL_ATOM, TYPE_TEXT);
    return done(out,
                relsql_format(c->r->a, "SUBSTR(%.*s, %u, %u)", SQL(x), from + 1, to > from ? to - from : 0),
                LEVEL_ATOM, TYPE_TEXT);
}

static bool write_coalesce(struct call *c, struct relsql_text *out)
{
    out->not_null = c->operand[0].not_null || c->operand[1].not_null;
    if (c->operand[0].not_null) {
        bool plain = c->operand[0].plain;
        *out = c->operand[0];
        out->plain = plain;
        return true;
    }
    return done(
        out, relsql_format(c->r->a, "COALESCE(%.*s, %.*s)", SQL(c->operand[0].sql), SQL(c->operand[1].sql)),
        LEVEL_ATOM, relsql_common_type(c->operand[0].type, c->operand[1].type));
}

/* ---- casts ---- */

static bool cast(struct call *c, struct relsql_text *out, const char *type, enum relsql_type kind)
{
    out->not_null = c->operand[0].not_null;
    return done(out, relsql_format(c->r->a, "CAST(%.*s AS %s)", SQL(c->operand[0].sql), type), LEVEL_ATOM,
                kind);
}

static bool is_text_or_unknown(enum relsql_type type)
{
    return type == TYPE_TEXT || type == TYPE_UNKNOWN;
}

static bool write_cast_int(struct call *c, struct relsql_text *out)
{
    enum relsql_type type = c->operand[0].type;
    out->not_null = c->operand[0].not_null;
    if (is_spark(c) && is_text_or_unknown(type))
        return relsql_fail(c->r, c->id, "a text that is no number becomes null in PySpark, and an error in SQL");
    if (type == TYPE_BOOL)
        return cast(c, out, "INTEGER", TYPE_INT);
    if (type == TYPE_INT || type == TYPE_TEXT)
        return cast(c, out, "BIGINT", TYPE_INT);
    return done(out,
                relsql_format(c->r->a,
                              type == TYPE_FLOAT ? "CAST(TRUNC(%.*s) AS BIGINT)"
                                                 : "CAST(TRUNC(CAST(%.*s AS NUMERIC)) AS BIGINT)",
                              SQL(c->operand[0].sql)),
                LEVEL_ATOM, TYPE_INT);
}

static bool write_cast_float(struct call *c, struct relsql_text *out)
{
    if (is_spark(c) && is_text_or_unknown(c->operand[0].type))
        return relsql_fail(c->r, c->id, "a text that is no number becomes null in PySpark, and an error in SQL");
    if (c->operand[0].type == TYPE_BOOL)
        c->operand[0].sql = number(c, 0).sql;
    return cast(c, out, "DOUBLE PRECISION", TYPE_FLOAT);
}

/* Only what pandas and PostgreSQL write alike in every version: no nulls, no fractions. */
static bool write_cast_str(struct call *c, struct relsql_text *out)
{
    enum relsql_type type = c->operand[0].type;
    if ((!c->operand[0].not_null && !is_spark(c)) || (type != TYPE_INT && type != TYPE_TEXT))
        return relsql_fail(c->r, c->id,
                           "astype(str) writes nulls and fractions as pandas' version does; it is "
                           "translated for whole numbers and text that can't be null");
    return type == TYPE_TEXT ? (*out = c->operand[0], true) : cast(c, out, "TEXT", TYPE_TEXT);
}

static bool write_cast_date(struct call *c, struct relsql_text *out)
{
    if (is_spark(c) && is_text_or_unknown(c->operand[0].type))
        return relsql_fail(c->r, c->id, "PySpark reads dates more leniently than SQL");
    return cast(c, out, "DATE", TYPE_DATE);
}

static bool write_cast_timestamp(struct call *c, struct relsql_text *out)
{
    if (is_spark(c) && is_text_or_unknown(c->operand[0].type))
        return relsql_fail(c->r, c->id, "PySpark reads dates more leniently than SQL");
    return cast(c, out, "TIMESTAMP", TYPE_TIMESTAMP);
}

static bool date_part(struct call *c, struct relsql_text *out, const char *part)
{
    out->not_null = c->operand[0].not_null;
    return done(
        out, relsql_format(c->r->a, "CAST(EXTRACT(%s FROM %.*s) AS INTEGER)", part, SQL(c->operand[0].sql)),
        LEVEL_ATOM, TYPE_INT);
}

static bool write_year(struct call *c, struct relsql_text *out)
{
    return date_part(c, out, "YEAR");
}

static bool write_month(struct call *c, struct relsql_text *out)
{
    return date_part(c, out, "MONTH");
}

static bool write_day(struct call *c, struct relsql_text *out)
{
    return date_part(c, out, "DAY");
}

static bool write_date_part(struct call *c, struct relsql_text *out)
{
    return date_part(c, out, ir_string(c->r->ir, c->row->text));
}

/* ---- aggregates and windows ---- */

static bool write_aggregate(struct call *c, struct relsql_text *out)
{
    return relsql_aggregate_expr(c->r, c->s, c->id, out);
}

/* One key of PARTITION BY or ORDER BY. */
static bool window_key(struct call *c, ir_expr_id key, struct buf *b)
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
    if (!text.not_null && nulls_first != descending)
        buf_adds(b, nulls_first ? " NULLS FIRST" : " NULLS LAST");
    return true;
}

/* function OVER (PARTITION BY … ORDER BY …) */
static bool write_window(struct call *c, struct relsql_text *out)
{
    static const struct {
        enum ir_expr_op op;
        const char *sql;
    } ranks[] = {{IR_EXPR_ROW_NUMBER, "ROW_NUMBER()"}, {IR_EXPR_RANK, "RANK()"}, {IR_EXPR_DENSE_RANK, "DENSE_RANK()"}};
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
    return done(out, buf_slice(&b), LEVEL_ATOM, of.type);
}

/* ---- lists ---- */

static bool operand(struct call *c, ir_expr_id id, bool condition, struct relsql_text *out)
{
    return relsql_expr(c->r, c->s, id, condition, out);
}

static bool write_in(struct call *c, struct relsql_text *out)
{
    struct buf list = buf_new(c->r->a);
    ir_expr_id id = IR(c->r->ir, expr, c->row->first)->next;
    if (!operand(c, c->row->first, false, &c->operand[0]))
        return false;
    c->count = 1;
    for (; id.v; id = IR(c->r->ir, expr, id)->next) {
        struct relsql_text item = {0};
        if (!operand(c, id, false, &item))
            return false;
        buf_printf(&list, "%s%.*s", list.n ? ", " : "", SQL(item.sql));
    }
    if (!list.n)
        return write_false(c, out);
    return truth(c, out, relsql_format(c->r->a, "%.*s IN (%s)", SQL(in(c, 0, LEVEL_OTHER)), buf_str(&list)),
                 LEVEL_COMPARE);
}

static bool write_case(struct call *c, struct relsql_text *out)
{
    struct buf b = buf_new(c->r->a);
    const struct ir *ir = c->r->ir;
    enum relsql_type type = TYPE_UNKNOWN;
    bool has_else = false, first = true;
    out->not_null = true;
    buf_adds(&b, "CASE");
    for (ir_expr_id id = c->row->first; id.v; id = IR(ir, expr, id)->next) {
        struct relsql_text when = {0}, value = {0};
        ir_expr_id then = IR(ir, expr, id)->next;
        has_else = !then.v;
        if (then.v && !operand(c, id, true, &when))
            return false;
        if (!operand(c, then.v ? then : id, false, &value))
            return false;
        if (then.v)
            buf_printf(&b, " WHEN %.*s THEN %.*s", SQL(when.sql), SQL(value.sql));
        else
            buf_printf(&b, " ELSE %.*s", SQL(value.sql));
        out->not_null = out->not_null && value.not_null;
        if (IR(ir, expr, then.v ? then : id)->op != IR_EXPR_NULL) {
            type = first ? value.type : relsql_common_type(type, value.type);
            first = false;
        }
        id = then.v ? then : id;
    }
    buf_adds(&b, " END");
    out->not_null = out->not_null && has_else;
    return done(out, buf_slice(&b), LEVEL_ATOM, type);
}

/* ---- the table ---- */

/* `conditions`: the operands are read as conditions, that is, null may stand for false in them. */
static const struct {
    enum ir_expr_op op;
    writer *write;
    uint32_t operands; /* 0: the writer reads them itself, or there are none */
    bool conditions, inherits;
} writers[] = {
    {IR_EXPR_COLUMN, write_column, 0, false, false},
    {IR_EXPR_STRING, write_string, 0, false, false},
    {IR_EXPR_NUMBER, write_number, 0, false, false},
    {IR_EXPR_TRUE, write_true, 0, false, false},
    {IR_EXPR_FALSE, write_false, 0, false, false},
    {IR_EXPR_NULL, write_null, 0, false, false},
    {IR_EXPR_EQ, write_eq, 2, false, false},
    {IR_EXPR_NE, write_ne, 2, false, false},
    {IR_EXPR_NE_SQL, write_ne_sql, 2, false, false},
    {IR_EXPR_LT, write_lt, 2, false, false},
    {IR_EXPR_LE, write_le, 2, false, false},
    {IR_EXPR_GT, write_gt, 2, false, false},
    {IR_EXPR_GE, write_ge, 2, false, false},
    {IR_EXPR_AND, write_and, 2, false, true},
    {IR_EXPR_OR, write_or, 2, false, true},
    {IR_EXPR_NOT, write_not, 1, true, false},
    {IR_EXPR_ADD, write_add, 2, false, false},
    {IR_EXPR_SUB, write_sub, 2, false, false},
    {IR_EXPR_MUL, write_mul, 2, false, false},
    {IR_EXPR_DIV, write_div, 2, false, false},
    {IR_EXPR_FLOORDIV, write_floordiv, 2, false, false},
    {IR_EXPR_MOD, write_mod, 2, false, false},
    {IR_EXPR_NEG, write_neg, 1, false, false},
    {IR_EXPR_CONCAT, write_concat, 2, false, false},
    {IR_EXPR_IN, write_in, 0, false, false},
    {IR_EXPR_BETWEEN, write_between, 3, false, false},
    {IR_EXPR_IS_NULL, write_is_null, 1, false, false},
    {IR_EXPR_NOT_NULL, write_not_null, 1, false, false},
    {IR_EXPR_COALESCE, write_coalesce, 2, false, false},
    {IR_EXPR_LOWER, write_lower, 1, false, false},
    {IR_EXPR_UPPER, write_upper, 1, false, false},
    {IR_EXPR_STRIP, write_strip, 1, false, false},
    {IR_EXPR_LSTRIP, write_lstrip, 1, false, false},
    {IR_EXPR_RSTRIP, write_rstrip, 1, false, false},
    {IR_EXPR_LENGTH, write_length, 1, false, false},
    {IR_EXPR_REPLACE, write_replace, 3, false, false},
    {IR_EXPR_CONTAINS, write_contains, 2, false, false},
    {IR_EXPR_STARTSWITH, write_startswith, 2, false, false},
    {IR_EXPR_ENDSWITH, write_endswith, 2, false, false},
    {IR_EXPR_SUBSTR, write_substr, 2, false, false},
    {IR_EXPR_CAST_INT, write_cast_int, 1, false, false},
    {IR_EXPR_CAST_FLOAT, write_cast_float, 1, false, false},
    {IR_EXPR_CAST_STR, write_cast_str, 1, false, false},
    {IR_EXPR_CAST_DATE, write_cast_date, 1, false, false},
    {IR_EXPR_CAST_TIMESTAMP, write_cast_timestamp, 1, false, false},
    {IR_EXPR_ROUND, write_round, 2, false, false},
    {IR_EXPR_ABS, write_abs, 1, false, false},
    {IR_EXPR_CASE, write_case, 0, false, false},
    {IR_EXPR_YEAR, write_year, 1, false, false},
    {IR_EXPR_MONTH, write_month, 1, false, false},
    {IR_EXPR_DAY, write_day, 1, false, false},
    {IR_EXPR_DATE_PART, write_date_part, 1, false, false},
    {IR_EXPR_WINDOW, write_window, 0, false, false},
    {IR_EXPR_AGG_SUM, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_SUM_SQL, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_COUNT, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_SIZE, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MEAN, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MIN, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MAX, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_NUNIQUE, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_STD, write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MEDIAN, write_aggregate, 0, false, false},
};

static bool too_long(struct relsql *r, ir_expr_id expr)
{
    return relsql_fail(r, expr, "the expression is too long to be written as one");
}

bool relsql_expr(struct relsql *r, struct relsql_select *s, ir_expr_id expr, bool condition,
                 struct relsql_text *out)
{
    struct call c = {.r = r, .s = s, .id = expr, .row = IR(r->ir, expr, expr), .condition = condition};
    *out = (struct relsql_text){0};
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (writers[i].op != c.row->op)
            continue;
        if (r->depth >= RELSQL_MAX_DEPTH)
            return too_long(r, expr);
        r->depth++;
        bool as_condition = writers[i].conditions || (writers[i].inherits && condition);
        bool ok = true;
        for (ir_expr_id id = c.row->first; writers[i].operands && id.v && c.count < MAX_OPERANDS && ok;
             id = IR(r->ir, expr, id)->next)
            ok = relsql_expr(r, s, id, as_condition, &c.operand[c.count++]);
        if (ok && c.count < writers[i].operands)
            ok = relsql_fail(r, expr, "an operand is missing");
        ok = ok && writers[i].write(&c, out);
        r->depth--;
        return ok && (out->sql.n <= 16 * RELSQL_MAX_TEXT || too_long(r, expr));
    }
    return relsql_fail(r, expr,
                       arena_printf(r->a, "%s is not translated to SQL", ir_string(r->ir, c.row->text)));
}
