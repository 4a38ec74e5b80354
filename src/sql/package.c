/*
 * Oracle's packages: a head, declarations, routines, an END. Each routine of the body is read as one of the
 * package's schema, so that a call package.routine(…) finds it; the head says nothing that moves rows.
 */
#include "sql/routine.h"

static bool word_is(const struct sql_tokens *t, uint32_t i, const char *word)
{
    return slice_is_nocase(sql_token_text(t, i), word);
}

/* The token behind CREATE [OR REPLACE] [EDITIONABLE] PACKAGE [BODY]; 0: something else begins at `i`. */
static uint32_t head_end(const struct sql_tokens *t, uint32_t i, bool *body)
{
    if (!sql_token_is(t, i++, W_CREATE))
        return 0;
    if (sql_token_is(t, i, W_OR) && sql_token_is(t, i + 1, W_REPLACE))
        i += 2;
    i += word_is(t, i, "editionable") || word_is(t, i, "noneditionable");
    if (!sql_token_is(t, i, W_PACKAGE))
        return 0;
    *body = word_is(t, i + 1, "body");
    return i + 1 + *body;
}

/* name type := value; CURSOR name IS query; TYPE … IS …; PRAGMA … */
static void declaration(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                        struct sql_scope *scope)
{
    struct sql_rewrite w = {.reader = r, .tokens = t, .first = i + 2, .end = end};
    bool cursor = sql_token_is(t, i, W_CURSOR);

    if (sql_token_names(t, i + cursor))
        sql_scope_add(r->scratch, scope, t, i + cursor);
    while (w.first < end && !sql_token_is(t, w.first, W_IS))
        w.first++;
    w.first++;
    if (cursor && w.first < end)
        sql_statement_read(&w, IR_KIND_CONTROL, scope);
}

/* From behind IS to behind END [name]. */
static uint32_t read_members(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end,
                             ir_str name)
{
    struct sql_scope *scope = sql_scope_new(r->scratch, r->variables);

    r->variables = scope;
    while (i < end && !sql_token_is(t, i, W_END)) {
        if (sql_token_is(t, i, W_BEGIN))
            return sql_body_walk(r, t, i, end, scope, true);
        if (sql_token_is(t, i, W_PROCEDURE) || sql_token_is(t, i, W_FUNCTION)) {
            i = sql_routine_member(r, t, i, end, name);
            continue;
        }
        if (t->list.items[i].kind != TOK_END)
            declaration(r, t, i, sql_statement_end(t, i, end), scope);
        i = sql_statement_end(t, i, end) + 1;
    }
    i = sql_statement_end(t, i, end);
    return i < end ? i + 1 : end;
}

uint32_t sql_package_read(struct sql_reader *r, const struct sql_tokens *t, uint32_t i, uint32_t end)
{
    bool body = false;
    uint32_t at = head_end(t, i, &body);
    const struct sql_token *first = &t->list.items[i], *last;
    struct sql_reader in = *r;
    struct sql_piece piece = {.off = first->off, .lead_off = sql_lead_off(t, i), .flags = r->flags};
    struct sql_name name;

    if (!at || !sql_name_read(r, t, at, end, &name) || r->depth >= SQL_DEEPEST_TEXT)
        return i;
    for (at = name.next; at < end && !sql_token_is(t, at, W_IS) && !sql_token_is(t, at, W_AS); at++)
        if (t->list.items[at].kind == TOK_END)
            return i;
    last = &t->list.items[at < end ? at : end - 1];
    piece.len = last->off + last->len - piece.off;
    sql_statement_add(r, &piece, IR_KIND_CREATE_ROUTINE, IR_UNDERSTOOD);
    in.order = r->order;
    in.depth++;
    at = read_members(&in, t, at + 1 < end ? at + 1 : end, end, name.name);
    r->order = in.order;
    return at;
}
