"""How many of a million rows are alike, counted by the database: alike in all their values, or in some of them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]


def alike(rows: "QuerySet[Any, Row]", *, sums: int = 0) -> list[Row]:
    """Each different row of a `values_list`, with how many are like it behind its values. One statement.

    The last `sums` columns, whole numbers, tell no row from another: their sums stand behind how many are alike.

    Asked as GROUP BY of what is reckoned from columns, such as a length in steps, the planner takes every row for
    another one, because the columns are: it brings them all into one process and sorts them. Of the columns of a
    subquery it knows nothing and expects few, so each process counts its own. OFFSET 0 keeps the subquery one, and as
    a constant of this type does not keep other processes away.
    """

    def write(text: str, names: Sequence[str]) -> str:
        kept, added = names[: len(names) - sums], names[len(names) - sums :]
        shown = [*kept, "count(*)", *(f"sum({each})" for each in added)]
        return (
            f"SELECT {', '.join(shown)} FROM ({text} OFFSET bigint '0') AS read ({', '.join(names)}) "  # noqa: S608
            f"GROUP BY {', '.join(kept)}"
        )

    return _ask(rows, write)


def alike_in(rows: "QuerySet[Any, Row]", *sets: Sequence[int]) -> list[list[Row]]:
    """The same for each of several sets of columns, told by their places from 0: one statement reads the rows once."""

    def write(text: str, names: Sequence[str]) -> str:
        listed = ", ".join(names)
        grouped = ", ".join(f"({', '.join(names[place] for place in each)})" for each in sets)
        return (
            f"SELECT {listed}, count(*), grouping({listed}) FROM ({text}) AS read ({listed}) "  # noqa: S608
            f"GROUP BY GROUPING SETS ({grouped})"
        )

    found: defaultdict[int, list[Row]] = defaultdict(list)
    for *values, number, left_out in _ask(rows, write):
        found[left_out].append((*values, number))
    return [_of_set(found, each) for each in sets]


def _of_set(found: "defaultdict[int, list[Row]]", columns: Sequence[int]) -> list[Row]:
    """Its rows: `grouping` has a bit for each column that is not in the set, the last column's is the lowest."""
    some = next(iter(found.values()), [])
    number = len(some[0]) - 1 if some else 0
    left_out = sum(1 << (number - 1 - place) for place in range(number) if place not in columns)
    return [(*(row[place] for place in columns), row[-1]) for row in found[left_out]]


def _ask(rows: "QuerySet[Any, Row]", write: Callable[[str, Sequence[str]], str]) -> list[Row]:
    compiler = rows.query.get_compiler(connection=connection)
    try:
        text, values = compiler.as_sql()
    except EmptyResultSet:
        return []
    columns = [each[0] for each in compiler.select or []]
    with connection.cursor() as cursor:
        cursor.execute(write(text, [f"c{place}" for place in range(len(columns))]), values)
        found = cursor.fetchall()
    converters = compiler.get_converters(columns)
    return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found
