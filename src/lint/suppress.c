/*
 * Comments that suppress findings: `-- lineage: ignore[LN101] reason`, `file-ignore`, `disable` and `enable`, and
 * `noqa: LN101`, which others write. They are looked for in the text of the files, so that a comment of SQL counts
 * wherever the SQL stands: in a routine's body, in a Python string. A comment counts for its line, or, when it
 * stands alone, for the next line of code, and for every statement, call or string that begins or ends there.
 */
#include "lint/hits.h"

#include "base/map.h"
#include "base/suggest.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum directive_kind { IGNORE, FILE_IGNORE, DISABLE, ENABLE, NOQA, UNKNOWN_WORD };

static const char *const words[] = {"ignore", "file-ignore", "disable", "enable"};

struct code {
    const char *text;
    uint32_t off, len; /* in the file's source */
    bool used;
};

struct directive {
    enum directive_kind kind;
    ir_file_id file;
    uint32_t off, len;     /* of the word and its codes */
    uint32_t line;         /* what it counts for */
    uint32_t first, count; /* codes */
    const char *reason;
    uint32_t next; /* the next one for the same line, or for the same file; 0: none */
};

struct suppress {
    struct facts *f;
    const struct rules *rules;
    VEC(struct directive) directives; /* item 0 is none */
    VEC(struct code) codes;
    struct map by_line; /* file and line (0: the file) -> its first directive */
};

/* ---- reading ---- */

/* The comment's mark that ends right before `p`, blanks aside: where it begins, or SIZE_MAX. */
static size_t mark_before(struct slice s, size_t p, bool python)
{
    while (p > 0 && (s.p[p - 1] == ' ' || s.p[p - 1] == '\t'))
        p--;
    if (p > 0 && s.p[p - 1] == '#' && (python || (p > 1 && s.p[p - 2] == '{')))
        return p - (python ? 1 : 2);
    if (p > 1 && ((s.p[p - 1] == '-' && s.p[p - 2] == '-') || (s.p[p - 1] == '*' && s.p[p - 2] == '/')))
        return p - 2;
    return SIZE_MAX;
}

static size_t line_start(struct slice s, size_t p)
{
    while (p > 0 && s.p[p - 1] != '\n')
        p--;
    return p;
}

static size_t line_end(struct slice s, size_t p)
{
    const char *end = p < s.n ? memchr(s.p + p, '\n', s.n - p) : NULL;

    return end ? (size_t)(end - s.p) : s.n;
}

static bool is_blank(struct slice s)
{
    return slice_trim(s).n == 0;
}

/* How many lines below that of `p` the next line of code stands. */
static uint32_t lines_to_code(struct slice s, size_t p, bool python)
{
    uint32_t n = 1;

    for (p = line_end(s, p) + 1; p < s.n; p = line_end(s, p) + 1, n++) {
        struct slice line = slice_trim(slice_sub(s, p, line_end(s, p) - p));

        if (line.n && !slice_starts(line, "--") && !slice_starts(line, "/*") && !(python && line.p[0] == '#'))
            break;
    }
    return n;
}

static bool is_code_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '*';
}

/* Codes with commas or blanks between them, up to what can't be one. Returns where that stands. */
static size_t read_codes(struct suppress *w, struct slice s, size_t p, struct directive *d)
{
    d->first = w->codes.count;
    while (p < s.n) {
        size_t from;

        while (p < s.n && (s.p[p] == ' ' || s.p[p] == ','))
            p++;
        for (from = p; p < s.n && is_code_char(s.p[p]); p++)
            continue;
        if (p == from)
            break;
        vec_push(w->f->arena, &w->codes,
                 ((struct code){.text = arena_strndup(w->f->arena, s.p + from, p - from),
                                .off = (uint32_t)from,
                                .len = (uint32_t)(p - from)}));
    }
    d->count = w->codes.count - d->first;
    return p;
}

