/*
 * Events to libyaml's emitter. The first failure is remembered, and everything after it is ignored.
 */
#include "emit/yaml_writer.h"

#include <ctype.h>
#include <string.h>
#include <yaml.h>

struct yaml_writer {
    yaml_emitter_t emitter;
    struct buf *out;
    bool failed;
};

static int write_bytes(void *data, unsigned char *bytes, size_t size)
{
    buf_add(((struct yaml_writer *)data)->out, (const char *)bytes, size);
    return 1;
}

static void emit(struct yaml_writer *y, yaml_event_t *event, int made)
{
    if (!made || y->failed || !yaml_emitter_emit(&y->emitter, event))
        y->failed = true;
}

struct yaml_writer *yaml_begin(struct arena *scratch, struct buf *out)
{
    struct yaml_writer *y = ARENA_NEW(scratch, struct yaml_writer);
    yaml_event_t event;

    y->out = out;
    if (!yaml_emitter_initialize(&y->emitter))
        die("out of memory");
    yaml_emitter_set_output(&y->emitter, write_bytes, y);
    yaml_emitter_set_unicode(&y->emitter, 1);
    yaml_emitter_set_width(&y->emitter, -1);
    emit(y, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(y, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
    return y;
}

void yaml_map(struct yaml_writer *y)
{
    yaml_event_t event;

    emit(y, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
}

void yaml_map_end(struct yaml_writer *y)
{
    yaml_event_t event;

    emit(y, &event, yaml_mapping_end_event_initialize(&event));
}

static void start_list(struct yaml_writer *y, yaml_sequence_style_t style)
{
    yaml_event_t event;

    emit(y, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
}

void yaml_list(struct yaml_writer *y)
{
    start_list(y, YAML_BLOCK_SEQUENCE_STYLE);
}

void yaml_flow_list(struct yaml_writer *y)
{
    start_list(y, YAML_FLOW_SEQUENCE_STYLE);
}

void yaml_list_end(struct yaml_writer *y)
{
    yaml_event_t event;

    emit(y, &event, yaml_sequence_end_event_initialize(&event));
}

static void scalar(struct yaml_writer *y, const char *text, yaml_scalar_style_t style)
{
    yaml_event_t event;

    emit(y, &event,
         yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
                                      style));
}

/* Would a YAML 1.1 reader take it for something else than a string, or dbt for Jinja? */
static bool is_ambiguous(const char *text)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"};

    if (!*text || isdigit((unsigned char)*text) || strchr("-.=<", *text) ||
        (*text == '+' && !isalpha((unsigned char)text[1])) || strstr(text, "{{") || strchr(text, ':'))
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is_nocase(slice_of(text), words[i]))
            return true;
    return false;
}

void yaml_string(struct yaml_writer *y, const char *text)
{
    bool lines = strchr(text, '\n') != NULL;

    scalar(y, text,
           lines                ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
           : is_ambiguous(text) ? YAML_SINGLE_QUOTED_SCALAR_STYLE
                                : YAML_ANY_SCALAR_STYLE);
}

void yaml_literal(struct yaml_writer *y, const char *text)
{
    scalar(y, text, YAML_PLAIN_SCALAR_STYLE);
}

void yaml_quoted(struct yaml_writer *y, const char *text)
{
    scalar(y, text, YAML_SINGLE_QUOTED_SCALAR_STYLE);
}

void yaml_key(struct yaml_writer *y, const char *key)
{
    yaml_string(y, key);
}

void yaml_pair(struct yaml_writer *y, const char *key, const char *text)
{
    yaml_key(y, key);
    yaml_string(y, text);
}

int yaml_end(struct yaml_writer *y, struct err *e)
{
    yaml_event_t event;
    const char *problem;

    emit(y, &event, yaml_document_end_event_initialize(&event, 1));
    emit(y, &event, yaml_stream_end_event_initialize(&event));
    problem = y->emitter.problem ? y->emitter.problem : "out of memory";
    if (y->failed)
        err_set(e, "cannot write YAML: %s", problem);
    yaml_emitter_delete(&y->emitter);
    return y->failed ? -1 : 0;
}
