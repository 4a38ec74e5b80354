/*
 * T-SQL: semicolons are optional and procedures have bare bodies, so a statement ends where a word starts
 * another one. What is open (BEGIN … END) is a list, and what IF, ELSE and WHILE say goes to the statement or
 * block that follows.
 */
#include "sql/tsql.h"

#include "sql/routine.h"

#include <string.h>

struct walk {
    struct sql_reader *r;
    const struct sql_tokens *t;
    uint32_t i, end;
    struct sql_scope *scope;
    struct sql_values values;
    uint32_t flags;     /* of the blocks that are open */
    uint32_t pending;   /* of IF or WHILE, for what follows */
    VEC(uint32_t) open; /* flags outside each BEGIN */
};

static bool is(const struct walk *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->t, i, word);
}

static bool text_is(const struct walk *w, uint32_t i, const char *text)
{
    return i < w->end && slice_is_nocase(sql_token_text(w->t, i), text);
}

static bool text_in(struct slice s, const char *const *words)
{
    for (; *words; words++)
        if (slice_is_nocase(s, *words))
            return true;
    return false;
}

static bool ends(const struct walk *w, uint32_t i)
{
    return i >= w->end || w->t->list.items[i].kind == TOK_END || w->t->list.items[i].kind == TOK_META;
}

/* ---- where a statement ends ---- */

/* What is known of the statement whose end is looked for. */
struct head {
    unsigned word;
    bool grants;     /* GRANT, DENY, REVOKE: lists of statements' words */
    bool needs_body; /* INSERT and WITH: what follows belongs to it */
    bool needs_set;  /* UPDATE: its SET */
    bool needs_drop; /* ALTER: one DROP, ALTER or SET */
};

static bool line_starts(const struct walk *w, uint32_t i)
{
    const struct sql_token *k = &w->t->list.items[i];
    uint32_t from = i ? k[-1].off + k[-1].len : 0;

    return memchr(w->t->content.p + from, '\n', k->off - from) != NULL;
}

/* WITH name AS (, WITH name (…) AS ( and WITH XMLNAMESPACES ( start a statement; WITH (…) is an option. */
static bool starts_with(const struct walk *w, uint32_t i)
{
    uint32_t k = i + 2;

    if (!sql_token_names(w->t, i + 1) || i + 2 >= w->end)
        return false;
    if (text_is(w, i + 1, "xmlnamespaces"))
        return true;
    if (is(w, k, '('))
        k = sql_skip_parens(w->t, k, w->end);
    return is(w, k, W_AS) && is(w, k + 1, '(');
}

/* Words that start a statement wherever they stand at its level, after what may stand before one. */
static bool hard_word(unsigned c)
{
    return SQL_WORD_IN(c, W_CREATE, W_TRUNCATE, W_DECLARE, W_IF, W_WHILE, W_BEGIN, W_END, W_RETURN, W_ELSE,
                       W_EXECUTE, W_DROP, W_ALTER, W_GRANT, W_REVOKE, W_COMMIT, W_ROLLBACK);
}

/* Words that may be names too: they count at the start of a line. */
static bool soft_word(struct slice s)
{
    static const char *const words[] = {
        "print",   "raiserror", "throw",   "use",        "goto",       "break",       "continue",
        "waitfor", "open",      "close",   "deallocate", "fetch",      "save",        "deny",
        "backup",  "restore",   "dbcc",    "bulk",       "checkpoint", "reconfigure", "kill",
        "revert",  "enable",    "disable", "add",        "send",       "receive",     NULL};

    return text_in(s, words);
}

static bool joins_words(unsigned before)
{
    return SQL_WORD_IN(before, W_THEN, W_ON, W_FOR, W_OF, W_AS, W_UNION, W_ALL, W_EXCEPT, W_INTERSECT, ',',
                       '.', '=', '+', W_WITH, W_SELECT, W_NOT, W_AND, W_OR, W_FROM, W_INTO, W_JOIN);
}

static bool starts_dml(struct head *h, unsigned c)
{
    if (h->needs_body) {
        h->needs_body = c == W_INSERT;
        h->needs_set |= c == W_UPDATE;
        return false;
    }
    return true;
}

