/*
 * The shape of a statement's query, as far as layers depend on it.
 */
#include "plan/planner.h"

/* Relations that the statement reads, counted per mention. */
static uint32_t count_relations(const struct planner *p, ir_statement_id statement)
{
    uint32_t count = 0;

    for (uint32_t k = p->accesses.first[statement.v]; k < p->accesses.first[statement.v + 1]; k++)
        count += p->ir->access.items[p->accesses.rows[k]].mode == IR_ACCESS_READ;
    return count;
}

bool plan_is_simple(const struct planner *p, ir_statement_id statement)
{
    for (uint32_t k = p->queries.first[statement.v]; k < p->queries.first[statement.v + 1]; k++) {
        uint32_t q = p->queries.rows[k];
        const struct ir_query *query = &p->ir->query.items[q];

        if (query->kind == IR_QUERY_SETOP || (query->flags & IR_QUERY_AGGREGATES) ||
            p->inputs.first[q + 1] - p->inputs.first[q] > 1)
            return false;
    }
    return count_relations(p, statement) <= 1;
}

bool plan_is_bare(const struct planner *p, ir_statement_id statement)
{
    const struct ir_statement *s = IR(p->ir, statement, statement);
    const uint32_t shaping = IR_QUERY_DISTINCT | IR_QUERY_LIMITED | IR_QUERY_HAS_WHERE;
    const struct ir_index *ix = &p->outputs;

    if (!plan_is_simple(p, statement) ||
        p->queries.first[statement.v + 1] - p->queries.first[statement.v] != 1 ||
        (IR(p->ir, query, s->query)->flags & shaping))
        return false;
    for (uint32_t k = ix->first[s->query.v]; k < ix->first[s->query.v + 1]; k++) {
        const struct ir_output *output = &p->ir->output.items[ix->rows[k]];

        if (!output->star && !(output->flags & IR_OUTPUT_PLAIN_COLUMN))
            return false;
    }
    return true;
}
