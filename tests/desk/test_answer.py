import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone

from desk import uploads
from tests import making
from tests.desk import scene
from tickets.actions import joining, triage
from tickets.actions.record import Actor
from tickets.models import Attachment, Message, Ticket, User

ANSWER = {"text": "Dear Olena,\nRiga sends two.", "nature": "answer", "status": "", "key": "abc"}


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return making.opened()


def post(client: Client, ticket: Ticket, name: str, data: dict[str, Any]) -> Any:
    return client.post(f"/desk/tickets/{ticket.reference}/{name}/", data)


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the reply form."""
    form = page.partition('id="reply"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(last_seen|key)" value="([^"]*)"', form))


def test_a_reply_waits_with_a_toast_and_an_undo(desk: Client, ticket: Ticket, anna: User) -> None:
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "Olena Example" in page.partition('id="reply"')[2]
    answer = post(desk, ticket, "reply", {**ANSWER, **fields(page)})
    message = Message.objects.get(kind="outbound")
    assert answer.headers["Location"] == f"/desk/tickets/{ticket.reference}/#message-{message.pk}"
    shown = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "The reply leaves in 10 seconds." in shown
    assert "waiting to be sent" in shown
    assert shown.count(f'action="/desk/tickets/{ticket.reference}/messages/{message.pk}/undo/"') == 2
    assert f'data-draft-done="reply-{ticket.reference}"' in shown
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", anna)
    assert message.outgoing.to == [{"name": "Olena Example", "address": making.OLENA}]


def test_a_reply_taken_back_is_written_on_with_its_files(desk: Client, ticket: Ticket) -> None:
    file = SimpleUploadedFile("list.pdf", scene.PDF, "application/pdf")
    post(desk, ticket, "reply", {**ANSWER, "attached": file})
    message = Message.objects.get(kind="outbound")
    answer = desk.post(f"/desk/tickets/{ticket.reference}/messages/{message.pk}/undo/")
    assert answer.headers["Location"] == f"/desk/tickets/{ticket.reference}/?again={message.pk}#reply"
    again = desk.get(answer.headers["Location"].partition("#")[0])
    form = again.content.decode().partition('id="reply"')[2].partition("</form>")[0]
    assert "Riga sends two." in form
    assert "list.pdf" in form
    assert "taken back, never sent" in again.content.decode()
    token = re.search(r'name="stored" value="([^"]+)"', form)
    assert token
    post(desk, ticket, "reply", {**ANSWER, "key": "second", "stored": token[1]})
    sent = Message.objects.filter(kind="outbound").latest("pk")
    assert [file.name for file in sent.attachments.all()] == ["list.pdf"]
    assert sent.outgoing.state == "queued"


def test_a_reply_that_has_left_cannot_be_taken_back(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "reply", ANSWER)
    message = Message.objects.get(kind="outbound")
    assert f"/messages/{message.pk}/undo/" in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    type(message.outgoing).objects.filter(pk=message.outgoing.pk).update(state="sent", sent_at=timezone.now())
    page = desk.post(f"/desk/tickets/{ticket.reference}/messages/{message.pk}/undo/", follow=True).content.decode()
    assert "The mail has left already" in page
    assert f"/messages/{message.pk}/undo/" not in page


def test_only_replies_of_this_ticket_can_be_taken_back_here(desk: Client, ticket: Ticket) -> None:
    other = making.opened()
    post(desk, other, "reply", ANSWER)
    reply = Message.objects.get(kind="outbound")
    assert desk.post(f"/desk/tickets/{ticket.reference}/messages/{reply.pk}/undo/").status_code == 404
    assert desk.post(f"/desk/tickets/{other.reference}/messages/1/undo/").status_code == 404


def test_sending_twice_is_one_reply(desk: Client, ticket: Ticket) -> None:
    data = {**ANSWER, **fields(desk.get(f"/desk/tickets/{ticket.reference}/").content.decode())}
    first, second = post(desk, ticket, "reply", data), post(desk, ticket, "reply", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Message.objects.filter(kind="outbound").count() == 1


def test_a_reply_past_a_new_message_is_held_with_its_text_and_files(desk: Client, ticket: Ticket) -> None:
    seen = fields(desk.get(f"/desk/tickets/{ticket.reference}/").content.decode())
    with time_machine.travel(making.NOW + timedelta(minutes=3), tick=False):
        joining.receive(
            ticket_id=ticket.pk,
            incoming=making.incoming(text="Please wait, we found one.", received_at=timezone.now()),
            channel="email",
            found_by="token",
            acknowledge=False,
            now=timezone.now(),
        )
        file = SimpleUploadedFile("list.pdf", scene.PDF, "application/pdf")
        held = post(desk, ticket, "reply", {**ANSWER, **seen, "attached": file})
        page = held.content.decode()
        assert held.status_code == 409
        assert "The partner has written meanwhile" in page
        assert "Please wait, we found one." in page
        assert '<span class="tag">new</span>' in page
        assert "Riga sends two." in page
        assert not Message.objects.filter(kind="outbound").exists()
        token = re.search(r'name="stored" value="([^"]+)"', page)
        assert token
        sent = post(desk, ticket, "reply", {**ANSWER, **fields(page), "stored": token[1]})
        assert sent.status_code == 302
    assert Attachment.objects.get().message.kind == "outbound"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "  "}, "The reply is empty."),
        ({"nature": "joke"}, "Select a valid choice"),
        ({"nature": "holding", "answer_by": "2026-12-14", "status": "solved"}, "choose an outcome"),
        ({"nature": "holding"}, "enter a date"),
        ({"nature": "holding", "answer_by": "soon"}, "Enter the date as year-month-day"),
        ({"nature": "holding", "answer_by": "2026-11-23"}, "still to come"),
        ({"nature": "transfer"}, "Choose the body"),
    ],
)
def test_a_refused_reply_keeps_what_was_typed(
    desk: Client, ticket: Ticket, changes: dict[str, str], words: str
) -> None:
    data = {**ANSWER, "nature": "transfer", "status": "pending", **changes}
    answer = post(desk, ticket, "reply", data)
    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert words in page.partition('id="reply"')[2]
    assert data["text"].strip() in page
    if not changes.get("nature"):
        assert '<option value="transfer" selected>' in page
        assert '<option value="pending" selected>' in page
    assert not Message.objects.filter(kind="outbound").exists()


def test_send_and_solve_is_one_act(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "reply", {**ANSWER, "status": "solved"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("solved", "answered")
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "from new to solved: answered" in page


@override_settings(MAIL_OUT_MAX_BYTES=500_000, FILE_MAX_BYTES=300_000)
def test_a_file_that_is_too_big_for_mail_is_refused_while_composing(desk: Client, ticket: Ticket) -> None:
    big = SimpleUploadedFile("big.bin", b"\x00" * 300_001)
    assert "A file is too big." in post(desk, ticket, "reply", {**ANSWER, "attached": big}).content.decode()
    fits = SimpleUploadedFile("big.bin", b"\x00" * 299_999)
    assert "too big for mail servers" in post(desk, ticket, "reply", {**ANSWER, "attached": fits}).content.decode()


def test_a_forged_or_foreign_file_is_left_out(desk: Client, ticket: Ticket) -> None:
    other = making.opened()
    kept = uploads.store(SimpleUploadedFile("x.pdf", scene.PDF))
    tokens = ["forged", uploads.token(kept, other.pk), uploads.token(kept, ticket.pk)]
    post(desk, ticket, "reply", {**ANSWER, "stored": tokens})
    assert Attachment.objects.count() == 1


def test_a_note_is_kept_inside_and_once(desk: Client, ticket: Ticket) -> None:
    for _ in range(2):
        answer = post(desk, ticket, "note", {"note-text": "Called Riga."})
    note = Message.objects.get(kind="note")
    assert answer.headers["Location"].endswith(f"#message-{note.pk}")
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "internal note, no partner sees it" in page


def test_an_empty_note_says_so_beside_its_form(desk: Client, ticket: Ticket) -> None:
    answer = post(desk, ticket, "note", {"note-text": " "})
    assert answer.status_code == 422
    assert "The note is empty." in answer.content.decode().partition('id="note"')[2]


def test_no_reply_goes_out_from_spam(desk: Client, ticket: Ticket, anna: User) -> None:
    triage.mark_spam(actor=Actor.staff(anna), ticket_id=ticket.pk, now=timezone.now())
    assert post(desk, ticket, "reply", ANSWER).status_code == 409
    assert not Message.objects.filter(kind="outbound").exists()


def test_where_no_address_is_known_one_can_be_entered(desk: Client, anna: User) -> None:
    ticket = making.opened(sender_address="", sender_name="", acknowledge=False, unreadable=True)
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert 'name="to"' in page
    refused = post(desk, ticket, "reply", {**ANSWER, **fields(page)})
    assert refused.status_code == 409
    assert ANSWER["text"] in refused.content.decode()
    mistyped = post(desk, ticket, "reply", {**ANSWER, **fields(page), "to": "olena@hromada"})
    assert mistyped.status_code == 422
    unknown = post(desk, ticket, "reply", {**ANSWER, **fields(page), "to": making.OLENA})
    assert f"Nobody here wrote to {making.OLENA} before: is it right?" in unknown.content.decode()
    post(desk, ticket, "reply", {**ANSWER, **fields(page), "to": making.OLENA, "anyway": "1"})
    assert Message.objects.get(kind="outbound").outgoing.to == [{"name": "", "address": making.OLENA}]


def test_the_answer_goes_to_the_address_that_the_form_shows(desk: Client, ticket: Ticket) -> None:
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert f'<input type="hidden" name="to" value="{making.OLENA}">' in page
    post(desk, ticket, "reply", {**ANSWER, **fields(page), "to": making.OLENA})
    assert Message.objects.get(kind="outbound").outgoing.to == [{"name": "Olena Example", "address": making.OLENA}]
