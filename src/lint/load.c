/*
 * One rule file to a struct rule. A file is read strictly: an unknown key, field, operator or word fails with
 * the file, the line, what was expected and what was probably meant, because a rule that silently never fires is worse than none.
 */
#include "lint/rules.h"

#include "base/suggest.h"
#include "lint/fixers.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct load {
    struct rules *rules;
    struct rule *rule;
    const char *path;
    yaml_document_t *document;
    struct err *e;
};

/* ---- YAML ---- */

static unsigned long line_of(const yaml_node_t *node)
{
    return (unsigned long)node->start_mark.line + 1;
}

static int wrong(const struct load *l, const yaml_node_t *node, const char *expected, const char *found)
{
    return err_set(l->e, "%s:%lu: expected %s, found %s", l->path, line_of(node), expected, found);
}

/* "unknown key 'wher' (did you mean 'where'?); expected one of: …" */
static int unknown(const struct load *l, const yaml_node_t *node, const char *what, const char *word,
                   const char *const *names, size_t count)
{
    struct buf expected = buf_new(l->rules->arena);
    const char *near = suggest(word, names, count);

    for (size_t i = 0; i < count; i++)
        buf_printf(&expected, "%s%s", i ? ", " : "", names[i]);
    if (near)
        return err_set(l->e, "%s:%lu: unknown %s '%s' (did you mean '%s'?); expected one of: %s", l->path,
                       line_of(node), what, word, near, buf_str(&expected));
    return err_set(l->e, "%s:%lu: unknown %s '%s'; expected one of: %s", l->path, line_of(node), what, word,
                   buf_str(&expected));
}

static const char *kind_of(const yaml_node_t *node)
{
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return "a text";
    case YAML_SEQUENCE_NODE:
        return "a list";
    case YAML_MAPPING_NODE:
        return "a mapping";
    default:
        return "nothing";
    }
}

/* The text of a scalar, in the rules' arena; NULL when the node is none. */
static const char *scalar(const struct load *l, const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return NULL;
    return arena_strndup(l->rules->arena, (const char *)node->data.scalar.value, node->data.scalar.length);
}

static yaml_node_t *node_at(const struct load *l, int id)
{
    return yaml_document_get_node(l->document, id);
}

static int want_text(const struct load *l, const yaml_node_t *node, const char **out)
{
    const char *text = scalar(l, node);
    struct slice trimmed;

    if (!text)
        return wrong(l, node, "a text", kind_of(node));
    trimmed = slice_trim(slice_of(text));
    if (!trimmed.n)
        return wrong(l, node, "a text", "an empty one");
    *out = arena_strndup(l->rules->arena, trimmed.p, trimmed.n);
    return 0;
}

/* The pairs of a mapping and the items of a list, as nodes. */
#define EACH_PAIR(node, pair)                                                                                \
    yaml_node_pair_t *pair = (node)->data.mapping.pairs.start;                                               \
    pair < (node)->data.mapping.pairs.top;                                                                   \
    pair++
#define EACH_ITEM(node, item)                                                                                \
    yaml_node_item_t *item = (node)->data.sequence.items.start;                                              \
    item < (node)->data.sequence.items.top;                                                                  \
    item++

/* A table of keys and what reads their values. */
struct key {
    const char *name;
    int (*read)(struct load *l, const yaml_node_t *value, void *into);
};

static int read_mapping(struct load *l, const yaml_node_t *node, const struct key *keys, size_t count,
                        void *into)
{
    const char *names[24];

    if (node->type != YAML_MAPPING_NODE)
        return wrong(l, node, "a mapping", kind_of(node));
    for (size_t i = 0; i < count; i++)
        names[i] = keys[i].name;
    for (EACH_PAIR(node, pair)) {
        const yaml_node_t *name = node_at(l, pair->key);
        const char *word = scalar(l, name);
        size_t i = 0;

        if (!word)
            return wrong(l, name, "a key", kind_of(name));
        while (i < count && strcmp(names[i], word) != 0)
            i++;
        if (i == count)
            return unknown(l, name, "key", word, names, count);
        if (keys[i].read(l, node_at(l, pair->value), into) < 0)
            return -1;
    }
    return 0;
}

/* ---- plain keys ---- */

