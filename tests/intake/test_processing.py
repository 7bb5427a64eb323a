from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from intake import attempts, marks, processing, reprocessing
from intake.models import RawMail
from notifications.delivery import Result, deliver
from notifications.models import OutgoingMail
from tests.intake.letters import BOUNCES, HOUSE, OLENA, letter, received, stored, ticket_of
from tests.making import opened, staff
from tickets import files
from tickets.actions import settling, triage
from tickets.actions.record import SYSTEM
from tickets.models import Alarm, Event, Message, Ticket
from tickets.threads import message_id_hash

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def acknowledgement(ticket: Ticket) -> OutgoingMail:
    return OutgoingMail.objects.get(key=f"acknowledgement:{ticket.pk}")


def test_a_mail_becomes_a_ticket_and_is_acknowledged() -> None:
    mail = received(letter(attachments=[("list.pdf", b"%PDF-1.4 list")]))
    ticket = ticket_of(mail)
    assert (mail.state, mail.reason) == ("processed", "new")
    assert ticket.subject == "Generators for the hospital"
    assert ticket.channel == "email"
    assert ticket.language == "en"
    assert ticket.accepted_languages == []
    assert mail.message is not None
    assert mail.message.raw_path == mail.path
    assert [each.name for each in mail.message.attachments.all()] == ["list.pdf"]
    sent = acknowledgement(ticket)
    assert [each["address"] for each in sent.to] == [OLENA]
    assert sent.correlation == mail.correlation != ""


def test_a_new_ticket_takes_few_statements() -> None:
    mail = stored(letter())
    with CaptureQueriesContext(connection) as queries:
        processing.process(mail.pk)
    mail.refresh_from_db()
    assert mail.reason == "new"
    statements = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(statements) <= 20, statements


@pytest.mark.django_db(transaction=True)
def test_one_mail_by_two_sources_is_one_message() -> None:
    raw = letter()
    first = received(raw)
    other_way = b"Received: from other.example by relay.example; Mon, 23 Nov 2026 08:00:00 +0000\r\n" + raw
    second = received(other_way, source="lmtp")
    assert (second.state, second.reason) == ("ignored", "known")
    assert second.message == first.message
    assert Message.objects.filter(kind="inbound").count() == 1


def test_another_mail_with_the_same_message_id_is_not_hidden_by_the_first() -> None:
    first = received(letter("We need generators.", message_id="same@mail.example"))
    second = received(letter("We need buses.", message_id="same@mail.example"))
    assert ticket_of(first) != ticket_of(second)


def test_without_a_message_id_the_date_tells_two_mails_apart() -> None:
    first = received(letter("ok", message_id=""))
    second = received(letter("ok", message_id=""))
    assert first.reason == second.reason == "new"


def test_an_out_of_office_is_stored_and_not_answered() -> None:
    ticket = opened()
    sent = acknowledgement(ticket)
    before = OutgoingMail.objects.count()
    mail = received(
        letter(
            "I am away.", subject="Out of office: Generators", answers=sent.message_id, Auto_Submitted="auto-replied"
        )
    )
    assert mail.message is not None
    assert mail.message.ticket == ticket
    assert mail.message.kind == Message.Kind.AUTOMATIC
    assert mail.message.automatic == "auto-submitted"
    assert OutgoingMail.objects.count() == before
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_automatic_mail_that_belongs_nowhere_is_visible_and_not_answered() -> None:
    mail = received(letter("Newsletter", Precedence="bulk"))
    ticket = ticket_of(mail)
    assert ticket.waiting_since is None
    assert not OutgoingMail.objects.exists()
    event = Event.objects.get(ticket=ticket, verb="not_acknowledged")
    assert event.data == {"reason": "precedence"}


def test_a_null_sender_is_not_answered() -> None:
    mail = received(letter(), sender="")
    assert mail.message is not None
    assert mail.message.automatic == "null-sender"
    assert not OutgoingMail.objects.exists()


def test_mail_through_a_list_is_a_request_that_no_machine_answers() -> None:
    mail = received(letter(List_Id="<mayors.example.org>"))
    assert mail.message is not None
    assert mail.message.kind == Message.Kind.INBOUND
    assert ticket_of(mail).waiting_since is not None
    assert not OutgoingMail.objects.exists()


def test_our_own_mail_that_comes_back_is_ignored() -> None:
    sent = acknowledgement(opened())
    mail = received(letter(message_id=sent.message_id))
    assert (mail.state, mail.reason, mail.message) == ("ignored", "own-mail", None)


def test_mail_from_our_own_address_is_ignored() -> None:
    mail = received(letter(sender=HOUSE))
    assert (mail.state, mail.reason) == ("ignored", "own-address")
    assert not Ticket.objects.exists()


def test_the_answer_goes_to_reply_to_and_that_it_differs_is_shown() -> None:
    mail = received(letter(Reply_To="office@hromada.example"))
    assert mail.message is not None
    assert mail.message.reply_to == "office@hromada.example"
    assert mail.message.trust == {"reply_to_differs": "1"}
    assert acknowledgement(ticket_of(mail)).to[0]["address"] == "office@hromada.example"


