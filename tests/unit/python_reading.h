/*
 * python_reading.h - for tests of the Python reader: a module in, its texts, gaps or task edges out as
 * one string.
 */
#ifndef TESTS_PYTHON_READING_H
#define TESTS_PYTHON_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ir/ir.h"
#include "python/python.h"

#include <string.h>

/* Reads `source` as a file named etl.py; the IR lives in `a`. */
static inline struct ir *read_module(struct arena *a, const char *source)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct python_options options = {0};
    struct err e = {{0}};
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "etl.py"),
                                                       .language = IR_LANG_PYTHON,
                                                       .source = ir_interns(ir, source)});

    python_read(ir, scratch, file, &options);
    arena_free(scratch);
    if (ir_check(ir, &e) != 0)
        fail_msg("%s", e.message);
    return ir;
}

/* The texts in the order of their rows, joined by " | ". */
static inline const char *show_texts(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->text.count; i++) {
        if (i > 1)
            buf_adds(&b, " | ");
        buf_adds(&b, ir_string(ir, ir->text.items[i].content));
    }
    return buf_str(&b);
}

/* "from>to from>to" by the jobs' ids, in the order of their declaration. */
static inline const char *show_edges(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->task_edge.count; i++) {
        struct ir_task_edge e = ir->task_edge.items[i];
        buf_printf(&b, "%s%s>%s", i > 1 ? " " : "", ir_string(ir, IR(ir, job, e.from)->id),
                   ir_string(ir, IR(ir, job, e.to)->id));
    }
    return buf_str(&b);
}

#endif
