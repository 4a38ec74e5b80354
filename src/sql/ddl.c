/*
 * What each kind of statement reads and writes beyond its query: one row per kind in a table, one short
 * function per row. Also finds the edit sites: the query's own bytes in CREATE … AS and its kin.
 */
#include "sql/facts.h"

#include <string.h>

static const struct outer nowhere = {{0}, 0};

static struct ir_statement *row_of(struct facts *f)
{
    return IR(f->ir, statement, f->statement);
}

/* The walker's word on what a statement is counts more than the grammar's. */
static void set_kind(struct facts *f, enum ir_statement_kind kind)
{
    if (row_of(f)->kind == IR_KIND_OTHER)
        row_of(f)->kind = kind;
}

static ir_access_id add_access(struct facts *f, uint32_t range_var, enum ir_access_mode mode)
{
    struct span name;
    uint32_t flags = mode == IR_ACCESS_READ ? 0 : IR_ACCESS_TARGET;

    return facts_access(f, range_var, mode, flags, &name);
}

/* ---- the query's own bytes ---- */

static void set_body(struct facts *f, uint32_t first, uint32_t end)
{
    struct place place;

    f->body = (struct span){first, end > first ? end : first};
    place = facts_place(f, f->body);
    row_of(f)->body_off = place.off;
    row_of(f)->body_len = place.len;
}

/* After the first AS outside parentheses, up to a WITH that is not the query's (WITH NO DATA, WITH CHECK
 * OPTION). */
static void body_after(struct facts *f, const char *word)
{
    const char *const words[] = {word, NULL};
    uint32_t first = span_find(f->spans, f->whole.first, f->whole.end, words);
    uint32_t end = f->whole.end;

    if (first >= f->whole.end)
        return;
    for (uint32_t back = 1; back <= 4 && end > first + back + 1; back++) {
        const struct spans *s = f->spans;
        uint32_t last = f->whole.end - 1, with = f->whole.end - back;

        if (span_is(s, with, "with") && (span_is(s, last, "data") || span_is(s, last, "option")))
            end = with;
    }
    set_body(f, first + 1, end);
}

/* The id is taken first: the statement's row may move while the query is read. */
static void read_body(struct facts *f, uint32_t node)
{
    struct span span;
    ir_query_id id = query_read(f, node, nowhere, &span);

    row_of(f)->query = id;
}

/* ---- SELECT ---- */

/* INTO [TEMP | TEMPORARY | UNLOGGED | LOCAL | GLOBAL] [TABLE] name and the blanks after it. */
static void cut_into(struct facts *f, struct span name)
{
    static const char *const into[] = {"into", NULL};
    uint32_t first = name.first;
    struct place cut, next;

    while (first > f->whole.first && !span_is(f->spans, first, into[0]))
        first--;
    cut = facts_place(f, (struct span){first, name.end});
    next = facts_place(f, (struct span){name.end, name.end + 1});
    row_of(f)->cut_off = cut.off;
    row_of(f)->cut_len = next.len && name.end < f->whole.end ? next.off - cut.off : cut.len;
}

static void note_into(struct facts *f, uint32_t into)
{
    uint32_t flags = 0;

    if (facts_is(f, tree_get(&f->tree, into, FIELD_rel), FIELD_relpersistence, "t"))
        flags |= IR_STMT_TEMP;
    if (facts_is(f, into, FIELD_onCommit, "ONCOMMIT_DROP"))
        flags |= IR_STMT_ON_COMMIT_DROP;
    if (tree_true(&f->tree, into, FIELD_skipData))
        flags |= IR_STMT_NO_DATA;
    row_of(f)->flags |= flags;
}

/* SELECT … INTO of a set operation hangs on its first arm. */
static uint32_t find_into(const struct facts *f, uint32_t node)
{
    uint32_t left;

    while ((left = tree_get(&f->tree, node, FIELD_larg)))
        node = left;
    return tree_get(&f->tree, node, FIELD_intoClause);
}

static void read_select(struct facts *f, uint32_t node)
{
    uint32_t into = find_into(f, node);
    struct span name;

    set_body(f, f->whole.first, f->whole.end);
    if (into) {
        set_kind(f, IR_KIND_SELECT_INTO);
        facts_access(f, tree_get(&f->tree, into, FIELD_rel), IR_ACCESS_CREATE, IR_ACCESS_TARGET, &name);
        cut_into(f, name);
        note_into(f, into);
    }
    read_body(f, node);
}

