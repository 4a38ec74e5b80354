/*
 * Each child has a pair of pipes and a slot of shared memory. A job travels as its number; a result as its
 * length and its bytes. The parent polls, keeps results until all before them have come, and buries the dead.
 */
#include "base/worker.h"

#include "base/map.h"
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

/* What a child is doing, for the parent to read after its death. */
struct note {
    _Atomic uint64_t step;   /* hash of the bytes, 0 when none is under way */
    _Atomic int64_t started; /* seconds of the monotonic clock */
};

struct shared {
    struct note notes[MAX_PROCESSES];
    _Atomic uint32_t lethal_count;
    _Atomic uint64_t lethal[LETHAL_MAX];
};

struct worker {
    struct shared *shared;
    struct note *note;
    bool denied; /* a step of the job at hand */
};

struct child {
    pid_t pid;
    int to, from, log; /* the parent's ends; log is the child's stderr, a file without a name */
    int64_t job;       /* -1: idle */
    struct buf answer;
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
    uint32_t next;      /* the first job never handed out */
    uint32_t delivered; /* jobs whose done() was called */
    VEC(uint32_t) again;
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
    uint64_t hash = hash_bytes(bytes, len) | 1;
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

static int read_full(int fd, void *to, size_t len)
{
    char *p = to;

    while (len) {
        ssize_t got = read(fd, p, len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        p += got;
        len -= (size_t)got;
    }
    return 0;
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

static _Noreturn void child_main(const struct worker_jobs *jobs, struct worker *worker, int in, int out)
{
    struct arena *scratch = arena_new();
    struct rlimit stack;
    uint32_t job;

    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < jobs->stack_bytes) {
        stack.rlim_cur = jobs->stack_bytes;
        if (stack.rlim_max != RLIM_INFINITY && stack.rlim_max < stack.rlim_cur)
            stack.rlim_cur = stack.rlim_max;
        setrlimit(RLIMIT_STACK, &stack);
    }
    while (read_full(in, &job, sizeof job) == 0) {
        struct buf answer = buf_new(scratch);
        uint64_t len;

        worker->denied = false;
        jobs->run(jobs->data, worker, job, scratch, &answer);
        len = answer.n;
        if (write_full(out, &len, sizeof len) < 0 || write_full(out, buf_str(&answer), len) < 0)
            break;
        arena_reset(scratch);
    }
    arena_free(scratch);
    _exit(0);
}

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
    for (unsigned i = 0; i < pool->processes; i++) {
        if (pool->children[i].pid > 0) {
            close(pool->children[i].to);
            close(pool->children[i].from);
        }
    }
}

static int child_start(struct pool *pool, unsigned slot, struct err *e)
{
    struct child *c = &pool->children[slot];
    struct worker worker = {pool->shared, &pool->shared->notes[slot], false};
    int down[2], up[2];

    if (pipe(down) < 0)
        return err_set(e, "cannot make a pipe: %s", strerror(errno));
    if (pipe(up) < 0) {
        close(down[0]);
        close(down[1]);
        return err_set(e, "cannot make a pipe: %s", strerror(errno));
    }
    c->log = log_file();
    atomic_store(&worker.note->step, 0);
    fflush(NULL);
    c->pid = fork();
    if (c->pid == 0) {
        close_other_ends(pool);
        close(down[1]);
        close(up[0]);
        dup2(c->log, STDERR_FILENO);
        child_main(pool->jobs, &worker, down[0], up[1]);
    }
    close(down[0]);
    close(up[1]);
    if (c->pid < 0)
        return err_set(e, "cannot start a worker process: %s", strerror(errno));
    c->to = down[1];
    c->from = up[0];
    c->job = -1;
    fcntl(c->to, F_SETFD, FD_CLOEXEC);
    fcntl(c->from, F_SETFD, FD_CLOEXEC);
    return 0;
}

/* Gives `c` its next job, or nothing when there is none; false when all are handed out. */
static bool hand_out(struct pool *pool, struct child *c)
{
    uint32_t job;

    if (pool->again.count)
        job = pool->again.items[--pool->again.count];
    else if (pool->next < pool->jobs->count)
        job = pool->next++;
    else
        return false;
    c->job = job;
    arena_reset(c->arena);
    c->answer = buf_new(c->arena);
    /* A child that is gone shows when its pipe is read. */
    (void)!write(c->to, &job, sizeof job);
    return true;
}

static void deliver(struct pool *pool)
{
    while (pool->delivered < pool->jobs->count && pool->results[pool->delivered].ready) {
        struct result *r = &pool->results[pool->delivered];

        pool->jobs->done(pool->jobs->data, pool->delivered, (struct slice){r->bytes, r->len}, r->why);
        free(r->bytes);
        free(r->why);
        pool->delivered++;
    }
}

static void keep_result(struct pool *pool, uint32_t job, struct slice bytes, const char *why)
{
    struct result *r = &pool->results[job];

    r->ready = true;
    r->len = bytes.n;
    r->why = why ? strdup(why) : NULL;
    r->bytes = malloc(bytes.n + 1);
    if (!r->bytes || (why && !r->why))
        die("out of memory");
    if (bytes.n)
        memcpy(r->bytes, bytes.p, bytes.n);
    deliver(pool);
}

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

static int bury(struct pool *pool, unsigned slot, struct err *e)
{
    struct child *c = &pool->children[slot];
    uint64_t step = atomic_load(&pool->shared->notes[slot].step);
    uint32_t n = atomic_load(&pool->shared->lethal_count);
    const char *why;
    int status = 0;

    close(c->to);
    close(c->from);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    c->pid = 0;
    why = obituary(pool, c, status);
    repeat_words(why);
    close(c->log);
    if (c->job >= 0) {
        uint32_t job = (uint32_t)c->job;

        if (step && n < LETHAL_MAX && ++pool->deaths[job] < DEATHS_PER_JOB) {
            atomic_store(&pool->shared->lethal[n], step);
            atomic_store(&pool->shared->lethal_count, n + 1);
            vec_push(pool->arena, &pool->again, job);
        } else {
            keep_result(pool, job, (struct slice){0}, why);
        }
    }
    if (child_start(pool, slot, e) < 0)
        return -1;
    hand_out(pool, c);
    return 0;
}

/* Reads what is there; 1 when the answer is whole, 0 when more must come, -1 when the child is gone. */
static int receive(struct child *c)
{
    char bytes[65536];
    ssize_t got = read(c->from, bytes, sizeof bytes);
    uint64_t len;

    if (got < 0 && errno == EINTR)
        return 0;
    if (got <= 0)
        return -1;
    buf_add(&c->answer, bytes, (size_t)got);
    if (c->answer.n < sizeof len)
        return 0;
    memcpy(&len, c->answer.p, sizeof len);
    return c->answer.n - sizeof len >= len;
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
        for (unsigned i = 0; i < pool->processes; i++) {
            struct child *c = &pool->children[i];
            int rc;

            if (!(fds[i].revents & (POLLIN | POLLHUP | POLLERR)))
                continue;
            rc = receive(c);
            if (rc < 0 && bury(pool, i, e) < 0)
                return -1;
            if (rc > 0) {
                uint32_t job = (uint32_t)c->job;

                c->job = -1;
                keep_result(pool, job, slice_sub(buf_slice(&c->answer), 8, SIZE_MAX), NULL);
                hand_out(pool, c);
            }
        }
    }
    return 0;
}

