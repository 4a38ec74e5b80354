/*
 * Edits. Each fixer writes pieces over the bytes of a file's source, or none when it can't be certain; whoever
 * applies them (cli/fix.c) reads the result again before he believes it.
 */
#include "lint/fixers.h"

#include "lint/hits.h"

#include <ctype.h>
#include <string.h>

/* What a fixer has at hand, and where its pieces go. */
struct fixing {
    struct facts *f;
    const struct hit *hit;
    const struct fact *fact;
    ir_finding_id finding;
    bool unsafe;
    const struct ir_index *columns; /* of a dataset */
    const struct ir_index *outputs; /* query_column rows of a query */
};

static void replace(const struct fixing *x, uint32_t off, uint32_t len, const char *content)
{
    ir_add_edit(x->f->ir, (struct ir_edit){.finding = x->finding,
                                           .file = x->hit->row.file,
                                           .off = off,
                                           .len = len,
                                           .content = ir_interns(x->f->ir, content),
                                           .unsafe = x->unsafe});
}

static struct slice source_of(const struct fixing *x)
{
    return ir_slice(x->f->ir, IR(x->f->ir, file, x->hit->row.file)->source);
}

/* ---- keyword arguments of Python calls ---- */

/* The arguments of a call: from its opening to its closing parenthesis. */
struct call {
    size_t open, close;
    size_t last;         /* after the last byte that is neither blank nor comment before `close` */
    unsigned positional; /* arguments without a name */
    bool starred;        /* *list or **dict is among them */
};

/* After the string that begins at `i`; `n` when it does not end. */
static size_t after_string(struct slice s, size_t i)
{
    char quote = s.p[i];
    bool triple = i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote;

    for (i += triple ? 3 : 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == quote && (!triple || (i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote)))
            return i + (triple ? 3 : 1);
        else if (s.p[i] == '\n' && !triple)
            break;
    }
    return s.n;
}

/* Does the argument that begins at `i` have a name? */
static bool is_named(struct slice s, size_t i)
{
    while (i < s.n && isspace((unsigned char)s.p[i]))
        i++;
    while (i < s.n && (isalnum((unsigned char)s.p[i]) || s.p[i] == '_'))
        i++;
    while (i < s.n && s.p[i] == ' ')
        i++;
    return i + 1 < s.n && s.p[i] == '=' && s.p[i + 1] != '=';
}

static void end_argument(struct slice s, size_t from, size_t end, struct call *call)
{
    while (from < end && isspace((unsigned char)s.p[from]))
        from++;
    if (from >= end)
        return;
    if (s.p[from] == '*')
        call->starred = true;
    else if (!is_named(s, from))
        call->positional++;
}

/* Reads the call whose opening parenthesis is the first byte at or after `p` that is not blank. */
static bool read_call(struct slice s, size_t p, struct call *call)
{
    unsigned depth = 0;
    size_t from;

    *call = (struct call){0};
    while (p < s.n && isspace((unsigned char)s.p[p]))
        p++;
    if (p >= s.n || s.p[p] != '(')
        return false;
    call->open = p;
    from = call->last = p + 1;
    while (p < s.n) {
        char c = s.p[p];

        if (c == '#') {
            while (p < s.n && s.p[p] != '\n')
                p++;
            continue;
        }
        if (c == ')' && depth == 1) {
            end_argument(s, from, call->last, call);
            call->close = p;
            return true;
        }
        if (strchr("([{", c))
            depth++;
        else if (strchr(")]}", c) && !--depth)
            return false;
        if (c == ',' && depth == 1) {
            end_argument(s, from, p, call);
            from = p + 1;
        }
        p = c == '"' || c == '\'' ? after_string(s, p) : p + 1;
        if (!isspace((unsigned char)c))
            call->last = p;
    }
    return false;
}

/* `most`: with more arguments without a name the one to be added could be among them. */
static void add_argument(const struct fixing *x, const char *callee, const char *argument, unsigned most)
{
    struct slice s = source_of(x);
    size_t end = (size_t)x->hit->off + x->hit->len, n = strlen(callee);
    struct call call;

    if (end < n || end > s.n || memcmp(s.p + end - n, callee, n) != 0 || !read_call(s, end, &call) ||
        call.positional > most || call.starred)
        return;
    if (call.last == call.open + 1)
        replace(x, (uint32_t)call.last, 0, argument);
    else
        replace(x, (uint32_t)call.last, 0,
                arena_printf(x->f->arena, "%s%s", s.p[call.last - 1] == ',' ? " " : ", ", argument));
}

/* Is the argument written already, with another value? */
static bool has_argument(const struct fixing *x, const char *name)
{
    struct slice s = source_of(x);
    size_t n = strlen(name);
    struct call call;

    if (!read_call(s, (size_t)x->hit->off + x->hit->len, &call))
        return true;
    for (size_t i = call.open; i + n < call.close; i++)
        if (memcmp(s.p + i, name, n) == 0 && !isalnum((unsigned char)s.p[i - 1]) && s.p[i - 1] != '_' &&
            is_named(s, i))
            return true;
    return false;
}

