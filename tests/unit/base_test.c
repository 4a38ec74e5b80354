/* base/: what every stage stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/map.h"
#include "base/str.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void arena_keeps_what_it_grows(void **state)
{
    struct arena *a = arena_new();
    char *p = arena_alloc(a, 3), *q;

    (void)state;
    memcpy(p, "abc", 3);
    assert_ptr_equal(arena_grow(a, p, 3, 12), p); /* still inside its own 16 bytes */
    q = arena_grow(a, p, 12, 1000);
    assert_memory_equal(q, "abc", 3);
    arena_alloc(a, 1);
    assert_ptr_not_equal(arena_grow(a, q, 1000, 2000), q); /* something stands behind it */
    arena_free(a);
}

static void few_bytes_are_a_number_without_what_follows(void **state)
{
    static const char text[] = "ab\xFF"
                               "defgh\"xyz 123456";

    (void)state;
    for (size_t len = 0; len < 8; len++) {
        uint64_t expected = 0;

        for (size_t i = 0; i < len; i++)
            expected |= (uint64_t)(unsigned char)text[i] << 8 * i;
        assert_true(bytes_load_few(text, len) == expected);
        assert_true(bytes_cut(bytes_load(text), (unsigned)len) == expected);
    }
    assert_true(bytes_cut(bytes_load(text), 8) == bytes_load(text));
    for (size_t i = 1; i <= 8; i++)
        assert_int_equal(bytes_first(bytes_that_are(bytes_load(text + i), '"')), 8 - i);
    assert_false(bytes_that_are(bytes_load(text), '"'));
    assert_false(bytes_are_ascii(bytes_load(text)));
    assert_true(bytes_are_ascii(bytes_load(text + 3)));
}

/* Several that stand alone, grown out of order, so that each may move between its neighbours. */
static void arena_grows_what_is_large(void **state)
{
    struct arena *a = arena_new();
    char *p[4];

    (void)state;
    for (size_t size = 300000; size < 10000000; size *= 3)
        for (int i = 0; i < 4; i++) {
            p[i] = size == 300000 ? arena_alloc(a, size) : arena_grow(a, p[i], size / 3, size);
            p[i][size - 1] = 0;
            assert_int_equal(p[i][0], size == 300000 ? 0 : 'a' + i);
            p[i][0] = p[i][size / 3 - 1] = (char)('a' + i);
        }
    for (int i = 0; i < 4; i++)
        assert_int_equal(p[i][100000 - 1], 'a' + i);
    assert_true(arena_size(a) > 4 * 8100000);
    arena_reset(a);
    assert_true(arena_size(a) < 100000);
    arena_free(a);
}

static void arena_reset_gives_zeroed_memory_again(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    memset(arena_alloc(a, 100000), 0xff, 100000);
    arena_reset(a);
    for (int i = 0; i < 100; i++)
        assert_int_equal(*(char *)arena_alloc(a, 100), 0);
    arena_free(a);
}

static void strings_are_interned_once(void **state)
{
    struct arena *a = arena_new();
    struct strpool *pool = strpool_new(a);
    uint32_t ids[5000];

    (void)state;
    assert_int_equal(strpool_intern(pool, "", 0), 0);
    for (int i = 0; i < 5000; i++) {
        char *s = arena_printf(a, "name_%d", i);

        ids[i] = strpool_intern(pool, s, strlen(s));
    }
    for (int i = 0; i < 5000; i++) {
        char *s = arena_printf(a, "name_%d", i);

        assert_int_equal(strpool_intern(pool, s, strlen(s)), ids[i]);
        assert_string_equal(strpool_get(pool, ids[i]), s);
    }
    assert_int_equal(strpool_count(pool), 5001);
    arena_free(a);
}

static void maps_find_what_was_put(void **state)
{
    struct arena *a = arena_new();
    struct map m = map_new(a);

    (void)state;
    for (uint32_t i = 1; i < 3000; i++)
        map_put(&m, map_key(i % 7, i), i);
    map_put(&m, map_key(3 % 7, 3), 0);
    map_put(&m, map_key(0, 700), 42);
    for (uint32_t i = 1; i < 3000; i++)
        assert_int_equal(map_get(&m, map_key(i % 7, i)), i == 3 ? 0 : i == 700 ? 42 : i);
    assert_int_equal(map_get(&m, map_key(1, 2)), 0);
    arena_free(a);
}

