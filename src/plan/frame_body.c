/*
 * The SQL of models that were DataFrames: relsql.c lowers their algebra; what it starts from is decided here. A
 * query that only names a table is that table, any other becomes the first step, in the author's words.
 */
#include "plan/planner.h"

#include "plan/relsql.h"

struct plan_frame_bodies {
    struct planner *p;
    struct relsql *relsql;
    struct map steps; /* REL_QUERY rel -> its step in the model being written */
    struct map names; /* names of such steps -> how many there are */
};

static struct relsql_leaf leaf_of_dataset(const struct planner *p, ir_dataset_id dataset)
{
    if (p->builds[dataset.v].model || IR(p->ir, dataset, dataset)->same_as.v)
        return (struct relsql_leaf){.kind = RELSQL_REF, .model = IR(p->ir, dataset, dataset)->model};
    if (!dataset.v || IR(p->ir, dataset, dataset)->kind == IR_DATASET_FRAME ||
        IR(p->ir, dataset, dataset)->kind == IR_DATASET_TEMP)
        return (struct relsql_leaf){.kind = RELSQL_NONE};
    return (struct relsql_leaf){.kind = RELSQL_SOURCE, .dataset = dataset};
}

static ir_dataset_id read_dataset(const struct planner *p, ir_statement_id statement)
{
    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->accesses.rows[k]];

        if (access->mode == IR_ACCESS_READ)
            return access->dataset;
    }
    return (ir_dataset_id){0};
}

/* A query that is no more than the rows of a table is that table; any other is a step in the author's words. */
static struct relsql_leaf leaf_of_query(struct plan_frame_bodies *body, ir_rel_id rel)
{
    const struct planner *p = body->p;
    ir_statement_id statement = p->text_statements[IR(p->ir, rel, rel)->text.v];

    if (!statement.v || plan_obstacle(p, statement) || !IR(p->ir, statement, statement)->body_len)
        return (struct relsql_leaf){.kind = RELSQL_NONE};
    if (plan_is_bare(p, statement) && read_dataset(p, statement).v)
        return leaf_of_dataset(p, read_dataset(p, statement));
    return (struct relsql_leaf){.kind = RELSQL_STEP, .step = {map_get(&body->steps, rel.v)}};
}

static struct relsql_leaf resolve_leaf(void *context, const struct ir *ir, ir_rel_id rel)
{
    struct plan_frame_bodies *body = context;
    const struct ir_rel *r = IR(ir, rel, rel);
    ir_dataset_id dataset = IR(ir, frame, r->frame)->dataset;

    switch (r->kind) {
    case IR_REL_QUERY:
        return leaf_of_query(body, rel);
    case IR_REL_TABLE:
        return leaf_of_dataset(body->p, IR(ir, access, r->access)->dataset);
    case IR_REL_FRAME:
        if (body->p->builds[dataset.v].folded)
            return (struct relsql_leaf){.kind = RELSQL_FOLD};
        return leaf_of_dataset(body->p, dataset);
    default:
        return (struct relsql_leaf){.kind = RELSQL_NONE};
    }
}

/* After the frame that gets its rows; numbered when several are called so. */
static ir_str query_name(struct plan_frame_bodies *body, ir_text_id text)
{
    struct planner *p = body->p;
    const char *frame = ir_string(p->ir, IR(p->ir, frame, IR(p->ir, text, text)->frame)->name);
    const char *name = arena_printf(p->scratch, "%s_query", plan_clean_name(p->scratch, frame));
    ir_str id = ir_interns(p->ir, name);
    uint32_t number = map_get(&body->names, id.v) + 1;

    map_put(&body->names, id.v, number);
    return number == 1 ? id : ir_interns(p->ir, arena_printf(p->scratch, "%s_%u", name, number));
}

/* Makes a step of every query of the author's that the frame, or one folded into it, starts from. */
static void write_queries(struct plan_frame_bodies *body, ir_model_id model, ir_rel_id root)
{
    struct planner *p = body->p;
    struct map seen = map_new(p->scratch);
    VEC(uint32_t) work = {0};

    vec_push(p->scratch, &work, root.v);
    while (work.count) {
        ir_rel_id id = {work.items[--work.count]};
        struct ir_rel rel = *IR(p->ir, rel, id);

        if (!id.v || map_get(&seen, id.v))
            continue;
        map_put(&seen, id.v, 1);
        vec_push(p->scratch, &work, rel.right.v);
        vec_push(p->scratch, &work, rel.left.v);
        if (rel.kind == IR_REL_FRAME && p->builds[IR(p->ir, frame, rel.frame)->dataset.v].folded)
            vec_push(p->scratch, &work, IR(p->ir, frame, rel.frame)->rel.v);
        if (rel.kind == IR_REL_QUERY && leaf_of_query(body, id).kind == RELSQL_STEP) {
            ir_step_id step =
                ir_add_step(p->ir, (struct ir_step){.model = model, .name = query_name(body, rel.text)});

            plan_statement_pieces(p, step, p->text_statements[rel.text.v], NULL);
            map_put(&body->steps, id.v, step.v);
        }
    }
}

