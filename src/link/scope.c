/*
 * What a name means where it stands. As PostgreSQL looks it up: the inputs of the block, then those of the
 * blocks around it. Known columns decide; where a relation's columns are not known, it may have the
 * name, and when several may, each gets the reference, marked as inferred.
 */
#include "link/linker.h"

#include <string.h>

uint32_t link_input_count(const struct link *l, ir_query_id query)
{
    return l->inputs.first[query.v + 1] - l->inputs.first[query.v];
}

ir_input_id link_input_at(const struct link *l, ir_query_id query, uint32_t ordinal)
{
    if (ordinal >= link_input_count(l, query))
        return (ir_input_id){0};
    return (ir_input_id){l->inputs.rows[l->inputs.first[query.v] + ordinal]};
}

/* ---- system columns ---- */

/* Names that stand where a column does and are none of a table's, by dialect; UNKNOWN: in every one. */
static const struct {
    enum ir_dialect dialect;
    const char *name;
} pseudo_columns[] = {
    {IR_DIALECT_UNKNOWN, "ctid"},
    {IR_DIALECT_UNKNOWN, "xmin"},
    {IR_DIALECT_UNKNOWN, "xmax"},
    {IR_DIALECT_UNKNOWN, "cmin"},
    {IR_DIALECT_UNKNOWN, "cmax"},
    {IR_DIALECT_UNKNOWN, "tableoid"},
    {IR_DIALECT_ORACLE, "rownum"},
    {IR_DIALECT_ORACLE, "rowid"},
    {IR_DIALECT_ORACLE, "level"},
    {IR_DIALECT_ORACLE, "sysdate"},
    {IR_DIALECT_ORACLE, "systimestamp"},
    {IR_DIALECT_ORACLE, "uid"},
    {IR_DIALECT_ORACLE, "connect_by_isleaf"},
    {IR_DIALECT_ORACLE, "connect_by_iscycle"},
    {IR_DIALECT_ORACLE, "nextval"},
    {IR_DIALECT_ORACLE, "currval"},
    {IR_DIALECT_SNOWFLAKE, "level"},
    {IR_DIALECT_SNOWFLAKE, "nextval"},
    {IR_DIALECT_SNOWFLAKE, "metadata$filename"},
    {IR_DIALECT_SNOWFLAKE, "metadata$file_row_number"},
    {IR_DIALECT_REDSHIFT, "level"},
    {IR_DIALECT_REDSHIFT, "sysdate"},
    {IR_DIALECT_BIGQUERY, "_partitiontime"},
    {IR_DIALECT_BIGQUERY, "_partitiondate"},
    {IR_DIALECT_BIGQUERY, "_table_suffix"},
    {IR_DIALECT_BIGQUERY, "_file_name"},
    {IR_DIALECT_HIVE, "input__file__name"},
    {IR_DIALECT_SPARK, "_metadata"},
    {IR_DIALECT_DATABRICKS, "_metadata"},
    {IR_DIALECT_SQLITE, "rowid"},
    {IR_DIALECT_DUCKDB, "rowid"},
};

static bool is_system_column(const struct link *l, const struct ir_use *use)
{
    const char *name = ir_string(l->ir, ir_fold(l->ir, use->column));
    enum ir_dialect dialect = link_dialect(l, IR(l->ir, query, use->query)->statement);

    for (size_t i = 0; i < sizeof pseudo_columns / sizeof *pseudo_columns; i++)
        if (pseudo_columns[i].name[0] == name[0] &&
            (pseudo_columns[i].dialect == IR_DIALECT_UNKNOWN || pseudo_columns[i].dialect == dialect) &&
            strcmp(name, pseudo_columns[i].name) == 0)
            return true;
    return false;
}

/* ---- qualifiers ---- */

/* Does `schema.table` name this input? An alias hides the relation's own name. */
static bool input_is(struct link *l, ir_input_id id, ir_str catalog, ir_str schema, ir_str table)
{
    const struct ir_input *in = IR(l->ir, input, id);
    const struct ir_access *a = IR(l->ir, access, in->access);

    if (l->alias[id.v].v != table.v)
        return false;
    if (schema.v == 0)
        return true;
    return !in->has_alias && in->kind == IR_INPUT_RELATION && ir_fold(l->ir, a->schema).v == schema.v &&
           (catalog.v == 0 || ir_fold(l->ir, a->catalog).v == catalog.v);
}

