/*
 * Who makes a dataset: every write of it is put into a class, the classes are counted, and a table of
 * conditions, asked in order, says why they do not add up to one model. What passes all of them is a model, whose
 * shape follows from the classes: rows alone, rows and then changes, or changes of what is already there.
 */
#include "plan/planner.h"

#include "ir/scan.h"

#include <stdlib.h>

enum touch {
    TOUCH_NEUTRAL, /* says nothing about its rows */
    TOUCH_DECLARE, /* CREATE TABLE (…) without rows */
    TOUCH_MAKE,    /* makes it with its rows */
    TOUCH_INSERT,
    TOUCH_EMPTY, /* TRUNCATE, DELETE without WHERE */
    TOUCH_DROP,
    TOUCH_UPDATE,
    TOUCH_DELETE,   /* with WHERE */
    TOUCH_CONFLICT, /* INSERT … ON CONFLICT */
    TOUCH_MERGE,
    TOUCH_CHANGE, /* anything else that is done to its rows */
};

struct tally {
    uint32_t count[TOUCH_CHANGE + 1];
    ir_statement_id first[TOUCH_CHANGE + 1], last[TOUCH_CHANGE + 1];
    ir_job_id job;      /* the unit of the first statement that gives rows */
    bool one_job;       /* all rows come from that unit */
    bool fresh;         /* that unit emptied or created it before the first row came */
    bool declared;      /* it is no more than declared so far: nothing emptied or dropped it */
    bool emptied_later; /* it was emptied after rows had come */
    bool kept;          /* it is only made when it is not there yet */
    ir_job_id last_job; /* of the last statement that changed its rows */
    bool unordered;     /* two tasks change its rows, and nothing says which runs first */
    bool elsewhere;     /* another unit empties or drops it */
    bool reads_itself;  /* a statement that gives rows reads those that are there */
};

static bool is_maker(enum ir_statement_kind kind)
{
    return kind == IR_KIND_CREATE_TABLE_AS || kind == IR_KIND_SELECT_INTO || kind == IR_KIND_CREATE_VIEW ||
           kind == IR_KIND_CREATE_MATVIEW || kind == IR_KIND_TO_SQL;
}

static bool is_neutral(enum ir_statement_kind kind)
{
    return kind == IR_KIND_INDEX || kind == IR_KIND_GRANT || kind == IR_KIND_COMMENT ||
           kind == IR_KIND_UTILITY || kind == IR_KIND_REFRESH || kind == IR_KIND_CREATE_TRIGGER;
}

/* ALTERs that leave rows and columns as they are. */
static bool is_harmless_alter(const struct planner *p, const struct ir_statement *s)
{
    static const char *const words[] = {"OWNER TO",   "ADD CONSTRAINT", "ADD PRIMARY KEY", "ADD FOREIGN KEY",
                                        "ADD UNIQUE", "SET STATISTICS", "ENABLE ROW",      "CLUSTER ON"};
    struct slice text = slice_sub(ir_slice(p->ir, IR(p->ir, text, s->text)->content), s->off, s->len);

    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        for (size_t i = 0; i < text.n; i++)
            if (slice_starts_nocase(slice_sub(text, i, text.n - i), words[w]))
                return true;
    return false;
}

static enum touch touch_of(const struct planner *p, const struct ir_access *access)
{
    const struct ir_statement *s = IR(p->ir, statement, access->statement);

    switch (access->mode) {
    case IR_ACCESS_READ:
    case IR_ACCESS_CALL:
    case IR_ACCESS_DEFINE:
    case IR_ACCESS_REFRESH:
        return TOUCH_NEUTRAL;
    case IR_ACCESS_CREATE:
    case IR_ACCESS_REPLACE:
        return is_maker(s->kind) ? TOUCH_MAKE : TOUCH_DECLARE;
    case IR_ACCESS_OVERWRITE:
        return TOUCH_MAKE;
    case IR_ACCESS_APPEND:
        return s->kind == IR_KIND_INSERT || s->kind == IR_KIND_TO_SQL ? TOUCH_INSERT : TOUCH_CHANGE;
    case IR_ACCESS_TRUNCATE:
        return TOUCH_EMPTY;
    case IR_ACCESS_DELETE:
        if (s->kind != IR_KIND_DELETE)
            return TOUCH_CHANGE;
        return s->flags & IR_STMT_HAS_WHERE ? TOUCH_DELETE : TOUCH_EMPTY;
    case IR_ACCESS_UPDATE:
        return s->kind == IR_KIND_UPDATE ? TOUCH_UPDATE : TOUCH_CHANGE;
    case IR_ACCESS_UPSERT:
        if (s->kind == IR_KIND_MERGE)
            return TOUCH_MERGE;
        return s->kind == IR_KIND_INSERT ? TOUCH_CONFLICT : TOUCH_CHANGE;
    case IR_ACCESS_DROP:
        return TOUCH_DROP;
    case IR_ACCESS_ALTER:
        return is_neutral(s->kind) || is_harmless_alter(p, s) ? TOUCH_NEUTRAL : TOUCH_CHANGE;
    default:
        return is_neutral(s->kind) ? TOUCH_NEUTRAL : TOUCH_CHANGE;
    }
}

