/* The lines of a diff that git makes, and the findings that stand on them. */
#include "cli/changed.h"

#include "base/file.h"
#include "base/map.h"
#include "cli/git.h"

#include <stdlib.h>
#include <string.h>

struct range {
    uint32_t first, last; /* lines */
};

struct changed_file {
    bool whole;
    VEC(struct range) ranges; /* in order */
};

struct changed {
    struct arena *arena;
    const char *top; /* the repository's folder */
    VEC(struct changed_file) files;
    struct map by_path; /* hash of a path below `top` -> place + 1 */
};

/* ---- its diff ---- */

static struct changed_file *file_at(struct changed *c, const char *path, size_t n)
{
    uint64_t key = hash_bytes(path, n);
    uint32_t at = map_get(&c->by_path, key);

    if (!at) {
        vec_push(c->arena, &c->files, (struct changed_file){0});
        at = c->files.count;
        map_put(&c->by_path, key, at);
    }
    return &c->files.items[at - 1];
}

/* "a\303\244\t" as git quotes it: C's escapes. `s` begins after the opening quote. */
static struct slice unquote(struct arena *a, struct slice s)
{
    static const char letters[] = "abtnvfr", bytes[] = "\a\b\t\n\v\f\r";
    struct buf out = buf_new(a);

    for (size_t i = 0; i < s.n && s.p[i] != '"'; i++) {
        const char *letter;

        if (s.p[i] != '\\' || i + 1 >= s.n) {
            buf_addc(&out, s.p[i]);
            continue;
        }
        i++;
        letter = s.p[i] ? strchr(letters, s.p[i]) : NULL;
        if (letter) {
            buf_addc(&out, bytes[letter - letters]);
        } else if (s.p[i] >= '0' && s.p[i] <= '3' && i + 2 < s.n) {
            buf_addc(&out, (char)((s.p[i] - '0') << 6 | (s.p[i + 1] - '0') << 3 | (s.p[i + 2] - '0')));
            i += 2;
        } else {
            buf_addc(&out, s.p[i]);
        }
    }
    return buf_slice(&out);
}

/* The path of a "+++ b/path" line; none when the file is gone. */
static struct slice path_of(struct arena *a, struct slice line)
{
    line = slice_sub(line, 4, line.n);
    if (line.n && line.p[0] == '"')
        line = unquote(a, slice_sub(line, 1, line.n));
    else if (line.n && line.p[line.n - 1] == '\t')
        line.n--;
    return slice_starts(line, "b/") ? slice_sub(line, 2, line.n) : (struct slice){NULL, 0};
}

/* "-12,3" or "+12": the line and how many. */
static const char *read_range(const char *p, unsigned long *line, unsigned long *count)
{
    char *end;

    *line = strtoul(p + 1, &end, 10);
    *count = 1;
    if (*end == ',')
        *count = strtoul(end + 1, &end, 10);
    return end;
}

/* A hunk's lines are counted, not looked at: a line of code may look like a line of the diff. */
static void read_diff(struct changed *c, struct slice text)
{
    struct changed_file *file = NULL;
    unsigned long skip = 0;

    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        struct slice line = {text.p, end ? (size_t)(end - text.p) : text.n};
        const char *copy;

        text = slice_sub(text, line.n + 1, text.n);
        if (line.n && line.p[0] == '\\')
            continue;
        if (skip) {
            skip--;
        } else if (slice_starts(line, "+++ ")) {
            struct slice path = path_of(c->arena, line);

            file = path.n ? file_at(c, path.p, path.n) : NULL;
        } else if (slice_starts(line, "@@ -")) {
            unsigned long from, old, to, new;

            copy = arena_strndup(c->arena, line.p, line.n);
            copy = read_range(copy + 3, &from, &old);
            read_range(copy + 1, &to, &new);
            skip = old + new;
            if (file && new)
                vec_push(c->arena, &file->ranges, ((struct range){(uint32_t)to, (uint32_t)(to + new - 1)}));
        }
    }
}

