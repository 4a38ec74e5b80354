/*
 * worker.h - work that may kill its process, done in processes that may die.
 *
 * The parent hands job numbers to child processes and gets bytes back. A child notes each dangerous step (a
 * parser's call on some bytes) in memory that it shares with the parent. When a child ends unexpectedly, by a
 * signal, an exit or the clock, the parent remembers the noted step as lethal, starts another child and gives
 * it the same job again; asked about the lethal step, worker_may_step() then says no.
 */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* A child's view of itself. */
struct worker;

struct worker_jobs {
    uint32_t count;
    unsigned processes;    /* children at once; at least 1 is used */
    size_t stack_bytes;    /* what a child's stack may grow to */
    unsigned step_seconds; /* a noted step that takes longer is killed; 0: never */
    void *data;            /* handed to the functions */
    /* In a child: does job `job` and adds its result to `out`, behind others'. `scratch` is empty at the start of each job. */
    void (*run)(void *data, struct worker *worker, uint32_t job, struct arena *scratch, struct buf *out);
    /* In the parent, in the order of the job numbers: `result` is valid during the call. A job that killed its
     * child outside of any noted step, or too often, has no result: `result` is empty and `why` says what
     * happened (the child's end and what it wrote to stderr). */
    void (*done)(void *data, uint32_t job, struct slice result, const char *why);
    /* In the parent, once, when the children have begun: work that needs no result. -1 ends the run. NULL: there is none. */
    int (*meanwhile)(void *data, struct err *e);
};

/* Runs all jobs. Returns 0, or -1 when no process can be made or meanwhile() failed. */
int worker_run(const struct worker_jobs *jobs, struct err *e);

/* In a child: notes that it is about to do something with these bytes. False when the same bytes have killed a
 * child before. */
bool worker_may_step(struct worker *worker, const char *bytes, size_t len);

/* In a child: was a step of the job at hand denied? What comes of it may be otherwise next time. */
bool worker_was_denied(const struct worker *worker);

/* In a child: the noted step is over. */
void worker_step_done(struct worker *worker);

#endif
