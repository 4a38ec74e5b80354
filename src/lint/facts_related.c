/*
 * Other places that a finding speaks of: where the temp table is made, what writes the same table, the way that rows
 * take to where it stands. They are kept for the fact that was added last, when a rule wants it at all.
 */
#include "lint/hits.h"

enum { PLACES_SHOWN = 5 }; /* beside a finding */

static void add(struct facts *f, struct fact_at at, const char *message, bool step)
{
    struct fact_related row = {f->kept, at, message, step};

    if (f->kept)
        vec_push(f->arena, &f->related, row);
}

void fact_relate(struct facts *f, struct fact_at at, const char *message)
{
    add(f, at, message, false);
}

void fact_step(struct facts *f, struct fact_at at, const char *message)
{
    add(f, at, message, true);
}

void fact_relate_others(struct facts *f, const ir_access_id *accesses, uint32_t count, ir_access_id own,
                        const char *does)
{
    uint32_t shown = 0;

    for (uint32_t i = 0; f->kept && i < count && shown < PLACES_SHOWN; i++) {
        const struct ir_access *a = IR(f->ir, access, accesses[i]);

        if (accesses[i].v == own.v)
            continue;
        fact_relate(f, at_access(f, accesses[i]),
                    arena_printf(f->arena, "%s is %s by %s", access_written(f, a), does,
                                 job_title(f, IR(f->ir, statement, a->statement)->job)));
        shown++;
    }
}

void fact_relate_uses(struct facts *f, ir_dataset_id dataset)
{
    uint32_t shown = 0;

    if (!dataset.v || !f->kept)
        return;
    for (uint32_t k = f->reads.first[dataset.v]; k < f->reads.first[dataset.v + 1]; k++) {
        ir_access_id a = {f->reads.rows[k]};
        const struct ir_access *row = IR(f->ir, access, a);

        if (row->mode != IR_ACCESS_READ || shown == PLACES_SHOWN)
            continue;
        fact_relate(f, at_access(f, a), arena_printf(f->arena, "%s is read here", access_written(f, row)));
        shown++;
    }
}

void fact_step_from_maker(struct facts *f, ir_dataset_id dataset)
{
    ir_access_id made = statement_target(f, IR(f->ir, dataset, dataset)->maker);

    if (made.v && f->kept)
        fact_step(f, at_access(f, made),
                  arena_printf(f->arena, "%s is made here", access_written(f, IR(f->ir, access, made))));
}

/* The first place of a fact, by its number plus one, or what stands behind it: places stand in the order of facts. */
static uint32_t related_from(const struct facts *f, uint32_t fact)
{
    uint32_t low = 0, high = f->related.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (f->related.items[middle].fact < fact)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Findings stand in the table in the order of the hits, the first one after `before` rows. */
void relate_hits(struct facts *f, const struct hits *hits, uint32_t before)
{
    struct ir *ir = f->ir;

    for (uint32_t i = 0; i < hits->list.count; i++) {
        uint32_t fact = hits->list.items[i].fact + 1, step = 0;

        for (uint32_t k = related_from(f, fact); k < f->related.count && f->related.items[k].fact == fact;
             k++) {
            const struct fact_related *row = &f->related.items[k];
            struct ir_place at = ir_bytes_of(ir, row->at.file, row->at.text, row->at.off, row->at.len);

            ir_add_related(ir, (struct ir_related){.finding = {before + i},
                                                   .file = at.file,
                                                   .off = at.off,
                                                   .len = at.len,
                                                   .message = ir_interns(ir, row->message),
                                                   .step = row->step ? ++step : 0});
        }
    }
}
