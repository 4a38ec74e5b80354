/*
 * A dbt project is known by its dbt_project.yml. Its sources are read at once, whatever part of it the run reads, because
 * a model that names one is read by a process of its own.
 */
#include "cli/dbt_projects.h"

#include "base/file.h"
#include "base/map.h"

#include <string.h>

#define DEEPEST 32
#define LARGEST (4u << 20) /* of a YAML file */

bool dbt_projects_wanted(const struct options *o)
{
    return (o->command & (COMMAND_LINT | COMMAND_GRAPH | COMMAND_IMPACT | COMMAND_LSP)) != 0;
}

static const char *join(struct arena *a, const char *dir, const char *name)
{
    return strcmp(dir, ".") == 0 ? name : path_join(a, dir, name);
}

/* The sources of every properties file below; one that is no YAML is said when it is read itself. */
static void read_sources(struct arena *a, const char *dir, unsigned depth, struct dbt_sources *sources)
{
    const char **names;
    struct slice bytes;
    size_t count;

    if (dir_list(a, dir, &names, &count, NULL) < 0)
        return;
    for (size_t i = 0; i < count; i++) {
        struct slice name = slice_of(names[i]);
        const char *path = join(a, dir, names[i]);

        if (name.p[0] == '.' || slice_is(name, "target") || slice_is(name, "logs") ||
            slice_is(name, "venv") || slice_is(name, "node_modules"))
            continue;
        if (slice_ends(name, ".yml") || slice_ends(name, ".yaml")) {
            if (file_read(a, path, LARGEST, &bytes, NULL) == 0)
                dbt_read_sources(a, path, bytes, sources, NULL);
        } else if (depth < DEEPEST && path_is_dir(path)) {
            read_sources(a, path, depth + 1, sources);
        }
    }
}

static uint64_t mark_of(struct arena *a, const struct dbt_project *p)
{
    struct buf all = buf_new(a);

    buf_adds(&all, p->root);
    for (uint32_t i = 0; i < p->sources.count; i++) {
        const struct dbt_source *s = &p->sources.items[i];
        const char *const parts[] = {s->source, s->table, s->catalog, s->schema, s->identifier};

        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            buf_printf(&all, "\n%s", parts[k] ? parts[k] : "\t");
    }
    return hash_bytes(buf_str(&all), all.n);
}

static struct dbt_project *open_project(struct arena *a, const char *dir)
{
    struct dbt_project *project;
    struct slice yaml;

    if (file_read(a, join(a, dir, "dbt_project.yml"), LARGEST, &yaml, NULL) < 0)
        return NULL;
    project = arena_alloc(a, sizeof *project);
    dbt_project_open(a, dir, yaml, project);
    read_sources(a, dir, 0, &project->sources);
    project->mark = mark_of(a, project);
    return project;
}

static bool in_packages(const char *dir)
{
    return strstr(dir, "dbt_packages") || strstr(dir, "dbt_modules");
}

struct dbt_project *dbt_project_at(struct arena *a, const struct options *o, const char *dir,
                                   struct dbt_project *around)
{
    struct dbt_project *own = around;

    if (!dbt_projects_wanted(o) || (around && in_packages(dir)))
        return around;
    if (!around || strcmp(around->root, dir) != 0)
        own = open_project(a, dir);
    if (own)
        own->whole = true;
    return own ? own : around;
}

struct dbt_project *dbt_project_around(struct arena *a, const struct options *o, const char *dir)
{
    struct dbt_project *project = NULL;

    if (!dbt_projects_wanted(o))
        return NULL;
    for (unsigned i = 0; i < DEEPEST && !project; i++) {
        project = in_packages(dir) ? NULL : open_project(a, dir);
        if (strcmp(dir, ".") == 0 || strcmp(dir, "/") == 0)
            break;
        dir = path_dir(a, dir);
    }
    return project;
}
