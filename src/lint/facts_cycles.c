/*
 * Datasets that are made of each other: Tarjan's strongly connected components over the table edges, with
 * stacks of our own, and for each component its shortest way round.
 */
#include "lint/facts.h"

#include "base/map.h"

enum { NAMES_SHOWN = 8 }; /* of a cycle, so that a message stays a line */

struct node {
    uint32_t number;    /* in order of discovery, 0: not yet seen */
    uint32_t low;       /* the lowest number that it reaches on the stack */
    uint32_t next;      /* edge to follow next */
    uint32_t component; /* 0: none yet */
};

struct graph {
    struct facts *f;
    struct ir_index edges; /* by the dataset that they come from */
    struct node *nodes;
    VEC(uint32_t) stack; /* nodes without a component */
    VEC(uint32_t) path;  /* of the search */
    VEC(uint32_t) sizes; /* of components, by number */
    uint32_t numbers;
};

static bool stays(const struct ir *ir, ir_dataset_id dataset)
{
    enum ir_dataset_kind kind = IR(ir, dataset, dataset)->kind;

    return kind != IR_DATASET_TEMP && kind != IR_DATASET_FRAME && kind != IR_DATASET_RESULT &&
           kind != IR_DATASET_FILE;
}

/* Where an edge leads. What no model would hold (a step through a temp table, rows that leave, another name) leads
 * nowhere: back to where it comes from. */
static uint32_t edge_end(const struct graph *g, uint32_t k)
{
    const struct ir *ir = g->f->ir;
    const struct ir_edge *edge = &ir->edge.items[g->edges.rows[k]];
    enum ir_statement_kind kind = IR(ir, statement, edge->statement)->kind;
    bool fills = kind != IR_KIND_DELETE && kind != IR_KIND_ALTER && kind != IR_KIND_UPDATE &&
                 kind != IR_KIND_CREATE_TABLE; /* LIKE, INHERITS, PARTITION OF */

    return fills && stays(ir, edge->from) && stays(ir, edge->to) ? edge->to.v : edge->from.v;
}

static void visit(struct graph *g, uint32_t n)
{
    g->numbers++;
    g->nodes[n] = (struct node){g->numbers, g->numbers, g->edges.first[n], 0};
    vec_push(g->f->arena, &g->stack, n);
    vec_push(g->f->arena, &g->path, n);
}

static void lower(struct node *node, uint32_t low)
{
    if (low < node->low)
        node->low = low;
}

/* All edges of `n` are followed: it may be the root of a component. */
static void leave(struct graph *g, uint32_t n)
{
    uint32_t size = 0, popped;

    g->path.count--;
    if (g->path.count)
        lower(&g->nodes[g->path.items[g->path.count - 1]], g->nodes[n].low);
    if (g->nodes[n].low != g->nodes[n].number)
        return;
    do {
        popped = g->stack.items[--g->stack.count];
        g->nodes[popped].component = g->sizes.count;
        size++;
    } while (popped != n);
    vec_push(g->f->arena, &g->sizes, size);
}

static void search(struct graph *g, uint32_t root)
{
    visit(g, root);
    while (g->path.count) {
        uint32_t n = g->path.items[g->path.count - 1];
        uint32_t to;

        if (g->nodes[n].next == g->edges.first[n + 1]) {
            leave(g, n);
            continue;
        }
        to = edge_end(g, g->nodes[n].next++);
        if (!g->nodes[to].number)
            visit(g, to);
        else if (!g->nodes[to].component)
            lower(&g->nodes[n], g->nodes[to].number);
    }
}

