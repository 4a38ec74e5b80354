/*
 * facts.h - facts: what code finds out about a linked project, so that rules can be data (facts.def).
 * Private to lint/.
 */
#ifndef LINT_FACTS_H
#define LINT_FACTS_H

#include "base/map.h"
#include "ir/ir.h"

/* struct fact_temp_table and so on. Every field takes FACT_FIELD_SIZE bytes, so that its number gives its
 * offset. */
#define FACT_FIELD_SIZE 8
#define FACT(name, doc) struct fact_##name {
#define TEXT(field, doc) _Alignas(FACT_FIELD_SIZE) const char *field;
#define CHOICE(field, values, doc) TEXT(field, doc)
#define NUMBER(field, doc) _Alignas(FACT_FIELD_SIZE) uint32_t field;
#define FLAG(field, doc) _Alignas(FACT_FIELD_SIZE) bool field;
#define END(name)                                                                                            \
    }                                                                                                        \
    ;
#include "lint/facts.def"
#undef FACT
#undef TEXT
#undef CHOICE
#undef NUMBER
#undef FLAG
#undef END

enum fact_kind {
#define FACT(name, doc) FACT_##name,
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
    FACT_KINDS
};

enum fact_field_type { FIELD_TEXT, FIELD_CHOICE, FIELD_NUMBER, FIELD_FLAG };

struct fact_field {
    const char *name;
    enum fact_field_type type;
    const char *choices; /* FIELD_CHOICE: words with | between them */
    const char *doc;
};

struct fact_type {
    const char *name;
    const char *doc;
    const struct fact_field *fields;
    uint32_t field_count;
};

/* What each kind looks like, by enum fact_kind. */
extern const struct fact_type fact_types[FACT_KINDS];

/* Where a fact stands: bytes of a text, or of file.source when there is none. */
struct fact_at {
    ir_file_id file;
    ir_text_id text;
    uint32_t off, len;
    ir_statement_id statement;
};

struct fact {
    enum fact_kind kind;
    struct fact_at at;
    const void *fields; /* struct fact_<kind> */
};

/* Another place that a fact speaks of. */
struct fact_related {
    uint32_t fact; /* its number plus one */
    struct fact_at at;
    const char *message;
    bool step; /* on the way that rows take to where the fact stands */
};

struct judge;
struct dbt;

/* The facts of a run, and what all that compute them share. */
struct facts {
    struct ir *ir;
    struct arena *arena;
    struct arena *family;      /* while they are computed: forgotten after each family */
    struct arena *work;        /* and after each job or dataset that a family looks at */
    const struct judge *judge; /* keeps a fact only when a rule of this run has something to say of it */
    enum ir_dialect target;
    VEC(struct fact) rows;
    uint32_t kept; /* the number of the fact that was added last plus one; 0: no rule wants it */
    VEC(struct fact_related) related; /* in the order of facts */
    struct ir_index accesses;         /* of a statement */
    struct ir_index statements;       /* of a job */
    struct ir_index reads;            /* accesses of a dataset, every mode */
    struct ir_index parameters;       /* of a job */
    struct dbt *dbt;                  /* dbt.h; NULL when there is nothing of dbt in the run */
    bool *job_is_blind;               /* by job: it runs SQL that is not known, or not understood */
    struct map *written;              /* schema and name of an access -> access_written()'s string */
};

/* Computes the facts of a linked project that the judge keeps into `f`, which lives in its arena. */
void facts_compute(struct facts *f, struct ir *ir, struct arena *a, enum ir_dialect target,
                   const struct judge *judge);

