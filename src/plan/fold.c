/*
 * DML as steps. A table that is made anew and then changed becomes one step for each statement, in order: UPDATE is
 * CASE, DELETE keeps what its condition is not true for. A table that rows are added to becomes an incremental
 * model; what is deleted or updated before or after that are hooks, so that rows which vanished vanish here too.
 */
#include "plan/fold.h"

#include "ir/scan.h"

#include <stdarg.h>
#include <string.h>

/* ---- what all foldings need ---- */

void fold_text(struct fold *f, ir_step_id step, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    plan_literal(f->p, step, arena_vprintf(f->p->scratch, format, args));
    va_end(args);
}

static bool same_name(const struct planner *p, ir_str a, ir_str b)
{
    return ir_fold(p->ir, a).v == ir_fold(p->ir, b).v;
}

const struct plan_set *fold_find_set(const struct planner *p, const struct plan_sets *sets, ir_str column)
{
    for (uint32_t i = 0; i < sets->count; i++)
        if (same_name(p, sets->items[i].column, column))
            return &sets->items[i];
    return NULL;
}

bool fold_is_volatile(const struct planner *p, ir_statement_id statement)
{
    static const char *const functions[] = {"random",          "nextval",         "setval",
                                            "gen_random_uuid", "clock_timestamp", "currval",
                                            "lastval",         "timeofday",       "uuid_generate_v4"};
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct scan scan = {slice_sub(ir_slice(p->ir, IR(p->ir, text, s->text)->content), 0, s->off + s->len),
                        s->off};

    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan))
        for (size_t i = 0; t.kind == SCAN_WORD && i < sizeof functions / sizeof *functions; i++)
            if (slice_is_nocase(t.bytes, functions[i]))
                return true;
    return false;
}

ir_step_id fold_step(struct fold *f, const char *name)
{
    ir_str id = ir_interns(f->p->ir, name);
    uint32_t number = map_get(&f->names, id.v) + 1;

    map_put(&f->names, id.v, number);
    if (number > 1)
        id = ir_interns(f->p->ir, arena_printf(f->p->scratch, "%s_%u", name, number));
    return ir_add_step(f->p->ir, (struct ir_step){.model = f->model, .name = id});
}

void fold_range(struct fold *f, ir_step_id step, ir_statement_id statement, struct plan_range range,
                ir_step_id rows, bool qualify, ir_str qualifier)
{
    struct plan_self self = {.dataset = f->dataset, .step = rows, .qualifier = qualifier};
    uint32_t first = f->p->queries.first[statement.v];

    if (qualify && first < f->p->queries.first[statement.v + 1])
        for (uint32_t k = first; k < f->p->queries.first[statement.v + 1] && !self.block.v; k++)
            if (f->p->ir->query.items[f->p->queries.rows[k]].kind == IR_QUERY_DML)
                self.block.v = f->p->queries.rows[k];
    plan_range_pieces(f->p, step, statement, range.off, range.len, &self);
}

void fold_open_column(struct fold *f, ir_step_id step, const struct ir_column *column)
{
    plan_literal(f->p, step, column->type.v ? "CAST(" : "");
}

void fold_close_column(struct fold *f, ir_step_id step, const struct ir_column *column)
{
    ir_str name = column->name;

    if (column->type.v)
        fold_text(f, step, " AS %s)", plan_plain_type(ir_string(f->p->ir, column->type)));
    plan_literal(f->p, step, " AS ");
    plan_identifier(f->p, step, name);
}

const char *fold_existing_obstacle(const struct planner *p, ir_dataset_id dataset)
{
    uint32_t count = fold_column_count(p, dataset);

    if (!count)
        return "its own rows are read, and its columns are not declared";
    for (uint32_t i = 0; i < count; i++)
        if (!fold_column(p, dataset, i)->type.v)
            return arena_printf(p->scratch, "its own rows are read, and the type of %s is not declared",
                                ir_string(p->ir, fold_column(p, dataset, i)->name));
    return NULL;
}

