/* The formats of findings, from rows made by hand: order, escapes, snippets, masks and fingerprints. */
#include "emit/emit.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char source[] = "SELECT 'é' FROM raw.orders;\n"
                             "\tDELETE FROM \x1b[31mt;\n"
                             "-- postgresql://u:hunter2@h/db and pw-Zz9\n"
                             "  SELECT 'é'   FROM raw.orders;\n";

struct fixture {
    struct arena *arena, *scratch;
    struct ir *ir;
    ir_file_id file;
    struct buf out;
    struct emit_findings run;
};

static ir_rule_id add_rule(struct ir *ir, const char *code, const char *fact, bool enabled,
                           enum ir_severity severity)
{
    return ir_add_rule(ir, (struct ir_rule){.code = ir_interns(ir, code),
                                            .name = ir_interns(ir, "some-rule"),
                                            .summary = ir_interns(ir, "Summary."),
                                            .why = ir_interns(ir, "Why."),
                                            .help = ir_interns(ir, "Help."),
                                            .family = ir_interns(ir, "names"),
                                            .fact = ir_interns(ir, fact),
                                            .url = ir_interns(ir, "https://example.com/x"),
                                            .severity = severity,
                                            .enabled = enabled});
}

static void add_finding(struct fixture *f, ir_rule_id rule, const char *near, uint32_t len,
                        const char *message)
{
    struct ir *ir = f->ir;

    ir_add_finding(ir, (struct ir_finding){.rule = rule,
                                           .severity = IR(ir, rule, rule)->severity,
                                           .file = f->file,
                                           .off = (uint32_t)(strstr(source, near) - source),
                                           .len = len,
                                           .message = ir_interns(ir, message),
                                           .fix = ir_interns(ir, "Do it.")});
}

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = ARENA_NEW(a, struct fixture);
    ir_rule_id off, name, all, secret;

    f->arena = a;
    f->scratch = arena_new();
    f->ir = ir_new(a);
    f->out = buf_new(a);
    f->file = ir_add_file(f->ir, (struct ir_file){.path = ir_interns(f->ir, "./a b/ü,1:2%.sql"),
                                                  .source = ir_interns(f->ir, source)});
    off = add_rule(f->ir, "LN100", "gap", false, IR_SEVERITY_INFO);
    (void)off;
    name = add_rule(f->ir, "LN201", "relation", true, IR_SEVERITY_WARNING);
    all = add_rule(f->ir, "LN306", "unfiltered", true, IR_SEVERITY_ERROR);
    secret = add_rule(f->ir, "LN851", "secret", true, IR_SEVERITY_INFO);
    add_finding(f, name, "raw.orders", 10, "50% of\r\nraw.orders");
    add_finding(f, all, "DELETE", 6, "every row");
    add_finding(f, secret, "pw-Zz9", 6, "a password");
    add_finding(f, name, "raw.orders;\n\0", 10, "50% of\r\nraw.orders");
    f->ir->finding.items[4].off = (uint32_t)(strstr(source, "   FROM") + 8 - source);
    f->run = (struct emit_findings){.ir = f->ir, .scratch = f->scratch};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    arena_free(f->scratch);
    arena_free(f->arena);
    return 0;
}

static void test_text(void **state)
{
    struct fixture *f = *state;
    const char *text;

    emit_findings_full(&f->run, &f->out);
    text = buf_str(&f->out);
    assert_non_null(strstr(text, "a b/ü,1:2%.sql:1:17: warning[LN201] 50% of  raw.orders\n"
                                 "  |\n"
                                 "1 | SELECT 'é' FROM raw.orders;\n"
                                 "  |                 ^^^^^^^^^^\n"
                                 "  = help: Do it.\n\n"));
    assert_non_null(strstr(text, "2 |  DELETE FROM  [31mt;\n  |  ^^^^^^\n"));
    assert_non_null(strstr(text, "postgresql://u:*******@h/db and ******\n"));
    assert_null(strstr(text, "hunter2"));
    assert_null(strstr(text, "pw-Zz9"));
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "\n4 findings: 1 error, 2 warnings, 1 info in 1 file; "
                                 "0 of 0 statements understood.\n"));
}

static void test_color(void **state)
{
    struct fixture *f = *state;

    f->run.color = true;
    emit_findings_full(&f->run, &f->out);
    assert_non_null(strstr(buf_str(&f->out), "\033[1;31merror[LN306]\033[0m"));
}

