/* SVG by Graphviz's own layout. Its prologue names the version that made it, and is left out. */
#include "emit/graph_draw.h"

#include <graphviz/gvc.h>
#include <string.h>

static int render(GVC_t *gvc, Agraph_t *graph, struct buf *out, struct err *e)
{
    char *bytes = NULL, *svg;
    unsigned len = 0;

    if (gvLayout(gvc, graph, "dot") != 0)
        return err_set(e, "Graphviz cannot lay the graph out; --format dot needs no layout");
    if (gvRenderData(gvc, graph, "svg", &bytes, &len) != 0 || !bytes) {
        gvFreeLayout(gvc, graph);
        return err_set(e, "Graphviz cannot write SVG: are its plugins installed? --format dot needs none");
    }
    svg = strstr(bytes, "<svg");
    buf_adds(out, svg ? svg : bytes);
    gvFreeRenderData(bytes);
    gvFreeLayout(gvc, graph);
    return 0;
}

int emit_graph_svg(const struct ir *ir, struct arena *scratch, const struct graph_view *view, struct buf *out,
                   struct err *e)
{
    Agraph_t *graph = graph_draw(ir, scratch, view, e);
    GVC_t *gvc;
    int rc = -1;

    if (!graph)
        return -1;
    gvc = gvContext();
    if (gvc) {
        rc = render(gvc, graph, out, e);
        gvFreeContext(gvc);
    } else {
        (void)err_set(e, "Graphviz cannot start");
    }
    agclose(graph);
    return rc;
}