/* Does a statement start at token `i`, behind one that begins as `h` says? */
static bool starts(const struct walk *w, uint32_t i, struct head *h)
{
    struct sql_token k = w->t->list.items[i];
    unsigned c = k.word, before = i ? w->t->list.items[i - 1].word : W_PLAIN;

    if (k.kind == TOK_WORD && c == W_WITH && before == W_AS)
        h->needs_body = true; /* CREATE VIEW v AS WITH … */
    if (k.kind != TOK_WORD || (c != W_SELECT && joins_words(before)))
        return false;
    if (h->grants && (!line_starts(w, i) || before == ','))
        return false;
    switch (c) {
    case W_SELECT:
        if (SQL_WORD_IN(before, W_UNION, W_ALL, W_EXCEPT, W_INTERSECT, W_AS, W_FOR))
            return false;
        return starts_dml(h, c);
    case W_INSERT:
    case W_DELETE:
    case W_UPDATE:
        return !is(w, i + 1, '(') && !text_is(w, i - 1, "bulk") && starts_dml(h, c);
    case W_MERGE:
        return !is(w, i + 1, W_JOIN) && starts_dml(h, c);
    case W_VALUES:
        h->needs_body = false;
        return false;
    case W_WITH:
        return starts_with(w, i) && !h->needs_body;
    case W_SET:
        if (h->needs_set || before == W_UPDATE || before == W_DELETE ||
            (h->needs_drop && h->word == W_ALTER)) {
            h->needs_set = h->needs_drop = false;
            return false;
        }
        return h->word != W_MERGE || line_starts(w, i);
    case W_IF:
        return !(is(w, i + 1, W_EXISTS) && (h->word == W_DROP || h->word == W_ALTER) && !is(w, i + 2, '('));
    case W_DROP:
    case W_ALTER:
        if (h->needs_drop) {
            h->needs_drop = false;
            return false;
        }
        return true;
    default:
        break;
    }
    if (c == W_EXECUTE || text_is(w, i, "exec"))
        return !is(w, i + 1, W_AS) && starts_dml(h, W_EXECUTE);
    if (text_is(w, i, "fetch"))
        return !text_is(w, i - 1, "rows") && !text_is(w, i - 1, "row");
    return hard_word(c) || (soft_word(sql_token_text(w->t, i)) && (line_starts(w, i) || before == W_BEGIN)) ||
           text_is(w, i, "print");
}

/* One past the last token of the statement at `i`. */
static uint32_t statement_end(const struct walk *w, uint32_t i)
{
    struct head h = {.word = w->t->list.items[i].word};
    uint32_t cases = 0;

    h.grants = h.word == W_GRANT || h.word == W_REVOKE || text_is(w, i, "deny");
    h.needs_body = h.word == W_INSERT || h.word == W_WITH;
    h.needs_set = h.word == W_UPDATE;
    h.needs_drop = h.word == W_ALTER;
    for (i++; i < w->end && !ends(w, i); i++) {
        unsigned c = w->t->list.items[i].word;

        if (c == '(')
            i = sql_skip_parens(w->t, i, w->end) - 1;
        else if (c == W_CASE)
            cases++;
        else if (c == W_END && cases)
            cases--;
        else if (cases == 0 && starts(w, i, &h))
            break;
    }
    return i;
}

/* ---- what goes to the grammar ---- */

static struct sql_rewrite piece(struct walk *w, uint32_t first, uint32_t end)
{
    struct sql_rewrite p = {
        .reader = w->r, .tokens = w->t, .first = first, .end = end, .flags = w->flags | w->pending};

    w->pending = 0;
    return p;
}

static void read(struct walk *w, uint32_t first, uint32_t end, enum ir_statement_kind kind)
{
    struct sql_rewrite p = piece(w, first, end);

    if (first < end)
        sql_statement_read(&p, kind, NULL);
}

static bool has_query(const struct walk *w, uint32_t first, uint32_t end)
{
    for (; first < end; first++)
        if (is(w, first, W_SELECT))
            return true;
    return false;
}

static void expression(struct walk *w, uint32_t first, uint32_t end)
{
    struct sql_rewrite p = piece(w, first, end);

    if (first >= end || !has_query(w, first, end))
        return;
    if (!is(w, first, W_SELECT) && !is(w, first, W_WITH))
        sql_edit_exact(&p, w->t->list.items[first].off, 0, SLICE("SELECT "));
    sql_statement_read(&p, IR_KIND_CONTROL, NULL);
}

