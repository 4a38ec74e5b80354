/* Names: which dataset each mention of a relation is, in which session, and what it is called. */
#include "linking.h"

static void test_temporary(void **state)
{
    static const struct link_case cases[] = {
        {"a temp shadows the permanent table in its session, until it is dropped",
         "e",
         {{"f.sql", "create temp table t as select * from t; insert into o1 select * from t; "
                    "drop table t; insert into o2 select * from t;"}},
         "t > t@f.sql:1\n"
         "t@f.sql:1 > o1\n"
         "t > o2\n"},
        {"only in its session",
         "e",
         {{"1.sql", "create temp table t as select * from a;"}, {"2.sql", "insert into o select * from t;"}},
         "a > t@1.sql:1\n"
         "t > o\n"},
        {"\\c begins another session",
         "e",
         {{"f.sql", "create temp table t as select * from a;\n\\c other\ninsert into o select * from t;"}},
         "a > t@f.sql:1\n"
         "t > o\n"},
        {"made again after a DROP it is another one",
         "e",
         {{"f.sql", "create temp table t as select * from a;\ndrop table if exists t;\n"
                    "create temp table t as select * from b;\ninsert into o select * from t;"}},
         "a > t@f.sql:1\n"
         "b > t@f.sql:3\n"
         "t@f.sql:3 > o\n"},
        {"IF NOT EXISTS goes on with the same",
         "e",
         {{"f.sql", "create temp table t (k int); create temp table if not exists t (k int); "
                    "insert into t select k from a; insert into o select k from t;"}},
         "a > t\n"
         "t > o\n"},
        {"pg_temp is the session's own schema",
         "e",
         {{"f.sql", "create table pg_temp.t as select * from a; insert into o select * from t;"}},
         "a > t\n"
         "t > o\n"},
        {"a schema names a permanent table",
         "e",
         {{"f.sql", "create temp table t as select * from a; insert into o select * from s.t;"}},
         "a > t\n"
         "s.t > o\n"},
        {"branches make one temp",
         "e",
         {{"f.sql", "create procedure p() language plpgsql as $$ begin if now() > '2020-01-01' then "
                    "create temp table t as select * from a; else create temp table t as select * from b; "
                    "end if; insert into o select * from t; end $$;"}},
         "a > t\n"
         "b > t\n"
         "t > o\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_calls(void **state)
{
    static const struct link_case cases[] = {
        {"a procedure runs in the session that calls it",
         "e",
         {{"1.sql", "create procedure p() language plpgsql as $$ begin "
                    "create temp table t as select * from given; end $$;"},
          {"2.sql", "create temp table given as select * from a; call p(); insert into o select * from t;"}},
         "given > t\n"
         "a > given\n"
         "t > o\n"},
        {"its temps are there for every caller",
         "e",
         {{"1.sql", "create procedure p() language plpgsql as $$ begin "
                    "create temp table t as select * from a; end $$;"},
          {"2.sql", "call p(); insert into o2 select * from t;"},
          {"3.sql", "call p(); insert into o3 select * from t;"}},
         "a > t\n"
         "t > o2\n"
         "t > o3\n"},
        {"without a call it has its own",
         "e",
         {{"1.sql", "create procedure p() language plpgsql as $$ begin "
                    "create temp table t as select * from a; end $$;"},
          {"2.sql", "insert into o select * from t;"}},
         "a > t@1.sql:1\n"
         "t > o\n"},
        {"procedures that call each other end",
         "e",
         {{"1.sql", "create procedure p() language plpgsql as $$ begin insert into o select * from a; "
                    "call q(); end $$; create procedure q() language plpgsql as $$ begin call p(); "
                    "insert into o select * from b; end $$;"}},
         "a > o\n"
         "b > o\n"},
        {"\\i shares the session",
         "e",
         {{"main.sql", "create temp table t as select * from a;\n\\i sub/x.sql\n"
                       "insert into o select * from made;"},
          {"sub/x.sql", "create temp table made as select * from t;"}},
         "a > t\n"
         "made > o\n"
         "t > made\n"},
        {"a DO block is part of its script",
         "e",
         {{"f.sql", "do $$ begin create temp table t as select * from a; end $$; "
                    "insert into o select * from t;"}},
         "a > t\n"
         "t > o\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_permanent(void **state)
{
    static const struct link_case cases[] = {
        {"unquoted names fold, quoted ones do not",
         "e",
         {{"f.sql", "insert into RAW.Orders select * from a; insert into o select * from raw.orders; "
                    "insert into o2 select * from raw.\"Orders\";"}},
         "a > RAW.Orders\n"
         "RAW.Orders > o\n"
         "raw.Orders > o2\n"},
        {"the same short name is not the same table",
         "e",
         {{"f.sql", "create table s.t as select * from a; insert into o select * from t;"}},
         "a > s.t\n"
         "t > o\n"},
        {"search_path finds what something creates",
         "e",
         {{"1.sql", "create table s2.t (k int);"},
          {"2.sql", "set search_path to s1, s2;\ncreate table n as select k from t;"}},
         "s2.t > s1.n\n"},
        {"SET search_path ends with its session",
         "e",
         {{"1.sql", "set search_path = s1; insert into n select * from t;"},
          {"2.sql", "insert into n select * from t;"}},
         "s1.t > s1.n\n"
         "t > n\n"},
        {"parts with dots are quoted",
         "e",
         {{"f.sql", "insert into \"a.b\".c select * from d;"}},
         "d > \"a.b\".c\n"},
        {"kinds",
         "d",
         {{"f.sql", "create view v as select k from a; create materialized view m as select k from v; "
                    "create table t (k int); truncate u; select k from a;"}},
         "a unknown uses: k?\n"
         "v view query: k\n"
         "m materialized_view query: k\n"
         "t table ddl: k\n"
         "u table not_known:\n"
         "f.sql:1 result query: k\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_search_path_option(void **state)
{
    static const char *const path[] = {"Main", NULL};
    static const struct link_options options = {.search_path = path};
    static const struct link_case c = {
        "", "e", {{"f.sql", "insert into o select * from t; insert into s.o select * from s.t;"}}, ""};
    struct arena *a = arena_new();

    (void)state;
    assert_string_equal(link_case_text(a, &c, &options), "main.t > main.o\ns.t > s.o\n");
    arena_free(a);
}

/* A catalog is an access of no statement; it joins only what something mentions. */
static void test_catalog(void **state)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(a);
    static const struct link_file f = {"f.sql", "create table o as select * from raw.t;"};
    static const char *const tables[] = {"t", "unmentioned"};
    struct buf out = buf_new(a);

    (void)state;
    for (int i = 0; i < 2; i++) {
        ir_access_id access = ir_add_access(ir, (struct ir_access){.mode = IR_ACCESS_CREATE,
                                                                   .schema = ir_interns(ir, "raw"),
                                                                   .name = ir_interns(ir, tables[i])});

        ir_add_column_def(
            ir, (struct ir_column_def){.access = access, .ordinal = 1, .name = ir_interns(ir, "k")});
    }
    link_read(ir, scratch, &f);
    link_project(ir, scratch, NULL);
    link_show_datasets(ir, &out);
    assert_string_equal(buf_str(&out), "raw.t unknown catalog: k\no table query: k\n");
    arena_free(scratch);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_temporary), cmocka_unit_test(test_calls),
        cmocka_unit_test(test_permanent), cmocka_unit_test(test_search_path_option),
        cmocka_unit_test(test_catalog),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
