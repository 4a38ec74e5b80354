/*
 * walk.h - what the walk over a module, the evaluator, the database calls and Airflow share among
 * themselves. What the DataFrames need of them is in py.h.
 */
#ifndef PYTHON_WALK_H
#define PYTHON_WALK_H

#include "base/map.h"
#include "base/vec.h"
#include "python/py.h"

/* Kinds of nodes that code dispatches on: nodes.def. */
enum py_node {
    NODE_OTHER,
#define NODE(constant, name) NODE_##constant,
#include "python/nodes.def"
#undef NODE
};

/* How deep expressions, blocks and calls may nest, together, before the rest is left unknown. */
enum {
    PY_MAX_DEPTH = 400,
    PY_MAX_CALLS = 24,
    PY_MAX_UNROLL = 200,
    PY_MAX_NESTING = 1000,
    PY_MAX_CHOICES = 16,
    PY_MAX_PICKS = 16
};

/* Where a statement sends the code around it, when that is certain. */
enum py_jump { PY_NO_JUMP, PY_CONTINUE, PY_BREAK, PY_LEAVE };

/* What the decorators of a function say about it. */
enum py_role { PY_PLAIN, PY_TASK_ROLE, PY_DAG_ROLE, PY_GROUP_ROLE, PY_ASSET_ROLE };

/* `from x import *` in a module. */
struct py_star {
    uint32_t module;
    struct slice path;
};

/* A function, lambda or class of the file, as often as its definition is executed. */
struct py_function {
    TSNode node;
    struct py_env *env;              /* names that its body sees */
    const struct py_value *class;    /* of a method */
    const struct py_value *instance; /* of a class: stands for self where nobody made one */
    const struct py_value *value;    /* of a class: itself */
    enum py_role role;
    TSNode decorator; /* the one that gives the role */
    uint8_t set_up;   /* airflow.h: AF_SETUP, AF_TEARDOWN */
    uint32_t module;  /* the file that it stands in */
    bool property;    /* @property: its name is its call */
    bool context;     /* @contextmanager: what it yields is what `with` gives */
    bool taken_in;    /* of another file, and its rows are among ours */
    bool walked;      /* somebody called it */
    bool running;
};

/* A name was given a value. */
struct py_change {
    struct py_env *env;
    uint32_t slot;
    const struct py_value *before;
};

/* One call that is being walked. */
struct py_frame {
    struct py_frame *up;
    struct py_value *result;             /* of its return statements: a choice */
    struct py_value *yields;             /* what a generator gives */
    const struct py_value *class, *self; /* of a method */
};

/* Keyword and positional arguments as values. */
struct py_args {
    const struct py_value **positional;
    uint32_t positional_count;
    struct slice *names;
    const struct py_value **named;
    uint32_t named_count;
};

struct py_module; /* modules.h */

struct py_walk {
    struct strpool *names; /* identifiers, apart from the IR's strings */
    TSTreeCursor cursor;
    const uint8_t *kinds; /* enum py_node of a grammar symbol */
    uint32_t kind_count;
    struct map imports; /* (module, name) -> index in paths, plus one */
    VEC(struct slice) paths;
    VEC(struct py_star) stars;
    bool alchemy; /* something of SQLAlchemy is imported */

    /* modules.c */
    VEC(struct py_module) modules; /* 0 is the file that is read */
    uint32_t module;               /* whose code is being walked */
    uint32_t quiet;                /* a module is run for its names: what it does is none of ours */
    struct map found;              /* (folder, dotted path) -> module, plus two; 1: none */
    struct map opened;             /* path -> module, plus one */
    char *room;                    /* of py->source, once it holds more than one file */
    uint32_t room_end;

    /* A call has one value and one effect per execution of its statement: (epoch, node) -> value. */
    uint32_t epoch, epochs;
    struct map memo;
    VEC(const struct py_value *) memoized;

