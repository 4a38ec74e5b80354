/*
 * frame.c - statements over DataFrames: each assignment makes a new version of what the name holds, with a rel
 * that says what it is and a statement that says who made it.
 *
 * A name stands for an object and an object for its newest version, so that two names of one DataFrame see each
 * other's changes. Gaps wait until a statement uses the value that they stand in.
 */
#include "python/pyspark.h"
#include "python/walk.h"

#include <string.h>

enum { MAX_STEPS = 64, MAX_GAPS = 64 /* of one statement */ };

struct object {
    struct pd value;   /* a series, a groupby or a mask; PD_NONE: a frame */
    ir_frame_id frame; /* its newest version */
    struct pd_gap *gaps;
    uint32_t gap_count;
    bool in_loop; /* made as often as a loop runs that nobody can count */
};

struct local {
    struct local *outer;
    ir_str name;
    struct pd value;
};

struct mention {
    ir_frame_id frame;
    uint32_t off, len;
};

/* The statement being read. A call in it walks the called function's statements: each has its own. */
struct reading {
    uint32_t serial;
    ir_str target; /* names what it makes */
    ir_rel_id first_rel;
    ir_frame_id first_frame;
    VEC(struct mention) reads;
    VEC(struct pd_gap) gaps;
    VEC(struct pd_table) tables;
    struct local *locals;
};

struct frames {
    struct py *py;
    struct map versions; /* name -> count */
    VEC(struct object) objects;
    VEC(const struct pd_names *) indexes;
    struct map index;    /* rel, or frame with a high bit -> index in indexes */
    struct map mentions; /* (statement, frame) -> its REL_FRAME */
    struct map aliases;  /* PySpark's name of a frame -> rel */
    uint32_t depth, serials;
    struct reading now;
};

/* ---- the state ---- */

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

static void begin_statement(struct frames *f, ir_str target)
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

/* What a value of the evaluator stands for; of several that it may be, the last. */
static struct object *object_of(struct frames *f, const struct py_value *v)
{
    uint32_t frame = v->frame;
    for (uint32_t i = v->kind == PY_UNKNOWN ? v->count : 0; i-- && !frame;)
        frame = v->items[i]->frame;
    return frame ? &f->objects.items[frame] : NULL;
}

static const struct py_value *new_value(struct frames *f, struct object object, TSNode node)
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

/* The node by which this statement reads a frame; its first mention is an access. */
static struct pd mention(struct frames *f, ir_frame_id frame, TSNode node)
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
        mention(f, rel->frame, node);
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
    return copy.frame.v ? mention(f, copy.frame, node) : reuse(f, &copy, node);
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
    const struct object *object = object_of(f, value);
    return object ? value_of(f, object, node) : (struct pd){0};
}

bool pd_made_in_loop(struct frames *f, const struct py_value *value)
{
    const struct object *object = object_of(f, value);
    return object && object->in_loop;
}

/* ---- index and alignment ---- */

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
    if (row->op == IR_EXPR_COLUMN && row->text.v == name.v)
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
            bool right = row->join < IR_JOIN_SEMI && pd_is_part(f, row->right, of) &&
                         !pd_is_part(f, row->left, of);
            if (is_lost_in(f, rel, right, expr))
                return false;
            if (right)
                return is_visible(f, row->right, of, expr, depth + 1);
        } else if (row->kind == IR_REL_AGGREGATE || row->kind == IR_REL_UNION || row->kind == IR_REL_OPAQUE) {
            return false;
        } else if (sets_used_column(ir, rel, expr) && row->kind != IR_REL_SORT && row->kind != IR_REL_DISTINCT) {
            return false;
        }
        rel = row->kind == IR_REL_FRAME ? IR(ir, frame, row->frame)->rel : row->left;
    }
    return false;
}

