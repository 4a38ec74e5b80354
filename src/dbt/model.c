/*
 * A model's file with its Jinja resolved as far as lineage needs it: ref, source and this become names, a literal
 * becomes its value, everything else that Jinja would run becomes a blank. Whatever is replaced is a substituted
 * segment, so that each position of the SQL leads back to the file.
 */
#include "dbt/dbt.h"

#include "ir/scan.h"

#include "base/file.h"

#include <ctype.h>
#include <string.h>

struct model_reader {
    struct ir *ir;
    struct arena *scratch;
    ir_file_id file;
    ir_text_id text;
    struct slice source;
    const struct dbt_sources *sources;
    struct buf sql;
    const char *name;
    VEC(struct ir_segment) segments;
    size_t end;    /* of what is read of the source */
    bool skip;     /* inside of a branch that is not read */
    uint32_t open; /* `if`s inside of that */
};

static void add_segment(struct model_reader *r, enum ir_segment_kind kind, size_t len, size_t source_off,
                        size_t source_len)
{
    if (!len)
        return;
    vec_push(r->scratch, &r->segments,
             ((struct ir_segment){.off = (uint32_t)(r->sql.n - len),
                                  .len = (uint32_t)len,
                                  .kind = kind,
                                  .file = r->file,
                                  .source_off = (uint32_t)source_off,
                                  .source_len = (uint32_t)source_len}));
}

static void add_verbatim(struct model_reader *r, size_t from, size_t to)
{
    if (r->skip)
        return;
    buf_add(&r->sql, r->source.p + from, to - from);
    add_segment(r, IR_SEG_VERBATIM, to - from, from, to - from);
}

static void add_substituted(struct model_reader *r, const char *text, size_t from, size_t to)
{
    buf_adds(&r->sql, text);
    add_segment(r, IR_SEG_SUBSTITUTED, strlen(text), from, to - from);
}

/* ---- Jinja's expressions, as far as they go ---- */

struct jinja {
    struct slice text;
    size_t at;
};

static void skip_blanks(struct jinja *j)
{
    while (j->at < j->text.n && isspace((unsigned char)j->text.p[j->at]))
        j->at++;
}

static bool accept(struct jinja *j, char c)
{
    skip_blanks(j);
    if (j->at < j->text.n && j->text.p[j->at] == c) {
        j->at++;
        return true;
    }
    return false;
}

static struct slice read_word(struct jinja *j)
{
    size_t from;

    skip_blanks(j);
    from = j->at;
    while (j->at < j->text.n && (isalnum((unsigned char)j->text.p[j->at]) || j->text.p[j->at] == '_'))
        j->at++;
    return slice_sub(j->text, from, j->at - from);
}

/* A string literal; NULL when there is none. */
static const char *read_string(struct arena *a, struct jinja *j)
{
    struct buf out = buf_new(a);
    char quote;

    skip_blanks(j);
    if (j->at >= j->text.n || (j->text.p[j->at] != '\'' && j->text.p[j->at] != '"'))
        return NULL;
    quote = j->text.p[j->at++];
    for (; j->at < j->text.n && j->text.p[j->at] != quote; j->at++) {
        if (j->text.p[j->at] == '\\' && j->at + 1 < j->text.n)
            j->at++;
        buf_addc(&out, j->text.p[j->at]);
    }
    return accept(j, quote) ? buf_str(&out) : NULL;
}

/* The arguments of a call when they are one or two strings: how many there are, 0 otherwise. */
static int read_strings(struct arena *a, struct jinja *j, const char *arguments[2])
{
    int count = 0;

    if (!accept(j, '('))
        return 0;
    do {
        if (count == 2 || !(arguments[count] = read_string(a, j)))
            return 0;
        count++;
    } while (accept(j, ','));
    skip_blanks(j);
    return accept(j, ')') ? count : 0;
}

/* In some dialects double quotes hold a string, and a name goes in backticks. */
static char quote_of(enum ir_dialect dialect)
{
    switch (dialect) {
    case IR_DIALECT_BIGQUERY:
    case IR_DIALECT_DATABRICKS:
    case IR_DIALECT_SPARK:
    case IR_DIALECT_HIVE:
    case IR_DIALECT_MYSQL:
        return '`';
    default:
        return '"';
    }
}

