/*
 * The stage: rules loaded, facts computed, each fact held against the rules of its kind; findings sorted by
 * where they stand, one for each rule, place and message (a callable that two tasks run is read twice).
 */
#include "lint/lint.h"

#include "lint/rules.h"

#include <stdlib.h>
#include <string.h>

/* The first file of the first example, as `explain` shows it. */
static ir_str example_of(struct ir *ir, const struct example *example)
{
    return ir_interns(ir, example->files.items[0].code);
}

/* A text with fields for readers of the rule rather than of a finding: "{writer} >> {task}" without braces. */
static ir_str without_braces(struct ir *ir, struct arena *a, const char *text)
{
    struct buf out = buf_new(a);

    for (; *text; text++)
        if (*text != '{' && *text != '}')
            buf_addc(&out, *text);
    return ir_interns(ir, buf_str(&out));
}

static void fill_rules(struct ir *ir, const struct rules *rules)
{
    for (uint32_t i = 0; i < rules->items.count; i++) {
        const struct rule *r = &rules->items.items[i];

        ir_add_rule(ir, (struct ir_rule){
                            .code = ir_interns(ir, r->code),
                            .name = ir_interns(ir, r->name),
                            .severity = r->severity,
                            .summary = ir_interns(ir, r->summary),
                            .why = ir_interns(ir, r->why),
                            .help = without_braces(ir, rules->arena, r->help),
                            .url = ir_interns(ir, r->links.count ? r->links.items[0] : ""),
                            .family = ir_interns(ir, r->family),
                            .fact = ir_interns(ir, fact_types[r->fact].name),
                            .fix_class = ir_interns(ir, r->fix),
                            .enabled = r->enabled,
                            .bad = example_of(ir, &r->bad.items[0]),
                            .good = example_of(ir, &r->good.items[0]),
                        });
    }
}

int lint_load_rules(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e)
{
    struct rules rules;

    if (rules_prepare(&rules, scratch, options, e) < 0)
        return -1;
    fill_rules(ir, &rules);
    return 0;
}

/* A finding with what it is sorted by. */
struct hit {
    struct ir_finding row;
    uint32_t off, len; /* in the file's source */
    const char *code;
    const char *message;
};

struct hits {
    VEC(struct hit) list;
};

static int compare(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static int by_place(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    int by = compare(x->row.file.v, y->row.file.v);

    by = by ? by : compare(x->off, y->off);
    by = by ? by : strcmp(x->code, y->code);
    by = by ? by : compare(x->len, y->len);
    by = by ? by : strcmp(x->message, y->message);
    return by ? by : compare(x->row.statement.v, y->row.statement.v);
}

static bool same(const struct hit *a, const struct hit *b)
{
    return a->row.file.v == b->row.file.v && a->off == b->off && a->len == b->len &&
           a->row.rule.v == b->row.rule.v && strcmp(a->message, b->message) == 0;
}

static void add_hit(struct ir *ir, struct arena *a, const struct rule *rule, ir_rule_id id,
                    const struct fact *fact, struct hits *hits)
{
    struct ir_place place = ir_place_of(ir, fact->at.file, fact->at.text, fact->at.off, fact->at.len);
    const char *message = template_fill(rule->message, fact, a);
    bool info = rule->info_when.all.count && predicates_hold(&rule->info_when, fact, a);
    struct hit hit = {.off = place.off, .len = place.len, .code = rule->code, .message = message};

    hit.row = (struct ir_finding){.rule = id,
                                  .severity = info ? IR_SEVERITY_INFO : rule->severity,
                                  .file = place.file,
                                  .text = fact->at.text,
                                  .off = fact->at.off,
                                  .len = fact->at.len,
                                  .message = ir_interns(ir, message),
                                  .fix = ir_interns(ir, template_fill(rule->help, fact, a)),
                                  .statement = fact->at.statement};
    vec_push(a, &hits->list, hit);
}

/* Row `1 + i` of the rule table, before which `before` rows stood, is rule i. */
static void match(struct facts *f, const struct rules *rules, uint32_t before, struct hits *hits)
{
    VEC(uint32_t) by_kind[FACT_KINDS] = {0};

    for (uint32_t i = 0; i < rules->items.count; i++)
        if (rules->items.items[i].enabled)
            vec_push(f->arena, &by_kind[rules->items.items[i].fact], i);
    for (uint32_t i = 0; i < f->rows.count; i++) {
        const struct fact *fact = &f->rows.items[i];

        for (uint32_t k = 0; k < by_kind[fact->kind].count; k++) {
            uint32_t r = by_kind[fact->kind].items[k];
            const struct rule *rule = &rules->items.items[r];

            if (predicates_hold(&rule->where, fact, f->arena))
                add_hit(f->ir, f->arena, rule, (ir_rule_id){before + r}, fact, hits);
        }
    }
}

int lint_project(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e)
{
    enum ir_dialect target = options->target ? options->target : IR_DIALECT_POSTGRES;
    uint32_t before = ir->rule.count;
    struct hits hits = {0};
    struct rules rules;
    struct facts facts;

    if (rules_prepare(&rules, scratch, options, e) < 0)
        return -1;
    fill_rules(ir, &rules);
    facts_compute(&facts, ir, scratch, target);
    match(&facts, &rules, before, &hits);
    if (hits.list.count)
        qsort(hits.list.items, hits.list.count, sizeof *hits.list.items, by_place);
    for (uint32_t i = 0; i < hits.list.count; i++)
        if (i == 0 || !same(&hits.list.items[i - 1], &hits.list.items[i]))
            ir_add_finding(ir, hits.list.items[i].row);
    return 0;
}
