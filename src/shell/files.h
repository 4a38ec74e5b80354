/*
 * files.h - the files around scripts: each reads its own form and hands the commands to the walk.
 */
#ifndef SHELL_FILES_H
#define SHELL_FILES_H

#include "shell/walk.h"

/* make.c: targets as tasks after those of their prerequisites. */
void sh_read_makefile(struct sh *sh);

/* cron.c: each line is a pipeline with its schedule; there is no order between lines. */
void sh_read_crontab(struct sh *sh);

/* compose.c: services; one that waits until another has completed comes after it. */
void sh_read_compose(struct sh *sh);

/* The whole file as a value. */
struct sh_value sh_whole(struct sh *sh);

/* The row of a pipeline that stands at a place of the file. */
struct ir_job sh_pipeline(struct sh *sh, const char *id, uint32_t off, uint32_t len);

#endif
