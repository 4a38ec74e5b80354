/*
 * A procedure's body as words that know how deep they stand. Each is read once, when somebody asks.
 */
#include "plan/routine.h"

#include <ctype.h>
#include <string.h>

bool plan_word_is(const struct plan_routine *r, uint32_t at, const char *word)
{
    const struct plan_word *w = at < r->words.count ? &r->words.items[at] : NULL;

    return w && (w->kind == SCAN_WORD || w->kind == SCAN_SYMBOL) &&
           slice_is_nocase(slice_sub(r->text, w->off, w->len), word);
}

uint32_t plan_word_at(const struct plan_routine *r, uint32_t off)
{
    uint32_t low = 0, high = r->words.count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (r->words.items[mid].off < off)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct plan_range plan_word_range(const struct plan_routine *r, uint32_t from, uint32_t to)
{
    if (from >= to || to > r->words.count)
        return (struct plan_range){0, 0};
    const struct plan_word *first = &r->words.items[from], *last = &r->words.items[to - 1];
    return (struct plan_range){first->off, last->off + last->len - first->off};
}

/* The text between the dollar quotes around `off`; the whole when there are none. */
static struct plan_range quoted_body(struct slice text, uint32_t from, uint32_t to, uint32_t off)
{
    struct scan s = {slice_sub(text, 0, to), from};

    for (struct scan_token t = scan_solid(&s); t.kind != SCAN_END; t = scan_solid(&s)) {
        const char *tag;
        uint32_t len;

        if (t.kind != SCAN_STRING || t.bytes.p[0] != '$' || t.off > off || t.off + t.bytes.n <= off)
            continue;
        tag = memchr(t.bytes.p + 1, '$', t.bytes.n - 1);
        len = tag ? (uint32_t)(tag - t.bytes.p) + 1 : 0;
        return (struct plan_range){(uint32_t)t.off + len, (uint32_t)t.bytes.n - 2 * len};
    }
    return (struct plan_range){from, to - from};
}

static bool opens(const struct plan_routine *r, uint32_t at)
{
    bool after_end = at && plan_word_is(r, at - 1, "end");

    return plan_word_is(r, at, "begin") ||
           (!after_end &&
            (plan_word_is(r, at, "if") || plan_word_is(r, at, "loop") || plan_word_is(r, at, "case")));
}

static void link_words(struct plan_routine *r)
{
    for (uint32_t at = r->words.count; at-- > 0;) {
        struct plan_word *w = &r->words.items[at];
        uint32_t name = ir_fold(r->p->ir, ir_intern(r->p->ir, r->text.p + w->off, w->len)).v;

        if (w->kind != SCAN_WORD)
            continue;
        w->same = map_get(&r->first, name);
        map_put(&r->first, name, at + 1);
    }
}

static void read_words(struct plan_routine *r, struct plan_range range)
{
    struct scan s = {slice_sub(r->text, 0, range.off + range.len), range.off};
    uint32_t depth = 0;

    for (struct scan_token t = scan_solid(&s); t.kind != SCAN_END; t = scan_solid(&s)) {
        uint32_t at = r->words.count;

        vec_push(r->p->arena, &r->words,
                 ((struct plan_word){t.kind, (uint32_t)t.off, (uint32_t)t.bytes.n, depth, 0}));
        if (opens(r, at))
            depth++;
        else if (plan_word_is(r, at, "end") && depth)
            depth--;
    }
    link_words(r);
}

static struct plan_routine *find_routine(const struct planner *p, ir_statement_id statement)
{
    const struct ir *ir = p->ir;
    const struct ir_statement *s = IR(ir, statement, statement);
    const struct ir_job *job = IR(ir, job, s->job);
    struct slice text = ir_slice(ir, IR(ir, text, s->text)->content);
    struct plan_routine *r = p->routines_read[s->job.v];

    if ((job->kind != IR_JOB_PROCEDURE && job->kind != IR_JOB_FUNCTION) ||
        IR(ir, text, s->text)->kind != IR_TEXT_FILE || (size_t)job->off + job->len > text.n ||
        ir_slice(ir, IR(ir, file, s->file)->source).n != text.n)
        return NULL;
    if (!r) {
        r = ARENA_NEW(p->arena, struct plan_routine);
        *r = (struct plan_routine){
            .p = p, .text = text, .has_labels = memmem(text.p + job->off, job->len, "<<", 2) != NULL};
        p->routines_read[s->job.v] = r;
    }
    return r;
}

const struct plan_routine *plan_routine_of(const struct planner *p, ir_statement_id statement)
{
    struct plan_routine *r = find_routine(p, statement);
    const struct ir_statement *s = IR(p->ir, statement, statement);
    const struct ir_job *job = IR(p->ir, job, s->job);

    if (r && !r->first.arena) {
        r->first = map_new(p->arena);
        read_words(r, quoted_body(r->text, job->off, job->off + job->len, s->off));
    }
    return r;
}

const struct plan_routine *plan_routine_unread(const struct planner *p, ir_statement_id statement)
{
    return find_routine(p, statement);
}
