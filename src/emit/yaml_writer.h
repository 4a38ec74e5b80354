/*
 * yaml_writer.h - YAML through libyaml's emitter, which knows what must be quoted. Errors are kept until the end.
 */
#ifndef EMIT_YAML_WRITER_H
#define EMIT_YAML_WRITER_H

#include "base/err.h"
#include "base/str.h"

struct yaml_writer;

/* Writes to `out`; end with yaml_end(), which frees what libyaml holds. */
struct yaml_writer *yaml_begin(struct arena *scratch, struct buf *out);

void yaml_map(struct yaml_writer *y);
void yaml_map_end(struct yaml_writer *y);
void yaml_list(struct yaml_writer *y);
void yaml_list_end(struct yaml_writer *y);
/* A list on one line. */
void yaml_flow_list(struct yaml_writer *y);

/* A plain scalar where YAML allows it to be read as a string; quoted where a reader would see a number, a truth
 * value or a null. */
void yaml_string(struct yaml_writer *y, const char *text);
/* A scalar that is to be read as what it looks like (2, true). */
void yaml_literal(struct yaml_writer *y, const char *text);
/* Always in single quotes. */
void yaml_quoted(struct yaml_writer *y, const char *text);

/* A key, which is a string; its value must follow. yaml_pair() writes both. */
void yaml_key(struct yaml_writer *y, const char *key);
void yaml_pair(struct yaml_writer *y, const char *key, const char *text);

int yaml_end(struct yaml_writer *y, struct err *e);

#endif
