/*
 * script_cut.c - which lines of a script make what a statement writes. From that statement backwards: a line that
 * binds or changes a name that is needed is needed itself, and so are the names in it. In a function it goes on
 * where the function is called, with what its parameters get; at the end with the top of the script. A line that
 * makes a DataFrame which SQL can say reads its model instead.
 */
#include "plan/script.h"

#include <string.h>

enum { MAX_CALLS = 20 };

struct names {
    struct map has;
    VEC(ir_str) list; /* all that were ever in it */
};

struct cut {
    struct planner *p;
    struct plan_script *s;
    ir_code_id code;
    ir_file_id file;
    ir_dataset_id dataset;
    struct names needed;        /* in the block being read */
    struct names globals;       /* names of the top of the script that functions need */
    struct map sessions;        /* names of a session */
    struct map kept;            /* line -> 1 */
    VEC(struct plan_line) back; /* lines found so far, last first */
    const char *why;
};

static bool refuse(struct cut *c, const char *why)
{
    c->why = c->why ? c->why : why;
    return false;
}

static void need(const struct cut *c, struct names *into, ir_str name)
{
    if (!map_get(&into->has, name.v))
        vec_push(c->p->scratch, &into->list, name);
    map_put(&into->has, name.v, 1);
}

#define LINE(c, id) IR((c)->p->ir, code_line, id)

#define NAMES(p, of, k)                                                                                      \
    uint32_t k = (p)->code_names.first[(of).v];                                                              \
    k < (p)->code_names.first[(of).v + 1];                                                                   \
    k++
#define NAME(p, k) (&(p)->ir->code_name.items[(p)->code_names.rows[k]])

/* ---- names ---- */

static bool is_session(const struct cut *c, const struct ir_code_name *name)
{
    return name->flags & IR_NAME_SESSION || map_get(&c->sessions, name->name.v);
}

/* Where a call reads one table or the other, the expression that names it stays. */
static bool is_replaced(const struct plan_edits *edits, uint32_t off)
{
    for (uint32_t i = 0; i < edits->count; i++) {
        const struct ir_code_edit *edit = edits->items[i];

        if (edit->kind != IR_CODE_RESULT && off >= edit->off && off < edit->off + edit->len)
            return !(plan_reads_several(edits, i) && off >= edit->keep_off &&
                     off < edit->keep_off + edit->keep_len);
    }
    return false;
}

/* What a table's name is read from when it may be several is still needed. */
static bool need_names(struct cut *c, ir_code_line_id line, uint32_t from, uint32_t to, struct names *into)
{
    struct plan_edits edits = plan_edits_between(c->p, c->code, from, to);

    for (NAMES(c->p, line, k)) {
        const struct ir_code_name *name = NAME(c->p, k);

        if (name->off < from || name->off >= to || !(name->flags & IR_NAME_USES) ||
            is_replaced(&edits, name->off))
            continue;
        if (is_session(c, name)) {
            c->s->session = true;
            c->s->session_name = name->name;
        } else {
            need(c, into, name->name);
        }
    }
    return true;
}

static bool is_parameter(const struct cut *c, ir_code_line_id define, ir_str name)
{
    for (NAMES(c->p, define, k))
        if (NAME(c->p, k)->flags & IR_NAME_PARAMETER && NAME(c->p, k)->name.v == name.v)
            return true;
    return false;
}

/* ---- one line ---- */

/* Does anything that is written, or handed to a database, stand in it? */
static const char *obstacle_in(struct cut *c, const struct ir_code_line *line)
{
    const struct ir *ir = c->p->ir;
    struct plan_edits edits = plan_edits_between(c->p, c->code, line->off, line->off + line->len);
    ir_dataset_id dataset = {0};
    const char *why;

    for (uint32_t i = 0; i < edits.count; i++) {
        if (edits.items[i]->kind == IR_CODE_RESULT)
            return "the lines that it needs write a table themselves";
        if (edits.items[i]->kind == IR_CODE_READ && !plan_read_target(c->p, edits.items[i], &dataset, &why))
            return why;
        map_put(&c->s->reads, dataset.v, 1);
        if (plan_reads_several(&edits, i) && !edits.items[i]->keep_len)
            return "one call reads several queries";
    }
    for (uint32_t k = c->p->file_texts.first[c->file.v]; k < c->p->file_texts.first[c->file.v + 1]; k++) {
        ir_text_id text = {c->p->file_texts.rows[k]};
        const struct ir_text *row = IR(ir, text, text);

        if (row->call != IR_CALL_READ && row->call_len && row->call_off >= line->place &&
            row->call_off < line->place + line->place_len && !IR(ir, text, text)->frame.v)
            return "a line that it needs runs SQL of its own";
    }
    return NULL;
}

