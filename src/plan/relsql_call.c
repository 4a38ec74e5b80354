/*
 * relsql_call.c - functions that only need writing down: relsql_functions.def has their SQL for each target.
 */
#include "plan/relsql_call.h"

#include <string.h>

static const struct {
    const char *name, *postgres, *duckdb;
    enum relsql_type type;
    enum relsql_level level;
} functions[] = {
#define FUNCTION(name, type, level, postgres, duckdb) {name, postgres, duckdb, TYPE_##type, LEVEL_##level},
#include "plan/relsql_functions.def"
#undef FUNCTION
};

/* What the functions take that begin so; PostgreSQL would take other types for something else. */
static const struct {
    const char *prefix;
    enum relsql_type type;
} operand_types[] = {{"add_", TYPE_TIMESTAMP},
                     {"days_between", TYPE_TIMESTAMP},
                     {"seconds_between", TYPE_TIMESTAMP},
                     {"day_start", TYPE_TIMESTAMP},
                     {"month_start", TYPE_TIMESTAMP}};

static bool operands_fit(const struct relsql_call *c, struct slice name)
{
    for (size_t i = 0; i < sizeof operand_types / sizeof *operand_types; i++) {
        if (!slice_starts(name, operand_types[i].prefix))
            continue;
        uint32_t times = slice_ends(name, "_between") ? 2 : 1;
        for (uint32_t n = 0; n < times && n < c->count; n++)
            if (c->operand[n].type != operand_types[i].type)
                return false;
    }
    return true;
}

/* The template with the operands in their places; false when one is missing. */
static bool fill(struct relsql_call *c, const char *template, struct buf *b)
{
    for (const char *p = template; *p; p++) {
        bool operand = (*p == '$' || *p == '&') && p[1] >= '1' && p[1] <= '9';
        uint32_t n = operand ? (uint32_t)(p[1] - '1') : 0;
        if (!operand) {
            buf_addc(b, *p);
            continue;
        }
        if (n >= c->count)
            return false;
        struct slice sql = *p == '&' ? relsql_operand(c, n, LEVEL_ATOM) : c->operand[n].sql;
        buf_add(b, sql.p, sql.n);
        p++;
    }
    return true;
}

bool relsql_write_function(struct relsql_call *c, struct relsql_text *out)
{
    struct slice name = ir_slice(c->r->ir, c->row->text);
    struct buf b = buf_new(c->r->a);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (!slice_is(name, functions[i].name))
            continue;
        bool duckdb = c->r->words->dialect == IR_DIALECT_DUCKDB && functions[i].duckdb;
        if (!operands_fit(c, name))
            return relsql_fail(c->r, c->id, "it is not known that the column holds timestamps");
        if (!fill(c, duckdb ? functions[i].duckdb : functions[i].postgres, &b))
            break;
        out->not_null = relsql_all_not_null(c) && !slice_is(name, "char_at");
        enum relsql_type type = functions[i].type;
        if (type == TYPE_UNKNOWN && c->count > 1)
            type = relsql_common_type(c->operand[0].type, c->operand[1].type);
        return relsql_done(out, buf_slice(&b), functions[i].level, type);
    }
    return relsql_fail(c->r, c->id, "the function is not translated to SQL");
}
