/*
 * The tables that models read and nothing here makes: where they are, what is declared of them, and the tests that
 * the declarations prove. The source of a folder below staging is described in that folder, the others beside them.
 */
#include "emit/dbt.h"
#include "emit/yaml_writer.h"

#include "base/file.h"
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

struct source {
    const char *name, *table;
    ir_dataset_id dataset;
};

struct sources {
    struct source *items;
    uint32_t count, capacity;
};

/* Columns in which loaders write when a row came. */
static const char *const load_times[] = {"loaded_at",
                                         "_loaded_at",
                                         "load_ts",
                                         "load_time",
                                         "ingested_at",
                                         "inserted_at",
                                         "synced_at",
                                         "_fivetran_synced",
                                         "_etl_loaded_at",
                                         "etl_loaded_at",
                                         "_airbyte_extracted_at",
                                         "load_timestamp"};

static int by_name(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    if (!order)
        order = strcmp(x->table, y->table);
    return order ? order : (x->dataset.v > y->dataset.v) - (x->dataset.v < y->dataset.v);
}

static void find_sources(struct dbt_writer *w, struct sources *sources)
{
    for (IR_EACH(w->ir, dataset, d))
        if (IR(w->ir, dataset, d)->layer == IR_LAYER_SOURCE)
            vec_push(w->scratch, sources, ((struct source){dbt_source_name(w, d), dbt_table_name(w, d), d}));
    if (sources->count)
        qsort(sources->items, sources->count, sizeof *sources->items, by_name);
}

/* The folder of the staging models that read each dataset as a source; where no staging model does, 0. */
static const char **folders_of_sources(struct dbt_writer *w)
{
    const struct ir *ir = w->ir;
    const char **folders = ARENA_ARRAY(w->scratch, const char *, ir->dataset.count);

    for (IR_EACH(ir, piece, p)) {
        const struct ir_piece *piece = IR(ir, piece, p);
        const struct ir_model *model = IR(ir, model, IR(ir, step, piece->step)->model);

        if (piece->kind == IR_PIECE_SOURCE && model->layer == IR_LAYER_STAGING)
            folders[piece->dataset.v] = path_dir(w->scratch, ir_string(ir, model->path));
    }
    return folders;
}

static void write_source_place(struct dbt_writer *w, struct yaml_writer *y, ir_dataset_id dataset)
{
    const struct ir_dataset *d = IR(w->ir, dataset, dataset);

    if (d->catalog.v)
        yaml_pair(y, "database", dbt_plain_name(w, dataset, d->catalog, 4));
    if (d->schema.v)
        yaml_pair(y, "schema", dbt_plain_name(w, dataset, d->schema, 2));
    else /* found by the search path: which schema that is, the legacy does not say */
        yaml_pair(y, "schema", "{{ var('legacy_schema', 'public') }}");
}

static bool is_declared(const struct ir *ir, ir_dataset_id dataset)
{
    enum ir_knowledge from = IR(ir, dataset, dataset)->columns_from;

    return from == IR_KNOWN_DDL || from == IR_KNOWN_CATALOG;
}

/* The column that says when a row was loaded: one of the usual names, declared as a point in time. */
static const char *load_time_of(struct dbt_writer *w, ir_dataset_id dataset)
{
    for (uint32_t k = w->known.first[dataset.v];
         is_declared(w->ir, dataset) && k < w->known.first[dataset.v + 1]; k++) {
        const struct ir_column *column = &w->ir->column.items[w->known.rows[k]];
        struct slice type = ir_slice(w->ir, column->type);

        if (!slice_starts_nocase(type, "timestamp") && !slice_starts_nocase(type, "datetime"))
            continue;
        for (size_t i = 0; i < sizeof load_times / sizeof *load_times; i++)
            if (slice_is_nocase(ir_slice(w->ir, column->name), load_times[i]))
                return ir_string(w->ir, column->name);
    }
    return NULL;
}

