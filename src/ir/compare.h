/*
 * compare.h - two linked projects, one before and one after a change: which datasets differ, and in what.
 *
 * Datasets are the same by their names; temps and DataFrames by their names and the file that makes them, whatever line
 * they stand on and however often the name is used there. What a query shows to its client is no dataset here.
 */
#ifndef IR_COMPARE_H
#define IR_COMPARE_H

#include "ir/ir.h"

enum ir_difference_kind {
    IR_DIFF_MADE,   /* something makes or fills it */
    IR_DIFF_COLUMN, /* it has the column `name` */
    IR_DIFF_READS,  /* its rows come from the dataset `from` */
    IR_DIFF_FLOW,   /* `from` acts on its column `name`, or on its rows, by `role` */
};

struct ir_difference {
    enum ir_difference_kind kind;
    bool removed;
    const char *name; /* a column; NULL: the dataset itself or its rows */
    const char *from; /* a dataset or a column; NULL: none */
    enum ir_role role;
    ir_statement_id statement; /* that says so, of the project that has it; 0: none does */
};

enum ir_change { IR_CHANGE_ADDED, IR_CHANGE_REMOVED, IR_CHANGE_CHANGED };

struct ir_changed_dataset {
    const char *name;
    enum ir_change change;
    ir_dataset_id before, after; /* 0 where there is none; the last of several versions */
    VEC(struct ir_difference) differences;
    VEC(const char *)
    downstream; /* names of what comes of it: after the change, or before it when it is gone */
    VEC(struct ir_place) named; /* after the change: where what it lost is still named */
};

struct ir_comparison {
    VEC(struct ir_changed_dataset) datasets; /* by name */
    uint32_t counts[IR_CHANGE_CHANGED + 1];
    uint32_t downstream; /* datasets that come of any of them and are none of them */
};

/* Compares two linked projects, with their rows of column_mention; all of it lives in `a`. */
struct ir_comparison ir_compare(const struct ir *before, const struct ir *after, struct arena *a);

#endif
