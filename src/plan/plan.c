/*
 * Planning in passes over flat tables: who makes what, what can become a model, where it belongs and what it is
 * called, its SQL, what the code proves about it, and at last what became of every statement.
 */
#include "plan/planner.h"

#include "plan/holes.h"
#include "ir/scan.h"
#include "plan/variables.h"

#include <string.h>

static void build_indexes(struct planner *p)
{
    struct ir *ir = p->ir;
    struct arena *a = p->arena;

    p->accesses = IR_INDEX(a, ir, access, statement, statement);
    p->touches = IR_INDEX(a, ir, access, dataset, dataset);
    p->into = IR_INDEX(a, ir, edge, to, dataset);
    p->out_of = IR_INDEX(a, ir, edge, from, dataset);
    p->column_edges = IR_INDEX(a, ir, column_edge, to, dataset);
    p->columns = IR_INDEX(a, ir, column, dataset, dataset);
    p->queries = IR_INDEX(a, ir, query, statement, statement);
    p->outputs = IR_INDEX(a, ir, output, query, query);
    p->query_columns = IR_INDEX(a, ir, query_column, query, query);
    p->uses = IR_INDEX(a, ir, use, query, query);
    p->inputs = IR_INDEX(a, ir, input, query, query);
    p->joins = IR_INDEX(a, ir, join, query, query);
    p->targets = IR_INDEX(a, ir, target_column, access, access);
    p->segments = IR_INDEX(a, ir, segment, text, text);
    p->rel_columns = IR_INDEX(a, ir, rel_column, rel, rel);
    p->code_lines = IR_INDEX(a, ir, code_line, code, code);
    p->code_edits = IR_INDEX(a, ir, code_edit, code, code);
    p->code_names = IR_INDEX(a, ir, code_name, line, code_line);
    p->code_calls = IR_INDEX(a, ir, code_argument, define, code_line);
    p->file_frames = IR_INDEX(a, ir, frame, file, file);
    p->file_texts = IR_INDEX(a, ir, text, file, file);
}

/* The statement of each text that has exactly one: what a read_sql text says. */
static void find_text_statements(struct planner *p)
{
    p->text_statements = ARENA_ARRAY(p->arena, ir_statement_id, p->ir->text.count);
    for (IR_EACH(p->ir, statement, i)) {
        ir_text_id text = IR(p->ir, statement, i)->text;

        if (text.v && !p->text_statements[text.v].v)
            p->text_statements[text.v] = i;
    }
}

/* The CALLs of each routine: those that name it, when only one routine is called so. */
static void find_calls(struct planner *p)
{
    struct ir *ir = p->ir;
    struct map named = map_new(p->scratch);
    uint32_t *owners = ARENA_ARRAY(p->scratch, uint32_t, ir->statement.count);

    for (IR_EACH(ir, job, j)) {
        uint32_t name = ir_fold(ir, IR(ir, job, j)->name).v;
        enum ir_job_kind kind = IR(ir, job, j)->kind;

        if (name && (kind == IR_JOB_PROCEDURE || kind == IR_JOB_FUNCTION))
            map_put(&named, name, map_get(&named, name) ? UINT32_MAX : j.v);
    }
    for (IR_EACH(ir, access, a)) {
        const struct ir_access *access = IR(ir, access, a);
        uint32_t job = map_get(&named, ir_fold(ir, access->name).v);

        if (access->mode == IR_ACCESS_CALL && job != UINT32_MAX &&
            IR(ir, statement, access->statement)->kind == IR_KIND_CALL)
            owners[access->statement.v] = job;
    }
    p->calls = ir_index_rows(p->arena, owners, ir->statement.count, sizeof *owners, 0, ir->job.count);
}

static bool is_routine(const struct planner *p, ir_job_id job)
{
    enum ir_job_kind kind = IR(p->ir, job, job)->kind;

    return kind == IR_JOB_PROCEDURE || kind == IR_JOB_FUNCTION;
}

/* The routine that alone calls this one, once and whatever happens; none otherwise. */
static ir_job_id only_caller(const struct planner *p, ir_job_id job)
{
    uint32_t first = p->calls.first[job.v];
    const struct ir_statement *s;

    if (p->calls.first[job.v + 1] != first + 1)
        return (ir_job_id){0};
    s = IR(p->ir, statement, (ir_statement_id){p->calls.rows[first]});
    if (s->flags & (IR_STMT_IN_LOOP | IR_STMT_IN_BRANCH) || !is_routine(p, s->job) || !is_routine(p, job))
        return (ir_job_id){0};
    return s->job;
}

enum { max_calls = 32 }; /* of routines within one another, as far as they are followed */

