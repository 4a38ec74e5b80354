/*
 * What the code proves about a model's columns, and nothing that it does not: GROUP BY keys make rows unique,
 * COALESCE with a literal and count() are never null, a comparison in WHERE keeps no null. SQL clauses are read as
 * tokens at their own depth, so that an expression is never taken for a column.
 */
#include "plan/planner.h"

#include "ir/scan.h"

#include <ctype.h>
#include <string.h>

/* A clause's item: a run of tokens at the clause's own depth. */
struct item {
    uint32_t off, len; /* in the text */
};
struct items {
    VEC(struct item) list;
    bool safe; /* nothing in it was strange */
};

struct reference {
    struct slice table, column; /* lower case unless quoted */
};

/* A column of the model's last SELECT. */
struct shown {
    ir_str name;
    uint32_t off, len; /* of its item in the text; 0 when a star shows it */
    bool plain;        /* it is nothing but `reference` */
    struct reference reference;
};

struct prover {
    struct planner *p;
    ir_model_id model;
    struct slice text;
    VEC(struct shown) shown;
    bool complete;       /* no column is missing, so that positions count */
    struct map not_null; /* names for which a test was added */
};

static const char *const clause_words[] = {"having", "window", "order",     "limit", "offset", "fetch",
                                           "union",  "except", "intersect", "for",   "group",  "where"};

static bool ends_clause(struct slice word)
{
    for (size_t i = 0; i < sizeof clause_words / sizeof *clause_words; i++)
        if (slice_is_nocase(word, clause_words[i]))
            return true;
    return false;
}

/* Steps `s` behind `first` (and `second`, when there is one) at depth 0; false when the clause is not there. */
static bool find_clause(struct scan *s, const char *first, const char *second)
{
    int depth = 0;

    for (struct scan_token t = scan_solid(s); t.kind != SCAN_END; t = scan_solid(s)) {
        if (t.kind == SCAN_SYMBOL)
            depth += (t.bytes.p[0] == '(') - (t.bytes.p[0] == ')');
        if (depth || t.kind != SCAN_WORD || !slice_is_nocase(t.bytes, first))
            continue;
        if (!second)
            return true;
        t = scan_solid(s);
        if (t.kind == SCAN_WORD && slice_is_nocase(t.bytes, second))
            return true;
    }
    return false;
}

static void push_item(struct prover *v, struct items *items, size_t from, size_t to)
{
    while (to > from && isspace((unsigned char)v->text.p[to - 1]))
        to--;
    if (to == from)
        items->safe = false;
    vec_push(v->p->scratch, &items->list, ((struct item){(uint32_t)from, (uint32_t)(to - from)}));
}

/* Splits a clause at commas, or at the word `by`, at depth 0. */
static struct items split_clause(struct prover *v, struct scan s, const char *by)
{
    struct items items = {.safe = true};
    size_t start = SIZE_MAX, end = s.at;
    int depth = 0;

    for (struct scan_token t = scan_solid(&s); depth >= 0; t = scan_solid(&s)) {
        bool word = t.kind == SCAN_WORD && depth == 0;
        bool split = by ? word && slice_is_nocase(t.bytes, by)
                        : depth == 0 && t.kind == SCAN_SYMBOL && t.bytes.p[0] == ',';

        if (t.kind == SCAN_SYMBOL)
            depth += (t.bytes.p[0] == '(') - (t.bytes.p[0] == ')');
        if (t.kind == SCAN_END || depth < 0 || split || (word && ends_clause(t.bytes))) {
            push_item(v, &items, start == SIZE_MAX ? end : start, end);
            start = SIZE_MAX;
            if (!split)
                break;
        } else {
            items.safe &= !(by && word && slice_is_nocase(t.bytes, "or"));
            start = start == SIZE_MAX ? t.off : start;
            end = t.off + t.bytes.n;
        }
    }
    return items;
}

/* ---- column references ---- */