/* The only name that an assignment binds; none when there are several, or an item of something. */
static ir_str bound_name(const struct planner *p, ir_code_line_id line)
{
    ir_str bound = {0};

    for (NAMES(p, line, k)) {
        if (!(NAME(p, k)->flags & IR_NAME_BINDS))
            continue;
        if (bound.v)
            return (ir_str){0};
        bound = NAME(p, k)->name;
    }
    return bound;
}

/* The DataFrame that the line gives to the name, when it is always the same one. */
static ir_frame_id frame_at(const struct cut *c, const struct ir_code_line *line, ir_str name)
{
    const struct ir *ir = c->p->ir;
    ir_frame_id found = {0};

    for (uint32_t k = c->p->file_frames.first[c->file.v]; k < c->p->file_frames.first[c->file.v + 1]; k++) {
        ir_frame_id frame = {c->p->file_frames.rows[k]};
        const struct ir_frame *row = IR(ir, frame, frame);

        if (row->name.v != name.v || row->off < line->place || row->off >= line->place + line->place_len)
            continue;
        if (found.v)
            return (ir_frame_id){0};
        found = frame;
    }
    return found;
}

static bool starts_at_model(struct cut *c, ir_code_line_id id, bool inner)
{
    const struct ir_code_line *line = LINE(c, id);
    ir_str name = line->kind == IR_CODE_ASSIGN ? bound_name(c->p, id) : (ir_str){0};
    ir_frame_id frame = name.v ? frame_at(c, line, name) : (ir_frame_id){0};

    if (!frame.v || IR(c->p->ir, frame, frame)->off != line->place || !plan_frame_stands(c->p, frame))
        return false;
    struct plan_line made = {.kind = LINE_FRAME,
                             .line = id,
                             .name = name,
                             .dataset = IR(c->p->ir, frame, frame)->dataset,
                             .inner = inner};
    map_put(&c->s->reads, made.dataset.v, 1);
    made.spark = IR(c->p->ir, rel, IR(c->p->ir, frame, frame)->rel)->flags & IR_REL_SPARK;
    vec_push(c->p->arena, &c->back, made);
    map_put(&c->needed.has, name.v, 0);
    return true;
}

/* Nothing is left of it without its hints: frame.cache(), x = x.repartition(8). */
static bool only_hints(const struct cut *c, ir_code_line_id id)
{
    const struct ir_code_line *line = LINE(c, id);
    struct plan_edits edits = plan_edits_between(c->p, c->code, line->off, line->off + line->len);
    struct slice text = ir_slice(c->p->ir, IR(c->p->ir, code, c->code)->text), left;
    struct buf out = buf_new(c->p->scratch);
    uint32_t at = line->off;
    const char *equals;

    for (uint32_t i = 0; i < edits.count; i++) {
        if (edits.items[i]->kind != IR_CODE_HINT)
            return false;
        if (edits.items[i]->off < at)
            continue;
        buf_add(&out, text.p + at, edits.items[i]->off - at);
        at = edits.items[i]->off + edits.items[i]->len;
    }
    if (!edits.count)
        return false;
    buf_add(&out, text.p + at, line->off + line->len - at);
    left = buf_slice(&out);
    equals = memchr(left.p, '=', left.n);
    if (line->kind == IR_CODE_CALL)
        return !memchr(left.p, '(', left.n);
    return equals && slice_eq(slice_trim(slice_sub(left, 0, (size_t)(equals - left.p))),
                              slice_trim(slice_sub(left, (size_t)(equals - left.p) + 1, left.n)));
}

enum wanted { NOT_WANTED, WANTED, WANTED_AND_BOUND };

static enum wanted is_wanted(const struct cut *c, ir_code_line_id id)
{
    enum wanted wanted = NOT_WANTED;
    const struct ir_code_line *line = LINE(c, id);

