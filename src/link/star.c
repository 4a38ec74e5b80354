/*
 * What a star shows, as PostgreSQL has it: the inputs' columns in FROM's order; a join with USING or NATURAL
 * shows the merged columns first, then what is left of its left side, then of its right side.
 */
#include "link/linker.h"

#include <ctype.h>

struct group {                      /* the columns of one item of FROM */
    VEC(struct link_column) merged; /* in front */
    VEC(struct link_column) list;   /* a column that a join merged away has output 0 */
    bool absorbed;
};

static uint32_t add_source(struct link *l, struct link_source source)
{
    vec_push(l->arena, &l->sources, source);
    return l->sources.count - 1;
}

/* The columns of one input as a star shows them: a single nameless one where they are not known. */
static void add_input(struct link *l, ir_input_id input, ir_output_id output, bool qualify, struct group *g)
{
    const struct link_shape *shape = link_input_shape(l, input);
    ir_str qualifier = {qualify ? IR(l->ir, input, input)->alias.v : 0};

    for (uint32_t i = 0; shape->complete && i < shape->count; i++) {
        struct link_column c = shape->items[i];

        c.base = c.name;
        c.qualifier = qualifier;
        c.output = output;
        c.source_first = add_source(l, (struct link_source){.input = input, .index = i});
        c.source_count = 1;
        vec_push(l->work, &g->list, c);
    }
    if (!shape->complete) {
        struct link_column c = {.qualifier = qualifier, .output = output, .source_count = 1};

        c.source_first = add_source(l, (struct link_source){.input = input, .index = -1});
        vec_push(l->work, &g->list, c);
    }
}

/* ---- joins ---- */

static void natural_names(struct link *l, const struct ir_join *j, struct link_merged *out)
{
    for (uint32_t i = 0; i < j->left_count; i++) {
        const struct link_shape *left = link_input_shape(l, link_input_at(l, j->query, j->left_first + i));

        for (uint32_t c = 0; c < left->count; c++)
            for (uint32_t k = 0; k < j->right_count; k++) {
                ir_input_id right = link_input_at(l, j->query, j->left_first + j->left_count + k);

                if (left->items[c].name.v &&
                    link_shape_find(l, link_input_shape(l, right), left->items[c].name) >= 0) {
                    vec_push(l->arena, &out->names, left->items[c].name);
                    break;
                }
            }
    }
}

/* Asked for at each mention of a column, so it is found out once; it outlives the statement's memory. */
const struct link_merged *link_join_merged(struct link *l, ir_join_id id)
{
    const struct ir_join *j = IR(l->ir, join, id);
    struct link_merged m = {.known = true};

    if (l->merged[id.v].known)
        return &l->merged[id.v];
    for (uint32_t k = l->join_columns.first[id.v]; k < l->join_columns.first[id.v + 1]; k++)
        vec_push(l->arena, &m.names, l->ir->join_column.items[l->join_columns.rows[k]].name);
    if (j->natural)
        natural_names(l, j, &m);
    l->merged[id.v] = m;
    return &l->merged[id.v];
}

static void drop_name(struct group *g, ir_str name)
{
    for (uint32_t i = 0; i < g->merged.count; i++)
        if (g->merged.items[i].name.v == name.v)
            g->merged.items[i].output.v = 0;
    for (uint32_t i = 0; i < g->list.count; i++)
        if (g->list.items[i].name.v == name.v)
            g->list.items[i].output.v = 0;
}

static struct link_column merged_column(struct link *l, const struct ir_join *j, ir_str name,
                                        ir_output_id output)
{
    struct link_found found = {0};
    struct link_column c = {.name = name, .base = name, .output = output};

    link_lookup_run(l, j->query, j->left_first, j->left_count + j->right_count, name, false, &found);
    c.source_first = l->sources.count;
    c.source_count = found.list.count;
    for (uint32_t i = 0; i < found.list.count; i++)
        add_source(l, found.list.items[i]);
    return c;
}

static void join_groups(struct link *l, ir_join_id id, ir_output_id output, struct group *left,
                        struct group *right)
{
    const struct ir_join *j = IR(l->ir, join, id);
    const struct link_merged *names = link_join_merged(l, id);
    struct group old = *left;

    for (uint32_t i = 0; i < names->names.count; i++) {
        drop_name(left, names->names.items[i]);
        drop_name(right, names->names.items[i]);
    }
    if (names->names.count)
        left->merged = (struct group){0}.merged;
    for (uint32_t i = 0; i < names->names.count; i++)
        vec_push(l->work, &left->merged, merged_column(l, j, names->names.items[i], output));
    for (uint32_t i = 0; names->names.count && i < old.merged.count; i++)
        vec_push(l->work, &left->merged, old.merged.items[i]);
    for (uint32_t i = 0; i < right->merged.count; i++)
        vec_push(l->work, &left->list, right->merged.items[i]);
    for (uint32_t i = 0; i < right->list.count; i++)
        vec_push(l->work, &left->list, right->list.items[i]);
    right->absorbed = true;
}

/* ---- stars ---- */

static void emit_columns(struct link *l, const struct link_column *items, uint32_t count,
                         struct link_columns *out)
{
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].output.v == 0)
            continue;
        if (items[i].name.v == 0)
            out->complete = false;
        vec_push(l->work, &out->list, items[i]);
    }
}

/* A bare star, or one over the inputs of an aliased join. */
static void expand_run(struct link *l, struct link_run run, ir_output_id output, ir_str qualifier,
                       struct link_columns *out)
{
    struct group *groups = ARENA_ARRAY(l->work, struct group, run.count);
    uint32_t first = l->joins.first[run.query.v], last = l->joins.first[run.query.v + 1];

