/*
 * One statement as short text, so that a table of SQL and text is a test: what it is, what it touches, its
 * edit sites, and its blocks with their outputs, inputs, joins and uses.
 */
#ifndef TESTS_SQL_FACTS_TEXT_H
#define TESTS_SQL_FACTS_TEXT_H

#include "sql/reader.h"

#include <string.h>

struct facts_case {
    const char *sql;
    const char *expected;
};

static inline struct ir *read_facts(struct arena *a, const char *sql, const struct sql_scope *variables)
{
    struct ir *ir = ir_new(a);
    struct ir_file file = {.path = ir_interns(ir, "x.sql"), .source = ir_interns(ir, sql)};
    ir_text_id text = ir_text_of_file(ir, ir_add_file(ir, file));
    struct sql_options options = {.dialect = IR_DIALECT_POSTGRES};
    struct sql_reader r = {.ir = ir,
                           .scratch = a,
                           .options = &options,
                           .tables = sql_tables_new(a),
                           .text = text,
                           .content = slice_of(sql)};
    struct sql_piece piece = {.len = (uint32_t)strlen(sql), .sql = slice_of(sql), .variables = variables};

    sql_facts_read(&r, &piece);
    return ir;
}

static inline void put_bytes(struct buf *b, const struct ir *ir, uint32_t off, uint32_t len)
{
    struct slice source = ir_slice(ir, ir->file.items[1].source);

    buf_add(b, source.p + off, off + len <= source.n ? len : 0);
}

static inline void put_part(struct buf *b, const struct ir *ir, ir_str part, const char *mark)
{
    if (part.v)
        buf_printf(b, "%s%s", ir_string(ir, part), mark);
}

static inline void put_statements(struct buf *b, const struct ir *ir)
{
    for (IR_EACH(ir, statement, i)) {
        const struct ir_statement *s = IR(ir, statement, i);

        buf_printf(b, "%s%s", b->n ? " / " : "", ir_name_of_statement_kind(s->kind));
        if (s->understood != IR_UNDERSTOOD)
            buf_adds(b, " partly");
        for (uint32_t bit = 0; bit < 32; bit++)
            if (s->flags & 1u << bit)
                buf_printf(b, " f%u", bit);
        if (s->setting.v)
            buf_printf(b, " %s=%s", ir_string(ir, s->setting), ir_string(ir, s->value));
        if (s->variables.v)
            buf_printf(b, " variables %s", ir_string(ir, s->variables));
        if (s->body_len) {
            buf_adds(b, " body<");
            put_bytes(b, ir, s->body_off, s->body_len);
            buf_adds(b, ">");
        }
        if (s->cut_len) {
            buf_adds(b, " cut<");
            put_bytes(b, ir, s->cut_off, s->cut_len);
            buf_adds(b, ">");
        }
    }
}

static inline void put_accesses(struct buf *b, const struct ir *ir)
{
    for (IR_EACH(ir, access, i)) {
        const struct ir_access *x = IR(ir, access, i);

        buf_printf(b, "; %s ", ir_name_of_access_mode(x->mode));
        put_part(b, ir, x->catalog, "|");
        put_part(b, ir, x->schema, "|");
        buf_printf(b, "%s<", ir_string(ir, x->name));
        put_bytes(b, ir, x->off, x->len);
        buf_adds(b, ">");
        if (x->flags & IR_ACCESS_TEMP)
            buf_adds(b, " temp");
        if (x->quoted)
            buf_printf(b, " q%u", x->quoted);
    }
    for (uint32_t i = 1; i < ir->target_column.count; i++)
        buf_printf(b, "%s%s", i == 1 ? " (" : ",", ir_string(ir, ir->target_column.items[i].name));
    buf_adds(b, ir->target_column.count > 1 ? ")" : "");
    for (uint32_t i = 1; i < ir->column_def.count; i++) {
        const struct ir_column_def *c = &ir->column_def.items[i];

        if (c->like.v) {
            buf_adds(b, ", like ");
            put_bytes(b, ir, IR(ir, access, c->like)->off, IR(ir, access, c->like)->len);
            continue;
        }
        buf_printf(b, ", %s %s f%u", ir_string(ir, c->name), ir_string(ir, c->type), c->flags);
        if (c->old_name.v)
            buf_printf(b, " was %s", ir_string(ir, c->old_name));
        if (c->default_value.v)
            buf_printf(b, " =%s", ir_string(ir, c->default_value));
    }
}

