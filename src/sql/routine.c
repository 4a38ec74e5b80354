/*
 * CREATE PROCEDURE, CREATE FUNCTION and DO, read by their tokens: clauses in any order, the body before or
 * after LANGUAGE, quoted, dollar-quoted or in the open. The grammar never sees the header.
 */
#include "sql/routine.h"

#include <string.h>

struct routine {
    struct sql_reader *r;
    const struct sql_tokens *t;
    uint32_t first, end; /* tokens of the whole statement */
    uint32_t limit;      /* of the text that it stands in */
    bool function, or_replace, trigger, is_do, member;
    struct sql_name name;
    ir_str package;                /* that it is a member of */
    uint32_t args, args_end;       /* inside the parentheses */
    uint32_t columns, columns_end; /* inside RETURNS TABLE (…) */
    uint32_t type;                 /* after RETURNS; 0 with TABLE */
    uint32_t body;                 /* token of a quoted body, or where an open body starts; 0 none */
    enum { BODY_NONE, BODY_QUOTED, BODY_ATOMIC, BODY_RETURN, BODY_OPEN } body_kind;
    struct slice language;
};

/* ---- the header ---- */

static bool head(struct routine *f, uint32_t *i)
{
    const struct sql_tokens *t = f->t;

    if (sql_token_is(t, *i, W_DO)) {
        f->is_do = true;
        (*i)++;
        return sql_token_is(t, *i, W_LANGUAGE) || sql_token_at(t, *i).kind == TOK_DOLLAR ||
               sql_token_at(t, *i).kind == TOK_STRING;
    }
    if (!sql_token_is(t, (*i)++, W_CREATE))
        return false;
    if ((sql_token_is(t, *i, W_OR) && sql_token_is(t, *i + 1, W_REPLACE)) ||
        (sql_token_is(t, *i, W_OR) && sql_token_is(t, *i + 1, W_ALTER))) {
        f->or_replace = true;
        *i += 2;
    }
    while (sql_token_is(t, *i, W_TEMP) || sql_token_is(t, *i, W_TEMPORARY))
        (*i)++;
    f->function = sql_token_is(t, *i, W_FUNCTION);
    if (!f->function && !sql_token_is(t, *i, W_PROCEDURE))
        return false;
    (*i)++;
    if (sql_token_is(t, *i, W_IF) && sql_token_is(t, *i + 2, W_EXISTS))
        *i += 3;
    if (!sql_name_read(f->r, t, *i, f->end, &f->name))
        return false;
    *i = f->name.next;
    return true;
}

/* RETURNS type, RETURNS TABLE (…), RETURNS trigger; returns the token after what it took. */
static uint32_t returns(struct routine *f, uint32_t i)
{
    if (sql_token_is(f->t, i, W_TABLE) && sql_token_is(f->t, i + 1, '(')) {
        f->columns = i + 2;
        i = sql_skip_parens(f->t, i + 1, f->end);
        f->columns_end = i ? i - 1 : i;
        return i;
    }
    f->trigger = sql_token_is(f->t, i, W_TRIGGER);
    f->type = i;
    return i + 1;
}

static void set_body(struct routine *f, uint32_t i, int kind)
{
    if (f->body_kind != BODY_NONE)
        return;
    f->body = i;
    f->body_kind = kind;
}

/* RETURN type IS, as Oracle has it, and no RETURN expression? */
static bool names_type(const struct routine *f, uint32_t i)
{
    for (uint32_t k = i + 1; k < f->end && k < i + 12 && f->t->list.items[k].kind != TOK_END; k++)
        if (sql_token_is(f->t, k, W_IS) || sql_token_is(f->t, k, W_AS))
            return !sql_token_is(f->t, k + 1, W_NULL) && !sql_token_is(f->t, k + 1, W_NOT) &&
                   !sql_token_is(f->t, k + 1, W_TRUE) && !sql_token_is(f->t, k + 1, W_FALSE) &&
                   !sql_token_is(f->t, k + 1, W_DISTINCT);
    return false;
}

