/*
 * relsql_select.h - what the files of relsql share: a SELECT under construction.
 *
 * relsql.c turns rels into selects and fuses what one SELECT can say; relsql_expr.c and the files that share
 * relsql_call.h write expressions; relsql_print.c writes selects as pieces. A column's SQL is text in which each reference to an input is marked,
 * so that the input's alias is written only when there are several.
 */
#ifndef PLAN_RELSQL_SELECT_H
#define PLAN_RELSQL_SELECT_H

#include "base/map.h"
#include "plan/relsql.h"

enum {
    RELSQL_MARK = 1, /* byte before an input's number (plus RELSQL_MARK_BASE) and an identifier */
    RELSQL_MARK_BASE = 0x20,
    RELSQL_MAX_INPUTS = 64,
    RELSQL_MAX_DEPTH = 400, /* of expressions, and of right sides in right sides */
    RELSQL_MAX_TEXT = 4000, /* a longer column becomes a step before something is built on it */
};

enum relsql_type { TYPE_UNKNOWN, TYPE_INT, TYPE_FLOAT, TYPE_TEXT, TYPE_BOOL, TYPE_DATE, TYPE_TIMESTAMP };

enum relsql_level { /* how tight an expression holds together */
                    LEVEL_OR,
                    LEVEL_AND,
                    LEVEL_IS,
                    LEVEL_COMPARE,
                    LEVEL_OTHER,
                    LEVEL_ADD,
                    LEVEL_MUL,
                    LEVEL_ATOM
};

struct relsql_column {
    ir_str name;
    struct slice sql;
    enum relsql_level level;
    enum relsql_type type;
    bool not_null, plain; /* plain: nothing but a reference */
    bool ambiguous;       /* PySpark: both sides of a join have it; whoever names it is wrong */
};

struct relsql_note {
    struct slice sql;
    const char *note; /* a comment behind it, NULL for none */
};

struct relsql_order {
    struct slice sql;
    bool descending, nulls_first, not_null;
    bool text; /* ordered by code points */
};

struct relsql_key { /* a pair of a join's condition */
    struct slice left, right;
    bool null_matches;
};

struct relsql_input {
    struct relsql_leaf leaf; /* kind RELSQL_NONE: own step number `own` */
    uint32_t own;
    ir_str name; /* what the alias is made of */
    struct slice alias;
    enum ir_join_kind join; /* IR_JOIN_CROSS for the first as well */
    VEC(struct relsql_key) keys;
};

struct relsql_select {
    VEC(struct relsql_column) columns;
    struct map by_name;
    bool open; /* columns are not known: whatever is asked for is taken to be there */
    VEC(struct relsql_input) from;
    VEC(struct relsql_note) where;
    VEC(struct relsql_order) order;
    VEC(struct slice) group, distinct_on;
    VEC(struct relsql_select *) arms; /* UNION ALL of these; nothing else is set then but columns */
    bool grouped, distinct, limited;
    bool remembered; /* the order is that of the rows, but nothing asks for it here */
    bool reversed;   /* the order was turned round for a limit from the end */
    bool windowed;   /* a column is computed over its rows: which they are must not change any more */
    bool qualify;    /* aliases are written although there is one input */
    uint32_t limit;
    const char *what;    /* the last thing done, as a name for a step */
    ir_frame_id frame;   /* whose rows it is, when just complete */
    struct buf comments; /* of the frames in it */
};

struct relsql_step {
    ir_str name;
    struct relsql_select *select;
};

/* What targets write each in their own way. */
struct relsql_words {
    enum ir_dialect dialect;
    const char *trim;         /* the function that takes characters off both ends */
    const char *number;       /* the type in which a number is divided with a remainder */
    const char *round_even;   /* format: a double rounded to a whole number, halves to the even one */
    const char *white_space;  /* the characters that Python calls white space */
    const char *like_escape;  /* after a LIKE pattern in which a backslash escapes */
    bool escape_strings;      /* E'…' knows \x and two digits */
    bool descending_is_first; /* DESC alone puts nulls first */
};

struct relsql {
    struct ir *ir;
    struct arena *a;
    const struct relsql_words *words;
    struct ir_index columns, schemas; /* rel_column and rel_schema of a rel */
    relsql_resolve *resolve;
    void *context;
    VEC(struct relsql_step) steps; /* the first is number 1 */
    struct map frame_steps;        /* frame -> step */
    struct map uses;               /* frame -> 1 once, 2 more often */
    struct map names;              /* of steps */
    struct map *known;             /* frame -> index + 1 in `shown` */
    VEC(struct relsql_select *) shown;
    ir_rel_id rel; /* being lowered */
    uint32_t depth;
    struct relsql_result result;
};

/* for (RELSQL_COLUMNS(r, rel, i)) … RELSQL_COLUMN(r, i)->name */
#define RELSQL_COLUMNS(r, of, i)                                                                             \
    uint32_t i = (r)->columns.first[(of).v];                                                                 \
    i < (r)->columns.first[(of).v + 1];                                                                      \
    i++
#define RELSQL_COLUMN(r, i) (&(r)->ir->rel_column.items[(r)->columns.rows[i]])

