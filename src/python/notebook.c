/*
 * notebook.c - notebooks as scripts: the code cells of .ipynb files and Databricks' exports. What a cell
 * says to the notebook's own tools becomes Python that says the same: an SQL cell is a call of __sql__(), a
 * %run an import, everything else a comment. Each byte of the script knows where it stands in the file.
 */
#include "python/modules.h"

#include <string.h>

struct script {
    struct arena *arena;
    struct buf bytes;
    VEC(uint32_t) map;
};

/* One cell's text with the place of each of its bytes. */
struct cell {
    struct buf bytes;
    VEC(uint32_t) map;
    bool is_code;
};

static void add(struct script *s, const char *bytes, size_t n, const uint32_t *map)
{
    buf_add(&s->bytes, bytes, n);
    for (size_t i = 0; i < n; i++)
        vec_push(s->arena, &s->map, map[i]);
}

/* Bytes of our own: they stand where the next byte of the file stands. */
static void say(struct script *s, const char *text, uint32_t at)
{
    for (; *text; text++) {
        buf_addc(&s->bytes, *text);
        vec_push(s->arena, &s->map, at);
    }
}

/* ---- cells ---- */

static struct slice line_at(struct slice text, size_t at)
{
    const char *end = memchr(text.p + at, '\n', text.n - at);

    return slice_sub(text, at, end ? (size_t)(end - text.p) - at : text.n - at);
}

/* A string that holds any text: raw, and in the quotes that the text does not have. */
static void add_sql(struct script *s, const char *bytes, size_t n, const uint32_t *map, uint32_t at)
{
    bool other = memmem(bytes, n, "\"\"\"", 3) != NULL || (n && bytes[n - 1] == '"');

    say(s, other ? "__sql__(r'''" : "__sql__(r\"\"\"", at);
    add(s, bytes, n, map);
    say(s, other ? "''')\n" : "\"\"\")\n", at);
}

/* %run ../shared/setup is from ..shared.setup import * */
static void add_run(struct script *s, struct slice path, uint32_t at)
{
    struct buf b = buf_new(s->arena);

    path = slice_trim(path);
    for (size_t i = 0; i < path.n; i++)
        if (strchr("\"' \t;()", path.p[i]))
            path.n = i;
    if (slice_starts(path, "./"))
        path = slice_sub(path, 2, path.n - 2);
    buf_adds(&b, "from .");
    while (slice_starts(path, "../")) {
        buf_addc(&b, '.');
        path = slice_sub(path, 3, path.n - 3);
    }
    for (size_t i = 0; i < path.n; i++)
        buf_addc(&b, path.p[i] == '/' ? '.' : path.p[i]);
    buf_adds(&b, " import *\n");
    if (path.n && path.p[0] != '/')
        say(s, buf_str(&b), at);
}

static bool is_magic(struct slice word, const char *name)
{
    return slice_starts(word, name) &&
           (word.n == strlen(name) || !strchr("abcdefghijklmnopqrstuvwxyz_", word.p[strlen(name)]));
}

/* %%sql, %%bigquery and the like hand all that follows to a database. */
static bool is_sql_cell(struct slice line)
{
    return is_magic(line, "%%sql") || is_magic(line, "%%bigquery") || is_magic(line, "%%read_sql") ||
           is_magic(line, "%%execute_sql") || is_magic(line, "%%sparksql");
}

/* The lines of a cell: `%sql SELECT …` with or without a name before it, `!command`, `%magic`. */
static void add_line(struct script *s, struct slice line, const uint32_t *map, uint32_t end)
{
    struct slice trimmed = slice_trim(line);
    const char *sql = memmem(line.p, line.n, "%sql ", 5);
    size_t off = sql ? (size_t)(sql - line.p) : 0;
    uint32_t at = line.n ? map[0] : end;

    if (sql && (trimmed.p == sql || (off > 1 && slice_ends(slice_trim(slice_sub(line, 0, off)), "=")))) {
        add(s, line.p, off, map);
        add_sql(s, line.p + off + 5, line.n - off - 5, map + off + 5, map[off]);
        return;
    }
    if (trimmed.n && (trimmed.p[0] == '!' || trimmed.p[0] == '%' || trimmed.p[0] == '?'))
        say(s, "#", at);
    add(s, line.p, line.n, map);
    say(s, "\n", line.n ? map[line.n - 1] + 1 : at);
}

static void add_cell(struct script *s, const struct cell *c)
{
    struct slice text = buf_slice(&c->bytes), first;
    size_t at = 0;
    bool comment;

    while (at < text.n && (text.p[at] == '\n' || text.p[at] == ' '))
        at++;
    if (at == text.n)
        return;
    first = line_at(text, at);
    if (is_sql_cell(first)) {
        at += first.n + (at + first.n < text.n);
        if (at < text.n)
            add_sql(s, text.p + at, text.n - at, c->map.items + at, c->map.items[at]);
        return;
    }
    if (is_magic(first, "%sql") && first.n == 4) { /* Databricks: the rest of the cell */
        if (at + 5 < text.n)
            add_sql(s, text.p + at + 5, text.n - at - 5, c->map.items + at + 5, c->map.items[at]);
        return;
    }
    if (is_magic(first, "%run")) {
        add_run(s, slice_sub(first, 4, first.n - 4), c->map.items[at]);
        return;
    }
    comment =
        slice_starts(first, "%%") && !slice_starts(first, "%%time") && !slice_starts(first, "%%capture");
    for (; at < text.n;) {
        struct slice line = line_at(text, at);
        if (comment)
            say(s, "#", c->map.items[at < text.n ? at : text.n - 1]);
        add_line(s, line, c->map.items + at, c->map.items[text.n - 1]);
        at += line.n + 1;
    }
}

