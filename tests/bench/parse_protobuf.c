/*
 * The measure that lineage is held against: what any user of libpg_query pays before its own work begins. Reads
 * files of statements, each ended by a NUL byte, and parses each with pg_query_parse_protobuf, nothing more.
 */
#include <pg_query.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(*size + 1);
    if (!data || fread(data, 1, *size, file) != *size)
        abort();
    data[*size] = 0;
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    unsigned parsed = 0, failed = 0;
    for (int i = 1; i < argc; i++) {
        size_t size;
        char *data = read_whole(argv[i], &size);
        if (!data) {
            perror(argv[i]);
            return 1;
        }
        for (char *at = data; at < data + size; at += strlen(at) + 1) {
            PgQueryProtobufParseResult result = pg_query_parse_protobuf(at);
            parsed++;
            failed += result.error != NULL;
            pg_query_free_protobuf_parse_result(result);
        }
        free(data);
    }
    printf("%u %u\n", parsed, failed);
    return 0;
}
