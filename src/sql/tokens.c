/*
 * A statement that the grammar does not take, read by its tokens: the words before a name say whether it
 * is read or written. Its edges are inferred, and a gap says why it came to this.
 */
#include "sql/routine.h"

#include <string.h>

struct guess {
    struct sql_reader *r;
    const struct sql_tokens *t; /* of piece->sql */
    const struct sql_piece *piece;
    enum ir_statement_kind kind;
    ir_statement_id statement;
    struct map ctes; /* folded names of WITH */
    uint32_t accesses;
};

/* How a statement begins, what that makes it, and what it does to the relation named there. */
static const struct head {
    enum sql_word first, second; /* second W_PLAIN: any */
    enum ir_statement_kind kind;
    enum ir_access_mode mode;
} heads[] = {
    {W_INSERT, W_OVERWRITE, IR_KIND_INSERT, IR_ACCESS_OVERWRITE},
    {W_INSERT, W_PLAIN, IR_KIND_INSERT, IR_ACCESS_APPEND},
    {W_UPDATE, W_PLAIN, IR_KIND_UPDATE, IR_ACCESS_UPDATE},
    {W_DELETE, W_PLAIN, IR_KIND_DELETE, IR_ACCESS_DELETE},
    {W_MERGE, W_PLAIN, IR_KIND_MERGE, IR_ACCESS_UPSERT},
    {W_TRUNCATE, W_PLAIN, IR_KIND_TRUNCATE, IR_ACCESS_TRUNCATE},
    {W_CREATE, W_TABLE, IR_KIND_CREATE_TABLE, IR_ACCESS_CREATE},
    {W_CREATE, W_VIEW, IR_KIND_CREATE_VIEW, IR_ACCESS_CREATE},
    {W_DROP, W_TABLE, IR_KIND_DROP, IR_ACCESS_DROP},
    {W_DROP, W_VIEW, IR_KIND_DROP, IR_ACCESS_DROP},
    {W_ALTER, W_TABLE, IR_KIND_ALTER, IR_ACCESS_ALTER},
    {W_COPY, W_PLAIN, IR_KIND_COPY, IR_ACCESS_APPEND},
    {W_CALL, W_PLAIN, IR_KIND_CALL, IR_ACCESS_CALL},
    {W_REFRESH, W_VIEW, IR_KIND_REFRESH, IR_ACCESS_REFRESH},
    {W_SELECT, W_PLAIN, IR_KIND_SELECT, IR_ACCESS_READ},
};

static uint64_t folded_hash(struct slice s)
{
    uint64_t h = 14695981039346656037u;

    for (size_t k = 0; k < s.n; k++) {
        unsigned char c = (unsigned char)s.p[k];

        h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32u : c)) * 1099511628211u;
    }
    return h;
}

/* ---- rows ---- */

static void add_access(struct guess *g, uint32_t i, enum ir_access_mode mode, uint32_t flags)
{
    struct sql_name n;
    uint32_t off, len;

    if (!sql_name_read(g->r, g->t, i, g->t->list.count, &n))
        return;
    if (slice_is(ir_slice(g->r->ir, n.name), SQL_UNKNOWN_NAME))
        return;
    if (memmem(g->t->content.p + n.off, n.len, SLICE(SQL_UNKNOWN_NAME).p, SLICE(SQL_UNKNOWN_NAME).n))
        flags |= IR_ACCESS_UNKNOWN_PART;
    off = sql_piece_offset(g->piece, n.off);
    len = sql_piece_offset(g->piece, n.off + n.len) - off;
    ir_add_access(g->r->ir, (struct ir_access){.statement = g->statement,
                                               .mode = mode,
                                               .catalog = n.catalog,
                                               .schema = n.schema,
                                               .name = n.name,
                                               .quoted = n.quoted,
                                               .flags = flags | IR_ACCESS_INFERRED,
                                               .off = off,
                                               .len = len});
    g->accesses++;
}

/* ---- WITH names ---- */

static void collect_ctes(struct guess *g)
{
    const struct sql_tokens *t = g->t;

    for (uint32_t i = 1; i + 2 < t->list.count; i++) {
        uint32_t as = i + 1;

        if (!sql_token_names(t, i))
            continue;
        if (sql_token_is(t, as, '(') && !sql_token_is(t, as + 1, W_SELECT)) {
            while (as < t->list.count && !sql_token_is(t, as, ')') &&
                   (sql_token_names(t, as) || sql_token_is(t, as, ',') || sql_token_is(t, as, '(')))
                as++;
            as++;
        }
        if (!sql_token_is(t, as, W_AS))
            continue;
        as += sql_token_is(t, as + 1, W_NOT);
        as += sql_token_is(t, as + 1, W_MATERIALIZED);
        if (sql_token_is(t, as + 1, '(') && (sql_token_is(t, i - 1, W_WITH) || sql_token_is(t, i - 1, ',') ||
                                             slice_is_nocase(sql_token_text(t, i - 1), "recursive")))
            map_put(&g->ctes, folded_hash(sql_token_text(t, i)), 1);
    }
}

