/*
 * Tasks: what their DAG declares about their order against what their data needs.
 *
 * A shell's pipelines are judged as DAGs are. Two tasks conflict when both touch a table and at least one writes it. A declared order is needed when a chain
 * of conflicts leads from the one task to the other along declared orders; a conflict between tasks of no order is
 * a race. Both relations are matrices of bits, closed by search.
 */
#include "lint/facts.h"

#include "base/map.h"

#include <stdlib.h>

/* Tasks × (tasks + declared orders) of one DAG, and pairs of mentions of one table: what is larger costs more
 * than it tells. */
static const uint64_t MAX_WORK = 10000000;

#define MAX_NESTED 500 /* jobs that one task runs */

/* A task's mention of a table. */
struct touch {
    uint32_t dataset, task; /* task: number within the DAG */
    ir_access_id access;
};

struct dag {
    struct facts *f;
    const struct tasks *t;
    ir_job_id id;
    VEC(uint32_t) tasks; /* job ids */
    VEC(struct touch) touches;
    bool *known;       /* by task: it has SQL, and all of it is understood */
    uint32_t words;    /* of a row of the matrices */
    uint64_t *ordered; /* the row's task must end before the column's starts */
    uint64_t *flows;   /* the column's task needs the row's, directly */
};

struct tasks {
    struct facts *f;
    struct ir_index children; /* jobs of a parent */
    struct ir_index edges;    /* task_edge rows of their first task */
    struct ir_index runs;     /* run_file rows of a job */
    struct ir_index calls;    /* routine_call rows of a job */
    uint32_t *number;         /* job -> number within its DAG */
};

static bool bit(const struct dag *d, const uint64_t *rows, uint32_t row, uint32_t column)
{
    return rows[(size_t)row * d->words + column / 64] >> column % 64 & 1;
}

static void set_bit(const struct dag *d, uint64_t *rows, uint32_t row, uint32_t column)
{
    rows[(size_t)row * d->words + column / 64] |= (uint64_t)1 << column % 64;
}

static uint64_t *new_bits(const struct dag *d)
{
    return ARENA_ARRAY(d->f->family, uint64_t, (size_t)d->tasks.count * d->words);
}

static const char *task_name(const struct dag *d, uint32_t task)
{
    const struct ir_job *job = &d->f->ir->job.items[d->tasks.items[task]];

    return ir_string(d->f->ir, job->name.v ? job->name : job->id);
}

static const char *dag_name(const struct dag *d)
{
    return ir_string(d->f->ir, IR(d->f->ir, job, d->id)->id);
}

/* ---- what a DAG declares and touches ---- */

static void search_from(const struct dag *d, const struct tasks *t, uint32_t start)
{
    VEC(uint32_t) todo = {0};

    vec_push(d->f->arena, &todo, start);
    while (todo.count) {
        uint32_t job = d->tasks.items[todo.items[--todo.count]];

        for (uint32_t k = t->edges.first[job]; k < t->edges.first[job + 1]; k++) {
            ir_job_id to = d->f->ir->task_edge.items[t->edges.rows[k]].to;
            uint32_t next = t->number[to.v];

            if (IR(d->f->ir, job, to)->parent.v != d->id.v || bit(d, d->ordered, start, next))
                continue;
            set_bit(d, d->ordered, start, next);
            vec_push(d->f->arena, &todo, next);
        }
    }
}

static int by_dataset(const void *a, const void *b)
{
    const struct touch *x = a, *y = b;

    if (x->dataset != y->dataset)
        return x->dataset < y->dataset ? -1 : 1;
    return x->access.v < y->access.v ? -1 : x->access.v > y->access.v;
}

static void gather_job(struct dag *d, uint32_t task, uint32_t job)
{
    struct facts *f = d->f;

    d->known[task] &= !f->job_is_blind[job];
    for (uint32_t i = f->statements.first[job]; i < f->statements.first[job + 1]; i++) {
        uint32_t s = f->statements.rows[i];

        for (uint32_t k = f->accesses.first[s]; k < f->accesses.first[s + 1]; k++) {
            ir_access_id a = {f->accesses.rows[k]};
            const struct ir_access *row = IR(f->ir, access, a);

            if (access_is_relation(row) && row->dataset.v && !access_is_temp(f, row))
                vec_push(f->arena, &d->touches, ((struct touch){row->dataset.v, task, a}));
        }
    }
}

struct job_list {
    VEC(uint32_t) jobs;
    struct map seen;
};

