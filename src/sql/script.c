/*
 * The splitter: a text's tokens become statements, and each goes its way alone, to the walker of
 * routines or through the dialect's rewriting to the grammar, so that a bad one costs only itself.
 */
#include "sql/script.h"

#include "sql/routine.h"
#include "sql/tsql.h"

#include <stdio.h>
#include <string.h>

#define DEEPEST_PARENS 2000 /* the grammar's own tree is walked by recursion */
#define KEPT_ROWS 50        /* of a literal-only INSERT … VALUES; beyond these only the first counts */

/* ---- scopes ---- */

struct sql_scope *sql_scope_new(struct arena *a, const struct sql_scope *outer)
{
    struct sql_scope *s = ARENA_NEW(a, struct sql_scope);

    s->outer = outer;
    s->index = map_new(a);
    return s;
}

static void scope_put(struct arena *a, struct sql_scope *scope, struct slice name)
{
    vec_push(a, &scope->names, name);
    map_put(&scope->index, hash_bytes(name.p, name.n), scope->names.count);
}

void sql_scope_adds(struct arena *a, struct sql_scope *scope, const char *name)
{
    scope_put(a, scope, slice_of(name));
}

void sql_scope_add(struct arena *a, struct sql_scope *scope, const struct sql_tokens *t, uint32_t i)
{
    bool quoted;
    struct slice name = sql_token_name(a, t, i, &quoted);
    char *p = arena_strndup(a, name.p, name.n);

    for (size_t k = 0; !quoted && k < name.n; k++)
        if (p[k] >= 'A' && p[k] <= 'Z')
            p[k] = (char)(p[k] + 32);
    scope_put(a, scope, (struct slice){p, name.n});
}

bool sql_scope_has(const struct sql_scope *scope, struct slice name)
{
    uint64_t key = hash_bytes(name.p, name.n);

    for (; scope; scope = scope->outer) {
        uint32_t at = map_get(&scope->index, key);

        if (at && slice_eq(scope->names.items[at - 1], name))
            return true;
    }
    return false;
}

/* ---- rows ---- */

void sql_gap(struct sql_reader *r, enum ir_gap_kind kind, uint32_t off, uint32_t len,
             ir_statement_id statement, const char *why, const char *advice)
{
    ir_add_gap(r->ir, (struct ir_gap){.kind = kind,
                                      .file = IR(r->ir, text, r->text)->file,
                                      .text = r->text,
                                      .off = off,
                                      .len = len,
                                      .statement = statement,
                                      .why = ir_interns(r->ir, why),
                                      .advice = ir_interns(r->ir, advice)});
}

ir_statement_id sql_statement_add(struct sql_reader *r, const struct sql_piece *piece,
                                  enum ir_statement_kind kind, enum ir_understanding understood)
{
    return ir_add_statement(r->ir, (struct ir_statement){.text = r->text,
                                                         .file = IR(r->ir, text, r->text)->file,
                                                         .off = piece->off,
                                                         .len = piece->len,
                                                         .lead_off = piece->lead_off,
                                                         .job = r->job,
                                                         .kind = kind,
                                                         .understood = understood,
                                                         .order = ++r->order,
                                                         .session = r->session,
                                                         .flags = piece->flags});
}

bool sql_name_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                   struct sql_name *name)
{
    struct slice parts[3];
    bool quoted[3];
    uint32_t n = 0, last = i;

    *name = (struct sql_name){.off = sql_token_at(t, i).off, .next = i};
    while (n < 3 && i < end && sql_token_names(t, i)) {
        parts[n] = sql_token_name(r->scratch, t, i, &quoted[n]);
        n++;
        last = i++;
        if (n == 3 || i + 1 >= end || !sql_token_is(t, i, '.') || !sql_token_names(t, i + 1))
            break;
        i++;
    }
    if (n == 0)
        return false;
    name->next = i;
    name->len = t->list.items[last].off + t->list.items[last].len - name->off;
    for (uint32_t k = 0; k < n; k++) {
        ir_str s = ir_intern(r->ir, parts[n - 1 - k].p, parts[n - 1 - k].n);

        *(k == 0 ? &name->name : k == 1 ? &name->schema : &name->catalog) = s;
        name->quoted |= (uint32_t)quoted[n - 1 - k] << k;
    }
    return true;
}