/* FACT_ADD(f, temp_table, at, .table = "t", .reads = 2) */
#define FACT_ADD(f, name, at, ...)                                                                           \
    facts_add((f), FACT_##name, (at), &(struct fact_##name){__VA_ARGS__}, sizeof(struct fact_##name))
void facts_add(struct facts *f, enum fact_kind kind, struct fact_at at, const void *fields, size_t size);

/* ---- other places of the fact that was added last (facts_related.c); nothing when no rule wants it ---- */

/* A place beside it, and one on the way that rows take to it, in order. */
void fact_relate(struct facts *f, struct fact_at at, const char *message);
void fact_step(struct facts *f, struct fact_at at, const char *message);

/* "t is written by j": the first of these mentions but `own`. */
void fact_relate_others(struct facts *f, const ir_access_id *accesses, uint32_t count, ir_access_id own,
                        const char *does);

/* The first reads of the dataset. */
void fact_relate_uses(struct facts *f, ir_dataset_id dataset);

/* A step: where the dataset is made, when something makes it. */
void fact_step_from_maker(struct facts *f, ir_dataset_id dataset);

/* A field's value: text and choices as they are, numbers in digits, flags as "true" or "false". */
const char *fact_value(const struct fact *fact, uint32_t field, struct arena *a);
/* The same as a number: 0 or 1 for flags, whether there is any for text. */
uint32_t fact_number(const struct fact *fact, uint32_t field);

/* docs/facts.md. */
void facts_document(struct buf *out);

/* The families. */
void facts_of_gaps(struct facts *f);
void facts_of_steps(struct facts *f);
void facts_of_names(struct facts *f);
void facts_of_writes(struct facts *f);
void facts_of_writers(struct facts *f);
void facts_of_cycles(struct facts *f);
void facts_of_client_reads(struct facts *f);
void facts_of_frames(struct facts *f);
void facts_of_frame_writes(struct facts *f);
void facts_of_tasks(struct facts *f);
void facts_of_dags(struct facts *f);
void facts_of_secrets(struct facts *f);
void facts_of_constructs(struct facts *f);
void facts_of_layers(struct facts *f);
void facts_of_jobs(struct facts *f);
void facts_of_routines(struct facts *f);
void facts_of_spark(struct facts *f);
void facts_of_pipelines(struct facts *f);
void facts_of_dbt_names(struct facts *f);
void facts_of_dbt_properties(struct facts *f);
void facts_of_dbt_models(struct facts *f);
void facts_of_dbt_hooks(struct facts *f);
void facts_of_dbt_profiles(struct facts *f);
void facts_of_dbt_python(struct facts *f);
void facts_of_dbt_commands(struct facts *f);

/* ---- what they share (facts_shared.c) ---- */

/* A letter, a digit, an underscore or a byte of a longer character: what names are made of. */
static inline bool is_word(char c)
{
    unsigned char b = (unsigned char)c, letter = (unsigned char)((b | 32) - 'a');

    return letter < 26 || (b >= '0' && b <= '9') || b == '_' || b >= 0x80;
}

struct fact_at at_access(const struct facts *f, ir_access_id access);
struct fact_at at_source(ir_file_id file, uint32_t off, uint32_t len);

/* The first `words` words of a statement ("DROP", "INSERT INTO"), to anchor at. */
struct fact_at at_head(const struct facts *f, ir_statement_id statement, uint32_t words);

/* The words OR REPLACE in a statement's head, else its first word. */
struct fact_at at_or_replace(const struct facts *f, ir_statement_id statement);

/* The callee of the call at `off`: everything up to its opening parenthesis, last name only when it
 * spans lines. */
struct fact_at at_callee(const struct facts *f, ir_file_id file, uint32_t off, uint32_t len);

/* The last `word` within a range of a file's source, as a name of its own; the range when it is not there. */
struct fact_at at_word(const struct facts *f, ir_file_id file, uint32_t off, uint32_t len, const char *word);

/* The last keyword argument `name="text"` within a range, else what at_word() gives. */
struct fact_at at_argument(const struct facts *f, ir_file_id file, uint32_t off, uint32_t len,
                           const char *name);

/* The bytes that a fact_at covers. */
struct slice at_bytes(const struct facts *f, struct fact_at at);

/* Does it stand in the file as it is, and not for something else (Jinja's {{ ref('x') }})? */
bool at_is_written(const struct facts *f, struct fact_at at);

/* Is the file a test by its name or its folder? What tests do is no part of a pipeline. */
bool file_is_test(const struct facts *f, ir_file_id file);

/* By file: does it import pyspark? Lives as long as the family. */
bool *files_with_spark(const struct facts *f);

/* The last one of `words` (lower case, NULL at the end) in the bytes that `at` covers; `at` itself without one. */
struct fact_at at_last_of(const struct facts *f, struct fact_at at, const char *const *words);

/* "schema.table" as written. */
const char *access_written(const struct facts *f, const struct ir_access *access);

/* Two mentions mean the same relation exactly when their keys are equal: the dataset that link found, or else the
 * folded name. */
uint64_t access_key(const struct facts *f, const struct ir_access *access);

/* Is this mention a relation at all, not a routine or a DataFrame? */
bool access_is_relation(const struct ir_access *access);
bool access_is_temp(const struct facts *f, const struct ir_access *access);

/* Does this mode put rows or shape into the relation (rather than read or only drop it)? */
bool mode_writes(enum ir_access_mode mode);

/* Is what a routine adds handed over, so that another call adds something else? A day or a month is a slice of the
 * same. */
bool job_takes_values(const struct facts *f, ir_job_id job);

/* Do the rows of such a statement stay in a table? */
bool kind_stores(enum ir_statement_kind kind);

/* The access by which a statement writes, 0 when it has none. */
ir_access_id statement_target(const struct facts *f, ir_statement_id statement);

/* A job's name for people: "procedure build()", "task dag/task", the path of a script. */
const char *job_title(const struct facts *f, ir_job_id job);

/* "sql" or "python": the language of the file in which `at` stands. */
const char *at_language(const struct facts *f, struct fact_at at);

#endif
