/*
 * One table of options drives parsing, --help and "did you mean". GNU long options, `--name=value` and
 * `--name value`, short ones where they are customary, `--` ends them, `-` is standard input.
 */
#include "cli/options.h"

#include "base/suggest.h"
#include "emit/emit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ASKS (COMMAND_GRAPH | COMMAND_IMPACT)
#define JUDGES (COMMAND_LINT | COMMAND_LSP)
#define READS                                                                                                \
    (COMMAND_PARITY | COMMAND_DIFF | COMMAND_LSP | COMMAND_SCAN | COMMAND_LINT | COMMAND_READ |              \
     COMMAND_INIT | ASKS)
#define SHOWS                                                                                                \
    (COMMAND_PARITY | COMMAND_SCAN | COMMAND_LINT | COMMAND_RULES | COMMAND_EXPLAIN | COMMAND_DIFF | ASKS)
#define EVERY (~0u)

enum option_kind {
    OPTION_FLAG,    /* bool */
    OPTION_STRING,  /* const char * */
    OPTION_LIST,    /* struct string_list, may be given again, commas separate */
    OPTION_FILES,   /* struct string_list, may be given again, taken whole */
    OPTION_NUMBER,  /* unsigned */
    OPTION_DIALECT, /* enum ir_dialect */
};

struct option_row {
    const char *name;
    char letter;
    const char *argument;
    enum option_kind kind;
    size_t offset;
    unsigned commands;
    const char *help;
};

#define AT(field) offsetof(struct options, field)

