/*
 * relsql_target.c - where the databases that models are written for differ: a word of each for the same thing.
 * Everything else is SQL that all of them take alike.
 */
#include "plan/relsql_select.h"

/* What str.strip() takes away: every character that Python calls white space. */
#define POSTGRES_WHITE_SPACE                                                                                 \
    "E' \\t\\n\\x0B\\f\\r\\x1C\\x1D\\x1E\\x1F\\u0085\\u00A0\\u1680\\u2000\\u2001\\u2002\\u2003"              \
    "\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000'"
/* The same as bytes in quotes; control characters are said by number. */
#define DUCKDB_WHITE_SPACE                                                                                   \
    "' \xC2\xA0\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82\xE2\x80\x83\xE2\x80\x84\xE2\x80\x85"         \
    "\xE2\x80\x86\xE2\x80\x87\xE2\x80\x88\xE2\x80\x89\xE2\x80\x8A\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAF"       \
    "\xE2\x81\x9F\xE3\x80\x80' || CHR(9) || CHR(10) || CHR(11) || CHR(12) || CHR(13) || CHR(28) || CHR(29) " \
    "|| CHR(30) || CHR(31) || CHR(133)"

static const struct relsql_words targets[] = {
    {.dialect = IR_DIALECT_POSTGRES,
     .trim = "BTRIM",
     .number = "NUMERIC",
     .round_even = "ROUND(%.*s)",
     .white_space = POSTGRES_WHITE_SPACE,
     .like_escape = "",
     .escape_strings = true,
     .descending_is_first = true},
    {.dialect = IR_DIALECT_DUCKDB,
     .trim = "TRIM",
     .number = "DOUBLE PRECISION",
     .round_even = "ROUND_EVEN(%.*s, 0)",
     .white_space = DUCKDB_WHITE_SPACE,
     .like_escape = " ESCAPE '\\'",
     .escape_strings = false,
     .descending_is_first = false},
};

const struct relsql_words *relsql_words_of(enum ir_dialect target)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (targets[i].dialect == target)
            return &targets[i];
    return &targets[0];
}