/* A routine that only one other calls is a part of that: it shares its temporary tables and its turn. */
static void find_roots(struct planner *p)
{
    p->root = ARENA_ARRAY(p->arena, ir_job_id, p->ir->job.count);
    p->called = map_new(p->arena);
    for (IR_EACH(p->ir, job, j)) {
        ir_job_id root = j, caller;
        int depth = 0;

        while (depth < max_calls && (caller = only_caller(p, root)).v)
            root = caller, depth++;
        p->root[j.v] = depth < max_calls ? root : j;
        if (p->root[j.v].v != j.v)
            map_put(&p->called, p->calls.rows[p->calls.first[j.v]], j.v);
    }
}

static void find_units(struct planner *p)
{
    const struct ir *ir = p->ir;

    p->unit = ARENA_ARRAY(p->arena, ir_job_id, ir->job.count);
    for (IR_EACH(ir, job, j)) {
        const struct ir_job *job = IR(ir, job, j);

        p->unit[j.v] = job->kind == IR_JOB_TASK && job->parent.v ? job->parent : p->root[j.v];
    }
}

/* A job's statements as they run, those of a routine where it is called. No deeper than max_calls. */
static void rank_job(struct planner *p, ir_job_id job, uint32_t *rank)
{
    for (uint32_t k = p->by_job.first[job.v]; k < p->by_job.first[job.v + 1]; k++) {
        ir_job_id called = {map_get(&p->called, p->by_job.items[k].v)};

        p->rank[p->by_job.items[k].v] = ++*rank;
        if (called.v && p->root[called.v].v != called.v)
            rank_job(p, called, rank);
    }
}

/* When each statement runs, compared within its unit: tasks as their edges declare, statements as they stand. */
static void rank_statements(struct planner *p)
{
    const struct ir *ir = p->ir;
    struct ir_job_order order = ir_order_jobs(ir, p->arena);
    uint32_t *jobs = ARENA_ARRAY(p->scratch, uint32_t, ir->job.count), rank = 0;

    p->by_job = order;
    p->routines_read = ARENA_ARRAY(p->arena, struct plan_routine *, ir->job.count);
    p->loops = ARENA_ARRAY(p->arena, uint32_t, ir->statement.count + 1);
    p->parameters = IR_INDEX(p->arena, ir, parameter, job, job);
    p->rank = ARENA_ARRAY(p->arena, uint32_t, ir->statement.count + 1);
    p->tasks = ir_task_graph(ir, p->arena);
    ir_graph_order(&p->tasks, p->scratch, jobs);
    for (uint32_t i = 0; i < p->tasks.count; i++)
        if (p->root[jobs[i]].v == jobs[i])
            rank_job(p, (ir_job_id){jobs[i]}, &rank);
}

bool plan_jobs_ordered(const struct planner *p, ir_job_id a, ir_job_id b)
{
    uint8_t *reached = ARENA_ARRAY(p->scratch, uint8_t, p->tasks.count);

    ir_graph_reach(&p->tasks, p->scratch, a.v, reached);
    if (reached[b.v])
        return true;
    ir_graph_reach(&p->tasks, p->scratch, b.v, reached);
    return reached[a.v] != 0;
}

struct pass {
    void (*run)(struct planner *);
    bool for_bodies;
};

static const struct pass passes[] = {
    {plan_makers, false},  {plan_frames, false}, {plan_frame_bodies_begin, false},
    {plan_scripts, false}, {plan_order, false},  {plan_twins, false},
    {plan_layers, false},  {plan_names, false},  {plan_descriptions, false},
    {plan_bodies, true},   {plan_proofs, true},  {plan_declared, true},
    {plan_fates, false},
};

void plan_project(struct ir *ir, struct arena *scratch, const struct plan_options *options)
{
    struct planner p = {.ir = ir, .arena = scratch, .scratch = arena_new(), .options = options};

    p.builds = ARENA_ARRAY(scratch, struct plan_build, ir->dataset.count);
    build_indexes(&p);
    find_text_statements(&p);
    find_calls(&p);
    find_roots(&p);
    find_units(&p);
    rank_statements(&p);
    p.routines = plan_routine_names(&p);
    plan_variable_edges(&p);
    p.into = IR_INDEX(scratch, ir, edge, to, dataset);
    p.out_of = IR_INDEX(scratch, ir, edge, from, dataset);
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
        arena_reset(p.scratch);
        if (!passes[i].for_bodies || !options->no_bodies)
            passes[i].run(&p);
    }
    arena_free(p.scratch);
}

const char *plan_where(const struct planner *p, ir_statement_id statement)
{
    struct ir_place at = ir_statement_place(p->ir, statement);

    return arena_printf(p->scratch, "%s:%u", ir_string(p->ir, IR(p->ir, file, at.file)->path), at.line);
}

ir_access_id plan_target(const struct planner *p, ir_statement_id statement)
{
    const struct ir_index *ix = &p->accesses;

    for (uint32_t k = ix->first[statement.v]; k < ix->first[statement.v + 1]; k++) {
        ir_access_id id = {ix->rows[k]};

        if (IR(p->ir, access, id)->flags & IR_ACCESS_TARGET)
            return id;
    }
    return (ir_access_id){0};
}

