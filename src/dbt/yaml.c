/*
 * YAML as rows: every value with its key, its parent and its bytes. libyaml counts characters; places here are bytes,
 * so a cursor walks along with its events.
 */
#include "dbt/dbt.h"

#include <string.h>
#include <yaml.h>

#define DEEPEST 200

struct level {
    ir_yaml_node_id node;
    bool map;
    bool has_key; /* the key was read, its value comes next */
    ir_str key;
    uint32_t key_off, key_len;
};

struct tree {
    struct ir *ir;
    ir_file_id file;
    struct slice source;
    size_t mark, byte; /* the character `mark` begins at `byte` */
    VEC(struct level) levels;
    struct arena *scratch;
};

/* The byte at which a character begins. Places mostly rise; one that does not is counted from the start. */
static uint32_t byte_of(struct tree *t, size_t mark)
{
    if (mark < t->mark)
        t->mark = t->byte = 0;
    for (; t->mark < mark && t->byte < t->source.n; t->mark++)
        for (t->byte++; t->byte < t->source.n && ((unsigned char)t->source.p[t->byte] & 0xC0) == 0x80;)
            t->byte++;
    return (uint32_t)t->byte;
}

static ir_yaml_node_id add_node(struct tree *t, enum ir_yaml_kind kind, const yaml_event_t *event,
                                ir_str value, bool quoted)
{
    struct level *top = t->levels.count ? &t->levels.items[t->levels.count - 1] : NULL;
    uint32_t off = byte_of(t, event->start_mark.index);
    struct ir_yaml_node row = {.file = t->file,
                               .kind = kind,
                               .value = value,
                               .quoted = quoted,
                               .off = off,
                               .len = byte_of(t, event->end_mark.index) - off};

    if (top) {
        row.parent = top->node;
        row.key = top->key;
        row.key_off = top->key_off;
        row.key_len = top->key_len;
        top->key = (ir_str){0};
        top->key_off = top->key_len = 0;
        top->has_key = false;
    }
    return ir_add_yaml_node(t->ir, row);
}

static void add_key(struct tree *t, struct level *top, const yaml_event_t *event, ir_str value)
{
    top->has_key = true;
    top->key = value;
    top->key_off = byte_of(t, event->start_mark.index);
    top->key_len = byte_of(t, event->end_mark.index) - top->key_off;
}

static void take_scalar(struct tree *t, const yaml_event_t *event)
{
    struct level *top = t->levels.count ? &t->levels.items[t->levels.count - 1] : NULL;
    bool alias = event->type == YAML_ALIAS_EVENT;
    ir_str value = alias
                       ? (ir_str){0}
                       : ir_intern(t->ir, (const char *)event->data.scalar.value, event->data.scalar.length);

    if (top && top->map && !top->has_key)
        add_key(t, top, event, value);
    else
        add_node(t, IR_YAML_SCALAR, event, value,
                 !alias && event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE);
}

static int open_level(struct tree *t, const yaml_event_t *event, bool map, struct err *e)
{
    struct level *top = t->levels.count ? &t->levels.items[t->levels.count - 1] : NULL;
    struct level level = {.map = map};

    if (t->levels.count >= DEEPEST || (top && top->map && !top->has_key))
        return err_set(e, t->levels.count >= DEEPEST ? "nested too deeply" : "a key that is no text");
    level.node = add_node(t, map ? IR_YAML_MAP : IR_YAML_LIST, event, (ir_str){0}, false);
    vec_push(t->scratch, &t->levels, level);
    return 0;
}

static void close_level(struct tree *t, const yaml_event_t *event)
{
    struct ir_yaml_node *node = IR(t->ir, yaml_node, t->levels.items[--t->levels.count].node);

    node->len = byte_of(t, event->end_mark.index) - node->off;
}

/* One event; 1 at the end. */
static int take_event(struct tree *t, const yaml_event_t *event, struct err *e)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
        take_scalar(t, event);
        return 0;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return open_level(t, event, event->type == YAML_MAPPING_START_EVENT, e);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        close_level(t, event);
        return 0;
    case YAML_STREAM_END_EVENT:
        return 1;
    default:
        return 0;
    }
}

int dbt_read_yaml(struct ir *ir, struct arena *scratch, ir_file_id file, uint32_t *at, struct err *e)
{
    struct tree t = {
        .ir = ir, .file = file, .source = ir_slice(ir, IR(ir, file, file)->source), .scratch = scratch};
    yaml_parser_t parser;
    yaml_event_t event;
    int rc = 0;

    if (!yaml_parser_initialize(&parser))
        die("out of memory");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)t.source.p, t.source.n);
    while (rc == 0) {
        if (!yaml_parser_parse(&parser, &event)) {
            *at = byte_of(&t, parser.problem_mark.index);
            rc = err_set(e, "%s", parser.problem ? parser.problem : "this is no YAML");
            break;
        }
        *at = byte_of(&t, event.start_mark.index);
        rc = take_event(&t, &event, e);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return rc < 0 ? -1 : 0;
}
