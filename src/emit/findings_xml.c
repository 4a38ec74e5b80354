/* Findings as the two XML formats that build servers read: JUnit's and Checkstyle's. */
#include "emit/findings.h"

#include <string.h>

static void add_attribute(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, " %s=\"", name);
    findings_add_xml(out, value);
    buf_addc(out, '"');
}

/* How many views from `i` on are of the same file. */
static uint32_t run_of_file(const struct finding_views *views, uint32_t i)
{
    uint32_t k = i;

    while (k < views->count && views->items[k].place.file.v == views->items[i].place.file.v)
        k++;
    return k - i;
}

/* ---- JUnit ---- */

static void add_case(const struct emit_findings *run, const struct finding_view *v, struct buf *out)
{
    const char *code = ir_string(run->ir, v->rule->code);

    buf_adds(out, "    <testcase");
    add_attribute(out, "name",
                  arena_printf(run->scratch, "%s %s:%u:%u", code, v->path, v->place.line, v->place.column));
    add_attribute(out, "classname", v->path);
    add_attribute(out, "file", v->path);
    buf_printf(out, " line=\"%u\" time=\"0\">\n      <failure", v->place.line);
    add_attribute(out, "type", ir_name_of_severity(v->row->severity));
    add_attribute(out, "message", ir_string(run->ir, v->row->message));
    buf_addc(out, '>');
    findings_add_xml(out, arena_printf(run->scratch, "%s:%u:%u: %s %s", v->path, v->place.line,
                                       v->place.column, code, ir_string(run->ir, v->row->message)));
    buf_addc(out, '\n');
    findings_add_xml(out, ir_string(run->ir, v->row->fix));
    buf_adds(out, "</failure>\n    </testcase>\n");
}

void emit_findings_junit(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);
    uint32_t tests = views.count ? views.count : 1;

    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<testsuites name=\"lineage\" tests=\"%u\" failures=\"%u\" errors=\"0\">\n",
               tests, views.count);
    for (uint32_t i = 0, n; i < views.count; i += n) {
        n = run_of_file(&views, i);
        buf_adds(out, "  <testsuite");
        add_attribute(out, "name", views.items[i].path);
        buf_printf(out, " tests=\"%u\" failures=\"%u\" errors=\"0\" time=\"0\">\n", n, n);
        for (uint32_t k = i; k < i + n; k++)
            add_case(run, &views.items[k], out);
        buf_adds(out, "  </testsuite>\n");
    }
    /* Some servers take a report without a test for one that was not written. */
    if (!views.count)
        buf_adds(out, "  <testsuite name=\"lineage\" tests=\"1\" failures=\"0\" errors=\"0\" time=\"0\">\n"
                      "    <testcase name=\"no findings\" classname=\"lineage\" time=\"0\"/>\n"
                      "  </testsuite>\n");
    buf_adds(out, "</testsuites>\n");
}

/* ---- Checkstyle ---- */

void emit_findings_checkstyle(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_views(run);

    buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    for (uint32_t i = 0, n; i < views.count; i += n) {
        n = run_of_file(&views, i);
        buf_adds(out, "  <file");
        add_attribute(out, "name", views.items[i].path);
        buf_adds(out, ">\n");
        for (uint32_t k = i; k < i + n; k++) {
            const struct finding_view *v = &views.items[k];

            buf_printf(out, "    <error line=\"%u\" column=\"%u\"", v->place.line, v->place.column);
            add_attribute(out, "severity", ir_name_of_severity(v->row->severity));
            add_attribute(out, "message", ir_string(run->ir, v->row->message));
            add_attribute(out, "source",
                          arena_printf(run->scratch, "lineage.%s", ir_string(run->ir, v->rule->code)));
            buf_adds(out, "/>\n");
        }
        buf_adds(out, "  </file>\n");
    }
    buf_adds(out, "</checkstyle>\n");
}
