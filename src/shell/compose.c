/*
 * docker compose: a service's entrypoint and command are its tasks. `depends_on` alone waits only for a start, which
 * orders nothing; with condition service_completed_successfully one service's tasks come after the other's.
 */
#include "shell/files.h"

#include <string.h>
#include <yaml.h>

#define MAX_EVENTS 200000

struct service {
    struct slice name;
    struct sh_fields commands; /* scripts; of a list its words, quoted by being one field each */
    bool is_list;
    struct sh_fields entrypoint;
    VEC(struct slice) after;
    uint32_t off;
    bool busy, done;
    struct sh_jobs end;
};

struct compose {
    struct sh *sh;
    struct sh_value file;
    yaml_parser_t parser;
    const uint32_t *lines; /* first byte of each line */
    uint32_t line_count;
    VEC(struct service) services;
    uint32_t events;
};

/* ---- places ---- */

static void find_lines(struct compose *c)
{
    VEC(uint32_t) lines = {0};

    vec_push(c->sh->scratch, &lines, 0);
    for (uint32_t i = 0; i < c->file.text.n; i++)
        if (c->file.text.p[i] == '\n')
            vec_push(c->sh->scratch, &lines, i + 1);
    c->lines = lines.items;
    c->line_count = lines.count;
}

/* libyaml counts characters. */
static uint32_t offset_of(const struct compose *c, yaml_mark_t mark)
{
    uint32_t at = mark.line < c->line_count ? c->lines[mark.line] : (uint32_t)c->file.text.n;

    for (size_t column = 0; column < mark.column && at < c->file.text.n; column++)
        do
            at++;
        while (at < c->file.text.n && ((unsigned char)c->file.text.p[at] & 0xC0) == 0x80);
    return at;
}

/* A scalar's lines stand in the file as they are, but for their indentation; what does not is one piece. */
static struct sh_value value_of(const struct compose *c, const yaml_event_t *event)
{
    struct sh_build b = sh_build_new(c->sh->scratch);
    uint32_t from = offset_of(c, event->start_mark), to = offset_of(c, event->end_mark);
    struct slice text = {(const char *)event->data.scalar.value, event->data.scalar.length};

    for (size_t at = 0; at < text.n;) {
        const char *eol = memchr(text.p + at, '\n', text.n - at), *found;
        size_t n = eol ? (size_t)(eol - text.p) - at : text.n - at;

        found = n && to > from ? memmem(c->file.text.p + from, to - from, text.p + at, n) : NULL;
        if (found) {
            sh_add(&b, &c->file, (size_t)(found - c->file.text.p), n);
            from = (uint32_t)(found - c->file.text.p) + (uint32_t)n;
        } else if (n) {
            sh_add_for(&b, slice_sub(text, at, n), &c->file, from, to - from);
        }
        at += n;
        if (at < text.n)
            sh_add_for(&b, slice_sub(text, at++, 1), &c->file, from < to ? from : to, 1);
    }
    return sh_built(&b);
}

/* ---- the document ---- */

static bool next(struct compose *c, yaml_event_t *event)
{
    if (c->events++ >= MAX_EVENTS || !yaml_parser_parse(&c->parser, event))
        return false;
    if (event->type != YAML_STREAM_END_EVENT)
        return true;
    yaml_event_delete(event);
    return false;
}

/* The rest of a value whose first event was met. */
static bool skip(struct compose *c, yaml_event_type_t first)
{
    uint32_t depth = first == YAML_MAPPING_START_EVENT || first == YAML_SEQUENCE_START_EVENT;

    while (depth > 0) {
        yaml_event_t e;

        if (!next(c, &e))
            return false;
        if (e.type == YAML_MAPPING_START_EVENT || e.type == YAML_SEQUENCE_START_EVENT)
            depth++;
        else if (e.type == YAML_MAPPING_END_EVENT || e.type == YAML_SEQUENCE_END_EVENT)
            depth--;
        yaml_event_delete(&e);
    }
    return true;
}

/* `name:` of a mapping and its value's first event; false at the mapping's end. */
static bool next_key(struct compose *c, struct slice *key, yaml_event_t *value)
{
    yaml_event_t e;
    bool scalar;

    if (!next(c, &e))
        return false;
    scalar = e.type == YAML_SCALAR_EVENT;
    *key = (struct slice){"", 0};
    if (scalar)
        key->p =
            arena_strndup(c->sh->scratch, (const char *)e.data.scalar.value, key->n = e.data.scalar.length);
    if (e.type == YAML_MAPPING_END_EVENT) {
        yaml_event_delete(&e);
        return false;
    }
    skip(c, e.type);
    yaml_event_delete(&e);
    return next(c, value);
}