    struct py_choices *choosing;   /* choice.c: the world in which something is made; NULL: none is */
    const struct py_path *assumed; /* which every world starts from */
    const struct py_path *path;    /* of the code being walked, within its function */
    VEC(struct py_change) changes; /* of names, while a fork is open */
    uint32_t forks, forked;        /* open ones; all so far */
    struct map questions;          /* choice.c: condition -> its fork */
    uint32_t environments;
    uint32_t handed; /* calls that hand something to a database, so far */

    VEC(struct py_function) functions; /* from 1 */
    const struct py_value *class;      /* whose body is being walked */
    struct py_frame *frame;
    enum py_jump jump; /* nothing runs until what it leaves is over */
    uint32_t rounds;   /* of loops over known items around the code being walked */
    uint32_t
        base_flags; /* statement_flags where the function was called: with others a jump is not certain */
    uint32_t depth, calls;
    int64_t steps_left, bytes_left; /* what loops and calls may still cost */
    bool gave_up;

    struct map places; /* source offset of an unknown part -> N of its placeholder */
    uint32_t placeholders;
    struct map texts;  /* (call, job, content) -> text, so that a call is not added twice */
    struct map gaps;   /* offset -> 1, one gap per place */
    struct map orders; /* job -> how many texts and frames it has run */
    ir_job_id script;
};

/* ---- node.c ---- */
const uint8_t *py_kinds(struct arena *a, const TSLanguage *language, uint32_t *count);
enum py_node py_kind(const struct py *py, TSNode node);
bool py_none(TSNode node); /* ts_node_is_null */
/* The dotted spelling of a name or attribute chain as py_callee() gives it. */
struct slice py_dotted(const struct py *py, TSNode node);
struct slice py_last(struct slice dotted); /* after the last dot */
struct py_nodes py_arguments(const struct py *py, TSNode call);

/* ---- guard.c ---- */
/* Does the source nest so deeply that the parser must not see it? */
bool py_too_deep(struct slice source);

/* ---- syntax.c ---- */
void py_syntax_gaps(struct py *py);

/* ---- imports.c ---- */
void py_import(struct py *py, TSNode statement);
/* What an import of the current module calls a name: "pandas" for pd; empty when none does. */
struct slice py_import_path(const struct py *py, struct slice name);

/* ---- modules.c ---- */
/* Code of another module is walked now; returns where to go back to. */
struct py_here {
    uint32_t module;
    struct py_env *globals;
};
struct py_here py_module_enter(struct py *py, uint32_t module);
void py_module_leave(struct py *py, struct py_here here);
/* The path of the file whose code is being walked. */
struct slice py_module_path(const struct py *py);
/* What an imported name is, when it comes from a file of the tree; else NULL. */
const struct py_value *py_imported(struct py *py, struct slice name);
const struct py_value *py_at_path(struct py *py, struct slice dotted);
const struct py_value *py_module_attribute(struct py *py, uint32_t number, struct slice name);
/* The text of a file that the code opens; unknown when it is none of the tree. */
const struct py_value *py_read_text(struct py *py, const struct py_value *path, TSNode node);
/* The text of a template by its name: in the folder of the code, or one of those in which templates are kept. */
const struct py_value *py_template_file(struct py *py, const struct py_value *name, TSNode node);

/* ---- env.c ---- */
struct py_env *py_env_new(struct py *py, struct py_env *parent);
const struct py_value *py_env_own(struct py *py, struct py_env *env, struct slice name);
const struct py_value *py_env_get(struct py *py, struct py_env *env, struct slice name);
void py_env_set(struct py *py, struct py_env *env, struct slice name, const struct py_value *value);
/* Branches: each starts from the names as they were before the fork; where they end differently, a name
 * may be either afterwards. */