/* ---- variables ---- */

static struct slice folded(struct walk *w, uint32_t i)
{
    struct slice s = sql_token_text(w->t, i);
    char *p = arena_strndup(w->r->scratch, s.p, s.n);

    for (size_t k = 0; k < s.n; k++)
        if (p[k] >= 'A' && p[k] <= 'Z')
            p[k] = (char)(p[k] + 32);
    return (struct slice){p, s.n};
}

static void assign(struct walk *w, uint32_t name, uint32_t first, uint32_t end)
{
    struct sql_value value = {.name = folded(w, name)};
    uint32_t at;

    if (first < end && sql_value_fold(w->r, w->t, first, end, &w->values, &value, &at)) {
        value.depth = w->open.count + (w->pending != 0);
        sql_value_set(w->r->scratch, &w->values, value);
    } else {
        sql_value_forget(&w->values, value.name);
    }
}

/* DECLARE @t TABLE (…) makes a table of the session. */
static void table_variable(struct walk *w, uint32_t name, uint32_t table, uint32_t end)
{
    struct sql_rewrite p = piece(w, name, end);
    struct slice s = sql_token_text(w->t, name);
    struct buf b = buf_new(w->r->scratch);

    buf_printf(&b, "CREATE TEMP TABLE \"%.*s\"", (int)s.n, s.p);
    sql_edit_exact(&p, w->t->list.items[name].off, (uint32_t)s.n, buf_slice(&b));
    sql_edit_tokens(&p, name + 1, table + 1, (struct slice){0});
    p.flags |= IR_STMT_REWRITTEN;
    sql_statement_read(&p, IR_KIND_CREATE_TABLE, NULL);
}

/* One `@name [AS] type [= value]` in tokens [first, end). */
static void declaration(struct walk *w, uint32_t first, uint32_t end)
{
    uint32_t table = first + 1 + is(w, first + 1, W_AS), i = table;

    if (is(w, table, W_TABLE)) {
        table_variable(w, first, table, end);
        return;
    }
    for (; i < end && !is(w, i, '=') && !is(w, i, W_FOR); i++)
        if (is(w, i, '('))
            i = sql_skip_parens(w->t, i, end) - 1;
    if (is(w, i, W_FOR) && i < end) {
        read(w, i + 1, end, IR_KIND_CONTROL);
        return;
    }
    assign(w, first, i + 1, end);
    expression(w, i + 1, end);
}

static void declare(struct walk *w, uint32_t end)
{
    uint32_t first = w->i + 1;

    for (uint32_t i = first; i <= end; i++) {
        if (i < end && is(w, i, '('))
            i = sql_skip_parens(w->t, i, end) - 1;
        else if (i == end || is(w, i, ',')) {
            if (first < i)
                declaration(w, first, i);
            first = i + 1;
        }
    }
}

static bool variable(const struct walk *w, uint32_t i)
{
    return i < w->end && w->t->list.items[i].kind == TOK_WORD &&
           w->t->content.p[w->t->list.items[i].off] == '@';
}

static void set(struct walk *w, uint32_t end)
{
    uint32_t name = w->i + 1;

    if (!variable(w, name)) {
        read(w, w->i, end, IR_KIND_OTHER);
        return;
    }
    if (is(w, name + 1, '='))
        assign(w, name, name + 2, end);
    else
        sql_value_forget(&w->values, folded(w, name));
    if (is(w, name + 1, '=') && text_is(w, name + 2, "cursor"))
        read(w, name + 4 < end ? name + 4 : end, end, IR_KIND_CONTROL);
    else
        expression(w, name + 2, end);
    w->pending = 0;
}

/* SELECT @a = x, @b = y FROM t: nothing goes to the client. */
static void select(struct walk *w, uint32_t end)
{
    uint32_t i = w->i + 1;

    if (is(w, i, W_DISTINCT))
        i++;
    if (text_is(w, i, "top"))
        i += 2;
    if (!variable(w, i) || !is(w, i + 1, '=')) {
        read(w, w->i, end, IR_KIND_OTHER);
        return;
    }
    assign(w, i, i + 2, end);
    read(w, w->i, end, IR_KIND_CONTROL);
}

