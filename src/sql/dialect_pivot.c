/*
 * PIVOT and UNPIVOT. Both become a query around the relation that they stand behind, so that columns flow:
 *
 *     t PIVOT (sum(x) FOR m IN ('a', 'b'))
 *         (SELECT *, SQL_STAR_EXCEPT(x, m), sum(x) FILTER (WHERE m) AS "a", … AS "b" FROM t)
 *     t UNPIVOT (v FOR n IN (a, b))
 *         (SELECT *, SQL_STAR_EXCEPT(a, b), coalesce(a, b) AS v, '' AS n FROM t)
 *
 * Where the values are known only when it runs (ANY, a subquery), the relation keeps its columns.
 */
#include "sql/rewrites.h"

#include <string.h>

enum { MOST = 400 }; /* columns that are made */

static bool is(const struct sql_rewrite *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->tokens, i, word);
}

static bool is_plain(const struct sql_rewrite *w, uint32_t i)
{
    return i < w->end && sql_token_names(w->tokens, i) && w->tokens->list.items[i].word == W_PLAIN;
}

struct part { /* tokens [first, end) */
    uint32_t first, end;
};

/* The items of a list at one depth: [first, end) split at commas; at most MOST of them. */
struct parts {
    VEC(struct part) list;
};

static struct parts split(const struct sql_rewrite *w, uint32_t first, uint32_t end)
{
    struct parts parts = {0};
    uint32_t start = first;

    for (uint32_t k = first; k <= end && parts.list.count < MOST; k++) {
        if (k < end && is(w, k, '(')) {
            k = sql_skip_parens(w->tokens, k, end) - 1;
            continue;
        }
        if (k == end || is(w, k, ',')) {
            if (k > start)
                vec_push(w->reader->scratch, &parts.list, ((struct part){start, k}));
            start = k + 1;
        }
    }
    return parts;
}

/* The items of (…) at `i`, or the one name that stands there. */
static struct parts group_or_name(const struct sql_rewrite *w, uint32_t i)
{
    if (is(w, i, '('))
        return split(w, i + 1, sql_skip_parens(w->tokens, i, w->end) - 1);
    return split(w, i, sql_name_end(w->tokens, i, w->end));
}

/* ---- writing ---- */

struct writer {
    struct sql_rewrite *w;
    uint32_t at; /* where everything is put: before the relation */
};

static void put(const struct writer *p, const char *text)
{
    sql_edit_exact(p->w, p->at, 0, slice_of(text));
}

static void put_part(const struct writer *p, struct part part)
{
    const struct sql_token *a = &p->w->tokens->list.items[part.first];
    const struct sql_token *b = &p->w->tokens->list.items[part.end - 1];

    sql_edit_move(p->w, p->at, a->off, b->off + b->len - a->off);
}

static void put_parts(const struct writer *p, const struct parts *parts, const char *between)
{
    for (uint32_t i = 0; i < parts->list.count; i++) {
        put(p, i ? between : "");
        put_part(p, parts->list.items[i]);
    }
}

/* ---- what stands before ---- */

/* The first token of the relation that ends before `i`, its alias included; w->end when it is no plain one. */
static uint32_t relation_start(const struct sql_rewrite *w, uint32_t i, bool *needs_alias)
{
    uint32_t k = i - 1, depth = 0;

    *needs_alias = false;
    if (is_plain(w, k) && k > w->first + 1 &&
        (is(w, k - 1, W_AS) || is(w, k - 1, ')') || (is_plain(w, k - 1) && !is(w, k - 1, '.'))))
        k -= 1 + is(w, k - 1, W_AS);
    else
        *needs_alias = is(w, k, ')');
    if (!is(w, k, ')')) {
        while (k >= w->first + 2 && is(w, k - 1, '.') && sql_token_names(w->tokens, k - 2))
            k -= 2;
    } else {
        for (depth = 1; k > w->first && depth; depth -= is(w, k, '(')) {
            k--;
            depth += is(w, k, ')');
        }
        if (depth)
            return w->end;
    }
    return k > w->first && (is(w, k - 1, W_FROM) || is(w, k - 1, W_JOIN) || is(w, k - 1, ',')) ? k : w->end;
}

/* ---- PIVOT ---- */

struct pivot {
    uint32_t open, close; /* its parentheses */
    uint32_t keys, in;    /* the tokens after FOR and after IN */
    struct parts items, values;
};

