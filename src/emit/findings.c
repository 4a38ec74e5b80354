/* What the formats of findings share: views in order, source lines without secrets, JSON texts. */
#include "emit/findings.h"

#include <stdlib.h>
#include <string.h>

/* How much of a line is shown before and after the place; lines of generated code can be megabytes long. */
enum { LEFT = 160, RIGHT = 240 };

/* ---- views ---- */

static int severest(const void *a, const void *b)
{
    const struct finding_view *x = a, *y = b;

    if (x->row->severity != y->row->severity)
        return x->row->severity > y->row->severity ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

struct finding_views findings_views(const struct ir *ir, struct arena *a, bool severest_first)
{
    struct finding_views views = {.items = ARENA_ARRAY(a, struct finding_view, ir->finding.count)};

    for (IR_EACH(ir, finding, i)) {
        const struct ir_finding *row = IR(ir, finding, i);
        struct finding_view *view = &views.items[views.count++];
        const char *path;

        view->row = row;
        view->rule = IR(ir, rule, row->rule);
        view->place = ir_place_of(ir, row->file, row->text, row->off, row->len);
        path = ir_string(ir, IR(ir, file, view->place.file)->path);
        view->path = strncmp(path, "./", 2) == 0 ? path + 2 : path;
        views.by_severity[row->severity]++;
    }
    if (severest_first && views.count)
        qsort(views.items, views.count, sizeof *views.items, severest);
    return views;
}

void findings_statements(const struct ir *ir, uint32_t counts[3])
{
    memset(counts, 0, 3 * sizeof *counts);
    for (IR_EACH(ir, statement, s))
        counts[IR(ir, statement, s)->understood]++;
}

/* ---- source lines ---- */

static void mask(char *p, size_t n)
{
    memset(p, '*', n);
}

/* scheme://user:PASSWORD@host */
static void mask_urls(char *p, size_t n)
{
    for (size_t i = 0; i + 3 < n; i++) {
        size_t colon = 0, sign = 0, k = i + 3;

        if (memcmp(p + i, "://", 3) != 0)
            continue;
        for (; k < n && !strchr(" \t\"'/", p[k]); k++) {
            if (p[k] == ':' && !colon)
                colon = k;
            if (p[k] == '@')
                sign = k;
        }
        if (colon && sign > colon)
            mask(p + colon + 1, sign - colon - 1);
    }
}

/* Findings stand in the order of their places: the first one of a file at or after `off`. */
static uint32_t first_at(const struct ir *ir, ir_file_id file, uint32_t off)
{
    uint32_t low = 1, high = ir->finding.count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        const struct ir_finding *f = &ir->finding.items[mid];
        uint32_t at = ir_place_of(ir, f->file, f->text, f->off, f->len).off;

        if (f->file.v < file.v || (f->file.v == file.v && at < off))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* What a rule about secrets has found within bytes [from, to) of a file, of which `p` is a copy. */
static void mask_found(const struct ir *ir, ir_file_id file, uint32_t from, uint32_t to, char *p)
{
    for (uint32_t i = first_at(ir, file, from); i < ir->finding.count; i++) {
        const struct ir_finding *f = &ir->finding.items[i];
        struct ir_place place = ir_place_of(ir, f->file, f->text, f->off, f->len);
        uint32_t end = place.off + place.len;

        if (place.file.v != file.v || place.off >= to)
            return;
        if (strcmp(ir_string(ir, IR(ir, rule, f->rule)->fact), "secret") == 0)
            mask(p + (place.off - from), (end < to ? end : to) - place.off);
    }
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

struct finding_line findings_line(const struct ir *ir, struct arena *a, struct ir_place place)
{
    struct slice source = ir_slice(ir, IR(ir, file, place.file)->source);
    uint32_t off = place.off < source.n ? place.off : (uint32_t)source.n;
    uint32_t from = off, to = off, end;
    struct finding_line line = {{"", 0}, 0, 0, false, false};
    char *copy;

    while (from > 0 && source.p[from - 1] != '\n' && (off - from < LEFT || is_continuation(source.p[from])))
        from--;
    while (to < source.n && source.p[to] != '\n' && (to - off < RIGHT || is_continuation(source.p[to])))
        to++;
    line.cut_left = from > 0 && source.p[from - 1] != '\n';
    line.cut_right = to < source.n && source.p[to] != '\n';
    copy = arena_strndup(a, source.p + from, to - from);
    mask_urls(copy, to - from);
    mask_found(ir, place.file, from, to, copy);
    for (uint32_t i = 0; i < to - from; i++)
        if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7F)
            copy[i] = ' ';
    end = off + place.len < to ? off + place.len : to;
    line.text = (struct slice){copy, to - from};
    line.caret = off - from;
    line.caret_len = end - off;
    return line;
}

void findings_add_clean(struct buf *out, const char *s)
{
    for (; *s; s++)
        buf_addc(out, (unsigned char)*s < 0x20 || *s == 0x7F ? ' ' : *s);
}

/* ---- JSON ---- */

json_t *findings_json_text(struct arena *a, const char *s)
{
    json_t *text = json_string(s);
    struct buf clean;

    if (text)
        return text;
    clean = buf_new(a);
    for (; *s; s++) {
        if ((unsigned char)*s < 0x80)
            buf_addc(&clean, *s);
        else
            buf_adds(&clean, "\xEF\xBF\xBD");
    }
    return json_string(buf_str(&clean));
}

static int add_bytes(const char *bytes, size_t n, void *out)
{
    buf_add(out, bytes, n);
    return 0;
}

void findings_dump(json_t *document, struct buf *out)
{
    json_dump_callback(document, add_bytes, out, JSON_INDENT(2));
    json_decref(document);
    buf_addc(out, '\n');
}
