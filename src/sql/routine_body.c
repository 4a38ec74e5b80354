/*
 * The walker of procedural code. It knows what starts each kind of statement and how far it goes, and
 * nothing else: whatever it does not know is SQL up to the next semicolon. What is open (blocks, IFs,
 * loops) is a list, not recursion, so that no nesting can hurt.
 */
#include "sql/dialect.h"
#include "sql/routine.h"

#include <string.h>

#define DEEPEST_SCOPE 64 /* blocks below share the scope of the block there */

enum frame { FRAME_BLOCK, FRAME_IF, FRAME_CASE, FRAME_LOOP, FRAME_HANDLER, FRAME_KINDS };

struct open_frame {
    enum frame kind;
    struct sql_scope *outer; /* of a block: the scope to go back to */
    struct slice variable;   /* of FOR over a query: what holds a row of it */
    ir_statement_id rows;    /* and the query */
};

struct walk {
    struct sql_reader *r;
    const struct sql_tokens *t;
    uint32_t i, end;
    struct sql_scope *scope;
    struct sql_scope *declared; /* what DECLARE said before the BEGIN that it belongs to */
    uint32_t scopes;
    VEC(struct open_frame) open;
    uint32_t count[FRAME_KINDS];
    struct sql_values values;
    bool done;
    bool inline_body;
};

static bool is(const struct walk *w, uint32_t i, enum sql_word word)
{
    return i < w->end && sql_token_is(w->t, i, word);
}

static unsigned word_at(const struct walk *w, uint32_t i)
{
    return i < w->end ? w->t->list.items[i].word : W_PLAIN;
}

static uint32_t semicolon(const struct walk *w, uint32_t i)
{
    return sql_statement_end(w->t, i, w->end);
}

/* The first `word` (or `other`) from `i` on that stands in no parentheses and no CASE … END; the semicolon
 * if there is none before it. */
static uint32_t find(const struct walk *w, uint32_t i, enum sql_word word, enum sql_word other)
{
    uint32_t parens = 0, cases = 0;

    for (; i < w->end && w->t->list.items[i].kind != TOK_END; i++) {
        unsigned c = w->t->list.items[i].word;

        if (parens == 0 && cases == 0 && (c == (unsigned)word || c == (unsigned)other))
            return i;
        if (c == '(' || c == '[')
            parens++;
        else if ((c == ')' || c == ']') && parens)
            parens--;
        else if (c == W_CASE)
            cases++;
        else if (c == W_END && cases)
            cases--;
    }
    return i;
}

static uint32_t past(const struct walk *w, uint32_t i)
{
    return i < w->end ? i + 1 : w->end;
}

/* ---- what goes to the grammar ---- */

static uint32_t flags_here(const struct walk *w)
{
    uint32_t branches = w->count[FRAME_IF] + w->count[FRAME_CASE] + w->count[FRAME_HANDLER];

    return (branches ? IR_STMT_IN_BRANCH : 0) | (w->count[FRAME_LOOP] ? IR_STMT_IN_LOOP : 0);
}

static struct sql_rewrite piece(const struct walk *w, uint32_t first, uint32_t end)
{
    return (struct sql_rewrite){
        .reader = w->r, .tokens = w->t, .first = first, .end = end, .flags = flags_here(w)};
}

static ir_statement_id query(struct walk *w, uint32_t first, uint32_t end, enum ir_statement_kind kind)
{
    struct sql_rewrite p = piece(w, first, end);

    return first < end ? sql_statement_read(&p, kind, w->scope) : (ir_statement_id){0};
}

/* Does the expression read a table: a subquery, or plpgsql's own `x := max(a) FROM t`? */
static bool reads_rows(const struct walk *w, uint32_t first, uint32_t end)
{
    uint32_t parens = 0;

    for (uint32_t i = first; i < end; i++) {
        unsigned c = word_at(w, i);

        if (c == W_SELECT || (c == W_FROM && parens == 0 && !is(w, i - 1, W_DISTINCT)))
            return true;
        if (c == '(')
            parens++;
        else if (c == ')' && parens)
            parens--;
    }
    return false;
}

static void expression(struct walk *w, uint32_t first, uint32_t end)
{
    struct sql_rewrite p = piece(w, first, end);

    if (first >= end || !reads_rows(w, first, end))
        return;
    if (!is(w, first, W_SELECT))
        sql_edit_exact(&p, w->t->list.items[first].off, 0, SLICE("SELECT "));
    sql_statement_read(&p, IR_KIND_CONTROL, w->scope);
}

