/*
 * The stage: rules loaded, facts computed, each fact held against the rules of its kind; findings sorted by
 * where they stand, one for each rule, place and message (a callable that two tasks run is read twice).
 */
#include "lint/lint.h"

#include "base/file.h"
#include "lint/hits.h"

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

static void fill_rules(struct ir *ir, struct arena *scratch, const struct rules *rules)
{
    for (uint32_t i = 0; i < rules->items.count; i++) {
        const struct rule *r = &rules->items.items[i];

        ir_add_rule(ir, (struct ir_rule){
                            .code = ir_interns(ir, r->code),
                            .name = ir_interns(ir, r->name),
                            .severity = r->severity,
                            .summary = ir_interns(ir, r->summary),
                            .why = ir_interns(ir, r->why),
                            .help = without_braces(ir, scratch, r->help),
                            .url = ir_interns(ir, r->links.count ? r->links.items[0] : ""),
                            .family = ir_interns(ir, r->family),
                            .fact = ir_interns(ir, fact_types[r->fact].name),
                            .fix_class = ir_interns(ir, r->fix),
                            .enabled = r->enabled,
                            .bad = example_of(ir, &r->bad.items[0]),
                            .good = example_of(ir, &r->good.items[0]),
                            .bad_language = ir_interns(ir, r->bad.items[0].files.items[0].language),
                            .good_language = ir_interns(ir, r->good.items[0].files.items[0].language),
                        });
    }
}

const struct rules *lint_rules(struct arena *a, const struct lint_options *options, struct err *e)
{
    struct rules *rules = ARENA_ARRAY(a, struct rules, 1);

    return rules_prepare(rules, a, options, e) < 0 ? NULL : rules;
}

int lint_load_rules(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e)
{
    const struct rules *rules = lint_rules(scratch, options, e);

    if (!rules)
        return -1;
    fill_rules(ir, scratch, rules);
    return 0;
}

static int compare(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static int by_place(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    int by = compare(x->row.file.v, y->row.file.v);

    by = by ? by : compare(x->off, y->off);
    by = by ? by : strcmp(x->rule->code, y->rule->code);
    by = by ? by : compare(x->len, y->len);
    by = by ? by : strcmp(x->message, y->message);
    return by ? by : compare(x->row.statement.v, y->row.statement.v);
}

static bool same(const struct hit *a, const struct hit *b)
{
    return a->row.file.v == b->row.file.v && a->off == b->off && a->len == b->len &&
           a->row.rule.v == b->row.rule.v && strcmp(a->message, b->message) == 0;
}

static ir_str fill(const struct facts *f, const char *template, const struct fact *fact, struct hits *hits)
{
    return ir_interns(f->ir, template_fill(template, fact, f->arena, &hits->text));
}

static void add_hit(const struct facts *f, uint32_t number, const struct rule *rule, ir_rule_id id,
                    struct hits *hits)
{
    struct ir *ir = f->ir;
    struct arena *a = f->arena;
    const struct fact *fact = &f->rows.items[number];
    struct ir_place place = ir_bytes_of(ir, fact->at.file, fact->at.text, fact->at.off, fact->at.len);
    ir_str message = fill(f, rule->message, fact, hits);
    bool info = rule->info_when.all.count && predicates_hold(&rule->info_when, fact, a);
    struct hit hit = {.off = place.off, .len = place.len, .rule = rule, .fact = number};

    hit.message = ir_string(ir, message);
    hit.row = (struct ir_finding){.rule = id,
                                  .severity = info ? IR_SEVERITY_INFO : rule->severity,
                                  .file = place.file,
                                  .text = fact->at.text,
                                  .off = fact->at.off,
                                  .len = fact->at.len,
                                  .message = message,
                                  .fix = fill(f, rule->help, fact, hits),
                                  .statement = fact->at.statement};
    vec_push(a, &hits->list, hit);
}

/* Holds the facts from `first` on against the rules. Row `1 + i` of the rule table, before which `before` rows
 * stood, is rule i. */
static void match(struct facts *f, uint32_t first, uint32_t before, struct hits *hits)
{
    for (uint32_t i = first; i < f->rows.count; i++) {
        const struct fact *fact = &f->rows.items[i];

        for (uint32_t k = 0; k < f->judge->of_kind[fact->kind].count; k++) {
            uint32_t r = f->judge->of_kind[fact->kind].items[k];
            const struct rule *rule = &f->judge->rules->items.items[r];

            if (predicates_hold(&rule->where, fact, f->arena))
                add_hit(f, i, rule, (ir_rule_id){before + r}, hits);
        }
    }
}

/* Does the configuration leave the rule out for this file? */
static bool ignored_there(const struct ir *ir, const struct lint_setting *ignores, const struct hit *hit)
{
    const char *path = ir_string(ir, IR(ir, file, hit->row.file)->path);

    for (; ignores && ignores->key; ignores++)
        if (rule_matches(hit->rule, ignores->value) &&
            (glob_match(ignores->key, path) ||
             (!strchr(ignores->key, '/') && glob_match(ignores->key, path_base(path)))))
            return true;
    return false;
}

/* In the order of their places, one for each rule, place and message. */
static void settle(const struct ir *ir, const struct lint_setting *ignores, struct hits *hits)
{
    uint32_t kept = 0;

    if (hits->list.count)
        qsort(hits->list.items, hits->list.count, sizeof *hits->list.items, by_place);
    for (uint32_t i = 0; i < hits->list.count; i++) {
        struct hit *hit = &hits->list.items[i];

        if ((kept && same(&hits->list.items[kept - 1], hit)) || ignored_there(ir, ignores, hit))
            continue;
        hits->list.items[kept++] = *hit;
    }
    hits->list.count = kept;
}

int lint_project(struct ir *ir, struct arena *scratch, const struct lint_options *options, struct err *e)
{
    uint32_t before = ir->rule.count, facts_before;
    struct hits hits = {.text = buf_new(scratch)};
    const struct rules *rules = options->rules ? options->rules : lint_rules(scratch, options, e);
    struct judge judge;
    struct facts facts;

    if (!rules)
        return -1;
    fill_rules(ir, scratch, rules);
    judge = judge_new(rules, scratch);
    facts_compute(&facts, ir, scratch, options->target, &judge);
    facts_before = facts.rows.count;
    match(&facts, 0, before, &hits);
    settle(ir, options->per_file_ignores, &hits);
    /* Whether a comment is of use shows only when everything else is found. */
    suppress_hits(&facts, rules, &hits);
    if (facts.rows.count > facts_before) {
        match(&facts, facts_before, before, &hits);
        settle(ir, options->per_file_ignores, &hits);
    }
    before = ir->finding.count;
    for (uint32_t i = 0; i < hits.list.count; i++)
        ir_add_finding(ir, hits.list.items[i].row);
    relate_hits(&facts, &hits, before);
    fix_hits(&facts, &hits);
    return 0;
}
