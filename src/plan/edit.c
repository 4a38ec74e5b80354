/*
 * The author's query as pieces: slices of the text, with an edit wherever something must change. An edit takes
 * bytes away and may put something in their place: ref() or source() for a relation, columns for a star, nothing
 * for SELECT's INTO, for the schema before a column's table and for indentation.
 */
#include "plan/planner.h"

#include "plan/holes.h"
#include "ir/scan.h"
#include "plan/variables.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum edit_kind { EDIT_CUT, EDIT_RELATION, EDIT_STAR, EDIT_QUALIFY, EDIT_VARIABLE, EDIT_HOLE };

struct edit {
    uint32_t off, len;
    enum edit_kind kind;
    ir_access_id access; /* EDIT_RELATION */
    bool named;          /* its old name qualifies columns and must live on as an alias */
    ir_output_id output; /* EDIT_STAR */
    ir_str name;         /* EDIT_VARIABLE */
};

struct editor {
    struct planner *p;
    const struct ir_statement *statement;
    ir_step_id step;
    uint32_t from, to; /* of the query in the text */
    VEC(struct edit) edits;
    struct map qualifiers; /* folded names that qualify columns in the statement */
    struct map exists;     /* queries of EXISTS (…) */
    uint32_t indent;       /* bytes that every line loses */
    const struct plan_self *self;
};

void plan_literal(struct planner *p, ir_step_id step, const char *text)
{
    ir_add_piece(
        p->ir, (struct ir_piece){.step = step, .kind = IR_PIECE_LITERAL, .literal = ir_interns(p->ir, text)});
}

static void add_slice(struct planner *p, ir_step_id step, ir_text_id text, uint32_t off, uint32_t len)
{
    if (len)
        ir_add_piece(p->ir, (struct ir_piece){
                                .step = step, .kind = IR_PIECE_SLICE, .text = text, .off = off, .len = len});
}

/* The lines of a comment, which end in a line feed alone. */
static void add_lines(struct planner *p, ir_step_id step, ir_text_id text, uint32_t off, uint32_t len)
{
    struct slice content = ir_slice(p->ir, IR(p->ir, text, text)->content);
    uint32_t end = off + len;

    for (uint32_t at = off; at + 1 < end; at++)
        if (content.p[at] == '\r' && content.p[at + 1] == '\n') {
            add_slice(p, step, text, off, at - off);
            off = at + 1;
        }
    add_slice(p, step, text, off, end - off);
}

static void add_edit(struct editor *e, struct edit edit)
{
    if (edit.len && edit.off >= e->from && edit.off + edit.len <= e->to)
        vec_push(e->p->scratch, &e->edits, edit);
}

/* ---- what must change ---- */

/* Bytes before the part of a dotted name that follows `parts` dots. */
static uint32_t prefix_len(const struct editor *e, uint32_t off, uint32_t len, uint32_t parts)
{
    struct scan s = {slice_sub(ir_slice(e->p->ir, IR(e->p->ir, text, e->statement->text)->content), off, len),
                     0};

    while (parts) {
        struct scan_token t = scan_next(&s);

        if (t.kind == SCAN_END)
            return 0;
        if (t.kind == SCAN_SYMBOL && t.bytes.p[0] == '.')
            parts--;
    }
    return (uint32_t)s.at;
}

static void note_qualifier(struct editor *e, ir_str name)
{
    if (name.v)
        map_put(&e->qualifiers, ir_fold(e->p->ir, name).v, 1);
}

static void edit_uses(struct editor *e, uint32_t query)
{
    const struct ir_index *ix = &e->p->uses;

    for (uint32_t k = ix->first[query]; k < ix->first[query + 1]; k++) {
        struct ir_use use = e->p->ir->use.items[ix->rows[k]];

        note_qualifier(e, use.table);
        if (e->self && e->self->block.v == query && !use.table.v && use.column.v &&
            !(use.flags & IR_USE_STAR))
            add_edit(e, (struct edit){.off = use.off, .len = 1, .kind = EDIT_QUALIFY});
        if (use.flags & IR_USE_EXISTS)
            map_put(&e->exists, use.subquery.v, 1);
        if (use.schema.v)
            add_edit(e, (struct edit){.off = use.off,
                                      .len = prefix_len(e, use.off, use.len, use.catalog.v ? 2 : 1)});
    }
}

