/*
 * function.c - functions, lambdas and classes of the file. A body is walked each time somebody calls it
 * with the arguments bound, as deep as the bounds allow; what nobody calls is walked once at the end, so
 * that nothing in it is lost.
 */
#include "python/airflow.h"

static struct py_function *function_of(struct py *py, const struct py_value *v)
{
    return &py->walk->functions.items[v->handle];
}

/* ---- definitions ---- */

/* The name that a decorator goes by, qualified, without its arguments. */
static struct slice decorator_name(struct py *py, TSNode decorator)
{
    struct py_nodes inner = py_children(py, decorator);
    TSNode node = inner.count ? inner.items[0] : decorator;

    if (py_kind(py, node) == NODE_CALL)
        node = py_field(node, "function");
    return py_qualified(py, py_dotted(py, node));
}

/* "airflow.decorators.task", "airflow.sdk.task.virtualenv" … */
static enum py_role role_of(struct slice decorator)
{
    static const struct {
        const char *name;
        enum py_role role;
    } roles[] = {{"task", PY_TASK_ROLE},  {"dag", PY_DAG_ROLE},       {"task_group", PY_GROUP_ROLE},
                 {"setup", PY_TASK_ROLE}, {"teardown", PY_TASK_ROLE}, {"asset", PY_ASSET_ROLE}};

    if (!slice_starts(decorator, "airflow."))
        return PY_PLAIN;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (slice_is(py_last(decorator), roles[i].name))
            return roles[i].role;
    return slice_starts(decorator, "airflow.decorators.task.") || slice_starts(decorator, "airflow.sdk.task.")
               ? PY_TASK_ROLE
               : PY_PLAIN;
}

/* @setup and @teardown, which may stand above @task. */
static bool is_set_up(struct slice decorator)
{
    return slice_starts(decorator, "airflow.") &&
           (slice_is(py_last(decorator), "setup") || slice_is(py_last(decorator), "teardown"));
}

static struct py_value *register_function(struct py *py, struct py_function f)
{
    struct py_value *v = py_value_new(py, PY_FUNCTION, f.node);

    f.module = py->walk->module;
    vec_push(py->scratch, &py->walk->functions, f);
    v->handle = py->walk->functions.count - 1;
    return v;
}

static void define_class(struct py *py, TSNode definition)
{
    struct py_value *v =
        register_function(py, (struct py_function){.node = definition, .env = py->env, .walked = true});
    const struct py_value *outer_class = py->walk->class;
    struct py_env *outer = py->env;

    v->env = py_env_new(py, outer);
    function_of(py, v)->value = v;
    py->env = v->env;
    py->walk->class = v;
    py_walk_block(py, py_field(definition, "body"));
    py->walk->class = outer_class;
    py->env = outer;
    py_env_set(py, outer, py_bytes(py, py_field(definition, "name")), v);
}

/* @udf, @F.udf("int"), @pandas_udf(…): called with columns, it gives a column, which its body does not show. */
static bool is_udf(struct py *py, struct py_nodes decorators)
{
    for (uint32_t i = 0; i < decorators.count; i++) {
        struct slice name = py_last(decorator_name(py, decorators.items[i]));
        if (slice_is(name, "udf") || slice_is(name, "pandas_udf") || slice_is(name, "udtf"))
            return true;
    }
    return false;
}

