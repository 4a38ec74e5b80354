/*
 * Expressions and clauses whose result differs from run to run, or is not what its author means. What the reader
 * of SQL noted (the table construct) is put into its surroundings here: where the rows go, what is known of nulls.
 */
#include "lint/facts.h"

#include <ctype.h>
#include <string.h>

struct constructs {
    struct facts *f;
    struct ir_index inputs;  /* of a query */
    struct ir_index joins;   /* of a query */
    struct ir_index outputs; /* of a query */
    struct ir_index uses;    /* of a query */
    struct ir_index columns; /* of a dataset */
    bool *exists;            /* by query: only whether there is a row counts */
};

static struct fact_at at_text(const struct facts *f, ir_statement_id s, uint32_t off, uint32_t len)
{
    const struct ir_statement *row = IR(f->ir, statement, s);

    return (struct fact_at){row->file, row->text, off, len, s};
}

static uint32_t count_of(const struct ir_index *index, uint32_t owner)
{
    return index->first[owner + 1] - index->first[owner];
}

/* The only input of a query, or NULL. */
static const struct ir_input *only_input(const struct constructs *c, ir_query_id q)
{
    if (count_of(&c->inputs, q.v) != 1)
        return NULL;
    return &c->f->ir->input.items[c->inputs.rows[c->inputs.first[q.v]]];
}

static bool input_is_ordered(const struct constructs *c, ir_query_id q)
{
    const struct ir_input *input = only_input(c, q);

    return input && IR(c->f->ir, query, input->subquery)->flags & IR_QUERY_ORDERED;
}

/* ---- money ---- */

/* A name one of whose words is one of these: unit_price, costs, fee_amount. */
static bool names_money(const char *name)
{
    static const char *const words[] = {"price",    "prices", "cost", "costs",  "revenue", "salary",
                                        "salaries", "fee",    "fees", "profit", "invoice", "turnover"};
    static const char *const shares[] = {"rate",       "ratio", "share", "pct",   "percent",
                                         "percentage", "count", "index", "score", "factor"};
    bool money = false;

    while (*name) {
        size_t n = strcspn(name, "_");
        struct slice word = {name, n};

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            money |= slice_is_nocase(word, words[i]);
        for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
            if (slice_is_nocase(word, shares[i]))
                return false;
        name += n + (name[n] == '_');
    }
    return money;
}

/* ---- parts of expressions ---- */

/* A key of DISTINCT ON for every column of the result leaves nothing to choose. */
static bool is_plain_distinct(const struct constructs *c, ir_query_id q)
{
    const struct ir *ir = c->f->ir;
    uint32_t keys = 0;

    for (uint32_t k = c->uses.first[q.v]; k < c->uses.first[q.v + 1]; k++)
        keys += ir->use.items[c->uses.rows[k]].role == IR_ROLE_GROUP_BY;
    for (uint32_t k = c->outputs.first[q.v]; k < c->outputs.first[q.v + 1]; k++)
        if (ir->output.items[c->outputs.rows[k]].star)
            return false;
    return keys >= count_of(&c->outputs, q.v);
}

/* Rows without any of their columns: a generator of numbers, in which one row is like the other. */
static bool only_counts(const struct constructs *c, ir_query_id q)
{
    for (uint32_t k = c->outputs.first[q.v]; k < c->outputs.first[q.v + 1]; k++)
        if (c->f->ir->output.items[c->outputs.rows[k]].star)
            return false;
    return IR(c->f->ir, query, q)->kind == IR_QUERY_SELECT && count_of(&c->uses, q.v) == 0;
}

