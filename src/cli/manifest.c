/*
 * The manifest is read with jansson, whose objects lose their order, and sorted; it is written by hand, because it is
 * two strings per line.
 */
#include "cli/manifest.h"

#include "base/file.h"
#include "base/vec.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct manifest_entry *)a)->path, ((const struct manifest_entry *)b)->path);
}

/* A relative path without "..": what we would have written. */
static bool is_inside(const char *path)
{
    if (!*path || *path == '/')
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
            return false;
    }
    return true;
}

int manifest_read(struct arena *a, const char *root, struct manifest *out, struct err *e)
{
    const char *path = path_join(a, root, MANIFEST_NAME), *key;
    struct slice bytes;
    json_error_t wrong;
    json_t *json, *value;

    if (!path_exists(path))
        return 0;
    if (file_read(a, path, 0, &bytes, e) < 0)
        return -1;
    json = json_loadb(bytes.p, bytes.n, 0, &wrong);
    if (!json)
        return err_set(e,
                       "%s:%d:%d: %s; it says which files may be replaced: repair it, or delete it and use "
                       "--force",
                       path, wrong.line, wrong.column, wrong.text);
    json_object_foreach(json_object_get(json, "files"), key, value)
    {
        const char *hash = json_string_value(value);

        if (hash && is_inside(key))
            vec_push(a, out,
                     ((struct manifest_entry){arena_strndup(a, key, strlen(key)), strtoull(hash, NULL, 16)}));
    }
    json_decref(json);
    if (out->count)
        qsort(out->items, out->count, sizeof *out->items, by_path);
    return 0;
}

const struct manifest_entry *manifest_find(const struct manifest *m, const char *path)
{
    struct manifest_entry key = {.path = path};

    return m->count ? bsearch(&key, m->items, m->count, sizeof *m->items, by_path) : NULL;
}

void manifest_write(const struct manifest *m, struct buf *out)
{
    buf_adds(out, "{\n  \"version\": 1,\n  \"files\": {\n");
    for (uint32_t i = 0; i < m->count; i++)
        buf_printf(out, "    \"%s\": \"%016" PRIx64 "\"%s\n", m->items[i].path, m->items[i].hash,
                   i + 1 < m->count ? "," : "");
    buf_adds(out, "  }\n}\n");
}
