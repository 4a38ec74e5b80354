/*
 * A configuration holds options under their names, and settings per rule or per glob that no option has. Globs
 * and paths in it count from its own folder. It is read strictly: a misspelt key would otherwise change nothing,
 * and nobody would know.
 */
#include "cli/config.h"

#include "base/file.h"
#include "base/suggest.h"
#include "cli/repository.h"
#include "lint/lint.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <yaml.h>

enum { MAX_FILE = 1 << 20, MAX_EXTENDS = 8, MAX_KEYS = 80 };

/* A rule that the file names, and where. */
struct named_rule {
    const char *selector, *path;
    unsigned long line;
};

struct named_rules {
    VEC(struct named_rule) list;
};

struct config {
    struct arena *arena;
    struct options *options;
    const char *path, *dir; /* dir: "" for the current folder, else with a '/' at the end */
    const yaml_document_t *document;
    struct named_rules *rules;
    unsigned depth;
    struct err *e;
};

/* ---- YAML ---- */

static unsigned long line_of(const yaml_node_t *node)
{
    return (unsigned long)node->start_mark.line + 1;
}

static const yaml_node_t *node_at(const struct config *c, int id)
{
    return yaml_document_get_node((yaml_document_t *)c->document, id);
}

static int wrong(const struct config *c, const yaml_node_t *node, const char *what)
{
    return err_set(c->e, "%s:%lu: %s", c->path, line_of(node), what);
}

/* NULL when the node is no scalar. */
static const char *text_of(const struct config *c, const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return NULL;
    return arena_strndup(c->arena, (const char *)node->data.scalar.value, node->data.scalar.length);
}

/* ---- paths and globs ---- */

static const char *path_from(const struct config *c, const char *path)
{
    return *path == '/' ? path : arena_printf(c->arena, "%s%s", c->dir, path);
}

/* A glob without a slash matches a file's name anywhere. */
static const char *glob_from(const struct config *c, const char *glob)
{
    const char *here = repository_here(c->arena), *dir;
    char *full;
    size_t n;

    if (!strchr(glob, '/') || !*c->dir)
        return glob;
    if (strncmp(c->dir, "../", 3) != 0 || !here)
        return path_from(c, glob);
    /* The folder is above: what the glob says of the way down to here is taken off. */
    full = realpath(c->dir, NULL);
    dir = full ? arena_strndup(c->arena, full, strlen(full)) : "";
    free(full);
    n = strlen(dir);
    if (n && strncmp(here, dir, n) == 0 && here[n] == '/') {
        const char *down = here + n + 1;

        if (strncmp(glob, down, strlen(down)) == 0 && glob[strlen(down)] == '/')
            return glob + strlen(down) + 1;
        if (strncmp(glob, "**/", 3) == 0)
            return glob;
    }
    return path_from(c, glob);
}

/* ---- keys ---- */

static void note_rule(struct config *c, const yaml_node_t *node, const char *selector)
{
    vec_push(c->arena, &c->rules->list, ((struct named_rule){selector, c->path, line_of(node)}));
}

static const char *value_from(const struct config *c, const char *key, const char *value)
{
    static const char *const paths[] = {"rules", "catalog", "baseline", "cache-dir"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(key, paths[i]) == 0)
            return path_from(c, value);
    return strcmp(key, "exclude") == 0 ? glob_from(c, value) : value;
}

static bool holds_rules(const char *key)
{
    return strcmp(key, "select") == 0 || strcmp(key, "ignore") == 0 || strcmp(key, "extend-select") == 0;
}

static int set_one(struct config *c, const char *key, const yaml_node_t *node)
{
    const char *value = text_of(c, node);
    struct options probe = {.command = c->options->command};
    struct err why = {{0}};

    if (!value)
        return wrong(c, node, arena_printf(c->arena, "%s: expected a text or a list of texts", key));
    if (holds_rules(key))
        note_rule(c, node, value);
    if (options_configure(c->arena, &probe, key, value, &why) < 0 || options_check(&probe, &why) < 0 ||
        options_configure(c->arena, c->options, key, value_from(c, key, value), &why) < 0)
        return wrong(c, node, why.message);
    return 0;
}

static int read_option(struct config *c, const char *key, const yaml_node_t *value)
{
    if (value->type != YAML_SEQUENCE_NODE)
        return set_one(c, key, value);
    for (const int *item = value->data.sequence.items.start; item < value->data.sequence.items.top; item++)
        if (set_one(c, key, node_at(c, *item)) < 0)
            return -1;
    return 0;
}

/* What a mapping of the file may say under one of its keys; -1 with why not. */
typedef int setting_function(struct config *c, const yaml_node_t *node, const char *key, const char *value);

