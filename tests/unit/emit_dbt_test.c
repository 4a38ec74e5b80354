/* The dbt project in memory: odd names, Jinja in the author's text, quoting in YAML, the same bytes every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "dbt/dbt.h"
#include "emit/emit.h"

#include <string.h>

struct fixture {
    struct arena *arena;
    struct ir *ir;
    struct emit_files files;
};

static ir_dataset_id add_source(struct ir *ir, const char *schema, const char *name, uint32_t quoted)
{
    ir_dataset_id d =
        ir_add_dataset(ir, (struct ir_dataset){.kind = IR_DATASET_TABLE,
                                               .display = ir_interns(ir, name),
                                               .name = ir_interns(ir, name),
                                               .schema = *schema ? ir_interns(ir, schema) : (ir_str){0},
                                               .layer = IR_LAYER_SOURCE});

    ir_add_access(ir,
                  (struct ir_access){
                      .mode = IR_ACCESS_READ, .name = ir_interns(ir, name), .quoted = quoted, .dataset = d});
    return d;
}

static void add_literal(struct ir *ir, ir_step_id step, enum ir_piece_kind kind, const char *text)
{
    ir_add_piece(ir, (struct ir_piece){.step = step, .kind = kind, .literal = ir_interns(ir, text)});
}

/* One model of two steps over three sources with names that need care. */
static struct fixture build(void)
{
    struct fixture f = {arena_new(), NULL, {0}};
    struct ir *ir = f.ir = ir_new(f.arena);
    ir_dataset_id raw = add_source(ir, "RAW", "Orders", 0);
    ir_dataset_id odd = add_source(ir, "it's: odd", "Say \"Hi\"", 3);
    ir_dataset_id bare = add_source(ir, "", "null", 0);
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "loads/Orders.sql")});
    ir_statement_id made = ir_add_statement(ir, (struct ir_statement){.file = file});
    ir_model_id model = ir_add_model(
        ir, (struct ir_model){.name = ir_interns(ir, "m"),
                              .statement = made,
                              .layer = IR_LAYER_MARTS,
                              .materialized = IR_MAT_VIEW,
                              .path = ir_interns(ir, "marts/m.sql"),
                              .header = ir_interns(ir, "From a\tb.sql:1 {{ x }}"),
                              .description = ir_interns(ir, "no: {{ jinja }}\n# and two lines")});
    ir_step_id first = ir_add_step(ir, (struct ir_step){.model = model, .name = ir_interns(ir, "order")});
    ir_step_id last = ir_add_step(ir, (struct ir_step){.model = model});

    add_literal(ir, first, IR_PIECE_LITERAL, "SELECT '{% raw %}' AS ");
    add_literal(ir, first, IR_PIECE_IDENTIFIER, "Total \"x\"");
    add_literal(ir, first, IR_PIECE_LITERAL, ", {{{#");
    ir_add_piece(ir, (struct ir_piece){.step = first, .kind = IR_PIECE_SOURCE, .dataset = raw});
    ir_add_piece(ir, (struct ir_piece){.step = first, .kind = IR_PIECE_SOURCE, .dataset = odd});
    ir_add_piece(ir, (struct ir_piece){.step = first, .kind = IR_PIECE_SOURCE, .dataset = bare});
    ir_add_piece(ir, (struct ir_piece){.step = last, .kind = IR_PIECE_STEP, .target = first});
    ir_add_model_column(ir,
                        (struct ir_model_column){.model = model, .ordinal = 1, .name = ir_interns(ir, "no")});
    ir_add_model_column(
        ir, (struct ir_model_column){.model = model, .ordinal = 2, .name = ir_interns(ir, "A b")});
    ir_add_model_test(ir, (struct ir_model_test){.model = model,
                                                 .kind = IR_TEST_UNIQUE_COMBINATION,
                                                 .columns = ir_interns(ir, "no\nA b")});
    return f;
}

