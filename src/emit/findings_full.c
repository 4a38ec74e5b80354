/*
 * Findings for people: place, severity and code, the line with the place underlined, and what to do. Ends in one
 * line that also says how much was understood, because no findings in what was not read mean nothing.
 */
#include "emit/findings.h"

#include <string.h>

static const char *const severity_names[] = {"info", "warning", "error"};

struct text {
    const struct emit_findings *run;
    const struct ir *ir;
    struct arena *arena;
    struct buf *out;
    struct ir_index related, edits; /* of a finding */
};

static void paint(const struct text *t, const char *color)
{
    if (t->run->color)
        buf_adds(t->out, color);
}

static const char reset[] = "\033[0m";
static const char bold[] = "\033[1m";
static const char blue[] = "\033[1;34m";

static size_t code_points(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void repeat(struct buf *out, char c, size_t n)
{
    while (n--)
        buf_addc(out, c);
}

/* "   |", coloured. */
static void gutter(const struct text *t, int width, const char *number)
{
    paint(t, blue);
    buf_printf(t->out, "%*s |", width, number);
    paint(t, reset);
}

static void add_snippet(const struct text *t, const struct finding_view *view, int width)
{
    struct finding_line line = findings_line(t->ir, t->arena, view->place);
    size_t before = code_points(slice_sub(line.text, 0, line.caret)) + (line.cut_left ? 1 : 0);
    size_t under = code_points(slice_sub(line.text, line.caret, line.caret_len));
    char number[16];

    snprintf(number, sizeof number, "%u", view->place.line);
    gutter(t, width, "");
    buf_addc(t->out, '\n');
    gutter(t, width, number);
    buf_printf(t->out, " %s", line.cut_left ? "…" : "");
    buf_add(t->out, line.text.p, line.text.n);
    buf_printf(t->out, "%s\n", line.cut_right ? "…" : "");
    gutter(t, width, "");
    buf_addc(t->out, ' ');
    repeat(t->out, ' ', before);
    paint(t, findings_color(t->run, view->row->severity));
    repeat(t->out, '^', under ? under : 1);
    paint(t, reset);
    buf_addc(t->out, '\n');
}

/* " = help: …" */
static void add_note(const struct text *t, int width, const char *title, const char *text)
{
    paint(t, blue);
    buf_printf(t->out, "%*s =", width, "");
    paint(t, reset);
    buf_printf(t->out, " %s: ", title);
    findings_add_clean(t->out, text);
    buf_addc(t->out, '\n');
}

static void add_related(const struct text *t, const struct finding_view *view, int width)
{
    for (uint32_t k = t->related.first[view->id.v]; k < t->related.first[view->id.v + 1]; k++) {
        const struct ir_related *row = &t->ir->related.items[t->related.rows[k]];
        struct ir_place at = ir_place_of(t->ir, row->file, (ir_text_id){0}, row->off, row->len);

        add_note(t, width, row->step ? "path" : "note",
                 arena_printf(t->arena, "%s:%u:%u: %s", ir_string(t->ir, IR(t->ir, file, at.file)->path),
                              at.line, at.column, ir_string(t->ir, row->message)));
    }
}

static const char *fix_of(const struct text *t, const struct finding_view *view)
{
    const struct ir_edit *edit = &t->ir->edit.items[t->edits.rows[t->edits.first[view->id.v]]];

    return edit->unsafe ? "--fix --unsafe-fixes can do it; it may change what the code does"
                        : "--fix can do it";
}

static void add_finding(const struct text *t, const struct finding_view *view)
{
    const char *fix = ir_string(t->ir, view->row->fix);
    enum ir_severity severity = view->row->severity;
    int width = snprintf(NULL, 0, "%u", view->place.line);

    paint(t, bold);
    findings_add_clean(t->out, view->path);
    buf_printf(t->out, ":%u:%u:", view->place.line, view->place.column);
    paint(t, reset);
    buf_addc(t->out, ' ');
    paint(t, findings_color(t->run, severity));
    buf_printf(t->out, "%s[%s]", severity_names[severity], ir_string(t->ir, view->rule->code));
    paint(t, reset);
    buf_addc(t->out, ' ');
    findings_add_clean(t->out, ir_string(t->ir, view->row->message));
    buf_addc(t->out, '\n');
    if (IR(t->ir, file, view->place.file)->source.v)
        add_snippet(t, view, width);
    add_related(t, view, width);
    if (*fix)
        add_note(t, width, "help", fix);
    if (t->edits.first[view->id.v] < t->edits.first[view->id.v + 1])
        add_note(t, width, "fix", fix_of(t, view));
    buf_addc(t->out, '\n');
}

void emit_findings_full(const struct emit_findings *run, struct buf *out)
{
    const struct ir *ir = run->ir;
    struct finding_views views = findings_views(run);
    struct text t = {run, ir, run->scratch, out, findings_related(run), findings_edits(run)};

    for (uint32_t i = 0; i < views.count; i++)
        add_finding(&t, &views.items[i]);
    findings_add_counts(run, &views, out);
}
