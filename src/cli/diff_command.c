/*
 * lineage diff: the lineage before a change against the one after it. Each side is read from within its own folder, so
 * that the same file has the same name in both, whatever the folders are called; what the settings of the new side say
 * counts for both.
 */
#include "cli/commands.h"

#include "base/file.h"
#include "cli/cache.h"
#include "cli/config.h"
#include "cli/driver.h"
#include "cli/git.h"
#include "cli/repository.h"
#include "emit/compare.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder to stand in, and what to read from there. */
struct side {
    const char *dir;
    struct string_list paths;
};

static int enter(const char *dir, struct err *e)
{
    return chdir(dir) < 0 ? err_set(e, "%s: %s", dir, strerror(errno)) : 0;
}

/* What the old side does not have yet is no error there. */
static int read_side(struct ir *ir, struct arena *scratch, const struct options *o, const struct side *side,
                     bool may_miss, struct err *e)
{
    struct options here = *o;

    if (enter(side->dir, e) < 0)
        return -1;
    here.paths = (struct string_list){0};
    for (uint32_t i = 0; i < side->paths.count; i++)
        if (!may_miss || path_exists(side->paths.items[i]))
            vec_push(scratch, &here.paths, side->paths.items[i]);
    return here.paths.count ? driver_link(ir, scratch, &here, true, e) : 0;
}

static int report(const struct emit_compare *run, const struct options *o, struct err *e)
{
    struct buf out = buf_new(run->scratch);

    if (!o->format || strcmp(o->format, "text") == 0)
        emit_compare_text(run, &out);
    else if (strcmp(o->format, "markdown") == 0)
        emit_compare_markdown(run, &out);
    else
        emit_compare_json(run, &out);
    return driver_output(o, buf_slice(&out), e);
}

/* Paths that are given from here hold in every folder. */
static void make_absolute(struct arena *a, struct options *o)
{
    for (uint32_t i = 0; i < o->catalogs.count; i++)
        o->catalogs.items[i] = repository_full_path(a, o->catalogs.items[i]);
    if (o->cache_dir)
        o->cache_dir = repository_full_path(a, o->cache_dir);
}

/* Settings are looked for from the new side. */
static int configure(struct arena *a, struct options *o, const struct side *new, struct err *e)
{
    const char *output = o->output_file, *config = o->config;

    if (output && strcmp(output, "-") != 0)
        o->output_file = repository_full_path(a, output);
    if (config)
        o->config = repository_full_path(a, config);
    make_absolute(a, o);
    o->paths = new->paths;
    if (enter(new->dir, e) < 0 || config_apply(a, o, e) < 0 || options_check(o, e) < 0)
        return -1;
    make_absolute(a, o);
    if (!o->cache_dir)
        o->cache_dir = cache_default_dir(a);
    return 0;
}

static int compare(struct arena *a, struct options *o, const struct side *old, const struct side *new,
                   struct err *e)
{
    struct arena *scratch = arena_new();
    struct ir *before = ir_new(a), *after = ir_new(a);
    int rc = -1;

    if (configure(a, o, new, e) == 0 && read_side(before, scratch, o, old, o->since != NULL, e) == 0 &&
        read_side(after, scratch, o, new, false, e) == 0) {
        struct ir_comparison c = ir_compare(before, after, scratch);
        struct emit_compare run = {before, after, &c, scratch, !o->output_file && options_color(o, stdout)};

        driver_say_gaps(after, o);
        rc = report(&run, o, e);
    }
    arena_free(scratch);
    return rc;
}

/* ---- OLD NEW ---- */

static struct side side_of(struct arena *a, const char *path)
{
    struct side side = {.dir = repository_full_path(a, path)};
    const char *name = ".";

    if (!path_is_dir(side.dir)) {
        name = path_base(side.dir);
        side.dir = path_dir(a, side.dir);
    }
    vec_push(a, &side.paths, name);
    return side;
}

static int compare_paths(struct arena *a, struct options *o, struct err *e)
{
    struct side old, new;

    if (o->paths.count != 2)
        return err_set(e, "expected OLD and NEW, or --since REV; `lineage diff --help` shows how");
    for (uint32_t i = 0; i < 2; i++)
        if (!path_exists(o->paths.items[i]))
            return err_set(e, "%s: %s", o->paths.items[i], strerror(ENOENT));
    old = side_of(a, o->paths.items[0]);
    new = side_of(a, o->paths.items[1]);
    return compare(a, o, &old, &new, e);
}

/* ---- --since ---- */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static int compare_with(struct arena *a, struct options *o, const char *folder, struct err *e)
{
    const char *here = repository_here(a), *top, *base;
    struct side old = {0}, new = {.dir = here};

    if (!here)
        return err_set(e, "the current folder can't be told");
    for (uint32_t i = 0; i < o->paths.count; i++)
        vec_push(a, &new.paths, repository_path_from(a, here, o->paths.items[i]));
    if (!o->paths.count)
        vec_push(a, &new.paths, ".");
    for (uint32_t i = 0; i < new.paths.count; i++) {
        if (strcmp(new.paths.items[i], here) == 0)
            new.paths.items[i] = ".";
        if (*new.paths.items[i] == '/')
            return err_set(e, "%s: --since compares what is below the current folder", new.paths.items[i]);
    }
    old.paths = new.paths;
    if (git_top(a, ".", &top, e) < 0)
        return err_set(e, "--since needs a git repository around the current folder, and git");
    /* getcwd() has no links in it, and git's top neither. */
    old.dir = strlen(here) > strlen(top) ? path_join(a, folder, here + strlen(top) + 1) : folder;
    if (git_base(a, ".", o->since, &base, e) < 0 || git_checkout(a, top, base, folder, e) < 0 ||
        dir_make(old.dir, e) < 0)
        return -1;
    return compare(a, o, &old, &new, e);
}

static int compare_since(struct arena *a, struct options *o, struct err *e)
{
    const char *temp = getenv("TMPDIR"), *above;
    char *made = arena_printf(a, "%s/lineage-diff-XXXXXX", temp && *temp == '/' ? temp : "/tmp");
    int rc;

    if (!mkdtemp(made))
        return err_set(e, "%s: %s", made, strerror(errno));
    above = made;
    rc = compare_with(a, o, path_join(a, above, "old"), e);
    nftw(above, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return rc;
}

int cmd_DIFF(struct arena *a, const struct options *o, struct err *e)
{
    struct options own = *o;

    return o->since ? compare_since(a, &own, e) : compare_paths(a, &own, e);
}
