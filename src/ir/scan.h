/*
 * scan.h - the few tokens of SQL that plan and emit must tell apart to edit a text without harming it.
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

#endif
