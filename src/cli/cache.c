/*
 * One file per entry, under the hash of what it is found by:
 *
 *     "LNCE" | checksum of the rest | number of inputs | per input: length of its path, its path, its state,
 *     hash of its bytes | the block
 *
 * Numbers are as the machine has them: a cache is not carried to another kind of machine, and the checksum would not
 * be right there. Entries are written aside and renamed, so that runs at the same time see whole ones.
 */
#include "cli/cache.h"

#include "base/file.h"
#include "cli/build.h"
#include "cli/config.h"
#include "cli/repository.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#define MAGIC "LNCE"
#define LARGEST_CACHE ((uint64_t)512 << 20) /* bytes of all entries */
#define USED_SECONDS (24 * 60 * 60)         /* an entry's time is brought up to date after that long */

/* What the processes of a run count together. */
struct counts {
    _Atomic uint32_t found, kept;
};

/* What there was under a path. */
enum state { FILE_ABSENT, FILE_THERE, FOLDER_ABSENT };

/* The state of a file that a reading asked for. */
struct state_of_input {
    XXH128_hash_t hash; /* FILE_THERE: of its bytes */
    uint8_t state;
};

struct cache {
    struct arena *arena;
    const struct options *options;
    const char *dir;
    XXH128_hash_t build;
    struct counts *counts;
    VEC(struct state_of_input) known; /* each process has its own */
    struct map known_of;              /* hash of the path -> its place in `known` plus one */
    struct map folders;               /* hash of the path -> 1: it is there, 2: it is not */
};

/* ---- the folder ---- */

const char *cache_default_dir(struct arena *a)
{
    const char *root = repository_root(a), *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

    if (root)
        return path_join(a, root, ".lineage_cache");
    if (base && *base == '/')
        return path_join(a, base, "lineage");
    return home && *home == '/' ? path_join(a, home, ".cache/lineage") : NULL;
}

/* Git and backups leave the folder alone. */
static bool make_dir(struct arena *a, const char *dir)
{
    static const char tag[] = "Signature: 8a477f597d28d172789f06886806bc55\n"
                              "# This folder is a cache of lineage; it may be removed at any time.\n";
    static const char ignore[] = "*\n";
    const char *tag_path = path_join(a, dir, "CACHEDIR.TAG");

    if (path_exists(tag_path))
        return access(dir, W_OK) == 0;
    return dir_make(dir, NULL) == 0 &&
           file_write(path_join(a, dir, ".gitignore"), ignore, sizeof ignore - 1, NULL) == 0 &&
           file_write(tag_path, tag, sizeof tag - 1, NULL) == 0;
}

struct cache *cache_open(struct arena *a, const struct options *o)
{
    struct buf build = buf_new(a);
    struct cache *c = ARENA_NEW(a, struct cache);

    if (o->no_cache || !build_identity(&build))
        return NULL;
    *c = (struct cache){.arena = a,
                        .options = o,
                        .dir = o->cache_dir ? o->cache_dir : cache_default_dir(a),
                        .build = XXH3_128bits(build.p, build.n),
                        .known_of = map_new(a),
                        .folders = map_new(a)};
    if (!c->dir || !make_dir(a, c->dir)) {
        if (o->verbose && !o->quiet)
            fprintf(stderr, "lineage: no cache: %s can't be written to\n",
                    c->dir ? c->dir : "no folder of it");
        return NULL;
    }
    c->counts = mmap(NULL, sizeof *c->counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return c->counts == MAP_FAILED ? NULL : c;
}

/* ---- names of entries ---- */

static void add_number(struct buf *b, uint32_t n)
{
    buf_add(b, (const char *)&n, sizeof n);
}

/* What a file of a dbt project is there, and what source() means in it. */
static void add_project(struct buf *b, const struct found_file *found)
{
    const struct dbt_project *project = found->project;

    add_number(b, found->role);
    if (found->role == DBT_NONE || !project)
        return;
    add_number(b, project->whole);
    buf_add(b, (const char *)&project->mark, sizeof project->mark);
}

static const char *entry_path(const struct cache *c, struct arena *scratch, const struct read_job *job,
                              struct slice bytes)
{
    XXH128_hash_t content = XXH3_128bits(bytes.p, bytes.n), name;
    XXH128_canonical_t digits;
    struct buf key = buf_new(scratch), path = buf_new(scratch);

    buf_add(&key, (const char *)&c->build, sizeof c->build);
    buf_add(&key, (const char *)&content, sizeof content);
    add_number(&key, job->found->language);
    add_number(&key, config_dialect(job->options, read_name(job)));
    add_number(&key, job->bound ? job->bound->count + 1 : 0);
    for (uint32_t i = 0; job->bound && i < job->bound->count; i++)
        add_number(&key, job->bound->items[i]);
    add_project(&key, job->found);
    buf_adds(&key, read_name(job));
    name = XXH3_128bits(key.p, key.n);
    XXH128_canonicalFromHash(&digits, name);
    buf_printf(&path, "%s/%02x/", c->dir, digits.digest[0]);
    for (size_t i = 1; i < sizeof digits.digest; i++)
        buf_printf(&path, "%02x", digits.digest[i]);
    return buf_str(&path);
}

/* ---- inputs ---- */

static struct state_of_input state_of(struct slice bytes, bool there)
{
    struct state_of_input state = {.state = there ? FILE_THERE : FILE_ABSENT};

