/*
 * crontab(5): five fields of time or @name, in a system's crontab the user, then a command for sh in which % is a
 * newline. Clocks are no order: what one line needs of another is not waited for.
 */
#include "shell/files.h"

#include <ctype.h>
#include <string.h>

/* Behind `count` words. */
static uint32_t skip_words(struct slice line, uint32_t at, unsigned count)
{
    for (; count > 0; count--) {
        while (at < line.n && isspace((unsigned char)line.p[at]))
            at++;
        while (at < line.n && !isspace((unsigned char)line.p[at]))
            at++;
    }
    return at;
}

static bool is_schedule(struct slice line)
{
    return line.n && (isdigit((unsigned char)line.p[0]) || line.p[0] == '*' || line.p[0] == '@');
}

/* A system's crontab names the user before the command, which is then not the first word that looks like one. */
static bool is_system(struct sh *sh)
{
    const char *path = ir_string(sh->ir, IR(sh->ir, file, sh->file)->path);

    return strstr(path, "cron.d/") || slice_ends(slice_of(path), "etc/crontab");
}

static void read_line(struct sh *sh, const struct sh_value *file, uint32_t off, struct slice line,
                      uint32_t number)
{
    uint32_t at = skip_words(line, 0, line.p[0] == '@' ? 1 : 5), time = at;
    struct ir_job row;
    struct sh_value command;
    const char *percent;

    if (is_system(sh))
        at = skip_words(line, at, 1);
    while (at < line.n && isspace((unsigned char)line.p[at]))
        at++;
    percent = at < line.n ? memchr(line.p + at, '%', line.n - at) : NULL;
    while (percent && percent > line.p && percent[-1] == '\\')
        percent = memchr(percent + 1, '%', (size_t)(line.p + line.n - percent - 1));
    row = sh_pipeline(
        sh, arena_printf(sh->scratch, "%s:%u", ir_string(sh->ir, IR(sh->ir, file, sh->file)->path), number),
        off, (uint32_t)line.n);
    row.schedule = ir_intern(sh->ir, line.p, time);
    command = sh_slice(sh->scratch, file, off + at, (percent ? (size_t)(percent - line.p) : line.n) - at);
    sh_begin(sh, row);
    sh_run_text(sh, &command);
}

void sh_read_crontab(struct sh *sh)
{
    struct sh_value file = sh_whole(sh);
    uint32_t number = 1;

    for (uint32_t off = 0; off < file.text.n; number++) {
        const char *eol = memchr(file.text.p + off, '\n', file.text.n - off);
        uint32_t end = eol ? (uint32_t)(eol - file.text.p) : (uint32_t)file.text.n, from = off;
        struct slice line;

        while (from < end && isspace((unsigned char)file.text.p[from]))
            from++;
        line = slice_sub(file.text, from, end - from);
        if (is_schedule(line))
            read_line(sh, &file, from, line, number);
        else if (line.n && line.p[0] != '#') /* NAME = value, taken as it stands */
            sh_assign(&sh->env, &file, (struct sh_span){from, end - from});
        off = end + 1;
    }
}
