/*
 * Tokens with their groups paired once, so that every later search steps over a group in one go and the
 * work stays linear in the statement.
 */
#include "sql/span.h"

#include <string.h>

static bool is_op(const struct spans *s, uint32_t i, char c)
{
    return i < s->count && s->tokens->list.items[i].kind == TOK_OP &&
           s->tokens->list.items[i].word == (unsigned)c;
}

static bool is_word(const struct spans *s, uint32_t i, enum sql_word word)
{
    return i < s->count && s->tokens->list.items[i].kind == TOK_WORD && sql_token_is(s->tokens, i, word);
}

bool span_is(const struct spans *s, uint32_t token, const char *word)
{
    return token < s->count && slice_is_nocase(sql_token_text(s->tokens, token), word);
}

/* After AS or a dot any keyword is a name. */
static bool is_label(const struct spans *s, uint32_t i)
{
    return i > 0 && (is_word(s, i - 1, W_AS) || is_op(s, i - 1, '.'));
}

enum edge { EDGE_NONE, EDGE_OPEN, EDGE_CLOSE, EDGE_CASE, EDGE_END };

static enum edge edge_of(const struct spans *s, uint32_t i)
{
    if (is_op(s, i, '(') || is_op(s, i, '['))
        return EDGE_OPEN;
    if (is_op(s, i, ')') || is_op(s, i, ']'))
        return EDGE_CLOSE;
    if (is_word(s, i, W_CASE) && !is_label(s, i))
        return EDGE_CASE;
    if (is_word(s, i, W_END) && !is_label(s, i))
        return EDGE_END;
    return EDGE_NONE;
}

/* The group that a closing token ends: a CASE left open inside parentheses is none. */
static uint32_t closed_by(const struct spans *s, uint32_t open, enum edge edge)
{
    if (edge == EDGE_END)
        return open != SPAN_NONE && is_word(s, open, W_CASE) ? open : SPAN_NONE;
    while (open != SPAN_NONE && is_word(s, open, W_CASE))
        open = s->up[open];
    return open;
}

static void pair(struct spans *s)
{
    uint32_t open = SPAN_NONE;

    for (uint32_t i = 0; i < s->count; i++) {
        enum edge edge = edge_of(s, i);
        uint32_t start = edge == EDGE_CLOSE || edge == EDGE_END ? closed_by(s, open, edge) : SPAN_NONE;

        s->match[i] = i;
        if (start != SPAN_NONE) {
            s->match[start] = i;
            s->match[i] = start;
            open = s->up[start];
        }
        s->up[i] = open;
        if (edge == EDGE_OPEN || edge == EDGE_CASE)
            open = i;
    }
}

static void index_runs(struct spans *s)
{
    const struct sql_token *tokens = s->tokens->list.items;
    uint32_t at = 0, runs = (uint32_t)s->tokens->content.n / SPAN_RUN + 1;

    for (uint32_t run = 0; run < runs; run++) {
        while (at < s->count && tokens[at].off + tokens[at].len <= run * SPAN_RUN)
            at++;
        s->near[run] = at;
    }
}

struct spans *spans_read(struct arena *a, const struct sql_tokens *tokens)
{
    struct spans *s = ARENA_NEW(a, struct spans);

    s->tokens = tokens;
    s->count = s->tokens->list.count;
    s->match = ARENA_ARRAY(a, uint32_t, s->count + 1);
    s->up = ARENA_ARRAY(a, uint32_t, s->count + 1);
    s->near = ARENA_ARRAY(a, uint32_t, tokens->content.n / SPAN_RUN + 1);
    pair(s);
    index_runs(s);
    return s;
}

uint32_t span_at(const struct spans *s, uint32_t off)
{
    const struct sql_token *tokens = s->tokens->list.items;
    uint32_t at = s->count;

    if (off <= s->tokens->content.n)
        for (at = s->near[off / SPAN_RUN]; at < s->count && tokens[at].off + tokens[at].len <= off; at++)
            ;
    return at;
}

struct span span_name(const struct spans *s, uint32_t token)
{
    uint32_t end = token;

    if (!sql_token_names(s->tokens, token) && !is_op(s, token, '*'))
        return (struct span){token, token < s->count ? token + 1 : token};
    end++;
    while (is_op(s, end, '.') && (sql_token_names(s->tokens, end + 1) || is_op(s, end + 1, '*')))
        end += 2;
    return (struct span){token, end};
}

struct span span_relation(const struct spans *s, uint32_t token)
{
    struct span span = span_name(s, token);

    if (span.end < s->count && is_op(s, span.end, '*'))
        span.end++;
    return span;
}

