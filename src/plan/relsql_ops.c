/*
 * relsql_ops.c - operations on the rows of one SELECT: each says what it needs of it (not grouped, not limited …),
 * which makes a step of what is there when that is not so.
 */
#include "plan/relsql_select.h"

#include <string.h>

static const ir_expr_id no_expr;

struct weight {
    uint32_t mentions;
    size_t bytes, longest;
};

static void weigh(struct relsql *r, struct relsql_select *s, ir_expr_id expr, uint32_t depth,
                  struct weight *w)
{
    const struct ir_expr *row = IR(r->ir, expr, expr);
    struct relsql_column *column = row->op == IR_EXPR_COLUMN ? relsql_find(s, row->text) : NULL;
    if (column && !column->plain) {
        w->mentions++;
        w->bytes += column->sql.n;
        w->longest = column->sql.n > w->longest ? column->sql.n : w->longest;
    }
    for (ir_expr_id e = row->first; e.v && depth < RELSQL_MAX_DEPTH; e = IR(r->ir, expr, e)->next)
        weigh(r, s, e, depth + 1, w);
}

/* Would writing the columns that `expr` uses in their places repeat too much? */
static bool is_heavy(struct relsql *r, struct relsql_select *s, ir_expr_id expr)
{
    struct weight w = {0};
    weigh(r, s, expr, 0, &w);
    return (w.mentions > 1 && w.bytes > 240) || w.longest > RELSQL_MAX_TEXT;
}

bool relsql_has_window(const struct ir *ir, ir_expr_id expr, uint32_t depth)
{
    const struct ir_expr *row = IR(ir, expr, expr);
    if (row->op == IR_EXPR_WINDOW)
        return true;
    for (ir_expr_id e = row->first; e.v && depth < RELSQL_MAX_DEPTH; e = IR(ir, expr, e)->next)
        if (relsql_has_window(ir, e, depth + 1))
            return true;
    return false;
}

/* A window counts all rows that are there before it: not those of a group, nor those before a limit. */
static void ready_for_window(struct relsql *r, struct relsql_select **s, ir_expr_id expr)
{
    if (!relsql_has_window(r->ir, expr, 0))
        return;
    if ((*s)->grouped || (*s)->limited || (*s)->distinct || (*s)->windowed)
        *s = relsql_wrap(r, *s);
    (*s)->windowed = true;
}

/* ---- columns ---- */

static bool set_column(struct relsql *r, struct relsql_select **s, ir_str name, ir_expr_id expr)
{
    struct relsql_text text;
    if (is_heavy(r, *s, expr))
        *s = relsql_wrap(r, *s);
    ready_for_window(r, s, expr);
    if (!relsql_expr(r, *s, expr, false, &text))
        return false;
    struct relsql_column column = {name, text.sql, text.level, text.type, text.not_null, text.plain, false};
    struct relsql_column *old = relsql_find(*s, name);
    if (!old)
        return relsql_add_column(r, *s, column);
    if (!relsql_is_clear(r, old, expr))
        return false;
    *old = column;
    return true;
}

/* fillna(value): pandas refuses a number in a column of text, and the other way round. */
static bool fill_all(struct relsql *r, struct relsql_select *s, ir_rel_id rel)
{
    struct relsql_text value;
    ir_expr_id expr = RELSQL_COLUMN(r, r->columns.first[rel.v])->expr;
    if (!relsql_expr(r, s, expr, false, &value))
        return false;
    for (uint32_t i = 0; i < s->columns.count; i++) {
        struct relsql_column *column = &s->columns.items[i];
        bool number = column->type == TYPE_INT || column->type == TYPE_FLOAT;
        if (column->not_null)
            continue;
        if (value.type == TYPE_TEXT ? column->type != TYPE_TEXT : !number)
            return relsql_fail(r, expr,
                               arena_printf(r->a, "it is not known that fillna's value fits the column %s",
                                            ir_string(r->ir, column->name)));
        column->sql = relsql_format(r->a, "COALESCE(%.*s, %.*s)", SQL(column->sql), SQL(value.sql));
        column->level = LEVEL_ATOM;
        column->type = relsql_common_type(column->type, value.type);
        column->plain = false;
        column->not_null = true;
    }
    return true;
}

