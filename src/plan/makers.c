/*
 * Who makes a dataset: every write of it is put into a class, the classes are counted, and a table of
 * conditions, asked in order, says why they do not add up to one model. What passes all of them is a model.
 */
#include "plan/planner.h"

enum touch {
    TOUCH_NEUTRAL, /* says nothing about its rows */
    TOUCH_DECLARE, /* CREATE TABLE (…) without rows */
    TOUCH_MAKE,    /* makes it with its rows */
    TOUCH_INSERT,
    TOUCH_EMPTY, /* TRUNCATE, DELETE without WHERE */
    TOUCH_DROP,
    TOUCH_CHANGE, /* anything else that is done to its rows */
};

struct tally {
    uint32_t count[TOUCH_CHANGE + 1];
    ir_statement_id first[TOUCH_CHANGE + 1], last[TOUCH_CHANGE + 1];
    ir_job_id job;      /* of the first statement that gives rows */
    bool one_job;       /* all rows come from that job */
    bool fresh;         /* that job emptied or created it before the first row came */
    bool emptied_later; /* it was emptied after rows had come */
    bool kept;          /* it is only made when it is not there yet */
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
        return s->kind == IR_KIND_INSERT ? TOUCH_INSERT : TOUCH_CHANGE;
    case IR_ACCESS_TRUNCATE:
        return TOUCH_EMPTY;
    case IR_ACCESS_DELETE:
        return s->kind == IR_KIND_DELETE && !(s->flags & IR_STMT_HAS_WHERE) ? TOUCH_EMPTY : TOUCH_CHANGE;
    case IR_ACCESS_DROP:
        return TOUCH_DROP;
    case IR_ACCESS_ALTER:
        return is_neutral(s->kind) || is_harmless_alter(p, s) ? TOUCH_NEUTRAL : TOUCH_CHANGE;
    default:
        return is_neutral(s->kind) ? TOUCH_NEUTRAL : TOUCH_CHANGE;
    }
}

static void tally_rows(struct tally *t, const struct ir_statement *s)
{
    if (!t->count[TOUCH_MAKE] && !t->count[TOUCH_INSERT]) {
        t->job = s->job;
        t->one_job = true;
    } else if (t->job.v != s->job.v) {
        t->one_job = false;
    }
}

/* A table that exists already stays as it is under IF NOT EXISTS; a temporary one never does. */
static bool declares_afresh(const struct ir_statement *s)
{
    return !(s->flags & IR_STMT_IF_NOT_EXISTS) || (s->flags & IR_STMT_TEMP);
}

static void tally_touch(struct planner *p, struct tally *t, ir_access_id id, ir_job_id *fresh_in)
{
    const struct ir_access *access = IR(p->ir, access, id);
    const struct ir_statement *s = IR(p->ir, statement, access->statement);
    enum touch touch = touch_of(p, access);

    if (touch == TOUCH_NEUTRAL || !access->statement.v || t->last[touch].v == access->statement.v)
        return;
    if (touch == TOUCH_MAKE || touch == TOUCH_INSERT) {
        tally_rows(t, s);
        t->kept |= s->kind == IR_KIND_CREATE_TABLE_AS && !declares_afresh(s) && fresh_in->v != s->job.v;
        if (touch == TOUCH_INSERT && !t->count[TOUCH_INSERT])
            t->fresh = fresh_in->v && fresh_in->v == s->job.v;
        vec_push(p->scratch, &p->row_statements, access->statement);
    } else if (touch == TOUCH_EMPTY || touch == TOUCH_DROP ||
               (touch == TOUCH_DECLARE && declares_afresh(s))) {
        *fresh_in = s->job;
        t->emptied_later |= touch == TOUCH_EMPTY && (t->count[TOUCH_MAKE] || t->count[TOUCH_INSERT]);
    }
    if (!t->count[touch]++)
        t->first[touch] = access->statement;
    t->last[touch] = access->statement;
}

/* Why the writes of a dataset do not add up to one model, NULL when they do. */
static const char *why_no_model(const struct planner *p, const struct tally *t)
{
    struct arena *a = p->scratch;

    if (t->count[TOUCH_CHANGE])
        return arena_printf(a, "%s at %s changes its rows",
                            ir_name_of_statement_kind(IR(p->ir, statement, t->first[TOUCH_CHANGE])->kind),
                            plan_where(p, t->first[TOUCH_CHANGE]));
    if (t->count[TOUCH_MAKE] > 1)
        return arena_printf(a, "it is made in more than one place (%s, %s)",
                            plan_where(p, t->first[TOUCH_MAKE]), plan_where(p, t->last[TOUCH_MAKE]));
    if (!t->one_job)
        return arena_printf(a, "its rows come from more than one job (the last of them at %s)",
                            plan_where(p, t->last[TOUCH_INSERT]));
    if (t->emptied_later)
        return arena_printf(a, "it is emptied at %s after rows were put into it",
                            plan_where(p, t->last[TOUCH_EMPTY]));
    if (t->kept)
        return "it is made only when it is not there yet (IF NOT EXISTS): later runs change nothing";
    if (!t->count[TOUCH_MAKE] && !t->fresh)
        return "rows are added to what is already there: nothing in this job creates or empties the "
               "table first";
    if (t->count[TOUCH_MAKE] && t->count[TOUCH_INSERT] && t->first[TOUCH_INSERT].v < t->first[TOUCH_MAKE].v)
        return "rows are put into it before it is made";
    return NULL;
}

static const char *row_obstacle(const struct planner *p, const struct plan_build *b)
{
    for (uint32_t k = 0; k < b->row_count; k++) {
        ir_statement_id id = p->row_statements.items[b->rows + k];
        const struct ir_statement *s = IR(p->ir, statement, id);
        const char *why = plan_obstacle(p, id);

        if (why)
            return arena_printf(p->scratch, "at %s %s", plan_where(p, id), why);
        if (s->kind != IR_KIND_TO_SQL && !s->body_len)
            return arena_printf(p->scratch, "at %s it has no query", plan_where(p, id));
        if (s->kind == IR_KIND_TO_SQL && b->row_count > 1)
            return "rows of a DataFrame and of a statement go into it";
    }
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

static void make(struct planner *p, ir_dataset_id dataset)
{
    struct plan_build *b = &p->builds[dataset.v];
    struct tally t = {0};
    ir_job_id fresh_in = {0};
    const char *why;

    b->rows = p->row_statements.count;
    for (uint32_t k = p->touches.first[dataset.v]; k < p->touches.first[dataset.v + 1]; k++)
        tally_touch(p, &t, (ir_access_id){p->touches.rows[k]}, &fresh_in);
    b->row_count = p->row_statements.count - b->rows;
    b->candidate = b->row_count > 0;
    if (!b->candidate)
        return;
    b->first = p->row_statements.items[b->rows];
    b->inserts = t.count[TOUCH_INSERT] > 0;
    if (IR(p->ir, statement, b->first)->kind == IR_KIND_TO_SQL)
        b->frame = written_frame(p, b->first);
    why = why_no_model(p, &t);
    if (!why)
        why = row_obstacle(p, b);
    b->model = !why;
    if (why)
        b->why_not = ir_interns(p->ir, why);
}

void plan_makers(struct planner *p)
{
    for (IR_EACH(p->ir, dataset, d)) {
        enum ir_dataset_kind kind = IR(p->ir, dataset, d)->kind;

        if (kind == IR_DATASET_TABLE || kind == IR_DATASET_VIEW || kind == IR_DATASET_MATVIEW ||
            kind == IR_DATASET_TEMP || kind == IR_DATASET_UNKNOWN)
            make(p, d);
    }
}
