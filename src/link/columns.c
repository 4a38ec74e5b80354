/*
 * The columns that are known: a dataset's from a catalog, from DDL or from the query that makes it, a
 * query's from its outputs, an input's from what it reads. Worked out when first asked for, since a file
 * may define what an earlier one reads; what defines itself in a circle is not known.
 */
#include "link/linker.h"

#include <string.h>

static const struct link_shape unknown_shape;

/* ---- names within a shape ---- */

/* `folded` has each name's first column, `exact` only those whose own spelling does not lead to them there. */

#define FEW 12 /* columns, among which looking at each costs less than a table */

static void index_names(struct link *l, const struct link_shape *shape)
{
    for (uint32_t i = 0; i < shape->named; i++) {
        const struct link_column *c = &shape->items[i];
        bool first;

        if (c->name.v == 0)
            continue;
        first = map_get(&l->folded, map_key(shape->owner, c->lower.v)) == 0;
        if (first)
            map_put(&l->folded, map_key(shape->owner, c->lower.v), i + 1);
        if ((!first || c->name.v != c->lower.v) && map_get(&l->exact, map_key(shape->owner, c->name.v)) == 0)
            map_put(&l->exact, map_key(shape->owner, c->name.v), i + 1);
    }
}

struct link_shape link_shape_close(struct link *l, const struct link_columns *columns)
{
    struct link_shape kept = {.count = columns->list.count,
                              .named = columns->list.count + columns->gone.count,
                              .complete = columns->complete,
                              .owner = ++l->owner_count};

    if (kept.named == 0)
        return kept;
    kept.items = ARENA_ARRAY(l->arena, struct link_column, kept.named);
    for (uint32_t i = 0; i < kept.named; i++) {
        kept.items[i] = i < kept.count ? columns->list.items[i] : columns->gone.items[i - kept.count];
        kept.items[i].lower = ir_fold(l->ir, kept.items[i].name);
    }
    if (kept.named > FEW)
        index_names(l, &kept);
    return kept;
}

static int64_t find_among_few(const struct link_shape *shape, ir_str name, ir_str lower)
{
    int64_t folded = -1;

    for (uint32_t i = 0; i < shape->named; i++) {
        const struct link_column *c = &shape->items[i];

        if (c->name.v == name.v)
            return i;
        if (folded < 0 && c->lower.v == lower.v)
            folded = i;
    }
    return folded;
}

int64_t link_shape_find(const struct link *l, const struct link_shape *shape, ir_str name)
{
    uint32_t at;

    if (shape->owner == 0 || name.v == 0)
        return -1;
    if (shape->named <= FEW)
        return find_among_few(shape, name, ir_fold(l->ir, name));
    at = map_get(&l->exact, map_key(shape->owner, name.v));
    if (at == 0)
        at = map_get(&l->folded, map_key(shape->owner, ir_fold(l->ir, name).v));
    return (int64_t)at - 1;
}

/* ---- datasets ---- */

static void add_shape(struct link *l, const struct link_shape *shape, struct link_columns *out)
{
    for (uint32_t i = 0; i < shape->count; i++)
        vec_push(l->work, &out->list, shape->items[i]);
    out->complete = shape->complete;
}

/* The index of the column of a name, or the count of columns when there is none. */
static uint32_t column_named(struct link *l, struct link_columns *columns, ir_str name)
{
    uint32_t at;

    if (columns->indexed == 0)
        columns->by_name = map_new(l->work);
    for (; columns->indexed < columns->list.count; columns->indexed++)
        map_put(&columns->by_name, ir_fold(l->ir, columns->list.items[columns->indexed].name).v,
                columns->indexed + 1);
    at = map_get(&columns->by_name, ir_fold(l->ir, name).v);
    return at ? at - 1 : columns->list.count;
}

