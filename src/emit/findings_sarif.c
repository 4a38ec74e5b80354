/*
 * Findings as SARIF 2.1.0, with what GitHub's code scanning requires and what it can use: the rules with their
 * reasons, places in four numbers, fingerprints that survive moved lines, and what was not understood as
 * notifications of the run.
 */
#include "emit/findings.h"

#include <string.h>

/* GitHub refuses a run of more results, and a longer description. */
enum { MAX_RESULTS = 25000, MAX_DESCRIPTION = 1024 };

static const char *const levels[] = {"note", "warning", "error"};
static const char *const problems[] = {"recommendation", "warning", "error"};

struct sarif {
    const struct emit_findings *run;
    const struct ir *ir;
    struct arena *arena;
    int32_t *rule_index; /* rule id -> place in driver.rules */
    const char **prints;
    bool any_hidden;
    struct ir_index related, edits; /* of a finding */
};

static json_t *text_of(const struct sarif *s, const char *text)
{
    return json_pack("{s:o}", "text", findings_json_text(s->arena, text));
}

/* ---- rules ---- */

/* At most `max` bytes, cut before a character. */
static const char *shorten(struct arena *a, const char *text, size_t max)
{
    size_t n = strlen(text);

    if (n <= max)
        return text;
    n = max - strlen("…");
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    return arena_printf(a, "%.*s…", (int)n, text);
}

/* {field} stands for what is only known of a finding. */
static const char *rule_help(const struct sarif *s, const struct ir_rule *rule, const char *mark)
{
    return arena_printf(s->arena, "%s\n\n%sHelp:%s %s", ir_string(s->ir, rule->why), mark, mark,
                        ir_string(s->ir, rule->help));
}

static json_t *rule_json(const struct sarif *s, const struct ir_rule *rule)
{
    const struct ir *ir = s->ir;
    const char *url = ir_string(ir, rule->url);
    bool security = strcmp(ir_string(ir, rule->fact), "secret") == 0;
    json_t *tags = json_pack("[s]", ir_string(ir, rule->family));
    json_t *json =
        json_pack("{s:s, s:s}", "id", ir_string(ir, rule->code), "name", ir_string(ir, rule->name));
    json_t *properties;

    if (security)
        json_array_append_new(tags, json_string("security"));
    properties = json_pack("{s:o, s:s, s:s}", "tags", tags, "precision", "high", "problem.severity",
                           problems[rule->severity]);
    if (security)
        json_object_set_new(properties, "security-severity", json_string("8.0"));
    json_object_set_new(json, "shortDescription", text_of(s, ir_string(ir, rule->summary)));
    json_object_set_new(json, "fullDescription",
                        text_of(s, shorten(s->arena, ir_string(ir, rule->why), MAX_DESCRIPTION)));
    json_object_set_new(json, "help",
                        json_pack("{s:o, s:o}", "text", findings_json_text(s->arena, rule_help(s, rule, "")),
                                  "markdown", findings_json_text(s->arena, rule_help(s, rule, "**"))));
    if (*url)
        json_object_set_new(json, "helpUri", json_string(url));
    json_object_set_new(json, "defaultConfiguration", json_pack("{s:s}", "level", levels[rule->severity]));
    json_object_set_new(json, "properties", properties);
    return json;
}

static json_t *driver_json(struct sarif *s)
{
    json_t *rules = json_array();

    for (IR_EACH(s->ir, rule, i)) {
        const struct ir_rule *rule = IR(s->ir, rule, i);

        if (!rule->enabled)
            continue;
        s->rule_index[i.v] = (int32_t)json_array_size(rules);
        json_array_append_new(rules, rule_json(s, rule));
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "name", "lineage", "version", LINEAGE_VERSION, "semanticVersion",
                     LINEAGE_VERSION, "rules", rules);
}

/* ---- places ---- */

