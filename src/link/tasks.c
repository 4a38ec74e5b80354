/*
 * Jobs that run SQL files by name. The path is looked for beside the file that names it, then as the end of
 * any path of the tree. What a task runs becomes the task's own; a script's \i only shares its session.
 */
#include "link/linker.h"

#include <string.h>

static uint64_t base_key(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;

    return hash_bytes(base, strlen(base));
}

static bool path_ends_with(const char *path, const char *tail)
{
    size_t n = strlen(path), m = strlen(tail);

    return n >= m && strcmp(path + n - m, tail) == 0 && (n == m || path[n - m - 1] == '/');
}

static size_t common_prefix(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

/* Of the files whose path ends with `path`, the one nearest to `from`; the first of equals. */
static ir_file_id nearest(const struct ir *ir, const uint32_t *next, ir_file_id first, const char *path,
                          const char *from)
{
    ir_file_id best = {0};
    size_t best_common = 0;

    for (ir_file_id f = first; f.v; f.v = next[f.v]) {
        const char *candidate = ir_string(ir, IR(ir, file, f)->path);
        size_t common = common_prefix(candidate, from);

        if (path_ends_with(candidate, path) && (best.v == 0 || common > best_common)) {
            best = f;
            best_common = common;
        }
    }
    return best;
}

/* run_file -> file, for all rows at once: base names lead to lists of files in row order. */
static void find_files(struct link *l, struct map *heads, uint32_t *next)
{
    for (uint32_t f = l->ir->file.count; f-- > 1;) {
        uint64_t key = base_key(ir_string(l->ir, l->ir->file.items[f].path));

        next[f] = map_get(heads, key);
        map_put(heads, key, f);
    }
}

static const char *without_dots(const char *path)
{
    for (;;) {
        if (strncmp(path, "./", 2) == 0)
            path += 2;
        else if (strncmp(path, "../", 3) == 0)
            path += 3;
        else if (path[0] == '/')
            path++;
        else
            return path;
    }
}

/* A task, DAG or Python script takes the statements over; a script of SQL only runs the file in its session. */
static bool takes_over(const struct ir *ir, const struct ir_run_file *run)
{
    return IR(ir, file, run->file)->language != IR_LANG_SQL;
}

void link_run_files(struct link *l)
{
    struct ir *ir = l->ir;
    struct map heads = map_new(l->arena), runner = map_new(l->arena);
    uint32_t *next = ARENA_ARRAY(l->arena, uint32_t, ir->file.count);
    uint32_t *script = ARENA_ARRAY(l->arena, uint32_t, ir->file.count);

    l->run_jobs = ARENA_ARRAY(l->arena, ir_job_id, ir->run_file.count);
    if (ir->run_file.count < 2)
        return;
    find_files(l, &heads, next);
    for (uint32_t j = ir->job.count; j-- > 1;)
        if (ir->job.items[j].kind == IR_JOB_SCRIPT)
            script[ir->job.items[j].file.v] = j;
    for (IR_EACH(ir, run_file, i)) {
        const struct ir_run_file *run = IR(ir, run_file, i);
        const char *path = without_dots(ir_string(ir, run->path));
        ir_file_id f = nearest(ir, next, (ir_file_id){map_get(&heads, base_key(path))}, path,
                               ir_string(ir, IR(ir, file, run->file)->path));

        if (f.v && !takes_over(ir, run))
            l->run_jobs[i.v].v = script[f.v];
        else if (f.v && script[f.v] && map_get(&runner, script[f.v]) == 0)
            map_put(&runner, script[f.v], i.v);
    }
    for (IR_EACH(ir, text, t)) {
        uint32_t r = map_get(&runner, IR(ir, text, t)->job.v);

        if (r && IR(ir, text, t)->parent.v == 0)
            IR(ir, text, t)->order = ir->run_file.items[r].order;
        if (r)
            IR(ir, text, t)->job = ir->run_file.items[r].job;
    }
    for (IR_EACH(ir, statement, s)) {
        uint32_t r = map_get(&runner, IR(ir, statement, s)->job.v);

        if (r)
            IR(ir, statement, s)->job = ir->run_file.items[r].job;
    }
}

ir_job_id link_run_file_job(const struct link *l, ir_run_file_id run)
{
    return l->run_jobs[run.v];
}
