/*
 * fixers.h - the registry of edits (fixers.def), for the loader of rules. Private to lint/.
 */
#ifndef LINT_FIXERS_H
#define LINT_FIXERS_H

#include "lint/facts.h"

uint32_t fixer_count(void);
const char *fixer_name(uint32_t i);

/* The kind of fact that it needs. */
enum fact_kind fixer_fact(uint32_t i);

#endif
