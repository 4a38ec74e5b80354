/*
 * What each dialect writes in its own way is understood, says what it reads and writes, and keeps its places:
 * the bytes of every access, cut from the original text, are the name itself.
 */
#include "sql_reading.h"

#include "sql/dialect.h"

static const struct construct {
    enum ir_dialect dialect;
    const char *sql;
    const char *accesses; /* mode name, … in order */
} constructs[] = {
#define D(name) IR_DIALECT_##name
    {D(BIGQUERY), "SELECT `a` FROM `proj-x.ds.t`", "read proj-x.ds.t"},
    {D(BIGQUERY), "SELECT a FROM proj-x.ds.t", "read proj-x.ds.t"},
    {D(BIGQUERY), "SELECT * EXCEPT (a) FROM t, UNNEST(t.xs) AS x WITH OFFSET AS i", "read t"},
    {D(BIGQUERY),
     "SELECT SAFE_CAST(a AS INT64), DATE_TRUNC(d, MONTH), \"x\", ARRAY<STRING>['a'], [1, 2] FROM t",
     "read t"},
    {D(BIGQUERY),
     "MERGE t USING s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED THEN INSERT ROW",
     "upsert t, read s"},
    {D(BIGQUERY),
     "CREATE OR REPLACE TABLE ds.t PARTITION BY d CLUSTER BY a OPTIONS(description=\"x\") AS SELECT 1 AS a FROM s",
     "replace ds.t, read s"},
    {D(DATABRICKS), "CREATE TABLE t USING DELTA PARTITIONED BY (d) LOCATION 'x' AS SELECT a FROM s",
     "create t, read s"},
    {D(DATABRICKS),
     "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
     "upsert t, read s"},
    {D(DATABRICKS), "SELECT a FROM t VERSION AS OF 3", "read t"},
    {D(DATABRICKS), "CREATE TABLE b SHALLOW CLONE a", "create b, read a"},
    {D(HIVE), "INSERT OVERWRITE TABLE t PARTITION (d='x') SELECT a FROM s", "overwrite t, read s"},
    {D(HIVE), "INSERT INTO TABLE t SELECT x.v FROM s LATERAL VIEW explode(s.vs) x AS v", "append t, read s"},
    {D(HIVE), "SELECT a FROM s LEFT SEMI JOIN u ON s.a = u.a", "read s, read u"},
    {D(HIVE), "CREATE EXTERNAL TABLE t (a STRING, b MAP<STRING,INT>) ROW FORMAT DELIMITED STORED AS ORC",
     "create t"},
    {D(HIVE), "CREATE TABLE t LIKE s", "create t, read s"},
    {D(HIVE), "ADD JAR x.jar", ""},
    {D(MYSQL), "UPDATE t JOIN u ON t.a = u.a SET t.b = u.b WHERE u.c = 1", "update t, read t, read u"},
    {D(MYSQL), "DELETE t FROM t JOIN u ON t.a = u.a", "delete t, read t, read u"},
    {D(MYSQL), "INSERT IGNORE INTO t SELECT `a` FROM s LIMIT 1, 2", "append t, read s"},
    {D(MYSQL), "CREATE TABLE t (a INT UNSIGNED AUTO_INCREMENT, KEY k (a)) ENGINE=InnoDB", "create t"},
    {D(MYSQL), "SELECT @x := a FROM t", "read t"},
    {D(MYSQL), "RENAME TABLE a TO b", "alter a, create b"},
    {D(ORACLE), "SELECT a FROM t, u WHERE t.a = u.a (+) MINUS SELECT b FROM v", "read t, read u, read v"},
    {D(ORACLE), "SELECT a FROM t START WITH a = 1 CONNECT BY PRIOR a = b", "read t"},
    {D(REDSHIFT), "CREATE TABLE t DISTKEY (a) SORTKEY (b) AS SELECT a, b FROM s", "create t, read s"},
    {D(REDSHIFT), "CREATE TABLE t (a int ENCODE zstd DISTKEY, b int) BACKUP NO", "create t"},
    {D(REDSHIFT), "UNLOAD ('select a from t where b = ''x''') TO 's3://b' IAM_ROLE 'r'", "read t"},
    {D(REDSHIFT), "COPY t FROM 's3://b' IAM_ROLE 'r' FORMAT AS PARQUET", "append t"},
    {D(REDSHIFT), "CREATE VIEW v AS SELECT a FROM t WITH NO SCHEMA BINDING", "create v, read t"},
    {D(SNOWFLAKE),
     "SELECT src:a.b::int, IFF(x > 1, 2, 3) FROM db..t QUALIFY row_number() OVER (ORDER BY x) = 1",
     "read db.public.t"},
    {D(SNOWFLAKE), "SELECT f.value FROM t, LATERAL FLATTEN(input => t.xs) f", "read t"},
    {D(SNOWFLAKE), "SELECT t.$1, $2 FROM @stg/path (FILE_FORMAT => 'f') t", "read @stg/path"},
    {D(SNOWFLAKE), "COPY INTO t FROM @stg", "append t"},
    {D(SNOWFLAKE), "CREATE TABLE b CLONE a", "create b, read a"},
    {D(SNOWFLAKE), "INSERT OVERWRITE INTO t SELECT a FROM IDENTIFIER('x.y')", "overwrite t, read x.y"},
    {D(SNOWFLAKE), "SELECT a FROM t AT (OFFSET => -60) PIVOT (sum(x) FOR y IN ('a'))", "read t"},
    {D(SNOWFLAKE), "ALTER TABLE a SWAP WITH b", "alter a, alter b"},
    {D(SNOWFLAKE), "USE WAREHOUSE w", ""},
    {D(SNOWFLAKE), "CREATE TASK k WAREHOUSE = w AS INSERT INTO t SELECT a FROM s", "append t, read s"},
    {D(TERADATA),
     "CREATE VOLATILE TABLE t AS (SELECT a FROM s) WITH DATA PRIMARY INDEX (a) ON COMMIT PRESERVE ROWS",
     "create t, read s"},
    {D(TSQL), "SELECT TOP (5) a INTO #t FROM srv.db.dbo.u WITH (NOLOCK)", "create #t, read db.dbo.u"},
    {D(TSQL), "UPDATE x SET x.a = s.a FROM [dbo].[t one] x JOIN s ON s.i = x.i",
     "update dbo.t one, read dbo.t one, read s"},
    {D(TSQL), "INSERT t (a) OUTPUT inserted.a INTO @o SELECT a FROM s CROSS APPLY f(s.x) y",
     "append t, read s"},
    {D(TSQL), "SELECT a FROM t OUTER APPLY (SELECT TOP 1 b FROM u WHERE u.i = t.i) z OPTION (RECOMPILE)",
     "read t, read u"},
    {D(TSQL), "DELETE x FROM t x JOIN u ON u.i = x.i", "delete t, read t, read u"},
    {D(DUCKDB), "SELECT * EXCLUDE (a) FROM (SELECT 1) GROUP BY ALL", ""},
    {D(CLICKHOUSE), "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a", "create t"},
    {D(TRINO), "CREATE TABLE t WITH (format = 'ORC') AS SELECT TRY_CAST(a AS int) AS a FROM s",
     "create t, read s"},
    {D(SQLITE), "INSERT OR REPLACE INTO t SELECT a FROM s", "append t, read s"},
    {D(GENERIC), "SELECT a, b, FROM t", "read t"},
    {D(GENERIC), "SELECT a FROM t JOIN u WHERE a = 1", "read t, read u"},
    {D(GENERIC), "SELECT ${c} FROM ${db}.t WHERE d = '{{ ds }}' AND e = $(e)", "read __db_.t"},
#undef D
};

