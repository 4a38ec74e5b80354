/*
 * config.h - .lineage.yml: settings of a project, for everybody who runs lineage in it.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "cli/options.h"

/* Finds the configuration of the paths of `o` (upward from each to the repository's folder, or --config) and sets
 * what neither the command line nor the environment did. Returns -1 with file, line, what was expected and what
 * was probably meant. No file is no error. */
int config_apply(struct arena *a, struct options *o, struct err *e);

/* The dialect for a file: that of the first glob that matches, else of all; IR_DIALECT_UNKNOWN: to be told. */
enum ir_dialect config_dialect(const struct options *o, const char *path);

/* The keys that a file may hold. */
size_t config_keys(const char **names, size_t max);

#endif
