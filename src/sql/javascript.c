/*
 * The SQL of procedures in JavaScript (Snowflake): strings are folded as far as they are joined from literals,
 * templates and variables, and those that reach the database are read: sqlText: …, and what a call is given
 * that starts like a statement. What is not known stays a hole, ${name}, as the lexer of SQL knows it.
 */
#include "sql/routine.h"

#include <string.h>

#define LONGEST (1u << 20) /* bytes of one string */
#define MOST (8u << 20)    /* of all of them */

enum kind { END, NAME, STRING, TEMPLATE, NUMBER, MARK };

struct token {
    enum kind kind;
    uint32_t off, len; /* bytes of the text */
};

/* A string as far as it is known, with the place of each byte. */
struct value {
    struct slice name; /* of the variable that has it */
    struct slice text;
    const uint32_t *map;
};

struct script {
    struct sql_reader *r;
    struct slice content;
    VEC(struct token) tokens;
    VEC(struct value) values;
    struct map latest; /* hash of a name -> its latest value + 1 */
    size_t bytes;
};

/* ---- tokens ---- */

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static uint32_t skip_blank(struct slice s, uint32_t i, uint32_t end)
{
    while (i < end) {
        if (strchr(" \t\r\n", s.p[i])) {
            i++;
        } else if (s.p[i] == '/' && i + 1 < end && s.p[i + 1] == '/') {
            while (i < end && s.p[i] != '\n')
                i++;
        } else if (s.p[i] == '/' && i + 1 < end && s.p[i + 1] == '*') {
            for (i += 2; i + 1 < end && !(s.p[i] == '*' && s.p[i + 1] == '/'); i++)
                ;
            i = i + 2 < end ? i + 2 : end;
        } else {
            break;
        }
    }
    return i;
}

static struct token next_token(struct slice s, uint32_t i, uint32_t end)
{
    struct token t = {MARK, i, 1};
    uint32_t k = i + 1;

    if (i >= end)
        return (struct token){END, end, 0};
    if (strchr("'\"`", s.p[i])) {
        t.kind = s.p[i] == '`' ? TEMPLATE : STRING;
        while (k < end && s.p[k] != s.p[i] && (t.kind == TEMPLATE || s.p[k] != '\n'))
            k += s.p[k] == '\\' ? 2 : 1;
        k++;
    } else if (starts_name(s.p[i])) {
        t.kind = NAME;
        while (k < end && (starts_name(s.p[k]) || (s.p[k] >= '0' && s.p[k] <= '9')))
            k++;
    } else if (s.p[i] >= '0' && s.p[i] <= '9') {
        t.kind = NUMBER;
        while (k < end && ((s.p[k] >= '0' && s.p[k] <= '9') || s.p[k] == '.'))
            k++;
    } else if (s.p[i] == '+' && k < end && s.p[k] == '=') {
        k++;
    }
    t.len = (k < end ? k : end) - i;
    return t;
}

static void lex(struct script *s, uint32_t off, uint32_t end)
{
    for (;;) {
        struct token t = next_token(s->content, skip_blank(s->content, off, end), end);

        vec_push(s->r->scratch, &s->tokens, t);
        if (t.kind == END)
            return;
        off = t.off + t.len;
    }
}

static struct token at(const struct script *s, uint32_t i)
{
    return s->tokens.items[i < s->tokens.count ? i : s->tokens.count - 1];
}

static struct slice text_of(const struct script *s, uint32_t i)
{
    return slice_sub(s->content, at(s, i).off, at(s, i).len);
}

static bool is(const struct script *s, uint32_t i, const char *text)
{
    return slice_is(text_of(s, i), text);
}

/* ---- strings ---- */

struct folder {
    struct script *s;
    struct buf text;
    VEC(uint32_t) map;
    bool literal; /* a literal is in it */
};

static void put(struct folder *f, char c, uint32_t place)
{
    if (f->text.n >= LONGEST)
        return;
    buf_addc(&f->text, c);
    vec_push(f->s->r->scratch, &f->map, place);
}

/* The literal at token `i`, escapes undone; a template keeps its ${…}. */
static void put_literal(struct folder *f, uint32_t i)
{
    static const char escapes[] = "n\nt\tr\r0 ";
    struct token t = at(f->s, i);
    const char *p = f->s->content.p;

    f->literal = true;
    for (uint32_t k = t.off + 1; k + 1 < t.off + t.len; k++) {
        const char *e;

        if (p[k] != '\\' || k + 2 >= t.off + t.len) {
            put(f, p[k], k);
            continue;
        }
        k++;
        e = strchr(escapes, p[k]);
        if (p[k] != '\n') /* a line that goes on */
            put(f, e && (e - escapes) % 2 == 0 ? e[1] : p[k], k);
    }
}

static void put_variable(struct folder *f, uint32_t i)
{
    struct slice name = text_of(f->s, i);
    uint32_t known = map_get(&f->s->latest, hash_bytes(name.p, name.n)), off = at(f->s, i).off;
    const struct value *v = known ? &f->s->values.items[known - 1] : NULL;

    if (v && slice_eq(v->name, name)) {
        f->literal = true;
        for (size_t k = 0; k < v->text.n; k++)
            put(f, v->text.p[k], v->map[k]);
        return;
    }
    put(f, '$', off);
    put(f, '{', off);
    for (size_t k = 0; k < name.n; k++)
        put(f, name.p[k], off + (uint32_t)k);
    put(f, '}', off);
}

