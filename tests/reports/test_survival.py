"""How long partners wait: by hand, as properties, and against a truth that is known because it was made up."""

import random
from math import exp, log
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.survival import (
    NOT_REACHED,
    Curve,
    End,
    Reached,
    Share,
    Wait,
    average_of_answered,
    estimate,
    estimate_counted,
)

ANSWERED, CLOSED, OPEN = End.ANSWERED, End.CLOSED, End.OPEN
SOME = settings(max_examples=50)
DAY = 86_400

WAITS = st.lists(st.builds(Wait, st.integers(0, 20), st.sampled_from(End)), max_size=30)


def made(*pairs: tuple[int, End]) -> list[Wait]:
    return [Wait(*pair) for pair in pairs]


def values(curve: Curve) -> list[float]:
    return list(curve.values)


def within(curve: Curve, time: float) -> Share:
    share = curve.within(time)
    assert share is not None
    return share


def test_who_still_waits_counts_for_as_long_as_they_were_seen() -> None:
    # 5 of 5 seen at 1: 4/5 wait on. At 2, 4 were seen: 3/4 of those. At 3 only 2, as one was open at 2: half of those.
    found = estimate(made((1, ANSWERED), (2, ANSWERED), (2, OPEN), (3, ANSWERED), (5, OPEN)))
    assert (found.n, found.n_answered, found.n_closed, found.n_open) == (5, 3, 0, 2)
    assert list(found.answered.times) == [1, 2, 3]
    assert values(found.answered) == pytest.approx([0.2, 0.4, 0.7])
    assert found.answered.reached(0.5).at == 3
    assert found.answered.reached(0.75) == Reached(NOT_REACHED, 1, NOT_REACHED)


def test_the_band_is_greenwoods_on_the_log_log_scale() -> None:
    # One of two answered: S = 1/2, Greenwood's sum 1/2. 0.5 ** exp(±1.96 * sqrt(1/2) / ln 2) is 0.0060 and 0.9104.
    found = within(estimate(made((1, ANSWERED), (2, OPEN))).answered, 1)
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.0896, 0.9940), abs=1e-4)


def test_closing_without_an_answer_competes_and_does_not_quicken_the_answers() -> None:
    # At 2 three of four still wait and one of these is answered: 3/4 * 1/3. At 3 two: 1/2 * 1/2.
    found = estimate(made((1, CLOSED), (2, ANSWERED), (3, ANSWERED), (4, OPEN)))
    assert values(found.answered) == pytest.approx([0.25, 0.5])
    assert values(found.closed) == [0.25]
    assert values(found.over) == pytest.approx([0.25, 0.5, 0.75])
    all_closed = estimate(made((1, CLOSED), (2, ANSWERED), (3, CLOSED)))
    assert all_closed.answered.reached(0.5).at is NOT_REACHED
    assert within(all_closed.answered, 10**9).value == pytest.approx(1 / 3)


def test_an_answer_and_an_end_in_the_same_second_are_both_counted() -> None:
    found = estimate(made((2, ANSWERED), (2, CLOSED), (2, OPEN), (2, ANSWERED)))
    assert (values(found.answered), values(found.closed)) == ([0.5], [0.25])


def test_an_answer_at_once_is_an_answer() -> None:
    found = estimate(made((0, ANSWERED), (0, ANSWERED), (7, OPEN)))
    assert within(found.answered, 0).value == pytest.approx(2 / 3)
    assert found.answered.reached(0.5).at == 0


def test_without_any_wait_nothing_is_said() -> None:
    nothing = estimate([])
    assert nothing.n == 0
    assert nothing.answered.within(0) is None
    assert nothing.answered.reached(0.5) == Reached(NOT_REACHED, NOT_REACHED, NOT_REACHED)
    assert average_of_answered([]) is None


def test_where_all_still_wait_no_share_is_reached_and_how_sure_depends_on_how_many() -> None:
    three = estimate(made((5, OPEN), (6, OPEN), (7, OPEN)))
    assert three.answered.reached(0.5) == Reached(NOT_REACHED, NOT_REACHED, NOT_REACHED)
    # Three of three: below 0.025 ** (1/3). Only one of them was watched for 7.
    assert within(three.answered, 5) == Share(0, 0, pytest.approx(1 - 0.025 ** (1 / 3)))
    assert within(three.answered, 7) == Share(0, 0, pytest.approx(0.975))
    assert three.answered.within(8) is None