/* LIKE, INHERITS, PARTITION OF: what the other relation has, and this one not yet. */
static void add_columns_of(struct link *l, ir_access_id like, struct link_columns *out)
{
    const struct link_shape *shape = link_dataset_shape(l, IR(l->ir, access, like)->dataset);

    for (uint32_t i = 0; i < shape->count; i++)
        if (column_named(l, out, shape->items[i].name) == out->list.count)
            vec_push(l->work, &out->list, shape->items[i]);
    out->complete = out->complete && shape->complete;
}

static void add_definitions(struct link *l, ir_access_id access, struct link_columns *out)
{
    out->complete = true;
    for (uint32_t k = l->column_defs.first[access.v]; k < l->column_defs.first[access.v + 1]; k++) {
        const struct ir_column_def *d = &l->ir->column_def.items[l->column_defs.rows[k]];
        struct link_column c = {.name = d->name,
                                .base = d->name,
                                .type = d->type,
                                .default_value = d->default_value,
                                .flags = d->flags};

        if (d->like.v)
            add_columns_of(l, d->like, out);
        else
            vec_push(l->work, &out->list, c);
    }
}

/* ALTER TABLE: a column more, a column less, another name or type. */
static void alter(struct link *l, const struct ir_column_def *d, struct link_columns *out)
{
    uint32_t at = column_named(l, out, d->old_name.v ? d->old_name : d->name);
    struct link_column *c = at < out->list.count ? &out->list.items[at] : NULL;

    if (d->like.v)
        return; /* INHERIT wants the columns to be there */

    if (!c && !d->old_name.v) {
        vec_push(l->work, &out->list,
                 ((struct link_column){.name = d->name,
                                       .base = d->name,
                                       .type = d->type,
                                       .default_value = d->default_value,
                                       .flags = d->flags}));
    } else if (c && (d->flags & IR_COLUMN_DROPPED)) {
        c->flags |= IR_COLUMN_DROPPED;
        map_put(&out->by_name, ir_fold(l->ir, c->name).v, 0);
    } else if (c && d->old_name.v) {
        if (d->name.v != d->old_name.v) {
            vec_push(l->work, &out->gone, *c);
            map_put(&out->by_name, ir_fold(l->ir, c->name).v, 0);
            map_put(&out->by_name, ir_fold(l->ir, d->name).v, at + 1);
        }
        c->name = c->base = d->name;
        c->flags |= d->flags;
        c->type = d->type.v ? d->type : c->type;
    }
}

static uint32_t definition_count(const struct link *l, ir_access_id access)
{
    return l->column_defs.first[access.v + 1] - l->column_defs.first[access.v];
}

/* The frame that to_sql writes into the relation of this access. */
static ir_frame_id written_frame(const struct link *l, ir_access_id maker)
{
    uint32_t s = IR(l->ir, access, maker)->statement.v;

    for (uint32_t k = l->accesses.first[s]; k < l->accesses.first[s + 1]; k++)
        if (l->ir->access.items[l->accesses.rows[k]].frame.v)
            return l->ir->access.items[l->accesses.rows[k]].frame;
    return (ir_frame_id){0};
}

/* The columns of CREATE TABLE … AS and CREATE VIEW: the query's, under the names that the list gives. */
static void add_query_columns(struct link *l, ir_access_id maker, struct link_columns *out)
{
    const struct ir_statement *s = IR(l->ir, statement, IR(l->ir, access, maker)->statement);
    const struct link_shape *shape = s->kind == IR_KIND_TO_SQL
                                         ? link_rel_shape(l, IR(l->ir, frame, written_frame(l, maker))->rel)
                                         : link_query_shape(l, s->query);
    uint32_t first = l->target_columns.first[maker.v];
    uint32_t named = l->target_columns.first[maker.v + 1] - first;

    for (uint32_t i = 0; i < shape->count; i++) {
        struct link_column c = {.name = shape->items[i].name, .type = shape->items[i].type};

        if (i < named && shape->complete)
            c.name = l->ir->target_column.items[l->target_columns.rows[first + i]].name;
        c.base = c.name;
        if (c.name.v)
            vec_push(l->work, &out->list, c);
    }
    out->complete = shape->complete;
}

