/*
 * relsql_print.c - a select as text, laid out as a person would: one clause a line, one column a line when there
 * are more than a few, AS under AS, and a comment where pandas' rows are not what the SQL seems to say.
 */
#include "plan/relsql_select.h"

#include <string.h>

enum { LINE = 88, FEW_COLUMNS = 4, ALIGN = 44 };

struct printer {
    struct relsql *r;
    struct relsql_select *s;
    ir_step_id step;
    const ir_step_id *own;
    struct buf text;  /* literal text so far */
    struct map notes; /* note -> 1, written once in a step */
    bool aliases;
};

/* ---- aliases ---- */

static const char *const prefixes[] = {"stg_", "int_", "fct_", "dim_", "raw_", NULL};

/* The first letters of a name's words: orders_with_payments is owp. */
static struct slice initials(struct arena *a, struct slice name)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; prefixes[i]; i++)
        if (slice_starts(name, prefixes[i]) && name.n > 4)
            name = slice_sub(name, 4, name.n - 4);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
        if (c >= 'a' && c <= 'z' && (!i || name.p[i - 1] == '_'))
            buf_addc(&b, c);
    }
    return b.n ? buf_slice(&b) : SLICE("t");
}

static bool alias_taken(const struct relsql_select *s, uint32_t count, struct slice alias)
{
    for (uint32_t i = 0; i < count; i++)
        if (slice_eq(s->from.items[i].alias, alias))
            return true;
    return false;
}

static void name_inputs(struct relsql *r, struct relsql_select *s)
{
    for (uint32_t i = 0; i < s->from.count; i++) {
        struct relsql_input *input = &s->from.items[i];
        struct slice base = initials(r->a, ir_slice(r->ir, input->name));
        struct slice alias = base;
        for (uint32_t n = 2; alias_taken(s, i, alias) || relsql_identifier(r->a, alias).p[0] == '"'; n++)
            alias = relsql_format(r->a, "%.*s%u", SQL(base), n);
        input->alias = alias;
    }
}

/* ---- pieces ---- */

static void flush(struct printer *p)
{
    if (p->text.n)
        ir_add_piece(p->r->ir, (struct ir_piece){.step = p->step,
                                                 .kind = IR_PIECE_LITERAL,
                                                 .literal = ir_intern(p->r->ir, p->text.p, p->text.n)});
    p->text.n = 0;
}

/* Text with its marks replaced by the inputs' aliases. */
static struct slice resolved(struct printer *p, struct slice sql)
{
    struct buf b = buf_new(p->r->a);
    for (size_t i = 0; i < sql.n; i++) {
        if (sql.p[i] != RELSQL_MARK) {
            buf_addc(&b, sql.p[i]);
            continue;
        }
        uint32_t input = (uint32_t)(unsigned char)sql.p[++i] - RELSQL_MARK_BASE;
        if (p->aliases)
            buf_printf(&b, "%.*s.", SQL(p->s->from.items[input].alias));
    }
    return buf_slice(&b);
}

static void put(struct printer *p, struct slice sql)
{
    struct slice text = resolved(p, sql);
    buf_add(&p->text, text.p, text.n);
}

/* A comment behind what is on this line, once per step. */
static void put_note(struct printer *p, const char *note)
{
    if (!note)
        return;
    uint64_t key = hash_bytes(note, strlen(note));
    if (!map_get(&p->notes, key))
        buf_printf(&p->text, "  -- %s", note);
    map_put(&p->notes, key, 1);
}

static void put_input(struct printer *p, const struct relsql_input *input)
{
    struct ir_piece piece = {.step = p->step, .kind = IR_PIECE_STEP};
    flush(p);
    switch (input->leaf.kind) {
    case RELSQL_REF:
        piece.kind = IR_PIECE_REF;
        piece.model = input->leaf.model;
        break;
    case RELSQL_SOURCE:
        piece.kind = IR_PIECE_SOURCE;
        piece.dataset = input->leaf.dataset;
        break;
    case RELSQL_STEP:
        piece.target = input->leaf.step;
        break;
    default:
        piece.target = p->own[input->own];
        break;
    }
    ir_add_piece(p->r->ir, piece);
    bool same = piece.kind == IR_PIECE_STEP && slice_eq(ir_slice(p->r->ir, input->name), input->alias);
    if (p->aliases && !same)
        buf_printf(&p->text, " AS %.*s", SQL(input->alias));
}

/* ---- the select list ---- */

struct item {
    struct slice sql, alias; /* alias: empty when the expression has the name already */
};

static struct item item_of(struct printer *p, const struct relsql_column *column)
{
    struct slice name = relsql_identifier(p->r->a, ir_slice(p->r->ir, column->name));
    struct slice sql = resolved(p, column->sql), bare = column->sql;
    if (column->plain && bare.n > 2 && slice_eq(slice_sub(bare, 2, bare.n - 2), name))
        return (struct item){sql, {"", 0}};
    return (struct item){sql, name};
}

/* On one line when that is short and all are plain. */
static bool fits(const struct relsql_select *s, const struct item *items)
{
    size_t width = sizeof "SELECT ";
    for (uint32_t i = 0; i < s->columns.count; i++) {
        width += items[i].sql.n + 2 + (items[i].alias.n ? items[i].alias.n + 4 : 0);
        if (!s->columns.items[i].plain)
            return false;
    }
    return width <= LINE && s->columns.count <= FEW_COLUMNS;
}

