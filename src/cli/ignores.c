/*
 * A comment goes on a line of its own above the line where a statement begins, or the call that runs it. Within a
 * string of several lines, a here-document or YAML's blocks of text it would change the text: there is none.
 */
#include "cli/ignores.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A finding and the line above which its comment stands. */
struct wish {
    ir_file_id file;
    uint32_t line; /* the offset at which the line begins */
    const char *code;
    ir_finding_id finding;
};

struct wishes {
    VEC(struct wish) list;
};

/* ---- where ---- */

/* Of one file: the strings of several lines, as [from, to) of their bytes. */
struct span {
    uint32_t from, to;
};
struct strings {
    VEC(struct span) list;
};

/* After the string at `i`. */
static uint32_t string_end(struct slice s, uint32_t i, enum ir_language language)
{
    char quote = s.p[i];
    bool python = language == IR_LANG_PYTHON,
         escapes = python || (ir_has_hash_comments(language) && quote == '"');
    bool triple = python && i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote;

    for (i += triple ? 3 : 1; i < s.n; i++) {
        if (escapes && s.p[i] == '\\')
            i++;
        else if (s.p[i] == quote && (!triple || (i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote)))
            return i + (triple ? 3 : 1);
        else if (s.p[i] == '\n' && python && !triple)
            return i;
    }
    return (uint32_t)s.n;
}

static uint32_t comment_end(struct slice s, uint32_t i, enum ir_language language)
{
    const char *end;
    bool hash = ir_has_hash_comments(language), python = language == IR_LANG_PYTHON;

    if (hash ? s.p[i] == '#' && (python || i == 0 || isspace((unsigned char)s.p[i - 1]))
             : i + 1 < s.n && memcmp(s.p + i, "--", 2) == 0) {
        end = memchr(s.p + i, '\n', s.n - i);
        return end ? (uint32_t)(end - s.p) : (uint32_t)s.n;
    }
    if (!hash && i + 1 < s.n && memcmp(s.p + i, "/*", 2) == 0) {
        end = memmem(s.p + i, s.n - i, "*/", 2);
        return end ? (uint32_t)(end - s.p) + 2 : (uint32_t)s.n;
    }
    return i;
}

static uint32_t line_end(struct slice s, uint32_t i)
{
    const char *end = i < s.n ? memchr(s.p + i, '\n', s.n - i) : NULL;

    return end ? (uint32_t)(end - s.p) : (uint32_t)s.n;
}

/* A here-document whose << stands at `i`: from there to the end of the line that closes it; `i` when it is none. */
static uint32_t here_document_end(struct slice s, uint32_t i)
{
    uint32_t from = i + 2, to, line;
    struct slice word;

    if (i + 2 >= s.n || s.p[i] != '<' || s.p[i + 1] != '<' || s.p[i + 2] == '<' ||
        (i > 0 && s.p[i - 1] == '<'))
        return i;
    while (from < s.n && strchr("- \t'\"\\", s.p[from]))
        from++;
    for (to = from; to < s.n && (isalnum((unsigned char)s.p[to]) || s.p[to] == '_');)
        to++;
    word = slice_sub(s, from, to - from);
    if (word.n == 0)
        return i;
    for (line = line_end(s, to) + 1; line < s.n; line = line_end(s, line) + 1)
        if (slice_eq(slice_trim(slice_sub(s, line, line_end(s, line) - line)), word))
            return line_end(s, line);
    return (uint32_t)s.n;
}

/* Strings and here-documents. */
static struct strings strings_of(struct slice s, enum ir_language language, struct arena *a)
{
    struct strings found = {0};

    for (uint32_t i = 0; i < s.n;) {
        uint32_t end = comment_end(s, i, language);

        if (end == i && language == IR_LANG_SHELL)
            end = here_document_end(s, i);
        if (end == i && s.p[i] == '\\' && language == IR_LANG_SHELL)
            end = i + 2;
        if (end == i)
            end = s.p[i] == '\'' || (s.p[i] == '"') ? string_end(s, i, language) : i + 1;
        if (end > i + 1)
            vec_push(a, &found.list, ((struct span){i, end}));
        i = end;
    }
    return found;
}

static bool is_inside(const struct strings *strings, uint32_t off)
{
    uint32_t low = 0, high = strings->list.count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (strings->list.items[mid].to <= off)
            low = mid + 1;
        else
            high = mid;
    }
    return low < strings->list.count && strings->list.items[low].from < off;
}

