/*
 * code_names.c - which names a line of Python binds, uses or may change. A lambda, a comprehension and a function
 * have names of their own, which are nobody else's. On the way it notes what a dbt Python model leaves out because
 * it changes no rows: partitioning, caching and hints of PySpark.
 */
#include "python/code.h"
#include "python/pyspark.h"

enum { MAX_NESTING = 2000, ADDS = 1u << 31 /* the name goes into the scope, and no row is made */ };

static void names(struct code_writer *w, TSNode node, uint32_t flags);

static bool is_local(const struct code_writer *w, struct slice name)
{
    for (const struct code_scope *s = w->scope; s; s = s->outer)
        for (uint32_t i = 0; i < s->names.count; i++)
            if (slice_eq(s->names.items[i], name))
                return true;
    return false;
}

static void add_name(struct code_writer *w, TSNode node, struct slice name, uint32_t flags)
{
    struct ir *ir = w->py->ir;
    if (flags & ADDS) {
        if (w->scope && !is_local(w, name))
            vec_push(w->py->scratch, &w->scope->names, name);
        return;
    }
    if (is_local(w, name))
        return;
    if (w->effect && !w->scope)
        flags |= IR_NAME_CHANGES;
    if (sp_is_session_name(name))
        flags |= IR_NAME_SESSION;
    ir_add_code_name(ir, (struct ir_code_name){.line = w->line,
                                               .name = ir_intern(ir, name.p, name.n),
                                               .off = py_start(node),
                                               .flags = flags});
}

static void each(struct code_writer *w, TSNode node, uint32_t flags)
{
    struct py_nodes list = py_children(w->py, node);
    for (uint32_t i = 0; i < list.count; i++)
        names(w, list.items[i], flags);
}

/* ---- what changes no rows ---- */

static const char *const hints[] = {
    "repartition", "repartitionByRange", "cache",           "persist",  "unpersist",
    "hint",        "checkpoint",         "localCheckpoint", "coalesce", NULL};

static bool is_hint(struct py *py, struct slice name, TSNode call)
{
    struct py_nodes list;
    if (slice_is(name, "coalesce")) { /* of partitions: F.coalesce() has columns */
        list = py_arguments(py, call);
        return list.count == 1 && py_kind(py, list.items[0]) == NODE_INTEGER;
    }
    for (size_t i = 0; hints[i]; i++)
        if (slice_is(name, hints[i]))
            return true;
    return false;
}

static void add_hint(struct code_writer *w, uint32_t from, uint32_t to, struct slice what)
{
    struct ir *ir = w->py->ir;
    ir_add_code_edit(ir, (struct ir_code_edit){.code = w->code,
                                               .kind = IR_CODE_HINT,
                                               .off = from,
                                               .len = to - from,
                                               .why = ir_intern(ir, what.p, what.n)});
}

static void look_for_hints(struct code_writer *w, TSNode call)
{
    struct py *py = w->py;
    TSNode function = py_field(call, "function");
    struct slice name = py_last(py_callee(py, call));
    uint32_t end = ts_node_end_byte(call);
    if (w->scope || py_none(function))
        return; /* a function's own lines have them already */
    if (slice_is(name, "broadcast")) {
        struct py_nodes list = py_arguments(py, call);
        if (list.count != 1)
            return;
        add_hint(w, py_start(call), py_start(list.items[0]), name);
        add_hint(w, ts_node_end_byte(list.items[0]), end, name);
    } else if (py_kind(py, function) == NODE_ATTRIBUTE && is_hint(py, name, call)) {
        add_hint(w, ts_node_end_byte(py_field(function, "object")), end, name);
    }
}

/* ---- scopes ---- */

struct slice py_code_parameter(struct py *py, TSNode parameter, TSNode *value)
{
    struct slice none = {"", 0};
    *value = py_field(parameter, "value");
    if (py_kind(py, parameter) == NODE_IDENTIFIER)
        return py_bytes(py, parameter);
    if (!py_none(py_field(parameter, "name")))
        return py_bytes(py, py_field(parameter, "name"));
    struct py_nodes inside = py_children(py, parameter);
    for (uint32_t i = 0; i < inside.count; i++)
        if (py_kind(py, inside.items[i]) == NODE_IDENTIFIER)
            return py_bytes(py, inside.items[i]);
    return none;
}

void py_code_parameters(struct code_writer *w, TSNode definition)
{
    TSNode value;
    struct py_nodes list = py_children(w->py, py_field(definition, "parameters"));
    for (uint32_t i = 0; i < list.count; i++) {
        struct slice name = py_code_parameter(w->py, list.items[i], &value);
        if (name.n)
            add_name(w, list.items[i], name, IR_NAME_PARAMETER);
    }
}

/* Names that statements of a function's body bind are its own everywhere in it; not those of functions in it. */
static void bound_in(struct code_writer *w, TSNode node)
{
    struct py_nodes list = py_children(w->py, node);
    if (w->depth++ >= MAX_NESTING)
        w->too_deep = true;
    for (uint32_t i = 0; i < list.count && !w->too_deep; i++) {
        TSNode at = list.items[i];
        switch (py_kind(w->py, at)) {
        case NODE_ASSIGNMENT:
        case NODE_AUGMENTED:
        case NODE_FOR:
            names(w, py_field(at, "left"), ADDS);
            bound_in(w, at);
            break;
        case NODE_AS_TARGET:
            each(w, at, ADDS);
            break;
        case NODE_IMPORT:
        case NODE_IMPORT_FROM:
            names(w, at, ADDS);
            break;
        case NODE_FUNCTION:
        case NODE_CLASS:
            names(w, py_field(at, "name"), ADDS);
            break;
        case NODE_LAMBDA:
            break;
        default:
            bound_in(w, at);
            break;
        }
    }
    w->depth--;
}

