/*
 * The parts of MIGRATION.md that look at the estate as a whole: how far it is, which sources are cleaned up in more than
 * one way, the longest chain of models, and what can be switched off once the project runs.
 */
#include "emit/dbt.h"
#include "emit/migration.h"

#include "base/map.h"
#include "ir/graph.h"

#include <stdlib.h>
#include <string.h>

/* ---- how far it is ---- */

static bool is_permanent(const struct ir *ir, ir_dataset_id dataset)
{
    enum ir_dataset_kind kind = IR(ir, dataset, dataset)->kind;

    return kind == IR_DATASET_TABLE || kind == IR_DATASET_VIEW || kind == IR_DATASET_MATVIEW;
}

static bool gives_rows(const struct ir_access *access)
{
    return (access->flags & IR_ACCESS_TARGET) && access->mode != IR_ACCESS_READ &&
           access->mode != IR_ACCESS_DROP && access->mode != IR_ACCESS_CALL &&
           access->mode != IR_ACCESS_DEFINE;
}

/* Tables that the legacy fills, and how many of them a model makes. */
static void count_tables(const struct dbt_writer *w, uint32_t *filled, uint32_t *converted)
{
    const struct ir *ir = w->ir;
    uint8_t *seen = ARENA_ARRAY(w->scratch, uint8_t, ir->dataset.count);

    *filled = *converted = 0;
    for (IR_EACH(ir, access, a)) {
        const struct ir_access *access = IR(ir, access, a);
        ir_dataset_id dataset = access->dataset;

        if (!dataset.v || seen[dataset.v] || !is_permanent(ir, dataset) || !gives_rows(access) ||
            IR(ir, statement, access->statement)->kind == IR_KIND_CREATE_TABLE)
            continue;
        seen[dataset.v] = 1;
        ++*filled;
        *converted += IR(ir, dataset, dataset)->model.v != 0;
    }
}

void dbt_add_progress(struct dbt_writer *w, struct buf *out)
{
    uint32_t statements = w->ir->statement.count - 1, review = 0, filled, converted;

    for (IR_EACH(w->ir, statement, s))
        review += IR(w->ir, statement, s)->fate == IR_FATE_REVIEW;
    count_tables(w, &filled, &converted);
    buf_printf(out,
               "## How far it is\n\n"
               "| | all | settled | left to a person |\n"
               "| --- | ---: | ---: | ---: |\n"
               "| statements | %u | %u | %u |\n"
               "| tables and views that the legacy fills | %u | %u | %u |\n\n",
               statements, statements - review, review, filled, converted, filled - converted);
}

/* ---- sources that are cleaned up in more than one way ---- */

struct clean_up {
    ir_dataset_id source;
    ir_model_id model;
};

static int by_source(const void *a, const void *b)
{
    const struct clean_up *x = a, *y = b;

    if (x->source.v != y->source.v)
        return x->source.v < y->source.v ? -1 : 1;
    return x->model.v < y->model.v ? -1 : x->model.v > y->model.v;
}

static void add_query(struct dbt_writer *w, struct buf *out, ir_model_id model)
{
    const struct ir_statement *s = IR(w->ir, statement, IR(w->ir, model, model)->statement);
    struct slice content = ir_slice(w->ir, IR(w->ir, text, s->text)->content);

    buf_printf(out, "- `%s`, from ", ir_string(w->ir, IR(w->ir, model, model)->name));
    migration_code(out, dbt_where(w, IR(w->ir, model, model)->statement));
    buf_addc(out, '\n');
    if (s->text.v && s->body_len && s->body_off + s->body_len <= content.n)
        migration_block(w->scratch, out, "sql", slice_sub(content, s->body_off, s->body_len));
}

static bool has_staging(const struct ir *ir, const struct clean_up *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (IR(ir, model, items[i].model)->layer == IR_LAYER_STAGING)
            return true;
    return false;
}

