/*
 * A command whose words are known: programs.def says which of them are files, SQL texts or other commands.
 */
#include "shell/walk.h"

#include "base/file.h"

#include <ctype.h>
#include <string.h>

enum role { CLIENT_ROLE, SCRIPT_ROLE, WRAPPER_ROLE, STEP_ROLE };

enum { SH_WHOLE = 1, SH_LONG_TAKE = 2, SH_COMMAS = 4 };

enum step { SH_DBT = 1, SH_TRIGGER };

struct program {
    const char *name;
    enum role role;
    enum ir_dialect dialect;
    const char *files, *texts, *database, *others, *positions;
    unsigned flags, skip;
    enum step step;
};

static const struct program programs[] = {
#define CLIENT(name, dialect, files, texts, database, others, positions, flags)                              \
    {name, CLIENT_ROLE, IR_DIALECT_##dialect, files, texts, database, others, positions, flags, 0, 0},
#define SCRIPT(name, others, modules, flags)                                                                 \
    {name, SCRIPT_ROLE, IR_DIALECT_UNKNOWN, modules, "", "", others, "f-", flags, 0, 0},
#define WRAPPER(name, others, skip, flags)                                                                   \
    {name, WRAPPER_ROLE, IR_DIALECT_UNKNOWN, "", "", "", others, "", flags, skip, 0},
#define STEP(name, others, kind) {name, STEP_ROLE, IR_DIALECT_UNKNOWN, "", "", "", others, "", 0, 0, kind},
#include "shell/programs.def"
};

/* A command at hand. */
struct command {
    struct sh *sh;
    const struct program *program;
    const struct sh_fields *words;
    uint32_t at; /* the next word */
    struct sh_run place;
    struct sh_fields files, texts, rest; /* rest: words without an option */
    struct sh_value database;
};

/* Is `word` one of the blank-separated words of `list`? */
static bool in_list(const char *list, struct slice word)
{
    while (*list) {
        size_t n = strcspn(list, " ");

        if (slice_eq((struct slice){list, n}, word))
            return true;
        list += n + (list[n] == ' ');
    }
    return false;
}

static bool is_option(struct slice word)
{
    return word.n > 1 && word.p[0] == '-' && word.p[1] != ' ';
}

/* ---- which program ---- */

/* /usr/bin/python3.11 is python. */
static struct slice program_name(struct slice word)
{
    const char *slash = word.n ? memrchr(word.p, '/', word.n) : NULL;

    if (slash)
        word = slice_sub(word, (size_t)(slash - word.p) + 1, word.n);
    if (slice_starts(word, "python"))
        while (word.n > 6 && (isdigit((unsigned char)word.p[word.n - 1]) || word.p[word.n - 1] == '.'))
            word.n--;
    return slice_ends(word, ".exe") ? slice_sub(word, 0, word.n - 4) : word;
}

static bool takes_argument(const struct program *p, struct slice option)
{
    return in_list(p->others, option) || in_list(p->files, option) || in_list(p->texts, option) ||
           in_list(p->database, option);
}

/* Behind the words of the program's name, with options between them; 0 when it is not called so. */
static uint32_t match(const struct program *p, const struct sh_fields *words, uint32_t at)
{
    const char *name = p->name;
    size_t n = strcspn(name, " ");

    if (!slice_eq(program_name(words->items[at].text), (struct slice){name, n}))
        return 0;
    for (at++, name += n; *name; name += n) {
        name++;
        n = strcspn(name, " ");
        while (at < words->count && is_option(words->items[at].text))
            at += in_list(p->others, words->items[at].text) ? 2 : 1;
        if (at >= words->count || !slice_eq(words->items[at].text, (struct slice){name, n}))
            return 0;
        at++;
    }
    return at;
}

static const struct program *find_program(const struct sh_fields *words, uint32_t first, uint32_t *after)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if ((*after = match(&programs[i], words, first)) != 0)
            return &programs[i];
    return NULL;
}

/* ---- options ---- */

