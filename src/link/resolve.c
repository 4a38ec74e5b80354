/*
 * Where values come from: each reference of a query is traced through its inputs to columns of datasets, and
 * what each output and the block as a whole take from them is kept, once per query.
 *
 * A recursive CTE is worked out once: while its second arm is read, a reference to itself is a term that
 * names its own column; the closure over these terms then replaces them.
 */
#include "link/linker.h"

#include <string.h>

/* More than any statement written by hand needs; what lies beyond is said in a gap. */
enum { BUDGET = 500000 };

static const struct link_lineage no_lineage;

bool link_role_is_direct(enum ir_role role)
{
    return role == IR_ROLE_IDENTITY || role == IR_ROLE_TRANSFORMATION || role == IR_ROLE_AGGREGATION;
}

/* ---- sets of terms ---- */

uint32_t link_pair(struct link *l, ir_dataset_id dataset, ir_str column)
{
    uint64_t key = map_key(dataset.v, column.v);
    uint32_t pair = map_get(&l->pairs, key);

    if (pair == 0) {
        pair = ++l->pair_count;
        map_put(&l->pairs, key, pair);
    }
    return pair;
}

/* References to a recursive CTE's own columns take numbers that no dataset has. */
static uint32_t term_pair(struct link *l, const struct link_term *t)
{
    ir_dataset_id own = {t->recursion.v | 0x80000000u};

    return link_pair(l, t->dataset.v ? t->dataset : own, t->column);
}

void link_term_add(struct link *l, struct link_terms *set, struct link_term term)
{
    uint64_t key;

    if (set->id == 0)
        set->id = ++l->set_count;
    key = map_key(set->id, term_pair(l, &term) << 4 | (uint32_t)term.role);
    if (map_get(&l->seen, key) || !link_step(l))
        return;
    map_put(&l->seen, key, 1);
    vec_push(l->work, &set->list, term);
}

/* The role of a value that acted in `inner` and then, what came of it, in `outer`. */
static enum ir_role compose(enum ir_role inner, enum ir_role outer)
{
    if (!link_role_is_direct(outer))
        return outer;
    if (!link_role_is_direct(inner))
        return inner;
    return inner > outer ? inner : outer;
}

void link_terms_through(struct link *l, struct link_terms *set, const struct link_terms *from,
                        enum ir_role role)
{
    for (uint32_t i = 0; i < from->list.count; i++) {
        struct link_term t = from->list.items[i];

        t.role = compose(t.role, role);
        link_term_add(l, set, t);
    }
}

/* ---- what is referred to ---- */

void link_note_column(struct link *l, ir_dataset_id dataset, ir_str column)
{
    uint32_t pair = link_pair(l, dataset, ir_fold(l->ir, column));

    if (column.v == 0 || map_get(&l->used, pair))
        return;
    map_put(&l->used, pair, 1);
    vec_push(l->arena, &l->used_list, ((struct link_term){.dataset = dataset, .column = column}));
}

/* Each place once for each column and role. */
static void note_mention(struct link *l, struct ir_column_mention m)
{
    uint64_t place;

    if (l->options && l->options->no_mentions)
        return;
    place = map_key(link_pair(l, m.dataset, m.column) << 4 | (uint32_t)m.role, m.off);
    if (map_get(&l->mentions_seen, place))
        return;
    map_put(&l->mentions_seen, place, 1);
    ir_add_column_mention(l->ir, m);
}

void link_note_use(struct link *l, ir_statement_id statement, ir_dataset_id dataset, ir_str column,
                   enum ir_role role, uint32_t off, uint32_t len)
{
    uint32_t pair = link_pair(l, dataset, column);

    if (statement.v == 0 || (l->current.v && l->current.v != statement.v))
        return;
    note_mention(l, (struct ir_column_mention){.statement = statement,
                                               .dataset = dataset,
                                               .column = column,
                                               .role = role,
                                               .off = off,
                                               .len = len});
    if (map_get(&l->uses_seen, map_key(statement.v, pair)))
        return;
    map_put(&l->uses_seen, map_key(statement.v, pair), 1);
    link_note_column(l, dataset, column);
    ir_add_statement_use(
        l->ir, (struct ir_statement_use){
                   .statement = statement, .dataset = dataset, .column = column, .off = off, .len = len});
}

