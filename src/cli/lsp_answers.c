/*
 * Answers are read off the IR of the last run. Lines count from zero and columns in UTF-16 code units, as editors
 * have it.
 */
#include "cli/lsp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- URIs ---- */

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

const char *lsp_path_of(struct arena *a, const char *root, const char *uri)
{
    struct buf path = buf_new(a);
    size_t n = strlen(root);

    if (!uri || strncmp(uri, "file://", 7) != 0)
        return NULL;
    for (uri += 7; *uri; uri++) {
        if (*uri == '%' && hex_digit(uri[1]) >= 0 && hex_digit(uri[2]) >= 0) {
            buf_addc(&path, (char)(hex_digit(uri[1]) << 4 | hex_digit(uri[2])));
            uri += 2;
        } else {
            buf_addc(&path, *uri);
        }
    }
    if (strncmp(buf_str(&path), root, n) != 0 || path.p[n] != '/')
        return NULL;
    return path.p + n + 1;
}

const char *lsp_uri_of(struct arena *a, const char *root, const char *path)
{
    struct buf uri = buf_new(a);

    buf_adds(&uri, "file://");
    for (const char *p = *path == '/' ? path : arena_printf(a, "%s/%s", root, path); *p; p++) {
        if (isalnum((unsigned char)*p) || strchr("-._~/", *p))
            buf_addc(&uri, *p);
        else
            buf_printf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
    }
    return buf_str(&uri);
}

/* ---- positions ---- */

static json_t *position_json(const struct lsp_project *p, ir_file_id file, uint32_t off)
{
    struct slice s = ir_slice(p->ir, IR(p->ir, file, file)->source);
    struct ir_place at = ir_place_of(p->ir, file, (ir_text_id){0}, off, 0);
    uint32_t from = off < s.n ? off : (uint32_t)s.n, end = from, units = 0;

    while (from > 0 && s.p[from - 1] != '\n')
        from--;
    for (; from < end; from++)
        units += ((unsigned char)s.p[from] & 0xC0) != 0x80 ? 1 + ((unsigned char)s.p[from] >= 0xF0) : 0;
    return json_pack("{s:I, s:I}", "line", (json_int_t)at.line - 1, "character", (json_int_t)units);
}

static json_t *range_json(const struct lsp_project *p, ir_file_id file, uint32_t off, uint32_t len)
{
    return json_pack("{s:o, s:o}", "start", position_json(p, file, off), "end",
                     position_json(p, file, off + len));
}

static ir_file_id file_at(const struct lsp_project *p, const char *path)
{
    for (IR_EACH(p->ir, file, f))
        if (path && strcmp(ir_string(p->ir, IR(p->ir, file, f)->path), path) == 0)
            return f;
    return (ir_file_id){0};
}

static ir_file_id file_of(const struct lsp_project *p, const json_t *params)
{
    const char *uri = json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri"));

    return p->ir ? file_at(p, lsp_path_of(p->scratch, p->root, uri)) : (ir_file_id){0};
}

static uint32_t byte_at(const struct lsp_project *p, ir_file_id file, const json_t *position)
{
    struct slice s = ir_slice(p->ir, IR(p->ir, file, file)->source);
    json_int_t line = json_integer_value(json_object_get(position, "line"));
    json_int_t units = json_integer_value(json_object_get(position, "character"));
    uint32_t off = 0;

    while (line > 0 && off < s.n)
        line -= s.p[off++] == '\n';
    while (units > 0 && off < s.n && s.p[off] != '\n') {
        units -= 1 + ((unsigned char)s.p[off] >= 0xF0);
        for (off++; off < s.n && ((unsigned char)s.p[off] & 0xC0) == 0x80;)
            off++;
    }
    return off;
}

bool lsp_position(const struct lsp_project *p, const json_t *params, ir_file_id *file, uint32_t *off)
{
    *file = file_of(p, params);
    if (!file->v)
        return false;
    *off = byte_at(p, *file, json_object_get(params, "position"));
    return true;
}

/* ---- diagnostics ---- */

static json_t *text_json(const char *text)
{
    json_t *json = json_string(text);

    return json ? json : json_string("(text that is no UTF-8)");
}

