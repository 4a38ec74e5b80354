/*
 * Variables of a procedure: every place that gives one a value is looked at. What has one value whatever happens can
 * be written where it is used: a parameter as dbt's var(), a constant as its expression, SELECT … INTO as a scalar
 * subquery, the row of a loop as a row of the loop's query. Anything else is left to a person.
 */
#include "plan/variables.h"

#include "plan/routine.h"

#include <ctype.h>
#include <string.h>

enum { STATEMENT_MAX = 4000 }; /* words of a statement that are looked at */

ir_str plan_next_variable(const struct planner *p, ir_statement_id statement, size_t *at)
{
    struct slice names = ir_slice(p->ir, IR(p->ir, statement, statement)->variables);
    size_t from = *at, to = from;

    while (to < names.n && names.p[to] != ',')
        to++;
    *at = to + 1;
    if (from >= names.n)
        return (ir_str){0};
    return ir_fold(p->ir, ir_intern(p->ir, names.p + from, to - from));
}

/* ---- parameters ---- */

/* Does the SQL stand for a value whatever the database holds: literals, casts of them, the clock? */
static bool is_value(struct slice sql)
{
    static const char *const words[] = {
        "date",     "timestamp", "timestamptz", "interval", "int",          "integer",           "bigint",
        "numeric",  "text",      "true",        "false",    "current_date", "current_timestamp", "now",
        "smallint", "date_trunc"};
    struct scan s = {sql, 0};
    bool any = false;

    for (struct scan_token t = scan_solid(&s); t.kind != SCAN_END; t = scan_solid(&s)) {
        bool known = t.kind == SCAN_STRING || isdigit((unsigned char)t.bytes.p[0]) ||
                     (t.kind == SCAN_SYMBOL && strchr("+-:().,", t.bytes.p[0]));

        for (size_t i = 0; !known && t.kind == SCAN_WORD && i < sizeof words / sizeof *words; i++)
            known = slice_is_nocase(t.bytes, words[i]);
        if (!known || memchr(t.bytes.p, '{', t.bytes.n))
            return false;
        any = true;
    }
    return any;
}

static uint32_t position_of(const struct planner *p, ir_parameter_id parameter)
{
    uint32_t position = 0;

    for (uint32_t i = parameter.v;
         i-- > 1 && p->ir->parameter.items[i].job.v == IR(p->ir, parameter, parameter)->job.v;)
        position++;
    return position;
}

/* The argument that a CALL gives to a parameter; empty when it leaves it out. */
static struct slice argument_of(const struct planner *p, ir_statement_id call, ir_parameter_id parameter)
{
    const struct ir_statement *s = IR(p->ir, statement, call);
    struct slice text = ir_slice(p->ir, IR(p->ir, text, s->text)->content), found = {"", 0};
    struct scan scan = {slice_sub(text, 0, s->off + s->len), s->off};
    uint32_t position = 0, wanted = position_of(p, parameter);
    const char *name = ir_string(p->ir, IR(p->ir, parameter, parameter)->name);
    size_t from = SIZE_MAX, end = 0;
    bool named = false, other = false;
    int depth = 0;

    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan)) {
        char c = t.kind == SCAN_SYMBOL ? t.bytes.p[0] : 0;

        depth += c == '(';
        depth -= c == ')';
        if (depth < 1 && !(c == ')' && from != SIZE_MAX))
            continue;
        if ((c == '(' && depth == 1) || (c == ',' && depth == 1) || (c == ')' && depth == 0)) {
            if (from != SIZE_MAX && end > from && (named || (!other && position == wanted)))
                found = slice_sub(text, from, end - from);
            position += c == ',';
            from = t.off + 1;
            named = other = false;
            if (c == ')')
                break;
            continue;
        }
        if (c == '>' && t.off && text.p[t.off - 1] == '=') { /* name => value */
            named = slice_is_nocase(slice_trim(slice_sub(text, from, t.off - 1 - from)), name);
            other = !named;
            from = t.off + 1;
        }
        end = t.off + t.bytes.n;
    }
    return slice_trim(found);
}

static struct plan_variable unknown(const char *why)
{
    return (struct plan_variable){.why = why};
}

