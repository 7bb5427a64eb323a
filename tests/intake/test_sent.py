"""What staff send from Outlook: it ends the wait of a partner, once, and never leaves a second time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from intake import erasing, explaining, processing, store
from intake.models import LedgerEntry, RawMail
from intake.sources import imap
from notifications.models import OutgoingMail
from tests.dovecot import Dovecot
from tests.intake.letters import HOUSE, OLENA, TARAS, letter, received, stored, ticket_of
from tests.making import staff
from tests.planning import disable
from tickets.actions import answering, triage
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM, Actor
from tickets.addresses import reply_address
from tickets.models import DiscardedFile, ErasedAddress, Event, Message, Participant, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

MINISTRY = "office@ministry.example"


@pytest.fixture
def ticket() -> Ticket:
    """A partner has written an hour ago, and waits."""
    mail = store.keep(
        letter(message_id="asked@hromada.example"),
        source="imap",
        envelope_from=None,
        envelope_to=[],
        received_at=timezone.now() - timedelta(hours=1),
    )
    processing.process(mail.pk)
    mail.refresh_from_db()
    return ticket_of(mail)


def answer(text: str = "Two generators leave on Monday.", **changes: Any) -> bytes:
    values = {"sender": HOUSE, "to": OLENA, "subject": "RE: Generators", "answers": "asked@hromada.example"}
    return letter(text, **{**values, **changes})


def sent(raw: bytes) -> RawMail:
    """The mail out of the folder of sent mail, processed."""
    return received(raw, to=[], sender=None, source="imap-sent")


def test_an_answer_from_outlook_ends_the_wait_at_the_time_it_was_sent(ticket: Ticket) -> None:
    mails_before = OutgoingMail.objects.count()
    mail = sent(answer())
    assert (mail.state, mail.reason) == ("processed", "sent")
    message = mail.message
    assert message is not None
    assert message.ticket == ticket
    assert (message.kind, message.nature, message.delivery) == ("outbound", "answer", "sent")
    assert (message.outgoing, message.author, message.sent_at) == (None, None, mail.received_at)
    assert message.to == [["", OLENA]]
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.first_answered_at, ticket.status) == (None, mail.received_at, "open")
    event = Event.objects.get(ticket=ticket, verb="replied")
    assert (event.message, event.actor, event.data["found_by"]) == (message, None, "answered")
    assert OutgoingMail.objects.count() == mails_before, "it is not sent again"
    assert explaining.explain(mail) == [f"The same message is here already, as message {message.pk}."]


def test_the_same_answer_read_twice_is_one_answer(ticket: Ticket) -> None:
    raw = answer()
    sent(raw)
    again = sent(b"X-Server: another\r\n" + raw)
    assert (again.state, again.reason) == ("ignored", "known")
    assert Event.objects.filter(ticket=ticket, verb="replied").count() == 1


def test_our_own_mail_in_the_folder_is_known_and_becomes_nothing(ticket: Ticket) -> None:
    message = answering.reply(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="Soon.", now=timezone.now())
    copy = sent(answer(message_id=message.message_id))
    assert (copy.state, copy.reason, copy.message) == ("ignored", "known", message)
    notice = triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=staff(), now=timezone.now())
    assert notice
    mail = OutgoingMail.objects.filter(audience="staff").latest("id")
    assert sent(answer(message_id=mail.message_id)).reason == "own-mail"
    replaced = answer(Reply_To=reply_address(ticket.pk, "partner"))
    assert sent(replaced).reason == "own-mail", "a provider may replace the Message-ID, not the signed address"
    OutgoingMail.objects.filter(pk=mail.pk).update(provider_id="0102019f0a1b2c3d-6b1f0c2e-000000")
    by_provider = answer(message_id="0102019f0a1b2c3d-6b1f0c2e-000000@eu-west-1.amazonses.com")
    assert sent(by_provider).reason == "own-mail", "and it tells us by which it replaced it"
    assert Message.objects.filter(kind="outbound").count() == 1


@pytest.mark.parametrize("field", ["From", "Sender"])
def test_the_author_is_the_colleague_who_sent_it(ticket: Ticket, field: str) -> None:
    colleague = staff()
    raw = answer(sender=colleague.email) if field == "From" else answer(Sender=colleague.email)
    message = sent(raw).message
    assert message is not None
    assert message.author == colleague
    assert Event.objects.get(verb="replied").actor == colleague


def test_a_ticket_is_found_by_its_signed_address_references_or_subject_when_its_partner_is_written_to(
    ticket: Ticket,
) -> None:
    found = [
        sent(answer(answers="", to=f"{OLENA}, {reply_address(ticket.pk, 'partner')}")),
        sent(answer(answers="", references=["asked@hromada.example"])),
        sent(answer(answers="", subject=f"Your request {ticket.reference}")),
    ]
    assert [mail.message.ticket for mail in found if mail.message] == [ticket] * 3
    events = Event.objects.filter(verb="replied").order_by("id")
    assert [event.data["found_by"] for event in events] == ["token", "references", "subject"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"answers": ""}, "sent-no-ticket"),
        ({"answers": "unknown@hromada.example"}, "sent-no-ticket"),
        ({"to": MINISTRY}, "sent-to-others"),
        ({"to": HOUSE}, "sent-to-others"),
        ({"Auto_Submitted": "auto-replied"}, "sent-automatic"),
    ],
)
def test_what_answers_nobody_on_a_ticket_is_ignored_with_the_reason(
    ticket: Ticket, changes: dict[str, Any], reason: str
) -> None:
    mail = sent(answer(**changes))
    assert (mail.state, mail.reason, mail.message) == ("ignored", reason, None)
    ticket.refresh_from_db()
    assert ticket.waiting_since is not None
    assert len(explaining.explain(mail)) == 1


def test_an_answer_to_the_address_where_the_partner_wants_answers_counts() -> None:
    opened = ticket_of(received(letter(message_id="asked@hromada.example", Reply_To="answers@hromada.example")))
    mail = sent(answer(to="answers@hromada.example"))
    assert ticket_of(mail) == opened


def test_a_subject_that_names_two_tickets_of_the_partner_decides_nothing(ticket: Ticket) -> None:
    other = ticket_of(received(letter(message_id="second@hromada.example")))
    mail = sent(answer(answers="", subject=f"{ticket.reference} {other.reference}"))
    assert (mail.state, mail.reason) == ("ignored", "sent-several")
    # One of them is a stranger's: then it is the other.
    third = ticket_of(received(letter(sender=TARAS)))
    assert ticket_of(sent(answer(answers="", subject=f"{ticket.reference} {third.reference}"))) == ticket


def test_an_answer_that_is_read_before_the_question_waits_for_it() -> None:
    question = stored(letter(message_id="asked@hromada.example"), source="imap")
    early = sent(answer())
    assert (early.state, early.reason, early.deaths) == ("received", "early", 0)
    processing.process(question.pk)
    RawMail.objects.filter(pk=early.pk).update(lease_until=None)
    processing.process(early.pk)
    early.refresh_from_db()
    assert (early.state, early.reason) == ("processed", "sent")


def test_the_partner_answers_on_the_ticket_again_and_waits_again(ticket: Ticket) -> None:
    sent(answer(message_id="outlook@secretariat.example"))
    mail = received(letter("When exactly?", sender=TARAS, answers="outlook@secretariat.example"))
    assert ticket_of(mail) == ticket
    assert mail.reason == "answered"
    ticket.refresh_from_db()
    assert ticket.waiting_since == mail.received_at
    assert Participant.objects.filter(ticket=ticket).count() == 2


def test_an_answer_that_comes_back_never_counted(ticket: Ticket) -> None:
    colleague = staff()
    sent(answer(message_id="outlook@secretariat.example", sender=colleague.email))
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="solved", outcome="answered", now=timezone.now())
    boundary = "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    report = (
        "From: Mail Delivery Subsystem <mailer-daemon@mail.example>\r\nTo: " + HOUSE + "\r\nReturn-Path: <>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn@mail.example>\r\n" + boundary + "--b\r\n"
        "Content-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {OLENA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        "Content-Type: message/rfc822\r\n\r\nMessage-ID: <outlook@secretariat.example>\r\n"
        f"From: {HOUSE}\r\nTo: {OLENA}\r\nSubject: RE: Generators\r\n\r\nhello\r\n--b--\r\n"
    ).encode()
    mail = received(report, sender="", source="imap")
    assert (mail.state, mail.reason) == ("processed", "bounce")
    assert ticket_of(mail) == ticket
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert ticket.waiting_since is not None
    assert Message.objects.get(kind="outbound").delivery == "bounced"
    assert OutgoingMail.objects.filter(name="delivery_failed", to__0__address=colleague.email).count() == 1


def test_from_the_folder_on_the_server_to_the_end_of_the_wait(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_SENT_FOLDER, settings.IMAP_DONE_FOLDER = "auto", "Done"
    mailbox.deliver(letter(message_id="asked@hromada.example"), at=timezone.now() - timedelta(minutes=9))
    mailbox.deliver(answer(), folder="Sent Items", at=timezone.now() - timedelta(minutes=2))
    mailbox.deliver(letter(sender=HOUSE, to=MINISTRY), folder="Sent Items", at=timezone.now() - timedelta(days=40))
    done = imap.read_once()
    assert (done.stored, done.sent) == (1, 1)
    for mail in RawMail.objects.order_by("id"):
        processing.process(mail.pk)
    opened = Ticket.objects.get()
    assert opened.waiting_since is None
    assert opened.first_answered_at == RawMail.objects.get(source="imap-sent").received_at
    assert LedgerEntry.objects.filter(raw=None).count() == 1, "what was sent long before us is none of our business"
    assert (mailbox.count(), mailbox.count("Done"), mailbox.count("Sent Items")) == (0, 1, 2)
    assert imap.read_once() == imap.Round()


def test_erasing_a_person_takes_what_staff_sent_them_though_it_became_nothing() -> None:
    ticket = ticket_of(received(letter("We need two generators.", message_id="other@hromada.example")))
    mails = [
        sent(letter("Words to Olena.", sender=HOUSE, to=OLENA.upper(), subject="Visit")),
        sent(letter("Words to both.", sender=HOUSE, to=TARAS, subject="Visit", Cc=f"Olena <{OLENA}>")),
        sent(letter("Words to Taras.", sender=HOUSE, to=TARAS, subject="Visit")),
    ]
    assert {mail.reason for mail in mails} == {"sent-no-ticket"}
    assert OLENA not in str(list(RawMail.objects.filter(source="imap-sent").values()))
    assert ticket.requester_id is not None
    erase_person(actor=Actor.staff(staff(role="manager")), requester_id=ticket.requester_id, now=timezone.now())
    assert erasing.forget_erased() == 3
    for mail in mails:
        mail.refresh_from_db()
    assert [(mail.path == "", mail.sent_to is None) for mail in mails] == [(True, True), (True, True), (False, False)]
    assert DiscardedFile.objects.count() >= 2
    later = sent(letter("More words to Olena.", sender=HOUSE, to=OLENA, subject="Visit"))
    assert erasing.forget_erased() == 1
    later.refresh_from_db()
    assert later.path == ""


def test_an_erased_address_is_forgotten_itself_after_a_day() -> None:
    ErasedAddress.objects.create(key="a" * 64, erased_at=timezone.now() - timedelta(hours=23))
    ErasedAddress.objects.create(key="b" * 64, erased_at=timezone.now() - timedelta(hours=25))
    erasing.forget_erased()
    assert [each.key[0] for each in ErasedAddress.objects.all()] == ["a"]


def test_to_whom_sent_mail_went_is_answered_by_its_index() -> None:
    disable("seqscan")
    plan = RawMail.objects.filter(sent_to__contains=["a" * 64]).exclude(path="").explain()
    assert "rawmail_sent_to" in plan, plan
