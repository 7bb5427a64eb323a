"""Searches for waits and deadlines by the day on which they began and what they came to."""

from datetime import date, timedelta

import pytest

from tests.making import NOW, opened, staff
from tickets.models import ReplyCycle, Resolution, Ticket, TicketDeadline, User
from tickets.permissions import visible
from tickets.search.narrowing import narrow
from tickets.search.query import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
DAY = timedelta(days=1)


def wait(ticket: Ticket, number: int, days: int, end: str) -> None:
    """A wait that began so many days ago."""
    start = NOW - days * DAY
    ReplyCycle.objects.create(
        ticket=ticket,
        number=number,
        kind="first" if number == 1 else "next",
        started_at=start,
        end=end,
        ended_at=start + DAY if end else None,
    )


def deadline(ticket: Ticket, days: int, due: int, end: str, ended: int = 0) -> None:
    """A deadline that began so many days ago, is due `due` days from now, and ended `ended` days from then."""
    start = NOW - days * DAY
    TicketDeadline.objects.create(
        ticket=ticket,
        duty="reply",
        started_at=start,
        due_on=date(2026, 1, 1),
        due_at=NOW + due * DAY,
        end=end,
        ended_at=start + ended * DAY if end else None,
    )


@pytest.fixture
def anna() -> User:
    ReplyCycle.objects.all().delete()
    return staff("Anna Agent")


@pytest.fixture
def tickets(anna: User) -> dict[str, Ticket]:
    made = {name: opened(subject=name, acknowledge=False) for name in ("kept", "late", "open", "closed", "spam")}
    ReplyCycle.objects.all().delete()
    TicketDeadline.objects.all().delete()
    for name, end in (("kept", "answered"), ("late", "transferred"), ("open", ""), ("closed", "closed")):
        wait(made[name], 1, 10, end)
    wait(made["spam"], 1, 10, "spam")
    wait(made["kept"], 2, 5, "answered")
    wait(made["kept"], 3, 2, "")
    wait(made["late"], 2, 5, "")
    deadline(made["kept"], 10, 3, "done", 4)
    deadline(made["late"], 10, -1, "done", 9)
    deadline(made["open"], 10, 2, "")
    deadline(made["closed"], 10, 2, "closed", 3)
    deadline(made["spam"], 10, 2, "spam", 3)
    Resolution.objects.create(
        ticket=made["closed"],
        started_at=NOW - 10 * DAY,
        first_at=NOW - DAY,
        last_at=NOW - DAY,
        first_calendar_seconds=9 * 86_400,
    )
    Ticket.objects.filter(pk=made["open"].pk).update(waiting_since=NOW - 10 * DAY)
    return made


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("first:10d", {"kept", "late", "open", "closed"}),
        ("first:10d/answered", {"kept", "late"}),
        ("first:10d/open", {"open"}),
        ("first:10d/closed", {"closed"}),
        ("first:10d/left", {"spam"}),
        ("first:9d", set()),
        ("next:..today", {"kept", "late"}),
        ("next:5d/open", {"late"}),  # the open one of the other began later
        ("next:5d/answered", {"kept"}),
        ("reply:10d", {"kept", "late", "open", "closed"}),
        ("reply:10d/kept", {"kept"}),
        ("reply:10d/late", {"late"}),
        ("reply:10d/undecided", {"open"}),
        ("reply:10d/closed", {"closed"}),
        ("reply:10d/left", {"spam"}),
        ("resolved:yesterday", {"closed"}),
        ("is:resolved", {"closed"}),
        ("waits:10d", {"open"}),
        ("waits:..9d", {"open"}),
    ],
)
def test_waits_and_deadlines_are_found(tickets: dict[str, Ticket], anna: User, text: str, subjects: set[str]) -> None:
    narrowed = narrow(parse(text), visible(anna), user=anna, now=NOW)
    assert not narrowed.problems
    assert set(narrowed.tickets.values_list("subject", flat=True)) == subjects


def test_waits_that_stood_still_are_found_by_whom_they_waited_for(tickets: dict[str, Ticket], anna: User) -> None:
    """One that stands still now does so for the third party or, else, for the partner."""

    def found(text: str) -> set[str]:
        return set(narrow(parse(text), visible(anna), user=anna, now=NOW).tickets.values_list("subject", flat=True))

    ReplyCycle.objects.filter(ticket=tickets["kept"], number=2).update(requester_pause=60)
    ReplyCycle.objects.filter(ticket=tickets["late"], number=2).update(paused_since=NOW - DAY)
    Ticket.objects.filter(pk=tickets["late"].pk).update(waiting_for="third_party", status="pending")
    assert (found("next:5d/partner"), found("next:5d/third")) == ({"kept"}, {"late"})
    assert found("next:2d/partner") == set()
    Resolution.objects.filter(ticket=tickets["closed"]).update(third_party_pause=60)
    Resolution.objects.create(ticket=tickets["open"], started_at=NOW - 10 * DAY, paused_since=NOW - DAY)
    assert (found("paused:partner"), found("paused:third")) == ({"open"}, {"closed"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("first:2026-11/never", "“first:” does not know “/never”. It knows: /open, /answered, /closed, /left."),
        ("first:soon/open", "“soon/open” is no day."),
        ("received:2026-11/open", "“2026-11/open” is no day."),
    ],
)
def test_what_a_wait_cannot_come_to_is_said(text: str, says: str) -> None:
    (problem,) = parse(text).problems
    assert says in problem.message


def test_the_code_of_a_topic_means_that_topic_alone(anna: User) -> None:
    made = {code: opened(subject=code, acknowledge=False) for code in ("energy", "energy-saving")}
    for code, ticket in made.items():
        topic = ticket._meta.get_field("topic").related_model.objects.get_or_create(code=code, name=code.title())[0]
        Ticket.objects.filter(pk=ticket.pk).update(topic=topic)
    for text, subjects in (("topic:energy", {"energy"}), ("topic:energ", set(made))):
        narrowed = narrow(parse(text), visible(anna), user=anna, now=NOW)
        assert set(narrowed.tickets.values_list("subject", flat=True)) == subjects
