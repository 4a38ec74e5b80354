/* Which names PostgreSQL takes without quotes. */
#include "ir/identifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_are_quoted_when_they_must_be(void **state)
{
    static const struct {
        const char *name;
        bool quoted;
    } cases[] = {
        {"orders", false},     {"order_2", false},    {"_", false},     {"a", false},  {"orde", false},
        {"orders_all", false}, {"name", false},       {"order", true},  {"all", true}, {"with", true},
        {"left", true},        {"user", true},        {"Orders", true}, {"2nd", true}, {"a b", true},
        {"a$b", true},         {"caf\xc3\xa9", true}, {"a\"b", true},   {"", true},    {"system_user", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ir_needs_quotes(slice_of(cases[i].name)) != cases[i].quoted)
            fail_msg("%s", cases[i].name);
}

static void a_name_ends_where_its_slice_does(void **state)
{
    (void)state;
    assert_true(ir_needs_quotes((struct slice){"orderly", 5}));
    assert_false(ir_needs_quotes((struct slice){"ordered", 4}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_quoted_when_they_must_be),
        cmocka_unit_test(a_name_ends_where_its_slice_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
