/* What the statements of one job do to one table, taken together. */
#include "lint/facts.h"

#include "base/map.h"

#include <string.h>

struct job {
    struct facts *f;
    ir_job_id id;
    bool repeated;
    bool trigger;
    bool fills;                     /* a table from a query */
    struct map emptied;             /* relation -> 1: looked at, deleted from, truncated or made before */
    struct map filled;              /* relation -> its last fill */
    struct map updated;             /* relation -> number of UPDATEs after a fill */
    struct map ends;                /* relation -> an UPDATE that ends versions */
    const struct ir_index *outputs; /* of a query */
};

static const struct ir_access *target_of(const struct facts *f, ir_statement_id s, ir_access_id *id)
{
    *id = statement_target(f, s);
    return id->v ? IR(f->ir, access, *id) : NULL;
}

static bool reads_a_relation(const struct facts *f, ir_statement_id s, uint64_t but)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && access_is_relation(a) && access_key(f, a) != but)
            return true;
    }
    return false;
}

static bool reads(const struct facts *f, ir_statement_id s, uint64_t key)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && access_key(f, a) == key)
            return true;
    }
    return false;
}

static bool fills_from_query(const struct facts *f, ir_statement_id s)
{
    enum ir_statement_kind kind = IR(f->ir, statement, s)->kind;

    return kind != IR_KIND_UPDATE && kind_stores(kind) && reads_a_relation(f, s, 0);
}

/* ---- appends ---- */

static bool is_log(const char *name)
{
    static const char *const words[] = {"log",   "logs",   "audit", "history",
                                        "event", "events", "queue", "hist"};

    while (*name) {
        size_t n = strcspn(name, "_");

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (slice_is_nocase((struct slice){name, n}, words[i]))
                return true;
        name += n + (name[n] == '_');
    }
    return false;
}

static void add_append(struct job *j, ir_statement_id s, ir_access_id target)
{
    struct facts *f = j->f;
    const struct ir_access *a = IR(f->ir, access, target);
    uint64_t key = access_key(f, a);

    if (a->mode != IR_ACCESS_APPEND || IR(f->ir, statement, s)->kind != IR_KIND_INSERT ||
        !reads_a_relation(f, s, key) || map_get(&j->filled, key))
        return;
    FACT_ADD(f, append, at_access(f, target), .table = access_written(f, a),
             .guarded = map_get(&j->emptied, key) || reads(f, s, key) || f->job_is_blind[j->id.v],
             .repeated = j->repeated && !(IR(f->ir, statement, s)->flags & IR_STMT_DYNAMIC),
             .log = is_log(ir_string(f->ir, a->name)), .temp = access_is_temp(f, a));
}

/* ---- versions of rows ---- */

static const char *const version_ends[] = {
    "valid_to", "is_current",  "effective_to", "effective_end_date", "current_flag",    "valid_until",
    "end_date", "expiry_date", "row_end_date", "dbt_valid_to",       "is_active_record"};

/* The column that an UPDATE sets to end a version, NULL when it sets none. */
static const char *ended_by(const struct job *j, ir_statement_id s)
{
    const struct ir *ir = j->f->ir;
    ir_query_id q = IR(ir, statement, s)->query;

    for (uint32_t k = j->outputs->first[q.v]; k < j->outputs->first[q.v + 1]; k++) {
        const char *name = ir_string(ir, ir->output.items[j->outputs->rows[k]].name);

        for (size_t i = 0; i < sizeof version_ends / sizeof *version_ends; i++)
            if (slice_is_nocase(slice_of(name), version_ends[i]))
                return version_ends[i];
    }
    return NULL;
}

/* ---- the walk ---- */

static void note_update(struct job *j, ir_statement_id s, ir_access_id target)
{
    struct facts *f = j->f;
    uint64_t key = access_key(f, IR(f->ir, access, target));
    bool direct = !j->trigger && !(IR(f->ir, statement, s)->flags & (IR_STMT_IN_BRANCH | IR_STMT_IN_LOOP));

    if (ended_by(j, s))
        map_put(&j->ends, key, s.v);
    if (map_get(&j->filled, key) && direct)
        map_put(&j->updated, key, map_get(&j->updated, key) + 1);
}

/* A second pass: what was counted for a table is said at its first UPDATE after a fill. */
static void add_updates(struct job *j)
{
    struct facts *f = j->f;
    struct map filled = map_new(f->work), said = map_new(f->work);

    for (uint32_t k = f->statements.first[j->id.v]; k < f->statements.first[j->id.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        ir_access_id target;
        const struct ir_access *a = target_of(f, s, &target);
        uint64_t key = a ? access_key(f, a) : 0;

        if (!a)
            continue;
        if (fills_from_query(f, s) && a->mode != IR_ACCESS_UPSERT)
            map_put(&filled, key, target.v);
        if (IR(f->ir, statement, s)->kind != IR_KIND_UPDATE || !map_get(&filled, key) ||
            map_get(&said, key) || !map_get(&j->updated, key))
            continue;
        map_put(&said, key, 1);
        FACT_ADD(f, update_after_fill, at_head(f, s, 1), .table = access_written(f, a),
                 .updates = map_get(&j->updated, key), .temp = access_is_temp(f, a));
        fact_relate(f, at_access(f, (ir_access_id){map_get(&filled, key)}), "it is filled here");
    }
}

static void add_deletes(struct job *j, const struct map *inserted)
{
    struct facts *f = j->f;

    for (uint32_t k = f->statements.first[j->id.v]; k < f->statements.first[j->id.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        const struct ir_statement *row = IR(f->ir, statement, s);
        ir_access_id target;
        const struct ir_access *a = target_of(f, s, &target);

        if (row->kind != IR_KIND_DELETE || !a || !(row->flags & IR_STMT_HAS_WHERE))
            continue;
        FACT_ADD(f, hard_delete, at_head(f, s, 1), .table = access_written(f, a),
                 .refilled = map_get(inserted, access_key(f, a)) > s.v, .fills = j->fills && !j->trigger,
                 .temp = access_is_temp(f, a));
    }
}

static void empties(struct job *j, ir_statement_id s)
{
    struct facts *f = j->f;

    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_DELETE || a->mode == IR_ACCESS_TRUNCATE || a->mode == IR_ACCESS_DROP ||
            a->mode == IR_ACCESS_CREATE || a->mode == IR_ACCESS_REPLACE)
            map_put(&j->emptied, access_key(f, a), 1);
    }
}