/* The rows of earlier runs; in the first run there are none, but their columns are. */
void fold_add_existing(struct fold *f)
{
    struct planner *p = f->p;
    ir_step_id step = fold_step(f, "existing_rows");

    plan_jinja(p, step, "{% if is_incremental() %}\n");
    plan_literal(p, step, "SELECT\n");
    for (uint32_t i = 0; i < f->column_count; i++) {
        plan_literal(p, step, "    ");
        plan_identifier(p, step, fold_column(p, f->dataset, i)->name);
        plan_literal(p, step, i + 1 < f->column_count ? ",\n" : "\nFROM ");
    }
    ir_add_piece(p->ir, (struct ir_piece){.step = step, .kind = IR_PIECE_THIS, .dataset = f->dataset});
    plan_jinja(p, step, "\n{% else %}\n");
    plan_literal(p, step, "SELECT\n");
    for (uint32_t i = 0; i < f->column_count; i++) {
        struct ir_column column = *fold_column(p, f->dataset, i);

        plan_literal(p, step, "    CAST(NULL");
        fold_close_column(f, step, &column);
        plan_literal(p, step, i + 1 < f->column_count ? ",\n" : "\nWHERE FALSE\n");
    }
    plan_jinja(p, step, "{% endif %}");
    f->existing = step;
}

/* ---- rows that are made anew, and then changed ---- */

/* May the value stand beside the column in one CASE and still arrive as an assignment would make it? */
static bool fits_any_type(const struct planner *p, ir_statement_id statement, struct plan_range value)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct scan scan = {
        slice_sub(ir_slice(p->ir, IR(p->ir, text, s->text)->content), 0, value.off + value.len), value.off};
    struct scan_token first = scan_solid(&scan);
    bool one = scan_solid(&scan).kind == SCAN_END;

    return one && (first.kind == SCAN_STRING || slice_is_nocase(first.bytes, "null"));
}

static const char *update_obstacle(const struct planner *p, ir_dataset_id dataset, ir_statement_id statement)
{
    struct plan_clauses c;
    const char *why = plan_read_clauses(p, statement, &c);

    if (why)
        return why;
    if (!fold_column_count(p, dataset))
        return "the columns of the table that it changes are not known";
    if (fold_is_volatile(p, statement))
        return "it gives another value each time that it is asked";
    for (uint32_t i = 0; i < c.sets.count; i++) {
        const struct ir_column *column = NULL;

        for (uint32_t k = 0; k < fold_column_count(p, dataset); k++)
            if (same_name(p, fold_column(p, dataset, k)->name, c.sets.items[i].column))
                column = fold_column(p, dataset, k);
        if (!column)
            return arena_printf(p->scratch, "the table has no column %s",
                                ir_string(p->ir, c.sets.items[i].column));
        if (!column->type.v && !plan_type_given(p, dataset, column->name, p->builds[dataset.v].first).v &&
            !fits_any_type(p, statement, c.sets.items[i].value))
            return arena_printf(p->scratch,
                                "the type of %s is not known, and what it is set to is converted to that",
                                ir_string(p->ir, column->name));
    }
    return NULL;
}

const char *fold_op_obstacle(const struct planner *p, ir_dataset_id dataset, struct plan_op op)
{
    struct plan_clauses c;
    const char *why;

    switch (op.change) {
    case CHANGE_ROWS:
        return plan_rows_obstacle(p, dataset, &op.statement, 1);
    case CHANGE_UPDATE:
        why = update_obstacle(p, dataset, op.statement);
        break;
    case CHANGE_DELETE:
        why = plan_read_clauses(p, op.statement, &c);
        if (!why && fold_is_volatile(p, op.statement))
            why = "it gives another value each time that it is asked";
        break;
    default:
        return "it is written in more than one way";
    }
    return why ? arena_printf(p->scratch, "at %s %s", plan_where(p, op.statement), why) : NULL;
}

/* Words of steps and hooks (IS NOT TRUE, WHERE FALSE, AS before a table's alias) that these do not have. */
static const char *dialect_obstacle(const struct planner *p, ir_statement_id statement)
{
    enum ir_dialect dialect = IR(p->ir, text, IR(p->ir, statement, statement)->text)->dialect;

    if (dialect != IR_DIALECT_TSQL && dialect != IR_DIALECT_ORACLE && dialect != IR_DIALECT_TERADATA)
        return NULL;
    return arena_printf(p->scratch, "changes of rows are not folded into the SQL of %s yet",
                        ir_name_of_dialect(dialect));
}

/* Adds `FROM rows AS target`. */
static void from_rows(struct fold *f, ir_step_id step, ir_step_id rows, ir_str target)
{
    plan_literal(f->p, step, "\nFROM ");
    plan_step_name(f->p, step, rows);
    plan_literal(f->p, step, " AS ");
    plan_identifier(f->p, step, target);
}

