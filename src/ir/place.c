/*
 * Places: offsets of a text to lines and columns of a file, through the text's segments. The segments of a
 * text are neighbours in their table, because they are added together with it.
 */
#include "ir/ir.h"

#include "ir/lines.h"

static uint32_t first_segment(const struct ir *ir, ir_text_id text)
{
    uint32_t low = 1, high = ir->segment.count;

    /* Rows are added text by text, so owner ids rise. */
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (ir->segment.items[mid].text.v < text.v)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The segment of `text` that holds byte `off`, or the last one, when `first` is the text's first; 0 when the text
 * has none. Most texts have one. */
static uint32_t segment_from(const struct ir *ir, ir_text_id text, uint32_t first, uint32_t off)
{
    const struct ir_segment *items = ir->segment.items;
    uint32_t at = 0, low = first, high = ir->segment.count;

    if (low + 1 < high && items[low + 1].text.v != text.v)
        high = low + 1;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (items[mid].text.v == text.v && items[mid].off <= off) {
            at = mid;
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return at;
}

static uint32_t segment_at(const struct ir *ir, ir_text_id text, uint32_t off)
{
    return segment_from(ir, text, first_segment(ir, text), off);
}

/* The source byte of a text's byte; `end` asks for where the byte ends rather than begins. */
static uint32_t source_byte(const struct ir_segment *segment, uint32_t off, bool end)
{
    uint32_t into = off - segment->off;

    if (segment->kind == IR_SEG_VERBATIM) {
        if (into > segment->len)
            into = segment->len;
        return segment->source_off + into;
    }
    return end ? segment->source_off + segment->source_len : segment->source_off;
}

/* The bytes of the file for those of a text; false when the text has no segment there. */
static bool find_bytes(const struct ir *ir, ir_text_id text, uint32_t off, uint32_t len,
                       struct ir_place *place)
{
    uint32_t from_first = first_segment(ir, text);
    uint32_t first = segment_from(ir, text, from_first, off);
    uint32_t last = segment_from(ir, text, from_first, len ? off + len - 1 : off);
    const struct ir_segment *a = &ir->segment.items[first], *b = &ir->segment.items[last];
    uint32_t from, to;

    if (!first)
        return false;
    from = source_byte(a, off, false);
    to = b->file.v == a->file.v ? source_byte(b, off + len, len > 0) : source_byte(a, a->off + a->len, true);
    *place = (struct ir_place){.file = a->file, .off = from, .len = to > from ? to - from : 0};
    return true;
}

struct ir_place ir_bytes_of(const struct ir *ir, ir_file_id file, ir_text_id text, uint32_t off, uint32_t len)
{
    struct ir_place place = {.file = file, .off = off, .len = len};

    if (text.v && !find_bytes(ir, text, off, len, &place))
        return (struct ir_place){.file = file.v ? file : IR(ir, text, text)->file};
    return place;
}

struct ir_place ir_place_of(const struct ir *ir, ir_file_id file, ir_text_id text, uint32_t off, uint32_t len)
{
    struct ir_place place = {.file = file, .off = off, .len = len};

    if (text.v && !find_bytes(ir, text, off, len, &place))
        return (struct ir_place){.file = file.v ? file : IR(ir, text, text)->file};
    ir_lines_find(ir, place.file, place.off, &place.line, &place.column);
    ir_lines_find(ir, place.file, place.off + place.len, &place.end_line, &place.end_column);
    return place;
}

uint32_t ir_line_of(const struct ir *ir, ir_file_id *file, ir_text_id text, uint32_t off)
{
    uint32_t start;

    if (text.v) {
        const struct ir_segment *s = &ir->segment.items[segment_at(ir, text, off)];

        if (!s->text.v) {
            *file = file->v ? *file : IR(ir, text, text)->file;
            return 0;
        }
        *file = s->file;
        off = source_byte(s, off, false);
    }
    return ir_lines_row(ir, *file, off, &start);
}

struct ir_place ir_statement_place(const struct ir *ir, ir_statement_id statement)
{
    const struct ir_statement *s = IR(ir, statement, statement);

    return ir_place_of(ir, s->file, s->text, s->off, s->len);
}

ir_text_id ir_text_of_file(struct ir *ir, ir_file_id file)
{
    struct ir_file f = *IR(ir, file, file);
    uint32_t len = (uint32_t)ir_slice(ir, f.source).n;
    ir_text_id text = ir_add_text(
        ir, (struct ir_text){.content = f.source, .file = file, .kind = IR_TEXT_FILE, .dialect = f.dialect});

    ir_add_segment(ir,
                   (struct ir_segment){
                       .text = text, .len = len, .file = file, .source_len = len, .kind = IR_SEG_VERBATIM});
    return text;
}

/* One byte of a derived text as it stands in the file. */
static struct ir_segment origin_of_byte(const struct ir *ir, ir_text_id parent, uint32_t from, uint32_t to)
{
    const struct ir_segment *a = &ir->segment.items[segment_at(ir, parent, from)];
    uint32_t start = source_byte(a, from, false);
    uint32_t end =
        from < to ? source_byte(&ir->segment.items[segment_at(ir, parent, to - 1)], to, true) : start;
    enum ir_segment_kind kind = a->kind;

    if (kind == IR_SEG_VERBATIM && to - from != 1)
        kind = IR_SEG_ESCAPED;
    return (struct ir_segment){
        .file = a->file, .kind = kind, .source_off = start, .source_len = end > start ? end - start : 0};
}

ir_text_id ir_text_derive(struct ir *ir, ir_text_id parent, struct slice content, const uint32_t *map)
{
    struct ir_text up = *IR(ir, text, parent);
    ir_text_id text = ir_add_text(ir, (struct ir_text){.content = ir_intern(ir, content.p, content.n),
                                                       .file = up.file,
                                                       .parent = parent,
                                                       .kind = IR_TEXT_DYNAMIC,
                                                       .dialect = up.dialect,
                                                       .job = up.job,
                                                       .connection = up.connection});
    struct ir_segment run = {0};

    for (uint32_t i = 0; i < content.n; i++) {
        struct ir_segment s = origin_of_byte(ir, parent, map[i], map[i + 1]);
        bool joins =
            run.text.v && run.kind == s.kind && run.file.v == s.file.v &&
            (s.kind == IR_SEG_VERBATIM ? run.source_off + run.source_len == s.source_off
                                       : s.kind == IR_SEG_SUBSTITUTED && run.source_off == s.source_off);

        if (joins) {
            run.len++;
            if (s.kind == IR_SEG_VERBATIM)
                run.source_len++;
            continue;
        }
        if (run.text.v)
            ir_add_segment(ir, run);
        s.text = text;
        s.off = i;
        s.len = 1;
        run = s;
    }
    if (run.text.v)
        ir_add_segment(ir, run);
    return text;
}

bool ir_has_hash_comments(enum ir_language language)
{
    return language != IR_LANG_UNKNOWN && language != IR_LANG_SQL && language != IR_LANG_DBT;
}
