"""Days as one types them in a search: a date, a month, a year, `today`, `week`, how long ago, or a range. Pure.

Days are Brussels'. What is relative stays so in a saved search and is reckoned when the search runs.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
_ISO = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_AGO = re.compile(r"(\d{1,3})([dwmy])")
_RANGE = re.compile(r"(.*?)\.\.(.*)")
_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)  # of a range that is open at one end
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day until before the last: `end` is the day after."""

    start: date
    end: date


def period(text: str, today: date) -> Period | None:
    """The days that a text means; None when it means none.

    `7d`, `2w`, `3m` and `1y` are one day: so many days, weeks, months or years before today. `2026-10..2026-11-05` is
    from the first day of the one to the last of the other, either way round; one may be left out.
    """
    text = text.strip().lower()
    if match := _RANGE.fullmatch(text):
        return _range(match[1], match[2], today)
    if text in _DAYS:
        return _one(today + _DAYS[text] * DAY)
    if text == "week":
        monday = today - today.weekday() * DAY
        return Period(monday, monday + 7 * DAY)
    if text == "month":
        return _month(today.year, today.month)
    try:
        if match := _AGO.fullmatch(text):
            return _one(_ago(today, int(match[1]), match[2]))
        if match := _DOTTED.fullmatch(text):
            return _one(date(int(match[3]), int(match[2]), int(match[1])))
        if match := _ISO.fullmatch(text):
            return _of_parts(*(int(part) for part in match.groups() if part))
    except (ValueError, OverflowError):
        pass
    return None


def _range(first: str, last: str, today: date) -> Period | None:
    start = period(first, today) if first else Period(_FIRST, _FIRST + DAY)
    end = period(last, today) if last else Period(_LAST - DAY, _LAST)
    if start is None or end is None or not (first or last):
        return None
    # The wrong way round means the same: which end is earlier may depend on the day of the search.
    return Period(min(start.start, end.start), max(start.end, end.end))


def _of_parts(year: int, *rest: int) -> Period:
    if not rest:
        return Period(date(year, 1, 1), date(year + 1, 1, 1))
    month, *day = rest
    return _one(date(year, month, *day)) if day else _month(year, month)


def _one(day: date) -> Period:
    return Period(day, day + DAY)


def _month(year: int, month: int) -> Period:
    first = date(year, month, 1)
    return Period(first, first + monthrange(year, month)[1] * DAY)


def _ago(today: date, number: int, unit: str) -> date:
    if unit in "dw":
        return today - number * (7 if unit == "w" else 1) * DAY
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