static struct link_run find_join_alias(struct link *l, ir_query_id query, ir_str table)
{
    for (uint32_t k = l->joins.first[query.v]; k < l->joins.first[query.v + 1]; k++) {
        const struct ir_join *j = &l->ir->join.items[l->joins.rows[k]];

        if (j->alias.v && ir_fold(l->ir, j->alias).v == table.v)
            return (struct link_run){query, j->left_first, j->left_count + j->right_count};
    }
    return (struct link_run){0};
}

/* All inputs of a query, or those that a join joins for what stands in its ON. */
static struct link_view view_of(const struct ir_use *use)
{
    if (use->input_count == 0)
        return (struct link_view){use->query, 0, UINT32_MAX};
    return (struct link_view){use->query, use->first_input, use->first_input + use->input_count};
}

/* What is seen from the block around. */
static struct link_view outward(const struct link *l, struct link_view view)
{
    const struct ir_query *q = IR(l->ir, query, view.query);

    return (struct link_view){q->parent, q->first_visible, q->visible};
}

struct link_run link_find_alias(struct link *l, struct link_view view, ir_str catalog, ir_str schema,
                                ir_str table)
{
    catalog = ir_fold(l->ir, catalog);
    schema = ir_fold(l->ir, schema);
    table = ir_fold(l->ir, table);
    for (uint32_t level = 0; view.query.v && level < LINK_MAX_DEPTH; level++) {
        uint32_t count = link_input_count(l, view.query);
        struct link_run run;

        for (uint32_t i = view.first; i < count && i < view.end; i++)
            if (input_is(l, link_input_at(l, view.query, i), catalog, schema, table))
                return (struct link_run){view.query, i, 1};
        run = schema.v ? (struct link_run){0} : find_join_alias(l, view.query, table);
        if (run.count)
            return run;
        view = outward(l, view);
    }
    return (struct link_run){0};
}

/* ---- columns of a run of inputs ---- */

static void push(struct link *l, struct link_found *out, ir_input_id input, int64_t index, ir_str name,
                 bool inferred)
{
    vec_push(l->work, &out->list,
             ((struct link_source){.input = input, .index = index, .name = name, .inferred = inferred}));
}

/* May this input have columns that are not known? A function is no table: what it hides leads nowhere. */
static bool is_open(struct link *l, ir_input_id input)
{
    return IR(l->ir, input, input)->kind != IR_INPUT_FUNCTION && !link_input_shape(l, input)->complete;
}

/* Known matches, or none. */
static void find_known(struct link *l, ir_query_id query, uint32_t first, uint32_t count, ir_str name,
                       struct link_found *out)
{
    uint32_t before = out->list.count;

    for (uint32_t i = first; i < first + count; i++) {
        ir_input_id input = link_input_at(l, query, i);
        int64_t at = link_shape_find(l, link_input_shape(l, input), name);

        if (at >= 0)
            push(l, out, input, at, name, false);
    }
    if (out->list.count - before > 1)
        for (uint32_t i = before; i < out->list.count; i++)
            out->list.items[i].inferred = true;
}

static void find_open(struct link *l, ir_query_id query, uint32_t first, uint32_t count, ir_str name,
                      struct link_found *out)
{
    for (uint32_t i = first; i < first + count; i++) {
        ir_input_id input = link_input_at(l, query, i);

        if (is_open(l, input))
            push(l, out, input, -1, name, false);
    }
}

/* The outermost join within the run that merges the name; none: id 0. */
static ir_join_id merging_join(struct link *l, ir_query_id query, uint32_t first, uint32_t count, ir_str name)
{
    for (uint32_t k = l->joins.first[query.v + 1]; k-- > l->joins.first[query.v];) {
        ir_join_id id = {l->joins.rows[k]};
        const struct ir_join *j = IR(l->ir, join, id);
        const struct link_merged *m;

        if (j->left_first < first || j->left_first + j->left_count + j->right_count > first + count ||
            (!j->natural && l->join_columns.first[id.v] == l->join_columns.first[id.v + 1]))
            continue;
        m = link_join_merged(l, id);
        for (uint32_t i = 0; i < m->names.count; i++)
            if (m->names.items[i].v == name.v)
                return id;
    }
    return (ir_join_id){0};
}

/* The value of a merged column is its left side's, but a right join's its right side's and a full join's either
 * one; its comparison is with both. The walk goes down the one side and takes the other one whole. */
