/*
 * Parts of queries that take more than a pattern: QUALIFY, LATERAL VIEW, UNNEST, types with angle brackets,
 * literals of arrays and objects.
 */
#include "sql/rewrites.h"

#include <string.h>

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->tokens, i, word);
}

static void blank(struct sql_rewrite *w, uint32_t first, uint32_t end)
{
    sql_edit_tokens(w, first, end, (struct slice){0});
    w->flags |= IR_STMT_REWRITTEN;
}

/* ---- QUALIFY ---- */

/* A condition on windows stands where HAVING does; with a HAVING of its own, both must hold. */
void rewrite_qualify(struct sql_rewrite *w, uint32_t i)
{
    uint32_t depth = 0;
    bool having = false;

    if (i == w->first || is(w, i - 1, '.') || is(w, i + 1, '.') || is(w, i + 1, ','))
        return;
    for (uint32_t k = i; k-- > w->first;) {
        unsigned c = w->tokens->list.items[k].word;

        if (c == ')')
            depth++;
        else if (c == '(' && depth-- == 0)
            break;
        if (depth == 0 && c == W_SELECT)
            break;
        having |= depth == 0 && c == W_HAVING;
    }
    sql_edit_tokens(w, i, i + 1, having ? SLICE("AND") : SLICE("HAVING"));
    w->flags |= IR_STMT_REWRITTEN;
}

/* ---- LATERAL VIEW ---- */

/* LATERAL VIEW [OUTER] f(x) t [AS a, b] is CROSS JOIN LATERAL f(x) AS t (a, b). */
void rewrite_lateral_view(struct sql_rewrite *w, uint32_t i)
{
    uint32_t call = i + 2, end, name, column;

    if (!is(w, i + 1, W_VIEW))
        return;
    call += is(w, call, W_OUTER);
    end = sql_name_end(w->tokens, call, w->end);
    if (!is(w, end, '('))
        return;
    end = sql_skip_parens(w->tokens, end, w->end);
    sql_edit_tokens(w, i, call, SLICE("CROSS JOIN LATERAL"));
    w->flags |= IR_STMT_REWRITTEN;
    name = end;
    if (!is(w, name, W_AS) && name < w->end && sql_token_names(w->tokens, name))
        name++;
    else
        sql_edit_insert(w, name, SLICE(" _v "));
    if (!is(w, name, W_AS))
        return;
    sql_edit_tokens(w, name, name + 1, SLICE("("));
    for (column = name + 1; is(w, column + 1, ',') && sql_token_names(w->tokens, column + 2); column += 2)
        ;
    sql_edit_insert(w, column + 1, SLICE(")"));
}

/* ---- UNNEST ---- */

/* A name that may stand without AS. */
static bool is_plain(const struct sql_rewrite *w, uint32_t i)
{
    return i < w->end && w->tokens->list.items[i].kind == TOK_WORD &&
           w->tokens->list.items[i].word == W_PLAIN;
}

/* UNNEST(x) [AS] a [WITH OFFSET [AS] b] is UNNEST(x) WITH ORDINALITY [AS] a (a, b): a is the column. */
void rewrite_unnest(struct sql_rewrite *w, uint32_t i)
{
    uint32_t end, at, stop;
    struct slice alias = SLICE("_u");

    if (!is(w, i + 1, '('))
        return;
    end = sql_skip_parens(w->tokens, i + 1, w->end);
    at = end + is(w, end, W_AS);
    if (is_plain(w, at))
        alias = sql_token_text(w->tokens, at++);
    if (!is(w, at, W_WITH) || !is(w, at + 1, W_OFFSET))
        return;
    stop = at + 2 + is(w, at + 2, W_AS);
    sql_edit_insert(w, end, SLICE(" WITH ORDINALITY "));
    sql_edit_tokens(
        w, at, stop,
        slice_of(arena_printf(w->reader->scratch, "%s(%.*s,", at == end ? "_u" : "", (int)alias.n, alias.p)));
    sql_edit_insert(w, stop + is_plain(w, stop), is_plain(w, stop) ? SLICE(")") : SLICE(" _offset)"));
}

/* ---- types and literals ---- */

/* One past the > that closes the < at `i`; `i` when it is a comparison. */
static uint32_t angles_end(const struct sql_rewrite *w, uint32_t i)
{
    int depth = 0;

    for (uint32_t k = i; k < w->end && k < i + 400; k++) {
        struct slice s = sql_token_text(w->tokens, k);

        for (size_t n = 0; w->tokens->list.items[k].kind == TOK_OP && n < s.n; n++)
            depth += s.p[n] == '<' ? 1 : s.p[n] == '>' ? -1 : 0;
        if (depth <= 0)
            return k + 1;
        if (is(w, k, W_SELECT) || is(w, k, W_FROM) || is(w, k, W_WHERE))
            return i;
    }
    return i;
}

