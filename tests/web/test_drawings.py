from datetime import UTC, datetime, timedelta

import pytest

from web.drawings import waiting_bar

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("days", "state", "width"), [(0, "fine", "3%"), (8, "soon", "80%"), (11, "late", "100%")])
def test_the_bar_shows_how_much_of_the_deadline_is_gone(days: int, state: str, width: str) -> None:
    bar = waiting_bar(NOW, NOW + timedelta(days=10), NOW + timedelta(days=days))
    assert f'data-state="{state}"' in bar
    assert f'width="{width}"' in bar
    assert "style=" not in bar


def test_a_ticket_without_deadline_has_no_bar() -> None:
    assert waiting_bar(NOW, None, NOW) == ""
