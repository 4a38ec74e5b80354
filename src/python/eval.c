/*
 * eval.c - the value of an expression, as far as it is known without running anything. Calls have
 * effects (SQL texts, tasks): each is evaluated once per execution of its statement and remembered.
 */
#include "python/walk.h"

bool py_spend(struct py *py, uint32_t steps)
{
    struct py_walk *walk = py->walk;

    if (walk->steps_left < 0)
        return false;
    walk->steps_left -= steps;
    if (walk->steps_left >= 0)
        return true;
    walk->gave_up = true;
    return false;
}

uint32_t py_epoch_begin(struct py *py)
{
    uint32_t before = py->walk->epoch;

    py->walk->epoch = ++py->walk->epochs;
    return before;
}

void py_epoch_end(struct py *py, uint32_t epoch)
{
    py->walk->epoch = epoch;
}

/* No two calls end at the same byte, nor do two shifts or two attributes; one of each may. */
static uint64_t memo_key(const struct py *py, TSNode node)
{
    enum py_node kind = py_kind(py, node);
    uint32_t bits = kind == NODE_CALL ? 0 : kind == NODE_ATTRIBUTE ? 1 : 2;

    return map_key(py->walk->epoch, (py_start(node) + py_len(node)) << 2 | bits);
}

const struct py_value *py_memo_get(struct py *py, TSNode node)
{
    uint32_t at = map_get(&py->walk->memo, memo_key(py, node));

    return at ? py->walk->memoized.items[at - 1] : NULL;
}

void py_memo_put(struct py *py, TSNode node, const struct py_value *value)
{
    vec_push(py->scratch, &py->walk->memoized, value);
    map_put(&py->walk->memo, memo_key(py, node), py->walk->memoized.count);
}

void py_spread(struct py *py, struct py_value *list, TSNode splat)
{
    struct py_nodes inner = py_children(py, splat);
    const struct py_value *v = inner.count ? py_items(py, py_eval(py, inner.items[0])) : NULL;

    for (uint32_t i = 0; v && i < v->count; i++)
        py_push(py, list, v->items[i]);
}

static const struct py_value *eval_list(struct py *py, TSNode node, enum py_kind kind)
{
    struct py_value *list = py_value_new(py, kind, node);
    struct py_nodes items = py_children(py, node);

    for (uint32_t i = 0; i < items.count; i++) {
        if (py_kind(py, items.items[i]) == NODE_LIST_SPLAT)
            py_spread(py, list, items.items[i]);
        else
            py_push(py, list, py_eval(py, items.items[i]));
    }
    return list;
}

static const struct py_value *eval_dict(struct py *py, TSNode node)
{
    struct py_value *dict = py_value_new(py, PY_DICT, node);
    struct py_nodes items = py_children(py, node);

    for (uint32_t i = 0; i < items.count; i++) {
        TSNode item = items.items[i];
        if (py_kind(py, item) == NODE_PAIR) {
            py_dict_set(py, dict, py_eval(py, py_field(item, "key")), py_eval(py, py_field(item, "value")));
        } else if (py_kind(py, item) == NODE_DICT_SPLAT) {
            struct py_nodes inner = py_children(py, item);
            const struct py_value *v = inner.count ? py_eval(py, inner.items[0]) : NULL;
            for (uint32_t k = 0; v && v->kind == PY_DICT && k < v->count; k++)
                py_push(py, dict, v->items[k]);
        }
    }
    return dict;
}

struct comprehension {
    struct py_nodes parts; /* the body first, then for and if clauses */
    enum py_node kind;
    struct py_value *out;
    const struct py_value *over; /* the first whose items are not known */
};

static bool is_false(struct py *py, TSNode clause)
{
    struct py_nodes inner = py_children(py, clause);

    return inner.count && py_truth(py_eval(py, inner.items[0])) == 0;
}

