"""Erasing a person empties the words and keeps the figures."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, opened, staff
from tickets.actions import answering, triage
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.tracking import send_link
from tickets.files import keep
from tickets.incoming import Details
from tickets.models import Attachment, DiscardedFile, Event, Message, Organisation, Requester, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_every_personal_text_goes_and_times_states_and_history_stay() -> None:
    shared, own = keep(b"shared by two people", name="a.txt"), keep(b"olena's own", name="olena.txt")
    raw = keep(b"raw mail of olena", name="raw.eml")
    details = Details(organisation="Example hromada", need_item="generator", letter_number="12/3")
    ticket = opened(
        files=(shared, own), raw_path=raw.path, raw_sha256=raw.sha256, details=details, text="words of olena"
    )
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
