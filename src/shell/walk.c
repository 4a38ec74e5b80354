/*
 * The walk goes through a script as the shell would, with the values that it can know. Where the shell decides,
 * every branch is walked; what the branches leave different is unknown afterwards. A loop over known words runs
 * once for each, any other once.
 */
#include "shell/walk.h"

#include "base/file.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 60
#define MAX_STEPS 20000
#define LONGEST_NESTED (64u << 10) /* bytes of a script inside a word */

void sh_begin(struct sh *sh, struct ir_job row)
{
    sh->job = (ir_job_id){0};
    sh->pipeline = row;
    sh->front = (struct sh_jobs){0};
    sh->background.count = 0;
}

/* ---- order ---- */

struct sh_jobs sh_both(struct sh *sh, struct sh_jobs a, struct sh_jobs b)
{
    struct sh_jobs all = {0};
    struct map seen = map_new(sh->scratch);

    for (uint32_t i = 0; i < a.count + b.count; i++) {
        ir_job_id job = i < a.count ? a.items[i] : b.items[i - a.count];

        if (!map_get(&seen, job.v))
            vec_push(sh->scratch, &all, job);
        map_put(&seen, job.v, 1);
    }
    return all;
}

static ir_job_id pipeline(struct sh *sh)
{
    if (!sh->job.v)
        sh->job = ir_add_job(sh->ir, sh->pipeline);
    return sh->job;
}

static const char *unique_name(struct sh *sh, const char *name)
{
    const char *whole = sh->prefix ? arena_printf(sh->scratch, "%s: %s", sh->prefix, name) : name;
    uint64_t key = map_key(pipeline(sh).v, ir_interns(sh->ir, whole).v);
    uint32_t before = map_get(&sh->used_names, key);

    map_put(&sh->used_names, key, before + 1);
    return before ? arena_printf(sh->scratch, "%s #%u", whole, before + 1) : whole;
}

static bool holds(const struct sh_jobs *jobs, ir_job_id job)
{
    for (uint32_t i = 0; i < jobs->count; i++)
        if (jobs->items[i].v == job.v)
            return true;
    return false;
}

static void add_edges(struct sh *sh, const struct sh_jobs *from, ir_job_id to, struct sh_run place,
                      bool alternative)
{
    for (uint32_t i = 0; i < from->count; i++)
        ir_add_task_edge(sh->ir, (struct ir_task_edge){.from = from->items[i],
                                                       .to = to,
                                                       .file = place.file,
                                                       .off = place.off,
                                                       .len = place.source_len,
                                                       .alternative = alternative,
                                                       .sequence = !holds(&sh->asked, from->items[i])});
}

ir_job_id sh_task(struct sh *sh, const char *name, struct sh_run place)
{
    const char *unique;
    ir_job_id task;

    if (sh->only.v)
        return sh->only;
    if (sh->in_pipe && sh->pipe_task.v)
        return sh->pipe_task;
    unique = unique_name(sh, name);
    if (sh->call_site)
        place = *sh->call_site;
    task = ir_add_job(
        sh->ir,
        (struct ir_job){.id = ir_interns(sh->ir, arena_printf(sh->scratch, "%s/%s",
                                                              ir_string(sh->ir, sh->pipeline.id), unique)),
                        .kind = IR_JOB_TASK,
                        .file = place.file,
                        .parent = pipeline(sh),
                        .off = place.off,
                        .len = place.source_len,
                        .name = ir_interns(sh->ir, unique)});
    add_edges(sh, &sh->front, task, place, false);
    add_edges(sh, &sh->instead, task, place, true);
    sh->front = (struct sh_jobs){0};
    vec_push(sh->scratch, &sh->front, task);
    sh->pipe_task = task;
    return task;
}

/* `wait`, or `wait $!` for one of them. A word that is not known may mean any: all, so that no race is invented. */
static void wait_for(struct sh *sh, const struct sh_fields *words, uint32_t first)
{
    uint32_t one = 0;

    if (words->count == first + 2 && words->items[first + 1].text.n > 1 &&
        words->items[first + 1].text.p[0] == '%')
        for (size_t i = 1; i < words->items[first + 1].text.n && one < MAX_STEPS; i++)
            one = one * 10 + (uint32_t)(words->items[first + 1].text.p[i] - '0');
    for (uint32_t i = 0; i < sh->background.count; i++)
        if (!one || one == i + 1)
            sh->front = sh_both(sh, sh->front, sh->background.items[i]);
    if (!one)
        for (uint32_t i = 0; i < sh->background.count; i++)
            sh->background.items[i].count = 0;
}

