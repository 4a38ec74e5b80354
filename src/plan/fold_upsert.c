/*
 * INSERT … ON CONFLICT and MERGE as incremental models. What only replaces values is left to dbt's merge; what looks
 * at the row that is there (`t.x + excluded.x`, a condition) joins the rows of earlier runs first, of which there
 * are none in the first run.
 */
#include "plan/fold.h"

static bool same_name(const struct planner *p, ir_str a, ir_str b)
{
    return ir_fold(p->ir, a).v == ir_fold(p->ir, b).v;
}

static struct slice range_text(const struct planner *p, ir_statement_id statement, struct plan_range r)
{
    return slice_sub(ir_slice(p->ir, IR(p->ir, text, IR(p->ir, statement, statement)->text)->content), r.off,
                     r.len);
}

static bool is_column(const struct planner *p, ir_dataset_id dataset, ir_str name)
{
    for (uint32_t i = 0; i < fold_column_count(p, dataset); i++)
        if (same_name(p, fold_column(p, dataset, i)->name, name))
            return true;
    return false;
}

static bool in_list(const struct planner *p, const struct plan_names_list *list, ir_str name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (same_name(p, list->items[i], name))
            return true;
    return false;
}

/* Are all columns in one of the two? Then a merge may replace the whole row. */
static bool covers_all(const struct fold *f, const struct plan_names_list *keys,
                       const struct plan_names_list *set)
{
    for (uint32_t i = 0; i < f->column_count; i++) {
        ir_str name = fold_column(f->p, f->dataset, i)->name;

        if (!in_list(f->p, keys, name) && !in_list(f->p, set, name))
            return false;
    }
    return f->column_count > 0;
}

static ir_str lines(const struct planner *p, const struct plan_names_list *list)
{
    struct buf out = buf_new(p->scratch);

    for (uint32_t i = 0; i < list->count; i++)
        buf_printf(&out, "%s%s", i ? "\n" : "", ir_string(p->ir, list->items[i]));
    return ir_intern(p->ir, out.p, out.n);
}

static void configure_merge(struct fold *f, const struct plan_names_list *keys,
                            const struct plan_names_list *set)
{
    struct ir *ir = f->p->ir;

    IR(ir, model, f->model)->strategy = ir_interns(ir, set->count ? "merge" : "append");
    if (!set->count)
        return;
    IR(ir, model, f->model)->unique_key = lines(f->p, keys);
    if (!covers_all(f, keys, set))
        IR(ir, model, f->model)->update_columns = lines(f->p, set);
}

static void names_of(const struct planner *p, const struct plan_sets *sets, struct plan_names_list *out)
{
    for (uint32_t i = 0; i < sets->count; i++)
        if (!in_list(p, out, sets->items[i].column))
            vec_push(p->scratch, out, sets->items[i].column);
}

/* target.key = other.key AND … */
static void match_keys(struct fold *f, ir_step_id step, const struct plan_names_list *keys, ir_str target,
                       const char *other)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        plan_literal(f->p, step, i ? " AND " : "");
        plan_identifier(f->p, step, target);
        plan_literal(f->p, step, ".");
        plan_identifier(f->p, step, keys->items[i]);
        fold_text(f, step, " = %s.", other);
        plan_identifier(f->p, step, keys->items[i]);
    }
}

static void is_there(struct fold *f, ir_step_id step, ir_str target, ir_str key, bool there)
{
    plan_identifier(f->p, step, target);
    plan_literal(f->p, step, ".");
    plan_identifier(f->p, step, key);
    plan_literal(f->p, step, there ? " IS NOT NULL" : " IS NULL");
}

/* ---- ON CONFLICT ---- */

/* Is every SET `c = excluded.c`? */
static bool only_replaces(const struct planner *p, ir_statement_id statement, const struct plan_clauses *c)
{
    for (uint32_t i = 0; i < c->sets.count; i++) {
        struct slice text = range_text(p, statement, c->sets.items[i].value);
        struct slice name = ir_slice(p->ir, c->sets.items[i].column);

        if (!slice_starts_nocase(text, "excluded.") || text.n != 9 + name.n ||
            !slice_is_nocase(slice_sub(text, 9, name.n), ir_string(p->ir, c->sets.items[i].column)))
            return false;
    }
    return !c->where.len;
}

