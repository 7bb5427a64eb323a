"""What a mail brings besides its words: verdicts on its origin, and invitations; values, and how they are kept.

Strangers write most of it, so it is bounded before it is kept. What the database gives back may be of another version
of this file: what is not understood is left out, and nothing raises.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

MAX_VERDICTS = 5  # of one method; a mail may bear many DKIM signatures
MAX_INVITATIONS = 5
MAX_TEXT = 300  # characters of one value
# Beyond these years a calendar has no meaning here, and sums with time zones overflow.
FIRST_YEAR, LAST_YEAR = 1970, 2200


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What our own mail server found of a mail's origin (RFC 8601).

    `method` is spf, dkim or dmarc, `result` a word such as pass, fail, softfail, none, and `domain` the one it speaks
    of, "" when it names none.
    """

    method: str
    result: str
    domain: str


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """One event of a calendar that came with a mail (RFC 5545, 5546).

    `method` is REQUEST, CANCEL, REPLY ... or "". `starts` and `ends` are aware times in UTC, naive ones in the zone
    `zone` that we do not know ("" when it is not said), or whole days, of which `ends` is the last; None when unknown.
    """

    method: str
    what: str
    starts: datetime | date | None
    ends: datetime | date | None
    zone: str
    where: str
    organiser_name: str
    organiser_address: str
    repeats: bool


def keep_verdicts(verdicts: Iterable[Verdict]) -> list[dict[str, str]]:
    """The form for the database; of each method only the first, which are the newest."""
    kept: dict[str, list[dict[str, str]]] = {}
    for each in verdicts:
        same = kept.setdefault(each.method[:10], [])
        if len(same) < MAX_VERDICTS:
            same.append({"method": each.method[:10], "result": each.result[:30], "domain": each.domain[:255]})
    return [line for same in kept.values() for line in same]


def verdicts_of(rows: object) -> list[Verdict]:
    """The verdicts that a message keeps."""
    return [
        Verdict(method=_text(row, "method"), result=_text(row, "result"), domain=_text(row, "domain"))
        for row in _rows(rows)
    ]


def keep_invitations(invitations: Sequence[Invitation]) -> list[dict[str, Any]]:
    """The form for the database."""
    return [
        {
            "method": each.method[:30],
            "what": each.what[:MAX_TEXT],
            "starts": each.starts.isoformat() if each.starts else "",
            "ends": each.ends.isoformat() if each.ends else "",
            "zone": each.zone[:100],
            "where": each.where[:MAX_TEXT],
            "organiser": [each.organiser_name[:MAX_TEXT], each.organiser_address[:320]],
            "repeats": each.repeats,
        }
        for each in invitations[:MAX_INVITATIONS]
    ]


def invitations_of(rows: object) -> list[Invitation]:
    """The invitations that a message keeps."""
    return [_invitation(row) for row in _rows(rows)]


def _invitation(row: dict[str, Any]) -> Invitation:
    organiser = row.get("organiser")
    name, address = organiser if isinstance(organiser, list) and len(organiser) == 2 else ("", "")
    return Invitation(
        method=_text(row, "method"),
        what=_text(row, "what"),
        starts=_time(_text(row, "starts")),
        ends=_time(_text(row, "ends")),
        zone=_text(row, "zone"),
        where=_text(row, "where"),
        organiser_name=str(name),
        organiser_address=str(address),
        repeats=row.get("repeats") is True,
    )


def _rows(rows: object) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _time(text: str) -> datetime | date | None:
    """A day or a time in ISO 8601; None for what is none, or lies in no year that matters."""
    try:
        found: datetime | date = date.fromisoformat(text) if len(text) == len("2026-12-14") else _moment(text)
    except (ValueError, OverflowError):
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found
