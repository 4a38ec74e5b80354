/* lineage rules and lineage explain: what the rule files say, printed. */
#include "cli/commands.h"

#include "base/suggest.h"
#include "cli/driver.h"
#include "cli/examples.h"
#include "lint/lint.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int load(struct ir *ir, struct arena *scratch, const struct options *o, struct err *e)
{
    VEC(const char *) dirs = {0};
    struct lint_options lint = {0};

    for (uint32_t i = 0; i < o->rule_dirs.count; i++)
        vec_push(scratch, &dirs, o->rule_dirs.items[i]);
    vec_push(scratch, &dirs, NULL);
    lint.rule_dirs = dirs.items;
    return lint_load_rules(ir, scratch, &lint, e);
}

static json_t *json_of_rule(const struct ir *ir, const struct ir_rule *r)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s}", "code", ir_string(ir, r->code),
                     "name", ir_string(ir, r->name), "family", ir_string(ir, r->family), "severity",
                     ir_name_of_severity(r->severity), "enabled", (int)r->enabled, "summary",
                     ir_string(ir, r->summary), "why", ir_string(ir, r->why), "help", ir_string(ir, r->help),
                     "fix", ir_string(ir, r->fix_class), "url", ir_string(ir, r->url));
}

static int put_json(json_t *value, struct buf *out, struct err *e)
{
    char *text = json_dumps(value, JSON_INDENT(2));

    json_decref(value);
    if (!text)
        return err_set(e, "jansson cannot print the rules");
    buf_adds(out, text);
    buf_addc(out, '\n');
    free(text);
    return 0;
}

static bool wants(const struct options *o, const char *format)
{
    return o->format && strcmp(o->format, format) == 0;
}

/* ---- Markdown: docs/rules/ is made of it ---- */

/* A cell of a table: a bar would end it. */
static void add_cell(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_addc(out, '\\');
        buf_addc(out, *text == '\n' ? ' ' : *text);
    }
}

static void put_index(const struct ir *ir, struct buf *out)
{
    buf_adds(out,
             "# Rules\n\n"
             "This page is printed by `lineage rules --format markdown`, and a test fails when it is stale.\n"
             "Severities are those without a configuration; a rule that is off by default says so.\n\n"
             "| code | name | severity | fix | what it finds |\n| --- | --- | --- | --- | --- |\n");
    for (IR_EACH(ir, rule, r)) {
        const struct ir_rule *row = IR(ir, rule, r);
        const char *code = ir_string(ir, row->code);

        buf_printf(out, "| [%s](%s.md) | %s | %s%s | %s | ", code, code, ir_string(ir, row->name),
                   ir_name_of_severity(row->severity), row->enabled ? "" : ", off",
                   ir_string(ir, row->fix_class));
        add_cell(out, ir_string(ir, row->summary));
        buf_adds(out, " |\n");
    }
}

static void put_example(struct buf *out, const char *title, const char *language, const char *code)
{
    size_t n = strlen(code);

    if (n)
        buf_printf(out, "\n## %s\n\n```%s\n%s%s```\n", title, language, code,
                   code[n - 1] == '\n' ? "" : "\n");
}

static void put_page(const struct ir *ir, const struct ir_rule *r, struct buf *out)
{
    buf_printf(
        out,
        "# %s %s\n\n%s\n\n| severity | default | family | fix | fact |\n| --- | --- | --- | --- | --- |\n",
        ir_string(ir, r->code), ir_string(ir, r->name), ir_string(ir, r->summary));
    buf_printf(out, "| %s | %s | %s | %s | [%s](../facts.md#%s) |\n", ir_name_of_severity(r->severity),
               r->enabled ? "on" : "off", ir_string(ir, r->family), ir_string(ir, r->fix_class),
               ir_string(ir, r->fact), ir_string(ir, r->fact));
    buf_printf(out, "\n## Why it matters\n\n%s\n", ir_string(ir, r->why));
    buf_printf(out, "\n## What to do\n\n%s\n", ir_string(ir, r->help));
    put_example(out, "Found in", ir_string(ir, r->bad_language), ir_string(ir, r->bad));
    put_example(out, "Not found in", ir_string(ir, r->good_language), ir_string(ir, r->good));
    if (r->url.v)
        buf_printf(out, "\n## More\n\n<%s>\n", ir_string(ir, r->url));
}

