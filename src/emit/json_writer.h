/*
 * json_writer.h - JSON written straight into a buffer, for reports too large to build as a tree first.
 * RFC 8259; two spaces of indentation down to the depth that `compact_below` leaves, one line below it.
 */
#ifndef EMIT_JSON_WRITER_H
#define EMIT_JSON_WRITER_H

#include "base/str.h"

#include <string.h>

struct json {
    struct buf *out;
    unsigned depth;
    unsigned compact_below;         /* containers deeper than this stand on one line */
    bool first;                     /* nothing was written in the current container yet */
    bool keyed;                     /* a key was written, its value not yet */
    void (*drain)(struct buf *out); /* called between values when much is in the buffer; or NULL */
};

struct json json_new(struct buf *out, unsigned compact_below);
void json_open(struct json *j, char bracket);   /* '{' or '[' */
void json_close(struct json *j, char bracket);  /* '}' or ']' */
void json_text(struct json *j, struct slice s); /* must be UTF-8 */
void json_number(struct json *j, uint32_t n);
void json_bool(struct json *j, bool value);
void json_none(struct json *j);

/* A string that is known to need no escape: a name of our own. */
void json_word(struct json *j, const char *word);

/* A string in parts: begin, any number of parts, end. */
void json_text_begin(struct json *j);
void json_text_part(struct json *j, struct slice part);
void json_text_end(struct json *j);

/* ---- Keys: inline, because they are literals, whose length is known when this is compiled ---- */

/* Where the next bytes go, with room for `n` of them and all that may stand before and behind a value. */
static inline char *json_room(struct json *j, size_t n)
{
    n += 2 * (size_t)j->depth + 8;
    if (j->out->capacity - j->out->n <= n)
        buf_reserve(j->out, n);
    return j->out->p + j->out->n;
}

static inline void json_wrote(struct json *j, char *end)
{
    *end = '\0';
    j->out->n = (size_t)(end - j->out->p);
}

/* Writes what stands before a key or an item that begins a line. */
char *json_line(struct json *j, char *to);

/* Writes what stands before each item of an array and each key of an object. */
static inline char *json_separate(struct json *j, char *to)
{
    if (j->depth <= j->compact_below)
        return json_line(j, to);
    if (!j->first) {
        memcpy(to, ", ", 2);
        to += 2;
    }
    j->first = false;
    return to;
}

/* The key of the next value: a literal without what would need an escape. */
static inline void json_key(struct json *j, const char *key)
{
    size_t n = strlen(key);
    char *to = json_separate(j, json_room(j, n + 4));

    *to++ = '"';
    memcpy(to, key, n);
    memcpy(to + n, "\": ", 3);
    json_wrote(j, to + n + 3);
    j->keyed = true;
}

/* key and value in one. */
static inline void json_key_string(struct json *j, const char *key, struct slice s)
{
    json_key(j, key);
    json_text(j, s);
}

static inline void json_key_word(struct json *j, const char *key, const char *word)
{
    json_key(j, key);
    json_word(j, word);
}

static inline void json_key_number(struct json *j, const char *key, uint32_t n)
{
    json_key(j, key);
    json_number(j, n);
}

#endif