/* A CALL's literal wins over the default; CALLs that differ, or that give more than a literal, decide nothing. */
static struct plan_variable find_parameter(const struct planner *p, ir_parameter_id parameter)
{
    const struct ir_parameter *row = IR(p->ir, parameter, parameter);
    const char *name = ir_string(p->ir, row->name);
    struct slice value = {"", 0};

    for (uint32_t k = p->calls.first[row->job.v]; k < p->calls.first[row->job.v + 1]; k++) {
        struct slice given = argument_of(p, (ir_statement_id){p->calls.rows[k]}, parameter);

        if (given.n && value.n && !slice_eq(given, value))
            return unknown(arena_printf(p->scratch, "the CALLs give different values to %s", name));
        value = given.n ? given : value;
    }
    if (!value.n)
        value = ir_slice(p->ir, row->default_value);
    if (!value.n)
        return unknown(arena_printf(
            p->scratch, "its parameter %s has no default, and no CALL here gives it a value", name));
    if (!is_value(value))
        return unknown(
            arena_printf(p->scratch, "the value of its parameter %s is more than a literal", name));
    return (struct plan_variable){.kind = VARIABLE_PARAMETER, .parameter = parameter, .value = value};
}

/* ---- local variables ---- */

struct places {                             /* where a variable gets values */
    uint32_t declared, assigned, into, row; /* words; UINT32_MAX: nowhere */
    uint32_t count;                         /* how many there are, the declaration's own not counted */
};

static bool begins_statement(const struct plan_routine *r, uint32_t at)
{
    static const char *const before[] = {";", "begin", "then", "else", "loop"};

    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (at && plan_word_is(r, at - 1, before[i]))
            return true;
    return false;
}

static bool is_assigned(const struct plan_routine *r, uint32_t at)
{
    return begins_statement(r, at) &&
           (plan_word_is(r, at + 1, "=") || (plan_word_is(r, at + 1, ":") && plan_word_is(r, at + 2, "=")));
}

/* INTO [STRICT] a, b */
static bool is_filled(const struct plan_routine *r, uint32_t at)
{
    while (at > 2 && plan_word_is(r, at - 1, ","))
        at -= 2;
    return at && (plan_word_is(r, at - 1, "into") || (plan_word_is(r, at - 1, "strict")));
}

/* Names in `GET DIAGNOSTICS v = …` and `CALL p(v)` get values without an assignment; and a block inside may declare
 * the name anew. */
static bool is_given_otherwise(const struct plan_routine *r, uint32_t at)
{
    bool begins = begins_statement(r, at) || (at && plan_word_is(r, at - 1, "declare"));

    if (begins)
        return r->words.items[at].depth > 0;
    for (uint32_t back = 0; at && back < STATEMENT_MAX && !begins_statement(r, at); back++)
        at--;
    return plan_word_is(r, at, "call") || plan_word_is(r, at, "get") || !begins_statement(r, at);
}

static struct places find_places(const struct plan_routine *r, ir_str name)
{
    struct places places = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, 0};

    for (uint32_t next = map_get(&r->first, name.v); next; next = r->words.items[next - 1].same) {
        uint32_t at = next - 1;

        if (r->words.items[at].depth == 0 && at &&
            (plan_word_is(r, at - 1, "declare") || plan_word_is(r, at - 1, ";")))
            places.declared = at;
        else if (is_assigned(r, at))
            places.assigned = at, places.count++;
        else if (is_filled(r, at))
            places.into = at, places.count++;
        else if (at && (plan_word_is(r, at - 1, "for") || plan_word_is(r, at - 1, "foreach")))
            places.row = at, places.count++;
        else if (is_given_otherwise(r, at))
            places.count += 2;
    }
    return places;
}

static uint32_t end_of_statement(const struct plan_routine *r, uint32_t at)
{
    while (at < r->words.count && !plan_word_is(r, at, ";"))
        at++;
    return at;
}

/* name [CONSTANT] type [NOT NULL] [:= value] */
static void read_declaration(const struct plan_routine *r, uint32_t at, struct plan_variable *v)
{
    uint32_t end = end_of_statement(r, at), value = at + 1;
    uint32_t type = at + (plan_word_is(r, at + 1, "constant") ? 2 : 1);

    while (value < end && !plan_word_is(r, value, "default") && !plan_word_is(r, value, ":") &&
           !plan_word_is(r, value, "="))
        value++;
    v->type = plan_word_range(r, type, value);
    if (value < end)
        v->range = plan_word_range(
            r, value + 1 + (plan_word_is(r, value, ":") && plan_word_is(r, value + 1, "=")), end);
}