static void write_table(struct dbt_writer *w, struct yaml_writer *y, const struct source *s)
{
    const struct ir_dataset *d = IR(w->ir, dataset, s->dataset);
    const char *loaded = load_time_of(w, s->dataset);

    yaml_map(y);
    yaml_pair(y, "name", s->table);
    if (d->description.v)
        yaml_pair(y, "description", dbt_without_jinja(w, ir_slice(w->ir, d->description)));
    if (loaded) {
        yaml_key(y, "config");
        yaml_map(y);
        yaml_pair(y, "loaded_at_field", dbt_identifier(w, slice_of(loaded)));
        yaml_map_end(y);
    }
    dbt_write_table_tests(w, y, (ir_model_id){0}, s->dataset);
    if (is_declared(w->ir, s->dataset) && w->known.first[s->dataset.v] < w->known.first[s->dataset.v + 1]) {
        yaml_key(y, "columns");
        yaml_list(y);
        for (uint32_t k = w->known.first[s->dataset.v]; k < w->known.first[s->dataset.v + 1]; k++) {
            const struct ir_column *column = &w->ir->column.items[w->known.rows[k]];

            dbt_write_column(w, y,
                             (struct dbt_column){.dataset = s->dataset,
                                                 .name = column->name,
                                                 .description = column->description,
                                                 .type = column->type});
        }
        yaml_list_end(y);
    }
    yaml_map_end(y);
}

static bool same_source(const struct source *a, const struct source *b)
{
    return strcmp(a->name, b->name) == 0;
}

static void write_source(struct dbt_writer *w, struct yaml_writer *y, const struct sources *s, uint32_t from)
{
    yaml_map(y);
    yaml_pair(y, "name", s->items[from].name);
    write_source_place(w, y, s->items[from].dataset);
    yaml_key(y, "tables");
    yaml_list(y);
    for (uint32_t i = from; i < s->count && same_source(&s->items[i], &s->items[from]); i++)
        if (i == from || strcmp(s->items[i - 1].table, s->items[i].table) != 0)
            write_table(w, y, &s->items[i]);
    yaml_list_end(y);
    yaml_map_end(y);
}

/* How old rows may be, the legacy does not say: a limit that good data can break is left to a person. */
static void add_freshness_hint(struct dbt_writer *w, struct buf *out, const struct sources *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (load_time_of(w, s->items[i].dataset)) {
            buf_adds(
                out,
                "# Where loaded_at_field is set, `dbt source freshness` can tell late rows once a limit is set beside it:\n"
                "#   freshness: {warn_after: {count: 24, period: hour}}\n");
            return;
        }
}

/* Writes the sources whose folder is `folder` into one file. */
static int write_folder(struct dbt_writer *w, const struct sources *all, const char *const *folders,
                        const char *folder, struct err *e)
{
    struct sources s = {0};
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y;
    const char *base = path_base(folder);

    for (uint32_t i = 0; i < all->count; i++)
        if (strcmp(folders[i], folder) == 0)
            vec_push(w->scratch, &s, all->items[i]);
    add_freshness_hint(w, &out, &s);
    y = yaml_begin(w->scratch, &out);
    yaml_map(y);
    yaml_key(y, "version");
    yaml_literal(y, "2");
    yaml_key(y, "sources");
    yaml_list(y);
    for (uint32_t i = 0; i < s.count; i++)
        if (!i || !same_source(&s.items[i - 1], &s.items[i]))
            write_source(w, y, &s, i);
    yaml_list_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    if (strchr(folder, '/'))
        dbt_add_file(w, &out, "%s/%s/_%s__sources.yml", w->options->models_dir, folder, base);
    else
        dbt_add_file(w, &out, "%s/%s/_sources.yml", w->options->models_dir, folder);
    return 0;
}

/* The folder of each source: that of one of its tables, else staging's own. */
static const char **folders_by_source(struct dbt_writer *w, const struct sources *s)
{
    const char **of_dataset = folders_of_sources(w);
    const char **folders = ARENA_ARRAY(w->scratch, const char *, s->count + 1);

    for (uint32_t from = 0, to; from < s->count; from = to) {
        const char *folder = ir_name_of_layer(IR_LAYER_STAGING);

        for (to = from; to < s->count && same_source(&s->items[to], &s->items[from]); to++)
            if (of_dataset[s->items[to].dataset.v])
                folder = of_dataset[s->items[to].dataset.v];
        for (uint32_t i = from; i < to; i++)
            folders[i] = folder;
    }
    return folders;
}

int dbt_write_sources(struct dbt_writer *w, struct err *e)
{
    struct sources s = {0};
    struct map written = map_new(w->scratch);
    const char **folders;

    find_sources(w, &s);
    folders = folders_by_source(w, &s);
    for (uint32_t i = 0; i < s.count; i++) {
        uint64_t key = hash_bytes(folders[i], strlen(folders[i]));

        if (map_get(&written, key))
            continue;
        map_put(&written, key, 1);
        if (write_folder(w, &s, folders, folders[i], e) < 0)
            return -1;
    }
    return 0;
}
