/* What the evaluator makes of strings, and where every byte of them is said to stand. */
#include "python_reading.h"

struct row {
    const char *source, *texts;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *a = arena_new();
        const char *got = show_texts(a, read_module(a, rows[i].source));
        if (strcmp(got, rows[i].texts) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].texts);
        arena_free(a);
    }
}

#define CHECK(rows) check_rows(rows, sizeof rows / sizeof *rows)

static void literals(void **state)
{
    static const struct row rows[] = {
        {"cur.execute('SELECT 1 FROM t')", "SELECT 1 FROM t"},
        {"cur.execute(\"\"\"SELECT 1\nFROM t\"\"\")", "SELECT 1\nFROM t"},
        {"cur.execute('SELECT \\'a\\' FROM\\tt')", "SELECT 'a' FROM\tt"},
        {"cur.execute(r'SELECT \\d FROM t')", "SELECT \\d FROM t"},
        {"cur.execute('SELECT \\x41\\u00e9\\102 FROM t')", "SELECT A\xc3\xa9"
                                                           "B FROM t"},
        {"cur.execute('SELECT a \\\n FROM t')", "SELECT a  FROM t"},
        {"cur.execute('SELECT \\q FROM t')", "SELECT \\q FROM t"},
        {"cur.execute('SELECT a'\n  ' FROM t')", "SELECT a FROM t"},
        {"cur.execute(('SELECT a ' + 'FROM ' + 't'))", "SELECT a FROM t"},
        {"cur.execute(b'SELECT 1 FROM t')", "SELECT 1 FROM t"},
    };
    (void)state;
    CHECK(rows);
}

static void formats(void **state)
{
    static const struct row rows[] = {
        {"s='raw'\ncur.execute(f'SELECT * FROM {s}.t WHERE a = {{1}}')", "SELECT * FROM raw.t WHERE a = {1}"},
        {"cur.execute(f'SELECT * FROM {s}.t WHERE d = {d:%Y}')",
         "SELECT * FROM __param_1.t WHERE d = __param_2"},
        {"for i in range(2): cur.execute(f'SELECT {i} FROM t')", "SELECT 0 FROM t | SELECT 1 FROM t"},
        {"cur.execute('SELECT %s FROM %s WHERE a = %%s' % ('x', 't'))", "SELECT x FROM t WHERE a = %s"},
        {"cur.execute('SELECT %(a)s FROM t' % {'a': 'x'})", "SELECT x FROM t"},
        {"cur.execute('SELECT %d FROM t' % 3)", "SELECT 3 FROM t"},
        {"cur.execute('SELECT %05.2f FROM t' % x)", "SELECT __param_1 FROM t"},
        {"cur.execute('SELECT {} FROM {t} WHERE {{}}'.format('a', t='u'))", "SELECT a FROM u WHERE {}"},
        {"cur.execute('SELECT {1} FROM {0}'.format('a', 'b'))", "SELECT b FROM a"},
        {"cur.execute('SELECT {x} FROM t'.format(**{'x': 'q'}))", "SELECT q FROM t"},
    };
    (void)state;
    CHECK(rows);
}

static void methods(void **state)
{
    static const struct row rows[] = {
        {"cur.execute('SELECT ' + ', '.join(['a', 'b']) + ' FROM t')", "SELECT a, b FROM t"},
        {"cur.execute('  SELECT 1 FROM t;  '.strip().rstrip(';'))", "SELECT 1 FROM t"},
        {"cur.execute('SELECT 1 FROM XX'.replace('XX', 'yy'))", "SELECT 1 FROM yy"},
        {"from textwrap import dedent\ncur.execute(dedent('''\n    SELECT a\n      FROM t\n'''))",
         "\nSELECT a\n  FROM t\n"},
        {"q = 'SELECT 1 FROM t'\nq += ' WHERE a'\ncur.execute(q)", "SELECT 1 FROM t WHERE a"},
        {"cur.execute('SELECT a FROM t, u'[:15])", "SELECT a FROM t"},
        {"cur.execute(('SELECT 1 FROM ' + 'ABC').lower())", "select 1 from abc"},
    };
    (void)state;
    CHECK(rows);
}