void py_define(struct py *py, TSNode definition, struct py_nodes decorators)
{
    const struct py_value *class = py->walk->class;
    struct py_function f = {.node = definition, .env = py->env, .class = class};
    struct py_value *v;
    bool on_class = false;

    if (py_kind(py, definition) == NODE_CLASS) {
        define_class(py, definition);
        return;
    }
    if (class)
        f.env = function_of(py, class)->env;
    if (is_udf(py, decorators)) {
        py_env_set(py, py->env, py_bytes(py, py_field(definition, "name")), py_unknown(py, definition));
        return;
    }
    for (uint32_t i = 0; i < decorators.count; i++) {
        struct slice name = decorator_name(py, decorators.items[i]);
        enum py_role role = role_of(name);
        if (role != PY_PLAIN && !(f.set_up && role == PY_TASK_ROLE && is_set_up(name))) {
            f.role = role;
            f.decorator = decorators.items[i];
        }
        if (is_set_up(name))
            f.set_up = slice_is(py_last(name), "setup") ? AF_SETUP : AF_TEARDOWN;
        if (slice_is(name, "staticmethod"))
            f.class = NULL;
        on_class |= slice_is(name, "classmethod");
        f.property |= slice_is(name, "property") || slice_ends(name, "cached_property");
        f.context |= slice_ends(name, "contextmanager");
    }
    v = register_function(py, f);
    v->base = on_class ? class : NULL;
    py_env_set(py, py->env, py_bytes(py, py_field(definition, "name")), v);
}

const struct py_value *py_lambda(struct py *py, TSNode lambda)
{
    const struct py_value *known = py_memo_get(py, lambda);

    if (known)
        return known;
    known = register_function(py, (struct py_function){.node = lambda, .env = py->env});
    py_memo_put(py, lambda, known);
    return known;
}

/* ---- attributes ---- */

static const struct py_value *class_attribute(struct py *py, const struct py_value *class, struct slice name);

/* A name of the classes above a class. */
static const struct py_value *inherited(struct py *py, const struct py_value *class, struct slice name)
{
    const struct py_value *found = NULL;
    struct py_nodes bases;
    struct py_env *env = py->env;
    struct py_here here;

    if (py->walk->depth >= PY_MAX_DEPTH)
        return NULL;
    py->walk->depth++;
    bases = py_children(py, py_field(class->node, "superclasses"));
    here = py_module_enter(py, function_of(py, class)->module);
    py->env = function_of(py, class)->env;
    for (uint32_t i = 0; i < bases.count && !found; i++) {
        const struct py_value *base = py_eval(py, bases.items[i]);
        if (base->kind == PY_FUNCTION && base->env && base != class)
            found = class_attribute(py, base, name);
    }
    py->env = env;
    py_module_leave(py, here);
    py->walk->depth--;
    return found;
}

/* A name of a class or of the classes above it. */
static const struct py_value *class_attribute(struct py *py, const struct py_value *class, struct slice name)
{
    const struct py_value *found = py_env_own(py, class->env, name);

    return found ? found : inherited(py, class, name);
}

/* What a class has, as its object has it: a method is the object's own, a @classmethod its class's. */
static const struct py_value *bind_method(struct py *py, const struct py_value *found,
                                          const struct py_value *class, const struct py_value *object)
{
    const struct py_value *self = found && found->base ? class : object;
    struct py_value *bound;

    if (!found || found->kind != PY_FUNCTION || found->env || !self || found->base == self)
        return found;
    bound = ARENA_NEW(py->scratch, struct py_value);
    *bound = *found;
    bound->base = self;
    return bound;
}

static const struct py_value super_object = {.string = {"super", 5}};

static bool is_super(const struct py_value *v)
{
    return v->kind == PY_OBJECT && v->string.p == super_object.string.p;
}

const struct py_value *py_super(struct py *py, TSNode call)
{
    struct py_args args = py_eval_args(py, call);
    const struct py_frame *frame = py->walk->frame;
    struct py_value *v = py_value_new(py, PY_OBJECT, call);
    const struct py_value *class = frame ? frame->class : NULL, *self = frame ? frame->self : NULL;

    if (args.positional_count == 2) {
        class = args.positional[0];
        self = args.positional[1];
    }
    if (!class || !self || class->kind != PY_FUNCTION || !class->env)
        return py_unknown(py, call);
    v->string = super_object.string;
    py_push(py, v, class);
    py_push(py, v, self);
    return v;
}

