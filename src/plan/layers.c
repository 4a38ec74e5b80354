/*
 * Layers: what one source becomes row by row is staging, what leaves the project is marts, the rest is in between.
 * A schema or a prefix that names a layer is believed where the model fits into it; what the settings name, always.
 */
#include "plan/planner.h"

struct hint {
    const char *word;
    enum ir_layer layer;
};

static const struct hint schemas[] = {
    {"staging", IR_LAYER_STAGING},  {"stg", IR_LAYER_STAGING},        {"intermediate", IR_LAYER_INTERMEDIATE},
    {"int", IR_LAYER_INTERMEDIATE}, {"marts", IR_LAYER_MARTS},        {"mart", IR_LAYER_MARTS},
    {"analytics", IR_LAYER_MARTS},  {"reporting", IR_LAYER_MARTS},    {"reports", IR_LAYER_MARTS},
    {"gold", IR_LAYER_MARTS},       {"presentation", IR_LAYER_MARTS}, {"bi", IR_LAYER_MARTS},
    {"report", IR_LAYER_MARTS},     {"rpt", IR_LAYER_MARTS},
};
static const struct hint prefixes[] = {
    {"stg_", IR_LAYER_STAGING}, {"int_", IR_LAYER_INTERMEDIATE}, {"fct_", IR_LAYER_MARTS},
    {"fact_", IR_LAYER_MARTS},  {"dim_", IR_LAYER_MARTS},        {"rpt_", IR_LAYER_MARTS},
    {"agg_", IR_LAYER_MARTS},   {"mart_", IR_LAYER_MARTS},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

enum ir_layer plan_layer_of_schema(struct slice schema)
{
    for (size_t i = 0; i < COUNT(schemas); i++)
        if (slice_is_nocase(schema, schemas[i].word))
            return schemas[i].layer;
    return IR_LAYER_NONE;
}

static enum ir_layer layer_of_prefix(struct slice name)
{
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (slice_starts_nocase(name, prefixes[i].word))
            return prefixes[i].layer;
    return IR_LAYER_NONE;
}

/* Does nothing in the project read it? */
static bool is_leaf(const struct planner *p, ir_dataset_id dataset)
{
    for (uint32_t k = p->out_of.first[dataset.v]; k < p->out_of.first[dataset.v + 1]; k++) {
        ir_dataset_id to = p->ir->edge.items[p->out_of.rows[k]].to;

        if (to.v != dataset.v && IR(p->ir, dataset, to)->kind != IR_DATASET_RESULT)
            return false;
    }
    return true;
}

/* Is a frame, with all that is folded into it, row by row? */
static bool frame_is_simple(const struct planner *p, ir_frame_id frame)
{
    VEC(uint32_t) work = {0};

    vec_push(p->scratch, &work, IR(p->ir, frame, frame)->rel.v);
    while (work.count) {
        const struct ir_rel *rel = &p->ir->rel.items[work.items[--work.count]];
        ir_statement_id query = p->text_statements[rel->text.v];

        if (rel->kind == IR_REL_JOIN || rel->kind == IR_REL_UNION || rel->kind == IR_REL_AGGREGATE ||
            (rel->kind == IR_REL_QUERY && !plan_is_simple(p, query)))
            return false;
        if (rel->left.v)
            vec_push(p->scratch, &work, rel->left.v);
        if (rel->kind == IR_REL_FRAME && p->builds[IR(p->ir, frame, rel->frame)->dataset.v].folded)
            vec_push(p->scratch, &work, IR(p->ir, frame, rel->frame)->rel.v);
    }
    return true;
}

bool plan_fits_staging(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    struct plan_datasets upstream = {0};

    plan_upstream(p, dataset, &upstream);
    if (b->script)
        return false;
    if (upstream.count != 1 || p->builds[upstream.items[0].v].model)
        return false;
    if (b->frame.v)
        return frame_is_simple(p, b->frame);
    return b->shape == SHAPE_ROWS && b->row_count == 1 && plan_is_simple(p, b->first);
}

static enum ir_layer layer_of(const struct planner *p, ir_dataset_id dataset)
{
    const struct ir_dataset *d = IR(p->ir, dataset, dataset);
    bool permanent = d->kind != IR_DATASET_TEMP && d->kind != IR_DATASET_FRAME;
    enum ir_layer named = layer_of_prefix(ir_slice(p->ir, d->name));
    bool fits = plan_fits_staging(p, dataset);

    if (d->declared)
        return d->declared;
    if (permanent && named == IR_LAYER_NONE)
        named = plan_layer_of_schema(ir_slice(p->ir, d->schema));
    if (named == IR_LAYER_STAGING && !fits)
        named = IR_LAYER_INTERMEDIATE;
    if (named == IR_LAYER_MARTS && !permanent)
        named = IR_LAYER_NONE;
    if (named != IR_LAYER_NONE)
        return named;
    if (permanent && is_leaf(p, dataset))
        return IR_LAYER_MARTS;
    return fits ? IR_LAYER_STAGING : IR_LAYER_INTERMEDIATE;
}

static void mark_sources(struct planner *p, ir_dataset_id dataset)
{
    struct plan_datasets upstream = {0};

    plan_upstream(p, dataset, &upstream);
    for (uint32_t i = 0; i < upstream.count; i++)
        if (!p->builds[upstream.items[i].v].model)
            IR(p->ir, dataset, upstream.items[i])->layer = IR_LAYER_SOURCE;
}

void plan_layers(struct planner *p)
{
    for (IR_EACH(p->ir, dataset, d)) {
        if (!p->builds[d.v].model) {
            if (IR(p->ir, dataset, d)->declared == IR_LAYER_SOURCE)
                IR(p->ir, dataset, d)->layer = IR_LAYER_SOURCE;
            continue;
        }
        IR(p->ir, dataset, d)->layer = layer_of(p, d);
        mark_sources(p, d);
        arena_reset(p->scratch);
    }
}
