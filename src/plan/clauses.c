/*
 * Taking a statement apart at its own words. A word counts only outside of parentheses and of CASE … END; what is
 * between two of them is a range of the author's text, which goes into the model as it is.
 */
#include "plan/clauses.h"

#include "ir/scan.h"

#include <ctype.h>
#include <string.h>

struct token {
    enum scan_kind kind;
    uint32_t off, len;
    bool outside; /* of parentheses, brackets and CASE … END */
};

struct reading {
    const struct planner *p;
    struct slice text;
    VEC(struct token) tokens;
    uint32_t at;
};

static bool is(const struct reading *r, uint32_t at, const char *word)
{
    const struct token *t = at < r->tokens.count ? &r->tokens.items[at] : NULL;

    return t && t->kind != SCAN_STRING && t->kind != SCAN_QUOTED &&
           slice_is_nocase(slice_sub(r->text, t->off, t->len), word);
}

static void tokenize(struct reading *r, const struct ir_statement *s)
{
    struct scan scan = {slice_sub(r->text, 0, s->off + s->len), s->off};
    int depth = 0, cases = 0;

    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan)) {
        bool opens = t.kind == SCAN_SYMBOL && (t.bytes.p[0] == '(' || t.bytes.p[0] == '[');
        bool closes = t.kind == SCAN_SYMBOL && (t.bytes.p[0] == ')' || t.bytes.p[0] == ']');
        bool begins = t.kind == SCAN_WORD && slice_is_nocase(t.bytes, "case");

        depth -= closes;
        vec_push(r->p->scratch, &r->tokens,
                 ((struct token){t.kind, (uint32_t)t.off, (uint32_t)t.bytes.n,
                                 depth == 0 && cases == 0 && !begins}));
        depth += opens;
        cases += begins;
        if (cases && t.kind == SCAN_WORD && slice_is_nocase(t.bytes, "end"))
            cases--;
    }
}

/* The first of `words` (separated by blanks) outside, from `at` on; the count of tokens when there is none. */
static uint32_t find(const struct reading *r, uint32_t at, uint32_t end, const char *words)
{
    for (; at < end; at++) {
        const struct token *t = &r->tokens.items[at];

        if (!t->outside || t->kind != SCAN_WORD)
            continue;
        for (const char *w = words; *w;) {
            size_t n = strcspn(w, " ");

            if (n == t->len && strncasecmp(w, r->text.p + t->off, n) == 0)
                return at;
            w += n + (w[n] == ' ');
        }
    }
    return end;
}

static struct plan_range range(const struct reading *r, uint32_t from, uint32_t to)
{
    const struct token *first = &r->tokens.items[from], *last = &r->tokens.items[to ? to - 1 : 0];

    if (from >= to || to > r->tokens.count)
        return (struct plan_range){0, 0};
    return (struct plan_range){first->off, last->off + last->len - first->off};
}

static ir_str name_at(const struct reading *r, uint32_t at)
{
    const struct token *t = &r->tokens.items[at];
    struct slice name = slice_sub(r->text, t->off, t->len);
    char *lower;

    if (at >= r->tokens.count || (t->kind != SCAN_WORD && t->kind != SCAN_QUOTED))
        return (ir_str){0};
    if (t->kind == SCAN_QUOTED)
        return ir_intern(r->p->ir, name.p + 1, name.n > 2 ? name.n - 2 : 0);
    lower = arena_strndup(r->p->scratch, name.p, name.n);
    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return ir_intern(r->p->ir, lower, name.n);
}

/* Where the item that begins at `at` ends: at a comma outside, or at `end`. */
static uint32_t item_end(const struct reading *r, uint32_t at, uint32_t end)
{
    while (at < end && !(r->tokens.items[at].outside && is(r, at, ",")))
        at++;
    return at;
}

/* ( a, b ): the names, and the token behind; 0 when it is no list of plain names. */
static uint32_t read_names(const struct reading *r, uint32_t at, struct plan_names_list *out)
{
    if (!is(r, at, "("))
        return 0;
    do {
        ir_str name = name_at(r, ++at);

        if (!name.v)
            return 0;
        vec_push(r->p->scratch, out, name);
        at++;
    } while (is(r, at, ","));
    return is(r, at, ")") ? at + 1 : 0;
}