static int add_ignore(struct config *c, const yaml_node_t *node, const char *key, const char *value)
{
    note_rule(c, node, value);
    vec_push(c->arena, &c->options->per_file_ignores, ((struct glob_setting){glob_from(c, key), value}));
    return 0;
}

static int add_severity(struct config *c, const yaml_node_t *node, const char *key, const char *value)
{
    static const char *const words[] = {"off", "info", "warning", "error"};

    for (size_t i = 0; i < 4; i++)
        if (strcmp(value, words[i]) == 0) {
            note_rule(c, node, key);
            vec_push(c->arena, &c->options->severities, ((struct glob_setting){key, value}));
            return 0;
        }
    return wrong(c, node, arena_printf(c->arena, "severity %s: expected off, info, warning or error", value));
}

static int add_threshold(struct config *c, const yaml_node_t *node, const char *key, const char *value)
{
    if (!*value || strspn(value, "0123456789") != strlen(value))
        return wrong(c, node, arena_printf(c->arena, "threshold %s: expected a number", value));
    note_rule(c, node, key);
    vec_push(c->arena, &c->options->thresholds, ((struct glob_setting){key, value}));
    return 0;
}

static int add_dialect(struct config *c, const yaml_node_t *node, const char *key, const char *value)
{
    struct options probe = {.command = COMMAND_SCAN};
    struct err why = {{0}};

    if (options_configure(c->arena, &probe, "dialect", value, &why) < 0)
        return wrong(c, node, why.message);
    vec_push(c->arena, &c->options->dialects, ((struct glob_setting){glob_from(c, key), value}));
    return 0;
}

/* A schema, "schema.table", or a path; the last one that matches counts. */
static int add_to_layer(struct config *c, const yaml_node_t *node, const char *layer, const char *pattern)
{
    if (!*pattern)
        return wrong(c, node, "expected a schema, schema.table or the path of a file, found an empty text");
    vec_push(c->arena, &c->options->layers, ((struct glob_setting){glob_from(c, pattern), layer}));
    return 0;
}

static int add_layer(struct config *c, const yaml_node_t *node, const char *key, const char *value)
{
    const char *names[] = {ir_name_of_layer(IR_LAYER_STAGING), ir_name_of_layer(IR_LAYER_INTERMEDIATE),
                           ir_name_of_layer(IR_LAYER_MARTS)};
    const char *near = suggest(key, names, 3);

    for (size_t i = 0; i < 3; i++)
        if (strcmp(key, names[i]) == 0)
            return add_to_layer(c, node, names[i], value);
    if (near)
        return wrong(c, node, arena_printf(c->arena, "unknown layer '%s' (did you mean '%s'?)", key, near));
    return wrong(c, node,
                 arena_printf(c->arena, "unknown layer '%s'; expected one of: %s, %s, %s", key, names[0],
                              names[1], names[2]));
}

static int add_source(struct config *c, const yaml_node_t *node, const char *key, const char *value)
{
    (void)key;
    return add_to_layer(c, node, ir_name_of_layer(IR_LAYER_SOURCE), value);
}

/* Digits with one point among them: what a number of Jinja's and of SQL's is, whatever the dialect. */
static bool is_tolerance(const char *value)
{
    size_t whole = strspn(value, "0123456789"),
           part = value[whole] == '.' ? strspn(value + whole + 1, "0123456789") : 0;

    return whole && (value[whole] == '.' ? part && !value[whole + 1 + part] : !value[whole]);
}

static int add_parity_column(struct config *c, const yaml_node_t *node, const char *key, const char *value)
{
    if (strcmp(value, "exact") != 0 && strcmp(value, "excluded") != 0 && !is_tolerance(value))
        return wrong(
            c, node,
            arena_printf(c->arena, "%s: expected exact, excluded or a tolerance such as 0.001", value));
    vec_push(c->arena, &c->options->parity_columns, ((struct glob_setting){key, value}));
    return 0;
}

/* Keys that are no options. `dialect` is one as well, and so may hold a text. */
static const struct {
    const char *key;
    setting_function *add;
    bool list; /* no mapping */
} settings[] = {{"per-file-ignores", add_ignore, false}, {"severity", add_severity, false},
                {"thresholds", add_threshold, false},    {"layers", add_layer, false},
                {"sources", add_source, true},           {"parity-columns", add_parity_column, false},
                {"dialect", add_dialect, false}};
enum { SETTINGS = sizeof settings / sizeof *settings };

static int read_setting(struct config *c, setting_function *add, const char *key, const yaml_node_t *value)
{
    const char *text = text_of(c, value);

    if (text)
        return add(c, value, key, text);
    if (value->type != YAML_SEQUENCE_NODE)
        return wrong(c, value, arena_printf(c->arena, "%s: expected a text or a list of texts", key));
    for (const int *item = value->data.sequence.items.start; item < value->data.sequence.items.top; item++) {
        text = text_of(c, node_at(c, *item));
        if (!text)
            return wrong(c, node_at(c, *item), "expected a text");
        if (add(c, node_at(c, *item), key, text) < 0)
            return -1;
    }
    return 0;
}

