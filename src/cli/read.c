/* The glue between the readers of languages, which do not know of one another. */
#include "cli/read.h"

#include "base/file.h"
#include "cli/config.h"
#include "cli/decode.h"
#include "python/python.h"
#include "shell/shell.h"
#include "sql/sql.h"

#include <string.h>

#define LARGEST_FILE (64u << 20)    /* bytes; a file above it is data, not code */
#define LARGEST_TAKEN_IN (2u << 20) /* of the files that a Python file imports or opens */

const struct slice *overlay_find(const struct overlay *overlay, const char *path)
{
    uint32_t at = overlay ? map_get(&overlay->by_path, hash_bytes(path, strlen(path))) : 0;

    return at ? &overlay->files.items[at - 1].bytes : NULL;
}

const char *read_name(const struct read_job *job)
{
    const struct options *o = job->options;

    return strcmp(job->found->path, "-") == 0 && o->stdin_filename ? o->stdin_filename : job->found->path;
}

int read_bytes(struct arena *a, const struct read_job *job, struct slice *out, struct err *e)
{
    const struct slice *instead = strcmp(job->found->path, "-") == 0
                                      ? job->standard_input
                                      : overlay_find(job->options->overlay, job->found->path);

    *out = SLICE("");
    if (job->found->role == DBT_SEED) /* data: only that it is there counts */
        return 0;
    if (!instead)
        return file_read(a, job->found->path, LARGEST_FILE, out, e);
    *out = *instead;
    return 0;
}

static bool may_parse(void *data, const char *sql, size_t len)
{
    return worker_may_step(data, sql, len);
}

ir_file_id read_failed(struct ir *ir, const char *path, enum ir_gap_kind kind, const char *why,
                       const char *advice)
{
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, path),
                                                       .language = language_of_name(path),
                                                       .status = IR_STATUS_FAILED});

    ir_add_gap(ir,
               (struct ir_gap){
                   .kind = kind, .file = file, .why = ir_interns(ir, why), .advice = ir_interns(ir, advice)});
    return file;
}

/* Without a telling name: Python when it imports or defines, SQL otherwise. */
static enum ir_language language_of_content(struct slice text)
{
    enum ir_language shebang = language_of_shebang(text);

    if (shebang != IR_LANG_UNKNOWN)
        return shebang;
    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t len = end ? (size_t)(end - text.p) : text.n;
        struct slice line = {text.p, len};

        if (slice_starts(line, "import ") || slice_starts(line, "from ") || slice_starts(line, "def "))
            return IR_LANG_PYTHON;
        text = slice_sub(text, len + 1, text.n);
    }
    return IR_LANG_SQL;
}

static void note_encoding(struct ir *ir, ir_file_id file, const struct decoded *d)
{
    struct slice source = ir_slice(ir, IR(ir, file, file)->source);
    uint32_t off = (uint32_t)(d->bad_offset < source.n ? d->bad_offset : 0);

    /* Up to the first bad byte UTF-8 and its Latin-1 reading differ only where non-ASCII came before. */
    ir_add_gap(ir,
               (struct ir_gap){.kind = IR_GAP_NOTE,
                               .file = file,
                               .off = off,
                               .len = off < source.n ? 1 : 0,
                               .why = ir_interns(ir, "a byte that is not UTF-8; the file is read as Latin-1"),
                               .advice = ir_interns(ir, "Save the file as UTF-8")});
}

/* The SQL that a host language assembled. */
static void read_guests(struct ir *ir, struct arena *scratch, const struct sql_options *options)
{
    uint32_t count = ir->text.count;

    for (uint32_t t = 1; t < count; t++)
        if (ir->text.items[t].kind == IR_TEXT_GUEST)
            sql_read(ir, scratch, (ir_text_id){t}, options);
}

struct string_list read_roots(struct arena *a, const struct options *o)
{
    struct string_list roots = {0};

    for (uint32_t i = 0; i < o->paths.count; i++) {
        const char *root = path_tidy(a, o->paths.items[i]);

        vec_push(a, &roots, path_is_dir(root) ? root : path_dir(a, root));
    }
    return roots;
}

static bool in_tree(const struct string_list *roots, const char *path)
{
    for (uint32_t i = 0; i < roots->count; i++) {
        const char *root = roots->items[i];
        size_t n = strlen(root);

        if (strcmp(root, ".") == 0 ? path[0] != '/' : strncmp(path, root, n) == 0 && path[n] == '/')
            return true;
    }
    return false;
}

/* Tests call a module's functions too, but what they run is no part of the legacy. */
static bool is_test(const char *path)
{
    struct slice base = slice_of(path_base(path));

    return slice_starts(base, "test_") || slice_ends(base, "_test.py") || slice_is(base, "conftest.py");
}