static json_t *artifact_json(const struct sarif *s, const char *path)
{
    json_t *artifact = json_pack("{s:s}", "uri", findings_uri(s->arena, path));

    if (*path != '/')
        json_object_set_new(artifact, "uriBaseId", json_string("%SRCROOT%"));
    return artifact;
}

static json_t *region_json(struct ir_place place)
{
    return json_pack("{s:I, s:I, s:I, s:I}", "startLine", (json_int_t)place.line, "startColumn",
                     (json_int_t)place.column, "endLine", (json_int_t)place.end_line, "endColumn",
                     (json_int_t)place.end_column);
}

static json_t *location_json(const struct sarif *s, struct ir_place place)
{
    const char *path = findings_path(s->run, place.file);

    return json_pack("{s:{s:o, s:o}}", "physicalLocation", "artifactLocation", artifact_json(s, path),
                     "region", region_json(place));
}

static struct ir_place place_in(const struct sarif *s, ir_file_id file, uint32_t off, uint32_t len)
{
    return ir_place_of(s->ir, file, (ir_text_id){0}, off, len);
}

/* ---- results ---- */

static void add_related(const struct sarif *s, const struct finding_view *view, json_t *result)
{
    json_t *list = json_array();

    for (uint32_t k = s->related.first[view->id.v]; k < s->related.first[view->id.v + 1]; k++) {
        const struct ir_related *row = &s->ir->related.items[s->related.rows[k]];
        json_t *place = location_json(s, place_in(s, row->file, row->off, row->len));

        json_object_set_new(place, "id", json_integer((json_int_t)json_array_size(list) + 1));
        json_object_set_new(place, "message", text_of(s, ir_string(s->ir, row->message)));
        json_array_append_new(list, place);
    }
    if (json_array_size(list))
        json_object_set(result, "relatedLocations", list);
    json_decref(list);
}

static json_t *flow_step(json_t *location)
{
    return json_pack("{s:o}", "location", location);
}

/* The way of rows that ends at the finding. */
static void add_flow(const struct sarif *s, const struct finding_view *view, json_t *result)
{
    json_t *steps = json_array(), *last;

    for (uint32_t k = s->related.first[view->id.v]; k < s->related.first[view->id.v + 1]; k++) {
        const struct ir_related *row = &s->ir->related.items[s->related.rows[k]];
        json_t *place;

        if (!row->step)
            continue;
        place = location_json(s, place_in(s, row->file, row->off, row->len));
        json_object_set_new(place, "message", text_of(s, ir_string(s->ir, row->message)));
        json_array_append_new(steps, flow_step(place));
    }
    if (json_array_size(steps)) {
        last = location_json(s, view->place);
        json_object_set_new(last, "message", text_of(s, ir_string(s->ir, view->row->message)));
        json_array_append_new(steps, flow_step(last));
        json_object_set_new(result, "codeFlows",
                            json_pack("[{s:[{s:O}]}]", "threadFlows", "locations", steps));
    }
    json_decref(steps);
}

/* All pieces of a finding's edit stand in one file. */
static void add_fix(const struct sarif *s, const struct finding_view *view, json_t *result)
{
    json_t *list = json_array();

    for (uint32_t k = s->edits.first[view->id.v]; k < s->edits.first[view->id.v + 1]; k++) {
        const struct ir_edit *row = &s->ir->edit.items[s->edits.rows[k]];

        json_array_append_new(list, json_pack("{s:o, s:o}", "deletedRegion",
                                              region_json(place_in(s, row->file, row->off, row->len)),
                                              "insertedContent", text_of(s, ir_string(s->ir, row->content))));
    }
    if (json_array_size(list))
        json_object_set_new(result, "fixes",
                            json_pack("[{s:o, s:[{s:o, s:O}]}]", "description",
                                      text_of(s, ir_string(s->ir, view->row->fix)), "artifactChanges",
                                      "artifactLocation", artifact_json(s, view->root_path), "replacements",
                                      list));
    json_decref(list);
}

