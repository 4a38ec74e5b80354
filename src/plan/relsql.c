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

/* ---- rows of a rel: they stand together ---- */

static ir_rel_column_id first_column(const struct ir *ir, ir_rel_id rel)
{
    uint32_t low = 1, high = ir->rel_column.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ir->rel_column.items[middle].rel.v < rel.v)
            low = middle + 1;
        else
            high = middle;
    }
    return (ir_rel_column_id){low};
}

/* for (EACH_COLUMN(ir, rel, i)) */
#define EACH_COLUMN(ir, of, i)                                                                     \
    ir_rel_column_id i = first_column((ir), (of));                                                 \
    i.v < (ir)->rel_column.count && IR((ir), rel_column, i)->rel.v == (of).v;                      \
    i.v++

static uint32_t first_schema(const struct ir *ir, ir_rel_id rel)
{
    uint32_t low = 1, high = ir->rel_schema.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ir->rel_schema.items[middle].rel.v < rel.v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- selects ---- */

struct relsql_column *relsql_find(struct relsql_select *s, ir_str name)
{
    uint32_t i = map_get(&s->by_name, name.v);
    return i ? &s->columns.items[i - 1] : NULL;
}

static struct relsql_select *new_select(struct relsql *r)
{
    struct relsql_select *s = ARENA_NEW(r->a, struct relsql_select);
    s->by_name = map_new(r->a);
    s->comments = buf_new(r->a);
    s->what = "prepared";
    return s;
}

static bool add_column(struct relsql *r, struct relsql_select *s, struct relsql_column column)
{
    if (relsql_find(s, column.name))
        return relsql_fail(r, no_expr, arena_printf(r->a, "there would be two columns %s",
                                                    ir_string(r->ir, column.name)));
    if (!relsql_identifier(r->a, ir_slice(r->ir, column.name)).n)
        return relsql_fail(r, no_expr, "a column's name can't be written in PostgreSQL");
    vec_push(r->a, &s->columns, column);
    map_put(&s->by_name, column.name.v, s->columns.count);
    return true;
}

static struct slice reference(struct relsql *r, uint32_t input, ir_str name)
{
    return relsql_format(r->a, "%c%c%.*s", RELSQL_MARK, (char)(RELSQL_MARK_BASE + input),
                         SQL(relsql_identifier(r->a, ir_slice(r->ir, name))));
}

/* The columns of `s` are gone: what follows adds those that stay. */
static struct relsql_column *take_columns(struct relsql *r, struct relsql_select *s, uint32_t *count)
{
    struct relsql_column *old = s->columns.items;
    *count = s->columns.count;
    memset(&s->columns, 0, sizeof s->columns);
    s->by_name = map_new(r->a);
    return old;
}

static void add_comment(struct relsql *r, struct relsql_select *s, ir_str comment)
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
static struct relsql_select *over_step(struct relsql *r, uint32_t number)
{
    const struct relsql_step *step = &r->steps.items[number - 1];
    struct relsql_select *s = new_select(r);
    struct relsql_input input = {.own = number, .name = step->name, .join = IR_JOIN_CROSS};
    vec_push(r->a, &s->from, input);
    s->open = step->select->open;
    for (uint32_t i = 0; i < step->select->columns.count; i++) {
        struct relsql_column column = step->select->columns.items[i];
        column.sql = reference(r, 0, column.name);
        column.level = LEVEL_ATOM;
        column.plain = true;
        add_column(r, s, column);
    }
    return s;
}

/* All arms get the union's columns in its order, missing ones as nulls. */
static void conform(struct relsql *r, struct relsql_select *s)
{
    static const char *const casts[] = {
        [TYPE_UNKNOWN] = "NULL", [TYPE_INT] = "CAST(NULL AS BIGINT)",
        [TYPE_FLOAT] = "CAST(NULL AS NUMERIC)", [TYPE_TEXT] = "CAST(NULL AS TEXT)",
        [TYPE_BOOL] = "CAST(NULL AS BOOLEAN)", [TYPE_DATE] = "CAST(NULL AS DATE)",
        [TYPE_TIMESTAMP] = "CAST(NULL AS TIMESTAMP)"};
    for (uint32_t a = 0; a < s->arms.count; a++) {
        struct relsql_select *arm = s->arms.items[a];
        struct relsql_select old = *arm;
        uint32_t count;
        take_columns(r, arm, &count);
        for (uint32_t i = 0; i < s->columns.count; i++) {
            struct relsql_column column = s->columns.items[i];
            struct relsql_column *has = relsql_find(&old, column.name);
            struct relsql_column missing = {.name = column.name, .level = LEVEL_ATOM,
                                            .sql = slice_of(casts[column.type])};
            add_column(r, arm, has ? *has : missing);
        }
    }
}

static uint32_t make_step(struct relsql *r, struct relsql_select *s)
{
    struct relsql_step step = {step_name(r, s), s};
    conform(r, s);
    if (!s->limited && !s->distinct_on.count)
        s->order.count = 0; /* rows of a table have no order */
    vec_push(r->a, &r->steps, step);
    if (s->frame.v)
        map_put(&r->frame_steps, s->frame.v, r->steps.count);
    return r->steps.count;
}

static struct relsql_select *wrap(struct relsql *r, struct relsql_select *s)
{
    return over_step(r, make_step(r, s));
}

/* Nothing but columns of one input. */
static bool is_table(const struct relsql_select *s)
{
    if (s->from.count != 1 || s->where.count || s->grouped || s->distinct || s->limited || s->qualify)
        return false;
    for (uint32_t i = 0; i < s->columns.count; i++)
        if (!s->columns.items[i].plain)
            return false;
    return true;
}

/* ---- what an operation needs of the select that it changes ---- */

enum {
    NO_GROUP = 1, NO_DISTINCT = 2, NO_LIMIT = 4, KNOWN = 8, /* KNOWN: of what columns are there */
};

static bool ready(struct relsql *r, struct relsql_select **s, uint32_t needs)
{
    struct relsql_select *x = *s;
    if ((needs & KNOWN) && x->open)
        return relsql_fail(r, no_expr, "the columns of what it reads are not known: a catalog or the tables' "
                                       "DDL would tell");
    if (x->arms.count || ((needs & NO_GROUP) && x->grouped) || ((needs & NO_DISTINCT) && x->distinct) ||
        ((needs & NO_LIMIT) && x->limited))
        *s = wrap(r, x);
    (*s)->frame = (ir_frame_id){0};
    return true;
}

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

/* ---- columns ---- */

static bool set_column(struct relsql *r, struct relsql_select **s, ir_str name, ir_expr_id expr)
{
    struct relsql_text text;
    if (is_heavy(r, *s, expr))
        *s = wrap(r, *s);
    if (!relsql_expr(r, *s, expr, false, &text))
        return false;
    struct relsql_column column = {name, text.sql, text.level, text.type, text.not_null, text.plain};
    struct relsql_column *old = relsql_find(*s, name);
    if (!old)
        return add_column(r, *s, column);
    *old = column;
    return true;
}

static bool apply_assign(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    if (!ready(r, s, NO_DISTINCT | KNOWN))
        return false;
    for (EACH_COLUMN(r->ir, rel, i)) {
        struct ir_rel_column row = *IR(r->ir, rel_column, i);
        if (row.kind == IR_COLUMN_ASSIGN && !set_column(r, s, row.name, row.expr))
            return false;
    }
    return true;
}

static bool apply_project(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    if (!ready(r, s, NO_DISTINCT))
        return false;
    struct relsql_select before = **s, *x = *s;
    uint32_t count;
    take_columns(r, x, &count);
    x->open = false;
    for (EACH_COLUMN(r->ir, rel, i)) {
        struct ir_rel_column row = *IR(r->ir, rel_column, i);
        struct relsql_text text;
        ir_str from = row.kind == IR_COLUMN_RENAME ? row.other : row.name;
        struct relsql_column *old = relsql_find(&before, from);
        struct relsql_column column = {.name = row.name};
        if (row.kind == IR_COLUMN_ASSIGN) {
            if (!relsql_expr(r, &before, row.expr, false, &text))
                return false;
            column = (struct relsql_column){row.name, text.sql, text.level, text.type, text.not_null,
                                            text.plain};
        } else if (old) {
            column = *old;
            column.name = row.name;
        } else if (before.open && before.from.count == 1) {
            column.sql = reference(r, 0, from);
            column.level = LEVEL_ATOM;
            column.plain = true;
        } else {
            return relsql_fail(r, no_expr, arena_printf(r->a, "there is no column %s that is known here",
                                                        ir_string(r->ir, from)));
        }
        if (!add_column(r, x, column))
            return false;
    }
    return true;
}

static bool apply_rename(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    struct map names = map_new(r->a);
    bool any = false;
    for (EACH_COLUMN(r->ir, rel, i)) {
        const struct ir_rel_column *row = IR(r->ir, rel_column, i);
        map_put(&names, row->other.v, row->name.v);
        any = true;
    }
    if (!any)
        return true;
    if (!ready(r, s, KNOWN))
        return false;
    uint32_t count;
    struct relsql_column *old = take_columns(r, *s, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t name = map_get(&names, old[i].name.v);
        if (name)
            old[i].name.v = name;
        if (!add_column(r, *s, old[i]))
            return false;
    }
    return true;
}

static bool apply_drop(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    struct map gone = map_new(r->a);
    for (EACH_COLUMN(r->ir, rel, i))
        map_put(&gone, IR(r->ir, rel_column, i)->name.v, 1);
    if (!ready(r, s, NO_DISTINCT | KNOWN))
        return false;
    uint32_t count;
    struct relsql_column *old = take_columns(r, *s, &count);
    for (uint32_t i = 0; i < count; i++)
        if (!map_get(&gone, old[i].name.v))
            add_column(r, *s, old[i]);
    return (*s)->columns.count || relsql_fail(r, no_expr, "no column is left");
}

/* ---- rows ---- */

/* A comparison that holds leaves no null in what it compares. */
static void note_not_null(struct relsql *r, struct relsql_select *s, ir_expr_id condition)
{
    const struct ir_expr *row = IR(r->ir, expr, condition);
    const struct ir_expr *operand = IR(r->ir, expr, row->first);
    switch (row->op) {
    case IR_EXPR_EQ: case IR_EXPR_LT: case IR_EXPR_LE: case IR_EXPR_GT: case IR_EXPR_GE:
    case IR_EXPR_IN: case IR_EXPR_BETWEEN: case IR_EXPR_NOT_NULL:
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

static bool apply_filter(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    ir_expr_id condition = IR(r->ir, rel, rel)->condition;
    if (!ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
    if (is_heavy(r, *s, condition))
        *s = wrap(r, *s);
    (*s)->what = "filtered";
    return add_condition(r, *s, condition, 0);
}

static bool apply_sort(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    if (!ready(r, s, NO_DISTINCT | NO_LIMIT))
        return false;
    (*s)->order.count = 0;
    for (EACH_COLUMN(r->ir, rel, i)) {
        struct ir_rel_column row = *IR(r->ir, rel_column, i);
        struct relsql_column *column = relsql_find(*s, row.name);
        struct relsql_order order = {.descending = row.flags & 1, .nulls_first = row.flags & 2};
        if (!column && !(*s)->open)
            return relsql_fail(r, no_expr, arena_printf(r->a, "there is no column %s that is known here",
                                                        ir_string(r->ir, row.name)));
        order.sql = column ? column->sql : reference(r, 0, row.name);
        order.not_null = column && column->not_null;
        if (column && column->type == TYPE_TEXT)
            order.sql = relsql_format(r->a, "%.*s COLLATE \"C\"", SQL(order.sql));
        vec_push(r->a, &(*s)->order, order);
    }
    (*s)->what = "sorted";
    return true;
}

static void reverse(struct relsql_select *s)
{
    for (uint32_t i = 0; i < s->order.count; i++) {
        s->order.items[i].descending = !s->order.items[i].descending;
        s->order.items[i].nulls_first = !s->order.items[i].nulls_first;
    }
}

static bool apply_limit(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    const struct ir_rel *row = IR(r->ir, rel, rel);
    if (!ready(r, s, NO_DISTINCT | NO_LIMIT))
        return false;
    if (!(*s)->order.count)
        return relsql_fail(r, no_expr, "which rows come first is not known without a sort right before");
    if (row->flags & IR_REL_TAIL)
        reverse(*s);
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
        return relsql_fail(r, no_expr, "which of the duplicates comes first is not known without a sort right "
                                       "before");
    if (IR(r->ir, rel, rel)->flags & IR_REL_TAIL)
        reverse(s);
    for (uint32_t i = 0; i < s->order.count; i++)
        vec_push(r->a, &sort, s->order.items[i]);
    memset(&s->order, 0, sizeof s->order);
    for (EACH_COLUMN(r->ir, rel, i)) {
        struct relsql_column *column = relsql_find(s, IR(r->ir, rel_column, i)->name);
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

static bool apply_distinct(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    uint32_t subset = 0;
    for (EACH_COLUMN(r->ir, rel, i))
        subset++;
    if (!ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
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
    if (old)
        column = *old;
    else if (before->open && before->from.count == 1)
        column.sql = reference(r, 0, name);
    else
        return relsql_fail(r, no_expr, arena_printf(r->a, "there is no column %s that is known here",
                                                    ir_string(r->ir, name)));
    if (drop_null && !column.not_null) {
        struct relsql_text text = {.sql = column.sql, .level = column.level};
        struct relsql_note where = {relsql_format(r->a, "%.*s IS NOT NULL",
                                                  SQL(relsql_paren(r->a, text, LEVEL_COMPARE))),
                                    "pandas: groupby drops null keys"};
        vec_push(r->a, &s->where, where);
        null_never_matches(s, column.sql);
        column.not_null = true;
    }
    vec_push(r->a, &s->group, column.sql);
    return add_column(r, s, column);
}

static bool is_any_heavy(struct relsql *r, struct relsql_select *s, ir_rel_id rel)
{
    for (EACH_COLUMN(r->ir, rel, i)) {
        const struct ir_rel_column *row = IR(r->ir, rel_column, i);
        struct relsql_column *key = row->kind == IR_COLUMN_KEY ? relsql_find(s, row->name) : NULL;
        if ((key && key->sql.n > 120) || (row->expr.v && is_heavy(r, s, row->expr)))
            return true;
    }
    return false;
}

static bool apply_aggregate(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    bool drop_null = IR(r->ir, rel, rel)->flags & IR_REL_DROP_NULL_KEYS;
    if (!ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
    if (is_any_heavy(r, *s, rel))
        *s = wrap(r, *s);
    struct relsql_select before = **s, *x = *s;
    uint32_t count;
    take_columns(r, x, &count);
    x->grouped = true;
    x->open = false;
    x->order.count = 0;
    x->what = "grouped";
    for (EACH_COLUMN(r->ir, rel, i)) {
        struct ir_rel_column row = *IR(r->ir, rel_column, i);
        struct relsql_text text;
        if (row.kind == IR_COLUMN_KEY) {
            if (!add_group_key(r, x, &before, row.name, drop_null))
                return false;
            continue;
        }
        if (!relsql_aggregate(r, &before, row.expr, &text) ||
            !add_column(r, x, (struct relsql_column){row.name, text.sql, LEVEL_ATOM, text.type,
                                                     text.not_null, false}))
            return false;
    }
    return true;
}

/* ---- joins ---- */

struct join {
    struct relsql_select *left, *right;
    ir_rel_id rel;
    struct ir_rel row;
    uint32_t input; /* the right side's number among the inputs */
    struct map left_keys, right_keys; /* names of keys that both sides share -> 1 */
};

/* Can the join be added to the left SELECT as it is? */
static bool extends(const struct relsql_select *s, enum ir_join_kind join)
{
    if (s->grouped || s->distinct || s->limited || s->arms.count || s->open ||
        s->from.count >= RELSQL_MAX_INPUTS)
        return false;
    if (join != IR_JOIN_INNER && join != IR_JOIN_LEFT && join != IR_JOIN_CROSS)
        return is_table(s);
    for (uint32_t i = 0; i < s->columns.count; i++)
        if (!s->columns.items[i].plain)
            return false;
    return true;
}

/* The right column's reference, once its side is input number j->input. */
static struct slice right_reference(struct relsql *r, const struct join *j, const struct relsql_column *c)
{
    return relsql_format(r->a, "%c%c%.*s", RELSQL_MARK, (char)(RELSQL_MARK_BASE + j->input),
                         SQL(slice_sub(c->sql, 2, c->sql.n - 2)));
}

static bool join_keys(struct relsql *r, struct join *j, struct relsql_input *input)
{
    for (EACH_COLUMN(r->ir, j->rel, i)) {
        struct ir_rel_column row = *IR(r->ir, rel_column, i);
        struct relsql_column *a = relsql_find(j->left, row.name), *b = relsql_find(j->right, row.other);
        if (!a || !b)
            return relsql_fail(r, no_expr, arena_printf(r->a, "the key %s is no column that is known here",
                                                        ir_string(r->ir, a ? row.other : row.name)));
        struct relsql_key key = {a->sql, right_reference(r, j, b),
                                 (j->row.flags & IR_REL_NULL_KEYS_MATCH) && !a->not_null && !b->not_null};
        vec_push(r->a, &input->keys, key);
        if (row.name.v == row.other.v) {
            map_put(&j->left_keys, row.name.v, 1);
            map_put(&j->right_keys, row.name.v, 1);
        }
    }
    return true;
}

static ir_str with_suffix(struct relsql *r, ir_str name, ir_str suffix)
{
    const char *made = arena_printf(r->a, "%s%s", ir_string(r->ir, name), ir_string(r->ir, suffix));
    return ir_interns(r->ir, made);
}

/* The key that both sides share: the side that always has it, or whichever has it. */
static void shared_key(struct relsql *r, const struct join *j, struct relsql_column *column)
{
    struct relsql_column *b = relsql_find(j->right, column->name);
    struct slice right = right_reference(r, j, b);
    if (j->row.join == IR_JOIN_RIGHT) {
        column->sql = right;
        column->not_null = b->not_null;
    } else if (j->row.join == IR_JOIN_FULL) {
        column->sql = relsql_format(r->a, "COALESCE(%.*s, %.*s)", SQL(column->sql), SQL(right));
        column->plain = false;
        column->not_null = column->not_null && b->not_null;
    } else if (j->row.join == IR_JOIN_INNER) {
        column->not_null = column->not_null || b->not_null;
    }
}

/* Left columns, then right ones without shared keys; other names that both have get suffixes. */
static bool join_columns(struct relsql *r, struct join *j)
{
    struct relsql_select before = *j->left;
    bool left_nulls = j->row.join == IR_JOIN_RIGHT || j->row.join == IR_JOIN_FULL;
    bool right_nulls = j->row.join == IR_JOIN_LEFT || j->row.join == IR_JOIN_FULL;
    uint32_t count;
    struct relsql_column *left = take_columns(r, j->left, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct relsql_column column = left[i];
        if (map_get(&j->left_keys, column.name.v)) {
            shared_key(r, j, &column);
        } else {
            column.not_null = column.not_null && !left_nulls;
            if (relsql_find(j->right, column.name))
                column.name = with_suffix(r, column.name, j->row.left_suffix);
        }
        if (!add_column(r, j->left, column))
            return false;
    }
    for (uint32_t i = 0; i < j->right->columns.count; i++) {
        struct relsql_column column = j->right->columns.items[i];
        if (map_get(&j->right_keys, column.name.v))
            continue;
        column.sql = right_reference(r, j, &column);
        column.not_null = column.not_null && !right_nulls;
        if (relsql_find(&before, column.name))
            column.name = with_suffix(r, column.name, j->row.right_suffix);
        if (!add_column(r, j->left, column))
            return false;
    }
    return true;
}

/* [NOT] EXISTS (SELECT 1 FROM step WHERE …): the condition that a key is among the right side's. */
static bool exists(struct relsql *r, struct join *j, uint32_t step, bool is_not)
{
    struct slice name = ir_slice(r->ir, r->steps.items[step - 1].name);
    struct buf b = buf_new(r->a);
    buf_printf(&b, "%sEXISTS (SELECT 1 FROM %.*s AS found WHERE ", is_not ? "NOT " : "", SQL(name));
    bool first = true;
    for (EACH_COLUMN(r->ir, j->rel, i)) {
        struct ir_rel_column row = *IR(r->ir, rel_column, i);
        struct relsql_column *a = relsql_find(j->left, row.name), *c = relsql_find(j->right, row.other);
        if (!a || !c)
            return relsql_fail(r, no_expr, "a key is no column that is known here");
        bool plain = a->not_null || c->not_null || !(j->row.flags & IR_REL_NULL_KEYS_MATCH);
        buf_printf(&b, "%sfound.%.*s %s %.*s", first ? "" : " AND ",
                   SQL(relsql_identifier(r->a, ir_slice(r->ir, row.other))),
                   plain ? "=" : "IS NOT DISTINCT FROM", SQL(a->sql));
        first = false;
    }
    buf_addc(&b, ')');
    struct relsql_note where = {buf_slice(&b), NULL};
    vec_push(r->a, &j->left->where, where);
    j->left->qualify = true;
    return true;
}

/* isin(other["k"]) keeps rows, and adds no column. */
static bool semi_join(struct relsql *r, struct relsql_select **s, struct join *j)
{
    if (!ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
    uint32_t step = make_step(r, j->right);
    j->left = *s;
    (*s)->what = "filtered";
    return exists(r, j, step, j->row.join == IR_JOIN_ANTI);
}

static struct relsql_select *over_table(struct relsql *r, struct relsql_select *s)
{
    return is_table(s) && !s->open ? s : wrap(r, s);
}

static bool has_null_match(const struct relsql_input *input)
{
    for (uint32_t k = 0; k < input->keys.count; k++)
        if (input->keys.items[k].null_matches)
            return true;
    return false;
}

static bool plain_join(struct relsql *r, struct join *j)
{
    struct relsql_input input = j->right->from.items[0];
    j->input = j->left->from.count;
    input.join = j->row.join;
    memset(&input.keys, 0, sizeof input.keys);
    if (!join_keys(r, j, &input))
        return false;
    vec_push(r->a, &j->left->from, input);
    j->left->what = "joined";
    return join_columns(r, j);
}

/* The rows of the right side that match nothing, with nulls for the left's columns: `all` gives the columns. */
static struct relsql_select *unmatched_right(struct relsql *r, struct join *j, uint32_t left_step,
                                             uint32_t right_step, const struct relsql_select *all)
{
    struct relsql_select *right = over_step(r, right_step);
    struct relsql_select *names = over_step(r, left_step);
    struct join back = {.left = right, .right = names, .rel = j->rel, .row = j->row};
    struct relsql_select columns = *right;
    uint32_t count, at = 0;
    struct buf b = buf_new(r->a);
    buf_printf(&b, "NOT EXISTS (SELECT 1 FROM %s AS found WHERE ",
               ir_string(r->ir, r->steps.items[left_step - 1].name));
    for (EACH_COLUMN(r->ir, back.rel, i)) {
        struct ir_rel_column row = *IR(r->ir, rel_column, i);
        struct relsql_column *key = relsql_find(right, row.other);
        buf_printf(&b, "%sfound.%.*s IS NOT DISTINCT FROM %.*s", at++ ? " AND " : "",
                   SQL(relsql_identifier(r->a, ir_slice(r->ir, row.name))), SQL(key->sql));
    }
    buf_addc(&b, ')');
    struct relsql_note where = {buf_slice(&b), NULL};
    vec_push(r->a, &right->where, where);
    right->qualify = true;
    take_columns(r, right, &count);
    uint32_t left_count = names->columns.count;
    for (uint32_t i = 0; i < left_count; i++) {
        struct relsql_column column = all->columns.items[i];
        ir_str name = names->columns.items[i].name;
        bool shared = map_get(&j->right_keys, name.v);
        column.sql = shared ? relsql_find(&columns, name)->sql : SLICE("NULL");
        column.plain = shared;
        add_column(r, right, column);
    }
    for (uint32_t i = 0, k = left_count; i < columns.columns.count; i++)
        if (!map_get(&j->right_keys, columns.columns.items[i].name.v)) {
            struct relsql_column column = columns.columns.items[i];
            column.name = all->columns.items[k++].name;
            add_column(r, right, column);
        }
    return right;
}

/* PostgreSQL has no FULL JOIN in which nulls match: the left join, and what of the right it leaves out. */
static bool full_join(struct relsql *r, struct relsql_select **s, struct join *j)
{
    struct relsql_input probe = {0};
    uint32_t left_step = make_step(r, j->left), right_step = make_step(r, j->right);
    (void)probe;
    j->left = over_step(r, left_step);
    j->right = over_step(r, right_step);
    j->row.join = IR_JOIN_LEFT;
    if (!plain_join(r, j))
        return false;
    struct relsql_select *both = new_select(r), *left = j->left;
    struct relsql_select *right = unmatched_right(r, j, left_step, right_step, left);
    for (uint32_t i = 0; i < left->columns.count; i++) {
        struct relsql_column column = left->columns.items[i];
        column.not_null = false;
        add_column(r, both, column);
    }
    vec_push(r->a, &both->arms, left);
    vec_push(r->a, &both->arms, right);
    both->what = "joined";
    *s = both;
    return true;
}

static struct relsql_select *lower(struct relsql *r, ir_rel_id rel);

static bool apply_join(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    struct join j = {.rel = rel, .row = *IR(r->ir, rel, rel), .left_keys = map_new(r->a),
                     .right_keys = map_new(r->a)};
    j.right = lower(r, j.row.right);
    r->rel = rel;
    if (!j.right)
        return false;
    if ((*s)->open || j.right->open)
        return ready(r, (*s)->open ? s : &j.right, KNOWN);
    if (j.row.join == IR_JOIN_SEMI || j.row.join == IR_JOIN_ANTI)
        return semi_join(r, s, &j);
    j.left = *s;
    if (j.row.join == IR_JOIN_FULL) {
        struct relsql_input probe = {0};
        if (!join_keys(r, &j, &probe))
            return false;
        if (has_null_match(&probe))
            return full_join(r, s, &j);
    }
    j.right = over_table(r, j.right);
    if (!extends(*s, j.row.join))
        *s = wrap(r, *s);
    j.left = *s;
    j.left->frame = (ir_frame_id){0};
    j.left->order.count = 0;
    return plain_join(r, &j);
}

/* ---- unions ---- */

static void add_arm(struct relsql *r, struct relsql_select *both, struct relsql_select *arm)
{
    if (arm->limited || arm->distinct_on.count || arm->arms.count)
        arm = wrap(r, arm);
    arm->order.count = 0;
    for (uint32_t i = 0; i < arm->columns.count; i++) {
        struct relsql_column column = arm->columns.items[i];
        struct relsql_column *known = relsql_find(both, column.name);
        column.sql = reference(r, 0, column.name);
        if (!known)
            add_column(r, both, column);
        else if (known->type == TYPE_UNKNOWN)
            known->type = column.type;
    }
    for (uint32_t i = 0; i < both->columns.count; i++) {
        struct relsql_column *has = relsql_find(arm, both->columns.items[i].name);
        if (!has || !has->not_null)
            both->columns.items[i].not_null = false;
    }
    vec_push(r->a, &both->arms, arm);
}

static bool apply_union(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    struct relsql_select *right = lower(r, IR(r->ir, rel, rel)->right), *both = *s;
    r->rel = rel;
    if (!right)
        return false;
    if ((*s)->open || right->open)
        return ready(r, (*s)->open ? s : &right, KNOWN);
    if (!both->arms.count || both->frame.v) {
        both = new_select(r);
        add_arm(r, both, *s);
    }
    uint32_t before = both->columns.count;
    add_arm(r, both, right);
    for (uint32_t i = before; i < both->columns.count; i++)
        both->columns.items[i].not_null = false;
    both->what = "combined";
    *s = both;
    return true;
}

/* ---- rels ---- */

static bool apply_opaque(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    (void)s;
    return relsql_fail(r, no_expr, arena_printf(r->a, "%s is not translated to SQL",
                                                ir_string(r->ir, IR(r->ir, rel, rel)->op)));
}

/* A folded frame is complete. */
static bool apply_frame(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    ir_frame_id frame = IR(r->ir, rel, rel)->frame;
    (*s)->frame = frame;
    add_comment(r, *s, IR(r->ir, frame, frame)->comment);
    return true;
}

static const struct {
    enum ir_rel_kind kind;
    bool (*apply)(struct relsql *r, struct relsql_select **s, ir_rel_id rel);
} operations[] = {
    {IR_REL_FRAME, apply_frame},       {IR_REL_PROJECT, apply_project}, {IR_REL_ASSIGN, apply_assign},
    {IR_REL_RENAME, apply_rename},     {IR_REL_DROP, apply_drop},       {IR_REL_FILTER, apply_filter},
    {IR_REL_JOIN, apply_join},         {IR_REL_AGGREGATE, apply_aggregate},
    {IR_REL_SORT, apply_sort},         {IR_REL_LIMIT, apply_limit},     {IR_REL_UNION, apply_union},
    {IR_REL_DISTINCT, apply_distinct}, {IR_REL_OPAQUE, apply_opaque},
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

static struct relsql_select *lower_leaf(struct relsql *r, ir_rel_id rel)
{
    struct relsql_leaf leaf = r->resolve(r->context, r->ir, rel);
    struct relsql_select *s = new_select(r);
    r->rel = rel;
    if (leaf.kind == RELSQL_NONE || leaf.kind == RELSQL_FOLD) {
        relsql_fail(r, no_expr, "what it reads has no model and is no source");
        return NULL;
    }
    struct relsql_input input = {.leaf = leaf, .name = name_of_leaf(r->ir, leaf), .join = IR_JOIN_CROSS};
    vec_push(r->a, &s->from, input);
    uint32_t i = first_schema(r->ir, rel);
    for (; i < r->ir->rel_schema.count && r->ir->rel_schema.items[i].rel.v == rel.v; i++) {
        struct ir_rel_schema row = r->ir->rel_schema.items[i];
        struct relsql_column column = {.name = row.name, .level = LEVEL_ATOM, .plain = true,
                                       .sql = reference(r, 0, row.name),
                                       .type = relsql_type_of(ir_slice(r->ir, row.type)),
                                       .not_null = row.flags & IR_COLUMN_NOT_NULL};
        if (!add_column(r, s, column))
            return NULL;
    }
    s->open = !s->columns.count;
    return s;
}

/* A frame that is used more than once is a step, made at its first use. */
static struct relsql_select *lower_shared(struct relsql *r, ir_frame_id frame)
{
    uint32_t step = map_get(&r->frame_steps, frame.v);
    if (!step) {
        struct relsql_select *s = lower(r, IR(r->ir, frame, frame)->rel);
        if (!s)
            return NULL;
        s->frame = frame;
        add_comment(r, s, IR(r->ir, frame, frame)->comment);
        step = make_step(r, s);
    }
    return over_step(r, step);
}

/* Follows left operands, and frames that are part of it, down to where the rows come from; then back up. */
static struct relsql_select *lower(struct relsql *r, ir_rel_id rel)
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
        s = new_select(r);
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

/* ---- the two ways in ---- */

static struct relsql_select *begin(struct relsql *r, ir_rel_id rel)
{
    r->result.ok = true;
    r->frame_steps = map_new(r->a);
    r->uses = map_new(r->a);
    r->names = map_new(r->a);
    count_uses(r, rel);
    struct relsql_select *s = lower(r, rel);
    if (s && r->result.ok)
        conform(r, s);
    return r->result.ok ? s : NULL;
}

struct relsql_result relsql_check(struct ir *ir, struct arena *scratch, ir_rel_id rel,
                                  relsql_resolve *resolve, void *context)
{
    struct relsql r = {.ir = ir, .a = scratch, .resolve = resolve, .context = context};
    begin(&r, rel);
    return r.result;
}

static ir_step_id add_step(struct relsql *r, ir_model_id model, ir_str name,
                           const struct relsql_select *s)
{
    ir_str comment = {0};
    if (s->comments.n)
        comment = ir_intern(r->ir, s->comments.p, s->comments.n);
    return ir_add_step(r->ir, (struct ir_step){.model = model, .name = name, .comment = comment});
}

struct relsql_result relsql_lower(struct ir *ir, struct arena *scratch, ir_model_id model, ir_rel_id rel,
                                  relsql_resolve *resolve, void *context)
{
    struct relsql r = {.ir = ir, .a = scratch, .resolve = resolve, .context = context};
    struct relsql_select *s = begin(&r, rel);
    if (!s)
        return r.result;
    ir_step_id *own = ARENA_ARRAY(scratch, ir_step_id, r.steps.count + 1);
    for (uint32_t i = 0; i < r.steps.count; i++) {
        own[i + 1] = add_step(&r, model, r.steps.items[i].name, r.steps.items[i].select);
        relsql_print(&r, r.steps.items[i].select, own[i + 1], own);
    }
    ir_step_id last = add_step(&r, model, (ir_str){0}, s);
    relsql_print(&r, s, last, own);
    return r.result;
}
