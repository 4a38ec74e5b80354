/*
 * The stage as a whole: what is known of names first, then of columns, then what flows where.
 */
#include "link/linker.h"

static void index_rows(struct link *l)
{
    struct arena *a = l->arena;
    struct ir *ir = l->ir;

    l->accesses = IR_INDEX(a, ir, access, statement, statement);
    l->queries = IR_INDEX(a, ir, query, statement, statement);
    l->inputs = IR_INDEX(a, ir, input, query, query);
    l->joins = IR_INDEX(a, ir, join, query, query);
    l->outputs = IR_INDEX(a, ir, output, query, query);
    l->uses = IR_INDEX(a, ir, use, query, query);
    l->query_aliases = IR_INDEX(a, ir, column_alias, query, query);
    l->input_aliases = IR_INDEX(a, ir, column_alias, input, input);
    l->join_columns = IR_INDEX(a, ir, join_column, join, join);
    l->star_changes = IR_INDEX(a, ir, star_change, output, output);
    l->target_columns = IR_INDEX(a, ir, target_column, access, access);
    l->column_defs = IR_INDEX(a, ir, column_def, access, access);
}

static void make_tables(struct link *l)
{
    struct arena *a = l->arena;

    l->keys = strpool_new(a);
    l->query = ARENA_ARRAY(a, struct link_query, l->ir->query.count);
    l->input_shape = ARENA_ARRAY(a, const struct link_shape *, l->ir->input.count);
    l->merged = ARENA_ARRAY(a, struct link_merged, l->ir->join.count);
    l->alias = ARENA_ARRAY(a, ir_str, l->ir->input.count);
    l->output_index = ARENA_ARRAY(a, uint32_t, l->ir->output.count);
    for (IR_EACH(l->ir, input, i))
        l->alias[i.v] = ir_fold(l->ir, IR(l->ir, input, i)->alias);
    vec_push(a, &l->sources, ((struct link_source){0}));
    vec_push(a, &l->datasets, ((struct link_dataset){0}));
    vec_push(a, &l->used_list, ((struct link_term){0}));
}

/* INSERT, UPDATE and DELETE inside WITH: their targets are not what the statement itself fills. */
static void mark_with(struct link *l)
{
    l->in_with = ARENA_ARRAY(l->arena, bool, l->ir->access.count);
    for (IR_EACH(l->ir, query, q))
        if (IR(l->ir, query, q)->kind == IR_QUERY_DML && IR(l->ir, query, q)->cte.v)
            l->in_with[IR(l->ir, input, link_input_at(l, q, 0))->access.v] = true;
    l->in_with[0] = false;
}

/* A join over inputs that are not there joins nothing. */
static void mend_joins(struct link *l)
{
    for (IR_EACH(l->ir, join, i)) {
        struct ir_join *j = IR(l->ir, join, i);
        uint64_t end = (uint64_t)j->left_first + j->left_count + j->right_count;

        if (end > link_input_count(l, j->query) || j->left_count == 0 || j->right_count == 0)
            j->left_first = j->left_count = j->right_count = 0;
    }
}

static void make_maps(struct link *l)
{
    struct map *maps[] = {&l->relations, &l->created, &l->exact,   &l->folded,
                          &l->pairs,     &l->used,    &l->gap_seen};

    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        *maps[i] = map_new(l->arena);
}

void link_project(struct ir *ir, struct arena *scratch, const struct link_options *options)
{
    struct link l = {.ir = ir, .arena = scratch, .work = arena_new(), .options = options};

    make_maps(&l);
    make_tables(&l);
    index_rows(&l);
    mark_with(&l);
    mend_joins(&l);
    link_work_reset(&l);
    link_run_files(&l);
    link_jobs(&l);
    link_functions_begin(&l);
    link_calls(&l);
    link_sessions(&l);
    link_frames_name(&l);
    link_results_name(&l);
    link_names_print(&l);
    link_frames_infer(&l);
    link_edges(&l);
    link_triggers(&l);
    link_frames_edges(&l);
    link_columns_write(&l);
    arena_free(l.work);
}
