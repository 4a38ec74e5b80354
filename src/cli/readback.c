/*
 * The project that was written, read by the readers of everything else: in a child process, because a parser is at
 * work. What the child found is linked like any input, and each model's upstream and columns are held against the plan.
 * Names of both sides meet as printed keys: "model" or "catalog.schema.table" as the database holds them.
 */
#include "cli/readback.h"

#include "base/file.h"
#include "base/map.h"
#include "base/worker.h"
#include "dbt/dbt.h"
#include "link/link.h"
#include "sql/sql.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_BYTES ((size_t)64 << 20)

struct readback {
    const struct ir *legacy;
    struct arena *scratch;
    const char *folder;
    const struct emit_files *files;
    struct ir *fresh;
    uint8_t *quoted;    /* by legacy dataset: parts written in quotes */
    char failure[1024]; /* of the child */
};

struct names {
    const char **items;
    uint32_t count, capacity;
};

/* ---- reading, in the child ---- */

static int read_sources(const struct readback *r, struct arena *scratch, struct dbt_sources *sources,
                        struct err *e)
{
    for (uint32_t i = 0; i < r->files->count; i++) {
        const char *path = r->files->items[i].path;
        struct slice bytes;

        if (!slice_ends(slice_of(path), "_sources.yml"))
            continue;
        if (file_read(scratch, path_join(scratch, r->folder, path), 0, &bytes, e) < 0 ||
            dbt_read_sources(scratch, path, bytes, sources, e) < 0)
            return -1;
    }
    return 0;
}

/* Models by their path below the models folder. */
static struct map models_by_path(const struct readback *r, struct arena *scratch)
{
    struct map models = map_new(scratch);

    for (IR_EACH(r->legacy, model, m)) {
        struct slice path = ir_slice(r->legacy, IR(r->legacy, model, m)->path);

        map_put(&models, hash_bytes(path.p, path.n), m.v);
    }
    return models;
}

/* The model that a file is, by its path below the models folder; none for macros, tests and what has no legacy. */
static ir_model_id model_of_file(const struct map *models, const char *path)
{
    const char *below = strchr(path, '/');
    struct slice key = slice_of(below ? below + 1 : path);

    return (ir_model_id){map_get(models, hash_bytes(key.p, key.n))};
}

/* SQL that was SQL stays in its dialect; what lineage wrote is PostgreSQL's. */
static enum ir_dialect dialect_of(const struct readback *r, ir_model_id model)
{
    ir_statement_id statement = IR(r->legacy, model, model)->statement;
    ir_text_id text = IR(r->legacy, statement, statement)->text;
    enum ir_dialect dialect = IR(r->legacy, text, text)->dialect;

    return dialect == IR_DIALECT_UNKNOWN ? IR_DIALECT_POSTGRES : dialect;
}

static int read_models(const struct readback *r, struct ir *ir, struct arena *scratch, struct err *e)
{
    struct dbt_sources sources = {0};
    struct map models = models_by_path(r, scratch);

    if (read_sources(r, scratch, &sources, e) < 0)
        return -1;
    for (uint32_t i = 0; i < r->files->count; i++) {
        const char *path = r->files->items[i].path;
        struct sql_options options = {0};
        struct slice bytes;
        ir_file_id file;
        ir_model_id model = model_of_file(&models, path);

        if (!model.v)
            continue;
        options.dialect = dialect_of(r, model);
        if (file_read(scratch, path_join(scratch, r->folder, path), 0, &bytes, e) < 0)
            return -1;
        file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, path),
                                                .language = IR_LANG_DBT,
                                                .dialect = options.dialect,
                                                .size = (uint32_t)bytes.n,
                                                .source = ir_intern(ir, bytes.p, bytes.n)});
        sql_read(ir, scratch, dbt_read_model(ir, scratch, file, &sources), &options);
    }
    return 0;
}

