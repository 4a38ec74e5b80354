/*
 * The lexer: one dispatch on the first byte, one function per shape of token. Comments are kept aside,
 * so that nobody else has to step over them. Something that never ends is closed before the next line
 * that starts like a statement, because losing one statement is better than losing the file; after
 * a number of such repairs the rest of the text is one token, which keeps the time linear.
 */
#include "sql/lex.h"

#include "base/bytes.h"

#include <string.h>

#define REPAIRS 64
#define LETTERS 26
#define LONGEST_WORD 12

struct lexer {
    struct arena *arena;
    struct sql_tokens *out;
    const char *p;
    uint32_t at, end;
    unsigned flags;
    uint32_t brackets;            /* open [ that are subscripts: `:` inside is a slice */
    bool copy, stdin_seen;        /* the statement so far is COPY … FROM stdin */
    bool fresh;                   /* nothing of the statement so far */
    struct slice delimiter;       /* set by DELIMITER, else empty */
    uint8_t letters[LETTERS + 1]; /* the first of word_names with each letter, and their end */
};

#define WORD_ROOM 16 /* two numbers of eight bytes */

static const char word_names[][WORD_ROOM] = {
#define X(name) #name,
    WORDS(X)
#undef X
};

#define WORD_COUNT (sizeof word_names / sizeof *word_names)

static inline unsigned char byte_at(const struct lexer *x, uint32_t i)
{
    return i < x->end ? (unsigned char)x->p[i] : 0;
}

enum { SPACE = 1, DIGIT = 2, NAME_START = 4, NAME = 8, OPERATOR = 16 };

static const uint8_t classes[256] = {
    ['\t' ... '\r'] = SPACE,
    [' '] = SPACE,
    ['0' ... '9'] = DIGIT | NAME,
    ['A' ... 'Z'] = NAME_START | NAME,
    ['a' ... 'z'] = NAME_START | NAME,
    ['_'] = NAME_START | NAME,
    [0x80 ... 0xFF] = NAME_START | NAME,
    ['$'] = NAME,
    ['!'] = OPERATOR,
    ['#'] = OPERATOR,
    ['%'] = OPERATOR,
    ['&'] = OPERATOR,
    ['*'] = OPERATOR,
    ['+'] = OPERATOR,
    ['-'] = OPERATOR,
    ['/'] = OPERATOR,
    ['<'] = OPERATOR,
    ['='] = OPERATOR,
    ['>'] = OPERATOR,
    ['?'] = OPERATOR,
    ['@'] = OPERATOR,
    ['^'] = OPERATOR,
    ['|'] = OPERATOR,
    ['~'] = OPERATOR,
};

static inline bool is_space(unsigned char c)
{
    return classes[c] & SPACE;
}

static inline bool is_digit(unsigned char c)
{
    return classes[c] & DIGIT;
}

static inline bool is_name_start(unsigned char c)
{
    return classes[c] & NAME_START;
}

static inline bool is_name(unsigned char c)
{
    return classes[c] & NAME;
}

static inline bool is_operator(unsigned char c)
{
    return classes[c] & OPERATOR;
}

/* Eight bytes, their letters made capitals: the high bit of a sum says that a byte is from a on, or past z. */
static inline uint64_t capitals(uint64_t v)
{
    const uint64_t each = 0x0101010101010101u;
    uint64_t seven = v & each * 0x7f;
    uint64_t small = (seven + each * (0x80 - 'a')) & ~(seven + each * (0x7f - 'z')) & ~v & each * 0x80;

    return v & ~(small >> 2);
}

/* The words stand in order: one letter's are together. */
static void find_letters(struct lexer *x)
{
    unsigned word = 0;

    for (unsigned letter = 0; letter <= LETTERS; letter++) {
        while (word < WORD_COUNT && (unsigned)(word_names[word][0] - 'A') < letter)
            word++;
        x->letters[letter] = (uint8_t)word;
    }
}