static struct ir *read_as(struct arena *a, const char *sql, enum ir_dialect dialect)
{
    struct sql_options options = {.dialect = dialect};
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    ir_file_id file =
        ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "x.sql"), .source = ir_interns(ir, sql)});
    struct err e = {{0}};

    sql_read(ir, scratch, ir_text_of_file(ir, file), &options);
    arena_free(scratch);
    if (ir_check(ir, &e) != 0)
        fail_msg("%s", e.message);
    return ir;
}

static const char *names_of(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->access.count; i++) {
        struct ir_access x = ir->access.items[i];

        buf_printf(&b, "%s%s ", b.n ? ", " : "", ir_name_of_access_mode(x.mode));
        if (x.catalog.v)
            buf_printf(&b, "%s.", ir_string(ir, x.catalog));
        if (x.schema.v)
            buf_printf(&b, "%s.", ir_string(ir, x.schema));
        buf_adds(&b, ir_string(ir, x.name));
    }
    return buf_str(&b);
}

static void every_construct_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof constructs / sizeof *constructs; i++) {
        const struct construct *c = &constructs[i];
        struct arena *a = arena_new();
        struct ir *ir = read_as(a, c->sql, c->dialect);

        for (uint32_t s = 1; s < ir->statement.count; s++)
            if (ir->statement.items[s].understood != IR_UNDERSTOOD)
                fail_msg("%s: %s: %s", ir_name_of_dialect(c->dialect), c->sql,
                         ir->gap.count > 1 ? ir_string(ir, ir->gap.items[1].why) : "not understood");
        assert_true(ir->statement.count > 1);
        if (strcmp(names_of(a, ir), c->accesses) != 0)
            fail_msg("%s: %s: accesses are \"%s\"", ir_name_of_dialect(c->dialect), c->sql, names_of(a, ir));
        arena_free(a);
    }
}

