/*
 * methods.c - methods of strings, lists and dicts. Strings keep their runs wherever a method only cuts
 * or puts together.
 */
#include "python/walk.h"

#include <string.h>

typedef const struct py_value *(*method)(struct py *py, const struct py_value *self, TSNode call);

static const struct py_value *argument(struct py *py, TSNode call, const char *name, int position)
{
    TSNode node = py_argument(py, call, name, position);

    return py_none(node) ? NULL : py_eval(py, node);
}

/* ---- strings ---- */

static bool in_set(char c, struct slice set)
{
    return memchr(set.p, c, set.n) != NULL;
}

static const struct py_value *strip_sides(struct py *py, const struct py_value *self, TSNode call, bool left,
                                          bool right)
{
    const struct py_value *set = argument(py, call, "", 0);
    struct slice s = self->string, chars = SLICE(" \t\r\n\f\v");
    struct py_string out = py_string_new(py);
    size_t from = 0, to = s.n;

    if (set && !py_as_text(set, &chars))
        return py_unknown(py, call);
    while (left && from < to && in_set(s.p[from], chars))
        from++;
    while (right && to > from && in_set(s.p[to - 1], chars))
        to--;
    py_string_part(&out, self, from, to - from, false);
    return py_string_end(&out, call);
}

static const struct py_value *str_strip(struct py *py, const struct py_value *self, TSNode call)
{
    return strip_sides(py, self, call, true, true);
}

static const struct py_value *str_lstrip(struct py *py, const struct py_value *self, TSNode call)
{
    return strip_sides(py, self, call, true, false);
}

static const struct py_value *str_rstrip(struct py *py, const struct py_value *self, TSNode call)
{
    return strip_sides(py, self, call, false, true);
}

static const struct py_value *change_case(struct py *py, const struct py_value *self, TSNode call, char first,
                                          char last)
{
    struct buf b = buf_new(py->scratch);

    if (self->unknown_parts)
        return self;
    for (size_t i = 0; i < self->string.n; i++) {
        char c = self->string.p[i];
        buf_addc(&b, c >= first && c <= last ? (char)(c ^ 0x20) : c);
    }
    return py_string_made(py, buf_slice(&b), call);
}

static const struct py_value *str_lower(struct py *py, const struct py_value *self, TSNode call)
{
    return change_case(py, self, call, 'A', 'Z');
}

static const struct py_value *str_upper(struct py *py, const struct py_value *self, TSNode call)
{
    return change_case(py, self, call, 'a', 'z');
}

/* Where `what` is next found in s from `at` on; s.n when it is not. */
static size_t find(struct slice s, size_t at, struct slice what)
{
    const char *found = at < s.n ? memmem(s.p + at, s.n - at, what.p, what.n) : NULL;

    return found ? (size_t)(found - s.p) : s.n;
}

static const struct py_value *replace(struct py *py, const struct py_value *self, struct slice what,
                                      const struct py_value *to, TSNode call)
{
    struct py_string out = py_string_new(py);
    size_t at = 0;

    while (at < self->string.n) {
        size_t next = find(self->string, at, what);
        py_string_part(&out, self, at, next - at, false);
        if (next < self->string.n)
            py_string_value(&out, to, call, true);
        at = next < self->string.n ? next + what.n : next;
    }
    return py_string_end(&out, call);
}

static const struct py_value *str_replace(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *from = argument(py, call, "", 0), *to = argument(py, call, "", 1);
    struct py_choices c;
    struct slice what;

    if (!from || !to || !py_as_text(from, &what) || what.n == 0)
        return py_unknown(py, call);
    py_choices_begin(py, &c, call);
    while (py_choices_next(py, &c, replace(py, self, what, to, call)))
        continue;
    return py_choices_end(py, &c);
}

static const struct py_value *join(struct py *py, const struct py_value *self, const struct py_value *items,
                                   TSNode call)
{
    struct py_string out = py_string_new(py);

    for (uint32_t i = 0; i < items->count; i++) {
        if (i > 0)
            py_string_value(&out, self, call, false);
        py_string_value(&out, items->items[i], call, false);
    }
    return py_string_end(&out, call);
}

static const struct py_value *str_join(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *items = argument(py, call, "", 0);
    struct py_choices c;

    items = items ? py_items(py, items) : NULL;
    if (!items)
        return py_unknown(py, call);
    py_choices_begin(py, &c, call);
    while (py_choices_next(py, &c, join(py, self, items, call)))
        continue;
    return py_choices_end(py, &c);
}

