/*
 * Edits never touch a file before the whole project was read with them: contents stand in an overlay, which the
 * readers see instead of the files, and are written once at the end.
 */
#include "cli/fix.h"

#include "base/file.h"
#include "cli/decode.h"
#include "cli/diff.h"
#include "cli/ignores.h"
#include "cli/read.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 20, LARGEST = 64 << 20 };

/* How well a file is understood: to be compared before and after. */
struct health {
    enum ir_status status;
    uint32_t gaps, not_understood;
};

/* A file of the overlay. */
struct edited {
    const char *path;
    struct slice original; /* bytes on disk */
    struct slice before;   /* what it held one round ago */
    struct health health;  /* of that */
    bool touched;          /* in this round */
    bool refused;          /* an edit made it worse: no more of them */
};

struct fix {
    struct arena *arena; /* for what stays over all rounds */
    const struct options *options;
    struct overlay overlay;
    VEC(struct edited) files; /* as the overlay's */
    struct fixed *out;
    struct err *e;
};

/* All pieces of one finding's edit. */
struct group {
    ir_file_id file;
    uint32_t from, end;    /* the bytes that they span */
    uint32_t first, count; /* rows of the edit table */
};

struct groups {
    VEC(struct group) list;
};

static struct health health_of(const struct ir *ir, const char *path)
{
    struct health h = {0};
    ir_file_id file = {0};

    for (IR_EACH(ir, file, f))
        if (strcmp(ir_string(ir, IR(ir, file, f)->path), path) == 0)
            file = f;
    h.status = IR(ir, file, file)->status;
    for (IR_EACH(ir, gap, g))
        h.gaps += IR(ir, gap, g)->file.v == file.v;
    for (IR_EACH(ir, statement, s))
        h.not_understood +=
            IR(ir, statement, s)->file.v == file.v && IR(ir, statement, s)->understood != IR_UNDERSTOOD;
    return h;
}

static bool is_worse(struct health now, struct health before)
{
    return now.status > before.status || now.gaps > before.gaps || now.not_understood > before.not_understood;
}

/* ---- which edits ---- */

static bool is_wanted(const struct fix *x, const struct ir_edit *edit)
{
    return !edit->unsafe || x->options->unsafe_fixes;
}

/* Rows of the edit table stand finding by finding. */
static struct groups gather(const struct fix *x, const struct ir *ir, struct arena *a)
{
    struct groups groups = {0};

    for (uint32_t i = 1; i < ir->edit.count;) {
        const struct ir_edit *edit = &ir->edit.items[i];
        struct group g = {.file = edit->file, .from = edit->off, .end = edit->off, .first = i};
        bool hidden = IR(ir, finding, edit->finding)->hidden;

        for (; i < ir->edit.count && ir->edit.items[i].finding.v == edit->finding.v; i++, g.count++) {
            const struct ir_edit *piece = &ir->edit.items[i];

            g.from = piece->off < g.from ? piece->off : g.from;
            g.end = piece->off + piece->len > g.end ? piece->off + piece->len : g.end;
        }
        if (is_wanted(x, edit) && !hidden)
            vec_push(a, &groups.list, g);
    }
    return groups;
}