/* The last part of the name in the bytes of an access, without quotes. */
static bool ends_in(struct slice cut, struct slice name)
{
    while (cut.n && strchr("\"`]'", cut.p[cut.n - 1]))
        cut.n--;
    return cut.n >= name.n && memcmp(cut.p + cut.n - name.n, name.p, name.n) == 0;
}

static void rewriting_moves_no_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof constructs / sizeof *constructs; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_as(a, constructs[i].sql, constructs[i].dialect);

        for (uint32_t k = 1; k < ir->access.count; k++) {
            struct ir_access x = ir->access.items[k];
            struct slice cut = slice_sub(slice_of(constructs[i].sql), x.off, x.len);
            bool by_alias =
                x.flags & IR_ACCESS_TARGET && (x.mode == IR_ACCESS_UPDATE || x.mode == IR_ACCESS_DELETE);

            if (!by_alias && !ends_in(cut, ir_slice(ir, x.name)))
                fail_msg("%s: \"%.*s\" is no %s", constructs[i].sql, (int)cut.n, cut.p,
                         ir_string(ir, x.name));
        }
        for (uint32_t k = 1; k < ir->use.count; k++) {
            struct ir_use x = ir->use.items[k];
            struct slice cut = slice_sub(slice_of(constructs[i].sql), x.off, x.len);
            struct slice name = ir_slice(ir, x.column);

            if (name.n && name.p[0] != '_' && !memmem(cut.p, cut.n, name.p, name.n))
                fail_msg("%s: \"%.*s\" is no %s", constructs[i].sql, (int)cut.n, cut.p,
                         ir_string(ir, x.column));
        }
        arena_free(a);
    }
}