static unsigned word_of(const struct lexer *x, const char *p, uint32_t n)
{
    uint64_t head, tail;
    unsigned letter;

    if (n < 2 || n > LONGEST_WORD)
        return W_PLAIN;
    head = capitals(n < 8 ? bytes_load_few(p, n) : bytes_load(p));
    tail = n > 8 ? capitals(bytes_load_few(p + 8, n - 8)) : 0;
    letter = (unsigned)((p[0] & ~32) - 'A');
    if (letter >= LETTERS)
        return W_PLAIN;
    for (unsigned i = x->letters[letter]; i < x->letters[letter + 1]; i++)
        if (bytes_load(word_names[i]) == head && bytes_load(word_names[i] + 8) == tail)
            return SQL_OP_LAST + 1 + i;
    return W_PLAIN;
}

bool sql_word_in(unsigned word, const uint16_t *words)
{
    while (*words && *words != word)
        words++;
    return *words != 0;
}

bool sql_word_starts(unsigned word)
{
    return SQL_WORD_IN(word, W_ALTER, W_CALL, W_COMMENT, W_COMMIT, W_COPY, W_CREATE, W_DELETE, W_DROP,
                       W_EXPLAIN, W_GRANT, W_INSERT, W_MERGE, W_REVOKE, W_ROLLBACK, W_SELECT, W_TRUNCATE,
                       W_UPDATE, W_WITH);
}

static void push(struct lexer *x, enum sql_token_kind kind, uint32_t from, unsigned word)
{
    struct sql_token t = {.off = from, .len = x->at - from, .kind = (uint8_t)kind, .word = (uint16_t)word};

    vec_push(x->arena, &x->out->list, t);
    x->fresh = kind == TOK_END || kind == TOK_META || kind == TOK_DATA;
}

static const struct sql_token *last(const struct lexer *x)
{
    uint32_t n = x->out->list.count;

    return n ? &x->out->list.items[n - 1] : NULL;
}

/* Does a value stand right before, so that an operator must follow? */
static bool after_operand(const struct lexer *x)
{
    const struct sql_token *t = last(x);

    if (!t)
        return false;
    if (t->kind == TOK_WORD)
        return t->word == W_PLAIN || t->word == W_END || t->word == W_NULL;
    return (t->kind != TOK_OP && t->kind <= TOK_HOLE) || t->word == ')' || t->word == ']';
}

static bool only_space_before(const struct lexer *x, uint32_t i)
{
    while (i > 0 && x->p[i - 1] != '\n') {
        if (!is_space((unsigned char)x->p[i - 1]))
            return false;
        i--;
    }
    return true;
}

static uint32_t line_end(const struct lexer *x, uint32_t i)
{
    const char *nl = i < x->end ? memchr(x->p + i, '\n', x->end - i) : NULL;

    return nl ? (uint32_t)(nl - x->p) : x->end;
}

/* ---- what never ends ---- */

/* The start of the next line after `i` whose first word starts a statement. */
static uint32_t next_statement_line(const struct lexer *x, uint32_t i)
{
    while ((i = line_end(x, i)) < x->end) {
        uint32_t word = ++i, stop;

        while (word < x->end && (x->p[word] == ' ' || x->p[word] == '\t'))
            word++;
        for (stop = word; stop < x->end && is_name((unsigned char)x->p[stop]); stop++)
            ;
        if (sql_word_starts(word_of(x, x->p + word, stop - word)))
            return i;
        i = word;
    }
    return x->end;
}

static void repair(struct lexer *x, uint32_t from, const char *what)
{
    struct sql_range r = {.off = from, .what = what};

    x->at = x->out->open.count < REPAIRS ? next_statement_line(x, from) : x->end;
    r.len = x->at - from;
    vec_push(x->arena, &x->out->open, r);
}

/* ---- comments and templates ---- */

static void comment(struct lexer *x, uint32_t from)
{
    struct sql_range r = {.off = from, .len = x->at - from, .what = "comment"};

    vec_push(x->arena, &x->out->comments, r);
}

static void line_comment(struct lexer *x)
{
    uint32_t from = x->at;

    x->at = line_end(x, from);
    if (x->at > from && x->p[x->at - 1] == '\r')
        x->at--;
    comment(x, from);
}

