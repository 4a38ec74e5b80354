/*
 * What a template's hole becomes: Airflow's {{ ds }} a var of the same name, a variable that psql's \set gives a value
 * a var with that default. Other holes are for a person.
 */
#include "plan/holes.h"

#include "ir/scan.h"

#include <ctype.h>
#include <string.h>

#define DS "var(\"ds\", run_started_at.strftime(\"%Y-%m-%d\"))"

static const struct {
    const char *macro, *jinja;
} macros[] = {
    {"ds", "{{ " DS " }}"},
    {"ds_nodash", "{{ " DS " | replace(\"-\", \"\") }}"},
};

/* Does Airflow render the text? Not what Python's own calls run. */
static bool is_template(const struct planner *p, const struct ir_statement *s)
{
    const struct ir_text *text = IR(p->ir, text, s->text);
    const struct ir_job *job = IR(p->ir, job, s->job);

    if (text->kind == IR_TEXT_GUEST)
        return text->call == IR_CALL_OPERATOR;
    return job->kind == IR_JOB_TASK || job->kind == IR_JOB_DAG;
}

static struct plan_hole template_hole(const struct planner *p, struct slice text, uint32_t off)
{
    bool expression = text.p[off + 1] == '{';
    const char *end = memmem(text.p + off + 2, text.n - off - 2, expression ? "}}" : "%}", 2);
    uint32_t len = end ? (uint32_t)(end - text.p) + 2 - off : (uint32_t)text.n - off;
    struct slice inside = slice_trim(slice_sub(text, off + 2, len > 4 ? len - 4 : 0));
    struct plan_hole hole = {.off = off, .len = len};

    for (size_t i = 0; expression && i < sizeof macros / sizeof *macros; i++)
        if (slice_is(inside, macros[i].macro))
            hole.jinja = macros[i].jinja;
    if (!hole.jinja)
        hole.why = arena_printf(p->scratch, "Airflow fills in %.*s: which value?", (int)(len < 60 ? len : 60),
                                text.p + off);
    return hole;
}

/* The value that the only \set of a name gives; `count` says how many there are. */
static struct slice set_value(struct slice text, struct slice name, uint32_t *count)
{
    struct slice value = {"", 0};

    for (const char *at = text.p; (at = memmem(at, (size_t)(text.p + text.n - at), "\\set ", 5)); at += 5) {
        const char *end = memchr(at, '\n', (size_t)(text.p + text.n - at));
        struct slice line = {at + 5, (size_t)((end ? end : text.p + text.n) - at) - 5};

        line = slice_trim(line);
        if (line.n <= name.n || memcmp(line.p, name.p, name.n) != 0 ||
            !isspace((unsigned char)line.p[name.n]))
            continue;
        value = slice_trim(slice_sub(line, name.n, line.n - name.n));
        ++*count;
    }
    return value;
}

static const char *escaped(struct arena *a, struct slice s)
{
    struct buf out = buf_new(a);

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_addc(&out, '\\');
        buf_addc(&out, s.p[i]);
    }
    return buf_str(&out);
}

/* `:name` or `:'name'`, whose colon is at `off`. */
static struct plan_hole psql_hole(const struct planner *p, struct slice text, uint32_t off,
                                  struct scan_token behind)
{
    struct plan_hole hole = {.off = off, .len = 1 + (uint32_t)behind.bytes.n};
    struct slice name = behind.bytes, value;
    uint32_t count = 0;

    hole.in_quotes = behind.kind == SCAN_STRING;
    if (behind.kind != SCAN_WORD)
        name = slice_sub(name, 1, name.n > 2 ? name.n - 2 : 0);
    value = set_value(text, name, &count);
    if (value.n > 1 && value.p[0] == '\'' && value.p[value.n - 1] == '\'')
        value = slice_sub(value, 1, value.n - 2);
    if (count == 1 && behind.kind != SCAN_QUOTED && !memchr(value.p, '\'', value.n) &&
        !memchr(value.p, ':', value.n) && !memchr(value.p, '`', value.n) && !memchr(value.p, '{', value.n))
        hole.jinja = arena_printf(p->scratch, "{{ var(\"%.*s\", \"%s\") }}", (int)name.n, name.p,
                                  escaped(p->scratch, value));
    else
        hole.why =
            arena_printf(p->scratch, "psql's variable %.*s is %s", (int)name.n, name.p,
                         count ? "given more than one plain value" : "given from outside: which value?");
    return hole;
}

