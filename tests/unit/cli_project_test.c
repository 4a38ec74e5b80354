/* `--emit DIR`: what is written and compared, what is never overwritten, and a read-back that can fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "cli/project.h"
#include "cli/readback.h"
#include "link/link.h"
#include "plan/plan.h"
#include "sql/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char script[] =
    "CREATE TEMP TABLE tmp_o AS SELECT order_id, a FROM raw.orders WHERE a > 0;\n"
    "CREATE TEMP TABLE tmp_p AS SELECT order_id, b FROM raw.lines;\n"
    "CREATE TABLE mart.m AS SELECT o.*, p.b FROM tmp_o o JOIN tmp_p p ON p.order_id = o.order_id;\n";

struct fixture {
    struct arena *arena, *scratch;
    struct ir *ir;
    const char *root;
};

static struct fixture begin(const char *sql)
{
    struct fixture f = {arena_new(), arena_new(), NULL, NULL};
    struct sql_options options = {0};
    struct link_options link = {0};
    struct plan_options plan = {0};
    char *folder = arena_strndup(f.arena, "/tmp/lineage-project-XXXXXX", 27);
    ir_file_id file;

    f.ir = ir_new(f.arena);
    file = ir_add_file(f.ir, (struct ir_file){.path = ir_interns(f.ir, "a.sql"),
                                              .language = IR_LANG_SQL,
                                              .source = ir_interns(f.ir, sql)});
    sql_read(f.ir, f.scratch, ir_text_of_file(f.ir, file), &options);
    link_project(f.ir, f.scratch, &link);
    plan_project(f.ir, f.scratch, &plan);
    assert_non_null(mkdtemp(folder));
    f.root = folder;
    return f;
}

static void end(struct fixture *f)
{
    char *command = arena_printf(f->arena, "rm -rf %s", f->root);

    assert_int_equal(system(command), 0);
    arena_free(f->arena);
    arena_free(f->scratch);
}

static const char *in(const struct fixture *f, const char *path)
{
    return path_join(f->scratch, f->root, path);
}

static int write_to(const struct fixture *f, const char *dir, bool force, struct err *e)
{
    struct options o = {.emit_dir = in(f, dir), .force = force, .quiet = true};

    return project_write(f->ir, f->scratch, &o, e);
}

static void put(const struct fixture *f, const char *path, const char *text)
{
    struct err e;

    assert_int_equal(file_write(in(f, path), text, strlen(text), &e), 0);
}

static const char *get(const struct fixture *f, const char *path)
{
    struct slice bytes;
    struct err e;

    if (file_read(f->scratch, in(f, path), 0, &bytes, &e) < 0)
        return "";
    return bytes.p;
}

static void test_writes_and_writes_again(void **state)
{
    struct fixture f = begin(script);
    struct err e = {""};
    const char **names;
    size_t count;

    (void)state;
    assert_int_equal(write_to(&f, "out", false, &e), 0);
    assert_non_null(strstr(get(&f, "out/models/marts/m.sql"), "SELECT o.order_id, o.a, p.b"));
    assert_true(path_exists(in(&f, "out/dbt_project.yml")));
    assert_true(path_exists(in(&f, "out/MIGRATION.md")));
    assert_int_equal(write_to(&f, "out", false, &e), 0);
    assert_int_equal(dir_list(f.scratch, in(&f, "out"), &names, &count, &e), 0);
    for (size_t i = 0; i < count; i++) /* nothing is left of what was written aside */
        assert_true(strncmp(names[i], ".lineage-", 9) != 0 ||
                    strcmp(names[i], ".lineage-manifest.json") == 0);
    end(&f);
}

static void test_keeps_what_is_not_ours(void **state)
{
    struct fixture f = begin(script);
    struct err e = {""};

    (void)state;
    put(&f, "out/models/marts/m.sql", "select 'mine'\n");
    assert_int_equal(write_to(&f, "out", false, &e), -1);
    assert_string_equal(get(&f, "out/models/marts/m.sql"), "select 'mine'\n");
    assert_false(path_exists(in(&f, "out/dbt_project.yml")));
    assert_int_equal(write_to(&f, "out", true, &e), 0);
    assert_string_not_equal(get(&f, "out/models/marts/m.sql"), "select 'mine'\n");
    end(&f);
}