/* The child's answer: 'E' and a message, or 'B' and a block. */
static void run_child(void *data, struct worker *worker, uint32_t job, struct arena *scratch, struct buf *out)
{
    struct arena *own = arena_new();
    struct ir *ir = ir_new(own);
    struct err e;

    (void)worker;
    (void)job;
    if (read_models(data, ir, scratch, &e) < 0) {
        buf_addc(out, 'E');
        buf_adds(out, e.message);
    } else {
        buf_addc(out, 'B');
        ir_block_write(ir, out);
    }
    sql_exit();
    arena_free(own);
}

static void take_result(void *data, uint32_t job, struct slice result, const char *why)
{
    struct readback *r = data;
    struct err e;

    (void)job;
    if (why || !result.n)
        snprintf(r->failure, sizeof r->failure, "reading the project back ended unexpectedly (%s)",
                 why ? why : "nothing came back");
    else if (result.p[0] == 'E')
        snprintf(r->failure, sizeof r->failure, "%.*s", (int)result.n - 1, result.p + 1);
    else if (ir_block_read(r->fresh, slice_sub(result, 1, result.n - 1), &e) < 0)
        BUG("reading the project back: %s", e.message);
}

/* ---- names on both sides ---- */

static void add_part(struct buf *out, const char *part, bool as_it_is)
{
    if (out->n)
        buf_addc(out, '.');
    for (; *part; part++)
        buf_addc(out, as_it_is ? *part : (char)tolower((unsigned char)*part));
}

static const char *relation_key(struct arena *a, const struct ir *ir, ir_dataset_id dataset, uint8_t quoted)
{
    const struct ir_dataset *d = IR(ir, dataset, dataset);
    struct buf out = buf_new(a);

    if (d->catalog.v)
        add_part(&out, ir_string(ir, d->catalog), quoted & 4);
    if (d->schema.v)
        add_part(&out, ir_string(ir, d->schema), quoted & 2);
    add_part(&out, ir_string(ir, d->name), quoted & 1);
    return buf_str(&out);
}