/* ---- CREATE … AS ---- */

static void add_target_columns(struct facts *f, uint32_t first, ir_access_id access, const struct span *name)
{
    uint32_t ordinal = 1, at = name->end + 1;

    for (uint32_t n = first; n; n = tree_next(&f->tree, n), at += 2) {
        struct place place = facts_place(f, (struct span){at, at + 1});
        struct ir_target_column row = {
            .access = access, .ordinal = ordinal++, .off = place.off, .len = place.len};

        row.name = facts_intern(f, tree_text(&f->tree, n));
        ir_add_target_column(f->ir, row);
    }
}

static enum ir_access_mode create_mode(struct facts *f)
{
    return row_of(f)->flags & IR_STMT_OR_REPLACE ? IR_ACCESS_REPLACE : IR_ACCESS_CREATE;
}

static void read_create_as(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t into = tree_get(t, node, FIELD_into), query = tree_get(t, node, FIELD_query);
    bool matview = facts_is(f, node, FIELD_objtype, "OBJECT_MATVIEW");
    ir_access_id access;
    struct span name;

    set_kind(f, matview ? IR_KIND_CREATE_MATVIEW : IR_KIND_CREATE_TABLE_AS);
    note_into(f, into);
    if (tree_true(t, node, FIELD_if_not_exists))
        row_of(f)->flags |= IR_STMT_IF_NOT_EXISTS;
    access = facts_access(f, tree_get(t, into, FIELD_rel), create_mode(f), IR_ACCESS_TARGET, &name);
    add_target_columns(f, tree_items(t, into, FIELD_colNames), access, &name);
    if (tree_kind(t, query) == NODE_ExecuteStmt) {
        facts_gap(f, f->whole, "what EXECUTE runs is not known here");
        return;
    }
    body_after(f, "as");
    read_body(f, query);
}

static void read_view(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t view = tree_get(t, node, FIELD_view);
    ir_access_id access;
    struct span name;

    set_kind(f, IR_KIND_CREATE_VIEW);
    if (tree_true(t, node, FIELD_replace))
        row_of(f)->flags |= IR_STMT_OR_REPLACE;
    if (facts_is(f, view, FIELD_relpersistence, "t"))
        row_of(f)->flags |= IR_STMT_TEMP;
    access = facts_access(f, view, create_mode(f), IR_ACCESS_TARGET, &name);
    add_target_columns(f, tree_items(t, node, FIELD_aliases), access, &name);
    body_after(f, "as");
    read_body(f, tree_get(t, node, FIELD_query));
}

/* ---- DML ---- */

/* A WITH in front of INSERT is part of the body, and INSERT INTO t is then cut out. */
static void insert_body(struct facts *f, uint32_t node)
{
    static const char *const insert[] = {"insert", NULL};
    struct span body = insert_span(f, node, f->whole);
    struct span head;

    if (!tree_get(&f->tree, node, FIELD_withClause)) {
        set_body(f, body.first, body.end);
        return;
    }
    set_body(f, f->whole.first, body.end);
    head.first = span_find(f->spans, f->whole.first, body.first, insert);
    head.end = body.first;
    row_of(f)->cut_off = facts_place(f, head).off;
    row_of(f)->cut_len = facts_place(f, body).off - facts_place(f, head).off;
}

static void read_dml(struct facts *f, uint32_t node)
{
    static const struct {
        enum tree_kind node;
        enum ir_statement_kind kind;
    } kinds[] = {{NODE_InsertStmt, IR_KIND_INSERT},
                 {NODE_UpdateStmt, IR_KIND_UPDATE},
                 {NODE_DeleteStmt, IR_KIND_DELETE},
                 {NODE_MergeStmt, IR_KIND_MERGE}};
    enum tree_kind kind = tree_kind(&f->tree, node);
    ir_query_id query;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].node == kind)
            set_kind(f, kinds[i].kind);
    if (tree_get(&f->tree, node, FIELD_whereClause))
        row_of(f)->flags |= IR_STMT_HAS_WHERE;
    if (kind == NODE_InsertStmt && tree_get(&f->tree, node, FIELD_selectStmt))
        insert_body(f, node);
    query = dml_read(f, node, (ir_query_id){0}, nowhere);
    row_of(f)->query = query;
}

