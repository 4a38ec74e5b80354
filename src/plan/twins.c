/*
 * The same clean-up written twice: temporary tables of different scripts that take the same rows of the same source
 * become one staging model. What counts as the same is the query's tokens, without comments, layout and the case of
 * what stands in no quotes; a query that can give other rows each time it runs has no twin.
 */
#include "plan/planner.h"

#include "ir/scan.h"

#include <ctype.h>

/* What may give another result the second time, or depends on the session. */
static const char *const volatile_words[] = {
    "random",
    "rand",
    "now",
    "current_timestamp",
    "localtimestamp",
    "clock_timestamp",
    "sysdate",
    "getdate",
    "nextval",
    "uuid_generate_v4",
    "gen_random_uuid",
    "newid",
    "limit",
    "fetch",
    "top",
    "tablesample",
    "current_user",
    "session_user",
    "setseed",
    "row_number",
    "current_time",
    "localtime",
    "statement_timestamp",
    "timeofday",
    "transaction_timestamp",
};

static bool is_volatile(const struct planner *p, struct slice word)
{
    for (size_t i = 0; i < sizeof volatile_words / sizeof *volatile_words; i++)
        if (slice_is_nocase(word, volatile_words[i]))
            return true;
    return map_get(&p->routines, ir_fold(p->ir, ir_intern(p->ir, word.p, word.n)).v) != 0;
}

/* The one relation that the statement reads; row 0 when there are others. */
static struct ir_access relation_of(const struct planner *p, ir_statement_id statement)
{
    const struct ir_index *ix = &p->accesses;
    struct ir_access found = {0};

    for (uint32_t k = ix->first[statement.v]; k < ix->first[statement.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[ix->rows[k]];

        if (access->mode != IR_ACCESS_READ)
            continue;
        if (found.dataset.v)
            return (struct ir_access){0};
        found = *access;
    }
    return found;
}

/* Does nothing in the project change its rows? Between two changes the same query gives two results. */
static bool is_left_alone(const struct planner *p, ir_dataset_id dataset)
{
    const struct ir_index *ix = &p->touches;

    for (uint32_t k = ix->first[dataset.v]; k < ix->first[dataset.v + 1]; k++) {
        const struct ir_access *access = &p->ir->access.items[ix->rows[k]];

        if (access->mode != IR_ACCESS_READ &&
            IR(p->ir, statement, access->statement)->kind != IR_KIND_CREATE_TABLE &&
            IR(p->ir, statement, access->statement)->kind != IR_KIND_COMMENT)
            return false;
    }
    return true;
}

static void add_token(struct buf *out, struct scan_token t)
{
    buf_addc(out, ' ');
    for (size_t i = 0; i < t.bytes.n; i++)
        buf_addc(out, t.kind == SCAN_WORD ? (char)tolower((unsigned char)t.bytes.p[i]) : t.bytes.p[i]);
}

/* The query's tokens, the relation by its id; 0 when the query has no twin. */
static ir_str normal_form(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    const struct ir_text *text = IR(p->ir, text, s->text);
    struct scan scan = {slice_sub(ir_slice(p->ir, text->content), 0, s->body_off + s->body_len), s->body_off};
    struct ir_access relation = relation_of(p, statement);
    struct buf out = buf_new(p->scratch);

    if (!relation.dataset.v || !is_left_alone(p, relation.dataset) || s->variables.v || text->unknown_parts ||
        !s->body_len)
        return (ir_str){0};
    buf_printf(&out, "%u", (unsigned)text->dialect);
    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan)) {
        if (s->cut_len && t.off >= s->cut_off && t.off < s->cut_off + s->cut_len)
            continue;
        if (t.off == relation.off) {
            buf_printf(&out, " #%u", relation.dataset.v);
            scan.at = relation.off + relation.len;
        } else if (t.kind == SCAN_WORD && is_volatile(p, t.bytes)) {
            return (ir_str){0};
        } else {
            add_token(&out, t);
        }
    }
    return ir_intern(p->ir, out.p, out.n);
}

/* A temporary table that one query over a source fills, row by row, without a list of columns of its own. */
static bool is_clean_up(const struct planner *p, ir_dataset_id dataset)
{
    const struct plan_build *b = &p->builds[dataset.v];
    ir_access_id target = plan_target(p, b->first);

    return b->model && IR(p->ir, dataset, dataset)->kind == IR_DATASET_TEMP && !b->inserts &&
           p->targets.first[target.v] == p->targets.first[target.v + 1] && plan_fits_staging(p, dataset);
}

void plan_twins(struct planner *p)
{
    struct map first = map_new(p->arena);

    for (IR_EACH(p->ir, dataset, d)) {
        struct plan_build *b = &p->builds[d.v];
        ir_str form = is_clean_up(p, d) && !b->frame.v ? normal_form(p, b->first) : (ir_str){0};
        uint32_t twin = form.v ? map_get(&first, form.v) : 0;

        if (twin) {
            b->model = false;
            IR(p->ir, dataset, d)->same_as = (ir_dataset_id){twin};
        } else if (form.v) {
            map_put(&first, form.v, d.v);
        }
        arena_reset(p->scratch);
    }
}
