/*
 * hits.h - findings before they are rows. Private to lint/.
 */
#ifndef LINT_HITS_H
#define LINT_HITS_H

#include "lint/rules.h"

/* A finding with what it is sorted by. */
struct hit {
    struct ir_finding row;
    uint32_t off, len; /* in the file's source */
    const struct rule *rule;
    const char *message;
    uint32_t fact; /* of the facts' rows */
};

struct hits {
    VEC(struct hit) list;
    struct buf text; /* in which messages are put together */
};

/* Does a selector (a code, the beginning of one, a name, "all") mean this rule? */
bool rule_matches(const struct rule *rule, const char *selector);

/* suppress.c: marks the hits, sorted by place, that comments in the source suppress, and adds facts about comments
 * that suppress nothing, name no rule or give no reason. */
void suppress_hits(struct facts *f, const struct rules *rules, struct hits *hits);

/* facts_related.c: the other places of the hits, whose findings are the rows from `before` on, in their order. */
void relate_hits(struct facts *f, const struct hits *hits, uint32_t before);

/* fix.c: the edits of those hits whose rules name a fixer; findings stand in the table in the order of the hits. */
void fix_hits(struct facts *f, const struct hits *hits);

#endif