static const char *conflict_obstacle(const struct planner *p, ir_dataset_id dataset,
                                     ir_statement_id statement)
{
    struct plan_clauses c;
    const char *why = plan_read_clauses(p, statement, &c);

    if (why)
        return why;
    if (!c.keys.count)
        return "it does not say on which columns rows are in conflict";
    for (uint32_t i = 0; i < c.keys.count; i++)
        if (!is_column(p, dataset, c.keys.items[i]))
            return "the columns of its conflict target are not declared";
    for (uint32_t i = 0; i < c.sets.count; i++)
        if (in_list(p, &c.keys, c.sets.items[i].column))
            return "it changes the key by which rows are found";
    if (fold_is_volatile(p, statement))
        return "it gives another value each time that it is asked";
    if (c.nothing || !only_replaces(p, statement, &c))
        why = fold_existing_obstacle(p, dataset);
    return why ? why : plan_rows_obstacle(p, dataset, &statement, 1);
}

/* excluded.c, or what DO UPDATE makes of it when the row is there. */
static void conflict_column(struct fold *f, ir_step_id step, ir_statement_id statement,
                            const struct plan_clauses *c, struct ir_column column)
{
    struct planner *p = f->p;
    const struct plan_set *set = fold_find_set(p, &c->sets, column.name);

    if (set) {
        fold_open_column(f, step, &column);
        plan_literal(p, step, "CASE WHEN ");
        is_there(f, step, c->target, c->keys.items[0], false);
        plan_literal(p, step, " THEN ");
    }
    plan_literal(p, step, "excluded.");
    plan_identifier(p, step, column.name);
    if (!set)
        return;
    plan_literal(p, step, " ELSE ");
    fold_range(f, step, statement, set->value, f->existing, true, c->target);
    plan_literal(p, step, " END");
    fold_close_column(f, step, &column);
}

static void accumulate(struct fold *f, ir_statement_id statement, const struct plan_clauses *c)
{
    struct planner *p = f->p;
    struct plan_self self;
    ir_step_id step;

    fold_add_existing(f);
    self = (struct plan_self){.dataset = f->dataset, .step = f->existing};
    plan_rows_step(p, f->dataset, &statement, 1, ir_interns(p->ir, "excluded"), (ir_step_id){0}, &self);
    step = ir_add_step(p->ir, (struct ir_step){.model = f->model});
    plan_literal(p, step, "SELECT\n    ");
    for (uint32_t i = 0; i < f->column_count; i++) {
        plan_literal(p, step, i ? ",\n    " : "");
        conflict_column(f, step, statement, c, *fold_column(p, f->dataset, i));
    }
    plan_literal(p, step, "\nFROM excluded\nLEFT JOIN ");
    plan_step_name(p, step, f->existing);
    plan_literal(p, step, " AS ");
    plan_identifier(p, step, c->target);
    plan_literal(p, step, "\n    ON ");
    match_keys(f, step, &c->keys, c->target, "excluded");
    if (!c->where.len)
        return;
    plan_literal(p, step, "\nWHERE ");
    is_there(f, step, c->target, c->keys.items[0], false);
    plan_literal(p, step, " OR (");
    fold_range(f, step, statement, c->where, f->existing, true, c->target);
    plan_literal(p, step, ")");
}

