/*
 * Reads JSON into an array of nodes in one pass, with a stack of its own, because a chain of 20,000
 * operators is JSON 40,000 levels deep. Names become enums through a hash table of tree.def.
 */
#include "sql/tree.h"

#include <string.h>

#define HASH_SIZE 1024u

struct name {
    const char *name;
    uint16_t len;
    uint16_t id;
    uint16_t object; /* of a field: the kind of the object in it */
};

static const struct name names[] = {
#define KIND(text) {#text, sizeof #text - 1, NODE_##text, 0},
#define FIELD(text, object) {#text, sizeof #text - 1, FIELD_##text, NODE_##object},
#include "sql/tree.def"
#undef KIND
#undef FIELD
};

#define NAME_COUNT (sizeof names / sizeof *names)

/* One open object or array. */
struct level {
    uint32_t node;
    uint32_t last;    /* child so far */
    uint32_t wrapped; /* closing braces that end a wrapped object and not this level */
};

struct reader {
    struct tree *tree;
    struct arena *arena;
    char *json, *p;
    VEC(struct level) levels;
    const struct tree_names *names;
};

struct tree_names {
    uint16_t slots[HASH_SIZE]; /* index into names + 1 */
};

static uint32_t hash(const char *p, size_t n)
{
    uint32_t first = (uint8_t)p[0], middle = (uint8_t)p[n / 2], last = (uint8_t)p[n - 1];

    return (first * 31 + middle * 139 + last * 7 + (uint32_t)n * 61) % HASH_SIZE;
}

const struct tree_names *tree_names_new(struct arena *a)
{
    struct tree_names *t = ARENA_NEW(a, struct tree_names);

    for (uint32_t i = 0; i < NAME_COUNT; i++) {
        uint32_t slot = hash(names[i].name, names[i].len);

        while (t->slots[slot])
            slot = (slot + 1) % HASH_SIZE;
        t->slots[slot] = (uint16_t)(i + 1);
    }
    return t;
}

static const struct name *find_name(const struct tree_names *t, const char *p, size_t n)
{
    if (n == 0)
        return NULL;
    for (uint32_t slot = hash(p, n); t->slots[slot]; slot = (slot + 1) % HASH_SIZE) {
        const struct name *found = &names[t->slots[slot] - 1];

        if (found->len == n && memcmp(found->name, p, n) == 0)
            return found;
    }
    return NULL;
}

