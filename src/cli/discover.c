/*
 * A walk over folders in byte order. Every folder is entered once, by device and inode, so that links can't make
 * a loop. Ignore files follow gitignore(5): last match wins, `!` takes back, a slash anchors.
 */
#include "cli/discover.h"

#include "base/file.h"
#include "base/map.h"
#include "cli/dbt_projects.h"
#include "cli/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEEPEST 64

static const struct {
    const char *suffix;
    enum ir_language language;
} suffixes[] = {
    {".sql", IR_LANG_SQL},   {".ddl", IR_LANG_SQL},      {".dml", IR_LANG_SQL},   {".psql", IR_LANG_SQL},
    {".pgsql", IR_LANG_SQL}, {".hql", IR_LANG_SQL},      {".prc", IR_LANG_SQL},   {".pkb", IR_LANG_SQL},
    {".pks", IR_LANG_SQL},   {".tab", IR_LANG_SQL},      {".vw", IR_LANG_SQL},    {".bteq", IR_LANG_SQL},
    {".py", IR_LANG_PYTHON}, {".ipynb", IR_LANG_PYTHON}, {".sh", IR_LANG_SHELL},  {".bash", IR_LANG_SHELL},
    {".ksh", IR_LANG_SHELL}, {".mk", IR_LANG_MAKE},      {".cron", IR_LANG_CRON}, {".crontab", IR_LANG_CRON},
};

/* Files that go by their whole name. */
static const struct {
    const char *glob;
    enum ir_language language;
} names[] = {
    {"Makefile", IR_LANG_MAKE},
    {"makefile", IR_LANG_MAKE},
    {"GNUmakefile", IR_LANG_MAKE},
    {"crontab", IR_LANG_CRON},
    {"crontab.*", IR_LANG_CRON},
    {"crontab-*", IR_LANG_CRON},
    {"compose.yml", IR_LANG_COMPOSE},
    {"compose.yaml", IR_LANG_COMPOSE},
    {"compose.*.yml", IR_LANG_COMPOSE},
    {"compose.*.yaml", IR_LANG_COMPOSE},
    {"docker-compose*.yml", IR_LANG_COMPOSE},
    {"docker-compose*.yaml", IR_LANG_COMPOSE},
};

static const char *const left_out[] = {"node_modules", "__pycache__",  "site-packages",
                                       "venv",         "dbt_packages", "dbt_modules"};

/* One line of an ignore file. */
struct pattern {
    const char *base; /* the folder of the ignore file */
    const char *glob;
    bool negated, only_dirs, anchored;
};

struct walk {
    struct arena *arena;
    const struct options *options;
    struct found_files *out;
    VEC(struct pattern) patterns;
    struct map seen;      /* of device and inode */
    const char *own_root; /* the innermost folder around with a manifest of what lineage wrote */
    struct manifest own;
    struct dbt_project *project; /* around, when the command looks at dbt projects */
};

enum ir_language language_of_name(const char *path)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (slice_ends(slice_of(path), suffixes[i].suffix))
            return suffixes[i].language;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (glob_match(names[i].glob, path_base(path)))
            return names[i].language;
    return IR_LANG_UNKNOWN;
}

bool language_hosts_sql(enum ir_language language)
{
    return language == IR_LANG_PYTHON || language == IR_LANG_SHELL || language == IR_LANG_MAKE ||
           language == IR_LANG_CRON || language == IR_LANG_COMPOSE;
}

enum ir_language language_of_shebang(struct slice text)
{
    const char *eol = text.n ? memchr(text.p, '\n', text.n) : NULL;
    struct slice line = slice_trim(slice_sub(text, 0, eol ? (size_t)(eol - text.p) : text.n));
    size_t at = line.n;

    if (!slice_starts(line, "#!"))
        return IR_LANG_UNKNOWN;
    if (memmem(line.p, line.n, "python", 6))
        return IR_LANG_PYTHON;
    /* "#!/bin/bash -e" and "#!/usr/bin/env bash": some word of it ends with sh */
    for (; at > 2; at--)
        if (slice_ends(slice_sub(line, 0, at), "sh") && (at == line.n || line.p[at] == ' '))
            return IR_LANG_SHELL;
    return IR_LANG_UNKNOWN;
}

/* An executable without a suffix says in its first line what it is. */
static enum ir_language language_of_file(const char *path, const struct stat *st)
{
    enum ir_language language = language_of_name(path);
    char bytes[128];
    FILE *f;
    size_t n;

