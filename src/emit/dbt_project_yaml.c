/*
 * dbt_project.yml, and the selectors by which parts of the project are run.
 */
#include "emit/dbt.h"
#include "emit/yaml_writer.h"

#include <string.h>

static void write_paths(struct yaml_writer *y, const char *key, const char *path)
{
    yaml_key(y, key);
    yaml_flow_list(y);
    yaml_quoted(y, path);
    yaml_list_end(y);
}

static bool has_layer(const struct ir *ir, enum ir_layer layer)
{
    for (IR_EACH(ir, model, m))
        if (IR(ir, model, m)->layer == layer)
            return true;
    return false;
}

const char *dbt_catalog(const struct dbt_writer *w, ir_model_id model)
{
    ir_dataset_id dataset = IR(w->ir, model, model)->dataset;
    ir_str catalog = IR(w->ir, dataset, dataset)->catalog;

    return catalog.v ? dbt_plain_name(w, dataset, catalog, 4) : "";
}

const char *dbt_layer_catalog(const struct dbt_writer *w, enum ir_layer layer)
{
    const char *common = NULL;

    for (IR_EACH(w->ir, model, m)) {
        const char *catalog = dbt_catalog(w, m);

        if (IR(w->ir, model, m)->layer != layer)
            continue;
        if (common && strcmp(common, catalog) != 0)
            return "";
        common = catalog;
    }
    return common ? common : "";
}

static void write_folder(struct dbt_writer *w, struct yaml_writer *y, enum ir_layer layer)
{
    const char *catalog = dbt_layer_catalog(w, layer);

    yaml_key(y, ir_name_of_layer(layer));
    yaml_map(y);
    yaml_pair(y, "+materialized", "table");
    yaml_pair(y, "+schema", ir_name_of_layer(layer));
    if (*catalog)
        yaml_pair(y, "+database", catalog);
    yaml_map_end(y);
}

int dbt_write_project(struct dbt_writer *w, struct err *e)
{
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y = yaml_begin(w->scratch, &out);

    yaml_map(y);
    yaml_pair(y, "name", w->options->project_name);
    yaml_key(y, "version");
    yaml_quoted(y, "1.0");
    yaml_key(y, "config-version");
    yaml_literal(y, "2");
    yaml_pair(y, "profile", w->options->project_name);
    write_paths(y, "model-paths", w->options->models_dir);
    write_paths(y, "test-paths", "tests");
    write_paths(y, "macro-paths", "macros");
    write_paths(y, "clean-targets", "target");
    yaml_key(y, "models");
    yaml_map(y);
    yaml_key(y, w->options->project_name);
    yaml_map(y);
    for (int layer = IR_LAYER_STAGING; layer <= IR_LAYER_MARTS; layer++)
        if (has_layer(w->ir, (enum ir_layer)layer))
            write_folder(w, y, (enum ir_layer)layer);
    yaml_map_end(y);
    yaml_map_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "dbt_project.yml");
    return 0;
}

/* ---- selectors.yml ---- */

static void write_selector(struct yaml_writer *y, const char *name, const char *description,
                           const char *method, const char *value)
{
    yaml_map(y);
    yaml_pair(y, "name", name);
    yaml_pair(y, "description", description);
    yaml_key(y, "definition");
    yaml_map(y);
    yaml_pair(y, "method", method);
    yaml_pair(y, "value", value);
    yaml_map_end(y);
    yaml_map_end(y);
}

int dbt_write_selectors(struct dbt_writer *w, struct err *e)
{
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y = yaml_begin(w->scratch, &out);
    struct dbt_groups groups = dbt_groups(w);

    yaml_map(y);
    yaml_key(y, "selectors");
    yaml_list(y);
    for (int layer = IR_LAYER_STAGING; layer <= IR_LAYER_MARTS; layer++)
        if (has_layer(w->ir, (enum ir_layer)layer)) {
            const char *name = ir_name_of_layer((enum ir_layer)layer);

            write_selector(y, name, arena_printf(w->scratch, "The models of the layer %s", name), "fqn",
                           arena_printf(w->scratch, "%s.%s", w->options->project_name, name));
        }
    for (uint32_t i = 0; i < groups.count; i++)
        write_selector(y, groups.items[i].name,
                       arena_printf(w->scratch, "What %s made", groups.items[i].path), "tag",
                       groups.items[i].name);
    yaml_list_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "selectors.yml");
    return 0;
}
