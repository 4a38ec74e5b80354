/*
 * What became of every statement, and why. Statements that write a dataset follow the dataset; for all others a
 * table by kind says it. Nothing is left without a fate.
 */
#include "plan/fold.h"

#include "ir/scan.h"
#include "plan/variables.h"

#include <string.h>

struct fate {
    enum ir_fate fate;
    ir_model_id model;
    const char *reason;
};

struct by_kind {
    enum ir_statement_kind kind;
    enum ir_fate fate;
    const char *reason;
};

/* Kinds whose fate does not depend on what they touch. */
static const struct by_kind kinds[] = {
    {IR_KIND_DO, IR_FATE_DROPPED, "its statements are listed one by one"},
    {IR_KIND_SET, IR_FATE_DROPPED,
     "a setting of the session: every name is resolved, and dbt opens its own sessions"},
    {IR_KIND_TRANSACTION, IR_FATE_DROPPED, "dbt runs every model in a transaction of its own"},
    {IR_KIND_GRANT, IR_FATE_REVIEW,
     "rights are granted in dbt's configuration (grants:): who may read the new tables?"},
    {IR_KIND_INDEX, IR_FATE_REVIEW,
     "an index changes no rows: if it is still needed, declare it in the model's configuration (indexes:)"},
    {IR_KIND_COMMENT, IR_FATE_REVIEW,
     "a comment in the database: does it belong into the model's description?"},
    {IR_KIND_UTILITY, IR_FATE_DROPPED,
     "maintenance that gives no rows: the database or dbt's materializations take care of it"},
    {IR_KIND_CREATE_TRIGGER, IR_FATE_REVIEW,
     "a trigger runs when rows are written, which a model does not show: what must it still do?"},
    {IR_KIND_EXECUTE, IR_FATE_REVIEW, "its SQL is only known when it runs: what can it be?"},
};

static struct fate review(const char *reason)
{
    return (struct fate){.fate = IR_FATE_REVIEW, .reason = reason};
}

static struct fate dropped(const char *reason)
{
    return (struct fate){.fate = IR_FATE_DROPPED, .reason = reason};
}

static const char *model_name(const struct planner *p, ir_model_id model)
{
    return ir_string(p->ir, IR(p->ir, model, model)->name);
}

static const char *display(const struct planner *p, ir_dataset_id dataset)
{
    return ir_string(p->ir, IR(p->ir, dataset, dataset)->display);
}

/* ---- statements that write a dataset which became a model ---- */

/* A change that runs before the table gets its first row. */
static bool changes_nothing(const struct planner *p, const struct plan_build *b, ir_statement_id id)
{
    for (uint32_t k = 0; k < b->op_count && p->ops.items[b->ops + k].change != CHANGE_ROWS; k++)
        if (p->ops.items[b->ops + k].statement.v == id.v)
            return true;
    return false;
}

static bool is_hook(enum ir_statement_kind kind)
{
    return kind == IR_KIND_DELETE || kind == IR_KIND_UPDATE;
}

