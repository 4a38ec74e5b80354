/*
 * Children take job numbers from a counter in memory that they share with the parent, and send results through a
 * pipe, many at once: waking another process costs more than reading a small file does. The parent keeps results
 * until all before them have come, and buries the dead: what a dead child had taken and not answered, its successor
 * does first.
 */
#include "base/worker.h"

#include "base/bytes.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LETHAL_MAX 256    /* remembered steps of a run */
#define DEATHS_PER_JOB 32 /* after that many, a job is given up */
#define MAX_PROCESSES 64
#define BATCH (128u << 10) /* bytes of results that are worth a message */
#define PIPE_BYTES (1 << 20)
#define MOST_KEPT (4u << 20) /* bytes of a buffer that outlives the large result that it was for */

/* What a child is doing, for the parent to read after its death. */
struct note {
    _Atomic uint32_t job;    /* its number + 1, 0 between jobs */
    _Atomic uint64_t step;   /* hash of the bytes, 0 when none is under way */
    _Atomic int64_t started; /* seconds of the monotonic clock */
};

struct shared {
    struct note notes[MAX_PROCESSES];
    _Atomic uint32_t lethal_count;
    _Atomic uint64_t lethal[LETHAL_MAX];
    _Atomic uint32_t next;    /* where to look for a job that nobody has taken */
    _Atomic uint8_t takers[]; /* of each job: the slot of who took it + 1 */
};

struct worker {
    struct shared *shared;
    struct note *note;
    unsigned slot;
    bool denied; /* a step of the job at hand */
};

/* What stands before each result in the pipe. */
struct head {
    uint64_t len;
    uint32_t job;
    uint32_t unused;
};

struct child {
    pid_t pid;     /* 0: it has ended */
    int from, log; /* the parent's end; the child's stderr, a file without a name */
    struct buf came;
    struct arena *arena;
};

struct result {
    char *bytes; /* malloc'd, or NULL */
    size_t len;
    char *why;
    bool ready;
};

struct pool {
    const struct worker_jobs *jobs;
    struct shared *shared;
    struct child children[MAX_PROCESSES];
    unsigned processes;
    struct result *results;
    uint8_t *deaths;
    uint32_t delivered;    /* jobs whose done() was called */
    VEC(uint32_t) orphans; /* jobs that the child to be started does first */
    struct arena *arena;
};

static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

bool worker_may_step(struct worker *worker, const char *bytes, size_t len)
{
    uint64_t hash = bytes_hash(bytes, len) | 1;
    uint32_t n = atomic_load(&worker->shared->lethal_count);

    for (uint32_t i = 0; i < n && i < LETHAL_MAX; i++)
        if (atomic_load(&worker->shared->lethal[i]) == hash) {
            worker->denied = true;
            return false;
        }
    atomic_store(&worker->note->started, now());
    atomic_store(&worker->note->step, hash);
    return true;
}

bool worker_was_denied(const struct worker *worker)
{
    return worker->denied;
}

void worker_step_done(struct worker *worker)
{
    atomic_store(&worker->note->step, 0);
}

