/*
 * builtins.c - functions that are known by name: Python's own over lists, textwrap, os.path, and the
 * wrappers that libraries put around SQL strings.
 */
#include "python/walk.h"

#include <string.h>

enum { PY_MAX_LETTERS = 26 };

typedef const struct py_value *(*builtin)(struct py *py, TSNode call);

static const struct py_value *first_argument(struct py *py, TSNode call)
{
    struct py_nodes nodes = py_arguments(py, call);

    if (nodes.count == 0)
        return py_unknown(py, call);
    if (py_kind(py, nodes.items[0]) == NODE_KEYWORD)
        return py_pick(py, py_eval(py, py_field(nodes.items[0], "value")));
    return py_pick(py, py_eval(py, nodes.items[0]));
}

static size_t line_end(struct slice s, size_t at)
{
    const char *found = at < s.n ? memchr(s.p + at, '\n', s.n - at) : NULL;

    return found ? (size_t)(found - s.p) : s.n;
}

/* for x in "abc" */
static const struct py_value *letters(struct py *py, const struct py_value *v)
{
    struct py_value *list = py_value_new(py, PY_LIST, v->node);

    for (size_t i = 0; i < v->string.n; i++) {
        struct py_string one = py_string_new(py);
        py_string_part(&one, v, i, 1, false);
        py_push(py, list, py_string_end(&one, v->node));
    }
    return list;
}

const struct py_value *py_lines(struct py *py, const struct py_value *v, bool ends, TSNode node)
{
    struct py_value *list = py_value_new(py, PY_LIST, node);
    size_t at = 0;

    while (at < v->string.n && py_spend(py, 1)) {
        size_t end = line_end(v->string, at), next = end + (end < v->string.n);
        struct py_string one = py_string_new(py);
        py_string_part(&one, v, at, (ends ? next : end) - at, false);
        py_push(py, list, py_string_end(&one, node));
        at = next;
    }
    return list;
}

/* for line in file */
static const struct py_value *lines_of(struct py *py, const struct py_value *file)
{
    const struct py_value *text =
        file->count ? py_read_text(py, file->items[0], file->node) : py_unknown(py, file->node);

    return text->kind == PY_STRING ? py_lines(py, text, true, file->node) : NULL;
}

const struct py_value *py_items(struct py *py, const struct py_value *v)
{
    struct py_value *keys;

    if (py_is_list(v))
        return v;
    if (py_is_known_string(v) && v->string.n <= PY_MAX_LETTERS)
        return letters(py, v);
    if (v->kind == PY_FUNCTION && py_is_kind_of(py, v, "Enum"))
        return py_members(py, v);
    if (v->kind == PY_OBJECT && slice_is(v->string, "open"))
        return lines_of(py, v);
    if (v->kind != PY_DICT)
        return NULL;
    keys = py_value_new(py, PY_LIST, v->node);
    for (uint32_t i = 0; i + 1 < v->count && py_spend(py, 1); i += 2)
        py_push(py, keys, v->items[i]);
    return keys;
}

static const struct py_value *same(struct py *py, TSNode call)
{
    return first_argument(py, call);
}

/* str(x): a string or a number as it prints. */
static const struct py_value *to_str(struct py *py, TSNode call)
{
    const struct py_value *v = first_argument(py, call);
    struct py_string s = py_string_new(py);

    if (v->kind != PY_STRING && v->kind != PY_NUMBER)
        return py_unknown(py, call);
    py_string_value(&s, v, call, false);
    return py_string_end(&s, call);
}

static const struct py_value *copy_of(struct py *py, TSNode call, bool backwards)
{
    const struct py_value *items = py_items(py, first_argument(py, call));
    struct py_value *list = py_value_new(py, PY_LIST, call);

    if (!items)
        return py_arguments(py, call).count ? py_unknown(py, call) : list;
    for (uint32_t i = 0; i < items->count && py_spend(py, 1); i++)
        py_push(py, list, items->items[backwards ? items->count - 1 - i : i]);
    return list;
}

static const struct py_value *to_list(struct py *py, TSNode call)
{
    return copy_of(py, call, false);
}