bool relsql_assign(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    if (!relsql_ready(r, s, NO_DISTINCT | KNOWN))
        return false;
    if (IR(r->ir, rel, rel)->flags & IR_REL_ALL_COLUMNS)
        return fill_all(r, *s, rel);
    for (RELSQL_COLUMNS(r, rel, i)) {
        struct ir_rel_column row = *RELSQL_COLUMN(r, i);
        if (row.kind == IR_COLUMN_ASSIGN && !set_column(r, s, row.name, row.expr))
            return false;
    }
    return true;
}

bool relsql_project(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    if (!relsql_ready(r, s, NO_DISTINCT))
        return false;
    bool windowed = false;
    for (RELSQL_COLUMNS(r, rel, i))
        windowed |= RELSQL_COLUMN(r, i)->expr.v && relsql_has_window(r->ir, RELSQL_COLUMN(r, i)->expr, 0);
    if (windowed && ((*s)->grouped || (*s)->limited || (*s)->windowed))
        *s = relsql_wrap(r, *s);
    (*s)->windowed |= windowed;
    struct relsql_select before = **s, *x = *s;
    uint32_t count;
    relsql_take_columns(r, x, &count);
    x->open = false;
    for (RELSQL_COLUMNS(r, rel, i)) {
        struct ir_rel_column row = *RELSQL_COLUMN(r, i);
        struct relsql_text text;
        ir_str from = row.kind == IR_COLUMN_RENAME ? row.other : row.name;
        struct relsql_column *old = relsql_find(&before, from);
        struct relsql_column column = {.name = row.name};
        if (row.kind == IR_COLUMN_ASSIGN) {
            if (!relsql_expr(r, &before, row.expr, false, &text))
                return false;
            column = (struct relsql_column){row.name,      text.sql,   text.level, text.type,
                                            text.not_null, text.plain, false};
        } else if (old) {
            if (!relsql_is_clear(r, old, no_expr))
                return false;
            column = *old;
            column.name = row.name;
        } else if (before.open && before.from.count == 1) {
            column.sql = relsql_reference(r, 0, from);
            column.level = LEVEL_ATOM;
            column.plain = true;
        } else {
            return relsql_fail(
                r, no_expr,
                arena_printf(r->a, "there is no column %s that is known here", ir_string(r->ir, from)));
        }
        if (!relsql_add_column(r, x, column))
            return false;
    }
    return true;
}

/* The KEEP columns before all others. */
static bool to_the_front(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    uint32_t count;
    if (!relsql_ready(r, s, KNOWN | NO_DISTINCT))
        return false;
    struct relsql_select before = **s;
    struct relsql_column *old = relsql_take_columns(r, *s, &count);
    for (RELSQL_COLUMNS(r, rel, i)) {
        struct relsql_column *column = relsql_find(&before, RELSQL_COLUMN(r, i)->name);
        if (!column)
            return relsql_fail(r, no_expr,
                               arena_printf(r->a, "there is no column %s that is known here",
                                            ir_string(r->ir, RELSQL_COLUMN(r, i)->name)));
        relsql_add_column(r, *s, *column);
    }
    for (uint32_t i = 0; i < count; i++)
        if (!relsql_find(*s, old[i].name))
            relsql_add_column(r, *s, old[i]);
    return true;
}

bool relsql_rename(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    if (IR(r->ir, rel, rel)->flags & IR_REL_KEYS_FIRST)
        return to_the_front(r, s, rel);
    struct map names = map_new(r->a);
    bool any = false;
    for (RELSQL_COLUMNS(r, rel, i)) {
        const struct ir_rel_column *row = RELSQL_COLUMN(r, i);
        map_put(&names, row->other.v, row->name.v);
        any = true;
    }
    if (!any)
        return true;
    if (!relsql_ready(r, s, KNOWN))
        return false;
    uint32_t count;
    struct relsql_column *old = relsql_take_columns(r, *s, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t name = map_get(&names, old[i].name.v);
        if (name)
            old[i].name.v = name;
        if (!relsql_add_column(r, *s, old[i]))
            return false;
    }
    return true;
}

