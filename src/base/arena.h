/*
 * arena.h - memory that is dropped all at once.
 *
 * There are two lifetimes in the program: a run's arena and a file's arena. Nothing is freed one by
 * one. Allocation never returns NULL: when the system has no memory left the process says so and
 * exits, which a worker process's parent sees as any other unexpected end.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Makes an empty arena. The caller owns it and ends it with arena_free(). */
struct arena *arena_new(void);

/* Gives everything allocated from `a` back to the system, and `a` itself. NULL is allowed. */
void arena_free(struct arena *a);

/* Forgets everything allocated from `a` but keeps its newest block for the next use. Under ASan the
 * forgotten bytes are poisoned, so that a pointer that outlives its file fails a test. */
void arena_reset(struct arena *a);

/* Returns `size` zeroed bytes, aligned to 16. The arena owns them. */
void *arena_alloc(struct arena *a, size_t size);

/* Makes room for `new_size` bytes where `old_size` were, exactly what was asked for when `old` was allocated or grown
 * last (its bytes are kept, the rest holds anything). Grows in place when `old` was the last allocation, or is so large
 * that the system can move it without a copy. `old` may be NULL with size 0. */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size);

/* Gives back the `size` bytes at `p`, as they were asked for, when they are large; else they stay until the end. For
 * what has outgrown them. */
void arena_release(struct arena *a, void *p, size_t size);

/* Copies `len` bytes and adds a NUL. The arena owns the copy. */
char *arena_strndup(struct arena *a, const char *bytes, size_t len);

/* Formats as printf does into the arena, which owns the NUL-terminated result. */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Bytes that the arena holds from the system. */
size_t arena_size(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (size_t)(count)))

#endif
