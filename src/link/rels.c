/*
 * The columns of DataFrames: each node of relational algebra shows what its operation makes of its
 * operands' columns. An operand of unknown columns leaves the result open: it has the columns that are
 * named, and others.
 */
#include "link/linker.h"

/* The statement of a text whose rows a frame reads. */
ir_query_id link_text_query(const struct link *l, ir_text_id text)
{
    for (uint32_t k = l->text_statements.first[text.v]; k < l->text_statements.first[text.v + 1]; k++) {
        const struct ir_statement *s = &l->ir->statement.items[l->text_statements.rows[k]];

        if (s->kind == IR_KIND_SELECT && s->query.v)
            return s->query;
    }
    return (ir_query_id){0};
}

/* ---- building ---- */

struct building {
    struct link *l;
    struct link_columns out;
    struct map at; /* name -> index + 1 */
};

static void put(struct building *b, struct link_column c)
{
    uint32_t at = map_get(&b->at, c.name.v);

    c.base = c.name;
    c.qualifier.v = 0;
    c.output.v = c.source_count = 0;
    if (c.name.v == 0)
        return;
    if (at) {
        b->out.list.items[at - 1] = c;
        return;
    }
    vec_push(b->l->work, &b->out.list, c);
    map_put(&b->at, c.name.v, b->out.list.count);
}

static void put_name(struct building *b, ir_str name)
{
    put(b, (struct link_column){.name = name});
}

static void put_shape(struct building *b, const struct link_shape *shape)
{
    for (uint32_t i = 0; i < shape->count; i++)
        put(b, shape->items[i]);
    b->out.complete = b->out.complete && shape->complete;
}

static bool names_column(const struct link *l, ir_rel_id rel, enum ir_rel_column_kind kind, ir_str name)
{
    for (uint32_t k = l->rel_columns.first[rel.v]; k < l->rel_columns.first[rel.v + 1]; k++) {
        const struct ir_rel_column *c = &l->ir->rel_column.items[l->rel_columns.rows[k]];

        if (c->kind == kind && c->name.v == name.v)
            return true;
    }
    return false;
}

ir_str link_rel_renamed(const struct link *l, ir_rel_id rel, ir_str old)
{
    for (uint32_t k = l->rel_columns.first[rel.v]; k < l->rel_columns.first[rel.v + 1]; k++) {
        const struct ir_rel_column *c = &l->ir->rel_column.items[l->rel_columns.rows[k]];

        if (c->kind == IR_COLUMN_RENAME && c->other.v == old.v)
            return c->name;
    }
    return old;
}

static void put_named(struct building *b, ir_rel_id rel)
{
    const struct link *l = b->l;

    for (uint32_t k = l->rel_columns.first[rel.v]; k < l->rel_columns.first[rel.v + 1]; k++)
        put_name(b, l->ir->rel_column.items[l->rel_columns.rows[k]].name);
}

static void build_rename(struct building *b, ir_rel_id rel, const struct link_shape *left)
{
    bool first = IR(b->l->ir, rel, rel)->flags & IR_REL_KEYS_FIRST;

    for (uint32_t k = b->l->rel_columns.first[rel.v]; first && k < b->l->rel_columns.first[rel.v + 1]; k++) {
        int64_t at = link_shape_find(b->l, left, b->l->ir->rel_column.items[b->l->rel_columns.rows[k]].name);

        if (at >= 0)
            put(b, left->items[at]);
    }
    for (uint32_t i = 0; i < left->count; i++) {
        struct link_column c = left->items[i];

        c.name = link_rel_renamed(b->l, rel, c.name);
        put(b, c);
    }
    b->out.complete = left->complete;
    for (uint32_t k = b->l->rel_columns.first[rel.v]; k < b->l->rel_columns.first[rel.v + 1]; k++) {
        const struct ir_rel_column *c = &b->l->ir->rel_column.items[b->l->rel_columns.rows[k]];

        if (!left->complete && map_get(&b->at, c->name.v) == 0)
            put_name(b, c->name);
    }
}

static void build_drop(struct building *b, ir_rel_id rel, const struct link_shape *left)
{
    for (uint32_t i = 0; i < left->count; i++)
        if (!names_column(b->l, rel, IR_COLUMN_DROP, left->items[i].name))
            put(b, left->items[i]);
    b->out.complete = left->complete;
}

/* ---- joins ---- */

bool link_rel_is_shared_key(const struct link *l, ir_rel_id rel, ir_str name)
{
    for (uint32_t k = l->rel_columns.first[rel.v]; k < l->rel_columns.first[rel.v + 1]; k++) {
        const struct ir_rel_column *c = &l->ir->rel_column.items[l->rel_columns.rows[k]];

        if (c->kind == IR_COLUMN_JOIN && c->name.v == name.v && (c->other.v == 0 || c->other.v == name.v))
            return true;
    }
    return false;
}

