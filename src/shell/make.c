/*
 * Makefiles: a target's recipe runs after those of its prerequisites and in no order to any other, which is what
 * make -j takes from it. Targets that one goal needs are a pipeline. A recipe's lines are scripts, once make's own
 * variables are filled in.
 */
#include "shell/files.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 60

enum state { NEW, BUSY, DONE };

struct target {
    struct sh_value name;
    struct sh_fields needs;
    VEC(struct sh_value) recipe; /* its lines, without the tab */
    struct slice stem;           /* of a pattern rule */
    bool needed;                 /* some other target's prerequisite */
    enum state state;
    struct sh_jobs end; /* what must have ended when it is there */
    uint32_t off, len;
};

struct make {
    struct sh *sh;
    struct sh_value file;
    struct map variables; /* name -> number in values */
    VEC(struct sh_value) values;
    struct map targets; /* name -> number + 1 */
    VEC(struct target) rows;
    VEC(uint32_t) current; /* targets of the rule whose recipe follows */
    uint32_t depth, budget;
};

static uint32_t name_id(struct make *m, struct slice name)
{
    return ir_intern(m->sh->ir, name.p, name.n).v;
}

static struct target *find_target(struct make *m, struct slice name)
{
    uint32_t at = map_get(&m->targets, name_id(m, name));

    return at ? &m->rows.items[at - 1] : NULL;
}

/* ---- variables ---- */

static void expand(struct make *m, const struct sh_value *v, const struct target *t, struct sh_build *out);

/* $@, $<, $^ and $*; false when it is none of them. */
static bool expand_automatic(struct make *m, char c, const struct target *t, const struct sh_value *v,
                             size_t off, struct sh_build *out)
{
    if (!strchr("@<^*+", c) || !t)
        return false;
    if (c == '@')
        sh_add_all(out, &t->name);
    else if (c == '*')
        sh_add_for(out, t->stem, v, off, 2);
    else
        for (uint32_t i = 0; i < (c == '<' && t->needs.count ? 1 : t->needs.count); i++) {
            if (i)
                sh_add_for(out, SLICE(" "), v, off, 2);
            sh_add_all(out, &t->needs.items[i]);
        }
    (void)m;
    return true;
}

static void expand_name(struct make *m, struct slice name, const struct target *t, const struct sh_value *v,
                        size_t off, size_t len, struct sh_build *out)
{
    uint32_t at = map_get(&m->variables, name_id(m, name));

    if (name.n == 1 && expand_automatic(m, name.p[0], t, v, off, out))
        return;
    if (at && m->depth < MAX_DEPTH && m->budget > 0) {
        m->depth++;
        expand(m, &m->values.items[at - 1], t, out);
        m->depth--;
    } else {
        sh_add_unknown(out, v, off, len);
    }
}

static void expand(struct make *m, const struct sh_value *v, const struct target *t, struct sh_build *out)
{
    for (size_t at = 0, n; at < v->text.n && m->budget > 0; at += n, m->budget--) {
        const char *dollar = memchr(v->text.p + at, '$', v->text.n - at), *close;

        n = dollar ? (size_t)(dollar - v->text.p) - at : v->text.n - at;
        if (n) {
            sh_add(out, v, at, n);
            continue;
        }
        n = at + 1 < v->text.n ? 2 : 1;
        if (n == 1 || v->text.p[at + 1] == '$') {
            sh_add(out, v, at, 1);
        } else if (v->text.p[at + 1] == '(' || v->text.p[at + 1] == '{') {
            close = memchr(v->text.p + at, v->text.p[at + 1] == '(' ? ')' : '}', v->text.n - at);
            n = close ? (size_t)(close - v->text.p) + 1 - at : v->text.n - at;
            expand_name(m, slice_sub(v->text, at + 2, n > 3 ? n - 3 : 0), t, v, at, n, out);
        } else {
            expand_name(m, slice_sub(v->text, at + 1, 1), t, v, at, n, out);
        }
    }
}

