"""Flow: what is counted is what the search finds, and nothing is counted twice."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from reports.periods import Period
from reports.queries import flow as queries
from tests import making
from tests.making import NOW
from tests.planning import disable, plan_of
from tests.reports import making_flow
from tickets import flow
from tickets.models import Ticket, User
from tickets.permissions import visible
from tickets.search.narrowing import narrow
from tickets.search.query import parse

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
TODAY = NOW.date()
NOT_LEFT = "-status:merged -status:spam"
PERIODS = [
    Period(date(2026, 10, 1), date(2026, 10, 31)),
    Period(date(2026, 3, 28), date(2026, 3, 30)),  # the clocks go forward
    Period(date(2026, 4, 3), date(2026, 11, 23)),
    Period(date(2023, 11, 24), date(2026, 11, 30)),  # with days to come
]


@pytest.fixture
def maria(db: None) -> User:
    return making.staff("Maria Manager", role="manager")


@pytest.fixture
def _year(db: None) -> None:
    making_flow.year(NOW)


def found(user: User, text: str) -> int:
    narrowed = narrow(parse(text), visible(user), user=user, now=NOW)
    assert not narrowed.problems, text
    return narrowed.tickets.count()


def read(user: User, period: Period) -> queries.Flow:
    return queries.flow_of(visible(user), period, today=TODAY)


@pytest.mark.usefixtures("_year")
@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.searched)
def test_every_number_is_what_the_search_finds(maria: User, period: Period) -> None:
    made = read(maria, period)
    days = period.searched
    assert made.came == found(maria, f"received:{days} {NOT_LEFT}")
    assert made.left == found(maria, f"received:{days} status:merged,spam")
    assert made.resolved == found(maria, f"resolved:{days} {NOT_LEFT}")
    assert made.reopened == found(maria, f"received:{days} is:reopened {NOT_LEFT}")
    assert made.undelivered == found(maria, f"undelivered:{days}")
    for kind, number in made.interim.items():
        assert number == found(maria, f"interim:{days}/{kind} {NOT_LEFT}"), kind
    for each in made.slices[:3] + made.slices[-3:]:
        cut = Period(each.first, each.last).searched
        assert each.came == found(maria, f"received:{cut} {NOT_LEFT}")
        assert each.resolved == found(maria, f"resolved:{cut} {NOT_LEFT}")
        assert each.open == found(maria, f"received:..{each.last} -resolved:..{each.last} {NOT_LEFT}")
    for step, number in made.acknowledged.steps.items():
        assert number == found(maria, f"received:{days} ack:{step} {NOT_LEFT}")
    for (weekday, hour), number in list(made.arrivals.items())[:5]:
        code = f"{flow.WEEKDAYS[weekday - 1]}-{hour:02d}"
        assert number == found(maria, f"received:{days} hour:{code} {NOT_LEFT}")
    for (weekday, hour), number in list(made.answers.items())[:5]:
        code = f"{flow.WEEKDAYS[weekday - 1]}-{hour:02d}"
        assert number == found(maria, f"answered:{days} answerhour:{code} {NOT_LEFT}")


@pytest.mark.usefixtures("_year")
@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.searched)
def test_every_ticket_is_in_one_place_of_each_partition(maria: User, period: Period) -> None:
    made = read(maria, period)
    assert sum(made.acknowledged.steps.values()) == made.came == sum(made.arrivals.values())
    assert sum(made.answers.values()) == found(maria, f"answered:{period.searched} {NOT_LEFT}")
    open_before = made.open_before
    for each in made.slices:
        assert each.open == open_before + each.came - each.resolved
        open_before = each.open
    assert made.open_after == open_before


def test_the_hour_is_that_of_brussels(maria: User) -> None:
    making_flow.furnish()
    making.opened(now=datetime(2026, 11, 22, 23, 30, tzinfo=BRUSSELS))
    made = read(maria, Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert made.arrivals == {(7, 23): 1}


def test_who_has_no_acknowledgement_makes_the_time_longer_and_not_shorter(maria: User) -> None:
    making_flow.furnish()
    period = Period(date(2026, 11, 1), date(2026, 11, 30))
    for number, seconds in enumerate((10, 20, 30, None, None)):
        ticket = making.opened(sender_address=f"p{number}@hromada.example")
        at = None if seconds is None else NOW + timedelta(seconds=seconds)
        Ticket.objects.filter(pk=ticket.pk).update(acknowledged_at=at)
    made = read(maria, period).acknowledged
    assert made.half == 30
    assert made.nine_in_ten is None


def test_nothing_at_all_is_no_error(maria: User) -> None:
    made = read(maria, Period(date(2026, 11, 1), date(2026, 11, 7)))
    assert (made.came, made.resolved, made.open_after, made.acknowledged.half) == (0, 0, 0, None)


@pytest.mark.parametrize(
    ("period", "split", "number"),
    [
        (Period(date(2026, 10, 1), date(2026, 10, 31)), "day", 31),
        (Period(date(2026, 7, 1), date(2026, 9, 30)), "week", 14),
        (Period(date(2025, 1, 15), date(2026, 10, 31)), "month", 22),
    ],
)
def test_a_period_is_cut_so_that_its_picture_can_be_read(period: Period, split: str, number: int) -> None:
    cuts = queries.cuts(period, period.last)
    assert queries.split_of(period) == split
    assert len(cuts) == number
    assert sum(each.days for each in cuts) == period.days
    assert (cuts[0].first, cuts[-1].last) == (period.first, period.last)


@pytest.mark.usefixtures("_year")
def test_what_was_sent_before_an_answer_is_told_by_its_kind(maria: User) -> None:
    sent = read(maria, PERIODS[-1]).interim
    assert min(sent.values()) > 5
    assert max(sent["within"], sent["later"]) < sent["holding"]
    any_of_them = found(maria, f"interim:{PERIODS[-1].searched} {NOT_LEFT}")
    assert max(sent.values()) < any_of_them < sent["holding"] + sent["question"] + sent["official"]


@pytest.mark.usefixtures("_year")
def test_it_takes_nine_statements_whatever_it_counts(
    maria: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tickets = visible(maria)
    for period in PERIODS:
        with django_assert_num_queries(9):
            queries.flow_of(tickets, period, today=TODAY)


@pytest.mark.usefixtures("_year")
def test_each_statement_walks_an_index(maria: User) -> None:
    tickets, period = visible(maria), PERIODS[0]
    with CaptureQueriesContext(connection) as captured:
        queries.flow_of(tickets, period, today=TODAY)
    disable("seqscan")
    for each in captured.captured_queries:
        plan = plan_of(each["sql"])
        assert "Seq Scan" not in plan, plan
