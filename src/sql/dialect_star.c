/*
 * What a star shows otherwise. PostgreSQL has no * EXCEPT (a), * RENAME (a AS b), * REPLACE (x AS a): they
 * become calls behind the star, SQL_STAR_EXCEPT(a) and its kin, which the reader takes for what they mean.
 */
#include "sql/rewrites.h"

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->tokens, i, word);
}

/* Is the `*` at `i` a star, and no multiplication? */
static bool is_star(const struct sql_rewrite *w, uint32_t i)
{
    return is(w, i, '*') && i > w->first &&
           (is(w, i - 1, ',') || is(w, i - 1, '.') || is(w, i - 1, W_SELECT) || is(w, i - 1, W_DISTINCT) ||
            is(w, i - 1, W_ALL) || (i >= w->first + 2 && rewrite_is(w, i - 2, "top")));
}

static void insert(struct sql_rewrite *w, uint32_t off, const char *text)
{
    sql_edit_exact(w, off, 0, slice_of(text));
}

static uint32_t start_of(const struct sql_rewrite *w, uint32_t i)
{
    return w->tokens->list.items[i].off;
}

static uint32_t end_of(const struct sql_rewrite *w, uint32_t i)
{
    return w->tokens->list.items[i].off + w->tokens->list.items[i].len;
}

/* (a, b) or a; RENAME's a AS b is a pair of arguments. Returns the token behind. */
static uint32_t change_names(struct sql_rewrite *w, uint32_t i, const char *call, bool pairs)
{
    bool group = is(w, i + 1, '(');
    uint32_t end = group ? sql_skip_parens(w->tokens, i + 1, w->end) : i + 2 + (pairs ? 2 : 0);

    if (end > w->end)
        return i;
    sql_edit_tokens(w, i, i + 1, slice_of(call));
    for (uint32_t k = i + 1; pairs && k < end; k++)
        if (is(w, k, W_AS))
            sql_edit_tokens(w, k, k + 1, SLICE(","));
    if (!group) {
        insert(w, start_of(w, i + 1), "(");
        insert(w, end_of(w, end - 1), ")");
    }
    return end;
}

/* REPLACE (x AS a, y AS b): the names in a call, the values as items of the list. */
static uint32_t change_values(struct sql_rewrite *w, uint32_t i)
{
    uint32_t open = i + 1, end, depth = 0, names = 0;

    if (!is(w, open, '('))
        return i;
    end = sql_skip_parens(w->tokens, open, w->end);
    sql_edit_tokens(w, i, i + 1, SLICE(", " SQL_STAR_REPLACE "("));
    for (uint32_t k = open; k < end; k++) {
        depth += is(w, k, '(');
        depth -= is(w, k, ')');
        if (depth == 1 && is(w, k, W_AS) && sql_token_names(w->tokens, k + 1)) {
            insert(w, start_of(w, open), names++ ? ", " : "");
            sql_edit_move(w, start_of(w, open), start_of(w, k + 1), end_of(w, k + 1) - start_of(w, k + 1));
        }
    }
    insert(w, start_of(w, open), "), ");
    sql_edit_tokens(w, open, open + 1, (struct slice){0});
    sql_edit_tokens(w, end - 1, end, (struct slice){0});
    return end;
}

/* ILIKE 'pattern': the pattern stands where a name can. */
static uint32_t change_pattern(struct sql_rewrite *w, uint32_t i)
{
    struct buf name = buf_new(w->reader->scratch);
    struct slice text;

    if (i + 1 >= w->end || w->tokens->list.items[i + 1].kind != TOK_STRING)
        return i;
    text = sql_string_value(w->reader->scratch, w->tokens, i + 1, NULL);
    buf_adds(&name, "(\"");
    for (size_t k = 0; k < text.n; k++) {
        buf_addc(&name, text.p[k]);
        if (text.p[k] == '"')
            buf_addc(&name, '"');
    }
    buf_adds(&name, "\")");
    sql_edit_tokens(w, i, i + 1, SLICE(", " SQL_STAR_ILIKE));
    sql_edit_tokens(w, i + 1, i + 2, buf_slice(&name));
    return i + 2;
}

/* Is what stands at `i`, behind EXCEPT, a query? */
static bool starts_query(const struct sql_rewrite *w, uint32_t i)
{
    return is(w, i, W_SELECT) || is(w, i, W_WITH) || is(w, i, W_VALUES) || is(w, i, W_ALL) ||
           is(w, i, W_DISTINCT) || is(w, i, W_FROM) || is(w, i, '(');
}

/* Each clause starts a look of its own; the first one takes all that stand in a row. */
void rewrite_star_change(struct sql_rewrite *w, uint32_t i)
{
    if (i == w->first || !is_star(w, i - 1))
        return;
    for (uint32_t next = i; i < w->end; i = next) {
        bool group = is(w, i + 1, '(');

        if (starts_query(w, i + 1 + group))
            return;
        if (rewrite_is(w, i, "except") || rewrite_is(w, i, "exclude"))
            next = change_names(w, i, ", " SQL_STAR_EXCEPT, false);
        else if (rewrite_is(w, i, "rename"))
            next = change_names(w, i, ", " SQL_STAR_RENAME, true);
        else if (rewrite_is(w, i, "replace"))
            next = change_values(w, i);
        else if (rewrite_is(w, i, "ilike"))
            next = change_pattern(w, i);
        if (next == i)
            return;
        w->flags |= IR_STMT_REWRITTEN;
    }
}
