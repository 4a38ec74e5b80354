/*
 * pandas_time.c - series.dt, to_datetime and time spans: the parts of a timestamp, the same formatted, moved or
 * compared with another.
 */
#include "python/frame.h"

#include <string.h>

static const struct pd nothing;
static const ir_expr_id no_expr;

static const struct {
    const char *name;
    enum ir_expr_op op;
} date_parts[] = {
    {"year", IR_EXPR_YEAR}, {"month", IR_EXPR_MONTH}, {"day", IR_EXPR_DAY}, {"date", IR_EXPR_CAST_DATE}};

static const struct {
    const char *name, *part;
} time_parts[] = {{"hour", "HOUR"},
                  {"minute", "MINUTE"},
                  {"quarter", "QUARTER"},
                  {"dayofyear", "DOY"},
                  {"day_of_year", "DOY"}};

static bool is_difference(struct frames *f, struct pd series)
{
    return IR(pd_py(f)->ir, expr, series.expr)->op == IR_EXPR_SUB;
}

/* (later - earlier).dt.days and .dt.total_seconds() */
static struct pd between(struct frames *f, struct pd series, const char *function)
{
    struct ir_expr *row = IR(pd_py(f)->ir, expr, series.expr);
    row->op = IR_EXPR_FUNCTION;
    row->text = ir_interns(pd_py(f)->ir, function);
    series.kind = PD_SERIES;
    return series;
}

struct pd pd_date_part(struct frames *f, struct pd series, struct slice name, TSNode node)
{
    for (size_t i = 0; i < sizeof date_parts / sizeof *date_parts; i++)
        if (slice_is(name, date_parts[i].name)) {
            series.kind = PD_SERIES;
            series.expr = pd_expr(f, date_parts[i].op, node, series.expr, no_expr, no_expr);
            return series;
        }
    for (size_t i = 0; i < sizeof time_parts / sizeof *time_parts; i++)
        if (slice_is(name, time_parts[i].name)) {
            series.kind = PD_SERIES;
            series.expr = pd_expr(f, IR_EXPR_DATE_PART, node, series.expr, no_expr, no_expr);
            IR(pd_py(f)->ir, expr, series.expr)->text = ir_interns(pd_py(f)->ir, time_parts[i].part);
            return series;
        }
    if (slice_is(name, "dayofweek") || slice_is(name, "weekday") || slice_is(name, "day_of_week"))
        return pd_function(f, series, "weekday", no_expr, no_expr, node);
    if (slice_is(name, "days") && is_difference(f, series))
        return between(f, series, "days_between");
    return pd_opaque_series(f, series, name, node);
}

/* ---- methods ---- */

/* Python's directives that both targets have, as PostgreSQL writes them. */
static const struct {
    char directive;
    const char *postgres;
} directives[] = {{'Y', "YYYY"}, {'m', "MM"}, {'d', "DD"}, {'H', "HH24"},
                  {'M', "MI"},   {'S', "SS"}, {'y', "YY"}};

static bool format_of(struct frames *f, struct slice python, struct slice *postgres)
{
    struct buf b = buf_new(pd_py(f)->scratch);
    for (size_t i = 0; i < python.n; i++) {
        const char *found = NULL;
        if (python.p[i] != '%') {
            if (!strchr("-/_:. ", python.p[i]))
                return false;
            buf_addc(&b, python.p[i]);
            continue;
        }
        i++;
        for (size_t k = 0; i < python.n && k < sizeof directives / sizeof *directives; k++)
            if (directives[k].directive == python.p[i])
                found = directives[k].postgres;
        if (!found)
            return false;
        buf_adds(&b, found);
    }
    *postgres = buf_slice(&b);
    return python.n > 0;
}

static bool strftime_of(struct frames *f, struct pd *series, TSNode call)
{
    struct slice python, postgres;
    if (!pd_arguments_are(f, call, "date_format", 1) ||
        !py_string_of(pd_py(f), py_argument(pd_py(f), call, "date_format", 0), &python) ||
        !format_of(f, python, &postgres))
        return false;
    *series = pd_function(f, *series, "format_time", pd_literal(f, IR_EXPR_STRING, postgres, call),
                          pd_literal(f, IR_EXPR_STRING, python, call), call);
    return true;
}