static void emit(struct fixture *f, struct emit_files *files)
{
    struct emit_dbt_options options = {"proj", "models", IR_DIALECT_POSTGRES, false, false, NULL, 0};
    struct err e = {""};

    if (emit_dbt(f->ir, f->arena, &options, files, &e) < 0)
        fail_msg("%s", e.message);
}

static const char *content(const struct emit_files *files, const char *path)
{
    for (uint32_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].path, path) == 0)
            return files->items[i].content.p;
    fail_msg("%s was not written", path);
    return "";
}

static void test_model(void **state)
{
    struct fixture f = build();

    (void)state;
    emit(&f, &f.files);
    assert_string_equal(content(&f.files, "models/marts/m.sql"),
                        "{{ config(materialized='view') }}\n"
                        "-- From a b.sql:1 {{ '{' }}{ x }}\n"
                        "WITH \"order\" AS (\n"
                        "    SELECT '{{ '{' }}% raw %}' AS \"Total \"\"x\"\"\", {{ '{' }}{{ '{' }}{{ '{' }}#"
                        "{{ source('raw', 'orders') }}{{ source('it\\'s: odd', 'Say \"Hi\"') }}"
                        "{{ source('legacy', 'null') }}\n"
                        ")\n\n\"order\"\n");
    arena_free(f.arena);
}

static void test_yaml(void **state)
{
    struct fixture f = build();

    (void)state;
    emit(&f, &f.files);
    assert_string_equal(content(&f.files, "models/marts/_marts__models.yml"),
                        "version: 2\n"
                        "models:\n"
                        "- name: m\n"
                        "  description: \"no: {{ '{' }}{ jinja }}\\n# and two lines\"\n"
                        "  config:\n"
                        "    group: loads_orders_sql\n"
                        "    tags: [loads_orders_sql]\n"
                        "  data_tests:\n"
                        "  - unique_combination:\n"
                        "      arguments:\n"
                        "        columns: ['no', '\"A b\"']\n"
                        "  columns:\n"
                        "  - name: 'no'\n"
                        "  - name: A b\n"
                        "    quote: true\n");
    assert_string_equal(content(&f.files, "dbt_project.yml"), "name: proj\n"
                                                              "version: '1.0'\n"
                                                              "config-version: 2\n"
                                                              "profile: proj\n"
                                                              "model-paths: ['models']\n"
                                                              "test-paths: ['tests']\n"
                                                              "macro-paths: ['macros']\n"
                                                              "clean-targets: ['target']\n"
                                                              "models:\n"
                                                              "  proj:\n"
                                                              "    marts:\n"
                                                              "      +materialized: table\n"
                                                              "      +schema: marts\n");
    arena_free(f.arena);
}

/* What is written as sources: reads back as the same names. */
static void test_sources(void **state)
{
    static const char *const want[][3] = {
        {"it's: odd", "it's: odd", "Say \"Hi\""}, {"legacy", "", "null"}, {"raw", "raw", "orders"}};
    struct fixture f = build();
    struct dbt_sources sources = {0};
    struct err e = {""};

    (void)state;
    emit(&f, &f.files);
    if (dbt_read_sources(f.arena, "s.yml", slice_of(content(&f.files, "models/staging/_sources.yml")),
                         &sources, &e) < 0)
        fail_msg("%s", e.message);
    assert_int_equal(sources.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_string_equal(sources.items[i].source, want[i][0]);
        assert_string_equal(sources.items[i].schema ? sources.items[i].schema : "", want[i][1]);
        assert_string_equal(sources.items[i].table, want[i][2]);
    }
    arena_free(f.arena);
}

static void test_same_bytes(void **state)
{
    struct fixture f = build();
    struct emit_files again = {0};

    (void)state;
    emit(&f, &f.files);
    emit(&f, &again);
    assert_int_equal(f.files.count, again.count);
    for (uint32_t i = 0; i < again.count; i++) {
        assert_string_equal(f.files.items[i].path, again.items[i].path);
        assert_true(slice_eq(f.files.items[i].content, again.items[i].content));
        if (i)
            assert_true(strcmp(again.items[i - 1].path, again.items[i].path) < 0);
    }
    arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_yaml),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_same_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