/* The first maker of the wanted sort: a catalog, DDL or a query. */
static ir_access_id maker_of(const struct link *l, ir_dataset_id id, enum ir_knowledge sort)
{
    const struct link_dataset *d = &l->datasets.items[id.v];

    for (uint32_t i = 0; i < d->makers.count; i++) {
        const struct ir_access *a = IR(l->ir, access, d->makers.items[i]);
        const struct ir_statement *s = IR(l->ir, statement, a->statement);
        bool defines = definition_count(l, d->makers.items[i]) > 0;
        bool fits = sort == IR_KNOWN_CATALOG ? a->statement.v == 0
                    : sort == IR_KNOWN_DDL
                        ? defines && a->mode != IR_ACCESS_ALTER
                        : (s->query.v != 0 || s->kind == IR_KIND_TO_SQL) && a->mode != IR_ACCESS_ALTER;
        if (fits)
            return d->makers.items[i];
    }
    return (ir_access_id){0};
}

/* Columns that were dropped stand no longer among the others. */
static void set_aside(struct link *l, struct link_columns *out)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < out->list.count; i++) {
        if (out->list.items[i].flags & IR_COLUMN_DROPPED)
            vec_push(l->work, &out->gone, out->list.items[i]);
        else
            out->list.items[kept++] = out->list.items[i];
    }
    out->list.count = kept;
}

static void add_altered(struct link *l, ir_dataset_id id, struct link_columns *out)
{
    for (uint32_t i = 0; i < l->datasets.items[id.v].makers.count; i++) {
        ir_access_id access = l->datasets.items[id.v].makers.items[i];

        if (IR(l->ir, access, access)->mode != IR_ACCESS_ALTER)
            continue;
        for (uint32_t k = l->column_defs.first[access.v]; k < l->column_defs.first[access.v + 1]; k++)
            alter(l, &l->ir->column_def.items[l->column_defs.rows[k]], out);
    }
    set_aside(l, out);
}

/* A query's result has the columns that the query shows. */
static ir_query_id result_query(const struct link *l, const struct ir_dataset *d)
{
    return d->kind == IR_DATASET_RESULT ? IR(l->ir, statement, d->maker)->query : (ir_query_id){0};
}

static bool guessed(const struct link_columns *columns)
{
    for (uint32_t i = 0; i < columns->list.count; i++)
        if (columns->list.items[i].flags & IR_COLUMN_INFERRED)
            return true;
    return false;
}

static enum ir_knowledge dataset_columns(struct link *l, ir_dataset_id id, struct link_columns *out)
{
    ir_frame_id frame = IR(l->ir, dataset, id)->frame;
    ir_access_id catalog = maker_of(l, id, IR_KNOWN_CATALOG);
    ir_access_id ddl = maker_of(l, id, IR_KNOWN_DDL);
    ir_access_id query = maker_of(l, id, IR_KNOWN_QUERY);

    if (catalog.v) {
        add_definitions(l, catalog, out);
        return IR_KNOWN_CATALOG;
    }
    if (frame.v) {
        add_shape(l, link_rel_shape(l, IR(l->ir, frame, frame)->rel), out);
    } else if (ddl.v) {
        add_definitions(l, ddl, out);
    } else if (query.v) {
        add_query_columns(l, query, out);
    } else {
        add_shape(l, link_query_shape(l, result_query(l, IR(l->ir, dataset, id))), out);
    }
    add_altered(l, id, out);
    return ddl.v            ? IR_KNOWN_DDL
           : !out->complete ? IR_KNOWN_NOT
           : guessed(out)   ? IR_KNOWN_USES
                            : IR_KNOWN_QUERY;
}