static struct slice folded(struct arena *a, struct scan_token t)
{
    if (t.kind == SCAN_QUOTED)
        return slice_sub(t.bytes, 1, t.bytes.n > 2 ? t.bytes.n - 2 : 0);
    char *lower = arena_strndup(a, t.bytes.p, t.bytes.n);
    for (size_t i = 0; i < t.bytes.n; i++)
        lower[i] = (char)tolower((unsigned char)lower[i]);
    return (struct slice){lower, t.bytes.n};
}

/* Reads `a`, `t.a` or `s.t.a` at `s`; false when there is something else. */
static bool read_reference(struct arena *a, struct scan *s, struct reference *out)
{
    *out = (struct reference){{"", 0}, {"", 0}};
    for (;;) {
        struct scan_token t = scan_solid(s);
        struct scan after = *s;
        struct scan_token dot;

        if ((t.kind != SCAN_WORD && t.kind != SCAN_QUOTED) || isdigit((unsigned char)t.bytes.p[0]))
            return false;
        out->table = out->column;
        out->column = folded(a, t);
        dot = scan_solid(&after);
        if (dot.kind != SCAN_SYMBOL || dot.bytes.p[0] != '.')
            return true;
        *s = after;
    }
}

static bool same_reference(const struct reference *a, const struct reference *b)
{
    return slice_eq(a->column, b->column) && slice_eq(a->table, b->table);
}

static struct scan scan_range(const struct prover *v, uint32_t off, uint32_t len)
{
    return (struct scan){slice_sub(v->text, off, len), 0};
}

/* ---- the tests ---- */

static void add_test(struct prover *v, enum ir_test_kind kind, ir_str columns, const char *why)
{
    if (kind == IR_TEST_NOT_NULL) {
        if (map_get(&v->not_null, columns.v))
            return;
        map_put(&v->not_null, columns.v, 1);
    }
    ir_add_model_test(
        v->p->ir, (struct ir_model_test){
                      .model = v->model, .kind = kind, .columns = columns, .why = ir_interns(v->p->ir, why)});
}

/* Does the text stop here, but for the name that the output gets? */
static bool ends_output(const struct scan *at)
{
    struct scan s = *at;
    struct scan_token t = scan_solid(&s);

    if (t.kind == SCAN_WORD && slice_is_nocase(t.bytes, "as"))
        t = scan_solid(&s);
    if (t.kind == SCAN_WORD || t.kind == SCAN_QUOTED)
        t = scan_solid(&s);
    return t.kind == SCAN_END;
}

/* Is the item one call, up to its closing parenthesis, of COALESCE whose last argument is a literal, or of
 * count()? */
static const char *never_null(const struct prover *v, const struct shown *o)
{
    struct scan s = scan_range(v, o->off, o->len);
    struct scan_token name = scan_solid(&s), t = scan_solid(&s), last = t;
    bool coalesce = slice_is_nocase(name.bytes, "coalesce");
    uint32_t depth = 1, in_argument = 0;

    if (name.kind != SCAN_WORD || t.kind != SCAN_SYMBOL || t.bytes.p[0] != '(')
        return NULL;
    if (!coalesce && !slice_is_nocase(name.bytes, "count"))
        return NULL;
    while (depth) {
        t = scan_solid(&s);
        if (t.kind == SCAN_END)
            return NULL;
        if (t.kind == SCAN_SYMBOL)
            depth = depth + (t.bytes.p[0] == '(') - (t.bytes.p[0] == ')');
        if (!depth)
            break;
        in_argument = depth == 1 && t.kind == SCAN_SYMBOL && t.bytes.p[0] == ',' ? 0 : in_argument + 1;
        last = t;
    }
    if (!ends_output(&s))
        return NULL;
    if (!coalesce)
        return "count() is never null";
    if (in_argument == 1 && (last.kind == SCAN_STRING || isdigit((unsigned char)last.bytes.p[0])))
        return "COALESCE ends in a literal";
    return NULL;
}