bool pd_aligned(struct frames *f, ir_rel_id rel, ir_rel_id of, ir_expr_id expr)
{
    const struct ir *ir = f->py->ir;
    if (pd_is_spark(f, rel))
        return !of.v || is_visible(f, rel, of, expr, 0);
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

void pd_set_alias(struct frames *f, ir_str name, ir_rel_id rel)
{
    map_put(&f->aliases, name.v, rel.v);
}

ir_rel_id pd_aliased(struct frames *f, ir_str name)
{
    return (ir_rel_id){map_get(&f->aliases, name.v)};
}

/* ---- rows ---- */

/* The connection of what a rel reads first. */
static ir_str connection_of(struct frames *f, ir_rel_id rel)
{
    const struct ir *ir = f->py->ir;
    while (IR(ir, rel, rel)->left.v)
        rel = IR(ir, rel, rel)->left;
    const struct ir_rel *row = IR(ir, rel, rel);
    return row->text.v ? IR(ir, text, row->text)->connection : IR(ir, frame, row->frame)->connection;
}

static ir_frame_id add_frame(struct frames *f, ir_str name, ir_rel_id rel, uint32_t off, uint32_t len,
                             ir_str comment)
{
    uint32_t version = map_get(&f->versions, name.v) + 1;
    map_put(&f->versions, name.v, version);
    ir_frame_id frame = ir_add_frame(f->py->ir, (struct ir_frame){.name = name,
                                                                  .version = version,
                                                                  .job = py_job(f->py),
                                                                  .file = f->py->file,
                                                                  .off = off,
                                                                  .len = len,
                                                                  .rel = rel,
                                                                  .comment = comment,
                                                                  .connection = connection_of(f, rel)});
    const struct pd_names *index = pd_index(f, rel);
    if (index) {
        vec_push(f->py->scratch, &f->indexes, index);
        map_put(&f->index, map_key(1, frame.v), f->indexes.count - 1);
    }
    return frame;
}

static void add_gaps(struct frames *f, ir_statement_id statement)
{
    struct py *py = f->py;
    for (uint32_t i = 0; i < f->now.gaps.count; i++) {
        const char *why = arena_printf(py->scratch, "the DataFrame operation %s is not translated to SQL",
                                       ir_string(py->ir, f->now.gaps.items[i].operation));
        ir_add_gap(py->ir,
                   (struct ir_gap){.kind = IR_GAP_OPERATION,
                                   .file = py->file,
                                   .off = f->now.gaps.items[i].off,
                                   .len = f->now.gaps.items[i].len,
                                   .statement = statement,
                                   .why = ir_interns(py->ir, why),
                                   .advice = ir_interns(
                                       py->ir, "write this step in SQL yourself, then build on its model")});
    }
    f->now.gaps.count = 0;
}

/* The tables that the statement reads whole. */
static void add_tables(struct frames *f, ir_statement_id statement)
{
    struct ir *ir = f->py->ir;
    for (uint32_t i = 0; i < f->now.tables.count; i++) {
        struct pd_table table = f->now.tables.items[i];
        table.access.statement = statement;
        table.access.mode = IR_ACCESS_READ;
        table.access.flags |= IR_ACCESS_IN_PYTHON;
        ir_access_id id = ir_add_access(ir, table.access);
        IR(ir, rel, table.rel)->access = id;
    }
    f->now.tables.count = 0;
}

static ir_statement_id add_statement(struct frames *f, enum ir_statement_kind kind, TSNode node,
                                     uint32_t lead, ir_frame_id frame)
{
    struct py *py = f->py;
    ir_statement_id id = ir_add_statement(
        py->ir, (struct ir_statement){.kind = kind,
                                      .file = py->file,
                                      .off = py_start(node),
                                      .len = py_len(node),
                                      .lead_off = lead,
                                      .job = py_job(py),
                                      .order = ++py->order,
                                      .frame = frame,
                                      .flags = py->statement_flags,
                                      .understood = f->now.gaps.count ? IR_UNDERSTOOD_PARTLY : IR_UNDERSTOOD});
    add_gaps(f, id);
    add_tables(f, id);
    return id;
}

static void add_access(struct frames *f, ir_statement_id statement, enum ir_access_mode mode,
                       ir_frame_id frame, uint32_t off, uint32_t len)
{
    struct ir *ir = f->py->ir;
    uint32_t target = mode == IR_ACCESS_READ ? 0 : IR_ACCESS_TARGET;
    ir_add_access(ir, (struct ir_access){.statement = statement,
                                         .mode = mode,
                                         .name = IR(ir, frame, frame)->name,
                                         .frame = frame,
                                         .flags = IR_ACCESS_FRAME | IR_ACCESS_IN_PYTHON | target,
                                         .off = off,
                                         .len = len});
}

/* The statement `node` makes a frame called `name` with the rows of `rel`. */
static ir_frame_id make_frame(struct frames *f, ir_str name, ir_rel_id rel, TSNode target, TSNode node)
{
    uint32_t lead = py_start(node);
    ir_str comment = pd_comment_above(f->py, lead, &lead);
    ir_frame_id frame = add_frame(f, name, rel, py_start(target), py_len(target), comment);
    ir_statement_id id = add_statement(f, IR_KIND_DATAFRAME, node, lead, frame);
    for (uint32_t i = 0; i < f->now.reads.count; i++)
        add_access(f, id, IR_ACCESS_READ, f->now.reads.items[i].frame, f->now.reads.items[i].off,
                   f->now.reads.items[i].len);
    add_access(f, id, IR_ACCESS_CREATE, frame, py_start(target), py_len(target));
    return frame;
}

struct pd pd_read(struct frames *f, TSNode call, ir_text_id text)
{
    struct ir *ir = f->py->ir;
    ir_frame_id frame = IR(ir, text, text)->frame;
    if (!frame.v) {
        uint32_t lead = py_start(call);
        ir_str comment = pd_comment_above(f->py, lead, &lead);
        uint32_t flags = slice_ends(py_callee(f->py, call), ".sql") ? IR_REL_SPARK : 0;
        ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_QUERY, .text = text, .flags = flags}, call);
        frame = add_frame(f, f->now.target, rel, py_start(call), py_len(call), comment);
        IR(ir, text, text)->frame = frame;
    }
    return mention(f, frame, call);
}

