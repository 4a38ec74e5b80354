/*
 * Layers as the settings declare them, or else as the names of tables tell them: stg_, int_, fct_ and dim_, or a schema that is called so. A name that says
 * nothing has no layer, and nothing is said of it.
 */
#include "lint/facts.h"

#include "base/map.h"

#include <string.h>

struct named_layer {
    const char *name;
    enum ir_layer layer;
};

static const struct named_layer prefixes[] = {{"stg_", IR_LAYER_STAGING}, {"int_", IR_LAYER_INTERMEDIATE},
                                              {"fct_", IR_LAYER_MARTS},   {"dim_", IR_LAYER_MARTS},
                                              {"fact_", IR_LAYER_MARTS},  {"mart_", IR_LAYER_MARTS}};
static const struct named_layer schemas[] = {
    {"staging", IR_LAYER_STAGING},  {"stg", IR_LAYER_STAGING},    {"intermediate", IR_LAYER_INTERMEDIATE},
    {"int", IR_LAYER_INTERMEDIATE}, {"marts", IR_LAYER_MARTS},    {"mart", IR_LAYER_MARTS},
    {"raw", IR_LAYER_SOURCE},       {"landing", IR_LAYER_SOURCE}, {"source", IR_LAYER_SOURCE},
    {"src", IR_LAYER_SOURCE}};

struct layers {
    struct facts *f;
    struct ir_index inputs;  /* of a query */
    struct ir_index outputs; /* of a query */
    struct ir_index joins;   /* of a query */
    struct ir_index queries; /* of a statement */
    struct ir_index into;    /* edges to a dataset */
    struct ir_index out;     /* edges from a dataset */
    bool *asked;             /* by query: a subquery of an expression */
    bool staged;
};

static enum ir_layer layer_of_prefix(const char *name)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (slice_starts_nocase(slice_of(name), prefixes[i].name))
            return prefixes[i].layer;
    return IR_LAYER_NONE;
}

static enum ir_layer layer_of_schema(const char *name)
{
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        if (slice_is_nocase(slice_of(name), schemas[i].name))
            return schemas[i].layer;
    return IR_LAYER_NONE;
}

/* A prefix counts more than the schema: tables of several layers stand in one schema more often than not. */
static enum ir_layer layer_of(const struct ir *ir, const struct ir_access *a)
{
    enum ir_layer layer = IR(ir, dataset, a->dataset)->declared;

    layer = layer ? layer : layer_of_prefix(ir_string(ir, a->name));
    return layer ? layer : layer_of_schema(ir_string(ir, a->schema));
}

/* The settings' word, or else what the name's prefix says. */
static enum ir_layer layer_in_name(const struct ir *ir, ir_dataset_id d)
{
    const struct ir_dataset *row = IR(ir, dataset, d);

    return row->declared ? row->declared : layer_of_prefix(ir_string(ir, row->name));
}

static bool makes_rows(enum ir_statement_kind kind)
{
    return kind_stores(kind) || kind == IR_KIND_CREATE_VIEW || kind == IR_KIND_TO_SQL;
}

/* The table or view that a statement fills with rows of its query; NULL: none, or a temp. */
static const struct ir_access *filled(const struct facts *f, ir_statement_id s, ir_access_id *id)
{
    *id = statement_target(f, s);
    if (!id->v || !makes_rows(IR(f->ir, statement, s)->kind) || access_is_temp(f, IR(f->ir, access, *id)))
        return NULL;
    return IR(f->ir, access, *id);
}

/* ---- what a layer reads ---- */

static bool is_inverted(enum ir_layer layer, enum ir_layer from)
{
    return from > layer && from >= IR_LAYER_INTERMEDIATE;
}

static void add_layer_reads(const struct layers *l, ir_statement_id s)
{
    struct facts *f = l->f;
    ir_access_id target;
    const struct ir_access *to = filled(f, s, &target);
    enum ir_layer layer = to ? layer_of(f->ir, to) : IR_LAYER_NONE;

    if (layer < IR_LAYER_STAGING)
        return;
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        ir_access_id a = {f->accesses.rows[k]};
        const struct ir_access *row = IR(f->ir, access, a);
        enum ir_layer from = layer_of(f->ir, row);

        if (row->mode != IR_ACCESS_READ || !access_is_relation(row) || !from || from == layer ||
            access_is_temp(f, row))
            continue;
        FACT_ADD(f, layer_read, at_access(f, a), .table = access_written(f, to),
                 .layer = ir_name_of_layer(layer), .from = access_written(f, row),
                 .from_layer = ir_name_of_layer(from), .inverted = is_inverted(layer, from),
                 .staged = l->staged);
        fact_step_from_maker(f, row->dataset);
    }
}

