/* Commas, indentation and escapes. */
#include "emit/json_writer.h"

#include <string.h>

#define DRAIN_AT (64 * 1024)

struct json json_new(struct buf *out, unsigned compact_below)
{
    return (struct json){.out = out, .compact_below = compact_below, .first = true};
}

static void new_line(struct json *j)
{
    if (j->depth > j->compact_below)
        return;
    buf_addc(j->out, '\n');
    for (unsigned i = 0; i < j->depth; i++)
        buf_add(j->out, "  ", 2);
}

/* Before each item of an array and each key of an object. */
static void separate(struct json *j)
{
    if (j->depth == 0)
        return;
    if (!j->first)
        buf_add(j->out, ", ", j->depth > j->compact_below ? 2 : 1);
    new_line(j);
    j->first = false;
}

static void begin_value(struct json *j)
{
    if (!j->keyed)
        separate(j);
    j->keyed = false;
}

void json_open(struct json *j, char bracket)
{
    begin_value(j);
    buf_addc(j->out, bracket);
    j->depth++;
    j->first = true;
}

void json_close(struct json *j, char bracket)
{
    j->depth--;
    if (!j->first && j->depth + 1 <= j->compact_below)
        new_line(j);
    buf_addc(j->out, bracket);
    j->first = false;
    if (j->drain && j->out->n >= DRAIN_AT)
        j->drain(j->out);
}

/* Does none of eight bytes need an escape? Hacker's Delight, 6-1: a borrow shows a byte below a bound. */
static bool eight_plain(const char *p)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t v, quote, backslash;

    memcpy(&v, p, 8);
    quote = v ^ ones * '"';
    backslash = v ^ ones * '\\';
    return !((((v - ones * 32) & ~v) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) &
             ones * 128);
}

static size_t plain_run(struct slice s, size_t i)
{
    while (i + 8 <= s.n && eight_plain(s.p + i))
        i += 8;
    while (i < s.n && (unsigned char)s.p[i] >= 32 && s.p[i] != '"' && s.p[i] != '\\')
        i++;
    return i;
}

static void add_escape(struct buf *out, char c)
{
    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", c);
    else if (c == '\n')
        buf_adds(out, "\\n");
    else if (c == '\t')
        buf_adds(out, "\\t");
    else
        buf_printf(out, "\\u%04x", (unsigned char)c);
}

void json_text_begin(struct json *j)
{
    begin_value(j);
    buf_addc(j->out, '"');
}

void json_text_part(struct json *j, struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t end = plain_run(s, i);

        buf_add(j->out, s.p + i, end - i);
        i = end;
        if (i < s.n)
            add_escape(j->out, s.p[i]);
    }
}

void json_text_end(struct json *j)
{
    buf_addc(j->out, '"');
}

void json_key(struct json *j, const char *key)
{
    struct buf *out = j->out;
    size_t n = strlen(key);

    separate(j);
    buf_reserve(out, n + 4);
    out->p[out->n] = '"';
    memcpy(out->p + out->n + 1, key, n);
    memcpy(out->p + out->n + 1 + n, "\": ", 4);
    out->n += n + 4;
    j->keyed = true;
}

void json_text(struct json *j, struct slice s)
{
    json_text_begin(j);
    json_text_part(j, s);
    json_text_end(j);
}

void json_number(struct json *j, uint32_t n)
{
    char digits[10];
    size_t i = sizeof digits;

    begin_value(j);
    do
        digits[--i] = (char)('0' + n % 10);
    while (n /= 10);
    buf_add(j->out, digits + i, sizeof digits - i);
}

void json_bool(struct json *j, bool value)
{
    begin_value(j);
    buf_adds(j->out, value ? "true" : "false");
}

void json_none(struct json *j)
{
    begin_value(j);
    buf_adds(j->out, "null");
}

void json_key_string(struct json *j, const char *key, struct slice s)
{
    json_key(j, key);
    json_text(j, s);
}

void json_key_number(struct json *j, const char *key, uint32_t n)
{
    json_key(j, key);
    json_number(j, n);
}
