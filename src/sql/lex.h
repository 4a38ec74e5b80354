/*
 * lex.h - a tolerant lexer for the SQL of every dialect. It never fails: what does not end is a token
 * all the same, noted in `open`. It takes one pass and time linear in the bytes.
 */
#ifndef SQL_LEX_H
#define SQL_LEX_H

#include "base/str.h"
#include "base/vec.h"
#include "ir/ir.h"

#include "sql/words.def"

enum sql_token_kind {
    TOK_NONE,   /* past the end */
    TOK_WORD,   /* a name or keyword as it is; `word` says which keyword */
    TOK_QUOTED, /* "name", `name`, [name] */
    TOK_NUMBER,
    TOK_STRING, /* '…' with any prefix (E, B, X, N, U&) */
    TOK_DOLLAR, /* $tag$ … $tag$ */
    TOK_PARAM,  /* $1 */
    TOK_HOLE, /* a value put in elsewhere: {{ … }}, ${…}, $(…), {…}, %(name)s, %s, :name, $name, ? */
    TOK_OP,   /* an operator or punctuation; `word` is its character or one of SQL_OP_… */
    TOK_END,  /* `;`, a GO line, the client's own delimiter, psql's \g */
    TOK_META, /* a line for the client: psql's \command, DELIMITER, !print, %python, :setvar */
    TOK_DATA, /* the rows after COPY … FROM stdin, to the line \. */
};

/* What `word` says: a keyword of words.def, a character of a one-byte operator, or one of these. */
enum sql_word {
    W_PLAIN = 0,
    SQL_OP_ASSIGN = 128, /* := */
    SQL_OP_CAST,         /* :: */
    SQL_OP_CONCAT,       /* || */
    SQL_OP_DOTS,         /* .. */
    SQL_OP_LABEL,        /* << */
    SQL_OP_LABEL_END,    /* >> */
    SQL_OP_OTHER,
    SQL_OP_LAST,
#define X(name) W_##name,
    WORDS(X)
#undef X
};

struct sql_token {
    uint32_t off, len; /* bytes of the content */
    uint8_t kind;      /* enum sql_token_kind */
    uint16_t word;     /* enum sql_word */
};

/* A range of the content: a comment, or something that never ends. */
struct sql_range {
    uint32_t off, len;
    const char *what; /* "comment", "string" … */
};

struct sql_tokens {
    struct slice content; /* the whole text that offsets count in */
    VEC(struct sql_token) list;
    VEC(struct sql_range) comments; /* in order, Jinja's {% %} and {# #} among them */
    VEC(struct sql_range) open;     /* what never ends */
};

/* How a dialect writes; a row of dialects.def. */
enum {
    SQL_LEX_HASH_COMMENT = 1 << 0,  /* # starts a comment */
    SQL_LEX_BRACKET_NAME = 1 << 1,  /* [name] */
    SQL_LEX_BACKSLASH = 1 << 2,     /* \' inside '…' */
    SQL_LEX_STRING_QUOTES = 1 << 3, /* "…" is a string */
    SQL_LEX_HASH_NAME = 1 << 4,     /* #name and ##name */
    SQL_LEX_AT_NAME = 1 << 5,       /* @name and @@name */
    SQL_LEX_STAGE = 1 << 6,         /* @stage/path, @~ and @%table */
    SQL_LEX_AMP_HOLE = 1 << 7,      /* &name and &&name are put in by the client */
    SQL_LEX_SLASH_COMMENT = 1 << 8, /* // starts a comment */
    SQL_LEX_SLASH_END = 1 << 9,     /* a line of nothing but / ends a statement */
    SQL_LEX_DOT_LINES = 1 << 10,    /* lines that start with a dot are for the client */
    SQL_LEX_CLIENT_LINES = 1 << 11, /* PROMPT, SPOOL, SET ECHO … are lines for the client */
};

/* Lexes content[off, off + len). Everything lives in `a`. */
struct sql_tokens *sql_lex(struct arena *a, struct slice content, uint32_t off, uint32_t len,
                           unsigned dialect_flags);

/* Tokens [first, end) as those of their text alone, which is a copy of it from `off` on. Everything lives in `a`. */
struct sql_tokens *sql_tokens_of_part(struct arena *a, const struct sql_tokens *t, uint32_t first,
                                      uint32_t end, struct slice copy, uint32_t off);

/* Token `i`, or a TOK_NONE at the end. */
static inline struct sql_token sql_token_at(const struct sql_tokens *t, uint32_t i)
{
    return i < t->list.count ? t->list.items[i] : (struct sql_token){0};
}

static inline struct slice sql_token_text(const struct sql_tokens *t, uint32_t i)
{
    struct sql_token k = sql_token_at(t, i);

    return (struct slice){t->content.p + k.off, k.len};
}

static inline bool sql_token_is(const struct sql_tokens *t, uint32_t i, enum sql_word word)
{
    return i < t->list.count && t->list.items[i].word == (unsigned)word;
}

/* A hash of a word, the same for either case. */
uint64_t sql_word_key(struct slice word);

/* Is it a name: a word or a quoted one? */
static inline bool sql_token_names(const struct sql_tokens *t, uint32_t i)
{
    struct sql_token k = sql_token_at(t, i);

    return k.kind == TOK_WORD || k.kind == TOK_QUOTED;
}

/* A name without its quotes (doubled ones undone), in `a`; *quoted says whether it had any. */
struct slice sql_token_name(struct arena *a, const struct sql_tokens *t, uint32_t i, bool *quoted);

/* One past the token that closes the parenthesis at `i`, at most `end`. */
uint32_t sql_skip_parens(const struct sql_tokens *t, uint32_t i, uint32_t end);

/* What a string token says, escapes undone, in `a`. (*map)[k] is the offset of byte k in the content,
 * with one entry more for the end; NULL map: not wanted. */
struct slice sql_string_value(struct arena *a, const struct sql_tokens *t, uint32_t i, uint32_t **map);

/* Is it one of these words? SQL_WORD_IN(word, W_FROM, W_JOIN) */
#define SQL_WORD_IN(word, ...) sql_word_in((word), (const uint16_t[]){__VA_ARGS__, 0})
bool sql_word_in(unsigned word, const uint16_t *words);

/* Can a statement start with this word? */
bool sql_word_starts(unsigned word);

#endif
