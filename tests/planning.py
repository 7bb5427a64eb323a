"""How PostgreSQL would run a statement, in a database of so few rows that it would read every table from end to end."""

from django.db import connection


def disable(*ways: str) -> None:
    """From here to the end of the transaction take "seqscan", "bitmapscan" or "sort" only where there is no other way.

    An index that only narrows is as cheap in a small table as one that gives the order too: who wants to see the second
    disables "sort" with the rest.
    """
    with connection.cursor() as cursor:
        for way in ways:
            cursor.execute(f"SET LOCAL enable_{way} = off")


def plan_of(statement: str) -> str:
    """The plan of a statement, as it was captured."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement)
        return "\n".join(line for (line,) in cursor.fetchall())
