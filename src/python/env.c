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
        at = env->values.count;
        map_put(&env->slots, key, at);
    }
    set_slot(py, env, at - 1, value);
}

void py_env_global(struct py *py, struct py_env *env, struct slice name)
{
    if (!env->globals.arena)
        env->globals = map_new(py->scratch);
    map_put(&env->globals, key_of(py, name), 1);
}

/* ---- forks ---- */

struct py_fork py_fork_begin(struct py *py)
{
    py->walk->forks++;
    return (struct py_fork){.mark = py->walk->changes.count, .slots = map_new(py->scratch)};
}

/* Notes what a branch leaves in a slot; a branch that set it twice is noted once, by its last value. */
static void note_end(struct py *py, struct py_fork *fork, const struct py_change *change)
{
    uint64_t key = map_key(change->env->id, change->slot);
    uint32_t at = map_get(&fork->slots, key);
    const struct py_value *value = change->env->values.items[change->slot];
    struct py_end *end;

    if (!at) {
        vec_push(py->scratch, &fork->ends, ((struct py_end){change->env, change->slot, 0, NULL, 0}));
        at = fork->ends.count;
        map_put(&fork->slots, key, at);
    }
    end = &fork->ends.items[at - 1];
    if (!value || end->last == fork->branches)
        return;
    end->last = fork->branches;
    end->value = end->value ? py_either(py, end->value, value) : value;
    end->branches++;
}

void py_fork_next(struct py *py, struct py_fork *fork)
{
    struct py_walk *walk = py->walk;

    fork->branches++;
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
    for (uint32_t i = 0; i < fork->ends.count; i++) {
        struct py_end *end = &fork->ends.items[i];
        const struct py_value *before = end->env->values.items[end->slot];
        if (end->value && before && end->branches < ways)
            end->value = py_either(py, before, end->value);
        if (end->value)
            set_slot(py, end->env, end->slot, end->value);
    }
}
