/*
 * Passwords in the source: in URLs within strings, in `password=` of connection strings, and in strings given
 * to something called password; in shell code and around it in any line. Comments are not read. No message, snippet or hash may hold the value.
 */
#include "lint/facts.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 256 }; /* password that is looked for, so that a crafted text costs no more than itself */

struct scan {
    struct facts *f;
    ir_file_id file;
    struct slice source;
    bool python;
    bool
        lines; /* of the shell and of what is around it: a line is read as a string is, with or without quotes */
    bool marks[256]; /* bytes with which a comment or a string may begin */
};

static const char *const keywords[] = {"password", "pgpassword", "passwd", "pwd"};

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Values that only stand for a password. */
static bool is_placeholder(struct slice value)
{
    static const char *const words[] = {
        "password",      "passwd",       "pwd",         "pass", "secret",  "pw",
        "changeme",      "change_me",    "xxx",         "todo", "example", "none",
        "your_password", "yourpassword", "my_password", "null", "redacted"};
    size_t letters = 0;

    for (size_t i = 0; i < value.n; i++) {
        if (strchr("{}<>$%[]", value.p[i]))
            return true;
        letters += isalnum((unsigned char)value.p[i]) && value.p[i] != 'x' && value.p[i] != 'X';
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is_nocase(value, words[i]))
            return true;
    for (size_t i = 0; i + 3 <= value.n; i++)
        if (slice_starts_nocase(slice_sub(value, i, 3), "pwd") ||
            slice_starts_nocase(slice_sub(value, i, value.n - i), "password"))
            return true; /* db_pwd, encrypted_password: the name of one */
    return letters == 0; /* "", "...", "***", "xxxx" */
}

static void add_secret(const struct scan *s, struct slice value, const char *form, const char *scheme)
{
    FACT_ADD(s->f, secret, at_source(s->file, (uint32_t)(value.p - s->source.p), (uint32_t)value.n),
             .form = form, .scheme = scheme, .placeholder = is_placeholder(value),
             .test = file_is_test(s->f, s->file) || IR(s->f->ir, file, s->file)->language == IR_LANG_COMPOSE);
}

/* scheme://user:PASSWORD@host within a string; `at` is where the "://" stands. */
static void scan_url(const struct scan *s, struct slice string, size_t at)
{
    size_t start = at, i = at + 3, colon = 0, sign = 0;
    const char *scheme;

    while (start > 0 && (is_name(string.p[start - 1]) || strchr("+-.", string.p[start - 1])))
        start--;
    for (; i < string.n && !strchr("/?# \t\r\n\"'", string.p[i]); i++) {
        if (string.p[i] == ':' && !colon)
            colon = i;
        if (string.p[i] == '@')
            sign = i;
    }
    if (start == at || !colon || sign < colon)
        return;
    scheme = arena_strndup(s->f->arena, string.p + start, at - start);
    add_secret(s, slice_sub(string, colon + 1, sign - colon - 1), "url", scheme);
}

static size_t skip_blanks_back(struct slice source, size_t i)
{
    while (i > 0 && (source.p[i - 1] == ' ' || source.p[i - 1] == '\t'))
        i--;
    return i;
}

/* The keyword that ends right before `end` ("db_password" counts), or NULL. */
static const char *keyword_before(struct slice bytes, size_t end)
{
    for (size_t k = 0; k < sizeof keywords / sizeof *keywords; k++) {
        size_t n = strlen(keywords[k]);

        if (end >= n && slice_is_nocase(slice_sub(bytes, end - n, n), keywords[k]) &&
            (end == n || !isalnum((unsigned char)bytes.p[end - n - 1])))
            return keywords[k];
    }
    return NULL;
}

