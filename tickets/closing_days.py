"""Lists of closing days as they come in files: iCalendar (RFC 5545) and CSV.

Pure, and strict: a list with a mistake is refused whole, each mistake with its line. Of iCalendar only whole-day events
are read, which is all that such a list has; what may mean other days than it says, as a repeated event, is refused.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
LONGEST = 31  # days of one event: more is a mistake rather than a holiday
NAME, SOURCE = 100, 300  # characters
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")


@dataclass(frozen=True, slots=True)
class ClosingDay:
    """A day on which the house is shut; `provisional` until its list is published."""

    date: date
    name: str
    source: str
    provisional: bool


class BrokenList(ValueError):
    """What is wrong with a list, a sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read_list(content: bytes, *, source: str, provisional: bool) -> tuple[ClosingDay, ...]:
    """The days of a file, in order, each once. `source` and `provisional` hold where the file does not say itself.

    Raises BrokenList, also for a file without any day.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenList(["The file is no UTF-8 text. Save it as UTF-8."]) from error
    reader = _Calendar if text.lstrip()[:15].upper() == "BEGIN:VCALENDAR" else _Table
    found = reader(source[:SOURCE], provisional)
    found.read(text)
    if not found.mistakes and not found.days:
        found.mistakes.append("The file holds no closing day.")
    if found.mistakes:
        raise BrokenList(found.mistakes)
    return tuple(found.days[day] for day in sorted(found.days))


@dataclass
class _List:
    source: str
    provisional: bool
    days: dict[date, ClosingDay] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def add(self, line: int, day: ClosingDay) -> None:
        if not day.name:
            self.mistakes.append(f"Line {line}: the day has no name.")
        elif day.date in self.days:
            self.mistakes.append(f"Line {line}: {day.date} stands twice in the file.")
        else:
            self.days[day.date] = day


class _Table(_List):
    """CSV with a head: `date`, `name`, perhaps `source` and `provisional` (yes or no); commas or semicolons."""

    def read(self, text: str) -> None:
        head = text.partition("\n")[0]
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", strict=True)
        missing = {"date", "name"} - set(rows.fieldnames or ())
        if missing:
            self.mistakes.append(f"Line 1: no column “{min(missing)}”. A list has a head with “date” and “name”.")
            return
        try:
            for row in rows:
                self._row(rows.line_num, {name: (value or "").strip() for name, value in row.items() if name})
        except csv.Error as error:
            self.mistakes.append(f"Line {rows.line_num}: {error}.")

    def _row(self, line: int, row: dict[str, str]) -> None:
        marked = row.get("provisional", "yes" if self.provisional else "no").lower()
        if marked not in (*YES, *NO):
            self.mistakes.append(f"Line {line}: “{marked}” is neither yes nor no.")
            return
        try:
            day = date.fromisoformat(row["date"])
        except ValueError:
            self.mistakes.append(f"Line {line}: “{row['date']}” is no date. Write it as 2027-12-24.")
            return
        source = row.get("source", "")[:SOURCE] or self.source
        self.add(line, ClosingDay(day, row["name"][:NAME], source, marked in YES))


class _Calendar(_List):
    """iCalendar: events of whole days. Cancelled events are passed over; a tentative one is provisional."""

    def read(self, text: str) -> None:
        event: dict[str, str] | None = None
        begun = 0
        for line, name, value in _fields(text):
            if (name, value.upper()) == ("BEGIN", "VEVENT"):
                event, begun = {}, line
            elif (name, value.upper()) == ("END", "VEVENT") and event is not None:
                self._event(begun, event)
                event = None
            elif event is not None:
                event.setdefault(name, value)
        if event is not None:
            self.mistakes.append(f"Line {begun}: the event does not end. Is the file whole?")

    def _event(self, line: int, event: dict[str, str]) -> None:
        status = event.get("STATUS", "").upper()
        if status == "CANCELLED":
            return
        if event.keys() & {"RRULE", "RDATE", "DURATION", "RECURRENCE-ID"}:
            self.mistakes.append(
                f"Line {line}: the event repeats or has a duration. Give each day an event of its own."
            )
            return
        first = _whole_day(event.get("DTSTART", ""))
        after = _whole_day(event["DTEND"]) if "DTEND" in event else first + ONE_DAY if first else None
        if first is None or after is None:
            self.mistakes.append(f"Line {line}: the event is not of whole days (DTSTART;VALUE=DATE:20271224).")
            return
        length = (after - first).days
        if not 1 <= length <= LONGEST:
            self.mistakes.append(f"Line {line}: the event lasts {length} days.")
            return
        name = re.sub(r"\\(.)", lambda match: " " if match[1] in "nN" else match[1], event.get("SUMMARY", ""))
        provisional = self.provisional or status == "TENTATIVE"
        for number in range(length):
            self.add(line, ClosingDay(first + ONE_DAY * number, name.strip()[:NAME], self.source, provisional))


def _fields(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and value of each property; folded lines are one (RFC 5545, 3.1). Parameters are left out."""
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and whole:
            whole[-1] = (whole[-1][0], whole[-1][1] + line[1:])
        else:
            whole.append((number, line))
    for number, line in whole:
        # A colon within a quoted parameter ends no name.
        match = re.match(r'([A-Za-z0-9-]+)((?:;[^:";]*(?:"[^"]*"[^:";]*)*)*):(.*)', line)
        if match is not None:
            yield number, match[1].upper(), match[3].strip()


def _whole_day(value: str) -> date | None:
    """A date; a time, even midnight, is none: its zone could make it another day."""
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{8}", value) else None
    except ValueError:
        return None
