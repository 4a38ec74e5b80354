/*
 * Functions in FROM: the columns that they show, and where those come from. PostgreSQL's own are a table;
 * those of the tree show what RETURNS and OUT parameters say, and their rows are those of the body's last
 * SELECT (LANGUAGE sql) or of every RETURN QUERY.
 */
#include "link/linker.h"

#include <string.h>

/* Functions whose columns PostgreSQL fixes; no columns: one, named by the alias. */
static const struct {
    const char *name;
    const char *columns[3];
} builtins[] = {
    {"generate_series", {NULL}},
    {"generate_subscripts", {NULL}},
    {"unnest", {NULL}},
    {"regexp_split_to_table", {NULL}},
    {"regexp_matches", {NULL}},
    {"string_to_table", {NULL}},
    {"json_object_keys", {NULL}},
    {"jsonb_object_keys", {NULL}},
    {"jsonb_path_query", {NULL}},
    {"json_array_elements", {"value", NULL}},
    {"jsonb_array_elements", {"value", NULL}},
    {"json_array_elements_text", {"value", NULL}},
    {"jsonb_array_elements_text", {"value", NULL}},
    {"json_each", {"key", "value", NULL}},
    {"jsonb_each", {"key", "value", NULL}},
    {"json_each_text", {"key", "value", NULL}},
    {"jsonb_each_text", {"key", "value", NULL}},
};

static bool is_routine(const struct ir_job *j)
{
    return (j->kind == IR_JOB_PROCEDURE || j->kind == IR_JOB_FUNCTION) && j->name.v;
}

void link_functions_begin(struct link *l)
{
    struct ir *ir = l->ir;

    l->routines = map_new(l->arena);
    l->parameters = IR_INDEX(l->arena, ir, parameter, job, job);
    l->job_statements = IR_INDEX(l->arena, ir, statement, job, job);
    for (IR_EACH(ir, job, i)) {
        ir_str schema, name;

        if (!is_routine(IR(ir, job, i)))
            continue;
        schema = ir_fold(ir, IR(ir, job, i)->schema);
        name = ir_fold(ir, IR(ir, job, i)->name);
        if (map_get(&l->routines, map_key(schema.v, name.v)) == 0)
            map_put(&l->routines, map_key(schema.v, name.v), i.v);
        if (map_get(&l->routines, map_key(0, name.v)) == 0)
            map_put(&l->routines, map_key(0, name.v), i.v);
    }
}

ir_job_id link_routine(struct link *l, ir_str schema, ir_str name)
{
    struct ir *ir = l->ir;
    ir_job_id job;

    schema = ir_fold(ir, schema);
    name = ir_fold(ir, name);
    job.v = map_get(&l->routines, map_key(schema.v, name.v));
    if (job.v == 0 && schema.v) {
        job.v = map_get(&l->routines, map_key(0, name.v));
        if (IR(ir, job, job)->schema.v)
            job.v = 0;
    }
    return job;
}

/* The routine that "schema.name" calls. */
static ir_job_id routine_named(struct link *l, struct slice call)
{
    size_t dot = call.n;
    ir_str schema = {0};

    while (dot > 0 && call.p[dot - 1] != '.')
        dot--;
    if (dot > 0)
        schema = ir_intern(l->ir, call.p, dot - 1);
    return link_routine(l, schema, ir_intern(l->ir, call.p + dot, call.n - dot));
}

ir_job_id link_function_job(struct link *l, ir_input_id input)
{
    return routine_named(l, ir_slice(l->ir, IR(l->ir, input, input)->function));
}

/* ---- who calls them ---- */

static void add_call(struct link *l, ir_statement_id statement, ir_job_id routine)
{
    const struct ir_statement *s = IR(l->ir, statement, statement);

    if (routine.v && routine.v != s->job.v && s->kind != IR_KIND_CREATE_TRIGGER)
        ir_add_routine_call(l->ir, (struct ir_routine_call){s->job, routine, statement});
}

void link_calls(struct link *l)
{
    struct ir *ir = l->ir;

    for (IR_EACH(ir, access, a))
        if (IR(ir, access, a)->mode == IR_ACCESS_CALL)
            add_call(l, IR(ir, access, a)->statement,
                     link_routine(l, IR(ir, access, a)->schema, IR(ir, access, a)->name));
    for (IR_EACH(ir, input, i))
        if (IR(ir, input, i)->kind == IR_INPUT_FUNCTION)
            add_call(l, IR(ir, query, IR(ir, input, i)->query)->statement, link_function_job(l, i));
}

/* ---- columns ---- */

static void add_named(struct link *l, ir_str name, struct link_columns *out)
{
    vec_push(l->work, &out->list, ((struct link_column){.name = name, .base = name}));
}

/* The columns that OUT parameters and RETURNS TABLE name. */
static bool add_parameters(struct link *l, ir_job_id job, struct link_columns *out)
{
    uint32_t before = out->list.count;

    for (uint32_t k = l->parameters.first[job.v]; k < l->parameters.first[job.v + 1]; k++) {
        const struct ir_parameter *p = &l->ir->parameter.items[l->parameters.rows[k]];

        if (p->mode == IR_PARAMETER_OUT || p->mode == IR_PARAMETER_INOUT || p->mode == IR_PARAMETER_TABLE)
            add_named(l, p->name.v ? p->name : ir_interns(l->ir, "?column?"), out);
    }
    return out->list.count > before;
}

