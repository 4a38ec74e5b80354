/*
 * lookup.h - names that a user types, found among those of a linked project.
 *
 * Case does not count, and a name's end is enough, from a dot on: "payments.amount" is raw.payments.amount. A temp
 * or a DataFrame that shares its name with others is also found by what stands before the "@" of its printed name.
 */
#ifndef CLI_LOOKUP_H
#define CLI_LOOKUP_H

#include "cli/options.h"

/* The dataset, or the column of one, that a name means; `column` is 0 for a dataset. Returns -1 when there is none
 * (with the nearest name) or when several have this end (with their names). */
int lookup_name(struct ir *ir, struct arena *scratch, const char *name, ir_dataset_id *dataset,
                ir_str *column, struct err *e);

/* Marks with 1 in `chosen` (by dataset id) what dbt's graph operators choose: names with * and ?, `+x` with all that
 * x comes from, `x+` with all that comes of it, `2+x` and `x+2` that far. Several, with blanks or commas between
 * them, add up; no expression at all chooses everything. Returns -1 when a name means nothing. */
int lookup_chosen(struct ir *ir, struct arena *scratch, const struct string_list *expressions,
                  uint8_t *chosen, struct err *e);

#endif