/* Against an array: puts, changes and removals of few keys that share slots, in an order that looks like none. */
static void maps_forget_what_is_taken_out(void **state)
{
    struct arena *a = arena_new();
    struct map m = map_new(a);
    uint32_t values[64] = {0}, random = 1;

    (void)state;
    map_put(&m, 1, 0);
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t key, value;

        random = random * 1664525u + 1013904223u;
        key = random >> 8 & 63;
        value = random >> 16 & 3;
        map_put(&m, map_key(key, key * 5), value);
        values[key] = value;
        for (uint32_t k = 0; k < 64; k++)
            assert_int_equal(map_get(&m, map_key(k, k * 5)), values[k]);
    }
    arena_free(a);
}

static void globs(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } rows[] = {
        {"*.sql", "a.sql", true},
        {"*.sql", "d/a.sql", false},
        {"**/*.sql", "d/e/a.sql", true},
        {"**/*.sql", "a.sql", true},
        {"d/*/a", "d/x/a", true},
        {"d/*/a", "d/x/y/a", false},
        {"d/**/a", "d/x/y/a", true},
        {"d/**", "d/x/y", true},
        {"?.py", "a.py", true},
        {"?.py", "ab.py", false},
        {"a*b*c", "aXbYbZc", true},
        {"a*b*c", "aXbYbZ", false},
        {"**/x*y/*.c", "a/xy/b/xzy/k.c", true},
        {"", "", true},
        {"*", "", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (glob_match(rows[i].pattern, rows[i].text) != rows[i].matches)
            fail_msg("%s against %s", rows[i].pattern, rows[i].text);
}

static void suggestions(void **state)
{
    static const char *const names[] = {"format", "force", "fail-on", "jobs"};

    (void)state;
    assert_int_equal(edit_distance("kitten", "sitting"), 3);
    assert_int_equal(edit_distance("fromat", "format"), 1);
    assert_string_equal(suggest("fromat", names, 4), "format");
    assert_string_equal(suggest("job", names, 4), "jobs");
    assert_null(suggest("verbosity", names, 4));
}

static void files_appear_whole(void **state)
{
    struct arena *a = arena_new();
    char dir[] = "/tmp/lineage-test-XXXXXX";
    const char *path;
    const char **names;
    struct slice text;
    struct err e;
    size_t count;

    (void)state;
    assert_non_null(mkdtemp(dir));
    path = path_join(a, dir, "a/b/c.txt");
    assert_int_equal(file_write(path, "hello", 5, &e), 0);
    assert_int_equal(file_read(a, path, 0, &text, &e), 0);
    assert_true(slice_is(text, "hello"));
    assert_int_equal(file_read(a, path, 4, &text, &e), -1);
    assert_non_null(strstr(e.message, "larger than the limit of 4 bytes"));
    assert_int_equal(file_read(a, dir, 0, &text, &e), -1);
    assert_non_null(strstr(e.message, "not a regular file"));
    assert_int_equal(dir_list(a, path_dir(a, path), &names, &count, &e), 0);
    assert_int_equal(count, 1); /* the temporary name is gone */
    assert_string_equal(names[0], "c.txt");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(path_join(a, dir, "a/b")), 0);
    assert_int_equal(rmdir(path_join(a, dir, "a")), 0);
    assert_int_equal(rmdir(dir), 0);
    arena_free(a);
}

static void paths_are_made_plain(void **state)
{
    static const char *const cases[][2] = {
        {"/a/b", "/a/b"}, {"/a/./b//c/", "/a/b/c"},   {"/a/../b", "/b"},
        {"/../..", "/"},  {"/a/.b/..c", "/a/.b/..c"}, {"/", "/"},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(path_plain(a, cases[i][0]), cases[i][1]);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_made_plain),
        cmocka_unit_test(arena_keeps_what_it_grows),
        cmocka_unit_test(arena_grows_what_is_large),
        cmocka_unit_test(few_bytes_are_a_number_without_what_follows),
        cmocka_unit_test(arena_reset_gives_zeroed_memory_again),
        cmocka_unit_test(strings_are_interned_once),
        cmocka_unit_test(maps_find_what_was_put),
        cmocka_unit_test(maps_forget_what_is_taken_out),
        cmocka_unit_test(globs),
        cmocka_unit_test(suggestions),
        cmocka_unit_test(files_appear_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