    for (uint32_t i = 0; i < run.count; i++)
        add_input(l, link_input_at(l, run.query, run.first + i), output, run.count > 1, &groups[i]);
    for (uint32_t k = first; k < last; k++) {
        ir_join_id id = {l->joins.rows[k]};
        const struct ir_join *j = IR(l->ir, join, id);
        uint32_t right = j->left_first + j->left_count;

        if (j->left_first >= run.first && right > j->left_first &&
            right + j->right_count <= run.first + run.count && j->right_count > 0)
            join_groups(l, id, output, &groups[j->left_first - run.first], &groups[right - run.first]);
    }
    for (uint32_t i = 0; i < run.count; i++) {
        if (groups[i].absorbed)
            continue;
        emit_columns(l, groups[i].merged.items, groups[i].merged.count, out);
        if (run.count == 1 || !qualifier.v) /* JOIN … USING (…) AS j shows nothing else */
            emit_columns(l, groups[i].list.items, groups[i].list.count, out);
    }
    for (uint32_t i = 0; qualifier.v && i < out->list.count; i++)
        if (out->list.items[i].output.v == output.v)
            out->list.items[i].qualifier = qualifier;
}

/* ---- what a star shows otherwise ---- */

static const struct ir_star_change *change_of(struct link *l, ir_output_id star, ir_str name,
                                              bool by_new_name)
{
    for (uint32_t k = l->star_changes.first[star.v]; k < l->star_changes.first[star.v + 1]; k++) {
        const struct ir_star_change *c = &l->ir->star_change.items[l->star_changes.rows[k]];
        ir_str known = by_new_name ? c->new_name : c->name;

        if (known.v && ir_fold(l->ir, known).v == ir_fold(l->ir, name).v)
            return c;
    }
    return NULL;
}

static bool like(struct slice name, struct slice pattern)
{
    size_t n = 0, p = 0, star = SIZE_MAX, back = 0;

    while (n < name.n) {
        if (p < pattern.n && pattern.p[p] == '%') {
            star = p++;
            back = n;
        } else if (p < pattern.n && (pattern.p[p] == '_' || tolower((unsigned char)pattern.p[p]) ==
                                                                tolower((unsigned char)name.p[n]))) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++back;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '%')
        p++;
    return p == pattern.n;
}

/* Does a star with ILIKE leave this column out? */
static bool is_unlike(struct link *l, ir_output_id star, ir_str name)
{
    for (uint32_t k = l->star_changes.first[star.v]; k < l->star_changes.first[star.v + 1]; k++) {
        const struct ir_star_change *c = &l->ir->star_change.items[l->star_changes.rows[k]];

        if (c->kind == IR_STAR_ILIKE && !like(ir_slice(l->ir, name), ir_slice(l->ir, c->name)))
            return true;
    }
    return false;
}

ir_str link_star_base(struct link *l, ir_output_id star, ir_str name)
{
    const struct ir_star_change *c = change_of(l, star, name, true);

    if (c)
        return c->name;
    if (is_unlike(l, star, name))
        return (ir_str){0};
    return change_of(l, star, name, false) ? (ir_str){0} : name;
}

/* The output after the star that takes the column's place. */
static ir_output_id replacement(const struct link *l, ir_query_id query, ir_output_id star, ir_str name)
{
    for (uint32_t k = l->outputs.first[query.v]; k < l->outputs.first[query.v + 1]; k++) {
        ir_output_id id = {l->outputs.rows[k]};

        if (id.v > star.v && ir_fold(l->ir, IR(l->ir, output, id)->name).v == ir_fold(l->ir, name).v)
            return id;
    }
    return (ir_output_id){0};
}

/* Applies the changes of a star to the columns from `first` on. */
static void change_columns(struct link *l, ir_query_id query, ir_output_id star, uint32_t first,
                           struct link_columns *out)
{
    uint32_t kept = first;

    for (uint32_t i = first; i < out->list.count; i++) {
        struct link_column c = out->list.items[i];
        const struct ir_star_change *change = c.name.v ? change_of(l, star, c.name, false) : NULL;

        if ((change && change->kind == IR_STAR_EXCEPT) || (c.name.v && is_unlike(l, star, c.name)))
            continue;
        if (change && change->kind == IR_STAR_RENAME)
            c.name = change->new_name;
        if (change && change->kind == IR_STAR_REPLACE) {
            c.output = replacement(l, query, star, c.name);
            c.source_count = 0;
        }
        out->list.items[kept++] = c;
    }
    out->list.count = kept;
}

void link_expand_star(struct link *l, ir_query_id query, ir_output_id output, struct link_columns *out)
{
    const struct ir_output *o = IR(l->ir, output, output);
    struct link_run run = {query, 0, link_input_count(l, query)};
    struct link_view all = {query, 0, UINT32_MAX};
    uint32_t first;

    if (o->star == 3)
        run.count = 0;
    if (o->star == 2)
        run = link_find_alias(l, all, o->star_catalog, o->star_schema, o->star_table);
    if (run.count == 0) {
        struct link_column unknown = {.output = output};
        struct link_found found = {0};

        if (o->star == 2) /* (q).* of a composite column */
            link_lookup(l, &(struct ir_use){.query = query, .column = o->star_table}, &found);
        unknown.source_first = l->sources.count;
        unknown.source_count = found.list.count;
        for (uint32_t i = 0; i < found.list.count; i++)
            add_source(l, found.list.items[i]);
        out->complete = false;
        vec_push(l->work, &out->list, unknown);
        return;
    }
    first = out->list.count;
    expand_run(l, run, output, o->star == 2 ? o->star_table : (ir_str){0}, out);
    if (o->flags & IR_OUTPUT_CHANGED_STAR)
        change_columns(l, query, output, first, out);
}
