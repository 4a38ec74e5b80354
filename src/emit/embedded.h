/*
 * embedded.h - what a project with parity tests gets as it stands: the files of src/emit/parity/, in name order.
 */
#ifndef EMIT_EMBEDDED_H
#define EMIT_EMBEDDED_H

#include "base/embedded.h"

extern const struct embedded_file embedded_parity[];
extern const size_t embedded_parity_count;

#endif
