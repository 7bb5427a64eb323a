"""Which tickets may be about the same matter, and which of them may be joined with one key."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.making import NOW, opened, staff
from tests.planning import disable, plan_of
from tickets.actions import triage
from tickets.actions.record import SYSTEM
from tickets.duplicates import Duplicate, alike, duplicates
from tickets.files import keep
from tickets.incoming import Details
from tickets.models import Queue, Ticket
from tickets.neighbours import first_of, near
from tickets.permissions import visible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
PETRO, IVAN = "petro@x.example", "ivan@y.example"
PLAN = bytes(range(256)) * 20


def found(ticket: Ticket) -> list[Duplicate]:
    return duplicates(ticket, near(ticket, first_of(ticket), visible(staff())))


def reasons(ticket: Ticket) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(each.ticket.reference, each.reasons, each.sure) for each in found(ticket)]


def letter(days: int = 10, **changes: Any) -> Ticket:
    """An earlier ticket, or with 0 days the new one."""
    return opened(**{"now": NOW - timedelta(days=days), "subject": f"Subject {days}", "acknowledge": False, **changes})


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("Генератори для лікарні", "Re: генератор для нашої лікарні", True),
        ("Generators for the hospital in Sumy", "AW: Generators, hospital, Sumy", True),
        ("Generators for the hospital", "Buses for the school", False),
        ("Лист", "Лист", False),
        ("", "", False),
    ],
)
def test_subjects_are_compared_by_the_beginnings_of_their_words(one: str, other: str, is_alike: bool) -> None:
    assert alike(one, other) is is_alike


def test_the_same_file_is_sure_whoever_sends_it_and_small_pictures_tell_nothing() -> None:
    earlier = letter(sender_address=PETRO, files=(keep(PLAN, name="a.pdf"),))
    letter(8, sender_address="olha@z.example", files=(keep(b"logo", name="logo.txt"),))
    new = letter(0, sender_address=IVAN, files=(keep(PLAN, name="b.pdf"), keep(b"logo", name="logo.txt")))
    assert reasons(new) == [(earlier.reference, ("file",), True)]


def test_a_letter_number_tells_only_beside_the_same_sender_or_date() -> None:
    day = date(2026, 11, 2)
    dated = letter(20, sender_address=PETRO, details=Details(letter_number="02-17/112", letter_date=day))
    letter(19, sender_address=PETRO, details=Details(letter_number="02-17/112"))
    new = letter(0, sender_address=IVAN, details=Details(letter_number="№ 02-17 / 112", letter_date=day))
    assert reasons(new) == [(dated.reference, ("letter",), True)]


def test_letters_of_two_alphabets_look_alike_in_a_number() -> None:
    earlier = letter(details=Details(letter_number="В-112/а"))
    assert reasons(letter(0, details=Details(letter_number="B112A")))[0][:2] == (
        earlier.reference,
        ("letter", "requester", "domain"),
    )


def test_a_like_subject_is_sure_only_from_the_same_person_body_or_domain() -> None:
    earlier = letter(subject="Generators for the hospital", sender_address="anna@x.example")
    letter(8, subject="Generators for the hospital", sender_address="olha@gmail.com")
    for sender in (PETRO, "petro@gmail.com"):
        new = letter(0, subject="Re: Generators, hospital", sender_address=sender)
        expected = [(earlier.reference, ("subject", "domain"), True)] if sender == PETRO else []
        assert reasons(new) == expected


def test_that_a_body_wrote_before_is_shown_after_what_is_sure_and_never_sure() -> None:
    details = Details(organisation="Example hromada")
    other = letter(5, sender_address=IVAN, subject="School", details=details)
    same = letter(9, sender_address=IVAN, subject="Generators for the hospital", details=details)
    new = letter(0, subject="Generators for hospital", sender_address=PETRO, details=details)
    assert [(reference, sure) for reference, _why, sure in reasons(new)] == [
        (same.reference, True),
        (other.reference, False),
    ]


def test_what_is_older_than_90_days_spam_merged_or_not_for_these_eyes_is_none() -> None:
    subject = "Generators for the hospital"
    letter(91, subject=subject)
    spam, hidden = letter(3, subject=subject), letter(2, subject=subject)
    triage.mark_spam(actor=SYSTEM, ticket_id=spam.pk, now=NOW)
    triage.set_queue(actor=SYSTEM, ticket_id=hidden.pk, queue=Queue.objects.get(code="complaints"), now=NOW)
    assert found(letter(0, subject=subject)) == []


def test_what_came_later_and_is_new_waits_for_its_own_turn() -> None:
    first, second = letter(3, subject="Generators for the hospital"), letter(2, subject="Generators for the hospital")
    assert found(first) == []
    assert reasons(second)[0][0] == first.reference
    triage.set_status(actor=SYSTEM, ticket_id=second.pk, status="open", now=NOW)
    assert reasons(first)[0][0] == second.reference


def test_what_has_ended_or_is_sensitive_is_shown_and_not_joined_with_a_key() -> None:
    earlier = letter(subject="Generators for the hospital")
    new = letter(0, subject="Generators for the hospital")
    assert found(new)[0].joinable
    triage.set_status(actor=SYSTEM, ticket_id=earlier.pk, status="solved", outcome="answered", now=NOW)
    assert not found(new)[0].joinable


def test_each_part_of_the_one_statement_comes_from_its_index(django_assert_num_queries: Any) -> None:
    details = Details(organisation="Example hromada", letter_number="02-17/112")
    letter(sender_address=PETRO, details=details, files=(keep(PLAN, name="a.pdf"),))
    new = letter(0, sender_address=PETRO, details=details, files=(keep(PLAN, name="b.pdf"),))
    seen = visible(staff())
    first = first_of(Ticket.objects.select_related("queue", "organisation__region").get(pk=new.pk))
    with django_assert_num_queries(1), CaptureQueriesContext(connection) as captured:
        assert len(near(new, first, seen)) == 1
    columns = [field.column for field in Ticket._meta.concrete_fields]
    copied = {"id": "-n", "reference": "'X-' || n", "letter_number": "'none-' || n", "organisation_id": "NULL"}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")  # the server may be analysing the same rows by itself
        cursor.execute(
            f"INSERT INTO tickets_ticket ({', '.join(columns)}) "
            f"SELECT {', '.join(copied.get(column, column) for column in columns)} "
            "FROM tickets_ticket, generate_series(1, 5000) AS n WHERE id = %s",
            [new.pk],
        )
        cursor.execute("ANALYZE tickets_ticket")
    disable("seqscan")
    plan = plan_of(captured.captured_queries[0]["sql"])
    for index in ("Index Cond: (organisation_id", "ticket_by_letter", "requester_address_domain", "attachment_by_hash"):
        assert index in plan, plan
    for table in ("ticket", "requesteraddress", "attachment", "message"):
        assert f"Seq Scan on tickets_{table} " not in plan, plan
