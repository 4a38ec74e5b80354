/*
 * relsql_join.c - merge, isin of another frame's column, and concat: what brings two SELECTs together.
 */
#include "plan/relsql_select.h"

#include <string.h>

static const ir_expr_id no_expr;

/* ---- joins ---- */

struct join {
    struct relsql_select *left, *right;
    ir_rel_id rel;
    struct ir_rel row;
    uint32_t input;                   /* the right side's number among the inputs */
    struct map left_keys, right_keys; /* names of keys that both sides share -> 1 */
};

/* Can the join be added to the left SELECT as it is? */
static bool extends(const struct relsql_select *s, enum ir_join_kind join)
{
    if (s->grouped || s->distinct || s->limited || s->arms.count || s->open ||
        s->from.count >= RELSQL_MAX_INPUTS)
        return false;
    if (join != IR_JOIN_INNER && join != IR_JOIN_LEFT && join != IR_JOIN_CROSS)
        return relsql_is_table(s);
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
    for (RELSQL_COLUMNS(r, j->rel, i)) {
        struct ir_rel_column row = *RELSQL_COLUMN(r, i);
        struct relsql_column *a = relsql_find(j->left, row.name), *b = relsql_find(j->right, row.other);
        if (!a || !b)
            return relsql_fail(r, no_expr,
                               arena_printf(r->a, "the key %s is no column that is known here",
                                            ir_string(r->ir, a ? row.other : row.name)));
        if (!relsql_is_clear(r, a, no_expr) || !relsql_is_clear(r, b, no_expr))
            return false;
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
        column->type = relsql_common_type(column->type, b->type);
        column->not_null = column->not_null && b->not_null;
    } else if (j->row.join == IR_JOIN_INNER) {
        column->not_null = column->not_null || b->not_null;
    }
}

/* PySpark's join on names: the keys in their order, then the left side's other columns. */
static struct relsql_column *keys_first(struct relsql *r, const struct join *j, struct relsql_column *columns,
                                        uint32_t count)
{
    struct relsql_column *sorted = ARENA_ARRAY(r->a, struct relsql_column, count + 1);
    uint32_t n = 0;
    if (!(j->row.flags & IR_REL_KEYS_FIRST))
        return columns;
    for (RELSQL_COLUMNS(r, j->rel, i))
        for (uint32_t k = 0; k < count && n < count; k++)
            if (columns[k].name.v == RELSQL_COLUMN(r, i)->name.v)
                sorted[n++] = columns[k];
    for (uint32_t k = 0; k < count && n < count; k++)
        if (!map_get(&j->left_keys, columns[k].name.v))
            sorted[n++] = columns[k];
    return sorted;
}

/* The same where only the left side's columns stay. */
static bool sort_keys_first(struct relsql *r, struct relsql_select *s, struct join *j)
{
    uint32_t count;
    struct relsql_column *columns;
    if (!(j->row.flags & IR_REL_KEYS_FIRST))
        return true;
    for (RELSQL_COLUMNS(r, j->rel, i))
        map_put(&j->left_keys, RELSQL_COLUMN(r, i)->name.v, 1);
    columns = relsql_take_columns(r, s, &count);
    columns = keys_first(r, j, columns, count);
    for (uint32_t i = 0; i < count; i++)
        if (!relsql_add_column(r, s, columns[i]))
            return false;
    return true;
}