static bool is_cte(const struct guess *g, uint32_t i)
{
    return !sql_token_is(g->t, i + 1, '.') && map_get(&g->ctes, folded_hash(sql_token_text(g->t, i)));
}

/* ---- reads ---- */

/* Words of SQL that can't be a relation's name. */
static bool reserved(unsigned word)
{
    return SQL_WORD_IN(word, W_SELECT, W_LATERAL, W_WHERE, W_ON, W_USING, W_GROUP, W_ORDER, W_SET, W_VALUES,
                       W_WITH, W_AS, W_JOIN, W_FROM, W_INTO, W_CASE, W_NOT, W_NULL, W_ONLY, W_STDIN);
}

/* The relation at `i`, if one is named there and it is not the target, which stands at `skip`. */
static void relation(struct guess *g, uint32_t i, uint32_t skip)
{
    struct sql_name n;

    while (sql_token_is(g->t, i, W_ONLY) || sql_token_is(g->t, i, W_LATERAL))
        i++;
    if (i == skip || !sql_token_names(g->t, i) || reserved(sql_token_at(g->t, i).word))
        return;
    sql_name_read(g->r, g->t, i, g->t->list.count, &n);
    if (!sql_token_is(g->t, n.next, '(') && !is_cte(g, i))
        add_access(g, i, IR_ACCESS_READ, 0);
}

/* EXTRACT(x FROM y), SUBSTRING, TRIM, OVERLAY, POSITION: the function whose parentheses are open. */
static bool odd_function(struct slice s)
{
    return slice_is_nocase(s, "extract") || slice_is_nocase(s, "substring") || slice_is_nocase(s, "trim") ||
           slice_is_nocase(s, "overlay") || slice_is_nocase(s, "position");
}

/* Reads after FROM, JOIN, USING and the commas of FROM lists; `skip` is the target's own token. */
static void reads(struct guess *g, uint32_t skip)
{
    const struct sql_tokens *t = g->t;
    VEC(uint8_t) open = {0}; /* per parenthesis: bit 0 in a FROM list, bit 1 an odd function */
    uint8_t here = 0;

    for (uint32_t i = 0; i < t->list.count; i++) {
        unsigned c = t->list.items[i].word;
        bool from = c == W_FROM && !(here & 2) && !sql_token_is(t, i - 1, W_DISTINCT);

        if (c == '(') {
            vec_push(g->r->scratch, &open, here);
            here = i && odd_function(sql_token_text(t, i - 1)) ? 2 : 0;
        } else if (c == ')') {
            here = open.count ? open.items[--open.count] : 0;
        } else if (from || c == W_JOIN || (c == W_USING && g->kind != IR_KIND_SELECT) ||
                   (c == ',' && (here & 1))) {
            here |= from;
            relation(g, i + 1, skip);
        } else if (SQL_WORD_IN(c, W_WHERE, W_GROUP, W_ORDER, W_SELECT, W_SET, W_HAVING, W_LIMIT, W_UNION)) {
            here &= (uint8_t)~1;
        }
    }
}

/* ---- the head ---- */

static bool between_head_and_name(unsigned word)
{
    return SQL_WORD_IN(word, W_INTO, W_FROM, W_TABLE, W_OVERWRITE, W_ONLY, W_VIEW, W_IF, W_NOT, W_EXISTS,
                       W_MATERIALIZED, W_OR, W_REPLACE, W_TEMP, W_TEMPORARY, W_UNLOGGED, W_LOCAL, W_GLOBAL);
}

/* Past WITH … to the statement's own first word; `start` when there is no WITH. */
static uint32_t past_with(const struct sql_tokens *t, uint32_t start)
{
    uint32_t depth = 0;

    if (!sql_token_is(t, start, W_WITH))
        return start;
    for (uint32_t i = start + 1; i < t->list.count; i++) {
        unsigned c = t->list.items[i].word;

        if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (!depth && SQL_WORD_IN(c, W_SELECT, W_INSERT, W_UPDATE, W_DELETE, W_MERGE))
            return i;
    }
    return start;
}

