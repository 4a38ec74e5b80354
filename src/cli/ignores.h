/*
 * ignores.h - comments that suppress all that is found, for a team that begins with old code.
 */
#ifndef CLI_IGNORES_H
#define CLI_IGNORES_H

#include "ir/ir.h"

/* Adds an edit for each line above which a comment suppresses what is found there: rows of the edit table, each
 * for one of the findings. Returns how many findings they answer; those that no comment can reach have none. */
uint32_t ignores_add(struct ir *ir, struct arena *scratch);

#endif