static void add_staging_query(const struct layers *l, ir_statement_id s)
{
    struct facts *f = l->f;
    ir_access_id target;
    const struct ir_access *to = filled(f, s, &target);
    bool joins = false, aggregates = false;

    if (!to || layer_in_name(f->ir, to->dataset) != IR_LAYER_STAGING ||
        IR(f->ir, statement, s)->kind == IR_KIND_UPDATE || IR(f->ir, statement, s)->kind == IR_KIND_MERGE)
        return;
    for (uint32_t k = l->queries.first[s.v]; k < l->queries.first[s.v + 1]; k++) {
        uint32_t q = l->queries.rows[k];

        if (l->asked[q]) /* a condition or a value, no rows of the result */
            continue;
        joins |= l->joins.first[q] < l->joins.first[q + 1];
        aggregates |= (f->ir->query.items[q].flags & IR_QUERY_AGGREGATES) != 0;
    }
    if (joins)
        FACT_ADD(f, staging_query, at_access(f, target), .table = access_written(f, to), .does = "join");
    if (aggregates)
        FACT_ADD(f, staging_query, at_access(f, target), .table = access_written(f, to), .does = "aggregate");
}

/* Several datasets named stg_ that take from one which nothing fills. */
static void add_two_stagings(const struct layers *l, ir_dataset_id source)
{
    struct facts *f = l->f;
    const struct ir *ir = f->ir;
    struct map seen = map_new(f->work);
    struct buf names = buf_new(f->arena);
    ir_statement_id second = {0};
    uint32_t count = 0;

    for (uint32_t k = l->out.first[source.v]; k < l->out.first[source.v + 1]; k++) {
        const struct ir_edge *edge = &ir->edge.items[l->out.rows[k]];
        const struct ir_dataset *to = IR(ir, dataset, edge->to);

        if (layer_in_name(ir, edge->to) != IR_LAYER_STAGING || to->kind == IR_DATASET_TEMP ||
            to->kind == IR_DATASET_FRAME || map_get(&seen, edge->to.v))
            continue;
        map_put(&seen, edge->to.v, 1);
        buf_printf(&names, "%s%s", count ? ", " : "", ir_string(ir, to->display));
        if (++count == 2)
            second = edge->statement;
    }
    for (uint32_t k = f->accesses.first[second.v]; count > 1 && k < f->accesses.first[second.v + 1]; k++) {
        ir_access_id a = {f->accesses.rows[k]};

        if (IR(ir, access, a)->dataset.v != source.v || IR(ir, access, a)->mode != IR_ACCESS_READ)
            continue;
        FACT_ADD(f, two_stagings, at_access(f, a), .source = ir_string(ir, IR(ir, dataset, source)->display),
                 .tables = buf_str(&names));
        return;
    }
}

/* ---- names ---- */

static void add_layer_name(const struct facts *f, ir_statement_id s)
{
    ir_access_id target;
    const struct ir_access *to = filled(f, s, &target);
    enum ir_layer prefix = to ? layer_of_prefix(ir_string(f->ir, to->name)) : IR_LAYER_NONE;
    enum ir_layer schema = to ? IR(f->ir, dataset, to->dataset)->declared : IR_LAYER_NONE;

    if (to && !schema)
        schema = layer_of_schema(ir_string(f->ir, to->schema));
    if (prefix && schema >= IR_LAYER_STAGING && prefix != schema)
        FACT_ADD((struct facts *)f, layer_name, at_access(f, target), .table = access_written(f, to),
                 .prefix = ir_name_of_layer(prefix), .schema = ir_name_of_layer(schema));
}

static bool reads_relations(const struct facts *f, ir_statement_id s)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && access_is_relation(a))
            return true;
    }
    return false;
}

struct same_names {
    VEC(ir_access_id) fills; /* one for each dataset */
};

/* One schema of two databases, as copies of one and the same table have it. */
static bool is_same_schema(const struct facts *f, const struct same_names *group, const struct ir_access *to)
{
    for (uint32_t i = 0; i < group->fills.count; i++)
        if (ir_fold(f->ir, IR(f->ir, access, group->fills.items[i])->schema).v ==
            ir_fold(f->ir, to->schema).v)
            return true;
    return false;
}