static void block_comment(struct lexer *x)
{
    uint32_t from = x->at, depth = 0, i = from;

    while (i < x->end) {
        if (x->p[i] == '/' && byte_at(x, i + 1) == '*') {
            depth++;
            i += 2;
        } else if (x->p[i] == '*' && byte_at(x, i + 1) == '/') {
            i += 2;
            if (--depth == 0)
                break;
        } else {
            i++;
        }
    }
    x->at = i;
    if (depth)
        repair(x, from, "comment");
    comment(x, from);
}

/* {{ value }} is a hole; {% tag %} and {# remark #} are as good as comments. */
static void template(struct lexer *x)
{
    uint32_t from = x->at;
    char close = x->p[from + 1] == '{' ? '}' : x->p[from + 1];
    uint32_t i = from + 2;

    while (i + 1 < x->end && !(x->p[i] == close && x->p[i + 1] == '}'))
        i++;
    x->at = i + 2;
    if (i + 1 >= x->end)
        repair(x, from, "template");
    if (close == '}')
        push(x, TOK_HOLE, from, W_PLAIN);
    else
        comment(x, from);
}

/* ---- strings and names ---- */

/* From the opening quote at x->at to one past the closing one. */
static void quoted(struct lexer *x, uint32_t from, enum sql_token_kind kind, char close, bool backslash)
{
    uint32_t i = x->at + 1;

    while (i < x->end) {
        if (backslash && x->p[i] == '\\')
            i++;
        else if (x->p[i] == close && byte_at(x, i + 1) == (unsigned char)close)
            i++;
        else if (x->p[i] == close)
            break;
        i++;
    }
    x->at = i + 1;
    if (i >= x->end)
        repair(x, from, kind == TOK_STRING ? "string" : "quoted name");
    push(x, kind, from, W_PLAIN);
}

/* ${name}, $(name), &{name} and {name}: a hole that ends with the bracket at `open`, on the same line. */
static bool bracketed(struct lexer *x, uint32_t open)
{
    char close = x->p[open] == '(' ? ')' : '}';
    uint32_t from = x->at, i = open + 1;

    while (i < x->end && x->p[i] != close && x->p[i] != '\n')
        i++;
    if (i == open + 1 || byte_at(x, i) != (unsigned char)close)
        return false;
    x->at = i + 1;
    push(x, TOK_HOLE, from, W_PLAIN);
    return true;
}

static void dollar(struct lexer *x)
{
    uint32_t from = x->at, i = from + 1;
    const char *tag = x->p + from, *close;
    size_t n;

    if (is_digit(byte_at(x, i))) {
        bool money = x->flags & SQL_LEX_BRACKET_NAME;

        while (is_digit(byte_at(x, i)) || (money && byte_at(x, i) == '.'))
            i++;
        x->at = i;
        push(x, money ? TOK_HOLE : TOK_PARAM, from, W_PLAIN);
        return;
    }
    while (is_name(byte_at(x, i)) && x->p[i] != '$')
        i++;
    if (i == from + 1 && (byte_at(x, i) == '{' || byte_at(x, i) == '(') && bracketed(x, i))
        return;
    if (byte_at(x, i) != '$') {
        x->at = i;
        push(x, i == from + 1 ? TOK_OP : TOK_HOLE, from, W_PLAIN);
        return;
    }
    n = i + 1 - from;
    close = memmem(tag + n, x->end - i - 1, tag, n);
    if (close)
        x->at = (uint32_t)(close - x->p) + (uint32_t)n;
    else
        repair(x, from, "dollar-quoted string");
    push(x, TOK_DOLLAR, from, W_PLAIN);
}

static bool string_prefix(const struct lexer *x, uint32_t from, uint32_t n, bool *backslash)
{
    char c = x->p[from] & ~32;

    if (n == 2 && c == 'U' && x->p[from + 1] == '&')
        return true;
    if (n != 1 || !strchr("EBXNR", c))
        return false;
    *backslash = c == 'E' || (*backslash && c != 'R');
    return true;
}

