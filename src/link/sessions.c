/*
 * The order in which statements run and the session that each runs in. A script is a session (psql's \c
 * begins another), a task is one, a routine runs in the session that calls it: its temps are there
 * afterwards. Each routine's body is read once, in its first caller's session; later callers get what
 * it leaves behind.
 */
#include "link/linker.h"

#include <stdlib.h>
#include <string.h>

struct item { /* a statement, or a file that is run, at its position in a job */
    uint32_t major, minor;
    uint32_t row;
    bool is_file;
};

struct routine_log { /* the temps that a routine made and dropped */
    uint32_t first, count;
    enum link_state state;
};

struct walk {
    struct link *l;
    struct link_names names;
    struct ir_index statements, files; /* of a job */
    struct routine_log *jobs;
    bool *called; /* jobs that another one runs */
    uint32_t sessions;
    uint32_t depth;
};

/* ---- what a job runs, in order ---- */

static uint32_t root_order(const struct ir *ir, ir_text_id text)
{
    for (uint32_t i = 0; IR(ir, text, text)->parent.v && i < LINK_MAX_DEPTH; i++)
        text = IR(ir, text, text)->parent;
    return IR(ir, text, text)->order;
}

static int by_position(const void *pa, const void *pb)
{
    const struct item *a = pa, *b = pb;

    if (a->major != b->major)
        return a->major < b->major ? -1 : 1;
    if (a->minor != b->minor)
        return a->minor < b->minor ? -1 : 1;
    if (a->is_file != b->is_file)
        return a->is_file ? 1 : -1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Statements of texts inside texts stand where the statement of the file stood that was read before them. */
static struct item *items_of(struct walk *w, ir_job_id job, uint32_t *count)
{
    const struct ir *ir = w->l->ir;
    uint32_t sf = w->statements.first[job.v], sn = w->statements.first[job.v + 1] - sf;
    uint32_t ff = w->files.first[job.v], fn = w->files.first[job.v + 1] - ff;
    struct item *items = ARENA_ARRAY(w->l->arena, struct item, sn + fn + 1);
    uint32_t last = 0;

    for (uint32_t k = 0; k < sn; k++) {
        const struct ir_statement *s = &ir->statement.items[w->statements.rows[sf + k]];

        if (s->text.v && IR(ir, text, s->text)->kind == IR_TEXT_FILE)
            last = s->off;
        items[k] = (struct item){.major = s->text.v ? root_order(ir, s->text) : s->order,
                                 .minor = last,
                                 .row = w->statements.rows[sf + k]};
    }
    for (uint32_t k = 0; k < fn; k++) {
        const struct ir_run_file *f = &ir->run_file.items[w->files.rows[ff + k]];
        bool script = IR(ir, file, f->file)->language == IR_LANG_SQL;

        items[sn + k] = (struct item){.major = script ? 0 : f->order,
                                      .minor = script ? f->off : 0,
                                      .row = w->files.rows[ff + k],
                                      .is_file = true};
    }
    *count = sn + fn;
    qsort(items, *count, sizeof *items, by_position);
    return items;
}

/* ---- routines ---- */

static ir_job_id routine_called(struct walk *w, const struct ir_access *a)
{
    return link_routine(w->l, a->schema, a->name);
}

/* The jobs that others run are not begun on their own. */
static void called_collect(struct walk *w)
{
    struct ir *ir = w->l->ir;

    w->called = ARENA_ARRAY(w->l->arena, bool, ir->job.count);
    for (IR_EACH(ir, access, i)) {
        const struct ir_access *a = IR(ir, access, i);
        ir_job_id job;

        if (a->mode != IR_ACCESS_CALL)
            continue;
        job = routine_called(w, a);
        if (job.v != IR(ir, statement, a->statement)->job.v)
            w->called[job.v] = true;
    }
    for (IR_EACH(ir, input, i))
        if (IR(ir, input, i)->kind == IR_INPUT_FUNCTION)
            w->called[link_function_job(w->l, i).v] = true;
    for (IR_EACH(ir, run_file, i))
        w->called[link_run_file_job(w->l, i).v] = true;
}

/* ---- the walk ---- */

static void job_run(struct walk *w, ir_job_id job, struct link_session *session);

static void log_replay(struct walk *w, const struct routine_log *log, uint32_t session)
{
    for (uint32_t i = log->first; i < log->first + log->count; i++) {
        struct link_temp t = w->names.log.items[i];

        map_put(&w->names.temps, map_key(session, t.name.v), t.dataset.v);
        vec_push(w->l->arena, &w->names.log, t);
    }
}

static void job_call(struct walk *w, ir_job_id job, struct link_session *session)
{
    if (job.v == 0 || w->depth >= LINK_MAX_DEPTH)
        return;
    if (w->jobs[job.v].state == LINK_NEW)
        job_run(w, job, session);
    else if (w->jobs[job.v].state == LINK_DONE)
        log_replay(w, &w->jobs[job.v], session->id);
}

/* Functions in FROM run too. */
static void query_run(struct walk *w, uint32_t query, struct link_session *session)
{
    struct link *l = w->l;

    for (uint32_t k = l->inputs.first[query]; k < l->inputs.first[query + 1]; k++) {
        ir_input_id input = {l->inputs.rows[k]};

        if (IR(l->ir, input, input)->kind == IR_INPUT_FUNCTION)
            job_call(w, link_function_job(l, input), session);
    }
}

static void statement_run(struct walk *w, ir_statement_id statement, struct link_session *session)
{
    struct link *l = w->l;

    if (IR(l->ir, statement, statement)->kind == IR_KIND_SET)
        link_defaults_set(l, session, statement);
    link_name_statement(&w->names, statement, session);
    for (uint32_t k = l->accesses.first[statement.v]; k < l->accesses.first[statement.v + 1]; k++) {
        const struct ir_access *a = &l->ir->access.items[l->accesses.rows[k]];

        if (a->mode == IR_ACCESS_CALL)
            job_call(w, routine_called(w, a), session);
    }
    for (uint32_t k = l->queries.first[statement.v]; k < l->queries.first[statement.v + 1]; k++)
        query_run(w, l->queries.rows[k], session);
}

static void session_new(struct walk *w, struct link_session *session, ir_job_id job)
{
    *session = (struct link_session){.id = ++w->sessions, .job = job};
    link_defaults_begin(w->l, session);
}

static void job_run(struct walk *w, ir_job_id job, struct link_session *session)
{
    const struct ir *ir = w->l->ir;
    uint32_t count, connection = 0;
    struct item *items = items_of(w, job, &count);
    struct routine_log *log = &w->jobs[job.v];

    w->depth++;
    log->state = LINK_BUSY;
    log->first = w->names.log.count;
    for (uint32_t i = 0; i < count; i++) {
        ir_statement_id s = {items[i].row};

        if (items[i].is_file) {
            job_call(w, link_run_file_job(w->l, (ir_run_file_id){items[i].row}), session);
            continue;
        }
        if (IR(ir, statement, s)->session != connection) {
            connection = IR(ir, statement, s)->session;
            session_new(w, session, job);
        }
        statement_run(w, s, session);
    }
    log->count = w->names.log.count - log->first;
    log->state = LINK_DONE;
    w->depth--;
}

void link_sessions(struct link *l)
{
    struct walk w = {.l = l};

    link_defaults_collect(l);
    link_names_begin(&w.names, l);
    w.statements = IR_INDEX(l->arena, l->ir, statement, job, job);
    w.files = IR_INDEX(l->arena, l->ir, run_file, job, job);
    w.jobs = ARENA_ARRAY(l->arena, struct routine_log, l->ir->job.count);
    called_collect(&w);
    /* Job 0 holds the statements that nobody runs. What only calls itself in a circle comes last. */
    for (int left = 0; left < 2; left++)
        for (uint32_t j = 0; j < l->ir->job.count; j++) {
            struct link_session session;

            if (w.jobs[j].state != LINK_NEW || (left == 0 && w.called[j]))
                continue;
            session_new(&w, &session, (ir_job_id){j});
            job_run(&w, (ir_job_id){j}, &session);
        }
    link_names_end(&w.names);
}