/* Does the SELECT give one row, or none, whatever the tables hold? */
static bool gives_one_row(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    const struct ir_query *query = IR(p->ir, query, s->query);
    struct scan scan = {slice_sub(ir_slice(p->ir, IR(p->ir, text, s->text)->content), 0, s->off + s->len),
                        s->off};

    if (query->kind != IR_QUERY_SELECT ||
        p->outputs.first[s->query.v + 1] - p->outputs.first[s->query.v] != 1 ||
        !(query->flags & IR_QUERY_AGGREGATES))
        return false;
    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan))
        if (t.kind == SCAN_WORD && (slice_is_nocase(t.bytes, "group") || slice_is_nocase(t.bytes, "strict")))
            return false;
    return true;
}

/* Is what the SELECT reads changed by the same job afterwards? Then its value is of another time. */
static bool reads_what_changes(const struct planner *p, ir_statement_id statement)
{
    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++) {
        ir_dataset_id read = p->ir->access.items[p->accesses.rows[k]].dataset;

        for (uint32_t t = p->touches.first[read.v]; t < p->touches.first[read.v + 1]; t++) {
            const struct ir_access *touch = &p->ir->access.items[p->touches.rows[t]];

            if (touch->mode != IR_ACCESS_READ && touch->statement.v &&
                IR(p->ir, statement, touch->statement)->job.v == IR(p->ir, statement, statement)->job.v &&
                p->rank[touch->statement.v] > p->rank[statement.v])
                return true;
        }
    }
    return false;
}

/* The statement of the same job that spans a byte of the text. */
static ir_statement_id statement_at(const struct planner *p, ir_job_id job, uint32_t off)
{
    for (uint32_t k = p->by_job.first[job.v]; k < p->by_job.first[job.v + 1]; k++) {
        const struct ir_statement *s = IR(p->ir, statement, p->by_job.items[k]);

        if (s->off <= off && off < s->off + s->len && s->kind == IR_KIND_SELECT)
            return p->by_job.items[k];
    }
    return (ir_statement_id){0};
}

static struct plan_variable find_query(const struct planner *p, const struct plan_routine *r, ir_job_id job,
                                       uint32_t into)
{
    struct plan_variable v = {.kind = VARIABLE_QUERY};

    v.query = statement_at(p, job, r->words.items[into].off);
    if (!v.query.v || !plan_word_is(r, into - 1, "into") || plan_word_is(r, into + 1, ",") ||
        plan_obstacle(p, v.query) || !gives_one_row(p, v.query))
        return unknown("it is filled by a query that may give more than one row or value");
    if (reads_what_changes(p, v.query))
        return unknown("it is filled from a table that changes afterwards");
    v.into = plan_word_range(r, into - 1, into + 1);
    return v;
}

static struct plan_variable find_local(const struct planner *p, ir_statement_id statement, ir_str name)
{
    const struct plan_routine *r = plan_routine_of(p, statement);
    struct plan_variable v = {.kind = VARIABLE_VALUE};
    struct places places;
    uint32_t given;

    if (!r)
        return unknown("where it gets its value is not known");
    places = find_places(r, name);
    given = places.assigned != UINT32_MAX ? places.assigned : places.into;
    if (places.row != UINT32_MAX && places.count == 1 && (v.query = plan_loop_query(p, statement)).v) {
        v.kind = VARIABLE_ROW;
        return v;
    }
    if (places.declared == UINT32_MAX || places.count > 1 || places.row != UINT32_MAX)
        return unknown("it has more than one value");
    if (given != UINT32_MAX && (r->words.items[given].depth != 1 ||
                                r->words.items[given].off > IR(p->ir, statement, statement)->off))
        return unknown("it does not get its value in every run");
    if (places.into != UINT32_MAX)
        return find_query(p, r, IR(p->ir, statement, statement)->job, places.into);
    read_declaration(r, places.declared, &v);
    if (places.assigned != UINT32_MAX)
        v.range =
            plan_word_range(r, given + (plan_word_is(r, given + 1, ":") ? 3 : 2), end_of_statement(r, given));
    if (!v.range.len || !v.type.len || memchr(r->text.p + v.type.off, '%', v.type.len))
        return unknown("its value or its type is not given by a literal");
    if (!is_value(slice_sub(r->text, v.range.off, v.range.len)))
        return unknown("its value is computed");
    return v;
}

