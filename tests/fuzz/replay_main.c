/*
 * Runs a fuzz target without libFuzzer: every file of the folders given, then a bounded number of
 * mutations of them, the same on every machine. Each input runs in a child that the parent can lose: an
 * input that kills it is written to crash-<n> in the current folder, and the run fails.
 */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_LIMIT = 1 << 16, SEED_LIMIT = 4096, DEFAULT_RUNS = 4000 };

struct input {
    size_t size;
    uint8_t data[INPUT_LIMIT];
};

static struct input *seeds[SEED_LIMIT];
static size_t seed_count;
static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint32_t next_random(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return below ? (uint32_t)(random_state >> 32) % below : 0;
}

static void add_seed(const void *data, size_t size)
{
    if (seed_count == SEED_LIMIT)
        return;
    struct input *seed = malloc(sizeof *seed);
    if (!seed)
        abort();
    seed->size = size < INPUT_LIMIT ? size : INPUT_LIMIT;
    memcpy(seed->data, data, seed->size);
    seeds[seed_count++] = seed;
}

static void read_seed(const char *path)
{
    static uint8_t buffer[INPUT_LIMIT];
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    size_t size = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    add_seed(buffer, size);
}

static void read_folder(const char *folder)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            read_seed(path);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static void overwrite(struct input *in, size_t at, const void *data, size_t size)
{
    if (at + size > INPUT_LIMIT)
        return;
    memcpy(in->data + at, data, size);
    if (at + size > in->size)
        in->size = at + size;
}

static void mutate_once(struct input *in)
{
    static const char *const tokens[] = {
        "'",  "\"", "$$", "$a$", "/*", "*/", "--", "\n",    "(",   ")",       ";",  "{{", "}}",   "{%",
        "\\", "\0", "[",  "]",   "`",  ":=", "::", "BEGIN", "END", "SELECT ", "AS", "*",  "\xff", "\t"};
    size_t at = next_random((uint32_t)in->size + 1);
    uint8_t byte = (uint8_t)next_random(256);
    uint32_t size;
    switch (next_random(6)) {
    case 0: /* one byte becomes another */
        overwrite(in, at, &byte, 1);
        break;
    case 1: /* the tail goes */
        in->size = at;
        break;
    case 2: /* the head goes */
        memmove(in->data, in->data + at, in->size - at);
        in->size -= at;
        break;
    case 3: { /* something that means something */
        const char *token = tokens[next_random(sizeof tokens / sizeof *tokens)];
        overwrite(in, at, token, *token ? strlen(token) : 1);
        break;
    }
    case 4: /* a part is repeated elsewhere */
        size = next_random((uint32_t)(in->size - at) + 1);
        if (2 * (size_t)size + at <= INPUT_LIMIT && in->size + size <= INPUT_LIMIT) {
            memmove(in->data + at + size, in->data + at, in->size - at);
            in->size += size;
        }
        break;
    default: /* a number that is a length somewhere */
        size = next_random(2) ? UINT32_MAX : next_random(1u << next_random(31));
        overwrite(in, at, &size, sizeof size);
        break;
    }
}

static void make_input(struct input *in, size_t run)
{
    memcpy(in, seeds[run % seed_count], sizeof *in);
    if (run < seed_count)
        return;
    for (uint32_t n = 1 + next_random(8); n; n--)
        mutate_once(in);
}

/* The target gets memory of exactly the input's size, so that a sanitizer sees one byte too many. */
static void run_input(const struct input *in)
{
    uint8_t *copy = malloc(in->size ? in->size : 1);
    if (!copy)
        abort();
    memcpy(copy, in->data, in->size);
    LLVMFuzzerTestOneInput(copy, in->size);
    free(copy);
}

static void save_crash(const struct input *in, size_t run)
{
    char path[64];
    snprintf(path, sizeof path, "crash-%zu", run);
    FILE *file = fopen(path, "wb");
    if (!file)
        return;
    fwrite(in->data, 1, in->size, file);
    fclose(file);
    fprintf(stderr, "input %zu, kept as %s\n", run, path);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        read_folder(argv[i]);
    add_seed("", 0);

    const char *wanted = getenv("LINEAGE_FUZZ_RUNS");
    size_t runs = seed_count + (wanted ? strtoul(wanted, NULL, 10) : DEFAULT_RUNS);
    struct input *in =
        mmap(NULL, sizeof *in + sizeof runs, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (in == MAP_FAILED)
        return 2;
    size_t *at = (size_t *)(void *)(in + 1);

    pid_t child = fork();
    if (child == 0) {
        for (*at = 0; *at < runs; ++*at) {
            make_input(in, *at);
            alarm(20); /* an input that hangs is an input that crashes */
            run_input(in);
        }
        exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        printf("%zu stored inputs, %zu runs\n", seed_count - 1, runs);
        return 0;
    }
    fprintf(stderr, "the target died (wait status %d)\n", status);
    save_crash(in, *at);
    return 1;
}