static const struct py_value *str_split(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *separator = argument(py, call, "sep", 0);
    struct py_value *list = py_value_new(py, PY_LIST, call);
    struct slice what;
    size_t at = 0;

    if (!separator || !py_as_text(separator, &what) || what.n == 0)
        return py_unknown(py, call);
    for (;;) {
        size_t next = find(self->string, at, what);
        struct py_string part = py_string_new(py);
        py_string_part(&part, self, at, next - at, false);
        py_push(py, list, py_string_end(&part, call));
        if (next == self->string.n || !py_spend(py, 1))
            return list;
        at = next + what.n;
    }
}

static const struct py_value *str_format(struct py *py, const struct py_value *self, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_choices c;

    py_choices_begin(py, &c, call);
    while (py_choices_next(py, &c, py_format(py, self, &args, call)))
        continue;
    return py_choices_end(py, &c);
}

static const struct py_value *str_format_map(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *names = argument(py, call, "", 0);
    struct py_args args = {0};
    VEC(struct slice) keys = {0};
    VEC(const struct py_value *) values = {0};
    struct py_choices c;
    struct slice key;

    if (!names || names->kind != PY_DICT)
        return py_unknown(py, call);
    for (uint32_t i = names->count; i >= 2; i -= 2) { /* the last of a name wins */
        if (!py_as_text(names->items[i - 2], &key))
            continue;
        vec_push(py->scratch, &keys, key);
        vec_push(py->scratch, &values, names->items[i - 1]);
    }
    args = (struct py_args){NULL, 0, keys.items, values.items, keys.count};
    py_choices_begin(py, &c, call);
    while (py_choices_next(py, &c, py_format(py, self, &args, call)))
        continue;
    return py_choices_end(py, &c);
}

static const struct py_value *str_splitlines(struct py *py, const struct py_value *self, TSNode call)
{
    return py_lines(py, self, false, call);
}

static const struct py_value *remove_end(struct py *py, const struct py_value *self, TSNode call, bool prefix)
{
    const struct py_value *what = argument(py, call, "", 0);
    struct py_string out = py_string_new(py);
    struct slice s = self->string, part;
    bool there;

    if (!what || !py_as_text(what, &part))
        return py_unknown(py, call);
    there = part.n <= s.n && slice_eq(slice_sub(s, prefix ? 0 : s.n - part.n, part.n), part);
    if (!there)
        return self;
    py_string_part(&out, self, prefix ? part.n : 0, s.n - part.n, false);
    return py_string_end(&out, call);
}

static const struct py_value *str_removeprefix(struct py *py, const struct py_value *self, TSNode call)
{
    return remove_end(py, self, call, true);
}

static const struct py_value *str_removesuffix(struct py *py, const struct py_value *self, TSNode call)
{
    return remove_end(py, self, call, false);
}

static const struct py_value *str_same(struct py *py, const struct py_value *self, TSNode call)
{
    (void)py;
    (void)call;
    return self;
}

/* ---- paths, which are their strings ---- */

static const struct py_value *path_join(struct py *py, const struct py_value *self, TSNode call)
{
    struct py_args args = py_eval_args(py, call);

    return py_path_join(py, self, &args, call);
}

static const struct py_value *path_open(struct py *py, const struct py_value *self, TSNode call)
{
    struct py_value *v = py_value_new(py, PY_OBJECT, call);

    v->string = SLICE("open");
    py_push(py, v, self);
    return v;
}

static const struct py_value *path_read(struct py *py, const struct py_value *self, TSNode call)
{
    return py_read_text(py, self, call);
}

/* ---- open files and templates (builtins.c makes them) ---- */

static const struct py_value *file_read(struct py *py, const struct py_value *self, TSNode call)
{
    if (!slice_is(self->string, "open") || self->count == 0)
        return NULL;
    return py_read_text(py, self->items[0], call);
}

static const struct py_value *file_lines(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *lines = slice_is(self->string, "open") ? py_items(py, self) : NULL;

    (void)call;
    return lines;
}

/* The names that a template is given, one dict. */
static const struct py_value *template_values(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_value *values = py_value_new(py, PY_DICT, call);

    for (uint32_t i = 0; i < args.positional_count; i++)
        for (uint32_t k = 0; args.positional[i]->kind == PY_DICT && k < args.positional[i]->count; k++)
            py_push(py, values, args.positional[i]->items[k]);
    for (uint32_t i = 0; i < args.named_count; i++)
        py_dict_set(py, values, py_string_made(py, args.names[i], call), args.named[i]);
    return values;
}

static const struct py_value *fill_in(struct py *py, const struct py_value *self, TSNode call,
                                      const struct py_value *(*fill)(struct py *py,
                                                                     const struct py_value *text,
                                                                     const struct py_value *values,
                                                                     TSNode node))
{
    const struct py_value *text, *values;
    struct py_choices c;

    if (!slice_is(self->string, "Template") || self->count == 0)
        return NULL;
    values = template_values(py, call);
    py_choices_begin(py, &c, call);
    do {
        text = py_pick(py, self->items[0]);
        text = text->kind == PY_STRING ? fill(py, text, values, call) : py_unknown(py, call);
    } while (py_choices_next(py, &c, text));
    return py_choices_end(py, &c);
}

