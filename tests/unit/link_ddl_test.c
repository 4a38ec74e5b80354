/* What DDL says of columns and rows beyond CREATE TABLE: ALTER, LIKE, functions, rules, triggers; and joins that
 * hide what they join. */
#include "linking.h"

#define DDL                                                                                                  \
    "create table a (id int, x int, y text);"                                                                \
    "create table b (id int, z int);"

static void test_tables(void **state)
{
    static const struct link_case cases[] = {
        {"ALTER TABLE changes what a star shows",
         "c",
         {{"f.sql", "create table a (x int, y int, z int); alter table a add w int, drop column y; "
                    "alter table a rename column z to v; create table t as select * from a;"}},
         "a.x > t.x identity\n"
         "a.v > t.v identity\n"
         "a.w > t.w identity\n"},
        {"a column that is gone later was there before",
         "c",
         {{"f.sql",
           "create table a (x int, y int); create table b (y int); create table t as select y from a, "
           "(select 1) s; alter table a drop column y;"}},
         "a.y > t.y identity\n"},
        {"a new name takes the rows along",
         "ec",
         {{"f.sql", "create table a (x int); alter table a rename to b; create table t as select * from b;"}},
         "a > b\n"
         "b > t\n"
         "a.x > b.x identity\n"
         "b.x > t.x identity\n"},
        {"LIKE gives columns, INHERITS and PARTITION OF give rows to the parent",
         "ec",
         {{"f.sql", DDL "create table c (like b, w int); create table d (id int, v int) inherits (b); "
                        "create table t as select c.*, d.z as dz, d.v from c, d;"}},
         "d > b\n"
         "c > t\n"
         "d > t\n"
         "d.id > b.id identity\n"
         "d.z > b.z identity\n"
         "c.id > t.id identity\n"
         "c.z > t.z identity\n"
         "c.w > t.w identity\n"
         "d.z > t.dz identity\n"
         "d.v > t.v identity\n"},
        {"ATTACH PARTITION and INHERIT do too",
         "e",
         {{"f.sql", "create table p (x int); create table p1 (x int); create table p2 (x int);"
                    "alter table p attach partition p1 default; alter table p2 inherit p;"}},
         "p1 > p\n"
         "p2 > p\n"},
        {"a rule's actions write what NEW and OLD hold",
         "c",
         {{"f.sql",
           DDL "create rule r as on insert to a where new.x > 1 do also insert into b (id, z) values "
               "(new.id, new.x);"}},
         "a.id > b.id identity\n"
         "a.x > b.z identity\n"},
        {"what a trigger's function writes of NEW comes from the table",
         "e",
         {{"f.sql", DDL "create function log() returns trigger language plpgsql as $$ begin "
                        "insert into b values (new.id, 1); insert into b select 1, 2; return new; end $$;"
                        "create trigger g after insert on a for each row execute function log();"}},
         "a > b\n"},
    };

    (void)state;
    link_check_cases(cases, sizeof cases / sizeof *cases);
}

static void test_functions(void **state)
{
    static const struct link_case cases[] = {
        {"RETURNS TABLE carries the last SELECT's columns",
         "c",
         {{"f.sql", DDL "create function f(k int) returns table (p int, q text) language sql as "
                        "$$ select id, y from a where x = k $$; create table t as select p, q from f(1);"}},
         "a.id > t.p identity\n"
         "a.y > t.q identity\n"
         "a.x > t.* filter\n"},
        {"RETURN QUERY does too, also under other names",
         "c",
         {{"f.sql",
           DDL "create function f() returns setof b language plpgsql as $$ begin return query select "
               "x, id from a; return query select z, z from b; end $$;"
               "create table t as select g.* from f() as g(m);"}},
         "a.x > t.m identity\n"
         "b.z > t.m identity\n"
         "a.id > t.z identity\n"
         "b.z > t.z identity\n"},
        {"RETURN NEXT of a loop's row gives the rows of its query",
         "c",
         {{"f.sql",
           DDL "create function f() returns setof b language plpgsql as $$ declare r record; q record; begin "
               "for r in select id, x from a loop for q in select z, z from b loop return next r; end loop; "
               "end loop; end $$; create table t as select * from f();"}},
         "a.id > t.id identity\n"
         "a.x > t.z identity\n"},
        {"OUT parameters, ordinality and ROWS FROM name columns",
         "d",
         {{"f.sql", "create function f(out p int, inout q int) language sql as $$ select 1, 2 $$;"
                    "create table t as select * from rows from (f(1), unnest(array[1])) with ordinality;"}},
         "t table query: p q unnest ordinality\n"},
    };

    (void)state;
    link_check_cases(cases, sizeof cases / sizeof *cases);
}

static void test_joins(void **state)
{
    static const struct link_case cases[] = {
        {"an aliased join hides what it joins and may rename it",
         "c",
         {{"f.sql", DDL "create table t as select j.k, j.z from (a join b using (id)) as j(k);"}},
         "a.id > t.k identity\n"
         "b.z > t.z identity\n"
         "b.id > t.* join\n"
         "a.id > t.* join\n"},
        {"ON sees only what it joins",
         "u",
         {{"f.sql", "create table a (id int, x int); create table b (k int); create table c (x int);"
                    "create table t as select k from a join b on x = k, c;"}},
         "(b.k a.x)\n"},
        {"a row as one value names none of its columns",
         "u",
         {{"f.sql", DDL "create table t as select a::text from a where (a).x > 1 and row(b.*) is null;"}},
         "(a.* a.x)\n"},
    };

    (void)state;
    link_check_cases(cases, sizeof cases / sizeof *cases);
}

static void test_runs(void **state)
{
    static const struct link_case cases[] = {
        {"a function that SELECT runs shares its temps",
         "c",
         {{"a.sql", "select etl.build(1); create table t as select * from tmp;"},
          {"b.sql", "create function etl.build(n int) returns void language plpgsql as $$ begin "
                    "create temp table tmp as select z from raw.zed; end $$;"}},
         "tmp.z > t.z identity\n"
         "raw.zed.z > tmp.z identity\n"},
        {"psql puts in what \\set said",
         "e",
         {{"a.sql",
           "\\set target mart\n\\set t 'daily'\ncreate table :target.:t as select 1 from "
           ":\"source\".x;\n\\set target other\ncreate table :target.u as select * from mart.daily;\n"}},
         "~__source_.x > mart.daily\n"
         "mart.daily > other.u\n"},
    };

    (void)state;
    link_check_cases(cases, sizeof cases / sizeof *cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_joins),
        cmocka_unit_test(test_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