/* ---- INTO ---- */

/* One past `name.field[index], name …` at `i`. */
static uint32_t targets_end(const struct walk *w, uint32_t i, uint32_t end)
{
    while (i < end && (sql_token_names(w->t, i) || w->t->list.items[i].kind == TOK_PARAM)) {
        i++;
        while (is(w, i, '.') && i + 1 < end)
            i += 2;
        while (is(w, i, '[') && i < end) {
            while (i < end && !is(w, i, ']'))
                i++;
            i++;
        }
        if (!is(w, i, ',') || i >= end)
            break;
        i++;
    }
    return i < end ? i : end;
}

static void forget_targets(struct walk *w, uint32_t i, uint32_t end);

/* In procedural code INTO names variables: it is blanked, and the rest is the query it was. */
static void blank_into(struct walk *w, struct sql_rewrite *p)
{
    uint32_t parens = 0;

    for (uint32_t i = p->first; i < p->end; i++) {
        unsigned before = i > p->first ? word_at(w, i - 1) : W_PLAIN;
        uint32_t stop, off;

        if (is(w, i, '('))
            parens++;
        else if (is(w, i, ')') && parens)
            parens--;
        if (parens || !is(w, i, W_INTO) || before == W_INSERT || before == W_MERGE)
            continue;
        if (is(w, i + 1, W_TEMP) || is(w, i + 1, W_TEMPORARY) || is(w, i + 1, W_TABLE))
            return;
        stop = targets_end(w, i + (is(w, i + 1, W_STRICT) ? 2 : 1), p->end);
        off = w->t->list.items[i].off;
        forget_targets(w, i + 1, stop);
        sql_edit_pad(p, off, w->t->list.items[stop - 1].off + w->t->list.items[stop - 1].len - off,
                     (struct slice){0});
        return;
    }
}

static struct slice folded(struct walk *w, uint32_t i)
{
    bool quoted;
    struct slice s = sql_token_name(w->r->scratch, w->t, i, &quoted);
    char *p = arena_strndup(w->r->scratch, s.p, s.n);

    for (size_t k = 0; !quoted && k < s.n; k++)
        if (p[k] >= 'A' && p[k] <= 'Z')
            p[k] = (char)(p[k] + 32);
    return (struct slice){p, s.n};
}

/* name; or package.name(…); as a statement of Oracle calls a procedure. */
static bool is_call(const struct walk *w, uint32_t end)
{
    uint32_t after = sql_name_end(w->t, w->i, end);

    return w->r->dialect == IR_DIALECT_ORACLE && word_at(w, w->i) == W_PLAIN && sql_token_names(w->t, w->i) &&
           after > w->i && (after == end || (is(w, after, '(') && sql_skip_parens(w->t, after, end) == end));
}

static void call(struct walk *w, uint32_t end)
{
    struct sql_rewrite p = piece(w, w->i, end);

    if (!sql_scope_has(w->scope, folded(w, w->i))) { /* else a method of a collection */
        sql_edit_exact(&p, w->t->list.items[w->i].off, 0, SLICE("CALL "));
        if (!is(w, end - 1, ')'))
            sql_edit_insert(&p, end, SLICE("()"));
        sql_statement_read(&p, IR_KIND_OTHER, w->scope);
    }
    w->i = past(w, end);
}

static void plain(struct walk *w)
{
    uint32_t end = semicolon(w, w->i), stop = sql_routine_read(w->r, w->t, w->i, w->end);
    struct sql_rewrite p = piece(w, w->i, end);

    if (stop == w->i && is_call(w, end)) {
        call(w, end);
        return;
    }

    if (stop != w->i) {
        w->i = stop;
        return;
    }
    if (!is(w, w->i, W_CREATE))
        blank_into(w, &p);
    if (p.first < p.end)
        sql_statement_read(&p, IR_KIND_OTHER, w->scope);
    w->i = past(w, end);
}

/* ---- variables ---- */

static uint32_t depth_here(const struct walk *w)
{
    return w->count[FRAME_IF] + w->count[FRAME_CASE] + w->count[FRAME_LOOP] + w->count[FRAME_HANDLER];
}

