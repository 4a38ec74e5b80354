/* docs/dialects.md is printed from the dialects' tables: LINEAGE_UPDATE=1 in the environment writes it anew. */
#include "base/file.h"
#include "sql/dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool said_before(const struct sql_rule *rules, size_t i, uint32_t dialect)
{
    for (size_t k = 0; k < i; k++)
        if (rules[k].dialects & dialect && strcmp(rules[k].reads, rules[i].reads) == 0)
            return true;
    return false;
}

/* What is between | … | must not end a cell. */
static void cell(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_printf(out, *text == '|' ? "\\%c" : "%c", *text);
}

static void lines(struct buf *out, const struct sql_rule *rules, size_t count, uint32_t of, uint32_t not_of)
{
    for (size_t i = 0; i < count; i++) {
        if (!(rules[i].dialects & of) || rules[i].dialects & not_of || !rules[i].reads[0] ||
            said_before(rules, i, of))
            continue;
        buf_adds(out, rules[i].shape ? "| statement | " : "| rewritten | ");
        cell(out, rules[i].reads);
        buf_adds(out, " |\n");
    }
}

static void document(struct buf *out)
{
    size_t count;
    const struct sql_rule *rules = sql_dialect_rules(&count);
    uint32_t several = 0;

    for (unsigned d = IR_DIALECT_REDSHIFT; d <= IR_DIALECT_SQLITE; d++)
        several |= 1u << d;
    buf_adds(
        out,
        "# Dialects\n\n"
        "SQL is parsed by PostgreSQL's own grammar. What other dialects write otherwise is rewritten first, with "
        "every place kept,\nor is a statement that needs no grammar. `--dialect NAME` names the dialect; without "
        "it, it is told from the text, and\n`scan -v` shows the words that told it; a text that tells nothing goes by its file's suffix "
        "(.hql, .pgsql, .psql, .pks, .pkb, .prc, .bteq). Where nothing tells, the text "
        "is read as it is, and as any dialect's where\nPostgreSQL's grammar says no. What still does not parse is "
        "read by its tokens: its edges are inferred and it counts as\npartly understood.\n\n"
        "This page is printed from the tables `src/sql/dialect_*.def` by a test.\n\n"
        "## Every dialect but PostgreSQL\n\n| how | what |\n| --- | --- |\n");
    for (size_t i = 0; i < count; i++)
        if ((rules[i].dialects & several) == several && rules[i].reads[0] &&
            !said_before(rules, i, several)) {
            buf_adds(out, rules[i].shape ? "| statement | " : "| rewritten | ");
            cell(out, rules[i].reads);
            buf_adds(out, " |\n");
        }
    buf_adds(out, "\n## Wherever the grammar says no\n\n| how | what |\n| --- | --- |\n");
    lines(out, rules, count, D_FAILED, several);
    buf_adds(out,
             "| repaired | FROM (subquery) and FROM (VALUES …) without an alias |\n"
             "| repaired | JOIN without ON |\n| repaired | a comma too many before FROM or ) |\n"
             "| repaired | reserved words as names |\n"
             "| repaired | columns of CREATE TABLE with options of their own: names and types are kept |\n"
             "| repaired | semicolons that are missing between statements |\n");
    for (unsigned d = IR_DIALECT_REDSHIFT; d <= IR_DIALECT_SQLITE; d++) {
        buf_printf(out, "\n## %s\n\n| how | what |\n| --- | --- |\n", ir_name_of_dialect((enum ir_dialect)d));
        for (size_t i = 0; i < count; i++)
            if (rules[i].dialects & 1u << d && (rules[i].dialects & several) != several &&
                rules[i].reads[0] && !said_before(rules, i, 1u << d)) {
                buf_adds(out, rules[i].shape ? "| statement | " : "| rewritten | ");
                cell(out, rules[i].reads);
                buf_adds(out, " |\n");
            }
    }
}

static void test_document(void **state)
{
    const char *path = LINEAGE_SOURCE_DIR "/docs/dialects.md";
    struct arena *a = arena_new();
    struct buf out = buf_new(a);
    struct slice there;
    struct err e = {{0}};

    (void)state;
    document(&out);
    if (getenv("LINEAGE_UPDATE"))
        assert_int_equal(file_write(path, out.p, out.n, &e), 0);
    if (file_read(a, path, 0, &there, &e) < 0)
        fail_msg("%s", e.message);
    if (!slice_eq(there, buf_slice(&out)))
        fail_msg("docs/dialects.md is stale: run this test with LINEAGE_UPDATE=1");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_document)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