static const char *quoted(const struct model_reader *r, const char *name)
{
    char quote = quote_of(IR(r->ir, file, r->file)->dialect);
    struct buf out = buf_new(r->scratch);

    buf_addc(&out, quote);
    for (; *name; name++) {
        if (*name == quote)
            buf_addc(&out, quote);
        buf_addc(&out, *name);
    }
    buf_addc(&out, quote);
    return buf_str(&out);
}

static const char *source_relation(struct model_reader *r, const char *source, const char *table)
{
    for (uint32_t i = 0; i < r->sources->count; i++) {
        const struct dbt_source *s = &r->sources->items[i];
        struct buf out = buf_new(r->scratch);

        if (strcmp(s->source, source) != 0 || strcmp(s->table, table) != 0)
            continue;
        if (s->catalog)
            buf_printf(&out, "%s.", quoted(r, s->catalog));
        if (s->schema)
            buf_printf(&out, "%s.", quoted(r, s->schema));
        buf_adds(&out, quoted(r, s->identifier));
        return buf_str(&out);
    }
    return NULL;
}

static void add_gap(struct model_reader *r, size_t from, size_t to, const char *why)
{
    ir_add_gap(r->ir, (struct ir_gap){.kind = IR_GAP_TEMPLATE,
                                      .file = r->file,
                                      .off = (uint32_t)from,
                                      .len = (uint32_t)(to - from),
                                      .why = ir_interns(r->ir, why)});
}

/* What `{{ … }}` between from and to stands for in SQL. */
static const char *expression_value(struct model_reader *r, struct slice inside, size_t from, size_t to)
{
    struct jinja j = {inside, 0};
    const char *arguments[2], *value;
    struct slice word;
    int count;

    if ((value = read_string(r->scratch, &j)))
        return value;
    word = read_word(&j);
    if (slice_is(word, "this"))
        return quoted(r, r->name);
    if (slice_is(word, "config"))
        return " ";
    count = read_strings(r->scratch, &j, arguments);
    if (slice_is(word, "ref") && count)
        return quoted(r, arguments[count - 1]);
    if (slice_is(word, "source") && count == 2) {
        value = source_relation(r, arguments[0], arguments[1]);
        if (value)
            return value;
        add_gap(
            r, from, to,
            arena_printf(r->scratch, "no sources: entry has the table %s.%s", arguments[0], arguments[1]));
        return quoted(r, arguments[1]);
    }
    add_gap(r, from, to, "an expression of Jinja whose value is only known when dbt runs");
    return arena_printf(r->scratch, "__param_%zu", from);
}

/* A loop's body is read once, which makes that round the first and the last. */
static bool is_between_rounds(struct slice condition)
{
    return slice_is(condition, "not loop.last") || slice_is(condition, "not loop.first");
}

static struct slice rest_of(const struct jinja *j)
{
    struct slice rest = slice_trim(slice_sub(j->text, j->at, j->text.n - j->at));

    if (rest.n && rest.p[rest.n - 1] == '-')
        rest.n--;
    return slice_trim(rest);
}

/* Of `{% if %} a {% else %} b {% endif %}` the first branch is read: that is what runs again and again. */
static void read_branch(struct model_reader *r, struct slice inside)
{
    struct jinja j = {inside, 0};
    struct slice word = read_word(&j);

    if (r->skip && slice_is(word, "if"))
        r->open++;
    else if (slice_is(word, "if"))
        r->skip = is_between_rounds(rest_of(&j));
    else if (slice_is(word, "endif") && r->open)
        r->open--;
    else if (slice_is(word, "endif"))
        r->skip = 0;
    else if (!r->open && (slice_is(word, "else") || slice_is(word, "elif")))
        r->skip = !r->skip || slice_is(word, "elif");
}

static size_t read_tag(struct model_reader *r, size_t at)
{
    char kind = r->source.p[at + 1];
    size_t end = dbt_tag_end(r->source, at);
    struct slice inside = slice_sub(r->source, at + 2, end >= at + 4 ? end - at - 4 : 0);

    if (inside.n && inside.p[0] == '-') /* {{- strips white space, which SQL does not see */
        inside = slice_sub(inside, 1, inside.n - 1);
    if (kind == '%')
        read_branch(r, inside);
    add_substituted(r, kind == '{' && !r->skip ? expression_value(r, inside, at, end) : " ", at, end);
    return end;
}

