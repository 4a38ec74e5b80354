/*
 * CREATE TABLE: its columns with their types as PostgreSQL prints them, defaults as they are written, and what the
 * constraints prove about them.
 */
#include "sql/facts.h"

static const char *const type_names[][2] = {
    {"bpchar", "character"},
    {"bool", "boolean"},
    {"float4", "real"},
    {"float8", "double precision"},
    {"int2", "smallint"},
    {"int4", "integer"},
    {"int8", "bigint"},
    {"varbit", "bit varying"},
    {"varchar", "character varying"},
    {"timestamptz", "timestamp with time zone"},
    {"timetz", "time with time zone"},
    {"timestamp", "timestamp without time zone"},
    {"time", "time without time zone"},
};

/* "numeric(10,2)[]": PostgreSQL's own printing, but for the modifiers of time types, which it puts inside. */
ir_str create_type_text(struct facts *f, uint32_t type)
{
    const struct tree *t = &f->tree;
    struct buf b = buf_new(f->arena);
    uint32_t name = tree_items(t, type, FIELD_names), modifier = tree_items(t, type, FIELD_typmods);
    bool own = slice_is(tree_text(t, name), "pg_catalog") && tree_next(t, name);
    struct slice last = tree_text(t, tree_last(t, name));
    const char *printed = NULL;

    for (size_t i = 0; own && i < sizeof type_names / sizeof *type_names; i++)
        if (slice_is(last, type_names[i][0]))
            printed = type_names[i][1];
    if (printed) {
        buf_adds(&b, printed);
    } else {
        for (uint32_t n = own ? tree_next(t, name) : name; n; n = tree_next(t, n)) {
            buf_adds(&b, b.n ? "." : "");
            buf_add(&b, tree_text(t, n).p, tree_text(t, n).n);
        }
    }
    for (const char *mark = "("; modifier; modifier = tree_next(t, modifier), mark = ",") {
        uint32_t value = tree_get(t, modifier, FIELD_ival);

        buf_printf(&b, "%s%d", mark, tree_int(t, value, FIELD_ival));
        if (!tree_next(t, modifier))
            buf_addc(&b, ')');
    }
    for (uint32_t n = tree_items(t, type, FIELD_arrayBounds); n; n = tree_next(t, n))
        buf_adds(&b, "[]");
    return facts_intern(f, buf_slice(&b));
}

static const struct {
    const char *contype;
    uint32_t flags;
} constraint_flags[] = {
    {"CONSTR_NOTNULL", IR_COLUMN_NOT_NULL},    {"CONSTR_PRIMARY", IR_COLUMN_NOT_NULL | IR_COLUMN_UNIQUE},
    {"CONSTR_UNIQUE", IR_COLUMN_UNIQUE},       {"CONSTR_IDENTITY", IR_COLUMN_NOT_NULL | IR_COLUMN_GENERATED},
    {"CONSTR_GENERATED", IR_COLUMN_GENERATED},
};

static uint32_t flags_of(const struct facts *f, uint32_t constraint)
{
    for (size_t i = 0; i < sizeof constraint_flags / sizeof *constraint_flags; i++)
        if (facts_is(f, constraint, FIELD_contype, constraint_flags[i].contype))
            return constraint_flags[i].flags;
    return 0;
}

/* The default's text, from the tokens: the constraint's own location is its keyword. */
static ir_str default_text(struct facts *f, uint32_t constraint)
{
    static const char *const ends[] = {"not",        "null",       "primary",   "unique",  "check",
                                       "references", "constraint", "generated", "collate", NULL};
    uint32_t first, end, item;
    const struct sql_token *from, *to;

    if (tree_location(&f->tree, constraint) == TREE_NOWHERE)
        return (ir_str){0};
    first = span_at(f->spans, tree_location(&f->tree, constraint)) + 1;
    item = span_item(f->spans, first).end;
    end = span_find(f->spans, first + 1, item, ends);
    if (first >= end || end > f->spans->count)
        return (ir_str){0};
    from = &f->spans->tokens->list.items[first];
    to = &f->spans->tokens->list.items[end - 1];
    return facts_intern(f, slice_sub(f->piece->sql, from->off, to->off + to->len - from->off));
}

