/* Rule files are read strictly, and selections name rules by code, name or prefix. */
#include "lint/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A rule with everything it needs; %s stands for `where` and the like. */
static const char whole[] = "code: ACME001\n"
                            "name: acme-rule\n"
                            "family: ours\n"
                            "fact: temp_table\n"
                            "summary: s\n"
                            "message: Temp table {table}\n"
                            "help: h\n"
                            "why: w\n"
                            "bad: [{language: sql, code: SELECT 1}]\n"
                            "good: [{language: sql, code: SELECT 1}]\n"
                            "%s";

static int load(struct rules *rules, const char *text, struct err *e)
{
    return rules_load(rules, "rules/acme.yml", text, strlen(text), e);
}

static void test_wrong_files(void **state)
{
    static const struct {
        const char *more, *why;
    } cases[] = {
        {"wher: {reads: 1}\n", "acme.yml:11: unknown key 'wher' (did you mean 'where'?)"},
        {"where: {read: 1}\n",
         "acme.yml:11: unknown field of fact 'temp_table' 'read' (did you mean 'reads'?)"},
        {"where: {reads: {gtt: 1}}\n", "unknown operator 'gtt' (did you mean 'gt'?)"},
        {"where: {reads: few}\n", "acme.yml:11: expected a number, found few"},
        {"where: {reads: {gt: -1}}\n", "expected a number, found -1"},
        {"where: {dynamic: maybe}\n", "expected true or false, found maybe"},
        {"where: {table: {gt: 1}}\n", "expected a field that is a number, found table"},
        {"where: {reads: {glob: 'a*'}}\n", "expected a field that is a text, found reads"},
        {"where: {table: {exists: perhaps}}\n", "unknown value 'perhaps'"},
        {"where: {table: []}\n", "expected a value, found an empty list"},
        {"where: [table]\n", "expected a mapping of fields, found a list"},
        {"where: {table: [[a]]}\n", "expected a value, found a list"},
        {"severity: warn\n", "unknown severity 'warn'; expected one of: info, warning, error"},
        {"default: yes\n", "unknown default 'yes'; expected one of: off, on"},
        {"fix: maybe\n", "unknown fix 'maybe'"},
        {"links: [example.com]\n", "expected a link that begins with https://, found example.com"},
        {"links: here\n", "expected a list of links, found a text"},
        {"bad: [{language: cobol, code: x}]\n", "unknown language 'cobol'"},
        {"bad: [{language: sql}]\n", "expected an example with language and code"},
        {"bad: [{files: []}]\n", "expected a list of files, found an empty list"},
        {"message: Temp {tabel}\n", "unknown {field} in a text 'tabel' (did you mean 'table'?)"},
        {"fact: temp_tabel\n", "unknown fact 'temp_tabel' (did you mean 'temp_table'?)"},
        {"code: L1\n", "expected a code of capital letters and three digits or more, found L1"},
        {"name: Acme Rule\n", "expected a name in kebab-case, found Acme Rule"},
        {"summary: ''\n", "expected a text, found an empty one"},
        {"where: {table: *nobody}\n", "acme.yml:11: "},
        {"]\n", "acme.yml:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct rules rules = {.arena = a};
        struct err e = {{0}};

        assert_int_equal(load(&rules, arena_printf(a, whole, cases[i].more), &e), -1);
        if (!strstr(e.message, cases[i].why))
            fail_msg("expected \"%s\" in \"%s\"", cases[i].why, e.message);
        assert_int_equal(rules.items.count, 0);
        arena_free(a);
    }
}

static void test_incomplete_files(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "rules/acme.yml:1: expected a rule, found nothing"},
        {"- a\n", "rules/acme.yml:1: expected a mapping, found a list"},
        {"code: ACME001\n", "rules/acme.yml:1: the rule has no name"},
        {"code: ACME001\nname: a\nfamily: f\n", "the rule has no fact"},
        {"code: [a]\n", "rules/acme.yml:1: expected a text, found a list"},
        {"? [a]\n: b\n", "rules/acme.yml:1: expected a key, found a list"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct rules rules = {.arena = a};
        struct err e = {{0}};

        assert_int_equal(load(&rules, cases[i].text, &e), -1);
        if (!strstr(e.message, cases[i].why))
            fail_msg("expected \"%s\" in \"%s\"", cases[i].why, e.message);
        arena_free(a);
    }
}

static void test_taken_code(void **state)
{
    struct arena *a = arena_new();
    struct rules rules = {.arena = a};
    struct err e = {{0}};

    (void)state;
    assert_int_equal(load(&rules, arena_printf(a, whole, ""), &e), 0);
    assert_int_equal(load(&rules, arena_printf(a, whole, ""), &e), -1);
    assert_non_null(strstr(e.message, "ACME001 (acme-rule) is taken by rules/acme.yml"));
    arena_free(a);
}

