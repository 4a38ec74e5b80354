/* sql/: query blocks with their outputs, inputs, joins and uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql_facts_text.h"

static const struct facts_case cases[] = {
    {"SELECT a, t.b AS x, s.t.c y, d::int, -e FROM s.t",
     "q1 select<SELECT a, t.b AS x, s.t.c y, d::int, -e FROM s.t> [a<a> identity a] [x<t.b AS "
     "x> identity t.b] [y<s.t.c y> identity s.t.c] [d<d::int> transformation d] [?column?<-e> "
     "transformation e] {relation t as t<s.t>}"},
    {"SELECT *, o.*, s.t.* FROM o, s.t",
     "q1 select<SELECT *, o.*, s.t.* FROM o, s.t> [*<*>] [o.*<o.*>] [s.t.*<s.t.*>] {relation "
     "o as o<o>} {relation t as t<s.t>}"},
    {"SELECT count(*), sum(a) AS s, count(DISTINCT b), max(c) + d FROM t GROUP BY d, 4 HAVING "
     "min(e) > 0 ORDER BY s DESC, f + 1 LIMIT 5",
     "q1 select f1 f2 f3<SELECT count(*), sum(a) AS s, count(DISTINCT b), max(c) + d FROM t "
     "GROUP BY d, 4 HAVING min(e) > 0 ORDER BY s DESC, f + 1 LIMIT 5> [count<count(*)>] "
     "[s<sum(a) AS s> aggregation a] [count<count(DISTINCT b)> aggregation b] "
     "[?column?<max(c) + d> aggregation c transformation d] {relation t as t<t>} group_by d_ "
     "group_by #4 filter e sort s^ sort f"},
    {"SELECT CASE a WHEN b THEN c ELSE sum(CASE WHEN d THEN e END) END FROM t",
     "q1 select f1<SELECT CASE a WHEN b THEN c ELSE sum(CASE WHEN d THEN e END) END FROM t> "
     "[sum<CASE a WHEN b THEN c ELSE sum(CASE WHEN d THEN e END) END> conditional a "
     "conditional b transformation c conditional d aggregation e] {relation t as t<t>}"},
    {"SELECT coalesce(a, b), nullif(c, 1), (SELECT max(x) FROM u WHERE u.i = t.i), "
     "ARRAY(SELECT y FROM u) FROM t",
     "q1 select<SELECT coalesce(a, b), nullif(c, 1), (SELECT max(x) FROM u WHERE u.i = t.i), "
     "ARRAY(SELECT y FROM u) FROM t> [coalesce<coalesce(a, b)> transformation a "
     "transformation b] [nullif<nullif(c, 1)> transformation c] [max<(SELECT max(x) FROM u "
     "WHERE u.i = t.i)> identity q2] [array<ARRAY(SELECT y FROM u)> transformation q3] "
     "{relation t as t<t>}\n"
     "q2 select f1 f8 in q1:-1<SELECT max(x) FROM u WHERE u.i = t.i> [max<max(x)> aggregation "
     "x] {relation u as u<u>} filter u.i filter t.i\n"
     "q3 select in q1:-1<SELECT y FROM u> [y<y> identity y] {relation u as u<u>}"},
    {"SELECT 1 FROM t WHERE a IN (SELECT b FROM u) AND NOT EXISTS (SELECT FROM v WHERE v.i = "
     "t.i) AND c = ANY (SELECT d FROM w)",
     "q1 select f8<SELECT 1 FROM t WHERE a IN (SELECT b FROM u) AND NOT EXISTS (SELECT FROM v "
     "WHERE v.i = t.i) AND c = ANY (SELECT d FROM w)> [?column?<1>] {relation t as t<t>} "
     "filter a filter q2 filter q3? filter c filter q4\n"
     "q2 select in q1:-1<SELECT b FROM u> [b<b> identity b] {relation u as u<u>}\n"
     "q3 select f8 in q1:-1<SELECT FROM v WHERE v.i = t.i> {relation v as v<v>} filter v.i "
     "filter t.i\n"
     "q4 select in q1:-1<SELECT d FROM w> [d<d> identity d] {relation w as w<w>}"},
    {"SELECT EXISTS (SELECT 1 FROM u) AS e FROM t",
     "q1 select<SELECT EXISTS (SELECT 1 FROM u) AS e FROM t> [e<EXISTS (SELECT 1 FROM u) AS "
     "e> conditional q2?] {relation t as t<t>}\n"
     "q2 select in q1:-1<SELECT 1 FROM u> [?column?<1>] {relation u as u<u>}"},
    {"SELECT rank() OVER w, sum(a) OVER (w ORDER BY b), lag(c) OVER (PARTITION BY d) FROM t "
     "WINDOW w AS (PARTITION BY e), unused AS (ORDER BY f)",
     "q1 select<SELECT rank() OVER w, sum(a) OVER (w ORDER BY b), lag(c) OVER (PARTITION BY "
     "d) FROM t WINDOW w AS (PARTITION BY e), unused AS (ORDER BY f)> [rank<rank() OVER w> "
     "window e] [sum<sum(a) OVER (w ORDER BY b)> aggregation a window e window b] [lag<lag(c) "
     "OVER (PARTITION BY d)> transformation c window d] {relation t as t<t>} window f"},
    {"SELECT string_agg(a, ',' ORDER BY b) FILTER (WHERE c), percentile_cont(0.5) WITHIN "
     "GROUP (ORDER BY d) FROM t",
     "q1 select f1<SELECT string_agg(a, ',' ORDER BY b) FILTER (WHERE c), "
     "percentile_cont(0.5) WITHIN GROUP (ORDER BY d) FROM t> [string_agg<string_agg(a, ',' "
     "ORDER BY b) FILTER (WHERE c)> aggregation a sort b conditional c] "
     "[percentile_cont<percentile_cont(0.5) WITHIN GROUP (ORDER BY d)> aggregation d] "
     "{relation t as t<t>}"},
    {"SELECT DISTINCT ON (a, 2) a, b FROM t ORDER BY a",
     "q1 select f0 f2<SELECT DISTINCT ON (a, 2) a, b FROM t ORDER BY a> [a<a> identity a] "
     "[b<b> identity b] {relation t as t<t>} group_by a^ group_by #2 sort a^"},
    {"SELECT a FROM t GROUP BY GROUPING SETS ((a, b), ROLLUP (c), ())",
     "q1 select f1<SELECT a FROM t GROUP BY GROUPING SETS ((a, b), ROLLUP (c), ())> [a<a> "
     "identity a] {relation t as t<t>} group_by a_ group_by b_ group_by c_"},
    {"SELECT * FROM a JOIN b ON a.i = b.i LEFT JOIN (c NATURAL JOIN d) USING (x, \"Y\") CROSS "
     "JOIN e",
     "q1 select<SELECT * FROM a JOIN b ON a.i = b.i LEFT JOIN (c NATURAL JOIN d) USING (x, "
     "\"Y\") CROSS JOIN e> [*<*>] {relation a as a<a>} {relation b as b<b>} {relation c as "
     "c<c>} {relation d as d<d>} {relation e as e<e>} inner(0+1,1) inner(2+1,1 natural) "
     "left(0+2,2 x<x> Y<\"Y\">) cross(0+4,1) join a.i join b.i"},
    {"SELECT j.x FROM (a FULL JOIN b AS bb (m, n) USING (x)) AS j (p)",
     "q1 select<SELECT j.x FROM (a FULL JOIN b AS bb (m, n) USING (x)) AS j (p)> [x<j.x> identity "
     "j.x] {subquery q2 as j,p<(a FULL JOIN b AS bb (m, n) USING (x)) AS j (p)>}\n"
     "q2 select f10 in q1:0<> [*<>] {relation a as a<a>} {relation b as bb,m,n<b AS bb (m, n)>} "
     "full(0+1,1 x<x>)"},
    {"SELECT * FROM a, LATERAL (SELECT a.x) AS l (y) LEFT JOIN LATERAL f(a.z, l.y) AS g ON "
     "true, (SELECT a.q FROM n) AS p",
     "q1 select<SELECT * FROM a, LATERAL (SELECT a.x) AS l (y) LEFT JOIN LATERAL f(a.z, l.y) "
     "AS g ON true, (SELECT a.q FROM n) AS p> [*<*>] {relation a as a<a>} {subquery q2 as "
     "l,y<LATERAL (SELECT a.x) AS l (y)>} {function f() as g<f(a.z, l.y) AS g>} {subquery q3 "
     "as p<(SELECT a.q FROM n) AS p>} left(1+1,1) join a.z join l.y\n"
     "q2 select f9 in q1:1<SELECT a.x> [x<a.x> identity a.x]\n"
     "q3 select<SELECT a.q FROM n> [q<a.q> identity a.q] {relation n as n<n>}"},
    {"WITH a AS (SELECT 1 AS x), b (y) AS (SELECT x FROM a) SELECT * FROM b, a AS c, s.a",
     "q1 select<WITH a AS (SELECT 1 AS x), b (y) AS (SELECT x FROM a) SELECT * FROM b, a AS "
     "c, s.a> [*<*>] {cte q3 as b<b>} {cte q2 as c<a AS c>} {relation a as a<s.a>}\n"
     "q2 select a<SELECT 1 AS x> [x<1 AS x>]\n"
     "q3 select b,y<SELECT x FROM a> [x<x> identity x] {cte q2 as a<a>}"},
    {"WITH a AS (WITH a AS (SELECT 1) SELECT * FROM a) SELECT * FROM a",
     "q1 select<WITH a AS (WITH a AS (SELECT 1) SELECT * FROM a) SELECT * FROM a> [*<*>] {cte "
     "q2 as a<a>}\n"
     "q2 select a<WITH a AS (SELECT 1) SELECT * FROM a> [*<*>] {cte q3 as a<a>}\n"
     "q3 select a<SELECT 1> [?column?<1>]"},
    {"WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT n "
     "FROM r",
     "q1 select<WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) "
     "SELECT n FROM r> [n<n> identity n] {cte q2 as r<r>}\n"
     "q2 setop f4 f5 of q3 q4 r,n<SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9>\n"
     "q3 select<SELECT 1> [?column?<1>]\n"
     "q4 select f8<SELECT n + 1 FROM r WHERE n < 9> [?column?<n + 1> transformation n] {cte "
     "q2 as r<r>} filter n"},
    {"WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
     "q1 select<WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a> "
     "[*<*>] {cte q2 as a<a>}\n"
     "q2 select a<SELECT * FROM b> [*<*>] {cte q3 as b<b>}\n"
     "q3 select b<SELECT 1> [?column?<1>]"},
    {"SELECT a FROM t UNION ALL (SELECT b FROM u ORDER BY b LIMIT 1) EXCEPT SELECT c FROM v "
     "ORDER BY 1",
     "q1 setop f2 f6 of q3 q5<SELECT a FROM t UNION ALL (SELECT b FROM u ORDER BY b LIMIT 1) "
     "EXCEPT SELECT c FROM v ORDER BY 1> sort #1\n"
     "q2 select<SELECT a FROM t> [a<a> identity a] {relation t as t<t>}\n"
     "q3 setop f5 of q2 q4<SELECT a FROM t UNION ALL (SELECT b FROM u ORDER BY b LIMIT 1)>\n"
     "q4 select f2 f3<(SELECT b FROM u ORDER BY b LIMIT 1)> [b<b> identity b] {relation u as "
     "u<u>} sort b^\n"
     "q5 select<SELECT c FROM v> [c<c> identity c] {relation v as v<v>}"},
    {"SELECT a FROM (SELECT b FROM u UNION SELECT c FROM v) AS x",
     "q1 select<SELECT a FROM (SELECT b FROM u UNION SELECT c FROM v) AS x> [a<a> identity a] "
     "{subquery q2 as x<(SELECT b FROM u UNION SELECT c FROM v) AS x>}\n"
     "q2 setop of q3 q4<SELECT b FROM u UNION SELECT c FROM v>\n"
     "q3 select<SELECT b FROM u> [b<b> identity b] {relation u as u<u>}\n"
     "q4 select<SELECT c FROM v> [c<c> identity c] {relation v as v<v>}"},
    {"VALUES (1, a), (b, 2)",
     "q1 values<VALUES (1, a), (b, 2)> [column1<> identity b] [column2<> identity a]"},
    {"SELECT v.* FROM (VALUES (1, 2)) AS v (a, b)",
     "q1 select<SELECT v.* FROM (VALUES (1, 2)) AS v (a, b)> [v.*<v.*>] {subquery q2 as "
     "v,a,b<(VALUES (1, 2)) AS v (a, b)>}\n"
     "q2 values<VALUES (1, 2)> [column1<>] [column2<>]"},
    {"SELECT * FROM generate_series(1, 3) AS g (n), unnest(g.n) WITH ORDINALITY, s.f() AS (a "
     "int, b text), ROWS FROM (f(1), g(2)) AS r",
     "q1 select<SELECT * FROM generate_series(1, 3) AS g (n), unnest(g.n) WITH ORDINALITY, "
     "s.f() AS (a int, b text), ROWS FROM (f(1), g(2)) AS r> [*<*>] {function "
     "generate_series() as g,n<generate_series(1, 3) AS g (n)>} {function unnest() as "
     "unnest<unnest(g.n) WITH ORDINALITY>} {function s.f() as f,a,b<s.f() AS (a int, b "
     "text)>} {function f,g() as r<ROWS FROM (f(1), g(2)) AS r>} join g.n"},
    {"SELECT * FROM t TABLESAMPLE system (10), ONLY u AS k (a, b), xmltable('/a' PASSING t.d "
     "COLUMNS b int PATH 'x') AS x",
     "q1 select<SELECT * FROM t TABLESAMPLE system (10), ONLY u AS k (a, b), xmltable('/a' "
     "PASSING t.d COLUMNS b int PATH 'x') AS x> [*<*>] {relation t as t<t>} {relation u as "
     "k,a,b<u AS k (a, b)>} {function xmltable() as x,b<xmltable('/a' PASSING t.d COLUMNS b "
     "int PATH 'x') AS x>} join t.d"},
    {"SELECT t, row(t.*), (t.c).d, (u).* FROM t",
     "q1 select<SELECT t, row(t.*), (t.c).d, (u).* FROM t> [t<t> identity t] [row<row(t.*)> "
     "transformation t.*] [d<(t.c).d> transformation t.c] [u.*<(u).*>] "
     "{relation t as t<t>}"},
    {"SELECT a IS DISTINCT FROM b, c AT TIME ZONE 'utc', extract(year FROM d), interval '1' "
     "day AS \"from\", e.\"order\" FROM t FOR UPDATE",
     "q1 select<SELECT a IS DISTINCT FROM b, c AT TIME ZONE 'utc', extract(year FROM d), "
     "interval '1' day AS \"from\", e.\"order\" FROM t FOR UPDATE> [?column?<a IS DISTINCT "
     "FROM b> transformation a transformation b] [timezone<c AT TIME ZONE 'utc'> "
     "transformation c] [extract<extract(year FROM d)> transformation d] [from<interval '1' "
     "day AS \"from\">] [order<e.\"order\"> identity e.order] {relation t as t<t>}"},
    {"SELECT CASE WHEN EXISTS (SELECT 1 FROM u) THEN 1 END, sum((SELECT x FROM v)) FROM t",
     "q1 select f1<SELECT CASE WHEN EXISTS (SELECT 1 FROM u) THEN 1 END, sum((SELECT x FROM "
     "v)) FROM t> [case<CASE WHEN EXISTS (SELECT 1 FROM u) THEN 1 END> conditional q2?] "
     "[sum<sum((SELECT x FROM v))> aggregation q3] {relation t as t<t>}\n"
     "q2 select in q1:-1<SELECT 1 FROM u> [?column?<1>] {relation u as u<u>}\n"
     "q3 select in q1:-1<SELECT x FROM v> [x<x> identity x] {relation v as v<v>}"},
    {"UPDATE t AS k SET a = r.x + 1, (b, c) = (SELECT p, q FROM s WHERE s.i = k.i), (d, e) = "
     "(f, 2) FROM r WHERE k.i = r.i RETURNING k.a, *",
     "q1 dml f8<UPDATE t AS k SET a = r.x + 1, (b, c) = (SELECT p, q FROM s WHERE s.i = k.i), "
     "(d, e) = (f, 2) FROM r WHERE k.i = r.i RETURNING k.a, *> [a<a = r.x + 1> transformation "
     "r.x] [b<b> identity q2#3] [c<c> identity q2#4] [d<d> identity f] [e<e>] [a "
     "returning<k.a> identity k.a] [* returning<*>] {relation t as k<t AS k>} {relation r as "
     "r<r>} filter k.i filter r.i\n"
     "q2 select f8 in q1:-1<SELECT p, q FROM s WHERE s.i = k.i> [p<p> identity p] [q<q> "
     "identity q] {relation s as s<s>} filter s.i filter k.i"},
    {"INSERT INTO t (a, b) SELECT x, y FROM r ON CONFLICT (a) DO UPDATE SET b = t.b + "
     "excluded.b WHERE t.c RETURNING a AS z",
     "q1 dml f8<INSERT INTO t (a, b) SELECT x, y FROM r ON CONFLICT (a) DO UPDATE SET b = t.b "
     "+ excluded.b WHERE t.c RETURNING a AS z> [b<b = t.b + excluded.b> transformation t.b "
     "transformation excluded.b] [z returning<a AS z> identity a] {relation t as t<t>} "
     "{subquery q2 as excluded,a,b<>} filter t.c\n"
     "q2 select<SELECT x, y FROM r> [x<x> identity x] [y<y> identity y] {relation r as r<r>}"},
    {"DELETE FROM t USING r JOIN s USING (i) WHERE t.i = r.i",
     "q1 dml f8<DELETE FROM t USING r JOIN s USING (i) WHERE t.i = r.i> {relation t as t<t>} "
     "{relation r as r<r>} {relation s as s<s>} inner(1+1,1 i<i>) filter t.i filter r.i"},
    {"MERGE INTO t USING (SELECT * FROM r) AS s ON t.i = s.i WHEN MATCHED AND s.x THEN UPDATE "
     "SET b = s.b WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b + 1)",
     "q1 dml<MERGE INTO t USING (SELECT * FROM r) AS s ON t.i = s.i WHEN MATCHED AND s.x THEN "
     "UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b + 1)> [b<b = "
     "s.b> identity s.b] [a insert<a> identity s.a] [b insert<b> transformation s.b] "
     "{relation t as t<t>} {subquery q2 as s<(SELECT * FROM r) AS s>} join t.i join s.i "
     "filter s.x\n"
     "q2 select<SELECT * FROM r> [*<*>] {relation r as r<r>}"},
    {"WITH m AS (DELETE FROM o RETURNING o.*), n AS (INSERT INTO l (p) SELECT z FROM m "
     "RETURNING i) SELECT i FROM n",
     "q1 select<WITH m AS (DELETE FROM o RETURNING o.*), n AS (INSERT INTO l (p) SELECT z "
     "FROM m RETURNING i) SELECT i FROM n> [i<i> identity i] {cte q3 as n<n>}\n"
     "q2 dml m<DELETE FROM o RETURNING o.*> [o.* returning<o.*>] {relation o as o<o>}\n"
     "q3 dml n<INSERT INTO l (p) SELECT z FROM m RETURNING i> [i returning<i> identity i] "
     "{relation l as l<l>} {subquery q4 as excluded,p<>}\n"
     "q4 select<SELECT z FROM m> [z<z> identity z] {cte q2 as m<m>}"},
    {"CALL p((SELECT a FROM t))",
     "q1 select<> filter q2\n"
     "q2 select in q1:-1<SELECT a FROM t> [a<a> identity a] {relation t as t<t>}"},
};

static void blocks_say_what_they_use(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_facts(a, cases[i].sql, NULL);
        struct buf text = buf_new(a);
        struct err e;

        assert_int_equal(ir_check(ir, &e), 0);
        put_queries(&text, ir);
        assert_string_equal(buf_str(&text), cases[i].expected);
        arena_free(a);
    }
}

/* The names are those that PostgreSQL 15 gives. */
static const struct facts_case names[] = {
    {"a::numeric(10,2)", "a"},
    {"'x'::text", "text"},
    {"1", "?column?"},
    {"-a", "?column?"},
    {"arr[1]", "arr"},
    {"(t).b::text", "b"},
    {"sum(a)::bigint", "sum"},
    {"nullif(a, 1)", "nullif"},
    {"coalesce(a, 1)::text", "coalesce"},
    {"greatest(a, 1)", "greatest"},
    {"least(a, 1)", "least"},
    {"CASE WHEN a THEN b END", "case"},
    {"CASE WHEN a THEN 1 ELSE upper(c) END", "upper"},
    {"CASE WHEN a THEN 1 ELSE '1'::int END", "case"},
    {"(CASE a WHEN 1 THEN 2 ELSE 3 END)::int", "int4"},
    {"array[1, 2]::text[]", "array"},
    {"(1, 2)", "row"},
    {"EXISTS (SELECT 1)", "exists"},
    {"(SELECT a AS z FROM t)", "z"},
    {"(SELECT 1)::text", "?column?"},
    {"(VALUES (1))", "column1"},
    {"(SELECT max(a)::text FROM t)", "max"},
    {"ARRAY(SELECT 1)", "array"},
    {"(SELECT a AS q UNION SELECT 2)", "q"},
    {"current_date", "current_date"},
    {"localtimestamp(3)", "localtimestamp"},
    {"current_user", "current_user"},
    {"extract(year FROM d)", "extract"},
    {"trim(c)", "btrim"},
    {"d AT TIME ZONE 'utc'", "timezone"},
    {"c COLLATE \"C\"", "c"},
    {"date '2020-01-01'", "date"},
    {"interval '1' day", "interval"},
    {"GROUPING(a)", "grouping"},
    {"xmlelement(name foo, c)", "xmlelement"},
    {"xmlserialize(content x AS text)", "xmlserialize"},
    {"j->'a'", "?column?"},
    {"a AS \"Q x\"", "Q x"},
    {"(comp).x", "x"},
    {"1::bit(3)", "bit"},
};