/* Runs the clauses from `at` on, and the body at their end. */
static void run_clause(struct py *py, struct comprehension *c, uint32_t at)
{
    TSNode clause = {0};
    const struct py_value *items;

    for (; at < c->parts.count && py_kind(py, c->parts.items[at]) != NODE_FOR_IN; at++)
        if (py_kind(py, c->parts.items[at]) == NODE_IF_CLAUSE && is_false(py, c->parts.items[at]))
            return;
    if (at < c->parts.count) {
        clause = c->parts.items[at];
        py_scan(py, py_field(clause, "right"));
        items = py_items(py, py_eval(py, py_field(clause, "right")));
        for (uint32_t i = 0; items && i < items->count && py_spend(py, 1); i++) {
            uint32_t epoch = py_epoch_begin(py);
            py_bind(py, py_field(clause, "left"), items->items[i]);
            run_clause(py, c, at + 1);
            py_epoch_end(py, epoch);
        }
        if (!items) {
            c->over = c->over ? c->over : py_eval(py, py_field(clause, "right"));
            py_bind(py, py_field(clause, "left"), py_unknown_of(py, clause, c->over));
            run_clause(py, c, at + 1);
            c->out = NULL;
        }
        return;
    }
    py_scan(py, c->parts.items[0]);
    if (!c->out)
        return;
    if (c->kind == NODE_DICT_COMPREHENSION)
        py_dict_set(py, c->out, py_eval(py, py_field(c->parts.items[0], "key")),
                    py_eval(py, py_field(c->parts.items[0], "value")));
    else
        py_push(py, c->out, py_eval(py, c->parts.items[0]));
}

static const struct py_value *eval_comprehension(struct py *py, TSNode node)
{
    struct comprehension c = {.parts = py_children(py, node), .kind = py_kind(py, node)};
    struct py_env *outer = py->env;
    const struct py_value *known = py_memo_get(py, node);

    if (known || c.parts.count == 0)
        return known ? known : py_unknown(py, node);
    c.out = py_value_new(py, c.kind == NODE_DICT_COMPREHENSION ? PY_DICT : PY_LIST, node);
    py->env = py_env_new(py, outer);
    run_clause(py, &c, 1);
    py->env = outer;
    known = c.out ? c.out : c.over ? py_unknown_of(py, node, c.over) : py_unknown(py, node);
    py_memo_put(py, node, known);
    return known;
}

static const struct py_value *eval_name(struct py *py, TSNode node)
{
    struct slice name = py_bytes(py, node);
    const struct py_value *v = py_env_get(py, py->env, name);

    if (v && (v->kind != PY_UNKNOWN || v->count || v->connection.n || v->rows.v))
        return v;
    if (!v && slice_is(name, "__file__"))
        return py_string_made(py, py_module_path(py), node);
    if (!v && slice_is(name, "__name__"))
        return py_string_made(py, SLICE("__main__"), node);
    v = v ? NULL : py_imported(py, name);
    return v ? v : py_unknown(py, node);
}

/* a.b.c after `import a.b`, where a is no more than a folder. */
static const struct py_value *imported_path(struct py *py, TSNode node)
{
    struct slice dotted = py_dotted(py, node);
    size_t n = 0;

    while (n < dotted.n && dotted.p[n] != '.')
        n++;
    if (n == 0 || !py_import_path(py, slice_sub(dotted, 0, n)).n ||
        py_env_get(py, py->env, slice_sub(dotted, 0, n)))
        return NULL;
    return py_at_path(py, py_qualified(py, dotted));
}

static const struct py_value *property_value(struct py *py, const struct py_value *property, TSNode node)
{
    const struct py_value *known = py->walk->assumed ? NULL : py_memo_get(py, node);
    struct py_args none = {0};

    if (known)
        return known;
    known = py_invoke(py, property, &none, node);
    if (!py->walk->assumed)
        py_memo_put(py, node, known);
    return known;
}

/* What strings, which are also paths, Enum's members and ORM queries, have. */
static const struct py_value *string_attribute(struct py *py, const struct py_value *v, struct slice name,
                                               TSNode node)
{
    if (slice_is(name, "value") || (slice_is(name, "statement") && v->kind == PY_STRING))
        return v;
    return slice_is(name, "parent") && v->kind == PY_STRING ? py_path_folder(py, v, node) : NULL;
}

struct attribute {
    struct py *py;
    TSNode node;
};

static const struct py_value *attribute_of(void *data, const struct py_value *object)
{
    const struct attribute *a = data;
    struct py *py = a->py;
    struct slice name = py_bytes(py, py_field(a->node, "attribute"));
    const struct py_value *v = py->walk->alchemy ? py_alchemy_attribute(py, object, name, a->node) : NULL;

    if (!v)
        v = py_attribute(py, object, name);
    if (v && py_is_property(py, v))
        return property_value(py, v, a->node);
    if (v && (v->kind != PY_UNKNOWN || v->count))
        return v;
    if (object->handle && object->kind == PY_OBJECT && (v = py_airflow_attribute(py, object, name, a->node)))
        return v;
    if (object->kind == PY_STRING || object->kind == PY_NUMBER)
        v = string_attribute(py, object, name, a->node);
    if (object->kind == PY_UNKNOWN)
        v = imported_path(py, a->node);
    return v ? v : py_unknown_of(py, a->node, object);
}

