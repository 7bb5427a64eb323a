"""A message becomes a ticket: once, with its promise, in one transaction."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, incoming, opened
from tickets.actions.opening import open_ticket
from tickets.actions.record import PARTNER
from tickets.errors import AlreadyKnown
from tickets.files import keep
from tickets.incoming import Details
from tickets.models import Alarm, Calendar, Event, Holiday, Message, Organisation, Requester, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_a_mail_becomes_a_new_ticket_with_its_requester() -> None:
    ticket = opened()
    assert ticket.status == "new"
    assert ticket.subject == "Generators for the hospital"
    assert ticket.requester.addresses.get().address == OLENA
    assert ticket.waiting_since == ticket.received_at == NOW
    assert [event.verb for event in ticket.events.order_by("id")] == ["opened", "acknowledged"]


def test_the_reference_counts_within_the_brussels_year() -> None:
    # 23:30 UTC on 31 December is already the new year in Brussels.
    old = opened(now=datetime(2026, 12, 31, 22, 30, tzinfo=UTC), channel="import", acknowledge=False)
    new = opened(now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC), channel="import", acknowledge=False)
    assert old.reference.startswith("SU-2026-")
    assert new.reference.startswith("SU-2027-")
    assert len(new.reference) == len("SU-2027-000001")


def test_the_acknowledgement_promises_fifteen_working_days_to_the_day() -> None:
    ticket = opened(now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert ticket.answer_by == date(2026, 12, 14)
    mail = OutgoingMail.objects.get(key=f"acknowledgement:{ticket.pk}")
    assert "14 December 2026" in mail.text
    assert ticket.reference in mail.subject
    assert ticket.reference in mail.text
    assert "+32 2282 2545" in mail.text
    assert "/en/track/" in mail.text
    assert "/en/privacy/" in mail.text
    assert mail.automatic


def test_a_mail_after_brussels_midnight_is_received_the_next_day() -> None:
    assert opened(now=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)).answer_by == date(2026, 12, 14)
    assert opened(now=datetime(2026, 11, 22, 22, 30, tzinfo=UTC)).answer_by == date(2026, 12, 11)


def test_a_house_that_counts_the_day_of_registration_promises_a_day_earlier() -> None:
    Calendar.objects.update(count_day_of_registration=True)
    assert opened(now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC)).answer_by == date(2026, 12, 11)


def test_an_imported_mail_whose_day_would_be_over_is_promised_nothing_where_the_day_of_receipt_counts() -> None:
    received, now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), datetime(2026, 12, 12, 8, 0, tzinfo=UTC)
    assert opened(received_at=received, now=now, channel="import").answer_by == date(2026, 12, 14)
    Calendar.objects.update(count_day_of_registration=True)
    assert opened(received_at=received, now=now, channel="import").answer_by is None


def test_without_a_calendar_no_date_is_promised_and_a_person_is_called() -> None:
    Holiday.objects.all().delete()
    ticket = opened()
    assert ticket.answer_by is None
    mail = OutgoingMail.objects.get(key=f"acknowledgement:{ticket.pk}")
    assert ticket.reference in mail.text
    assert "None" not in mail.text
    assert Alarm.objects.get().key.startswith("calendar-missing:")


@pytest.mark.parametrize(
    ("language", "word"), [("uk", "звернення"), ("lv", "pieteikum"), ("fr", "demande"), ("de", "request")]
)
def test_the_acknowledgement_speaks_the_partners_language_or_english(language: str, word: str) -> None:
    ticket = opened(language=language)
    assert word in OutgoingMail.objects.get(key=f"acknowledgement:{ticket.pk}").text.lower()


def test_the_ticket_shows_the_acknowledgement_without_the_secret_link() -> None:
    ticket = opened()
    mail = OutgoingMail.objects.get(key=f"acknowledgement:{ticket.pk}")
    token = mail.text.split("/en/track/")[1].split("/")[0]
    shown = ticket.messages.get(automatic="acknowledgement")
    assert shown.message_id == mail.message_id
    assert token not in shown.text + shown.html
    assert token not in str(list(ticket.tracking_links.values()))


@pytest.mark.django_db(transaction=True)
def test_the_same_message_twice_makes_one_ticket() -> None:
    message = incoming()
    first = open_ticket(actor=PARTNER, channel="email", incoming=message, acknowledge=True, now=NOW)
    with pytest.raises(AlreadyKnown) as known:
        open_ticket(actor=PARTNER, channel="email", incoming=message, acknowledge=True, now=NOW)
    assert known.value.key == first.key
    assert Ticket.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_a_person_who_writes_twice_is_one_requester() -> None:
    assert opened().requester == opened().requester
    assert Requester.objects.count() == 1


def test_the_form_tells_more_than_a_mail() -> None:
    details = Details(
        kind="need",
        topic="energy",
        region="UA-59",
        organisation="Example hromada",
        organisation_kind="hromada",
        phone="+380 44 000 00 00",
        letter_number="02-15/441",
        letter_date=date(2026, 11, 20),
        need_item="generator 100 kW",
        need_quantity="2",
        needed_by=date(2026, 12, 1),
        need_recipient="hospital",
        danger_to_life=True,
    )
    ticket = opened(details=details, channel="web_form")
    assert (ticket.kind, ticket.topic.code, ticket.region.code, ticket.country) == ("need", "energy", "UA-59", "UA")
    assert ticket.organisation == ticket.requester.organisation == Organisation.objects.get()
    assert (ticket.need.item, ticket.need.quantity, ticket.need.needed_by) == (
        "generator 100 kW",
        "2",
        date(2026, 12, 1),
    )
    assert ticket.priority == Ticket.Priority.URGENT
    assert ticket.requester.phone == "+380 44 000 00 00"
    assert not ticket.may_share
    assert opened(details=details, channel="web_form").organisation == ticket.organisation


def test_a_later_form_does_not_overwrite_what_is_known_of_a_person() -> None:
    first = opened(details=Details(phone="+380 44 000 00 00", organisation="Example hromada"), channel="web_form")
    opened(details=Details(phone="+1 900 0000", organisation="Somebody else"), channel="web_form")
    requester = Requester.objects.get(pk=first.requester_id)
    assert (requester.phone, requester.organisation.name) == ("+380 44 000 00 00", "Example hromada")


def test_links_in_a_mail_lead_to_pages_that_exist() -> None:
    mail = OutgoingMail.objects.get(key=f"acknowledgement:{opened(language='pl').pk}")
    assert "/en/track/" in mail.text
    assert "/en/privacy/" in mail.text


def test_files_hang_on_the_message_in_their_order() -> None:
    files = (keep(b"%PDF-1.7 one", name="one.pdf"), keep(b"<html>", name="two.html"))
    message = opened(files=files).messages.get(kind="inbound")
    assert [(a.name, a.content_type, a.quarantine) for a in message.attachments.all()] == [
        ("one.pdf", "application/pdf", ""),
        ("two.html", "text/html", "web-page"),
    ]


def test_automatic_mail_opens_a_ticket_that_waits_for_nothing() -> None:
    ticket = opened(automatic="auto-submitted", acknowledge=False)
    assert ticket.waiting_since is None
    assert ticket.messages.get().kind == Message.Kind.AUTOMATIC


def test_events_hold_no_personal_text() -> None:
    opened(text="secret words", subject="secret subject")
    stored = str(list(Event.objects.values()))
    assert "secret" not in stored
    assert OLENA not in stored


@pytest.mark.django_db(transaction=True)
def test_eight_workers_with_one_message_make_one_ticket() -> None:
    message, start = incoming(), threading.Barrier(8)
    known, made = [], []

    def work() -> None:
        try:
            start.wait()
            made.append(open_ticket(actor=PARTNER, channel="email", incoming=message, acknowledge=True, now=NOW).pk)
        except AlreadyKnown as error:
            known.append(error.key)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert len(made) == 1
    assert known == [message.key] * 7
    assert Ticket.objects.count() == OutgoingMail.objects.count() == Requester.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_meet_a_new_person_make_one_requester() -> None:
    start = threading.Barrier(4)
    failed = []

    def work() -> None:
        try:
            start.wait()
            opened()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert failed == []
    assert Requester.objects.count() == 1
    assert Ticket.objects.count() == 4


def test_import_promises_nothing() -> None:
    ticket = opened(channel="import", acknowledge=False, now=NOW - timedelta(days=900))
    assert ticket.answer_by is None
    assert not OutgoingMail.objects.exists()
