/*
 * walk.c - the statements of a module in the order in which they run. Every branch is taken, a loop over
 * known items is run once per item, any other loop once; definitions are remembered and run when called.
 */
#include "python/walk.h"

static void walk_statement(struct py *py, TSNode node);

/* ---- expressions ---- */

/* Calls and shifts have effects; comprehensions bind names, so they run their own insides. */
static void visit(struct py *py, TSNode node)
{
    switch (py_kind(py, node)) {
    case NODE_CALL:
    case NODE_LAMBDA:
    case NODE_LIST_COMPREHENSION:
    case NODE_SET_COMPREHENSION:
    case NODE_DICT_COMPREHENSION:
    case NODE_GENERATOR:
        py_eval(py, node);
        break;
    case NODE_YIELD:
        py_yield(py, node);
        break;
    case NODE_BINARY: {
        TSNode operator= py_field(node, "operator");
        if (py_is(operator, ">>") || py_is(operator, "<<"))
            py_eval(py, node);
        break;
    }
    default:
        break;
    }
}

static bool has_own_scope(enum py_node kind)
{
    return kind == NODE_LAMBDA || kind == NODE_LIST_COMPREHENSION || kind == NODE_SET_COMPREHENSION ||
           kind == NODE_DICT_COMPREHENSION || kind == NODE_GENERATOR || kind == NODE_FUNCTION ||
           kind == NODE_CLASS;
}

void py_scan(struct py *py, TSNode node)
{
    TSTreeCursor cursor;
    bool more = !py_none(node);

    if (!more)
        return;
    cursor = ts_tree_cursor_new(node);
    while (more) {
        if (!has_own_scope(py_kind(py, ts_tree_cursor_current_node(&cursor))) &&
            ts_tree_cursor_goto_first_child(&cursor))
            continue;
        for (;;) {
            visit(py, ts_tree_cursor_current_node(&cursor));
            if (ts_tree_cursor_goto_next_sibling(&cursor))
                break;
            more = ts_tree_cursor_goto_parent(&cursor);
            if (!more)
                break;
        }
    }
    ts_tree_cursor_delete(&cursor);
}

/* ---- binding names ---- */

/* a, *b, c = value */
struct part {
    struct py *py;
    uint32_t at, names, rest; /* the starred name takes so many */
};

static const struct py_value *item_of(void *data, const struct py_value *v)
{
    const struct part *p = data;
    bool fits = py_is_list(v) && v->count == p->names + p->rest;

    return fits ? v->items[p->at] : NULL;
}

static const struct py_value *rest_of(struct py *py, const struct py_value *v, const struct part *p,
                                      TSNode node)
{
    struct py_value *list = py_value_new(py, PY_LIST, node);

    if (!py_is_list(v) || v->count != p->names + p->rest)
        return py_unknown(py, node);
    for (uint32_t i = 0; i < p->rest; i++)
        py_push(py, list, v->items[p->at + i]);
    return list;
}

static void bind_each(struct py *py, TSNode targets, const struct py_value *value)
{
    struct py_nodes names = py_children(py, targets);
    struct part part = {py, 0, names.count, 0};

    for (uint32_t i = 0; i < names.count; i++)
        if (py_kind(py, names.items[i]) == NODE_LIST_SPLAT_PATTERN && part.names == names.count) {
            part.names--;
            part.rest = py_is_list(value) && value->count > part.names ? value->count - part.names : 0;
        }
    for (uint32_t i = 0; i < names.count; i++) {
        const struct py_value *v;
        TSNode name = names.items[i];
        if (py_kind(py, name) == NODE_LIST_SPLAT_PATTERN) {
            struct py_nodes inner = py_children(py, name);
            if (inner.count)
                py_bind(py, inner.items[0], rest_of(py, value, &part, name));
            part.at += part.rest;
            continue;
        }
        v = py_each(py, value, item_of, &part);
        py_bind(py, name, v ? v : py_unknown_of(py, name, value));
        part.at++;
    }
}