/* One clause after the name at `i`; returns the token after it, f->end when an open body begins. */
static uint32_t clause(struct routine *f, uint32_t i)
{
    const struct sql_tokens *t = f->t;
    unsigned kind = t->list.items[i].kind, word = t->list.items[i].word;

    if (kind == TOK_STRING || kind == TOK_DOLLAR) {
        if (f->is_do || sql_token_is(t, i - 1, W_AS) || sql_token_is(t, i - 1, W_IS))
            set_body(f, i, BODY_QUOTED);
        return i + 1;
    }
    if (word == W_LANGUAGE) {
        if (sql_token_at(t, i + 1).kind == TOK_STRING)
            f->language = sql_string_value(f->r->scratch, t, i + 1, NULL);
        else
            f->language = sql_token_text(t, i + 1);
        return i + 2;
    }
    if (word == W_RETURNS)
        return returns(f, i + 1);
    if (word == W_EXECUTE && sql_token_is(t, i + 1, W_AS))
        return i + 3; /* EXECUTE AS CALLER */
    if (word == W_RETURN && f->function && (f->member || names_type(f, i + 1))) {
        f->type = i + 1;
        return i + 2;
    }
    if (word == W_RETURN && f->function)
        set_body(f, i, BODY_RETURN);
    else if (word == W_BEGIN || word == W_DECLARE)
        set_body(f, i, sql_token_is(t, i + 1, W_ATOMIC) ? BODY_ATOMIC : BODY_OPEN);
    else if ((word == W_AS || word == W_IS) && sql_token_names(t, i + 1))
        set_body(f, i + 1, BODY_OPEN);
    else
        return i + 1;
    return f->end;
}

static void clauses(struct routine *f, uint32_t i)
{
    if (!f->is_do && sql_token_is(f->t, i, '(')) {
        f->args = i + 1;
        i = sql_skip_parens(f->t, i, f->end);
        f->args_end = i - 1;
    }
    while (i < f->end && f->t->list.items[i].kind != TOK_END)
        i = clause(f, i);
    i = i < f->end ? i : f->end;
    if (f->body_kind != BODY_ATOMIC && f->body_kind != BODY_OPEN)
        f->end = f->body_kind == BODY_RETURN ? sql_statement_end(f->t, f->body, f->end) : i;
}

/* BEGIN ATOMIC …; …; END: the END that is no CASE's. */
static uint32_t atomic_end(const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    uint32_t depth = 1;

    for (; i < end; i++) {
        if (sql_token_is(t, i, W_CASE))
            depth++;
        else if (sql_token_is(t, i, W_END) && --depth == 0)
            return i;
    }
    return end;
}

/* ---- parameters ---- */

static struct slice tokens_text(const struct sql_tokens *t, uint32_t first, uint32_t end)
{
    if (first >= end)
        return (struct slice){0};
    return slice_sub(t->content, t->list.items[first].off,
                     t->list.items[end - 1].off + t->list.items[end - 1].len - t->list.items[first].off);
}

static bool is_mode(unsigned word)
{
    return word == W_IN || word == W_OUT || word == W_INOUT || word == W_VARIADIC;
}

/* IN OUT is INOUT. */
static enum ir_parameter_mode mode_of(enum ir_parameter_mode before, unsigned word)
{
    return word == W_OUT        ? IR_PARAMETER_OUT
           : word == W_INOUT    ? IR_PARAMETER_INOUT
           : word == W_VARIADIC ? IR_PARAMETER_VARIADIC
                                : before;
}

/* Types of two words, which look like a name and its type. */
static bool two_word_type(struct slice first)
{
    static const char *const words[] = {"double", "character", "timestamp", "time",
                                        "bit",    "national",  "interval",  "setof"};

    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (slice_is_nocase(first, words[k]))
            return true;
    return false;
}

/* [mode] [name] [mode] type [DEFAULT expr] in tokens [i, end). */
static void parameter(struct routine *f, uint32_t i, uint32_t end, ir_job_id job, enum ir_parameter_mode mode,
                      struct sql_scope *scope)
{
    const struct sql_tokens *t = f->t;
    uint32_t type, value;
    struct ir_parameter row = {.job = job, .mode = mode};
    bool quoted;