/* The token that closes the parenthesis at `at`. */
static uint32_t closing(const struct reading *r, uint32_t at)
{
    int depth = 0;

    for (; at < r->tokens.count; at++) {
        depth += is(r, at, "(") - is(r, at, ")");
        if (!depth)
            return at;
    }
    return at;
}

/* Where the value in a list ends: at its comma, or at `end`. */
static uint32_t value_end(const struct reading *r, uint32_t at, uint32_t end)
{
    for (int depth = 0; at < end && (depth || !is(r, at, ",")); at++)
        depth += is(r, at, "(") - is(r, at, ")");
    return at;
}

/* (a, b) = (x, y): one row of values for a list of columns. */
static bool read_row_set(const struct reading *r, uint32_t from, uint32_t to, struct plan_sets *out)
{
    struct plan_names_list names = {0};
    uint32_t at = read_names(r, from, &names), i = 0;

    if (!at || !is(r, at, "="))
        return false;
    at += is(r, at + 1, "row") ? 2 : 1;
    if (!is(r, at, "(") || closing(r, at) + 1 != to)
        return false;
    for (at++; at < to - 1; i++) {
        uint32_t end = value_end(r, at, to - 1);

        if (i >= names.count || is(r, at, "default") || is(r, at, "select") || is(r, at, "with") ||
            is(r, at, "values"))
            return false;
        vec_push(r->p->scratch, out, ((struct plan_set){names.items[i], range(r, at, end)}));
        at = end + 1;
    }
    return i == names.count;
}

/* column = value, … */
static bool read_sets(const struct reading *r, uint32_t from, uint32_t to, struct plan_sets *out)
{
    while (from < to) {
        uint32_t end = item_end(r, from, to);

        if (is(r, from, "(")) {
            if (!read_row_set(r, from, end, out))
                return false;
            from = end + 1;
            continue;
        }
        if (is(r, from + 1, ".")) /* SET t.a = …, as some dialects write it */
            from += 2;
        struct plan_set set = {name_at(r, from), range(r, from + 2, end)};

        if (!set.column.v || !is(r, from + 1, "=") || !set.value.len || is(r, from + 2, "default"))
            return false;
        vec_push(r->p->scratch, out, set);
        from = end + 1;
    }
    return out->count > 0;
}

/* ---- the statements ---- */

/* Is there only a name, and perhaps an alias, in [from, to)? */
static bool is_one_table(const struct reading *r, uint32_t from, uint32_t to)
{
    for (uint32_t at = from; at < to; at++)
        if (is(r, at, "join") || is(r, at, "(") || is(r, at, ","))
            return false;
    return from < to;
}

/* T-SQL and MySQL name the target among the tables that it is joined to, where PostgreSQL joins it to them. */
static bool names_target(const struct reading *r, const struct plan_clauses *c)
{
    for (uint32_t at = 0; c->from.len && at < r->tokens.count; at++) {
        const struct token *t = &r->tokens.items[at];
        bool alias = !is(r, at + 1, ".") && !is(r, at + 1, "=") && (at == 0 || !is(r, at - 1, "="));

        if (t->outside && alias && t->off >= c->from.off && t->off < c->from.off + c->from.len &&
            name_at(r, at).v == c->target.v && c->target.v)
            return true;
    }
    return false;
}

static const char own_join[] = "it joins the table that it changes in a way of its own dialect";

static const char *read_update(struct reading *r, struct plan_clauses *c)
{
    uint32_t end = find(r, 0, r->tokens.count, "returning");
    uint32_t set = find(r, 1, end, "set"), from = find(r, set, end, "from"),
             where = find(r, set, end, "where");

    if (!is_one_table(r, 1, set))
        return own_join;
    if (find(r, set, end, "order limit") < end)
        return "it changes only some of the rows that its condition finds";
    if (!read_sets(r, set + 1, from < where ? from : where, &c->sets))
        return "its SET is more than column = value";
    if (from < where)
        c->from = range(r, from + 1, where);
    c->where = range(r, where + 1, end);
    if (names_target(r, c))
        return own_join;
    return is(r, where + 1, "current") ? "it changes the row of a cursor" : NULL;
}