/* jinja2.Environment(…).from_string(text), .get_template(name) */
static const struct py_value *environment_template(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *v = argument(py, call, "", 0);
    struct py_value *template;

    if (!v || !slice_ends(self->string, "Environment"))
        return NULL;
    if (slice_ends(py_callee(py, call), "get_template"))
        v = py_template_file(py, v, call);
    template = py_value_new(py, PY_OBJECT, call);
    template->string = SLICE("Template");
    py_push(py, template, v);
    return template;
}

static const struct py_value *template_render(struct py *py, const struct py_value *self, TSNode call)
{
    return fill_in(py, self, call, py_jinja);
}

static const struct py_value *template_substitute(struct py *py, const struct py_value *self, TSNode call)
{
    return fill_in(py, self, call, py_dollar);
}

/* ---- lists ---- */

/* What a branch or an unknown loop does to a list may happen never or often. */
static void note_open(struct py *py, const struct py_value *list)
{
    if (py->statement_flags & (IR_STMT_IN_LOOP | IR_STMT_IN_BRANCH))
        ((struct py_value *)list)->boolean = true;
}

static const struct py_value *list_append(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *item = argument(py, call, "", 0);

    note_open(py, self);
    if (item)
        py_push(py, (struct py_value *)self, item);
    return py_value_new(py, PY_NONE, call);
}

static const struct py_value *list_extend(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *more = argument(py, call, "", 0);
    uint32_t count;

    more = more ? py_items(py, more) : NULL;
    note_open(py, self);
    if (!more || more->boolean)
        ((struct py_value *)self)->boolean = true;
    count = more ? more->count : 0;
    for (uint32_t i = 0; i < count && py_spend(py, 1); i++)
        py_push(py, (struct py_value *)self, more->items[i]);
    return py_value_new(py, PY_NONE, call);
}

/* pop(): what is taken out; in a loop nobody knows how often, so that it may be any item. */
static const struct py_value *list_pop(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *index = argument(py, call, "", 0), *item;
    struct py_value *list = (struct py_value *)self;
    int64_t at = (int64_t)self->count - 1;

    if (py->statement_flags & (IR_STMT_IN_LOOP | IR_STMT_IN_BRANCH)) {
        list->boolean = true;
        return py_any(py, self->items, self->count, call);
    }
    if (self->count == 0 || (index && !py_as_int(index, &at)))
        return py_unknown(py, call);
    at += at < 0 ? self->count : 0;
    if (at < 0 || at >= self->count)
        return py_unknown(py, call);
    item = self->items[at];
    for (uint32_t i = (uint32_t)at; i + 1 < self->count; i++)
        list->items[i] = list->items[i + 1];
    list->count--;
    return item;
}

static const struct py_value *list_insert(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *index = argument(py, call, "", 0), *item = argument(py, call, "", 1);
    struct py_value *list = (struct py_value *)self;
    int64_t at;

    note_open(py, self);
    if (!item || !index || !py_as_int(index, &at) || !py_spend(py, self->count)) {
        list->boolean = true;
        return py_value_new(py, PY_NONE, call);
    }
    at += at < 0 ? self->count : 0;
    py_push(py, list, item);
    for (uint32_t i = list->count - 1; i > 0 && i > at; i--) {
        list->items[i] = list->items[i - 1];
        list->items[i - 1] = (struct py_value *)item;
    }
    return py_value_new(py, PY_NONE, call);
}

static const struct py_value *list_copy(struct py *py, const struct py_value *self, TSNode call)
{
    struct py_value *copy = py_value_new(py, self->kind, call);

    py_spend(py, self->count);
    for (uint32_t i = 0; i < self->count; i++)
        py_push(py, copy, self->items[i]);
    return copy;
}

/* ---- dicts ---- */

static const struct py_value *dict_get(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *key = argument(py, call, "", 0), *found = NULL;
    struct slice name;

    if (key && py_as_text(key, &name))
        found = py_dict_get(py, self, name);
    if (!found)
        found = argument(py, call, "", 1);
    return found ? found : py_unknown(py, call);
}

