"""Who follows a ticket, or is named in a note, hears of it, if they may see it."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets.actions import joining, triage
from tickets.actions.answering import note
from tickets.actions.following import follow, mentioned, unfollow
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import Follower, Queue, Ticket, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=5)


def partner_writes(ticket: Ticket) -> list[str]:
    """The addresses that are told."""
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(received_at=LATER),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=LATER,
    )
    return sorted(mail.to[0]["address"] for mail in OutgoingMail.objects.filter(name="partner_answered"))


def following(ticket: Ticket, person: User) -> None:
    follow(actor=Actor.staff(person), ticket_id=ticket.pk, user=person, now=NOW)


def test_the_assignee_and_the_followers_are_told_once_each() -> None:
    ticket, anna, ben, eva = opened(), staff(), staff(), staff()
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=anna, now=NOW)
    for person in (anna, ben, ben, eva):
        following(ticket, person)
    unfollow(actor=Actor.staff(eva), ticket_id=ticket.pk, user=eva, now=NOW)
    assert partner_writes(ticket) == sorted([anna.email, ben.email])
    verbs = ticket.events.filter(verb__in=["followed", "unfollowed"]).order_by("id").values_list("verb", "data")
    assert [(verb, data["user"]) for verb, data in verbs] == [
        ("followed", anna.pk),
        ("followed", ben.pk),
        ("followed", eva.pk),
        ("unfollowed", eva.pk),
    ]


def test_a_follower_who_may_not_see_the_ticket_any_more_hears_nothing() -> None:
    ticket, ben = opened(), staff()
    following(ticket, ben)
    triage.set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=Queue.objects.get(code="complaints"), now=NOW)
    assert partner_writes(ticket) == []
    with pytest.raises(IllegalMove, match="follower-outside"):
        following(ticket, ben)


def test_a_note_tells_those_whom_it_names_and_they_follow() -> None:
    ticket, anna = opened(), staff("Anna Agent")
    ben = staff("Bérénice Collègue", email="berenice@secretariat.example", language="fr")
    note(actor=Actor.staff(anna), ticket_id=ticket.pk, text="@bérénice collègue, can you call? @Anna Agent", now=NOW)
    told = OutgoingMail.objects.get(name="mentioned")
    assert told.to[0]["address"] == ben.email
    assert told.language == "fr"
    assert ticket.reference in told.subject
    assert "can you call" not in told.text
    assert list(Follower.objects.filter(ticket=ticket).values_list("user", flat=True)) == [ben.pk]
    assert sorted(ticket.events.get(verb="noted").data["mentioned"]) == sorted([anna.pk, ben.pk])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@anna please", ["Anna"]),
        ("@Anna Agent please", ["Anna Agent"]),
        ("@anna.agent: please", ["Anna Agent"]),
        ("write to anna@secretariat.example", []),
        ("@Annabel", []),
        ("no name here", []),
    ],
)
def test_a_name_is_the_whole_name_or_the_first_part_of_the_address(text: str, named: list[str]) -> None:
    staff("Anna Agent", email="anna.agent@secretariat.example")
    staff("Anna", email="a2@secretariat.example")
    staff("Gone", email="gone@secretariat.example", is_active=False)
    assert [person.name for person in mentioned(opened(), text)] == named


def test_who_may_not_see_the_ticket_is_not_told_of_it() -> None:
    ticket, anna = opened(), staff("Anna Agent")
    staff("Ben Outside")
    complaints = Queue.objects.get(code="complaints")
    complaints.members.add(anna)
    triage.set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=complaints, now=NOW)
    note(actor=Actor.staff(anna), ticket_id=ticket.pk, text="@Ben Outside", now=NOW)
    assert not OutgoingMail.objects.filter(name="mentioned").exists()
    assert not Follower.objects.exists()
