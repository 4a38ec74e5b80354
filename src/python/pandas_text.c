/*
 * pandas_text.c - series.str: methods and slices of text, as expressions whose meaning with nulls is pandas'.
 */
#include "python/frame.h"

#include <stdlib.h>
#include <string.h>

static const ir_expr_id no_expr;

static struct pd with(struct frames *f, struct pd series, enum ir_expr_op op, ir_expr_id a, ir_expr_id b,
                      TSNode place)
{
    series.kind = PD_SERIES;
    series.expr = pd_expr(f, op, place, series.expr, a, b);
    return series;
}

/* The argument as a known constant. */
static ir_expr_id constant(struct frames *f, TSNode call, const char *name, int position)
{
    struct pd value = pd_operand(f, py_argument(pd_py(f), call, name, position));
    return value.kind == PD_SCALAR ? value.expr : no_expr;
}

struct simple {
    const char *name;
    enum ir_expr_op op;
};

static const struct simple text_simple[] = {
    {"lower", IR_EXPR_LOWER},
    {"upper", IR_EXPR_UPPER},
    {"len", IR_EXPR_LENGTH},
};
static const struct simple text_strips[] = {
    {"strip", IR_EXPR_STRIP},
    {"lstrip", IR_EXPR_LSTRIP},
    {"rstrip", IR_EXPR_RSTRIP},
};
static const struct simple text_affixes[] = {
    {"startswith", IR_EXPR_STARTSWITH},
    {"endswith", IR_EXPR_ENDSWITH},
};
#define FIND(table, name) find((table), sizeof(table) / sizeof *(table), (name))

static enum ir_expr_op find(const struct simple *table, size_t n, struct slice name)
{
    for (size_t i = 0; i < n; i++)
        if (slice_is(name, table[i].name))
            return table[i].op;
    return IR_EXPR_NONE;
}

/* ---- what is looked for ---- */

static const char regex_marks[] = "\\.^$*+?{}[]|()";

static bool has_regex_mark(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (strchr(regex_marks, s.p[i]))
            return true;
    return false;
}

/* contains(pattern): a regular expression unless it is said not to be, or has none of its marks. */
static bool text_contains(struct frames *f, struct pd *series, TSNode call)
{
    struct slice pattern;
    bool regex, missing;
    if (!pd_arguments_are(f, call, "pat regex na", 1) ||
        !py_string_of(pd_py(f), py_argument(pd_py(f), call, "pat", 0), &pattern) ||
        !pd_bool_argument(f, call, "regex", -1, true, &regex) ||
        !pd_bool_argument(f, call, "na", -1, false, &missing) || missing ||
        (regex && has_regex_mark(pattern)))
        return false;
    *series = with(f, *series, IR_EXPR_CONTAINS, constant(f, call, "pat", 0), no_expr, call);
    return true;
}

static bool text_replace(struct frames *f, struct pd *series, TSNode call)
{
    struct slice from, to;
    bool regex;
    struct py *py = pd_py(f);
    if (!pd_arguments_are(f, call, "pat repl regex", 2) ||
        !py_string_of(py, py_argument(py, call, "pat", 0), &from) || !from.n ||
        !py_string_of(py, py_argument(py, call, "repl", 1), &to) ||
        !pd_bool_argument(f, call, "regex", -1, false, &regex) || regex)
        return false;
    *series =
        with(f, *series, IR_EXPR_REPLACE, constant(f, call, "pat", 0), constant(f, call, "repl", 1), call);
    return true;
}

static bool text_slice(struct frames *f, struct pd *series, TSNode call)
{
    uint32_t start, stop;
    struct py *py = pd_py(f);
    bool open = ts_node_is_null(py_argument(py, call, "stop", 1));
    if (!pd_arguments_are(f, call, "start stop", 2) || !pd_count_argument(f, call, "start", 0, 0, &start) ||
        !pd_count_argument(f, call, "stop", 1, 0, &stop))
        return false;
    ir_expr_id from = pd_literal(f, IR_EXPR_NUMBER, slice_of(arena_printf(py->scratch, "%u", start)), call);
    *series = with(f, *series, IR_EXPR_SUBSTR, from, open ? no_expr : constant(f, call, "stop", 1), call);
    return true;
}

