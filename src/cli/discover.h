/*
 * discover.h - the files that a run reads.
 */
#ifndef CLI_DISCOVER_H
#define CLI_DISCOVER_H

#include "cli/options.h"
#include "dbt/dbt.h"

struct found_file {
    const char *path;                  /* as given plus what is below; "-" is standard input */
    enum ir_language language;         /* by its name; IR_LANG_UNKNOWN: look at its content */
    const struct dbt_project *project; /* the dbt project of which it is a part, when it has a role there */
    enum dbt_role role;
};

struct found_files {
    struct found_file *items;
    uint32_t count;
    uint32_t capacity;
};

/*
 * Lists the files below the paths of `o`, sorted by path and without repeats. A folder is searched for names that
 * SQL, Python and the shell's files go by, and for executables without a suffix that say so in their first line; .gitignore files, --exclude, hidden folders and folders of installed packages are left
 * out; a file given by name is always taken. A folder met again below itself through a link is not entered again. With
 * --emit, files that an earlier run wrote (its manifest says which) are left out.
 * Commands that look at dbt projects as they are (lint, graph, the language server) get their YAML, macros and seeds,
 * too, and the files of installed packages for their names.
 * Returns -1 when a given path does not exist.
 */
int discover(struct arena *a, const struct options *o, struct found_files *out, struct err *e);

/* A path as files below it are named: without "./" and doubled slashes. */
const char *path_tidy(struct arena *a, const char *path);

/* The language that a file's name tells. */
enum ir_language language_of_name(const char *path);

/* Is SQL found inside of such a file, which may also take in other files? */
bool language_hosts_sql(enum ir_language language);

/* The language that a file's first line tells, when it is `#!` and a Python or a shell. */
enum ir_language language_of_shebang(struct slice text);

#endif
