/* The drawn graph: the same bytes twice, names that are markup elsewhere, and what was not chosen is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emit/graph.h"
#include "link/link.h"
#include "sql/sql.h"

#include <string.h>

typedef int emit_graph(const struct ir *ir, struct arena *scratch, const struct graph_view *view,
                       struct buf *out, struct err *e);

static struct ir *linked(struct arena *a, const char *source)
{
    struct ir *ir = ir_new(a);
    struct sql_options sql = {0};
    struct link_options link = {0};
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "a.sql"),
                                                       .language = IR_LANG_SQL,
                                                       .source = ir_interns(ir, source)});

    sql_read(ir, a, ir_text_of_file(ir, file), &sql);
    link_project(ir, a, &link);
    return ir;
}

static const char *drawn(struct arena *a, struct ir *ir, emit_graph *emit, bool columns, const char *left_out)
{
    uint8_t *chosen = arena_alloc(a, ir->dataset.count);
    struct graph_view view = {.chosen = chosen, .columns = columns};
    struct buf out = buf_new(a);
    struct err e = {""};

    for (IR_EACH(ir, dataset, d))
        chosen[d.v] = strcmp(ir_string(ir, IR(ir, dataset, d)->display), left_out) != 0;
    if (emit(ir, a, &view, &out, &e) < 0)
        fail_msg("%s", e.message);
    return buf_str(&out);
}

static const char source[] = "CREATE TABLE \"a<b>|{c}\" AS SELECT x, \"y\"\"|<z>\" FROM s;"
                             "CREATE TABLE t AS SELECT x FROM \"a<b>|{c}\" WHERE x > 0;";

static void test_same_bytes(void **state)
{
    static emit_graph *const formats[] = {emit_graph_dot, emit_graph_mermaid, emit_graph_json};
    struct arena *a = arena_new();
    struct ir *ir = linked(a, source);

    (void)state;
    for (size_t i = 0; i < 2 * sizeof formats / sizeof *formats; i++) {
        const char *once = drawn(a, ir, formats[i / 2], i % 2, "");

        assert_string_equal(once, drawn(a, ir, formats[i / 2], i % 2, ""));
        assert_true(strlen(once) > 100);
    }
    arena_free(a);
}

/* Laid out once only: see emit/graph.h. */
static void test_svg_is_one_element(void **state)
{
    struct arena *a = arena_new();
    const char *svg = drawn(a, linked(a, source), emit_graph_svg, true, "");

    (void)state;
    assert_memory_equal(svg, "<svg ", 5);
    assert_non_null(strstr(svg, "a&lt;b&gt;|{c}"));
    assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
    arena_free(a);
}

static void test_markup_in_names(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = linked(a, source);
    const char *dot = drawn(a, ir, emit_graph_dot, true, ""),
               *mermaid = drawn(a, ir, emit_graph_mermaid, true, "");

    (void)state;
    assert_non_null(strstr(dot, "<rows> a\\<b\\>\\|\\{c\\}|"));
    assert_non_null(strstr(mermaid, "[\"a#60;b#62;|{c}\"]"));
    assert_non_null(strstr(mermaid, "[\"y#34;|#60;z#62;\"]"));
    arena_free(a);
}

static void test_left_out(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = linked(a, source);

    (void)state;
    assert_non_null(strstr(drawn(a, ir, emit_graph_mermaid, false, ""), "-->"));
    assert_null(strstr(drawn(a, ir, emit_graph_mermaid, false, "a<b>|{c}"), "-->"));
    assert_null(strstr(drawn(a, ir, emit_graph_json, true, "a<b>|{c}"), "\"from\""));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_svg_is_one_element),
        cmocka_unit_test(test_markup_in_names),
        cmocka_unit_test(test_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
