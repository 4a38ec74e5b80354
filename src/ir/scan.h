/*
 * scan.h - the few tokens of SQL and Python that must be told apart to look at a text, or to edit it, without
 * taking what stands in a string or comment for code.
 */
#ifndef IR_SCAN_H
#define IR_SCAN_H

#include "base/str.h"

enum scan_kind {
    SCAN_END,
    SCAN_SPACE,
    SCAN_COMMENT,
    SCAN_STRING, /* '…', E'…', $tag$…$tag$ */
    SCAN_QUOTED, /* "…" */
    SCAN_WORD,   /* names, keywords and numbers */
    SCAN_SYMBOL, /* one byte */
};

struct scan {
    struct slice text;
    size_t at;
};

struct scan_token {
    enum scan_kind kind;
    size_t off;
    struct slice bytes;
};

/* The next token; SCAN_END at the end. Whatever is never closed reaches to the end. */
struct scan_token scan_next(struct scan *s);

/* The next token that is neither space nor comment. */
struct scan_token scan_solid(struct scan *s);

/* The byte after the Python string whose first quote stands at `i`, triple quotes and backslashes heeded; s.n when it
 * never ends. */
size_t scan_python_string(struct slice s, size_t i);

/* The byte after the Python string or comment that begins at `i`; `i` when none does. */
size_t scan_python_skip(struct slice s, size_t i);

#endif
