/*
 * The dialect layer: rewrites are edits on the statement's own bytes. As long as no edit changes a length
 * the offsets stay as they are; else a map goes with the text.
 */
#include "sql/dialect.h"

#include <string.h>

typedef void rewrite_function(struct sql_rewrite *w, uint32_t i);

unsigned sql_dialect_lexing(enum ir_dialect dialect)
{
    static const unsigned flags[] = {
#define DIALECT(constant, lexing) [IR_DIALECT_##constant] = (lexing),
#include "sql/dialects.def"
    };

    return (size_t)dialect < sizeof flags / sizeof *flags ? flags[dialect] : 0;
}

/* ---- edits ---- */

void sql_edit_exact(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with)
{
    struct sql_edit e = {.off = off, .len = len, .with = with};

    vec_push(w->reader->scratch, &w->edits, e);
}

void sql_edit_pad(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with)
{
    char *p;

    if (with.n < len) {
        p = arena_alloc(w->reader->scratch, len);
        memset(p, ' ', len);
        if (with.n)
            memcpy(p, with.p, with.n);
        with = (struct slice){p, len};
    }
    sql_edit_exact(w, off, len, with);
}

/* Edits come from the walker and from several rewrites: each is in order, together they may not be. */
static void sort_edits(struct sql_rewrite *w)
{
    struct sql_edit *e = w->edits.items;

    for (uint32_t i = 1; i < w->edits.count; i++) {
        struct sql_edit moved = e[i];
        uint32_t k = i;

        for (; k > 0 && e[k - 1].off > moved.off; k--)
            e[k] = e[k - 1];
        e[k] = moved;
    }
}

/* How long content[off, off + len) is after the edits; *same: no edit changes a length. */
static uint32_t edited_size(const struct sql_rewrite *w, uint32_t off, uint32_t len, bool *same)
{
    uint32_t size = len, at = off;

    *same = true;
    for (uint32_t i = 0; i < w->edits.count; i++) {
        struct sql_edit e = w->edits.items[i];

        if (e.off < at)
            continue; /* inside an earlier edit */
        size = size - e.len + (uint32_t)e.with.n;
        *same &= e.with.n == e.len;
        at = e.off + e.len;
    }
    return size;
}

void sql_edits_apply(struct sql_rewrite *w, struct sql_piece *piece)
{
    struct slice content = w->tokens->content;
    uint32_t at = piece->off, stop = piece->off + piece->len, n = 0, size;
    bool same;

    sort_edits(w);
    size = edited_size(w, piece->off, piece->len, &same);
    char *out = arena_alloc(w->reader->scratch, size + 1);
    uint32_t *map = same ? NULL : ARENA_ARRAY(w->reader->scratch, uint32_t, size + 1);

    for (uint32_t i = 0; i <= w->edits.count; i++) {
        struct sql_edit e = i < w->edits.count ? w->edits.items[i] : (struct sql_edit){.off = stop};

        if (e.off < at)
            continue;
        memcpy(out + n, content.p + at, e.off - at);
        for (; at < e.off; at++, n++)
            if (map)
                map[n] = at;
        if (e.with.n)
            memcpy(out + n, e.with.p, e.with.n);
        for (uint32_t k = 0; k < e.with.n; k++, n++)
            if (map)
                map[n] = at + (k < e.len ? k : e.len);
        at = e.off + e.len;
    }
    if (map)
        map[n] = stop;
    piece->sql = (struct slice){out, n};
    piece->map = map;
}

uint32_t sql_piece_offset(const struct sql_piece *piece, uint32_t sql_off)
{
    if (sql_off > piece->sql.n)
        sql_off = (uint32_t)piece->sql.n;
    return piece->map ? piece->map[sql_off] : piece->off + sql_off;
}

/* ---- rewrites for every dialect ---- */

/* CREATE OR REPLACE [TEMP] TABLE: PostgreSQL has OR REPLACE for views and routines only. */
static void rewrite_or_replace_table(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t k = i + 3;

    if (i != w->first || !sql_token_is(t, i + 1, W_OR) || !sql_token_is(t, i + 2, W_REPLACE))
        return;
    while (sql_token_is(t, k, W_TEMP) || sql_token_is(t, k, W_TEMPORARY) || sql_token_is(t, k, W_LOCAL) ||
           sql_token_is(t, k, W_GLOBAL) || sql_token_is(t, k, W_UNLOGGED))
        k++;
    if (!sql_token_is(t, k, W_TABLE))
        return;
    for (uint32_t b = i + 1; b <= i + 2; b++)
        sql_edit_pad(w, t->list.items[b].off, t->list.items[b].len, (struct slice){0});
    w->flags |= IR_STMT_OR_REPLACE | IR_STMT_REWRITTEN;
}

