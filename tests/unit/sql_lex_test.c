/* The lexer: every shape of token, in every dialect that writes it, and what never ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sql/dialect.h"
#include "sql/lex.h"

#include <string.h>

static const char *show(struct arena *a, const struct sql_tokens *t)
{
    static const char kinds[] = "-wqns$ph.;md";
    struct buf b = buf_new(a);

    for (uint32_t i = 0; i < t->list.count; i++) {
        struct slice s = sql_token_text(t, i);

        buf_printf(&b, "%s%c:", i ? " " : "", kinds[t->list.items[i].kind]);
        buf_add(&b, s.p, s.n);
    }
    return buf_str(&b);
}

static const struct {
    enum ir_dialect dialect;
    const char *sql, *tokens;
    unsigned comments, open;
} cases[] = {
    {IR_DIALECT_GENERIC, "a \"b\"\"c\" `d` 1.5e-3 'x''y'", "w:a q:\"b\"\"c\" q:`d` n:1.5e-3 s:'x''y'", 0, 0},
    {IR_DIALECT_GENERIC, "E'a\\'b' N'x' u&'y' B'1'", "s:E'a\\'b' s:N'x' s:u&'y' s:B'1'", 0, 0},
    {IR_DIALECT_GENERIC, "'a\\' b", "s:'a\\' w:b", 0, 0},
    {IR_DIALECT_MYSQL, "'a\\' b' # c\nd", "s:'a\\' b' w:d", 1, 0},
    {IR_DIALECT_MYSQL, "\"a\"", "s:\"a\"", 0, 0},
    {IR_DIALECT_TSQL, "[a b].[c]]d]", "q:[a b] .:. q:[c]]d]", 0, 0},
    {IR_DIALECT_GENERIC, "a[1:n]", "w:a .:[ n:1 .:: w:n .:]", 0, 0},
    {IR_DIALECT_GENERIC, "$$ ; $$ $t$ $$ $t$ $1", "$:$$ ; $$ $:$t$ $$ $t$ p:$1", 0, 0},
    {IR_DIALECT_GENERIC, "a -- b ; c\n/* d /* e */ ; */ f", "w:a w:f", 2, 0},
    {IR_DIALECT_GENERIC, "{{ a ; }} {% b %} {# c #}", "h:{{ a ; }}", 2, 0},
    {IR_DIALECT_GENERIC, ":a :'b' :\"c\" ::d x := 1", "h::a h::'b' h::\"c\" .::: w:d w:x .::= n:1", 0, 0},
    {IR_DIALECT_GENERIC, "= %(day)s = %s a %s", ".:= h:%(day)s .:= h:%s w:a .:% w:s", 0, 0},
    {IR_DIALECT_GENERIC, "(? , a ? 'k'", ".:( h:? .:, w:a .:? s:'k'", 0, 0},
    {IR_DIALECT_GENERIC, "1..10 a||b <<l>>", "n:1 .:.. n:10 w:a .:|| w:b .:<< w:l .:>>", 0, 0},
    {IR_DIALECT_GENERIC, "\\i x.sql\na \\gset v\nb", "m:\\i x.sql w:a ;:\\gset v w:b", 0, 0},
    {IR_DIALECT_GENERIC, "a\nGO\nb", "w:a ;:GO w:b", 0, 0},
    {IR_DIALECT_GENERIC, "DELIMITER //\na; b //\nDELIMITER ;\nc // d",
     "m:DELIMITER // w:a ;:; w:b ;:// m:DELIMITER ; w:c .:// w:d", 0, 0},
    {IR_DIALECT_GENERIC, "COPY t FROM stdin;\nit's\n\\.\na",
     "w:COPY w:t w:FROM w:stdin ;:; d:\nit's\n\\. w:a", 0, 0},
    {IR_DIALECT_GENERIC, "\xEF\xBB\xBFselect", "w:select", 0, 0},
    {IR_DIALECT_GENERIC, "a 'b\nc\nSELECT d", "w:a s:'b\nc\n ;: w:SELECT w:d", 0, 1},
    {IR_DIALECT_GENERIC, "/* a\nSELECT d", ";: w:SELECT w:d", 1, 1},
    {IR_DIALECT_GENERIC, "AS $x$ a\nINSERT b $y$", "w:AS $:$x$ a\n ;: w:INSERT w:b $:$y$", 0, 2},
};

static void every_shape(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice s = slice_of(cases[i].sql);
        struct sql_tokens *t = sql_lex(a, s, 0, (uint32_t)s.n, sql_dialect_lexing(cases[i].dialect));

        assert_string_equal(show(a, t), cases[i].tokens);
        assert_int_equal(t->comments.count, cases[i].comments);
        assert_int_equal(t->open.count, cases[i].open);
    }
    arena_free(a);
}

static void every_word_is_found(void **state)
{
    static const char *const words[] = {
#define X(name) #name,
        WORDS(X)
#undef X
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct slice s = slice_of(arena_printf(a, "x %s", words[i]));
        struct sql_tokens *t = sql_lex(a, s, 0, (uint32_t)s.n, 0);

        assert_int_equal(t->list.items[1].word, SQL_OP_LAST + 1 + i);
    }
    arena_free(a);
}

static void string_values_know_their_bytes(void **state)
{
    static const struct {
        const char *sql, *value;
        uint32_t map[4];
    } values[] = {
        {"'a''b'", "a'b", {1, 2, 4, 5}},
        {"E'\\n\\x'", "\nx", {2, 4, 6}},
        {"E'\\101b'", "Ab", {2, 6, 7}},
        {"$t$ab$t$", "ab", {3, 4, 5}},
        {"'a", "a", {1, 2}},
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct slice s = slice_of(values[i].sql), v;
        uint32_t *map;

        v = sql_string_value(a, sql_lex(a, s, 0, (uint32_t)s.n, 0), 0, &map);
        assert_true(slice_is(v, values[i].value));
        assert_memory_equal(map, values[i].map, (v.n + 1) * sizeof *map);
    }
    arena_free(a);
}

/* 200,000 openers of everything that can stay open must not cost their square. */
static void openers_cost_linear_time(void **state)
{
    static const char *const openers[] = {"$a", "/*", "{{", "\"'", "E'\\'"};
    struct arena *a = arena_new();

    (void)state;
    for (size_t k = 0; k < sizeof openers / sizeof *openers; k++) {
        struct buf b = buf_new(a);

        for (unsigned i = 0; i < 200000; i++) {
            if (k == 0)
                buf_printf(&b, "$a%u$\nSELECT ", i);
            else
                buf_printf(&b, "%s\nSELECT ", openers[k]);
        }
        assert_true(sql_lex(a, buf_slice(&b), 0, (uint32_t)b.n, 0)->open.count <= 65);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape),
        cmocka_unit_test(every_word_is_found),
        cmocka_unit_test(string_values_know_their_bytes),
        cmocka_unit_test(openers_cost_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
