/* DataFrames: their columns, what SELECT * has to give them, and their edges. */
#include "linking.h"

#define HEAD                                                                                                 \
    "import pandas as pd\n"                                                                                  \
    "from sqlalchemy import create_engine\n"                                                                 \
    "e = create_engine('postgresql://h/d')\n"

static void test_select_star_gives_what_is_used(void **state)
{
    static const struct link_case cases[] = {
        {"in the order of first use, renamed and made columns traced back",
         "d",
         {{"f.py", HEAD "a = pd.read_sql('SELECT * FROM raw.a', e)\n"
                        "b = a[a['s'] > 0].rename(columns={'v': 'w'})\n"
                        "b['t'] = b['w'] * 2\n"
                        "c = b[['k', 't']]\n"
                        "c.to_sql('o', e, schema='m', index=False)\n"}},
         "raw.a unknown uses: s? v? k?\n"
         "m.o table query: k t\n"
         "a dataframe uses: s? v? k?\n"
         "b@f.py:5 dataframe uses: s? w? k?\n"
         "b@f.py:6 dataframe uses: s? w? k? t\n"
         "c dataframe query: k t\n"},
        {"nothing when a frame of unknown columns is written whole",
         "d",
         {{"f.py", HEAD "a = pd.read_sql('SELECT * FROM raw.a', e)\n"
                        "b = a[a['s'] > 0]\n"
                        "b.to_sql('o', e, index=False)\n"}},
         "raw.a unknown not_known:\n"
         "o table not_known:\n"
         "a dataframe uses: s?\n"
         "b dataframe not_known:\n"},
        {"DDL in the tree says it better",
         "d",
         {{"1.sql", "create table raw.a (k int, s int);"},
          {"f.py", HEAD "a = pd.read_sql('SELECT * FROM raw.a', e)\n"
                        "b = a[a['s'] > 0]\n"
                        "b.to_sql('o', e, index=False)\n"}},
         "raw.a table ddl: k s\n"
         "o table query: k s\n"
         "a dataframe query: k s\n"
         "b dataframe query: k s\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

static void test_edges(void **state)
{
    static const struct link_case cases[] = {
        {"roles through a chain",
         "ec",
         {{"f.py", HEAD "a = pd.read_sql('SELECT k, v FROM raw.a WHERE x = 1', e)\n"
                        "b = pd.read_sql('SELECT k, w FROM raw.b', e)\n"
                        "c = a.merge(b, on='k', how='left').groupby('k', as_index=False)"
                        ".agg(total=('w', 'sum'))\n"
                        "c.to_sql('o', e, schema='m', index=False)\n"}},
         "a > c\n"
         "b > c\n"
         "c > m.o\n"
         "raw.a > a\n"
         "raw.b > b\n"
         "a.k > c.k identity\n"
         "b.k > c.k identity\n"
         "b.w > c.total aggregation\n"
         "a.k > c.* group_by\n"
         "b.k > c.* group_by\n"
         "a.k > c.* join\n"
         "b.k > c.* join\n"
         "c.k > m.o.k identity\n"
         "c.total > m.o.total identity\n"
         "raw.a.k > a.k identity\n"
         "raw.a.v > a.v identity\n"
         "raw.a.x > a.* filter\n"
         "raw.b.k > b.k identity\n"
         "raw.b.w > b.w identity\n"},
    };

    (void)state;
    LINK_CHECK(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_select_star_gives_what_is_used),
        cmocka_unit_test(test_edges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