/* name, name.name, … and an alias, with or without AS. */
static bool is_name_and_alias(const struct planner *p, ir_statement_id statement, struct plan_range range)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct scan scan = {
        slice_sub(ir_slice(p->ir, IR(p->ir, text, s->text)->content), 0, range.off + range.len), range.off};
    int words = 0, dots = 0;

    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan)) {
        bool dot = t.kind == SCAN_SYMBOL && slice_is_nocase(t.bytes, ".");

        if (!dot && t.kind != SCAN_WORD && t.kind != SCAN_QUOTED)
            return false;
        dots += dot;
        words += !dot && !slice_is_nocase(t.bytes, "as");
    }
    return words == dots + 2;
}

/* The one table of an UPDATE's FROM, when at most one of its rows can match: by a column that is declared unique. */
struct single {
    ir_str alias, key; /* 0: there may be several */
};

static struct single single_match(const struct planner *p, ir_statement_id statement,
                                  const struct plan_clauses *c)
{
    enum ir_dialect dialect = IR(p->ir, text, IR(p->ir, statement, statement)->text)->dialect;
    struct plan_names_list equal = {0};
    struct single found = {0};
    const struct ir_access *source = NULL;

    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->accesses.rows[k]];

        if (access->mode == IR_ACCESS_READ && access->off == c->from.off)
            source = access;
    }
    if (!source || !source->alias.v || IR(p->ir, dataset, source->dataset)->kind != IR_DATASET_TABLE ||
        dialect == IR_DIALECT_REDSHIFT || dialect == IR_DIALECT_SNOWFLAKE ||
        !is_name_and_alias(p, statement, c->from))
        return found;
    found.alias = ir_fold(p->ir, source->alias);
    plan_equal_columns(p, statement, c, found.alias, &equal);
    for (uint32_t i = p->columns.first[source->dataset.v]; i < p->columns.first[source->dataset.v + 1]; i++) {
        const struct ir_column *column = &p->ir->column.items[p->columns.rows[i]];

        for (uint32_t k = 0; k < equal.count && !found.key.v; k++)
            if (column->flags & IR_COLUMN_UNIQUE && same_name(p, column->name, equal.items[k]))
                found.key = column->name;
    }
    return found;
}

bool fold_takes_any(const struct planner *p, ir_statement_id statement)
{
    struct plan_clauses c;

    return IR(p->ir, statement, statement)->kind == IR_KIND_UPDATE && !plan_read_clauses(p, statement, &c) &&
           c.from.len && !single_match(p, statement, &c).key.v;
}

static void set_column(struct fold *f, ir_step_id step, ir_step_id rows, ir_statement_id statement,
                       const struct plan_clauses *c, const struct plan_set *set, struct ir_column column)
{
    struct single single = single_match(f->p, statement, c);
    struct planner *p = f->p;

    if (!column.type.v)
        column.type = plan_type_given(p, f->dataset, column.name, f->build.first);
    fold_open_column(f, step, &column);
    if (single.key.v) {
        plan_literal(p, step, "CASE WHEN ");
        plan_identifier(p, step, single.alias);
        plan_literal(p, step, ".");
        plan_identifier(p, step, single.key);
        plan_literal(p, step, " IS NOT NULL THEN ");
        fold_range(f, step, statement, set->value, rows, false, c->target);
    } else if (c->from.len) {
        plan_literal(p, step, "CASE WHEN matched.matched THEN matched.");
        plan_identifier(p, step, set->column);
    } else if (c->where.len) {
        plan_literal(p, step, "CASE WHEN ");
        fold_range(f, step, statement, c->where, rows, false, c->target);
        plan_literal(p, step, " THEN ");
        fold_range(f, step, statement, set->value, rows, false, c->target);
    } else {
        fold_range(f, step, statement, set->value, rows, false, c->target);
    }
    if (c->from.len || c->where.len) {
        plan_literal(p, step, " ELSE ");
        plan_identifier(p, step, c->target);
        plan_literal(p, step, ".");
        plan_identifier(p, step, column.name);
        plan_literal(p, step, " END");
    }
    fold_close_column(f, step, &column);
}

