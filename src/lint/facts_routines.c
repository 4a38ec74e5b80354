/*
 * What stands in a routine's text and in no single statement: loops over rows, handlers that let errors go by, the
 * rights that it runs with, and parameters that become SQL. Read word by word; strings and comments are left out.
 */
#include "lint/facts.h"

#include <ctype.h>
#include <string.h>

/* ---- words ---- */

struct words {
    struct slice source;
    size_t next;
};

/* The byte after the string or comment at `i`, or `i` when there is none. */
static size_t skip(struct slice s, size_t i)
{
    const char *p = s.p + i, *end;
    size_t left = s.n - i;

    if (left < 2)
        return i;
    if (p[0] == '-' && p[1] == '-')
        end = memchr(p, '\n', left);
    else if (p[0] == '/' && p[1] == '*')
        end = memmem(p + 2, left - 2, "*/", 2);
    else if (p[0] == '\'')
        end = memchr(p + 1, '\'', left - 1);
    else
        return i;
    return end ? (size_t)(end - s.p) + 1 : s.n;
}

/* The next word, or ";" or "(", an empty slice at the end. */
static struct slice next_word(struct words *w)
{
    struct slice s = w->source;
    size_t i = w->next, start;

    while (i < s.n && !is_word(s.p[i]) && s.p[i] != ';') {
        size_t after = skip(s, i);

        i = after > i ? after : i + 1;
    }
    for (start = i; i < s.n && is_word(s.p[i]);)
        i++;
    if (i == start && i < s.n)
        i++;
    w->next = i;
    return slice_sub(s, start, i - start);
}

static bool is_any(struct slice word, const char *const *names)
{
    while (*names && !slice_is_nocase(word, *names))
        names++;
    return *names != NULL;
}

/* ---- exceptions and rights ---- */

/* Are the statements of a handler, from `w` on, only NULL and notices? */
static bool lets_go_by(struct words *w)
{
    static const char *const ends[] = {"end", "when", NULL};
    static const char *const notices[] = {"notice", "info", "warning", "log", "debug", NULL};
    bool statement = true;

    for (struct slice word = next_word(w); word.n && !is_any(word, ends); word = next_word(w)) {
        if (statement && slice_is_nocase(word, "raise")) {
            if (!is_any(next_word(w), notices))
                return false;
        } else if (statement && !slice_is_nocase(word, "null")) {
            return false;
        }
        statement = slice_is(word, ";");
    }
    return true;
}

static bool writes(const struct facts *f, ir_job_id job)
{
    for (uint32_t k = f->statements.first[job.v]; k < f->statements.first[job.v + 1]; k++)
        if (statement_target(f, (ir_statement_id){f->statements.rows[k]}).v)
            return true;
    return false;
}

static void add_words(struct facts *f, ir_job_id job)
{
    const struct ir_job *row = IR(f->ir, job, job);
    struct slice file = ir_slice(f->ir, IR(f->ir, file, row->file)->source);
    struct words w = {slice_sub(file, row->off, row->len), 0};
    struct slice before = {0}, definer = {0};
    bool search_path = false, writing = writes(f, job);

    for (struct slice word = next_word(&w); word.n; word = next_word(&w)) {
        if (slice_is_nocase(before, "when") && slice_is_nocase(word, "others")) {
            next_word(&w); /* THEN */
            if (lets_go_by(&w) && writing)
                FACT_ADD(f, swallowed_exception,
                         at_source(row->file, (uint32_t)(before.p - file.p),
                                   (uint32_t)(word.p + word.n - before.p)),
                         .job = job_title(f, job));
        }
        if (slice_is_nocase(before, "security") && slice_is_nocase(word, "definer"))
            definer = (struct slice){before.p, (size_t)(word.p + word.n - before.p)};
        search_path |= slice_is_nocase(before, "set") && slice_is_nocase(word, "search_path");
        before = word;
    }
    if (definer.n)
        FACT_ADD(f, definer, at_source(row->file, (uint32_t)(definer.p - file.p), (uint32_t)definer.n),
                 .job = job_title(f, job), .search_path = search_path);
}

/* ---- loops ---- */

/* The last word that ends before `off`. */
static struct slice word_before(struct slice text, size_t off)
{
    size_t end = off, start;

    while (end > 0 && !is_word(text.p[end - 1]))
        end--;
    for (start = end; start > 0 && is_word(text.p[start - 1]);)
        start--;
    return slice_sub(text, start, end - start);
}

static bool ends_loop(struct slice between)
{
    struct words w = {between, 0};
    struct slice before = {0};

    for (struct slice word = next_word(&w); word.n; word = next_word(&w)) {
        if (slice_is_nocase(before, "end") && slice_is_nocase(word, "loop"))
            return true;
        before = word;
    }
    return false;
}

