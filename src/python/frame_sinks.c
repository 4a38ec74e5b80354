/*
 * frame_sinks.c - frames that leave: to_sql() and PySpark's writes give a table its rows; whatever else takes a frame
 * is a statement that reads it, and no model is made of that.
 */
#include "python/frame_state.h"

/* A series as rows of their own. Where it is an operation that is not translated, that is what they are called. */
static struct pd rows_of(struct frames *f, struct pd value, TSNode object)
{
    struct ir *ir = f->py->ir;
    const struct ir_expr *expr = value.kind == PD_SERIES ? IR(ir, expr, value.expr) : NULL;
    if (!expr || expr->op != IR_EXPR_OPAQUE) {
        struct slice text = py_bytes(f->py, object);
        return pd_opaque_frame(f, value.rel, (ir_rel_id){0}, slice_sub(text, 0, text.n < 60 ? text.n : 60),
                               object);
    }
    uint32_t off = expr->off, len = expr->len;
    ir_str op = expr->text;
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_OPAQUE, .left = value.rel, .op = op}, object);
    IR(ir, rel, rel)->off = off;
    IR(ir, rel, rel)->len = len;
    pd_gap(f, off, len, op);
    return (struct pd){.kind = PD_FRAME, .rel = rel};
}

/* The frame that `object` is, by name or, for a chain, a new one that is called `name`. */
static ir_frame_id frame_of(struct frames *f, struct pd value, ir_str name, TSNode object)
{
    if (value.kind != PD_FRAME)
        value = rows_of(f, value, object);
    const struct ir_rel *rel = IR(f->py->ir, rel, value.rel);
    if (rel->kind == IR_REL_FRAME)
        return rel->frame;
    ir_frame_id frame = pd_make_frame(f, name, value.rel, object, object);
    f->now.reads.count = 0;
    struct mention read = {frame, py_start(object), py_len(object)};
    vec_push(f->py->scratch, &f->now.reads, read);
    return frame;
}

static bool has_upper(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'A' && s.p[i] <= 'Z')
            return true;
    return false;
}

/* The value of a string argument; what is not known shows as its source or its placeholders. */
static struct slice text_argument(struct frames *f, TSNode node, uint32_t *flags)
{
    if (ts_node_is_null(node))
        return (struct slice){"", 0};
    const struct py_value *v = py_eval(f->py, node);
    if (v->kind == PY_NONE)
        return (struct slice){"", 0};
    if (v->kind != PY_STRING || v->unknown_parts)
        *flags |= IR_ACCESS_UNKNOWN_PART;
    return v->kind == PY_STRING ? v->string : py_bytes(f->py, node);
}

static enum ir_access_mode write_mode(struct frames *f, TSNode call)
{
    struct slice how;
    TSNode node = py_argument(f->py, call, "if_exists", 3);
    if (!ts_node_is_null(node) && py_string_of(f->py, node, &how)) {
        if (slice_is(how, "replace"))
            return IR_ACCESS_REPLACE;
        if (slice_is(how, "append"))
            return IR_ACCESS_APPEND;
    }
    return IR_ACCESS_CREATE;
}

/* With the keys of a groupby as the index: index=False leaves them out. */
static struct pd without_index(struct frames *f, struct pd value, TSNode call)
{
    const struct pd_names *index = pd_index(f, value.rel);
    if (value.kind != PD_FRAME || !index)
        return value;
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_DROP, .left = value.rel}, call);
    for (uint32_t i = 0; i < index->count; i++)
        pd_column(f, rel, IR_COLUMN_DROP, index->items[i]);
    pd_set_index(f, rel, NULL);
    value.rel = rel;
    return value;
}

