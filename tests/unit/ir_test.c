/* ir/: merging, blocks, the verifier, places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ir/ir.h"

#include <stdlib.h>
#include <string.h>

static struct ir *sample(struct arena *a, const char *path, const char *source)
{
    struct ir *ir = ir_new(a);
    ir_file_id file =
        ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, path), .source = ir_interns(ir, source)});
    ir_text_id text = ir_text_of_file(ir, file);
    ir_statement_id s =
        ir_add_statement(ir, (struct ir_statement){.text = text, .file = file, .kind = IR_KIND_SELECT});

    ir_add_access(ir, (struct ir_access){.statement = s, .name = ir_interns(ir, "t")});
    return ir;
}

static char *dump(const struct ir *ir)
{
    char *bytes = NULL;
    size_t len;
    FILE *out = open_memstream(&bytes, &len);

    ir_dump(ir, out);
    fclose(out);
    return bytes;
}

static void blocks_are_rebased(void **state)
{
    struct arena *a = arena_new();
    struct buf first = buf_new(a), second = buf_new(a);
    struct ir *to = ir_new(a);
    char *text;

    (void)state;
    ir_block_write(sample(a, "a.sql", "SELECT 1"), &first);
    ir_block_write(sample(a, "b.sql", "SELECT 2"), &second);
    assert_int_equal(ir_block_read(to, buf_slice(&first), NULL), 0);
    assert_int_equal(ir_block_read(to, buf_slice(&second), NULL), 0);
    assert_int_equal(ir_check(to, NULL), 0);
    text = dump(to);
    assert_non_null(strstr(text, "statement 2: text=2 file=2 kind=select\n"));
    assert_non_null(strstr(text, "access 2: statement=2 name=\"t\"\n"));
    assert_non_null(strstr(text, "file 2: path=\"b.sql\""));
    free(text);
    arena_free(a);
}

static void blocks_carry_everything(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = sample(a, "a.sql", "SELECT 'é' FROM t"), *back = ir_new(a);
    struct buf block = buf_new(a);
    char *before, *after;
    struct err e;

    (void)state;
    ir_block_write(ir, &block);
    assert_int_equal(ir_block_read(back, buf_slice(&block), &e), 0);
    before = dump(ir);
    after = dump(back);
    assert_string_equal(before, after);
    free(before);
    free(after);
    arena_free(a);
}

/* What was counted for one place must not show in the next, wherever that stands. */
static void places_do_not_depend_on_what_was_asked_before(void **state)
{
    static const char source[] = "a\u00e9b\n\nc\u00e9\u00e9d e\nlast";
    struct arena *a = arena_new();
    struct ir *ir = ir_new(a);
    ir_file_id file = ir_add_file(ir, (struct ir_file){.source = ir_interns(ir, source)});
    uint32_t n = sizeof source - 1;

    (void)state;
    for (uint32_t before = 0; before <= n; before++)
        for (uint32_t off = 0; off <= n; off++) {
            uint32_t line = 1, column = 1;
            struct ir_place place;

            for (uint32_t i = 0; i < off; i++) {
                column = source[i] == '\n' ? 1 : column + (((unsigned char)source[i] & 0xC0) != 0x80);
                line += source[i] == '\n';
            }
            (void)ir_place_of(ir, file, (ir_text_id){0}, before, 0);
            place = ir_place_of(ir, file, (ir_text_id){0}, off, 0);
            assert_int_equal(place.line, line);
            assert_int_equal(place.column, column);
        }
    arena_free(a);
}

