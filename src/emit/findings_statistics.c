/* How often each rule was found. */
#include "emit/findings.h"

#include <stdlib.h>
#include <string.h>

struct count {
    ir_rule_id rule;
    const char *code;
    uint32_t found, fixable;
};

static int most_frequent(const void *a, const void *b)
{
    const struct count *x = a, *y = b;

    if (x->found != y->found)
        return x->found > y->found ? -1 : 1;
    return strcmp(x->code, y->code);
}

static struct count *count_rules(const struct emit_findings *run, uint32_t *n)
{
    const struct ir *ir = run->ir;
    struct finding_views views = findings_views(run);
    struct ir_index edits = findings_edits(run);
    struct count *counts = ARENA_ARRAY(run->scratch, struct count, ir->rule.count);
    uint32_t kept = 0;

    for (uint32_t i = 0; i < views.count; i++) {
        const struct finding_view *v = &views.items[i];

        counts[v->row->rule.v].found++;
        counts[v->row->rule.v].fixable += edits.first[v->id.v] < edits.first[v->id.v + 1];
    }
    for (IR_EACH(ir, rule, r)) {
        if (!counts[r.v].found)
            continue;
        counts[kept] = counts[r.v];
        counts[kept].rule = r;
        counts[kept++].code = ir_string(ir, IR(ir, rule, r)->code);
    }
    if (kept)
        qsort(counts, kept, sizeof *counts, most_frequent);
    *n = kept;
    return counts;
}

void emit_findings_statistics(const struct emit_findings *run, bool json, struct buf *out)
{
    const struct ir *ir = run->ir;
    json_t *list = json_array();
    uint32_t n;
    struct count *counts = count_rules(run, &n);

    for (uint32_t i = 0; i < n; i++) {
        const struct ir_rule *rule = IR(ir, rule, counts[i].rule);

        if (json)
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:I}", "code", counts[i].code, "rule",
                                                  ir_string(ir, rule->name), "severity",
                                                  ir_name_of_severity(rule->severity), "count",
                                                  (json_int_t)counts[i].found, "fixable",
                                                  (json_int_t)counts[i].fixable));
        else
            buf_printf(out, "%6u  %-6s %-28s %s%s\n", counts[i].found, counts[i].code,
                       ir_string(ir, rule->name), ir_name_of_severity(rule->severity),
                       counts[i].fixable ? " (fixable)" : "");
    }
    if (json)
        findings_dump(list, out);
    else
        json_decref(list);
}
