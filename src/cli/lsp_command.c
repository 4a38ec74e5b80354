/*
 * lineage lsp: the language server over standard input and output. The project is judged when no further message is
 * waiting, so that fast typing does not queue runs. Open documents stand in an overlay, which the readers see instead
 * of the files.
 */
#include "cli/commands.h"

#include "cli/config.h"
#include "cli/linting.h"
#include "cli/lsp.h"
#include "cli/read.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { LARGEST_MESSAGE = 256 << 20 };

struct server {
    struct options options; /* of the command line and the environment */
    struct arena *arena;    /* the server's */
    struct arena *run;      /* of the last run; NULL before it */
    struct lsp_project project;
    struct overlay overlay;
    json_t *documents; /* path -> text */
    json_t *published; /* path -> true: files that have diagnostics in the editor */
    bool stale, shut_down;
    struct err said; /* the last trouble that was told */
    FILE *in;
};

/* ---- messages ---- */

static void send_message(json_t *message)
{
    char *text = json_dumps(message, JSON_COMPACT);

    if (text)
        printf("Content-Length: %zu\r\n\r\n%s", strlen(text), text);
    fflush(stdout);
    free(text);
    json_decref(message);
}

static void answer(const json_t *id, json_t *result)
{
    send_message(json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result", result));
}

static void refuse(const json_t *id, int code, const char *why)
{
    send_message(json_pack("{s:s, s:O, s:{s:i, s:s}}", "jsonrpc", "2.0", "id", id, "error", "code", code,
                           "message", why));
}

/* NULL at the end of the input or when it makes no sense. */
static json_t *read_message(struct server *s)
{
    unsigned long length = 0;
    char line[256], *bytes;
    json_t *message = NULL;

    do {
        if (!fgets(line, sizeof line, s->in))
            return NULL;
        if (strncasecmp(line, "Content-Length:", 15) == 0)
            length = strtoul(line + 15, NULL, 10);
    } while (strcmp(line, "\r\n") != 0 && strcmp(line, "\n") != 0);
    if (!length || length > LARGEST_MESSAGE)
        return NULL;
    bytes = malloc(length);
    if (!bytes)
        die("out of memory");
    if (fread(bytes, 1, length, s->in) == length)
        message = json_loadb(bytes, length, 0, NULL);
    free(bytes);
    return message;
}

/* ---- documents ---- */

static void set_document(struct server *s, const json_t *params, const char *text)
{
    const char *uri = json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri"));
    const char *path = s->project.root ? lsp_path_of(s->arena, s->project.root, uri) : NULL;

    if (!path)
        return;
    if (text)
        json_object_set_new(s->documents, path, json_string(text));
    else
        json_object_del(s->documents, path);
    s->stale = true;
}

static void on_open(struct server *s, const json_t *params)
{
    set_document(s, params,
                 json_string_value(json_object_get(json_object_get(params, "textDocument"), "text")));
}

/* The whole text comes with each change, as the server asks for. */
static void on_change(struct server *s, const json_t *params)
{
    const json_t *changes = json_object_get(params, "contentChanges");
    const json_t *last = json_array_get(changes, json_array_size(changes) - 1);
    const char *text = json_string_value(json_object_get(last, "text"));

    if (text)
        set_document(s, params, text);
}

static void on_close(struct server *s, const json_t *params)
{
    set_document(s, params, NULL);
}

static void on_save(struct server *s, const json_t *params)
{
    (void)params;
    s->stale = true;
}

/* ---- runs ---- */

static void fill_overlay(struct server *s, struct arena *a)
{
    const char *path;
    json_t *text;

    s->overlay = (struct overlay){.by_path = map_new(a)};
    json_object_foreach(s->documents, path, text)
    {
        struct slice bytes = {json_string_value(text), json_string_length(text)};

        vec_push(a, &s->overlay.files, ((struct overlay_file){path, bytes}));
        map_put(&s->overlay.by_path, hash_bytes(path, strlen(path)), s->overlay.files.count);
    }
}

static void publish(struct server *s, const char *path, json_t *diagnostics)
{
    send_message(json_pack("{s:s, s:s, s:{s:s, s:o}}", "jsonrpc", "2.0", "method",
                           "textDocument/publishDiagnostics", "params", "uri",
                           lsp_uri_of(s->run, s->project.root, path), "diagnostics", diagnostics));
}

/* Files with findings, and those that had some before. */
static void publish_all(struct server *s)
{
    const struct ir *ir = s->project.ir;
    json_t *before = s->published;
    const char *path;
    json_t *unused;

    s->published = json_object();
    for (IR_EACH(ir, file, f)) {
        json_t *list = lsp_diagnostics(&s->project, f);

        path = ir_string(ir, IR(ir, file, f)->path);
        if (json_array_size(list)) {
            json_object_set_new(s->published, path, json_true());
            publish(s, path, list);
        } else {
            json_decref(list);
        }
    }
    json_object_foreach(before, path, unused) if (!json_object_get(s->published, path))
        publish(s, path, json_array());
    json_decref(before);
}

/* Trouble is told once, not at each key. */
static void say_trouble(struct server *s, const struct err *e)
{
    if (strcmp(s->said.message, e->message) != 0)
        send_message(json_pack("{s:s, s:s, s:{s:i, s:s}}", "jsonrpc", "2.0", "method", "window/showMessage",
                               "params", "type", 1, "message", e->message));
    s->said = *e;
}

/* The project's settings as they are now. */
static int configure(const struct server *s, struct arena *a, struct options *o, struct err *e)
{
    *o = s->options;
    if (config_apply(a, o, e) < 0 || options_check(o, e) < 0)
        return -1;
    o->quiet = true;
    o->overlay = &s->overlay;
    return 0;
}

static void judge(struct server *s)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct options o;
    struct err e;

    s->stale = false;
    fill_overlay(s, a);
    if (configure(s, a, &o, &e) < 0 || lint_once(ir, scratch, &o, &e) < 0) {
        say_trouble(s, &e);
        arena_free(a);
    } else {
        arena_free(s->run);
        s->run = a;
        s->project.ir = ir;
        s->project.scratch = a;
        s->said.message[0] = '\0';
        publish_all(s);
    }
    arena_free(scratch);
}

