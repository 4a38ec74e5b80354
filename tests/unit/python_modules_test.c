/* What a file takes in of others: modules, their functions with values, texts that it opens; and in which
 * file, and where, the rows then stand. */
#include "python_reading.h"

struct tree_file {
    const char *path, *text;
};

static bool open_file(void *data, struct arena *a, const char *path, struct slice *text)
{
    (void)a;
    for (const struct tree_file *f = data; f->path; f++)
        if (strcmp(f->path, path) == 0) {
            *text = slice_of(f->text);
            return true;
        }
    return false;
}

/* Reads the first file of a tree; "content @path:offset" of every text by its first segment. */
static const char *read_tree(struct arena *a, const struct tree_file *tree, struct ir **out)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct python_options options = {.open = open_file, .data = (void *)tree};
    struct buf b = buf_new(a);
    struct err e = {{0}};
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, tree[0].path),
                                                       .language = IR_LANG_PYTHON,
                                                       .source = ir_interns(ir, tree[0].text)});

    python_read(ir, scratch, file, &options);
    arena_free(scratch);
    if (ir_check(ir, &e) != 0)
        fail_msg("%s", e.message);
    for (uint32_t t = 1, s = 1; t < ir->text.count; t++) {
        while (s < ir->segment.count && ir->segment.items[s].text.v != t)
            s++;
        assert_true(s < ir->segment.count);
        buf_printf(&b, "%s%s @%s:%u", t > 1 ? " | " : "", ir_string(ir, ir->text.items[t].content),
                   ir_string(ir, IR(ir, file, ir->segment.items[s].file)->path),
                   ir->segment.items[s].source_off);
    }
    if (out)
        *out = ir;
    return buf_str(&b);
}

