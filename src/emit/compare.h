/*
 * compare.h - the answer of `lineage diff`, printed.
 */
#ifndef EMIT_COMPARE_H
#define EMIT_COMPARE_H

#include "ir/compare.h"

struct emit_compare {
    const struct ir *before, *after;
    const struct ir_comparison *comparison;
    struct arena *scratch;
    bool color;
};

/* For people; for a pull request's comment; for programs (docs/json-schema/diff.schema.json). */
void emit_compare_text(const struct emit_compare *run, struct buf *out);
void emit_compare_markdown(const struct emit_compare *run, struct buf *out);
void emit_compare_json(const struct emit_compare *run, struct buf *out);

/* Where the statement of a difference begins; file none when none says it. */
struct ir_place compare_place(const struct emit_compare *run, const struct ir_difference *d);
const char *compare_path(const struct emit_compare *run, const struct ir_difference *d);

/* "column total", "reads raw.orders", "raw.orders.amount -> total (aggregation)". */
void compare_add_difference(const struct ir_difference *d, struct buf *out);

extern const char *const compare_words[]; /* by enum ir_change: "added", … */

#endif
