/*
 * Calls of dbt's command line from Python: in one string ("dbt run --vars …") or as a list of words (["build",
 * "--vars", …]) that goes to something called dbt. What else the file says of its DAG counts for them.
 */
#include "lint/dbt.h"

#include <ctype.h>
#include <string.h>

enum { WORDS = 48 }; /* of a command that are looked at */

struct word {
    struct slice text;
    uint32_t off;
};

struct command {
    struct word words[WORDS];
    uint32_t count;
};

struct commands {
    struct facts *f;
    ir_file_id file;
    struct slice source;
    bool airflow, scheduled, single, tested, snapshots, microbatch;
    bool collect; /* only whether something is tested */
};

static const char *const subcommands[] = {"run",  "build",   "test",          "snapshot",
                                          "seed", "compile", "run-operation", NULL};

static bool is_one_of(struct slice word, const char *const *words)
{
    while (*words && !slice_is(word, *words))
        words++;
    return *words != NULL;
}

static bool has(const struct command *c, const char *word)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (slice_starts(c->words[i].text, word))
            return true;
    return false;
}

/* --vars with something that speaks of dates. */
static bool hands_over_dates(const struct commands *k, const struct command *c)
{
    static const char *const words[] = {"date", "start", "time", "interval", "ds"};

    if (!has(c, "--vars"))
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        for (size_t w = 0; w < 4; w++)
            if (memmem(c->words[i].text.p, c->words[i].text.n, words[w], strlen(words[w])))
                return true;
    return memmem(k->source.p, k->source.n, "start_date", 10) &&
           memmem(k->source.p, k->source.n, "end_date", 8);
}

static void end_command(struct commands *k, const struct command *c, uint32_t at)
{
    struct slice name = c->words[at].text;
    uint32_t times = has(c, "--event-time-start") + has(c, "--event-time-end");

    if (k->collect) {
        k->tested |= slice_is(name, "test") || slice_is(name, "build");
        return;
    }
    FACT_ADD(k->f, dbt_command, at_source(k->file, c->words[at].off, (uint32_t)name.n),
             .command = arena_strndup(k->f->arena, name.p, name.n), .airflow = k->airflow,
             .scheduled = k->scheduled, .single = k->single, .tested = k->tested,
             .snapshots = slice_is(name, "snapshot") || (slice_is(name, "build") && k->snapshots),
             .dates = hands_over_dates(k, c),
             .event_time = times == 0   ? "none"
                           : times == 1 ? "one"
                                        : "both",
             .microbatch = k->microbatch,
             .selects = has(c, "--select") || has(c, "-s") || has(c, "--models"));
}

/* The words of a shell's line; each `dbt <subcommand>` in it is a command, up to the next && or ;. */
static void read_line(struct commands *k, struct slice text, uint32_t off)
{
    struct command c = {.count = 0};
    uint32_t found = UINT32_MAX;
    size_t i = 0;

    while (i < text.n) {
        size_t from;

        while (i < text.n && strchr(" \t\r\n\\\"'", text.p[i]))
            i++;
        for (from = i; i < text.n && !strchr(" \t\r\n\\\"'", text.p[i]);)
            i++;
        if (i == from)
            break;
        if (strchr("&;|", text.p[from]) || text.p[i - 1] == ';') {
            if (found != UINT32_MAX)
                end_command(k, &c, found);
            c.count = 0;
            found = UINT32_MAX;
        } else if (c.count < WORDS) {
            c.words[c.count++] = (struct word){slice_sub(text, from, i - from), off + (uint32_t)from};
            if (found == UINT32_MAX && c.count > 1 && slice_is(c.words[c.count - 2].text, "dbt") &&
                is_one_of(c.words[c.count - 1].text, subcommands))
                found = c.count - 1;
        }
    }
    if (found != UINT32_MAX)
        end_command(k, &c, found);
}

/* After the string that begins at `i`; its content and where that begins. */
static size_t read_string(struct slice s, size_t i, struct slice *content)
{
    char quote = s.p[i];
    bool triple = i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote;
    size_t from = i + (triple ? 3 : 1);

    for (i = from; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == quote && (!triple || (i + 2 < s.n && s.p[i + 1] == quote && s.p[i + 2] == quote)))
            break;
        else if (s.p[i] == '\n' && !triple)
            break;
    }
    i = i < s.n ? i : s.n;
    *content = slice_sub(s, from, i - from);
    return i + (triple ? 3 : 1);
}

