/*
 * What a session takes for the parts of a name that are not written: the database and the schema of USE, the
 * schemas of search_path, and, where neither says anything, the schema in which the dialect puts things by
 * itself. Where all scripts of a dialect USE one and the same place, a script without USE means it too:
 * its author runs it there.
 */
#include "link/linker.h"

#include <string.h>
#include <strings.h>

enum { DIALECTS = IR_DIALECT_SQLITE + 1 };

/* ---- search_path ---- */

/* The schemas of "a, "B", $user" without the ones that are no schemas of the project. */
static void path_parse(struct link *l, struct link_session *session, struct slice list)
{
    session->search_path.count = 0;
    for (size_t at = 0; at <= list.n;) {
        size_t end = at;
        struct slice part;
        bool quoted;
        ir_str name;

        while (end < list.n && list.p[end] != ',')
            end++;
        part = slice_trim(slice_sub(list, at, end - at));
        at = end + 1;
        quoted = part.n >= 2 && (part.p[0] == '"' || part.p[0] == '\'');
        if (quoted)
            part = slice_sub(part, 1, part.n - 2);
        if (part.n == 0 || slice_is(part, "$user") || slice_is_nocase(part, "pg_temp") ||
            slice_is_nocase(part, "pg_catalog"))
            continue;
        name = link_fold_name(l, ir_intern(l->ir, part.p, part.n), quoted);
        vec_push(l->arena, &session->search_path, name);
    }
}

static void path_default(struct link *l, struct link_session *session)
{
    const char *const *path = l->options ? l->options->search_path : NULL;

    session->search_path.count = 0;
    for (; path && *path; path++)
        vec_push(l->arena, &session->search_path, ir_fold(l->ir, ir_interns(l->ir, *path)));
}

/* Skips one word without regard to case. */
static bool skip_word(struct slice *s, const char *word)
{
    size_t n = strlen(word);

    if (!slice_starts_nocase(*s, word) ||
        (s->n > n && s->p[n] != ' ' && s->p[n] != '=' && s->p[n] != '\n' && s->p[n] != '\t'))
        return false;
    *s = slice_trim(slice_sub(*s, n, s->n - n));
    return true;
}

/* SET [SESSION|LOCAL] search_path {TO|=} list, and RESET search_path. */
static void path_set(struct link *l, struct link_session *session, struct slice text)
{
    if (skip_word(&text, "reset") && skip_word(&text, "search_path")) {
        path_default(l, session);
        return;
    }
    if (!skip_word(&text, "set"))
        return;
    if (!skip_word(&text, "session"))
        (void)skip_word(&text, "local");
    if (!skip_word(&text, "search_path"))
        return;
    if (text.n && text.p[0] == '=')
        text = slice_trim(slice_sub(text, 1, text.n - 1));
    else if (!skip_word(&text, "to"))
        return;
    if (slice_is_nocase(text, "default"))
        path_default(l, session);
    else
        path_parse(l, session, text);
}

/* ---- USE ---- */

enum {
    USE_SCHEMA = 1,  /* a single name is a schema (what MySQL and Hive call a database) */
    USE_FORGETS = 2, /* another database begins without a schema */
};

/* Where names without a schema live, and what USE takes a single name for. A row that is missing: USE names a
 * database, and nothing is known of a schema. */
static const struct {
    const char *schema;
    unsigned use;
} manners[DIALECTS] = {
    [IR_DIALECT_POSTGRES] = {"public", 0},
    [IR_DIALECT_REDSHIFT] = {"public", USE_FORGETS},
    [IR_DIALECT_SNOWFLAKE] = {"public", USE_FORGETS},
    [IR_DIALECT_TSQL] = {"dbo", USE_FORGETS},
    [IR_DIALECT_DUCKDB] = {"main", USE_SCHEMA},
    [IR_DIALECT_SQLITE] = {"main", 0},
    [IR_DIALECT_MYSQL] = {NULL, USE_SCHEMA},
    [IR_DIALECT_HIVE] = {"default", USE_SCHEMA},
    [IR_DIALECT_SPARK] = {"default", USE_SCHEMA},
    [IR_DIALECT_DATABRICKS] = {"default", USE_SCHEMA},
    [IR_DIALECT_CLICKHOUSE] = {"default", USE_SCHEMA},
    [IR_DIALECT_TRINO] = {NULL, USE_SCHEMA},
    [IR_DIALECT_TERADATA] = {NULL, USE_SCHEMA},
};

/* Takes a name's next part off the front; none when no plain name stands there. */
static ir_str take_part(struct link *l, struct slice *s)
{
    char close = s->n == 0 ? 0 : s->p[0] == '[' ? ']' : strchr("\"`'", s->p[0]) ? s->p[0] : 0;
    size_t from = close ? 1 : 0, end = from;
    struct slice part;

    while (end < s->n && (close ? s->p[end] != close : !strchr(".; \t\r\n", s->p[end])))
        end++;
    part = slice_sub(*s, from, end - from);
    *s = end < s->n ? slice_trim(slice_sub(*s, end + from, s->n - end - from)) : slice_sub(*s, 0, 0);
    for (size_t i = 0; i < part.n; i++)
        if (!close && strchr("$&:{}()@%=,", part.p[i]))
            return (ir_str){0}; /* known only when it runs */
    return part.n ? ir_intern(l->ir, part.p, part.n) : (ir_str){0};
}

