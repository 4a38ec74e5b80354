/* Names as they are written, and syntax that the target does not have. */
#include "lint/facts.h"

#include "base/map.h"

#include <string.h>

/* Words that name an environment. "test" and "stg" are names of schemas in their own right, and so is "production"
 * (of goods), unless it stands beside another word. */
static const char *const environments[] = {"production", "dev", "prod", "uat", "qa", "sandbox", "preprod"};

/* The word of a name ("sales_dev": dev) that names an environment, "" without one. */
static const char *environment_in(const char *name)
{
    size_t first = slice_is_nocase(slice_of(name), environments[0]);

    while (*name) {
        size_t n = strcspn(name, "_-. ");

        for (size_t i = first; i < sizeof environments / sizeof *environments; i++)
            if (slice_is_nocase((struct slice){name, n}, environments[i]))
                return environments[i];
        name += n + (name[n] != '\0');
    }
    return "";
}

/* A relation that is named by a statement, and is no temp table. */
static bool is_named(const struct facts *f, const struct ir_access *a)
{
    return a->statement.v && a->len && access_is_relation(a) && !access_is_temp(f, a) &&
           !(a->flags & IR_ACCESS_UNKNOWN_PART);
}

/* Files that name relations with their schema, and set no search path of their own. */
static bool *files_with_schemas(const struct facts *f)
{
    bool *files = ARENA_ARRAY(f->family, bool, f->ir->file.count);

    for (IR_EACH(f->ir, access, a)) {
        const struct ir_access *row = IR(f->ir, access, a);
        const char *schema = ir_string(f->ir, row->schema);

        if (row->schema.v && is_named(f, row) && strcmp(schema, "pg_catalog") != 0 &&
            strcmp(schema, "information_schema") != 0)
            files[IR(f->ir, statement, row->statement)->file.v] = true;
    }
    for (IR_EACH(f->ir, statement, s))
        if (strcmp(ir_string(f->ir, IR(f->ir, statement, s)->setting), "search_path") == 0)
            files[IR(f->ir, statement, s)->file.v] = false;
    return files;
}

/* Link gives a relation that is only read no kind, and no columns but those that something uses. */
static bool is_known(const struct ir_dataset *dataset)
{
    return dataset->kind != IR_DATASET_UNKNOWN || dataset->columns_from == IR_KNOWN_CATALOG;
}

static bool in_model(const struct facts *f, struct fact_at at)
{
    return IR(f->ir, text, at.text)->kind == IR_TEXT_MODEL;
}

static void add_relations(struct facts *f)
{
    const struct ir *ir = f->ir;
    const bool *mixed = files_with_schemas(f), *spark = files_with_spark(f);

    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);
        const char *environment = environment_in(ir_string(ir, row->catalog));
        struct fact_at at;

        if (!row->statement.v || !row->len || !access_is_relation(row))
            continue;
        at = at_access(f, a);
        if (in_model(f, at) && !at_is_written(f, at))
            continue; /* ref() or source() */
        if (!*environment)
            environment = environment_in(ir_string(ir, row->schema));
        FACT_ADD(f, relation, at, .catalog = ir_string(ir, row->catalog),
                 .schema = ir_string(ir, row->schema), .table = ir_string(ir, row->name),
                 .written = access_written(f, row), .mode = ir_name_of_access_mode(row->mode),
                 .statement = ir_name_of_statement_kind(IR(ir, statement, row->statement)->kind),
                 .language = at_language(f, at), .temp = access_is_temp(f, row), .environment = environment,
                 .model = in_model(f, at),
                 .spark =
                     row->flags & IR_ACCESS_IN_PYTHON && spark[IR(ir, statement, row->statement)->file.v],
                 .known = is_known(IR(ir, dataset, row->dataset)) || row->flags & IR_ACCESS_UNKNOWN_PART,
                 .mixed = mixed[IR(ir, statement, row->statement)->file.v]);
    }
}

/* ---- one table, several spellings ---- */

static bool equal_but_for_case(const struct ir *ir, const struct ir_access *a, const struct ir_access *b)
{
    return a->schema.v && b->schema.v && !(a->quoted | b->quoted) && a->catalog.v == b->catalog.v &&
           (a->name.v != b->name.v || a->schema.v != b->schema.v) &&
           slice_is_nocase(ir_slice(ir, a->name), ir_string(ir, b->name)) &&
           slice_is_nocase(ir_slice(ir, a->schema), ir_string(ir, b->schema));
}