#define TEXT_KEY(field)                                                                                      \
    static int read_##field(struct load *l, const yaml_node_t *value, void *into)                            \
    {                                                                                                        \
        (void)into;                                                                                          \
        return want_text(l, value, &l->rule->field);                                                         \
    }
TEXT_KEY(code)
TEXT_KEY(name)
TEXT_KEY(family)
TEXT_KEY(summary)
TEXT_KEY(message)
TEXT_KEY(help)
TEXT_KEY(why)

/* One of `count` words; the index into them. */
static int want_word(struct load *l, const yaml_node_t *value, const char *what, const char *const *words,
                     size_t count, size_t *out)
{
    const char *word;

    if (want_text(l, value, &word) < 0)
        return -1;
    for (*out = 0; *out < count; ++*out)
        if (strcmp(words[*out], word) == 0)
            return 0;
    return unknown(l, value, what, word, words, count);
}

static int read_severity(struct load *l, const yaml_node_t *value, void *into)
{
    static const char *const words[] = {"info", "warning", "error"};
    size_t at;

    (void)into;
    if (want_word(l, value, "severity", words, 3, &at) < 0)
        return -1;
    l->rule->severity = (enum ir_severity)at;
    return 0;
}

static int read_default(struct load *l, const yaml_node_t *value, void *into)
{
    static const char *const words[] = {"off", "on"};
    size_t at;

    (void)into;
    if (want_word(l, value, "default", words, 2, &at) < 0)
        return -1;
    l->rule->on = at == 1;
    return 0;
}

static int read_fix(struct load *l, const yaml_node_t *value, void *into)
{
    static const char *const words[] = {"none", "safe", "unsafe", "migrate"};
    size_t at;

    (void)into;
    if (want_word(l, value, "fix", words, 4, &at) < 0)
        return -1;
    l->rule->fix = words[at];
    return 0;
}

static int read_edit(struct load *l, const yaml_node_t *value, void *into)
{
    const char *names[32];
    uint32_t n = fixer_count();
    size_t at;

    (void)into;
    for (uint32_t i = 0; i < n; i++)
        names[i] = fixer_name(i);
    if (want_word(l, value, "edit", names, n, &at) < 0)
        return -1;
    l->rule->edit = (uint32_t)at + 1;
    return 0;
}

static int read_fact(struct load *l, const yaml_node_t *value, void *into)
{
    const char *names[FACT_KINDS];
    size_t at;

    (void)into;
    for (uint32_t i = 0; i < FACT_KINDS; i++)
        names[i] = fact_types[i].name;
    if (want_word(l, value, "fact", names, FACT_KINDS, &at) < 0)
        return -1;
    l->rule->fact = (enum fact_kind)at;
    return 0;
}

static int read_links(struct load *l, const yaml_node_t *value, void *into)
{
    (void)into;
    if (value->type != YAML_SEQUENCE_NODE)
        return wrong(l, value, "a list of links", kind_of(value));
    for (EACH_ITEM(value, item)) {
        const char *link;

        if (want_text(l, node_at(l, *item), &link) < 0)
            return -1;
        if (strncmp(link, "https://", 8) != 0)
            return wrong(l, node_at(l, *item), "a link that begins with https://", link);
        vec_push(l->rules->arena, &l->rule->links, link);
    }
    return 0;
}

/* ---- where ---- */

static bool is_choice(const char *choices, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = choices; (p = strstr(p, word)); p++)
        if ((p == choices || p[-1] == '|') && (p[n] == '\0' || p[n] == '|'))
            return true;
    return false;
}

static const char *const flag_words[] = {"false", "true"};

/* A value that the field can have: a typing mistake in one would make the rule never fire. */
static int check_value(struct load *l, const yaml_node_t *node, const struct fact_field *field,
                       const char *word)
{
    switch (field->type) {
    case FIELD_CHOICE:
        if (is_choice(field->choices, word))
            return 0;
        return err_set(l->e, "%s:%lu: field '%s' is never '%s'; expected one of: %s", l->path, line_of(node),
                       field->name, word, field->choices);
    case FIELD_FLAG:
        if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
            return 0;
        return wrong(l, node, "true or false", word);
    case FIELD_NUMBER:
        if (strspn(word, "0123456789") == strlen(word))
            return 0;
        return wrong(l, node, "a number", word);
    case FIELD_TEXT:
        return 0;
    }
    return 0;
}

