/* lineage lint: the findings and nothing else on standard output. */
#include "cli/commands.h"

#include "cli/driver.h"
#include "emit/emit.h"
#include "lint/lint.h"

#include <string.h>

static const char *const *list_of(struct arena *scratch, const struct string_list *from)
{
    VEC(const char *) list = {0};

    if (!from->count)
        return NULL;
    for (uint32_t i = 0; i < from->count; i++)
        vec_push(scratch, &list, from->items[i]);
    vec_push(scratch, &list, NULL);
    return list.items;
}

static void put_findings(const struct ir *ir, struct arena *scratch, const struct options *o,
                         struct buf *out)
{
    if (!o->format || strcmp(o->format, "text") == 0)
        emit_findings_text(ir, scratch, !o->output_file && options_color(o, stdout), out);
    else if (strcmp(o->format, "json") == 0)
        emit_findings_json(ir, scratch, out);
    else if (strcmp(o->format, "github") == 0)
        emit_findings_github(ir, scratch, out);
    else
        emit_findings_sarif(ir, scratch, out);
}

int cmd_LINT(struct arena *a, const struct options *o, struct err *e)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct buf out = buf_new(scratch);
    struct lint_options lint = {.target = o->target,
                                .select = list_of(scratch, &o->select),
                                .ignore = list_of(scratch, &o->ignore),
                                .rule_dirs = list_of(scratch, &o->rule_dirs)};
    int rc = driver_link(ir, scratch, o, e);

    if (rc == 0)
        rc = lint_project(ir, scratch, &lint, e);
    if (rc == 0) {
        put_findings(ir, scratch, o, &out);
        rc = driver_output(o, buf_slice(&out), e);
    }
    if (rc == 0)
        rc = o->exit_zero ? 0 : driver_exit_status(ir, o, IR_SEVERITY_WARNING);
    arena_free(scratch);
    return rc;
}