static struct sh_value expanded(struct make *m, const struct sh_value *v, const struct target *t)
{
    struct sh_build b = sh_build_new(m->sh->scratch);

    expand(m, v, t, &b);
    return sh_built(&b);
}

/* ---- lines ---- */

static void add_words(struct make *m, const struct sh_value *v, struct sh_fields *out)
{
    for (size_t at = 0, n; at < v->text.n; at += n) {
        while (at < v->text.n &&
               (isspace((unsigned char)v->text.p[at]) || v->text.p[at] == '|' || v->text.p[at] == '\\'))
            at++;
        for (n = 0; at + n < v->text.n && !isspace((unsigned char)v->text.p[at + n]);)
            n++;
        if (n)
            vec_push(m->sh->scratch, out, sh_slice(m->sh->scratch, v, at, n));
    }
}

static void set_variable(struct make *m, const struct sh_value *line, size_t equals)
{
    size_t end = equals, from = equals + 1;
    bool keep = false, more = false;
    struct sh_build b = sh_build_new(m->sh->scratch);
    struct slice name;
    uint32_t at;

    while (end > 0 && strchr(":?+!", line->text.p[end - 1])) {
        end--;
        keep |= line->text.p[end] == '?';
        more |= line->text.p[end] == '+';
    }
    name = slice_trim(slice_sub(line->text, 0, end));
    if (slice_starts(name, "export "))
        name = slice_trim(slice_sub(name, 7, name.n));
    at = map_get(&m->variables, name_id(m, name));
    if (at && keep)
        return;
    if (at && more) {
        sh_add_all(&b, &m->values.items[at - 1]);
        sh_add_for(&b, SLICE(" "), line, equals, 1);
    }
    while (from < line->text.n && isspace((unsigned char)line->text.p[from]))
        from++;
    for (end = line->text.n; end > from && isspace((unsigned char)line->text.p[end - 1]);)
        end--;
    sh_add(&b, line, from, end - from);
    vec_push(m->sh->scratch, &m->values, sh_built(&b));
    map_put(&m->variables, name_id(m, name), m->values.count);
}

static void add_target(struct make *m, struct sh_value name, const struct sh_fields *needs, uint32_t off,
                       uint32_t len)
{
    struct target *t = find_target(m, name.text);

    if (!t) {
        vec_push(m->sh->scratch, &m->rows, ((struct target){.name = name, .off = off, .len = len}));
        map_put(&m->targets, name_id(m, name.text), m->rows.count);
        t = &m->rows.items[m->rows.count - 1];
    }
    for (uint32_t i = 0; i < needs->count; i++)
        vec_push(m->sh->scratch, &t->needs, needs->items[i]);
    vec_push(m->sh->scratch, &m->current, (uint32_t)(t - m->rows.items));
}

/* targets: needs ; recipe */
static void add_rule(struct make *m, const struct sh_value *line, size_t colon, uint32_t off)
{
    struct arena *a = m->sh->scratch;
    size_t from = colon + 1, end = line->text.n;
    const char *semicolon;
    struct sh_value part;
    struct sh_fields names = {0}, needs = {0};

    while (from < end && line->text.p[from] == ':')
        from++;
    semicolon = memchr(line->text.p + from, ';', end - from);
    if (semicolon)
        end = (size_t)(semicolon - line->text.p);
    part = sh_slice(a, line, 0, colon);
    part = expanded(m, &part, NULL);
    add_words(m, &part, &names);
    part = sh_slice(a, line, from, end - from);
    part = expanded(m, &part, NULL);
    add_words(m, &part, &needs);
    m->current.count = 0;
    for (uint32_t i = 0; i < names.count; i++)
        if (names.items[i].text.p[0] != '.' || memchr(names.items[i].text.p, '/', names.items[i].text.n))
            add_target(m, names.items[i], &needs, off, (uint32_t)line->text.n);
    for (uint32_t i = 0; semicolon && i < m->current.count; i++)
        vec_push(a, &m->rows.items[m->current.items[i]].recipe,
                 sh_slice(a, line, end + 1, line->text.n - end - 1));
}

