/*
 * Which dataset each access means. A permanent relation is one dataset per folded name in the whole
 * project; a temporary one is (session, name, version) and shadows permanent ones in its session only. Its
 * life is a straight line: branches and loops neither end nor restart it.
 */
#include "link/linker.h"

#include <string.h>

enum { QUOTED_NAME = 1, QUOTED_SCHEMA = 2, QUOTED_CATALOG = 4 };

ir_str link_fold_name(struct link *l, ir_str name, bool quoted)
{
    return quoted || name.v == 0 ? name : ir_fold(l->ir, name);
}

bool link_mode_writes(enum ir_access_mode mode)
{
    return mode != IR_ACCESS_READ && mode != IR_ACCESS_CALL && mode != IR_ACCESS_DEFINE;
}

bool link_mode_fills(enum ir_access_mode mode)
{
    return link_mode_writes(mode) && mode != IR_ACCESS_TRUNCATE && mode != IR_ACCESS_DROP &&
           mode != IR_ACCESS_ALTER && mode != IR_ACCESS_REFRESH;
}

static bool mode_makes(enum ir_access_mode mode)
{
    return mode == IR_ACCESS_CREATE || mode == IR_ACCESS_REPLACE;
}

ir_dataset_id link_add_dataset(struct link *l, struct ir_dataset row)
{
    ir_dataset_id id = ir_add_dataset(l->ir, row);

    while (l->datasets.count <= id.v)
        vec_push(l->arena, &l->datasets, ((struct link_dataset){0}));
    return id;
}

ir_access_id link_target(const struct link *l, ir_statement_id statement)
{
    for (uint32_t k = l->accesses.first[statement.v]; k < l->accesses.first[statement.v + 1]; k++) {
        ir_access_id id = {l->accesses.rows[k]};

        if (link_mode_fills(IR(l->ir, access, id)->mode) && !l->in_with[id.v])
            return id;
    }
    return (ir_access_id){0};
}

/* ---- permanent names ---- */

/* The number of a folded three-part name. */
static uint32_t key_of(struct link *l, ir_str catalog, ir_str schema, ir_str name)
{
    uint32_t parts[3] = {catalog.v, schema.v, name.v};

    return strpool_intern(l->keys, (const char *)parts, sizeof parts);
}

static uint32_t key_of_access(struct link *l, const struct ir_access *a, ir_str schema)
{
    ir_str catalog = link_fold_name(l, a->catalog, a->quoted & QUOTED_CATALOG);

    return key_of(l, catalog, schema, link_fold_name(l, a->name, a->quoted & QUOTED_NAME));
}

static ir_str schema_of(struct link *l, const struct ir_access *a)
{
    return link_fold_name(l, a->schema, a->quoted & QUOTED_SCHEMA);
}

/* Does something create a relation of that name in the schema, with the database said or not? */
static bool is_created(struct link *l, const struct ir_access *a, ir_str schema)
{
    ir_str name = link_fold_name(l, a->name, a->quoted & QUOTED_NAME);

    return map_get(&l->created, key_of_access(l, a, schema)) ||
           map_get(&l->created, key_of(l, (ir_str){0}, schema, name));
}

/* The schema of an unqualified name: where the search path finds a relation that something creates; for a
 * new one, and when the path leaves no choice, its first schema. */
static ir_str searched_schema(struct link *l, const struct ir_access *a, const struct link_session *session)
{
    if (session->search_path.count == 0) {
        ir_str home = link_default_schema(l, link_dialect(l, a->statement));

        return home.v && is_created(l, a, home) ? home : (ir_str){0};
    }
    if (mode_makes(a->mode)) {
        map_put(&l->created, key_of_access(l, a, session->search_path.items[0]), 1);
        return session->search_path.items[0];
    }
    for (uint32_t i = 0; i < session->search_path.count; i++)
        if (is_created(l, a, session->search_path.items[i]))
            return session->search_path.items[i];
    if (session->search_path.count == 1)
        return session->search_path.items[0];
    return (ir_str){0};
}

/* The access with the database that its session is in, when it names none. */
static struct ir_access with_catalog(const struct ir_access *a, const struct link_session *session)
{
    struct ir_access full = *a;

    if (!full.catalog.v)
        full.catalog = session->catalog;
    return full;
}

static ir_dataset_id permanent(struct link *l, const struct ir_access *access,
                               const struct link_session *session)
{
    const struct link_session *home = link_defaults_of(l, session, link_dialect(l, access->statement));
    struct ir_access a = with_catalog(access, home);
    bool searched = a.schema.v == 0;
    ir_str schema = searched ? searched_schema(l, &a, home) : schema_of(l, &a);
    uint32_t key = key_of_access(l, &a, schema);
    ir_dataset_id id = {map_get(&l->relations, key)};

    if (id.v == 0) {
        id = link_add_dataset(l, (struct ir_dataset){.kind = IR_DATASET_UNKNOWN,
                                                     .catalog = a.catalog,
                                                     .schema = searched ? schema : a.schema,
                                                     .name = a.name});
        map_put(&l->relations, key, id.v);
    }
    return id;
}

