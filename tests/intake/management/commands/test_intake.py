import io
from email import message_from_bytes

import pytest
from django.core.management import CommandError, call_command

from intake.models import RawMail
from tests.intake.letters import HOUSE, letter, received, stored, ticket_of
from tests.making import opened
from tickets.addresses import reply_address
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def intake(*words: object, **options: object) -> str:
    out = io.StringIO()
    call_command("intake", *map(str, words), stdout=out, stderr=out, **options)
    return out.getvalue()


def test_it_lists_by_state_the_newest_first() -> None:
    done, waiting = received(letter()), stored(letter())
    lines = intake("list").splitlines()
    assert [line.split()[0] for line in lines] == [str(waiting.pk), str(done.pk)]
    assert ticket_of(done).reference in lines[1]
    assert [line.split()[0] for line in intake("list", "--state", "received").splitlines()] == [str(waiting.pk)]


def test_it_shows_state_and_header_and_never_what_could_steer_a_terminal() -> None:
    mail = received(b"X-Evil: \x1b]0;owned\x07\r\n" + letter(subject="Generators"))
    shown = intake("show", mail.pk)
    assert "processed new" in shown
    assert "Subject: Generators" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert message_from_bytes(letter())["To"] == HOUSE


def test_what_failed_is_processed_again() -> None:
    mail = stored(letter())
    RawMail.objects.filter(pk=mail.pk).update(state="failed", reason="broke", attempts=4, deaths=3, interruptions=2)
    assert "again: 1" in intake("reprocess", mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.attempts, mail.deaths, mail.interruptions) == ("received", "", 0, 0, 0)
    assert "again: 0" in intake("reprocess", mail.pk)


def test_what_is_done_is_not_processed_again() -> None:
    mail = received(letter())
    assert "again: 0" in intake("reprocess", mail.pk)
    assert "again: 0" in intake("reprocess", "--state", "ignored")


def test_it_explains_each_step_and_writes_nothing() -> None:
    ticket = opened()
    mail = stored(letter(subject=f"[{ticket.reference}]", sender="eve@other.example"))
    explained = intake("explain", mail.pk)
    assert "Loop guard: may be answered by a machine." in explained
    assert "signed token in an address: no." in explained
    assert f"reference in the subject: {ticket.reference}, but it counts only from a participant." in explained
    assert f"So: a new ticket that may belong to {ticket.reference}." in explained
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("received", 0)
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(ticket=ticket, kind="inbound").count() == 1


def test_it_explains_what_is_found_and_what_is_ignored() -> None:
    ticket = opened()
    mail = stored(letter(), to=[reply_address(ticket.pk, "partner")])
    assert f"So: a message on {ticket.reference}." in intake("explain", mail.pk)
    own = stored(letter(sender=HOUSE))
    explained = intake("explain", own.pk)
    assert "Loop guard: ignored, because it comes from, or wants its answer at, an address of ours." in explained
    assert "So: nothing is made of it." in explained


def test_a_mail_that_killed_its_readers_is_not_read_to_be_explained() -> None:
    mail = stored(letter())
    RawMail.objects.filter(pk=mail.pk).update(deaths=2)
    assert "is not read here" in intake("explain", mail.pk)


def test_a_file_that_is_gone_is_told() -> None:
    mail = stored(letter())
    RawMail.objects.filter(pk=mail.pk).update(path="00/00/gone")
    assert intake("explain", mail.pk) == "The file of this mail is not there.\n"
    assert intake("show", mail.pk).endswith("The file of this mail is not there.\n")


def test_a_number_that_is_not_there_is_one_clear_sentence() -> None:
    with pytest.raises(CommandError, match="There is no mail 999999"):
        intake("show", 999999)
    with pytest.raises(CommandError, match="Name mails"):
        intake("reprocess")