/* The strings of a list that begins at `i`; after it. Strings within calls in the list are none of its words. */
static size_t read_list(struct slice s, size_t i, struct command *c)
{
    uint32_t depth = 0;

    for (; i < s.n; i++) {
        if (strchr("([{", s.p[i]))
            depth++;
        else if (strchr(")]}", s.p[i]) && !--depth)
            return i + 1;
        if (s.p[i] == '#') {
            const char *end = memchr(s.p + i, '\n', s.n - i);

            i = end ? (size_t)(end - s.p) : s.n;
        } else if (s.p[i] == '"' || s.p[i] == '\'') {
            struct slice content;
            size_t after = read_string(s, i, &content);

            if (depth == 1 && c->count < WORDS)
                c->words[c->count++] = (struct word){content, (uint32_t)(content.p - s.p)};
            i = after - 1;
        }
    }
    return s.n;
}

/* Does the call before a list that begins at `i` have to do with dbt? */
static bool goes_to_dbt(struct slice s, size_t i)
{
    size_t from = i > 80 ? i - 80 : 0;
    struct slice before = slice_sub(s, from, i - from);

    for (size_t k = before.n; k-- > 0;)
        if (before.p[k] == '\n') {
            if (slice_trim(slice_sub(before, k, before.n - k)).n) {
                before = slice_sub(before, k, before.n - k);
                break;
            }
        }
    return memmem(before.p, before.n, "dbt", 3) && memchr(before.p, '(', before.n);
}

static size_t read_bracket(struct commands *k, size_t i)
{
    struct command c = {.count = 0};
    size_t after = read_list(k->source, i, &c);

    for (uint32_t w = 0; w < c.count && w < 2; w++)
        if (is_one_of(c.words[w].text, subcommands) &&
            (w == 0 ? goes_to_dbt(k->source, i) : slice_is(c.words[0].text, "dbt"))) {
            end_command(k, &c, w);
            return after;
        }
    return i + 1;
}

static void read_file(struct commands *k)
{
    for (size_t i = 0; i < k->source.n;) {
        char c = k->source.p[i];
        struct slice content;

        if (c == '#') {
            const char *end = memchr(k->source.p + i, '\n', k->source.n - i);

            i = end ? (size_t)(end - k->source.p) : k->source.n;
        } else if (c == '"' || c == '\'') {
            i = read_string(k->source, i, &content);
            if (memmem(content.p, content.n, "dbt ", 4))
                read_line(k, content, (uint32_t)(content.p - k->source.p));
        } else {
            i = c == '[' ? read_bracket(k, i) : i + 1;
        }
    }
}

static bool says(struct slice s, const char *words)
{
    return memmem(s.p, s.n, words, strlen(words)) != NULL;
}

/* What the file says of the runs of its DAG. */
static void look_around(struct commands *k)
{
    k->airflow = says(k->source, "airflow");
    k->scheduled = k->airflow && (says(k->source, "schedule=") || says(k->source, "schedule_interval")) &&
                   !says(k->source, "schedule=None") && !says(k->source, "schedule_interval=None");
    k->single = says(k->source, "max_active_runs=1") || says(k->source, "max_active_runs\": 1") ||
                says(k->source, "pool=") || says(k->source, "max_active_tis_per_dag=1");
}

/* Files that call dbt: first whether something tests, then each command. */
static void read_files(struct commands *k, const bool *relevant)
{
    const struct ir *ir = k->f->ir;

    for (IR_EACH(ir, file, file)) {
        if (!relevant[file.v])
            continue;
        k->file = file;
        k->source = ir_slice(ir, IR(ir, file, file)->source);
        if (!k->collect)
            look_around(k);
        read_file(k);
    }
}

static void ask_projects(struct commands *k)
{
    const struct dbt *d = k->f->dbt;

    for (IR_EACH(k->f->ir, resource, i)) {
        const struct ir_resource *row = IR(k->f->ir, resource, i);

        if (row->package)
            continue;
        k->snapshots |= row->kind == IR_RESOURCE_SNAPSHOT;
        k->microbatch |=
            row->kind == IR_RESOURCE_MODEL && dbt_config_is(d, i, "incremental_strategy", "microbatch");
    }
}

void facts_of_dbt_commands(struct facts *f)
{
    const struct ir *ir = f->ir;
    struct commands k = {.f = f, .collect = true};
    bool *relevant = ARENA_ARRAY(f->family, bool, ir->file.count), any = false;

    for (IR_EACH(ir, file, file)) {
        relevant[file.v] = IR(ir, file, file)->language == IR_LANG_PYTHON &&
                           says(ir_slice(ir, IR(ir, file, file)->source), "dbt");
        any |= relevant[file.v];
    }
    if (!any)
        return;
    ask_projects(&k);
    read_files(&k, relevant);
    k.collect = false;
    read_files(&k, relevant);
}
