/*
 * expand.h - what words are when they are run: variables, arrays and parameters that the script itself gives a
 * value, quotes, patterns of file names. What comes from outside is SH_UNKNOWN.
 */
#ifndef SHELL_EXPAND_H
#define SHELL_EXPAND_H

#include "base/map.h"
#include "shell/parse.h"
#include "shell/shell.h"

struct sh_fields {
    struct sh_value *items;
    uint32_t count;
    uint32_t capacity;
};

struct sh_binding { /* one value of a variable; a new assignment makes a new one */
    uint32_t name;
    uint32_t before; /* the binding that it hides */
    struct sh_fields values;
};

struct sh_env {
    struct ir *ir;
    struct arena *arena;
    const struct shell_options *options;
    ir_file_id file;    /* the file that is read */
    const char *folder; /* in which commands run, as far as it is known */
    struct strpool *names;
    struct map current; /* name -> binding */
    VEC(struct sh_binding) bindings;
    struct sh_fields parameters; /* $1 … */
    bool parameters_known;
    uint32_t background; /* $! */
    uint32_t depth;
    uint32_t budget; /* bytes that may still be made: a script can double its strings without end */
};

void sh_env_begin(struct sh_env *e, struct ir *ir, struct arena *scratch, ir_file_id file,
                  const struct shell_options *options);

/* Values of variables. sh_env_mark() and sh_env_undo() take back what was assigned since; sh_env_blur() makes
 * what was assigned between two marks unknown. */
void sh_set(struct sh_env *e, struct slice name, struct sh_fields values);
uint32_t sh_env_mark(const struct sh_env *e);
void sh_env_undo(struct sh_env *e, uint32_t mark);
void sh_env_blur(struct sh_env *e, const uint32_t *names, uint32_t count);

/* The fields that a word of `v` becomes. */
void sh_expand(struct sh_env *e, const struct sh_value *v, struct sh_span word, struct sh_fields *out);

/* The same as one value, as in an assignment or a redirection. */
struct sh_value sh_expand_one(struct sh_env *e, const struct sh_value *v, struct sh_span word);

/* The body of a here-document. */
struct sh_value sh_expand_body(struct sh_env *e, const struct sh_value *v, const struct sh_redirect *r);

/* Takes `name=value`, `name+=value` or `name=( … )`; false when the word is none. */
bool sh_assign(struct sh_env *e, const struct sh_value *v, struct sh_span word);

/* Opens a file that the script names: in its folder or one above. `path` becomes where it was found. */
bool sh_open(struct sh_env *e, const struct sh_value *name, const char **path, struct slice *text);

#endif