ir_dataset_id link_relation_named(struct link *l, struct slice name)
{
    size_t dot = name.n;
    ir_str schema = {0}, last;

    while (dot > 0 && name.p[dot - 1] != '.')
        dot--;
    if (dot > 0)
        schema = ir_fold(l->ir, ir_intern(l->ir, name.p, dot - 1));
    last = ir_fold(l->ir, ir_intern(l->ir, name.p + dot, name.n - dot));
    return (ir_dataset_id){map_get(&l->relations, key_of(l, (ir_str){0}, schema, last))};
}

/* ---- temporary names ---- */

static bool names_temp_schema(struct link *l, const struct ir_access *a)
{
    return a->schema.v && strcmp(ir_string(l->ir, schema_of(l, a)), "pg_temp") == 0;
}

static ir_dataset_id temp_add(struct link_names *n, const struct ir_access *a, uint64_t key,
                              const struct link_session *session)
{
    uint32_t version = map_get(&n->versions, key) + 1;

    map_put(&n->versions, key, version);
    return link_add_dataset(
        n->link, (struct ir_dataset){
                     .kind = IR_DATASET_TEMP, .name = a->name, .version = version, .job = session->job});
}

/* DROP TABLE IF EXISTS t; CREATE TEMP TABLE t: the temp that the job makes later, when no other relation is known by
 * the name; none for any other access. */
static ir_dataset_id temp_promised(struct link_names *n, const struct ir_access *a, ir_str name,
                                   const struct link_session *session)
{
    struct link *l = n->link;
    const struct ir_statement *s = IR(l->ir, statement, a->statement);
    uint64_t key = map_key(session->id, name.v);
    ir_dataset_id id = {map_get(&n->promised, key)};

    if (a->mode != IR_ACCESS_DROP || !(s->flags & IR_STMT_IF_NOT_EXISTS) ||
        !map_get(&n->made, map_key(s->job.v, name.v)) ||
        map_get(&l->relations, key_of_access(l, a, searched_schema(l, a, session))))
        return (ir_dataset_id){0};
    if (!id.v) {
        id = temp_add(n, a, key, session);
        map_put(&n->promised, key, id.v);
    }
    return id;
}

static ir_dataset_id temp_new(struct link_names *n, const struct ir_access *a, ir_str name,
                              const struct link_session *session)
{
    struct link *l = n->link;
    uint64_t key = map_key(session->id, name.v);
    ir_dataset_id id = {map_get(&n->promised, key)};

    if (!id.v)
        id = temp_add(n, a, key, session);
    map_put(&n->promised, key, 0);
    map_put(&n->temps, key, id.v);
    vec_push(l->arena, &n->log, ((struct link_temp){name, id}));
    return id;
}

/* A CREATE of a name that still lives makes the same temp when it says IF NOT EXISTS or stands in a branch,
 * where it is the alternative of the other CREATE. */
static bool continues_temp(const struct link *l, const struct ir_access *a)
{
    uint32_t flags = IR(l->ir, statement, a->statement)->flags;

    return a->mode == IR_ACCESS_CREATE && (flags & (IR_STMT_IF_NOT_EXISTS | IR_STMT_IN_BRANCH)) != 0;
}

/* The temp that an access means, or none when it is not about one. */
static ir_dataset_id temporary(struct link_names *n, const struct ir_access *a,
                               const struct link_session *session)
{
    struct link *l = n->link;
    bool in_temp_schema = names_temp_schema(l, a);
    ir_str name = link_fold_name(l, a->name, a->quoted & QUOTED_NAME);
    ir_dataset_id id = {map_get(&n->temps, map_key(session->id, name.v))};
    bool is_temp = in_temp_schema || (a->flags & IR_ACCESS_TEMP) != 0;

    if (a->schema.v && !in_temp_schema)
        return (ir_dataset_id){0};
    if (mode_makes(a->mode))
        return !is_temp                       ? (ir_dataset_id){0}
               : id.v && continues_temp(l, a) ? id
                                              : temp_new(n, a, name, session);
    if (id.v && a->mode == IR_ACCESS_DROP) {
        map_put(&n->temps, map_key(session->id, name.v), 0);
        vec_push(l->arena, &n->log, ((struct link_temp){name, {0}}));
    }
    if (!id.v && !is_temp)
        return temp_promised(n, a, name, session);
    return id.v ? id : temp_new(n, a, name, session);
}

/* ---- statements ---- */

static void record_maker(struct link *l, ir_dataset_id id, ir_access_id access)
{
    const struct ir_access *a = IR(l->ir, access, access);
    const struct ir_statement *s = IR(l->ir, statement, a->statement);
    struct ir_dataset *d = IR(l->ir, dataset, id);

    if (mode_makes(a->mode) || a->mode == IR_ACCESS_ALTER)
        vec_push(l->arena, &l->datasets.items[id.v].makers, access);
    if (mode_makes(a->mode) && a->statement.v && d->maker.v == 0) {
        d->maker = a->statement;
        d->file = s->file;
    }
}