static int read_mapping(struct config *c, setting_function *add, const yaml_node_t *value)
{
    const yaml_node_pair_t *pair = value->data.mapping.pairs.start;

    for (; pair < value->data.mapping.pairs.top; pair++) {
        const char *key = text_of(c, node_at(c, pair->key));

        if (!key)
            return wrong(c, node_at(c, pair->key), "expected a text");
        if (read_setting(c, add, key, node_at(c, pair->value)) < 0)
            return -1;
    }
    return 0;
}

size_t config_keys(const char **names, size_t max)
{
    size_t n = options_configurable(names, max);

    for (size_t i = 0; i + 1 < SETTINGS && n < max; i++)
        names[n++] = settings[i].key;
    if (n < max)
        names[n++] = "extends";
    return n;
}

static int unknown_key(const struct config *c, const yaml_node_t *node, const char *key)
{
    const char *names[MAX_KEYS];
    size_t n = config_keys(names, MAX_KEYS);
    const char *near = suggest(key, names, n);
    struct buf list = buf_new(c->arena);

    for (size_t i = 0; i < n; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    return err_set(c->e, "%s:%lu: unknown key '%s'%s%s%s; expected one of: %s", c->path, line_of(node), key,
                   near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", buf_str(&list));
}

static int read_config(const struct config *outer, const char *path, struct err *e);

static int read_pair(struct config *c, const yaml_node_t *key_node, const yaml_node_t *value)
{
    const char *key = text_of(c, key_node), *names[MAX_KEYS];
    size_t n = options_configurable(names, MAX_KEYS);

    if (!key)
        return wrong(c, key_node, "expected a text");
    if (strcmp(key, "extends") == 0)
        return text_of(c, value) ? 0 : wrong(c, value, "extends: expected the path of a file");
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(settings[i].key, key) != 0)
            continue;
        if (settings[i].list)
            return read_setting(c, settings[i].add, key, value);
        if (value->type == YAML_MAPPING_NODE)
            return read_mapping(c, settings[i].add, value);
        if (i + 1 < SETTINGS)
            return wrong(c, value, arena_printf(c->arena, "%s: expected a mapping", key));
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], key) == 0)
            return read_option(c, key, value);
    return unknown_key(c, key_node, key);
}

/* What a file extends is read before it, so that the file has the last word. */
static int read_root(struct config *c)
{
    const yaml_node_t *root = yaml_document_get_root_node((yaml_document_t *)c->document);
    const yaml_node_pair_t *pair;
    const char *base = NULL;

    if (!root)
        return 0;
    if (root->type != YAML_MAPPING_NODE)
        return wrong(c, root, "expected keys and values");
    for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
        const char *key = text_of(c, node_at(c, pair->key));

        if (key && strcmp(key, "extends") == 0)
            base = text_of(c, node_at(c, pair->value));
    }
    if (base && c->depth >= MAX_EXTENDS)
        return wrong(c, root, "the files extend one another without an end");
    if (base && read_config(c, path_from(c, base), c->e) < 0)
        return -1;
    for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++)
        if (read_pair(c, node_at(c, pair->key), node_at(c, pair->value)) < 0)
            return -1;
    return 0;
}

/* "a/b/.lineage.yml" -> "a/b/" */
static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? arena_strndup(a, path, (size_t)(slash - path) + 1) : "";
}

