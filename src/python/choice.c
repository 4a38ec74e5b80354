/*
 * choice.c - values that may be one of several, and what is made of them. A value of a branch remembers under
 * which branches of which forks it is taken (its path), so that values of the same branch go together and those
 * of independent forks with each other. Something made of such values is made once per world: a run picks an
 * alternative wherever it meets a choice; the next run takes the next one at the last place that has one left.
 */
#include "python/walk.h"

/* ---- paths ---- */

static const struct py_path *find_fork(const struct py_path *path, uint32_t fork)
{
    while (path && path->fork != fork)
        path = path->up;
    return path;
}

const struct py_path *py_path_with(struct py *py, const struct py_path *up, uint32_t fork, uint64_t branches)
{
    struct py_path *path = ARENA_NEW(py->scratch, struct py_path);

    *path = (struct py_path){up, fork, branches};
    return path;
}

/* Both at once; false when no run of the program takes both. */
static bool both_paths(struct py *py, const struct py_path *a, const struct py_path *b,
                       const struct py_path **out)
{
    *out = a;
    for (; b; b = b->up) {
        const struct py_path *same = find_fork(*out, b->fork);
        uint64_t branches = same ? same->branches & b->branches : b->branches;
        if (!branches)
            return false;
        if (!same || same->branches != branches)
            *out = py_path_with(py, *out, b->fork, branches); /* hides the wider one */
    }
    return true;
}

/* Either: what both say, or their union where they differ in one fork alone. */
static const struct py_path *either_path(struct py *py, const struct py_path *a, const struct py_path *b)
{
    if (a && b && a->up == b->up && a->fork == b->fork)
        return py_path_with(py, a->up, a->fork, a->branches | b->branches);
    return NULL;
}

/* ---- conditions ---- */

/* What a part of a condition adds to its key: its text, and which value each name has. False where the answer may be
 * another one next time: at any call but a look at the environment. */
static bool add_to_key(struct py *py, TSNode node, uint64_t *key)
{
    struct py_nodes inner = py_children(py, node);
    enum py_node kind = py_kind(py, node);
    struct slice text = py_bytes(py, node), callee;

    if (kind == NODE_IDENTIFIER) {
        const struct py_value *v = py_env_get(py, py->env, text);
        struct slice path = py_import_path(py, text);
        uint64_t of = v        ? hash_bytes(&v, sizeof v)
                      : path.n ? hash_bytes(path.p, path.n)
                               : hash_bytes(&py->walk->module, sizeof py->walk->module);
        *key = (*key ^ of) * 31;
    } else if (kind == NODE_CALL) {
        callee = py_qualified(py, py_callee(py, node));
        if (!slice_is(callee, "os.getenv") && !slice_is(callee, "os.environ.get"))
            return false;
    } else if (kind == NODE_NAMED || kind == NODE_AWAIT) {
        return false;
    }
    if (py->walk->depth >= PY_MAX_DEPTH || !py_spend(py, 1))
        return false;
    py->walk->depth++;
    inner.count -= kind == NODE_ATTRIBUTE && inner.count == 2; /* its name is none of a variable */
    for (uint32_t i = 0; i < inner.count; i++)
        if (!add_to_key(py, inner.items[i], key)) {
            py->walk->depth--;
            return false;
        }
    py->walk->depth--;
    return true;
}

uint32_t py_question(struct py *py, TSNode condition)
{
    struct slice text = py_bytes(py, condition);
    uint64_t key = hash_bytes(text.p, text.n);
    uint32_t known;

    if (py_none(condition) || !add_to_key(py, condition, &key))
        return ++py->walk->forked;
    known = map_get(&py->walk->questions, key);
    if (!known)
        map_put(&py->walk->questions, key, known = ++py->walk->forked);
    return known;
}

/* ---- choices ---- */

static bool is_choice(const struct py_value *v)
{
    return v->kind == PY_UNKNOWN && v->count;
}

static bool is_same(const struct py_value *a, const struct py_value *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->count || b->count)
        return false;
    return (a->kind == PY_STRING || a->kind == PY_NUMBER) && slice_eq(a->string, b->string);
}

static void add_alternative(struct py *py, struct py_value *choice, const struct py_value *v,
                            const struct py_path *path)
{
    const struct py_path **paths = (const struct py_path **)choice->paths;

    for (uint32_t i = 0; i < choice->count; i++)
        if (is_same(choice->items[i], v)) {
            paths[i] = either_path(py, paths[i], path);
            return;
        }
    if (choice->count == PY_MAX_CHOICES) {
        choice->boolean = true;
        return;
    }
    if (!paths)
        choice->paths = paths = ARENA_ARRAY(py->scratch, const struct py_path *, PY_MAX_CHOICES);
    paths[choice->count] = path;
    py_push(py, choice, v);
}

