/* The last thing that `lineage scan` says on a terminal: what is here, at a glance. */
#include "emit/emit.h"

#include "emit/decision.h"
#include "emit/names.h"

#define NAMES_SHOWN 6
#define RULES_SHOWN 6

struct page {
    const struct ir *ir;
    struct arena *scratch;
    struct buf *out;
    bool color;
};

static void title(struct page *p, const char *name)
{
    buf_printf(p->out, p->color ? "\033[1m%-12s\033[0m" : "%-12s", name);
}

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

static void put_understanding(struct page *p, const struct counts *c)
{
    title(p, "read");
    buf_printf(p->out, "%u file%s", c->files, plural(c->files));
    if (c->failed_files)
        buf_printf(p->out, " (%u could not be read)", c->failed_files);
    buf_printf(p->out, ", %u statement%s: %u understood, %u partly, %u not\n", c->statements,
               plural(c->statements), c->understood, c->partial, c->not_understood);
}

static void put_sources(struct page *p, const struct counts *c)
{
    uint32_t shown = 0;

    title(p, "sources");
    buf_printf(p->out, "%u", c->sources);
    for (IR_EACH(p->ir, dataset, d)) {
        const struct ir_dataset *row = IR(p->ir, dataset, d);

        if (row->layer != IR_LAYER_SOURCE || shown == NAMES_SHOWN)
            continue;
        buf_printf(p->out, "%s%s", shown++ ? ", " : ": ", ir_string(p->ir, row->display));
    }
    if (c->sources > shown)
        buf_printf(p->out, " and %u more", c->sources - shown);
    buf_addc(p->out, '\n');
}

static void put_models(struct page *p, const struct counts *c)
{
    title(p, "models");
    buf_printf(p->out, "%u: %u staging, %u intermediate, %u marts", c->model_count,
               c->models[IR_LAYER_STAGING], c->models[IR_LAYER_INTERMEDIATE], c->models[IR_LAYER_MARTS]);
    if (c->review)
        buf_printf(p->out, "; %u statement%s left for review", c->review, plural(c->review));
    buf_addc(p->out, '\n');
}

/* DataFrames that are written somewhere. */
static void put_frames(struct page *p)
{
    struct decisions all = decisions_of(p->ir, p->scratch);

    if (!all.count)
        return;
    title(p, "dataframes");
    buf_printf(p->out, "%u written to tables: %u by SQL, %u by dbt Python models, %u left for review\n",
               all.count, all.sql, all.python, all.review);
}

struct tally {
    ir_rule_id rule;
    uint32_t count;
};

/* The rules that fired, most often first. */
static uint32_t tally_rules(struct page *p, struct tally *tallies)
{
    uint32_t *counts = ARENA_ARRAY(p->scratch, uint32_t, p->ir->rule.count);
    uint32_t n = 0;

    for (IR_EACH(p->ir, finding, f))
        counts[IR(p->ir, finding, f)->rule.v] += !IR(p->ir, finding, f)->hidden;
    for (IR_EACH(p->ir, rule, r)) {
        uint32_t at = n;

        if (!counts[r.v])
            continue;
        for (; at > 0 && tallies[at - 1].count < counts[r.v]; at--)
            tallies[at] = tallies[at - 1];
        tallies[at] = (struct tally){r, counts[r.v]};
        n++;
    }
    return n;
}

static void put_hazards(struct page *p, const struct counts *c)
{
    struct tally *tallies = ARENA_ARRAY(p->scratch, struct tally, p->ir->rule.count);
    uint32_t n = tally_rules(p, tallies);

    title(p, "hazards");
    buf_printf(p->out, "%u error%s, %u warning%s, %u info", c->findings[IR_SEVERITY_ERROR],
               plural(c->findings[IR_SEVERITY_ERROR]), c->findings[IR_SEVERITY_WARNING],
               plural(c->findings[IR_SEVERITY_WARNING]), c->findings[IR_SEVERITY_INFO]);
    for (uint32_t i = 0; i < n && i < RULES_SHOWN; i++)
        buf_printf(p->out, "%s%s %u", i ? ", " : ": ",
                   ir_string(p->ir, IR(p->ir, rule, tallies[i].rule)->name), tallies[i].count);
    if (n > RULES_SHOWN)
        buf_printf(p->out, " and %u more kinds", n - RULES_SHOWN);
    buf_addc(p->out, '\n');
}

void emit_summary(const struct ir *ir, struct arena *scratch, const struct emit_run *run, bool color,
                  struct buf *out)
{
    struct page p = {ir, scratch, out, color};
    struct counts c = count_all(ir);

    put_understanding(&p, &c);
    put_sources(&p, &c);
    put_models(&p, &c);
    put_frames(&p);
    put_hazards(&p, &c);
    title(&p, "order");
    buf_printf(out, "%u step%s one after another as written, %u level%s when each waits only for its data\n",
               run->serial, plural(run->serial), run->levels, plural(run->levels));
    if (run->where) {
        title(&p, "written");
        buf_printf(out, "%s: a dbt project; MIGRATION.md says what became of each statement\n", run->where);
    }
}