/* A scalar or a list of them: any of. */
static int read_values(struct load *l, const yaml_node_t *node, const struct fact_field *field,
                       struct predicate *p)
{
    const char *word;

    if (node->type == YAML_SEQUENCE_NODE) {
        for (EACH_ITEM(node, item)) {
            const yaml_node_t *one = node_at(l, *item);

            if (one->type != YAML_SCALAR_NODE)
                return wrong(l, one, "a value", kind_of(one));
            if (read_values(l, one, field, p) < 0)
                return -1;
        }
        if (!p->values.count)
            return wrong(l, node, "a value", "an empty list");
        return 0;
    }
    if (want_text(l, node, &word) < 0)
        return -1;
    if (p->op != OP_GLOB && check_value(l, node, field, word) < 0)
        return -1;
    vec_push(l->rules->arena, &p->values, word);
    return 0;
}

static int read_number(struct load *l, const yaml_node_t *node, struct predicate *p)
{
    const char *word;

    if (want_text(l, node, &word) < 0)
        return -1;
    if (strspn(word, "0123456789") != strlen(word) || strlen(word) > 9)
        return wrong(l, node, "a number", word);
    p->number = (uint32_t)strtoul(word, NULL, 10);
    return 0;
}

static int read_operator(struct load *l, const yaml_node_t *name, const yaml_node_t *value,
                         const struct fact_field *field, struct predicate *p)
{
    static const char *const ops[] = {"not", "glob", "gt", "lt", "exists"};
    static const enum predicate_op meanings[] = {OP_NOT, OP_GLOB, OP_GT, OP_LT, OP_EXISTS};
    bool text = field->type == FIELD_TEXT || field->type == FIELD_CHOICE;
    size_t at;

    if (want_word(l, name, "operator", ops, 5, &at) < 0)
        return -1;
    p->op = meanings[at];
    if ((p->op == OP_GT || p->op == OP_LT) && field->type != FIELD_NUMBER)
        return wrong(l, name, "a field that is a number", field->name);
    if ((p->op == OP_GLOB || p->op == OP_EXISTS) && !text)
        return wrong(l, name, "a field that is a text", field->name);
    if (p->op == OP_GT || p->op == OP_LT)
        return read_number(l, value, p);
    if (p->op == OP_EXISTS) {
        if (want_word(l, value, "value", flag_words, 2, &at) < 0)
            return -1;
        p->number = (uint32_t)at;
        return 0;
    }
    return read_values(l, value, field, p);
}

static int read_test(struct load *l, const yaml_node_t *value, uint32_t index, struct predicates *into)
{
    const struct fact_field *field = &fact_types[l->rule->fact].fields[index];
    struct predicate p = {.field = index, .op = OP_IS};

    if (value->type != YAML_MAPPING_NODE) {
        if (read_values(l, value, field, &p) < 0)
            return -1;
        vec_push(l->rules->arena, &into->all, p);
        return 0;
    }
    for (EACH_PAIR(value, pair)) {
        p = (struct predicate){.field = index};
        if (read_operator(l, node_at(l, pair->key), node_at(l, pair->value), field, &p) < 0)
            return -1;
        vec_push(l->rules->arena, &into->all, p);
    }
    return 0;
}

static int read_predicates(struct load *l, const yaml_node_t *node, struct predicates *into)
{
    const struct fact_type *type = &fact_types[l->rule->fact];

    if (node->type != YAML_MAPPING_NODE)
        return wrong(l, node, "a mapping of fields", kind_of(node));
    for (EACH_PAIR(node, pair)) {
        const yaml_node_t *name = node_at(l, pair->key);
        const char *names[32];
        size_t at;

        for (uint32_t i = 0; i < type->field_count; i++)
            names[i] = type->fields[i].name;
        if (want_word(l, name, arena_printf(l->rules->arena, "field of fact '%s'", type->name), names,
                      type->field_count, &at) < 0 ||
            read_test(l, node_at(l, pair->value), (uint32_t)at, into) < 0)
            return -1;
    }
    return 0;
}

