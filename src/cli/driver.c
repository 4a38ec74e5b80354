/* Reading in parallel, gathering in order. */
#include "cli/driver.h"

#include "base/file.h"
#include "base/map.h"
#include "base/worker.h"
#include "cli/cache.h"
#include "cli/catalog.h"
#include "cli/declared.h"
#include "cli/discover.h"
#include "cli/read.h"
#include "link/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES ((size_t)64 << 20)
#define STEP_SECONDS 20 /* for one statement */
#define PROGRESS_SECONDS 1
#define GAPS_SHOWN 20 /* statements' gaps that are printed without --verbose */

struct reading {
    struct ir *ir;
    const struct options *options;
    const struct driver_meanwhile *meanwhile; /* NULL: none */
    const struct found_files *files;
    struct string_list roots;
    struct slice standard_input;
    struct sql_tables *tables; /* each process writes to its own copy */
    struct cache *cache;       /* NULL: every file is read */
    struct arena *facts;       /* of the file that is being read */
    time_t started;
    bool progress;
    /* What a Python or shell file takes in of others is known when it was read; so these come first, and what was taken
     * in is read once more, without it. */
    struct arena *held;
    struct held *blocks; /* of each file: what was read first */
    VEC(struct read_bound) bound;
    struct map bound_of;   /* path -> index in bound, plus one */
    const uint32_t *hosts; /* numbers of the files that host SQL */
    uint32_t host_count;
};

struct held {
    struct slice block;
    const char *why;
};

static struct read_bound *bound_of(const struct reading *r, const char *path)
{
    uint32_t at = map_get(&r->bound_of, hash_bytes(path, strlen(path)));

    return at ? &r->bound.items[at - 1] : NULL;
}

/* Adds the rows of the file to `ir`; false when they may be otherwise next time. */
static bool read_fresh(const struct read_job *job, struct ir *ir, struct arena *scratch, struct slice bytes,
                       struct read_inputs *inputs)
{
    read_one(ir, scratch, job, bytes, inputs);
    worker_step_done(job->worker);
    return !worker_was_denied(job->worker);
}

static void read_file(const struct reading *r, struct worker *worker, uint32_t file, struct arena *scratch,
                      struct buf *out)
{
    const struct found_file *found = &r->files->items[file];
    struct read_job job = {.options = r->options,
                           .roots = &r->roots,
                           .tables = r->tables,
                           .found = found,
                           .standard_input = &r->standard_input,
                           .bound = bound_of(r, found->path),
                           .worker = worker};
    struct read_inputs inputs = {0};
    bool readable, lasting = false;
    size_t before = out->n;
    struct slice bytes;
    struct err e;
    struct ir *ir;

    readable = read_bytes(scratch, &job, &bytes, &e) == 0;
    if (readable && r->cache && cache_find(r->cache, scratch, &job, bytes, out))
        return;
    ir = ir_new(r->facts);
    if (!readable)
        read_failed(ir, read_name(&job), IR_GAP_FILE, e.message,
                    "Make it readable, split it, or leave it out with --exclude");
    else
        lasting = read_fresh(&job, ir, scratch, bytes, &inputs);
    ir_block_write(ir, out);
    if (lasting && r->cache)
        cache_keep(r->cache, scratch, &job, bytes, &inputs, slice_sub(buf_slice(out), before, SIZE_MAX));
    arena_reset(r->facts);
}

static void run_host(void *data, struct worker *worker, uint32_t job, struct arena *scratch, struct buf *out)
{
    const struct reading *r = data;

    read_file(r, worker, r->hosts[job], scratch, out);
}

static bool is_held(const struct reading *r, uint32_t job)
{
    const struct held *h = &r->blocks[job];

    return h->why || (h->block.n && !bound_of(r, r->files->items[job].path));
}

static void run_job(void *data, struct worker *worker, uint32_t job, struct arena *scratch, struct buf *out)
{
    const struct reading *r = data;

    if (!is_held(r, job))
        read_file(r, worker, job, scratch, out);
}

