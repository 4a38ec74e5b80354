/*
 * Jobs that run files by name. The path is looked for beside the file that names it, then as the end of any path of
 * the tree. What a task runs of SQL becomes the task's own; a script's \i only shares its session; another program
 * stays a job of its own. Jobs of other DAGs are joined by their ids.
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

/* A task, DAG or Python script takes SQL over; a script of SQL only runs the file in its session. */
static bool takes_over(const struct ir *ir, const struct ir_run_file *run)
{
    return IR(ir, file, run->file)->language != IR_LANG_SQL;
}

/* An absolute path is where things stand when they run: of it the longest end that the tree has. */
static ir_file_id find_file(const struct ir *ir, const struct map *heads, const uint32_t *next,
                            const struct ir_run_file *run)
{
    const char *written = ir_string(ir, run->path), *path = without_dots(written);
    const char *from = ir_string(ir, IR(ir, file, run->file)->path), *slash;
    ir_file_id first = {map_get(heads, base_key(path))}, found = nearest(ir, next, first, path, from);

    while (!found.v && written[0] == '/' && (slash = strchr(path, '/')) != NULL) {
        path = slash + 1;
        found = nearest(ir, next, first, path, from);
    }
    return found;
}

/* The job that stands for a file: its pipeline or notebook, else its script. */
static void find_scripts(const struct ir *ir, uint32_t *script)
{
    for (uint32_t j = ir->job.count; j-- > 1;) {
        enum ir_job_kind kind = ir->job.items[j].kind;

        if (kind == IR_JOB_SCRIPT || kind == IR_JOB_PIPELINE || kind == IR_JOB_NOTEBOOK)
            script[ir->job.items[j].file.v] = j;
    }
}

/* What of an SQL file's runners takes its statements over, by script: the first one of a DAG; a shell's command
 * only when nobody else runs the file, as the statements can be one job's only. */
static void find_takers(struct link *l, const uint32_t *script, struct map *taker)
{
    struct ir *ir = l->ir;
    struct map commands = map_new(l->arena);

    for (IR_EACH(ir, run_file, i)) {
        const struct ir_run_file *run = IR(ir, run_file, i);
        ir_job_id runs = run->runs, parent = IR(ir, job, run->job)->parent;

        if (!runs.v || IR(ir, job, runs)->kind != IR_JOB_SCRIPT || !takes_over(ir, run) ||
            IR(ir, file, IR(ir, job, runs)->file)->language != IR_LANG_SQL)
            continue;
        if (IR(ir, job, parent)->kind == IR_JOB_PIPELINE)
            map_put(&commands, runs.v, map_get(&commands, runs.v) ? UINT32_MAX : i.v);
        else if (!map_get(taker, runs.v))
            map_put(taker, runs.v, i.v);
    }
    for (IR_EACH(ir, file, f)) {
        uint32_t only = map_get(&commands, script[f.v]);

        if (script[f.v] && only && only != UINT32_MAX && !map_get(taker, script[f.v]))
            map_put(taker, script[f.v], only);
    }
}

/* What a taken-over script did is its taker's: whoever else runs the file runs that. */
static void give_to_takers(struct link *l, const struct map *taker)
{
    struct ir *ir = l->ir;

    for (IR_EACH(ir, text, t)) {
        uint32_t r = map_get(taker, IR(ir, text, t)->job.v);

        if (r && IR(ir, text, t)->parent.v == 0)
            IR(ir, text, t)->order = ir->run_file.items[r].order;
        if (r)
            IR(ir, text, t)->job = ir->run_file.items[r].job;
    }
    for (IR_EACH(ir, statement, s)) {
        uint32_t r = map_get(taker, IR(ir, statement, s)->job.v);

        if (r)
            IR(ir, statement, s)->job = ir->run_file.items[r].job;
    }
    for (IR_EACH(ir, run_file, i)) {
        uint32_t r = map_get(taker, IR(ir, run_file, i)->runs.v);

        if (r)
            IR(ir, run_file, i)->runs = r == i.v ? (ir_job_id){0} : ir->run_file.items[r].job;
    }
}

void link_run_files(struct link *l)
{
    struct ir *ir = l->ir;
    struct map heads = map_new(l->arena), taker = map_new(l->arena);
    uint32_t *next = ARENA_ARRAY(l->arena, uint32_t, ir->file.count);
    uint32_t *script = ARENA_ARRAY(l->arena, uint32_t, ir->file.count);

    l->run_jobs = ARENA_ARRAY(l->arena, ir_job_id, ir->run_file.count);
    if (ir->run_file.count < 2)
        return;
    find_files(l, &heads, next);
    find_scripts(ir, script);
    for (IR_EACH(ir, run_file, i)) {
        ir_file_id f = find_file(ir, &heads, next, IR(ir, run_file, i));

        IR(ir, run_file, i)->runs.v = script[f.v];
        if (f.v && !takes_over(ir, IR(ir, run_file, i)))
            l->run_jobs[i.v].v = script[f.v];
    }
    find_takers(l, script, &taker);
    give_to_takers(l, &taker);
}

/* A job of a DAG by its id: `dag`, or the task `dag/task`. */
static ir_job_id job_named(struct ir *ir, const struct map *ids, const struct ir_job_link *row)
{
    const char *dag = ir_string(ir, row->dag), *task = ir_string(ir, row->task);
    struct buf id = buf_new(ir->arena);

    buf_adds(&id, dag);
    if (row->task.v)
        buf_printf(&id, "/%s", task);
    return (ir_job_id){map_get(ids, ir_intern(ir, buf_str(&id), id.n).v)};
}

void link_jobs(struct link *l)
{
    struct ir *ir = l->ir;
    struct map ids = map_new(l->arena);

    if (ir->job_link.count < 2)
        return;
    for (uint32_t j = ir->job.count; j-- > 1;)
        if (ir->job.items[j].kind == IR_JOB_DAG || ir->job.items[j].kind == IR_JOB_TASK)
            map_put(&ids, ir->job.items[j].id.v, j);
    for (IR_EACH(ir, job_link, i)) {
        ir_job_id target = job_named(ir, &ids, IR(ir, job_link, i));
        enum ir_job_link_kind kind = IR(ir, job_link, i)->kind;

        if (kind != IR_LINK_PRODUCES && kind != IR_LINK_CONSUMES)
            IR(ir, job_link, i)->target = target;
    }
}

ir_job_id link_run_file_job(const struct link *l, ir_run_file_id run)
{
    return l->run_jobs[run.v];
}
