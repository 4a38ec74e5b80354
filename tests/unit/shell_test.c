/* Scripts, Makefiles, crontabs and compose files: which tasks there are, in which order, and what they run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "shell/shell.h"

#include <string.h>

static bool open_file(void *data, struct arena *a, const char *path, struct slice *text)
{
    (void)data;
    (void)a;
    if (strcmp(path, "lib.sh") == 0)
        *text = SLICE("DB=shop\nload() { psql -d \"$DB\" -f \"$1\"; }\npsql -f own.sql\n");
    else if (strcmp(path, "one.sql") == 0)
        *text = SLICE("SELECT 1");
    else
        return false;
    return true;
}

static bool list_folder(void *data, struct arena *a, const char *folder, const char ***names, size_t *count)
{
    static const char *files[] = {"a.sql", "b.sql", "notes.txt"};

    (void)data;
    (void)a;
    *names = files;
    *count = 3;
    return strcmp(folder, "sql") == 0;
}

static struct ir *read_as(struct arena *a, enum ir_language language, const char *source)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct shell_options options = {.open = open_file, .list = list_folder};
    struct err e = {{0}};
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "run"),
                                                       .language = language,
                                                       .source = ir_interns(ir, source)});

    shell_read(ir, scratch, file, &options);
    arena_free(scratch);
    if (ir_check(ir, &e) != 0)
        fail_msg("%s", e.message);
    return ir;
}

/* The tasks in the order of their rows; a > before those that come after another one, ~ before alternatives. */
static const char *show(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (IR_EACH(ir, job, j))
        if (IR(ir, job, j)->kind == IR_JOB_TASK)
            buf_printf(&b, "%s%s", b.n ? " " : "", ir_string(ir, IR(ir, job, j)->name));
    for (IR_EACH(ir, task_edge, t)) {
        const struct ir_task_edge *e = IR(ir, task_edge, t);
        buf_printf(&b, " | %s%s%s", ir_string(ir, IR(ir, job, e->from)->name), e->alternative ? "~" : ">",
                   ir_string(ir, IR(ir, job, e->to)->name));
    }
    return buf_str(&b);
}

/* What the tasks run: files, and texts in brackets. */
static const char *show_runs(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (IR_EACH(ir, run_file, f))
        buf_printf(&b, "%s%s", b.n ? " " : "", ir_string(ir, IR(ir, run_file, f)->path));
    for (IR_EACH(ir, text, t))
        if (IR(ir, text, t)->kind == IR_TEXT_GUEST)
            buf_printf(&b, "%s[%s]", b.n ? " " : "", ir_string(ir, IR(ir, text, t)->content));
    return buf_str(&b);
}

struct row {
    const char *source, *want;
};

static void hold(enum ir_language language, const struct row *rows, size_t count,
                 const char *(*print)(struct arena *, const struct ir *))
{
    for (size_t i = 0; i < count; i++) {
        struct arena *a = arena_new();
        const char *got = print(a, read_as(a, language, rows[i].source));
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].want);
        arena_free(a);
    }
}

#define HOLD(language, rows, print) hold(language, rows, sizeof(rows) / sizeof *(rows), print)

static void order(void **state)
{
    static const struct row rows[] = {
        {"psql -f a\npsql -f b; psql -f c", "a b c | a>b | b>c"},
        {"psql -f a && psql -f b || psql -f c", "a b c | a>b | b>c"},
        {"psql -f a &\npsql -f b &\nwait\npsql -f c", "a b c | a>c | b>c"},
        {"psql -f a &\np=$!\npsql -f b &\nwait $p\npsql -f c", "a b c | a>c"},
        {"( psql -f a; psql -f b ) &\npsql -f c\nwait", "a b c | a>b"},
        {"for f in a b; do psql -f $f; done", "a b | a>b"},
        {"for f in a b; do psql -f $f & done; wait; psql -f c", "a b c | a>c | b>c"},
        {"psql -f a\nif [ $1 ]; then psql -f b; else psql -f c; fi\npsql -f d",
         "a b c d | a>b | a>c | b~c | b>d | c>d"},
        {"case $1 in x) psql -f a;; y) psql -f b;; esac", "a b | a~b"},
        {"run() { psql -f \"$1\"; }\nrun a; run b", "a b | a>b"},
        {"psql -f a | psql -f b\npsql -f c", "a c | a>c"},
        {"echo a b | xargs -n1 psql -f\n", "a b | a>b"},
        {"printf '%s\\n' a b | xargs -P 4 -I{} psql -f {}\npsql -f c", "a b c | a>c | b>c"},
        {"bash -c 'psql -f a; psql -f b'", "a b | a>b"},
        {"ssh db \"psql -f a\"; sudo -u etl nice -n 5 psql -f b", "a b | a>b"},
        {"docker compose exec -T db psql -f a\nmkdir x\necho psql -f b", "a"},
        {"psql -f a\npsql -f a", "a a #2 | a>a #2"},
        {"f() { f; }\nf", ""},
    };

    (void)state;
    HOLD(IR_LANG_SHELL, rows, show);
}