/* What stands after the codes on the line, without the marks around it. */
static const char *read_reason(struct suppress *w, struct slice s, size_t p)
{
    struct slice rest = slice_trim(slice_sub(s, p, line_end(s, p) - p));

    while (rest.n && strchr(" -:;,\t", rest.p[0]))
        rest = slice_sub(rest, 1, rest.n);
    if (slice_ends(rest, "*/") || slice_ends(rest, "#}"))
        rest = slice_trim(slice_sub(rest, 0, rest.n - 2));
    return arena_strndup(w->f->arena, rest.p, rest.n);
}

static enum directive_kind kind_of(struct slice word)
{
    for (unsigned k = 0; k < sizeof words / sizeof *words; k++)
        if (slice_is(word, words[k]))
            return (enum directive_kind)k;
    return UNKNOWN_WORD;
}

/* `p` stands after "lineage:". False when this is no directive but a comment about lineage. */
static bool read_own(struct suppress *w, struct slice s, size_t p, struct directive *d)
{
    size_t from;

    while (p < s.n && s.p[p] == ' ')
        p++;
    for (from = p; p < s.n && (isalpha((unsigned char)s.p[p]) || s.p[p] == '-'); p++)
        continue;
    d->kind = kind_of(slice_sub(s, from, p - from));
    d->off = (uint32_t)from;
    d->len = (uint32_t)(p - from);
    if (p >= s.n || s.p[p] != '[') {
        d->reason = "";
        return d->kind == ENABLE && (p >= s.n || isspace((unsigned char)s.p[p]));
    }
    p = read_codes(w, s, p + 1, d);
    if (p >= s.n || s.p[p] != ']')
        return false;
    d->len = (uint32_t)(p + 1 - from);
    d->reason = read_reason(w, s, p + 1);
    return true;
}

static bool names_a_rule(const struct suppress *w, const char *code)
{
    for (uint32_t i = 0; i < w->rules->items.count; i++)
        if (strcasecmp(w->rules->items.items[i].code, code) == 0)
            return true;
    return false;
}

/* `p` stands after "noqa:". Codes of other linters are none of ours. */
static bool read_noqa(struct suppress *w, struct slice s, size_t p, struct directive *d)
{
    uint32_t kept;
    size_t end = read_codes(w, s, p, d);

    d->kind = NOQA;
    d->off = (uint32_t)p;
    d->len = (uint32_t)(end - p);
    d->reason = "noqa";
    kept = d->first;
    for (uint32_t i = d->first; i < w->codes.count; i++)
        if (names_a_rule(w, w->codes.items[i].text))
            w->codes.items[kept++] = w->codes.items[i];
    w->codes.count = kept;
    d->count = kept - d->first;
    return d->count > 0;
}

static void add_directive(struct suppress *w, struct slice s, size_t mark, uint32_t line, struct directive d)
{
    bool python = ir_has_hash_comments(IR(w->f->ir, file, d.file)->language);
    size_t start = line_start(s, mark);
    uint64_t key;

    d.line = line;
    if (d.kind == IGNORE && is_blank(slice_sub(s, start, mark - start)))
        d.line = line + lines_to_code(s, mark, python);
    if (d.kind == IGNORE || d.kind == NOQA || d.kind == FILE_IGNORE) {
        key = map_key(d.file.v, d.kind == FILE_IGNORE ? 0 : d.line);
        d.next = map_get(&w->by_line, key);
        map_put(&w->by_line, key, w->directives.count);
    }
    vec_push(w->f->arena, &w->directives, d);
}

static void read_file(struct suppress *w, ir_file_id file)
{
    static const struct {
        const char *word;
        bool (*read)(struct suppress *w, struct slice s, size_t p, struct directive *d);
    } markers[] = {{"lineage:", read_own}, {"noqa:", read_noqa}};
    const struct ir_file *row = IR(w->f->ir, file, file);
    struct slice s = ir_slice(w->f->ir, row->source);
    uint32_t line = 1;
    size_t counted = 0; /* of the source, for `line` */
    const char *colon;

    for (size_t p = 0; p < s.n && (colon = memchr(s.p + p, ':', s.n - p)); p++) {
        p = (size_t)(colon - s.p);
        for (unsigned m = 0; m < sizeof markers / sizeof *markers; m++) {
            size_t n = strlen(markers[m].word), from = p + 1 - n, mark;
            struct directive d = {.file = file};

            if (p + 1 < n || strncasecmp(s.p + from, markers[m].word, n) != 0)
                continue;
            mark = mark_before(s, from, ir_has_hash_comments(row->language));
            for (; counted < p; counted++)
                line += s.p[counted] == '\n';
            if (mark != SIZE_MAX && markers[m].read(w, s, p + 1, &d))
                add_directive(w, s, mark, line, d);
        }
    }
}