const struct link_shape *link_dataset_shape(struct link *l, ir_dataset_id id)
{
    struct link_columns columns = {0};
    struct link_dataset *d = &l->datasets.items[id.v];

    if (d->state == LINK_DONE)
        return &d->shape;
    if (d->state == LINK_BUSY || l->depth >= LINK_MAX_DEPTH || id.v == 0)
        return &unknown_shape;
    d->state = LINK_BUSY;
    l->depth++;
    IR(l->ir, dataset, id)->columns_from = dataset_columns(l, id, &columns);
    l->depth--;
    d->shape = link_shape_close(l, &columns);
    d->state = LINK_DONE;
    return &d->shape;
}

/* ---- queries ---- */

static void add_output(struct link *l, ir_query_id query, ir_output_id id, struct link_columns *out)
{
    const struct ir_output *o = IR(l->ir, output, id);
    struct link_column c = {.name = o->name, .base = o->name, .output = id};

    if (o->star) {
        link_expand_star(l, query, id, out);
        return;
    }
    if (c.name.v == 0 && IR(l->ir, query, query)->kind == IR_QUERY_VALUES)
        c.name = ir_interns(l->ir, arena_printf(l->arena, "column%u", out->list.count + 1));
    else if (c.name.v == 0)
        c.name = ir_interns(l->ir, "?column?");
    c.base = c.name;
    vec_push(l->work, &out->list, c);
}

/* Did a star before it show this output in the place of a column? */
static bool is_shown(const struct link_columns *out, ir_output_id id)
{
    for (uint32_t i = 0; i < out->list.count; i++)
        if (out->list.items[i].output.v == id.v)
            return true;
    return false;
}

static void add_outputs(struct link *l, ir_query_id query, struct link_columns *out)
{
    bool dml = IR(l->ir, query, query)->kind == IR_QUERY_DML, changed = false;

    for (uint32_t k = l->outputs.first[query.v]; k < l->outputs.first[query.v + 1]; k++) {
        ir_output_id id = {l->outputs.rows[k]};
        bool returning = (IR(l->ir, output, id)->flags & IR_OUTPUT_RETURNING) != 0;

        if ((returning == dml || IR(l->ir, output, id)->star) && !(changed && is_shown(out, id)))
            add_output(l, query, id, out);
        changed |= (IR(l->ir, output, id)->flags & IR_OUTPUT_CHANGED_STAR) != 0;
    }
}

/* BY NAME: the right arm's own columns come behind. */
static void add_right_arm(struct link *l, ir_query_id arm, const struct link_shape *left,
                          struct link_columns *out)
{
    const struct link_shape *right = link_query_shape(l, arm);

    for (uint32_t i = 0; i < right->count; i++) {
        struct link_column c = {
            .name = right->items[i].name, .base = right->items[i].name, .output = right->items[i].output};

        if (c.name.v && link_shape_find(l, left, c.name) < 0)
            vec_push(l->work, &out->list, c);
    }
    out->complete = out->complete && right->complete;
}

/* The columns of a set operation are its left arm's. */
static void add_left_arm(struct link *l, ir_query_id query, struct link_columns *out)
{
    const struct link_shape *left = link_query_shape(l, IR(l->ir, query, query)->left);

    for (uint32_t i = 0; i < left->count; i++) {
        struct link_column c = {
            .name = left->items[i].name, .base = left->items[i].name, .output = left->items[i].output};

        vec_push(l->work, &out->list, c);
    }
    out->complete = left->complete;
    if (IR(l->ir, query, query)->flags & IR_QUERY_BY_NAME)
        add_right_arm(l, IR(l->ir, query, query)->right, left, out);
}

/* Names from t(a, b) take the place of the first columns' own. */
static void rename_columns(struct link *l, const struct ir_index *aliases, uint32_t owner,
                           struct link_columns *columns)
{
    for (uint32_t k = aliases->first[owner]; k < aliases->first[owner + 1]; k++) {
        uint32_t at = k - aliases->first[owner];

        if (at < columns->list.count && columns->list.items[at].name.v)
            columns->list.items[at].name = l->ir->column_alias.items[aliases->rows[k]].name;
        else
            return;
    }
}

