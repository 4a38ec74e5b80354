/*
 * Expansion follows POSIX: parameters, then splitting at blanks and patterns where nothing is quoted. A variable
 * that the script does not set is unknown, but its default (${x:-y}) is taken.
 */
#include "shell/expand.h"

#include "base/file.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 40
#define BUDGET (8u << 20)
#define MAX_FIELDS 1000

void sh_env_begin(struct sh_env *e, struct ir *ir, struct arena *scratch, ir_file_id file,
                  const struct shell_options *options)
{
    *e = (struct sh_env){.ir = ir, .arena = scratch, .options = options, .file = file, .budget = BUDGET};
    e->folder = path_dir(scratch, ir_string(ir, IR(ir, file, file)->path));
    e->names = strpool_new(scratch);
    e->current = map_new(scratch);
    vec_push(scratch, &e->bindings, (struct sh_binding){0});
}

/* ---- variables ---- */

static uint32_t name_id(struct sh_env *e, struct slice name)
{
    return strpool_intern(e->names, name.p, name.n);
}

static void bind(struct sh_env *e, uint32_t name, struct sh_fields values)
{
    vec_push(e->arena, &e->bindings, ((struct sh_binding){name, map_get(&e->current, name), values}));
    map_put(&e->current, name, e->bindings.count - 1);
}

void sh_set(struct sh_env *e, struct slice name, struct sh_fields values)
{
    bind(e, name_id(e, name), values);
}

uint32_t sh_env_mark(const struct sh_env *e)
{
    return e->bindings.count;
}

void sh_env_undo(struct sh_env *e, uint32_t mark)
{
    while (e->bindings.count > mark) {
        const struct sh_binding *b = &e->bindings.items[--e->bindings.count];

        map_put(&e->current, b->name, b->before);
    }
}

static struct sh_value unknown(struct sh_env *e, const struct sh_value *v, size_t off, size_t len)
{
    struct sh_build b = sh_build_new(e->arena);

    sh_add_unknown(&b, v, off, len);
    return sh_built(&b);
}

static void push(struct sh_env *e, struct sh_fields *out, struct sh_value v)
{
    if (out->count < MAX_FIELDS)
        vec_push(e->arena, out, v);
}

void sh_env_blur(struct sh_env *e, const uint32_t *names, uint32_t count)
{
    static const struct sh_value nothing;

    for (uint32_t i = 0; i < count; i++) {
        struct sh_fields values = {0};

        push(e, &values, unknown(e, &nothing, 0, 0));
        bind(e, names[i], values);
    }
}

/* ---- one word ---- */

struct expansion {
    struct sh_env *env;
    const struct sh_value *v;
    struct sh_fields *out;
    struct sh_build field; /* at hand */
    bool started;          /* the field is there, even if empty */
    bool split;            /* unquoted blanks end fields */
    bool pattern;          /* an unquoted * or ? is in the field */
};

static void end_field(struct expansion *x);

static bool spend(struct expansion *x, size_t bytes)
{
    if (bytes > x->env->budget) {
        x->env->budget = 0;
        return false;
    }
    x->env->budget -= (uint32_t)bytes;
    return true;
}

static void add_unknown(struct expansion *x, uint32_t off, uint32_t len)
{
    if (spend(x, 1))
        sh_add_unknown(&x->field, x->v, off, len);
    x->started = true;
}

/* A value put into the text, cut at its blanks when nothing quotes it. */
static void add_value(struct expansion *x, const struct sh_value *value, bool quoted)
{
    size_t at = 0;

    if (!spend(x, value->text.n))
        return;
    if (quoted || !x->split) {
        sh_add_all(&x->field, value);
        x->started |= quoted || value->text.n;
        return;
    }
    while (at < value->text.n) {
        size_t n = 0;

        while (at < value->text.n && isspace((unsigned char)value->text.p[at])) {
            end_field(x);
            at++;
        }
        while (at + n < value->text.n && !isspace((unsigned char)value->text.p[at + n]))
            x->pattern |= value->text.p[at + n++] == '*';
        sh_add(&x->field, value, at, n);
        x->started |= n > 0;
        at += n;
    }
}

/* "${a[@]}" and "$@": each element a field of its own. */
static void add_fields(struct expansion *x, const struct sh_fields *values, bool quoted)
{
    for (uint32_t i = 0; i < values->count; i++) {
        if (i > 0 && x->split)
            end_field(x);
        else if (i > 0)
            sh_add_for(&x->field, SLICE(" "), &values->items[i], 0, 0);
        add_value(x, &values->items[i], quoted);
    }
}

static const struct sh_fields *value_of(struct sh_env *e, struct slice name)
{
    uint32_t at = map_get(&e->current, name_id(e, name));

    return at ? &e->bindings.items[at].values : NULL;
}