/* A scalar, or a list of scalars. */
static bool read_command(struct compose *c, yaml_event_t *value, struct sh_fields *out)
{
    bool list = value->type == YAML_SEQUENCE_START_EVENT;
    yaml_event_t e;

    if (value->type == YAML_SCALAR_EVENT)
        vec_push(c->sh->scratch, out, value_of(c, value));
    while (list && next(c, &e)) {
        bool end = e.type == YAML_SEQUENCE_END_EVENT;

        if (e.type == YAML_SCALAR_EVENT)
            vec_push(c->sh->scratch, out, value_of(c, &e));
        else if (!end)
            skip(c, e.type);
        yaml_event_delete(&e);
        if (end)
            break;
    }
    if (value->type == YAML_MAPPING_START_EVENT)
        skip(c, value->type);
    return list;
}

/* depends_on: {name: {condition: service_completed_successfully}} */
static void read_after(struct compose *c, struct service *s, yaml_event_t *value)
{
    struct slice name, key;
    yaml_event_t inner, condition;

    if (value->type != YAML_MAPPING_START_EVENT) {
        skip(c, value->type);
        return;
    }
    while (next_key(c, &name, &inner)) {
        bool map = inner.type == YAML_MAPPING_START_EVENT;

        while (map && next_key(c, &key, &condition)) {
            if (slice_is(key, "condition") && condition.type == YAML_SCALAR_EVENT &&
                strcmp((const char *)condition.data.scalar.value, "service_completed_successfully") == 0)
                vec_push(c->sh->scratch, &s->after, name);
            skip(c, condition.type);
            yaml_event_delete(&condition);
        }
        if (!map)
            skip(c, inner.type);
        yaml_event_delete(&inner);
    }
}

static void read_service(struct compose *c, struct slice name, yaml_event_t *value)
{
    struct service s = {.name = name, .off = offset_of(c, value->start_mark)};
    struct slice key;
    yaml_event_t e;

    if (value->type != YAML_MAPPING_START_EVENT) {
        skip(c, value->type);
        return;
    }
    while (next_key(c, &key, &e)) {
        if (slice_is(key, "command"))
            s.is_list = read_command(c, &e, &s.commands);
        else if (slice_is(key, "entrypoint"))
            read_command(c, &e, &s.entrypoint);
        else if (slice_is(key, "depends_on"))
            read_after(c, &s, &e);
        else
            skip(c, e.type);
        yaml_event_delete(&e);
    }
    vec_push(c->sh->scratch, &c->services, s);
}

static void read_document(struct compose *c)
{
    struct slice key;
    yaml_event_t e, value, service;

    while (next(c, &e)) {
        bool mapping = e.type == YAML_MAPPING_START_EVENT;

        yaml_event_delete(&e);
        while (mapping && next_key(c, &key, &value)) {
            bool services = slice_is(key, "services") && value.type == YAML_MAPPING_START_EVENT;

            while (services && next_key(c, &key, &service)) {
                read_service(c, key, &service);
                yaml_event_delete(&service);
            }
            if (!services)
                skip(c, value.type);
            yaml_event_delete(&value);
        }
    }
}

/* ---- running ---- */

/* A list is a command's words, with the entrypoint's before them; a scalar is a line that is split into words. */
static void run_service(struct compose *c, struct service *s)
{
    struct sh *sh = c->sh;
    struct sh_fields words = {0};

    for (uint32_t i = 0; i < s->entrypoint.count; i++)
        vec_push(sh->scratch, &words, s->entrypoint.items[i]);
    for (uint32_t i = 0; (s->is_list || words.count) && i < s->commands.count; i++)
        vec_push(sh->scratch, &words, s->commands.items[i]);
    sh->prefix = arena_strndup(sh->scratch, s->name.p, s->name.n);
    if (words.count > 1)
        sh_command(sh, &words, 0,
                   sh_place(&words.items[words.count - 1], 0, words.items[words.count - 1].text.n));
    else if (words.count || s->commands.count)
        sh_run_text(sh, words.count ? &words.items[0] : &s->commands.items[0]);
    sh->prefix = NULL;
}

static struct sh_jobs bring_up(struct compose *c, uint32_t number, uint32_t depth)
{
    struct service *s = &c->services.items[number];
    struct sh_jobs start = {0};

    if (s->done || s->busy || depth > 50)
        return s->end;
    s->busy = true;
    for (uint32_t i = 0; i < s->after.count; i++)
        for (uint32_t k = 0; k < c->services.count; k++)
            if (slice_eq(c->services.items[k].name, s->after.items[i]))
                start = sh_both(c->sh, start, bring_up(c, k, depth + 1));
    c->sh->front = start;
    c->sh->asked = start;
    run_service(c, s);
    s->end = c->sh->front;
    s->done = true;
    return s->end;
}

void sh_read_compose(struct sh *sh)
{
    struct compose c = {.sh = sh, .file = sh_whole(sh)};
    const char *path = ir_string(sh->ir, IR(sh->ir, file, sh->file)->path);

    if (!yaml_parser_initialize(&c.parser))
        return;
    find_lines(&c);
    yaml_parser_set_input_string(&c.parser, (const unsigned char *)c.file.text.p, c.file.text.n);
    read_document(&c);
    yaml_parser_delete(&c.parser);
    sh_begin(sh, sh_pipeline(sh, path, 0, (uint32_t)c.file.text.n));
    for (uint32_t i = 0; i < c.services.count; i++)
        bring_up(&c, i, 0);
}
