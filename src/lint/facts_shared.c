/*
 * What the families of facts share: the run over all of them, and where to anchor. A finding stands at the
 * narrowest token that shows the matter, because reviewers see only findings whose lines are in the diff.
 */
#include "lint/facts.h"

#include "ir/scan.h"

#include "base/file.h"
#include "base/map.h"
#include "lint/dbt.h"

#include <ctype.h>
#include <string.h>

/* Jobs whose SQL is not known in full: what nobody saw may read or write anything. */
static void find_blind_jobs(struct facts *f)
{
    struct ir *ir = f->ir;

    f->job_is_blind = ARENA_ARRAY(f->arena, bool, ir->job.count);
    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);

        if (row->understood != IR_UNDERSTOOD || row->kind == IR_KIND_EXECUTE)
            f->job_is_blind[row->job.v] = true;
    }
    for (IR_EACH(ir, text, t))
        if (IR(ir, text, t)->unknown_parts)
            f->job_is_blind[IR(ir, text, t)->job.v] = true;
    for (IR_EACH(ir, gap, g)) {
        const struct ir_gap *gap = IR(ir, gap, g);

        if (gap->kind == IR_GAP_DYNAMIC && gap->text.v)
            f->job_is_blind[IR(ir, text, gap->text)->job.v] = true;
    }
    f->job_is_blind[0] = false;
}

static void (*const families[])(struct facts *) = {
    facts_of_gaps,         facts_of_steps,     facts_of_names,        facts_of_writes,
    facts_of_writers,      facts_of_cycles,    facts_of_client_reads, facts_of_frames,
    facts_of_frame_writes, facts_of_tasks,     facts_of_dags,         facts_of_secrets,
    facts_of_constructs,   facts_of_layers,    facts_of_jobs,         facts_of_routines,
    facts_of_spark,        facts_of_pipelines, facts_of_dbt_names,    facts_of_dbt_properties,
    facts_of_dbt_models,   facts_of_dbt_hooks, facts_of_dbt_profiles, facts_of_dbt_python,
    facts_of_dbt_commands,
};

void facts_compute(struct facts *f, struct ir *ir, struct arena *a, enum ir_dialect target,
                   const struct judge *judge)
{
    *f = (struct facts){.ir = ir, .arena = a, .judge = judge, .target = target};
    f->family = arena_new();
    f->work = arena_new();
    f->accesses = IR_INDEX(a, ir, access, statement, statement);
    f->reads = IR_INDEX(a, ir, access, dataset, dataset);
    f->statements = IR_INDEX(a, ir, statement, job, job);
    f->parameters = IR_INDEX(a, ir, parameter, job, job);
    f->written = ARENA_NEW(a, struct map);
    *f->written = map_new(a);
    find_blind_jobs(f);
    f->dbt = dbt_new(f);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        families[i](f);
        arena_reset(f->work);
        arena_reset(f->family);
    }
    arena_free(f->work);
    arena_free(f->family);
    f->work = f->family = NULL;
}

/* ---- anchors ---- */

struct fact_at at_source(ir_file_id file, uint32_t off, uint32_t len)
{
    return (struct fact_at){.file = file, .off = off, .len = len};
}

struct fact_at at_access(const struct facts *f, ir_access_id access)
{
    const struct ir_access *row = IR(f->ir, access, access);
    const struct ir_statement *s = IR(f->ir, statement, row->statement);
    bool in_file = row->flags & (IR_ACCESS_IN_PYTHON | IR_ACCESS_FRAME);

    return (struct fact_at){.file = s->file,
                            .text = in_file ? (ir_text_id){0} : s->text,
                            .off = row->off,
                            .len = row->len,
                            .statement = row->statement};
}

/* The bytes in which `at` counts: its text's, or its file's. */
static struct slice content_of(const struct facts *f, struct fact_at at)
{
    const struct ir *ir = f->ir;

    return at.text.v ? ir_slice(ir, IR(ir, text, at.text)->content)
                     : ir_slice(ir, IR(ir, file, at.file)->source);
}

struct slice at_bytes(const struct facts *f, struct fact_at at)
{
    return slice_sub(content_of(f, at), at.off, at.len);
}

static struct fact_at at_statement(const struct facts *f, ir_statement_id statement)
{
    const struct ir_statement *s = IR(f->ir, statement, statement);

    return (struct fact_at){s->file, s->text, s->off, s->len, statement};
}

/* The length of the first `words` words of `bytes`, white space between them included. */
static uint32_t head_length(struct slice bytes, uint32_t words)
{
    size_t i = 0, end = 0;

    for (; words && i < bytes.n && is_word(bytes.p[i]); words--) {
        while (i < bytes.n && is_word(bytes.p[i]))
            i++;
        end = i;
        while (i < bytes.n && isspace((unsigned char)bytes.p[i]))
            i++;
    }
    return end ? (uint32_t)end : (uint32_t)bytes.n;
}