/* DO NOTHING: of several new rows with one key the first stays, and only where none is there; null is no key. */
static void first_row_wins(struct fold *f, ir_statement_id statement, const struct plan_clauses *c)
{
    struct planner *p = f->p;
    ir_str target = ir_interns(p->ir, "existing");
    struct plan_self self;
    ir_step_id step;

    fold_add_existing(f);
    self = (struct plan_self){.dataset = f->dataset, .step = f->existing};
    plan_rows_step(p, f->dataset, &statement, 1, ir_interns(p->ir, "excluded"), (ir_step_id){0}, &self);
    step = ir_add_step(p->ir, (struct ir_step){.model = f->model, .name = ir_interns(p->ir, "in_order")});
    plan_literal(p, step, "SELECT\n    *,\n    ROW_NUMBER() OVER () AS row_order\nFROM excluded");
    step = ir_add_step(p->ir, (struct ir_step){.model = f->model, .name = ir_interns(p->ir, "ranked")});
    plan_literal(p, step, "SELECT\n    *,\n    ROW_NUMBER() OVER (PARTITION BY ");
    for (uint32_t i = 0; i < c->keys.count; i++) {
        plan_literal(p, step, i ? ", " : "");
        plan_identifier(p, step, c->keys.items[i]);
    }
    plan_literal(p, step, " ORDER BY row_order) AS row_rank\nFROM in_order");
    step = ir_add_step(p->ir, (struct ir_step){.model = f->model});
    plan_literal(p, step, "SELECT\n    ");
    for (uint32_t i = 0; i < f->column_count; i++) {
        plan_literal(p, step, i ? ",\n    ranked." : "ranked.");
        plan_identifier(p, step, fold_column(p, f->dataset, i)->name);
    }
    plan_literal(p, step, "\nFROM ranked\nLEFT JOIN ");
    plan_step_name(p, step, f->existing);
    plan_literal(p, step, " AS existing\n    ON ");
    match_keys(f, step, &c->keys, target, "ranked");
    plan_literal(p, step, "\nWHERE ");
    is_there(f, step, target, c->keys.items[0], false);
    plan_literal(p, step, "\n    AND (ranked.row_rank = 1");
    for (uint32_t i = 0; i < c->keys.count; i++) {
        plan_literal(p, step, " OR ranked.");
        plan_identifier(p, step, c->keys.items[i]);
        plan_literal(p, step, " IS NULL");
    }
    plan_literal(p, step, ")");
}

static void fold_conflict(struct fold *f, ir_statement_id statement)
{
    struct plan_clauses c;
    struct plan_names_list set = {0};

    plan_read_clauses(f->p, statement, &c);
    names_of(f->p, &c.sets, &set);
    configure_merge(f, &c.keys, &set);
    if (c.nothing)
        first_row_wins(f, statement, &c);
    else if (only_replaces(f->p, statement, &c))
        plan_rows_step(f->p, f->dataset, &statement, 1, (ir_str){0}, (ir_step_id){0}, NULL);
    else
        accumulate(f, statement, &c);
}

/* ---- MERGE ---- */

static const char *insert_obstacle(const struct planner *p, ir_dataset_id dataset,
                                   const struct plan_when *when)
{
    for (uint32_t i = 0; i < fold_column_count(p, dataset); i++) {
        const struct ir_column *column = fold_column(p, dataset, i);

        if (!fold_find_set(p, &when->sets, column->name) && (column->flags & IR_COLUMN_GENERATED))
            return arena_printf(p->scratch, "the table fills its column %s itself",
                                ir_string(p->ir, column->name));
    }
    return NULL;
}

static const char *gives_rows(const struct plan_clauses *c)
{
    for (uint32_t w = 0; w < c->whens.count; w++)
        if (c->whens.items[w].action == ACTION_INSERT)
            return NULL;
    return "it only changes rows that were there before, and nothing in this job gives it any";
}

static const char *merge_obstacle(const struct planner *p, ir_dataset_id dataset, ir_statement_id statement)
{
    struct plan_clauses c;
    struct plan_sets keys = {0};
    const char *why = plan_read_clauses(p, statement, &c);

    if (why)
        return why;
    if (fold_existing_obstacle(p, dataset))
        return fold_existing_obstacle(p, dataset);
    if (!plan_read_keys(p, statement, &c, c.on, &keys))
        return "its ON is more than columns that are equal";
    if (fold_is_volatile(p, statement))
        return "it gives another value each time that it is asked";
    for (uint32_t w = 0; w < c.whens.count && !why; w++) {
        const struct plan_when *when = &c.whens.items[w];

        if (when->action == ACTION_INSERT)
            why = insert_obstacle(p, dataset, when);
        for (uint32_t i = 0; i < when->sets.count && !why; i++)
            if (!is_column(p, dataset, when->sets.items[i].column))
                why = "it sets a column that is not declared";
            else if (when->action == ACTION_UPDATE && fold_find_set(p, &keys, when->sets.items[i].column))
                why = "it changes the key by which rows are found";
    }
    return why ? why : gives_rows(&c);
}

