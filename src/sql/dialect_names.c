/*
 * Names, strings and values put in elsewhere: what every dialect writes in its own quotes and with its own
 * sigils, turned into PostgreSQL's.
 */
#include "sql/dialect.h"

#include <string.h>

static bool touches(const struct sql_tokens *t, uint32_t left, uint32_t right)
{
    struct sql_token a = sql_token_at(t, left), b = sql_token_at(t, right);

    return a.off + a.len == b.off;
}

static bool part_of_name(unsigned kind)
{
    return kind == TOK_WORD || kind == TOK_QUOTED || kind == TOK_HOLE || kind == TOK_NUMBER;
}

/* Does a relation's name start at token `i`, by the word before it? */
static bool relation_follows(const struct sql_rewrite *w, uint32_t i)
{
    static const bool always[] = {
        [W_FROM] = true,   [W_JOIN] = true,      [W_INTO] = true, [W_TABLE] = true,
        [W_UPDATE] = true, [W_VIEW] = true,      [W_ONLY] = true, [W_TRUNCATE] = true,
        [W_EXISTS] = true, [W_OVERWRITE] = true, [W_CALL] = true};
    struct sql_token before = i > w->first ? w->tokens->list.items[i - 1] : (struct sql_token){0};

    if (before.word < sizeof always && always[before.word])
        return true;
    if (before.word == W_USING)
        return sql_token_is(w->tokens, w->first, W_MERGE);
    if (before.word == W_DELETE || before.word == W_INSERT || before.word == W_MERGE)
        return i == w->first + 1;
    return before.kind == TOK_WORD && before.word == W_PLAIN &&
           (slice_is_nocase(sql_token_text(w->tokens, i - 1), "schema") ||
            slice_is_nocase(sql_token_text(w->tokens, i - 1), "database"));
}

/* ---- holes ---- */

/* Is the hole at `i` (a part of) a name? */
static bool hole_names(const struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    struct sql_token before = i > w->first ? t->list.items[i - 1] : (struct sql_token){0};
    struct sql_token after = i + 1 < w->end ? t->list.items[i + 1] : (struct sql_token){0};

    if (before.word == '.' || after.word == '.')
        return true;
    if (part_of_name(before.kind) && touches(t, i - 1, i))
        return true;
    if (part_of_name(after.kind) && touches(t, i, i + 1))
        return true;
    if (before.word == '(' && i >= w->first + 2 && sql_token_is(t, i - 2, W_TABLE))
        return true; /* TABLE($result) */
    return before.word == W_AS || relation_follows(w, i);
}

/* A name of the same length: what can't stand in one becomes '_'. */
static struct slice name_of_hole(struct sql_rewrite *w, struct slice text, bool first)
{
    char *p = arena_strndup(w->reader->scratch, text.p, text.n);

    for (size_t k = 0; k < text.n; k++) {
        unsigned char c = (unsigned char)p[k];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;

        if (!letter && (c < '0' || c > '9' || (k == 0 && first)))
            p[k] = '_';
    }
    return (struct slice){p, text.n};
}

static void literal(struct sql_rewrite *w, struct sql_token k)
{
    char *p;

    if (k.len < 2) {
        sql_edit_exact(w, k.off, k.len, SLICE("''"));
        return;
    }
    p = arena_alloc(w->reader->scratch, k.len);
    memset(p, '_', k.len);
    p[0] = p[k.len - 1] = '\'';
    sql_edit_exact(w, k.off, k.len, (struct slice){p, k.len});
}

/* A whole clause: at the start before a statement, before a comma or a closing parenthesis there is none,
 * where a condition, an operator or the end would have to follow a value. */
static bool hole_is_clause(const struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    struct sql_token before = i > w->first ? t->list.items[i - 1] : (struct sql_token){0};
    bool brace = sql_token_text(t, i).p[0] == '{' || sql_token_text(t, i).p[0] == '$';

    if (i == w->first)
        return i + 1 < w->end &&
               (sql_word_starts(t->list.items[i + 1].word) || t->list.items[i + 1].kind == TOK_HOLE);
    if (!brace || touches(t, i - 1, i))
        return false;
    return part_of_name(before.kind) && (before.word == W_PLAIN || before.word == W_END) &&
           !relation_follows(w, i);
}