static void damaged_blocks_are_refused_or_sound(void **state)
{
    struct arena *a = arena_new();
    struct buf block = buf_new(a);
    struct err e;

    (void)state;
    ir_block_write(sample(a, "a.sql", "SELECT 1 FROM t"), &block);
    for (size_t n = 0; n < block.n; n++)
        assert_int_equal(ir_block_read(ir_new(a), (struct slice){block.p, n}, &e), -1);
    for (size_t i = 0; i < block.n; i++) {
        struct ir *ir = sample(a, "b.sql", "SELECT 2");
        char kept = block.p[i], *before = dump(ir), *after;

        block.p[i] = (char)(kept ^ 0x55);
        if (ir_block_read(ir, buf_slice(&block), &e) == 0) {
            assert_int_equal(ir_check(ir, &e), 0);
        } else {
            after = dump(ir);
            assert_string_equal(before, after);
            free(after);
        }
        free(before);
        block.p[i] = kept;
    }
    arena_free(a);
}

static void the_verifier_sees_bad_ids(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = sample(a, "a.sql", "");
    struct err e;

    (void)state;
    ir->access.items[1].statement.v = 2;
    assert_int_equal(ir_check(ir, &e), -1);
    assert_string_equal(e.message, "access 1: statement is 2, which is out of range");
    ir->access.items[1].statement.v = 1;
    ir->statement.items[1].kind = (enum ir_statement_kind)999;
    assert_int_equal(ir_check(ir, &e), -1);
    arena_free(a);
}

static void places_count_code_points(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = sample(a, "a.sql", "SELECT 'é',\n  x\n");
    struct ir_place p = ir_place_of(ir, (ir_file_id){1}, (ir_text_id){1}, 15, 1);

    (void)state;
    assert_int_equal(p.line, 2);
    assert_int_equal(p.column, 3);
    assert_int_equal(p.end_line, 2);
    assert_int_equal(p.end_column, 4);
    p = ir_place_of(ir, (ir_file_id){1}, (ir_text_id){0}, 11, 1);
    assert_int_equal(p.line, 1);
    assert_int_equal(p.column, 11); /* the comma: é is one column and two bytes */
    arena_free(a);
}

/* 'it''s' inside a file: the derived text it's maps byte by byte, the doubled quote as one. */
static void derived_texts_map_to_the_file(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = sample(a, "a.sql", "DO 'it''s'");
    static const uint32_t map[] = {4, 5, 6, 8, 9};
    ir_text_id inner = ir_text_derive(ir, (ir_text_id){1}, SLICE("it's"), map);
    struct ir_place quote = ir_place_of(ir, (ir_file_id){1}, inner, 2, 1);
    struct ir_place last = ir_place_of(ir, (ir_file_id){1}, inner, 3, 1);
    struct ir_place all = ir_place_of(ir, (ir_file_id){1}, inner, 0, 4);

    (void)state;
    assert_int_equal(quote.off, 6);
    assert_int_equal(quote.len, 2);
    assert_int_equal(last.off, 8);
    assert_int_equal(all.off, 4);
    assert_int_equal(all.len, 5);
    arena_free(a);
}

static void an_index_groups_rows_by_owner(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = sample(a, "a.sql", "");
    struct ir_index ix;

    (void)state;
    ir_add_statement(ir, (struct ir_statement){.order = 2});
    for (uint32_t i = 0; i < 4; i++)
        ir_add_access(ir, (struct ir_access){.statement = {i % 2 + 1}});
    ix = IR_INDEX(a, ir, access, statement, statement);
    assert_int_equal(ix.first[2] - ix.first[1], 3);
    assert_int_equal(ix.rows[ix.first[1]], 1);
    assert_int_equal(ix.rows[ix.first[1] + 1], 2);
    assert_int_equal(ix.rows[ix.first[2]], 3);
    assert_int_equal(ix.first[3] - ix.first[2], 2);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_rebased),
        cmocka_unit_test(blocks_carry_everything),
        cmocka_unit_test(damaged_blocks_are_refused_or_sound),
        cmocka_unit_test(places_do_not_depend_on_what_was_asked_before),
        cmocka_unit_test(the_verifier_sees_bad_ids),
        cmocka_unit_test(places_count_code_points),
        cmocka_unit_test(derived_texts_map_to_the_file),
        cmocka_unit_test(an_index_groups_rows_by_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
