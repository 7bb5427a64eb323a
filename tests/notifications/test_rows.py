"""Rows written by statements that are made once are the rows that Django would write."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from notifications.models import OutgoingMail, Suppression
from notifications.rows import insert, insert_new, update
from tests.making import NOW

pytestmark = pytest.mark.django_db


def mail(number: int, **changes: Any) -> OutgoingMail:
    values: dict[str, Any] = {
        "key": f"test:{number}",
        "name": "reply",
        "message_id": f"{number}@house.example",
        "audience": OutgoingMail.Audience.PARTNER,
        "automatic": False,
        "language": "uk",
        "to": [{"name": "Олена", "address": "olena@hromada.example"}],
        "subject": "100 % 's",
        "not_before": NOW,
    }
    return OutgoingMail(**{**values, **changes})


def test_rows_are_written_in_one_statement_and_learn_their_numbers(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = [mail(1), mail(2, lease_until=NOW, refused=["x@example.org"])]
    with django_assert_num_queries(1):
        insert(*rows)
    for row in rows:
        assert not row._state.adding
        kept = OutgoingMail.objects.get(key=row.key)
        for field in OutgoingMail._meta.concrete_fields:
            assert getattr(kept, field.attname) == getattr(row, field.attname), field.name


def test_nothing_is_written_of_no_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        insert()


def test_a_constraint_refuses_the_row_as_ever() -> None:
    insert(mail(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(mail(1))


def test_a_row_that_is_there_is_not_written_again_and_breaks_no_transaction() -> None:
    first, again = mail(1), mail(1, message_id="2@house.example")
    assert insert_new(first)
    assert not insert_new(again)
    assert (first.pk is not None, again.pk) == (True, None)
    assert OutgoingMail.objects.get() == first


def test_only_the_fields_that_are_named_are_written() -> None:
    row = mail(1)
    insert(row)
    row.subject, row.text, row.references = "Buses", "not written", ["a@b.example"]
    update(row, "subject", "references")
    row.refresh_from_db()
    assert (row.subject, row.text, row.references) == ("Buses", "", ["a@b.example"])


def test_a_relation_is_written_by_its_name() -> None:
    insert(sent := mail(1))
    insert(dead := Suppression(address="x@example.org", reason="hard", mail=sent, expires_at=NOW))
    dead.mail = None
    update(dead, "mail")
    dead.refresh_from_db()
    assert dead.mail_id is None
