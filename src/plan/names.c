/*
 * Names: a staging model is called after its source, the others after what they were, without the noise of the
 * past (tmp_, #, _v2). Who comes to a name second gets a longer one, always by the same rules.
 */
#include "plan/planner.h"

#include "base/file.h"

#include <ctype.h>
#include <string.h>

enum { NAME_MAX_BYTES = 63 }; /* PostgreSQL cuts off what is longer */

static const char *const noise_before[] = {"tmp", "temp", "wrk", "scratch"};
static const char *const noise_after[] = {"tmp", "temp", "wrk", "final", "new", "bak"};
static const char *const layer_words[] = {"stg", "staging", "int", "intermediate"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_word(struct slice s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(s, words[i]))
            return true;
    return false;
}

static bool is_version(struct slice s)
{
    if (s.n < 2 || s.p[0] != 'v')
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!isdigit((unsigned char)s.p[i]))
            return false;
    return true;
}

/* Lower case, and '_' for every run of what is no letter or digit; none at the ends. */
static struct slice plain(struct arena *a, struct slice name)
{
    struct buf b = buf_new(a);

    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];

        if (c < 0x80 && isalnum(c))
            buf_addc(&b, (char)tolower(c));
        else if (b.n && b.p[b.n - 1] != '_')
            buf_addc(&b, '_');
    }
    while (b.n && b.p[b.n - 1] == '_')
        b.n--;
    return (struct slice){b.n ? b.p : "", b.n};
}

static struct slice first_word(struct slice s)
{
    const char *end = memchr(s.p, '_', s.n);

    return slice_sub(s, 0, end ? (size_t)(end - s.p) : s.n);
}

static struct slice last_word(struct slice s)
{
    size_t at = s.n;

    while (at && s.p[at - 1] != '_')
        at--;
    return slice_sub(s, at, s.n - at);
}

static struct slice without_first(struct slice s, const char *const *words, size_t count)
{
    for (;;) {
        struct slice word = first_word(s);

        if (word.n + 1 >= s.n || !is_word(word, words, count))
            return s;
        s = slice_sub(s, word.n + 1, s.n - word.n - 1);
    }
}

static struct slice clean(struct arena *a, struct slice name)
{
    struct slice s = without_first(plain(a, name), noise_before, COUNT(noise_before));

    for (;;) {
        struct slice word = last_word(s);

        if (word.n + 1 >= s.n || (!is_version(word) && !is_word(word, noise_after, COUNT(noise_after))))
            return s;
        s.n -= word.n + 1;
    }
}

const char *plan_clean_name(struct arena *a, const char *name)
{
    struct slice s = clean(a, slice_of(name));

    return arena_strndup(a, s.p, s.n);
}

struct naming {
    struct planner *p;
    struct map taken;        /* name -> model */
    struct map numbers;      /* name that several want -> the last number given */
    struct map source_names; /* name of a table that is read as a source -> 1 */
    struct map same_source;  /* source dataset -> staging models over it */
    bool several_sources; /* staging models read more than one: each has a folder, and its name in theirs */
};

static struct slice name_of(const struct naming *n, ir_dataset_id dataset)
{
    return clean(n->p->scratch, ir_slice(n->p->ir, IR(n->p->ir, dataset, dataset)->name));
}

/* A name without the prefix of its layer, which gets added again. */
static const char *entity(const struct naming *n, ir_dataset_id dataset)
{
    struct slice s = without_first(name_of(n, dataset), layer_words, COUNT(layer_words));

    return s.n ? arena_strndup(n->p->scratch, s.p, s.n) : "model";
}

/* The only one that it is made of; 0: of none, or of several. */
static ir_dataset_id source_of(const struct naming *n, ir_dataset_id dataset)
{
    struct plan_datasets upstream = {0};

    plan_upstream(n->p, dataset, &upstream);
    return upstream.count == 1 ? upstream.items[0] : (ir_dataset_id){0};
}

/* The source that a table belongs to, as its folder is called: its schema, with its catalog where that is written. */
static struct slice source_name(const struct naming *n, ir_dataset_id table)
{
    const struct ir_dataset *d = IR(n->p->ir, dataset, table);
    struct arena *a = n->p->scratch;
    const char *schema = ir_string(n->p->ir, d->schema);

    if (!d->schema.v)
        return slice_of("legacy");
    return plain(a, d->catalog.v ? slice_of(arena_printf(a, "%s_%s", ir_string(n->p->ir, d->catalog), schema))
                                 : slice_of(schema));
}

/* Of several staging models over one table, the one that is called as the table keeps the plain name. */
static const char *staging_name(const struct naming *n, ir_dataset_id dataset)
{
    ir_dataset_id source = source_of(n, dataset);
    const char *own = entity(n, dataset), *of = source.v ? entity(n, source) : own, *name;
    struct slice from = source_name(n, source);
    bool named = n->several_sources && source.v;

    name =
        arena_printf(n->p->scratch, "stg_%.*s%s%s", named ? (int)from.n : 0, from.p, named ? "__" : "", of);
    if (map_get(&n->same_source, source.v) > 1 && strcmp(of, own) != 0)
        return arena_printf(n->p->scratch, "%s__%s", name, own);
    return name;
}

/* The folder of a model, below the models folder. */
static const char *folder_of(const struct naming *n, ir_dataset_id dataset)
{
    enum ir_layer layer = IR(n->p->ir, dataset, dataset)->layer;
    ir_dataset_id source = {0};
    struct slice from;

    if (layer == IR_LAYER_STAGING && n->several_sources)
        source = source_of(n, dataset);
    if (!source.v)
        return ir_name_of_layer(layer);
    from = source_name(n, source);
    return arena_printf(n->p->scratch, "%s/%.*s", ir_name_of_layer(layer), (int)from.n, from.p);
}

