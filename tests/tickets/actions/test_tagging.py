"""Tags are words on a ticket; the same word is the same tag."""

import pytest

from tests.making import NOW, opened, staff
from tickets.actions.record import Actor
from tickets.actions.tagging import set_tags
from tickets.errors import IllegalMove
from tickets.models import Tag, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def tagged(ticket: Ticket, *names: str) -> list[str]:
    set_tags(actor=Actor.staff(staff()), ticket_id=ticket.pk, names=names, now=NOW)
    return list(ticket.tags.values_list("name", flat=True))


def test_tags_are_put_on_and_taken_off_with_one_event_each() -> None:
    ticket = opened()
    assert tagged(ticket, "winter", " school  buses ", "") == ["school buses", "winter"]
    assert tagged(ticket, "winter") == ["winter"]
    assert tagged(ticket, "winter") == ["winter"]
    winter = Tag.objects.get(name="winter").pk
    buses = Tag.objects.get(name="school buses").pk
    events = list(ticket.events.filter(verb="tags").order_by("id").values_list("data", flat=True))
    assert events == [{"from": [], "to": sorted([winter, buses])}, {"from": sorted([winter, buses]), "to": [winter]}]


def test_capitals_make_no_other_tag() -> None:
    assert tagged(opened(), "Зима") == ["Зима"]
    assert tagged(opened(), "зима", "ЗИМА") == ["Зима"]
    assert Tag.objects.count() == 1


def test_what_is_no_tag_is_refused() -> None:
    ticket = opened()
    for names, code in (([f"tag {number}" for number in range(21)], "too-many-tags"), (["x" * 51], "tag-too-long")):
        with pytest.raises(IllegalMove, match=code):
            tagged(ticket, *names)
    assert not Tag.objects.exists()