    if (language != IR_LANG_UNKNOWN || strchr(path_base(path), '.') || !S_ISREG(st->st_mode) ||
        !(st->st_mode & 0111) || !(f = fopen(path, "rb")))
        return language;
    n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return language_of_shebang((struct slice){bytes, n});
}

static void read_ignore_line(struct walk *w, const char *dir, struct slice line)
{
    struct pattern p = {.base = dir};

    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    while (line.n && line.p[line.n - 1] == ' ')
        line.n--;
    if (line.n == 0 || line.p[0] == '#')
        return;
    if (line.p[0] == '!') {
        p.negated = true;
        line = slice_sub(line, 1, line.n);
    }
    if (line.n && line.p[line.n - 1] == '/') {
        p.only_dirs = true;
        line.n--;
    }
    p.anchored = line.n && memchr(line.p, '/', line.n) != NULL;
    if (line.n && line.p[0] == '/')
        line = slice_sub(line, 1, line.n);
    p.glob = arena_strndup(w->arena, line.p, line.n);
    if (line.n)
        vec_push(w->arena, &w->patterns, p);
}

static void read_ignore_file(struct walk *w, const char *dir)
{
    struct slice text;

    if (file_read(w->arena, path_join(w->arena, dir, ".gitignore"), 1 << 20, &text, NULL) < 0)
        return;
    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t len = end ? (size_t)(end - text.p) : text.n;

        read_ignore_line(w, dir, (struct slice){text.p, len});
        text = slice_sub(text, len + 1, text.n);
    }
}

static bool ignored(const struct walk *w, const char *path, bool is_dir)
{
    bool yes = false;

    for (uint32_t i = 0; i < w->patterns.count; i++) {
        const struct pattern *p = &w->patterns.items[i];
        size_t n = strcmp(p->base, ".") == 0 ? 0 : strlen(p->base);
        const char *below = path + n + (path[n] == '/');

        if (p->only_dirs && !is_dir)
            continue;
        if (glob_match(p->glob, p->anchored ? below : path_base(path)))
            yes = !p->negated;
    }
    for (uint32_t i = 0; i < w->options->excludes.count; i++) {
        const char *glob = w->options->excludes.items[i];

        if (glob_match(glob, path) || glob_match(glob, path_base(path)))
            return true;
    }
    return yes;
}

static bool left_out_by_name(const char *name)
{
    if (name[0] == '.')
        return true;
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
        if (strcmp(name, left_out[i]) == 0)
            return true;
    return false;
}

/* Is it a model that an earlier run wrote? A migration that runs again must not take its own output for legacy. */
static bool is_ours(const struct walk *w, const char *path)
{
    size_t n;

    if (!w->own_root)
        return false;
    n = strcmp(w->own_root, ".") == 0 ? 0 : strlen(w->own_root);
    return manifest_find(&w->own, path + n + (n && path[n] == '/')) != NULL;
}

static void read_manifest(struct walk *w, const char *dir)
{
    struct manifest found = {0};

    if (!w->options->emit_dir || manifest_read(w->arena, dir, &found, NULL) < 0 || !found.count)
        return;
    w->own_root = dir;
    w->own = found;
}

static bool enter(struct walk *w, const struct stat *st)
{
    uint64_t id[2] = {(uint64_t)st->st_dev, (uint64_t)st->st_ino};
    uint64_t key = hash_bytes(id, sizeof id);

    if (map_get(&w->seen, key))
        return false;
    map_put(&w->seen, key, 1);
    return true;
}

static enum ir_language language_of_role(enum dbt_role role, const char *path)
{
    if (slice_ends(slice_of(path), ".yml") || slice_ends(slice_of(path), ".yaml"))
        return IR_LANG_YAML;
    return role == DBT_NONE || slice_ends(slice_of(path), ".py") ? language_of_name(path) : IR_LANG_DBT;
}

/* Takes a file whose name or first line says that it is read; `always`: any file. */
static void take(struct walk *w, const char *path, const struct stat *st, bool always)
{
    struct found_file found = {.path = path, .project = w->project};

    if (w->project)
        found.role = dbt_role_of(w->project, path);
    else if (dbt_projects_wanted(w->options) && strcmp(path_base(path), "profiles.yml") == 0)
        found.role = DBT_PROPERTIES;
    if (language_of_file(path, st) == IR_LANG_COMPOSE)
        found.role = DBT_NONE;
    found.language = found.role == DBT_NONE ? language_of_file(path, st) : language_of_role(found.role, path);
    if (always || found.language != IR_LANG_UNKNOWN)
        vec_push(w->arena, w->out, found);
}

