/*
 * frame_state.h - what the files of frame share: the objects that names stand for and the statement being read.
 */
#ifndef PYTHON_FRAME_STATE_H
#define PYTHON_FRAME_STATE_H

#include "python/pyspark.h"

struct object {
    struct pd value;   /* a series, a groupby or a mask; PD_NONE: a frame */
    ir_frame_id frame; /* its newest version */
    struct pd_gap *gaps;
    uint32_t gap_count;
    bool in_loop; /* made as often as a loop runs that nobody can count */
};

struct local {
    struct local *outer;
    ir_str name;
    struct pd value;
};

struct mention {
    ir_frame_id frame;
    uint32_t off, len;
};

/* The statement being read. A call in it walks the called function's statements: each has its own. */
struct reading {
    uint32_t serial;
    ir_str target; /* names what it makes */
    ir_rel_id first_rel;
    ir_frame_id first_frame;
    VEC(struct mention) reads;
    VEC(struct pd_gap) gaps;
    VEC(struct pd_table) tables;
    struct local *locals;
};

struct frames {
    struct py *py;
    struct map versions; /* name -> count */
    VEC(struct object) objects;
    VEC(const struct pd_names *) indexes;
    struct map index;               /* rel, or frame with a high bit -> index in indexes */
    struct map mentions;            /* (statement, frame) -> its REL_FRAME */
    struct map aliases;             /* PySpark's name of a frame -> rel */
    VEC(struct ir_code_edit) edits; /* calls that read a table or a query, or write a frame */
    uint32_t depth, serials;
    struct reading now;
};

/* ---- frame.c ---- */
/* Begins the statement being read; what it makes is called `target`. */
void pd_begin(struct frames *f, ir_str target);
/* What a value of the evaluator stands for (of several that it may be, the last); NULL: no frame. */
struct object *pd_object_of(struct frames *f, const struct py_value *v);
const struct py_value *pd_new_value(struct frames *f, struct object object, TSNode node);
/* The node by which this statement reads a frame; its first mention is an access. */
struct pd pd_mention(struct frames *f, ir_frame_id frame, TSNode node);

/* ---- frame_rows.c ---- */
/* `call` reads the rows of `rel`, by the name that the expression at `name_off` gives (length 0: of a query); or writes those of the expression `frame`. */
void pd_note_read(struct frames *f, TSNode call, ir_rel_id rel, uint32_t name_off, uint32_t name_len);
void pd_note_write(struct frames *f, TSNode call, TSNode frame);
/* The statement `node` makes a frame called `name` with the rows of `rel`. */
ir_frame_id pd_make_frame(struct frames *f, ir_str name, ir_rel_id rel, TSNode target, TSNode node);
/* A statement that makes `frame` or none, with the gaps and whole tables that were met while it was read. */
ir_statement_id pd_add_statement(struct frames *f, enum ir_statement_kind kind, TSNode node, uint32_t lead,
                                 ir_frame_id frame);
/* The frames that it mentions are what the statement reads. */
void pd_add_reads(struct frames *f, ir_statement_id statement);

/* Is it what a read with a chunksize gives? */
bool pd_is_chunks(struct frames *f, ir_rel_id rel);

/* ---- frame_assign.c ---- */
bool pd_assignment(struct frames *f, TSNode node);
/* What is assigned to is called by its last name: self.orders is orders, as is parts["orders"]. */
ir_str pd_target_name(struct frames *f, TSNode left);
/* A new version of the object that `base` is, seen by all its names. */
void pd_new_version(struct frames *f, TSNode base, ir_rel_id rel, TSNode target, TSNode node);
/* The value of a series, a groupby or a mask, with the gaps in it. */
const struct py_value *pd_hold(struct frames *f, struct pd value, TSNode node);
/* A frame made of `value` for `left`; where that is a name, it is bound. */
const struct py_value *pd_new_frame(struct frames *f, struct pd value, TSNode left, TSNode node);

/* ---- frame_sinks.c: each adds a statement, or returns false ---- */
bool pd_to_sql(struct frames *f, TSNode object, TSNode call);
/* Any other way out called `name`: the frame is read, and nothing that could be a model is made. */
bool pd_sink(struct frames *f, struct slice name, TSNode call);
bool sp_write(struct frames *f, const struct sp_target *target, TSNode call);

#endif
