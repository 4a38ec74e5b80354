/*
 * What each kind of statement reads and writes beyond its query: one row per kind in a table, one short
 * function per row. Also finds the edit sites: the query's own bytes in CREATE … AS and its kin.
 */
#include "sql/facts.h"

#include <string.h>

static const struct outer nowhere = {{0}, 0, 0};

struct ir_statement *statement_row(struct facts *f)
{
    return IR(f->ir, statement, f->statement);
}

void statement_kind(struct facts *f, enum ir_statement_kind kind)
{
    if (statement_row(f)->kind == IR_KIND_OTHER)
        statement_row(f)->kind = kind;
}

ir_access_id statement_access(struct facts *f, uint32_t range_var, enum ir_access_mode mode)
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
    statement_row(f)->body_off = place.off;
    statement_row(f)->body_len = place.len;
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

    statement_row(f)->query = id;
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
    statement_row(f)->cut_off = cut.off;
    statement_row(f)->cut_len = next.len && name.end < f->whole.end ? next.off - cut.off : cut.len;
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
    statement_row(f)->flags |= flags;
}

/* SELECT … INTO of a set operation hangs on its first arm. */
static uint32_t find_into(const struct facts *f, uint32_t node)
{
    uint32_t left;

    while ((left = tree_get(&f->tree, node, FIELD_larg)))
        node = left;
    return tree_get(&f->tree, node, FIELD_intoClause);
}

/* SELECT f(…) without FROM is how functions are run. */
static void read_runs(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;

    if (tree_get(t, node, FIELD_fromClause))
        return;
    for (uint32_t n = tree_items(t, node, FIELD_targetList); n; n = tree_next(t, n)) {
        uint32_t call = tree_get(t, n, FIELD_val), at = tree_location(t, call);

        if (tree_kind(t, call) == NODE_FuncCall && at != TREE_NOWHERE)
            facts_access_at(f, span_name(f->spans, span_at(f->spans, at)), IR_ACCESS_CALL, 0);
    }
}

