/*
 * script_body.c - the steps of a dbt Python model: one for each line. Steps that are `inner` stand inside of model();
 * a line keeps its indentation, which the emitter sees to.
 */
#include "plan/script.h"

#include <string.h>

struct body {
    struct planner *p;
    const struct plan_script *s;
    ir_model_id model;
    struct slice text;
};

static const char tables_name[] = "legacy_tables"; /* where one call reads several */

static ir_step_id add_step(const struct body *b, bool inner)
{
    return ir_add_step(b->p->ir, (struct ir_step){.model = b->model, .inner = inner});
}

static void add_text(const struct body *b, ir_step_id step, struct slice text)
{
    if (text.n)
        ir_add_piece(b->p->ir, (struct ir_piece){.step = step,
                                                 .kind = IR_PIECE_LITERAL,
                                                 .literal = ir_intern(b->p->ir, text.p, text.n)});
}

/* dbt.ref("model") or dbt.source("schema", "table"), as a DataFrame of the script's own kind. */
static void add_read(const struct body *b, ir_step_id step, ir_dataset_id dataset, bool spark)
{
    ir_model_id model = IR(b->p->ir, dataset, dataset)->model;
    bool is_model = b->p->builds[dataset.v].model;

    ir_add_piece(b->p->ir, (struct ir_piece){.step = step,
                                             .kind = is_model ? IR_PIECE_REF : IR_PIECE_SOURCE,
                                             .model = is_model ? model : (ir_model_id){0},
                                             .dataset = is_model ? (ir_dataset_id){0} : dataset});
    if (!spark)
        plan_literal(b->p, step, b->s->adapter->pandas);
}

static bool is_spark(const struct body *b, const struct ir_code_edit *edit)
{
    return IR(b->p->ir, rel, edit->rel)->flags & IR_REL_SPARK;
}

static void leave_out(const struct body *b, uint32_t off, uint32_t len, const char *what, const char *why)
{
    ir_add_left_out(b->p->ir, (struct ir_left_out){.model = b->model,
                                                   .file = IR(b->p->ir, code, b->s->code)->file,
                                                   .off = off,
                                                   .len = len,
                                                   .what = ir_interns(b->p->ir, what),
                                                   .why = ir_interns(b->p->ir, why)});
}

static const struct {
    const char *what, *why;
} hints[] = {
    {"repartition", "the platform decides how rows are laid out"},
    {"repartitionByRange", "the platform decides how rows are laid out"},
    {"coalesce", "the platform decides how rows are laid out"},
    {"broadcast", "a hint for joins: look at the speed without it first"},
    {"hint", "a hint for joins: look at the speed without it first"},
};

static void leave_out_hint(const struct body *b, const struct ir_code_edit *edit, uint32_t place)
{
    const char *what = ir_string(b->p->ir, edit->why), *why = "dbt keeps the model's rows in a table";

    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strcmp(hints[i].what, what) == 0)
            why = hints[i].why;
    leave_out(b, place, edit->len, what, why);
}

/* The bytes from `from` to `to` of the script, edited; `place` is where `from` stands in the file. */
static void add_range(const struct body *b, ir_step_id step, uint32_t from, uint32_t to, uint32_t place)
{
    struct plan_edits edits = plan_edits_between(b->p, b->s->code, from, to);
    uint32_t at = from;

    for (uint32_t i = 0; i < edits.count; i++) {
        const struct ir_code_edit *edit = edits.items[i];
        ir_dataset_id dataset = {0};
        const char *why;

        if (edit->off < at || edit->kind == IR_CODE_RESULT)
            continue;
        add_text(b, step, slice_sub(b->text, at, edit->off - at));
        at = edit->off + edit->len;
        if (edit->kind == IR_CODE_HINT) {
            if (edit->len > 1) /* not the closing parenthesis of broadcast(…) */
                leave_out_hint(b, edit, place + edit->off - from);
        } else if (plan_reads_several(&edits, i)) {
            plan_literal(b->p, step, tables_name);
            plan_literal(b->p, step, "[");
            add_text(b, step, slice_sub(b->text, edit->keep_off, edit->keep_len));
            plan_literal(b->p, step, "]");
        } else if (plan_read_target(b->p, edit, &dataset, &why)) {
            add_read(b, step, dataset, is_spark(b, edit));
        }
    }
    add_text(b, step, slice_sub(b->text, at, to - at));
}

/* Where the line begins, with its indentation and the comments right above it. */
static uint32_t begin_of(const struct body *b, uint32_t off)
{
    uint32_t start = off;

    while (start && (b->text.p[start - 1] == ' ' || b->text.p[start - 1] == '\t'))
        start--;
    if (start && b->text.p[start - 1] != '\n')
        return off;
    for (uint32_t at = start; at; at = start) {
        uint32_t before = at - 1;

        while (before && b->text.p[before - 1] != '\n')
            before--;
        struct slice above = slice_trim(slice_sub(b->text, before, at - before));

        if (!slice_starts(above, "#") || slice_starts(above, "#!") || slice_starts(above, "# COMMAND") ||
            slice_starts(above, "# MAGIC") || slice_starts(above, "# Databricks") ||
            slice_starts(above, "# -*-"))
            break;
        start = before;
    }
    return start;
}

