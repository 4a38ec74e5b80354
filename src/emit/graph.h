/*
 * graph.h - the dataset graph as it was linked, in the formats of `lineage graph`.
 *
 * Nodes are datasets; their kind shows. An edge that is not sure (inferred or unknown) is dashed. With columns,
 * each dataset lists its columns and the edges go from column to column; those that choose, join, group or order
 * rows go to the dataset.
 */
#ifndef EMIT_GRAPH_H
#define EMIT_GRAPH_H

#include "base/map.h"
#include "ir/ir.h"

struct graph_view {
    const uint8_t *chosen; /* by dataset id: 1 is shown */
    bool columns;
};

int emit_graph_dot(const struct ir *ir, struct arena *scratch, const struct graph_view *view, struct buf *out,
                   struct err *e);

/* Laid out by Graphviz; the <svg> element alone, without what names the program that made it. Once per process:
 * Graphviz's font plugin remembers a font's name of the context that is gone. */
int emit_graph_svg(const struct ir *ir, struct arena *scratch, const struct graph_view *view, struct buf *out,
                   struct err *e);

int emit_graph_mermaid(const struct ir *ir, struct arena *scratch, const struct graph_view *view,
                       struct buf *out, struct err *e);

/* docs/json-schema/graph.schema.json describes it. */
int emit_graph_json(const struct ir *ir, struct arena *scratch, const struct graph_view *view,
                    struct buf *out, struct err *e);

/* ---- what the formats for people share ---- */

/* An edge as it is drawn: once, however many statements make it; solid when one of them is sure. */
struct graph_edge {
    ir_dataset_id from, to;
    uint32_t from_column, to_column; /* `column` rows; 0: the dataset */
    bool sure, value;                /* value: DIRECT */
};
struct graph_edges {
    struct graph_edge *items;
    uint32_t count;
    uint32_t capacity;
};

/* The edges between chosen datasets; with columns, the edges of columns and those datasets' edges that no column
 * tells of. */
struct graph_edges graph_edges_of(const struct ir *ir, struct arena *scratch, const struct graph_view *view);

#endif