/* DELIMITER // is for MySQL's client: from here on // ends statements. */
static void delimiter(struct lexer *x, uint32_t from)
{
    uint32_t stop = line_end(x, from);
    struct slice mark = slice_trim((struct slice){x->p + x->at, stop - x->at});

    x->at = stop;
    x->delimiter = slice_is(mark, ";") ? (struct slice){0} : mark;
    push(x, TOK_META, from, W_PLAIN);
}

/* Is what follows GO on its line nothing, or how often? */
static bool ends_batch(const struct lexer *x, uint32_t i)
{
    struct slice rest = slice_trim((struct slice){x->p + i, line_end(x, i) - i});

    while (rest.n && is_digit((unsigned char)*rest.p))
        rest = slice_sub(rest, 1, rest.n - 1);
    rest = slice_trim(rest);
    return rest.n == 0 || slice_starts(rest, "--") || slice_starts(rest, ";");
}

/* SQL*Plus: whole lines that never see the database. */
static bool client_line(struct lexer *x, uint32_t from, uint32_t n)
{
    static const char *const words[] = {"accept", "col",    "column", "connect",  "define",  "disconnect",
                                        "pause",  "prompt", "quit",   "rem",      "remark",  "show",
                                        "spool",  "start",  "ttitle", "undefine", "whenever"};
    static const char *const settings[] = {
        "define",       "echo",          "feedback", "heading", "linesize",  "pagesize", "scan",
        "serveroutput", "sqlblanklines", "termout",  "timing",  "trimspool", "verify"};
    struct slice s = {x->p + from, n}, rest = {x->p + from + n, line_end(x, from) - from - n};
    bool hit = false;

    if (!only_space_before(x, from))
        return false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        hit |= slice_is_nocase(s, words[k]);
    for (size_t k = 0; slice_is_nocase(s, "set") && k < sizeof settings / sizeof *settings; k++)
        hit |= slice_starts_nocase(slice_trim(rest), settings[k]);
    if (!hit)
        return false;
    x->at = line_end(x, from);
    push(x, TOK_META, from, W_PLAIN);
    return true;
}

static void word(struct lexer *x)
{
    uint32_t from = x->at, i = from;
    bool backslash = x->flags & SQL_LEX_BACKSLASH;
    unsigned w;

    while (i < x->end && is_name((unsigned char)x->p[i]))
        i++;
    if (i == from + 1 && x->p[i - 1] != '_' && byte_at(x, i) == '&' && byte_at(x, i + 1) == '\'')
        i++;
    x->at = i;
    if (byte_at(x, i) == '\'' && string_prefix(x, from, i - from, &backslash)) {
        quoted(x, from, TOK_STRING, '\'', backslash);
        return;
    }
    w = word_of(x, x->p + from, i - from);
    if ((x->flags & SQL_LEX_CLIENT_LINES) && x->fresh && client_line(x, from, i - from))
        return;
    if (w == W_DELIMITER && x->fresh && only_space_before(x, from)) {
        delimiter(x, from);
        return;
    }
    if (w == W_GO && only_space_before(x, from) && ends_batch(x, i)) {
        push(x, TOK_END, from, W_PLAIN);
        return;
    }
    if (x->fresh) {
        x->copy = w == W_COPY;
        x->stdin_seen = false;
    }
    x->stdin_seen |= w == W_STDIN;
    push(x, TOK_WORD, from, w);
}

static void number(struct lexer *x)
{
    uint32_t from = x->at, i = from;

    while (is_name(byte_at(x, i)) || (byte_at(x, i) == '.' && byte_at(x, i + 1) != '.')) {
        bool exponent = (x->p[i] | 32) == 'e';

        i++;
        if (exponent && (byte_at(x, i) == '+' || byte_at(x, i) == '-') && is_digit(byte_at(x, i + 1)))
            i++;
        if (i >= x->end)
            break;
    }
    x->at = i;
    push(x, TOK_NUMBER, from, W_PLAIN);
}

/* ---- the client's own lines ---- */

