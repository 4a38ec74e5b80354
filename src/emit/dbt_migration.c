/*
 * MIGRATION.md: what a person has to decide, what became of every statement, and what the order of things was and is.
 */
#include "emit/dbt.h"
#include "emit/migration.h"
#include "emit/decision.h"

#include "base/map.h"
#include "ir/graph.h"

#include <stdlib.h>
#include <string.h>

/* A cell of a table: no line ends, no bars. */
void migration_cell(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_adds(out, "\\|");
        else
            buf_addc(out, (unsigned char)*text < ' ' ? ' ' : *text);
    }
}

void migration_code(struct buf *out, const char *text)
{
    buf_addc(out, '`');
    for (; *text; text++)
        if (*text != '`')
            migration_cell(out, (char[]){*text, 0});
    buf_addc(out, '`');
}

void migration_block(struct arena *scratch, struct buf *out, const char *language, struct slice text)
{
    uint32_t run = 0, longest = 2;
    const char *fence;

    for (size_t i = 0; i < text.n; i++) {
        run = text.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    fence = arena_printf(scratch, "%.*s", (int)(longest + 1 < 40 ? longest + 1 : 40),
                         "````````````````````````````````````````");
    buf_printf(out, "\n  %s%s\n  ", fence, language);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n')
            buf_adds(out, "\n  ");
        else if (text.p[i] != '\r')
            buf_addc(out, text.p[i]);
    }
    buf_printf(out, "\n  %s\n\n", fence);
}

/* A procedure's or a task's own name; none for the file's own statements. */
static const char *job_name(const struct dbt_writer *w, ir_job_id job)
{
    return ir_string(w->ir, IR(w->ir, job, job)->name);
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
        migration_code(out, target);
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
        migration_code(out, dbt_where(w, s));
        buf_adds(out, " ");
        add_what(w, out, accesses, s);
        buf_adds(out, ": ");
        migration_cell(out, ir_string(w->ir, statement->reason));
        buf_addc(out, '\n');
    }
    buf_adds(out, any ? "\n" : "Nothing: every statement found its place.\n\n");
}

/* A statement and where it stands, to be sorted by that. */
struct row {
    ir_statement_id id;
    struct ir_place at;
};

struct rows {
    struct row *items;
    uint32_t count, capacity;
};

static int by_place(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    if (x->at.file.v != y->at.file.v)
        return x->at.file.v < y->at.file.v ? -1 : 1;
    if (x->at.off != y->at.off)
        return x->at.off < y->at.off ? -1 : 1;
    return x->id.v < y->id.v ? -1 : x->id.v > y->id.v;
}

static void add_statement(struct dbt_writer *w, struct buf *out, const struct ir_index *accesses,
                          const struct row *row, bool several_jobs)
{
    const struct ir_statement *s = IR(w->ir, statement, row->id);

    buf_printf(out, "| %u | ", row->at.line);
    if (several_jobs) {
        migration_cell(out, job_name(w, s->job));
        buf_adds(out, " | ");
    }
    add_what(w, out, accesses, row->id);
    buf_printf(out, " | %s | ", ir_name_of_fate(s->fate));
    if (s->model.v)
        migration_code(out, ir_string(w->ir, IR(w->ir, model, s->model)->name));
    buf_adds(out, s->model.v ? " | " : "| ");
    migration_cell(out, ir_string(w->ir, s->reason));
    buf_adds(out, s->reason.v ? " |\n" : "|\n");
}

/* One table for each file; who runs a statement is said where that is not the same for all of them. */
static void add_statements(struct dbt_writer *w, struct buf *out, const struct ir_index *accesses)
{
    struct rows rows = {0};

    for (IR_EACH(w->ir, statement, s))
        vec_push(w->scratch, &rows, ((struct row){s, ir_statement_place(w->ir, s)}));
    if (rows.count)
        qsort(rows.items, rows.count, sizeof *rows.items, by_place);
    for (uint32_t from = 0, to; from < rows.count; from = to) {
        bool several_jobs = false;

        for (to = from; to < rows.count && rows.items[to].at.file.v == rows.items[from].at.file.v; to++)
            several_jobs |= IR(w->ir, statement, rows.items[to].id)->job.v !=
                            IR(w->ir, statement, rows.items[from].id)->job.v;
        buf_adds(out, "\n### ");
        migration_code(out, ir_string(w->ir, IR(w->ir, file, rows.items[from].at.file)->path));
        buf_adds(out, several_jobs ? "\n\n| Line | Run by | Statement | Became | Model | Why |\n"
                                     "| ---: | --- | --- | --- | --- | --- |\n"
                                   : "\n\n| Line | Statement | Became | Model | Why |\n"
                                     "| ---: | --- | --- | --- | --- |\n");
        for (uint32_t k = from; k < to; k++)
            add_statement(w, out, accesses, &rows.items[k], several_jobs);
    }
}

