/*
 * Blocks: what a worker sends back and what a cache would keep.
 *
 *     "LNIR" | version | string count | table count
 *     | string lengths, id 1 first | their bytes
 *     | per table: field count, row count, rows without row 0
 *
 * All numbers are 32-bit little-endian. A reader trusts nothing: lengths are held against what is left, and every id
 * is looked at, before the first row is taken. Rows go from the block right into the tables.
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

/* ---- Reading ---- */

struct reader {
    const unsigned char *p;
    size_t left;
};

/* A block that is known to be whole: where its parts stand. */
struct block {
    const unsigned char *lengths; /* of the strings from id 1 on */
    const unsigned char *bytes;   /* theirs */
    uint32_t strings;
    const unsigned char *rows[IR_TABLE_COUNT];
    uint32_t counts[IR_TABLE_COUNT]; /* of rows, without row 0 */
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

/* Steps over `size` bytes; NULL when they are not there. */
static const unsigned char *pass(struct reader *r, uint64_t size)
{
    const unsigned char *p = r->p;

    if (size > r->left)
        return NULL;
    r->p += size;
    r->left -= size;
    return p;
}

static int find_strings(struct block *b, struct reader *r)
{
    b->lengths = pass(r, ((uint64_t)b->strings - 1) * 4);
    if (!b->lengths)
        return -1;
    b->bytes = r->p;
    for (uint32_t s = 1; s < b->strings; s++) {
        uint32_t len = word_at(b->lengths + 4 * ((size_t)s - 1));

        if (len == 0 || !pass(r, len))
            return -1;
    }
    return 0;
}

static int find_rows(struct block *b, struct reader *r, uint32_t t)
{
    uint32_t fields;

    if (take(r, &fields) < 0 || take(r, &b->counts[t]) < 0 || fields != ir_tables[t].field_count)
        return -1;
    b->rows[t] = pass(r, (uint64_t)b->counts[t] * fields * 4);
    return b->rows[t] ? 0 : -1;
}

/* The largest value that a field may have in this block. */
static uint32_t last_of(const struct block *b, const struct ir_field *field)
{
    switch (field->kind) {
    case IR_FIELD_STR:
        return b->strings - 1;
    case IR_FIELD_REF:
        return b->counts[field->table];
    case IR_FIELD_ENUM:
        return field->label_count - 1;
    case IR_FIELD_NUM:
        break;
    }
    return UINT32_MAX;
}

static int check_rows(const struct block *b, uint32_t t, struct err *e)
{
    const struct ir_table *table = &ir_tables[t];

    for (uint32_t f = 0; f < table->field_count; f++) {
        const unsigned char *p = b->rows[t] + 4 * (size_t)f;
        uint32_t last = last_of(b, &table->fields[f]);

        for (uint32_t i = 0; i < b->counts[t] && last != UINT32_MAX; i++, p += 4 * (size_t)table->field_count)
            if (word_at(p) > last)
                return err_set(e, "%s %u: %s is %u, which is out of range", table->name, i + 1,
                               table->fields[f].name, word_at(p));
    }
    return 0;
}

static int open_block(struct block *b, struct slice bytes, struct err *e)
{
    struct reader r = {(const unsigned char *)bytes.p, bytes.n};
    uint32_t version, tables;

    if (bytes.n < 4 || memcmp(pass(&r, 4), "LNIR", 4) != 0)
        return err_set(e, "not a block of facts");
    if (take(&r, &version) < 0 || version != BLOCK_VERSION)
        return err_set(e, "a block of facts of another version");
    if (take(&r, &b->strings) < 0 || b->strings == 0 || take(&r, &tables) < 0 || tables != IR_TABLE_COUNT ||
        find_strings(b, &r) < 0)
        return err_set(e, "a broken block of facts: strings");
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++)
        if (find_rows(b, &r, t) < 0)
            return err_set(e, "a broken block of facts: table %s", ir_tables[t].name);
    if (r.left)
        return err_set(e, "a broken block of facts: %zu bytes too many", r.left);
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++)
        if (check_rows(b, t, e) < 0)
            return -1;
    return 0;
}

/* The ids that the block's strings have in `ir`. */
static uint32_t *take_strings(struct ir *ir, const struct block *b, struct arena *scratch)
{
    uint32_t *ids = ARENA_ARRAY(scratch, uint32_t, b->strings);
    const char *p = (const char *)b->bytes;

    for (uint32_t s = 1; s < b->strings; s++) {
        uint32_t len = word_at(b->lengths + 4 * ((size_t)s - 1));

        ids[s] = strpool_intern(ir->strings, p, len);
        p += len;
    }
    return ids;
}

/* Appends the rows of table `t`: refs move by `base`, how many rows their table had. */
static void take_rows(struct ir *ir, const struct block *b, uint32_t t, const uint32_t *base,
                      const uint32_t *strings)
{
    const struct ir_table *table = &ir_tables[t];
    struct ir_words *words = ir_table_words(ir, t);
    uint32_t n = table->field_count, count = b->counts[t];
    uint32_t *rows;

    words->items =
        vec_reserve_bytes(ir->arena, words->items, words->count, &words->capacity, count, 4 * (size_t)n);
    rows = words->items + (size_t)words->count * n;
    words->count += count;
    for (size_t i = 0; i < (size_t)count * n; i++)
        rows[i] = word_at(b->rows[t] + 4 * i);
    for (uint32_t f = 0; f < n; f++) {
        const struct ir_field *field = &table->fields[f];
        uint32_t *at = rows + f;

        if (field->kind == IR_FIELD_STR)
            for (uint32_t i = 0; i < count; i++, at += n)
                *at = strings[*at];
        else if (field->kind == IR_FIELD_REF)
            for (uint32_t i = 0; i < count; i++, at += n)
                *at += *at ? base[field->table] : 0;
    }
}

int ir_block_read(struct ir *ir, struct slice block, struct err *e)
{
    uint32_t base[IR_TABLE_COUNT];
    struct arena *scratch;
    const uint32_t *strings;
    struct block b = {0};

    if (open_block(&b, block, e) < 0)
        return -1;
    scratch = arena_new();
    strings = take_strings(ir, &b, scratch);
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++)
        base[t] = ir_table_words(ir, t)->count - 1;
    for (uint32_t t = 0; t < IR_TABLE_COUNT; t++)
        if (b.counts[t])
            take_rows(ir, &b, t, base, strings);
    arena_free(scratch);
    return 0;
}
