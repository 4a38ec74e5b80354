/*
 * literal.c - string literals: prefixes, escapes, f-strings, implicit concatenation. Every character that
 * is written otherwise than it reads gets a run of its own, so that positions stay exact.
 */
#include "python/walk.h"

#include <string.h>

struct literal {
    bool raw, formatted;
};

/* The prefix letters and opening quotes of a literal. */
static struct literal prefix_of(struct slice start)
{
    struct literal l = {0};

    for (size_t i = 0; i < start.n && start.p[i] != '"' && start.p[i] != '\''; i++) {
        char c = start.p[i] | 0x20;
        l.raw |= c == 'r';
        l.formatted |= c == 'f';
    }
    return l;
}

static size_t utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return 99;
}

/* Reads up to `max` digits of a base at s; returns how many there were. */
static size_t number_at(struct slice s, size_t max, int base, uint32_t *out)
{
    size_t n = 0;

    *out = 0;
    while (n < max && n < s.n && digit_of(s.p[n]) < base)
        *out = *out * (uint32_t)base + (uint32_t)digit_of(s.p[n++]);
    return n;
}

/* Decodes the numeric escape at s (after the backslash); returns its length, 0 when it is none. */
static size_t numeric_escape(struct slice s, char out[4], size_t *out_len)
{
    static const struct {
        char letter;
        size_t digits;
    } kinds[] = {{'x', 2}, {'u', 4}, {'U', 8}};
    uint32_t value;
    size_t n;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (s.p[0] != kinds[i].letter)
            continue;
        n = number_at(slice_sub(s, 1, s.n - 1), kinds[i].digits, 16, &value);
        if (n != kinds[i].digits || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
            return 0;
        *out_len = utf8(value, out);
        return n + 1;
    }
    n = number_at(s, 3, 8, &value);
    if (n > 0)
        *out_len = utf8(value, out);
    return n;
}

/* Decodes what follows a backslash; returns its length in the source, 0 when it is no escape. */
static size_t escape(struct slice s, char out[4], size_t *out_len)
{
    static const char from[] = "\\'\"abfnrtv", to[] = "\\'\"\a\b\f\n\r\t\v";
    const char *at;

    *out_len = 1;
    if (s.n == 0)
        return 0;
    if (s.p[0] == '\n' || s.p[0] == '\r') {
        *out_len = 0;
        return s.n > 1 && s.p[0] == '\r' && s.p[1] == '\n' ? 2 : 1;
    }
    at = s.p[0] ? strchr(from, s.p[0]) : NULL;
    if (at) {
        out[0] = to[at - from];
        return 1;
    }
    return numeric_escape(s, out, out_len);
}

/* Adds the literal's characters between two offsets of the source. */
static void add_content(struct py_string *s, struct literal l, uint32_t off, uint32_t end)
{
    const char *p = s->py->source.p;
    uint32_t run = off;

    while (off < end) {
        char out[4];
        size_t out_len = 1, n = 0;
        if (p[off] == '\\' && !l.raw) {
            n = escape(slice_sub(s->py->source, off + 1, end - off - 1), out, &out_len);
            n += n > 0;
        } else if (l.formatted && (p[off] == '{' || p[off] == '}') && off + 1 < end && p[off + 1] == p[off]) {
            out[0] = p[off];
            n = 2;
        }
        if (n == 0) {
            off++;
            continue;
        }
        py_string_add(s, p + run, off - run, IR_SEG_VERBATIM, run, off - run);
        py_string_add(s, out, out_len, IR_SEG_ESCAPED, off, (uint32_t)n);
        off += (uint32_t)n;
        run = off;
    }
    py_string_add(s, p + run, off - run, IR_SEG_VERBATIM, run, off - run);
}

/* {expression=}: the expression's own text first. Returns whether it is. */
static bool add_expression_text(struct py_string *s, TSNode node, TSNode expression)
{
    uint32_t from = py_start(node) + 1, at = py_start(expression) + py_len(expression);
    const char *p = s->py->source.p;

    while (p[at] == ' ')
        at++;
    if (p[at] != '=')
        return false;
    while (p[at + 1] == ' ')
        at++;
    py_string_add(s, p + from, at + 1 - from, IR_SEG_VERBATIM, from, at + 1 - from);
    return true;
}

/* {expression!r:spec} */
static void add_interpolation(struct py_string *s, TSNode node)
{
    TSNode expression = py_field(node, "expression");
    struct slice conversion = py_bytes(s->py, py_field(node, "type_conversion"));
    struct slice written = py_bytes(s->py, py_field(node, "format_specifier"));
    char how = conversion.n > 1 ? conversion.p[1] : 0;
    struct py_spec spec;

    if (py_none(expression)) {
        py_string_placeholder(s, node);
        return;
    }
    if (add_expression_text(s, node, expression) && !how && !written.n)
        how = 'r';
    if (written.n && !py_spec_of(slice_sub(written, 1, written.n - 1), &spec))
        py_string_placeholder(s, expression);
    else if (written.n)
        py_string_formatted(s, py_eval(s->py, expression), how, &spec, expression);
    else if (how && how != 's')
        py_string_formatted(s, py_eval(s->py, expression), how, &(struct py_spec){.precision = -1},
                            expression);
    else
        py_string_value(s, py_eval(s->py, expression), expression, true);
}

static void add_literal(struct py_string *s, TSNode node)
{
    struct py_nodes children = py_children(s->py, node);
    struct literal l = {0};
    uint32_t at = py_start(node), end = at + py_len(node);

    for (uint32_t i = 0; i < children.count; i++) {
        TSNode child = children.items[i];
        enum py_node kind = py_kind(s->py, child);
        if (kind == NODE_STRING_START) {
            l = prefix_of(py_bytes(s->py, child));
            at = py_start(child) + py_len(child);
        } else if (kind == NODE_INTERPOLATION) {
            add_content(s, l, at, py_start(child));
            add_interpolation(s, child);
            at = py_start(child) + py_len(child);
        } else if (kind == NODE_STRING_END) {
            end = py_start(child);
        }
    }
    add_content(s, l, at, end);
}

const struct py_value *py_literal(struct py *py, TSNode node)
{
    struct py_string s = py_string_new(py);

    add_literal(&s, node);
    return py_string_end(&s, node);
}

const struct py_value *py_concatenated(struct py *py, TSNode node)
{
    struct py_string s = py_string_new(py);
    struct py_nodes parts = py_children(py, node);

    for (uint32_t i = 0; i < parts.count; i++)
        if (py_kind(py, parts.items[i]) == NODE_STRING)
            add_literal(&s, parts.items[i]);
    return py_string_end(&s, node);
}
