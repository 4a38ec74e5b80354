/*
 * The SQL of each model. One query whose columns are already the table's stays the author's text alone. Where an
 * INSERT's columns have other names, another order, another type or defaults, and where several statements give
 * rows, each query becomes a step and the last SELECT puts their columns as the table has them.
 */
#include "plan/planner.h"
#include "plan/script.h"

#include "ir/scan.h"
#include "plan/variables.h"

#include <string.h>

/* How one statement's columns get their names. */
struct arm {
    ir_statement_id statement;
    VEC(ir_str) names; /* of its columns, by position; none: as the query names them */
    bool as_it_is;     /* nothing has to be put around the query */
};

static uint32_t column_count(const struct planner *p, ir_dataset_id dataset)
{
    return plan_columns_known(p->ir, dataset) ? p->columns.first[dataset.v + 1] - p->columns.first[dataset.v]
                                              : 0;
}

static const struct ir_column *column_at(const struct planner *p, ir_dataset_id dataset, uint32_t i)
{
    return &p->ir->column.items[p->columns.rows[p->columns.first[dataset.v] + i]];
}

static bool same_name(const struct planner *p, ir_str a, ir_str b)
{
    return ir_fold(p->ir, a).v == ir_fold(p->ir, b).v;
}

/* The columns of a statement's query, when all are known; `count` 0 otherwise. */
static const uint32_t *query_columns(const struct planner *p, ir_statement_id statement, uint32_t *count)
{
    uint32_t q = IR(p->ir, statement, statement)->query.v;
    const uint32_t *rows = &p->query_columns.rows[p->query_columns.first[q]];

    *count = p->query_columns.first[q + 1] - p->query_columns.first[q];
    for (uint32_t i = 0; i < *count; i++)
        if (!p->ir->query_column.items[rows[i]].name.v)
            *count = 0;
    return rows;
}

/* The names that the statement gives to its columns by position: its own list, else the table's. */
static void name_columns(const struct planner *p, ir_dataset_id dataset, struct arm *arm, bool insert)
{
    ir_access_id target = plan_target(p, arm->statement);
    uint32_t given;

    for (uint32_t k = p->targets.first[target.v]; k < p->targets.first[target.v + 1]; k++)
        vec_push(p->scratch, &arm->names, p->ir->target_column.items[p->targets.rows[k]].name);
    if (arm->names.count || !insert)
        return;
    query_columns(p, arm->statement, &given);
    for (uint32_t i = 0; i < column_count(p, dataset) && i < given; i++)
        vec_push(p->scratch, &arm->names, column_at(p, dataset, i)->name);
}

/* ---- does a query's column arrive unchanged in a column of that type? ---- */

static const char *const wide_types[] = {
    "text",
    "numeric",
    "decimal",
    "double precision",
    "float8",
    "boolean",
    "bool",
    "timestamptz",
    "timestamp with time zone",
    "json",
    "jsonb",
    "uuid",
    "bytea",
    "varchar",
    "character varying",
};

static bool is_wide(struct slice type)
{
    for (size_t i = 0; i < sizeof wide_types / sizeof *wide_types; i++)
        if (slice_is_nocase(type, wide_types[i]))
            return true;
    return false;
}

static bool is_bigint(struct slice type)
{
    return slice_is_nocase(type, "bigint") || slice_is_nocase(type, "int8");
}

/* Could the expression give a fraction? A count, a rank and what is added up of them can not. */
static bool may_be_fraction(struct slice expression)
{
    static const char *const fractions[] = {"avg",    "round",    "numeric",        "decimal",
                                            "float",  "double",   "real",           "extract",
                                            "stddev", "variance", "percentile_cont"};
    struct scan s = {expression, 0};

    for (struct scan_token t = scan_solid(&s); t.kind != SCAN_END; t = scan_solid(&s)) {
        if (t.kind == SCAN_SYMBOL && (t.bytes.p[0] == '/' || t.bytes.p[0] == '*'))
            return !(t.off && expression.p[t.off - 1] == '(');
        for (size_t i = 0; t.kind == SCAN_WORD && i < sizeof fractions / sizeof *fractions; i++)
            if (slice_is_nocase(t.bytes, fractions[i]))
                return true;
    }
    return false;
}