/* The way from `start` to `last`, and back to the start. */
static const char *describe(const struct graph *g, const struct map *came_from, uint32_t start, uint32_t last)
{
    const struct ir *ir = g->f->ir;
    struct buf out = buf_new(g->f->arena);
    VEC(uint32_t) way = {0};

    for (uint32_t n = last; n != start; n = map_get(came_from, n))
        vec_push(g->f->arena, &way, n);
    buf_adds(&out, ir_string(ir, ir->dataset.items[start].display));
    for (uint32_t i = way.count; i-- > 0;) {
        if (way.count - i > NAMES_SHOWN) {
            buf_adds(&out, " → …");
            break;
        }
        buf_printf(&out, " → %s", ir_string(ir, ir->dataset.items[way.items[i]].display));
    }
    buf_printf(&out, " → %s", ir_string(ir, ir->dataset.items[start].display));
    return buf_str(&out);
}

/* The statement by which rows go from one dataset right to another. */
static ir_statement_id statement_between(const struct graph *g, uint32_t from, uint32_t to)
{
    for (uint32_t k = g->edges.first[from]; k < g->edges.first[from + 1]; k++)
        if (edge_end(g, k) == to)
            return g->f->ir->edge.items[g->edges.rows[k]].statement;
    return (ir_statement_id){0};
}

/* Each step of the way from `start` to `last`; the one back to the start is the finding's own. */
static void add_steps(const struct graph *g, const struct map *came_from, uint32_t start, uint32_t last)
{
    struct facts *f = g->f;
    VEC(uint32_t) way = {0};
    uint32_t from = start;

    for (uint32_t n = last; f->kept && n != start; n = map_get(came_from, n))
        vec_push(f->arena, &way, n);
    for (uint32_t i = way.count; i-- > 0 && way.count - i <= NAMES_SHOWN; from = way.items[i]) {
        ir_statement_id s = statement_between(g, from, way.items[i]);

        if (s.v)
            fact_step(f, at_head(f, s, 2),
                      arena_printf(f->arena, "from %s to %s",
                                   ir_string(f->ir, f->ir->dataset.items[from].display),
                                   ir_string(f->ir, f->ir->dataset.items[way.items[i]].display)));
    }
}

static void add_cycle(const struct graph *g, const struct map *came_from, uint32_t start, uint32_t last,
                      uint32_t k)
{
    struct facts *f = g->f;
    ir_statement_id s = f->ir->edge.items[g->edges.rows[k]].statement;
    ir_access_id target = statement_target(f, s);

    FACT_ADD(f, cycle, target.v ? at_access(f, target) : at_head(f, s, 2),
             .path = describe(g, came_from, start, last), .size = g->sizes.items[g->nodes[start].component]);
    add_steps(g, came_from, start, last);
}

/* Searches by breadth, so that the first edge back to the start closes a shortest cycle. */
static void find_cycle(const struct graph *g, uint32_t start)
{
    struct arena *a = g->f->arena;
    struct map came_from = map_new(a);
    VEC(uint32_t) queue = {0};

    vec_push(a, &queue, start);
    for (uint32_t i = 0; i < queue.count; i++) {
        uint32_t n = queue.items[i];

        for (uint32_t k = g->edges.first[n]; k < g->edges.first[n + 1]; k++) {
            uint32_t to = edge_end(g, k);

            if (to == start && n != start) {
                add_cycle(g, &came_from, start, n, k);
                return;
            }
            if (to == start || g->nodes[to].component != g->nodes[start].component || map_get(&came_from, to))
                continue;
            map_put(&came_from, to, n);
            vec_push(a, &queue, to);
        }
    }
}

void facts_of_cycles(struct facts *f)
{
    struct graph g = {.f = f, .edges = IR_INDEX(f->family, f->ir, edge, from, dataset)};
    bool *told;

    g.nodes = ARENA_ARRAY(f->family, struct node, f->ir->dataset.count);
    vec_push(f->arena, &g.sizes, 0);
    for (IR_EACH(f->ir, dataset, d))
        if (!g.nodes[d.v].number)
            search(&g, d.v);
    told = ARENA_ARRAY(f->family, bool, g.sizes.count);
    for (IR_EACH(f->ir, dataset, d)) {
        uint32_t component = g.nodes[d.v].component;

        if (g.sizes.items[component] < 2 || told[component])
            continue;
        told[component] = true;
        find_cycle(&g, d.v);
    }
}
