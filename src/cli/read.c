/* The glue between the readers of languages, which do not know of one another. */
#include "cli/read.h"

#include "base/file.h"
#include "cli/decode.h"
#include "python/python.h"
#include "sql/sql.h"

#include <string.h>

#define LARGEST_FILE (64u << 20) /* bytes; a file above it is data, not code */

static bool may_parse(void *data, const char *sql, size_t len)
{
    return worker_may_step(data, sql, len);
}

ir_file_id read_failed(struct ir *ir, const char *path, enum ir_gap_kind kind, const char *why,
                       const char *advice)
{
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, path),
                                                       .language = language_of_name(path),
                                                       .status = IR_STATUS_FAILED});

    ir_add_gap(ir, (struct ir_gap){.kind = kind,
                                   .file = file,
                                   .why = ir_interns(ir, why),
                                   .advice = ir_interns(ir, advice)});
    return file;
}

/* Without a telling name: Python when it imports or defines, SQL otherwise. */
static enum ir_language language_of_content(struct slice text)
{
    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t len = end ? (size_t)(end - text.p) : text.n;
        struct slice line = {text.p, len};

        if (slice_starts(line, "import ") || slice_starts(line, "from ") ||
            slice_starts(line, "def ") || slice_starts(line, "#!/usr/bin/env python") ||
            slice_starts(line, "#!/usr/bin/python"))
            return IR_LANG_PYTHON;
        text = slice_sub(text, len + 1, text.n);
    }
    return IR_LANG_SQL;
}

static void note_encoding(struct ir *ir, ir_file_id file, const struct decoded *d)
{
    struct slice source = ir_slice(ir, IR(ir, file, file)->source);
    uint32_t off = (uint32_t)(d->bad_offset < source.n ? d->bad_offset : 0);

    /* Up to the first bad byte UTF-8 and its Latin-1 reading differ only where non-ASCII came before. */
    ir_add_gap(ir, (struct ir_gap){
                       .kind = IR_GAP_NOTE,
                       .file = file,
                       .off = off,
                       .len = off < source.n ? 1 : 0,
                       .why = ir_interns(ir, "a byte that is not UTF-8; the file is read as Latin-1"),
                       .advice = ir_interns(ir, "Save the file as UTF-8")});
}

static void read_python_texts(struct ir *ir, struct arena *scratch,
                              const struct sql_options *options)
{
    uint32_t count = ir->text.count;

    for (uint32_t t = 1; t < count; t++)
        if (ir->text.items[t].kind == IR_TEXT_GUEST)
            sql_read(ir, scratch, (ir_text_id){t}, options);
}

static void read_language(struct ir *ir, struct arena *scratch, const struct options *o,
                          ir_file_id file, struct worker *worker)
{
    struct sql_guard guard = {may_parse, worker};
    struct sql_options sql = {o->dialect, worker ? &guard : NULL};
    struct python_options python = {o->dialect};

    if (IR(ir, file, file)->language == IR_LANG_PYTHON) {
        python_read(ir, scratch, file, &python);
        read_python_texts(ir, scratch, &sql);
    } else {
        sql_read(ir, scratch, ir_text_of_file(ir, file), &sql);
    }
}

void read_settle_status(struct ir *ir)
{
    for (IR_EACH(ir, gap, g)) {
        const struct ir_gap *gap = IR(ir, gap, g);
        struct ir_file *file = IR(ir, file, gap->file);

        if (!gap->file.v || gap->kind == IR_GAP_NOTE)
            continue;
        if (gap->kind == IR_GAP_FILE)
            file->status = IR_STATUS_FAILED;
        else if (file->status == IR_STATUS_OK)
            file->status = IR_STATUS_PARTIAL;
    }
}

void read_one(struct ir *ir, struct arena *scratch, const struct options *o,
              const struct found_file *found, struct worker *worker)
{
    const char *path = strcmp(found->path, "-") == 0 && o->stdin_filename ? o->stdin_filename
                                                                          : found->path;
    struct slice bytes;
    struct decoded d;
    struct err e;
    ir_file_id file;

    if (file_read(scratch, found->path, LARGEST_FILE, &bytes, &e) < 0) {
        read_failed(ir, path, IR_GAP_FILE, e.message,
                    "Make it readable, split it, or leave it out with --exclude");
        return;
    }
    d = decode_text(scratch, bytes);
    if (d.encoding == IR_ENC_BINARY) {
        file = read_failed(ir, path, IR_GAP_FILE, "expected text, found binary data (NUL bytes)",
                           "Leave it out with --exclude");
        IR(ir, file, file)->encoding = d.encoding;
        IR(ir, file, file)->size = (uint32_t)bytes.n;
        return;
    }
    file = ir_add_file(ir, (struct ir_file){
                               .path = ir_interns(ir, path),
                               .language = found->language != IR_LANG_UNKNOWN
                                               ? found->language
                                               : language_of_content(d.utf8),
                               .encoding = d.encoding,
                               .size = (uint32_t)bytes.n,
                               .source = ir_intern(ir, d.utf8.p, d.utf8.n)});
    if (d.encoding == IR_ENC_LATIN1)
        note_encoding(ir, file, &d);
    read_language(ir, scratch, o, file, worker);
    read_settle_status(ir);
}
