/*
 * truth.c - conditions and whole numbers, as far as they are known: what decides which branch of a DAG
 * file's loop makes which edge. A list decides something only while no loop of unknown length had a hand in it.
 */
#include "python/walk.h"

#include <stdlib.h>
#include <string.h>

/* What may be any of several is what all of them are. */
static int truth_of_all(const struct py_value *v)
{
    int truth = v->count && !v->boolean ? py_truth(v->items[0]) : -1;

    for (uint32_t i = 1; i < v->count && truth >= 0; i++)
        if (py_truth(v->items[i]) != truth)
            truth = -1;
    return truth;
}

int py_truth(const struct py_value *v)
{
    switch (v->kind) {
    case PY_NONE:
        return 0;
    case PY_BOOL:
        return v->boolean;
    case PY_NUMBER:
        return v->string.n != 1 || v->string.p[0] != '0';
    case PY_STRING:
        return v->run_count > v->unknown_parts ? 1 : v->unknown_parts ? -1 : 0;
    case PY_LIST:
    case PY_TUPLE:
    case PY_DICT:
        return v->boolean ? -1 : v->count > 0;
    case PY_OBJECT:
        return v->handle ? 1 : -1;
    case PY_UNKNOWN:
        return truth_of_all(v);
    default:
        return -1;
    }
}

static const struct py_value *boolean(struct py *py, int truth, TSNode node)
{
    struct py_value *v;

    if (truth < 0)
        return py_unknown(py, node);
    v = py_value_new(py, PY_BOOL, node);
    v->boolean = truth;
    return v;
}

/* -1: not known. */
static int same(const struct py_value *a, const struct py_value *b)
{
    struct slice x, y;

    if (a->kind == PY_NONE && b->kind == PY_NONE)
        return 1;
    if (a->kind == PY_BOOL && b->kind == PY_BOOL)
        return a->boolean == b->boolean;
    if (a->kind == PY_NONE || b->kind == PY_NONE) {
        const struct py_value *other = a->kind == PY_NONE ? b : a;
        return other->kind == PY_UNKNOWN || (other->kind == PY_OBJECT && !other->handle) ? -1 : 0;
    }
    if (a->kind == PY_OBJECT && b->kind == PY_OBJECT && a->handle && b->handle)
        return a->handle == b->handle;
    if (!py_as_text(a, &x) || !py_as_text(b, &y))
        return -1;
    return a->kind == b->kind && slice_eq(x, y);
}

int py_contains(const struct py_value *list, const struct py_value *v)
{
    struct slice text;
    int found = 0;
    uint32_t step = list->kind == PY_DICT ? 2 : 1;

    if (list->kind == PY_STRING && !list->unknown_parts && py_as_text(v, &text))
        return text.n == 0 || memmem(list->string.p, list->string.n, text.p, text.n) != NULL;
    if (!py_is_list(list) && list->kind != PY_DICT)
        return -1;
    for (uint32_t i = 0; i < list->count && found == 0; i += step)
        found = same(v, list->items[i]);
    return found;
}

static int invert(int truth)
{
    return truth < 0 ? truth : !truth;
}

static int ordered(struct slice op, const struct py_value *a, const struct py_value *b)
{
    int64_t x, y;

    if (!py_as_int(a, &x) || !py_as_int(b, &y))
        return -1;
    if (slice_is(op, "<"))
        return x < y;
    if (slice_is(op, "<="))
        return x <= y;
    if (slice_is(op, ">"))
        return x > y;
    return slice_is(op, ">=") ? x >= y : -1;
}

const struct py_value *py_comparison(struct py *py, TSNode node)
{
    struct py_nodes sides = py_children(py, node);
    TSNode operator= py_field(node, "operators");
    const struct py_value *a, *b;
    struct slice op;

    if (sides.count != 2 || py_none(operator))
        return py_unknown(py, node);
    op = py_bytes(py, operator);
    a = py_eval(py, sides.items[0]);
    b = py_eval(py, sides.items[1]);
    if (slice_is(op, "==") || slice_is(op, "is"))
        return boolean(py, same(a, b), node);
    if (slice_is(op, "!=") || slice_is(op, "is not"))
        return boolean(py, invert(same(a, b)), node);
    if (slice_is(op, "in"))
        return boolean(py, py_contains(b, a), node);
    if (slice_is(op, "not in"))
        return boolean(py, invert(py_contains(b, a)), node);
    return boolean(py, ordered(op, a, b), node);
}

const struct py_value *py_not(struct py *py, TSNode node)
{
    return boolean(py, invert(py_truth(py_eval(py, py_field(node, "argument")))), node);
}

const struct py_value *py_number(struct py *py, int64_t value, TSNode node)
{
    struct py_value *v = py_value_new(py, PY_NUMBER, node);

    v->string = slice_of(arena_printf(py->scratch, "%lld", (long long)value));
    return v;
}

const struct py_value *py_arithmetic(struct py *py, char op, const struct py_value *a,
                                     const struct py_value *b, TSNode node)
{
    enum { LARGEST = 1 << 30 };
    int64_t x, y;

    if (!py_as_int(a, &x) || !py_as_int(b, &y) || llabs(x) > LARGEST || llabs(y) > LARGEST)
        return py_unknown(py, node);
    if (op == '+')
        return py_number(py, x + y, node);
    if (op == '-')
        return py_number(py, x - y, node);
    if (op == '*')
        return py_number(py, x * y, node);
    if (y <= 0 || x < 0)
        return py_unknown(py, node);
    return py_number(py, op == '%' ? x % y : x / y, node);
}
