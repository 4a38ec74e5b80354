/*
 * How single statements and neighbours of one job write: tables thrown away and made again, changes of every
 * row, INSERTs, and statements that read what they write.
 */
#include "lint/facts.h"

#include "base/map.h"

static const char *target_name(const struct facts *f, ir_access_id target)
{
    return access_written(f, IR(f->ir, access, target));
}

/* ---- full overwrite ---- */

struct emptied {
    ir_statement_id statement;
    const char *how;
    const char *written;
    uint32_t words; /* of its head, to anchor at */
};

/* Are the statements of a job from `first` to `last` one transaction? A routine runs within its caller's; a file
 * of SQL says so itself; what a driver does nobody knows here. */
static const char *transaction_of(const struct facts *f, ir_statement_id first, ir_statement_id last)
{
    const struct ir *ir = f->ir;
    const struct ir_statement *from = IR(ir, statement, first);
    enum ir_job_kind job = IR(ir, job, from->job)->kind;
    bool open = job == IR_JOB_PROCEDURE || job == IR_JOB_FUNCTION;

    if (first.v == last.v)
        return "one";
    if (!open && IR(ir, text, from->text)->kind != IR_TEXT_FILE)
        return "unknown";
    for (uint32_t k = f->statements.first[from->job.v]; k < f->statements.first[from->job.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        struct slice word = at_bytes(f, at_head(f, s, 1));

        if (s.v > last.v)
            break;
        if (IR(ir, statement, s)->kind != IR_KIND_TRANSACTION)
            continue;
        if (slice_is_nocase(word, "begin") || slice_is_nocase(word, "start"))
            open = true;
        else if (!slice_is_nocase(word, "savepoint") && !slice_is_nocase(word, "release"))
            open = false;
        if (s.v > first.v && !open)
            return "several";
    }
    return open ? "one" : "several";
}

static void add_overwrite(struct facts *f, struct fact_at at, ir_access_id target, const char *how,
                          const char *written)
{
    ir_statement_id last = IR(f->ir, access, target)->statement;

    FACT_ADD(f, overwrite, at, .how = how, .table = target_name(f, target), .written = written,
             .transaction = transaction_of(f, at.statement.v ? at.statement : last, last),
             .temp = access_is_temp(f, IR(f->ir, access, target)));
    if (at.statement.v && at.statement.v != last.v)
        fact_relate(f, at_access(f, target), "it is filled again here");
}

/* What a statement throws away so that a later one can fill it; no `how` when nothing. */
static struct emptied empties(const struct facts *f, ir_statement_id s)
{
    const struct ir_statement *row = IR(f->ir, statement, s);

    switch (row->kind) {
    case IR_KIND_DROP:
        return (struct emptied){s, "drop_create", "DROP and CREATE TABLE AS", 2};
    case IR_KIND_TRUNCATE:
        return (struct emptied){s, "truncate_insert", "TRUNCATE and INSERT", 1};
    case IR_KIND_DELETE:
        if (row->flags & IR_STMT_HAS_WHERE)
            break;
        return (struct emptied){s, "delete_insert", "DELETE of every row and INSERT", 1};
    default:
        break;
    }
    return (struct emptied){{0}, NULL, NULL, 0};
}

static bool refills(enum ir_statement_kind kind, const char *how)
{
    bool creates = kind == IR_KIND_CREATE_TABLE_AS || kind == IR_KIND_SELECT_INTO;

    return how[0] == 'd' && how[1] == 'r' ? creates : kind == IR_KIND_INSERT;
}

static void overwrite_in_one(struct facts *f, ir_statement_id s, ir_access_id target)
{
    const struct ir_statement *row = IR(f->ir, statement, s);
    enum ir_access_mode mode = IR(f->ir, access, target)->mode;

    if (row->kind == IR_KIND_CREATE_TABLE_AS && row->flags & IR_STMT_OR_REPLACE)
        add_overwrite(f, at_or_replace(f, s), target, "create_or_replace", "CREATE OR REPLACE TABLE AS");
    else if (mode == IR_ACCESS_OVERWRITE)
        add_overwrite(f, at_head(f, s, 2), target, "insert_overwrite", "INSERT OVERWRITE");
    else if (row->kind == IR_KIND_TO_SQL && mode == IR_ACCESS_REPLACE &&
             at_word(f, row->file, row->off, row->len, "to_sql").len < row->len)
        add_overwrite(f, at_argument(f, row->file, row->off, row->len, "if_exists"), target, "to_sql_replace",
                      "to_sql(if_exists=\"replace\")");
}

static bool reads_another(const struct facts *f, ir_statement_id s, uint64_t but)
{
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &f->ir->access.items[f->accesses.rows[k]];

        if (a->mode == IR_ACCESS_READ && access_is_relation(a) && access_key(f, a) != but)
            return true;
    }
    return false;
}

/* Does a later statement fill what `mark` emptied? An INSERT of a row, in another file than that, is an application's. */
static bool fills_again(const struct facts *f, ir_statement_id s, const struct emptied *mark)
{
    const struct ir_statement *row = IR(f->ir, statement, s);

    return refills(row->kind, mark->how) &&
           (row->file.v == IR(f->ir, statement, mark->statement)->file.v || reads_another(f, s, 0));
}