bool sql_range_has_hole(const struct sql_reader *r, uint32_t off, uint32_t len)
{
    struct slice s;

    if (off > r->content.n || len > r->content.n - off)
        return false;
    s = slice_sub(r->content, off, len);
    if (s.n == 0 || s.p[0] == '"')
        return false;
    return memchr(s.p, '{', s.n) || memmem(s.p, s.n, "$(", 2) || memmem(s.p, s.n, "%(", 2) ||
           memmem(s.p, s.n, "%s", 2) || sql_setting_missing(r, off, len) ||
           memmem(s.p, s.n, SQL_PLACEHOLDER, sizeof SQL_PLACEHOLDER - 1);
}

/* Says of the accesses from row `first` on which have a part of their name put in elsewhere. */
static void mark_unknown_names(struct sql_reader *r, uint32_t first)
{
    for (uint32_t i = first; i < r->ir->access.count; i++) {
        struct ir_access *a = &r->ir->access.items[i];

        if (sql_range_has_hole(r, a->off, a->len))
            a->flags |= IR_ACCESS_UNKNOWN_PART;
    }
}

/* ---- comments ---- */

static bool blank_line_between(struct slice s, uint32_t from, uint32_t to)
{
    uint32_t n = 0;

    for (; from < to; from++)
        n += s.p[from] == '\n';
    return n > 1;
}

static uint32_t end_of_line(struct slice s, uint32_t off)
{
    const char *nl = off < s.n ? memchr(s.p + off, '\n', s.n - off) : NULL;

    return nl ? (uint32_t)(nl - s.p) : (uint32_t)s.n;
}

/* How many comments begin before `off`. */
static uint32_t comments_before(const struct sql_tokens *t, uint32_t off)
{
    uint32_t low = 0, high = t->comments.count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (t->comments.items[mid].off < off)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The block of comments above a statement is its own; what trails the line before belongs there. */
uint32_t sql_lead_off(const struct sql_tokens *t, uint32_t first)
{
    uint32_t off = t->list.items[first].off, lead = off, begin = 0;
    uint32_t i = comments_before(t, off);

    if (first && i) {
        struct sql_token before = t->list.items[first - 1];

        begin = before.off + before.len;
        if (t->comments.items[i - 1].off >= begin)
            begin = end_of_line(t->content, begin);
    }
    while (i-- > 0) {
        struct sql_range c = t->comments.items[i];

        if (c.off < begin)
            break;
        if (lead != off && blank_line_between(t->content, c.off + c.len, lead))
            break;
        lead = c.off;
    }
    return lead;
}

/* ---- what the grammar need not or must not see ---- */

/* Jinja's tags, # comments and the client's lines inside a statement become blanks. */
static void blank_what_is_no_sql(struct sql_rewrite *w, const struct sql_piece *piece)
{
    const struct sql_tokens *t = w->tokens;

    for (uint32_t i = comments_before(t, piece->off); i < t->comments.count; i++) {
        struct sql_range c = t->comments.items[i];

        if (c.off >= piece->off + piece->len)
            break;
        if (t->content.p[c.off] == '{' || t->content.p[c.off] == '#' || t->content.p[c.off + 1] == '/')
            sql_edit_pad(w, c.off, c.len, (struct slice){0});
    }
    for (uint32_t i = w->first; i < w->end; i++)
        if (t->list.items[i].kind == TOK_META)
            sql_edit_pad(w, t->list.items[i].off, t->list.items[i].len, (struct slice){0});
}

/* One past a parenthesized row of nothing but literals at `i`; `i` itself when there is none. */
static uint32_t literal_row(const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    uint32_t k = i;

    if (!sql_token_is(t, k++, '('))
        return i;
    for (; k < end; k++) {
        struct sql_token x = t->list.items[k];
        bool word = SQL_WORD_IN(x.word, W_NULL, W_TRUE, W_FALSE, W_DEFAULT, W_DATE, W_TIMESTAMP);
        bool sign = x.word == ',' || x.word == '-' || x.word == '+';

        if (x.word == ')')
            return k + 1;
        if (!word && !sign && x.kind != TOK_NUMBER && x.kind != TOK_STRING)
            return i;
    }
    return i;
}

/* INSERT … VALUES with many rows of literals: the first row says what there is to know. */
static void drop_literal_rows(struct sql_rewrite *w)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t i = w->first, keep, last, rows = 1;

    if (!sql_token_is(t, i, W_INSERT))
        return;
    while (i < w->end && !sql_token_is(t, i, W_VALUES) && !sql_token_is(t, i, W_SELECT))
        i++;
    if (!sql_token_is(t, i, W_VALUES) || (keep = last = literal_row(t, i + 1, w->end)) == i + 1)
        return;
    while (sql_token_is(t, last, ',')) {
        uint32_t next = literal_row(t, last + 1, w->end);

        if (next == last + 1)
            return;
        last = next;
        rows++;
    }
    if (rows > KEPT_ROWS) {
        struct sql_token a = t->list.items[keep - 1], b = t->list.items[last - 1];

        sql_edit_exact(w, a.off + a.len, b.off + b.len - a.off - a.len, SLICE(" "));
    }
}

