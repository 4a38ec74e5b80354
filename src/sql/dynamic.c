/*
 * Dynamic SQL as far as constants reach: literals, ||, variables whose value is known, format() and the
 * quoting functions fold to a string that is read like any text; every byte keeps its place. What is not
 * known is said so, and what the known skeleton names is kept as inferred.
 */
#include "sql/routine.h"

#include <ctype.h>
#include <string.h>

#define DEEPEST_FOLD 16
#define LONGEST_VALUE (1u << 20) /* q := q || q doubles with each line */
#define MOST_VALUES (8u << 20)   /* bytes of all values and EXECUTEs of a body: q := q || 'x' adds up */

/* A string under construction with the place of each byte. */
struct folder {
    struct sql_reader *r;
    const struct sql_tokens *t;
    uint32_t i, end;
    const struct sql_values *values;
    struct buf text;
    VEC(uint32_t) map;
    uint32_t unknown;    /* parts that are not known */
    uint32_t unknown_at; /* the first of them */
    uint32_t depth;
};

/* ---- values of variables ---- */

static struct sql_value *find_value(const struct sql_values *values, struct slice name)
{
    uint32_t at = map_get(&values->latest, hash_bytes(name.p, name.n));

    if (!at || !values->list.items[at - 1].alive || !slice_eq(values->list.items[at - 1].name, name))
        return NULL;
    return &values->list.items[at - 1];
}

void sql_value_forget(struct sql_values *values, struct slice name)
{
    struct sql_value *v = find_value(values, name);

    if (v)
        v->alive = false;
}

void sql_value_set(struct arena *a, struct sql_values *values, struct sql_value value)
{
    sql_value_forget(values, value.name);
    if (values->bytes + value.text.n > MOST_VALUES)
        return;
    values->bytes += value.text.n;
    value.alive = true;
    vec_push(a, &values->list, value);
    map_put(&values->latest, hash_bytes(value.name.p, value.name.n), values->list.count);
}

void sql_values_leave(struct sql_values *values, uint32_t depth)
{
    uint32_t n = values->list.count;

    while (n > 0 && values->list.items[n - 1].depth >= depth && !values->list.items[n - 1].constant) {
        n--;
        values->list.items[n].alive = false;
    }
    values->list.count = n;
}

/* ---- folding ---- */

static void put(struct folder *f, struct slice s, const uint32_t *map, uint32_t at)
{
    if (s.n > LONGEST_VALUE - f->text.n) {
        f->unknown++;
        f->unknown_at = map ? map[0] : at;
        return;
    }
    buf_add(&f->text, s.p, s.n);
    for (size_t k = 0; k < s.n; k++)
        vec_push(f->r->scratch, &f->map, map ? map[k] : at);
}

static uint32_t place(const struct folder *f, uint32_t i)
{
    return sql_token_at(f->t, i < f->end || i == 0 ? i : i - 1).off;
}

/* A part that only exists at run time: a name or a literal stands in for it, so that the skeleton can be
 * read. */
static void unknown_as(struct folder *f, uint32_t at, struct slice stand_in)
{
    if (f->unknown++ == 0)
        f->unknown_at = at;
    put(f, stand_in, NULL, at);
}

static void unknown(struct folder *f, uint32_t at)
{
    unknown_as(f, at, SLICE(SQL_UNKNOWN_NAME));
}

static void fold(struct folder *f);

/* || everywhere, + in T-SQL */
static bool joins_strings(const struct folder *f, uint32_t i)
{
    return sql_token_is(f->t, i, SQL_OP_CONCAT) ||
           (f->r->dialect == IR_DIALECT_TSQL && sql_token_is(f->t, i, '+'));
}

/* One past the operand at `i`: up to ||, a comma or the end, outside parentheses. */
static uint32_t operand_end(const struct folder *f, uint32_t i)
{
    for (; i < f->end; i++) {
        unsigned c = f->t->list.items[i].word;

        if (joins_strings(f, i) || c == ',' || c == ')')
            return i;
        if (c == '(')
            i = sql_skip_parens(f->t, i, f->end) - 1;
    }
    return i;
}