/* ---- CREATE TABLE ---- */

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
static ir_str type_text(struct facts *f, uint32_t type)
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

static void add_column(struct facts *f, uint32_t def, ir_access_id access, uint32_t ordinal)
{
    const struct tree *t = &f->tree;
    struct slice type =
        tree_text(t, tree_last(t, tree_items(t, tree_get(t, def, FIELD_typeName), FIELD_names)));
    struct ir_column_def row = {.access = access, .ordinal = ordinal};

    row.name = facts_intern(f, tree_string(t, def, FIELD_colname));
    row.type = type_text(f, tree_get(t, def, FIELD_typeName));
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

static void read_elements(struct facts *f, uint32_t first, ir_access_id access)
{
    const struct tree *t = &f->tree;
    uint32_t ordinal = 1, first_def = f->ir->column_def.count;

    for (uint32_t n = first; n; n = tree_next(t, n)) {
        if (tree_kind(t, n) == NODE_ColumnDef)
            add_column(f, n, access, ordinal++);
        else if (tree_kind(t, n) == NODE_TableLikeClause)
            add_access(f, tree_get(t, n, FIELD_relation), IR_ACCESS_READ);
    }
    for (uint32_t n = first; n; n = tree_next(t, n))
        if (tree_kind(t, n) == NODE_Constraint)
            apply_keys(f, n, first_def);
}

static void read_create_table(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t target = tree_get(t, node, FIELD_relation);
    ir_access_id access;

    set_kind(f, IR_KIND_CREATE_TABLE);
    if (facts_is(f, target, FIELD_relpersistence, "t"))
        row_of(f)->flags |= IR_STMT_TEMP;
    if (facts_is(f, node, FIELD_oncommit, "ONCOMMIT_DROP"))
        row_of(f)->flags |= IR_STMT_ON_COMMIT_DROP;
    if (tree_true(t, node, FIELD_if_not_exists))
        row_of(f)->flags |= IR_STMT_IF_NOT_EXISTS;
    access = add_access(f, target, create_mode(f));
    for (uint32_t n = tree_items(t, node, FIELD_inhRelations); n; n = tree_next(t, n))
        add_access(f, n, IR_ACCESS_READ);
    read_elements(f, tree_items(t, node, FIELD_tableElts), access);
}

/* ---- the rest ---- */

static void read_refresh(struct facts *f, uint32_t node)
{
    set_kind(f, IR_KIND_REFRESH);
    if (tree_true(&f->tree, node, FIELD_skipData))
        row_of(f)->flags |= IR_STMT_NO_DATA;
    add_access(f, tree_get(&f->tree, node, FIELD_relation), IR_ACCESS_REFRESH);
}

static void read_truncate(struct facts *f, uint32_t node)
{
    set_kind(f, IR_KIND_TRUNCATE);
    for (uint32_t n = tree_items(&f->tree, node, FIELD_relations); n; n = tree_next(&f->tree, n))
        add_access(f, n, IR_ACCESS_TRUNCATE);
}

/* The tree does not say where DROP's objects stand: they follow the kind's words, with commas between. */
static void read_drop(struct facts *f, uint32_t node)
{
    static const char *const relations[] = {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW",
                                            "OBJECT_FOREIGN_TABLE", NULL};
    const struct spans *s = f->spans;
    uint32_t at = f->whole.first + 1;
    bool relation = false;

    set_kind(f, IR_KIND_DROP);
    if (tree_true(&f->tree, node, FIELD_missing_ok))
        row_of(f)->flags |= IR_STMT_IF_NOT_EXISTS;
    for (size_t i = 0; relations[i]; i++)
        relation = relation || facts_is(f, node, FIELD_removeType, relations[i]);
    if (!relation)
        return;
    while (span_is(s, at, "table") || span_is(s, at, "view") || span_is(s, at, "materialized") ||
           span_is(s, at, "foreign") || span_is(s, at, "if") || span_is(s, at, "exists"))
        at++;
    for (uint32_t n = tree_items(&f->tree, node, FIELD_objects); n; n = tree_next(&f->tree, n)) {
        struct span name = span_name(s, at);

        facts_access_at(f, name, IR_ACCESS_DROP, IR_ACCESS_TARGET);
        at = name.end + 1;
    }
}

static void read_alter(struct facts *f, uint32_t node)
{
    uint32_t relation = tree_get(&f->tree, node, FIELD_relation);

    set_kind(f, IR_KIND_ALTER);
    if (relation)
        add_access(f, relation, IR_ACCESS_ALTER);
}

static void read_copy(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t query = tree_get(t, node, FIELD_query);
    bool from = tree_true(t, node, FIELD_is_from);
    ir_access_id access;
    struct span name;

    set_kind(f, IR_KIND_COPY);
    if (query) {
        uint32_t open = f->whole.first + 1;

        set_body(f, open + 1, open < f->spans->count ? f->spans->match[open] : open);
        read_body(f, query);
        return;
    }
    access = facts_access(f, tree_get(t, node, FIELD_relation), from ? IR_ACCESS_APPEND : IR_ACCESS_READ,
                          from ? IR_ACCESS_TARGET : 0, &name);
    add_target_columns(f, tree_items(t, node, FIELD_attlist), access, &name);
}

static void read_call(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t call = tree_get(t, node, FIELD_funccall), at = tree_location(t, call);
    struct block b = {.outer = nowhere};

    set_kind(f, IR_KIND_CALL);
    if (at != TREE_NOWHERE)
        facts_access_at(f, span_name(f->spans, span_at(f->spans, at)), IR_ACCESS_CALL, 0);
    b.id = query_open(f, nowhere);
    row_of(f)->query = b.id;
    IR(f->ir, query, b.id)->kind = IR_QUERY_SELECT;
    expr_list(f, &b, tree_items(t, call, FIELD_args), (ir_output_id){0}, IR_ROLE_FILTER);
}

/* search_path is what link wants; any other setting is kept the same way. */
static void read_set(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    struct buf value = buf_new(f->arena);

    set_kind(f, IR_KIND_SET);
    row_of(f)->setting = facts_intern(f, tree_string(t, node, FIELD_name));
    for (uint32_t n = tree_items(t, node, FIELD_args); n; n = tree_next(t, n)) {
        uint32_t text = tree_get(t, n, FIELD_sval);
        struct slice s = tree_string(t, text, FIELD_sval);

        buf_adds(&value, value.n ? "," : "");
        if (tree_get(t, n, FIELD_ival))
            buf_printf(&value, "%d", tree_int(t, tree_get(t, n, FIELD_ival), FIELD_ival));
        else
            buf_add(&value, s.p, s.n);
    }
    row_of(f)->value = facts_intern(f, buf_slice(&value));
}

static void read_trigger(struct facts *f, uint32_t node)
{
    static const char *const execute[] = {"execute", NULL};
    const struct spans *s = f->spans;
    uint32_t at = span_find(s, f->whole.first, f->whole.end, execute);

    set_kind(f, IR_KIND_CREATE_TRIGGER);
    add_access(f, tree_get(&f->tree, node, FIELD_relation), IR_ACCESS_ALTER);
    if (at + 2 < f->whole.end)
        facts_access_at(f, span_name(s, at + 2), IR_ACCESS_CALL, 0);
}

static void read_rule(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;

    set_kind(f, IR_KIND_CREATE_OTHER);
    add_access(f, tree_get(t, node, FIELD_relation), IR_ACCESS_ALTER);
    if (tree_get(t, node, FIELD_actions))
        facts_gap(f, f->whole, "what a rule does instead of the statement is not read");
}

/* A statement that holds another one: EXPLAIN, PREPARE, DECLARE CURSOR. */
static void read_wrapped(struct facts *f, uint32_t node)
{
    static const char *const starts[] = {"select", "with",  "values", "table",   "insert", "update",
                                         "delete", "merge", "create", "declare", NULL};
    const struct spans *s = f->spans;
    uint32_t query = tree_get(&f->tree, node, FIELD_query);
    struct span whole = f->whole;

    if (tree_kind(&f->tree, node) == NODE_PrepareStmt)
        body_after(f, "as");
    else if (tree_kind(&f->tree, node) == NODE_DeclareCursorStmt)
        body_after(f, "for");
    else
        set_body(f, span_find(s, f->whole.first + 1, f->whole.end, starts), f->whole.end);
    set_kind(f, tree_kind(&f->tree, node) == NODE_DeclareCursorStmt ? IR_KIND_SELECT : IR_KIND_UTILITY);
    f->whole = f->body;
    if (tree_kind(&f->tree, query) != NODE_ExecuteStmt)
        statement_read(f, query);
    f->whole = whole;
}

/* ---- the table of kinds ---- */

static const struct {
    enum tree_kind node;
    enum ir_statement_kind kind; /* when there is no reader */
    void (*read)(struct facts *f, uint32_t node);
} kinds[] = {
    {NODE_SelectStmt, IR_KIND_SELECT, read_select},
    {NODE_CreateTableAsStmt, IR_KIND_CREATE_TABLE_AS, read_create_as},
    {NODE_ViewStmt, IR_KIND_CREATE_VIEW, read_view},
    {NODE_InsertStmt, IR_KIND_INSERT, read_dml},
    {NODE_UpdateStmt, IR_KIND_UPDATE, read_dml},
    {NODE_DeleteStmt, IR_KIND_DELETE, read_dml},
    {NODE_MergeStmt, IR_KIND_MERGE, read_dml},
    {NODE_CreateStmt, IR_KIND_CREATE_TABLE, read_create_table},
    {NODE_RefreshMatViewStmt, IR_KIND_REFRESH, read_refresh},
    {NODE_TruncateStmt, IR_KIND_TRUNCATE, read_truncate},
    {NODE_DropStmt, IR_KIND_DROP, read_drop},
    {NODE_AlterTableStmt, IR_KIND_ALTER, read_alter},
    {NODE_RenameStmt, IR_KIND_ALTER, read_alter},
    {NODE_AlterObjectSchemaStmt, IR_KIND_ALTER, read_alter},
    {NODE_CopyStmt, IR_KIND_COPY, read_copy},
    {NODE_CallStmt, IR_KIND_CALL, read_call},
    {NODE_VariableSetStmt, IR_KIND_SET, read_set},
    {NODE_CreateTrigStmt, IR_KIND_CREATE_TRIGGER, read_trigger},
    {NODE_RuleStmt, IR_KIND_CREATE_OTHER, read_rule},
    {NODE_ExplainStmt, IR_KIND_UTILITY, read_wrapped},
    {NODE_PrepareStmt, IR_KIND_UTILITY, read_wrapped},
    {NODE_DeclareCursorStmt, IR_KIND_SELECT, read_wrapped},
    {NODE_ExecuteStmt, IR_KIND_EXECUTE, NULL},
    {NODE_CreateFunctionStmt, IR_KIND_CREATE_ROUTINE, NULL},
    {NODE_DoStmt, IR_KIND_DO, NULL},
    {NODE_TransactionStmt, IR_KIND_TRANSACTION, NULL},
    {NODE_GrantStmt, IR_KIND_GRANT, NULL},
    {NODE_GrantRoleStmt, IR_KIND_GRANT, NULL},
    {NODE_IndexStmt, IR_KIND_INDEX, NULL},
    {NODE_CommentStmt, IR_KIND_COMMENT, NULL},
    {NODE_AlterDomainStmt, IR_KIND_ALTER, NULL},
    {NODE_AlterEnumStmt, IR_KIND_ALTER, NULL},
    {NODE_AlterFunctionStmt, IR_KIND_ALTER, NULL},
    {NODE_AlterOwnerStmt, IR_KIND_ALTER, NULL},
    {NODE_AlterRoleStmt, IR_KIND_ALTER, NULL},
    {NODE_AlterSeqStmt, IR_KIND_ALTER, NULL},
    {NODE_CompositeTypeStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateCastStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateDomainStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateEnumStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateEventTrigStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateExtensionStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateForeignTableStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreatePolicyStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateRangeStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateRoleStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateSchemaStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateSeqStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreateStatsStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_CreatedbStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_DefineStmt, IR_KIND_CREATE_OTHER, NULL},
    {NODE_DropRoleStmt, IR_KIND_DROP, NULL},
    {NODE_DropdbStmt, IR_KIND_DROP, NULL},
};

void statement_read(struct facts *f, uint32_t node)
{
    enum tree_kind kind = tree_kind(&f->tree, node);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].node != kind)
            continue;
        if (kinds[i].read)
            kinds[i].read(f, node);
        set_kind(f, kinds[i].kind);
        return;
    }
    set_kind(f, IR_KIND_UTILITY);
}