    for (NAMES(c->p, id, k)) {
        const struct ir_code_name *name = NAME(c->p, k);

        if (!map_get(&c->needed.has, name->name.v))
            continue;
        if (name->flags & IR_NAME_BINDS)
            return line->kind == IR_CODE_BLOCK ? WANTED : WANTED_AND_BOUND;
        if (name->flags & IR_NAME_CHANGES)
            wanted = WANTED;
    }
    return wanted;
}

static bool may_keep(struct cut *c, ir_code_line_id id, bool inner)
{
    const struct ir_code_line *line = LINE(c, id);
    const char *why = obstacle_in(c, line);

    if (line->flags & IR_CODE_OWN_MODULE)
        return refuse(c, arena_printf(c->p->scratch,
                                      "it needs a module of this project (%s), which a dbt "
                                      "Python model can't import",
                                      ir_string(c->p->ir, line->name)));
    if (why)
        return refuse(c, why);
    for (NAMES(c->p, id, k))
        if (inner && line->parent.v && NAME(c->p, k)->flags & IR_NAME_BINDS &&
            map_get(&c->globals.has, NAME(c->p, k)->name.v))
            return refuse(c, arena_printf(c->p->scratch, "%s is a name of a function and of the script",
                                          ir_string(c->p->ir, NAME(c->p, k)->name)));
    return true;
}

static bool writes(const struct cut *c, const struct ir_code_line *line)
{
    struct plan_edits edits = plan_edits_between(c->p, c->code, line->off, line->off + line->len);

    for (uint32_t i = 0; i < edits.count; i++)
        if (edits.items[i]->kind == IR_CODE_RESULT && edits.items[i]->off == line->off)
            return true;
    return false;
}

/* Does the function write a table, and leave its parameters as they were? */
static bool is_writer(const struct cut *c, ir_code_line_id define)
{
    const struct ir_index *ix = &c->p->code_lines;
    bool any = false;

    for (uint32_t k = ix->first[c->code.v]; k < ix->first[c->code.v + 1]; k++) {
        ir_code_line_id id = {ix->rows[k]};
        bool result = LINE(c, id)->parent.v == define.v && writes(c, LINE(c, id));

        any |= result;
        if (LINE(c, id)->parent.v != define.v || result || LINE(c, id)->kind == IR_CODE_LOOK)
            continue;
        for (NAMES(c->p, id, n))
            if (NAME(c->p, n)->flags & IR_NAME_CHANGES && is_parameter(c, define, NAME(c->p, n)->name))
                return false;
    }
    return any;
}

/* save(frame, …) with a function of the script that only writes it. */
static bool only_writes(const struct cut *c, ir_code_line_id id)
{
    const struct ir *ir = c->p->ir;
    bool any = false;

    if (LINE(c, id)->kind != IR_CODE_CALL)
        return false;
    if (writes(c, LINE(c, id)))
        return true;
    for (IR_EACH(ir, code_argument, a)) {
        const struct ir_code_argument *row = IR(ir, code_argument, a);

        if (row->line.v != id.v || row->parameter.v)
            continue;
        if (!is_writer(c, row->define))
            return false;
        any = true;
    }
    return any;
}

static bool take_line(struct cut *c, ir_code_line_id id, bool inner)
{
    const struct ir_code_line *line = LINE(c, id);
    enum wanted wanted = is_wanted(c, id);

    if (line->kind == IR_CODE_SESSION || line->kind == IR_CODE_LOOK || only_hints(c, id)) {
        if (wanted != NOT_WANTED || line->kind == IR_CODE_SESSION)
            vec_push(c->p->arena, &c->s->left_out, id);
        return true;
    }
    if (wanted == NOT_WANTED || line->kind == IR_CODE_MAIN || map_get(&c->kept, id.v) || only_writes(c, id))
        return true;
    if (starts_at_model(c, id, inner))
        return true;
    if (!may_keep(c, id, inner))
        return false;
    if (wanted == WANTED_AND_BOUND)
        for (NAMES(c->p, id, k))
            if (NAME(c->p, k)->flags & IR_NAME_BINDS)
                map_put(&c->needed.has, NAME(c->p, k)->name.v, 0);
    map_put(&c->kept, id.v, 1);
    vec_push(c->p->arena, &c->back, ((struct plan_line){.kind = LINE_OWN, .line = id, .inner = inner}));
    return need_names(c, id, line->off, line->off + line->len, &c->needed);
}