static int write_full(int fd, const void *from, size_t len)
{
    const char *p = from;

    while (len) {
        ssize_t put = write(fd, p, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return -1;
        p += put;
        len -= (size_t)put;
    }
    return 0;
}

/* Takes a job that nobody has; false: there is none. */
static bool take_job(const struct pool *pool, unsigned slot, uint32_t *job)
{
    struct shared *shared = pool->shared;

    for (*job = atomic_load(&shared->next); *job < pool->jobs->count; ++*job) {
        uint8_t nobody = 0;

        if (atomic_compare_exchange_strong(&shared->takers[*job], &nobody, (uint8_t)(slot + 1))) {
            atomic_store(&shared->next, *job + 1);
            return true;
        }
    }
    return false;
}

/* ---- in a child ---- */

static void raise_stack(size_t bytes)
{
    struct rlimit stack;

    if (getrlimit(RLIMIT_STACK, &stack) < 0 || stack.rlim_cur >= bytes)
        return;
    stack.rlim_cur = stack.rlim_max == RLIM_INFINITY || stack.rlim_max >= bytes ? bytes : stack.rlim_max;
    setrlimit(RLIMIT_STACK, &stack);
}

struct outbox {
    int fd;
    struct arena *arena;
    struct buf results;
};

static void outbox_empty(struct outbox *box)
{
    if (write_full(box->fd, buf_str(&box->results), box->results.n) < 0)
        _exit(1); /* nobody reads any more */
    box->results.n = 0;
    if (box->results.capacity > MOST_KEPT) {
        arena_reset(box->arena);
        box->results = buf_new(box->arena);
    }
}

static void run_job(const struct worker_jobs *jobs, struct worker *worker, uint32_t job,
                    struct arena *scratch, struct outbox *box)
{
    struct head head = {.job = job};
    size_t at = box->results.n;

    worker->denied = false;
    atomic_store(&worker->note->job, job + 1);
    buf_add(&box->results, (const char *)&head, sizeof head);
    jobs->run(jobs->data, worker, job, scratch, &box->results);
    atomic_store(&worker->note->job, 0);
    head.len = box->results.n - at - sizeof head;
    memcpy(box->results.p + at, &head, sizeof head);
    arena_reset(scratch);
    if (box->results.n >= BATCH)
        outbox_empty(box);
}

static _Noreturn void child_main(const struct pool *pool, struct worker *worker, int out)
{
    struct arena *scratch = arena_new(), *results = arena_new();
    struct outbox box = {out, results, buf_new(results)};
    uint32_t job;

    raise_stack(pool->jobs->stack_bytes);
    for (uint32_t i = 0; i < pool->orphans.count; i++)
        run_job(pool->jobs, worker, pool->orphans.items[i], scratch, &box);
    while (take_job(pool, worker->slot, &job))
        run_job(pool->jobs, worker, job, scratch, &box);
    outbox_empty(&box);
    _exit(0);
}

/* ---- in the parent: children ---- */

static int log_file(void)
{
    FILE *f = tmpfile();
    int fd;

    if (!f)
        return open("/dev/null", O_RDWR | O_CLOEXEC);
    fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 3);
    fclose(f);
    return fd;
}

static void close_other_ends(const struct pool *pool)
{
    for (unsigned i = 0; i < pool->processes; i++)
        if (pool->children[i].pid > 0)
            close(pool->children[i].from);
}

static int child_start(struct pool *pool, unsigned slot, struct err *e)
{
    struct child *c = &pool->children[slot];
    struct worker worker = {pool->shared, &pool->shared->notes[slot], slot, false};
    int up[2];

    if (pipe(up) < 0)
        return err_set(e, "cannot make a pipe: %s", strerror(errno));
#ifdef F_SETPIPE_SZ
    fcntl(up[1], F_SETPIPE_SZ, PIPE_BYTES); /* a smaller one only makes them wait for each other */
#endif
    c->log = log_file();
    atomic_store(&worker.note->job, 0);
    atomic_store(&worker.note->step, 0);
    fflush(NULL);
    c->pid = fork();
    if (c->pid == 0) {
        close_other_ends(pool);
        close(up[0]);
        dup2(c->log, STDERR_FILENO);
        child_main(pool, &worker, up[1]);
    }
    close(up[1]);
    if (c->pid < 0) {
        c->pid = 0;
        close(up[0]);
        close(c->log);
        return err_set(e, "cannot start a worker process: %s", strerror(errno));
    }
    c->from = up[0];
    c->came.n = 0;
    pool->orphans.count = 0;
    fcntl(c->from, F_SETFD, FD_CLOEXEC);
    return 0;
}

/* ---- in the parent: results ---- */

static void deliver(struct pool *pool, struct slice bytes, const char *why)
{
    pool->jobs->done(pool->jobs->data, pool->delivered++, bytes, why);
}

static void keep(struct result *r, struct slice bytes, const char *why)
{
    r->ready = true;
    r->len = bytes.n;
    r->why = why ? strdup(why) : NULL;
    r->bytes = malloc(bytes.n + 1);
    if (!r->bytes || (why && !r->why))
        die("out of memory");
    if (bytes.n)
        memcpy(r->bytes, bytes.p, bytes.n);
}