static const struct py_value *reversed(struct py *py, TSNode call)
{
    return copy_of(py, call, true);
}

static const struct py_value *to_dict(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_value *dict = py_value_new(py, PY_DICT, call);

    for (uint32_t i = 0; i < args.positional_count; i++) {
        const struct py_value *v = args.positional[i];
        if (v->kind != PY_DICT)
            return py_unknown(py, call);
        for (uint32_t k = 0; k < v->count && py_spend(py, 1); k++)
            py_push(py, dict, v->items[k]);
    }
    for (uint32_t i = 0; i < args.named_count; i++)
        py_dict_set(py, dict, py_string_made(py, args.names[i], call), args.named[i]);
    return dict;
}

/* isinstance(x, list), as far as it is known what x is. */
static const struct py_value *is_instance(struct py *py, TSNode call)
{
    static const struct {
        const char *name;
        enum py_kind kind;
    } kinds[] = {{"str", PY_STRING}, {"list", PY_LIST}, {"tuple", PY_TUPLE}, {"dict", PY_DICT}};
    struct py_nodes nodes = py_arguments(py, call);
    const struct py_value *v = nodes.count == 2 ? py_eval(py, nodes.items[0]) : NULL;
    struct py_value *out = py_value_new(py, PY_BOOL, call);

    for (size_t i = 0; v && i < sizeof kinds / sizeof *kinds; i++) {
        if (!slice_is(py_bytes(py, nodes.items[1]), kinds[i].name) || v->kind == PY_UNKNOWN)
            continue;
        out->boolean = v->kind == kinds[i].kind;
        return out;
    }
    return py_unknown(py, call);
}

static const struct py_value *length(struct py *py, TSNode call)
{
    const struct py_value *v = first_argument(py, call);

    if (py_is_list(v) && !v->boolean)
        return py_number(py, v->count, call);
    if (py_is_known_string(v)) {
        int64_t count = 0;
        for (size_t i = 0; i < v->string.n; i++)
            count += (v->string.p[i] & 0xC0) != 0x80;
        return py_number(py, count, call);
    }
    return v->kind == PY_DICT && !v->boolean ? py_number(py, v->count / 2, call) : py_unknown(py, call);
}

static const struct py_value *range(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_value *list = py_value_new(py, PY_LIST, call);
    int64_t bounds[3] = {0, 0, 1};

    for (uint32_t i = 0; i < args.positional_count; i++)
        if (i > 2 || !py_as_int(args.positional[i], &bounds[args.positional_count == 1 ? 1 : i]))
            return py_unknown(py, call);
    if (bounds[2] <= 0 || bounds[1] > 1000000 || bounds[0] < -1000000)
        return py_unknown(py, call);
    for (int64_t n = bounds[0]; n < bounds[1] && list->count < PY_MAX_UNROLL; n += bounds[2])
        py_push(py, list, py_number(py, n, call));
    return list;
}

static const struct py_value *enumerate(struct py *py, TSNode call)
{
    const struct py_value *items = py_items(py, first_argument(py, call));
    struct py_value *list = py_value_new(py, PY_LIST, call);
    TSNode from = py_argument(py, call, "start", 1);
    int64_t start = 0;

    if (!items || (!py_none(from) && !py_as_int(py_eval(py, from), &start)))
        return py_unknown(py, call);
    for (uint32_t i = 0; i < items->count && py_spend(py, 1); i++) {
        struct py_value *pair = py_value_new(py, PY_TUPLE, call);
        py_push(py, pair, py_number(py, start + i, call));
        py_push(py, pair, items->items[i]);
        py_push(py, list, pair);
    }
    return list;
}

static const struct py_value *zip_to(struct py *py, TSNode call, bool longest)
{
    struct py_args args = py_eval_args(py, call);
    struct py_value *list = py_value_new(py, PY_LIST, call);
    uint32_t shortest = args.positional_count && !longest ? UINT32_MAX : 0;

    for (uint32_t i = 0; i < args.positional_count; i++) {
        args.positional[i] = py_items(py, args.positional[i]);
        if (!args.positional[i])
            return py_unknown(py, call);
        if (longest ? args.positional[i]->count > shortest : args.positional[i]->count < shortest)
            shortest = args.positional[i]->count;
    }
    for (uint32_t n = 0; n < shortest && py_spend(py, args.positional_count); n++) {
        struct py_value *row = py_value_new(py, PY_TUPLE, call);
        for (uint32_t i = 0; i < args.positional_count; i++)
            py_push(py, row,
                    n < args.positional[i]->count ? args.positional[i]->items[n]
                                                  : py_value_new(py, PY_NONE, call));
        py_push(py, list, row);
    }
    return list;
}

