/*
 * Myers' greedy algorithm (1986) over lines, after what is alike at both ends is set aside. When two texts have
 * more in difference than it is bounded to, all of the middle counts as changed: right, if not short.
 */
#include "cli/diff.h"

#include "base/vec.h"

#include <string.h>

enum { MOST_EDITS = 1000, CONTEXT = 3 };

struct lines {
    VEC(struct slice) list;
};

/* What becomes of the lines in order: kept, taken out, put in. */
struct script {
    VEC(char) ops; /* ' ', '-', '+' */
};

struct diff {
    struct arena *arena;
    struct lines old, new;
    struct script script;
};

static struct lines split(struct arena *a, struct slice s)
{
    struct lines lines = {0};

    while (s.n) {
        const char *end = memchr(s.p, '\n', s.n);
        size_t n = end ? (size_t)(end - s.p) + 1 : s.n;

        vec_push(a, &lines.list, slice_sub(s, 0, n));
        s = slice_sub(s, n, s.n);
    }
    return lines;
}

static void add(struct diff *d, char op, uint32_t count)
{
    while (count--)
        vec_push(d->arena, &d->script.ops, op);
}

/* The middle parts: n lines of the old text from `from`, m of the new one. */
struct middle {
    const struct slice *old, *new;
    int n, m;
};

/* How far each diagonal reaches with `edits` edits; returns whether the end is reached. `v` has its middle at 0. */
static bool advance(const struct middle *x, int *v, int edits)
{
    for (int k = -edits; k <= edits; k += 2) {
        int i = k == -edits || (k != edits && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1;

        while (i < x->n && i - k < x->m && i - k >= 0 && slice_eq(x->old[i], x->new[i - k]))
            i++;
        v[k] = i;
        if (i >= x->n && i - k >= x->m)
            return true;
    }
    return false;
}

/* Walks back through the reaches of each round and writes the script, last line first, into `ops`. */
static uint32_t walk_back(const struct middle *x, int *const *rounds, int edits, char *ops)
{
    int i = x->n, j = x->m;
    uint32_t count = 0;

    for (int d = edits; d > 0; d--) {
        const int *v = rounds[d - 1];
        int k = i - j;
        int from = k == -d || (k != d && v[k - 1] < v[k + 1]) ? k + 1 : k - 1;
        int start_i = v[from], start_j = start_i - from;

        while (i > start_i && j > start_j) {
            ops[count++] = ' ';
            i--;
            j--;
        }
        ops[count++] = from == k + 1 ? '+' : '-';
        i = start_i;
        j = start_j;
    }
    for (; i > 0; i--)
        ops[count++] = ' ';
    return count;
}

static void compare_middle(struct diff *d, const struct middle *x)
{
    int most = x->n + x->m < MOST_EDITS ? x->n + x->m : MOST_EDITS;
    size_t width = 2 * (size_t)most + 3;
    int *v = ARENA_ARRAY(d->arena, int, width), **rounds = ARENA_ARRAY(d->arena, int *, most + 1);
    int edits = 0;
    char *ops;
    uint32_t count;

    for (; edits <= most; edits++) {
        bool end = advance(x, v + most + 1, edits);

        rounds[edits] = ARENA_ARRAY(d->arena, int, width);
        memcpy(rounds[edits], v, width * sizeof *v);
        rounds[edits] += most + 1;
        if (end)
            break;
    }
    if (edits > most) {
        add(d, '-', (uint32_t)x->n);
        add(d, '+', (uint32_t)x->m);
        return;
    }
    ops = ARENA_ARRAY(d->arena, char, x->n + x->m + 1);
    for (count = walk_back(x, rounds, edits, ops); count;)
        add(d, ops[--count], 1);
}

static void compare(struct diff *d)
{
    uint32_t n = d->old.list.count, m = d->new.list.count, head = 0, tail = 0;
    struct middle x;

    while (head < n && head < m && slice_eq(d->old.list.items[head], d->new.list.items[head]))
        head++;
    while (tail < n - head && tail < m - head &&
           slice_eq(d->old.list.items[n - 1 - tail], d->new.list.items[m - 1 - tail]))
        tail++;
    add(d, ' ', head);
    x = (struct middle){d->old.list.items + head, d->new.list.items + head, (int)(n - head - tail),
                        (int)(m - head - tail)};
    compare_middle(d, &x);
    add(d, ' ', tail);
}

/* ---- hunks ---- */

static void add_line(char op, struct slice line, struct buf *out)
{
    buf_addc(out, op);
    buf_add(out, line.p, line.n);
    if (!line.n || line.p[line.n - 1] != '\n')
        buf_adds(out, "\n\\ No newline at end of file\n");
}

/* The operations [from, to), which stand at these lines of both texts. */
static void add_hunk(const struct diff *d, uint32_t from, uint32_t to, uint32_t old, uint32_t new,
                     struct buf *out)
{
    uint32_t counts[2] = {0, 0};

    for (uint32_t i = from; i < to; i++) {
        counts[0] += d->script.ops.items[i] != '+';
        counts[1] += d->script.ops.items[i] != '-';
    }
    buf_printf(out, "@@ -%u,%u +%u,%u @@\n", old + (counts[0] > 0), counts[0], new + (counts[1] > 0),
               counts[1]);
    for (uint32_t i = from; i < to; i++) {
        char op = d->script.ops.items[i];

        add_line(op, op == '+' ? d->new.list.items[new] : d->old.list.items[old], out);
        old += op != '+';
        new += op != '-';
    }
}

/* The end of the hunk that begins with the change at `i`: where no other change follows within its context. */
static uint32_t hunk_end(const struct diff *d, uint32_t i)
{
    uint32_t last = i;

    for (uint32_t k = i; k < d->script.ops.count && k <= last + 2 * CONTEXT; k++)
        if (d->script.ops.items[k] != ' ')
            last = k;
    return last + 1 + CONTEXT < d->script.ops.count ? last + 1 + CONTEXT : d->script.ops.count;
}

static void add_hunks(const struct diff *d, struct buf *out)
{
    uint32_t old = 0, new = 0, done = 0;

    for (uint32_t i = 0; i < d->script.ops.count; i++) {
        uint32_t from, end;

        if (d->script.ops.items[i] == ' ')
            continue;
        from = i > done + CONTEXT ? i - CONTEXT : done;
        end = hunk_end(d, i);
        for (; done < from; done++, old++, new ++)
            continue;
        add_hunk(d, from, end, old, new, out);
        for (; done < end; done++) {
            old += d->script.ops.items[done] != '+';
            new += d->script.ops.items[done] != '-';
        }
        i = end - 1;
    }
}

void diff_unified(struct arena *scratch, const char *path, struct slice old, struct slice new,
                  struct buf *out)
{
    struct diff d = {.arena = scratch, .old = split(scratch, old), .new = split(scratch, new)};

    if (slice_eq(old, new))
        return;
    compare(&d);
    buf_printf(out, "--- a/%s\n+++ b/%s\n", path, path);
    add_hunks(&d, out);
}