static bool text_strip(struct frames *f, struct pd *series, enum ir_expr_op op, TSNode call)
{
    struct slice characters;
    TSNode given = py_argument(pd_py(f), call, "to_strip", 0);
    if (!pd_arguments_are(f, call, "to_strip", 1) ||
        (!ts_node_is_null(given) && !py_string_of(pd_py(f), given, &characters)))
        return false;
    *series = with(f, *series, op, ts_node_is_null(given) ? no_expr : constant(f, call, "to_strip", 0),
                   no_expr, call);
    return true;
}

static bool text_affix(struct frames *f, struct pd *series, enum ir_expr_op op, TSNode call)
{
    struct slice affix;
    bool missing;
    if (!pd_arguments_are(f, call, "pat na", 1) ||
        !py_string_of(pd_py(f), py_argument(pd_py(f), call, "pat", 0), &affix) ||
        !pd_bool_argument(f, call, "na", -1, false, &missing) || missing)
        return false;
    *series = with(f, *series, op, constant(f, call, "pat", 0), no_expr, call);
    return true;
}

/* zfill(4), pad(6), rjust(6, "*"): never shorter than it was. */
static bool text_pad(struct frames *f, struct pd *series, struct slice name, TSNode call)
{
    struct py *py = pd_py(f);
    struct slice side = SLICE("left"), fill = SLICE(" ");
    uint32_t width;
    bool pad = slice_is(name, "pad"), zeros = slice_is(name, "zfill");
    TSNode side_node = py_argument(py, call, "side", pad ? 1 : -1);
    TSNode fill_node = py_argument(py, call, "fillchar", pad ? 2 : 1);
    if (!pd_arguments_are(f, call,
                          pad     ? "width side fillchar"
                          : zeros ? "width"
                                  : "width fillchar",
                          3) ||
        !pd_count_argument(f, call, "width", 0, 0, &width) || width < 1 || width > 1000 ||
        (!ts_node_is_null(side_node) && !py_string_of(py, side_node, &side)) ||
        (!ts_node_is_null(fill_node) && (!py_string_of(py, fill_node, &fill) || fill.n != 1)))
        return false;
    bool left = slice_is(name, "rjust") || (pad && slice_is(side, "left"));
    if (pad && !left && !slice_is(side, "right"))
        return false;
    ir_expr_id n = pd_literal(f, IR_EXPR_NUMBER, slice_of(arena_printf(py->scratch, "%u", width)), call);
    *series = pd_function(f, *series,
                          zeros  ? "zfill"
                          : left ? "rjust"
                                 : "ljust",
                          n, zeros ? no_expr : pd_literal(f, IR_EXPR_STRING, fill, call), call);
    return true;
}

/* cat(other, sep="…"): a null on either side is one in the result. */
static bool text_cat(struct frames *f, struct pd *series, TSNode call)
{
    struct py *py = pd_py(f);
    TSNode node = py_argument(py, call, "others", 0), sep = py_argument(py, call, "sep", 1);
    struct pd other = pd_eval(f, node);
    struct slice between = SLICE("");
    if (other.kind != PD_SERIES || !pd_arguments_are(f, call, "others sep", 2) ||
        (!ts_node_is_null(sep) && !py_string_of(py, sep, &between)) ||
        !pd_aligned(f, series->rel, other.rel, other.expr))
        return false;
    if (between.n)
        *series =
            with(f, *series, IR_EXPR_CONCAT, pd_literal(f, IR_EXPR_STRING, between, call), no_expr, call);
    *series = with(f, *series, IR_EXPR_CONCAT, other.expr, no_expr, call);
    return true;
}

/* Only what is before the first separator is a column of its own: split(sep).str[0]. */
static bool text_split(struct frames *f, struct pd *series, TSNode call)
{
    struct slice separator;
    if (!pd_arguments_are(f, call, "pat n", 2) ||
        !py_string_of(pd_py(f), py_argument(pd_py(f), call, "pat", 0), &separator) || separator.n != 1)
        return false;
    *series = with(f, *series, IR_EXPR_SPLIT, constant(f, call, "pat", 0), no_expr, call);
    IR(pd_py(f)->ir, expr, series->expr)->text = pd_intern(f, SLICE("str.split"));
    return true;
}

