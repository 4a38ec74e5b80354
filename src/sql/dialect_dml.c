/*
 * UPDATE and DELETE over joins, names given as strings, and queries given as strings to UNLOAD.
 */
#include "sql/rewrites.h"

#include <string.h>
#include <strings.h>

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->tokens, i, word);
}

static uint32_t off_of(const struct sql_rewrite *w, uint32_t i)
{
    const struct sql_token *last = &w->tokens->list.items[w->end - 1];

    return i < w->end ? w->tokens->list.items[i].off : last->off + last->len;
}

/* The relation in the FROM list at `i` whose alias is the one name at `alias`: its tokens, or first == end. */
static bool relation_of_alias(const struct sql_rewrite *w, uint32_t i, uint32_t alias, uint32_t *first,
                              uint32_t *end)
{
    struct slice wanted = sql_token_text(w->tokens, alias);

    for (; i < w->end && !is(w, i, W_WHERE); i++) {
        uint32_t stop, name;

        if (is(w, i, '(')) {
            i = sql_skip_parens(w->tokens, i, w->end) - 1;
            continue;
        }
        stop = sql_name_end(w->tokens, i, w->end);
        name = stop + is(w, stop, W_AS);
        if (stop > i && name < w->end && sql_token_names(w->tokens, name) &&
            sql_token_text(w->tokens, name).n == wanted.n &&
            strncasecmp(sql_token_text(w->tokens, name).p, wanted.p, wanted.n) == 0 &&
            !is(w, name + 1, '.') && w->tokens->list.items[i].word == W_PLAIN) {
            *first = i;
            *end = stop;
            return true;
        }
    }
    return false;
}

/* `a` becomes `t AS a` where t is the relation that the FROM list calls a. */
static void name_target(struct sql_rewrite *w, uint32_t target, uint32_t from)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t first, end;
    struct buf b = buf_new(w->reader->scratch);

    if (!relation_of_alias(w, from + 1, target, &first, &end))
        return;
    for (uint32_t k = first; k < end; k++) {
        bool quoted;
        struct slice s = sql_token_name(w->reader->scratch, t, k, &quoted);
        bool odd = s.n && strchr("#@", s.p[0]);

        if (k > first && is(w, k, SQL_OP_DOTS))
            buf_adds(&b, ".dbo.");
        else
            buf_printf(&b, quoted || odd ? "\"%.*s\"" : "%.*s", (int)s.n, s.p);
    }
    buf_printf(&b, " AS %.*s", (int)sql_token_text(t, target).n, sql_token_text(t, target).p);
    sql_edit_exact(w, t->list.items[target].off, t->list.items[target].len, buf_slice(&b));
    w->flags |= IR_STMT_REWRITTEN;
}

/* UPDATE t JOIN u ON … SET … WHERE …: the joins move behind SET. */
static void joined_update(struct sql_rewrite *w, uint32_t name, uint32_t set)
{
    static const uint16_t stops[] = {W_WHERE, W_ORDER, W_LIMIT, 0};
    uint32_t where = rewrite_find(w, set, stops), off = off_of(w, where);
    uint32_t source = w->tokens->list.items[name].off,
             end = w->tokens->list.items[set - 1].off + w->tokens->list.items[set - 1].len;
    uint32_t target = sql_name_end(w->tokens, name, set);

    if (is(w, target, W_AS))
        target++;
    if (target < set && sql_token_names(w->tokens, target) && !is(w, target, W_JOIN) &&
        !is(w, target, W_LEFT) && !is(w, target, W_INNER) && !is(w, target, W_RIGHT) &&
        !is(w, target, W_CROSS))
        target++;
    sql_edit_away(w, target, set);
    sql_edit_exact(w, off, 0, SLICE(" FROM "));
    sql_edit_move(w, off, source, end - source);
    sql_edit_exact(w, off, 0, SLICE(" "));
    w->flags |= IR_STMT_REWRITTEN;
}

void rewrite_update(struct sql_rewrite *w, uint32_t i)
{
    static const uint16_t sets[] = {W_SET, 0}, froms[] = {W_FROM, 0};
    uint32_t name = i + 1, set, from;

    if (i != w->first)
        return;
    if (rewrite_is(w, name, "top"))
        name = sql_skip_parens(w->tokens, name + 1, w->end);
    set = rewrite_find(w, name, sets);
    from = rewrite_find(w, set, froms);
    if (set == w->end)
        return;
    for (uint32_t k = name; k < set; k++)
        if (is(w, k, W_JOIN) || (is(w, k, ',') && from == w->end)) {
            joined_update(w, name, set);
            return;
        }
    if (set == name + 1 && from < w->end)
        name_target(w, name, from);
}

/* SELECT … INTO @a, @b FROM t fills variables, no table. */
void rewrite_into_variables(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t end = i + 1;

    while (end < w->end && t->list.items[end].kind == TOK_WORD && t->content.p[t->list.items[end].off] == '@')
        end += is(w, end + 1, ',') ? 2 : 1;
    if (end == i + 1)
        return;
    sql_edit_tokens(w, i, end, (struct slice){0});
    w->flags |= IR_STMT_REWRITTEN;
}