/* One reference while it is traced. */
struct trace {
    ir_statement_id statement;
    enum ir_role role;
    uint32_t off, len;
    struct link_terms *set;
    bool returning; /* it stands in RETURNING */
};

static void trace_source(struct link *l, const struct trace *t, const struct link_source *source);

/* Values that another query, or the select list, hands on: they are mentioned here too, by its name for them. */
static void trace_through(struct link *l, const struct trace *t, const struct link_terms *terms)
{
    bool here = l->current.v == 0 || l->current.v == t->statement.v;

    for (uint32_t i = 0; i < terms->list.count && here && l->budget; i++) {
        const struct link_term *term = &terms->list.items[i];

        if (term->dataset.v && link_role_is_direct(term->role))
            note_mention(l, (struct ir_column_mention){.statement = t->statement,
                                                       .dataset = term->dataset,
                                                       .column = term->column,
                                                       .role = t->role,
                                                       .through = term->role,
                                                       .off = t->off,
                                                       .len = t->len});
    }
    link_terms_through(l, t->set, terms, t->role);
}

static void trace_flow(struct link *l, const struct trace *t, ir_access_id access, ir_str column,
                       bool inferred)
{
    const struct ir_access *a = IR(l->ir, access, access);

    if (a->dataset.v == 0)
        return;
    inferred = inferred || (a->flags & (IR_ACCESS_INFERRED | IR_ACCESS_UNKNOWN_PART)) != 0;
    link_term_add(l, t->set,
                  (struct link_term){.dataset = a->dataset,
                                     .column = column,
                                     .role = t->role,
                                     .confidence = inferred ? IR_INFERRED : IR_EXACT,
                                     .off = t->off,
                                     .len = t->len});
}

static void trace_dataset(struct link *l, const struct trace *t, ir_access_id access, ir_str column,
                          bool inferred)
{
    link_note_use(l, t->statement, IR(l->ir, access, access)->dataset, column, t->role, t->off, t->len);
    trace_flow(l, t, access, column, inferred);
}

/* A column of a relation, by index, by name, or all of them. */
static void trace_relation(struct link *l, const struct trace *t, const struct link_source *s)
{
    const struct link_shape *shape = link_input_shape(l, s->input);
    ir_access_id access = IR(l->ir, input, s->input)->access;
    bool aliased = l->input_aliases.first[s->input.v] < l->input_aliases.first[s->input.v + 1];

    if (IR(l->ir, access, access)->dataset.v == 0)
        return; /* no table: dual */
    if (s->index >= 0) {
        trace_dataset(l, t, access, shape->items[s->index].base, s->inferred);
        return;
    }
    if (s->name.v) {
        trace_dataset(l, t, access, aliased ? (ir_str){0} : s->name, s->inferred);
        return;
    }
    /* The row as one value: all columns flow, and none is named. */
    link_note_use(l, t->statement, IR(l->ir, access, access)->dataset, (ir_str){0}, t->role, t->off, t->len);
    for (uint32_t i = 0; shape->complete && i < shape->count; i++)
        trace_flow(l, t, access, shape->items[i].base, s->inferred);
    if (!shape->complete)
        trace_flow(l, t, access, (ir_str){0}, s->inferred);
}

/* ---- names behind a star of unknown columns ---- */