struct py_fork {
    uint32_t id, mark, branches;
    const struct py_path *path; /* of the code around it */
    uint64_t left;              /* the branches that nothing comes after */
    struct map slots;           /* (environment, slot) -> index in ends, plus one */
    VEC(struct py_end) ends;
};
struct py_end {
    struct py_env *env;
    uint32_t slot, branches; /* so many branches set it … */
    uint64_t set;            /* … these */
    struct py_value *value;  /* what it may be after them: a choice */
    uint32_t last;           /* the last branch that did, from 1 */
};
struct py_fork py_fork_begin(struct py *py, uint32_t id);
void py_fork_branch(struct py *py, struct py_fork *fork); /* a branch begins */
void py_fork_next(struct py *py, struct py_fork *fork,
                  bool left); /* … is over; left: by leaving the function */
void py_fork_end(struct py *py, struct py_fork *fork, bool exhaustive);
/* The names that are bound there, and their values, as a dict. */
struct py_value *py_env_dict(struct py *py, const struct py_env *env, TSNode node);
void py_env_global(struct py *py, struct py_env *env, struct slice name);

/* ---- value.c ---- */
struct py_value *py_value_new(struct py *py, enum py_kind kind, TSNode node);
const struct py_value *py_unknown(struct py *py, TSNode node);
void py_push(struct py *py, struct py_value *list, const struct py_value *item);
const struct py_value *py_dict_get(struct py *py, const struct py_value *dict, struct slice key);
void py_dict_set(struct py *py, struct py_value *dict, const struct py_value *key,
                 const struct py_value *value);
bool py_is_list(const struct py_value *v); /* a list or a tuple */
bool py_is_known_string(const struct py_value *v);
/* A string's bytes, a number as written, otherwise false. */
bool py_as_text(const struct py_value *v, struct slice *out);
bool py_as_int(const struct py_value *v, int64_t *out);

/* ---- choice.c ---- */
/* The fork of a condition: a new one, unless the same was asked before and nothing in it has changed since. Its
 * branch 0 is where it holds. */
uint32_t py_question(struct py *py, TSNode condition);
const struct py_path *py_path_with(struct py *py, const struct py_path *up, uint32_t fork, uint64_t branches);
/* What may be one of several values, as they are met: *choice starts as NULL; its end is the only one there is, or
 * unknown with all of them as its items. */
void py_choice_add(struct py *py, struct py_value **choice, const struct py_value *v,
                   const struct py_path *path);
const struct py_value *py_choice_end(const struct py_value *choice);
/* Any of the items. */
const struct py_value *py_any(struct py *py, struct py_value *const *items, uint32_t count, TSNode node);
/* make(data, v), or any of what it gives for those that v may be; NULL when it gives NULL for one. */
const struct py_value *py_each(struct py *py, const struct py_value *v,
                               const struct py_value *(*make)(void *data, const struct py_value *one),
                               void *data);
/* Something is made once per world: py_choices_begin(), while (py_choices_next(py, &c, made)) continue; then
 * py_choices_end() is what was made, or any of it. py_pick() says which alternative the world takes. */
struct py_choices {
    struct py_choices *up;
    const struct py_path *path; /* of the values picked so far */
    const struct py_path *from; /* of the code, before any was picked */
    uint32_t at, picks, pick[PY_MAX_PICKS], of[PY_MAX_PICKS];
    bool impossible; /* what was picked does not go together */
    struct py_value *made;
};
void py_choices_begin(struct py *py, struct py_choices *c, TSNode node);
bool py_choices_next(struct py *py, struct py_choices *c, const struct py_value *v);
const struct py_value *py_choices_end(struct py *py, struct py_choices *c);
const struct py_value *py_pick(struct py *py, const struct py_value *v);
/* A value without what it cannot be where the code is. */
const struct py_value *py_possible(struct py *py, const struct py_value *v);

