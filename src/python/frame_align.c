/*
 * frame_align.c - which rows stand beside which: the index that a groupby leaves, and whether a series over one
 * frame may be used with another, which only holds as long as the rows are the same ones.
 */
#include "python/frame_state.h"

enum { MAX_STEPS = 64 };

static uint64_t index_key(struct frames *f, ir_rel_id rel)
{
    const struct ir_rel *row = IR(f->py->ir, rel, rel);
    return row->kind == IR_REL_FRAME ? map_key(1, row->frame.v) : rel.v;
}

void pd_set_index(struct frames *f, ir_rel_id rel, const struct pd_names *keys)
{
    vec_push(f->py->scratch, &f->indexes, keys);
    map_put(&f->index, index_key(f, rel), f->indexes.count - 1);
}

const struct pd_names *pd_index(struct frames *f, ir_rel_id rel)
{
    while (rel.v) {
        uint32_t i = map_get(&f->index, index_key(f, rel));
        if (i)
            return f->indexes.items[i];
        const struct ir_rel *row = IR(f->py->ir, rel, rel);
        switch (row->kind) {
        case IR_REL_FILTER:
        case IR_REL_SORT:
        case IR_REL_LIMIT:
        case IR_REL_ASSIGN:
        case IR_REL_PROJECT:
        case IR_REL_RENAME:
        case IR_REL_DROP:
            rel = row->left;
            break;
        default:
            return NULL;
        }
    }
    return NULL;
}

static bool uses_column(const struct ir *ir, ir_expr_id expr, ir_str name)
{
    const struct ir_expr *row = IR(ir, expr, expr);
    if ((row->op == IR_EXPR_COLUMN && row->text.v == name.v) ||
        (row->op == IR_EXPR_PARTITION && !row->first.v))
        return true;
    for (ir_expr_id e = row->first; e.v; e = IR(ir, expr, e)->next)
        if (uses_column(ir, e, name))
            return true;
    return false;
}

static bool same_rows(const struct ir *ir, ir_rel_id a, ir_rel_id b)
{
    const struct ir_rel *x = IR(ir, rel, a), *y = IR(ir, rel, b);
    return a.v == b.v || (x->kind == IR_REL_FRAME && y->kind == IR_REL_FRAME && x->frame.v == y->frame.v);
}

/* Does the node compute a column that `expr` uses? */
static bool sets_used_column(const struct ir *ir, ir_rel_id rel, ir_expr_id expr)
{
    uint32_t low = 1, high = ir->rel_column.count;
    while (low < high) { /* rows of rel_column rise with their rel */
        uint32_t middle = low + (high - low) / 2;
        if (ir->rel_column.items[middle].rel.v < rel.v)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < ir->rel_column.count && ir->rel_column.items[low].rel.v == rel.v; low++)
        if (ir->rel_column.items[low].kind != IR_COLUMN_KEEP &&
            uses_column(ir, expr, ir->rel_column.items[low].name))
            return true;
    return false;
}

bool pd_is_spark(struct frames *f, ir_rel_id rel)
{
    return IR(f->py->ir, rel, rel)->flags & IR_REL_SPARK;
}

static bool is_part(struct frames *f, ir_rel_id rel, ir_rel_id of, uint32_t *left)
{
    const struct ir *ir = f->py->ir;
    while (rel.v && (*left)--) {
        const struct ir_rel *row = IR(ir, rel, rel);
        if (same_rows(ir, rel, of))
            return true;
        if (row->right.v && *left && is_part(f, row->right, of, left))
            return true;
        if (!*left)
            return false;
        rel = row->kind == IR_REL_FRAME ? IR(ir, frame, row->frame)->rel : row->left;
    }
    return false;
}

bool pd_is_part(struct frames *f, ir_rel_id rel, ir_rel_id of)
{
    uint32_t left = 4 * MAX_STEPS;
    return is_part(f, rel, of, &left);
}