static void when_condition(struct fold *f, ir_step_id step, ir_statement_id statement, ir_step_id rows,
                           const struct plan_clauses *c, const struct plan_when *when, ir_str key)
{
    is_there(f, step, c->target, key, when->matched);
    if (!when->condition.len)
        return;
    plan_literal(f->p, step, " AND (");
    fold_range(f, step, statement, when->condition, rows, false, c->target);
    plan_literal(f->p, step, ")");
}

static void when_value(struct fold *f, ir_step_id step, ir_statement_id statement,
                       const struct plan_clauses *c, const struct plan_when *when,
                       const struct ir_column *column)
{
    const struct plan_set *set = fold_find_set(f->p, &when->sets, column->name);

    if (set) {
        fold_range(f, step, statement, set->value, f->existing, false, c->target);
    } else if (when->action == ACTION_UPDATE) {
        plan_identifier(f->p, step, c->target);
        plan_literal(f->p, step, ".");
        plan_identifier(f->p, step, column->name);
    } else {
        plan_literal(f->p, step,
                     column->default_value.v ? ir_string(f->p->ir, column->default_value) : "NULL");
    }
}

static bool keeps_row(const struct plan_when *when)
{
    return when->action == ACTION_UPDATE || when->action == ACTION_INSERT;
}

static bool sets_column(const struct fold *f, const struct plan_clauses *c, ir_str column)
{
    for (uint32_t w = 0; w < c->whens.count; w++)
        if (c->whens.items[w].action == ACTION_UPDATE && fold_find_set(f->p, &c->whens.items[w].sets, column))
            return true;
    return false;
}

/* The branches that matter to a column: rows of the others are left out, and a column that no UPDATE sets stays
 * what it was whatever is selected. Returns how many; the first one's index in `first`. */
static uint32_t branches_of(const struct fold *f, const struct plan_clauses *c, ir_str column,
                            uint32_t *first, bool *matters)
{
    bool set = sets_column(f, c, column);
    uint32_t count = 0;

    for (uint32_t w = c->whens.count; w-- > 0;) {
        const struct plan_when *when = &c->whens.items[w];

        matters[w] = keeps_row(when) && (set || when->action == ACTION_INSERT);
        if (matters[w])
            *first = w;
        count += matters[w];
    }
    return count;
}

/* Do all branches that matter give a column the same text? */
static bool is_one_value(const struct fold *f, ir_statement_id statement, const struct plan_clauses *c,
                         ir_str column)
{
    bool *matters = ARENA_ARRAY(f->p->scratch, bool, c->whens.count);
    uint32_t first = 0, count = branches_of(f, c, column, &first, matters);
    const struct plan_set *one = fold_find_set(f->p, &c->whens.items[first].sets, column);

    for (uint32_t w = first; count > 1 && w < c->whens.count; w++) {
        const struct plan_set *set = fold_find_set(f->p, &c->whens.items[w].sets, column);

        if (matters[w] &&
            (!one || !set ||
             !slice_eq(range_text(f->p, statement, one->value), range_text(f->p, statement, set->value))))
            return false;
    }
    return true;
}

static void merge_column(struct fold *f, ir_step_id step, ir_statement_id statement,
                         const struct plan_clauses *c, ir_str key, struct ir_column column)
{
    bool *matters = ARENA_ARRAY(f->p->scratch, bool, c->whens.count);
    uint32_t first = 0;

    branches_of(f, c, column.name, &first, matters);
    fold_open_column(f, step, &column);
    if (is_one_value(f, statement, c, column.name)) {
        when_value(f, step, statement, c, &c->whens.items[first], &column);
        fold_close_column(f, step, &column);
        return;
    }
    plan_literal(f->p, step, "CASE");
    for (uint32_t w = 0; w < c->whens.count; w++) {
        if (!matters[w])
            continue;
        plan_literal(f->p, step, "\n        WHEN ");
        when_condition(f, step, statement, f->existing, c, &c->whens.items[w], key);
        plan_literal(f->p, step, " THEN ");
        when_value(f, step, statement, c, &c->whens.items[w], &column);
    }
    plan_literal(f->p, step, "\n    END");
    fold_close_column(f, step, &column);
}

