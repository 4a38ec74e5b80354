/*
 * code.c - the lines of a script that writes DataFrames: what each does, which names it binds and uses, and which
 * functions of the script it calls with what. A dbt Python model is cut out of them (plan/script.c), in the
 * author's own words. Lines are those at the top of the script and at the top of its functions; what stands
 * deeper belongs to its line.
 */
#include "python/code.h"
#include "python/frame_state.h"

#include <string.h>

/* ---- what a line does ---- */

static const char *const looks[] = {
    "show",    "printSchema", "explain",     "print",    "info", "debug",       "warn",
    "warning", "error",       "exception",   "count",    "head", "tail",        "describe",
    "display", "collect",     "isEmpty",     "setLevel", "exit", "log",         "close",
    "commit",  "dispose",     "basicConfig", "sleep",    "stop", "setLogLevel", NULL};

static bool is_look(struct slice callee)
{
    struct slice name = py_last(callee);
    for (size_t i = 0; looks[i]; i++)
        if (slice_is(name, looks[i]))
            return true;
    return slice_starts(name, "to_") || slice_is(callee, "gc.collect");
}

/* spark.conf.set(…), SparkSession.builder…, frame.cache() */
static bool sets_session(struct slice text)
{
    static const char *const signs[] = {"SparkSession", "SparkContext(", "SQLContext(",
                                        "HiveContext(", ".conf.set(",    "SparkConf("};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (memmem(text.p, text.n, signs[i], strlen(signs[i])))
            return true;
    return false;
}

static enum ir_code_kind kind_of_expression(struct py *py, TSNode node)
{
    struct py_nodes inside = py_children(py, node);
    TSNode at = inside.count == 1 ? inside.items[0] : node;
    switch (py_kind(py, at)) {
    case NODE_ASSIGNMENT:
    case NODE_AUGMENTED:
        return sets_session(py_bytes(py, py_field(at, "right"))) ? IR_CODE_SESSION : IR_CODE_ASSIGN;
    case NODE_CALL:
        if (sets_session(py_bytes(py, at)))
            return IR_CODE_SESSION;
        return is_look(py_callee(py, at)) ? IR_CODE_LOOK : IR_CODE_CALL;
    case NODE_STRING:
        return IR_CODE_OTHER;
    default:
        return IR_CODE_CALL;
    }
}

static enum ir_code_kind kind_of(struct py *py, TSNode node)
{
    switch (py_kind(py, node)) {
    case NODE_IMPORT:
    case NODE_IMPORT_FROM:
        return IR_CODE_IMPORT;
    case NODE_FUNCTION:
    case NODE_CLASS:
    case NODE_DECORATED:
        return IR_CODE_DEFINE;
    case NODE_EXPRESSION_STATEMENT:
        return kind_of_expression(py, node);
    case NODE_PRINT:
        return IR_CODE_LOOK;
    case NODE_RETURN:
        return IR_CODE_RETURN;
    case NODE_IF:
        if (memmem(py_bytes(py, py_field(node, "condition")).p, py_bytes(py, py_field(node, "condition")).n,
                   "__name__", 8))
            return IR_CODE_MAIN;
        return IR_CODE_BLOCK;
    case NODE_FOR:
    case NODE_WHILE:
    case NODE_WITH:
    case NODE_TRY:
    case NODE_MATCH:
        return IR_CODE_BLOCK;
    default:
        return IR_CODE_OTHER;
    }
}

/* ---- imports ---- */

static struct slice top_of(struct slice dotted)
{
    size_t n = 0;
    while (n < dotted.n && dotted.p[n] != '.')
        n++;
    return slice_sub(dotted, 0, n);
}

/* The packages that an import needs, and whether one of them is a file of the tree. */
static ir_str packages(struct py *py, TSNode node, uint32_t *flags)
{
    TSNode from = py_field(node, "module_name");
    struct py_nodes list = py_children(py, node);
    struct buf out = buf_new(py->scratch);
    if (!py_none(from)) {
        struct slice top = top_of(py_bytes(py, from));
        buf_add(&out, top.p, top.n);
        if (!top.n)
            *flags |= IR_CODE_OWN_MODULE;
    }
    for (uint32_t i = 0; i < list.count; i++) {
        TSNode name = py_field(list.items[i], "name"), alias = py_field(list.items[i], "alias");
        struct slice bound = py_bytes(py, py_none(alias) ? list.items[i] : alias);
        if (!py_none(from) && ts_node_eq(list.items[i], from))
            continue;
        if (py_imported(py, top_of(bound)))
            *flags |= IR_CODE_OWN_MODULE;
        if (py_none(from)) {
            struct slice top = top_of(py_bytes(py, py_none(name) ? list.items[i] : name));
            buf_printf(&out, "%s%.*s", out.n ? "\n" : "", (int)top.n, top.p);
        }
    }
    return ir_intern(py->ir, out.p, out.n);
}

/* ---- calls of the script's own functions ---- */

struct defined {
    ir_code_line_id line;
    TSNode node;
};

struct lines {
    struct code_writer w;
    VEC(struct defined) functions;
    VEC(struct defined) all; /* every line and its node */
};

static TSNode definition_of(struct py *py, TSNode node)
{
    return py_kind(py, node) == NODE_DECORATED ? py_field(node, "definition") : node;
}