/* The rows of COPY … FROM stdin are no SQL. */
static void copy_rows(struct lexer *x)
{
    uint32_t from = line_end(x, x->at), i = from;

    while (i < x->end) {
        uint32_t stop = line_end(x, ++i);

        if (stop >= i + 2 && x->p[i] == '\\' && x->p[i + 1] == '.' && stop - i <= 3) {
            i = stop;
            break;
        }
        i = stop;
    }
    x->at = i;
    push(x, TOK_DATA, from, W_PLAIN);
}

static void statement_end(struct lexer *x, uint32_t len)
{
    uint32_t from = x->at;
    bool rows = x->copy && x->stdin_seen;

    x->at += len;
    x->brackets = 0;
    push(x, TOK_END, from, W_PLAIN);
    if (rows && x->at < x->end)
        copy_rows(x);
    x->copy = false;
}

/* psql: \g and its kin end a statement, the others are for the client alone. */
static void meta(struct lexer *x)
{
    uint32_t from = x->at;

    x->at = line_end(x, from);
    push(x, byte_at(x, from + 1) == 'g' && !x->fresh ? TOK_END : TOK_META, from, W_PLAIN);
}

/* ---- operators and holes ---- */

static void hole(struct lexer *x, uint32_t stop)
{
    uint32_t from = x->at;

    x->at = stop;
    push(x, TOK_HOLE, from, W_PLAIN);
}

/* %(name)s and %s of Python's drivers; false: it is an operator. */
static bool percent(struct lexer *x)
{
    uint32_t i = x->at + 1;

    if (byte_at(x, i) == '(') {
        while (is_name(byte_at(x, ++i)))
            ;
        if (byte_at(x, i) != ')' || byte_at(x, i + 1) != 's' || is_name(byte_at(x, i + 2)))
            return false;
        hole(x, i + 2);
        return true;
    }
    if (byte_at(x, i) != 's' || is_name(byte_at(x, i + 1)) || after_operand(x))
        return false;
    hole(x, i + 1);
    return true;
}

static void op(struct lexer *x, uint32_t len, unsigned w)
{
    uint32_t from = x->at;

    x->at += len;
    push(x, TOK_OP, from, w);
}

/* :name, :'name' and :"name" are psql's or SQLAlchemy's; :: and := are operators, a[1:n] a slice. */
static void colon(struct lexer *x)
{
    unsigned char c = byte_at(x, x->at + 1);
    uint32_t i = x->at + 1;

    if (c == ':' || c == '=') {
        op(x, 2, c == ':' ? SQL_OP_CAST : SQL_OP_ASSIGN);
        return;
    }
    if (x->brackets || !(is_name_start(c) || c == '\'' || c == '"')) {
        op(x, 1, ':');
        return;
    }
    if (c == '\'' || c == '"')
        i++;
    while (is_name(byte_at(x, i)))
        i++;
    if (c == '\'' || c == '"') {
        if (byte_at(x, i) != c) {
            op(x, 1, ':');
            return;
        }
        i++;
    }
    hole(x, i);
}

static bool comment_starts(const struct lexer *x, uint32_t i)
{
    return (x->p[i] == '-' && byte_at(x, i + 1) == '-') || (x->p[i] == '/' && byte_at(x, i + 1) == '*');
}

static void operator_run(struct lexer *x)
{
    uint32_t i = x->at + 1, n;
    const char *p = x->p + x->at;
    unsigned w = SQL_OP_OTHER;

    while (is_operator(byte_at(x, i)) && !comment_starts(x, i))
        i++;
    n = i - x->at;
    if (n == 1)
        w = (unsigned char)*p;
    else if (n == 2 && memcmp(p, "||", 2) == 0)
        w = SQL_OP_CONCAT;
    else if (n == 2 && memcmp(p, "<<", 2) == 0)
        w = SQL_OP_LABEL;
    else if (n == 2 && memcmp(p, ">>", 2) == 0)
        w = SQL_OP_LABEL_END;
    op(x, n, w);
}

static void operator_or_hole(struct lexer *x)
{
    unsigned char c = byte_at(x, x->at);

    if (c == '?' && !is_operator(byte_at(x, x->at + 1)) && !after_operand(x))
        hole(x, x->at + 1);
    else if (c != '%' || !percent(x))
        operator_run(x);
}

