/* lineage lint: the findings and nothing else on standard output. */
#include "cli/commands.h"

#include "cli/baseline.h"
#include "cli/changed.h"
#include "cli/driver.h"
#include "cli/fix.h"
#include "cli/linting.h"
#include "cli/repository.h"
#include "emit/emit.h"
#include "lint/lint.h"

#include <errno.h>
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
        return err_set(e, "%s: cannot write: %s", path, strerror(errno));
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

static const struct lint_setting *settings_of(struct arena *scratch, const struct glob_settings *from)
{
    struct lint_setting *list = ARENA_ARRAY(scratch, struct lint_setting, (size_t)from->count + 1);

    for (uint32_t i = 0; i < from->count; i++)
        list[i] = (struct lint_setting){from->items[i].glob, from->items[i].what};
    return list;
}

struct rules_to_load {
    struct arena *arena;
    struct lint_options *options;
};

static int load_rules(void *data, struct err *e)
{
    const struct rules_to_load *load = data;

    load->options->rules = lint_rules(load->arena, load->options, e);
    return load->options->rules ? 0 : -1;
}

int lint_link(struct ir *ir, struct arena *scratch, const struct options *o, struct arena *rules,
              struct lint_options *lint, struct err *e)
{
    struct rules_to_load load = {rules, lint};
    struct driver_meanwhile meanwhile = {load_rules, &load};

    return driver_link_while(ir, scratch, o, &meanwhile, e);
}

int lint_once(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct lint_options lint = {.target = o->target,
                                .select = list_of(scratch, &o->select),
                                .extend_select = list_of(scratch, &o->extend_select),
                                .ignore = list_of(scratch, &o->ignore),
                                .rule_dirs = list_of(scratch, &o->rule_dirs),
                                .severities = settings_of(scratch, &o->severities),
                                .thresholds = settings_of(scratch, &o->thresholds),
                                .per_file_ignores = settings_of(scratch, &o->per_file_ignores)};

    if (lint_link(ir, scratch, o, scratch, &lint, e) < 0 || lint_project(ir, scratch, &lint, e) < 0 ||
        baseline_run(ir, scratch, o, e) < 0)
        return -1;
    return changed_run(ir, scratch, o, e);
}

static void count_fixable(const struct ir *ir, uint32_t counts[2])
{
    ir_finding_id last = {0};

    counts[0] = counts[1] = 0;
    for (IR_EACH(ir, edit, i)) {
        const struct ir_edit *row = IR(ir, edit, i);

        if (row->finding.v != last.v && !IR(ir, finding, row->finding)->hidden)
            counts[row->unsafe ? 1 : 0]++;
        last = row->finding;
    }
}

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

/* What was edited, what was not, and why not. */
static void say_fixed(const struct ir *ir, const struct options *o, const struct fixed *fixed)
{
    uint32_t left[2];

    if (o->quiet)
        return;
    count_fixable(ir, left);
    fprintf(stderr, "lineage: %u finding%s %s%s in %u file%s\n", fixed->findings, plural(fixed->findings),
            o->diff ? "would be " : "", o->add_ignores ? "suppressed" : "fixed", fixed->files,
            plural(fixed->files));
    if (fixed->refused)
        fprintf(
            stderr,
            "lineage: the edits of %u file%s were taken back: the result would not be understood as well\n",
            fixed->refused, plural(fixed->refused));
    if (left[1] && !o->unsafe_fixes)
        fprintf(stderr, "lineage: %u more can be fixed with --unsafe-fixes\n", left[1]);
}

/* --fix and --diff; returns 1 when --diff has anything to say. */
static int fix(struct ir **ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct fixed fixed;

    for (uint32_t i = 0; i < o->paths.count; i++)
        if (strcmp(o->paths.items[i], "-") == 0)
            return err_set(e, "-: what comes on standard input can't be edited; give the file");
    if (fix_run(ir, scratch, o, lint_once, &fixed, e) < 0)
        return -1;
    say_fixed(*ir, o, &fixed);
    if (!o->diff)
        return 0;
    if (driver_output(o, buf_slice(&fixed.diff), e) < 0)
        return -1;
    return fixed.files != 0;
}

int cmd_LINT(struct arena *a, const struct options *o, struct err *e)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    bool edit = o->fix || o->diff || o->add_ignores;
    int rc = edit ? fix(&ir, scratch, o, e) : lint_once(ir, scratch, o, e);

    if (rc == 0 && !o->diff && !o->write_baseline)
        rc = report(ir, scratch, o, e);
    if (rc == 0 && !o->diff)
        rc = driver_exit_status(ir, o, IR_SEVERITY_WARNING);
    arena_free(scratch);
    return rc > 0 && o->exit_zero ? 0 : rc;
}