static bool arrives_unchanged(const struct planner *p, ir_dataset_id dataset, ir_statement_id statement,
                              const struct ir_column *declared, const struct ir_query_column *given)
{
    struct slice type = ir_slice(p->ir, declared->type);
    const struct ir_output *output = IR(p->ir, output, given->output);
    const struct ir_text *text = IR(p->ir, text, IR(p->ir, statement, statement)->text);
    ir_str known = given->type;

    if (!type.n || is_wide(type))
        return true;
    if (!known.v)
        known = plan_type_given(p, dataset, declared->name, statement);
    if (known.v)
        return same_name(p, declared->type, known);
    return is_bigint(type) &&
           !may_be_fraction(slice_sub(ir_slice(p->ir, text->content), output->off, output->len));
}

/* Are the query's columns the dataset's, in order, by name and type? */
static bool is_as_declared(const struct planner *p, ir_dataset_id dataset, const struct arm *arm, bool insert)
{
    uint32_t given, declared = insert ? column_count(p, dataset) : 0;
    const uint32_t *rows = query_columns(p, arm->statement, &given);

    if (!arm->names.count)
        return true;
    if (given != arm->names.count || (declared && declared != given))
        return false;
    for (uint32_t i = 0; i < given; i++) {
        const struct ir_query_column *column = &p->ir->query_column.items[rows[i]];

        if (!same_name(p, column->name, arm->names.items[i]))
            return false;
        if (declared && (!same_name(p, column_at(p, dataset, i)->name, column->name) ||
                         !arrives_unchanged(p, dataset, arm->statement, column_at(p, dataset, i), column)))
            return false;
    }
    return true;
}

static struct arm arm_of(const struct planner *p, ir_dataset_id dataset, ir_statement_id statement)
{
    struct arm arm = {.statement = statement};
    bool insert = p->builds[dataset.v].inserts;

    name_columns(p, dataset, &arm, insert);
    arm.as_it_is = is_as_declared(p, dataset, &arm, insert);
    return arm;
}

static bool arm_names(const struct planner *p, const struct arm *arm, ir_str name)
{
    for (uint32_t i = 0; i < arm->names.count; i++)
        if (same_name(p, arm->names.items[i], name))
            return true;
    return false;
}

/* ---- what stands in the way ---- */

static const char *numbered_column(const struct planner *p, ir_dataset_id dataset, const struct arm *arm)
{
    for (uint32_t i = 0; arm->names.count && i < column_count(p, dataset); i++) {
        const struct ir_column *column = column_at(p, dataset, i);
        const char *value = ir_string(p->ir, column->default_value);

        if (!arm_names(p, arm, column->name) &&
            ((column->flags & IR_COLUMN_GENERATED) || strstr(value, "nextval")))
            return arena_printf(p->scratch, "the table fills its column %s itself",
                                ir_string(p->ir, column->name));
    }
    return NULL;
}

/* Without the table's declaration the arms must name the same columns in the same order. */
static const char *different_lists(const struct planner *p, const struct arm *a, const struct arm *b)
{
    bool same = a->names.count == b->names.count;

    for (uint32_t i = 0; same && i < a->names.count; i++)
        same = same_name(p, a->names.items[i], b->names.items[i]);
    return same ? NULL : "its INSERTs name different columns, and its declaration is not known";
}

/* CREATE RECURSIVE VIEW hides the WITH RECURSIVE that its query needs. */
static bool is_recursive_view(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct slice text = ir_slice(p->ir, IR(p->ir, text, s->text)->content);
    struct scan scan = {slice_sub(text, 0, s->body_off), s->off};

    if (s->kind != IR_KIND_CREATE_VIEW)
        return false;
    for (struct scan_token t = scan_solid(&scan); t.kind == SCAN_WORD; t = scan_solid(&scan))
        if (slice_is_nocase(t.bytes, "recursive"))
            return true;
    return false;
}

static bool draws_numbers(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct scan scan = {slice_sub(ir_slice(p->ir, IR(p->ir, text, s->text)->content), 0, s->off + s->len),
                        s->off};

    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan))
        if (t.kind == SCAN_WORD && slice_is_nocase(t.bytes, "nextval"))
            return true;
    return false;
}

const char *plan_rows_obstacle(const struct planner *p, ir_dataset_id dataset,
                               const ir_statement_id *statements, uint32_t count)
{
    struct arm first = arm_of(p, dataset, statements[0]);
    uint32_t given;

    for (uint32_t k = 0; k < count; k++) {
        struct arm arm = arm_of(p, dataset, statements[k]);
        const char *why = p->builds[dataset.v].inserts ? numbered_column(p, dataset, &arm) : NULL;

        if (!why && draws_numbers(p, arm.statement))
            why =
                "it numbers rows from a sequence, and rows that are built anew would get other numbers: which "
                "columns can be their key instead?";
        if (!why && is_recursive_view(p, arm.statement))
            why = "a recursive view has to be written as WITH RECURSIVE first";
        query_columns(p, arm.statement, &given);
        if (!why && given && arm.names.count > given)
            why = arena_printf(p->scratch, "%s names more columns than its query has",
                               plan_where(p, arm.statement));
        if (!why && k && !column_count(p, dataset))
            why = different_lists(p, &first, &arm);
        if (why)
            return why;
    }
    return NULL;
}

