/*
 * drawing.h - what everything that is drawn by Graphviz shares. cgraph wants writable strings and gives bytes to a
 * stream; here both are hidden.
 */
#ifndef EMIT_DRAWING_H
#define EMIT_DRAWING_H

#include "base/err.h"
#include "base/str.h"

#include <graphviz/cgraph.h>

/* A graph from left to right whose nodes are boxes; NULL with what is wrong. End it with agclose(). */
Agraph_t *drawing_new(struct arena *scratch, Agdesc_t kind, struct err *e);

/* Sets an attribute of a graph, node or edge; others that have none keep "". */
void drawing_set(struct arena *scratch, void *object, const char *name, const char *value);

/* Sets what all graphs, nodes (AGNODE) or edges (AGEDGE) have that do not say otherwise. */
void drawing_default(struct arena *scratch, Agraph_t *graph, int kind, const char *name, const char *value);

/* Appends the graph in DOT. */
int drawing_write(Agraph_t *graph, struct buf *out, struct err *e);

#endif