/* $1, $@, $!: false when it is none of them. */
static bool add_special(struct expansion *x, struct slice name, uint32_t off, uint32_t len, bool quoted)
{
    struct sh_env *e = x->env;

    if (name.n == 1 && strchr("@*", name.p[0])) {
        if (e->parameters_known)
            add_fields(x, &e->parameters, quoted);
        else
            add_unknown(x, off, len);
        return true;
    }
    if (name.n == 1 && name.p[0] == '!') {
        sh_add_for(&x->field, slice_of(arena_printf(e->arena, "%%%u", e->background)), x->v, off, len);
        x->started = true;
        return true;
    }
    if (name.n && isdigit((unsigned char)name.p[0])) {
        uint32_t n = 0;

        for (size_t i = 0; i < name.n && n < MAX_FIELDS; i++)
            n = n * 10 + (uint32_t)(name.p[i] - '0');
        if (n == 0 || !e->parameters_known)
            return false;
        if (n <= e->parameters.count)
            add_value(x, &e->parameters.items[n - 1], quoted);
        return true;
    }
    return false;
}

static bool add_variable(struct expansion *x, struct slice name, uint32_t off, uint32_t len, bool quoted)
{
    const struct sh_fields *values = value_of(x->env, name);

    if (add_special(x, name, off, len, quoted))
        return true;
    if (values && values->count)
        add_value(x, &values->items[0], quoted);
    return values != NULL;
}

static void expand_range(struct expansion *x, uint32_t off, uint32_t end, bool quoted);

/* ${name}, ${name:-default}, ${name[@]}; operations that change a value leave it unknown. */
static void add_braced(struct expansion *x, uint32_t off, uint32_t end, bool quoted)
{
    struct slice text = x->v->text;
    uint32_t at = off + 2, n = sh_name_len(text, at), close = end - 1;
    struct slice rest;
    const struct sh_fields *values;

    if (n == 0 && at < close && (isdigit((unsigned char)text.p[at]) || strchr("@*!", text.p[at])))
        for (n = 1;
             isdigit((unsigned char)text.p[at]) && at + n < close && isdigit((unsigned char)text.p[at + n]);)
            n++;
    rest = slice_sub(text, at + n, close > at + n ? close - at - n : 0);
    if (n && rest.n == 0 && add_variable(x, slice_sub(text, at, n), off, end - off, quoted))
        return;
    values = n ? value_of(x->env, slice_sub(text, at, n)) : NULL;
    if (values && (slice_is(rest, "[@]") || slice_is(rest, "[*]"))) {
        add_fields(x, values, quoted);
        return;
    }
    if (n && (slice_starts(rest, ":-") || slice_starts(rest, ":=") || slice_starts(rest, "-"))) {
        uint32_t skip = rest.p[0] == ':' ? 2 : 1;

        if (values || add_special(x, slice_sub(text, at, n), off, end - off, quoted))
            (void)(values && add_variable(x, slice_sub(text, at, n), off, end - off, quoted));
        else
            expand_range(x, at + n + skip, close, quoted);
        return;
    }
    if (values && (slice_starts(rest, ":?") || slice_starts(rest, "?"))) {
        add_variable(x, slice_sub(text, at, n), off, end - off, quoted);
        return;
    }
    add_unknown(x, off, end - off);
}

/* $(cat file) and $(<file) are the file's text, which its own reading then leaves out. */
static bool add_file(struct expansion *x, uint32_t off, uint32_t end, bool quoted)
{
    struct sh_env *e = x->env;
    struct sh_value inside = sh_slice(e->arena, x->v, off + 2, end > off + 3 ? end - off - 3 : 0), name,
                    whole;
    uint32_t at = 0;
    const char *path;
    struct slice text;
    ir_file_id file;

    while (at < inside.text.n && isspace((unsigned char)inside.text.p[at]))
        at++;
    if (slice_starts(slice_sub(inside.text, at, inside.text.n), "cat "))
        at += 4;
    else if (at < inside.text.n && inside.text.p[at] == '<')
        at++;
    else
        return false;
    while (at < inside.text.n && inside.text.p[at] == ' ')
        at++;
    if (at == inside.text.n || sh_word_end(inside.text, at) < slice_trim(inside.text).n)
        return false;
    name = sh_expand_one(e, &inside, (struct sh_span){at, sh_word_end(inside.text, at) - at});
    if (!slice_ends(name.text, ".sql") || !sh_open(e, &name, &path, &text) || !spend(x, text.n))
        return false;
    file = ir_add_file(e->ir, (struct ir_file){.path = ir_interns(e->ir, path),
                                               .language = IR_LANG_SQL,
                                               .source = ir_intern(e->ir, text.p, text.n)});
    ir_add_bound_code(e->ir, (struct ir_bound_code){.file = file});
    whole =
        sh_value_of_file(e->arena, file, ir_slice(e->ir, IR(e->ir, file, file)->source), 0, (uint32_t)text.n);
    add_value(x, &whole, quoted);
    return true;
}

