/*
 * Graphs as two arrays (where each node's successors begin, and the successors), so that every question is
 * a loop over them and costs what the graph has, whatever its shape.
 */
#include "ir/graph.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

/* ---- the order of statements ---- */

struct position {
    uint32_t job, major, row;
};

/* Where the text that holds this one, and is no part of another, stands among what its job runs. */
static uint32_t root_order(const struct ir *ir, const struct ir_statement *s)
{
    ir_text_id text = s->text;

    if (text.v == 0)
        return s->order;
    while (IR(ir, text, text)->parent.v && IR(ir, text, text)->parent.v < text.v)
        text = IR(ir, text, text)->parent;
    return IR(ir, text, text)->order;
}

static int by_position(const void *pa, const void *pb)
{
    const struct position *a = pa, *b = pb;

    if (a->job != b->job)
        return a->job < b->job ? -1 : 1;
    if (a->major != b->major)
        return a->major < b->major ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

struct ir_job_order ir_order_jobs(const struct ir *ir, struct arena *a)
{
    uint32_t count = ir->statement.count ? ir->statement.count - 1 : 0;
    struct position *at = ARENA_ARRAY(a, struct position, count + 1);
    ir_statement_id *items = ARENA_ARRAY(a, ir_statement_id, count + 1);
    uint32_t *first = ARENA_ARRAY(a, uint32_t, ir->job.count + 2);

    for (uint32_t i = 0; i < count; i++) {
        const struct ir_statement *s = &ir->statement.items[i + 1];

        at[i] = (struct position){s->job.v, root_order(ir, s), i + 1};
        first[s->job.v + 1]++;
    }
    qsort(at, count, sizeof *at, by_position);
    for (uint32_t i = 0; i < count; i++)
        items[i].v = at[i].row;
    for (uint32_t j = 0; j <= ir->job.count; j++)
        first[j + 1] += first[j];
    return (struct ir_job_order){first, items};
}

struct ir_statement_list ir_job_statements(const struct ir *ir, struct arena *a, ir_job_id job)
{
    struct ir_job_order order = ir_order_jobs(ir, a);

    return (struct ir_statement_list){order.items + order.first[job.v],
                                      order.first[job.v + 1] - order.first[job.v]};
}

/* ---- graphs ---- */

struct ir_graph ir_graph_build(struct arena *a, uint32_t nodes, const struct ir_arc *arcs, uint32_t arc_count)
{
    struct map seen = map_new(a);
    struct ir_arc *kept = ARENA_ARRAY(a, struct ir_arc, arc_count + 1);
    uint32_t *first = ARENA_ARRAY(a, uint32_t, (size_t)nodes + 2);
    uint32_t *to = ARENA_ARRAY(a, uint32_t, arc_count + 1);
    uint32_t count = 0;

    for (uint32_t i = 0; i < arc_count; i++) {
        uint64_t key = map_key(arcs[i].from, arcs[i].to);

        if (arcs[i].from >= nodes || arcs[i].to >= nodes || arcs[i].from == arcs[i].to || map_get(&seen, key))
            continue;
        map_put(&seen, key, 1);
        kept[count++] = arcs[i];
        first[arcs[i].from + 2]++;
    }
    for (uint32_t n = 0; n < nodes; n++)
        first[n + 2] += first[n + 1];
    for (uint32_t i = 0; i < count; i++)
        to[first[kept[i].from + 1]++] = kept[i].to;
    return (struct ir_graph){nodes, first, to};
}

struct ir_graph ir_dataset_graph(const struct ir *ir, struct arena *a)
{
    struct ir_arc *arcs = ARENA_ARRAY(a, struct ir_arc, ir->edge.count + 1);
    uint32_t count = 0;

    for (IR_EACH(ir, edge, i))
        arcs[count++] = (struct ir_arc){IR(ir, edge, i)->from.v, IR(ir, edge, i)->to.v};
    return ir_graph_build(a, ir->dataset.count, arcs, count);
}

struct ir_graph ir_task_graph(const struct ir *ir, struct arena *a)
{
    struct ir_arc *arcs = ARENA_ARRAY(a, struct ir_arc, ir->task_edge.count + 1);
    uint32_t count = 0;

    for (IR_EACH(ir, task_edge, i))
        if (!IR(ir, task_edge, i)->alternative)
            arcs[count++] = (struct ir_arc){IR(ir, task_edge, i)->from.v, IR(ir, task_edge, i)->to.v};
    return ir_graph_build(a, ir->job.count, arcs, count);
}

struct ir_graph ir_graph_reverse(struct arena *a, const struct ir_graph *g)
{
    struct ir_arc *arcs = ARENA_ARRAY(a, struct ir_arc, (size_t)g->first[g->count] + 1);

    for (uint32_t n = 0; n < g->count; n++)
        for (uint32_t k = g->first[n]; k < g->first[n + 1]; k++)
            arcs[k] = (struct ir_arc){g->to[k], n};
    return ir_graph_build(a, g->count, arcs, g->first[g->count]);
}

void ir_graph_reach(const struct ir_graph *g, struct arena *a, uint32_t start, uint8_t *reached)
{
    uint32_t *todo = ARENA_ARRAY(a, uint32_t, (size_t)g->count + 1);
    uint32_t count = 1;

    memset(reached, 0, g->count);
    todo[0] = start;
    while (count) {
        uint32_t n = todo[--count];

        for (uint32_t k = g->first[n]; k < g->first[n + 1]; k++) {
            if (reached[g->to[k]])
                continue;
            reached[g->to[k]] = 1;
            if (g->to[k] != start)
                todo[count++] = g->to[k];
        }
    }
}

struct ir_walk ir_graph_walk(const struct ir_graph *g, struct arena *a, const uint32_t *starts,
                             uint32_t count, uint32_t max_depth)
{
    uint32_t *depth = ARENA_ARRAY(a, uint32_t, (size_t)g->count + 1);
    uint32_t *from = ARENA_ARRAY(a, uint32_t, (size_t)g->count + 1);
    uint32_t *order = ARENA_ARRAY(a, uint32_t, (size_t)g->count + 1);
    uint32_t reached = 0;

    memset(depth, 0xff, sizeof *depth * g->count);
    for (uint32_t i = 0; i < count; i++) {
        if (depth[starts[i]] == 0)
            continue;
        depth[starts[i]] = 0;
        from[starts[i]] = starts[i];
        order[reached++] = starts[i];
    }
    for (uint32_t i = 0; i < reached && depth[order[i]] < max_depth; i++) {
        uint32_t n = order[i];

        for (uint32_t k = g->first[n]; k < g->first[n + 1]; k++) {
            if (depth[g->to[k]] != IR_FAR)
                continue;
            depth[g->to[k]] = depth[n] + 1;
            from[g->to[k]] = n;
            order[reached++] = g->to[k];
        }
    }
    return (struct ir_walk){depth, from, order, reached};
}

/* ---- order ---- */

struct heap { /* the free nodes, lowest number on top */
    uint32_t *items;
    uint32_t count;
};

static void heap_push(struct heap *h, uint32_t node)
{
    uint32_t i = h->count++;

    for (; i && h->items[(i - 1) / 2] > node; i = (i - 1) / 2)
        h->items[i] = h->items[(i - 1) / 2];
    h->items[i] = node;
}

static uint32_t heap_pop(struct heap *h)
{
    uint32_t top = h->items[0], last = h->items[--h->count], i = 0;

    for (;;) {
        uint32_t child = 2 * i + 1;

        if (child + 1 < h->count && h->items[child + 1] < h->items[child])
            child++;
        if (child >= h->count || h->items[child] >= last)
            break;
        h->items[i] = h->items[child];
        i = child;
    }
    h->items[i] = last;
    return top;
}

void ir_graph_order(const struct ir_graph *g, struct arena *a, uint32_t *order)
{
    uint32_t *waiting = ARENA_ARRAY(a, uint32_t, (size_t)g->count + 1);
    bool *done = ARENA_ARRAY(a, bool, (size_t)g->count + 1);
    struct heap free_nodes = {ARENA_ARRAY(a, uint32_t, 2 * (size_t)g->count + 1), 0};
    uint32_t next = 0, count = 0;

    for (uint32_t k = 0; k < g->first[g->count]; k++)
        waiting[g->to[k]]++;
    for (uint32_t n = 0; n < g->count; n++)
        if (waiting[n] == 0)
            heap_push(&free_nodes, n);
    while (count < g->count) {
        uint32_t n;

        if (free_nodes.count) {
            n = heap_pop(&free_nodes);
        } else { /* a cycle: its lowest node goes first */
            while (done[next])
                next++;
            n = next;
        }
        if (done[n])
            continue;
        done[n] = true;
        order[count++] = n;
        for (uint32_t k = g->first[n]; k < g->first[n + 1]; k++)
            if (--waiting[g->to[k]] == 0 && !done[g->to[k]])
                heap_push(&free_nodes, g->to[k]);
    }
}

uint32_t ir_graph_levels(const struct ir_graph *g, struct arena *a, uint32_t *level)
{
    uint32_t *order = ARENA_ARRAY(a, uint32_t, (size_t)g->count + 1);
    bool *done = ARENA_ARRAY(a, bool, (size_t)g->count + 1);
    uint32_t levels = 0;

    memset(level, 0, sizeof *level * g->count);
    ir_graph_order(g, a, order);
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t n = order[i];

        done[n] = true;
        if (level[n] + 1 > levels)
            levels = level[n] + 1;
        for (uint32_t k = g->first[n]; k < g->first[n + 1]; k++)
            if (!done[g->to[k]] && level[g->to[k]] <= level[n])
                level[g->to[k]] = level[n] + 1;
    }
    return levels;
}