/* The lines of one block before `end`, the last first. */
static bool take_block(struct cut *c, ir_code_line_id parent, uint32_t end, bool inner)
{
    const struct ir_index *ix = &c->p->code_lines;

    for (uint32_t k = ix->first[c->code.v + 1]; k-- > ix->first[c->code.v];) {
        ir_code_line_id id = {ix->rows[k]};

        if (LINE(c, id)->parent.v == parent.v && LINE(c, id)->off < end && !take_line(c, id, inner))
            return false;
    }
    return true;
}

/* ---- functions ---- */

/* The line that calls the function, when there is one. */
static bool caller_of(struct cut *c, ir_code_line_id define, ir_code_line_id *line)
{
    const struct ir *ir = c->p->ir;
    uint32_t calls = 0;

    for (uint32_t k = c->p->code_calls.first[define.v]; k < c->p->code_calls.first[define.v + 1]; k++) {
        const struct ir_code_argument *row = &ir->code_argument.items[c->p->code_calls.rows[k]];

        calls += !row->parameter.v;
        *line = row->line;
    }
    if (calls > 1)
        return refuse(c, arena_printf(c->p->scratch, "the function %s is called from %u places",
                                      ir_string(ir, LINE(c, define)->name), calls));
    return true;
}

/* What the needed parameters of the function get, before its lines. */
static bool bind_parameters(struct cut *c, ir_code_line_id define, ir_code_line_id caller)
{
    const struct ir *ir = c->p->ir;
    struct slice text = ir_slice(ir, IR(ir, code, c->code)->text);
    struct names outer = {.has = map_new(c->p->scratch)};
    uint32_t first = c->p->code_calls.first[define.v];

    for (uint32_t k = c->p->code_calls.first[define.v + 1]; k-- > first;) {
        const struct ir_code_argument *row = &ir->code_argument.items[c->p->code_calls.rows[k]];

        if (!row->parameter.v || !map_get(&c->needed.has, row->parameter.v))
            continue;
        if (!row->len)
            return refuse(c, arena_printf(c->p->scratch, "what the parameter %s holds is not known",
                                          ir_string(ir, row->parameter)));
        if (map_get(&outer.has, row->parameter.v))
            return refuse(c, "parameters that a call exchanges");
        need_names(c, caller, row->off, row->off + row->len, &outer);
        if (!slice_eq(slice_sub(text, row->off, row->len), ir_slice(ir, row->parameter)))
            vec_push(c->p->arena, &c->back,
                     ((struct plan_line){.kind = LINE_BIND,
                                         .line = caller,
                                         .name = row->parameter,
                                         .from = row->off,
                                         .to = row->off + row->len,
                                         .inner = true}));
    }
    c->needed = outer;
    return true;
}

/* Names that the function does not get from its caller are the script's. */
static bool leave_function(struct cut *c, ir_code_line_id define, bool called)
{
    const struct ir *ir = c->p->ir;
    struct names left = {.has = map_new(c->p->scratch)};

    for (uint32_t i = 0; i < c->needed.list.count; i++) {
        ir_str name = c->needed.list.items[i];

        if (!map_get(&c->needed.has, name.v))
            continue;
        if (!is_parameter(c, define, name))
            need(c, &c->globals, name);
        else if (!called)
            return refuse(c, arena_printf(c->p->scratch,
                                          "nothing here calls %s: what its parameter %s holds is not known",
                                          ir_string(ir, LINE(c, define)->name), ir_string(ir, name)));
        else
            need(c, &left, name);
    }
    c->needed = left;
    return true;
}

/* From the line that writes outwards to the top of the script. */
static bool take_all(struct cut *c, ir_code_line_id at)
{
    uint32_t end = LINE(c, at)->off;

    for (uint32_t calls = 0; LINE(c, at)->parent.v; calls++) {
        ir_code_line_id parent = LINE(c, at)->parent, caller = {0};

        if (!take_block(c, parent, end, true))
            return false;
        if (LINE(c, parent)->kind == IR_CODE_MAIN) {
            end = LINE(c, parent)->off;
            at = parent;
            continue;
        }
        if (calls == MAX_CALLS)
            return refuse(c, "functions call each other too deeply");
        if (!caller_of(c, parent, &caller) || !leave_function(c, parent, caller.v != 0))
            return false;
        if (!caller.v) {
            end = UINT32_MAX;
            break;
        }
        if (!bind_parameters(c, parent, caller))
            return false;
        if (LINE(c, caller)->kind == IR_CODE_BLOCK)
            return refuse(c, "it is made under a condition or in a loop");
        at = caller;
        end = LINE(c, caller)->off;
    }
    for (uint32_t i = 0; i < c->globals.list.count; i++)
        need(c, &c->needed, c->globals.list.items[i]);
    return take_block(c, (ir_code_line_id){0}, end, true);
}

