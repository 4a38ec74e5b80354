/* Findings in one line each, for people who know the rules and for tools that read compilers' messages. */
#include "emit/findings.h"

#include <string.h>

static void add_message(const struct emit_findings *run, const struct finding_view *v, struct buf *out)
{
    buf_adds(out, findings_color(run, v->row->severity));
    buf_adds(out, ir_string(run->ir, v->rule->code));
    buf_adds(out, run->color ? "\033[0m " : " ");
    findings_add_clean(out, ir_string(run->ir, v->row->message));
    buf_addc(out, '\n');
}

void emit_findings_concise(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);

    for (uint32_t i = 0; i < views.count; i++) {
        const struct finding_view *v = &views.items[i];

        findings_add_clean(out, v->path);
        buf_printf(out, ":%u:%u: ", v->place.line, v->place.column);
        add_message(run, v, out);
    }
    findings_add_counts(run, &views, out);
}

void emit_findings_grouped(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);

    for (uint32_t i = 0; i < views.count; i++) {
        const struct finding_view *v = &views.items[i];
        const char *place = arena_printf(run->scratch, "%u:%u", v->place.line, v->place.column);

        if (i == 0 || strcmp(v[-1].path, v->path) != 0) {
            buf_adds(out, i ? "\n" : "");
            findings_add_clean(out, v->path);
            buf_adds(out, ":\n");
        }
        buf_printf(out, "  %-9s %-7s ", place, ir_name_of_severity(v->row->severity));
        add_message(run, v, out);
    }
    buf_adds(out, views.count ? "\n" : "");
    findings_add_counts(run, &views, out);
}