/* Is every row of the source written, whatever is there? */
static bool writes_all(const struct plan_clauses *c)
{
    bool matched = false, other = false;

    for (uint32_t w = 0; w < c->whens.count; w++) {
        const struct plan_when *when = &c->whens.items[w];

        if (!keeps_row(when) || when->condition.len)
            return false;
        *(when->matched ? &matched : &other) = true;
    }
    return matched && other;
}

static bool needs_existing(const struct fold *f, ir_statement_id statement, const struct plan_clauses *c)
{
    for (uint32_t i = 0; i < f->column_count; i++)
        if (!is_one_value(f, statement, c, fold_column(f->p, f->dataset, i)->name))
            return true;
    return !writes_all(c);
}

/* FROM source LEFT JOIN rows AS target ON … */
static void merge_source(struct fold *f, ir_step_id step, ir_statement_id statement,
                         const struct plan_clauses *c)
{
    plan_literal(f->p, step, "\nFROM ");
    fold_range(f, step, statement, c->from, f->existing, false, c->target);
    if (!f->existing.v)
        return;
    plan_literal(f->p, step, "\nLEFT JOIN ");
    plan_step_name(f->p, step, f->existing);
    plan_literal(f->p, step, " AS ");
    plan_identifier(f->p, step, c->target);
    plan_literal(f->p, step, "\n    ON ");
    fold_range(f, step, statement, c->on, f->existing, false, c->target);
}

/* The branch of each row, by the first condition that holds: only rows that are written stay. */
static void kept_rows(struct fold *f, ir_step_id step, ir_statement_id statement,
                      const struct plan_clauses *c, ir_str key)
{
    plan_literal(f->p, step, "\nWHERE CASE");
    for (uint32_t w = 0; w < c->whens.count; w++) {
        plan_literal(f->p, step, "\n    WHEN ");
        when_condition(f, step, statement, f->existing, c, &c->whens.items[w], key);
        plan_literal(f->p, step, keeps_row(&c->whens.items[w]) ? " THEN TRUE" : " THEN FALSE");
    }
    plan_literal(f->p, step, "\n    ELSE FALSE\nEND");
}

static bool deletes(const struct plan_clauses *c)
{
    for (uint32_t w = 0; w < c->whens.count; w++)
        if (c->whens.items[w].action == ACTION_DELETE)
            return true;
    return false;
}

static ir_step_id hook(struct fold *f, enum ir_hook kind)
{
    return ir_add_step(f->p->ir, (struct ir_step){.model = f->model, .hook = kind});
}

static void this_table(struct fold *f, ir_step_id step)
{
    ir_add_piece(f->p->ir, (struct ir_piece){.step = step, .kind = IR_PIECE_THIS, .dataset = f->dataset});
}