static struct fate of_model_statement(const struct planner *p, ir_statement_id id, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    ir_model_id model = IR(p->ir, dataset, dataset)->model;
    struct fate folded = {IR_FATE_FOLDED, model, NULL};

    if (b->first.v == id.v && b->script)
        return (struct fate){
            IR_FATE_MODEL, model,
            arena_printf(p->scratch, "a dbt Python model: %s", ir_string(p->ir, b->why_not))};
    if (b->first.v == id.v)
        return (struct fate){IR_FATE_MODEL, model, NULL};
    if ((b->shape == SHAPE_APPEND || b->shape == SHAPE_UPSERT || fold_chain_by_hooks(p, dataset)) &&
        is_hook(IR(p->ir, statement, id)->kind))
        return (struct fate){IR_FATE_HOOK, model,
                             p->rank[id.v] < p->rank[b->first.v]
                                 ? "it runs before the new rows are added (pre_hook)"
                                 : "it runs after the new rows were added (post_hook)"};
    if (b->shape == SHAPE_CHAIN && changes_nothing(p, b, id))
        return dropped("the table is still empty when it runs");
    if (b->shape == SHAPE_CHAIN && (IR(p->ir, statement, id)->flags & IR_STMT_HAS_WHERE ||
                                    IR(p->ir, statement, id)->kind == IR_KIND_UPDATE)) {
        folded.reason =
            fold_takes_any(p, id)
                ? "a step of the model; where several rows match one, it takes one of them, as the "
                  "UPDATE does: is there only one?"
                : "a step of the model";
        return folded;
    }
    switch (IR(p->ir, statement, id)->kind) {
    case IR_KIND_TRUNCATE:
    case IR_KIND_DELETE:
        folded.reason = "the model is built anew each time";
        return folded;
    case IR_KIND_CREATE_TABLE:
        folded.reason = "the model makes the table; declared types became casts where they change rows";
        return folded;
    case IR_KIND_DROP:
        folded.reason = "dbt replaces the table itself";
        return folded;
    case IR_KIND_REFRESH:
        folded.reason = "dbt refreshes it";
        return folded;
    case IR_KIND_ALTER:
        return (struct fate){
            IR_FATE_REVIEW, model,
            "it changes no rows, but the model has to say it too: owner, constraint or setting"};
    default:
        folded.reason = "its rows are a part of the model";
        return folded;
    }
}

/* ---- statements that write a dataset which did not ---- */

static const char from_file[] = "rows come from or go to a file, which stays outside of dbt: who loads it?";

static struct fate of_lone_drop(const struct planner *p, ir_dataset_id dataset)
{
    if (IR(p->ir, dataset, dataset)->kind == IR_DATASET_TEMP)
        return dropped("a temporary table: nothing of it is left to clean up");
    if (IR(p->ir, dataset, dataset)->maker.v)
        return review(arena_printf(p->scratch, "%s is dropped, and what makes it (%s) became no model",
                                   display(p, dataset), plan_where(p, IR(p->ir, dataset, dataset)->maker)));
    return review(arena_printf(p->scratch, "%s is dropped and nothing here makes it: is it still used?",
                               display(p, dataset)));
}

/* A clean-up that another script has too. */
static struct fate of_twin(const struct planner *p, ir_dataset_id same)
{
    const char *where = plan_where(p, p->builds[same.v].first);

    return (struct fate){IR_FATE_FOLDED, IR(p->ir, dataset, same)->model,
                         arena_printf(p->scratch, "the same query as at %s: one model for both", where)};
}

static struct fate of_lone_statement(const struct planner *p, ir_statement_id id, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    const struct ir_statement *s = IR(p->ir, statement, id);

    if (s->kind == IR_KIND_DROP)
        return of_lone_drop(p, dataset);
    if (s->kind == IR_KIND_COPY)
        return review(from_file);
    if (s->kind == IR_KIND_REFRESH)
        return dropped("it gives no rows of its own");
    if (IR(p->ir, dataset, dataset)->same_as.v)
        return of_twin(p, IR(p->ir, dataset, dataset)->same_as);
    if (b->why_not.v)
        return review(arena_printf(p->scratch, "%s stays as it is: %s", display(p, dataset),
                                   ir_string(p->ir, b->why_not)));
    if (s->kind == IR_KIND_CREATE_TABLE)
        return dropped(
            "it declares a table that nothing here fills: a source, whose columns are known from it");
    return review(
        arena_printf(p->scratch, "it changes rows of %s, which no model makes", display(p, dataset)));
}

/* ---- frames ---- */

static struct fate of_frame(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    ir_model_id model = IR(p->ir, dataset, dataset)->model;

    if (b->model)
        return (struct fate){IR_FATE_MODEL, model, NULL};
    if (b->folded)
        return (struct fate){IR_FATE_FOLDED, model, "a step on the way"};
    if (b->why_not.v)
        return review(ir_string(p->ir, b->why_not));
    return dropped("its rows go only to the client");
}

/* ---- the others ---- */

static bool calls_known_routine(const struct planner *p, ir_statement_id id)
{
    for (uint32_t k = p->accesses.first[id.v]; k < p->accesses.first[id.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->accesses.rows[k]];

        if (access->mode == IR_ACCESS_CALL && map_get(&p->routines, ir_fold(p->ir, access->name).v))
            return true;
    }
    return false;
}

