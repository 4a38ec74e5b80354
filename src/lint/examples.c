/* The examples in rule files, for those who run them. */
#include "lint/rules.h"

#include <string.h>

static enum ir_language language_of(const struct example_file *file)
{
    static const struct {
        const char *word;
        enum ir_language language;
    } words[] = {{"python", IR_LANG_PYTHON}, {"dbt", IR_LANG_DBT}, {"yaml", IR_LANG_YAML}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(file->language, words[i].word) == 0)
            return words[i].language;
    return IR_LANG_SQL;
}

static void add_example(struct arena *a, const struct rule *rule, const struct example *from, bool bad,
                        uint32_t number, struct lint_examples *out)
{
    struct lint_example example = {
        .path = rule->path, .line = from->line, .code = rule->code, .bad = bad, .number = number};

    for (uint32_t i = 0; i < from->files.count; i++) {
        const struct example_file *file = &from->files.items[i];

        vec_push(a, &example.files,
                 ((struct lint_example_file){file->name, language_of(file), {file->code, file->len}}));
    }
    vec_push(a, &out->list, example);
}

int lint_examples(struct arena *a, const char *dir, struct lint_examples *out, struct err *e)
{
    struct rules rules = {.arena = a};

    if (rules_load_folder(&rules, dir, e) < 0)
        return -1;
    if (!rules.items.count)
        return err_set(e, "%s: expected a folder with rules, files that end in .yml or .yaml", dir);
    for (uint32_t i = 0; i < rules.items.count; i++) {
        const struct rule *rule = &rules.items.items[i];

        for (uint32_t k = 0; k < rule->bad.count; k++)
            add_example(a, rule, &rule->bad.items[k], true, k + 1, out);
        for (uint32_t k = 0; k < rule->good.count; k++)
            add_example(a, rule, &rule->good.items[k], false, k + 1, out);
    }
    out->rules += rules.items.count;
    return 0;
}
