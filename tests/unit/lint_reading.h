/*
 * lint_reading.h - a source as the readers give it to the linter's tests.
 */
#ifndef LINT_READING_H
#define LINT_READING_H

#include "python/python.h"
#include "sql/sql.h"

/* Reads a.sql, or with `python` a.py and the SQL in its strings. */
static void read_file(struct ir *ir, struct arena *scratch, bool python, const char *source)
{
    uint32_t from = ir->text.count, end;
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, python ? "a.py" : "a.sql"),
                                                       .language = python ? IR_LANG_PYTHON : IR_LANG_SQL,
                                                       .source = ir_interns(ir, source)});

    if (python)
        python_read(ir, scratch, file, &(struct python_options){0});
    else
        ir_text_of_file(ir, file);
    end = ir->text.count;
    for (uint32_t t = from; t < end; t++)
        sql_read(ir, scratch, (ir_text_id){t}, &(struct sql_options){0});
}

#endif