static void function(struct code_writer *w, TSNode node, TSNode body)
{
    struct code_scope scope = {.outer = w->scope};
    TSNode value;
    struct py_nodes list = py_children(w->py, py_field(node, "parameters"));
    for (uint32_t i = 0; i < list.count; i++) {
        py_code_parameter(w->py, list.items[i], &value);
        if (!py_none(value))
            names(w, value, IR_NAME_USES);
    }
    w->scope = &scope;
    for (uint32_t i = 0; i < list.count; i++)
        add_name(w, list.items[i], py_code_parameter(w->py, list.items[i], &value), ADDS);
    bound_in(w, body);
    names(w, body, IR_NAME_USES);
    w->scope = scope.outer;
}

static void comprehension(struct code_writer *w, TSNode node)
{
    struct code_scope scope = {.outer = w->scope};
    struct py_nodes list = py_children(w->py, node);
    for (uint32_t i = 0; i < list.count; i++)
        if (py_kind(w->py, list.items[i]) == NODE_FOR_IN) {
            names(w, py_field(list.items[i], "right"), IR_NAME_USES);
            w->scope = &scope;
            names(w, py_field(list.items[i], "left"), ADDS);
        }
    w->scope = &scope;
    for (uint32_t i = 0; i < list.count; i++)
        if (py_kind(w->py, list.items[i]) != NODE_FOR_IN)
            names(w, list.items[i], IR_NAME_USES);
    w->scope = scope.outer;
}

/* ---- nodes ---- */

/* `import a.b` binds a, `import a as b` and `from x import a as b` bind b. */
static void import_names(struct code_writer *w, TSNode node, uint32_t flags)
{
    struct py *py = w->py;
    TSNode from = py_field(node, "module_name");
    struct py_nodes list = py_children(py, node);
    for (uint32_t i = 0; i < list.count; i++) {
        TSNode alias = py_field(list.items[i], "alias");
        struct slice name = py_bytes(py, py_none(alias) ? list.items[i] : alias);
        size_t n = 0;
        if (!py_none(from) && ts_node_eq(list.items[i], from))
            continue;
        while (n < name.n && name.p[n] != '.')
            n++;
        add_name(w, list.items[i], slice_sub(name, 0, n), flags ? flags : IR_NAME_BINDS);
    }
}

static void names_here(struct code_writer *w, TSNode node, uint32_t flags)
{
    struct py *py = w->py;
    bool bind = flags & (IR_NAME_BINDS | ADDS);
    uint32_t base = flags & ADDS ? 0 : bind ? IR_NAME_USES | IR_NAME_CHANGES : flags;
    switch (py_kind(py, node)) {
    case NODE_IDENTIFIER:
        add_name(w, node, py_bytes(py, node), flags);
        break;
    case NODE_ATTRIBUTE:
        if (base)
            names(w, py_field(node, "object"), base);
        break;
    case NODE_SUBSCRIPT:
        if (base) {
            names(w, py_field(node, "value"), base);
            each(w, node, IR_NAME_USES); /* its value once more, which costs a row and nothing else */
        }
        break;
    case NODE_KEYWORD:
        names(w, py_field(node, "value"), flags);
        break;
    case NODE_LAMBDA:
        function(w, node, py_field(node, "body"));
        break;
    case NODE_LIST_COMPREHENSION:
    case NODE_SET_COMPREHENSION:
    case NODE_DICT_COMPREHENSION:
    case NODE_GENERATOR:
        comprehension(w, node);
        break;
    case NODE_FUNCTION:
        names(w, py_field(node, "name"), IR_NAME_BINDS);
        function(w, node, py_field(node, "body"));
        break;
    case NODE_CLASS:
        names(w, py_field(node, "name"), IR_NAME_BINDS);
        function(w, node, py_field(node, "body"));
        if (!py_none(py_field(node, "superclasses")))
            each(w, py_field(node, "superclasses"), IR_NAME_USES);
        break;
    case NODE_ASSIGNMENT:
    case NODE_FOR:
        names(w, py_field(node, "left"), IR_NAME_BINDS);
        names(w, py_field(node, "right"), IR_NAME_USES);
        if (!py_none(py_field(node, "body")))
            names(w, py_field(node, "body"), IR_NAME_USES);
        break;
    case NODE_AUGMENTED:
        names(w, py_field(node, "left"), IR_NAME_USES | IR_NAME_CHANGES);
        names(w, py_field(node, "right"), IR_NAME_USES);
        break;
    case NODE_NAMED:
        names(w, py_field(node, "name"), IR_NAME_BINDS);
        names(w, py_field(node, "value"), IR_NAME_USES);
        break;
    case NODE_AS_TARGET:
        each(w, node, IR_NAME_BINDS);
        break;
    case NODE_IMPORT:
    case NODE_IMPORT_FROM:
        import_names(w, node, flags & ADDS);
        break;
    case NODE_CALL:
        look_for_hints(w, node);
        each(w, node, flags);
        break;
    default:
        each(w, node, flags);
        break;
    }
}

static void names(struct code_writer *w, TSNode node, uint32_t flags)
{
    if (w->depth >= MAX_NESTING)
        w->too_deep = true;
    if (py_none(node) || w->too_deep)
        return;
    w->depth++;
    names_here(w, node, flags);
    w->depth--;
}

void py_code_names(struct code_writer *w, TSNode node)
{
    names(w, node, IR_NAME_USES);
}