/* column:field.field[0].field goes; the column it is read from stays. */
static void blank_path(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t end = i + 1;

    while (end < w->end && touches(t, end - 1, end)) {
        if (sql_token_is(t, end, '.') || t->list.items[end].kind == TOK_HOLE) {
            end += sql_token_is(t, end, '.') ? 2 : 1;
        } else if (sql_token_is(t, end, '[')) {
            while (end < w->end && !sql_token_is(t, end, ']'))
                end++;
            end++;
        } else {
            break;
        }
    }
    sql_edit_tokens(w, i, end < w->end ? end : w->end, (struct slice){0});
    w->flags |= IR_STMT_REWRITTEN;
}

/* A value put in elsewhere: part of a name where one stands, a clause behind an operand, else a literal. */
void sql_rewrite_hole(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    struct sql_token k = t->list.items[i];
    bool path = sql_token_text(t, i).p[0] == ':' && k.len > 1 && i > w->first && touches(t, i - 1, i) &&
                (t->list.items[i - 1].kind == TOK_WORD || t->list.items[i - 1].kind == TOK_QUOTED ||
                 t->list.items[i - 1].kind == TOK_PARAM || t->list.items[i - 1].word == ']' ||
                 t->list.items[i - 1].word == ')');
    bool list = i > w->first && (sql_token_is(t, i - 1, W_IN) || sql_token_is(t, i - 1, W_VALUES));

    if (path && (w->dialects & (D_SNOWFLAKE | D_DATABRICKS)))
        blank_path(w, i);
    else if (hole_is_clause(w, i))
        sql_edit_pad(w, k.off, k.len, (struct slice){0});
    else if (hole_names(w, i))
        sql_edit_exact(w, k.off, k.len, name_of_hole(w, sql_token_text(t, i), true));
    else if (list)
        sql_edit_pad(w, k.off, k.len, SLICE("('')"));
    else
        literal(w, k);
}

/* ---- quotes ---- */

/* The name inside quotes at `i`; with `parts`, each part between dots is a name of its own. */
static struct slice requoted(struct sql_rewrite *w, uint32_t i, bool parts)
{
    bool quoted, partition = w->reader->dialect == IR_DIALECT_BIGQUERY;
    struct slice name = sql_token_name(w->reader->scratch, w->tokens, i, &quoted);
    struct buf b = buf_new(w->reader->scratch);

    if (partition && memchr(name.p, '$', name.n)) /* BigQuery's table$20240131 is a part of the table */
        name.n = (size_t)((const char *)memchr(name.p, '$', name.n) - name.p);
    buf_addc(&b, '"');
    for (size_t k = 0; k < name.n; k++) {
        if (parts && name.p[k] == '.')
            buf_adds(&b, "\".\"");
        else
            buf_add(&b, &name.p[k], 1);
        if (name.p[k] == '"')
            buf_addc(&b, '"');
    }
    buf_addc(&b, '"');
    return buf_slice(&b);
}

/* `name`, [name], `project.dataset.table` and @stage/path */
void sql_rewrite_quoted_name(struct sql_rewrite *w, uint32_t i)
{
    struct sql_token k = w->tokens->list.items[i];
    struct slice s = sql_token_text(w->tokens, i), with;
    struct buf b = buf_new(w->reader->scratch);

    if (s.p[0] == '"' || s.n < 3)
        return;
    w->flags |= IR_STMT_REWRITTEN;
    if (s.p[0] == '@') {
        buf_addc(&b, '"');
        for (size_t n = 0; n < s.n; n++)
            buf_addc(&b, s.p[n] == '"' ? '_' : s.p[n]);
        buf_addc(&b, '"');
        with = buf_slice(&b);
        if (sql_token_is(w->tokens, i + 1, '(')) /* (FILE_FORMAT => …, PATTERN => …) */
            sql_edit_tokens(w, i + 1, sql_skip_parens(w->tokens, i + 1, w->end), (struct slice){0});
    } else {
        with = requoted(w, i, s.p[0] == '`' && memchr(s.p, '.', s.n) != NULL);
    }
    sql_edit_exact(w, k.off, k.len, with);
}