static void use_schema(struct link *l, struct link_session *session, ir_str schema)
{
    session->search_path.count = 0;
    if (schema.v)
        vec_push(l->arena, &session->search_path, ir_fold(l->ir, schema));
}

/* USE [CATALOG|DATABASE|SCHEMA] [a.]b, DATABASE a, ALTER SESSION SET CURRENT_SCHEMA = a. */
static bool use_set(struct link *l, struct link_session *session, struct slice text, enum ir_dialect dialect)
{
    unsigned use = manners[dialect].use;
    bool spark = dialect == IR_DIALECT_SPARK || dialect == IR_DIALECT_DATABRICKS;
    bool schema_said = false, catalog_said = false;
    ir_str first, second = {0};

    if (skip_word(&text, "alter"))
        schema_said =
            skip_word(&text, "session") && skip_word(&text, "set") && skip_word(&text, "current_schema");
    else if (dialect == IR_DIALECT_TERADATA && skip_word(&text, "database"))
        schema_said = true;
    else if (!skip_word(&text, "use") || skip_word(&text, "role") || skip_word(&text, "warehouse") ||
             skip_word(&text, "secondary"))
        return false;
    else if (skip_word(&text, "catalog") || (!spark && skip_word(&text, "database")))
        catalog_said = true;
    else
        schema_said =
            skip_word(&text, "schema") || skip_word(&text, "database") || skip_word(&text, "namespace");
    if (text.n && text.p[0] == '=')
        text = slice_trim(slice_sub(text, 1, text.n - 1));
    first = take_part(l, &text);
    if (!first.v || (!schema_said && !catalog_said && text.n && text.p[0] != '.' && text.p[0] != ';'))
        return false;
    if (text.n && text.p[0] == '.') {
        text = slice_sub(text, 1, text.n - 1);
        second = take_part(l, &text);
    }
    if (!second.v && !catalog_said && strcasecmp(ir_string(l->ir, first), "default") == 0) {
        link_defaults_begin(l, session);
        return true;
    }
    if (second.v || (!schema_said && (catalog_said || !(use & USE_SCHEMA))))
        session->catalog = first;
    if (second.v || schema_said || (!catalog_said && (use & USE_SCHEMA)))
        use_schema(l, session, second.v ? second : first);
    else if (use & USE_FORGETS)
        use_schema(l, session, (ir_str){0});
    session->used = true;
    return true;
}

/* ---- what link asks ---- */

static struct slice statement_slice(const struct link *l, const struct ir_statement *s)
{
    struct slice text = ir_slice(l->ir, IR(l->ir, text, s->text)->content);

    return s->text.v == 0 || s->off > text.n ? slice_sub(text, 0, 0)
                                             : slice_trim(slice_sub(text, s->off, s->len));
}

enum ir_dialect link_dialect(const struct link *l, ir_statement_id statement)
{
    return IR(l->ir, text, IR(l->ir, statement, statement)->text)->dialect;
}

void link_defaults_set(struct link *l, struct link_session *session, ir_statement_id statement)
{
    const struct ir_statement *s = IR(l->ir, statement, statement);
    struct slice text = statement_slice(l, s);

    if (!use_set(l, session, text, link_dialect(l, statement)))
        path_set(l, session, text);
}

void link_defaults_begin(struct link *l, struct link_session *session)
{
    path_default(l, session);
    session->catalog.v = 0;
    session->used = session->search_path.count > 0;
}

static bool same_defaults(const struct link_session *a, const struct link_session *b)
{
    return a->catalog.v == b->catalog.v && a->search_path.count == b->search_path.count &&
           (a->search_path.count == 0 || a->search_path.items[0].v == b->search_path.items[0].v);
}

/* The one place that the scripts of each dialect USE; a second one, and nothing is known of the others. */
void link_defaults_collect(struct link *l)
{
    bool several[DIALECTS] = {false};

    l->homes = ARENA_ARRAY(l->arena, struct link_session, DIALECTS);
    for (IR_EACH(l->ir, statement, i)) {
        const struct ir_statement *s = IR(l->ir, statement, i);
        enum ir_dialect dialect = link_dialect(l, i);
        struct link_session said = {0};

        if (s->kind != IR_KIND_SET || !use_set(l, &said, statement_slice(l, s), dialect))
            continue;
        several[dialect] |= l->homes[dialect].used && !same_defaults(&said, &l->homes[dialect]);
        l->homes[dialect] = said;
    }
    for (int d = 0; d < DIALECTS; d++)
        if (several[d])
            l->homes[d] = (struct link_session){0};
}

const struct link_session *link_defaults_of(const struct link *l, const struct link_session *session,
                                            enum ir_dialect dialect)
{
    return session->used || !l->homes[dialect].used ? session : &l->homes[dialect];
}

ir_str link_default_schema(struct link *l, enum ir_dialect dialect)
{
    const char *name = manners[dialect].schema;

    return name ? ir_interns(l->ir, name) : (ir_str){0};
}