static const struct py_value *zip(struct py *py, TSNode call)
{
    return zip_to(py, call, false);
}

static const struct py_value *zip_longest(struct py *py, TSNode call)
{
    return zip_to(py, call, true);
}

/* The items of a list's lists, one behind the other. */
static const struct py_value *joined(struct py *py, const struct py_value *lists, TSNode call)
{
    struct py_value *out = py_value_new(py, PY_LIST, call);

    lists = py_items(py, lists);
    for (uint32_t i = 0; lists && i < lists->count; i++) {
        if (!py_is_list(lists->items[i]) || !py_spend(py, lists->items[i]->count))
            return py_unknown(py, call);
        for (uint32_t k = 0; k < lists->items[i]->count; k++)
            py_push(py, out, lists->items[i]->items[k]);
    }
    return lists ? out : py_unknown(py, call);
}

/* itertools.chain.from_iterable(lists), sum(lists, []) */
static const struct py_value *chained(struct py *py, TSNode call)
{
    return joined(py, first_argument(py, call), call);
}

/* functools.reduce(operator.add, lists, …) */
static const struct py_value *reduce(struct py *py, TSNode call)
{
    struct py_nodes nodes = py_arguments(py, call);
    struct slice how;

    if (nodes.count < 2)
        return py_unknown(py, call);
    how = py_qualified(py, py_dotted(py, nodes.items[0]));
    if (!slice_is(how, "operator.add") && !slice_is(how, "operator.iadd") &&
        !slice_is(how, "operator.concat"))
        return py_unknown(py, call);
    return joined(py, py_eval(py, nodes.items[1]), call);
}

/* ---- texts ---- */

static size_t indent_at(struct slice s, size_t at)
{
    size_t n = 0;

    while (at + n < s.n && (s.p[at + n] == ' ' || s.p[at + n] == '\t'))
        n++;
    return n;
}

/* The white space that all lines with something on them begin with; from which line on is told. */
static size_t common_indent(struct slice s, size_t from)
{
    struct slice margin = {NULL, 0};
    size_t end;

    for (size_t at = from; at < s.n; at = end + 1) {
        size_t n = indent_at(s, at), same = 0;
        end = line_end(s, at);
        if (at + n >= end)
            continue;
        if (!margin.p)
            margin = slice_sub(s, at, n);
        while (same < n && same < margin.n && margin.p[same] == s.p[at + same])
            same++;
        margin.n = same;
    }
    return margin.n;
}

/* A line without its first `cut` bytes of indentation; blanks alone are nothing. Returns where the next begins. */
static size_t add_cut(struct py_string *out, const struct py_value *v, size_t at, size_t cut)
{
    size_t n = indent_at(v->string, at), end = line_end(v->string, at), next = end + (end < v->string.n);

    n = at + n >= end ? end - at : n < cut ? n : cut;
    py_string_part(out, v, at + n, next - at - n, false);
    return next;
}

static const struct py_value *dedent(struct py *py, TSNode call)
{
    const struct py_value *v = first_argument(py, call);
    struct py_string out = py_string_new(py);
    size_t cut;

    if (v->kind != PY_STRING)
        return py_unknown(py, call);
    cut = common_indent(v->string, 0);
    for (size_t at = 0; at < v->string.n;)
        at = add_cut(&out, v, at, cut);
    return py_string_end(&out, call);
}