def bounce(message_id: str, status: str = "5.1.1") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {HOUSE}\r\nSubject: Undelivered Mail\r\nMessage-ID: <b1@mx.example>\r\n"
        "MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {OLENA}\r\nAction: failed\r\nStatus: {status}\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\nSubject: Re\r\n--x--\r\n"
    ).encode()


def test_the_number_and_date_of_a_letter_stand_on_its_ticket() -> None:
    ticket = ticket_of(received(letter("Вих. № 02-17/112 від 05.11.2026\n\nПросимо допомогти з генераторами.")))
    assert (ticket.letter_number, ticket.letter_date) == ("02-17/112", date(2026, 11, 5))


def test_a_letter_without_a_number_has_none() -> None:
    ticket = ticket_of(received(letter("Просимо допомогти з генераторами, телефон +380 44 000 00 00.")))
    assert (ticket.letter_number, ticket.letter_date) == ("", None)


def test_a_bounce_marks_the_mail_that_came_back_and_stands_on_its_ticket() -> None:
    ticket = opened()
    sent = acknowledgement(ticket)
    mail = received(bounce(sent.message_id), sender="")
    sent.refresh_from_db()
    assert (mail.state, mail.reason) == ("processed", "bounce")
    assert ticket_of(mail) == ticket
    assert sent.bounce == "hard"


def test_a_mail_that_a_server_gave_up_after_days_did_not_arrive() -> None:
    sent = acknowledgement(opened())
    received(bounce(sent.message_id, "4.4.7"), sender="")
    sent.refresh_from_db()
    assert sent.bounce == "lost"


def test_a_bounce_of_a_mail_that_may_be_ours_is_visible_and_not_answered() -> None:
    mail = received(bounce("strange@elsewhere.example"), sender="postmaster@mx.example")
    assert mail.reason == "new"
    assert ticket_of(mail).waiting_since is None
    assert not OutgoingMail.objects.exists()


def test_a_bounce_under_the_providers_message_id_finds_its_mail() -> None:
    ticket = opened()
    OutgoingMail.objects.update(provider_id="0102019f0a1b2c3d-6b1f0c2e-000000")
    mail = received(bounce("0102019f0a1b2c3d-6b1f0c2e-000000@eu-west-1.amazonses.com"), sender="")
    assert (mail.reason, ticket_of(mail)) == ("bounce", ticket)
    assert acknowledgement(ticket).bounce == "hard"


def test_a_bounce_of_a_notice_to_staff_breeds_nothing() -> None:
    ticket, person = opened(), staff()
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=person, now=timezone.now())
    notice = OutgoingMail.objects.get(audience="staff")
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    events, messages = Event.objects.count(), Message.objects.count()
    mail = received(bounce(notice.message_id).replace(OLENA.encode(), person.email.encode()), sender="")
    for each in OutgoingMail.objects.unsettled():
        settling.settle(mail_id=each.pk, now=timezone.now())
    assert (mail.state, mail.reason, mail.message) == ("processed", "bounce", None)
    assert OutgoingMail.objects.count() == 2
    assert OutgoingMail.objects.get(pk=notice.pk).bounce == "hard"
    assert Ticket.objects.get() == ticket
    assert Message.objects.count() == messages
    assert Event.objects.exclude(verb__in=("sent", "not_sent")).count() == events


def test_a_storm_of_bounces_costs_a_row_each_and_no_mail() -> None:
    """Sixty here, five hundred by `bench/bench_bounces.py`."""
    ticket = opened()
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=staff(), now=timezone.now())
    ours = list(OutgoingMail.objects.values_list("message_id", flat=True))
    tickets, mails = Ticket.objects.count(), OutgoingMail.objects.count()
    for number in range(BOUNCES):
        raw = bounce(ours[number % 2]).replace(b"<b1@mx.example>", f"<b{number}@mx.example>".encode())
        assert received(raw, sender="").reason == "bounce"
    assert RawMail.objects.filter(reason="bounce").count() == BOUNCES
    assert OutgoingMail.objects.count() == mails
    assert Ticket.objects.count() == tickets


def test_a_mail_that_asks_machines_to_be_silent_is_a_request_without_an_acknowledgement() -> None:
    mail = received(letter(X_Auto_Response_Suppress="All"))
    ticket = ticket_of(mail)
    assert ticket.waiting_since is not None
    assert Event.objects.get(ticket=ticket, verb="not_acknowledged").data == {"reason": "suppressed"}
    assert not OutgoingMail.objects.exists()


def test_a_capped_acknowledgement_is_recorded_and_its_ticket_is_open(settings: Settings) -> None:
    settings.CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY = 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tickets = [ticket_of(received(letter(f"Request {number}"))) for number in range(3)]
    results = [deliver(acknowledgement(ticket).pk, now=timezone.now()) for ticket in tickets]
    assert results == [Result.SENT, Result.SENT, Result.CAPPED]
    late = acknowledgement(tickets[2])
    assert (late.state, late.error) == ("queued", "capped")
    assert late.capped_at is not None
    assert late.not_before > timezone.now() + timedelta(hours=23)
    tickets[2].refresh_from_db()
    assert (tickets[2].status, tickets[2].acknowledged_at) == ("new", None)
    assert tickets[2].waiting_since is not None
    assert Event.objects.filter(ticket=tickets[2], verb="acknowledged").exists()