/* Takes a block's facts into the run; what is no block is our own fault, and costs one file. */
static void gather(struct reading *r, const char *path, struct slice block, const char *why)
{
    struct err e;

    if (why) {
        const char *what = arena_printf(r->held, "the reader ended unexpectedly (%s)", why);

        read_failed(r->ir, path, IR_GAP_FILE, what,
                    "This is a defect of lineage: please report it with the file; the other files count");
    } else if (ir_block_read(r->ir, block, &e) < 0) {
        if (!r->cache)
            BUG("%s: %s", path, e.message);
        read_failed(r->ir, path, IR_GAP_FILE,
                    arena_printf(r->held, "what the cache keeps of it is %s", e.message),
                    "Remove the cache's folder, or run with --no-cache");
    }
}

static void show_progress(struct reading *r, uint32_t done)
{
    if (!r->progress || time(NULL) - r->started < PROGRESS_SECONDS)
        return;
    fprintf(stderr, "\r%u of %u files read", done, r->files->count);
    if (done == r->files->count)
        fputs("\r\033[K", stderr);
}

static void take_result(void *data, uint32_t job, struct slice result, const char *why)
{
    struct reading *r = data;

    if (is_held(r, job))
        gather(r, r->files->items[job].path, r->blocks[job].block, r->blocks[job].why);
    else
        gather(r, r->files->items[job].path, result, why);
    show_progress(r, job + 1);
}

static void note_bound(struct reading *r, const char *path, uint32_t off)
{
    uint64_t key = hash_bytes(path, strlen(path));
    uint32_t at = map_get(&r->bound_of, key);

    if (!at) {
        vec_push(r->held, &r->bound, (struct read_bound){0});
        at = r->bound.count;
        map_put(&r->bound_of, key, at);
    }
    vec_push(r->held, &r->bound.items[at - 1], off);
}

/* Keeps a host's facts until it is known what others take in of it. */
static void hold_result(void *data, uint32_t job, struct slice result, const char *why)
{
    struct reading *r = data;
    struct held *h = &r->blocks[r->hosts[job]];
    struct arena *own = arena_new();
    struct ir *ir = ir_new(own);

    h->block = (struct slice){arena_strndup(r->held, result.p, result.n), result.n};
    h->why = why ? arena_strndup(r->held, why, strlen(why)) : NULL;
    if (!why && ir_block_read(ir, result, NULL) == 0)
        for (IR_EACH(ir, bound_code, i))
            note_bound(r, ir_string(ir, IR(ir, file, IR(ir, bound_code, i)->file)->path),
                       IR(ir, bound_code, i)->off);
    arena_free(own);
}

static void find_hosts(struct reading *r)
{
    uint32_t *hosts = ARENA_ARRAY(r->held, uint32_t, r->files->count);

    for (uint32_t i = 0; i < r->files->count; i++)
        if (language_hosts_sql(r->files->items[i].language))
            hosts[r->host_count++] = i;
    r->hosts = hosts;
    r->blocks = ARENA_ARRAY(r->held, struct held, r->files->count);
    r->bound_of = map_new(r->held);
}

static unsigned processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}

static int take_facts(struct ir *ir, const char *path, struct err *e)
{
    struct arena *own = arena_new();
    struct slice bytes;
    struct err why;
    int rc = file_read(own, path, 0, &bytes, e);

    if (rc == 0 && ir_block_read(ir, bytes, &why) < 0)
        rc = err_set(e, "%s: %s; expected what `lineage read` of this version wrote", path, why.message);
    arena_free(own);
    return rc;
}

static int run_meanwhile(void *data, struct err *e)
{
    const struct reading *r = data;

    return r->meanwhile->run(r->meanwhile->data, e);
}