    while (i < end && is_mode(t->list.items[i].word))
        row.mode = mode_of(row.mode, t->list.items[i++].word);
    for (value = i; value < end; value++)
        if (sql_token_is(t, value, W_DEFAULT) || sql_token_is(t, value, '=') ||
            sql_token_is(t, value, SQL_OP_ASSIGN))
            break;
    type = i;
    if (i + 1 < value && sql_token_names(t, i) && sql_token_names(t, i + 1) &&
        !two_word_type(sql_token_text(t, i))) {
        struct slice name = sql_token_name(f->r->scratch, t, i, &quoted);

        row.name = ir_intern(f->r->ir, name.p, name.n);
        sql_scope_add(f->r->scratch, scope, t, i);
        for (type = i + 1; type < value && is_mode(t->list.items[type].word); type++)
            row.mode = mode_of(row.mode, t->list.items[type].word);
    }
    struct slice type_text = tokens_text(t, type, value);
    struct slice value_text = tokens_text(t, value + 1, end);

    row.type = type_text.n ? ir_intern(f->r->ir, type_text.p, type_text.n) : (ir_str){0};
    row.default_value = value_text.n ? ir_intern(f->r->ir, value_text.p, value_text.n) : (ir_str){0};
    if (job.v)
        ir_add_parameter(f->r->ir, row);
}

static void parameters(struct routine *f, uint32_t i, uint32_t end, ir_job_id job,
                       enum ir_parameter_mode mode, struct sql_scope *scope)
{
    uint32_t depth = 0, start = i;

    for (; i <= end && i > 0; i++) {
        unsigned c = i < end ? f->t->list.items[i].word : ',';

        if (c == '(' || c == '[')
            depth++;
        else if ((c == ')' || c == ']') && depth)
            depth--;
        else if (c == ',' && (depth == 0 || i == end)) {
            if (start < i)
                parameter(f, start, i, job, mode, scope);
            start = i + 1;
        }
    }
}

static struct sql_scope *routine_scope(struct routine *f, ir_job_id job)
{
    static const char *const of_triggers[] = {"new",      "old",      "tg_op",          "tg_name",
                                              "tg_when",  "tg_level", "tg_table_name",  "tg_argv",
                                              "tg_nargs", "tg_relid", "tg_table_schema"};
    struct arena *a = f->r->scratch;
    struct sql_scope *scope = sql_scope_new(a, f->r->variables);
    bool plain_sql = slice_is_nocase(f->language, "sql");

    parameters(f, f->args, f->args_end, job, IR_PARAMETER_IN, scope);
    parameters(f, f->columns, f->columns_end, job, IR_PARAMETER_TABLE,
               plain_sql ? sql_scope_new(a, NULL) : scope);
    if (!plain_sql) {
        sql_scope_adds(a, scope, "found");
        sql_scope_adds(a, scope, "sqlstate");
        sql_scope_adds(a, scope, "sqlerrm");
    }
    for (size_t k = 0; f->trigger && k < sizeof of_triggers / sizeof *of_triggers; k++)
        sql_scope_adds(a, scope, of_triggers[k]);
    return scope;
}

/* ---- the body ---- */

static bool reads_as_sql(struct slice language)
{
    return slice_is_nocase(language, "sql");
}

static bool reads_as_procedural(struct slice language)
{
    return language.n == 0 || slice_is_nocase(language, "plpgsql") ||
           slice_is_nocase(language, "plpgsql_sec") || slice_is_nocase(language, "edbspl") ||
           slice_is_nocase(language, "nzplsql");
}

/* LANGUAGE sql holds blocks in Snowflake: then it is procedural all the same. */
static bool starts_block(const struct sql_tokens *t)
{
    if (sql_token_is(t, 0, W_DECLARE))
        return true;
    return sql_token_is(t, 0, W_BEGIN) && sql_token_at(t, 1).kind != TOK_END &&
           sql_token_at(t, 1).kind != TOK_NONE;
}

/* LANGUAGE sql: the rows of the last statement are the function's. */
static void sql_text_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t first, uint32_t end)
{
    struct ir *ir = r->ir;
    uint32_t before = ir->statement.count;

    sql_statements_read(r, t, first, end);
    if (ir->statement.count > before)
        ir->statement.items[ir->statement.count - 1].flags |= IR_STMT_RETURNS;
}

/* The body's bytes [off, off + len) of the reader's text. */
static void body_read(struct sql_reader *r, uint32_t off, uint32_t len, struct slice language,
                      const struct sql_scope *scope)
{
    struct sql_tokens *t;

    if (slice_is_nocase(language, "javascript")) {
        sql_javascript_read(r, off, len);
        return;
    }
    t = sql_reader_lex(r, off, len);
    if (reads_as_procedural(language) || starts_block(t)) {
        sql_body_walk(r, t, 0, t->list.count, scope, false);
        return;
    }
    r->variables = scope;
    sql_text_read(r, t, 0, t->list.count);
}

