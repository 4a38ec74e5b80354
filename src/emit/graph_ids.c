/* A counter, the names given so far, and a map from a name's hash to its id (cgraph(3), "DISCIPLINES"). */
#include "emit/graph_ids.h"

#include "base/map.h"
#include "base/vec.h"

#include <string.h>

struct ids {
    Agdisc_t disc; /* first: cgraph hands it to open() */
    Agiddisc_t callbacks;
    struct arena *arena;
    Agraph_t *graph;
    struct map known;      /* hash of a name -> id of the newest such name */
    VEC(char *) names;     /* by id; NULL for what has no name */
    VEC(uint32_t) another; /* by id: an older id whose name has the same hash, 0 for none */
};

static void *ids_open(Agraph_t *graph, Agdisc_t *disc)
{
    struct ids *ids = (struct ids *)disc;

    ids->graph = graph;
    return ids;
}

static uint32_t find(const struct ids *ids, const char *name)
{
    uint32_t id = map_get(&ids->known, hash_bytes(name, strlen(name)));

    while (id && strcmp(ids->names.items[id], name) != 0)
        id = ids->another.items[id];
    return id;
}

static uint32_t add(struct ids *ids, char *name)
{
    uint32_t id = ids->names.count;
    uint64_t hash = name ? hash_bytes(name, strlen(name)) : 0;

    /* cgraph looks in front of a name for what its own string table keeps there. */
    vec_push(ids->arena, &ids->names, name ? agstrdup(ids->graph, name) : NULL);
    vec_push(ids->arena, &ids->another, name ? map_get(&ids->known, hash) : 0);
    if (name)
        map_put(&ids->known, hash, id);
    return id;
}

static long ids_map(void *state, int type, char *name, IDTYPE *id, int create)
{
    struct ids *ids = state;
    uint32_t found = name ? find(ids, name) : 0;

    (void)type;
    if (!found && create)
        found = add(ids, name);
    *id = found;
    return found != 0;
}

static long ids_alloc(void *state, int type, IDTYPE id)
{
    (void)state;
    (void)type;
    (void)id;
    return 0; /* nobody chooses ids */
}

static void ids_free(void *state, int type, IDTYPE id)
{
    (void)state;
    (void)type;
    (void)id;
}

static char *ids_print(void *state, int type, IDTYPE id)
{
    const struct ids *ids = state;

    (void)type;
    return id < ids->names.count ? ids->names.items[id] : NULL;
}

static void ids_close(void *state)
{
    (void)state;
}

static void ids_register(void *state, int type, void *object)
{
    (void)state;
    (void)type;
    (void)object;
}

Agdisc_t *graph_ids(struct arena *a)
{
    struct ids *ids = ARENA_NEW(a, struct ids);

    ids->arena = a;
    ids->known = map_new(a);
    ids->callbacks = (Agiddisc_t){.open = ids_open,
                                  .map = ids_map,
                                  .alloc = ids_alloc,
                                  .free = ids_free,
                                  .print = ids_print,
                                  .close = ids_close,
                                  .idregister = ids_register};
    ids->disc = (Agdisc_t){.mem = &AgMemDisc, .id = &ids->callbacks, .io = &AgIoDisc};
    vec_push(a, &ids->names, NULL); /* id 0 is none */
    vec_push(a, &ids->another, 0);
    return &ids->disc;
}