static bool is_change(enum touch touch)
{
    return touch >= TOUCH_UPDATE && touch < TOUCH_CHANGE;
}

/* MERGE and ON CONFLICT give rows and change some. */
static bool gives_rows(enum touch touch)
{
    return touch == TOUCH_MAKE || touch == TOUCH_INSERT || touch == TOUCH_CONFLICT || touch == TOUCH_MERGE;
}

static uint32_t count_changes(const struct tally *t)
{
    uint32_t count = 0;

    for (int touch = TOUCH_UPDATE; touch < TOUCH_CHANGE; touch++)
        count += t->count[touch];
    return count;
}

static void tally_rows(const struct planner *p, struct tally *t, const struct ir_statement *s)
{
    if (!t->count[TOUCH_MAKE] && !t->count[TOUCH_INSERT] && !count_changes(t)) {
        t->job = p->unit[s->job.v];
        t->one_job = true;
    } else if (t->job.v != p->unit[s->job.v].v) {
        t->one_job = false;
    }
}

static bool reads_dataset(const struct planner *p, ir_statement_id statement, ir_dataset_id dataset)
{
    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->accesses.rows[k]];

        if (access->mode == IR_ACCESS_READ && access->dataset.v == dataset.v)
            return true;
    }
    return false;
}

/* A table that exists already stays as it is under IF NOT EXISTS; a temporary one never does. */
static bool declares_afresh(const struct ir_statement *s)
{
    return !(s->flags & IR_STMT_IF_NOT_EXISTS) || (s->flags & IR_STMT_TEMP);
}

/* A table that is declared, and whose first statement then changes, replaces or reads rows, has some from earlier
 * runs: the declaration is of another time. */
static void tally_touch(struct planner *p, struct tally *t, ir_access_id id, ir_job_id *fresh_in)
{
    const struct ir_access *access = IR(p->ir, access, id);
    const struct ir_statement *s = IR(p->ir, statement, access->statement);
    enum touch touch = touch_of(p, access);
    ir_job_id unit = p->unit[s->job.v];

    if (touch == TOUCH_NEUTRAL || !access->statement.v || t->last[touch].v == access->statement.v)
        return;
    if (touch != TOUCH_DECLARE) {
        ir_job_id job = p->root[s->job.v];

        t->unordered |= t->last_job.v && t->last_job.v != job.v && p->unit[t->last_job.v].v == unit.v &&
                        !plan_jobs_ordered(p, t->last_job, job);
        t->last_job = job;
    }
    if (touch == TOUCH_MAKE || touch == TOUCH_INSERT || is_change(touch)) {
        if (touch != TOUCH_MAKE && !t->count[TOUCH_INSERT] && !count_changes(t))
            t->fresh =
                fresh_in->v && fresh_in->v == unit.v &&
                !(t->declared && (is_change(touch) || reads_dataset(p, access->statement, access->dataset)));
        tally_rows(p, t, s);
    }
    if (touch == TOUCH_MAKE || touch == TOUCH_INSERT) {
        t->kept |= s->kind == IR_KIND_CREATE_TABLE_AS && !declares_afresh(s) && fresh_in->v != unit.v;
        vec_push(p->arena, &p->row_statements, access->statement);
    } else if (touch == TOUCH_EMPTY || touch == TOUCH_DROP ||
               (touch == TOUCH_DECLARE && declares_afresh(s))) {
        t->declared = touch == TOUCH_DECLARE && !(s->flags & IR_STMT_TEMP) && fresh_in->v != unit.v;
        *fresh_in = unit;
        t->emptied_later |=
            touch == TOUCH_EMPTY && (t->count[TOUCH_MAKE] || t->count[TOUCH_INSERT] || count_changes(t));
    }
    if (!t->count[touch]++)
        t->first[touch] = access->statement;
    t->last[touch] = access->statement;
}