static void containers(void **state)
{
    static const struct row rows[] = {
        {"q = {'a': 'SELECT 1 FROM t'}\ncur.execute(q['a'])", "SELECT 1 FROM t"},
        {"q = {'a': 'SELECT 1 FROM t'}\ncur.execute(q.get('a'))", "SELECT 1 FROM t"},
        {"q = {}\nq['a'] = 'SELECT 1 FROM t'\ncur.execute(q['a'])", "SELECT 1 FROM t"},
        {"q = ['SELECT 1 FROM t', 'SELECT 2 FROM u']\ncur.execute(q[-1])", "SELECT 2 FROM u"},
        {"q = []\nq.append('SELECT 1 FROM t')\nfor x in q: cur.execute(x)", "SELECT 1 FROM t"},
        {"for k, v in {'a': 'SELECT 1 FROM t'}.items(): cur.execute(v)", "SELECT 1 FROM t"},
        {"for a, b in zip(['x'], ['y']): cur.execute('SELECT ' + a + ' FROM ' + b)", "SELECT x FROM y"},
        {"for i, t in enumerate(['x'], 1): cur.execute(f'SELECT {i} FROM {t}')", "SELECT 1 FROM x"},
        {"[cur.execute('TRUNCATE ' + t) for t in ('a', 'b')]", "TRUNCATE a | TRUNCATE b"},
        {"a, b = 'x', 'y'\ncur.execute('SELECT ' + a + ' FROM ' + b)", "SELECT x FROM y"},
    };
    (void)state;
    CHECK(rows);
}

static void functions(void **state)
{
    static const struct row rows[] = {
        {"def q(t, s='raw'):\n  return f'SELECT 1 FROM {s}.{t}'\ncur.execute(q('a'))\ncur.execute(q('b', s='z'))",
         "SELECT 1 FROM raw.a | SELECT 1 FROM z.b"},
        {"def run(q):\n  cur.execute(q)\nrun('SELECT 1 FROM t')", "SELECT 1 FROM t"},
        {"def never():\n  cur.execute('SELECT 1 FROM t')", "SELECT 1 FROM t"},
        {"def a():\n  b()\ndef b():\n  a()\n  cur.execute('SELECT 1 FROM t')\na()", "SELECT 1 FROM t"},
        {"T = 't'\ndef a():\n  cur.execute('SELECT 1 FROM ' + T)\nT = 'u'\na()", "SELECT 1 FROM u"},
        {"def a():\n  global T\n  T = 'u'\na()\ncur.execute('SELECT 1 FROM ' + T)", "SELECT 1 FROM u"},
        {"q = lambda t: 'SELECT 1 FROM ' + t\ncur.execute(q('t'))", "SELECT 1 FROM t"},
        {"def a(*args, **kw):\n  cur.execute(args[0] + kw['x'])\na('SELECT 1 FROM ', x='t')",
         "SELECT 1 FROM t"},
        {"class A:\n  Q = 'SELECT 1 FROM '\n  def __init__(self, t): self.t = t\n"
         "  def run(self): cur.execute(self.Q + self.t)\nA('x').run()",
         "SELECT 1 FROM x"},
        {"class A:\n  Q = 'SELECT 1 FROM x'\nclass B(A):\n  def run(self): cur.execute(self.Q)\nB().run()",
         "SELECT 1 FROM x"},
    };
    (void)state;
    CHECK(rows);
}

