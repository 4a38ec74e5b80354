/*
 * sql_reading.h - for tests of the SQL reader: a script in, one line per statement out. The guard lets
 * nothing through to the grammar unless a test wants it, so that these tests are about our own code.
 */
#ifndef TESTS_SQL_READING_H
#define TESTS_SQL_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ir/ir.h"
#include "sql/sql.h"

#include <string.h>

static inline bool let_nothing_through(void *data, const char *sql, size_t len)
{
    (void)data;
    (void)sql;
    (void)len;
    return false;
}

/* Reads `sql` as a file named x.sql; the IR lives in `a`. */
static inline struct ir *read_script(struct arena *a, const char *sql, bool parse)
{
    struct sql_guard guard = {.may_parse = let_nothing_through};
    struct sql_options options = {.guard = parse ? NULL : &guard};
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    ir_file_id file =
        ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "x.sql"), .source = ir_interns(ir, sql)});
    struct err e = {{0}};

    sql_read(ir, scratch, ir_text_of_file(ir, file), &options);
    arena_free(scratch);
    if (ir_check(ir, &e) != 0)
        fail_msg("%s", e.message);
    return ir;
}

/* "kind[flags]: its bytes" per statement; flags are B branch, L loop, R routine, D dynamic, W rewritten. */
static inline const char *show_statements(struct arena *a, const struct ir *ir)
{
    static const struct {
        uint32_t flag;
        char letter;
    } letters[] = {{IR_STMT_IN_BRANCH, 'B'},
                   {IR_STMT_IN_LOOP, 'L'},
                   {IR_STMT_IN_ROUTINE, 'R'},
                   {IR_STMT_DYNAMIC, 'D'},
                   {IR_STMT_REWRITTEN, 'W'}};
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->statement.count; i++) {
        struct ir_statement s = ir->statement.items[i];
        struct slice text = ir_slice(ir, IR(ir, text, s.text)->content);

        buf_adds(&b, ir_name_of_statement_kind(s.kind));
        buf_addc(&b, '[');
        for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
            if (s.flags & letters[k].flag)
                buf_addc(&b, letters[k].letter);
        buf_adds(&b, "]: ");
        buf_add(&b, text.p + s.off, s.len);
        buf_addc(&b, '\n');
    }
    return buf_str(&b);
}

/* "mode schema.name" per access but those of CREATE ROUTINE. */
static inline const char *show_accesses(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->access.count; i++) {
        struct ir_access x = ir->access.items[i];

        if (x.mode == IR_ACCESS_DEFINE)
            continue;
        buf_printf(&b, "%s %s%s%s\n", ir_name_of_access_mode(x.mode), ir_string(ir, x.schema),
                   x.schema.v ? "." : "", ir_string(ir, x.name));
    }
    return buf_str(&b);
}

#endif
