"""What follows on a question without an answer, by its day. No database."""

from datetime import UTC, datetime, timedelta

import pytest

from tickets.questioning import Announced, Next, Reminded, Step, next_step

ASKED = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
EVERY = timedelta(days=30)


def on(day: int) -> datetime:
    return ASKED + timedelta(days=day)


@pytest.mark.parametrize(
    ("now", "reminded", "announced", "follows"),
    [
        (0, [], None, Next(Step.REMIND, on(30), 1)),
        (30, [], None, Next(Step.REMIND, on(30), 1)),
        (30, [(1, 30)], None, Next(Step.REMIND, on(60), 2)),
        (60, [(1, 30), (2, 60)], None, Next(Step.NOTICE, on(90))),
        (90, [(1, 30), (2, 60)], 104, Next(Step.CLOSE, on(104))),
    ],
    ids=["asked", "first", "second", "notice", "end"],
)
def test_one_step_follows_the_other(
    now: int, reminded: list[tuple[int, int]], announced: int | None, follows: Next
) -> None:
    done = [Reminded(number, on(day)) for number, day in reminded]
    told = Announced(on(announced)) if announced else None
    assert next_step(ASKED, done, told, every=EVERY, now=on(now)) == follows


def test_of_reminders_that_were_missed_the_last_alone_is_made_up_for() -> None:
    assert next_step(ASKED, [], None, every=EVERY, now=on(200)) == Next(Step.REMIND, on(60), 2)


def test_two_reminders_are_two_weeks_apart_however_late_the_first_was() -> None:
    follows = next_step(ASKED, [Reminded(1, on(58))], None, every=EVERY, now=on(58))
    assert follows == Next(Step.REMIND, on(72), 2)


def test_a_notice_whose_day_is_long_gone_holds_no_more() -> None:
    done = [Reminded(1, on(30)), Reminded(2, on(60))]
    assert next_step(ASKED, done, Announced(on(104)), every=EVERY, now=on(111)).step == Step.CLOSE
    assert next_step(ASKED, done, Announced(on(104)), every=EVERY, now=on(112)).step == Step.NOTICE