/* `where` needs the fact, which may stand below it: it is read last. */
static int read_later(struct load *l, const yaml_node_t *value, void *into)
{
    (void)l;
    (void)value;
    (void)into;
    return 0;
}

/* ---- examples ---- */

static int read_file_name(struct load *l, const yaml_node_t *value, void *into)
{
    return want_text(l, value, &((struct example_file *)into)->name);
}

/* Of examples, and what their files are called when they say nothing of it. */
enum { LANGUAGES = 4 };
static const char *const languages[LANGUAGES] = {"sql", "python", "dbt", "yaml"};
static const char *const usual_names[LANGUAGES] = {"example_#.sql", "example_#.py", "models/example_#.sql",
                                                   "models/example_#.yml"};

static const char *usual_name(struct arena *a, const char *language, uint32_t number)
{
    size_t at = 0;

    while (strcmp(languages[at], language) != 0)
        at++;
    return arena_printf(a, "%.*s%u%s", (int)strcspn(usual_names[at], "#"), usual_names[at], number,
                        strchr(usual_names[at], '#') + 1);
}

static int read_file_language(struct load *l, const yaml_node_t *value, void *into)
{
    size_t at;

    if (want_word(l, value, "language", languages, LANGUAGES, &at) < 0)
        return -1;
    ((struct example_file *)into)->language = languages[at];
    return 0;
}

static int read_file_code(struct load *l, const yaml_node_t *value, void *into)
{
    struct example_file *file = into;

    file->code = scalar(l, value);
    file->len = value->type == YAML_SCALAR_NODE ? value->data.scalar.length : 0;
    return file->code ? 0 : wrong(l, value, "code", kind_of(value));
}

static const struct key file_keys[] = {
    {"file", read_file_name}, {"language", read_file_language}, {"code", read_file_code}};

static int read_example_file(struct load *l, const yaml_node_t *node, struct example *example)
{
    struct example_file file = {0};

    if (read_mapping(l, node, file_keys, 3, &file) < 0)
        return -1;
    if (!file.language || !file.code)
        return wrong(l, node, "an example with language and code", "one without");
    if (!file.name)
        file.name = usual_name(l->rules->arena, file.language, example->files.count + 1);
    vec_push(l->rules->arena, &example->files, file);
    return 0;
}

/* An example is one file, or `files:` with a list of them. */
static int read_example(struct load *l, const yaml_node_t *node, struct example *example)
{
    const yaml_node_t *files = NULL;

    if (node->type == YAML_MAPPING_NODE)
        for (EACH_PAIR(node, pair)) {
            const char *word = scalar(l, node_at(l, pair->key));

            if (word && strcmp(word, "files") == 0)
                files = node_at(l, pair->value);
        }
    if (!files)
        return read_example_file(l, node, example);
    if (files->type != YAML_SEQUENCE_NODE)
        return wrong(l, files, "a list of files", kind_of(files));
    for (EACH_ITEM(files, item))
        if (read_example_file(l, node_at(l, *item), example) < 0)
            return -1;
    return example->files.count ? 0 : wrong(l, files, "a list of files", "an empty list");
}

#define EXAMPLES_KEY(field)                                                                                  \
    static int read_##field(struct load *l, const yaml_node_t *value, void *into)                            \
    {                                                                                                        \
        (void)into;                                                                                          \
        if (value->type != YAML_SEQUENCE_NODE)                                                               \
            return wrong(l, value, "a list of examples", kind_of(value));                                    \
        for (EACH_ITEM(value, item)) {                                                                       \
            struct example example = {.line = line_of(node_at(l, *item))};                                   \
                                                                                                             \
            if (read_example(l, node_at(l, *item), &example) < 0)                                            \
                return -1;                                                                                   \
            vec_push(l->rules->arena, &l->rule->field, example);                                             \
        }                                                                                                    \
        return 0;                                                                                            \
    }
EXAMPLES_KEY(bad)
EXAMPLES_KEY(good)

/* ---- the whole ---- */

static const struct key rule_keys[] = {
    {"code", read_code},         {"name", read_name},       {"family", read_family},
    {"severity", read_severity}, {"default", read_default}, {"fact", read_fact},
    {"where", read_later},       {"info_when", read_later}, {"summary", read_summary},
    {"message", read_message},   {"help", read_help},       {"why", read_why},
    {"links", read_links},       {"fix", read_fix},         {"edit", read_edit},
    {"bad", read_bad},           {"good", read_good},
};

