/* POSIX files behind err. Output appears whole or not at all. */
#include "base/file.h"

#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(struct arena *a, int fd, const char *path, size_t limit, size_t hint, struct slice *out,
                    struct err *e)
{
    size_t room = hint + 2, n = 0; /* a byte for the NUL, and one that shows the end */
    char *p = arena_alloc(a, room);

    for (;;) {
        ssize_t got;

        if (n + 1 >= room) {
            p = arena_grow(a, p, room, room * 2 + 4096);
            room = room * 2 + 4096;
        }
        got = read(fd, p + n, room - n - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(e, "%s: %s", path, strerror(errno));
        if (got == 0)
            break;
        n += (size_t)got;
        if (limit && n > limit)
            return err_set(e, "%s: larger than the limit of %zu bytes", path, limit);
    }
    p[n] = '\0';
    *out = (struct slice){p, n};
    return 0;
}

int file_read(struct arena *a, const char *path, size_t limit, struct slice *out, struct err *e)
{
    struct stat st;
    int fd, rc;

    if (strcmp(path, "-") == 0)
        return read_all(a, STDIN_FILENO, "standard input", limit, 4096, out, e);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(e, "%s: %s", path, strerror(errno));
    if (fstat(fd, &st) < 0) {
        rc = err_set(e, "%s: %s", path, strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        rc = err_set(e, "%s: not a regular file", path);
    } else if (limit && (size_t)st.st_size > limit) {
        rc = err_set(e, "%s: %lld bytes is larger than the limit of %zu bytes", path, (long long)st.st_size,
                     limit);
    } else {
        rc = read_all(a, fd, path, limit, (size_t)st.st_size, out, e);
    }
    close(fd);
    return rc;
}

int dir_make(const char *path, struct err *e)
{
    char step[4096];
    size_t n = strlen(path);

    if (n >= sizeof step)
        return err_set(e, "%s: the path is too long", path);
    memcpy(step, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (step[i] != '/' && step[i] != '\0')
            continue;
        step[i] = '\0';
        if (mkdir(step, 0777) < 0 && errno != EEXIST)
            return err_set(e, "%s: cannot make the folder: %s", step, strerror(errno));
        step[i] = path[i];
    }
    if (!path_is_dir(path))
        return err_set(e, "%s: exists and is not a folder", path);
    return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t put = write(fd, bytes, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        bytes += put;
        len -= (size_t)put;
    }
    return 0;
}

/* Is there something at `path` that a rename would take away from others? */
static bool is_special(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int write_into(const char *path, const char *bytes, size_t len, struct err *e)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    if (fd < 0)
        return err_set(e, "%s: %s", path, strerror(errno));
    if (write_all(fd, bytes, len) < 0 || close(fd) < 0)
        return err_set(e, "%s: cannot write: %s", path, strerror(errno));
    return 0;
}

int file_write(const char *path, const char *bytes, size_t len, struct err *e)
{
    char temp[4096];
    const char *slash = strrchr(path, '/');
    int fd;

    if (is_special(path))
        return write_into(path, bytes, len, e);
    if (slash && slash != path) {
        snprintf(temp, sizeof temp, "%.*s", (int)(slash - path), path);
        if (dir_make(temp, e) < 0)
            return -1;
    }
    if ((size_t)snprintf(temp, sizeof temp, "%s.tmp%ld", path, (long)getpid()) >= sizeof temp)
        return err_set(e, "%s: the path is too long", path);
    fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_set(e, "%s: %s", path, strerror(errno));
    if (write_all(fd, bytes, len) < 0 || close(fd) < 0 || rename(temp, path) < 0) {
        int why = errno;

        unlink(temp);
        return err_set(e, "%s: cannot write: %s", path, strerror(why));
    }
    return 0;
}

bool path_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool path_is_dir(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *path_plain(struct arena *a, const char *path)
{
    struct buf out = buf_new(a);

    while (*path) {
        size_t n = strcspn(path, "/");

        if (n == 2 && memcmp(path, "..", 2) == 0) {
            while (out.n && out.p[--out.n] != '/')
                continue;
        } else if (n && !(n == 1 && *path == '.')) {
            buf_addc(&out, '/');
            buf_add(&out, path, n);
        }
        path += n + (path[n] == '/');
    }
    return arena_strndup(a, out.n ? out.p : "/", out.n ? out.n : 1);
}

const char *path_join(struct arena *a, const char *dir, const char *name)
{
    size_t n = strlen(dir);

    if (n == 0)
        return arena_strndup(a, name, strlen(name));
    return arena_printf(a, dir[n - 1] == '/' ? "%s%s" : "%s/%s", dir, name);
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *path_dir(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int dir_list(struct arena *a, const char *path, const char ***names, size_t *count, struct err *e)
{
    VEC(const char *) found = {0};
    DIR *d = opendir(path);
    struct dirent *entry;

    if (!d)
        return err_set(e, "%s: %s", path, strerror(errno));
    while ((entry = readdir(d))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        vec_push(a, &found, arena_strndup(a, entry->d_name, strlen(entry->d_name)));
    }
    closedir(d);
    if (found.count)
        qsort(found.items, found.count, sizeof *found.items, by_bytes);
    *names = found.items;
    *count = found.count;
    return 0;
}
