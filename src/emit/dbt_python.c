/*
 * A dbt Python model: what the script imports and defines, then model(dbt, session) with its configuration and the
 * lines that make the table. Lines move to where they stand now; what stands inside of a string does not.
 */
#include "emit/dbt.h"

#include "ir/scan.h"

#include <string.h>

/* ---- moving lines ---- */

static size_t blanks_at(struct slice s, size_t at)
{
    size_t n = 0;

    while (at + n < s.n && (s.p[at + n] == ' ' || s.p[at + n] == '\t'))
        n++;
    return n;
}

static void add_margin(struct buf *out, size_t blanks, size_t from, uint32_t to)
{
    for (size_t n = (blanks > from ? blanks - from : 0) + to; n; n--)
        buf_addc(out, ' ');
}

/* Appends the lines of `text`, the first of which stands at its own margin, at the margin `to`. */
static void add_moved(struct buf *out, struct slice text, uint32_t to)
{
    size_t from = blanks_at(text, 0), i = from;

    add_margin(out, from, from, to);
    while (i < text.n) {
        size_t next = scan_python_skip(text, i);

        if (next > i) {
            buf_add(out, text.p + i, next - i);
            i = next;
        } else if (text.p[i] == '\n') {
            size_t blanks = blanks_at(text, i + 1);

            buf_addc(out, '\n');
            i += 1 + blanks;
            if (i < text.n && text.p[i] != '\n')
                add_margin(out, blanks, from, to);
        } else {
            buf_addc(out, text.p[i++]);
        }
    }
}

/* ---- the model ---- */

static void add_call(struct buf *out, const char *function, const char *const *arguments, uint32_t count)
{
    buf_printf(out, "dbt.%s(", function);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(out, "%s\"%s\"", i ? ", " : "", arguments[i]);
    buf_addc(out, ')');
}

static struct slice step_text(const struct dbt_writer *w, ir_step_id step)
{
    struct buf text = buf_new(w->scratch);

    for (uint32_t k = w->pieces.first[step.v]; k < w->pieces.first[step.v + 1]; k++) {
        const struct ir_piece *piece = &w->ir->piece.items[w->pieces.rows[k]];
        const char *names[2];

        if (piece->kind == IR_PIECE_REF) {
            names[0] = ir_string(w->ir, IR(w->ir, model, piece->model)->name);
            add_call(&text, "ref", names, 1);
        } else if (piece->kind == IR_PIECE_SOURCE) {
            names[0] = dbt_source_name(w, piece->dataset);
            names[1] = dbt_table_name(w, piece->dataset);
            add_call(&text, "source", names, 2);
        } else {
            buf_adds(&text, ir_string(w->ir, piece->literal));
        }
    }
    return buf_slice(&text);
}

static bool starts_definition(struct slice text)
{
    for (text = slice_trim(text); text.n && *text.p == '#'; text = slice_trim(text)) {
        size_t n = scan_python_skip(text, 0);

        text = slice_sub(text, n, text.n - n);
    }
    return slice_starts(text, "def ") || slice_starts(text, "class ") || slice_starts(text, "@") ||
           slice_starts(text, "async ");
}

static bool is_import(struct slice text)
{
    text = slice_trim(text);
    return slice_starts(text, "import ") || slice_starts(text, "from ");
}

/* Functions have room around them. */
static void add_lines(const struct dbt_writer *w, struct buf *out, ir_model_id model, uint32_t inner)
{
    bool after_definition = false, after_import = false, first = true;
    const char *room = inner ? "\n" : "\n\n";

    for (uint32_t k = w->steps.first[model.v]; k < w->steps.first[model.v + 1]; k++) {
        ir_step_id step = {w->steps.rows[k]};
        struct slice text;

        if (IR(w->ir, step, step)->inner != inner)
            continue;
        text = step_text(w, step);
        if (!first && (after_definition || starts_definition(text)))
            buf_adds(out, room);
        else if (after_import && !is_import(text))
            buf_addc(out, '\n');
        add_moved(out, text, inner ? 4 : 0);
        buf_addc(out, '\n');
        after_definition = starts_definition(text);
        after_import = is_import(text);
        first = false;
    }
}

static void add_config(const struct dbt_writer *w, struct buf *out, const struct ir_model *model)
{
    struct slice packages = ir_slice(w->ir, model->packages);

    buf_printf(out, "    dbt.config(materialized=\"%s\"", ir_name_of_materialized(model->materialized));
    if (model->strategy.v)
        buf_printf(out, ", incremental_strategy=\"%s\"", ir_string(w->ir, model->strategy));
    for (size_t at = 0; at < packages.n;) {
        const char *end = memchr(packages.p + at, '\n', packages.n - at);
        size_t n = end ? (size_t)(end - packages.p) - at : packages.n - at;

        buf_printf(out, "%s\"%.*s\"", at ? ", " : ", packages=[", (int)n, packages.p + at);
        at += n + 1;
    }
    buf_adds(out, packages.n ? "])\n" : ")\n");
}

void dbt_add_python(const struct dbt_writer *w, struct buf *out, ir_model_id id)
{
    const struct ir_model *model = IR(w->ir, model, id);
    size_t before;

    buf_adds(out, "# ");
    for (const char *c = ir_string(w->ir, model->header); *c; c++)
        buf_addc(out, (unsigned char)*c < ' ' ? ' ' : *c);
    buf_addc(out, '\n');
    before = out->n;
    add_lines(w, out, id, 0);
    buf_adds(out, out->n > before ? "\n\n" : "");
    buf_adds(out, "def model(dbt, session):\n");
    add_config(w, out, model);
    add_lines(w, out, id, 1);
}
