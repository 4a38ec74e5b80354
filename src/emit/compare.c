/* What the formats of `lineage diff` share, and the one for people. */
#include "emit/compare.h"

#include <string.h>

enum { NAMES_SHOWN = 12, FLOWS_SHOWN = 30 };

const char *const compare_words[] = {"added", "removed", "changed"};

struct ir_place compare_place(const struct emit_compare *run, const struct ir_difference *d)
{
    if (!d->statement.v)
        return (struct ir_place){0};
    return ir_statement_place(d->removed ? run->before : run->after, d->statement);
}

const char *compare_path(const struct emit_compare *run, const struct ir_difference *d)
{
    const struct ir *ir = d->removed ? run->before : run->after;

    return ir_string(ir, IR(ir, file, compare_place(run, d).file)->path);
}

void compare_add_difference(const struct ir_difference *d, struct buf *out)
{
    switch (d->kind) {
    case IR_DIFF_MADE:
        buf_adds(out, d->removed ? "nothing fills it any more" : "it is filled");
        break;
    case IR_DIFF_COLUMN:
        buf_printf(out, "column %s", d->name);
        break;
    case IR_DIFF_READS:
        buf_printf(out, "reads %s", d->from);
        break;
    case IR_DIFF_FLOW:
        buf_printf(out, "%s -> %s (%s)", d->from,
                   d->name                   ? d->name
                   : d->role >= IR_ROLE_JOIN ? "its rows"
                                             : "*",
                   ir_name_of_role(d->role));
        break;
    }
}

static void paint(const struct emit_compare *run, struct buf *out, const char *color)
{
    if (run->color)
        buf_adds(out, color);
}

static void add_names(struct buf *out, const char *const *names, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < NAMES_SHOWN; i++)
        buf_printf(out, "%s%s", i ? ", " : "", names[i]);
    if (count > NAMES_SHOWN)
        buf_printf(out, " and %u more", count - NAMES_SHOWN);
}

static void add_line(const struct emit_compare *run, const struct ir_difference *d, struct buf *out)
{
    struct ir_place at = compare_place(run, d);

    paint(run, out, d->removed ? "\033[31m" : "\033[32m");
    buf_printf(out, "  %c ", d->removed ? '-' : '+');
    compare_add_difference(d, out);
    paint(run, out, "\033[0m");
    if (at.file.v)
        buf_printf(out, "  %s%s:%u", d->removed ? "was " : "", compare_path(run, d), at.line);
    buf_addc(out, '\n');
}

static void add_dataset(const struct emit_compare *run, const struct ir_changed_dataset *entry,
                        struct buf *out)
{
    uint32_t shown = 0;

    paint(run, out, "\033[1m");
    buf_printf(out, "%-8s %s\n", compare_words[entry->change], entry->name);
    paint(run, out, "\033[0m");
    for (; shown < entry->differences.count && shown < FLOWS_SHOWN; shown++)
        add_line(run, &entry->differences.items[shown], out);
    if (shown < entry->differences.count)
        buf_printf(out, "    and %u more\n", entry->differences.count - shown);
    for (uint32_t i = 0; i < entry->named.count && i < NAMES_SHOWN; i++) {
        struct ir_place at = entry->named.items[i];

        paint(run, out, "\033[1;31m");
        buf_printf(out, "  ! still named in %s:%u:%u\n",
                   ir_string(run->after, IR(run->after, file, at.file)->path), at.line, at.column);
        paint(run, out, "\033[0m");
    }
    if (entry->downstream.count) {
        buf_adds(out, "    downstream: ");
        add_names(out, entry->downstream.items, entry->downstream.count);
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
}

void emit_compare_text(const struct emit_compare *run, struct buf *out)
{
    const struct ir_comparison *c = run->comparison;

    for (uint32_t i = 0; i < c->datasets.count; i++)
        add_dataset(run, &c->datasets.items[i], out);
    if (!c->datasets.count)
        buf_adds(out, "The lineage is the same.\n");
    else
        buf_printf(out, "%u datasets added, %u removed, %u changed; %u more downstream.\n",
                   c->counts[IR_CHANGE_ADDED], c->counts[IR_CHANGE_REMOVED], c->counts[IR_CHANGE_CHANGED],
                   c->downstream);
}
