/*
 * A lexer for edits: it only has to know where comments, strings and names begin and end.
 */
#include "ir/scan.h"

#include <ctype.h>
#include <string.h>

static bool is_name_byte(unsigned char c)
{
    return isalnum(c) || c == '_' || c == '$' || c >= 0x80;
}

static size_t end_of_line(struct slice t, size_t at)
{
    const char *end = memchr(t.p + at, '\n', t.n - at);

    return end ? (size_t)(end - t.p) : t.n;
}

static size_t end_of_block(struct slice t, size_t at)
{
    size_t depth = 0;

    for (; at + 1 < t.n; at++) {
        if (t.p[at] == '/' && t.p[at + 1] == '*') {
            depth++;
            at++;
        } else if (t.p[at] == '*' && t.p[at + 1] == '/') {
            at++;
            if (!--depth)
                return at + 1;
        }
    }
    return t.n;
}

/* A quote inside is doubled, or behind a backslash where `escapes` says so. */
static size_t end_of_quote(struct slice t, size_t at, bool escapes)
{
    char quote = t.p[at++];

    for (; at < t.n; at++) {
        if (t.p[at] == '\\' && escapes)
            at++;
        else if (t.p[at] == quote && at + 1 < t.n && t.p[at + 1] == quote)
            at++;
        else if (t.p[at] == quote)
            return at + 1;
    }
    return t.n;
}

/* The end of a dollar-quoted string that begins at `at`, 0 when none does. */
static size_t end_of_dollar(struct slice t, size_t at)
{
    size_t tag = at + 1;

    while (tag < t.n && t.p[tag] != '$' && is_name_byte((unsigned char)t.p[tag]))
        tag++;
    if (tag >= t.n || t.p[tag] != '$' || (tag > at + 1 && isdigit((unsigned char)t.p[at + 1])))
        return 0;
    tag++;
    const char *end = memmem(t.p + tag, t.n - tag, t.p + at, tag - at);
    return end ? (size_t)(end - t.p) + (tag - at) : t.n;
}

static size_t end_of_run(struct slice t, size_t at, bool space)
{
    while (at < t.n && (space ? isspace((unsigned char)t.p[at]) != 0 : is_name_byte((unsigned char)t.p[at])))
        at++;
    return at;
}

static struct scan_token token(struct scan *s, enum scan_kind kind, size_t end)
{
    struct scan_token t = {kind, s->at, {s->text.p + s->at, 0}};

    if (end > s->text.n)
        end = s->text.n;
    t.bytes.n = end - s->at;
    s->at = end;
    return t;
}

struct scan_token scan_next(struct scan *s)
{
    struct slice t = s->text;
    size_t at = s->at, end;
    unsigned char c, next;

    if (at >= t.n)
        return (struct scan_token){SCAN_END, t.n, {"", 0}};
    c = (unsigned char)t.p[at];
    next = at + 1 < t.n ? (unsigned char)t.p[at + 1] : 0;
    if (isspace(c))
        return token(s, SCAN_SPACE, end_of_run(t, at, true));
    if (c == '-' && next == '-')
        return token(s, SCAN_COMMENT, end_of_line(t, at));
    if (c == '/' && next == '*')
        return token(s, SCAN_COMMENT, end_of_block(t, at));
    if (c == '\'')
        return token(s, SCAN_STRING, end_of_quote(t, at, false));
    if ((c == 'e' || c == 'E') && next == '\'')
        return token(s, SCAN_STRING, end_of_quote(t, at + 1, true));
    if (c == '"')
        return token(s, SCAN_QUOTED, end_of_quote(t, at, false));
    if (c == '$' && (end = end_of_dollar(t, at)))
        return token(s, SCAN_STRING, end);
    if (is_name_byte(c))
        return token(s, SCAN_WORD, end_of_run(t, at, false));
    return token(s, SCAN_SYMBOL, at + 1);
}

struct scan_token scan_solid(struct scan *s)
{
    struct scan_token t;

    do
        t = scan_next(s);
    while (t.kind == SCAN_SPACE || t.kind == SCAN_COMMENT);
    return t;
}

/* ---- Python ---- */

size_t scan_python_string(struct slice s, size_t i)
{
    char quote = s.p[i];
    bool triple = i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote;

    for (i += triple ? 3 : 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == quote && !triple)
            return i + 1;
        else if (s.p[i] == quote && i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote)
            return i + 3;
    }
    return s.n;
}

size_t scan_python_skip(struct slice s, size_t i)
{
    if (s.p[i] == '#')
        return end_of_line(s, i);
    return s.p[i] == '"' || s.p[i] == '\'' ? scan_python_string(s, i) : i;
}
