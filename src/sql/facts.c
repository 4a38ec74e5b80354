/*
 * One statement from text to rows: the grammar parses it, its JSON becomes a tree, and the reader of its
 * kind adds what it says. What the grammar does not take is read by its tokens.
 */
#include "sql/facts.h"

#include "sql/tables.h"

#include <pg_query.h>
#include <string.h>

/* ---- places and strings ---- */

struct place facts_place(const struct facts *f, struct span span)
{
    const struct sql_token *first, *last;
    uint32_t off, end;

    if (span.end <= span.first || span.end > f->spans->count)
        return (struct place){0, 0};
    first = &f->spans->tokens->list.items[span.first];
    last = &f->spans->tokens->list.items[span.end - 1];
    off = sql_piece_offset(f->piece, first->off);
    end = sql_piece_offset(f->piece, last->off + last->len - 1) + 1;
    return (struct place){off, end > off ? end - off : 0};
}

ir_str facts_intern(struct facts *f, struct slice s)
{
    return s.n ? ir_intern(f->ir, s.p, s.n) : (ir_str){0};
}

bool facts_is(const struct facts *f, uint32_t node, enum tree_field field, const char *text)
{
    return slice_is(tree_string(&f->tree, node, field), text);
}

void facts_gap(struct facts *f, struct span at, const char *why)
{
    struct place place = facts_place(f, at);
    struct ir_gap gap = {.kind = IR_GAP_UNSUPPORTED,
                         .text = f->reader->text,
                         .off = place.off,
                         .len = place.len,
                         .statement = f->statement};

    gap.file = IR(f->ir, text, f->reader->text)->file;
    gap.why = ir_interns(f->ir, why);
    ir_add_gap(f->ir, gap);
    IR(f->ir, statement, f->statement)->understood = IR_UNDERSTOOD_PARTLY;
}

static void note_variable(struct facts *f, struct slice name)
{
    uint32_t id = facts_intern(f, name).v;

    if (!id || map_get(&f->seen_variables, id))
        return;
    map_put(&f->seen_variables, id, 1);
    buf_adds(&f->variables, f->variables.n ? "," : "");
    buf_add(&f->variables, name.p, name.n);
}

bool facts_is_variable(struct facts *f, struct slice name)
{
    if (!f->piece->variables || !sql_scope_has(f->piece->variables, name))
        return false;
    note_variable(f, name);
    return true;
}

void facts_parameter(struct facts *f, uint32_t param_ref)
{
    uint32_t at = tree_location(&f->tree, param_ref);

    if (at != TREE_NOWHERE)
        note_variable(f, sql_token_text(f->spans->tokens, span_at(f->spans, at)));
}

/* ---- accesses ---- */

/* Is a value that is not known a part of this name? */
static bool is_placeholder(const struct facts *f, ir_str name)
{
    return strstr(ir_string(f->ir, name), IR_PLACEHOLDER) != NULL;
}

ir_access_id facts_access_at(struct facts *f, struct span name, enum ir_access_mode mode, uint32_t flags)
{
    struct ir_access row = {.statement = f->statement, .mode = mode, .flags = flags};
    struct place place = facts_place(f, name);
    ir_str parts[3] = {{0}, {0}, {0}}; /* name, schema, catalog */
    uint32_t count = 0;

    for (uint32_t i = name.end; i > name.first && count<3; i = i> name.first + 2 ? i - 2 : name.first) {
        struct place part = facts_place(f, (struct span){i - 1, i});
        struct slice set = sql_setting_at(f->reader, part.off, part.len);
        bool quoted = false;

        parts[count] = facts_intern(f, sql_token_name(f->arena, f->spans->tokens, i - 1, &quoted));
        if (set.n)
            parts[count] = facts_intern(f, set);
        row.quoted |= quoted ? 1u << count : 0;
        count++;
    }
    row.name = parts[0];
    row.schema = parts[1];
    row.catalog = parts[2];
    row.off = place.off;
    row.len = place.len;
    if (slice_starts_nocase(ir_slice(f->ir, row.schema), "pg_temp") ||
        slice_starts(ir_slice(f->ir, row.name), "#"))
        row.flags |= IR_ACCESS_TEMP;
    if (IR(f->ir, text, f->reader->text)->unknown_parts &&
        (is_placeholder(f, row.name) || is_placeholder(f, row.schema) || is_placeholder(f, row.catalog)))
        row.flags |= IR_ACCESS_UNKNOWN_PART;
    return ir_add_access(f->ir, row);
}

ir_access_id facts_access(struct facts *f, uint32_t range_var, enum ir_access_mode mode, uint32_t flags,
                          struct span *name)
{
    uint32_t at = tree_location(&f->tree, range_var);
    uint32_t alias = tree_get(&f->tree, range_var, FIELD_alias);
    ir_access_id id;

    *name = (struct span){0, 0};
    if (at != TREE_NOWHERE)
        *name = span_name(f->spans, span_at(f->spans, at));
    if (facts_is(f, range_var, FIELD_relpersistence, "t"))
        flags |= IR_ACCESS_TEMP;
    id = facts_access_at(f, *name, mode, flags);
    if (at != TREE_NOWHERE) {
        struct place place;

        *name = span_relation(f->spans, name->first);
        place = facts_place(f, *name);
        IR(f->ir, access, id)->len = place.len;
    }
    IR(f->ir, access, id)->alias = facts_intern(f, tree_string(&f->tree, alias, FIELD_aliasname));
    return id;
}

