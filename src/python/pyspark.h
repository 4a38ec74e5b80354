/*
 * pyspark.h - PySpark under the engine of pandas: its frames are rels with IR_REL_SPARK, its columns are series
 * that may belong to no frame yet.
 */
#ifndef PYTHON_PYSPARK_H
#define PYTHON_PYSPARK_H

#include "python/frame.h"

/* ---- pyspark_column.c ---- */
/* pyspark.sql.functions.`name`(…), PD_NONE when it is no function that gives a column. */
struct pd sp_function(struct frames *f, struct slice name, TSNode call);
/* column.`name`(…) */
struct pd sp_column_call(struct frames *f, struct pd column, struct slice name, TSNode call);
/* Window.partitionBy(…).orderBy(…), and more of it on a window. */
struct pd sp_window_call(struct frames *f, struct pd window, struct slice name, TSNode call);
/* An argument that is a column or the name of one. */
struct pd sp_column_argument(struct frames *f, TSNode node);
/* The column `name` or "alias.name"; PD_NONE when no alias is called so. */
struct pd sp_column_named(struct frames *f, struct slice name, TSNode node);
/* A column as Spark's type, by its name in SQL or its class's; PD_NONE when that is not translated. */
struct pd sp_cast_to(struct frames *f, struct pd value, struct slice type, TSNode place);
/* The name that a column goes by without alias(), none when Spark would make one up that is not known here. */
ir_str sp_name_of(struct frames *f, struct pd column);

/* ---- pyspark_text.c ---- */
/* "a + b AS c": an expression of SQL, with its alias as its name; PD_NONE when it is more than is known. */
struct pd sp_expression(struct frames *f, struct slice text, TSNode place);

/* ---- pyspark_frame.c ---- */
struct pd sp_frame_call(struct frames *f, struct pd frame, struct slice name, TSNode call);
struct pd sp_groups_call(struct frames *f, struct pd groups, struct slice name, TSNode call);

/* ---- pyspark_io.c ---- */
/* spark.table(…), spark.read.…: PD_NONE when the call is none of them. */
struct pd sp_source(struct frames *f, TSNode call);
/* Is it what people call a Spark session? */
bool sp_is_session_name(struct slice name);
/* "catalog.schema.table" as parts of an access; false for what is no plain name. */
bool sp_table_name(struct frames *f, struct slice text, struct ir_access *out);
/* frame.write.….saveAsTable(…), createOrReplaceTempView(…): what is written, and how. False when it is no way
 * out that is known. */
struct sp_target {
    TSNode frame, name; /* whose rows go there; name: null for a path or a connection */
    enum ir_access_mode mode;
    bool temporary;
};
bool sp_target_of(struct frames *f, TSNode call, struct sp_target *out);

#endif