/* Does the star of `output` show columns of a relation (rather than of a CTE or subquery that stands in the same
 * text, where everybody can see them)? */
static bool shows_relation(const struct editor *e, const struct ir_output *output)
{
    struct ir *ir = e->p->ir;
    const struct ir_index *ix = &e->p->inputs;

    for (uint32_t k = ix->first[output->query.v]; k < ix->first[output->query.v + 1]; k++) {
        const struct ir_input *input = &ir->input.items[ix->rows[k]];

        if (input->kind == IR_INPUT_RELATION &&
            (output->star == 1 || ir_fold(ir, input->alias).v == ir_fold(ir, output->star_table).v))
            return true;
    }
    return false;
}

/* Are all columns that the star stands for known? */
static bool star_is_known(const struct editor *e, ir_output_id output)
{
    const struct ir *ir = e->p->ir;
    const struct ir_index *ix = &e->p->query_columns;
    ir_query_id query = IR(ir, output, output)->query;
    uint32_t count = 0;

    for (uint32_t k = ix->first[query.v]; k < ix->first[query.v + 1]; k++) {
        const struct ir_query_column *column = &ir->query_column.items[ix->rows[k]];

        if (column->output.v != output.v)
            continue;
        if (!column->name.v)
            return false;
        count++;
    }
    return count > 0;
}

static void edit_stars(struct editor *e, uint32_t query)
{
    const struct ir_index *ix = &e->p->outputs;

    for (uint32_t k = ix->first[query]; k < ix->first[query + 1]; k++) {
        ir_output_id id = {ix->rows[k]};
        struct ir_output output = *IR(e->p->ir, output, id);

        if (!output.star)
            continue;
        note_qualifier(e, output.star_table);
        if (!map_get(&e->exists, query) && !(output.flags & IR_OUTPUT_CHANGED_STAR) &&
            shows_relation(e, &output) && star_is_known(e, id))
            add_edit(e, (struct edit){output.off, output.len, EDIT_STAR, .output = id});
        else if (output.star_schema.v)
            add_edit(e, (struct edit){
                            .off = output.off,
                            .len = prefix_len(e, output.off, output.len, output.star_catalog.v ? 2 : 1)});
    }
}

static void edit_relations(struct editor *e, ir_statement_id statement)
{
    struct ir *ir = e->p->ir;
    const struct ir_index *ix = &e->p->accesses;
    struct map aliased = map_new(e->p->scratch);

    for (uint32_t k = e->p->queries.first[statement.v]; k < e->p->queries.first[statement.v + 1]; k++) {
        uint32_t q = e->p->queries.rows[k];

        for (uint32_t i = e->p->inputs.first[q]; i < e->p->inputs.first[q + 1]; i++) {
            const struct ir_input *input = &ir->input.items[e->p->inputs.rows[i]];

            if (input->has_alias)
                map_put(&aliased, input->access.v, 1);
        }
    }
    for (uint32_t k = ix->first[statement.v]; k < ix->first[statement.v + 1]; k++) {
        ir_access_id id = {ix->rows[k]};
        struct ir_access access = *IR(ir, access, id);

        if (access.mode != IR_ACCESS_READ || !access.dataset.v ||
            (access.flags & (IR_ACCESS_IN_PYTHON | IR_ACCESS_FRAME)))
            continue;
        add_edit(e, (struct edit){access.off, access.len, EDIT_RELATION, .access = id,
                                  .named = !map_get(&aliased, id.v) &&
                                           map_get(&e->qualifiers, ir_fold(ir, access.name).v)});
    }
}

/* ---- variables ---- */