/* The first of the other places of a finding: they stand in the table finding by finding. */
static uint32_t first_related(const struct ir *ir, ir_finding_id finding)
{
    uint32_t low = 1, high = ir->related.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ir->related.items[middle].finding.v < finding.v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_related(const struct lsp_project *p, ir_finding_id finding, json_t *diagnostic)
{
    const struct ir *ir = p->ir;
    json_t *list = json_array();

    for (uint32_t i = first_related(ir, finding);
         i < ir->related.count && ir->related.items[i].finding.v == finding.v; i++) {
        const struct ir_related *row = &ir->related.items[i];
        const char *path = ir_string(ir, IR(ir, file, row->file)->path);

        json_array_append_new(list, json_pack("{s:{s:s, s:o}, s:o}", "location", "uri",
                                              lsp_uri_of(p->scratch, p->root, path), "range",
                                              range_json(p, row->file, row->off, row->len), "message",
                                              text_json(ir_string(ir, row->message))));
    }
    if (json_array_size(list))
        json_object_set(diagnostic, "relatedInformation", list);
    json_decref(list);
}

static json_t *diagnostic_json(const struct lsp_project *p, ir_finding_id id, struct ir_place at)
{
    const struct ir *ir = p->ir;
    const struct ir_finding *row = IR(ir, finding, id);
    const struct ir_rule *rule = IR(ir, rule, row->rule);
    const char *message =
        arena_printf(p->scratch, "%s\n%s", ir_string(ir, row->message), ir_string(ir, row->fix));
    json_t *json = json_pack("{s:o, s:i, s:s, s:s, s:o}", "range", range_json(p, at.file, at.off, at.len),
                             "severity", 3 - (int)row->severity, "code", ir_string(ir, rule->code), "source",
                             "lineage", "message", text_json(message));

    if (rule->url.v)
        json_object_set_new(json, "codeDescription", json_pack("{s:s}", "href", ir_string(ir, rule->url)));
    add_related(p, id, json);
    return json;
}

/* Findings stand in the table file by file. */
static ir_finding_id first_finding(const struct ir *ir, ir_file_id file)
{
    ir_finding_id low = {1}, high = {ir->finding.count};

    while (low.v < high.v) {
        ir_finding_id middle = {low.v + (high.v - low.v) / 2};

        if (IR(ir, finding, middle)->file.v < file.v)
            low.v = middle.v + 1;
        else
            high = middle;
    }
    return low;
}

json_t *lsp_diagnostics(const struct lsp_project *p, ir_file_id file)
{
    json_t *list = json_array();

    for (ir_finding_id f = first_finding(p->ir, file);
         f.v < p->ir->finding.count && IR(p->ir, finding, f)->file.v == file.v; f.v++) {
        const struct ir_finding *row = IR(p->ir, finding, f);

        if (!row->hidden)
            json_array_append_new(
                list, diagnostic_json(p, f, ir_place_of(p->ir, row->file, row->text, row->off, row->len)));
    }
    return list;
}

/* ---- datasets ---- */

/* The dataset that is named at a byte of a file, and where its name stands. */
static ir_dataset_id dataset_at(const struct lsp_project *p, ir_file_id file, uint32_t off,
                                struct ir_place *place)
{
    const struct ir *ir = p->ir;

    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);
        const struct ir_statement *s = IR(ir, statement, row->statement);
        bool in_file = row->flags & (IR_ACCESS_IN_PYTHON | IR_ACCESS_FRAME);

        if (!row->dataset.v)
            continue;
        *place = ir_place_of(ir, s->file, in_file ? (ir_text_id){0} : s->text, row->off, row->len);
        if (place->file.v == file.v && place->off <= off && off <= place->off + place->len)
            return row->dataset;
    }
    return (ir_dataset_id){0};
}

static void add_columns(const struct lsp_project *p, ir_dataset_id dataset, struct buf *out)
{
    const struct ir *ir = p->ir;
    const char *before = "\n\nColumns: ";

    for (IR_EACH(ir, column, c)) {
        const struct ir_column *row = IR(ir, column, c);

        if (row->dataset.v != dataset.v)
            continue;
        buf_printf(out, "%s`%s`%s%s", before, ir_string(ir, row->name), row->type.v ? " " : "",
                   ir_string(ir, row->type));
        before = ", ";
    }
}

/* The statements that put rows into it, each once. */
static void add_producers(const struct lsp_project *p, ir_dataset_id dataset, struct buf *out)
{
    const struct ir *ir = p->ir;
    ir_statement_id last = {0};

    for (IR_EACH(ir, edge, i)) {
        const struct ir_edge *row = IR(ir, edge, i);
        struct ir_place at = ir_statement_place(ir, row->statement);

        if (row->to.v != dataset.v || row->statement.v == last.v)
            continue;
        buf_printf(out, "%s- made of `%s` in %s:%u\n", last.v ? "" : "\n\n",
                   ir_string(ir, IR(ir, dataset, row->from)->display),
                   ir_string(ir, IR(ir, file, at.file)->path), at.line);
        last = row->statement;
    }
}

