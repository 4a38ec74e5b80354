/*
 * INSERT ALL and INSERT FIRST of Oracle and Snowflake: one query, several targets. Each target becomes an
 * INSERT of its own over the query, all but the last one in WITH:
 *
 *     INSERT ALL WHEN c THEN INTO a (x) VALUES (y) ELSE INTO b SELECT …
 *         WITH _rows AS (SELECT …), _to1 AS (INSERT INTO a (x) SELECT y FROM _rows WHERE c) INSERT INTO b …
 */
#include "sql/rewrites.h"

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->tokens, i, word);
}

struct target { /* tokens */
    uint32_t into, name_end, columns_end, values, end;
    uint32_t when, then; /* its condition: between them; 0 none */
};

struct targets {
    VEC(struct target) list;
    uint32_t query; /* the token at which it starts */
};

/* INTO t [(columns)] [VALUES (…)] */
static struct target read_target(const struct sql_rewrite *w, uint32_t into)
{
    struct target t = {.into = into};

    t.name_end = t.columns_end = sql_name_end(w->tokens, into + 1, w->end);
    if (is(w, t.columns_end, '(') && !is(w, t.columns_end + 1, W_SELECT) && !is(w, t.columns_end + 1, W_WITH))
        t.columns_end = sql_skip_parens(w->tokens, t.columns_end, w->end);
    t.end = t.columns_end;
    if (is(w, t.end, W_VALUES) && is(w, t.end + 1, '(')) {
        t.values = t.end;
        t.end = sql_skip_parens(w->tokens, t.end + 1, w->end);
    }
    return t;
}

static bool read_targets(const struct sql_rewrite *w, uint32_t i, struct targets *out)
{
    uint32_t when = 0, then = 0;

    while (i < w->end) {
        if (is(w, i, W_WHEN)) {
            for (when = i, then = i; then < w->end && !is(w, then, W_THEN); then++)
                ;
            i = then + 1;
        } else if (is(w, i, W_ELSE)) {
            when = then = 0;
            i++;
        } else if (is(w, i, W_INTO)) {
            struct target t = read_target(w, i);

            if (t.name_end == i + 1)
                return false;
            t.when = when;
            t.then = then;
            vec_push(w->reader->scratch, &out->list, t);
            i = t.end;
        } else {
            break;
        }
    }
    out->query = i;
    return out->list.count && i < w->end && (is(w, i, W_SELECT) || is(w, i, W_WITH) || is(w, i, '('));
}

static uint32_t start_of(const struct sql_rewrite *w, uint32_t i)
{
    return w->tokens->list.items[i].off;
}

static uint32_t end_of(const struct sql_rewrite *w, uint32_t i)
{
    return w->tokens->list.items[i].off + w->tokens->list.items[i].len;
}

/* `left`: how many targets come after it. */
static void write_target(struct sql_rewrite *w, const struct target *t, uint32_t number, uint32_t left)
{
    uint32_t after = end_of(w, t->end - 1);
    const char *head =
        left == 0 ? " INSERT INTO" : arena_printf(w->reader->scratch, "_to%u AS (INSERT INTO", number);

    sql_edit_tokens(w, t->into, t->into + 1, slice_of(head));
    if (t->values) {
        sql_edit_tokens(w, t->values, t->values + 2, SLICE("SELECT"));
        sql_edit_tokens(w, t->end - 1, t->end, (struct slice){0});
        sql_edit_exact(w, after, 0, SLICE(" FROM _rows"));
    } else {
        sql_edit_exact(w, after, 0, SLICE(" SELECT * FROM _rows"));
    }
    if (t->when && t->then > t->when + 1) {
        sql_edit_exact(w, after, 0, SLICE(" WHERE "));
        sql_edit_move(w, after, start_of(w, t->when + 1), end_of(w, t->then - 1) - start_of(w, t->when + 1));
    }
    if (left)
        sql_edit_exact(w, after, 0, left > 1 ? SLICE("), ") : SLICE(") "));
}

void rewrite_insert_all(struct sql_rewrite *w, uint32_t i)
{
    struct targets targets = {0};
    uint32_t first = i + 1, from, to;

    first += rewrite_is(w, first, "overwrite");
    if (i != w->first || !(is(w, first, W_ALL) || is(w, first, W_FIRST)) ||
        !read_targets(w, first + 1, &targets))
        return;
    from = start_of(w, targets.query);
    to = end_of(w, w->end - 1);
    sql_edit_tokens(w, i, first + 1, SLICE("WITH _rows AS ("));
    sql_edit_move(w, end_of(w, first), from, to - from);
    sql_edit_exact(w, end_of(w, first), 0, targets.list.count > 1 ? SLICE("), ") : SLICE(")"));
    for (uint32_t k = first + 1; k < targets.query; k++)
        if (is(w, k, W_ELSE))
            sql_edit_tokens(w, k, k + 1, (struct slice){0});
    for (uint32_t k = 0, when = 0; k < targets.list.count; k++) {
        const struct target *t = &targets.list.items[k];

        if (t->when && t->when != when)
            sql_edit_away(w, t->when, t->then + 1);
        when = t->when;
        write_target(w, t, k + 1, targets.list.count - k - 1);
    }
    sql_edit_away(w, targets.query, w->end);
    w->flags |= IR_STMT_REWRITTEN;
}
