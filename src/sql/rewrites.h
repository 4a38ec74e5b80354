/*
 * rewrites.h - the functions that rows of the dialects' tables name: each starts at a word of its row.
 */
#ifndef SQL_REWRITES_H
#define SQL_REWRITES_H

#include "sql/dialect.h"

/* dialect_create.c */
void rewrite_create(struct sql_rewrite *w, uint32_t i);
void rewrite_or_replace_table(struct sql_rewrite *w, uint32_t i);

/* dialect_dml.c */
void rewrite_update(struct sql_rewrite *w, uint32_t i);
void rewrite_delete(struct sql_rewrite *w, uint32_t i);
void rewrite_set_targets(struct sql_rewrite *w, uint32_t i);
void rewrite_identifier(struct sql_rewrite *w, uint32_t i);
void rewrite_into_variables(struct sql_rewrite *w, uint32_t i);
void rewrite_unload(struct sql_rewrite *w, uint32_t i);

/* dialect_pivot.c */
void rewrite_pivot(struct sql_rewrite *w, uint32_t i);

/* dialect_query.c */
void rewrite_qualify(struct sql_rewrite *w, uint32_t i);
void rewrite_angles(struct sql_rewrite *w, uint32_t i);
void rewrite_array_literal(struct sql_rewrite *w, uint32_t i);
void rewrite_object_literal(struct sql_rewrite *w, uint32_t i);
void rewrite_lateral_view(struct sql_rewrite *w, uint32_t i);
void rewrite_unnest(struct sql_rewrite *w, uint32_t i);

/* dialect_insert.c */
void rewrite_insert_all(struct sql_rewrite *w, uint32_t i);

/* dialect_clickhouse.c */
void rewrite_dictionary(struct sql_rewrite *w, uint32_t i);
void rewrite_view_to(struct sql_rewrite *w, uint32_t i);

/* dialect_star.c */
void rewrite_star_change(struct sql_rewrite *w, uint32_t i);

/* Is token `i` this word, inside the statement? */
bool rewrite_is(const struct sql_rewrite *w, uint32_t i, const char *word);

/* The first of these words at the depth of `i`, from `i` on, or w->end. */
uint32_t rewrite_find(const struct sql_rewrite *w, uint32_t i, const uint16_t *words);

#endif