static void take_argument(struct command *c, struct slice option, struct sh_value value)
{
    struct arena *a = c->sh->scratch;

    if (in_list(c->program->texts, option))
        vec_push(a, &c->texts, value);
    else if (in_list(c->program->database, option))
        c->database = value;
    else if (in_list(c->program->files, option)) {
        size_t at = 0;

        for (size_t i = 0; i <= value.text.n; i++)
            if (i == value.text.n || (c->program->flags & SH_COMMAS && value.text.p[i] == ',')) {
                vec_push(a, &c->files, sh_slice(a, &value, at, i - at));
                at = i + 1;
            }
    }
}

static void take_next(struct command *c, struct slice option)
{
    if (c->at < c->words->count)
        take_argument(c, option, c->words->items[c->at++]);
}

/* --name=value, --name value, and -name of programs that join no letters. */
static void read_whole_option(struct command *c, const struct sh_value *word)
{
    const char *equals = memchr(word->text.p, '=', word->text.n);
    size_t n = equals ? (size_t)(equals - word->text.p) : word->text.n;
    struct slice name = slice_sub(word->text, 0, n);

    if (equals)
        take_argument(c, name, sh_slice(c->sh->scratch, word, n + 1, word->text.n - n - 1));
    else if (takes_argument(c->program, name) ||
             (c->program->flags & SH_LONG_TAKE && slice_starts(name, "--")))
        take_next(c, name);
}

/* -qf file, -ffile */
static void read_letters(struct command *c, const struct sh_value *word)
{
    for (size_t i = 1; i < word->text.n; i++) {
        char option[2] = {'-', word->text.p[i]};
        struct slice name = {option, 2};

        if (!takes_argument(c->program, name))
            continue;
        if (i + 1 < word->text.n)
            take_argument(c, name, sh_slice(c->sh->scratch, word, i + 1, word->text.n - i - 1));
        else
            take_next(c, name);
        return;
    }
}

static void read_option(struct command *c, const struct sh_value *word)
{
    if (slice_starts(word->text, "--") || c->program->flags & SH_WHOLE)
        read_whole_option(c, word);
    else
        read_letters(c, word);
}

/* All words; a wrapper's and a script's options end where their first other word stands. */
static void read_words(struct command *c, bool stop)
{
    while (c->at < c->words->count && !(stop && c->rest.count)) {
        const struct sh_value *word = &c->words->items[c->at++];

        if (slice_is(word->text, "--") && !c->rest.count)
            continue;
        if (is_option(word->text))
            read_option(c, word);
        else
            vec_push(c->sh->scratch, &c->rest, *word);
    }
}

/* ---- what a client runs ---- */

static void gap(struct command *c, const char *why, const char *advice)
{
    ir_add_gap(c->sh->ir, (struct ir_gap){.kind = IR_GAP_DYNAMIC,
                                          .file = c->place.file,
                                          .off = c->place.off,
                                          .len = c->place.source_len,
                                          .why = ir_interns(c->sh->ir, why),
                                          .advice = ir_interns(c->sh->ir, advice)});
}

/* The database as the script names it, without who logs in. */
static ir_str connection_of(struct command *c)
{
    struct slice name = c->database.text;
    const char *at = name.n ? memrchr(name.p, '@', name.n) : NULL, *end;

    if (!name.n || memchr(name.p, SH_UNKNOWN, name.n))
        return (ir_str){0};
    if (at)
        name = slice_sub(name, (size_t)(at - name.p) + 1, name.n);
    end = memchr(name.p, '?', name.n);
    if (end)
        name = slice_sub(name, 0, (size_t)(end - name.p));
    return memchr(name.p, '=', name.n) || memchr(name.p, ' ', name.n) ? (ir_str){0}
                                                                      : ir_intern(c->sh->ir, name.p, name.n);
}

