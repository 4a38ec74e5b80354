/* lineage graph: the datasets as they were linked, and what flows between them. */
#include "emit/graph.h"

#include "cli/commands.h"
#include "cli/driver.h"
#include "cli/lookup.h"

#include <string.h>

typedef int emit_graph(const struct ir *ir, struct arena *scratch, const struct graph_view *view,
                       struct buf *out, struct err *e);

static const struct {
    const char *name;
    emit_graph *emit;
} formats[] = {
    {"dot", emit_graph_dot},
    {"svg", emit_graph_svg},
    {"mermaid", emit_graph_mermaid},
    {"json", emit_graph_json},
};

static int put_graph(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    uint8_t *chosen = ARENA_ARRAY(scratch, uint8_t, ir->dataset.count);
    struct graph_view view = {.chosen = chosen, .columns = o->columns};
    struct buf out = buf_new(scratch);
    emit_graph *emit = formats[0].emit;

    for (size_t i = 0; o->format && i < sizeof formats / sizeof *formats; i++)
        if (strcmp(o->format, formats[i].name) == 0)
            emit = formats[i].emit;
    if (lookup_chosen(ir, scratch, &o->nodes, chosen, e) < 0 || emit(ir, scratch, &view, &out, e) < 0)
        return -1;
    return driver_output(o, buf_slice(&out), e);
}

int cmd_GRAPH(struct arena *a, const struct options *o, struct err *e)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    int rc = driver_link(ir, scratch, o, true, e);

    if (rc == 0) {
        driver_say_gaps(ir, o);
        rc = put_graph(ir, scratch, o, e);
    }
    if (rc == 0)
        rc = driver_exit_status(ir, o, -1);
    arena_free(scratch);
    return rc;
}