static void add_job(const struct dag *d, struct job_list *list, uint32_t job)
{
    if (job && !map_get(&list->seen, job)) {
        map_put(&list->seen, job, 1);
        vec_push(d->f->work, &list->jobs, job);
    }
}

/* A task's own statements, and those of what it runs: scripts, the tasks of pipelines, routines that it calls. */
static void gather_task(struct dag *d, uint32_t task)
{
    const struct tasks *t = d->t;
    const struct ir *ir = d->f->ir;
    struct job_list todo = {.seen = map_new(d->f->work)};

    add_job(d, &todo, d->tasks.items[task]);
    for (uint32_t i = 0; i < todo.jobs.count && i < MAX_NESTED; i++) {
        uint32_t job = todo.jobs.items[i];

        gather_job(d, task, job);
        for (uint32_t k = t->runs.first[job]; k < t->runs.first[job + 1]; k++)
            add_job(d, &todo, ir->run_file.items[t->runs.rows[k]].runs.v);
        for (uint32_t k = t->calls.first[job]; k < t->calls.first[job + 1]; k++)
            add_job(d, &todo, ir->routine_call.items[t->calls.rows[k]].routine.v);
        for (uint32_t k = t->children.first[job]; i && k < t->children.first[job + 1]; k++)
            if (ir->job.items[t->children.rows[k]].kind == IR_JOB_TASK)
                add_job(d, &todo, t->children.rows[k]);
    }
    arena_reset(d->f->work);
}

static void gather_touches(struct dag *d)
{
    for (uint32_t task = 0; task < d->tasks.count; task++) {
        d->known[task] = true;
        gather_task(d, task);
    }
    if (d->touches.count)
        qsort(d->touches.items, d->touches.count, sizeof *d->touches.items, by_dataset);
}

static enum ir_access_mode mode_of(const struct dag *d, const struct touch *touch)
{
    return IR(d->f->ir, access, touch->access)->mode;
}

/* ---- pairs of touches of one table ---- */

static const char *table_of(const struct dag *d, const struct touch *touch)
{
    return access_written(d->f, IR(d->f->ir, access, touch->access));
}

/* A read with no order to a writer. */
static void add_task_read(const struct dag *d, const struct touch *read, const struct touch *write)
{
    FACT_ADD(d->f, task_read, at_access(d->f, read->access), .dag = dag_name(d),
             .task = task_name(d, read->task), .writer = task_name(d, write->task),
             .table = table_of(d, read));
    fact_step(d->f, at_access(d->f, write->access),
              arena_printf(d->f->arena, "task %s writes it here", task_name(d, write->task)));
}

/* Two writers with no order; where both only append, their order does not matter. */
static void add_two_writers(const struct dag *d, const struct touch *one, const struct touch *two)
{
    if (mode_of(d, one) == IR_ACCESS_APPEND && mode_of(d, two) == IR_ACCESS_APPEND)
        return;
    if (one->access.v > two->access.v) {
        const struct touch *swap = one;

        one = two;
        two = swap;
    }
    FACT_ADD(d->f, two_task_writers, at_access(d->f, two->access), .table = table_of(d, two),
             .task = task_name(d, two->task), .other = task_name(d, one->task), .dag = dag_name(d));
    fact_relate(d->f, at_access(d->f, one->access),
                arena_printf(d->f->arena, "task %s writes it here", task_name(d, one->task)));
}

/* A conflict: data flows along the declared order, or from writer to reader where there is none. */
static void note_conflict(struct dag *d, const struct touch *write, const struct touch *other)
{
    bool forward = bit(d, d->ordered, write->task, other->task);
    bool back = bit(d, d->ordered, other->task, write->task);

    if (forward || !back)
        set_bit(d, d->flows, write->task, other->task);
    if (back)
        set_bit(d, d->flows, other->task, write->task);
    if (forward || back || !mode_writes(mode_of(d, write)))
        return;
    if (mode_of(d, other) == IR_ACCESS_READ)
        add_task_read(d, other, write);
    else if (mode_writes(mode_of(d, other)) && write->access.v < other->access.v)
        add_two_writers(d, write, other);
}