/* What differs by branch is all that it may be; a branch itself sees only its own. */
static void branches(void **state)
{
    static const struct row rows[] = {
        {"if x:\n  q = 'SELECT 1 FROM a'\nelse:\n  q = 'SELECT 1 FROM b'\ncur.execute(q)",
         "SELECT 1 FROM a | SELECT 1 FROM b"},
        {"q = 'SELECT 1 FROM a'\nif x:\n  q = 'SELECT 1 FROM b'\n  cur.execute(q)\ncur.execute(q + ';')\n",
         "SELECT 1 FROM b | SELECT 1 FROM a; | SELECT 1 FROM b;"},
        {"q = 'SELECT 1 FROM a'\nif x:\n  q = 'SELECT 1 FROM b'\ncur.execute(q)\n",
         "SELECT 1 FROM a | SELECT 1 FROM b"},
        {"q = 'SELECT 1 FROM a'\nif x:\n  pass\nelse:\n  q = 'SELECT 1 FROM a'\ncur.execute(q)\n",
         "SELECT 1 FROM a"},
        {"cur.execute('SELECT 1 FROM a' if x else 'SELECT 1 FROM b')\n", "SELECT 1 FROM a | SELECT 1 FROM b"},
        {"def q(x):\n  if x:\n    return 'SELECT 1 FROM a'\n  return 'SELECT 1 FROM b'\ncur.execute(q(y))",
         "SELECT 1 FROM a | SELECT 1 FROM b"},
        {"if x:\n  s, t = 'a', 'b'\nelse:\n  s, t = 'c', 'd'\ncur.execute(f'SELECT {s} FROM {t}')\n",
         "SELECT a FROM b | SELECT c FROM d"},
        {"q = 'SELECT {} FROM a' if x else 'SELECT {} FROM b'\ncur.execute(q.format('z'))",
         "SELECT z FROM a | SELECT z FROM b"},
        {"t = 'a' if x else 'b'\ncur.execute('SELECT {} FROM t'.format(t) + f' WHERE {t}')",
         "SELECT a FROM t WHERE a | SELECT b FROM t WHERE b"},
        {"try:\n  t = 'a'\nexcept E:\n  t = 'a'\ncur.execute('SELECT 1 FROM ' + t)", "SELECT 1 FROM a"},
    };
    (void)state;
    CHECK(rows);
}

/* Every verbatim segment is the source's bytes; segments cover the text without gaps. */
static void check_segments(const struct ir *ir, const char *source)
{
    uint32_t text = 0, at = 0;

    for (uint32_t i = 1; i < ir->segment.count; i++) {
        struct ir_segment s = ir->segment.items[i];
        const char *content = ir_string(ir, IR(ir, text, s.text)->content);
        if (s.text.v != text)
            at = 0;
        text = s.text.v;
        assert_int_equal(s.off, at);
        at += s.len;
        if (s.kind == IR_SEG_VERBATIM) {
            assert_int_equal(s.len, s.source_len);
            assert_memory_equal(content + s.off, source + s.source_off, s.len);
        }
        assert_true(s.source_off + s.source_len <= strlen(source));
    }
}

static void segments(void **state)
{
    static const char source[] = "S = 'raw'\n"
                                 "Q = '''SELECT a,\\n'''  'b -- it\\'s' f' FROM {S}.{x}'\n"
                                 "cur.execute(Q.replace('b', 'c') % () if 0 else Q)\n"
                                 "cur.execute(Q)\ncur.execute((Q + ' WHERE %s = {}').format(S) % 'k')\n"
                                 "cur.execute(', '.join(['SELECT a', 'b']).strip() + ' FROM t')\n";
    struct arena *a = arena_new();
    struct ir *ir = read_module(a, source);

    (void)state;
    assert_true(ir->text.count > 3);
    check_segments(ir, source);
    arena_free(a);
}

/* A value that is put in points to where it stands, an unknown one to its expression. */
static void substitutions(void **state)
{
    static const char source[] = "S = 'raw'\ncur.execute(f'SELECT 1 FROM {S}.{tab}')\n";
    struct arena *a = arena_new();
    struct ir *ir = read_module(a, source);
    struct ir_segment known = ir->segment.items[2], unknown = ir->segment.items[4];

    (void)state;
    assert_int_equal(ir->text.items[1].unknown_parts, 1);
    assert_int_equal(known.kind, IR_SEG_SUBSTITUTED);
    assert_memory_equal(source + known.source_off, "raw", 3);
    assert_int_equal(unknown.kind, IR_SEG_SUBSTITUTED);
    assert_memory_equal(source + unknown.source_off, "tab", 3);
    assert_int_equal(unknown.source_len, 3);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals),      cmocka_unit_test(formats),   cmocka_unit_test(methods),
        cmocka_unit_test(containers),    cmocka_unit_test(functions), cmocka_unit_test(segments),
        cmocka_unit_test(substitutions), cmocka_unit_test(branches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
