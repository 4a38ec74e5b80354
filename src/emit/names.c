/* Names as the reports print them. */
#include "emit/names.h"

#include <string.h>

static void add_part(struct buf *out, struct slice part)
{
    if (!memchr(part.p, '.', part.n) && !memchr(part.p, '"', part.n)) {
        buf_add(out, part.p, part.n);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, part.p[i]);
    }
    buf_addc(out, '"');
}

struct slice name_of_column(const struct ir *ir, struct arena *scratch, ir_dataset_id dataset, ir_str column)
{
    struct buf out = buf_new(scratch);
    struct slice display = ir_slice(ir, IR(ir, dataset, dataset)->display);

    buf_add(&out, display.p, display.n);
    buf_addc(&out, '.');
    if (column.v)
        add_part(&out, ir_slice(ir, column));
    else
        buf_addc(&out, '*');
    return buf_slice(&out);
}

struct counts count_all(const struct ir *ir)
{
    struct counts c = {0};

    for (IR_EACH(ir, file, f)) {
        c.files++;
        c.failed_files += IR(ir, file, f)->status == IR_STATUS_FAILED;
    }
    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);

        c.statements++;
        c.understood += row->understood == IR_UNDERSTOOD;
        c.partial += row->understood == IR_UNDERSTOOD_PARTLY;
        c.not_understood += row->understood == IR_UNDERSTOOD_NOT;
        c.review += row->fate == IR_FATE_REVIEW;
    }
    for (IR_EACH(ir, dataset, d))
        c.sources += IR(ir, dataset, d)->layer == IR_LAYER_SOURCE;
    for (IR_EACH(ir, model, m)) {
        c.models[IR(ir, model, m)->layer]++;
        c.model_count++;
    }
    for (IR_EACH(ir, finding, f))
        c.findings[IR(ir, finding, f)->severity] += !IR(ir, finding, f)->hidden;
    return c;
}
