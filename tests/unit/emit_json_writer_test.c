/* Strings of every length, with every byte that needs an escape at every place: against a writer of single bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emit/json_writer.h"

#include <stdio.h>
#include <string.h>

static void write_plainly(char *to, const char *p, size_t n)
{
    *to++ = '"';
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '"' || p[i] == '\\')
            to += sprintf(to, "\\%c", p[i]);
        else if (p[i] == '\n' || p[i] == '\t')
            to += sprintf(to, "\\%c", p[i] == '\n' ? 'n' : 't');
        else if ((unsigned char)p[i] < 32)
            to += sprintf(to, "\\u%04x", (unsigned char)p[i]);
        else
            *to++ = p[i];
    }
    strcpy(to, "\"");
}

static void escapes_stand_anywhere(void **state)
{
    static const char odd[] = {'"', '\\', '\n', '\t', '\0', '\x1f', ' ', '\x7f', '\x80', '\xff'};
    struct arena *a = arena_new();

    (void)state;
    for (size_t n = 0; n < 52; n++)
        for (size_t at = 0; at < n; at++)
            for (size_t k = 0; k < sizeof odd; k++) {
                char text[64], expected[512];
                struct buf out = buf_new(a);
                struct json j = json_new(&out, 0);

                memset(text, 'a', sizeof text);
                text[at] = odd[k];
                text[n - 1 - at / 2] = odd[sizeof odd - 1 - k];
                write_plainly(expected, text, n);
                json_text(&j, (struct slice){text, n});
                assert_string_equal(buf_str(&out), expected);
            }
    arena_free(a);
}

static void containers_are_indented_down_to_a_depth(void **state)
{
    struct arena *a = arena_new();
    struct buf out = buf_new(a);
    struct json j = json_new(&out, 1);

    (void)state;
    json_open(&j, '{');
    json_key_number(&j, "n", 4294967295u);
    json_key(&j, "rows");
    json_open(&j, '[');
    for (uint32_t i = 0; i < 2; i++) {
        json_open(&j, '{');
        json_key_string(&j, "a", SLICE("x"));
        json_key(&j, "b");
        json_none(&j);
        json_close(&j, '}');
    }
    json_bool(&j, true);
    json_close(&j, ']');
    json_key(&j, "empty");
    json_open(&j, '[');
    json_close(&j, ']');
    json_close(&j, '}');
    assert_string_equal(buf_str(&out), "{\n  \"n\": 4294967295,\n  \"rows\": [{\"a\": \"x\", \"b\": null}, "
                                       "{\"a\": \"x\", \"b\": null}, true],\n  \"empty\": []\n}");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_stand_anywhere),
        cmocka_unit_test(containers_are_indented_down_to_a_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
