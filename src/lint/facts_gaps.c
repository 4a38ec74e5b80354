/* What was not understood, and SQL that only exists at run time. */
#include "lint/facts.h"

#include <string.h>

static struct fact_at at_gap(const struct facts *f, const struct ir_gap *gap)
{
    ir_file_id file = gap->file.v ? gap->file : IR(f->ir, text, gap->text)->file;

    return (struct fact_at){file, gap->text, gap->off, gap->len, gap->statement};
}

static const char by_hand[] = "look at it by hand";

static void add_gap(struct facts *f, const struct ir_gap *gap)
{
    struct fact_at at = at_gap(f, gap);
    const char *language = at_language(f, at);
    const char *advice = ir_string(f->ir, gap->advice);

    if (gap->kind == IR_GAP_NAME && strstr(ir_string(f->ir, gap->why), "\"" IR_PLACEHOLDER))
        return; /* what stands for it has a gap of its own */
    if (gap->kind == IR_GAP_DYNAMIC)
        FACT_ADD(f, dynamic_sql, at, .language = gap->text.v ? "sql" : language, .part = "statement",
                 .why = ir_string(f->ir, gap->why));
    FACT_ADD(f, gap, at, .kind = ir_name_of_gap_kind(gap->kind), .why = ir_string(f->ir, gap->why),
             .advice = *advice ? advice : by_hand, .language = language);
}

/* Statements that say themselves that they are not understood, and of which no gap says why. */
static void add_silent_statements(struct facts *f, const bool *explained)
{
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        struct fact_at at = at_head(f, s, 2);

        if (explained[s.v])
            continue;
        if (row->kind == IR_KIND_EXECUTE)
            FACT_ADD(f, dynamic_sql, at, .language = "sql", .part = "statement",
                     .why = "the text is only known at run time");
        else if (row->understood != IR_UNDERSTOOD)
            FACT_ADD(f, gap, at, .kind = "unsupported",
                     .why = row->understood == IR_UNDERSTOOD_NOT ? "the statement is not understood"
                                                                 : "parts of it are not known",
                     .advice = by_hand, .language = at_language(f, at));
    }
}

static void add_silent_files(struct facts *f, const bool *explained)
{
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, file, i))
        if (IR(ir, file, i)->status == IR_STATUS_FAILED && !explained[i.v])
            FACT_ADD(f, gap, at_source(i, 0, 0), .kind = "file_not_read", .why = "the file could not be read",
                     .advice = by_hand, .language = "sql");
}

static struct slice file_bytes(const struct facts *f, struct fact_at at)
{
    struct ir_place place = ir_bytes_of(f->ir, at.file, at.text, at.off, at.len);

    return at_bytes(f, at_source(place.file, place.off, place.len));
}

/* Do the bytes of the file there hold {{ … }}? */
static bool is_template(const struct facts *f, struct fact_at at)
{
    struct slice bytes = file_bytes(f, at);

    return memmem(bytes.p, bytes.n, "{{", 2) != NULL;
}

/* {{ ref(…) }}, {{ source(…) }} and {{ this }} name a table of a dbt project, also where its dbt_project.yml is missing. */
static bool is_dbt_name(const struct facts *f, struct fact_at at)
{
    struct slice bytes = file_bytes(f, at);

    if (!slice_starts(bytes, "{{"))
        return false;
    bytes = slice_trim(slice_sub(bytes, 2, bytes.n));
    return slice_starts(bytes, "ref(") || slice_starts(bytes, "source(") || slice_starts(bytes, "this");
}

/* Relations of a Python string's SQL whose names hold a value that is not known. */
static void add_unknown_names(struct facts *f)
{
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);
        struct fact_at at;

        if (!(row->flags & IR_ACCESS_UNKNOWN_PART) || !row->statement.v || access_is_temp(f, row))
            continue;
        at = at_access(f, a);
        if (is_dbt_name(f, at))
            continue;
        FACT_ADD(f, dynamic_sql, at, .language = at_language(f, at), .part = "name",
                 .templated = is_template(f, at),
                 .why = "part of a relation's name is only known at run time");
    }
}

void facts_of_gaps(struct facts *f)
{
    const struct ir *ir = f->ir;
    bool *statements = ARENA_ARRAY(f->family, bool, ir->statement.count);
    bool *files = ARENA_ARRAY(f->family, bool, ir->file.count);

    for (IR_EACH(ir, gap, g)) {
        const struct ir_gap *gap = IR(ir, gap, g);

        add_gap(f, gap);
        statements[gap->statement.v] = true;
        if (gap->kind == IR_GAP_FILE)
            files[gap->file.v] = true;
    }
    add_silent_statements(f, statements);
    add_silent_files(f, files);
    add_unknown_names(f);
}