/* ---- what they add up to ---- */

static const char *at_first(const struct planner *p, const struct tally *t, enum touch touch)
{
    ir_statement_id id = t->first[touch];
    const char *kind = ir_name_of_statement_kind(IR(p->ir, statement, id)->kind);

    return arena_printf(p->scratch, "%s at %s", kind, plan_where(p, id));
}

/* Its rows are made anew each time, and then changed. */
static const char *why_no_chain(const struct planner *p, const struct tally *t)
{
    enum touch upsert = t->count[TOUCH_MERGE] ? TOUCH_MERGE : TOUCH_CONFLICT;

    if (t->count[upsert])
        return arena_printf(p->scratch, "%s changes its rows", at_first(p, t, upsert));
    return NULL;
}

/* A trigger's function runs for each row that something else writes. */
static bool is_trigger(const struct planner *p, ir_job_id job)
{
    const struct ir_job *j = IR(p->ir, job, job);
    struct slice source = ir_slice(p->ir, IR(p->ir, file, j->file)->source);
    struct scan s = {source, j->off};
    bool returns = false;

    if (j->kind != IR_JOB_FUNCTION || j->off > source.n)
        return false;
    for (struct scan_token t = scan_solid(&s); t.kind != SCAN_END && t.kind != SCAN_STRING;
         t = scan_solid(&s)) {
        if (returns && slice_is_nocase(t.bytes, "trigger"))
            return true;
        returns = slice_is_nocase(t.bytes, "returns");
    }
    return false;
}

/* Rows are already there when the job begins. */
static const char *why_no_increment(const struct planner *p, const struct tally *t)
{
    uint32_t upserts = t->count[TOUCH_MERGE] + t->count[TOUCH_CONFLICT];

    if (is_trigger(p, t->job))
        return "a trigger writes it, row by row as another table is written";
    if (upserts > 1 || (upserts && t->count[TOUCH_INSERT]))
        return arena_printf(p->scratch, "%s is not the only one that changes its rows",
                            at_first(p, t, t->count[TOUCH_MERGE] ? TOUCH_MERGE : TOUCH_CONFLICT));
    if (!upserts && !t->count[TOUCH_INSERT])
        return "nothing in this job gives it rows";
    return NULL;
}

/* Why the writes of a dataset do not add up to one model, NULL when they do. */
static const char *why_no_model(const struct planner *p, const struct tally *t)
{
    struct arena *a = p->scratch;

    if (t->count[TOUCH_CHANGE])
        return arena_printf(a, "%s changes its rows", at_first(p, t, TOUCH_CHANGE));
    if (t->count[TOUCH_MAKE] > 1)
        return arena_printf(a, "it is made in more than one place (%s, %s)",
                            plan_where(p, t->first[TOUCH_MAKE]), plan_where(p, t->last[TOUCH_MAKE]));
    if (!t->one_job)
        return "its rows come from more than one job";
    if (t->unordered)
        return "several tasks change it, and nothing says which of them runs first";
    if (t->elsewhere && !t->count[TOUCH_MAKE] && !t->fresh)
        return arena_printf(a, "%s empties it in another job: does that run each time before?",
                            plan_where(p, t->first[t->count[TOUCH_EMPTY] ? TOUCH_EMPTY : TOUCH_DROP]));
    if (t->emptied_later)
        return arena_printf(a, "it is emptied at %s after rows were put into it",
                            plan_where(p, t->last[TOUCH_EMPTY]));
    if (t->kept)
        return "it is made only when it is not there yet (IF NOT EXISTS): later runs change nothing";
    if (t->count[TOUCH_MAKE] && t->count[TOUCH_INSERT] &&
        p->rank[t->first[TOUCH_INSERT].v] < p->rank[t->first[TOUCH_MAKE].v])
        return "rows are put into it before it is made";
    if (t->count[TOUCH_MAKE] || t->fresh)
        return why_no_chain(p, t);
    return why_no_increment(p, t);
}

static enum plan_shape shape_of(const struct tally *t)
{
    if (t->count[TOUCH_MAKE] || t->fresh)
        return count_changes(t) || (t->reads_itself && t->count[TOUCH_INSERT]) ? SHAPE_CHAIN : SHAPE_ROWS;
    return t->count[TOUCH_MERGE] || t->count[TOUCH_CONFLICT] ? SHAPE_UPSERT : SHAPE_APPEND;
}