/* inspect.cleandoc: the first line has its own indentation, and empty lines at both ends go. */
static const struct py_value *cleandoc(struct py *py, TSNode call)
{
    const struct py_value *v = first_argument(py, call);
    struct py_string out = py_string_new(py), trimmed = py_string_new(py);
    size_t first, cut, from = 0, to;

    if (v->kind != PY_STRING || memchr(v->string.p, '\t', v->string.n))
        return py_unknown(py, call);
    first = line_end(v->string, 0);
    cut = common_indent(v->string, first + 1);
    for (size_t at = add_cut(&out, v, 0, SIZE_MAX); at < v->string.n;)
        at = add_cut(&out, v, at, cut);
    v = py_string_end(&out, call);
    for (to = v->string.n; from < to && v->string.p[from] == '\n'; from++)
        continue;
    while (to > from && v->string.p[to - 1] == '\n')
        to--;
    py_string_part(&trimmed, v, from, to - from, false);
    return py_string_end(&trimmed, call);
}

/* ---- paths ---- */

static const struct py_value *base_name(struct py *py, TSNode call)
{
    const struct py_value *v = first_argument(py, call);
    struct py_string out = py_string_new(py);
    size_t at = v->string.n;

    if (v->kind != PY_STRING)
        return py_unknown(py, call);
    while (at > 0 && v->string.p[at - 1] != '/')
        at--;
    py_string_part(&out, v, at, v->string.n - at, false);
    return py_string_end(&out, call);
}

static const struct py_value *path_part(struct py *py, const struct py_value *a, const struct py_value *b,
                                        TSNode node)
{
    struct py_string out = py_string_new(py);

    if (b->kind == PY_STRING && b->string.n && b->string.p[0] == '/')
        return b;
    py_string_value(&out, a, node, false);
    if (out.bytes.n && out.bytes.p[out.bytes.n - 1] != '/')
        py_string_add(&out, "/", 1, IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
    py_string_value(&out, b, node, false);
    return py_string_end(&out, node);
}

const struct py_value *py_path_join(struct py *py, const struct py_value *first, const struct py_args *rest,
                                    TSNode node)
{
    for (uint32_t i = 0; i < rest->positional_count; i++)
        first = path_part(py, first, rest->positional[i], node);
    return first;
}

const struct py_value *py_path_folder(struct py *py, const struct py_value *path, TSNode node)
{
    struct py_string out = py_string_new(py);
    size_t n = path->string.n;

    if (path->kind != PY_STRING)
        return py_unknown(py, node);
    while (n > 0 && path->string.p[n - 1] != '/')
        n--;
    if (n == 0)
        return py_string_made(py, SLICE("."), node);
    py_string_part(&out, path, 0, n > 1 ? n - 1 : n, false);
    return py_string_end(&out, node);
}

static const struct py_value *dir_name(struct py *py, TSNode call)
{
    return py_path_folder(py, first_argument(py, call), call);
}

/* os.path.join(a, b) and pathlib.Path(a, b): a path is its string. */
static const struct py_value *join_path(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call), rest = args;

    if (args.positional_count == 0)
        return py_string_made(py, SLICE("."), call);
    rest.positional++;
    rest.positional_count--;
    return py_path_join(py, args.positional[0], &rest, call);
}

/* Where the code runs is not known; what is below is found in the tree. */
static const struct py_value *here(struct py *py, TSNode call)
{
    return py_string_made(py, SLICE("."), call);
}

/* ---- files ---- */

/* An open file, a template: an object that keeps its string. */
static const struct py_value *keep(struct py *py, TSNode call, const char *callee)
{
    struct py_value *v = py_value_new(py, PY_OBJECT, call);

    v->string = slice_of(callee);
    py_push(py, v, first_argument(py, call));
    return v;
}

static const struct py_value *open_file(struct py *py, TSNode call)
{
    return keep(py, call, "open");
}

static const struct py_value *template(struct py *py, TSNode call)
{
    return keep(py, call, "Template");
}

/* pkgutil.get_data(package, path), importlib.resources.read_text(package, path) */
static const struct py_value *package_data(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);

    return args.positional_count < 2 ? py_unknown(py, call) : py_read_text(py, args.positional[1], call);
}

/* ---- settings ---- */

/* os.environ.get("NAME", "default"): a placeholder, unless the code says what it is when nobody sets it. */
static const struct py_value *setting(struct py *py, TSNode call)
{
    TSNode fallback = py_argument(py, call, "default", 1);
    TSNode variable = py_argument(py, call, "default_var", 1);

    fallback = py_none(variable) ? fallback : variable;
    return py_none(fallback) ? py_unknown(py, call) : py_eval(py, fallback);
}

