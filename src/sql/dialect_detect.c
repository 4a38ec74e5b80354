/*
 * Which dialect a text is in, when nobody says: marks add up, and one dialect must be ahead. Where none is,
 * the text is read as it is, and as any dialect's where PostgreSQL's grammar says no.
 */
#include "sql/tables.h"

#include <stdio.h>
#include <string.h>

#define ENOUGH 3
#define MOST_TOKENS 60000 /* of a text that are looked at */

struct mark {
    enum ir_dialect dialect;
    uint32_t weight;
    const char *pattern;
};

static const struct mark marks[] = {
#define MARK(constant, points, text) {IR_DIALECT_##constant, (points), (text)},
#include "sql/dialect_marks.def"
#undef MARK
};

#define MARKS (sizeof marks / sizeof *marks)
#define DIALECTS (IR_DIALECT_SQLITE + 1)

struct scores {
    uint32_t points[DIALECTS];
    char words[DIALECTS][80]; /* the evidence */
    bool seen[MARKS];
};

static void add(struct scores *s, enum ir_dialect d, uint32_t points, struct slice words)
{
    size_t used = strlen(s->words[d]);

    s->points[d] += points;
    if (used + words.n + 3 < sizeof s->words[d] && !strstr(s->words[d], "\n"))
        snprintf(s->words[d] + used, sizeof s->words[d] - used, "%s%.*s", used ? ", " : "", (int)words.n,
                 words.p);
}

/* ---- marks by their first word ---- */

struct pattern_index sql_marks_index(struct arena *a)
{
    struct pattern_index x = pattern_index_new(a, MARKS);

    for (uint32_t m = 0; m < MARKS; m++)
        pattern_index_add(&x, m, marks[m].pattern);
    return x;
}

static void look_at(struct scores *s, const struct pattern_index *x, const struct sql_tokens *t, uint32_t i)
{
    uint32_t e = pattern_index_find(x, t, i);

    for (; e; e = x->entries.items[e - 1].next) {
        uint32_t m = x->entries.items[e - 1].row;
        struct pattern_match match;

        if (s->seen[m])
            continue;
        if (!pattern_fits(pattern_index_get(x, m), t, i, i, t->list.count, &match))
            continue;
        s->seen[m] = true;
        add(s, marks[m].dialect, marks[m].weight,
            slice_sub(t->content, t->list.items[i].off,
                      t->list.items[match.next - 1].off + t->list.items[match.next - 1].len -
                          t->list.items[i].off));
    }
}

/* ---- what no word says ---- */

