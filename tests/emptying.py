"""Empty tables after a test that commits, quicker than Django's flush.

Flush truncates every table and makes permissions and content types anew. Here rows go where there are any, and those
two stay. As with flush, whoever still writes is waited for first: nothing of a process that just ended comes after.
"""

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}  # like the migrations' record, which flush keeps too
_flush = TransactionTestCase._fixture_teardown


def empty_tables(case: TransactionTestCase) -> None:
    """In place of TransactionTestCase._fixture_teardown; without the rights of a superuser that of Django itself."""
    if not _may_pass_over_foreign_keys():
        _flush(case)
        return
    tables = _tables()
    names = ", ".join(f'"{table}"' for table in tables)
    filled = " UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(filled)
        for (table,) in cursor.fetchall():
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f'DELETE FROM "{table}"')


@cache
def _tables() -> list[str]:
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - KEPT)


@cache
def _may_pass_over_foreign_keys() -> bool:
    """Whether the tests write as a superuser, as they do on the cluster of the run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    return bool(row and row[0])