const struct py_value *py_attribute(struct py *py, const struct py_value *object, struct slice name)
{
    const struct py_value *found;

    if (object->kind == PY_FUNCTION && object->env)
        return bind_method(py, class_attribute(py, object, name), object, NULL);
    if (object->module)
        return py_module_attribute(py, object->module - 1, name);
    if (is_super(object))
        return bind_method(py, inherited(py, object->items[0], name), object->items[0], object->items[1]);
    if (object->kind != PY_OBJECT || !object->env)
        return NULL;
    found = py_env_own(py, object->env, name);
    if (found || !object->base)
        return found;
    return bind_method(py, class_attribute(py, object->base, name), object->base, object);
}

bool py_is_property(const struct py *py, const struct py_value *v)
{
    return v->kind == PY_FUNCTION && !v->env && v->base && py->walk->functions.items[v->handle].property;
}

bool py_is_kind_of(struct py *py, const struct py_value *class, const char *base)
{
    struct py_nodes bases;

    if (class->kind != PY_FUNCTION || !class->env)
        return false;
    bases = py_children(py, py_field(class->node, "superclasses"));
    for (uint32_t i = 0; i < bases.count; i++)
        if (slice_ends(py_bytes(py, bases.items[i]), base))
            return true;
    return false;
}

/* ---- calls ---- */

struct binding {
    const struct py_args *args;
    uint32_t next;               /* positional argument */
    const struct py_value *self; /* what the first parameter gets, once */
};

static const struct py_value *named_argument(const struct py_args *args, struct slice name)
{
    for (uint32_t i = 0; args && i < args->named_count; i++)
        if (slice_eq(args->names[i], name))
            return args->named[i];
    return NULL;
}

static const struct py_value *rest_of(struct py *py, struct binding *b, TSNode node)
{
    struct py_value *rest = py_value_new(py, PY_TUPLE, node);

    if (!b->args)
        return py_unknown(py, node);
    for (; b->next < b->args->positional_count; b->next++)
        py_push(py, rest, b->args->positional[b->next]);
    return rest;
}

static const struct py_value *names_of(struct py *py, struct binding *b, TSNode node)
{
    struct py_value *dict = py_value_new(py, PY_DICT, node);

    for (uint32_t i = 0; b->args && i < b->args->named_count; i++)
        py_dict_set(py, dict, py_string_made(py, b->args->names[i], node), b->args->named[i]);
    return dict;
}

/* What a parameter gets: its argument, its default, or unknown. */
static void bind_parameter(struct py *py, struct binding *b, TSNode node)
{
    enum py_node kind = py_kind(py, node);
    TSNode name = node, fallback = py_field(node, "value");
    const struct py_value *v = NULL;

    if (kind == NODE_TYPED_PARAMETER) {
        struct py_nodes inner = py_children(py, node);
        name = inner.count ? inner.items[0] : node;
        kind = py_kind(py, name);
    } else if (kind == NODE_DEFAULT_PARAMETER || kind == NODE_TYPED_DEFAULT) {
        name = py_field(node, "name");
    }
    if (kind == NODE_LIST_SPLAT_PATTERN || kind == NODE_DICT_SPLAT_PATTERN) {
        struct py_nodes inner = py_children(py, name);
        if (inner.count)
            py_env_set(py, py->env, py_bytes(py, inner.items[0]),
                       kind == NODE_LIST_SPLAT_PATTERN ? rest_of(py, b, name) : names_of(py, b, name));
        return;
    }
    if (kind == NODE_KEYWORD_SEPARATOR || py_kind(py, name) != NODE_IDENTIFIER)
        return;
    if (b->self) {
        v = b->self;
        b->self = NULL;
    } else if (b->args && b->next < b->args->positional_count) {
        v = b->args->positional[b->next++];
    } else {
        v = named_argument(b->args, py_bytes(py, name));
    }
    if (!v && !py_none(fallback))
        v = py_eval(py, fallback);
    if (v && !b->args && (v->kind == PY_NONE || v->kind == PY_BOOL || py_truth(v) == 0))
        v = NULL; /* nobody calls it: something else may come */
    if (!v) {
        struct py_value *unknown = py_value_new(py, PY_UNKNOWN, name);
        unknown->connection = py_bytes(py, name);
        v = unknown;
    }
    py_env_set(py, py->env, py_bytes(py, name), v);
}

