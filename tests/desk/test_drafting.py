"""What is being written: kept, told to colleagues, and held when somebody else wrote meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import making
from tests.desk import scene
from tests.desk.test_answer import ANSWER, fields, post
from tests.desk.test_ticket import page_of
from tickets.actions import answering, drafting, joining, merging, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.models import Draft, Message, Ticket, User

BEGUN = {"text": "Dear Olena,\r\n\r\nRiga sends", "nature": "holding", "answer_by": "2026-12", "key": "page-1"}


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return making.opened()


@pytest.fixture
def ben(anna: User) -> User:
    return making.staff("Bérénice Collègue")


def by_script(client: Client, ticket: Ticket, data: dict[str, Any]) -> Any:
    return client.post(f"/desk/tickets/{ticket.reference}/draft/", data, headers={"Accept": "application/json"})


def begins(person: User, ticket: Ticket, text: str = "Good day,") -> None:
    written = drafting.Written(text=text, fields={}, page="elsewhere")
    drafting.save(actor=Actor.staff(person), ticket_id=ticket.pk, written=written, now=timezone.now())


def answers(person: User, ticket: Ticket) -> Message:
    return answering.reply(actor=Actor.staff(person), ticket_id=ticket.pk, text="Two leave.", now=timezone.now())


def test_a_draft_stands_in_the_form_again_as_it_was_typed(desk: Client, ticket: Ticket) -> None:
    file = SimpleUploadedFile("list.pdf", scene.PDF, "application/pdf")
    answer = by_script(desk, ticket, {**BEGUN, "attached": file})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["version"], told["saved"], told["news"]) == (1, "Kept at 10:00", [])
    assert [each["name"] for each in told["files"]] == ["list.pdf"]
    page = page_of(desk, ticket)
    form = page.partition('id="reply"')[2].partition("</form>")[0]
    assert "Dear Olena,\n\nRiga sends</textarea>" in form
    assert '<option value="holding" selected>' in form
    assert 'value="2026-12"' in form
    assert 'name="version" value="1"' in form
    assert "list.pdf" in form


def test_a_file_is_kept_once_whatever_is_typed_after_it(desk: Client, ticket: Ticket) -> None:
    file = SimpleUploadedFile("list.pdf", scene.PDF, "application/pdf")
    first = by_script(desk, ticket, {**BEGUN, "attached": file}).json()
    token = first["files"][0]["token"]
    again = by_script(desk, ticket, {**BEGUN, "stored": token, "version": first["version"]}).json()
    assert [each["name"] for each in again["files"]] == ["list.pdf"]
    assert Draft.objects.get().files.count() == 1


def test_without_scripts_a_button_keeps_it(desk: Client, ticket: Ticket) -> None:
    answer = post(desk, ticket, "draft", BEGUN)
    assert answer.headers["Location"] == f"/desk/tickets/{ticket.reference}/#reply"
    assert "The draft is kept." in page_of(desk, ticket)
    assert Draft.objects.get().text == "Dear Olena,\n\nRiga sends"


def test_colleagues_read_it_and_take_it_over(desk: Client, client: Client, ticket: Ticket, ben: User) -> None:
    begins(ben, ticket, "Good day,\n\ntwo generators <100 kW>")
    page = page_of(desk, ticket)
    assert "Bérénice Collègue is writing an answer" in page
    assert "2 lines," in page
    assert "two generators &lt;100 kW&gt;" in page
    taken = desk.post(f"/desk/tickets/{ticket.reference}/draft/take/", {"author": ben.pk}, follow=True).content.decode()
    assert "The draft is yours now" in taken
    assert "two generators &lt;100 kW&gt;</textarea>" in taken
    gone = desk.post(f"/desk/tickets/{ticket.reference}/draft/take/", {"author": ben.pk}, follow=True)
    assert "There is no such draft any more" in gone.content.decode()
    client.force_login(ben)
    assert "taken over from you" in page_of(client, ticket)
    conflict = by_script(client, ticket, {**BEGUN, "version": "1"})
    assert (conflict.status_code, conflict.json()["version"]) == (409, 0)
    assert "Anna Agent took this draft over" in conflict.json()["problem"]


def test_a_merged_tickets_draft_is_offered_where_it_went(desk: Client, ticket: Ticket, ben: User) -> None:
    target, other = making.opened(subject="The same"), making.opened(subject="Another matter")
    begins(ben, ticket, "Good day, two generators")
    begins(ben, other, "Nothing to do with it")
    merging.merge(actor=SYSTEM, ticket_id=ticket.pk, into_id=target.pk, now=timezone.now())
    page = page_of(desk, target)
    assert f"on {ticket.reference}, which was merged into this one" in page
    assert "Nothing to do with it" not in page
    take = f"/desk/tickets/{target.reference}/draft/take/"
    wrong = desk.post(take, {"author": ben.pk, "ticket": other.pk}, follow=True).content.decode()
    assert "There is no such draft any more" in wrong
    taken = desk.post(take, {"author": ben.pk, "ticket": ticket.pk}, follow=True).content.decode()
    assert "Good day, two generators</textarea>" in taken
    assert "which was merged into this one" not in taken


def test_the_list_tells_who_has_begun_an_answer(desk: Client, ticket: Ticket, anna: User, ben: User) -> None:
    making.opened(subject="Nobody answers")
    with CaptureQueriesContext(connection) as before:
        assert "Draft:" not in desk.get("/desk/").content.decode()
    begins(anna, ticket)
    with time_machine.travel(making.NOW + timedelta(minutes=1), tick=False):
        begins(ben, ticket)
        with CaptureQueriesContext(connection) as after:
            page = desk.get("/desk/").content.decode()
    assert page.count('data-look="draft"') == 1
    assert '<span class="chip" data-look="draft">Draft: Bérénice Collègue, Anna Agent</span>' in page
    assert len(after) == len(before)


def test_another_window_is_told_of_and_knows_how_to_go_on(desk: Client, ticket: Ticket) -> None:
    by_script(desk, ticket, BEGUN)
    conflict = by_script(desk, ticket, {**BEGUN, "key": "page-2", "text": "Second window"})
    assert (conflict.status_code, conflict.json()["version"]) == (409, 1)
    held = post(desk, ticket, "draft", {**BEGUN, "key": "page-2", "text": "Second window"})
    assert held.status_code == 409
    assert "Second window</textarea>" in held.content.decode()
    known = by_script(desk, ticket, {**BEGUN, "key": "page-2", "text": "Second window", "version": "1"})
    assert known.json()["version"] == 2


def test_while_it_is_typed_what_happens_is_told(desk: Client, ticket: Ticket, ben: User) -> None:
    seen = page_of(desk, ticket)
    assert by_script(desk, ticket, {**BEGUN, **fields(seen)}).json()["news"] == []
    begins(ben, ticket)
    told = by_script(desk, ticket, {**BEGUN, **fields(seen), "version": "1", "more": "x@city.example, y@city"}).json()
    assert told["news"] == ["Bérénice Collègue is writing an answer too."]
    assert told["problems"] == ["This is no e-mail address: y@city"]
    with time_machine.travel(making.NOW + timedelta(minutes=3), tick=False):
        assert by_script(desk, ticket, {**BEGUN, **fields(seen), "version": "2"}).json()["news"] == []
        answers(ben, ticket)
        joining.receive(
            ticket_id=ticket.pk, incoming=making.incoming(), channel="email", found_by="token", acknowledge=False,
            now=timezone.now(),
        )  # fmt: skip
        told = by_script(desk, ticket, {**BEGUN, **fields(seen), "version": "3"}).json()
    assert told["news"] == ["The partner has written meanwhile.", "Bérénice Collègue has answered meanwhile."]


def test_an_answer_beside_a_colleagues_is_held_until_the_writer_knows(desk: Client, ticket: Ticket, ben: User) -> None:
    seen = fields(page_of(desk, ticket))
    answers(ben, ticket)
    held = post(desk, ticket, "reply", {**ANSWER, **seen})
    page = held.content.decode()
    assert held.status_code == 409
    assert "Bérénice Collègue has answered meanwhile." in page
    assert "Read it first" in page
    assert '<span class="tag">new</span>' in page
    assert post(desk, ticket, "reply", {**ANSWER, **fields(page)}).status_code == 302
    assert Message.objects.filter(kind="outbound").count() == 2


def test_an_answer_while_a_colleague_writes_is_held_and_sent_all_the_same(
    desk: Client, ticket: Ticket, ben: User
) -> None:
    begins(ben, ticket)
    seen = fields(page_of(desk, ticket))
    held = post(desk, ticket, "reply", {**ANSWER, **seen})
    assert held.status_code == 409
    assert "Bérénice Collègue is writing an answer too." in held.content.decode()
    assert "Riga sends two." in held.content.decode()
    assert post(desk, ticket, "reply", {**ANSWER, **seen, "anyway": "1"}).status_code == 302
    assert Draft.objects.get().author == ben


def test_what_came_since_the_draft_was_written_is_pointed_at(desk: Client, ticket: Ticket) -> None:
    by_script(desk, ticket, {**BEGUN, **fields(page_of(desk, ticket))})
    joining.receive(
        ticket_id=ticket.pk, incoming=making.incoming(text="We found one."), channel="email", found_by="token",
        acknowledge=False, now=timezone.now(),
    )  # fmt: skip
    page = page_of(desk, ticket)
    assert "Since you wrote this draft, there is more:" in page
    assert '<span class="tag">new</span>' in page


def test_what_no_table_takes_is_kept_without_it(desk: Client, ticket: Ticket) -> None:
    odd = {**BEGUN, "text": "Dear\0 Olena", "more": "x\0", "last_seen": str(2**70), "version": str(2**70)}
    assert by_script(desk, ticket, {**odd, "version": ""}).status_code == 200
    draft = Draft.objects.get()
    assert (draft.text, draft.fields["more"], draft.last_seen) == ("Dear Olena", "x", None)
    assert by_script(desk, ticket, {**odd, "key": "page-2"}).status_code == 409


def test_who_may_not_see_the_ticket_keeps_and_reads_nothing(client: Client, ticket: Ticket, anna: User) -> None:
    begins(anna, ticket)
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    client.force_login(making.staff("Other Agent"))
    assert by_script(client, ticket, BEGUN).status_code == 404
    assert post(client, ticket, "draft/take", {"author": anna.pk}).status_code == 404
    assert Draft.objects.get().author == anna


def test_keeping_costs_few_statements_and_showing_none(desk: Client, ticket: Ticket, ben: User) -> None:
    with CaptureQueriesContext(connection) as plain:
        page_of(desk, ticket)
    by_script(desk, ticket, BEGUN)
    begins(ben, ticket)
    with CaptureQueriesContext(connection) as with_drafts:
        page_of(desk, ticket)
    assert len(with_drafts) == len(plain) <= 12
    with CaptureQueriesContext(connection) as saving:
        assert by_script(desk, ticket, {**BEGUN, "version": "1"}).status_code == 200
    # Session, person, queues, ticket; savepoint, the draft, its number and files, savepoint; what happened meanwhile.
    assert len(saving) <= 10