/* The rel that a model's rows are; none when they are those of a frame with a model of its own. */
static ir_rel_id rel_of(const struct planner *p, ir_dataset_id dataset)
{
    ir_frame_id frame = p->builds[dataset.v].frame;
    ir_dataset_id of = IR(p->ir, frame, frame)->dataset;

    if (of.v != dataset.v && p->builds[of.v].model)
        return (ir_rel_id){0};
    return IR(p->ir, frame, frame)->rel;
}

static void select_from_model(struct planner *p, ir_dataset_id dataset)
{
    ir_frame_id frame = p->builds[dataset.v].frame;
    ir_step_id step = ir_add_step(p->ir, (struct ir_step){.model = IR(p->ir, dataset, dataset)->model});

    plan_literal(p, step, "SELECT *\nFROM ");
    ir_add_piece(p->ir,
                 (struct ir_piece){.step = step,
                                   .kind = IR_PIECE_REF,
                                   .model = IR(p->ir, dataset, IR(p->ir, frame, frame)->dataset)->model});
}

void plan_frame_body(struct planner *p, ir_dataset_id dataset)
{
    struct plan_frame_bodies *body = p->frame_bodies;
    ir_model_id model = IR(p->ir, dataset, dataset)->model;
    ir_rel_id rel = rel_of(p, dataset);

    if (p->builds[dataset.v].shape == SHAPE_APPEND) {
        IR(p->ir, model, model)->materialized = IR_MAT_INCREMENTAL;
        IR(p->ir, model, model)->strategy = ir_interns(p->ir, "append");
    }
    if (!rel.v) {
        select_from_model(p, dataset);
        return;
    }
    body->steps = map_new(p->scratch);
    body->names = map_new(p->scratch);
    if (IR(p->ir, rel, rel)->kind == IR_REL_QUERY && leaf_of_query(body, rel).kind == RELSQL_STEP) {
        plan_statement_pieces(p, ir_add_step(p->ir, (struct ir_step){.model = model}),
                              p->text_statements[IR(p->ir, rel, rel)->text.v], NULL);
        return;
    }
    write_queries(body, model, rel);
    if (!relsql_lower(body->relsql, model, rel).ok)
        BUG("model %s: relsql_check() allowed what relsql_lower() can't do",
            ir_string(p->ir, IR(p->ir, model, model)->name));
}

const char *plan_frame_obstacle(const struct planner *p, ir_dataset_id dataset)
{
    ir_rel_id rel = rel_of(p, dataset);
    struct relsql_result result = {.ok = true};
    struct ir_place at;

    if (!rel.v && !p->builds[IR(p->ir, frame, p->builds[dataset.v].frame)->dataset.v].model)
        return "the DataFrame that it is written from is not known";
    if (rel.v)
        result = relsql_check(p->frame_bodies->relsql, rel);
    if (result.ok)
        return NULL;
    const struct ir_rel *r = IR(p->ir, rel, result.rel);
    const struct ir_expr *e = IR(p->ir, expr, result.expr);
    at = result.expr.v ? ir_place_of(p->ir, e->file, (ir_text_id){0}, e->off, e->len)
                       : ir_place_of(p->ir, r->file, (ir_text_id){0}, r->off, r->len);
    return arena_printf(p->scratch, "%s (%s:%u)", ir_string(p->ir, result.why),
                        ir_string(p->ir, IR(p->ir, file, at.file)->path), at.line);
}

void plan_frame_bodies_begin(struct planner *p)
{
    struct plan_frame_bodies *body = ARENA_NEW(p->arena, struct plan_frame_bodies);

    body->p = p;
    body->steps = map_new(p->arena);
    body->relsql = relsql_new(p->ir, p->arena, p->options->target, resolve_leaf, body);
    p->frame_bodies = body;
}
