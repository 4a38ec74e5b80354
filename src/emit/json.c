/* The report of `lineage scan --format json`; its contract is docs/json-schema/scan.schema.json. */
#include "emit/emit.h"

#include "emit/json_edges.h"
#include "emit/names.h"

#include <stdlib.h>

struct report {
    const struct ir *ir;
    struct arena *scratch;
    struct json j;
    struct ir_index columns, accesses, edges, uses, calls;
    uint32_t *seen; /* by dataset: the statement that named it last, to name it once */
};

static struct slice path_of(const struct ir *ir, ir_file_id file)
{
    return ir_slice(ir, IR(ir, file, file)->path);
}

static struct slice display_of(const struct ir *ir, ir_dataset_id dataset)
{
    return ir_slice(ir, IR(ir, dataset, dataset)->display);
}

static struct slice name(const char *text)
{
    return slice_of(text);
}

static void put_summary(struct report *r, const struct emit_run *run)
{
    struct counts c = count_all(r->ir);
    struct json *j = &r->j;

    json_key(j, "summary");
    json_open(j, '{');
    json_key_number(j, "files", c.files);
    json_key_number(j, "files_failed", c.failed_files);
    json_key_number(j, "statements", c.statements);
    json_key_number(j, "understood", c.understood);
    json_key_number(j, "partial", c.partial);
    json_key_number(j, "not_understood", c.not_understood);
    json_key_number(j, "sources", c.sources);
    json_key_number(j, "models", c.model_count);
    json_key_number(j, "models_staging", c.models[IR_LAYER_STAGING]);
    json_key_number(j, "models_intermediate", c.models[IR_LAYER_INTERMEDIATE]);
    json_key_number(j, "models_marts", c.models[IR_LAYER_MARTS]);
    json_key_number(j, "review", c.review);
    json_key_number(j, "errors", c.findings[IR_SEVERITY_ERROR]);
    json_key_number(j, "warnings", c.findings[IR_SEVERITY_WARNING]);
    json_key_number(j, "infos", c.findings[IR_SEVERITY_INFO]);
    json_key_number(j, "serial_steps", run->serial);
    json_key_number(j, "parallel_levels", run->levels);
    json_close(j, '}');
}