/* ---- string.c: strings under construction ---- */
struct py_string {
    struct py *py;
    struct buf bytes;
    VEC(struct py_run) runs;
    uint32_t unknown;
    bool too_long;
};
struct py_string py_string_new(struct py *py);
/* Adds bytes that stand at source_off, source_len long there. */
void py_string_add(struct py_string *s, const char *bytes, size_t n, enum ir_segment_kind kind,
                   uint32_t source_off, uint32_t source_len);
/* Adds bytes off … off + len of another string, its runs with it; `substituted` when it is put in. */
void py_string_part(struct py_string *s, const struct py_value *v, size_t off, size_t len, bool substituted);
/* Adds a value as str() would print it; what is not known becomes a placeholder for `node`. */
void py_string_value(struct py_string *s, const struct py_value *v, TSNode node, bool substituted);
void py_string_placeholder(struct py_string *s, TSNode node);
const struct py_value *py_string_end(struct py_string *s, TSNode node);
/* A string that was computed, all of it standing for `node`. */
const struct py_value *py_string_made(struct py *py, struct slice bytes, TSNode node);

/* ---- spec.c ---- */
struct py_spec {
    char fill, align, sign, group, type;
    bool zero;
    int width, precision; /* precision -1: none */
};
bool py_spec_of(struct slice written, struct py_spec *spec);
/* Adds a value as format() or % has it; conversion: 'r', 's', 'a' or 0. */
void py_string_formatted(struct py_string *s, const struct py_value *v, char conversion,
                         const struct py_spec *spec, TSNode node);
/* A number as str() prints it; false when that is not as it is written. */
bool py_number_text(struct py *py, const struct py_value *v, struct slice *out);

/* ---- literal.c, format.c ---- */
const struct py_value *py_literal(struct py *py, TSNode node);
const struct py_value *py_concatenated(struct py *py, TSNode node);
const struct py_value *py_percent(struct py *py, const struct py_value *format, const struct py_value *values,
                                  TSNode node);
const struct py_value *py_format(struct py *py, const struct py_value *format, const struct py_args *args,
                                 TSNode node);

/* {{ name }}, {{ params.name }} and $name in a template: what stands for them by the names that `values` (a dict)
 * has, everything else as it is. template.c */
const struct py_value *py_jinja(struct py *py, const struct py_value *text, const struct py_value *values,
                                TSNode node);
const struct py_value *py_dollar(struct py *py, const struct py_value *text, const struct py_value *values,
                                 TSNode node);

/* ---- methods.c, builtins.c ---- */
/* The value of a call of a method of a string, list or dict; NULL when it is none that we know. */
const struct py_value *py_method(struct py *py, const struct py_value *self, struct slice name, TSNode call);
/* The value of a call of a known function by its qualified name; NULL when it is none. */
const struct py_value *py_builtin(struct py *py, struct slice qualified, TSNode call);
/* The same for one argument that is a value; unknown when the function is none that takes one. */
const struct py_value *py_builtin_of(struct py *py, struct slice qualified, const struct py_value *argument,
                                     TSNode call);
/* a/b and so on; the folder of a path. */
const struct py_value *py_path_join(struct py *py, const struct py_value *first, const struct py_args *rest,
                                    TSNode node);
const struct py_value *py_path_folder(struct py *py, const struct py_value *path, TSNode node);
/* The lines of a string, with what ends them or without. */
const struct py_value *py_lines(struct py *py, const struct py_value *v, bool ends, TSNode node);
/* The items that a loop over this value goes through, NULL when not known. */
const struct py_value *py_items(struct py *py, const struct py_value *v);

/* ---- apply.c: builtins that take functions or names ---- */
const struct py_value *py_map(struct py *py, TSNode call);
const struct py_value *py_filter(struct py *py, TSNode call);
const struct py_value *py_getattr(struct py *py, TSNode call);
const struct py_value *py_locals(struct py *py, TSNode call);
const struct py_value *py_globals(struct py *py, TSNode call);
const struct py_value *py_namespace(struct py *py, TSNode call);
const struct py_value *py_field_default(struct py *py, TSNode call);
/* The members of a class that is an Enum. */
const struct py_value *py_members(struct py *py, const struct py_value *class);