static void commands(void **state)
{
    static const struct row rows[] = {
        {"psql -Xqf a.sql -v x=1 -c 'SELECT 1' --file=b.sql", "a.sql b.sql [SELECT 1]"},
        {"T=t\npsql -c \"SELECT * FROM $T WHERE d = '$1'\"", "[SELECT * FROM t WHERE d = '__param_1']"},
        {"psql <<EOF\nSELECT '$X' FROM ${Y:-y}\nEOF\n", "[SELECT '__param_1' FROM y\n]"},
        {"psql <<-'EOF'\n\tSELECT '$X'\n\tEOF\n", "[SELECT '$X'\n]"},
        {"psql <<< \"SELECT 1\"; psql < a.sql; cat a.sql b.sql | psql", "a.sql a.sql b.sql [SELECT 1]"},
        {"echo 'SELECT 1' | mysql shop; mysql -e 'SELECT 2'", "[SELECT 1] [SELECT 2]"},
        {"psql -c \"$(cat one.sql)\"", "[SELECT 1]"},
        {"for f in sql/*.sql; do psql -f \"$f\"; done", "sql/a.sql sql/b.sql"},
        {"F=(a.sql b.sql)\nF+=(c.sql)\nfor f in \"${F[@]}\"; do psql -f $f; done", "a.sql b.sql c.sql"},
        {"sqlcmd -S s -i a.sql,b.sql -Q 'SELECT 1'", "a.sql b.sql [SELECT 1]"},
        {"sqlplus -s u/p@db @load\nsqlplus u/p @a.sql 1 2", "load.sql a.sql"},
        {"bq --location=EU query --nouse_legacy_sql 'SELECT 1'\nbq query < a.sql", "a.sql [SELECT 1]"},
        {"snowsql -q 'SELECT 1'; hive -e 'SELECT 2'; sqlite3 x.db 'SELECT 3'",
         "[SELECT 1] [SELECT 2] [SELECT 3]"},
        {"clickhouse client --query='SELECT 1'; duckdb x.db -c 'SELECT 2'", "[SELECT 1] [SELECT 2]"},
        {"python3 -u load.py x; python -m pkg.mod; spark-submit --master yarn job.py 1; ./run.sh",
         "load.py pkg/mod.py job.py run.sh"},
        {". ./lib.sh\nload x.sql", "x.sql"},
        {"DIR=$(dirname $0)\npsql -f $DIR/sql/x.sql", "/sql/x.sql"},
        {"$PSQL -f a.sql", "a.sql"},
        {"psql -f \"$1\"\npsql -c \"$SQL\"", ""},
        {"x=a\nif [ $1 ]; then x=b; fi\npsql -c \"SELECT $x\"", "[SELECT __param_1]"},
        {"x=a; (x=b; psql -c \"SELECT $x\"); psql -c \"SELECT $x\"", "[SELECT b] [SELECT a]"},
    };

    (void)state;
    HOLD(IR_LANG_SHELL, rows, show_runs);
}

static void makefiles(void **state)
{
    static const struct row rows[] = {
        {"all: b c\na:\n\tpsql -f a\nb: a\n\tpsql -f b\nc: a\n\tpsql -f c\n",
         "a: a b: b c: c | a: a>b: b | a: a>c: c"},
        {"S = x\nall: $(S).done\n%.done: %.sql\n\t@psql -f $< && touch $@\n", "x.done: x.sql"},
        {"a:\n\tpsql -f 1\n\tpsql -f 2\n\t$(MAKE) b\nb:\n\tpsql -f 3\n",
         "a: 1 a: 2 b: 3 | a: 1>a: 2 | a: 2>b: 3"},
        {"a: b\n\tpsql -f a\nb: a\n\tpsql -f b\n", "b: b a: a | b: b>a: a"},
    };

    (void)state;
    HOLD(IR_LANG_MAKE, rows, show);
}