json_t *lsp_hover(const struct lsp_project *p, const json_t *params)
{
    struct buf out = buf_new(p->scratch);
    struct ir_place place;
    ir_dataset_id dataset;
    ir_file_id file;
    uint32_t off;

    if (!lsp_position(p, params, &file, &off))
        return json_null();
    dataset = dataset_at(p, file, off, &place);
    if (!dataset.v)
        return json_null();
    buf_printf(&out, "**%s** (%s)", ir_string(p->ir, IR(p->ir, dataset, dataset)->display),
               ir_name_of_dataset_kind(IR(p->ir, dataset, dataset)->kind));
    add_columns(p, dataset, &out);
    add_producers(p, dataset, &out);
    return json_pack("{s:{s:s, s:o}, s:o}", "contents", "kind", "markdown", "value", text_json(buf_str(&out)),
                     "range", range_json(p, place.file, place.off, place.len));
}

/* Where it is made: the statement that makes it, else the first that puts rows into it. */
static ir_statement_id maker_of(const struct ir *ir, ir_dataset_id dataset)
{
    if (IR(ir, dataset, dataset)->maker.v)
        return IR(ir, dataset, dataset)->maker;
    for (IR_EACH(ir, edge, i))
        if (IR(ir, edge, i)->to.v == dataset.v)
            return IR(ir, edge, i)->statement;
    return (ir_statement_id){0};
}

json_t *lsp_definition(const struct lsp_project *p, const json_t *params)
{
    struct ir_place at;
    ir_statement_id maker;
    ir_file_id file;
    uint32_t off;

    if (!lsp_position(p, params, &file, &off))
        return json_null();
    maker = maker_of(p->ir, dataset_at(p, file, off, &at));
    if (!maker.v)
        return json_null();
    at = ir_statement_place(p->ir, maker);
    return json_pack("{s:s, s:o}", "uri",
                     lsp_uri_of(p->scratch, p->root, ir_string(p->ir, IR(p->ir, file, at.file)->path)),
                     "range", range_json(p, at.file, at.off, at.len));
}

/* ---- fixes ---- */

static json_t *edits_json(const struct lsp_project *p, ir_finding_id finding)
{
    json_t *list = json_array();

    for (IR_EACH(p->ir, edit, i)) {
        const struct ir_edit *row = IR(p->ir, edit, i);

        if (row->finding.v == finding.v)
            json_array_append_new(list, json_pack("{s:o, s:o}", "range",
                                                  range_json(p, row->file, row->off, row->len), "newText",
                                                  text_json(ir_string(p->ir, row->content))));
    }
    return list;
}

json_t *lsp_code_actions(const struct lsp_project *p, const json_t *params)
{
    ir_file_id file = file_of(p, params);
    const json_t *range = json_object_get(params, "range");
    json_t *list = json_array();
    uint32_t from, end;
    const char *uri;

    if (!file.v)
        return list;
    from = byte_at(p, file, json_object_get(range, "start"));
    end = byte_at(p, file, json_object_get(range, "end"));
    uri = lsp_uri_of(p->scratch, p->root, ir_string(p->ir, IR(p->ir, file, file)->path));
    for (ir_finding_id f = first_finding(p->ir, file);
         f.v < p->ir->finding.count && IR(p->ir, finding, f)->file.v == file.v; f.v++) {
        const struct ir_finding *row = IR(p->ir, finding, f);
        struct ir_place at = ir_place_of(p->ir, row->file, row->text, row->off, row->len);
        json_t *edits;

        if (row->hidden || at.off > end || at.off + at.len < from)
            continue;
        edits = edits_json(p, f);
        if (json_array_size(edits))
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:[o], s:{s:{s:O}}}", "title",
                                            arena_printf(p->scratch, "%s: %s",
                                                         ir_string(p->ir, IR(p->ir, rule, row->rule)->code),
                                                         ir_string(p->ir, row->fix)),
                                            "kind", "quickfix", "diagnostics", diagnostic_json(p, f, at),
                                            "edit", "changes", uri, edits));
        json_decref(edits);
    }
    return list;
}
