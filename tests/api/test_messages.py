"""Messages, raw mails, files, replies and their undo, notes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import making
from tests.api.conftest import Program, holding
from tests.desk import scene
from tickets.actions import elsewhere, joining
from tickets.models import Attachment, Contact, Event, Message, ReplyTemplate, Ticket, User


def read(answer: object) -> bytes:
    return b"".join(answer)  # type: ignore[call-overload,no-any-return]


def test_all_kinds_of_messages_are_listed_with_their_files(program: Program, ticket: Ticket) -> None:
    shown = program.ask(f"tickets/{ticket.reference}/messages").json()["results"]
    assert len(shown) == Message.objects.filter(ticket=ticket).count()
    assert {message["kind"] for message in shown} == {"inbound", "outbound", "note", "automatic"}
    letter = next(message for message in shown if message["attachments"])
    names = ["Лист.asice", "annex.txt", "Лист 112 від 17.11.2026.pdf", "invoice.pdf.exe", "plan.png"]
    assert [file["name"] for file in letter["attachments"]] == names
    assert letter["text"][letter["quote_start"] :].startswith("\n> On Monday")
    assert letter["has_raw"]
    one = program.ask(f"tickets/{ticket.reference}/messages/{letter['id']}").json()
    assert one == letter


def test_a_message_of_another_ticket_is_not_there(program: Program, ticket: Ticket) -> None:
    other = making.opened(subject="Another").messages.earliest("pk")
    for name in ("", "/raw"):
        assert program.ask(f"tickets/{ticket.reference}/messages/{other.pk}{name}").status_code == 404
    assert program.do(f"tickets/{ticket.reference}/messages/{other.pk}/undo").status_code == 404


def test_the_raw_mail_is_a_download_to_the_last_byte(program: Program, ticket: Ticket) -> None:
    message = Message.objects.exclude(raw_path="").get()
    answer = program.ask(f"tickets/{ticket.reference}/messages/{message.pk}/raw")
    assert read(answer).endswith(b"\r\nHello\r\n")
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_file_is_always_a_download_that_no_browser_runs(program: Program, ticket: Ticket) -> None:
    picture = Attachment.objects.get(name="plan.png")
    answer = program.ask(f"tickets/{ticket.reference}/attachments/{picture.pk}")
    assert read(answer) == scene.PICTURE
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan.png"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_in_quarantine_is_opened_by_managers_alone_and_it_is_recorded(
    program: Program, ticket: Ticket, maria: User
) -> None:
    file = Attachment.objects.get(name="invoice.pdf.exe")
    where = f"tickets/{ticket.reference}/attachments/{file.pk}"
    manager = holding(maria)
    for each in (program, manager):
        refused = each.ask(where)
        assert (refused.status_code, refused.json()["code"]) == (403, "program")
    assert program.do(f"{where}/open").status_code == 404
    assert not Event.objects.filter(verb=Event.Verb.UNSEALED).exists()
    opened = manager.do(f"{where}/open")
    assert read(opened) == scene.PROGRAM
    assert opened.headers["Content-Disposition"].startswith("attachment;")
    assert Event.objects.get(verb=Event.Verb.UNSEALED).actor == maria


def test_a_reply_waits_and_can_be_undone(program: Program, ticket: Ticket, anna: User) -> None:
    answer = program.do(f"tickets/{ticket.reference}/reply", {"text": "Two are coming.", "status": "solved"})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["nature"], made["delivery"], made["author"]["id"]) == ("answer", "queued", anna.pk)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("solved", "answered")
    undone = program.do(f"tickets/{ticket.reference}/messages/{made['id']}/undo")
    assert (undone.status_code, undone.json()["delivery"]) == (200, "cancelled")
    ticket.refresh_from_db()
    assert ticket.status == "open"
    again = program.do(f"tickets/{ticket.reference}/messages/{made['id']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "already-sent")


def test_a_mail_from_another_program_was_a_question(program: Program, ticket: Ticket) -> None:
    now = timezone.now()
    sent = elsewhere.record_sent(
        author=None, ticket_id=ticket.pk, incoming=making.incoming(received_at=now), found_by="answered", now=now
    )
    where = f"tickets/{ticket.reference}/messages/{sent.pk}/question"
    asked = program.do(where)
    assert (asked.status_code, asked.json()["nature"]) == (200, "clarification")
    again = program.do(where)
    assert (again.status_code, again.json()["code"]) == (409, "not-elsewhere")


@pytest.mark.parametrize("nature", Message.Nature.values)
def test_a_reply_has_a_nature(program: Program, ticket: Ticket, nature: str) -> None:
    needed = {"holding": {"answer_by": "2027-01-15"}, "transfer": {"contact": Contact.objects.earliest("pk").code}}
    body = {"text": "Dear Olena,", "nature": nature, **needed.get(nature, {})}
    answer = program.do(f"tickets/{ticket.reference}/reply", body)
    assert answer.json()["nature"] == nature
    ticket.refresh_from_db()
    assert ticket.status == ("pending" if nature == "clarification" else "open")


def test_a_reply_goes_to_whom_it_names_with_its_files(program: Program, ticket: Ticket) -> None:
    values = {
        "text": "Dear both,",
        "to": ["olena@hromada.example", "mayor@hromada.example"],
        "cc": ["riga@city.example"],
        "files": [SimpleUploadedFile("list.txt", b"two generators")],
    }
    answer = program.post(f"/api/v1/tickets/{ticket.reference}/reply", values)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["to"], made["cc"]) == (values["to"], values["cc"])
    assert [file["name"] for file in made["attachments"]] == ["list.txt"]


def test_nobody_answers_past_a_new_message_of_the_partner(program: Program, ticket: Ticket) -> None:
    seen = program.ask(f"tickets/{ticket.reference}").json()["newest_inbound"]
    joining.receive(
        ticket_id=ticket.pk,
        incoming=making.incoming(text="We have found one.", received_at=timezone.now()),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=timezone.now(),
    )
    where, values = f"tickets/{ticket.reference}/reply", {"text": "Dear Olena,", "last_seen": seen}
    answer = program.do(where, values)
    assert (answer.status_code, answer.json()["code"]) == (409, "partner-wrote")
    newest = program.ask(f"tickets/{ticket.reference}").json()["newest_inbound"]
    assert program.do(where, {**values, "last_seen": newest}).status_code == 201


def test_a_note_is_for_colleagues(program: Program, ticket: Ticket, anna: User) -> None:
    answer = program.do(f"tickets/{ticket.reference}/note", {"text": "Called Riga."})
    assert answer.status_code == 201
    note = Message.objects.get(pk=answer.json()["id"])
    assert (note.kind, note.author, note.outgoing) == ("note", anna, None)


@pytest.mark.parametrize("act", ["reply", "note"])
@pytest.mark.parametrize("values", [{}, {"text": ""}, {"text": "  \n "}])
def test_nothing_empty_is_written(program: Program, ticket: Ticket, act: str, values: dict[str, str]) -> None:
    before = Message.objects.count()
    answer = program.do(f"tickets/{ticket.reference}/{act}", values)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["text"]
    assert Message.objects.count() == before


def test_a_file_whose_bytes_are_gone_is_not_there(program: Program, ticket: Ticket) -> None:
    file = Attachment.objects.get(name="plan.png")
    Attachment.objects.filter(pk=file.pk).update(path="sha256/00/nothing")
    assert program.ask(f"tickets/{ticket.reference}/attachments/{file.pk}").status_code == 404


def test_a_template_is_read_and_a_reply_half_filled_is_refused(program: Program, ticket: Ticket) -> None:
    template = ReplyTemplate.objects.create(code="soon", name="Soon", nature="holding")
    template.texts.create(language="en", body="Dear {name},")
    ReplyTemplate.objects.create(code="old", name="Old", active=False)
    text = {"language": "en", "body": "Dear {name},"}
    facts = {"code": "soon", "name": "Soon", "nature": "holding", "topic": None, "contact": None}
    assert program.ask("templates").json()["results"] == [{**facts, "texts": [text]}]
    where, to = f"tickets/{ticket.reference}/reply", ["olena@hromada.example"]
    refused = program.do(where, {"text": text["body"], "to": to})
    assert (refused.status_code, refused.json()["code"]) == (422, "place-empty")
    sent = program.do(where, {"text": "Dear Olena,", "to": to, "cc": ["taras@hromada.example"]}).json()
    assert (sent["to"], sent["cc"]) == (to, ["taras@hromada.example"])
