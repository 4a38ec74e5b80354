/*
 * pattern.h - shapes of token runs, as the tables of the dialects write them.
 *
 * A pattern is elements with blanks between them. Each takes tokens, in order, without going back:
 *
 *     WORD  A|B  ( , =       a token with this text; one of several
 *     <name> <string> <group> <any> <word> <query> <rest>
 *                            a dotted name; a string; ( … ); one token; one unquoted word; a token that
 *                            starts a query, not taken; all that is left
 *     ...                    as few tokens as it takes until the next element fits, parentheses in pairs
 *     ^                      at the statement's start only (first in a pattern)
 *     $                      the statement's end
 *     ?element               may be missing
 *     *element               any number of times
 *     &element !element      what follows is it, is not it; takes nothing
 *
 * and may say at its end what becomes of what it took:
 *
 *     element~text           replaced by the text, whose + are blanks; ~ alone blanks it out
 *     @~text                 takes nothing: the text is put in
 *     <name@mode>            the relation is accessed so: read, append, overwrite, create, …
 */
#ifndef SQL_PATTERN_H
#define SQL_PATTERN_H

#include "sql/dialect.h"

#define PATTERN_ELEMENTS 40
#define PATTERN_SHAPES 4096

enum pattern_kind {
    PATTERN_WORDS,
    PATTERN_NAME,
    PATTERN_STRING,
    PATTERN_GROUP,
    PATTERN_ANY,
    PATTERN_WORD,
    PATTERN_QUERY,
    PATTERN_REST,
    PATTERN_GAP,
    PATTERN_END,
    PATTERN_INSERT,
};

struct pattern_element {
    enum pattern_kind kind;
    char quantity;      /* 0, '?', '*', '&' or '!' */
    bool replaces;      /* by `with` */
    struct slice words; /* A|B */
    struct slice with;
    uint32_t mode; /* enum ir_access_mode + 1; 0 none */
};

struct pattern {
    bool at_start;
    uint32_t count;
    struct pattern_element elements[PATTERN_ELEMENTS];
};

/* What an element took: tokens [first, end). */
struct pattern_match {
    uint32_t first[PATTERN_ELEMENTS], end[PATTERN_ELEMENTS];
    uint32_t next; /* the token after all of it */
};

/* The tables are ours: a pattern that can't be read is a bug. */
void pattern_read(struct pattern *p, const char *text);

/* Does the pattern fit at token `i` of [first, end)? */
bool pattern_fits(const struct pattern *p, const struct sql_tokens *t, uint32_t first, uint32_t i,
                  uint32_t end, struct pattern_match *match);

/* Rows with patterns, found by the words that they may start with. */
struct pattern_index {
    struct arena *arena;
    struct map first;                    /* sql_word_key() of a word -> entry + 1 */
    uint64_t maybe[PATTERN_SHAPES / 64]; /* shapes of words that are in `first`: most words are not */
    VEC(struct pattern_entry) entries;
    const char **texts;        /* of each row */
    struct pattern **patterns; /* of each row, read when first wanted */
};

struct pattern_entry {
    uint32_t row, next; /* the next entry of the same word, + 1 */
};

struct pattern_index pattern_index_new(struct arena *a, size_t rows);

/* Of the rows of one word the last added is found first. `text` must outlive the index. */
void pattern_index_add(struct pattern_index *x, uint32_t row, const char *text);

/* The first entry for token `i`, + 1; 0 when there is none. */
uint32_t pattern_index_find(const struct pattern_index *x, const struct sql_tokens *t, uint32_t i);

const struct pattern *pattern_index_get(const struct pattern_index *x, uint32_t row);

#endif
