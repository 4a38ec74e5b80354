/* What the formats of findings share: views in order, source lines without secrets, JSON texts. */
#include "emit/findings.h"

#include "base/file.h"
#include "base/map.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* How much of a line is shown before and after the place; lines of generated code can be megabytes long. */
enum { LEFT = 160, RIGHT = 240 };

/* ---- formats ---- */

const struct emit_findings_format emit_findings_formats[] = {
#define FORMAT(name, doc) {#name, emit_findings_##name, doc},
#include "emit/findings.def"
#undef FORMAT
};

const size_t emit_findings_format_count = sizeof emit_findings_formats / sizeof *emit_findings_formats;

/* ---- paths ---- */

static const char *given_path(const struct ir *ir, ir_file_id file)
{
    const char *path = ir_string(ir, IR(ir, file, file)->path);

    return strncmp(path, "./", 2) == 0 ? path + 2 : path;
}

const char *findings_path(const struct emit_findings *run, ir_file_id file)
{
    const char *path = given_path(run->ir, file);
    size_t n = run->root ? strlen(run->root) : 0;
    const char *full;

    if (!run->root || !run->here)
        return path;
    full = *path == '/' ? path : arena_printf(run->scratch, "%s/%s", run->here, path);
    full = path_plain(run->scratch, full);
    return strncmp(full, run->root, n) == 0 && full[n] == '/' ? full + n + 1 : path;
}

/* ---- views ---- */