/* STRUCT(x AS a, y b): the names go. */
static void struct_names(struct sql_rewrite *w, uint32_t open)
{
    uint32_t end = sql_skip_parens(w->tokens, open, w->end), depth = 0;

    for (uint32_t k = open; k < end; k++) {
        if (is(w, k, '('))
            depth++;
        else if (is(w, k, ')'))
            depth--;
        else if (depth == 1 && is(w, k, W_AS) && (is(w, k + 2, ',') || is(w, k + 2, ')')))
            blank(w, k, k + 2);
    }
}

void rewrite_angles(struct sql_rewrite *w, uint32_t i)
{
    uint32_t end = i + 1;

    if (is(w, i + 1, '<')) {
        end = angles_end(w, i + 1);
        if (end > i + 1) {
            blank(w, i + 1, end);
            if (is(w, end, '('))
                sql_edit_tokens(w, i, i + 1, SLICE("ROW"));
            else if (rewrite_is(w, i, "array") && !is(w, end, '['))
                sql_edit_tokens(w, i, i + 1, SLICE("text"));
        }
    }
    if (is(w, end, '(') && rewrite_is(w, i, "struct"))
        struct_names(w, end);
}

static bool after_value(const struct sql_rewrite *w, uint32_t i)
{
    struct sql_token k = i > w->first ? w->tokens->list.items[i - 1] : (struct sql_token){0};

    if (k.kind == TOK_WORD)
        return k.word == W_PLAIN || k.word == W_ARRAY || k.word == W_END;
    return (k.kind != TOK_OP && k.kind != TOK_NONE) || k.word == '>' || k.word == SQL_OP_LABEL_END ||
           k.word == ')' || k.word == ']' || k.word == '}';
}

/* [1, 2] where a value is expected. */
void rewrite_array_literal(struct sql_rewrite *w, uint32_t i)
{
    if (after_value(w, i))
        return;
    sql_edit_insert(w, i, SLICE("ARRAY"));
    w->flags |= IR_STMT_REWRITTEN;
}

/* The token behind the key at `i`, which starts with a colon (:value is read as one token); 0: there is none. */
static uint32_t key_colon(const struct sql_rewrite *w, uint32_t i, uint32_t end)
{
    unsigned kind = sql_token_at(w->tokens, i).kind;

    if (i + 1 >= end || (kind != TOK_STRING && kind != TOK_WORD && kind != TOK_QUOTED))
        return 0;
    kind = w->tokens->list.items[i + 1].kind;
    return sql_token_text(w->tokens, i + 1).p[0] == ':' && (is(w, i + 1, ':') || kind == TOK_HOLE) ? i + 1
                                                                                                   : 0;
}

/* {'a': x, 'b': y} is a call with keys and values; what is none of that, a star in it too, is a value of its own. */
void rewrite_object_literal(struct sql_rewrite *w, uint32_t i)
{
    uint32_t depth = 0, k, end, edits = w->edits.count;

    for (end = i; end < w->end; end++) {
        depth += is(w, end, '{');
        if (is(w, end, '}') && --depth == 0)
            break;
    }
    w->flags |= IR_STMT_REWRITTEN;
    if (end >= w->end)
        return;
    sql_edit_tokens(w, i, i + 1, SLICE("jsonb_build_object("));
    for (k = i, depth = 0; k < end; k++) {
        uint32_t colon = depth <= 1 && (k == i || is(w, k, ',')) ? key_colon(w, k + 1, end) : 0;

        depth += is(w, k, '{') || is(w, k, '(') || is(w, k, '[');
        depth -= is(w, k, '}') || is(w, k, ')') || is(w, k, ']');
        if (depth != 1 || (k != i && !is(w, k, ',')) || k + 1 == end)
            continue;
        if (!colon)
            break;
        if (sql_token_at(w->tokens, k + 1).kind != TOK_STRING)
            sql_edit_tokens(w, k + 1, k + 2, SLICE("''"));
        sql_edit_exact(w, w->tokens->list.items[colon].off, 1, SLICE(","));
    }
    if (k < end) {
        w->edits.count = edits;
        sql_edit_tokens(w, i, end + 1, SLICE("''"));
        return;
    }
    sql_edit_tokens(w, end, end + 1, SLICE(")"));
}
