"""When a report is due, on Brussels' clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from reports.occasions import MONTHLY, WEEKLY, due

BRUSSELS = ZoneInfo("Europe/Brussels")
CLOSED = {date(2027, 1, 1), date(2026, 11, 2)}


def periods(*moment: int) -> dict[str, str]:
    return {each.kind: each.period.searched for each in due(datetime(*moment, tzinfo=BRUSSELS), CLOSED)}  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        ((2026, 11, 23, 6, 30), "2026-11-16..2026-11-22"),
        ((2026, 11, 23, 6, 29), "2026-11-09..2026-11-15"),
        ((2026, 11, 29, 23, 59), "2026-11-16..2026-11-22"),  # missed on Monday: still due on Sunday
        ((2026, 3, 30, 6, 30), "2026-03-23..2026-03-29"),  # the clocks went forward the day before
        ((2027, 1, 4, 7, 0), "2026-12-28..2027-01-03"),
    ],
)
def test_a_week_is_due_on_the_monday_after_it(moment: tuple[int, ...], week: str) -> None:
    assert periods(*moment)[WEEKLY] == week


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ((2026, 11, 3, 6, 30), "2026-10-01..2026-10-31"),  # 1 November is a Sunday, Monday is a closing day
        ((2026, 11, 2, 12, 0), "2026-09-01..2026-09-30"),
        ((2026, 11, 30, 12, 0), "2026-10-01..2026-10-31"),
        ((2027, 1, 4, 6, 30), "2026-12-01..2026-12-31"),  # New Year, a Saturday, a Sunday
        ((2027, 1, 4, 6, 29), "2026-11-01..2026-11-30"),
    ],
)
def test_a_month_is_due_on_the_first_working_day_after_it(moment: tuple[int, ...], month: str) -> None:
    assert periods(*moment)[MONTHLY] == month


def test_the_same_report_has_the_same_key_however_late_it_is() -> None:
    early, late = ([each.key for each in due(datetime(2026, 11, day, 12, tzinfo=BRUSSELS), CLOSED)] for day in (23, 27))
    assert early == late == ["report:weekly:2026-11-16", "report:monthly:2026-10-01"]