/* A job that looked at the table before may well have left out, or closed, what it adds now. */
static void note_looks(struct job *j, ir_statement_id s)
{
    for (uint32_t k = j->f->accesses.first[s.v]; k < j->f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &j->f->ir->access.items[j->f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ || a->mode == IR_ACCESS_UPDATE || a->mode == IR_ACCESS_UPSERT)
            map_put(&j->emptied, access_key(j->f, a), 1);
    }
}

static void read_job(struct job *j)
{
    struct facts *f = j->f;
    struct map inserted = map_new(f->work);

    for (uint32_t k = f->statements.first[j->id.v]; k < f->statements.first[j->id.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        const struct ir_statement *row = IR(f->ir, statement, s);
        ir_access_id target;
        const struct ir_access *a = target_of(f, s, &target);

        empties(j, s);
        if (!a) {
            note_looks(j, s);
            continue;
        }
        if (row->kind == IR_KIND_INSERT)
            map_put(&inserted, access_key(f, a), s.v);
        add_append(j, s, target);
        note_looks(j, s);
        if (row->kind == IR_KIND_UPDATE)
            note_update(j, s, target);
        if (!fills_from_query(f, s))
            continue;
        j->fills = true;
        if (a->mode != IR_ACCESS_UPSERT)
            map_put(&j->filled, access_key(f, a), s.v);
    }
    add_deletes(j, &inserted);
    add_updates(j);
    for (uint32_t k = f->statements.first[j->id.v]; k < f->statements.first[j->id.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        ir_access_id target;
        const struct ir_access *a = target_of(f, s, &target);

        if (a && map_get(&j->ends, access_key(f, a)) == s.v && map_get(&inserted, access_key(f, a)))
            FACT_ADD(f, hand_made_history, at_head(f, s, 1), .table = access_written(f, a),
                     .column = ended_by(j, s));
    }
}

/* ---- temp tables made again ---- */

static bool same_columns(const struct ir *ir, const struct ir_index *columns, ir_dataset_id a,
                         ir_dataset_id b)
{
    uint32_t n = columns->first[a.v + 1] - columns->first[a.v];

    if (n != columns->first[b.v + 1] - columns->first[b.v])
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (ir->column.items[columns->rows[columns->first[a.v] + i]].name.v !=
            ir->column.items[columns->rows[columns->first[b.v] + i]].name.v)
            return false;
    return true;
}

static bool columns_known(const struct ir *ir, ir_dataset_id d)
{
    enum ir_knowledge from = IR(ir, dataset, d)->columns_from;

    return from == IR_KNOWN_QUERY || from == IR_KNOWN_DDL;
}

static void add_reused_temps(struct facts *f)
{
    struct ir *ir = f->ir;
    struct ir_index columns = IR_INDEX(f->family, ir, column, dataset, dataset);
    struct map last = map_new(f->family);

    for (IR_EACH(ir, dataset, d)) {
        const struct ir_dataset *row = IR(ir, dataset, d);
        uint64_t key = map_key(IR(ir, statement, row->maker)->job.v, ir_fold(ir, row->name).v);
        ir_dataset_id before = {map_get(&last, key)};
        ir_access_id made = statement_target(f, row->maker);

        if (row->kind != IR_DATASET_TEMP || !made.v)
            continue;
        map_put(&last, key, d.v);
        if (before.v && columns_known(ir, before) && columns_known(ir, d) &&
            !same_columns(ir, &columns, before, d)) {
            FACT_ADD(f, temp_reused, at_access(f, made), .table = ir_string(ir, row->name),
                     .job = job_title(f, IR(ir, statement, row->maker)->job));
            fact_relate(f, at_access(f, statement_target(f, IR(ir, dataset, before)->maker)),
                        "the temp table that had the name before is made here");
        }
    }
}

void facts_of_jobs(struct facts *f)
{
    struct ir *ir = f->ir;
    struct ir_index outputs = IR_INDEX(f->family, ir, output, query, query);

    for (IR_EACH(ir, job, id)) {
        const struct ir_job *row = IR(ir, job, id);
        const char *returns = ir_string(ir, row->returns);
        struct job j = {.f = f, .id = id, .outputs = &outputs};

        j.trigger = slice_is_nocase(slice_of(returns), "trigger");
        j.repeated = (row->kind == IR_JOB_PROCEDURE || row->kind == IR_JOB_TASK ||
                      (row->kind == IR_JOB_FUNCTION && !j.trigger)) &&
                     !job_takes_values(f, id);
        j.emptied = map_new(f->work);
        j.filled = map_new(f->work);
        j.updated = map_new(f->work);
        j.ends = map_new(f->work);
        read_job(&j);
        arena_reset(f->work);
    }
    add_reused_temps(f);
}
