/*
 * embedded.h - the built-in rules: the files of rules/, byte for byte, in name order. The build makes the
 * source file that defines them (scripts/embed-rules.cmake).
 */
#ifndef LINT_EMBEDDED_H
#define LINT_EMBEDDED_H

#include <stddef.h>

struct embedded_rule {
    const char *path; /* "rules/temp-table-step.yml" */
    const char *text; /* NUL-terminated */
    size_t len;
};

extern const struct embedded_rule embedded_rules[];
extern const size_t embedded_rules_count;

#endif