void create_column_read(struct facts *f, uint32_t def, ir_access_id access, uint32_t ordinal)
{
    const struct tree *t = &f->tree;
    struct slice type =
        tree_text(t, tree_last(t, tree_items(t, tree_get(t, def, FIELD_typeName), FIELD_names)));
    struct ir_column_def row = {.access = access, .ordinal = ordinal};

    row.name = facts_intern(f, tree_string(t, def, FIELD_colname));
    row.type = create_type_text(f, tree_get(t, def, FIELD_typeName));
    if (slice_ends(type, "serial"))
        row.flags |= IR_COLUMN_NOT_NULL | IR_COLUMN_GENERATED;
    for (uint32_t n = tree_items(t, def, FIELD_constraints); n; n = tree_next(t, n)) {
        row.flags |= flags_of(f, n);
        if (facts_is(f, n, FIELD_contype, "CONSTR_DEFAULT"))
            row.default_value = default_text(f, n);
    }
    ir_add_column_def(f->ir, row);
}

/* PRIMARY KEY (a, b) makes its columns not null; one column alone is unique. */
static void apply_keys(struct facts *f, uint32_t constraint, uint32_t first_def)
{
    const struct tree *t = &f->tree;
    uint32_t keys = tree_items(t, constraint, FIELD_keys), flags = flags_of(f, constraint);
    struct map wanted = map_new(f->arena);

    if (!keys || !flags)
        return;
    if (tree_next(t, keys))
        flags &= ~(uint32_t)IR_COLUMN_UNIQUE;
    for (; keys; keys = tree_next(t, keys))
        map_put(&wanted, facts_intern(f, tree_text(t, keys)).v, 1);
    for (uint32_t i = first_def; i < f->ir->column_def.count; i++)
        if (map_get(&wanted, f->ir->column_def.items[i].name.v))
            f->ir->column_def.items[i].flags |= flags;
}

/* LIKE takes columns; INHERITS and PARTITION OF make the rows the other relation's too. */
static void add_columns_of(struct facts *f, uint32_t relation, ir_access_id access, uint32_t flags)
{
    ir_access_id like = statement_access(f, relation, IR_ACCESS_READ);

    ir_add_column_def(f->ir, (struct ir_column_def){.access = access, .like = like, .flags = flags});
}

static void read_elements(struct facts *f, uint32_t first, ir_access_id access)
{
    const struct tree *t = &f->tree;
    uint32_t ordinal = 1, first_def = f->ir->column_def.count;

    for (uint32_t n = first; n; n = tree_next(t, n)) {
        if (tree_kind(t, n) == NODE_ColumnDef)
            create_column_read(f, n, access, ordinal++);
        else if (tree_kind(t, n) == NODE_TableLikeClause)
            add_columns_of(f, tree_get(t, n, FIELD_relation), access, 0);
    }
    for (uint32_t n = first; n; n = tree_next(t, n))
        if (tree_kind(t, n) == NODE_Constraint)
            apply_keys(f, n, first_def);
}

void create_table_read(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t target = tree_get(t, node, FIELD_relation);
    ir_access_id access;

    statement_kind(f, IR_KIND_CREATE_TABLE);
    if (tree_kind(t, node) == NODE_CreateForeignTableStmt) {
        node = tree_get(t, node, FIELD_base);
        target = tree_get(t, node, FIELD_relation);
    }
    if (facts_is(f, target, FIELD_relpersistence, "t"))
        statement_row(f)->flags |= IR_STMT_TEMP;
    if (facts_is(f, node, FIELD_oncommit, "ONCOMMIT_DROP"))
        statement_row(f)->flags |= IR_STMT_ON_COMMIT_DROP;
    if (tree_true(t, node, FIELD_if_not_exists))
        statement_row(f)->flags |= IR_STMT_IF_NOT_EXISTS;
    access = statement_access(f, target, statement_create_mode(f));
    for (uint32_t n = tree_items(t, node, FIELD_inhRelations); n; n = tree_next(t, n))
        add_columns_of(f, n, access, IR_COLUMN_KIN);
    read_elements(f, tree_items(t, node, FIELD_tableElts), access);
}
