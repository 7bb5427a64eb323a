"""How we count, in words: every text is there, and the numbers of the examples are those that the code works out."""

from datetime import date, timedelta

import pytest

from reports.definitions import DEFINITIONS, Definition
from reports.on_time import Case, on_time
from reports.periods import Period, midnight
from reports.queries.cohorts import FINAL, cohorts, rounded
from reports.queries.compliance import Compliance
from reports.queries.flow import flow_of, slices
from reports.queries.pauses import LeftOut
from reports.survival import NOT_REACHED, End, Wait, average_of_answered, estimate
from reports.views.compliance import share_kept
from reports.views.flow import kyiv
from tests.furnishing import furnish
from tests.making import NOW, opened, staff
from tests.making_deadlines import handed_over
from tickets.actions import answering
from tickets.actions.record import Actor
from tickets.models import Resolution, Ticket

BY_CODE = {definition.code: definition for definition in DEFINITIONS}
ANSWERED, CLOSED, OPEN = End.ANSWERED, End.CLOSED, End.OPEN


def example(code: str) -> str:
    return str(BY_CODE[code].example)


def test_codes_are_anchors_and_stand_once() -> None:
    assert len(BY_CODE) == len(DEFINITIONS)
    assert all(code.replace("-", "").isalpha() and code.islower() for code in BY_CODE)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.code)
def test_each_figure_has_a_name_a_meaning_and_an_example(definition: Definition) -> None:
    assert not str(definition.name).endswith(".")
    assert str(definition.meaning).endswith(".")
    assert str(definition.example).endswith(".")


def test_half_of_five_have_an_answer_within_three_days() -> None:
    assert (
        "after 1, 2 and 3 days, one has waited for 2 days and one for 5: half had an answer within 3 days"
        in example("quantiles")
    )
    waits = [Wait(1, ANSWERED), Wait(2, ANSWERED), Wait(3, ANSWERED), Wait(2, OPEN), Wait(5, OPEN)]
    assert estimate(waits).answered.reached(0.5).at == 3


def test_with_four_of_ten_answered_half_is_not_reached() -> None:
    assert "Ten partners wrote a week ago and four have an answer" in example("not-reached")
    waits = [Wait(day, ANSWERED) for day in (1, 2, 3, 4)] + [Wait(7, OPEN)] * 6
    assert estimate(waits).answered.reached(0.5).at is NOT_REACHED


def test_what_nobody_was_watched_for_is_not_known_yet() -> None:
    assert "after 1 day, one has waited for 4 days. Answered within 4 days: half. Within 5 days: not known" in example(
        "within"
    )
    answered = estimate([Wait(1, ANSWERED), Wait(4, OPEN)]).answered
    assert [share and share.value for share in map(answered.within, (4, 5))] == [0.5, None]


def test_three_of_four_are_reached_and_nine_in_ten_never() -> None:
    assert "three had an answer and one withdrew: three in four were reached, nine in ten never" in example("closed")
    answered = estimate([Wait(1, CLOSED), *[Wait(2, ANSWERED)] * 3]).answered
    assert (answered.reached(0.75).at, answered.reached(0.9).at) == (2, NOT_REACHED)


def test_two_of_four_are_in_time_or_three_and_probably_five_of_eight() -> None:
    assert "after 1 day, one after 10 and one after 11; one has been open for 5" in example("on-time")
    found = on_time([Case(1, 10, ANSWERED), Case(10, 10, ANSWERED), Case(11, 10, ANSWERED), Case(5, 10, OPEN)])
    assert found.share is not None
    assert (found.least, found.most, found.share.value) == (2 / 4, 3 / 4, pytest.approx(5 / 8))


def test_the_average_says_one_hour() -> None:
    assert "One had an answer after 1 hour, nine have waited for a month: the average says 1 hour" in example("average")
    assert average_of_answered([Wait(3_600, ANSWERED), *[Wait(30 * 86_400, OPEN)] * 9]) == 3_600


def test_the_open_tickets_of_two_days_add_up() -> None:
    assert "evening 10 are open. On Tuesday 3 come and 5 are resolved: on Tuesday evening 8" in example("flow")
    days = Period(date(2026, 11, 24), date(2026, 11, 24))
    (tuesday,) = slices(days, days.last, {days.first: 3}, {days.first: 5}, 10)
    assert tuesday.open == 8


def test_three_of_four_decided_deadlines_are_kept() -> None:
    assert "three were kept, one was answered a day late and one was extended in time" in example("compliance")
    found = Compliance({("reply", "kept"): 3, ("reply", "late"): 1, ("reply", "extended"): 1})
    assert share_kept(found) == 0.75


def test_twelve_days_are_taken_in_hours() -> None:
    assert "12 days, 5 hours and 50 minutes counts as one after 12 days and 5 hours" in example("lengths")
    assert rounded(12 * 86_400 + 5 * 3_600 + 50 * 60) == 12 * 86_400 + 5 * 3_600


def test_an_hour_in_kyiv_is_one_less_in_brussels() -> None:
    assert "Monday, 23:30 in Kyiv, stands at Monday, 22" in example("hours")
    assert kyiv(22, Period(date(2026, 11, 23), date(2026, 11, 23))) == "23"


@pytest.mark.django_db
def test_a_holding_reply_of_december_is_within_the_deadline_and_the_answer_comes_in_january() -> None:
    assert "due on 14 December. A holding reply of 10 December tells 8 January, and on 7 January" in example("interim")
    furnish()
    ticket, anna = opened(), staff()
    assert ticket.answer_by == date(2026, 12, 14)
    for day, reply in (
        (date(2026, 12, 10), {"nature": "holding", "answer_by": date(2027, 1, 8)}),
        (date(2027, 1, 7), {"nature": "answer"}),
    ):
        at = midnight(day) + timedelta(hours=9)
        message = answering.reply(actor=Actor.staff(anna), ticket_id=ticket.pk, text="Good day", now=at, **reply)
        handed_over(message, at)
    december, january = (Period(date(year, month, 1), date(year, month, 31)) for year, month in ((2026, 12), (2027, 1)))
    first, then = (flow_of(Ticket.objects.all(), each, today=january.last) for each in (december, january))
    assert first.interim == {"holding": 1, "within": 1, "later": 1, "question": 0, "official": 0}
    assert set(then.interim.values()) == {0}
    assert (sum(first.answers.values()), sum(then.answers.values())) == (0, 1)


@pytest.mark.django_db
def test_of_ten_days_four_were_spent_waiting_for_the_partner() -> None:
    assert "10 days, of which 4 were spent waiting for a document from the partner: gross 10 days, net 6" in example(
        "net"
    )
    furnish()
    ticket, day = opened(), 86_400
    Resolution.objects.create(
        ticket=ticket, started_at=NOW, first_at=NOW + timedelta(days=10), last_at=NOW + timedelta(days=10),
        first_calendar_seconds=10 * day, calendar_seconds=10 * day, requester_pause=4 * day,
    )  # fmt: skip
    gross, net = (
        cohorts(Ticket.objects.all(), FINAL, Period(NOW.date(), NOW.date()), now=NOW, net=net)[None]
        for net in (False, True)
    )
    assert (gross.waits, net.waits) == ([(10 * day, ANSWERED, 1)], [(6 * day, ANSWERED, 1)])
    assert net.left_out == {"requester": LeftOut(4 * day, 1), "third_party": LeftOut()}