void link_lookup_run(struct link *l, ir_query_id query, uint32_t first, uint32_t count, ir_str name,
                     bool both, struct link_found *out)
{
    for (;;) {
        ir_join_id id = merging_join(l, query, first, count, name);
        const struct ir_join *j = IR(l->ir, join, id);
        uint32_t before = out->list.count;
        bool splits = id.v && j->left_count && j->left_count < count;

        if (splits && !both && j->kind == IR_JOIN_RIGHT) {
            first = j->left_first + j->left_count;
            count = j->right_count;
            continue;
        }
        if (splits && !both && j->kind != IR_JOIN_FULL) {
            first = j->left_first;
            count = j->left_count;
            continue;
        }
        if (splits) {
            struct link_found right = {0};

            find_known(l, query, j->left_first + j->left_count, j->right_count, name, &right);
            if (right.list.count == 0)
                find_open(l, query, j->left_first + j->left_count, j->right_count, name, &right);
            for (uint32_t i = 0; i < right.list.count; i++)
                push(l, out, right.list.items[i].input, right.list.items[i].index, name,
                     right.list.count > 1);
            first = j->left_first;
            count = j->left_count;
            continue;
        }
        find_known(l, query, first, count, name, out);
        if (out->list.count > before)
            return;
        find_open(l, query, first, count, name, out);
        for (uint32_t i = before; i < out->list.count; i++)
            out->list.items[i].inferred = out->list.count - before > 1;
        return;
    }
}

/* ---- references ---- */

ir_query_id link_inserted_body(const struct link *l, ir_query_id block)
{
    const struct ir_access *a = IR(l->ir, access, IR(l->ir, input, link_input_at(l, block, 0))->access);

    if (a->mode != IR_ACCESS_APPEND && a->mode != IR_ACCESS_OVERWRITE && a->mode != IR_ACCESS_UPSERT)
        return (ir_query_id){0};
    if (IR(l->ir, statement, a->statement)->kind == IR_KIND_MERGE)
        return (ir_query_id){0};
    return IR(l->ir, input, link_input_at(l, block, 1))->subquery;
}

/* INSERT's block shows its body as "excluded", to qualified names only. */
static struct link_run bare_inputs(const struct link *l, struct link_view view)
{
    uint32_t count = link_input_count(l, view.query);

    if (IR(l->ir, query, view.query)->kind == IR_QUERY_DML && link_inserted_body(l, view.query).v)
        count = 1;
    count = count < view.end ? count : view.end;
    return (struct link_run){view.query, view.first, count > view.first ? count - view.first : 0};
}

static bool has_known(const struct link_found *found)
{
    for (uint32_t i = 0; i < found->list.count; i++)
        if (found->list.items[i].index >= 0)
            return true;
    return false;
}

/* An alias of an input instead of a column: the whole row. */
static bool lookup_row(struct link *l, struct link_view view, ir_str name, struct link_found *out)
{
    struct link_run run = link_find_alias(l, view, (ir_str){0}, (ir_str){0}, name);

    for (uint32_t i = 0; i < run.count; i++)
        push(l, out, link_input_at(l, run.query, run.first + i), -1, (ir_str){0}, false);
    return run.count > 0;
}

/* Scopes outwards until a known column matches; relations of unknown columns on the way stay candidates,
 * those of the innermost such scope when nothing is known at all. */
static void lookup_bare(struct link *l, struct link_view view, ir_str name, struct link_found *out)
{
    struct link_view start = view;
    uint32_t candidates = 0;

    for (uint32_t level = 0; view.query.v && level < LINK_MAX_DEPTH; level++) {
        struct link_run run = bare_inputs(l, view);
        struct link_found here = {0};

        link_lookup_run(l, run.query, run.first, run.count, name, false, &here);
        if (has_known(&here) || out->list.count == 0)
            for (uint32_t i = 0; i < here.list.count; i++)
                vec_push(l->work, &out->list, here.list.items[i]);
        if (has_known(&here)) {
            for (uint32_t i = 0; candidates && i < out->list.count; i++)
                out->list.items[i].inferred = true;
            return;
        }
        candidates = out->list.count;
        view = outward(l, view);
    }
    if (out->list.count) {
        struct link_found row = {0};

        if (lookup_row(l, start, name, &row))
            *out = row;
    } else {
        lookup_row(l, start, name, out);
    }
}