static void add_construct(const struct constructs *c, const struct ir_construct *row)
{
    struct facts *f = c->f;
    const struct ir *ir = f->ir;
    ir_statement_id s = IR(ir, query, row->query)->statement;
    const struct ir_statement *statement = IR(ir, statement, s);
    const char *column = ir_string(ir, IR(ir, output, row->output)->name);

    if (row->kind == IR_CONSTRUCT_WINDOW && only_counts(c, row->query))
        return;
    if (row->kind == IR_CONSTRUCT_DISTINCT_ON && is_plain_distinct(c, row->query))
        return;
    if (row->kind == IR_CONSTRUCT_CLOCK && row->role == IR_ROLE_FILTER && statement->kind == IR_KIND_UPDATE)
        return; /* it ends what has expired */
    FACT_ADD(f, construct, at_text(f, s, row->off, row->len), .kind = ir_name_of_construct_kind(row->kind),
             .name = ir_string(ir, row->name), .role = ir_name_of_role(row->role), .column = column,
             .stored = kind_stores(statement->kind), .view = statement->kind == IR_KIND_CREATE_VIEW,
             .rows = count_of(&c->inputs, row->query.v) > 0,
             .task = IR(ir, job, statement->job)->kind == IR_JOB_TASK,
             .ordered_input = input_is_ordered(c, row->query), .money = names_money(column));
}

static bool column_not_null(const struct constructs *c, ir_dataset_id dataset, ir_str name)
{
    struct ir *ir = c->f->ir;

    for (uint32_t k = c->columns.first[dataset.v]; k < c->columns.first[dataset.v + 1]; k++) {
        const struct ir_column *column = &ir->column.items[c->columns.rows[k]];

        if (column->name.v == name.v)
            return column->flags & IR_COLUMN_NOT_NULL;
    }
    return false;
}

static bool contains_words(struct slice bytes, const char *words)
{
    size_t n = strlen(words);

    for (size_t i = 0; i + n <= bytes.n; i++)
        if (slice_is_nocase(slice_sub(bytes, i, n), words))
            return true;
    return false;
}

/* Catalogs and system views: their keys are never null. */
static bool is_of_the_system(const struct facts *f, const struct ir_access *a)
{
    static const char *const names[] = {"pg_", "stl_", "stv_", "svv_", "svl_", "sys"};
    struct slice schema = ir_slice(f->ir, a->schema), name = ir_slice(f->ir, a->name);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_starts_nocase(schema.n ? schema : name, names[i]))
            return true;
    return slice_is_nocase(schema, "information_schema");
}

/* Is the column one that the subquery's WHERE compares with something? Then no null passes. */
static bool is_filtered(const struct constructs *c, ir_query_id q, ir_str column)
{
    const struct ir *ir = c->f->ir;

    for (uint32_t k = c->uses.first[q.v]; k < c->uses.first[q.v + 1]; k++) {
        const struct ir_use *use = &ir->use.items[c->uses.rows[k]];
        ir_statement_id s = IR(ir, query, q)->statement;
        uint32_t end = IR(ir, query, q)->off + IR(ir, query, q)->len, at = use->off + use->len;
        struct slice after;

        if (use->role != IR_ROLE_FILTER || use->output.v || use->column.v != column.v || at >= end)
            continue;
        after = slice_trim(at_bytes(c->f, at_text(c->f, s, at, end - at)));
        if (slice_starts(after, "=") || slice_starts(after, "<") || slice_starts(after, ">"))
            return true;
    }
    return false;
}

/* x NOT IN (SELECT c FROM …): the use at the same place has the subquery. */
static void add_not_in(const struct constructs *c, const struct ir_construct *row)
{
    struct facts *f = c->f;
    const struct ir *ir = f->ir;
    ir_statement_id s = IR(ir, query, row->query)->statement;
    ir_query_id sub = {0};
    const struct ir_input *input;
    const struct ir_output *output;
    bool not_null;

    for (uint32_t k = c->uses.first[row->query.v]; k < c->uses.first[row->query.v + 1]; k++) {
        const struct ir_use *use = &ir->use.items[c->uses.rows[k]];

        if (use->subquery.v && use->off == row->off)
            sub = use->subquery;
    }
    if (!sub.v || IR(ir, query, sub)->kind != IR_QUERY_SELECT || count_of(&c->outputs, sub.v) != 1)
        return;
    output = &ir->output.items[c->outputs.rows[c->outputs.first[sub.v]]];
    input = only_input(c, sub);
    not_null = contains_words(at_bytes(f, at_text(f, s, IR(ir, query, sub)->off, IR(ir, query, sub)->len)),
                              "is not null");
    if (input)
        not_null |= column_not_null(c, IR(ir, access, input->access)->dataset, output->name) ||
                    is_of_the_system(f, IR(ir, access, input->access)) || is_filtered(c, sub, output->name);
    FACT_ADD(f, not_in, at_text(f, s, row->off, row->len), .column = ir_string(ir, output->name),
             .not_null = not_null, .plain = output->flags & IR_OUTPUT_PLAIN_COLUMN);
}

