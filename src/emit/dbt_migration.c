/*
 * MIGRATION.md: what a person has to decide, what became of every statement, and what the order of things was and is.
 */
#include "emit/dbt.h"

#include "ir/graph.h"

#include <string.h>

/* A cell of a table: no line ends, no bars. */
static void add_cell(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_adds(out, "\\|");
        else
            buf_addc(out, (unsigned char)*text < ' ' ? ' ' : *text);
    }
}

static void add_code(struct buf *out, const char *text)
{
    buf_addc(out, '`');
    for (; *text; text++)
        if (*text != '`')
            add_cell(out, (char[]){*text, 0});
    buf_addc(out, '`');
}

static const char *job_name(const struct dbt_writer *w, ir_job_id job)
{
    return job.v ? ir_string(w->ir, IR(w->ir, job, job)->id) : "no job";
}

/* What the statement writes, as people call it. */
static const char *target_name(const struct dbt_writer *w, const struct ir_index *accesses,
                               ir_statement_id id)
{
    const struct ir_statement *s = IR(w->ir, statement, id);

    if (s->kind == IR_KIND_DATAFRAME)
        return ir_string(w->ir, IR(w->ir, frame, s->frame)->name);
    for (uint32_t k = accesses->first[id.v]; k < accesses->first[id.v + 1]; k++) {
        const struct ir_access *access = &w->ir->access.items[accesses->rows[k]];

        if (access->flags & IR_ACCESS_TARGET)
            return access->dataset.v ? ir_string(w->ir, IR(w->ir, dataset, access->dataset)->display)
                                     : ir_string(w->ir, access->name);
    }
    return "";
}

static void add_what(const struct dbt_writer *w, struct buf *out, const struct ir_index *accesses,
                     ir_statement_id id)
{
    const char *target = target_name(w, accesses, id);
    const char *kind = ir_name_of_statement_kind(IR(w->ir, statement, id)->kind);

    for (; *kind; kind++)
        buf_addc(out, *kind == '_' ? ' ' : *kind);
    if (*target) {
        buf_addc(out, ' ');
        add_code(out, target);
    }
}

static void add_review(struct dbt_writer *w, struct buf *out, const struct ir_index *accesses)
{
    bool any = false;

    buf_adds(out, "## What a person has to decide first\n\n");
    for (IR_EACH(w->ir, statement, s)) {
        const struct ir_statement *statement = IR(w->ir, statement, s);

        if (statement->fate != IR_FATE_REVIEW)
            continue;
        any = true;
        buf_adds(out, "- [ ] ");
        add_code(out, dbt_where(w, s));
        buf_adds(out, " ");
        add_what(w, out, accesses, s);
        buf_adds(out, ": ");
        add_cell(out, ir_string(w->ir, statement->reason));
        buf_addc(out, '\n');
    }
    buf_adds(out, any ? "\n" : "Nothing: every statement found its place.\n\n");
}

static void add_job_statements(struct dbt_writer *w, struct buf *out, const struct ir_index *accesses,
                               const struct ir_job_order *order, ir_job_id job)
{
    if (order->first[job.v] == order->first[job.v + 1])
        return;
    buf_adds(out, "\n### ");
    add_code(out, job_name(w, job));
    buf_adds(out, "\n\n| Where | Statement | Became | Model | Why |\n| --- | --- | --- | --- | --- |\n");
    for (uint32_t k = order->first[job.v]; k < order->first[job.v + 1]; k++) {
        ir_statement_id id = order->items[k];
        const struct ir_statement *s = IR(w->ir, statement, id);

        buf_adds(out, "| ");
        add_code(out, dbt_where(w, id));
        buf_adds(out, " | ");
        add_what(w, out, accesses, id);
        buf_printf(out, " | %s | ", ir_name_of_fate(s->fate));
        if (s->model.v)
            add_code(out, ir_string(w->ir, IR(w->ir, model, s->model)->name));
        buf_adds(out, " | ");
        add_cell(out, ir_string(w->ir, s->reason));
        buf_adds(out, " |\n");
    }
}

/* A level for each model: what it waits for, models only. */
static uint32_t model_levels(struct dbt_writer *w, uint32_t *level)
{
    const struct ir *ir = w->ir;
    VEC(struct ir_arc) arcs = {0};
    struct ir_graph graph;

    for (IR_EACH(ir, piece, p)) {
        const struct ir_piece *piece = IR(ir, piece, p);

        if (piece->kind == IR_PIECE_REF)
            vec_push(w->scratch, &arcs,
                     ((struct ir_arc){piece->model.v, IR(ir, step, piece->step)->model.v}));
    }
    graph = ir_graph_build(w->scratch, ir->model.count, arcs.items, arcs.count);
    return ir_graph_levels(&graph, w->scratch, level);
}

static void add_order(struct dbt_writer *w, struct buf *out)
{
    const struct ir *ir = w->ir;
    uint32_t *level = ARENA_ARRAY(w->scratch, uint32_t, ir->model.count);
    uint32_t levels = model_levels(w, level), count = ir->model.count - 1;

    buf_printf(
        out,
        "\n## The order of things\n\n"
        "It was %u step%s, one after another. It is %u level%s: what stands in one line can run at once.\n\n",
        count, count == 1 ? "" : "s", count ? levels : 0, levels == 1 ? "" : "s");
    for (uint32_t at = 0; count && at < levels; at++) {
        const char *between = "";

        buf_printf(out, "%u. ", at + 1);
        for (IR_EACH(ir, model, m)) {
            if (level[m.v] != at)
                continue;
            buf_adds(out, between);
            add_code(out, ir_string(ir, IR(ir, model, m)->name));
            between = ", ";
        }
        buf_addc(out, '\n');
    }
}

static void add_findings(struct dbt_writer *w, struct buf *out)
{
    const struct ir *ir = w->ir;

    if (ir->finding.count <= 1)
        return;
    buf_adds(out, "\n## What the legacy code does that the project no longer has to\n\n");
    for (IR_EACH(ir, finding, f)) {
        const struct ir_finding *finding = IR(ir, finding, f);
        struct ir_place at = ir_place_of(ir, finding->file, finding->text, finding->off, finding->len);

        buf_adds(out, "- ");
        add_code(out, arena_printf(w->scratch, "%s:%u:%u", ir_string(ir, IR(ir, file, at.file)->path),
                                   at.line, at.column));
        buf_printf(out, " %s ", ir_string(ir, IR(ir, rule, finding->rule)->code));
        add_cell(out, ir_string(ir, finding->message));
        buf_addc(out, '\n');
    }
}

void dbt_write_migration(struct dbt_writer *w)
{
    const struct ir *ir = w->ir;
    struct buf out = buf_new(w->scratch);
    struct ir_index accesses = IR_INDEX(w->scratch, ir, access, statement, statement);
    struct ir_job_order order = ir_order_jobs(ir, w->scratch);

    buf_adds(
        &out,
        "# Migration\n\n"
        "What became of the legacy code, statement by statement. Nothing is left out: what is not a model\n"
        "says why.\n\n");
    add_review(w, &out, &accesses);
    buf_adds(&out, "## Every statement\n");
    for (ir_job_id job = {0}; job.v < ir->job.count; job.v++)
        add_job_statements(w, &out, &accesses, &order, job);
    add_order(w, &out);
    add_findings(w, &out);
    dbt_add_file(w, &out, "MIGRATION.md");
}