/* ---- what they hide ---- */

static bool hides(struct suppress *w, struct directive *d, struct hit *hit)
{
    for (uint32_t i = d->first; i < d->first + d->count; i++) {
        struct code *code = &w->codes.items[i];

        if (!rule_matches(hit->rule, code->text))
            continue;
        code->used = true;
        hit->row.hidden = IR_HIDDEN_SUPPRESSED;
        hit->row.hidden_why = ir_interns(w->f->ir, d->reason);
        return true;
    }
    return false;
}

static bool hidden_by_line(struct suppress *w, struct hit *hit, ir_file_id file, uint32_t line)
{
    for (uint32_t i = map_get(&w->by_line, map_key(file.v, line)); i; i = w->directives.items[i].next)
        if (hides(w, &w->directives.items[i], hit))
            return true;
    return false;
}

static bool hidden_by_place(struct suppress *w, struct hit *hit, struct ir_place place)
{
    return hidden_by_line(w, hit, place.file, place.line) ||
           hidden_by_line(w, hit, place.file, place.end_line);
}

/* The statement, and in Python also the call that runs it and the string that holds it. */
static bool hidden_by_statement(struct suppress *w, struct hit *hit)
{
    const struct ir *ir = w->f->ir;
    const struct ir_statement *s = IR(ir, statement, hit->row.statement);
    const struct ir_text *text = IR(ir, text, s->text);
    uint32_t length = (uint32_t)ir_slice(ir, text->content).n;

    if (!hit->row.statement.v)
        return false;
    if (hidden_by_place(w, hit, ir_statement_place(ir, hit->row.statement)))
        return true;
    return text->kind == IR_TEXT_GUEST &&
           (hidden_by_place(w, hit, ir_place_of(ir, text->file, s->text, 0, length)) ||
            hidden_by_place(w, hit,
                            ir_place_of(ir, text->file, (ir_text_id){0}, text->call_off, text->call_len)));
}

/* disable[…] and enable[…] met so far in the file at hand: of each rule the code that disabled it. */
struct ranges {
    struct suppress *w;
    uint32_t *disabled_by; /* rule -> code + 1 */
    const char **reasons;
    uint32_t next; /* the next directive to be met */
    ir_file_id file;
};

static void meet(struct ranges *r, const struct directive *d)
{
    const struct rules *rules = r->w->rules;

    for (uint32_t k = 0; k < rules->items.count; k++) {
        if (d->kind == ENABLE && !d->count)
            r->disabled_by[k] = 0;
        for (uint32_t i = d->first; i < d->first + d->count; i++) {
            if (!rule_matches(&rules->items.items[k], r->w->codes.items[i].text))
                continue;
            r->disabled_by[k] = d->kind == DISABLE ? i + 1 : 0;
            r->reasons[k] = d->reason;
        }
    }
}

static bool hidden_by_range(struct ranges *r, struct hit *hit)
{
    const struct rules *rules = r->w->rules;
    uint32_t k = (uint32_t)(hit->rule - rules->items.items);

    if (r->file.v != hit->row.file.v)
        memset(r->disabled_by, 0, rules->items.count * sizeof *r->disabled_by);
    r->file = hit->row.file;
    for (; r->next < r->w->directives.count; r->next++) {
        const struct directive *d = &r->w->directives.items[r->next];

        if (d->file.v > hit->row.file.v || (d->file.v == hit->row.file.v && d->off > hit->off))
            break;
        if (d->file.v == hit->row.file.v && (d->kind == DISABLE || d->kind == ENABLE))
            meet(r, d);
    }
    if (!r->disabled_by[k])
        return false;
    r->w->codes.items[r->disabled_by[k] - 1].used = true;
    hit->row.hidden = IR_HIDDEN_SUPPRESSED;
    hit->row.hidden_why = ir_interns(r->w->f->ir, r->reasons[k]);
    return true;
}

