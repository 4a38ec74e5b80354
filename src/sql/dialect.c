/*
 * The dialect layer: rewrites are edits on the statement's own bytes. As long as no edit changes a length
 * the offsets stay as they are; else a map goes with the text.
 */
#include "sql/dialect.h"

#include "sql/script.h"
#include "sql/tables.h"

#include <stdlib.h>
#include <string.h>

/* ---- edits ---- */

void sql_edit_exact(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with)
{
    struct sql_edit e = {.off = off, .len = len, .with = with};

    vec_push(w->reader->scratch, &w->edits, e);
}

void sql_edit_pad(struct sql_rewrite *w, uint32_t off, uint32_t len, struct slice with)
{
    char *p;

    if (with.n < len) {
        p = arena_alloc(w->reader->scratch, len);
        memset(p, ' ', len);
        if (with.n)
            memcpy(p, with.p, with.n);
        with = (struct slice){p, len};
    }
    sql_edit_exact(w, off, len, with);
}

static int edit_order(const void *left, const void *right)
{
    const struct sql_edit *a = left, *b = right;

    if (a->off != b->off)
        return a->off < b->off ? -1 : 1;
    if ((a->len == 0) != (b->len == 0))
        return a->len == 0 ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Edits come from the walker and from several rewrites: each is in order, together they may not be. */
static void sort_edits(struct sql_rewrite *w)
{
    bool sorted = true;

    for (uint32_t i = 0; i < w->edits.count; i++) {
        w->edits.items[i].order = i;
        sorted &= i == 0 || w->edits.items[i - 1].off < w->edits.items[i].off;
    }
    if (!sorted)
        qsort(w->edits.items, w->edits.count, sizeof *w->edits.items, edit_order);
}

void sql_edit_move(struct sql_rewrite *w, uint32_t off, uint32_t source, uint32_t len)
{
    struct sql_edit e = {.off = off, .moved = true, .source = source, .source_len = len};

    vec_push(w->reader->scratch, &w->edits, e);
}

void sql_edit_tokens(struct sql_rewrite *w, uint32_t first, uint32_t end, struct slice with)
{
    const struct sql_token *a, *b;

    if (first >= end)
        return;
    a = &w->tokens->list.items[first];
    b = &w->tokens->list.items[end - 1];
    sql_edit_pad(w, a->off, b->off + b->len - a->off, with);
}

void sql_edit_away(struct sql_rewrite *w, uint32_t first, uint32_t end)
{
    sql_edit_tokens(w, first, end, (struct slice){0});
    if (first < end)
        w->edits.items[w->edits.count - 1].here = true;
}

void sql_edit_insert(struct sql_rewrite *w, uint32_t i, struct slice text)
{
    const struct sql_token *k = &w->tokens->list.items[i < w->end ? i : w->end - 1];

    sql_edit_exact(w, i < w->end ? k->off : k->off + k->len, 0, text);
}

/* Is this edit one of the bytes that `move` copies? */
static bool is_inside(const struct sql_edit *e, const struct sql_edit *move)
{
    uint32_t end = move->source + move->source_len;

    return !e->moved && !e->here && e->off >= move->source && e->off + e->len <= end &&
           (e->len || (e->off > move->source && e->off < end));
}

/* The text that a move puts in: what stands at its source, edited. */
static void settle_move(struct sql_rewrite *w, struct sql_edit *move)
{
    struct buf text = buf_new(w->reader->scratch);
    VEC(uint32_t) map = {0};
    uint32_t at = move->source, end = move->source + move->source_len;

    for (uint32_t i = 0; i <= w->edits.count; i++) {
        const struct sql_edit *e = i < w->edits.count ? &w->edits.items[i] : NULL;
        uint32_t until = e ? e->off : end;

        if (e && (!is_inside(e, move) || e->off < at))
            continue;
        buf_add(&text, w->tokens->content.p + at, until - at);
        for (; at < until; at++)
            vec_push(w->reader->scratch, &map, at);
        for (size_t k = 0; e && k < e->with.n; k++) {
            buf_addc(&text, e->with.p[k]);
            vec_push(w->reader->scratch, &map, at + (uint32_t)(k < e->len ? k : e->len ? e->len - 1 : 0));
        }
        at = e ? e->off + e->len : at;
    }
    move->with = buf_slice(&text);
    move->map = map.items;
}

/* How long content[off, off + len) is after the edits; *same: no edit changes a length. */
static uint32_t edited_size(const struct sql_rewrite *w, uint32_t off, uint32_t len, bool *same)
{
    uint32_t size = len, at = off;

    *same = true;
    for (uint32_t i = 0; i < w->edits.count; i++) {
        struct sql_edit e = w->edits.items[i];

        if (e.off < at || e.off + e.len > off + len)
            continue; /* inside an earlier edit, or of another statement */
        size = size - e.len + (uint32_t)e.with.n;
        *same &= e.with.n == e.len;
        at = e.off + e.len;
    }
    return size;
}

void sql_edits_apply(struct sql_rewrite *w, struct sql_piece *piece)
{
    struct slice content = w->tokens->content;
    uint32_t at = piece->off, stop = piece->off + piece->len, n = 0, size;
    bool same;

    sort_edits(w);
    for (uint32_t i = 0; i < w->edits.count; i++)
        if (w->edits.items[i].moved)
            settle_move(w, &w->edits.items[i]);
    size = edited_size(w, piece->off, piece->len, &same);
    char *out = arena_alloc(w->reader->scratch, size + 1);
    uint32_t *map = same ? NULL : ARENA_ARRAY(w->reader->scratch, uint32_t, size + 1);

    for (uint32_t i = 0; i <= w->edits.count; i++) {
        struct sql_edit e = i < w->edits.count ? w->edits.items[i] : (struct sql_edit){.off = stop};

        if (e.off < at || e.off + e.len > stop)
            continue;
        memcpy(out + n, content.p + at, e.off - at);
        for (uint32_t k = 0; map && k < e.off - at; k++)
            map[n + k] = at + k;
        n += e.off - at;
        at = e.off;
        if (e.with.n)
            memcpy(out + n, e.with.p, e.with.n);
        for (uint32_t k = 0; k < e.with.n; k++, n++)
            if (map)
                map[n] = e.moved ? e.map[k] : at + (k < e.len ? k : e.len ? e.len - 1 : 0);
        at = e.off + e.len;
    }
    if (map)
        map[n] = stop;
    piece->sql = (struct slice){out, n};
    piece->map = map;
}

uint32_t sql_piece_offset(const struct sql_piece *piece, uint32_t sql_off)
{
    if (sql_off > piece->sql.n)
        sql_off = (uint32_t)piece->sql.n;
    return piece->map ? piece->map[sql_off] : piece->off + sql_off;
}

/* ---- rows by their first word ---- */

/* Rows of one word are tried in the order in which they stand. */
struct pattern_index sql_rules_index(struct arena *a)
{
    size_t count;
    const struct sql_rule *rows = sql_dialect_rules(&count);
    struct pattern_index x = pattern_index_new(a, count);

    for (size_t r = count; r-- > 0;)
        pattern_index_add(&x, (uint32_t)r, rows[r].pattern);
    return x;
}

/* ---- rewriting ---- */

static struct slice replacement(struct sql_rewrite *w, struct slice with)
{
    char *p = arena_strndup(w->reader->scratch, with.p, with.n);

    for (size_t k = 0; k < with.n; k++)
        if (p[k] == '+')
            p[k] = ' ';
    return (struct slice){p, with.n};
}

static void replace_elements(struct sql_rewrite *w, const struct pattern *p, const struct pattern_match *m)
{
    for (uint32_t k = 0; k < p->count; k++) {
        const struct pattern_element *e = &p->elements[k];

        if (!e->replaces)
            continue;
        if (e->kind == PATTERN_INSERT)
            sql_edit_insert(w, m->first[k], replacement(w, e->with));
        else
            sql_edit_tokens(w, m->first[k], m->end[k], replacement(w, e->with));
    }
    w->flags |= IR_STMT_REWRITTEN;
}

/* Tests ask which rows their inputs reach. */
static void count_use(const struct sql_rewrite *w, uint32_t row)
{
    if (w->reader->options->row_uses)
        w->reader->options->row_uses[row]++;
}

/* Behind a dot stands a name, whatever word it is: only what follows it may change. */
static bool would_change_name(const struct sql_rewrite *w, uint32_t i, uint32_t row)
{
    if (i == w->first || !sql_token_is(w->tokens, i - 1, '.') || w->tokens->list.items[i].kind != TOK_WORD)
        return false;
    return sql_dialect_rules(NULL)[row].run ||
           pattern_index_get(&w->reader->tables->rules, row)->elements[0].replaces;
}

static void rewrite_at(struct sql_rewrite *w, uint32_t i)
{
    const struct pattern_index *x = &w->reader->tables->rules;
    const struct sql_rule *rows = sql_dialect_rules(NULL);
    uint32_t e = pattern_index_find(x, w->tokens, i);
    bool fitted = false;

    for (; e; e = x->entries.items[e - 1].next) {
        uint32_t row = x->entries.items[e - 1].row;
        const struct sql_rule *rule = &rows[row];
        struct pattern_match m;

        if (!(rule->dialects & w->dialects) || rule->shape != IR_KIND_OTHER || would_change_name(w, i, row))
            continue;
        if (rule->run) {
            uint32_t before = w->edits.count;

            rule->run(w, i);
            if (w->edits.count != before)
                count_use(w, row);
        } else if (!fitted && pattern_fits(pattern_index_get(x, row), w->tokens, w->first, i, w->end, &m)) {
            replace_elements(w, pattern_index_get(x, row), &m);
            count_use(w, row);
            fitted = true;
        }
    }
}

/* The one function that reads a token of this kind whatever it says. */
static sql_rewrite_function *const by_kind[] = {
    [TOK_QUOTED] = sql_rewrite_quoted_name,
    [TOK_NUMBER] = sql_rewrite_number,
    [TOK_STRING] = sql_rewrite_string,
    [TOK_PARAM] = sql_rewrite_position,
    [TOK_HOLE] = sql_rewrite_hole,
    [TOK_DATA] = NULL, /* the last kind: no kind lies past the table */
};

void sql_dialect_rewrite(struct sql_rewrite *w)
{
    for (uint32_t i = w->first; i < w->end; i++) {
        unsigned kind = w->tokens->list.items[i].kind;

        sql_rewrite_relation(w, i);
        if (by_kind[kind])
            by_kind[kind](w, i);
        if (kind == TOK_WORD && strchr("@#", w->tokens->content.p[w->tokens->list.items[i].off]))
            sql_rewrite_sigil(w, i);
        else if (kind == TOK_OP && w->tokens->list.items[i].word == SQL_OP_DOTS)
            sql_rewrite_dots(w, i);
        else if (kind == TOK_WORD || kind == TOK_OP || kind == TOK_PARAM)
            rewrite_at(w, i);
    }
}

/* ---- statements that a row says all about ---- */

static void add_access(struct sql_rewrite *w, ir_statement_id statement, uint32_t mode, uint32_t i)
{
    struct sql_reader *r = w->reader;
    struct sql_name n;
    bool target = mode != IR_ACCESS_READ && mode != IR_ACCESS_CALL;

    if (!sql_name_read(r, w->tokens, i, w->end, &n))
        return;
    ir_add_access(r->ir, (struct ir_access){.statement = statement,
                                            .mode = (enum ir_access_mode)mode,
                                            .catalog = n.catalog,
                                            .schema = n.schema,
                                            .name = n.name,
                                            .quoted = n.quoted,
                                            .flags = target ? IR_ACCESS_TARGET : 0,
                                            .off = n.off,
                                            .len = n.len});
}

static ir_statement_id add_shape(struct sql_rewrite *w, const struct sql_piece *piece, uint32_t row,
                                 const struct pattern_match *m)
{
    const struct pattern *p = pattern_index_get(&w->reader->tables->rules, row);
    ir_statement_id id =
        sql_statement_add(w->reader, piece, sql_dialect_rules(NULL)[row].shape, IR_UNDERSTOOD);

    IR(w->reader->ir, statement, id)->flags |= IR_STMT_REWRITTEN;
    for (uint32_t k = 0; k < p->count; k++)
        if (p->elements[k].mode && m->end[k] > m->first[k])
            add_access(w, id, p->elements[k].mode - 1, m->first[k]);
    return id;
}

bool sql_dialect_shape(struct sql_rewrite *w, const struct sql_piece *piece, ir_statement_id *out)
{
    const struct pattern_index *x = &w->reader->tables->rules;
    const struct sql_rule *rows = sql_dialect_rules(NULL);
    uint32_t e = pattern_index_find(x, w->tokens, w->first);

    for (; e; e = x->entries.items[e - 1].next) {
        uint32_t row = x->entries.items[e - 1].row;
        const struct sql_rule *rule = &rows[row];
        struct pattern_match m;

        if (!(rule->dialects & w->dialects) || rule->shape == IR_KIND_OTHER ||
            !pattern_fits(pattern_index_get(x, row), w->tokens, w->first, w->first, w->end, &m))
            continue;
        count_use(w, row);
        *out = add_shape(w, piece, row, &m);
        return true;
    }
    return false;
}
