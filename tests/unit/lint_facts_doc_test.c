/* docs/facts.md is printed from facts.def: LINEAGE_UPDATE=1 in the environment writes it anew. */
#include "base/file.h"
#include "lint/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_document(void **state)
{
    const char *path = LINEAGE_SOURCE_DIR "/docs/facts.md";
    struct arena *a = arena_new();
    struct buf out = buf_new(a);
    struct slice there;
    struct err e = {{0}};

    (void)state;
    facts_document(&out);
    if (getenv("LINEAGE_UPDATE"))
        assert_int_equal(file_write(path, out.p, out.n, &e), 0);
    if (file_read(a, path, 0, &there, &e) < 0)
        fail_msg("%s", e.message);
    if (!slice_eq(there, buf_slice(&out)))
        fail_msg("docs/facts.md is stale: run this test with LINEAGE_UPDATE=1");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_document)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
