/*
 * guard.c - what the parser must not see. libtree-sitter's heap does not survive some 66,000 unfinished
 * brackets or stars, so nesting is counted before it parses: by brackets outside strings and comments as
 * Python reads them, and, far more generously, by all brackets, because the parser may disagree with us
 * about where a broken string ends.
 */
#include "python/walk.h"

enum { MAX_RAW_NESTING = 20000, MAX_STARS = 1000 };

/* The end of the string that starts at p (its opening quote), or of the line if it is not closed there. */
static const char *skip_string(const char *p, const char *end)
{
    char quote = *p;
    bool triple = end - p >= 3 && p[1] == quote && p[2] == quote;

    for (p += triple ? 3 : 1; p < end; p++) {
        if (*p == '\\') {
            p++;
        } else if (*p == quote && (!triple || (end - p >= 3 && p[1] == quote && p[2] == quote))) {
            return p + (triple ? 3 : 1);
        } else if (*p == '\n' && !triple) {
            return p;
        }
    }
    return end;
}

static bool deeper_than(struct slice source, int limit, bool knows_strings)
{
    const char *end = source.p + source.n;
    int depth = 0, stars = 0;

    for (const char *p = source.p; p < end; p++) {
        stars = *p == '*' ? stars + 1 : 0;
        if (*p == '(' || *p == '[' || *p == '{')
            depth++;
        else if ((*p == ')' || *p == ']' || *p == '}') && depth > 0)
            depth--;
        else if (knows_strings && (*p == '"' || *p == '\''))
            p = skip_string(p, end) - 1;
        else if (knows_strings && *p == '#')
            while (p + 1 < end && p[1] != '\n')
                p++;
        if (depth > limit || stars > MAX_STARS)
            return true;
    }
    return false;
}

bool py_too_deep(struct slice source)
{
    return deeper_than(source, PY_MAX_NESTING, true) || deeper_than(source, MAX_RAW_NESTING, false);
}
