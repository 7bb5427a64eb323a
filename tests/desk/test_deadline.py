from datetime import UTC, date, datetime

import pytest

from desk import deadline
from tickets.models import Ticket

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def ticket(**fields: object) -> Ticket:
    usual = {"status": "open", "waiting_since": MONDAY, "received_at": MONDAY, "answer_by": date(2026, 12, 14)}
    return Ticket(**{**usual, **fields})


@pytest.mark.parametrize(
    ("now", "words", "state"),
    [
        (MONDAY, "15 working days left", ""),
        (datetime(2026, 12, 9, 9, tzinfo=UTC), "3 working days left", "soon"),
        (datetime(2026, 12, 11, 9, tzinfo=UTC), "1 working day left", "soon"),
        (datetime(2026, 12, 12, 9, tzinfo=UTC), "1 working day left", "soon"),
        (datetime(2026, 12, 14, 22, 59, tzinfo=UTC), "due today", "soon"),
        (datetime(2026, 12, 14, 23, 1, tzinfo=UTC), "overdue by 1 day", "late"),
        (datetime(2026, 12, 16, 9, tzinfo=UTC), "overdue by 2 days", "late"),
    ],
)
def test_a_promised_day_is_told_in_working_days_of_brussels(now: datetime, words: str, state: str) -> None:
    told = deadline.waiting(ticket(), now=now, holidays=frozenset())
    assert (told.words, told.state) == (words, state)


def test_closing_days_are_no_working_days() -> None:
    told = deadline.waiting(ticket(), now=MONDAY, holidays=frozenset({date(2026, 12, 1), date(2026, 12, 5)}))
    assert told.words == "14 working days left"


def test_the_bar_ends_with_the_last_hour_of_the_day_in_brussels() -> None:
    told = deadline.waiting(ticket(), now=MONDAY, holidays=frozenset())
    assert told.since == MONDAY
    assert told.ends == datetime(2026, 12, 14, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer_by": None}, "no date promised"),
        ({"first_answered_at": MONDAY}, "no date promised"),
        ({"waiting_since": datetime(2027, 3, 1, tzinfo=UTC)}, "no date promised"),
        ({"waiting_since": None, "first_answered_at": MONDAY}, "answered"),
        ({"waiting_since": None}, "nobody waits"),
        ({"waiting_since": None, "waiting_for": "requester"}, "waiting for the partner"),
        ({"waiting_since": None, "waiting_for": "third_party"}, "waiting for a third party"),
        ({"status": "solved", "outcome": "transferred"}, "transferred to the competent body"),
        ({"status": "spam"}, ""),
    ],
)
def test_without_a_promised_day_the_words_say_what_holds_instead(fields: dict[str, object], words: str) -> None:
    told = deadline.waiting(ticket(**fields), now=MONDAY, holidays=frozenset())
    assert told.words == words
    assert told.due is None