static void bind_attribute(struct py *py, TSNode target, const struct py_value *value)
{
    const struct py_value *object = py_eval(py, py_field(target, "object"));

    py_name_database(value, py_dotted(py, target));
    if (object->env)
        py_env_set(py, object->env, py_bytes(py, py_field(target, "attribute")), value);
}

static void bind_item(struct py *py, TSNode target, const struct py_value *value)
{
    const struct py_value *object = py_eval(py, py_field(target, "value"));
    const struct py_value *key;
    struct slice name;
    int64_t at;

    if (object->kind != PY_DICT && object->kind != PY_LIST)
        return;
    key = py_eval(py, py_field(target, "subscript"));
    if (py->statement_flags & (IR_STMT_IN_LOOP | IR_STMT_IN_BRANCH) || !py_as_text(key, &name))
        ((struct py_value *)object)->boolean = true;
    if (object->kind == PY_DICT)
        py_dict_set(py, (struct py_value *)object, key, value);
    else if (py_as_int(key, &at) && at >= 0 && at < object->count)
        object->items[at] = (struct py_value *)value;
}

void py_bind(struct py *py, TSNode target, const struct py_value *value)
{
    switch (py_kind(py, target)) {
    case NODE_IDENTIFIER:
        py_name_database(value, py_bytes(py, target));
        py_env_set(py, py->env, py_bytes(py, target), value);
        break;
    case NODE_PATTERN_LIST:
    case NODE_TUPLE_PATTERN:
    case NODE_LIST_PATTERN:
        bind_each(py, target, value);
        break;
    case NODE_ATTRIBUTE:
        bind_attribute(py, target, value);
        break;
    case NODE_SUBSCRIPT:
        bind_item(py, target, value);
        break;
    case NODE_AS_TARGET: {
        struct py_nodes inner = py_children(py, target);
        if (inner.count)
            py_bind(py, inner.items[0], value);
        break;
    }
    default:
        break;
    }
}

/* ---- simple statements ---- */

/* a = b = value gives every target the value. */
static void assign(struct py *py, TSNode node)
{
    TSNode right = py_field(node, "right"), last = right;
    const struct py_value *value;

    if (py_none(right))
        return;
    while (py_kind(py, last) == NODE_ASSIGNMENT)
        last = py_field(last, "right");
    py_scan(py, last);
    value = py_eval(py, last);
    for (TSNode at = node; py_kind(py, at) == NODE_ASSIGNMENT; at = py_field(at, "right"))
        py_bind(py, py_field(at, "left"), value);
}

static void augment(struct py *py, TSNode node)
{
    TSNode left = py_field(node, "left"), right = py_field(node, "right");
    const struct py_value *more;

    py_scan(py, right);
    more = py_eval(py, right);
    if (py_is(py_field(node, "operator"), "+="))
        py_bind(py, left, py_add(py, py_eval(py, left), more, right));
    else
        py_bind(py, left, py_unknown(py, node));
}

static void walk_expression(struct py *py, TSNode statement)
{
    struct py_nodes inner = py_children(py, statement);
    bool frames = !py->walk->quiet && py_frame_statement(py, statement);

    for (uint32_t i = 0; i < inner.count; i++) {
        enum py_node kind = py_kind(py, inner.items[i]);
        if (frames)
            continue;
        if (kind == NODE_ASSIGNMENT)
            assign(py, inner.items[i]);
        else if (kind == NODE_AUGMENTED)
            augment(py, inner.items[i]);
        else
            py_scan(py, inner.items[i]);
    }
}

static void walk_return(struct py *py, TSNode node)
{
    struct py_nodes inner = py_children(py, node);
    struct py_frame *frame = py->walk->frame;
    const struct py_value *value;

    if (inner.count == 0)
        return;
    py_scan(py, inner.items[0]);
    value = py->walk->quiet ? NULL : py_frame_value(py, inner.items[0]);
    if (!value)
        value = py_eval(py, inner.items[0]);
    if (!frame || (value->kind == PY_UNKNOWN && !value->count && !value->rows.v && !value->connection.n) ||
        value->kind == PY_NONE)
        return;
    py_choice_add(py, &frame->result, value, py->walk->path);
}