static uint32_t deepest_parens(const struct sql_rewrite *w)
{
    uint32_t depth = 0, deepest = 0;

    for (uint32_t i = w->first; i < w->end; i++) {
        unsigned c = w->tokens->list.items[i].word;

        if (c == '(' || c == '[' || c == W_CASE)
            depth++;
        else if (depth && (c == ')' || c == ']' || c == W_END))
            depth--;
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* ---- one statement ---- */

/* INSERT OVERWRITE became INSERT INTO for the grammar; what it does to its target is known here. */
static void mark_overwrites(const struct sql_rewrite *w, uint32_t first)
{
    bool overwrites = false;

    for (uint32_t i = w->first; i + 1 < w->end && !overwrites; i++)
        overwrites = sql_token_is(w->tokens, i, W_INSERT) && sql_token_is(w->tokens, i + 1, W_OVERWRITE);
    for (uint32_t i = first; overwrites && i < w->reader->ir->access.count; i++)
        if (w->reader->ir->access.items[i].mode == IR_ACCESS_APPEND)
            w->reader->ir->access.items[i].mode = IR_ACCESS_OVERWRITE;
}

#define MOST_REPAIRS 16
#define DEEPEST_SPLIT 16 /* missing semicolons found one after the other by the grammar */

/* What the grammar's SQL would be lexed to once more, when it is the text as it is and that was lexed by the same
 * rules. */
static const struct sql_tokens *unchanged_tokens(const struct sql_rewrite *w, const struct sql_piece *piece)
{
    struct sql_reader *r = w->reader;

    if (w->edits.count || w->tokens->open.count || sql_dialect_lexing(r->dialect) != 0)
        return NULL;
    return sql_tokens_of_part(r->scratch, w->tokens, w->first, w->end, piece->sql, piece->off);
}

/* What the grammar gets when the rows of these dialects are applied. */
static void make_piece(struct sql_rewrite *w, struct sql_piece *piece, uint32_t dialects, uint32_t edits)
{
    w->edits.count = edits;
    w->dialects = dialects;
    sql_dialect_rewrite(w);
    blank_what_is_no_sql(w, piece);
    drop_literal_rows(w);
    sql_edits_apply(w, piece);
    piece->tokens = unchanged_tokens(w, piece);
    piece->flags = w->flags | w->reader->flags;
}

/* T-SQL's BEGIN TRY, END TRY, BEGIN CATCH and END CATCH stand between statements without a semicolon. */
static bool marks_try(const struct sql_tokens *t, uint32_t i)
{
    struct slice next = sql_token_text(t, i + 1);

    return (sql_token_is(t, i, W_BEGIN) || sql_token_is(t, i, W_END)) &&
           (slice_is_nocase(next, "try") || slice_is_nocase(next, "catch"));
}

/* Does a new statement start at token `i`, at the start of a line, though no semicolon stands before? Some
 * words can't go on a statement; others can, unless the grammar stopped right there, at offset `at`, or
 * behind a word that it took for an alias. */
static bool starts_anew(const struct sql_tokens *t, uint32_t i, uint32_t at)
{
    unsigned c = t->list.items[i].word;
    uint32_t off = t->list.items[i].off, end = t->list.items[i - 1].off + t->list.items[i - 1].len;
    bool line = memchr(t->content.p + end, '\n', off - end) != NULL;

    if (marks_try(t, i))
        return true;
    if (!line || sql_token_is(t, i - 1, W_AS) || sql_token_is(t, i - 1, W_ON) ||
        sql_token_is(t, i - 1, W_THEN))
        return false;
    return ((off == at || sql_token_at(t, i + 1).off == at) && sql_word_starts(c)) || c == W_CREATE ||
           c == W_DROP || c == W_TRUNCATE || (c == W_INSERT && sql_token_is(t, i + 1, W_INTO)) ||
           (c == W_ALTER && sql_token_is(t, i + 1, W_TABLE)) ||
           (c == W_DELETE && sql_token_is(t, i + 1, W_FROM));
}

/* Reads the statements that a missing semicolon joined; false when there is only one. */
static bool split_again(struct sql_rewrite *w, uint32_t edits, uint32_t at, ir_statement_id *out)
{
    const struct sql_tokens *t = w->tokens;
    uint32_t depth = 0, start = w->first;

    if (edits || w->reader->splits >= DEEPEST_SPLIT)
        return false;
    w->reader->splits++;
    for (uint32_t i = w->first + 1; i <= w->end; i++) {
        unsigned c = i < w->end ? t->list.items[i].word : W_PLAIN;

        if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (i == w->end ? start != w->first : depth == 0 && starts_anew(t, i, at)) {
            struct sql_rewrite part = {
                .reader = w->reader, .tokens = t, .first = start, .end = i, .flags = w->flags};

            *out = sql_statement_read(&part, IR_KIND_OTHER, w->reader->variables);
            start = i;
        }
    }
    w->reader->splits--;
    return start != w->first;
}

/* As the dialect has it, then as any dialect has it, then repaired where the grammar stops. */
static ir_statement_id read_piece(struct sql_rewrite *w, struct sql_piece *piece)
{
    struct sql_reader *r = w->reader;
    uint32_t edits = w->edits.count, flags = w->flags, repairs = 0;
    struct sql_error first, e;
    ir_statement_id id;

    make_piece(w, piece, 1u << r->dialect, edits);
    if (sql_facts_try(r, piece, &first, &id))
        return id;
    if (first.crash)
        return sql_tokens_read(r, piece, IR_GAP_CRASH, piece->off, first.why);
    first.at = sql_piece_offset(piece, first.at);
    w->flags = flags;
    if (piece->kind == IR_KIND_OTHER && split_again(w, edits, first.at, &id))
        return id;
    make_piece(w, piece, D_EVERY | D_FAILED, edits);
    if (piece->kind == IR_KIND_OTHER && sql_dialect_shape(w, piece, &id))
        return id;
    while (!sql_facts_try(r, piece, &e, &id)) {
        if (e.crash || repairs++ == MOST_REPAIRS || !sql_repair(w, piece, &e))
            return sql_tokens_read(r, piece, IR_GAP_SYNTAX, first.at, first.why);
        w->flags |= IR_STMT_REWRITTEN;
        sql_edits_apply(w, piece);
        piece->tokens = NULL;
        piece->flags = w->flags | r->flags;
    }
    return id;
}

/* What a rewrite made a SELECT of, though its rows go into files. */
static bool writes_files(const struct sql_rewrite *w)
{
    struct slice first = sql_token_text(w->tokens, w->first);

    if (slice_is_nocase(first, "unload") || slice_is_nocase(first, "export") ||
        slice_is_nocase(first, "insert"))
        return true;
    for (uint32_t i = w->first; i + 1 < w->end; i++)
        if (sql_token_is(w->tokens, i, W_INTO) &&
            slice_is_nocase(sql_token_text(w->tokens, i + 1), "outfile"))
            return true;
    return false;
}

ir_statement_id sql_statement_read(struct sql_rewrite *w, enum ir_statement_kind kind,
                                   const struct sql_scope *variables)
{
    const struct sql_token *first = &w->tokens->list.items[w->first];
    const struct sql_token *last = &w->tokens->list.items[w->end - 1];
    struct sql_piece piece = {.off = first->off,
                              .len = last->off + last->len - first->off,
                              .variables = variables ? variables : w->reader->variables,
                              .kind = kind};
    struct sql_reader *r = w->reader;
    struct arena *scratch = r->scratch;
    uint32_t accesses = r->ir->access.count;
    ir_statement_id statement;

    r->scratch = r->statement;
    piece.lead_off = sql_lead_off(w->tokens, w->first);
    piece.flags = w->flags | r->flags;
    w->dialects = 1u << r->dialect;
    if (deepest_parens(w) > DEEPEST_PARENS) {
        make_piece(w, &piece, w->dialects, w->edits.count);
        statement = sql_tokens_read(r, &piece, IR_GAP_CRASH, piece.off,
                                    "expressions are nested too deeply to be parsed safely");
    } else if (kind != IR_KIND_OTHER || !sql_dialect_shape(w, &piece, &statement)) {
        statement = read_piece(w, &piece);
    }
    if (IR(r->ir, statement, statement)->kind == IR_KIND_SELECT &&
        IR(r->ir, statement, statement)->flags & IR_STMT_REWRITTEN && writes_files(w))
        IR(r->ir, statement, statement)->flags |= IR_STMT_TO_FILES;
    mark_unknown_names(r, accesses);
    mark_overwrites(w, accesses);
    r->scratch = scratch;
    if (r->splits == 0)
        arena_reset(r->statement);
    return statement;
}

uint32_t sql_statement_end(const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    while (i < end && t->list.items[i].kind != TOK_END)
        i++;
    return i;
}

/* CREATE RULE … DO (a; b) and Teradata's CREATE MACRO … AS (a; b;) have semicolons in parentheses. */
static uint32_t rule_end(const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    uint32_t depth = 0;

    for (; i < end; i++) {
        if (sql_token_is(t, i, '('))
            depth++;
        else if (sql_token_is(t, i, ')') && depth)
            depth--;
        else if (t->list.items[i].kind == TOK_END && depth == 0)
            return i;
    }
    return end;
}

static bool creates_rule(const struct sql_tokens *t, uint32_t i)
{
    if (slice_is_nocase(sql_token_text(t, i + 1), "macro"))
        return sql_token_is(t, i, W_CREATE) || sql_token_is(t, i, W_REPLACE);
    if (!sql_token_is(t, i, W_CREATE))
        return false;
    return sql_token_is(t, i + 1, W_RULE) || (sql_token_is(t, i + 1, W_OR) && sql_token_is(t, i + 3, W_RULE));
}

/* A block, a branch or a loop outside any routine: Snowflake, BigQuery, Oracle, MySQL … have them. */
static bool starts_script(const struct sql_reader *r, const struct sql_tokens *t, uint32_t i)
{
    unsigned c = t->list.items[i].word, kind = sql_token_at(t, i + 1).kind;
    struct slice next = sql_token_text(t, i + 1);

    if (!((1u << r->dialect) & D_FOREIGN & ~D_REDSHIFT))
        return false;
    if (c == W_BEGIN)
        return kind != TOK_END && kind != TOK_NONE && !slice_starts_nocase(next, "tran") &&
               !slice_is_nocase(next, "work");
    if (c == W_FOR || c == W_WHILE || c == W_LOOP || c == W_REPEAT || c == W_IF)
        return !sql_token_is(t, i + 1, '(') || c == W_IF || c == W_WHILE;
    return c == W_DECLARE || c == W_LET;
}

void sql_statements_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    if (r->dialect == IR_DIALECT_TSQL) {
        sql_tsql_read(r, t, i, end);
        return;
    }
    while (i < end) {
        unsigned kind = t->list.items[i].kind;
        uint32_t stop;

        if (kind == TOK_META)
            sql_meta_read(r, t, i);
        if (kind == TOK_META || kind == TOK_END || kind == TOK_DATA) {
            i++;
            continue;
        }
        if (marks_try(t, i)) {
            i += 2;
            continue;
        }
        if (starts_script(r, t, i) && r->depth < SQL_DEEPEST_TEXT) {
            stop = sql_body_walk(r, t, i, end, r->variables, true);
        } else if ((stop = sql_routine_read(r, t, i, end)) == i &&
                   (stop = sql_package_read(r, t, i, end)) == i) {
            struct sql_rewrite w = {.reader = r, .tokens = t, .first = i};

            stop = creates_rule(t, i) ? rule_end(t, i, end) : sql_statement_end(t, i, end);
            w.end = stop;
            sql_statement_read(&w, IR_KIND_OTHER, NULL);
        }
        i = stop;
    }
}

/* ---- texts ---- */

static void note_open(struct sql_reader *r, const struct sql_tokens *t)
{
    for (uint32_t i = 0; i < t->open.count; i++) {
        struct sql_range o = t->open.items[i];

        sql_gap(r, IR_GAP_UNTERMINATED, o.off, o.len, (ir_statement_id){0},
                arena_printf(r->scratch, "this %s never ends", o.what),
                "Close it; what follows was read from the next line that starts a statement.");
        if (r->never_ends)
            map_put(r->never_ends, map_key(r->text.v, o.off), r->ir->gap.count - 1);
    }
}

struct sql_tokens *sql_reader_lex(struct sql_reader *r, uint32_t off, uint32_t len)
{
    struct sql_tokens *t = sql_lex(r->scratch, r->content, off, len, sql_dialect_lexing(r->dialect));

    note_open(r, t);
    return t;
}

/* What a file's name says when its text says nothing. */
static enum ir_dialect dialect_of_name(const struct sql_reader *r, char evidence[80])
{
    static const struct {
        const char *suffix;
        enum ir_dialect dialect;
    } suffixes[] = {{".hql", IR_DIALECT_HIVE},       {".pks", IR_DIALECT_ORACLE},
                    {".pkb", IR_DIALECT_ORACLE},     {".prc", IR_DIALECT_ORACLE},
                    {".pgsql", IR_DIALECT_POSTGRES}, {".psql", IR_DIALECT_POSTGRES},
                    {".bteq", IR_DIALECT_TERADATA}};
    struct ir_text text = *IR(r->ir, text, r->text);
    struct slice path = ir_slice(r->ir, IR(r->ir, file, text.file)->path);

    for (size_t i = 0; text.kind == IR_TEXT_FILE && i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i].suffix);

        if (path.n > n && slice_is_nocase((struct slice){path.p + path.n - n, n}, suffixes[i].suffix)) {
            snprintf(evidence, 80, "%s", suffixes[i].suffix);
            return suffixes[i].dialect;
        }
    }
    return IR_DIALECT_GENERIC;
}