/* The byte whose line the comment is to stand above: of the call in Python, else of the statement. */
static uint32_t anchor(const struct ir *ir, const struct ir_finding *row)
{
    const struct ir_statement *s = IR(ir, statement, row->statement);
    const struct ir_text *text = IR(ir, text, s->text);
    struct ir_place place = ir_place_of(ir, row->file, row->text, row->off, row->len);
    struct ir_place statement = ir_statement_place(ir, row->statement);

    if (row->statement.v && text->kind == IR_TEXT_GUEST && text->file.v == place.file.v && text->call_len)
        return text->call_off;
    return row->statement.v && statement.file.v == place.file.v ? statement.off : place.off;
}

static bool line_above(struct slice s, const struct strings *strings, uint32_t off, uint32_t *line)
{
    while (off > 0 && s.p[off - 1] != '\n')
        off--;
    *line = off;
    return !is_inside(strings, off) && !(off > 1 && s.p[off - 2] == '\\');
}

/* ---- which ---- */

/* What is wrong with a comment that suppresses is not to be suppressed. */
static bool is_of_comments(const struct ir *ir, const struct ir_finding *row)
{
    return strcmp(ir_string(ir, IR(ir, rule, row->rule)->fact), "suppression") == 0;
}

static void gather_file(struct ir *ir, ir_file_id file, ir_finding_id first, ir_finding_id end,
                        struct arena *a, struct wishes *wishes)
{
    struct slice s = ir_slice(ir, IR(ir, file, file)->source);
    enum ir_language language = IR(ir, file, file)->language;
    struct strings strings = strings_of(s, language, a);

    for (ir_finding_id f = first; f.v < end.v && language != IR_LANG_COMPOSE; f.v++) {
        const struct ir_finding *row = IR(ir, finding, f);
        uint32_t line;

        if (!row->hidden && !is_of_comments(ir, row) && line_above(s, &strings, anchor(ir, row), &line))
            vec_push(a, &wishes->list,
                     ((struct wish){file, line, ir_string(ir, IR(ir, rule, row->rule)->code), f}));
    }
}

static int by_line(const void *a, const void *b)
{
    const struct wish *x = a, *y = b;

    if (x->file.v != y->file.v)
        return x->file.v < y->file.v ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return strcmp(x->code, y->code);
}

/* Wishes [first, end) of one line as one comment. */
static void add_comment(struct ir *ir, struct arena *a, const struct wishes *wishes, uint32_t first,
                        uint32_t end)
{
    const struct wish *w = &wishes->list.items[first];
    struct slice s = ir_slice(ir, IR(ir, file, w->file)->source);
    struct buf out = buf_new(a);
    uint32_t indent = w->line;

    while (indent < s.n && (s.p[indent] == ' ' || s.p[indent] == '\t'))
        indent++;
    buf_add(&out, s.p + w->line, indent - w->line);
    buf_printf(&out, "%s lineage: ignore[",
               ir_has_hash_comments(IR(ir, file, w->file)->language) ? "#" : "--");
    for (uint32_t i = first; i < end; i++)
        if (i == first || strcmp(wishes->list.items[i - 1].code, wishes->list.items[i].code) != 0)
            buf_printf(&out, "%s%s", i > first ? ", " : "", wishes->list.items[i].code);
    buf_adds(&out, memchr(s.p, '\r', s.n) ? "]\r\n" : "]\n");
    ir_add_edit(ir, (struct ir_edit){.finding = w->finding,
                                     .file = w->file,
                                     .off = w->line,
                                     .content = ir_intern(ir, out.p, out.n)});
}

uint32_t ignores_add(struct ir *ir, struct arena *scratch)
{
    struct wishes wishes = {0};
    ir_finding_id first = {1}, end;

    for (; first.v < ir->finding.count; first = end) {
        ir_file_id file = IR(ir, finding, first)->file;

        for (end = first; end.v < ir->finding.count && IR(ir, finding, end)->file.v == file.v; end.v++)
            continue;
        gather_file(ir, file, first, end, scratch, &wishes);
    }
    if (wishes.list.count)
        qsort(wishes.list.items, wishes.list.count, sizeof *wishes.list.items, by_line);
    for (uint32_t i = 0, k; i < wishes.list.count; i = k) {
        for (k = i + 1; k < wishes.list.count && wishes.list.items[k].file.v == wishes.list.items[i].file.v &&
                        wishes.list.items[k].line == wishes.list.items[i].line;)
            k++;
        add_comment(ir, scratch, &wishes, i, k);
    }
    return wishes.list.count;
}
