/*
 * A model's file: where it comes from, its configuration where it is not the folder's, and its steps, which are the
 * author's own text wherever that was SQL. What Jinja would take for its own in that text is escaped.
 */
#include "emit/dbt.h"

#include "base/map.h"
#include "ir/identifier.h"

#include <string.h>

/* Jinja begins at {{, {% and {#; the second byte decides, so the first is written as a string of Jinja's. A run
 * that only closes (}}, %}, #}) means nothing outside of one. */
static void add_escaped(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '{' && i + 1 < text.n && strchr("{%#", text.p[i + 1]))
            buf_adds(out, "{{ '{' }}");
        else
            buf_addc(out, text.p[i]);
    }
}

const char *dbt_without_jinja(const struct dbt_writer *w, struct slice text)
{
    struct buf out = buf_new(w->scratch);

    add_escaped(&out, text);
    return buf_str(&out);
}

const char *dbt_identifier(const struct dbt_writer *w, struct slice name)
{
    struct buf out = buf_new(w->scratch);

    if (!ir_needs_quotes(name))
        return arena_strndup(w->scratch, name.p, name.n);
    buf_addc(&out, '"');
    for (size_t i = 0; i < name.n; i++)
        buf_adds(&out, name.p[i] == '"' ? "\"\"" : (char[]){name.p[i], 0});
    buf_addc(&out, '"');
    return buf_str(&out);
}

static void add_identifier(const struct dbt_writer *w, struct buf *out, ir_str name)
{
    add_escaped(out, slice_of(dbt_identifier(w, ir_slice(w->ir, name))));
}

void dbt_add_string(struct buf *out, const char *s)
{
    buf_addc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            buf_addc(out, '\\');
        buf_addc(out, *s);
    }
    buf_addc(out, '\'');
}

static void add_source(const struct dbt_writer *w, struct buf *out, ir_dataset_id dataset)
{
    buf_adds(out, "{{ source(");
    dbt_add_string(out, dbt_source_name(w, dataset));
    buf_adds(out, ", ");
    dbt_add_string(out, dbt_table_name(w, dataset));
    buf_adds(out, ") }}");
}

static void add_piece(const struct dbt_writer *w, struct buf *out, const struct ir_piece *piece)
{
    const struct ir *ir = w->ir;
    struct slice content = ir_slice(ir, IR(ir, text, piece->text)->content);

    switch (piece->kind) {
    case IR_PIECE_LITERAL:
        add_escaped(out, ir_slice(ir, piece->literal));
        break;
    case IR_PIECE_IDENTIFIER:
        add_identifier(w, out, piece->literal);
        break;
    case IR_PIECE_SLICE:
        add_escaped(out, slice_sub(content, piece->off, piece->len));
        break;
    case IR_PIECE_REF:
        buf_adds(out, "{{ ref(");
        dbt_add_string(out, ir_string(ir, IR(ir, model, piece->model)->name));
        buf_adds(out, ") }}");
        break;
    case IR_PIECE_SOURCE:
        add_source(w, out, piece->dataset);
        break;
    case IR_PIECE_STEP:
        add_identifier(w, out, IR(ir, step, piece->target)->name);
        break;
    case IR_PIECE_THIS:
        buf_adds(out, "{{ this }}");
        break;
    case IR_PIECE_JINJA:
        buf_adds(out, ir_string(ir, piece->literal));
        break;
    }
}

static struct slice step_text(const struct dbt_writer *w, ir_step_id step)
{
    struct buf text = buf_new(w->scratch);

    for (uint32_t k = w->pieces.first[step.v]; k < w->pieces.first[step.v + 1]; k++)
        add_piece(w, &text, &w->ir->piece.items[w->pieces.rows[k]]);
    return slice_trim(buf_slice(&text));
}

/* Each line of `lines` as a comment; control characters, which could end the line, as blanks. */
static void add_comment(struct buf *out, struct slice lines)
{
    struct buf safe = buf_new(out->arena);

    if (!lines.n)
        return;
    buf_adds(&safe, "-- ");
    for (size_t i = 0; i < lines.n; i++) {
        if (lines.p[i] == '\n')
            buf_adds(&safe, "\n-- ");
        else
            buf_addc(&safe, (unsigned char)lines.p[i] < ' ' ? ' ' : lines.p[i]);
    }
    buf_addc(&safe, '\n');
    add_escaped(out, buf_slice(&safe));
}

static void add_step(const struct dbt_writer *w, struct buf *out, ir_step_id id)
{
    const struct ir_step *step = IR(w->ir, step, id);
    struct slice text = step_text(w, id);
    struct buf body = buf_new(w->scratch);

    add_comment(&body, ir_slice(w->ir, step->comment));
    buf_add(&body, text.p, text.n);
    if (!step->name.v) {
        buf_add(out, body.p, body.n);
        buf_addc(out, '\n');
        return;
    }
    add_identifier(w, out, step->name);
    buf_adds(out, " AS (\n");
    dbt_add_indented(out, buf_slice(&body));
    buf_adds(out, "\n)");
}

/* WITH a AS (…), b AS (…) and the last SELECT, an empty line between them. */
static void add_steps(const struct dbt_writer *w, struct buf *out, ir_model_id model)
{
    bool first = true;

    for (uint32_t k = w->steps.first[model.v]; k < w->steps.first[model.v + 1]; k++) {
        ir_step_id step = {w->steps.rows[k]};
        bool named = IR(w->ir, step, step)->name.v != 0;

        if (IR(w->ir, step, step)->hook != IR_HOOK_NONE)
            continue;
        buf_adds(out, first ? (named ? "WITH " : "") : (named ? ",\n\n" : "\n\n"));
        add_step(w, out, step);
        first = false;
    }
}