/* ---- truth.c ---- */
/* 1, 0, or -1 when it is not known. */
int py_truth(const struct py_value *v);
int py_contains(const struct py_value *list, const struct py_value *v);
const struct py_value *py_comparison(struct py *py, TSNode node);
const struct py_value *py_not(struct py *py, TSNode node);
const struct py_value *py_number(struct py *py, int64_t value, TSNode node);
/* Whole numbers: op is one of + - * / (rounded down) %. */
const struct py_value *py_arithmetic(struct py *py, char op, const struct py_value *a,
                                     const struct py_value *b, TSNode node);

/* ---- eval.c, call.c ---- */
/* The item of a dict or list at a key or index; NULL when there is none that is known. */
const struct py_value *py_item(struct py *py, const struct py_value *v, const struct py_value *key,
                               TSNode node);
const struct py_value *py_add(struct py *py, const struct py_value *a, const struct py_value *b, TSNode node);
/* Adds the items of *expression to a list. */
void py_spread(struct py *py, struct py_value *list, TSNode splat);
const struct py_value *py_eval_call(struct py *py, TSNode call);
struct py_args py_eval_args(struct py *py, TSNode call);
bool py_spend(struct py *py, uint32_t steps); /* false: nothing is left to spend */
const struct py_value *py_memo_get(struct py *py, TSNode node);
void py_memo_put(struct py *py, TSNode node, const struct py_value *value);
/* A new execution begins; returns the epoch to go back to. */
uint32_t py_epoch_begin(struct py *py);
void py_epoch_end(struct py *py, uint32_t epoch);

/* ---- walk.c ---- */
void py_walk_block(struct py *py, TSNode block);
/* Evaluates every call inside an expression, inner ones first. */
void py_scan(struct py *py, TSNode node);
void py_bind(struct py *py, TSNode target, const struct py_value *value);

/* ---- function.c ---- */
/* yield, yield from */
void py_yield(struct py *py, TSNode node);
/* super(), super(Class, self) */
const struct py_value *py_super(struct py *py, TSNode call);
/* Is the function a @property, bound to an object? */
bool py_is_property(const struct py *py, const struct py_value *v);
/* Is the value a class that says so of itself by one of its bases' names ("Enum")? */
bool py_is_kind_of(struct py *py, const struct py_value *class, const char *base);
/* Registers a function or class definition and binds its name. */
void py_define(struct py *py, TSNode definition, struct py_nodes decorators);
const struct py_value *py_lambda(struct py *py, TSNode lambda);
/* Walks a function's body with these arguments and gives what it returns; a class gives an object. */
const struct py_value *py_invoke(struct py *py, const struct py_value *function, const struct py_args *args,
                                 TSNode call);
/* An attribute of an object or class: its own, its class's, or a base class's; NULL when there is none. */
const struct py_value *py_attribute(struct py *py, const struct py_value *object, struct slice name);
/* functools.partial(f, …), collections.namedtuple(…): made, and called; NULL when it is none of them. */
const struct py_value *py_partial(struct py *py, TSNode call);
const struct py_value *py_call_made(struct py *py, const struct py_value *callee, TSNode call);
/* The fields of an object whose class has no __init__, such as a dataclass. made.c */
void py_set_fields(struct py *py, const struct py_value *object, TSNode class, const struct py_args *args);
/* Walks every function that nobody called. */
void py_walk_rest(struct py *py);

/* ---- job.c ---- */
/* Another job's code is walked now; returns the job to go back to. */
ir_job_id py_job_enter(struct py *py, ir_job_id job);
void py_job_leave(struct py *py, ir_job_id before);
void py_gap(struct py *py, enum ir_gap_kind kind, TSNode node, const char *why, const char *advice);

