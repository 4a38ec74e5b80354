/* Which of the shell's languages a file is in, and its pipelines. */
#include "shell/walk.h"

#include "shell/files.h"

#include <string.h>

struct sh_value sh_whole(struct sh *sh)
{
    struct slice source = ir_slice(sh->ir, IR(sh->ir, file, sh->file)->source);

    return sh_value_of_file(sh->scratch, sh->file, source, 0, (uint32_t)source.n);
}

struct ir_job sh_pipeline(struct sh *sh, const char *id, uint32_t off, uint32_t len)
{
    return (struct ir_job){
        .id = ir_interns(sh->ir, id), .kind = IR_JOB_PIPELINE, .file = sh->file, .off = off, .len = len};
}

static void read_script(struct sh *sh)
{
    struct sh_value text = sh_whole(sh);

    sh_begin(sh,
             sh_pipeline(sh, ir_string(sh->ir, IR(sh->ir, file, sh->file)->path), 0, (uint32_t)text.text.n));
    sh_run_text(sh, &text);
    sh_run_uncalled(sh);
}

void shell_read(struct ir *ir, struct arena *scratch, ir_file_id file, const struct shell_options *options)
{
    struct sh sh = {.ir = ir, .scratch = scratch, .file = file, .options = options};

    sh.used_names = map_new(scratch);
    sh.orders = map_new(scratch);
    sh.functions = map_new(scratch);
    sh_env_begin(&sh.env, ir, scratch, file, options);
    switch (IR(ir, file, file)->language) {
    case IR_LANG_MAKE:
        sh_read_makefile(&sh);
        break;
    case IR_LANG_CRON:
        sh_read_crontab(&sh);
        break;
    case IR_LANG_COMPOSE:
        sh_read_compose(&sh);
        break;
    default:
        read_script(&sh);
    }
}