static void read_line(struct make *m, uint32_t off, uint32_t len)
{
    struct sh_value line = sh_slice(m->sh->scratch, &m->file, off, len);
    const char *equals, *colon;

    if (len && line.text.p[0] == '\t') {
        for (uint32_t i = 0; i < m->current.count; i++)
            vec_push(m->sh->scratch, &m->rows.items[m->current.items[i]].recipe,
                     sh_slice(m->sh->scratch, &line, 1, len - 1));
        return;
    }
    if (!slice_trim(line.text).n || slice_trim(line.text).p[0] == '#')
        return;
    equals = memchr(line.text.p, '=', len);
    colon = memchr(line.text.p, ':', len);
    if (equals && (!colon || colon >= equals - 2))
        set_variable(m, &line, (size_t)(equals - line.text.p));
    else if (colon)
        add_rule(m, &line, (size_t)(colon - line.text.p), off);
}

/* Lines with those that a backslash continues. */
static void read_lines(struct make *m)
{
    struct slice text = m->file.text;

    for (uint32_t off = 0, end; off < text.n; off = end + 1) {
        end = off;
        do {
            const char *eol = memchr(text.p + end, '\n', text.n - end);

            end = eol ? (uint32_t)(eol - text.p) : (uint32_t)text.n;
        } while (end < text.n && text.p[end - (end > off)] == '\\' && ++end < text.n);
        end = end > text.n ? (uint32_t)text.n : end;
        read_line(m, off, end - off);
    }
}

/* ---- bringing about ---- */

/* x.done for %.done: a target of its own, made of the pattern's. */
static struct target *from_pattern(struct make *m, const struct sh_value *name)
{
    for (uint32_t i = 0; i < m->rows.count; i++) {
        struct slice pattern = m->rows.items[i].name.text;
        const char *percent = pattern.n ? memchr(pattern.p, '%', pattern.n) : NULL;
        size_t before = percent ? (size_t)(percent - pattern.p) : 0, after = pattern.n - before - 1;
        struct target t = m->rows.items[i];

        if (!percent || name->text.n <= pattern.n - 1 || memcmp(name->text.p, pattern.p, before) != 0 ||
            memcmp(name->text.p + name->text.n - after, percent + 1, after) != 0)
            continue;
        t.name = *name;
        t.stem = slice_sub(name->text, before, name->text.n - before - after);
        memset(&t.needs, 0, sizeof t.needs);
        for (uint32_t k = 0; k < m->rows.items[i].needs.count; k++) {
            const struct sh_value *need = &m->rows.items[i].needs.items[k];
            const char *hole = memchr(need->text.p, '%', need->text.n);
            size_t at = hole ? (size_t)(hole - need->text.p) : need->text.n;
            struct sh_build b = sh_build_new(m->sh->scratch);

            sh_add(&b, need, 0, at);
            if (hole) {
                sh_add(&b, name, before, t.stem.n);
                sh_add(&b, need, at + 1, need->text.n - at - 1);
            }
            vec_push(m->sh->scratch, &t.needs, sh_built(&b));
        }
        vec_push(m->sh->scratch, &m->rows, t);
        map_put(&m->targets, name_id(m, name->text), m->rows.count);
        return &m->rows.items[m->rows.count - 1];
    }
    return NULL;
}

static void run_recipe(struct make *m, const struct target *t)
{
    struct sh *sh = m->sh;
    const char *folder = sh->env.folder;
    const struct sh_run *outer = sh->call_site;

    sh->prefix = arena_strndup(sh->scratch, t->name.text.p, t->name.text.n);
    for (uint32_t i = 0; i < t->recipe.count; i++) {
        struct sh_value line = expanded(m, &t->recipe.items[i], t);
        struct sh_run place = sh_place(&t->recipe.items[i], 0, t->recipe.items[i].text.n);
        size_t at = 0;

        sh->call_site = &place; /* not where a variable's value stands */
        while (at < line.text.n && strchr("@-+ \t", line.text.p[at]))
            at++;
        line = sh_slice(sh->scratch, &line, at, line.text.n - at);
        sh_run_text(sh, &line);
        sh->env.folder = folder;
    }
    sh->call_site = outer;
    sh->prefix = NULL;
}