static bool reads_relation(const struct planner *p, ir_statement_id id)
{
    for (uint32_t k = p->accesses.first[id.v]; k < p->accesses.first[id.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->accesses.rows[k]];

        if (access->mode == IR_ACCESS_READ && access->dataset.v)
            return true;
    }
    return false;
}

static bool text_starts(const struct planner *p, const struct ir_statement *s, const char *first,
                        const char *second)
{
    struct slice content = ir_slice(p->ir, IR(p->ir, text, s->text)->content);
    struct scan scan = {slice_sub(content, 0, s->off + s->len), s->off};
    bool found = slice_is_nocase(scan_solid(&scan).bytes, first);

    return found && slice_is_nocase(scan_solid(&scan).bytes, second);
}

static bool defines_function(const struct planner *p, const struct ir_statement *s)
{
    struct slice content = ir_slice(p->ir, IR(p->ir, text, s->text)->content);
    struct scan scan = {slice_sub(content, 0, s->off + s->len), s->off};

    for (int i = 0; i < 4; i++)
        if (slice_is_nocase(scan_solid(&scan).bytes, "function"))
            return true;
    return false;
}

/* SELECT … INTO of procedural code: one row goes into variables. */
static bool fills_variables(const struct planner *p, const struct ir_statement *s)
{
    struct slice content = ir_slice(p->ir, IR(p->ir, text, s->text)->content);
    struct scan scan = {slice_sub(content, 0, s->off + s->len), s->off};

    if (!(s->flags & IR_STMT_IN_ROUTINE))
        return false;
    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan))
        if (t.kind == SCAN_WORD && slice_is_nocase(t.bytes, "into"))
            return true;
    return false;
}

static struct fate of_select(const struct planner *p, ir_statement_id id)
{
    const struct ir_statement *s = IR(p->ir, statement, id);
    ir_frame_id frame = IR(p->ir, text, s->text)->frame;
    struct fate fate;

    if (s->flags & IR_STMT_TO_FILES)
        return review("it writes files, which dbt does not: what reads them?");
    if (s->variables.v)
        return review(arena_printf(p->scratch,
                                   "it gives or takes values of the procedure (%s): should a "
                                   "dbt test or variable stand for it?",
                                   ir_string(p->ir, s->variables)));
    if (fills_variables(p, s))
        return review(
            "its value goes into a variable of the procedure: should a dbt test or variable stand for it?");
    if (!frame.v)
        return dropped(s->flags & IR_STMT_IN_ROUTINE ? "its rows go only to the caller"
                                                     : "its rows go only to the client");
    fate = of_frame(p, IR(p->ir, frame, frame)->dataset);
    if (fate.fate == IR_FATE_MODEL && p->builds[IR(p->ir, frame, frame)->dataset.v].first.v != id.v)
        fate = (struct fate){IR_FATE_FOLDED, fate.model, "the rows that the frame starts from"};
    return fate;
}

/* A query whose rows or value reach a model by way of a variable. */
static struct fate of_value(const struct planner *p, ir_statement_id id, struct fate otherwise)
{
    ir_model_id model = {map_get(&p->value_models, id.v)};

    if (model.v)
        return (struct fate){IR_FATE_FOLDED, model, "what it gives is a part of the model"};
    return otherwise;
}

static struct fate of_other(const struct planner *p, ir_statement_id id)
{
    const struct ir_statement *s = IR(p->ir, statement, id);

    switch (s->kind) {
    case IR_KIND_SELECT:
        return of_value(p, id, of_select(p, id));
    case IR_KIND_CREATE_ROUTINE:
        return defines_function(p, s)
                   ? review("a function is not a model: what calls it needs it in the database")
                   : dropped("its statements are listed one by one");
    case IR_KIND_CALL:
        return calls_known_routine(p, id)
                   ? dropped("the statements of the procedure are listed one by one")
                   : review("what it calls is not among the files read: what does it do?");
    case IR_KIND_CONTROL:
        return of_value(
            p, id,
            reads_relation(p, id)
                ? review("procedural code looks at rows here: should a dbt test or variable stand for it?")
                : dropped("procedural code that gives no rows"));
    case IR_KIND_CREATE_OTHER:
        return text_starts(p, s, "create", "schema")
                   ? dropped("dbt makes the schemas that it writes to")
                   : review("it makes something that is no table: models may need it in the database");
    case IR_KIND_COPY:
        return review(from_file);
    default:
        return review("no rule says what becomes of it");
    }
}

