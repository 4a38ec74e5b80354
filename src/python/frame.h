/*
 * frame.h - what frame*.c and pandas_*.c share: which name holds which DataFrame, and what a Python expression
 * over DataFrames is as rows of rel and expr.
 *
 * An expression is evaluated into a `struct pd`. What is not translated becomes REL_OPAQUE or EXPR_OPAQUE with a
 * pending gap, so that data still flows through it; the gaps are added once a statement uses the value.
 */
#ifndef PYTHON_FRAME_H
#define PYTHON_FRAME_H

#include "base/map.h"
#include "python/py.h"

enum {
    PD_MAX_DEPTH = 200,  /* nesting of an expression that is followed */
    PD_MAX_NODES = 2000, /* nodes of a series that a variable stands for */
};

enum pd_kind {
    PD_NONE,       /* nothing that is known here */
    PD_SCALAR,     /* a constant: expr */
    PD_FRAME,      /* rel */
    PD_SERIES,     /* expr over the rows of rel */
    PD_MEMBERSHIP, /* expr is in the column other_expr of other; only good as a mask */
    PD_GROUPS,     /* what groupby() gives */
    PD_STR,        /* series.str */
    PD_DT,         /* series.dt */
    PD_LOC,        /* frame.loc */
    PD_ILOC,       /* frame.iloc */
    PD_ROLLING,    /* series.rolling(): span */
    PD_WINDOW,     /* PySpark's Window: the operands of expr are its keys; no expr: not understood */
};

struct pd_groups;

/* rolling(rows), expanding(): rows is 0; fewer than `least` values give none. */
struct pd_span {
    ir_str name;
    uint32_t rows, least;
};

struct pd {
    enum pd_kind kind;
    ir_rel_id rel;
    ir_expr_id expr;
    ir_rel_id other;
    ir_expr_id other_expr;
    bool negated;   /* PD_MEMBERSHIP */
    bool is_series; /* PD_FRAME: a Series whose index are the keys of a groupby */
    const struct pd_groups *groups;
    const struct pd_span *span;
    /* PySpark */
    bool spark;        /* a column of PySpark: rel may be none */
    ir_str name;       /* the column's alias */
    const char *order; /* asc(), desc(): the text of EXPR_ORDER */
};

struct pd_names {
    ir_str *items;
    uint32_t count;
};

struct pd_groups {
    struct pd_names keys, selected;
    bool as_index, drop_null, single; /* single: one column was selected by its bare name */
};

struct pd_gap {
    uint32_t off, len;
    ir_str operation;
};

/* A table that the statement being read reads whole, and its REL_TABLE. */
struct pd_table {
    ir_rel_id rel;
    struct ir_access access;
};

struct frames; /* frame.c */

/* ---- frame.c, frame_align.c, frame_rows.c: names and rows ---- */
struct py *pd_py(struct frames *f);
/* What an expression that needs no reading holds (a name, an attribute, an item, the result of a function of
 * the file); PD_NONE when that is no frame. A frame is noted as read at `node`. */
struct pd pd_lookup(struct frames *f, TSNode node);
/* A value that stands for a version of a frame. */
const struct py_value *pd_frame_value(struct frames *f, ir_frame_id frame, TSNode node);
/* The same of a value. */
struct pd pd_held(struct frames *f, const struct py_value *value, TSNode node);
/* Did a loop make it, of which nobody knows how often it runs? */
bool pd_made_in_loop(struct frames *f, const struct py_value *value);
/* Binds a lambda's parameter; returns what pd_unbind_local() takes. */
void *pd_bind_local(struct frames *f, ir_str name, struct pd value);
void pd_unbind_local(struct frames *f, void *previous);
/* The frame that `call`, known to read SQL, gives. */
struct pd pd_read(struct frames *f, TSNode call, ir_text_id text);
/* A table read whole; the access gets its statement when that is added. */
struct pd pd_read_table(struct frames *f, struct ir_access access, TSNode call);
/* The keys of the groupby that are the index of `rel`; NULL when its index is no more than row numbers. */
const struct pd_names *pd_index(struct frames *f, ir_rel_id rel);
void pd_set_index(struct frames *f, ir_rel_id rel, const struct pd_names *keys);
/* May a series over the rows of `of` stand beside the rows of `rel`? */
bool pd_aligned(struct frames *f, ir_rel_id rel, ir_rel_id of, ir_expr_id expr);
/* Are the rows of `of` among those that rel was made of? */
bool pd_is_part(struct frames *f, ir_rel_id rel, ir_rel_id of);
/* Which side's key of a join by condition the column is, when both call it the same: one column here. */
enum pd_side { PD_NEITHER, PD_LEFT, PD_RIGHT };
enum pd_side pd_key_side(struct frames *f, ir_rel_id rel, ir_rel_id of, ir_expr_id expr);
/* Does the rel follow PySpark's meaning? */
bool pd_is_spark(struct frames *f, ir_rel_id rel);
/* What frame.alias(name) gave last. */
void pd_set_alias(struct frames *f, ir_str name, ir_rel_id rel);
ir_rel_id pd_aliased(struct frames *f, ir_str name);
/* Was the rel made by the statement being read (so that nothing else refers to it)? */
bool pd_is_new(struct frames *f, ir_rel_id rel);
void pd_gap(struct frames *f, uint32_t off, uint32_t len, ir_str operation);
bool pd_enter(struct frames *f); /* one level deeper; false when that is too deep */
void pd_leave(struct frames *f);

