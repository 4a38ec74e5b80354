/*
 * modules.c - the other files that a file takes in: modules of the tree that it imports, and texts that it
 * opens. All of them lie in one space of offsets, one behind the other, so that a node, a run or a row names
 * its place by an offset alone; places.c tells the files apart in the end.
 */
#include "python/modules.h"

#include <string.h>

enum { ROOM = 4 << 20, MAX_MODULES = 200, MAX_LEVELS = 16 };

/* ---- taking a file in ---- */

void py_modules_begin(struct py *py)
{
    struct slice path = ir_slice(py->ir, IR(py->ir, file, py->file)->path);

    py->walk->found = map_new(py->scratch);
    py->walk->opened = map_new(py->scratch);
    vec_push(py->scratch, &py->walk->modules,
             ((struct py_module){.path = path, .len = (uint32_t)py->source.n, .globals = py->globals}));
    map_put(&py->walk->opened, hash_bytes(path.p, path.n), 1);
}

/* Adds bytes behind what is there; false when there is no room. The first time makes the room: what points
 * into the source stays valid, because the old bytes stay where they were. */
static bool append(struct py *py, struct slice text, uint32_t *base)
{
    struct py_walk *walk = py->walk;
    size_t n = py->source.n;
    char *room = (char *)walk->room;

    if (!room) {
        room = arena_alloc(py->scratch, n + ROOM);
        memcpy(room, py->source.p, n);
        walk->room = room;
        walk->room_end = (uint32_t)(n + ROOM);
    }
    if (text.n + 1 > walk->room_end - n)
        return false;
    room[n] = '\n';
    memcpy(room + n + 1, text.p, text.n);
    py->source = (struct slice){room, n + 1 + text.n};
    *base = (uint32_t)n + 1;
    return true;
}

/* a/./b//../c is a/c: one file has one name. */
static const char *tidy(struct py *py, const char *path)
{
    char *out = arena_alloc(py->scratch, strlen(path) + 1);
    size_t n = 0;

    if (path[0] == '/')
        out[n++] = '/';
    while (*path) {
        size_t part = strcspn(path, "/");
        bool up = part == 2 && path[0] == '.' && path[1] == '.';
        size_t start = n;
        while (start > 0 && out[start - 1] != '/')
            start--;
        if (up && n > 0 && strcmp(out, "/") != 0 && strncmp(out + start, "..", 3) != 0) {
            n = start > 1 ? start - 1 : start;
        } else if (part > 0 && !(part == 1 && path[0] == '.')) {
            if (n > 0 && out[n - 1] != '/')
                out[n++] = '/';
            memcpy(out + n, path, part);
            n += part;
        }
        out[n] = 0;
        path += part + (path[part] == '/');
    }
    return out;
}

/* The number of the file at `path`, plus one; 0 when there is none to be had. */
static uint32_t take_in(struct py *py, const char *given)
{
    const char *path = tidy(py, given);
    struct py_walk *walk = py->walk;
    uint64_t key = hash_bytes(path, strlen(path));
    uint32_t known = map_get(&walk->opened, key);
    struct py_module m = {.path = slice_of(path)};
    struct slice text;

    if (known || !py->options->open || walk->modules.count >= MAX_MODULES ||
        !py->options->open(py->options->data, py->scratch, path, &text) || !append(py, text, &m.base))
        return known;
    m.len = (uint32_t)text.n;
    vec_push(py->scratch, &walk->modules, m);
    map_put(&walk->opened, key, walk->modules.count);
    walk->steps_left += 4 * (int64_t)text.n;
    walk->bytes_left += 16 * (int64_t)text.n;
    return walk->modules.count;
}

/* ---- folders ---- */

static struct slice folder_of(struct slice path)
{
    while (path.n > 0 && path.p[path.n - 1] != '/')
        path.n--;
    return path.n > 1 ? slice_sub(path, 0, path.n - 1) : path;
}

