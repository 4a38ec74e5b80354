/*
 * lines.h - where the lines of each file begin, counted once per file. Private to ir/.
 */
#ifndef IR_LINES_H
#define IR_LINES_H

#include "ir/ir.h"

/* Nothing is counted yet. Lives in `a`, as do the counts to come. */
struct ir_lines *ir_lines_new(struct arena *a);

/* The one-based line of byte `off` of a file's source; `*start` is where that line begins. */
uint32_t ir_lines_row(const struct ir *ir, ir_file_id file, uint32_t off, uint32_t *start);

/* The one-based line and the one-based column in code points of byte `off` of a file's source. */
void ir_lines_find(const struct ir *ir, ir_file_id file, uint32_t off, uint32_t *line, uint32_t *column);

#endif