/* The column that a condition lets no null of pass: `c op …` or `c IS NOT NULL`. */
static bool excludes_null(const struct prover *v, struct item condition, struct reference *out)
{
    struct scan s = scan_range(v, condition.off, condition.len);
    struct scan_token t, next, end;

    if (!read_reference(v->p->scratch, &s, out))
        return false;
    t = scan_solid(&s);
    next = scan_solid(&s);
    if (t.kind == SCAN_WORD && slice_is_nocase(t.bytes, "is"))
        return slice_is_nocase(next.bytes, "not") && slice_is_nocase(scan_solid(&s).bytes, "null") &&
               scan_solid(&s).kind == SCAN_END;
    if (t.kind != SCAN_SYMBOL || !strchr("<>=!", t.bytes.p[0]))
        return false;
    if (next.kind == SCAN_SYMBOL && strchr("<>=", next.bytes.p[0]))
        next = scan_solid(&s);
    end = scan_solid(&s);
    return end.kind == SCAN_END &&
           (next.kind == SCAN_STRING || (next.kind == SCAN_WORD && isdigit((unsigned char)next.bytes.p[0])));
}

static void prove_filter(struct prover *v, const struct ir_query *query)
{
    struct scan s = {slice_sub(v->text, 0, query->off + query->len), query->off};
    struct items conditions;

    if (!(query->flags & IR_QUERY_HAS_WHERE) || !find_clause(&s, "where", NULL))
        return;
    conditions = split_clause(v, s, "and");
    for (uint32_t i = 0; conditions.safe && i < conditions.list.count; i++) {
        struct reference column;

        if (!excludes_null(v, conditions.list.items[i], &column))
            continue;
        for (uint32_t k = 0; k < v->shown.count; k++)
            if (v->shown.items[k].plain && same_reference(&v->shown.items[k].reference, &column))
                add_test(v, IR_TEST_NOT_NULL, v->shown.items[k].name, "the WHERE clause lets no null pass");
    }
}

/* The number that digits say; 0 when they are no position. */
static uint32_t position_of(struct slice digits)
{
    uint32_t n = 0;

    for (size_t i = 0; i < digits.n && n < 100000; i++) {
        if (!isdigit((unsigned char)digits.p[i]))
            return 0;
        n = n * 10 + (uint32_t)(digits.p[i] - '0');
    }
    return n;
}

/* The column that shows a GROUP BY item as it is: by position, as the same column, or as the same expression. */
static const struct shown *shown_key(const struct prover *v, struct item key)
{
    struct scan s = scan_range(v, key.off, key.len);
    struct scan_token t = scan_solid(&s);
    uint32_t position = scan_solid(&s).kind == SCAN_END ? position_of(t.bytes) : 0;
    struct reference wanted;
    bool column;

    if (position)
        return v->complete && position <= v->shown.count ? &v->shown.items[position - 1] : NULL;
    s.at = 0;
    column = read_reference(v->p->scratch, &s, &wanted) && scan_solid(&s).kind == SCAN_END;
    for (uint32_t i = 0; i < v->shown.count; i++) {
        const struct shown *o = &v->shown.items[i];
        struct scan after = scan_range(v, o->off, o->len);

        if (column && o->plain && same_reference(&wanted, &o->reference))
            return o;
        after.at = key.len;
        if (!column && o->len > key.len && memcmp(v->text.p + o->off, v->text.p + key.off, key.len) == 0 &&
            ends_output(&after))
            return o;
    }
    return NULL;
}

static void add_unique(struct prover *v, const struct items *keys)
{
    struct buf names = buf_new(v->p->scratch);

    for (uint32_t i = 0; i < keys->list.count; i++) {
        const struct shown *o = shown_key(v, keys->list.items[i]);

        if (!o || !o->name.v)
            return;
        buf_printf(&names, "%s%s", i ? "\n" : "", ir_string(v->p->ir, o->name));
    }
    add_test(v, keys->list.count == 1 ? IR_TEST_UNIQUE : IR_TEST_UNIQUE_COMBINATION,
             ir_interns(v->p->ir, buf_str(&names)), "the query groups by it");
}