static void forget_targets(struct walk *w, uint32_t i, uint32_t end)
{
    for (; i < end; i++)
        if (sql_token_names(w->t, i))
            sql_value_forget(&w->values, folded(w, i));
}

/* The variable at token `name` is now the expression in [first, end). */
static void assign(struct walk *w, uint32_t name, uint32_t first, uint32_t end, bool constant)
{
    struct sql_value value = {.name = folded(w, name)};
    uint32_t at;

    if (sql_value_fold(w->r, w->t, first, end, &w->values, &value, &at)) {
        value.depth = depth_here(w);
        value.constant = constant;
        sql_value_set(w->r->scratch, &w->values, value);
    } else {
        sql_value_forget(&w->values, value.name);
    }
}

/* name [CONSTANT] type [NOT NULL] [:= expr]; name CURSOR [(…)] FOR query; CURSOR name IS query; name ALIAS FOR $1; */
static void declaration(struct walk *w)
{
    bool first = is(w, w->i, W_CURSOR) && sql_token_names(w->t, w->i + 1);
    uint32_t name = w->i + first, end = semicolon(w, w->i), i;
    bool constant = is(w, name + 1, W_CONSTANT);

    sql_scope_add(w->r->scratch, w->declared, w->t, name);
    w->i = past(w, end);
    for (i = first ? name - 1 : name + 1; i < end && !is(w, i, W_CURSOR); i++)
        if (is(w, i, W_DEFAULT) || is(w, i, SQL_OP_ASSIGN) || is(w, i, '='))
            break;
    if (i >= end)
        return;
    if (!is(w, i, W_CURSOR)) {
        assign(w, name, i + 1, end, constant);
        expression(w, i + 1, end);
        return;
    }
    i = find(w, i, W_FOR, W_IS);
    query(w, i + 1, end, IR_KIND_CONTROL);
}

/* Dialects in which each DECLARE is a statement of its own, behind BEGIN. */
static bool declares_singly(const struct walk *w)
{
    return (1u << w->r->dialect) & (D_MYSQL | D_BIGQUERY | D_SPARK | D_TERADATA);
}

/* DECLARE a, b type DEFAULT x; DECLARE c CURSOR FOR query; DECLARE EXIT HANDLER FOR … statement */
static void declare_one(struct walk *w)
{
    uint32_t end = semicolon(w, w->i), i = w->i + 1;

    if (i + 1 < end && slice_is_nocase(sql_token_text(w->t, i + 1), "handler")) {
        while (i < end && !is(w, i, W_BEGIN))
            i++;
        w->i = i < end ? i : past(w, end);
        return;
    }
    for (; is(w, i + 1, ',') && i < end; i += 2)
        sql_scope_add(w->r->scratch, w->scope, w->t, i);
    w->i = i;
    w->declared = w->scope;
    declaration(w);
    w->declared = NULL;
}

/* LET x [type] := value, LET c CURSOR FOR query */
static void let(struct walk *w)
{
    w->i++;
    w->declared = w->scope;
    declaration(w);
    w->declared = NULL;
}

static void declare(struct walk *w)
{
    if (declares_singly(w)) {
        declare_one(w);
        return;
    }
    w->i++;
    if (w->scopes < DEEPEST_SCOPE) {
        w->declared = sql_scope_new(w->r->scratch, w->scope);
        w->scopes++;
    } else {
        w->declared = w->scope;
    }
    struct sql_scope *outer = w->scope;

    w->scope = w->declared;
    while (w->i < w->end && !is(w, w->i, W_BEGIN)) {
        if (is(w, w->i, W_PROCEDURE) || is(w, w->i, W_FUNCTION))
            w->i = sql_routine_member(w->r, w->t, w->i, w->end, (ir_str){0});
        else if (is(w, w->i, W_DECLARE) || !sql_token_names(w->t, w->i))
            w->i++;
        else
            declaration(w);
    }
    w->scope = outer;
}

/* ---- blocks ---- */

static void open_frame(struct walk *w, enum frame kind)
{
    struct open_frame f = {.kind = kind, .outer = w->scope};

    vec_push(w->r->scratch, &w->open, f);
    w->count[kind]++;
}

static void leave_branch(struct walk *w)
{
    sql_values_leave(&w->values, depth_here(w));
}

