/*
 * relsql.c - rels to SELECTs. Operations are applied from the leaf outwards to one SELECT for as long as SQL means
 * the same by it; when it would not, what is there becomes a step (a CTE) and the next SELECT reads that.
 */
#include "plan/relsql_select.h"

#include <string.h>

static const ir_expr_id no_expr;

bool relsql_fail(struct relsql *r, ir_expr_id expr, const char *why)
{
    if (r->result.ok)
        r->result = (struct relsql_result){false, ir_interns(r->ir, why), r->rel, expr};
    return false;
}

/* ---- rels ---- */

static bool apply_opaque(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    (void)s;
    return relsql_fail(
        r, no_expr,
        arena_printf(r->a, "%s is not translated to SQL", ir_string(r->ir, IR(r->ir, rel, rel)->op)));
}

/* A folded frame is complete. */
static bool apply_frame(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    ir_frame_id frame = IR(r->ir, rel, rel)->frame;
    (*s)->frame = frame;
    relsql_add_comment(r, *s, IR(r->ir, frame, frame)->comment);
    return true;
}

static const struct {
    enum ir_rel_kind kind;
    relsql_operation *apply;
} operations[] = {
    {IR_REL_FRAME, apply_frame},    {IR_REL_PROJECT, relsql_project},     {IR_REL_ASSIGN, relsql_assign},
    {IR_REL_RENAME, relsql_rename}, {IR_REL_DROP, relsql_drop},           {IR_REL_FILTER, relsql_filter},
    {IR_REL_JOIN, relsql_join},     {IR_REL_AGGREGATE, relsql_aggregate}, {IR_REL_SORT, relsql_sort},
    {IR_REL_LIMIT, relsql_limit},   {IR_REL_UNION, relsql_union},         {IR_REL_DISTINCT, relsql_distinct},
    {IR_REL_OPAQUE, apply_opaque},
};

static bool apply(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    r->rel = rel;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (operations[i].kind == IR(r->ir, rel, rel)->kind)
            return operations[i].apply(r, s, rel);
    return relsql_fail(r, no_expr, "this operation is not known");
}

static bool is_leaf(const struct ir *ir, ir_rel_id rel)
{
    enum ir_rel_kind kind = IR(ir, rel, rel)->kind;
    return kind == IR_REL_FRAME || kind == IR_REL_QUERY || kind == IR_REL_TABLE || kind == IR_REL_NONE;
}

static bool is_folded(struct relsql *r, ir_rel_id rel)
{
    return IR(r->ir, rel, rel)->kind == IR_REL_FRAME &&
           r->resolve(r->context, r->ir, rel).kind == RELSQL_FOLD;
}

static ir_str name_of_leaf(const struct ir *ir, struct relsql_leaf leaf)
{
    switch (leaf.kind) {
    case RELSQL_REF:
        return IR(ir, model, leaf.model)->name;
    case RELSQL_SOURCE:
        return IR(ir, dataset, leaf.dataset)->name;
    default:
        return IR(ir, step, leaf.step)->name;
    }
}

/* The columns of a frame that is a model of its own, as its chain makes them: their types, and which are never null.
 * Each frame is looked at once. */
static struct relsql_select *columns_of_frame(struct relsql *r, ir_frame_id frame)
{
    uint32_t at = map_get(r->known, frame.v);
    struct relsql before = *r;
    if (at || !frame.v || r->depth >= RELSQL_MAX_DEPTH / 4)
        return at ? r->shown.items[at - 1] : NULL;
    map_put(r->known, frame.v, 1); /* while it is looked at, nothing is known */
    r->result = (struct relsql_result){.ok = true};
    r->frame_steps = map_new(r->a);
    r->uses = map_new(r->a);
    r->names = map_new(r->a);
    memset(&r->steps, 0, sizeof r->steps);
    r->depth++;
    struct relsql_select *s = relsql_rows(r, IR(r->ir, frame, frame)->rel);
    bool ok = s && r->result.ok;
    before.known = r->known;
    before.shown = r->shown;
    *r = before;
    vec_push(r->a, &r->shown, ok ? s : r->shown.items[0]);
    map_put(r->known, frame.v, r->shown.count);
    return r->shown.items[r->shown.count - 1];
}

static struct relsql_select *lower_leaf(struct relsql *r, ir_rel_id rel)
{
    struct relsql_leaf leaf = r->resolve(r->context, r->ir, rel);
    struct relsql_select *s = relsql_select(r);
    r->rel = rel;
    if (leaf.kind == RELSQL_NONE || leaf.kind == RELSQL_FOLD) {
        relsql_fail(r, no_expr, "what it reads has no model and is no source");
        return NULL;
    }
    struct relsql_input input = {.leaf = leaf, .name = name_of_leaf(r->ir, leaf), .join = IR_JOIN_CROSS};
    vec_push(r->a, &s->from, input);
    struct relsql_select *computed =
        leaf.kind == RELSQL_REF ? columns_of_frame(r, IR(r->ir, rel, rel)->frame) : NULL;
    r->rel = rel;
    for (uint32_t i = r->schemas.first[rel.v]; i < r->schemas.first[rel.v + 1]; i++) {
        struct ir_rel_schema row = r->ir->rel_schema.items[r->schemas.rows[i]];
        struct relsql_column column = {.name = row.name,
                                       .level = LEVEL_ATOM,
                                       .plain = true,
                                       .sql = relsql_reference(r, 0, row.name),
                                       .type = relsql_type_of(ir_slice(r->ir, row.type)),
                                       .not_null = row.flags & IR_COLUMN_NOT_NULL};
        struct relsql_column *made = computed ? relsql_find(computed, row.name) : NULL;
        if (made && column.type == TYPE_UNKNOWN)
            column.type = made->type;
        column.not_null |= made && made->not_null;
        if (!relsql_add_column(r, s, column))
            return NULL;
    }
    s->open = !s->columns.count;
    if (computed)
        relsql_keep_order(r, computed, s);
    return s;
}

