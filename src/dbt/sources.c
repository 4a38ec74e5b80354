/*
 * The sources: of a properties file: what source('a', 'b') names, and where that is. The document is loaded by libyaml
 * and looked at through its node ids.
 */
#include "dbt/dbt.h"

#include <string.h>
#include <yaml.h>

struct reading {
    struct ir *ir;
    struct arena *scratch;
    yaml_document_t document;
    struct dbt_sources *out;
};

/* The value under `key` of a mapping; NULL when there is none. */
static yaml_node_t *value_of(struct reading *r, yaml_node_t *map, const char *key)
{
    if (!map || map->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        yaml_node_t *k = yaml_document_get_node(&r->document, pair->key);

        if (k && k->type == YAML_SCALAR_NODE && strcmp((char *)k->data.scalar.value, key) == 0)
            return yaml_document_get_node(&r->document, pair->value);
    }
    return NULL;
}

static ir_str string_of(struct reading *r, yaml_node_t *map, const char *key)
{
    yaml_node_t *node = value_of(r, map, key);

    if (!node || node->type != YAML_SCALAR_NODE)
        return (ir_str){0};
    return ir_intern(r->ir, (char *)node->data.scalar.value, node->data.scalar.length);
}

/* A value with Jinja in it is only known when dbt runs: for us it is not there. */
static ir_str known_string_of(struct reading *r, yaml_node_t *map, const char *key)
{
    ir_str s = string_of(r, map, key);

    return strstr(ir_string(r->ir, s), "{{") ? (ir_str){0} : s;
}

/* Items of a sequence; the count is 0 for anything else. */
static size_t items_of(yaml_node_t *node, yaml_node_item_t **items)
{
    if (!node || node->type != YAML_SEQUENCE_NODE)
        return 0;
    *items = node->data.sequence.items.start;
    return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

static void read_source(struct reading *r, yaml_node_t *source)
{
    struct dbt_source row = {.source = string_of(r, source, "name"),
                             .catalog = known_string_of(r, source, "database"),
                             .schema = known_string_of(r, source, "schema")};
    yaml_node_item_t *tables = NULL;
    size_t count = items_of(value_of(r, source, "tables"), &tables);

    if (!value_of(r, source, "schema"))
        row.schema = row.source;
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *table = yaml_document_get_node(&r->document, tables[i]);

        row.table = string_of(r, table, "name");
        row.identifier = known_string_of(r, table, "identifier");
        if (!row.identifier.v)
            row.identifier = row.table;
        if (row.source.v && row.table.v)
            vec_push(r->scratch, r->out, row);
    }
}

int dbt_read_sources(struct ir *ir, struct arena *scratch, const char *path, struct slice yaml,
                     struct dbt_sources *out, struct err *e)
{
    struct reading r = {.ir = ir, .scratch = scratch, .out = out};
    yaml_node_item_t *items = NULL;
    yaml_parser_t parser;
    size_t count;
    int rc = 0;

    if (!yaml_parser_initialize(&parser))
        die("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.p, yaml.n);
    if (!yaml_parser_load(&parser, &r.document)) {
        rc = err_set(e, "%s:%zu:%zu: %s", path, parser.problem_mark.line + 1, parser.problem_mark.column + 1,
                     parser.problem ? parser.problem : "no YAML");
        yaml_parser_delete(&parser);
        return rc;
    }
    count = items_of(value_of(&r, yaml_document_get_root_node(&r.document), "sources"), &items);
    for (size_t i = 0; i < count; i++)
        read_source(&r, yaml_document_get_node(&r.document, items[i]));
    yaml_document_delete(&r.document);
    yaml_parser_delete(&parser);
    return rc;
}
