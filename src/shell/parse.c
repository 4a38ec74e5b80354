/*
 * A parser for what POSIX shells and bash have in common. It reads without knowing variables, as the shell does;
 * recursion is bounded, and every loop moves forward.
 */
#include "shell/parse.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 100

struct parser {
    struct arena *arena;
    struct slice text;
    uint32_t at;
    uint32_t depth;
    VEC(struct sh_node *) owners; /* of here-documents whose bodies begin after the line */
    VEC(uint32_t) numbers;        /* each by its number among its owner's redirects */
};

static char byte(struct slice text, uint32_t at)
{
    return at < text.n ? text.p[at] : '\0';
}

uint32_t sh_name_len(struct slice text, uint32_t at)
{
    uint32_t n = 0;

    if (!isalpha((unsigned char)byte(text, at)) && byte(text, at) != '_')
        return 0;
    while (isalnum((unsigned char)byte(text, at + n)) || byte(text, at + n) == '_')
        n++;
    return n;
}

/* ---- words ---- */

static uint32_t single_end(struct slice text, uint32_t at)
{
    const char *end = at < text.n ? memchr(text.p + at, '\'', text.n - at) : NULL;

    return end ? (uint32_t)(end - text.p) + 1 : (uint32_t)text.n;
}

/* Behind the closing byte of what is open at `at`; `depth` bounds what is nested. */
static uint32_t close_of(struct slice text, uint32_t at, char open, char close, uint32_t depth);

static uint32_t part_end(struct slice text, uint32_t at, uint32_t depth)
{
    char c = byte(text, at), next = byte(text, at + 1);

    if (depth > MAX_DEPTH)
        return at + 1;
    if (c == '\\')
        return at + 2 < text.n ? at + 2 : (uint32_t)text.n;
    if (c == '\'')
        return single_end(text, at + 1);
    if (c == '"' || c == '`')
        return close_of(text, at + 1, c, c, depth + 1);
    if ((c == '$' || c == '<' || c == '>') && next == '(')
        return close_of(text, at + 2, '(', ')', depth + 1);
    if (c == '$' && next == '{')
        return close_of(text, at + 2, '{', '}', depth + 1);
    if (c == '$' && next == '\'') {
        for (at += 2; at < text.n && text.p[at] != '\''; at++)
            at += text.p[at] == '\\';
        return at < text.n ? at + 1 : (uint32_t)text.n;
    }
    return at + 1;
}

static uint32_t close_of(struct slice text, uint32_t at, char open, char close, uint32_t depth)
{
    bool quote = close == '"' || close == '`';
    uint32_t inner = 0;

    while (at < text.n) {
        char c = text.p[at];

        if (c == close && inner == 0)
            return at + 1;
        if (!quote && (c == open || c == close)) {
            inner += c == open ? 1 : -1u;
            at++;
        } else if (c == '\\' || c == '$' || (c == '`' && close != '`') ||
                   (!quote && (c == '"' || c == '\''))) {
            at = part_end(text, at, depth);
        } else {
            at++;
        }
    }
    return (uint32_t)text.n;
}

uint32_t sh_part_end(struct slice text, uint32_t at)
{
    return part_end(text, at, 0);
}

static bool ends_word(char c)
{
    return c == '\0' || strchr(" \t\r\n;&|()<>", c) != NULL;
}

uint32_t sh_word_end(struct slice text, uint32_t at)
{
    while (at < text.n) {
        bool process = (text.p[at] == '<' || text.p[at] == '>') && byte(text, at + 1) == '(';

        if (ends_word(text.p[at]) && !process && text.p[at] != '\0')
            break;
        at = part_end(text, at, 0);
    }
    return at;
}

/* ---- blanks, comments and here-documents ---- */

static void skip_blanks(struct parser *p)
{
    for (;;) {
        char c = byte(p->text, p->at);

        if (c == ' ' || c == '\t' || c == '\r')
            p->at++;
        else if (c == '\\' && byte(p->text, p->at + 1) == '\n')
            p->at += 2;
        else if (c == '\\' && byte(p->text, p->at + 1) == '\r' && byte(p->text, p->at + 2) == '\n')
            p->at += 3;
        else if (c == '#')
            while (p->at < p->text.n && p->text.p[p->at] != '\n')
                p->at++;
        else
            return;
    }
}

/* The delimiter without its quotes. */
static struct slice delimiter(struct parser *p, struct sh_span word)
{
    struct buf b = buf_new(p->arena);

    for (uint32_t i = word.off; i < word.off + word.len; i++)
        if (!strchr("'\"\\", p->text.p[i]))
            buf_addc(&b, p->text.p[i]);
    return (struct slice){buf_str(&b), b.n};
}

