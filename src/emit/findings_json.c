/* Findings for programs, with the fields that docs/json-schema describes: as one document, or as lines. */
#include "emit/findings.h"

#include <stdlib.h>

static const char *const understandings[] = {"understood", "partial", "not_understood"};
static const char *const hidden[] = {"shown", "suppressed", "baseline", "unchanged"};

struct writer {
    const struct emit_findings *run;
    const char **prints;
    struct ir_index edits, related; /* of a finding */
};

static struct writer writer_of(const struct emit_findings *run)
{
    return (struct writer){run, findings_fingerprints(run), findings_edits(run), findings_related(run)};
}

/* null, or what would make the finding go away. */
static json_t *edits_json(const struct writer *w, const struct finding_view *v)
{
    const struct ir *ir = w->run->ir;
    json_t *list;
    bool unsafe = false;

    if (w->edits.first[v->id.v] == w->edits.first[v->id.v + 1])
        return json_null();
    list = json_array();
    for (uint32_t k = w->edits.first[v->id.v]; k < w->edits.first[v->id.v + 1]; k++) {
        const struct ir_edit *row = &ir->edit.items[w->edits.rows[k]];
        struct ir_place at = ir_place_of(ir, row->file, (ir_text_id){0}, row->off, row->len);

        unsafe = unsafe || row->unsafe;
        json_array_append_new(list,
                              json_pack("{s:I, s:I, s:I, s:I, s:o}", "line", (json_int_t)at.line, "column",
                                        (json_int_t)at.column, "end_line", (json_int_t)at.end_line,
                                        "end_column", (json_int_t)at.end_column, "content",
                                        findings_json_text(w->run->scratch, ir_string(ir, row->content))));
    }
    return json_pack("{s:s, s:o}", "applicability", unsafe ? "unsafe" : "safe", "edits", list);
}

/* Other places that it speaks of; those with a step are the way of rows to it, in order. */
static json_t *related_json(const struct writer *w, const struct finding_view *v)
{
    const struct ir *ir = w->run->ir;
    json_t *list = json_array();

    for (uint32_t k = w->related.first[v->id.v]; k < w->related.first[v->id.v + 1]; k++) {
        const struct ir_related *row = &ir->related.items[w->related.rows[k]];
        struct ir_place at = ir_place_of(ir, row->file, (ir_text_id){0}, row->off, row->len);
        const char *path = ir_string(ir, IR(ir, file, at.file)->path);

        json_array_append_new(
            list, json_pack("{s:o, s:I, s:I, s:I, s:I, s:o, s:o}", "path",
                            findings_json_text(w->run->scratch, path), "line", (json_int_t)at.line, "column",
                            (json_int_t)at.column, "end_line", (json_int_t)at.end_line, "end_column",
                            (json_int_t)at.end_column, "message",
                            findings_json_text(w->run->scratch, ir_string(ir, row->message)), "step",
                            row->step ? json_integer((json_int_t)row->step) : json_null()));
    }
    return list;
}

static json_t *finding_json(const struct writer *w, const struct finding_view *v)
{
    const struct ir *ir = w->run->ir;
    struct arena *a = w->run->scratch;

    return json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:s, s:s, s:o, s:o}", "code",
                     ir_string(ir, v->rule->code), "rule", ir_string(ir, v->rule->name), "severity",
                     ir_name_of_severity(v->row->severity), "path",
                     findings_json_text(a, ir_string(ir, IR(ir, file, v->place.file)->path)), "line",
                     (json_int_t)v->place.line, "column", (json_int_t)v->place.column, "end_line",
                     (json_int_t)v->place.end_line, "end_column", (json_int_t)v->place.end_column, "message",
                     findings_json_text(a, ir_string(ir, v->row->message)), "fix",
                     findings_json_text(a, ir_string(ir, v->row->fix)), "url", ir_string(ir, v->rule->url),
                     "fingerprint", w->prints[v->id.v], "related", related_json(w, v), "edit",
                     edits_json(w, v));
}

static json_t *summary_json(const struct emit_findings *run, const struct finding_views *views)
{
    const struct ir *ir = run->ir;
    json_t *summary = json_object();
    uint32_t counts[3];

    findings_statements(ir, counts);
    json_object_set_new(summary, "files", json_integer(ir->file.count - 1));
    json_object_set_new(summary, "statements", json_integer(ir->statement.count - 1));
    for (uint32_t i = 0; i < 3; i++)
        json_object_set_new(summary, understandings[i], json_integer(counts[i]));
    for (uint32_t i = 3; i-- > 0;)
        json_object_set_new(summary, ir_name_of_severity((enum ir_severity)i),
                            json_integer(views->by_severity[i]));
    for (uint32_t i = IR_HIDDEN_SUPPRESSED; i <= IR_HIDDEN_UNCHANGED; i++)
        json_object_set_new(summary, hidden[i], json_integer(views->by_hidden[i]));
    return summary;
}

void emit_findings_json(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);
    struct writer w = writer_of(run);
    json_t *list = json_array();

    for (uint32_t i = 0; i < views.count; i++)
        json_array_append_new(list, finding_json(&w, &views.items[i]));
    findings_dump(json_pack("{s:i, s:s, s:o, s:o}", "schema_version", 1, "version", LINEAGE_VERSION,
                            "summary", summary_json(run, &views), "findings", list),
                  out);
}

void emit_findings_jsonl(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);
    struct writer w = writer_of(run);

    for (uint32_t i = 0; i < views.count; i++) {
        json_t *json = finding_json(&w, &views.items[i]);
        char *text = json_dumps(json, JSON_COMPACT);

        buf_adds(out, text);
        buf_addc(out, '\n');
        free(text);
        json_decref(json);
    }
}