static void names_of_modules(void **state)
{
    static const struct {
        struct tree_file tree[4];
        const char *texts;
    } rows[] = {
        {{{"d/a.py", "from q import Q\ncur.execute(Q)"}, {"d/q.py", "Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @d/q.py:5"},
        {{{"d/a.py", "import q as x\ncur.execute(x.Q)"}, {"q.py", "Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @q.py:5"},
        {{{"d/a.py", "import lib.q\ncur.execute(lib.q.Q)"}, {"lib/q.py", "Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @lib/q.py:5"},
        {{{"p/a.py", "from .q import *\ncur.execute(Q)"}, {"p/q.py", "Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @p/q.py:5"},
        {{{"p/s/a.py", "from ..q import C\ncur.execute(C.Q)"},
          {"p/q.py", "class C:\n  Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @p/q.py:16"},
        {{{"a.py", "from p import Q\ncur.execute(Q)"},
          {"p/__init__.py", "from .q import Q"},
          {"p/q.py", "Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @p/q.py:5"},
        {{{"dags/a.py", "from operators.q import Q\ncur.execute(Q)"},
          {"plugins/operators/q.py", "Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @plugins/operators/q.py:5"},
        /* only what the importing file runs is its own; a circle ends */
        {{{"a.py", "import b\ncur.execute(b.f('t'))"},
          {"b.py", "import a\ncur.execute('SELECT 2 FROM u')\ndef f(t):\n  return 'SELECT 1 FROM ' + t"}},
         "SELECT 1 FROM t @b.py:60"},
        {{{"a.py", "from missing import Q\ncur.execute(Q)"}}, ""},
        {{{"a.py", "if x:\n  from b import Q\n  cur.execute(Q)\nelse:\n  from b import Q\n  cur.execute(Q)"},
          {"b.py", "Q = 'SELECT 1 FROM t'"}},
         "SELECT 1 FROM t @b.py:5 | SELECT 1 FROM t @b.py:5"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        const char *got = read_tree(a, rows[i].tree, NULL);
        if (strcmp(got, rows[i].texts) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].tree[0].text, got, rows[i].texts);
        arena_free(a);
    }
}

static void opened_texts(void **state)
{
    static const struct {
        const char *source, *texts;
    } rows[] = {
        {"cur.execute(open('sql/q.sql').read())", "SELECT 1 FROM t @sql/q.sql:0"},
        {"with open('/opt/app/' + 'q.sql') as f:\n  cur.execute(f.read())", ""},
        {"import os\nwith open(os.path.join(os.path.dirname(__file__), 'sql', 'q.sql')) as f:\n"
         "  cur.execute(f.read())",
         "SELECT 1 FROM t @sql/q.sql:0"},
        {"import os\ncur.execute(open(os.environ['HOME'] + '/sql/q.sql').read())",
         "SELECT 1 FROM t @sql/q.sql:0"},
        {"from pathlib import Path\ncur.execute((Path(__file__).parent / 'sql' / 'q.sql').read_text())",
         "SELECT 1 FROM t @sql/q.sql:0"},
        {"import pkgutil\ncur.execute(pkgutil.get_data(__name__, 'sql/q.sql').decode())",
         "SELECT 1 FROM t @sql/q.sql:0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        struct tree_file tree[] = {{"a.py", rows[i].source}, {"sql/q.sql", "SELECT 1 FROM t"}, {0}};
        struct ir *ir;
        const char *got = read_tree(a, tree, &ir);
        if (strcmp(got, rows[i].texts) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].texts);
        /* the file is taken in whole: it is not to be read on its own as well */
        assert_int_equal(ir->bound_code.count - 1, got[0] ? 1 : 0);
        arena_free(a);
    }
}

/* A function that another file calls is named, so that its own file need not read it without values. */
static void functions_taken_in(void **state)
{
    static const struct tree_file tree[] = {
        {"a.py", "from b import run\nrun('t')"},
        {"b.py",
         "def idle():\n  cur.execute('SELECT 1 FROM u')\ndef run(t):\n  cur.execute('SELECT 1 FROM ' + t)"},
        {0}};
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir, *own = ir_new(a);
    uint32_t off;

    (void)state;
    read_tree(a, tree, &ir);
    assert_int_equal(ir->bound_code.count, 2);
    off = ir->bound_code.items[1].off;
    assert_int_equal(off, strstr(tree[1].text, "def run") - tree[1].text);
    assert_string_equal(ir_string(ir, IR(ir, file, ir->bound_code.items[1].file)->path), "b.py");

    struct python_options options = {.bound = &off, .bound_count = 1};
    ir_file_id file = ir_add_file(own, (struct ir_file){.path = ir_interns(own, "b.py"),
                                                        .language = IR_LANG_PYTHON,
                                                        .source = ir_interns(own, tree[1].text)});
    python_read(own, scratch, file, &options);
    assert_string_equal(show_texts(a, own), "SELECT 1 FROM u");
    arena_free(scratch);
    arena_free(a);
}

/* Every byte of a notebook's SQL maps to the byte of the file that says it. */
static void notebooks(void **state)
{
    static const char source[] =
        "{\"cells\": [{\"cell_type\": \"code\", \"outputs\": [{\"a\": [1, \"x]\"]}], "
        "\"source\": [\"q = '''SELECT a\\n\",\n \"FROM \\\"t\\\"'''\\n\", \"cur.execute(q)\"]}]}";
    static const struct tree_file tree[] = {{"n.ipynb", source}, {0}};
    struct arena *a = arena_new();
    struct ir *ir;
    struct ir_place place;

    (void)state;
    read_tree(a, tree, &ir);
    assert_int_equal(ir->text.count, 2);
    assert_string_equal(ir_string(ir, ir->text.items[1].content), "SELECT a\nFROM \"t\"");
    place = ir_place_of(ir, (ir_file_id){1}, (ir_text_id){1}, 7, 1);
    assert_int_equal(place.off, strstr(source, "a\\n") - source);
    place = ir_place_of(ir, (ir_file_id){1}, (ir_text_id){1}, 9, 4);
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 3);
    place = ir_place_of(ir, (ir_file_id){1}, (ir_text_id){1}, 15, 1);
    assert_memory_equal(source + place.off, "t", 1);
    assert_int_equal(ir->job.items[1].kind, IR_JOB_NOTEBOOK);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_modules),
        cmocka_unit_test(opened_texts),
        cmocka_unit_test(functions_taken_in),
        cmocka_unit_test(notebooks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
