/*
 * options.h - the command line: which commands there are, which options each takes, and what was given.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "ir/ir.h"

/* Commands as bits, so that an option can belong to several. */
enum command {
    COMMAND_NONE = 0,
#define COMMAND(id, bit, name, usage, summary) COMMAND_##id = 1u << (bit),
#include "cli/commands.def"
#undef COMMAND
};

struct string_list {
    const char **items;
    uint32_t count;
    uint32_t capacity;
};

struct overlay; /* read.h */

/* Settings that only a configuration file can hold: `what` for the files that match `glob`. */
struct glob_setting {
    const char *glob;
    const char *what;
};
struct glob_settings {
    struct glob_setting *items;
    uint32_t count;
    uint32_t capacity;
};

struct options {
    enum command command;
    struct string_list paths;
    /* what to read, and how */
    enum ir_dialect dialect;
    struct string_list catalogs;
    struct string_list search_path;
    struct string_list excludes;
    unsigned jobs; /* 0: one per processor */
    const char *stdin_filename;
    struct string_list facts;
    bool no_cache;
    const char *cache_dir; /* NULL: where it is by default */
    /* scan */
    const char *emit_dir;
    bool force;
    bool parity;
    enum ir_dialect target;
    const char *dot_file;
    /* lint */
    struct string_list select;
    struct string_list ignore;
    struct string_list extend_select;
    struct string_list rule_dirs;
    struct string_list tests; /* folders of rules whose examples are run */
    bool exit_zero;
    bool statistics;
    bool step_summary;
    bool fix, unsafe_fixes, diff, add_ignores;
    const char *baseline, *write_baseline;
    bool prune_baseline;
    const char *since;
    bool changed_lines;
    /* graph, impact */
    struct string_list nodes;
    bool columns;
    const char *of;
    /* output */
    const char *format;
    const char *output_file;
    const char *color;
    bool quiet;
    bool verbose;
    const char *fail_on;
    bool fail_on_unparsed;
    bool help;
    /* configuration */
    const char *config; /* the file to use; NULL: looked for */
    bool isolated;      /* use none */
    struct glob_settings per_file_ignores;
    struct glob_settings dialects;   /* names of dialects */
    struct glob_settings severities; /* glob: a rule; what: info, warning, error or off */
    struct glob_settings thresholds; /* glob: a rule; what: a number */
    struct glob_settings layers;     /* glob: of schemas, tables or paths; what: the name of a layer */
    struct glob_settings
        parity_columns; /* glob: [[schema.]table.]column; what: exact, excluded or a tolerance */
    uint64_t given;     /* rows of the options' table that the command line or the environment set */
    const struct overlay *overlay; /* contents that stand for those of files; NULL: none */
};

/* Fills `o` from the command line; strings are argv's or `a`'s. Returns -1 with what is wrong, what was expected
 * and, where a name is near, what may have been meant. */
int options_parse(struct arena *a, int argc, char **argv, struct options *o, struct err *e);

/* Sets an option by its name unless the command line or the environment did; lists are added to. Returns 1 when no
 * option of that name can stand in a configuration file, -1 with what is wrong with the value. */
int options_configure(struct arena *a, struct options *o, const char *name, const char *value, struct err *e);

/* Are the values such as the options take? For what a configuration file set. */
int options_check(const struct options *o, struct err *e);

/* The names of the options that a configuration file can hold. */
size_t options_configurable(const char **names, size_t max);

/* The dialect of that name, IR_DIALECT_UNKNOWN when there is none. */
enum ir_dialect options_dialect(const char *name);

/* Prints the help of one command, or of the program for COMMAND_NONE. */
void options_help(enum command command, FILE *out);

/* Should diagnostics on `stream` be coloured? --color, NO_COLOR and whether it is a terminal decide. */
bool options_color(const struct options *o, FILE *stream);

#endif
