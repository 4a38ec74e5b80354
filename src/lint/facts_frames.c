/*
 * DataFrames: chains of assignments that nobody can look at afterwards, and operations that treat nulls
 * otherwise than SQL does.
 */
#include "lint/facts.h"

#include "base/map.h"

#include <string.h>

/* ---- chains ---- */

enum { TABLES_SHOWN = 4 };

struct chain {
    ir_frame_id first; /* the first version that computes */
    uint32_t steps;
    bool used;
    bool from_database; /* rows of a table, directly or through other chains */
    VEC(ir_str) inputs;
    VEC(const char *) tables; /* what its own versions read of the database */
};

struct chains {
    struct facts *f;
    uint32_t *of_frame;      /* frame -> index into items, 0: none */
    uint32_t *seen_by;       /* rel -> the frame whose walk met it last */
    struct ir_index of_text; /* statements of a text */
    VEC(struct chain) items;
};

static bool computes(const struct facts *f, ir_frame_id frame)
{
    const struct ir_rel *rel = IR(f->ir, rel, IR(f->ir, frame, frame)->rel);

    switch (rel->kind) {
    case IR_REL_OPAQUE: /* read_csv(), DataFrame(rows): made of what is no frame */
        return rel->left.v != 0;
    case IR_REL_NONE:
    case IR_REL_QUERY:
    case IR_REL_TABLE:
        return false;
    default:
        return true;
    }
}

/* The versions of one variable in one scope are one chain; version 1 begins another scope's. */
static void gather_chains(struct chains *c)
{
    struct facts *f = c->f;
    struct map current = map_new(f->family);

    c->of_frame = ARENA_ARRAY(f->family, uint32_t, f->ir->frame.count);
    vec_push(f->arena, &c->items, (struct chain){0});
    for (IR_EACH(f->ir, frame, i)) {
        const struct ir_frame *row = IR(f->ir, frame, i);
        uint64_t key = map_key(row->job.v, row->name.v);
        uint32_t chain = map_get(&current, key);

        if (!chain || row->version == 1) {
            chain = c->items.count;
            vec_push(f->arena, &c->items, (struct chain){0});
            map_put(&current, key, chain);
        }
        c->of_frame[i.v] = chain;
        if (!computes(f, i))
            continue;
        if (!c->items.items[chain].steps++)
            c->items.items[chain].first = i;
    }
}

/* `reader` (0: something that is no chain) takes in `frame`. */
static void note_use(struct chains *c, uint32_t reader, ir_frame_id frame)
{
    uint32_t chain = c->of_frame[frame.v];
    struct chain *r = &c->items.items[reader];
    ir_str name = IR(c->f->ir, frame, frame)->name;

    if (!frame.v || chain == reader)
        return;
    c->items.items[chain].used = true;
    r->from_database |= c->items.items[chain].from_database;
    for (uint32_t i = 0; i < r->inputs.count; i++)
        if (r->inputs.items[i].v == name.v)
            return;
    vec_push(c->f->arena, &r->inputs, name);
}

static void note_table(struct chains *c, uint32_t chain, const struct ir_access *access)
{
    struct chain *r = &c->items.items[chain];
    const char *name = access_written(c->f, access);

    r->from_database |= IR(c->f->ir, dataset, access->dataset)->kind != IR_DATASET_TEMP;
    for (uint32_t i = 0; i < r->tables.count; i++)
        if (!strcmp(r->tables.items[i], name))
            return;
    if (r->tables.count <= TABLES_SHOWN)
        vec_push(c->f->arena, &r->tables, name);
}

