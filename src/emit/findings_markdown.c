/*
 * Findings as Markdown, for a pull request's comment and for a step's summary: the most severe in a table, as
 * many as a comment can hold, and how many are left out. No text of the code can make a link, a mention or a tag.
 */
#include "emit/findings.h"

#include <string.h>

enum { SHOWN = 150 };

static void add_cell(struct buf *out, const char *s)
{
    for (; *s; s++) {
        if (strchr("\\`*_{}[]<>|~#@!&$", *s))
            buf_printf(out, "&#%u;", (unsigned)(unsigned char)*s);
        else
            buf_addc(out, (unsigned char)*s < 0x20 ? ' ' : *s);
    }
}

static void add_row(const struct emit_findings *run, const struct finding_view *v, struct buf *out)
{
    const char *url = ir_string(run->ir, v->rule->url);
    const char *code = ir_string(run->ir, v->rule->code);

    buf_printf(out, "| %s | ", ir_name_of_severity(v->row->severity));
    if (*url)
        buf_printf(out, "[%s](<%s>)", code, url);
    else
        buf_adds(out, code);
    buf_adds(out, " | ");
    add_cell(out, v->root_path);
    buf_printf(out, ":%u | ", v->place.line);
    add_cell(out, ir_string(run->ir, v->row->message));
    buf_adds(out, " |\n");
}

void emit_findings_markdown(const struct emit_findings *run, struct buf *out)
{
    struct emit_findings plain = *run;
    struct finding_views views = findings_severest(run);
    uint32_t shown = views.count < SHOWN ? views.count : SHOWN;

    plain.color = false;
    buf_adds(out, "### lineage\n\n");
    findings_add_counts(&plain, &views, out);
    if (!shown)
        return;
    buf_adds(out, "\n| severity | rule | where | what |\n| --- | --- | --- | --- |\n");
    for (uint32_t i = 0; i < shown; i++)
        add_row(run, &views.items[i], out);
    if (shown < views.count)
        buf_printf(out, "\n%u less severe findings are not shown.\n", views.count - shown);
}