const struct link_terms *link_open_name(struct link *l, ir_query_id query, ir_str name)
{
    const struct link_shape *shape = link_query_shape(l, query);
    uint32_t known = map_get(&l->open, map_key(query.v, name.v)), stars = 0;
    struct link_terms terms = {0};

    if (known || l->depth >= LINK_MAX_DEPTH)
        return known ? &l->open_terms.items[known - 1] : NULL;
    vec_push(l->work, &l->open_terms, terms);
    known = l->open_terms.count;
    map_put(&l->open, map_key(query.v, name.v), known);
    l->depth++;
    if (IR(l->ir, query, query)->kind == IR_QUERY_SETOP) {
        ir_query_id arms[2] = {IR(l->ir, query, query)->left, IR(l->ir, query, query)->right};

        for (int i = 0; i < 2; i++) {
            const struct link_terms *arm = link_open_name(l, arms[i], name);

            if (arm)
                link_terms_through(l, &terms, arm, IR_ROLE_IDENTITY);
        }
    }
    for (uint32_t i = 0; i < shape->count; i++)
        stars += shape->items[i].name.v == 0;
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct link_column *c = &shape->items[i];
        const struct ir_output *o = IR(l->ir, output, c->output);
        struct trace t = {.statement = IR(l->ir, query, query)->statement,
                          .role = IR_ROLE_IDENTITY,
                          .off = o->off,
                          .len = o->len,
                          .set = &terms};
        struct link_source s;

        if (c->name.v || c->source_count == 0)
            continue;
        s = l->sources.items[c->source_first];
        s.name = link_star_base(l, c->output, name);
        if (s.name.v == 0)
            continue;
        s.index = link_shape_find(l, link_input_shape(l, s.input), s.name);
        s.inferred = stars > 1;
        trace_source(l, &t, &s);
    }
    l->depth--;
    l->open_terms.items[known - 1] = terms;
    return &l->open_terms.items[known - 1];
}

/* ---- references into subqueries ---- */

static void trace_recursive(struct link *l, const struct trace *t, ir_query_id query, int64_t index)
{
    const struct link_shape *shape = link_query_shape(l, query);

    for (uint32_t i = 0; i < shape->count; i++)
        if (index < 0 || i == (uint32_t)index)
            link_term_add(l, t->set,
                          (struct link_term){.column = {i + 1},
                                             .recursion = query,
                                             .role = t->role,
                                             .confidence = IR_EXACT,
                                             .off = t->off,
                                             .len = t->len});
}

/* What (a JOIN b) AS j shows is a's and b's, and read where j's column is. */
static bool trace_joined(struct link *l, const struct trace *t, const struct link_source *s)
{
    ir_query_id query = IR(l->ir, input, s->input)->subquery;
    const struct link_shape *shape = link_query_shape(l, query);

    if ((IR(l->ir, query, query)->flags & IR_QUERY_JOIN) == 0 || l->depth >= LINK_MAX_DEPTH)
        return false;
    l->depth++;
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct link_column c = shape->items[i];

        if (s->index >= 0 ? i != s->index : c.name.v && s->name.v)
            continue;
        for (uint32_t k = 0; k < c.source_count; k++) {
            struct link_source from = l->sources.items[c.source_first + k];

            if (c.name.v == 0 && s->name.v) {
                from.name = s->name;
                from.index = link_shape_find(l, link_input_shape(l, from.input), s->name);
            }
            if (s->name.v == 0 && s->index < 0)
                from.index = -1; /* rows as one value */
            trace_source(l, t, &from);
        }
    }
    l->depth--;
    return true;
}

static void trace_subquery(struct link *l, const struct trace *t, const struct link_source *s)
{
    ir_query_id query = IR(l->ir, input, s->input)->subquery;
    const struct link_lineage *lineage;
    const struct link_terms *terms;

    if (trace_joined(l, t, s))
        return;
    if (l->query[query.v].lineage_state == LINK_BUSY) {
        trace_recursive(l, t, query, s->name.v ? s->index : -1);
        return;
    }
    lineage = link_query_lineage(l, query);
    if (s->index >= 0 && s->index < lineage->count) {
        trace_through(l, t, &lineage->columns[s->index]);
    } else if (s->name.v) {
        terms = link_query_shape(l, query)->complete ? NULL : link_open_name(l, query, s->name);
        if (terms)
            trace_through(l, t, terms);
    } else {
        for (uint32_t i = 0; lineage->columns && i < lineage->count; i++)
            trace_through(l, t, &lineage->columns[i]);
    }
}

