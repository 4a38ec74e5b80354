/*
 * What leaves the database: a frame that a script writes to a file is an exposure of the models that its rows come from.
 */
#include "emit/dbt.h"
#include "emit/yaml_writer.h"

#include "base/file.h"
#include "base/map.h"
#include "ir/scan.h"

#include <ctype.h>
#include <string.h>

/* Ways out of a frame that end in a file. */
static const char *const sinks[] = {"to_csv",  "to_excel", "to_parquet", "to_json", "to_feather",
                                    "to_html", "to_orc",   "to_xml",     "to_hdf",  "to_stata"};

static bool is_sink(struct slice word)
{
    for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++)
        if (slice_is(word, sinks[i]))
            return true;
    return false;
}

/* The way out that the call takes, and the first string of its arguments: the file, where it is written out. */
static bool read_call(const struct dbt_writer *w, const struct ir_statement *s, struct dbt_exposure *out)
{
    struct slice source = ir_slice(w->ir, IR(w->ir, file, s->file)->source);
    struct scan scan = {slice_sub(source, 0, s->off + s->len), s->off};
    struct scan_token t = scan_solid(&scan);

    for (; t.kind != SCAN_END && !(t.kind == SCAN_WORD && is_sink(t.bytes)); t = scan_solid(&scan))
        ;
    if (t.kind == SCAN_END || s->off + s->len > source.n)
        return false;
    out->how = arena_strndup(w->scratch, t.bytes.p, t.bytes.n);
    out->file = "";
    scan_solid(&scan); /* ( */
    t = scan_solid(&scan);
    if ((t.kind == SCAN_STRING || t.kind == SCAN_QUOTED) && t.bytes.n > 2 &&
        !memchr(t.bytes.p, '{', t.bytes.n))
        out->file = arena_strndup(w->scratch, t.bytes.p + 1, t.bytes.n - 2);
    return true;
}

/* The models and sources from which a frame's rows come, through what is neither. */
static void find_origins(const struct dbt_writer *w, const struct ir_index *into, ir_dataset_id dataset,
                         struct map *seen, struct dbt_exposure *out)
{
    const struct ir *ir = w->ir;
    VEC(ir_dataset_id) work = {0};

    vec_push(w->scratch, &work, dataset);
    while (work.count) {
        ir_dataset_id at = work.items[--work.count];
        const struct ir_dataset *row = IR(ir, dataset, at);

        if (!at.v || map_get(seen, at.v))
            continue;
        map_put(seen, at.v, 1);
        if (row->model.v || row->layer == IR_LAYER_SOURCE) {
            vec_push(w->scratch, &out->origins, at);
            continue;
        }
        for (uint32_t k = into->first[at.v]; k < into->first[at.v + 1]; k++)
            vec_push(w->scratch, &work, ir->edge.items[into->rows[k]].from);
    }
}

/* Lower case letters, digits and '_' of the file's name, else of the script's. */
static const char *name_of(const struct dbt_writer *w, const struct dbt_exposure *e)
{
    const char *of = path_base(
        *e->file ? e->file
                 : ir_string(w->ir, IR(w->ir, file, IR(w->ir, statement, e->statement)->file)->path));
    struct buf out = buf_new(w->scratch);

    for (; *of; of++) {
        if ((unsigned char)*of < 0x80 && isalnum((unsigned char)*of))
            buf_addc(&out, (char)tolower((unsigned char)*of));
        else if (out.n && out.p[out.n - 1] != '_')
            buf_addc(&out, '_');
    }
    return arena_printf(w->scratch, "%s%s", out.n && isalpha((unsigned char)out.p[0]) ? "" : "file_",
                        buf_str(&out));
}

void dbt_find_exposures(struct dbt_writer *w)
{
    const struct ir *ir = w->ir;
    struct ir_index into = IR_INDEX(w->scratch, ir, edge, to, dataset);
    struct ir_index accesses = IR_INDEX(w->scratch, ir, access, statement, statement);
    struct map names = map_new(w->scratch);

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        struct dbt_exposure exposure = {.statement = s};
        struct map seen = map_new(w->scratch);
        uint64_t key;

        if (row->kind != IR_KIND_DATAFRAME || row->frame.v || row->text.v || !read_call(w, row, &exposure))
            continue;
        for (uint32_t k = accesses.first[s.v]; k < accesses.first[s.v + 1]; k++)
            find_origins(w, &into, ir->access.items[accesses.rows[k]].dataset, &seen, &exposure);
        if (!exposure.origins.count)
            continue;
        exposure.name = name_of(w, &exposure);
        key = hash_bytes(exposure.name, strlen(exposure.name));
        if (map_get(&names, key))
            exposure.name = arena_printf(w->scratch, "%s_%u", exposure.name, map_get(&names, key) + 1);
        map_put(&names, key, map_get(&names, key) + 1);
        vec_push(w->scratch, &w->exposures, exposure);
    }
}

static void write_exposure(struct dbt_writer *w, struct yaml_writer *y, const struct dbt_exposure *e)
{
    const char *where = dbt_where(w, e->statement);
    const char *script = ir_string(w->ir, IR(w->ir, file, IR(w->ir, statement, e->statement)->file)->path);

    yaml_map(y);
    yaml_pair(y, "name", e->name);
    if (*e->file)
        yaml_pair(y, "label", dbt_without_jinja(w, slice_of(e->file)));
    yaml_pair(y, "type", "application");
    yaml_pair(
        y, "description",
        dbt_without_jinja(w, slice_of(arena_printf(w->scratch, "%s writes it with %s", where, e->how))));
    yaml_key(y, "owner");
    yaml_map(y);
    yaml_pair(y, "name", dbt_without_jinja(w, slice_of(arena_printf(w->scratch, "The owner of %s", script))));
    yaml_map_end(y);
    yaml_key(y, "depends_on");
    yaml_list(y);
    for (uint32_t i = 0; i < e->origins.count; i++) {
        ir_dataset_id d = e->origins.items[i];
        ir_model_id model = IR(w->ir, dataset, d)->model;
        struct buf text = buf_new(w->scratch);

        buf_adds(&text, model.v ? "ref(" : "source(");
        dbt_add_string(&text,
                       model.v ? ir_string(w->ir, IR(w->ir, model, model)->name) : dbt_source_name(w, d));
        if (!model.v) {
            buf_adds(&text, ", ");
            dbt_add_string(&text, dbt_table_name(w, d));
        }
        buf_addc(&text, ')');
        yaml_string(y, buf_str(&text));
    }
    yaml_list_end(y);
    yaml_map_end(y);
}

int dbt_write_exposures(struct dbt_writer *w, struct err *e)
{
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y;

    if (!w->exposures.count)
        return 0;
    y = yaml_begin(w->scratch, &out);
    yaml_map(y);
    yaml_key(y, "version");
    yaml_literal(y, "2");
    yaml_key(y, "exposures");
    yaml_list(y);
    for (uint32_t i = 0; i < w->exposures.count; i++)
        write_exposure(w, y, &w->exposures.items[i]);
    yaml_list_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "%s/_exposures.yml", w->options->models_dir);
    return 0;
}