struct pd pd_read_table(struct frames *f, struct ir_access access, TSNode call)
{
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_TABLE}, call);
    struct pd_table table = {rel, access};
    vec_push(f->py->scratch, &f->now.tables, table);
    return (struct pd){.kind = PD_FRAME, .rel = rel};
}

/* ---- assignments ---- */

/* A new version of the object that `base` is, seen by all its names. */
static void replace(struct frames *f, TSNode base, ir_rel_id rel, TSNode target, TSNode node)
{
    ir_frame_id frame = make_frame(f, f->now.target, rel, target, node);
    struct object *object = object_of(f, py_eval(f->py, base));
    if (object)
        *object = (struct object){.frame = frame, .in_loop = object->in_loop};
}

static const struct py_value *hold(struct frames *f, struct pd value, TSNode node)
{
    struct object object = {.value = value, .gap_count = f->now.gaps.count};
    object.gaps = ARENA_ARRAY(f->py->scratch, struct pd_gap, f->now.gaps.count ? f->now.gaps.count : 1);
    if (f->now.gaps.count)
        memcpy(object.gaps, f->now.gaps.items, sizeof *object.gaps * f->now.gaps.count);
    return new_value(f, object, node);
}

/* What is assigned to is called by its last name: self.orders is orders, as is parts["orders"]. */
static ir_str target_name(struct frames *f, TSNode left)
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

/* A frame made of `value` for `left`; where that is a name, it is bound. */
static const struct py_value *new_frame(struct frames *f, struct pd value, TSNode left, TSNode node)
{
    ir_frame_id frame;
    if (is_read(f, value, &frame)) {
        struct ir_frame *row = IR(f->py->ir, frame, frame);
        row->off = py_start(left);
        row->len = py_len(left);
    } else {
        frame = make_frame(f, f->now.target, value.rel, left, node);
    }
    return new_value(f, (struct object){.frame = frame}, node);
}

static bool assign_name(struct frames *f, TSNode left, TSNode right, TSNode node)
{
    begin_statement(f, target_name(f, left));
    struct pd value = pd_eval(f, right);
    if (value.kind == PD_NONE || value.kind == PD_SCALAR)
        return false;
    const struct py_value *known = py_eval(f->py, right);
    const struct object *object = object_of(f, known);
    if (object)
        rename_new(f, object->frame, left);
    else
        known = value.kind == PD_FRAME ? new_frame(f, value, left, node) : hold(f, value, right);
    py_scan(f->py, right);
    py_bind(f->py, left, known);
    return true;
}

/* frame["c"] = value, and frame["c"] += value with `op`. */
static bool assign_column(struct frames *f, TSNode base, struct slice column, TSNode right, struct slice op,
                          TSNode left, TSNode node)
{
    begin_statement(f, target_name(f, base));
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
    replace(f, base, frame.rel, left, node);
    return true;
}

/* Any other change of a frame in place: a new version that is not understood. */
static bool change(struct frames *f, TSNode base, TSNode right, struct slice op, TSNode left, TSNode node)
{
    begin_statement(f, target_name(f, base));
    struct pd frame = pd_eval(f, base);
    if (frame.kind != PD_FRAME)
        return false;
    struct pd value = pd_eval(f, right);
    frame = pd_opaque_frame(f, frame.rel, value.rel, op, left);
    replace(f, base, frame.rel, left, node);
    return true;
}