static void dismiss(struct pool *pool)
{
    for (unsigned i = 0; i < pool->processes; i++) {
        struct child *c = &pool->children[i];

        if (c->pid > 0) {
            close(c->to);
            close(c->from);
            close(c->log);
            while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        }
        arena_free(c->arena);
    }
}

int worker_run(const struct worker_jobs *jobs, struct err *e)
{
    struct pool pool = {.jobs = jobs, .arena = arena_new()};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    int rc = 0;

    pool.shared = mmap(NULL, sizeof *pool.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pool.shared == MAP_FAILED) {
        arena_free(pool.arena);
        return err_set(e, "cannot share memory with workers: %s", strerror(errno));
    }
    pool.results = ARENA_ARRAY(pool.arena, struct result, jobs->count + 1);
    pool.deaths = ARENA_ARRAY(pool.arena, uint8_t, jobs->count + 1);
    pool.processes = jobs->processes ? jobs->processes : 1;
    if (pool.processes > MAX_PROCESSES)
        pool.processes = MAX_PROCESSES;
    if (pool.processes > jobs->count)
        pool.processes = jobs->count;
    sigaction(SIGPIPE, &ignore, &before);
    for (unsigned i = 0; i < pool.processes && rc == 0; i++) {
        pool.children[i].arena = arena_new();
        rc = child_start(&pool, i, e);
        if (rc == 0)
            hand_out(&pool, &pool.children[i]);
    }
    if (rc == 0)
        rc = serve(&pool, e);
    dismiss(&pool);
    sigaction(SIGPIPE, &before, NULL);
    munmap(pool.shared, sizeof *pool.shared);
    arena_free(pool.arena);
    return rc;
}