/* ---- EXEC ---- */

static uint32_t argument_end(const struct walk *w, uint32_t i, uint32_t end)
{
    for (; i < end && !is(w, i, ','); i++)
        if (is(w, i, '('))
            i = sql_skip_parens(w->t, i, end) - 1;
    return i;
}

static void call(struct walk *w, uint32_t name, uint32_t end)
{
    struct sql_rewrite p = piece(w, w->i, end);
    const struct sql_token *a = &w->t->list.items[w->i], *b = &w->t->list.items[end - 1];
    struct sql_piece row = {.off = a->off, .len = b->off + b->len - a->off, .flags = p.flags | w->r->flags};
    struct sql_name n;
    struct slice text;
    ir_statement_id id;
    bool system;

    row.lead_off = sql_lead_off(w->t, w->i);
    if (!sql_name_read(w->r, w->t, name, end, &n)) {
        sql_statement_add(w->r, &row, IR_KIND_EXECUTE, IR_UNDERSTOOD_PARTLY);
        return;
    }
    text = ir_slice(w->r->ir, n.name);
    system = slice_starts_nocase(text, "sp_") || slice_starts_nocase(text, "xp_") ||
             slice_starts(text, "@") || slice_is_nocase(ir_slice(w->r->ir, n.schema), "sys");
    id = sql_statement_add(w->r, &row, system ? IR_KIND_UTILITY : IR_KIND_CALL, IR_UNDERSTOOD);
    if (!system)
        ir_add_access(w->r->ir, (struct ir_access){.statement = id,
                                                   .mode = IR_ACCESS_CALL,
                                                   .catalog = n.catalog,
                                                   .schema = n.schema,
                                                   .name = n.name,
                                                   .quoted = n.quoted,
                                                   .off = n.off,
                                                   .len = n.len});
}

static void execute(struct walk *w, uint32_t end)
{
    uint32_t i = w->i + 1, name_end;

    if (variable(w, i) && is(w, i + 1, '='))
        i += 2;
    if (is(w, i, '(')) {
        sql_dynamic_read(w->r, w->t, w->i, i + 1, sql_skip_parens(w->t, i, end) - 1, &w->values,
                         w->flags | w->pending);
        w->pending = 0;
        return;
    }
    name_end = sql_name_end(w->t, i, end);
    if (name_end > i && text_is(w, name_end - 1, "sp_executesql") && name_end < end) {
        uint32_t first = name_end + (variable(w, name_end) && is(w, name_end + 1, '=') ? 2 : 0);

        sql_dynamic_read(w->r, w->t, w->i, first, argument_end(w, first, end), &w->values,
                         w->flags | w->pending);
        w->pending = 0;
        return;
    }
    call(w, i, end);
}

/* ---- blocks ---- */

static void begin(struct walk *w)
{
    bool attempt = text_is(w, w->i + 1, "try"), handler = text_is(w, w->i + 1, "catch");
    uint32_t outside = w->flags;

    vec_push(w->r->scratch, &w->open, outside);
    w->flags |= w->pending | (handler ? IR_STMT_IN_BRANCH : 0);
    w->pending = 0;
    w->i += 1 + (attempt || handler);
    if (is(w, w->i, W_ATOMIC))
        w->i = is(w, w->i + 1, W_WITH) ? sql_skip_parens(w->t, w->i + 2, w->end) : w->i + 1;
}

static void end_block(struct walk *w)
{
    if (w->open.count) {
        w->flags = w->open.items[--w->open.count];
        sql_values_leave(&w->values, w->open.count + 1);
    }
    w->i++;
    if (text_is(w, w->i, "try") || text_is(w, w->i, "catch") || text_is(w, w->i, "conversation"))
        w->i++;
    w->pending = 0;
}

static bool transaction(const struct walk *w)
{
    static const char *const words[] = {"tran", "transaction", "distributed", "dialog", "conversation", NULL};

    return w->i + 1 < w->end && text_in(sql_token_text(w->t, w->i + 1), words);
}