static const struct option_row rows[] = {
    {"emit", 0, "DIR", OPTION_STRING, AT(emit_dir), COMMAND_SCAN | COMMAND_PARITY,
     "write the dbt project to DIR (a DIR named models is the models folder of the project around it)"},
    {"force", 0, NULL, OPTION_FLAG, AT(force), COMMAND_SCAN | COMMAND_PARITY | COMMAND_INIT,
     "overwrite files in DIR that lineage did not write or that were edited since; init: a .lineage.yml"},
    {"parity", 0, NULL, OPTION_FLAG, AT(parity), COMMAND_SCAN,
     "write tests that compare each model with its legacy table (they run under --vars 'parity: true')"},
    {"target", 0, "DIALECT", OPTION_DIALECT, AT(target), COMMAND_SCAN | COMMAND_PARITY | JUDGES,
     "the warehouse that the SQL is to run on (default: postgres)"},
    {"dot", 0, "FILE", OPTION_STRING, AT(dot_file), COMMAND_SCAN, "write the lineage graph in DOT"},
    {"facts", 0, "FILE", OPTION_FILES, AT(facts), COMMAND_SCAN | COMMAND_LINT | ASKS,
     "take in what `lineage read` wrote; may be given again"},
    {"select", 0, "RULES", OPTION_LIST, AT(select), JUDGES,
     "only these rules: codes, names or the beginnings of codes"},
    {"ignore", 0, "RULES", OPTION_LIST, AT(ignore), JUDGES, "all but these rules"},
    {"rules", 0, "DIR", OPTION_FILES, AT(rule_dirs), JUDGES | COMMAND_SCAN | COMMAND_RULES | COMMAND_EXPLAIN,
     "a folder of rules of your own"},
    {"test", 0, "DIR", OPTION_FILES, AT(tests), COMMAND_RULES,
     "run the bad and good examples of the rules in DIR; exit status 1 when one is not as its rule says"},
    {"extend-select", 0, "RULES", OPTION_LIST, AT(extend_select), JUDGES,
     "these rules beside the default ones"},
    {"exit-zero", 0, NULL, OPTION_FLAG, AT(exit_zero), COMMAND_LINT, "exit status 0 whatever was found"},
    {"statistics", 0, NULL, OPTION_FLAG, AT(statistics), COMMAND_LINT,
     "how often each rule was found, instead of the findings"},
    {"fix", 0, NULL, OPTION_FLAG, AT(fix), COMMAND_LINT, "make the edits that keep the meaning of the code"},
    {"unsafe-fixes", 0, NULL, OPTION_FLAG, AT(unsafe_fixes), COMMAND_LINT,
     "with --fix or --diff: edits that may change the meaning, too"},
    {"diff", 0, NULL, OPTION_FLAG, AT(diff), COMMAND_LINT,
     "print the edits and change nothing; exit status 1 when there are any"},
    {"add-ignores", 0, NULL, OPTION_FLAG, AT(add_ignores), COMMAND_LINT,
     "write a comment before each statement that suppresses what was found in it"},
    {"baseline", 0, "FILE", OPTION_STRING, AT(baseline), JUDGES, "leave out the findings that FILE holds"},
    {"write-baseline", 0, "FILE", OPTION_STRING, AT(write_baseline), COMMAND_LINT,
     "write the findings to FILE, for --baseline"},
    {"prune-baseline", 0, NULL, OPTION_FLAG, AT(prune_baseline), COMMAND_LINT,
     "with --baseline: take out of the file what is no longer found"},
    {"since", 0, "REV", OPTION_STRING, AT(since), COMMAND_LINT | COMMAND_DIFF,
     "lint: only findings in files that differ from where git's REV and HEAD parted; diff: compare with it"},
    {"changed-lines", 0, NULL, OPTION_FLAG, AT(changed_lines), COMMAND_LINT,
     "only findings on lines that differ (with --since; without it from HEAD)"},
    {"step-summary", 0, NULL, OPTION_FLAG, AT(step_summary), COMMAND_LINT,
     "also add the findings as Markdown to the file that GITHUB_STEP_SUMMARY names"},
    {"config", 0, "FILE", OPTION_STRING, AT(config), SHOWS | COMMAND_READ | COMMAND_LSP,
     "the configuration (default: .lineage.yml, looked for upward from each PATH)"},
    {"isolated", 0, NULL, OPTION_FLAG, AT(isolated), SHOWS | COMMAND_READ | COMMAND_LSP,
     "use no configuration file"},
    {"stdin-filename", 0, "FILE", OPTION_STRING, AT(stdin_filename), COMMAND_LINT | COMMAND_SCAN | ASKS,
     "the name of what comes on standard input (path -)"},
    {"select", 0, "EXPR", OPTION_FILES, AT(nodes), COMMAND_GRAPH,
     "only these datasets: names with * and ?, +x with what x comes from, x+ with what comes of it, 2+x, x+2"},
    {"columns", 0, NULL, OPTION_FLAG, AT(columns), COMMAND_GRAPH, "show columns, and edges between them"},
    {"of", 0, "NAME", OPTION_STRING, AT(of), COMMAND_IMPACT,
     "the table or column that is asked about, such as raw.payments.amount"},
    {"dialect", 0, "DIALECT", OPTION_DIALECT, AT(dialect), READS,
     "the dialect of all SQL (default: told from the text)"},
    {"catalog", 0, "FILE", OPTION_FILES, AT(catalogs),
     COMMAND_SCAN | COMMAND_PARITY | JUDGES | COMMAND_DIFF | ASKS,
     "columns of tables: JSON {\"raw.orders\": [\"order_id\"]}, information_schema.columns as CSV, or dbt's "
     "catalog.json or manifest.json"},
    {"search-path", 0, "SCHEMAS", OPTION_LIST, AT(search_path),
     COMMAND_SCAN | COMMAND_PARITY | JUDGES | COMMAND_DIFF | ASKS,
     "schemas in which unqualified tables are looked up"},
    {"exclude", 0, "GLOB", OPTION_FILES, AT(excludes), READS,
     "leave out paths that match; may be given again"},
    {"jobs", 'j', "N", OPTION_NUMBER, AT(jobs), READS, "worker processes (default: one per processor)"},
    {"no-cache", 0, NULL, OPTION_FLAG, AT(no_cache), READS,
     "read every file anew, and keep nothing for the next run"},
    {"cache-dir", 0, "DIR", OPTION_STRING, AT(cache_dir), READS,
     "where facts of files are kept (default: .lineage_cache in the repository, else the user's cache)"},
    {"format", 'f', "FORMAT", OPTION_STRING, AT(format), SHOWS,
     "scan, impact: text or json; diff: text, markdown or json; graph: dot, svg, mermaid or json; rules, explain: text, json or markdown; lint: full, concise, grouped, json, jsonl, "
     "sarif, github, gitlab, junit, checkstyle, rdjson, azure or markdown"},
    {"output-file", 'o', "FILE", OPTION_STRING, AT(output_file), SHOWS | COMMAND_READ,
     "write the result to FILE instead of standard output"},
    {"fail-on", 0, "SEVERITY", OPTION_STRING, AT(fail_on), COMMAND_SCAN | COMMAND_LINT,
     "exit status 1 on findings of info, warning or error and above, or never (lint: warning; scan: never)"},
    {"fail-on-unparsed", 0, NULL, OPTION_FLAG, AT(fail_on_unparsed), COMMAND_SCAN | COMMAND_LINT | ASKS,
     "exit status 1 when a statement or a file was not understood"},
    {"color", 0, "WHEN", OPTION_STRING, AT(color), SHOWS, "auto, always or never"},
    {"quiet", 'q', NULL, OPTION_FLAG, AT(quiet), EVERY, "no diagnostics on standard error"},
    {"verbose", 'v', NULL, OPTION_FLAG, AT(verbose), EVERY, "say more on standard error"},
    {"help", 'h', NULL, OPTION_FLAG, AT(help), EVERY, "print this help"},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

_Static_assert(ROW_COUNT <= 64, "options.given has a bit for each");

static const struct command_row {
    enum command id;
    const char *name, *usage, *summary;
} commands[] = {
#define COMMAND(id, bit, name, usage, summary) {COMMAND_##id, name, usage, summary},
#include "cli/commands.def"
#undef COMMAND
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static const struct command_row *command_of(enum command id)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (commands[i].id == id)
            return &commands[i];
    return NULL;
}

static void help_of_program(FILE *out)
{
    fputs("Static lineage, linting and migration to dbt of legacy SQL, pandas and Airflow code.\n\n"
          "usage: lineage COMMAND [OPTION]... [PATH]...\n\ncommands:\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].summary);
    fputs("\n`lineage COMMAND --help` lists the options of a command.\n", out);
}

void options_help(enum command command, FILE *out)
{
    const struct command_row *c = command_of(command);

    if (!c) {
        help_of_program(out);
        return;
    }
    fprintf(out, "usage: lineage %s [OPTION]...%s%s\n\n%s\n\noptions:\n", c->name, *c->usage ? " " : "",
            c->usage, c->summary);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct option_row *r = &rows[i];
        char left[48];

        if (!(r->commands & command))
            continue;
        snprintf(left, sizeof left, "%c%c%s--%s%s%s", r->letter ? '-' : ' ', r->letter ? r->letter : ' ',
                 r->letter ? ", " : "  ", r->name, r->argument ? " " : "", r->argument ? r->argument : "");
        fprintf(out, "  %-28s %s\n", left, r->help);
    }
    fputs(
        "\nA variable LINEAGE_… sets the option of its name: LINEAGE_FAIL_ON sets --fail-on. A flag wins over it, it over\n"
        "the configuration. NO_COLOR turns colours off.\n",
        out);
}

static void list_add(struct arena *a, struct string_list *list, const char *item)
{
    vec_push(a, list, item);
}

static void list_add_commas(struct arena *a, struct string_list *list, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, ",");

        if (n)
            list_add(a, list, arena_strndup(a, text, n));
        text += n + (text[n] == ',');
    }
}

