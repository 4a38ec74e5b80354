/*
 * dbt_projects.h - dbt projects among what a run reads.
 */
#ifndef CLI_DBT_PROJECTS_H
#define CLI_DBT_PROJECTS_H

#include "cli/options.h"
#include "dbt/dbt.h"

/* Does the command look at dbt projects as they are? A migration reads legacy code only. */
bool dbt_projects_wanted(const struct options *o);

/* The project of a folder that is read as a whole: its own when it has a dbt_project.yml, else the one around, which may be NULL. Lives in `a`. */
struct dbt_project *dbt_project_at(struct arena *a, const struct options *o, const char *dir,
                                   struct dbt_project *around);

/* The project of the nearest folder around `dir`, the working directory's parents left out; NULL when there is none. */
struct dbt_project *dbt_project_around(struct arena *a, const struct options *o, const char *dir);

#endif
