/*
 * connection.c - which database an expression stands for: a hook's conn_id, an engine's URL without its
 * secrets, or else the name that the code has for it; and which dialect it speaks (databases.def).
 */
#include "python/walk.h"

#include <string.h>

enum ir_dialect py_dialect_named(struct slice name)
{
    static const struct {
        const char *word;
        enum ir_dialect dialect;
    } databases[] = {
#define DATABASE(word, dialect) {word, IR_DIALECT_##dialect},
#include "python/databases.def"
#undef DATABASE
    };

    for (size_t i = 0; i < sizeof databases / sizeof *databases; i++)
        for (size_t at = 0; at < name.n && at < 300; at++)
            if (slice_starts_nocase(slice_sub(name, at, name.n - at), databases[i].word))
                return databases[i].dialect;
    return IR_DIALECT_UNKNOWN;
}

static struct slice scheme_of(struct slice url)
{
    const char *end = memmem(url.p, url.n, "://", 3);

    return end ? slice_sub(url, 0, (size_t)(end - url.p)) : (struct slice){"", 0};
}

/* scheme://user:password@host/db?password=… without what stands before the @ and behind the ?. */
static struct slice without_secrets(struct py *py, struct slice url)
{
    struct slice scheme = scheme_of(url), rest;
    struct buf out = buf_new(py->scratch);
    size_t from = 0, end = 0;

    if (scheme.n == 0)
        return (struct slice){"", 0}; /* a DSN: which of its words are secret is not ours to guess */
    rest = slice_sub(url, scheme.n + 3, url.n - scheme.n - 3);
    while (end < rest.n && rest.p[end] != '?' && rest.p[end] != '#')
        end++;
    for (size_t i = 0; i < end; i++)
        if (rest.p[i] == '@')
            from = i + 1;
    buf_add(&out, url.p, scheme.n + 3);
    buf_add(&out, rest.p + from, end - from);
    return buf_slice(&out);
}

struct slice py_connection_id(struct py *py, TSNode call, int position)
{
    struct py_nodes arguments = py_arguments(py, call);
    TSNode node = position >= 0 ? py_argument(py, call, "", position) : (TSNode){0};
    struct slice id = {"", 0};

    for (uint32_t i = 0; i < arguments.count; i++)
        if (py_kind(py, arguments.items[i]) == NODE_KEYWORD &&
            slice_ends(py_bytes(py, py_field(arguments.items[i], "name")), "conn_id"))
            node = py_field(arguments.items[i], "value");
    if (!py_none(node))
        py_string_of(py, node, &id);
    return id;
}

static bool keeps_connection(struct slice method)
{
    static const char *const methods[] = {"connect",
                                          "cursor",
                                          "begin",
                                          "get_conn",
                                          "raw_connection",
                                          "get_cursor",
                                          "get_sqlalchemy_engine",
                                          "connection",
                                          "execution_options",
                                          "session"};

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (slice_is(method, methods[i]))
            return true;
    return false;
}

static void connect_engine(struct py *py, struct py_value *object, TSNode call)
{
    TSNode url = py_argument(py, call, "url", 0);
    const struct py_value *v = py_none(url) ? NULL : py_eval(py, url);

    if (!v || v->kind != PY_STRING)
        return;
    object->dialect = py_dialect_named(scheme_of(v->string));
    if (v->unknown_parts == 0)
        object->connection = without_secrets(py, v->string);
}

void py_connect(struct py *py, struct py_value *object, TSNode call, const struct py_value *base)
{
    struct slice last = py_last(object->string);

    if (slice_is(last, "create_engine") || slice_is(last, "create_async_engine")) {
        connect_engine(py, object, call);
    } else if (slice_ends(last, "Hook")) {
        object->connection = py_connection_id(py, call, 0);
        object->dialect = py_dialect_named(last);
    } else if (base && base->kind == PY_OBJECT && keeps_connection(last)) {
        object->connection = base->connection;
        object->dialect = base->dialect;
        if (!object->connection.n)
            object->connection = py_dotted(py, py_field(py_field(call, "function"), "object"));
    } else if (slice_is(last, "connect") || slice_is(last, "Client")) {
        object->dialect = py_dialect_named(object->string);
    } else if (base && keeps_connection(last)) {
        object->connection = py_dotted(py, py_field(py_field(call, "function"), "object"));
    } else if (slice_is(last, "Session") || slice_is(last, "sessionmaker")) {
        TSNode bind = py_argument(py, call, "bind", 0);
        const struct py_value *v = py_none(bind) ? NULL : py_eval(py, bind);
        if (v && v->kind == PY_OBJECT) {
            object->connection = v->connection;
            object->dialect = v->dialect;
        }
    }
}

ir_str py_connection(struct py *py, TSNode expression)
{
    const struct py_value *v = py_eval(py, expression);
    struct slice name = {"", 0};

    if (v->kind == PY_STRING && v->unknown_parts == 0)
        name = without_secrets(py, v->string);
    else if (v->kind == PY_OBJECT && v->connection.n)
        name = v->connection;
    else
        name = py_dotted(py, expression);
    if (name.n && name.p[0] == '.')
        name = (struct slice){"", 0};
    return name.n ? ir_intern(py->ir, name.p, name.n) : (ir_str){0};
}

enum ir_dialect py_dialect_of(struct py *py, TSNode expression)
{
    const struct py_value *v = py_eval(py, expression);

    if (v->kind == PY_STRING)
        return py_dialect_named(scheme_of(v->string));
    return v->kind == PY_OBJECT ? v->dialect : IR_DIALECT_UNKNOWN;
}