/* ---- config() ---- */

/* 'a' for one name, ['a', 'b'] for several. */
static void add_names(const struct dbt_writer *w, struct buf *out, ir_str names, bool list)
{
    struct slice s = ir_slice(w->ir, names);

    list |= memchr(s.p, '\n', s.n) != NULL;
    buf_adds(out, list ? "[" : "");
    for (size_t at = 0; at < s.n;) {
        const char *end = memchr(s.p + at, '\n', s.n - at);
        size_t len = end ? (size_t)(end - s.p) - at : s.n - at;

        buf_adds(out, at ? ", " : "");
        dbt_add_string(out, dbt_identifier(w, slice_sub(s, at, len)));
        at += len + 1;
    }
    buf_adds(out, list ? "]" : "");
}

/* A hook's SQL as a string of Jinja's, moved in; dbt renders it when it runs. */
static void add_hook(const struct dbt_writer *w, struct buf *out, ir_step_id step)
{
    struct buf moved = buf_new(w->scratch), twice = buf_new(w->scratch);
    struct slice text = step_text(w, step);

    dbt_add_indented(&moved, text);
    dbt_add_indented(&twice, buf_slice(&moved));
    buf_adds(out, "            \"\n        ");
    for (size_t i = 0; i < twice.n; i++) {
        if (twice.p[i] == '"' || twice.p[i] == '\\')
            buf_addc(out, '\\');
        buf_addc(out, twice.p[i]);
        if (twice.p[i] == '\n' && i + 1 < twice.n && twice.p[i + 1] == ' ')
            buf_adds(out, "        ");
    }
    buf_adds(out, "\n            \"");
}

static void add_hooks(const struct dbt_writer *w, struct buf *out, ir_model_id model, enum ir_hook kind)
{
    bool any = false;

    for (uint32_t k = w->steps.first[model.v]; k < w->steps.first[model.v + 1]; k++) {
        ir_step_id step = {w->steps.rows[k]};

        if (IR(w->ir, step, step)->hook != kind)
            continue;
        if (any)
            buf_adds(out, ",\n");
        else
            buf_printf(out, ",\n        %s=[\n", ir_name_of_hook(kind));
        any = true;
        add_hook(w, out, step);
    }
    if (any)
        buf_adds(out, "\n        ]");
}

static bool has_hooks(const struct dbt_writer *w, ir_model_id model)
{
    for (uint32_t k = w->steps.first[model.v]; k < w->steps.first[model.v + 1]; k++)
        if (w->ir->step.items[w->steps.rows[k]].hook != IR_HOOK_NONE)
            return true;
    return false;
}

/* dbt sees what a model needs by rendering it once, and then what stands under is_incremental() is not rendered: the
 * models that only such a hook names are named for it in a comment. */
static void add_hook_needs(const struct dbt_writer *w, struct buf *out, ir_model_id model)
{
    struct map seen = map_new(w->scratch);

    for (uint32_t k = w->steps.first[model.v]; k < w->steps.first[model.v + 1]; k++) {
        ir_step_id step = {w->steps.rows[k]};

        if (IR(w->ir, step, step)->hook == IR_HOOK_NONE)
            continue;
        for (uint32_t i = w->pieces.first[step.v]; i < w->pieces.first[step.v + 1]; i++) {
            const struct ir_piece *piece = &w->ir->piece.items[w->pieces.rows[i]];

            if (piece->kind != IR_PIECE_REF || map_get(&seen, piece->model.v))
                continue;
            map_put(&seen, piece->model.v, 1);
            buf_adds(out, "-- depends_on: ");
            add_piece(w, out, piece);
            buf_addc(out, '\n');
        }
    }
}

static void add_config(const struct dbt_writer *w, struct buf *out, ir_model_id id)
{
    const struct ir_model *model = IR(w->ir, model, id);
    const char *how = ir_name_of_materialized(model->materialized);

    if (!model->strategy.v && !has_hooks(w, id)) {
        if (model->materialized != IR_MAT_TABLE || w->options->in_foreign_project)
            buf_printf(out, "{{ config(materialized='%s') }}\n", how);
        return;
    }
    buf_printf(out, "{{\n    config(\n        materialized='%s'", how);
    if (model->strategy.v)
        buf_printf(out, ",\n        incremental_strategy='%s'", ir_string(w->ir, model->strategy));
    if (model->unique_key.v) {
        buf_adds(out, ",\n        unique_key=");
        add_names(w, out, model->unique_key, false);
    }
    if (model->update_columns.v) {
        buf_adds(out, ",\n        merge_update_columns=");
        add_names(w, out, model->update_columns, true);
    }
    add_hooks(w, out, id, IR_HOOK_PRE);
    add_hooks(w, out, id, IR_HOOK_POST);
    buf_adds(out, "\n    )\n}}\n");
}

void dbt_write_models(struct dbt_writer *w)
{
    for (IR_EACH(w->ir, model, m)) {
        const struct ir_model *model = IR(w->ir, model, m);
        struct buf out = buf_new(w->scratch);

        if (model->language == IR_LANG_PYTHON) {
            dbt_add_python(w, &out, m);
        } else {
            add_config(w, &out, m);
            add_comment(&out, ir_slice(w->ir, model->header));
            add_hook_needs(w, &out, m);
            add_steps(w, &out, m);
        }
        dbt_add_file(w, &out, "%s/%s", w->options->models_dir, ir_string(w->ir, model->path));
    }
}