/* ---- requests ---- */

static const char *root_of(struct server *s, const json_t *params)
{
    const json_t *folders = json_object_get(params, "workspaceFolders");
    const char *uri = json_string_value(json_object_get(json_array_get(folders, 0), "uri"));
    const char *path;

    if (!uri)
        uri = json_string_value(json_object_get(params, "rootUri"));
    path = lsp_path_of(s->arena, "", uri);
    return path ? arena_printf(s->arena, "/%s", path) : NULL;
}

static json_t *initialize(struct server *s, const json_t *params)
{
    const char *root = root_of(s, params);
    char *here;

    if (root && chdir(root) < 0)
        fprintf(stderr, "lineage: %s can't be entered\n", root);
    here = getcwd(NULL, 0);
    s->project.root = here ? arena_strndup(s->arena, here, strlen(here)) : "";
    free(here);
    s->stale = true;
    return json_pack("{s:{s:{s:b, s:i, s:b}, s:b, s:b, s:{s:[s]}}, s:{s:s, s:s}}", "capabilities",
                     "textDocumentSync", "openClose", 1, "change", 1, "save", 1, "hoverProvider", 1,
                     "definitionProvider", 1, "codeActionProvider", "codeActionKinds", "quickfix",
                     "serverInfo", "name", "lineage", "version", LINEAGE_VERSION);
}

static json_t *do_shutdown(struct server *s, const json_t *params)
{
    (void)params;
    s->shut_down = true;
    return json_null();
}

static json_t *hover(struct server *s, const json_t *params)
{
    return lsp_hover(&s->project, params);
}

static json_t *definition(struct server *s, const json_t *params)
{
    return lsp_definition(&s->project, params);
}

static json_t *code_actions(struct server *s, const json_t *params)
{
    return lsp_code_actions(&s->project, params);
}

static const struct {
    const char *method;
    json_t *(*answer)(struct server *s, const json_t *params);
} requests[] = {{"initialize", initialize},
                {"shutdown", do_shutdown},
                {"textDocument/hover", hover},
                {"textDocument/definition", definition},
                {"textDocument/codeAction", code_actions}};

static const struct {
    const char *method;
    void (*take)(struct server *s, const json_t *params);
} notices[] = {{"textDocument/didOpen", on_open},
               {"textDocument/didChange", on_change},
               {"textDocument/didClose", on_close},
               {"textDocument/didSave", on_save}};

static void take_message(struct server *s, const json_t *message)
{
    const char *method = json_string_value(json_object_get(message, "method"));
    const json_t *id = json_object_get(message, "id"), *params = json_object_get(message, "params");

    for (size_t i = 0; method && !id && i < sizeof notices / sizeof *notices; i++)
        if (strcmp(notices[i].method, method) == 0)
            notices[i].take(s, params);
    for (size_t i = 0; method && id && i < sizeof requests / sizeof *requests; i++) {
        if (strcmp(requests[i].method, method) != 0)
            continue;
        if (s->shut_down || (!s->project.root && requests[i].answer != initialize)) {
            refuse(id, s->shut_down ? -32600 : -32002,
                   s->shut_down ? "lineage was shut down" : "initialize comes first");
            return;
        }
        /* A question is about what was said before it. */
        if (s->stale && s->project.root)
            judge(s);
        answer(id, requests[i].answer(s, params));
        return;
    }
    if (method && id)
        refuse(id, -32601, "lineage has no such method");
}

static bool is_waiting(struct server *s)
{
    struct pollfd fd = {.fd = fileno(s->in), .events = POLLIN};

    return poll(&fd, 1, 50) > 0;
}

int cmd_LSP(struct arena *a, const struct options *o, struct err *e)
{
    struct server s = {
        .options = *o, .arena = a, .documents = json_object(), .published = json_object(), .in = stdin};
    bool leave = false;
    json_t *message;

    (void)e;
    /* What stdio holds back, poll can't see. */
    setvbuf(stdin, NULL, _IONBF, 0);
    s.options.quiet = true;
    if (!o->paths.count)
        vec_push(a, &s.options.paths, ".");
    while (!leave && (message = read_message(&s))) {
        const char *method = json_string_value(json_object_get(message, "method"));

        leave = method && strcmp(method, "exit") == 0;
        take_message(&s, message);
        json_decref(message);
        if (!leave && s.stale && s.project.root && !is_waiting(&s))
            judge(&s);
    }
    json_decref(s.documents);
    json_decref(s.published);
    arena_free(s.run);
    return s.shut_down ? 0 : 1;
}