static void read_body(struct parser *p, struct sh_redirect *r)
{
    struct slice end = delimiter(p, r->word);
    uint32_t start = p->at;

    while (p->at < p->text.n) {
        const char *eol = memchr(p->text.p + p->at, '\n', p->text.n - p->at);
        uint32_t next = eol ? (uint32_t)(eol - p->text.p) : (uint32_t)p->text.n, from = p->at;
        struct slice line;

        while (r->strip && from < next && p->text.p[from] == '\t')
            from++;
        line = slice_sub(p->text, from, next - from);
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        r->body = (struct sh_span){start, p->at - start};
        p->at = next + (eol != NULL);
        if (slice_eq(line, end))
            return;
    }
    r->body = (struct sh_span){start, p->at - start};
}

/* A line's end: the bodies of its here-documents follow. */
static void end_line(struct parser *p)
{
    p->at++;
    for (uint32_t i = 0; i < p->owners.count; i++)
        read_body(p, &p->owners.items[i]->redirects.items[p->numbers.items[i]]);
    p->owners.count = p->numbers.count = 0;
}

static void skip_newlines(struct parser *p)
{
    for (skip_blanks(p); byte(p->text, p->at) == '\n' || byte(p->text, p->at) == ';'; skip_blanks(p)) {
        if (byte(p->text, p->at) == '\n')
            end_line(p);
        else if (byte(p->text, p->at + 1) == ';')
            return;
        else
            p->at++;
    }
}

/* ---- commands ---- */

static struct sh_node *new_node(struct parser *p, enum sh_kind kind)
{
    struct sh_node *n = ARENA_NEW(p->arena, struct sh_node);

    n->kind = kind;
    n->span.off = p->at;
    return n;
}

static void adopt(struct parser *p, struct sh_node *parent, struct sh_node *child)
{
    if (child)
        vec_push(p->arena, &parent->children, child);
}

static struct slice peek_word(struct parser *p)
{
    skip_blanks(p);
    return slice_sub(p->text, p->at, sh_word_end(p->text, p->at) - p->at);
}

static bool take_word(struct parser *p, const char *word)
{
    if (!slice_is(peek_word(p), word))
        return false;
    p->at += (uint32_t)strlen(word);
    return true;
}

/* Words that end a list: what was opened before it ends here. */
static bool at_end_of_list(struct parser *p)
{
    static const char *const words[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
    char c = byte(p->text, p->at);
    struct slice word;

    if (p->at >= p->text.n || c == ')' || (c == ';' && byte(p->text, p->at + 1) == ';'))
        return true;
    word = peek_word(p);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(word, words[i]))
            return true;
    return false;
}

static bool read_redirect(struct parser *p, struct sh_node *n)
{
    static const struct {
        const char *op;
        enum sh_redirection kind;
    } ops[] = {{"<<<", SH_HERE_STRING}, {"<<-", SH_HERE_DOCUMENT}, {"<<", SH_HERE_DOCUMENT},
               {"&>>", SH_OUTPUT},      {"&>", SH_OUTPUT},         {">>", SH_OUTPUT},
               {">&", SH_OUTPUT},       {"<&", SH_OUTPUT},         {">|", SH_OUTPUT},
               {"<>", SH_OUTPUT},       {">", SH_OUTPUT},          {"<", SH_INPUT}};
    struct sh_redirect r = {0};
    uint32_t at = p->at;

    while (isdigit((unsigned char)byte(p->text, at)))
        at++;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        size_t n_op = strlen(ops[i].op);

        if (at + n_op > p->text.n || memcmp(p->text.p + at, ops[i].op, n_op) != 0)
            continue;
        if (n_op == 1 && byte(p->text, at + 1) == '(')
            return false;
        r.kind = ops[i].kind;
        r.strip = ops[i].op[n_op - 1] == '-';
        p->at = at + (uint32_t)n_op;
        skip_blanks(p);
        r.word.off = p->at;
        p->at = sh_word_end(p->text, p->at);
        r.word.len = p->at - r.word.off;
        for (uint32_t k = r.word.off; k < p->at; k++)
            r.quoted |= strchr("'\"\\", p->text.p[k]) != NULL;
        vec_push(p->arena, &n->redirects, r);
        if (r.kind == SH_HERE_DOCUMENT) {
            vec_push(p->arena, &p->owners, n);
            vec_push(p->arena, &p->numbers, n->redirects.count - 1);
        }
        return true;
    }
    return false;
}

static void end_node(struct parser *p, struct sh_node *n)
{
    n->span.len = p->at - n->span.off;
}

static void read_redirects(struct parser *p, struct sh_node *n)
{
    do
        skip_blanks(p);
    while (p->at < p->text.n && read_redirect(p, n));
}

static struct sh_node *parse_list(struct parser *p);
static struct sh_node *parse_command(struct parser *p);

