/*
 * format.c - `"…" % values` and `"…".format(…)`: the format's own characters keep their places, values
 * are put in with theirs.
 */
#include "python/walk.h"

#include <string.h>

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
    struct slice how;  /* flags, width and precision */
};

/* Reads the directive at s, which starts with %. */
static struct directive read_directive(struct slice s)
{
    struct directive d = {.len = 1};

    if (d.len < s.n && s.p[d.len] == '(') {
        size_t open = ++d.len;
        while (d.len < s.n && s.p[d.len] != ')')
            d.len++;
        d.name = slice_sub(s, open, d.len - open);
        d.len++;
    }
    d.how = slice_sub(s, d.len < s.n ? d.len : s.n, 0);
    for (; d.len < s.n; d.len++) {
        char c = s.p[d.len];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%') {
            d.conversion = c;
            d.len++;
            return d;
        }
        if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == ' ' || c == '#'))
            return d;
        d.how.n++;
    }
    return d;
}

/* A % directive as format() says it: strings and numbers stand to the right unless there is a minus. */
static bool percent_spec(struct directive d, struct py_spec *spec)
{
    size_t flags = 0;
    bool left = false;

    while (flags < d.how.n && strchr("-0+ ", d.how.p[flags]))
        left |= d.how.p[flags++] == '-';
    if (!py_spec_of(slice_sub(d.how, flags, d.how.n - flags), spec) || spec->type || spec->group)
        return false;
    for (size_t i = 0; i < flags; i++) {
        if (d.how.p[i] == '0')
            spec->zero = !left;
        else if (d.how.p[i] != '-')
            spec->sign = spec->sign == '+' ? '+' : d.how.p[i];
    }
    if (spec->width || left)
        spec->align = left ? '<' : spec->zero ? '=' : '>';
    if (spec->zero)
        spec->fill = '0';
    if (strchr("dif", d.conversion))
        spec->type = d.conversion == 'f' ? 'f' : 'd';
    return strchr("sdirf", d.conversion) != NULL;
}

static void add_directive(struct py_string *s, const struct py_value *format, size_t at, struct directive d,
                          const struct py_value *value, TSNode node)
{
    TSNode place = value && !py_none(value->node) ? value->node : node;
    char how = d.conversion == 'r' ? 'r' : 0;
    struct py_spec spec;

    if (d.conversion == '%')
        py_string_part(s, format, at + d.len - 1, 1, false);
    else if (!value || !percent_spec(d, &spec))
        py_string_placeholder(s, place);
    else if (d.how.n || how || spec.type == 'f')
        py_string_formatted(s, value, how, &spec, place);
    else
        py_string_value(s, value, place, true);
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

/* The argument that a replacement field begins with: {}, {0}, {name}. */
static const struct py_value *first_value(const struct py_args *args, struct slice field, uint32_t *next)
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

/* {name[key].attribute}: NULL when it is not known. */
static const struct py_value *field_value(struct py *py, const struct py_args *args, struct slice field,
                                          uint32_t *next, TSNode node)
{
    size_t at = 0, from;
    const struct py_value *v;

    while (at < field.n && field.p[at] != '.' && field.p[at] != '[')
        at++;
    v = first_value(args, slice_sub(field, 0, at), next);
    while (v && at < field.n) {
        bool item = field.p[at] == '[';
        struct slice name;
        from = ++at;
        while (at < field.n && (item ? field.p[at] != ']' : field.p[at] != '.' && field.p[at] != '['))
            at++;
        name = slice_sub(field, from, at - from);
        v = py_pick(py, v);
        if (!item) {
            v = py_attribute(py, v, name);
        } else {
            struct py_value *key = py_value_new(py, py_is_list(v) ? PY_NUMBER : PY_STRING, node);
            key->string = name;
            v = py_item(py, v, key, node);
        }
        at += item;
    }
    return v;
}

/* Where the field that opens before `at` is closed; the length of s when it is not. */
static size_t field_end(struct slice s, size_t at)
{
    int depth = 0;

    for (; at < s.n; at++) {
        depth += (s.p[at] == '{') - (s.p[at] == '}');
        if (depth < 0)
            break;
    }
    return at;
}

/* One replacement field: name!conversion:specification. */
static void add_field(struct py_string *s, const struct py_args *args, struct slice field, uint32_t *next,
                      TSNode node)
{
    struct py_spec spec = {.precision = -1};
    const struct py_value *value;
    char how = 0;
    size_t n = 0;
    bool known = true;
    TSNode place;

    while (n < field.n && field.p[n] != '!' && field.p[n] != ':')
        n++;
    value = field_value(s->py, args, slice_sub(field, 0, n), next, node);
    place = value && !py_none(value->node) ? value->node : node;
    if (n + 1 < field.n && field.p[n] == '!') {
        how = field.p[n + 1];
        n += 2;
    }
    if (n < field.n)
        known = py_spec_of(slice_sub(field, n + 1, field.n - n - 1), &spec);
    if (!value || !known)
        py_string_placeholder(s, place);
    else if (how == 's' && n >= field.n)
        py_string_value(s, value, place, true);
    else
        py_string_formatted(s, value, how, &spec, place);
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
            if (f.p[i] == '}' || end == f.n)
                return py_unknown(py, node);
            add_field(&s, args, slice_sub(f, i + 1, end - i - 1), &next, node);
            i = end + 1;
        }
        run = i;
    }
    py_string_part(&s, format, run, f.n - run, false);
    return py_string_end(&s, node);
}
