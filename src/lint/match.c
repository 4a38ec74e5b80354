/* Does a fact fit a rule, and what does the finding say. */
#include "lint/rules.h"

#include <string.h>
#include <strings.h>

uint32_t fact_field_of(const struct fact_type *type, const char *name)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

static bool any_equal(const struct predicate *p, const char *value)
{
    for (uint32_t i = 0; i < p->values.count; i++)
        if (strcasecmp(p->values.items[i], value) == 0)
            return true;
    return false;
}

static bool any_glob(const struct predicate *p, const char *value)
{
    for (uint32_t i = 0; i < p->values.count; i++)
        if (glob_match(p->values.items[i], value))
            return true;
    return false;
}

static bool holds(const struct predicate *p, const struct fact *fact, struct arena *a)
{
    switch (p->op) {
    case OP_IS:
        return any_equal(p, fact_value(fact, p->field, a));
    case OP_NOT:
        return !any_equal(p, fact_value(fact, p->field, a));
    case OP_GLOB:
        return any_glob(p, fact_value(fact, p->field, a));
    case OP_GT:
        return fact_number(fact, p->field) > p->number;
    case OP_LT:
        return fact_number(fact, p->field) < p->number;
    case OP_EXISTS:
        return (fact_number(fact, p->field) != 0) == (p->number != 0);
    }
    return false;
}

bool predicates_hold(const struct predicates *where, const struct fact *fact, struct arena *a)
{
    for (uint32_t i = 0; i < where->all.count; i++)
        if (!holds(&where->all.items[i], fact, a))
            return false;
    return true;
}

/* The name in braces at `p` ("{table}"), and how many bytes that takes; NULL when there is none. */
static const char *name_in_braces(const char *p, size_t *len, struct arena *a)
{
    size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_");

    if (*p != '{' || !n || p[n + 1] != '}')
        return NULL;
    *len = n + 2;
    return arena_strndup(a, p + 1, n);
}

const char *template_fill(const char *template, const struct fact *fact, struct arena *a)
{
    struct buf out = buf_new(a);
    const char *p = template;

    while (*p) {
        size_t len;
        const char *name = name_in_braces(p, &len, a);
        uint32_t field = name ? fact_field_of(&fact_types[fact->kind], name) : UINT32_MAX;

        if (field == UINT32_MAX) {
            buf_addc(&out, *p++);
            continue;
        }
        buf_adds(&out, fact_value(fact, field, a));
        p += len;
    }
    return buf_str(&out);
}

const char *template_check(const char *template, const struct fact_type *type, struct arena *a)
{
    for (const char *p = template; *p; p++) {
        size_t len;
        const char *name = name_in_braces(p, &len, a);

        if (name && fact_field_of(type, name) == UINT32_MAX)
            return name;
    }
    return NULL;
}
