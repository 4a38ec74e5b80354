/* graph_draw.h - the dataset graph as Graphviz has it, for DOT and for what is laid out. */
#ifndef EMIT_GRAPH_DRAW_H
#define EMIT_GRAPH_DRAW_H

#include "emit/drawing.h"
#include "emit/graph.h"

/* Draws what was chosen; NULL with what is wrong. End it with agclose(). */
Agraph_t *graph_draw(const struct ir *ir, struct arena *scratch, const struct graph_view *view,
                     struct err *e);

#endif