/* ---- SQL in pieces ---- */

/* psycopg's sql.Literal("x") is 'x'. */
static const struct py_value *literal_of(struct py *py, const struct py_value *v, TSNode call)
{
    struct py_string out = py_string_new(py);

    if (v->kind != PY_STRING || v->unknown_parts || memchr(v->string.p, '\'', v->string.n))
        return v->kind == PY_STRING ? py_unknown(py, call) : v;
    py_string_add(&out, "'", 1, IR_SEG_SUBSTITUTED, py_start(call), py_len(call));
    py_string_value(&out, v, call, true);
    py_string_add(&out, "'", 1, IR_SEG_SUBSTITUTED, py_start(call), py_len(call));
    return py_string_end(&out, call);
}

static const struct py_value *sql_literal(struct py *py, TSNode call)
{
    return literal_of(py, first_argument(py, call), call);
}

static const struct py_value *placeholder_of(struct py *py, const struct py_value *v, TSNode call)
{
    struct slice name;

    if (!py_as_text(v, &name))
        return py_unknown(py, call);
    return py_string_made(py, slice_of(arena_printf(py->scratch, "%%(%.*s)s", (int)name.n, name.p)), call);
}

static const struct py_value *itself(struct py *py, const struct py_value *v, TSNode call)
{
    (void)py;
    (void)call;
    return v;
}

/* psycopg's sql.Placeholder("x") is %(x)s. */
static const struct py_value *sql_placeholder(struct py *py, TSNode call)
{
    if (py_arguments(py, call).count)
        return placeholder_of(py, first_argument(py, call), call);
    return py_string_made(py, SLICE("%s"), call);
}

/* psycopg's sql.Composed([…]): its parts, one behind the other. */
static const struct py_value *composed(struct py *py, TSNode call)
{
    const struct py_value *parts = py_items(py, first_argument(py, call));
    struct py_string out = py_string_new(py);

    for (uint32_t i = 0; parts && i < parts->count; i++)
        py_string_value(&out, parts->items[i], call, false);
    return parts ? py_string_end(&out, call) : py_unknown(py, call);
}

/* sqlparse.split(script): the SQL reader splits as well. */
static const struct py_value *split_statements(struct py *py, TSNode call)
{
    struct py_value *list = py_value_new(py, PY_LIST, call);

    py_push(py, list, first_argument(py, call));
    return list;
}

/* psycopg's sql.Identifier("schema", "table"). */
static const struct py_value *identifier(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_string out = py_string_new(py);

    for (uint32_t i = 0; i < args.positional_count; i++) {
        if (i > 0)
            py_string_add(&out, ".", 1, IR_SEG_SUBSTITUTED, py_start(call), py_len(call));
        py_string_value(&out, args.positional[i], call, false);
    }
    return py_string_end(&out, call);
}

/* "…".format as a function of the string: str.format("…", x) */
static const struct py_value *format_of(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    const struct py_value *format = args.positional_count ? py_pick(py, args.positional[0]) : NULL;

    if (!format || format->kind != PY_STRING)
        return py_unknown(py, call);
    args.positional++;
    args.positional_count--;
    return py_format(py, format, &args, call);
}

static const struct {
    const char *name;
    const struct py_value *(*run)(struct py *py, const struct py_value *v, TSNode call);
} of_values[] = {
    {"psycopg2.sql.SQL", itself},
    {"psycopg.sql.SQL", itself},
    {"psycopg2.sql.Identifier", itself},
    {"psycopg.sql.Identifier", itself},
    {"psycopg2.sql.Literal", literal_of},
    {"psycopg.sql.Literal", literal_of},
    {"psycopg2.sql.Placeholder", placeholder_of},
    {"psycopg.sql.Placeholder", placeholder_of},
    {"sqlalchemy.text", itself},
    {"sqlalchemy.sql.text", itself},
};