bool relsql_drop(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    struct map gone = map_new(r->a);
    for (RELSQL_COLUMNS(r, rel, i))
        map_put(&gone, RELSQL_COLUMN(r, i)->name.v, 1);
    if (!relsql_ready(r, s, NO_DISTINCT | KNOWN))
        return false;
    uint32_t count;
    struct relsql_column *old = relsql_take_columns(r, *s, &count);
    for (uint32_t i = 0; i < count; i++)
        if (!map_get(&gone, old[i].name.v))
            relsql_add_column(r, *s, old[i]);
    return (*s)->columns.count || relsql_fail(r, no_expr, "no column is left");
}

/* ---- rows ---- */

/* A comparison that holds leaves no null in what it compares. */
static void note_not_null(struct relsql *r, struct relsql_select *s, ir_expr_id condition)
{
    const struct ir_expr *row = IR(r->ir, expr, condition);
    const struct ir_expr *operand = IR(r->ir, expr, row->first);
    switch (row->op) {
    case IR_EXPR_EQ:
    case IR_EXPR_LT:
    case IR_EXPR_LE:
    case IR_EXPR_GT:
    case IR_EXPR_GE:
    case IR_EXPR_IN:
    case IR_EXPR_BETWEEN:
    case IR_EXPR_NOT_NULL:
        break;
    default:
        return;
    }
    struct relsql_column *column = operand->op == IR_EXPR_COLUMN ? relsql_find(s, operand->text) : NULL;
    if (column)
        column->not_null = true;
}

static bool add_condition(struct relsql *r, struct relsql_select *s, ir_expr_id condition, uint32_t depth)
{
    const struct ir_expr *row = IR(r->ir, expr, condition);
    if (row->op == IR_EXPR_AND && depth < RELSQL_MAX_DEPTH) {
        for (ir_expr_id e = row->first; e.v; e = IR(r->ir, expr, e)->next)
            if (!add_condition(r, s, e, depth + 1))
                return false;
        return true;
    }
    struct relsql_text text;
    if (!relsql_expr(r, s, condition, true, &text))
        return false;
    struct relsql_note where = {relsql_paren(r->a, text, LEVEL_AND), text.note};
    vec_push(r->a, &s->where, where);
    note_not_null(r, s, condition);
    return true;
}

/* What a window says of a row is computed in a step before the one that looks at it. */
static bool filter_by_window(struct relsql *r, struct relsql_select **s, ir_expr_id condition)
{
    ir_str name = ir_interns(r->ir, "is_kept");
    uint32_t count;
    for (uint32_t n = 2; relsql_find(*s, name); n++)
        name = ir_interns(r->ir, arena_printf(r->a, "is_kept_%u", n));
    if (!relsql_ready(r, s, NO_DISTINCT | KNOWN) || !set_column(r, s, name, condition))
        return false;
    *s = relsql_wrap(r, *s);
    struct relsql_note where = {relsql_find(*s, name)->sql, NULL};
    vec_push(r->a, &(*s)->where, where);
    struct relsql_column *old = relsql_take_columns(r, *s, &count);
    for (uint32_t i = 0; i < count; i++)
        if (old[i].name.v != name.v)
            relsql_add_column(r, *s, old[i]);
    (*s)->what = "filtered";
    return true;
}

/* dropna(): no column is null; with how="all", not all of them are. */
static bool all_there(struct relsql *r, struct relsql_select **s, bool some)
{
    struct buf b = buf_new(r->a);
    if (!relsql_ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT | KNOWN))
        return false;
    for (uint32_t i = 0; i < (*s)->columns.count; i++) {
        struct relsql_column *column = &(*s)->columns.items[i];
        struct relsql_text text = {.sql = column->sql, .level = column->level};
        if (column->not_null && some)
            return true;
        if (column->not_null)
            continue;
        struct slice test =
            relsql_format(r->a, "%.*s IS NOT NULL", SQL(relsql_paren(r->a, text, LEVEL_COMPARE)));
        struct relsql_note where = {test, NULL};
        buf_printf(&b, "%s%.*s", b.n ? " OR " : "(", SQL(test));
        if (!some)
            vec_push(r->a, &(*s)->where, where);
        column->not_null = !some;
    }
    buf_addc(&b, ')');
    struct relsql_note any = {buf_slice(&b), NULL};
    if (some)
        vec_push(r->a, &(*s)->where, any);
    (*s)->what = "filtered";
    return true;
}

