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