static bool read_pivot(const struct sql_rewrite *w, uint32_t open, struct pivot *p)
{
    uint32_t end = sql_skip_parens(w->tokens, open, w->end);

    *p = (struct pivot){.open = open, .close = end - 1};
    for (uint32_t k = open + 1; k < end; k++) {
        if (is(w, k, '(') && !p->keys) {
            k = sql_skip_parens(w->tokens, k, end) - 1;
        } else if (is(w, k, W_FOR) && !p->keys) {
            p->items = split(w, open + 1, k);
            p->keys = k + 1;
        } else if (is(w, k, W_IN) && p->keys) {
            p->in = k + 1;
            break;
        }
    }
    if (!p->in || !is(w, p->in, '(') || is(w, p->in + 1, W_SELECT) || is(w, p->in + 1, W_ANY))
        return false;
    p->values = group_or_name(w, p->in);
    return p->items.list.count && p->values.list.count;
}

/* `expression AS name`, `expression name`: where the name stands, or 0. */
static uint32_t alias_in(const struct sql_rewrite *w, struct part part)
{
    uint32_t last = part.end - 1;

    if (part.end - part.first >= 2 && (sql_token_names(w->tokens, last) || is(w, last - 1, W_AS)) &&
        !is(w, last - 1, '.'))
        return last;
    return 0;
}

static struct part without_alias(const struct sql_rewrite *w, struct part part)
{
    uint32_t name = alias_in(w, part);

    if (name)
        part.end = name - is(w, name - 1, W_AS);
    return part;
}

/* What a value is called as a column. Snowflake and Oracle keep the quotes of a string. */
static struct slice value_name(const struct sql_rewrite *w, struct part value)
{
    uint32_t alias = alias_in(w, value), k = alias ? alias : value.first;
    enum ir_dialect d = w->reader->dialect;
    bool quoted, keeps = d == IR_DIALECT_SNOWFLAKE || d == IR_DIALECT_ORACLE;
    struct sql_token t = w->tokens->list.items[k];

    if (t.kind == TOK_STRING && (alias || !keeps))
        return sql_string_value(w->reader->scratch, w->tokens, k, NULL);
    if (t.kind == TOK_NUMBER && d == IR_DIALECT_BIGQUERY)
        return slice_of(
            arena_printf(w->reader->scratch, "_%.*s", (int)t.len, sql_token_text(w->tokens, k).p));
    return sql_token_names(w->tokens, k) ? sql_token_name(w->reader->scratch, w->tokens, k, &quoted)
                                         : sql_token_text(w->tokens, k);
}

static void put_name(const struct writer *p, struct slice a, struct slice b)
{
    struct buf name = buf_new(p->w->reader->scratch);
    struct slice parts[] = {a, b};

    for (int i = 0; i < 2; i++) {
        buf_adds(&name, i && b.n ? "_" : "");
        for (size_t k = 0; k < parts[i].n; k++) {
            if (parts[i].p[k] == '"')
                buf_addc(&name, '"');
            buf_addc(&name, parts[i].p[k]);
        }
    }
    put(p, arena_printf(p->w->reader->scratch, " AS \"%s\"", buf_str(&name)));
}

/* One value of one aggregate. Where there are several aggregates, or the dialect says so, both name the column. */
static void put_value(const struct writer *p, const struct pivot *v, struct part item, struct part value)
{
    struct sql_rewrite *w = p->w;
    enum ir_dialect d = w->reader->dialect;
    bool named = v->items.list.count > 1 || d == IR_DIALECT_BIGQUERY || d == IR_DIALECT_ORACLE, quoted;
    uint32_t alias = named ? alias_in(w, item) : 0;
    struct slice name = value_name(w, value), of = {0};
    struct parts keys = group_or_name(w, v->keys);

    if (alias)
        of = sql_token_name(w->reader->scratch, w->tokens, alias, &quoted);
    put(p, ", ");
    put_part(p, without_alias(w, item));
    put(p, " FILTER (WHERE (");
    put_parts(p, &keys, ") AND (");
    put(p, "))");
    put_name(p, d == IR_DIALECT_BIGQUERY && alias ? of : name, d == IR_DIALECT_BIGQUERY && alias ? name : of);
}

