/*
 * frame_rows.c - what a statement over DataFrames adds to the IR: the frame that it makes, the statement with its
 * comment, what it reads and writes, and the gaps that have waited for it.
 */
#include "python/frame_state.h"

/* The connection of what a rel reads first. */
static ir_str connection_of(struct frames *f, ir_rel_id rel)
{
    const struct ir *ir = f->py->ir;
    while (IR(ir, rel, rel)->left.v)
        rel = IR(ir, rel, rel)->left;
    const struct ir_rel *row = IR(ir, rel, rel);
    return row->text.v ? IR(ir, text, row->text)->connection : IR(ir, frame, row->frame)->connection;
}

static ir_frame_id add_frame(struct frames *f, ir_str name, ir_rel_id rel, uint32_t off, uint32_t len,
                             ir_str comment)
{
    uint32_t version = map_get(&f->versions, name.v) + 1;
    map_put(&f->versions, name.v, version);
    ir_frame_id frame = ir_add_frame(f->py->ir, (struct ir_frame){.name = name,
                                                                  .version = version,
                                                                  .job = py_job(f->py),
                                                                  .file = f->py->file,
                                                                  .off = off,
                                                                  .len = len,
                                                                  .rel = rel,
                                                                  .comment = comment,
                                                                  .connection = connection_of(f, rel)});
    const struct pd_names *index = pd_index(f, rel);
    if (index) {
        vec_push(f->py->scratch, &f->indexes, index);
        map_put(&f->index, map_key(1, frame.v), f->indexes.count - 1);
    }
    return frame;
}

static void add_gaps(struct frames *f, ir_statement_id statement)
{
    struct py *py = f->py;
    for (uint32_t i = 0; i < f->now.gaps.count; i++) {
        const char *why = arena_printf(py->scratch, "the DataFrame operation %s is not translated to SQL",
                                       ir_string(py->ir, f->now.gaps.items[i].operation));
        ir_add_gap(py->ir,
                   (struct ir_gap){.kind = IR_GAP_OPERATION,
                                   .file = py->file,
                                   .off = f->now.gaps.items[i].off,
                                   .len = f->now.gaps.items[i].len,
                                   .statement = statement,
                                   .why = ir_interns(py->ir, why),
                                   .advice = ir_interns(
                                       py->ir, "write this step in SQL yourself, then build on its model")});
    }
    f->now.gaps.count = 0;
}

/* The tables that the statement reads whole. */
static void add_tables(struct frames *f, ir_statement_id statement)
{
    struct ir *ir = f->py->ir;
    for (uint32_t i = 0; i < f->now.tables.count; i++) {
        struct pd_table table = f->now.tables.items[i];
        table.access.statement = statement;
        table.access.mode = IR_ACCESS_READ;
        table.access.flags |= IR_ACCESS_IN_PYTHON;
        ir_access_id id = ir_add_access(ir, table.access);
        IR(ir, rel, table.rel)->access = id;
    }
    f->now.tables.count = 0;
}

ir_statement_id pd_add_statement(struct frames *f, enum ir_statement_kind kind, TSNode node, uint32_t lead,
                                 ir_frame_id frame)
{
    struct py *py = f->py;
    ir_statement_id id =
        ir_add_statement(py->ir, (struct ir_statement){.kind = kind,
                                                       .file = py->file,
                                                       .off = py_start(node),
                                                       .len = py_len(node),
                                                       .lead_off = lead,
                                                       .job = py_job(py),
                                                       .order = ++py->order,
                                                       .frame = frame,
                                                       .flags = py->statement_flags,
                                                       .understood = f->now.gaps.count ? IR_UNDERSTOOD_PARTLY
                                                                                       : IR_UNDERSTOOD});
    add_gaps(f, id);
    add_tables(f, id);
    return id;
}

static void add_access(struct frames *f, ir_statement_id statement, enum ir_access_mode mode,
                       ir_frame_id frame, uint32_t off, uint32_t len)
{
    struct ir *ir = f->py->ir;
    uint32_t target = mode == IR_ACCESS_READ ? 0 : IR_ACCESS_TARGET;
    ir_add_access(ir, (struct ir_access){.statement = statement,
                                         .mode = mode,
                                         .name = IR(ir, frame, frame)->name,
                                         .frame = frame,
                                         .flags = IR_ACCESS_FRAME | IR_ACCESS_IN_PYTHON | target,
                                         .off = off,
                                         .len = len});
}