static size_t alignment(const struct relsql_select *s, const struct item *items)
{
    size_t width = 0;
    for (uint32_t i = 0; i < s->columns.count; i++)
        if (items[i].alias.n && items[i].sql.n <= ALIGN && items[i].sql.n > width)
            width = items[i].sql.n;
    return width;
}

static void put_columns(struct printer *p)
{
    const struct relsql_select *s = p->s;
    struct item *items = ARENA_ARRAY(p->r->a, struct item, s->columns.count + 1);
    for (uint32_t i = 0; i < s->columns.count; i++)
        items[i] = item_of(p, &s->columns.items[i]);
    bool one_line = fits(s, items);
    size_t width = one_line ? 0 : alignment(s, items);
    if (!s->columns.count)
        buf_adds(&p->text, " *");
    for (uint32_t i = 0; i < s->columns.count; i++) {
        buf_adds(&p->text, one_line ? (i ? ", " : " ") : (i ? ",\n    " : "\n    "));
        buf_add(&p->text, items[i].sql.p, items[i].sql.n);
        if (!items[i].alias.n)
            continue;
        for (size_t k = items[i].sql.n; k < width; k++)
            buf_addc(&p->text, ' ');
        buf_printf(&p->text, " AS %.*s", SQL(items[i].alias));
    }
}

/* ---- clauses ---- */

static const char *const join_words[] = {
    [IR_JOIN_INNER] = "INNER JOIN ", [IR_JOIN_LEFT] = "LEFT JOIN ",   [IR_JOIN_RIGHT] = "RIGHT JOIN ",
    [IR_JOIN_FULL] = "FULL JOIN ",   [IR_JOIN_CROSS] = "CROSS JOIN ",
};

static void put_from(struct printer *p)
{
    for (uint32_t i = 0; i < p->s->from.count; i++) {
        struct relsql_input *input = &p->s->from.items[i];
        buf_printf(&p->text, "\n%s", i ? join_words[input->join] : "FROM ");
        put_input(p, input);
        for (uint32_t k = 0; k < input->keys.count; k++) {
            const struct relsql_key *key = &input->keys.items[k];
            buf_adds(&p->text, k ? "\n    AND " : "\n    ON ");
            put(p, key->left);
            buf_adds(&p->text, key->null_matches ? " IS NOT DISTINCT FROM " : " = ");
            put(p, key->right);
            put_note(p, key->null_matches ? "pandas: merge matches null keys" : NULL);
        }
    }
}

static void put_where(struct printer *p)
{
    for (uint32_t i = 0; i < p->s->where.count; i++) {
        buf_adds(&p->text, i ? "\n    AND " : "\nWHERE ");
        put(p, p->s->where.items[i].sql);
        put_note(p, p->s->where.items[i].note);
    }
}

static void put_list(struct printer *p, const char *clause, const struct slice *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        buf_adds(&p->text, i ? ", " : clause);
        put(p, items[i]);
    }
}

static void put_order(struct printer *p)
{
    struct buf order = buf_new(p->r->a);
    if (p->s->remembered)
        return;
    relsql_put_order(p->r, p->s, &order);
    if (order.n)
        buf_adds(&p->text, "\nORDER BY ");
    put(p, buf_slice(&order));
    if (p->s->limited)
        buf_printf(&p->text, "\nLIMIT %u", p->s->limit);
}

/* Does `sql` name a column of an input as one of the select's own, other columns is called? ORDER BY would then
 * mean that one. */
static bool is_hidden(const struct relsql_select *s, struct relsql *r, struct slice sql)
{
    for (uint32_t i = 0; i < s->columns.count; i++) {
        const struct relsql_column *column = &s->columns.items[i];
        struct slice name = relsql_identifier(r->a, ir_slice(r->ir, column->name));
        for (size_t k = 0; k + 2 < sql.n; k++) {
            struct slice rest = slice_sub(sql, k + 2 < sql.n ? k + 2 : sql.n, sql.n - k - 2);
            if (sql.p[k] == RELSQL_MARK && slice_starts(rest, arena_strndup(r->a, name.p, name.n)) &&
                !(column->plain && slice_eq(slice_sub(column->sql, 2, column->sql.n - 2), name)))
                return true;
        }
    }
    return false;
}

static bool hides_order(const struct relsql_select *s, struct relsql *r)
{
    for (uint32_t i = 0; i < s->order.count && !s->remembered; i++)
        if (is_hidden(s, r, s->order.items[i].sql))
            return true;
    return false;
}

static void put_select(struct printer *p, struct relsql_select *s)
{
    p->s = s;
    p->aliases = s->qualify || s->from.count > 1 || hides_order(s, p->r);
    name_inputs(p->r, s);
    buf_adds(&p->text, s->distinct && !s->distinct_on.count ? "SELECT DISTINCT" : "SELECT");
    put_list(p, " DISTINCT ON (", s->distinct_on.items, s->distinct_on.count);
    if (s->distinct_on.count)
        buf_addc(&p->text, ')');
    put_columns(p);
    put_from(p);
    put_where(p);
    put_list(p, "\nGROUP BY ", s->group.items, s->group.count);
    put_order(p);
}

void relsql_print(struct relsql *r, struct relsql_select *s, ir_step_id step, const ir_step_id *own)
{
    struct printer p = {.r = r, .step = step, .own = own, .text = buf_new(r->a), .notes = map_new(r->a)};
    for (uint32_t i = 0; i < s->arms.count; i++) {
        if (i)
            buf_adds(&p.text, "\nUNION ALL\n");
        put_select(&p, s->arms.items[i]);
    }
    if (!s->arms.count)
        put_select(&p, s);
    flush(&p);
}