/* The path without an unknown beginning, which the root stands for: it is then looked for by its end. */
static struct slice known_path(struct slice path)
{
    if (path.n > 1 && path.p[0] == SH_UNKNOWN && path.p[1] == '/')
        path = slice_sub(path, 1, path.n);
    while (slice_starts(path, "./"))
        path = slice_sub(path, 2, path.n);
    return path;
}

static void run_file(struct command *c, ir_job_id task, const struct sh_value *name, uint32_t order)
{
    struct sh *sh = c->sh;
    struct slice path = known_path(name->text), text;
    struct sh_run place = sh_place(name, 0, name->text.n);
    const char *found;

    if (!path.n || memchr(path.p, SH_UNKNOWN, path.n)) {
        gap(c,
            arena_printf(sh->scratch, "%s runs a file whose name is only known at run time",
                         c->program->name),
            "Name the file, or read it with the values that the script is called with");
        return;
    }
    if (sh_open(&sh->env, name, &found, &text))
        path = slice_of(found);
    if (!place.file.v || sh->call_site)
        place = c->place;
    ir_add_run_file(sh->ir, (struct ir_run_file){.job = task,
                                                 .path = ir_intern(sh->ir, path.p, path.n),
                                                 .file = place.file,
                                                 .off = place.off,
                                                 .len = place.source_len,
                                                 .order = order});
}

static void run_text(struct command *c, ir_job_id task, const struct sh_value *text, uint32_t order)
{
    struct sh *sh = c->sh;
    struct ir_text row = {.file = c->place.file,
                          .dialect = sh->options->dialect ? sh->options->dialect : c->program->dialect,
                          .job = task,
                          .connection = connection_of(c),
                          .order = order,
                          .call = IR_CALL_EXECUTE,
                          .call_off = c->place.off,
                          .call_len = c->place.source_len};
    struct slice trimmed = slice_trim(text->text);

    if (trimmed.n == 1 && trimmed.p[0] == SH_UNKNOWN)
        gap(c, arena_printf(sh->scratch, "the SQL that %s runs is only known at run time", c->program->name),
            "Write the statement into a file, or give the variable its value in the script");
    else if (trimmed.n)
        sh_emit(sh->ir, sh->scratch, text, row);
}

static uint32_t line_of(const struct command *c)
{
    ir_file_id file = c->place.file;

    return ir_line_of(c->sh->ir, &file, (ir_text_id){0}, c->place.off);
}

/* What the task is called after: the file that it runs, else the program and its line. */
static const char *task_name(struct command *c)
{
    if (c->files.count) {
        struct slice path = known_path(c->files.items[0].text);

        while (path.n && (path.p[0] == '/' || path.p[0] == '.'))
            path = slice_sub(path, 1, path.n);
        if (path.n && !memchr(path.p, SH_UNKNOWN, path.n))
            return arena_strndup(c->sh->scratch, path.p, path.n);
    }
    return arena_printf(c->sh->scratch, "%s:%u", c->program->name, line_of(c));
}

static void run_all(struct command *c)
{
    ir_job_id task;
    uint32_t order;

    if (!c->files.count && !c->texts.count)
        return;
    task = sh_task(c->sh, task_name(c), c->place);
    order = map_get(&c->sh->orders, task.v); /* a pipe's commands share a task */
    for (uint32_t i = 0; i < c->texts.count; i++)
        run_text(c, task, &c->texts.items[i], ++order);
    for (uint32_t i = 0; i < c->files.count; i++)
        run_file(c, task, &c->files.items[i], ++order);
    map_put(&c->sh->orders, task.v, order);
}

/* Words without an option, as the program's row says what they are. */
static void read_positions(struct command *c)
{
    const char *kind = c->program->positions;

    for (uint32_t i = 0; i < c->rest.count && *kind; i++, kind += kind[1] != '\0') {
        struct sh_value word = c->rest.items[i];

        if (*kind == 'd' && !c->database.text.n)
            c->database = word;
        else if (*kind == 's')
            vec_push(c->sh->scratch, &c->texts, word);
        else if (*kind == 'f')
            vec_push(c->sh->scratch, &c->files, word);
        else if (*kind == '@' && word.text.n > 1 && word.text.p[0] == '@')
            vec_push(c->sh->scratch, &c->files, sh_slice(c->sh->scratch, &word, 1, word.text.n - 1));
        else if (*kind == '@' && i == 0)
            c->database = word;
    }
}