/* ---- a statement ---- */

static ir_statement_id add_statement(struct sql_reader *r, const struct sql_piece *piece)
{
    struct ir_statement row = {.text = r->text,
                               .off = piece->off,
                               .len = piece->len,
                               .lead_off = piece->lead_off,
                               .job = r->job,
                               .flags = piece->flags,
                               .session = r->session,
                               .kind = piece->kind};

    row.file = IR(r->ir, text, r->text)->file;
    row.understood = IR_UNDERSTOOD;
    row.order = ++r->order;
    return ir_add_statement(r->ir, row);
}

/* Narrows the statement to one of several that the grammar found in the piece. */
static void narrow(struct facts *f, uint32_t raw)
{
    uint32_t from = (uint32_t)tree_int(&f->tree, raw, FIELD_stmt_location);
    uint32_t len = (uint32_t)tree_int(&f->tree, raw, FIELD_stmt_len);
    struct ir_statement *s = IR(f->ir, statement, f->statement);
    struct place place;

    f->whole.first = span_at(f->spans, from);
    f->whole.end = len ? span_at(f->spans, from + len) : f->spans->count;
    place = facts_place(f, f->whole);
    if (place.off > s->off)
        s->lead_off = place.off;
    s->off = place.off;
    s->len = place.len;
}

static void read_statement(struct facts *f, uint32_t raw, bool several)
{
    f->statement = add_statement(f->reader, f->piece);
    f->whole = (struct span){0, f->spans->count};
    while (f->whole.end > 0 && f->spans->tokens->list.items[f->whole.end - 1].kind == TOK_END)
        f->whole.end--;
    if (several)
        narrow(f, raw);
    f->body = f->whole;
    f->cte_names = map_new(f->arena);
    f->seen_variables = map_new(f->arena);
    f->variables = buf_new(f->arena);
    f->ctes.count = 0;
    statement_read(f, tree_get(&f->tree, raw, FIELD_stmt));
    if (f->variables.n)
        IR(f->ir, statement, f->statement)->variables = facts_intern(f, buf_slice(&f->variables));
}

/* ---- the parser ---- */

/* A character number, from 1, to a byte of the SQL. */
static uint32_t byte_of_character(struct slice sql, int position)
{
    size_t i = 0;

    for (int left = position - 1; left > 0 && i < sql.n; left--) {
        i++;
        while (i < sql.n && ((unsigned char)sql.p[i] & 0xC0) == 0x80)
            i++;
    }
    return (uint32_t)i;
}

static ir_statement_id read_tree(struct facts *f, char *json)
{
    uint32_t root = tree_read(&f->tree, f->reader->tables->names, f->arena, json, strlen(json));
    uint32_t first = tree_items(&f->tree, root, FIELD_stmts);
    const struct sql_tokens *tokens = f->piece->tokens;
    struct slice sql = f->piece->sql;
    ir_statement_id id = {0};

    f->spans = spans_read(f->arena, tokens ? tokens : sql_lex(f->arena, sql, 0, (uint32_t)sql.n, 0));
    for (uint32_t n = first; n; n = tree_next(&f->tree, n)) {
        read_statement(f, n, tree_next(&f->tree, first) != 0);
        id = id.v ? id : f->statement;
    }
    return id.v ? id : add_statement(f->reader, f->piece);
}

bool sql_facts_try(struct sql_reader *r, const struct sql_piece *piece, struct sql_error *error,
                   ir_statement_id *out)
{
    const struct sql_guard *guard = r->options ? r->options->guard : NULL;
    PgQueryParseResult result;
    bool taken;

    *error = (struct sql_error){.crash = true, .why = "the parser does not survive this statement"};
    if (guard && guard->may_parse && !guard->may_parse(guard->data, piece->sql.p, piece->sql.n))
        return false;
    result = pg_query_parse(piece->sql.p);
    taken = !result.error;
    if (taken) {
        struct facts f = {.reader = r, .ir = r->ir, .piece = piece, .arena = r->scratch};

        *out = read_tree(&f, result.parse_tree);
    } else {
        error->crash = false;
        error->at = byte_of_character(piece->sql, result.error->cursorpos);
        error->why = arena_strndup(r->scratch, result.error->message, strlen(result.error->message));
    }
    pg_query_free_parse_result(result);
    return taken;
}

ir_statement_id sql_facts_read(struct sql_reader *r, const struct sql_piece *piece)
{
    struct sql_error e;
    ir_statement_id id;

    if (sql_facts_try(r, piece, &e, &id))
        return id;
    return sql_tokens_read(r, piece, e.crash ? IR_GAP_CRASH : IR_GAP_SYNTAX, sql_piece_offset(piece, e.at),
                           e.why);
}

void sql_exit(void)
{
    pg_query_init(); /* pg_query_exit() falls over what no parse has set up */
    pg_query_exit();
}
