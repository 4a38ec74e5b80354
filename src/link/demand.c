/*
 * What a SELECT * that fills a DataFrame has to give when nothing says what the table's columns are: the
 * columns that the script uses of it. Demands go from each operation to its operands, from the last
 * operation to the first; where a whole frame of unknown columns leaves (written, handed to what is not
 * translated, not used further), nothing can be said.
 */
#include "link/linker.h"

#include <stdlib.h>

struct demand {
    ir_str name;
    uint32_t rel, turn; /* the first operation that wants it, and which of its columns it is */
};

struct demands { /* of a rel's result */
    VEC(struct demand) list;
    bool all;
    bool root;     /* it is a frame */
    bool live;     /* a frame, or part of one */
    bool consumed; /* a frame that a live rel reads */
};

struct inference {
    struct link *l;
    struct demands *of; /* by rel id */
    struct map at;      /* (rel, name) -> index + 1 */
    uint32_t turn;
};

static void want(struct inference *in, ir_rel_id rel, struct demand d)
{
    struct demands *of = &in->of[rel.v];
    uint64_t key = map_key(rel.v, d.name.v);
    uint32_t at = map_get(&in->at, key);

    if (rel.v == 0 || d.name.v == 0)
        return;
    if (at == 0) {
        vec_push(in->l->arena, &of->list, d);
        map_put(&in->at, key, of->list.count);
        return;
    }
    if (d.rel < of->list.items[at - 1].rel ||
        (d.rel == of->list.items[at - 1].rel && d.turn < of->list.items[at - 1].turn))
        of->list.items[at - 1] = d;
}

static void want_all(struct inference *in, ir_rel_id rel)
{
    in->of[rel.v].all = true;
}

static void want_own(struct inference *in, ir_rel_id operand, ir_rel_id by, ir_str name)
{
    want(in, operand, (struct demand){name, by.v, in->turn++});
}

/* Every column in an expression; nesting costs no stack. */
static void want_expression(struct inference *in, ir_rel_id operand, ir_rel_id by, ir_expr_id expr)
{
    struct link_expr_walk w = {0};
    ir_expr_id e;
    enum ir_role role;

    link_expr_begin(in->l, &w, expr, IR_ROLE_IDENTITY);
    while (link_expr_next(in->l, &w, &e, &role))
        want_own(in, operand, by, IR(in->l->ir, expr, e)->text);
}

/* ---- what an operation itself refers to ---- */

static void own_demands(struct inference *in, ir_rel_id id)
{
    const struct link *l = in->l;
    const struct ir_rel *r = IR(l->ir, rel, id);

    want_expression(in, r->left, id, r->condition);
    for (uint32_t k = l->rel_columns.first[id.v]; k < l->rel_columns.first[id.v + 1]; k++) {
        const struct ir_rel_column *c = &l->ir->rel_column.items[l->rel_columns.rows[k]];

        if (c->expr.v)
            want_expression(in, r->left, id, c->expr);
        else if (c->kind == IR_COLUMN_RENAME)
            want_own(in, r->left, id, c->other);
        else if (c->kind != IR_COLUMN_DROP)
            want_own(in, r->left, id, c->name);
        if (c->kind == IR_COLUMN_JOIN)
            want_own(in, r->right, id, c->other.v ? c->other : c->name);
    }
}

/* ---- what is wanted of it ---- */

static bool makes(const struct link *l, ir_rel_id id, ir_str name)
{
    for (uint32_t k = l->rel_columns.first[id.v]; k < l->rel_columns.first[id.v + 1]; k++) {
        const struct ir_rel_column *c = &l->ir->rel_column.items[l->rel_columns.rows[k]];

        if (c->name.v == name.v)
            return true;
    }
    return false;
}

/* The side that has a column of a join, by what is known of both. */
static void pass_to_join(struct inference *in, ir_rel_id id, struct demand d)
{
    struct link *l = in->l;
    const struct ir_rel *r = IR(l->ir, rel, id);
    const struct link_shape *left = link_rel_shape(l, r->left), *right = link_rel_shape(l, r->right);

    if (link_shape_find(l, left, d.name) >= 0 || link_rel_is_shared_key(l, id, d.name))
        want(in, r->left, d);
    else if (link_shape_find(l, right, d.name) >= 0 || left->complete)
        want(in, r->right, d);
    else if (right->complete || r->join == IR_JOIN_SEMI || r->join == IR_JOIN_ANTI)
        want(in, r->left, d);
    else {
        want_all(in, r->left);
        want_all(in, r->right);
    }
}

