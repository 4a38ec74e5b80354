/*
 * tsql.h - T-SQL's batches and routines, whose statements need no semicolons.
 */
#ifndef SQL_TSQL_H
#define SQL_TSQL_H

#include "sql/script.h"

/* Reads the statements of tokens [i, end). */
void sql_tsql_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end);

#endif
