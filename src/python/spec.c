/*
 * spec.c - what `{x!r:>5}` and `%-5s` do to a value before it is put in, for strings and whole numbers, and for
 * other numbers with a fixed precision. Everything else, and what is not known, becomes a placeholder.
 */
#include "python/walk.h"

#include <stdlib.h>
#include <string.h>

enum { WIDEST = 1000 };

static size_t digits_at(struct slice s, size_t at, int *out)
{
    size_t i = at;

    *out = 0;
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && *out <= WIDEST; i++)
        *out = *out * 10 + (s.p[i] - '0');
    return i;
}

/* [[fill]align][sign][0][width][,][.precision][type]; false when it is none, or does what is not known here. */
bool py_spec_of(struct slice s, struct py_spec *spec)
{
    size_t at = 0;

    *spec = (struct py_spec){.fill = ' ', .precision = -1};
    if (s.n > 1 && strchr("<>^=", s.p[1])) {
        spec->fill = s.p[0];
        spec->align = s.p[1];
        at = 2;
    } else if (s.n > 0 && strchr("<>^=", s.p[0])) {
        spec->align = s.p[0];
        at = 1;
    }
    if (at < s.n && (s.p[at] == '+' || s.p[at] == '-' || s.p[at] == ' '))
        spec->sign = s.p[at++];
    if (at < s.n && s.p[at] == '0') {
        spec->zero = true;
        at++;
    }
    at = digits_at(s, at, &spec->width);
    if (at < s.n && (s.p[at] == ',' || s.p[at] == '_'))
        spec->group = s.p[at++];
    if (at + 1 < s.n && s.p[at] == '.')
        at = digits_at(s, at + 1, &spec->precision);
    if (at < s.n)
        spec->type = s.p[at++];
    return at == s.n && spec->width <= WIDEST && spec->precision <= 30 && !(spec->fill & 0x80);
}

static size_t length_of(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += (s.p[i] & 0xC0) != 0x80;
    return n;
}

/* The digits of a number as the specification has them, without sign and padding. */
static bool digits_of(struct slice written, const struct py_spec *spec, char out[400])
{
    char number[64] = {0}, plain[400];
    char *end;
    size_t n, first, at = 0;
    double value;

    if (written.n == 0 || written.n >= sizeof number)
        return false;
    for (size_t i = 0; i < written.n; i++)
        number[i] = written.p[i];
    if (spec->type == 'f') {
        value = strtod(number, &end);
        if (*end || value > 1e15)
            return false;
        snprintf(plain, sizeof plain, "%.*f", spec->precision < 0 ? 6 : spec->precision, value);
    } else {
        unsigned long long whole = strtoull(number, &end, 10);
        const char *format = spec->type == 'x' ? "%llx" : spec->type == 'X' ? "%llX" : "%llu";
        if (*end || written.n > 18 || spec->precision >= 0)
            return false;
        snprintf(plain, sizeof plain, format, whole);
    }
    n = strcspn(plain, ".");
    first = n % 3 ? n % 3 : 3;
    for (size_t i = 0; plain[i] && at < 390; i++) {
        if (spec->group && i < n && i >= first && (i - first) % 3 == 0)
            out[at++] = spec->group;
        out[at++] = plain[i];
    }
    out[at] = 0;
    return true;
}