static int read_files(struct reading *r, struct worker_jobs jobs, struct err *e)
{
    struct worker_jobs first = jobs;
    int rc = 0;

    if (r->meanwhile)
        jobs.meanwhile = run_meanwhile;
    r->held = arena_new();
    r->facts = arena_new();
    r->tables = sql_tables_new(r->held);
    r->roots = read_roots(r->held, r->options);
    r->cache = cache_open(r->held, r->options);
    find_hosts(r);
    first.count = r->host_count;
    first.run = run_host;
    first.done = hold_result;
    if (first.count)
        rc = worker_run(&first, e);
    if (rc == 0)
        rc = worker_run(&jobs, e);
    cache_close(r->cache);
    arena_free(r->facts);
    arena_free(r->held);
    return rc;
}

/* A worker may die of what comes there, and the next one needs it again. */
static int take_standard_input(struct reading *r, struct err *e)
{
    for (uint32_t i = 0; i < r->files->count; i++) {
        struct read_job job = {.options = r->options, .found = &r->files->items[i]};

        if (strcmp(job.found->path, "-") == 0)
            return read_bytes(r->ir->arena, &job, &r->standard_input, e);
    }
    return 0;
}

/* A run over no file finds nothing, which must not pass for a clean one unnoticed. */
static void say_nothing_found(const struct options *o, const struct found_files *files)
{
    if (files->count || o->facts.count || o->quiet || !(o->command & (COMMAND_SCAN | COMMAND_LINT)))
        return;
    fprintf(stderr, "lineage: %s: no SQL, Python or shell file is there, or all are left out\n",
            o->paths.items[0]);
}

static int read_all(struct ir *ir, const struct options *o, const struct driver_meanwhile *meanwhile,
                    struct err *e)
{
    struct found_files files = {0};
    struct reading reading = {
        .ir = ir, .options = o, .meanwhile = meanwhile, .files = &files, .started = time(NULL)};
    struct worker_jobs jobs = {.processes = o->jobs ? o->jobs : processors(),
                               .stack_bytes = STACK_BYTES,
                               .step_seconds = STEP_SECONDS,
                               .data = &reading,
                               .run = run_job,
                               .done = take_result};

    if (!o->paths.count && !o->facts.count)
        return err_set(e, "expected a PATH to read; `lineage --help` shows how");
    if (discover(ir->arena, o, &files, e) < 0 || take_standard_input(&reading, e) < 0)
        return -1;
    say_nothing_found(o, &files);
    reading.progress = !o->quiet && isatty(STDERR_FILENO);
    jobs.count = files.count;
    if (read_files(&reading, jobs, e) < 0)
        return -1;
    for (uint32_t i = 0; i < o->facts.count; i++)
        if (take_facts(ir, o->facts.items[i], e) < 0)
            return -1;
    for (uint32_t i = 0; i < o->catalogs.count; i++)
        if (catalog_read(ir, o->catalogs.items[i], e) < 0)
            return -1;
    ir_unite_files(ir);
    return 0;
}

int driver_read(struct ir *ir, const struct options *o, struct err *e)
{
    return read_all(ir, o, NULL, e);
}

/* In debug builds each stage's work is verified before the next one reads it. */
static void verify(const struct ir *ir, const char *stage)
{
#ifndef NDEBUG
    struct err e;

    if (ir_check(ir, &e) < 0)
        BUG("after %s: %s", stage, e.message);
#else
    (void)ir;
    (void)stage;
#endif
}

static void link_all(struct ir *ir, struct arena *scratch, const struct options *o, bool mentions)
{
    VEC(const char *) path = {0};
    struct link_options link = {.no_mentions = !mentions};

    verify(ir, "reading");
    for (uint32_t i = 0; i < o->search_path.count; i++)
        vec_push(scratch, &path, o->search_path.items[i]);
    vec_push(scratch, &path, NULL);
    link.search_path = o->search_path.count ? path.items : NULL;
    link_project(ir, scratch, &link);
    declare_layers(ir, scratch, o);
    verify(ir, "linking");
}

