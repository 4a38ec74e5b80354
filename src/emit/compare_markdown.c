/* The comparison as a comment of a pull request: a table of the datasets, and what differs folded away under each. */
#include "emit/compare.h"

enum { NAMES_SHOWN = 6 };

/* In a table's cell and in code marks. */
static void add_code(struct buf *out, const char *text)
{
    buf_addc(out, '`');
    for (; *text; text++)
        buf_adds(out, *text == '|' ? "\\|" : *text == '`' ? "'" : (char[]){*text, 0});
    buf_addc(out, '`');
}

static void add_row(const struct ir_changed_dataset *entry, struct buf *out)
{
    buf_printf(out, "| %s | ", compare_words[entry->change]);
    add_code(out, entry->name);
    buf_adds(out, " | ");
    for (uint32_t i = 0; i < entry->downstream.count && i < NAMES_SHOWN; i++) {
        buf_adds(out, i ? ", " : "");
        add_code(out, entry->downstream.items[i]);
    }
    if (entry->downstream.count > NAMES_SHOWN)
        buf_printf(out, " and %u more", entry->downstream.count - NAMES_SHOWN);
    buf_printf(out, " | %s |\n", entry->named.count ? "**still named**" : "");
}

static void add_details(const struct emit_compare *run, const struct ir_changed_dataset *entry,
                        struct buf *out)
{
    buf_printf(out, "<details><summary><code>%s</code></summary>\n\n```diff\n", entry->name);
    for (uint32_t i = 0; i < entry->differences.count; i++) {
        const struct ir_difference *d = &entry->differences.items[i];
        struct ir_place at = compare_place(run, d);

        buf_printf(out, "%c ", d->removed ? '-' : '+');
        compare_add_difference(d, out);
        if (at.file.v)
            buf_printf(out, "  (%s:%u)", compare_path(run, d), at.line);
        buf_addc(out, '\n');
    }
    for (uint32_t i = 0; i < entry->named.count; i++)
        buf_printf(out, "! still named in %s:%u\n",
                   ir_string(run->after, IR(run->after, file, entry->named.items[i].file)->path),
                   entry->named.items[i].line);
    buf_adds(out, "```\n\n</details>\n");
}

void emit_compare_markdown(const struct emit_compare *run, struct buf *out)
{
    const struct ir_comparison *c = run->comparison;

    buf_adds(out, "### lineage\n\n");
    if (!c->datasets.count) {
        buf_adds(out, "The lineage is the same.\n");
        return;
    }
    buf_printf(out, "%u datasets added, %u removed, %u changed; %u more downstream.\n\n",
               c->counts[IR_CHANGE_ADDED], c->counts[IR_CHANGE_REMOVED], c->counts[IR_CHANGE_CHANGED],
               c->downstream);
    buf_adds(out, "| change | dataset | downstream | |\n|---|---|---|---|\n");
    for (uint32_t i = 0; i < c->datasets.count; i++)
        add_row(&c->datasets.items[i], out);
    buf_addc(out, '\n');
    for (uint32_t i = 0; i < c->datasets.count; i++)
        if (c->datasets.items[i].differences.count)
            add_details(run, &c->datasets.items[i], out);
}
