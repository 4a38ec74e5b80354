/*
 * parse.h - a shell script's structure: which commands stand in which lists, branches, loops and functions.
 * Words stay ranges of the text; expand.c says what they are when they are run.
 */
#ifndef SHELL_PARSE_H
#define SHELL_PARSE_H

#include "shell/value.h"

enum sh_kind {
    SH_COMMAND,  /* words with assignments before them */
    SH_LIST,     /* one after another */
    SH_PIPE,     /* all at the same time, output to input */
    SH_BRANCH,   /* children are alternatives: if, case */
    SH_FOR,      /* words: the name, then the list; children[0] is the body */
    SH_LOOP,     /* while, until, select: the condition, then the body */
    SH_SUBSHELL, /* ( … ): what it sets is gone afterwards */
    SH_FUNCTION  /* words[0] is its name */
};

struct sh_span {
    uint32_t off, len; /* of the parsed text */
};

enum sh_redirection { SH_INPUT, SH_OUTPUT, SH_HERE_DOCUMENT, SH_HERE_STRING };

struct sh_redirect {
    enum sh_redirection kind;
    struct sh_span word; /* a here-document's delimiter */
    struct sh_span body; /* of a here-document */
    bool quoted;         /* nothing in it is expanded */
    bool strip;          /* <<-: tabs before its lines are no part of it */
};

struct sh_node {
    enum sh_kind kind;
    struct sh_span span;
    bool background; /* … & */
    bool has_else;   /* SH_BRANCH: one of the children is always taken */
    VEC(struct sh_node *) children;
    VEC(struct sh_span) words;
    VEC(struct sh_redirect) redirects;
};

/* The text as one list. Broken text gives what can be told. All of it lives in `a`. */
struct sh_node *sh_parse(struct arena *a, struct slice text);

/* The end of the word that begins at `at`. */
uint32_t sh_word_end(struct slice text, uint32_t at);

/* The end of a quoted or substituted part that begins at `at` with ' " ` $( ${ $((; `at` + 1 otherwise. */
uint32_t sh_part_end(struct slice text, uint32_t at);

/* The number of bytes of the shell name at `at`. */
uint32_t sh_name_len(struct slice text, uint32_t at);

#endif
