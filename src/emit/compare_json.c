/* The comparison for programs; its contract is docs/json-schema/diff.schema.json. */
#include "emit/compare.h"

#include "emit/json_edges.h"

static const char *const kinds[] = {"made", "column", "reads", "flow"};

static void put_text_or_none(struct json *j, const char *key, const char *text)
{
    json_key(j, key);
    if (text)
        json_text(j, slice_of(text));
    else
        json_none(j);
}

static void put_difference(struct json *j, const struct emit_compare *run, const struct ir_difference *d)
{
    struct ir_place at = compare_place(run, d);

    json_open(j, '{');
    json_key_string(j, "kind", slice_of(kinds[d->kind]));
    json_key_string(j, "change", slice_of(d->removed ? "removed" : "added"));
    put_text_or_none(j, "column", d->name);
    put_text_or_none(j, "from", d->from);
    if (d->kind == IR_DIFF_FLOW)
        json_role(j, d->role);
    put_text_or_none(j, "path", at.file.v ? compare_path(run, d) : NULL);
    json_key_number(j, "line", at.line);
    json_close(j, '}');
}

static void put_places(struct json *j, const struct emit_compare *run, const struct ir_changed_dataset *entry)
{
    json_key(j, "still_named");
    json_open(j, '[');
    for (uint32_t i = 0; i < entry->named.count; i++) {
        struct ir_place at = entry->named.items[i];

        json_open(j, '{');
        json_key_string(j, "path", ir_slice(run->after, IR(run->after, file, at.file)->path));
        json_key_number(j, "line", at.line);
        json_key_number(j, "column", at.column);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_dataset(struct json *j, const struct emit_compare *run,
                        const struct ir_changed_dataset *entry)
{
    const struct ir *ir = entry->after.v ? run->after : run->before;
    ir_dataset_id id = entry->after.v ? entry->after : entry->before;

    json_open(j, '{');
    json_key_string(j, "name", slice_of(entry->name));
    json_key_string(j, "kind", slice_of(ir_name_of_dataset_kind(IR(ir, dataset, id)->kind)));
    json_key_string(j, "change", slice_of(compare_words[entry->change]));
    json_key(j, "differences");
    json_open(j, '[');
    for (uint32_t i = 0; i < entry->differences.count; i++)
        put_difference(j, run, &entry->differences.items[i]);
    json_close(j, ']');
    put_places(j, run, entry);
    json_key(j, "downstream");
    json_open(j, '[');
    for (uint32_t i = 0; i < entry->downstream.count; i++)
        json_text(j, slice_of(entry->downstream.items[i]));
    json_close(j, ']');
    json_close(j, '}');
}

void emit_compare_json(const struct emit_compare *run, struct buf *out)
{
    const struct ir_comparison *c = run->comparison;
    struct json j = json_new(out, 3);

    json_open(&j, '{');
    json_key_number(&j, "schema_version", 1);
    json_key_string(&j, "version", slice_of(LINEAGE_VERSION));
    json_key(&j, "summary");
    json_open(&j, '{');
    for (int i = 0; i <= IR_CHANGE_CHANGED; i++)
        json_key_number(&j, compare_words[i], c->counts[i]);
    json_key_number(&j, "downstream", c->downstream);
    json_close(&j, '}');
    json_key(&j, "datasets");
    json_open(&j, '[');
    for (uint32_t i = 0; i < c->datasets.count; i++)
        put_dataset(&j, run, &c->datasets.items[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    buf_addc(out, '\n');
}