/* A word that is a variable's name, and nothing else that could be called so. */
static void edit_variables(struct editor *e, ir_statement_id statement)
{
    struct planner *p = e->p;
    struct scan s = {slice_sub(ir_slice(p->ir, IR(p->ir, text, e->statement->text)->content), 0, e->to),
                     e->from};
    struct map names = map_new(p->scratch), columns = map_new(p->scratch);
    struct scan_token before = {.kind = SCAN_END};
    size_t at = 0;

    if (!e->statement->variables.v)
        return;
    for (ir_str name; (name = plan_next_variable(p, statement, &at)).v;)
        map_put(&names, name.v, 1);
    for (uint32_t k = p->queries.first[statement.v]; k < p->queries.first[statement.v + 1]; k++)
        for (uint32_t u = p->uses.first[p->queries.rows[k]]; u < p->uses.first[p->queries.rows[k] + 1]; u++)
            map_put(&columns, p->ir->use.items[p->uses.rows[u]].off + 1, 1);
    for (struct scan_token t = scan_solid(&s); t.kind != SCAN_END; before = t, t = scan_solid(&s)) {
        ir_str name = ir_fold(p->ir, ir_intern(p->ir, t.bytes.p, t.bytes.n));
        struct scan after = s;
        bool behind = slice_is(before.bytes, ".") || slice_is_nocase(before.bytes, "as");

        if (t.kind == SCAN_WORD && !behind && map_get(&names, name.v) && !map_get(&columns, t.off + 1) &&
            !slice_is(scan_solid(&after).bytes, "("))
            add_edit(e, (struct edit){(uint32_t)t.off, (uint32_t)t.bytes.n, EDIT_VARIABLE, .name = name});
    }
}

static void edit_holes(struct editor *e, ir_statement_id statement)
{
    struct plan_hole hole;

    for (uint32_t at = e->from; at < e->to && plan_next_hole(e->p, statement, at, &hole);
         at = hole.off + hole.len)
        add_edit(e, (struct edit){.off = hole.off, .len = hole.len, .kind = EDIT_HOLE});
}

static void write_hole(struct editor *e, ir_statement_id statement, const struct edit *edit)
{
    struct plan_hole hole;

    if (!plan_next_hole(e->p, statement, edit->off, &hole) || !hole.jinja)
        BUG("statement %u: a hole that nobody can fill is written", statement.v);
    plan_literal(e->p, e->step, hole.in_quotes ? "'" : "");
    plan_jinja(e->p, e->step, hole.jinja);
    plan_literal(e->p, e->step, hole.in_quotes ? "'" : "");
}

/* ---- indentation ---- */

/* Blanks that a line begins with; UINT32_MAX for a line of nothing else. */
static uint32_t leading_blanks(struct slice t, uint32_t at)
{
    uint32_t n = 0;

    while (at + n < t.n && (t.p[at + n] == ' ' || t.p[at + n] == '\t'))
        n++;
    return at + n >= t.n || t.p[at + n] == '\n' || t.p[at + n] == '\r' ? UINT32_MAX : n;
}

/* Calls out each line start in the query that does not stand inside a string: first to measure, then to cut blanks
 * and what is more than a line feed before it. */
static void each_line(struct editor *e, struct slice text, bool cut)
{
    struct scan s = {slice_sub(text, 0, e->to), e->from};

    for (struct scan_token t = scan_next(&s); t.kind != SCAN_END; t = scan_next(&s)) {
        if (t.kind != SCAN_SPACE && t.kind != SCAN_COMMENT)
            continue;
        for (size_t i = 0; i < t.bytes.n; i++) {
            uint32_t at = (uint32_t)(t.off + i + 1), blanks;

            if (t.bytes.p[i] != '\n' || at >= e->to)
                continue;
            blanks = leading_blanks(text, at);
            if (cut && at >= e->from + 2 && text.p[at - 2] == '\r')
                add_edit(e, (struct edit){.off = at - 2, .len = 1});
            if (cut && blanks != UINT32_MAX)
                add_edit(e, (struct edit){.off = at, .len = e->indent});
            else if (blanks < e->indent)
                e->indent = blanks;
        }
    }
}

static void edit_indentation(struct editor *e)
{
    struct slice text = ir_slice(e->p->ir, IR(e->p->ir, text, e->statement->text)->content);
    uint32_t line = e->from;

    while (line && text.p[line - 1] != '\n')
        line--;
    e->indent = leading_blanks(text, line);
    if (e->indent != e->from - line) /* something else stands before the query on its line */
        e->indent = UINT32_MAX;
    each_line(e, text, false);
    if (e->indent == UINT32_MAX)
        e->indent = 0;
    if (e->indent || memchr(text.p + e->from, '\r', e->to - e->from))
        each_line(e, text, true);
}

