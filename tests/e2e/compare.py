"""Are two tables the same rows? As multisets, by value: numbers to 1e-9 relative whatever their type, null
only equal to null, text and times exactly. Order of rows does not count, order of columns does."""
from collections import Counter
from decimal import Decimal

TOLERANCE = 1e-9


def value(v):
    """One spelling for equal values: every number a float, so that numeric, integer and double meet."""
    if isinstance(v, bool) or v is None:
        return v
    if isinstance(v, (int, float, Decimal)):
        return float(v)
    return v


def same_value(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (a != a and b != b) or abs(a - b) <= TOLERANCE * max(abs(a), abs(b))
    return type(a) is type(b) and a == b


def same_row(a, b):
    return len(a) == len(b) and all(map(same_value, a, b))


def take(rows, row):
    """Removes the first row of rows that equals row within the tolerance; says whether there was one."""
    for i, other in enumerate(rows):
        if same_row(row, other):
            del rows[i]
            return True
    return False


def differences(want_columns, want_rows, got_columns, got_rows):
    """Returns lines that say how got differs from want; none when they are the same."""
    if list(want_columns) != list(got_columns):
        return [f"columns {list(got_columns)}, not {list(want_columns)}"]
    want = Counter(tuple(map(value, row)) for row in want_rows)
    got = Counter(tuple(map(value, row)) for row in got_rows)
    missing = list((want - got).elements())  # what is exactly the same leaves first, the rest is compared
    extra = list((got - want).elements())
    missing = [row for row in missing if not take(extra, row)]
    lines = [f"missing {row}" for row in missing] + [f"too many {row}" for row in extra]
    if len(want_rows) != len(got_rows):
        lines.insert(0, f"{len(got_rows)} rows, not {len(want_rows)}")
    return lines