static void walk_global(struct py *py, TSNode node)
{
    struct py_nodes names = py_children(py, node);

    for (uint32_t i = 0; i < names.count; i++)
        if (py->env != py->globals)
            py_env_global(py, py->env, py_bytes(py, names.items[i]));
}

/* ---- compound statements ---- */

void py_walk_block(struct py *py, TSNode block)
{
    struct py_nodes statements = py_children(py, block);

    for (uint32_t i = 0; i < statements.count && !py->walk->jump; i++)
        walk_statement(py, statements.items[i]);
}

static void jump(struct py *py, enum py_jump where)
{
    bool can = where == PY_LEAVE ? py->walk->frame != NULL : py->walk->rounds > 0;

    if (can && py->statement_flags == py->walk->base_flags)
        py->walk->jump = where;
}

/* Walks a part whose statements may run never or more than once. */
static void walk_flagged(struct py *py, TSNode node, uint32_t flag)
{
    uint32_t before = py->statement_flags;

    py->statement_flags |= flag;
    walk_statement(py, node);
    py->statement_flags = before;
}

/* A loop over what nobody can count; of a DataFrame's parts it is known what they are. */
static void bind_item_of(struct py *py, TSNode left, TSNode right)
{
    uint32_t before = py->statement_flags;
    const struct py_value *part;

    py->statement_flags |= IR_STMT_IN_LOOP;
    part = py->walk->quiet ? NULL : py_frame_part(py, right, left);
    py_bind(py, left, part ? part : py_unknown_of(py, left, py_eval(py, right)));
    py->statement_flags = before;
}

static void walk_for(struct py *py, TSNode node)
{
    TSNode left = py_field(node, "left"), body = py_field(node, "body");
    const struct py_value *items;
    bool left_by_break = false;
    uint32_t count;

    py_scan(py, py_field(node, "right"));
    items = py_items(py, py_eval(py, py_field(node, "right")));
    count = items ? items->count : 0;
    if (count > PY_MAX_UNROLL)
        py_gap(py, IR_GAP_DYNAMIC, py_field(node, "right"),
               "a loop over very many items: only the first were run",
               "generate the SQL of the rest in one statement");
    for (uint32_t i = 0; i < count && i < PY_MAX_UNROLL && !left_by_break && py_spend(py, 1); i++) {
        py_bind(py, left, items->items[i]);
        py->walk->rounds++;
        py_walk_block(py, body);
        py->walk->rounds--;
        if (py->walk->jump == PY_LEAVE)
            return;
        left_by_break = py->walk->jump == PY_BREAK;
        py->walk->jump = PY_NO_JUMP;
    }
    if (!items) {
        bind_item_of(py, left, py_field(node, "right"));
        walk_flagged(py, body, IR_STMT_IN_LOOP);
    }
    walk_statement(py, py_field(node, "alternative"));
}

/* What an object of the files says that `with` gives. */
static const struct py_value *entered(struct py *py, const struct py_value *v, TSNode node)
{
    const struct py_value *enter =
        v->kind == PY_OBJECT && v->base ? py_attribute(py, v, SLICE("__enter__")) : NULL;
    struct py_args none = {0};
    const struct py_value *given;

    if (v->kind == PY_OBJECT && v->base && !enter)
        enter = py_attribute(py, v, SLICE("__aenter__"));
    if (!enter || enter->kind != PY_FUNCTION)
        return v;
    given = py_invoke(py, enter, &none, node);
    return given->kind == PY_UNKNOWN && !given->count ? v : given;
}

static bool enter_item(struct py *py, TSNode item)
{
    TSNode value = py_field(item, "value");
    struct py_nodes inner = py_children(py, value);
    bool named = py_kind(py, value) == NODE_AS_PATTERN && inner.count == 2;
    const struct py_value *v;

    if (named)
        value = inner.items[0];
    py_scan(py, value);
    v = entered(py, py_eval(py, value), value);
    if (named)
        py_bind(py, inner.items[1], v);
    return py_airflow_enter(py, v);
}