/* sqlplus takes name for name.sql. */
static void add_suffix(struct command *c)
{
    for (uint32_t i = 0; *c->program->positions == '@' && i < c->files.count; i++) {
        struct sh_value *file = &c->files.items[i];
        struct sh_build b = sh_build_new(c->sh->scratch);

        if (memchr(path_base(arena_strndup(c->sh->scratch, file->text.p, file->text.n)), '.',
                   strlen(path_base(arena_strndup(c->sh->scratch, file->text.p, file->text.n)))))
            continue;
        sh_add_all(&b, file);
        sh_add_for(&b, SLICE(".sql"), file, 0, file->text.n);
        *file = sh_built(&b);
    }
}

static void run_client(struct command *c)
{
    uint32_t kept = 0;

    read_words(c, false);
    read_positions(c);
    add_suffix(c);
    for (uint32_t i = 0; i < c->files.count; i++)
        if (!slice_is(c->files.items[i].text, "-") && !slice_starts(c->files.items[i].text, "/dev/stdin"))
            c->files.items[kept++] = c->files.items[i];
    c->files.count = kept;
    if (!c->files.count && !c->texts.count) {
        c->files = c->sh->input.files;
        c->texts = c->sh->input.texts;
    }
    run_all(c);
}

/* ---- scripts ---- */

static bool is_shell(const struct program *p)
{
    return slice_ends(slice_of(p->name), "sh");
}

/* sh -c 'text': a script of its own, with its own parameters. */
static void run_nested(struct command *c, const struct sh_value *text)
{
    struct sh *sh = c->sh;
    struct sh_fields before = sh->env.parameters;
    bool known = sh->env.parameters_known;

    sh->env.parameters_known = false;
    sh->depth++;
    sh_run_text(sh, text);
    sh->depth--;
    sh->env.parameters = before;
    sh->env.parameters_known = known;
}

/* pkg.mod is pkg/mod.py. */
static struct sh_value module_path(struct sh *sh, const struct sh_value *name)
{
    struct sh_build b = sh_build_new(sh->scratch);
    struct buf path = buf_new(sh->scratch);

    for (size_t i = 0; i < name->text.n; i++)
        buf_addc(&path, name->text.p[i] == '.' ? '/' : name->text.p[i]);
    buf_adds(&path, ".py");
    sh_add_for(&b, buf_slice(&path), name, 0, name->text.n);
    return sh_built(&b);
}

/* The text after -c, NULL when there is none. */
static const struct sh_value *command_text(const struct command *c)
{
    for (uint32_t i = c->at; i + 1 < c->words->count && is_option(c->words->items[i].text); i++) {
        struct slice word = c->words->items[i].text;

        if (word.p[1] != '-' && word.p[word.n - 1] == 'c')
            return &c->words->items[i + 1];
    }
    return NULL;
}

static void run_script(struct command *c)
{
    const struct sh_value *text = command_text(c);

    if (text && is_shell(c->program)) {
        run_nested(c, text);
        return;
    }
    if (text && slice_is(slice_of(c->program->name), "python"))
        return;
    read_words(c, true);
    for (uint32_t i = 0; i < c->files.count; i++)
        c->files.items[i] = module_path(c->sh, &c->files.items[i]);
    if (!c->files.count)
        read_positions(c);
    if (!c->files.count && is_shell(c->program))
        for (uint32_t i = 0; i < c->sh->input.texts.count; i++)
            run_nested(c, &c->sh->input.texts.items[i]);
    run_all(c);
}

