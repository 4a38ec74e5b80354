/*
 * names.h - printed names, and what several emitters count.
 */
#ifndef EMIT_NAMES_H
#define EMIT_NAMES_H

#include "ir/ir.h"

/* "raw.orders.amount"; column 0 is the star of columns that are not known. A part with a dot or a quote is
 * double-quoted. `scratch` owns the result. */
struct slice name_of_column(const struct ir *ir, struct arena *scratch, ir_dataset_id dataset, ir_str column);

struct counts {
    uint32_t files, failed_files;
    uint32_t statements, understood, partial, not_understood;
    uint32_t sources, models[IR_LAYER_MARTS + 1], model_count, review;
    uint32_t findings[IR_SEVERITY_ERROR + 1];
};

struct counts count_all(const struct ir *ir);

#endif