/* ---- calls.c, connection.c ---- */
/* Adds the texts of a call that hands SQL to a database; false when it is no such call. */
bool py_database_call(struct py *py, TSNode call, struct slice qualified, const struct py_value *receiver,
                      struct py_value *result);
/* How SQL reaches a database, for py_add_sql(). */
struct py_handover {
    enum ir_call_kind kind;
    TSNode call;
    ir_str connection;
    enum ir_dialect dialect;
    bool files;             /* a string that ends in .sql names a file */
    enum ir_text_kind text; /* 0: TEXT_GUEST */
};
/* Adds the texts of an SQL value: a string, a list of strings, the names of .sql files. Returns the last
 * text. `sure`: nothing but SQL can stand here, so what is not known is a gap. */
ir_text_id py_add_sql(struct py *py, const struct py_value *sql, const struct py_handover *how, bool sure);
/* Adds a string of shell code that a task runs. */
void py_add_command(struct py *py, const struct py_value *command, TSNode call);
bool py_looks_like_sql(struct slice text);
/* A database that has no name of its own is called what the code calls it. */
void py_name_database(const struct py_value *v, struct slice name);
/* Fills in which database the object that `call` makes belongs to. */
void py_connect(struct py *py, struct py_value *object, TSNode call, const struct py_value *base);
enum ir_dialect py_dialect_of(struct py *py, TSNode expression);
/* The dialect that a class, module or URL scheme speaks by its name. */
enum ir_dialect py_dialect_named(struct slice name);
/* The value of a call's keyword that ends in "conn_id" (or of `position`, -1 for none) as a connection. */
struct slice py_connection_id(struct py *py, TSNode call, int position);

/* ---- rows.c ---- */
/* The query whose rows a value, or one of its items, is made of; none when it is none. */
ir_text_id py_rows_of(const struct py_value *v);
/* What is not known, made of a value. */
const struct py_value *py_unknown_of(struct py *py, TSNode node, const struct py_value *of);
/* What a call gives: where nobody knows more, what its receiver and arguments are made of. */
const struct py_value *py_rows_through(struct py *py, TSNode call, const struct py_value *receiver,
                                       const struct py_value *made);
/* The arguments of a call beside its SQL are that text's parameters. */
void py_rows_hand(struct py *py, TSNode call, TSNode sql, ir_text_id text);

/* ---- alchemy.c: SQLAlchemy's tables and statements ---- */
/* sqlalchemy.Table(…) */
const struct py_value *py_alchemy_table(struct py *py, TSNode call);
/* A column of a table or of a mapped class; NULL when it is none. */
const struct py_value *py_alchemy_attribute(struct py *py, const struct py_value *object, struct slice name,
                                            TSNode node);
/* select(…).where(…) and the like as SQL; NULL when the call is no such thing. An ORM query that is run right
 * there is handed over. */
const struct py_value *py_alchemy_sql(struct py *py, TSNode call);

/* ---- airflow.c, edges.c ---- */
void py_airflow_begin(struct py *py);
/* DAGs, task groups, operators, set_upstream, chain …; NULL when it is none of them. */
const struct py_value *py_airflow_call(struct py *py, TSNode call, struct slice qualified,
                                       const struct py_value *receiver);
/* A call of a function with a TaskFlow decorator. */
const struct py_value *py_airflow_flow(struct py *py, TSNode call, const struct py_value *function);
/* a >> b and a << b. */
const struct py_value *py_airflow_shift(struct py *py, TSNode node);
/* task.output, task.task_id, dag.dag_id …; NULL when it is none of them. */
const struct py_value *py_airflow_attribute(struct py *py, const struct py_value *object, struct slice name,
                                            TSNode node);
/* `with` a DAG, a task group or a teardown: everything made until the end belongs to it. */
bool py_airflow_enter(struct py *py, const struct py_value *context);
void py_airflow_leave(struct py *py);
/* Walks the callables of the tasks and gives every job its final id. */
void py_airflow_end(struct py *py);

#endif