struct fact_at at_head(const struct facts *f, ir_statement_id statement, uint32_t words)
{
    struct fact_at at = at_statement(f, statement);

    at.len = head_length(at_bytes(f, at), words);
    return at;
}

struct fact_at at_or_replace(const struct facts *f, ir_statement_id statement)
{
    struct fact_at at = at_statement(f, statement);
    struct slice bytes = at_bytes(f, at);
    uint32_t first = head_length(bytes, 1);
    size_t i = first;

    while (i < bytes.n && isspace((unsigned char)bytes.p[i]))
        i++;
    if (!slice_starts_nocase(slice_sub(bytes, i, 2), "or"))
        return at_head(f, statement, 2);
    at.off += (uint32_t)i;
    at.len = head_length(slice_sub(bytes, i, bytes.n - i), 2);
    return at;
}

/* Where the arguments of the outermost last call begin: `Hook("w").run(…)` gives the second parenthesis. */
static size_t last_arguments(struct slice s)
{
    size_t i = 0, found = 0;
    uint32_t depth = 0;

    while (i < s.n) {
        char c = s.p[i];

        if (c == '"' || c == '\'') {
            i = scan_python_string(s, i);
            continue;
        }
        if (c == '(' && !depth)
            found = i;
        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if ((c == ')' || c == ']' || c == '}') && depth)
            depth--;
        i++;
    }
    return found;
}

struct fact_at at_callee(const struct facts *f, ir_file_id file, uint32_t off, uint32_t len)
{
    struct slice bytes = at_bytes(f, at_source(file, off, len));
    size_t end = last_arguments(bytes), start;

    while (end > 0 && isspace((unsigned char)bytes.p[end - 1]))
        end--;
    for (start = end; start > 0 && (is_word(bytes.p[start - 1]) || bytes.p[start - 1] == '.');)
        start--;
    while (start < end && bytes.p[start] == '.')
        start++;
    if (start == end)
        return at_source(file, off, head_length(bytes, 1));
    return at_source(file, off + (uint32_t)start, (uint32_t)(end - start));
}

struct fact_at at_word(const struct facts *f, ir_file_id file, uint32_t off, uint32_t len, const char *word)
{
    struct slice bytes = at_bytes(f, at_source(file, off, len));
    size_t n = strlen(word);

    for (size_t i = bytes.n; i-- > 0;) {
        if (i + n > bytes.n || memcmp(bytes.p + i, word, n) != 0)
            continue;
        if ((i == 0 || !is_word(bytes.p[i - 1])) && (i + n == bytes.n || !is_word(bytes.p[i + n])))
            return at_source(file, off + (uint32_t)i, (uint32_t)n);
    }
    return at_source(file, off, len);
}

static bool is_word_of(struct slice word, const char *const *words)
{
    while (*words && !slice_is_nocase(word, *words))
        words++;
    return *words != NULL;
}

bool file_is_test(const struct facts *f, ir_file_id file)
{
    const char *path = ir_string(f->ir, IR(f->ir, file, file)->path);
    struct slice base = slice_of(path_base(path));

    return slice_starts(base, "test_") || slice_ends(base, "_test.py") || slice_is(base, "conftest.py") ||
           strstr(path, "/tests/") || strstr(path, "/test/") || strncmp(path, "tests/", 6) == 0 ||
           strncmp(path, "test/", 5) == 0;
}

bool *files_with_spark(const struct facts *f)
{
    bool *spark = ARENA_ARRAY(f->family, bool, f->ir->file.count);

    for (IR_EACH(f->ir, file, i)) {
        struct slice s = ir_slice(f->ir, IR(f->ir, file, i)->source);

        spark[i.v] =
            IR(f->ir, file, i)->language == IR_LANG_PYTHON &&
            (memmem(s.p, s.n, "import pyspark", 14) != NULL || memmem(s.p, s.n, "from pyspark", 12) != NULL);
    }
    return spark;
}

bool at_is_written(const struct facts *f, struct fact_at at)
{
    struct ir_place place;

    if (!at.text.v)
        return true;
    place = ir_place_of(f->ir, at.file, at.text, at.off, at.len);
    return place.len == at.len &&
           slice_eq(at_bytes(f, at_source(place.file, place.off, place.len)), at_bytes(f, at));
}

struct fact_at at_last_of(const struct facts *f, struct fact_at at, const char *const *words)
{
    struct slice bytes = at_bytes(f, at);
    size_t end = bytes.n, start;

    while (end > 0) {
        while (end > 0 && !is_word(bytes.p[end - 1]))
            end--;
        for (start = end; start > 0 && is_word(bytes.p[start - 1]);)
            start--;
        if (end > start && is_word_of(slice_sub(bytes, start, end - start), words)) {
            at.off += (uint32_t)start;
            at.len = (uint32_t)(end - start);
            return at;
        }
        end = start;
    }
    return at;
}