static void quoted_body(struct routine *f, struct sql_reader *in, const struct sql_scope *scope)
{
    struct sql_token k = f->t->list.items[f->body];
    uint32_t *map;
    struct slice value = sql_string_value(f->r->scratch, f->t, f->body, &map);

    if (k.kind == TOK_DOLLAR) {
        body_read(in, map[0], (uint32_t)value.n, f->language, scope);
        f->r->order = in->order;
        return;
    }
    ir_text_id text = ir_text_derive(f->r->ir, f->r->text, value, map);
    struct sql_reader derived = sql_reader_inside(in, text);

    IR(f->r->ir, text, text)->kind = IR_TEXT_BODY;
    body_read(&derived, 0, (uint32_t)value.n, f->language, scope);
}

/* RETURN expr, as SQL has it since PostgreSQL 14. */
static void return_body(struct routine *f, struct sql_reader *in, const struct sql_scope *scope)
{
    struct sql_rewrite w = {.reader = in, .tokens = f->t, .first = f->body + 1, .end = f->end};

    if (w.first >= w.end)
        return;
    sql_edit_exact(&w, f->t->list.items[w.first].off, 0, SLICE("SELECT "));
    w.flags = IR_STMT_RETURNS;
    sql_statement_read(&w, IR_KIND_CONTROL, scope);
}

static void body(struct routine *f, ir_job_id job, const struct sql_scope *scope)
{
    struct sql_reader in = *f->r;
    const struct sql_token *k = &f->t->list.items[f->body];

    in.job = job;
    in.flags |= IR_STMT_IN_ROUTINE;
    in.variables = scope;
    in.depth++;
    if (f->body_kind == BODY_NONE || in.depth > SQL_DEEPEST_TEXT)
        return;
    if (f->body_kind == BODY_QUOTED && !reads_as_sql(f->language) && !reads_as_procedural(f->language) &&
        !slice_is_nocase(f->language, "javascript")) {
        if (!slice_is_nocase(f->language, "c") && !slice_is_nocase(f->language, "internal"))
            sql_gap(f->r, IR_GAP_UNSUPPORTED, k->off, k->len, (ir_statement_id){0},
                    "the body of this routine is in a language that is not read",
                    "Look at what it reads and writes by hand.");
    } else if (f->body_kind == BODY_QUOTED) {
        quoted_body(f, &in, scope);
    } else if (f->body_kind == BODY_ATOMIC) {
        sql_text_read(&in, f->t, f->body + 2, f->end);
    } else if (f->body_kind == BODY_RETURN) {
        return_body(f, &in, scope);
    }
    f->r->order = in.order;
}

/* ---- rows ---- */

static struct sql_piece routine_piece(const struct routine *f)
{
    const struct sql_tokens *t = f->t;
    struct sql_piece p = {.off = t->list.items[f->first].off};
    const struct sql_token *last = &t->list.items[f->end - 1];

    p.len = last->off + last->len - p.off;
    p.lead_off = sql_lead_off(t, f->first);
    p.flags = f->r->flags | (f->or_replace ? IR_STMT_OR_REPLACE : 0);
    return p;
}

/* The name after RETURNS [SETOF], with its schema; types of several words are cut short: no relation is named so. */
static ir_str return_type(const struct routine *f)
{
    const struct sql_tokens *t = f->t;
    uint32_t first = f->type;
    struct slice text;

    if (first == 0)
        return (ir_str){0};
    if (slice_is_nocase(sql_token_text(t, first), "setof"))
        first++;
    text = tokens_text(t, first, sql_token_is(t, first + 1, '.') ? first + 3 : first + 1);
    return ir_intern(f->r->ir, text.p, text.n);
}

