/*
 * Reads JSON into an array of nodes in one pass, with a stack of its own, because a chain of 20,000
 * operators is JSON 40,000 levels deep. Names become enums through a hash table of tree.def.
 */
#include "sql/tree.h"

#include "base/bytes.h"

#include <string.h>

#define SLOTS 512u

struct name {
    uint64_t head; /* its first eight bytes */
    const char *text;
    uint16_t len;
    uint16_t id;
    uint16_t object; /* of a field: the kind of the object in it */
};

static const struct name names[] = {
#define KIND(text) {0, #text, sizeof #text - 1, NODE_##text, 0},
#define FIELD(text, object) {0, #text, sizeof #text - 1, FIELD_##text, NODE_##object},
#include "sql/tree.def"
#undef KIND
#undef FIELD
};

#define NAME_COUNT (sizeof names / sizeof *names)

struct tree_names {
    struct name slots[SLOTS]; /* an empty one has no text */
};

/* An open object or array. */
struct level {
    uint32_t node;
    uint32_t last;    /* child so far */
    uint32_t wrapped; /* closing braces that end a wrapped object and not this level */
    bool array;
};

struct reader {
    struct tree *tree;
    struct arena *arena;
    const char *end;
    struct level top;
    VEC(struct level) outer; /* what is open around it */
    const struct tree_names *names;
};

/* Functions that read take where they begin and return where they end, or NULL when that is no JSON. */

/* ---- names ---- */

static inline uint32_t slot_of(uint64_t head, size_t len)
{
    return (uint32_t)((head + len) * 0x9e3779b97f4a7c15u >> 32) % SLOTS;
}

const struct tree_names *tree_names_new(struct arena *a)
{
    struct tree_names *t = ARENA_NEW(a, struct tree_names);

    for (uint32_t i = 0; i < NAME_COUNT; i++) {
        const struct name *n = &names[i];
        uint64_t head = n->len < 8 ? bytes_load_few(n->text, n->len) : bytes_load(n->text);
        uint32_t slot = slot_of(head, n->len);

        while (t->slots[slot].text)
            slot = (slot + 1) % SLOTS;
        t->slots[slot] = *n;
        t->slots[slot].head = head;
    }
    return t;
}

/* NULL: not one of tree.def. */
static inline const struct name *find_name(const struct tree_names *t, uint64_t head, const char *p,
                                           size_t len)
{
    for (uint32_t i = slot_of(head, len); t->slots[i].text; i = (i + 1) % SLOTS) {
        const struct name *n = &t->slots[i];

        if (n->head == head && n->len == len && (len <= 8 || memcmp(n->text + 8, p + 8, len - 8) == 0))
            return n;
    }
    return NULL;
}

/* ---- strings ---- */

/* Eight bytes; NULs stand for those behind the end. */
static inline uint64_t eight(const char *p, const char *end)
{
    return end - p >= 8 ? bytes_load(p) : bytes_load_few(p, (size_t)(end - p));
}

/* The first quote or backslash from `p` on; `end` when there is none. */
static inline char *string_end(char *p, const char *end)
{
    for (;;) {
        uint64_t v = eight(p, end), found = bytes_that_are(v, '"') | bytes_that_are(v, '\\');

        if (found)
            return p + bytes_first(found);
        if (end - p <= 8)
            return p + (end - p);
        p += 8;
    }
}

static int hex4(const char *p)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        char c = p[i];

        if (c >= '0' && c <= '9')
            value = value * 16 + (c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            value = value * 16 + ((c | 32) - 'a' + 10);
        else
            return -1;
    }
    return value;
}

/* Writes a code unit below U+10000 as UTF-8 and returns the end. The library escapes control characters
 * and a few marks only, so that halves of a pair do not occur in what it gives. */
