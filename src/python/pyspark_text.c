/*
 * pyspark_text.c - SQL in strings where PySpark takes it: filter("age > 3"), expr("a + b"), selectExpr("a AS b"). A small
 * parser of expressions, which are the same rows as those of the functions; what it does not know, it does not
 * take.
 */
#include "python/pyspark.h"

#include <ctype.h>
#include <string.h>

enum { MAX_TEXT = 4000, MAX_ITEMS = 200 };

struct text {
    struct frames *f;
    TSNode place;
    struct slice s;
    size_t at;
    bool bad;
};

static const struct pd nothing;
static const ir_expr_id no_expr;

static struct pd fail(struct text *t)
{
    t->bad = true;
    return nothing;
}

static struct pd series(struct text *t, enum ir_expr_op op, struct pd a, struct pd b, struct pd c)
{
    ir_rel_id rel = a.rel.v ? a.rel : b.rel.v ? b.rel : c.rel;
    if (t->bad)
        return nothing;
    return (struct pd){.kind = PD_SERIES,
                       .rel = rel,
                       .expr = pd_expr(t->f, op, t->place, a.expr, b.expr, c.expr),
                       .spark = true};
}

static struct pd literal(struct text *t, enum ir_expr_op op, struct slice text)
{
    struct pd made = {.kind = PD_SERIES, .spark = true};
    made.expr = pd_literal(t->f, op, text, t->place);
    return made;
}

/* ---- words ---- */

