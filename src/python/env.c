/*
 * env.c - names to values, one environment per module, function call, class and object. Assignments
 * happen in the order of execution, so that a look-up gives the value at that moment.
 */
#include "python/walk.h"

struct py_env {
    uint32_t id;
    struct py_env *parent;
    struct map slots;                    /* name -> index in values, plus one */
    VEC(const struct py_value *) values; /* NULL: not bound after all */
    VEC(struct slice) names;             /* of the values */
    struct map globals;                  /* names declared `global` here */
};

static uint64_t key_of(struct py *py, struct slice name)
{
    return map_key(0, strpool_intern(py->walk->names, name.p, name.n));
}

struct py_env *py_env_new(struct py *py, struct py_env *parent)
{
    struct py_env *env = ARENA_NEW(py->scratch, struct py_env);

    env->id = ++py->walk->environments;
    env->parent = parent;
    env->slots = map_new(py->scratch);
    return env;
}

static const struct py_value *own(const struct py_env *env, uint64_t key)
{
    uint32_t at = map_get(&env->slots, key);

    return at ? env->values.items[at - 1] : NULL;
}

const struct py_value *py_env_own(struct py *py, struct py_env *env, struct slice name)
{
    return env ? own(env, key_of(py, name)) : NULL;
}

const struct py_value *py_env_get(struct py *py, struct py_env *env, struct slice name)
{
    uint64_t key = key_of(py, name);

    for (; env; env = env->parent) {
        const struct py_value *v = own(env, key);
        if (v)
            return v;
    }
    return NULL;
}

static void set_slot(struct py *py, struct py_env *env, uint32_t slot, const struct py_value *value)
{
    if (py->walk->forks)
        vec_push(py->scratch, &py->walk->changes, ((struct py_change){env, slot, env->values.items[slot]}));
    env->values.items[slot] = value;
}

void py_env_set(struct py *py, struct py_env *env, struct slice name, const struct py_value *value)
{
    uint64_t key = key_of(py, name);
    uint32_t at;

    if (map_get(&env->globals, key))
        env = py->globals;
    at = map_get(&env->slots, key);
    if (!at) {
        vec_push(py->scratch, &env->values, NULL);
        vec_push(py->scratch, &env->names, name);
        at = env->values.count;
        map_put(&env->slots, key, at);
    }
    set_slot(py, env, at - 1, value);
}

struct py_value *py_env_dict(struct py *py, const struct py_env *env, TSNode node)
{
    struct py_value *dict = py_value_new(py, PY_DICT, node);

    for (uint32_t i = 0; i < env->values.count && py_spend(py, 1); i++)
        if (env->values.items[i])
            py_dict_set(py, dict, py_string_made(py, env->names.items[i], node), env->values.items[i]);
    return dict;
}

void py_env_global(struct py *py, struct py_env *env, struct slice name)
{
    if (!env->globals.arena)
        env->globals = map_new(py->scratch);
    map_put(&env->globals, key_of(py, name), 1);
}

/* ---- forks ---- */

struct py_fork py_fork_begin(struct py *py, uint32_t id)
{
    py->walk->forks++;
    return (struct py_fork){
        .id = id, .mark = py->walk->changes.count, .path = py->walk->path, .slots = map_new(py->scratch)};
}

/* The bit of a branch; those beyond the last bit go with everything. */
static uint64_t bit_of(uint32_t branch)
{
    return branch < 63 ? (uint64_t)1 << branch : UINT64_MAX;
}

void py_fork_branch(struct py *py, struct py_fork *fork)
{
    py->walk->path = py_path_with(py, fork->path, fork->id, bit_of(fork->branches));
}

/* Notes what a branch leaves in a slot; a branch that set it twice is noted once, by its last value. */
static void note_end(struct py *py, struct py_fork *fork, const struct py_change *change)
{
    uint64_t key = map_key(change->env->id, change->slot);
    uint32_t at = map_get(&fork->slots, key);
    const struct py_value *value = change->env->values.items[change->slot];
    const struct py_path *path = py_path_with(py, NULL, fork->id, bit_of(fork->branches - 1));
    struct py_end *end;

    if (!at) {
        vec_push(py->scratch, &fork->ends, ((struct py_end){.env = change->env, .slot = change->slot}));
        at = fork->ends.count;
        map_put(&fork->slots, key, at);
    }
    end = &fork->ends.items[at - 1];
    if (!value || end->last == fork->branches)
        return;
    end->last = fork->branches;
    py_choice_add(py, &end->value, value, path);
    end->set |= bit_of(fork->branches - 1);
    end->branches++;
}

void py_fork_next(struct py *py, struct py_fork *fork, bool left)
{
    struct py_walk *walk = py->walk;

    if (left)
        fork->left |= bit_of(fork->branches);
    fork->branches++;
    walk->path = fork->path;
    for (uint32_t i = walk->changes.count; i-- > fork->mark;)
        note_end(py, fork, &walk->changes.items[i]);
    while (walk->changes.count > fork->mark) {
        struct py_change c = walk->changes.items[--walk->changes.count];
        c.env->values.items[c.slot] = c.before;
    }
}

void py_fork_end(struct py *py, struct py_fork *fork, bool exhaustive)
{
    uint32_t ways = fork->branches + !exhaustive;

    py->walk->forks--;
    if (fork->left && ~fork->left)
        py->walk->path = py_path_with(py, fork->path, fork->id, ~fork->left);
    for (uint32_t i = 0; i < fork->ends.count; i++) {
        struct py_end *end = &fork->ends.items[i];
        const struct py_value *before = end->env->values.items[end->slot];
        struct py_value *after = NULL;
        uint64_t others = ~end->set ? ~end->set : UINT64_MAX;
        if (!end->value)
            continue;
        if (before && end->branches < ways)
            py_choice_add(py, &after, before, py_path_with(py, NULL, fork->id, others));
        py_choice_add(py, &after, end->value, NULL);
        set_slot(py, end->env, end->slot, py_choice_end(after));
    }
}