/* ---- what only some dialects have ---- */

/* @name, @@name, #name, ##name */
static bool sigil(struct lexer *x, unsigned char c)
{
    uint32_t from = x->at, i = from;
    bool names = (c == '#' && (x->flags & SQL_LEX_HASH_NAME)) || (c == '@' && (x->flags & SQL_LEX_AT_NAME));

    while (names && byte_at(x, i) == c && i < from + 2)
        i++;
    if (i == from || !(is_name(byte_at(x, i))))
        return false;
    while (is_name(byte_at(x, i)) || byte_at(x, i) == '#')
        i++;
    x->at = i;
    push(x, TOK_WORD, from, W_PLAIN);
    return true;
}

/* @stage/path, @db.schema.stage, @~/path, @%table, @"stage" */
static bool stage(struct lexer *x)
{
    uint32_t from = x->at, i = from + 1;

    if (!(x->flags & SQL_LEX_STAGE) || !(is_name(byte_at(x, i)) || strchr("~%\"{", byte_at(x, i) | ' ')))
        return false;
    while (i < x->end && !is_space((unsigned char)x->p[i]) && !strchr("(),;'", x->p[i]))
        i++;
    if (i < from + 2)
        return false;
    x->at = i;
    push(x, TOK_QUOTED, from, W_PLAIN);
    return true;
}

/* &name, &&name and &{name}; after an operand & is an operator. */
static bool amp_hole(struct lexer *x)
{
    uint32_t i = x->at + 1;

    if (byte_at(x, i) == '{')
        return bracketed(x, i);
    i += byte_at(x, i) == '&';
    if (!(x->flags & SQL_LEX_AMP_HOLE) || !is_name_start(byte_at(x, i)))
        return false;
    while (is_name(byte_at(x, i)))
        i++;
    i += byte_at(x, i) == '.';
    hole(x, i);
    return true;
}

/* Lines for a client: !print, .LOGON, %python, :setvar, :r */
static bool client(struct lexer *x, unsigned char c)
{
    struct slice line = {x->p + x->at, line_end(x, x->at) - x->at};
    uint32_t from = x->at;
    bool mine = c == '!' || c == '%';

    if (!x->fresh || !only_space_before(x, x->at) || line.n < 2)
        return false;
    mine = mine && is_name_start((unsigned char)line.p[1]) &&
           (c == '!' || (line.n > 2 && is_name_start((unsigned char)line.p[2])));
    mine |= c == '.' && (x->flags & SQL_LEX_DOT_LINES);
    mine |= slice_starts_nocase(line, ":setvar") || slice_starts_nocase(line, ":r ") ||
            slice_starts_nocase(line, ":on ") || slice_starts_nocase(line, ":connect");
    if (!mine)
        return false;
    x->at = line_end(x, from);
    push(x, TOK_META, from, W_PLAIN);
    return true;
}

/* A / alone on its line. */
static bool slash_end(const struct lexer *x)
{
    const struct sql_token *before = last(x);
    bool ends = (x->flags & SQL_LEX_SLASH_END) || !before || before->kind == TOK_END;

    return ends && only_space_before(x, x->at) &&
           slice_trim((struct slice){x->p + x->at, line_end(x, x->at) - x->at}).n == 1;
}

/* <name, type, default> of SQL Server's templates, <NAME> of examples to be filled in. */
static bool angle_hole(struct lexer *x)
{
    uint32_t i = x->at + 1, commas = 0, others = 0;
    bool glued = x->at && is_name((unsigned char)x->p[x->at - 1]);

    for (; i < x->end && x->p[i] != '>' && x->p[i] != '\n' && i < x->at + 200; i++) {
        commas += x->p[i] == ',';
        others += !is_name((unsigned char)x->p[i]);
    }
    if (byte_at(x, i) != '>' || !(commas == 2 || (others == 0 && !glued && !after_operand(x))))
        return false;
    hole(x, i + 1);
    return true;
}