static const char *mart_name(const struct naming *n, ir_dataset_id dataset)
{
    struct slice s = name_of(n, dataset);
    uint32_t id = ir_intern(n->p->ir, s.p, s.n).v;

    if (!s.n || isdigit((unsigned char)s.p[0]) || map_get(&n->source_names, id))
        return arena_printf(n->p->scratch, "mart_%.*s", (int)s.n, s.p);
    return arena_strndup(n->p->scratch, s.p, s.n);
}

static const char *wanted_name(const struct naming *n, ir_dataset_id dataset)
{
    switch (IR(n->p->ir, dataset, dataset)->layer) {
    case IR_LAYER_STAGING:
        return staging_name(n, dataset);
    case IR_LAYER_MARTS:
        return mart_name(n, dataset);
    default:
        return arena_printf(n->p->scratch, "int_%s", entity(n, dataset));
    }
}

static ir_str fitting(const struct naming *n, const char *name)
{
    size_t len = strlen(name);

    if (len <= NAME_MAX_BYTES)
        return ir_interns(n->p->ir, name);
    return ir_interns(n->p->ir, arena_printf(n->p->scratch, "%.*s_%08x", NAME_MAX_BYTES - 9, name,
                                             (unsigned)(hash_bytes(name, len) & 0xffffffffu)));
}

/* What tells it from another of the same name: its schema, else the job that it belongs to. */
static struct slice qualifier(const struct naming *n, ir_dataset_id dataset)
{
    const struct ir *ir = n->p->ir;
    const struct ir_dataset *d = IR(ir, dataset, dataset);
    const struct ir_job *job = IR(ir, job, d->job);
    struct slice of = d->schema.v ? ir_slice(ir, d->schema) : ir_slice(ir, job->name);

    if (!of.n) {
        const char *file = path_base(ir_string(ir, job->id)), *dot = strrchr(file, '.');

        of = dot ? (struct slice){file, (size_t)(dot - file)} : slice_of(file);
    }
    return plain(n->p->scratch, of);
}

static ir_str free_name(struct naming *n, ir_dataset_id dataset)
{
    const char *want = wanted_name(n, dataset);
    struct slice by = qualifier(n, dataset);
    ir_str name = fitting(n, want), base;
    uint32_t number;

    if (map_get(&n->taken, name.v) && by.n)
        name = fitting(n, want = arena_printf(n->p->scratch, "%s__%.*s", want, (int)by.n, by.p));
    base = name;
    for (number = map_get(&n->numbers, base.v) + 1; map_get(&n->taken, name.v); number++)
        name = fitting(n, arena_printf(n->p->scratch, "%s_%u", want, number));
    map_put(&n->numbers, base.v, number - 1);
    return name;
}

static enum ir_materialized materialized(enum ir_dataset_kind kind)
{
    switch (kind) {
    case IR_DATASET_VIEW:
        return IR_MAT_VIEW;
    case IR_DATASET_MATVIEW:
        return IR_MAT_MATVIEW;
    default:
        return IR_MAT_TABLE;
    }
}

static void add_model(struct naming *n, ir_dataset_id dataset)
{
    struct ir *ir = n->p->ir;
    const struct ir_dataset *d = IR(ir, dataset, dataset);
    ir_str name = free_name(n, dataset);
    const char *path = arena_printf(n->p->scratch, "%s/%s.%s", folder_of(n, dataset), ir_string(ir, name),
                                    n->p->builds[dataset.v].script ? "py" : "sql");
    ir_model_id model =
        ir_add_model(ir, (struct ir_model){
                             .name = name,
                             .layer = d->layer,
                             .dataset = dataset,
                             .materialized = materialized(d->kind),
                             .path = ir_interns(ir, path),
                             .statement = n->p->builds[dataset.v].first,
                             .language = n->p->builds[dataset.v].script ? IR_LANG_PYTHON : IR_LANG_UNKNOWN,
                         });

    map_put(&n->taken, name.v, model.v);
    IR(ir, dataset, dataset)->model = model;
}

/* Folded frames belong to the model that they end up in, and twins to the one that stands for both. */
static void set_folded(struct planner *p)
{
    struct ir_dataset *datasets = p->ir->dataset.items;

    for (uint32_t d = p->ir->dataset.count; d-- > 1;) {
        if (p->builds[d].folded)
            datasets[d].model = datasets[p->builds[d].owner.v].model;
        if (datasets[d].same_as.v)
            datasets[d].model = datasets[datasets[d].same_as.v].model;
    }
}

static void note_source(struct naming *n, ir_dataset_id table, struct slice *first)
{
    struct slice name = source_name(n, table);

    if (!table.v)
        return;
    if (!first->n)
        *first = name;
    n->several_sources |= !slice_eq(*first, name);
}

void plan_names(struct planner *p)
{
    struct slice first = {"", 0};
    struct naming n = {.p = p,
                       .taken = map_new(p->scratch),
                       .numbers = map_new(p->scratch),
                       .source_names = map_new(p->scratch),
                       .same_source = map_new(p->scratch)};

    for (IR_EACH(p->ir, dataset, d)) {
        enum ir_layer layer = IR(p->ir, dataset, d)->layer;

        if (layer == IR_LAYER_SOURCE)
            map_put(&n.source_names, ir_fold(p->ir, IR(p->ir, dataset, d)->name).v, 1);
        if (layer == IR_LAYER_STAGING) {
            ir_dataset_id source = source_of(&n, d);

            map_put(&n.same_source, source.v, map_get(&n.same_source, source.v) + 1);
            note_source(&n, source, &first);
        }
    }
    for (IR_EACH(p->ir, dataset, d))
        if (p->builds[d.v].model)
            add_model(&n, d);
    set_folded(p);
}