static uint32_t add_dollar(struct expansion *x, uint32_t at, bool quoted)
{
    struct slice text = x->v->text;
    uint32_t end = sh_part_end(text, at), n = sh_name_len(text, at + 1);
    char next = at + 1 < text.n ? text.p[at + 1] : '\0';

    if (next == '{') {
        add_braced(x, at, end, quoted);
        return end;
    }
    if (next == '(' && add_file(x, at, end, quoted))
        return end;
    if (next == '(' || (next == '\'' && !quoted)) {
        add_unknown(x, at, end - at);
        return end;
    }
    if (n == 0 && next && strchr("@*#?$!-0123456789", next))
        n = 1;
    if (n == 0) {
        sh_add(&x->field, x->v, at, 1);
        x->started = true;
        return at + 1;
    }
    if (!add_variable(x, slice_sub(text, at + 1, n), at, n + 1, quoted))
        add_unknown(x, at, n + 1);
    return at + 1 + n;
}

/* A range inside double quotes, or outside of any. */
static void expand_range(struct expansion *x, uint32_t off, uint32_t end, bool quoted)
{
    struct slice text = x->v->text;

    if (x->env->depth >= MAX_DEPTH) {
        add_unknown(x, off, end - off);
        return;
    }
    x->env->depth++;
    for (uint32_t at = off, stop; at < end; at = stop) {
        char c = text.p[at];

        stop = at + 1;
        if (c == '\\' && at + 1 < end) {
            stop = at + 2;
            if (text.p[at + 1] == '\n')
                continue;
            if (quoted && !strchr("$`\"\\", text.p[at + 1]))
                sh_add(&x->field, x->v, at, 1);
            sh_add(&x->field, x->v, at + 1, 1);
            x->started = true;
        } else if (c == '\'' && !quoted) {
            stop = sh_part_end(text, at);
            sh_add(&x->field, x->v, at + 1, stop > at + 2 ? stop - at - 2 : 0);
            x->started = true;
        } else if (c == '"' && !quoted) {
            stop = sh_part_end(text, at);
            expand_range(x, at + 1, stop - (stop > at + 1), true);
            x->started = true;
        } else if (c == '$') {
            stop = add_dollar(x, at, quoted);
        } else if (c == '`') {
            stop = sh_part_end(text, at);
            add_unknown(x, at, stop - at);
        } else if (c == '~' && at == off && !quoted) {
            add_unknown(x, at, 1);
        } else {
            x->pattern |= !quoted && c == '*';
            sh_add(&x->field, x->v, at, 1);
            x->started = true;
        }
        stop = stop > end ? end : stop;
    }
    x->env->depth--;
}

/* ---- patterns ---- */

static const char *below(struct sh_env *e, const char *folder, struct slice path)
{
    while (slice_starts(path, "./"))
        path = slice_sub(path, 2, path.n);
    return strcmp(folder, ".") == 0 ? arena_strndup(e->arena, path.p, path.n)
                                    : arena_printf(e->arena, "%s/%.*s", folder, (int)path.n, path.p);
}

/* The part of a path that can be looked for: after an unknown beginning or a root that is not the tree's. */
static struct slice lookable(struct slice path)
{
    if (path.n && path.p[0] == SH_UNKNOWN)
        path = slice_sub(path, 1, path.n);
    while (path.n && path.p[0] == '/')
        path = slice_sub(path, 1, path.n);
    return path;
}

static bool next_folder(struct sh_env *e, const char **folder)
{
    const char *up;

    if (strcmp(*folder, ".") == 0 || strcmp(*folder, "/") == 0)
        return false;
    up = path_dir(e->arena, *folder);
    if (strcmp(up, *folder) == 0)
        return false;
    *folder = up;
    return true;
}

bool sh_open(struct sh_env *e, const struct sh_value *name, const char **path, struct slice *text)
{
    struct slice tail = lookable(name->text);
    const char *folder = e->folder;

    if (!e->options->open || !tail.n || memchr(tail.p, SH_UNKNOWN, tail.n))
        return false;
    do {
        *path = below(e, folder, tail);
        if (e->options->open(e->options->data, e->arena, *path, text))
            return true;
    } while (next_folder(e, &folder));
    return false;
}