struct fact_at at_argument(const struct facts *f, ir_file_id file, uint32_t off, uint32_t len,
                           const char *name)
{
    struct fact_at at = at_word(f, file, off, len, name);
    struct slice bytes = at_bytes(f, at_source(file, off, len));
    size_t i = at.off - off + at.len;

    while (i < bytes.n && strchr(" \t\r\n=", bytes.p[i]))
        i++;
    if (i < bytes.n && (bytes.p[i] == '"' || bytes.p[i] == '\''))
        at.len = (uint32_t)scan_python_string(bytes, i) - (at.off - off);
    return at;
}

const char *at_language(const struct facts *f, struct fact_at at)
{
    const struct ir *ir = f->ir;
    ir_file_id file = at.text.v ? IR(ir, text, at.text)->file : at.file;
    enum ir_language language = IR(ir, file, file)->language;

    return language == IR_LANG_PYTHON || language == IR_LANG_NOTEBOOK ? "python" : "sql";
}

/* ---- accesses ---- */

const char *access_written(const struct facts *f, const struct ir_access *access)
{
    struct ir *ir = f->ir;
    uint64_t key = map_key(access->schema.v, access->name.v);
    const char *name = ir_string(ir, access->name), *schema = ir_string(ir, access->schema);
    ir_str written;

    if (access->catalog.v)
        return arena_printf(f->arena, "%s%s%s.%s", ir_string(ir, access->catalog),
                            access->schema.v ? "." : "", schema, name);
    if (!access->schema.v)
        return name;
    written.v = map_get(f->written, key);
    if (!written.v) {
        written = ir_interns(ir, arena_printf(f->arena, "%s.%s", schema, name));
        map_put(f->written, key, written.v);
    }
    return ir_string(ir, written);
}

uint64_t access_key(const struct facts *f, const struct ir_access *access)
{
    struct ir *ir = f->ir;
    ir_str schema, name;

    if (access->dataset.v)
        return map_key(UINT32_MAX, access->dataset.v);
    schema = access->quoted & 2 ? access->schema : ir_fold(ir, access->schema);
    name = access->quoted & 1 ? access->name : ir_fold(ir, access->name);
    return map_key(schema.v, name.v);
}

bool access_is_relation(const struct ir_access *access)
{
    return access->mode != IR_ACCESS_CALL && access->mode != IR_ACCESS_DEFINE &&
           !(access->flags & IR_ACCESS_FRAME);
}

bool access_is_temp(const struct facts *f, const struct ir_access *access)
{
    return access->flags & IR_ACCESS_TEMP || IR(f->ir, dataset, access->dataset)->kind == IR_DATASET_TEMP;
}

bool job_takes_values(const struct facts *f, ir_job_id job)
{
    for (uint32_t k = f->parameters.first[job.v]; k < f->parameters.first[job.v + 1]; k++) {
        const struct ir_parameter *row = &f->ir->parameter.items[f->parameters.rows[k]];
        struct slice type = ir_slice(f->ir, row->type);

        if ((row->mode == IR_PARAMETER_IN || row->mode == IR_PARAMETER_INOUT ||
             row->mode == IR_PARAMETER_VARIADIC) &&
            !slice_starts_nocase(type, "date") && !slice_starts_nocase(type, "timestamp"))
            return true;
    }
    return false;
}

bool mode_writes(enum ir_access_mode mode)
{
    switch (mode) {
    case IR_ACCESS_CREATE:
    case IR_ACCESS_REPLACE:
    case IR_ACCESS_APPEND:
    case IR_ACCESS_OVERWRITE:
    case IR_ACCESS_UPSERT:
    case IR_ACCESS_UPDATE:
    case IR_ACCESS_DELETE:
        return true;
    default:
        return false;
    }
}

bool kind_stores(enum ir_statement_kind kind)
{
    switch (kind) {
    case IR_KIND_CREATE_TABLE_AS:
    case IR_KIND_SELECT_INTO:
    case IR_KIND_CREATE_MATVIEW:
    case IR_KIND_INSERT:
    case IR_KIND_UPDATE:
    case IR_KIND_MERGE:
        return true;
    default:
        return false;
    }
}

ir_access_id statement_target(const struct facts *f, ir_statement_id statement)
{
    for (uint32_t k = f->accesses.first[statement.v]; k < f->accesses.first[statement.v + 1]; k++) {
        ir_access_id a = {f->accesses.rows[k]};

        if (IR(f->ir, access, a)->flags & IR_ACCESS_TARGET || mode_writes(IR(f->ir, access, a)->mode))
            return a;
    }
    return (ir_access_id){0};
}

const char *job_title(const struct facts *f, ir_job_id job)
{
    const struct ir_job *row = IR(f->ir, job, job);
    const char *id = ir_string(f->ir, row->id);

    if (row->kind == IR_JOB_PROCEDURE || row->kind == IR_JOB_FUNCTION || row->kind == IR_JOB_TASK)
        return arena_printf(f->arena, "%s %s", ir_name_of_job_kind(row->kind), id);
    return id;
}