static void blanks(struct text *t)
{
    while (t->at < t->s.n && isspace((unsigned char)t->s.p[t->at]))
        t->at++;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static struct slice peek_word(struct text *t)
{
    blanks(t);
    size_t n = 0;
    while (t->at + n < t->s.n && is_word(t->s.p[t->at + n]))
        n++;
    return slice_sub(t->s, t->at, n);
}

static bool accept_word(struct text *t, const char *word)
{
    struct slice found = peek_word(t);
    if (!slice_is_nocase(found, word))
        return false;
    t->at += found.n;
    return true;
}

static bool accept(struct text *t, const char *sign)
{
    size_t n = strlen(sign);
    blanks(t);
    if (t->s.n - t->at < n || memcmp(t->s.p + t->at, sign, n) != 0)
        return false;
    t->at += n;
    return true;
}

static void expect(struct text *t, const char *sign)
{
    if (!accept(t, sign))
        t->bad = true;
}

/* A string; one with a backslash in it means what the session's settings say, and is not taken. */
static bool string(struct text *t, struct slice *out)
{
    blanks(t);
    char quote = t->at < t->s.n ? t->s.p[t->at] : 0;
    if (quote != '\'' && quote != '"')
        return false;
    const char *from = t->s.p + t->at + 1, *end = memchr(from, quote, t->s.n - t->at - 1);
    if (!end || memchr(from, '\\', (size_t)(end - from)) || (end[1] == quote && end + 1 < t->s.p + t->s.n)) {
        t->bad = true;
        return false;
    }
    *out = (struct slice){from, (size_t)(end - from)};
    t->at = (size_t)(end - t->s.p) + 1;
    return true;
}

/* name, `name`, alias.name; a word that begins no name gives an empty slice. */
static struct slice name(struct text *t)
{
    static const char *const reserved[] = {"and",   "or",       "not",    "is",     "in",       "between",
                                           "like",  "rlike",    "case",   "when",   "then",     "else",
                                           "end",   "as",       "over",   "from",   "null",     "true",
                                           "false", "interval", "exists", "select", "distinct", NULL};
    blanks(t);
    if (t->at < t->s.n && t->s.p[t->at] == '`') {
        const char *from = t->s.p + t->at + 1, *end = memchr(from, '`', t->s.n - t->at - 1);
        if (!end)
            return (struct slice){"", 0};
        t->at = (size_t)(end - t->s.p) + 1;
        return (struct slice){from, (size_t)(end - from)};
    }
    struct slice word = peek_word(t);
    for (size_t i = 0; reserved[i]; i++)
        if (slice_is_nocase(word, reserved[i]))
            return (struct slice){"", 0};
    if (!word.n || isdigit((unsigned char)*word.p))
        return (struct slice){"", 0};
    t->at += word.n;
    if (t->at < t->s.n && t->s.p[t->at] == '.') {
        size_t n = 1;
        while (t->at + n < t->s.n && is_word(t->s.p[t->at + n]))
            n++;
        word.n += n;
        t->at += n;
    }
    return word;
}

/* ---- expressions, the loosest first ---- */

static struct pd either(struct text *t);
static struct pd sum(struct text *t);

static struct pd binary(struct text *t, const char *op, struct pd a, struct pd b)
{
    if (t->bad || a.kind != PD_SERIES || b.kind != PD_SERIES)
        return fail(t);
    struct pd made = pd_binary(t->f, slice_of(op), a, b, t->place);
    return made.kind == PD_SERIES ? made : fail(t);
}

static struct pd case_of(struct text *t)
{
    struct pd made = nothing;
    ir_expr_id last = no_expr;
    struct ir *ir = pd_py(t->f)->ir;
    while (accept_word(t, "when") && !t->bad) {
        struct pd when = either(t);
        struct pd then = accept_word(t, "then") ? either(t) : fail(t);
        if (t->bad)
            return nothing;
        if (!last.v)
            made = series(t, IR_EXPR_CASE, when, then, nothing);
        else
            IR(ir, expr, last)->next = when.expr;
        if (made.expr.v && last.v)
            IR(ir, expr, when.expr)->next = then.expr;
        made.rel = made.rel.v ? made.rel : when.rel.v ? when.rel : then.rel;
        last = then.expr;
    }
    if (accept_word(t, "else") && last.v) {
        struct pd otherwise = either(t);
        if (t->bad)
            return nothing;
        IR(ir, expr, last)->next = otherwise.expr;
    }
    return accept_word(t, "end") && last.v ? made : fail(t);
}

static const struct {
    const char *name;
    enum ir_expr_op op;
    uint32_t arguments;
} functions[] = {
    {"lower", IR_EXPR_LOWER, 1},     {"upper", IR_EXPR_UPPER, 1},
    {"length", IR_EXPR_LENGTH, 1},   {"abs", IR_EXPR_ABS, 1},
    {"year", IR_EXPR_YEAR, 1},       {"month", IR_EXPR_MONTH, 1},
    {"day", IR_EXPR_DAY, 1},         {"dayofmonth", IR_EXPR_DAY, 1},
    {"isnull", IR_EXPR_IS_NULL, 1},  {"isnotnull", IR_EXPR_NOT_NULL, 1},
    {"nvl", IR_EXPR_COALESCE, 2},    {"ifnull", IR_EXPR_COALESCE, 2},
    {"sum", IR_EXPR_AGG_SUM_SQL, 1}, {"avg", IR_EXPR_AGG_MEAN, 1},
    {"mean", IR_EXPR_AGG_MEAN, 1},   {"min", IR_EXPR_AGG_MIN, 1},
    {"max", IR_EXPR_AGG_MAX, 1},     {"count", IR_EXPR_AGG_COUNT, 1},
};

/* coalesce(a, b, c) and concat(a, b, c) are nested pairs. */
static struct pd call_of(struct text *t, struct slice called, struct pd *items, uint32_t count)
{
    bool coalesce = slice_is_nocase(called, "coalesce");
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (slice_is_nocase(called, functions[i].name) && functions[i].arguments == count)
            return series(t, functions[i].op, items[0], count > 1 ? items[1] : nothing, nothing);
    if ((!coalesce && !slice_is_nocase(called, "concat")) || !count)
        return fail(t);
    struct pd all = items[0];
    for (uint32_t i = 1; i < count; i++)
        all = series(t, coalesce ? IR_EXPR_COALESCE : IR_EXPR_CONCAT, all, items[i], nothing);
    return all;
}

static struct pd call(struct text *t, struct slice called)
{
    struct pd items[MAX_ITEMS];
    uint32_t count = 0;
    if (slice_is_nocase(called, "cast")) {
        struct pd value = either(t);
        struct slice type = accept_word(t, "as") ? peek_word(t) : (struct slice){"", 0};
        t->at += type.n;
        expect(t, ")");
        if (!t->bad)
            value = sp_cast_to(t->f, value, type, t->place);
        return !t->bad && value.kind ? value : fail(t);
    }
    if (slice_is_nocase(called, "count") && accept(t, "*")) {
        expect(t, ")");
        return series(t, IR_EXPR_AGG_SIZE, nothing, nothing, nothing);
    }
    if (!accept(t, ")")) {
        do {
            if (count == MAX_ITEMS)
                return fail(t);
            items[count++] = either(t);
        } while (!t->bad && accept(t, ","));
        expect(t, ")");
    }
    return t->bad ? nothing : call_of(t, called, items, count);
}

static struct pd number(struct text *t)
{
    size_t n = 0;
    bool digits = false;
    while (t->at + n < t->s.n && (isdigit((unsigned char)t->s.p[t->at + n]) || t->s.p[t->at + n] == '.'))
        digits |= isdigit((unsigned char)t->s.p[t->at + n++]) != 0;
    if (!digits || (t->at + n < t->s.n && is_word(t->s.p[t->at + n])))
        return fail(t);
    struct pd made = literal(t, IR_EXPR_NUMBER, slice_sub(t->s, t->at, n));
    t->at += n;
    return made;
}

static struct pd atom(struct text *t)
{
    struct slice text;
    if (accept(t, "(")) {
        struct pd inside = either(t);
        expect(t, ")");
        return inside;
    }
    if (string(t, &text))
        return literal(t, IR_EXPR_STRING, text);
    if (accept_word(t, "true"))
        return literal(t, IR_EXPR_TRUE, text = SLICE(""));
    if (accept_word(t, "false"))
        return literal(t, IR_EXPR_FALSE, text = SLICE(""));
    if (accept_word(t, "null"))
        return literal(t, IR_EXPR_NULL, text = SLICE(""));
    if (accept_word(t, "case"))
        return case_of(t);
    if (accept(t, "-"))
        return series(t, IR_EXPR_NEG, atom(t), nothing, nothing);
    text = name(t);
    if (!text.n)
        return t->bad ? nothing : number(t);
    if (accept(t, "("))
        return call(t, text);
    struct pd column = sp_column_named(t->f, text, t->place);
    return column.kind ? column : fail(t);
}

static struct pd product(struct text *t)
{
    struct pd left = atom(t);
    for (;;) {
        const char *op = accept(t, "*") ? "*" : accept(t, "/") ? "/" : NULL;
        if (!op || t->bad)
            return left;
        left = binary(t, op, left, atom(t));
    }
}

static struct pd sum(struct text *t)
{
    struct pd left = product(t);
    while (!t->bad) {
        if (accept(t, "||"))
            left = series(t, IR_EXPR_CONCAT, left, product(t), nothing);
        else if (accept(t, "+"))
            left = binary(t, "+", left, product(t));
        else if (accept(t, "-"))
            left = binary(t, "-", left, product(t));
        else
            break;
    }
    return left;
}

static struct pd in_list(struct text *t, struct pd value)
{
    struct ir *ir = pd_py(t->f)->ir;
    ir_expr_id last = value.expr;
    uint32_t count = 0;
    expect(t, "(");
    do {
        struct pd item = t->bad ? nothing : sum(t);
        if (t->bad || item.rel.v || IR(ir, expr, item.expr)->op == IR_EXPR_NULL || ++count > MAX_ITEMS)
            return fail(t);
        IR(ir, expr, last)->next = item.expr;
        last = item.expr;
    } while (accept(t, ","));
    expect(t, ")");
    return series(t, IR_EXPR_IN, value, nothing, nothing);
}

/* Patterns that look for a plain text. */
static struct pd like(struct text *t, struct pd value)
{
    struct slice p;
    if (!string(t, &p))
        return fail(t);
    bool first = p.n && p.p[0] == '%', last = p.n > 1 && p.p[p.n - 1] == '%';
    struct slice inner = slice_sub(p, first, p.n - first - last);
    if (memchr(inner.p, '%', inner.n) || memchr(inner.p, '_', inner.n) || (!first && !last))
        return fail(t);
    enum ir_expr_op op = first && last ? IR_EXPR_CONTAINS : first ? IR_EXPR_ENDSWITH : IR_EXPR_STARTSWITH;
    return series(t, op, value, literal(t, IR_EXPR_STRING, inner), nothing);
}

static struct pd compared(struct text *t)
{
    static const char *const signs[][2] = {{"<=>", NULL}, {"==", "=="}, {"=", "=="},
                                           {"!=", "!="},  {"<>", "!="}, {"<=", "<="},
                                           {">=", ">="},  {"<", "<"},   {">", ">"}};
    struct pd left = sum(t);
    for (size_t i = 0; !t->bad && i < sizeof signs / sizeof *signs; i++)
        if (accept(t, signs[i][0]))
            return signs[i][1] ? binary(t, signs[i][1], left, sum(t)) : fail(t);
    if (t->bad)
        return nothing;
    if (accept_word(t, "is")) {
        bool not_null = accept_word(t, "not");
        return accept_word(t, "null")
                   ? series(t, not_null ? IR_EXPR_NOT_NULL : IR_EXPR_IS_NULL, left, nothing, nothing)
                   : fail(t);
    }
    bool opposite = accept_word(t, "not");
    if (accept_word(t, "in")) {
        left = in_list(t, left);
    } else if (accept_word(t, "like")) {
        left = like(t, left);
    } else if (accept_word(t, "between")) {
        struct pd low = sum(t), high = accept_word(t, "and") ? sum(t) : fail(t);
        left = series(t, IR_EXPR_BETWEEN, left, low, high);
    } else if (opposite) {
        return fail(t);
    }
    return opposite ? series(t, IR_EXPR_NOT, left, nothing, nothing) : left;
}

static struct pd negated(struct text *t)
{
    uint32_t times = 0;
    while (accept_word(t, "not"))
        times++;
    struct pd value = compared(t);
    return times % 2 ? series(t, IR_EXPR_NOT, value, nothing, nothing) : value;
}

static struct pd both(struct text *t)
{
    struct pd left = negated(t);
    while (!t->bad && accept_word(t, "and"))
        left = binary(t, "&", left, negated(t));
    return left;
}

static struct pd either(struct text *t)
{
    if (t->bad || !pd_enter(t->f))
        return fail(t);
    struct pd left = both(t);
    while (!t->bad && accept_word(t, "or"))
        left = binary(t, "|", left, both(t));
    pd_leave(t->f);
    return left;
}

struct pd sp_expression(struct frames *f, struct slice text, TSNode place)
{
    struct text t = {.f = f, .place = place, .s = text};
    if (!text.n || text.n > MAX_TEXT)
        return nothing;
    struct pd made = either(&t);
    struct slice alias = {"", 0};
    blanks(&t);
    if (!t.bad && t.at < t.s.n) {
        accept_word(&t, "as");
        alias = name(&t);
        blanks(&t);
    }
    if (t.bad || t.at < t.s.n || made.kind != PD_SERIES)
        return nothing;
    made.name = alias.n ? pd_intern(f, alias) : (ir_str){0};
    made.spark = true;
    return made;
}