struct plan_variable plan_find_variable(const struct planner *p, ir_statement_id statement, ir_str name)
{
    ir_job_id job = IR(p->ir, statement, statement)->job;
    struct plan_variable v;

    for (uint32_t k = p->parameters.first[job.v]; k < p->parameters.first[job.v + 1]; k++) {
        ir_parameter_id parameter = {p->parameters.rows[k]};
        const struct plan_routine *r;

        if (ir_fold(p->ir, IR(p->ir, parameter, parameter)->name).v != name.v)
            continue;
        r = plan_routine_of(p, statement);
        if (r && find_places(r, name).count)
            return unknown(arena_printf(p->scratch, "its parameter %s is given another value on the way",
                                        ir_string(p->ir, name)));
        return find_parameter(p, parameter);
    }
    if (ir_string(p->ir, name)[0] == '$')
        return unknown(arena_printf(p->scratch,
                                    "it uses a parameter by its position (%s), which is not followed",
                                    ir_string(p->ir, name)));
    v = find_local(p, statement, name);
    if (v.why)
        v.why = arena_printf(p->scratch, "it uses the variable %s: %s", ir_string(p->ir, name), v.why);
    return v;
}

/* Is the word a label, <<so>>? */
static bool is_label(const struct plan_routine *r, ir_str name)
{
    for (uint32_t next = map_get(&r->first, name.v); next; next = r->words.items[next - 1].same)
        if (next > 2 && plan_word_is(r, next - 2, "<") && plan_word_is(r, next - 3, "<") &&
            plan_word_is(r, next, ">"))
            return true;
    return false;
}

/* Does something that the statement reads or writes go by this name? */
static bool names_relation(const struct planner *p, ir_statement_id statement, ir_str name)
{
    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++)
        if (ir_fold(p->ir, p->ir->access.items[p->accesses.rows[k]].name).v == name.v)
            return true;
    for (uint32_t k = p->queries.first[statement.v]; k < p->queries.first[statement.v + 1]; k++) {
        uint32_t q = p->queries.rows[k];

        for (uint32_t i = p->inputs.first[q]; i < p->inputs.first[q + 1]; i++)
            if (ir_fold(p->ir, p->ir->input.items[p->inputs.rows[i]].alias).v == name.v)
                return true;
    }
    return false;
}

const char *plan_qualified_obstacle(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    const struct plan_routine *r = s->flags & IR_STMT_IN_ROUTINE ? plan_routine_unread(p, statement) : NULL;
    ir_str routine = ir_fold(p->ir, IR(p->ir, job, s->job)->name);

    for (uint32_t k = p->queries.first[statement.v]; r && k < p->queries.first[statement.v + 1]; k++) {
        uint32_t q = p->queries.rows[k];

        for (uint32_t u = p->uses.first[q]; u < p->uses.first[q + 1]; u++) {
            const struct ir_use *use = &p->ir->use.items[p->uses.rows[u]];
            ir_str table = ir_fold(p->ir, use->table);

            if (table.v &&
                (table.v == routine.v || (r->has_labels && is_label(plan_routine_of(p, statement), table))) &&
                !names_relation(p, statement, table))
                return arena_printf(p->scratch, "it uses a qualified variable (%s.%s)",
                                    ir_string(p->ir, use->table), ir_string(p->ir, use->column));
        }
    }
    return NULL;
}

const char *plan_variables_obstacle(const struct planner *p, ir_statement_id statement)
{
    size_t at = 0;

    for (ir_str name; (name = plan_next_variable(p, statement, &at)).v;) {
        struct plan_variable v = plan_find_variable(p, statement, name);

        if (v.kind == VARIABLE_UNKNOWN)
            return v.why;
    }
    return NULL;
}