static ir_job_id routine_job(struct routine *f, const struct sql_piece *p)
{
    struct ir *ir = f->r->ir;
    ir_file_id file = IR(ir, text, f->r->text)->file;
    struct ir_place place = ir_bytes_of(ir, file, f->r->text, p->off, p->len);
    struct slice id = slice_sub(f->t->content, f->name.off, f->name.len);

    if (f->package.v)
        id = slice_of(arena_printf(f->r->scratch, "%s.%.*s", ir_string(ir, f->package), (int)id.n, id.p));

    return ir_add_job(ir, (struct ir_job){.id = ir_intern(ir, id.p, id.n),
                                          .kind = f->function ? IR_JOB_FUNCTION : IR_JOB_PROCEDURE,
                                          .file = place.file,
                                          .parent = f->r->job,
                                          .off = place.off,
                                          .len = place.len,
                                          .schema = f->name.schema,
                                          .name = f->name.name,
                                          .returns = return_type(f)});
}

static void define(struct routine *f, const struct sql_piece *p)
{
    ir_statement_id statement = sql_statement_add(f->r, p, IR_KIND_CREATE_ROUTINE, IR_UNDERSTOOD);

    ir_add_access(f->r->ir, (struct ir_access){.statement = statement,
                                               .mode = IR_ACCESS_DEFINE,
                                               .catalog = f->name.catalog,
                                               .schema = f->name.schema,
                                               .name = f->name.name,
                                               .quoted = f->name.quoted,
                                               .off = f->name.off,
                                               .len = f->name.len});
}

/* How far an open body goes is only known by walking it; its rows come after the routine's own. */
static uint32_t open_end(struct routine *f)
{
    if (f->body_kind == BODY_ATOMIC)
        return atomic_end(f->t, f->body + 2, f->end);
    return f->end;
}

static uint32_t open_routine(struct routine *f, ir_job_id job, const struct sql_scope *scope)
{
    struct sql_reader in = *f->r;
    uint32_t stop;

    in.job = job;
    in.flags |= IR_STMT_IN_ROUTINE;
    in.depth++;
    if (in.depth > SQL_DEEPEST_TEXT)
        return sql_statement_end(f->t, f->body, f->end);
    stop = sql_body_walk(&in, f->t, f->body, f->end, scope, true);
    f->r->order = in.order;
    return stop;
}

/* What stands behind the name; returns the token after the routine. */
static uint32_t read_routine(struct routine *f)
{
    const struct sql_tokens *t = f->t;
    ir_job_id job = f->r->job;
    struct sql_scope *scope;
    struct sql_piece piece;
    uint32_t limit = f->limit, stop = f->end;

    if (f->body_kind == BODY_ATOMIC) {
        f->end = stop = open_end(f);
        stop += stop < limit;
    } else if (f->body_kind == BODY_OPEN) {
        f->end = f->body; /* the header alone */
    }
    piece = routine_piece(f);
    if (f->body_kind == BODY_ATOMIC && stop > f->end)
        piece.len = t->list.items[stop - 1].off + t->list.items[stop - 1].len - piece.off;
    if (f->is_do) {
        sql_statement_add(f->r, &piece, IR_KIND_DO, IR_UNDERSTOOD);
    } else {
        job = routine_job(f, &piece);
        define(f, &piece);
    }
    scope = routine_scope(f, job);
    if (f->body_kind == BODY_OPEN) {
        f->end = limit;
        return open_routine(f, job, scope);
    }
    body(f, job, scope);
    return stop;
}

/* Hive's CREATE FUNCTION … AS 'org.example.Class' has no body. */
static bool is_class(const struct routine *f)
{
    return (1u << f->r->dialect) & D_HIVE && f->body_kind == BODY_QUOTED && !f->language.n &&
           f->t->list.items[f->body].kind == TOK_STRING;
}

uint32_t sql_routine_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    struct routine f = {.r = r, .t = t, .first = i, .end = end, .limit = end};

    if (!head(&f, &i))
        return f.first;
    clauses(&f, i);
    return is_class(&f) ? f.first : read_routine(&f);
}

uint32_t sql_routine_member(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                            ir_str schema)
{
    struct routine f = {.r = r, .t = t, .first = i, .end = end, .limit = end, .member = true};

    f.function = sql_token_is(t, i, W_FUNCTION);
    if (sql_name_read(r, t, i + 1, end, &f.name)) {
        f.name.schema = f.package = schema;
        clauses(&f, f.name.next);
        if (f.body_kind != BODY_NONE)
            return read_routine(&f);
    }
    i = sql_statement_end(t, i, end);
    return i < end ? i + 1 : end;
}
