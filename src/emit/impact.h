/*
 * impact.h - the answer of `lineage impact`, printed.
 */
#ifndef EMIT_IMPACT_H
#define EMIT_IMPACT_H

#include "ir/impact.h"

/* For people: the places by file with their lines, what is reached by which way, and a summary. */
void emit_impact_text(const struct ir *ir, struct arena *scratch, const struct ir_impact *impact, bool color,
                      struct buf *out);

/* docs/json-schema/impact.schema.json describes it. */
void emit_impact_json(const struct ir *ir, struct arena *scratch, const struct ir_impact *impact,
                      struct buf *out);

#endif
