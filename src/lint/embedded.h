/*
 * embedded.h - the built-in rules: the files of rules/, byte for byte, in name order.
 */
#ifndef LINT_EMBEDDED_H
#define LINT_EMBEDDED_H

#include "base/embedded.h"

extern const struct embedded_file embedded_rules[];
extern const size_t embedded_rules_count;

#endif