int driver_link(struct ir *ir, struct arena *scratch, const struct options *o, bool mentions, struct err *e)
{
    if (driver_read(ir, o, e) < 0)
        return -1;
    link_all(ir, scratch, o, mentions);
    return 0;
}

int driver_link_while(struct ir *ir, struct arena *scratch, const struct options *o,
                      const struct driver_meanwhile *meanwhile, struct err *e)
{
    if (read_all(ir, o, meanwhile, e) < 0)
        return -1;
    link_all(ir, scratch, o, false);
    return 0;
}

void driver_drain(struct buf *out)
{
    fwrite(out->p, 1, out->n, stdout); /* driver_output() asks whether all went well */
    out->n = 0;
}

int driver_output(const struct options *o, struct slice bytes, struct err *e)
{
    if (o->output_file)
        return file_write(o->output_file, bytes.p, bytes.n, e);
    if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n || fflush(stdout) != 0 || ferror(stdout))
        return err_set(e, "cannot write to standard output: %s", strerror(errno));
    return 0;
}

static void say_gap(const struct ir *ir, const struct ir_gap *gap)
{
    struct ir_place at = ir_place_of(ir, gap->file, gap->text, gap->off, gap->len);
    const char *path = ir_string(ir, IR(ir, file, at.file)->path);

    fprintf(stderr, "%s:%u:%u: %s", path, at.line, at.column, ir_string(ir, gap->why));
    if (gap->advice.v)
        fprintf(stderr, ". %s", ir_string(ir, gap->advice));
    fputc('\n', stderr);
}

/* The dialect that each file was told to be in, and by which words. */
static void say_dialects(const struct ir *ir)
{
    for (IR_EACH(ir, text, t)) {
        const struct ir_text *text = IR(ir, text, t);

        if (text->kind == IR_TEXT_FILE && text->evidence.v)
            fprintf(stderr, "%s: read as %s (%s)\n", ir_string(ir, IR(ir, file, text->file)->path),
                    ir_name_of_dialect(text->dialect), ir_string(ir, text->evidence));
    }
}

void driver_say_gaps(const struct ir *ir, const struct options *o)
{
    uint32_t hidden = 0, shown = 0;

    if (o->quiet)
        return;
    if (o->verbose)
        say_dialects(ir);
    for (IR_EACH(ir, gap, g)) {
        const struct ir_gap *gap = IR(ir, gap, g);
        bool always = gap->kind == IR_GAP_FILE || gap->kind == IR_GAP_NOTE;

        if (!always && !o->verbose && shown >= GAPS_SHOWN) {
            hidden++;
            continue;
        }
        shown += !always;
        say_gap(ir, gap);
    }
    if (hidden)
        fprintf(stderr, "and %u more like these; --verbose shows them all\n", hidden);
}

static bool all_understood(const struct ir *ir)
{
    for (IR_EACH(ir, file, f))
        if (IR(ir, file, f)->status == IR_STATUS_FAILED)
            return false;
    for (IR_EACH(ir, statement, s))
        if (IR(ir, statement, s)->understood != IR_UNDERSTOOD)
            return false;
    return true;
}

int driver_exit_status(const struct ir *ir, const struct options *o, int threshold)
{
    if (o->fail_on)
        threshold = strcmp(o->fail_on, "info") == 0      ? IR_SEVERITY_INFO
                    : strcmp(o->fail_on, "warning") == 0 ? IR_SEVERITY_WARNING
                    : strcmp(o->fail_on, "never") == 0   ? -1
                                                         : IR_SEVERITY_ERROR;
    if (o->fail_on_unparsed && !all_understood(ir))
        return 1;
    for (IR_EACH(ir, finding, f))
        if (threshold >= 0 && (int)IR(ir, finding, f)->severity >= threshold && !IR(ir, finding, f)->hidden)
            return 1;
    return 0;
}
