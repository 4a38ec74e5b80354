/* Three spellings of the same knowledge, told apart by their first byte and their keys. */
#include "cli/catalog.h"

#include "base/file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_PARTS 3

static ir_access_id add_table(struct ir *ir, const ir_str parts[NAME_PARTS])
{
    return ir_add_access(
        ir, (struct ir_access){
                .mode = IR_ACCESS_CREATE, .catalog = parts[0], .schema = parts[1], .name = parts[2]});
}

static void add_column(struct ir *ir, ir_access_id table, uint32_t ordinal, const char *name,
                       const char *type, bool not_null)
{
    ir_add_column_def(ir, (struct ir_column_def){.access = table,
                                                 .ordinal = ordinal,
                                                 .name = ir_interns(ir, name),
                                                 .type = type ? ir_interns(ir, type) : (ir_str){0},
                                                 .flags = not_null ? IR_COLUMN_NOT_NULL : 0});
}

/* Splits `a."b.c".d` into its parts, right-aligned. Returns -1 when there are none or too many. */
static int split_name(struct ir *ir, const char *text, ir_str parts[NAME_PARTS])
{
    ir_str found[NAME_PARTS];
    size_t n = 0;

    memset(parts, 0, NAME_PARTS * sizeof *parts);
    while (*text && n < NAME_PARTS) {
        size_t len;

        if (*text == '"') {
            const char *end = strchr(++text, '"');

            if (!end)
                return -1;
            len = (size_t)(end - text);
            found[n++] = ir_intern(ir, text, len);
            text += len + 1;
        } else {
            len = strcspn(text, ".");
            found[n++] = ir_intern(ir, text, len);
            text += len;
        }
        if (*text == '.')
            text++;
        else if (*text)
            return -1;
    }
    if (n == 0 || *text)
        return -1;
    for (size_t i = 0; i < n; i++)
        parts[NAME_PARTS - n + i] = found[i];
    return 0;
}

static int read_plain(struct ir *ir, const char *path, json_t *root, struct err *e)
{
    const char *name;
    json_t *columns, *column;
    size_t i;

    json_object_foreach(root, name, columns)
    {
        ir_str parts[NAME_PARTS];
        ir_access_id table;

        if (split_name(ir, name, parts) < 0 || !json_is_array(columns))
            return err_set(e, "%s: \"%s\": expected a table's name and an array of its columns", path, name);
        table = add_table(ir, parts);
        json_array_foreach(columns, i, column)
        {
            const char *text = json_is_string(column) ? json_string_value(column)
                                                      : json_string_value(json_object_get(column, "name"));

            if (!text)
                return err_set(e, "%s: \"%s\": column %zu is neither a name nor {\"name\": …}", path, name,
                               i + 1);
            add_column(ir, table, (uint32_t)i + 1, text, json_string_value(json_object_get(column, "type")),
                       json_is_true(json_object_get(column, "not_null")));
        }
    }
    return 0;
}

struct dbt_column {
    const char *name, *type;
    long long index;
};

static int by_index(const void *a, const void *b)
{
    const struct dbt_column *x = a, *y = b;

    return x->index < y->index ? -1 : x->index > y->index;
}

/* The first of these members that is a string, or NULL. */
static const char *member(json_t *object, const char *const *names)
{
    for (; *names; names++) {
        const char *text = json_string_value(json_object_get(object, *names));

        if (text)
            return text;
    }
    return NULL;
}

/* https://schemas.getdbt.com/dbt/catalog/v1.json and dbt/manifest/v12.json: nodes and sources hold columns; where
 * they are is said in the catalog's metadata, in the manifest by the node itself. */