/* The tables that a relation of the chain reads without another frame between. */
static void note_tables(struct chains *c, uint32_t chain, const struct ir_rel *rel)
{
    const struct facts *f = c->f;

    if (rel->kind == IR_REL_TABLE && rel->access.v)
        note_table(c, chain, IR(f->ir, access, rel->access));
    if (rel->kind != IR_REL_QUERY)
        return;
    for (uint32_t i = c->of_text.first[rel->text.v]; i < c->of_text.first[rel->text.v + 1]; i++) {
        uint32_t s = c->of_text.rows[i];

        for (uint32_t k = f->accesses.first[s]; k < f->accesses.first[s + 1]; k++) {
            const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

            if (a->mode == IR_ACCESS_READ && access_is_relation(a))
                note_table(c, chain, a);
        }
    }
}

/* The frames and tables at the leaves of a frame's relation. */
static void note_inputs(struct chains *c, ir_frame_id frame)
{
    const struct ir *ir = c->f->ir;
    VEC(ir_rel_id) todo = {0};

    vec_push(c->f->arena, &todo, IR(ir, frame, frame)->rel);
    while (todo.count) {
        ir_rel_id id = todo.items[--todo.count];
        const struct ir_rel *row = IR(ir, rel, id);

        if (c->seen_by[id.v] == frame.v)
            continue;
        c->seen_by[id.v] = frame.v;
        if (row->kind == IR_REL_FRAME)
            note_use(c, c->of_frame[frame.v], row->frame);
        note_tables(c, c->of_frame[frame.v], row);
        if (row->left.v)
            vec_push(c->f->arena, &todo, row->left);
        if (row->right.v)
            vec_push(c->f->arena, &todo, row->right);
    }
}

static void note_statement_uses(struct chains *c)
{
    const struct ir *ir = c->f->ir;

    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);
        const struct ir_statement *s = IR(ir, statement, row->statement);
        uint32_t reader = s->kind == IR_KIND_TO_SQL ? 0 : c->of_frame[s->frame.v];

        if (row->flags & IR_ACCESS_FRAME && row->mode == IR_ACCESS_READ)
            note_use(c, reader, row->frame);
    }
}

/* The frames that it comes from; without one, the tables. */
static const char *join_names(const struct facts *f, const struct chain *chain)
{
    struct buf out = buf_new(f->arena);

    for (uint32_t i = 0; i < chain->inputs.count; i++)
        buf_printf(&out, "%s%s", i ? ", " : "", ir_string(f->ir, chain->inputs.items[i]));
    for (uint32_t i = 0; i < chain->tables.count && i < TABLES_SHOWN && !chain->inputs.count; i++)
        buf_printf(&out, "%s%s", i ? ", " : "", chain->tables.items[i]);
    if (chain->tables.count > TABLES_SHOWN && !chain->inputs.count)
        buf_adds(&out, " and more");
    return out.n ? buf_str(&out) : "what is not known";
}

static void add_chains(struct facts *f)
{
    const bool *spark = files_with_spark(f);
    struct chains c = {.f = f, .of_text = IR_INDEX(f->arena, f->ir, statement, text, text)};

    gather_chains(&c);
    c.seen_by = ARENA_ARRAY(f->family, uint32_t, f->ir->rel.count);
    for (IR_EACH(f->ir, frame, i))
        note_inputs(&c, i);
    note_statement_uses(&c);
    for (uint32_t i = 1; i < c.items.count; i++) {
        const struct chain *chain = &c.items.items[i];
        const struct ir_frame *row = IR(f->ir, frame, chain->first);

        if (chain->steps && chain->used && chain->from_database && !spark[row->file.v])
            FACT_ADD(f, frame_chain, at_source(row->file, row->off, row->len),
                     .frame = ir_string(f->ir, row->name), .steps = chain->steps,
                     .inputs = join_names(f, chain));
    }
}

/* ---- nulls ---- */

struct nulls {
    struct facts *f;
    struct ir_index columns; /* rel_column rows of a rel */
    struct ir_index schema;  /* rel_schema rows of a rel */
};

