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

static bool is_one_of(struct slice name, const char *const *names)
{
    for (; *names; names++)
        if (slice_is(name, *names))
            return true;
    return false;
}

/* Methods that give the same database in another form. */
static bool keeps_connection(struct slice method)
{
    static const char *const methods[] = {
        "connect",     "cursor",         "begin",          "get_conn",
        "acquire",     "raw_connection", "get_cursor",     "get_sqlalchemy_engine",
        "connection",  "getconn",        "get_connection", "execution_options",
        "transaction", "session",        "begin_nested",   NULL};

    return is_one_of(method, methods);
}

/* Functions that give a database by its URL, if they are given one. */
static bool opens_url(struct slice function)
{
    static const char *const functions[] = {"create_engine", "create_async_engine", "connect", "create_pool",
                                            "Database",      "ConnectionPool",      NULL};

    return is_one_of(function, functions);
}

/* Functions that are given a database and give a session on it. */
static bool wraps_database(struct slice function)
{
    static const char *const functions[] = {"Session",        "sessionmaker",       "AsyncSession",
                                            "scoped_session", "async_sessionmaker", NULL};

    return is_one_of(function, functions);
}

static void connect_url(struct py *py, struct py_value *object, TSNode call)
{
    static const char *const names[] = {"url", "dsn", "conninfo"};
    TSNode url = {0};
    const struct py_value *v;

    for (size_t i = 0; i < sizeof names / sizeof *names && py_none(url); i++)
        url = py_argument(py, call, names[i], -1);
    if (py_none(url))
        url = py_argument(py, call, "", 0);
    v = py_none(url) ? NULL : py_eval(py, url);
    if (!v || v->kind != PY_STRING)
        return;
    if (scheme_of(v->string).n)
        object->dialect = py_dialect_named(scheme_of(v->string));
    else if (object->dialect == IR_DIALECT_UNKNOWN)
        object->dialect = py_dialect_named(v->string); /* DRIVER={…};… */
    if (v->unknown_parts == 0)
        object->connection = without_secrets(py, v->string);
}

static void take_over(struct py_value *object, const struct py_value *from)
{
    if (from->kind != PY_OBJECT && from->kind != PY_UNKNOWN)
        return;
    object->connection = from->connection;
    object->dialect = from->dialect;
}

/* Session(bind=engine), Session(engine) */
static void connect_bound(struct py *py, struct py_value *object, TSNode call)
{
    TSNode bind = py_argument(py, call, "bind", 0);
    const struct py_value *v = py_none(bind) ? NULL : py_eval(py, bind);

    if (!v)
        return;
    take_over(object, v);
    if (!object->connection.n)
        object->connection = py_dotted(py, bind);
}

/* What the code calls the receiver of a call: `engine`, connections["dwh"]. */
static struct slice receiver_name(struct py *py, TSNode call)
{
    TSNode object = py_field(py_field(call, "function"), "object");
    struct slice name = py_dotted(py, object);

    if (py_kind(py, object) == NODE_SUBSCRIPT)
        return py_bytes(py, object);
    return name.n && name.p[0] == '.' ? (struct slice){"", 0} : name;
}

void py_connect(struct py *py, struct py_value *object, TSNode call, const struct py_value *base)
{
    struct slice last = py_last(object->string), receiver;

    if (slice_ends(last, "Hook")) {
        object->connection = py_connection_id(py, call, 0);
        object->dialect = py_dialect_named(last);
    } else if (slice_is(last, "get_hook")) {
        object->connection = py_connection_id(py, call, 0);
    } else if (base && keeps_connection(last) &&
               (!opens_url(last) || base->kind == PY_OBJECT || base->connection.n)) {
        take_over(object, base);
        receiver = receiver_name(py, call);
        if (!object->connection.n && receiver.n)
            object->connection = receiver;
    } else if (wraps_database(last)) {
        connect_bound(py, object, call);
    } else if (opens_url(last) || slice_is(last, "Client")) {
        object->dialect = py_dialect_named(object->string);
        connect_url(py, object, call);
    } else if (base && base->kind == PY_OBJECT && wraps_database(py_last(base->string)) &&
               py_kind(py, py_field(call, "function")) == NODE_IDENTIFIER) {
        take_over(object, base); /* SessionLocal() */
    }
}

void py_name_database(const struct py_value *v, struct slice name)
{
    struct slice last = py_last(v->string);

    if (v->kind != PY_OBJECT || v->connection.n || v->env || v->handle)
        return;
    if (opens_url(last) || wraps_database(last) || slice_is(last, "Client"))
        ((struct py_value *)v)->connection = name;
}

ir_str py_connection(struct py *py, TSNode expression)
{
    const struct py_value *v = py_eval(py, expression);
    struct slice name = {"", 0};

    if (v->kind == PY_STRING && v->unknown_parts == 0)
        name = without_secrets(py, v->string);
    else if ((v->kind == PY_OBJECT || v->kind == PY_UNKNOWN) && v->connection.n)
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
