/*
 * Blocks: what a worker sends back and what a cache would keep.
 *
 *     "LNIR" | version | string count | table count
 *     | string lengths, id 1 first | their bytes
 *     | per table: field count, row count, rows without row 0
 *
 * All numbers are 32-bit little-endian. A reader trusts nothing: lengths are held against what is left, and
 * ir_check() looks at every id before anyone uses one.
 */
#include "ir/ir.h"

#include "ir/schema.h"

#include <string.h>

#define BLOCK_VERSION 1u

/* Compilers make one move of it where the machine is little-endian. */
static void set_word(char *to, uint32_t v)
{
    to[0] = (char)(v & 255);
    to[1] = (char)(v >> 8 & 255);
    to[2] = (char)(v >> 16 & 255);
    to[3] = (char)(v >> 24);
}

static uint32_t word_at(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_words(struct buf *out, const uint32_t *words, size_t count)
{
    char *to;

    buf_reserve(out, 4 * count);
    to = out->p + out->n;
    for (size_t i = 0; i < count; i++)
        set_word(to + 4 * i, words[i]);
    out->n += 4 * count;
}

static void put(struct buf *out, uint32_t v)
{
    put_words(out, &v, 1);
}

void ir_block_write(const struct ir *ir, struct buf *out)
{
    uint32_t strings = strpool_count(ir->strings);

    buf_adds(out, "LNIR");
    put(out, BLOCK_VERSION);
    put(out, strings);
    put(out, IR_TABLE_COUNT);
    for (uint32_t s = 1; s < strings; s++)
        put(out, (uint32_t)strpool_len(ir->strings, s));
    for (uint32_t s = 1; s < strings; s++)
        buf_add(out, strpool_get(ir->strings, s), strpool_len(ir->strings, s));
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++) {
        const struct ir_words *words = ir_table_words(ir, t);
        uint32_t n = ir_tables[t].field_count;

        put(out, n);
        put(out, words->count - 1);
        put_words(out, words->items + n, ((size_t)words->count - 1) * n);
    }
}

struct reader {
    const unsigned char *p;
    size_t left;
};

static int take(struct reader *r, uint32_t *v)
{
    if (r->left < 4)
        return -1;
    *v = word_at(r->p);
    r->p += 4;
    r->left -= 4;
    return 0;
}

static int read_strings(struct ir *ir, struct reader *r, uint32_t count)
{
    struct reader lengths = *r;
    size_t table = ((size_t)count - 1) * 4;

    if (r->left < table)
        return -1;
    r->p += table;
    r->left -= table;
    for (uint32_t s = 1; s < count; s++) {
        uint32_t len = 0;

        take(&lengths, &len);
        /* Ids are positions, so an empty or repeated string would shift all that follow. */
        if (len == 0 || len > r->left || strpool_intern(ir->strings, (const char *)r->p, len) != s)
            return -1;
        r->p += len;
        r->left -= len;
    }
    return 0;
}

static int read_table(struct ir *ir, struct reader *r, uint32_t t)
{
    struct ir_words *words = ir_table_words(ir, t);
    uint32_t n = ir_tables[t].field_count, fields = 0, rows = 0;

    if (take(r, &fields) < 0 || take(r, &rows) < 0 || fields != n || rows > r->left / 4 / n)
        return -1;
    words->items = vec_reserve_bytes(ir->arena, words->items, 1, &words->capacity, rows, 4 * (size_t)n);
    for (size_t i = 0; i < (size_t)rows * n; i++)
        words->items[n + i] = word_at(r->p + 4 * i);
    r->p += 4 * (size_t)rows * n;
    r->left -= 4 * (size_t)rows * n;
    words->count = rows + 1;
    return 0;
}

int ir_block_read(struct ir *ir, struct slice block, struct err *e)
{
    struct reader r = {(const unsigned char *)block.p, block.n};
    uint32_t version, strings, tables;

    if (block.n < 4 || memcmp(block.p, "LNIR", 4) != 0)
        return err_set(e, "not a block of facts");
    r.p += 4;
    r.left -= 4;
    if (take(&r, &version) < 0 || version != BLOCK_VERSION)
        return err_set(e, "a block of facts of another version");
    if (take(&r, &strings) < 0 || strings == 0 || take(&r, &tables) < 0 || tables != IR_TABLE_COUNT ||
        read_strings(ir, &r, strings) < 0)
        return err_set(e, "a broken block of facts: strings");
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++)
        if (read_table(ir, &r, t) < 0)
            return err_set(e, "a broken block of facts: table %s", ir_tables[t].name);
    if (r.left)
        return err_set(e, "a broken block of facts: %zu bytes too many", r.left);
    return ir_check(ir, e);
}