/* A column of an INSERT's target, in RETURNING, is what the body put there. */
static bool trace_inserted(struct link *l, const struct trace *t, const struct link_source *s)
{
    ir_query_id block = IR(l->ir, input, s->input)->query;
    ir_query_id body = link_inserted_body(l, block);
    struct link_source from = {.input = link_input_at(l, block, 1), .index = -1};

    if (IR(l->ir, query, block)->kind != IR_QUERY_DML || body.v == 0 || !t->returning ||
        IR(l->ir, input, s->input)->ordinal != 0)
        return false;
    from.index = link_shape_find(l, link_input_shape(l, from.input), s->name);
    if (from.index >= 0)
        trace_subquery(l, t, &from);
    return from.index >= 0;
}

/* What a function shows is what its body returns, or comes of its arguments where nothing is known of a body; of a
 * relation's row type it also names the columns. */
static void trace_function(struct link *l, const struct trace *t, const struct link_source *s)
{
    ir_dataset_id type = link_function_row_type(l, s->input);
    const struct link_shape *shape = link_input_shape(l, s->input);
    uint32_t given;

    if (type.v && s->index >= 0 && s->index < shape->count)
        link_note_use(l, t->statement, type, shape->items[s->index].base, t->role, t->off, t->len);
    link_function_lineage(l, s->input, s->index, t->role, t->set);
    given = map_get(&l->arguments, s->input.v);
    if (given && !link_function_job(l, s->input).v)
        trace_through(l, t, &l->argument_terms.items[given - 1]);
}

static void trace_source(struct link *l, const struct trace *t, const struct link_source *s)
{
    if (trace_inserted(l, t, s))
        return;
    switch (IR(l->ir, input, s->input)->kind) {
    case IR_INPUT_RELATION:
        trace_relation(l, t, s);
        break;
    case IR_INPUT_SUBQUERY:
    case IR_INPUT_CTE:
        trace_subquery(l, t, s);
        break;
    case IR_INPUT_FUNCTION:
        trace_function(l, t, s);
        break;
    default:
        break;
    }
}

/* ---- one use ---- */

static void note_ambiguous(struct link *l, ir_statement_id statement, const struct ir_use *u)
{
    const struct ir_statement *s = IR(l->ir, statement, statement);
    uint64_t key = map_key(statement.v, u->column.v);

    if (map_get(&l->gap_seen, key))
        return;
    map_put(&l->gap_seen, key, 1);
    ir_add_gap(l->ir, (struct ir_gap){
                          .kind = IR_GAP_NAME,
                          .file = s->file,
                          .text = s->text,
                          .off = u->off,
                          .len = u->len,
                          .statement = statement,
                          .why = ir_interns(l->ir, arena_printf(l->arena,
                                                                "column \"%s\" may belong to several tables "
                                                                "whose columns are not known",
                                                                ir_string(l->ir, u->column))),
                          .advice = ir_interns(l->ir, "qualify the column, or give the tables' columns "
                                                      "with --catalog or DDL")});
}

static void trace_name(struct link *l, const struct ir_use *u, const struct trace *t)
{
    struct link_found found = {0};

    link_lookup(l, u, &found);
    for (uint32_t i = 0; i < found.list.count; i++) {
        const struct link_source *s = &found.list.items[i];
        struct trace row = *t;

        if (t->role == IR_ROLE_IDENTITY && s->name.v != u->column.v)
            row.role = IR_ROLE_TRANSFORMATION; /* a whole row as one value, or a field of a value */
        trace_source(l, &row, s);
    }
    if (found.list.count > 1 && found.list.items[0].inferred && u->column.v)
        note_ambiguous(l, t->statement, u);
}

/* The rows of a subquery in an expression: its columns take the role, what filters it filters here. */
static void trace_result(struct link *l, const struct ir_use *u, const struct trace *t,
                         struct link_terms *whole)
{
    const struct link_lineage *lineage = link_query_lineage(l, u->subquery);
    uint32_t count = link_query_shape(l, u->subquery)->count;
    uint32_t only = l->output_index[u->output_ref.v];