/* One job's statements in order: what each relation was emptied by, until something fills it. */
static void overwrites_of_job(struct facts *f, ir_job_id job)
{
    struct map pending = map_new(f->work); /* relation -> 1 + index into `marks` */
    VEC(struct emptied) marks = {0};

    for (uint32_t k = f->statements.first[job.v]; k < f->statements.first[job.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        struct emptied now = empties(f, s);
        ir_access_id target = statement_target(f, s);
        uint32_t mark;

        for (uint32_t i = f->accesses.first[s.v]; now.how && i < f->accesses.first[s.v + 1]; i++) {
            const struct ir_access *a = &f->ir->access.items[f->accesses.rows[i]];

            if (a->mode == IR_ACCESS_READ || !access_is_relation(a))
                continue;
            vec_push(f->arena, &marks, now);
            map_put(&pending, access_key(f, a), marks.count);
        }
        if (now.how || !target.v)
            continue;
        overwrite_in_one(f, s, target);
        mark = map_get(&pending, access_key(f, IR(f->ir, access, target)));
        if (!mark || !fills_again(f, s, &marks.items[mark - 1]))
            continue;
        now = marks.items[mark - 1];
        add_overwrite(f, at_head(f, now.statement, now.words), target, now.how, now.written);
        map_put(&pending, access_key(f, IR(f->ir, access, target)), 0);
    }
}

/* ---- UPDATE and DELETE of every row ---- */

static uint32_t count_inputs(const struct ir_index *inputs, ir_query_id q)
{
    return q.v ? inputs->first[q.v + 1] - inputs->first[q.v] : 0;
}

static void unfiltered_of_job(struct facts *f, ir_job_id job, const struct ir_index *inputs)
{
    struct map last_insert = map_new(f->work);

    for (uint32_t k = f->statements.first[job.v]; k < f->statements.first[job.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        ir_access_id target = statement_target(f, s);

        if (IR(f->ir, statement, s)->kind == IR_KIND_INSERT && target.v)
            map_put(&last_insert, access_key(f, IR(f->ir, access, target)), s.v);
    }
    for (uint32_t k = f->statements.first[job.v]; k < f->statements.first[job.v + 1]; k++) {
        ir_statement_id s = {f->statements.rows[k]};
        const struct ir_statement *row = IR(f->ir, statement, s);
        ir_access_id target = statement_target(f, s);
        const struct ir_access *a = IR(f->ir, access, target);
        bool update = row->kind == IR_KIND_UPDATE;

        if ((!update && row->kind != IR_KIND_DELETE) || !target.v || row->flags & IR_STMT_HAS_WHERE ||
            row->understood != IR_UNDERSTOOD || count_inputs(inputs, row->query) > 1)
            continue;
        FACT_ADD(f, unfiltered, at_head(f, s, 1), .verb = update ? "update" : "delete",
                 .table = target_name(f, target), .temp = access_is_temp(f, a),
                 .refilled = map_get(&last_insert, access_key(f, a)) > s.v);
    }
}

/* ---- reading what is written, and INSERTs ---- */

static void add_self_reads(struct facts *f, ir_statement_id s, ir_access_id target)
{
    const struct ir *ir = f->ir;
    const struct ir_access *to = IR(ir, access, target);

    if (to->mode == IR_ACCESS_UPDATE || to->mode == IR_ACCESS_DELETE || !mode_writes(to->mode) ||
        !access_is_relation(to))
        return;
    for (uint32_t k = f->accesses.first[s.v]; k < f->accesses.first[s.v + 1]; k++) {
        ir_access_id a = {f->accesses.rows[k]};
        const struct ir_access *row = IR(ir, access, a);

        if (row->mode == IR_ACCESS_READ && !(row->flags & IR_ACCESS_TARGET) && access_is_relation(row) &&
            access_key(f, row) == access_key(f, to) &&
            at_is_written(f, at_access(f, a))) /* {{ this }} is meant so */
            FACT_ADD(f, self_read, at_access(f, a), .table = access_written(f, row),
                     .mode = ir_name_of_access_mode(to->mode),
                     .guarded = to->mode == IR_ACCESS_APPEND && reads_another(f, s, access_key(f, to)));
    }
}

/* Rows that are written out, in the file that makes the table: what stands where can be seen. */
static bool is_beside_table(const struct facts *f, ir_access_id target)
{
    const struct ir *ir = f->ir;
    const struct ir_access *a = IR(ir, access, target);
    const struct ir_statement *s = IR(ir, statement, a->statement);
    const struct ir_dataset *table = IR(ir, dataset, a->dataset);

    return IR(ir, query, s->query)->kind == IR_QUERY_VALUES && table->maker.v &&
           IR(ir, statement, table->maker)->kind == IR_KIND_CREATE_TABLE &&
           IR(ir, statement, table->maker)->file.v == s->file.v;
}

static void add_insert(struct facts *f, ir_access_id target, const struct ir_index *columns)
{
    const struct ir_access *a = IR(f->ir, access, target);

    if (is_beside_table(f, target))
        return;
    FACT_ADD(f, insert, at_access(f, target), .table = access_written(f, a),
             .columns = columns->first[target.v] < columns->first[target.v + 1],
             .temp = access_is_temp(f, a));
}

void facts_of_writes(struct facts *f)
{
    struct ir *ir = f->ir;
    struct ir_index inputs = IR_INDEX(f->family, ir, input, query, query);
    struct ir_index columns = IR_INDEX(f->family, ir, target_column, access, access);

    for (IR_EACH(ir, job, j)) {
        overwrites_of_job(f, j);
        unfiltered_of_job(f, j, &inputs);
        arena_reset(f->work);
    }
    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        ir_access_id target = statement_target(f, s);

        if (!target.v)
            continue;
        add_self_reads(f, s, target);
        if (row->kind == IR_KIND_INSERT && row->query.v && row->understood == IR_UNDERSTOOD)
            add_insert(f, target, &columns);
    }
}
