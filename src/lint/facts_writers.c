/* Tables that several jobs fill: nobody owns them. */
#include "lint/facts.h"

#include "base/file.h"
#include "base/map.h"

#include <string.h>

static bool is_permanent(enum ir_dataset_kind kind)
{
    return kind == IR_DATASET_TABLE || kind == IR_DATASET_UNKNOWN || kind == IR_DATASET_MATVIEW;
}

/* Rows that come from elsewhere, and not one that an application writes. */
static bool moves_rows(const struct facts *f, ir_statement_id s)
{
    enum ir_statement_kind kind = IR(f->ir, statement, s)->kind;

    if (kind == IR_KIND_TO_SQL || kind == IR_KIND_CREATE_MATVIEW)
        return true;
    if (kind == IR_KIND_UPDATE || kind == IR_KIND_ALTER ||
        kind == IR_KIND_COPY) /* a change of rows; a file of them, as set-up scripts load it */
        return false;
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && access_is_relation(a))
            return true;
    }
    return false;
}

/* 2024-05-01-add-tags.sql: a change of the schema that is run once. */
static bool runs_once(const struct facts *f, ir_file_id file)
{
    const char *base = path_base(ir_string(f->ir, IR(f->ir, file, file)->path));

    return strspn(base, "0123456789") == 4 && base[4] == '-' && strspn(base + 5, "0123456789") == 2;
}

/* Does this mention put rows into the relation? CREATE TABLE (…) alone does not. */
static bool fills(const struct facts *f, const struct ir_access *a)
{
    return mode_writes(a->mode) && a->mode != IR_ACCESS_DELETE && !(a->flags & IR_ACCESS_UNKNOWN_PART) &&
           IR(f->ir, statement, a->statement)->kind != IR_KIND_CREATE_TABLE && moves_rows(f, a->statement) &&
           IR(f->ir, statement, a->statement)->job.v != 0 &&
           !runs_once(f, IR(f->ir, statement, a->statement)->file) &&
           !job_takes_values(f, IR(f->ir, statement, a->statement)->job);
}

/* Code that two programs call is one writer. */
static uint64_t place_of(const struct facts *f, ir_access_id access)
{
    struct fact_at at = at_access(f, access);
    struct ir_place place = ir_place_of(f->ir, at.file, at.text, at.off, at.len);

    return map_key(place.file.v, place.off + 1);
}

/* Versions of one procedure are one writer. */
static uint64_t title_of(const struct facts *f, ir_job_id job)
{
    const char *title = job_title(f, job);

    return hash_bytes(title, strlen(title));
}

/* A file of the same name elsewhere is a copy of the first. */
static bool is_copy(const struct facts *f, ir_access_id access, struct map *names)
{
    ir_file_id file = at_access(f, access).file;
    const char *base = path_base(ir_string(f->ir, IR(f->ir, file, file)->path));
    uint64_t key = hash_bytes(base, strlen(base)), first = map_get(names, key);

    if (!first)
        map_put(names, key, file.v);
    return first && first != file.v;
}

static void add_writers(struct facts *f, ir_dataset_id dataset)
{
    struct map seen = map_new(f->work), places = map_new(f->work), names = map_new(f->work);
    VEC(ir_access_id) firsts = {0};
    struct buf jobs = buf_new(f->arena);

    for (uint32_t k = f->reads.first[dataset.v]; k < f->reads.first[dataset.v + 1]; k++) {
        ir_access_id a = {f->reads.rows[k]};
        const struct ir_access *row = IR(f->ir, access, a);
        ir_job_id job = IR(f->ir, statement, row->statement)->job;

        if (!fills(f, row) || map_get(&seen, title_of(f, job)) || map_get(&places, place_of(f, a)) ||
            is_copy(f, a, &names))
            continue;
        map_put(&seen, title_of(f, job), 1);
        map_put(&places, place_of(f, a), 1);
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