static int walk_dir(struct walk *w, const char *dir, unsigned depth, struct err *e);

/* What a run of dbt leaves in a project's folder, and, unless it is looked at as a project, its packages. */
static bool is_left_out(const struct walk *w, const char *dir, const char *name)
{
    if (w->project && strcmp(w->project->root, dir) == 0) {
        if (strcmp(name, "target") == 0 || strcmp(name, "logs") == 0)
            return true;
        if (strcmp(name, "dbt_packages") == 0 || strcmp(name, "dbt_modules") == 0)
            return false;
    }
    return left_out_by_name(name);
}

static int walk_entry(struct walk *w, const char *dir, const char *name, unsigned depth, struct err *e)
{
    const char *path = strcmp(dir, ".") == 0 ? name : path_join(w->arena, dir, name);
    struct stat st;
    bool is_dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

    /* Installed packages are ignored by version control, and yet they say which names there are. */
    if (is_dir && is_left_out(w, dir, name))
        return 0;
    if (ignored(w, path, is_dir) && !(is_dir && left_out_by_name(name)))
        return 0;
    if (!is_dir) {
        if (!is_ours(w, path))
            take(w, path, &st, false);
        return 0;
    }
    return depth < DEEPEST && enter(w, &st) ? walk_dir(w, path, depth + 1, e) : 0;
}

static int walk_dir(struct walk *w, const char *dir, unsigned depth, struct err *e)
{
    struct walk around = *w;
    const char **entries;
    size_t count;

    if (dir_list(w->arena, dir, &entries, &count, NULL) < 0) {
        /* A folder that can't be opened is said as a file that can't be read. */
        vec_push(w->arena, w->out, ((struct found_file){.path = dir, .language = IR_LANG_SQL}));
        return 0;
    }
    read_ignore_file(w, dir);
    read_manifest(w, dir);
    w->project = dbt_project_at(w->arena, w->options, dir, w->project);
    for (size_t i = 0; i < count; i++)
        if (walk_entry(w, dir, entries[i], depth, e) < 0)
            return -1;
    w->patterns.count = around.patterns.count;
    w->own_root = around.own_root;
    w->own = around.own;
    w->project = around.project;
    return 0;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct found_file *)a)->path, ((const struct found_file *)b)->path);
}

static void sort_and_unique(struct found_files *files)
{
    uint32_t kept = 0;

    if (!files->count)
        return;
    qsort(files->items, files->count, sizeof *files->items, by_path);
    for (uint32_t i = 0; i < files->count; i++)
        if (kept == 0 || strcmp(files->items[kept - 1].path, files->items[i].path) != 0)
            files->items[kept++] = files->items[i];
    files->count = kept;
}

/* "./a//b/" -> "a/b", so that one file has one name however it was given. */
const char *path_tidy(struct arena *a, const char *path)
{
    struct buf out = buf_new(a);

    while (path[0] == '.' && path[1] == '/')
        path += 2 + strspn(path + 2, "/");
    for (; *path; path++)
        if (*path != '/' || (path[1] != '/' && (path[1] || !out.n)))
            buf_addc(&out, *path);
    return out.n ? buf_str(&out) : ".";
}

int discover(struct arena *a, const struct options *o, struct found_files *out, struct err *e)
{
    struct walk w = {.arena = a, .options = o, .out = out};

    for (uint32_t i = 0; i < o->paths.count; i++) {
        const char *path = path_tidy(a, o->paths.items[i]);
        struct stat st;

        if (strcmp(path, "-") == 0) {
            vec_push(a, out,
                     ((struct found_file){.path = path,
                                          .language = o->stdin_filename ? language_of_name(o->stdin_filename)
                                                                        : IR_LANG_UNKNOWN}));
        } else if (stat(path, &st) < 0) {
            return err_set(e, "%s: %s", path, strerror(errno));
        } else if (!S_ISDIR(st.st_mode)) {
            w.project = dbt_project_around(a, o, path_dir(a, path));
            take(&w, path, &st, true);
        } else {
            /* Each path given is a walk of its own: what another path holds is sorted out below. */
            w.seen = map_new(a);
            w.project = dbt_project_around(a, o, path);
            enter(&w, &st);
            if (walk_dir(&w, path, 0, e) < 0)
                return -1;
        }
    }
    sort_and_unique(out);
    return 0;
}