static const struct py_value *eval_attribute(struct py *py, TSNode node)
{
    struct attribute a = {py, node};

    return py_each(py, py_eval(py, py_field(node, "object")), attribute_of, &a);
}

/* The bounds of a slice over n items; false when they are not known or have a step. */
static bool slice_bounds(struct py *py, TSNode node, int64_t n, int64_t *from, int64_t *to)
{
    uint32_t count = ts_node_child_count(node), colons = 0;
    int64_t bounds[2] = {0, n};

    for (uint32_t i = 0; i < count; i++) {
        TSNode child = ts_node_child(node, i);
        if (py_is(child, ":"))
            colons++;
        else if (colons > 1 || !py_as_int(py_eval(py, child), &bounds[colons]))
            return false;
    }
    for (int i = 0; i < 2; i++) {
        if (bounds[i] < 0)
            bounds[i] += n;
        bounds[i] = bounds[i] < 0 ? 0 : bounds[i] > n ? n : bounds[i];
    }
    *from = bounds[0];
    *to = bounds[1] < bounds[0] ? bounds[0] : bounds[1];
    return colons >= 1;
}

static const struct py_value *eval_slice(struct py *py, const struct py_value *v, TSNode slice, TSNode node)
{
    int64_t from, to;
    struct py_value *list;
    struct py_string s;

    if (v->kind == PY_STRING) {
        if (!slice_bounds(py, slice, (int64_t)v->string.n, &from, &to))
            return py_unknown(py, node);
        s = py_string_new(py);
        py_string_part(&s, v, (size_t)from, (size_t)(to - from), false);
        return py_string_end(&s, node);
    }
    if (!py_is_list(v) || !slice_bounds(py, slice, v->count, &from, &to))
        return py_unknown(py, node);
    list = py_value_new(py, v->kind, node);
    for (; from < to; from++)
        py_push(py, list, v->items[from]);
    return list;
}

/* Any value of a dict or list of which it is known what it holds, but not which one is meant. */
static const struct py_value *any_item(struct py *py, const struct py_value *v, TSNode node)
{
    struct py_value *all = py_value_new(py, PY_LIST, node);
    uint32_t step = v->kind == PY_DICT ? 2 : 1;

    if (v->boolean || v->count == 0 || v->count / step > PY_MAX_CHOICES)
        return NULL;
    for (uint32_t i = step - 1; i < v->count; i += step)
        py_push(py, all, v->items[i]);
    return py_any(py, all->items, all->count, node);
}

const struct py_value *py_item(struct py *py, const struct py_value *v, const struct py_value *key,
                               TSNode node)
{
    bool unknown = key->kind == PY_UNKNOWN && !key->count;
    struct slice name;
    int64_t at;

    if (v->kind == PY_DICT && py_as_text(key, &name))
        return py_dict_get(py, v, name);
    if (py_is_list(v) && py_as_int(key, &at)) {
        at += at < 0 ? v->count : 0;
        return at >= 0 && at < v->count ? v->items[at] : NULL;
    }
    if (v->kind == PY_OBJECT && v->handle)
        return v; /* a part of what a task returns */
    return unknown && (v->kind == PY_DICT || py_is_list(v)) ? any_item(py, v, node) : NULL;
}

static const struct py_value *subscript(struct py *py, TSNode node)
{
    const struct py_value *v = py_pick(py, py_eval(py, py_field(node, "value"))), *found;
    TSNode key = py_field(node, "subscript");

    if (py_kind(py, key) == NODE_SLICE)
        return eval_slice(py, v, key, node);
    found = py_item(py, v, py_pick(py, py_eval(py, key)), node);
    return found ? found : py_unknown_of(py, node, v);
}

static const struct py_value *add_lists(struct py *py, const struct py_value *a, const struct py_value *b,
                                        TSNode node)
{
    struct py_value *list = py_value_new(py, a->kind, node);

    if (!py_spend(py, a->count + b->count))
        return py_unknown(py, node);
    for (uint32_t i = 0; i < a->count; i++)
        py_push(py, list, a->items[i]);
    for (uint32_t i = 0; i < b->count; i++)
        py_push(py, list, b->items[i]);
    return list;
}

