/* Commas, indentation and escapes. */
#include "emit/json_writer.h"

#include <stdio.h>
#include <string.h>

#define DRAIN_AT (64 * 1024)

struct json json_new(struct buf *out, unsigned compact_below)
{
    return (struct json){.out = out, .compact_below = compact_below, .first = true};
}

static char *new_line(const struct json *j, char *to)
{
    if (j->depth > j->compact_below)
        return to;
    *to++ = '\n';
    memset(to, ' ', 2 * (size_t)j->depth);
    return to + 2 * (size_t)j->depth;
}

char *json_line(struct json *j, char *to)
{
    if (j->depth == 0)
        return to;
    if (!j->first)
        *to++ = ',';
    j->first = false;
    return new_line(j, to);
}

static char *begin_value(struct json *j, char *to)
{
    if (!j->keyed)
        return json_separate(j, to);
    j->keyed = false;
    return to;
}

void json_open(struct json *j, char bracket)
{
    char *to = begin_value(j, json_room(j, 1));

    *to++ = bracket;
    json_wrote(j, to);
    j->depth++;
    j->first = true;
}

void json_close(struct json *j, char bracket)
{
    char *to = json_room(j, 1);

    j->depth--;
    if (!j->first && j->depth + 1 <= j->compact_below)
        to = new_line(j, to);
    *to++ = bracket;
    json_wrote(j, to);
    j->first = false;
    if (j->drain && j->out->n >= DRAIN_AT)
        j->drain(j->out);
}

/* ---- strings ---- */

/* Of 16 bytes at once, one lane a byte; compilers make what the machine has of it. */
typedef unsigned char lanes __attribute__((vector_size(16)));

static bool all_plain(const char *p)
{
    uint64_t halves[2];
    lanes v, odd;

    memcpy(&v, p, sizeof v);
    odd = (lanes)((v < 32) | (v == '"') | (v == '\\'));
    memcpy(halves, &odd, sizeof halves);
    return !(halves[0] | halves[1]);
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 32 && c != '"' && c != '\\';
}

/* Copies the bytes before the first that needs an escape, and says how many they are. */
static size_t copy_plain(char *to, struct slice s)
{
    size_t i = 0;

    for (; i + sizeof(lanes) <= s.n && all_plain(s.p + i); i += sizeof(lanes))
        memcpy(to + i, s.p + i, sizeof(lanes));
    if (i && s.n - i < sizeof(lanes) && all_plain(s.p + s.n - sizeof(lanes))) { /* the last, some again */
        memcpy(to + s.n - sizeof(lanes), s.p + s.n - sizeof(lanes), sizeof(lanes));
        return s.n;
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
    char *to = begin_value(j, json_room(j, 1));

    *to++ = '"';
    json_wrote(j, to);
}

void json_text_part(struct json *j, struct slice s)
{
    while (s.n) {
        char *to = json_room(j, s.n + 6);
        size_t n = copy_plain(to, s);

        to += n;
        if (n < s.n)
            to = put_escape(to, s.p[n++]);
        json_wrote(j, to);
        s.p += n;
        s.n -= n;
    }
}

void json_text_end(struct json *j)
{
    char *to = json_room(j, 1);

    *to++ = '"';
    json_wrote(j, to);
}

void json_text(struct json *j, struct slice s)
{
    char *to = begin_value(j, json_room(j, s.n + 2));
    size_t n;

    *to++ = '"';
    n = copy_plain(to, s);
    to += n;
    if (n < s.n) {
        json_wrote(j, to);
        json_text_part(j, (struct slice){s.p + n, s.n - n});
        json_text_end(j);
        return;
    }
    *to++ = '"';
    json_wrote(j, to);
}

void json_word(struct json *j, const char *word)
{
    size_t n = strlen(word);
    char *to = begin_value(j, json_room(j, n + 2));

    *to++ = '"';
    memcpy(to, word, n);
    to[n] = '"';
    json_wrote(j, to + n + 1);
}

/* ---- the other values ---- */

static void put_word(struct json *j, const char *word, size_t n)
{
    char *to = begin_value(j, json_room(j, n));

    memcpy(to, word, n);
    json_wrote(j, to + n);
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
