/*
 * calls.c - SQL on its way to a database. calls.def says which calls take it and where; the value of
 * that argument becomes one guest text per string, once per call, job and content.
 */
#include "python/walk.h"

#include <string.h>

enum how { NEVER, MAYBE, LIKELY, SURE, FRAME };

struct known_call {
    const char *callee;
    enum ir_call_kind kind;
    const char *arguments;
    int position;
    const char *connection;
    int connection_position;
    enum how how;
};

static const struct known_call known_calls[] = {
#define CALL(callee, kind, arguments, position, connection, at, how)                                         \
    {callee, IR_CALL_##kind, arguments, position, connection, at, how},
#include "python/calls.def"
#undef CALL
};

static const struct known_call *find_call(struct slice qualified)
{
    struct slice last = py_last(qualified);

    for (size_t i = 0; i < sizeof known_calls / sizeof *known_calls; i++) {
        const struct known_call *k = &known_calls[i];
        bool method = k->callee[0] == '.' && last.n < qualified.n;
        if (method ? slice_is(last, k->callee + 1) : slice_is(qualified, k->callee))
            return k;
    }
    return NULL;
}

/* ---- does it look like SQL ---- */

/* Behind white space, comments, parentheses and Jinja blocks. */
static struct slice skip_to_word(struct slice s)
{
    static const struct {
        char begin[3], end[3];
    } skipped[] = {{"--", "\n"}, {"/*", "*/"}, {"{%", "%}"}, {"{#", "#}"}, {"{{", "}}"}};
    size_t i = 0, before;

    do {
        before = i;
        while (i < s.n && strchr(" \t\r\n\f\v(;", s.p[i]))
            i++;
        for (size_t k = 0; k < sizeof skipped / sizeof *skipped; k++) {
            const char *end;
            if (!slice_starts(slice_sub(s, i, s.n - i), skipped[k].begin))
                continue;
            end = memmem(s.p + i + 2, s.n - i - 2, skipped[k].end, strlen(skipped[k].end));
            if (!end)
                return (struct slice){s.p + s.n, 0};
            i = (size_t)(end - s.p) + strlen(skipped[k].end);
        }
    } while (i > before);
    return slice_sub(s, i, s.n - i);
}

/* Does the text begin with one of the words? The first `lone` of them may stand alone. */
static bool begins_with(struct slice text, const char *const *words, size_t count, size_t lone)
{
    struct slice s = skip_to_word(text);
    size_t n = 0;

    while (n < s.n && ((s.p[n] | 0x20) >= 'a' && (s.p[n] | 0x20) <= 'z'))
        n++;
    if (n < s.n && (s.p[n] == '_' || s.p[n] == '.' || s.p[n] == '-' || s.p[n] == '/'))
        return false;
    for (size_t i = 0; i < count; i++)
        if (slice_is_nocase(slice_sub(s, 0, n), words[i]))
            return n < s.n || i < lone;
    return false;
}

bool py_looks_like_sql(struct slice text)
{
    enum { LONE = 6 }; /* so many of them are statements by themselves */
    static const char *const words[] = {
        "begin",   "commit", "rollback", "end",      "vacuum",  "analyze", "select",   "with",
        "insert",  "update", "delete",   "merge",    "create",  "drop",    "alter",    "truncate",
        "copy",    "call",   "exec",     "execute",  "set",     "grant",   "revoke",   "unload",
        "refresh", "use",    "show",     "describe", "explain", "replace", "load",     "declare",
        "do",      "lock",   "comment",  "values",   "pragma",  "msck",    "optimize", "cache",
        "put",     "start",  "if",       "upsert",   "export",  "reindex", "from"};
    return begins_with(text, words, sizeof words / sizeof *words, LONE);
}

/* Words that begin a statement too, but other things as well: they say so only where nothing but SQL can stand. */
static bool may_be_sql(struct slice text)
{
    static const char *const words[] = {
        "abort",     "attach",  "bulk",      "checkpoint", "close",   "cluster", "deallocate", "delimiter",
        "desc",      "detach",  "discard",   "dbcc",       "fetch",   "get",     "go",         "import",
        "install",   "kill",    "list",      "listen",     "notify",  "pivot",   "prepare",    "print",
        "reassign",  "release", "raiserror", "rename",     "repair",  "reset",   "restore",    "savepoint",
        "summarize", "table",   "uncache",   "undrop",     "waitfor", "while"};

    return begins_with(text, words, sizeof words / sizeof *words, 0);
}

/* ---- texts ---- */

static uint64_t text_key(struct py *py, const struct py_value *sql, TSNode call)
{
    uint32_t where[2] = {py_start(call) + py_len(call), py_job(py).v};

    return hash_bytes(sql->string.p, sql->string.n) ^ hash_bytes(where, sizeof where);
}

static ir_text_id add_text(struct py *py, const struct py_value *sql, const struct py_handover *how)
{
    uint64_t key = text_key(py, sql, how->call);
    ir_text_id text = {map_get(&py->walk->texts, key)};

    if (text.v)
        return text;
    text = ir_add_text(py->ir, (struct ir_text){.content = ir_intern(py->ir, sql->string.p, sql->string.n),
                                                .file = py->file,
                                                .kind = how->text ? how->text : IR_TEXT_GUEST,
                                                .dialect = how->dialect,
                                                .job = py_job(py),
                                                .connection = how->connection,
                                                .unknown_parts = sql->unknown_parts,
                                                .order = ++py->order,
                                                .call = how->kind,
                                                .call_off = py_start(how->call),
                                                .call_len = py_len(how->call)});
    map_put(&py->walk->texts, key, text.v);
    for (uint32_t i = 0; i < sql->run_count; i++) {
        const struct py_run *run = &sql->runs[i];
        ir_add_segment(py->ir, (struct ir_segment){.text = text,
                                                   .off = run->off,
                                                   .len = run->len,
                                                   .kind = run->kind,
                                                   .file = py->file,
                                                   .source_off = run->source_off,
                                                   .source_len = run->source_len});
    }
    return text;
}

ir_text_id py_add_text(struct py *py, const struct py_value *sql, enum ir_call_kind kind, TSNode call,
                       ir_str connection)
{
    struct py_handover how = {
        .kind = kind, .call = call, .connection = connection, .dialect = py->options->dialect};

    return add_text(py, sql, &how);
}

void py_add_command(struct py *py, const struct py_value *command, TSNode call)
{
    struct py_handover how = {.kind = IR_CALL_OPERATOR, .call = call, .text = IR_TEXT_COMMAND};

    if (!py->walk->quiet && command->kind == PY_STRING && command->string.n)
        add_text(py, command, &how);
}

static void add_run_file(struct py *py, const struct py_value *path)
{
    ir_add_run_file(py->ir, (struct ir_run_file){.job = py_job(py),
                                                 .path = ir_intern(py->ir, path->string.p, path->string.n),
                                                 .file = py->file,
                                                 .off = py_start(path->node),
                                                 .len = py_len(path->node),
                                                 .order = ++py->order});
}

static void not_known(struct py *py, const struct py_value *sql, const struct py_handover *how)
{
    struct slice callee = py_callee(py, how->call);

    py_gap(py, IR_GAP_DYNAMIC, py_none(sql->node) ? how->call : sql->node,
           arena_printf(py->scratch, "the SQL that %.*s gets is only known at run time", (int)callee.n,
                        callee.p),
           "give it as a literal, or build it from constants of the files that are read");
}

ir_text_id py_add_sql(struct py *py, const struct py_value *sql, const struct py_handover *how, bool sure)
{
    ir_text_id text = {0};

    if (py->walk->quiet)
        return text;
    if (sql->kind == PY_STRING) {
        struct slice trimmed = slice_trim(sql->string);
        if (how->files && slice_ends(trimmed, ".sql") && !memchr(trimmed.p, '\n', trimmed.n))
            add_run_file(py, sql);
        else if (trimmed.n && (py_looks_like_sql(trimmed) || (sure && may_be_sql(trimmed)) ||
                               (sure && slice_starts(trimmed, PY_PLACEHOLDER) && trimmed.n > 24)))
            return add_text(py, sql, how);
    } else if (py_is_list(sql) || (sql->kind == PY_UNKNOWN && sql->count)) {
        for (uint32_t i = 0; i < sql->count && py_spend(py, 1); i++)
            text = py_add_sql(py, sql->items[i], how, sure);
    } else if (sure && (sql->kind == PY_UNKNOWN || sql->kind == PY_OBJECT)) {
        not_known(py, sql, how);
    }
    return text;
}

/* ---- calls ---- */

static TSNode sql_argument(struct py *py, TSNode call, const struct known_call *k)
{
    const char *names = k->arguments;
    TSNode node = {0};

    while (*names && py_none(node)) {
        size_t n = strcspn(names, "|");
        const char *name = arena_strndup(py->scratch, names, n);
        node = py_argument(py, call, name, -1);
        names += n + (names[n] == '|');
    }
    return py_none(node) ? py_argument(py, call, "", k->position) : node;
}

/* Is this what a database is called by those who write code? */
static bool named_like_database(struct slice name)
{
    static const char *const words[] = {"cur",         "conn",  "engine",   "session",   "db",
                                        "database",    "hook",  "redshift", "postgres",  "snowflake",
                                        "bigquery",    "mysql", "sql",      "warehouse", "pg",
                                        "transaction", "tx"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        for (size_t at = 0; at + n <= name.n && at < 200; at++)
            if (slice_starts_nocase(slice_sub(name, at, name.n - at), words[i]) &&
                (at == 0 || strchr("._[", name.p[at - 1])))
                return true;
    }
    return false;
}

static bool looks_like_database(struct py *py, TSNode receiver, const struct py_value *value)
{
    struct slice name = py_bytes(py, receiver);

    if (value && value->kind == PY_OBJECT && (value->connection.n || value->dialect))
        return true;
    if (value && value->kind != PY_OBJECT && value->kind != PY_UNKNOWN)
        return false;
    return named_like_database(name) || (value && named_like_database(value->connection));
}

static ir_str connection_of(struct py *py, TSNode call, const struct known_call *k, TSNode receiver)
{
    TSNode node = receiver;

    if (k->connection[0])
        node = py_argument(py, call, k->connection, k->connection_position);
    return py_none(node) ? (ir_str){0} : py_connection(py, node);
}

static enum ir_dialect dialect_of(struct py *py, TSNode call, const struct known_call *k, TSNode receiver)
{
    TSNode node = receiver;

    if (py->options->dialect != IR_DIALECT_UNKNOWN)
        return py->options->dialect;
    if (k->connection[0])
        node = py_argument(py, call, k->connection, k->connection_position);
    return py_none(node) ? IR_DIALECT_UNKNOWN : py_dialect_of(py, node);
}

/* ---- calls that name a table ---- */

struct table_call {
    const char *callee, *argument;
    int position;
    const char *before, *after, *connection;
    int connection_position;
};

static const struct table_call table_calls[] = {
#define TABLE_CALL(callee, argument, position, before, after, connection, at)                                \
    {callee, argument, position, before, after, connection, at},
#include "python/table_calls.def"
#undef TABLE_CALL
};

static const struct table_call *find_table_call(struct slice qualified)
{
    struct slice last = py_last(qualified);

    for (size_t i = 0; i < sizeof table_calls / sizeof *table_calls; i++) {
        const char *callee = table_calls[i].callee;
        bool method = callee[0] == '.' && last.n < qualified.n;
        if (method ? slice_is(last, callee + 1) : slice_is(qualified, callee))
            return &table_calls[i];
    }
    return NULL;
}

static bool reads_table(const struct table_call *k)
{
    return slice_is(slice_of(k->before), "SELECT * FROM ");
}

static const struct py_value *table_sql(struct py *py, TSNode call, const struct table_call *k,
                                        const struct py_value *table)
{
    TSNode schema = py_argument(py, call, "schema", -1), columns = py_argument(py, call, "columns", -1);
    const struct py_value *list = py_none(columns) ? NULL : py_items(py, py_eval(py, columns));
    struct py_string s = py_string_new(py);
    struct slice name;

    if (list && list->count && reads_table(k)) {
        py_string_add(&s, "SELECT ", 7, IR_SEG_SUBSTITUTED, py_start(call), py_len(call));
        for (uint32_t i = 0; i < list->count; i++) {
            if (i > 0)
                py_string_add(&s, ", ", 2, IR_SEG_SUBSTITUTED, py_start(columns), py_len(columns));
            py_string_value(&s, list->items[i], columns, false);
        }
        py_string_add(&s, " FROM ", 6, IR_SEG_SUBSTITUTED, py_start(call), py_len(call));
    } else {
        py_string_add(&s, k->before, strlen(k->before), IR_SEG_SUBSTITUTED, py_start(call), py_len(call));
    }
    if (!py_none(schema) && py_string_of(py, schema, &name) && name.n) {
        py_string_value(&s, py_eval(py, schema), schema, false);
        py_string_add(&s, ".", 1, IR_SEG_SUBSTITUTED, py_start(schema), py_len(schema));
    }
    py_string_value(&s, table, call, false);
    py_string_add(&s, k->after, strlen(k->after), IR_SEG_SUBSTITUTED, py_start(call), py_len(call));
    return py_string_end(&s, call);
}

/* A name of a table or procedure: words with dots, as far as it is known. */
static bool is_object_name(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (strchr(" \t\n\r/;,()'", s.p[i]))
            return false;
    return s.n > 0;
}

/* The name behind a reference of BigQuery's: client.get_table("a.b"), client.dataset("a").table("b"). */
static const struct py_value *named_table(struct py *py, const struct py_value *v)
{
    static const char *const makers[] = {"get_table", "Table", "from_string", "table"};
    struct slice last = py_last(v->string);
    TSNode object, name;
    bool made = false;

    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        made |= slice_is(last, makers[i]);
    if (v->kind != PY_OBJECT || !made || py_kind(py, v->node) != NODE_CALL)
        return v;
    name = py_argument(py, v->node, "", 0);
    object = py_field(py_field(v->node, "function"), "object");
    if (py_none(name))
        return v;
    if (py_kind(py, object) == NODE_CALL && slice_ends(py_callee(py, object), "dataset")) {
        struct py_string s = py_string_new(py);
        py_string_value(&s, py_eval(py, py_argument(py, object, "", 0)), object, false);
        py_string_add(&s, ".", 1, IR_SEG_SUBSTITUTED, py_start(object), py_len(object));
        py_string_value(&s, py_eval(py, name), name, false);
        return py_string_end(&s, name);
    }
    return py_eval(py, name);
}

static bool table_call(struct py *py, TSNode call, struct slice qualified, const struct py_value *receiver,
                       struct py_value *result)
{
    const struct table_call *k = find_table_call(qualified);
    struct known_call as = {.connection = k ? k->connection : "",
                            .connection_position = k ? k->connection_position : -1};
    TSNode object = py_field(py_field(call, "function"), "object"), argument;
    struct py_handover how = {.kind = k && reads_table(k) ? IR_CALL_READ : IR_CALL_EXECUTE, .call = call};
    const struct py_value *table;
    ir_text_id text;

    if (!k || (k->callee[0] == '.' && k->connection[0] == 0 && !looks_like_database(py, object, receiver) &&
               !slice_starts(slice_of(k->callee), ".load_table")))
        return false;
    argument = py_argument(py, call, k->argument, k->position);
    table = py_none(argument) ? NULL : named_table(py, py_eval(py, argument));
    if (!table || table->kind != PY_STRING || !is_object_name(table->string))
        return false;
    how.connection = connection_of(py, call, &as, object);
    how.dialect = dialect_of(py, call, &as, object);
    text = py_add_sql(py, table_sql(py, call, k, table), &how, true);
    py_rows_hand(py, call, argument, text);
    if (reads_table(k))
        result->text = text;
    return true;
}

/* spark.sql() gives the rows of a query, and runs everything else. */
static bool gives_rows(struct py *py, ir_text_id text)
{
    struct slice sql = skip_to_word(ir_slice(py->ir, IR(py->ir, text, text)->content));

    return text.v && (slice_starts_nocase(sql, "select") || slice_starts_nocase(sql, "with") ||
                      slice_starts_nocase(sql, "from") || slice_starts_nocase(sql, "table"));
}

/* BigQuery's job_config=QueryJobConfig(destination=…): the rows go to a table. */
static void hand_to_destination(struct py *py, TSNode call, const struct py_handover *how, ir_text_id query)
{
    TSNode config = py_argument(py, call, "job_config", -1), destination;
    const struct py_value *v = py_none(config) ? NULL : py_eval(py, config), *table;
    ir_text_id text;

    if (!v || v->kind != PY_OBJECT || !slice_ends(v->string, "QueryJobConfig") ||
        py_kind(py, v->node) != NODE_CALL)
        return;
    destination = py_argument(py, v->node, "destination", -1);
    table = py_none(destination) ? NULL : named_table(py, py_eval(py, destination));
    if (!table || table->kind != PY_STRING || !is_object_name(table->string))
        return;
    text =
        py_add_sql(py, table_sql(py, call, find_table_call(SLICE(".load_table_from_uri")), table), how, true);
    if (text.v && !IR(py->ir, text, text)->rows.v)
        IR(py->ir, text, text)->rows = query;
}

bool py_database_call(struct py *py, TSNode call, struct slice qualified, const struct py_value *receiver,
                      struct py_value *result)
{
    const struct known_call *k = find_call(qualified);
    TSNode function = py_field(call, "function"), argument, object;
    struct py_handover how = {.call = call};
    const struct py_value *sql;
    ir_text_id text;
    bool sure;

    const struct table_call *named = find_table_call(qualified);

    if (!k || (named && named->callee[0] != '.'))
        return table_call(py, call, qualified, receiver, result);
    if (k->how == NEVER)
        return false;
    argument = sql_argument(py, call, k);
    if (py_none(argument))
        return false;
    py->walk->handed++;
    object = py_field(function, "object");
    sql = py_possible(py, py_eval(py, argument));
    if (k->how == FRAME && slice_ends(qualified, "read_sql") && py_is_known_string(sql) &&
        is_object_name(sql->string) && !slice_ends(sql->string, ".sql"))
        sql = table_sql(py, call, find_table_call(SLICE("pandas.read_sql_table")),
                        sql); /* a table's name alone */
    sure = k->how >= SURE || (k->how == LIKELY && looks_like_database(py, object, receiver));
    how.kind = k->kind;
    how.connection = connection_of(py, call, k, object);
    how.dialect = dialect_of(py, call, k, object);
    text = py_add_sql(py, sql, &how, sure);
    py_rows_hand(py, call, argument, text);
    hand_to_destination(py, call, &how, text);
    result->rows = text;
    if (receiver && (receiver->kind == PY_OBJECT || receiver->connection.n))
        ((struct py_value *)receiver)->rows = text; /* a cursor holds the last one's */
    if (k->how == FRAME || (!strcmp(k->callee, ".sql") && gives_rows(py, text)))
        result->text = text;
    return true;
}

ir_text_id py_read_call(struct py *py, TSNode call)
{
    return py_eval(py, call)->text;
}
