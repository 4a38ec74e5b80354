/*
 * lineage init: a configuration to begin with, every setting in it a comment but those that the tree calls for:
 * what it is made of is looked at, so that the file says what is there.
 */
#include "cli/commands.h"

#include "base/file.h"
#include "base/map.h"
#include "cli/driver.h"
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

/* What a project's files say of themselves. */
struct tree {
    uint32_t sql, python, by_dialect[IR_DIALECT_SQLITE + 1];
    uint32_t statements, understood;
};

static struct tree look(const struct ir *ir)
{
    struct tree t = {0};

    for (IR_EACH(ir, file, f)) {
        const struct ir_file *row = IR(ir, file, f);

        t.sql += row->language == IR_LANG_SQL;
        t.python += row->language == IR_LANG_PYTHON;
    }
    for (IR_EACH(ir, text, x))
        t.by_dialect[IR(ir, text, x)->dialect]++;
    for (IR_EACH(ir, statement, s)) {
        t.statements++;
        t.understood += IR(ir, statement, s)->understood == IR_UNDERSTOOD;
    }
    return t;
}

/* The dialect that texts of the tree are told to be in most often, beside what any SQL could be. */
static enum ir_dialect told_dialect(const struct tree *t)
{
    enum ir_dialect best = IR_DIALECT_UNKNOWN;

    for (enum ir_dialect d = IR_DIALECT_POSTGRES; d <= IR_DIALECT_SQLITE; d++)
        if (t->by_dialect[d] && (best == IR_DIALECT_UNKNOWN || t->by_dialect[d] > t->by_dialect[best]))
            best = d;
    return best;
}

/* A folder's files that lineage takes, under their usual names. */
static const char *first_there(struct arena *a, const char *dir, const char *const *names)
{
    for (; *names; names++)
        if (path_exists(path_join(a, dir, *names)))
            return *names;
    return NULL;
}

static void put_dialects(const struct tree *t, struct buf *out)
{
    enum ir_dialect told = told_dialect(t);

    buf_adds(out, "\n# The dialect of the SQL; without this it is told from each text.\n");
    if (told)
        buf_printf(out, "# %u of the texts here read as %s.\n", t->by_dialect[told],
                   ir_name_of_dialect(told));
    buf_printf(out, "#dialect: %s\n", ir_name_of_dialect(told ? told : IR_DIALECT_POSTGRES));
    buf_adds(out, "#dialect:\n#  legacy/oracle/*: oracle\n");
    buf_adds(out, "\n# The warehouse that the SQL is to run on.\n");
    buf_printf(out, "#target: %s\n", ir_name_of_dialect(told ? told : IR_DIALECT_POSTGRES));
}

static void put_tree(struct arena *a, const char *dir, struct buf *out)
{
    static const char *const catalogs[] = {"target/catalog.json", "catalog.json", "catalog.csv", NULL};
    static const char *const baselines[] = {".lineage-baseline.json", NULL};
    static const char *const tests[] = {"tests", "test", NULL};
    const char *catalog = first_there(a, dir, catalogs), *baseline = first_there(a, dir, baselines);
    const char *test = first_there(a, dir, tests);

    buf_adds(out, "\n# Columns of the tables, so that SELECT * is understood.\n");
    buf_printf(out, "%scatalog: [%s]\n", catalog ? "" : "#", catalog ? catalog : "catalog.json");
    buf_adds(out, "\n# What is left out, beside what .gitignore leaves out.\n");
    buf_printf(out, "#exclude: [%s/**]\n", test ? test : "vendor");
    buf_adds(out,
             "\n# Findings that the team lives with: lineage lint --write-baseline .lineage-baseline.json\n");
    buf_printf(out, "%sbaseline: .lineage-baseline.json\n", baseline ? "" : "#");
}

/* ---- sources and layers ---- */

/* A schema that the tree names. */
struct schema {
    const char *name;
    bool made; /* something here fills or makes a table of it */
};

struct schemas {
    VEC(struct schema) list;
};

static bool is_written(enum ir_access_mode mode)
{
    return mode != IR_ACCESS_READ;
}

/* Those that code reads or writes, in the order of their first use. */
static struct schemas schemas_of(struct ir *ir)
{
    struct map at = map_new(ir->arena);
    struct schemas all = {0};

