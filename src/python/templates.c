/*
 * templates.c - the templated SQL of Airflow's operators. What is known when the DAG is written is filled in;
 * what is only known when it runs ({{ ds }}) stays for the SQL reader to read around.
 */
#include "python/airflow.h"

#include <string.h>

static void add_all(struct py *py, struct py_value *to, const struct py_value *from)
{
    for (uint32_t i = 0; from && from->kind == PY_DICT && i < from->count; i++)
        py_push(py, to, from->items[i]);
}

static const struct py_value *names_of(struct py *py, uint32_t dag, const struct py_value *params,
                                       TSNode call)
{
    struct py_value *names = py_value_new(py, PY_DICT, call), *all = py_value_new(py, PY_DICT, call);
    const struct af_node *d = dag ? af_node(py, dag) : NULL;

    add_all(py, all, d ? d->params : NULL);
    add_all(py, all, params);
    add_all(py, names, d ? d->macros : NULL);
    py_dict_set(py, names, py_string_made(py, SLICE("params"), call), all);
    return all->count || names->count > 2 ? names : NULL;
}

/* A template file beside the DAG, or in its template_searchpath. */
static const struct py_value *file_text(struct py *py, const struct py_value *path, uint32_t dag, TSNode call)
{
    const struct py_value *found = py_read_text(py, path, call);
    const struct py_value *folders = dag ? af_node(py, dag)->searchpath : NULL;
    struct py_args name = {.positional = &path, .positional_count = 1};

    if (found->kind == PY_STRING || !folders)
        return found;
    if (folders->kind == PY_STRING)
        return py_read_text(py, py_path_join(py, folders, &name, call), call);
    for (uint32_t i = 0; py_is_list(folders) && i < folders->count && found->kind != PY_STRING; i++)
        if (folders->items[i]->kind == PY_STRING)
            found = py_read_text(py, py_path_join(py, folders->items[i], &name, call), call);
    return found;
}

static const struct py_value *fill_in(struct py *py, const struct py_value *sql, uint32_t dag,
                                      const struct py_value *names, TSNode call)
{
    struct slice trimmed = slice_trim(sql->string);
    const struct py_value *text = sql;

    if (slice_ends(trimmed, ".sql") && !memchr(trimmed.p, '\n', trimmed.n)) {
        text = file_text(py, sql, dag, call);
        if (text->kind != PY_STRING)
            return sql;
    }
    text = py_jinja(py, text, names, call);
    /* One run is the file as it is: the job runs it by its name. */
    return text->kind == PY_STRING && text->run_count > 1 ? text : sql;
}

const struct py_value *af_template(struct py *py, const struct py_value *sql, uint32_t dag,
                                   const struct py_value *params, TSNode call)
{
    const struct py_value *names = names_of(py, dag, params, call);
    struct py_value *list;

    if (!names || py->walk->depth >= PY_MAX_DEPTH)
        return sql;
    if (sql->kind == PY_STRING)
        return fill_in(py, sql, dag, names, call);
    if (!py_is_list(sql))
        return sql;
    list = py_value_new(py, PY_LIST, call);
    for (uint32_t i = 0; i < sql->count && py_spend(py, 1); i++)
        py_push(py, list,
                sql->items[i]->kind == PY_STRING ? fill_in(py, sql->items[i], dag, names, call)
                                                 : sql->items[i]);
    return list;
}