/* Does a value that is not known, or not the text's own, stand in the statement? */
static bool has_substitution(const struct planner *p, const struct ir_statement *s)
{
    const struct ir_index *ix = &p->segments;

    for (uint32_t k = ix->first[s->text.v]; k < ix->first[s->text.v + 1]; k++) {
        const struct ir_segment *segment = &p->ir->segment.items[ix->rows[k]];

        if (segment->kind == IR_SEG_SUBSTITUTED && segment->off < s->off + s->len &&
            segment->off + segment->len > s->off)
            return true;
    }
    return false;
}

static const char *hole_obstacle(const struct planner *p, ir_statement_id statement)
{
    struct plan_hole hole;

    for (uint32_t at = 0; plan_next_hole(p, statement, at, &hole); at = hole.off + hole.len)
        if (!hole.jinja)
            return hole.why;
    return NULL;
}

/* Does the statement's body begin as a query does? CLONE and LIKE name a table instead. */
static bool is_query(const struct planner *p, const struct ir_statement *s)
{
    static const char *const words[] = {"select", "sel", "with", "values", "table", "from", "("};
    struct slice content = ir_slice(p->ir, IR(p->ir, text, s->text)->content);
    struct scan scan = {slice_sub(content, 0, s->body_off + s->body_len), s->body_off};
    struct scan_token first = scan_solid(&scan);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is_nocase(first.bytes, words[i]))
            return true;
    return false;
}

/* Is one of these comma-separated names a routine of the project? */
static bool names_routine(const struct planner *p, struct slice names)
{
    while (names.n) {
        const char *comma = memchr(names.p, ',', names.n);
        struct slice name = {names.p, comma ? (size_t)(comma - names.p) : names.n};

        names = slice_sub(names, name.n + 1, names.n);
        for (size_t i = name.n; i-- > 0;)
            if (name.p[i] == '.') {
                name = slice_sub(name, i + 1, name.n);
                break;
            }
        if (map_get(&p->routines, ir_fold(p->ir, ir_intern(p->ir, name.p, name.n)).v))
            return true;
    }
    return false;
}

/* Does it read the rows of a function of the project, which no model makes? */
static bool reads_routine(const struct planner *p, ir_statement_id statement)
{
    for (uint32_t k = p->queries.first[statement.v]; k < p->queries.first[statement.v + 1]; k++) {
        uint32_t query = p->queries.rows[k];

        for (uint32_t i = p->inputs.first[query]; i < p->inputs.first[query + 1]; i++) {
            const struct ir_input *input = &p->ir->input.items[p->inputs.rows[i]];

            if (input->kind == IR_INPUT_FUNCTION && names_routine(p, ir_slice(p->ir, input->function)))
                return true;
        }
    }
    return false;
}

/* WITH moved AS (DELETE … RETURNING …) INSERT …: one statement, two tables that are written. */
static bool writes_another(const struct planner *p, ir_statement_id statement)
{
    uint32_t targets = 0;

    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->accesses.rows[k]];

        targets += access->mode == IR_ACCESS_DELETE || access->mode == IR_ACCESS_UPDATE ||
                   access->mode == IR_ACCESS_APPEND || access->mode == IR_ACCESS_UPSERT ||
                   access->mode == IR_ACCESS_CREATE;
    }
    return targets > 1;
}

const char *plan_obstacle(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    const char *why;

    if (s->understood != IR_UNDERSTOOD ||
        s->body_off + s->body_len > ir_slice(p->ir, IR(p->ir, text, s->text)->content).n)
        return "not everything in it is understood";
    if (s->body_len && !is_query(p, s))
        return "its rows are not given by a query";
    if (writes_another(p, statement))
        return "it changes another table too, within its WITH";
    why = hole_obstacle(p, statement);
    if (why)
        return why;
    if (s->variables.v && plan_variables_obstacle(p, statement))
        return plan_variables_obstacle(p, statement);
    why = plan_qualified_obstacle(p, statement);
    if (why)
        return why;
    if (s->flags & IR_STMT_IN_LOOP && !plan_loop_query(p, statement).v)
        return "it runs in a loop";
    if (s->flags & IR_STMT_IN_BRANCH)
        return "it runs only under a condition";
    if (s->flags & IR_STMT_NO_DATA)
        return "it is made WITH NO DATA";
    if (s->flags & IR_STMT_INDEX_COLUMN)
        return "to_sql writes the frame's index as a column (index=False is missing)";
    if (IR(p->ir, text, s->text)->unknown_parts && has_substitution(p, s))
        return "a part of its text is only known when it runs";
    if (reads_routine(p, statement))
        return "it reads the rows of a function of this project, which no model makes";
    return NULL;
}
