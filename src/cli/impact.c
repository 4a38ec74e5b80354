/* lineage impact: what depends on a table or a column. Models are planned too, so that the answer can name them. */
#include "emit/impact.h"

#include "cli/commands.h"
#include "cli/driver.h"
#include "cli/lookup.h"
#include "plan/plan.h"

#include <string.h>

static int answer(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    struct plan_options plan = {.target = o->target, .no_bodies = true};
    struct buf out = buf_new(scratch);
    struct ir_impact impact;
    ir_dataset_id dataset;
    ir_str column;

    if (lookup_name(ir, scratch, o->of, &dataset, &column, e) < 0)
        return -1;
    plan_project(ir, scratch, &plan);
    impact = ir_impact_of(ir, scratch, dataset, column);
    if (o->format && strcmp(o->format, "json") == 0)
        emit_impact_json(ir, scratch, &impact, &out);
    else
        emit_impact_text(ir, scratch, &impact, !o->output_file && options_color(o, stdout), &out);
    return driver_output(o, buf_slice(&out), e);
}

int cmd_IMPACT(struct arena *a, const struct options *o, struct err *e)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    int rc;

    if (o->of)
        rc = driver_link(ir, scratch, o, true, e);
    else
        rc = err_set(e, "expected --of NAME: the table or column that is asked about");
    if (rc == 0) {
        driver_say_gaps(ir, o);
        rc = answer(ir, scratch, o, e);
    }
    if (rc == 0)
        rc = driver_exit_status(ir, o, -1);
    arena_free(scratch);
    return rc;
}
