/*
 * impact.h - what depends on a table or a column: the places that name it, and everything that comes of it.
 */
#ifndef IR_IMPACT_H
#define IR_IMPACT_H

#include "ir/ir.h"

/* A column, or the rows of a dataset, that depends on what was asked about. */
struct ir_reached {
    ir_dataset_id dataset;
    ir_str column;     /* 0: a star of columns that are not known, unless `rows` */
    bool rows;         /* which rows the dataset has: this acts on each of its columns */
    bool value;        /* its own values come from there (DIRECT); otherwise it only depends on them */
    uint32_t via;      /* the item before it on the way; 0: what was asked about */
    uint32_t distance; /* datasets on the way, this one counted */
};

/* What a place does with the name that stands there: a column's role, or a word for what is no reference. */
struct ir_use_place {
    ir_statement_id statement;
    struct ir_place at;
    ir_dataset_id dataset; /* what is named there */
    ir_str column;         /* 0: the dataset itself, or its star */
    enum ir_role role;     /* NONE where `word` says it all */
    const char *word; /* selected, joined, filtered, grouped, sorted, …; written, declared; read, append, … */
    bool named;       /* it names what was asked about; otherwise something that comes of it */
    uint32_t reached;      /* the item that is named there; 0 for what was asked about */
    const uint32_t *edges; /* column_edge ids: what goes where from here */
    uint32_t edge_count;
};

/* Everything lives in one arena. Item 0 of `reached` is what was asked about. */
struct ir_impact {
    ir_dataset_id dataset;
    ir_str column;                   /* 0: the dataset with all of its columns */
    VEC(struct ir_reached) reached;  /* values first, then the rest; in each the nearest first */
    VEC(struct ir_use_place) places; /* those that name it first; in each by file and place */
    VEC(ir_dataset_id) datasets;     /* that are reached, by id */
    VEC(ir_model_id) models;         /* of these, and of the statements of the places, by id */
    VEC(ir_job_id) jobs;             /* that run these statements, and that call those who do, by id */
};

/* Answers for a linked project; `column` 0 asks about the whole dataset. Models are there when it is planned. */
struct ir_impact ir_impact_of(struct ir *ir, struct arena *a, ir_dataset_id dataset, ir_str column);

#endif