/* The first mention of each table in each file is what its later ones are held against. */
static void add_spellings(struct facts *f)
{
    struct ir *ir = f->ir;
    struct map by_table = map_new(f->family), said = map_new(f->family);

    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a), *first;
        uint64_t key = map_key(IR(ir, statement, row->statement)->file.v, row->dataset.v);
        uint64_t spelled =
            map_key(row->dataset.v, map_key(row->schema.v, row->name.v) * 31 + row->statement.v);
        uint32_t known;

        if (!is_named(f, row) || !row->dataset.v)
            continue;
        known = map_get(&by_table, key);
        if (!known) {
            map_put(&by_table, key, a.v);
            continue;
        }
        first = &ir->access.items[known];
        if (map_get(&said, spelled) || !equal_but_for_case(ir, first, row))
            continue;
        map_put(&said, spelled, 1);
        FACT_ADD(f, spelling, at_access(f, a), .written = access_written(f, row),
                 .other = access_written(f, first));
        fact_relate(f, at_access(f, (ir_access_id){known}), "it is written so here");
    }
}

/* ---- stars ---- */

static void add_hidden_columns(struct facts *f)
{
    const struct ir *ir = f->ir;
    bool *exists = ARENA_ARRAY(f->family, bool, ir->query.count);

    for (IR_EACH(ir, use, u))
        if (IR(ir, use, u)->flags & IR_USE_EXISTS)
            exists[IR(ir, use, u)->subquery.v] = true;
    for (IR_EACH(ir, query_column, c)) {
        const struct ir_query_column *row = IR(ir, query_column, c);
        const struct ir_output *output = IR(ir, output, row->output);
        const struct ir_query *q = IR(ir, query, output->query);
        const struct ir_statement *s = IR(ir, statement, q->statement);
        struct fact_at at = {s->file, s->text, output->off, output->len, q->statement};
        struct slice star = at_bytes(f, at);

        if (in_model(f, at)) /* dbt's own style imports relations as a whole */
            continue;
        if (row->name.v || !output->star || !output->len || output->query.v != row->query.v ||
            exists[row->query.v] || q->flags & IR_QUERY_JOIN || !memchr(star.p, '*', star.n))
            continue;
        FACT_ADD(f, hidden_columns, at, .star = arena_strndup(f->arena, star.p, star.n),
                 .stored = kind_stores(s->kind) || s->kind == IR_KIND_CREATE_VIEW);
    }
}

/* ---- other dialects ---- */

/* The dialects that have CREATE OR REPLACE TABLE. */
static bool replaces_tables(enum ir_dialect dialect)
{
    switch (dialect) {
    case IR_DIALECT_SNOWFLAKE:
    case IR_DIALECT_BIGQUERY:
    case IR_DIALECT_DATABRICKS:
    case IR_DIALECT_SPARK:
    case IR_DIALECT_DUCKDB:
    case IR_DIALECT_CLICKHOUSE:
    case IR_DIALECT_TRINO:
        return true;
    default:
        return false;
    }
}

static bool makes_table(const struct ir_statement *s)
{
    return s->kind == IR_KIND_CREATE_TABLE || s->kind == IR_KIND_CREATE_TABLE_AS;
}

/* Where nobody says what the SQL should run on, a dialect that is told is its own target. */
static enum ir_dialect target_of(const struct facts *f, enum ir_dialect dialect)
{
    if (f->target != IR_DIALECT_UNKNOWN)
        return f->target;
    return dialect == IR_DIALECT_UNKNOWN || dialect == IR_DIALECT_GENERIC ? IR_DIALECT_POSTGRES : dialect;
}

/* Flink has a SQL of its own, whatever the target is. */
static bool is_for_flink(const struct facts *f, ir_file_id file)
{
    struct slice source = ir_slice(f->ir, IR(f->ir, file, file)->source);

    return IR(f->ir, file, file)->language == IR_LANG_PYTHON && memmem(source.p, source.n, "pyflink", 7);
}

static void add_rewritten(struct facts *f)
{
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        enum ir_dialect dialect = IR(ir, text, row->text)->dialect;
        enum ir_dialect target = target_of(f, dialect);
        bool replace = makes_table(row) && row->flags & IR_STMT_OR_REPLACE;

        if (!replace && f->target == IR_DIALECT_UNKNOWN)
            continue; /* nobody said that it is to run elsewhere */
        if (is_for_flink(f, row->file))
            continue;
        if (replace ? replaces_tables(target) : !(row->flags & IR_STMT_REWRITTEN) || dialect == target)
            continue;
        FACT_ADD(f, rewritten, replace ? at_or_replace(f, s) : at_head(f, s, 2),
                 .syntax = replace ? "CREATE OR REPLACE TABLE" : "syntax of another dialect",
                 .target = ir_name_of_dialect(target), .dialect = ir_name_of_dialect(dialect));
    }
}

void facts_of_names(struct facts *f)
{
    add_relations(f);
    add_spellings(f);
    add_hidden_columns(f);
    add_rewritten(f);
}