static const char *below(struct py *py, struct slice folder, struct slice name)
{
    return arena_printf(py->scratch, "%.*s%s%.*s", (int)folder.n, folder.p,
                        folder.n && folder.p[folder.n - 1] != '/' ? "/" : "", (int)name.n, name.p);
}

struct slice py_module_path(const struct py *py)
{
    return py->walk->modules.items[py->walk->module].path;
}

/* ---- finding modules ---- */

/* a.b under a folder: a/b.py or a/b/__init__.py. */
static uint32_t module_in(struct py *py, struct slice folder, struct slice dotted)
{
    const char *base = below(py, folder, dotted);
    size_t from = strlen(base) - dotted.n;
    char *path = arena_printf(py->scratch, "%s.py", base);
    uint32_t found;

    if (dotted.n == 0)
        return take_in(py, below(py, folder, SLICE("__init__.py")));
    for (size_t i = from; i < from + dotted.n; i++)
        if (path[i] == '.')
            path[i] = '/';
    found = take_in(py, path);
    if (found)
        return found;
    path[from + dotted.n] = 0;
    return take_in(py, arena_printf(py->scratch, "%s/__init__.py", path));
}

/* Beside the importing file and in each folder above it, and in the folders there that are put on Python's
 * path by custom. */
static uint32_t module_above(struct py *py, struct slice folder, struct slice dotted)
{
    static const char *const customary[] = {"", "plugins", "dags", "src", "include", "lib"};
    uint32_t found = 0;

    for (int level = 0; level < MAX_LEVELS && !found; level++) {
        for (size_t i = 0; i < sizeof customary / sizeof *customary && !found; i++)
            found = module_in(py, i ? slice_of(below(py, folder, slice_of(customary[i]))) : folder, dotted);
        if (folder.n == 0 || slice_is(folder, "/"))
            break;
        folder = folder_of(folder);
    }
    return found;
}

/* A module by its dotted path as the current module spells it; its number plus one, 0 for none. */
static uint32_t find_module(struct py *py, struct slice dotted)
{
    struct slice folder = folder_of(py_module_path(py));
    uint64_t key = hash_bytes(dotted.p, dotted.n) ^ hash_bytes(folder.p, folder.n);
    uint32_t known = map_get(&py->walk->found, key);
    size_t dots = 0;

    if (known)
        return known - 1;
    while (dots < dotted.n && dotted.p[dots] == '.')
        dots++;
    for (size_t i = 1; i < dots; i++)
        folder = folder_of(folder);
    if (dots)
        known = module_in(py, folder, slice_sub(dotted, dots, dotted.n - dots));
    else
        known = module_above(py, folder, dotted);
    map_put(&py->walk->found, key, known + 1);
    return known;
}

/* ---- reading a module ---- */

struct py_here py_module_enter(struct py *py, uint32_t module)
{
    struct py_here here = {py->walk->module, py->globals};

    py->walk->module = module;
    py->globals = py->walk->modules.items[module].globals;
    return here;
}

void py_module_leave(struct py *py, struct py_here here)
{
    py->walk->module = here.module;
    py->globals = here.globals;
}

static TSTree *parse(struct py *py, const struct py_module *m)
{
    TSRange range = {
        .start_byte = m->base, .end_byte = m->base + m->len, .end_point = {UINT32_MAX, UINT32_MAX}};
    TSParser *parser;
    TSTree *tree = NULL;

    if (py_too_deep(slice_sub(py->source, m->base, m->len)))
        return NULL;
    parser = ts_parser_new();
    if (ts_parser_set_language(parser, tree_sitter_python()) &&
        ts_parser_set_included_ranges(parser, &range, 1))
        tree = ts_parser_parse_string(parser, NULL, py->source.p, (uint32_t)py->source.n);
    ts_parser_delete(parser);
    return tree;
}

