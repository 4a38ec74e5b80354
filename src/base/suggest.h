/*
 * suggest.h - "did you mean": the known name nearest to a wrong one.
 */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/* How many single-character edits (swap of neighbours counted as one) turn `a` into `b`; names of over 63 bytes
 * are told apart by being 64 edits away. Damerau, 1964 (optimal string alignment). */
unsigned edit_distance(const char *a, const char *b);

/* The name among `count` that is nearest to `wrong`, or NULL when none is near enough to be meant. */
const char *suggest(const char *wrong, const char *const *names, size_t count);

#endif
