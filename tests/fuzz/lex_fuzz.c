/* The lexer on arbitrary bytes: tokens stand in order and inside the text, strings decode. */
#include "sql/lex.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    unsigned flags = size ? data[0] & 15u : 0;
    struct slice s = {arena_strndup(a, (const char *)data, size), size};
    struct sql_tokens *t = sql_lex(a, s, 0, (uint32_t)size, flags);
    uint32_t at = 0;

    for (uint32_t i = 0; i < t->list.count; i++) {
        struct sql_token k = t->list.items[i];
        bool quoted;

        if (k.off < at || k.len > size - k.off)
            abort();
        at = k.off + k.len;
        if (k.kind == TOK_STRING || k.kind == TOK_DOLLAR)
            sql_string_value(a, t, i, NULL);
        sql_token_name(a, t, i, &quoted);
    }
    arena_free(a);
    return 0;
}