    for (uint32_t i = 0; lineage->columns && i < count; i++)
        if ((u->flags & IR_USE_EXISTS) == 0 && (only == 0 || only == i + 1))
            link_terms_through(l, t->set, &lineage->columns[i], t->role);
    link_terms_through(l, whole, &lineage->whole, IR_ROLE_IDENTITY);
}

/* ORDER BY and GROUP BY may name an output; the terms that it has by now are what the key is. */
static bool trace_output(struct link *l, const struct ir_use *u, const struct trace *t,
                         const struct link_lineage *lineage)
{
    ir_output_id output = u->output_ref;
    struct link_found found = {0};

    if (output.v == 0 && (u->flags & (IR_USE_OUTPUT_FIRST | IR_USE_OUTPUT_LAST)))
        output = link_output_named(l, u->query, u->column);
    if (output.v == 0 || u->subquery.v)
        return false;
    if (u->flags & IR_USE_OUTPUT_LAST) {
        link_lookup(l, u, &found);
        for (uint32_t i = 0; i < found.list.count; i++)
            if (found.list.items[i].index >= 0)
                return false;
    }
    if (u->output_ref.v == 0) {
        int64_t at = link_shape_find(l, link_query_shape(l, u->query), u->column);

        if (at >= 0 && at < lineage->count)
            trace_through(l, t, &lineage->columns[at]);
    } else if (l->output_index[output.v] && l->output_index[output.v] <= lineage->count) {
        trace_through(l, t, &lineage->columns[l->output_index[output.v] - 1]);
    }
    return true;
}

static void trace_use_into(struct link *l, const struct ir_use *u, enum ir_role role, struct link_terms *set,
                           struct link_lineage *lineage)
{
    struct trace t = {.statement = IR(l->ir, query, u->query)->statement,
                      .role = role,
                      .off = u->off,
                      .len = u->len,
                      .returning = (IR(l->ir, output, u->output)->flags & IR_OUTPUT_RETURNING) != 0,
                      .set = set};

    if (trace_output(l, u, &t, lineage))
        return;
    if (u->subquery.v)
        trace_result(l, u, &t, &lineage->whole);
    else
        trace_name(l, u, &t);
}

static void trace_use(struct link *l, ir_use_id id, struct link_lineage *lineage)
{
    const struct ir_use *u = IR(l->ir, use, id);
    uint32_t own = IR(l->ir, output, u->output)->query.v == u->query.v;
    uint32_t column = own ? l->output_index[u->output.v] : 0;

    trace_use_into(l, u, u->role, column ? &lineage->columns[column - 1] : &lineage->whole, lineage);
}

/* ---- blocks ---- */

/* Places each output in the lineage: the shape's columns, then what only a DML block has. */
static uint32_t index_outputs(struct link *l, ir_query_id id)
{
    const struct link_shape *shape = link_query_shape(l, id);
    uint32_t count = shape->count;

    if (IR(l->ir, query, id)->kind == IR_QUERY_SETOP)
        return count;
    for (uint32_t k = l->outputs.first[id.v]; k < l->outputs.first[id.v + 1]; k++)
        l->output_index[l->outputs.rows[k]] = 0;
    for (uint32_t i = shape->count; i-- > 0;)
        l->output_index[shape->items[i].output.v] = i + 1;
    for (uint32_t k = l->outputs.first[id.v]; k < l->outputs.first[id.v + 1]; k++)
        if (l->output_index[l->outputs.rows[k]] == 0)
            l->output_index[l->outputs.rows[k]] = ++count;
    l->output_index[0] = 0;
    return count;
}

