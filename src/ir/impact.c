/*
 * Two walks of the flow: along values, and along everything. What the first reaches takes its way from there,
 * what only the second reaches from the second. Then every place that names something reached is listed.
 */
#include "ir/impact.h"

#include "ir/flow.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct ask {
    struct ir *ir;
    struct arena *arena;
    struct ir_impact *answer;
    struct ir_flow flow;
    struct ir_walk values, all;
    uint32_t *item;         /* by node: index in `reached` */
    uint8_t *named;         /* by node: it is what was asked about, or has its name from it */
    uint32_t *edges;        /* column_edge ids by statement and place */
    uint8_t *touched_model; /* by id */
    uint8_t *touched_job;
    uint8_t *touched_dataset;
};

/* ---- what is reached ---- */

static bool is_start(const struct ask *q, uint32_t node)
{
    return q->all.depth[node] == 0;
}

/* The item that comes before a node: steps that are no places of their own are left out. */
static uint32_t item_before(const struct ask *q, uint32_t node)
{
    const struct ir_walk *w = q->values.depth[node] != IR_FAR ? &q->values : &q->all;

    return q->item[w->from[node]];
}

/* Where the rows of a dataset are reached, its columns are, and need no items of their own. */
static void reach(struct ask *q, uint32_t node)
{
    const struct ir_flow_node *n = &q->flow.nodes[node];
    uint32_t via = item_before(q, node), rows = q->item[ir_flow_rows(n->dataset)];
    const struct ir_reached *before = &q->answer->reached.items[via];
    struct ir_reached row = {.dataset = n->dataset,
                             .column = n->column,
                             .rows = n->rows,
                             .value = q->values.depth[node] != IR_FAR,
                             .via = via,
                             .distance = before->distance + (before->dataset.v != n->dataset.v)};

    if (n->any || (rows && !row.value)) {
        q->item[node] = n->any ? via : rows;
        return;
    }
    q->item[node] = q->answer->reached.count;
    vec_push(q->arena, &q->answer->reached, row);
    q->touched_dataset[n->dataset.v] = 1;
}

static void walk(struct ask *q)
{
    const struct ir_impact *answer = q->answer;
    VEC(uint32_t) starts = {0};

    for (uint32_t n = 2; n < q->flow.count; n++) {
        const struct ir_flow_node *node = &q->flow.nodes[n];

        if (node->dataset.v == answer->dataset.v &&
            (answer->column.v == 0 || n == ir_flow_column(&q->flow, q->ir, answer->dataset, answer->column)))
            vec_push(q->arena, &starts, n);
    }
    q->values = ir_graph_walk(&q->flow.values, q->arena, starts.items, starts.count, IR_FAR);
    q->all = ir_graph_walk(&q->flow.all, q->arena, starts.items, starts.count, IR_FAR);
    q->item = ARENA_ARRAY(q->arena, uint32_t, q->flow.count);
    vec_push(q->arena, &q->answer->reached,
             ((struct ir_reached){.dataset = answer->dataset, .column = answer->column, .value = true}));
    for (uint32_t i = starts.count; i < q->values.count; i++)
        reach(q, q->values.order[i]);
    for (uint32_t i = starts.count; i < q->all.count; i++)
        if (q->values.depth[q->all.order[i]] == IR_FAR)
            reach(q, q->all.order[i]);
}

/* ---- names that are handed on ---- */

/* Does this text of a statement leave a column's name unsaid, as a star does? */
static bool is_unsaid(const struct ir *ir, ir_statement_id statement, uint32_t off, uint32_t len,
                      ir_str column)
{
    const struct ir_statement *s = IR(ir, statement, statement);
    struct slice name = ir_slice(ir, column);
    struct slice text = s->text.v ? ir_slice(ir, IR(ir, text, s->text)->content)
                                  : ir_slice(ir, IR(ir, file, s->file)->source);

    text = slice_sub(text, off, len);
    for (; text.n >= name.n; text = slice_sub(text, 1, text.n - 1))
        if (strncasecmp(text.p, name.p, name.n) == 0)
            return false;
    return true;
}

