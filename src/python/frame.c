/*
 * frame.c - which name holds which DataFrame.
 *
 * A name stands for an object and an object for its newest version, so that two names of one DataFrame see each
 * other's changes. Gaps wait until a statement uses the value that they stand in.
 */
#include "python/frame_state.h"

enum { MAX_GAPS = 64 /* of one statement */ };

struct py *pd_py(struct frames *f)
{
    return f->py;
}

void py_frames_begin(struct py *py)
{
    struct frames *f = ARENA_NEW(py->scratch, struct frames);
    f->py = py;
    f->index = map_new(py->scratch);
    f->mentions = map_new(py->scratch);
    f->versions = map_new(py->scratch);
    f->aliases = map_new(py->scratch);
    vec_push(py->scratch, &f->objects, (struct object){0});
    vec_push(py->scratch, &f->indexes, NULL);
    py->frames = f;
}

bool pd_enter(struct frames *f)
{
    if (f->depth >= PD_MAX_DEPTH)
        return false;
    f->depth++;
    return true;
}

void pd_leave(struct frames *f)
{
    f->depth--;
}

void pd_begin(struct frames *f, ir_str target)
{
    f->now.serial = ++f->serials;
    f->now.target = target;
    f->now.first_rel.v = f->py->ir->rel.count;
    f->now.first_frame.v = f->py->ir->frame.count;
    f->now.reads.count = 0;
    f->now.gaps.count = 0;
    f->now.tables.count = 0;
}

bool pd_is_new(struct frames *f, ir_rel_id rel)
{
    return rel.v >= f->now.first_rel.v;
}

void pd_gap(struct frames *f, uint32_t off, uint32_t len, ir_str operation)
{
    struct pd_gap gap = {off, len, operation};
    for (uint32_t i = 0; i < f->now.gaps.count; i++)
        if (f->now.gaps.items[i].off == off && f->now.gaps.items[i].len == len)
            return;
    if (f->now.gaps.count < MAX_GAPS)
        vec_push(f->py->scratch, &f->now.gaps, gap);
}

/* ---- names ---- */

struct object *pd_object_of(struct frames *f, const struct py_value *v)
{
    uint32_t frame = v->frame;
    for (uint32_t i = v->kind == PY_UNKNOWN ? v->count : 0; i-- && !frame;)
        frame = v->items[i]->frame;
    return frame ? &f->objects.items[frame] : NULL;
}

const struct py_value *pd_new_value(struct frames *f, struct object object, TSNode node)
{
    struct py_value *v = ARENA_NEW(f->py->scratch, struct py_value);
    object.in_loop = f->py->statement_flags & IR_STMT_IN_LOOP;
    vec_push(f->py->scratch, &f->objects, object);
    v->kind = PY_OBJECT;
    v->node = node;
    v->frame = f->objects.count - 1;
    return v;
}

void *pd_bind_local(struct frames *f, ir_str name, struct pd value)
{
    struct local *local = ARENA_NEW(f->py->scratch, struct local);
    *local = (struct local){f->now.locals, name, value};
    f->now.locals = local;
    return local->outer;
}

void pd_unbind_local(struct frames *f, void *previous)
{
    f->now.locals = previous;
}

struct pd pd_mention(struct frames *f, ir_frame_id frame, TSNode node)
{
    uint64_t key = map_key(f->now.serial, frame.v);
    ir_rel_id rel = {map_get(&f->mentions, key)};
    if (!rel.v) {
        uint32_t flags = IR(f->py->ir, rel, IR(f->py->ir, frame, frame)->rel)->flags & IR_REL_SPARK;
        rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_FRAME, .frame = frame, .flags = flags}, node);
        map_put(&f->mentions, key, rel.v);
        struct mention read = {frame, py_start(node), py_len(node)};
        vec_push(f->py->scratch, &f->now.reads, read);
    }
    return (struct pd){.kind = PD_FRAME, .rel = rel, .spark = pd_is_spark(f, rel)};
}

/* A series that a variable holds, as part of another expression. */
static struct pd reuse(struct frames *f, const struct object *object, TSNode node)
{
    struct pd value = object->value;
    const struct ir_rel *rel = IR(f->py->ir, rel, value.rel);
    if (rel->kind == IR_REL_FRAME)
        pd_mention(f, rel->frame, node);
    for (uint32_t i = 0; i < object->gap_count; i++)
        pd_gap(f, object->gaps[i].off, object->gaps[i].len, object->gaps[i].operation);
    if (value.expr.v) {
        value.expr = pd_copy(f, value.expr);
        if (!value.expr.v)
            return pd_opaque_series(f, value, py_bytes(f->py, node), node);
    }
    return value;
}

static struct pd value_of(struct frames *f, const struct object *object, TSNode node)
{
    struct object copy = *object;
    return copy.frame.v ? pd_mention(f, copy.frame, node) : reuse(f, &copy, node);
}

/* A column that is named again is another node: operands are lists. */
static struct pd apart(struct frames *f, struct pd value, TSNode node)
{
    if (value.kind != PD_SERIES)
        return value;
    value.expr = pd_copy(f, value.expr);
    return value.expr.v ? value : pd_opaque_series(f, value, py_bytes(f->py, node), node);
}

struct pd pd_lookup(struct frames *f, TSNode node)
{
    if (py_is(node, "identifier")) {
        ir_str name = pd_intern(f, py_bytes(f->py, node));
        for (struct local *l = f->now.locals; l; l = l->outer)
            if (l->name.v == name.v)
                return apart(f, l->value, node);
    }
    return pd_held(f, py_eval(f->py, node), node);
}

struct pd pd_held(struct frames *f, const struct py_value *value, TSNode node)
{
    const struct object *object = pd_object_of(f, value);
    return object ? value_of(f, object, node) : (struct pd){0};
}

const struct py_value *pd_frame_value(struct frames *f, ir_frame_id frame, TSNode node)
{
    return pd_new_value(f, (struct object){.frame = frame}, node);
}

bool pd_made_in_loop(struct frames *f, const struct py_value *value)
{
    const struct object *object = pd_object_of(f, value);
    return object && object->in_loop;
}

void pd_set_alias(struct frames *f, ir_str name, ir_rel_id rel)
{
    map_put(&f->aliases, name.v, rel.v);
}

ir_rel_id pd_aliased(struct frames *f, ir_str name)
{
    return (ir_rel_id){map_get(&f->aliases, name.v)};
}
