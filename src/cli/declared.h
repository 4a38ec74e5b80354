/*
 * declared.h - the layers that the settings name: `sources` and `layers` of .lineage.yml.
 */
#ifndef CLI_DECLARED_H
#define CLI_DECLARED_H

#include "cli/options.h"

/* Sets dataset.declared of a linked `ir` by o->layers. */
void declare_layers(struct ir *ir, struct arena *scratch, const struct options *o);

#endif
