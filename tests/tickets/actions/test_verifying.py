"""A call back says who writes, as long as nobody withdraws it."""

from datetime import timedelta

import pytest

from tests.making import NOW, opened, staff
from tickets.actions.erasing import erase_person
from tickets.actions.record import Actor
from tickets.actions.verifying import verify_by_call, withdraw_call
from tickets.errors import IllegalMove
from tickets.models import CallBack, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
CALLED, LATER = NOW + timedelta(hours=2), NOW + timedelta(hours=3)


def verified(ticket: Ticket, **changes) -> CallBack:
    values = {"how": "official_site", "number": " +380 542 000 000 ", "at": CALLED, "now": LATER, **changes}
    return verify_by_call(actor=Actor.staff(staff()), ticket_id=ticket.pk, **values)


def test_who_called_when_and_by_which_number_is_kept_and_the_history_holds_no_number() -> None:
    ticket = opened()
    made = verified(ticket)
    assert (made.how, made.number, made.called_at) == ("official_site", "+380 542 000 000", CALLED)
    event = ticket.events.get(verb="verified")
    assert (event.actor, event.data) == (made.called_by, {"callback": made.pk, "how": "official_site"})


def test_a_call_back_that_is_withdrawn_holds_no_more_and_another_may_follow() -> None:
    ticket = opened()
    first = verified(ticket)
    withdraw_call(actor=Actor.staff(staff()), ticket_id=ticket.pk, now=LATER)
    assert CallBack.objects.get().withdrawn_at == LATER
    assert ticket.events.get(verb="unverified").data == {"callback": first.pk}
    second = verified(ticket, how="earlier")
    assert ticket.callbacks.get(withdrawn_at=None) == second


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"how": "the-mail"}, "source-missing"),
        ({"number": " "}, "number-missing"),
        ({"at": LATER + timedelta(minutes=1)}, "future"),
    ],
)
def test_a_call_back_needs_source_number_and_a_time_that_was(changes: dict[str, object], code: str) -> None:
    ticket = opened()
    with pytest.raises(IllegalMove) as refused:
        verified(ticket, **changes)
    assert refused.value.code == code
    assert not CallBack.objects.exists()


def test_there_is_one_call_back_at_a_time_and_none_to_withdraw_where_none_is() -> None:
    ticket = opened()
    with pytest.raises(IllegalMove, match="not-verified"):
        withdraw_call(actor=Actor.staff(staff()), ticket_id=ticket.pk, now=LATER)
    verified(ticket)
    with pytest.raises(IllegalMove, match="verified"):
        verified(ticket)


def test_erasing_the_person_takes_the_number_away() -> None:
    ticket = opened()
    verified(ticket)
    erase_person(actor=Actor.staff(staff()), requester_id=ticket.requester_id, now=LATER)
    assert list(CallBack.objects.values_list("number", "how")) == [("", "official_site")]