bool relsql_filter(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    ir_expr_id condition = IR(r->ir, rel, rel)->condition;
    if (IR(r->ir, rel, rel)->flags & IR_REL_ALL_COLUMNS)
        return all_there(r, s, IR(r->ir, rel, rel)->flags & IR_REL_TAIL);
    if (relsql_has_window(r->ir, condition, 0))
        return filter_by_window(r, s, condition);
    if (!relsql_ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
    if (is_heavy(r, *s, condition))
        *s = relsql_wrap(r, *s);
    (*s)->what = "filtered";
    return add_condition(r, *s, condition, 0);
}

bool relsql_sort(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    if (!relsql_ready(r, s, NO_DISTINCT | NO_LIMIT))
        return false;
    relsql_ready_for_keys(r, s, rel);
    (*s)->order.count = 0;
    (*s)->remembered = false;
    for (RELSQL_COLUMNS(r, rel, i)) {
        struct ir_rel_column row = *RELSQL_COLUMN(r, i);
        struct relsql_column *column = relsql_find(*s, row.name);
        if (!column && !(*s)->open)
            return relsql_fail(
                r, no_expr,
                arena_printf(r->a, "there is no column %s that is known here", ir_string(r->ir, row.name)));
        if (!relsql_is_clear(r, column, no_expr))
            return false;
        struct relsql_column unknown = {.sql = column ? column->sql : relsql_reference(r, 0, row.name)};
        relsql_add_order(r, *s, column ? column : &unknown, row.flags & 1, row.flags & 2);
    }
    (*s)->what = "sorted";
    return true;
}

bool relsql_limit(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    const struct ir_rel *row = IR(r->ir, rel, rel);
    if (!relsql_ready(r, s, NO_DISTINCT | NO_LIMIT))
        return false;
    if (!(*s)->order.count)
        return relsql_fail(
            r, no_expr,
            "head() and tail() need a sort right before: otherwise which rows come first is not known");
    if (row->flags & IR_REL_TAIL)
        relsql_reverse(*s);
    (*s)->reversed = row->flags & IR_REL_TAIL;
    (*s)->remembered = false;
    (*s)->limited = true;
    (*s)->limit = row->count;
    (*s)->what = "top_rows";
    return true;
}

/* drop_duplicates(subset): the first row of each, which only a sort tells. */
static bool distinct_on(struct relsql *r, struct relsql_select *s, ir_rel_id rel)
{
    VEC(struct relsql_order) sort = {0};
    if (!s->order.count)
        return relsql_fail(
            r, no_expr,
            "drop_duplicates(subset) needs a sort right before: otherwise which of them comes first is not known");
    if (IR(r->ir, rel, rel)->flags & IR_REL_TAIL)
        relsql_reverse(s);
    s->reversed = IR(r->ir, rel, rel)->flags & IR_REL_TAIL;
    s->remembered = false;
    for (uint32_t i = 0; i < s->order.count; i++)
        vec_push(r->a, &sort, s->order.items[i]);
    memset(&s->order, 0, sizeof s->order);
    for (RELSQL_COLUMNS(r, rel, i)) {
        struct relsql_column *column = relsql_find(s, RELSQL_COLUMN(r, i)->name);
        if (!column)
            return relsql_fail(r, no_expr, "a column of the subset is not known");
        struct relsql_order key = {.sql = column->sql, .not_null = true};
        vec_push(r->a, &s->distinct_on, column->sql);
        vec_push(r->a, &s->order, key);
    }
    for (uint32_t i = 0; i < sort.count; i++)
        vec_push(r->a, &s->order, sort.items[i]);
    return true;
}

bool relsql_distinct(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    uint32_t subset = 0;
    for (RELSQL_COLUMNS(r, rel, i))
        subset++;
    if (!relsql_ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
    relsql_ready_for_keys(r, s, rel);
    (*s)->distinct = true;
    (*s)->what = "distinct_rows";
    if (subset && subset < (*s)->columns.count)
        return distinct_on(r, *s, rel);
    (*s)->order.count = 0;
    return true;
}

/* ---- groups ---- */

/* Where a null key is filtered out anyway, the join that brought it need not match nulls. */
static void null_never_matches(struct relsql_select *s, struct slice key)
{
    for (uint32_t i = 1; i < s->from.count; i++) {
        struct relsql_input *input = &s->from.items[i];
        for (uint32_t k = 0; k < input->keys.count; k++) {
            bool left = slice_eq(input->keys.items[k].left, key);
            bool right = slice_eq(input->keys.items[k].right, key);
            if ((left && (input->join == IR_JOIN_LEFT || input->join == IR_JOIN_INNER)) ||
                (right && (input->join == IR_JOIN_RIGHT || input->join == IR_JOIN_INNER)))
                input->keys.items[k].null_matches = false;
        }
    }
}

static bool add_group_key(struct relsql *r, struct relsql_select *s, struct relsql_select *before,
                          ir_str name, bool drop_null)
{
    struct relsql_column *old = relsql_find(before, name);
    struct relsql_column column = {.name = name, .level = LEVEL_ATOM, .plain = true};
    if (!relsql_is_clear(r, old, no_expr))
        return false;
    if (old)
        column = *old;
    else if (before->open && before->from.count == 1)
        column.sql = relsql_reference(r, 0, name);
    else
        return relsql_fail(
            r, no_expr,
            arena_printf(r->a, "there is no column %s that is known here", ir_string(r->ir, name)));
    if (drop_null && !column.not_null) {
        struct relsql_text text = {.sql = column.sql, .level = column.level};
        struct relsql_note where = {
            relsql_format(r->a, "%.*s IS NOT NULL", SQL(relsql_paren(r->a, text, LEVEL_COMPARE))),
            "pandas: groupby drops null keys"};
        vec_push(r->a, &s->where, where);
        null_never_matches(s, column.sql);
        column.not_null = true;
    }
    vec_push(r->a, &s->group, column.sql);
    relsql_add_order(r, s, &column, false, false); /* groupby sorts by its keys */
    return relsql_add_column(r, s, column);
}

static bool is_any_heavy(struct relsql *r, struct relsql_select *s, ir_rel_id rel)
{
    for (RELSQL_COLUMNS(r, rel, i)) {
        const struct ir_rel_column *row = RELSQL_COLUMN(r, i);
        struct relsql_column *key = row->kind == IR_COLUMN_KEY ? relsql_find(s, row->name) : NULL;
        if ((key && key->sql.n > 120) || (row->expr.v && is_heavy(r, s, row->expr)))
            return true;
    }
    return false;
}

bool relsql_aggregate(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    bool drop_null = IR(r->ir, rel, rel)->flags & IR_REL_DROP_NULL_KEYS;
    if (!relsql_ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
    relsql_ready_for_keys(r, s, rel);
    if (is_any_heavy(r, *s, rel))
        *s = relsql_wrap(r, *s);
    struct relsql_select before = **s, *x = *s;
    uint32_t count;
    relsql_take_columns(r, x, &count);
    x->grouped = true;
    x->open = false;
    memset(&x->order, 0, sizeof x->order);
    x->remembered = true;
    x->what = "grouped";
    for (RELSQL_COLUMNS(r, rel, i)) {
        struct ir_rel_column row = *RELSQL_COLUMN(r, i);
        struct relsql_text text;
        if (row.kind == IR_COLUMN_KEY) {
            if (!add_group_key(r, x, &before, row.name, drop_null))
                return false;
            if (IR(r->ir, rel, rel)->flags & IR_REL_UNSORTED)
                x->order.count = 0;
            continue;
        }
        if (!relsql_expr(r, &before, row.expr, false, &text) ||
            !relsql_add_column(r, x,
                               (struct relsql_column){row.name, text.sql, LEVEL_ATOM, text.type,
                                                      text.not_null, false, false}))
            return false;
    }
    return true;
}