static void take_result(struct pool *pool, uint32_t job, struct slice bytes, const char *why)
{
    if (job != pool->delivered) {
        keep(&pool->results[job], bytes, why);
        return;
    }
    deliver(pool, bytes, why);
    while (pool->delivered < pool->jobs->count && pool->results[pool->delivered].ready) {
        struct result *r = &pool->results[pool->delivered];

        deliver(pool, (struct slice){r->bytes, r->len}, r->why);
        free(r->bytes);
        free(r->why);
    }
}

/* Takes the whole results out of what came; the rest stays at the buffer's start. */
static void take_results(struct pool *pool, struct child *c)
{
    size_t at = 0;
    struct head head;

    while (c->came.n - at >= sizeof head) {
        memcpy(&head, c->came.p + at, sizeof head);
        if (c->came.n - at - sizeof head < head.len)
            break;
        at += sizeof head;
        take_result(pool, head.job, (struct slice){c->came.p + at, head.len}, NULL);
        at += head.len;
    }
    c->came.n -= at;
    if (c->came.n) {
        memmove(c->came.p, c->came.p + at, c->came.n);
    } else if (c->came.capacity > MOST_KEPT) {
        arena_reset(c->arena);
        c->came = buf_new(c->arena);
    }
}

/* Reads what is there; -1 when the child has ended and nothing is left. */
static int receive(struct pool *pool, struct child *c)
{
    ssize_t got;

    buf_reserve(&c->came, BATCH);
    got = read(c->from, c->came.p + c->came.n, c->came.capacity - c->came.n - 1);
    if (got < 0 && errno == EINTR)
        return 0;
    if (got <= 0)
        return -1;
    c->came.n += (size_t)got;
    take_results(pool, c);
    return 0;
}

/* ---- in the parent: the dead ---- */

/* What the dead child said and how it ended. */
static const char *obituary(struct pool *pool, const struct child *c, int status)
{
    char said[4096];
    ssize_t n = pread(c->log, said, sizeof said - 1, 0);

    if (WIFSIGNALED(status))
        return arena_printf(pool->arena, "%s%s%.*s", strsignal(WTERMSIG(status)), n > 0 ? ": " : "",
                            n > 0 ? (int)n : 0, said);
    return arena_printf(pool->arena, "exit status %d%s%.*s", WEXITSTATUS(status), n > 0 ? ": " : "",
                        n > 0 ? (int)n : 0, said);
}

/* In debug builds a child that a sanitizer or BUG() ended must not pass for one that the user's input killed:
 * its words are repeated, unless they are about the stack, which is the parser's to overflow. */
static void repeat_words(const char *why)
{
#ifndef NDEBUG
    if (strstr(why, "Sanitizer") && !strstr(why, "stack-overflow"))
        fprintf(stderr, "worker: %s\n", why);
    else if (strstr(why, "runtime error") || strstr(why, "BUG"))
        fprintf(stderr, "worker: %s\n", why);
#else
    (void)why;
#endif
}

/* Collects the jobs that the child in `slot` has taken and not answered. */
static void find_orphans(struct pool *pool, unsigned slot)
{
    for (uint32_t job = pool->delivered; job < pool->jobs->count; job++)
        if (atomic_load(&pool->shared->takers[job]) == slot + 1 && !pool->results[job].ready)
            vec_push(pool->arena, &pool->orphans, job);
}

/* The job that is to blame for a child's death is done again without the step that killed it, or given up. */
static void blame(struct pool *pool, uint32_t job, uint64_t step, const char *why)
{
    uint32_t n = atomic_load(&pool->shared->lethal_count);
    uint32_t left = 0;

    if (step && n < LETHAL_MAX && ++pool->deaths[job] < DEATHS_PER_JOB) {
        atomic_store(&pool->shared->lethal[n], step);
        atomic_store(&pool->shared->lethal_count, n + 1);
        return;
    }
    for (uint32_t i = 0; i < pool->orphans.count; i++)
        if (pool->orphans.items[i] != job)
            pool->orphans.items[left++] = pool->orphans.items[i];
    pool->orphans.count = left;
    take_result(pool, job, (struct slice){0}, why);
}