/* The touches of one table. A pair of tasks is told of once per table and way. */
static void compare_touches(struct dag *d, const struct touch *touches, uint32_t count)
{
    struct map told = map_new(d->f->family);

    if ((uint64_t)count * count > MAX_WORK)
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (mode_of(d, &touches[i]) == IR_ACCESS_READ)
            continue;
        for (uint32_t k = 0; k < count; k++) {
            bool reads = mode_of(d, &touches[k]) == IR_ACCESS_READ;
            uint64_t key = map_key(touches[i].task * 2 + reads, touches[k].task);

            if (touches[i].task == touches[k].task || map_get(&told, key))
                continue;
            if (mode_writes(mode_of(d, &touches[i])) || !reads)
                map_put(&told, key, 1);
            note_conflict(d, &touches[i], &touches[k]);
        }
    }
}

/* ---- declared orders ---- */

/* The tasks that need `first`, directly or through others, as a row of bits. */
static const uint64_t *needers(const struct dag *d, uint32_t first)
{
    uint64_t *seen = ARENA_ARRAY(d->f->family, uint64_t, d->words);
    VEC(uint32_t) todo = {0};

    vec_push(d->f->arena, &todo, first);
    while (todo.count) {
        const uint64_t *flows = d->flows + (size_t)todo.items[--todo.count] * d->words;

        for (uint32_t w = 0; w < d->words; w++) {
            uint64_t news = flows[w] & ~seen[w];

            seen[w] |= news;
            for (; news; news &= news - 1)
                vec_push(d->f->arena, &todo, w * 64 + (uint32_t)__builtin_ctzll(news));
        }
    }
    return seen;
}

static bool *tasks_that_touch(const struct dag *d)
{
    bool *touches = ARENA_ARRAY(d->f->family, bool, d->tasks.count);

    for (uint32_t i = 0; i < d->touches.count; i++)
        touches[d->touches.items[i].task] = true;
    return touches;
}

static void add_orders(const struct dag *d, const struct tasks *t)
{
    const struct ir *ir = d->f->ir;
    const bool *touches = tasks_that_touch(d);

    for (uint32_t first = 0; first < d->tasks.count; first++) {
        uint32_t job = d->tasks.items[first];
        const uint64_t *needs = NULL;

        for (uint32_t k = t->edges.first[job]; k < t->edges.first[job + 1]; k++) {
            const struct ir_task_edge *edge = &ir->task_edge.items[t->edges.rows[k]];
            uint32_t then = t->number[edge->to.v];

            if (IR(ir, job, edge->to)->parent.v != d->id.v || edge->alternative || edge->sequence)
                continue;
            needs = needs ? needs : needers(d, first);
            FACT_ADD(d->f, task_order, at_source(edge->file, edge->off, edge->len), .dag = dag_name(d),
                     .first = task_name(d, first), .then = task_name(d, then),
                     .needed = needs[then / 64] >> then % 64 & 1,
                     .known = d->known[first] && d->known[then] && touches[first] && touches[then]);
        }
    }
}

/* ---- temp tables across sessions ---- */

static void add_temps_across(const struct dag *d)
{
    struct facts *f = d->f;
    struct ir *ir = f->ir;
    struct map makers = map_new(f->family); /* folded name -> 1 + task */
    struct map made = map_new(f->family);   /* folded name -> the mention that makes it */

    for (uint32_t task = 0; task < d->tasks.count; task++) {
        uint32_t job = d->tasks.items[task];

        for (uint32_t i = f->statements.first[job]; i < f->statements.first[job + 1]; i++) {
            ir_statement_id s = {f->statements.rows[i]};
            ir_access_id target = statement_target(f, s);

            if (target.v && (IR(ir, statement, s)->flags & IR_STMT_TEMP ||
                             IR(ir, access, target)->flags & IR_ACCESS_TEMP)) {
                map_put(&makers, ir_fold(ir, IR(ir, access, target)->name).v, task + 1);
                map_put(&made, ir_fold(ir, IR(ir, access, target)->name).v, target.v);
            }
        }
    }
    for (uint32_t i = 0; i < d->touches.count; i++) {
        const struct touch *touch = &d->touches.items[i];
        const struct ir_access *a = IR(ir, access, touch->access);
        uint32_t maker = map_get(&makers, ir_fold(ir, a->name).v);

        if (!maker || maker - 1 == touch->task || a->schema.v || a->mode != IR_ACCESS_READ ||
            IR(ir, dataset, a->dataset)->maker.v)
            continue;
        FACT_ADD(f, temp_across_tasks, at_access(f, touch->access), .table = access_written(f, a),
                 .task = task_name(d, touch->task), .maker = task_name(d, maker - 1));
        fact_relate(f, at_access(f, (ir_access_id){map_get(&made, ir_fold(ir, a->name).v)}),
                    "the temp table is made here, in another session");
    }
}