static int read_where(struct load *l, const yaml_node_t *root)
{
    for (EACH_PAIR(root, pair)) {
        const char *word = scalar(l, node_at(l, pair->key));
        struct predicates *into = strcmp(word, "where") == 0       ? &l->rule->where
                                  : strcmp(word, "info_when") == 0 ? &l->rule->info_when
                                                                   : NULL;

        if (into && read_predicates(l, node_at(l, pair->value), into) < 0)
            return -1;
    }
    return 0;
}

/* Letters and then digits: "LN101", a team's "ACME007". */
static bool is_code(const char *code)
{
    size_t letters = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t digits = strspn(code + letters, "0123456789");

    return letters >= 2 && digits >= 3 && code[letters + digits] == '\0';
}

static int check_template(struct load *l, const yaml_node_t *root, const char *template)
{
    const struct fact_type *type = &fact_types[l->rule->fact];
    const char *bad = template_check(template, type, l->rules->arena);
    const char *names[32];

    for (uint32_t i = 0; i < type->field_count; i++)
        names[i] = type->fields[i].name;
    return bad ? unknown(l, root, "{field} in a text", bad, names, type->field_count) : 0;
}

static int check_rule(struct load *l, const yaml_node_t *root)
{
    const struct rule *r = l->rule;
    const struct {
        const char *key;
        bool there;
    } needed[] = {{"code", r->code},
                  {"name", r->name},
                  {"family", r->family},
                  {"fact", r->fact != FACT_KINDS},
                  {"summary", r->summary},
                  {"message", r->message},
                  {"help", r->help},
                  {"why", r->why},
                  {"a bad example", r->bad.count},
                  {"a good example", r->good.count}};

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].there)
            return err_set(l->e, "%s:%lu: the rule has no %s", l->path, line_of(root), needed[i].key);
    if (r->edit && fixer_fact(r->edit - 1) != r->fact)
        return wrong(l, root,
                     arena_printf(l->rules->arena, "an edit for the fact %s", fact_types[r->fact].name),
                     fixer_name(r->edit - 1));
    if (!is_code(r->code))
        return wrong(l, root, "a code of capital letters and three digits or more", r->code);
    if (strspn(r->name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(r->name))
        return wrong(l, root, "a name in kebab-case", r->name);
    for (uint32_t i = 0; i < l->rules->items.count; i++) {
        const struct rule *other = &l->rules->items.items[i];

        if (strcmp(other->code, r->code) == 0 || strcmp(other->name, r->name) == 0)
            return err_set(l->e, "%s:%lu: %s (%s) is taken by %s", l->path, line_of(root), r->code, r->name,
                           other->path);
    }
    return 0;
}

static int read_document(struct load *l)
{
    const yaml_node_t *root = yaml_document_get_root_node(l->document);

    if (!root)
        return err_set(l->e, "%s:1: expected a rule, found nothing", l->path);
    l->rule->fact = FACT_KINDS;
    if (read_mapping(l, root, rule_keys, sizeof rule_keys / sizeof *rule_keys, NULL) < 0 ||
        check_rule(l, root) < 0 || read_where(l, root) < 0 || check_template(l, root, l->rule->message) < 0 ||
        check_template(l, root, l->rule->help) < 0)
        return -1;
    return 0;
}

int rules_load(struct rules *rules, const char *path, const char *text, size_t len, struct err *e)
{
    struct rule rule = {.path = path, .on = true, .fix = "none", .severity = IR_SEVERITY_WARNING};
    yaml_document_t document;
    yaml_parser_t parser;
    struct load l = {rules, &rule, path, &document, e};
    int result;

    if (!yaml_parser_initialize(&parser))
        die("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    if (!yaml_parser_load(&parser, &document)) {
        result = err_set(e, "%s:%lu: %s", path, (unsigned long)parser.problem_mark.line + 1,
                         parser.problem ? parser.problem : "this is no YAML");
    } else {
        result = read_document(&l);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    if (result == 0)
        vec_push(rules->arena, &rules->items, rule);
    return result;
}