static void add_own(const struct body *b, const struct plan_line *l)
{
    const struct ir_code_line *line = IR(b->p->ir, code_line, l->line);
    ir_step_id step = add_step(b, l->inner);
    uint32_t begin = begin_of(b, line->off);

    add_text(b, step, slice_sub(b->text, begin, line->off - begin));
    add_range(b, step, line->off, line->off + line->len, line->place);
}

static void add_line(const struct body *b, const struct plan_line *l)
{
    const struct ir_code_line *line = IR(b->p->ir, code_line, l->line);
    ir_step_id step;

    if (l->kind == LINE_OWN) {
        add_own(b, l);
        return;
    }
    step = add_step(b, l->inner);
    if (l->kind == LINE_RESULT)
        plan_literal(b->p, step, "return ");
    else
        plan_literal(b->p, step, arena_printf(b->p->scratch, "%s = ", ir_string(b->p->ir, l->name)));
    if (l->kind == LINE_FRAME)
        add_read(b, step, l->dataset, l->spark);
    else
        add_range(b, step, l->from, l->to, line->place + l->from - line->off);
    if (l->kind == LINE_RESULT && !b->s->spark)
        plan_literal(b->p, step, b->s->adapter->result);
}

/* The name by which the script asks for the table. */
static const char *key_of(const struct body *b, const struct ir_code_edit *edit)
{
    const struct ir_access *access = IR(b->p->ir, access, IR(b->p->ir, rel, edit->rel)->access);
    const char *schema = ir_string(b->p->ir, access->schema), *catalog = ir_string(b->p->ir, access->catalog);

    return arena_printf(b->p->scratch, "%s%s%s%s%s", catalog, *catalog ? "." : "", schema, *schema ? "." : "",
                        ir_string(b->p->ir, access->name));
}

/* legacy_tables = {"raw.orders": dbt.source(…), …} for calls whose table's name is an expression. */
static void add_tables(const struct body *b)
{
    struct map seen = map_new(b->p->scratch);
    struct plan_edits edits = plan_edits_between(b->p, b->s->code, 0, UINT32_MAX);
    ir_step_id step = {0};

    for (uint32_t i = 0; i < edits.count; i++) {
        ir_dataset_id dataset = {0};
        const char *why, *key;
        bool used = false;

        for (uint32_t k = 0; k < b->s->lines.count; k++) {
            const struct ir_code_line *line = IR(b->p->ir, code_line, b->s->lines.items[k].line);

            used |= b->s->lines.items[k].kind == LINE_OWN && edits.items[i]->off >= line->off &&
                    edits.items[i]->off < line->off + line->len;
        }
        if (!used || !plan_reads_several(&edits, i) ||
            !plan_read_target(b->p, edits.items[i], &dataset, &why))
            continue;
        key = key_of(b, edits.items[i]);
        if (map_get(&seen, hash_bytes(key, strlen(key))))
            continue;
        map_put(&seen, hash_bytes(key, strlen(key)), 1);
        if (!step.v) {
            step = add_step(b, true);
            plan_literal(b->p, step, arena_printf(b->p->scratch, "%s = {\n", tables_name));
        }
        plan_literal(b->p, step, arena_printf(b->p->scratch, "    \"%s\": ", key));
        add_read(b, step, dataset, is_spark(b, edits.items[i]));
        plan_literal(b->p, step, ",\n");
    }
    if (step.v)
        plan_literal(b->p, step, "}");
}

static void note_left_out(const struct body *b)
{
    for (uint32_t i = b->s->left_out.count; i--;) {
        const struct ir_code_line *line = IR(b->p->ir, code_line, b->s->left_out.items[i]);
        struct slice text = slice_sub(b->text, line->off, line->len);
        const char *what = arena_strndup(b->p->scratch, text.p, text.n);
        const char *why = line->kind == IR_CODE_SESSION ? "dbt gives the model its session, with its settings"
                          : line->kind == IR_CODE_LOOK  ? "it only looks at rows"
                                                        : "dbt keeps the model's rows in a table";

        leave_out(b, line->place, line->place_len, what, why);
    }
}

void plan_script_body(struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *build = &p->builds[dataset.v];
    struct body b = {.p = p, .s = build->script, .model = IR(p->ir, dataset, dataset)->model};
    struct ir_model *model = IR(p->ir, model, b.model);

    b.text = ir_slice(p->ir, IR(p->ir, code, b.s->code)->text);
    model->packages = b.s->packages;
    if (build->shape == SHAPE_APPEND) {
        model->materialized = IR_MAT_INCREMENTAL;
        model->strategy = ir_interns(p->ir, "append");
    }
    note_left_out(&b);
    if (b.s->session)
        plan_literal(p, add_step(&b, true),
                     arena_printf(p->scratch, "%s = session", ir_string(p->ir, b.s->session_name)));
    add_tables(&b);
    for (uint32_t i = 0; i < b.s->lines.count; i++)
        add_line(&b, &b.s->lines.items[i]);
}