static const char *read_delete(struct reading *r, struct plan_clauses *c)
{
    uint32_t end = find(r, 0, r->tokens.count, "returning");
    uint32_t using = find(r, 1, end, "using"), where = find(r, 1, end, "where");

    if (!is(r, 1, "from") || !is_one_table(r, 2, using < where ? using : where) ||
        find(r, 2, end, "from") < end)
        return own_join;
    if (find(r, where, end, "order limit") < end)
        return "it deletes only some of the rows that its condition finds";
    if (using < where)
        c->from = range(r, using + 1, where);
    c->where = range(r, where + 1, end);
    if (names_target(r, c))
        return own_join;
    return is(r, where + 1, "current") ? "it deletes the row of a cursor" : NULL;
}

static const char *read_conflict(struct reading *r, const struct ir_statement *s, struct plan_clauses *c)
{
    uint32_t at = 0, end = find(r, 0, r->tokens.count, "returning"), where;

    while (at < r->tokens.count && r->tokens.items[at].off < s->body_off + s->body_len)
        at++;
    if (!is(r, at, "on") || !is(r, at + 1, "conflict"))
        return "its ON CONFLICT is not where it is looked for";
    at += 2;
    if (is(r, at, "(") && !(at = read_names(r, at, &c->keys)))
        return "its conflict target is more than a list of columns";
    if (!is(r, at, "do"))
        return "its conflict target is a constraint or a part of an index";
    c->nothing = is(r, at + 1, "nothing");
    if (c->nothing)
        return NULL;
    where = find(r, at + 3, end, "where");
    if (!c->keys.count || !is(r, at + 1, "update") || !read_sets(r, at + 3, where, &c->sets))
        return "its DO UPDATE is more than column = value";
    c->where = range(r, where + 1, end);
    return NULL;
}

/* INSERT (a, b) VALUES (x, y) */
static bool read_merge_insert(const struct reading *r, uint32_t at, struct plan_sets *out)
{
    struct plan_names_list names = {0};
    uint32_t end, i = 0;

    at = read_names(r, at, &names);
    if (!at || !is(r, at, "values") || !is(r, at + 1, "("))
        return false;
    end = closing(r, at + 1);
    for (at += 2; at < end; i++) {
        uint32_t to = value_end(r, at, end);

        if (i >= names.count || is(r, at, "default"))
            return false;
        vec_push(r->p->scratch, out, ((struct plan_set){names.items[i], range(r, at, to)}));
        at = to + 1;
    }
    return i == names.count;
}

static const char *read_when(struct reading *r, uint32_t at, uint32_t end, struct plan_clauses *c)
{
    struct plan_when when = {.matched = is(r, at + 1, "matched")};
    uint32_t then = find(r, at, end, "then"), word = at + (when.matched ? 2 : 3);
    bool ok = true;

    if (is(r, word, "and"))
        when.condition = range(r, word + 1, then);
    else if (word != then)
        return "a branch of its MERGE is of a kind that PostgreSQL 15 does not have";
    if (is(r, then + 1, "update")) {
        ok = read_sets(r, then + 3, end, &when.sets);
    } else if (is(r, then + 1, "delete")) {
        when.action = ACTION_DELETE;
    } else if (is(r, then + 1, "insert")) {
        when.action = ACTION_INSERT;
        ok = read_merge_insert(r, then + 2, &when.sets);
    } else {
        when.action = ACTION_NOTHING;
    }
    vec_push(r->p->scratch, &c->whens, when);
    return ok ? NULL : "a branch of its MERGE does not list columns and values one by one";
}

static const char *read_merge(struct reading *r, struct plan_clauses *c)
{
    uint32_t end = r->tokens.count, using = find(r, 0, end, "using");
    uint32_t on = find(r, using, end, "on"), at = find(r, on, end, "when");

    c->from = range(r, using + 1, on);
    c->on = range(r, on + 1, at);
    if (!c->from.len || !c->on.len || at == end)
        return "its MERGE is not understood";
    while (at < end) {
        uint32_t next = find(r, at + 1, end, "when");
        const char *why = read_when(r, at, next, c);

        if (why)
            return why;
        at = next;
    }
    return NULL;
}

/* The target's alias; without one its bare name. */
static ir_str target_name(const struct planner *p, ir_statement_id statement)
{
    const struct ir_access *target = IR(p->ir, access, plan_target(p, statement));

    if (target->alias.v)
        return ir_fold(p->ir, target->alias);
    return target->quoted & 1 ? target->name : ir_fold(p->ir, target->name);
}

