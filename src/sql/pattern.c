/*
 * Patterns of tokens: read from their text once, then tried where their first word stands.
 * Matching never goes back, so its cost is the tokens that it looks at.
 */
#include "sql/pattern.h"

#include "base/err.h"

#include <string.h>
#include <strings.h>

#define LONGEST_GAP 4096 /* tokens: what no gap may cross keeps the whole linear */

/* ---- reading a pattern ---- */

static uint32_t mode_named(struct slice name)
{
    for (uint32_t m = 0; m <= IR_ACCESS_DEFINE; m++)
        if (slice_is(name, ir_name_of_access_mode((enum ir_access_mode)m)))
            return m + 1;
    BUG("a pattern's access mode is unknown");
}

static void read_class(struct pattern_element *e, struct slice s)
{
    static const struct {
        const char *name;
        enum pattern_kind kind;
    } classes[] = {{"name", PATTERN_NAME}, {"string", PATTERN_STRING}, {"group", PATTERN_GROUP},
                   {"any", PATTERN_ANY},   {"word", PATTERN_WORD},     {"query", PATTERN_QUERY},
                   {"rest", PATTERN_REST}};
    const char *at = memchr(s.p, '@', s.n);

    if (at) {
        e->mode = mode_named((struct slice){at + 1, (size_t)(s.p + s.n - at - 1)});
        s.n = (size_t)(at - s.p);
    }
    for (size_t k = 0; k < sizeof classes / sizeof *classes; k++)
        if (slice_is(s, classes[k].name)) {
            e->kind = classes[k].kind;
            return;
        }
    BUG("a pattern's class is unknown");
}