/* ./load.sh, etl/load.py: by the file's own first line. */
static void run_by_path(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    static const char *const suffixes[] = {".sh", ".bash", ".ksh", ".py"};
    static const struct program self = {.name = "script"};
    struct command c = {.sh = sh, .program = &self, .words = words, .place = place};
    struct slice name = words->items[first].text;

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (slice_ends(name, suffixes[i])) {
            vec_push(sh->scratch, &c.files, words->items[first]);
            run_all(&c);
            return;
        }
}

/* ---- wrappers ---- */

static void run_wrapped(struct command *c)
{
    uint32_t skip = c->program->skip;

    while (c->at < c->words->count) {
        struct slice word = c->words->items[c->at].text;

        if (is_option(word))
            c->at += in_list(c->program->others, word) ? 2 : 1;
        else if (sh_name_len(word, 0) && sh_name_len(word, 0) < word.n && word.p[sh_name_len(word, 0)] == '=')
            c->at++;
        else if (skip-- > 0)
            c->at++;
        else
            break;
    }
    if (c->at < c->words->count)
        sh_command(c->sh, c->words, c->at, c->place);
}

/* ssh host 'commands', eval "commands": the words are a script. */
static void run_joined(struct sh *sh, const struct sh_fields *words, uint32_t from)
{
    struct sh_build b = sh_build_new(sh->scratch);
    struct sh_value text;

    for (uint32_t i = from; i < words->count; i++) {
        if (i > from)
            sh_add_for(&b, SLICE(" "), &words->items[i], 0, 0);
        sh_add_all(&b, &words->items[i]);
    }
    text = sh_built(&b);
    if (text.text.n)
        sh_run_text(sh, &text);
}

static void run_remote(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    uint32_t at = first + 1;

    (void)place;
    while (at < words->count && is_option(words->items[at].text))
        at += in_list("-i -p -l -o -F -J -L -R", words->items[at].text) ? 2 : 1;
    if (at + 1 < words->count)
        run_joined(sh, words, at + 1);
    for (uint32_t i = 0; at + 1 >= words->count && i < sh->input.texts.count; i++)
        sh_run_text(sh, &sh->input.texts.items[i]);
}

static void run_eval(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    (void)place;
    run_joined(sh, words, first + 1);
}

/* ---- xargs ---- */

/* One command for each word of the input: `{}` is the word, or it stands at the end. */
static void run_for_word(struct sh *sh, const struct sh_fields *words, uint32_t at, struct slice hole,
                         const struct sh_value *word, struct sh_run place)
{
    struct sh_fields all = {0};

    for (uint32_t i = at; i < words->count; i++)
        vec_push(sh->scratch, &all, hole.n && slice_eq(words->items[i].text, hole) ? *word : words->items[i]);
    if (!hole.n)
        vec_push(sh->scratch, &all, *word);
    sh_command(sh, &all, 0, place);
}

static void run_xargs(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    struct slice hole = {"", 0};
    bool parallel = false, in_pipe = sh->in_pipe;
    struct sh_fields list = sh->input.words;
    struct sh_jobs start = sh->front, end = {0};
    uint32_t at = first + 1;

    for (; at < words->count && is_option(words->items[at].text); at++) {
        struct slice word = words->items[at].text;

        if (slice_starts(word, "-I")) {
            hole = word.n > 2              ? slice_sub(word, 2, word.n)
                   : at + 1 < words->count ? words->items[++at].text
                                           : word;
        } else if (slice_starts(word, "-P")) {
            struct slice n =
                word.n > 2 || at + 1 >= words->count ? slice_sub(word, 2, word.n) : words->items[++at].text;
            parallel = !slice_is(n, "1");
        } else if (in_list("-n -L -a -d -s -E", word)) {
            at++;
        }
    }
    if (at >= words->count)
        return;
    if (!list.count) {
        struct sh_build any = sh_build_new(sh->scratch);

        sh_add_unknown(&any, &words->items[first], 0, words->items[first].text.n);
        vec_push(sh->scratch, &list, sh_built(&any));
    }
    sh->in_pipe = false; /* each one is a process of its own */
    for (uint32_t i = 0; i < list.count; i++) {
        if (parallel)
            sh->front = start;
        run_for_word(sh, words, at, hole, &list.items[i], place);
        end = sh_both(sh, end, sh->front);
    }
    if (parallel)
        sh->front = end;
    sh->in_pipe = in_pipe;
}