static void pad(struct py_string *s, char fill, size_t count, TSNode node)
{
    while (count-- > 0)
        py_string_add(s, &fill, 1, IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
}

static bool add_number(struct py_string *s, struct slice written, const struct py_spec *spec, TSNode node)
{
    bool negative = written.n && written.p[0] == '-';
    char digits[400], sign = negative ? '-' : spec->sign == '-' ? 0 : spec->sign;
    char align = spec->align ? spec->align : spec->zero ? '=' : '>';
    char fill = spec->zero && !spec->align ? '0' : spec->fill;
    size_t n, room, before;

    if (spec->type && !strchr("dxXf", spec->type))
        return false;
    if (!digits_of(slice_sub(written, negative, written.n - negative), spec, digits))
        return false;
    n = strlen(digits) + (sign != 0);
    room = (size_t)spec->width > n ? (size_t)spec->width - n : 0;
    if (room && spec->group && fill == '0')
        return false;
    before = align == '<' || align == '=' ? 0 : align == '^' ? room / 2 : room;
    pad(s, fill, before, node);
    if (sign)
        py_string_add(s, &sign, 1, IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
    if (align == '=')
        pad(s, fill, room, node);
    py_string_add(s, digits, strlen(digits), IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
    if (align != '=')
        pad(s, fill, room - before, node);
    return true;
}

/* repr() of a string that needs no escapes. */
static const struct py_value *repr_of(struct py *py, const struct py_value *v, TSNode node)
{
    struct py_string s = py_string_new(py);
    const char *quote = memchr(v->string.p, '\'', v->string.n) ? "\"" : "'";

    for (size_t i = 0; i < v->string.n; i++)
        if ((unsigned char)v->string.p[i] < ' ' || strchr("\\\"\x7F", v->string.p[i]) ||
            v->string.p[i] & 0x80)
            return py_unknown(py, node);
    py_string_add(&s, quote, 1, IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
    py_string_part(&s, v, 0, v->string.n, true);
    py_string_add(&s, quote, 1, IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
    return py_string_end(&s, node);
}

static bool add_text(struct py_string *s, const struct py_value *v, const struct py_spec *spec, TSNode node)
{
    size_t n = length_of(v->string), room = (size_t)spec->width > n ? (size_t)spec->width - n : 0;
    size_t before = spec->align == '>' ? room : spec->align == '^' ? room / 2 : 0;
    char fill = spec->zero && spec->fill == ' ' ? '0' : spec->fill;

    if ((spec->type && spec->type != 's') || spec->sign || spec->group || spec->align == '=' ||
        (spec->precision >= 0 && n > (size_t)spec->precision))
        return false;
    pad(s, fill, before, node);
    py_string_part(s, v, 0, v->string.n, true);
    pad(s, fill, room - before, node);
    return true;
}

void py_string_formatted(struct py_string *s, const struct py_value *v, char conversion,
                         const struct py_spec *spec, TSNode node)
{
    struct slice number;
    bool plain = !spec->align && !spec->sign && !spec->zero && !spec->width && !spec->group &&
                 spec->precision < 0 && (!spec->type || (spec->type == 's' && v->kind == PY_STRING));

    v = py_pick(s->py, v);
    if ((conversion == 'r' || conversion == 'a') && v->kind == PY_STRING)
        v = v->unknown_parts ? py_unknown(s->py, node) : repr_of(s->py, v, node);
    if (plain)
        py_string_value(s, v, node, true);
    else if (v->kind == PY_NUMBER && !conversion && py_number_text(s->py, v, &number) &&
             add_number(s, number, spec, node))
        return;
    else if (!py_is_known_string(v) || !add_text(s, v, spec, node))
        py_string_placeholder(s, node);
}

/* How str() prints a number, when that is as it is written or nearly so. */
bool py_number_text(struct py *py, const struct py_value *v, struct slice *out)
{
    struct slice w = v->string;
    struct buf b = buf_new(py->scratch);
    size_t from = w.n && w.p[0] == '-', dot = w.n, digits = 0;

    for (size_t i = 0; i < w.n; i++) {
        char c = w.p[i];
        if (c == '.' && dot == w.n)
            dot = i;
        else if (c != '_' && !(c >= '0' && c <= '9') && !(c == '-' && i == 0))
            return false;
        digits += c >= '0' && c <= '9';
        if (c != '_')
            buf_addc(&b, c);
    }
    *out = buf_slice(&b);
    if (dot == w.n)
        return digits > 0 && (out->n == from + 1 || out->p[from] != '0');
    if (digits > 15 || dot == from || dot + 1 >= out->n || (out->p[from] == '0' && dot > from + 1))
        return false;
    return (out->p[from] != '0' || out->p[dot + 1] != '0' || out->n == dot + 2) &&
           (out->p[out->n - 1] != '0' || out->n == dot + 2);
}
