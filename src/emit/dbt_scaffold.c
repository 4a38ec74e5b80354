/*
 * The files of the project that are the same for every migration but for names: macros that place tables by
 * environment, generic tests, the example of a profile, README.md and .gitignore. No package is needed: a closed
 * machine cannot fetch one.
 */
#include "emit/dbt.h"

#include <string.h>

/* Rows that agree in all the columns are a failure, however many nulls they hold: what GROUP BY can't give. */
static const char unique_combination[] = "{% test unique_combination(model, columns) %}\n"
                                         "\n"
                                         "select {{ columns | join(', ') }}, count(*) as n\n"
                                         "from {{ model }}\n"
                                         "group by {{ columns | join(', ') }}\n"
                                         "having count(*) > 1\n"
                                         "\n"
                                         "{% endtest %}\n";

static const char gitignore[] = "target/\ndbt_packages/\nlogs/\nprofiles.yml\n.user.yml\n";

static const char schema_macro[] =
    "{#\n"
    "  Which schema a model is built in. For the target named prod it is the one that its folder is configured with\n"
    "  (+schema in dbt_project.yml); everywhere else all models go to the schema of the profile, so that nobody's\n"
    "  work meets production or a colleague's.\n"
    "#}\n"
    "{% macro generate_schema_name(custom_schema_name, node) -%}\n"
    "    {%- if target.name == 'prod' and custom_schema_name is not none -%}\n"
    "        {{ custom_schema_name | trim }}\n"
    "    {%- else -%}\n"
    "        {{ target.schema }}\n"
    "    {%- endif -%}\n"
    "{%- endmacro %}\n";

static const char database_macro[] =
    "{#\n"
    "  Which catalog a model is built in: for the target named prod the one that the legacy wrote to (+database in\n"
    "  dbt_project.yml), everywhere else the profile's own.\n"
    "#}\n"
    "{% macro generate_database_name(custom_database_name=none, node=none) -%}\n"
    "    {%- if target.name == 'prod' and custom_database_name is not none -%}\n"
    "        {{ custom_database_name | trim }}\n"
    "    {%- else -%}\n"
    "        {{ target.database }}\n"
    "    {%- endif -%}\n"
    "{%- endmacro %}\n";

/* ---- profiles.yml.example ---- */

#define ENV(key, name) "      " key ": \"{{ env_var('" name "') }}\"\n"
#define ENV_OR(key, name, otherwise) "      " key ": \"{{ env_var('" name "', '" otherwise "') }}\"\n"
#define SERVER(port, database)                                                                               \
    ENV_OR("host", "DBT_HOST", "localhost")                                                                  \
    "      port: \"{{ env_var('DBT_PORT', '" port "') | as_number }}\"\n" ENV("user", "DBT_USER")            \
        ENV("password", "DBT_PASSWORD") ENV(database, "DBT_DATABASE")

struct adapter {
    enum ir_dialect dialect;
    const char *type;
    const char *lines; /* how it is reached; the schema and threads are every adapter's */
};

static const struct adapter adapters[] = {
    {IR_DIALECT_POSTGRES, "postgres", SERVER("5432", "dbname")},
    {IR_DIALECT_REDSHIFT, "redshift", SERVER("5439", "dbname")},
    {IR_DIALECT_SNOWFLAKE, "snowflake",
     ENV("account", "DBT_ACCOUNT") ENV("user", "DBT_USER") ENV("password", "DBT_PASSWORD")
         ENV("role", "DBT_ROLE") ENV("warehouse", "DBT_WAREHOUSE") ENV("database", "DBT_DATABASE")},
    {IR_DIALECT_BIGQUERY, "bigquery",
     "      method: service-account\n" ENV("keyfile", "DBT_KEYFILE") ENV("project", "DBT_DATABASE")
         ENV_OR("location", "DBT_LOCATION", "EU")},
    {IR_DIALECT_DATABRICKS, "databricks",
     ENV("host", "DBT_HOST") ENV("http_path", "DBT_HTTP_PATH") ENV("token", "DBT_TOKEN")
         ENV("catalog", "DBT_DATABASE")},
    {IR_DIALECT_SPARK, "spark",
     "      method: thrift\n" ENV(
         "host",
         "DBT_HOST") "      port: \"{{ env_var('DBT_PORT', '10000') | as_number }}\"\n" ENV("user",
                                                                                            "DBT_USER")},
    {IR_DIALECT_HIVE, "spark",
     "      method: thrift\n" ENV(
         "host",
         "DBT_HOST") "      port: \"{{ env_var('DBT_PORT', '10000') | as_number }}\"\n" ENV("user",
                                                                                            "DBT_USER")},
    {IR_DIALECT_TSQL, "sqlserver",
     ENV_OR("driver", "DBT_DRIVER", "ODBC Driver 18 for SQL Server")
         ENV("server", "DBT_HOST") "      port: \"{{ env_var('DBT_PORT', '1433') | as_number }}\"\n" ENV(
             "user", "DBT_USER") ENV("password", "DBT_PASSWORD") ENV("database", "DBT_DATABASE")},
    {IR_DIALECT_ORACLE, "oracle", SERVER("1521", "database") ENV("service", "DBT_SERVICE")},
    {IR_DIALECT_MYSQL, "mysql",
     ENV_OR("server", "DBT_HOST",
            "localhost") "      port: \"{{ env_var('DBT_PORT', '3306') | as_number }}\"\n" ENV("username",
                                                                                               "DBT_USER")
         ENV("password", "DBT_PASSWORD")},
    {IR_DIALECT_DUCKDB, "duckdb", ENV_OR("path", "DBT_DATABASE", "warehouse.duckdb")},
    {IR_DIALECT_CLICKHOUSE, "clickhouse",
     ENV("host", "DBT_HOST") ENV("user", "DBT_USER") ENV("password", "DBT_PASSWORD")},
    {IR_DIALECT_TRINO, "trino",
     "      method: ldap\n" ENV(
         "host", "DBT_HOST") "      port: \"{{ env_var('DBT_PORT', '443') | as_number }}\"\n" ENV("user",
                                                                                                  "DBT_USER")
         ENV("password", "DBT_PASSWORD") ENV("database", "DBT_DATABASE")},
    {IR_DIALECT_TERADATA, "teradata",
     ENV("host", "DBT_HOST") ENV("user", "DBT_USER") ENV("password", "DBT_PASSWORD")},
};

