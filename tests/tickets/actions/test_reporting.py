"""A mail that looks like phishing goes to IT security once, to the last byte."""

import email
import email.policy
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.delivery import deliver
from notifications.models import OutgoingMail
from tests.making import NOW, opened, staff
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.reporting import report_phishing
from tickets.actions.triage import set_sensitive
from tickets.errors import IllegalMove
from tickets.files import keep
from tickets.models import Alarm, Ticket
from tickets.tasks import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
# Bare line feeds, an eight-bit word and a NUL: a server that reads it as a mail would change it.
RAW = b"From: bank@evil.example\nSubject: \xcf\xf0\xe8\xe2\xb3\xf2\r\n\r\nOpen the file\x00 now.\n"


def suspicious() -> Ticket:
    raw = keep(RAW, name="raw.eml")
    return opened(subject="Your account", raw_path=raw.path, raw_sha256=raw.sha256)


def report(ticket: Ticket) -> None:
    first = ticket.messages.earliest("pk")
    report_phishing(actor=Actor.staff(staff("Anna Agent")), message_id=first.pk, now=NOW)


def test_the_mail_reaches_security_as_it_came(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_OUT, settings.EMAIL_BACKEND = "files", "notifications.filebackend.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "sent")
    ticket = suspicious()
    report(ticket)
    mail = OutgoingMail.objects.get(name="phishing")
    deliver(mail.pk, now=timezone.now())
    (written,) = (tmp_path / "sent").iterdir()
    arrived = email.message_from_bytes(written.read_bytes(), policy=email.policy.default)
    assert arrived["To"] == "security@secretariat.example"
    assert ticket.reference in arrived["Subject"]
    assert "Your account" not in arrived["Subject"]
    (file,) = arrived.iter_attachments()
    assert file.get_payload(decode=True) == RAW
    assert (file.get_filename() or "").endswith(".eml")


def test_a_mail_is_reported_once_and_nothing_else_changes() -> None:
    ticket = suspicious()
    before = Ticket.objects.values().get(pk=ticket.pk)
    report(ticket)
    with pytest.raises(IllegalMove, match="reported"):
        report(ticket)
    assert OutgoingMail.objects.filter(name="phishing").count() == 1
    assert ticket.events.get(verb="phishing").message == ticket.messages.earliest("pk")
    assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_without_an_address_or_an_original_nothing_is_reported(settings: Settings) -> None:
    with pytest.raises(IllegalMove, match="no-mail"):
        report(opened())
    with pytest.raises(IllegalMove, match="no-mail"):
        report(opened(raw_path="aa/bb/gone", raw_sha256="0" * 64))
    settings.MAIL_OUT_MAX_BYTES = 70_000
    big = keep(RAW * 2000, name="raw.eml")
    with pytest.raises(IllegalMove, match="too-big"):
        report(opened(raw_path=big.path, raw_sha256=big.sha256))
    settings.SECURITY_MAIL = ""
    with pytest.raises(IllegalMove, match="no-security-mail"):
        report(suspicious())
    assert not OutgoingMail.objects.filter(name="phishing").exists()


def test_what_is_marked_as_sensitive_or_erased_meanwhile_leaves_the_report_or_takes_it_back() -> None:
    ticket = suspicious()
    report(ticket)
    set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=NOW)
    assert OutgoingMail.objects.get(name="phishing").state == "queued"
    erase_person(actor=SYSTEM, requester_id=ticket.requester_id, now=NOW)
    assert OutgoingMail.objects.get(name="phishing").state == "cancelled"


def test_a_report_that_did_not_arrive_is_an_alarm() -> None:
    report(suspicious())
    OutgoingMail.objects.filter(name="phishing").update(state="failed")
    settle()
    assert Alarm.objects.get().key == "security-mail"