/* Closes everything down to the innermost frame of this kind, if there is one. */
static void close_frame(struct walk *w, enum frame kind)
{
    bool closed = false;

    if (w->count[kind] == 0)
        return;
    leave_branch(w);
    while (!closed) {
        struct open_frame f = w->open.items[--w->open.count];

        w->count[f.kind]--;
        closed = f.kind == kind;
        if (f.kind == FRAME_BLOCK && f.outer != w->scope) {
            w->scope = f.outer;
            w->scopes--;
        }
    }
}

static void begin(struct walk *w)
{
    if (w->i + 1 < w->end && w->t->list.items[w->i + 1].kind == TOK_END && w->open.count) {
        w->i += 2; /* a transaction's BEGIN */
        return;
    }
    open_frame(w, FRAME_BLOCK);
    if (w->declared)
        w->scope = w->declared;
    w->declared = NULL;
    w->i++;
}

static void end_word(struct walk *w)
{
    unsigned word = word_at(w, w->i + 1);
    enum frame kind = FRAME_BLOCK;

    if (SQL_WORD_IN(word, W_IF, W_LOOP, W_CASE, W_FOR, W_WHILE, W_REPEAT))
        kind = word == W_IF ? FRAME_IF : word == W_CASE ? FRAME_CASE : FRAME_LOOP;
    close_frame(w, kind);
    w->i = past(w, semicolon(w, w->i));
    if (w->inline_body && (kind == FRAME_BLOCK ? w->count[FRAME_BLOCK] == 0 : w->open.count == 0))
        w->done = true;
}

static void exception(struct walk *w)
{
    leave_branch(w);
    open_frame(w, FRAME_HANDLER);
    w->i++;
}

/* ---- branches and loops ---- */

static void condition(struct walk *w, enum sql_word until)
{
    uint32_t first = w->i + 1, stop = find(w, first, until, until);

    expression(w, first, stop);
    w->i = past(w, stop);
}

static void if_word(struct walk *w)
{
    condition(w, W_THEN);
    open_frame(w, FRAME_IF);
}

static void elsif(struct walk *w)
{
    leave_branch(w);
    condition(w, W_THEN);
}

static void else_word(struct walk *w)
{
    leave_branch(w);
    w->i++;
}

static void case_word(struct walk *w)
{
    uint32_t when = find(w, w->i + 1, W_WHEN, W_WHEN);

    expression(w, w->i + 1, when);
    open_frame(w, FRAME_CASE);
    w->i = when;
}

/* What a loop changes is not known at its start: only constants are. */
static void enter_loop(struct walk *w)
{
    sql_values_leave(&w->values, 0);
    open_frame(w, FRAME_LOOP);
}

static void loop(struct walk *w)
{
    w->i++;
    enter_loop(w);
}

static void while_word(struct walk *w)
{
    uint32_t stop = find(w, w->i + 1, W_LOOP, W_DO);

    expression(w, w->i + 1, stop);
    w->i = past(w, stop);
    enter_loop(w);
}

static bool starts_query(unsigned word)
{
    return SQL_WORD_IN(word, W_SELECT, W_WITH, W_VALUES, W_INSERT, W_UPDATE, W_DELETE, W_TABLE, '(');
}

static void dynamic(struct walk *w, uint32_t start, uint32_t first, uint32_t end, uint32_t flags)
{
    uint32_t stop = find(w, first, W_INTO, W_USING);

    sql_dynamic_read(w->r, w->t, start, first, stop < end ? stop : end, &w->values, flags_here(w) | flags);
    if (is(w, stop, W_INTO))
        forget_targets(w, stop + 1, targets_end(w, stop + 1, end));
    expression(w, find(w, first, W_USING, W_USING) + 1, end);
}

/* FOR r IN query | EXECUTE string | cursor | 1..10 LOOP, FOREACH x IN ARRAY expr LOOP */
static void for_word(struct walk *w)
{
    uint32_t in = find(w, w->i, W_IN, W_LOOP), stop = find(w, in, W_LOOP, W_DO), first = in + 1;
    struct slice variable = w->i + 1 < in ? folded(w, w->i + 1) : (struct slice){0};
    ir_statement_id rows = {0};

    for (uint32_t i = w->i + 1; i < in; i++)
        if (sql_token_names(w->t, i) && !is(w, i, W_SLICE)) {
            sql_scope_add(w->r->scratch, w->scope, w->t, i);
            sql_value_forget(&w->values, folded(w, i));
        }
    if (is(w, first, W_EXECUTE))
        dynamic(w, w->i, first + 1, stop, 0);
    else if (starts_query(word_at(w, first)) && find(w, first, SQL_OP_DOTS, W_LOOP) >= stop)
        rows = query(w, first, stop, IR_KIND_CONTROL);
    else
        expression(w, first + (is(w, first, W_ARRAY) && !is(w, first + 1, '[')), stop);
    enter_loop(w);
    w->open.items[w->open.count - 1].variable = variable;
    w->open.items[w->open.count - 1].rows = rows;
    w->i = past(w, stop);
}