/* ---- builtins ---- */

static void change_folder(struct sh *sh, const struct sh_fields *words, uint32_t first)
{
    struct sh_env *e = &sh->env;
    const char *script = path_dir(sh->scratch, ir_string(sh->ir, IR(sh->ir, file, sh->file)->path));
    struct slice to = words->count > first + 1 ? words->items[first + 1].text : (struct slice){"", 0};

    /* "$(dirname "$0")" and places that we cannot know are looked for from the script's own folder. */
    if (!to.n || to.p[0] == '/' || !sh_is_known(&words->items[first + 1]))
        e->folder = script;
    else
        e->folder = path_join(sh->scratch, e->folder, arena_strndup(sh->scratch, to.p, to.n));
}

static void blur_words(struct sh *sh, const struct sh_fields *words, uint32_t from)
{
    VEC(uint32_t) names = {0};

    for (uint32_t i = from; i < words->count; i++)
        if (words->items[i].text.n && words->items[i].text.p[0] != '-')
            vec_push(sh->scratch, &names,
                     strpool_intern(sh->env.names, words->items[i].text.p, words->items[i].text.n));
    sh_env_blur(&sh->env, names.items, names.count);
}

static void walk(struct sh *sh, const struct sh_node *n, const struct sh_value *src);

static struct sh_value text_of_file(struct sh *sh, const char *path, struct slice text,
                                    enum ir_language language)
{
    ir_file_id file = ir_add_file(sh->ir, (struct ir_file){.path = ir_interns(sh->ir, path),
                                                           .language = language,
                                                           .source = ir_intern(sh->ir, text.p, text.n)});

    return sh_value_of_file(sh->scratch, file, ir_slice(sh->ir, IR(sh->ir, file, file)->source), 0,
                            (uint32_t)text.n);
}

/* Its variables and functions become the script's; its commands are read with the file itself. */
static void source_file(struct sh *sh, const struct sh_fields *words, uint32_t first)
{
    bool quiet = sh->quiet;
    struct sh_value text;
    struct slice bytes;
    const char *path;

    if (words->count <= first + 1 || sh->depth >= MAX_DEPTH / 4 ||
        !sh_open(&sh->env, &words->items[first + 1], &path, &bytes))
        return;
    text = text_of_file(sh, path, bytes, IR_LANG_SHELL);
    sh->quiet = true;
    sh->depth += MAX_DEPTH / 8;
    sh_run_text(sh, &text);
    sh->depth -= MAX_DEPTH / 8;
    sh->quiet = quiet;
}

static void assign_words(struct sh *sh, const struct sh_node *n, const struct sh_value *src, uint32_t from)
{
    for (uint32_t i = from; i < n->words.count; i++)
        sh_assign(&sh->env, src, n->words.items[i]);
}

static void call_function(struct sh *sh, uint32_t number, const struct sh_fields *words, uint32_t first,
                          struct sh_run place)
{
    struct sh_function f = sh->function_rows.items[number - 1];
    struct sh_fields before = sh->env.parameters;
    bool known = sh->env.parameters_known;
    const struct sh_run *site = sh->call_site;

    if (f.sourced && !f.called)
        ir_add_bound_code(sh->ir,
                          (struct ir_bound_code){.file = sh_place(&f.source, f.node->span.off, 1).file,
                                                 .off = sh_place(&f.source, f.node->span.off, 1).off});
    sh->function_rows.items[number - 1].called = true;
    sh->call_site = site ? site : &place;
    sh->env.parameters = (struct sh_fields){words->items + first + 1, words->count - first - 1, 0};
    sh->env.parameters_known = true;
    for (uint32_t i = 0; i < f.node->children.count; i++)
        walk(sh, f.node->children.items[i], &f.source);
    sh->env.parameters = before;
    sh->env.parameters_known = known;
    sh->call_site = site;
}

static void shift(struct sh *sh)
{
    struct sh_fields *p = &sh->env.parameters;

    if (p->count) {
        p->items++;
        p->count--;
        p->capacity = 0;
    }
}