static int severest(const void *a, const void *b)
{
    const struct finding_view *x = a, *y = b;

    if (x->row->severity != y->row->severity)
        return x->row->severity > y->row->severity ? -1 : 1;
    if (x->row->changed != y->row->changed)
        return x->row->changed > y->row->changed ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static struct finding_view view_of(const struct emit_findings *run, ir_finding_id id)
{
    const struct ir *ir = run->ir;
    const struct ir_finding *row = IR(ir, finding, id);
    struct finding_view view = {.row = row, .rule = IR(ir, rule, row->rule), .id = id};

    view.place = ir_place_of(ir, row->file, row->text, row->off, row->len);
    view.path = given_path(ir, view.place.file);
    view.root_path = findings_path(run, view.place.file);
    return view;
}

/* `hidden`: a bit for each enum ir_hidden that is wanted. */
static struct finding_views gather(const struct emit_findings *run, unsigned hidden)
{
    const struct ir *ir = run->ir;
    struct finding_views views = {.items = ARENA_ARRAY(run->scratch, struct finding_view, ir->finding.count)};

    for (IR_EACH(ir, finding, i)) {
        const struct ir_finding *row = IR(ir, finding, i);

        views.by_hidden[row->hidden]++;
        if (!(hidden >> row->hidden & 1))
            continue;
        views.items[views.count++] = view_of(run, i);
        views.by_severity[row->severity]++;
    }
    return views;
}

struct finding_views findings_views(const struct emit_findings *run)
{
    return gather(run, 1u << IR_HIDDEN_NOT);
}

static void sort_severest(struct finding_views *views)
{
    if (views->count)
        qsort(views->items, views->count, sizeof *views->items, severest);
}

struct finding_views findings_severest(const struct emit_findings *run)
{
    struct finding_views views = findings_views(run);

    sort_severest(&views);
    return views;
}

struct finding_views findings_with_hidden(const struct emit_findings *run)
{
    struct finding_views views =
        gather(run, 1u << IR_HIDDEN_NOT | 1u << IR_HIDDEN_SUPPRESSED | 1u << IR_HIDDEN_BASELINE);

    sort_severest(&views);
    return views;
}

/* ---- fingerprints ---- */

static uint64_t line_hash(const struct emit_findings *run, const struct finding_view *view)
{
    struct slice line = findings_line(run->ir, run->scratch, view->place).text;
    struct buf key = buf_new(run->scratch);

    buf_printf(&key, "%s\n%s\n", ir_string(run->ir, view->rule->code), view->root_path);
    for (size_t i = 0; i < line.n; i++)
        if (!isspace((unsigned char)line.p[i]))
            buf_addc(&key, line.p[i]);
    return hash_bytes(key.p, key.n);
}

const char **findings_fingerprints(const struct emit_findings *run)
{
    const struct ir *ir = run->ir;
    const char **prints = ARENA_ARRAY(run->scratch, const char *, ir->finding.count);
    struct map seen = map_new(run->scratch);

    for (IR_EACH(ir, finding, i)) {
        struct finding_view view = view_of(run, i);
        uint64_t hash = line_hash(run, &view);
        uint32_t occurrence = map_get(&seen, hash) + 1;

        map_put(&seen, hash, occurrence);
        prints[i.v] = arena_printf(run->scratch, "%016llx:%u", (unsigned long long)hash, occurrence);
    }
    return prints;
}

/* ---- counts ---- */

void findings_statements(const struct ir *ir, uint32_t counts[3])
{
    memset(counts, 0, 3 * sizeof *counts);
    for (IR_EACH(ir, statement, s))
        counts[IR(ir, statement, s)->understood]++;
}

static void add_count(struct buf *out, const char *before, uint32_t n, const char *what)
{
    buf_printf(out, "%s%u %s%s", before, n, what, n == 1 ? "" : "s");
}

static void add_hidden(struct buf *out, const struct finding_views *views)
{
    static const char *const words[] = {"", "suppressed by comments", "in the baseline",
                                        "where nothing changed"};
    const char *before = " Not shown: ";

    for (unsigned h = IR_HIDDEN_SUPPRESSED; h <= IR_HIDDEN_UNCHANGED; h++) {
        if (!views->by_hidden[h])
            continue;
        buf_printf(out, "%s%u %s", before, views->by_hidden[h], words[h]);
        before = ", ";
    }
    if (*before == ',')
        buf_addc(out, '.');
}

static void add_understood(const struct emit_findings *run, struct buf *out)
{
    uint32_t counts[3], all;

    findings_statements(run->ir, counts);
    all = counts[0] + counts[1] + counts[2];
    buf_printf(out, "; %u of %u statement%s understood", counts[IR_UNDERSTOOD], all, all == 1 ? "" : "s");
    if (counts[IR_UNDERSTOOD_PARTLY])
        buf_printf(out, ", %u partly", counts[IR_UNDERSTOOD_PARTLY]);
    if (counts[IR_UNDERSTOOD_NOT])
        buf_printf(out, ", %u not", counts[IR_UNDERSTOOD_NOT]);
    buf_addc(out, '.');
}

void findings_add_counts(const struct emit_findings *run, const struct finding_views *views, struct buf *out)
{
    if (run->color)
        buf_adds(out, "\033[1m");
    if (!views->count) {
        buf_adds(out, "No findings");
    } else {
        add_count(out, "", views->count, "finding");
        add_count(out, ": ", views->by_severity[IR_SEVERITY_ERROR], "error");
        add_count(out, ", ", views->by_severity[IR_SEVERITY_WARNING], "warning");
        buf_printf(out, ", %u info", views->by_severity[IR_SEVERITY_INFO]);
    }
    if (run->color)
        buf_adds(out, "\033[0m");
    add_count(out, " in ", run->ir->file.count - 1, "file");
    add_understood(run, out);
    add_hidden(out, views);
    buf_addc(out, '\n');
}

const char *findings_color(const struct emit_findings *run, enum ir_severity severity)
{
    static const char *const colors[] = {"\033[1;36m", "\033[1;33m", "\033[1;31m"};

    return run->color ? colors[severity] : "";
}

struct ir_index findings_edits(const struct emit_findings *run)
{
    return IR_INDEX(run->scratch, run->ir, edit, finding, finding);
}

/* ---- source lines ---- */

struct ir_index findings_related(const struct emit_findings *run)
{
    return IR_INDEX(run->scratch, run->ir, related, finding, finding);
}

uint32_t findings_byte_column(const struct ir *ir, ir_file_id file, uint32_t off)
{
    struct slice source = ir_slice(ir, IR(ir, file, file)->source);
    uint32_t from = off < source.n ? off : (uint32_t)source.n;
    uint32_t end = from;

    while (from > 0 && source.p[from - 1] != '\n')
        from--;
    return end - from + 1;
}

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
        uint32_t at = ir_bytes_of(ir, f->file, f->text, f->off, f->len).off;

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
        struct ir_place place = ir_bytes_of(ir, f->file, f->text, f->off, f->len);
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

/* ---- XML and URIs ---- */

/* How many bytes the UTF-8 character at `s` takes that XML can hold; 0 when there is none. */
static size_t xml_character(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : (s[0] & 0xF0) == 0xE0 ? 3 : 4;

    if (n == 1)
        return s[0] >= 0x20 || strchr("\t\n\r", s[0]) ? 1 : 0;
    if ((s[0] < 0xC2) || s[0] > 0xF4)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    if (n == 3 && ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] >= 0xA0) ||
                   (s[0] == 0xEF && s[1] == 0xBF && s[2] >= 0xBE)))
        return 0;
    return n == 4 && ((s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] >= 0x90)) ? 0 : n;
}

void findings_add_xml(struct buf *out, const char *s)
{
    while (*s) {
        size_t n = xml_character((const unsigned char *)s);

        if (n == 1 && strchr("&<>\"'\t\n\r", *s))
            buf_printf(out, "&#%u;", (unsigned)(unsigned char)*s);
        else if (n)
            buf_add(out, s, n);
        else
            buf_adds(out, "\xEF\xBF\xBD");
        s += n ? n : 1;
    }
}

const char *findings_uri(struct arena *a, const char *path)
{
    struct buf out = buf_new(a);

    if (*path == '/')
        buf_adds(&out, "file://");
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;

        if (isalnum(c) || strchr("-._~/", c))
            buf_addc(&out, (char)c);
        else
            buf_printf(&out, "%%%02X", c);
    }
    return buf_str(&out);
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
