/*
 * imports.c - which module path stands behind a name: `import pandas as pd` makes "pd.read_sql" the
 * "pandas.read_sql" that the tables of known calls speak of. Imports count for the whole file, whatever
 * scope they stand in.
 */
#include "python/walk.h"

static uint64_t key_of(const struct py *py, struct slice name)
{
    return map_key(1, strpool_intern(py->walk->names, name.p, name.n));
}

static void remember(struct py *py, struct slice name, struct slice path)
{
    vec_push(py->scratch, &py->walk->modules, path);
    map_put(&py->walk->imports, key_of(py, name), py->walk->modules.count);
}

static struct slice join(struct py *py, struct slice module, struct slice name)
{
    struct buf b = buf_new(py->scratch);

    buf_add(&b, module.p, module.n);
    if (module.n > 0 && module.p[module.n - 1] != '.')
        buf_addc(&b, '.');
    buf_add(&b, name.p, name.n);
    return buf_slice(&b);
}

/* One name of an import: `a.b`, `a.b as c`. */
static void import_one(struct py *py, struct slice module, TSNode item)
{
    TSNode alias = py_field(item, "alias");
    struct slice name = py_bytes(py, py_none(alias) ? item : py_field(item, "name"));

    if (!py_none(alias))
        remember(py, py_bytes(py, alias), module.n ? join(py, module, name) : name);
    else if (module.n)
        remember(py, name, join(py, module, name));
}

void py_import(struct py *py, TSNode statement)
{
    TSNode from = py_field(statement, "module_name");
    struct slice module = py_bytes(py, from);
    struct py_nodes items = py_children(py, statement);

    for (uint32_t i = 0; i < items.count; i++)
        if (py_none(from) || !ts_node_eq(items.items[i], from))
            import_one(py, module, items.items[i]);
}

struct slice py_qualified(const struct py *py, struct slice dotted)
{
    size_t n = 0;
    uint32_t at;
    struct buf b;

    while (n < dotted.n && dotted.p[n] != '.')
        n++;
    at = n ? map_get(&py->walk->imports, key_of(py, slice_sub(dotted, 0, n))) : 0;
    if (!at)
        return dotted;
    if (n == dotted.n)
        return py->walk->modules.items[at - 1];
    b = buf_new(py->scratch);
    buf_add(&b, py->walk->modules.items[at - 1].p, py->walk->modules.items[at - 1].n);
    buf_add(&b, dotted.p + n, dotted.n - n);
    return buf_slice(&b);
}
