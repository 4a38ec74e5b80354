/*
 * PySpark's calls by their names, in files that import pyspark: what they do to a pipeline shows in the name alone.
 * Strings and comments are left out.
 */
#include "lint/facts.h"

#include "ir/scan.h"

#include <ctype.h>
#include <string.h>

enum needs {
    NEEDS_NOTHING,
    NEEDS_DOT,       /* a method: .collect */
    NEEDS_NUMBER,    /* a method whose first argument is a number: .coalesce(1), not F.coalesce(a, b) */
    NEEDS_OVERWRITE, /* .mode("overwrite") */
};

static const struct {
    const char *name, *kind;
    enum needs needs;
} calls[] = {{"SparkContext", "session", NEEDS_NOTHING},
             {"getOrCreate", "session", NEEDS_DOT},
             {"udf", "udf", NEEDS_NOTHING},
             {"pandas_udf", "udf", NEEDS_NOTHING},
             {"registerFunction", "udf", NEEDS_DOT},
             {"repartition", "partition", NEEDS_DOT},
             {"coalesce", "partition", NEEDS_NUMBER},
             {"broadcast", "broadcast", NEEDS_NOTHING},
             {"collect", "collect", NEEDS_DOT},
             {"toPandas", "collect", NEEDS_DOT},
             {"createOrReplaceTempView", "temp_view", NEEDS_DOT},
             {"createTempView", "temp_view", NEEDS_DOT},
             {"createOrReplaceGlobalTempView", "temp_view", NEEDS_DOT},
             {"registerTempTable", "temp_view", NEEDS_DOT},
             {"mode", "overwrite", NEEDS_OVERWRITE}};

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool fits(enum needs needs, struct slice s, size_t start, size_t end)
{
    bool dot = start > 0 && s.p[start - 1] == '.', decorator = start > 0 && s.p[start - 1] == '@';
    struct slice argument;

    if (decorator)
        return needs == NEEDS_NOTHING;
    if (end >= s.n || s.p[end] != '(')
        return false;
    argument = slice_trim(slice_sub(s, end + 1, s.n - end - 1 < 24 ? s.n - end - 1 : 24));
    switch (needs) {
    case NEEDS_NOTHING:
        return true;
    case NEEDS_DOT:
        return dot;
    case NEEDS_NUMBER:
        return dot && argument.n && isdigit((unsigned char)*argument.p);
    case NEEDS_OVERWRITE:
        return dot && (slice_starts(argument, "\"overwrite\"") || slice_starts(argument, "'overwrite'"));
    }
    return false;
}

/* `def udf(` and `import broadcast` are no calls. */
static bool is_definition(struct slice s, size_t start)
{
    return start >= 4 && memcmp(s.p + start - 4, "def ", 4) == 0;
}

/* collect()[0] */
static bool takes_one(struct slice s, size_t end)
{
    return slice_starts(slice_sub(s, end, s.n - end), "()[0]");
}

static void scan(struct facts *f, ir_file_id file, struct slice s)
{
    size_t i = 0, start, after;

    while (i < s.n) {
        after = scan_python_skip(s, i);
        if (after > i || !is_name(s.p[i])) {
            i = after > i ? after : i + 1;
            continue;
        }
        for (start = i; i < s.n && is_name(s.p[i]);)
            i++;
        for (size_t k = 0; k < sizeof calls / sizeof *calls; k++)
            if (slice_is(slice_sub(s, start, i - start), calls[k].name) &&
                fits(calls[k].needs, s, start, i) && !is_definition(s, start))
                FACT_ADD(f, spark_call, at_source(file, (uint32_t)start, (uint32_t)(i - start)),
                         .kind = calls[k].kind, .name = calls[k].name, .one_row = takes_one(s, i));
    }
}

void facts_of_spark(struct facts *f)
{
    for (IR_EACH(f->ir, file, i)) {
        const struct ir_file *row = IR(f->ir, file, i);
        struct slice source = ir_slice(f->ir, row->source);

        if (row->language == IR_LANG_PYTHON && !file_is_test(f, i) &&
            (memmem(source.p, source.n, "import pyspark", 14) ||
             memmem(source.p, source.n, "from pyspark", 12)))
            scan(f, i, source);
    }
}