/* The tokens of the whole text, by which its dialect is told when nobody names it. */
static struct sql_tokens *lex_text(struct sql_reader *r)
{
    uint32_t len = (uint32_t)r->content.n;
    struct sql_tokens *t;
    char evidence[80];

    if (r->dialect != IR_DIALECT_UNKNOWN)
        return sql_reader_lex(r, 0, len);
    t = sql_lex(r->scratch, r->content, 0, len, 0);
    r->dialect = sql_dialect_detect(r->tables, t, evidence);
    if (r->dialect == IR_DIALECT_GENERIC)
        r->dialect = dialect_of_name(r, evidence);
    IR(r->ir, text, r->text)->evidence = evidence[0] ? ir_interns(r->ir, evidence) : (ir_str){0};
    if (sql_dialect_lexing(r->dialect) != 0)
        return sql_reader_lex(r, 0, len);
    note_open(r, t);
    return t;
}

void sql_script_read(struct sql_reader *r, uint32_t off, uint32_t len)
{
    struct sql_tokens *t = sql_reader_lex(r, off, len);

    sql_statements_read(r, t, 0, t->list.count);
}

static ir_job_id script_job(struct ir *ir, ir_text_id text)
{
    struct ir_text t = *IR(ir, text, text);
    struct ir_job job = {.kind = IR_JOB_SCRIPT, .file = t.file};

    if (t.job.v || t.kind != IR_TEXT_FILE)
        return t.job;
    job.id = IR(ir, file, t.file)->path;
    job.len = (uint32_t)ir_slice(ir, t.content).n;
    t.job = ir_add_job(ir, job);
    IR(ir, text, text)->job = t.job;
    return t.job;
}