static void read_dbt_node(struct ir *ir, json_t *node)
{
    static const char *const names[] = {"identifier", "alias", "name", NULL};
    static const char *const types[] = {"type", "data_type", NULL};
    json_t *meta = json_object_get(node, "metadata"), *columns = json_object_get(node, "columns");
    json_t *place = meta ? meta : node;
    const char *database = json_string_value(json_object_get(place, "database"));
    const char *schema = json_string_value(json_object_get(place, "schema"));
    const char *name = member(place, names);
    size_t count = json_object_size(columns), n = 0;
    struct dbt_column *list = ARENA_ARRAY(ir->arena, struct dbt_column, count + 1);
    ir_access_id table;
    const char *key;
    json_t *column;

    if (!name || !count)
        return;
    table = add_table(ir, (ir_str[]){ir_interns(ir, database ? database : ""),
                                     ir_interns(ir, schema ? schema : ""), ir_interns(ir, name)});
    json_object_foreach(columns, key, column)
    {
        const char *own = json_string_value(json_object_get(column, "name"));

        list[n++] = (struct dbt_column){own ? own : key, member(column, types),
                                        json_integer_value(json_object_get(column, "index"))};
    }
    if (meta)
        qsort(list, n, sizeof *list, by_index);
    for (size_t i = 0; i < n; i++)
        add_column(ir, table, (uint32_t)i + 1, list[i].name, list[i].type, false);
}

static void read_dbt(struct ir *ir, json_t *root)
{
    static const char *const sections[] = {"sources", "nodes"};

    for (size_t i = 0; i < 2; i++) {
        const char *key;
        json_t *node;

        json_object_foreach(json_object_get(root, sections[i]), key, node) read_dbt_node(ir, node);
    }
}

static int read_json(struct ir *ir, const char *path, struct slice text, struct err *e)
{
    json_error_t why;
    json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
    int rc = 0;

    if (!root)
        return err_set(e, "%s:%d:%d: %s", path, why.line, why.column, why.text);
    if (!json_is_object(root))
        rc = err_set(e, "%s: expected an object of tables", path);
    else if (json_object_get(root, "metadata") && json_object_get(root, "nodes"))
        read_dbt(ir, root);
    else
        rc = read_plain(ir, path, root, e);
    json_decref(root);
    return rc;
}

/* One field of a CSV record (RFC 4180); *p moves past it and its comma. */
static const char *csv_field(struct arena *a, const char **p)
{
    struct buf out = buf_new(a);
    const char *s = *p;

    if (*s == '"') {
        for (s++; *s && !(*s == '"' && s[1] != '"'); s++) {
            s += *s == '"';
            buf_addc(&out, *s);
        }
        s += *s == '"';
    }
    while (*s && *s != ',' && *s != '\n' && *s != '\r')
        buf_addc(&out, *s++);
    *p = *s == ',' ? s + 1 : s;
    return buf_str(&out);
}

static bool csv_record(struct arena *a, const char **p, const char **fields, size_t max, size_t *n)
{
    *n = 0;
    while (**p == '\r' || **p == '\n')
        ++*p;
    if (!**p)
        return false;
    for (;;) {
        const char *field = csv_field(a, p);

        if (*n < max)
            fields[(*n)++] = field;
        if ((*p)[-1] != ',')
            return true;
    }
}

enum { CSV_CATALOG, CSV_SCHEMA, CSV_TABLE, CSV_COLUMN, CSV_TYPE, CSV_NULLABLE, CSV_NAMES };
#define CSV_MAX 64

static int csv_header(const char *path, const char *const *fields, size_t n, int at[CSV_NAMES], struct err *e)
{
    static const char *const names[] = {"table_catalog", "table_schema", "table_name",
                                        "column_name",   "data_type",    "is_nullable"};

    for (int i = 0; i < CSV_NAMES; i++) {
        at[i] = -1;
        for (size_t f = 0; f < n; f++)
            if (strcasecmp(fields[f], names[i]) == 0)
                at[i] = (int)f;
    }
    if (at[CSV_TABLE] < 0 || at[CSV_COLUMN] < 0)
        return err_set(e,
                       "%s:1: expected JSON, or a CSV header with table_schema, table_name and "
                       "column_name",
                       path);
    return 0;
}

