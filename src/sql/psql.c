/*
 * Lines for the client: psql's \i and \ir run another file, \c opens a new session; the others do not
 * touch data.
 */
#include "sql/script.h"

/* The first argument of a command, without its quotes. */
static struct slice argument(struct slice line, size_t at)
{
    size_t end;
    char quote = 0;

    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
        at++;
    if (at < line.n && (line.p[at] == '\'' || line.p[at] == '"'))
        quote = line.p[at++];
    for (end = at; end < line.n && (quote ? line.p[end] != quote : line.p[end] > ' '); end++)
        ;
    return slice_sub(line, at, end - at);
}

static void run_file(struct sql_reader *r, struct sql_token k, struct slice path)
{
    ir_file_id file = IR(r->ir, text, r->text)->file;
    struct ir_place place = ir_place_of(r->ir, file, r->text, k.off, k.len);

    if (path.n)
        ir_add_run_file(r->ir, (struct ir_run_file){.job = r->job,
                                                    .path = ir_intern(r->ir, path.p, path.n),
                                                    .file = place.file,
                                                    .off = place.off,
                                                    .len = place.len,
                                                    .order = ++r->order});
}

void sql_meta_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i)
{
    struct slice line = sql_token_text(t, i);
    size_t n = 0;

    while (n < line.n && line.p[n] > ' ')
        n++;
    struct slice command = slice_sub(line, 0, n);

    if (slice_is(command, "\\c") || slice_is(command, "\\connect"))
        r->session++;
    else if (slice_is(command, "\\i") || slice_is(command, "\\ir") || slice_is(command, "\\include") ||
             slice_is(command, "\\include_relative"))
        run_file(r, t->list.items[i], argument(line, n));
}