    for (IR_EACH(ir, access, x)) {
        const struct ir_access *row = IR(ir, access, x);
        const struct ir_dataset *d = IR(ir, dataset, row->dataset);
        uint32_t key = ir_fold(ir, d->schema).v;

        if (!row->statement.v || !d->schema.v || d->kind == IR_DATASET_TEMP || d->kind == IR_DATASET_FRAME)
            continue;
        if (!map_get(&at, key)) {
            vec_push(ir->arena, &all.list, (struct schema){.name = ir_string(ir, d->schema)});
            map_put(&at, key, all.list.count);
        }
        all.list.items[map_get(&at, key) - 1].made |= is_written(row->mode);
    }
    return all;
}

static uint32_t put_list(const struct schemas *all, const char *key, bool made, enum ir_layer layer,
                         struct buf *out)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < all->list.count; i++) {
        const struct schema *s = &all->list.items[i];

        if (s->made != made || plan_layer_of_schema(slice_of(s->name)) != layer)
            continue;
        buf_printf(out, "%s\"%s\"", n++ ? ", " : key, s->name);
    }
    buf_adds(out, n ? "]\n" : "");
    return n;
}

static void put_layers(const struct schemas *all, struct buf *out)
{
    struct buf layers = buf_new(out->arena);

    buf_adds(out,
             "\n# Schemas whose tables come from elsewhere: here those that are read and never written.\n");
    if (!put_list(all, "sources: [", false, IR_LAYER_NONE, out))
        buf_adds(out, "#sources: [raw]\n");
    buf_adds(
        out,
        "\n# The layer of tables: schemas, schema.table with * and ?, or paths of the files that make them.\n");
    for (int l = IR_LAYER_STAGING; l <= IR_LAYER_MARTS; l++)
        put_list(all, arena_printf(out->arena, "  %s: [", ir_name_of_layer((enum ir_layer)l)), true,
                 (enum ir_layer)l, &layers);
    if (layers.n)
        buf_printf(out, "layers:\n%s", buf_str(&layers));
    else
        buf_adds(out, "#layers:\n#  staging: [stg]\n#  marts: [\"*.dim_*\", \"*.fct_*\"]\n");
}

static void put_rules(struct buf *out)
{
    buf_adds(
        out,
        "\n# Rules by code, name or the beginning of a code; `lineage rules` lists them.\n"
        "#select: [LN1, LN3]\n#extend-select: [LN004]\n#ignore: [hardcoded-schema]\n"
        "\n# A rule's severity: off, info, warning or error.\n"
        "#severity:\n#  LN201: info\n"
        "\n# Rules that are left out for some files.\n"
        "#per-file-ignores:\n#  migrations/*: [LN301, LN305]\n"
        "\n# A folder of rules of your own.\n#rules: [lineage_rules]\n"
        "\n# From which severity on `lineage lint` fails, and whether code that is not understood fails.\n"
        "#fail-on: warning\n#fail-on-unparsed: true\n");
}

int cmd_INIT(struct arena *a, const struct options *o, struct err *e)
{
    const char *dir = o->paths.count ? o->paths.items[0] : ".";
    const char *path = strcmp(dir, ".") == 0 ? ".lineage.yml" : path_join(a, dir, ".lineage.yml");
    struct options all = *o;
    struct ir *ir = ir_new(a);
    struct buf out = buf_new(a);
    struct schemas schemas;
    struct tree t;

    if (o->paths.count > 1 || !path_is_dir(dir))
        return err_set(e, "%s: expected one folder", o->paths.count > 1 ? o->paths.items[1] : dir);
    if (path_exists(path) && !o->force)
        return err_set(e, "%s is there already; --force writes it anew", path);
    if (!o->paths.count)
        vec_push(a, &all.paths, dir);
    if (driver_link(ir, a, &all, false, e) < 0)
        return -1;
    schemas = schemas_of(ir);
    t = look(ir);
    buf_printf(
        &out,
        "# Settings of lineage for this folder and all below it. What is a comment is the default, or an example.\n"
        "# Found here: SQL files: %u, Python files: %u, statements understood: %u of %u.\n",
        t.sql, t.python, t.understood, t.statements);
    put_dialects(&t, &out);
    put_tree(a, dir, &out);
    put_layers(&schemas, &out);
    put_rules(&out);
    if (file_write(path, out.p, out.n, e) < 0)
        return -1;
    if (!o->quiet)
        fprintf(stderr, "lineage: %s written\n", path);
    return 0;
}