static const struct py_value *add(struct py *py, const struct py_value *a, const struct py_value *b,
                                  TSNode node)
{
    struct py_string s;

    a = py_pick(py, a);
    b = py_pick(py, b);
    if (py_is_list(a) && py_is_list(b))
        return add_lists(py, a, b, node);
    if (a->kind != PY_STRING && b->kind != PY_STRING)
        return py_arithmetic(py, '+', a, b, node);
    s = py_string_new(py);
    py_string_value(&s, a, py_none(a->node) ? node : a->node, false);
    py_string_value(&s, b, py_none(b->node) ? node : b->node, false);
    return py_string_end(&s, node);
}

const struct py_value *py_add(struct py *py, const struct py_value *a, const struct py_value *b, TSNode node)
{
    struct py_choices c;

    py_choices_begin(py, &c, node);
    while (py_choices_next(py, &c, add(py, a, b, node)))
        continue;
    return py_choices_end(py, &c);
}

static bool is_plus(const struct py *py, TSNode node)
{
    return py_kind(py, node) == NODE_BINARY && py_is(py_field(node, "operator"), "+");
}

/* a + b + c + … hangs to the left, as deep as it is long: put together in one pass. */
static const struct py_value *eval_sum(struct py *py, TSNode node)
{
    VEC(TSNode) operands = {0};
    VEC(const struct py_value *) values = {0};
    bool any_string = false, any_list = false;
    TSNode left = node;
    const struct py_value *sum;
    struct py_string s;

    for (; is_plus(py, left); left = py_field(left, "left"))
        vec_push(py->scratch, &operands, py_field(left, "right"));
    vec_push(py->scratch, &operands, left);
    for (uint32_t i = operands.count; i-- > 0;) {
        const struct py_value *v = py_pick(py, py_eval(py, operands.items[i]));
        any_string |= v->kind == PY_STRING;
        any_list |= py_is_list(v);
        vec_push(py->scratch, &values, v);
    }
    if (any_list && !any_string) {
        sum = values.items[0];
        for (uint32_t i = 1; i < values.count; i++)
            sum = py_add(py, sum, values.items[i], node);
        return sum;
    }
    if (!any_string) {
        sum = values.items[0];
        for (uint32_t i = 1; i < values.count && sum->kind == PY_NUMBER; i++)
            sum = py_arithmetic(py, '+', sum, values.items[i], node);
        return sum->kind == PY_NUMBER ? sum : py_unknown(py, node);
    }
    s = py_string_new(py);
    for (uint32_t i = 0; i < values.count; i++)
        py_string_value(&s, values.items[i], operands.items[values.count - 1 - i], false);
    return py_string_end(&s, node);
}

static const struct py_value *eval_percent(struct py *py, TSNode node)
{
    const struct py_value *format = py_pick(py, py_eval(py, py_field(node, "left")));

    if (format->kind != PY_STRING)
        return py_arithmetic(py, '%', format, py_eval(py, py_field(node, "right")), node);
    return py_percent(py, format, py_eval(py, py_field(node, "right")), node);
}

/* folder / "name" of pathlib. */
static const struct py_value *eval_path(struct py *py, TSNode node)
{
    const struct py_value *left = py_pick(py, py_eval(py, py_field(node, "left"))), *right;
    struct py_args rest = {.positional = &right, .positional_count = 1};

    if (left->kind != PY_STRING)
        return py_unknown(py, node);
    right = py_eval(py, py_field(node, "right"));
    return py_path_join(py, left, &rest, node);
}

static const struct py_value *each_choice(struct py *py, TSNode node,
                                          const struct py_value *(*make)(struct py *, TSNode))
{
    struct py_choices c;

    py_choices_begin(py, &c, node);
    while (py_choices_next(py, &c, make(py, node)))
        continue;
    return py_choices_end(py, &c);
}

