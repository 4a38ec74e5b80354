/*
 * build.h - which build of the program this is.
 */
#ifndef CLI_BUILD_H
#define CLI_BUILD_H

#include "base/str.h"

/* Adds bytes to `out` that differ wherever the program or a library that it runs with was built otherwise. False
 * when the system does not tell. */
bool build_identity(struct buf *out);

#endif
