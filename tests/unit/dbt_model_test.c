/* Reading a dbt project: Jinja resolved with its places kept, sources: entries, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "dbt/dbt.h"

#include <string.h>

static const char sources_yml[] = "version: 2\n"
                                  "sources:\n"
                                  "- name: raw\n"
                                  "  tables:\n"
                                  "  - name: orders\n"
                                  "  - name: lines\n"
                                  "    identifier: Order Lines\n"
                                  "- name: shop\n"
                                  "  database: db\n"
                                  "  schema: s\n"
                                  "  tables: [{name: t}]\n"
                                  "- name: legacy\n"
                                  "  schema: \"{{ var('x') }}\"\n"
                                  "  tables: [{name: u}]\n";

static const struct {
    const char *what, *model, *sql;
    uint32_t gaps;
} cases[] = {
    {"plain SQL", "SELECT 1", "SELECT 1", 0},
    {"ref", "SELECT a FROM {{ ref('stg_x') }} x", "SELECT a FROM \"stg_x\" x", 0},
    {"ref of a package, in double quotes", "FROM {{ref(\"p\", \"m\")}}", "FROM \"m\"", 0},
    {"source", "FROM {{ source('raw', 'orders') }}", "FROM \"raw\".\"orders\"", 0},
    {"source with an identifier", "FROM {{ source('raw', 'lines') }}", "FROM \"raw\".\"Order Lines\"", 0},
    {"source with a database", "FROM {{ source('shop', 't') }}", "FROM \"db\".\"s\".\"t\"", 0},
    {"a schema that Jinja makes", "FROM {{ source('legacy', 'u') }}", "FROM \"u\"", 0},
    {"this", "FROM {{ this }}", "FROM \"m\"", 0},
    {"config and comments", "{{ config(materialized='view', x={'a': 1}) }}\n{# {{ ref('no') }} #}\nSELECT 1",
     " \n \nSELECT 1", 0},
    {"a literal brace", "SELECT '{{ '{' }}{ x }}'", "SELECT '{{ x }}'", 0},
    {"white space control", "FROM {{- ref('a') -}}", "FROM \"a\"", 0},
    {"a source that nothing declares", "FROM {{ source('raw', 'nope') }}", "FROM \"nope\"", 1},
    {"an expression that only dbt knows", "SELECT {{ var('n') }}", "SELECT __param_7", 1},
    {"a tag that never ends", "SELECT 1 {{ ref('a'", "SELECT 1 __param_9", 1},
    {"a brace at the end", "SELECT 1 {", "SELECT 1 {", 0},
    {"the first branch is read", "a{% if x %}b{% else %}c {{ ref('no') }}{% endif %}d", "a b   d", 0},
    {"an if in a branch that is not read",
     "a{% if x %}b{% elif y %}{% if z %}c{% else %}d{% endif %}e{% endif %}f", "a b     f", 0},
    {"an else that never ends", "a{% if x %}b{% else %}c", "a b ", 0},
    {"nothing", "", "", 0},
};

static void test_models(void **state)
{
    const char *const head = "CREATE TABLE \"m\" AS\n";

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct ir *ir = ir_new(a);
        struct dbt_sources sources = {0};
        struct err e;
        ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "models/m.sql"),
                                                           .source = ir_interns(ir, cases[i].model)});
        ir_text_id text;
        const char *got;

        assert_int_equal(dbt_read_sources(scratch, "s.yml", slice_of(sources_yml), &sources, &e), 0);
        text = dbt_read_model(ir, scratch, file, &sources);
        got = ir_string(ir, IR(ir, text, text)->content);
        if (strncmp(got, head, strlen(head)) != 0 || strcmp(got + strlen(head), cases[i].sql) != 0)
            fail_msg("%s: %s", cases[i].what, got);
        if (ir->gap.count - 1 != cases[i].gaps)
            fail_msg("%s: %u gaps", cases[i].what, ir->gap.count - 1);
        assert_int_equal(ir_check(ir, &e), 0);
        arena_free(a);
        arena_free(scratch);
    }
}

/* Every place in the SQL leads back to the file. */
static void test_places(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = ir_new(a);
    struct dbt_sources sources = {0};
    ir_file_id file =
        ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "m.sql"),
                                         .source = ir_interns(ir, "SELECT x\nFROM {{ ref('a') }} t")});
    ir_text_id text = dbt_read_model(ir, a, file, &sources);
    const char *content = ir_string(ir, IR(ir, text, text)->content);
    struct ir_place place;

    (void)state;
    place = ir_place_of(ir, file, text, (uint32_t)(strstr(content, "\"a\"") - content), 3);
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 6);
    place = ir_place_of(ir, file, text, (uint32_t)(strstr(content, " t") - content) + 1, 1);
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 21);
    arena_free(a);
}

static void test_bad_sources(void **state)
{
    struct arena *a = arena_new();
    struct dbt_sources sources = {0};
    struct err e;

    (void)state;
    assert_int_equal(dbt_read_sources(a, "s.yml", SLICE("a: [b\nc"), &sources, &e), -1);
    assert_non_null(strstr(e.message, "s.yml:"));
    assert_int_equal(dbt_read_sources(a, "s.yml", SLICE("sources: {a: 1}"), &sources, &e), 0);
    assert_int_equal(dbt_read_sources(a, "s.yml", SLICE(""), &sources, &e), 0);
    assert_int_equal(sources.count, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_bad_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