/* ---- the statements in the order in which they run ---- */

/* Inserts an op behind all that run before it; a job writes a table in its text's order, so mostly at the end. */
static void add_op(struct planner *p, struct plan_build *b, struct plan_op op)
{
    uint32_t at;

    vec_push(p->arena, &p->ops, op);
    b->op_count++;
    for (at = p->ops.count - 1; at > b->ops; at--) {
        if (p->rank[p->ops.items[at - 1].statement.v] <= p->rank[op.statement.v])
            break;
        p->ops.items[at] = p->ops.items[at - 1];
    }
    p->ops.items[at] = op;
}

static void list_ops(struct planner *p, struct plan_build *b, ir_dataset_id dataset, struct tally *t)
{
    static const enum plan_change changes[] = {
        [TOUCH_MAKE] = CHANGE_ROWS,     [TOUCH_INSERT] = CHANGE_ROWS,       [TOUCH_UPDATE] = CHANGE_UPDATE,
        [TOUCH_DELETE] = CHANGE_DELETE, [TOUCH_CONFLICT] = CHANGE_CONFLICT, [TOUCH_MERGE] = CHANGE_MERGE,
    };
    ir_statement_id before = {0};

    b->ops = p->ops.count;
    for (uint32_t k = p->touches.first[dataset.v]; k < p->touches.first[dataset.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->touches.rows[k]];
        enum touch touch = touch_of(p, access);

        if (!access->statement.v || access->statement.v == before.v ||
            (!is_change(touch) && !gives_rows(touch)))
            continue;
        before = access->statement;
        t->reads_itself |= reads_dataset(p, before, dataset);
        add_op(p, b, (struct plan_op){changes[touch], before});
        if (gives_rows(touch) && (!b->first.v || p->rank[before.v] < p->rank[b->first.v]))
            b->first = before;
        b->last = p->rank[before.v] > p->rank[b->last.v] ? before : b->last;
    }
}

static const char *op_obstacle(const struct planner *p, const struct plan_build *b)
{
    for (uint32_t k = 0; k < b->op_count; k++) {
        struct plan_op op = p->ops.items[b->ops + k];
        const struct ir_statement *s = IR(p->ir, statement, op.statement);
        const char *why = plan_obstacle(p, op.statement);

        if (why)
            return arena_printf(p->scratch, "at %s %s", plan_where(p, op.statement), why);
        if (s->kind != IR_KIND_TO_SQL && !s->body_len &&
            (op.change == CHANGE_ROWS || op.change == CHANGE_CONFLICT))
            return arena_printf(p->scratch, "at %s it has no query", plan_where(p, op.statement));
        if (s->kind == IR_KIND_TO_SQL && b->op_count > 1)
            return "rows of a DataFrame and of a statement go into it";
    }
    return NULL;
}

/* Rows of a DataFrame that go into a table of declared columns become what those are. */
static const char *why_no_frame(const struct planner *p, const struct plan_build *b, ir_dataset_id dataset)
{
    if (b->inserts && IR(p->ir, dataset, dataset)->columns_from == IR_KNOWN_DDL)
        return "a DataFrame is added to a table whose columns are declared, which may change its values: should "
               "the model cast them?";
    return NULL;
}

