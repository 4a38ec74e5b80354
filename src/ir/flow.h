/*
 * flow.h - the column edges as a graph, so that "what comes of this column" is a walk.
 *
 * Nodes are the columns that anything knows or mentions, and two of each dataset: its rows (which of them there
 * are, and how many) and its whole (whichever column it may be). An arc leads from what acts to what it acts on.
 * A dataset that depends on another in a way that nobody could read depends on each of its columns.
 */
#ifndef IR_FLOW_H
#define IR_FLOW_H

#include "base/map.h"
#include "ir/graph.h"

struct ir_flow_node {
    ir_dataset_id dataset;
    ir_str column; /* 0: the star of columns that are not known, unless `rows` or `any` */
    uint32_t rows; /* 1: the rows of the dataset */
    uint32_t any;  /* 1: the dataset's whole, a step in between that is no place of its own */
};

struct ir_flow {
    struct ir_graph values; /* only what carries values: DIRECT */
    struct ir_graph all;    /* that, and what joins, filters, groups, sorts and decides */
    const struct ir_flow_node *nodes;
    uint32_t count;
    struct map columns; /* (dataset, folded name) -> node */
};

/* Builds the flow of a linked project in `a`. `asked` (0 for none) is one more column of `of`, of which only
 * stars may tell. */
struct ir_flow ir_flow_build(struct ir *ir, struct arena *a, ir_dataset_id of, ir_str asked);

/* The node of a column (0: of the star), 0 when there is none; of a dataset's rows and of its whole. */
uint32_t ir_flow_column(const struct ir_flow *f, struct ir *ir, ir_dataset_id dataset, ir_str column);
uint32_t ir_flow_rows(ir_dataset_id dataset);
uint32_t ir_flow_any(ir_dataset_id dataset);

#endif
