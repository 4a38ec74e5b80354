/*
 * Writing a project without harming what is there. All decisions come before the first change: what would be
 * replaced, what is in the way, what is no longer needed. The files are written into a folder of their own inside the
 * root, read back and compared with the legacy there, and then renamed into their places.
 */
#include "cli/project.h"

#include "base/file.h"
#include "base/map.h"
#include "cli/manifest.h"
#include "cli/readback.h"
#include "emit/emit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROJECT_NAME                                                                                         \
    "legacy_migration" /* the same wherever it is written: the same input gives the same bytes */
#define MODELS "models"

struct project {
    struct arena *scratch;
    const struct options *options;
    const char *root;
    bool into_models; /* DIR is the models folder of a project */
    bool root_is_new;
    struct manifest before, after;
    struct emit_files files; /* to be written */
    const char *aside;       /* the folder in which they are written first */
};

static const char *without_slashes(struct arena *a, const char *path)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    return arena_strndup(a, path, n);
}

static void find_root(struct project *p)
{
    const char *dir = without_slashes(p->scratch, p->options->emit_dir);

    p->into_models = strcmp(path_base(dir), MODELS) == 0;
    p->root = p->into_models ? path_dir(p->scratch, dir) : dir;
    p->root_is_new = !path_exists(p->root);
}

static const char *in_root(const struct project *p, const char *path)
{
    return path_join(p->scratch, p->root, path);
}

/* The hash of a file in the root; false when it can't be read. */
static bool hash_of(const struct project *p, const char *path, uint64_t *hash)
{
    struct slice bytes;
    struct err ignored;

    if (file_read(p->scratch, in_root(p, path), 0, &bytes, &ignored) < 0)
        return false;
    *hash = hash_bytes(bytes.p, bytes.n);
    return true;
}

static bool is_ours_unchanged(const struct project *p, const char *path)
{
    const struct manifest_entry *entry = manifest_find(&p->before, path);
    uint64_t hash;

    return entry && hash_of(p, path, &hash) && hash == entry->hash;
}

static bool is_project_file(const char *path)
{
    return strncmp(path, MODELS "/", sizeof MODELS) != 0;
}

/* Files that another project may well have of its own: ours give way to them. */
static bool gives_way(const struct project *p, const char *path)
{
    return strcmp(path, ".gitignore") == 0 || (p->into_models && is_project_file(path));
}

static bool may_write(const struct project *p, const struct emit_file *file, uint64_t hash)
{
    uint64_t there;

    if (!path_exists(in_root(p, file->path)) || is_ours_unchanged(p, file->path))
        return true;
    if (hash_of(p, file->path, &there) && there == hash)
        return true;
    return p->options->force && !gives_way(p, file->path);
}

/* Keeps of all files those to write, and names on stderr those that stand in the way of one. */
static uint32_t choose_files(struct project *p, const struct emit_files *all)
{
    uint32_t in_the_way = 0;

    for (uint32_t i = 0; i < all->count; i++) {
        const struct emit_file *file = &all->items[i];
        uint64_t hash = hash_bytes(file->content.p, file->content.n);

        if (!may_write(p, file, hash)) {
            if (gives_way(p, file->path))
                continue;
            fprintf(stderr, "%s: %s\n", in_root(p, file->path),
                    manifest_find(&p->before, file->path) ? "was edited after lineage wrote it"
                                                          : "was not written by lineage");
            in_the_way++;
        }
        vec_push(p->scratch, &p->files, *file);
        vec_push(p->scratch, &p->after, ((struct manifest_entry){file->path, hash}));
    }
    return in_the_way;
}

static int write_aside(struct project *p, struct err *e)
{
    char *aside = (char *)in_root(p, ".lineage-XXXXXX");

    if (dir_make(p->root, e) < 0)
        return -1;
    if (!mkdtemp(aside))
        return err_set(e, "%s: cannot make a folder in it: %s", p->root, strerror(errno));
    p->aside = aside;
    for (uint32_t i = 0; i < p->files.count; i++) {
        const struct emit_file *file = &p->files.items[i];

        if (file_write(path_join(p->scratch, aside, file->path), file->content.p, file->content.n, e) < 0)
            return -1;
    }
    return 0;
}

