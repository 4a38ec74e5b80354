/*
 * alchemy.c - SQLAlchemy's core and ORM as SQL: tables and their columns are known objects, and select(),
 * insert(), update() and delete() on them say which tables and columns a statement touches. Conditions are
 * not spelled out: the columns that they use go through a placeholder.
 */
#include "python/walk.h"

/* ---- what stands for what ---- */

static bool is_object(const struct py_value *v, const char *callee)
{
    return v->kind == PY_OBJECT && slice_is(v->string, callee);
}

/* "schema.name" of a Table(…) or of a class with __tablename__; false when it is neither. */
static bool table_name(struct py *py, const struct py_value *v, struct slice *out)
{
    const struct py_value *name, *schema = NULL;

    if (is_object(v, "sqlalchemy.Table") && v->count >= 1) {
        name = v->items[0];
        schema = v->count > 1 ? v->items[1] : NULL;
    } else if (v->kind == PY_FUNCTION && v->env) {
        const struct py_value *args;
        name = py_attribute(py, v, SLICE("__tablename__"));
        args = name ? py_attribute(py, v, SLICE("__table_args__")) : NULL;
        if (args && py_is_list(args) && args->count)
            args = args->items[args->count - 1];
        if (args && args->kind == PY_DICT)
            schema = py_dict_get(py, args, SLICE("schema"));
    } else {
        return false;
    }
    if (!name || !py_is_known_string(name))
        return false;
    *out = name->string;
    if (schema && py_is_known_string(schema))
        *out = slice_of(arena_printf(py->scratch, "%.*s.%.*s", (int)schema->string.n, schema->string.p,
                                     (int)name->string.n, name->string.p));
    return true;
}

const struct py_value *py_alchemy_table(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    struct py_value *v = py_value_new(py, PY_OBJECT, call);

    v->string = SLICE("sqlalchemy.Table");
    if (args.positional_count == 0)
        return py_unknown(py, call);
    py_push(py, v, args.positional[0]);
    for (uint32_t i = 0; i < args.named_count; i++)
        if (slice_is(args.names[i], "schema"))
            py_push(py, v, args.named[i]);
    return v;
}

/* table.c, table.c.id, Class.id */
const struct py_value *py_alchemy_attribute(struct py *py, const struct py_value *object, struct slice name,
                                            TSNode node)
{
    struct py_value *v;
    struct slice table;

    if (is_object(object, "sqlalchemy.Table") && (slice_is(name, "c") || slice_is(name, "columns"))) {
        v = py_value_new(py, PY_OBJECT, node);
        v->string = SLICE("sqlalchemy.columns");
        v->base = object;
        return v;
    }
    if (is_object(object, "sqlalchemy.columns"))
        object = object->base;
    else if (!(object->kind == PY_FUNCTION && object->env))
        return NULL;
    if (!table_name(py, object, &table) || (name.n > 1 && name.p[0] == '_'))
        return NULL;
    v = py_value_new(py, PY_OBJECT, node);
    v->string = SLICE("sqlalchemy.Column");
    v->base = object;
    py_push(py, v, py_string_made(py, name, node));
    return v;
}

/* ---- statements ---- */

struct parts {
    struct py *py;
    struct buf columns, tables, uses;
    struct map seen;
};

static void add_name(struct parts *p, struct buf *to, struct slice table, struct slice column)
{
    struct buf name = buf_new(p->py->scratch);
    struct slice s;
    uint64_t key;

    buf_add(&name, table.p, table.n);
    if (column.n) {
        buf_addc(&name, '.');
        buf_add(&name, column.p, column.n);
    }
    s = buf_slice(&name);
    key = hash_bytes(s.p, s.n) ^ (uint64_t)(to == &p->columns ? 1 : to == &p->tables ? 2 : 3);
    if (map_get(&p->seen, key))
        return;
    map_put(&p->seen, key, 1);
    if (to->n)
        buf_adds(to, ", ");
    buf_add(to, s.p, s.n);
}

static void add_value(struct parts *p, const struct py_value *v, struct buf *to)
{
    struct slice table, column;

    if (v->base && is_object(v, "sqlalchemy.Column") && table_name(p->py, v->base, &table) &&
        py_as_text(v->items[0], &column)) {
        add_name(p, &p->tables, table, (struct slice){"", 0});
        add_name(p, to, table, column);
    } else if (table_name(p->py, v, &table)) {
        add_name(p, &p->tables, table, (struct slice){"", 0});
        if (to == &p->columns)
            add_name(p, to, table, SLICE("*"));
    } else if (py_is_list(v) && p->py->walk->depth < PY_MAX_DEPTH) {
        p->py->walk->depth++;
        for (uint32_t i = 0; i < v->count && py_spend(p->py, 1); i++)
            add_value(p, v->items[i], to);
        p->py->walk->depth--;
    }
}

