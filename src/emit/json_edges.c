/* Edges of datasets and columns, with OpenLineage's names for what they are. */
#include "emit/json_edges.h"

#include "emit/names.h"

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

static void put_place(struct json *j, const struct ir *ir, struct ir_place at)
{
    json_key_string(j, "path", ir_slice(ir, IR(ir, file, at.file)->path));
    json_key_number(j, "line", at.line);
}

void json_role(struct json *j, enum ir_role role)
{
    json_key_string(j, "type", slice_of(role >= IR_ROLE_JOIN ? "INDIRECT" : "DIRECT"));
    json_key_string(j, "subtype", slice_of(subtypes[role]));
}

void json_edge(struct json *j, const struct ir *ir, const struct ir_edge *row)
{
    ir_job_id job = IR(ir, statement, row->statement)->job;

    json_open(j, '{');
    json_key_string(j, "from", display_of(ir, row->from));
    json_key_string(j, "to", display_of(ir, row->to));
    json_key_string(j, "job", ir_slice(ir, IR(ir, job, job)->id));
    put_place(j, ir, ir_statement_place(ir, row->statement));
    json_key_string(j, "confidence", slice_of(ir_name_of_confidence(row->confidence)));
    json_close(j, '}');
}

void json_column_edge(struct json *j, const struct ir *ir, struct arena *scratch,
                      const struct ir_column_edge *row)
{
    const struct ir_statement *s = IR(ir, statement, row->statement);
    struct ir_place at = row->len ? ir_place_of(ir, s->file, s->text, row->off, row->len)
                                  : ir_statement_place(ir, row->statement);

    json_open(j, '{');
    json_key_string(j, "from", name_of_column(ir, scratch, row->from, row->from_column));
    json_key_string(j, "to",
                    row->to_column.v ? name_of_column(ir, scratch, row->to, row->to_column)
                                     : display_of(ir, row->to));
    json_key_string(j, "to_kind", slice_of(row->to_column.v ? "column" : "dataset"));
    json_role(j, row->role);
    json_key_string(j, "confidence", slice_of(ir_name_of_confidence(row->confidence)));
    put_place(j, ir, at);
    json_close(j, '}');
}
