/* lineage parity: what compares a project that was migrated with its legacy, without touching the project's models. */
#include "cli/commands.h"

#include "cli/driver.h"
#include "cli/project.h"
#include "plan/plan.h"

int cmd_PARITY(struct arena *a, const struct options *o, struct err *e)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct plan_options plan = {.target = o->target};
    int rc = o->emit_dir
                 ? 0
                 : err_set(e, "parity: --emit DIR is needed: the project that is compared with the legacy");

    if (rc == 0)
        rc = driver_link(ir, scratch, o, false, e);
    arena_reset(scratch);
    if (rc == 0) {
        plan_project(ir, scratch, &plan);
        rc = project_write(ir, scratch, o, e);
    }
    arena_free(scratch);
    return rc;
}