const char *plan_read_clauses(const struct planner *p, ir_statement_id statement, struct plan_clauses *out)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct reading r = {.p = p, .text = ir_slice(p->ir, IR(p->ir, text, s->text)->content)};

    *out = (struct plan_clauses){.target = target_name(p, statement)};
    tokenize(&r, s);
    if (is(&r, 0, "with"))
        return "it begins with WITH";
    switch (s->kind) {
    case IR_KIND_UPDATE:
        return read_update(&r, out);
    case IR_KIND_DELETE:
        return read_delete(&r, out);
    case IR_KIND_INSERT:
        return read_conflict(&r, s, out);
    case IR_KIND_MERGE:
        return read_merge(&r, out);
    default:
        return "it is of another kind";
    }
}

/* One `t.a = value` (or the other way round) in tokens [from, to). */
static bool read_key(const struct reading *r, const struct plan_clauses *c, uint32_t from, uint32_t to,
                     struct plan_sets *keys)
{
    uint32_t equals = from, left, right;
    struct plan_set key;

    while (equals < to && !is(r, equals, "="))
        equals++;
    if (equals - from != 3 || to - equals < 2 || !is(r, from + 1, "."))
        return false;
    left = name_at(r, from).v == c->target.v;
    right = to - equals == 4 && is(r, equals + 2, ".") && name_at(r, equals + 1).v == c->target.v;
    if (left == right)
        return false;
    key = left ? (struct plan_set){name_at(r, from + 2), range(r, equals + 1, to)}
               : (struct plan_set){name_at(r, equals + 3), range(r, from, equals)};
    for (uint32_t k = left ? equals + 1 : from; k < (left ? to : equals); k++)
        if (r->tokens.items[k].kind == SCAN_SYMBOL && is(r, k, "="))
            return false;
    vec_push(r->p->scratch, keys, key);
    return key.column.v != 0;
}

bool plan_read_keys(const struct planner *p, ir_statement_id statement, const struct plan_clauses *c,
                    struct plan_range condition, struct plan_sets *keys)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct reading r = {.p = p, .text = ir_slice(p->ir, IR(p->ir, text, s->text)->content)};
    uint32_t from = 0, to;

    tokenize(&r, s);
    while (from < r.tokens.count && r.tokens.items[from].off < condition.off)
        from++;
    for (to = from; to < r.tokens.count && r.tokens.items[to].off < condition.off + condition.len;)
        to++;
    if (is(&r, from, "(") && closing(&r, from) + 1 == to)
        from++, to--;
    while (from < to) {
        uint32_t end = from;

        while (end < to && !is(&r, end, "and"))
            end++;
        if (!read_key(&r, c, from, end, keys))
            return false;
        from = end + 1;
    }
    return keys->count > 0;
}

/* The alias's column of `alias.a = target.b`, written either way round, in tokens [from, to); none otherwise. */
static ir_str equal_column(const struct reading *r, const struct plan_clauses *c, ir_str alias, uint32_t from,
                           uint32_t to)
{
    if (to - from != 7 || !is(r, from + 1, ".") || !is(r, from + 3, "=") || !is(r, from + 5, "."))
        return (ir_str){0};
    if (name_at(r, from).v == alias.v && name_at(r, from + 4).v == c->target.v)
        return name_at(r, from + 2);
    if (name_at(r, from).v == c->target.v && name_at(r, from + 4).v == alias.v)
        return name_at(r, from + 6);
    return (ir_str){0};
}

void plan_equal_columns(const struct planner *p, ir_statement_id statement, const struct plan_clauses *c,
                        ir_str alias, struct plan_names_list *out)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct reading r = {.p = p, .text = ir_slice(p->ir, IR(p->ir, text, s->text)->content)};
    uint32_t from = 0, to;

    tokenize(&r, s);
    while (from < r.tokens.count && r.tokens.items[from].off < c->where.off)
        from++;
    for (to = from; to < r.tokens.count && r.tokens.items[to].off < c->where.off + c->where.len;)
        to++;
    if (find(&r, from, to, "or between") < to)
        return;
    while (from < to) {
        uint32_t end = find(&r, from, to, "and");
        ir_str column = equal_column(&r, c, alias, from, end);

        if (column.v)
            vec_push(p->scratch, out, column);
        from = end + 1;
    }
}
