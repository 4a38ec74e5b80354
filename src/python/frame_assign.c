/*
 * frame_assign.c - assignments: each makes a new version of what the name holds, with a rel that says what it is
 * and a statement that says who made it.
 */
#include "python/frame_state.h"
#include "python/walk.h"

#include <string.h>

void pd_new_version(struct frames *f, TSNode base, ir_rel_id rel, TSNode target, TSNode node)
{
    ir_frame_id frame = pd_make_frame(f, f->now.target, rel, target, node);
    struct object *object = pd_object_of(f, py_eval(f->py, base));
    if (object)
        *object = (struct object){.frame = frame, .in_loop = object->in_loop};
}

const struct py_value *pd_hold(struct frames *f, struct pd value, TSNode node)
{
    struct object object = {.value = value, .gap_count = f->now.gaps.count};
    object.gaps = ARENA_ARRAY(f->py->scratch, struct pd_gap, f->now.gaps.count ? f->now.gaps.count : 1);
    if (f->now.gaps.count)
        memcpy(object.gaps, f->now.gaps.items, sizeof *object.gaps * f->now.gaps.count);
    return pd_new_value(f, object, node);
}

ir_str pd_target_name(struct frames *f, TSNode left)
{
    struct slice key;
    if (py_is(left, "attribute"))
        left = py_field(left, "attribute");
    else if (py_is(left, "subscript") && py_string_of(f->py, py_field(left, "subscript"), &key) && key.n &&
             key.n < 60)
        return pd_intern(f, key);
    while (py_is(left, "subscript"))
        left = py_field(left, "value");
    return pd_intern(f, py_bytes(f->py, left));
}

/* A frame that this very statement made, in a function that it calls, is known by the statement's name. */
static void rename_new(struct frames *f, ir_frame_id frame, TSNode left)
{
    struct ir_frame *row = IR(f->py->ir, frame, frame);
    if (frame.v < f->now.first_frame.v || row->name.v == f->now.target.v)
        return;
    row->name = f->now.target;
    row->version = map_get(&f->versions, row->name.v) + 1;
    map_put(&f->versions, row->name.v, row->version);
    if (IR(f->py->ir, rel, row->rel)->kind == IR_REL_QUERY) {
        row->off = py_start(left);
        row->len = py_len(left);
    }
}

/* A bare read: the SELECT is the statement that makes the frame. */
static bool is_read(struct frames *f, struct pd value, ir_frame_id *frame)
{
    const struct ir *ir = f->py->ir;
    const struct ir_rel *rel = IR(ir, rel, value.rel);
    *frame = rel->frame;
    return rel->kind == IR_REL_FRAME && frame->v >= f->now.first_frame.v &&
           IR(ir, rel, IR(ir, frame, *frame)->rel)->kind == IR_REL_QUERY;
}

const struct py_value *pd_new_frame(struct frames *f, struct pd value, TSNode left, TSNode node)
{
    ir_frame_id frame;
    if (is_read(f, value, &frame)) {
        struct ir_frame *row = IR(f->py->ir, frame, frame);
        row->off = py_start(left);
        row->len = py_len(left);
    } else {
        frame = pd_make_frame(f, f->now.target, value.rel, left, node);
    }
    return pd_new_value(f, (struct object){.frame = frame}, node);
}

static bool assign_name(struct frames *f, TSNode left, TSNode right, TSNode node)
{
    pd_begin(f, pd_target_name(f, left));
    struct pd value = pd_eval(f, right);
    if (value.kind == PD_NONE || value.kind == PD_SCALAR)
        return false;
    const struct py_value *known = py_eval(f->py, right);
    const struct object *object = pd_object_of(f, known);
    ir_text_id rows = py_rows_of(known);
    if (object)
        rename_new(f, object->frame, left);
    else
        known = value.kind == PD_FRAME ? pd_new_frame(f, value, left, node) : pd_hold(f, value, right);
    ((struct py_value *)known)->rows = rows; /* for what may be done with them outside of frames */
    py_scan(f->py, right);
    py_bind(f->py, left, known);
    return true;
}