static ir_str suffixed(struct link *l, ir_str name, ir_str suffix)
{
    return ir_interns(l->ir,
                      arena_printf(l->arena, "%s%s", ir_string(l->ir, name), ir_string(l->ir, suffix)));
}

ir_str link_rel_join_name(struct link *l, ir_rel_id rel, ir_str name, bool right)
{
    const struct ir_rel *r = IR(l->ir, rel, rel);
    const struct link_shape *other = link_rel_shape(l, right ? r->left : r->right);

    if (link_rel_is_shared_key(l, rel, name) || link_shape_find(l, other, name) < 0)
        return name;
    return suffixed(l, name, right ? r->right_suffix : r->left_suffix);
}

/* Left columns, then the right ones without the keys that both sides share; names that collide get
 * their side's suffix. */
static void build_join(struct building *b, ir_rel_id rel, const struct ir_rel *r)
{
    const struct link_shape *sides[2] = {link_rel_shape(b->l, r->left), link_rel_shape(b->l, r->right)};
    bool one_side = r->join == IR_JOIN_SEMI || r->join == IR_JOIN_ANTI;

    for (uint32_t k = b->l->rel_columns.first[rel.v]; k < b->l->rel_columns.first[rel.v + 1]; k++) {
        ir_str key = b->l->ir->rel_column.items[b->l->rel_columns.rows[k]].name;
        int64_t at = r->flags & IR_REL_KEYS_FIRST ? link_shape_find(b->l, sides[0], key) : -1;

        if (at >= 0)
            put(b, sides[0]->items[at]);
    }
    for (int side = 0; side < (one_side ? 1 : 2); side++)
        for (uint32_t i = 0; i < sides[side]->count; i++) {
            struct link_column c = sides[side]->items[i];

            if (c.name.v == 0 || (side && link_rel_is_shared_key(b->l, rel, c.name)))
                continue;
            if (!one_side)
                c.name = link_rel_join_name(b->l, rel, c.name, side);
            put(b, c);
        }
    b->out.complete = sides[0]->complete && (one_side || sides[1]->complete);
}

/* ---- every kind ---- */

static void build(struct building *b, ir_rel_id rel)
{
    struct link *l = b->l;
    const struct ir_rel r = *IR(l->ir, rel, rel);

    b->out.complete = true;
    switch (r.kind) {
    case IR_REL_FRAME:
        put_shape(b, link_rel_shape(l, IR(l->ir, frame, r.frame)->rel));
        break;
    case IR_REL_QUERY:
        put_shape(b, link_query_shape(l, link_text_query(l, r.text)));
        break;
    case IR_REL_TABLE:
        put_shape(b, link_dataset_shape(l, IR(l->ir, access, r.access)->dataset));
        break;
    case IR_REL_PROJECT:
    case IR_REL_AGGREGATE:
        put_named(b, rel);
        break;
    case IR_REL_ASSIGN:
        put_shape(b, link_rel_shape(l, r.left));
        put_named(b, rel);
        break;
    case IR_REL_RENAME:
        build_rename(b, rel, link_rel_shape(l, r.left));
        break;
    case IR_REL_DROP:
        build_drop(b, rel, link_rel_shape(l, r.left));
        break;
    case IR_REL_FILTER:
    case IR_REL_SORT:
    case IR_REL_LIMIT:
    case IR_REL_DISTINCT:
        put_shape(b, link_rel_shape(l, r.left));
        break;
    case IR_REL_JOIN:
        build_join(b, rel, &r);
        break;
    case IR_REL_UNION:
        put_shape(b, link_rel_shape(l, r.left));
        if ((r.flags & IR_REL_BY_POSITION) == 0)
            put_shape(b, link_rel_shape(l, r.right));
        break;
    default:
        b->out.complete = false;
        break;
    }
}

const struct link_shape *link_rel_shape(struct link *l, ir_rel_id rel)
{
    static const struct link_shape none;
    struct building b = {.l = l};
    struct link_rel *info = &l->rel[rel.v];

    if (info->state == LINK_DONE)
        return &info->shape;
    if (info->state == LINK_BUSY || rel.v == 0 || l->depth >= LINK_MAX_DEPTH)
        return &none;
    info->state = LINK_BUSY;
    l->depth++;
    b.at = map_new(l->work);
    build(&b, rel);
    l->depth--;
    info->shape = link_shape_close(l, &b.out);
    info->state = LINK_DONE;
    return &info->shape;
}
