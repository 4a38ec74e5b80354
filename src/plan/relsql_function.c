/*
 * relsql_function.c - functions of one value: text, casts, the parts of a date. What pandas or PySpark would answer
 * otherwise than PostgreSQL, and nothing can be done about, is refused with its reason.
 */
#include "plan/relsql_call.h"

/* ---- functions ---- */

static bool function(struct relsql_call *c, struct relsql_text *out, const char *name, enum relsql_type type)
{
    out->not_null = c->operand[0].not_null;
    return relsql_done(out, relsql_format(c->r->a, "%s(%.*s)", name, SQL(c->operand[0].sql)), LEVEL_ATOM,
                       type);
}

bool relsql_write_lower(struct relsql_call *c, struct relsql_text *out)
{
    return function(c, out, "LOWER", TYPE_TEXT);
}

bool relsql_write_upper(struct relsql_call *c, struct relsql_text *out)
{
    return function(c, out, "UPPER", TYPE_TEXT);
}

bool relsql_write_length(struct relsql_call *c, struct relsql_text *out)
{
    return function(c, out, "LENGTH", TYPE_INT);
}

bool relsql_write_abs(struct relsql_call *c, struct relsql_text *out)
{
    return function(c, out, "ABS", c->operand[0].type);
}

static bool trim(struct relsql_call *c, struct relsql_text *out, const char *name)
{
    struct slice characters = c->count > 1 ? c->operand[1].sql : slice_of(c->r->words->white_space);
    out->not_null = c->operand[0].not_null;
    return relsql_done(
        out, relsql_format(c->r->a, "%s(%.*s, %.*s)", name, SQL(c->operand[0].sql), SQL(characters)),
        LEVEL_ATOM, TYPE_TEXT);
}

bool relsql_write_strip(struct relsql_call *c, struct relsql_text *out)
{
    return trim(c, out, c->r->words->trim);
}

bool relsql_write_lstrip(struct relsql_call *c, struct relsql_text *out)
{
    return trim(c, out, "LTRIM");
}

bool relsql_write_rstrip(struct relsql_call *c, struct relsql_text *out)
{
    return trim(c, out, "RTRIM");
}

bool relsql_write_replace(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = relsql_all_not_null(c);
    return relsql_done(out,
                       relsql_format(c->r->a, "REPLACE(%.*s, %.*s, %.*s)", SQL(c->operand[0].sql),
                                     SQL(c->operand[1].sql), SQL(c->operand[2].sql)),
                       LEVEL_ATOM, TYPE_TEXT);
}

static uint32_t small_number(struct slice text)
{
    uint32_t value = 0;
    for (size_t i = 0; i < text.n && i < 7; i++)
        value = value * 10 + (uint32_t)(text.p[i] - '0');
    return value;
}

bool relsql_write_substr(struct relsql_call *c, struct relsql_text *out)
{
    uint32_t from = small_number(relsql_text_of(c, 1)), to = small_number(relsql_text_of(c, 2));
    struct slice x = c->operand[0].sql;
    out->not_null = c->operand[0].not_null;
    if (c->count < 3)
        return relsql_done(out, relsql_format(c->r->a, "SUBSTR(%.*s, %u)", SQL(x), from + 1), LEVEL_ATOM,
                           TYPE_TEXT);
    return relsql_done(
        out, relsql_format(c->r->a, "SUBSTR(%.*s, %u, %u)", SQL(x), from + 1, to > from ? to - from : 0),
        LEVEL_ATOM, TYPE_TEXT);
}

bool relsql_write_coalesce(struct relsql_call *c, struct relsql_text *out)
{
    out->not_null = c->operand[0].not_null || c->operand[1].not_null;
    if (c->operand[0].not_null) {
        bool plain = c->operand[0].plain;
        *out = c->operand[0];
        out->plain = plain;
        return true;
    }
    return relsql_done(
        out, relsql_format(c->r->a, "COALESCE(%.*s, %.*s)", SQL(c->operand[0].sql), SQL(c->operand[1].sql)),
        LEVEL_ATOM, relsql_common_type(c->operand[0].type, c->operand[1].type));
}

/* ---- casts ---- */