static void walk_with(struct py *py, TSNode node)
{
    struct py_nodes parts = py_children(py, node);
    uint32_t entered = 0;

    for (uint32_t i = 0; i < parts.count; i++) {
        struct py_nodes items;
        if (py_kind(py, parts.items[i]) != NODE_WITH_CLAUSE)
            continue;
        items = py_children(py, parts.items[i]);
        for (uint32_t k = 0; k < items.count; k++)
            entered += enter_item(py, items.items[k]);
    }
    py_walk_block(py, py_field(node, "body"));
    while (entered-- > 0)
        py_airflow_leave(py);
}

/* Conditions are scanned, blocks and clauses walked, one after the other. */
static void walk_parts(struct py *py, TSNode node, uint32_t flag)
{
    struct py_nodes parts = py_children(py, node);

    for (uint32_t i = 0; i < parts.count; i++)
        walk_flagged(py, parts.items[i], flag);
}

/* The parts of an if, match or try that are its branches, all of them taken from the same start. */
static bool is_branch(enum py_node parent, enum py_node kind)
{
    switch (kind) {
    case NODE_BLOCK:
        return parent == NODE_IF;
    case NODE_ELIF:
    case NODE_CASE:
    case NODE_EXCEPT:
    case NODE_EXCEPT_GROUP:
        return true;
    case NODE_ELSE:
        return parent == NODE_IF;
    default:
        return false;
    }
}

/* An if whose conditions are known takes one branch; false when they are not, or when the names in them may
 * have other values in another round of a loop. */
static bool walk_taken(struct py *py, TSNode node)
{
    struct py_nodes parts = py_children(py, node);
    TSNode body = py_field(node, "consequence");
    int truth;

    if (py_kind(py, node) != NODE_IF || py->statement_flags & IR_STMT_IN_LOOP)
        return false;
    py_scan(py, py_field(node, "condition"));
    truth = py_truth(py_eval(py, py_field(node, "condition")));
    for (uint32_t i = 0; i < parts.count && truth == 0; i++) {
        if (py_kind(py, parts.items[i]) == NODE_ELIF) {
            py_scan(py, py_field(parts.items[i], "condition"));
            truth = py_truth(py_eval(py, py_field(parts.items[i], "condition")));
            body = py_field(parts.items[i], "consequence");
        } else if (py_kind(py, parts.items[i]) == NODE_ELSE) {
            truth = 1;
            body = py_field(parts.items[i], "body");
        }
    }
    if (truth == 1)
        py_walk_block(py, body);
    return truth >= 0;
}

/* case _: */
static bool is_catch_all(const struct py *py, TSNode branch)
{
    struct py_nodes parts = py_children(py, branch);

    return py_kind(py, branch) == NODE_CASE && parts.count && slice_is(py_bytes(py, parts.items[0]), "_");
}

/* Does a branch end by leaving the function? */
static bool leaves(const struct py *py, TSNode branch)
{
    static const char *const fields[] = {"body", "consequence"};
    TSNode block = branch;
    struct py_nodes statements;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!py_none(py_field(branch, fields[i])))
            block = py_field(branch, fields[i]);
    statements = py_children(py, block);
    if (statements.count == 0)
        return false;
    switch (py_kind(py, statements.items[statements.count - 1])) {
    case NODE_RETURN:
    case NODE_RAISE:
        return true;
    default:
        return false;
    }
}

/* An if without elif asks one question. */
static uint32_t fork_of(struct py *py, TSNode node)
{
    struct py_nodes parts = py_children(py, node);
    TSNode condition = py_field(node, "condition");

    for (uint32_t i = 0; i < parts.count; i++)
        if (py_kind(py, parts.items[i]) == NODE_ELIF)
            condition = (TSNode){0};
    return py_question(py, condition);
}

