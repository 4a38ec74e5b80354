/* Does a fact fit a rule, and what does the finding say. */
#include "lint/rules.h"

#include <string.h>
#include <strings.h>

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

struct judge judge_new(const struct rules *rules, struct arena *a)
{
    struct judge judge = {.rules = rules};

    for (uint32_t i = 0; i < rules->items.count; i++)
        if (rules->items.items[i].enabled)
            vec_push(a, &judge.of_kind[rules->items.items[i].fact], i);
    return judge;
}

bool judge_wants(const struct judge *judge, const struct fact *fact, struct arena *a)
{
    for (uint32_t k = 0; k < judge->of_kind[fact->kind].count; k++)
        if (predicates_hold(&judge->rules->items.items[judge->of_kind[fact->kind].items[k]].where, fact, a))
            return true;
    return false;
}

/* How many bytes the name in braces at `p` ("{table}") takes, 0 when there is none. */
static size_t braces_at(const char *p)
{
    size_t n = 1;

    while ((p[n] >= 'a' && p[n] <= 'z') || p[n] == '_')
        n++;
    return n > 1 && p[n] == '}' ? n + 1 : 0;
}

static uint32_t field_in_braces(const struct fact_type *type, const char *p, size_t len)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        if (strncmp(type->fields[i].name, p + 1, len - 2) == 0 && !type->fields[i].name[len - 2])
            return i;
    return UINT32_MAX;
}

const char *template_fill(const char *template, const struct fact *fact, struct arena *a, struct buf *out)
{
    const char *p = template, *brace;

    out->n = 0;
    while ((brace = strchr(p, '{'))) {
        size_t len = braces_at(brace);
        uint32_t field = len ? field_in_braces(&fact_types[fact->kind], brace, len) : UINT32_MAX;

        if (field == UINT32_MAX)
            len = 1;
        buf_add(out, p, (size_t)(brace - p) + (field == UINT32_MAX));
        if (field != UINT32_MAX)
            buf_adds(out, fact_value(fact, field, a));
        p = brace + len;
    }
    if (p == template)
        return template;
    buf_adds(out, p);
    return out->p;
}

const char *template_check(const char *template, const struct fact_type *type, struct arena *a)
{
    for (const char *p = template; (p = strchr(p, '{')); p++) {
        size_t len = braces_at(p);

        if (len && field_in_braces(type, p, len) == UINT32_MAX)
            return arena_strndup(a, p + 1, len - 2);
    }
    return NULL;
}
