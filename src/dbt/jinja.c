/*
 * Jinja's calls, names and blocks with their places and arguments. An expression is read from left to right once; what
 * is open stands on a stack. Comments and {% raw %} are left out.
 */
#include "dbt/dbt.h"

#include <ctype.h>
#include <string.h>

#define DEEPEST 64
#define LONGEST 200 /* bytes of an expression that are kept */

struct open {
    ir_jinja_id call; /* none: a parenthesis or bracket of no call */
    size_t argument;  /* where the argument begins */
};

struct jinja_reader {
    struct ir *ir;
    struct arena *scratch;
    ir_file_id file;
    struct slice source;
    ir_str inside;
    size_t tag_off, tag_len;
    struct open open[DEEPEST];
    uint32_t depth; /* deeper ones are counted, and no more */
};

size_t dbt_tag_end(struct slice s, size_t at)
{
    char kind = at + 1 < s.n ? s.p[at + 1] : '{', close = kind == '{' ? '}' : kind;

    for (size_t i = at + 2; i + 1 < s.n; i++) {
        if (kind != '#' && (s.p[i] == '\'' || s.p[i] == '"')) {
            char quote = s.p[i++];

            while (i < s.n && s.p[i] != quote)
                i += s.p[i] == '\\' ? 2 : 1;
        } else if (s.p[i] == close && s.p[i + 1] == '}') {
            return i + 2;
        }
    }
    return s.n;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static size_t skip_blanks(struct slice s, size_t i, size_t end)
{
    while (i < end && isspace((unsigned char)s.p[i]))
        i++;
    return i;
}

/* After the string that begins at `i`. */
static size_t skip_string(struct slice s, size_t i, size_t end)
{
    char quote = s.p[i++];

    while (i < end && s.p[i] != quote)
        i += s.p[i] == '\\' ? 2 : 1;
    return i < end ? i + 1 : end;
}

/* After a name with dots. */
static size_t skip_name(struct slice s, size_t i, size_t end)
{
    while (i < end && (is_word(s.p[i]) || (s.p[i] == '.' && i + 1 < end && is_word(s.p[i + 1]))))
        i++;
    return i;
}

static void end_argument(struct jinja_reader *r, size_t to)
{
    struct open *top = &r->open[r->depth - 1];
    size_t from = skip_blanks(r->source, top->argument, to), equals;
    struct ir_jinja_argument row = {.call = top->call};
    struct slice value;

    top->argument = to + 1;
    equals = skip_blanks(r->source, skip_name(r->source, from, to), to);
    if (equals > from && equals + 1 < to && r->source.p[equals] == '=' && r->source.p[equals + 1] != '=') {
        value = slice_trim(slice_sub(r->source, from, equals - from));
        row.name = ir_intern(r->ir, value.p, value.n);
        from = skip_blanks(r->source, equals + 1, to);
    }
    value = slice_trim(slice_sub(r->source, from, to - from));
    if (!value.n)
        return;
    row.off = (uint32_t)from;
    row.len = (uint32_t)value.n;
    row.literal = strchr("'\"", value.p[0]) && skip_string(r->source, from, from + value.n) == from + value.n;
    if (row.literal && value.n >= 2)
        value = slice_sub(value, 1, value.n - 2);
    else if (value.n > LONGEST)
        value.n = LONGEST;
    row.value = ir_intern(r->ir, value.p, value.n);
    ir_add_jinja_argument(r->ir, row);
}

static ir_jinja_id add_row(struct jinja_reader *r, enum ir_jinja_kind kind, size_t from, size_t to)
{
    return ir_add_jinja(r->ir, (struct ir_jinja){.file = r->file,
                                                 .kind = kind,
                                                 .name = ir_intern(r->ir, r->source.p + from, to - from),
                                                 .inside = r->inside,
                                                 .off = (uint32_t)from,
                                                 .len = (uint32_t)(to - from),
                                                 .whole = (uint32_t)(to - from),
                                                 .tag_off = (uint32_t)r->tag_off,
                                                 .tag_len = (uint32_t)r->tag_len});
}

static void push(struct jinja_reader *r, ir_jinja_id call, size_t at)
{
    if (r->depth < DEEPEST)
        r->open[r->depth] = (struct open){call, at + 1};
    r->depth++;
}

static void pop(struct jinja_reader *r, size_t at)
{
    if (r->depth && r->depth <= DEEPEST && r->open[r->depth - 1].call.v) {
        struct ir_jinja *call;

        end_argument(r, at);
        call = IR(r->ir, jinja, r->open[r->depth - 1].call);
        call->whole = (uint32_t)(at + 1) - call->off;
    }
    if (r->depth)
        r->depth--;
}

/* A name at `i`: a call, the name of an argument, or a name by itself. Returns where to go on. */
static size_t read_name(struct jinja_reader *r, size_t i, size_t end)
{
    size_t to = skip_name(r->source, i, end), next = skip_blanks(r->source, to, end);

    if (next < end && r->source.p[next] == '(') {
        push(r, add_row(r, IR_JINJA_CALL, i, to), next);
        return next + 1;
    }
    if (!(r->depth && next + 1 < end && r->source.p[next] == '=' && r->source.p[next + 1] != '='))
        add_row(r, IR_JINJA_NAME, i, to);
    return to;
}

static void read_expression(struct jinja_reader *r, size_t i, size_t end)
{
    r->depth = 0;
    while (i < end) {
        char c = r->source.p[i];

        if (c == '\'' || c == '"') {
            i = skip_string(r->source, i, end);
        } else if (isalpha((unsigned char)c) || c == '_') {
            i = read_name(r, i, end);
        } else if (isdigit((unsigned char)c) || c == '.') {
            i = c == '.' ? i + 1 : skip_name(r->source, i, end);
        } else {
            if (strchr("([{", c))
                push(r, (ir_jinja_id){0}, i);
            else if (strchr(")]}", c))
                pop(r, i);
            else if (c == ',' && r->depth && r->depth <= DEEPEST && r->open[r->depth - 1].call.v)
                end_argument(r, i);
            i++;
        }
    }
}

static bool names_something(struct slice word)
{
    return slice_is(word, "macro") || slice_is(word, "snapshot") || slice_is(word, "test") ||
           slice_is(word, "materialization");
}

/* {% word … %}: blocks with a name of their own, and where they end. */
static void read_block(struct jinja_reader *r, size_t i, size_t end)
{
    size_t to = skip_name(r->source, i, end), from;
    struct slice word = slice_sub(r->source, i, to - i);
    ir_jinja_id row;

    if (slice_is(word, "endmacro") || slice_is(word, "endsnapshot") || slice_is(word, "endtest") ||
        slice_is(word, "endmaterialization"))
        r->inside = (ir_str){0};
    row = add_row(r, IR_JINJA_BLOCK, i, to);
    if (!names_something(word)) {
        read_expression(r, to, end);
        return;
    }
    from = skip_blanks(r->source, to, end);
    to = skip_name(r->source, from, end);
    IR(r->ir, jinja, row)->value = r->inside = ir_intern(r->ir, r->source.p + from, to - from);
    IR(r->ir, jinja, row)->inside = r->inside;
}

/* After `{% endraw %}`. */
static size_t skip_raw(struct slice s, size_t at, size_t to)
{
    const char *end = at < to ? memmem(s.p + at, to - at, "endraw", 6) : NULL;

    return end ? (size_t)(end - s.p) + 6 : to;
}

void dbt_read_jinja(struct ir *ir, struct arena *scratch, ir_file_id file, size_t from, size_t to)
{
    struct jinja_reader r = {.ir = ir, .scratch = scratch, .file = file};

    r.source = ir_slice(ir, IR(ir, file, file)->source);
    for (size_t at = from; at + 1 < to;) {
        size_t end, i;

        if (r.source.p[at] != '{' || !strchr("{%#", r.source.p[at + 1])) {
            at++;
            continue;
        }
        end = dbt_tag_end((struct slice){r.source.p, to}, at);
        i = at + 2 < end && strchr("-+", r.source.p[at + 2]) ? at + 3 : at + 2;
        r.tag_off = at;
        r.tag_len = end - at;
        i = skip_blanks(r.source, i, end);
        if (end < i + 2 || r.source.p[at + 1] == '#')
            ;
        else if (r.source.p[at + 1] == '{')
            read_expression(&r, i, end - 2);
        else if (slice_starts(slice_sub(r.source, i, end - i), "raw"))
            end = skip_raw(r.source, end, to);
        else
            read_block(&r, i, end - 2);
        at = end;
    }
}