/* What `self` is when the method is called on nothing that we know. */
static const struct py_value *instance_of(struct py *py, const struct py_value *class)
{
    if (!function_of(py, class)->instance) {
        const struct py_value *object = py_invoke(py, class, NULL, class->node);
        function_of(py, class)->instance = object;
    }
    return function_of(py, class)->instance;
}

/* What a call gives: a generator all that it yields, a context manager the first of it. */
static const struct py_value *result_of(const struct py_frame *frame, bool context)
{
    if (frame->yields && context)
        return frame->yields->count ? frame->yields->items[0] : NULL;
    if (frame->yields)
        return frame->yields;
    return frame->result ? py_choice_end(frame->result) : NULL;
}

static const struct py_value *walk_body(struct py *py, const struct py_function *f,
                                        const struct py_value *self)
{
    struct py_frame frame = {.up = py->walk->frame, .class = f->class, .self = self};
    TSNode node = f->node;
    const struct py_value *class = py->walk->class;
    TSNode body = py_field(node, "body");
    enum py_jump jump = py->walk->jump;
    uint32_t base_flags = py->walk->base_flags, rounds = py->walk->rounds;
    const struct py_path *path = py->walk->path;

    py->walk->jump = PY_NO_JUMP;
    py->walk->base_flags = py->statement_flags;
    py->walk->rounds = 0;
    py->walk->path = NULL;

    py->walk->frame = &frame;
    py->walk->class = NULL;
    if (py_kind(py, node) == NODE_LAMBDA) {
        py_scan(py, body);
        py_choice_add(py, &frame.result, py_eval(py, body), NULL);
    } else {
        py_walk_block(py, body);
    }
    py->walk->class = class;
    py->walk->frame = frame.up;
    py->walk->jump = jump;
    py->walk->base_flags = base_flags;
    py->walk->rounds = rounds;
    py->walk->path = path;
    return result_of(&frame, f->context);
}

void py_yield(struct py *py, TSNode node)
{
    struct py_frame *frame = py->walk->frame;
    struct py_nodes inner = py_children(py, node);
    const struct py_value *v = NULL, *items;
    bool from = ts_node_child_count(node) > 1 && py_is(ts_node_child(node, 1), "from");

    if (!frame)
        return;
    if (!frame->yields)
        frame->yields = py_value_new(py, PY_LIST, node);
    frame->yields->boolean |= (py->statement_flags & (IR_STMT_IN_LOOP | IR_STMT_IN_BRANCH)) != 0;
    if (inner.count)
        v = py->walk->quiet ? NULL : py_frame_value(py, inner.items[0]);
    if (inner.count && !v)
        v = py_eval(py, inner.items[0]);
    items = from && v ? py_items(py, v) : NULL;
    if (from && (!items || items->boolean))
        frame->yields->boolean = true;
    for (uint32_t i = 0; items && i < items->count && py_spend(py, 1); i++)
        py_push(py, frame->yields, items->items[i]);
    if (!from)
        py_push(py, frame->yields, v ? v : py_unknown(py, node));
}

/* What the code of a function adds, or hands over without there being a row for it. */
static uint32_t rows_of(const struct py *py)
{
    const struct ir *ir = py->ir;

    return ir->text.count + ir->gap.count + ir->statement.count + ir->frame.count + ir->run_file.count +
           ir->job.count + py->walk->handed;
}