/* A colon that psql looks at: not one of a cast, of := or of an array's slice. */
static bool is_psql(const struct scan *s, struct slice text, struct scan_token colon,
                    struct scan_token *behind, int brackets)
{
    struct scan after = *s;

    if (colon.kind != SCAN_SYMBOL || colon.bytes.p[0] != ':' || brackets ||
        (colon.off && (text.p[colon.off - 1] == ':' || isalnum((unsigned char)text.p[colon.off - 1]) ||
                       strchr("_)]\"", text.p[colon.off - 1]))))
        return false;
    *behind = scan_next(&after);
    return (behind->kind == SCAN_WORD && !isdigit((unsigned char)behind->bytes.p[0])) ||
           behind->kind == SCAN_QUOTED || (behind->kind == SCAN_STRING && behind->bytes.p[0] == '\'');
}

/* Is there a colon that is not one of a cast? */
static bool has_lone_colon(struct slice s)
{
    for (const char *colon; (colon = memchr(s.p, ':', s.n));) {
        size_t at = (size_t)(colon - s.p);

        if (at + 1 == s.n || colon[1] != ':')
            return true;
        s = slice_sub(s, at + 2, s.n - at - 2);
    }
    return false;
}

static bool next_psql(const struct planner *p, const struct ir_statement *s, struct slice text, uint32_t from,
                      struct plan_hole *out)
{
    struct scan scan = {slice_sub(text, 0, s->off + s->len), s->off};
    int brackets = 0;

    enum ir_dialect dialect = IR(p->ir, text, s->text)->dialect;

    if ((dialect != IR_DIALECT_POSTGRES && dialect != IR_DIALECT_REDSHIFT && dialect != IR_DIALECT_UNKNOWN &&
         dialect != IR_DIALECT_GENERIC) ||
        IR(p->ir, text, s->text)->kind != IR_TEXT_FILE || !has_lone_colon(slice_sub(text, s->off, s->len)))
        return false;
    for (struct scan_token t = scan_next(&scan), behind; t.kind != SCAN_END; t = scan_next(&scan)) {
        if (t.kind == SCAN_SYMBOL)
            brackets += (t.bytes.p[0] == '[') - (t.bytes.p[0] == ']');
        if (t.off >= from && is_psql(&scan, text, t, &behind, brackets)) {
            *out = psql_hole(p, text, (uint32_t)t.off, behind);
            return true;
        }
    }
    return false;
}

/* What a Python program hands to the database beside the text: %s, %(name)s, ?, :name. */
static bool next_argument(const struct ir_statement *s, struct slice text, uint32_t from,
                          struct plan_hole *out)
{
    struct scan scan = {slice_sub(text, 0, s->off + s->len), s->off};
    int brackets = 0;

    for (struct scan_token t = scan_next(&scan), behind; t.kind != SCAN_END; t = scan_next(&scan)) {
        char c = t.kind == SCAN_SYMBOL ? t.bytes.p[0] : 0, next = t.off + 1 < text.n ? t.bytes.p[1] : 0;

        brackets += (c == '[') - (c == ']');
        if (t.off < from || !c)
            continue;
        if ((c == '%' && (next == 's' || next == '(')) || c == '?' || (c == '{' && next == '{') ||
            is_psql(&scan, text, t, &behind, brackets)) {
            *out = (struct plan_hole){
                .off = (uint32_t)t.off, .len = 1, .why = "the program gives it values when it runs: which?"};
            return true;
        }
    }
    return false;
}

bool plan_next_hole(const struct planner *p, ir_statement_id statement, uint32_t from, struct plan_hole *out)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct slice text = ir_slice(p->ir, IR(p->ir, text, s->text)->content);

    if (!s->text.v || s->off + s->len > text.n)
        return false;
    from = from < s->off ? s->off : from;
    if (!is_template(p, s) && IR(p->ir, text, s->text)->kind == IR_TEXT_GUEST)
        return next_argument(s, text, from, out);
    if (!is_template(p, s))
        return next_psql(p, s, text, from, out);
    for (uint32_t at = from; at + 1 < s->off + s->len; at++)
        if (text.p[at] == '{' && (text.p[at + 1] == '{' || text.p[at + 1] == '%')) {
            *out = template_hole(p, slice_sub(text, 0, s->off + s->len), at);
            return true;
        }
    return false;
}