static void test_keeps_what_was_edited(void **state)
{
    struct fixture f = begin(script), less = begin("CREATE TABLE mart.m AS SELECT a, b FROM raw.orders;");
    struct err e = {""};

    (void)state;
    assert_int_equal(write_to(&f, "out", false, &e), 0);
    put(&f, "out/models/staging/stg_lines.sql", "-- edited\n");
    assert_int_equal(write_to(&f, "out", false, &e), -1);
    assert_string_equal(get(&f, "out/models/staging/stg_lines.sql"), "-- edited\n");
    /* a smaller project: what is gone and unchanged is removed, what was edited stays */
    assert_int_equal(rmdir(less.root), 0);
    less.root = f.root;
    assert_int_equal(write_to(&less, "out", false, &e), 0);
    assert_false(path_exists(in(&f, "out/models/staging/stg_orders.sql")));
    assert_string_equal(get(&f, "out/models/staging/stg_lines.sql"), "-- edited\n");
    arena_free(less.arena);
    arena_free(less.scratch);
    end(&f);
}

static void test_models_folder_of_a_project(void **state)
{
    struct fixture f = begin(script);
    struct err e = {""};

    (void)state;
    put(&f, "p/dbt_project.yml", "name: theirs\n");
    put(&f, "p/.gitignore", "theirs\n");
    assert_int_equal(write_to(&f, "p/models/", false, &e), 0);
    assert_int_equal(write_to(&f, "p/models", true, &e), 0);
    assert_string_equal(get(&f, "p/.gitignore"), "theirs\n");
    assert_string_equal(get(&f, "p/dbt_project.yml"), "name: theirs\n");
    assert_true(path_exists(in(&f, "p/models/marts/m.sql")));
    assert_false(path_exists(in(&f, "p/models/models")));
    assert_non_null(strstr(get(&f, "p/models/marts/m.sql"), "config(materialized='table')"));
    end(&f);
}

static void test_manifest_that_points_outside(void **state)
{
    struct fixture f = begin(script);
    struct err e = {""};

    (void)state;
    put(&f, "victim", "");
    put(&f, "out/.lineage-manifest.json",
        "{\"version\":1,\"files\":{\"../victim\":\"cbf29ce484222325\",\"/etc/passwd\":\"0\"}}");
    assert_int_equal(write_to(&f, "out", true, &e), 0);
    assert_true(path_exists(in(&f, "victim")));
    put(&f, "out/.lineage-manifest.json", "{");
    assert_int_equal(write_to(&f, "out", false, &e), -1);
    end(&f);
}

/* Tampers with one file of a project that was read back well, and expects the difference to be named. */
static void test_readback_fails(void **state)
{
    static const struct {
        const char *path, *text, *says;
    } tampered[] = {
        {"models/marts/m.sql",
         "SELECT o.order_id, o.a, p.b FROM {{ ref('stg_orders') }} o, {{ source('raw', 'lines') }} p",
         "stg_lines"},
        {"models/marts/m.sql",
         "SELECT o.order_id, o.a FROM {{ ref('stg_orders') }} o JOIN {{ ref('stg_lines') }} p ON true",
         "has the columns"},
        {"models/staging/stg_orders.sql", "SELECT order_id, a FROM {{ source('raw', 'lines') }}",
         "raw.orders"},
        {"models/staging/stg_orders.sql", "", "stg_orders"},
        {"models/staging/_sources.yml", "sources: [", "_sources.yml"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof tampered / sizeof *tampered; i++) {
        struct fixture f = begin(script);
        struct emit_dbt_options options = {"p", "models", IR_DIALECT_POSTGRES, false, false, NULL, 0};
        struct emit_files files = {0};
        struct err e = {""};

        assert_int_equal(emit_dbt(f.ir, f.scratch, &options, &files, &e), 0);
        for (uint32_t k = 0; k < files.count; k++)
            put(&f, files.items[k].path, files.items[k].content.p);
        if (readback_check(f.ir, f.scratch, f.root, &files, &e) < 0)
            fail_msg("before: %s", e.message);
        put(&f, tampered[i].path, tampered[i].text);
        if (readback_check(f.ir, f.scratch, f.root, &files, &e) == 0)
            fail_msg("%s: nothing was noticed", tampered[i].text);
        if (!strstr(e.message, tampered[i].says))
            fail_msg("%s: %s", tampered[i].text, e.message);
        end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_and_writes_again),
        cmocka_unit_test(test_keeps_what_is_not_ours),
        cmocka_unit_test(test_keeps_what_was_edited),
        cmocka_unit_test(test_models_folder_of_a_project),
        cmocka_unit_test(test_manifest_that_points_outside),
        cmocka_unit_test(test_readback_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