/* Columns that stars gave. */
static void trace_stars(struct link *l, ir_query_id id, struct link_lineage *lineage)
{
    const struct link_shape *shape = link_query_shape(l, id);

    if (IR(l->ir, query, id)->flags & IR_QUERY_JOIN)
        return;
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct link_column c = shape->items[i];
        const struct ir_output *o = IR(l->ir, output, c.output);
        struct trace t = {.statement = IR(l->ir, query, id)->statement,
                          .role = IR_ROLE_IDENTITY,
                          .off = o->off,
                          .len = o->len,
                          .set = &lineage->columns[i]};

        for (uint32_t k = 0; k < c.source_count && o->star; k++) {
            struct link_source s = l->sources.items[c.source_first + k];

            trace_source(l, &t, &s);
        }
    }
}

/* The columns of USING and NATURAL join both sides. */
static void trace_joins(struct link *l, ir_query_id id, struct link_lineage *lineage)
{
    for (uint32_t k = l->joins.first[id.v]; k < l->joins.first[id.v + 1]; k++) {
        ir_join_id join = {l->joins.rows[k]};
        const struct ir_join *j = IR(l->ir, join, join);
        const struct link_merged *m = link_join_merged(l, join);

        for (uint32_t i = 0; i < m->names.count; i++) {
            uint32_t row = l->join_columns.first[join.v] + i;
            struct ir_join_column at = {0};
            struct trace t = {
                .statement = IR(l->ir, query, id)->statement, .role = IR_ROLE_JOIN, .set = &lineage->whole};
            struct link_found found = {0};

            if (row < l->join_columns.first[join.v + 1])
                at = l->ir->join_column.items[l->join_columns.rows[row]];
            t.off = at.off;
            t.len = at.len;
            link_lookup_run(l, id, j->left_first, j->left_count + j->right_count, m->names.items[i], true,
                            &found);
            for (uint32_t f = 0; f < found.list.count; f++)
                trace_source(l, &t, &found.list.items[f]);
        }
    }
}

/* What filters a subquery in FROM, or the body of a function, filters here. */
static void trace_inputs(struct link *l, ir_query_id id, struct link_lineage *lineage)
{
    for (uint32_t k = l->inputs.first[id.v]; k < l->inputs.first[id.v + 1]; k++) {
        ir_input_id input = {l->inputs.rows[k]};
        ir_query_id sub = IR(l->ir, input, input)->subquery;

        if (IR(l->ir, input, input)->kind == IR_INPUT_FUNCTION)
            link_function_whole(l, input, &lineage->whole);

        if (sub.v && l->query[sub.v].lineage_state != LINK_BUSY)
            link_terms_through(l, &lineage->whole, &link_query_lineage(l, sub)->whole, IR_ROLE_IDENTITY);
    }
}

/* What each function in FROM is given; it decides on rows, too. */
static void trace_arguments(struct link *l, ir_query_id id, struct link_lineage *lineage)
{
    for (uint32_t k = l->uses.first[id.v]; k < l->uses.first[id.v + 1]; k++) {
        const struct ir_use *u = &l->ir->use.items[l->uses.rows[k]];
        ir_input_id input = link_input_at(l, id, u->first_input + u->input_count);
        uint32_t given = map_get(&l->arguments, input.v);
        struct link_terms terms = {0};

        if (!(u->flags & IR_USE_ARGUMENT))
            continue;
        if (given)
            terms = l->argument_terms.items[given - 1];
        trace_use_into(l, u, IR_ROLE_TRANSFORMATION, &terms, lineage);
        if (!given) {
            vec_push(l->work, &l->argument_terms, terms);
            map_put(&l->arguments, input.v, l->argument_terms.count);
        } else {
            l->argument_terms.items[given - 1] = terms;
        }
        link_terms_through(l, &lineage->whole, &terms, u->role);
    }
}

static void trace_block(struct link *l, ir_query_id id, struct link_lineage *lineage)
{
    uint32_t first = l->uses.first[id.v], last = l->uses.first[id.v + 1];

    trace_arguments(l, id, lineage);
    trace_inputs(l, id, lineage);
    trace_stars(l, id, lineage);
    for (int whole = 0; whole < 2; whole++)
        for (uint32_t k = first; k < last; k++)
            if ((l->ir->use.items[l->uses.rows[k]].output.v == 0) == (whole == 1) &&
                !(l->ir->use.items[l->uses.rows[k]].flags & IR_USE_ARGUMENT))
                trace_use(l, (ir_use_id){l->uses.rows[k]}, lineage);
    trace_joins(l, id, lineage);
}