/* Every column and table that an expression names. */
static void add_uses(struct parts *p, TSNode node, struct buf *to)
{
    struct py_nodes inner;
    enum py_node kind = py_kind(p->py, node);

    if (p->py->walk->depth >= PY_MAX_DEPTH || !py_spend(p->py, 1))
        return;
    if (kind == NODE_ATTRIBUTE || kind == NODE_IDENTIFIER) {
        add_value(p, py_eval(p->py, node), to);
        return;
    }
    p->py->walk->depth++;
    inner = py_children(p->py, kind == NODE_KEYWORD ? py_field(node, "value") : node);
    if (kind == NODE_KEYWORD && inner.count == 0)
        add_uses(p, py_field(node, "value"), to);
    for (uint32_t i = 0; i < inner.count; i++)
        add_uses(p, inner.items[i], to);
    p->py->walk->depth--;
}

static bool is_verb(struct slice name)
{
    static const char *const verbs[] = {"select", "insert", "update", "delete", "query"};

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (slice_is(name, verbs[i]))
            return true;
    return false;
}

/* The calls of a chain from its outermost one down to the verb. */
struct chain {
    VEC(TSNode) calls;
    struct slice verb;
    TSNode table; /* table.insert(): the table; none for insert(table) */
};

static bool read_chain(struct py *py, TSNode node, struct chain *c)
{
    enum { LONGEST = 60 };

    while (py_kind(py, node) == NODE_CALL && c->calls.count < LONGEST && py_spend(py, 1)) {
        TSNode function = py_field(node, "function");
        vec_push(py->scratch, &c->calls, node);
        if (py_kind(py, function) != NODE_ATTRIBUTE) {
            struct slice qualified = py_qualified(py, py_bytes(py, function));
            c->verb = py_last(qualified);
            return is_verb(c->verb) && slice_starts(qualified, "sqlalchemy.");
        }
        c->verb = py_bytes(py, py_field(function, "attribute"));
        if (is_verb(c->verb)) {
            struct slice table;
            c->table = py_field(function, "object");
            if (slice_is(c->verb, "query") ||
                slice_starts(py_qualified(py, py_dotted(py, function)), "sqlalchemy."))
                c->table = (TSNode){0};
            else if (table_name(py, py_eval(py, c->table), &table))
                return true;
            if (py_none(c->table))
                return true;
        }
        node = py_field(function, "object");
    }
    return false;
}

static void write_sql(struct parts *p, struct slice verb, struct buf *out)
{
    const char *uses = buf_str(&p->uses), *columns = buf_str(&p->columns);
    size_t n = 0;

    if (slice_is(verb, "select") || slice_is(verb, "query"))
        buf_printf(out, "SELECT %s FROM %s", p->columns.n ? columns : "*", buf_str(&p->tables));
    else {
        while (n < p->tables.n && p->tables.p[n] != ',')
            n++;
        if (slice_is(verb, "insert")) {
            buf_printf(out, "INSERT INTO %.*s DEFAULT VALUES", (int)n, p->tables.p);
            return;
        }
        buf_printf(
            out, slice_is(verb, "delete") ? "DELETE FROM %.*s" : "UPDATE %.*s SET " PY_PLACEHOLDER "0 = NULL",
            (int)n, p->tables.p);
    }
    if (p->uses.n)
        buf_printf(out, " WHERE " PY_PLACEHOLDER "0(%s)", uses);
}

/* session.query(…).all() and the like run the query; NULL when it is not run there. */
static struct slice run_as(struct py *py, const struct chain *c)
{
    static const char *const runs[] = {"all",    "first", "one", "one_or_none",
                                       "scalar", "count", "get", "exists"};
    struct slice last = py_bytes(py, py_field(py_field(c->calls.items[0], "function"), "attribute"));

    if (!slice_is(c->verb, "query") || c->calls.count < 2)
        return (struct slice){"", 0};
    if (slice_is(last, "delete") || slice_is(last, "update"))
        return last;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        if (slice_is(last, runs[i]))
            return c->verb;
    return (struct slice){"", 0};
}

const struct py_value *py_alchemy_sql(struct py *py, TSNode node)
{
    struct parts p = {.py = py,
                      .columns = buf_new(py->scratch),
                      .tables = buf_new(py->scratch),
                      .uses = buf_new(py->scratch),
                      .seen = map_new(py->scratch)};
    struct py_handover how = {.kind = IR_CALL_EXECUTE, .call = node, .dialect = py->options->dialect};
    const struct py_value *sql;
    struct slice run;
    struct chain c = {0};
    struct buf out = buf_new(py->scratch);

    if (!read_chain(py, node, &c))
        return NULL;
    if (!py_none(c.table))
        add_uses(&p, c.table, &p.uses);
    for (uint32_t i = c.calls.count; i-- > 0;) {
        struct py_nodes arguments = py_arguments(py, c.calls.items[i]);
        bool first = i + 1 == c.calls.count && py_none(c.table);
        for (uint32_t k = 0; k < arguments.count; k++)
            add_uses(&p, arguments.items[k], first ? &p.columns : &p.uses);
    }
    if (p.tables.n == 0)
        return NULL;
    run = run_as(py, &c);
    write_sql(&p, run.n ? run : c.verb, &out);
    sql = py_string_made(py, buf_slice(&out), node);
    if (!run.n)
        return sql;
    py_add_sql(py, sql, &how, true);
    return py_unknown(py, node);
}
