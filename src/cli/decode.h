/*
 * decode.h - a file's bytes to UTF-8.
 */
#ifndef CLI_DECODE_H
#define CLI_DECODE_H

#include "ir/ir.h"

struct decoded {
    enum ir_encoding encoding; /* IR_ENC_BINARY: no text, `utf8` is empty */
    struct slice utf8;         /* valid UTF-8 without a mark; may be `bytes` itself */
    size_t bad_offset;         /* IR_ENC_LATIN1: the first byte that is no UTF-8 */
};

/* UTF-8 with or without a mark and UTF-16 with one are read as their text. Anything else is Latin-1, unless it
 * holds NUL bytes: then it is no text. Works in `a`. */
struct decoded decode_text(struct arena *a, struct slice bytes);

#endif
