/* Which rules there are and which of them run: by code, by name, or by the beginning of codes ("LN1"). */
#include "lint/hits.h"

#include "base/file.h"
#include "base/suggest.h"
#include "lint/embedded.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_RULE_FILE = 1 << 20 };

int rules_load_folder(struct rules *rules, const char *dir, struct err *e)
{
    const char **names;
    size_t count;

    if (dir_list(rules->arena, dir, &names, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *path = path_join(rules->arena, dir, names[i]);
        struct slice text;

        if (!slice_ends(slice_of(names[i]), ".yml") && !slice_ends(slice_of(names[i]), ".yaml"))
            continue;
        if (file_read(rules->arena, path, MAX_RULE_FILE, &text, e) < 0 ||
            rules_load(rules, path, text.p, text.n, e) < 0)
            return -1;
    }
    return 0;
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct rule *)a)->code, ((const struct rule *)b)->code);
}

bool rule_matches(const struct rule *rule, const char *selector)
{
    return strcasecmp(selector, "ALL") == 0 || strcmp(selector, "*") == 0 ||
           strcmp(rule->name, selector) == 0 ||
           (*selector && strncasecmp(rule->code, selector, strlen(selector)) == 0);
}

static int unknown_selector(const struct rules *rules, const char *selector, struct err *e)
{
    const char **names = ARENA_ARRAY(rules->arena, const char *, 2 * (size_t)rules->items.count);
    const char *near;

    for (uint32_t i = 0; i < rules->items.count; i++) {
        names[2 * i] = rules->items.items[i].code;
        names[2 * i + 1] = rules->items.items[i].name;
    }
    near = suggest(selector, names, 2 * (size_t)rules->items.count);
    if (near)
        return err_set(e, "no rule is called '%s' (did you mean '%s'?)", selector, near);
    return err_set(e, "no rule is called '%s'; `lineage rules` lists them", selector);
}

/* Sets `enabled` of every rule that one of the selectors names. */
static int apply(struct rules *rules, const char *const *selectors, bool enabled, struct err *e)
{
    for (; selectors && *selectors; selectors++) {
        bool found = false;

        for (uint32_t i = 0; **selectors && i < rules->items.count; i++) {
            if (!rule_matches(&rules->items.items[i], *selectors))
                continue;
            rules->items.items[i].enabled = enabled;
            found = true;
        }
        if (!found)
            return unknown_selector(rules, *selectors, e);
    }
    return 0;
}

/* Warnings and errors of the configuration name their rule and setting. */
static int set_severity(struct rule *rule, const char *word)
{
    if (strcmp(word, "off") == 0) {
        rule->enabled = false;
        return 0;
    }
    for (int s = IR_SEVERITY_INFO; s <= IR_SEVERITY_ERROR; s++)
        if (strcmp(word, ir_name_of_severity((enum ir_severity)s)) == 0) {
            rule->severity = (enum ir_severity)s;
            rule->info_when.all.count = 0;
            rule->enabled = true;
            return 0;
        }
    return -1;
}

/* The number that a rule's `where` compares with. */
static int set_threshold(struct rule *rule, const char *word)
{
    char *end;
    unsigned long n = strtoul(word, &end, 10);
    int found = -1;

    if (*word < '0' || *word > '9' || *end || n > UINT32_MAX)
        return -1;
    for (uint32_t i = 0; i < rule->where.all.count; i++) {
        struct predicate *p = &rule->where.all.items[i];

        if (p->op != OP_GT && p->op != OP_LT)
            continue;
        p->number = (uint32_t)n;
        found = 0;
    }
    return found;
}

static int configure(struct rules *rules, const struct lint_setting *settings,
                     int (*set)(struct rule *, const char *), const char *expected, struct err *e)
{
    for (; settings && settings->key; settings++) {
        bool found = false;

        for (uint32_t i = 0; i < rules->items.count; i++) {
            if (!rule_matches(&rules->items.items[i], settings->key))
                continue;
            if (set(&rules->items.items[i], settings->value) < 0)
                return err_set(e, "%s: %s: expected %s", settings->key, settings->value, expected);
            found = true;
        }
        if (!found)
            return unknown_selector(rules, settings->key, e);
    }
    return 0;
}

int rules_prepare(struct rules *rules, struct arena *a, const struct lint_options *options, struct err *e)
{
    *rules = (struct rules){.arena = a};
    for (size_t i = 0; i < embedded_rules_count; i++)
        if (rules_load(rules, embedded_rules[i].path, embedded_rules[i].text, embedded_rules[i].len, e) < 0)
            return -1;
    for (const char *const *dir = options->rule_dirs; dir && *dir; dir++)
        if (rules_load_folder(rules, *dir, e) < 0)
            return -1;
    if (rules->items.count)
        qsort(rules->items.items, rules->items.count, sizeof *rules->items.items, by_code);
    for (uint32_t i = 0; i < rules->items.count; i++)
        rules->items.items[i].enabled = !options->select && rules->items.items[i].on;
    if (apply(rules, options->select, true, e) < 0 || apply(rules, options->extend_select, true, e) < 0 ||
        configure(rules, options->severities, set_severity, "off, info, warning or error", e) < 0 ||
        configure(rules, options->thresholds, set_threshold, "a number, for a rule that compares with one",
                  e) < 0)
        return -1;
    return apply(rules, options->ignore, false, e);
}
