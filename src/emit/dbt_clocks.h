/*
 * dbt_clocks.h - which columns hold what no second run can give again: the time of the run, dice.
 */
#ifndef EMIT_DBT_CLOCKS_H
#define EMIT_DBT_CLOCKS_H

#include "ir/ir.h"

struct dbt_clocks;

/* Looks through all statements that write a dataset of a model; owned by scratch. */
struct dbt_clocks *dbt_find_clocks(const struct ir *ir, struct arena *scratch);

/* Why a column's values differ from run to run ("now() in etl.sql:12"); NULL when nothing says so. */
const char *dbt_clock_of(const struct dbt_clocks *clocks, ir_dataset_id dataset, struct slice column);

/* Is a column a time of loading by its name, with no data that it is known to come from? */
bool dbt_is_loading_time(const struct dbt_clocks *clocks, ir_dataset_id dataset, struct slice column);

#endif