static const struct by_kind *kind_entry(enum ir_statement_kind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind)
            return &kinds[i];
    return NULL;
}

/* A comment that became a description. */
static struct fate of_comment(const struct planner *p, ir_dataset_id dataset)
{
    ir_model_id model = IR(p->ir, dataset, dataset)->model;

    if (model.v)
        return (struct fate){IR_FATE_FOLDED, model, "a description"};
    return dropped("a description of the source");
}

static struct fate fate_of(const struct planner *p, ir_statement_id id)
{
    const struct ir_statement *s = IR(p->ir, statement, id);
    const struct by_kind *entry = kind_entry(s->kind);
    ir_dataset_id target = IR(p->ir, access, plan_target(p, id))->dataset;

    if (s->kind == IR_KIND_DATAFRAME)
        return of_frame(p, IR(p->ir, frame, s->frame)->dataset);
    if (s->understood == IR_UNDERSTOOD_NOT)
        return review("it is not understood: what does it do?");
    if (s->kind == IR_KIND_COMMENT && map_get(&p->described, id.v))
        return of_comment(p, (ir_dataset_id){map_get(&p->described, id.v)});
    if (entry)
        return (struct fate){entry->fate, {0}, entry->reason};
    if (target.v && p->builds[target.v].model)
        return of_model_statement(p, id, target);
    if (target.v)
        return of_lone_statement(p, id, target);
    return of_other(p, id);
}

struct map plan_routine_names(const struct planner *p)
{
    struct map names = map_new(p->arena);

    for (IR_EACH(p->ir, job, j)) {
        enum ir_job_kind kind = IR(p->ir, job, j)->kind;

        if (kind == IR_JOB_PROCEDURE || kind == IR_JOB_FUNCTION)
            map_put(&names, ir_fold(p->ir, IR(p->ir, job, j)->name).v, 1);
    }
    return names;
}

/* Notes that the model of `user` holds what `query` gives; 0 for ever when the user stays with the legacy. */
static void note_value(const struct planner *p, struct map *models, struct map *left, ir_statement_id query,
                       ir_statement_id user)
{
    ir_dataset_id target = IR(p->ir, access, plan_target(p, user))->dataset;

    if (!query.v)
        return;
    if (!p->builds[target.v].model)
        map_put(left, query.v, 1);
    map_put(models, query.v, map_get(left, query.v) ? 0 : IR(p->ir, dataset, target)->model.v);
}

/* The models that SELECT … INTO and loops' queries are a part of. */
static struct map value_models(const struct planner *p)
{
    struct map models = map_new(p->arena), left = map_new(p->scratch);

    for (IR_EACH(p->ir, statement, s)) {
        size_t at = 0;

        for (ir_str name; (name = plan_next_variable(p, s, &at)).v;)
            note_value(p, &models, &left, plan_find_variable(p, s, name).query, s);
        note_value(p, &models, &left, plan_loop_query(p, s), s);
    }
    return models;
}

void plan_fates(struct planner *p)
{
    p->value_models = value_models(p);
    for (IR_EACH(p->ir, statement, i)) {
        struct fate fate = fate_of(p, i);

        if (fate.model.v && fate.fate == IR_FATE_FOLDED)
            fate.reason = arena_printf(p->scratch, "%s (%s)", fate.reason, model_name(p, fate.model));
        IR(p->ir, statement, i)->fate = fate.fate;
        IR(p->ir, statement, i)->model = fate.model;
        if (fate.reason)
            IR(p->ir, statement, i)->reason = ir_interns(p->ir, fate.reason);
        arena_reset(p->scratch);
    }
}