/* FOR r IN query LOOP … write: the first write of each loop. */
static void add_row_loops(struct facts *f, ir_job_id job)
{
    const struct ir *ir = f->ir;
    ir_statement_id range = {0};

    for (uint32_t k = f->statements.first[job.v]; k < f->statements.first[job.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        const struct ir_statement *row = IR(ir, statement, s), *from = IR(ir, statement, range);
        ir_access_id target = statement_target(f, s);
        struct slice text = ir_slice(ir, IR(ir, text, row->text)->content);

        if (row->query.v && !target.v && slice_is_nocase(word_before(text, row->off), "in"))
            range = s;
        if (!range.v || !target.v || !(row->flags & IR_STMT_IN_LOOP) || from->text.v != row->text.v ||
            access_is_temp(f, IR(ir, access, target)) || row->kind == IR_KIND_CREATE_TABLE)
            continue;
        if (!ends_loop(slice_sub(text, from->off + from->len, row->off - from->off - from->len)))
            FACT_ADD(f, row_loop, at_head(f, s, 1), .table = access_written(f, IR(ir, access, target)),
                     .job = job_title(f, job));
        range = (ir_statement_id){0};
    }
}

/* ---- names and parameters in dynamic SQL ---- */

static bool holds_text(const char *type)
{
    static const char *const types[] = {"text",     "varchar", "character varying", "name", "char",
                                        "nvarchar", "citext"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_starts_nocase(slice_of(type), types[i]))
            return true;
    return false;
}

static size_t skip_blanks_back(struct slice text, size_t i)
{
    while (i > 0 && isspace((unsigned char)text.p[i - 1]))
        i--;
    return i;
}

/* Where what is joined by || to the name at `off` ends; 0 when nothing is. */
static size_t joined_before(struct slice text, size_t off)
{
    off = skip_blanks_back(text, off);
    return off > 2 && text.p[off - 1] == '|' && text.p[off - 2] == '|' ? skip_blanks_back(text, off - 2) : 0;
}

/* Does the string that ends at `end` stop where the name of a relation is to come? */
static bool awaits_relation(struct slice text, size_t end)
{
    static const char *const words[] = {"from",  "join",     "into",   "update",
                                        "table", "truncate", "exists", NULL};

    if (end < 2 || text.p[end - 1] != '\'' || !isspace((unsigned char)text.p[end - 2]))
        return false;
    return is_any(word_before(text, end - 1), words);
}

/* The unknown part of a statement that EXECUTE runs, where || puts it there. */
static void add_joined(struct facts *f, const struct ir_index *parameters, const struct ir_gap *gap)
{
    const struct ir *ir = f->ir;
    struct slice text = ir_slice(ir, IR(ir, text, gap->text)->content);
    size_t before = joined_before(text, gap->off), end = gap->off;
    uint32_t job = IR(ir, statement, gap->statement)->job.v;
    struct fact_at at = {gap->file, gap->text, gap->off, 0, gap->statement};
    struct slice name;

    while (end < text.n && is_word(text.p[end]))
        end++;
    at.len = (uint32_t)(end - gap->off);
    if (!before || !at.len)
        return;
    if (awaits_relation(text, before))
        FACT_ADD(f, dynamic_sql, at, .language = "sql", .part = "name",
                 .why = "the name of a relation is only known when it runs");
    name = at_bytes(f, at);
    for (uint32_t k = parameters->first[job]; k < parameters->first[job + 1]; k++) {
        const struct ir_parameter *p = &ir->parameter.items[parameters->rows[k]];

        if (slice_is_nocase(name, ir_string(ir, p->name)))
            FACT_ADD(f, injection, at, .parameter = ir_string(ir, p->name), .type = ir_string(ir, p->type),
                     .text = holds_text(ir_string(ir, p->type)));
    }
}

static void add_dynamic(struct facts *f)
{
    struct ir *ir = f->ir;
    struct ir_index parameters = IR_INDEX(f->family, ir, parameter, job, job);

    for (IR_EACH(ir, gap, g))
        if (IR(ir, gap, g)->kind == IR_GAP_DYNAMIC && IR(ir, gap, g)->text.v)
            add_joined(f, &parameters, IR(ir, gap, g));
}

void facts_of_routines(struct facts *f)
{
    for (IR_EACH(f->ir, job, j)) {
        enum ir_job_kind kind = IR(f->ir, job, j)->kind;

        if (kind != IR_JOB_PROCEDURE && kind != IR_JOB_FUNCTION)
            continue;
        add_words(f, j);
        add_row_loops(f, j);
    }
    add_dynamic(f);
}
