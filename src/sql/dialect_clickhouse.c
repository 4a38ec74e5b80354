/*
 * What ClickHouse has of its own: dictionaries, which calls read by name, and views that fill another table.
 */
#include "sql/rewrites.h"

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->tokens, i, word);
}

/* The comma that ends the argument at `i`, or the token that closes the call. */
static uint32_t argument_end(const struct sql_rewrite *w, uint32_t i, uint32_t close)
{
    while (i < close && !is(w, i, ','))
        i = is(w, i, '(') ? sql_skip_parens(w->tokens, i, close) : i + 1;
    return i;
}

/* Each part of a dictionary's name in quotes: `default` is a name there. A string says the whole name. */
static void quote_name(struct sql_rewrite *w, uint32_t first, uint32_t end)
{
    for (uint32_t k = first; k < end; k++) {
        struct sql_token t = w->tokens->list.items[k];
        struct slice s = t.kind == TOK_STRING ? sql_string_value(w->reader->scratch, w->tokens, k, NULL)
                                              : sql_token_text(w->tokens, k);
        struct buf b = buf_new(w->reader->scratch);

        if (t.kind != TOK_STRING && t.kind != TOK_WORD)
            continue;
        buf_addc(&b, '"');
        for (size_t c = 0; c < s.n; c++)
            buf_adds(&b, s.p[c] == '.' ? "\".\"" : (char[]){s.p[c] == '"' ? '_' : s.p[c], 0});
        buf_addc(&b, '"');
        sql_edit_exact(w, t.off, t.len, buf_slice(&b));
    }
}

/* dictGet(d, 'a', key [, default]) is (SELECT "a" FROM d WHERE (key) IS NOT NULL). */
void rewrite_dictionary(struct sql_rewrite *w, uint32_t i)
{
    uint32_t name = i + 2, close, name_end, column, column_end, key_end;
    const struct sql_token *t = w->tokens->list.items;

    if (!is(w, i + 1, '('))
        return;
    close = sql_skip_parens(w->tokens, i + 1, w->end) - 1;
    name_end = argument_end(w, name, close);
    column = name_end + 1;
    column_end = argument_end(w, column, close);
    key_end = argument_end(w, column_end + 1, close);
    if (column_end >= close || w->tokens->list.items[column].kind != TOK_STRING || column_end != column + 1 ||
        key_end == column_end + 1)
        return;
    sql_edit_tokens(w, i, name, SLICE("(SELECT "));
    sql_edit_move(w, t[name].off, t[column].off, t[column].len);
    sql_edit_insert(w, name, SLICE(" FROM "));
    quote_name(w, name, name_end);
    sql_edit_away(w, name_end, column_end + 1);
    quote_name(w, column, column_end);
    sql_edit_insert(w, column_end + 1, SLICE(" WHERE ("));
    sql_edit_tokens(w, key_end, close + 1, SLICE(") IS NOT NULL)"));
    w->flags |= IR_STMT_REWRITTEN;
}

/* CREATE MATERIALIZED VIEW v TO t AS SELECT … appends to t; v holds nothing itself. */
void rewrite_view_to(struct sql_rewrite *w, uint32_t i)
{
    uint32_t to = i + 1, name_end, as;

    if (i != w->first)
        return;
    while (to < w->end && !is(w, to, W_TO) && !is(w, to, W_AS) && !is(w, to, '('))
        to++;
    if (!is(w, to, W_TO))
        return;
    name_end = sql_name_end(w->tokens, to + 1, w->end);
    for (as = name_end; as < w->end && !is(w, as, W_AS); as++)
        if (is(w, as, '('))
            as = sql_skip_parens(w->tokens, as, w->end) - 1;
    if (as >= w->end)
        return;
    sql_edit_tokens(w, i, to + 1, SLICE("INSERT INTO"));
    sql_edit_tokens(w, name_end, as + 1, (struct slice){0});
    w->flags |= IR_STMT_REWRITTEN;
}
