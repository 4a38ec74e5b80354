/* cgraph, with our strings and our buffers. */
#include "emit/drawing.h"

#include "emit/graph_ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *writable(struct arena *scratch, const char *text)
{
    return arena_strndup(scratch, text, strlen(text));
}

void drawing_set(struct arena *scratch, void *object, const char *name, const char *value)
{
    agsafeset(object, writable(scratch, name), writable(scratch, value), (char[]){""});
}

void drawing_default(struct arena *scratch, Agraph_t *graph, int kind, const char *name, const char *value)
{
    agattr(graph, kind, writable(scratch, name), writable(scratch, value));
}

Agraph_t *drawing_new(struct arena *scratch, Agdesc_t kind, struct err *e)
{
    Agraph_t *graph = agopen((char[]){"lineage"}, kind, graph_ids(scratch));

    if (!graph) {
        (void)err_set(e, "cgraph cannot make a graph");
        return NULL;
    }
    drawing_default(scratch, graph, AGRAPH, "rankdir", "LR");
    drawing_default(scratch, graph, AGNODE, "shape", "box");
    drawing_default(scratch, graph, AGNODE, "label", "\\N");
    drawing_default(scratch, graph, AGNODE, "style", "");
    drawing_default(scratch, graph, AGRAPH, "label", "");
    return graph;
}

int drawing_write(Agraph_t *graph, struct buf *out, struct err *e)
{
    char *bytes = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&bytes, &len);
    int rc;

    if (!stream)
        return err_set(e, "cannot write DOT: no memory for a stream");
    rc = agwrite(graph, stream);
    if (fclose(stream) != 0 || rc != 0) {
        free(bytes);
        return err_set(e, "cgraph cannot write the graph");
    }
    buf_add(out, bytes, len);
    free(bytes);
    return 0;
}
