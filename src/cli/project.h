/*
 * project.h - `--emit DIR`: the dbt project is written aside, read back, compared and only then moved in.
 */
#ifndef CLI_PROJECT_H
#define CLI_PROJECT_H

#include "cli/options.h"

/*
 * Writes the project of a planned `ir` to o->emit_dir. A DIR named `models` is the models folder of the project in
 * its parent: project files are written beside it only where there are none. A manifest of hashes in the root tells
 * which files are lineage's and unchanged: these may be replaced, or removed when they are no longer made. Any other
 * file that stands in the way is named on stderr and nothing is written, unless o->force. Returns -1 then, and when
 * the project that was written does not have the legacy's graph.
 */
int project_write(const struct ir *ir, struct arena *scratch, const struct options *o, struct err *e);

#endif
