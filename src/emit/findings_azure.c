/* Findings as logging commands of Azure Pipelines, which knows errors and warnings only. */
#include "emit/findings.h"

#include <string.h>

static void add_escaped(struct buf *out, const char *s, bool property)
{
    static const struct {
        char c;
        const char *escaped;
        bool message; /* escaped in a message, too */
    } escapes[] = {{'%', "%AZP25", true},
                   {'\r', "%0D", true},
                   {'\n', "%0A", true},
                   {';', "%3B", false},
                   {']', "%5D", false}};

    for (; *s; s++) {
        const char *escaped = NULL;

        for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
            if (*s == escapes[i].c && (property || escapes[i].message))
                escaped = escapes[i].escaped;
        if (escaped)
            buf_adds(out, escaped);
        else
            buf_addc(out, *s);
    }
}

void emit_findings_azure(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_severest(run);

    for (uint32_t i = 0; i < views.count; i++) {
        const struct finding_view *v = &views.items[i];

        buf_printf(out, "##vso[task.logissue type=%s;sourcepath=",
                   v->row->severity == IR_SEVERITY_ERROR ? "error" : "warning");
        add_escaped(out, v->root_path, true);
        buf_printf(out, ";linenumber=%u;columnnumber=%u;code=%s;]", v->place.line, v->place.column,
                   ir_string(run->ir, v->rule->code));
        add_escaped(out, ir_string(run->ir, v->row->message), false);
        buf_addc(out, '\n');
    }
}