/* ---- rows of statements ---- */

/* What a loop over rows inserts one by one, as one query: for each row of the loop's query, the INSERT's. */
static void loop_pieces(struct planner *p, ir_step_id step, ir_statement_id loop, ir_statement_id statement,
                        const struct plan_self *self)
{
    ir_str row = ir_interns(p->ir, "each_row");
    size_t at = 0;

    plan_literal(p, step, "SELECT given.*\nFROM (\n");
    plan_query_pieces(p, step, loop, NULL);
    plan_literal(p, step, "\n) AS ");
    for (ir_str name; (name = plan_next_variable(p, statement, &at)).v;)
        if (plan_find_variable(p, statement, name).kind == VARIABLE_ROW)
            row = name;
    plan_identifier(p, step, row);
    plan_literal(p, step, "\nCROSS JOIN LATERAL (\n");
    plan_query_pieces(p, step, statement, self);
    plan_literal(p, step, "\n) AS given");
}

void plan_statement_pieces(struct planner *p, ir_step_id step, ir_statement_id statement,
                           const struct plan_self *self)
{
    ir_statement_id loop = plan_loop_query(p, statement);

    plan_comment_pieces(p, step, statement);
    if (loop.v)
        loop_pieces(p, step, loop, statement, self);
    else
        plan_query_pieces(p, step, statement, self);
    plan_trailing_comment(p, step, statement);
}

void plan_identifier(struct planner *p, ir_step_id step, ir_str name)
{
    ir_add_piece(p->ir, (struct ir_piece){.step = step, .kind = IR_PIECE_IDENTIFIER, .literal = name});
}

void plan_step_name(struct planner *p, ir_step_id step, ir_step_id target)
{
    ir_add_piece(p->ir, (struct ir_piece){.step = step, .kind = IR_PIECE_STEP, .target = target});
}

void plan_jinja(struct planner *p, ir_step_id step, const char *text)
{
    ir_add_piece(p->ir,
                 (struct ir_piece){.step = step, .kind = IR_PIECE_JINJA, .literal = ir_interns(p->ir, text)});
}

const char *plan_plain_type(const char *type)
{
    static const char *const serials[][2] = {{"serial", "integer"},       {"serial4", "integer"},
                                             {"bigserial", "bigint"},     {"serial8", "bigint"},
                                             {"smallserial", "smallint"}, {"serial2", "smallint"}};

    for (size_t i = 0; i < sizeof serials / sizeof *serials; i++)
        if (slice_is_nocase(slice_of(type), serials[i][0]))
            return serials[i][1];
    return type;
}

static void declared_column(struct planner *p, ir_step_id step, const struct arm *arm,
                            struct ir_column column)
{
    const char *type = plan_plain_type(ir_string(p->ir, column.type));

    if (*type)
        plan_literal(p, step, "CAST(");
    if (arm_names(p, arm, column.name))
        plan_identifier(p, step, column.name);
    else
        plan_literal(p, step, column.default_value.v ? ir_string(p->ir, column.default_value) : "NULL");
    if (*type)
        plan_literal(p, step, arena_printf(p->scratch, " AS %s)", type));
    if (*type || !arm_names(p, arm, column.name)) {
        plan_literal(p, step, " AS ");
        plan_identifier(p, step, column.name);
    }
}

/* SELECT … FROM step AS step (names) */
static void select_from_step(struct planner *p, ir_step_id last, ir_dataset_id dataset, const struct arm *arm,
                             ir_step_id rows)
{
    uint32_t count = p->builds[dataset.v].inserts && arm->names.count ? column_count(p, dataset) : 0;

    plan_literal(p, last, count ? "SELECT\n    " : "SELECT *");
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            plan_literal(p, last, ",\n    ");
        declared_column(p, last, arm, *column_at(p, dataset, i));
    }
    plan_literal(p, last, "\nFROM ");
    ir_add_piece(p->ir, (struct ir_piece){.step = last, .kind = IR_PIECE_STEP, .target = rows});
    if (!arm->names.count)
        return;
    plan_literal(p, last, " AS given (");
    for (uint32_t i = 0; i < arm->names.count; i++) {
        plan_literal(p, last, i ? ", " : "");
        plan_identifier(p, last, arm->names.items[i]);
    }
    plan_literal(p, last, ")");
}

