/*
 * relsql_select.c - a SELECT under construction: its columns, and how it becomes a step that others read.
 */
#include "plan/relsql_select.h"

#include <string.h>

static const ir_expr_id no_expr;

/* ---- selects ---- */

struct relsql_column *relsql_find(struct relsql_select *s, ir_str name)
{
    uint32_t i = map_get(&s->by_name, name.v);
    return i ? &s->columns.items[i - 1] : NULL;
}

bool relsql_is_clear(struct relsql *r, const struct relsql_column *column, ir_expr_id expr)
{
    return !column || !column->ambiguous ||
           relsql_fail(
               r, expr,
               arena_printf(r->a, "both sides of the join have a column %s", ir_string(r->ir, column->name)));
}

struct relsql_select *relsql_select(struct relsql *r)
{
    struct relsql_select *s = ARENA_NEW(r->a, struct relsql_select);
    s->by_name = map_new(r->a);
    s->comments = buf_new(r->a);
    s->what = "prepared";
    return s;
}

bool relsql_add_column(struct relsql *r, struct relsql_select *s, struct relsql_column column)
{
    if (relsql_find(s, column.name))
        return relsql_fail(
            r, no_expr, arena_printf(r->a, "there would be two columns %s", ir_string(r->ir, column.name)));
    if (!relsql_identifier(r->a, ir_slice(r->ir, column.name)).n)
        return relsql_fail(r, no_expr, "a column's name can't be written in PostgreSQL");
    vec_push(r->a, &s->columns, column);
    map_put(&s->by_name, column.name.v, s->columns.count);
    return true;
}

struct slice relsql_reference(struct relsql *r, uint32_t input, ir_str name)
{
    return relsql_format(r->a, "%c%c%.*s", RELSQL_MARK, (char)(RELSQL_MARK_BASE + input),
                         SQL(relsql_identifier(r->a, ir_slice(r->ir, name))));
}

/* The columns of `s` are gone: what follows adds those that stay. */
struct relsql_column *relsql_take_columns(struct relsql *r, struct relsql_select *s, uint32_t *count)
{
    struct relsql_column *old = s->columns.items;
    *count = s->columns.count;
    memset(&s->columns, 0, sizeof s->columns);
    s->by_name = map_new(r->a);
    return old;
}

void relsql_add_comment(struct relsql *r, struct relsql_select *s, ir_str comment)
{
    if (!comment.v)
        return;
    if (s->comments.n)
        buf_addc(&s->comments, '\n');
    buf_adds(&s->comments, ir_string(r->ir, comment));
}

/* ---- steps ---- */

static ir_str step_name(struct relsql *r, const struct relsql_select *s)
{
    struct slice wanted = slice_of(s->what);
    struct buf b = buf_new(r->a);
    if (s->frame.v)
        wanted = ir_slice(r->ir, IR(r->ir, frame, s->frame)->name);
    for (size_t i = 0; i < wanted.n && b.n < 50; i++) {
        char c = wanted.p[i] >= 'A' && wanted.p[i] <= 'Z' ? (char)(wanted.p[i] + 32) : wanted.p[i];
        bool good = (c >= 'a' && c <= 'z') || c == '_' || (b.n && c >= '0' && c <= '9');
        if (good)
            buf_addc(&b, c);
    }
    struct slice base = buf_slice(&b);
    if (!base.n || relsql_identifier(r->a, base).p[0] == '"')
        base = relsql_format(r->a, "%.*s_rows", SQL(base));
    struct slice name = base;
    ir_str id = ir_intern(r->ir, name.p, name.n);
    for (uint32_t n = 2; map_get(&r->names, id.v); n++) {
        name = relsql_format(r->a, "%.*s_%u", SQL(base), n);
        id = ir_intern(r->ir, name.p, name.n);
    }
    map_put(&r->names, id.v, 1);
    return id;
}

