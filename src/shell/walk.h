/*
 * walk.h - running a script without running it: what its commands hand to databases, and in which order.
 */
#ifndef SHELL_WALK_H
#define SHELL_WALK_H

#include "shell/expand.h"

struct sh_jobs {
    ir_job_id *items;
    uint32_t count;
    uint32_t capacity;
};

/* What a command reads from its standard input. */
struct sh_input {
    struct sh_fields files, texts;
    struct sh_fields words; /* names, one per line or blank, for xargs */
};

struct sh_function {
    const struct sh_node *node;
    struct sh_value source; /* the text that node's places are in */
    bool called, sourced;
};

struct sh {
    struct ir *ir;
    struct arena *scratch;
    ir_file_id file;
    const struct shell_options *options;
    struct sh_env env;
    /* The pipeline at hand; its row is made with its first task. */
    ir_job_id job;
    struct ir_job pipeline;
    ir_job_id only;        /* of a command: the one task that all it runs belongs to */
    const char *prefix;    /* of the names of tasks: a target, a service */
    struct map used_names; /* (job, name) -> count */
    struct map orders;     /* task -> how many texts and files it runs so far */
    /* Order: what must have ended before the next command begins; what runs in the background, by number. */
    struct sh_jobs front;
    struct sh_jobs asked;   /* of `front`, what was asked for in words: prerequisites */
    struct sh_jobs instead; /* of which the commands at hand are alternatives */
    VEC(struct sh_jobs) background;
    bool in_pipe; /* commands of a pipe are one task: */
    ir_job_id pipe_task;
    struct sh_input input, output;
    struct map functions; /* name -> number */
    VEC(struct sh_function) function_rows;
    const struct sh_run *call_site; /* of the outermost function call */
    uint32_t depth, steps;
    bool quiet; /* a sourced file's own commands are that file's */
    /* Set while a Makefile is read: brings about the targets that a recipe's `make a b` names. */
    void (*make)(struct sh *sh, const struct sh_fields *words, uint32_t first);
    void *make_data;
};

/* A pipeline of its own: `row` has kind, id and place of the job to be made when there is a task. */
void sh_begin(struct sh *sh, struct ir_job row);

/* Reads a text as a script in the pipeline at hand. */
void sh_run_text(struct sh *sh, const struct sh_value *text);

/* Walks the functions that nothing called: others may, with values that are not known here. */
void sh_run_uncalled(struct sh *sh);

/* A task of the pipeline after all that must have ended; `name` is made unique. */
ir_job_id sh_task(struct sh *sh, const char *name, struct sh_run place);

/* The union of two sets of jobs. */
struct sh_jobs sh_both(struct sh *sh, struct sh_jobs a, struct sh_jobs b);

/* command.c: what a command does, once its words are known. `first` is where its name stands. */
void sh_command(struct sh *sh, const struct sh_fields *words, uint32_t first, struct sh_run place);

#endif
