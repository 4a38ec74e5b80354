/*
 * python.c - one Python file: parsed by tree-sitter, whose tolerance keeps broken and Python 2 files
 * readable, then walked in the order of its execution.
 */
#include "python/modules.h"

enum { MAX_FILE = 20 << 20 };

static void refuse(struct ir *ir, ir_file_id file, const char *why, const char *advice)
{
    ir_add_gap(ir, (struct ir_gap){.kind = IR_GAP_FILE,
                                   .file = file,
                                   .why = ir_interns(ir, why),
                                   .advice = ir_interns(ir, advice)});
    IR(ir, file, file)->status = IR_STATUS_FAILED;
}

static struct py_walk *new_walk(struct py *py, const TSLanguage *language)
{
    struct py_walk *walk = ARENA_NEW(py->scratch, struct py_walk);
    struct arena *a = py->scratch;

    walk->names = strpool_new(a);
    walk->cursor = ts_tree_cursor_new(py->root);
    walk->kinds = py_kinds(a, language, &walk->kind_count);
    walk->imports = map_new(a);
    walk->memo = map_new(a);
    walk->questions = map_new(a);
    walk->places = map_new(a);
    walk->texts = map_new(a);
    walk->gaps = map_new(a);
    walk->orders = map_new(a);
    vec_push(a, &walk->functions, (struct py_function){0});
    walk->steps_left = 1000000 + 4 * (int64_t)py->source.n;
    walk->bytes_left = (64 << 20) + 16 * (int64_t)py->source.n;
    return walk;
}

static void walk_module(struct py *py)
{
    py->globals = py->env = py_env_new(py, NULL);
    py_modules_begin(py);
    py_airflow_begin(py);
    py_frames_begin(py);
    py_walk_block(py, py->root);
    py_airflow_end(py);
    py_walk_rest(py);
    py_airflow_end(py);
    if (py->walk->gave_up)
        py_gap(py, IR_GAP_FILE, py->root, "its loops and calls run to more steps than are followed",
               "split the file; what came first was read");
}

static void read_tree(struct py *py, TSTree *tree, const TSLanguage *language)
{
    struct py_mark before = py_places_mark(py->ir);
    uint32_t gaps = py->ir->gap.count;

    py->root = ts_tree_root_node(tree);
    py->walk = new_walk(py, language);
    py_syntax_gaps(py);
    if (py->ir->gap.count > gaps)
        IR(py->ir, file, py->file)->status = IR_STATUS_PARTIAL;
    walk_module(py);
    py_code(py);
    py_places_settle(py, &before);
    py_modules_end(py);
    ts_tree_cursor_delete(&py->walk->cursor);
}

void python_read(struct ir *ir, struct arena *scratch, ir_file_id file, const struct python_options *options)
{
    static const struct python_options plain = {0};
    struct py py = {.ir = ir,
                    .scratch = scratch,
                    .options = options ? options : &plain,
                    .file = file,
                    .source = ir_slice(ir, IR(ir, file, file)->source)};
    const TSLanguage *language = tree_sitter_python();
    TSParser *parser;
    TSTree *tree = NULL;

    py_notebook(scratch, ir_slice(ir, IR(ir, file, file)->path), py.source, &py.source, &py.map);
    if (py.source.n > MAX_FILE) {
        refuse(ir, file, "more than 20 MB of Python", "split the file");
        return;
    }
    if (py_too_deep(py.source)) {
        refuse(ir, file, "brackets nest too deeply for Python", "is this a Python file?");
        return;
    }
    parser = ts_parser_new();
    if (ts_parser_set_language(parser, language))
        tree = ts_parser_parse_string(parser, NULL, py.source.p, (uint32_t)py.source.n);
    if (tree)
        read_tree(&py, tree, language);
    else
        refuse(ir, file, "the Python grammar does not fit the parser library",
               "build against tree-sitter with ABI 14");
    ts_tree_delete(tree);
    ts_parser_delete(parser);
}
