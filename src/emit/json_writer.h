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

/* A string in parts: begin, any number of parts, end. */
void json_text_begin(struct json *j);
void json_text_part(struct json *j, struct slice part);
void json_text_end(struct json *j);

/* The key of the next value, without what would need an escape. Keys are literals: their length is counted when this
 * is compiled. */
void json_key_of(struct json *j, const char *key, size_t n);
static inline void json_key(struct json *j, const char *key)
{
    json_key_of(j, key, strlen(key));
}

/* key and value in one. */
static inline void json_key_string(struct json *j, const char *key, struct slice s)
{
    json_key(j, key);
    json_text(j, s);
}

static inline void json_key_number(struct json *j, const char *key, uint32_t n)
{
    json_key(j, key);
    json_number(j, n);
}

#endif
