/*
 * relsql_call.h - what the writers of expressions share: the operation being written, and the few questions and
 * forms that all of them use.
 */
#ifndef PLAN_RELSQL_CALL_H
#define PLAN_RELSQL_CALL_H

#include "plan/relsql_select.h"

enum { RELSQL_MAX_OPERANDS = 3 };

/* What a writer gets: the expression and its first operands, written. */
struct relsql_call {
    struct relsql *r;
    struct relsql_select *s;
    ir_expr_id id;
    const struct ir_expr *row;
    struct relsql_text operand[RELSQL_MAX_OPERANDS];
    uint32_t count;
    bool condition; /* null may stand for false */
};
typedef bool relsql_writer(struct relsql_call *c, struct relsql_text *out);

/* The operation and the text of operand n, as the IR has them. */
enum ir_expr_op relsql_op_of(const struct relsql_call *c, uint32_t n);
struct slice relsql_text_of(const struct relsql_call *c, uint32_t n);
/* Operand n, in parentheses unless it holds at least as tight as `level`. */
struct slice relsql_operand(const struct relsql_call *c, uint32_t n, enum relsql_level level);
bool relsql_all_not_null(const struct relsql_call *c);
/* In PySpark a null does what it does in SQL. */
bool relsql_in_spark(const struct relsql_call *c);
/* Sets `out`, all but whether it may be null; returns true. */
bool relsql_done(struct relsql_text *out, struct slice sql, enum relsql_level level, enum relsql_type type);
/* A condition that may be null; unless that is fine here, IS TRUE makes it false. */
bool relsql_truth(struct relsql_call *c, struct relsql_text *out, struct slice sql, enum relsql_level level);

/* ---- relsql_compare.c ---- */
relsql_writer relsql_write_eq, relsql_write_lt, relsql_write_le, relsql_write_gt, relsql_write_ge,
    relsql_write_ne, relsql_write_ne_sql, relsql_write_between, relsql_write_is_null, relsql_write_not_null,
    relsql_write_contains, relsql_write_startswith, relsql_write_endswith;

/* ---- relsql_number.c ---- */
/* Operand n as a number: a truth value counts as 0 or 1. */
struct relsql_text relsql_number(const struct relsql_call *c, uint32_t n);
relsql_writer relsql_write_concat, relsql_write_add, relsql_write_sub, relsql_write_mul, relsql_write_div,
    relsql_write_floordiv, relsql_write_mod, relsql_write_neg, relsql_write_round;

/* ---- relsql_function.c ---- */
relsql_writer relsql_write_lower, relsql_write_upper, relsql_write_length, relsql_write_abs,
    relsql_write_strip, relsql_write_lstrip, relsql_write_rstrip, relsql_write_replace, relsql_write_substr,
    relsql_write_coalesce, relsql_write_cast_int, relsql_write_cast_float, relsql_write_cast_str,
    relsql_write_cast_date, relsql_write_cast_timestamp, relsql_write_year, relsql_write_month,
    relsql_write_day, relsql_write_date_part;

/* ---- relsql_call.c ---- */
relsql_writer relsql_write_function;

/* ---- relsql_window.c ---- */
relsql_writer relsql_write_aggregate, relsql_write_window;

#endif
