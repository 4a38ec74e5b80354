/* Commas, indentation and escapes. */
#include "emit/json_writer.h"

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
        buf_adds(j->out, "  ");
}

/* Before each item of an array and each key of an object. */
static void separate(struct json *j)
{
    if (j->depth == 0)
        return;
    if (!j->first)
        buf_adds(j->out, j->depth > j->compact_below ? ", " : ",");
    new_line(j);
    j->first = false;
}

static bool after_key(const struct json *j)
{
    return j->out->n >= 2 && j->out->p[j->out->n - 1] == ' ' && j->out->p[j->out->n - 2] == ':';
}

static void begin_value(struct json *j)
{
    if (!after_key(j))
        separate(j);
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
}

static void add_escaped(struct buf *out, struct slice s)
{
    size_t from = 0;

    buf_addc(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c >= 32 && c != '"' && c != '\\')
            continue;
        buf_add(out, s.p + from, i - from);
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '\n')
            buf_adds(out, "\\n");
        else if (c == '\t')
            buf_adds(out, "\\t");
        else
            buf_printf(out, "\\u%04x", c);
        from = i + 1;
    }
    buf_add(out, s.p + from, s.n - from);
    buf_addc(out, '"');
}

void json_key(struct json *j, const char *key)
{
    separate(j);
    add_escaped(j->out, slice_of(key));
    buf_adds(j->out, ": ");
}

/* A string that ends in ": " must not be taken for a key by what follows: a quote closes it. */
void json_text(struct json *j, struct slice s)
{
    begin_value(j);
    add_escaped(j->out, s);
}

void json_number(struct json *j, uint32_t n)
{
    begin_value(j);
    buf_printf(j->out, "%u", n);
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