static const struct py_value *run_function(struct py *py, const struct py_value *function,
                                           const struct py_args *args, TSNode call)
{
    struct py_function f = *function_of(py, function);
    struct py_nodes parameters = py_children(py, py_field(f.node, "parameters"));
    struct binding b = {.args = args};
    struct py_env *env = py->env;
    uint32_t epoch = py_epoch_begin(py), rows = rows_of(py);
    struct py_here here = py_module_enter(py, f.module);
    const struct py_value *result, *self = NULL;

    if (f.class)
        b.self = self = function->base ? function->base : instance_of(py, f.class);
    py->env = py_env_new(py, f.env);
    for (uint32_t i = 0; i < parameters.count; i++)
        bind_parameter(py, &b, parameters.items[i]);
    result = walk_body(py, &f, self);
    py->env = env;
    py_module_leave(py, here);
    py_epoch_end(py, epoch);
    if (f.module && rows_of(py) > rows)
        function_of(py, function)->taken_in = true;
    return result ? result : py_unknown(py, call);
}

static const struct py_value *make_instance(struct py *py, const struct py_value *class,
                                            const struct py_args *args, TSNode call)
{
    struct py_value *object = py_value_new(py, PY_OBJECT, call);
    const struct py_value *init;

    object->string = py_bytes(py, py_field(class->node, "name"));
    object->base = class;
    object->env = py_env_new(py, NULL);
    if (!args)
        function_of(py, class)->instance = object;
    init = py_attribute(py, object, SLICE("__init__"));
    if (init && init->kind == PY_FUNCTION && init->base == object)
        py_invoke(py, init, args, call);
    else if (args && !init)
        py_set_fields(py, object, class->node, args);
    return object;
}

const struct py_value *py_invoke(struct py *py, const struct py_value *function, const struct py_args *args,
                                 TSNode call)
{
    struct py_walk *walk = py->walk;
    const struct py_value *result;

    if (walk->calls >= PY_MAX_CALLS || function_of(py, function)->running || !py_spend(py, 1))
        return py_unknown(py, call);
    if (function->env)
        return make_instance(py, function, args, call);
    function_of(py, function)->walked = true;
    function_of(py, function)->running = true;
    walk->calls++;
    result = run_function(py, function, args, call);
    walk->calls--;
    function_of(py, function)->running = false;
    return result;
}

static bool is_bound(const struct py *py, TSNode node)
{
    for (uint32_t i = 0; i < py->options->bound_count; i++)
        if (py->options->bound[i] == py_start(node))
            return true;
    return false;
}

/* A method that other classes have from this one is theirs: each of them says what self is. False when there is
 * none. */
static bool walk_inherited(struct py *py, uint32_t handle, const struct py_value *method)
{
    struct slice name = py_bytes(py, py_field(method->node, "name"));
    const struct py_value *class = py->walk->functions.items[handle].class;
    bool any = false;

    for (uint32_t i = 1; class && i < py->walk->functions.count && py_spend(py, 1); i++) {
        const struct py_value *other = py->walk->functions.items[i].value, *found;
        if (!other || other == class || !py_children(py, py_field(other->node, "superclasses")).count)
            continue;
        found = py_attribute(py, other, name);
        if (!found || found->kind != PY_FUNCTION || found->handle != handle || found->base)
            continue;
        py_invoke(py, bind_method(py, found, other, instance_of(py, other)), NULL, method->node);
        any = true;
    }
    return any;
}

/* The functions that nobody called: of DAGs or all others. */
static void walk_uncalled(struct py *py, bool dags)
{
    for (uint32_t i = 1; i < py->walk->functions.count; i++) {
        struct py_function f = py->walk->functions.items[i];
        struct py_value *v;
        if (f.walked || f.module || is_bound(py, f.node) || (f.role == PY_DAG_ROLE) != dags)
            continue;
        v = py_value_new(py, PY_FUNCTION, f.node);
        v->handle = i;
        if (f.role == PY_PLAIN && walk_inherited(py, i, v))
            continue;
        if (f.role == PY_PLAIN)
            py_invoke(py, v, NULL, f.node);
        else
            py_airflow_flow(py, f.node, v);
    }
}

/* DAGs come first: they call the functions of their tasks. */
void py_walk_rest(struct py *py)
{
    walk_uncalled(py, true);
    walk_uncalled(py, false);
}