static int parse_dialect(const char *option, const char *text, enum ir_dialect *out, struct err *e)
{
    const char *names[IR_DIALECT_SQLITE + 1];
    const char *near;

    for (enum ir_dialect d = IR_DIALECT_GENERIC; d <= IR_DIALECT_SQLITE; d++) {
        names[d - 1] = ir_name_of_dialect(d);
        if (strcmp(text, names[d - 1]) == 0) {
            *out = d;
            return 0;
        }
    }
    near = suggest(text, names, IR_DIALECT_SQLITE);
    return err_set(e, "--%s %s: no such dialect%s%s%s", option, text, near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

static int set_option(struct arena *a, struct options *o, const struct option_row *r, const char *value,
                      struct err *e)
{
    void *field = (char *)o + r->offset;
    char *end;
    unsigned long n;

    if (r->offset == SIZE_MAX)
        return 0;
    switch (r->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return 0;
    case OPTION_STRING:
        *(const char **)field = value;
        return 0;
    case OPTION_LIST:
        list_add_commas(a, field, value);
        return 0;
    case OPTION_FILES:
        list_add(a, field, value);
        return 0;
    case OPTION_NUMBER:
        n = strtoul(value, &end, 10);
        if (*value < '0' || *value > '9' || *end || n < 1 || n > 64)
            return err_set(e, "--%s %s: expected a number from 1 to 64", r->name, value);
        *(unsigned *)field = (unsigned)n;
        return 0;
    case OPTION_DIALECT:
        return parse_dialect(r->name, value, field, e);
    }
    return -1;
}

static const struct option_row *row_named(const char *name, size_t len, enum command command)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if ((rows[i].commands & command) && strlen(rows[i].name) == len &&
            memcmp(rows[i].name, name, len) == 0)
            return &rows[i];
    return NULL;
}

static int unknown_option(const char *given, const char *name, enum command command, struct err *e)
{
    const char *names[ROW_COUNT];
    const char *near;
    size_t n = 0;

    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].commands & command)
            names[n++] = rows[i].name;
    near = suggest(name, names, n);
    if (near)
        return err_set(e, "%s: no such option; did you mean --%s?", given, near);
    return err_set(e, "%s: no such option; `lineage %s --help` lists them", given, command_of(command)->name);
}

