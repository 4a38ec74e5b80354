/*
 * embedded.h - a file that the binary carries, byte for byte. The build makes the tables of them (scripts/embed.cmake).
 */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *path; /* "rules/temp-table-step.yml" */
    const char *text; /* NUL-terminated */
    size_t len;
};

#endif