/* The reason itself: a table that stays only repeats what stopped the frame, and what builds on a step that was left
 * says no more than that. NULL: it stopped nothing. */
static const char *what_stopped(const struct ir *ir, const struct ir_statement *s)
{
    static const char stays[] = " stays as it is: ";
    const char *reason = ir_string(ir, s->reason), *rest = strstr(reason, stays);

    reason = rest ? rest + strlen(stays) : reason;
    return s->fate != IR_FATE_REVIEW || !*reason || strstr(reason, ", which is left to a person") ? NULL
                                                                                                  : reason;
}

/* How far the frames of one script came, and each reason once. */
static void add_frames_of(struct dbt_writer *w, struct buf *out, const struct row *rows, uint32_t count)
{
    struct map said = map_new(w->scratch);
    uint32_t steps = 0, done = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct ir_statement *s = IR(w->ir, statement, rows[i].id);

        steps += s->kind == IR_KIND_DATAFRAME || s->kind == IR_KIND_TO_SQL;
        done += (s->kind == IR_KIND_DATAFRAME || s->kind == IR_KIND_TO_SQL) && s->fate != IR_FATE_REVIEW;
    }
    if (!steps)
        return;
    buf_adds(out, "- ");
    migration_code(out, ir_string(w->ir, IR(w->ir, file, rows->at.file)->path));
    buf_printf(out, ": %u of %u steps%s\n", done, steps, done < steps ? "; what stopped the others:" : "");
    for (uint32_t i = 0; i < count; i++) {
        const char *why = what_stopped(w->ir, IR(w->ir, statement, rows[i].id));
        uint64_t key = why ? hash_bytes(why, strlen(why)) : 0;

        if (!why || map_get(&said, key))
            continue;
        map_put(&said, key, 1);
        buf_printf(out, "  - line %u: ", rows[i].at.line);
        migration_cell(out, why);
        buf_addc(out, '\n');
    }
}

static void add_frames(struct dbt_writer *w, struct buf *out)
{
    struct rows rows = {0};

    for (IR_EACH(w->ir, statement, s))
        vec_push(w->scratch, &rows, ((struct row){s, ir_statement_place(w->ir, s)}));
    if (w->ir->frame.count <= 1 || !rows.count)
        return;
    qsort(rows.items, rows.count, sizeof *rows.items, by_place);
    buf_adds(out, "\n## How far the DataFrames came\n\n");
    for (uint32_t from = 0, to; from < rows.count; from = to) {
        for (to = from; to < rows.count && rows.items[to].at.file.v == rows.items[from].at.file.v;)
            to++;
        add_frames_of(w, out, &rows.items[from], to - from);
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
            migration_code(out, ir_string(ir, IR(ir, model, m)->name));
            between = ", ";
        }
        buf_addc(out, '\n');
    }
    dbt_add_critical_path(w, out, level, count ? levels : 0);
}

static void add_findings(struct dbt_writer *w, struct buf *out)
{
    const struct ir *ir = w->ir;
    ir_file_id file = {UINT32_MAX};

    if (ir->finding.count <= 1)
        return;
    buf_adds(out, "\n## What the legacy code does that the project no longer has to\n");
    for (IR_EACH(ir, finding, f)) {
        const struct ir_finding *finding = IR(ir, finding, f);
        struct ir_place at = ir_place_of(ir, finding->file, finding->text, finding->off, finding->len);

        if (finding->hidden)
            continue;
        if (at.file.v != file.v) {
            buf_adds(out, "\n### ");
            migration_code(out, ir_string(ir, IR(ir, file, at.file)->path));
            buf_adds(out, "\n\n");
            file = at.file;
        }
        buf_printf(out, "- %u:%u %s ", at.line, at.column, ir_string(ir, IR(ir, rule, finding->rule)->code));
        migration_cell(out, ir_string(ir, finding->message));
        buf_addc(out, '\n');
    }
}

/* ---- DataFrames ---- */