/* Sees a child off that has closed its pipe, and starts another one when it did not do all that it should. */
static int bury(struct pool *pool, unsigned slot, struct err *e)
{
    struct child *c = &pool->children[slot];
    const struct note *note = &pool->shared->notes[slot];
    uint32_t noted = atomic_load(&note->job), job;
    const char *why;
    int status = 0;

    close(c->from);
    c->from = -1;
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    c->pid = 0;
    why = obituary(pool, c, status);
    close(c->log);
    find_orphans(pool, slot);
    if (!pool->orphans.count && status && take_job(pool, slot, &job))
        vec_push(pool->arena, &pool->orphans,
                 job); /* it never came to one: each death costs one, so that all end */
    if (!pool->orphans.count)
        return 0;
    repeat_words(why);
    blame(pool, noted ? noted - 1 : pool->orphans.items[0], atomic_load(&note->step), why);
    return child_start(pool, slot, e);
}

static void kill_the_slow(const struct pool *pool)
{
    for (unsigned i = 0; i < pool->processes && pool->jobs->step_seconds; i++) {
        const struct note *note = &pool->shared->notes[i];

        if (pool->children[i].pid > 0 && atomic_load(&note->step) &&
            now() - atomic_load(&note->started) > (int64_t)pool->jobs->step_seconds)
            kill(pool->children[i].pid, SIGKILL);
    }
}

static int serve(struct pool *pool, struct err *e)
{
    struct pollfd fds[MAX_PROCESSES];

    while (pool->delivered < pool->jobs->count) {
        for (unsigned i = 0; i < pool->processes; i++)
            fds[i] = (struct pollfd){.fd = pool->children[i].from, .events = POLLIN};
        if (poll(fds, pool->processes, 500) < 0 && errno != EINTR)
            return err_set(e, "poll: %s", strerror(errno));
        kill_the_slow(pool);
        for (unsigned i = 0; i < pool->processes; i++)
            if ((fds[i].revents & (POLLIN | POLLHUP | POLLERR)) && receive(pool, &pool->children[i]) < 0 &&
                bury(pool, i, e) < 0)
                return -1;
    }
    return 0;
}

static void dismiss(struct pool *pool)
{
    atomic_store(&pool->shared->next, pool->jobs->count);
    for (unsigned i = 0; i < pool->processes; i++) {
        struct child *c = &pool->children[i];

        if (c->pid > 0) {
            close(c->from);
            close(c->log);
            while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        }
        arena_free(c->arena);
    }
}

static unsigned processes_for(const struct worker_jobs *jobs)
{
    unsigned n = jobs->processes ? jobs->processes : 1;

    if (n > MAX_PROCESSES)
        n = MAX_PROCESSES;
    return n < jobs->count ? n : jobs->count;
}

int worker_run(const struct worker_jobs *jobs, struct err *e)
{
    struct pool pool = {.jobs = jobs, .arena = arena_new(), .processes = processes_for(jobs)};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    size_t shared_bytes = sizeof *pool.shared + jobs->count;
    int rc = 0;

    pool.shared = mmap(NULL, shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pool.shared == MAP_FAILED) {
        arena_free(pool.arena);
        return err_set(e, "cannot share memory with workers: %s", strerror(errno));
    }
    pool.results = ARENA_ARRAY(pool.arena, struct result, jobs->count + 1);
    pool.deaths = ARENA_ARRAY(pool.arena, uint8_t, jobs->count + 1);
    sigaction(SIGPIPE, &ignore, &before);
    for (unsigned i = 0; i < pool.processes; i++) {
        pool.children[i].arena = arena_new();
        pool.children[i].came = buf_new(pool.children[i].arena);
    }
    for (unsigned i = 0; i < pool.processes && rc == 0; i++)
        rc = child_start(&pool, i, e);
    if (rc == 0 && jobs->meanwhile)
        rc = jobs->meanwhile(jobs->data, e);
    if (rc == 0)
        rc = serve(&pool, e);
    dismiss(&pool);
    sigaction(SIGPIPE, &before, NULL);
    munmap(pool.shared, shared_bytes);
    arena_free(pool.arena);
    return rc;
}