/* ---- the whole ---- */

static void judge_dag(struct tasks *t, ir_job_id id)
{
    struct dag d = {.f = t->f, .t = t, .id = id};
    uint64_t edges = 0;

    for (uint32_t k = t->children.first[id.v]; k < t->children.first[id.v + 1]; k++) {
        uint32_t job = t->children.rows[k];

        t->number[job] = d.tasks.count;
        vec_push(t->f->arena, &d.tasks, job);
        edges += t->edges.first[job + 1] - t->edges.first[job];
    }
    if (!d.tasks.count || d.tasks.count * (d.tasks.count + edges) > MAX_WORK)
        return;
    if (!edges && IR(t->f->ir, file, IR(t->f->ir, job, id)->file)->language == IR_LANG_COMPOSE)
        return; /* services that run side by side for good: no order is meant */
    d.words = d.tasks.count / 64 + 1;
    d.ordered = new_bits(&d);
    d.flows = new_bits(&d);
    d.known = ARENA_ARRAY(t->f->family, bool, d.tasks.count);
    for (uint32_t task = 0; task < d.tasks.count; task++)
        search_from(&d, t, task);
    gather_touches(&d);
    for (uint32_t i = 0, end; i < d.touches.count; i = end) {
        for (end = i + 1;
             end < d.touches.count && d.touches.items[end].dataset == d.touches.items[i].dataset;)
            end++;
        compare_touches(&d, d.touches.items + i, end - i);
    }
    add_orders(&d, t);
    add_temps_across(&d);
}

/* The tables that a text's statements write, else those that they read. */
static const char *tables_of(const struct facts *f, const struct ir_index *statements, ir_text_id text)
{
    const char *read = "";

    for (uint32_t i = statements->first[text.v]; i < statements->first[text.v + 1]; i++) {
        ir_statement_id s = {statements->rows[i]};
        ir_access_id target = statement_target(f, s);

        if (target.v)
            return access_written(f, IR(f->ir, access, target));
        if (!*read && f->accesses.first[s.v] < f->accesses.first[s.v + 1])
            read = access_written(f, &f->ir->access.items[f->accesses.rows[f->accesses.first[s.v]]]);
    }
    return read;
}

/* Is the call within execute() of an operator's class? Its SQL is the task's own argument, and not hidden. */
static bool in_operator(const struct facts *f, const struct ir_text *text)
{
    struct slice s = at_bytes(f, at_source(text->file, 0, text->call_off));

    for (size_t i = s.n; i-- > 0;)
        if (memcmp(s.p + i, "def ", s.n - i < 4 ? s.n - i : 4) == 0 && s.n - i >= 4)
            return slice_starts(slice_sub(s, i + 4, s.n - i - 4), "execute(self");
    return false;
}

static void add_callables(struct facts *f)
{
    const struct ir *ir = f->ir;
    struct ir_index statements = IR_INDEX(f->family, ir, statement, text, text);

    for (IR_EACH(ir, text, i)) {
        const struct ir_text *row = IR(ir, text, i);
        const struct ir_job *job = IR(ir, job, row->job);

        if (row->kind != IR_TEXT_GUEST || job->kind != IR_JOB_TASK || !job->in_callable ||
            row->call == IR_CALL_NONE || in_operator(f, row))
            continue;
        FACT_ADD(f, callable_sql, at_callee(f, row->file, row->call_off, row->call_len),
                 .task = ir_string(ir, job->name), .dag = ir_string(ir, IR(ir, job, job->parent)->id),
                 .tables = tables_of(f, &statements, i));
    }
}

void facts_of_tasks(struct facts *f)
{
    struct ir *ir = f->ir;
    struct tasks t = {f,
                      IR_INDEX(f->family, ir, job, parent, job),
                      IR_INDEX(f->family, ir, task_edge, from, job),
                      IR_INDEX(f->family, ir, run_file, job, job),
                      IR_INDEX(f->family, ir, routine_call, job, job),
                      ARENA_ARRAY(f->family, uint32_t, ir->job.count)};

    for (IR_EACH(ir, job, j))
        if (IR(ir, job, j)->kind == IR_JOB_DAG || IR(ir, job, j)->kind == IR_JOB_PIPELINE)
            judge_dag(&t, j);
    add_callables(f);
}