static const struct head *find_head(const struct sql_tokens *t, uint32_t i, uint32_t *name)
{
    uint32_t k = i + 1;

    while (k < t->list.count && between_head_and_name(t->list.items[k].word))
        k++;
    *name = k;
    for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
        if (!sql_token_is(t, i, heads[h].first))
            continue;
        if (heads[h].second == W_PLAIN)
            return &heads[h];
        for (uint32_t s = i + 1; s < k; s++)
            if (sql_token_is(t, s, heads[h].second))
                return &heads[h];
    }
    return NULL;
}

static bool any_word(const struct sql_tokens *t, uint32_t i, uint32_t end, enum sql_word a, enum sql_word b)
{
    for (; i < end; i++)
        if (sql_token_is(t, i, a) || sql_token_is(t, i, b))
            return true;
    return false;
}

/* What the head alone can't say: CREATE TABLE … AS, CREATE MATERIALIZED VIEW, COPY … TO. */
static enum ir_statement_kind kind_of(const struct sql_tokens *t, const struct head *h, uint32_t name)
{
    uint32_t n = t->list.count;

    if (!h)
        return IR_KIND_OTHER;
    if (h->kind == IR_KIND_CREATE_TABLE && any_word(t, name, n, W_SELECT, W_SELECT))
        return IR_KIND_CREATE_TABLE_AS;
    if (h->kind == IR_KIND_CREATE_VIEW && any_word(t, 0, name, W_MATERIALIZED, W_MATERIALIZED))
        return IR_KIND_CREATE_MATVIEW;
    return h->kind;
}

static enum ir_access_mode mode_of(const struct guess *g, const struct head *h, uint32_t name)
{
    if (h->kind == IR_KIND_COPY && sql_token_is(g->t, name + 1, W_TO))
        return IR_ACCESS_READ;
    if (h->mode == IR_ACCESS_CREATE && (g->piece->flags & IR_STMT_OR_REPLACE))
        return IR_ACCESS_REPLACE;
    return h->mode;
}

/* The relation that the statement at token `i` writes, if it names one; returns its token. */
static uint32_t target(struct guess *g, uint32_t i, const struct head *h, uint32_t name)
{
    bool temp = any_word(g->t, i, name, W_TEMP, W_TEMPORARY);
    enum ir_access_mode mode;

    if (!h || h->mode == IR_ACCESS_READ || !sql_token_names(g->t, name))
        return UINT32_MAX;
    mode = mode_of(g, h, name);
    add_access(g, name, mode, (mode == IR_ACCESS_READ ? 0 : IR_ACCESS_TARGET) | (temp ? IR_ACCESS_TEMP : 0));
    return name;
}

/* The targets of the statements after the first: dynamic SQL may hold several. */
static void more_targets(struct guess *g)
{
    const struct sql_tokens *t = g->t;

    for (uint32_t i = 0; i + 1 < t->list.count; i++)
        if (t->list.items[i].kind == TOK_END) {
            uint32_t name, start = past_with(t, i + 1);
            const struct head *h = find_head(t, start, &name);

            target(g, start, h, name);
        }
}

/* ---- the whole ---- */

static const char *advice_for(enum ir_gap_kind kind)
{
    if (kind == IR_GAP_DYNAMIC)
        return "Write the statement out, or look at what it reads and writes by hand.";
    return kind == IR_GAP_CRASH ? "Split the statement or generate less of it."
                                : "Check the dialect (--dialect), or correct the statement.";
}

ir_statement_id sql_tokens_read(struct sql_reader *r, const struct sql_piece *piece, enum ir_gap_kind kind,
                                uint32_t at, const char *why)
{
    struct sql_tokens *t = sql_lex(r->scratch, piece->sql, 0, (uint32_t)piece->sql.n, 0);
    struct guess g = {.r = r, .t = t, .piece = piece, .ctes = map_new(r->scratch)};
    uint32_t name, start = past_with(t, 0), end = piece->off + piece->len, said;
    const struct head *h = find_head(t, start, &name);

    g.kind = piece->kind != IR_KIND_OTHER ? piece->kind : kind_of(t, h, name);
    g.statement = sql_statement_add(r, piece, g.kind, IR_UNDERSTOOD_PARTLY);
    collect_ctes(&g);
    reads(&g, target(&g, start, h, name));
    more_targets(&g);
    if (g.accesses == 0 && g.kind != IR_KIND_EXECUTE)
        IR(r->ir, statement, g.statement)->understood = IR_UNDERSTOOD_NOT;
    said = r->never_ends ? map_get(r->never_ends, map_key(r->text.v, at)) : 0;
    if (said)
        r->ir->gap.items[said].statement = g.statement;
    else
        sql_gap(r, kind, at, at < end ? 1 : 0, g.statement, why, advice_for(kind));
    return g.statement;
}