/* ---- loops ---- */

/* Where the loop around a word begins: its FOR; UINT32_MAX when it is in none, or in two. */
static uint32_t loop_around(const struct plan_routine *r, uint32_t at)
{
    uint32_t depth = r->words.items[at].depth, loop = at;

    while (loop && !(r->words.items[loop].depth == depth - 1 && plan_word_is(r, loop, "loop") &&
                     !plan_word_is(r, loop - 1, "end")))
        loop--;
    if (depth != 2 || !loop)
        return UINT32_MAX;
    while (loop && !begins_statement(r, loop))
        loop--;
    return plan_word_is(r, loop, "for") && plan_word_is(r, loop + 2, "in") ? loop : UINT32_MAX;
}

/* Does nothing in the loop end a turn early or do anything but INSERT? */
static bool only_inserts(const struct planner *p, const struct plan_routine *r, ir_job_id job, uint32_t loop)
{
    static const char *const words[] = {"exit",    "continue", "return", "update", "delete", "merge",
                                        "execute", "perform",  "call",   "commit", "raise"};
    uint32_t end = loop, first = r->words.items[loop].off;

    while (end < r->words.count && !(plan_word_is(r, end, "end") && plan_word_is(r, end + 1, "loop")))
        end++;
    for (uint32_t at = loop; at < end; at++) {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (plan_word_is(r, at, words[i]))
                return false;
        if (is_assigned(r, at))
            return false;
    }
    for (uint32_t k = p->by_job.first[job.v]; k < p->by_job.first[job.v + 1]; k++) {
        const struct ir_statement *s = IR(p->ir, statement, p->by_job.items[k]);

        if (s->off > first && end < r->words.count && s->off < r->words.items[end].off &&
            s->kind != IR_KIND_INSERT && s->kind != IR_KIND_CONTROL)
            return false;
    }
    return end < r->words.count;
}

static ir_statement_id find_loop_query(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    const struct plan_routine *r;
    uint32_t loop;

    if (!(s->flags & IR_STMT_IN_LOOP) || s->kind != IR_KIND_INSERT || !s->body_len)
        return (ir_statement_id){0};
    r = plan_routine_of(p, statement);
    if (!r)
        return (ir_statement_id){0};
    loop = loop_around(r, plan_word_at(r, s->off));
    if (loop == UINT32_MAX || !only_inserts(p, r, s->job, loop))
        return (ir_statement_id){0};
    for (uint32_t k = p->by_job.first[s->job.v]; k < p->by_job.first[s->job.v + 1]; k++) {
        const struct ir_statement *c = IR(p->ir, statement, p->by_job.items[k]);

        if (c->kind == IR_KIND_CONTROL && c->body_len && c->off > r->words.items[loop].off &&
            plan_word_at(r, c->off) == loop + 3 && !c->variables.v && c->understood == IR_UNDERSTOOD)
            return p->by_job.items[k];
    }
    return (ir_statement_id){0};
}

ir_statement_id plan_loop_query(const struct planner *p, ir_statement_id statement)
{
    if (!(IR(p->ir, statement, statement)->flags & IR_STMT_IN_LOOP))
        return (ir_statement_id){0};
    if (!p->loops[statement.v])
        p->loops[statement.v] = find_loop_query(p, statement).v + 1;
    return (ir_statement_id){p->loops[statement.v] - 1};
}

/* ---- edges ---- */

static void add_edges(struct planner *p, ir_statement_id from, ir_statement_id to)
{
    ir_dataset_id target = IR(p->ir, access, plan_target(p, to))->dataset;

    for (uint32_t k = p->accesses.first[from.v]; k < p->accesses.first[from.v + 1]; k++) {
        struct ir_access access = p->ir->access.items[p->accesses.rows[k]];

        if (access.mode == IR_ACCESS_READ && access.dataset.v && target.v)
            ir_add_edge(p->ir,
                        (struct ir_edge){
                            .from = access.dataset, .to = target, .statement = to, .confidence = IR_EXACT});
    }
}