/* [[ … ]]: && and || inside join no commands. */
static struct sh_node *parse_test(struct parser *p, struct sh_node *n)
{
    const char *end = memmem(p->text.p + p->at, p->text.n - p->at, "]]", 2);

    p->at = end ? (uint32_t)(end - p->text.p) + 2 : (uint32_t)p->text.n;
    end_node(p, n);
    return n;
}

static struct sh_node *parse_simple(struct parser *p)
{
    struct sh_node *n = new_node(p, SH_COMMAND);

    for (;;) {
        uint32_t end;

        skip_blanks(p);
        if (read_redirect(p, n))
            continue;
        end = sh_word_end(p->text, p->at);
        if (end == p->at)
            break;
        vec_push(p->arena, &n->words, ((struct sh_span){p->at, end - p->at}));
        p->at = end;
        n->span.len = end - n->span.off;
        /* name=( … ) */
        if (byte(p->text, end) == '(' && p->text.p[end - 1] == '=') {
            p->at = close_of(p->text, end + 1, '(', ')', 0);
            n->words.items[n->words.count - 1].len = p->at - n->words.items[n->words.count - 1].off;
            n->span.len = p->at - n->span.off;
        }
    }
    if (n->redirects.count && p->at > n->span.off)
        end_node(p, n);
    while (n->span.len && isspace((unsigned char)p->text.p[n->span.off + n->span.len - 1]))
        n->span.len--;
    return n;
}

static struct sh_node *parse_if(struct parser *p)
{
    struct sh_node *outer = new_node(p, SH_LIST), *n = new_node(p, SH_BRANCH);

    do {
        adopt(p, outer, parse_list(p)); /* conditions run before */
        if (!take_word(p, "then"))
            break;
        adopt(p, n, parse_list(p));
    } while (take_word(p, "elif"));
    if (take_word(p, "else")) {
        n->has_else = true;
        adopt(p, n, parse_list(p));
    }
    (void)take_word(p, "fi");
    adopt(p, outer, n);
    return outer;
}

static void read_words(struct parser *p, struct sh_node *n)
{
    for (skip_blanks(p); p->at < p->text.n && !ends_word(p->text.p[p->at]); skip_blanks(p)) {
        uint32_t end = sh_word_end(p->text, p->at);

        vec_push(p->arena, &n->words, ((struct sh_span){p->at, end - p->at}));
        p->at = end;
    }
}

static void parse_body(struct parser *p, struct sh_node *n)
{
    skip_newlines(p);
    if (take_word(p, "do")) {
        adopt(p, n, parse_list(p));
        (void)take_word(p, "done");
    }
}

static struct sh_node *parse_for(struct parser *p)
{
    struct sh_node *n = new_node(p, SH_FOR);

    skip_blanks(p);
    if (byte(p->text, p->at) == '(') { /* for ((…)) runs its body some times */
        n->kind = SH_LOOP;
        p->at = close_of(p->text, p->at + 1, '(', ')', 0);
    } else {
        struct slice name = peek_word(p);

        vec_push(p->arena, &n->words, ((struct sh_span){p->at, (uint32_t)name.n}));
        p->at += (uint32_t)name.n;
        skip_newlines(p);
        if (take_word(p, "in"))
            read_words(p, n);
    }
    parse_body(p, n);
    return n;
}

static struct sh_node *parse_loop(struct parser *p)
{
    struct sh_node *n = new_node(p, SH_LOOP);

    adopt(p, n, parse_list(p));
    parse_body(p, n);
    return n;
}

static struct sh_node *parse_case(struct parser *p)
{
    struct sh_node *n = new_node(p, SH_BRANCH);

    p->at += (uint32_t)peek_word(p).n;
    skip_newlines(p);
    (void)take_word(p, "in");
    for (skip_newlines(p); p->at < p->text.n && !slice_is(peek_word(p), "esac"); skip_newlines(p)) {
        uint32_t before = p->at;
        const char *close = memchr(p->text.p + p->at + 1, ')', p->text.n - p->at - 1);

        if (!close)
            break;
        n->has_else |= memchr(p->text.p + p->at, '*', (size_t)(close - p->text.p) - p->at) != NULL;
        p->at = (uint32_t)(close - p->text.p) + 1;
        adopt(p, n, parse_list(p));
        while (byte(p->text, p->at) == ';' || byte(p->text, p->at) == '&')
            p->at++;
        if (p->at <= before)
            break;
    }
    (void)take_word(p, "esac");
    return n;
}

static struct sh_node *parse_group(struct parser *p, bool subshell)
{
    struct sh_node *n = new_node(p, subshell ? SH_SUBSHELL : SH_LIST);

    p->at++;
    adopt(p, n, parse_list(p));
    if (byte(p->text, p->at) == (subshell ? ')' : '}'))
        p->at++;
    return n;
}

/* name() { … }, function name { … } */
static struct sh_node *parse_function(struct parser *p, struct sh_span name)
{
    struct sh_node *n = new_node(p, SH_FUNCTION);