static void dialects_are_told_by_their_marks(void **state)
{
    static const struct {
        const char *sql;
        enum ir_dialect dialect;
    } texts[] = {
        {"SELECT a FROM t", IR_DIALECT_GENERIC},
        {"SELECT 1\nGO\n", IR_DIALECT_TSQL},
        {"SELECT a FROM [dbo].[t]", IR_DIALECT_TSQL},
        {"SELECT x[i] FROM t", IR_DIALECT_GENERIC},
        {"SELECT a FROM `p-x.d.t`", IR_DIALECT_BIGQUERY},
        {"CREATE TABLE t (a int) DISTKEY (a)", IR_DIALECT_REDSHIFT},
        {"USE WAREHOUSE w;", IR_DIALECT_SNOWFLAKE},
        {"CREATE TABLE t (a VARCHAR2(10))", IR_DIALECT_ORACLE},
        {"CREATE TABLE t (a int) ENGINE=InnoDB", IR_DIALECT_MYSQL},
        {"CREATE TABLE t (a int) STORED AS ORC", IR_DIALECT_HIVE},
        {"CREATE TABLE t USING DELTA AS SELECT 1", IR_DIALECT_DATABRICKS},
        {"\\c db\nSELECT 1;", IR_DIALECT_POSTGRES},
        {"COLLECT STATISTICS ON t;", IR_DIALECT_TERADATA},
    };
    struct arena *a = arena_new();
    struct sql_tables *tables = sql_tables_new(a);
    char evidence[80];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct slice sql = slice_of(texts[i].sql);
        enum ir_dialect d = sql_dialect_detect(tables, sql_lex(a, sql, 0, (uint32_t)sql.n, 0), evidence);

        if (d != texts[i].dialect)
            fail_msg("%s is %s", texts[i].sql, ir_name_of_dialect(d));
        assert_int_equal(evidence[0] != 0, d != IR_DIALECT_GENERIC);
    }
    arena_free(a);
}

/* T-SQL needs no semicolons, and its procedures no BEGIN. */
static void tsql_statements_end_where_others_start(void **state)
{
    static const char sql[] =
        "CREATE PROC p @a int = 1 AS\n"
        "DECLARE @t TABLE (i int)\n"
        "IF EXISTS (SELECT 1 FROM c) BEGIN INSERT @t SELECT i FROM s END ELSE DELETE d\n"
        "DECLARE @q nvarchar(max) = N'TRUNCATE TABLE ' + N'z'\n"
        "EXEC sp_executesql @q\n"
        "EXEC dbo.other @a\n"
        "GO\n"
        "SELECT i FROM w\n";
    struct arena *a = arena_new();
    struct ir *ir = read_as(a, sql, IR_DIALECT_TSQL);

    (void)state;
    assert_string_equal(names_of(a, ir),
                        "define p, create @t, read c, append @t, read s, delete d, truncate z, "
                        "call dbo.other, read w");
    assert_int_equal(ir->parameter.count, 2);
    arena_free(a);
}

static void scripts_need_no_routine(void **state)
{
    static const struct {
        enum ir_dialect dialect;
        const char *sql, *accesses;
    } scripts[] = {
        {IR_DIALECT_SNOWFLAKE,
         "BEGIN\n LET n INT := 1;\n FOR r IN (SELECT a FROM s) DO INSERT INTO t VALUES (:n); END FOR;\nEND;",
         "read s, append t"},
        {IR_DIALECT_BIGQUERY,
         "DECLARE d DATE DEFAULT (SELECT max(d) FROM m);\nIF d IS NULL THEN INSERT INTO t SELECT a FROM s; END IF;",
         "read m, append t, read s"},
        {IR_DIALECT_MYSQL,
         "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n DECLARE x INT DEFAULT 0;\n WHILE x < 3 DO INSERT INTO t SELECT a FROM s; END WHILE;\nEND //\nDELIMITER ;\nSELECT a FROM z;",
         "define p, append t, read s, read z"},
        {IR_DIALECT_ORACLE,
         "CREATE OR REPLACE PROCEDURE p (n IN NUMBER) IS\n v NUMBER;\nBEGIN\n INSERT INTO t SELECT a FROM s;\nEND p;\n/\nSELECT a FROM z;",
         "define p, append t, read s, read z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_as(a, scripts[i].sql, scripts[i].dialect);

        assert_string_equal(names_of(a, ir), scripts[i].accesses);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_construct_is_understood),
        cmocka_unit_test(rewriting_moves_no_place),
        cmocka_unit_test(dialects_are_told_by_their_marks),
        cmocka_unit_test(tsql_statements_end_where_others_start),
        cmocka_unit_test(scripts_need_no_routine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