/* ---- .ipynb ---- */

struct json {
    struct script *script;
    struct slice text;
    size_t at;
};

static char next(struct json *j)
{
    while (j->at < j->text.n && strchr(" \t\r\n,:", j->text.p[j->at]))
        j->at++;
    return j->at < j->text.n ? j->text.p[j->at] : 0;
}

static size_t put_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3F));
    out[2] = (char)(0x80 | (c & 0x3F));
    return 3;
}

/* Decodes the escape at the backslash; gives its length in the file. */
static size_t json_escape(struct slice s, char out[4], size_t *n)
{
    static const char from[] = "nrtbf\"\\/", to[] = "\n\r\t\b\f\"\\/";
    const char *at = s.n > 1 ? strchr(from, s.p[1]) : NULL;
    uint32_t value = 0;

    *n = 1;
    if (s.n > 1 && s.p[1] != 'u') {
        out[0] = at && *at ? to[at - from] : s.p[1];
        return 2;
    }
    for (size_t i = 2; i < 6 && i < s.n; i++) {
        char c = s.p[i] | 0x20;
        value = value * 16 + (uint32_t)(c >= 'a' && c <= 'f' ? c - 'a' + 10 : (s.p[i] - '0') & 15);
    }
    *n = put_utf8(value >= 0xD800 && value < 0xE000 ? '?' : value, out);
    return s.n < 6 ? s.n : 6;
}

/* Reads the string at the quote; into the cell when there is one. */
static struct slice read_string(struct json *j, struct cell *into)
{
    size_t from = ++j->at;

    while (j->at < j->text.n && j->text.p[j->at] != '"') {
        char out[4] = {j->text.p[j->at]};
        size_t n = 1, len = 1;
        if (out[0] == '\\')
            len = json_escape(slice_sub(j->text, j->at, j->text.n - j->at), out, &n);
        for (size_t i = 0; into && i < n; i++) {
            buf_addc(&into->bytes, out[i]);
            vec_push(j->script->arena, &into->map, (uint32_t)j->at);
        }
        j->at += len;
    }
    if (j->at > j->text.n)
        j->at = j->text.n;
    j->at++;
    return slice_sub(j->text, from, j->at > from ? j->at - from - 1 : 0);
}

/* Behind the value at j->at, whatever it is. */
static void skip_value(struct json *j)
{
    int depth = 0;

    do {
        char c = next(j);
        if (!c)
            return;
        if (c == '"') {
            read_string(j, NULL);
            continue;
        }
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        j->at++;
        while (!strchr("{}[]\"", c) && j->at < j->text.n && !strchr(",]} \t\r\n", j->text.p[j->at]))
            j->at++;
    } while (depth > 0);
}

static void read_source(struct json *j, struct cell *c)
{
    if (next(j) == '"') {
        read_string(j, c);
        return;
    }
    if (next(j) != '[') {
        skip_value(j);
        return;
    }
    j->at++;
    while (next(j) == '"')
        read_string(j, c);
    if (next(j) == ']')
        j->at++;
}

static void read_cell(struct json *j)
{
    struct cell c = {.bytes = buf_new(j->script->arena)};

    j->at++;
    while (next(j) == '"') {
        struct slice key = read_string(j, NULL);
        if (slice_is(key, "cell_type") && next(j) == '"')
            c.is_code = slice_is(read_string(j, NULL), "code");
        else if (slice_is(key, "source") || slice_is(key, "input"))
            read_source(j, &c);
        else
            skip_value(j);
    }
    if (next(j) == '}')
        j->at++;
    if (c.is_code)
        add_cell(j->script, &c);
}

static void read_ipynb(struct script *s, struct slice text)
{
    struct json j = {s, text, 0};

    if (next(&j) == '{')
        j.at++;
    while (next(&j) == '"') {
        struct slice key = read_string(&j, NULL);
        if (!slice_is(key, "cells") || next(&j) != '[') {
            skip_value(&j);
            continue;
        }
        j.at++;
        while (next(&j) == '{')
            read_cell(&j);
        return;
    }
}

/* ---- Databricks ---- */

/* The lines of a cell, freed of "# MAGIC ". */
static void read_databricks(struct script *s, struct slice text)
{
    struct cell c = {.bytes = buf_new(s->arena)};

    for (size_t at = 0; at <= text.n;) {
        struct slice line = at < text.n ? line_at(text, at) : (struct slice){"", 0};
        size_t cut = 0;
        if (at == text.n || slice_starts(line, "# COMMAND ----------")) {
            add_cell(s, &c);
            c = (struct cell){.bytes = buf_new(s->arena)};
            at += line.n + 1;
            continue;
        }
        if (slice_starts(line, "# MAGIC"))
            cut = line.n > 7 ? 8 : 7;
        for (size_t i = cut; i <= line.n; i++) {
            buf_addc(&c.bytes, i < line.n ? line.p[i] : '\n');
            vec_push(s->arena, &c.map, (uint32_t)(at + i));
        }
        at += line.n + 1;
        if (at > text.n)
            at = text.n;
    }
}

bool py_notebook(struct arena *a, struct slice path, struct slice source, struct slice *script,
                 const uint32_t **map)
{
    struct script s = {.arena = a, .bytes = buf_new(a)};

    if (slice_ends(path, ".ipynb"))
        read_ipynb(&s, source);
    else if (slice_starts(source, "# Databricks notebook source"))
        read_databricks(&s, source);
    else
        return false;
    vec_push(a, &s.map, (uint32_t)source.n);
    *script = (struct slice){buf_str(&s.bytes), s.bytes.n};
    *map = s.map.items;
    return true;
}
