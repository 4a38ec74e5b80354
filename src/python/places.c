/*
 * places.c - from the one space of offsets in which a module is read with all that it takes in (modules.h)
 * to the files that its rows stand in, and from a notebook's script to the notebook. A plain file on its own
 * needs nothing.
 */
#include "python/modules.h"

struct py_mark py_places_mark(const struct ir *ir)
{
    return (struct py_mark){ir->text.count,     ir->segment.count,   ir->job.count,       ir->task_edge.count,
                            ir->run_file.count, ir->statement.count, ir->access.count,    ir->frame.count,
                            ir->rel.count,      ir->expr.count,      ir->code_line.count, ir->gap.count,
                            ir->job_link.count};
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
        m->file = ir_add_file(py->ir,
                              (struct ir_file){.path = ir_intern(py->ir, m->path.p, m->path.n),
                                               .language = language_of(m->path),
                                               .source = ir_intern(py->ir, py->source.p + m->base, m->len)});
    return m->file;
}

/* In a notebook: from its script to its file. */
static void settle_notebook(const struct py *py, uint32_t *off, uint32_t *len)
{
    uint32_t n = py->walk->modules.items[0].len;
    uint32_t from = *off < n ? *off : n, to = *len < n - from ? from + *len : n;

    *off = py->map[from];
    *len = to > from ? py->map[to - 1] + 1 - py->map[from] : 0;
}

/* The row's file and its range in it. */
static void settle(struct py *py, ir_file_id *file, uint32_t *off, uint32_t *len)
{
    uint32_t number = module_at(py, *off);
    struct py_module *m = &py->walk->modules.items[number];

    if (file->v != py->file.v)
        return;
    if (number > 0) {
        *file = file_of(py, m);
        *off -= m->base;
    } else if (py->map) {
        settle_notebook(py, off, len);
    }
}

/* What stands in one piece in a notebook's script is cut by line ends and escapes in its file. */
static void split_segment(struct py *py, struct ir_segment s)
{
    const uint32_t *map = py->map;

    while (s.len > 0) {
        uint32_t n = 1, at = s.source_off;
        while (n < s.len && map[at + n] == map[at + n - 1] + 1)
            n++;
        n -= n > 1 && n < s.len; /* the last one may be written longer */
        ir_add_segment(py->ir, (struct ir_segment){.text = s.text,
                                                   .off = s.off,
                                                   .len = n,
                                                   .kind = n > 1 ? IR_SEG_VERBATIM : IR_SEG_ESCAPED,
                                                   .file = s.file,
                                                   .source_off = map[at],
                                                   .source_len = n > 1 ? n : map[at + 1] - map[at]});
        s.off += n;
        s.len -= n;
        s.source_off += n;
    }
}

static void split_segments(struct py *py, uint32_t from)
{
    uint32_t count = py->ir->segment.count - from;
    struct ir_segment *old = ARENA_ARRAY(py->scratch, struct ir_segment, count);

    for (uint32_t i = 0; i < count; i++)
        old[i] = py->ir->segment.items[from + i];
    py->ir->segment.count = from;
    for (uint32_t i = 0; i < count; i++) {
        if (old[i].kind == IR_SEG_VERBATIM && module_at(py, old[i].source_off) == 0) {
            split_segment(py, old[i]);
        } else {
            settle(py, &old[i].file, &old[i].source_off, &old[i].source_len);
            ir_add_segment(py->ir, old[i]);
        }
    }
}

/* A text of a file that is no module is that file's own: it is taken in whole. */
static void settle_segments(struct py *py, uint32_t from)
{
    if (py->map) {
        split_segments(py, from);
        return;
    }
    for (uint32_t i = from; i < py->ir->segment.count; i++) {
        struct ir_segment *row = &py->ir->segment.items[i];
        struct py_module *m = &py->walk->modules.items[module_at(py, row->source_off)];
        bool first = !m->tree && !m->file.v;

        settle(py, &row->file, &row->source_off, &row->source_len);
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
            settle(py, &file, &row->off, &row->len);
    }
    for (uint32_t i = before->statement; i < py->ir->statement.count; i++) {
        struct ir_statement *row = &py->ir->statement.items[i];
        uint32_t off = row->off;
        if (row->text.v)
            continue;
        settle(py, &row->file, &row->off, &row->len);
        row->lead_off -= row->lead_off >= off - row->off ? off - row->off : 0;
    }
}

static void settle_functions(struct py *py)
{
    for (uint32_t i = 1; i < py->walk->functions.count; i++) {
        struct py_function *f = &py->walk->functions.items[i];
        ir_file_id file = py->file;
        uint32_t off, len = 0;
        if (!f->taken_in)
            continue;
        off = py_start(f->node);
        settle(py, &file, &off, &len);
        ir_add_bound_code(py->ir, (struct ir_bound_code){.file = file, .off = off});
    }
}

#define SETTLE(table, off, len)                                                                              \
    for (uint32_t i = before->table; i < py->ir->table.count; i++)                                           \
    settle(py, &py->ir->table.items[i].file, &py->ir->table.items[i].off, &py->ir->table.items[i].len)

void py_places_settle(struct py *py, const struct py_mark *before)
{
    if (py->walk->modules.count < 2 && !py->map)
        return;
    settle_segments(py, before->segment);
    SETTLE(text, call_off, call_len);
    SETTLE(job, off, len);
    SETTLE(task_edge, off, len);
    SETTLE(run_file, off, len);
    SETTLE(job_link, off, len);
    SETTLE(frame, off, len);
    SETTLE(rel, off, len);
    SETTLE(expr, off, len);
    SETTLE(gap, off, len);
    for (uint32_t i = before->code_line; i < py->ir->code_line.count && py->map; i++)
        settle_notebook(py, &py->ir->code_line.items[i].place, &py->ir->code_line.items[i].place_len);
    settle_statements(py, before);
    settle_functions(py);
}