/* Words behind which a string is no alias. */
static bool wants_string(struct slice word)
{
    static const char *const words[] = {"date",    "time", "timestamp", "datetime", "interval", "escape",
                                        "zone",    "path", "separator", "format",   "collate",  "binary",
                                        "rlike",   "glob", "regexp",    "ilike",    "match",    "div",
                                        "charset", "xor",  "using",     "mod"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is_nocase(word, words[i]))
            return true;
    return word.n > 0 && word.p[0] == '_'; /* MySQL's _utf8'…' */
}

/* SELECT a 'name', b AS 'name': what T-SQL, MySQL and SQLite take for a column's name. */
static bool is_alias(const struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    struct sql_token before = i > w->first ? t->list.items[i - 1] : (struct sql_token){0};
    bool ends = i + 1 >= w->end || sql_token_is(t, i + 1, ',') || sql_token_is(t, i + 1, W_FROM) ||
                sql_token_is(t, i + 1, ')') || sql_token_is(t, i + 1, W_INTO);

    if (!(w->dialects & (D_TSQL | D_MYSQL | D_SQLITE)) || (w->dialects & D_FAILED) || !ends ||
        !SQL_WORD_IN(sql_token_at(t, w->first).word, W_SELECT, W_WITH, W_INSERT, W_CREATE, W_ALTER, '('))
        return false;
    if (before.word == W_AS || before.word == ')' || before.word == W_END || before.kind == TOK_NUMBER ||
        before.kind == TOK_QUOTED)
        return true;
    return before.kind == TOK_WORD && before.word == W_PLAIN && !wants_string(sql_token_text(t, i - 1));
}

/* "text" where double quotes make strings, and backslashes where PostgreSQL has none. */
static void rewrite_literal(struct sql_rewrite *w, uint32_t i)
{
    struct slice s = sql_token_text(w->tokens, i);
    bool backslash = sql_dialect_lexing(w->reader->dialect) & SQL_LEX_BACKSLASH;
    char first = s.p[0], close = first == '"' ? '"' : '\'';
    struct buf b;
    size_t k = 1;

    if (first == 'r' || first == 'R' || first == 'b' ||
        (first == 'B' && w->reader->dialect == IR_DIALECT_BIGQUERY))
        close = s.p[1], k = 2;
    else if (first != '"' && (!memchr(s.p, '\\', s.n) || (first | 32) == 'e' || !backslash))
        return;
    b = buf_new(w->reader->scratch);
    buf_addc(&b, '\'');
    for (; k + 1 < s.n; k++) {
        if (s.p[k] == '\'' && close == '"')
            buf_addc(&b, '\'');
        if (s.p[k] == '\\' && k + 2 < s.n && s.p[k + 1] == '\'')
            buf_addc(&b, '\'');
        else
            buf_addc(&b, s.p[k]);
    }
    buf_addc(&b, '\'');
    sql_edit_exact(w, w->tokens->list.items[i].off, (uint32_t)s.n, buf_slice(&b));
    w->flags |= IR_STMT_REWRITTEN;
}

void sql_rewrite_string(struct sql_rewrite *w, uint32_t i)
{
    if (is_alias(w, i)) {
        struct buf b = buf_new(w->reader->scratch);
        struct slice name = sql_string_value(w->reader->scratch, w->tokens, i, NULL);

        buf_addc(&b, '"');
        for (size_t k = 0; k < name.n; k++)
            buf_addc(&b, name.p[k] == '"' ? '\'' : name.p[k]);
        buf_addc(&b, '"');
        sql_edit_exact(w, w->tokens->list.items[i].off, w->tokens->list.items[i].len, buf_slice(&b));
        w->flags |= IR_STMT_REWRITTEN;
        return;
    }
    rewrite_literal(w, i);
}
/* ---- sigils and dots ---- */

/* @name and @@name of T-SQL, MySQL and BigQuery; #name and ##name of T-SQL. Called by sql_dialect_rewrite()
 * for words that start so. */
