/*
 * Findings as workflow commands, which GitHub shows as annotations. It shows ten of each kind per step and hides
 * the rest without a word, so the most severe stand first, and a notice before all other notices says how many
 * are hidden.
 */
#include "emit/findings.h"

#include <string.h>

enum { SHOWN = 10 };

static const char *const commands[] = {"notice", "warning", "error"};

/* Message data; properties also need ':' and ',' escaped. */
static void add_escaped(struct buf *out, const char *s, bool property)
{
    for (; *s; s++) {
        if (strchr(property ? "%\r\n:," : "%\r\n", *s))
            buf_printf(out, "%%%02X", (unsigned)*s);
        else
            buf_addc(out, *s);
    }
}

static void add_command(const struct ir *ir, const struct finding_view *view, struct buf *out)
{
    const struct ir_place *p = &view->place;
    const char *fix = ir_string(ir, view->row->fix);

    buf_printf(out, "::%s title=lineage (%s),file=", commands[view->row->severity],
               ir_string(ir, view->rule->code));
    add_escaped(out, view->root_path, true);
    buf_printf(out, ",line=%u,endLine=%u", p->line, p->end_line);
    if (p->line == p->end_line)
        buf_printf(out, ",col=%u,endColumn=%u", p->column, p->end_column);
    buf_adds(out, "::");
    add_escaped(out, ir_string(ir, view->row->message), false);
    if (*fix) {
        buf_adds(out, "%0A");
        add_escaped(out, fix, false);
    }
    buf_addc(out, '\n');
}

/* The findings that GitHub will hide; the notice about them takes a place among the notices itself. */
static uint32_t count_hidden(const struct finding_views *views)
{
    uint32_t hidden = 0;

    for (unsigned i = 0; i < 3; i++)
        hidden += views->by_severity[i] > SHOWN ? views->by_severity[i] - SHOWN : 0;
    return hidden + (hidden && views->by_severity[IR_SEVERITY_INFO] >= SHOWN);
}

void emit_findings_github(const struct emit_findings *run, struct buf *out)
{
    struct finding_views views = findings_severest(run);
    uint32_t hidden = count_hidden(&views), infos = views.by_severity[IR_SEVERITY_INFO];

    for (uint32_t i = 0; i <= views.count; i++) {
        if (hidden && i == views.count - infos)
            buf_printf(out,
                       "::notice title=lineage::%u of %u findings are not shown as annotations "
                       "(GitHub shows %d of each kind): see this step's log\n",
                       hidden, views.count, SHOWN);
        if (i < views.count)
            add_command(run->ir, &views.items[i], out);
    }
}