/* a | b, a & b, a - b of sets, which are lists here; NULL when they are none. */
static const struct py_value *eval_set(struct py *py, TSNode node, char op)
{
    const struct py_value *a = py_eval(py, py_field(node, "left")), *b = py_eval(py, py_field(node, "right"));
    struct py_value *out = py_value_new(py, a->kind, node);

    if (op == '|' && a->kind == PY_DICT && b->kind == PY_DICT)
        return add_lists(py, a, b, node);
    if (!py_is_list(a) || !py_is_list(b) || !py_spend(py, a->count * (1 + b->count)))
        return NULL;
    for (uint32_t i = 0; i < a->count; i++)
        if (op == '|' || (py_contains(b, a->items[i]) == 1) == (op == '&'))
            py_push(py, out, a->items[i]);
    for (uint32_t i = 0; i < b->count && op == '|'; i++)
        if (py_contains(a, b->items[i]) != 1)
            py_push(py, out, b->items[i]);
    return out;
}

/* "x" * 3, ["x"] * 3; NULL when it is neither. */
static const struct py_value *repeated(struct py *py, TSNode node)
{
    const struct py_value *a = py_pick(py, py_eval(py, py_field(node, "left"))),
                          *b = py_pick(py, py_eval(py, py_field(node, "right"))), *what = a;
    struct py_value *list;
    struct py_string s;
    int64_t times;

    if (py_as_int(a, &times))
        what = b;
    else if (!py_as_int(b, &times))
        return py_unknown(py, node);
    times = times < 0 ? 0 : times;
    if (times > PY_MAX_UNROLL || !py_spend(py, (uint32_t)times * (1 + what->count)))
        return py_unknown(py, node);
    if (what->kind == PY_STRING && py_kind(py, what->node) == NODE_CALL &&
        slice_ends(py_callee(py, what->node), "Placeholder")) { /* of psycopg: so many of them */
        list = py_value_new(py, PY_LIST, node);
        while (times-- > 0)
            py_push(py, list, what);
        return list;
    }
    if (what->kind == PY_STRING) {
        s = py_string_new(py);
        while (times-- > 0)
            py_string_value(&s, what, node, false);
        return py_string_end(&s, node);
    }
    if (!py_is_list(what))
        return py_arithmetic(py, '*', a, b, node);
    list = py_value_new(py, what->kind, node);
    while (times-- > 0)
        for (uint32_t i = 0; i < what->count; i++)
            py_push(py, list, what->items[i]);
    return list;
}

static const struct py_value *eval_binary(struct py *py, TSNode node)
{
    TSNode operator= py_field(node, "operator");
    const struct py_value *set = NULL;
    struct slice op;

    if (py_none(operator))
        return py_unknown(py, node);
    op = py_bytes(py, operator);
    if (slice_is(op, "+"))
        return each_choice(py, node, eval_sum);
    if (slice_is(op, ">>") || slice_is(op, "<<"))
        return py_airflow_shift(py, node);
    if (slice_is(op, "/"))
        return each_choice(py, node, eval_path);
    if (slice_is(op, "%"))
        return each_choice(py, node, eval_percent);
    if (slice_is(op, "|") || slice_is(op, "-") || slice_is(op, "&"))
        set = eval_set(py, node, op.p[0]);
    if (set)
        return set;
    if (slice_is(op, "*"))
        return each_choice(py, node, repeated);
    if (slice_is(op, "-") || slice_is(op, "//"))
        return py_arithmetic(py, op.p[0], py_eval(py, py_field(node, "left")),
                             py_eval(py, py_field(node, "right")), node);
    return py_unknown(py, node);
}

/* `a or b` is the first that is known and not empty. */
static const struct py_value *eval_boolean(struct py *py, TSNode node)
{
    const struct py_value *a = py_eval(py, py_field(node, "left"));
    const struct py_value *b = py_eval(py, py_field(node, "right"));

    if (py_is(py_field(node, "operator"), "and")) {
        if (py_truth(a) == 1 || py_truth(b) == 0)
            return b;
        return py_truth(a) == 0 ? a : py_unknown(py, node);
    }
    if ((a->kind == PY_UNKNOWN && !a->count) || a->kind == PY_NONE ||
        (a->kind == PY_STRING && a->string.n == 0))
        return b;
    return a;
}