/* The frame whose rows to_sql writes. */
static ir_frame_id written_frame(const struct planner *p, ir_statement_id statement)
{
    const struct ir_index *ix = &p->accesses;

    if (IR(p->ir, statement, statement)->frame.v)
        return IR(p->ir, statement, statement)->frame;
    for (uint32_t k = ix->first[statement.v]; k < ix->first[statement.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[ix->rows[k]];

        if (access->flags & IR_ACCESS_FRAME)
            return IR(p->ir, dataset, access->dataset)->frame;
    }
    return (ir_frame_id){0};
}

struct touched {
    uint32_t rank, access;
};

static int by_rank(const void *a, const void *b)
{
    const struct touched *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->access < y->access ? -1 : x->access > y->access;
}

/* All touches of a dataset, unit by unit in the order of their text, within a unit as they run. */
static void tally_all(struct planner *p, ir_dataset_id dataset, struct tally *t)
{
    uint32_t from = p->touches.first[dataset.v], count = p->touches.first[dataset.v + 1] - from;
    struct touched *all = ARENA_ARRAY(p->scratch, struct touched, count);
    ir_job_id fresh_in = {0};

    for (uint32_t k = 0; k < count; k++) {
        uint32_t access = p->touches.rows[from + k];

        all[k] = (struct touched){p->rank[p->ir->access.items[access].statement.v], access};
    }
    if (count)
        qsort(all, count, sizeof *all, by_rank);
    for (uint32_t k = 0; k < count; k++)
        tally_touch(p, t, (ir_access_id){all[k].access}, &fresh_in);
    for (uint32_t k = 0; k < count; k++) {
        const struct ir_access *access = &p->ir->access.items[all[k].access];
        enum touch touch = touch_of(p, access);

        if (access->statement.v && (touch == TOUCH_EMPTY || touch == TOUCH_DROP) &&
            p->unit[IR(p->ir, statement, access->statement)->job.v].v != t->job.v)
            t->elsewhere = true;
    }
}

/* ---- partitions and children ---- */

/* Is it read or written other than by what says whose child it is? */
static bool is_used(const struct planner *p, ir_dataset_id dataset)
{
    for (uint32_t k = p->touches.first[dataset.v]; k < p->touches.first[dataset.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->touches.rows[k]];
        enum ir_statement_kind kind = IR(p->ir, statement, access->statement)->kind;
        enum touch touch = touch_of(p, access);

        if (!access->statement.v)
            continue;
        if (access->mode == IR_ACCESS_READ ? kind != IR_KIND_CREATE_TABLE && kind != IR_KIND_ALTER
                                           : touch != TOUCH_NEUTRAL && touch != TOUCH_DECLARE)
            return true;
    }
    return false;
}

/* From the last to the first: children are made after their parents, and theirs after them. */
static void find_kin(struct planner *p)
{
    for (uint32_t i = p->ir->column_def.count; i-- > 1;) {
        const struct ir_column_def *d = &p->ir->column_def.items[i];
        ir_dataset_id child = IR(p->ir, access, d->access)->dataset;
        ir_dataset_id parent = IR(p->ir, access, d->like)->dataset;

        if (!(d->flags & IR_COLUMN_KIN) || !d->like.v)
            continue;
        p->builds[child.v].parent = parent;
        if (p->builds[child.v].child.v || is_used(p, child))
            p->builds[parent.v].child = child;
    }
}

/* A model is a table of its own: what it is to others is lost. */
static const char *why_no_orphan(const struct planner *p, const struct plan_build *b)
{
    if (b->parent.v)
        return arena_printf(p->scratch,
                            "its rows are those of %s too, which it inherits from or is a partition of",
                            ir_string(p->ir, IR(p->ir, dataset, b->parent)->display));
    if (b->child.v)
        return arena_printf(p->scratch,
                            "the rows of %s, which is a partition of it or inherits from it, are its own too",
                            ir_string(p->ir, IR(p->ir, dataset, b->child)->display));
    return NULL;
}

static void make(struct planner *p, ir_dataset_id dataset)
{
    struct plan_build *b = &p->builds[dataset.v];
    struct tally t = {0};
    const char *why;

    b->rows = p->row_statements.count;
    tally_all(p, dataset, &t);
    b->row_count = p->row_statements.count - b->rows;
    b->candidate = b->row_count + t.count[TOUCH_CONFLICT] + t.count[TOUCH_MERGE] > 0;
    if (!b->candidate)
        return;
    list_ops(p, b, dataset, &t);
    b->shape = shape_of(&t);
    b->inserts = t.count[TOUCH_INSERT] + t.count[TOUCH_CONFLICT] > 0;
    if (IR(p->ir, statement, b->first)->kind == IR_KIND_TO_SQL)
        b->frame = written_frame(p, b->first);
    why = IR(p->ir, dataset, dataset)->declared == IR_LAYER_SOURCE ? "the settings say that it is a source"
                                                                   : why_no_orphan(p, b);
    if (!why)
        why = why_no_model(p, &t);
    if (!why)
        why = op_obstacle(p, b);
    if (!why && b->frame.v)
        why = why_no_frame(p, b, dataset);
    b->model = !why;
    if (why)
        b->why_not = ir_interns(p->ir, why);
}

void plan_makers(struct planner *p)
{
    find_kin(p);
    for (IR_EACH(p->ir, dataset, d)) {
        enum ir_dataset_kind kind = IR(p->ir, dataset, d)->kind;

        if (kind == IR_DATASET_TABLE || kind == IR_DATASET_VIEW || kind == IR_DATASET_MATVIEW ||
            kind == IR_DATASET_TEMP || kind == IR_DATASET_UNKNOWN)
            make(p, d);
    }
}
