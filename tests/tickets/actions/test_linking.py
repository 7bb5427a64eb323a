"""A person says which tickets belong together."""

import pytest

from tests.making import NOW, opened, staff
from tickets.actions import joining
from tickets.actions.linking import confirm_link, link, reject_link, unlink
from tickets.actions.record import Actor
from tickets.errors import IllegalMove
from tickets.models import TicketLink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_two_tickets_are_linked_once_whichever_way_round() -> None:
    one, other, anna = opened(), opened(), Actor.staff(staff())
    link(actor=anna, ticket_id=one.pk, other_id=other.pk, now=NOW)
    link(actor=anna, ticket_id=other.pk, other_id=one.pk, now=NOW)
    assert TicketLink.objects.get().kind == "related"
    assert one.events.get(verb="linked").data["reference"] == other.reference
    assert not other.events.filter(verb="linked").exists()


@pytest.mark.parametrize("from_the_other_side", [False, True])
def test_a_suggestion_is_confirmed_or_rejected_from_either_side(from_the_other_side: bool) -> None:
    one, other, third, anna = opened(), opened(), opened(), Actor.staff(staff())
    for target in (other, third):
        joining.suggest(source=one, target=target, reason="subject-stranger", now=NOW)
    ends = (other, one) if from_the_other_side else (one, other)
    confirm_link(actor=anna, ticket_id=ends[0].pk, other_id=ends[1].pk, now=NOW)
    reject_link(actor=anna, ticket_id=one.pk, other_id=third.pk, now=NOW)
    kept = TicketLink.objects.get()
    assert (kept.kind, kept.target) == ("related", other)
    assert ends[0].events.get(verb="link_confirmed").data["reference"] == ends[1].reference
    assert one.events.get(verb="link_rejected").data["reason"] == "subject-stranger"


def test_linking_what_was_suggested_confirms_it() -> None:
    one, other = opened(), opened()
    joining.suggest(source=one, target=other, reason="several", now=NOW)
    link(actor=Actor.staff(staff()), ticket_id=other.pk, other_id=one.pk, now=NOW)
    assert TicketLink.objects.get().kind == "related"
    assert other.events.filter(verb="link_confirmed").count() == 1


def test_a_link_is_taken_away() -> None:
    one, other, anna = opened(), opened(), Actor.staff(staff())
    link(actor=anna, ticket_id=one.pk, other_id=other.pk, now=NOW)
    unlink(actor=anna, ticket_id=other.pk, other_id=one.pk, now=NOW)
    assert not TicketLink.objects.exists()
    assert other.events.get(verb="unlinked").data["reference"] == one.reference


def test_what_is_not_there_is_neither_taken_away_nor_confirmed() -> None:
    one, other, anna = opened(), opened(), Actor.staff(staff())
    with pytest.raises(IllegalMove, match="itself"):
        link(actor=anna, ticket_id=one.pk, other_id=one.pk, now=NOW)
    with pytest.raises(IllegalMove, match="not-linked"):
        unlink(actor=anna, ticket_id=one.pk, other_id=other.pk, now=NOW)
    link(actor=anna, ticket_id=one.pk, other_id=other.pk, now=NOW)
    for act in (confirm_link, reject_link):
        with pytest.raises(IllegalMove, match="not-suggested"):
            act(actor=anna, ticket_id=one.pk, other_id=other.pk, now=NOW)