/* The outer join that may leave the input without a row. */
static enum ir_join_kind join_that_adds(const struct constructs *c, ir_query_id q, uint32_t ordinal)
{
    const struct ir *ir = c->f->ir;

    for (uint32_t k = c->joins.first[q.v]; k < c->joins.first[q.v + 1]; k++) {
        const struct ir_join *join = &ir->join.items[c->joins.rows[k]];
        uint32_t right = join->left_first + join->left_count;

        if (join->kind == IR_JOIN_LEFT && ordinal >= right && ordinal < right + join->right_count)
            return IR_JOIN_LEFT;
        if (join->kind == IR_JOIN_RIGHT && ordinal >= join->left_first && ordinal < right)
            return IR_JOIN_RIGHT;
    }
    return IR_JOIN_INNER;
}

static void add_undone_join(const struct constructs *c, const struct ir_construct *row)
{
    struct facts *f = c->f;
    struct ir *ir = f->ir;
    ir_str name = ir_fold(ir, row->name);
    struct fact_at at = at_text(f, IR(ir, query, row->query)->statement, row->off, row->len);
    struct slice written = at_bytes(f, at);

    for (uint32_t k = c->inputs.first[row->query.v]; k < c->inputs.first[row->query.v + 1]; k++) {
        const struct ir_input *input = &ir->input.items[c->inputs.rows[k]];
        enum ir_join_kind join = IR_JOIN_INNER;

        if (ir_fold(ir, input->alias).v == name.v)
            join = join_that_adds(c, row->query, input->ordinal);
        if (join != IR_JOIN_INNER)
            FACT_ADD(f, undone_join, at, .table = ir_string(ir, row->name),
                     .column = arena_strndup(f->arena, written.p, written.n),
                     .join = ir_name_of_join_kind(join));
    }
}

/* ---- LIMIT ---- */

/* LIMIT 0: only the columns are wanted. */
static bool is_zero(struct slice query, size_t word)
{
    while (word < query.n && isalpha((unsigned char)query.p[word]))
        word++;
    while (word < query.n && isspace((unsigned char)query.p[word]))
        word++;
    return word < query.n && query.p[word] == '0';
}

static void add_limit(const struct constructs *c, ir_query_id q)
{
    static const char *const words[] = {"limit", "fetch", "top", NULL};
    struct facts *f = c->f;
    const struct ir_query *row = IR(f->ir, query, q);
    struct fact_at at = at_text(f, row->statement, row->off, row->len);
    bool one = row->flags & IR_QUERY_AGGREGATES || c->exists[q.v];

    if (!(row->flags & IR_QUERY_LIMITED) || row->flags & IR_QUERY_ORDERED || only_counts(c, q) ||
        is_zero(at_bytes(f, at), at_last_of(f, at, words).off - at.off))
        return;
    if (row->kind == IR_QUERY_SELECT)
        one |= count_of(&c->inputs, q.v) == 0;
    FACT_ADD(f, limit, at_last_of(f, at, words),
             .stored = kind_stores(IR(f->ir, statement, row->statement)->kind),
             .ordered_input = input_is_ordered(c, q), .one_row = one);
}

/* ---- constants in select lists ---- */

static struct slice output_bytes(const struct constructs *c, const struct ir_output *output)
{
    ir_statement_id s = IR(c->f->ir, query, output->query)->statement;

    return at_bytes(c->f, at_text(c->f, s, output->off, output->len));
}