/* LEFT JOIN of the one row that may match. */
static void join_single(struct fold *f, ir_step_id step, ir_step_id rows, ir_statement_id statement,
                        const struct plan_clauses *c)
{
    plan_literal(f->p, step, "\nLEFT JOIN ");
    fold_range(f, step, statement, c->from, rows, false, c->target);
    plan_literal(f->p, step, "\n    ON ");
    fold_range(f, step, statement, c->where, rows, false, c->target);
}

/* UPDATE … FROM takes one of the rows that match, whichever: so does LIMIT 1. */
static void join_matched(struct fold *f, ir_step_id step, ir_step_id rows, ir_statement_id statement,
                         const struct plan_clauses *c)
{
    struct planner *p = f->p;

    plan_literal(p, step, "\nLEFT JOIN LATERAL (\n    SELECT\n        TRUE AS matched");
    for (uint32_t i = 0; i < c->sets.count; i++) {
        plan_literal(p, step, ",\n        ");
        fold_range(f, step, statement, c->sets.items[i].value, rows, false, c->target);
        plan_literal(p, step, " AS ");
        plan_identifier(p, step, c->sets.items[i].column);
    }
    plan_literal(p, step, "\n    FROM ");
    fold_range(f, step, statement, c->from, rows, false, c->target);
    if (c->where.len) {
        plan_literal(p, step, "\n    WHERE ");
        fold_range(f, step, statement, c->where, rows, false, c->target);
    }
    plan_literal(p, step, "\n    LIMIT 1\n) AS matched ON TRUE");
}

static void update_step(struct fold *f, ir_step_id step, ir_step_id rows, ir_statement_id statement)
{
    struct planner *p = f->p;
    struct plan_clauses c;

    plan_read_clauses(p, statement, &c);
    plan_comment_pieces(p, step, statement);
    plan_literal(p, step, "SELECT\n    ");
    for (uint32_t i = 0; i < f->column_count; i++) {
        struct ir_column column = *fold_column(p, f->dataset, i);
        const struct plan_set *set = fold_find_set(p, &c.sets, column.name);

        plan_literal(p, step, i ? ",\n    " : "");
        if (set) {
            set_column(f, step, rows, statement, &c, set, column);
        } else {
            plan_identifier(p, step, c.target);
            plan_literal(p, step, ".");
            plan_identifier(p, step, column.name);
        }
    }
    from_rows(f, step, rows, c.target);
    if (single_match(p, statement, &c).key.v)
        join_single(f, step, rows, statement, &c);
    else if (c.from.len)
        join_matched(f, step, rows, statement, &c);
}

static void delete_step(struct fold *f, ir_step_id step, ir_step_id rows, ir_statement_id statement)
{
    struct planner *p = f->p;
    struct plan_clauses c;

    plan_read_clauses(p, statement, &c);
    plan_comment_pieces(p, step, statement);
    plan_literal(p, step, "SELECT ");
    plan_identifier(p, step, c.target);
    plan_literal(p, step, ".*");
    from_rows(f, step, rows, c.target);
    if (c.from.len) {
        plan_literal(p, step, "\nWHERE NOT EXISTS (\n    SELECT 1\n    FROM ");
        fold_range(f, step, statement, c.from, rows, false, c.target);
        plan_literal(p, step, "\n    WHERE ");
        fold_range(f, step, statement, c.where, rows, false, c.target);
        plan_literal(p, step, "\n)");
    } else {
        plan_literal(p, step, "\nWHERE (");
        fold_range(f, step, statement, c.where, rows, false, c.target);
        plan_literal(p, step, ") IS NOT TRUE");
    }
}

static void fold_chain(struct fold *f)
{
    static const char *const names[] = {"built", "updated", "kept", "", ""};
    struct planner *p = f->p;
    ir_step_id rows = {0};

    for (uint32_t k = 0; k < f->build.op_count; k++) {
        struct plan_op op = p->ops.items[f->build.ops + k];
        struct plan_self self = {.dataset = f->dataset, .step = rows};
        bool last = k + 1 == f->build.op_count;
        ir_str name = {0};

        if (op.change == CHANGE_ROWS) {
            const char *word = rows.v ? "extended" : "built";
            uint32_t number = map_get(&f->names, ir_interns(p->ir, word).v) + 1;

            map_put(&f->names, ir_interns(p->ir, word).v, number);
            if (!last)
                name = ir_interns(p->ir, number > 1 ? arena_printf(p->scratch, "%s_%u", word, number) : word);
            rows = plan_rows_step(p, f->dataset, &op.statement, 1, name, rows, rows.v ? &self : NULL);
            continue;
        }
        if (!rows.v)
            continue; /* there is nothing yet that it could change */
        ir_step_id step =
            last ? ir_add_step(p->ir, (struct ir_step){.model = f->model}) : fold_step(f, names[op.change]);
        if (op.change == CHANGE_UPDATE)
            update_step(f, step, rows, op.statement);
        else
            delete_step(f, step, rows, op.statement);
        rows = step;
    }
}