void plan_variable_edges(struct planner *p)
{
    for (ir_statement_id s = {1}; s.v < p->ir->statement.count; s.v++) {
        size_t at = 0;

        for (ir_str name; (name = plan_next_variable(p, s, &at)).v;) {
            struct plan_variable v = plan_find_variable(p, s, name);

            if (v.kind == VARIABLE_QUERY)
                add_edges(p, v.query, s);
        }
        if (plan_loop_query(p, s).v)
            add_edges(p, plan_loop_query(p, s), s);
    }
}

/* ---- writing them ---- */

/* The name of dbt's variable: the parameter's own, with the procedure's before it when another has one like it. */
static const char *var_name(const struct planner *p, ir_parameter_id parameter)
{
    const struct ir_parameter *row = IR(p->ir, parameter, parameter);
    const char *name = ir_string(p->ir, ir_fold(p->ir, row->name));

    for (IR_EACH(p->ir, parameter, i))
        if (IR(p->ir, parameter, i)->job.v != row->job.v &&
            ir_fold(p->ir, IR(p->ir, parameter, i)->name).v == ir_fold(p->ir, row->name).v)
            return arena_printf(p->scratch, "%s_%s", ir_string(p->ir, IR(p->ir, job, row->job)->name), name);
    return name;
}

/* A string's inside stands between quotes of SQL, so that who sets the variable writes no quotes. */
static void write_parameter(struct planner *p, ir_step_id step, const struct plan_variable *v)
{
    struct scan s = {v->value, 0};
    struct scan_token first = scan_solid(&s);
    bool text = first.kind == SCAN_STRING && first.bytes.p[0] == '\'' && scan_solid(&s).kind == SCAN_END;
    const char *type = ir_string(p->ir, IR(p->ir, parameter, v->parameter)->type);
    struct slice value = text ? slice_sub(first.bytes, 1, first.bytes.n - 2) : v->value;
    struct buf escaped = buf_new(p->scratch);

    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            buf_addc(&escaped, '\\');
        buf_addc(&escaped, value.p[i]);
    }
    plan_literal(p, step, *type ? "CAST(" : "(");
    plan_literal(p, step, text ? "'" : "");
    plan_jinja(
        p, step,
        arena_printf(p->scratch, "{{ var(\"%s\", \"%s\") }}", var_name(p, v->parameter), buf_str(&escaped)));
    plan_literal(p, step, text ? "'" : "");
    plan_literal(p, step, *type ? arena_printf(p->scratch, " AS %s)", type) : ")");
}

static void write_range(struct planner *p, ir_step_id step, ir_text_id text, struct plan_range range)
{
    ir_add_piece(p->ir,
                 (struct ir_piece){
                     .step = step, .kind = IR_PIECE_SLICE, .text = text, .off = range.off, .len = range.len});
}

static void write_query(struct planner *p, ir_step_id step, const struct plan_variable *v)
{
    const struct ir_statement *s = IR(p->ir, statement, v->query);
    uint32_t end = s->body_off + s->body_len, behind = v->into.off + v->into.len;
    ir_statement_id query = v->query;

    while (behind < end &&
           isspace((unsigned char)ir_string(p->ir, IR(p->ir, text, s->text)->content)[behind]))
        behind++;
    plan_literal(p, step, "(");
    plan_range_pieces(p, step, query, s->body_off, v->into.off - s->body_off, NULL);
    plan_range_pieces(p, step, query, behind, end > behind ? end - behind : 0, NULL);
    plan_literal(p, step, ")");
}

void plan_write_variable(struct planner *p, ir_step_id step, ir_statement_id statement, ir_str name)
{
    struct plan_variable v = plan_find_variable(p, statement, name);
    ir_text_id text = IR(p->ir, statement, statement)->text;

    switch (v.kind) {
    case VARIABLE_PARAMETER:
        write_parameter(p, step, &v);
        break;
    case VARIABLE_VALUE:
        plan_literal(p, step, "CAST(");
        write_range(p, step, text, v.range);
        plan_literal(p, step, " AS ");
        write_range(p, step, text, v.type);
        plan_literal(p, step, ")");
        break;
    case VARIABLE_QUERY:
        write_query(p, step, &v);
        break;
    case VARIABLE_ROW:
        plan_identifier(p, step, name);
        break;
    case VARIABLE_UNKNOWN:
        BUG("variable %s: written although its value is not known", ir_string(p->ir, name));
    }
}