static enum ir_dialect dialect_of(const struct sql_reader *r)
{
    struct ir_text t = *IR(r->ir, text, r->text);

    return r->options->dialect != IR_DIALECT_UNKNOWN ? r->options->dialect : t.dialect;
}

void sql_read(struct ir *ir, struct arena *scratch, ir_text_id text, const struct sql_options *options)
{
    struct sql_reader r = {.ir = ir,
                           .scratch = scratch,
                           .lasting = scratch,
                           .options = options,
                           .tables = options->tables ? options->tables : sql_tables_new(scratch),
                           .text = text};
    struct map never_ends = map_new(scratch);
    struct sql_tokens *t;

    r.never_ends = &never_ends;
    r.content = ir_slice(ir, IR(ir, text, text)->content);
    r.job = script_job(ir, text);
    r.dialect = dialect_of(&r);
    r.statement = arena_new();
    t = lex_text(&r);
    IR(ir, text, text)->dialect = r.dialect;
    if (IR(ir, text, text)->kind == IR_TEXT_FILE) {
        struct ir_file *file = IR(ir, file, IR(ir, text, text)->file);

        if (file->dialect == IR_DIALECT_UNKNOWN)
            file->dialect = r.dialect;
    }
    sql_statements_read(&r, t, 0, t->list.count);
    arena_free(r.statement);
}