/* SARIF wants the suppressions of all results, or of none. */
static void add_suppression(const struct sarif *s, const struct finding_view *view, json_t *result)
{
    const char *why = ir_string(s->ir, view->row->hidden_why);
    json_t *list = json_array(), *item;

    if (view->row->hidden != IR_HIDDEN_NOT) {
        item = json_pack("{s:s}", "kind", view->row->hidden == IR_HIDDEN_BASELINE ? "external" : "inSource");
        if (*why)
            json_object_set_new(item, "justification", findings_json_text(s->arena, why));
        json_array_append_new(list, item);
    }
    json_object_set_new(result, "suppressions", list);
}

static json_t *result_json(const struct sarif *s, const struct finding_view *view)
{
    const char *message = arena_printf(s->arena, "%s. %s", ir_string(s->ir, view->row->message),
                                       ir_string(s->ir, view->row->fix));
    json_t *result =
        json_pack("{s:s, s:i, s:s, s:o, s:[o], s:{s:s}}", "ruleId", ir_string(s->ir, view->rule->code),
                  "ruleIndex", (int)s->rule_index[view->row->rule.v], "level", levels[view->row->severity],
                  "message", text_of(s, message), "locations", location_json(s, view->place),
                  "partialFingerprints", "primaryLocationLineHash", s->prints[view->id.v]);

    add_related(s, view, result);
    add_flow(s, view, result);
    add_fix(s, view, result);
    if (s->any_hidden)
        add_suppression(s, view, result);
    return result;
}

/* ---- the run ---- */

static json_t *notification(const struct sarif *s, const struct ir_gap *gap)
{
    bool note = gap->kind == IR_GAP_NOTE;
    struct ir_place place = ir_place_of(s->ir, gap->file, gap->text, gap->off, gap->len);
    const char *message =
        arena_printf(s->arena, "%s: %s", ir_name_of_gap_kind(gap->kind), ir_string(s->ir, gap->why));

    return json_pack("{s:s, s:o, s:[o]}", "level", note ? "note" : "warning", "message", text_of(s, message),
                     "locations", location_json(s, place));
}

static json_t *invocations_json(const struct sarif *s, uint32_t left_out)
{
    json_t *list = json_array();

    for (IR_EACH(s->ir, gap, i))
        json_array_append_new(list, notification(s, IR(s->ir, gap, i)));
    if (left_out)
        json_array_append_new(
            list,
            json_pack("{s:s, s:o}", "level", "warning", "message",
                      text_of(s, arena_printf(s->arena, "%u findings of the lowest severity are left out",
                                              left_out))));
    return json_pack("[{s:b, s:o}]", "executionSuccessful", 1, "toolExecutionNotifications", list);
}

void emit_findings_sarif(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_with_hidden(run);
    struct sarif s = {.run = run,
                      .ir = run->ir,
                      .arena = run->scratch,
                      .rule_index = ARENA_ARRAY(run->scratch, int32_t, run->ir->rule.count),
                      .prints = findings_fingerprints(run),
                      .related = findings_related(run),
                      .edits = findings_edits(run),
                      .any_hidden =
                          views.by_hidden[IR_HIDDEN_SUPPRESSED] || views.by_hidden[IR_HIDDEN_BASELINE]};
    uint32_t count = views.count < MAX_RESULTS ? views.count : MAX_RESULTS;
    json_t *driver = driver_json(&s), *results = json_array(), *sarif;

    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(results, result_json(&s, &views.items[i]));
    sarif = json_pack(
        "{s:{s:o}, s:{s:s}, s:o, s:s, s:{s:{s:o}}, s:o}", "tool", "driver", driver, "automationDetails", "id",
        "lineage/", "invocations", invocations_json(&s, views.count - count), "columnKind",
        "unicodeCodePoints", "originalUriBaseIds", "%SRCROOT%", "description",
        text_of(&s, "The repository's folder, or the one from which paths are given."), "results", results);
    findings_dump(json_pack("{s:s, s:s, s:[o]}", "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
                            "version", "2.1.0", "runs", sarif),
                  out);
}
