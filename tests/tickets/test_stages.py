"""When the stages of a deadline begin: working days before and after it, by the clock of Brussels. No database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making_deadlines import brussels
from tickets.stages import Deadline, Plan, Stage, WorkingDays, begins, next_look, stage_at

BRUSSELS = ZoneInfo("Europe/Brussels")
CLOSED = frozenset({date(2026, 12, 24), date(2026, 12, 25), *(date(2026, 12, day) for day in range(28, 32))})
CLOSED |= {date(2027, 1, 1), date(2027, 1, 4)}
PLAN = Plan(soon=3, ceiling=10, escalated=3, days=WorkingDays(CLOSED), zone=BRUSSELS)


def deadline(due_on: date, duty: str = "reply", started: datetime | None = None) -> Deadline:
    return Deadline(
        duty, started or brussels(due_on - timedelta(days=90)), due_on, brussels(due_on + timedelta(days=1))
    )


@pytest.mark.parametrize(
    ("moment", "stage"),
    [
        (brussels(date(2026, 11, 24), 23, 59), Stage.FAR),
        (brussels(date(2026, 11, 25)), Stage.SOON),
        (brussels(date(2026, 11, 29), 23, 59), Stage.SOON),
        (brussels(date(2026, 11, 30)), Stage.TODAY),
        (brussels(date(2026, 11, 30), 23, 59), Stage.TODAY),
        (brussels(date(2026, 12, 1)), Stage.OVERDUE),
        (brussels(date(2026, 12, 2), 23, 59), Stage.OVERDUE),
        (brussels(date(2026, 12, 3)), Stage.ESCALATED),
    ],
)
def test_each_stage_of_a_deadline_on_a_monday_begins_at_midnight_in_brussels(moment: datetime, stage: str) -> None:
    assert stage_at(deadline(date(2026, 11, 30)), PLAN, moment) == stage


def test_closing_days_are_no_working_days() -> None:
    around = deadline(date(2027, 1, 5))
    assert stage_at(around, PLAN, brussels(date(2026, 12, 20), 23)) == Stage.FAR
    # Three working days before 5 January: 23, 22 and 21 December are the working days before the closing days.
    assert begins(around, PLAN)[0] == (brussels(date(2026, 12, 21)), Stage.SOON)


def test_the_last_date_in_law_is_told_ten_working_days_before() -> None:
    final = deadline(date(2026, 12, 11), "final")
    assert begins(final, PLAN)[0] == (brussels(date(2026, 11, 27)), Stage.CEILING)
    assert begins(deadline(date(2026, 12, 11)), PLAN)[0][1] == Stage.SOON


def test_what_would_begin_before_the_period_itself_is_left_out() -> None:
    short = deadline(date(2026, 11, 24), started=brussels(date(2026, 11, 23), 10))
    assert [stage for _, stage in begins(short, PLAN)] == [Stage.TODAY, Stage.OVERDUE, Stage.ESCALATED]


def test_of_an_acknowledgement_only_the_delay_is_told() -> None:
    assert [stage for _, stage in begins(deadline(date(2026, 11, 24), "acknowledge"), PLAN)] == [
        Stage.OVERDUE,
        Stage.ESCALATED,
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_on_a_day_of_the_change_of_clocks_stages_begin_at_its_midnight(day: date) -> None:
    (today,) = (begin for begin, stage in begins(deadline(day), PLAN) if stage == Stage.TODAY)
    assert today.astimezone(BRUSSELS).replace(tzinfo=None) == datetime.combine(day, datetime.min.time())
    overdue = deadline(day).due_at.astimezone(UTC) - today.astimezone(UTC)
    assert overdue == timedelta(hours=23 if day.month == 3 else 25)


@given(
    st.dates(date(2026, 6, 1), date(2027, 6, 1)),
    st.sampled_from(["reply", "final", "official", "acknowledge"]),
    st.integers(0, 24 * 60),
)
def test_looking_when_told_to_passes_over_no_stage(due_on: date, duty: str, hours: int) -> None:
    one = deadline(due_on, duty)
    now, seen = one.started_at, []
    while (look := next_look(one, PLAN, now)) is not None:
        assert look > now
        assert stage_at(one, PLAN, look) != stage_at(one, PLAN, look - timedelta(seconds=1))
        now = look
        seen.append(stage_at(one, PLAN, now))
    assert seen == [stage for _, stage in begins(one, PLAN)]
    some = one.started_at + timedelta(hours=hours)
    assert stage_at(one, PLAN, some) in (Stage.FAR, *seen)


def test_who_is_never_open_gets_an_answer_all_the_same() -> None:
    shut = WorkingDays(frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(2000)))
    assert shut.after(date(2026, 1, 1), 1) > date(2026, 1, 1)