    n->span.off = name.off;
    vec_push(p->arena, &n->words, name);
    skip_blanks(p);
    if (byte(p->text, p->at) == '(')
        p->at = close_of(p->text, p->at + 1, '(', ')', 0);
    skip_newlines(p);
    adopt(p, n, parse_command(p));
    return n;
}

static struct sh_node *parse_compound(struct parser *p)
{
    static const struct {
        const char *word;
        struct sh_node *(*parse)(struct parser *p);
    } words[] = {{"if", parse_if},      {"for", parse_for},    {"while", parse_loop},
                 {"until", parse_loop}, {"select", parse_for}, {"case", parse_case}};
    struct slice word = peek_word(p);
    uint32_t start = p->at, name, after;

    if (byte(p->text, p->at) == '(')
        return parse_group(p, true);
    if (slice_is(word, "{"))
        return parse_group(p, false);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (take_word(p, words[i].word))
            return words[i].parse(p);
    if (slice_is(word, "[["))
        return parse_test(p, new_node(p, SH_COMMAND));
    if (take_word(p, "function")) {
        word = peek_word(p);
        start = p->at;
        p->at += (uint32_t)word.n;
        return parse_function(p, (struct sh_span){start, (uint32_t)word.n});
    }
    name = (uint32_t)word.n;
    for (after = start + name; byte(p->text, after) == ' ';)
        after++;
    if (name && byte(p->text, after) == '(' && (byte(p->text, after + 1) == ')') &&
        !memchr(word.p, '=', word.n)) {
        p->at = after;
        return parse_function(p, (struct sh_span){start, name});
    }
    return NULL;
}

static struct sh_node *parse_command(struct parser *p)
{
    struct sh_node *n;
    uint32_t start;

    skip_blanks(p);
    start = p->at;
    if (p->depth >= MAX_DEPTH) {
        p->at = (uint32_t)p->text.n;
        return NULL;
    }
    p->depth++;
    n = parse_compound(p);
    if (n) {
        if (n->kind != SH_FUNCTION)
            n->span.off = start;
        end_node(p, n);
        read_redirects(p, n);
    } else {
        n = parse_simple(p);
    }
    p->depth--;
    return n;
}

static struct sh_node *parse_pipe(struct parser *p)
{
    struct sh_node *first, *pipe = NULL;

    while (take_word(p, "!") || take_word(p, "time"))
        ;
    first = parse_command(p);
    for (skip_blanks(p); byte(p->text, p->at) == '|' && byte(p->text, p->at + 1) != '|'; skip_blanks(p)) {
        if (!pipe) {
            pipe = new_node(p, SH_PIPE);
            pipe->span = first ? first->span : pipe->span;
            adopt(p, pipe, first);
        }
        p->at += byte(p->text, p->at + 1) == '&' ? 2 : 1;
        skip_newlines(p);
        adopt(p, pipe, parse_command(p));
    }
    if (pipe)
        end_node(p, pipe);
    return pipe ? pipe : first;
}

/* a && b || c: in this order, as far as it goes. */
static struct sh_node *parse_and_or(struct parser *p)
{
    struct sh_node *first = parse_pipe(p), *list = NULL;

    for (skip_blanks(p); p->at + 1 < p->text.n &&
                         (memcmp(p->text.p + p->at, "&&", 2) == 0 || memcmp(p->text.p + p->at, "||", 2) == 0);
         skip_blanks(p)) {
        if (!list) {
            list = new_node(p, SH_LIST);
            list->span = first ? first->span : list->span;
            adopt(p, list, first);
        }
        p->at += 2;
        skip_newlines(p);
        adopt(p, list, parse_pipe(p));
    }
    if (list)
        end_node(p, list);
    return list ? list : first;
}

static struct sh_node *parse_list(struct parser *p)
{
    struct sh_node *list = new_node(p, SH_LIST);

    for (skip_newlines(p); !at_end_of_list(p); skip_newlines(p)) {
        uint32_t before = p->at;
        struct sh_node *n = parse_and_or(p);

        skip_blanks(p);
        if (n && byte(p->text, p->at) == '&' && byte(p->text, p->at + 1) != '&') {
            n->background = true;
            p->at++;
        }
        adopt(p, list, n);
        if (p->at == before) /* nothing that we know: step over it */
            p->at++;
    }
    end_node(p, list);
    return list;
}

struct sh_node *sh_parse(struct arena *a, struct slice text)
{
    struct parser p = {.arena = a, .text = text};
    struct sh_node *all = new_node(&p, SH_LIST);

    while (p.at < text.n) {
        adopt(&p, all, parse_list(&p));
        p.at++; /* a word or a bracket that closes nothing */
    }
    all->span.len = (uint32_t)text.n;
    return all;
}