/* password=VALUE in a connection string of keywords; VALUE in quotes, and `password: VALUE`, on a line of its own. */
static void scan_pair(const struct scan *s, struct slice string, size_t equals)
{
    bool assigns =
        s->lines && equals + 1 < string.n && string.p[equals] == ':' && string.p[equals + 1] == '=';
    const char *keyword = keyword_before(string, assigns ? skip_blanks_back(string, equals) : equals);
    size_t start = equals + 1, end;

    if (!keyword)
        return;
    while (s->lines && start < string.n && string.p[equals] == ':' && strchr(" =", string.p[start]))
        start++;
    if (s->lines && start < string.n && (string.p[start] == '"' || string.p[start] == '\''))
        start++;
    for (end = start; end < string.n && end - equals < LONGEST && !strchr(" \t\r\n;&,'\")", string.p[end]);)
        end++;
    if (!s->lines || start >= string.n || string.p[start] != '/') /* PWD=/srv/etl is a folder */
        add_secret(s, slice_sub(string, start, end - start), "keyword", keyword);
}

/* ---- tokens: a prefix that only they have, and so many letters and digits after it ---- */

static const struct {
    const char *prefix, *service;
    size_t length; /* of what follows, at least */
} tokens[] = {{"dapi", "Databricks", 32},    {"AKIA", "AWS", 16},      {"ghp_", "GitHub", 36},
              {"github_pat_", "GitHub", 50}, {"glpat-", "GitLab", 20}, {"xoxb-", "Slack", 24},
              {"xoxp-", "Slack", 24},        {"AIza", "Google", 35},   {"sk_live_", "Stripe", 24}};

/* Is a range too plain to be a token: one character over and over, or the example of a manual? */
static bool is_plain(struct slice s)
{
    bool seen[256] = {false};
    uint32_t kinds = 0;

    for (size_t i = 0; i < s.n; i++) {
        kinds += !seen[(unsigned char)s.p[i]];
        seen[(unsigned char)s.p[i]] = true;
    }
    return kinds < 8 || memmem(s.p, s.n, "EXAMPLE", 7);
}

static void scan_token(const struct scan *s, struct slice string, size_t at)
{
    struct slice rest = slice_sub(string, at, string.n - at);

    if (at > 0 && isalnum((unsigned char)string.p[at - 1]))
        return;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        size_t n = strlen(tokens[i].prefix), end = n;

        if (!slice_starts(rest, tokens[i].prefix))
            continue;
        while (end < rest.n && end < LONGEST && (is_name(rest.p[end]) || rest.p[end] == '-'))
            end++;
        if (end - n >= tokens[i].length && !is_plain(slice_sub(rest, n, end - n)))
            FACT_ADD(s->f, token, at_source(s->file, (uint32_t)(rest.p - s->source.p), (uint32_t)end),
                     .service = tokens[i].service);
    }
}

static void scan_path(const struct scan *s, struct slice string, size_t at)
{
    static const char path[] = "/protocolv1/o/";
    struct slice rest = slice_sub(string, at, string.n - at);

    if (slice_starts(rest, path))
        FACT_ADD(s->f, cluster_path,
                 at_source(s->file, (uint32_t)(rest.p - s->source.p), (uint32_t)strlen(path)), .path = path);
}

static void scan_string(const struct scan *s, struct slice string)
{
    for (size_t i = 0; i < string.n; i++) {
        if (strchr("dAgxs", string.p[i]) && string.p[i])
            scan_token(s, string, i);
        if (string.p[i] == '/')
            scan_path(s, string, i);
        if (string.p[i] == ':' && i + 2 < string.n && string.p[i + 1] == '/' && string.p[i + 2] == '/')
            scan_url(s, string, i);
        if (string.p[i] == '=' || (s->lines && string.p[i] == ':'))
            scan_pair(s, string, i);
    }
}

/* A string whose opening quote stands at `quote` and that is given to a password: `password="…"`,
 * `"password": "…"`, `PASSWORD '…'` in SQL. */
static void scan_given(const struct scan *s, size_t quote, struct slice string)
{
    struct slice source = s->source;
    size_t i = quote;
    const char *keyword;
    bool assigned;

    while (i > 0 && s->python && strchr("rRbBuUfF", source.p[i - 1]))
        i--;
    i = skip_blanks_back(source, i);
    assigned = i > 0 && (source.p[i - 1] == '=' || source.p[i - 1] == ':');
    if (assigned)
        i = skip_blanks_back(source, i - 1);
    else if (s->python)
        return;
    if (assigned && i > 0 && (source.p[i - 1] == '"' || source.p[i - 1] == '\''))
        i--;
    keyword = keyword_before(source, i);
    if (keyword)
        add_secret(s, string, "keyword", keyword);
}