static int read_changes(struct changed *c, const char *base, struct err *e)
{
    const char *diff[] = {"-c",
                          "core.quotepath=on",
                          "diff",
                          "--unified=0",
                          "--inter-hunk-context=0",
                          "--no-color",
                          "--no-ext-diff",
                          "--no-textconv",
                          "--find-renames",
                          "--src-prefix=a/",
                          "--dst-prefix=b/",
                          base,
                          "--",
                          NULL};
    const char *others[] = {"ls-files", "--others", "--exclude-standard", "-z", NULL};
    struct slice text;

    if (git(c->arena, c->top, diff, &text, e) < 0)
        return -1;
    read_diff(c, text);
    if (git(c->arena, c->top, others, &text, e) < 0)
        return -1;
    while (text.n) {
        size_t n = strnlen(text.p, text.n);

        file_at(c, text.p, n)->whole = true;
        text = slice_sub(text, n + 1, text.n);
    }
    return 0;
}

/* ---- findings ---- */

static const struct changed_file *file_of(const struct changed *c, const char *path)
{
    char *full = realpath(path, NULL);
    size_t n = strlen(c->top);
    uint32_t at = 0;

    if (full && strncmp(full, c->top, n) == 0 && full[n] == '/')
        at = map_get(&c->by_path, hash_bytes(full + n + 1, strlen(full + n + 1)));
    free(full);
    return at ? &c->files.items[at - 1] : NULL;
}

/* Does a range of lines meet [first, last]? */
static bool meets(const struct changed_file *file, uint32_t first, uint32_t last)
{
    uint32_t low = 0, high = file->ranges.count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (file->ranges.items[mid].last < first)
            low = mid + 1;
        else
            high = mid;
    }
    return file->whole || (low < file->ranges.count && file->ranges.items[low].first <= last);
}

static void mark(struct ir *ir, const struct changed *c, bool lines)
{
    const struct changed_file **files = ARENA_ARRAY(c->arena, const struct changed_file *, ir->file.count);

    for (IR_EACH(ir, file, i))
        files[i.v] = file_of(c, ir_string(ir, IR(ir, file, i)->path));
    for (IR_EACH(ir, finding, f)) {
        struct ir_finding *row = IR(ir, finding, f);
        struct ir_place at = ir_place_of(ir, row->file, row->text, row->off, row->len);
        const struct changed_file *file = files[at.file.v];

        row->changed = file && meets(file, at.line, at.end_line);
        if (!row->hidden && (lines ? !row->changed : !file))
            row->hidden = IR_HIDDEN_UNCHANGED;
    }
}

static bool lies_below(const char *top, const char *path)
{
    char *full = realpath(path, NULL);
    size_t n = strlen(top);
    bool below = !full || (strncmp(full, top, n) == 0 && (full[n] == '/' || full[n] == '\0'));

    free(full);
    return below;
}

/* What another repository holds would be left out without a word. */
static int check_paths(const struct changed *c, const struct options *o, struct err *e)
{
    for (uint32_t i = 0; i < o->paths.count; i++)
        if (strcmp(o->paths.items[i], "-") != 0 && !lies_below(c->top, o->paths.items[i]))
            return err_set(
                e, "%s: --since and --changed-lines need files of one repository, and this is not in %s",
                o->paths.items[i], c->top);
    return 0;
}

int changed_run(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    const char *first = o->paths.count && strcmp(o->paths.items[0], "-") != 0 ? o->paths.items[0] : ".";
    const char *dir = path_is_dir(first) ? first : path_dir(scratch, first), *base;
    struct changed c = {.arena = scratch, .by_path = map_new(scratch)};

    if (!o->since && !o->changed_lines)
        return 0;
    if (git_top(scratch, dir, &c.top, e) < 0)
        return err_set(e, "%s: --since and --changed-lines need files in a git repository, and git", dir);
    if (check_paths(&c, o, e) < 0)
        return -1;
    if (git_base(scratch, dir, o->since ? o->since : "HEAD", &base, e) < 0 || read_changes(&c, base, e) < 0)
        return -1;
    mark(ir, &c, o->changed_lines);
    return 0;
}