    if (there)
        state.hash = XXH3_128bits(bytes.p, bytes.n);
    return state;
}

static bool folder_is_there(struct cache *c, struct arena *scratch, const char *dir)
{
    uint64_t key = hash_bytes(dir, strlen(dir));
    uint32_t known = map_get(&c->folders, key);
    const char *above;

    if (!known) {
        above = path_dir(scratch, dir);
        known = strcmp(above, dir) == 0 || (folder_is_there(c, scratch, above) && path_is_dir(dir)) ? 1 : 2;
        map_put(&c->folders, key, known);
    }
    return known == 1;
}

/* The uppermost folder above a path that is not there; NULL when the path's own is. */
static const char *absent_folder(struct cache *c, struct arena *scratch, const char *path)
{
    const char *dir = path_dir(scratch, path), *absent = NULL;

    while (!folder_is_there(c, scratch, dir)) {
        absent = dir;
        dir = path_dir(scratch, dir);
    }
    return absent;
}

/* Files of the overlay need no folder. */
static bool overlay_is_below(const struct overlay *overlay, const char *dir)
{
    size_t n = strlen(dir);

    for (uint32_t i = 0; overlay && i < overlay->files.count; i++)
        if (strncmp(overlay->files.items[i].path, dir, n) == 0 && overlay->files.items[i].path[n] == '/')
            return true;
    return false;
}

static struct state_of_input look_at(struct cache *c, struct arena *scratch, const struct read_job *job,
                                     const char *path)
{
    uint64_t key = hash_bytes(path, strlen(path));
    uint32_t at = map_get(&c->known_of, key);
    struct slice bytes = {0};
    bool there;

    if (!at) {
        there = read_input_bytes(scratch, job, path, &bytes);
        vec_push(c->arena, &c->known, state_of(bytes, there));
        at = c->known.count;
        map_put(&c->known_of, key, at);
    }
    return c->known.items[at - 1];
}

static bool still_is(struct cache *c, struct arena *scratch, const struct read_job *job, const char *path,
                     const struct state_of_input *then)
{
    struct state_of_input now;

    if (then->state == FOLDER_ABSENT)
        return !folder_is_there(c, scratch, path) && !overlay_is_below(job->options->overlay, path);
    now = look_at(c, scratch, job, path);
    return now.state == then->state && (now.state != FILE_THERE || XXH128_isEqual(now.hash, then->hash));
}

/* ---- entries ---- */

/* Takes `len` bytes off the front of `rest`; false when there are fewer. */
static bool take(struct slice *rest, void *to, size_t len)
{
    if (rest->n < len)
        return false;
    memcpy(to, rest->p, len);
    *rest = slice_sub(*rest, len, rest->n);
    return true;
}

static bool take_path(struct slice *rest, struct arena *a, const char **path)
{
    uint32_t len;

    if (!take(rest, &len, sizeof len) || rest->n < len)
        return false;
    *path = arena_strndup(a, rest->p, len);
    *rest = slice_sub(*rest, len, rest->n);
    return true;
}

/* Leaves the block in `rest` when everything that was asked for is as it was. */
static bool inputs_hold(struct cache *c, struct arena *scratch, const struct read_job *job,
                        struct slice *rest)
{
    uint32_t count;

    if (!take(rest, &count, sizeof count))
        return false;
    while (count--) {
        struct state_of_input then = {0};
        const char *path;

        if (!take_path(rest, scratch, &path) || !take(rest, &then.state, sizeof then.state) ||
            !take(rest, &then.hash, sizeof then.hash) || !still_is(c, scratch, job, path, &then))
            return false;
    }
    return true;
}

static bool is_whole(struct slice *rest)
{
    XXH128_hash_t sum;

    if (rest->n < strlen(MAGIC) || memcmp(rest->p, MAGIC, strlen(MAGIC)) != 0)
        return false;
    *rest = slice_sub(*rest, strlen(MAGIC), rest->n);
    return take(rest, &sum, sizeof sum) && XXH128_isEqual(sum, XXH3_128bits(rest->p, rest->n));
}

/* The time of an entry says when it was used, more or less. */
static void note_use(const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0 && time(NULL) - st.st_mtime > USED_SECONDS)
        utimensat(AT_FDCWD, path, NULL, 0);
}

bool cache_find(struct cache *c, struct arena *scratch, const struct read_job *job, struct slice bytes,
                struct buf *out)
{
    const char *path = entry_path(c, scratch, job, bytes);
    struct slice entry;