/* ---- writing the pieces ---- */

static void write_identifier(struct editor *e, ir_str name)
{
    ir_add_piece(e->p->ir, (struct ir_piece){.step = e->step, .kind = IR_PIECE_IDENTIFIER, .literal = name});
}

static void write_relation(struct editor *e, const struct edit *edit)
{
    struct ir *ir = e->p->ir;
    struct ir_access access = *IR(ir, access, edit->access);
    ir_model_id model = IR(ir, dataset, access.dataset)->model;
    struct ir_piece piece = {.step = e->step, .kind = IR_PIECE_SOURCE, .dataset = access.dataset};

    if (e->self && e->self->dataset.v == access.dataset.v && e->self->step.v)
        piece = (struct ir_piece){.step = e->step, .kind = IR_PIECE_STEP, .target = e->self->step};
    else if (e->self && e->self->dataset.v == access.dataset.v)
        piece = (struct ir_piece){.step = e->step, .kind = IR_PIECE_THIS, .dataset = access.dataset};
    else if (model.v)
        piece = (struct ir_piece){.step = e->step, .kind = IR_PIECE_REF, .model = model};
    ir_add_piece(ir, piece);
    if (edit->named) {
        plan_literal(e->p, e->step, " AS ");
        write_identifier(e, access.quoted & 1 ? access.name : ir_fold(ir, access.name));
    }
}

/* Columns in one line as far as it goes, the rest below them. */
static void write_star(struct editor *e, const struct edit *edit)
{
    struct ir *ir = e->p->ir;
    struct slice text = ir_slice(ir, IR(ir, text, e->statement->text)->content);
    const struct ir_index *ix = &e->p->query_columns;
    ir_query_id query = IR(ir, output, edit->output)->query;
    uint32_t start = 0, column;
    bool first = true;

    while (start < edit->off && text.p[edit->off - start - 1] != '\n')
        start++;
    start = start > e->indent ? start - e->indent : 0;
    column = start;
    for (uint32_t k = ix->first[query.v]; k < ix->first[query.v + 1]; k++) {
        struct ir_query_column c = ir->query_column.items[ix->rows[k]];

        if (c.output.v != edit->output.v)
            continue;
        if (!first && column > 88) {
            plan_literal(e->p, e->step, arena_printf(e->p->scratch, ",\n%*s", (int)start, ""));
            column = start;
        } else if (!first) {
            plan_literal(e->p, e->step, ", ");
        }
        if (c.qualifier.v) {
            write_identifier(e, c.qualifier);
            plan_literal(e->p, e->step, ".");
        }
        write_identifier(e, c.name);
        column += (uint32_t)(ir_slice(ir, c.name).n + ir_slice(ir, c.qualifier).n + 3);
        first = false;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;

    if (x->off != y->off)
        return x->off < y->off ? -1 : 1;
    return x->len > y->len ? -1 : x->len < y->len; /* of two at one place the longer one wins */
}

static void write_pieces(struct editor *e, ir_statement_id statement)
{
    uint32_t at = e->from;

    if (e->edits.count)
        qsort(e->edits.items, e->edits.count, sizeof *e->edits.items, by_place);
    for (uint32_t i = 0; i < e->edits.count; i++) {
        const struct edit *edit = &e->edits.items[i];

        if (edit->off < at)
            continue;
        add_slice(e->p, e->step, e->statement->text, at, edit->off - at);
        if (edit->kind == EDIT_RELATION)
            write_relation(e, edit);
        else if (edit->kind == EDIT_STAR)
            write_star(e, edit);
        else if (edit->kind == EDIT_HOLE)
            write_hole(e, statement, edit);
        else if (edit->kind == EDIT_VARIABLE)
            plan_write_variable(e->p, e->step, statement, edit->name);
        at = edit->off + edit->len;
        if (edit->kind == EDIT_QUALIFY) {
            write_identifier(e, e->self->qualifier);
            plan_literal(e->p, e->step, ".");
            at = edit->off;
        }
    }
    add_slice(e->p, e->step, e->statement->text, at, e->to - at);
}

void plan_range_pieces(struct planner *p, ir_step_id step, ir_statement_id statement, uint32_t off,
                       uint32_t len, const struct plan_self *self)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct editor e = {.p = p,
                       .statement = s,
                       .step = step,
                       .from = off,
                       .to = off + len,
                       .self = self,
                       .qualifiers = map_new(p->scratch),
                       .exists = map_new(p->scratch)};
    uint32_t length = (uint32_t)ir_slice(p->ir, IR(p->ir, text, s->text)->content).n;

    if (e.to > length || e.from > e.to)
        BUG("statement %u: a part of it reaches beyond its text", statement.v);
    add_edit(&e, (struct edit){.off = s->cut_off, .len = s->cut_len});
    for (uint32_t k = p->queries.first[statement.v]; k < p->queries.first[statement.v + 1]; k++)
        edit_uses(&e, p->queries.rows[k]);
    for (uint32_t k = p->queries.first[statement.v]; k < p->queries.first[statement.v + 1]; k++)
        edit_stars(&e, p->queries.rows[k]);
    edit_relations(&e, statement);
    edit_variables(&e, statement);
    edit_holes(&e, statement);
    edit_indentation(&e);
    write_pieces(&e, statement);
}

