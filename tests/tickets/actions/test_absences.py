"""Absences with days and a substitute, who hears meanwhile what partners write."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets.actions import absences, joining, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import Absence, Queue, Ticket, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def away(
    person: User, substitute: User | None = None, *, first: int = 0, days: int = 0, by: User | None = None
) -> Absence:
    """An absence from so many days after today, for so many days more than one."""
    first_day = TODAY + timedelta(days=first)
    return absences.enter_absence(
        actor=Actor.staff(by or person),
        person=person,
        first_day=first_day,
        last_day=first_day + timedelta(days=days),
        substitute=substitute,
        now=NOW,
    )


def told(ticket: Ticket) -> list[str]:
    """Who is told when the partner writes now."""
    OutgoingMail.objects.all().delete()
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=NOW,
    )
    mails = OutgoingMail.objects.filter(name="partner_answered").order_by("pk")
    return [mail.to[0]["name"] for mail in mails]


@pytest.fixture
def people() -> dict[str, User]:
    return {name: staff(name) for name in ("Anna", "Ben", "Carla")}


@pytest.fixture
def ticket(people: dict[str, User]) -> Ticket:
    ticket = opened()
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=people["Anna"], tell=False, now=NOW)
    return ticket


def test_the_substitute_hears_what_the_partner_writes_and_nothing_is_given_away(
    people: dict[str, User], ticket: Ticket
) -> None:
    assert told(ticket) == ["Anna"]
    away(people["Anna"], people["Ben"])
    assert told(ticket) == ["Anna", "Ben"]
    ticket.refresh_from_db()
    assert ticket.assignee == people["Anna"]
    away(people["Ben"], people["Carla"])
    assert told(ticket) == ["Anna", "Carla"]
    away(people["Carla"], people["Anna"])
    assert told(ticket) == ["Anna"]


def test_before_and_after_the_days_nobody_stands_in(people: dict[str, User], ticket: Ticket) -> None:
    away(people["Anna"], people["Ben"], first=1)
    assert told(ticket) == ["Anna"]
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        joining.receive(
            ticket_id=ticket.pk,
            incoming=incoming(),
            channel="email",
            found_by="token",
            acknowledge=False,
            now=NOW + timedelta(days=1),
        )
    assert OutgoingMail.objects.filter(name="partner_answered", to__0__name="Ben").count() == 1


def test_a_substitute_sees_and_hears_no_more_than_before(people: dict[str, User], ticket: Ticket) -> None:
    complaints = Queue.objects.get(code="complaints")
    complaints.members.add(people["Anna"])
    triage.set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=complaints, now=NOW)
    away(people["Anna"], people["Ben"])
    assert told(ticket) == ["Anna"]


@pytest.mark.parametrize(
    ("first", "days", "code"), [(0, -1, "days"), (-3, 1, "past"), (0, 500, "too-long")], ids=["turned", "over", "long"]
)
def test_days_that_make_no_absence_are_refused(people: dict[str, User], first: int, days: int, code: str) -> None:
    with pytest.raises(IllegalMove, match=code):
        away(people["Anna"], first=first, days=days)


def test_a_substitute_is_somebody_else_who_works_here(people: dict[str, User]) -> None:
    gone = staff("Gone", is_active=False)
    for substitute in (people["Anna"], gone):
        with pytest.raises(IllegalMove, match="substitute"):
            away(people["Anna"], substitute)


def test_one_is_away_once_on_a_day(people: dict[str, User]) -> None:
    first = away(people["Anna"], days=3)
    with pytest.raises(IllegalMove, match="overlap"):
        away(people["Anna"], first=3)
    away(people["Ben"], first=3)
    absences.delete_absence(actor=Actor.staff(people["Anna"]), absence_id=first.pk, now=NOW)
    away(people["Anna"], first=3)
    with pytest.raises(IllegalMove, match="overlap"):
        absences.restore_absence(actor=Actor.staff(people["Anna"]), absence_id=first.pk)


def test_a_deleted_absence_counts_no_more_and_comes_back(people: dict[str, User], ticket: Ticket) -> None:
    actor, absence = Actor.staff(people["Anna"]), away(people["Anna"], people["Ben"])
    absences.delete_absence(actor=actor, absence_id=absence.pk, now=NOW)
    assert told(ticket) == ["Anna"]
    absences.restore_absence(actor=actor, absence_id=absence.pk)
    assert told(ticket) == ["Anna", "Ben"]


def test_colleagues_do_not_say_when_others_are_away_and_managers_do(people: dict[str, User]) -> None:
    with pytest.raises(IllegalMove, match="not-yours"):
        away(people["Anna"], by=people["Ben"])
    absence = away(people["Anna"], by=staff("Maria", role="manager"))
    assert absence.entered_by.name == "Maria"
    for actor in (Actor.staff(people["Ben"]), SYSTEM):
        with pytest.raises(IllegalMove, match="not-yours"):
            absences.delete_absence(actor=actor, absence_id=absence.pk, now=NOW)
    with pytest.raises(IllegalMove, match="not-yours"):
        away(people["Anna"], by=staff("Gone", role="manager", is_active=False), first=9)