/* ---- rows that are added to what is there ---- */

static bool reads_itself(const struct planner *p, ir_statement_id statement, ir_dataset_id dataset)
{
    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[p->accesses.rows[k]];

        if (access->mode == IR_ACCESS_READ && access->dataset.v == dataset.v)
            return true;
    }
    return false;
}

/* The INSERTs must stand together: what is deleted between them would have to be in two places at once. */
static const char *append_obstacle(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    VEC(ir_statement_id) rows = {0};
    uint32_t runs = 0;
    bool itself = false;

    for (uint32_t k = 0; k < b->op_count; k++) {
        struct plan_op op = p->ops.items[b->ops + k];
        const char *why = fold_op_obstacle(p, dataset, op);
        ir_access_id target = plan_target(p, op.statement);

        if (why)
            return why;
        if (op.change != CHANGE_ROWS)
            continue;
        runs += !k || p->ops.items[b->ops + k - 1].change != CHANGE_ROWS;
        itself |= reads_itself(p, op.statement, dataset);
        vec_push(p->scratch, &rows, op.statement);
        if (!fold_column_count(p, dataset) && p->targets.first[target.v] == p->targets.first[target.v + 1])
            return "rows are added by position, and its columns are not declared: name them in a CREATE TABLE "
                   "or in --catalog";
    }
    if (runs > 1)
        return "rows are changed between its INSERTs";
    if (itself && rows.count > 1)
        return "one of its INSERTs may read what another has just added";
    if (itself && fold_existing_obstacle(p, dataset))
        return fold_existing_obstacle(p, dataset);
    return plan_rows_obstacle(p, dataset, rows.items, rows.count);
}

/* `word` and a part of the statement, when it has that part. */
static void hook_clause(struct fold *f, ir_step_id step, ir_statement_id statement, const char *word,
                        struct plan_range range)
{
    if (!range.len)
        return;
    fold_text(f, step, "\n%s ", word);
    fold_range(f, step, statement, range, (ir_step_id){0}, false, (ir_str){0});
}

static void hook_sets(struct fold *f, ir_step_id step, ir_statement_id statement,
                      const struct plan_sets *sets)
{
    for (uint32_t i = 0; i < sets->count; i++) {
        plan_literal(f->p, step, i ? ",\n    " : "\nSET ");
        plan_identifier(f->p, step, sets->items[i].column);
        plan_literal(f->p, step, " = ");
        fold_range(f, step, statement, sets->items[i].value, (ir_step_id){0}, false, (ir_str){0});
    }
}

void fold_change_hook(struct fold *f, struct plan_op op, bool before)
{
    struct planner *p = f->p;
    struct plan_clauses c;
    bool update = op.change == CHANGE_UPDATE;
    ir_step_id step =
        ir_add_step(p->ir, (struct ir_step){.model = f->model, .hook = before ? IR_HOOK_PRE : IR_HOOK_POST});

    plan_read_clauses(p, op.statement, &c);
    plan_jinja(p, step, before ? "{% if is_incremental() %}\n" : "");
    plan_literal(p, step, update ? "UPDATE " : "DELETE FROM ");
    ir_add_piece(p->ir, (struct ir_piece){.step = step, .kind = IR_PIECE_THIS, .dataset = f->dataset});
    plan_literal(p, step, " AS ");
    plan_identifier(p, step, c.target);
    hook_sets(f, step, op.statement, &c.sets);
    hook_clause(f, step, op.statement, update ? "FROM" : "USING", c.from);
    hook_clause(f, step, op.statement, "WHERE", c.where);
    plan_jinja(p, step, before ? "\n{% endif %}" : "");
}

