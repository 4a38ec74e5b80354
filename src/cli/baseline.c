/*
 * An entry is a rule, a path and the hash of a statement without its white space, with the number of findings that
 * have all three: lines that move keep their entry, a statement that changes loses it. Paths count from the
 * folder of the file.
 */
#include "cli/baseline.h"

#include "base/file.h"
#include "base/map.h"
#include "cli/repository.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1 };

struct entry {
    const char *rule, *path, *hash;
    uint32_t count;
    uint32_t left; /* of count, not met yet */
};

struct entries {
    struct arena *arena;
    const char *dir; /* absolute */
    VEC(struct entry) list;
    struct map by_key; /* hash of the three -> place in the list + 1 */
};

static struct entries entries_new(struct arena *a, const char *file)
{
    return (struct entries){
        .arena = a, .dir = path_dir(a, repository_full_path(a, file)), .by_key = map_new(a)};
}

static uint64_t key_of(struct arena *a, const struct entry *entry)
{
    const char *key = arena_printf(a, "%s\n%s\n%s", entry->rule, entry->hash, entry->path);

    return hash_bytes(key, strlen(key));
}

static void add(struct entries *entries, struct entry entry)
{
    uint64_t key = key_of(entries->arena, &entry);
    uint32_t at = map_get(&entries->by_key, key);

    if (at) {
        entries->list.items[at - 1].count += entry.count;
        entries->list.items[at - 1].left += entry.count;
        return;
    }
    entry.left = entry.count;
    vec_push(entries->arena, &entries->list, entry);
    map_put(&entries->by_key, key, entries->list.count);
}

/* ---- findings ---- */

/* The statement in which a finding stands, else its line. */
static struct slice statement_of(const struct ir *ir, const struct ir_finding *row)
{
    const struct ir_statement *s = IR(ir, statement, row->statement);
    struct slice source = ir_slice(ir, IR(ir, file, row->file)->source);
    struct ir_place at = ir_place_of(ir, row->file, row->text, row->off, row->len);
    size_t from = at.off < source.n ? at.off : source.n, end = from;

    if (row->statement.v && s->text.v)
        return slice_sub(ir_slice(ir, IR(ir, text, s->text)->content), s->off, s->len);
    if (row->statement.v)
        return slice_sub(ir_slice(ir, IR(ir, file, s->file)->source), s->off, s->len);
    while (from > 0 && source.p[from - 1] != '\n')
        from--;
    while (end < source.n && source.p[end] != '\n')
        end++;
    return slice_sub(source, from, end - from);
}

static struct entry entry_of(const struct entries *entries, const struct ir *ir, const struct ir_finding *row)
{
    struct slice text = statement_of(ir, row);
    struct buf plain = buf_new(entries->arena);
    struct entry entry = {.count = 1};

    for (size_t i = 0; i < text.n; i++)
        if (!isspace((unsigned char)text.p[i]))
            buf_addc(&plain, text.p[i]);
    entry.rule = ir_string(ir, IR(ir, rule, row->rule)->code);
    entry.path =
        repository_path_from(entries->arena, entries->dir, ir_string(ir, IR(ir, file, row->file)->path));
    entry.hash = arena_printf(entries->arena, "%016llx", (unsigned long long)hash_bytes(plain.p, plain.n));
    return entry;
}

/* ---- the file ---- */

static int read_entry(struct entries *entries, json_t *json, const char *path, size_t i, struct err *e)
{
    const char *rule, *file, *hash;
    json_int_t count;
    json_error_t why;

    if (json_unpack_ex(json, &why, 0, "{s:s, s:s, s:s, s:I}", "rule", &rule, "path", &file, "hash", &hash,
                       "count", &count) < 0 ||
        count < 1 || count > UINT32_MAX)
        return err_set(e, "%s: entry %zu: expected rule, path, hash and count; %s", path, i + 1, why.text);
    add(entries, (struct entry){.rule = arena_strndup(entries->arena, rule, strlen(rule)),
                                .path = arena_strndup(entries->arena, file, strlen(file)),
                                .hash = arena_strndup(entries->arena, hash, strlen(hash)),
                                .count = (uint32_t)count});
    return 0;
}

static int read_document(struct entries *entries, json_t *root, const char *path, struct err *e)
{
    json_t *list = json_object_get(root, "findings");

    if (json_integer_value(json_object_get(root, "version")) != VERSION || !json_is_array(list))
        return err_set(e, "%s: expected what --write-baseline wrote, version %d", path, VERSION);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (read_entry(entries, json_array_get(list, i), path, i, e) < 0)
            return -1;
    return 0;
}

