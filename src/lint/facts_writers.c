/* Tables that several jobs fill: nobody owns them. */
#include "lint/facts.h"

#include "base/map.h"

static bool is_permanent(enum ir_dataset_kind kind)
{
    return kind == IR_DATASET_TABLE || kind == IR_DATASET_UNKNOWN || kind == IR_DATASET_MATVIEW;
}

/* Does this mention put rows into the relation? CREATE TABLE (…) alone does not. */
static bool fills(const struct facts *f, const struct ir_access *a)
{
    return mode_writes(a->mode) && a->mode != IR_ACCESS_DELETE &&
           IR(f->ir, statement, a->statement)->kind != IR_KIND_CREATE_TABLE &&
           IR(f->ir, statement, a->statement)->job.v != 0;
}

static void add_writers(struct facts *f, ir_dataset_id dataset)
{
    struct map seen = map_new(f->work);
    VEC(ir_access_id) firsts = {0};
    struct buf jobs = buf_new(f->arena);

    for (uint32_t k = f->reads.first[dataset.v]; k < f->reads.first[dataset.v + 1]; k++) {
        ir_access_id a = {f->reads.rows[k]};
        const struct ir_access *row = IR(f->ir, access, a);
        ir_job_id job = IR(f->ir, statement, row->statement)->job;

        if (!fills(f, row) || map_get(&seen, job.v))
            continue;
        map_put(&seen, job.v, 1);
        buf_printf(&jobs, "%s%s", firsts.count ? ", " : "", job_title(f, job));
        vec_push(f->arena, &firsts, a);
    }
    for (uint32_t i = 0; firsts.count > 1 && i < firsts.count; i++) {
        FACT_ADD(f, many_writers, at_access(f, firsts.items[i]),
                 .table = ir_string(f->ir, IR(f->ir, dataset, dataset)->display), .writers = firsts.count,
                 .jobs = buf_str(&jobs));
        fact_relate_others(f, firsts.items, firsts.count, firsts.items[i], "written");
    }
}

void facts_of_writers(struct facts *f)
{
    for (IR_EACH(f->ir, dataset, d)) {
        if (!is_permanent(IR(f->ir, dataset, d)->kind))
            continue;
        add_writers(f, d);
        arena_reset(f->work);
    }
}