static const char *legacy_key(const struct readback *r, ir_dataset_id dataset)
{
    const struct ir *ir = r->legacy;
    ir_model_id model = IR(ir, dataset, dataset)->model;

    if (model.v)
        return ir_string(ir, IR(ir, model, model)->name);
    return relation_key(r->scratch, ir, dataset, r->quoted[dataset.v]);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_once_each(struct names *n)
{
    uint32_t kept = 0;

    if (n->count)
        qsort(n->items, n->count, sizeof *n->items, by_bytes);
    for (uint32_t i = 0; i < n->count; i++)
        if (!kept || strcmp(n->items[kept - 1], n->items[i]) != 0)
            n->items[kept++] = n->items[i];
    n->count = kept;
}

/* ---- what each side says a model reads ---- */

static bool is_folded(const struct ir *ir, ir_dataset_id dataset)
{
    ir_model_id model = IR(ir, dataset, dataset)->model;

    return model.v && IR(ir, model, model)->dataset.v != dataset.v && !IR(ir, dataset, dataset)->same_as.v;
}

/* The legacy's upstream: through what was folded to the next model or source. */
static struct names legacy_upstream(const struct readback *r, const struct ir_index *into, ir_model_id model)
{
    const struct ir *ir = r->legacy;
    struct names names = {0};
    struct map seen = map_new(r->scratch);
    VEC(ir_dataset_id) work = {0};

    vec_push(r->scratch, &work, IR(ir, model, model)->dataset);
    while (work.count) {
        ir_dataset_id to = work.items[--work.count];

        for (uint32_t k = into->first[to.v]; k < into->first[to.v + 1]; k++) {
            struct ir_edge edge = ir->edge.items[into->rows[k]];
            ir_dataset_id from = edge.from;
            enum ir_fate fate = IR(ir, statement, edge.statement)->fate;

            if (from.v == to.v || fate == IR_FATE_HOOK || fate == IR_FATE_DROPPED)
                continue; /* its own rows; what a hook or what was left out reads does not flow into the query */
            if (!is_folded(ir, from)) {
                vec_push(r->scratch, &names, legacy_key(r, from));
            } else if (!map_get(&seen, from.v)) {
                map_put(&seen, from.v, 1);
                vec_push(r->scratch, &work, from);
            }
        }
    }
    sort_once_each(&names);
    return names;
}

static struct names fresh_upstream(const struct readback *r, const struct ir_index *into,
                                   ir_dataset_id dataset)
{
    const struct ir *ir = r->fresh;
    struct names names = {0};

    for (uint32_t k = into->first[dataset.v]; k < into->first[dataset.v + 1]; k++)
        if (ir->edge.items[into->rows[k]].from.v != dataset.v)
            vec_push(r->scratch, &names, relation_key(r->scratch, ir, ir->edge.items[into->rows[k]].from, 7));
    sort_once_each(&names);
    return names;
}

/* ---- the comparison ---- */

static const char *listed(struct arena *a, const struct names *n)
{
    struct buf out = buf_new(a);

    for (uint32_t i = 0; i < n->count; i++)
        buf_printf(&out, "%s%s", i ? ", " : "", n->items[i]);
    return n->count ? buf_str(&out) : "nothing";
}

static bool same_names(const struct names *a, const struct names *b)
{
    for (uint32_t i = 0; a->count == b->count && i < a->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return a->count == b->count;
}

static int compare_lists(const struct readback *r, ir_model_id model, const char *what,
                         const struct names *legacy, const struct names *fresh, struct err *e)
{
    const struct ir_model *m = IR(r->legacy, model, model);
    struct ir_place at = ir_statement_place(r->legacy, m->statement);

    if (same_names(legacy, fresh))
        return 0;
    return err_set(
        e, "the project does not say what the legacy says: model %s (%s, from %s:%u) %s %s, the legacy %s %s",
        ir_string(r->legacy, m->name), ir_string(r->legacy, m->path),
        ir_string(r->legacy, IR(r->legacy, file, at.file)->path), at.line, what, listed(r->scratch, fresh),
        what, listed(r->scratch, legacy));
}

static bool are_known(const struct ir *ir, ir_dataset_id dataset)
{
    enum ir_knowledge from = IR(ir, dataset, dataset)->columns_from;

    return from == IR_KNOWN_QUERY || from == IR_KNOWN_DDL || from == IR_KNOWN_CATALOG;
}

static int compare_columns(const struct readback *r, const struct ir_index *legacy_columns,
                           const struct ir_index *fresh_columns, ir_model_id model, ir_dataset_id fresh,
                           struct err *e)
{
    struct names legacy = {0}, found = {0};

    for (uint32_t k = legacy_columns->first[model.v]; k < legacy_columns->first[model.v + 1]; k++)
        vec_push(r->scratch, &legacy,
                 ir_string(r->legacy, r->legacy->model_column.items[legacy_columns->rows[k]].name));
    for (uint32_t k = fresh_columns->first[fresh.v]; k < fresh_columns->first[fresh.v + 1]; k++)
        vec_push(r->scratch, &found,
                 ir_string(r->fresh, r->fresh->column.items[fresh_columns->rows[k]].name));
    if (!legacy.count || !are_known(r->fresh, fresh))
        return 0;
    return compare_lists(r, model, "has the columns", &legacy, &found, e);
}

struct comparison {
    struct ir_index legacy_into, fresh_into;       /* edges to a dataset */
    struct ir_index legacy_columns, fresh_columns; /* of a model; of a dataset */
    struct map made;
};

/* The dataset that each model's file makes, by the model's name. */
static struct map made_by_models(struct readback *r)
{
    struct map made = map_new(r->scratch);

    for (IR_EACH(r->fresh, access, i)) {
        const struct ir_access *access = IR(r->fresh, access, i);
        const struct ir_job *job = IR(r->fresh, job, IR(r->fresh, statement, access->statement)->job);

        if ((access->flags & IR_ACCESS_TARGET) && job->kind == IR_JOB_MODEL)
            map_put(&made, hash_bytes(ir_string(r->fresh, job->name), ir_slice(r->fresh, job->name).n),
                    access->dataset.v);
    }
    return made;
}

/* A difference in PostgreSQL's SQL, or in SQL that shows no dialect, is our mistake and stops the run. Another dialect is read through rewrites,
 * which may be what differs, and in Python more happens than is followed: a person is told which model to look at, and
 * the others still count. */
static int judge(bool python, enum ir_dialect dialect, const struct err *why)
{
    if (!python && (dialect == IR_DIALECT_POSTGRES || dialect == IR_DIALECT_GENERIC))
        return -1;
    fprintf(stderr, "lineage: look at this model (%s): %s\n", python ? "python" : ir_name_of_dialect(dialect),
            why->message);
    return 0;
}

/* Names without a letter (FROM "") and other slips that no database takes. */
static int check_understood(const struct readback *r, struct err *e)
{
    for (IR_EACH(r->fresh, statement, s)) {
        const struct ir_statement *statement = IR(r->fresh, statement, s);
        const struct ir_job *job = IR(r->fresh, job, statement->job);
        const struct ir_file *file = IR(r->fresh, file, statement->file);

        if (job->kind != IR_JOB_MODEL || statement->understood == IR_UNDERSTOOD)
            continue;
        err_set(e, "the project can't be read back: model %s (%s) is not understood",
                ir_string(r->fresh, job->name), ir_string(r->fresh, file->path));
        if (judge(slice_ends(ir_slice(r->fresh, file->path), ".py"), file->dialect, e) < 0)
            return -1;
    }
    return 0;
}

/* Its upstream and its columns, as the plan has them and as its file says them. */
static int compare_model(struct readback *r, const struct comparison *c, ir_model_id model, struct err *e)
{
    struct slice name = ir_slice(r->legacy, IR(r->legacy, model, model)->name);
    ir_dataset_id fresh = {map_get(&c->made, hash_bytes(name.p, name.n))};
    struct names want = legacy_upstream(r, &c->legacy_into, model), got;

    if (!fresh.v)
        return err_set(e, "the project does not say what the legacy says: model %s is not in it", name.p);
    got = fresh_upstream(r, &c->fresh_into, fresh);
    if (compare_lists(r, model, "reads", &want, &got, e) < 0)
        return -1;
    return compare_columns(r, &c->legacy_columns, &c->fresh_columns, model, fresh, e);
}

static int compare(struct readback *r, struct err *e)
{
    struct comparison c = {.legacy_into = IR_INDEX(r->scratch, r->legacy, edge, to, dataset),
                           .fresh_into = IR_INDEX(r->scratch, r->fresh, edge, to, dataset),
                           .legacy_columns = IR_INDEX(r->scratch, r->legacy, model_column, model, model),
                           .fresh_columns = IR_INDEX(r->scratch, r->fresh, column, dataset, dataset),
                           .made = made_by_models(r)};

    for (IR_EACH(r->legacy, model, m))
        if (compare_model(r, &c, m, e) < 0 &&
            judge(IR(r->legacy, model, m)->language == IR_LANG_PYTHON, dialect_of(r, m), e) < 0)
            return -1;
    return 0;
}

static void find_quoted(struct readback *r)
{
    r->quoted = ARENA_ARRAY(r->scratch, uint8_t, r->legacy->dataset.count);
    for (IR_EACH(r->legacy, access, a))
        r->quoted[IR(r->legacy, access, a)->dataset.v] |= (uint8_t)IR(r->legacy, access, a)->quoted;
}

int readback_check(const struct ir *ir, struct arena *scratch, const char *folder,
                   const struct emit_files *files, struct err *e)
{
    struct readback r = {.legacy = ir, .scratch = scratch, .folder = folder, .files = files};
    struct worker_jobs jobs = {.count = 1,
                               .processes = 1,
                               .stack_bytes = STACK_BYTES,
                               .data = &r,
                               .run = run_child,
                               .done = take_result};
    struct link_options options = {.no_mentions = true};

    if (ir->model.count <= 1)
        return 0;
    r.fresh = ir_new(scratch);
    find_quoted(&r);
    if (worker_run(&jobs, e) < 0)
        return -1;
    if (r.failure[0])
        return err_set(e, "%s", r.failure);
    if (check_understood(&r, e) < 0)
        return -1;
    link_project(r.fresh, scratch, &options);
    return compare(&r, e);
}