static bool never_null(const struct nulls *n, ir_rel_id rel, ir_str name)
{
    for (uint32_t k = n->schema.first[rel.v]; rel.v && k < n->schema.first[rel.v + 1]; k++) {
        const struct ir_rel_schema *row = &n->f->ir->rel_schema.items[n->schema.rows[k]];

        if (row->name.v == name.v)
            return row->flags & IR_COLUMN_NOT_NULL;
    }
    return false;
}

enum { GROUPBY_NEAR = 4096 }; /* bytes before an aggregation in which its groupby is looked for */

/* The groupby before an aggregation, else the aggregation's own name. */
static struct fact_at at_groupby(const struct facts *f, const struct ir_rel *rel)
{
    uint32_t from = rel->off > GROUPBY_NEAR ? rel->off - GROUPBY_NEAR : 0;
    uint32_t len = rel->off + rel->len - from;
    struct fact_at at = at_word(f, rel->file, from, len, "groupby");

    if (at.len == len)
        at = at_word(f, rel->file, rel->off, rel->len, ir_string(f->ir, rel->op));
    return at;
}

static void add_group(const struct nulls *n, ir_rel_id rel)
{
    struct facts *f = n->f;
    const struct ir_rel *row = IR(f->ir, rel, rel);
    struct buf keys = buf_new(f->arena);
    bool not_null = true;

    for (uint32_t k = n->columns.first[rel.v]; k < n->columns.first[rel.v + 1]; k++) {
        const struct ir_rel_column *column = &f->ir->rel_column.items[n->columns.rows[k]];

        if (column->kind != IR_COLUMN_KEY)
            continue;
        buf_printf(&keys, "%s%s", keys.n ? ", " : "", ir_string(f->ir, column->name));
        not_null = not_null && never_null(n, row->left, column->name);
    }
    FACT_ADD(f, frame_group, at_groupby(f, row), .keys = buf_str(&keys), .not_null = not_null);
}

static void add_not_equal(const struct nulls *n, ir_rel_id rel, const struct ir_expr *ne)
{
    const struct ir *ir = n->f->ir;
    const struct ir_expr *left = IR(ir, expr, ne->first), *right = IR(ir, expr, left->next);

    if (left->op != IR_EXPR_COLUMN || right->op == IR_EXPR_NULL)
        return;
    FACT_ADD(n->f, not_equal_filter, at_source(ne->file, ne->off, ne->len),
             .column = ir_string(ir, left->text), .value = ir_string(ir, right->text),
             .not_null = never_null(n, IR(ir, rel, rel)->left, left->text));
}

/* Every != within a filter's condition. An operand stands once in a tree, so the walk is linear. */
static void add_filter(const struct nulls *n, ir_rel_id rel)
{
    const struct ir *ir = n->f->ir;
    VEC(ir_expr_id) todo = {0};
    uint32_t budget = ir->expr.count;

    vec_push(n->f->arena, &todo, IR(ir, rel, rel)->condition);
    while (todo.count && budget--) {
        const struct ir_expr *row = IR(ir, expr, todo.items[--todo.count]);

        if (row->op == IR_EXPR_NE)
            add_not_equal(n, rel, row);
        if (row->next.v)
            vec_push(n->f->arena, &todo, row->next);
        if (row->first.v)
            vec_push(n->f->arena, &todo, row->first);
    }
}

void facts_of_frames(struct facts *f)
{
    struct ir *ir = f->ir;
    struct nulls n = {f, IR_INDEX(f->family, ir, rel_column, rel, rel),
                      IR_INDEX(f->family, ir, rel_schema, rel, rel)};

    add_chains(f);
    for (IR_EACH(ir, rel, r)) {
        const struct ir_rel *row = IR(ir, rel, r);

        if (row->kind == IR_REL_AGGREGATE && row->flags & IR_REL_DROP_NULL_KEYS)
            add_group(&n, r);
        if (row->kind == IR_REL_FILTER && row->condition.v)
            add_filter(&n, r);
    }
}
