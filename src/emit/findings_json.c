/* Findings for programs, with the fields that docs/json-schema describes. */
#include "emit/findings.h"

static const char *const understandings[] = {"understood", "partial", "not_understood"};

json_t *findings_json_array(const struct ir *ir, struct arena *a)
{
    struct finding_views views = findings_views(ir, a, false);
    json_t *list = json_array();

    for (uint32_t i = 0; i < views.count; i++) {
        const struct finding_view *v = &views.items[i];

        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:o, s:o}", "code",
                            ir_string(ir, v->rule->code), "rule", ir_string(ir, v->rule->name), "severity",
                            ir_name_of_severity(v->row->severity), "path",
                            findings_json_text(a, ir_string(ir, IR(ir, file, v->place.file)->path)), "line",
                            (json_int_t)v->place.line, "column", (json_int_t)v->place.column, "end_line",
                            (json_int_t)v->place.end_line, "end_column", (json_int_t)v->place.end_column,
                            "message", findings_json_text(a, ir_string(ir, v->row->message)), "fix",
                            findings_json_text(a, ir_string(ir, v->row->fix))));
    }
    return list;
}

void emit_findings_json(const struct ir *ir, struct arena *scratch, struct buf *out)
{
    struct finding_views views = findings_views(ir, scratch, false);
    json_t *summary = json_object();
    uint32_t counts[3];

    findings_statements(ir, counts);
    json_object_set_new(summary, "files", json_integer(ir->file.count - 1));
    json_object_set_new(summary, "statements", json_integer(ir->statement.count - 1));
    for (uint32_t i = 0; i < 3; i++)
        json_object_set_new(summary, understandings[i], json_integer(counts[i]));
    for (uint32_t i = 3; i-- > 0;)
        json_object_set_new(summary, ir_name_of_severity((enum ir_severity)i),
                            json_integer(views.by_severity[i]));
    findings_dump(json_pack("{s:i, s:s, s:o, s:o}", "schema_version", 1, "version", LINEAGE_VERSION,
                            "summary", summary, "findings", findings_json_array(ir, scratch)),
                  out);
}