/* frame.loc[mask, "c"] = value: the value where the mask holds, elsewhere what was there. */
static bool set_where(struct frames *f, TSNode base, TSNode right, TSNode left, TSNode node)
{
    struct py_nodes parts = py_children(f->py, left);
    struct slice column;
    if (parts.count != 3 || !py_string_of(f->py, parts.items[2], &column))
        return false;
    begin_statement(f, target_name(f, base));
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
    replace(f, base, frame.rel, left, node);
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

static bool assignment(struct frames *f, TSNode node)
{
    TSNode left = py_field(node, "left"), right = py_field(node, "right");
    if (ts_node_is_null(left) || ts_node_is_null(right) || !pd_enter(f))
        return false;
    bool done = false;
    if (py_is(right, "assignment")) { /* a = b = … */
        done = assignment(f, right);
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

/* ---- frames that leave ---- */

/* The frame that `object` is, by name or, for a chain, a new one that is called `name`. */
static ir_frame_id frame_of(struct frames *f, struct pd value, ir_str name, TSNode object)
{
    if (value.kind != PD_FRAME) {
        struct slice text = py_bytes(f->py, object);
        value = pd_opaque_frame(f, value.rel, (ir_rel_id){0}, slice_sub(text, 0, text.n < 60 ? text.n : 60),
                                object);
    }
    const struct ir_rel *rel = IR(f->py->ir, rel, value.rel);
    if (rel->kind == IR_REL_FRAME)
        return rel->frame;
    ir_frame_id frame = make_frame(f, name, value.rel, object, object);
    f->now.reads.count = 0;
    struct mention read = {frame, py_start(object), py_len(object)};
    vec_push(f->py->scratch, &f->now.reads, read);
    return frame;
}

static void read_accesses(struct frames *f, ir_statement_id statement)
{
    for (uint32_t i = 0; i < f->now.reads.count; i++)
        add_access(f, statement, IR_ACCESS_READ, f->now.reads.items[i].frame, f->now.reads.items[i].off,
                   f->now.reads.items[i].len);
}

static bool has_upper(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'A' && s.p[i] <= 'Z')
            return true;
    return false;
}

/* The value of a string argument; what is not known shows as its source or its placeholders. */
static struct slice text_argument(struct frames *f, TSNode node, uint32_t *flags)
{
    if (ts_node_is_null(node))
        return (struct slice){"", 0};
    const struct py_value *v = py_eval(f->py, node);
    if (v->kind == PY_NONE)
        return (struct slice){"", 0};
    if (v->kind != PY_STRING || v->unknown_parts)
        *flags |= IR_ACCESS_UNKNOWN_PART;
    return v->kind == PY_STRING ? v->string : py_bytes(f->py, node);
}

static enum ir_access_mode write_mode(struct frames *f, TSNode call)
{
    struct slice how;
    TSNode node = py_argument(f->py, call, "if_exists", 3);
    if (!ts_node_is_null(node) && py_string_of(f->py, node, &how)) {
        if (slice_is(how, "replace"))
            return IR_ACCESS_REPLACE;
        if (slice_is(how, "append"))
            return IR_ACCESS_APPEND;
    }
    return IR_ACCESS_CREATE;
}

/* With the keys of a groupby as the index: index=False leaves them out. */
static struct pd without_index(struct frames *f, struct pd value, TSNode call)
{
    const struct pd_names *index = pd_index(f, value.rel);
    if (value.kind != PD_FRAME || !index)
        return value;
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_DROP, .left = value.rel}, call);
    for (uint32_t i = 0; i < index->count; i++)
        pd_column(f, rel, IR_COLUMN_DROP, index->items[i]);
    pd_set_index(f, rel, NULL);
    value.rel = rel;
    return value;
}