void plan_query_pieces(struct planner *p, ir_step_id step, ir_statement_id statement,
                       const struct plan_self *self)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);

    plan_range_pieces(p, step, statement, s->body_off, s->body_len, self);
}

/* ---- comments ---- */

/* A line of dashes says nothing once the statement stands in a file of its own. */
static bool says_something(struct slice comment)
{
    for (size_t i = 0; i < comment.n; i++)
        if (isalnum((unsigned char)comment.p[i]) || (unsigned char)comment.p[i] >= 0x80)
            return true;
    return false;
}

/* Where the comments end that can only belong to the statement: its `;`, or the end of the text. */
static uint32_t owned_end(struct slice text, uint32_t from, uint32_t end)
{
    struct scan scan = {text, from};

    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan)) {
        if (slice_is(t.bytes, ";"))
            return (uint32_t)t.off;
        if (t.off >= end)
            return end;
    }
    return (uint32_t)text.n;
}

void plan_comment_pieces(struct planner *p, ir_step_id step, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct slice text = ir_slice(p->ir, IR(p->ir, text, s->text)->content);
    struct scan scan = {slice_sub(text, 0, s->body_len ? s->body_off : s->off), s->lead_off};

    for (struct scan_token t = scan_next(&scan); t.kind != SCAN_END; t = scan_next(&scan)) {
        if (t.kind != SCAN_COMMENT || !says_something(t.bytes))
            continue;
        add_lines(p, step, s->text, (uint32_t)t.off, (uint32_t)slice_trim(t.bytes).n);
        plan_literal(p, step, "\n");
    }
}

/* Comments between a statement's last word and its `;` are its own, and one of dashes on the line of the `;`. Where
 * no `;` ends it, what begins on a later line is the next statement's, unless the text ends there. */
void plan_trailing_comment(struct planner *p, ir_step_id step, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    ir_text_id text = s->text;
    struct slice content = ir_slice(p->ir, IR(p->ir, text, text)->content);
    uint32_t from = s->body_off + s->body_len, end = s->off + s->len;
    uint32_t owned = owned_end(content, from, end);
    struct scan scan = {content, from};
    bool later = false, dashes = false;

    for (struct scan_token t = scan_next(&scan); t.kind != SCAN_END; t = scan_next(&scan)) {
        if (t.kind == SCAN_SPACE)
            later |= memchr(t.bytes.p, '\n', t.bytes.n) != NULL;
        else if (slice_is(t.bytes, ";"))
            later = false;
        else if (t.kind != SCAN_COMMENT && t.off >= end)
            return;
        if (t.off >= owned && (later || (t.kind == SCAN_COMMENT && t.bytes.p[0] == '/')))
            return;
        if (t.kind != SCAN_COMMENT || !says_something(t.bytes))
            continue;
        plan_literal(p, step, later || dashes ? "\n" : "  ");
        add_lines(p, step, text, (uint32_t)t.off, (uint32_t)slice_trim(t.bytes).n);
        dashes = t.bytes.p[0] == '-';
    }
}