static void fold_append(struct fold *f)
{
    struct planner *p = f->p;
    VEC(ir_statement_id) rows = {0};
    struct plan_self self;
    bool itself = false;

    IR(p->ir, model, f->model)->strategy = ir_interns(p->ir, "append");
    for (uint32_t k = 0; k < f->build.op_count; k++) {
        struct plan_op op = p->ops.items[f->build.ops + k];

        if (op.change == CHANGE_ROWS) {
            vec_push(p->scratch, &rows, op.statement);
            itself |= reads_itself(p, op.statement, f->dataset);
        } else {
            fold_change_hook(f, op, !rows.count);
        }
    }
    if (itself)
        fold_add_existing(f);
    self = (struct plan_self){.dataset = f->dataset, .step = f->existing};
    plan_rows_step(p, f->dataset, rows.items, rows.count, (ir_str){0}, (ir_step_id){0},
                   itself ? &self : NULL);
}

/* ---- rows that are made anew, and then changed where they are ---- */

static const char *chain_obstacle(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    bool rows = false;

    for (uint32_t k = 0; k < b->op_count; k++) {
        struct plan_op op = p->ops.items[b->ops + k];
        const char *why = fold_op_obstacle(p, dataset, op);

        if (why)
            return why;
        if (op.change == CHANGE_ROWS && !rows && reads_itself(p, op.statement, dataset))
            return arena_printf(p->scratch, "at %s it reads itself before it has any rows",
                                plan_where(p, op.statement));
        rows |= op.change == CHANGE_ROWS;
    }
    return NULL;
}

/* What a query makes has the query's types, known or not, and so has the model's table: changes of it that can't be
 * written as steps run on that. An INSERT's rows get the types of a table that was declared somewhere. */
bool fold_chain_by_hooks(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    struct plan_op first = p->ops.items[b->ops];
    struct plan_clauses c;

    if (b->shape != SHAPE_CHAIN || !chain_obstacle(p, dataset) || first.change != CHANGE_ROWS ||
        IR(p->ir, statement, first.statement)->kind == IR_KIND_INSERT ||
        fold_op_obstacle(p, dataset, first) || reads_itself(p, first.statement, dataset))
        return false;
    for (uint32_t k = 1; k < b->op_count; k++) {
        struct plan_op op = p->ops.items[b->ops + k];

        if ((op.change != CHANGE_UPDATE && op.change != CHANGE_DELETE) ||
            plan_read_clauses(p, op.statement, &c) || fold_is_volatile(p, op.statement))
            return false;
    }
    return true;
}

static void fold_hooked_chain(struct fold *f)
{
    struct planner *p = f->p;
    ir_statement_id first = p->ops.items[f->build.ops].statement;

    plan_rows_step(p, f->dataset, &first, 1, (ir_str){0}, (ir_step_id){0}, NULL);
    for (uint32_t k = 1; k < f->build.op_count; k++)
        fold_change_hook(f, p->ops.items[f->build.ops + k], false);
}

/* ---- all of them ---- */

const char *plan_fold_obstacle(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];

    for (uint32_t k = 0; k < b->op_count; k++) {
        struct plan_op op = p->ops.items[b->ops + k];
        bool plain = op.change == CHANGE_ROWS && !reads_itself(p, op.statement, dataset);

        if (!plain && dialect_obstacle(p, op.statement))
            return arena_printf(p->scratch, "at %s %s", plan_where(p, op.statement),
                                dialect_obstacle(p, op.statement));
    }
    if (b->shape == SHAPE_UPSERT)
        return fold_upsert_obstacle(p, dataset);
    if (b->shape == SHAPE_APPEND)
        return append_obstacle(p, dataset);
    return fold_chain_by_hooks(p, dataset) ? NULL : chain_obstacle(p, dataset);
}

void plan_fold_body(struct planner *p, ir_dataset_id dataset)
{
    struct fold f = {.p = p,
                     .dataset = dataset,
                     .model = IR(p->ir, dataset, dataset)->model,
                     .build = p->builds[dataset.v],
                     .column_count = fold_column_count(p, dataset),
                     .names = map_new(p->scratch)};

    if (f.build.shape != SHAPE_CHAIN)
        IR(p->ir, model, f.model)->materialized = IR_MAT_INCREMENTAL;
    if (f.build.shape == SHAPE_UPSERT)
        fold_upsert(&f);
    else if (f.build.shape == SHAPE_APPEND)
        fold_append(&f);
    else if (fold_chain_by_hooks(p, dataset))
        fold_hooked_chain(&f);
    else
        fold_chain(&f);
}