static void walk_branches(struct py *py, TSNode node)
{
    enum py_node parent = py_kind(py, node);
    struct py_nodes parts = py_children(py, parent == NODE_MATCH ? py_field(node, "body") : node);
    struct py_fork fork = py_fork_begin(py, fork_of(py, node));
    enum py_jump where = PY_NO_JUMP;
    bool exhaustive = false;

    for (uint32_t i = 0; i < parts.count; i++) {
        enum py_node kind = py_kind(py, parts.items[i]);
        if (is_branch(parent, kind)) {
            py_fork_branch(py, &fork);
            walk_flagged(py, parts.items[i], IR_STMT_IN_BRANCH);
            py_fork_next(py, &fork, leaves(py, parts.items[i]));
            exhaustive |= kind == NODE_ELSE || is_catch_all(py, parts.items[i]);
        } else {
            walk_statement(py, parts.items[i]);
            fork.mark = py->walk->changes.count;
        }
        if (py->walk->jump) { /* out of a try, whose other parts may run all the same */
            where = py->walk->jump;
            py->walk->jump = PY_NO_JUMP;
        }
    }
    py->walk->jump = where;
    py_fork_end(py, &fork, exhaustive);
}

/* `if __name__ == "__main__":` is no branch: this is the file that is run, and a
 * module is not. */
static void walk_if(struct py *py, TSNode node)
{
    struct py_nodes condition = py_children(py, py_field(node, "condition"));

    if (condition.count && slice_is(py_bytes(py, condition.items[0]), "__name__")) {
        if (!py->walk->module)
            walk_parts(py, node, 0);
    } else if (!walk_taken(py, node)) {
        walk_branches(py, node);
    }
}

static void walk_decorated(struct py *py, TSNode node)
{
    struct py_nodes parts = py_children(py, node);
    struct py_nodes decorators = {parts.items, 0};

    for (uint32_t i = 0; i < parts.count; i++)
        if (py_kind(py, parts.items[i]) == NODE_DECORATOR)
            decorators.items[decorators.count++] = parts.items[i];
    if (!py_none(py_field(node, "definition")))
        py_define(py, py_field(node, "definition"), decorators);
}

static void walk_kind(struct py *py, TSNode node)
{
    switch (py_kind(py, node)) {
    case NODE_EXPRESSION_STATEMENT:
        walk_expression(py, node);
        break;
    case NODE_RETURN:
        walk_return(py, node);
        jump(py, PY_LEAVE);
        break;
    case NODE_RAISE:
        py_scan(py, node);
        jump(py, PY_LEAVE);
        break;
    case NODE_BREAK:
        jump(py, PY_BREAK);
        break;
    case NODE_CONTINUE:
        jump(py, PY_CONTINUE);
        break;
    case NODE_GLOBAL:
        walk_global(py, node);
        break;
    case NODE_IMPORT:
    case NODE_IMPORT_FROM:
        py_import(py, node);
        break;
    case NODE_FOR:
        walk_for(py, node);
        break;
    case NODE_WITH:
        walk_with(py, node);
        break;
    case NODE_DECORATED:
        walk_decorated(py, node);
        break;
    case NODE_FUNCTION:
    case NODE_CLASS:
        py_define(py, node, (struct py_nodes){0});
        break;
    case NODE_BLOCK:
    case NODE_MODULE:
        py_walk_block(py, node);
        break;
    case NODE_IF:
        walk_if(py, node);
        break;
    case NODE_WHILE:
        walk_parts(py, node, IR_STMT_IN_LOOP);
        break;
    case NODE_TRY:
    case NODE_MATCH:
        walk_branches(py, node);
        break;
    case NODE_EXCEPT:
    case NODE_EXCEPT_GROUP:
    case NODE_ELIF:
    case NODE_ELSE:
    case NODE_FINALLY:
    case NODE_CASE:
    case NODE_ERROR:
        walk_parts(py, node, 0);
        break;
    default:
        py_scan(py, node);
    }
}

static void walk_statement(struct py *py, TSNode node)
{
    uint32_t epoch;

    if (py_none(node) || !py_spend(py, 1))
        return;
    if (py->walk->depth >= PY_MAX_DEPTH) {
        py_gap(py, IR_GAP_FILE, node, "nested too deeply to be read", "flatten the code");
        return;
    }
    py->walk->depth++;
    epoch = py_epoch_begin(py);
    walk_kind(py, node);
    py_epoch_end(py, epoch);
    py->walk->depth--;
}
