"""Each ticket on its own deadline: open and overdue is missed, open and not yet due is not decided."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.on_time import Case, OnTime, on_time
from reports.survival import End

ANSWERED, CLOSED, OPEN = End.ANSWERED, End.CLOSED, End.OPEN
SOME = settings(max_examples=50)

CASES = st.lists(st.builds(Case, st.integers(0, 20), st.integers(1, 20), st.sampled_from(End)), max_size=30)


def shared(found: OnTime) -> float:
    assert found.share is not None
    return found.share.value


@pytest.mark.parametrize(
    ("case", "count"),
    [
        (Case(10, 10, ANSWERED), "kept"),  # in the last second
        (Case(11, 10, ANSWERED), "late"),
        (Case(11, 10, OPEN), "late"),
        (Case(11, 10, CLOSED), "late"),
        (Case(10, 10, CLOSED), "closed"),
        (Case(10, 10, OPEN), "undecided"),
        (Case(0, 10, ANSWERED), "kept"),
    ],
)
def test_each_ticket_is_counted_once(case: Case, count: str) -> None:
    found = on_time([case])
    assert {name: getattr(found, name) for name in ("kept", "late", "closed", "undecided")} == {
        name: int(name == count) for name in ("kept", "late", "closed", "undecided")
    }


def test_when_all_is_decided_the_share_is_the_plain_one() -> None:
    found = on_time([Case(5, 10, ANSWERED), Case(900, 1_000, ANSWERED), Case(2, 1, OPEN), Case(1, 9, CLOSED)])
    assert shared(found) == found.least == found.most == 0.5


def test_who_is_not_yet_due_counts_as_long_as_it_was_seen() -> None:
    # At a tenth of its time one of four was answered. One is open at half of it; of the two that were seen until then,
    # one was answered in the last second and one was not: 1/4 + 3/4 * 1/2.
    found = on_time([Case(1, 10, ANSWERED), Case(50, 100, OPEN), Case(30, 30, ANSWERED), Case(31, 30, ANSWERED)])
    assert shared(found) == pytest.approx(0.625)
    assert (found.least, found.most) == (0.5, 0.75)


def test_of_a_week_that_is_not_due_nothing_is_said() -> None:
    found = on_time([Case(1, 10, ANSWERED), Case(2, 10, OPEN)])
    assert found.share is None
    assert (found.least, found.most) == (0.5, 1)


def test_without_tickets_there_is_no_share() -> None:
    nothing = on_time([])
    assert (nothing.n, nothing.share, nothing.least, nothing.most) == (0, None, None, None)


@pytest.mark.parametrize("allowed", [0, -5])
def test_a_deadline_before_the_message_is_refused(allowed: int) -> None:
    with pytest.raises(ValueError, match="after the message"):
        on_time([Case(1, allowed, OPEN)])


@SOME
@given(CASES)
def test_the_share_lies_between_what_is_kept_and_what_can_still_be(cases: list[Case]) -> None:
    found = on_time(cases)
    assert found.n == len(cases)
    if found.share and found.least is not None and found.most is not None:
        assert found.least - 1e-9 <= found.share.value <= found.most + 1e-9
        assert found.share.low <= found.share.value <= found.share.high


@SOME
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_the_tickets_is_irrelevant(cases: list[Case], draw: random.Random) -> None:
    assert on_time(draw.sample(cases, len(cases))) == on_time(cases)


def test_a_new_month_is_not_praised_for_what_it_answered_early() -> None:
    """Answers spread over twice the deadline keep it in half of all cases; of those decided far more are kept."""
    draw, cases = random.Random(3), []
    for _ in range(2_000):
        allowed = draw.randint(10_000, 20_000)
        age, answer = int(draw.random() * 1.1 * allowed), int(draw.random() * 2 * allowed)
        cases.append(Case(answer, allowed, ANSWERED) if answer <= age else Case(age, allowed, OPEN))
    found = on_time(cases)
    assert found.share is not None
    assert found.kept / (found.kept + found.late) > 0.75
    assert found.share.low <= 0.5 <= found.share.high