/* A folder's bytes are the names in it. */
static bool list_folder(struct arena *a, const char *path, struct slice *out)
{
    struct buf b = buf_new(a);
    const char **names;
    size_t count;

    if (dir_list(a, path, &names, &count, NULL) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        buf_printf(&b, "%s\n", names[i]);
    *out = buf_slice(&b);
    return true;
}

bool read_input_bytes(struct arena *a, const struct read_job *job, const char *path, struct slice *out)
{
    const struct slice *instead = overlay_find(job->options->overlay, path);

    if (!in_tree(job->roots, path))
        return false;
    if (slice_ends(slice_of(path), "/"))
        return list_folder(a, path, out);
    if (!instead)
        return file_read(a, path, LARGEST_TAKEN_IN, out, NULL) == 0;
    *out = *instead;
    return instead->n <= LARGEST_TAKEN_IN;
}

/* What open_input() needs of a reading. */
struct opening {
    const struct read_job *job;
    struct read_inputs *inputs;
};

/* python_options.open, shell_options.open */
static bool open_input(void *data, struct arena *a, const char *path, struct slice *text)
{
    const struct opening *opening = data;
    struct read_input input = {.path = path};
    struct decoded d;

    input.there = read_input_bytes(a, opening->job, path, &input.bytes);
    vec_push(a, &opening->inputs->list, input);
    if (!input.there)
        return false;
    d = decode_text(a, input.bytes);
    *text = d.utf8;
    return d.encoding != IR_ENC_BINARY;
}

/* shell_options.list */
static bool list_input(void *data, struct arena *a, const char *folder, const char ***names, size_t *count)
{
    const struct opening *opening = data;
    struct read_input input = {.path = arena_printf(a, "%s/", folder)};

    input.there = read_input_bytes(a, opening->job, input.path, &input.bytes);
    vec_push(a, &opening->inputs->list, input);
    return input.there && dir_list(a, folder, names, count, NULL) == 0;
}

/* A file of a dbt project, and the SQL of its models. */
static void read_dbt(struct ir *ir, struct arena *scratch, ir_file_id file, const struct found_file *found,
                     const struct sql_options *sql)
{
    static const struct dbt_project none = {.root = "."};

    dbt_read_file(ir, scratch, file, found->role, found->project ? found->project : &none);
    for (IR_EACH(ir, text, t))
        if (IR(ir, text, t)->kind == IR_TEXT_MODEL)
            sql_read(ir, scratch, t, sql);
}

static void read_language(struct ir *ir, struct arena *scratch, const struct read_job *job, ir_file_id file,
                          struct read_inputs *inputs)
{
    const char *path = ir_string(ir, IR(ir, file, file)->path);
    const struct read_bound *bound = job->bound;
    struct opening opening = {job, inputs};
    struct sql_guard guard = {may_parse, job->worker};
    enum ir_dialect dialect = config_dialect(job->options, path);
    struct sql_options sql = {
        .dialect = dialect, .guard = job->worker ? &guard : NULL, .tables = job->tables};
    struct python_options python = {.dialect = dialect,
                                    .open = is_test(path) ? NULL : open_input,
                                    .data = &opening,
                                    .bound = bound ? bound->items : NULL,
                                    .bound_count = bound ? bound->count : 0};

    struct shell_options shell = {.dialect = dialect,
                                  .open = open_input,
                                  .list = list_input,
                                  .data = &opening,
                                  .bound = python.bound,
                                  .bound_count = python.bound_count};
    enum ir_language language = IR(ir, file, file)->language;

    if (job->found->role != DBT_NONE)
        read_dbt(ir, scratch, file, job->found, &sql);
    if (job->found->role != DBT_NONE && language != IR_LANG_PYTHON)
        return;
    if (language == IR_LANG_PYTHON) {
        python_read(ir, scratch, file, &python);
        shell_read_commands(ir, scratch, file, &shell);
        read_guests(ir, scratch, &sql);
    } else if (language_hosts_sql(language)) {
        shell_read(ir, scratch, file, &shell);
        read_guests(ir, scratch, &sql);
    } else if (!bound) {
        sql_read(ir, scratch, ir_text_of_file(ir, file), &sql);
    }
}

void read_settle_status(struct ir *ir)
{
    for (IR_EACH(ir, gap, g)) {
        const struct ir_gap *gap = IR(ir, gap, g);
        struct ir_file *file = IR(ir, file, gap->file);

        if (!gap->file.v || gap->kind == IR_GAP_NOTE)
            continue;
        if (gap->kind == IR_GAP_FILE)
            file->status = IR_STATUS_FAILED;
        else if (file->status == IR_STATUS_OK)
            file->status = IR_STATUS_PARTIAL;
    }
}

void read_one(struct ir *ir, struct arena *scratch, const struct read_job *job, struct slice bytes,
              struct read_inputs *inputs)
{
    struct decoded d = decode_text(scratch, bytes);
    enum ir_language language = job->found->language;
    ir_file_id file;

    if (d.encoding == IR_ENC_BINARY) {
        file = read_failed(ir, read_name(job), IR_GAP_FILE, "expected text, found binary data (NUL bytes)",
                           "Leave it out with --exclude");
        IR(ir, file, file)->encoding = d.encoding;
        IR(ir, file, file)->size = (uint32_t)bytes.n;
        return;
    }
    file = ir_add_file(
        ir, (struct ir_file){.path = ir_interns(ir, read_name(job)),
                             .language = language != IR_LANG_UNKNOWN ? language : language_of_content(d.utf8),
                             .encoding = d.encoding,
                             .size = (uint32_t)bytes.n,
                             .source = ir_intern(ir, d.utf8.p, d.utf8.n)});
    if (d.encoding == IR_ENC_LATIN1)
        note_encoding(ir, file, &d);
    read_language(ir, scratch, job, file, inputs);
    read_settle_status(ir);
}