static void condition(struct walk *w, uint32_t end, uint32_t flag)
{
    uint32_t outer = w->pending;

    expression(w, w->i + 1, end);
    w->pending = outer | flag;
}

/* ---- routines ---- */

static bool skips_alone(struct slice s)
{
    static const char *const words[] = {"print", "raiserror", "throw",      "goto",  "break",    "waitfor",
                                        "open",  "close",     "deallocate", "fetch", "continue", NULL};

    return text_in(s, words);
}

/* One past the batch that token `i` is in: to its GO. */
static uint32_t batch_end(const struct walk *w, uint32_t i)
{
    for (; i < w->end; i++)
        if (w->t->list.items[i].kind == TOK_END && (w->t->content.p[w->t->list.items[i].off] | 32) == 'g')
            break;
    return i;
}

struct routine {
    uint32_t kind; /* the word PROC, FUNCTION or TRIGGER */
    uint32_t name, args, args_end, body;
    bool function, trigger, replace;
    struct sql_name n;
};

/* CREATE | ALTER [OR ALTER | OR REPLACE] PROC | PROCEDURE | FUNCTION | TRIGGER name … */
static bool routine_head(struct walk *w, struct routine *f)
{
    uint32_t i = w->i + 1;

    *f = (struct routine){.replace = is(w, w->i, W_ALTER)};
    if (is(w, i, W_OR)) {
        f->replace = true;
        i += 2;
    }
    f->kind = i;
    f->function = is(w, i, W_FUNCTION);
    f->trigger = is(w, i, W_TRIGGER);
    if (!f->function && !f->trigger && !is(w, i, W_PROCEDURE) && !text_is(w, i, "proc"))
        return false;
    f->name = i + 1;
    return sql_name_read(w->r, w->t, f->name, w->end, &f->n);
}

/* The body starts behind AS, or at BEGIN or RETURN of a function that has no AS. */
static void find_body(struct walk *w, struct routine *f, uint32_t end)
{
    uint32_t i = f->n.next;

    f->args = f->args_end = i;
    for (; i < end; i++) {
        bool type = f->args_end != f->args || !f->function;

        if (is(w, i, '(')) {
            uint32_t stop = sql_skip_parens(w->t, i, end);

            if (f->args == i)
                f->args_end = stop;
            i = stop - 1;
        } else if (is(w, i, W_AS) && !(variable(w, i - 1) && type) && !is(w, i - 1, W_EXECUTE) &&
                   !text_is(w, i - 1, "exec")) {
            f->body = i + 1;
            break;
        } else if (is(w, i, W_BEGIN) || (is(w, i, W_RETURN) && f->function)) {
            f->body = i;
            break;
        } else if (w->t->list.items[i].kind == TOK_END) {
            break;
        }
        if (f->args_end == f->args && !is(w, i, '(') && i > f->n.next && !f->function &&
            (is(w, i + 1, W_AS) || is(w, i + 1, W_WITH)))
            f->args_end = i + 1;
    }
    if (!f->body)
        f->body = i;
}

static void parameter(struct walk *w, uint32_t i, uint32_t end, ir_job_id job)
{
    struct ir_parameter row = {.job = job};
    uint32_t type = i + 1 + is(w, i + 1, W_AS), value = type;
    struct slice name;

    if (!variable(w, i))
        return;
    while (value < end && !is(w, value, '='))
        value++;
    name = sql_token_text(w->t, i);
    row.name = ir_intern(w->r->ir, name.p, name.n);
    if (type < value) {
        const struct sql_token *a = &w->t->list.items[type], *b = &w->t->list.items[value - 1];

        row.type = ir_intern(w->r->ir, w->t->content.p + a->off, b->off + b->len - a->off);
    }
    if (value + 1 < end) {
        const struct sql_token *a = &w->t->list.items[value + 1], *b = &w->t->list.items[end - 1];

        row.default_value = ir_intern(w->r->ir, w->t->content.p + a->off, b->off + b->len - a->off);
    }
    ir_add_parameter(w->r->ir, row);
}

static void parameters(struct walk *w, const struct routine *f, ir_job_id job)
{
    uint32_t i = f->args, end = f->args_end, first;

    if (is(w, i, '(') && end) {
        i++;
        end--;
    }
    for (first = i; i <= end && first < end; i++) {
        if (i < end && is(w, i, '('))
            i = sql_skip_parens(w->t, i, end) - 1;
        else if (i == end || is(w, i, ',')) {
            parameter(w, first, i, job);
            first = i + 1;
        }
    }
}