static void add_works(struct buf *out, const struct decisions *all)
{
    buf_adds(out, "| What is done | Times | Better in | Why |\n| --- | ---: | --- | --- |\n");
    for (uint32_t work = 0; work < WORK_COUNT; work++) {
        uint32_t times = 0;

        for (uint32_t i = 0; i < all->count; i++)
            times += all->items[i].works >> work & 1;
        if (times)
            buf_printf(out, "| %s | %u | %s | %s |\n", work_kinds[work].name, times, work_kinds[work].better,
                       work_kinds[work].why);
    }
}

static const char *became(const struct dbt_writer *w, const struct ir_statement *s)
{
    if (s->fate == IR_FATE_REVIEW || !s->model.v)
        return "a person decides";
    return IR(w->ir, model, s->model)->language == IR_LANG_PYTHON ? "dbt Python model" : "SQL model";
}

static void add_decisions(struct dbt_writer *w, struct buf *out, const struct ir_index *accesses)
{
    struct decisions all = decisions_of(w->ir, w->scratch);

    if (!all.count)
        return;
    buf_printf(
        out,
        "\n## DataFrames: SQL or Python\n\n"
        "%u DataFrame%s written to tables: %u by SQL models, %u by dbt Python models, %u left to a person.\n"
        "SQL is taken wherever it is certain to give the same rows; Python is kept for the rest.\n\n",
        all.count, all.count == 1 ? " is" : "s are", all.sql, all.python, all.review);
    add_works(out, &all);
    buf_adds(out, "\n| Written at | Table | What is done | Not in SQL | Became | Model |\n"
                  "| --- | --- | --- | ---: | --- | --- |\n");
    for (uint32_t i = 0; i < all.count; i++) {
        const struct ir_statement *s = IR(w->ir, statement, all.items[i].statement);
        const char *between = "";

        buf_adds(out, "| ");
        migration_code(out, dbt_where(w, all.items[i].statement));
        buf_adds(out, " | ");
        migration_code(out, target_name(w, accesses, all.items[i].statement));
        buf_adds(out, " | ");
        for (uint32_t work = 0; work < WORK_COUNT; work++)
            if (all.items[i].works >> work & 1) {
                buf_printf(out, "%s%s", between, work_kinds[work].name);
                between = ", ";
            }
        buf_printf(out, " | %u | %s | ", all.items[i].python_lines, became(w, s));
        if (s->model.v)
            migration_code(out, ir_string(w->ir, IR(w->ir, model, s->model)->name));
        buf_adds(out, " |\n");
    }
}

static void add_left_out(struct dbt_writer *w, struct buf *out)
{
    ir_model_id model = {0};

    for (IR_EACH(w->ir, left_out, l)) {
        const struct ir_left_out *row = IR(w->ir, left_out, l);
        struct ir_place at = ir_place_of(w->ir, row->file, (ir_text_id){0}, row->off, row->len);

        if (!model.v)
            buf_adds(out, "\n## What dbt Python models leave out\n");
        if (row->model.v != model.v) {
            buf_adds(out, "\n### ");
            migration_code(out, ir_string(w->ir, IR(w->ir, model, row->model)->name));
            buf_adds(out, "\n\n");
        }
        model = row->model;
        buf_adds(out, "- ");
        migration_code(out, arena_printf(w->scratch, "%s:%u",
                                         ir_string(w->ir, IR(w->ir, file, at.file)->path), at.line));
        buf_adds(out, " ");
        migration_code(out, ir_string(w->ir, row->what));
        buf_printf(out, ": %s\n", ir_string(w->ir, row->why));
    }
}

void dbt_write_migration(struct dbt_writer *w)
{
    const struct ir *ir = w->ir;
    struct buf out = buf_new(w->scratch);
    struct ir_index accesses = IR_INDEX(w->scratch, ir, access, statement, statement);

    buf_adds(
        &out,
        "# Migration\n\n"
        "What became of the legacy code, statement by statement. Nothing is left out: what is not a model\n"
        "says why.\n\n");
    dbt_add_progress(w, &out);
    add_review(w, &out, &accesses);
    buf_adds(&out, "## Every statement\n");
    add_statements(w, &out, &accesses);
    add_frames(w, &out);
    add_decisions(w, &out, &accesses);
    add_left_out(w, &out);
    dbt_add_drift(w, &out);
    add_order(w, &out);
    dbt_add_decommission(w, &out);
    add_findings(w, &out);
    dbt_add_file(w, &out, "MIGRATION.md");
}
