/*
 * pg_trees - libpg_query's own trees as JSON, for the tests' scripts. Reads one text per line of stdin, written
 * as a JSON string; prints one line each: the plpgsql tree of a CREATE FUNCTION or DO (pg_trees plpgsql), or the
 * parse tree of SQL (pg_trees sql); {"error": …} when the text is not taken. pg_query_parse_plpgsql aborts on
 * some bodies, so that each text is parsed by a process of its own: when that dies the line is {"error": "died"}.
 */
#include <jansson.h>
#include <pg_query.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void put_error(const char *message)
{
    json_t *error = json_pack("{s:s}", "error", message);
    char *text = json_dumps(error, JSON_COMPACT);

    puts(text);
    free(text);
    json_decref(error);
}

/* The trees have line ends inside strings only as escapes, but plpgsql's has them between its parts. */
static void put_line(char *tree)
{
    for (char *p = tree; *p; p++)
        if (*p == '\n')
            *p = ' ';
    puts(tree);
}

static void parse_plpgsql(const char *text)
{
    PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(text);

    if (result.error)
        put_error(result.error->message);
    else
        put_line(result.plpgsql_funcs);
}

static void parse_sql(const char *text)
{
    PgQueryParseResult result = pg_query_parse(text);

    if (result.error)
        put_error(result.error->message);
    else
        put_line(result.parse_tree);
}

static void parse_apart(void (*parse)(const char *text), const char *text)
{
    pid_t child;
    int status = 0;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        parse(text);
        fflush(stdout);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
        put_error("died");
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t capacity = 0;

    if (argc != 2 || (strcmp(argv[1], "plpgsql") && strcmp(argv[1], "sql"))) {
        fputs("usage: pg_trees plpgsql|sql\n", stderr);
        return 2;
    }
    while (getline(&line, &capacity, stdin) > 0) {
        json_t *text = json_loads(line, JSON_DECODE_ANY, NULL);

        if (json_is_string(text))
            parse_apart(strcmp(argv[1], "sql") ? parse_plpgsql : parse_sql, json_string_value(text));
        else
            put_error("not a JSON string");
        json_decref(text);
    }
    free(line);
    return 0;
}