static int read_file(struct entries *entries, const char *path, struct err *e)
{
    struct slice text;
    json_error_t why;
    json_t *root;
    int rc;

    if (file_read(entries->arena, path, 0, &text, e) < 0)
        return -1;
    root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        return err_set(e, "%s:%d: %s", path, why.line, why.text);
    rc = read_document(entries, root, path, e);
    json_decref(root);
    return rc;
}

static int by_path(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int by = strcmp(x->path, y->path);

    by = by ? by : strcmp(x->rule, y->rule);
    return by ? by : strcmp(x->hash, y->hash);
}

/* One entry a line, sorted, so that a diff of two baselines says what changed. */
static int write_file(struct entries *entries, const char *path, struct err *e)
{
    struct buf out = buf_new(entries->arena);
    const char *before = "\n";

    if (entries->list.count)
        qsort(entries->list.items, entries->list.count, sizeof *entries->list.items, by_path);
    buf_printf(&out, "{\"version\": %d, \"findings\": [", VERSION);
    for (uint32_t i = 0; i < entries->list.count; i++) {
        const struct entry *entry = &entries->list.items[i];
        json_t *json;
        char *text;

        if (!entry->count)
            continue;
        json = json_pack("{s:s, s:s, s:s, s:I}", "rule", entry->rule, "path", entry->path, "hash",
                         entry->hash, "count", (json_int_t)entry->count);
        text = json ? json_dumps(json, 0) : NULL;
        json_decref(json);
        if (!text)
            return err_set(e, "%s: the path of a file is no UTF-8, which JSON can't hold", path);
        buf_printf(&out, "%s%s", before, text);
        free(text);
        before = ",\n";
    }
    buf_adds(&out, "\n]}\n");
    return file_write(path, out.p, out.n, e);
}

/* ---- what is asked for ---- */

static void hide(struct ir *ir, struct entries *entries)
{
    for (IR_EACH(ir, finding, f)) {
        struct ir_finding *row = IR(ir, finding, f);
        struct entry entry = entry_of(entries, ir, row);
        uint32_t at = map_get(&entries->by_key, key_of(entries->arena, &entry));

        if (row->hidden || !at || !entries->list.items[at - 1].left)
            continue;
        entries->list.items[at - 1].left--;
        row->hidden = IR_HIDDEN_BASELINE;
    }
}

static uint32_t take_out_unmet(struct entries *entries)
{
    uint32_t gone = 0;

    for (uint32_t i = 0; i < entries->list.count; i++) {
        gone += entries->list.items[i].left;
        entries->list.items[i].count -= entries->list.items[i].left;
    }
    return gone;
}

static int apply(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct entries entries = entries_new(scratch, o->baseline);
    uint32_t gone;

    if (read_file(&entries, o->baseline, e) < 0)
        return -1;
    hide(ir, &entries);
    gone = take_out_unmet(&entries);
    if (gone && o->prune_baseline && write_file(&entries, o->baseline, e) < 0)
        return -1;
    if (gone && !o->quiet)
        fprintf(stderr, "lineage: %u finding%s of %s %s no longer there%s\n", gone, gone == 1 ? "" : "s",
                o->baseline, gone == 1 ? "is" : "are",
                o->prune_baseline ? ", and taken out of it" : "; --prune-baseline takes them out of it");
    return 0;
}

static int write_new(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct entries entries = entries_new(scratch, o->write_baseline);
    uint32_t count = 0;

    for (IR_EACH(ir, finding, f)) {
        struct ir_finding *row = IR(ir, finding, f);

        if (row->hidden != IR_HIDDEN_NOT && row->hidden != IR_HIDDEN_BASELINE)
            continue;
        add(&entries, entry_of(&entries, ir, row));
        row->hidden = IR_HIDDEN_BASELINE;
        count++;
    }
    if (write_file(&entries, o->write_baseline, e) < 0)
        return -1;
    if (!o->quiet)
        fprintf(stderr, "lineage: %u finding%s written to %s\n", count, count == 1 ? "" : "s",
                o->write_baseline);
    return 0;
}

int baseline_run(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    if (o->prune_baseline && !o->baseline)
        return err_set(e, "--prune-baseline: expected --baseline FILE beside it");
    if (o->baseline && apply(ir, scratch, o, e) < 0)
        return -1;
    return o->write_baseline ? write_new(ir, scratch, o, e) : 0;
}