static void read_element(struct pattern_element *e, struct slice s)
{
    const char *tilde = s.n > 1 ? memchr(s.p, '~', s.n) : NULL;

    if (s.n > 1 && strchr("?*&!", *s.p) && s.p[1] != '~') {
        e->quantity = *s.p;
        s = slice_sub(s, 1, s.n - 1);
    }
    if (tilde) {
        e->replaces = true;
        e->with = (struct slice){tilde + 1, (size_t)(s.p + s.n - tilde - 1)};
        s.n = (size_t)(tilde - s.p);
    }
    e->words = s;
    if (s.n > 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        read_class(e, slice_sub(s, 1, s.n - 2));
    else if (slice_is(s, "..."))
        e->kind = PATTERN_GAP;
    else if (slice_is(s, "$"))
        e->kind = PATTERN_END;
    else if (slice_is(s, "@") && tilde)
        e->kind = PATTERN_INSERT;
}

void pattern_read(struct pattern *p, const char *text)
{
    *p = (struct pattern){.at_start = *text == '^'};
    text += p->at_start;
    while (*text) {
        size_t n = strcspn(text, " ");

        if (n) {
            if (p->count == PATTERN_ELEMENTS)
                BUG("a pattern has too many elements");
            read_element(&p->elements[p->count++], (struct slice){text, n});
        }
        text += n + (text[n] == ' ');
    }
}

/* ---- matching ---- */

static bool is_one_of(struct slice words, struct slice text)
{
    while (words.n) {
        const char *bar = words.n > 2 ? memchr(words.p, '|', words.n) : NULL;
        size_t n = bar ? (size_t)(bar - words.p) : words.n;

        if (n == text.n && strncasecmp(words.p, text.p, n) == 0)
            return true;
        n += bar != NULL;
        words = slice_sub(words, n, words.n - n);
    }
    return false;
}

static bool part_of_name(const struct sql_tokens *t, uint32_t i)
{
    unsigned kind = sql_token_at(t, i).kind;

    return kind == TOK_WORD || kind == TOK_QUOTED || kind == TOK_HOLE || kind == TOK_PARAM;
}

static bool follows(const struct sql_tokens *t, uint32_t i)
{
    struct sql_token a = sql_token_at(t, i - 1), b = sql_token_at(t, i);

    return a.off + a.len == b.off;
}

uint32_t sql_name_end(const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    if (i >= end || !part_of_name(t, i))
        return i;
    for (i++; i < end; i++) {
        bool dot = sql_token_is(t, i, '.') || sql_token_is(t, i, SQL_OP_DOTS);
        bool glued = follows(t, i) && (part_of_name(t, i) || sql_token_at(t, i).kind == TOK_NUMBER ||
                                       (sql_token_is(t, i, '-') && i + 1 < end && follows(t, i + 1)));

        if (dot && i + 1 < end && part_of_name(t, i + 1))
            i++;
        else if (!glued)
            break;
    }
    return i;
}

/* Where one piece of this kind ends; `i` when none stands here. */
static uint32_t take(const struct pattern_element *e, const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    struct sql_token k = i < end ? t->list.items[i] : (struct sql_token){0};

    if (e->kind == PATTERN_REST)
        return end;
    if (i >= end)
        return i;
    switch (e->kind) {
    case PATTERN_WORDS:
        return i +
               (k.kind != TOK_STRING && k.kind != TOK_QUOTED && is_one_of(e->words, sql_token_text(t, i)));
    case PATTERN_NAME:
        return sql_name_end(t, i, end);
    case PATTERN_STRING:
        return i + (k.kind == TOK_STRING || k.kind == TOK_DOLLAR || k.kind == TOK_HOLE);
    case PATTERN_GROUP:
        return k.word == '(' ? sql_skip_parens(t, i, end) : i;
    case PATTERN_WORD:
        return i + (k.kind == TOK_WORD);
    case PATTERN_ANY:
        return k.word == '(' ? sql_skip_parens(t, i, end) : i + 1;
    case PATTERN_QUERY:
        return i + SQL_WORD_IN(k.word, W_SELECT, W_WITH, '(', W_VALUES, W_TABLE, W_FROM);
    default:
        return i;
    }
}

static bool fits_here(const struct pattern_element *e, const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    if (e->kind == PATTERN_END)
        return i >= end;
    return e->kind == PATTERN_REST || e->kind == PATTERN_INSERT || take(e, t, i, end) > i;
}

/* Where a gap ends that `e` follows; UINT32_MAX when nothing fits at this depth. */
static uint32_t gap_end(const struct pattern_element *e, const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    uint32_t last = end - i < LONGEST_GAP ? end : i + LONGEST_GAP;

    for (; i <= last; i++) {
        if (fits_here(e, t, i, end))
            return i;
        if (i == end || sql_token_is(t, i, ')'))
            break;
        if (sql_token_is(t, i, '('))
            i = sql_skip_parens(t, i, end) - 1;
    }
    return UINT32_MAX;
}

bool pattern_fits(const struct pattern *p, const struct sql_tokens *t, uint32_t first, uint32_t i,
                  uint32_t end, struct pattern_match *m)
{
    if (p->at_start && i != first)
        return false;
    for (uint32_t k = 0; k < p->count; k++) {
        const struct pattern_element *e = &p->elements[k];
        uint32_t stop = i;

        m->first[k] = m->end[k] = i;
        if (e->quantity == '&' || e->quantity == '!') {
            if (fits_here(e, t, i, end) != (e->quantity == '&'))
                return false;
            continue;
        }
        if (e->kind == PATTERN_GAP) {
            stop = gap_end(&p->elements[k + 1], t, i, end);
            if (stop == UINT32_MAX)
                return false;
        } else if (!fits_here(e, t, i, end)) {
            if (e->quantity)
                continue;
            return false;
        } else {
            do
                stop = take(e, t, i = stop, end);
            while (e->quantity == '*' && stop > i && fits_here(e, t, stop, end));
        }
        m->end[k] = i = stop;
    }
    m->next = i;
    return true;
}

/* ---- rows by their first word ---- */

/* Its first and last letters, of either case, and a little of its length. */
static uint32_t shape_of(struct slice word)
{
    if (word.n == 0)
        return 0;
    return (word.p[0] & 31u) | (word.p[word.n - 1] & 31u) << 5 | (word.n & 3u) << 10;
}

struct pattern_index pattern_index_new(struct arena *a, size_t rows)
{
    return (struct pattern_index){.arena = a,
                                  .first = map_new(a),
                                  .texts = ARENA_ARRAY(a, const char *, rows),
                                  .patterns = ARENA_ARRAY(a, struct pattern *, rows)};
}

void pattern_index_add(struct pattern_index *x, uint32_t row, const char *text)
{
    const char *p = text + strspn(text, "^ ");

    x->texts[row] = text;
    for (size_t n; *p && *p != ' ' && *p != '~'; p += n + (p[n] == '|')) {
        struct pattern_entry e = {.row = row};
        uint32_t shape;
        uint64_t key;

        n = strcspn(p + 1, "| ~") + 1;
        shape = shape_of((struct slice){p, n});
        x->maybe[shape / 64] |= (uint64_t)1 << shape % 64;
        key = sql_word_key((struct slice){p, n});
        e.next = map_get(&x->first, key);
        vec_push(x->arena, &x->entries, e);
        map_put(&x->first, key, x->entries.count);
    }
}

uint32_t pattern_index_find(const struct pattern_index *x, const struct sql_tokens *t, uint32_t i)
{
    struct slice word = sql_token_text(t, i);
    uint32_t shape = shape_of(word);

    return x->maybe[shape / 64] >> shape % 64 & 1 ? map_get(&x->first, sql_word_key(word)) : 0;
}

const struct pattern *pattern_index_get(const struct pattern_index *x, uint32_t row)
{
    if (!x->patterns[row]) {
        x->patterns[row] = ARENA_NEW(x->arena, struct pattern);
        pattern_read(x->patterns[row], x->texts[row]);
    }
    return x->patterns[row];
}