/* A frame that is used more than once is a step, made at its first use. */
static struct relsql_select *lower_shared(struct relsql *r, ir_frame_id frame)
{
    uint32_t step = map_get(&r->frame_steps, frame.v);
    if (!step) {
        struct relsql_select *s = relsql_rows(r, IR(r->ir, frame, frame)->rel);
        if (!s)
            return NULL;
        s->frame = frame;
        relsql_add_comment(r, s, IR(r->ir, frame, frame)->comment);
        step = relsql_make_step(r, s);
    }
    return relsql_over_step(r, step);
}

/* Follows left operands, and frames that are part of it, down to where the rows come from; then back up. */
struct relsql_select *relsql_rows(struct relsql *r, ir_rel_id rel)
{
    VEC(ir_rel_id) spine = {0};
    struct relsql_select *s = NULL;
    if (r->depth >= RELSQL_MAX_DEPTH) {
        relsql_fail(r, no_expr, "frames are nested too deeply");
        return NULL;
    }
    r->depth++;
    while (!is_leaf(r->ir, rel) || is_folded(r, rel)) {
        const struct ir_rel *row = IR(r->ir, rel, rel);
        if (row->kind == IR_REL_FRAME && map_get(&r->uses, row->frame.v) > 1)
            break;
        vec_push(r->a, &spine, rel);
        if (row->kind == IR_REL_OPAQUE)
            break;
        rel = row->kind == IR_REL_FRAME ? IR(r->ir, frame, row->frame)->rel : row->left;
    }
    const struct ir_rel *last = IR(r->ir, rel, rel);
    if (last->kind == IR_REL_OPAQUE)
        s = relsql_select(r);
    else if (is_folded(r, rel))
        s = lower_shared(r, last->frame);
    else
        s = lower_leaf(r, rel);
    while (s && spine.count)
        if (!apply(r, &s, spine.items[--spine.count]))
            s = NULL;
    r->depth--;
    return s;
}

/* Counts how often each folded frame is read. */
static void count_uses(struct relsql *r, ir_rel_id root)
{
    struct map seen = map_new(r->a);
    VEC(ir_rel_id) work = {0};
    vec_push(r->a, &work, root);
    while (work.count) {
        ir_rel_id rel = work.items[--work.count];
        struct ir_rel row = *IR(r->ir, rel, rel);
        bool again = map_get(&seen, rel.v);
        if (!rel.v || (again && row.kind != IR_REL_FRAME))
            continue;
        map_put(&seen, rel.v, 1);
        if (!again) {
            vec_push(r->a, &work, row.left);
            vec_push(r->a, &work, row.right);
        }
        if (!is_folded(r, rel))
            continue;
        uint32_t uses = map_get(&r->uses, row.frame.v);
        map_put(&r->uses, row.frame.v, uses < 2 ? uses + 1 : 2);
        if (!uses)
            vec_push(r->a, &work, IR(r->ir, frame, row.frame)->rel);
    }
}

/* ---- the ways in ---- */

struct relsql *relsql_new(struct ir *ir, struct arena *scratch, enum ir_dialect target,
                          relsql_resolve *resolve, void *context)
{
    struct relsql *r = ARENA_NEW(scratch, struct relsql);
    r->ir = ir;
    r->a = scratch;
    r->words = relsql_words_of(target);
    r->known = ARENA_NEW(scratch, struct map);
    *r->known = map_new(scratch);
    vec_push(scratch, &r->shown, relsql_select(r)); /* nothing is known */
    r->resolve = resolve;
    r->context = context;
    r->columns = IR_INDEX(scratch, ir, rel_column, rel, rel);
    r->schemas = IR_INDEX(scratch, ir, rel_schema, rel, rel);
    return r;
}

static struct relsql_select *begin(struct relsql *r, ir_rel_id rel)
{
    r->result = (struct relsql_result){.ok = true};
    r->frame_steps = map_new(r->a);
    r->uses = map_new(r->a);
    r->names = map_new(r->a);
    r->steps.count = 0;
    count_uses(r, rel);
    struct relsql_select *s = relsql_rows(r, rel);
    for (uint32_t i = 0; s && i < s->columns.count; i++)
        relsql_is_clear(r, &s->columns.items[i], no_expr);
    if (s && r->result.ok)
        relsql_conform(r, s);
    return r->result.ok ? s : NULL;
}

struct relsql_result relsql_check(struct relsql *r, ir_rel_id rel)
{
    begin(r, rel);
    return r->result;
}

static ir_step_id add_step(struct relsql *r, ir_model_id model, ir_str name, const struct relsql_select *s)
{
    ir_str comment = {0};
    if (s->comments.n)
        comment = ir_intern(r->ir, s->comments.p, s->comments.n);
    return ir_add_step(r->ir, (struct ir_step){.model = model, .name = name, .comment = comment});
}

struct relsql_result relsql_lower(struct relsql *r, ir_model_id model, ir_rel_id rel)
{
    struct relsql_select *s = begin(r, rel);
    if (!s)
        return r->result;
    ir_step_id *own = ARENA_ARRAY(r->a, ir_step_id, r->steps.count + 1);
    for (uint32_t i = 0; i < r->steps.count; i++) {
        own[i + 1] = add_step(r, model, r->steps.items[i].name, r->steps.items[i].select);
        relsql_print(r, r->steps.items[i].select, own[i + 1], own);
    }
    ir_step_id last = add_step(r, model, (ir_str){0}, s);
    relsql_print(r, s, last, own);
    return r->result;
}
