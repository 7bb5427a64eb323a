import pytest

from desk import words
from tickets.quarantine import REASONS


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_for_quarantine_is_told_in_words(code: str) -> None:
    assert code in words.QUARANTINE
    assert words.quarantine(code).endswith(".")


def test_a_reason_that_nobody_knows_any_more_is_a_warning_too() -> None:
    assert words.quarantine("an old code") == "This file may be dangerous."