/* Parses argv[*i], which begins with '-', and moves *i past what it takes. */
static int parse_one(struct arena *a, int argc, char **argv, int *i, struct options *o, struct err *e)
{
    const char *given = argv[*i], *value = NULL;
    const struct option_row *r = NULL;

    if (given[1] == '-') {
        const char *name = given + 2, *equals = strchr(name, '=');
        size_t len = equals ? (size_t)(equals - name) : strlen(name);

        r = row_named(name, len, o->command);
        if (!r)
            return unknown_option(given, arena_strndup(a, name, len), o->command, e);
        if (equals)
            value = equals + 1;
    } else {
        for (size_t k = 0; k < ROW_COUNT; k++)
            if (rows[k].letter == given[1] && (rows[k].commands & o->command))
                r = &rows[k];
        if (!r)
            return unknown_option(given, given + 1, o->command, e);
        if (given[2])
            value = given + 2;
    }
    if (!r->argument && value)
        return err_set(e, "%s: --%s takes no value", given, r->name);
    if (r->argument && !value) {
        if (*i + 1 >= argc)
            return err_set(e, "%s: expected %s after it", given, r->argument);
        value = argv[++*i];
    }
    o->given |= UINT64_C(1) << (r - rows);
    return set_option(a, o, r, value, e);
}

/* ---- the environment and configuration files ---- */

/* What a configuration file may not hold: what is to be done this time, rather than how. */
static bool is_of_one_run(const struct option_row *r)
{
    static const char *const names[] = {"emit",
                                        "force",
                                        "dot",
                                        "facts",
                                        "fix",
                                        "diff",
                                        "add-ignores",
                                        "write-baseline",
                                        "since",
                                        "changed-lines",
                                        "prune-baseline",
                                        "config",
                                        "isolated",
                                        "stdin-filename",
                                        "output-file",
                                        "statistics",
                                        "step-summary",
                                        "test",
                                        "columns",
                                        "of",
                                        "help"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(r->name, names[i]) == 0)
            return true;
    return false;
}

size_t options_configurable(const char **names, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < ROW_COUNT && n < max; i++) {
        bool seen = is_of_one_run(&rows[i]);

        for (size_t k = 0; k < n; k++)
            seen = seen || strcmp(names[k], rows[i].name) == 0;
        if (!seen)
            names[n++] = rows[i].name;
    }
    return n;
}

static int set_flag(struct options *o, const struct option_row *r, const char *value, struct err *e)
{
    bool on = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;

    if (!on && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
        return err_set(e, "%s: expected true or false, found %s", r->name, value);
    if (r->offset != SIZE_MAX)
        *(bool *)((char *)o + r->offset) = on;
    return 0;
}

int options_configure(struct arena *a, struct options *o, const char *name, const char *value, struct err *e)
{
    int found = 1;

    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].name, name) != 0 || is_of_one_run(&rows[i]))
            continue;
        found = 0;
        if (o->given >> i & 1 || !(rows[i].commands & o->command))
            continue;
        return rows[i].kind == OPTION_FLAG ? set_flag(o, &rows[i], value, e)
                                           : set_option(a, o, &rows[i], value, e);
    }
    return found;
}

/* LINEAGE_FAIL_ON for --fail-on, and so on. */
static int take_environment(struct arena *a, struct options *o, struct err *e)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char name[64] = "LINEAGE_";
        const char *value;
        size_t n = strlen(name);
        struct err why;

        for (const char *p = rows[i].name; *p && n + 1 < sizeof name; p++)
            name[n++] = *p == '-' ? '_' : (char)(*p - (*p >= 'a' && *p <= 'z' ? 32 : 0));
        value = getenv(name);
        if (!value || !*value || o->given >> i & 1 || !(rows[i].commands & o->command))
            continue;
        if ((rows[i].kind == OPTION_FLAG ? set_flag(o, &rows[i], value, &why)
                                         : set_option(a, o, &rows[i], value, &why)) < 0)
            return err_set(e, "%s: %s", name, why.message);
        o->given |= UINT64_C(1) << i;
    }
    return 0;
}

