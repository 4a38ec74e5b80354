/*
 * script_edits.c - what a dbt Python model reads instead of what the script read: the model or source behind each call
 * that gets a table or a query. A query that is more than a table becomes a model of SQL first.
 */
#include "plan/script.h"

#include <stdlib.h>

static int by_place(const void *a, const void *b)
{
    const struct ir_code_edit *x = *(const struct ir_code_edit *const *)a,
                              *y = *(const struct ir_code_edit *const *)b;

    if (x->off != y->off)
        return x->off < y->off ? -1 : 1;
    return x < y ? -1 : x > y;
}

struct plan_edits plan_edits_between(const struct planner *p, ir_code_id code, uint32_t from, uint32_t to)
{
    struct plan_edits found = {0};
    uint32_t first = p->code_edits.first[code.v], end = p->code_edits.first[code.v + 1];

    found.items = ARENA_ARRAY(p->scratch, const struct ir_code_edit *, end - first + 1);
    for (uint32_t k = first; k < end; k++) {
        const struct ir_code_edit *edit = &p->ir->code_edit.items[p->code_edits.rows[k]];

        if (edit->off >= from && edit->off + edit->len <= to)
            found.items[found.count++] = edit;
    }
    qsort(found.items, found.count, sizeof *found.items, by_place);
    return found;
}

bool plan_reads_several(const struct plan_edits *edits, uint32_t i)
{
    const struct ir_code_edit *edit = edits->items[i];

    if (edit->kind != IR_CODE_READ)
        return false;
    for (uint32_t k = 0; k < edits->count; k++)
        if (edits->items[k]->kind == IR_CODE_READ && edits->items[k]->off == edit->off &&
            edits->items[k]->rel.v != edit->rel.v)
            return true;
    return false;
}

/* Nothing but the rows of one table: the table is read as it is. */
static bool is_bare(const struct planner *p, ir_frame_id frame)
{
    const struct ir_rel *rel = IR(p->ir, rel, IR(p->ir, frame, frame)->rel);
    ir_statement_id statement = p->text_statements[rel->text.v];

    return rel->kind == IR_REL_TABLE ||
           (rel->kind == IR_REL_QUERY && statement.v && plan_is_bare(p, statement));
}

bool plan_frame_stands(struct planner *p, ir_frame_id frame)
{
    ir_dataset_id dataset = IR(p->ir, frame, frame)->dataset;
    struct plan_build *b = &p->builds[dataset.v];

    if (!dataset.v || b->why_not.v || !b->frame.v || plan_chain_obstacle(p, dataset))
        return false;
    if (b->model)
        return true;
    if (is_bare(p, frame))
        return false;
    b->model = true;
    b->folded = false;
    return true;
}

static ir_dataset_id read_of(const struct planner *p, ir_statement_id statement)
{
    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++)
        if (p->ir->access.items[p->accesses.rows[k]].mode == IR_ACCESS_READ)
            return p->ir->access.items[p->accesses.rows[k]].dataset;
    return (ir_dataset_id){0};
}

bool plan_read_target(struct planner *p, const struct ir_code_edit *edit, ir_dataset_id *dataset,
                      const char **why)
{
    const struct ir_rel *rel = IR(p->ir, rel, edit->rel);
    ir_frame_id frame = IR(p->ir, text, rel->text)->frame;
    ir_statement_id statement = p->text_statements[rel->text.v];
    enum ir_dataset_kind kind;

    *why = "it reads a table whose name is only known when it runs";
    if (rel->kind == IR_REL_TABLE)
        *dataset = IR(p->ir, access, rel->access)->dataset;
    else if (rel->kind == IR_REL_QUERY && plan_frame_stands(p, frame))
        *dataset = IR(p->ir, frame, frame)->dataset;
    else if (rel->kind == IR_REL_QUERY && statement.v && is_bare(p, frame) && !plan_obstacle(p, statement))
        *dataset = read_of(p, statement);
    else if (rel->kind == IR_REL_QUERY)
        *why = "a query in it is no model";
    kind = IR(p->ir, dataset, *dataset)->kind;
    if (!dataset->v)
        return false;
    if (p->builds[dataset->v].model || (kind != IR_DATASET_FRAME && kind != IR_DATASET_TEMP))
        return true;
    *why = arena_printf(p->scratch, "it reads %s, which is left to a person",
                        ir_string(p->ir, IR(p->ir, dataset, *dataset)->display));
    return false;
}