/* Rows to be deleted are noted before the merge, while both sides still are as the MERGE sees them. */
static void delete_hooks(struct fold *f, ir_statement_id statement, const struct plan_clauses *c,
                         const struct plan_names_list *keys)
{
    struct planner *p = f->p;
    ir_step_id step = hook(f, IR_HOOK_PRE), none = {0};

    plan_jinja(p, step,
               "{% if is_incremental() %}\n"
               "CREATE TEMPORARY TABLE rows_to_delete ON COMMIT DROP AS\nSELECT ");
    for (uint32_t i = 0; i < keys->count; i++) {
        plan_literal(p, step, i ? ", " : "");
        plan_identifier(p, step, c->target);
        plan_literal(p, step, ".");
        plan_identifier(p, step, keys->items[i]);
    }
    plan_literal(p, step, "\nFROM ");
    this_table(f, step);
    plan_literal(p, step, " AS ");
    plan_identifier(p, step, c->target);
    plan_literal(p, step, "\nJOIN ");
    fold_range(f, step, statement, c->from, none, false, c->target);
    plan_literal(p, step, "\n    ON ");
    fold_range(f, step, statement, c->on, none, false, c->target);
    plan_literal(p, step, "\nWHERE CASE");
    for (uint32_t w = 0; w < c->whens.count; w++) {
        const struct plan_when *when = &c->whens.items[w];

        if (!when->matched)
            continue;
        plan_literal(p, step, "\n    WHEN ");
        when_condition(f, step, statement, none, c, when, keys->items[0]);
        plan_literal(p, step, when->action == ACTION_DELETE ? " THEN TRUE" : " THEN FALSE");
    }
    plan_jinja(p, step, "\n    ELSE FALSE\nEND\n{% endif %}");
    step = hook(f, IR_HOOK_POST);
    plan_jinja(p, step, "{% if is_incremental() %}\nDELETE FROM ");
    this_table(f, step);
    plan_literal(p, step, " AS ");
    plan_identifier(p, step, c->target);
    plan_literal(p, step, "\nUSING rows_to_delete\nWHERE ");
    match_keys(f, step, keys, c->target, "rows_to_delete");
    plan_jinja(p, step, "\n{% endif %}");
}

static void fold_merge(struct fold *f, ir_statement_id statement)
{
    struct planner *p = f->p;
    struct plan_clauses c;
    struct plan_sets pairs = {0};
    struct plan_names_list keys = {0}, set = {0};
    ir_step_id step;

    plan_read_clauses(p, statement, &c);
    plan_read_keys(p, statement, &c, c.on, &pairs);
    names_of(p, &pairs, &keys);
    for (uint32_t w = 0; w < c.whens.count; w++)
        if (c.whens.items[w].action == ACTION_UPDATE)
            names_of(p, &c.whens.items[w].sets, &set);
    configure_merge(f, &keys, &set);
    if (deletes(&c))
        delete_hooks(f, statement, &c, &keys);
    if (needs_existing(f, statement, &c))
        fold_add_existing(f);
    step = ir_add_step(p->ir, (struct ir_step){.model = f->model});
    plan_comment_pieces(p, step, statement);
    plan_literal(p, step, "SELECT\n    ");
    for (uint32_t i = 0; i < f->column_count; i++) {
        plan_literal(p, step, i ? ",\n    " : "");
        merge_column(f, step, statement, &c, keys.items[0], *fold_column(p, f->dataset, i));
    }
    merge_source(f, step, statement, &c);
    if (!writes_all(&c))
        kept_rows(f, step, statement, &c, keys.items[0]);
}

/* ---- both, and what is changed before and after ---- */

static bool is_upsert(struct plan_op op)
{
    return op.change == CHANGE_MERGE || op.change == CHANGE_CONFLICT;
}

const char *fold_upsert_obstacle(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];

    for (uint32_t k = 0; k < b->op_count; k++) {
        struct plan_op op = p->ops.items[b->ops + k];
        const char *why;

        if (!is_upsert(op)) {
            why = fold_op_obstacle(p, dataset, op);
        } else {
            why = op.change == CHANGE_MERGE ? merge_obstacle(p, dataset, op.statement)
                                            : conflict_obstacle(p, dataset, op.statement);
            why = why ? arena_printf(p->scratch, "at %s %s", plan_where(p, op.statement), why) : NULL;
        }
        if (why)
            return why;
    }
    return NULL;
}

void fold_upsert(struct fold *f)
{
    bool before = true;

    for (uint32_t k = 0; k < f->build.op_count; k++) {
        struct plan_op op = f->p->ops.items[f->build.ops + k];

        before &= !is_upsert(op);
        if (op.change == CHANGE_MERGE)
            fold_merge(f, op.statement);
        else if (op.change == CHANGE_CONFLICT)
            fold_conflict(f, op.statement);
        else
            fold_change_hook(f, op, before);
    }
}
