/* Values are lists of runs: to cut and to join them is to cut and to join their runs. */
#include "shell/value.h"

#include <string.h>

struct sh_build sh_build_new(struct arena *a)
{
    return (struct sh_build){.arena = a, .text = buf_new(a)};
}

struct sh_value sh_built(const struct sh_build *b)
{
    return (struct sh_value){{buf_str(&b->text), b->text.n}, b->runs.items, b->runs.count};
}

struct sh_value sh_value_of_file(struct arena *a, ir_file_id file, struct slice source, uint32_t off,
                                 uint32_t len)
{
    struct sh_run *run = ARENA_NEW(a, struct sh_run);

    *run = (struct sh_run){len, IR_SEG_VERBATIM, file, off, len};
    return (struct sh_value){slice_sub(source, off, len), run, len > 0};
}

/* Neighbours that stand beside each other in the file are one run. */
static void add_run(struct sh_build *b, struct sh_run run)
{
    struct sh_run *last = b->runs.count ? &b->runs.items[b->runs.count - 1] : NULL;

    if (last && last->kind == IR_SEG_VERBATIM && run.kind == IR_SEG_VERBATIM && last->file.v == run.file.v &&
        last->off + last->source_len == run.off) {
        last->len += run.len;
        last->source_len += run.source_len;
        return;
    }
    if (run.len)
        vec_push(b->arena, &b->runs, run);
}

void sh_add(struct sh_build *b, const struct sh_value *v, size_t off, size_t len)
{
    size_t at = 0;

    for (uint32_t i = 0; i < v->count && at < off + len; at += v->runs[i++].len) {
        struct sh_run run = v->runs[i];
        size_t from = at > off ? at : off, to = at + run.len < off + len ? at + run.len : off + len;

        if (from >= to)
            continue;
        if (run.kind == IR_SEG_VERBATIM) {
            run.off += (uint32_t)(from - at);
            run.source_len = (uint32_t)(to - from);
        }
        run.len = (uint32_t)(to - from);
        buf_add(&b->text, v->text.p + from, to - from);
        add_run(b, run);
    }
}

void sh_add_all(struct sh_build *b, const struct sh_value *v)
{
    sh_add(b, v, 0, v->text.n);
}

struct sh_run sh_place(const struct sh_value *v, size_t off, size_t len)
{
    struct sh_run place = {0};
    size_t at = 0;

    for (uint32_t i = 0; i < v->count; at += v->runs[i++].len) {
        struct sh_run run = v->runs[i];
        size_t from = at > off ? at : off, to = at + run.len < off + len ? at + run.len : off + len;
        uint32_t first = run.off, end = run.off + run.source_len;

        if (from >= to && !(len == 0 && off >= at && off < at + run.len))
            continue;
        if (run.kind == IR_SEG_VERBATIM) {
            first = run.off + (uint32_t)(from - at);
            end = run.off + (uint32_t)((to > from ? to : from) - at);
        }
        if (!place.file.v)
            place = (struct sh_run){(uint32_t)len, IR_SEG_SUBSTITUTED, run.file, first, end - first};
        else if (run.file.v == place.file.v && end > place.off)
            place.source_len = end - place.off;
    }
    return place;
}

void sh_add_for(struct sh_build *b, struct slice bytes, const struct sh_value *v, size_t off, size_t len)
{
    struct sh_run run = sh_place(v, off, len);

    run.len = (uint32_t)bytes.n;
    run.kind = bytes.n == 1 ? IR_SEG_ESCAPED : IR_SEG_SUBSTITUTED;
    buf_add(&b->text, bytes.p, bytes.n);
    add_run(b, run);
}

void sh_add_unknown(struct sh_build *b, const struct sh_value *v, size_t off, size_t len)
{
    struct sh_run run = sh_place(v, off, len);

    run.len = 1;
    run.kind = IR_SEG_SUBSTITUTED;
    buf_addc(&b->text, SH_UNKNOWN);
    add_run(b, run);
}

struct sh_value sh_slice(struct arena *a, const struct sh_value *v, size_t off, size_t len)
{
    struct sh_build b = sh_build_new(a);

    sh_add(&b, v, off, len);
    return sh_built(&b);
}

bool sh_is_known(const struct sh_value *v)
{
    return !v->text.n || !memchr(v->text.p, SH_UNKNOWN, v->text.n);
}

/* ---- to the IR ---- */

struct emission {
    struct ir *ir;
    struct ir_text row;
    ir_text_id text;
    struct buf content;
    uint32_t unknown;
};

static void emit_segment(struct emission *e, uint32_t len, enum ir_segment_kind kind,
                         const struct sh_run *run, uint32_t skip)
{
    bool verbatim = kind == IR_SEG_VERBATIM;
    struct sh_run own =
        run->file.v ? *run : (struct sh_run){0, kind, e->row.file, e->row.call_off, e->row.call_len};

    ir_add_segment(e->ir, (struct ir_segment){.text = e->text,
                                              .off = (uint32_t)e->content.n,
                                              .len = len,
                                              .kind = kind,
                                              .file = own.file,
                                              .source_off = own.off + (verbatim ? skip : 0),
                                              .source_len = verbatim ? len : own.source_len});
}

/* One run, cut where parts are not known. */
static void emit_run(struct emission *e, struct slice text, const struct sh_run *run)
{
    for (size_t at = 0; at < text.n;) {
        const char *hole = memchr(text.p + at, SH_UNKNOWN, text.n - at);
        size_t n = hole ? (size_t)(hole - text.p) - at : text.n - at;
        char name[32];

        if (n) {
            emit_segment(e, (uint32_t)n, run->kind, run, (uint32_t)at);
            buf_add(&e->content, text.p + at, n);
        }
        at += n;
        if (!hole)
            continue;
        n = (size_t)snprintf(name, sizeof name, IR_PLACEHOLDER "%u", ++e->unknown);
        emit_segment(e, (uint32_t)n, IR_SEG_SUBSTITUTED, run, 0);
        buf_add(&e->content, name, n);
        at++;
    }
}

ir_text_id sh_emit(struct ir *ir, struct arena *scratch, const struct sh_value *v, struct ir_text row)
{
    struct emission e = {.ir = ir, .row = row, .content = buf_new(scratch)};
    size_t at = 0;

    row.kind = IR_TEXT_GUEST;
    e.text = ir_add_text(ir, row);
    for (uint32_t i = 0; i < v->count; at += v->runs[i++].len)
        emit_run(&e, slice_sub(v->text, at, v->runs[i].len), &v->runs[i]);
    IR(ir, text, e.text)->content = ir_intern(ir, buf_str(&e.content), e.content.n);
    IR(ir, text, e.text)->unknown_parts = e.unknown;
    return e.text;
}
