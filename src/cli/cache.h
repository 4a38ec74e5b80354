/*
 * cache.h - facts of files that were read before.
 *
 * An entry holds a file's facts as a block (ir_block_write) and the hashes of what else its reading asked for. It is
 * found by the hash of the file's bytes, its name, its settings and this build of the program; it counts only when all
 * that was asked for, files that were not there among it, is as it was.
 */
#ifndef CLI_CACHE_H
#define CLI_CACHE_H

#include "cli/read.h"

struct cache;

/* The folder of the cache without --cache-dir: that of the repository around the current folder, else the user's; NULL
 * when there is neither. */
const char *cache_default_dir(struct arena *a);

/* The cache of a run, in `a`; NULL when it is off (--no-cache) or has no folder that can be written to. */
struct cache *cache_open(struct arena *a, const struct options *o);

/* In any process: adds the block that is kept for the file with these bytes to `out`; false when there is none. */
bool cache_find(struct cache *cache, struct arena *scratch, const struct read_job *job, struct slice bytes,
                struct buf *out);

/* In any process: keeps the block that a reading of these bytes gave. Failing to is no error. */
void cache_keep(struct cache *cache, struct arena *scratch, const struct read_job *job, struct slice bytes,
                const struct read_inputs *inputs, struct slice block);

/* Ends the run's use: says under --verbose how many files were found, and takes out the entries that were not used
 * for longest when all of them have grown too large. `cache` may be NULL. */
void cache_close(struct cache *cache);

#endif
