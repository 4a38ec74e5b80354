#!/usr/bin/env python3
"""The comparison of the end-to-end tests must itself fail: on one changed row, one lost, one doubled."""
import argparse
import datetime
from decimal import Decimal

from compare import differences

COLUMNS = ["id", "name", "total", "day"]
ROWS = [(i, f"name {i % 7}", Decimal(i) / 3, datetime.date(2024, 1, 1 + i % 28)) for i in range(200)]
ROWS += [(None, None, None, None), (1, "name 1", Decimal("0.5"), None), ROWS[3]]


def check(what, rows, same, columns=COLUMNS):
    found = differences(COLUMNS, ROWS, columns, rows)
    assert (not found) == same, (what, found[:3])


def changed(index, column, new):
    rows = list(ROWS)
    rows[index] = tuple(new if c == column else v for c, v in enumerate(rows[index]))
    return rows


def main():
    argparse.ArgumentParser().parse_args()
    check("the same", ROWS, True)
    check("another order", ROWS[::-1], True)
    check("floats for numerics", [(a, b, None if c is None else float(c), d) for a, b, c, d in ROWS], True)
    check("the last digit of a float", changed(7, 2, float(ROWS[7][2]) * (1 + 1e-12)), True)
    check("one number", changed(7, 2, float(ROWS[7][2]) * (1 + 1e-6)), False)
    check("one name", changed(9, 1, "Name 2"), False)
    check("a blank more", changed(9, 1, "name 2 "), False)
    check("null for a value", changed(9, 1, None), False)
    check("zero for null", changed(200, 2, Decimal(0)), False)
    check("empty for null", changed(200, 1, ""), False)
    check("text for a number", changed(9, 0, "9"), False)
    check("another day", changed(9, 3, datetime.date(2023, 1, 10)), False)
    check("a row less", ROWS[:-1], False)
    check("a row twice", ROWS + [ROWS[5]], False)
    check("one duplicate for another", ROWS[:-1] + [ROWS[4]], False)
    check("nothing", [], False)
    check("columns in another order", ROWS, False, ["name", "id", "total", "day"])
    check("a column less", [row[:3] for row in ROWS], False, COLUMNS[:3])
    print("the comparison fails when it must")


main()