/* ---- what stands before model() ---- */

static bool is_pure(const struct cut *c, const struct plan_line *l, const struct map *impure)
{
    const struct ir_code_line *line = LINE(c, l->line);
    struct plan_edits edits = plan_edits_between(c->p, c->code, line->off, line->off + line->len);

    if (l->kind != LINE_OWN || line->parent.v ||
        !(line->kind == IR_CODE_IMPORT || line->kind == IR_CODE_DEFINE ||
          (line->kind == IR_CODE_ASSIGN && line->flags & IR_CODE_CONSTANT)))
        return false;
    for (uint32_t i = 0; i < edits.count; i++)
        if (edits.items[i]->kind == IR_CODE_READ)
            return false;
    for (NAMES(c->p, l->line, k))
        if (is_session(c, NAME(c->p, k)) || map_get(impure, NAME(c->p, k)->name.v))
            return false;
    return true;
}

static void find_inner(struct cut *c)
{
    struct map impure = map_new(c->p->scratch);

    for (uint32_t i = 0; i < c->s->lines.count; i++) {
        struct plan_line *l = &c->s->lines.items[i];

        l->inner = !is_pure(c, l, &impure);
        for (NAMES(c->p, l->line, k))
            if (l->inner && NAME(c->p, k)->flags & IR_NAME_BINDS)
                map_put(&impure, NAME(c->p, k)->name.v, 1);
    }
}

/* Modules that come with Python itself, and PySpark, which the platform has. */
static const char own_modules[] =
    " abc argparse ast base64 bisect calendar collections configparser contextlib copy csv dataclasses datetime "
    "decimal enum fractions functools gc glob hashlib heapq html inspect io itertools json logging math numbers "
    "operator os pathlib pickle platform pprint pyspark random re shutil statistics string struct subprocess sys "
    "tempfile textwrap threading time traceback types typing unicodedata urllib uuid warnings zlib zoneinfo "
    "__future__ delta ";

static void add_packages(struct cut *c)
{
    struct buf out = buf_new(c->p->scratch);
    struct map seen = map_new(c->p->scratch);

    for (uint32_t i = 0; i < c->s->lines.count; i++) {
        const struct ir_code_line *line = LINE(c, c->s->lines.items[i].line);
        struct slice names = ir_slice(c->p->ir, line->name);

        for (size_t at = 0; line->kind == IR_CODE_IMPORT && at < names.n;) {
            const char *end = memchr(names.p + at, '\n', names.n - at);
            size_t n = end ? (size_t)(end - names.p) - at : names.n - at;
            const char *word = arena_printf(c->p->scratch, " %.*s ", (int)n, names.p + at);
            ir_str name = ir_intern(c->p->ir, names.p + at, n);

            if (!strstr(own_modules, word) && !map_get(&seen, name.v)) {
                map_put(&seen, name.v, 1);
                buf_printf(&out, "%s%.*s", out.n ? "\n" : "", (int)n, ir_string(c->p->ir, name));
            }
            at += n + 1;
        }
    }
    c->s->packages = ir_intern(c->p->ir, out.p, out.n);
}

/* ---- all of it ---- */

/* The line in which a statement stands. */
static ir_code_line_id line_of(const struct planner *p, ir_code_id code, const struct ir_statement *s)
{
    ir_code_line_id found = {0};

    for (uint32_t k = p->code_lines.first[code.v]; k < p->code_lines.first[code.v + 1]; k++) {
        const struct ir_code_line *line = &p->ir->code_line.items[p->code_lines.rows[k]];

        if (line->place <= s->off && s->off < line->place + line->place_len)
            found.v = p->code_lines.rows[k];
    }
    return found;
}

static const struct ir_code_edit *result_of(const struct cut *c, ir_code_line_id id)
{
    const struct ir_code_line *line = LINE(c, id);
    struct plan_edits edits = plan_edits_between(c->p, c->code, line->off, line->off + line->len);

    for (uint32_t i = 0; i < edits.count; i++)
        if (edits.items[i]->kind == IR_CODE_RESULT && edits.items[i]->off == line->off &&
            edits.items[i]->len == line->len)
            return edits.items[i];
    return NULL;
}