static int move_in(struct project *p, struct err *e)
{
    struct buf manifest = buf_new(p->scratch);

    for (uint32_t i = 0; i < p->files.count; i++) {
        const char *path = p->files.items[i].path, *to = in_root(p, path);

        if (dir_make(path_dir(p->scratch, to), e) < 0)
            return -1;
        if (rename(path_join(p->scratch, p->aside, path), to) < 0)
            return err_set(e, "%s: cannot be written: %s", to, strerror(errno));
    }
    manifest_write(&p->after, &manifest);
    return file_write(in_root(p, MANIFEST_NAME), manifest.p, manifest.n, e);
}

/* Removes what lineage wrote before and does not write any more, unless somebody edited it since. */
static void remove_stale(struct project *p)
{
    for (uint32_t i = 0; i < p->before.count; i++) {
        const char *path = p->before.items[i].path;

        if (manifest_find(&p->after, path) || !path_exists(in_root(p, path)))
            continue;
        if (is_ours_unchanged(p, path) || p->options->force)
            unlink(in_root(p, path));
        else if (!p->options->quiet)
            fprintf(stderr, "%s: is no longer made, but was edited: left as it is\n", in_root(p, path));
    }
}

/* Removes the folder in which the files were written, and whatever a failure left in it. */
static void remove_aside(struct project *p)
{
    VEC(const char *) dirs = {0};

    if (!p->aside)
        return;
    for (uint32_t i = 0; i < p->files.count; i++) {
        const char *path = path_join(p->scratch, p->aside, p->files.items[i].path);

        unlink(path);
        for (path = path_dir(p->scratch, path); strlen(path) > strlen(p->aside);
             path = path_dir(p->scratch, path))
            vec_push(p->scratch, &dirs, path);
    }
    for (int deepest_first = 0; deepest_first < 4; deepest_first++)
        for (uint32_t i = 0; i < dirs.count; i++)
            rmdir(dirs.items[i]);
    rmdir(p->aside);
    if (p->root_is_new)
        rmdir(p->root); /* only when nothing was moved in */
}

/* `lineage parity`: the models are there, and what compares them with the legacy is all that is written. */
static bool only_parity(const struct project *p)
{
    return p->options->command == COMMAND_PARITY;
}

static void set_parity(struct project *p, struct emit_dbt_options *options)
{
    VEC(struct emit_parity_setting) list = {0};

    for (uint32_t i = 0; i < p->options->parity_columns.count; i++) {
        const struct glob_setting *s = &p->options->parity_columns.items[i];

        vec_push(p->scratch, &list, ((struct emit_parity_setting){s->glob, s->what}));
    }
    options->parity_settings = list.items;
    options->parity_setting_count = list.count;
}

/* Leaves only the parity files in `all`; what else the manifest names stays there as it is. */
static void keep_parity(struct project *p, struct emit_files *all)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < all->count; i++)
        if (emit_is_parity(all->items[i].path))
            all->items[kept++] = all->items[i];
    all->count = kept;
    for (uint32_t i = 0; i < p->before.count; i++)
        if (!emit_is_parity(p->before.items[i].path))
            vec_push(p->scratch, &p->after, p->before.items[i]);
}

static int write_project(struct project *p, const struct ir *ir, struct err *e)
{
    struct emit_files all = {0};
    const char *yml = "dbt_project.yml";
    struct emit_dbt_options options = {.project_name = PROJECT_NAME,
                                       .models_dir = MODELS,
                                       .target = p->options->target,
                                       .parity = p->options->parity || only_parity(p)};
    uint32_t in_the_way;

    if (manifest_read(p->scratch, p->root, &p->before, e) < 0)
        return -1;
    options.in_foreign_project = p->into_models && path_exists(in_root(p, yml)) && !is_ours_unchanged(p, yml);
    set_parity(p, &options);
    if (emit_dbt(ir, p->scratch, &options, &all, e) < 0)
        return -1;
    if (only_parity(p))
        keep_parity(p, &all);
    in_the_way = choose_files(p, &all);
    if (in_the_way)
        return err_set(e, "%s: %u file%s would be overwritten; nothing was written (--force overwrites)",
                       p->root, in_the_way, in_the_way == 1 ? "" : "s");
    if (write_aside(p, e) < 0)
        return -1;
    if (!only_parity(p) && readback_check(ir, p->scratch, p->aside, &p->files, e) < 0)
        return -1;
    if (move_in(p, e) < 0)
        return -1;
    remove_stale(p);
    return 0;
}

int project_write(const struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct project p = {.scratch = scratch, .options = o};
    int rc;

    find_root(&p);
    rc = write_project(&p, ir, e);
    remove_aside(&p);
    return rc;
}