/* The length of the comment at `i`, 0 when there is none. */
static size_t comment_at(const struct scan *s, size_t i)
{
    struct slice rest = slice_sub(s->source, i, s->source.n - i);
    const char *end;

    if (s->python ? *rest.p == '#' : slice_starts(rest, "--")) {
        end = memchr(rest.p, '\n', rest.n);
        return end ? (size_t)(end - rest.p) : rest.n;
    }
    if (s->python || !slice_starts(rest, "/*"))
        return 0;
    end = memmem(rest.p + 2, rest.n - 2, "*/", 2);
    return end ? (size_t)(end - rest.p) + 2 : rest.n;
}

/* The string whose quote stands at `i`; `*next` is where the source goes on. */
static struct slice string_at(const struct scan *s, size_t i, size_t *next)
{
    struct slice source = s->source;
    char quote = source.p[i];
    size_t marks =
        s->python && i + 2 < source.n && source.p[i + 1] == quote && source.p[i + 2] == quote ? 3 : 1;
    size_t start = i + marks, end = start;

    while (end < source.n) {
        if (s->python && source.p[end] == '\\') {
            end += 2;
            continue;
        }
        if (source.p[end] == quote &&
            (marks == 1 || (end + 2 < source.n && source.p[end + 1] == quote && source.p[end + 2] == quote)))
            break;
        end++;
    }
    if (end > source.n)
        end = source.n;
    *next = end + marks < source.n ? end + marks : source.n;
    return slice_sub(source, start, end - start);
}

/* Where a comment or a string may begin next. */
static size_t next_mark(const struct scan *s, size_t i)
{
    while (i < s->source.n && !s->marks[(unsigned char)s->source.p[i]])
        i++;
    return i;
}

static void scan_file(const struct scan *s)
{
    for (size_t i = next_mark(s, 0); i < s->source.n; i = next_mark(s, i)) {
        size_t comment = comment_at(s, i), next;
        struct slice string;

        if (comment) {
            i += comment;
        } else if (s->source.p[i] == '"' || s->source.p[i] == '\'') {
            string = string_at(s, i, &next);
            scan_given(s, i, string);
            scan_string(s, string);
            i = next;
        } else {
            i++;
        }
    }
}

/* Where the comment of a line begins: at a # that no word holds. */
static size_t line_comment(struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '#' && (i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '\t'))
            return i;
    return line.n;
}

static void scan_lines(const struct scan *s)
{
    for (size_t i = 0; i < s->source.n;) {
        const char *end = memchr(s->source.p + i, '\n', s->source.n - i);
        struct slice line = slice_sub(s->source, i, end ? (size_t)(end - s->source.p) - i : s->source.n - i);

        scan_string(s, slice_sub(line, 0, line_comment(line)));
        i += line.n + 1;
    }
}

void facts_of_secrets(struct facts *f)
{
    const struct ir *ir = f->ir;
    struct scan sql = {.f = f, .marks = {['"'] = true, ['\''] = true, ['-'] = true, ['/'] = true}};
    struct scan python = {.f = f, .python = true, .marks = {['"'] = true, ['\''] = true, ['#'] = true}};
    struct scan shell = {.f = f, .lines = true};

    for (IR_EACH(ir, file, i)) {
        const struct ir_file *row = IR(ir, file, i);
        struct scan *s = row->language == IR_LANG_PYTHON || row->language == IR_LANG_NOTEBOOK ? &python
                         : ir_has_hash_comments(row->language)                                ? &shell
                                                                                              : &sql;

        s->file = i;
        s->source = ir_slice(ir, row->source);
        if (s->lines)
            scan_lines(s);
        else
            scan_file(s);
    }
}
