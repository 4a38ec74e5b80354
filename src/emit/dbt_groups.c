/*
 * Whose a model is: each legacy file is a group and a tag. What was a temporary table or a frame is private to the
 * group, as it was to the script, unless a model of another file came to read it.
 */
#include "emit/dbt.h"
#include "emit/yaml_writer.h"

#include "base/map.h"

#include <ctype.h>
#include <string.h>

static ir_file_id file_of(const struct dbt_writer *w, ir_model_id model)
{
    return ir_statement_place(w->ir, IR(w->ir, model, model)->statement).file;
}

/* The path as a name: letters and digits, '_' for all else. */
static const char *name_of(const struct dbt_writer *w, ir_file_id file)
{
    struct slice path = ir_slice(w->ir, IR(w->ir, file, file)->path);
    struct buf out = buf_new(w->scratch);

    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];

        if (c < 0x80 && isalnum(c))
            buf_addc(&out, (char)tolower(c));
        else if (out.n && out.p[out.n - 1] != '_')
            buf_addc(&out, '_');
    }
    return arena_printf(w->scratch, "%s%s", out.n && isalpha((unsigned char)out.p[0]) ? "" : "file_",
                        buf_str(&out));
}

const char *dbt_group_name(const struct dbt_writer *w, ir_model_id model)
{
    return name_of(w, file_of(w, model));
}

struct dbt_groups dbt_groups(const struct dbt_writer *w)
{
    struct dbt_groups groups = {0};
    struct map seen = map_new(w->scratch);

    for (IR_EACH(w->ir, model, m)) {
        const char *name = dbt_group_name(w, m);
        uint64_t key = hash_bytes(name, strlen(name));

        if (map_get(&seen, key))
            continue;
        map_put(&seen, key, 1);
        vec_push(w->scratch, &groups,
                 ((struct dbt_group){name, ir_string(w->ir, IR(w->ir, file, file_of(w, m))->path)}));
    }
    return groups;
}

int dbt_write_groups(struct dbt_writer *w, struct err *e)
{
    struct dbt_groups groups = dbt_groups(w);
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y = yaml_begin(w->scratch, &out);

    yaml_map(y);
    yaml_key(y, "version");
    yaml_literal(y, "2");
    yaml_key(y, "groups");
    yaml_list(y);
    for (uint32_t i = 0; i < groups.count; i++) {
        yaml_map(y);
        yaml_pair(y, "name", groups.items[i].name);
        yaml_pair(
            y, "description",
            dbt_without_jinja(w, slice_of(arena_printf(w->scratch, "What %s made", groups.items[i].path))));
        yaml_key(y, "owner");
        yaml_map(y);
        yaml_pair(y, "name",
                  dbt_without_jinja(
                      w, slice_of(arena_printf(w->scratch, "The owner of %s", groups.items[i].path))));
        yaml_map_end(y);
        yaml_map_end(y);
    }
    yaml_list_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "%s/_groups.yml", w->options->models_dir);
    return 0;
}

void dbt_find_shared(struct dbt_writer *w)
{
    w->shared = ARENA_ARRAY(w->scratch, uint8_t, w->ir->model.count);
    for (IR_EACH(w->ir, piece, p)) {
        const struct ir_piece *piece = IR(w->ir, piece, p);
        ir_model_id reader = IR(w->ir, step, piece->step)->model;

        if (piece->kind == IR_PIECE_REF &&
            strcmp(dbt_group_name(w, reader), dbt_group_name(w, piece->model)) != 0)
            w->shared[piece->model.v] = 1;
    }
    for (uint32_t i = 0; i < w->exposures.count; i++)
        for (uint32_t k = 0; k < w->exposures.items[i].origins.count; k++)
            w->shared[IR(w->ir, dataset, w->exposures.items[i].origins.items[k])->model.v] = 1;
}

static bool is_private(const struct dbt_writer *w, ir_model_id model)
{
    ir_dataset_id dataset = IR(w->ir, model, model)->dataset;
    enum ir_dataset_kind kind = IR(w->ir, dataset, dataset)->kind;

    return (kind == IR_DATASET_TEMP || kind == IR_DATASET_FRAME) && !w->shared[model.v];
}

/* A contract, where declarations give every type and the table is made anew each time. */
static void write_contract(const struct dbt_writer *w, struct yaml_writer *y, ir_model_id model)
{
    if (!IR(w->ir, model, model)->contract)
        return;
    yaml_key(y, "contract");
    yaml_map(y);
    yaml_key(y, "enforced");
    yaml_literal(y, "true");
    yaml_map_end(y);
}

void dbt_write_model_config(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model)
{
    const char *group = dbt_group_name(w, model), *catalog = dbt_catalog(w, model);

    yaml_key(y, "config");
    yaml_map(y);
    yaml_pair(y, "group", group);
    if (is_private(w, model))
        yaml_pair(y, "access", "private");
    yaml_key(y, "tags");
    yaml_flow_list(y);
    yaml_string(y, group);
    yaml_list_end(y);
    if (*catalog && strcmp(catalog, dbt_layer_catalog(w, IR(w->ir, model, model)->layer)) != 0)
        yaml_pair(y, "database", catalog);
    write_contract(w, y, model);
    yaml_map_end(y);
}