/* A select over a step, with the step's columns. */
struct relsql_select *relsql_over_step(struct relsql *r, uint32_t number)
{
    const struct relsql_step *step = &r->steps.items[number - 1];
    struct relsql_select *s = relsql_select(r);
    struct relsql_input input = {.own = number, .name = step->name, .join = IR_JOIN_CROSS};
    vec_push(r->a, &s->from, input);
    s->open = step->select->open;
    for (uint32_t i = 0; i < step->select->columns.count; i++) {
        struct relsql_column column = step->select->columns.items[i];
        column.sql = relsql_reference(r, 0, column.name);
        column.level = LEVEL_ATOM;
        column.plain = true;
        relsql_add_column(r, s, column);
    }
    relsql_keep_order(r, step->select, s);
    return s;
}

/* All arms get the union's columns in its order, missing ones as nulls. */
void relsql_conform(struct relsql *r, struct relsql_select *s)
{
    static const char *const casts[] = {[TYPE_UNKNOWN] = "NULL",
                                        [TYPE_INT] = "CAST(NULL AS BIGINT)",
                                        [TYPE_FLOAT] = "CAST(NULL AS NUMERIC)",
                                        [TYPE_TEXT] = "CAST(NULL AS TEXT)",
                                        [TYPE_BOOL] = "CAST(NULL AS BOOLEAN)",
                                        [TYPE_DATE] = "CAST(NULL AS DATE)",
                                        [TYPE_TIMESTAMP] = "CAST(NULL AS TIMESTAMP)"};
    for (uint32_t a = 0; a < s->arms.count; a++) {
        struct relsql_select *arm = s->arms.items[a];
        struct relsql_select old = *arm;
        uint32_t count;
        relsql_take_columns(r, arm, &count);
        for (uint32_t i = 0; i < s->columns.count; i++) {
            struct relsql_column column = s->columns.items[i];
            struct relsql_column *has = relsql_find(&old, column.name);
            struct relsql_column missing = {
                .name = column.name, .level = LEVEL_ATOM, .sql = slice_of(casts[column.type])};
            relsql_add_column(r, arm, has ? *has : missing);
        }
    }
}

uint32_t relsql_make_step(struct relsql *r, struct relsql_select *s)
{
    struct relsql_step step = {step_name(r, s), s};
    for (uint32_t i = 0; i < s->columns.count; i++)
        relsql_is_clear(r, &s->columns.items[i], no_expr);
    relsql_conform(r, s);
    if (!s->limited && !s->distinct_on.count)
        s->remembered = true; /* rows of a table have no order */
    vec_push(r->a, &r->steps, step);
    if (s->frame.v)
        map_put(&r->frame_steps, s->frame.v, r->steps.count);
    return r->steps.count;
}

struct relsql_select *relsql_wrap(struct relsql *r, struct relsql_select *s)
{
    return relsql_over_step(r, relsql_make_step(r, s));
}

/* Nothing but columns of one input. */
bool relsql_is_table(const struct relsql_select *s)
{
    if (s->from.count != 1 || s->where.count || s->grouped || s->distinct || s->limited || s->windowed ||
        s->qualify)
        return false;
    for (uint32_t i = 0; i < s->columns.count; i++)
        if (!s->columns.items[i].plain)
            return false;
    return true;
}

/* ---- what an operation needs of the select that it changes ---- */

bool relsql_ready(struct relsql *r, struct relsql_select **s, uint32_t needs)
{
    struct relsql_select *x = *s;
    if ((needs & KNOWN) && x->open)
        return relsql_fail(r, no_expr,
                           "the columns of what it reads are not known: a catalog or the tables' "
                           "DDL would tell");
    if (x->arms.count || ((needs & NO_GROUP) && (x->grouped || x->windowed)) ||
        ((needs & NO_DISTINCT) && x->distinct) || ((needs & NO_LIMIT) && x->limited))
        *s = relsql_wrap(r, x);
    (*s)->frame = (ir_frame_id){0};
    return true;
}

void relsql_ready_for_keys(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    for (RELSQL_COLUMNS(r, rel, i)) {
        const struct relsql_column *column = relsql_find(*s, RELSQL_COLUMN(r, i)->name);
        if (column && !RELSQL_COLUMN(r, i)->expr.v && !memchr(column->sql.p, RELSQL_MARK, column->sql.n)) {
            *s = relsql_wrap(r, *s);
            return;
        }
    }
}
