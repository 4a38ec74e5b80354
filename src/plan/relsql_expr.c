/*
 * relsql_expr.c - expressions as PostgreSQL. What a null does is explicit in the IR; each writer keeps it,
 * with two readings of a condition: where only true counts (a filter) null may stay null, elsewhere it must
 * become false.
 *
 * A table says which writer an operation has; the writers stand here (values, logic, lists) and in
 * relsql_compare.c, relsql_number.c, relsql_function.c and relsql_window.c.
 */
#include "plan/relsql_call.h"

#include <string.h>

/* ---- what all writers use ---- */

enum ir_expr_op relsql_op_of(const struct relsql_call *c, uint32_t n)
{
    ir_expr_id id = c->row->first;
    while (n-- && id.v)
        id = IR(c->r->ir, expr, id)->next;
    return IR(c->r->ir, expr, id)->op;
}

struct slice relsql_text_of(const struct relsql_call *c, uint32_t n)
{
    ir_expr_id id = c->row->first;
    while (n-- && id.v)
        id = IR(c->r->ir, expr, id)->next;
    return ir_slice(c->r->ir, IR(c->r->ir, expr, id)->text);
}

struct slice relsql_operand(const struct relsql_call *c, uint32_t n, enum relsql_level level)
{
    return relsql_paren(c->r->a, c->operand[n], level);
}

bool relsql_all_not_null(const struct relsql_call *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (!c->operand[i].not_null)
            return false;
    return true;
}

bool relsql_done(struct relsql_text *out, struct slice sql, enum relsql_level level, enum relsql_type type)
{
    out->sql = sql;
    out->level = level;
    out->type = type;
    return true;
}

/* In PySpark a null does what it does in SQL. */
bool relsql_in_spark(const struct relsql_call *c)
{
    return IR(c->r->ir, rel, c->r->rel)->flags & IR_REL_SPARK;
}

/* A condition that may be null; unless that is fine here, IS TRUE makes it false. */
bool relsql_truth(struct relsql_call *c, struct relsql_text *out, struct slice sql, enum relsql_level level)
{
    bool null = !relsql_all_not_null(c);
    relsql_done(out, sql, level, TYPE_BOOL);
    if (null && !c->condition && !relsql_in_spark(c)) {
        out->sql = relsql_format(c->r->a, "%.*s IS TRUE", SQL(relsql_paren(c->r->a, *out, LEVEL_OTHER)));
        out->level = LEVEL_IS;
        null = false;
    }
    out->not_null = !null;
    return true;
}

/* ---- values ---- */

