/*
 * Findings as GitLab's Code Quality report. The code stands in the description, because the page of a merge
 * request shows nothing else; a fingerprint holds no line number, or each moved line would be a new finding.
 */
#include "emit/findings.h"

static const char *const severities[] = {"info", "minor", "major"};

void emit_findings_gitlab(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);
    const char **prints = findings_fingerprints(run);
    json_t *list = json_array();

    for (uint32_t i = 0; i < views.count; i++) {
        const struct finding_view *v = &views.items[i];
        const char *code = ir_string(run->ir, v->rule->code);
        const char *text = arena_printf(run->scratch, "%s: %s", code, ir_string(run->ir, v->row->message));

        json_array_append_new(
            list, json_pack("{s:o, s:s, s:s, s:s, s:{s:o, s:{s:{s:I, s:I}, s:{s:I, s:I}}}}", "description",
                            findings_json_text(run->scratch, text), "check_name", code, "fingerprint",
                            prints[v->id.v], "severity", severities[v->row->severity], "location", "path",
                            findings_json_text(run->scratch, v->root_path), "positions", "begin", "line",
                            (json_int_t)v->place.line, "column", (json_int_t)v->place.column, "end", "line",
                            (json_int_t)v->place.end_line, "column", (json_int_t)v->place.end_column));
    }
    findings_dump(list, out);
}
