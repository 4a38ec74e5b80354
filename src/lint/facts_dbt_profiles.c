/* profiles.yml: secrets that are written out, and environments that are not apart. */
#include "base/file.h"
#include "lint/dbt.h"

#include <ctype.h>
#include <string.h>

static const char *const secret_keys[] = {"password",
                                          "pass",
                                          "token",
                                          "private_key",
                                          "private_key_passphrase",
                                          "client_secret",
                                          "secret",
                                          "access_token",
                                          "refresh_token",
                                          "oauth_client_secret",
                                          "azure_client_secret",
                                          "api_key"};

static bool is_secret_key(const char *key)
{
    for (size_t i = 0; i < sizeof secret_keys / sizeof *secret_keys; i++)
        if (strcmp(secret_keys[i], key) == 0)
            return true;
    return false;
}

static bool is_placeholder(const char *value)
{
    static const char *const words[] = {"password", "changeme", "change_me", "secret",
                                        "token",    "xxx",      "todo",      "none"};
    size_t letters = 0;

    for (size_t i = 0; value[i]; i++) {
        if (strchr("{}<>$%[]", value[i]))
            return true;
        letters += isalnum((unsigned char)value[i]) && value[i] != 'x' && value[i] != 'X';
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is_nocase(slice_of(value), words[i]))
            return true;
    return letters == 0 || slice_starts_nocase(slice_of(value), "your") ||
           slice_starts_nocase(slice_of(value), "my");
}

static bool is_local(const char *host)
{
    return *host && !strchr(host, '.') && !strstr(host, "{{");
}

static void add_secrets(const struct dbt *d, ir_yaml_node_id output)
{
    const char *host = yaml_text(d, yaml_child(d, output, "host"));

    for (YAML_EACH(d, output, i, n)) {
        ir_yaml_node_id node = {n};
        const char *value = yaml_text(d, node);

        if (*value && is_secret_key(yaml_key_of(d, node)) && !strstr(value, "{{"))
            FACT_ADD(d->f, profile_secret, at_yaml_value(d, node), .key = yaml_key_of(d, node),
                     .output = yaml_key_of(d, output), .placeholder = is_placeholder(value),
                     .local = is_local(host));
    }
}

/* ---- environments ---- */

enum environment { OTHER, DEVELOPMENT, PRODUCTION };

static enum environment environment_of(const char *output)
{
    struct slice name = slice_of(output);

    if (slice_starts_nocase(name, "prod") || slice_is_nocase(name, "prd") || slice_is_nocase(name, "live"))
        return PRODUCTION;
    return slice_starts_nocase(name, "dev") || slice_is_nocase(name, "local") ? DEVELOPMENT : OTHER;
}

/* The first of several keys that is set: adapters call the same thing by different names. */
static ir_yaml_node_id first_of(const struct dbt *d, ir_yaml_node_id output, const char *const *keys)
{
    ir_yaml_node_id found = {0};

    while (*keys && !found.v)
        found = yaml_child(d, output, *keys++);
    return found;
}

static bool same_plain(const struct dbt *d, ir_yaml_node_id a, ir_yaml_node_id b)
{
    return a.v && b.v && !strstr(yaml_text(d, a), "{{") && strcmp(yaml_text(d, a), yaml_text(d, b)) == 0;
}

static void compare(const struct dbt *d, const char *profile, ir_yaml_node_id dev, ir_yaml_node_id prod)
{
    static const char *const schemas[] = {"schema", "dataset", NULL},
                             *const databases[] = {"catalog", "database", "dbname", "project", "path", NULL},
                             *const hosts[] = {"host", "account", "server", NULL},
                             *const tokens[] = {"token", NULL};
    ir_yaml_node_id schema = first_of(d, dev, schemas), database = first_of(d, dev, databases),
                    host = first_of(d, dev, hosts), token = first_of(d, dev, tokens);
    bool same_database = same_plain(d, database, first_of(d, prod, databases)) ||
                         (!database.v && !first_of(d, prod, databases).v);
    bool same_host =
        same_plain(d, host, first_of(d, prod, hosts)) || (!host.v && !first_of(d, prod, hosts).v);

    if (same_host && same_database && same_plain(d, schema, first_of(d, prod, schemas)))
        FACT_ADD(d->f, dbt_profile, at_yaml_value(d, schema), .problem = "same_schema", .profile = profile,
                 .output = yaml_key_of(d, dev), .other = yaml_key_of(d, prod));
    if (token.v && *yaml_text(d, token) &&
        strcmp(yaml_text(d, token), yaml_text(d, first_of(d, prod, tokens))) == 0)
        FACT_ADD(d->f, dbt_profile, at_yaml_value(d, token), .problem = "same_token", .profile = profile,
                 .output = yaml_key_of(d, dev), .other = yaml_key_of(d, prod));
}

static void add_outputs(const struct dbt *d, const char *profile, ir_yaml_node_id outputs)
{
    for (YAML_EACH(d, outputs, i, n)) {
        ir_yaml_node_id output = {n}, type = yaml_child(d, output, "type");

        add_secrets(d, output);
        if (strcmp(yaml_text(d, type), "databricks") == 0 && !yaml_child(d, output, "catalog").v)
            FACT_ADD(d->f, dbt_profile, at_yaml_value(d, type), .problem = "no_catalog", .profile = profile,
                     .output = yaml_key_of(d, output));
        if (environment_of(yaml_key_of(d, output)) != DEVELOPMENT)
            continue;
        for (YAML_EACH(d, outputs, k, other))
            if (environment_of(yaml_key_of(d, (ir_yaml_node_id){other})) == PRODUCTION)
                compare(d, profile, output, (ir_yaml_node_id){other});
    }
}

void facts_of_dbt_profiles(struct facts *f)
{
    if (!f->dbt)
        return;
    for (IR_EACH(f->ir, file, file)) {
        if (strcmp(path_base(ir_string(f->ir, IR(f->ir, file, file)->path)), "profiles.yml") != 0)
            continue;
        for (YAML_EACH(f->dbt, yaml_root(f->dbt, file), i, profile))
            add_outputs(f->dbt, yaml_key_of(f->dbt, (ir_yaml_node_id){profile}),
                        yaml_child(f->dbt, (ir_yaml_node_id){profile}, "outputs"));
    }
}