static void crontabs(void **state)
{
    struct arena *a = arena_new();
    const struct ir *ir = read_as(
        a, IR_LANG_CRON, "SHELL=/bin/sh\n# nightly\n0 2 * * 1-5 psql -f a && psql -f b\n@daily psql -f c\n");

    (void)state;
    assert_string_equal(show(a, ir), "a b c | a>b");
    assert_string_equal(ir_string(ir, ir->job.items[1].schedule), "0 2 * * 1-5");
    assert_int_equal(ir->job.items[1].kind, IR_JOB_PIPELINE);
    assert_string_equal(ir_string(ir, ir->job.items[4].schedule), "@daily");
    arena_free(a);
}

static void compose_files(void **state)
{
    static const struct row rows[] = {
        {"services:\n  a:\n    command: psql -f a\n  b:\n    command: [psql, -f, b]\n    depends_on:\n"
         "      a: {condition: service_completed_successfully}\n",
         "a: a b: b | a: a>b: b"},
        {"services:\n  a:\n    command: psql -f a\n  b:\n    command: psql -f b\n    depends_on: [a]\n",
         "a: a b: b"},
        {"services:\n  a:\n    entrypoint: [sh, -c]\n    command:\n      - |\n        psql -f a\n        psql -f b\n",
         "a: a a: b | a: a>a: b"},
    };

    (void)state;
    HOLD(IR_LANG_COMPOSE, rows, show);
}

/* A text's bytes stand where the shell has them. */
static void places(void **state)
{
    static const char source[] = "T=orders\npsql -c \"SELECT *\nFROM $T\"\n";
    struct arena *a = arena_new();
    struct ir *ir = read_as(a, IR_LANG_SHELL, source);
    struct ir_place star = ir_place_of(ir, (ir_file_id){1}, (ir_text_id){1}, 7, 1);
    struct ir_place table = ir_place_of(ir, (ir_file_id){1}, (ir_text_id){1}, 14, 6);

    (void)state;
    assert_int_equal(star.line, 2);
    assert_int_equal(star.column, 17);
    assert_int_equal(table.line, 1);
    assert_int_equal(table.column, 3);
    arena_free(a);
}

/* A command inside of Python: its file and text belong to the task that it is, its places to the Python file. */
static void commands_of_tasks(void **state)
{
    static const char source[] =
        "Bash('psql -c \"DROP TABLE {{ t }}\" && psql -f one.sql && psql -f __param_1')";
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct shell_options options = {.open = open_file, .list = list_folder};
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "dag.py"),
                                                       .language = IR_LANG_PYTHON,
                                                       .source = ir_interns(ir, source)});
    ir_job_id task = ir_add_job(ir, (struct ir_job){.kind = IR_JOB_TASK, .file = file});
    struct slice command = slice_sub(slice_of(source), 6, sizeof source - 9);
    uint32_t known = (uint32_t)command.n - 9;
    ir_text_id text = ir_add_text(ir, (struct ir_text){.kind = IR_TEXT_COMMAND,
                                                       .file = file,
                                                       .job = task,
                                                       .order = 1,
                                                       .content = ir_intern(ir, command.p, command.n)});

    (void)state;
    ir_add_segment(ir, (struct ir_segment){text, 0, known, IR_SEG_VERBATIM, file, 6, known});
    ir_add_segment(ir, (struct ir_segment){text, known, 9, IR_SEG_SUBSTITUTED, file, 6 + known, 9});
    shell_read_commands(ir, scratch, file, &options);
    assert_int_equal(ir->job.count, 2);
    assert_int_equal(ir->run_file.count, 2);
    assert_string_equal(ir_string(ir, ir->run_file.items[1].path), "one.sql");
    assert_int_equal(ir->run_file.items[1].job.v, task.v);
    assert_int_equal(ir->text.count, 3);
    assert_int_equal(ir->text.items[2].job.v, task.v);
    assert_string_equal(ir_string(ir, ir->text.items[2].content), "DROP TABLE __param_1");
    assert_int_equal(ir_place_of(ir, file, (ir_text_id){2}, 0, 4).column, 16);
    assert_int_equal(ir->gap.count, 2); /* the file whose name is not known */
    arena_free(scratch);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),
        cmocka_unit_test(commands),
        cmocka_unit_test(makefiles),
        cmocka_unit_test(crontabs),
        cmocka_unit_test(compose_files),
        cmocka_unit_test(places),
        cmocka_unit_test(commands_of_tasks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
