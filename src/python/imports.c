/*
 * imports.c - which module path stands behind a name: `import pandas as pd` makes "pd.read_sql" the
 * "pandas.read_sql" that the tables of known calls speak of. Imports count for the whole file, whatever
 * scope they stand in.
 */
#include "python/walk.h"

static uint64_t key_of(const struct py *py, struct slice name)
{
    return map_key(py->walk->module + 1, strpool_intern(py->walk->names, name.p, name.n));
}

static void remember(struct py *py, struct slice name, struct slice path)
{
    py->walk->alchemy |= slice_starts(path, "sqlalchemy");
    vec_push(py->scratch, &py->walk->paths, path);
    map_put(&py->walk->imports, key_of(py, name), py->walk->paths.count);
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

static struct slice first_part(struct slice dotted)
{
    size_t n = 0;

    while (n < dotted.n && dotted.p[n] != '.')
        n++;
    return slice_sub(dotted, 0, n);
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
    else
        remember(py, first_part(name), first_part(name));
}

void py_import(struct py *py, TSNode statement)
{
    TSNode from = py_field(statement, "module_name");
    struct slice module = py_bytes(py, from);
    struct py_nodes items = py_children(py, statement);

    for (uint32_t i = 0; i < items.count; i++) {
        if (!py_none(from) && ts_node_eq(items.items[i], from))
            continue;
        if (py_is(items.items[i], "wildcard_import"))
            vec_push(py->scratch, &py->walk->stars, ((struct py_star){py->walk->module, module}));
        else
            import_one(py, module, items.items[i]);
    }
}

struct slice py_import_path(const struct py *py, struct slice name)
{
    uint32_t at = map_get(&py->walk->imports, key_of(py, name));

    return at ? py->walk->paths.items[at - 1] : (struct slice){"", 0};
}

struct slice py_qualified(const struct py *py, struct slice dotted)
{
    struct slice first = first_part(dotted), path = py_import_path(py, first);
    struct buf b;

    if (!path.n || slice_eq(path, first))
        return dotted;
    if (first.n == dotted.n)
        return path;
    b = buf_new(py->scratch);
    buf_add(&b, path.p, path.n);
    buf_add(&b, dotted.p + first.n, dotted.n - first.n);
    return buf_slice(&b);
}
