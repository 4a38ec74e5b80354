/* Column lineage: what each construct of a query does to the columns that it refers to. */
#include "linking.h"

#define DDL                                                                                                  \
    "create table a (id int, x int, y text);"                                                                \
    "create table b (id int, z int);"

static void test_queries(void **state)
{
    static const struct link_case cases[] = {
        {"roles of the clauses",
         "c",
         {{"f.sql", DDL "create table t as select id, sum(x) + 1 as s from a where y = 'q' "
                        "group by id order by max(y);"}},
         "a.id > t.id identity\n"
         "a.x > t.s aggregation\n"
         "a.y > t.* filter\n"
         "a.id > t.* group_by\n"
         "a.y > t.* sort\n"},
        {"conditions and windows end at the column",
         "c",
         {{"f.sql", DDL "create table t as select case when x > 1 then y end k, "
                        "row_number() over (partition by y order by id) r from a;"}},
         "a.x > t.k conditional\n"
         "a.y > t.k transformation\n"
         "a.y > t.r window\n"
         "a.id > t.r window\n"},
        {"unqualified names go where the columns are known",
         "c",
         {{"f.sql", DDL "create table t as select y, z from a, b;"}},
         "a.y > t.y identity\n"
         "b.z > t.z identity\n"},
        {"CTEs and subqueries are transparent and compose",
         "c",
         {{"f.sql", DDL "create table t as with w as (select id, max(x) m from a group by id), "
                        "unread as (select z from b) select m + 1 as n from (select * from w) s;"}},
         "a.x > t.n aggregation\n"
         "a.id > t.* group_by\n"},
        {"a correlated scalar subquery",
         "c",
         {{"f.sql", DDL "create table t as select a.id, (select max(z) from b where b.id = a.id) m "
                        "from a;"}},
         "a.id > t.id identity\n"
         "b.z > t.m aggregation\n"
         "b.id > t.* filter\n"
         "a.id > t.* filter\n"},
        {"EXISTS takes nothing but its conditions, IN takes its column",
         "c",
         {{"f.sql", DDL "create table t as select id from a where exists (select z from b "
                        "where b.id = a.id) and x in (select z from b);"}},
         "a.id > t.id identity\n"
         "b.id > t.* filter\n"
         "a.id > t.* filter\n"
         "a.x > t.* filter\n"
         "b.z > t.* filter\n"},
        {"set operations go by position",
         "c",
         {{"f.sql", DDL "create table t as select id, x from a union all select z, id from b;"}},
         "a.id > t.id identity\n"
         "b.z > t.id identity\n"
         "a.x > t.x identity\n"
         "b.id > t.x identity\n"},
        {"a recursive CTE reaches its base through every step",
         "c",
         {{"f.sql", DDL "create table t as with recursive r(n, p) as (select id, x from a union all "
                        "select n + 1, b.z from r join b on b.id = r.n) select n, p from r;"}},
         "a.id > t.n identity\n"
         "a.id > t.n transformation\n"
         "a.x > t.p identity\n"
         "b.z > t.p identity\n"
         "b.id > t.* join\n"
         "a.id > t.* join\n"},
        {"USING compares both sides, its value is the left one's",
         "c",
         {{"f.sql", DDL "create table t as select id, z from a left join b using (id);"}},
         "a.id > t.id identity\n"
         "b.z > t.z identity\n"
         "b.id > t.* join\n"
         "a.id > t.* join\n"},
        {"USING of a right join is its right side's value, of a full join either one's",
         "c",
         {{"f.sql", DDL "create table t as select id from a right join b using (id);"
                        "create table u as select id from a full join b using (id);"}},
         "b.id > t.id identity\n"
         "b.id > t.* join\n"
         "a.id > t.* join\n"
         "b.id > u.id identity\n"
         "a.id > u.id identity\n"
         "b.id > u.* join\n"
         "a.id > u.* join\n"},
        {"GROUP BY and ORDER BY name outputs",
         "c",
         {{"f.sql", DDL "create table t as select lower(y) as k, count(x) n from a group by k "
                        "order by 2;"}},
         "a.y > t.k transformation\n"
         "a.x > t.n aggregation\n"
         "a.y > t.* group_by\n"
         "a.x > t.* sort\n"},
        {"an input's column wins over an output's name in GROUP BY",
         "c",
         {{"f.sql", DDL "create table t as select lower(y) as x from a group by x, y;"}},
         "a.y > t.x transformation\n"
         "a.x > t.* group_by\n"
         "a.y > t.* group_by\n"},
        {"whole rows",
         "c",
         {{"f.sql", DDL "create table t as select row_to_json(b) j from b;"}},
         "b.id > t.j transformation\n"
         "b.z > t.j transformation\n"},
        {"LATERAL sees its left neighbours",
         "c",
         {{"f.sql", DDL "create table t as select l.m from a, lateral (select b.z * a.x as m from b) l;"}},
         "b.z > t.m transformation\n"
         "a.x > t.m transformation\n"},
        {"VALUES and functions lead to no dataset",
         "c",
         {{"f.sql", DDL "create table t as select v.k, g, x from a, (values (1), (2)) v(k), "
                        "generate_series(1, 3) g;"}},
         "a.x > t.x identity\n"},
        {"system columns are ignored",
         "c",
         {{"f.sql", DDL "create table t as select ctid, id from a;"}},
         "a.id > t.id identity\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_stars(void **state)
{
    static const struct link_case cases[] = {
        {"a star over several inputs",
         "q",
         {{"f.sql", DDL "create table t as select * from a, b q;"}},
         "a.id\na.x\na.y\nq.id\nq.z\n"},
        {"USING shows the merged column first, once",
         "q",
         {{"f.sql", DDL "create table t as select * from b join a using (id);"}},
         "id\nb.z\na.x\na.y\n"},
        {"NATURAL as well",
         "q",
         {{"f.sql", DDL "create table t as select * from a natural join b;"}},
         "id\na.x\na.y\nb.z\n"},
        {"q.* shows what USING merged",
         "q",
         {{"f.sql", DDL "create table t as select b.*, a.x from a join b using (id);"}},
         "b.id\nb.z\nx\n"},
        {"columns come from a later file's DDL",
         "q",
         {{"1.sql", "create table t as select o.*, 1 as one from late o;"},
          {"2.sql", "create table late (k int, v int);"}},
         "o.k\no.v\none\n"},
        {"through views, names overridden",
         "q",
         {{"f.sql", DDL "create view v (p, q) as select id, x from a; create table t as select * from v;"}},
         "p\nq\n"},
        {"unknown columns stay a star",
         "cdq",
         {{"f.sql", "create table t as select * from u;"}},
         "u.* > t.* identity\n"
         "u unknown not_known:\n"
         "t table not_known:\n"
         "*\n"},
        {"a name behind an unknown star",
         "c",
         {{"f.sql", "create table t as with w as (select * from u) select k from w where j = 1;"}},
         "u.k > t.k identity\n"
         "u.j > t.* filter\n"},
        {"views in a circle are not known",
         "d",
         {{"f.sql", "create view p as select * from q; create view q as select * from p;"}},
         "q view not_known:\n"
         "p view not_known:\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_unknown_columns(void **state)
{
    static const struct link_case cases[] = {
        {"the only relation of unknown columns gets the name",
         "cd",
         {{"f.sql", "create table a (id int); create table t as select id, k from a, u;"}},
         "a.id > t.id identity\n"
         "u.k > t.k identity\n"
         "a table ddl: id\n"
         "u unknown uses: k?\n"
         "t table query: id k\n"},
        {"several candidates: each, inferred",
         "c",
         {{"f.sql", "create table t as select k from u, v;"}},
         "~u.k > t.k identity\n"
         "~v.k > t.k identity\n"},
        {"columns in use are listed in order but are no complete list",
         "dq",
         {{"f.sql", "select b, a from u; select * from u;"}},
         "u unknown uses: b? a?\n"
         "f.sql:1 result query: b a\n"
         "f.sql:1:21 result not_known:\n"
         "*\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_writes(void **state)
{
    static const struct link_case cases[] = {
        {"INSERT goes by its column list",
         "c",
         {{"f.sql", DDL "insert into b (z, id) select id, x from a;"}},
         "a.id > b.z identity\n"
         "a.x > b.id identity\n"},
        {"INSERT goes by position where columns are known",
         "c",
         {{"f.sql", DDL "insert into b select x, id from a;"}},
         "a.x > b.id identity\n"
         "a.id > b.z identity\n"},
        {"UPDATE FROM",
         "ec",
         {{"f.sql", DDL "update a set x = b.z + a.x from b where a.id = b.id;"}},
         "b > a\n"
         "b.z > a.x transformation\n"
         "a.x > a.x transformation\n"
         "a.id > a.* filter\n"
         "b.id > a.* filter\n"},
        {"DELETE USING",
         "ecu",
         {{"f.sql", DDL "delete from a using b where a.id = b.id;"}},
         "b > a\n"
         "a.id > a.* filter\n"
         "b.id > a.* filter\n"
         "(a.id b.id)\n"},
        {"MERGE",
         "ec",
         {{"f.sql", DDL "merge into a using b on a.id = b.id when matched then update set x = b.z "
                        "when not matched then insert (id, x) values (b.id, b.z);"}},
         "b > a\n"
         "b.z > a.x identity\n"
         "b.id > a.id identity\n"
         "a.id > a.* join\n"
         "b.id > a.* join\n"},
        {"ON CONFLICT",
         "c",
         {{"f.sql", DDL "insert into a (id, x) select id, z from b on conflict (id) "
                        "do update set x = excluded.x + a.x;"}},
         "b.id > a.id identity\n"
         "b.z > a.x identity\n"
         "b.z > a.x transformation\n"
         "a.x > a.x transformation\n"},
        {"conditions on the target's own columns filter its rows",
         "ec",
         {{"f.sql",
           DDL "delete from a where x = 1; insert into b (id) select id from a on conflict (id) do update "
               "set id = excluded.id where b.z < 9;"}},
         "a > b\n"
         "a.x > a.* filter\n"
         "a.id > b.id identity\n"
         "b.z > b.* filter\n"},
        {"rows moved by WITH",
         "ec",
         {{"f.sql", DDL "create table old (i int, j int, k text); with gone as (delete from a where "
                        "x > 3 returning *) insert into old select * from gone;"}},
         "a > old\n"
         "a.id > old.i identity\n"
         "a.x > old.j identity\n"
         "a.y > old.k identity\n"
         "a.x > old.* filter\n"
         "a.x > a.* filter\n"},
        {"an INSERT in WITH and its RETURNING",
         "ec",
         {{"f.sql", DDL "create table log (k int); with i as (insert into b (id) select x from a "
                        "returning id) insert into log select id from i;"}},
         "a > b\n"
         "a > log\n"
         "a.x > log.k identity\n"
         "a.x > b.id identity\n"},
        {"an INSERT that reads itself is one edge to itself",
         "e",
         {{"f.sql", DDL "insert into b select l.id, r.z from b l join b r on l.id = r.id;"}},
         "b > b\n"},
        {"what is dropped, truncated or refreshed gets nothing",
         "e",
         {{"f.sql", DDL "truncate a; drop table b; create materialized view m as select id from a; "
                        "refresh materialized view m;"}},
         "a > m\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_uses(void **state)
{
    static const struct link_case cases[] = {
        {"unread CTEs, stars and USING count",
         "u",
         {{"f.sql", DDL "create table t as with unread as (select z from b) "
                        "select b.* from a join b using (id);"}},
         "(b.z b.id a.id)\n"},
        {"count(*) uses no column", "u", {{"f.sql", DDL "create table t as select count(*) from a;"}}, ""},
        {"a column is used once per statement",
         "u",
         {{"f.sql", DDL "create table t as select x, x + x as d from a where x > 0 order by x;"}},
         "(a.x)\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

/* Forty CTEs, each of which reads the one before it twice: the paths are 2^40, the lineage is one column. */
static void test_chains_do_not_explode(void **state)
{
    struct arena *a = arena_new();
    struct buf sql = buf_new(a);
    struct link_case c = {"chain", "c", {{"f.sql", NULL}}, ""};

    (void)state;
    buf_adds(&sql, "create table t as with w0 as (select k from u)");
    for (int i = 1; i <= 40; i++)
        buf_printf(&sql, ", w%d as (select p.k from w%d p join w%d q on p.k = q.k)", i, i - 1, i - 1);
    buf_adds(&sql, " select k from w40;");
    c.files[0].source = buf_str(&sql);
    assert_string_equal(link_case_text(a, &c, NULL), "u.k > t.k identity\nu.k > t.* join\n");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_stars),
        cmocka_unit_test(test_unknown_columns),
        cmocka_unit_test(test_writes),
        cmocka_unit_test(test_uses),
        cmocka_unit_test(test_chains_do_not_explode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
