/* Edges of datasets and columns, with OpenLineage's names for what they are. */
#include "emit/json_edges.h"

#include "emit/names.h"

#include <string.h>

/* OpenLineage's names: ColumnLineageDatasetFacet, transformations. */
static const char *const subtypes[] = {
    [IR_ROLE_NONE] = "TRANSFORMATION",
    [IR_ROLE_IDENTITY] = "IDENTITY",
    [IR_ROLE_TRANSFORMATION] = "TRANSFORMATION",
    [IR_ROLE_AGGREGATION] = "AGGREGATION",
    [IR_ROLE_JOIN] = "JOIN",
    [IR_ROLE_GROUP_BY] = "GROUP_BY",
    [IR_ROLE_FILTER] = "FILTER",
    [IR_ROLE_SORT] = "SORT",
    [IR_ROLE_WINDOW] = "WINDOW",
    [IR_ROLE_CONDITIONAL] = "CONDITIONAL",
};

static struct slice display_of(const struct ir *ir, ir_dataset_id dataset)
{
    return ir_slice(ir, IR(ir, dataset, dataset)->display);
}

static void put_place(struct json *j, const struct ir *ir, const struct ir_statement *s, uint32_t off)
{
    ir_file_id file = s->file;
    uint32_t line = ir_line_of(ir, &file, s->text, off);

    json_key_string(j, "path", ir_slice(ir, IR(ir, file, file)->path));
    json_key_number(j, "line", line);
}

void json_statement_place(struct json *j, const struct ir *ir, ir_statement_id statement)
{
    put_place(j, ir, IR(ir, statement, statement), IR(ir, statement, statement)->off);
}

void json_column(struct json *j, const struct ir *ir, struct arena *scratch, ir_dataset_id dataset,
                 ir_str column)
{
    struct slice part = column.v ? ir_slice(ir, column) : SLICE("*");

    if (memchr(part.p, '.', part.n) || memchr(part.p, '"', part.n)) {
        json_text(j, name_of_column(ir, scratch, dataset, column));
        return;
    }
    json_text_begin(j);
    json_text_part(j, display_of(ir, dataset));
    json_text_part(j, SLICE("."));
    json_text_part(j, part);
    json_text_end(j);
}

void json_role(struct json *j, enum ir_role role)
{
    json_key_word(j, "type", role >= IR_ROLE_JOIN ? "INDIRECT" : "DIRECT");
    json_key_word(j, "subtype", subtypes[role]);
}

void json_edge(struct json *j, const struct ir *ir, const struct ir_edge *row)
{
    ir_job_id job = IR(ir, statement, row->statement)->job;

    json_open(j, '{');
    json_key_string(j, "from", display_of(ir, row->from));
    json_key_string(j, "to", display_of(ir, row->to));
    json_key_string(j, "job", ir_slice(ir, IR(ir, job, job)->id));
    json_statement_place(j, ir, row->statement);
    json_key_word(j, "confidence", ir_name_of_confidence(row->confidence));
    json_close(j, '}');
}

void json_column_edge(struct json *j, const struct ir *ir, struct arena *scratch,
                      const struct ir_column_edge *row)
{
    const struct ir_statement *s = IR(ir, statement, row->statement);

    json_open(j, '{');
    json_key(j, "from");
    json_column(j, ir, scratch, row->from, row->from_column);
    json_key(j, "to");
    if (row->to_column.v)
        json_column(j, ir, scratch, row->to, row->to_column);
    else
        json_text(j, display_of(ir, row->to));
    json_key_word(j, "to_kind", row->to_column.v ? "column" : "dataset");
    json_role(j, row->role);
    json_key_word(j, "confidence", ir_name_of_confidence(row->confidence));
    put_place(j, ir, s, row->len ? row->off : s->off);
    json_close(j, '}');
}