/* The keys (first 0) or the values (first 1), or both in pairs. */
static const struct py_value *dict_list(struct py *py, const struct py_value *self, TSNode call,
                                        uint32_t first, bool pairs)
{
    struct py_value *list = py_value_new(py, PY_LIST, call);

    for (uint32_t i = 0; i + 1 < self->count && py_spend(py, 1); i += 2) {
        struct py_value *pair;
        if (!pairs) {
            py_push(py, list, self->items[i + first]);
            continue;
        }
        pair = py_value_new(py, PY_TUPLE, call);
        py_push(py, pair, self->items[i]);
        py_push(py, pair, self->items[i + 1]);
        py_push(py, list, pair);
    }
    return list;
}

static const struct py_value *dict_keys(struct py *py, const struct py_value *self, TSNode call)
{
    return dict_list(py, self, call, 0, false);
}

static const struct py_value *dict_values(struct py *py, const struct py_value *self, TSNode call)
{
    return dict_list(py, self, call, 1, false);
}

static const struct py_value *dict_items(struct py *py, const struct py_value *self, TSNode call)
{
    return dict_list(py, self, call, 0, true);
}

static const struct py_value *dict_update(struct py *py, const struct py_value *self, TSNode call)
{
    const struct py_value *more = argument(py, call, "", 0);
    uint32_t count = more && more->kind == PY_DICT ? more->count : 0;

    note_open(py, self);
    if (!more || more->kind != PY_DICT || more->boolean)
        ((struct py_value *)self)->boolean = true;

    for (uint32_t i = 0; i < count && py_spend(py, 1); i++)
        py_push(py, (struct py_value *)self, more->items[i]);
    return py_value_new(py, PY_NONE, call);
}

static const struct {
    enum py_kind kind;
    const char *name;
    method run;
} methods[] = {
    {PY_STRING, "strip", str_strip},
    {PY_STRING, "lstrip", str_lstrip},
    {PY_STRING, "rstrip", str_rstrip},
    {PY_STRING, "lower", str_lower},
    {PY_STRING, "upper", str_upper},
    {PY_STRING, "replace", str_replace},
    {PY_STRING, "join", str_join},
    {PY_STRING, "split", str_split},
    {PY_STRING, "format", str_format},
    {PY_STRING, "format_map", str_format_map},
    {PY_STRING, "splitlines", str_splitlines},
    {PY_STRING, "removeprefix", str_removeprefix},
    {PY_STRING, "removesuffix", str_removesuffix},
    {PY_STRING, "encode", str_same},
    {PY_STRING, "decode", str_same},
    {PY_STRING, "bindparams", str_same}, /* of SQLAlchemy's text() */
    {PY_STRING, "execution_options", str_same},
    {PY_STRING, "as_string", str_same}, /* of psycopg's SQL() */
    {PY_STRING, "resolve", str_same},   /* of paths */
    {PY_STRING, "absolute", str_same},
    {PY_STRING, "expanduser", str_same},
    {PY_STRING, "as_posix", str_same},
    {PY_STRING, "joinpath", path_join},
    {PY_STRING, "open", path_open},
    {PY_STRING, "read_text", path_read},
    {PY_STRING, "read_bytes", path_read},
    {PY_OBJECT, "read", file_read},
    {PY_OBJECT, "readlines", file_lines},
    {PY_OBJECT, "from_string", environment_template},
    {PY_OBJECT, "get_template", environment_template},
    {PY_OBJECT, "render", template_render},
    {PY_OBJECT, "substitute", template_substitute},
    {PY_OBJECT, "safe_substitute", template_substitute},
    {PY_LIST, "append", list_append},
    {PY_LIST, "extend", list_extend},
    {PY_LIST, "pop", list_pop},
    {PY_LIST, "popleft", list_pop},
    {PY_LIST, "insert", list_insert},
    {PY_LIST, "copy", list_copy},
    {PY_DICT, "get", dict_get},
    {PY_DICT, "keys", dict_keys},
    {PY_DICT, "values", dict_values},
    {PY_DICT, "items", dict_items},
    {PY_DICT, "iteritems", dict_items}, /* Python 2 */
    {PY_DICT, "update", dict_update},
    {PY_DICT, "copy", list_copy},
};

static const struct py_value *method_of(struct py *py, const struct py_value *self, struct slice name,
                                        TSNode call)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (methods[i].kind == self->kind && slice_is(name, methods[i].name))
            return methods[i].run(py, self, call);
    return self->kind == PY_STRING ? py_unknown(py, call) : NULL;
}

struct method_call {
    struct py *py;
    struct slice name;
    TSNode call;
};

static const struct py_value *method_of_one(void *data, const struct py_value *one)
{
    const struct method_call *m = data;

    return method_of(m->py, one, m->name, m->call);
}

/* A method of what may be any of several values gives any of their results. */
const struct py_value *py_method(struct py *py, const struct py_value *self, struct slice name, TSNode call)
{
    struct method_call m = {py, name, call};

    return py_each(py, self, method_of_one, &m);
}