/* Tables that something fills, by their names without the schema. */
static void add_same_names(const struct layers *l)
{
    struct facts *f = l->f;
    struct ir *ir = f->ir;
    struct map of_name = map_new(f->family), seen = map_new(f->family);
    VEC(struct same_names) groups = {0};

    vec_push(f->arena, &groups, (struct same_names){0});
    for (IR_EACH(ir, statement, s)) {
        ir_access_id target;
        const struct ir_access *to = filled(f, s, &target);
        ir_str name = to ? ir_fold(ir, to->name) : (ir_str){0};
        uint32_t group = map_get(&of_name, name.v);

        if (!to || !to->dataset.v || !to->schema.v || map_get(&seen, to->dataset.v) || !reads_relations(f, s))
            continue;
        if (IR(ir, statement, s)->kind == IR_KIND_UPDATE || job_takes_values(f, IR(ir, statement, s)->job))
            continue; /* an application's rows */
        map_put(&seen, to->dataset.v, 1);
        if (group && is_same_schema(f, &groups.items[group], to))
            continue;
        if (!group) {
            group = groups.count;
            map_put(&of_name, name.v, group);
            vec_push(f->arena, &groups, (struct same_names){0});
        }
        vec_push(f->arena, &groups.items[group].fills, target);
    }
    for (uint32_t g = 1; g < groups.count; g++) {
        const struct same_names *group = &groups.items[g];
        struct buf tables = buf_new(f->arena);

        if (group->fills.count < 2)
            continue;
        for (uint32_t i = 0; i < group->fills.count; i++)
            buf_printf(&tables, "%s%s", i ? ", " : "",
                       access_written(f, IR(ir, access, group->fills.items[i])));
        for (uint32_t i = 0; i < group->fills.count; i++) {
            FACT_ADD(f, same_name, at_access(f, group->fills.items[i]),
                     .table = ir_string(ir, IR(ir, access, group->fills.items[i])->name),
                     .tables = buf_str(&tables));
            fact_relate_others(f, group->fills.items, group->fills.count, group->fills.items[i], "filled");
        }
    }
}

/* ---- queries ---- */

static void add_wide_query(const struct layers *l, ir_query_id q)
{
    struct facts *f = l->f;
    const struct ir *ir = f->ir;
    const struct ir_statement *s = IR(ir, statement, IR(ir, query, q)->statement);
    const struct ir_input *last = NULL;
    uint32_t relations = 0;

    for (uint32_t k = l->inputs.first[q.v]; k < l->inputs.first[q.v + 1]; k++) {
        const struct ir_input *input = &ir->input.items[l->inputs.rows[k]];

        if (input->kind != IR_INPUT_RELATION && input->kind != IR_INPUT_CTE &&
            input->kind != IR_INPUT_SUBQUERY)
            continue;
        last = input;
        relations++;
    }
    if (relations > 4)
        FACT_ADD(f, wide_query,
                 ((struct fact_at){s->file, s->text, last->off, last->len, IR(ir, query, q)->statement}),
                 .relations = relations);
}

/* SELECT * at the end of what makes a table or view, right from a relation that is no temp. */
static void add_published_star(const struct layers *l, ir_statement_id s)
{
    struct facts *f = l->f;
    const struct ir *ir = f->ir;
    const struct ir_statement *row = IR(ir, statement, s);
    ir_query_id q = row->query;
    ir_access_id target;
    const struct ir_access *to = filled(f, s, &target);
    const struct ir_input *input;
    const struct ir_access *from;

    if (!to || row->kind == IR_KIND_TO_SQL || row->kind == IR_KIND_INSERT ||
        l->inputs.first[q.v + 1] - l->inputs.first[q.v] != 1)
        return;
    input = &ir->input.items[l->inputs.rows[l->inputs.first[q.v]]];
    from = IR(ir, access, input->access);
    if (input->kind != IR_INPUT_RELATION || access_is_temp(f, from) ||
        IR(ir, text, row->text)->kind == IR_TEXT_MODEL)
        return;
    for (uint32_t k = l->outputs.first[q.v]; k < l->outputs.first[q.v + 1]; k++) {
        const struct ir_output *output = &ir->output.items[l->outputs.rows[k]];

        if (output->star && output->len)
            FACT_ADD(f, published_star, ((struct fact_at){row->file, row->text, output->off, output->len, s}),
                     .table = access_written(f, to), .from = access_written(f, from));
    }
}

static bool project_is_staged(const struct facts *f)
{
    for (IR_EACH(f->ir, dataset, d))
        if (layer_in_name(f->ir, d) == IR_LAYER_STAGING)
            return true;
    return false;
}

void facts_of_layers(struct facts *f)
{
    struct ir *ir = f->ir;
    struct arena *a = f->family;
    struct layers l = {.f = f,
                       .inputs = IR_INDEX(a, ir, input, query, query),
                       .outputs = IR_INDEX(a, ir, output, query, query),
                       .joins = IR_INDEX(a, ir, join, query, query),
                       .queries = IR_INDEX(a, ir, query, statement, statement),
                       .into = IR_INDEX(a, ir, edge, to, dataset),
                       .out = IR_INDEX(a, ir, edge, from, dataset),
                       .asked = ARENA_ARRAY(a, bool, ir->query.count),
                       .staged = project_is_staged(f)};

    for (IR_EACH(ir, use, u))
        l.asked[IR(ir, use, u)->subquery.v] = IR(ir, use, u)->subquery.v != 0;
    for (IR_EACH(ir, statement, s)) {
        add_layer_reads(&l, s);
        add_staging_query(&l, s);
        add_layer_name(f, s);
        add_published_star(&l, s);
    }
    for (IR_EACH(ir, dataset, d)) {
        if (l.into.first[d.v] != l.into.first[d.v + 1])
            continue;
        add_two_stagings(&l, d);
        arena_reset(f->work);
    }
    for (IR_EACH(ir, query, q))
        add_wide_query(&l, q);
    add_same_names(&l);
}