/* A key that both sides of a join call the same is one column: that of the side which always has it. */
static bool is_lost_in(struct frames *f, ir_rel_id join, bool right, ir_expr_id expr)
{
    const struct ir_rel *row = IR(f->py->ir, rel, join);
    enum ir_join_kind keeps = right ? IR_JOIN_RIGHT : IR_JOIN_LEFT;
    return row->join != IR_JOIN_INNER && row->join != keeps && sets_used_column(f->py->ir, join, expr);
}

enum pd_side pd_key_side(struct frames *f, ir_rel_id rel, ir_rel_id of, ir_expr_id expr)
{
    const struct ir *ir = f->py->ir;
    for (uint32_t i = 0; i < MAX_STEPS && of.v && rel.v && !same_rows(ir, rel, of); i++) {
        const struct ir_rel *row = IR(ir, rel, rel);
        if (row->kind == IR_REL_JOIN && sets_used_column(ir, rel, expr)) {
            if (pd_is_part(f, row->right, of) && !pd_is_part(f, row->left, of))
                return PD_RIGHT;
            return row->flags & IR_REL_KEYS_FIRST ? PD_NEITHER : PD_LEFT;
        }
        rel = row->kind == IR_REL_FRAME ? IR(ir, frame, row->frame)->rel : row->left;
    }
    return PD_NEITHER;
}

/* PySpark finds a frame's column in what was made of the frame, behind joins as well. */
static bool is_visible(struct frames *f, ir_rel_id rel, ir_rel_id of, ir_expr_id expr, uint32_t depth)
{
    const struct ir *ir = f->py->ir;
    for (uint32_t i = 0; i < MAX_STEPS && rel.v && depth < MAX_STEPS; i++) {
        if (same_rows(ir, rel, of))
            return true;
        const struct ir_rel *row = IR(ir, rel, rel);
        if (row->kind == IR_REL_JOIN) {
            bool right =
                row->join < IR_JOIN_SEMI && pd_is_part(f, row->right, of) && !pd_is_part(f, row->left, of);
            if (is_lost_in(f, rel, right, expr))
                return false;
            if (right)
                return is_visible(f, row->right, of, expr, depth + 1);
        } else if (row->kind == IR_REL_AGGREGATE || row->kind == IR_REL_UNION || row->kind == IR_REL_OPAQUE) {
            return false;
        } else if (sets_used_column(ir, rel, expr) && row->kind != IR_REL_SORT &&
                   row->kind != IR_REL_DISTINCT) {
            return false;
        }
        rel = row->kind == IR_REL_FRAME ? IR(ir, frame, row->frame)->rel : row->left;
    }
    return false;
}

/* What looks at other rows is another value once rows have gone or changed places. */
static bool looks_around(const struct ir *ir, ir_expr_id expr)
{
    const struct ir_expr *row = IR(ir, expr, expr);
    bool found = row->op == IR_EXPR_WINDOW;
    for (ir_expr_id e = row->first; e.v && !found; e = IR(ir, expr, e)->next)
        found = looks_around(ir, e);
    return found;
}

bool pd_aligned(struct frames *f, ir_rel_id rel, ir_rel_id of, ir_expr_id expr)
{
    const struct ir *ir = f->py->ir;
    if (pd_is_spark(f, rel))
        return !of.v || is_visible(f, rel, of, expr, 0);
    bool around = looks_around(ir, expr);
    for (uint32_t i = 0; i < MAX_STEPS && rel.v; i++) {
        if (same_rows(ir, rel, of))
            return true;
        const struct ir_rel *row = IR(ir, rel, rel);
        switch (row->kind) {
        case IR_REL_ASSIGN:
            if (sets_used_column(ir, rel, expr))
                return false;
            rel = row->left;
            break;
        case IR_REL_FILTER:
        case IR_REL_SORT:
        case IR_REL_LIMIT:
        case IR_REL_DISTINCT:
            if (around)
                return false;
            rel = row->left;
            break;
        case IR_REL_FRAME:
            rel = IR(ir, frame, row->frame)->rel;
            break;
        default:
            return false;
        }
    }
    return false;
}
