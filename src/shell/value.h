/*
 * value.h - text that knows where each of its bytes stands: what the shell makes of words, here-documents,
 * recipes and YAML scalars. A part whose value is not known is one byte, SH_UNKNOWN.
 */
#ifndef SHELL_VALUE_H
#define SHELL_VALUE_H

#include "ir/ir.h"

#define SH_UNKNOWN '\x01'

struct sh_run { /* a piece of a value and its place in a file */
    uint32_t len;
    enum ir_segment_kind kind;
    ir_file_id file;
    uint32_t off, source_len;
};

struct sh_value {
    struct slice text;
    const struct sh_run *runs;
    uint32_t count;
};

/* A value under construction. */
struct sh_build {
    struct arena *arena;
    struct buf text;
    VEC(struct sh_run) runs;
};

struct sh_build sh_build_new(struct arena *a);
struct sh_value sh_built(const struct sh_build *b);

/* The bytes `off` … `off + len` of a file, as they stand there. */
struct sh_value sh_value_of_file(struct arena *a, ir_file_id file, struct slice source, uint32_t off,
                                 uint32_t len);

/* Appends a part of a value with its places. */
void sh_add(struct sh_build *b, const struct sh_value *v, size_t off, size_t len);
void sh_add_all(struct sh_build *b, const struct sh_value *v);
/* Appends bytes that are written otherwise, as `len` bytes of `v` at `off`. */
void sh_add_for(struct sh_build *b, struct slice bytes, const struct sh_value *v, size_t off, size_t len);
/* Appends a part that is not known, written as these bytes of `v`. */
void sh_add_unknown(struct sh_build *b, const struct sh_value *v, size_t off, size_t len);

struct sh_value sh_slice(struct arena *a, const struct sh_value *v, size_t off, size_t len);
bool sh_is_known(const struct sh_value *v);

/* Where a range of a value stands: from its first byte's place to its last one's when both are of one file. */
struct sh_run sh_place(const struct sh_value *v, size_t off, size_t len);

/* Adds the value as an SQL text of kind TEXT_GUEST with its segments, unknown parts as placeholders; `row` has
 * the other fields. */
ir_text_id sh_emit(struct ir *ir, struct arena *scratch, const struct sh_value *v, struct ir_text row);

#endif