/* A function that gives several rows would repeat a group. */
static bool repeats_rows(const struct prover *v)
{
    static const char *const functions[] = {"unnest", "generate_series", "regexp_split_to_table",
                                            "regexp_matches", "string_to_table"};
    static const char *const endings[] = {"_elements", "_elements_text", "_each", "_each_text",
                                          "_object_keys"};

    for (uint32_t i = 0; i < v->shown.count; i++) {
        struct scan s = scan_range(v, v->shown.items[i].off, v->shown.items[i].len);

        for (struct scan_token t = scan_solid(&s); t.kind != SCAN_END; t = scan_solid(&s)) {
            for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
                if (slice_is_nocase(t.bytes, functions[k]))
                    return true;
            for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
                if (slice_ends(folded(v->p->scratch, t), endings[k]))
                    return true;
        }
    }
    return false;
}

static void prove_groups(struct prover *v, const struct ir_query *query)
{
    struct scan s = {slice_sub(v->text, 0, query->off + query->len), query->off};
    struct items keys;

    if (!(query->flags & IR_QUERY_AGGREGATES) || !find_clause(&s, "group", "by"))
        return;
    keys = split_clause(v, s, NULL);
    if (keys.safe && keys.list.count && !repeats_rows(v))
        add_unique(v, &keys);
}

static void collect_star(struct prover *v, ir_output_id output)
{
    const struct ir *ir = v->p->ir;
    const struct ir_index *ix = &v->p->query_columns;
    uint32_t query = IR(ir, output, output)->query.v, before = v->shown.count;

    for (uint32_t k = ix->first[query]; k < ix->first[query + 1]; k++) {
        const struct ir_query_column *c = &ir->query_column.items[ix->rows[k]];
        struct reference reference = {ir_slice(ir, c->qualifier), ir_slice(ir, c->name)};

        if (c->output.v == output.v && c->name.v)
            vec_push(v->p->scratch, &v->shown,
                     ((struct shown){.name = c->name, .plain = true, .reference = reference}));
        else if (c->output.v == output.v)
            v->complete = false;
    }
    v->complete &= v->shown.count > before;
}

static void collect_shown(struct prover *v, ir_query_id query)
{
    const struct ir_index *ix = &v->p->outputs;

    v->complete = true;
    for (uint32_t k = ix->first[query.v]; k < ix->first[query.v + 1]; k++) {
        const struct ir_output *o = &v->p->ir->output.items[ix->rows[k]];
        struct shown shown = {.name = o->name, .off = o->off, .len = o->len};
        struct scan s = scan_range(v, o->off, o->len);

        if (o->star) {
            collect_star(v, (ir_output_id){ix->rows[k]});
            continue;
        }
        shown.plain =
            (o->flags & IR_OUTPUT_PLAIN_COLUMN) && read_reference(v->p->scratch, &s, &shown.reference);
        vec_push(v->p->scratch, &v->shown, shown);
    }
}

/* Does a value of CASE stop here? */
static bool ends_value(struct scan s)
{
    static const char *const words[] = {"when", "else", "end"};
    struct scan_token t = scan_solid(&s);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (t.kind == SCAN_WORD && slice_is_nocase(t.bytes, words[i]))
            return true;
    return false;
}