static void add_null_columns(const struct constructs *c, ir_statement_id s)
{
    struct facts *f = c->f;
    const struct ir *ir = f->ir;
    const struct ir_statement *row = IR(ir, statement, s);
    ir_access_id target = statement_target(f, s);
    ir_query_id q = row->query;

    if ((row->kind != IR_KIND_CREATE_TABLE_AS && row->kind != IR_KIND_SELECT_INTO) || !target.v ||
        IR(ir, query, q)->kind != IR_QUERY_SELECT)
        return;
    for (uint32_t k = c->outputs.first[q.v]; k < c->outputs.first[q.v + 1]; k++) {
        const struct ir_output *output = &ir->output.items[c->outputs.rows[k]];
        struct slice bytes = output_bytes(c, output);

        if (slice_starts_nocase(bytes, "null") && (bytes.n == 4 || isspace((unsigned char)bytes.p[4])))
            FACT_ADD(f, null_column, at_text(f, s, output->off, output->len),
                     .column = ir_string(ir, output->name),
                     .table = access_written(f, IR(ir, access, target)));
    }
}

/* The length of the string that an item of a select list begins with and, but for its alias, is; 0: none. */
static size_t literal_length(struct slice bytes)
{
    size_t i = 1;

    if (!bytes.n || bytes.p[0] != '\'')
        return 0;
    while (i < bytes.n && bytes.p[i] != '\'')
        i++;
    if (i + 1 < bytes.n && !isspace((unsigned char)bytes.p[i + 1]))
        return 0;
    return i < bytes.n ? i + 1 : 0;
}

static void add_union(const struct constructs *c, ir_query_id q)
{
    static const char *const words[] = {"union", NULL};
    struct facts *f = c->f;
    const struct ir *ir = f->ir;
    const struct ir_query *row = IR(ir, query, q), *left = IR(ir, query, row->left),
                          *right = IR(ir, query, row->right);
    uint32_t a = c->outputs.first[row->left.v], b = c->outputs.first[row->right.v];
    struct fact_at at;

    if (row->kind != IR_QUERY_SETOP || left->kind != IR_QUERY_SELECT || right->kind != IR_QUERY_SELECT ||
        row->flags & (IR_QUERY_UNION_ALL | IR_QUERY_EXCEPT | IR_QUERY_INTERSECT | IR_QUERY_RECURSIVE) ||
        right->off < left->off + left->len)
        return;
    at = at_text(f, row->statement, left->off + left->len, right->off - left->off - left->len);
    for (; a < c->outputs.first[row->left.v + 1] && b < c->outputs.first[row->right.v + 1]; a++, b++) {
        const struct ir_output *x = &ir->output.items[c->outputs.rows[a]];
        struct slice one = output_bytes(c, x), other = output_bytes(c, &ir->output.items[c->outputs.rows[b]]);
        size_t n = literal_length(one), m = literal_length(other);

        if (!n || !m || slice_eq(slice_sub(one, 0, n), slice_sub(other, 0, m)))
            continue;
        FACT_ADD(f, union_distinct, at_last_of(f, at, words), .column = ir_string(ir, x->name));
        return;
    }
}

static void add_all(const struct constructs *c)
{
    const struct ir *ir = c->f->ir;

    for (IR_EACH(ir, construct, i)) {
        const struct ir_construct *row = IR(ir, construct, i);

        if (!row->len)
            continue;
        if (row->kind == IR_CONSTRUCT_NOT_IN)
            add_not_in(c, row);
        else if (row->kind == IR_CONSTRUCT_STRICT)
            add_undone_join(c, row);
        else
            add_construct(c, row);
    }
    for (IR_EACH(ir, query, q)) {
        add_limit(c, q);
        add_union(c, q);
    }
    for (IR_EACH(ir, statement, s))
        add_null_columns(c, s);
}

void facts_of_constructs(struct facts *f)
{
    struct ir *ir = f->ir;
    struct arena *a = f->family;
    struct constructs c = {.f = f,
                           .inputs = IR_INDEX(a, ir, input, query, query),
                           .joins = IR_INDEX(a, ir, join, query, query),
                           .outputs = IR_INDEX(a, ir, output, query, query),
                           .uses = IR_INDEX(a, ir, use, query, query),
                           .columns = IR_INDEX(a, ir, column, dataset, dataset),
                           .exists = ARENA_ARRAY(a, bool, ir->query.count)};

    for (IR_EACH(ir, use, u))
        if (IR(ir, use, u)->flags & IR_USE_EXISTS)
            c.exists[IR(ir, use, u)->subquery.v] = true;
    add_all(&c);
}