/* What the shell does itself; false for any other command. */
static bool builtin(struct sh *sh, const struct sh_node *n, const struct sh_value *src,
                    const struct sh_fields *words, uint32_t assigned)
{
    static const char *const declare[] = {"export", "local", "readonly", "declare", "typeset"};
    struct slice name = words->items[0].text;

    for (size_t i = 0; i < sizeof declare / sizeof *declare; i++)
        if (slice_is(name, declare[i])) {
            assign_words(sh, n, src, assigned + 1);
            return true;
        }
    if (slice_is(name, "cd") || slice_is(name, "pushd"))
        change_folder(sh, words, 0);
    else if (slice_is(name, "wait"))
        wait_for(sh, words, 0);
    else if (slice_is(name, "shift"))
        shift(sh);
    else if (slice_is(name, "source") || slice_is(name, "."))
        source_file(sh, words, 0);
    else if (slice_is(name, "read") || slice_is(name, "unset") || slice_is(name, "mapfile"))
        blur_words(sh, words, 1);
    else
        return false;
    return true;
}

/* ---- commands ---- */

static void take_input(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    for (uint32_t i = 0; i < n->redirects.count; i++) {
        const struct sh_redirect *r = &n->redirects.items[i];

        if (r->kind == SH_OUTPUT)
            continue;
        sh->input = (struct sh_input){0};
        if (r->kind == SH_INPUT)
            vec_push(sh->scratch, &sh->input.files, sh_expand_one(&sh->env, src, r->word));
        else
            vec_push(sh->scratch, &sh->input.texts,
                     r->kind == SH_HERE_STRING ? sh_expand_one(&sh->env, src, r->word)
                                               : sh_expand_body(&sh->env, src, r));
    }
}

/* `$PSQL -f x` where nothing says what PSQL is: taken by its name. */
static void name_by_variable(struct sh *sh, const struct sh_value *src, struct sh_span word,
                             struct sh_value *v)
{
    struct slice raw = slice_sub(src->text, word.off, word.len);
    struct buf b = buf_new(sh->scratch);

    if (v->text.n != 1 || v->text.p[0] != SH_UNKNOWN)
        return;
    for (size_t i = 0; i < raw.n; i++)
        if (isalnum((unsigned char)raw.p[i]) || raw.p[i] == '_')
            buf_addc(&b, (char)tolower((unsigned char)raw.p[i]));
    v->text = buf_slice(&b);
}

static void walk_command(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    struct sh_fields words = {0};
    struct sh_input outer = sh->input;
    uint32_t assigned = 0, mark = sh_env_mark(&sh->env), function;
    struct sh_run place = sh_place(src, n->span.off, n->span.len);

    while (assigned < n->words.count && sh_assign(&sh->env, src, n->words.items[assigned]))
        assigned++;
    for (uint32_t i = assigned; i < n->words.count; i++)
        sh_expand(&sh->env, src, n->words.items[i], &words);
    if (!words.count)
        return;
    name_by_variable(sh, src, n->words.items[assigned], &words.items[0]);
    take_input(sh, n, src);
    function = map_get(&sh->functions, ir_intern(sh->ir, words.items[0].text.p, words.items[0].text.n).v);
    if (function)
        call_function(sh, function, &words, 0, place);
    else if (!builtin(sh, n, src, &words, assigned) && !sh->quiet)
        sh_command(sh, &words, 0, place);
    if (assigned)
        sh_env_undo(&sh->env, mark);
    sh->input = outer;
}

/* ---- structure ---- */

static void walk_pipe(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    bool outermost = !sh->in_pipe;
    struct sh_input before = sh->input, outside = sh->output;

    if (outermost)
        sh->pipe_task = (ir_job_id){0};
    sh->in_pipe = true;
    for (uint32_t i = 0; i < n->children.count; i++) {
        sh->output = (struct sh_input){0};
        walk(sh, n->children.items[i], src);
        sh->input = sh->output;
    }
    sh->in_pipe = !outermost;
    sh->input = before;
    sh->output = outside;
}

/* The names that were assigned since the mark. */
static void names_since(struct sh *sh, uint32_t mark, struct map *seen, struct sh_jobs *names)
{
    for (uint32_t i = mark; i < sh->env.bindings.count; i++) {
        uint32_t name = sh->env.bindings.items[i].name;

        if (!map_get(seen, name))
            vec_push(sh->scratch, names, ((ir_job_id){name}));
        map_put(seen, name, 1);
    }
}

static void walk_branch(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    struct sh_jobs start = sh->front, instead = sh->instead, end = {0}, names = {0};
    struct map seen = map_new(sh->scratch);
    const char *folder = sh->env.folder;

    for (uint32_t i = 0; i < n->children.count; i++) {
        uint32_t mark = sh_env_mark(&sh->env);

        sh->front = start;
        sh->instead = sh_both(sh, instead, end);
        walk(sh, n->children.items[i], src);
        end = sh->front.items == start.items ? end : sh_both(sh, end, sh->front);
        names_since(sh, mark, &seen, &names);
        sh_env_undo(&sh->env, mark);
        sh->env.folder = folder;
    }
    sh->instead = instead;
    sh->front = n->has_else && end.count ? end : sh_both(sh, end, start);
    for (uint32_t i = 0; i < names.count; i++)
        sh_env_blur(&sh->env, &names.items[i].v, 1);
}