/* ---- pandas_value.c: any expression ---- */
struct pd pd_eval(struct frames *f, TSNode node);
/* The same, but constants are PD_SCALAR. */
struct pd pd_operand(struct frames *f, TSNode node);
/* left `operator` right, as Python writes the operator. */
struct pd pd_binary(struct frames *f, struct slice op, struct pd left, struct pd right, TSNode place);
/* `value` as an expression over the rows of `rel`, opaque when it is not one. */
ir_expr_id pd_value_for(struct frames *f, ir_rel_id rel, struct pd value, TSNode node);
struct pd pd_filter(struct frames *f, struct pd frame, struct pd mask, TSNode place);
struct pd pd_project(struct frames *f, struct pd frame, struct pd_names names, TSNode place);
/* One column set in `frame`. */
struct pd pd_set_column(struct frames *f, ir_rel_id rel, ir_str name, ir_expr_id expr, TSNode place);

/* ---- pandas_rows.c: adding rows, reading arguments ---- */
ir_rel_id pd_rel(struct frames *f, struct ir_rel row, TSNode place);
void pd_column(struct frames *f, ir_rel_id rel, enum ir_rel_column_kind kind, ir_str name);
/* An expr with up to three operands (none ends the list). */
ir_expr_id pd_expr(struct frames *f, enum ir_expr_op op, TSNode place, ir_expr_id a, ir_expr_id b,
                   ir_expr_id c);
ir_expr_id pd_literal(struct frames *f, enum ir_expr_op op, struct slice text, TSNode place);
/* series → function(series, a, b), a row of plan/relsql_functions.def */
struct pd pd_function(struct frames *f, struct pd series, const char *name, ir_expr_id a, ir_expr_id b,
                      TSNode place);
/* A deep copy (operands are lists, so no expr has two parents); none when it is too large. */
ir_expr_id pd_copy(struct frames *f, ir_expr_id expr);
/* The rows of `from` after an operation that is not translated; its place is `place`, its name `op`. */
struct pd pd_opaque_frame(struct frames *f, ir_rel_id left, ir_rel_id right, struct slice op, TSNode place);
/* Rows that come from something that is no relation; its name is `op`. */
struct pd pd_opaque_source(struct frames *f, struct slice op, TSNode place);
struct pd pd_opaque_series(struct frames *f, struct pd from, struct slice op, TSNode place);
ir_expr_id pd_opaque_expr(struct frames *f, ir_expr_id first, struct slice op, TSNode place);
/* A constant as an expression, none when it is unknown. */
ir_expr_id pd_constant(struct frames *f, const struct py_value *value, TSNode place);
/* A name or a list of names that are known. */
bool pd_names_of(struct frames *f, TSNode node, struct pd_names *out);
bool pd_bool_argument(struct frames *f, TSNode call, const char *name, int position, bool otherwise,
                      bool *out);
bool pd_count_argument(struct frames *f, TSNode call, const char *name, int position, uint32_t otherwise,
                       uint32_t *out);
/* Are all keywords of the call among `allowed` (separated by spaces), and at most `positional` others? */
bool pd_arguments_are(struct frames *f, TSNode call, const char *allowed, uint32_t positional);
/* The name and the arguments of a method call; the whole call when it is no method. */
void pd_place(TSNode call, uint32_t *off, uint32_t *len);
struct py_nodes pd_arguments(struct frames *f, TSNode call);
ir_str pd_intern(struct frames *f, struct slice s);
/* The comment lines right above offset `off`, without their marks; `*start` becomes where the first begins. */
ir_str pd_comment_above(struct py *py, uint32_t off, uint32_t *start);

/* ---- pandas_time.c ---- */
/* series.dt.name and series.dt.name(…) */
struct pd pd_date_part(struct frames *f, struct pd series, struct slice name, TSNode node);
struct pd pd_date_call(struct frames *f, struct pd series, struct slice name, TSNode call);
/* left + Timedelta(…); PD_NONE when it is something else */
struct pd pd_time_sum(struct frames *f, struct slice op, struct pd left, TSNode right, TSNode place);
struct pd pd_to_datetime(struct frames *f, TSNode call);
struct pd pd_timestamp(struct frames *f, TSNode call);

