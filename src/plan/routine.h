/*
 * routine.h - the words of a procedure's body, for questions that one statement alone does not answer.
 */
#ifndef PLAN_ROUTINE_H
#define PLAN_ROUTINE_H

#include "plan/clauses.h"
#include "ir/scan.h"

struct plan_word {
    enum scan_kind kind;
    uint32_t off, len;
    uint32_t depth; /* how many of BEGIN, IF, LOOP and CASE are open around it */
    uint32_t same;  /* the next word that is spelled the same, 0 for none */
};

struct plan_routine {
    const struct planner *p;
    struct slice text;
    struct {
        struct plan_word *items;
        uint32_t count, capacity;
    } words;
    struct map first; /* folded spelling -> its first word + 1 */
    bool has_labels;  /* maybe: << stands somewhere in its text */
};

/* The routine around a statement; NULL when it is in none, or its text does not stand in the file as it is. */
const struct plan_routine *plan_routine_of(const struct planner *p, ir_statement_id statement);

/* The same, its words perhaps not read yet: for what is asked of every statement, where few need the words. */
const struct plan_routine *plan_routine_unread(const struct planner *p, ir_statement_id statement);

/* Is word `at` spelled so? */
bool plan_word_is(const struct plan_routine *r, uint32_t at, const char *word);

/* The first word at or behind a byte of the text. */
uint32_t plan_word_at(const struct plan_routine *r, uint32_t off);

/* From word `from` up to but not including `to`. */
struct plan_range plan_word_range(const struct plan_routine *r, uint32_t from, uint32_t to);

#endif