void pd_add_reads(struct frames *f, ir_statement_id statement)
{
    for (uint32_t i = 0; i < f->now.reads.count; i++)
        add_access(f, statement, IR_ACCESS_READ, f->now.reads.items[i].frame, f->now.reads.items[i].off,
                   f->now.reads.items[i].len);
}

ir_frame_id pd_make_frame(struct frames *f, ir_str name, ir_rel_id rel, TSNode target, TSNode node)
{
    uint32_t lead = py_start(node);
    ir_str comment = pd_comment_above(f->py, lead, &lead);
    ir_frame_id frame = add_frame(f, name, rel, py_start(target), py_len(target), comment);
    ir_statement_id id = pd_add_statement(f, IR_KIND_DATAFRAME, node, lead, frame);
    pd_add_reads(f, id);
    add_access(f, id, IR_ACCESS_CREATE, frame, py_start(target), py_len(target));
    return frame;
}

/* With a chunksize the rows come in parts, one after the other: no frame, but what a loop makes frames of. */
static const char chunks[] = "chunksize";

bool pd_is_chunks(struct frames *f, ir_rel_id rel)
{
    const struct ir *ir = f->py->ir;
    const struct ir_rel *row = IR(ir, rel, rel);
    if (row->kind == IR_REL_FRAME)
        row = IR(ir, rel, IR(ir, frame, row->frame)->rel);
    return row->kind == IR_REL_OPAQUE && slice_is(ir_slice(ir, row->op), chunks);
}

static struct pd in_chunks(struct frames *f, struct pd read, TSNode call)
{
    TSNode size = py_argument(f->py, call, chunks, -1);
    if (ts_node_is_null(size) || py_eval(f->py, size)->kind == PY_NONE)
        return read;
    return pd_opaque_frame(f, read.rel, (ir_rel_id){0}, slice_of(chunks), size);
}

void pd_note_read(struct frames *f, TSNode call, ir_rel_id rel, uint32_t name_off, uint32_t name_len)
{
    vec_push(f->py->scratch, &f->edits,
             ((struct ir_code_edit){.kind = IR_CODE_READ,
                                    .off = py_start(call),
                                    .len = py_len(call),
                                    .keep_off = name_off,
                                    .keep_len = name_len,
                                    .rel = rel}));
}

void pd_note_write(struct frames *f, TSNode call, TSNode frame)
{
    vec_push(f->py->scratch, &f->edits,
             ((struct ir_code_edit){.kind = IR_CODE_RESULT,
                                    .off = py_start(call),
                                    .len = py_len(call),
                                    .keep_off = py_start(frame),
                                    .keep_len = py_len(frame)}));
}

void py_frames_edits(struct py *py, ir_code_id code)
{
    struct frames *f = py->frames;
    for (uint32_t i = 0; i < f->edits.count; i++) {
        struct ir_code_edit edit = f->edits.items[i];
        edit.code = code;
        if (edit.off < ts_node_end_byte(py->root))
            ir_add_code_edit(py->ir, edit);
    }
}

struct pd pd_read(struct frames *f, TSNode call, ir_text_id text)
{
    struct ir *ir = f->py->ir;
    ir_frame_id frame = IR(ir, text, text)->frame;
    if (!frame.v) {
        uint32_t lead = py_start(call);
        ir_str comment = pd_comment_above(f->py, lead, &lead);
        uint32_t flags = slice_ends(py_callee(f->py, call), ".sql") ? IR_REL_SPARK : 0;
        ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_QUERY, .text = text, .flags = flags}, call);
        frame = add_frame(f, f->now.target, rel, py_start(call), py_len(call), comment);
        IR(ir, text, text)->frame = frame;
        pd_note_read(f, call, rel, 0, 0);
    }
    return in_chunks(f, pd_mention(f, frame, call), call);
}

struct pd pd_read_table(struct frames *f, struct ir_access access, TSNode call)
{
    ir_rel_id rel = pd_rel(f, (struct ir_rel){.kind = IR_REL_TABLE}, call);
    struct pd_table table = {rel, access};
    vec_push(f->py->scratch, &f->now.tables, table);
    pd_note_read(f, call, rel, access.off, access.len);
    return (struct pd){.kind = PD_FRAME, .rel = rel};
}
