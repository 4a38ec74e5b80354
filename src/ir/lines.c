/* A sorted list of line starts per file, searched by bisection. */
#include "ir/lines.h"

#include <string.h>

#define NEAR 8 /* lines */

struct starts {
    uint32_t *offs;
    uint32_t count;
    uint32_t last; /* the index asked for last: the next place is often near by */
    uint32_t at;   /* the byte whose column was asked for last, its line and its column; 0: none yet */
    uint32_t line, column;
};

struct ir_lines {
    struct arena *arena;
    VEC(struct starts) files; /* by file id */
};

struct ir_lines *ir_lines_new(struct arena *a)
{
    struct ir_lines *lines = ARENA_NEW(a, struct ir_lines);

    lines->arena = a;
    return lines;
}

static struct starts count_lines(struct arena *a, struct slice source)
{
    VEC(uint32_t) offs = {0};
    const char *p = source.p, *end = source.p + source.n;

    vec_push(a, &offs, 0);
    while ((p = memchr(p, '\n', (size_t)(end - p)))) {
        p++;
        vec_push(a, &offs, (uint32_t)(p - source.p));
    }
    return (struct starts){.offs = offs.items, .count = offs.count};
}

static struct starts *starts_of(const struct ir *ir, ir_file_id file)
{
    struct ir_lines *lines = ir->lines;
    struct starts *starts;

    while (lines->files.count <= file.v)
        vec_push(lines->arena, &lines->files, (struct starts){0});
    starts = &lines->files.items[file.v];
    if (!starts->count)
        *starts = count_lines(lines->arena, ir_slice(ir, IR(ir, file, file)->source));
    return starts;
}

uint32_t ir_lines_row(const struct ir *ir, ir_file_id file, uint32_t off, uint32_t *start)
{
    struct starts *starts = starts_of(ir, file);
    uint32_t low = 0, high = starts->count, near = starts->last + NEAR;

    if (starts->offs[starts->last] <= off) {
        low = starts->last;
        high = near < high && off < starts->offs[near] ? near : high;
    }
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;

        if (starts->offs[mid] <= off)
            low = mid;
        else
            high = mid;
    }
    starts->last = low;
    *start = starts->offs[low];
    return low + 1;
}

static uint32_t count_characters(struct slice source, uint32_t from, uint32_t to)
{
    uint32_t count = 0;

    for (uint32_t i = from; i < to; i++)
        count += ((unsigned char)source.p[i] & 0xC0) != 0x80;
    return count;
}

/* A line may be as long as the file: what was counted for the place before is not counted again. */
void ir_lines_find(const struct ir *ir, ir_file_id file, uint32_t off, uint32_t *line, uint32_t *column)
{
    struct slice source = ir_slice(ir, IR(ir, file, file)->source);
    struct starts *starts;
    uint32_t start;

    if (off > source.n)
        off = (uint32_t)source.n;
    *line = ir_lines_row(ir, file, off, &start);
    starts = starts_of(ir, file);
    if (starts->line != *line || (starts->at > off && starts->at - off > off - start))
        *column = 1 + count_characters(source, start, off);
    else if (starts->at <= off)
        *column = starts->column + count_characters(source, starts->at, off);
    else
        *column = starts->column - count_characters(source, off, starts->at);
    starts->at = off;
    starts->line = *line;
    starts->column = *column;
}
