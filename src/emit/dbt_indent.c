/*
 * SQL moved to the right. A line that begins inside of a string must stay where it is, so strings, quoted names and
 * comments are stepped over as wholes; in a comment the lines move, in a string they don't.
 */
#include "emit/dbt.h"

#include <ctype.h>
#include <string.h>

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Behind the quote that closes the one at `at`: doubled ones, and with `escapes` those behind a backslash, don't. */
static size_t end_of_quote(struct slice t, size_t at, bool escapes)
{
    char quote = t.p[at++];

    for (; at < t.n; at++) {
        if (escapes && t.p[at] == '\\')
            at++;
        else if (t.p[at] == quote && at + 1 < t.n && t.p[at + 1] == quote)
            at++;
        else if (t.p[at] == quote)
            return at + 1;
    }
    return t.n;
}

/* The end of the $tag$…$tag$ that begins at `at`; `at` when none does. */
static size_t end_of_dollar(struct slice t, size_t at)
{
    size_t tag = at + 1;
    const char *end;

    while (tag < t.n && t.p[tag] != '$' && is_name_byte(t.p[tag]))
        tag++;
    if (tag >= t.n || t.p[tag] != '$' || isdigit((unsigned char)t.p[at + 1]))
        return at;
    tag++;
    end = memmem(t.p + tag, t.n - tag, t.p + at, tag - at);
    return end ? (size_t)(end - t.p) + (tag - at) : t.n;
}

static size_t end_of_comment(struct slice t, size_t at)
{
    const char *end =
        t.p[at] == '-' ? memchr(t.p + at, '\n', t.n - at) : memmem(t.p + at + 2, t.n - at - 2, "*/", 2);

    if (!end)
        return t.n;
    return (size_t)(end - t.p) + (t.p[at] == '-' ? 0 : 2);
}

static bool begins_comment(struct slice t, size_t at)
{
    return at + 1 < t.n && ((t.p[at] == '-' && t.p[at + 1] == '-') || (t.p[at] == '/' && t.p[at + 1] == '*'));
}

/* Where the string that begins at `at` ends; `at` when none begins there. */
static size_t end_of_string(struct slice t, size_t at)
{
    bool in_word = at && is_name_byte(t.p[at - 1]);

    if (t.p[at] == '\'')
        return end_of_quote(t, at,
                            in_word && (t.p[at - 1] | 32) == 'e' && (at < 2 || !is_name_byte(t.p[at - 2])));
    if (t.p[at] == '"')
        return end_of_quote(t, at, false);
    if (t.p[at] == '$' && !in_word)
        return end_of_dollar(t, at);
    return at;
}

static void add_lines(struct buf *out, struct slice t, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        buf_addc(out, t.p[i]);
        if (t.p[i] == '\n' && i + 1 < t.n && t.p[i + 1] != '\n')
            buf_adds(out, "    ");
    }
}

void dbt_add_indented(struct buf *out, struct slice text)
{
    size_t at = 0, from = 0;

    buf_adds(out, text.n ? "    " : "");
    while (at < text.n) {
        size_t end = begins_comment(text, at) ? end_of_comment(text, at) : at;
        size_t string = end > at ? at : end_of_string(text, at);

        if (string > at) {
            add_lines(out, text, from, at);
            buf_add(out, text.p + at, string - at);
            from = at = string;
        } else {
            at = end > at ? end : at + 1;
        }
    }
    add_lines(out, text, from, at);
}
