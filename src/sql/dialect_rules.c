/*
 * The rows of all dialects as one table.
 */
#include "sql/rewrites.h"

const struct sql_rule *sql_dialect_rules(size_t *count)
{
    static const struct sql_rule rules[] = {
#define REWRITE(mask, text, what) {.dialects = (mask), .pattern = (text), .reads = (what)},
#define SHAPE(mask, KIND, text, what)                                                                        \
    {.dialects = (mask), .pattern = (text), .shape = IR_KIND_##KIND, .reads = (what)},
#define FUNCTION(mask, text, name, what)                                                                     \
    {.dialects = (mask), .pattern = (text), .run = rewrite_##name, .reads = (what)},
#include "sql/dialects.def"
#undef REWRITE
#undef SHAPE
#undef FUNCTION
    };

    if (count)
        *count = sizeof rules / sizeof *rules;
    return rules;
}

unsigned sql_dialect_lexing(enum ir_dialect dialect)
{
    static const unsigned flags[] = {
#define DIALECT(constant, lexing) [IR_DIALECT_##constant] = (lexing),
#include "sql/dialects.def"
#undef DIALECT
    };

    return (size_t)dialect < sizeof flags / sizeof *flags ? flags[dialect] : 0;
}
