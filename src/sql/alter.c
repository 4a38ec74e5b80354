/*
 * ALTER TABLE and its kin as far as they change what a relation is called and which columns it has. A relation
 * under a new name is read as if CREATE TABLE new AS SELECT * FROM old had been written.
 */
#include "sql/facts.h"

static bool is_relation(const struct facts *f, uint32_t node, enum tree_field field)
{
    static const char *const relations[] = {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW",
                                            "OBJECT_FOREIGN_TABLE"};

    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
        if (facts_is(f, node, field, relations[i]))
            return true;
    return false;
}

/* ---- columns ---- */

/* ATTACH PARTITION names the child, INHERIT the parent. */
static bool add_kin(struct facts *f, uint32_t cmd, ir_access_id access)
{
    struct ir_column_def row = {.access = access, .flags = IR_COLUMN_KIN};
    uint32_t def = tree_get(&f->tree, cmd, FIELD_def);

    if (facts_is(f, cmd, FIELD_subtype, "AT_AttachPartition")) {
        row.access = statement_access(f, tree_get(&f->tree, def, FIELD_name), IR_ACCESS_READ);
        row.like = access;
    } else if (facts_is(f, cmd, FIELD_subtype, "AT_AddInherit")) {
        row.like = statement_access(f, def, IR_ACCESS_READ);
    } else {
        return false;
    }
    ir_add_column_def(f->ir, row);
    return true;
}

static void change(struct facts *f, uint32_t cmd, ir_access_id access)
{
    const struct tree *t = &f->tree;
    struct ir_column_def row = {.access = access};

    if (add_kin(f, cmd, access))
        return;

    if (facts_is(f, cmd, FIELD_subtype, "AT_AddColumn")) {
        create_column_read(f, tree_get(t, cmd, FIELD_def), access, 0);
        return;
    }
    row.name = facts_intern(f, tree_string(t, cmd, FIELD_name));
    if (facts_is(f, cmd, FIELD_subtype, "AT_DropColumn"))
        row.flags = IR_COLUMN_DROPPED;
    else if (facts_is(f, cmd, FIELD_subtype, "AT_SetNotNull"))
        row.flags = IR_COLUMN_NOT_NULL;
    else if (facts_is(f, cmd, FIELD_subtype, "AT_AlterColumnType"))
        row.type = create_type_text(f, tree_get(t, tree_get(t, cmd, FIELD_def), FIELD_typeName));
    else
        return;
    row.old_name = row.name;
    ir_add_column_def(f->ir, row);
}

void alter_table_read(struct facts *f, uint32_t node)
{
    uint32_t relation = tree_get(&f->tree, node, FIELD_relation);
    ir_access_id access;

    statement_kind(f, IR_KIND_ALTER);
    if (!relation)
        return;
    access = statement_access(f, relation, IR_ACCESS_ALTER);
    for (uint32_t n = tree_items(&f->tree, node, FIELD_cmds); n; n = tree_next(&f->tree, n))
        change(f, n, access);
}

/* ---- names ---- */

/* The statement's last word is the new name, or the new schema. */
static void move(struct facts *f, uint32_t relation, struct ir_access to)
{
    struct outer nowhere = {{0}, 0, 0};
    struct block b = {.outer = nowhere};
    struct span last = {f->whole.end > 0 ? f->whole.end - 1 : 0, f->whole.end}, name;
    ir_access_id from = facts_access(f, relation, IR_ACCESS_READ, 0, &name);
    struct place place = facts_place(f, last);

    to.statement = f->statement;
    to.mode = IR_ACCESS_CREATE;
    to.flags = IR_ACCESS_TARGET;
    to.quoted = IR(f->ir, access, from)->quoted;
    to.catalog = IR(f->ir, access, from)->catalog;
    to.off = place.off;
    to.len = place.len;
    if (!to.schema.v)
        to.schema = IR(f->ir, access, from)->schema;
    if (!to.name.v)
        to.name = IR(f->ir, access, from)->name;
    ir_add_access(f->ir, to);
    b.id = query_open(f, nowhere);
    IR(f->ir, query, b.id)->kind = IR_QUERY_SELECT;
    from_target(f, &b, relation, from);
    ir_add_output(f->ir, (struct ir_output){.query = b.id, .star = 1});
    statement_row(f)->query = b.id;
}

void rename_read(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t relation = tree_get(t, node, FIELD_relation);
    struct ir_column_def row = {.old_name = facts_intern(f, tree_string(t, node, FIELD_subname)),
                                .name = facts_intern(f, tree_string(t, node, FIELD_newname))};

    statement_kind(f, IR_KIND_ALTER);
    if (relation && is_relation(f, node, FIELD_renameType)) {
        move(f, relation, (struct ir_access){.name = row.name});
    } else if (relation) {
        row.access = statement_access(f, relation, IR_ACCESS_ALTER);
        if (facts_is(f, node, FIELD_renameType, "OBJECT_COLUMN"))
            ir_add_column_def(f->ir, row);
    }
}

void set_schema_read(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t relation = tree_get(t, node, FIELD_relation);
    ir_str schema = facts_intern(f, tree_string(t, node, FIELD_newschema));

    statement_kind(f, IR_KIND_ALTER);
    if (relation && is_relation(f, node, FIELD_objectType))
        move(f, relation, (struct ir_access){.schema = schema});
}