static bool floor_of(struct frames *f, struct pd *series, TSNode call)
{
    struct slice unit;
    if (!pd_arguments_are(f, call, "freq", 1) ||
        !py_string_of(pd_py(f), py_argument(pd_py(f), call, "freq", 0), &unit) || !slice_is(unit, "D"))
        return false;
    *series = pd_function(f, *series, "day_start", no_expr, no_expr, call);
    return true;
}

static const struct {
    const char *name, *function;
} plain_methods[] = {{"normalize", "day_start"}, {"day_name", "day_name"}, {"month_name", "month_name"}};

struct pd pd_date_call(struct frames *f, struct pd series, struct slice name, TSNode call)
{
    struct pd value = series;
    value.kind = PD_SERIES;
    if (slice_is(name, "strftime") && strftime_of(f, &value, call))
        return value;
    if (slice_is(name, "floor") && floor_of(f, &value, call))
        return value;
    if (slice_is(name, "total_seconds") && is_difference(f, series) && !pd_arguments(f, call).count)
        return between(f, value, "seconds_between");
    for (size_t i = 0; i < sizeof plain_methods / sizeof *plain_methods; i++)
        if (slice_is(name, plain_methods[i].name) && !pd_arguments(f, call).count)
            return pd_function(f, value, plain_methods[i].function, no_expr, no_expr, call);
    return pd_opaque_series(f, value, name, call);
}

/* ---- making timestamps, and moving them ---- */

struct pd pd_to_datetime(struct frames *f, TSNode call)
{
    struct pd series = pd_eval(f, py_argument(pd_py(f), call, "arg", 0));
    if (series.kind != PD_SERIES)
        return nothing;
    if (!pd_arguments_are(f, call, "arg", 1))
        return pd_opaque_series(f, series, SLICE("to_datetime"), call);
    series.expr = pd_expr(f, IR_EXPR_CAST_TIMESTAMP, call, series.expr, no_expr, no_expr);
    return series;
}

/* A date, with a time or without, as all databases read it. */
static bool is_iso(struct slice s)
{
    static const char pattern[] = "0000-00-00 00:00:00";
    if (s.n != 10 && s.n != sizeof pattern - 1)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (pattern[i] == '0' ? !digit : s.p[i] != pattern[i] && !(i == 10 && s.p[i] == 'T'))
            return false;
    }
    return true;
}

struct pd pd_timestamp(struct frames *f, TSNode call)
{
    struct slice text;
    struct pd value = {.kind = PD_SCALAR};
    if (!pd_arguments_are(f, call, "ts_input", 1) ||
        !py_string_of(pd_py(f), py_argument(pd_py(f), call, "ts_input", 0), &text) || !is_iso(text))
        return nothing;
    value.expr =
        pd_expr(f, IR_EXPR_CAST_TIMESTAMP, call, pd_literal(f, IR_EXPR_STRING, text, call), no_expr, no_expr);
    return value;
}

static const struct {
    const char *callee, *keyword, *function;
} spans[] = {
    {"pandas.Timedelta", "days", "add_days"},         {"pandas.Timedelta", "hours", "add_hours"},
    {"pandas.Timedelta", "minutes", "add_minutes"},   {"pandas.Timedelta", "seconds", "add_seconds"},
    {"datetime.timedelta", "days", "add_days"},       {"datetime.timedelta", "hours", "add_hours"},
    {"datetime.timedelta", "minutes", "add_minutes"}, {"datetime.timedelta", "seconds", "add_seconds"},
    {"pandas.DateOffset", "days", "add_days"},        {"pandas.DateOffset", "months", "add_months"}};

struct pd pd_time_sum(struct frames *f, struct slice op, struct pd left, TSNode right, TSNode place)
{
    struct py *py = pd_py(f);
    bool minus = slice_is(op, "-");
    uint32_t count;
    if (left.kind != PD_SERIES || left.spark || (!minus && !slice_is(op, "+")) || !py_is(right, "call"))
        return nothing;
    struct slice callee = py_qualified(py, py_callee(py, right));
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        if (!slice_is(callee, spans[i].callee) || !pd_arguments_are(f, right, spans[i].keyword, 0) ||
            pd_arguments(f, right).count != 1 ||
            !pd_count_argument(f, right, spans[i].keyword, -1, 0, &count))
            continue;
        const char *text = arena_printf(py->scratch, "%s%u", minus ? "-" : "", count);
        return pd_function(f, left, spans[i].function, pd_literal(f, IR_EXPR_NUMBER, slice_of(text), right),
                           no_expr, place);
    }
    return nothing;
}
