/*
 * An example is a project of its own: its files are read as they would be on disk, linked, and judged by its rule
 * alone. That is done in worker processes, because code that costs a reader its life may be what a rule is about.
 */
#include "cli/examples.h"

#include "base/worker.h"
#include "cli/driver.h"
#include "cli/read.h"
#include "dbt/dbt.h"
#include "link/link.h"
#include "lint/lint.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define STACK_BYTES ((size_t)64 << 20)
#define STEP_SECONDS 20

struct verdict {
    bool right;
    const char *message;
};

struct trial {
    struct arena *arena;
    const struct options *options;
    struct lint_examples examples;
    const char **rule_dirs; /* ends with NULL */
    struct verdict *verdicts;
    uint32_t wrong;
};

/* Files of dbt's are a project's; with a dbt_project.yml they are all of it. */
static void find_project(struct arena *a, const struct lint_example *example, struct dbt_project *project)
{
    bool any = false;

    *project = (struct dbt_project){.root = "."};
    for (uint32_t i = 0; i < example->files.count; i++) {
        const struct lint_example_file *file = &example->files.items[i];

        any |= file->language == IR_LANG_DBT || file->language == IR_LANG_YAML;
        if (strcmp(file->name, "dbt_project.yml") != 0)
            continue;
        dbt_project_open(a, ".", file->code, project);
        project->whole = true;
    }
    if (any && !project->whole)
        dbt_project_open(a, ".", SLICE(""), project);
    for (uint32_t i = 0; i < example->files.count; i++)
        if (example->files.items[i].language == IR_LANG_YAML)
            dbt_read_sources(a, "", example->files.items[i].code, &project->sources, NULL);
}

static void read_file(const struct trial *t, struct worker *worker, const struct lint_example_file *file,
                      const struct dbt_project *project, struct ir *ir, struct arena *scratch)
{
    struct options none = {.dialect = t->options->dialect};
    struct string_list roots = {0};
    struct found_file found = {.path = file->name,
                               .language = file->language,
                               .project = project,
                               .role = project->count ? dbt_role_of(project, file->name) : DBT_NONE};
    struct read_job job = {.options = &none,
                           .roots = &roots,
                           .tables = sql_tables_new(scratch),
                           .found = &found,
                           .worker = worker};
    struct read_inputs inputs = {0};
    struct ir *own = ir_new(scratch);
    struct buf block = buf_new(scratch);
    struct err e;

    read_one(own, scratch, &job, file->code, &inputs);
    worker_step_done(worker);
    ir_block_write(own, &block);
    if (ir_block_read(ir, buf_slice(&block), &e) < 0)
        BUG("%s: %s", file->name, e.message);
}

/* The first thing that is found, "name:line:column: message"; nothing when nothing is. */
static void run_example(void *data, struct worker *worker, uint32_t job, struct arena *scratch,
                        struct buf *out)
{
    const struct trial *t = data;
    const struct lint_example *example = &t->examples.list.items[job];
    const char *const select[] = {example->code, NULL};
    struct lint_options lint = {.select = select, .rule_dirs = t->rule_dirs, .target = t->options->target};
    struct ir *ir = ir_new(scratch);
    struct dbt_project project;
    struct err e;

    find_project(scratch, example, &project);
    for (uint32_t i = 0; i < example->files.count; i++)
        read_file(t, worker, &example->files.items[i], &project, ir, scratch);
    ir_unite_files(ir);
    link_project(ir, scratch, &(struct link_options){.no_mentions = true});
    if (lint_project(ir, scratch, &lint, &e) < 0)
        BUG("%s: %s", example->path, e.message);
    for (IR_EACH(ir, finding, f)) {
        const struct ir_finding *row = IR(ir, finding, f);
        struct ir_place at = ir_place_of(ir, row->file, row->text, row->off, row->len);

        buf_printf(out, "%s:%u:%u: %s", ir_string(ir, IR(ir, file, at.file)->path), at.line, at.column,
                   ir_string(ir, row->message));
        return;
    }
}

static void judge(void *data, uint32_t job, struct slice found, const char *why)
{
    struct trial *t = data;
    bool bad = t->examples.list.items[job].bad;
    struct verdict *v = &t->verdicts[job];

    v->right = !why && bad == (found.n > 0);
    t->wrong += !v->right;
    if (why)
        v->message = arena_printf(t->arena, "could not be read (%s)", why);
    else if (v->right)
        v->message = bad ? "is found" : "is not found";
    else if (bad)
        v->message = "should be found, but is not";
    else
        v->message = arena_printf(t->arena, "should not be found, but is, at %.*s", (int)found.n, found.p);
}