/* Adds v, or what v may be, under a path. */
static void add_under(struct py *py, struct py_value *choice, const struct py_value *v,
                      const struct py_path *path)
{
    const struct py_path *merged;

    if (!is_choice(v)) {
        add_alternative(py, choice, v, path);
        return;
    }
    choice->boolean |= v->boolean;
    for (uint32_t i = 0; i < v->count; i++)
        if (both_paths(py, path, v->paths ? v->paths[i] : NULL, &merged))
            add_alternative(py, choice, v->items[i], merged);
}

void py_choice_add(struct py *py, struct py_value **choice, const struct py_value *v,
                   const struct py_path *path)
{
    if (!*choice)
        *choice = py_value_new(py, PY_UNKNOWN, v->node);
    add_under(py, *choice, v, path);
}

const struct py_value *py_choice_end(const struct py_value *choice)
{
    return choice->count == 1 ? choice->items[0] : choice;
}

const struct py_value *py_any(struct py *py, struct py_value *const *items, uint32_t count, TSNode node)
{
    struct py_value *choice = py_value_new(py, PY_UNKNOWN, node);

    for (uint32_t i = 0; i < count; i++)
        add_under(py, choice, items[i], NULL);
    return py_choice_end(choice);
}

const struct py_value *py_each(struct py *py, const struct py_value *v,
                               const struct py_value *(*make)(void *data, const struct py_value *one),
                               void *data)
{
    const struct py_path *assumed = py->walk->assumed;
    struct py_value *choice;

    if (!is_choice(v))
        return make(data, v);
    choice = py_value_new(py, PY_UNKNOWN, v->node);
    choice->boolean = v->boolean;
    for (uint32_t i = 0; i < v->count; i++) {
        const struct py_path *path = v->paths ? v->paths[i] : NULL;
        const struct py_value *one;
        if (!both_paths(py, assumed, path, &py->walk->assumed)) {
            py->walk->assumed = assumed;
            continue;
        }
        one = make(data, v->items[i]);
        py->walk->assumed = assumed;
        if (!one)
            return NULL;
        add_under(py, choice, one, path);
    }
    return py_choice_end(choice);
}

/* ---- worlds ---- */

void py_choices_begin(struct py *py, struct py_choices *c, TSNode node)
{
    const struct py_path *from;

    if (!both_paths(py, py->walk->assumed, py->walk->path, &from))
        from = py->walk->assumed;
    *c = (struct py_choices){.up = py->walk->choosing, .path = from, .from = from};
    c->made = py_value_new(py, PY_UNKNOWN, node);
    py->walk->choosing = c;
}

/* Which of `count` this world takes at the next place where there is a choice. */
static uint32_t next_pick(struct py_choices *c, uint32_t count)
{
    if (c->at == PY_MAX_PICKS)
        return 0;
    if (c->at == c->picks) {
        c->pick[c->picks] = 0;
        c->of[c->picks++] = count;
    }
    return c->pick[c->at++];
}

const struct py_value *py_pick(struct py *py, const struct py_value *v)
{
    struct py_choices *c = py->walk->choosing;
    const struct py_path *paths[PY_MAX_CHOICES];
    uint32_t possible[PY_MAX_CHOICES], count = 0, taken;

    if (!c || !is_choice(v))
        return v;
    for (uint32_t i = 0; i < v->count && i < PY_MAX_CHOICES; i++)
        if (both_paths(py, c->path, v->paths ? v->paths[i] : NULL, &paths[count]))
            possible[count++] = i;
    if (count == 0) {
        c->impossible = true;
        return v->items[0];
    }
    taken = count > 1 ? next_pick(c, count) : 0;
    c->path = paths[taken];
    c->made->boolean |= v->boolean;
    return v->items[possible[taken]];
}

const struct py_value *py_possible(struct py *py, const struct py_value *v)
{
    struct py_choices c;

    if (!is_choice(v))
        return v;
    py_choices_begin(py, &c, v->node);
    while (py_choices_next(py, &c, py_pick(py, v)))
        continue;
    return py_choices_end(py, &c);
}

bool py_choices_next(struct py *py, struct py_choices *c, const struct py_value *v)
{
    if (!c->impossible)
        add_under(py, c->made, v, c->path);
    while (c->picks > 0 && c->pick[c->picks - 1] + 1 == c->of[c->picks - 1])
        c->picks--;
    if (c->picks == 0 || !py_spend(py, 1))
        return false;
    if (c->made->count == PY_MAX_CHOICES) {
        c->made->boolean = true;
        return false;
    }
    c->pick[c->picks - 1]++;
    c->at = 0;
    c->path = c->from;
    c->impossible = false;
    return true;
}

const struct py_value *py_choices_end(struct py *py, struct py_choices *c)
{
    py->walk->choosing = c->up;
    return py_choice_end(c->made);
}
