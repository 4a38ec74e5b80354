/*
 * pandas_query.c - frame.query("a > 1 and b in ['x', 'y']"): the text is Python's grammar of comparisons with a column
 * for every name. Read by descent; what is not among these forms leaves the query untranslated.
 */
#include "python/frame.h"
#include "python/walk.h"

#include <string.h>

static const ir_expr_id no_expr;

struct query {
    struct frames *f;
    TSNode call;
    struct slice text;
    size_t at;
    uint32_t depth;
    bool good;
};

static ir_expr_id any_of(struct query *q);

/* ---- tokens ---- */

static void skip_blanks(struct query *q)
{
    while (q->at < q->text.n && strchr(" \t\n", q->text.p[q->at]))
        q->at++;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next token when it is `token`; a word ends where no letter follows. */
static bool take(struct query *q, const char *token)
{
    skip_blanks(q);
    size_t n = strlen(token);
    struct slice rest = slice_sub(q->text, q->at, q->text.n - q->at);
    if (!slice_starts(rest, token) || (is_word(token[0]) && rest.n > n && is_word(rest.p[n])))
        return false;
    q->at += n;
    return true;
}

static ir_expr_id bad(struct query *q)
{
    q->good = false;
    return no_expr;
}

static ir_expr_id make(struct query *q, enum ir_expr_op op, ir_expr_id a, ir_expr_id b)
{
    return pd_expr(q->f, op, q->call, a, b, no_expr);
}

/* ---- values ---- */

static ir_expr_id quoted(struct query *q, char quote)
{
    size_t from = ++q->at;
    while (q->at < q->text.n && q->text.p[q->at] != quote && q->text.p[q->at] != '\\')
        q->at++;
    if (q->at >= q->text.n || q->text.p[q->at] != quote)
        return bad(q);
    struct slice text = slice_sub(q->text, from, q->at++ - from);
    return pd_literal(q->f, quote == '`' ? IR_EXPR_COLUMN : IR_EXPR_STRING, text, q->call);
}

static struct slice word(struct query *q)
{
    size_t from = q->at;
    while (q->at < q->text.n && (is_word(q->text.p[q->at]) || q->text.p[q->at] == '.'))
        q->at++;
    return slice_sub(q->text, from, q->at - from);
}

/* @name: a variable of the program's, a constant or the one value of a frame. */
static ir_expr_id variable(struct query *q)
{
    struct py *py = pd_py(q->f);
    q->at++;
    const struct py_value *v = py_env_get(py, py->env, word(q));
    ir_expr_id value = v ? pd_constant(q->f, v, q->call) : no_expr;
    if (!value.v && v) {
        struct pd held = pd_held(q->f, v, q->call);
        value = held.kind == PD_SCALAR ? held.expr : no_expr;
    }
    return value.v ? value : bad(q);
}

static ir_expr_id primary(struct query *q)
{
    skip_blanks(q);
    char c = q->at < q->text.n ? q->text.p[q->at] : 0;
    if (c == '\'' || c == '"' || c == '`')
        return quoted(q, c);
    if (c == '@')
        return variable(q);
    if (take(q, "(")) {
        ir_expr_id inside = any_of(q);
        return take(q, ")") ? inside : bad(q);
    }
    if (take(q, "True"))
        return pd_literal(q->f, IR_EXPR_TRUE, SLICE(""), q->call);
    if (take(q, "False"))
        return pd_literal(q->f, IR_EXPR_FALSE, SLICE(""), q->call);
    if (q->at + 1 < q->text.n && c == '-' && q->text.p[q->at + 1] != '-') {
        q->at++;
        return make(q, IR_EXPR_NEG, primary(q), no_expr);
    }
    struct slice text = word(q);
    if (!text.n)
        return bad(q);
    bool number = text.p[0] >= '0' && text.p[0] <= '9';
    for (size_t i = 0; i < text.n; i++)
        if (number ? text.p[i] != '.' && (text.p[i] < '0' || text.p[i] > '9') : text.p[i] == '.')
            return bad(q);
    return pd_literal(q->f, number ? IR_EXPR_NUMBER : IR_EXPR_COLUMN, text, q->call);
}

/* ---- operators, from the tightest to the loosest ---- */

struct level {
    const char *token;
    enum ir_expr_op op;
};

static ir_expr_id joined(struct query *q, const struct level *levels, ir_expr_id (*next)(struct query *q))
{
    ir_expr_id left = next(q);
    for (size_t i = 0; q->good && levels[i].token;) {
        if (!take(q, levels[i].token)) {
            i++;
            continue;
        }
        left = make(q, levels[i].op, left, next(q));
        i = 0;
    }
    return left;
}

static ir_expr_id product(struct query *q)
{
    static const struct level levels[] = {{"*", IR_EXPR_MUL}, {"/", IR_EXPR_DIV}, {NULL, IR_EXPR_NONE}};
    return joined(q, levels, primary);
}

static ir_expr_id sum(struct query *q)
{
    static const struct level levels[] = {{"+", IR_EXPR_ADD}, {"-", IR_EXPR_SUB}, {NULL, IR_EXPR_NONE}};
    return joined(q, levels, product);
}

/* [a, b] after in; or @name, a list of the program's. */
static ir_expr_id list(struct query *q, ir_expr_id value)
{
    ir_expr_id last = value;
    struct ir *ir = pd_py(q->f)->ir;
    bool bracket = take(q, "[");
    if (!bracket && !take(q, "("))
        return bad(q);
    do {
        ir_expr_id item = primary(q);
        if (!q->good || IR(ir, expr, item)->op == IR_EXPR_COLUMN)
            return bad(q);
        IR(ir, expr, last)->next = item;
        last = item;
    } while (take(q, ","));
    return take(q, bracket ? "]" : ")") ? make(q, IR_EXPR_IN, value, no_expr) : bad(q);
}

static ir_expr_id comparison(struct query *q)
{
    static const struct level levels[] = {{"==", IR_EXPR_EQ}, {"!=", IR_EXPR_NE}, {"<=", IR_EXPR_LE},
                                          {">=", IR_EXPR_GE}, {"<", IR_EXPR_LT},  {">", IR_EXPR_GT}};
    ir_expr_id left = sum(q);
    if (!q->good)
        return left;
    if (take(q, "in"))
        return list(q, left);
    size_t at = q->at;
    if (take(q, "not")) {
        if (take(q, "in"))
            return make(q, IR_EXPR_NOT, list(q, left), no_expr);
        q->at = at;
    }
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (take(q, levels[i].token)) {
            skip_blanks(q);
            if (q->at < q->text.n && q->text.p[q->at] == '[')
                return bad(q);
            return make(q, levels[i].op, left, sum(q));
        }
    return left;
}

static ir_expr_id negation(struct query *q)
{
    if (q->depth >= PD_MAX_DEPTH / 4)
        return bad(q);
    if (!take(q, "not") && !take(q, "~"))
        return comparison(q);
    q->depth++;
    ir_expr_id inside = negation(q);
    q->depth--;
    return q->good ? make(q, IR_EXPR_NOT, inside, no_expr) : inside;
}

static ir_expr_id all_of(struct query *q)
{
    static const struct level levels[] = {{"and", IR_EXPR_AND}, {"&", IR_EXPR_AND}, {NULL, IR_EXPR_NONE}};
    return joined(q, levels, negation);
}

static ir_expr_id any_of(struct query *q)
{
    static const struct level levels[] = {{"or", IR_EXPR_OR}, {"|", IR_EXPR_OR}, {NULL, IR_EXPR_NONE}};
    if (q->depth >= PD_MAX_DEPTH / 4)
        return bad(q);
    q->depth++;
    ir_expr_id expr = joined(q, levels, all_of);
    q->depth--;
    return expr;
}

bool pd_frame_query(struct frames *f, struct pd *frame, TSNode call)
{
    struct query q = {.f = f, .call = call, .good = true};
    if (!py_string_of(pd_py(f), py_argument(pd_py(f), call, "expr", 0), &q.text))
        return false;
    ir_expr_id condition = any_of(&q);
    skip_blanks(&q);
    if (!q.good || q.at < q.text.n)
        return false;
    ir_rel_id rel =
        pd_rel(f, (struct ir_rel){.kind = IR_REL_FILTER, .left = frame->rel, .condition = condition}, call);
    *frame = (struct pd){.kind = PD_FRAME, .rel = rel};
    return true;
}
