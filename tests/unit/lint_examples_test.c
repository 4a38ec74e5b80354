/*
 * Every rule's own examples through the real stages: each bad one must give a finding of its rule, no good one
 * may. So a rule cannot be added without its proof, and the documentation cannot show what is not so.
 */
#include "base/file.h"
#include "cli/decode.h"
#include "dbt/dbt.h"
#include "link/link.h"
#include "lint/rules.h"
#include "python/python.h"
#include "sql/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The guest texts that a Python file gave, and a whole SQL file: all texts that nobody has read yet. */
static void read_texts(struct ir *ir, struct arena *scratch, uint32_t from)
{
    struct sql_options options = {0};
    uint32_t end = ir->text.count;

    for (uint32_t t = from; t < end; t++)
        sql_read(ir, scratch, (ir_text_id){t}, &options);
}

static enum ir_language language_of(const struct example_file *file)
{
    return strcmp(file->language, "python") == 0 ? IR_LANG_PYTHON
           : strcmp(file->language, "dbt") == 0  ? IR_LANG_DBT
           : strcmp(file->language, "yaml") == 0 ? IR_LANG_YAML
                                                 : IR_LANG_SQL;
}

static void read_example_file(struct ir *ir, struct arena *scratch, const struct example_file *file,
                              const struct dbt_project *project)
{
    struct decoded text = decode_text(scratch, (struct slice){file->code, file->len});
    bool binary = text.encoding == IR_ENC_BINARY;
    enum ir_language language = language_of(file);
    enum dbt_role role = project->count ? dbt_role_of(project, file->name) : DBT_NONE;
    uint32_t texts = ir->text.count;
    ir_file_id id = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, file->name),
                                                     .language = language,
                                                     .encoding = text.encoding,
                                                     .status = binary ? IR_STATUS_FAILED : IR_STATUS_OK,
                                                     .source = ir_intern(ir, text.utf8.p, text.utf8.n)});

    if (binary) {
        ir_add_gap(ir, (struct ir_gap){
                           .kind = IR_GAP_FILE, .file = id, .why = ir_interns(ir, "it holds NUL bytes")});
        return;
    }
    if (role != DBT_NONE)
        dbt_read_file(ir, scratch, id, role, project);
    if (language == IR_LANG_PYTHON)
        python_read(ir, scratch, id, &(struct python_options){0});
    else if (role == DBT_NONE && language == IR_LANG_SQL)
        ir_text_of_file(ir, id);
    read_texts(ir, scratch, texts);
}

/* Files in the language of dbt or YAML are a project's; with a dbt_project.yml they are all of it. */
static void find_project(struct arena *a, const struct example *example, struct dbt_project *project)
{
    bool any = false;

    *project = (struct dbt_project){.root = "."};
    for (uint32_t i = 0; i < example->files.count; i++) {
        const struct example_file *file = &example->files.items[i];

        any |= language_of(file) == IR_LANG_DBT || language_of(file) == IR_LANG_YAML;
        if (strcmp(file->name, "dbt_project.yml") != 0)
            continue;
        dbt_project_open(a, ".", (struct slice){file->code, file->len}, project);
        project->whole = true;
    }
    if (any && !project->whole)
        dbt_project_open(a, ".", SLICE(""), project);
    for (uint32_t i = 0; i < example->files.count; i++)
        if (language_of(&example->files.items[i]) == IR_LANG_YAML)
            dbt_read_sources(a, "", (struct slice){example->files.items[i].code, example->files.items[i].len},
                             &project->sources, NULL);
}

/* Does the example give a finding of the rule? */
static bool fires(const struct rule *rule, const struct example *example)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    const char *const select[] = {rule->code, NULL};
    struct lint_options options = {.select = select};
    struct ir *ir = ir_new(a);
    struct dbt_project project;
    struct err e = {{0}};
    bool found;

    find_project(scratch, example, &project);
    for (uint32_t i = 0; i < example->files.count; i++)
        read_example_file(ir, scratch, &example->files.items[i], &project);
    link_project(ir, scratch, &(struct link_options){0});
    if (lint_project(ir, scratch, &options, &e) < 0 || ir_check(ir, &e) < 0)
        fail_msg("%s: %s", rule->code, e.message);
    found = ir->finding.count > 1;
    for (IR_EACH(ir, finding, f))
        if (!IR(ir, finding, f)->file.v)
            fail_msg("%s: a finding stands nowhere", rule->code);
    arena_free(scratch);
    arena_free(a);
    return found;
}

static uint32_t count_wrong(const struct rule *rule, const struct example *examples, uint32_t count, bool bad)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (fires(rule, &examples[i]) == bad)
            continue;
        print_error("%s: %s example %u %s\n", rule->path, bad ? "bad" : "good", i + 1,
                    bad ? "gives no finding" : "gives a finding");
        wrong++;
    }
    return wrong;
}

static void test_examples(void **state)
{
    struct arena *a = arena_new();
    struct err e = {{0}};
    struct rules rules;
    uint32_t wrong = 0;

    (void)state;
    if (rules_prepare(&rules, a, &(struct lint_options){0}, &e) < 0)
        fail_msg("%s", e.message);
    assert_true(rules.items.count > 0);
    for (uint32_t i = 0; i < rules.items.count; i++) {
        const struct rule *rule = &rules.items.items[i];

        wrong += count_wrong(rule, rule->bad.items, rule->bad.count, true);
        wrong += count_wrong(rule, rule->good.items, rule->good.count, false);
    }
    assert_int_equal(wrong, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples)};
    int result = cmocka_run_group_tests(tests, NULL, NULL);

    sql_exit();
    return result;
}
