/*
 * readback.h - does the project that was written say what the legacy said? Its files are read as any dbt project's
 * are, and their graph is compared with the plan.
 */
#ifndef CLI_READBACK_H
#define CLI_READBACK_H

#include "emit/emit.h"

/* Reads the files back from `folder` (their paths are below it) and compares: every model of `ir` must read exactly
 * the models and sources that its legacy dataset reads, folded datasets contracted, and have its columns
 * where both are known. Returns -1 with the first difference and its place. */
int readback_check(const struct ir *ir, struct arena *scratch, const char *folder,
                   const struct emit_files *files, struct err *e);

#endif
