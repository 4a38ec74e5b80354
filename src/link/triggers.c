/*
 * Triggers: a write to a table runs its triggers' functions, and what these write with NEW or OLD comes from
 * that table's rows.
 */
#include "link/linker.h"

#include <string.h>

/* Is NEW or OLD among the variables that a statement names? */
static bool uses_row(const struct link *l, const struct ir_statement *s)
{
    struct slice names = ir_slice(l->ir, s->variables);

    for (size_t at = 0; at < names.n;) {
        size_t end = at;
        struct slice name;

        while (end < names.n && names.p[end] != ',')
            end++;
        name = slice_trim(slice_sub(names, at, end - at));
        if (slice_is_nocase(name, "new") || slice_is_nocase(name, "old"))
            return true;
        at = end + 1;
    }
    return false;
}

static void function_edges(struct link *l, ir_dataset_id table, ir_job_id job)
{
    for (uint32_t k = l->job_statements.first[job.v]; k < l->job_statements.first[job.v + 1]; k++) {
        ir_statement_id id = {l->job_statements.rows[k]};

        if (!uses_row(l, IR(l->ir, statement, id)))
            continue;
        link_work_reset(l);
        for (uint32_t a = l->accesses.first[id.v]; a < l->accesses.first[id.v + 1]; a++) {
            const struct ir_access *target = &l->ir->access.items[l->accesses.rows[a]];

            if (link_mode_fills(target->mode) && target->dataset.v != table.v)
                link_edge_add(l, (struct ir_edge){table, target->dataset, id, IR_EXACT});
        }
    }
}

void link_triggers(struct link *l)
{
    for (IR_EACH(l->ir, statement, i)) {
        ir_dataset_id table = {0};

        if (IR(l->ir, statement, i)->kind != IR_KIND_CREATE_TRIGGER)
            continue;
        for (uint32_t k = l->accesses.first[i.v]; k < l->accesses.first[i.v + 1]; k++) {
            const struct ir_access *a = &l->ir->access.items[l->accesses.rows[k]];

            if (a->mode == IR_ACCESS_ALTER)
                table = a->dataset;
            else if (a->mode == IR_ACCESS_CALL && table.v)
                function_edges(l, table, link_routine(l, a->schema, a->name));
        }
    }
}
