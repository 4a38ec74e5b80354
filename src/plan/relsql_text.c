/*
 * relsql_text.c - names, strings and types as SQL writes them, safe from Jinja as well.
 */
#include "ir/identifier.h"
#include "plan/relsql_select.h"

#include <stdarg.h>
#include <string.h>

/* ---- text ---- */

struct slice relsql_format(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(a, format, args);
    va_end(args);
    return slice_of(text);
}

struct slice relsql_paren(struct arena *a, struct relsql_text text, enum relsql_level level)
{
    return text.level >= level ? text.sql : relsql_format(a, "(%.*s)", SQL(text.sql));
}

struct slice relsql_identifier(struct arena *a, struct slice name)
{
    struct buf b = buf_new(a);
    if (!ir_needs_quotes(name))
        return name;
    buf_addc(&b, '"');
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c < 0x20 || (c == '{' && i + 1 < name.n && strchr("{%#", name.p[i + 1])))
            return (struct slice){"", 0};
        if (c == '"')
            buf_addc(&b, '"');
        buf_addc(&b, name.p[i]);
    }
    buf_addc(&b, '"');
    return name.n && name.n < 64 ? buf_slice(&b) : (struct slice){"", 0};
}

/* What can't stand in a literal as it is: control characters, and the second character of what Jinja would read. */
static bool is_escaped(struct slice text, size_t i)
{
    return (unsigned char)text.p[i] < 0x20 || (i && text.p[i - 1] == '{' && strchr("{%#", text.p[i]));
}

/* 'a' || CHR(9) || 'b' */
static struct slice joined_string(struct arena *a, struct slice text)
{
    struct buf b = buf_new(a);
    buf_adds(&b, "('");
    for (size_t i = 0; i < text.n; i++) {
        if (is_escaped(text, i))
            buf_printf(&b, "' || CHR(%u) || '", (unsigned char)text.p[i]);
        else
            buf_adds(&b, text.p[i] == '\'' ? "''" : (char[]){text.p[i], 0});
    }
    buf_adds(&b, "')");
    return buf_slice(&b);
}

static struct slice escape_string(struct arena *a, struct slice text)
{
    struct buf b = buf_new(a);
    buf_adds(&b, "E'");
    for (size_t i = 0; i < text.n; i++) {
        if (is_escaped(text, i))
            buf_printf(&b, "\\x%02X", (unsigned char)text.p[i]);
        else if (text.p[i] == '\'' || text.p[i] == '\\')
            buf_printf(&b, "%c%c", text.p[i], text.p[i]);
        else
            buf_addc(&b, text.p[i]);
    }
    buf_addc(&b, '\'');
    return buf_slice(&b);
}

struct slice relsql_string(struct relsql *r, struct slice text)
{
    struct buf b = buf_new(r->a);
    for (size_t i = 0; i < text.n; i++)
        if (is_escaped(text, i))
            return r->words->escape_strings ? escape_string(r->a, text) : joined_string(r->a, text);
    buf_addc(&b, '\'');
    for (size_t i = 0; i < text.n; i++)
        buf_adds(&b, text.p[i] == '\'' ? "''" : (char[]){text.p[i], 0});
    buf_addc(&b, '\'');
    return buf_slice(&b);
}

static const struct {
    const char *prefix;
    enum relsql_type type;
} type_names[] = {
    {"timestamp", TYPE_TIMESTAMP}, {"date", TYPE_DATE},     {"bool", TYPE_BOOL},    {"int", TYPE_INT},
    {"bigint", TYPE_INT},          {"smallint", TYPE_INT},  {"serial", TYPE_INT},   {"bigserial", TYPE_INT},
    {"numeric", TYPE_FLOAT},       {"decimal", TYPE_FLOAT}, {"double", TYPE_FLOAT}, {"real", TYPE_FLOAT},
    {"float", TYPE_FLOAT},         {"text", TYPE_TEXT},     {"varchar", TYPE_TEXT}, {"character", TYPE_TEXT},
    {"citext", TYPE_TEXT},
};

enum relsql_type relsql_type_of(struct slice declared)
{
    if (!declared.n || declared.p[declared.n - 1] == ']' || slice_starts_nocase(declared, "interval"))
        return TYPE_UNKNOWN;
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
        if (slice_starts_nocase(declared, type_names[i].prefix))
            return type_names[i].type;
    return TYPE_UNKNOWN;
}

static bool is_number(enum relsql_type type)
{
    return type == TYPE_INT || type == TYPE_FLOAT;
}

enum relsql_type relsql_common_type(enum relsql_type a, enum relsql_type b)
{
    if (a == b)
        return a;
    if (is_number(a) && is_number(b))
        return TYPE_FLOAT;
    if (a == TYPE_UNKNOWN && !is_number(b))
        return b;
    return b == TYPE_UNKNOWN && !is_number(a) ? a : TYPE_UNKNOWN;
}