/* ---- statements of their own ---- */

static void perform(struct walk *w)
{
    uint32_t end = semicolon(w, w->i);
    struct sql_rewrite p = piece(w, w->i, end);

    if (end > w->i + 1) {
        sql_edit_pad(&p, w->t->list.items[w->i].off, w->t->list.items[w->i].len, SLICE("SELECT"));
        sql_statement_read(&p, IR_KIND_OTHER, w->scope);
    }
    w->i = past(w, end);
}

static void execute(struct walk *w)
{
    uint32_t end = semicolon(w, w->i), first = w->i + 1;

    first += is(w, first, W_IMMEDIATE);
    dynamic(w, w->i, first, end, 0);
    w->i = past(w, end);
}

/* RETURN QUERY */
static void returned(struct walk *w, uint32_t first, uint32_t end)
{
    struct sql_rewrite p = piece(w, first, end);

    p.flags |= IR_STMT_RETURNS;
    if (first < end)
        sql_statement_read(&p, IR_KIND_OTHER, w->scope);
}

/* RETURN NEXT r in FOR r IN query: the query's rows are the function's. */
static void return_next(struct walk *w, uint32_t variable)
{
    struct slice name = {0};

    if (variable < w->end && sql_token_names(w->t, variable))
        name = folded(w, variable);
    for (uint32_t i = w->open.count; i-- > 0 && name.n;) {
        const struct open_frame *f = &w->open.items[i];

        if (f->rows.v == 0 || !slice_eq(f->variable, name))
            continue;
        IR(w->r->ir, statement, f->rows)->flags |= IR_STMT_RETURNS;
        return;
    }
}

static void return_word(struct walk *w)
{
    uint32_t end = semicolon(w, w->i), first = w->i + 1;

    if (is(w, first, W_NEXT))
        return_next(w, first + 1);
    if (is(w, first, W_QUERY) && is(w, first + 1, W_EXECUTE))
        dynamic(w, w->i, first + 2, end, IR_STMT_RETURNS);
    else if (is(w, first, W_QUERY))
        returned(w, first + 1, end);
    else
        expression(w, first + is(w, first, W_NEXT), end);
    w->i = past(w, end);
}

/* RAISE, ASSERT and what reads nothing but perhaps a subquery. */
static void talk(struct walk *w)
{
    uint32_t end = semicolon(w, w->i), from = w->i + 1;

    while (from < end) {
        uint32_t stop = find(w, from, (enum sql_word)',', W_USING);

        if (is(w, from + 1, '=') || is(w, from + 1, SQL_OP_ASSIGN)) /* USING option = value */
            from += 2;
        expression(w, from, stop < end ? stop : end);
        from = stop + 1;
    }
    w->i = past(w, end);
}

static void skip(struct walk *w)
{
    w->i = past(w, semicolon(w, w->i));
}

/* EXIT [label] [WHEN condition] */
static void leave_loop(struct walk *w)
{
    uint32_t end = semicolon(w, w->i);

    expression(w, find(w, w->i, W_WHEN, W_WHEN) + 1, end);
    w->i = past(w, end);
}

static void fetch(struct walk *w)
{
    uint32_t end = semicolon(w, w->i), into = find(w, w->i, W_INTO, W_INTO);

    forget_targets(w, into + 1, end);
    w->i = past(w, end);
}

/* OPEN c; OPEN c FOR query; OPEN c FOR EXECUTE string */
static void open_word(struct walk *w)
{
    uint32_t end = semicolon(w, w->i), from = find(w, w->i, W_FOR, W_FOR);

    if (is(w, from + 1, W_EXECUTE))
        dynamic(w, w->i, from + 2, end, 0);
    else
        query(w, from + 1, end, IR_KIND_CONTROL);
    w->i = past(w, end);
}

static void label(struct walk *w)
{
    w->i += is(w, w->i + 2, SQL_OP_LABEL_END) ? 3 : 1;
}

