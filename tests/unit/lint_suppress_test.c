/* Comments that suppress findings, through the real stages: what each one hides, and what is said about it. */
#include "link/link.h"
#include "lint/lint.h"
#include "lint_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Findings as "line CODE", "(reason)" after those that are hidden. */
static const struct {
    const char *name;
    bool python;
    const char *source, *findings;
} cases[] = {
    {"the line", false, "SELECT id FROM app.a; -- lineage: ignore[LN201] why so\nSELECT id FROM app.a;\n",
     "1 LN201 (why so)\n2 LN201\n"},
    {"a name, a prefix, a list, any case", false,
     "SELECT id FROM app.a; -- lineage: ignore[hardcoded-schema] a\n"
     "SELECT id FROM app.a; -- lineage: ignore[LN2] b\n"
     "DELETE FROM app.a; /* lineage: ignore[ln201, LN305] c */\n",
     "1 LN201 (a)\n2 LN201 (b)\n3 LN306\n3 LN201 (c)\n3 LN003\n"},
    {"the statement below, not the one after", false,
     "-- lineage: ignore[LN201] both\n\n-- more\nSELECT a.id\nFROM app.a AS a\nJOIN app.b AS b ON a.id = b.id;\n"
     "SELECT id FROM app.c;\n",
     "5 LN201 (both)\n6 LN201 (both)\n7 LN201\n"},
    {"after the statement's end", false, "SELECT id\nFROM app.a\nWHERE id > 1; -- lineage: ignore[LN201] x\n",
     "2 LN201 (x)\n"},
    {"in a routine's body, which the comment above the routine leaves alone", false,
     "-- lineage: ignore[LN101] not this\n"
     "CREATE PROCEDURE p() AS $$ BEGIN\n"
     "  -- lineage: ignore[LN101] kept\n"
     "  CREATE TEMP TABLE t AS SELECT 1 AS id;\n"
     "  CREATE TEMP TABLE u AS SELECT id FROM t;\n"
     "  PERFORM id FROM u;\n"
     "END $$ LANGUAGE plpgsql;\n",
     "1 LN003\n4 LN101 (kept)\n5 LN101\n"},
    {"ranges", false,
     "SELECT id FROM app.a;\n-- lineage: disable[LN201] old part\nSELECT id FROM app.a;\n"
     "-- lineage: enable[LN201]\nSELECT id FROM app.a;\n-- lineage: disable[ALL] rest\n"
     "DELETE FROM t;\n-- lineage: enable\nDELETE FROM t;\n",
     "1 LN201\n3 LN201 (old part)\n5 LN201\n7 LN306 (rest)\n9 LN306\n"},
    {"the file", false, "SELECT id FROM app.a;\nDELETE FROM t;\n-- lineage: file-ignore[LN201] all\n",
     "1 LN201 (all)\n2 LN306\n"},
    {"other linters' marker is read", false,
     "SELECT id FROM app.a; -- noqa: LN201,L010\nSELECT 1; -- noqa: AL01, LN201\nSELECT 1; -- noqa\n",
     "1 LN201 (noqa)\n2 LN003\n"},
    {"what hides nothing", false,
     "SELECT 1; -- lineage: ignore[LN201] x\nSELECT 1; -- lineage: ignore[LN2O1] x\n"
     "SELECT 1; -- lineage: ingore[LN201] x\nSELECT 1; -- lineage: ignore[LN004] not in this run\n",
     "1 LN003\n2 LN003\n3 LN003\n"},
    {"no comment, no marker", false,
     "SELECT 'lineage: ignore[LN201]', id FROM app.a;\n-- data lineage: ignore this\nSELECT id FROM app.b;\n",
     "1 LN201\n3 LN201\n"},
    {"Python: in the string, after it, above the call", true,
     "import psycopg2\n"
     "cur = psycopg2.connect(\"\").cursor()\n"
     "cur.execute(\"\"\"\n  SELECT id\n  FROM app.a -- lineage: ignore[LN201] in it\n\"\"\")\n"
     "cur.execute(\"\"\"\n  SELECT id\n  FROM app.a\n\"\"\")  # lineage: ignore[LN201] after\n"
     "# lineage: ignore[LN201] above\ncur.execute(\"\"\"\n  SELECT id\n  FROM app.a\"\"\")\n"
     "sql = \"\"\"\n  SELECT id\n  FROM app.a\"\"\"  # lineage: ignore[LN201] where it is\n"
     "x = 1\ncur.execute(sql)\ncur.execute(\"SELECT id FROM app.a\")\n",
     "5 LN201 (in it)\n9 LN201 (after)\n14 LN201 (above)\n17 LN201 (where it is)\n20 LN201\n"},
    {"bytes that end too early", false, "SELECT id FROM app.a; -- lineage: ignore[LN201", "1 LN201\n"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct buf out = buf_new(a);
        struct ir *ir = ir_new(a);
        struct err e = {{0}};

        read_file(ir, scratch, cases[i].python, cases[i].source);
        link_project(ir, scratch, &(struct link_options){0});
        if (lint_project(ir, scratch, &(struct lint_options){0}, &e) < 0 || ir_check(ir, &e) < 0)
            fail_msg("%s", e.message);
        for (IR_EACH(ir, finding, f)) {
            const struct ir_finding *row = IR(ir, finding, f);
            struct ir_place p = ir_place_of(ir, row->file, row->text, row->off, row->len);

            buf_printf(&out, "%u %s", p.line, ir_string(ir, IR(ir, rule, row->rule)->code));
            if (row->hidden)
                buf_printf(&out, " (%s)", ir_string(ir, row->hidden_why));
            buf_addc(&out, '\n');
        }
        if (strcmp(buf_str(&out), cases[i].findings) != 0)
            print_error("%s: expected\n%sfound\n%s", cases[i].name, cases[i].findings, buf_str(&out));
        assert_string_equal(buf_str(&out), cases[i].findings);
        arena_free(scratch);
        arena_free(a);
    }
}

/* A rule's severity, its threshold and the files that it leaves alone come from the configuration. */
static void test_settings(void **state)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    const struct lint_setting severities[] = {{"LN201", "error"}, {"LN306", "off"}, {NULL, NULL}};
    const struct lint_setting ignores[] = {{"*.sql", "LN1"}, {"other/*", "LN201"}, {NULL, NULL}};
    const struct lint_setting wrong[] = {{"LN20l", "error"}, {NULL, NULL}};
    struct lint_options options = {.severities = severities, .per_file_ignores = ignores};
    struct ir *ir = ir_new(a);
    struct err e = {{0}};
    ir_file_id file = ir_add_file(
        ir, (struct ir_file){
                .path = ir_interns(ir, "x/a.sql"),
                .language = IR_LANG_SQL,
                .source = ir_interns(ir, "CREATE TEMP TABLE t AS SELECT id FROM app.a;\nDELETE FROM t;\n")});

    (void)state;
    sql_read(ir, scratch, ir_text_of_file(ir, file), &(struct sql_options){0});
    link_project(ir, scratch, &(struct link_options){0});
    assert_int_equal(lint_project(ir, scratch, &options, &e), 0);
    assert_int_equal(ir->finding.count, 2);
    assert_int_equal(ir->finding.items[1].severity, IR_SEVERITY_ERROR);
    options.severities = wrong;
    assert_int_equal(lint_project(ir, scratch, &options, &e), -1);
    assert_non_null(strstr(e.message, "did you mean 'LN201'?"));
    arena_free(scratch);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_settings)};
    int result = cmocka_run_group_tests(tests, NULL, NULL);

    sql_exit();
    return result;
}