static ir_job_id define(struct walk *w, const struct routine *f)
{
    struct ir *ir = w->r->ir;
    const struct sql_token *a = &w->t->list.items[w->i], *b = &w->t->list.items[f->body - 1];
    struct sql_piece p = {.off = a->off, .len = b->off + b->len - a->off, .flags = w->r->flags};
    struct ir_place place = ir_bytes_of(ir, IR(ir, text, w->r->text)->file, w->r->text, p.off, p.len);
    struct slice id = slice_sub(w->t->content, f->n.off, f->n.len);
    ir_statement_id statement;

    p.lead_off = sql_lead_off(w->t, w->i);
    p.flags |= f->replace ? IR_STMT_OR_REPLACE : 0;
    statement = sql_statement_add(w->r, &p, f->trigger ? IR_KIND_CREATE_TRIGGER : IR_KIND_CREATE_ROUTINE,
                                  IR_UNDERSTOOD);
    ir_add_access(ir, (struct ir_access){.statement = statement,
                                         .mode = IR_ACCESS_DEFINE,
                                         .catalog = f->n.catalog,
                                         .schema = f->n.schema,
                                         .name = f->n.name,
                                         .quoted = f->n.quoted,
                                         .off = f->n.off,
                                         .len = f->n.len});
    return ir_add_job(ir, (struct ir_job){.id = ir_intern(ir, id.p, id.n),
                                          .kind = f->function ? IR_JOB_FUNCTION : IR_JOB_PROCEDURE,
                                          .file = place.file,
                                          .parent = w->r->job,
                                          .off = place.off,
                                          .len = place.len,
                                          .schema = f->n.schema,
                                          .name = f->n.name});
}

static bool routine(struct walk *w)
{
    struct routine f;
    struct sql_reader in;
    uint32_t end;

    if (!routine_head(w, &f) || w->r->depth + 1 > SQL_DEEPEST_TEXT)
        return false;
    end = batch_end(w, w->i);
    find_body(w, &f, end);
    in = *w->r;
    in.job = define(w, &f);
    in.flags |= IR_STMT_IN_ROUTINE;
    in.depth++;
    in.order = w->r->order;
    parameters(w, &f, in.job);
    sql_tsql_read(&in, w->t, f.body, end);
    w->r->order = in.order;
    w->i = end;
    return true;
}

/* ---- statements ---- */

static void statement(struct walk *w)
{
    unsigned c = w->t->list.items[w->i].word;
    uint32_t end;

    if ((c == W_CREATE || c == W_ALTER) && routine(w))
        return;
    if (c == W_BEGIN && !transaction(w)) {
        begin(w);
        return;
    }
    if (c == W_END) {
        end_block(w);
        return;
    }
    if (c == W_ELSE) {
        w->pending |= IR_STMT_IN_BRANCH;
        w->i++;
        return;
    }
    end = statement_end(w, w->i);
    if (c == W_IF)
        condition(w, end, IR_STMT_IN_BRANCH);
    else if (c == W_WHILE)
        condition(w, end, IR_STMT_IN_LOOP);
    else if (c == W_DECLARE)
        declare(w, end);
    else if (c == W_SET)
        set(w, end);
    else if (c == W_SELECT)
        select(w, end);
    else if (c == W_EXECUTE || text_is(w, w->i, "exec"))
        execute(w, end);
    else if (c == W_RETURN)
        expression(w, w->i + 1, end);
    else if (!skips_alone(sql_token_text(w->t, w->i)) && !is(w, w->i + 1, ':'))
        read(w, w->i, end, IR_KIND_OTHER);
    w->i = end;
}

void sql_tsql_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    struct walk w = {.r = r, .t = t, .i = i, .end = end};

    w.values.latest = map_new(r->scratch);
    while (w.i < w.end) {
        if (t->list.items[w.i].kind == TOK_META)
            sql_meta_read(r, t, w.i);
        if (ends(&w, w.i)) {
            w.i++;
            continue;
        }
        statement(&w);
    }
}
