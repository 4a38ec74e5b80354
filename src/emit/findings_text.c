/*
 * Findings for people: place, severity and code, the line with the place underlined, and what to do. Ends in one
 * line that also says how much was understood, because no findings in what was not read mean nothing.
 */
#include "emit/findings.h"

#include <string.h>

static const char *const severity_colors[] = {"\033[1;36m", "\033[1;33m", "\033[1;31m"};
static const char *const severity_names[] = {"info", "warning", "error"};

struct text {
    const struct ir *ir;
    struct arena *arena;
    struct buf *out;
    bool color;
};

static void paint(const struct text *t, const char *color)
{
    if (t->color)
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
    paint(t, severity_colors[view->row->severity]);
    repeat(t->out, '^', under ? under : 1);
    paint(t, reset);
    buf_addc(t->out, '\n');
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
    paint(t, severity_colors[severity]);
    buf_printf(t->out, "%s[%s]", severity_names[severity], ir_string(t->ir, view->rule->code));
    paint(t, reset);
    buf_addc(t->out, ' ');
    findings_add_clean(t->out, ir_string(t->ir, view->row->message));
    buf_addc(t->out, '\n');
    if (IR(t->ir, file, view->place.file)->source.v)
        add_snippet(t, view, width);
    if (*fix) {
        paint(t, blue);
        buf_printf(t->out, "%*s =", width, "");
        paint(t, reset);
        buf_adds(t->out, " help: ");
        findings_add_clean(t->out, fix);
        buf_addc(t->out, '\n');
    }
    buf_addc(t->out, '\n');
}

static void add_count(struct buf *out, const char *before, uint32_t n, const char *what)
{
    buf_printf(out, "%s%u %s%s", before, n, what, n == 1 ? "" : "s");
}

static void add_counts(const struct text *t, const struct finding_views *views)
{
    uint32_t understood[3], all;

    findings_statements(t->ir, understood);
    all = understood[0] + understood[1] + understood[2];
    paint(t, bold);
    if (!views->count) {
        buf_adds(t->out, "No findings");
    } else {
        add_count(t->out, "", views->count, "finding");
        add_count(t->out, ": ", views->by_severity[IR_SEVERITY_ERROR], "error");
        add_count(t->out, ", ", views->by_severity[IR_SEVERITY_WARNING], "warning");
        buf_printf(t->out, ", %u info", views->by_severity[IR_SEVERITY_INFO]);
    }
    paint(t, reset);
    add_count(t->out, " in ", t->ir->file.count - 1, "file");
    buf_printf(t->out, "; %u of %u statement%s understood", understood[IR_UNDERSTOOD], all,
               all == 1 ? "" : "s");
    if (understood[IR_UNDERSTOOD_PARTLY])
        buf_printf(t->out, ", %u partly", understood[IR_UNDERSTOOD_PARTLY]);
    if (understood[IR_UNDERSTOOD_NOT])
        buf_printf(t->out, ", %u not", understood[IR_UNDERSTOOD_NOT]);
    buf_adds(t->out, ".\n");
}

void emit_findings_text(const struct ir *ir, struct arena *scratch, bool color, struct buf *out)
{
    struct finding_views views = findings_views(ir, scratch, false);
    struct text t = {ir, scratch, out, color};

    for (uint32_t i = 0; i < views.count; i++)
        add_finding(&t, &views.items[i]);
    add_counts(&t, &views);
}