/* `a if c else b`: either, unless the condition is known. */
static const struct py_value *eval_conditional(struct py *py, TSNode node)
{
    struct py_nodes parts = py_children(py, node);
    const struct py_value *condition, *a, *b;
    struct py_value *choice = NULL;
    uint32_t fork;

    if (parts.count != 3)
        return py_unknown(py, node);
    condition = py_eval(py, parts.items[1]);
    a = py_eval(py, parts.items[0]);
    b = py_eval(py, parts.items[2]);
    if (py_truth(condition) >= 0 && !(py->statement_flags & IR_STMT_IN_LOOP))
        return py_truth(condition) ? a : b;
    fork = py_question(py, parts.items[1]);
    py_choice_add(py, &choice, a, py_path_with(py, NULL, fork, 1));
    py_choice_add(py, &choice, b, py_path_with(py, NULL, fork, 2));
    return py_choice_end(choice);
}

static const struct py_value *eval_number(struct py *py, TSNode node)
{
    struct py_value *v = py_value_new(py, PY_NUMBER, node);

    v->string = py_bytes(py, node);
    return v;
}

static const struct py_value *eval_bool(struct py *py, TSNode node, bool value)
{
    struct py_value *v = py_value_new(py, PY_BOOL, node);

    v->boolean = value;
    return v;
}

/* -1 is a number as written. */
static const struct py_value *eval_unary(struct py *py, TSNode node)
{
    TSNode argument = py_field(node, "argument");
    enum py_node kind = py_kind(py, argument);

    if ((kind == NODE_INTEGER || kind == NODE_FLOAT) && py_is(py_field(node, "operator"), "-"))
        return eval_number(py, node);
    return py_unknown(py, node);
}

static const struct py_value *eval_named(struct py *py, TSNode node)
{
    const struct py_value *v = py_eval(py, py_field(node, "value"));

    py_bind(py, py_field(node, "name"), v);
    return v;
}

static const struct py_value *eval_only_child(struct py *py, TSNode node)
{
    struct py_nodes inner = py_children(py, node);

    return inner.count == 1 ? py_eval(py, inner.items[0]) : py_unknown(py, node);
}

static const struct py_value *eval_kind(struct py *py, TSNode node)
{
    switch (py_kind(py, node)) {
    case NODE_IDENTIFIER:
        return eval_name(py, node);
    case NODE_ATTRIBUTE:
        return eval_attribute(py, node);
    case NODE_SUBSCRIPT:
        return each_choice(py, node, subscript);
    case NODE_STRING:
        return each_choice(py, node, py_literal);
    case NODE_CONCATENATED:
        return each_choice(py, node, py_concatenated);
    case NODE_INTEGER:
    case NODE_FLOAT:
        return eval_number(py, node);
    case NODE_TRUE:
        return eval_bool(py, node, true);
    case NODE_FALSE:
        return eval_bool(py, node, false);
    case NODE_NONE:
        return py_value_new(py, PY_NONE, node);
    case NODE_LIST:
    case NODE_SET:
        return eval_list(py, node, PY_LIST);
    case NODE_TUPLE:
    case NODE_EXPRESSION_LIST:
        return eval_list(py, node, PY_TUPLE);
    case NODE_DICT:
        return eval_dict(py, node);
    case NODE_LIST_COMPREHENSION:
    case NODE_SET_COMPREHENSION:
    case NODE_GENERATOR:
    case NODE_DICT_COMPREHENSION:
        return eval_comprehension(py, node);
    case NODE_PARENTHESIZED:
    case NODE_AWAIT:
        return eval_only_child(py, node);
    case NODE_BINARY:
        return eval_binary(py, node);
    case NODE_BOOLEAN:
        return eval_boolean(py, node);
    case NODE_CONDITIONAL:
        return eval_conditional(py, node);
    case NODE_COMPARISON:
        return py_comparison(py, node);
    case NODE_NOT:
        return py_not(py, node);
    case NODE_UNARY:
        return eval_unary(py, node);
    case NODE_NAMED:
        return eval_named(py, node);
    case NODE_LAMBDA:
        return py_lambda(py, node);
    case NODE_CALL:
        return py_eval_call(py, node);
    default:
        return py_unknown(py, node);
    }
}

const struct py_value *py_eval(struct py *py, TSNode expression)
{
    const struct py_value *v;

    if (py_none(expression) || py->walk->depth >= PY_MAX_DEPTH || !py_spend(py, 1))
        return py_unknown(py, expression);
    py->walk->depth++;
    v = eval_kind(py, expression);
    py->walk->depth--;
    return v;
}

bool py_string_of(struct py *py, TSNode expression, struct slice *out)
{
    const struct py_value *v = py_eval(py, expression);

    if (!py_is_known_string(v))
        return false;
    *out = v->string;
    return true;
}
