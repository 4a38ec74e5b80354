/*
 * pandas_rows.c - the small things of reading pandas: adding rels and exprs with their places, and reading
 * arguments whose value must be known for the operation to be.
 */
#include "python/frame.h"

#include <string.h>

ir_str pd_intern(struct frames *f, struct slice s)
{
    return ir_intern(pd_py(f)->ir, s.p, s.n);
}

void pd_place(TSNode call, uint32_t *off, uint32_t *len)
{
    TSNode function = py_field(call, "function");
    TSNode name = call;
    if (!ts_node_is_null(function) && py_is(function, "attribute"))
        name = py_field(function, "attribute");
    *off = py_start(ts_node_is_null(name) ? call : name);
    *len = py_start(call) + py_len(call) - *off;
}

ir_rel_id pd_rel(struct frames *f, struct ir_rel row, TSNode place)
{
    row.file = pd_py(f)->file;
    if (!(row.flags & (IR_REL_PANDAS | IR_REL_SPARK)))
        row.flags |= row.left.v && pd_is_spark(f, row.left) ? IR_REL_SPARK : IR_REL_PANDAS;
    pd_place(place, &row.off, &row.len);
    return ir_add_rel(pd_py(f)->ir, row);
}

void pd_column(struct frames *f, ir_rel_id rel, enum ir_rel_column_kind kind, ir_str name)
{
    ir_add_rel_column(pd_py(f)->ir, (struct ir_rel_column){.rel = rel, .kind = kind, .name = name});
}

ir_expr_id pd_expr(struct frames *f, enum ir_expr_op op, TSNode place, ir_expr_id a, ir_expr_id b,
                   ir_expr_id c)
{
    struct ir *ir = pd_py(f)->ir;
    if (a.v && b.v)
        IR(ir, expr, a)->next = b;
    if (b.v && c.v)
        IR(ir, expr, b)->next = c;
    return ir_add_expr(
        ir, (struct ir_expr){
                .op = op, .first = a, .file = pd_py(f)->file, .off = py_start(place), .len = py_len(place)});
}

ir_expr_id pd_literal(struct frames *f, enum ir_expr_op op, struct slice text, TSNode place)
{
    ir_expr_id id = pd_expr(f, op, place, (ir_expr_id){0}, (ir_expr_id){0}, (ir_expr_id){0});
    IR(pd_py(f)->ir, expr, id)->text = pd_intern(f, text);
    return id;
}

struct pd pd_function(struct frames *f, struct pd series, const char *name, ir_expr_id a, ir_expr_id b,
                      TSNode place)
{
    series.kind = PD_SERIES;
    series.expr = pd_expr(f, IR_EXPR_FUNCTION, place, series.expr, a, b);
    IR(pd_py(f)->ir, expr, series.expr)->text = ir_interns(pd_py(f)->ir, name);
    return series;
}

static ir_expr_id copy_tree(struct ir *ir, ir_expr_id from, uint32_t depth, uint32_t *left)
{
    if (!*left || !depth)
        return (ir_expr_id){0};
    (*left)--;
    struct ir_expr row = *IR(ir, expr, from);
    ir_expr_id operand = row.first, last = {0};
    row.first = row.next = (ir_expr_id){0};
    for (; operand.v; operand = IR(ir, expr, operand)->next) {
        ir_expr_id made = copy_tree(ir, operand, depth - 1, left);
        if (!made.v)
            return made;
        if (last.v)
            IR(ir, expr, last)->next = made;
        else
            row.first = made;
        last = made;
    }
    return ir_add_expr(ir, row);
}

ir_expr_id pd_copy(struct frames *f, ir_expr_id expr)
{
    uint32_t left = PD_MAX_NODES;
    return copy_tree(pd_py(f)->ir, expr, PD_MAX_DEPTH, &left);
}

struct pd pd_opaque_frame(struct frames *f, ir_rel_id left, ir_rel_id right, struct slice op, TSNode place)
{
    ir_rel_id rel = pd_rel(
        f, (struct ir_rel){.kind = IR_REL_OPAQUE, .left = left, .right = right, .op = pd_intern(f, op)},
        place);
    const struct ir_rel *row = IR(pd_py(f)->ir, rel, rel);
    pd_gap(f, row->off, row->len, row->op);
    return (struct pd){.kind = PD_FRAME, .rel = rel, .spark = row->flags & IR_REL_SPARK};
}

struct pd pd_opaque_source(struct frames *f, struct slice op, TSNode place)
{
    return pd_opaque_frame(f, (ir_rel_id){0}, (ir_rel_id){0}, op, place);
}

ir_expr_id pd_opaque_expr(struct frames *f, ir_expr_id first, struct slice op, TSNode place)
{
    ir_expr_id id = pd_expr(f, IR_EXPR_OPAQUE, place, first, (ir_expr_id){0}, (ir_expr_id){0});
    struct ir_expr *row = IR(pd_py(f)->ir, expr, id);
    pd_place(place, &row->off, &row->len);
    row->text = pd_intern(f, op);
    pd_gap(f, row->off, row->len, row->text);
    return id;
}

struct pd pd_opaque_series(struct frames *f, struct pd from, struct slice op, TSNode place)
{
    return (struct pd){.kind = PD_SERIES, .rel = from.rel, .expr = pd_opaque_expr(f, from.expr, op, place)};
}

