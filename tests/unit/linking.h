/*
 * linking.h - what the tests of link/ share: files in, linked, and what came out as compact text.
 *
 *     d   dataset name kind knowledge: its columns ("?" behind what only uses tell)
 *     e   from > to
 *     c   from.column > to.column role (a star for 0; "~" in front when not exact)
 *     u   dataset.column, in parentheses per statement
 *     q   the columns of the last query, qualifier first
 */
#ifndef TESTS_LINKING_H
#define TESTS_LINKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/link.h"
#include "python/python.h"
#include "sql/sql.h"

#include <string.h>

struct link_file {
    const char *path;
    const char *source;
};

struct link_case {
    const char *name;
    const char *show; /* letters of what is compared */
    struct link_file files[6];
    const char *expected;
};

static inline void link_read(struct ir *ir, struct arena *scratch, const struct link_file *f)
{
    size_t n = strlen(f->path);
    bool python = n > 3 && strcmp(f->path + n - 3, ".py") == 0;
    struct sql_options sql = {0};
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, f->path),
                                                       .language = python ? IR_LANG_PYTHON : IR_LANG_SQL,
                                                       .source = ir_interns(ir, f->source)});
    uint32_t first = ir->text.count, last;

    if (python) {
        struct python_options options = {0};

        python_read(ir, scratch, file, &options);
    } else {
        ir_text_of_file(ir, file);
    }
    last = ir->text.count;
    for (uint32_t t = first; t < last; t++)
        sql_read(ir, scratch, (ir_text_id){t}, &sql);
}

static inline const char *link_shown(const struct ir *ir, ir_dataset_id d)
{
    return ir_string(ir, IR(ir, dataset, d)->display);
}

static inline const char *link_column(const struct ir *ir, ir_str column)
{
    return column.v ? ir_string(ir, column) : "*";
}

static inline void link_show_datasets(const struct ir *ir, struct buf *out)
{
    for (IR_EACH(ir, dataset, i)) {
        const struct ir_dataset *d = IR(ir, dataset, i);

        buf_printf(out, "%s %s %s:", link_shown(ir, i), ir_name_of_dataset_kind(d->kind),
                   ir_name_of_knowledge(d->columns_from));
        for (IR_EACH(ir, column, c))
            if (IR(ir, column, c)->dataset.v == i.v)
                buf_printf(out, " %s%s", ir_string(ir, IR(ir, column, c)->name),
                           IR(ir, column, c)->flags & IR_COLUMN_INFERRED ? "?" : "");
        buf_addc(out, '\n');
    }
}

static inline void link_show_edges(const struct ir *ir, struct buf *out)
{
    for (IR_EACH(ir, edge, i)) {
        const struct ir_edge *e = IR(ir, edge, i);

        buf_printf(out, "%s%s > %s\n", e->confidence == IR_EXACT ? "" : "~", link_shown(ir, e->from),
                   link_shown(ir, e->to));
    }
}

static inline void link_show_columns(const struct ir *ir, struct buf *out)
{
    for (IR_EACH(ir, column_edge, i)) {
        const struct ir_column_edge *e = IR(ir, column_edge, i);

        buf_printf(out, "%s%s.%s > %s.%s %s\n", e->confidence == IR_EXACT ? "" : "~", link_shown(ir, e->from),
                   link_column(ir, e->from_column), link_shown(ir, e->to), link_column(ir, e->to_column),
                   ir_name_of_role(e->role));
    }
}

static inline void link_show_uses(const struct ir *ir, struct buf *out)
{
    for (IR_EACH(ir, statement, s)) {
        uint32_t count = 0;

        for (IR_EACH(ir, statement_use, i)) {
            const struct ir_statement_use *u = IR(ir, statement_use, i);

            if (u->statement.v == s.v)
                buf_printf(out, "%s%s.%s", count++ ? " " : "(", link_shown(ir, u->dataset),
                           link_column(ir, u->column));
        }
        buf_adds(out, count ? ")\n" : "");
    }
}

static inline void link_show_query(const struct ir *ir, struct buf *out)
{
    uint32_t last = 0;

    for (IR_EACH(ir, statement, s))
        if (IR(ir, statement, s)->query.v)
            last = IR(ir, statement, s)->query.v;
    for (IR_EACH(ir, query_column, i)) {
        const struct ir_query_column *c = IR(ir, query_column, i);

        if (c->query.v == last)
            buf_printf(out, "%s%s%s\n", ir_string(ir, c->qualifier), c->qualifier.v ? "." : "",
                       link_column(ir, c->name));
    }
}

static const struct {
    char letter;
    void (*show)(const struct ir *ir, struct buf *out);
} link_views[] = {
    {'d', link_show_datasets}, {'e', link_show_edges}, {'c', link_show_columns},
    {'u', link_show_uses},     {'q', link_show_query},
};

/* Reads, links and prints one case; the text lives in `a`. */
static inline const char *link_case_text(struct arena *a, const struct link_case *c,
                                         const struct link_options *options)
{
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct buf out = buf_new(a);
    struct err e;

    for (size_t i = 0; i < sizeof c->files / sizeof *c->files && c->files[i].path; i++) {
        link_read(ir, scratch, &c->files[i]);
        arena_reset(scratch);
    }
    link_project(ir, scratch, options);
    assert_int_equal(ir_check(ir, &e), 0);
    for (const char *letter = c->show; *letter; letter++)
        for (size_t i = 0; i < sizeof link_views / sizeof *link_views; i++)
            if (link_views[i].letter == *letter)
                link_views[i].show(ir, &out);
    arena_free(scratch);
    return buf_str(&out);
}

static inline void link_check_cases(const struct link_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *a = arena_new();
        const char *got = link_case_text(a, &cases[i], NULL);

        if (strcmp(got, cases[i].expected) != 0)
            print_error("case \"%s\" gave:\n%s", cases[i].name, got);
        assert_string_equal(got, cases[i].expected);
        arena_free(a);
    }
}

#define LINK_CHECK(cases) link_check_cases(cases, sizeof cases / sizeof *cases)

#endif