/* dir/x*.sql: the names of the folder that match, in byte order; false when there are none. */
static bool add_matches(struct expansion *x, const struct sh_value *field)
{
    struct sh_env *e = x->env;
    struct slice tail = lookable(field->text);
    const char *last = tail.n ? memrchr(tail.p, '/', tail.n) : NULL, *folder = e->folder;
    struct slice dir = slice_sub(tail, 0, last ? (size_t)(last - tail.p) : 0);
    const char *pattern =
        arena_strndup(e->arena, tail.p + dir.n + (last != NULL), tail.n - dir.n - (last != NULL));
    bool any = false;

    if (!e->options->list || (tail.n && memchr(tail.p, SH_UNKNOWN, tail.n)) ||
        (dir.n && memchr(dir.p, '*', dir.n)))
        return false;
    do {
        const char **names, *where = dir.n ? below(e, folder, dir) : folder;
        size_t count;

        if (!e->options->list(e->options->data, e->arena, where, &names, &count))
            continue;
        for (size_t i = 0; i < count; i++) {
            struct sh_build b = sh_build_new(e->arena);

            if (names[i][0] == '.' || !glob_match(pattern, names[i]) || !spend(x, dir.n + strlen(names[i])))
                continue;
            sh_add_for(
                &b,
                slice_of(arena_printf(e->arena, "%.*s%s%s", (int)dir.n, dir.p, dir.n ? "/" : "", names[i])),
                field, 0, field->text.n);
            push(e, x->out, sh_built(&b));
            any = true;
        }
    } while (!any && next_folder(e, &folder));
    return any;
}

static void end_field(struct expansion *x)
{
    struct sh_value v = sh_built(&x->field);

    if (x->started && !(x->split && x->pattern && add_matches(x, &v)))
        push(x->env, x->out, v);
    x->field = sh_build_new(x->env->arena);
    x->started = x->pattern = false;
}

/* ---- entry points ---- */

void sh_expand(struct sh_env *e, const struct sh_value *v, struct sh_span word, struct sh_fields *out)
{
    struct expansion x = {.env = e, .v = v, .out = out, .field = sh_build_new(e->arena), .split = true};

    expand_range(&x, word.off, word.off + word.len, false);
    end_field(&x);
}

struct sh_value sh_expand_one(struct sh_env *e, const struct sh_value *v, struct sh_span word)
{
    struct expansion x = {.env = e, .v = v, .field = sh_build_new(e->arena)};

    expand_range(&x, word.off, word.off + word.len, false);
    return sh_built(&x.field);
}

struct sh_value sh_expand_body(struct sh_env *e, const struct sh_value *v, const struct sh_redirect *r)
{
    struct expansion x = {.env = e, .v = v, .field = sh_build_new(e->arena)};
    uint32_t at = r->body.off, end = r->body.off + r->body.len;

    while (at < end) {
        const char *eol = memchr(v->text.p + at, '\n', end - at);
        uint32_t next = eol ? (uint32_t)(eol - v->text.p) + 1 : end;

        while (r->strip && at < next && v->text.p[at] == '\t')
            at++;
        if (r->quoted)
            sh_add(&x.field, v, at, next - at);
        for (; !r->quoted && at < next;) {
            char c = v->text.p[at];
            uint32_t n = 1;

            if (c == '$')
                n = add_dollar(&x, at, true) - at;
            else if (c == '\\' && at + 1 < next && strchr("$`\\", v->text.p[at + 1]))
                sh_add(&x.field, v, ++at, 1);
            else if (c == '`')
                add_unknown(&x, at, n = sh_part_end(v->text, at) - at);
            else
                sh_add(&x.field, v, at, 1);
            at += n;
        }
        at = at > next ? at : next;
    }
    return sh_built(&x.field);
}

bool sh_assign(struct sh_env *e, const struct sh_value *v, struct sh_span word)
{
    uint32_t n = sh_name_len(v->text, word.off), at = word.off + n, end = word.off + word.len;
    struct slice name = slice_sub(v->text, word.off, n);
    const struct sh_fields *old = NULL;
    struct sh_fields values = {0};

    if (n == 0 || at >= end)
        return false;
    if (v->text.p[at] == '+' && at + 1 < end) {
        old = value_of(e, name);
        at++;
    }
    if (v->text.p[at++] != '=')
        return false;
    if (at < end && v->text.p[at] == '(') {
        for (uint32_t i = 0; old && i < old->count; i++)
            push(e, &values, old->items[i]);
        for (uint32_t stop = ++at; at<end; at = stop> at ? stop : at + 1) {
            while (at < end && isspace((unsigned char)v->text.p[at]))
                at++;
            stop = sh_word_end(v->text, at);
            if (stop > at && stop <= end)
                sh_expand(e, v, (struct sh_span){at, stop - at}, &values);
        }
    } else {
        struct sh_build b = sh_build_new(e->arena);
        struct sh_value more = sh_expand_one(e, v, (struct sh_span){at, end - at});

        if (old && old->count)
            sh_add_all(&b, &old->items[0]);
        sh_add_all(&b, &more);
        push(e, &values, sh_built(&b));
    }
    sh_set(e, name, values);
    return true;
}
