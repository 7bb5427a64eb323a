"""Absences with days and a substitute, who hears meanwhile what partners write."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tests.making_deadlines import brussels
from tickets.actions import absences, joining, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import Absence, Queue, Ticket, User
from tickets.tasks import tell_substitutes

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


def mails_named(name: str) -> dict[str, OutgoingMail]:
    return {mail.to[0]["address"]: mail for mail in OutgoingMail.objects.filter(name=name)}


def run(day: date) -> int:
    with time_machine.travel(brussels(day, 8), tick=False):
        return tell_substitutes()


def test_the_substitute_is_told_at_the_start_with_the_tickets_and_both_at_the_end() -> None:
    anna, petro, first = staff("Anna Agent"), staff("Petro Agent"), date(2026, 12, 7)
    ticket, hidden = opened(), opened()
    for each in (ticket, hidden):
        triage.assign(actor=SYSTEM, ticket_id=each.pk, assignee=anna, now=NOW)
    triage.set_sensitive(actor=SYSTEM, ticket_id=hidden.pk, sensitive=True, now=NOW)
    days = {"first_day": first, "last_day": first + timedelta(days=4)}
    absences.enter_absence(actor=Actor.staff(anna), person=anna, substitute=petro, now=NOW, **days)
    assert run(first - timedelta(days=1)) == 0
    assert (run(first), run(first)) == (1, 0)
    start = mails_named("standing_in")
    assert set(start) == {petro.email}
    assert "until 11 December 2026 you stand in for Anna Agent" in start[petro.email].text
    assert ticket.reference in start[petro.email].text
    assert hidden.reference not in start[petro.email].text
    assert run(first + timedelta(days=4)) == 0
    assert (run(first + timedelta(days=5)), run(first + timedelta(days=6))) == (1, 0)
    end = mails_named("standing_in_over")
    assert set(end) == {anna.email, petro.email}
    assert hidden.reference in end[anna.email].text
    assert "You no longer stand in for Anna Agent" in end[petro.email].text
    assert Ticket.objects.get(pk=ticket.pk).assignee == anna


def test_an_absence_that_was_missed_whole_or_taken_back_before_it_began_is_told_to_nobody() -> None:
    anna, petro, first = staff("Anna Agent"), staff("Petro Agent"), date(2026, 12, 7)
    actor = Actor.staff(anna)
    absences.enter_absence(actor=actor, person=anna, substitute=petro, first_day=first, last_day=first, now=NOW)
    assert run(first + timedelta(days=3)) == 0
    later = date(2026, 12, 14)
    taken = absences.enter_absence(actor=actor, person=anna, substitute=petro, first_day=later, last_day=later, now=NOW)
    absences.delete_absence(actor=actor, absence_id=taken.pk, now=NOW)
    assert run(later) == 0
    assert not OutgoingMail.objects.filter(name__startswith="standing").exists()


def test_who_comes_back_early_ends_the_standing_in() -> None:
    anna, petro, first = staff("Anna Agent"), staff("Petro Agent"), date(2026, 12, 7)
    days = {"first_day": first, "last_day": first + timedelta(days=20)}
    absence = absences.enter_absence(actor=Actor.staff(anna), person=anna, substitute=petro, now=NOW, **days)
    run(first)
    absences.delete_absence(actor=Actor.staff(anna), absence_id=absence.pk, now=NOW)
    assert run(first + timedelta(days=2)) == 1
    assert set(mails_named("standing_in_over")) == {anna.email, petro.email}