static bool text_capitalize(struct frames *f, struct pd *series, TSNode call)
{
    *series = pd_function(f, *series, "capitalize", no_expr, no_expr, call);
    return !pd_arguments(f, call).count;
}

static const struct {
    const char *name;
    bool (*read)(struct frames *f, struct pd *series, TSNode call);
} methods[] = {{"contains", text_contains}, {"replace", text_replace}, {"slice", text_slice},
               {"cat", text_cat},           {"split", text_split},     {"capitalize", text_capitalize}};

struct pd pd_str_call(struct frames *f, struct pd series, struct slice name, TSNode call)
{
    series.kind = PD_SERIES;
    enum ir_expr_op simple = FIND(text_simple, name), strip = FIND(text_strips, name);
    enum ir_expr_op affix = FIND(text_affixes, name);
    bool pads = slice_is(name, "zfill") || slice_is(name, "pad") || slice_is(name, "rjust") ||
                slice_is(name, "ljust");
    if (simple && !pd_arguments(f, call).count)
        return with(f, series, simple, no_expr, no_expr, call);
    if ((strip && text_strip(f, &series, strip, call)) || (affix && text_affix(f, &series, affix, call)) ||
        (pads && text_pad(f, &series, name, call)))
        return series;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct pd value = series;
        if (slice_is(name, methods[i].name) && methods[i].read(f, &value, call))
            return value;
    }
    return pd_opaque_series(f, series,
                            slice_of(arena_printf(pd_py(f)->scratch, "str.%.*s", (int)name.n, name.p)), call);
}

/* ---- slices ---- */

/* A whole number as Python writes it in a slice; an empty one is `otherwise`. */
static bool bound(struct slice text, long otherwise, long *out)
{
    char number[8] = {0}, *end;
    *out = otherwise;
    if (!text.n)
        return true;
    if (text.n >= sizeof number)
        return false;
    memcpy(number, text.p, text.n);
    *out = strtol(number, &end, 10);
    return !*end && number[0] != '+' && number[0] != ' ';
}

static ir_expr_id number(struct frames *f, long value, TSNode place)
{
    return pd_literal(f, IR_EXPR_NUMBER, slice_of(arena_printf(pd_py(f)->scratch, "%ld", value)), place);
}

/* str[i]: one character, a null behind the end; of a split text its first part. */
static struct pd item(struct frames *f, struct pd series, TSNode sub, TSNode node)
{
    const struct ir_expr *row = IR(pd_py(f)->ir, expr, series.expr);
    long at;
    if (!bound(py_bytes(pd_py(f), sub), -1, &at) || at < 0 || (row->op == IR_EXPR_SPLIT && at))
        return pd_opaque_series(f, series, SLICE("str[]"), node);
    if (row->op != IR_EXPR_SPLIT)
        return pd_function(f, series, "char_at", number(f, at + 1, node), no_expr, node);
    struct ir_expr *parts = IR(pd_py(f)->ir, expr, series.expr);
    parts->op = IR_EXPR_FUNCTION;
    parts->text = pd_intern(f, SLICE("before"));
    return series;
}

struct pd pd_str_item(struct frames *f, struct pd series, TSNode sub, TSNode node)
{
    series.kind = PD_SERIES;
    struct slice text = py_bytes(pd_py(f), sub);
    if (!py_is(sub, "slice"))
        return item(f, series, sub, node);
    const char *colon = memchr(text.p, ':', text.n);
    size_t at = colon ? (size_t)(colon - text.p) : text.n;
    struct slice from = slice_trim(slice_sub(text, 0, at));
    struct slice to = at < text.n ? slice_trim(slice_sub(text, at + 1, text.n - at - 1)) : from;
    long start, stop;
    if (!colon || !bound(from, 0, &start) || !bound(to, 0, &stop) || (start < 0 && to.n) ||
        (stop < 0 && start))
        return pd_opaque_series(f, series, SLICE("str[]"), node);
    if (start < 0)
        return pd_function(f, series, "right", number(f, -start, node), no_expr, node);
    if (stop < 0)
        return pd_function(f, series, "left", number(f, stop, node), no_expr, node);
    return with(f, series, IR_EXPR_SUBSTR, number(f, start, node), to.n ? number(f, stop, node) : no_expr,
                node);
}
