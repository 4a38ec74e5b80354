/* Rows that come to the client, and rows that go back from it. */
#include "lint/facts.h"

#include "base/map.h"

#include <string.h>

enum { NAMES_SHOWN = 4 };

struct client {
    struct facts *f;
    struct ir_index statements; /* of a text */
    struct ir_index outputs;    /* of a query */
    struct ir_index schema;     /* rel_schema rows of a rel */
};

/* ---- reads ---- */

/* The relations that the text's statements read, at most a few of them named; "" when there are none. */
static const char *tables_of(const struct client *c, ir_text_id text)
{
    struct facts *f = c->f;
    struct buf out = buf_new(f->arena);
    uint32_t named = 0;

    for (uint32_t i = c->statements.first[text.v]; i < c->statements.first[text.v + 1]; i++) {
        uint32_t s = c->statements.rows[i];

        for (uint32_t k = f->accesses.first[s]; k < f->accesses.first[s + 1]; k++) {
            const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

            if (a->mode != IR_ACCESS_READ || !access_is_relation(a))
                continue;
            if (++named <= NAMES_SHOWN)
                buf_printf(&out, "%s%s", named > 1 ? ", " : "", access_written(f, a));
        }
    }
    if (named > NAMES_SHOWN)
        buf_printf(&out, " and %u more", named - NAMES_SHOWN);
    return buf_str(&out);
}

static ir_query_id last_query(const struct client *c, ir_text_id text)
{
    uint32_t end = c->statements.first[text.v + 1];

    if (end == c->statements.first[text.v])
        return (ir_query_id){0};
    return c->f->ir->statement.items[c->statements.rows[end - 1]].query;
}

/* How many columns the code uses of the frame that a star fills; 0 when that is not known, because the table's
 * own columns are what is known, or because the frame leaves as a whole (then it has no schema). */
static uint32_t used_columns(const struct client *c, ir_text_id text)
{
    const struct ir *ir = c->f->ir;
    const struct ir_frame *frame = IR(ir, frame, IR(ir, text, text)->frame);

    if (IR(ir, dataset, frame->dataset)->columns_from != IR_KNOWN_USES)
        return 0;
    return c->schema.first[frame->rel.v + 1] - c->schema.first[frame->rel.v];
}

static void add_star(struct client *c, ir_text_id text, const char *tables)
{
    struct facts *f = c->f;
    const struct ir *ir = f->ir;
    ir_query_id q = last_query(c, text);

    for (uint32_t k = c->outputs.first[q.v]; k < c->outputs.first[q.v + 1]; k++) {
        const struct ir_output *output = &ir->output.items[c->outputs.rows[k]];
        struct fact_at at = {IR(ir, text, text)->file, text, output->off, output->len,
                             IR(ir, query, q)->statement};

        if (output->star)
            FACT_ADD(f, star_read, at, .tables = tables, .used = used_columns(c, text));
    }
}

static void add_reads(struct client *c)
{
    struct facts *f = c->f;
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, text, t)) {
        const struct ir_text *row = IR(ir, text, t);
        const char *tables = row->call == IR_CALL_READ ? tables_of(c, t) : "";
        uint32_t flags = IR(ir, query, last_query(c, t))->flags;

        if (!*tables)
            continue;
        FACT_ADD(f, client_read, at_callee(f, row->file, row->call_off, row->call_len), .tables = tables,
                 .frame = ir_string(ir, IR(ir, frame, row->frame)->name),
                 .bounded = flags & (IR_QUERY_LIMITED | IR_QUERY_AGGREGATES));
        add_star(c, t, tables);
    }
    for (IR_EACH(ir, rel, r)) {
        const struct ir_rel *row = IR(ir, rel, r);

        if (row->kind == IR_REL_TABLE)
            FACT_ADD(f, client_read, at_callee(f, row->file, row->off, row->len),
                     .tables = access_written(f, IR(ir, access, row->access)));
    }
}

/* ---- writes ---- */

/* What is read over each connection of each file. */
struct reads {
    struct map counts; /* how often */
    struct map first;  /* the first text that is sent */
};

static struct reads count_reads(const struct facts *f)
{
    const struct ir *ir = f->ir;
    struct reads reads = {map_new(f->family), map_new(f->family)};