const struct link_shape *link_query_shape(struct link *l, ir_query_id id)
{
    struct link_query *q = &l->query[id.v];
    struct link_columns columns = {.complete = true};

    if (q->shape_state == LINK_DONE)
        return &q->shape;
    if (q->shape_state == LINK_BUSY || l->depth >= LINK_MAX_DEPTH || id.v == 0)
        return &unknown_shape;
    q->shape_state = LINK_BUSY;
    l->depth++;
    if (IR(l->ir, query, id)->kind == IR_QUERY_SETOP)
        add_left_arm(l, id, &columns);
    else
        add_outputs(l, id, &columns);
    l->depth--;
    rename_columns(l, &l->query_aliases, id.v, &columns);
    q->shape = link_shape_close(l, &columns);
    q->shape_state = LINK_DONE;
    return &q->shape;
}

void link_query_infer(struct link *l, ir_query_id id, const ir_str *names, uint32_t count)
{
    const struct link_shape *old = link_query_shape(l, id);
    struct link_columns columns = {.complete = true};

    for (uint32_t i = 0; i < old->count; i++) {
        struct link_column c = old->items[i];
        struct link_source star;

        if (c.name.v) {
            vec_push(l->work, &columns.list, c);
            continue;
        }
        star = l->sources.items[c.source_first];
        for (uint32_t n = 0; n < count; n++) {
            c.name = c.base = names[n];
            c.flags = IR_COLUMN_INFERRED;
            c.source_first = l->sources.count;
            star.name = names[n];
            vec_push(l->arena, &l->sources, star);
            vec_push(l->work, &columns.list, c);
        }
    }
    l->query[id.v].shape = link_shape_close(l, &columns);
}

/* ---- inputs ---- */

static const struct link_shape *shape_behind(struct link *l, ir_input_id id)
{
    const struct ir_input *in = IR(l->ir, input, id);
    struct link_columns columns = {0};
    struct link_shape *own;

    if (in->kind == IR_INPUT_RELATION)
        return link_dataset_shape(l, IR(l->ir, access, in->access)->dataset);
    if (in->kind == IR_INPUT_SUBQUERY || in->kind == IR_INPUT_CTE)
        return link_query_shape(l, in->subquery);
    if (in->kind != IR_INPUT_FUNCTION)
        return &unknown_shape;
    own = ARENA_NEW(l->arena, struct link_shape);
    columns.complete = link_function_columns(l, id, &columns);
    *own = link_shape_close(l, &columns);
    return own;
}

/* The shape under the names of an alias list. Where the columns are not known the list still names them. */
static const struct link_shape *renamed(struct link *l, ir_input_id id, const struct link_shape *behind)
{
    struct link_columns columns = {.complete = behind->complete};
    struct link_shape *own = ARENA_NEW(l->arena, struct link_shape);
    uint32_t first = l->input_aliases.first[id.v], last = l->input_aliases.first[id.v + 1];

    for (uint32_t i = 0; behind->complete && i < behind->count; i++)
        vec_push(l->work, &columns.list, behind->items[i]);
    for (uint32_t k = first; !behind->complete && k < last; k++)
        vec_push(l->work, &columns.list,
                 ((struct link_column){.name = l->ir->column_alias.items[l->input_aliases.rows[k]].name}));
    rename_columns(l, &l->input_aliases, id.v, &columns);
    *own = link_shape_close(l, &columns);
    return own;
}

const struct link_shape *link_input_shape(struct link *l, ir_input_id id)
{
    const struct link_shape *shape = l->input_shape[id.v];

    if (shape)
        return shape;
    shape = shape_behind(l, id);
    if (l->input_aliases.first[id.v] < l->input_aliases.first[id.v + 1] &&
        IR(l->ir, input, id)->kind != IR_INPUT_FUNCTION)
        shape = renamed(l, id, shape);
    if (shape != &unknown_shape)
        l->input_shape[id.v] = shape;
    return shape;
}
