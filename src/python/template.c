/*
 * template.c - Jinja's {{ name }} and string.Template's $name, as far as the names are known. What is not
 * known stays as it is written: the SQL reader knows how to read around it.
 */
#include "python/walk.h"

#include <string.h>

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The value at a dotted path of names; NULL when it is none of ours. */
static const struct py_value *look_up(struct py *py, const struct py_value *values, struct slice path)
{
    while (values && path.n) {
        size_t n = 0;
        while (n < path.n && is_name(path.p[n]))
            n++;
        if (n == 0 || (n < path.n && path.p[n] != '.') || values->kind != PY_DICT)
            return NULL;
        values = py_dict_get(py, values, slice_sub(path, 0, n));
        path = slice_sub(path, n + 1, n < path.n ? path.n - n - 1 : 0);
    }
    values = values ? py_pick(py, values) : NULL;
    return values && values->kind != PY_NONE && !py_is_list(values) && values->kind != PY_DICT ? values
                                                                                               : NULL;
}

const struct py_value *py_jinja(struct py *py, const struct py_value *text, const struct py_value *values,
                                TSNode node)
{
    struct py_string out = py_string_new(py);
    struct slice t = text->string;
    size_t run = 0, at = 0;

    while (at + 1 < t.n) {
        const char *end = t.p[at] == '{' && t.p[at + 1] == '{' ? memmem(t.p + at, t.n - at, "}}", 2) : NULL;
        const struct py_value *v = NULL;
        size_t n;
        if (!end) {
            at++;
            continue;
        }
        n = (size_t)(end - t.p) + 2 - at;
        v = look_up(py, values, slice_trim(slice_sub(t, at + 2, n - 4)));
        if (v) {
            py_string_part(&out, text, run, at - run, false);
            py_string_value(&out, v, node, true);
            run = at + n;
        }
        at += n;
    }
    py_string_part(&out, text, run, t.n - run, false);
    return py_string_end(&out, node);
}

const struct py_value *py_dollar(struct py *py, const struct py_value *text, const struct py_value *values,
                                 TSNode node)
{
    struct py_string out = py_string_new(py);
    struct slice t = text->string;
    size_t run = 0, at = 0;

    while (at + 1 < t.n) {
        bool braces = t.p[at + 1] == '{';
        size_t from = at + 1 + braces, to = from;
        const struct py_value *v;
        if (t.p[at] != '$') {
            at++;
            continue;
        }
        if (t.p[from - braces] == '$') { /* $$ is a dollar */
            py_string_part(&out, text, run, at + 1 - run, false);
            at = run = at + 2;
            continue;
        }
        while (to < t.n && is_name(t.p[to]))
            to++;
        v = to > from && (!braces || (to < t.n && t.p[to] == '}'))
                ? look_up(py, values, slice_sub(t, from, to - from))
                : NULL;
        if (v) {
            py_string_part(&out, text, run, at - run, false);
            py_string_value(&out, v, node, true);
            run = to + braces;
        }
        at = to > at ? to : at + 1;
    }
    py_string_part(&out, text, run, t.n - run, false);
    return py_string_end(&out, node);
}