/* In dialects whose columns are structs, a.b may be field b of column a; PostgreSQL wants (a).b for that. */
static bool has_bare_fields(const struct link *l, const struct ir_use *use)
{
    switch (link_dialect(l, IR(l->ir, query, use->query)->statement)) {
    case IR_DIALECT_UNKNOWN:
    case IR_DIALECT_GENERIC:
    case IR_DIALECT_POSTGRES:
    case IR_DIALECT_TSQL:
    case IR_DIALECT_MYSQL:
    case IR_DIALECT_SQLITE:
    case IR_DIALECT_TERADATA:
        return false;
    default:
        return true;
    }
}

/* The first written part of a.b.c.d. */
static ir_str first_part(const struct ir_use *use)
{
    return use->catalog.v ? use->catalog : use->schema.v ? use->schema : use->table;
}

/* a.b.c where no input is called so: input a's column b, or column a. */
static void lookup_path(struct link *l, const struct ir_use *use, struct link_found *out)
{
    struct link_run run = {0};

    if (use->catalog.v)
        run = link_find_alias(l, view_of(use), (ir_str){0}, (ir_str){0}, use->catalog);
    if (run.count)
        link_lookup_run(l, run.query, run.first, run.count, use->schema, false, out);
    else
        lookup_bare(l, view_of(use), first_part(use), out);
}

static void lookup_qualified(struct link *l, const struct ir_use *use, struct link_found *out)
{
    struct link_run run = link_find_alias(l, view_of(use), use->catalog, use->schema, use->table);
    ir_str name = use->column;

    if (run.count == 0 && use->schema.v) { /* a field of a composite column: alias.column.field */
        run = link_find_alias(l, view_of(use), (ir_str){0}, use->catalog, use->schema);
        name = use->table;
    }
    if (run.count == 0 && has_bare_fields(l, use)) {
        lookup_path(l, use, out);
        return;
    }
    if (run.count > 1) {
        link_lookup_run(l, run.query, run.first, run.count, name, false, out);
    } else if (run.count == 1) {
        ir_input_id input = link_input_at(l, run.query, run.first);
        const struct link_shape *shape = link_input_shape(l, input);
        int64_t at = link_shape_find(l, shape, name);

        if (at < 0 && shape->complete &&
            has_bare_fields(l, use)) { /* its only column's field: UNNEST(x) AS a */
            int64_t column = link_shape_find(l, shape, first_part(use));

            at = column >= 0 ? column : at;
        }
        push(l, out, input, at, name, at < 0 && shape->complete);
    }
}

/* (q).column: of a row when q is an input, else the composite column q. */
static void lookup_field(struct link *l, const struct ir_use *use, struct link_found *out)
{
    lookup_bare(l, view_of(use), use->table, out);
    for (uint32_t i = 0; i < out->list.count; i++)
        if (out->list.items[i].index >= 0 || out->list.items[i].name.v)
            return;
    out->list.count = 0;
    lookup_qualified(l, use, out);
}

/* q.* or * inside an expression: one value, unless it stands for its columns one by one. */
static void lookup_star(struct link *l, const struct ir_use *use, struct link_found *out)
{
    struct link_run run = {use->query, 0, link_input_count(l, use->query)};

    if (use->table.v)
        run = link_find_alias(l, view_of(use), use->catalog, use->schema, use->table);
    for (uint32_t i = 0; i < run.count; i++) {
        ir_input_id input = link_input_at(l, run.query, run.first + i);
        const struct link_shape *shape = link_input_shape(l, input);

        if ((use->flags & IR_USE_EXPANDED) == 0 || !shape->complete)
            push(l, out, input, -1, (ir_str){0}, false);
        else
            for (uint32_t c = 0; c < shape->count; c++)
                push(l, out, input, c, shape->items[c].name, false);
    }
}

void link_lookup(struct link *l, const struct ir_use *use, struct link_found *out)
{
    if (use->flags & IR_USE_STAR) {
        lookup_star(l, use, out);
        return;
    }
    if (use->flags & IR_USE_FIELD)
        lookup_field(l, use, out);
    else if (use->table.v)
        lookup_qualified(l, use, out);
    else
        lookup_bare(l, view_of(use), use->column, out);
    if (!has_known(out) && is_system_column(l, use))
        out->list.count = 0;
}

ir_output_id link_output_named(struct link *l, ir_query_id query, ir_str name)
{
    const struct link_shape *shape = link_query_shape(l, query);
    int64_t at = link_shape_find(l, shape, name);

    return at < 0 ? (ir_output_id){0} : shape->items[at].output;
}