static void put_files(struct report *r)
{
    const struct ir *ir = r->ir;
    struct json *j = &r->j;
    struct ir_index statements = IR_INDEX(r->scratch, ir, statement, file, file);

    json_key(j, "files");
    json_open(j, '[');
    for (IR_EACH(ir, file, f)) {
        const struct ir_file *row = IR(ir, file, f);

        json_open(j, '{');
        json_key_string(j, "path", ir_slice(ir, row->path));
        json_key_word(j, "language", ir_name_of_language(row->language));
        json_key_word(j, "dialect", ir_name_of_dialect(row->dialect));
        json_key_word(j, "encoding", ir_name_of_encoding(row->encoding));
        json_key_word(j, "status", ir_name_of_status(row->status));
        json_key_number(j, "statements", statements.first[f.v + 1] - statements.first[f.v]);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_jobs(struct report *r)
{
    const struct ir *ir = r->ir;
    struct json *j = &r->j;

    json_key(j, "jobs");
    json_open(j, '[');
    for (IR_EACH(ir, job, i)) {
        const struct ir_job *row = IR(ir, job, i);
        struct ir_place at = ir_place_of(ir, row->file, (ir_text_id){0}, row->off, row->len);

        json_open(j, '{');
        json_key_string(j, "id", ir_slice(ir, row->id));
        json_key_word(j, "kind", ir_name_of_job_kind(row->kind));
        json_key_string(j, "path", path_of(ir, row->file));
        json_key_number(j, "line", at.line);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_name_or_null(struct json *j, const char *key, struct slice s)
{
    json_key(j, key);
    if (s.n)
        json_text(j, s);
    else
        json_none(j);
}

static void put_datasets(struct report *r)
{
    const struct ir *ir = r->ir;
    struct json *j = &r->j;

    json_key(j, "datasets");
    json_open(j, '[');
    for (IR_EACH(ir, dataset, d)) {
        const struct ir_dataset *row = IR(ir, dataset, d);

        json_open(j, '{');
        json_key_string(j, "name", ir_slice(ir, row->display));
        json_key_word(j, "kind", ir_name_of_dataset_kind(row->kind));
        put_name_or_null(j, "layer", row->layer ? name(ir_name_of_layer(row->layer)) : (struct slice){"", 0});
        json_key_word(j, "columns_from", ir_name_of_knowledge(row->columns_from));
        json_key(j, "columns");
        json_open(j, '[');
        for (uint32_t k = r->columns.first[d.v]; k < r->columns.first[d.v + 1]; k++)
            json_text(j, ir_slice(ir, ir->column.items[r->columns.rows[k]].name));
        json_close(j, ']');
        put_name_or_null(j, "model", ir_slice(ir, IR(ir, model, row->model)->name));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_edges(struct report *r)
{
    json_key(&r->j, "edges");
    json_open(&r->j, '[');
    for (IR_EACH(r->ir, edge, e))
        json_edge(&r->j, r->ir, IR(r->ir, edge, e));
    json_close(&r->j, ']');
}

static void put_task_edges(struct report *r)
{
    const struct ir *ir = r->ir;
    struct json *j = &r->j;

    json_key(j, "task_edges");
    json_open(j, '[');
    for (IR_EACH(ir, task_edge, t)) {
        const struct ir_task_edge *row = IR(ir, task_edge, t);
        ir_job_id dag = IR(ir, job, row->from)->parent;

        if (row->alternative)
            continue;
        json_open(j, '{');
        json_key_string(j, "dag", ir_slice(ir, IR(ir, job, dag)->id));
        json_key_string(j, "from", ir_slice(ir, IR(ir, job, row->from)->name));
        json_key_string(j, "to", ir_slice(ir, IR(ir, job, row->to)->name));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_dataset_once(struct report *r, ir_dataset_id dataset, uint32_t mark)
{
    if (!dataset.v || r->seen[dataset.v] == mark)
        return;
    r->seen[dataset.v] = mark;
    json_text(&r->j, display_of(r->ir, dataset));
}

/* What a statement reads or writes: what it mentions, and what its edges reach (a frame, a client's result). */
static void put_touched(struct report *r, ir_statement_id s, bool writes)
{
    const struct ir *ir = r->ir;
    uint32_t mark = s.v * 2 + writes;

    json_key(&r->j, writes ? "writes" : "reads");
    json_open(&r->j, '[');
    for (uint32_t k = r->accesses.first[s.v]; k < r->accesses.first[s.v + 1]; k++) {
        const struct ir_access *a = &ir->access.items[r->accesses.rows[k]];

        if ((a->mode != IR_ACCESS_READ) == writes)
            put_dataset_once(r, a->dataset, mark);
    }
    for (uint32_t k = r->edges.first[s.v]; k < r->edges.first[s.v + 1]; k++) {
        const struct ir_edge *e = &ir->edge.items[r->edges.rows[k]];

        put_dataset_once(r, writes ? e->to : e->from, mark);
    }
    json_close(&r->j, ']');
}

/* The routines of the tree that a statement calls. */
static void put_calls(struct report *r, ir_statement_id s)
{
    const struct ir *ir = r->ir;
    uint32_t first = r->calls.first[s.v], end = r->calls.first[s.v + 1];

    if (first == end)
        return;
    json_key(&r->j, "calls");
    json_open(&r->j, '[');
    for (; first < end; first++) {
        ir_job_id routine = ir->routine_call.items[r->calls.rows[first]].routine;

        json_text(&r->j, ir_slice(ir, IR(ir, job, routine)->id));
    }
    json_close(&r->j, ']');
}

static void put_statement(struct report *r, ir_statement_id s)
{
    const struct ir *ir = r->ir;
    const struct ir_statement *row = IR(ir, statement, s);
    ir_str connection = row->connection.v ? row->connection : IR(ir, text, row->text)->connection;
    struct json *j = &r->j;

    json_open(j, '{');
    json_statement_place(j, ir, s);
    json_key_string(j, "job", ir_slice(ir, IR(ir, job, row->job)->id));
    json_key_word(j, "kind", ir_name_of_statement_kind(row->kind));
    if (connection.v)
        json_key_string(j, "connection", ir_slice(ir, connection));
    json_key_word(j, "understood", ir_name_of_understanding(row->understood));
    put_touched(r, s, false);
    put_touched(r, s, true);
    json_key(j, "uses");
    json_open(j, '[');
    for (uint32_t k = r->uses.first[s.v]; k < r->uses.first[s.v + 1]; k++) {
        const struct ir_statement_use *u = &ir->statement_use.items[r->uses.rows[k]];

        json_column(j, ir, r->scratch, u->dataset, u->column);
    }
    json_close(j, ']');
    put_calls(r, s);
    put_name_or_null(j, "fate", row->fate ? name(ir_name_of_fate(row->fate)) : (struct slice){"", 0});
    put_name_or_null(j, "model", ir_slice(ir, IR(ir, model, row->model)->name));
    put_name_or_null(j, "reason", ir_slice(ir, row->reason));
    json_close(j, '}');
}

struct placed {
    uint32_t file, off, statement;
};

static int by_place(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->off != y->off)
        return x->off < y->off ? -1 : 1;
    return x->statement < y->statement ? -1 : x->statement > y->statement;
}

/* In the order of the files: readers add a Python file's DataFrame steps and its SQL one after the other. */
static void put_statements(struct report *r)
{
    const struct ir *ir = r->ir;
    struct placed *rows = ARENA_ARRAY(r->scratch, struct placed, ir->statement.count);
    uint32_t n = 0;

    for (IR_EACH(ir, statement, s)) {
        const struct ir_statement *row = IR(ir, statement, s);
        struct ir_place at = ir_bytes_of(ir, row->file, row->text, row->off, row->len);

        rows[n++] = (struct placed){at.file.v, at.off, s.v};
    }
    qsort(rows, n, sizeof *rows, by_place);
    json_key(&r->j, "statements");
    json_open(&r->j, '[');
    for (uint32_t i = 0; i < n; i++)
        put_statement(r, (ir_statement_id){rows[i].statement});
    json_close(&r->j, ']');
}

static void put_finding(struct report *r, const struct ir_finding *row)
{
    const struct ir *ir = r->ir;
    struct json *j = &r->j;
    struct ir_place at = ir_place_of(ir, row->file, row->text, row->off, row->len);

    json_open(j, '{');
    json_key_string(j, "code", ir_slice(ir, IR(ir, rule, row->rule)->code));
    json_key_string(j, "rule", ir_slice(ir, IR(ir, rule, row->rule)->name));
    json_key_word(j, "severity", ir_name_of_severity(row->severity));
    json_key_string(j, "path", path_of(ir, at.file));
    json_key_number(j, "line", at.line);
    json_key_number(j, "column", at.column);
    json_key_number(j, "end_line", at.end_line);
    json_key_number(j, "end_column", at.end_column);
    json_key_string(j, "message", ir_slice(ir, row->message));
    put_name_or_null(j, "fix", ir_slice(ir, row->fix));
    json_close(j, '}');
}

void emit_json(const struct ir *ir, struct arena *scratch, const struct emit_run *run, struct buf *out)
{
    struct report r = {.ir = ir, .scratch = scratch, .j = json_new(out, 2)};

    r.j.drain = run->drain;
    r.columns = IR_INDEX(scratch, ir, column, dataset, dataset);
    r.accesses = IR_INDEX(scratch, ir, access, statement, statement);
    r.edges = IR_INDEX(scratch, ir, edge, statement, statement);
    r.uses = IR_INDEX(scratch, ir, statement_use, statement, statement);
    r.calls = IR_INDEX(scratch, ir, routine_call, statement, statement);
    r.seen = ARENA_ARRAY(scratch, uint32_t, ir->dataset.count);
    json_open(&r.j, '{');
    json_key_number(&r.j, "schema_version", 1);
    json_key_string(&r.j, "version", name(LINEAGE_VERSION));
    put_summary(&r, run);
    put_files(&r);
    put_jobs(&r);
    put_datasets(&r);
    put_edges(&r);
    json_key(&r.j, "columns");
    json_open(&r.j, '[');
    for (IR_EACH(ir, column_edge, c))
        json_column_edge(&r.j, ir, scratch, IR(ir, column_edge, c));
    json_close(&r.j, ']');
    put_task_edges(&r);
    put_statements(&r);
    json_key(&r.j, "findings");
    json_open(&r.j, '[');
    for (IR_EACH(ir, finding, f))
        if (!IR(ir, finding, f)->hidden)
            put_finding(&r, IR(ir, finding, f));
    json_close(&r.j, ']');
    json_close(&r.j, '}');
    buf_addc(out, '\n');
}
