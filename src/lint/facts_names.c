/* Names as they are written, and syntax that the target does not have. */
#include "lint/facts.h"

static void add_relations(struct facts *f)
{
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);
        struct fact_at at;

        if (!row->statement.v || !row->len || !access_is_relation(row))
            continue;
        at = at_access(f, a);
        FACT_ADD(f, relation, at, .catalog = ir_string(ir, row->catalog),
                 .schema = ir_string(ir, row->schema), .table = ir_string(ir, row->name),
                 .written = access_written(f, row), .mode = ir_name_of_access_mode(row->mode),
                 .statement = ir_name_of_statement_kind(IR(ir, statement, row->statement)->kind),
                 .language = at_language(f, at), .temp = access_is_temp(f, row));
    }
}

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

static void add_rewritten(struct facts *f)
{
    const struct ir *ir = f->ir;
    const char *target = ir_name_of_dialect(f->target);

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        enum ir_dialect dialect = IR(ir, text, row->text)->dialect;
        bool replace = makes_table(row) && row->flags & IR_STMT_OR_REPLACE;

        if (replace ? replaces_tables(f->target) : !(row->flags & IR_STMT_REWRITTEN) || dialect == f->target)
            continue;
        FACT_ADD(f, rewritten, replace ? at_or_replace(f, s) : at_head(f, s, 2),
                 .syntax = replace ? "CREATE OR REPLACE TABLE" : "syntax of another dialect",
                 .target = target, .dialect = ir_name_of_dialect(dialect));
    }
}

void facts_of_names(struct facts *f)
{
    add_relations(f);
    add_rewritten(f);
}
