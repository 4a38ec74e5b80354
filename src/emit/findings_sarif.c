/*
 * Findings as SARIF 2.1.0, with what GitHub's code scanning requires and what it can use: the rules with their
 * reasons, places in four numbers, fingerprints that survive moved lines, and what was not understood as
 * notifications of the run.
 */
#include "emit/findings.h"

#include "base/map.h"

#include <ctype.h>
#include <string.h>

/* GitHub refuses a run of more results, and a longer description. */
enum { MAX_RESULTS = 25000, MAX_DESCRIPTION = 1024 };

static const char *const levels[] = {"note", "warning", "error"};
static const char *const problems[] = {"recommendation", "warning", "error"};

struct sarif {
    const struct ir *ir;
    struct arena *arena;
    int32_t *rule_index; /* rule id -> place in driver.rules */
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

/* A path as a URI: what is not unreserved is percent-encoded, '/' stays. */
static const char *uri_of(struct arena *a, const char *path)
{
    struct buf out = buf_new(a);

    if (*path == '/')
        buf_adds(&out, "file://");
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;

        if (isalnum(c) || strchr("-._~/", c))
            buf_addc(&out, (char)c);
        else
            buf_printf(&out, "%%%02X", c);
    }
    return buf_str(&out);
}

static json_t *location_json(const struct sarif *s, struct ir_place place)
{
    const char *path = ir_string(s->ir, IR(s->ir, file, place.file)->path);
    json_t *artifact;

    if (strncmp(path, "./", 2) == 0)
        path += 2;
    artifact = json_pack("{s:s}", "uri", uri_of(s->arena, path));
    if (*path != '/')
        json_object_set_new(artifact, "uriBaseId", json_string("%SRCROOT%"));
    return json_pack("{s:{s:o, s:{s:I, s:I, s:I, s:I}}}", "physicalLocation", "artifactLocation", artifact,
                     "region", "startLine", (json_int_t)place.line, "startColumn", (json_int_t)place.column,
                     "endLine", (json_int_t)place.end_line, "endColumn", (json_int_t)place.end_column);
}

/* ---- results ---- */

/* Rule and line without its white space, so that a moved or re-indented line keeps its hash. */
static uint64_t line_hash(const struct sarif *s, const struct finding_view *view)
{
    struct slice line = findings_line(s->ir, s->arena, view->place).text;
    struct buf key = buf_new(s->arena);

    buf_printf(&key, "%s\n%s\n", ir_string(s->ir, view->rule->code), view->path);
    for (size_t i = 0; i < line.n; i++)
        if (!isspace((unsigned char)line.p[i]))
            buf_addc(&key, line.p[i]);
    return hash_bytes(key.p, key.n);
}

static json_t *result_json(const struct sarif *s, const struct finding_view *view, struct map *seen)
{
    uint64_t hash = line_hash(s, view);
    uint32_t occurrence = map_get(seen, hash) + 1;
    const char *print = arena_printf(s->arena, "%016llx:%u", (unsigned long long)hash, occurrence);

    map_put(seen, hash, occurrence);
    return json_pack(
        "{s:s, s:i, s:s, s:o, s:[o], s:{s:s}}", "ruleId", ir_string(s->ir, view->rule->code), "ruleIndex",
        (int)s->rule_index[view->row->rule.v], "level", levels[view->row->severity], "message",
        text_of(s, arena_printf(s->arena, "%s. %s", ir_string(s->ir, view->row->message),
                                ir_string(s->ir, view->row->fix))),
        "locations", location_json(s, view->place), "partialFingerprints", "primaryLocationLineHash", print);
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

void emit_findings_sarif(const struct ir *ir, struct arena *scratch, struct buf *out)
{
    struct finding_views views = findings_views(ir, scratch, true);
    struct sarif s = {ir, scratch, ARENA_ARRAY(scratch, int32_t, ir->rule.count)};
    uint32_t count = views.count < MAX_RESULTS ? views.count : MAX_RESULTS;
    struct map seen = map_new(scratch);
    json_t *driver = driver_json(&s), *results = json_array(), *run;

    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(results, result_json(&s, &views.items[i], &seen));
    run = json_pack("{s:{s:o}, s:{s:s}, s:o, s:s, s:{s:{s:o}}, s:o}", "tool", "driver", driver,
                    "automationDetails", "id", "lineage/", "invocations",
                    invocations_json(&s, views.count - count), "columnKind", "unicodeCodePoints",
                    "originalUriBaseIds", "%SRCROOT%", "description",
                    text_of(&s, "The folder from which paths are given."), "results", results);
    findings_dump(json_pack("{s:s, s:s, s:[o]}", "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
                            "version", "2.1.0", "runs", run),
                  out);
}