/* The dialect of most models' SQL. */
static enum ir_dialect main_dialect(const struct dbt_writer *w)
{
    uint32_t counts[IR_DIALECT_SQLITE + 1] = {0};
    enum ir_dialect most = IR_DIALECT_POSTGRES;

    for (IR_EACH(w->ir, model, m)) {
        ir_statement_id statement = IR(w->ir, model, m)->statement;
        ir_text_id text = IR(w->ir, statement, statement)->text;
        bool frame = IR(w->ir, statement, statement)->kind == IR_KIND_DATAFRAME || !text.v;
        enum ir_dialect dialect = frame ? w->options->target : IR(w->ir, text, text)->dialect;

        counts[dialect]++;
    }
    for (int d = 0; d <= IR_DIALECT_SQLITE; d++)
        if (counts[d] > counts[most])
            most = (enum ir_dialect)d;
    return most;
}

static const struct adapter *adapter_of(const struct dbt_writer *w)
{
    enum ir_dialect dialect = main_dialect(w);

    for (size_t i = 0; i < sizeof adapters / sizeof *adapters; i++)
        if (adapters[i].dialect == dialect)
            return &adapters[i];
    return &adapters[0];
}

static void add_output(struct buf *out, const struct adapter *adapter, const char *name, const char *schema)
{
    const char *key = strcmp(adapter->type, "bigquery") == 0 ? "dataset" : "schema";

    buf_printf(out, "    %s:\n      type: %s\n%s", name, adapter->type, adapter->lines);
    buf_printf(out, "      %s: \"{{ env_var('DBT_SCHEMA', '%s') }}\"\n      threads: 4\n", key, schema);
}

/* What dbt needs to find the warehouse; nothing secret is written, dbt takes it from the environment. */
static void write_profile(struct dbt_writer *w)
{
    const struct adapter *adapter = adapter_of(w);
    struct buf out = buf_new(w->scratch);

    buf_printf(
        &out,
        "# Copy to ~/.dbt/profiles.yml, or beside dbt_project.yml as profiles.yml. Nothing secret belongs\n"
        "# into this file: dbt reads the environment. Needs dbt-%s.\n"
        "%s:\n"
        "  target: dev\n"
        "  outputs:\n",
        adapter->type, w->options->project_name);
    add_output(&out, adapter, "dev", "analytics");
    add_output(&out, adapter, "prod", "analytics");
    dbt_add_file(w, &out, "profiles.yml.example");
}

/* ---- README.md ---- */

static void write_readme(struct dbt_writer *w)
{
    struct buf out = buf_new(w->scratch);

    buf_printf(
        &out,
        "# %s\n\n"
        "A dbt project made out of legacy code by `lineage`. MIGRATION.md says what became of every statement\n"
        "and what needs a person first.\n\n"
        "## Begin\n\n"
        "1. Install dbt-core and dbt-%s. No dbt package is needed.\n"
        "2. Copy profiles.yml.example to profiles.yml and set the variables of the environment that it names.\n"
        "3. `dbt parse`, then `dbt build`.\n\n"
        "## Where things are\n\n"
        "- `models/staging`: one source each, row by row: renamed, typed, filtered\n"
        "- `models/intermediate`: joins and aggregates on the way\n"
        "- `models/marts`: what others read\n"
        "- `selectors.yml`: a part of it at a time: `dbt build --selector marts`, or what one legacy file made\n"
        "- `macros`: which schema and catalog a model is built in. Target `prod` takes those of\n"
        "  dbt_project.yml; every other target builds all models in the schema of its profile\n"
        "- `lineage.dot`: the graph, for Graphviz\n\n"
        "## Again\n\n"
        "Running lineage again writes what changed in the legacy code. Models that were edited by hand since\n"
        "are not overwritten.\n",
        w->options->project_name, adapter_of(w)->type);
    dbt_add_file(w, &out, "README.md");
}

static bool needs_unique_combination(const struct ir *ir)
{
    for (IR_EACH(ir, model_test, t))
        if (IR(ir, model_test, t)->kind == IR_TEST_UNIQUE_COMBINATION)
            return true;
    return false;
}

static bool has_catalogs(const struct dbt_writer *w)
{
    for (IR_EACH(w->ir, model, m))
        if (*dbt_catalog(w, m))
            return true;
    return false;
}

void dbt_write_scaffold(struct dbt_writer *w)
{
    write_profile(w);
    dbt_add_text(w, ".gitignore", gitignore);
    if (needs_unique_combination(w->ir))
        dbt_add_text(w, "tests/generic/unique_combination.sql", unique_combination);
    if (w->options->in_foreign_project)
        return; /* it has its own, and they are for all of it */
    dbt_add_text(w, "macros/generate_schema_name.sql", schema_macro);
    if (has_catalogs(w))
        dbt_add_text(w, "macros/generate_database_name.sql", database_macro);
    write_readme(w);
}