static bool special(struct lexer *x, unsigned char c, unsigned char next)
{
    switch (c) {
    case '@':
        return sigil(x, c) || stage(x);
    case '#':
        return sigil(x, c);
    case '<':
        return is_name_start(next) && angle_hole(x);
    case '&':
        return amp_hole(x);
    case '{':
        return is_name_start(next) && bracketed(x, x->at);
    case '!':
    case '.':
    case '%':
    case ':':
        return client(x, c);
    case '/':
        if (next == '/' && (x->flags & SQL_LEX_SLASH_COMMENT)) {
            line_comment(x);
            return true;
        }
        if (!slash_end(x))
            return false;
        statement_end(x, 1);
        return true;
    default:
        return false;
    }
}

static void punctuation(struct lexer *x, unsigned char c)
{
    if (c == '[')
        x->brackets++;
    else if (c == ']' && x->brackets)
        x->brackets--;
    if (c == '.' && byte_at(x, x->at + 1) == '.')
        op(x, 2, SQL_OP_DOTS);
    else
        op(x, 1, c < 128 ? c : SQL_OP_OTHER);
}

static void token(struct lexer *x, unsigned char c)
{
    unsigned char next = byte_at(x, x->at + 1);

    if (c == '\'')
        quoted(x, x->at, TOK_STRING, '\'', x->flags & SQL_LEX_BACKSLASH);
    else if (c == '"' && (x->flags & SQL_LEX_STRING_QUOTES))
        quoted(x, x->at, TOK_STRING, '"', x->flags & SQL_LEX_BACKSLASH);
    else if (c == '"' || c == '`')
        quoted(x, x->at, TOK_QUOTED, (char)c, false);
    else if (c == '[' && (x->flags & SQL_LEX_BRACKET_NAME))
        quoted(x, x->at, TOK_QUOTED, ']', false);
    else if (c == '$')
        dollar(x);
    else if (c == '-' && next == '-')
        line_comment(x);
    else if (c == '/' && next == '*')
        block_comment(x);
    else if (c == '#' && (x->flags & SQL_LEX_HASH_COMMENT))
        line_comment(x);
    else if (c == '{' && (next == '{' || next == '%' || next == '#'))
        template(x);
    else if (special(x, c, next))
        return;
    else if (c == ';')
        statement_end(x, 1);
    else if (c == '\\')
        meta(x);
    else if (c == ':')
        colon(x);
    else if (is_operator(c))
        operator_or_hole(x);
    else
        punctuation(x, c);
}

struct sql_tokens *sql_lex(struct arena *a, struct slice content, uint32_t off, uint32_t len,
                           unsigned dialect_flags)
{
    struct sql_tokens *t = ARENA_NEW(a, struct sql_tokens);
    struct lexer x = {.arena = a,
                      .out = t,
                      .p = content.p,
                      .at = off,
                      .end = off + len,
                      .flags = dialect_flags,
                      .fresh = true};

    find_letters(&x);
    t->content = content;
    vec_reserve(a, &t->list, len / 4 + 16); /* few texts have more tokens */
    if (off == 0 && len >= 3 && memcmp(content.p, "\xEF\xBB\xBF", 3) == 0)
        x.at = 3; /* a byte order mark */
    while (x.at < x.end) {
        unsigned char c = (unsigned char)x.p[x.at];
        uint32_t open = t->open.count;

        if (is_space(c))
            x.at++;
        else if (x.delimiter.n && x.end - x.at >= x.delimiter.n &&
                 memcmp(x.p + x.at, x.delimiter.p, x.delimiter.n) == 0)
            statement_end(&x, (uint32_t)x.delimiter.n);
        else if (is_name_start(c))
            word(&x);
        else if (is_digit(c) || (c == '.' && is_digit(byte_at(&x, x.at + 1))))
            number(&x);
        else
            token(&x, c);
        if (x.at > x.end)
            x.at = x.end;
        if (open != t->open.count && x.at < x.end)
            statement_end(&x, 0); /* a repair goes on with a new statement */
    }
    return t;
}

