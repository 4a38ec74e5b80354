/*
 * SQL moved to the right. A line that begins inside of a string must stay where it is, so strings and quoted names
 * are taken over as wholes; in a comment the lines move.
 */
#include "emit/dbt.h"
#include "ir/scan.h"

/* `text` has its place in `whole`: where that ends, and before an empty line, nothing is to be moved. */
static void add_lines(struct buf *out, struct slice whole, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        const char *next = text.p + i + 1;

        buf_addc(out, text.p[i]);
        if (text.p[i] == '\n' && next < whole.p + whole.n && *next != '\n')
            buf_adds(out, "    ");
    }
}

void dbt_add_indented(struct buf *out, struct slice text)
{
    struct scan scan = {text, 0};

    buf_adds(out, text.n ? "    " : "");
    for (struct scan_token t = scan_next(&scan); t.kind != SCAN_END; t = scan_next(&scan)) {
        if (t.kind == SCAN_STRING || t.kind == SCAN_QUOTED)
            buf_add(out, t.bytes.p, t.bytes.n);
        else
            add_lines(out, text, t.bytes);
    }
}