/* ---- what goes into the next command of a pipe ---- */

/* cat's files, or what came in. */
static void put_files(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    (void)place;
    for (uint32_t i = first + 1; i < words->count; i++)
        if (!is_option(words->items[i].text) && !slice_is(words->items[i].text, "-"))
            vec_push(sh->scratch, &sh->output.files, words->items[i]);
    if (!sh->output.files.count)
        sh->output = sh->input;
}

/* sed 's/a/b/' x.sql: the file, changed. */
static void put_filtered(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    (void)place;
    for (uint32_t i = first + 1; i < words->count; i++)
        if (slice_ends(words->items[i].text, ".sql"))
            vec_push(sh->scratch, &sh->output.files, words->items[i]);
    if (!sh->output.files.count)
        sh->output = sh->input;
}

static void put_words(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    struct sh_build b = sh_build_new(sh->scratch);

    (void)place;
    for (uint32_t i = first + 1; i < words->count; i++) {
        const struct sh_value *word = &words->items[i];

        if (i == first + 1 && word->text.n &&
            (word->text.p[0] == '-' || memchr(word->text.p, '%', word->text.n)))
            continue; /* an option of echo, a format of printf */
        vec_push(sh->scratch, &sh->output.words, *word);
        if (b.text.n)
            sh_add_for(&b, SLICE(" "), word, 0, 0);
        sh_add_all(&b, word);
    }
    vec_push(sh->scratch, &sh->output.texts, sh_built(&b));
}

static void put_names(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    (void)place;
    for (uint32_t i = first + 1; i < words->count; i++)
        if (!is_option(words->items[i].text))
            vec_push(sh->scratch, &sh->output.words, words->items[i]);
}

/* ---- steps ---- */

static void run_step(struct command *c)
{
    struct sh *sh = c->sh;
    ir_job_id task;

    read_words(c, false);
    task = sh_task(sh, c->program->name, c->place);
    if (c->program->step == SH_TRIGGER && c->rest.count && sh_is_known(&c->rest.items[0]))
        ir_add_job_link(sh->ir, (struct ir_job_link){.job = task,
                                                     .kind = IR_LINK_STARTS,
                                                     .dag = ir_intern(sh->ir, c->rest.items[0].text.p,
                                                                      c->rest.items[0].text.n),
                                                     .file = c->place.file,
                                                     .off = c->place.off,
                                                     .len = c->place.source_len});
}

void sh_command(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place)
{
    static const struct {
        const char *name;
        void (*run)(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place);
    } others[] = {{"cat", put_files},    {"echo", put_words},        {"printf", put_words},
                  {"ls", put_names},     {"sed", put_filtered},      {"awk", put_filtered},
                  {"tr", put_filtered},  {"envsubst", put_filtered}, {"sort", put_filtered},
                  {"tee", put_filtered}, {"iconv", put_filtered},    {"xargs", run_xargs},
                  {"ssh", run_remote},   {"eval", run_eval}};
    static void (*const runs[])(struct command *) = {run_client, run_script, run_wrapped, run_step};
    uint32_t after;
    const struct program *program = find_program(words, first, &after);
    struct command c = {.sh = sh, .program = program, .words = words, .at = after};

    c.place = sh->call_site ? *sh->call_site : place;
    if (program) {
        if (sh->depth < 50 && ++sh->depth) {
            runs[program->role](&c);
            sh->depth--;
        }
        return;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (slice_is(words->items[first].text, others[i].name)) {
            others[i].run(sh, words, first, place);
            return;
        }
    if (sh->make &&
        (slice_is(words->items[first].text, "make") || slice_is(words->items[first].text, "gmake")))
        sh->make(sh, words, first);
    else
        run_by_path(sh, words, first, place);
}