/* CASE … THEN 'a' … ELSE 'b' END, every value of it a plain string. */
static bool closed_case(const struct prover *v, const struct shown *o, struct buf *values)
{
    struct scan s = scan_range(v, o->off, o->len);
    bool more = slice_is_nocase(scan_solid(&s).bytes, "case");

    for (struct scan_token t = scan_solid(&s); more; t = scan_solid(&s)) {
        bool gives =
            t.kind == SCAN_WORD && (slice_is_nocase(t.bytes, "then") || slice_is_nocase(t.bytes, "else"));

        if (t.kind == SCAN_END || slice_is_nocase(t.bytes, "case"))
            return false;
        if (t.kind == SCAN_WORD && slice_is_nocase(t.bytes, "end"))
            break;
        if (!gives)
            continue;
        t = scan_solid(&s);
        if (t.kind != SCAN_STRING || t.bytes.n < 2 || t.bytes.p[0] != '\'' ||
            memchr(t.bytes.p + 1, '\'', t.bytes.n - 2) || memchr(t.bytes.p, '\\', t.bytes.n) ||
            memchr(t.bytes.p, '\n', t.bytes.n) || memchr(t.bytes.p, '{', t.bytes.n) || !ends_value(s))
            return false;
        if (values->n)
            buf_addc(values, '\n');
        buf_add(values, t.bytes.p + 1, t.bytes.n - 2);
    }
    return more && values->n && ends_output(&s);
}

static void prove_values(struct prover *v, const struct shown *o)
{
    struct buf values = buf_new(v->p->scratch);

    if (!o->name.v || !closed_case(v, o, &values))
        return;
    ir_add_model_test(v->p->ir, (struct ir_model_test){.model = v->model,
                                                       .kind = IR_TEST_ACCEPTED_VALUES,
                                                       .columns = o->name,
                                                       .values = ir_intern(v->p->ir, values.p, values.n),
                                                       .why = ir_interns(v->p->ir, "CASE gives no others")});
}

static void prove_statement(struct prover *v, ir_statement_id statement)
{
    const struct ir *ir = v->p->ir;
    const struct ir_statement *s = IR(ir, statement, statement);
    struct ir_query query = *IR(ir, query, s->query);

    if (!s->query.v || query.kind != IR_QUERY_SELECT)
        return;
    v->text = ir_slice(ir, IR(ir, text, s->text)->content);
    collect_shown(v, s->query);
    prove_groups(v, &query);
    prove_filter(v, &query);
    for (uint32_t i = 0; i < v->shown.count; i++) {
        const char *why = never_null(v, &v->shown.items[i]);

        if (why && v->shown.items[i].name.v)
            add_test(v, IR_TEST_NOT_NULL, v->shown.items[i].name, why);
        prove_values(v, &v->shown.items[i]);
    }
}

/* The model's text is one statement's own query when it has one step. */
static bool is_one_query(const struct planner *p, const struct ir_index *steps, ir_model_id model)
{
    const struct plan_build *b = &p->builds[IR(p->ir, model, model)->dataset.v];

    return !b->frame.v && b->shape == SHAPE_ROWS && b->row_count == 1 &&
           steps->first[model.v + 1] - steps->first[model.v] == 1;
}

static void add_columns(struct planner *p, ir_model_id model)
{
    ir_dataset_id dataset = IR(p->ir, model, model)->dataset;
    uint32_t ordinal = 0;

    if (!plan_columns_known(p->ir, dataset))
        return;
    for (uint32_t k = p->columns.first[dataset.v]; k < p->columns.first[dataset.v + 1]; k++) {
        struct ir_column column = p->ir->column.items[p->columns.rows[k]];

        ir_add_model_column(p->ir, (struct ir_model_column){.model = model,
                                                            .ordinal = ++ordinal,
                                                            .name = column.name,
                                                            .type = column.type,
                                                            .description = column.description});
    }
}

void plan_proofs(struct planner *p)
{
    struct ir_index steps = IR_INDEX(p->arena, p->ir, step, model, model);

    for (IR_EACH(p->ir, model, m)) {
        ir_dataset_id dataset = IR(p->ir, model, m)->dataset;
        struct prover v = {.p = p, .model = m, .not_null = map_new(p->scratch)};

        if (p->builds[dataset.v].script)
            continue; /* what Python makes of it, only running it would show */
        add_columns(p, m);
        if (p->builds[dataset.v].frame.v)
            plan_prove_frame(p, m);
        else if (is_one_query(p, &steps, m))
            prove_statement(&v, p->builds[dataset.v].first);
        arena_reset(p->scratch);
    }
}