/* A number as SQL has it; false for what only Python has (0x10, 1_0j). */
static bool plain_number(struct frames *f, struct slice s, struct slice *out)
{
    struct buf b = buf_new(pd_py(f)->scratch);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '_')
            continue;
        if (!strchr("0123456789.eE+-", s.p[i]))
            return false;
        buf_addc(&b, s.p[i]);
    }
    *out = buf_slice(&b);
    return out->n > 0;
}

ir_expr_id pd_constant(struct frames *f, const struct py_value *value, TSNode place)
{
    struct slice number;
    switch (value->kind) {
    case PY_STRING:
        if (value->unknown_parts)
            break;
        return pd_literal(f, IR_EXPR_STRING, value->string, place);
    case PY_NUMBER:
        if (!plain_number(f, value->string, &number))
            break;
        return pd_literal(f, IR_EXPR_NUMBER, number, place);
    case PY_BOOL:
        return pd_literal(f, value->boolean ? IR_EXPR_TRUE : IR_EXPR_FALSE, SLICE(""), place);
    case PY_NONE:
        return pd_literal(f, IR_EXPR_NULL, SLICE(""), place);
    default:
        break;
    }
    return (ir_expr_id){0};
}

bool pd_names_of(struct frames *f, TSNode node, struct pd_names *out)
{
    *out = (struct pd_names){0};
    if (ts_node_is_null(node))
        return false;
    const struct py_value *v = py_eval(pd_py(f), node);
    bool one = v->kind == PY_STRING;
    if (!one && v->kind != PY_LIST && v->kind != PY_TUPLE)
        return false;
    out->count = one ? 1 : v->count;
    out->items = ARENA_ARRAY(pd_py(f)->scratch, ir_str, out->count);
    for (uint32_t i = 0; i < out->count; i++) {
        const struct py_value *item = one ? v : v->items[i];
        if (item->kind != PY_STRING || item->unknown_parts || !item->string.n)
            return false;
        out->items[i] = pd_intern(f, item->string);
    }
    return true;
}

bool pd_bool_argument(struct frames *f, TSNode call, const char *name, int position, bool otherwise,
                      bool *out)
{
    TSNode node = py_argument(pd_py(f), call, name, position);
    *out = otherwise;
    if (ts_node_is_null(node))
        return true;
    const struct py_value *v = py_eval(pd_py(f), node);
    *out = v->boolean;
    return v->kind == PY_BOOL;
}

bool pd_count_argument(struct frames *f, TSNode call, const char *name, int position, uint32_t otherwise,
                       uint32_t *out)
{
    TSNode node = py_argument(pd_py(f), call, name, position);
    *out = otherwise;
    if (ts_node_is_null(node))
        return true;
    const struct py_value *v = py_eval(pd_py(f), node);
    if (v->kind != PY_NUMBER || !v->string.n || v->string.n > 9)
        return false;
    *out = 0;
    for (size_t i = 0; i < v->string.n; i++) {
        if (v->string.p[i] < '0' || v->string.p[i] > '9')
            return false;
        *out = *out * 10 + (uint32_t)(v->string.p[i] - '0');
    }
    return true;
}

struct py_nodes pd_arguments(struct frames *f, TSNode call)
{
    TSNode list = py_field(call, "arguments");
    if (ts_node_is_null(list) || !py_is(list, "argument_list"))
        return (struct py_nodes){0};
    return py_children(pd_py(f), list);
}

static bool has_word(const char *words, struct slice word)
{
    for (const char *p = words; *p;) {
        size_t n = strcspn(p, " ");
        if (n == word.n && !memcmp(p, word.p, n))
            return true;
        p += n + (p[n] == ' ');
    }
    return false;
}

bool pd_arguments_are(struct frames *f, TSNode call, const char *allowed, uint32_t positional)
{
    struct py_nodes list = pd_arguments(f, call);
    for (uint32_t i = 0; i < list.count; i++) {
        TSNode item = list.items[i];
        if (py_is(item, "list_splat") || py_is(item, "dictionary_splat"))
            return false;
        if (!py_is(item, "keyword_argument")) {
            if (!positional--)
                return false;
            continue;
        }
        if (!has_word(allowed, py_bytes(pd_py(f), py_field(item, "name"))))
            return false;
    }
    return true;
}

enum { MAX_COMMENT_LINES = 40 };

ir_str pd_comment_above(struct py *py, uint32_t off, uint32_t *start)
{
    const char *p = py->source.p;
    struct slice lines[MAX_COMMENT_LINES];
    uint32_t count = 0;
    size_t line = off;
    while (line && p[line - 1] != '\n')
        line--;
    while (line && count < MAX_COMMENT_LINES) {
        size_t end = line - 1, begin = end;
        while (begin && p[begin - 1] != '\n')
            begin--;
        struct slice text = slice_trim(slice_sub(py->source, begin, end - begin));
        if (!text.n || text.p[0] != '#')
            break;
        *start = (uint32_t)(text.p - p);
        lines[count++] = slice_trim(slice_sub(text, 1, text.n - 1));
        line = begin;
    }
    struct buf b = buf_new(py->scratch);
    while (count--) {
        buf_add(&b, lines[count].p, lines[count].n);
        if (count)
            buf_addc(&b, '\n');
    }
    return b.n ? ir_intern(py->ir, b.p, b.n) : (ir_str){0};
}
