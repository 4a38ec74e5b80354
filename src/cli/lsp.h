/*
 * lsp.h - what the language server answers, apart from how it is asked.
 */
#ifndef CLI_LSP_H
#define CLI_LSP_H

#include "ir/ir.h"

#include <jansson.h>

/* A judged project, and where its paths count from. */
struct lsp_project {
    const struct ir *ir; /* NULL: not judged yet */
    struct arena *scratch;
    const char *root; /* absolute */
};

/* The path below the root of a file:// URI; NULL when it is elsewhere. */
const char *lsp_path_of(struct arena *a, const char *root, const char *uri);
const char *lsp_uri_of(struct arena *a, const char *root, const char *path);

/* The diagnostics of a file. */
json_t *lsp_diagnostics(const struct lsp_project *p, ir_file_id file);

/* A position in a request's params: the file and the byte. False when the file is not of the project. */
bool lsp_position(const struct lsp_project *p, const json_t *params, ir_file_id *file, uint32_t *off);

/* Results of requests; null when there is nothing to say. */
json_t *lsp_hover(const struct lsp_project *p, const json_t *params);
json_t *lsp_definition(const struct lsp_project *p, const json_t *params);
json_t *lsp_code_actions(const struct lsp_project *p, const json_t *params);

#endif