static bool cast(struct relsql_call *c, struct relsql_text *out, const char *type, enum relsql_type kind)
{
    out->not_null = c->operand[0].not_null;
    return relsql_done(out, relsql_format(c->r->a, "CAST(%.*s AS %s)", SQL(c->operand[0].sql), type),
                       LEVEL_ATOM, kind);
}

static bool is_text_or_unknown(enum relsql_type type)
{
    return type == TYPE_TEXT || type == TYPE_UNKNOWN;
}

bool relsql_write_cast_int(struct relsql_call *c, struct relsql_text *out)
{
    enum relsql_type type = c->operand[0].type;
    out->not_null = c->operand[0].not_null;
    if (relsql_in_spark(c) && is_text_or_unknown(type))
        return relsql_fail(c->r, c->id,
                           "a text that is no number becomes null in PySpark, and an error in SQL");
    if (type == TYPE_BOOL)
        return cast(c, out, "INTEGER", TYPE_INT);
    if (type == TYPE_INT || type == TYPE_TEXT)
        return cast(c, out, "BIGINT", TYPE_INT);
    return relsql_done(out,
                       relsql_format(c->r->a,
                                     type == TYPE_FLOAT ? "CAST(TRUNC(%.*s) AS BIGINT)"
                                                        : "CAST(TRUNC(CAST(%.*s AS NUMERIC)) AS BIGINT)",
                                     SQL(c->operand[0].sql)),
                       LEVEL_ATOM, TYPE_INT);
}

bool relsql_write_cast_float(struct relsql_call *c, struct relsql_text *out)
{
    if (relsql_in_spark(c) && is_text_or_unknown(c->operand[0].type))
        return relsql_fail(c->r, c->id,
                           "a text that is no number becomes null in PySpark, and an error in SQL");
    if (c->operand[0].type == TYPE_BOOL)
        c->operand[0].sql = relsql_number(c, 0).sql;
    return cast(c, out, "DOUBLE PRECISION", TYPE_FLOAT);
}

/* Only what pandas and PostgreSQL write alike in every version: no nulls, no fractions. */
bool relsql_write_cast_str(struct relsql_call *c, struct relsql_text *out)
{
    enum relsql_type type = c->operand[0].type;
    if ((!c->operand[0].not_null && !relsql_in_spark(c)) || (type != TYPE_INT && type != TYPE_TEXT))
        return relsql_fail(c->r, c->id,
                           "astype(str) writes nulls and fractions as pandas' version does; it is "
                           "translated for whole numbers and text that can't be null");
    return type == TYPE_TEXT ? (*out = c->operand[0], true) : cast(c, out, "TEXT", TYPE_TEXT);
}

bool relsql_write_cast_date(struct relsql_call *c, struct relsql_text *out)
{
    if (relsql_in_spark(c) && is_text_or_unknown(c->operand[0].type))
        return relsql_fail(c->r, c->id, "PySpark reads dates more leniently than SQL");
    return cast(c, out, "DATE", TYPE_DATE);
}

bool relsql_write_cast_timestamp(struct relsql_call *c, struct relsql_text *out)
{
    if (relsql_in_spark(c) && is_text_or_unknown(c->operand[0].type))
        return relsql_fail(c->r, c->id, "PySpark reads dates more leniently than SQL");
    return cast(c, out, "TIMESTAMP", TYPE_TIMESTAMP);
}

static bool date_part(struct relsql_call *c, struct relsql_text *out, const char *part)
{
    out->not_null = c->operand[0].not_null;
    return relsql_done(
        out, relsql_format(c->r->a, "CAST(EXTRACT(%s FROM %.*s) AS INTEGER)", part, SQL(c->operand[0].sql)),
        LEVEL_ATOM, TYPE_INT);
}

bool relsql_write_year(struct relsql_call *c, struct relsql_text *out)
{
    return date_part(c, out, "YEAR");
}

bool relsql_write_month(struct relsql_call *c, struct relsql_text *out)
{
    return date_part(c, out, "MONTH");
}

bool relsql_write_day(struct relsql_call *c, struct relsql_text *out)
{
    return date_part(c, out, "DAY");
}

bool relsql_write_date_part(struct relsql_call *c, struct relsql_text *out)
{
    return date_part(c, out, ir_string(c->r->ir, c->row->text));
}