static void walk_for(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    struct slice name = slice_sub(src->text, n->words.items[0].off, n->words.items[0].len);
    struct sh_fields list = {0};

    if (n->words.count == 1 && sh->env.parameters_known)
        list = sh->env.parameters;
    for (uint32_t i = 1; i < n->words.count; i++)
        sh_expand(&sh->env, src, n->words.items[i], &list);
    if (!list.count && n->words.count == 1)
        sh_env_blur(&sh->env, (uint32_t[]){strpool_intern(sh->env.names, name.p, name.n)}, 1);
    for (uint32_t i = 0; i < (list.count ? list.count : n->words.count == 1); i++) {
        struct sh_fields one = {0};

        if (list.count) {
            vec_push(sh->scratch, &one, list.items[i]);
            sh_set(&sh->env, name, one);
        }
        for (uint32_t k = 0; k < n->children.count; k++)
            walk(sh, n->children.items[k], src);
    }
}

static void define_function(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    struct slice name = slice_sub(src->text, n->words.items[0].off, n->words.items[0].len);

    vec_push(sh->scratch, &sh->function_rows, ((struct sh_function){n, *src, false, sh->quiet}));
    map_put(&sh->functions, ir_intern(sh->ir, name.p, name.n).v, sh->function_rows.count);
}

static void walk_children(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    for (uint32_t i = 0; i < n->children.count; i++)
        walk(sh, n->children.items[i], src);
}

static void walk_kind(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    uint32_t mark = sh_env_mark(&sh->env);
    const char *folder = sh->env.folder;

    switch (n->kind) {
    case SH_COMMAND:
        walk_command(sh, n, src);
        break;
    case SH_PIPE:
        walk_pipe(sh, n, src);
        break;
    case SH_BRANCH:
        walk_branch(sh, n, src);
        break;
    case SH_FOR:
        walk_for(sh, n, src);
        break;
    case SH_FUNCTION:
        define_function(sh, n, src);
        break;
    case SH_SUBSHELL:
        walk_children(sh, n, src);
        sh_env_undo(&sh->env, mark);
        sh->env.folder = folder;
        break;
    case SH_LIST:
    case SH_LOOP:
        walk_children(sh, n, src);
        break;
    }
}

static void walk(struct sh *sh, const struct sh_node *n, const struct sh_value *src)
{
    struct sh_jobs before = sh->front;
    struct sh_input outer = sh->input;

    if (sh->depth >= MAX_DEPTH || ++sh->steps > MAX_STEPS)
        return;
    sh->depth++;
    if (n->kind != SH_COMMAND && n->redirects.count)
        take_input(sh, n, src);
    walk_kind(sh, n, src);
    sh->input = outer;
    if (n->background) {
        vec_push(sh->scratch, &sh->background, sh->front);
        sh->env.background = sh->background.count;
        sh->front = before;
    }
    sh->depth--;
}

void sh_run_text(struct sh *sh, const struct sh_value *text)
{
    bool nested = text->count > 1;

    if (sh->depth >= MAX_DEPTH || (nested && text->text.n > LONGEST_NESTED))
        return;
    walk(sh, sh_parse(sh->scratch, text->text), text);
}

static bool is_bound(const struct sh *sh, const struct sh_function *f)
{
    uint32_t off = sh_place(&f->source, f->node->span.off, 1).off;

    for (uint32_t i = 0; i < sh->options->bound_count; i++)
        if (sh->options->bound[i] == off)
            return true;
    return false;
}

void sh_run_uncalled(struct sh *sh)
{
    for (uint32_t i = 0; i < sh->function_rows.count; i++) {
        struct sh_function f = sh->function_rows.items[i];
        uint32_t mark = sh_env_mark(&sh->env);

        if (f.called || f.sourced || is_bound(sh, &f))
            continue;
        sh->function_rows.items[i].called = true;
        sh->instead = sh_both(sh, sh->instead, sh->front);
        sh->front = (struct sh_jobs){0};
        sh->env.parameters_known = false;
        for (uint32_t k = 0; k < f.node->children.count; k++)
            walk(sh, f.node->children.items[k], &f.source);
        sh_env_undo(&sh->env, mark);
    }
}