static char *put_utf8(char *to, int c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* Decodes the escape at `p` to `*to` and returns what follows it; NULL when it is none. */
static char *read_escape(char *p, char **to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    const char *at;
    int c;

    if (p[1] == 'u') {
        c = hex4(p + 2);
        if (c < 0)
            return NULL;
        *to = put_utf8(*to, c);
        return p + 6;
    }
    at = p[1] ? strchr(from, p[1]) : NULL;
    if (!at)
        return NULL;
    *(*to)++ = into[at - from];
    return p + 2;
}

/* Decodes what follows the first escape, at `p`, where it stands; returns the closing quote, or NULL. */
static char *decode(char *p, const char *end, char **to)
{
    *to = p;
    while (p && p < end && *p != '"') {
        char *stop;

        if (*p == '\\') {
            p = read_escape(p, to);
            continue;
        }
        stop = string_end(p, end);
        memmove(*to, p, (size_t)(stop - p));
        *to += stop - p;
        p = stop;
    }
    return p && p < end ? p : NULL;
}

/* Reads the string at `p`, decoded where it stands. */
static inline char *read_string(const struct reader *r, char *p, struct slice *out)
{
    char *start = p + 1, *quote = string_end(start, r->end), *stop = quote;

    if (*quote == '\\')
        quote = decode(quote, r->end, &stop);
    if (!quote || *quote != '"')
        return NULL;
    *out = (struct slice){start, (size_t)(stop - start)};
    return quote + 1;
}

/* ---- nodes ---- */

static inline uint32_t add_node(struct reader *r, struct tree_node node)
{
    uint32_t id = r->tree->nodes.count;

    vec_push(r->arena, &r->tree->nodes, node);
    if (r->top.last)
        r->tree->nodes.items[r->top.last].next = id;
    else
        r->tree->nodes.items[r->top.node].first = id;
    r->top.last = id;
    return id;
}

static inline char *open_level(struct reader *r, char *p, enum tree_kind kind, enum tree_field field)
{
    struct tree_node node = {
        .kind = (uint16_t)kind, .field = (uint16_t)field, .value = kind == NODE_ARRAY ? 0 : TREE_NOWHERE};
    uint32_t id = add_node(r, node);

    vec_push(r->arena, &r->outer, r->top);
    r->top = (struct level){.node = id, .array = kind == NODE_ARRAY};
    return p + 1;
}

/* A String is its text: the node of its one child goes. */
static inline void unwrap_string(struct tree *t, uint32_t node)
{
    uint32_t text = node + 1;

    if (t->nodes.items[node].first != text || text + 1 != t->nodes.count ||
        t->nodes.items[text].kind != NODE_STRING)
        return;
    t->nodes.items[node].kind = NODE_STRING;
    t->nodes.items[node].first = t->nodes.items[text].first;
    t->nodes.items[node].value = t->nodes.items[text].value;
    t->nodes.count--;
}

static inline char *close_level(struct reader *r, char *p)
{
    if (r->top.wrapped) {
        r->top.wrapped--;
        return p + 1;
    }
    if (r->tree->nodes.items[r->top.node].kind == NODE_String)
        unwrap_string(r->tree, r->top.node);
    r->top = r->outer.items[--r->outer.count];
    return p + 1;
}

/* ---- values ---- */

static inline char *skip_space(char *p)
{
    while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* A whole number, cut to 32 bits; of another one the part before the point. */
static inline char *read_number(char *p, uint32_t *value)
{
    char *start = p;
    bool negative = *p == '-';

    *value = 0;
    p += negative;
    while (*p >= '0' && *p <= '9')
        *value = *value * 10 + (uint32_t)(*p++ - '0');
    while (*p == '.' || *p == '+' || *p == '-' || (*p | 32) == 'e' || (*p >= '0' && *p <= '9'))
        p++;
    if (negative)
        *value = 0u - *value;
    return p == start ? NULL : p;
}

static inline char *read_word(char *p, const char *word)
{
    size_t n = strlen(word);

    return strncmp(p, word, n) == 0 ? p + n : NULL;
}

/* A value that is neither object nor array. */
static inline char *read_scalar(const struct reader *r, char *p, struct tree_node *node)
{
    struct slice s = {0};

    switch (*p) {
    case '"':
        node->kind = NODE_STRING;
        p = read_string(r, p, &s);
        node->first = (uint32_t)(s.p - r->tree->json);
        node->value = (uint32_t)s.n;
        return p;
    case 't':
        node->kind = NODE_TRUE;
        return read_word(p, "true");
    case 'f':
        node->kind = NODE_FALSE;
        return read_word(p, "false");
    case 'n':
        node->kind = NODE_NULL;
        return read_word(p, "null");
    default:
        node->kind = NODE_NUMBER;
        return read_number(p, &node->value);
    }
}

/* Reads {"String":{"sval":"…"}}, the most frequent object by far, at one go; NULL when it is not that, or holds an
 * escape. */
static inline char *read_whole_string(struct reader *r, char *p, enum tree_field field)
{
    static const char before[] = "{\"String\":{\"sval\":\"";
    struct tree_node node = {.kind = NODE_STRING, .field = (uint16_t)field};
    char *start = p + sizeof before - 1, *quote;

    if (r->end - p < (ptrdiff_t)sizeof before || memcmp(p, before, sizeof before - 1) != 0)
        return NULL;
    quote = string_end(start, r->end);
    if (quote[0] != '"' || quote[1] != '}' || quote[2] != '}')
        return NULL;
    node.first = (uint32_t)(start - r->tree->json);
    node.value = (uint32_t)(quote - start);
    add_node(r, node);
    return quote + 3;
}

static inline char *read_value(struct reader *r, char *p, const struct name *name)
{
    char *end;

    enum tree_field field = name ? (enum tree_field)name->id : FIELD_OTHER;
    struct tree_node node = {.field = (uint16_t)field};

    if (*p == '{' && (end = read_whole_string(r, p, field)))
        return end;
    if (*p == '{')
        return open_level(r, p, name ? (enum tree_kind)name->object : NODE_OTHER, field);
    if (*p == '[')
        return open_level(r, p, NODE_ARRAY, field);
    p = read_scalar(r, p, &node);
    if (!p)
        return NULL;
    if (field == FIELD_location && node.kind == NODE_NUMBER)
        r->tree->nodes.items[r->top.node].value = node.value;
    else if (name || r->top.array) /* nobody can ask for a field without a name */
        add_node(r, node);
    return p;
}

/* Reads a key and the colon after it. */
static inline char *read_key(const struct reader *r, char *p, const struct name **name)
{
    char *start = ++p, *quote;
    uint64_t head = eight(p, r->end), quotes = bytes_that_are(head, '"');
    size_t len;

    quote = quotes ? p + bytes_first(quotes) : string_end(r->end - p < 8 ? p : p + 8, r->end);
    if (*quote != '"')
        return NULL;
    len = (size_t)(quote - start);
    *name = find_name(r->names, bytes_cut(head, len < 8 ? (unsigned)len : 8), start, len);
    p = skip_space(quote + 1);
    return *p == ':' ? skip_space(p + 1) : NULL;
}

/* Reads a key and its value. A capital begins a wrapper: its object is the one that is open. */
static inline char *read_member(struct reader *r, char *p)
{
    const struct name *name;
    bool wrapper = p[0] == '"' && p[1] >= 'A' && p[1] <= 'Z';

    p = *p == '"' ? read_key(r, p, &name) : NULL;
    if (!p || !wrapper)
        return p ? read_value(r, p, name) : NULL;
    if (*p != '{')
        return read_value(r, p, NULL);
    if (name)
        r->tree->nodes.items[r->top.node].kind = name->id;
    r->top.wrapped++;
    return p + 1;
}

/* Reads what comes next in the innermost open object or array. */
static inline char *read_next(struct reader *r, char *p)
{
    p = skip_space(p);
    if (*p == (r->top.array ? ']' : '}'))
        return close_level(r, p);
    if (*p == ',')
        p = skip_space(p + 1);
    return r->top.array ? read_value(r, p, NULL) : read_member(r, p);
}

uint32_t tree_read(struct tree *t, const struct tree_names *known, struct arena *a, char *json, size_t len)
{
    struct reader r = {.tree = t, .arena = a, .end = json + len, .names = known};
    struct tree_node none = {0};
    char *p = skip_space(json);

    *t = (struct tree){.json = json};
    if (len >= UINT32_MAX || *p != '{')
        return 0;
    vec_reserve(a, &t->nodes, (uint32_t)(len / 24 + 16));
    vec_push(a, &t->nodes, none);
    p = open_level(&r, p, NODE_OTHER, FIELD_OTHER);
    while (p && r.outer.count)
        p = read_next(&r, p);
    return p ? 1 : 0;
}

struct slice tree_text(const struct tree *t, uint32_t node)
{
    if (tree_kind(t, node) != NODE_STRING)
        return (struct slice){"", 0};
    return (struct slice){t->json + t->nodes.items[node].first, t->nodes.items[node].value};
}

struct slice tree_string(const struct tree *t, uint32_t node, enum tree_field field)
{
    return tree_text(t, tree_get(t, node, field));
}

bool tree_true(const struct tree *t, uint32_t node, enum tree_field field)
{
    return tree_kind(t, tree_get(t, node, field)) == NODE_TRUE;
}

int32_t tree_int(const struct tree *t, uint32_t node, enum tree_field field)
{
    uint32_t child = tree_get(t, node, field);

    return tree_kind(t, child) == NODE_NUMBER ? (int32_t)t->nodes.items[child].value : 0;
}

uint32_t tree_count(const struct tree *t, uint32_t node)
{
    uint32_t count = 0;

    for (; node; node = tree_next(t, node))
        count++;
    return count;
}

uint32_t tree_last(const struct tree *t, uint32_t node)
{
    while (node && tree_next(t, node))
        node = tree_next(t, node);
    return node;
}
