/* lineage lint: the findings and nothing else on standard output. */
#include "cli/commands.h"

#include "base/file.h"
#include "cli/driver.h"
#include "cli/repository.h"
#include "emit/emit.h"
#include "lint/lint.h"

#include <stdlib.h>
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

/* `text` is what full was once called; in GitHub's workflows annotations are what people see. */
static const struct emit_findings_format *format_of(const struct options *o)
{
    const char *actions = getenv("GITHUB_ACTIONS");
    const char *name = o->format ? o->format : actions && strcmp(actions, "true") == 0 ? "github" : "full";

    if (strcmp(name, "text") == 0)
        name = "full";
    for (size_t i = 0; i < emit_findings_format_count; i++)
        if (strcmp(emit_findings_formats[i].name, name) == 0)
            return &emit_findings_formats[i];
    BUG("the format %s was checked before", name);
}

/* Adds the findings as Markdown to what GitHub shows below a workflow's run. */
static int add_step_summary(const struct emit_findings *run, struct err *e)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    struct buf out = buf_new(run->scratch);
    FILE *file;

    if (!path || !*path)
        return err_set(e, "--step-summary: GITHUB_STEP_SUMMARY names no file");
    emit_findings_markdown(run, &out);
    file = fopen(path, "a");
    if (!file || fwrite(out.p, 1, out.n, file) != out.n || fclose(file) != 0)
        return err_set(e, "%s: cannot be written to", path);
    return 0;
}

static int report(const struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct emit_findings run = {.ir = ir,
                                .scratch = scratch,
                                .color = !o->output_file && options_color(o, stdout),
                                .root = repository_root(scratch),
                                .here = repository_here(scratch)};
    const struct emit_findings_format *format = format_of(o);
    struct buf out = buf_new(scratch);

    if (o->statistics)
        emit_findings_statistics(&run, strcmp(format->name, "json") == 0, &out);
    else
        format->write(&run, &out);
    if (o->step_summary && add_step_summary(&run, e) < 0)
        return -1;
    return driver_output(o, buf_slice(&out), e);
}

int cmd_LINT(struct arena *a, const struct options *o, struct err *e)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct lint_options lint = {.target = o->target,
                                .select = list_of(scratch, &o->select),
                                .ignore = list_of(scratch, &o->ignore),
                                .rule_dirs = list_of(scratch, &o->rule_dirs)};
    int rc = driver_link(ir, scratch, o, e);

    if (rc == 0)
        rc = lint_project(ir, scratch, &lint, e);
    if (rc == 0)
        rc = report(ir, scratch, o, e);
    if (rc == 0)
        rc = o->exit_zero ? 0 : driver_exit_status(ir, o, IR_SEVERITY_WARNING);
    arena_free(scratch);
    return rc;
}
