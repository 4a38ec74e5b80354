/* Commas, indentation and escapes. */
#include "emit/json_writer.h"

#include <stdio.h>
#include <string.h>

#define DRAIN_AT (64 * 1024)

struct json json_new(struct buf *out, unsigned compact_below)
{
    return (struct json){.out = out, .compact_below = compact_below, .first = true};
}

/* Where the next bytes go, with room for `n` of them and all that may stand before a value. */
static char *room(struct json *j, size_t n)
{
    n += 2 * (size_t)j->depth + 8;
    if (j->out->capacity - j->out->n <= n)
        buf_reserve(j->out, n);
    return j->out->p + j->out->n;
}

static void wrote(struct json *j, char *end)
{
    *end = '\0';
    j->out->n = (size_t)(end - j->out->p);
}

static char *new_line(const struct json *j, char *to)
{
    if (j->depth > j->compact_below)
        return to;
    *to++ = '\n';
    memset(to, ' ', 2 * (size_t)j->depth);
    return to + 2 * (size_t)j->depth;
}

/* Before each item of an array and each key of an object. */
static char *separate(struct json *j, char *to)
{
    if (j->depth == 0)
        return to;
    if (!j->first) {
        memcpy(to, ", ", 2);
        to += j->depth > j->compact_below ? 2 : 1;
    }
    j->first = false;
    return new_line(j, to);
}

static char *begin_value(struct json *j, char *to)
{
    if (!j->keyed)
        return separate(j, to);
    j->keyed = false;
    return to;
}

void json_open(struct json *j, char bracket)
{
    char *to = begin_value(j, room(j, 1));

    *to++ = bracket;
    wrote(j, to);
    j->depth++;
    j->first = true;
}

void json_close(struct json *j, char bracket)
{
    char *to = room(j, 1);

    j->depth--;
    if (!j->first && j->depth + 1 <= j->compact_below)
        to = new_line(j, to);
    *to++ = bracket;
    wrote(j, to);
    j->first = false;
    if (j->drain && j->out->n >= DRAIN_AT)
        j->drain(j->out);
}

/* ---- strings ---- */

/* Does none of eight bytes need an escape? Hacker's Delight, 6-1: a borrow shows a byte below a bound. */
static bool eight_plain(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t quote = v ^ ones * '"', backslash = v ^ ones * '\\';

    return !((((v - ones * 32) & ~v) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) &
             ones * 128);
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 32 && c != '"' && c != '\\';
}

/* Copies the bytes before the first that needs an escape, and says how many they are. */
static size_t copy_plain(char *to, struct slice s)
{
    uint64_t eight;
    size_t i = 0;

    for (; i + 8 <= s.n; i += 8) {
        memcpy(&eight, s.p + i, 8);
        if (!eight_plain(eight))
            break;
        memcpy(to + i, &eight, 8);
    }
    for (; i < s.n && is_plain(s.p[i]); i++)
        to[i] = s.p[i];
    return i;
}

/* At most six bytes. */
static char *put_escape(char *to, char c)
{
    const char *short_ones = "\"\"\\\\\nn\tt";

    for (const char *p = short_ones; *p; p += 2)
        if (*p == c) {
            *to++ = '\\';
            *to++ = p[1];
            return to;
        }
    return to + sprintf(to, "\\u%04x", (unsigned char)c);
}

void json_text_begin(struct json *j)
{
    char *to = begin_value(j, room(j, 1));

    *to++ = '"';
    wrote(j, to);
}

void json_text_part(struct json *j, struct slice s)
{
    while (s.n) {
        char *to = room(j, s.n + 6);
        size_t n = copy_plain(to, s);

        to += n;
        if (n < s.n)
            to = put_escape(to, s.p[n++]);
        wrote(j, to);
        s.p += n;
        s.n -= n;
    }
}

void json_text_end(struct json *j)
{
    char *to = room(j, 1);

    *to++ = '"';
    wrote(j, to);
}

void json_text(struct json *j, struct slice s)
{
    char *to = begin_value(j, room(j, s.n + 2));
    size_t n;

    *to++ = '"';
    n = copy_plain(to, s);
    wrote(j, to + n);
    if (n < s.n)
        json_text_part(j, (struct slice){s.p + n, s.n - n});
    json_text_end(j);
}

void json_key_of(struct json *j, const char *key, size_t n)
{
    char *to = separate(j, room(j, n + 4));

    *to++ = '"';
    memcpy(to, key, n);
    memcpy(to + n, "\": ", 3);
    wrote(j, to + n + 3);
    j->keyed = true;
}

/* ---- the other values ---- */

static void put_word(struct json *j, const char *word, size_t n)
{
    char *to = begin_value(j, room(j, n));

    memcpy(to, word, n);
    wrote(j, to + n);
}

void json_number(struct json *j, uint32_t n)
{
    char digits[10];
    size_t i = sizeof digits;

    do
        digits[--i] = (char)('0' + n % 10);
    while (n /= 10);
    put_word(j, digits + i, sizeof digits - i);
}

void json_bool(struct json *j, bool value)
{
    put_word(j, value ? "true" : "false", value ? 4 : 5);
}

void json_none(struct json *j)
{
    put_word(j, "null", 4);
}