static inline void put_uses(struct buf *b, const struct ir *ir, uint32_t query, uint32_t output)
{
    for (IR_EACH(ir, use, i)) {
        const struct ir_use *u = IR(ir, use, i);

        if (u->query.v != query || u->output.v != output)
            continue;
        buf_printf(b, " %s ", ir_name_of_role(u->role));
        if (u->subquery.v)
            buf_printf(b, "q%u%s", u->subquery.v, u->flags & IR_USE_EXISTS ? "?" : "");
        if (u->output_ref.v)
            buf_printf(b, "#%u", u->output_ref.v);
        put_part(b, ir, u->catalog, ".");
        put_part(b, ir, u->schema, ".");
        put_part(b, ir, u->table, u->column.v || (u->flags & IR_USE_STAR) ? "." : "");
        buf_adds(b, u->flags & IR_USE_STAR ? "*" : ir_string(ir, u->column));
        if (u->flags & IR_USE_OUTPUT_FIRST)
            buf_adds(b, "^");
        if (u->flags & IR_USE_OUTPUT_LAST)
            buf_adds(b, "_");
    }
}

static inline void put_outputs(struct buf *b, const struct ir *ir, uint32_t query)
{
    for (IR_EACH(ir, output, i)) {
        const struct ir_output *o = IR(ir, output, i);

        if (o->query.v != query)
            continue;
        buf_printf(b, " [%s", o->star ? "" : ir_string(ir, o->name));
        if (o->star) {
            put_part(b, ir, o->star_schema, ".");
            put_part(b, ir, o->star_table, ".");
            buf_adds(b, "*");
        }
        buf_adds(b, o->flags & IR_OUTPUT_RETURNING ? " returning" : "");
        buf_adds(b, o->flags & IR_OUTPUT_INSERT ? " insert" : "");
        buf_adds(b, "<");
        put_bytes(b, ir, o->off, o->len);
        buf_adds(b, ">");
        put_uses(b, ir, query, i.v);
        buf_adds(b, "]");
    }
}

static inline void put_inputs(struct buf *b, const struct ir *ir, uint32_t query)
{
    for (IR_EACH(ir, input, i)) {
        const struct ir_input *in = IR(ir, input, i);

        if (in->query.v != query)
            continue;
        buf_printf(b, " {%s", ir_name_of_input_kind(in->kind));
        if (in->access.v)
            buf_printf(b, " %s", ir_string(ir, IR(ir, access, in->access)->name));
        if (in->subquery.v)
            buf_printf(b, " q%u", in->subquery.v);
        if (in->function.v)
            buf_printf(b, " %s()", ir_string(ir, in->function));
        if (in->alias.v)
            buf_printf(b, " as %s", ir_string(ir, in->alias));
        for (uint32_t k = 1; k < ir->column_alias.count; k++)
            if (ir->column_alias.items[k].input.v == i.v)
                buf_printf(b, ",%s", ir_string(ir, ir->column_alias.items[k].name));
        buf_adds(b, "<");
        put_bytes(b, ir, in->off, in->len);
        buf_adds(b, ">}");
    }
    for (IR_EACH(ir, join, i)) {
        const struct ir_join *j = IR(ir, join, i);

        if (j->query.v != query)
            continue;
        buf_printf(b, " %s(%u+%u,%u%s", ir_name_of_join_kind(j->kind), j->left_first, j->left_count,
                   j->right_count, j->natural ? " natural" : "");
        for (uint32_t k = 1; k < ir->join_column.count; k++) {
            const struct ir_join_column *c = &ir->join_column.items[k];

            if (c->join.v != i.v)
                continue;
            buf_printf(b, " %s<", ir_string(ir, c->name));
            put_bytes(b, ir, c->off, c->len);
            buf_adds(b, ">");
        }
        put_part(b, ir, j->alias, "!");
        buf_adds(b, ")");
    }
}

static inline void put_queries(struct buf *b, const struct ir *ir)
{
    for (IR_EACH(ir, query, i)) {
        const struct ir_query *q = IR(ir, query, i);

        buf_printf(b, "%sq%u %s", b->n ? "\n" : "", i.v, ir_name_of_query_kind(q->kind));
        for (uint32_t bit = 0; bit < 32; bit++)
            if (q->flags & 1u << bit)
                buf_printf(b, " f%u", bit);
        if (q->parent.v)
            buf_printf(b, " in q%u:%d", q->parent.v, (int)q->visible);
        if (q->left.v)
            buf_printf(b, " of q%u q%u", q->left.v, q->right.v);
        buf_adds(b, q->cte.v ? " " : "");
        put_part(b, ir, q->cte, "");
        for (uint32_t k = 1; k < ir->column_alias.count; k++)
            if (ir->column_alias.items[k].query.v == i.v)
                buf_printf(b, ",%s", ir_string(ir, ir->column_alias.items[k].name));
        buf_adds(b, "<");
        put_bytes(b, ir, q->off, q->len);
        buf_adds(b, ">");
        put_outputs(b, ir, i.v);
        put_inputs(b, ir, i.v);
        put_uses(b, ir, i.v, 0);
    }
}

#endif
