/*
 * Temp tables, and jobs whose independent steps run one after another. Levels are counted as a scheduler
 * would: a step comes after the last one that wrote what it touches, and after those that read what it writes.
 */
#include "lint/facts.h"

#include "base/map.h"

static bool makes_temp(const struct facts *f, ir_statement_id statement, ir_access_id target)
{
    const struct ir_statement *s = IR(f->ir, statement, statement);
    const struct ir_access *a = IR(f->ir, access, target);

    switch (s->kind) {
    case IR_KIND_CREATE_TABLE:
    case IR_KIND_CREATE_TABLE_AS:
    case IR_KIND_SELECT_INTO:
    case IR_KIND_CREATE_VIEW:
        return s->flags & IR_STMT_TEMP || a->flags & IR_ACCESS_TEMP;
    default:
        return false;
    }
}

static uint32_t count_reads(const struct facts *f, ir_dataset_id dataset)
{
    uint32_t n = 0;

    if (!dataset.v)
        return 0;
    for (uint32_t k = f->reads.first[dataset.v]; k < f->reads.first[dataset.v + 1]; k++)
        n += f->ir->access.items[f->reads.rows[k]].mode == IR_ACCESS_READ;
    return n;
}

static bool reads_a_relation(const struct facts *f, ir_statement_id s)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && access_is_relation(a))
            return true;
    }
    return false;
}

/* Only rows that are written out go into it: a list of constants is no step. */
static bool is_literal(const struct facts *f, ir_dataset_id dataset)
{
    bool filled = false;

    for (uint32_t k = f->reads.first[dataset.v]; dataset.v && k < f->reads.first[dataset.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->reads.rows[k]];

        if (!mode_writes(a->mode) || IR(f->ir, statement, a->statement)->kind == IR_KIND_CREATE_TABLE)
            continue;
        if (IR(f->ir, statement, a->statement)->kind != IR_KIND_INSERT || reads_a_relation(f, a->statement))
            return false;
        filled = true;
    }
    return filled;
}

static void add_temp_tables(struct facts *f)
{
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, statement, s)) {
        ir_access_id target = statement_target(f, s);
        const struct ir_access *a = IR(ir, access, target);
        ir_job_id job = IR(ir, statement, s)->job;

        if (!target.v || !makes_temp(f, s, target) || is_literal(f, a->dataset))
            continue;
        FACT_ADD(f, temp_table, at_access(f, target), .table = access_written(f, a), .job = job_title(f, job),
                 .reads = count_reads(f, a->dataset), .dynamic = f->job_is_blind[job.v]);
        fact_relate_uses(f, a->dataset);
    }
}

/* ---- steps and levels ---- */

/* What a model could be made of: a table filled from others. Changes of rows only keep the order. */
static bool is_step(const struct facts *f, ir_statement_id s)
{
    const struct ir_statement *row = IR(f->ir, statement, s);

    switch (row->kind) {
    case IR_KIND_CREATE_TABLE_AS:
    case IR_KIND_SELECT_INTO:
    case IR_KIND_CREATE_MATVIEW:
    case IR_KIND_REFRESH:
    case IR_KIND_INSERT:
    case IR_KIND_MERGE:
        return reads_a_relation(f, s) && !(row->flags & (IR_STMT_IN_BRANCH | IR_STMT_IN_LOOP));
    default:
        return false;
    }
}

struct levels {
    struct map written; /* relation -> level of its last writer */
    struct map read;    /* relation -> highest level of its readers since */
};

/* The level of one step, given those before it. */
static uint32_t level_of(const struct facts *f, ir_statement_id s, const struct levels *levels)
{
    uint32_t level = 0;

    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];
        uint64_t key = access_key(f, a);
        uint32_t after = map_get(&levels->written, key);

        if (!access_is_relation(a))
            continue;
        level = after > level ? after : level;
        after = a->mode == IR_ACCESS_READ ? 0 : map_get(&levels->read, key);
        level = after > level ? after : level;
    }
    return level + 1;
}

static void note_level(const struct facts *f, ir_statement_id s, uint32_t level, struct levels *levels)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];
        uint64_t key = access_key(f, a);

        if (!access_is_relation(a))
            continue;
        if (a->mode != IR_ACCESS_READ)
            map_put(&levels->written, key, level);
        else if (map_get(&levels->read, key) < level)
            map_put(&levels->read, key, level);
    }
}

/* The name of a routine within its declaration, else the first step. */
static struct fact_at at_job(const struct facts *f, ir_job_id job, ir_statement_id first)
{
    const struct ir_job *row = IR(f->ir, job, job);

    if (row->name.v && row->len && (row->kind == IR_JOB_PROCEDURE || row->kind == IR_JOB_FUNCTION)) {
        struct slice source = ir_slice(f->ir, IR(f->ir, file, row->file)->source);
        struct slice name = ir_slice(f->ir, row->name);
        struct slice head = slice_sub(source, row->off, row->len);

        for (size_t i = 0; i + name.n <= head.n && head.p[i] != '('; i++)
            if (slice_eq(slice_sub(head, i, name.n), name))
                return at_source(row->file, row->off + (uint32_t)i, (uint32_t)name.n);
    }
    return at_head(f, first, 2);
}

static void add_serial_steps(struct facts *f, ir_job_id job)
{
    struct levels levels = {map_new(f->work), map_new(f->work)};
    uint32_t steps = 0, deepest = 0;
    ir_statement_id first = {0};

    /* A program's statements stand in functions, and which of them run in one go is not known. */
    if (IR(f->ir, job, job)->kind == IR_JOB_SCRIPT &&
        IR(f->ir, file, IR(f->ir, job, job)->file)->language == IR_LANG_PYTHON)
        return;
    if (job_takes_values(f, job))
        return; /* rows that an application hands over */
    for (uint32_t k = f->statements.first[job.v]; k < f->statements.first[job.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        uint32_t level;

        if (!is_step(f, s))
            continue;
        level = level_of(f, s, &levels);
        note_level(f, s, level, &levels);
        deepest = level > deepest ? level : deepest;
        if (!steps++)
            first = s;
    }
    if (steps >= 3 && deepest < steps)
        FACT_ADD(f, serial_steps, at_job(f, job, first), .job = job_title(f, job), .steps = steps,
                 .levels = deepest, .saved = steps - deepest);
}

void facts_of_steps(struct facts *f)
{
    add_temp_tables(f);
    for (IR_EACH(f->ir, job, j)) {
        add_serial_steps(f, j);
        arena_reset(f->work);
    }
}