/* What must have ended for the target to be there, when all of `start` ends before it begins. */
static struct sh_jobs bring_about(struct make *m, const struct sh_value *name, struct sh_jobs start)
{
    struct target *t = find_target(m, name->text);
    struct sh *sh = m->sh;
    struct sh_jobs before = sh->front, asked = sh->asked, need, needs = start, nothing = {0};
    uint32_t number;

    if (!t)
        t = from_pattern(m, name);
    if (!t || t->state == BUSY || m->depth >= MAX_DEPTH)
        return nothing;
    if (t->state == DONE)
        return t->end;
    t->state = BUSY;
    number = (uint32_t)(t - m->rows.items);
    m->depth++;
    for (uint32_t i = 0; i < m->rows.items[number].needs.count; i++) {
        need = bring_about(m, &m->rows.items[number].needs.items[i], start);
        needs = sh_both(sh, needs, need);
    }
    m->depth--;
    sh->front = needs;
    sh->asked = needs;
    run_recipe(m, &(struct target){
                      .name = m->rows.items[number].name,
                      .needs = m->rows.items[number].needs,
                      .recipe = {m->rows.items[number].recipe.items, m->rows.items[number].recipe.count, 0},
                      .stem = m->rows.items[number].stem});
    m->rows.items[number].end = sh->front;
    m->rows.items[number].state = DONE;
    sh->front = before;
    sh->asked = asked;
    return m->rows.items[number].end;
}

/* sh.make: `make a b` in a recipe brings about a, then b. */
static void make_targets(struct sh *sh, const struct sh_fields *words, uint32_t first)
{
    struct make *m = sh->make_data;
    const char *prefix = sh->prefix;

    for (uint32_t i = first + 1; i < words->count; i++)
        if (words->items[i].text.n && words->items[i].text.p[0] != '-')
            sh->front = sh_both(sh, sh->front, bring_about(m, &words->items[i], sh->front));
    sh->prefix = prefix;
}

static void mark_needed(struct make *m)
{
    for (uint32_t i = 0; i < m->rows.count; i++)
        for (uint32_t k = 0; k < m->rows.items[i].needs.count; k++) {
            struct target *t = find_target(m, m->rows.items[i].needs.items[k].text);

            if (t && t != &m->rows.items[i])
                t->needed = true;
        }
}

static void bring_about_goals(struct make *m, bool all)
{
    const char *path = ir_string(m->sh->ir, IR(m->sh->ir, file, m->sh->file)->path);

    for (uint32_t i = 0; i < m->rows.count; i++) {
        struct target t = m->rows.items[i];

        if (t.state != NEW || (t.needed && !all) || memchr(t.name.text.p, '%', t.name.text.n))
            continue;
        sh_begin(m->sh,
                 sh_pipeline(m->sh,
                             arena_printf(m->sh->scratch, "%s:%.*s", path, (int)t.name.text.n, t.name.text.p),
                             t.off, t.len));
        bring_about(m, &t.name, (struct sh_jobs){0});
    }
}

/* $(MAKE) is make. */
static void add_make(struct make *m)
{
    struct sh_build b = sh_build_new(m->sh->scratch);

    sh_add_for(&b, SLICE("make"), &m->file, 0, 0);
    vec_push(m->sh->scratch, &m->values, sh_built(&b));
    map_put(&m->variables, name_id(m, SLICE("MAKE")), m->values.count);
}

void sh_read_makefile(struct sh *sh)
{
    struct make m = {.sh = sh, .file = sh_whole(sh), .budget = 1u << 20};

    m.variables = map_new(sh->scratch);
    m.targets = map_new(sh->scratch);
    add_make(&m);
    read_lines(&m);
    mark_needed(&m);
    sh->make = make_targets;
    sh->make_data = &m;
    bring_about_goals(&m, false);
    bring_about_goals(&m, true); /* what only needs itself in a circle */
}