/* SELECT the table's columns FROM what was there. */
static void select_before(struct planner *p, ir_step_id last, ir_dataset_id dataset, ir_step_id before)
{
    uint32_t count = column_count(p, dataset);

    plan_literal(p, last, count ? "SELECT\n    " : "SELECT *");
    for (uint32_t i = 0; i < count; i++) {
        plan_literal(p, last, i ? ",\n    " : "");
        plan_identifier(p, last, column_at(p, dataset, i)->name);
    }
    plan_literal(p, last, "\nFROM ");
    plan_step_name(p, last, before);
}

/* A name for the steps that hold new rows: numbered when there are several in the model. */
static ir_str new_rows_name(struct planner *p, ir_model_id model, bool only)
{
    uint32_t number = ++p->new_rows;

    if (p->new_rows_model.v != model.v)
        p->new_rows = number = 1;
    p->new_rows_model = model;
    return ir_interns(p->ir,
                      only && number == 1 ? "new_rows" : arena_printf(p->scratch, "new_rows_%u", number));
}

ir_step_id plan_rows_step(struct planner *p, ir_dataset_id dataset, const ir_statement_id *statements,
                          uint32_t count, ir_str name, ir_step_id before, const struct plan_self *self)
{
    ir_model_id model = IR(p->ir, dataset, dataset)->model;
    ir_step_id *steps = ARENA_ARRAY(p->scratch, ir_step_id, count);
    struct arm only = arm_of(p, dataset, statements[0]);
    ir_step_id last;

    bool beside_others = self && self->step.v && !name.v; /* its own WITH could not stand behind theirs */

    if (count == 1 && only.as_it_is && !before.v && !beside_others) {
        last = ir_add_step(p->ir, (struct ir_step){.model = model, .name = name});
        plan_statement_pieces(p, last, only.statement, self);
        return last;
    }
    for (uint32_t k = 0; k < count; k++) {
        steps[k] =
            ir_add_step(p->ir, (struct ir_step){.model = model, .name = new_rows_name(p, model, count == 1)});
        plan_statement_pieces(p, steps[k], statements[k], self);
    }
    last = ir_add_step(p->ir, (struct ir_step){.model = model, .name = name});
    if (before.v)
        select_before(p, last, dataset, before);
    for (uint32_t k = 0; k < count; k++) {
        struct arm arm = arm_of(p, dataset, statements[k]);

        if (k || before.v)
            plan_literal(p, last, "\nUNION ALL\n");
        select_from_step(p, last, dataset, &arm, steps[k]);
    }
    return last;
}

/* ---- all of them ---- */

const char *plan_body_obstacle(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];

    if (b->script)
        return NULL;
    if (b->frame.v)
        return plan_frame_obstacle(p, dataset);
    if (b->shape != SHAPE_ROWS)
        return plan_fold_obstacle(p, dataset);
    return plan_rows_obstacle(p, dataset, &p->row_statements.items[b->rows], b->row_count);
}

static void describe(struct planner *p, ir_model_id id)
{
    struct ir_model model = *IR(p->ir, model, id);
    ir_frame_id frame = p->builds[model.dataset.v].frame;
    const struct ir_dataset *d = IR(p->ir, dataset, model.dataset);
    bool scoped = d->kind == IR_DATASET_TEMP || d->kind == IR_DATASET_FRAME;

    IR(p->ir, model, id)->header =
        ir_interns(p->ir, arena_printf(p->scratch, "From %s (%s)", plan_where(p, model.statement),
                                       ir_string(p->ir, scoped ? d->name : d->display)));
    IR(p->ir, model, id)->description = IR(p->ir, frame, frame)->comment;
}

void plan_bodies(struct planner *p)
{
    for (IR_EACH(p->ir, model, m)) {
        ir_dataset_id dataset = IR(p->ir, model, m)->dataset;

        struct plan_build b = p->builds[dataset.v];

        describe(p, m);
        if (b.script)
            plan_script_body(p, dataset);
        else if (b.frame.v)
            plan_frame_body(p, dataset);
        else if (b.shape != SHAPE_ROWS)
            plan_fold_body(p, dataset);
        else
            plan_rows_step(p, dataset, &p->row_statements.items[b.rows], b.row_count, (ir_str){0},
                           (ir_step_id){0}, NULL);
        arena_reset(p->scratch);
    }
}