/* frame["c"] = value, and frame["c"] += value with `op`. */
static bool assign_column(struct frames *f, TSNode base, struct slice column, TSNode right, struct slice op,
                          TSNode left, TSNode node)
{
    pd_begin(f, pd_target_name(f, base));
    struct pd frame = pd_eval(f, base);
    if (frame.kind != PD_FRAME)
        return false;
    struct pd value = pd_operand(f, right);
    if (op.n) {
        struct pd old = {
            .kind = PD_SERIES, .rel = frame.rel, .expr = pd_literal(f, IR_EXPR_COLUMN, column, left)};
        value = pd_binary(f, op, old, value, node);
    }
    ir_expr_id expr = pd_value_for(f, frame.rel, value, right);
    frame = pd_set_column(f, frame.rel, pd_intern(f, column), expr, node);
    pd_new_version(f, base, frame.rel, left, node);
    return true;
}

/* Any other change of a frame in place: a new version that is not understood. */
static bool change(struct frames *f, TSNode base, TSNode right, struct slice op, TSNode left, TSNode node)
{
    pd_begin(f, pd_target_name(f, base));
    struct pd frame = pd_eval(f, base);
    if (frame.kind != PD_FRAME)
        return false;
    struct pd value = pd_eval(f, right);
    frame = pd_opaque_frame(f, frame.rel, value.rel, op, left);
    pd_new_version(f, base, frame.rel, left, node);
    return true;
}

/* frame.loc[mask, "c"] = value: the value where the mask holds, elsewhere what was there. */
static bool set_where(struct frames *f, TSNode base, TSNode right, TSNode left, TSNode node)
{
    struct py_nodes parts = py_children(f->py, left);
    struct slice column;
    if (parts.count != 3 || !py_string_of(f->py, parts.items[2], &column))
        return false;
    pd_begin(f, pd_target_name(f, base));
    struct pd frame = pd_eval(f, base);
    if (frame.kind != PD_FRAME)
        return false;
    struct pd mask = pd_eval(f, parts.items[1]), value = pd_operand(f, right);
    if (mask.kind != PD_SERIES || !value.kind || !pd_aligned(f, frame.rel, mask.rel, mask.expr))
        return false;
    struct pd old = {
        .kind = PD_SERIES, .rel = frame.rel, .expr = pd_literal(f, IR_EXPR_COLUMN, column, left)};
    mask.rel = frame.rel;
    struct pd set = pd_case(f, mask, value, old, right);
    frame = pd_set_column(f, frame.rel, pd_intern(f, column), set.expr, node);
    pd_new_version(f, base, frame.rel, left, node);
    return true;
}

static bool assign_part(struct frames *f, TSNode left, TSNode right, struct slice op, TSNode node)
{
    struct py *py = f->py;
    struct slice column;
    bool item = py_is(left, "subscript");
    TSNode base = py_field(left, item ? "value" : "object");
    if (ts_node_is_null(base))
        return false;
    if (item && py_is(base, "attribute")) { /* frame.loc[…] = …, frame["c"].values[…] = … */
        struct slice name = py_bytes(py, py_field(base, "attribute"));
        TSNode inner = py_field(base, "object");
        if (!op.n && slice_is(name, "loc") && set_where(f, inner, right, left, node))
            return true;
        if (change(f, inner, right, name, left, node))
            return true;
    }
    struct py_nodes parts = py_children(py, left);
    if (item && parts.count == 2 && py_string_of(py, parts.items[1], &column))
        return assign_column(f, base, column, right, op, left, node) ||
               (!op.n && assign_name(f, left, right, node));
    if (item)
        return change(f, base, right, SLICE("[] ="), left, node) ||
               (!op.n && assign_name(f, left, right, node));
    column = py_bytes(py, py_field(left, "attribute"));
    if (slice_is(column, "columns") || slice_is(column, "index"))
        return change(f, base, right, column, left, node);
    return assign_column(f, base, column, right, op, left, node) ||
           (!op.n && assign_name(f, left, right, node));
}

bool pd_assignment(struct frames *f, TSNode node)
{
    TSNode left = py_field(node, "left"), right = py_field(node, "right");
    if (ts_node_is_null(left) || ts_node_is_null(right) || !pd_enter(f))
        return false;
    bool done = false;
    if (py_is(right, "assignment")) { /* a = b = … */
        done = pd_assignment(f, right);
        right = py_field(right, "left");
    }
    struct slice op = {"", 0};
    if (py_is(node, "augmented_assignment")) {
        op = py_bytes(f->py, py_field(node, "operator"));
        op.n -= op.n > 0;
    }
    if (py_is(left, "identifier"))
        done = op.n ? change(f, left, right, op, left, node) : assign_name(f, left, right, node);
    else if (py_is(left, "subscript") || py_is(left, "attribute"))
        done = assign_part(f, left, right, op, node);
    pd_leave(f);
    return done;
}
