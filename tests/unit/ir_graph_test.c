/* The questions asked of a graph, also of graphs with cycles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ir/graph.h"

/* 1 and 2 lead to 3, which leads to 4; 5 and 6 lead to each other; 0 is alone. */
static const struct ir_arc arcs[] = {{1, 3}, {2, 3}, {3, 4}, {1, 3}, {4, 4}, {5, 6}, {6, 5}, {9, 1}};

static struct ir_graph graph(struct arena *a)
{
    return ir_graph_build(a, 7, arcs, sizeof arcs / sizeof *arcs);
}

static void test_build_drops_what_is_no_arc(void **state)
{
    struct arena *a = arena_new();
    struct ir_graph g = graph(a);

    (void)state;
    assert_int_equal(g.first[7], 5);
    assert_int_equal(g.first[2] - g.first[1], 1);
    assert_int_equal(g.to[g.first[3]], 4);
    arena_free(a);
}

static void test_reach(void **state)
{
    struct arena *a = arena_new();
    struct ir_graph g = graph(a), back = ir_graph_reverse(a, &g);
    uint8_t reached[7];
    static const uint8_t down_of_1[7] = {0, 0, 0, 1, 1, 0, 0}, up_of_4[7] = {0, 1, 1, 1, 0, 0, 0},
                         on_cycle[7] = {0, 0, 0, 0, 0, 1, 1};

    (void)state;
    ir_graph_reach(&g, a, 1, reached);
    assert_memory_equal(reached, down_of_1, 7);
    ir_graph_reach(&back, a, 4, reached);
    assert_memory_equal(reached, up_of_4, 7);
    ir_graph_reach(&g, a, 5, reached);
    assert_memory_equal(reached, on_cycle, 7);
    arena_free(a);
}

static void test_walk(void **state)
{
    struct arena *a = arena_new();
    struct ir_graph g = graph(a);
    static const uint32_t starts[] = {2, 5, 2};
    static const uint32_t all[7] = {IR_FAR, IR_FAR, 0, 1, 2, 0, 1},
                          near[7] = {IR_FAR, IR_FAR, 0, 1, IR_FAR, 0, 1};
    static const uint32_t order[] = {2, 5, 3, 6, 4};
    struct ir_walk w = ir_graph_walk(&g, a, starts, 3, IR_FAR);

    (void)state;
    assert_int_equal(w.count, 5);
    assert_memory_equal(w.depth, all, sizeof all);
    assert_memory_equal(w.order, order, sizeof order);
    assert_int_equal(w.from[4], 3);
    assert_int_equal(w.from[5], 5);
    w = ir_graph_walk(&g, a, starts, 2, 1);
    assert_memory_equal(w.depth, near, sizeof near);
    w = ir_graph_walk(&g, a, starts, 1, 0);
    assert_int_equal(w.count, 1);
    arena_free(a);
}

static void test_order_and_levels(void **state)
{
    struct arena *a = arena_new();
    struct ir_graph g = graph(a);
    uint32_t order[7], level[7];
    static const uint32_t expected_order[7] = {0, 1, 2, 3, 4, 5, 6};
    static const uint32_t expected_level[7] = {0, 0, 0, 1, 2, 0, 1};

    (void)state;
    ir_graph_order(&g, a, order);
    assert_memory_equal(order, expected_order, sizeof order);
    assert_int_equal(ir_graph_levels(&g, a, level), 3);
    assert_memory_equal(level, expected_level, sizeof level);
    arena_free(a);
}

static void test_order_follows_arcs_against_numbers(void **state)
{
    static const struct ir_arc down[] = {{3, 2}, {2, 1}, {1, 0}};
    static const uint32_t expected[4] = {3, 2, 1, 0};
    struct arena *a = arena_new();
    struct ir_graph g = ir_graph_build(a, 4, down, 3);
    uint32_t order[4];

    (void)state;
    ir_graph_order(&g, a, order);
    assert_memory_equal(order, expected, sizeof order);
    arena_free(a);
}

static void test_statements_follow_their_texts(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = ir_new(a);
    ir_job_id job = ir_add_job(ir, (struct ir_job){0});
    ir_text_id second = ir_add_text(ir, (struct ir_text){.order = 2});
    ir_text_id inner = ir_add_text(ir, (struct ir_text){.parent = second});
    ir_text_id first = ir_add_text(ir, (struct ir_text){.order = 1});
    struct ir_statement_list list;

    (void)state;
    ir_add_statement(ir, (struct ir_statement){.job = job, .order = 3}); /* a DataFrame step */
    ir_add_statement(ir, (struct ir_statement){.job = job, .text = second, .order = 1});
    ir_add_statement(ir, (struct ir_statement){.job = job, .text = inner, .order = 1});
    ir_add_statement(ir, (struct ir_statement){.job = job, .text = first, .order = 1});
    list = ir_job_statements(ir, a, job);
    assert_int_equal(list.count, 4);
    assert_int_equal(list.items[0].v, 4);
    assert_int_equal(list.items[1].v, 2);
    assert_int_equal(list.items[2].v, 3);
    assert_int_equal(list.items[3].v, 1);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build_drops_what_is_no_arc),
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_order_and_levels),
        cmocka_unit_test(test_order_follows_arcs_against_numbers),
        cmocka_unit_test(test_statements_follow_their_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