const struct py_value *py_builtin_of(struct py *py, struct slice qualified, const struct py_value *argument,
                                     TSNode call)
{
    for (size_t i = 0; i < sizeof of_values / sizeof *of_values; i++)
        if (slice_is(qualified, of_values[i].name))
            return of_values[i].run(py, argument, call);
    return py_unknown(py, call);
}

static const struct {
    const char *name;
    builtin run;
} builtins[] = {
    {"map", py_map},
    {"filter", py_filter},
    {"getattr", py_getattr},
    {"super", py_super},
    {"locals", py_locals},
    {"vars", py_locals},
    {"globals", py_globals},
    {"str.format", format_of},
    {"types.SimpleNamespace", py_namespace},
    {"argparse.Namespace", py_namespace},
    {"dataclasses.field", py_field_default},
    {"pydantic.Field", py_field_default},
    {"attr.ib", py_field_default},
    {"attrs.field", py_field_default},
    {"contextlib.closing", same},
    {"contextlib.nullcontext", same},
    {"str", to_str},
    {"unicode", to_str},
    {"list", to_list},
    {"tuple", to_list},
    {"set", to_list},
    {"iter", to_list},
    {"tqdm.tqdm", to_list},
    {"sorted", to_list},
    {"reversed", reversed},
    {"dict", to_dict},
    {"len", length},
    {"range", range},
    {"enumerate", enumerate},
    {"zip", zip},
    {"itertools.zip_longest", zip_longest},
    {"isinstance", is_instance},
    {"functools.partial", py_partial},
    {"functools.reduce", reduce},
    {"itertools.chain.from_iterable", chained},
    {"sum", chained},
    {"copy.copy", same},
    {"copy.deepcopy", same},
    {"textwrap.dedent", dedent},
    {"inspect.cleandoc", cleandoc},
    {"os.path.basename", base_name},
    {"os.path.abspath", same},
    {"os.path.realpath", same},
    {"os.path.normpath", same},
    {"os.path.expanduser", same},
    {"os.path.expandvars", same},
    {"os.path.dirname", dir_name},
    {"os.path.join", join_path},
    {"os.getcwd", here},
    {"pathlib.Path.cwd", here},
    {"pathlib.Path", join_path},
    {"pathlib.PurePath", join_path},
    {"pathlib.PosixPath", join_path},
    {"Path", join_path},
    {"open", open_file},
    {"io.open", open_file},
    {"codecs.open", open_file},
    {"pkgutil.get_data", package_data},
    {"importlib.resources.read_text", package_data},
    {"importlib.resources.files", here},
    {"pkg_resources.resource_string", package_data},
    {"string.Template", template},
    {"jinja2.Template", template},
    {"os.getenv", setting},
    {"os.environ.get", setting},
    {"airflow.models.Variable.get", setting},
    {"airflow.sdk.Variable.get", setting},
    {"sqlparse.split", split_statements},
    {"text", same},
    {"sqlalchemy.text", same},
    {"sqlalchemy.sql.text", same},
    {"sqlalchemy.sql.expression.text", same},
    {"sqlalchemy.DDL", same},
    {"sqlalchemy.Table", py_alchemy_table},
    {"sqlalchemy.schema.Table", py_alchemy_table},
    {"psycopg2.sql.SQL", same},
    {"psycopg2.sql.Composed", composed},
    {"psycopg.sql.Composed", composed},
    {"psycopg2.sql.Literal", sql_literal},
    {"psycopg.sql.Literal", sql_literal},
    {"psycopg2.sql.Placeholder", sql_placeholder},
    {"psycopg.sql.Placeholder", sql_placeholder},
    {"psycopg2.sql.Identifier", identifier},
    {"psycopg.sql.SQL", same},
    {"psycopg.sql.Identifier", identifier},
};

static const struct py_value *each_choice(struct py *py, TSNode call, builtin run)
{
    struct py_choices c;

    py_choices_begin(py, &c, call);
    while (py_choices_next(py, &c, run(py, call)))
        continue;
    return py_choices_end(py, &c);
}

const struct py_value *py_builtin(struct py *py, struct slice qualified, TSNode call)
{
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (slice_is(qualified, builtins[i].name))
            return each_choice(py, call, builtins[i].run);
    return NULL;
}