static bool is_same_folder(const char *x, const char *y)
{
    char *a = realpath(x, NULL), *b = realpath(y, NULL);
    bool same = a && b && strcmp(a, b) == 0;

    free(a);
    free(b);
    return same;
}

static bool is_listed(const struct string_list *dirs, const char *dir)
{
    for (uint32_t i = 0; i < dirs->count; i++)
        if (is_same_folder(dirs->items[i], dir))
            return true;
    return false;
}

/* The folders under test, and those of the configuration beside them: codes must not be taken there either. */
static const char **all_folders(struct arena *a, const struct options *o)
{
    struct string_list all = {0};

    for (uint32_t i = 0; i < o->tests.count; i++)
        if (!is_listed(&all, o->tests.items[i]))
            vec_push(a, &all, o->tests.items[i]);
    for (uint32_t i = 0; i < o->rule_dirs.count; i++)
        if (!is_listed(&all, o->rule_dirs.items[i]))
            vec_push(a, &all, o->rule_dirs.items[i]);
    vec_push(a, &all, NULL);
    return all.items;
}

/* ---- what is printed ---- */

static const char *kind_of(const struct lint_example *example)
{
    return example->bad ? "bad" : "good";
}

static void put_text(const struct trial *t, struct buf *out)
{
    const struct lint_examples *all = &t->examples;

    for (uint32_t i = 0; i < all->list.count; i++) {
        const struct lint_example *example = &all->list.items[i];

        if (!t->verdicts[i].right || t->options->verbose)
            buf_printf(out, "%s:%lu: %s: %s example %u %s\n", example->path, example->line, example->code,
                       kind_of(example), example->number, t->verdicts[i].message);
    }
    buf_printf(out, "%u rule%s, %u examples, ", all->rules, all->rules == 1 ? "" : "s", all->list.count);
    if (t->wrong)
        buf_printf(out, "%u not as the rule says\n", t->wrong);
    else
        buf_adds(out, "all as the rules say\n");
}

static void put_json(const struct trial *t, struct buf *out)
{
    json_t *list = json_array();
    char *text;

    for (uint32_t i = 0; i < t->examples.list.count; i++) {
        const struct lint_example *example = &t->examples.list.items[i];

        json_array_append_new(list,
                              json_pack("{s:s+, s:I, s:s, s:s, s:i, s:b, s:s+}", "path", example->path, "",
                                        "line", (json_int_t)example->line, "code", example->code, "kind",
                                        kind_of(example), "number", (int)example->number, "ok",
                                        (int)t->verdicts[i].right, "message", t->verdicts[i].message, ""));
    }
    text = json_dumps(list, JSON_INDENT(2));
    json_decref(list);
    if (!text)
        die("out of memory");
    buf_printf(out, "%s\n", text);
    free(text);
}

int examples_run(struct arena *a, const struct options *o, struct err *e)
{
    struct trial t = {.arena = a, .options = o};
    struct worker_jobs jobs = {.processes = o->jobs ? o->jobs : 1,
                               .stack_bytes = STACK_BYTES,
                               .step_seconds = STEP_SECONDS,
                               .data = &t,
                               .run = run_example,
                               .done = judge};
    struct lint_options lint = {.rule_dirs = t.rule_dirs = all_folders(a, o)};
    struct buf out = buf_new(a);
    struct arena *own = arena_new();
    int rc = lint_load_rules(ir_new(own), own, &lint, e);

    arena_free(own);
    for (uint32_t i = 0; rc == 0 && i < o->tests.count; i++)
        rc = lint_examples(a, o->tests.items[i], &t.examples, e);
    if (rc < 0)
        return -1;
    jobs.count = t.examples.list.count;
    t.verdicts = ARENA_ARRAY(a, struct verdict, jobs.count);
    if (worker_run(&jobs, e) < 0)
        return -1;
    if (o->format && strcmp(o->format, "json") == 0)
        put_json(&t, &out);
    else
        put_text(&t, &out);
    return driver_output(o, buf_slice(&out), e) < 0 ? -1 : t.wrong != 0;
}