/* A source that has a staging model and is read beside it, or has several. */
void dbt_add_drift(struct dbt_writer *w, struct buf *out)
{
    const struct ir *ir = w->ir;
    struct map seen = map_new(w->scratch);
    VEC(struct clean_up) all = {0};
    bool any = false;

    for (IR_EACH(ir, piece, p)) {
        const struct ir_piece *piece = IR(ir, piece, p);
        ir_model_id model = IR(ir, step, piece->step)->model;
        uint64_t key = map_key(piece->dataset.v, model.v);

        if (piece->kind != IR_PIECE_SOURCE || map_get(&seen, key))
            continue;
        map_put(&seen, key, 1);
        vec_push(w->scratch, &all, ((struct clean_up){piece->dataset, model}));
    }
    if (all.count)
        qsort(all.items, all.count, sizeof *all.items, by_source);
    for (uint32_t from = 0, to; from < all.count; from = to) {
        for (to = from + 1; to < all.count && all.items[to].source.v == all.items[from].source.v;)
            to++;
        if (to - from < 2 || !has_staging(ir, &all.items[from], to - from))
            continue;
        if (!any)
            buf_adds(out, "\n## Sources that are cleaned up in more than one way\n");
        any = true;
        buf_adds(out, "\n");
        migration_code(out, ir_string(ir, IR(ir, dataset, all.items[from].source)->display));
        buf_printf(out, " has %u definitions. Is the difference meant, or did one drift from the other?\n\n",
                   to - from);
        for (uint32_t i = from; i < to; i++)
            add_query(w, out, all.items[i].model);
    }
}

/* ---- the longest chain ---- */

/* A chain of as many models as there are levels: from the last level back, each time to one of the level before. */
void dbt_add_critical_path(struct dbt_writer *w, struct buf *out, const uint32_t *level, uint32_t levels)
{
    const struct ir *ir = w->ir;
    ir_model_id *chain = ARENA_ARRAY(w->scratch, ir_model_id, levels + 1);

    if (levels < 2)
        return;
    for (IR_EACH(ir, model, m))
        if (level[m.v] == levels - 1 && !chain[levels - 1].v)
            chain[levels - 1] = m;
    for (uint32_t at = levels - 1; at-- > 0;)
        for (IR_EACH(ir, piece, p)) {
            const struct ir_piece *piece = IR(ir, piece, p);

            if (piece->kind == IR_PIECE_REF && level[piece->model.v] == at && !chain[at].v &&
                IR(ir, step, piece->step)->model.v == chain[at + 1].v)
                chain[at] = piece->model;
        }
    buf_adds(out, "\nThe critical path, which no number of threads shortens: ");
    for (uint32_t at = 0; at < levels; at++) {
        buf_adds(out, at ? " → " : "");
        migration_code(out, ir_string(ir, IR(ir, model, chain[at])->name));
    }
    buf_adds(out, ".\n");
}

/* ---- what can be switched off ---- */

static bool exposes(const struct dbt_writer *w, ir_file_id file)
{
    for (uint32_t i = 0; i < w->exposures.count; i++)
        if (IR(w->ir, statement, w->exposures.items[i].statement)->file.v == file.v)
            return true;
    return false;
}

/* A file all of whose statements found their place, and which gave at least one model. */
void dbt_add_decommission(struct dbt_writer *w, struct buf *out)
{
    const struct ir *ir = w->ir;
    uint32_t *review = ARENA_ARRAY(w->scratch, uint32_t, ir->file.count);
    uint8_t *models = ARENA_ARRAY(w->scratch, uint8_t, ir->file.count);

    for (IR_EACH(ir, statement, s)) {
        ir_file_id file = ir_statement_place(ir, s).file;

        review[file.v] += IR(ir, statement, s)->fate == IR_FATE_REVIEW;
        models[file.v] |= IR(ir, statement, s)->model.v != 0;
    }
    buf_adds(out, "\n## What can be switched off\n\nOnce its models give what it gave:\n\n");
    for (IR_EACH(ir, file, f)) {
        if (!models[f.v])
            continue;
        buf_adds(out, "- ");
        migration_code(out, ir_string(ir, IR(ir, file, f)->path));
        if (IR(ir, file, f)->status == IR_STATUS_FAILED)
            buf_adds(out, ": not yet, it could not be read whole\n");
        else if (review[f.v])
            buf_printf(out, ": not yet, %u statement%s left to a person\n", review[f.v],
                       review[f.v] == 1 ? " is" : "s are");
        else
            buf_printf(out, ": all of it is in the project%s\n",
                       exposes(w, f) ? " but the files that it writes (_exposures.yml)" : "");
    }
}