def test_a_single_answered_wait_says_little() -> None:
    found = estimate(made((9, ANSWERED))).answered
    assert within(found, 9) == Share(1, pytest.approx(0.025), 1)
    assert found.reached(0.5) == Reached(9, 9, NOT_REACHED)


def test_what_nobody_was_watched_for_is_not_known_but_what_ended_is_known_for_good() -> None:
    waits = made((1, ANSWERED), (4, OPEN))
    assert within(estimate(waits).answered, 4).value == 0.5
    assert estimate(waits).answered.within(5) is None
    assert within(estimate(made((1, ANSWERED), (4, ANSWERED))).answered, 5).value == 1


def test_nine_of_ten_are_nine_tenths() -> None:
    found = estimate(Wait(second, ANSWERED) for second in range(1, 11))
    assert [found.answered.reached(tenth / 10).at for tenth in range(1, 10)] == list(range(1, 10))


@pytest.mark.parametrize("share", [0, 1, -0.1, 50])
def test_a_share_to_reach_lies_between_nothing_and_all(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        estimate([]).answered.reached(share)


def test_a_wait_of_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="less than no time"):
        estimate(made((1, OPEN), (-1, ANSWERED)))


@SOME
@given(WAITS)
def test_curves_rise_and_lie_within_their_bands(waits: list[Wait]) -> None:
    found = estimate(waits)
    for curve in (found.answered, found.closed, found.over):
        assert list(curve.times) == sorted(set(curve.times))
        assert values(curve) == sorted(values(curve))
        for share in map(curve.share, range(len(curve.times))):
            assert 0 <= share.low <= share.value <= share.high <= 1


@SOME
@given(WAITS, st.randoms(use_true_random=False))
def test_the_order_of_the_tickets_is_irrelevant(waits: list[Wait], draw: random.Random) -> None:
    shuffled = draw.sample(waits, len(waits))
    assert estimate(shuffled) == estimate(waits)
    assert estimate(shuffled).answered == estimate(waits).answered


@SOME
@given(WAITS, st.integers(0, 25))
def test_the_ends_add_up(waits: list[Wait], time: int) -> None:
    found = estimate(waits)
    assert found.n == found.n_answered + found.n_closed + found.n_open == len(waits)
    shares = [curve.within(time) for curve in (found.answered, found.closed, found.over)]
    if any(share is None for share in shares):
        assert shares == [None, None, None]
    else:
        answered, closed, over = (share.value for share in shares if share)
        assert answered + closed == pytest.approx(over)


@SOME
@given(WAITS)
def test_without_open_tickets_the_shares_are_plain_counts(waits: list[Wait]) -> None:
    ended = [wait for wait in waits if wait.end is not OPEN]
    for time in (answered := estimate(ended).answered).times:
        counted = sum(wait.end is ANSWERED and wait.seconds <= time for wait in ended)
        assert within(answered, time).value == pytest.approx(counted / len(ended))


# Not so for the answers alone: who still waits may come to be answered, who was closed without an answer never will.
@SOME
@given(WAITS, st.integers(0, 25), st.integers(0, 25))
def test_one_more_who_still_waits_never_makes_waits_shorter(waits: list[Wait], age: int, time: int) -> None:
    before, after = estimate(waits), estimate([*waits, Wait(age, OPEN)])
    one, other = before.over.within(time), after.over.within(time)
    if one and other:
        assert other.value <= one.value + 1e-9


@SOME
@given(WAITS.filter(bool), st.data())
def test_closing_an_open_ticket_without_an_answer_never_makes_the_house_quicker(
    waits: list[Wait], data: st.DataObject
) -> None:
    which = data.draw(st.integers(0, len(waits) - 1))
    opened, closed = list(waits), list(waits)
    opened[which], closed[which] = Wait(waits[which].seconds, OPEN), Wait(waits[which].seconds, CLOSED)
    for time in estimate(opened).answered.times:
        assert within(estimate(closed).answered, time).value <= within(estimate(opened).answered, time).value + 1e-9


