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
    const char *path;      /* without a leading "./" */
    const char *root_path; /* from the repository's folder, when that is known; else the same */
    ir_finding_id id;
};

struct finding_views {
    struct finding_view *items;
    uint32_t count;
    uint32_t by_severity[3];
    uint32_t by_hidden[4]; /* by enum ir_hidden: what is not reported, and why */
};

/* The findings that are to be reported, as they stand in the table. */
struct finding_views findings_views(const struct emit_findings *run);
/* The same, the most severe first, and of one severity those on changed lines first. */
struct finding_views findings_severest(const struct emit_findings *run);
/* The same with those that a comment suppresses or that are in the baseline. */
struct finding_views findings_with_hidden(const struct emit_findings *run);

/* A file's path as the views have it in root_path. */
const char *findings_path(const struct emit_findings *run, ir_file_id file);

/* Of each finding, by id: hex digits that stay when lines move, unique among the findings. Made of the rule, the
 * path, the line without its white space, and a count of those alike. */
const char **findings_fingerprints(const struct emit_findings *run);

/* How well the code at hand was understood, and how many findings are not shown, as one line for people. */
void findings_add_counts(const struct emit_findings *run, const struct finding_views *views, struct buf *out);

/* "error", "warning", "info" and the colour of each. */
const char *findings_color(const struct emit_findings *run, enum ir_severity severity);

/* Pieces of the edit that would make it go away: [first, first + count) of the table, 0 when there is none. */
struct ir_index findings_edits(const struct emit_findings *run);

/* Other places that each finding speaks of: rows of the related table. */
struct ir_index findings_related(const struct emit_findings *run);

/* The one-based column of a byte, in bytes. */
uint32_t findings_byte_column(const struct ir *ir, ir_file_id file, uint32_t off);

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

/* Text or an attribute's value in XML: what XML can't hold becomes U+FFFD. */
void findings_add_xml(struct buf *out, const char *s);

/* A path as a URI: what is not unreserved is percent-encoded, '/' stays. */
const char *findings_uri(struct arena *a, const char *path);

#endif
