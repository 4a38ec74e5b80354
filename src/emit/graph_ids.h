/*
 * graph_ids.h - cgraph's ids in the order in which things are made.
 *
 * cgraph's own ids are the addresses of strings, and it writes subgraphs in the order of their ids: the same
 * input would give other bytes in another process.
 */
#ifndef EMIT_GRAPH_IDS_H
#define EMIT_GRAPH_IDS_H

#include "base/arena.h"

#include <graphviz/cgraph.h>

/* The disciplines to open one graph with: agopen(name, kind, graph_ids(scratch)). Lives in `a`, which must live
 * as long as the graph. */
Agdisc_t *graph_ids(struct arena *a);

#endif