    for (IR_EACH(ir, text, t)) {
        const struct ir_text *row = IR(ir, text, t);
        uint64_t key = map_key(row->file.v, row->connection.v);

        if (row->call != IR_CALL_READ || !row->connection.v)
            continue;
        map_put(&reads.counts, key, map_get(&reads.counts, key) + 1);
        if (!map_get(&reads.first, key))
            map_put(&reads.first, key, t.v);
    }
    for (IR_EACH(ir, frame, i)) {
        const struct ir_frame *row = IR(ir, frame, i);
        uint64_t key = map_key(row->file.v, row->connection.v);

        if (IR(ir, rel, row->rel)->kind == IR_REL_TABLE && row->connection.v)
            map_put(&reads.counts, key, map_get(&reads.counts, key) + 1);
    }
    return reads;
}

static const char *written_frame(const struct facts *f, ir_statement_id s)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && a->flags & IR_ACCESS_FRAME)
            return ir_string(f->ir, a->name);
    }
    return "";
}

static void add_to_sql(struct facts *f, ir_statement_id s, const struct reads *reads)
{
    const struct ir *ir = f->ir;
    const struct ir_statement *row = IR(ir, statement, s);
    const struct ir_access *a = IR(ir, access, statement_target(f, s));
    struct fact_at at = at_word(f, row->file, row->off, row->len, "to_sql");
    uint64_t key = map_key(row->file.v, row->connection.v);
    uint32_t count = map_get(&reads->counts, key);
    const struct ir_text *first = &ir->text.items[map_get(&reads->first, key)];

    if (!slice_is(at_bytes(f, at), "to_sql"))
        return; /* PySpark's writers, and temp views */
    FACT_ADD(f, to_sql, at, .table = ir_string(ir, a->name), .schema = ir_string(ir, a->schema),
             .frame = written_frame(f, s), .mode = ir_name_of_access_mode(a->mode),
             .index = row->flags & IR_STMT_INDEX_COLUMN);
    if (!row->connection.v || !count)
        return;
    FACT_ADD(f, round_trip, at, .table = access_written(f, a), .connection = ir_string(ir, row->connection),
             .reads = count);
    if (first->file.v)
        fact_step(f, at_callee(f, first->file, first->call_off, first->call_len), "rows are read here");
}

/* A call that hands over many rows at once; one row is often only an entry about the others. */
static bool hands_over_many(struct slice callee)
{
    static const char *const names[] = {"executemany", "execute_values", "execute_batch", "insert_rows"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (memmem(callee.p, callee.n, names[i], strlen(names[i])))
            return true;
    return false;
}

/* An INSERT of what the program made of a query's rows. */
static void add_handed_back(struct client *c)
{
    struct facts *f = c->f;
    const struct ir *ir = f->ir;

    for (IR_EACH(ir, text, t)) {
        const struct ir_text *row = IR(ir, text, t);
        uint32_t first = c->statements.first[t.v];
        struct fact_at callee = at_callee(f, row->file, row->call_off, row->call_len);
        ir_access_id target;

        if (!row->rows.v || !row->connection.v ||
            IR(ir, text, row->rows)->connection.v != row->connection.v ||
            !hands_over_many(at_bytes(f, callee)) || c->statements.first[t.v + 1] == first)
            continue;
        target = statement_target(f, (ir_statement_id){c->statements.rows[first]});
        if (target.v)
            FACT_ADD(f, round_trip, callee, .table = access_written(f, IR(ir, access, target)),
                     .connection = ir_string(ir, row->connection), .reads = 1);
    }
}

void facts_of_client_reads(struct facts *f)
{
    struct ir *ir = f->ir;
    struct arena *a = f->family;
    struct reads reads = count_reads(f);
    struct client c = {f, IR_INDEX(a, ir, statement, text, text), IR_INDEX(a, ir, output, query, query),
                       IR_INDEX(a, ir, rel_schema, rel, rel)};

    add_reads(&c);
    add_handed_back(&c);
    for (IR_EACH(ir, statement, s))
        if (IR(ir, statement, s)->kind == IR_KIND_TO_SQL && statement_target(f, s).v)
            add_to_sql(f, s, &reads);
}
