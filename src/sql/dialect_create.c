/*
 * CREATE TABLE and CREATE VIEW of every dialect: what stands between the name (or its columns) and AS, or
 * the end, says how the data is stored, not what it is.
 */
#include "sql/rewrites.h"

#include <string.h>

struct creation {
    uint32_t object; /* TABLE or VIEW */
    uint32_t name, name_end;
    uint32_t columns, columns_end; /* the parenthesis and one past its end; equal when there is none */
    uint32_t query;                /* where the query starts, w->end without one */
    uint32_t as;                   /* its AS, or equal to query */
    bool view;
};

bool rewrite_is(const struct sql_rewrite *w, uint32_t i, const char *word)
{
    return i < w->end && w->tokens->list.items[i].kind == TOK_WORD &&
           slice_is_nocase(sql_token_text(w->tokens, i), word);
}

uint32_t rewrite_find(const struct sql_rewrite *w, uint32_t i, const uint16_t *words)
{
    for (; i < w->end; i++) {
        if (sql_word_in(w->tokens->list.items[i].word, words))
            return i;
        if (sql_token_is(w->tokens, i, '('))
            i = sql_skip_parens(w->tokens, i, w->end) - 1;
        else if (sql_token_is(w->tokens, i, ')'))
            break;
    }
    return w->end;
}

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->tokens, i, word);
}

static void blank(struct sql_rewrite *w, uint32_t first, uint32_t end)
{
    if (first >= end)
        return;
    sql_edit_tokens(w, first, end, (struct slice){0});
    w->flags |= IR_STMT_REWRITTEN;
}

/* ---- the words before TABLE or VIEW ---- */

static bool kept(unsigned word, bool view)
{
    return SQL_WORD_IN(word, W_TEMP, W_TEMPORARY, W_LOCAL, W_UNLOGGED, W_MATERIALIZED) ||
           (word == W_OR && view) || (word == W_REPLACE && view);
}

static void modifiers(struct sql_rewrite *w, const struct creation *c)
{
    bool materialized = is(w, c->object - 1, W_MATERIALIZED), temp = false;

    for (uint32_t k = w->first + 1; k < c->object; k++)
        temp |= is(w, k, W_TEMP) || is(w, k, W_TEMPORARY);
    for (uint32_t k = w->first + 1; k < c->object; k++) {
        bool or_words = is(w, k, W_OR) || (k > w->first + 1 && is(w, k - 1, W_OR));

        if (or_words)
            w->flags |= IR_STMT_OR_REPLACE;
        if (rewrite_is(w, k, "volatile") && !temp)
            sql_edit_tokens(w, k, k + 1, SLICE("TEMP"));
        else if (or_words && c->view && !materialized && rewrite_is(w, k, "alter"))
            sql_edit_tokens(w, k, k + 1, SLICE("REPLACE"));
        else if (or_words ? !c->view || materialized : !kept(w->tokens->list.items[k].word, c->view))
            blank(w, k, k + 1);
        else
            continue;
        w->flags |= IR_STMT_REWRITTEN;
    }
}

/* ---- behind the name ---- */

static bool starts_query(const struct sql_rewrite *w, uint32_t i)
{
    return i < w->end && (SQL_WORD_IN(w->tokens->list.items[i].word, W_SELECT, W_VALUES, W_FROM) ||
                          rewrite_is(w, i, "sel") ||
                          (is(w, i, W_WITH) && sql_token_names(w->tokens, i + 1) &&
                           (is(w, i + 2, W_AS) || is(w, i + 2, '('))));
}

static bool group_is_query(const struct sql_rewrite *w, uint32_t i)
{
    while (is(w, i, '('))
        i++;
    return starts_query(w, i);
}

/* Is the WITH at `i` an option (WITH TAG (…), WITH DATA) and no CTE's: WITH t [(a)] AS ( … ? */
static bool with_option(const struct sql_rewrite *w, uint32_t i)
{
    uint32_t next = i + 2;

    if (!is(w, i, W_WITH) || rewrite_is(w, i + 1, "recursive"))
        return false;
    if (is(w, next, '('))
        next = sql_skip_parens(w->tokens, next, w->end);
    return !is(w, next, W_AS) ||
           !(is(w, next + 1, '(') || is(w, next + 1, W_MATERIALIZED) || is(w, next + 1, W_NOT));
}

/* Where the query starts behind the options at `i`. */
static void find_query(struct sql_rewrite *w, struct creation *c)
{
    uint32_t i = c->columns_end;

    for (; i < w->end; i++) {
        bool table = sql_token_names(w->tokens, i + 1) && /* AS t WITH DATA */
                     is(w, sql_name_end(w->tokens, i + 1, w->end), W_WITH);

        if (is(w, i, W_AS) &&
            (starts_query(w, i + 1) || is(w, i + 1, '(') || is(w, i + 1, W_TABLE) || table)) {
            c->as = i;
            c->query = i + 1;
            return;
        }
        if (starts_query(w, i) && !with_option(w, i) && !is(w, i, W_FROM) && !is(w, i, W_VALUES)) {
            c->as = c->query = i;
            return;
        }
        if (is(w, i, '(')) {
            if (group_is_query(w, i)) {
                c->as = c->query = i;
                return;
            }
            i = sql_skip_parens(w->tokens, i, w->end) - 1;
        }
    }
    c->as = c->query = w->end;
}