/* `SELECT *` gives a column its name: who changes the one changes the other, and all that say it. */
static void name_nodes(struct ask *q)
{
    struct ir *ir = q->ir;
    VEC(struct ir_arc) arcs = {0};
    struct ir_graph g;
    struct ir_walk w;
    uint32_t start = ir_flow_column(&q->flow, ir, q->answer->dataset, q->answer->column);

    q->named = ARENA_ARRAY(q->arena, uint8_t, q->flow.count);
    for (uint32_t n = 0; n < q->flow.count; n++)
        q->named[n] = is_start(q, n) || n == ir_flow_any(q->answer->dataset);
    if (q->answer->column.v == 0)
        return;
    for (IR_EACH(ir, column_edge, i)) {
        const struct ir_column_edge e = *IR(ir, column_edge, i);

        if (e.role == IR_ROLE_IDENTITY && e.from_column.v && e.to_column.v &&
            ir_fold(ir, e.from_column).v == ir_fold(ir, e.to_column).v &&
            ir_fold(ir, e.from_column).v == ir_fold(ir, q->answer->column).v &&
            is_unsaid(ir, e.statement, e.off, e.len, e.from_column))
            vec_push(q->arena, &arcs,
                     ((struct ir_arc){ir_flow_column(&q->flow, ir, e.from, e.from_column),
                                      ir_flow_column(&q->flow, ir, e.to, e.to_column)}));
    }
    g = ir_graph_build(q->arena, q->flow.count, arcs.items, arcs.count);
    w = ir_graph_walk(&g, q->arena, &start, 1, IR_FAR);
    for (uint32_t i = 0; i < w.count; i++)
        q->named[w.order[i]] = 1;
}

/* ---- places ---- */

/* "Selected" is what a value does that goes on, whatever was made of it on the way. */
static const char *const words[] = {
    [IR_ROLE_NONE] = "used",
    [IR_ROLE_IDENTITY] = "selected",
    [IR_ROLE_TRANSFORMATION] = "selected",
    [IR_ROLE_AGGREGATION] = "selected",
    [IR_ROLE_JOIN] = "joined",
    [IR_ROLE_GROUP_BY] = "grouped",
    [IR_ROLE_FILTER] = "filtered",
    [IR_ROLE_SORT] = "sorted",
    [IR_ROLE_WINDOW] = "window",
    [IR_ROLE_CONDITIONAL] = "conditional",
};

static struct ir_place place_of(const struct ir *ir, ir_statement_id statement, bool in_python, uint32_t off,
                                uint32_t len)
{
    const struct ir_statement *s = IR(ir, statement, statement);

    if (len == 0)
        return ir_statement_place(ir, statement);
    return ir_place_of(ir, s->file, in_python ? (ir_text_id){0} : s->text, off, len);
}

static void add_place(struct ask *q, struct ir_use_place p)
{
    ir_job_id job = IR(q->ir, statement, p.statement)->job;

    if (p.at.file.v == 0)
        return;
    vec_push(q->arena, &q->answer->places, p);
    q->touched_job[job.v] = 1;
    q->touched_model[IR(q->ir, statement, p.statement)->model.v] = 1;
}

/* Where a column edge starts. */
struct edge_key {
    uint32_t statement, off, dataset, column;
};

static struct edge_key key_of(const struct ir_column_edge *e)
{
    return (struct edge_key){e->statement.v, e->off, e->from.v, e->from_column.v};
}