static void pass_one(struct inference *in, ir_rel_id id, struct demand d)
{
    const struct link *l = in->l;
    const struct ir_rel *r = IR(l->ir, rel, id);

    switch (r->kind) {
    case IR_REL_FRAME:
        want(in, IR(l->ir, frame, r->frame)->rel, d);
        break;
    case IR_REL_JOIN:
        pass_to_join(in, id, d);
        break;
    case IR_REL_UNION:
        want(in, r->right, d);
        want(in, r->left, d);
        break;
    case IR_REL_PROJECT:
    case IR_REL_AGGREGATE:
        break;
    case IR_REL_ASSIGN:
    case IR_REL_RENAME:
        if (makes(l, id, d.name))
            break;
        want(in, r->left, d);
        break;
    default:
        want(in, r->left, d);
        break;
    }
}

static void pass_all(struct inference *in, ir_rel_id id)
{
    const struct ir_rel *r = IR(in->l->ir, rel, id);

    if (r->kind == IR_REL_PROJECT || r->kind == IR_REL_AGGREGATE)
        return;
    want_all(in, r->kind == IR_REL_FRAME ? IR(in->l->ir, frame, r->frame)->rel : r->left);
    want_all(in, r->right);
}

/* Which rels make up frames, and which frames others are made of. What is written leaves as a whole. */
static void mark_frames(struct inference *in)
{
    const struct ir *ir = in->l->ir;

    for (IR_EACH(ir, frame, f))
        in->of[IR(ir, frame, f)->rel.v].root = true;
    for (uint32_t i = ir->rel.count; i-- > 1;) {
        const struct ir_rel *r = &ir->rel.items[i];
        struct demands *of = &in->of[i];

        of->live = of->live || of->root;
        if (of->live)
            in->of[r->left.v].live = in->of[r->right.v].live = true;
        if (of->live)
            in->of[IR(ir, frame, r->frame)->rel.v].consumed = true;
    }
    for (IR_EACH(ir, access, i))
        if (IR(ir, access, i)->frame.v &&
            IR(ir, statement, IR(ir, access, i)->statement)->kind == IR_KIND_TO_SQL)
            want_all(in, IR(ir, frame, IR(ir, access, i)->frame)->rel);
}

static int by_first_use(const void *pa, const void *pb)
{
    const struct demand *a = pa, *b = pb;

    if (a->rel != b->rel)
        return a->rel < b->rel ? -1 : 1;
    return a->turn < b->turn ? -1 : a->turn > b->turn;
}

/* ---- what follows ---- */

/* Exactly one star of unknown columns can take the names that the query does not give otherwise. */
static bool has_one_star(const struct link_shape *shape)
{
    uint32_t stars = 0;

    for (uint32_t i = 0; i < shape->count; i++)
        if (shape->items[i].name.v == 0)
            stars += shape->items[i].source_count == 1 ? 1 : 2;
    return stars == 1;
}

static void conclude(struct inference *in, ir_rel_id id)
{
    struct link *l = in->l;
    struct demands *of = &in->of[id.v];
    const struct ir_rel *r = IR(l->ir, rel, id);
    ir_query_id query = link_text_query(l, r->text);
    const struct link_shape *shape = link_query_shape(l, query);
    ir_str *names = ARENA_ARRAY(l->arena, ir_str, of->list.count + 1);
    uint32_t count = 0;

    if (r->kind != IR_REL_QUERY || of->all || shape->complete || !has_one_star(shape))
        return;
    qsort(of->list.items, of->list.count, sizeof *of->list.items, by_first_use);
    for (uint32_t i = 0; i < of->list.count; i++)
        if (link_shape_find(l, shape, of->list.items[i].name) < 0)
            names[count++] = of->list.items[i].name;
    if (count)
        link_query_infer(l, query, names, count);
}

void link_frames_infer(struct link *l)
{
    struct inference in = {.l = l, .at = map_new(l->arena)};

    if (l->ir->rel.count < 2)
        return;
    in.of = ARENA_ARRAY(l->arena, struct demands, l->ir->rel.count);
    for (IR_EACH(l->ir, rel, i))
        (void)link_rel_shape(l, i);
    mark_frames(&in);
    for (uint32_t i = l->ir->rel.count; i-- > 1;) {
        ir_rel_id id = {i};
        struct demands *of = &in.of[i];

        if (!link_rel_shape(l, id)->complete &&
            (of->all || (of->root && !of->consumed) || IR(l->ir, rel, id)->kind == IR_REL_OPAQUE)) {
            of->all = true;
            pass_all(&in, id);
        }
        link_budget_reset(l);
        own_demands(&in, id);
        for (uint32_t d = 0; d < of->list.count; d++)
            pass_one(&in, id, of->list.items[d]);
        conclude(&in, id);
    }
    for (IR_EACH(l->ir, rel, i))
        l->rel[i.v].state = LINK_NEW;
    for (IR_EACH(l->ir, rel, i))
        (void)link_rel_shape(l, i);
}
