/*
 * format.c - `"…" % values` and `"…".format(…)`: the format's own characters keep their places, values
 * are put in with theirs.
 */
#include "python/walk.h"

/* The value of a % format's n-th item, or of its name. */
static const struct py_value *percent_value(struct py *py, const struct py_value *values, struct slice name,
                                            uint32_t n)
{
    if (name.p)
        return values->kind == PY_DICT ? py_dict_get(py, values, name) : NULL;
    if (values->kind == PY_TUPLE)
        return n < values->count ? values->items[n] : NULL;
    return n == 0 && values->kind != PY_DICT ? values : NULL;
}

struct directive {
    size_t len;        /* of all of it */
    struct slice name; /* of %(name)s; p is NULL without one */
    char conversion;   /* 's', 'd', '%' …; 0 when it is no directive */
    bool plain;        /* neither width nor flags */
};

/* Reads the directive at s, which starts with %. */
static struct directive read_directive(struct slice s)
{
    struct directive d = {.len = 1, .plain = true};

    if (d.len < s.n && s.p[d.len] == '(') {
        size_t open = ++d.len;
        while (d.len < s.n && s.p[d.len] != ')')
            d.len++;
        d.name = slice_sub(s, open, d.len - open);
        d.len++;
    }
    for (; d.len < s.n; d.len++) {
        char c = s.p[d.len];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%') {
            d.conversion = c;
            d.len++;
            return d;
        }
        if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == ' ' || c == '#'))
            return d;
        d.plain = false;
    }
    return d;
}

static void add_directive(struct py_string *s, const struct py_value *format, size_t at, struct directive d,
                          const struct py_value *value, TSNode node)
{
    if (d.conversion == '%')
        py_string_part(s, format, at + d.len - 1, 1, false);
    else if (value && d.plain && (d.conversion == 's' || d.conversion == 'd' || d.conversion == 'i'))
        py_string_value(s, value, py_none(value->node) ? node : value->node, true);
    else
        py_string_placeholder(s, value && !py_none(value->node) ? value->node : node);
}

const struct py_value *py_percent(struct py *py, const struct py_value *format, const struct py_value *values,
                                  TSNode node)
{
    struct py_string s = py_string_new(py);
    struct slice f = format->string;
    size_t run = 0;
    uint32_t n = 0;

    for (size_t i = 0; i < f.n;) {
        struct directive d;
        if (f.p[i] != '%') {
            i++;
            continue;
        }
        d = read_directive(slice_sub(f, i, f.n - i));
        if (!d.conversion)
            return py_unknown(py, node); /* Python would not take it either */
        py_string_part(&s, format, run, i - run, false);
        add_directive(&s, format, i, d, d.conversion == '%' ? NULL : percent_value(py, values, d.name, n),
                      node);
        n += d.conversion != '%';
        i += d.len;
        run = i;
    }
    py_string_part(&s, format, run, f.n - run, false);
    return py_string_end(&s, node);
}

/* The argument that a replacement field names: {}, {0}, {name}. */
static const struct py_value *field_value(const struct py_args *args, struct slice field, uint32_t *next)
{
    uint32_t index = 0;

    if (field.n == 0)
        index = (*next)++;
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] < '0' || field.p[i] > '9' || i > 6) {
            for (uint32_t k = 0; k < args->named_count; k++)
                if (slice_eq(args->names[k], field))
                    return args->named[k];
            return NULL;
        }
        index = index * 10 + (uint32_t)(field.p[i] - '0');
    }
    return index < args->positional_count ? args->positional[index] : NULL;
}

/* Where the field that opens at `at` is closed; the length of s when it is not. */
static size_t field_end(struct slice s, size_t at)
{
    while (at < s.n && s.p[at] != '}' && s.p[at] != '{')
        at++;
    return at;
}

const struct py_value *py_format(struct py *py, const struct py_value *format, const struct py_args *args,
                                 TSNode node)
{
    struct py_string s = py_string_new(py);
    struct slice f = format->string;
    size_t run = 0, i = 0;
    uint32_t next = 0;

    while (i < f.n) {
        bool brace = f.p[i] == '{' || f.p[i] == '}';
        if (!brace) {
            i++;
            continue;
        }
        py_string_part(&s, format, run, i - run, false);
        if (i + 1 < f.n && f.p[i + 1] == f.p[i]) {
            py_string_part(&s, format, i, 1, false);
            i += 2;
        } else {
            size_t end = field_end(f, i + 1);
            const struct py_value *value;
            if (f.p[i] == '}' || end == f.n || f.p[end] != '}')
                return py_unknown(py, node);
            value = field_value(args, slice_sub(f, i + 1, end - i - 1), &next);
            if (value)
                py_string_value(&s, value, py_none(value->node) ? node : value->node, true);
            else
                py_string_placeholder(&s, node);
            i = end + 1;
        }
        run = i;
    }
    py_string_part(&s, format, run, f.n - run, false);
    return py_string_end(&s, node);
}
