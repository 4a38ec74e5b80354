/*
 * git is run as a program, because what it ignores, renames and normalizes is its own to say. A revision reaches it
 * only as the id that git itself made of it, so that no name can be taken for an option.
 */
#include "cli/git.h"

#include "base/file.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_child(int out, char **argv)
{
    int null = open("/dev/null", O_RDONLY);

    /* A hook of git's is told where the repository is, but not which folder it is the state of. */
    if (!getenv("GIT_WORK_TREE"))
        unsetenv("GIT_DIR");
    dup2(out, STDOUT_FILENO);
    if (null >= 0)
        dup2(null, STDIN_FILENO);
    execvp(argv[0], argv);
    _exit(127);
}

int git(struct arena *a, const char *dir, const char *const *words, struct slice *text, struct err *e)
{
    VEC(char *) argv = {0};
    struct buf out = buf_new(a);
    char chunk[65536];
    int fds[2], status = 0;
    ssize_t n;
    pid_t child;

    vec_push(a, &argv, "git");
    vec_push(a, &argv, "-C");
    vec_push(a, &argv, (char *)dir);
    for (; *words; words++)
        vec_push(a, &argv, (char *)*words);
    vec_push(a, &argv, NULL);
    if (pipe(fds) < 0)
        return err_set(e, "no pipe to git: %s", strerror(errno));
    child = fork();
    if (child == 0) {
        close(fds[0]);
        run_child(fds[1], argv.items);
    }
    close(fds[1]);
    while (child > 0 && ((n = read(fds[0], chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            buf_add(&out, chunk, (size_t)n);
    close(fds[0]);
    if (child < 0)
        return err_set(e, "git can't be run: %s", strerror(errno));
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return err_set(e, "git can't be run: is it installed?");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(e, "git %s failed", argv.items[3]);
    *text = buf_slice(&out);
    return 0;
}

static const char *line_of(struct arena *a, struct slice text)
{
    struct slice line = slice_trim(text);

    return arena_strndup(a, line.p, line.n);
}

static const char shallow[] =
    "; this clone is shallow: `git fetch --unshallow`, or fetch-depth: 0 in a workflow";

static bool is_shallow(struct arena *a, const char *dir)
{
    const char *words[] = {"rev-parse", "--is-shallow-repository", NULL};
    struct slice text;
    struct err unused;

    return git(a, dir, words, &text, &unused) == 0 && slice_is(slice_trim(text), "true");
}

int git_base(struct arena *a, const char *dir, const char *since, const char **base, struct err *e)
{
    const char *wanted = arena_printf(a, "%s^{commit}", since);
    const char *verify[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", wanted, NULL};
    const char *merge[] = {"merge-base", NULL, "HEAD", NULL};
    struct slice text;
    struct err unused;

    if (git(a, dir, verify, &text, &unused) < 0)
        return err_set(e, "--since %s: git knows no such revision%s", since,
                       is_shallow(a, dir) ? shallow : "");
    *base = merge[1] = line_of(a, text);
    if (git(a, dir, merge, &text, &unused) == 0)
        *base = line_of(a, text);
    else if (is_shallow(a, dir))
        return err_set(e, "--since %s: git knows no commit from which it and HEAD parted%s", since, shallow);
    return 0;
}

int git_top(struct arena *a, const char *dir, const char **top, struct err *e)
{
    const char *toplevel[] = {"rev-parse", "--show-toplevel", NULL};
    struct slice text;

    if (git(a, dir, toplevel, &text, e) < 0)
        return -1;
    *top = line_of(a, text);
    return 0;
}

int git_checkout(struct arena *a, const char *top, const char *commit, const char *folder, struct err *e)
{
    const char *read[] = {"read-tree", commit, NULL};
    const char *prefix = arena_printf(a, "--prefix=%s/", folder);
    const char *check_out[] = {"checkout-index", "--all", "--quiet", prefix, NULL};
    const char *before = getenv("GIT_INDEX_FILE");
    const char *kept = before ? arena_strndup(a, before, strlen(before)) : NULL;
    struct slice text;
    int rc;

    /* An index of its own: the repository's stays as it is. */
    setenv("GIT_INDEX_FILE", arena_printf(a, "%s.index", folder), 1);
    rc = git(a, top, read, &text, e) < 0 || git(a, top, check_out, &text, e) < 0 ? -1 : 0;
    if (kept)
        setenv("GIT_INDEX_FILE", kept, 1);
    else
        unsetenv("GIT_INDEX_FILE");
    return rc;
}
