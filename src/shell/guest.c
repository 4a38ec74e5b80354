/*
 * Shell code inside of other code: the commands of Airflow's BashOperator and the like. What they run belongs to
 * their task. Jinja is not known before the run: {{ … }} is an unknown part of a word, {% … %} leaves no trace.
 */
#include "shell/walk.h"

#include <string.h>

/* The text of the segments from number `first` on, which are all of one text; `*end` is behind the last. */
static struct sh_value text_value(struct sh *sh, uint32_t first, uint32_t *end)
{
    const struct ir *ir = sh->ir;
    ir_text_id text = ir->segment.items[first].text;
    struct slice content = ir_slice(ir, IR(ir, text, text)->content);
    struct sh_build b = sh_build_new(sh->scratch);

    for (*end = first; *end < ir->segment.count && ir->segment.items[*end].text.v == text.v; ++*end) {
        const struct ir_segment *s = &ir->segment.items[*end];
        struct sh_run run = {s->len, s->kind, s->file, s->source_off, s->source_len};
        struct sh_value part = {slice_sub(content, s->off, s->len), &run, 1};

        if (s->kind == IR_SEG_SUBSTITUTED && slice_starts(part.text, IR_PLACEHOLDER))
            sh_add_unknown(&b, &part, 0, part.text.n);
        else
            sh_add_all(&b, &part);
    }
    return sh_built(&b);
}

static struct sh_value without_jinja(struct sh *sh, const struct sh_value *v)
{
    static const char *const marks[][2] = {{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}};
    struct sh_build b = sh_build_new(sh->scratch);
    struct slice s = v->text;
    size_t done = 0;

    for (size_t i = 0; i + 1 < s.n; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            const char *close;

            if (memcmp(s.p + i, marks[k][0], 2) != 0 ||
                !(close = memmem(s.p + i + 2, s.n - i - 2, marks[k][1], 2)))
                continue;
            sh_add(&b, v, done, i - done);
            done = (size_t)(close - s.p) + 2;
            if (k == 0)
                sh_add_unknown(&b, v, i, done - i);
            i = done - 1;
            break;
        }
    sh_add(&b, v, done, s.n - done);
    return sh_built(&b);
}

static void read_command(struct ir *ir, struct arena *scratch, ir_file_id file,
                         const struct shell_options *options, uint32_t first, uint32_t *end)
{
    struct sh sh = {.ir = ir, .scratch = scratch, .file = file, .options = options};
    const struct ir_text *row = IR(ir, text, ir->segment.items[first].text);
    struct sh_value text = text_value(&sh, first, end);

    sh.only = row->job;
    sh.used_names = map_new(scratch);
    sh.orders = map_new(scratch);
    sh.functions = map_new(scratch);
    map_put(&sh.orders, row->job.v, row->order);
    sh_env_begin(&sh.env, ir, scratch, file, options);
    text = without_jinja(&sh, &text);
    sh_run_text(&sh, &text);
}

void shell_read_commands(struct ir *ir, struct arena *scratch, ir_file_id file,
                         const struct shell_options *options)
{
    uint32_t count = ir->segment.count;

    for (uint32_t i = 1, end; i < count; i = end) {
        ir_text_id text = ir->segment.items[i].text;

        end = i + 1;
        if (IR(ir, text, text)->kind == IR_TEXT_COMMAND && IR(ir, text, text)->job.v)
            read_command(ir, scratch, file, options, i, &end);
    }
}