bool pd_to_sql(struct frames *f, TSNode object, TSNode call)
{
    struct py *py = f->py;
    bool gbq =
        slice_ends(py_callee(py, call), "to_gbq"); /* it has the whole name in one, and never the index */
    TSNode name_node = py_argument(py, call, gbq ? "destination_table" : "name", 0),
           schema_node = py_argument(py, call, "schema", 2);
    if (ts_node_is_null(name_node))
        return false;
    uint32_t flags = IR_ACCESS_TARGET | IR_ACCESS_IN_PYTHON;
    TSNode con_node = py_argument(py, call, gbq ? "project_id" : "con", 1);
    ir_str connection = ts_node_is_null(con_node) ? (ir_str){0} : py_connection(py, con_node);
    struct slice name = text_argument(f, name_node, &flags);
    struct slice schema = text_argument(f, schema_node, &flags);
    pd_begin(f, pd_intern(f, name));
    struct pd value = pd_eval(f, object);
    bool indexed = value.kind == PD_FRAME && pd_index(f, value.rel), index;
    bool known = pd_bool_argument(f, call, "index", 4, true, &index) || gbq;
    index = index && !gbq;
    if (known && !index)
        value = without_index(f, value, call);
    ir_frame_id frame = frame_of(f, value, f->now.target, object);
    if (!known || !ts_node_is_null(py_argument(py, call, "index_label", -1)))
        pd_gap(f, py_start(call), py_len(call), pd_intern(f, SLICE("to_sql(index=…)")));
    ir_statement_id id = pd_add_statement(f, IR_KIND_TO_SQL, call, py_start(call), frame);
    pd_note_write(f, call, object);
    IR(py->ir, statement, id)->connection = connection;
    if (index && !indexed)
        IR(py->ir, statement, id)->flags |= IR_STMT_INDEX_COLUMN;
    pd_add_reads(f, id);
    struct ir_access access = {.statement = id,
                               .mode = write_mode(f, call),
                               .name = f->now.target,
                               .schema = schema.n ? pd_intern(f, schema) : (ir_str){0},
                               .flags = flags,
                               .quoted = (has_upper(name) ? 1u : 0) | (has_upper(schema) ? 2u : 0),
                               .off = py_start(name_node),
                               .len = py_len(name_node)};
    if (gbq)
        sp_table_name(f, name, &access);
    ir_add_access(py->ir, access);
    if (flags & IR_ACCESS_UNKNOWN_PART) {
        IR(py->ir, statement, id)->understood = IR_UNDERSTOOD_PARTLY;
        ir_add_gap(py->ir,
                   (struct ir_gap){
                       .kind = IR_GAP_DYNAMIC,
                       .file = py->file,
                       .off = py_start(name_node),
                       .len = py_len(name_node),
                       .statement = id,
                       .why = ir_interns(py->ir, "the table that to_sql writes is only known at run time"),
                       .advice = ir_interns(py->ir, "write the table's name as a constant")});
    }
    return true;
}

/* to_csv() and other ways out: the frame is read, and nothing that could be a model is made. */
bool pd_sink(struct frames *f, struct slice name, TSNode call)
{
    uint32_t off, len;
    pd_place(call, &off, &len);
    f->now.gaps.count = 0;
    pd_gap(f, off, len, pd_intern(f, name));
    pd_add_reads(f, pd_add_statement(f, IR_KIND_DATAFRAME, call, py_start(call), (ir_frame_id){0}));
    return true;
}

/* A PySpark frame's rows go to a table, or get a temporary view's name; to a path, they are read there. */
bool sp_write(struct frames *f, const struct sp_target *target, TSNode call)
{
    struct py *py = f->py;
    struct ir_access access = {.mode = target->mode, .flags = IR_ACCESS_TARGET | IR_ACCESS_IN_PYTHON};
    struct slice text = {"", 0};
    pd_begin(f, pd_target_name(f, target->frame));
    struct pd value = pd_eval(f, target->frame);
    if (value.kind != PD_FRAME)
        return false;
    if (ts_node_is_null(target->name))
        return pd_sink(f, SLICE("write"), call);
    text = text_argument(f, target->name, &access.flags);
    if (!sp_table_name(f, text, &access))
        access.name = pd_intern(f, text);
    f->now.target = access.name;
    ir_frame_id frame = frame_of(f, value, access.name, target->frame);
    ir_statement_id id = pd_add_statement(f, IR_KIND_TO_SQL, call, py_start(call), frame);
    pd_note_write(f, call, target->frame);
    pd_add_reads(f, id);
    access.statement = id;
    access.flags |= target->temporary ? IR_ACCESS_TEMP : 0;
    access.off = py_start(target->name);
    access.len = py_len(target->name);
    ir_add_access(py->ir, access);
    if (access.flags & IR_ACCESS_UNKNOWN_PART)
        IR(py->ir, statement, id)->understood = IR_UNDERSTOOD_PARTLY;
    return true;
}