/* Steps over one token or a whole group. */
static uint32_t step(const struct spans *s, uint32_t i)
{
    return s->match[i] > i ? s->match[i] + 1 : i + 1;
}

/* Does the keyword at `i` end an item of a list? Only where it is no part of an expression. */
static bool ends_item(const struct spans *s, uint32_t i)
{
    static const enum sql_word words[] = {W_FROM,  W_WHERE,     W_INTO,   W_GROUP, W_HAVING, W_WINDOW,
                                          W_UNION, W_INTERSECT, W_EXCEPT, W_ORDER, W_LIMIT,  W_OFFSET,
                                          W_FETCH, W_FOR,       W_ON,     W_WITH,  W_WHEN,   W_RETURNING};

    if (s->tokens->list.items[i].kind != TOK_WORD || is_label(s, i))
        return false;
    if (is_word(s, i, W_FROM) && i >= 2 && is_word(s, i - 1, W_DISTINCT))
        return !is_word(s, i - 2, W_IS) && !is_word(s, i - 2, W_NOT);
    if (is_word(s, i, W_GROUP) && i > 0 && span_is(s, i - 1, "within"))
        return false;
    if (is_word(s, i, W_WITH) && span_is(s, i + 1, "time"))
        return false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (is_word(s, i, words[k]))
            return true;
    return false;
}

struct span span_item(const struct spans *s, uint32_t token)
{
    uint32_t i = token;

    while (i < s->count && !is_op(s, i, ',') && !is_op(s, i, ')') && !is_op(s, i, ']') &&
           s->tokens->list.items[i].kind != TOK_END && (i == token || !ends_item(s, i)))
        i = step(s, i);
    return (struct span){token, i};
}

uint32_t span_alias_end(const struct spans *s, uint32_t token, bool columns)
{
    uint32_t i = token;

    if (is_op(s, i, '*'))
        i++;
    if (is_word(s, i, W_AS))
        i++;
    if (sql_token_names(s->tokens, i))
        i++;
    if (columns && is_op(s, i, '('))
        i = step(s, i);
    return i;
}

uint32_t span_find(const struct spans *s, uint32_t from, uint32_t end, const char *const *words)
{
    for (uint32_t i = from; i < end && i < s->count; i = step(s, i)) {
        if (s->tokens->list.items[i].kind != TOK_WORD || is_label(s, i))
            continue;
        for (size_t k = 0; words[k]; k++)
            if (span_is(s, i, words[k]))
                return i;
    }
    return end;
}

struct span span_group(const struct spans *s, uint32_t token, struct span whole)
{
    uint32_t open = token < s->count ? s->up[token] : SPAN_NONE;

    while (open != SPAN_NONE && s->match[open] <= open)
        open = s->up[open];
    if (open == SPAN_NONE)
        return whole;
    return (struct span){open + 1, s->match[open]};
}

uint32_t span_block_start(const struct spans *s, uint32_t token)
{
    uint32_t group = token < s->count ? s->up[token] : SPAN_NONE;

    for (uint32_t i = token; i-- > 0 && i != group;) {
        if (s->match[i] < i)
            i = s->match[i];
        else if (is_word(s, i, W_SELECT) || is_word(s, i, W_VALUES) || is_word(s, i, W_TABLE))
            return i;
    }
    return SPAN_NONE;
}

uint32_t span_arm_end(const struct spans *s, uint32_t token, uint32_t end, bool tail)
{
    static const char *const all[] = {"union",  "intersect", "except", "order", "limit",
                                      "offset", "fetch",     "for",    NULL};
    static const char *const operators[] = {"union", "intersect", "except", NULL};

    return span_find(s, token, end, tail ? operators : all);
}

static bool is_operator(const struct spans *s, uint32_t i)
{
    return is_word(s, i, W_UNION) || is_word(s, i, W_INTERSECT) || is_word(s, i, W_EXCEPT);
}

struct span span_widen(const struct spans *s, struct span arm, struct span whole)
{
    while (arm.first > whole.first && arm.end > arm.first && is_op(s, arm.first - 1, '(') &&
           s->match[arm.first - 1] == arm.end) {
        uint32_t before = arm.first >= 2 ? arm.first - 2 : SPAN_NONE;

        if (before != SPAN_NONE && (is_word(s, before, W_ALL) || is_word(s, before, W_DISTINCT)))
            before--;
        if (!is_operator(s, arm.end + 1) && (before == SPAN_NONE || !is_operator(s, before)))
            break;
        arm.first--;
        arm.end++;
    }
    return arm;
}