static void hide(struct suppress *w, struct hits *hits)
{
    struct arena *a = w->f->arena;
    struct ranges ranges = {.w = w,
                            .disabled_by = ARENA_ARRAY(a, uint32_t, w->rules->items.count),
                            .reasons = ARENA_ARRAY(a, const char *, w->rules->items.count),
                            .next = 1};

    for (uint32_t i = 0; i < hits->list.count; i++) {
        struct hit *hit = &hits->list.items[i];
        struct ir_place place = ir_place_of(w->f->ir, hit->row.file, (ir_text_id){0}, hit->off, hit->len);

        if (!hidden_by_range(&ranges, hit) && !hidden_by_line(w, hit, place.file, place.line) &&
            !hidden_by_statement(w, hit))
            hidden_by_line(w, hit, place.file, 0);
    }
}

/* ---- what is to be said about them ---- */

static const char *names_none(const struct suppress *w, const char *what, const char *near)
{
    return near ? arena_printf(w->f->arena, "%s; did you mean %s?", what, near) : what;
}

static const char *nearest(const struct suppress *w, const char *code)
{
    uint32_t n = w->rules->items.count;
    const char **names = ARENA_ARRAY(w->f->arena, const char *, 2 * (size_t)n);

    for (uint32_t i = 0; i < n; i++) {
        names[2 * i] = w->rules->items.items[i].code;
        names[2 * i + 1] = w->rules->items.items[i].name;
    }
    return suggest(code, names, 2 * (size_t)n);
}

static void say_code(struct suppress *w, const struct directive *d, const struct code *code)
{
    struct fact_at at = at_source(d->file, code->off, code->len);
    bool known = false, runs = false;

    for (uint32_t i = 0; i < w->rules->items.count; i++) {
        const struct rule *rule = &w->rules->items.items[i];
        bool meant = rule_matches(rule, code->text);

        known = known || meant;
        runs = runs || (meant && rule->enabled);
    }
    if (!known)
        FACT_ADD(w->f, suppression, at, .problem = "unknown", .code = code->text,
                 .why = names_none(w, "names no rule", nearest(w, code->text)));
    else if (runs && !code->used && d->kind != ENABLE)
        FACT_ADD(w->f, suppression, at, .problem = "unused", .code = code->text, .why = "suppresses nothing");
}

static void say_word(struct suppress *w, struct fact_at at, const char *word)
{
    const char *near =
        suggest(arena_strndup(w->f->arena, word, strcspn(word, "[")), words, sizeof words / sizeof *words);

    FACT_ADD(w->f, suppression, at, .problem = "unknown", .code = word,
             .why = names_none(w, "begins with no word that lineage knows", near));
}

static void say(struct suppress *w)
{
    for (uint32_t i = 1; i < w->directives.count; i++) {
        const struct directive *d = &w->directives.items[i];
        struct fact_at at = at_source(d->file, d->off, d->len);
        const char *word = arena_strndup(w->f->arena, at_bytes(w->f, at).p, at.len);

        if (d->kind == UNKNOWN_WORD) {
            say_word(w, at, word);
            continue;
        }
        for (uint32_t k = d->first; k < d->first + d->count; k++)
            say_code(w, d, &w->codes.items[k]);
        if (!*d->reason && d->kind != ENABLE)
            FACT_ADD(w->f, suppression, at, .problem = "no_reason", .code = word,
                     .why = "suppresses findings without a word about the reason");
    }
}

void suppress_hits(struct facts *f, const struct rules *rules, struct hits *hits)
{
    struct suppress w = {.f = f, .rules = rules, .by_line = map_new(f->arena)};

    vec_push(f->arena, &w.directives, (struct directive){0});
    for (IR_EACH(f->ir, file, i))
        read_file(&w, i);
    if (w.directives.count == 1)
        return;
    hide(&w, hits);
    say(&w);
}