static void read_body(struct model_reader *r, size_t at)
{
    size_t from = at;

    while (at < r->end) {
        if (r->source.p[at] == '{' && at + 1 < r->end && strchr("{%#", r->source.p[at + 1])) {
            add_verbatim(r, from, at);
            from = at = read_tag(r, at);
        } else {
            at++;
        }
    }
    add_verbatim(r, from, at);
}

static const char *stem(struct arena *a, const char *path)
{
    const char *base = path_base(path), *dot = strrchr(base, '.');

    return arena_strndup(a, base, dot ? (size_t)(dot - base) : strlen(base));
}

/* ---- Python models ---- */

static size_t end_of_call(struct slice s, size_t at)
{
    for (size_t i = at, next; i<s.n; i = next> i ? next : i + 1) {
        next = scan_python_skip(s, i);
        if (s.p[i] == ')')
            return i + 1;
    }
    return s.n;
}

/* As SQL it is a query of everything that dbt.ref() and dbt.source() name; what its columns are, Python knows. */
static void read_python(struct model_reader *r)
{
    struct slice s = r->source;
    uint32_t count = 0;

    add_substituted(r, "SELECT 1 AS python FROM", 0, 0);
    for (size_t i = 0, next; i<s.n; i = next> i ? next : i + 1) {
        struct slice rest = slice_sub(s, i, s.n - i);
        bool word = i && (isalnum((unsigned char)s.p[i - 1]) || s.p[i - 1] == '_' || s.p[i - 1] == '.');

        next = scan_python_skip(s, i);
        if (word || (!slice_starts(rest, "dbt.ref(") && !slice_starts(rest, "dbt.source(")))
            continue;
        next = end_of_call(s, i);
        add_substituted(r, count++ ? ", " : " ", i, i);
        add_substituted(r, expression_value(r, slice_sub(s, i + 4, next - i - 4), i, next), i, next);
        add_substituted(r, arena_printf(r->scratch, " AS t%u", count), i, i);
    }
    if (!count)
        add_substituted(r, " (VALUES (1)) AS t", 0, 0);
}

ir_text_id dbt_read_query(struct ir *ir, struct arena *scratch, ir_file_id file, size_t from, size_t to,
                          const char *name, bool stored, const struct dbt_sources *sources)
{
    struct model_reader r = {.ir = ir,
                             .scratch = scratch,
                             .file = file,
                             .sources = sources,
                             .name = name,
                             .sql = buf_new(scratch),
                             .end = to};
    ir_job_id job = ir_add_job(ir, (struct ir_job){.id = ir_interns(ir, name),
                                                   .kind = IR_JOB_MODEL,
                                                   .file = file,
                                                   .name = ir_interns(ir, name)});

    r.source = ir_slice(ir, IR(ir, file, file)->source);
    if (stored)
        add_substituted(&r, arena_printf(scratch, "CREATE TABLE %s AS\n", quoted(&r, name)), from, from);
    if (slice_ends(slice_of(ir_string(ir, IR(ir, file, file)->path)), ".py"))
        read_python(&r);
    else
        read_body(&r, from);
    r.text = ir_add_text(ir, (struct ir_text){.content = ir_intern(ir, r.sql.p, r.sql.n),
                                              .file = file,
                                              .kind = IR_TEXT_MODEL,
                                              .dialect = IR(ir, file, file)->dialect,
                                              .job = job});
    for (uint32_t i = 0; i < r.segments.count; i++) {
        r.segments.items[i].text = r.text;
        ir_add_segment(ir, r.segments.items[i]);
    }
    return r.text;
}

ir_text_id dbt_read_model(struct ir *ir, struct arena *scratch, ir_file_id file,
                          const struct dbt_sources *sources)
{
    const char *name = stem(scratch, ir_string(ir, IR(ir, file, file)->path));

    return dbt_read_query(ir, scratch, file, 0, ir_slice(ir, IR(ir, file, file)->source).n, name, true,
                          sources);
}