static void outputs_have_postgresqls_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_facts(a, arena_printf(a, "SELECT %s FROM t", names[i].sql), NULL);

        assert_true(ir->output.count > 1);
        assert_string_equal(ir_string(ir, ir->output.items[1].name), names[i].expected);
        assert_int_equal(ir->output.items[1].off, 7);
        assert_int_equal(ir->output.items[1].len, strlen(names[i].sql));
        arena_free(a);
    }
}

/* `head`, then `unit` n times, then `tail`. */
static const char *repeated(struct arena *a, const char *head, const char *unit, int n, const char *tail)
{
    struct buf b = buf_new(a);

    buf_adds(&b, head);
    while (n-- > 0)
        buf_adds(&b, unit);
    buf_adds(&b, tail);
    return buf_str(&b);
}

static void depth_costs_no_stack(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_facts(a, repeated(a, "SELECT b", "+a", 20000, " FROM t"), NULL);

    (void)state;
    assert_int_equal(ir->use.count - 1, 20001);
    assert_int_equal(ir->gap.count, 1);
    ir = read_facts(a, repeated(a, "SELECT 1", " UNION SELECT a FROM t", 2000, ""), NULL);
    assert_int_equal(ir->query.count - 1, 4001);
    ir = read_facts(a, repeated(a, "SELECT 1 FROM t", " JOIN t USING (i)", 2000, ""), NULL);
    assert_int_equal(ir->join_column.count - 1, 2000);
    arena_free(a);
}

static void what_is_too_deep_is_a_gap(void **state)
{
    struct arena *a = arena_new();
    const char *open = repeated(a, "", "SELECT * FROM (", 400, "SELECT a FROM t");
    struct ir *ir = read_facts(a, repeated(a, open, ") x", 400, ""), NULL);

    (void)state;
    assert_int_equal(ir->gap.items[1].kind, IR_GAP_UNSUPPORTED);
    assert_int_equal(ir->statement.items[1].understood, IR_UNDERSTOOD_PARTLY);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_say_what_they_use),
        cmocka_unit_test(outputs_have_postgresqls_names),
        cmocka_unit_test(depth_costs_no_stack),
        cmocka_unit_test(what_is_too_deep_is_a_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
