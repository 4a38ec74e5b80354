/* Where the repository begins: what CI systems count their paths from. */
#include "cli/repository.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *repository_here(struct arena *a)
{
    char *here = getcwd(NULL, 0);
    const char *copy = here ? arena_strndup(a, here, strlen(here)) : NULL;

    free(here);
    return copy;
}

const char *repository_root(struct arena *a)
{
    const char *dir = repository_here(a);

    while (dir && !path_exists(path_join(a, dir, ".git"))) {
        if (strcmp(dir, "/") == 0)
            return NULL;
        dir = path_dir(a, dir);
    }
    return dir;
}

const char *repository_full_path(struct arena *a, const char *path)
{
    const char *here = repository_here(a);

    return path_plain(a, *path == '/' ? path : arena_printf(a, "%s/%s", here ? here : "", path));
}

const char *repository_path_from(struct arena *a, const char *dir, const char *path)
{
    const char *full = repository_full_path(a, path);
    size_t n = strlen(dir);

    return strncmp(full, dir, n) == 0 && full[n] == '/' ? full + n + 1 : full;
}
