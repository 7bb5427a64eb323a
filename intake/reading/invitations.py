"""Invitations to meetings (iCalendar, RFC 5545; iTIP, RFC 5546): what, when, where, and who asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.reading.addresses import Mailbox, address_in
from intake.reading.charsets import decode, one_line, storable
from intake.reading.headers import parameters

MAX_BYTES = 500_000
MAX_LINES = 5_000
MAX_EVENTS = 5
MAX_TEXT = 500  # characters of one value
MAX_DESCRIPTION = 5_000


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """One event. `starts` and `ends` are aware times in UTC, or naive in a zone that we do not know, named in `zone`.
    Whole days are dates, and `ends` is the last one. `method` is REQUEST, CANCEL, REPLY ..."""

    method: str
    what: str
    starts: datetime | date | None
    ends: datetime | date | None
    zone: str
    where: str
    organiser: Mailbox
    description: str
    repeats: bool


def read_calendar(content: bytes, charset: str = "") -> tuple[Invitation, ...]:
    """The events of a calendar file. What is broken is left out, never raised."""
    text = storable(decode(content[:MAX_BYTES], charset or "utf-8")[0])
    method = ""
    events: list[dict[str, tuple[dict[str, str], str]]] = []
    inside: list[str] = []
    for name, options, value in _fields(text):
        if name == "BEGIN":
            inside.append(value.upper())
            if inside[-1] == "VEVENT":
                if len(events) >= MAX_EVENTS:
                    break
                events.append({})
        elif name == "END":
            inside = inside[:-1]
        elif inside[-1:] == ["VEVENT"]:
            events[-1].setdefault(name, (options, value))
        elif name == "METHOD":
            method = one_line(value).upper()[:30]
    return tuple(_invitation(method, event) for event in events)


_NOTHING: tuple[dict[str, str], str] = ({}, "")
_ESCAPED = re.compile(r"\\(.)", re.S)
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?\Z")
_DURATION = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?\Z")
# Outlook names zones by Windows' own names (CLDR, windowsZones); those of our users.
_WINDOWS_ZONES = {
    "FLE Standard Time": "Europe/Kyiv",
    "GTB Standard Time": "Europe/Bucharest",
    "E. Europe Standard Time": "Europe/Chisinau",
    "Romance Standard Time": "Europe/Brussels",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "GMT Standard Time": "Europe/London",
    "Russian Standard Time": "Europe/Moscow",
    "UTC": "UTC",
}


def _fields(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Name, parameters and value of each line, folded lines joined (RFC 5545, 3.1)."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in unfolded.split("\n")[:MAX_LINES]:
        head, value = _split(line[: MAX_DESCRIPTION * 2])
        name, _, rest = head.partition(";")
        if value or name.upper() in ("BEGIN", "END"):
            yield name.strip().upper(), parameters(";" + rest)[1] if rest else {}, value


def _split(line: str) -> tuple[str, str]:
    """`line` at its first colon outside quotation marks."""
    quoted = False
    for position, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char == ":" and not quoted:
            return line[:position], line[position + 1 :].strip()
    return line, ""


def _invitation(method: str, event: dict[str, tuple[dict[str, str], str]]) -> Invitation:
    starts, zone = _moment(event.get("DTSTART", _NOTHING))
    ends, _ = _moment(event.get("DTEND", _NOTHING))
    if ends is None and starts is not None:
        ends = _after(starts, event.get("DURATION", _NOTHING)[1])
    if ends is not None and not isinstance(ends, datetime) and starts is not None and ends > _day(starts):
        ends -= timedelta(days=1)  # the end of whole days is the day after
    options, organiser = event.get("ORGANIZER", _NOTHING)
    return Invitation(
        method=method or ("CANCEL" if event.get("STATUS", _NOTHING)[1].upper() == "CANCELLED" else ""),
        what=_text(event, "SUMMARY"),
        starts=starts,
        ends=ends,
        zone=zone,
        where=_text(event, "LOCATION"),
        organiser=Mailbox(name=one_line(options.get("cn", ""))[:MAX_TEXT], address=address_in(organiser)),
        description=_ESCAPED.sub(_unescaped, event.get("DESCRIPTION", _NOTHING)[1])[:MAX_DESCRIPTION].strip(),
        repeats="RRULE" in event or "RDATE" in event,
    )


def _text(event: dict[str, tuple[dict[str, str], str]], name: str) -> str:
    return one_line(_ESCAPED.sub(_unescaped, event.get(name, _NOTHING)[1]))[:MAX_TEXT]


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _moment(field: tuple[dict[str, str], str]) -> tuple[datetime | date | None, str]:
    """A date or time, and its zone when that is one we do not know."""
    options, value = field
    match = _TIME.match(value.strip())
    if match is None:
        return None, ""
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day)), ""
        clock = time(int(hour), int(minute), min(int(second or 0), 59))
        local = datetime.combine(date(int(year), int(month), int(day)), clock)
        if utc:
            return local.replace(tzinfo=UTC), ""
        name = one_line(options.get("tzid", ""))[:100]
        zone = _zone(name)
        return (local.replace(tzinfo=zone).astimezone(UTC), "") if zone else (local, name)
    except (ValueError, OverflowError):
        return None, ""


def _zone(name: str) -> ZoneInfo | None:
    name = _WINDOWS_ZONES.get(name, name)
    if not re.fullmatch(r"UTC|[A-Z][A-Za-z_]{1,20}/[A-Za-z_+/-]{2,30}", name):
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


def _after(starts: datetime | date, duration: str) -> datetime | date | None:
    match = _DURATION.match(duration.strip().upper())
    if match is None or len(duration) < 3:
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
    try:
        return starts + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None
