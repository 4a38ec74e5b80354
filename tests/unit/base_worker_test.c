/* base/worker: whatever a child does, every job is answered, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum what { ANSWER, DIE_IN_STEP, EXIT_IN_STEP, HANG_IN_STEP, DIE_OUTSIDE, LARGE };

struct run {
    const enum what *jobs;
    uint32_t expected; /* the next job that done() must get */
    uint32_t failed;
};

static void run_job(void *data, struct worker *worker, uint32_t job, struct arena *scratch, struct buf *out)
{
    const struct run *run = data;
    const char *step = arena_printf(scratch, "step of job %u", job);
    bool may = worker_may_step(worker, step, strlen(step));

    if (may && run->jobs[job] == DIE_IN_STEP)
        raise(SIGKILL);
    if (may && run->jobs[job] == EXIT_IN_STEP)
        _exit(1);
    if (may && run->jobs[job] == HANG_IN_STEP)
        pause();
    worker_step_done(worker);
    if (run->jobs[job] == DIE_OUTSIDE) {
        (void)!write(STDERR_FILENO, "last words", 10);
        raise(SIGKILL);
    }
    buf_printf(out, "%u %s", job, may ? "stepped" : "went around");
    for (int i = 0; run->jobs[job] == LARGE && i < 300000; i++)
        buf_addc(out, 'x');
}

static void done(void *data, uint32_t job, struct slice result, const char *why)
{
    struct run *run = data;
    char expected[64];
    bool lethal = run->jobs[job] != ANSWER && run->jobs[job] != LARGE;

    assert_int_equal(job, run->expected++);
    if (run->jobs[job] == DIE_OUTSIDE) {
        assert_non_null(strstr(why, "last words"));
        run->failed++;
        return;
    }
    assert_null(why);
    snprintf(expected, sizeof expected, "%u %s", job, lethal ? "went around" : "stepped");
    assert_true(slice_starts(result, expected));
    assert_int_equal(result.n, strlen(expected) + (run->jobs[job] == LARGE ? 300000 : 0));
}

static void every_job_is_answered(void **state)
{
    static const enum what jobs[] = {ANSWER, DIE_IN_STEP, LARGE,        EXIT_IN_STEP, ANSWER,
                                     ANSWER, DIE_OUTSIDE, HANG_IN_STEP, LARGE,        ANSWER};

    (void)state;
    for (unsigned processes = 1; processes <= 3; processes++) {
        struct run run = {.jobs = jobs};
        struct worker_jobs work = {.count = 10,
                                   .processes = processes,
                                   .stack_bytes = 1 << 20,
                                   .step_seconds = 1,
                                   .data = &run,
                                   .run = run_job,
                                   .done = done};
        struct err e;

        assert_int_equal(worker_run(&work, &e), 0);
        assert_int_equal(run.expected, 10);
        assert_int_equal(run.failed, 1);
    }
}

static int refuse(void *data, struct err *e)
{
    struct run *run = data;

    assert_int_equal(run->expected, 0);
    run->failed++;
    return err_set(e, "no rules");
}

static void what_goes_wrong_meanwhile_ends_the_run(void **state)
{
    static const enum what jobs[] = {ANSWER, LARGE, DIE_IN_STEP};
    struct run run = {.jobs = jobs};
    struct worker_jobs work = {
        .count = 3, .processes = 2, .data = &run, .run = run_job, .done = done, .meanwhile = refuse};
    struct err e;

    (void)state;
    assert_int_equal(worker_run(&work, &e), -1);
    assert_string_equal(e.message, "no rules");
    assert_int_equal(run.expected, 0);
    assert_int_equal(run.failed, 1);
}

static void no_jobs_need_no_process(void **state)
{
    struct worker_jobs work = {.processes = 4};
    struct err e;

    (void)state;
    assert_int_equal(worker_run(&work, &e), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_is_answered),
        cmocka_unit_test(what_goes_wrong_meanwhile_ends_the_run),
        cmocka_unit_test(no_jobs_need_no_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
