"""Bounces of mail that we never sent make no tickets; whatever could be more than that does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk import watching
from intake.explaining import explain
from intake.models import RawMail
from notifications.models import OutgoingMail
from tests.intake.letters import BOUNCES, HOUSE, OLENA, received, ticket_of
from tests.making import incoming, opened, staff
from tests.planning import disable, plan_of
from tickets.actions import elsewhere, triage
from tickets.actions.record import SYSTEM
from tickets.models import Alarm, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
VICTIM = "somebody@elsewhere.example"


def bounce(recipient: str = VICTIM, *, number: int = 1, copy: str = "") -> bytes:
    """A server's report (RFC 3464) of a mail that somebody sent in our name."""
    returned = (
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{copy}>\r\nSubject: Win\r\n" if copy else ""
    )
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {HOUSE}\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <{number}@mx.example>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n{returned}--x--\r\n"
    ).encode()


def prose(recipient: str = VICTIM, *, sender: str = "MAILER-DAEMON@mx.example") -> bytes:
    """What servers without a report write."""
    return (
        f"From: {sender}\r\nTo: {HOUSE}\r\nSubject: failure notice\r\nMessage-ID: <p@mx.example>\r\n\r\n"
        "Hi. This is the qmail-send program at mx.example.\r\n"
        "I'm afraid I wasn't able to deliver your message.\r\n\r\n"
        f"<{recipient}>:\r\n550 5.1.1 no such user\r\n"
    ).encode()


@pytest.mark.parametrize("raw", [bounce(), bounce(copy="win@spam.example"), prose()], ids=["bare", "copy", "prose"])
def test_a_bounce_of_a_mail_that_is_not_ours_is_kept_and_makes_no_ticket(raw: bytes) -> None:
    mail = received(raw, sender="")
    assert (mail.state, mail.reason, mail.message) == ("ignored", "backscatter", None)
    assert mail.path
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert "Loop guard: ignored, because it is the bounce of a mail that we did not send." in explain(mail)


def test_from_a_mailbox_without_an_envelope_only_a_report_is_sure() -> None:
    assert received(bounce(), sender=None, source="imap").reason == "backscatter"
    assert received(prose(), sender=None, source="imap").reason == "new"


def test_a_bounce_that_names_an_address_we_wrote_to_is_a_ticket_though_its_mail_is_unknown() -> None:
    opened()
    mail = received(bounce(OLENA, copy="replaced-on-its-way@provider.example"), sender="")
    assert mail.reason == "new"
    assert ticket_of(mail).waiting_since is None


def test_an_address_that_only_outlook_wrote_to_counts_too() -> None:
    elsewhere.record_sent(
        author=None,
        ticket_id=opened().pk,
        incoming=incoming(sender_address=HOUSE, to=(("", VICTIM),)),
        found_by="answered",
        now=timezone.now(),
    )
    assert received(bounce(), sender="").reason == "new"


def test_a_notice_to_a_colleague_counts_as_written_once_it_left() -> None:
    person = staff()
    triage.assign(actor=SYSTEM, ticket_id=opened().pk, assignee=person, now=timezone.now())
    OutgoingMail.objects.filter(name="assigned").update(admitted_at=timezone.now())
    assert received(bounce(person.email), sender="").reason == "new"


@pytest.mark.parametrize(
    "doubt",
    [
        lambda: received(bounce(), sender="postmaster@mx.example"),  # a bounce has the null sender
        lambda: received(bounce(), source="import"),
        lambda: received(bounce(HOUSE), sender=""),
        lambda: received(bounce("unknown"), sender=""),
        lambda: received(prose(sender="Petro <petro@example.org>"), sender=""),
    ],
    ids=["envelope", "import", "about-us", "no-recipient", "person"],
)
def test_whatever_is_in_doubt_is_a_ticket(doubt: Callable[[], RawMail]) -> None:
    assert doubt().reason == "new"


def test_a_bounce_that_bears_the_reference_of_a_ticket_is_no_backscatter() -> None:
    ticket = opened()
    raw = bounce().replace(b"Undelivered Mail", f"Undelivered: [{ticket.reference}]".encode())
    assert received(raw, sender="").reason != "backscatter"


def test_a_storm_of_them_is_a_row_each_no_ticket_and_one_alarm() -> None:
    """Sixty here, five hundred by `bench/bench_bounces.py`."""
    administrator = staff(role="administrator")
    for number in range(BOUNCES):
        received(bounce(f"{number}@elsewhere.example", number=number, copy=f"{number}@spam.example"), sender="")
    assert RawMail.objects.filter(state="ignored", reason="backscatter").count() == BOUNCES
    assert not Ticket.objects.exists()
    for _ in range(3):
        watching.watch(timezone.now())
    assert Alarm.objects.filter(key="backscatter", closed_at=None).count() == 1
    assert OutgoingMail.objects.filter(key__startswith="alarm:", to__0__address=administrator.email).count() >= 1
    watching.watch(timezone.now() + timedelta(minutes=61))
    assert not Alarm.objects.filter(key="backscatter", closed_at=None).exists()


def test_a_few_are_no_alarm() -> None:
    for number in range(watching.MANY_BOUNCES - 1):
        received(bounce(number=number), sender="")
    watching.watch(timezone.now())
    assert not Alarm.objects.filter(key="backscatter").exists()


def test_what_is_asked_for_each_of_them_and_for_the_alarm_is_answered_by_indexes() -> None:
    with CaptureQueriesContext(connection) as captured:
        received(bounce(copy="win@spam.example"), sender="")
        list(RawMail.objects.backscatter(timezone.now())[19:20])
    asked = [each["sql"] for each in captured.captured_queries if each["sql"].startswith("SELECT")]
    wanted = [sql for sql in asked if "recipient_key" in sql or "@>" in sql or 'processed_at" >' in sql]
    assert len(wanted) >= 3
    disable("seqscan")
    for sql in wanted:
        plan = plan_of(sql)
        assert "Seq Scan" not in plan, plan
