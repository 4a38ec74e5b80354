/*
 * tables.h - what every text is looked up in; made once for all of them.
 */
#ifndef SQL_TABLES_H
#define SQL_TABLES_H

#include "sql/pattern.h"
#include "sql/tree.h"

struct sql_tables {
    struct pattern_index rules; /* the dialects' rows */
    struct pattern_index marks; /* what tells a dialect */
    const struct tree_names *names;
};

/* dialect.c, dialect_detect.c */
struct pattern_index sql_rules_index(struct arena *a);
struct pattern_index sql_marks_index(struct arena *a);

#endif
