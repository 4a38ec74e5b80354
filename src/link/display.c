/*
 * What a dataset is called in print: its name as first written; a temp or a frame that shares its name with
 * another dataset gets the place of its maker behind it. Query results are named by their place alone.
 */
#include "link/linker.h"

#include <string.h>

/* Does this statement's result go to the client, and to nobody else? */
static bool is_result(const struct link *l, ir_statement_id id)
{
    const struct ir_statement *s = IR(l->ir, statement, id);

    if (s->kind != IR_KIND_SELECT || (s->flags & IR_STMT_IN_ROUTINE) || s->query.v == 0 ||
        IR(l->ir, text, s->text)->frame.v || link_target(l, id).v)
        return false;
    for (uint32_t k = l->accesses.first[id.v]; k < l->accesses.first[id.v + 1]; k++)
        if (l->ir->access.items[l->accesses.rows[k]].dataset.v)
            return true;
    return false;
}

void link_results_name(struct link *l)
{
    l->result = ARENA_ARRAY(l->arena, ir_dataset_id, l->ir->statement.count);
    for (IR_EACH(l->ir, statement, i)) {
        const struct ir_statement *s = IR(l->ir, statement, i);
        struct ir_place p;
        char *name;

        if (!is_result(l, i))
            continue;
        p = ir_statement_place(l->ir, i);
        name = arena_printf(l->arena, "%s:%u", ir_string(l->ir, IR(l->ir, file, p.file)->path), p.line);
        l->result[i.v] = link_add_dataset(l, (struct ir_dataset){.kind = IR_DATASET_RESULT,
                                                                 .name = ir_interns(l->ir, name),
                                                                 .job = s->job,
                                                                 .file = s->file,
                                                                 .maker = i});
    }
}

static void add_part(struct buf *b, struct slice part, bool quote)
{
    if (b->n)
        buf_addc(b, '.');
    if (!quote && !memchr(part.p, '.', part.n) && !memchr(part.p, '"', part.n)) {
        buf_add(b, part.p, part.n);
        return;
    }
    buf_addc(b, '"');
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '"')
            buf_addc(b, '"');
        buf_addc(b, part.p[i]);
    }
    buf_addc(b, '"');
}

static ir_str plain_name(struct link *l, const struct ir_dataset *d, bool quote)
{
    struct buf b = buf_new(l->arena);
    ir_str parts[3] = {d->catalog, d->schema, d->name};

    if (d->kind == IR_DATASET_RESULT || d->kind == IR_DATASET_FILE)
        return d->name;
    for (int i = 0; i < 3; i++)
        if (parts[i].v)
            add_part(&b, ir_slice(l->ir, parts[i]), quote);
    return ir_intern(l->ir, buf_str(&b), b.n);
}

static struct ir_place maker_place(const struct ir *ir, const struct ir_dataset *d)
{
    const struct ir_frame *f = IR(ir, frame, d->frame);

    return d->frame.v ? ir_place_of(ir, f->file, (ir_text_id){0}, f->off, f->len)
                      : ir_statement_place(ir, d->maker);
}

/* "name@path:line", or with ":column" when even that is taken. */
static ir_str placed_name(struct link *l, const struct ir_dataset *d, ir_str plain, bool column)
{
    struct ir_place p = maker_place(l->ir, d);
    const char *path = ir_string(l->ir, IR(l->ir, file, p.file)->path);
    char *s = column ? arena_printf(l->arena, "%s@%s:%u:%u", ir_string(l->ir, plain), path, p.line, p.column)
                     : arena_printf(l->arena, "%s@%s:%u", ir_string(l->ir, plain), path, p.line);

    return ir_interns(l->ir, s);
}

static bool is_scoped(const struct ir_dataset *d)
{
    return d->kind == IR_DATASET_TEMP || d->kind == IR_DATASET_FRAME;
}

/* The first free one of: the plain name when nobody else has it, the name with its place, then numbers. */
static ir_str free_name(struct link *l, const struct map *count, const struct map *taken,
                        const struct ir_dataset *d, ir_str plain)
{
    bool alone = map_get(count, plain.v) == 1;
    ir_str name = alone ? plain : is_scoped(d) ? placed_name(l, d, plain, false) : plain;

    if (map_get(taken, name.v) && is_scoped(d))
        name = placed_name(l, d, plain, true);
    if (map_get(taken, name.v) && d->kind == IR_DATASET_RESULT)
        name = ir_interns(
            l->ir, arena_printf(l->arena, "%s:%u", ir_string(l->ir, plain), maker_place(l->ir, d).column));
    else if (map_get(taken, name.v) && !is_scoped(d))
        name = plain_name(l, d, true);
    for (uint32_t i = 2; map_get(taken, name.v); i++)
        name = ir_interns(l->ir, arena_printf(l->arena, "%s#%u", ir_string(l->ir, plain), i));
    return name;
}

void link_names_print(struct link *l)
{
    struct map count = map_new(l->arena), taken = map_new(l->arena);
    ir_str *plain = ARENA_ARRAY(l->arena, ir_str, l->ir->dataset.count);

    for (IR_EACH(l->ir, dataset, i)) {
        plain[i.v] = plain_name(l, IR(l->ir, dataset, i), false);
        map_put(&count, plain[i.v].v, map_get(&count, plain[i.v].v) + 1);
    }
    for (IR_EACH(l->ir, dataset, i)) {
        ir_str name = free_name(l, &count, &taken, IR(l->ir, dataset, i), plain[i.v]);

        IR(l->ir, dataset, i)->display = name;
        map_put(&taken, name.v, i.v);
    }
}