/* Where the = or := of `name.field[index] := expr` at `i` stands; 0: it is no assignment. */
static uint32_t assignment(const struct walk *w)
{
    uint32_t i = w->i;

    if (!sql_token_names(w->t, i) && sql_token_at(w->t, i).kind != TOK_PARAM)
        return 0;
    for (i++; i < w->end; i++) {
        if (is(w, i, '.')) {
            i++;
        } else if (is(w, i, '[')) {
            while (i < w->end && !is(w, i, ']') && w->t->list.items[i].kind != TOK_END)
                i++;
        } else {
            break;
        }
    }
    return is(w, i, SQL_OP_ASSIGN) || is(w, i, '=') ? i : 0;
}

/* UNTIL condition END REPEAT */
static void until(struct walk *w)
{
    uint32_t stop = find(w, w->i, W_END, W_END);

    expression(w, w->i + 1, stop);
    w->i = stop;
}

/* LEAVE, ITERATE, SIGNAL and their kin move no rows. */
static bool jumps(struct slice s)
{
    static const char *const words[] = {"leave", "iterate", "signal", "resignal", "break", "goto", "pragma"};

    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (slice_is_nocase(s, words[k]))
            return true;
    return false;
}

static void other(struct walk *w)
{
    uint32_t op = assignment(w), end;

    if (jumps(sql_token_text(w->t, w->i))) {
        skip(w);
        return;
    }
    if (is(w, w->i + 1, ':') && sql_token_names(w->t, w->i)) { /* label: */
        w->i += 2;
        return;
    }

    if (!op) {
        plain(w);
        return;
    }
    end = semicolon(w, op);
    assign(w, w->i, op + 1, op == w->i + 1 ? end : op + 1, false);
    expression(w, op + 1, end);
    w->i = past(w, end);
}

/* ---- the table ---- */

static const struct {
    enum sql_word word;
    void (*read)(struct walk *w);
} statements[] = {
    {W_BEGIN, begin},
    {W_DECLARE, declare},
    {W_EXCEPTION, exception},
    {W_END, end_word},
    {W_IF, if_word},
    {W_ELSIF, elsif},
    {W_ELSEIF, elsif},
    {W_ELSE, else_word},
    {W_CASE, case_word},
    {W_WHEN, elsif},
    {W_LOOP, loop},
    {W_REPEAT, loop},
    {W_UNTIL, until},
    {W_LET, let},
    {W_WHILE, while_word},
    {W_FOR, for_word},
    {W_FOREACH, for_word},
    {W_PERFORM, perform},
    {W_EXECUTE, execute},
    {W_RETURN, return_word},
    {W_RAISE, talk},
    {W_ASSERT, talk},
    {W_NULL, skip},
    {W_EXIT, leave_loop},
    {W_CONTINUE, leave_loop},
    {W_GET, skip},
    {W_CLOSE, skip},
    {W_MOVE, skip},
    {W_FETCH, fetch},
    {W_OPEN, open_word},
    {(enum sql_word)SQL_OP_LABEL, label},
};

static void statement(struct walk *w)
{
    struct sql_token k = w->t->list.items[w->i];

    if (k.kind == TOK_END || k.kind == TOK_META) {
        w->i++;
        return;
    }
    for (size_t s = 0; s < sizeof statements / sizeof *statements && k.word; s++)
        if (statements[s].word == k.word && !(k.kind == TOK_WORD && assignment(w))) {
            statements[s].read(w);
            return;
        }
    other(w);
}

uint32_t sql_body_walk(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                       const struct sql_scope *parameters, bool inline_body)
{
    struct walk w = {.r = r, .t = t, .i = i, .end = end, .inline_body = inline_body};

    w.scope = sql_scope_new(r->scratch, parameters);
    w.values.latest = map_new(r->scratch);
    while (is(&w, w.i, '#') && !inline_body && w.i + 3 <= end)
        w.i += 3; /* plpgsql's options: #variable_conflict use_column */
    if (inline_body && i && !is(&w, i, W_BEGIN) && !is(&w, i, W_DECLARE) &&
        !sql_word_starts(word_at(&w, i))) {
        w.i = i - 1; /* IS or AS, which stands for DECLARE */
        declare(&w);
    }
    while (w.i < w.end && !w.done)
        statement(&w);
    return w.i;
}
