/*
 * python_texts - what the Python reader finds, for the tests' scripts: one line of JSON for each text that a file
 * hands to a database (with the segments that say where its bytes stand) and for each gap. Modules and texts that
 * the file takes in are read from the disk.
 *
 * usage: python_texts FILE...
 */
#include "base/file.h"
#include "ir/ir.h"
#include "python/python.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { LARGEST = 20 << 20 };

static bool open_text(void *data, struct arena *a, const char *path, struct slice *text)
{
    (void)data;
    return file_read(a, path, LARGEST, text, NULL) == 0;
}

static void put_line(json_t *line)
{
    char *text = json_dumps(line, JSON_COMPACT);

    puts(text ? text : "null");
    free(text);
    json_decref(line);
}

static json_t *string_of(const struct ir *ir, ir_str s)
{
    struct slice bytes = ir_slice(ir, s);

    return json_stringn(bytes.p, bytes.n);
}

static json_t *segments_of(const struct ir *ir, ir_text_id text)
{
    json_t *all = json_array();

    for (IR_EACH(ir, segment, i)) {
        const struct ir_segment *s = IR(ir, segment, i);
        if (s->text.v == text.v)
            json_array_append_new(all, json_pack("{s:i,s:i,s:s,s:o,s:i,s:i}", "off", s->off, "len", s->len,
                                                 "kind", ir_name_of_segment_kind(s->kind), "path",
                                                 string_of(ir, IR(ir, file, s->file)->path), "source_off",
                                                 s->source_off, "source_len", s->source_len));
    }
    return all;
}

static void put_texts(const struct ir *ir)
{
    for (IR_EACH(ir, text, t)) {
        const struct ir_text *row = IR(ir, text, t);
        struct ir_place at = ir_place_of(ir, row->file, (ir_text_id){0}, row->call_off, row->call_len);
        put_line(json_pack(
            "{s:o,s:s,s:o,s:s,s:o,s:i,s:i,s:o,s:o}", "path", string_of(ir, IR(ir, file, row->file)->path),
            "call", ir_name_of_call_kind(row->call), "connection", string_of(ir, row->connection), "dialect",
            ir_name_of_dialect(row->dialect), "job", string_of(ir, IR(ir, job, row->job)->id), "line",
            at.line, "unknown_parts", row->unknown_parts, "sql", string_of(ir, row->content), "segments",
            segments_of(ir, t)));
    }
}

static void put_gaps(const struct ir *ir)
{
    for (IR_EACH(ir, gap, g)) {
        const struct ir_gap *row = IR(ir, gap, g);
        struct ir_place at = ir_place_of(ir, row->file, row->text, row->off, row->len);
        put_line(json_pack("{s:o,s:s,s:i,s:o}", "path", string_of(ir, IR(ir, file, row->file)->path), "gap",
                           ir_name_of_gap_kind(row->kind), "line", at.line, "why", string_of(ir, row->why)));
    }
}

static int read_one(const char *path)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct python_options options = {.open = open_text};
    struct slice source;
    struct err e = {{0}};
    ir_file_id file;

    if (file_read(a, path, LARGEST, &source, &e) != 0) {
        fprintf(stderr, "%s\n", e.message);
        return 1;
    }
    file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, path),
                                            .language = IR_LANG_PYTHON,
                                            .source = ir_intern(ir, source.p, source.n)});
    python_read(ir, scratch, file, &options);
    put_texts(ir);
    put_gaps(ir);
    arena_free(scratch);
    arena_free(a);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;

    for (int i = 1; i < argc; i++)
        failed |= read_one(argv[i]);
    return failed;
}