    if (file_read(scratch, path, 0, &entry, NULL) < 0 || !is_whole(&entry) ||
        !inputs_hold(c, scratch, job, &entry))
        return false;
    buf_add(out, entry.p, entry.n);
    note_use(path);
    atomic_fetch_add(&c->counts->found, 1);
    return true;
}

static void add_input(struct buf *b, const char *path, const struct state_of_input *state)
{
    size_t len = strlen(path);

    add_number(b, (uint32_t)len);
    buf_add(b, path, len);
    buf_addc(b, (char)state->state);
    buf_add(b, (const char *)&state->hash, sizeof state->hash);
}

/* What is not there is looked for again and again: once is enough to know, and for all of a folder that is not. */
static uint32_t add_inputs(struct cache *c, struct buf *b, struct arena *scratch,
                           const struct overlay *overlay, const struct read_inputs *inputs)
{
    struct map absent = map_new(scratch);
    uint32_t count = 0;

    for (uint32_t i = 0; i < inputs->list.count; i++) {
        const struct read_input *input = &inputs->list.items[i];
        struct state_of_input state = state_of(input->bytes, input->there);
        const char *path = input->path, *folder = input->there ? NULL : absent_folder(c, scratch, path);
        uint64_t key;

        if (folder && !overlay_is_below(overlay, folder)) {
            state.state = FOLDER_ABSENT;
            path = folder;
        }
        key = hash_bytes(path, strlen(path));
        if (state.state != FILE_THERE && map_get(&absent, key))
            continue;
        if (state.state != FILE_THERE)
            map_put(&absent, key, 1);
        add_input(b, path, &state);
        count++;
    }
    return count;
}

void cache_keep(struct cache *c, struct arena *scratch, const struct read_job *job, struct slice bytes,
                const struct read_inputs *inputs, struct slice block)
{
    static const size_t head = sizeof MAGIC - 1 + sizeof(XXH128_hash_t);
    struct buf entry = buf_new(scratch);
    XXH128_hash_t sum = {0};
    uint32_t count;

    buf_adds(&entry, MAGIC);
    buf_add(&entry, (const char *)&sum, sizeof sum);
    add_number(&entry, 0);
    count = add_inputs(c, &entry, scratch, job->options->overlay, inputs);
    memcpy(entry.p + head, &count, sizeof count);
    buf_add(&entry, block.p, block.n);
    sum = XXH3_128bits(entry.p + head, entry.n - head);
    memcpy(entry.p + strlen(MAGIC), &sum, sizeof sum);
    if (file_write(entry_path(c, scratch, job, bytes), entry.p, entry.n, NULL) == 0)
        atomic_fetch_add(&c->counts->kept, 1);
}

/* ---- size ---- */

struct entry {
    const char *path;
    uint64_t size;
    struct timespec used;
};

struct entries {
    VEC(struct entry) list;
    uint64_t size;
};

static void list_entries(struct arena *a, const char *dir, struct entries *out)
{
    const char **folders, **names;
    size_t count, n;

    if (dir_list(a, dir, &folders, &count, NULL) < 0)
        return;
    for (size_t i = 0; i < count; i++) {
        const char *folder = path_join(a, dir, folders[i]);

        if (strlen(folders[i]) != 2 || dir_list(a, folder, &names, &n, NULL) < 0)
            continue;
        for (size_t k = 0; k < n; k++) {
            struct entry entry = {.path = path_join(a, folder, names[k])};
            struct stat st;

            if (lstat(entry.path, &st) < 0 || !S_ISREG(st.st_mode))
                continue;
            entry.size = (uint64_t)st.st_size;
            entry.used = st.st_mtim;
            out->size += entry.size;
            vec_push(a, &out->list, entry);
        }
    }
}

static int by_use(const void *a, const void *b)
{
    const struct timespec *x = &((const struct entry *)a)->used, *y = &((const struct entry *)b)->used;

    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return x->tv_nsec < y->tv_nsec ? -1 : x->tv_nsec > y->tv_nsec;
}

/* Down to three quarters, so that not every run has to. */
static void prune(const struct cache *c)
{
    struct arena *a = arena_new();
    struct entries entries = {0};

    list_entries(a, c->dir, &entries);
    if (entries.size > LARGEST_CACHE) {
        qsort(entries.list.items, entries.list.count, sizeof *entries.list.items, by_use);
        for (uint32_t i = 0; i < entries.list.count && entries.size > LARGEST_CACHE / 4 * 3; i++) {
            unlink(entries.list.items[i].path);
            entries.size -= entries.list.items[i].size;
        }
    }
    arena_free(a);
}

void cache_close(struct cache *c)
{
    if (!c)
        return;
    if (c->options->verbose && !c->options->quiet)
        fprintf(stderr, "lineage: cache %s: %u found, %u kept\n", c->dir, atomic_load(&c->counts->found),
                atomic_load(&c->counts->kept));
    if (atomic_load(&c->counts->kept))
        prune(c);
    munmap(c->counts, sizeof *c->counts);
}