/* What an access says of the kind of its relation; unknown when it says nothing. */
static enum ir_dataset_kind kind_said(const struct ir_access *a, enum ir_statement_kind statement)
{
    if (mode_makes(a->mode))
        return statement == IR_KIND_CREATE_VIEW      ? IR_DATASET_VIEW
               : statement == IR_KIND_CREATE_MATVIEW ? IR_DATASET_MATVIEW
                                                     : IR_DATASET_TABLE;
    if (a->mode == IR_ACCESS_REFRESH)
        return IR_DATASET_MATVIEW;
    return link_mode_fills(a->mode) || a->mode == IR_ACCESS_TRUNCATE ? IR_DATASET_TABLE : IR_DATASET_UNKNOWN;
}

static void name_access(struct link_names *n, ir_access_id access, const struct link_session *session)
{
    struct link *l = n->link;
    struct ir_access a = *IR(l->ir, access, access);
    enum ir_statement_kind statement = IR(l->ir, statement, a.statement)->kind;
    ir_dataset_id id = temporary(n, &a, session);
    struct ir_dataset *d;

    if (id.v == 0)
        id = permanent(l, &a, session);
    IR(l->ir, access, access)->dataset = id;
    d = IR(l->ir, dataset, id);
    if (d->kind == IR_DATASET_UNKNOWN || (d->kind == IR_DATASET_TABLE && mode_makes(a.mode)))
        if (kind_said(&a, statement) != IR_DATASET_UNKNOWN)
            d->kind = kind_said(&a, statement);
    record_maker(l, id, access);
}

/* SELECT … FROM dual: what stands there where a dialect wants a FROM. */
static bool is_dual(const struct link *l, const struct ir_access *a)
{
    enum ir_dialect dialect = link_dialect(l, a->statement);

    return (dialect == IR_DIALECT_ORACLE || dialect == IR_DIALECT_MYSQL || dialect == IR_DIALECT_SNOWFLAKE) &&
           a->mode == IR_ACCESS_READ && !a->schema.v && slice_is_nocase(ir_slice(l->ir, a->name), "dual");
}

static bool names_relation(const struct link *l, const struct ir_access *a)
{
    return a->name.v && a->mode != IR_ACCESS_CALL && a->mode != IR_ACCESS_DEFINE &&
           (a->flags & IR_ACCESS_FRAME) == 0 && !is_dual(l, a);
}

void link_name_statement(struct link_names *n, ir_statement_id statement, const struct link_session *session)
{
    struct link *l = n->link;

    /* What a statement reads stood there before what it makes. */
    for (int writes = 0; writes < 2; writes++)
        for (uint32_t k = l->accesses.first[statement.v]; k < l->accesses.first[statement.v + 1]; k++) {
            ir_access_id id = {l->accesses.rows[k]};
            const struct ir_access *a = IR(l->ir, access, id);

            if (names_relation(l, a) && mode_makes(a->mode) == (writes == 1))
                name_access(n, id, session);
        }
}

/* Every permanent relation that something in the tree or a catalog creates under a schema, and every temp that a
 * job makes. */
static void collect_created(struct link_names *n)
{
    struct link *l = n->link;

    for (IR_EACH(l->ir, access, i)) {
        const struct ir_access *a = IR(l->ir, access, i);

        if (mode_makes(a->mode) && a->schema.v && (a->flags & IR_ACCESS_TEMP) == 0)
            map_put(&l->created, key_of_access(l, a, schema_of(l, a)), 1);
        if (mode_makes(a->mode) && (a->flags & IR_ACCESS_TEMP))
            map_put(&n->made,
                    map_key(IR(l->ir, statement, a->statement)->job.v,
                            link_fold_name(l, a->name, a->quoted & QUOTED_NAME).v),
                    1);
    }
}

void link_names_begin(struct link_names *n, struct link *l)
{
    *n = (struct link_names){.link = l,
                             .temps = map_new(l->arena),
                             .versions = map_new(l->arena),
                             .made = map_new(l->arena),
                             .promised = map_new(l->arena)};
    collect_created(n);
}

/* ---- catalogs ---- */

static void join_catalogs(struct link *l)
{
    for (uint32_t k = l->accesses.first[0]; k < l->accesses.first[1]; k++) {
        ir_access_id access = {l->accesses.rows[k]};
        struct ir_access *a = IR(l->ir, access, access);

        a->dataset.v = map_get(&l->relations, key_of_access(l, a, schema_of(l, a)));
        if (a->dataset.v)
            vec_push(l->arena, &l->datasets.items[a->dataset.v].makers, access);
    }
}

void link_names_end(struct link_names *n)
{
    join_catalogs(n->link);
}