static int read_csv(struct ir *ir, const char *path, struct slice text, struct err *e)
{
    const char *p = text.p, *fields[CSV_MAX];
    int at[CSV_NAMES];
    uint32_t ordinal = 0;
    ir_access_id table = {0};
    ir_str last[NAME_PARTS] = {{0}, {0}, {0}};
    size_t n;

    if (!csv_record(ir->arena, &p, fields, CSV_MAX, &n))
        return err_set(e, "%s: the catalog is empty", path);
    if (csv_header(path, fields, n, at, e) < 0)
        return -1;
    while (csv_record(ir->arena, &p, fields, CSV_MAX, &n)) {
        ir_str name[NAME_PARTS];

#define FIELD(i) (at[i] >= 0 && (size_t)at[i] < n ? fields[at[i]] : "")
        name[0] = ir_interns(ir, FIELD(CSV_CATALOG));
        name[1] = ir_interns(ir, FIELD(CSV_SCHEMA));
        name[2] = ir_interns(ir, FIELD(CSV_TABLE));
        if (!table.v || memcmp(name, last, sizeof name) != 0) {
            table = add_table(ir, name);
            ordinal = 0;
            memcpy(last, name, sizeof last);
        }
        add_column(ir, table, ++ordinal, FIELD(CSV_COLUMN), *FIELD(CSV_TYPE) ? FIELD(CSV_TYPE) : NULL,
                   strcasecmp(FIELD(CSV_NULLABLE), "NO") == 0);
#undef FIELD
    }
    return 0;
}

/* Does every table since first_table have the same part? */
static bool one_part(const struct ir *ir, uint32_t first_table, size_t part)
{
    const ir_str *first = (const ir_str *)((const char *)&ir->access.items[first_table] + part);

    for (uint32_t t = first_table; t < ir->access.count; t++)
        if (((const ir_str *)((const char *)&ir->access.items[t] + part))->v != first->v)
            return false;
    return first_table < ir->access.count && first->v;
}

/* Each table since first_table goes by its name without this part, too. */
static void name_without(struct ir *ir, uint32_t first_table, uint32_t first_column, size_t part)
{
    uint32_t tables = ir->access.count, columns = ir->column_def.count;
    uint32_t *twin = ARENA_ARRAY(ir->arena, uint32_t, tables);

    for (uint32_t t = first_table; t < tables; t++) {
        struct ir_access row = ir->access.items[t];

        ((ir_str *)((char *)&row + part))->v = 0;
        twin[t] = ir_add_access(ir, row).v;
    }
    for (uint32_t c = first_column; c < columns; c++) {
        struct ir_column_def row = ir->column_def.items[c];

        row.access.v = twin[row.access.v];
        ir_add_column_def(ir, row);
    }
}

/* A catalog of one database names it at every table, code hardly ever does; the same of one schema. */
static void name_shortly(struct ir *ir, uint32_t first_table, uint32_t first_column)
{
    size_t catalog = offsetof(struct ir_access, catalog), schema = offsetof(struct ir_access, schema);
    bool one_schema = one_part(ir, first_table, schema);
    uint32_t tables = ir->access.count, columns = ir->column_def.count;

    if (!one_part(ir, first_table, catalog))
        return;
    name_without(ir, first_table, first_column, catalog);
    if (one_schema)
        name_without(ir, tables, columns, schema);
}

int catalog_read(struct ir *ir, const char *path, struct err *e)
{
    uint32_t tables = ir->access.count, columns = ir->column_def.count;
    struct slice text, trimmed;
    int rc;

    if (file_read(ir->arena, path, 0, &text, e) < 0)
        return -1;
    if (slice_starts(text, "\xEF\xBB\xBF"))
        text = slice_sub(text, 3, text.n);
    trimmed = slice_trim(text);
    rc = trimmed.n && trimmed.p[0] == '{' ? read_json(ir, path, text, e) : read_csv(ir, path, text, e);
    if (rc == 0)
        name_shortly(ir, tables, columns);
    return rc;
}