static void skip_space(struct reader *r)
{
    while (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r')
        r->p++;
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

/* Decodes the escape at r->p to `to`; NULL when it is none. */
static char *read_escape(struct reader *r, char *to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    const char *at;
    int c;

    if (r->p[1] == 'u') {
        c = hex4(r->p + 2);
        if (c < 0)
            return NULL;
        r->p += 6;
        return put_utf8(to, c);
    }
    at = r->p[1] ? strchr(from, r->p[1]) : NULL;
    if (!at)
        return NULL;
    r->p += 2;
    *to++ = into[at - from];
    return to;
}

/* Reads the string at r->p, decoded where it stands. */
static bool read_string(struct reader *r, struct slice *out)
{
    char *start = r->p + 1, *to = start;

    while (*to != '"' && *to != '\\' && *to)
        to++;
    r->p = to;
    while (to && *r->p != '"' && *r->p) {
        if (*r->p == '\\')
            to = read_escape(r, to);
        else
            *to++ = *r->p++;
    }
    if (!to || *r->p != '"')
        return false;
    r->p++;
    *out = (struct slice){start, (size_t)(to - start)};
    return true;
}

static uint32_t add_node(struct reader *r, enum tree_kind kind, enum tree_field field)
{
    uint32_t id = r->tree->nodes.count;
    struct tree_node node = {.kind = (uint16_t)kind, .field = (uint16_t)field};

    vec_push(r->arena, &r->tree->nodes, node);
    if (r->levels.count) {
        struct level *top = &r->levels.items[r->levels.count - 1];

        if (top->last)
            r->tree->nodes.items[top->last].next = id;
        else
            r->tree->nodes.items[top->node].first = id;
        top->last = id;
    }
    return id;
}

static void open_level(struct reader *r, enum tree_kind kind, enum tree_field field)
{
    uint32_t id = add_node(r, kind, field);
    struct level level = {.node = id};

    if (kind != NODE_ARRAY)
        r->tree->nodes.items[id].value = TREE_NOWHERE;
    vec_push(r->arena, &r->levels, level);
    r->p++;
}

static bool read_number(struct reader *r, enum tree_field field)
{
    char *start = r->p;
    bool negative = *r->p == '-';
    uint32_t value = 0, id;

    if (negative)
        r->p++;
    while (*r->p >= '0' && *r->p <= '9')
        value = value * 10 + (uint32_t)(*r->p++ - '0');
    while (*r->p == '.' || *r->p == '+' || *r->p == '-' || (*r->p | 32) == 'e' ||
           (*r->p >= '0' && *r->p <= '9'))
        r->p++;
    if (r->p == start)
        return false;
    if (negative)
        value = 0u - value;
    if (field == FIELD_location)
        id = r->levels.items[r->levels.count - 1].node;
    else
        id = add_node(r, NODE_NUMBER, field);
    r->tree->nodes.items[id].value = value;
    return true;
}

static bool read_word(struct reader *r, const char *word, enum tree_kind kind, enum tree_field field)
{
    size_t n = strlen(word);

    if (strncmp(r->p, word, n) != 0)
        return false;
    r->p += n;
    add_node(r, kind, field);
    return true;
}

static bool read_value(struct reader *r, enum tree_field field, enum tree_kind object)
{
    struct slice s;
    uint32_t id;

    switch (*r->p) {
    case '{':
        open_level(r, object, field);
        return true;
    case '[':
        open_level(r, NODE_ARRAY, field);
        return true;
    case 't':
        return read_word(r, "true", NODE_TRUE, field);
    case 'f':
        return read_word(r, "false", NODE_FALSE, field);
    case 'n':
        return read_word(r, "null", NODE_NULL, field);
    case '"':
        if (!read_string(r, &s))
            return false;
        id = add_node(r, NODE_STRING, field);
        r->tree->nodes.items[id].first = (uint32_t)(s.p - r->json);
        r->tree->nodes.items[id].value = (uint32_t)s.n;
        return true;
    default:
        return read_number(r, field);
    }
}

/* Reads a key and its value. A capital begins a wrapper: its object is the one that is open. */
static bool read_member(struct reader *r)
{
    struct level *top = &r->levels.items[r->levels.count - 1];
    const struct name *name;
    struct slice key;
    bool wrapper;

    if (*r->p != '"' || !read_string(r, &key))
        return false;
    skip_space(r);
    if (*r->p++ != ':')
        return false;
    skip_space(r);
    name = find_name(r->names, key.p, key.n);
    wrapper = key.n && key.p[0] >= 'A' && key.p[0] <= 'Z';
    if (wrapper && *r->p == '{') {
        if (name)
            r->tree->nodes.items[top->node].kind = name->id;
        top->wrapped++;
        r->p++;
        return true;
    }
    if (!name || wrapper)
        return read_value(r, FIELD_OTHER, NODE_OTHER);
    return read_value(r, (enum tree_field)name->id, (enum tree_kind)name->object);
}

/* Reads what comes next in the innermost open object or array. */
static bool read_next(struct reader *r)
{
    struct level *top = &r->levels.items[r->levels.count - 1];
    bool array = r->tree->nodes.items[top->node].kind == NODE_ARRAY;

    skip_space(r);
    if (*r->p == (array ? ']' : '}')) {
        r->p++;
        if (top->wrapped)
            top->wrapped--;
        else
            r->levels.count--;
        return true;
    }
    if (*r->p == ',') {
        r->p++;
        skip_space(r);
    }
    return array ? read_value(r, FIELD_OTHER, NODE_OTHER) : read_member(r);
}

uint32_t tree_read(struct tree *t, const struct tree_names *known, struct arena *a, char *json, size_t len)
{
    struct reader r = {.tree = t, .arena = a, .json = json, .p = json, .names = known};
    struct tree_node none = {0};

    *t = (struct tree){.json = json};
    if (len >= UINT32_MAX)
        return 0;
    vec_reserve(a, &t->nodes, (uint32_t)(len / 24 + 16));
    vec_push(a, &t->nodes, none);
    skip_space(&r);
    if (*r.p != '{')
        return 0;
    open_level(&r, NODE_OTHER, FIELD_OTHER);
    while (r.levels.count)
        if (!read_next(&r))
            return 0;
    return 1;
}

uint32_t tree_get(const struct tree *t, uint32_t node, enum tree_field field)
{
    uint32_t child = tree_kind(t, node) >= NODE_OTHER ? t->nodes.items[node].first : 0;

    while (child && t->nodes.items[child].field != field)
        child = t->nodes.items[child].next;
    return child;
}

uint32_t tree_location(const struct tree *t, uint32_t node)
{
    return tree_kind(t, node) >= NODE_OTHER ? t->nodes.items[node].value : TREE_NOWHERE;
}

struct slice tree_text(const struct tree *t, uint32_t node)
{
    if (tree_kind(t, node) == NODE_String)
        node = tree_get(t, node, FIELD_sval);
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
