/* The kinds of facts as data, made from facts.def, and the document that is printed from it. */
#include "lint/facts.h"

#include "lint/rules.h"

#include <string.h>

#define FACT(name, doc) static const struct fact_field fields_of_##name[] = {
#define TEXT(field, doc) {#field, FIELD_TEXT, NULL, doc},
#define CHOICE(field, values, doc) {#field, FIELD_CHOICE, values, doc},
#define NUMBER(field, doc) {#field, FIELD_NUMBER, NULL, doc},
#define FLAG(field, doc) {#field, FIELD_FLAG, NULL, doc},
#define END(name)                                                                                            \
    }                                                                                                        \
    ;                                                                                                        \
    _Static_assert(sizeof(struct fact_##name) ==                                                             \
                       FACT_FIELD_SIZE * (sizeof fields_of_##name / sizeof *fields_of_##name),               \
                   "a field's number gives its offset");
#include "lint/facts.def"
#undef FACT
#undef TEXT
#undef CHOICE
#undef NUMBER
#undef FLAG
#undef END

const struct fact_type fact_types[FACT_KINDS] = {
#define FACT(name, doc) {#name, doc, fields_of_##name, sizeof fields_of_##name / sizeof *fields_of_##name},
#define TEXT(field, doc)
#define CHOICE(field, values, doc)
#define NUMBER(field, doc)
#define FLAG(field, doc)
#define END(name)
#include "lint/facts.def"
#undef FACT
#undef TEXT
#undef CHOICE
#undef NUMBER
#undef FLAG
#undef END
};

void facts_add(struct facts *f, enum fact_kind kind, struct fact_at at, const void *fields, size_t size)
{
    struct fact fact = {kind, at, fields};
    void *copy;

    f->kept = 0;
    if (!judge_wants(f->judge, &fact, f->arena))
        return;
    copy = arena_alloc(f->arena, size);
    memcpy(copy, fields, size);
    fact.fields = copy;
    vec_push(f->arena, &f->rows, fact);
    f->kept = f->rows.count;
}

static const void *field_at(const struct fact *fact, uint32_t field)
{
    return (const char *)fact->fields + (size_t)field * FACT_FIELD_SIZE;
}

static const char *text_at(const struct fact *fact, uint32_t field)
{
    const char *text = *(const char *const *)field_at(fact, field);

    return text ? text : "";
}

const char *fact_value(const struct fact *fact, uint32_t field, struct arena *a)
{
    switch (fact_types[fact->kind].fields[field].type) {
    case FIELD_TEXT:
    case FIELD_CHOICE:
        return text_at(fact, field);
    case FIELD_NUMBER:
        return arena_printf(a, "%u", fact_number(fact, field));
    case FIELD_FLAG:
        return fact_number(fact, field) ? "true" : "false";
    }
    BUG("a field of no type");
}

uint32_t fact_number(const struct fact *fact, uint32_t field)
{
    switch (fact_types[fact->kind].fields[field].type) {
    case FIELD_TEXT:
    case FIELD_CHOICE:
        return *text_at(fact, field) != '\0';
    case FIELD_NUMBER:
        return *(const uint32_t *)field_at(fact, field);
    case FIELD_FLAG:
        return *(const bool *)field_at(fact, field);
    }
    BUG("a field of no type");
}

static const char *const type_names[] = {
    [FIELD_TEXT] = "text", [FIELD_CHOICE] = "choice", [FIELD_NUMBER] = "number", [FIELD_FLAG] = "flag"};

/* "a|b" as "`a`, `b`": a bar would end the cell of a table. */
static void document_choices(struct buf *out, const char *choices)
{
    buf_adds(out, ": `");
    for (const char *p = choices; *p; p++) {
        if (*p == '|')
            buf_adds(out, "`, `");
        else
            buf_addc(out, *p);
    }
    buf_addc(out, '`');
}

void facts_document(struct buf *out)
{
    buf_adds(out,
             "# Facts\n\n"
             "What a rule can judge. A rule names one kind of fact under `fact`; its `where` tests the\n"
             "fields below and its `message` shows them as `{field}`. A text compares without regard to\n"
             "case; a number also takes `gt` and `lt`; a choice is one of the words listed.\n\n"
             "This file is printed from src/lint/facts.def, and a test fails when it is stale.\n");
    for (uint32_t k = 0; k < FACT_KINDS; k++) {
        const struct fact_type *type = &fact_types[k];

        buf_printf(out, "\n## %s\n\n%s\n\n| field | type | what it says |\n| --- | --- | --- |\n", type->name,
                   type->doc);
        for (uint32_t i = 0; i < type->field_count; i++) {
            const struct fact_field *field = &type->fields[i];

            buf_printf(out, "| %s | %s | %s", field->name, type_names[field->type], field->doc);
            if (field->choices)
                document_choices(out, field->choices);
            buf_adds(out, " |\n");
        }
    }
}