/* Left columns, then right ones without shared keys; other names that both have get suffixes. */
static bool join_columns(struct relsql *r, struct join *j)
{
    struct relsql_select before = *j->left;
    bool left_nulls = j->row.join == IR_JOIN_RIGHT || j->row.join == IR_JOIN_FULL;
    bool right_nulls = j->row.join == IR_JOIN_LEFT || j->row.join == IR_JOIN_FULL;
    uint32_t count;
    struct relsql_column *left = relsql_take_columns(r, j->left, &count);
    left = keys_first(r, j, left, count);
    for (uint32_t i = 0; i < count; i++) {
        struct relsql_column column = left[i];
        if (map_get(&j->left_keys, column.name.v)) {
            shared_key(r, j, &column);
        } else {
            column.not_null = column.not_null && !left_nulls;
            if (relsql_find(j->right, column.name)) {
                column.ambiguous = j->row.flags & IR_REL_SPARK;
                column.name = with_suffix(r, column.name, j->row.left_suffix);
            }
        }
        if (!relsql_add_column(r, j->left, column))
            return false;
    }
    for (uint32_t i = 0; i < j->right->columns.count; i++) {
        struct relsql_column column = j->right->columns.items[i];
        bool both = (j->row.flags & IR_REL_SPARK) && relsql_find(&before, column.name);
        if (both || map_get(&j->right_keys, column.name.v))
            continue;
        column.sql = right_reference(r, j, &column);
        column.not_null = column.not_null && !right_nulls;
        if (relsql_find(&before, column.name))
            column.name = with_suffix(r, column.name, j->row.right_suffix);
        if (!relsql_add_column(r, j->left, column))
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
    for (RELSQL_COLUMNS(r, j->rel, i)) {
        struct ir_rel_column row = *RELSQL_COLUMN(r, i);
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
    if (!relsql_ready(r, s, NO_GROUP | NO_DISTINCT | NO_LIMIT))
        return false;
    uint32_t step = relsql_make_step(r, j->right);
    j->left = *s;
    (*s)->what = "filtered";
    return exists(r, j, step, j->row.join == IR_JOIN_ANTI);
}

static struct relsql_select *over_table(struct relsql *r, struct relsql_select *s)
{
    return relsql_is_table(s) && !s->open ? s : relsql_wrap(r, s);
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
    struct relsql_select *right = relsql_over_step(r, right_step);
    struct relsql_select *names = relsql_over_step(r, left_step);
    struct join back = {.left = right, .right = names, .rel = j->rel, .row = j->row};
    struct relsql_select columns = *right;
    uint32_t count, at = 0;
    struct buf b = buf_new(r->a);
    buf_printf(&b, "NOT EXISTS (SELECT 1 FROM %s AS found WHERE ",
               ir_string(r->ir, r->steps.items[left_step - 1].name));
    for (RELSQL_COLUMNS(r, back.rel, i)) {
        struct ir_rel_column row = *RELSQL_COLUMN(r, i);
        struct relsql_column *key = relsql_find(right, row.other);
        buf_printf(&b, "%sfound.%.*s IS NOT DISTINCT FROM %.*s", at++ ? " AND " : "",
                   SQL(relsql_identifier(r->a, ir_slice(r->ir, row.name))), SQL(key->sql));
    }
    buf_addc(&b, ')');
    struct relsql_note where = {buf_slice(&b), NULL};
    vec_push(r->a, &right->where, where);
    right->qualify = true;
    relsql_take_columns(r, right, &count);
    uint32_t left_count = names->columns.count;
    for (uint32_t i = 0; i < left_count; i++) {
        struct relsql_column column = all->columns.items[i];
        ir_str name = names->columns.items[i].name;
        bool shared = map_get(&j->right_keys, name.v);
        column.sql = shared ? relsql_find(&columns, name)->sql : SLICE("NULL");
        column.plain = shared;
        relsql_add_column(r, right, column);
    }
    for (uint32_t i = 0, k = left_count; i < columns.columns.count; i++)
        if (!map_get(&j->right_keys, columns.columns.items[i].name.v)) {
            struct relsql_column column = columns.columns.items[i];
            column.name = all->columns.items[k++].name;
            relsql_add_column(r, right, column);
        }
    return right;
}

/* PostgreSQL has no FULL JOIN in which nulls match: the left join, and what of the right it leaves out. */
static bool full_join(struct relsql *r, struct relsql_select **s, struct join *j)
{
    uint32_t left_step = relsql_make_step(r, j->left), right_step = relsql_make_step(r, j->right);
    j->left = relsql_over_step(r, left_step);
    j->right = relsql_over_step(r, right_step);
    j->row.join = IR_JOIN_LEFT;
    if (!plain_join(r, j))
        return false;
    struct relsql_select *both = relsql_select(r), *left = j->left;
    struct relsql_select *right = unmatched_right(r, j, left_step, right_step, left);
    for (uint32_t i = 0; i < left->columns.count; i++) {
        struct relsql_column column = left->columns.items[i];
        column.not_null = false;
        relsql_add_column(r, both, column);
    }
    vec_push(r->a, &both->arms, left);
    vec_push(r->a, &both->arms, right);
    both->what = "joined";
    *s = both;
    return true;
}

bool relsql_join(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    struct join j = {
        .rel = rel, .row = *IR(r->ir, rel, rel), .left_keys = map_new(r->a), .right_keys = map_new(r->a)};
    j.right = relsql_rows(r, j.row.right);
    r->rel = rel;
    if (!j.right)
        return false;
    if ((*s)->open || j.right->open)
        return relsql_ready(r, (*s)->open ? s : &j.right, KNOWN);
    if (j.row.join == IR_JOIN_SEMI || j.row.join == IR_JOIN_ANTI)
        return sort_keys_first(r, *s, &j) && semi_join(r, s, &j);
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
        *s = relsql_wrap(r, *s);
    j.left = *s;
    j.left->frame = (ir_frame_id){0};
    j.left->order.count = 0;
    return plain_join(r, &j);
}

/* ---- unions ---- */

/* Values of both have no type in common. */
static bool mixes(enum relsql_type a, enum relsql_type b)
{
    bool numbers = (a == TYPE_INT || a == TYPE_FLOAT) && (b == TYPE_INT || b == TYPE_FLOAT);
    return a != b && a != TYPE_UNKNOWN && b != TYPE_UNKNOWN && !numbers;
}

static void add_arm(struct relsql *r, struct relsql_select *both, struct relsql_select *arm)
{
    if (arm->limited || arm->distinct_on.count || arm->arms.count)
        arm = relsql_wrap(r, arm);
    arm->order.count = 0;
    for (uint32_t i = 0; i < arm->columns.count; i++) {
        struct relsql_column column = arm->columns.items[i];
        struct relsql_column *known = relsql_find(both, column.name);
        column.sql = relsql_reference(r, 0, column.name);
        if (!known)
            relsql_add_column(r, both, column);
        else if (mixes(known->type, column.type))
            relsql_fail(r, no_expr,
                        arena_printf(r->a, "the column %s is of different kinds on the two sides",
                                     ir_string(r->ir, column.name)));
        else
            known->type = relsql_common_type(known->type, column.type);
    }
    for (uint32_t i = 0; i < both->columns.count; i++) {
        struct relsql_column *has = relsql_find(arm, both->columns.items[i].name);
        if (!has || !has->not_null)
            both->columns.items[i].not_null = false;
    }
    vec_push(r->a, &both->arms, arm);
}

/* PySpark's union looks at the order of the columns, not at their names. */
static struct relsql_select *by_position(struct relsql *r, const struct relsql_select *left,
                                         struct relsql_select *right)
{
    uint32_t count;
    if (left->columns.count != right->columns.count) {
        relsql_fail(r, no_expr, "the two sides of the union have not the same number of columns");
        return NULL;
    }
    right = relsql_wrap(r, right);
    struct relsql_column *old = relsql_take_columns(r, right, &count);
    for (uint32_t i = 0; i < count; i++) {
        old[i].name = left->columns.items[i].name;
        relsql_add_column(r, right, old[i]);
    }
    return right;
}

bool relsql_union(struct relsql *r, struct relsql_select **s, ir_rel_id rel)
{
    struct relsql_select *right = relsql_rows(r, IR(r->ir, rel, rel)->right), *both = *s;
    r->rel = rel;
    if (!right)
        return false;
    if ((*s)->open || right->open)
        return relsql_ready(r, (*s)->open ? s : &right, KNOWN);
    if (IR(r->ir, rel, rel)->flags & IR_REL_BY_POSITION)
        right = by_position(r, *s, right);
    if (!right)
        return false;
    if (!both->arms.count || both->frame.v) {
        both = relsql_select(r);
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