/* Runs a module for its names. What it does besides is told where it is read as a file of its own. */
static void run_module(struct py *py, uint32_t number)
{
    struct py_walk *walk = py->walk;
    struct py_walk before = *walk;
    struct py_env *env = py->env;
    uint32_t flags = py->statement_flags;
    struct py_module *m = &walk->modules.items[number];
    TSTree *tree = parse(py, m);
    struct py_here here;

    m->tree = tree;
    m->globals = py_env_new(py, NULL);
    if (!tree)
        return;
    walk->quiet++;
    walk->forks = 0;
    walk->choosing = NULL;
    walk->assumed = walk->path = NULL;
    walk->class = NULL;
    walk->frame = NULL;
    walk->jump = PY_NO_JUMP;
    py->statement_flags = walk->base_flags = 0;
    here = py_module_enter(py, number);
    py->env = py->globals;
    py_walk_block(py, ts_tree_root_node(tree));
    py_module_leave(py, here);
    py->env = env;
    py->statement_flags = flags;
    walk->quiet--;
    walk->forks = before.forks;
    walk->choosing = before.choosing;
    walk->assumed = before.assumed;
    walk->path = before.path;
    walk->class = before.class;
    walk->frame = before.frame;
    walk->jump = before.jump;
    walk->base_flags = before.base_flags;
}

static const struct py_value *module_value(struct py *py, uint32_t number)
{
    struct py_module *m = &py->walk->modules.items[number];
    struct py_value *v;

    if (!m->globals) {
        if (py->walk->quiet >= MAX_LEVELS || py->walk->depth >= PY_MAX_DEPTH)
            return NULL;
        run_module(py, number);
        m = &py->walk->modules.items[number];
    }
    if (!m->value) {
        v = py_value_new(py, PY_OBJECT, (TSNode){0});
        v->module = number + 1;
        v->env = m->globals;
        py->walk->modules.items[number].value = v;
    }
    return py->walk->modules.items[number].value;
}

/* ---- names ---- */

static const struct py_value *from_stars(struct py *py, struct slice name)
{
    const struct py_value *v = NULL;

    for (uint32_t i = py->walk->stars.count; i-- > 0 && !v;) {
        struct py_star star = py->walk->stars.items[i];
        const struct py_value *module = star.module == py->walk->module ? py_at_path(py, star.path) : NULL;
        if (module && module->module && module->module - 1 != py->walk->module)
            v = py_module_attribute(py, module->module - 1, name);
    }
    return v;
}

const struct py_value *py_imported(struct py *py, struct slice name)
{
    struct slice path = py_import_path(py, name);
    const struct py_value *v = NULL;

    if (!py->options->open || py->walk->depth >= PY_MAX_DEPTH)
        return NULL;
    py->walk->depth++;
    v = path.n ? py_at_path(py, path) : from_stars(py, name);
    py->walk->depth--;
    return v;
}

const struct py_value *py_module_attribute(struct py *py, uint32_t number, struct slice name)
{
    const struct py_value *v = py_env_own(py, py->walk->modules.items[number].globals, name);
    struct py_here here;
    uint32_t found;
    struct buf b;

    if (v || py->walk->depth >= PY_MAX_DEPTH)
        return v;
    py->walk->depth++;
    here = py_module_enter(py, number);
    v = py_imported(py, name);
    if (!v && slice_ends(py_module_path(py), "/__init__.py")) {
        b = buf_new(py->scratch);
        buf_addc(&b, '.');
        buf_add(&b, name.p, name.n);
        found = find_module(py, buf_slice(&b));
        v = found ? module_value(py, found - 1) : NULL;
    }
    py_module_leave(py, here);
    py->walk->depth--;
    return v;
}

/* The longest beginning of a dotted path that is a module, then its attributes. */
static const struct py_value *at_path(struct py *py, struct slice path)
{
    size_t end = path.n, dots = 0;
    const struct py_value *v = NULL;

    while (dots < path.n && path.p[dots] == '.')
        dots++;
    for (;;) {
        uint32_t found = find_module(py, slice_sub(path, 0, end));
        v = found ? module_value(py, found - 1) : NULL;
        if (v || end <= dots)
            break;
        while (end > dots && path.p[end - 1] != '.')
            end--;
        if (end == dots && dots == 0)
            break;
        end -= end > dots;
    }
    while (v && end < path.n) {
        size_t from = end + (path.p[end] == '.'), to = from;
        while (to < path.n && path.p[to] != '.')
            to++;
        v = py_attribute(py, v, slice_sub(path, from, to - from));
        end = to;
    }
    return v;
}

