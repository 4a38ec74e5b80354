/*
 * What is done when the grammar stops: its error says where, and the tokens around say what other dialects
 * leave out or allow there. Each repair is one edit, and the statement is then parsed again.
 */
#include "sql/dialect.h"

#include <string.h>

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i >= w->first && i < w->end && sql_token_is(w->tokens, i, word);
}

/* The token at or after a byte of the content; w->end at the end. */
static uint32_t token_at(const struct sql_rewrite *w, uint32_t off)
{
    uint32_t low = w->first, high = w->end;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        const struct sql_token *k = &w->tokens->list.items[mid];

        if (k->off + k->len <= off)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool edited(const struct sql_rewrite *w, uint32_t i)
{
    uint32_t off = w->tokens->list.items[i].off;

    for (uint32_t e = 0; e < w->edits.count; e++) {
        struct sql_edit k = w->edits.items[e];

        if (k.len && k.off <= off && off < k.off + k.len)
            return true;
    }
    return false;
}

static bool blank(const struct sql_rewrite *w, uint32_t i)
{
    uint32_t off = w->tokens->list.items[i].off;

    for (uint32_t e = 0; e < w->edits.count; e++) {
        struct sql_edit k = w->edits.items[e];

        if (k.len && k.off <= off && off < k.off + k.len)
            return slice_trim(k.with).n == 0;
    }
    return false;
}

/* The token before `i` that is still there; UINT32_MAX when there is none. */
static uint32_t before(const struct sql_rewrite *w, uint32_t i)
{
    while (i-- > w->first)
        if (!blank(w, i))
            return i;
    return UINT32_MAX;
}

/* ---- what may be missing ---- */

/* FROM (subquery) and FROM (VALUES …) without a name of their own. */
static bool name_subquery(struct sql_rewrite *w, uint32_t i)
{
    uint32_t end;
    struct buf b = buf_new(w->reader->scratch);

    while (i < w->end && !is(w, i, '('))
        i++;
    if (i >= w->end)
        return false;
    end = sql_skip_parens(w->tokens, i, w->end);
    buf_printf(&b, " AS _q%u ", ++w->inserted);
    sql_edit_exact(w, w->tokens->list.items[end - 1].off + w->tokens->list.items[end - 1].len, 0,
                   buf_slice(&b));
    return true;
}

/* SELECT a, b, FROM t */
static bool trailing_comma(struct sql_rewrite *w, uint32_t i)
{
    uint32_t comma = before(w, i);
    unsigned next = i < w->end ? w->tokens->list.items[i].word : ')';

    if (comma == UINT32_MAX || !is(w, comma, ',') ||
        !(next == ')' ||
          SQL_WORD_IN(next, W_FROM, W_WHERE, W_GROUP, W_ORDER, W_HAVING, W_LIMIT, W_UNION, W_SELECT)))
        return false;
    sql_edit_tokens(w, comma, comma + 1, (struct slice){0});
    return true;
}

/* JOIN without ON: how many joins of this FROM list have none when the grammar stops at `i`? */
static bool join_without_on(struct sql_rewrite *w, uint32_t i)
{
    int open = 0;
    uint32_t depth = 0;

    for (uint32_t k = i; k-- > w->first;) {
        unsigned c = w->tokens->list.items[k].word;
        unsigned left = k > w->first ? w->tokens->list.items[k - 1].word : W_PLAIN;

        if (c == ')')
            depth++;
        else if (c == '(' && depth-- == 0)
            break;
        if (depth)
            continue;
        if (c == W_FROM || SQL_WORD_IN(c, W_SELECT, W_WHERE, W_UPDATE))
            break;
        if (c == W_JOIN && left != W_CROSS && left != W_NATURAL && !blank(w, k))
            open++;
        else if (left == W_OUTER && slice_is_nocase(sql_token_text(w->tokens, k), "apply"))
            open++; /* became LEFT JOIN LATERAL */
        else if (c == W_ON || c == W_USING)
            open--;
    }
    if (open <= 0)
        return false;
    sql_edit_insert(w, i, SLICE(" ON TRUE "));
    return true;
}

/* ---- reserved words as names ---- */

static bool name_expected(const struct sql_rewrite *w, uint32_t i)
{
    uint32_t k = before(w, i);
    struct sql_token t;

    if (k == UINT32_MAX)
        return false;
    t = w->tokens->list.items[k];
    if (t.kind == TOK_OP)
        return t.word != ')' && t.word != ']';
    return SQL_WORD_IN(t.word, W_SELECT, W_AS, W_FROM, W_JOIN, W_BY, W_INTO, W_TABLE, W_VIEW, W_UPDATE, W_ON,
                       W_AND, W_OR, W_NOT, W_DISTINCT, W_SET, W_WHEN, W_THEN, W_ELSE, W_CASE, W_WHERE,
                       W_HAVING, W_EXISTS, W_BETWEEN, W_LIKE, W_COLUMN, W_INDEX);
}

static bool clause_word(unsigned c)
{
    return SQL_WORD_IN(c, W_SELECT, W_FROM, W_WHERE, W_JOIN, W_ON, W_AND, W_OR, W_UNION, W_INSERT, W_CREATE,
                       W_DROP, W_DELETE, W_CASE, W_WHEN, W_THEN, W_ELSE, W_INTO, W_VALUES, W_AS, W_BY,
                       W_DISTINCT, W_NOT, W_NULL, W_HAVING);
}

static void quote(struct sql_rewrite *w, uint32_t i)
{
    struct slice s = sql_token_text(w->tokens, i);
    struct buf b = buf_new(w->reader->scratch);

    buf_addc(&b, '"');
    for (size_t k = 0; k < s.n; k++)
        buf_addc(&b, s.p[k] >= 'A' && s.p[k] <= 'Z' ? (char)(s.p[k] + 32) : s.p[k]);
    buf_addc(&b, '"');
    sql_edit_exact(w, w->tokens->list.items[i].off, (uint32_t)s.n, buf_slice(&b));
}

static bool quote_word(struct sql_rewrite *w, uint32_t i)
{
    if (i == UINT32_MAX || i >= w->end || w->tokens->list.items[i].kind != TOK_WORD || edited(w, i) ||
        clause_word(w->tokens->list.items[i].word) || !name_expected(w, i))
        return false;
    quote(w, i);
    return true;
}

/* ---- columns of CREATE TABLE ---- */

static bool more_type(struct slice s)
{
    static const char *const words[] = {"precision", "varying", "with", "without", "time", "zone", "local"};

    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (slice_is_nocase(s, words[k]))
            return true;
    return false;
}

static bool keeps_constraint(const struct sql_rewrite *w, uint32_t i)
{
    return (is(w, i, W_NOT) && is(w, i + 1, W_NULL)) ||
           (slice_is_nocase(sql_token_text(w->tokens, i), "primary") &&
            slice_is_nocase(sql_token_text(w->tokens, i + 1), "key"));
}

static bool table_constraint(struct slice s)
{
    static const char *const words[] = {"constraint", "primary", "foreign", "unique",
                                        "check",      "index",   "key",     "period",
                                        "fulltext",   "exclude", "spatial", "projection"};

    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (slice_is_nocase(s, words[k]))
            return true;
    return false;
}

static uint32_t item_end(const struct sql_rewrite *w, uint32_t i, uint32_t end)
{
    uint32_t depth = 0, angles = 0;

    for (; i < end; i++) {
        unsigned c = w->tokens->list.items[i].word;

        if (c == '(' || c == '[')
            depth++;
        else if ((c == ')' || c == ']') && depth)
            depth--;
        else if (c == '<')
            angles++;
        else if ((c == '>' || c == SQL_OP_LABEL_END) && angles)
            angles -= c == '>' || angles == 1 ? 1 : 2;
        else if (c == ',' && depth == 0 && angles == 0)
            break;
    }
    return i;
}

/* name type(…) [NOT NULL] [PRIMARY KEY] …: the rest is blanked. */
static void plain_column(struct sql_rewrite *w, uint32_t i, uint32_t end)
{
    uint32_t type = i + 1, stop;

    if (w->tokens->list.items[i].kind == TOK_WORD) /* where it was quoted before, that edit stands first */
        quote(w, i);
    if (type >= end) {
        sql_edit_insert(w, end, SLICE(" text "));
        return;
    }
    stop = sql_name_end(w->tokens, type, end);
    if (stop == type || is(w, type, W_AS) || keeps_constraint(w, type) || is(w, type, W_NULL) ||
        is(w, type, W_DEFAULT) || is(w, type, W_COMMENT)) {
        sql_edit_tokens(w, type, end, SLICE("text"));
        return;
    }
    while (stop < end && more_type(sql_token_text(w->tokens, stop)))
        stop++;
    if (is(w, stop, '('))
        stop = sql_skip_parens(w->tokens, stop, end);
    while (stop < end && more_type(sql_token_text(w->tokens, stop)))
        stop++;
    while (stop < end) {
        uint32_t from = stop;

        while (stop < end && !keeps_constraint(w, stop))
            stop = is(w, stop, '(') ? sql_skip_parens(w->tokens, stop, end) : stop + 1;
        sql_edit_tokens(w, from, stop, (struct slice){0});
        stop += stop < end ? 2 : 0;
    }
}

bool sql_repair_columns(struct sql_rewrite *w)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t i = w->first, end;

    while (i < w->end && !is(w, i, '(') && !is(w, i, W_AS) && !is(w, i, W_LIKE))
        i++;
    if (w->plain_columns || !is(w, w->first, W_CREATE) || !is(w, i, '('))
        return false;
    w->plain_columns = true;
    end = sql_skip_parens(t, i, w->end) - 1;
    for (uint32_t item = ++i; item < end; item = i + 1) {
        i = item_end(w, item, end);
        if (i > item && table_constraint(sql_token_text(t, item)) && t->list.items[item].kind == TOK_WORD)
            sql_edit_tokens(w, item - (item > 1 && is(w, item - 1, ',')), i, (struct slice){0});
        else if (i > item)
            plain_column(w, item, i);
    }
    return true;
}

/* ---- the whole ---- */

static bool creates_table(const struct sql_rewrite *w)
{
    uint32_t i = w->first + 1;

    while (i < w->end && i < w->first + 6 && !is(w, i, W_TABLE) && !is(w, i, W_VIEW))
        i++;
    return is(w, w->first, W_CREATE) && is(w, i, W_TABLE);
}

bool sql_repair(struct sql_rewrite *w, const struct sql_piece *piece, const struct sql_error *error)
{
    uint32_t i = token_at(w, sql_piece_offset(piece, error->at));

    if (error->crash)
        return false;
    if (strstr(error->why, "must have an alias"))
        return name_subquery(w, i);
    if (strstr(error->why, "at end of input"))
        i = w->end;
    uint32_t left = before(w, i);

    return trailing_comma(w, i) || join_without_on(w, i) || quote_word(w, i) || quote_word(w, left) ||
           (left != UINT32_MAX && is(w, left, '(') && quote_word(w, before(w, left))) || /* CHAR(…) */
           (creates_table(w) && sql_repair_columns(w));
}