/* Each `where` against one fact. */
static void test_predicates(void **state)
{
    static const struct {
        const char *where;
        bool holds;
    } cases[] = {
        {"", true},
        {"where: {table: TMP_orders}\n", true},
        {"where: {table: orders}\n", false},
        {"where: {table: [orders, tmp_orders]}\n", true},
        {"where: {table: {not: tmp_orders}}\n", false},
        {"where: {table: {not: [a, b]}}\n", true},
        {"where: {table: {glob: 'tmp_*'}}\n", true},
        {"where: {table: {glob: ['x*', '*_orders']}}\n", true},
        {"where: {table: {glob: 'x*'}}\n", false},
        {"where: {table: {exists: true}}\n", true},
        {"where: {job: {exists: true}}\n", false},
        {"where: {job: {exists: false}}\n", true},
        {"where: {reads: 2}\n", true},
        {"where: {reads: [1, 3]}\n", false},
        {"where: {reads: {gt: 1, lt: 3}}\n", true},
        {"where: {reads: {gt: 2}}\n", false},
        {"where: {reads: {lt: 2}}\n", false},
        {"where: {dynamic: true}\n", true},
        {"where: {dynamic: {not: true}}\n", false},
        {"where: {dynamic: true, reads: 1}\n", false},
    };
    struct fact_temp_table fields = {.table = "tmp_orders", .reads = 2, .dynamic = true};
    struct fact fact = {.kind = FACT_temp_table, .fields = &fields};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct rules rules = {.arena = a};
        struct buf out = buf_new(a);
        struct err e = {{0}};

        if (load(&rules, arena_printf(a, whole, cases[i].where), &e) < 0)
            fail_msg("%s: %s", cases[i].where, e.message);
        if (predicates_hold(&rules.items.items[0].where, &fact, a) != cases[i].holds)
            fail_msg("%s", cases[i].where);
        assert_string_equal(template_fill(rules.items.items[0].message, &fact, a, &out),
                            "Temp table tmp_orders");
        arena_free(a);
    }
}

static void test_template(void **state)
{
    struct fact_temp_table fields = {.table = "{reads}", .reads = 7};
    struct fact fact = {.kind = FACT_temp_table, .fields = &fields};
    struct arena *a = arena_new();
    struct buf out = buf_new(a);

    (void)state;
    assert_string_equal(template_fill("{table} {reads} {dynamic} {} { {table", &fact, a, &out),
                        "{reads} 7 false {} { {table");
    assert_null(template_check("{table} and {Not a field}", &fact_types[FACT_temp_table], a));
    arena_free(a);
}

/* The codes that run, in order. */
static const char *enabled(struct arena *a, const struct lint_options *options, struct err *e)
{
    struct buf out = buf_new(a);
    struct rules rules;

    if (rules_prepare(&rules, a, options, e) < 0)
        return NULL;
    for (uint32_t i = 0; i < rules.items.count; i++)
        if (rules.items.items[i].enabled)
            buf_printf(&out, "%s ", rules.items.items[i].code);
    return buf_str(&out);
}

static void test_selection(void **state)
{
    static const struct {
        const char *select[3], *ignore[5], *codes, *why;
    } cases[] = {
        {{"LN101"}, {NULL}, "LN101 ", NULL},
        {{"temp-table-step"}, {NULL}, "LN101 ", NULL},
        {{"LN10"}, {"LN102", "LN105", "unused-temp-table"}, "LN101 ", NULL},
        {{"LN10", "LN20"},
         {"LN203", "LN205", "LN206"},
         "LN101 LN102 LN103 LN105 LN201 LN202 LN208 LN209 ",
         NULL},
        {{"LN1011"}, {NULL}, NULL, "no rule is called 'LN1011' (did you mean 'LN101'?)"},
        {{"temp-table-stop"}, {NULL}, NULL, "(did you mean 'temp-table-step'?)"},
        {{"LN101"}, {"nonsense"}, NULL, "no rule is called 'nonsense'"},
        {{""}, {NULL}, NULL, "no rule is called ''"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct lint_options options = {.select = cases[i].select, .ignore = cases[i].ignore};
        struct err e = {{0}};
        const char *codes = enabled(a, &options, &e);

        if (cases[i].codes)
            assert_string_equal(codes, cases[i].codes);
        else if (codes || !strstr(e.message, cases[i].why))
            fail_msg("expected \"%s\" in \"%s\"", cases[i].why, e.message);
        arena_free(a);
    }
}

static void test_default_set(void **state)
{
    struct arena *a = arena_new();
    struct lint_options options = {0};
    struct err e = {{0}};
    const char *codes = enabled(a, &options, &e);

    (void)state;
    if (!codes)
        fail_msg("%s", e.message);
    assert_non_null(strstr(codes, "LN001 "));
    assert_non_null(strstr(codes, "LN851 "));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_files), cmocka_unit_test(test_incomplete_files),
        cmocka_unit_test(test_taken_code),  cmocka_unit_test(test_predicates),
        cmocka_unit_test(test_template),    cmocka_unit_test(test_selection),
        cmocka_unit_test(test_default_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