/* ---- commands ---- */

static int put_list(const struct ir *ir, const struct options *o, struct buf *out, struct err *e)
{
    json_t *list;

    if (wants(o, "markdown")) {
        put_index(ir, out);
        return 0;
    }
    if (wants(o, "json")) {
        list = json_array();
        for (IR_EACH(ir, rule, r))
            json_array_append_new(list, json_of_rule(ir, IR(ir, rule, r)));
        return put_json(list, out, e);
    }
    for (IR_EACH(ir, rule, r)) {
        const struct ir_rule *row = IR(ir, rule, r);

        buf_printf(out, "%-6s %-28s %-8s %s%s\n", ir_string(ir, row->code), ir_string(ir, row->name),
                   ir_name_of_severity(row->severity), ir_string(ir, row->summary),
                   row->enabled ? "" : " (off by default)");
    }
    return 0;
}

int cmd_RULES(struct arena *a, const struct options *o, struct err *e)
{
    struct ir *ir = ir_new(a);
    struct buf out = buf_new(a);

    if (o->paths.count)
        return err_set(e, "%s: `lineage rules` takes no argument; `lineage explain %s` explains one",
                       o->paths.items[0], o->paths.items[0]);
    if (o->tests.count)
        return examples_run(a, o, e);
    if (load(ir, a, o, e) < 0 || put_list(ir, o, &out, e) < 0)
        return -1;
    return driver_output(o, buf_slice(&out), e);
}

static int find_rule(const struct ir *ir, struct arena *scratch, const char *wanted, ir_rule_id *found,
                     struct err *e)
{
    const char **names = ARENA_ARRAY(scratch, const char *, 2 * (size_t)ir->rule.count);
    const char *near;
    size_t n = 0;

    for (IR_EACH(ir, rule, r)) {
        names[n++] = ir_string(ir, IR(ir, rule, r)->code);
        names[n++] = ir_string(ir, IR(ir, rule, r)->name);
        if (strcasecmp(wanted, names[n - 2]) == 0 || strcasecmp(wanted, names[n - 1]) == 0) {
            *found = r;
            return 0;
        }
    }
    near = suggest(wanted, names, n);
    return err_set(e, "%s: no such rule%s%s%s", wanted,
                   near ? "; did you mean " : "; `lineage rules` lists them", near ? near : "",
                   near ? "?" : "");
}

static void put_paragraph(struct buf *out, const char *title, const char *text)
{
    if (*text)
        buf_printf(out, "\n%s\n%s\n", title, text);
}

static int put_rule(const struct ir *ir, const struct ir_rule *r, const struct options *o, struct buf *out,
                    struct err *e)
{
    if (wants(o, "json"))
        return put_json(json_of_rule(ir, r), out, e);
    if (wants(o, "markdown")) {
        put_page(ir, r, out);
        return 0;
    }
    buf_printf(out, "%s %s (%s)\n%s\n", ir_string(ir, r->code), ir_string(ir, r->name),
               ir_name_of_severity(r->severity), ir_string(ir, r->summary));
    put_paragraph(out, "Why it matters", ir_string(ir, r->why));
    put_paragraph(out, "What to do", ir_string(ir, r->help));
    put_paragraph(out, "Found in", ir_string(ir, r->bad));
    put_paragraph(out, "Not found in", ir_string(ir, r->good));
    put_paragraph(out, "More", ir_string(ir, r->url));
    return 0;
}

int cmd_EXPLAIN(struct arena *a, const struct options *o, struct err *e)
{
    struct ir *ir = ir_new(a);
    struct buf out = buf_new(a);

    if (!o->paths.count)
        return err_set(e, "expected the code or the name of a rule, such as LN101");
    if (load(ir, a, o, e) < 0)
        return -1;
    for (uint32_t i = 0; i < o->paths.count; i++) {
        ir_rule_id rule = {0};

        if (find_rule(ir, a, o->paths.items[i], &rule, e) < 0 ||
            put_rule(ir, IR(ir, rule, rule), o, &out, e) < 0)
            return -1;
    }
    return driver_output(o, buf_slice(&out), e);
}
