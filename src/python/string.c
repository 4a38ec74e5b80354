/*
 * string.c - strings under construction, with the runs that say where every byte stands in the source.
 * Neighbouring runs that stand one behind the other in the source are one run.
 */
#include "python/walk.h"

struct py_string py_string_new(struct py *py)
{
    return (struct py_string){.py = py, .bytes = buf_new(py->scratch)};
}

static void add_run(struct py_string *s, struct py_run run)
{
    struct py_run *last = s->runs.count ? &s->runs.items[s->runs.count - 1] : NULL;

    if (last && last->kind == run.kind && run.kind == IR_SEG_VERBATIM &&
        last->source_off + last->source_len == run.source_off) {
        last->len += run.len;
        last->source_len += run.source_len;
        return;
    }
    vec_push(s->py->scratch, &s->runs, run);
}

void py_string_add(struct py_string *s, const char *bytes, size_t n, enum ir_segment_kind kind,
                   uint32_t source_off, uint32_t source_len)
{
    struct py_walk *walk = s->py->walk;

    if (n == 0)
        return;
    walk->bytes_left -= (int64_t)n;
    if (walk->bytes_left < 0) {
        s->too_long = true;
        return;
    }
    add_run(s, (struct py_run){.off = (uint32_t)s->bytes.n,
                               .len = (uint32_t)n,
                               .kind = kind,
                               .source_off = source_off,
                               .source_len = source_len});
    buf_add(&s->bytes, bytes, n);
}

/* The first run that ends behind `off`. */
static uint32_t run_at(const struct py_value *v, size_t off)
{
    uint32_t low = 0, high = v->run_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (v->runs[middle].off + v->runs[middle].len <= off)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_placeholder(const struct py_value *v, const struct py_run *run)
{
    return run->kind == IR_SEG_SUBSTITUTED &&
           slice_starts(slice_sub(v->string, run->off, run->len), PY_PLACEHOLDER);
}

void py_string_part(struct py_string *s, const struct py_value *v, size_t off, size_t len, bool substituted)
{
    size_t end = off + len;

    for (uint32_t i = run_at(v, off); i < v->run_count && v->runs[i].off < end; i++) {
        const struct py_run *run = &v->runs[i];
        size_t from = run->off < off ? off : run->off;
        size_t to = run->off + run->len > end ? end : run->off + run->len;
        uint32_t at = run->source_off, n = run->source_len;
        if (run->kind == IR_SEG_VERBATIM) {
            at += (uint32_t)(from - run->off);
            n = (uint32_t)(to - from);
        }
        if (v->unknown_parts && is_placeholder(v, run))
            s->unknown++;
        py_string_add(s, v->string.p + from, to - from, substituted ? IR_SEG_SUBSTITUTED : run->kind, at, n);
    }
}

void py_string_placeholder(struct py_string *s, TSNode node)
{
    struct py_walk *walk = s->py->walk;
    uint64_t key = map_key(0, py_start(node));
    uint32_t number = map_get(&walk->places, key);
    struct buf b = buf_new(s->py->scratch);

    if (!number) {
        number = ++walk->placeholders;
        map_put(&walk->places, key, number);
    }
    buf_printf(&b, PY_PLACEHOLDER "%u", number);
    py_string_add(s, b.p, b.n, IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
    s->unknown++;
}

void py_string_value(struct py_string *s, const struct py_value *v, TSNode node, bool substituted)
{
    struct slice number;

    v = py_pick(s->py, v);
    if (v->kind == PY_STRING)
        py_string_part(s, v, 0, v->string.n, substituted);
    else if (v->kind == PY_NUMBER && py_number_text(s->py, v, &number))
        py_string_add(s, number.p, number.n, IR_SEG_SUBSTITUTED, py_start(v->node), py_len(v->node));
    else if (v->kind == PY_BOOL)
        py_string_add(s, v->boolean ? "True" : "False", v->boolean ? 4 : 5, IR_SEG_SUBSTITUTED,
                      py_start(v->node), py_len(v->node));
    else
        py_string_placeholder(s, node);
}

const struct py_value *py_string_end(struct py_string *s, TSNode node)
{
    struct py_value *v;

    if (s->too_long)
        return py_unknown(s->py, node);
    v = py_value_new(s->py, PY_STRING, node);
    v->string = (struct slice){buf_str(&s->bytes), s->bytes.n};
    v->runs = s->runs.items;
    v->run_count = s->runs.count;
    v->unknown_parts = s->unknown;
    return v;
}

const struct py_value *py_string_made(struct py *py, struct slice bytes, TSNode node)
{
    struct py_string s = py_string_new(py);

    py_string_add(&s, bytes.p, bytes.n, IR_SEG_SUBSTITUTED, py_start(node), py_len(node));
    return py_string_end(&s, node);
}