/* (a COMMENT 'x', b int) before AS becomes (a, b). */
static void plain_names(struct sql_rewrite *w, const struct creation *c)
{
    uint32_t depth = 0;

    for (uint32_t i = c->columns + 1, first = i; i + 1 <= c->columns_end; i++) {
        if (is(w, i, '('))
            depth++;
        else if (is(w, i, ')') && depth)
            depth--;
        else if (depth == 0 && (is(w, i, ',') || i + 1 == c->columns_end)) {
            blank(w, first + 1, i);
            first = i + 1;
        }
    }
}

/* LIKE t and CLONE t behind the name. */
static bool copies_table(struct sql_rewrite *w, const struct creation *c)
{
    uint32_t i = c->columns_end, end;

    while (rewrite_is(w, i, "shallow") || rewrite_is(w, i, "deep"))
        i++;
    if (!is(w, i, W_LIKE) && !rewrite_is(w, i, "clone") &&
        !(is(w, i, W_COPY) && sql_token_names(w->tokens, i + 1)))
        return false;
    end = sql_name_end(w->tokens, i + 1, w->end);
    if (end == i + 1)
        return false;
    blank(w, c->columns_end, i);
    blank(w, end, w->end);
    if (is(w, i, W_LIKE)) {
        sql_edit_insert(w, i, SLICE("("));
        sql_edit_insert(w, end, SLICE(")"));
    } else {
        sql_edit_tokens(w, i, i + 1, SLICE("AS TABLE"));
    }
    w->flags |= IR_STMT_REWRITTEN;
    return true;
}

static void head_if_not_exists(struct sql_rewrite *w, struct creation *c)
{
    uint32_t i = c->object + 1;

    if (is(w, i, W_IF) && is(w, i + 1, W_NOT)) {
        if (c->view && !is(w, c->object - 1, W_MATERIALIZED)) {
            blank(w, i, i + 3);
            w->flags |= IR_STMT_IF_NOT_EXISTS;
        }
        i += 3;
    }
    c->name = i;
    c->name_end = sql_name_end(w->tokens, i, w->end);
    i = c->name_end;
    if (is(w, i, W_IF) && is(w, i + 1, W_NOT)) {
        blank(w, i, i + 3);
        i += 3;
    }
    while (i < w->end && (is(w, i, ',') || (is(w, i, W_ON) && rewrite_is(w, i + 1, "cluster")))) {
        uint32_t stop = i + 1;

        while (stop < w->end && !is(w, stop, '(') && !is(w, stop, ',') && !is(w, stop, W_AS))
            stop++;
        blank(w, i, stop);
        i = stop;
    }
    c->columns = c->columns_end = i;
    if (is(w, i, '(') && !group_is_query(w, i))
        c->columns_end = sql_skip_parens(w->tokens, i, w->end);
}

static void tail(struct sql_rewrite *w, struct creation *c)
{
    find_query(w, c);
    if (c->query == w->end) {
        blank(w, c->columns_end, w->end);
        if (c->columns == c->columns_end)
            sql_edit_insert(w, w->end, SLICE(" ()"));
        return;
    }
    if (c->columns_end > c->columns)
        plain_names(w, c);
    blank(w, c->columns_end, c->as);
    if (c->as == c->query)
        sql_edit_insert(w, c->query, SLICE(" AS "));
    else if (!starts_query(w, c->query) && !is(w, c->query, '(') && !is(w, c->query, W_TABLE))
        sql_edit_insert(w, c->query, SLICE(" TABLE "));
}

void rewrite_create(struct sql_rewrite *w, uint32_t i)
{
    struct creation c = {.object = i + 1};

    if (i != w->first)
        return;
    while (c.object < w->end && c.object < i + 16 && !is(w, c.object, W_TABLE) && !is(w, c.object, W_VIEW) &&
           !is(w, c.object, '(') && !is(w, c.object, W_FUNCTION) && !is(w, c.object, W_INDEX) &&
           !is(w, c.object, W_ON))
        c.object++;
    c.view = is(w, c.object, W_VIEW) || rewrite_is(w, c.object - 1, "live");
    if (!is(w, c.object, W_TABLE) && !is(w, c.object, W_VIEW))
        return;
    modifiers(w, &c);
    head_if_not_exists(w, &c);
    if (c.name_end > c.name && !copies_table(w, &c))
        tail(w, &c);
}

/* CREATE OR REPLACE [TEMP] TABLE: PostgreSQL has OR REPLACE for views and routines only. */
void rewrite_or_replace_table(struct sql_rewrite *w, uint32_t i)
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
