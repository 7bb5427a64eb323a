"""Erasing a person empties the words and keeps the figures."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, incoming, invitation, opened, staff
from tests.planning import disable, plan_of
from tickets.actions import answering, joining, triage
from tickets.actions.erasing import erase_person, find_texts
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.tracking import send_link
from tickets.claims import Verdict
from tickets.files import keep
from tickets.incoming import Details
from tickets.models import Attachment, DiscardedFile, Event, Message, Organisation, Requester, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_every_personal_text_goes_and_times_states_and_history_stay() -> None:
    shared, own = keep(b"shared by two people", name="a.txt"), keep(b"olena's own", name="olena.txt")
    own = replace(own, signers=("Olena Example",))
    raw = keep(b"raw mail of olena", name="raw.eml")
    meeting = invitation(what="With olena", where="At olena's")
    verdict = Verdict(method="spf", result="pass", domain="olena.example")
    details = Details(organisation="Example hromada", need_item="generator", letter_number="12/3")
    ticket = opened(
        files=(shared, own),
        raw_path=raw.path,
        raw_sha256=raw.sha256,
        details=details,
        text="words of olena",
        invitations=(meeting,),
        verdicts=(verdict,),
    )
    assert "With olena" in str(ticket.messages.values("invitations")), "it is there to be erased"
    other = opened(sender_address="petro@example.org", sender_name="Petro", files=(shared,), text="words of petro")
    answering.reply(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="Dear Olena", now=NOW + timedelta(hours=1))
    before = Ticket.objects.values("status", "received_at", "answer_by", "waiting_since", "kind").get(pk=ticket.pk)
    verbs = list(ticket.events.order_by("id").values_list("verb", flat=True))

    erase_person(actor=Actor.staff(staff()), requester_id=ticket.requester_id, now=NOW + timedelta(days=800))

    own_rows = str(list(Message.objects.filter(ticket=ticket).values())) + str(
        list(Requester.objects.filter(pk=ticket.requester_id).values())
    )
    for words in ("olena", "Olena", OLENA, "generator", "Example hromada"):
        assert words not in own_rows + str(list(OutgoingMail.objects.filter(group=f"ticket:{ticket.pk}").values()))
        assert words not in str(list(Ticket.objects.filter(pk=ticket.pk).values())) + str(list(Event.objects.values()))
    assert (
        Ticket.objects.values("status", "received_at", "answer_by", "waiting_since", "kind").get(pk=ticket.pk) == before
    )
    assert list(ticket.events.order_by("id").values_list("verb", flat=True)) == [*verbs, "erased"]
    discarded = set(DiscardedFile.objects.values_list("path", flat=True))
    assert discarded == {own.path, raw.path, shared.path}
    assert Attachment.objects.get().message.ticket == other
    assert other.messages.get(kind="inbound").text == "words of petro"
    assert not Organisation.objects.filter(requester__pk=ticket.requester_id).exists()


def test_on_anothers_ticket_the_person_is_taken_out_of_the_recipients_and_the_others_stay() -> None:
    petros = opened(
        sender_address="petro@example.org",
        sender_name="Petro",
        to=(("Help", "help@example.org"), ("Olena Example", OLENA)),
        cc=(("Olena Example", OLENA), ("Taras", "taras@example.org")),
        text="words of petro",
    )
    mine = opened()
    agent = Actor.staff(staff())
    copied = answering.reply(
        actor=agent, ticket_id=petros.pk, text="Dear both", cc=[("Olena Example", OLENA.upper())], now=NOW
    )
    sent = answering.reply(
        actor=agent,
        ticket_id=petros.pk,
        text="Dear Olena",
        to=[("Olena Example", OLENA)],
        now=NOW + timedelta(seconds=1),
    )
    joining.receive(
        ticket_id=petros.pk,
        incoming=incoming(text="words of olena"),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=NOW,
    )
    assert find_texts(mine.requester).named_in == 3

    erase_person(actor=agent, requester_id=mine.requester_id, now=NOW + timedelta(days=800))

    rows = str(list(Message.objects.values())) + str(list(OutgoingMail.objects.values()))
    assert "olena" not in rows.lower().replace("dear olena", "")
    first = petros.messages.filter(kind="inbound").earliest("id")
    assert (first.to, first.cc) == ([["Help", "help@example.org"]], [["Taras", "taras@example.org"]])
    assert first.text == "words of petro"
    copied.refresh_from_db()
    sent.refresh_from_db()
    assert (copied.to, copied.cc) == ([["Petro", "petro@example.org"]], [])
    assert copied.outgoing.to == [{"name": "Petro", "address": "petro@example.org"}]
    assert (copied.outgoing.state, copied.outgoing.cc) == ("queued", [])
    assert "Dear both" in copied.outgoing.text
    assert (sent.text, sent.outgoing.state) == ("Dear Olena", "cancelled")


@pytest.mark.parametrize(
    ("kind", "shared", "kept"), [("citizen", False, False), ("citizen", True, True), ("hromada", False, True)]
)
def test_the_name_of_a_private_person_goes_unless_others_use_it(kind: str, *, shared: bool, kept: bool) -> None:
    details = Details(organisation="Olena Example", organisation_kind=kind)
    ticket = opened(details=details)
    if shared:
        opened(sender_address="petro@example.org", sender_name="Petro", details=details)
    assert find_texts(ticket.requester).organisation == ("" if kept else "Olena Example")
    erase_person(actor=Actor.staff(staff()), requester_id=ticket.requester_id, now=NOW)
    assert Organisation.objects.get().name == ("Olena Example" if kept else "")


def test_whom_messages_name_is_answered_by_an_index() -> None:
    ticket = opened()
    with CaptureQueriesContext(connection) as captured:
        assert find_texts(ticket.requester).named_in == 0
    (question,) = (each["sql"] for each in captured.captured_queries if "@>" in each["sql"])
    disable("seqscan")
    plan = plan_of(question)
    assert "message_recipients" in plan, plan
    assert "Seq Scan" not in plan, plan


def test_what_is_in_the_outbox_about_a_person_is_answered_by_indexes() -> None:
    ticket = opened()
    with CaptureQueriesContext(connection) as captured:
        erase_person(actor=Actor.staff(staff()), requester_id=ticket.requester_id, now=NOW)
    (question,) = (
        each["sql"]
        for each in captured.captured_queries
        if each["sql"].startswith("SELECT") and '"group" IN' in each["sql"]
    )
    disable("seqscan")
    plan = plan_of(question)
    assert "mail_of_group" in plan, plan
    assert "mail_to_recipient" in plan, plan
    assert "Seq Scan" not in plan, plan


def test_notices_and_links_in_the_outbox_go_too_and_what_waits_never_leaves() -> None:
    ticket = opened(subject="Insulin for Olena")
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=staff(), now=NOW)
    assert send_link(reference=ticket.reference, address=OLENA, language="en", now=NOW)
    names = ["acknowledgement", "assigned", "tracking_link"]
    assert list(OutgoingMail.objects.order_by("name").values_list("name", flat=True)) == names

    erase_person(actor=Actor.staff(staff()), requester_id=ticket.requester_id, now=NOW + timedelta(days=800))

    assert set(OutgoingMail.objects.values_list("state", "subject", "text", "html", "secret", "recipient_key")) == {
        ("cancelled", "", "", "", "", "")
    }