/* SET t.a = …: PostgreSQL's SET names the column alone. */
void rewrite_set_targets(struct sql_rewrite *w, uint32_t i)
{
    bool merge = is(w, w->first, W_MERGE);

    if (!is(w, w->first, W_UPDATE) && !merge && !is(w, w->first, W_WITH))
        return;
    for (uint32_t k = i + 1; k < w->end; k++) {
        bool first = k == i + 1 || is(w, k - 1, ',');
        uint32_t end = first ? sql_name_end(w->tokens, k, w->end) : k;

        if (first && is(w, k + 1, '=') && w->tokens->content.p[w->tokens->list.items[k].off] == '@') {
            struct buf b = buf_new(w->reader->scratch); /* SET @x = column */

            buf_printf(&b, "\"%.*s\"", (int)w->tokens->list.items[k].len,
                       w->tokens->content.p + w->tokens->list.items[k].off);
            sql_edit_exact(w, w->tokens->list.items[k].off, w->tokens->list.items[k].len, buf_slice(&b));
        }
        if (first && end > k + 1 && is(w, end, '=') && is(w, end - 2, '.')) {
            sql_edit_tokens(w, k, end - 1, (struct slice){0});
            w->flags |= IR_STMT_REWRITTEN;
        }
        if (SQL_WORD_IN(w->tokens->list.items[k].word, W_WHERE, W_FROM, W_WHEN) || is(w, k, ')'))
            return;
        if (is(w, k, '('))
            k = sql_skip_parens(w->tokens, k, w->end) - 1;
    }
}

void rewrite_delete(struct sql_rewrite *w, uint32_t i)
{
    static const uint16_t froms[] = {W_FROM, W_USING, 0};
    uint32_t name = i + 1, from, end;

    if (i != w->first)
        return;
    if (rewrite_is(w, name, "top"))
        name = sql_skip_parens(w->tokens, name + 1, w->end);
    if (is(w, name, W_FROM))
        name++;
    end = sql_name_end(w->tokens, name, w->end);
    from = rewrite_find(w, end, froms);
    if (name == i + 1 || !is(w, name - 1, W_FROM))
        sql_edit_insert(w, name, SLICE(" FROM "));
    w->flags |= IR_STMT_REWRITTEN;
    if (is(w, from, W_FROM) && from < w->end) { /* DELETE [FROM] a FROM t a JOIN … */
        for (uint32_t k = end; k < from; k++)   /* of several targets the first */
            sql_edit_tokens(w, k, k + 1, (struct slice){0});
        if (end == name + 1)
            name_target(w, name, from);
        sql_edit_tokens(w, from, from + 1, SLICE("USING"));
    }
}

/* What can't stand in a dotted name becomes '_'. */
static struct slice plain_name(struct sql_rewrite *w, uint32_t off, uint32_t len)
{
    char *p = arena_strndup(w->reader->scratch, w->tokens->content.p + off, len);

    for (uint32_t k = 0; k < len; k++)
        if (!strchr("._$\"", p[k]) && !((p[k] | 32) >= 'a' && (p[k] | 32) <= 'z') &&
            !(p[k] >= '0' && p[k] <= '9') && (unsigned char)p[k] < 0x80)
            p[k] = '_';
    return (struct slice){p, len};
}

/* IDENTIFIER('a.b') is the name a.b; of IDENTIFIER(:x) it is not known. */
void rewrite_identifier(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_token *k = &w->tokens->list.items[i];
    uint32_t end = sql_skip_parens(w->tokens, i + 1, w->end);

    if (!is(w, i + 1, '(') || end > w->end)
        return;
    w->flags |= IR_STMT_REWRITTEN;
    if (end == i + 4 && k[2].kind == TOK_STRING && k[2].len > 2) {
        uint32_t inside = k[2].off + 1, stop = k[2].off + k[2].len - 1;

        sql_edit_pad(w, k->off, inside - k->off, (struct slice){0});
        sql_edit_exact(w, inside, stop - inside, plain_name(w, inside, stop - inside));
        sql_edit_pad(w, stop, k[3].off + k[3].len - stop, (struct slice){0});
        return;
    }
    struct buf b = buf_new(w->reader->scratch);

    buf_printf(&b, "\"%s%u\"", SQL_PLACEHOLDER, ++w->inserted);
    sql_edit_tokens(w, i, end, buf_slice(&b));
}

/* UNLOAD ('select …') TO …: the query is what is read. */
void rewrite_unload(struct sql_rewrite *w, uint32_t i)
{
    const struct sql_token *k = &w->tokens->list.items[i];
    uint32_t at, stop;
    struct buf b = buf_new(w->reader->scratch);
    bool string = is(w, i + 1, '(') && (k[2].kind == TOK_STRING || k[2].kind == TOK_DOLLAR);

    if (i != w->first || !is(w, i + 1, '('))
        return;
    w->flags |= IR_STMT_REWRITTEN;
    if (!string) {
        at = sql_skip_parens(w->tokens, i + 1, w->end);
        sql_edit_tokens(w, i, i + 1, (struct slice){0});
        sql_edit_tokens(w, at, w->end, (struct slice){0});
        return;
    }
    at = k[2].off + (k[2].kind == TOK_DOLLAR ? 2 : 1);
    stop = k[2].off + k[2].len - (k[2].kind == TOK_DOLLAR ? 2 : 1);
    sql_edit_pad(w, k->off, at - k->off, (struct slice){0});
    for (uint32_t c = at; c < stop; c++) { /* doubled quotes are one: a blank keeps the places */
        bool doubled = w->tokens->content.p[c] == '\'' && c + 1 < stop && w->tokens->content.p[c + 1] == '\'';

        buf_add(&b, w->tokens->content.p + c, 1);
        if (doubled) {
            c++;
            b.p[b.n - 1] = ' ';
            buf_addc(&b, '\'');
        } else if (w->tokens->content.p[c] == '\\' && c + 1 < stop && w->tokens->content.p[c + 1] == '\'') {
            b.p[b.n - 1] = ' ';
        }
    }
    sql_edit_exact(w, at, stop - at, buf_slice(&b));
    sql_edit_pad(w, stop, off_of(w, w->end) - stop, (struct slice){0});
}