/* Folds tokens [first, end) into a string of its own. */
static struct folder part(struct folder *f, uint32_t first, uint32_t end)
{
    struct folder g = {.r = f->r,
                       .t = f->t,
                       .i = first,
                       .end = end,
                       .values = f->values,
                       .text = buf_new(f->r->scratch),
                       .depth = f->depth + 1};

    if (g.depth > DEEPEST_FOLD || first >= end)
        unknown(&g, place(f, first));
    else
        fold(&g);
    return g;
}

/* Puts `g` as it is, with what is unknown in it. */
static void put_part(struct folder *f, const struct folder *g)
{
    if (g->unknown && f->unknown == 0)
        f->unknown_at = g->unknown_at;
    f->unknown += g->unknown;
    put(f, buf_slice(&g->text), g->map.items, 0);
}

static void put_quoted(struct folder *f, const struct folder *g, char quote, uint32_t at)
{
    bool plain = quote == '"' && g->text.n > 0;

    for (size_t k = 0; k < g->text.n; k++) {
        char c = g->text.p[k];

        plain &= (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9' && k);
    }
    if (!plain)
        put(f, (struct slice){&quote, 1}, NULL, at);
    for (size_t k = 0; k < g->text.n; k++) {
        if (g->text.p[k] == quote)
            put(f, (struct slice){&quote, 1}, NULL, g->map.items[k]);
        put(f, (struct slice){g->text.p + k, 1}, &g->map.items[k], 0);
    }
    if (!plain)
        put(f, (struct slice){&quote, 1}, NULL, at);
}

/* What argument `g` gives under %s, %I or %L. */
static void put_argument(struct folder *f, const struct folder *g, char how, uint32_t at)
{
    if (how == 's') {
        put_part(f, g);
    } else if (g->unknown) {
        unknown_as(f, g->unknown_at, how == 'L' ? SLICE("''") : SLICE(SQL_UNKNOWN_NAME));
    } else {
        put_quoted(f, g, how == 'I' ? '"' : '\'', at);
    }
}

/* The arguments in the parentheses at `i`, folded one by one. */
struct arguments {
    VEC(struct folder) list;
};

static struct arguments arguments(struct folder *f, uint32_t i, uint32_t stop)
{
    struct arguments a = {0};
    uint32_t start = i + 1, depth = 0;

    for (uint32_t k = start; k < stop; k++) {
        unsigned c = f->t->list.items[k].word;

        if ((c == ',' && depth == 0) || k + 1 == stop) {
            struct folder g = part(f, start, k);

            vec_push(f->r->scratch, &a.list, g);
            start = k + 1;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && depth) {
            depth--;
        }
    }
    return a;
}

/* format('… %I … %2$L …', a, b) */
static void fold_format(struct folder *f, const struct arguments *a, uint32_t at)
{
    const struct folder *pattern = &a->list.items[0];
    const char *p = pattern->text.p;
    uint32_t next = 1;

    for (size_t k = 0; k < pattern->text.n; k++) {
        uint32_t n = 0;
        size_t s = k + 1;

        if (p[k] != '%') {
            put(f, (struct slice){p + k, 1}, &pattern->map.items[k], 0);
            continue;
        }
        while (s < pattern->text.n && p[s] >= '0' && p[s] <= '9' && n < 1000)
            n = n * 10 + (uint32_t)(p[s++] - '0');
        if (s < pattern->text.n && p[s] == '$')
            s++;
        else
            n = 0;
        char how = s < pattern->text.n ? p[s] : 0;

        if (how == '%')
            put(f, SLICE("%"), NULL, pattern->map.items[k]);
        else if ((how != 's' && how != 'I' && how != 'L') || (n ? n : next) >= a->list.count)
            unknown(f, pattern->map.items[k]);
        else
            put_argument(f, &a->list.items[n ? n : next++], how, at);
        k = s;
    }
}

/* The call at `i`: false when it is none that folds. */
static bool fold_call(struct folder *f, uint32_t i, uint32_t stop)
{
    struct slice name = sql_token_text(f->t, i);
    uint32_t at = place(f, i);
    struct arguments a;

    if (!slice_is_nocase(name, "format") && !slice_is_nocase(name, "quote_ident") &&
        !slice_is_nocase(name, "quote_literal") && !slice_is_nocase(name, "concat"))
        return false;
    a = arguments(f, i + 1, stop);
    if (a.list.count == 0)
        return false;
    if (slice_is_nocase(name, "concat")) {
        for (uint32_t k = 0; k < a.list.count; k++)
            put_argument(f, &a.list.items[k], 's', at);
    } else if (slice_is_nocase(name, "format")) {
        if (a.list.items[0].unknown)
            return false;
        fold_format(f, &a, at);
    } else {
        put_argument(f, &a.list.items[0], slice_is_nocase(name, "quote_ident") ? 'I' : 'L', at);
    }
    return true;
}

static bool fold_variable(struct folder *f, uint32_t i)
{
    struct slice s = sql_token_text(f->t, i);
    char *p = arena_strndup(f->r->scratch, s.p, s.n);
    struct sql_value *v;

    for (size_t k = 0; k < s.n; k++)
        if (p[k] >= 'A' && p[k] <= 'Z')
            p[k] = (char)(p[k] + 32);
    v = find_value(f->values, (struct slice){p, s.n});
    if (v)
        put(f, v->text, v->map, 0);
    return v != NULL;
}

/* A cast after a value changes nothing here: 'x'::text. */
static uint32_t past_cast(const struct folder *f, uint32_t i)
{
    return sql_token_is(f->t, i, SQL_OP_CAST) && i + 1 < f->end ? i + 2 : i;
}

static void operand(struct folder *f)
{
    uint32_t i = f->i, stop = operand_end(f, i), close;
    struct sql_token k = sql_token_at(f->t, i);
    bool known = false;

    f->i = stop;
    if (i >= stop) {
        unknown(f, place(f, i));
        return;
    }
    if ((k.kind == TOK_STRING || k.kind == TOK_DOLLAR) && past_cast(f, i + 1) == stop) {
        uint32_t *map;
        struct slice s = sql_string_value(f->r->scratch, f->t, i, &map);

        put(f, s, map, 0);
        return;
    }
    if (k.kind == TOK_NUMBER && i + 1 == stop) {
        put(f, sql_token_text(f->t, i), NULL, k.off);
        return;
    }
    close = sql_token_is(f->t, i + 1, '(') ? sql_skip_parens(f->t, i + 1, stop) : 0;
    if (sql_token_is(f->t, i, '(') && past_cast(f, sql_skip_parens(f->t, i, stop)) == stop) {
        struct folder g = part(f, i + 1, sql_skip_parens(f->t, i, stop) - 1);

        put_part(f, &g);
        known = true;
    } else if (k.kind == TOK_WORD && past_cast(f, i + 1) == stop) {
        known = fold_variable(f, i);
    } else if (k.kind == TOK_WORD && close && past_cast(f, close) == stop) {
        known = fold_call(f, i, close);
    }
    if (!known)
        unknown(f, k.off);
}

static void fold(struct folder *f)
{
    operand(f);
    while (f->i < f->end && joins_strings(f, f->i)) {
        f->i++;
        operand(f);
    }
    if (f->i < f->end)
        unknown(f, place(f, f->i));
}

static struct folder fold_tokens(struct sql_reader *r, const struct sql_tokens *t, uint32_t first,
                                 uint32_t end, const struct sql_values *values)
{
    struct folder f = {.r = r, .t = t, .i = first, .end = end, .values = values};

    uint32_t stop;

    f = part(&f, first, end);
    stop = f.map.count ? f.map.items[f.map.count - 1] + 1 : place(&f, first);
    vec_push(r->scratch, &f.map, stop);
    return f;
}

bool sql_value_fold(struct sql_reader *r, const struct sql_tokens *t, uint32_t first, uint32_t end,
                    const struct sql_values *values, struct sql_value *out, uint32_t *at)
{
    struct folder f = fold_tokens(r, t, first, end, values);

    out->text = buf_slice(&f.text);
    out->map = f.map.items;
    *at = f.unknown_at;
    return f.unknown == 0;
}

/* ---- EXECUTE ---- */

struct sql_reader sql_reader_inside(const struct sql_reader *r, ir_text_id text)
{
    struct sql_reader in = *r;

    in.text = text;
    in.content = ir_slice(r->ir, IR(r->ir, text, text)->content);
    in.order = 0;
    in.depth++;
    IR(r->ir, text, text)->job = r->job;
    IR(r->ir, text, text)->dialect = r->dialect;
    return in;
}

static void read_known(struct sql_reader *r, const struct folder *f, uint32_t flags)
{
    ir_text_id text = ir_text_derive(r->ir, r->text, buf_slice(&f->text), f->map.items);
    struct sql_reader in = sql_reader_inside(r, text);

    in.flags |= flags | IR_STMT_DYNAMIC;
    in.variables = NULL;
    sql_script_read(&in, 0, (uint32_t)in.content.n);
}

static struct slice take_word(struct slice *text)
{
    struct slice word;

    *text = slice_trim(*text);
    word = *text;
    for (word.n = 0; word.n < text->n && isalpha((unsigned char)text->p[word.n]);)
        word.n++;
    *text = slice_sub(*text, word.n, text->n - word.n);
    return word;
}

static bool is_one_of(struct slice word, const char *const *names)
{
    while (*names && !slice_is_nocase(word, *names))
        names++;
    return *names != NULL;
}

/* One statement that moves no rows, by the words that it begins with, whatever the rest of it is. */
static bool moves_no_rows(struct slice sql)
{
    static const char *const verbs[] = {"drop", "grant", "revoke", "vacuum", "analyze", NULL};
    static const char *const makes[] = {"alter", "create", NULL};
    static const char *const things[] = {"role",  "user",   "login",  "database",   "sequence",
                                         "index", "schema", "unique", "statistics", NULL};
    struct slice rest = slice_trim(sql), first, second;
    const char *end = rest.n ? memchr(rest.p, ';', rest.n) : NULL;

    if (end && slice_trim(slice_sub(rest, (size_t)(end - rest.p) + 1, rest.n)).n)
        return false;
    first = take_word(&rest);
    second = take_word(&rest);
    return is_one_of(first, verbs) || (is_one_of(first, makes) && is_one_of(second, things));
}

void sql_dynamic_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t start, uint32_t first,
                      uint32_t end, struct sql_values *values, uint32_t flags)
{
    struct folder f = fold_tokens(r, t, first, end, values);
    const struct sql_token *last = &t->list.items[end > start ? end - 1 : start];
    struct sql_piece p = {.off = t->list.items[start].off, .flags = r->flags | flags | IR_STMT_DYNAMIC};

    values->bytes += f.text.n;
    if (values->bytes > MOST_VALUES)
        f = (struct folder){.unknown = 1, .unknown_at = p.off, .map = f.map}; /* read often enough */
    if (f.unknown == 0 && r->depth < SQL_DEEPEST_TEXT) {
        read_known(r, &f, flags);
        return;
    }
    p.len = last->off + last->len - p.off;
    p.lead_off = sql_lead_off(t, start);
    p.sql = (struct slice){buf_str(&f.text), f.text.n};
    p.map = f.map.items;
    p.kind = IR_KIND_EXECUTE;
    sql_tokens_read(r, &p, moves_no_rows(p.sql) ? IR_GAP_NOTE : IR_GAP_DYNAMIC, f.unknown_at,
                    "part of this SQL is only known when it runs");
}