void sql_rewrite_sigil(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    struct sql_token k = t->list.items[i];
    struct slice s = sql_token_text(t, i);
    bool dotted = sql_token_is(t, i + 1, '.') && sql_token_names(t, i + 2);
    uint32_t past = i + 3;
    struct buf b = buf_new(w->reader->scratch);

    w->flags |= IR_STMT_REWRITTEN;
    if (s.p[0] == '#' || relation_follows(w, i) || (dotted && !sql_token_is(t, i + 3, '('))) {
        buf_printf(&b, "\"%.*s\"", (int)s.n, s.p);
        sql_edit_exact(w, k.off, k.len, buf_slice(&b));
    } else if (i + 1 < w->end && sql_token_is(t, i + 1, SQL_OP_ASSIGN)) {
        sql_edit_tokens(w, i, i + 2, (struct slice){0});
    } else if (dotted) { /* a method: @x.value('…') */
        past = sql_skip_parens(t, past, w->end);
        sql_edit_tokens(w, i, past, SLICE("''"));
    } else {
        literal(w, k);
    }
}

/* 0xFF, 10L, 1.5BD: PostgreSQL's numbers have no such letters. */
void sql_rewrite_number(struct sql_rewrite *w, uint32_t i)
{
    struct slice s = sql_token_text(w->tokens, i);
    char last = s.p[s.n - 1] | 32;

    if (!(s.n >= 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x') && !(last >= 'a' && last <= 'z'))
        return;
    sql_edit_tokens(w, i, i + 1, SLICE("0"));
    w->flags |= IR_STMT_REWRITTEN;
}

/* $1 of a stage's files is a column; PostgreSQL's own $1 is a parameter. */
void sql_rewrite_position(struct sql_rewrite *w, uint32_t i)
{
    struct sql_token k = w->tokens->list.items[i];
    char *p;

    if (!(w->dialects & D_SNOWFLAKE) ||
        (w->dialects & D_FAILED && !(i > w->first && sql_token_is(w->tokens, i - 1, '.'))))
        return;
    p = arena_strndup(w->reader->scratch, w->tokens->content.p + k.off, k.len);
    p[0] = '_';
    sql_edit_exact(w, k.off, k.len, (struct slice){p, k.len});
    w->flags |= IR_STMT_REWRITTEN;
}

/* a..b is a.<default schema>.b */
void sql_rewrite_dots(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_token *k = &w->tokens->list.items[i];
    bool tsql = w->reader->dialect == IR_DIALECT_TSQL;

    if (i == w->first || i + 1 >= w->end || !part_of_name(k[-1].kind) || !part_of_name(k[1].kind))
        return;
    sql_edit_exact(w, k->off, k->len, tsql ? SLICE(".dbo.") : SLICE(".public."));
    w->flags |= IR_STMT_REWRITTEN;
}

/* Of a name with more than three parts, as a relation's, the first ones are blanked: a linked server, an
 * integration. A dash in an unquoted name (BigQuery's projects) makes the name quoted. */
static void long_name(struct sql_rewrite *w, uint32_t i, uint32_t end)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t parts = 1, first = i;

    for (uint32_t k = i; k < end; k++)
        parts += sql_token_is(t, k, SQL_OP_DOTS) ? 2 : sql_token_is(t, k, '.');
    for (; parts > 3 && first < end; first++)
        parts -= sql_token_is(t, first, '.');
    if (first == i)
        return;
    sql_edit_tokens(w, i, first, (struct slice){0});
    w->flags |= IR_STMT_REWRITTEN;
}

static void dashed_part(struct sql_rewrite *w, uint32_t i, uint32_t end)
{
    const struct sql_tokens *t = w->tokens;
    const struct sql_token *a = &t->list.items[i], *b = &t->list.items[end - 1];
    struct buf buf = buf_new(w->reader->scratch);

    buf_printf(&buf, "\"%.*s\"", (int)(b->off + b->len - a->off), t->content.p + a->off);
    sql_edit_exact(w, a->off, b->off + b->len - a->off, buf_slice(&buf));
    w->flags |= IR_STMT_REWRITTEN;
}

void sql_rewrite_relation(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t end, part = i;
    bool dash = false;

    if (!relation_follows(w, i) || (end = sql_name_end(t, i, w->end)) <= i + 1)
        return;
    for (uint32_t k = i; k <= end; k++) {
        if (k < end && !sql_token_is(t, k, '.')) {
            dash |= sql_token_is(t, k, '-');
            continue;
        }
        if (dash)
            dashed_part(w, part, k);
        part = k + 1;
        dash = false;
    }
    long_name(w, i, end);
}