/* ---- set operations and recursion ---- */

static void add_arm(struct link *l, struct link_lineage *lineage, uint32_t count, ir_query_id operation,
                    ir_query_id arm)
{
    const struct link_lineage *from = link_query_lineage(l, arm);
    const struct link_shape *all = link_query_shape(l, operation), *shape = link_query_shape(l, arm);
    bool by_name = IR(l->ir, query, operation)->flags & IR_QUERY_BY_NAME;

    for (uint32_t i = 0; i < count && from->columns; i++) {
        int64_t at = by_name ? link_shape_find(l, shape, all->items[i].name) : i;

        if (at >= 0 && at < shape->count)
            link_terms_through(l, &lineage->columns[i], &from->columns[at], IR_ROLE_IDENTITY);
    }
    link_terms_through(l, &lineage->whole, &from->whole, IR_ROLE_IDENTITY);
}

/* Replaces terms that name this query's own columns by what those have, until nothing is new. */
static void close_set(struct link *l, ir_query_id id, uint32_t count, struct link_lineage *lineage,
                      struct link_terms *set)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < set->list.count; i++) {
        struct link_term t = set->list.items[i];

        if (t.dataset.v == 0 && t.recursion.v == id.v && t.column.v <= count)
            link_terms_through(l, set, &lineage->columns[t.column.v - 1], t.role);
    }
    for (uint32_t i = 0; i < set->list.count; i++)
        if (set->list.items[i].dataset.v || set->list.items[i].recursion.v != id.v)
            set->list.items[kept++] = set->list.items[i];
    set->list.count = kept;
}

static void close_recursion(struct link *l, ir_query_id id, uint32_t count, struct link_lineage *lineage)
{
    for (uint32_t i = 0; i < count; i++)
        close_set(l, id, count, lineage, &lineage->columns[i]);
    close_set(l, id, count, lineage, &lineage->whole);
}

const struct link_lineage *link_query_lineage(struct link *l, ir_query_id id)
{
    struct link_query *q = &l->query[id.v];
    struct ir_query row = *IR(l->ir, query, id);
    uint32_t count;

    if (q->lineage_state == LINK_DONE)
        return &q->lineage;
    if (q->lineage_state == LINK_BUSY || l->depth >= LINK_MAX_DEPTH || id.v == 0)
        return &no_lineage;
    q->lineage_state = LINK_BUSY;
    vec_push(l->arena, &l->touched, id);
    l->depth++;
    count = index_outputs(l, id);
    q->lineage =
        (struct link_lineage){.columns = ARENA_ARRAY(l->work, struct link_terms, count + 1), .count = count};
    if (row.kind == IR_QUERY_SETOP) {
        add_arm(l, &q->lineage, count, id, row.left);
        add_arm(l, &q->lineage, count, id, row.right);
        close_recursion(l, id, count, &q->lineage);
    }
    trace_block(l, id, &q->lineage);
    l->depth--;
    q->lineage_state = LINK_DONE;
    return &q->lineage;
}

void link_work_reset(struct link *l)
{
    struct map *maps[] = {&l->seen,      &l->open, &l->uses_seen,        &l->mentions_seen,
                          &l->edge_seen, &l->ends, &l->column_edge_seen, &l->arguments};

    for (uint32_t i = 0; i < l->touched.count; i++)
        l->query[l->touched.items[i].v].lineage_state = LINK_NEW;
    l->touched.count = 0;
    arena_reset(l->work);
    memset(&l->open_terms, 0, sizeof l->open_terms);
    memset(&l->argument_terms, 0, sizeof l->argument_terms);
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        *maps[i] = map_new(l->work);
    link_budget_reset(l);
}

bool link_step(struct link *l)
{
    if (l->budget == 0)
        return false;
    l->budget--;
    return true;
}

void link_budget_reset(struct link *l)
{
    l->budget = BUDGET;
}