struct sql_tokens *sql_tokens_of_part(struct arena *a, const struct sql_tokens *t, uint32_t first,
                                      uint32_t end, struct slice copy, uint32_t off)
{
    struct sql_tokens *part = ARENA_NEW(a, struct sql_tokens);

    part->content = copy;
    vec_reserve(a, &part->list, end - first);
    for (uint32_t i = first; i < end; i++) {
        struct sql_token k = t->list.items[i];

        k.off -= off;
        vec_push(a, &part->list, k);
    }
    return part;
}

/* ---- questions about tokens ---- */

uint64_t sql_word_key(struct slice word)
{
    uint64_t h = word.n;

    for (; word.n >= 8; word.p += 8, word.n -= 8) {
        h = (h ^ capitals(bytes_load(word.p))) * 0xd6e8feb86659fd93u;
        h ^= h >> 32;
    }
    h = (h ^ capitals(bytes_load_few(word.p, word.n))) * 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

struct slice sql_token_name(struct arena *a, const struct sql_tokens *t, uint32_t i, bool *quoted_name)
{
    struct slice s = sql_token_text(t, i);
    char close, *out;
    size_t n = 0;

    *quoted_name = sql_token_at(t, i).kind == TOK_QUOTED;
    if (!*quoted_name || s.n < 2)
        return s;
    close = s.p[0] == '[' ? ']' : s.p[0];
    s = slice_sub(s, 1, s.p[s.n - 1] == close ? s.n - 2 : s.n - 1);
    out = arena_alloc(a, s.n + 1);
    for (size_t k = 0; k < s.n; k++) {
        if (s.p[k] == close && k + 1 < s.n && s.p[k + 1] == close)
            k++;
        out[n++] = s.p[k];
    }
    return (struct slice){out, n};
}

uint32_t sql_skip_parens(const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    uint32_t depth = 0;

    for (; i < end; i++) {
        if (sql_token_is(t, i, '('))
            depth++;
        else if (sql_token_is(t, i, ')') && --depth == 0)
            return i + 1;
    }
    return end;
}

/* One escape of E'…' after its backslash: how many bytes it takes; *c is what it stands for. */
static size_t escape(const char *p, size_t n, char *c)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *hit;
    size_t used = 0;
    unsigned value = 0;

    if (n == 0)
        return 0;
    while (used < n && used < 3 && p[used] >= '0' && p[used] <= '7')
        value = value * 8 + (unsigned)(p[used++] - '0');
    if (used) {
        *c = (char)value;
        return used;
    }
    hit = strchr(from, *p);
    *c = hit && *p ? to[hit - from] : *p;
    return 1;
}

struct slice sql_string_value(struct arena *a, const struct sql_tokens *t, uint32_t i, uint32_t **map)
{
    struct sql_token k = sql_token_at(t, i);
    const char *p = t->content.p;
    uint32_t at = k.off, stop = k.off + k.len, *m;
    bool escapes = (p[at] | 32) == 'e';
    size_t n = 0;
    char *out, quote;

    if (k.kind == TOK_DOLLAR) {
        do
            at++;
        while (at < stop && p[at] != '$');
        at++;
        if (stop - k.off >= 2 * (at - k.off) && memcmp(p + k.off, p + stop - (at - k.off), at - k.off) == 0)
            stop -= at - k.off;
        quote = 0;
    } else {
        while (at < stop && p[at] != '\'' && p[at] != '"')
            at++;
        quote = at < stop ? p[at++] : '\'';
        if (stop > at && p[stop - 1] == quote)
            stop--;
    }
    if (at > stop)
        at = stop;
    out = arena_alloc(a, stop - at + 1);
    m = ARENA_ARRAY(a, uint32_t, stop - at + 1);
    while (at < stop) {
        m[n] = at;
        out[n] = p[at++];
        if (quote && out[n] == quote && at < stop && p[at] == quote)
            at++;
        else if (escapes && out[n] == '\\')
            at += (uint32_t)escape(p + at, stop - at, &out[n]);
        n++;
    }
    m[n] = at;
    if (map)
        *map = m;
    return (struct slice){out, n};
}