static int read_config(const struct config *outer, const char *path, struct err *e)
{
    struct config c = *outer;
    yaml_document_t document;
    yaml_parser_t parser;
    struct slice text;
    int result;

    c.path = path;
    c.dir = folder_of(c.arena, path);
    c.document = &document;
    c.depth = outer->depth + 1;
    c.e = e;
    if (file_read(c.arena, path, MAX_FILE, &text, e) < 0)
        return -1;
    if (!yaml_parser_initialize(&parser))
        die("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
    if (!yaml_parser_load(&parser, &document)) {
        result = err_set(e, "%s:%lu: %s", path, (unsigned long)parser.problem_mark.line + 1,
                         parser.problem ? parser.problem : "this is no YAML");
    } else {
        result = read_root(&c);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return result;
}

/* ---- rules that are named ---- */

static bool is_meant(const struct ir *ir, const char *selector)
{
    for (IR_EACH(ir, rule, r)) {
        const struct ir_rule *row = IR(ir, rule, r);

        if (strncasecmp(ir_string(ir, row->code), selector, strlen(selector)) == 0 ||
            strcmp(ir_string(ir, row->name), selector) == 0)
            return true;
    }
    return strcasecmp(selector, "ALL") == 0;
}

static int unknown_rule(const struct ir *ir, struct arena *a, const struct named_rule *named, struct err *e)
{
    const char **names = ARENA_ARRAY(a, const char *, 2 * (size_t)ir->rule.count);
    const char *near;
    size_t n = 0;

    for (IR_EACH(ir, rule, r)) {
        names[n++] = ir_string(ir, IR(ir, rule, r)->code);
        names[n++] = ir_string(ir, IR(ir, rule, r)->name);
    }
    near = suggest(named->selector, names, n);
    return err_set(e, "%s:%lu: no rule is called '%s'%s%s%s", named->path, named->line, named->selector,
                   near ? " (did you mean '" : "; `lineage rules` lists them", near ? near : "",
                   near ? "'?)" : "");
}

static int check_rules(const struct config *c, struct err *e)
{
    struct ir *ir = ir_new(c->arena);
    VEC(const char *) dirs = {0};
    struct lint_options lint = {0};

    for (uint32_t i = 0; i < c->options->rule_dirs.count; i++)
        vec_push(c->arena, &dirs, c->options->rule_dirs.items[i]);
    vec_push(c->arena, &dirs, NULL);
    lint.rule_dirs = dirs.items;
    if (c->rules->list.count && lint_load_rules(ir, c->arena, &lint, e) < 0)
        return -1;
    for (uint32_t i = 0; i < c->rules->list.count; i++)
        if (!is_meant(ir, c->rules->list.items[i].selector))
            return unknown_rule(ir, c->arena, &c->rules->list.items[i], e);
    return 0;
}

/* ---- where it is ---- */

/* A link to nowhere counts: who made it wants its settings, and is told that they are not there. */
static bool is_entry(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

static const char *in_folder(struct arena *a, const char *dir)
{
    static const char *const names[] = {".lineage.yml", ".lineage.yaml", "lineage.yml"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = strcmp(dir, ".") == 0 ? names[i] : path_join(a, dir, names[i]);

        if (is_entry(path) && !path_is_dir(path))
            return path;
    }
    return NULL;
}

static const char *above(struct arena *a, const char *dir)
{
    const char *base = path_base(dir);

    if (strcmp(dir, "/") == 0)
        return NULL;
    if (strcmp(dir, ".") == 0)
        return "..";
    return strcmp(base, "..") == 0 ? path_join(a, dir, "..") : path_dir(a, dir);
}

/* Upward from a path, no further than the repository's folder, or the file system's. */
static const char *find_from(struct arena *a, const char *path)
{
    const char *dir = path_is_dir(path) ? path : path_dir(a, path);
    char *full = realpath(dir, NULL);
    size_t left = 1;

    for (const char *p = full ? full : ""; *p; p++)
        left += *p == '/';
    free(full);
    while (dir && left--) {
        const char *found = in_folder(a, dir);

        if (found || path_exists(path_join(a, dir, ".git")))
            return found;
        dir = above(a, dir);
    }
    return NULL;
}

static bool same_file(const char *x, const char *y)
{
    char *a = realpath(x, NULL), *b = realpath(y, NULL);
    bool same = a && b && strcmp(a, b) == 0;

    free(a);
    free(b);
    return same;
}

/* One run makes one graph, so it has one configuration. */
static int find(struct arena *a, const struct options *o, const char **found, struct err *e)
{
    *found = o->config;
    for (uint32_t i = 0; !o->config && i < o->paths.count; i++) {
        const char *path = strcmp(o->paths.items[i], "-") != 0 ? o->paths.items[i]
                           : o->stdin_filename                 ? o->stdin_filename
                                                               : ".";
        const char *next = find_from(a, path);

        if (next && *found && !same_file(next, *found))
            return err_set(e, "%s and %s both apply; choose one with --config", *found, next);
        *found = next ? next : *found;
    }
    if (!o->paths.count && !o->config)
        *found = find_from(a, ".");
    return 0;
}

int config_apply(struct arena *a, struct options *o, struct err *e)
{
    struct named_rules rules = {0};
    struct config c = {.arena = a, .options = o, .rules = &rules, .e = e};
    const char *path;

    if (o->isolated)
        return 0;
    if (find(a, o, &path, e) < 0)
        return -1;
    if (!path)
        return 0;
    if (o->verbose && !o->quiet)
        fprintf(stderr, "lineage: settings of %s\n", path);
    if (read_config(&c, path, e) < 0)
        return -1;
    return check_rules(&c, e);
}

enum ir_dialect config_dialect(const struct options *o, const char *path)
{
    for (uint32_t i = 0; i < o->dialects.count; i++) {
        const struct glob_setting *s = &o->dialects.items[i];

        if (glob_match(s->glob, path) || (!strchr(s->glob, '/') && glob_match(s->glob, path_base(path))))
            return options_dialect(s->what);
    }
    return o->dialect;
}
