/*
 * pyspark_io.c - where PySpark's rows come from and go to: spark.table, spark.read in its spellings, and
 * frame.write, writeTo and temporary views.
 */
#include "python/pyspark.h"

#include <string.h>

static const struct pd nothing;

/* A chain of calls and attributes, from the outermost inwards: object.a(…).b.c(…). */
struct link {
    struct slice name;
    TSNode call, object; /* call: null for a bare attribute */
};

static bool next_link(struct frames *f, TSNode node, struct link *out)
{
    *out = (struct link){0};
    if (py_is(node, "call")) {
        out->call = node;
        node = py_field(node, "function");
    }
    if (ts_node_is_null(node) || !py_is(node, "attribute"))
        return false;
    out->name = py_bytes(pd_py(f), py_field(node, "attribute"));
    out->object = py_field(node, "object");
    return true;
}

static const char *const session_names[] = {"spark",       "sqlContext",    "sqlcontext",
                                            "hiveContext", "spark_session", "sparkSession",
                                            "sqlCtx",      "spark_context", NULL};

bool sp_is_session_name(struct slice name)
{
    for (size_t i = 0; session_names[i]; i++)
        if (slice_is(name, session_names[i]))
            return true;
    return false;
}

static bool is_session(struct frames *f, TSNode node)
{
    struct slice name = py_bytes(pd_py(f), py_is(node, "attribute") ? py_field(node, "attribute") : node);
    const struct py_value *v = py_eval(pd_py(f), node);
    if (v->kind == PY_OBJECT && v->string.n &&
        (memmem(v->string.p, v->string.n, "SparkSession", 12) || slice_ends(v->string, "getOrCreate")))
        return true;
    return sp_is_session_name(name);
}

/* "catalog.schema.table" as parts of an access; false for what is no plain name. */
bool sp_table_name(struct frames *f, struct slice text, struct ir_access *out)
{
    struct slice parts[3];
    uint32_t count = 0;
    size_t from = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != '.') {
            if (!memchr("_-$`", text.p[i], 4) && !(text.p[i] >= '0' && text.p[i] <= '9') &&
                !((text.p[i] | 32) >= 'a' && (text.p[i] | 32) <= 'z'))
                return false;
            continue;
        }
        struct slice part = slice_sub(text, from, i - from);
        if (part.n > 2 && part.p[0] == '`' && part.p[part.n - 1] == '`')
            part = slice_sub(part, 1, part.n - 2);
        if (!part.n || count == 3)
            return false;
        parts[count++] = part;
        from = i + 1;
    }
    out->name = pd_intern(f, parts[count - 1]);
    out->schema = count > 1 ? pd_intern(f, parts[count - 2]) : (ir_str){0};
    out->catalog = count > 2 ? pd_intern(f, parts[0]) : (ir_str){0};
    return true;
}

/* ---- sources ---- */

static struct pd opaque_source(struct frames *f, struct slice name, TSNode call)
{
    struct pd made = pd_opaque_source(f, name, call);
    IR(pd_py(f)->ir, rel, made.rel)->flags = IR_REL_SPARK;
    made.spark = true;
    return made;
}

/* createDataFrame(data): the rows of a frame of pandas, or of nothing that is known. */
static struct pd from_data(struct frames *f, struct slice name, TSNode call)
{
    TSNode data = py_argument(pd_py(f), call, "data", 0);
    struct pd frame = ts_node_is_null(data) ? nothing : pd_eval(f, data);
    if (frame.kind != PD_FRAME)
        return opaque_source(f, name, call);
    frame = pd_opaque_frame(f, frame.rel, (ir_rel_id){0}, name, call);
    IR(pd_py(f)->ir, rel, frame.rel)->flags = IR_REL_SPARK;
    frame.spark = true;
    return frame;
}

static struct pd table(struct frames *f, TSNode name, TSNode call)
{
    struct ir_access access = {0};
    struct slice text;
    if (ts_node_is_null(name) || !py_string_of(pd_py(f), name, &text) || !sp_table_name(f, text, &access))
        return opaque_source(f, SLICE("table"), call);
    access.off = py_start(name);
    access.len = py_len(name);
    struct pd made = pd_read_table(f, access, call);
    IR(pd_py(f)->ir, rel, made.rel)->flags = IR_REL_SPARK;
    made.spark = true;
    return made;
}

/* .option(key, value), .options(key=value) with key dbtable. */
static TSNode table_option(struct frames *f, const struct link *l)
{
    TSNode none = {0};
    struct slice key;
    struct py *py = pd_py(f);
    if (slice_is(l->name, "options"))
        return py_argument(py, l->call, "dbtable", -1);
    if (!slice_is(l->name, "option"))
        return none;
    TSNode name = py_argument(py, l->call, "key", 0);
    bool is_table = !ts_node_is_null(name) && py_string_of(py, name, &key) && slice_is_nocase(key, "dbtable");
    return is_table ? py_argument(py, l->call, "value", 1) : none;
}

static const char *const readers[] = {"table", "load", "parquet", "csv",   "json",
                                      "orc",   "text", "jdbc",    "delta", NULL};