static void add_arguments(struct lines *l, ir_code_line_id line, struct defined callee, TSNode call)
{
    struct py *py = l->w.py;
    struct ir *ir = py->ir;
    struct py_nodes list = py_children(py, py_field(callee.node, "parameters"));
    ir_add_code_argument(ir, (struct ir_code_argument){.line = line, .define = callee.line});
    for (uint32_t i = 0; i < list.count; i++) {
        TSNode value, given;
        struct slice name = py_code_parameter(py, list.items[i], &value);
        given = py_argument(py, call, arena_strndup(py->scratch, name.p, name.n), (int)i);
        if (py_none(given))
            given = value;
        ir_add_code_argument(ir, (struct ir_code_argument){.line = line,
                                                           .define = callee.line,
                                                           .parameter = ir_intern(ir, name.p, name.n),
                                                           .off = py_none(given) ? 0 : py_start(given),
                                                           .len = py_none(given) ? 0 : py_len(given)});
    }
}

static void add_call(struct lines *l, ir_code_line_id line, TSNode call)
{
    struct slice name = py_callee(l->w.py, call);
    for (uint32_t i = 0; i < l->functions.count; i++)
        if (slice_eq(ir_slice(l->w.py->ir, IR(l->w.py->ir, code_line, l->functions.items[i].line)->name),
                     name))
            add_arguments(l, line, l->functions.items[i], call);
}

/* Calls in a line that is no definition. */
static void add_calls(struct lines *l, ir_code_line_id line, TSNode node)
{
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool more = l->functions.count > 0;
    while (more) {
        TSNode at = ts_tree_cursor_current_node(&cursor);
        if (py_kind(l->w.py, at) == NODE_CALL)
            add_call(l, line, at);
        if (ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (more && !ts_tree_cursor_goto_next_sibling(&cursor))
            more = ts_tree_cursor_goto_parent(&cursor);
    }
    ts_tree_cursor_delete(&cursor);
}

/* ---- lines ---- */

static void add_block(struct lines *l, TSNode block, ir_code_line_id parent);

static void add_names(struct lines *l, ir_code_line_id line, TSNode node, enum ir_code_kind kind)
{
    struct code_writer *w = &l->w;
    TSNode definition = definition_of(w->py, node);
    w->line = line;
    w->effect = kind == IR_CODE_CALL || kind == IR_CODE_BLOCK;
    py_code_names(w, node);
    w->effect = false;
    if (kind == IR_CODE_DEFINE && py_kind(w->py, definition) == NODE_FUNCTION)
        py_code_parameters(w, definition);
}

static void add_line(struct lines *l, TSNode node, ir_code_line_id parent)
{
    struct py *py = l->w.py;
    struct ir *ir = py->ir;
    enum ir_code_kind kind = kind_of(py, node);
    TSNode definition = definition_of(py, node);
    struct ir_code_line row = {.code = l->w.code,
                               .parent = parent,
                               .kind = kind,
                               .off = py_start(node),
                               .len = py_len(node),
                               .place = py_start(node),
                               .place_len = py_len(node)};
    if (kind == IR_CODE_DEFINE) {
        struct slice name = py_bytes(py, py_field(definition, "name"));
        row.name = ir_intern(ir, name.p, name.n);
        row.flags |= py_kind(py, definition) == NODE_CLASS ? IR_CODE_METHOD : 0;
    } else if (kind == IR_CODE_IMPORT) {
        row.name = packages(py, node, &row.flags);
    } else if (kind == IR_CODE_ASSIGN && !memchr(py_bytes(py, node).p, '(', py_bytes(py, node).n)) {
        row.flags |= IR_CODE_CONSTANT;
    }
    ir_code_line_id line = ir_add_code_line(ir, row);
    vec_push(py->scratch, &l->all, ((struct defined){line, node}));
    add_names(l, line, node, kind);
    if (kind == IR_CODE_MAIN)
        add_block(l, py_field(node, "consequence"), line);
    if (kind != IR_CODE_DEFINE || row.flags & IR_CODE_METHOD || parent.v)
        return;
    vec_push(py->scratch, &l->functions, ((struct defined){line, definition}));
    add_block(l, py_field(definition, "body"), line);
}

static void add_block(struct lines *l, TSNode block, ir_code_line_id parent)
{
    struct py_nodes list = py_none(block) ? (struct py_nodes){0} : py_children(l->w.py, block);
    for (uint32_t i = 0; i < list.count; i++)
        add_line(l, list.items[i], parent);
}

static bool is_written(const struct py *py)
{
    for (IR_EACH(py->ir, statement, s))
        if (IR(py->ir, statement, s)->kind == IR_KIND_TO_SQL &&
            IR(py->ir, statement, s)->file.v == py->file.v)
            return true;
    return false;
}

void py_code(struct py *py)
{
    struct lines l = {.w.py = py};
    struct ir *ir = py->ir;
    uint32_t lines = ir->code_line.count, rows = ir->code_name.count, edits = ir->code_edit.count;
    struct slice script = slice_sub(py->source, 0, ts_node_end_byte(py->root));
    if (!is_written(py))
        return;
    l.w.code = ir_add_code(ir, (struct ir_code){.file = py->file, .text = ir_intern(ir, script.p, script.n)});
    add_block(&l, py->root, (ir_code_line_id){0});
    if (l.w.too_deep) { /* what is known by halves is of no use */
        ir->code.count--;
        ir->code_line.count = lines;
        ir->code_name.count = rows;
        ir->code_edit.count = edits;
        return;
    }
    for (uint32_t i = 0; i < l.all.count; i++)
        if (IR(ir, code_line, l.all.items[i].line)->kind != IR_CODE_DEFINE &&
            IR(ir, code_line, l.all.items[i].line)->kind != IR_CODE_MAIN)
            add_calls(&l, l.all.items[i].line, l.all.items[i].node);
    py_frames_edits(py, l.w.code);
}