static int by_place(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    if (x->file.v != y->file.v)
        return x->file.v < y->file.v ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static int piece_by_place(const void *a, const void *b)
{
    const struct ir_edit *x = a, *y = b;

    return x->off < y->off ? -1 : x->off > y->off;
}

/* ---- making them ---- */

/* The file in the overlay; NULL when its bytes are not the UTF-8 that the edits count in, or no longer are. */
static struct edited *edited_file(struct fix *x, const struct ir *ir, ir_file_id file)
{
    const struct ir_file *row = IR(ir, file, file);
    const char *path = ir_string(ir, row->path);
    uint64_t key = hash_bytes(path, strlen(path));
    struct slice bytes;
    uint32_t at = map_get(&x->overlay.by_path, key);

    if (at)
        return &x->files.items[at - 1];
    if ((row->encoding != IR_ENC_UTF8 && row->encoding != IR_ENC_UTF8_BOM) ||
        file_read(x->arena, path, LARGEST, &bytes, NULL) < 0 ||
        !slice_eq(decode_text(x->arena, bytes).utf8, ir_slice(ir, row->source)))
        return NULL;
    path = arena_strndup(x->arena, path, strlen(path));
    vec_push(x->arena, &x->overlay.files, ((struct overlay_file){path, bytes}));
    vec_push(x->arena, &x->files, ((struct edited){.path = path, .original = bytes, .before = bytes}));
    map_put(&x->overlay.by_path, key, x->overlay.files.count);
    return &x->files.items[x->files.count - 1];
}

/* The content with pieces, sorted by place, in place; a mark of UTF-8 at its head stays. */
static struct slice with_pieces(struct fix *x, const struct ir *ir, struct slice bytes,
                                const struct ir_edit *pieces, uint32_t count)
{
    struct slice text = decode_text(x->arena, bytes).utf8;
    struct buf out = buf_new(x->arena);
    uint32_t at = 0;

    buf_add(&out, bytes.p, bytes.n - text.n);
    for (uint32_t i = 0; i < count; i++) {
        struct slice content = ir_slice(ir, pieces[i].content);

        buf_add(&out, text.p + at, pieces[i].off - at);
        buf_add(&out, content.p, content.n);
        at = pieces[i].off + pieces[i].len;
    }
    buf_add(&out, text.p + at, text.n - at);
    return buf_slice(&out);
}

/* Groups [first, end) are those of one file: takes each that begins behind the one before it. */
static uint32_t edit_file(struct fix *x, const struct ir *ir, struct arena *a, const struct groups *groups,
                          uint32_t first, uint32_t end)
{
    struct edited *file = edited_file(x, ir, groups->list.items[first].file);
    VEC(struct ir_edit) pieces = {0};
    uint32_t taken = 0, behind = 0;
    struct slice *bytes;

    if (!file || file->refused)
        return 0;
    for (uint32_t i = first; i < end; i++) {
        const struct group *g = &groups->list.items[i];

        if (taken && g->from <= behind)
            continue;
        for (uint32_t k = 0; k < g->count; k++)
            vec_push(a, &pieces, ir->edit.items[g->first + k]);
        behind = g->end;
        taken++;
    }
    qsort(pieces.items, pieces.count, sizeof *pieces.items, piece_by_place);
    bytes = &x->overlay.files.items[file - x->files.items].bytes;
    file->health = health_of(ir, file->path);
    file->before = *bytes;
    file->touched = true;
    *bytes = with_pieces(x, ir, *bytes, pieces.items, pieces.count);
    return taken;
}

static uint32_t edit_all(struct fix *x, const struct ir *ir, struct arena *a)
{
    struct groups groups = gather(x, ir, a);
    uint32_t taken = 0;

    for (uint32_t i = 0; i < x->files.count; i++)
        x->files.items[i].touched = false;
    if (groups.list.count)
        qsort(groups.list.items, groups.list.count, sizeof *groups.list.items, by_place);
    for (uint32_t i = 0, end; i < groups.list.count; i = end) {
        for (end = i;
             end < groups.list.count && groups.list.items[end].file.v == groups.list.items[i].file.v;)
            end++;
        taken += edit_file(x, ir, a, &groups, i, end);
    }
    return taken;
}

/* Takes back what made a file worse; returns how many files that were. */
static uint32_t take_back(struct fix *x, const struct ir *ir)
{
    uint32_t worse = 0;

    for (uint32_t i = 0; i < x->files.count; i++) {
        struct edited *file = &x->files.items[i];

        if (!file->touched || !is_worse(health_of(ir, file->path), file->health))
            continue;
        x->overlay.files.items[i].bytes = file->before;
        file->refused = true;
        worse++;
    }
    x->out->refused += worse;
    return worse;
}

/* ---- the end ---- */

static int finish(struct fix *x, struct arena *scratch)
{
    for (uint32_t i = 0; i < x->files.count; i++) {
        const struct edited *file = &x->files.items[i];
        struct slice now = x->overlay.files.items[i].bytes;

        if (slice_eq(now, file->original))
            continue;
        x->out->files++;
        diff_unified(scratch, file->path, file->original, now, &x->out->diff);
        if (!x->options->diff && file_write(file->path, now.p, now.n, x->e) < 0)
            return -1;
    }
    return 0;
}

/* Comments for all findings of a run, as if they were edits of one finding each. */
static uint32_t ignore_all(struct fix *x, struct ir *ir, struct arena *a)
{
    uint32_t taken;

    ir->edit.count = 1; /* what would fix a finding is not wanted, it is to be lived with */
    taken = ignores_add(ir, a);
    edit_all(x, ir, a);
    return taken;
}

static int lint_again(struct fix *x, struct ir **ir, struct arena *scratch, fix_lint_function *lint)
{
    struct options o = *x->options;

    o.overlay = &x->overlay;
    *ir = ir_new(x->arena);
    return lint(*ir, scratch, &o, x->e);
}

int fix_run(struct ir **ir, struct arena *scratch, const struct options *o, fix_lint_function *lint,
            struct fixed *fixed, struct err *e)
{
    struct arena *a = (*ir)->arena;
    struct fix x = {.arena = a, .options = o, .overlay = {.by_path = map_new(a)}, .out = fixed, .e = e};
    uint32_t taken = 0;

    *fixed = (struct fixed){.diff = buf_new(scratch)};
    if (lint_again(&x, ir, scratch, lint) < 0)
        return -1;
    for (unsigned round = 0; round < (o->add_ignores ? 1 : ROUNDS); round++) {
        taken = o->add_ignores ? ignore_all(&x, *ir, scratch) : edit_all(&x, *ir, scratch);
        if (!taken)
            break;
        if (lint_again(&x, ir, scratch, lint) < 0)
            return -1;
        if (take_back(&x, *ir) && lint_again(&x, ir, scratch, lint) < 0)
            return -1;
        fixed->findings += taken;
    }
    return finish(&x, scratch);
}