static bool write_column(struct relsql_call *c, struct relsql_text *out)
{
    struct relsql_column *column = relsql_find(c->s, c->row->text);
    struct slice name = relsql_identifier(c->r->a, ir_slice(c->r->ir, c->row->text));
    if (!column && c->s->open && c->s->from.count == 1 && name.n) {
        out->plain = true;
        return relsql_done(out, relsql_format(c->r->a, "%c%c%.*s", RELSQL_MARK, RELSQL_MARK_BASE, SQL(name)),
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
    return relsql_done(out, column->sql, column->level, column->type);
}

static bool write_string(struct relsql_call *c, struct relsql_text *out)
{
    struct slice text = ir_slice(c->r->ir, c->row->text);
    if (memchr(text.p, 0, text.n))
        return relsql_fail(c->r, c->id, "PostgreSQL's text can't hold a zero byte");
    out->not_null = true;
    return relsql_done(out, relsql_string(c->r, text), LEVEL_ATOM, TYPE_TEXT);
}

static bool write_number(struct relsql_call *c, struct relsql_text *out)
{
    struct slice text = ir_slice(c->r->ir, c->row->text);
    bool whole = true;
    for (size_t i = 0; i < text.n; i++)
        whole = whole && ((text.p[i] >= '0' && text.p[i] <= '9') || (!i && text.p[i] == '-'));
    out->not_null = true;
    return relsql_done(out, text, text.n && text.p[0] == '-' ? LEVEL_MUL : LEVEL_ATOM,
                       whole ? TYPE_INT : TYPE_FLOAT);
}

static bool write_true(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = c != NULL;
    return relsql_done(out, SLICE("TRUE"), LEVEL_ATOM, TYPE_BOOL);
}

static bool write_false(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = c != NULL;
    return relsql_done(out, SLICE("FALSE"), LEVEL_ATOM, TYPE_BOOL);
}

static bool write_null(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = c == NULL;
    return relsql_done(out, SLICE("NULL"), LEVEL_ATOM, TYPE_UNKNOWN);
}

/* ---- logic ---- */

static bool logic(struct relsql_call *c, struct relsql_text *out, const char *op, enum relsql_level level)
{
    out->not_null = relsql_all_not_null(c);
    out->note = c->operand[0].note ? c->operand[0].note : c->operand[1].note;
    return relsql_done(out,
                       relsql_format(c->r->a, "%.*s %s %.*s", SQL(relsql_operand(c, 0, level)), op,
                                     SQL(relsql_operand(c, 1, level))),
                       level, TYPE_BOOL);
}

static bool write_and(struct relsql_call *c, struct relsql_text *out)
{
    return logic(c, out, "AND", LEVEL_AND);
}

static bool write_or(struct relsql_call *c, struct relsql_text *out)
{
    return logic(c, out, "OR", LEVEL_OR);
}

static bool write_not(struct relsql_call *c, struct relsql_text *out)
{
    bool sure = c->operand[0].not_null;
    out->not_null = sure || !relsql_in_spark(c);
    sure |= relsql_in_spark(c);
    if (!sure)
        out->note = "pandas: the opposite of a null comparison is true";
    return relsql_done(
        out, relsql_format(c->r->a, sure ? "NOT (%.*s)" : "(%.*s) IS NOT TRUE", SQL(c->operand[0].sql)),
        LEVEL_IS, TYPE_BOOL);
}

/* ---- lists ---- */

static bool operand(struct relsql_call *c, ir_expr_id id, bool condition, struct relsql_text *out)
{
    return relsql_expr(c->r, c->s, id, condition, out);
}

static bool write_in(struct relsql_call *c, struct relsql_text *out)
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
    return relsql_truth(
        c, out,
        relsql_format(c->r->a, "%.*s IN (%s)", SQL(relsql_operand(c, 0, LEVEL_OTHER)), buf_str(&list)),
        LEVEL_COMPARE);
}

/* CASE WHEN x IS NOT NULL where x is never null is its value. */
static bool is_always(struct relsql_call *c)
{
    const struct ir *ir = c->r->ir;
    const struct ir_expr *when = IR(ir, expr, c->row->first);
    struct relsql_text x = {0};
    return when->op == IR_EXPR_NOT_NULL && when->next.v && IR(ir, expr, when->first)->op == IR_EXPR_COLUMN &&
           operand(c, when->first, false, &x) && x.not_null;
}

static bool write_case(struct relsql_call *c, struct relsql_text *out)
{
    struct buf b = buf_new(c->r->a);
    const struct ir *ir = c->r->ir;
    enum relsql_type type = TYPE_UNKNOWN;
    bool has_else = false, first = true;
    if (is_always(c))
        return operand(c, IR(ir, expr, c->row->first)->next, false, out);
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
    return relsql_done(out, buf_slice(&b), LEVEL_ATOM, type);
}

/* ---- the table ---- */

/* `conditions`: the operands are read as conditions, that is, null may stand for false in them. */
static const struct {
    enum ir_expr_op op;
    relsql_writer *write;
    uint32_t operands; /* 0: the writer reads them itself, or there are none */
    bool conditions, inherits;
} writers[] = {
    {IR_EXPR_COLUMN, write_column, 0, false, false},
    {IR_EXPR_STRING, write_string, 0, false, false},
    {IR_EXPR_NUMBER, write_number, 0, false, false},
    {IR_EXPR_TRUE, write_true, 0, false, false},
    {IR_EXPR_FALSE, write_false, 0, false, false},
    {IR_EXPR_NULL, write_null, 0, false, false},
    {IR_EXPR_EQ, relsql_write_eq, 2, false, false},
    {IR_EXPR_NE, relsql_write_ne, 2, false, false},
    {IR_EXPR_NE_SQL, relsql_write_ne_sql, 2, false, false},
    {IR_EXPR_LT, relsql_write_lt, 2, false, false},
    {IR_EXPR_LE, relsql_write_le, 2, false, false},
    {IR_EXPR_GT, relsql_write_gt, 2, false, false},
    {IR_EXPR_GE, relsql_write_ge, 2, false, false},
    {IR_EXPR_AND, write_and, 2, false, true},
    {IR_EXPR_OR, write_or, 2, false, true},
    {IR_EXPR_NOT, write_not, 1, true, false},
    {IR_EXPR_ADD, relsql_write_add, 2, false, false},
    {IR_EXPR_SUB, relsql_write_sub, 2, false, false},
    {IR_EXPR_MUL, relsql_write_mul, 2, false, false},
    {IR_EXPR_DIV, relsql_write_div, 2, false, false},
    {IR_EXPR_FLOORDIV, relsql_write_floordiv, 2, false, false},
    {IR_EXPR_MOD, relsql_write_mod, 2, false, false},
    {IR_EXPR_NEG, relsql_write_neg, 1, false, false},
    {IR_EXPR_CONCAT, relsql_write_concat, 2, false, false},
    {IR_EXPR_IN, write_in, 0, false, false},
    {IR_EXPR_BETWEEN, relsql_write_between, 3, false, false},
    {IR_EXPR_IS_NULL, relsql_write_is_null, 1, false, false},
    {IR_EXPR_NOT_NULL, relsql_write_not_null, 1, false, false},
    {IR_EXPR_COALESCE, relsql_write_coalesce, 2, false, false},
    {IR_EXPR_LOWER, relsql_write_lower, 1, false, false},
    {IR_EXPR_UPPER, relsql_write_upper, 1, false, false},
    {IR_EXPR_STRIP, relsql_write_strip, 1, false, false},
    {IR_EXPR_LSTRIP, relsql_write_lstrip, 1, false, false},
    {IR_EXPR_RSTRIP, relsql_write_rstrip, 1, false, false},
    {IR_EXPR_LENGTH, relsql_write_length, 1, false, false},
    {IR_EXPR_REPLACE, relsql_write_replace, 3, false, false},
    {IR_EXPR_CONTAINS, relsql_write_contains, 2, false, false},
    {IR_EXPR_STARTSWITH, relsql_write_startswith, 2, false, false},
    {IR_EXPR_ENDSWITH, relsql_write_endswith, 2, false, false},
    {IR_EXPR_SUBSTR, relsql_write_substr, 2, false, false},
    {IR_EXPR_CAST_INT, relsql_write_cast_int, 1, false, false},
    {IR_EXPR_CAST_FLOAT, relsql_write_cast_float, 1, false, false},
    {IR_EXPR_CAST_STR, relsql_write_cast_str, 1, false, false},
    {IR_EXPR_CAST_DATE, relsql_write_cast_date, 1, false, false},
    {IR_EXPR_CAST_TIMESTAMP, relsql_write_cast_timestamp, 1, false, false},
    {IR_EXPR_ROUND, relsql_write_round, 2, false, false},
    {IR_EXPR_ABS, relsql_write_abs, 1, false, false},
    {IR_EXPR_CASE, write_case, 0, false, false},
    {IR_EXPR_YEAR, relsql_write_year, 1, false, false},
    {IR_EXPR_MONTH, relsql_write_month, 1, false, false},
    {IR_EXPR_DAY, relsql_write_day, 1, false, false},
    {IR_EXPR_DATE_PART, relsql_write_date_part, 1, false, false},
    {IR_EXPR_FUNCTION, relsql_write_function, 1, false, false},
    {IR_EXPR_WINDOW, relsql_write_window, 0, false, false},
    {IR_EXPR_AGG_SUM, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_SUM_SQL, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_COUNT, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_SIZE, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MEAN, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MIN, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MAX, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_NUNIQUE, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_STD, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_MEDIAN, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_VAR, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_ANY, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_ALL, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_FIRST, relsql_write_aggregate, 0, false, false},
    {IR_EXPR_AGG_LAST, relsql_write_aggregate, 0, false, false},
};

static bool too_long(struct relsql *r, ir_expr_id expr)
{
    return relsql_fail(r, expr, "the expression is too long to be written as one");
}

bool relsql_expr(struct relsql *r, struct relsql_select *s, ir_expr_id expr, bool condition,
                 struct relsql_text *out)
{
    struct relsql_call c = {.r = r, .s = s, .id = expr, .row = IR(r->ir, expr, expr), .condition = condition};
    *out = (struct relsql_text){0};
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (writers[i].op != c.row->op)
            continue;
        if (r->depth >= RELSQL_MAX_DEPTH)
            return too_long(r, expr);
        r->depth++;
        bool as_condition = writers[i].conditions || (writers[i].inherits && condition);
        bool ok = true;
        for (ir_expr_id id = c.row->first; writers[i].operands && id.v && c.count < RELSQL_MAX_OPERANDS && ok;
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
