/*
 * span.h - where things end: the tree says at most where a node starts, so ends are found in the tokens
 * of the same SQL, with parentheses, brackets and CASE … END paired.
 */
#ifndef SQL_SPAN_H
#define SQL_SPAN_H

#include "sql/lex.h"

#define SPAN_NONE UINT32_MAX
#define SPAN_RUN 8u

struct spans {
    const struct sql_tokens *tokens;
    uint32_t count;
    uint32_t *match; /* of what opens or closes: its partner; else the token itself */
    uint32_t *up;    /* what opens the group that a token stands in, or SPAN_NONE */
    uint32_t *near; /* of each run of SPAN_RUN bytes: the first token that ends behind the run's first byte */
};

/* Tokens [first, end); empty when nothing is known. */
struct span {
    uint32_t first, end;
};

struct spans *spans_read(struct arena *a, const struct sql_tokens *tokens);

/* The token at byte `off`, or the next one after it; spans->count when there is none. */
uint32_t span_at(const struct spans *s, uint32_t off);

bool span_is(const struct spans *s, uint32_t token, const char *word);

/* A dotted name from `token` on, a star at its end included. */
struct span span_name(const struct spans *s, uint32_t token);

/* The same with the star behind it that asks for the rows of children too: `t*`. */
struct span span_relation(const struct spans *s, uint32_t token);

/* An item of a list (select list, SET, RETURNING) from `token` on, with its alias: to the comma or to the
 * clause that follows. */
struct span span_item(const struct spans *s, uint32_t token);

/* Where an alias ends that may stand at `token`, with its column names when it has some. */
uint32_t span_alias_end(const struct spans *s, uint32_t token, bool columns);

/* The first of `words` (NULL at the end) in [from, end), at the depth of `from`; `end` when there is none. */
uint32_t span_find(const struct spans *s, uint32_t from, uint32_t end, const char *const *words);

/* The whole group that `token` stands in, without what encloses it; `whole` at the top. */
struct span span_group(const struct spans *s, uint32_t token, struct span whole);

/* The SELECT, VALUES or TABLE of the block whose first item stands at `token`; SPAN_NONE without one. */
uint32_t span_block_start(const struct spans *s, uint32_t token);

/* Where an arm of a set operation ends that starts at `token`; `tail`: its ORDER BY and LIMIT belong to it. */
uint32_t span_arm_end(const struct spans *s, uint32_t token, uint32_t end, bool tail);

/* Takes in the parentheses around an arm of a set operation. */
struct span span_widen(const struct spans *s, struct span arm, struct span whole);

#endif
