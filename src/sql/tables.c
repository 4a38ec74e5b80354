/* The tables of all texts. */
#include "sql/tables.h"

struct sql_tables *sql_tables_new(struct arena *a)
{
    struct sql_tables *t = ARENA_NEW(a, struct sql_tables);

    t->rules = sql_rules_index(a);
    t->marks = sql_marks_index(a);
    t->names = tree_names_new(a);
    return t;
}