static void read_select(struct facts *f, uint32_t node)
{
    uint32_t into = find_into(f, node);
    struct span name;

    set_body(f, f->whole.first, f->whole.end);
    if (into) {
        statement_kind(f, IR_KIND_SELECT_INTO);
        facts_access(f, tree_get(&f->tree, into, FIELD_rel), IR_ACCESS_CREATE, IR_ACCESS_TARGET, &name);
        cut_into(f, name);
        note_into(f, into);
    }
    read_runs(f, node);
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

enum ir_access_mode statement_create_mode(struct facts *f)
{
    return statement_row(f)->flags & IR_STMT_OR_REPLACE ? IR_ACCESS_REPLACE : IR_ACCESS_CREATE;
}

static void read_create_as(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t into = tree_get(t, node, FIELD_into), query = tree_get(t, node, FIELD_query);
    bool matview = facts_is(f, node, FIELD_objtype, "OBJECT_MATVIEW");
    ir_access_id access;
    struct span name;

    statement_kind(f, matview ? IR_KIND_CREATE_MATVIEW : IR_KIND_CREATE_TABLE_AS);
    note_into(f, into);
    if (tree_true(t, node, FIELD_if_not_exists))
        statement_row(f)->flags |= IR_STMT_IF_NOT_EXISTS;
    access = facts_access(f, tree_get(t, into, FIELD_rel), statement_create_mode(f), IR_ACCESS_TARGET, &name);
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

    statement_kind(f, IR_KIND_CREATE_VIEW);
    if (tree_true(t, node, FIELD_replace))
        statement_row(f)->flags |= IR_STMT_OR_REPLACE;
    if (facts_is(f, view, FIELD_relpersistence, "t"))
        statement_row(f)->flags |= IR_STMT_TEMP;
    access = facts_access(f, view, statement_create_mode(f), IR_ACCESS_TARGET, &name);
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
    statement_row(f)->cut_off = facts_place(f, head).off;
    statement_row(f)->cut_len = facts_place(f, body).off - facts_place(f, head).off;
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
            statement_kind(f, kinds[i].kind);
    if (tree_get(&f->tree, node, FIELD_whereClause))
        statement_row(f)->flags |= IR_STMT_HAS_WHERE;
    if (kind == NODE_InsertStmt && tree_get(&f->tree, node, FIELD_selectStmt))
        insert_body(f, node);
    query = dml_read(f, node, (ir_query_id){0}, nowhere);
    statement_row(f)->query = query;
}

/* ---- the rest ---- */

static void read_refresh(struct facts *f, uint32_t node)
{
    statement_kind(f, IR_KIND_REFRESH);
    if (tree_true(&f->tree, node, FIELD_skipData))
        statement_row(f)->flags |= IR_STMT_NO_DATA;
    statement_access(f, tree_get(&f->tree, node, FIELD_relation), IR_ACCESS_REFRESH);
}

static void read_truncate(struct facts *f, uint32_t node)
{
    statement_kind(f, IR_KIND_TRUNCATE);
    for (uint32_t n = tree_items(&f->tree, node, FIELD_relations); n; n = tree_next(&f->tree, n))
        statement_access(f, n, IR_ACCESS_TRUNCATE);
}

/* The tree does not say where DROP's objects stand: they follow the kind's words, with commas between. */
static void read_drop(struct facts *f, uint32_t node)
{
    static const char *const relations[] = {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW",
                                            "OBJECT_FOREIGN_TABLE", NULL};
    const struct spans *s = f->spans;
    uint32_t at = f->whole.first + 1;
    bool relation = false;

    statement_kind(f, IR_KIND_DROP);
    if (tree_true(&f->tree, node, FIELD_missing_ok))
        statement_row(f)->flags |= IR_STMT_IF_NOT_EXISTS;
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

static void read_copy(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    uint32_t query = tree_get(t, node, FIELD_query);
    bool from = tree_true(t, node, FIELD_is_from);
    ir_access_id access;
    struct span name;

    statement_kind(f, IR_KIND_COPY);
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

    statement_kind(f, IR_KIND_CALL);
    if (at != TREE_NOWHERE)
        facts_access_at(f, span_name(f->spans, span_at(f->spans, at)), IR_ACCESS_CALL, 0);
    b.id = query_open(f, nowhere);
    statement_row(f)->query = b.id;
    IR(f->ir, query, b.id)->kind = IR_QUERY_SELECT;
    expr_list(f, &b, tree_items(t, call, FIELD_args), (ir_output_id){0}, IR_ROLE_FILTER);
}

/* search_path is what link wants; any other setting is kept the same way. */
static void read_set(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    struct buf value = buf_new(f->arena);

    statement_kind(f, IR_KIND_SET);
    statement_row(f)->setting = facts_intern(f, tree_string(t, node, FIELD_name));
    for (uint32_t n = tree_items(t, node, FIELD_args); n; n = tree_next(t, n)) {
        struct slice s = tree_string(t, n, FIELD_sval);

        buf_adds(&value, value.n ? "," : "");
        if (tree_get(t, n, FIELD_ival))
            buf_printf(&value, "%d", tree_int(t, tree_get(t, n, FIELD_ival), FIELD_ival));
        else
            buf_add(&value, s.p, s.n);
    }
    statement_row(f)->value = facts_intern(f, buf_slice(&value));
}

static void read_trigger(struct facts *f, uint32_t node)
{
    static const char *const execute[] = {"execute", NULL};
    const struct spans *s = f->spans;
    uint32_t at = span_find(s, f->whole.first, f->whole.end, execute);

    statement_kind(f, IR_KIND_CREATE_TRIGGER);
    statement_access(f, tree_get(&f->tree, node, FIELD_relation), IR_ACCESS_ALTER);
    if (at + 2 < f->whole.end)
        facts_access_at(f, span_name(s, at + 2), IR_ACCESS_CALL, 0);
}

/* NEW and OLD are the relation's rows: inputs of a block around the actions. */
static void add_rule_row(struct facts *f, struct block *b, ir_access_id access, const char *alias)
{
    ir_add_input(f->ir, (struct ir_input){.query = b->id,
                                          .ordinal = b->inputs++,
                                          .kind = IR_INPUT_RELATION,
                                          .access = access,
                                          .alias = ir_interns(f->ir, alias),
                                          .has_alias = 1,
                                          .flags = IR_INPUT_QUALIFIED_ONLY});
}

static void read_rule(struct facts *f, uint32_t node)
{
    const struct tree *t = &f->tree;
    struct block b = {.outer = nowhere};
    ir_access_id access;

    statement_kind(f, IR_KIND_CREATE_OTHER);
    access = statement_access(f, tree_get(t, node, FIELD_relation), IR_ACCESS_ALTER);
    b.id = query_open(f, nowhere);
    IR(f->ir, query, b.id)->kind = IR_QUERY_SELECT;
    add_rule_row(f, &b, access, "new");
    add_rule_row(f, &b, access, "old");
    expr_read(f, &b, tree_get(t, node, FIELD_whereClause), (ir_output_id){0}, IR_ROLE_FILTER);
    for (uint32_t n = tree_items(t, node, FIELD_actions); n; n = tree_next(t, n)) {
        struct outer around = {b.id, UINT32_MAX, 0};
        struct span span;

        query_read(f, n, around, &span);
    }
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
    statement_kind(f, tree_kind(&f->tree, node) == NODE_DeclareCursorStmt ? IR_KIND_SELECT : IR_KIND_UTILITY);
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
    {NODE_CreateStmt, IR_KIND_CREATE_TABLE, create_table_read},
    {NODE_RefreshMatViewStmt, IR_KIND_REFRESH, read_refresh},
    {NODE_TruncateStmt, IR_KIND_TRUNCATE, read_truncate},
    {NODE_DropStmt, IR_KIND_DROP, read_drop},
    {NODE_AlterTableStmt, IR_KIND_ALTER, alter_table_read},
    {NODE_RenameStmt, IR_KIND_ALTER, rename_read},
    {NODE_AlterObjectSchemaStmt, IR_KIND_ALTER, set_schema_read},
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
    {NODE_CreateForeignTableStmt, IR_KIND_CREATE_TABLE, create_table_read},
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
        statement_kind(f, kinds[i].kind);
        return;
    }
    statement_kind(f, IR_KIND_UTILITY);
}