static bool to_sql(struct frames *f, TSNode object, TSNode call)
{
    struct py *py = f->py;
    TSNode name_node = py_argument(py, call, "name", 0), schema_node = py_argument(py, call, "schema", 2);
    if (ts_node_is_null(name_node))
        return false;
    uint32_t flags = IR_ACCESS_TARGET | IR_ACCESS_IN_PYTHON;
    TSNode con_node = py_argument(py, call, "con", 1);
    ir_str connection = ts_node_is_null(con_node) ? (ir_str){0} : py_connection(py, con_node);
    struct slice name = text_argument(f, name_node, &flags);
    struct slice schema = text_argument(f, schema_node, &flags);
    begin_statement(f, pd_intern(f, name));
    struct pd value = pd_eval(f, object);
    bool indexed = value.kind == PD_FRAME && pd_index(f, value.rel), index;
    bool known = pd_bool_argument(f, call, "index", 4, true, &index);
    if (known && !index)
        value = without_index(f, value, call);
    ir_frame_id frame = frame_of(f, value, f->now.target, object);
    if (!known || !ts_node_is_null(py_argument(py, call, "index_label", -1)))
        pd_gap(f, py_start(call), py_len(call), pd_intern(f, SLICE("to_sql(index=…)")));
    ir_statement_id id = add_statement(f, IR_KIND_TO_SQL, call, py_start(call), frame);
    IR(py->ir, statement, id)->connection = connection;
    if (index && !indexed)
        IR(py->ir, statement, id)->flags |= IR_STMT_INDEX_COLUMN;
    read_accesses(f, id);
    ir_add_access(py->ir,
                  (struct ir_access){.statement = id,
                                     .mode = write_mode(f, call),
                                     .name = f->now.target,
                                     .schema = schema.n ? pd_intern(f, schema) : (ir_str){0},
                                     .flags = flags,
                                     .quoted = (has_upper(name) ? 1u : 0) | (has_upper(schema) ? 2u : 0),
                                     .off = py_start(name_node),
                                     .len = py_len(name_node)});
    if (flags & IR_ACCESS_UNKNOWN_PART) {
        IR(py->ir, statement, id)->understood = IR_UNDERSTOOD_PARTLY;
        ir_add_gap(py->ir,
                   (struct ir_gap){
                       .kind = IR_GAP_DYNAMIC,
                       .file = py->file,
                       .off = py_start(name_node),
                       .len = py_len(name_node),
                       .statement = id,
                       .why = ir_interns(py->ir, "the table that to_sql writes is only known at run time"),
                       .advice = ir_interns(py->ir, "write the table's name as a constant")});
    }
    return true;
}

/* to_csv() and other ways out: the frame is read, and nothing that could be a model is made. */
static bool sink(struct frames *f, struct slice name, TSNode call)
{
    uint32_t off, len;
    pd_place(call, &off, &len);
    f->now.gaps.count = 0;
    pd_gap(f, off, len, pd_intern(f, name));
    read_accesses(f, add_statement(f, IR_KIND_DATAFRAME, call, py_start(call), (ir_frame_id){0}));
    return true;
}

/* Methods that change the frame that they are called on. */
static const char *const mutators[] = {"insert", "update", "pop", NULL};

static bool is_mutator(struct slice name)
{
    for (size_t i = 0; mutators[i]; i++)
        if (slice_is(name, mutators[i]))
            return true;
    return false;
}

/* frame.method(…, inplace=True); on one of its columns, it depends on pandas' version what that changes. */
static bool change_in_place(struct frames *f, TSNode object, struct slice name, TSNode call)
{
    bool inplace;
    if (!pd_bool_argument(f, call, "inplace", -1, false, &inplace) || (!inplace && !is_mutator(name)))
        return false;
    TSNode base = object;
    while (!object_of(f, py_eval(f->py, base)) && (py_is(base, "subscript") || py_is(base, "attribute")))
        base = py_field(base, py_is(base, "subscript") ? "value" : "object");
    begin_statement(f, target_name(f, base));
    struct pd frame = pd_lookup(f, base);
    if (frame.kind != PD_FRAME)
        return false;
    if (ts_node_eq(base, object) && inplace) {
        frame = pd_frame_call(f, frame, name, call);
    } else {
        frame = pd_opaque_frame(f, frame.rel, (ir_rel_id){0}, name, call);
    }
    if (frame.kind != PD_FRAME)
        return false;
    replace(f, base, frame.rel, base, call);
    return true;
}

/* somebody(frame): whatever it does with it, the frame is read there. */
static bool function_sink(struct frames *f, TSNode call)
{
    struct ir *ir = f->py->ir;
    TSNode function = py_field(call, "function");
    if (!ts_node_is_null(function) && py_is(function, "attribute")) {
        enum py_kind kind = py_eval(f->py, py_field(function, "object"))->kind;
        if (kind == PY_LIST || kind == PY_DICT || kind == PY_TUPLE)
            return false;
    }
    begin_statement(f, pd_intern(f, py_callee(f->py, call)));
    struct pd value = pd_eval(f, call);
    if (value.kind != PD_FRAME || !pd_is_new(f, value.rel) || IR(ir, rel, value.rel)->kind != IR_REL_OPAQUE)
        return false;
    return sink(f, py_callee(f->py, call), call);
}