/* ---- pandas_window.c: PD_NONE when it is none of these, or not understood ---- */
struct pd pd_window_call(struct frames *f, struct pd series, struct slice name, TSNode call);
struct pd pd_groups_window_call(struct frames *f, struct pd groups, struct slice name, TSNode call);
struct pd pd_rolling(struct frames *f, struct pd series, struct slice name, TSNode call);
struct pd pd_rolling_call(struct frames *f, struct pd series, struct slice name, TSNode call);
/* Is a row one of several with the same values in `subset` (all columns when empty)? keep: first, last or False. */
bool pd_duplicated(struct frames *f, ir_rel_id rel, struct pd_names subset, struct slice keep, TSNode call,
                   ir_expr_id *out);
/* "sum", sum, np.sum (pandas_join.c) */
bool pd_read_aggregate(struct frames *f, TSNode node, enum ir_expr_op *op);

/* ---- pandas_cases.c ---- */
bool pd_map_dict(struct frames *f, struct pd *series, const struct py_value *dict, TSNode call);
bool pd_replace(struct frames *f, struct pd *series, TSNode call);
/* pd.cut(series, bins=[…], labels=[…]) */
struct pd pd_cut(struct frames *f, TSNode call);
bool pd_clip(struct frames *f, struct pd *series, TSNode call);
struct pd pd_select_cases(struct frames *f, TSNode call);
/* apply(function) where `of`, a column or a frame's row, is what the function gets. */
bool pd_apply(struct frames *f, struct pd of, TSNode function, struct pd *out);

/* ---- pandas_reshape.c: methods of a frame ---- */
bool pd_frame_set_index(struct frames *f, struct pd *frame, TSNode call);
bool pd_frame_join(struct frames *f, struct pd *frame, TSNode call);
bool pd_frame_reindex(struct frames *f, struct pd *frame, TSNode call);
bool pd_frame_insert(struct frames *f, struct pd *frame, TSNode call);
bool pd_frame_melt(struct frames *f, struct pd *frame, TSNode call);
bool pd_frame_pipe(struct frames *f, struct pd *frame, TSNode call);
/* PD_NONE when it is not understood. */
struct pd pd_value_counts(struct frames *f, ir_rel_id rel, struct pd_names keys, TSNode call);
struct pd_join {
    enum ir_join_kind join;
    struct pd_names left, right;
    ir_str suffixes[2];
    const struct pd_names *index; /* of the result; NULL: none */
};
/* The frame beside `right`, whose keys are its index. */
bool pd_join_index(struct frames *f, struct pd *frame, struct pd right, const struct pd_join *join,
                   TSNode call);

/* ---- pandas_query.c ---- */
bool pd_frame_query(struct frames *f, struct pd *frame, TSNode call);

/* ---- the operations, by what they are called on ---- */
/* lambda x: … of the value; PD_NONE when it has not that one parameter. */
struct pd pd_call_lambda(struct frames *f, struct pd value, TSNode lambda);
struct pd pd_frame_call(struct frames *f, struct pd frame, struct slice name, TSNode call);
struct pd pd_series_call(struct frames *f, struct pd series, struct slice name, TSNode call);
/* np.abs(series), np.round(series, digits); `digits` is the call itself when there are none. */
struct pd pd_number_call(struct frames *f, struct pd series, struct slice name, TSNode digits, TSNode call);
/* Does the method of a series give a single value, or something else that is no column? */
bool pd_is_reduction(struct slice name);
/* text[i] and text[a:b] */
struct pd pd_str_item(struct frames *f, struct pd series, TSNode sub, TSNode node);
struct pd pd_str_call(struct frames *f, struct pd series, struct slice name, TSNode call);
struct pd pd_groups_call(struct frames *f, struct pd groups, struct slice name, TSNode call);
struct pd pd_groupby(struct frames *f, struct pd frame, TSNode call);
struct pd pd_merge(struct frames *f, struct pd left, TSNode call, int first);
struct pd pd_concat(struct frames *f, TSNode call);
/* A Series whose index are the keys, as a frame; `name` (or null) is what its column is called. */
bool pd_series_to_frame(struct frames *f, struct pd *frame, TSNode name, TSNode call);
struct pd pd_reset_index(struct frames *f, struct pd frame, TSNode call);
struct pd pd_cast(struct frames *f, struct pd series, TSNode type, TSNode place);
struct pd pd_case(struct frames *f, struct pd condition, struct pd yes, struct pd no, TSNode place);

#endif
