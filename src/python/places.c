/*
 * places.c - from the one space of offsets in which a module is read with all that it takes in (modules.h)
 * to the files that its rows stand in. Nothing is to be done while there is only one file.
 */
#include "python/modules.h"

struct py_mark py_places_mark(const struct ir *ir)
{
    return (struct py_mark){ir->text.count,      ir->segment.count, ir->job.count,   ir->task_edge.count,
                            ir->run_file.count,  ir->statement.count, ir->access.count, ir->frame.count,
                            ir->rel.count,       ir->expr.count,    ir->gap.count};
}

static uint32_t module_at(const struct py *py, uint32_t off)
{
    uint32_t low = 0, high = py->walk->modules.count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (py->walk->modules.items[middle].base <= off)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static enum ir_language language_of(struct slice path)
{
    return slice_ends(path, ".py") ? IR_LANG_PYTHON : IR_LANG_SQL;
}

static ir_file_id file_of(struct py *py, struct py_module *m)
{
    if (!m->file.v)
        m->file = ir_add_file(py->ir, (struct ir_file){.path = ir_intern(py->ir, m->path.p, m->path.n),
                                                       .language = language_of(m->path),
                                                       .source = ir_intern(py->ir, py->source.p + m->base,
                                                                           m->len)});
    return m->file;
}

/* The row's file and its offset in it. */
static void settle(struct py *py, ir_file_id *file, uint32_t *off)
{
    uint32_t number = module_at(py, *off);
    struct py_module *m = &py->walk->modules.items[number];

    if (number == 0 || file->v != py->file.v)
        return;
    *file = file_of(py, m);
    *off -= m->base;
}

/* A text of a file that is no module is that file's own: it is taken in whole. */
static void settle_segments(struct py *py, uint32_t from)
{
    for (uint32_t i = from; i < py->ir->segment.count; i++) {
        struct ir_segment *row = &py->ir->segment.items[i];
        struct py_module *m = &py->walk->modules.items[module_at(py, row->source_off)];
        bool first = !m->tree && !m->file.v;

        settle(py, &row->file, &row->source_off);
        if (first && m->file.v)
            ir_add_bound_code(py->ir, (struct ir_bound_code){.file = m->file});
    }
}

static void settle_statements(struct py *py, const struct py_mark *before)
{
    for (uint32_t i = before->access; i < py->ir->access.count; i++) {
        struct ir_access *row = &py->ir->access.items[i];
        ir_file_id file = py->file;
        if (row->flags & IR_ACCESS_IN_PYTHON)
            settle(py, &file, &row->off);
    }
    for (uint32_t i = before->statement; i < py->ir->statement.count; i++) {
        struct ir_statement *row = &py->ir->statement.items[i];
        uint32_t off = row->off;
        if (row->text.v)
            continue;
        settle(py, &row->file, &row->off);
        row->lead_off -= row->lead_off >= off - row->off ? off - row->off : 0;
    }
}

static void settle_functions(struct py *py)
{
    for (uint32_t i = 1; i < py->walk->functions.count; i++) {
        struct py_function *f = &py->walk->functions.items[i];
        ir_file_id file = py->file;
        uint32_t off;
        if (!f->taken_in)
            continue;
        off = py_start(f->node);
        settle(py, &file, &off);
        ir_add_bound_code(py->ir, (struct ir_bound_code){.file = file, .off = off});
    }
}

#define SETTLE(table, off)                                                                                   \
    for (uint32_t i = before->table; i < py->ir->table.count; i++)                                           \
    settle(py, &py->ir->table.items[i].file, &py->ir->table.items[i].off)

void py_places_settle(struct py *py, const struct py_mark *before)
{
    if (py->walk->modules.count < 2)
        return;
    settle_segments(py, before->segment);
    SETTLE(text, call_off);
    SETTLE(job, off);
    SETTLE(task_edge, off);
    SETTLE(run_file, off);
    SETTLE(frame, off);
    SETTLE(rel, off);
    SETTLE(expr, off);
    SETTLE(gap, off);
    settle_statements(py, before);
    settle_functions(py);
}