static int parse_command(const char *name, struct options *o, struct err *e)
{
    const char *names[COMMAND_COUNT];
    const char *near;

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
        if (strcmp(name, commands[i].name) == 0) {
            o->command = commands[i].id;
            return 0;
        }
    }
    near = suggest(name, names, COMMAND_COUNT);
    return err_set(e, "%s: no such command%s%s%s", name,
                   near ? "; did you mean " : "; `lineage --help` lists them", near ? near : "",
                   near ? "?" : "");
}

enum ir_dialect options_dialect(const char *name)
{
    for (enum ir_dialect d = IR_DIALECT_GENERIC; d <= IR_DIALECT_SQLITE; d++)
        if (strcmp(name, ir_name_of_dialect(d)) == 0)
            return d;
    return IR_DIALECT_UNKNOWN;
}

static bool is_one_of(const char *value, const char *const *choices)
{
    for (; *choices; choices++)
        if (strcmp(value, *choices) == 0)
            return true;
    return false;
}

static int check_choice(const char *option, const char *value, const char *const *choices, struct err *e)
{
    char list[128] = "";
    const char *near;
    size_t n = 0;

    if (!value || is_one_of(value, choices))
        return 0;
    while (choices[n])
        n++;
    near = suggest(value, choices, n);
    for (; *choices; choices++) {
        strncat(list, *choices, sizeof list - strlen(list) - 1);
        if (choices[1])
            strncat(list, choices[2] ? ", " : " or ", sizeof list - strlen(list) - 1);
    }
    return err_set(e, "--%s %s: expected %s%s%s%s", option, value, list, near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

/* `text` is what full was once called. */
static int check_lint_format(const char *format, struct err *e)
{
    const char *names[32];
    const char *near;
    char list[256] = "";

    if (!format || strcmp(format, "text") == 0)
        return 0;
    for (size_t i = 0; i < emit_findings_format_count; i++) {
        names[i] = emit_findings_formats[i].name;
        if (strcmp(format, names[i]) == 0)
            return 0;
        strncat(list, i ? ", " : "", sizeof list - strlen(list) - 1);
        strncat(list, names[i], sizeof list - strlen(list) - 1);
    }
    near = suggest(format, names, emit_findings_format_count);
    return err_set(e, "--format %s: no such format%s%s%s; expected one of %s", format,
                   near ? " (did you mean " : "", near ? near : "", near ? "?)" : "", list);
}

static int check_format(const struct options *o, struct err *e)
{
    static const struct {
        unsigned commands;
        const char *names[5];
    } formats[] = {
        {COMMAND_RULES | COMMAND_EXPLAIN, {"text", "json", "markdown"}},
        {COMMAND_GRAPH, {"dot", "svg", "mermaid", "json"}},
        {COMMAND_DIFF, {"text", "markdown", "json"}},
        {EVERY, {"text", "json"}},
    };
    size_t i = 0;

    if (o->command == COMMAND_LINT)
        return check_lint_format(o->format, e);
    while (!(formats[i].commands & o->command))
        i++;
    return check_choice("format", o->format, formats[i].names, e);
}

int options_check(const struct options *o, struct err *e)
{
    static const char *const severities[] = {"info", "warning", "error", "never", NULL};
    static const char *const colors[] = {"auto", "always", "never", NULL};

    if (check_format(o, e) < 0 || check_choice("fail-on", o->fail_on, severities, e) < 0 ||
        check_choice("color", o->color, colors, e) < 0)
        return -1;
    return 0;
}

int options_parse(struct arena *a, int argc, char **argv, struct options *o, struct err *e)
{
    bool only_paths = false;

    memset(o, 0, sizeof *o);
    if (argc < 2)
        return err_set(e, "expected a command; `lineage --help` lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        o->help = true;
        return 0;
    }
    if (parse_command(strcmp(argv[1], "--version") == 0 ? "version" : argv[1], o, e) < 0)
        return -1;
    for (int i = 2; i < argc; i++) {
        if (!only_paths && strcmp(argv[i], "--") == 0)
            only_paths = true;
        else if (!only_paths && argv[i][0] == '-' && argv[i][1]) {
            if (parse_one(a, argc, argv, &i, o, e) < 0)
                return -1;
        } else if (!*argv[i]) {
            return err_set(e, "expected a path, found an empty text");
        } else {
            list_add(a, &o->paths, argv[i]);
        }
    }
    if (take_environment(a, o, e) < 0)
        return -1;
    return options_check(o, e);
}

bool options_color(const struct options *o, FILE *stream)
{
    const char *none = getenv("NO_COLOR");

    if (o->color && strcmp(o->color, "auto") != 0)
        return strcmp(o->color, "always") == 0;
    return isatty(fileno(stream)) && !(none && *none);
}
