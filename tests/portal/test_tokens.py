from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal import tokens

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_stamp_gives_its_submission_back() -> None:
    submission = tokens.begin(NOW)
    assert tokens.read_stamp(tokens.stamp(submission)) == submission


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "WzEsMl0:1tabc:nonsense", "\x00"])
def test_a_stamp_that_is_not_ours_gives_nothing(text: str) -> None:
    assert tokens.read_stamp(text) is None


def test_a_stamp_is_no_receipt_and_a_receipt_no_stamp() -> None:
    assert tokens.read_receipt(tokens.stamp(tokens.begin(NOW))) is None
    assert tokens.read_stamp(tokens.receipt(7)) is None


def test_every_submission_has_a_key_of_its_own_that_does_not_tell_the_id() -> None:
    one, other = tokens.begin(NOW), tokens.begin(NOW)
    assert one.key != other.key
    assert one.id not in one.key
    assert tokens.renew(one, NOW + timedelta(days=2)).key == one.key


@pytest.mark.parametrize(
    ("age", "quick", "old"),
    [
        (timedelta(seconds=2), True, False),
        (timedelta(seconds=3), False, False),
        (timedelta(hours=24), False, False),
        (timedelta(hours=24, seconds=1), False, True),
    ],
)
def test_a_page_sent_within_three_seconds_is_too_quick_and_after_a_day_too_old(
    age: timedelta, quick: bool, old: bool
) -> None:
    submission = tokens.begin(NOW)
    assert submission.is_too_quick(NOW + age) is quick
    assert submission.is_too_old(NOW + age) is old


def test_a_receipt_ends_after_an_hour() -> None:
    with time_machine.travel(NOW, tick=False):
        receipt = tokens.receipt(42)
    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        assert tokens.read_receipt(receipt) == 42
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert tokens.read_receipt(receipt) is None