static bool touches(const struct sql_tokens *t, uint32_t left, uint32_t right)
{
    struct sql_token a = sql_token_at(t, left), b = sql_token_at(t, right);

    return a.off + a.len == b.off;
}

static bool part_of_name(unsigned kind)
{
    return kind == TOK_WORD || kind == TOK_QUOTED || kind == TOK_HOLE || kind == TOK_NUMBER;
}

/* Is the hole at `i` (a part of) a relation's name? */
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
    return SQL_WORD_IN(before.word, W_FROM, W_JOIN, W_INTO, W_TABLE, W_UPDATE, W_VIEW, W_ONLY, W_TRUNCATE,
                       W_EXISTS, W_AS, W_OVERWRITE);
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

/* A value put in elsewhere: part of a name where one stands, else a literal. */
static void rewrite_hole(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    struct sql_token k = t->list.items[i];
    bool list = i > w->first && (sql_token_is(t, i - 1, W_IN) || sql_token_is(t, i - 1, W_VALUES));
    char *p;

    if (hole_names(w, i)) {
        sql_edit_exact(w, k.off, k.len, name_of_hole(w, sql_token_text(t, i), true));
    } else if (list) {
        sql_edit_pad(w, k.off, k.len, SLICE("('')"));
    } else if (k.len < 2) {
        sql_edit_exact(w, k.off, k.len, SLICE("''"));
    } else {
        p = arena_alloc(w->reader->scratch, k.len);
        memset(p, '_', k.len);
        p[0] = p[k.len - 1] = '\'';
        sql_edit_exact(w, k.off, k.len, (struct slice){p, k.len});
    }
}

/* `name` and [name] */
static void rewrite_quoted_name(struct sql_rewrite *w, uint32_t i)
{
    struct slice s = sql_token_text(w->tokens, i);
    char *p;

    if (s.p[0] == '"' || s.n < 3)
        return;
    p = arena_strndup(w->reader->scratch, s.p, s.n);
    p[0] = p[s.n - 1] = '"';
    sql_edit_exact(w, w->tokens->list.items[i].off, (uint32_t)s.n, (struct slice){p, s.n});
    w->flags |= IR_STMT_REWRITTEN;
}

/* "text" where double quotes make strings, and backslashes where PostgreSQL has none. */
static void rewrite_quoted_string(struct sql_rewrite *w, uint32_t i)
{
    struct slice s = sql_token_text(w->tokens, i);
    struct buf b;

    if (s.p[0] != '"' && (!memchr(s.p, '\\', s.n) || (s.p[0] | 32) == 'e' ||
                          !(sql_dialect_lexing(w->reader->dialect) & SQL_LEX_BACKSLASH)))
        return;
    b = buf_new(w->reader->scratch);
    buf_addc(&b, '\'');
    for (size_t k = 1; k + 1 < s.n; k++) {
        if (s.p[k] == '\'' && s.p[0] == '"')
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

/* ---- the mechanism ---- */

void sql_dialect_rewrite(struct sql_rewrite *w)
{
    static const struct {
        uint32_t dialects;
        unsigned kind, word;
        rewrite_function *run;
    } rows[] = {
#define REWRITE(name, mask, token_kind, token_word) {mask, token_kind, token_word, rewrite_##name},
#include "sql/dialects.def"
    };
    uint32_t dialect = 1u << w->reader->dialect;

    for (uint32_t i = w->first; i < w->end; i++) {
        struct sql_token t = w->tokens->list.items[i];

        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            if (rows[r].kind == t.kind && rows[r].word == t.word && (rows[r].dialects & dialect))
                rows[r].run(w, i);
    }
}

enum ir_dialect sql_dialect_detect(const struct sql_tokens *t)
{
    for (uint32_t i = 0; i < t->list.count; i++) {
        struct sql_token k = t->list.items[i];

        if (k.kind == TOK_DATA || (k.kind == TOK_META && t->content.p[k.off] == '\\'))
            return IR_DIALECT_POSTGRES;
        if (k.word == W_LANGUAGE && slice_is_nocase(sql_token_text(t, i + 1), "plpgsql"))
            return IR_DIALECT_POSTGRES;
        if (k.word == W_DO && sql_token_at(t, i + 1).kind == TOK_DOLLAR)
            return IR_DIALECT_POSTGRES;
    }
    return IR_DIALECT_GENERIC;
}
