/*
 * Findings as Reviewdog's JSON. An edit of one piece becomes a suggestion that a reviewer applies with one click.
 * Reviewdog counts columns in bytes.
 */
#include "emit/findings.h"

static const char *const severities[] = {"INFO", "WARNING", "ERROR"};

static json_t *range_json(const struct emit_findings *run, struct ir_place p)
{
    return json_pack("{s:{s:I, s:I}, s:{s:I, s:I}}", "start", "line", (json_int_t)p.line, "column",
                     (json_int_t)findings_byte_column(run->ir, p.file, p.off), "end", "line",
                     (json_int_t)p.end_line, "column",
                     (json_int_t)findings_byte_column(run->ir, p.file, p.off + p.len));
}

static json_t *diagnostic_json(const struct emit_findings *run, const struct finding_view *v)
{
    struct arena *a = run->scratch;
    const char *message =
        arena_printf(a, "%s. %s", ir_string(run->ir, v->row->message), ir_string(run->ir, v->row->fix));
    const char *url = ir_string(run->ir, v->rule->url);
    json_t *code = json_pack("{s:s}", "value", ir_string(run->ir, v->rule->code));

    if (*url)
        json_object_set_new(code, "url", json_string(url));
    return json_pack("{s:o, s:{s:o, s:o}, s:s, s:o}", "message", findings_json_text(a, message), "location",
                     "path", findings_json_text(a, v->path), "range", range_json(run, v->place), "severity",
                     severities[v->row->severity], "code", code);
}

static void add_related(const struct emit_findings *run, const struct ir_index *related,
                        const struct finding_view *v, json_t *diagnostic)
{
    json_t *list = json_array();

    for (uint32_t k = related->first[v->id.v]; k < related->first[v->id.v + 1]; k++) {
        const struct ir_related *row = &run->ir->related.items[related->rows[k]];
        struct ir_place at = ir_place_of(run->ir, row->file, (ir_text_id){0}, row->off, row->len);

        json_array_append_new(
            list,
            json_pack(
                "{s:o, s:{s:o, s:o}}", "message",
                findings_json_text(run->scratch, ir_string(run->ir, row->message)), "location", "path",
                findings_json_text(run->scratch, ir_string(run->ir, IR(run->ir, file, row->file)->path)),
                "range", range_json(run, at)));
    }
    if (json_array_size(list))
        json_object_set(diagnostic, "relatedLocations", list);
    json_decref(list);
}

static void add_suggestion(const struct emit_findings *run, const struct ir_edit *edit, json_t *diagnostic)
{
    struct ir_place at = ir_place_of(run->ir, edit->file, (ir_text_id){0}, edit->off, edit->len);

    json_object_set_new(diagnostic, "suggestions",
                        json_pack("[{s:o, s:o}]", "range", range_json(run, at), "text",
                                  findings_json_text(run->scratch, ir_string(run->ir, edit->content))));
}

void emit_findings_rdjson(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);
    struct ir_index edits = findings_edits(run), related = findings_related(run);
    json_t *list = json_array();

    for (uint32_t i = 0; i < views.count; i++) {
        const struct finding_view *v = &views.items[i];
        json_t *diagnostic = diagnostic_json(run, v);
        uint32_t first = edits.first[v->id.v];

        if (edits.first[v->id.v + 1] == first + 1)
            add_suggestion(run, &run->ir->edit.items[edits.rows[first]], diagnostic);
        add_related(run, &related, v, diagnostic);
        json_array_append_new(list, diagnostic);
    }
    findings_dump(json_pack("{s:{s:s}, s:s, s:o}", "source", "name", "lineage", "severity", "WARNING",
                            "diagnostics", list),
                  out);
}