/* One past the operand at `i`: what it is called with, its fields and its methods belong to it. */
static uint32_t operand_end(const struct script *s, uint32_t i)
{
    uint32_t depth = 0;

    for (; at(s, i).kind != END; i++) {
        if (is(s, i, "(") || is(s, i, "[") || is(s, i, "{"))
            depth++;
        else if ((is(s, i, ")") || is(s, i, "]") || is(s, i, "}")) && depth-- == 0)
            return i;
        else if (depth == 0 && (is(s, i, "+") || is(s, i, ",") || is(s, i, ";") || is(s, i, "?")))
            return i;
        if (depth == 0 && at(s, i + 1).kind == NAME && !is(s, i, ".") && at(s, i).kind != MARK)
            return i + 1; /* a line without a semicolon */
    }
    return i;
}

/* The expression at token `i`, joined by +; returns the token after it. */
static uint32_t fold(struct folder *f, uint32_t i)
{
    for (;;) {
        uint32_t end = operand_end(f->s, i);
        enum kind kind = at(f->s, i).kind;

        if (end == i)
            return i;
        if (kind == STRING || kind == TEMPLATE) /* .trim() and its kin change no table */
            put_literal(f, i);
        else if (kind == NUMBER && end == i + 1)
            put(f, f->s->content.p[at(f->s, i).off], at(f->s, i).off);
        else if (kind == NAME)
            put_variable(f, i);
        else
            put(f, '?', at(f->s, i).off);
        if (!is(f->s, end, "+"))
            return end;
        i = end + 1;
    }
}

/* ---- what is done with them ---- */

static void assign(struct script *s, uint32_t name, uint32_t expression, bool append)
{
    struct folder f = {.s = s, .text = buf_new(s->r->scratch)};
    struct slice n = text_of(s, name);
    struct value v = {.name = n};

    if (append)
        put_variable(&f, name);
    fold(&f, expression);
    s->bytes += f.text.n;
    if (s->bytes > MOST)
        return;
    v.text = buf_slice(&f.text);
    v.map = f.map.items;
    vec_push(s->r->scratch, &s->values, v);
    map_put(&s->latest, hash_bytes(n.p, n.n), f.literal ? s->values.count : 0);
}

static bool starts_statement(struct slice text)
{
    static const char *const words[] = {"select", "with",  "insert", "update", "delete",   "merge", "create",
                                        "alter",  "drop",  "copy",   "call",   "truncate", "use",   "begin",
                                        "commit", "grant", "put",    "show",   "execute"};
    size_t n = 0;

    text = slice_trim(text);
    while (n < text.n && starts_name(text.p[n]))
        n++;
    for (size_t i = 0; i < sizeof words / sizeof *words && n < text.n; i++)
        if (slice_is_nocase(slice_sub(text, 0, n), words[i]))
            return true;
    return false;
}

/* Reads the expression at token `i` when it is SQL. */
static void read_sql(struct script *s, uint32_t i, bool surely)
{
    struct folder f = {.s = s, .text = buf_new(s->r->scratch)};
    struct sql_reader in;
    ir_text_id text;
    uint32_t stop;

    fold(&f, i);
    s->bytes += f.text.n;
    if (!f.literal || s->bytes > MOST || s->r->depth >= SQL_DEEPEST_TEXT ||
        !(surely || starts_statement(buf_slice(&f.text))))
        return;
    stop = f.map.count ? f.map.items[f.map.count - 1] + 1 : at(s, i).off;
    vec_push(s->r->scratch, &f.map, stop);
    text = ir_text_derive(s->r->ir, s->r->text, buf_slice(&f.text), f.map.items);
    in = sql_reader_inside(s->r, text);
    in.flags |= IR_STMT_DYNAMIC;
    in.variables = NULL;
    sql_script_read(&in, 0, (uint32_t)in.content.n);
}

static bool is_assignment(const struct script *s, uint32_t i)
{
    return at(s, i).kind == NAME && (is(s, i + 1, "=") || is(s, i + 1, "+=")) && !is(s, i + 2, "=") &&
           !is(s, i + 2, ">");
}

void sql_javascript_read(struct sql_reader *r, uint32_t off, uint32_t len)
{
    struct script s = {.r = r, .content = r->content, .latest = map_new(r->scratch)};

    lex(&s, off, off + len);
    for (uint32_t i = 0; i < s.tokens.count; i++) {
        if (is_assignment(&s, i))
            assign(&s, i, i + 2, is(&s, i + 1, "+="));
        else if ((is(&s, i, "sqlText") || is(&s, i, "'sqlText'") || is(&s, i, "\"sqlText\"")) &&
                 is(&s, i + 1, ":"))
            read_sql(&s, i + 2, true);
        else if (at(&s, i).kind == NAME && is(&s, i + 1, "(") && !is(&s, i, "if") && !is(&s, i, "while"))
            read_sql(&s, i + 2, false);
    }
}