struct pd sp_source(struct frames *f, TSNode call)
{
    struct link outer, l;
    struct py *py = pd_py(f);
    TSNode found = {0};
    size_t i = 0;
    if (!next_link(f, call, &outer) || ts_node_is_null(outer.call))
        return nothing;
    if (slice_is(outer.name, "createDataFrame") && is_session(f, outer.object))
        return from_data(f, outer.name, call);
    if (slice_is(outer.name, "table") && is_session(f, outer.object))
        return table(f, py_argument(py, call, "tableName", 0), call);
    while (readers[i] && !slice_is(outer.name, readers[i]))
        i++;
    if (!readers[i])
        return nothing;
    if (slice_is(outer.name, "table"))
        found = py_argument(py, call, "tableName", 0);
    else if (slice_is(outer.name, "jdbc"))
        found = py_argument(py, call, "table", 1);
    for (TSNode at = outer.object; next_link(f, at, &l); at = l.object) {
        if (!ts_node_is_null(l.call)) {
            TSNode option = table_option(f, &l);
            if (!ts_node_is_null(option))
                found = option;
        } else if (slice_is(l.name, "read") || slice_is(l.name, "readStream")) {
            if (ts_node_is_null(found) || slice_is(l.name, "readStream"))
                return opaque_source(f, outer.name, call);
            return table(f, found, call);
        }
    }
    return nothing;
}

/* ---- targets ---- */

static const struct {
    const char *mode;
    enum ir_access_mode access;
} modes[] = {{"overwrite", IR_ACCESS_REPLACE},
             {"append", IR_ACCESS_APPEND},
             {"ignore", IR_ACCESS_CREATE},
             {"error", IR_ACCESS_CREATE}};

static bool read_mode(struct frames *f, TSNode node, enum ir_access_mode *mode)
{
    struct slice text;
    if (ts_node_is_null(node) || !py_string_of(pd_py(f), node, &text))
        return false;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (slice_is_nocase(text, modes[i].mode))
            *mode = modes[i].access;
    return true;
}

static const struct {
    const char *name;
    enum ir_access_mode mode;
} views[] = {{"createOrReplaceTempView", IR_ACCESS_REPLACE},
             {"createOrReplaceGlobalTempView", IR_ACCESS_REPLACE},
             {"createTempView", IR_ACCESS_CREATE},
             {"createGlobalTempView", IR_ACCESS_CREATE},
             {"registerTempTable", IR_ACCESS_REPLACE}};
static const struct {
    const char *name;
    enum ir_access_mode mode;
} verbs[] = {/* of writeTo(name) */
             {"append", IR_ACCESS_APPEND},
             {"create", IR_ACCESS_CREATE},
             {"createOrReplace", IR_ACCESS_REPLACE},
             {"replace", IR_ACCESS_REPLACE},
             {"overwritePartitions", IR_ACCESS_OVERWRITE},
             {"overwrite", IR_ACCESS_OVERWRITE}};
static const char *const writers[] = {"saveAsTable", "insertInto", "save", "parquet", "csv", "json",
                                      "orc",         "text",       "jdbc", "delta",   NULL};

static bool write_to(struct frames *f, const struct link *outer, struct sp_target *out)
{
    struct link l;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!slice_is(outer->name, verbs[i].name))
            continue;
        out->mode = verbs[i].mode;
        for (TSNode at = outer->object; next_link(f, at, &l); at = l.object)
            if (slice_is(l.name, "writeTo") && !ts_node_is_null(l.call)) {
                out->frame = l.object;
                out->name = py_argument(pd_py(f), l.call, "table", 0);
                return true;
            }
    }
    return false;
}

bool sp_target_of(struct frames *f, TSNode call, struct sp_target *out)
{
    struct link outer, l;
    struct py *py = pd_py(f);
    size_t i = 0;
    *out = (struct sp_target){.mode = IR_ACCESS_CREATE};
    if (!next_link(f, call, &outer) || ts_node_is_null(outer.call))
        return false;
    for (size_t k = 0; k < sizeof views / sizeof *views; k++)
        if (slice_is(outer.name, views[k].name)) {
            *out = (struct sp_target){outer.object, py_argument(py, call, "name", 0), views[k].mode, true};
            return true;
        }
    if (write_to(f, &outer, out))
        return true;
    while (writers[i] && !slice_is(outer.name, writers[i]))
        i++;
    if (!writers[i])
        return false;
    bool into = slice_is(outer.name, "insertInto");
    if (into || slice_is(outer.name, "saveAsTable"))
        out->name = py_argument(py, call, into ? "tableName" : "name", 0);
    else if (slice_is(outer.name, "jdbc"))
        out->name = py_argument(py, call, "table", 1);
    bool said = read_mode(f, py_argument(py, call, "mode", -1), &out->mode);
    for (TSNode at = outer.object; next_link(f, at, &l); at = l.object) {
        if (ts_node_is_null(l.call)) {
            out->frame = l.object;
            if (into)
                out->mode = out->mode == IR_ACCESS_REPLACE ? IR_ACCESS_OVERWRITE : IR_ACCESS_APPEND;
            return slice_is(l.name, "write");
        }
        TSNode option = table_option(f, &l);
        if (!ts_node_is_null(option))
            out->name = option;
        if (slice_is(l.name, "mode") && !said)
            said = read_mode(f, py_argument(py, l.call, "saveMode", 0), &out->mode);
    }
    return false;
}