def test_a_mail_whose_file_is_away_is_tried_again_and_is_no_death() -> None:
    mail = stored(letter())
    RawMail.objects.filter(pk=mail.pk).update(path="00/00/away")
    processing.process(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.attempts, mail.deaths) == ("received", "away", 1, 0)
    assert mail.lease_until is not None
    assert mail.lease_until > timezone.now()
    assert mail.reason_detail.startswith("FileNotFoundError at ")


def test_what_fails_again_and_again_becomes_an_unreadable_ticket_with_the_raw_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail = stored(letter())

    def broken(raw: bytes) -> None:
        raise RecursionError("olena@hromada.example")

    monkeypatch.setattr(processing, "read", broken)
    for _attempt in range(2):
        processing.process(mail.pk)
        mail.refresh_from_db()
        assert (mail.state, mail.reason) == ("received", "broke")
        assert "olena" not in mail.reason_detail
        RawMail.objects.filter(pk=mail.pk).update(lease_until=timezone.now())
    processing.process(mail.pk)
    mail.refresh_from_db()
    ticket = ticket_of(mail)
    assert (mail.state, mail.reason) == ("processed", "unreadable")
    assert ticket.unreadable
    assert mail.message is not None
    assert mail.message.attachments.get().path == mail.path == mail.message.raw_path
    assert acknowledgement(ticket).to[0]["address"] == OLENA


def test_a_mail_whose_workers_die_without_end_waits_for_a_person_and_is_no_ticket() -> None:
    mail = stored(letter())
    RawMail.objects.filter(pk=mail.pk).update(attempts=20, interruptions=20)
    processing.process(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.message) == ("failed", "interrupted", None)
    assert Alarm.objects.get(closed_at=None).data == {"mail": mail.pk}
    assert reprocessing.again(RawMail.objects.filter(pk=mail.pk)) == 1
    processing.process(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("processed", "new")


def test_a_person_is_told_of_workers_that_die_before_the_mail_is_given_up() -> None:
    mail = stored(letter())
    RawMail.objects.filter(pk=mail.pk).update(attempts=5, interruptions=5)
    processing.process(mail.pk)
    assert Alarm.objects.get().key == "mail-not-processed"
    assert not ticket_of(RawMail.objects.get(pk=mail.pk)).unreadable


@pytest.mark.parametrize(("died_in", "deaths"), [(1, 1), (0, 0)])
def test_the_mark_of_the_attempt_before_counts_and_an_older_one_does_not(died_in: int, deaths: int) -> None:
    mail = stored(letter())
    RawMail.objects.filter(pk=mail.pk).update(attempts=1, interruptions=1, lease_until=timezone.now())
    with pytest.raises(Killed), marks.looking_into(mail.pk, died_in):
        raise Killed
    processing.process(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.attempts, mail.deaths) == ("processed", "new", 2, deaths)
    assert marks.died_in(mail.pk) is None


def test_a_death_over_an_attachment_is_the_mails_own_too(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = stored(letter(attachments=[("list.pdf", b"%PDF-1.4 list")]))

    def die(content: bytes, *, name: str) -> None:
        raise Killed

    monkeypatch.setattr(files, "judge", die)
    with pytest.raises(Killed):
        processing.process(mail.pk)
    assert marks.died_in(mail.pk) == 1
    marks.remove(mail.pk)


class Killed(BaseException):
    """Stands for a death: what is no Exception leaves the mark where it is."""


def test_a_mail_in_hand_or_done_is_left_alone() -> None:
    mail = received(letter())
    processing.process(mail.pk)
    processing.process(mail.pk)
    mail.refresh_from_db()
    assert mail.attempts == 1
    other = stored(letter())
    RawMail.objects.filter(pk=other.pk).update(attempts=1, lease_until=timezone.now() + timedelta(minutes=1))
    processing.process(other.pk)
    other.refresh_from_db()
    assert (other.state, other.attempts) == ("received", 1)


def test_the_message_of_a_mail_is_found_by_its_message_id() -> None:
    mail = received(letter(message_id="known@hromada.example"))
    assert mail.message is not None
    assert mail.message.message_id_hash == message_id_hash("known@hromada.example")


@pytest.mark.django_db(transaction=True)
def test_only_the_taking_of_a_mail_waits_for_no_disk() -> None:
    mail = stored(letter())
    with connection.cursor() as cursor:

        def waits() -> str:
            cursor.execute("SHOW synchronous_commit")
            return str(cursor.fetchone()[0])

        cursor.execute("SET synchronous_commit = on")
        try:
            with transaction.atomic():
                assert attempts.claim(mail.pk) is not None
                assert waits() == "off"
            assert waits() == "on"
        finally:
            cursor.execute("RESET synchronous_commit")
