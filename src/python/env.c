/*
 * env.c - names to values, one environment per module, function call, class and object. Assignments
 * happen in the order of execution, so that a look-up gives the value at that moment.
 */
#include "python/walk.h"

struct py_env {
    struct py_env *parent;
    struct map slots; /* name -> index in values, plus one */
    VEC(const struct py_value *) values;
    struct map globals; /* names declared `global` here */
};

static uint64_t key_of(struct py *py, struct slice name)
{
    return map_key(0, strpool_intern(py->walk->names, name.p, name.n));
}

struct py_env *py_env_new(struct py *py, struct py_env *parent)
{
    struct py_env *env = ARENA_NEW(py->scratch, struct py_env);

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

void py_env_set(struct py *py, struct py_env *env, struct slice name, const struct py_value *value)
{
    uint64_t key = key_of(py, name);
    uint32_t at;

    if (env->globals.capacity && map_get(&env->globals, key))
        env = py->globals;
    at = map_get(&env->slots, key);
    if (at) {
        env->values.items[at - 1] = value;
        return;
    }
    vec_push(py->scratch, &env->values, value);
    map_put(&env->slots, key, env->values.count);
}

void py_env_global(struct py *py, struct py_env *env, struct slice name)
{
    if (!env->globals.capacity)
        env->globals = map_new(py->scratch);
    map_put(&env->globals, key_of(py, name), 1);
}