static void fix_add_index_false(const struct fixing *x)
{
    if (!has_argument(x, "index"))
        add_argument(x, "to_sql", "index=False", 4);
}

static void fix_add_dropna_false(const struct fixing *x)
{
    if (!has_argument(x, "dropna"))
        add_argument(x, "groupby", "dropna=False", 6);
}

/* ---- SQL ---- */

/* The bytes of a text's range when they stand in the file as they are; false when they are assembled. */
static bool verbatim(const struct fixing *x, ir_text_id text, uint32_t off, uint32_t len,
                     struct ir_place *place)
{
    const struct ir *ir = x->f->ir;
    struct slice s = source_of(x);

    *place = ir_bytes_of(ir, x->hit->row.file, text, off, len);
    return place->file.v == x->hit->row.file.v && place->len == len &&
           slice_eq(slice_sub(s, place->off, len),
                    slice_sub(ir_slice(ir, IR(ir, text, text)->content), off, len));
}

static void fix_drop_before_create(const struct fixing *x)
{
    const struct ir *ir = x->f->ir;
    ir_statement_id id = x->hit->row.statement;
    const struct ir_statement *s = IR(ir, statement, id);
    ir_access_id target = statement_target(x->f, id);
    struct slice source = source_of(x);
    struct ir_place head, words;
    uint32_t from;

    /* A string of Python may be one that its driver takes for one statement. */
    if (!target.v || !s->text.v || IR(ir, text, s->text)->kind == IR_TEXT_GUEST ||
        !(s->flags & IR_STMT_OR_REPLACE) || !verbatim(x, s->text, s->off, s->len, &head) ||
        !slice_starts_nocase(slice_sub(source, x->hit->off, x->hit->len), "or"))
        return;
    words = (struct ir_place){.off = x->hit->off, .len = x->hit->len};
    while (words.off + words.len < source.n && source.p[words.off + words.len] == ' ')
        words.len++;
    for (from = head.off; from > 0 && (source.p[from - 1] == ' ' || source.p[from - 1] == '\t');)
        from--;
    replace(x, head.off, 0,
            arena_printf(
                x->f->arena, "DROP TABLE IF EXISTS %s;%s%.*s", access_written(x->f, IR(ir, access, target)),
                from == 0 || source.p[from - 1] == '\n' ? "\n" : " ",
                from == 0 || source.p[from - 1] == '\n' ? (int)(head.off - from) : 0, source.p + from));
    replace(x, words.off, words.len, "");
}

/* A name that means itself without quotes, whatever the dialect's words are. */
static const char *quoted(struct arena *a, const char *name)
{
    struct buf out = buf_new(a);

    buf_addc(&out, '"');
    for (; *name; name++) {
        if (*name == '"')
            buf_addc(&out, '"');
        buf_addc(&out, *name);
    }
    buf_addc(&out, '"');
    return buf_str(&out);
}

