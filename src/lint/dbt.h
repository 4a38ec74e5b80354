/*
 * dbt.h - the dbt projects of a run, as the facts about them need them. Private to lint/.
 */
#ifndef LINT_DBT_H
#define LINT_DBT_H

#include "base/map.h"
#include "lint/facts.h"

struct dbt_root {
    const char *path; /* the folder of dbt_project.yml */
    const char *name;
    ir_file_id file;
    bool whole;          /* all of it was read */
    bool packages;       /* it names packages, and none is installed */
    const char *adapter; /* the only type of the profile's outputs; "" when not known */
};

struct dbt {
    struct facts *f;
    VEC(struct dbt_root) roots; /* item 0: none */
    uint32_t *root_of;          /* by file: the project in which it stands */
    uint32_t *document;         /* by file: its first YAML node */
    struct ir_index children;   /* of a YAML node */
    struct ir_index calls;      /* Jinja of a file */
    struct ir_index arguments;  /* of a call */
    struct ir_index resources;  /* of a file */
    struct map names;           /* project, kind and folded name -> resource */
    struct map entries; /* project and folded name -> the item of models:, seeds: or snapshots: in YAML */
};

/* Looks at the run once; lives in the facts' arena. NULL when there is nothing of dbt in it. */
struct dbt *dbt_new(struct facts *f);

/* ---- YAML ---- */

/* The value under `key` of a mapping; none when there is none. */
ir_yaml_node_id yaml_child(const struct dbt *d, ir_yaml_node_id map, const char *key);
/* The same, with or without a `+` before the key, and with - for _. */
ir_yaml_node_id yaml_config(const struct dbt *d, ir_yaml_node_id map, const char *key);
const char *yaml_text(const struct dbt *d, ir_yaml_node_id node);
const char *yaml_key_of(const struct dbt *d, ir_yaml_node_id node);
bool yaml_has_key(const struct dbt *d, ir_yaml_node_id node, const char *key);
ir_yaml_node_id yaml_root(const struct dbt *d, ir_file_id file);
struct fact_at at_yaml_key(const struct dbt *d, ir_yaml_node_id node);
struct fact_at at_yaml_value(const struct dbt *d, ir_yaml_node_id node);

/* for (YAML_EACH(d, parent, i, node)): the children of a node. */
#define YAML_EACH(d, parent, i, node)                                                                        \
    uint32_t i = (d)->children.first[(parent).v], node = 0;                                                  \
    (parent).v &&i < (d)->children.first[(parent).v + 1] && ((node = (d)->children.rows[i]), true);          \
    i++

/* ---- names ---- */

/* The resource of that kind and name in the project, its packages included; none when there is none. */
ir_resource_id dbt_find(const struct dbt *d, uint32_t root, enum ir_resource_kind kind, const char *name);
/* What ref() can mean: a model, a seed or a snapshot. */
ir_resource_id dbt_find_ref(const struct dbt *d, uint32_t root, const char *name);
/* The item of a properties file that is about the model, seed or snapshot of that name. */
ir_yaml_node_id dbt_entry(const struct dbt *d, uint32_t root, const char *name);

/* ---- a model's configuration ---- */

struct dbt_config {
    const char *value; /* NULL: not set */
    bool known;        /* it is a plain value, and not an expression */
    struct fact_at at;
};

/* What config() in the file, its properties or dbt_project.yml say, in this order. */
struct dbt_config dbt_config_of(const struct dbt *d, ir_resource_id resource, const char *key);
bool dbt_config_is(const struct dbt *d, ir_resource_id resource, const char *key, const char *value);

/* ---- Jinja ---- */

/* The value of a call's argument by its place among those without a name, or by its name; NULL without one. */
const struct ir_jinja_argument *jinja_positional(const struct dbt *d, ir_jinja_id call, uint32_t at);
const struct ir_jinja_argument *jinja_named(const struct dbt *d, ir_jinja_id call, const char *name);
struct fact_at at_jinja(const struct dbt *d, ir_jinja_id row);
struct fact_at at_argument_of(const struct dbt *d, const struct ir_jinja_argument *argument);
bool jinja_is(const struct dbt *d, ir_jinja_id row, enum ir_jinja_kind kind, const char *name);

#endif