const struct py_value *py_at_path(struct py *py, struct slice path)
{
    static const struct slice airflow = {"airflow.", 8};
    const struct py_value *v;

    if (!py->options->open || path.n == 0 || py->walk->depth >= PY_MAX_DEPTH)
        return NULL;
    v = at_path(py, path);
    /* Airflow 1 made plugins' modules its own. */
    if (!v && slice_starts(path, "airflow.operators.") && path.n > airflow.n)
        v = at_path(py, slice_sub(path, airflow.n, path.n - airflow.n));
    return v;
}

/* ---- files that are read as text ---- */

static const struct py_value *text_value(struct py *py, uint32_t number, TSNode node)
{
    const struct py_module *m = &py->walk->modules.items[number];
    struct py_string s = py_string_new(py);

    py_string_add(&s, py->source.p + m->base, m->len, IR_SEG_VERBATIM, m->base, m->len);
    return py_string_end(&s, node);
}

/* What is left of a path behind a part that is not known. */
static struct slice known_end(const struct py_value *path)
{
    struct slice s = path->string;

    if (!path->unknown_parts)
        return s;
    for (size_t i = s.n; i-- > 0;)
        if (slice_starts(slice_sub(s, i, s.n - i), PY_PLACEHOLDER)) {
            const char *slash = memchr(s.p + i, '/', s.n - i);
            size_t from = slash ? (size_t)(slash - s.p) + 1 : s.n;
            return slice_sub(s, from, s.n - from);
        }
    return s;
}

static uint32_t find_text(struct py *py, const struct py_value *path)
{
    struct slice folder = folder_of(py_module_path(py)), name = known_end(path);
    uint32_t found;

    while (slice_starts(name, "./"))
        name = slice_sub(name, 2, name.n - 2);
    if (name.n == 0 || memchr(name.p, '\n', name.n))
        return 0;
    found = take_in(py, arena_strndup(py->scratch, name.p, name.n));
    for (int level = 0; level < MAX_LEVELS && !found && name.p[0] != '/'; level++) {
        found = take_in(py, below(py, folder, name));
        if (folder.n == 0 || slice_is(folder, "/"))
            break;
        folder = folder_of(folder);
    }
    return found;
}

struct reading {
    struct py *py;
    TSNode node;
};

static const struct py_value *read_one(void *data, const struct py_value *path)
{
    const struct reading *r = data;
    uint32_t found = path->kind == PY_STRING ? find_text(r->py, path) : 0;

    return found ? text_value(r->py, found - 1, r->node) : py_unknown(r->py, r->node);
}

const struct py_value *py_read_text(struct py *py, const struct py_value *path, TSNode node)
{
    struct reading r = {py, node};

    return py_each(py, path, read_one, &r);
}

const struct py_value *py_template_file(struct py *py, const struct py_value *name, TSNode node)
{
    static const char *const folders[] = {"", "templates", "sql", "queries"};
    const struct py_value *found = py_unknown(py, node);

    for (size_t i = 0; i < sizeof folders / sizeof *folders && found->kind != PY_STRING; i++) {
        const struct py_value *folder = py_string_made(py, slice_of(folders[i]), node);
        struct py_args rest = {.positional = &name, .positional_count = 1};
        found = py_read_text(py, i ? py_path_join(py, folder, &rest, node) : name, node);
    }
    return found;
}

void py_modules_end(struct py *py)
{
    for (uint32_t i = 1; i < py->walk->modules.count; i++)
        ts_tree_delete(py->walk->modules.items[i].tree);
}