static bool is_plain(const char *name)
{
    return islower((unsigned char)*name) && strchr(name, '_') &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static void fix_list_columns(const struct fixing *x)
{
    const struct ir *ir = x->f->ir;
    const struct ir_statement *s = IR(ir, statement, x->hit->row.statement);
    ir_access_id target = statement_target(x->f, x->hit->row.statement);
    const struct ir_access *access = IR(ir, access, target);
    const struct ir_dataset *dataset = IR(ir, dataset, access->dataset);
    struct buf out = buf_new(x->f->arena);
    struct ir_place place;
    uint32_t n = 0;

    if ((dataset->columns_from != IR_KNOWN_DDL && dataset->columns_from != IR_KNOWN_CATALOG) || !s->text.v ||
        IR(ir, text, s->text)->kind == IR_TEXT_GUEST ||
        !verbatim(x, s->text, access->off, access->len, &place))
        return;
    for (uint32_t k = x->columns->first[access->dataset.v]; k < x->columns->first[access->dataset.v + 1];
         k++) {
        const char *name = ir_string(ir, ir->column.items[x->columns->rows[k]].name);

        buf_printf(&out, "%s%s", n++ ? ", " : " (", is_plain(name) ? name : quoted(x->f->arena, name));
    }
    if (!n || n != x->outputs->first[s->query.v + 1] - x->outputs->first[s->query.v])
        return;
    buf_addc(&out, ')');
    replace(x, place.off + place.len, 0, buf_str(&out));
}

/* "= NULL", "<> NULL" and "!= NULL", as they stand in the file. */
static void fix_compare_with_is(const struct fixing *x)
{
    const struct fact_construct *fact = x->fact->fields;
    struct slice s = source_of(x), hit = slice_sub(s, x->hit->off, x->hit->len);
    size_t op = hit.n && hit.p[0] == '=' ? 1 : slice_starts(hit, "<>") || slice_starts(hit, "!=") ? 2 : 0;
    bool joined = x->hit->off > 0 && !isspace((unsigned char)s.p[x->hit->off - 1]);

    if (strcmp(fact->kind, "equals_null") != 0 || !op ||
        !slice_is_nocase(slice_trim(slice_sub(hit, op, hit.n)), "null"))
        return;
    replace(x, x->hit->off, x->hit->len,
            arena_printf(x->f->arena, "%s%s", joined ? " " : "", op == 1 ? "IS NULL" : "IS NOT NULL"));
}

/* ---- comments that suppress ---- */

/* The comment that stands from the mark before `off` to the end of its line, with the blanks before it; when
 * nothing else is on the line, the whole line. */
static bool whole_comment(struct slice s, uint32_t off, bool python, uint32_t *from, uint32_t *len)
{
    uint32_t start = off, end = off, mark, after;

    while (start > 0 && s.p[start - 1] != '\n')
        start--;
    while (end < s.n && s.p[end] != '\n')
        end++;
    for (mark = off; mark > start && !(s.p[mark - 1] == '#' && python) &&
                     !(mark > start + 1 &&
                       (memcmp(s.p + mark - 2, "--", 2) == 0 || memcmp(s.p + mark - 2, "/*", 2) == 0));)
        mark--;
    if (mark == start)
        return false;
    mark -= python && s.p[mark - 1] == '#' ? 1 : 2;
    after = end;
    if (s.p[mark] == '/') {
        const char *close = memmem(s.p + off, end - off, "*/", 2);

        if (!close)
            return false;
        after = (uint32_t)(close - s.p) + 2;
    } else if (memchr(s.p + off, '#', end - off) || (python && s.p[mark] == '-')) {
        /* Another comment follows, or the end of a string of Python. */
        return false;
    }
    while (mark > start && (s.p[mark - 1] == ' ' || s.p[mark - 1] == '\t'))
        mark--;
    if (mark == start && after == end && end < s.n)
        after++;
    *from = mark;
    *len = after - mark;
    return true;
}

static bool is_bracket(char c)
{
    return c == '[' || c == ']' || c == ':' || c == '\n';
}

static void fix_remove_code(const struct fixing *x)
{
    const struct fact_suppression *fact = x->fact->fields;
    struct slice s = source_of(x);
    uint32_t from = x->hit->off, end = x->hit->off + x->hit->len, len;
    bool python = ir_has_hash_comments(IR(x->f->ir, file, x->hit->row.file)->language);

    if (strcmp(fact->problem, "unused") != 0)
        return;
    while (end < s.n && (s.p[end] == ' ' || s.p[end] == ','))
        end++;
    while (from > 0 && (s.p[from - 1] == ' ' || s.p[from - 1] == ','))
        from--;
    if (from > 0 && is_bracket(s.p[from - 1]) && (end >= s.n || is_bracket(s.p[end]))) {
        if (whole_comment(s, x->hit->off, python, &from, &len))
            replace(x, from, len, "");
    } else if (end < s.n && !is_bracket(s.p[end])) {
        replace(x, x->hit->off, end - x->hit->off, "");
    } else {
        replace(x, from, x->hit->off + x->hit->len - from, "");
    }
}

/* ---- dbt projects ---- */

/* A qualified name whose table happens to be called like a model may be another table: that is for a person. */
static void fix_use_reference(const struct fixing *x)
{
    const struct fact_hardcoded_relation *fact = x->fact->fields;

    if (fact->certain)
        replace(x, x->hit->off, x->hit->len, fact->replacement);
}

static void fix_rename_tests(const struct fixing *x)
{
    replace(x, x->hit->off, x->hit->len, "data_tests");
}

static void fix_add_plus(const struct fixing *x)
{
    replace(x, x->hit->off, 0, "+");
}

/* ---- the table ---- */

static const struct {
    const char *name;
    enum fact_kind fact;
    void (*run)(const struct fixing *x);
} fixers[] = {
#define FIXER(name, fact, doc) {#name, FACT_##fact, fix_##name},
#include "lint/fixers.def"
#undef FIXER
};

uint32_t fixer_count(void)
{
    return sizeof fixers / sizeof *fixers;
}

const char *fixer_name(uint32_t i)
{
    return fixers[i].name;
}

enum fact_kind fixer_fact(uint32_t i)
{
    return fixers[i].fact;
}

void fix_hits(struct facts *f, const struct hits *hits)
{
    struct ir_index columns = IR_INDEX(f->arena, f->ir, column, dataset, dataset);
    struct ir_index outputs = IR_INDEX(f->arena, f->ir, query_column, query, query);
    uint32_t before = f->ir->finding.count - hits->list.count;

    for (uint32_t i = 0; i < hits->list.count; i++) {
        const struct hit *hit = &hits->list.items[i];
        struct fixing x = {.f = f,
                           .hit = hit,
                           .fact = &f->rows.items[hit->fact],
                           .finding = {before + i},
                           .unsafe = strcmp(hit->rule->fix, "safe") != 0,
                           .columns = &columns,
                           .outputs = &outputs};

        if (hit->rule->edit && hit->row.hidden == IR_HIDDEN_NOT)
            fixers[hit->rule->edit - 1].run(&x);
    }
}