static void test_long_line(void **state)
{
    struct fixture *f = *state;
    struct buf line = buf_new(f->arena);
    size_t longest = 0;

    for (int i = 0; i < 5000; i++)
        buf_adds(&line, "é");
    IR(f->ir, file, f->file)->source = ir_interns(f->ir, buf_str(&line));
    f->ir->finding.count = 2;
    f->ir->finding.items[1].off = 4000;
    emit_findings_full(&f->run, &f->out);
    for (const char *p = buf_str(&f->out), *end; (end = strchr(p, '\n')); p = end + 1)
        longest = (size_t)(end - p) > longest ? (size_t)(end - p) : longest;
    assert_true(longest < 500);
    assert_non_null(strstr(buf_str(&f->out), "1 | …é"));
    assert_non_null(strstr(buf_str(&f->out), "é…\n"));
}

static void test_github(void **state)
{
    struct fixture *f = *state;
    const char *text;

    emit_findings_github(&f->run, &f->out);
    text = buf_str(&f->out);
    assert_memory_equal(text, "::error title=lineage (LN306),file=a b/ü%2C1%3A2%25.sql,line=2", 63);
    assert_non_null(strstr(text, ",line=1,endLine=1,col=17,endColumn=27::50%25 of%0D%0A"
                                 "raw.orders%0ADo it.\n"));
    assert_null(strstr(text, "not shown"));
}

static void test_github_hides(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 20; i++)
        ir_add_finding(f->ir, f->ir->finding.items[1]);
    emit_findings_github(&f->run, &f->out);
    assert_non_null(strstr(buf_str(&f->out), "::notice title=lineage::12 of 24 findings are not "
                                             "shown as annotations"));
}

static const char *string_at(json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

static json_t *parse(struct fixture *f)
{
    json_t *json = json_loads(buf_str(&f->out), 0, NULL);

    assert_non_null(json);
    return json;
}

static void test_json(void **state)
{
    struct fixture *f = *state;
    json_t *json, *list, *first;

    emit_findings_json(&f->run, &f->out);
    json = parse(f);
    list = json_object_get(json, "findings");
    first = json_array_get(list, 0);
    assert_int_equal(json_array_size(list), 4);
    assert_string_equal(string_at(first, "code"), "LN201");
    assert_string_equal(string_at(first, "rule"), "some-rule");
    assert_string_equal(string_at(first, "severity"), "warning");
    assert_string_equal(string_at(first, "message"), "50% of\r\nraw.orders");
    assert_int_equal(json_integer_value(json_object_get(first, "column")), 17);
    assert_int_equal(json_integer_value(json_object_get(first, "end_column")), 27);
    json_decref(json);
}

static void test_sarif(void **state)
{
    struct fixture *f = *state;
    json_t *json, *run, *rules, *result, *prints[2], *place;
    const char *one, *two;

    ir_add_gap(f->ir, (struct ir_gap){.kind = IR_GAP_SYNTAX,
                                      .file = f->file,
                                      .off = 3,
                                      .len = 2,
                                      .why = ir_interns(f->ir, "bad \xff byte")});
    emit_findings_sarif(&f->run, &f->out);
    json = parse(f);
    run = json_array_get(json_object_get(json, "runs"), 0);
    rules = json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
    assert_int_equal(json_array_size(rules), 3); /* the one that is not enabled is left out */
    result = json_array_get(json_object_get(run, "results"), 0);
    assert_string_equal(string_at(result, "ruleId"), "LN306"); /* the most severe first */
    assert_int_equal(json_integer_value(json_object_get(result, "ruleIndex")), 1);
    place = json_object_get(json_array_get(json_object_get(result, "locations"), 0), "physicalLocation");
    assert_string_equal(string_at(json_object_get(place, "artifactLocation"), "uri"),
                        "a%20b/%C3%BC%2C1%3A2%25.sql");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(place, "region"), "endColumn")), 8);
    for (size_t i = 0; i < 2; i++)
        prints[i] =
            json_object_get(json_array_get(json_object_get(run, "results"), i + 1), "partialFingerprints");
    one = string_at(prints[0], "primaryLocationLineHash");
    two = string_at(prints[1], "primaryLocationLineHash");
    assert_memory_equal(one, two, 16); /* the same line but for white space, told apart by count */
    assert_string_equal(one + 16, ":1");
    assert_string_equal(two + 16, ":2");
    assert_null(strstr(buf_str(&f->out), "pw-Zz9"));
    json_decref(json);
}

static void test_nothing(void **state)
{
    struct fixture *f = *state;
    json_t *json;

    f->ir->finding.count = 1;
    emit_findings_full(&f->run, &f->out);
    assert_string_equal(buf_str(&f->out), "No findings in 1 file; 0 of 0 statements understood.\n");
    f->out.n = 0;
    emit_findings_github(&f->run, &f->out);
    assert_int_equal(f->out.n, 0);
    emit_findings_sarif(&f->run, &f->out);
    json = parse(f);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_color, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_github, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_github_hides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sarif, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