struct signs {
    uint32_t go, bracket_names, bracket_relations, at_names, backticks, hash_names, dotted_backticks, stages,
        paths;
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void look_at_signs(struct signs *s, const struct sql_tokens *t, uint32_t i)
{
    struct sql_token k = t->list.items[i], before = sql_token_at(t, i ? i - 1 : UINT32_MAX);
    const char *p = t->content.p + k.off;
    bool glued = i + 1 < t->list.count && t->list.items[i + 1].off == k.off + k.len;
    bool named = glued && (t->list.items[i + 1].kind == TOK_WORD || t->list.items[i + 1].kind == TOK_QUOTED);

    s->go += k.kind == TOK_END && (*p | 32) == 'g';
    s->bracket_names += k.word == '[' && named && sql_token_is(t, i + 2, ']') && before.word != W_ARRAY &&
                        (before.kind != TOK_WORD || before.word != W_PLAIN) && before.word != ']' &&
                        before.word != ')';
    s->bracket_relations += k.word == '[' && named &&
                            (sql_token_is(t, i + 2, ']') || i + 2 < t->list.count) &&
                            SQL_WORD_IN(before.word, W_FROM, W_INTO, W_JOIN, W_TABLE, W_UPDATE, W_VIEW,
                                        W_EXISTS, '.', W_FUNCTION, W_PROCEDURE, W_INSERT);
    s->at_names +=
        k.kind == TOK_OP && *p == '@' && k.len <= 2 && named && !sql_token_is(t, i ? i - 1 : 0, W_FROM);
    s->stages += k.kind == TOK_OP && *p == '@' && i &&
                 (sql_token_is(t, i - 1, W_FROM) || sql_token_is(t, i - 1, W_INTO)) && glued && before.off;
    s->hash_names += k.kind == TOK_OP && *p == '#' && k.len <= 2 && named &&
                     SQL_WORD_IN(before.word, W_FROM, W_INTO, W_JOIN, W_TABLE, W_EXISTS, '(', '.', W_UPDATE);
    s->backticks += k.kind == TOK_QUOTED && *p == '`';
    s->dotted_backticks +=
        k.kind == TOK_QUOTED && *p == '`' && memchr(p, '.', k.len) && memchr(p, '-', k.len);
    s->paths += k.kind == TOK_HOLE && *p == ':' && k.len > 1 && letter(p[1]) && i &&
                before.off + before.len == k.off && before.kind == TOK_WORD &&
                (sql_token_is(t, i + 1, SQL_OP_CAST) || sql_token_is(t, i + 1, '.'));
}

static void score_signs(struct scores *s, const struct signs *g)
{
    if (g->go)
        add(s, IR_DIALECT_TSQL, 3, SLICE("GO"));
    if (g->bracket_names || g->bracket_relations)
        add(s, IR_DIALECT_TSQL, g->bracket_names > 2 || g->bracket_relations ? 3 : 2, SLICE("[name]"));
    if (g->hash_names)
        add(s, IR_DIALECT_TSQL, 3, SLICE("#name"));
    if (g->at_names) {
        add(s, IR_DIALECT_TSQL, 2, SLICE("@name"));
        add(s, IR_DIALECT_MYSQL, 1, SLICE("@name"));
        add(s, IR_DIALECT_BIGQUERY, 1, SLICE("@name"));
    }
    if (g->stages)
        add(s, IR_DIALECT_SNOWFLAKE, 2, SLICE("@stage"));
    if (g->paths)
        add(s, IR_DIALECT_SNOWFLAKE, 2, SLICE("col:path"));
    if (g->dotted_backticks)
        add(s, IR_DIALECT_BIGQUERY, 3, SLICE("`project-x.dataset.table`"));
    if (g->backticks) {
        add(s, IR_DIALECT_MYSQL, 2, SLICE("`name`"));
        add(s, IR_DIALECT_BIGQUERY, 1, SLICE("`name`"));
        add(s, IR_DIALECT_SPARK, 1, SLICE("`name`"));
    }
}

/* Spark and Databricks have all of Hive's marks too. */
static void share_family(struct scores *s)
{
    uint32_t *p = s->points;

    if (p[IR_DIALECT_DATABRICKS])
        p[IR_DIALECT_DATABRICKS] += p[IR_DIALECT_SPARK] + p[IR_DIALECT_HIVE];
    else if (p[IR_DIALECT_SPARK] > 1)
        p[IR_DIALECT_SPARK] += p[IR_DIALECT_HIVE];
}

static bool psql(const struct sql_tokens *t, uint32_t i)
{
    struct sql_token k = t->list.items[i];

    return k.kind == TOK_DATA || (k.kind == TOK_META && t->content.p[k.off] == '\\') ||
           (k.word == W_DO && sql_token_at(t, i + 1).kind == TOK_DOLLAR);
}

enum ir_dialect sql_dialect_detect(const struct sql_tables *tables, const struct sql_tokens *t,
                                   char evidence[80])
{
    struct scores s = {0};
    struct signs signs = {0};
    enum ir_dialect best = IR_DIALECT_GENERIC;
    uint32_t most = ENOUGH - 1;

    for (uint32_t i = 0; i < t->list.count && i < MOST_TOKENS; i++) {
        if (psql(t, i))
            add(&s, IR_DIALECT_POSTGRES, 3, SLICE("psql or DO"));
        look_at_signs(&signs, t, i);
        if (t->list.items[i].kind == TOK_WORD || t->list.items[i].kind == TOK_OP)
            look_at(&s, &tables->marks, t, i);
    }
    score_signs(&s, &signs);
    share_family(&s);
    for (unsigned d = IR_DIALECT_POSTGRES; d < DIALECTS; d++)
        if (s.points[d] > most) {
            most = s.points[d];
            best = (enum ir_dialect)d;
        }
    snprintf(evidence, 80, "%s", s.words[best]);
    for (char *p = evidence; *p; p++)
        if (*p == '\n' || *p == '\r' || *p == '\t')
            *p = ' ';
    return best;
}
