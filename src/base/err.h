/*
 * err.h - the three kinds of trouble, never mixed.
 *
 * The user's code is odd: a gap row in the IR, and the run goes on. The environment fails (a file, a
 * process, a library): the function returns -1 with a filled `struct err`, which cli/ alone prints.
 * We are wrong: BUG() aborts.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* What went wrong with the environment; untouched on success. Owned by the caller, on its stack. */
struct err {
    char message[1024];
};

/* Fills `e` (NULL: nobody wants to know) as printf does and returns -1, so that a caller can write
 * `return err_set(e, …)`. */
int err_set(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says why on stderr and exits with status 2: only for what nothing can be done about. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A broken promise between our own functions: says where and aborts. */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void bug_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
