/*
 * A pattern with a slash is the path of the file that makes a table; one with a dot is "schema.table", or
 * "catalog.schema.table"; any other is a schema. Names are compared without regard to case. The last pattern that
 * matches counts, so that what extends a configuration has the last word.
 */
#include "cli/declared.h"

#include "base/file.h"

#include <ctype.h>
#include <string.h>

static const char *lower(struct arena *a, const char *text)
{
    char *copy = arena_strndup(a, text, strlen(text));

    for (char *p = copy; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

/* How a dataset may be named by a pattern. */
struct names {
    const char *schema, *full, *longest, *path;
};

static struct names names_of(const struct ir *ir, struct arena *a, const struct ir_dataset *d)
{
    struct names n = {.schema = lower(a, ir_string(ir, d->schema)),
                      .path = ir_string(ir, IR(ir, file, d->file)->path)};

    n.full = arena_printf(a, "%s.%s", n.schema, lower(a, ir_string(ir, d->name)));
    n.longest = d->catalog.v ? arena_printf(a, "%s.%s", lower(a, ir_string(ir, d->catalog)), n.full) : n.full;
    return n;
}

static bool is_named(const struct names *n, const char *pattern)
{
    if (strchr(pattern, '/'))
        return *n->path && glob_match(pattern, n->path);
    if (strchr(pattern, '.'))
        return glob_match(pattern, n->full) || glob_match(pattern, n->longest);
    return *n->schema && glob_match(pattern, n->schema);
}

static enum ir_layer layer_named(const char *name)
{
    enum ir_layer layer = IR_LAYER_SOURCE;

    while (layer < IR_LAYER_MARTS && strcmp(name, ir_name_of_layer(layer)) != 0)
        layer++;
    return layer;
}

void declare_layers(struct ir *ir, struct arena *scratch, const struct options *o)
{
    const char **patterns = ARENA_ARRAY(scratch, const char *, (size_t)o->layers.count + 1);

    for (uint32_t i = 0; i < o->layers.count; i++) {
        const char *glob = o->layers.items[i].glob;

        patterns[i] = strchr(glob, '/') ? glob : lower(scratch, glob);
    }
    for (IR_EACH(ir, dataset, d)) {
        struct ir_dataset *row = IR(ir, dataset, d);
        uint32_t i = o->layers.count;
        struct names names;

        if (!i || row->kind == IR_DATASET_TEMP || row->kind == IR_DATASET_FRAME ||
            row->kind == IR_DATASET_RESULT)
            continue;
        names = names_of(ir, scratch, row);
        while (i && !is_named(&names, patterns[i - 1]))
            i--;
        if (i)
            row->declared = layer_named(o->layers.items[i - 1].what);
    }
}