static int compare_keys(const struct edge_key *a, const struct edge_key *b)
{
    const uint32_t x[] = {a->statement, a->off, a->dataset, a->column};
    const uint32_t y[] = {b->statement, b->off, b->dataset, b->column};

    for (int i = 0; i < 4; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static int by_key(const void *pa, const void *pb, void *context)
{
    const struct ir *ir = context;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    const struct ir_column_edge *left = &ir->column_edge.items[a], *right = &ir->column_edge.items[b];
    struct edge_key x = key_of(left), y = key_of(right);
    int order = compare_keys(&x, &y);

    if (order == 0 && left->role != right->role)
        return left->role < right->role ? -1 : 1;
    return order ? order : a < b ? -1 : a > b;
}

static void sort_edges(struct ask *q)
{
    uint32_t n = 0;

    q->edges = ARENA_ARRAY(q->arena, uint32_t, q->ir->column_edge.count);
    for (IR_EACH(q->ir, column_edge, e))
        q->edges[n++] = e.v;
    qsort_r(q->edges, n, sizeof *q->edges, by_key, q->ir);
}

/* The column edges that start where a column is mentioned. */
static void find_edges(const struct ask *q, const struct ir_column_mention *m, struct ir_use_place *p)
{
    uint32_t count = q->ir->column_edge.count ? q->ir->column_edge.count - 1 : 0;
    struct edge_key wanted = {m->statement.v, m->off, m->dataset.v, m->column.v};
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        struct edge_key at = key_of(&q->ir->column_edge.items[q->edges[mid]]);

        if (compare_keys(&at, &wanted) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    p->edges = q->edges + low;
    for (; low < count; low++) {
        struct edge_key at = key_of(&q->ir->column_edge.items[q->edges[low]]);

        if (compare_keys(&at, &wanted) != 0)
            break;
        p->edge_count++;
    }
}

/* Does a mention name what was asked about, or what has its name from there? A column of a CTE that is nothing
 * else has its name from there where it is said. */
static bool is_named(const struct ask *q, const struct ir_column_mention *m, uint32_t node)
{
    if (m->through == IR_ROLE_NONE)
        return q->named[node];
    return q->named[node] && m->through == IR_ROLE_IDENTITY &&
           !is_unsaid(q->ir, m->statement, m->off, m->len, m->column);
}

static void add_mentions(struct ask *q)
{
    struct ir *ir = q->ir;

    for (IR_EACH(ir, column_mention, i)) {
        const struct ir_column_mention m = *IR(ir, column_mention, i);
        uint32_t node =
            m.column.v ? ir_flow_column(&q->flow, ir, m.dataset, m.column) : ir_flow_any(m.dataset);
        struct ir_use_place p = {.statement = m.statement,
                                 .dataset = m.dataset,
                                 .column = m.column,
                                 .role = m.role,
                                 .word = words[m.role]};

        if (q->all.depth[node] == IR_FAR)
            continue;
        p.reached = q->item[node];
        p.named = is_named(q, &m, node);
        p.at = place_of(ir, m.statement, false, m.off, m.len);
        find_edges(q, &m, &p);
        add_place(q, p);
    }
}

/* Is this name of a column of the dataset what was asked about? */
static bool is_asked(const struct ask *q, ir_dataset_id dataset, ir_str column)
{
    uint32_t node = ir_flow_column(&q->flow, q->ir, dataset, column);

    return dataset.v == q->answer->dataset.v && node && is_start(q, node);
}

static void add_named(struct ask *q, const struct ir_access *a, ir_str column, const char *word, uint32_t off,
                      uint32_t len)
{
    add_place(q, (struct ir_use_place){
                     .statement = a->statement,
                     .at = place_of(q->ir, a->statement, a->flags & IR_ACCESS_IN_PYTHON, off, len),
                     .dataset = q->answer->dataset,
                     .column = column,
                     .word = word,
                     .named = true});
}

/* Names in lists of INSERT, in CREATE TABLE and on the left side of SET: no value comes from there. */
static void add_lists(struct ask *q)
{
    struct ir *ir = q->ir;

    for (IR_EACH(ir, target_column, t)) {
        const struct ir_target_column row = *IR(ir, target_column, t);
        const struct ir_access *a = IR(ir, access, row.access);

        if (a->statement.v && is_asked(q, a->dataset, row.name))
            add_named(q, a, row.name, "written", row.off, row.len);
    }
    for (IR_EACH(ir, column_def, c)) {
        const struct ir_column_def row = *IR(ir, column_def, c);
        const struct ir_access *a = IR(ir, access, row.access);

        if (a->statement.v && q->answer->column.v && row.name.v && is_asked(q, a->dataset, row.name))
            add_named(q, a, row.name, "declared", a->off, a->len);
    }
}

static void add_assignments(struct ask *q)
{
    struct ir *ir = q->ir;
    struct ir_index inputs = IR_INDEX(q->arena, ir, input, query, query);

    for (IR_EACH(ir, output, o)) {
        const struct ir_output row = *IR(ir, output, o);
        uint32_t first = inputs.first[row.query.v];
        const struct ir_access *a;

        if (IR(ir, query, row.query)->kind != IR_QUERY_DML || (row.flags & IR_OUTPUT_RETURNING) ||
            row.name.v == 0 || first == inputs.first[row.query.v + 1])
            continue;
        a = IR(ir, access, ir->input.items[inputs.rows[first]].access);
        if (is_asked(q, a->dataset, row.name))
            add_named(q, a, row.name, "written", row.off, row.len);
    }
}

/* Asked about a dataset: every mention of the dataset itself. */
static void add_accesses(struct ask *q)
{
    for (IR_EACH(q->ir, access, i)) {
        const struct ir_access *a = IR(q->ir, access, i);

        if (a->dataset.v == q->answer->dataset.v && a->statement.v)
            add_named(q, a, (ir_str){0}, ir_name_of_access_mode(a->mode), a->off, a->len);
    }
}

static int by_place(const void *pa, const void *pb)
{
    const struct ir_use_place *a = pa, *b = pb;
    const uint32_t x[] = {!a->named, a->at.file.v, a->at.off, a->at.len, a->dataset.v, a->column.v, a->role};
    const uint32_t y[] = {!b->named, b->at.file.v, b->at.off, b->at.len, b->dataset.v, b->column.v, b->role};

    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return a->statement.v < b->statement.v ? -1 : a->statement.v > b->statement.v;
}

static bool is_same_spot(const struct ir_use_place *a, const struct ir_use_place *b)
{
    return a->named == b->named && a->at.file.v == b->at.file.v && a->at.off == b->at.off &&
           a->at.len == b->at.len && a->dataset.v == b->dataset.v && a->column.v == b->column.v;
}

/* A name that does two things in one spot, such as a DataFrame's key: each has its own edges. They stand in the
 * order of their roles. */
static void part_edges(const struct ir *ir, struct ir_use_place *p)
{
    bool direct = p->role < IR_ROLE_JOIN;

    while (p->edge_count && !direct && ir->column_edge.items[p->edges[0]].role != p->role) {
        p->edges++;
        p->edge_count--;
    }
    while (p->edge_count) {
        enum ir_role last = ir->column_edge.items[p->edges[p->edge_count - 1]].role;

        if (direct ? last < IR_ROLE_JOIN : last == p->role)
            break;
        p->edge_count--;
    }
}

/* The same bytes may be read twice (a file that two jobs run): once is enough. */
static void sort_places(struct ask *q)
{
    struct ir_use_place *items = q->answer->places.items;
    uint32_t count = q->answer->places.count, kept = 0;

    if (count == 0)
        return;
    qsort(items, count, sizeof *items, by_place);
    for (uint32_t i = 0; i < count; i++) {
        if (kept && is_same_spot(&items[kept - 1], &items[i]) && items[kept - 1].word == items[i].word)
            continue;
        items[kept++] = items[i];
    }
    q->answer->places.count = kept;
    for (uint32_t i = 0; i < kept; i++)
        if ((i && is_same_spot(&items[i - 1], &items[i])) ||
            (i + 1 < kept && is_same_spot(&items[i], &items[i + 1])))
            part_edges(q->ir, &items[i]);
}

/* ---- who is touched ---- */

static bool is_routine(const struct ir_job *job)
{
    return job->kind == IR_JOB_PROCEDURE || job->kind == IR_JOB_FUNCTION;
}

/* Who calls a routine, as a graph from the routine to its callers. */
static struct ir_graph callers(struct ask *q)
{
    struct ir *ir = q->ir;
    struct map last = map_new(q->arena); /* folded name -> routine */
    uint32_t *same = ARENA_ARRAY(q->arena, uint32_t, ir->job.count);
    VEC(struct ir_arc) arcs = {0};

    for (IR_EACH(ir, job, j)) {
        uint32_t name = ir_fold(ir, IR(ir, job, j)->name).v;

        if (!is_routine(IR(ir, job, j)) || name == 0)
            continue;
        same[j.v] = map_get(&last, name);
        map_put(&last, name, j.v);
    }
    for (IR_EACH(ir, access, i)) {
        const struct ir_access a = *IR(ir, access, i);
        ir_str schema = ir_fold(ir, a.schema);

        if (a.mode != IR_ACCESS_CALL)
            continue;
        for (uint32_t j = map_get(&last, ir_fold(ir, a.name).v); j; j = same[j]) {
            ir_str own = ir_fold(ir, ir->job.items[j].schema);

            if (own.v == schema.v || own.v == 0 || schema.v == 0)
                vec_push(q->arena, &arcs, ((struct ir_arc){j, IR(ir, statement, a.statement)->job.v}));
        }
    }
    return ir_graph_build(q->arena, ir->job.count, arcs.items, arcs.count);
}

static void add_jobs(struct ask *q)
{
    VEC(uint32_t) starts = {0};
    struct ir_graph g = callers(q);
    struct ir_walk w;

    for (IR_EACH(q->ir, job, j))
        if (q->touched_job[j.v])
            vec_push(q->arena, &starts, j.v);
    w = ir_graph_walk(&g, q->arena, starts.items, starts.count, IR_FAR);
    for (IR_EACH(q->ir, job, j))
        if (w.depth[j.v] != IR_FAR)
            vec_push(q->arena, &q->answer->jobs, j);
}

static void add_touched(struct ask *q)
{
    const struct ir *ir = q->ir;

    q->touched_model[IR(ir, dataset, q->answer->dataset)->model.v] = 1;
    for (IR_EACH(ir, dataset, d)) {
        if (!q->touched_dataset[d.v])
            continue;
        vec_push(q->arena, &q->answer->datasets, d);
        q->touched_model[IR(ir, dataset, d)->model.v] = 1;
    }
    for (IR_EACH(ir, model, m))
        if (q->touched_model[m.v])
            vec_push(q->arena, &q->answer->models, m);
    add_jobs(q);
}

struct ir_impact ir_impact_of(struct ir *ir, struct arena *a, ir_dataset_id dataset, ir_str column)
{
    struct ir_impact answer = {.dataset = dataset, .column = column};
    struct ask q = {.ir = ir, .arena = a, .answer = &answer};

    q.flow = ir_flow_build(ir, a, dataset, column);
    q.touched_dataset = ARENA_ARRAY(a, uint8_t, ir->dataset.count);
    q.touched_model = ARENA_ARRAY(a, uint8_t, (size_t)ir->model.count + 1);
    q.touched_job = ARENA_ARRAY(a, uint8_t, (size_t)ir->job.count + 1);
    sort_edges(&q);
    walk(&q);
    name_nodes(&q);
    add_mentions(&q);
    add_lists(&q);
    add_assignments(&q);
    if (column.v == 0)
        add_accesses(&q);
    sort_places(&q);
    add_touched(&q);
    return answer;
}