/* ---- relsql.c ---- */
/* The rows of a rel as a select; NULL when that has failed. */
struct relsql_select *relsql_rows(struct relsql *r, ir_rel_id rel);
/* Ends the lowering with a reason, which is about `expr` or else the rel being lowered; returns false. */
bool relsql_fail(struct relsql *r, ir_expr_id expr, const char *why);

/* ---- relsql_select.c ---- */
struct relsql_select *relsql_select(struct relsql *r);
struct relsql_column *relsql_find(struct relsql_select *s, ir_str name);
bool relsql_add_column(struct relsql *r, struct relsql_select *s, struct relsql_column column);
struct slice relsql_reference(struct relsql *r, uint32_t input, ir_str name);
/* Takes all columns away and returns them: what follows adds those that stay. */
struct relsql_column *relsql_take_columns(struct relsql *r, struct relsql_select *s, uint32_t *count);
void relsql_add_comment(struct relsql *r, struct relsql_select *s, ir_str comment);
/* May the column be named? Fails when it is ambiguous. */
bool relsql_is_clear(struct relsql *r, const struct relsql_column *column, ir_expr_id expr);
/* Gives all arms the union's columns, in its order. */
void relsql_conform(struct relsql *r, struct relsql_select *s);
/* Makes a step of `s` and returns its number; relsql_over_step() is a select over it, relsql_wrap() both. */
uint32_t relsql_make_step(struct relsql *r, struct relsql_select *s);
struct relsql_select *relsql_over_step(struct relsql *r, uint32_t number);
struct relsql_select *relsql_wrap(struct relsql *r, struct relsql_select *s);
/* Makes a step of `*s` when one of the columns that a rel names is a constant: as a key, SQL takes that for a place. */
void relsql_ready_for_keys(struct relsql *r, struct relsql_select **s, ir_rel_id rel);
/* Is it nothing but columns of one input? */
bool relsql_is_table(const struct relsql_select *s);
enum { /* what an operation needs of the select that it changes */
       NO_GROUP = 1,
       NO_DISTINCT = 2,
       NO_LIMIT = 4,
       KNOWN = 8, /* which columns there are */
};
/* Wraps `*s` when it is not as needed. */
bool relsql_ready(struct relsql *r, struct relsql_select **s, uint32_t needs);

/* ---- relsql_order.c: in which order the rows are, as far as it is known ---- */
/* Adds ORDER BY's next key. */
void relsql_add_order(struct relsql *r, struct relsql_select *s, const struct relsql_column *column,
                      bool descending, bool nulls_first);
/* The order of `step`'s rows in a select over it, for as long as its columns show it. */
void relsql_keep_order(struct relsql *r, const struct relsql_select *step, struct relsql_select *over);
/* "x DESC NULLS LAST, y" */
void relsql_put_order(struct relsql *r, const struct relsql_select *s, struct buf *out);
void relsql_reverse(struct relsql_select *s);

/* ---- relsql_ops.c, relsql_join.c: one operation applied to `*s`, which may become another select ---- */
typedef bool relsql_operation(struct relsql *r, struct relsql_select **s, ir_rel_id rel);
relsql_operation relsql_assign, relsql_project, relsql_rename, relsql_drop, relsql_filter, relsql_sort,
    relsql_limit, relsql_distinct, relsql_aggregate, relsql_join, relsql_union;

bool relsql_has_window(const struct ir *ir, ir_expr_id expr, uint32_t depth);

/* ---- relsql_expr.c ---- */
struct relsql_text {
    struct slice sql;
    enum relsql_level level;
    enum relsql_type type;
    bool not_null, plain;
    const char *note;
};
/* The SQL of an expression over the columns of `s`. As a `condition` null may stand for false. */
bool relsql_expr(struct relsql *r, struct relsql_select *s, ir_expr_id expr, bool condition,
                 struct relsql_text *out);

/* ---- relsql_aggregate.c ---- */
/* An aggregate function over columns of `s`. */
bool relsql_aggregate_expr(struct relsql *r, struct relsql_select *s, ir_expr_id expr,
                           struct relsql_text *out);

/* ---- relsql_target.c ---- */
const struct relsql_words *relsql_words_of(enum ir_dialect target);

/* ---- relsql_text.c ---- */
enum relsql_type relsql_type_of(struct slice declared);
/* What holds values of both: a number of unknown kind is not taken to be whole because the other is. */
enum relsql_type relsql_common_type(enum relsql_type a, enum relsql_type b);
/* A name as SQL has it, quoted when it must be; an empty slice when it can't be written. */
struct slice relsql_identifier(struct arena *a, struct slice name);
struct slice relsql_string(struct relsql *r, struct slice text);
/* `sql` in parentheses unless it holds at least as tight as `level`. */
struct slice relsql_paren(struct arena *a, struct relsql_text text, enum relsql_level level);
struct slice relsql_format(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define SQL(s) (int)(s).n, (s).p

/* ---- relsql_print.c ---- */
/* Gives the inputs their aliases and adds the select's pieces to `step`; own[i] is step number i. */
void relsql_print(struct relsql *r, struct relsql_select *s, ir_step_id step, const ir_step_id *own);

#endif
