/*
 * graph.h - the questions that plan, lint and emit ask of a linked project: in which order things run,
 * what lies before and behind a dataset, how deep a graph is.
 */
#ifndef IR_GRAPH_H
#define IR_GRAPH_H

#include "ir/ir.h"

/* The statements of a job in the order in which it runs them, in `a`. SQL files that it runs with \i, and
 * routines that it calls, are jobs of their own and not part of it. Job 0: statements of no job. */
struct ir_statement_list {
    const ir_statement_id *items;
    uint32_t count;
};
struct ir_statement_list ir_job_statements(const struct ir *ir, struct arena *a, ir_job_id job);

/* The same for every job at once: statements of job j are items[first[j] .. first[j + 1]). Use it where all
 * jobs are asked about. */
struct ir_job_order {
    const uint32_t *first;
    const ir_statement_id *items;
};
struct ir_job_order ir_order_jobs(const struct ir *ir, struct arena *a);

/* A directed graph over nodes 0 … count - 1: successors of n are to[first[n] .. first[n + 1]), each once, in
 * the order in which they were given. */
struct ir_graph {
    uint32_t count;
    const uint32_t *first;
    const uint32_t *to;
};

struct ir_arc {
    uint32_t from, to;
};

/* Builds a graph; arcs from a node to itself, outside the range and repeated ones are left out. */
struct ir_graph ir_graph_build(struct arena *a, uint32_t nodes, const struct ir_arc *arcs,
                               uint32_t arc_count);

/* The edge table as a graph whose nodes are dataset ids; node 0 is alone. */
struct ir_graph ir_dataset_graph(const struct ir *ir, struct arena *a);

/* The orders of the task_edge table as a graph whose nodes are job ids. */
struct ir_graph ir_task_graph(const struct ir *ir, struct arena *a);

/* The same graph with every arc turned around. */
struct ir_graph ir_graph_reverse(struct arena *a, const struct ir_graph *g);

/* Marks with 1 every node that can be reached from `start` by one arc or more; `reached` has count bytes and
 * is cleared first. On a dataset graph these are the datasets downstream, on its reverse those upstream. */
void ir_graph_reach(const struct ir_graph *g, struct arena *a, uint32_t start, uint8_t *reached);

/* A walk along the arcs from several nodes at once, nearest first. */
#define IR_FAR UINT32_MAX
struct ir_walk {
    const uint32_t
        *depth; /* by node: arcs from the nearest start, 0 for the starts; IR_FAR where none leads */
    const uint32_t *from;  /* by node: the node before it on a shortest way; a start's is itself */
    const uint32_t *order; /* the nodes that were reached, nearest first */
    uint32_t count;
};

/* Walks at most `max_depth` arcs (IR_FAR: all the way) from `count` starts; all of it lives in `a`. */
struct ir_walk ir_graph_walk(const struct ir_graph *g, struct arena *a, const uint32_t *starts,
                             uint32_t count, uint32_t max_depth);

/* The level of each node: 0 without predecessors, else one more than its highest predecessor. Of a
 * cycle the arc that closes it, in ir_graph_order's order, does not count. Returns how many levels there
 * are (0 for an empty graph). */
uint32_t ir_graph_levels(const struct ir_graph *g, struct arena *a, uint32_t *level);

/* Nodes so that each comes after its predecessors, and of those that are free the lowest number first;
 * nodes on a cycle come in number order where the cycle is met. `order` gets count nodes. */
void ir_graph_order(const struct ir_graph *g, struct arena *a, uint32_t *order);

#endif
