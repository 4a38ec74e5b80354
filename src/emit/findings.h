/*
 * findings.h - what the formats of findings share. Private to emit/.
 */
#ifndef EMIT_FINDINGS_H
#define EMIT_FINDINGS_H

#include "emit/emit.h"

#include <jansson.h>

/* A finding with all that a format says about it. */
struct finding_view {
    const struct ir_finding *row;
    const struct ir_rule *rule;
    struct ir_place place;
    const char *path; /* without a leading "./" */
};

struct finding_views {
    struct finding_view *items;
    uint32_t count;
    uint32_t by_severity[3];
};

/* All findings as they stand in the table, or the most severe first. */
struct finding_views findings_views(const struct ir *ir, struct arena *a, bool severest_first);

/* The line on which a place begins, as far as it is near, passwords masked and control characters blanked. */
struct finding_line {
    struct slice text;
    uint32_t caret; /* where the place begins in it, in bytes */
    uint32_t caret_len;
    bool cut_left, cut_right;
};
struct finding_line findings_line(const struct ir *ir, struct arena *a, struct ir_place place);

/* Statements by how far they are understood, by enum ir_understanding. */
void findings_statements(const struct ir *ir, uint32_t counts[3]);

/* The bytes of `s` with control characters blanked. */
void findings_add_clean(struct buf *out, const char *s);

/* A JSON string of any bytes: what is no UTF-8 becomes U+FFFD. */
json_t *findings_json_text(struct arena *a, const char *s);

/* Prints a document, indented, with a newline at the end, and frees it. */
void findings_dump(json_t *document, struct buf *out);

/* The findings as the array that `scan --format json` has, too. */
json_t *findings_json_array(const struct ir *ir, struct arena *a);

#endif
