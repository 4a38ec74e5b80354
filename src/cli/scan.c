/* lineage scan: everything is read, linked, planned and checked; then what was asked for is written. */
#include "cli/commands.h"

#include "base/file.h"
#include "cli/driver.h"
#include "cli/linting.h"
#include "cli/project.h"
#include "emit/emit.h"
#include "lint/lint.h"
#include "plan/plan.h"

#include <string.h>

static struct lint_options lint_options_of(struct arena *a, const struct options *o)
{
    VEC(const char *) dirs = {0};

    for (uint32_t i = 0; i < o->rule_dirs.count; i++)
        vec_push(a, &dirs, o->rule_dirs.items[i]);
    vec_push(a, &dirs, NULL);
    return (struct lint_options){.target = o->target, .rule_dirs = dirs.items};
}

static int write_dot(const struct ir *ir, struct arena *scratch, const char *path, struct err *e)
{
    struct buf out = buf_new(scratch);

    if (emit_dot(ir, scratch, &out, e) < 0)
        return -1;
    return file_write(path, buf_str(&out), out.n, e);
}

static int report(const struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct plan_levels levels = plan_levels_of_project(ir, scratch);
    struct emit_run run = {.serial = levels.serial,
                           .levels = levels.levels,
                           .where = o->emit_dir,
                           .drain = o->output_file ? NULL : driver_drain};
    struct buf out = buf_new(scratch);

    if (o->format && strcmp(o->format, "json") == 0)
        emit_json(ir, scratch, &run, &out);
    else
        emit_summary(ir, scratch, &run, !o->output_file && options_color(o, stdout), &out);
    return driver_output(o, buf_slice(&out), e);
}

/* Each stage leaves nothing but rows: what it needed beside them goes before the next one. */
int cmd_SCAN(struct arena *a, const struct options *o, struct err *e)
{
    struct arena *scratch = arena_new(), *rules = arena_new();
    struct ir *ir = ir_new(a);
    struct plan_options plan = {.target = o->target, .no_bodies = !o->emit_dir && !o->dot_file};
    struct lint_options lint = lint_options_of(rules, o);
    int rc = lint_link(ir, scratch, o, rules, &lint, e);

    arena_reset(scratch);
    if (rc == 0) {
        plan_project(ir, scratch, &plan);
        arena_reset(scratch);
        rc = lint_project(ir, scratch, &lint, e);
    }
    arena_reset(scratch);
    arena_free(rules);
    if (rc == 0)
        driver_say_gaps(ir, o);
    if (rc == 0 && o->emit_dir)
        rc = project_write(ir, scratch, o, e);
    if (rc == 0 && o->dot_file)
        rc = write_dot(ir, scratch, o->dot_file, e);
    if (rc == 0)
        rc = report(ir, scratch, o, e);
    if (rc == 0)
        rc = driver_exit_status(ir, o, -1);
    arena_free(scratch);
    return rc;
}