/* A PySpark frame's rows go to a table, or get a temporary view's name; to a path, they are read there. */
static bool spark_write(struct frames *f, const struct sp_target *target, TSNode call)
{
    struct py *py = f->py;
    struct ir_access access = {.mode = target->mode, .flags = IR_ACCESS_TARGET | IR_ACCESS_IN_PYTHON};
    struct slice text = {"", 0};
    begin_statement(f, target_name(f, target->frame));
    struct pd value = pd_eval(f, target->frame);
    if (value.kind != PD_FRAME)
        return false;
    if (ts_node_is_null(target->name))
        return sink(f, SLICE("write"), call);
    text = text_argument(f, target->name, &access.flags);
    if (!sp_table_name(f, text, &access))
        access.name = pd_intern(f, text);
    f->now.target = access.name;
    ir_frame_id frame = frame_of(f, value, access.name, target->frame);
    ir_statement_id id = add_statement(f, IR_KIND_TO_SQL, call, py_start(call), frame);
    read_accesses(f, id);
    access.statement = id;
    access.flags |= target->temporary ? IR_ACCESS_TEMP : 0;
    access.off = py_start(target->name);
    access.len = py_len(target->name);
    ir_add_access(py->ir, access);
    if (access.flags & IR_ACCESS_UNKNOWN_PART)
        IR(py->ir, statement, id)->understood = IR_UNDERSTOOD_PARTLY;
    return true;
}

static bool expression(struct frames *f, TSNode node)
{
    struct sp_target target;
    if (!py_is(node, "call"))
        return false;
    if (sp_target_of(f, node, &target))
        return spark_write(f, &target, node);
    TSNode function = py_field(node, "function");
    if (!ts_node_is_null(function) && py_is(function, "attribute")) {
        TSNode object = py_field(function, "object");
        struct slice name = py_bytes(f->py, py_field(function, "attribute"));
        if (slice_is(name, "to_sql"))
            return to_sql(f, object, node);
        if (change_in_place(f, object, name, node))
            return true;
        begin_statement(f, pd_intern(f, name));
        struct pd value = pd_eval(f, object);
        if (value.kind == PD_FRAME && slice_starts(name, "to_"))
            return sink(f, name, node);
        if (value.kind != PD_NONE)
            return false;
    }
    return function_sink(f, node);
}

static bool statement_of(struct frames *f, TSNode statement)
{
    TSNode node = statement;
    if (py_is(node, "expression_statement")) {
        struct py_nodes inside = py_children(f->py, node);
        if (inside.count != 1)
            return false;
        node = inside.items[0];
    }
    if (py_is(node, "assignment") || py_is(node, "augmented_assignment"))
        return assignment(f, node);
    return expression(f, node);
}

bool py_frame_statement(struct py *py, TSNode statement)
{
    struct frames *f = py->frames;
    struct reading outer = f->now;
    f->now = (struct reading){0};
    bool done = statement_of(f, statement);
    f->now = outer;
    return done;
}

/* What a frame may be the value of without being there already. */
static const char *const makers[] = {"call",      "subscript",       "attribute",
                                     "await",     "binary_operator", "parenthesized_expression",
                                     NULL};

const struct py_value *py_frame_value(struct py *py, TSNode node)
{
    struct frames *f = py->frames;
    struct reading outer = f->now;
    const struct py_value *known = NULL;
    uint32_t i = 0;
    while (makers[i] && !py_is(node, makers[i]))
        i++;
    if (!makers[i] || !pd_enter(f))
        return NULL;
    f->now = (struct reading){0};
    begin_statement(f, outer.target.v ? outer.target : pd_intern(f, SLICE("frame")));
    struct pd value = pd_eval(f, node);
    if (value.kind != PD_NONE && value.kind != PD_SCALAR) {
        known = py_eval(py, node);
        if (!object_of(f, known))
            known = value.kind == PD_FRAME ? new_frame(f, value, node, node) : hold(f, value, node);
    }
    f->now = outer;
    pd_leave(f);
    return known;
}
