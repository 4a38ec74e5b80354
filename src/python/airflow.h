/*
 * airflow.h - the DAGs, task groups and tasks of a file, as airflow.c makes them and edges.c joins them.
 */
#ifndef PYTHON_AIRFLOW_H
#define PYTHON_AIRFLOW_H

#include "python/walk.h"

enum af_kind { AF_DAG = 1, AF_GROUP, AF_TASK };

/* What a value is called that is a task's output, not the task. */
#define AF_OUTPUT "task output"

enum af_role { AF_WORK, AF_SETUP, AF_TEARDOWN };

struct af_node {
    enum af_kind kind;
    enum af_role role;   /* AF_TASK */
    uint32_t inside;     /* of a context: the first node that was made in it */
    ir_job_id job;       /* AF_DAG, AF_TASK */
    uint32_t dag;        /* of a group or task, 0 while not known */
    uint32_t group;      /* the group around it */
    struct slice id;     /* with the groups' prefixes */
    struct slice prefix; /* AF_GROUP: of the ids inside, "group." */
    const struct py_value *params, *macros, *searchpath; /* AF_DAG: for templates; NULL when there are none */
    VEC(uint32_t) members;                               /* AF_GROUP: tasks and groups */
    VEC(uint32_t) up, down;                              /* AF_TASK */
};

/* A callable that a task runs, walked when the module is over and all its names are known. */
struct af_callable {
    uint32_t task;
    const struct py_value *function;
    const struct py_args *args;
};

struct airflow {
    VEC(struct af_node) nodes; /* from 1 */
    VEC(uint32_t) contexts;    /* `with` blocks around the code being walked */
    VEC(struct af_callable) callables;
    uint32_t walked;  /* how many of the callables were */
    struct map ids;   /* (dag, id) -> node */
    struct map edges; /* (from, to) -> 1 */
    struct map runs;  /* (task, function) -> 1, so that a callable runs once */
};

static inline struct airflow *af_state(const struct py *py)
{
    return py->airflow;
}

static inline struct af_node *af_node(const struct py *py, uint32_t handle)
{
    return &af_state(py)->nodes.items[handle];
}

/* Gives a task its DAG, and its job the id that goes with it. */
void af_set_dag(struct py *py, uint32_t task, uint32_t dag);

/* What an operand of >> names: tasks and groups, lists taken apart. */
struct af_set {
    VEC(uint32_t) items;
};
void af_collect(struct py *py, const struct py_value *v, struct af_set *out);

/* The same of outputs of tasks only. */
void af_collect_outputs(struct py *py, const struct py_value *v, struct af_set *out);
/* `with teardown:` ends: its setups come before what was made inside, which comes before it. */
void af_enclose(struct py *py, uint32_t teardown);

/* Every `from` before every `to`, groups by their leaves and roots; the declaration is off … end. */
void af_join(struct py *py, const struct af_set *from, const struct af_set *to, uint32_t off, uint32_t end);

/* The SQL that an operator is given, with what its templates say where that is known: `params` of the operator
 * and of its DAG, user_defined_macros. A .sql file is read when it has something to be filled in. templates.c */
const struct py_value *af_template(struct py *py, const struct py_value *sql, uint32_t dag,
                                   const struct py_value *params, TSNode call);

/* The value of a keyword, or of **{…} that holds it, or of a position (-1: none); NULL when it is not there. */
const struct py_value *af_argument(struct py *py, TSNode call, const char *name, int position);

/* airflow_links.c: what joins a task to other DAGs (sensors, triggers, outlets), and when a DAG begins. */
void af_note_links(struct py *py, TSNode call, uint32_t task, struct slice class);
void af_note_outlets(struct py *py, TSNode call, uint32_t task);
void af_note_asset(struct py *py, uint32_t task, struct slice name, TSNode at);
void af_note_schedule(struct py *py, uint32_t dag, TSNode call);
/* Asset("uri") and Dataset("uri"); NULL when the call is none. */
const struct py_value *af_asset(struct py *py, TSNode call, struct slice qualified);

/* set_upstream, set_downstream, chain, cross_downstream; NULL when it is none of them. */
const struct py_value *af_edge_call(struct py *py, TSNode call, struct slice qualified,
                                    const struct py_value *receiver);

#endif
