/*
 * Lines for the client: psql's \i and \ir run another file, \c opens a new session, \set keeps a value
 * that :name puts in; the others do not touch data.
 */
#include "sql/script.h"

#include <string.h>

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
    struct ir_place place = ir_bytes_of(r->ir, file, r->text, k.off, k.len);

    if (path.n)
        ir_add_run_file(r->ir, (struct ir_run_file){.job = r->job,
                                                    .path = ir_intern(r->ir, path.p, path.n),
                                                    .file = place.file,
                                                    .off = place.off,
                                                    .len = place.len,
                                                    .order = ++r->order});
}

/* \set name value: several values are joined; a backquote runs a command, whose output nobody knows. */
static void set(struct sql_reader *r, struct slice line, size_t at)
{
    struct sql_setting *s = ARENA_NEW(r->lasting, struct sql_setting);
    struct slice rest;

    s->name = argument(line, at);
    if (s->name.n == 0)
        return;
    rest = slice_trim(slice_sub(line, (size_t)(s->name.p - line.p) + s->name.n,
                                line.n - (size_t)(s->name.p - line.p) - s->name.n));
    s->value = argument(rest, 0);
    if (s->value.n + (s->value.p > rest.p ? 2 : 0) < rest.n || memchr(rest.p, '`', rest.n) ||
        memchr(rest.p, ':', rest.n))
        s->value.n = 0;
    s->before = r->settings;
    r->settings = s;
}

struct slice sql_setting_at(const struct sql_reader *r, uint32_t off, uint32_t len)
{
    const struct sql_setting *s = r->settings;
    struct slice name;

    if (s == NULL || len < 2 || off + len > r->content.n || r->content.p[off] != ':')
        return (struct slice){"", 0};
    name = slice_sub(r->content, off + 1, len - 1);
    if (name.n >= 2 && (name.p[0] == '"' || name.p[0] == '\''))
        name = slice_sub(name, 1, name.n - 2);
    while (s && !slice_eq(s->name, name))
        s = s->before;
    return s ? s->value : (struct slice){"", 0};
}

bool sql_setting_missing(const struct sql_reader *r, uint32_t off, uint32_t len)
{
    for (uint32_t i = off; i < off + len; i++) {
        uint32_t end = i;

        if (r->content.p[i] != ':')
            continue;
        while (end < off + len && r->content.p[end] != '.')
            end++;
        if (sql_setting_at(r, i, end - i).n == 0)
            return true;
    }
    return false;
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
    else if (slice_is(command, "\\set"))
        set(r, line, n);
    else if (slice_is(command, "\\i") || slice_is(command, "\\ir") || slice_is(command, "\\include") ||
             slice_is(command, "\\include_relative"))
        run_file(r, t->list.items[i], argument(line, n));
}