@SOME
@given(WAITS, st.sampled_from([0.25, 0.5, 0.75, 0.9]))
def test_a_share_is_reached_within_its_band_and_not_before(waits: list[Wait], share: float) -> None:
    found = estimate(waits).answered
    reached = found.reached(share)
    if isinstance(reached.at, float | int):
        assert not isinstance(reached.low, float | int) or reached.low <= reached.at
        assert within(found, reached.at).value >= share - 1e-9
        assert within(found, reached.at - 1).value < share
    if isinstance(reached.high, float | int):
        assert isinstance(reached.at, float | int)
        assert reached.at <= reached.high


# A made-up house: log-normal answers with a median of 2.5 days for those that come, and none ever for 8 of 100.
NEVER, MEDIAN, SPREAD = 0.08, 2.5 * DAY, 1.0
PERIOD, TEN_DAYS = 30 * DAY, 10 * DAY
TRUE_SHARE = (1 - NEVER) * NormalDist().cdf(log(TEN_DAYS / MEDIAN) / SPREAD)


def cohort(draw: random.Random, size: int) -> list[Wait]:
    """Tickets that came evenly in a period, looked at on its last day."""
    waits = []
    for _ in range(size):
        age = draw.uniform(0, PERIOD)
        answer = float("inf") if draw.random() < NEVER else MEDIAN * draw.lognormvariate(0, SPREAD)
        waits.append(Wait(int(answer), ANSWERED) if answer <= age else Wait(int(age), OPEN))
    return waits


def truth_at(share: float) -> float:
    """When `share` of all tickets are answered in that house, in seconds."""
    return MEDIAN * exp(SPREAD * NormalDist().inv_cdf(share / (1 - NEVER)))


@pytest.mark.parametrize("share", [0.5, 0.75])
def test_the_true_time_lies_within_the_band_where_that_of_the_answered_does_not(share: float) -> None:
    waits = cohort(random.Random(5), 2_000)
    reached = estimate(waits).answered.reached(share)
    assert isinstance(reached.low, int)
    assert isinstance(reached.high, int)
    assert reached.low <= truth_at(share) <= reached.high
    answered = sorted(wait.seconds for wait in waits if wait.end is ANSWERED)
    assert answered[int(share * len(answered))] < reached.low


def test_the_true_share_lies_within_the_band_where_that_of_the_answered_does_not() -> None:
    waits = cohort(random.Random(5), 2_000)
    share, answered = within(estimate(waits).answered, TEN_DAYS), [wait for wait in waits if wait.end is ANSWERED]
    assert share.low <= TRUE_SHARE <= share.high
    assert sum(wait.seconds <= TEN_DAYS for wait in answered) / len(answered) > share.high


def test_the_average_of_the_answered_is_lower_than_that_of_all_answers_that_will_come() -> None:
    average = average_of_answered(cohort(random.Random(5), 2_000))
    assert average is not None
    assert average < 0.9 * MEDIAN * exp(SPREAD**2 / 2)


def test_the_band_holds_the_truth_in_nineteen_of_twenty_houses() -> None:
    draw = random.Random(7)
    shares = [within(estimate(cohort(draw, 120)).answered, TEN_DAYS) for _ in range(300)]
    held = sum(share.low <= TRUE_SHARE <= share.high for share in shares)
    assert 0.92 * 300 <= held <= 0.98 * 300


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(End), st.integers(0, 4)), max_size=12))
def test_counted_waits_are_estimated_as_if_each_stood_alone(counted: list[tuple[int, End, int]]) -> None:
    alone = [Wait(time, end) for time, end, number in counted for _ in range(number)]
    assert estimate_counted(counted) == estimate(alone)


def test_a_count_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="less than no time"):
        estimate_counted([(1, End.OPEN, -1)])


def test_a_thinned_curve_keeps_the_last_step_of_each_stretch() -> None:
    whole = estimate(Wait(seconds, End.ANSWERED) for seconds in range(100)).answered
    thin = whole.thinned(10)
    assert list(thin.times) == [9, 19, 29, 39, 49, 59, 69, 79, 89, 99]
    assert [thin.within(time) for time in thin.times] == [whole.within(time) for time in thin.times]