static void find_sessions(struct cut *c)
{
    for (uint32_t i = c->p->code_lines.first[c->code.v]; i < c->p->code_lines.first[c->code.v + 1]; i++) {
        ir_code_line_id line = {c->p->code_lines.rows[i]};

        for (NAMES(c->p, line, k))
            if (LINE(c, line)->kind == IR_CODE_SESSION && NAME(c->p, k)->flags & IR_NAME_BINDS)
                map_put(&c->sessions, NAME(c->p, k)->name.v, 1);
    }
}

static bool finish(struct cut *c)
{
    struct plan_script *s = c->s;
    bool spark = s->spark || s->session;

    for (uint32_t i = c->back.count; i--;)
        vec_push(c->p->arena, &s->lines, c->back.items[i]);
    for (uint32_t i = 0; i < s->lines.count; i++) {
        const struct ir_code_line *line = LINE(c, s->lines.items[i].line);

        spark |= line->kind == IR_CODE_IMPORT && slice_starts(ir_slice(c->p->ir, line->name), "pyspark");
    }
    if (spark && !s->adapter->spark)
        return refuse(c, arena_printf(c->p->scratch, "Python models of %s do not run PySpark",
                                      ir_name_of_dialect(s->adapter->dialect)));
    find_inner(c);
    add_packages(c);
    return true;
}

static bool cut_out(struct cut *c, const struct ir_statement *statement)
{
    const struct plan_build *b = &c->p->builds[c->dataset.v];
    ir_code_line_id at = c->code.v ? line_of(c->p, c->code, statement) : (ir_code_line_id){0};
    const struct ir_code_edit *result = at.v ? result_of(c, at) : NULL;
    ir_dataset_id dataset = {0};
    const char *why;

    if (at.v && LINE(c, at)->kind == IR_CODE_BLOCK)
        return refuse(c, "it is written in a loop, under a condition or in a with");
    if (at.v && LINE(c, at)->flags & IR_CODE_METHOD)
        return refuse(c, "it is written by a method of a class");
    if (!result)
        return refuse(c, at.v ? "it is written by a line that does more" : "it is written by another file");
    if (b->shape == SHAPE_APPEND && !c->s->adapter->appends)
        return refuse(c, arena_printf(c->p->scratch, "Python models of %s do not only add rows",
                                      ir_name_of_dialect(c->s->adapter->dialect)));
    c->s->spark = IR(c->p->ir, rel, IR(c->p->ir, frame, b->frame)->rel)->flags & IR_REL_SPARK;
    find_sessions(c);
    struct plan_edits reads =
        plan_edits_between(c->p, c->code, result->keep_off, result->keep_off + result->keep_len);
    for (uint32_t i = 0; i < reads.count; i++) {
        if (reads.items[i]->kind == IR_CODE_READ && !plan_read_target(c->p, reads.items[i], &dataset, &why))
            return refuse(c, why);
        map_put(&c->s->reads, dataset.v, 1);
    }
    vec_push(c->p->arena, &c->back,
             ((struct plan_line){.kind = LINE_RESULT,
                                 .line = at,
                                 .from = result->keep_off,
                                 .to = result->keep_off + result->keep_len,
                                 .inner = true}));
    need_names(c, at, result->keep_off, result->keep_off + result->keep_len, &c->needed);
    return take_all(c, at) && finish(c);
}

struct plan_script *plan_cut_script(struct planner *p, ir_dataset_id dataset, const char **why)
{
    const struct ir_statement *statement = IR(p->ir, statement, p->builds[dataset.v].first);
    struct cut c = {.p = p,
                    .s = ARENA_NEW(p->arena, struct plan_script),
                    .file = statement->file,
                    .dataset = dataset,
                    .needed.has = map_new(p->scratch),
                    .globals.has = map_new(p->scratch),
                    .sessions = map_new(p->scratch),
                    .kept = map_new(p->scratch)};

    for (IR_EACH(p->ir, code, i))
        if (IR(p->ir, code, i)->file.v == c.file.v)
            c.code = i;
    c.s->code = c.code;
    c.s->adapter = plan_adapter_of(p);
    c.s->reads = map_new(p->arena);
    if (cut_out(&c, statement))
        return c.s;
    *why = c.why;
    return NULL;
}