/* The columns that the aggregates take in. */
static void put_arguments(const struct writer *p, struct part item)
{
    struct sql_rewrite *w = p->w;

    for (uint32_t k = item.first; k < item.end; k++)
        if (is_plain(w, k) && !is(w, k + 1, '(') && !is(w, k + 1, '.') && k > item.first) {
            put(p, ", ");
            put_part(p, (struct part){k, k + 1});
        }
}

static void write_pivot(const struct writer *p, const struct pivot *v)
{
    struct parts keys = group_or_name(p->w, v->keys);

    put(p, "(SELECT *, " SQL_STAR_EXCEPT "(");
    put_parts(p, &keys, ", ");
    for (uint32_t i = 0; i < v->items.list.count; i++)
        put_arguments(p, without_alias(p->w, v->items.list.items[i]));
    put(p, ")");
    for (uint32_t k = 0; k < v->values.list.count; k++)
        for (uint32_t i = 0; i < v->items.list.count; i++)
            put_value(p, v, v->items.list.items[i], v->values.list.items[k]);
    put(p, " FROM ");
}

/* ---- UNPIVOT ---- */

static void write_unpivot(const struct writer *p, const struct pivot *v)
{
    struct sql_rewrite *w = p->w;
    struct parts names = group_or_name(w, v->open + 1), keys = group_or_name(w, v->keys);

    put(p, "(SELECT *, " SQL_STAR_EXCEPT "(");
    for (uint32_t i = 0; i < v->values.list.count; i++) {
        struct parts columns = group_or_name(w, v->values.list.items[i].first);

        put(p, i ? ", " : "");
        put_parts(p, &columns, ", ");
    }
    put(p, ")");
    for (uint32_t n = 0; n < names.list.count; n++) {
        bool first = true;

        put(p, ", coalesce(");
        for (uint32_t i = 0; i < v->values.list.count; i++) {
            struct parts columns = group_or_name(w, v->values.list.items[i].first);

            if (n >= columns.list.count)
                continue;
            put(p, first ? "" : ", ");
            put_part(p, columns.list.items[n]);
            first = false;
        }
        put(p, first ? "NULL) AS " : ") AS ");
        put_part(p, names.list.items[n]);
    }
    for (uint32_t n = 0; n < keys.list.count; n++) {
        put(p, ", '' AS ");
        put_part(p, keys.list.items[n]);
    }
    put(p, " FROM ");
}

/* ---- both ---- */

/* The relation keeps its columns, and its rows are what is read. An alias of its own goes, because the one
 * behind is what names it from here on. */
static void keep_relation(struct sql_rewrite *w, uint32_t i, uint32_t end)
{
    uint32_t last = end + is(w, end, W_AS);

    if (is_plain(w, last) && i >= w->first + 2 && is_plain(w, i - 1) &&
        (is(w, i - 2, W_AS) || is(w, i - 2, ')') || sql_token_names(w->tokens, i - 2)) &&
        !is(w, i - 2, W_FROM) && !is(w, i - 2, W_JOIN))
        sql_edit_tokens(w, i - 1 - is(w, i - 2, W_AS), i, (struct slice){0});
    if (is(w, last + 1, '(') && sql_token_names(w->tokens, last))
        sql_edit_tokens(w, last + 1, sql_skip_parens(w->tokens, last + 1, w->end), (struct slice){0});
}

void rewrite_pivot(struct sql_rewrite *w, uint32_t i)
{
    bool unpivot = rewrite_is(w, i, "unpivot"), needs_alias;
    uint32_t open = i + 1, end, first;
    struct pivot v;

    if ((rewrite_is(w, open, "include") || rewrite_is(w, open, "exclude")) &&
        rewrite_is(w, open + 1, "nulls"))
        open += 2;
    if (!is(w, open, '(') || i < w->first + 2)
        return;
    end = sql_skip_parens(w->tokens, open, w->end);
    first = relation_start(w, i, &needs_alias);
    sql_edit_away(w, i, end);
    w->flags |= IR_STMT_REWRITTEN;
    if (first == w->end || !read_pivot(w, open, &v)) {
        keep_relation(w, i, end);
        return;
    }
    if (unpivot)
        write_unpivot(&(struct writer){w, w->tokens->list.items[first].off}, &v);
    else
        write_pivot(&(struct writer){w, w->tokens->list.items[first].off}, &v);
    sql_edit_insert(w, end, needs_alias ? SLICE(" _source) ") : SLICE(") "));
    if (!is_plain(w, end + is(w, end, W_AS)))
        sql_edit_insert(w, end, SLICE(" _pivot "));
}
