/* The three last rows of the alignment table are enough. */
#include "base/suggest.h"

#include <string.h>

#define LONGEST 63

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;

    return m < c ? m : c;
}

unsigned edit_distance(const char *a, const char *b)
{
    unsigned rows[3][LONGEST + 1];
    size_t n = strlen(a), m = strlen(b);

    if (n > LONGEST || m > LONGEST)
        return LONGEST + 1;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(up[j] + 1, row[j - 1] + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && upper[j - 2] + 1 < row[j])
                row[j] = upper[j - 2] + 1;
        }
    }
    return rows[n % 3][m];
}

const char *suggest(const char *wrong, const char *const *names, size_t count)
{
    const char *best = NULL;
    unsigned nearest = 1 + (unsigned)strlen(wrong) / 3;

    for (size_t i = 0; i < count; i++) {
        unsigned d = edit_distance(wrong, names[i]);

        if (d <= nearest && (!best || d < nearest)) {
            best = names[i];
            nearest = d;
        }
    }
    return best;
}