/* RETURNS [SETOF] a relation's name: its columns. */
static bool add_row_type(struct link *l, ir_job_id job, struct link_columns *out)
{
    const struct link_shape *shape;
    ir_dataset_id dataset = link_relation_named(l, ir_slice(l->ir, IR(l->ir, job, job)->returns));

    if (dataset.v == 0)
        return false;
    shape = link_dataset_shape(l, dataset);
    for (uint32_t i = 0; shape->complete && i < shape->count; i++)
        add_named(l, shape->items[i].name, out);
    return shape->complete;
}

static bool returns_record(struct slice type)
{
    return type.n == 0 || slice_is_nocase(type, "record");
}

/* The columns of one call; false when they are not known. `alias` names the column of a scalar. */
static bool call_columns(struct link *l, struct slice call, ir_str alias, struct link_columns *out)
{
    ir_job_id job = routine_named(l, call);
    struct slice type = ir_slice(l->ir, IR(l->ir, job, job)->returns);

    for (size_t i = 0; job.v == 0 && i < sizeof builtins / sizeof *builtins; i++) {
        if (!slice_is_nocase(call, builtins[i].name))
            continue;
        for (int c = 0; builtins[i].columns[c]; c++)
            add_named(l, ir_interns(l->ir, builtins[i].columns[c]), out);
        if (!builtins[i].columns[0])
            add_named(l, alias, out);
        return true;
    }
    if (job.v && (add_parameters(l, job, out) || add_row_type(l, job, out)))
        return true;
    add_named(l, alias, out);
    return job.v && !returns_record(type);
}

/* Names from the alias's list take the place of the first columns' own; of an unknown function they are all. */
static bool renamed(struct link *l, ir_input_id input, bool known, struct link_columns *out)
{
    uint32_t first = l->input_aliases.first[input.v];
    uint32_t count = l->input_aliases.first[input.v + 1] - first;

    if (!known && count)
        out->list.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        ir_str name = l->ir->column_alias.items[l->input_aliases.rows[first + i]].name;

        if (i < out->list.count)
            out->list.items[i].name = name;
        else
            add_named(l, name, out);
    }
    return known || count > 0;
}

bool link_function_columns(struct link *l, ir_input_id input, struct link_columns *out)
{
    const struct ir_input in = *IR(l->ir, input, input);
    struct slice calls = ir_slice(l->ir, in.function);
    bool known = true, several = memchr(calls.p, ',', calls.n) != NULL;

    for (size_t at = 0; at <= calls.n;) {
        size_t end = at;
        struct slice call;

        while (end < calls.n && calls.p[end] != ',')
            end++;
        call = slice_sub(calls, at, end - at);
        at = end + 1;
        known = call_columns(l, call, several || !in.alias.v ? ir_intern(l->ir, call.p, call.n) : in.alias,
                             out) &&
                known;
    }
    if (known && (in.flags & IR_INPUT_ORDINALITY))
        add_named(l, ir_interns(l->ir, "ordinality"), out);
    return renamed(l, input, known, out);
}

ir_dataset_id link_function_row_type(struct link *l, ir_input_id input)
{
    ir_job_id job = link_function_job(l, input);

    return link_relation_named(l, ir_slice(l->ir, IR(l->ir, job, job)->returns));
}

/* ---- rows ---- */

/* The statements whose rows a function of the tree gives. */
static bool returns_rows(const struct ir_statement *s)
{
    return (s->flags & IR_STMT_RETURNS) && s->query.v;
}

void link_function_whole(struct link *l, ir_input_id input, struct link_terms *set)
{
    ir_job_id job = link_function_job(l, input);

    if (job.v == 0 || l->depth >= LINK_MAX_DEPTH)
        return;
    l->depth++;
    for (uint32_t k = l->job_statements.first[job.v]; k < l->job_statements.first[job.v + 1]; k++) {
        const struct ir_statement s = l->ir->statement.items[l->job_statements.rows[k]];

        if (returns_rows(&s))
            link_terms_through(l, set, &link_query_lineage(l, s.query)->whole, IR_ROLE_IDENTITY);
    }
    l->depth--;
}

void link_function_lineage(struct link *l, ir_input_id input, int64_t column, enum ir_role role,
                           struct link_terms *set)
{
    ir_job_id job = link_function_job(l, input);

    if (job.v == 0 || l->depth >= LINK_MAX_DEPTH)
        return;
    l->depth++;
    for (uint32_t k = l->job_statements.first[job.v]; k < l->job_statements.first[job.v + 1]; k++) {
        const struct ir_statement s = l->ir->statement.items[l->job_statements.rows[k]];
        const struct link_lineage *lineage;

        if (!returns_rows(&s))
            continue;
        lineage = link_query_lineage(l, s.query);
        for (uint32_t i = 0; lineage->columns && i < link_query_shape(l, s.query)->count; i++)
            if (column < 0 || i == column)
                link_terms_through(l, set, &lineage->columns[i], role);
    }
    l->depth--;
}
